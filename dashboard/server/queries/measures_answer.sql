-- The KPIs of what was counted, and what they are compared with.
tally AS MATERIALIZED (
	SELECT
		period,
		value,
		sum(tickets)::bigint AS tickets,
		sum(unanswered)::bigint AS unanswered,
		sum(unresolved)::bigint AS unresolved,
		sum(resolved)::bigint AS resolved,
		sum(deflected)::bigint AS deflected,
		@extschema@.rollup(fcr) FILTER (WHERE $4::text[] && '{fcr_pct}') AS fcr,
		@extschema@.rollup(reopen) FILTER (WHERE $4::text[] && '{reopen_pct}') AS reopen,
		@extschema@.rollup(escalation) FILTER (WHERE $4::text[] && '{escalation_pct}') AS escalation,
		@extschema@.rollup(transfer) FILTER (WHERE $4::text[] && '{transfer_pct}') AS transfer,
		@extschema@.rollup(sla_response) FILTER (WHERE $4::text[] && '{sla_response_pct}') AS sla_response,
		@extschema@.rollup(sla_resolution) FILTER (WHERE $4::text[] && '{sla_resolution_pct}') AS sla_resolution,
		@extschema@.rollup(abandonment) FILTER (WHERE $4::text[] && '{abandonment_pct}') AS abandonment,
		@extschema@.rollup(csat) FILTER (WHERE $4::text[] && '{csat_pct}') AS csat,
		@extschema@.rollup(ces) FILTER (WHERE $4::text[] && '{ces_pct}') AS ces,
		@extschema@.rollup(self_service) FILTER (WHERE $4::text[] && '{self_service_pct}') AS self_service,
		@extschema@.rollup(negative_sentiment) FILTER (WHERE $4::text[] && '{negative_sentiment_pct}') AS negative_sentiment,
		@extschema@.rollup(bot_resolution) FILTER (WHERE $4::text[] && '{bot_resolution_pct}') AS bot_resolution,
		@extschema@.rollup(bot_escalation) FILTER (WHERE $4::text[] && '{bot_escalation_pct}') AS bot_escalation,
		@extschema@.rollup(response) FILTER (WHERE $4::text[] && '{response_median_seconds,response_p90_seconds}') AS response,
		@extschema@.rollup(resolution) FILTER (WHERE $4::text[] && '{resolution_median_seconds,resolution_p90_seconds}') AS resolution,
		@extschema@.rollup(handle) FILTER (WHERE $4::text[] && '{handle_median_seconds,handle_p90_seconds}') AS handle,
		@extschema@.rollup(wait) FILTER (WHERE $4::text[] && '{wait_median_seconds,wait_p90_seconds}') AS wait,
		@extschema@.rollup(nps) FILTER (WHERE $4::text[] && '{nps}') AS nps,
		@extschema@.rollup(qa) FILTER (WHERE $4::text[] && '{qa_score_pct}') AS qa,
		@extschema@.rollup(cost) FILTER (WHERE $4::text[] && '{cost_per_contact}') AS cost,
		@extschema@.rollup(effort) FILTER (WHERE $4::text[] && '{effort_avg}') AS effort,
		@extschema@.rollup(sentiment) FILTER (WHERE $4::text[] && '{sentiment_avg}') AS sentiment
	FROM counted
	WHERE period IS NOT NULL
	GROUP BY period, value
), measure AS (
	SELECT t.period, t.value AS member, m.*
	FROM tally AS t
	CROSS JOIN LATERAL (VALUES
		('tickets', 'count', 'tickets', NULL, t.tickets, NULL::@extschema@.kpi_rate, NULL::@extschema@.kpi_durations, NULL::double precision,
			NULL::@extschema@.kpi_scores, NULL::@extschema@.kpi_ratio),
		('unanswered', 'count', 'tickets', 'down', t.unanswered, NULL, NULL, NULL, NULL, NULL),
		('unresolved', 'count', 'tickets', 'down', t.unresolved, NULL, NULL, NULL, NULL, NULL),
		('resolved', 'count', 'tickets', NULL, t.resolved, NULL, NULL, NULL, NULL, NULL),
		('deflected', 'count', 'tickets', 'up', t.deflected, NULL, NULL, NULL, NULL, NULL),
		('fcr_pct', 'rate', 'percent', 'up', NULL, t.fcr, NULL, NULL, NULL, NULL),
		('reopen_pct', 'rate', 'percent', 'down', NULL, t.reopen, NULL, NULL, NULL, NULL),
		('escalation_pct', 'rate', 'percent', 'down', NULL, t.escalation, NULL, NULL, NULL, NULL),
		('transfer_pct', 'rate', 'percent', 'down', NULL, t.transfer, NULL, NULL, NULL, NULL),
		('sla_response_pct', 'rate', 'percent', 'up', NULL, t.sla_response, NULL, NULL, NULL, NULL),
		('sla_resolution_pct', 'rate', 'percent', 'up', NULL, t.sla_resolution, NULL, NULL, NULL, NULL),
		('abandonment_pct', 'rate', 'percent', 'down', NULL, t.abandonment, NULL, NULL, NULL, NULL),
		('csat_pct', 'rate', 'percent', 'up', NULL, t.csat, NULL, NULL, NULL, NULL),
		('ces_pct', 'rate', 'percent', 'up', NULL, t.ces, NULL, NULL, NULL, NULL),
		('self_service_pct', 'rate', 'percent', 'up', NULL, t.self_service, NULL, NULL, NULL, NULL),
		('negative_sentiment_pct', 'rate', 'percent', 'down', NULL, t.negative_sentiment, NULL, NULL, NULL, NULL),
		('bot_resolution_pct', 'rate', 'percent', 'up', NULL, t.bot_resolution, NULL, NULL, NULL, NULL),
		('bot_escalation_pct', 'rate', 'percent', 'down', NULL, t.bot_escalation, NULL, NULL, NULL, NULL),
		('response_median_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.response, 0.5, NULL, NULL),
		('response_p90_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.response, 0.9, NULL, NULL),
		('resolution_median_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.resolution, 0.5, NULL, NULL),
		('resolution_p90_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.resolution, 0.9, NULL, NULL),
		('handle_median_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.handle, 0.5, NULL, NULL),
		('handle_p90_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.handle, 0.9, NULL, NULL),
		('wait_median_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.wait, 0.5, NULL, NULL),
		('wait_p90_seconds', 'percentile', 'seconds', 'down', NULL, NULL, t.wait, 0.9, NULL, NULL),
		('nps', 'score', 'points', 'up', NULL, NULL, NULL, NULL, t.nps, NULL),
		('qa_score_pct', 'mean', 'percent', 'up', NULL, NULL, NULL, NULL, NULL, t.qa),
		('cost_per_contact', 'mean', 'currency', 'down', NULL, NULL, NULL, NULL, NULL, t.cost),
		('effort_avg', 'mean', 'score', 'up', NULL, NULL, NULL, NULL, NULL, t.effort),
		('sentiment_avg', 'mean', 'score', 'up', NULL, NULL, NULL, NULL, NULL, t.sentiment)
	) AS m (kpi, family, unit, better, number, rate, durations, fraction, scores, ratio)
	WHERE m.kpi = ANY ($4::text[])
), answer AS (
	SELECT
		*,
		@extschema@.kpi_measure_value(family, unit, number, rate, durations, fraction, scores, ratio) AS value,
		@extschema@.kpi_measure_ci(family, rate, durations, fraction, scores) AS ci,
		@extschema@.kpi_measure_n(family, number, rate, durations, scores, ratio) AS n
	FROM measure
)
SELECT
	a.kpi,
	a.member,
	a.period,
	(a.period + c.step)::date AS ends,
	(a.period + c.step)::date <= c.today AS is_complete,
	-- all tickets begin in it
	a.family = 'count' AND $3::text <> 'whole' AND a.period = f.period AS is_first,
	a.value,
	(a.ci).low,
	(a.ci).high,
	a.n,
	CASE a.family WHEN 'rate' THEN @extschema@.rate_hits(a.rate) END AS hits,
	a.unit,
	a.better,
	g.target,
	g.low AS target_low,
	g.high AS target_high,
	CASE g.direction
		WHEN 'range' THEN @extschema@.kpi_status(a.value, g.low, g.high)
		ELSE @extschema@.kpi_status(a.value, g.target, g.warning, g.direction)
		END AS status,
	-- the tickets of the first period are not those of a whole one
	CASE WHEN a.family <> 'count' OR $3::text = 'whole' OR b.period > f.period THEN a.value - b.value END AS change,
	(d.change).low AS change_low,
	(d.change).high AS change_high,
	@extschema@.is_significant(d.change) AS is_significant,
	b.value AS before,
	CASE WHEN a.family <> 'count' OR y.period > f.period THEN y.value END AS year_before,
	(y.ci).low AS year_before_low,
	(y.ci).high AS year_before_high,
	y.n AS year_before_n,
	@extschema@.is_significant(d.year_change) AS year_is_significant
FROM answer AS a
CROSS JOIN calendar AS c
CROSS JOIN (SELECT min(period) AS period FROM tally) AS f
LEFT JOIN answer AS b ON b.kpi = a.kpi AND b.member IS NOT DISTINCT FROM a.member
	AND b.period = (a.period - c.step)::date
LEFT JOIN answer AS y ON y.kpi = a.kpi AND y.member IS NOT DISTINCT FROM a.member
	AND c.year > interval '0' AND y.period = (a.period - c.year)::date
CROSS JOIN LATERAL (
	SELECT
		CASE a.family
			WHEN 'rate' THEN @extschema@.rate_change(b.rate, a.rate, 0.95::double precision)
			WHEN 'percentile' THEN @extschema@.duration_change(b.durations, a.durations, a.fraction, 0.95::double precision)
			WHEN 'score' THEN @extschema@.nps_change(b.scores, a.scores, 0.95::double precision)
			END AS change,
		CASE a.family
			WHEN 'rate' THEN @extschema@.rate_change(y.rate, a.rate, 0.95::double precision)
			WHEN 'percentile' THEN @extschema@.duration_change(y.durations, a.durations, a.fraction, 0.95::double precision)
			WHEN 'score' THEN @extschema@.nps_change(y.scores, a.scores, 0.95::double precision)
			END AS year_change
) AS d
-- the target of the selection, or of the smallest segment that contains it
LEFT JOIN LATERAL (
	SELECT t.*
	FROM kpi_target AS t
	WHERE t.kpi = a.kpi AND t.valid_from <= a.period
	AND t.segment <@ (
		jsonb_strip_nulls(jsonb_build_object('team', $6::text, 'channel', $7::text, 'category', $8::text,
			'customer_tier', $9::text, 'agent_id', $10::text))
		|| CASE WHEN $5::text IS NULL OR a.member IS NULL THEN '{}'
			ELSE jsonb_build_object(CASE $5::text WHEN 'agent' THEN 'agent_id' ELSE $5::text END, a.member) END)
	ORDER BY (SELECT count(*) FROM jsonb_object_keys(t.segment)) DESC, t.segment, t.valid_from DESC
	LIMIT 1
) AS g ON true
WHERE a.period >= $1::date
ORDER BY a.kpi, a.member, a.period;
