-- The tickets behind a number: what it counts, and at most 200 of them.
-- $1 text   schema of the mart
-- $2 text   KPI
-- $3 date   first day
-- $4 date   day after the last one
-- $5 jsonb  what is chosen, such as {"team": "Billing"}
SELECT
	e.definition, e.counted, e.pending, e.not_applicable, e.excluded, cardinality(e.ids) AS tickets,
	t.ticket_id::text AS ticket_id, t.created_at, t.team, t.channel, t.category, t.customer_tier, t.agent_name, t.status,
	t.first_contact, t.response_seconds, t.resolution_seconds, t.csat_score, t.nps_score, t.sentiment, t.sla_response_met,
	t.sla_resolution_met, t.reopened
FROM kpi_explain($1::name, 'kpi_scorecard',
	jsonb_build_object('since', $3::date, 'until', $4::date, 'kpi', $2::text) || $5::jsonb, 'value') AS e
LEFT JOIN LATERAL (
	SELECT * FROM ticket AS t WHERE t.ticket_id::text = ANY (e.ids) ORDER BY t.created_at DESC LIMIT 200
) AS t ON true;
