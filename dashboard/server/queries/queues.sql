-- The open tickets of each agent, and how many customers wait for the answer.
-- $1 text  team, null for all; so are the others
-- $2 text  channel
-- $3 text  category
-- $4 text  customer_tier
-- $5 text  agent
SELECT
	agent_id,
	coalesce(max(agent_name), agent_id) AS agent_name,
	count(*) AS open,
	count(waiting_seconds) AS waiting,
	max(waiting_seconds) AS longest_seconds
FROM open_tickets
WHERE agent_id IS NOT NULL
AND ($1::text IS NULL OR team = $1::text) AND ($2::text IS NULL OR channel = $2::text)
AND ($3::text IS NULL OR category = $3::text) AND ($4::text IS NULL OR customer_tier = $4::text)
AND ($5::text IS NULL OR agent_id = $5::text)
GROUP BY agent_id
ORDER BY agent_id;
