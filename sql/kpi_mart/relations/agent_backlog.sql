-- the open tickets of each agent and team, now
-- cells: agent_id team
-- opened by: opened_now
SELECT
	agent_id, -- agent of the tickets; NULL when unassigned
	max(agent_name) AS agent_name, -- name of the agent; NULL when unknown
	team, -- team of the tickets; NULL when unknown
	count(*) AS open_tickets, -- open tickets
	count(*) FILTER (WHERE status = 'pending') AS pending_tickets, -- of these, tickets that wait for the customer
	count(*) FILTER (WHERE is_unanswered) AS unanswered_tickets, -- of these, tickets without a first response
	count(*) FILTER (WHERE is_breached) AS breached_tickets, -- of these, tickets that missed a target
	count(*) FILTER (WHERE is_due_within_2_hours) AS due_tickets, -- of these, tickets with a target due within two hours
	max(age_seconds) AS oldest_seconds -- age of the oldest open ticket, in seconds; NULL when no creation is known
FROM @schema@.open_tickets
GROUP BY agent_id, team
