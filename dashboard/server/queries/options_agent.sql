-- The agents of recent tickets, for the filter.
-- $1 date  first day
SELECT agent_id AS value, coalesce(max(agent_name), agent_id) AS label
FROM agent_daily_tally
WHERE agent_id IS NOT NULL AND day >= $1::date
GROUP BY agent_id
ORDER BY label, value;
