--: title: What does a contact take?
--: note: Handle time of contacts that an agent handled, waiting time of answered chats and calls.
--: bars: escalated %/100
SELECT channel,
       avg_handle(handle_time)          AS "handle time",
       p90_handle(handle_time)          AS "p90 handle",
       p90_wait(wait_time)              AS "p90 wait",
       one_touch_rate(agent_replies, solved) FILTER (WHERE agent_id IS NOT NULL) AS "one touch %",
       escalation_rate(escalated)       AS "escalated %"
FROM tickets
GROUP BY channel
ORDER BY "handle time" DESC;
