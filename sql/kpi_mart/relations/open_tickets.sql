-- the tickets that are open now, and when they are due; customers who wait for an answer come first, angry ones before others
-- cells: ticket_id
-- opened by: opened_now
SELECT
	t.ticket_id, -- id of the ticket, in the type of the source
	t.team, -- team
	t.channel, -- channel
	t.category, -- category
	t.priority, -- priority
	t.customer_tier, -- tier of the customer
	t.account_id, -- account of the customer
	t.agent_id, -- agent of the ticket now
	t.agent_name, -- name of the agent
	t.status, -- status now
	extract(epoch FROM s.as_of - t.status_since)::double precision
		AS status_seconds, -- time since it got that status, in seconds; NULL without status changes
	@own_dimensions_of_t@
	t.created_at, -- when it was created; NULL when unknown
	extract(epoch FROM s.as_of - t.created_at)::double precision
		AS age_seconds, -- time since it was created, in seconds; NULL when unknown
	t.waiting_since, -- first message of the customer that no agent has answered yet; NULL for none, and without messages
	extract(epoch FROM s.as_of - t.waiting_since)::double precision
		AS waiting_seconds, -- time since waiting_since, in seconds; NULL for none
	t.sentiment_last, -- sentiment of the last public message of the customer, -1 to 1; NULL when none can be judged
	t.sentiment_worsened, -- whether it is negative, and by 0.3 or more below that of their first message; NULL when none can be judged
	t.is_unanswered, -- whether it has no first response yet
	CASE WHEN t.is_unanswered THEN t.response_due_at
		END AS response_due_at, -- last instant for a first response in time; NULL once it is answered
	t.resolution_due_at, -- last instant for a resolution in time; NULL without target
	t.sla_response_met IS FALSE OR t.sla_resolution_met IS FALSE AS is_breached, -- whether a target was missed
	coalesce(least(
			CASE WHEN t.is_unanswered AND t.response_due_at >= s.as_of THEN t.response_due_at END,
			CASE WHEN t.resolution_due_at >= s.as_of THEN t.resolution_due_at END) <= s.as_of + interval '2 hours', false)
		AS is_due_within_2_hours -- whether a target is due within two hours
FROM @schema@.ticket AS t
CROSS JOIN @schema@.kpi_state AS s
WHERE t.is_open AND t.merged_into IS NULL
-- angry: about half of the negative messages are at -0.5 or less, and hardly any other
ORDER BY t.waiting_since IS NULL, (t.sentiment_last <= -0.5) IS NOT TRUE, t.waiting_since, t.created_at
