-- What each ticket counts for each KPI, from the source tables of full.sql with plain SQL: the table measure. The sentiment,
-- which is judged message by message, comes from the facts. harness.mjs sums it up.
CREATE TEMP TABLE measure AS
WITH ticket AS (
	SELECT
		t.*,
		f.sentiment,
		(t.created_at AT TIME ZONE 'Europe/Berlin')::date AS created_day,
		(coalesce(t.first_response_at, t.created_at) AT TIME ZONE 'Europe/Berlin')::date AS responded_day,
		(coalesce(t.resolved_at, t.closed_at, t.created_at) AT TIME ZONE 'Europe/Berlin')::date AS outcome_day,
		-- a missed target counts on the day on which it was missed
		(CASE
			WHEN v.is_met THEN v.answered_at
			WHEN t.created_at + t.sla_response < coalesce(v.answered_at, 'infinity') THEN t.created_at + t.sla_response
			ELSE coalesce(v.answered_at, t.created_at)
			END AT TIME ZONE 'Europe/Berlin')::date AS sla_response_day,
		v.is_met,
		coalesce(t.first_responder_id, t.agent_id) AS responder_id
	FROM tickets AS t
	JOIN care.ticket AS f USING (ticket_id)
	CROSS JOIN care.kpi_state AS s
	CROSS JOIN LATERAL (SELECT least(t.first_response_at, t.resolved_at) AS answered_at) AS a
	CROSS JOIN LATERAL (
		SELECT a.answered_at, coalesce(t.sla_response_met, CASE
			WHEN a.answered_at IS NOT NULL THEN a.answered_at - t.created_at <= t.sla_response
			WHEN s.as_of - t.created_at > t.sla_response THEN false
			END) AS is_met
	) AS v
)
SELECT m.kpi, m.day, m.x::double precision AS x, m.y::double precision AS y, t.team, t.channel, t.category, t.customer_tier, m.agent_id
FROM ticket AS t
CROSS JOIN LATERAL (VALUES
	('tickets', t.created_day, t.agent_id, 1, NULL),
	('resolved', t.outcome_day, t.agent_id, CASE WHEN t.solved THEN 1 END, NULL),
	('fcr_pct', t.outcome_day, t.agent_id, CASE WHEN t.solved THEN (t.contacts <= 1)::int END, NULL),
	('reopen_pct', t.outcome_day, t.agent_id, CASE WHEN t.reopens > 0 THEN 1 WHEN t.solved THEN 0 END, NULL),
	('csat_pct', t.outcome_day, t.agent_id, (t.csat_score >= 4)::int, NULL),
	('nps', t.outcome_day, t.agent_id, (t.nps_score >= 9)::int - (t.nps_score <= 6)::int, NULL),
	('sla_response_pct', t.sla_response_day, t.responder_id, t.is_met::int, NULL),
	('response_p90_seconds', t.responded_day, t.responder_id, extract(epoch FROM t.first_response_at - t.created_at), NULL),
	('handle_median_seconds', t.outcome_day, t.agent_id, extract(epoch FROM t.handle_time), NULL),
	('negative_sentiment_pct', t.created_day, t.agent_id, (t.sentiment <= -0.05)::int, NULL),
	('abandonment_pct', t.created_day, t.agent_id, t.abandoned::int, NULL),
	('wait_p90_seconds', t.created_day, t.agent_id, CASE WHEN t.abandoned IS NOT TRUE THEN extract(epoch FROM t.wait_time) END, NULL),
	('qa_score_pct', t.outcome_day, t.agent_id, t.qa_points, t.qa_possible)
) AS m (kpi, day, agent_id, x, y)
WHERE m.x IS NOT NULL
UNION ALL
-- answers to surveys, unless the ticket has a score of the same kind
SELECT
	a.kpi,
	(s.answered_at AT TIME ZONE 'Europe/Berlin')::date,
	CASE a.kpi WHEN 'csat_pct' THEN (s.score >= 4)::int WHEN 'nps' THEN (s.score >= 9)::int - (s.score <= 6)::int END,
	NULL, t.team, coalesce(s.channel, t.channel), t.category, t.customer_tier, coalesce(s.agent_id, t.agent_id)
FROM surveys AS s
LEFT JOIN tickets AS t USING (ticket_id)
JOIN (VALUES ('csat', 'csat_pct'), ('nps', 'nps')) AS a (kind, kpi) USING (kind)
WHERE s.score IS NOT NULL AND s.answered_at IS NOT NULL
AND CASE s.kind WHEN 'csat' THEN t.csat_score ELSE t.nps_score END IS NULL;
ANALYZE measure;
