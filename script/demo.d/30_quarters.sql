--: title: The quarters, from the stored tallies
--: note: rollup() merges the days. Percentages and percentiles cannot be averaged; tallies can be merged.
--: bars: p90 handle
SELECT to_char(day, 'YYYY "Q"Q')             AS quarter,
       avg_handle(rollup(handle))            AS "handle time",
       p90_handle(rollup(handle))            AS "p90 handle",
       escalation_rate(rollup(escalated))    AS "escalated %"
FROM daily
GROUP BY 1
ORDER BY 1;
