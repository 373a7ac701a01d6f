--: title: Merge the days into months
--: note: Percentages cannot be averaged and percentiles cannot be added up, but tallies merge. No ticket is read.
--: bars: p90 handle
--: sparks: contacts, escalated %, p90 handle
SELECT to_char(day, 'YYYY-MM')           AS month,
       sample_size(rollup(handle))       AS contacts,
       rate_pct(rollup(escalated))       AS "escalated %",
       median_handle(rollup(handle))     AS "median handle",
       p90_handle(rollup(handle))        AS "p90 handle"
FROM daily
GROUP BY 1
ORDER BY 1;
