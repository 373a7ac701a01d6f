--: title: A KPI is an aggregate
--: note: Use it in any query, over any table, with GROUP BY and FILTER.
--: note: Handle time of contacts that an agent handled, waiting time of answered chats and calls.
--: bars: escalated %/100
SELECT channel,
       avg_handle(handle_time)          AS "handle time",
       p90_handle(handle_time)          AS "p90 handle",
       p90_wait(wait_time)              AS "p90 wait",
       escalation_rate(escalated)       AS "escalated %"
FROM tickets
GROUP BY channel
ORDER BY "handle time" DESC;
