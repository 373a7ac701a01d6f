-- The tickets behind a number: what it counts, and at most 200 of them, the worst for the KPI first.
-- $1 text   schema of the mart
-- $2 text   KPI
-- $3 date   first day
-- $4 date   day after the last one
-- $5 jsonb  what is chosen, such as {"team": "Billing"}
SELECT
	e.definition, e.counted, e.pending, e.not_applicable, e.excluded, cardinality(e.ids) AS tickets,
	cardinality(e.survey_ids) AS answers,
	t.ticket_id::text AS ticket_id, t.created_at, t.team, t.channel, t.category, t.customer_tier, t.agent_name, t.status,
	t.deciding
FROM @extschema@.kpi_explain($1::name, 'kpi_scorecard',
	jsonb_build_object('since', $3::date, 'until', $4::date, 'kpi', $2::text) || $5::jsonb, 'value') AS e
LEFT JOIN LATERAL (
	SELECT t.*, d.deciding
	FROM ticket AS t
	-- what decides how the ticket counts, and by how much it makes the KPI worse
	LEFT JOIN LATERAL (VALUES
		('{csat_pct}', t.csat_score, (NOT t.csat_satisfied)::integer),
		('{nps}', t.nps_score, -t.nps_score),
		('{ces_pct,effort_avg}', t.ces_score, (NOT t.ces_easy)::integer),
		('{fcr_pct}', t.first_contact::integer, (NOT t.first_contact)::integer),
		('{reopen_pct}', t.reopened::integer, t.reopened::integer),
		('{escalation_pct}', t.escalated::integer, t.escalated::integer),
		('{transfer_pct}', t.transferred::integer, t.transferred::integer),
		('{abandonment_pct}', t.abandoned::integer, t.abandoned::integer),
		('{self_service_pct}', t.self_service::integer, (NOT t.self_service)::integer),
		('{bot_resolution_pct}', t.bot_resolved::integer, (NOT t.bot_resolved)::integer),
		('{bot_escalation_pct}', t.bot_escalated::integer, t.bot_escalated::integer),
		('{sla_response_pct}', t.sla_response_met::integer, (NOT t.sla_response_met)::integer),
		('{sla_resolution_pct}', t.sla_resolution_met::integer, (NOT t.sla_resolution_met)::integer),
		('{response_median_seconds,response_p90_seconds}', t.response_seconds, t.response_seconds),
		('{resolution_median_seconds,resolution_p90_seconds}', t.resolution_seconds, t.resolution_seconds),
		('{handle_median_seconds,handle_p90_seconds}', t.handle_seconds, t.handle_seconds),
		('{wait_median_seconds,wait_p90_seconds}', t.wait_seconds, t.wait_seconds),
		('{negative_sentiment_pct,sentiment_avg}', t.sentiment, -t.sentiment),
		('{qa_score_pct}', 100 * t.qa_points / nullif(t.qa_possible, 0), -t.qa_points / nullif(t.qa_possible, 0)),
		('{cost_per_contact}', t.cost, t.cost)
	) AS d (kpis, deciding, worse) ON $2::text = ANY (kpis::text[])
	WHERE t.ticket_id::text = ANY (e.ids)
	ORDER BY d.worse DESC NULLS LAST, d.deciding, t.created_at DESC
	LIMIT 200
) AS t ON true;
