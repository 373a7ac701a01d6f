-- Open tickets: customers who wait come first, angry ones before others, then tickets whose target was missed.
-- $1 text  team, null for all; so are the others
-- $2 text  channel
-- $3 text  category
-- $4 text  customer_tier
-- $5 text  agent
-- $6 integer  how many
SELECT
	ticket_id::text AS ticket_id, team, channel, category, priority, customer_tier, account_id, agent_id, agent_name, status,
	age_seconds, waiting_seconds, sentiment_last, sentiment_worsened, is_unanswered, is_breached, is_due_within_2_hours,
	count(*) OVER () AS total,
	count(*) FILTER (WHERE is_breached) OVER () AS breached,
	count(*) FILTER (WHERE is_due_within_2_hours) OVER () AS due,
	count(*) FILTER (WHERE is_unanswered) OVER () AS unanswered,
	count(*) FILTER (WHERE status IN ('pending', 'on_hold')) OVER () AS pending,
	count(*) FILTER (WHERE sentiment_last <= -0.5::double precision) OVER () AS angry
FROM open_tickets
WHERE ($1::text IS NULL OR team = $1::text) AND ($2::text IS NULL OR channel = $2::text)
AND ($3::text IS NULL OR category = $3::text) AND ($4::text IS NULL OR customer_tier = $4::text)
AND ($5::text IS NULL OR agent_id = $5::text)
ORDER BY
	waiting_seconds IS NULL,
	(sentiment_last <= -0.5::double precision) IS NOT TRUE,
	is_breached IS NOT TRUE,
	waiting_seconds DESC NULLS LAST,
	age_seconds DESC NULLS LAST
LIMIT $6::integer;
