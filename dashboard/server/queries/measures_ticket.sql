-- KPIs of tickets by period, and by the values of a dimension; each with the period before, the same period a year
-- before, the target and the status. Reads the facts, for filters that the tallies do not have.
-- $1 date    first day of the first period
-- $2 date    day after the last period
-- $3 text    periods: day, week, month, or whole for the days from $1 to $2 together
-- $4 text[]  KPIs
-- $5 text    dimension: team, channel, category, customer_tier or agent; null for none
-- $6 text    team, null for all; so are the others
-- $7 text    channel
-- $8 text    category
-- $9 text    customer_tier
-- $10 text   agent
WITH calendar AS (
	SELECT *, starts[1] AS first_day
	FROM (
		SELECT
			p.*,
			-- the first days of the periods, from a year before the first one on
			ARRAY(
				SELECT g::date
				FROM generate_series(least($1::date - p.step, $1::date - p.year), $2::timestamp - interval '1 day', p.step) AS g
			) AS starts
		FROM (
			SELECT
				o.attribute,
				(s.as_of AT TIME ZONE o.time_zone)::date AS today,
				CASE $3::text
					WHEN 'day' THEN interval '1 day'
					WHEN 'week' THEN interval '7 days'
					WHEN 'month' THEN interval '1 month'
					ELSE make_interval(days => $2::date - $1::date)
					END AS step,
				-- weeks and days of the year before have the same days of the week; whole has only the period before
				CASE $3::text
					WHEN 'month' THEN interval '1 year'
					WHEN 'whole' THEN interval '0'
					ELSE interval '364 days'
					END AS year
			FROM kpi_state AS s
			CROSS JOIN kpi_settings AS o
		) AS p
	) AS c
), chosen AS MATERIALIZED (
	-- Tickets whose events are in the same periods are counted at once: few have them in several. A period is named by its
	-- first day.
	SELECT
		CASE WHEN k.created_day >= c.first_day AND k.created_day < $2::date
			THEN c.starts[width_bucket(k.created_day, c.starts)] END AS created_in,
		CASE WHEN e.responded >= c.first_day AND e.responded < $2::date
			THEN c.starts[width_bucket(e.responded, c.starts)] END AS responded_in,
		CASE WHEN e.sla_response >= c.first_day AND e.sla_response < $2::date
			THEN c.starts[width_bucket(e.sla_response, c.starts)] END AS sla_response_in,
		CASE WHEN e.outcome >= c.first_day AND e.outcome < $2::date
			THEN c.starts[width_bucket(e.outcome, c.starts)] END AS outcome_in,
		CASE WHEN e.sla_resolution >= c.first_day AND e.sla_resolution < $2::date
			THEN c.starts[width_bucket(e.sla_resolution, c.starts)] END AS sla_resolution_in,
		CASE WHEN $5::text = 'agent' OR $10::text IS NOT NULL THEN k.agent_id END AS agent,
		CASE WHEN $5::text = 'agent' OR $10::text IS NOT NULL THEN k.responder_id END AS responder,
		CASE $5::text WHEN 'team' THEN k.team WHEN 'channel' THEN k.channel WHEN 'category' THEN k.category
			WHEN 'customer_tier' THEN k.customer_tier END AS value,
		count(*) AS tickets,
		count(*) FILTER (WHERE k.is_unanswered) AS unanswered,
		count(*) FILTER (WHERE NOT k.is_resolved) AS unresolved,
		count(*) FILTER (WHERE k.self_service OR k.bot_resolved) AS deflected,
		rate_agg(k.abandoned) FILTER (WHERE $4::text[] && '{abandonment_pct}') AS abandonment,
		rate_agg(k.self_service) FILTER (WHERE $4::text[] && '{self_service_pct}') AS self_service,
		rate_agg(k.sentiment <= -0.05::double precision)
			FILTER (WHERE $4::text[] && '{negative_sentiment_pct}') AS negative_sentiment,
		rate_agg(k.bot_resolved) FILTER (WHERE $4::text[] && '{bot_resolution_pct}') AS bot_resolution,
		rate_agg(k.bot_escalated) FILTER (WHERE $4::text[] && '{bot_escalation_pct}') AS bot_escalation,
		durations_agg(from_seconds(k.wait_seconds))
			FILTER (WHERE $4::text[] && '{wait_median_seconds,wait_p90_seconds}') AS wait,
		ratio_agg(k.sentiment, 1::double precision)
			FILTER (WHERE $4::text[] && '{sentiment_avg}' AND k.sentiment IS NOT NULL) AS sentiment,
		durations_agg(from_seconds(k.response_seconds))
			FILTER (WHERE $4::text[] && '{response_median_seconds,response_p90_seconds}') AS response,
		rate_agg(k.sla_response_met) FILTER (WHERE $4::text[] && '{sla_response_pct}') AS sla_response,
		count(*) FILTER (WHERE k.is_resolved) AS resolved,
		rate_agg(k.first_contact) FILTER (WHERE $4::text[] && '{fcr_pct}') AS fcr,
		rate_agg(k.reopened) FILTER (WHERE $4::text[] && '{reopen_pct}') AS reopen,
		rate_agg(k.escalated) FILTER (WHERE $4::text[] && '{escalation_pct}') AS escalation,
		rate_agg(k.transferred) FILTER (WHERE $4::text[] && '{transfer_pct}') AS transfer,
		rate_agg(k.csat_satisfied) FILTER (WHERE $4::text[] && '{csat_pct}') AS csat,
		rate_agg(k.ces_easy) FILTER (WHERE $4::text[] && '{ces_pct}') AS ces,
		durations_agg(from_seconds(k.resolution_seconds))
			FILTER (WHERE $4::text[] && '{resolution_median_seconds,resolution_p90_seconds}') AS resolution,
		durations_agg(from_seconds(k.handle_seconds))
			FILTER (WHERE $4::text[] && '{handle_median_seconds,handle_p90_seconds}') AS handle,
		scores_agg(k.nps_score) FILTER (WHERE $4::text[] && '{nps}') AS nps,
		ratio_agg(k.qa_points, k.qa_possible) FILTER (WHERE $4::text[] && '{qa_score_pct}') AS qa,
		ratio_agg(k.cost, 1::double precision)
			FILTER (WHERE $4::text[] && '{cost_per_contact}' AND k.cost IS NOT NULL) AS cost,
		ratio_agg(k.ces_score, 1::double precision)
			FILTER (WHERE $4::text[] && '{effort_avg}' AND k.ces_score IS NOT NULL) AS effort,
		rate_agg(k.sla_resolution_met) FILTER (WHERE $4::text[] && '{sla_resolution_pct}') AS sla_resolution
	FROM ticket AS k
	CROSS JOIN calendar AS c
	CROSS JOIN LATERAL (
		SELECT
			CASE c.attribute WHEN 'created' THEN k.created_day ELSE k.responded_day END AS responded,
			CASE c.attribute WHEN 'created' THEN k.created_day ELSE k.sla_response_day END AS sla_response,
			CASE c.attribute WHEN 'created' THEN k.created_day ELSE k.outcome_day END AS outcome,
			CASE c.attribute WHEN 'created' THEN k.created_day ELSE k.sla_resolution_day END AS sla_resolution
	) AS e
	WHERE k.merged_into IS NULL
	AND ($6::text IS NULL OR k.team = $6::text) AND ($7::text IS NULL OR k.channel = $7::text)
	AND ($8::text IS NULL OR k.category = $8::text) AND ($9::text IS NULL OR k.customer_tier = $9::text)
	AND ($10::text IS NULL OR k.agent_id = $10::text OR k.responder_id = $10::text)
	AND least(k.created_day, e.responded, e.sla_response, e.outcome, e.sla_resolution) < $2::date
	AND greatest(k.created_day, e.responded, e.sla_response, e.outcome, e.sla_resolution) >= c.first_day
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
), counted AS (
	SELECT created_in AS period, CASE $5::text WHEN 'agent' THEN agent ELSE value END AS value,
		tickets, unanswered, unresolved, NULL::bigint AS resolved, deflected, NULL::kpi_rate AS fcr,
		NULL::kpi_rate AS reopen, NULL::kpi_rate AS escalation, NULL::kpi_rate AS transfer,
		NULL::kpi_rate AS sla_response, NULL::kpi_rate AS sla_resolution, abandonment, NULL::kpi_rate AS csat,
		NULL::kpi_rate AS ces, self_service, negative_sentiment, bot_resolution, bot_escalation,
		NULL::kpi_durations AS response, NULL::kpi_durations AS resolution, NULL::kpi_durations AS handle, wait,
		NULL::kpi_scores AS nps, NULL::kpi_ratio AS qa, NULL::kpi_ratio AS cost, NULL::kpi_ratio AS effort, sentiment
	FROM chosen
	WHERE created_in IS NOT NULL AND ($10::text IS NULL OR agent = $10::text)
	UNION ALL
	SELECT responded_in AS period, CASE $5::text WHEN 'agent' THEN responder ELSE value END AS value,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		response, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM chosen
	WHERE responded_in IS NOT NULL AND ($10::text IS NULL OR responder = $10::text)
	UNION ALL
	SELECT sla_response_in AS period, CASE $5::text WHEN 'agent' THEN responder ELSE value END AS value,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sla_response, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM chosen
	WHERE sla_response_in IS NOT NULL AND ($10::text IS NULL OR responder = $10::text)
	UNION ALL
	SELECT outcome_in AS period, CASE $5::text WHEN 'agent' THEN agent ELSE value END AS value,
		NULL, NULL, NULL, resolved, NULL, fcr, reopen, escalation, transfer, NULL, NULL, NULL, csat, ces, NULL, NULL,
		NULL, NULL, NULL, resolution, handle, NULL, nps, qa, cost, effort, NULL
	FROM chosen
	WHERE outcome_in IS NOT NULL AND ($10::text IS NULL OR agent = $10::text)
	UNION ALL
	SELECT sla_resolution_in AS period, CASE $5::text WHEN 'agent' THEN agent ELSE value END AS value,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, sla_resolution, NULL, NULL, NULL, NULL, NULL,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM chosen
	WHERE sla_resolution_in IS NOT NULL AND ($10::text IS NULL OR agent = $10::text)
	UNION ALL
	-- answers to surveys that are not in their tickets
	SELECT
		c.starts[width_bucket(s.answered_day, c.starts)] AS period,
		CASE $5::text WHEN 'team' THEN k.team WHEN 'channel' THEN s.channel WHEN 'category' THEN k.category
			WHEN 'customer_tier' THEN k.customer_tier WHEN 'agent' THEN s.agent_id END AS value,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		rate_agg(s.is_good) FILTER (WHERE s.kind = 'csat') AS csat,
		rate_agg(s.is_good) FILTER (WHERE s.kind = 'ces') AS ces,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		scores_agg(s.score::bigint) FILTER (WHERE s.kind = 'nps') AS nps,
		NULL, NULL,
		ratio_agg(s.score, 1::double precision) FILTER (WHERE s.kind = 'ces') AS effort,
		NULL
	FROM survey AS s
	CROSS JOIN calendar AS c
	LEFT JOIN ticket AS k ON k.ticket_id = s.ticket_id
	WHERE NOT s.in_ticket AND CASE s.kind WHEN 'nps' THEN s.score ELSE s.is_good::integer END IS NOT NULL
	AND s.answered_day >= c.first_day AND s.answered_day < $2::date
	AND ($6::text IS NULL OR k.team = $6::text) AND ($7::text IS NULL OR s.channel = $7::text)
	AND ($8::text IS NULL OR k.category = $8::text) AND ($9::text IS NULL OR k.customer_tier = $9::text)
	AND ($10::text IS NULL OR s.agent_id = $10::text)
	AND $4::text[] && ARRAY['csat_pct', 'nps', 'ces_pct', 'effort_avg']
	GROUP BY 1, 2
), tally AS MATERIALIZED (
	SELECT
		period,
		value,
		sum(tickets)::bigint AS tickets,
		sum(unanswered)::bigint AS unanswered,
		sum(unresolved)::bigint AS unresolved,
		sum(resolved)::bigint AS resolved,
		sum(deflected)::bigint AS deflected,
		rollup(fcr) FILTER (WHERE $4::text[] && '{fcr_pct}') AS fcr,
		rollup(reopen) FILTER (WHERE $4::text[] && '{reopen_pct}') AS reopen,
		rollup(escalation) FILTER (WHERE $4::text[] && '{escalation_pct}') AS escalation,
		rollup(transfer) FILTER (WHERE $4::text[] && '{transfer_pct}') AS transfer,
		rollup(sla_response) FILTER (WHERE $4::text[] && '{sla_response_pct}') AS sla_response,
		rollup(sla_resolution) FILTER (WHERE $4::text[] && '{sla_resolution_pct}') AS sla_resolution,
		rollup(abandonment) FILTER (WHERE $4::text[] && '{abandonment_pct}') AS abandonment,
		rollup(csat) FILTER (WHERE $4::text[] && '{csat_pct}') AS csat,
		rollup(ces) FILTER (WHERE $4::text[] && '{ces_pct}') AS ces,
		rollup(self_service) FILTER (WHERE $4::text[] && '{self_service_pct}') AS self_service,
		rollup(negative_sentiment) FILTER (WHERE $4::text[] && '{negative_sentiment_pct}') AS negative_sentiment,
		rollup(bot_resolution) FILTER (WHERE $4::text[] && '{bot_resolution_pct}') AS bot_resolution,
		rollup(bot_escalation) FILTER (WHERE $4::text[] && '{bot_escalation_pct}') AS bot_escalation,
		rollup(response) FILTER (WHERE $4::text[] && '{response_median_seconds,response_p90_seconds}') AS response,
		rollup(resolution) FILTER (WHERE $4::text[] && '{resolution_median_seconds,resolution_p90_seconds}') AS resolution,
		rollup(handle) FILTER (WHERE $4::text[] && '{handle_median_seconds,handle_p90_seconds}') AS handle,
		rollup(wait) FILTER (WHERE $4::text[] && '{wait_median_seconds,wait_p90_seconds}') AS wait,
		rollup(nps) FILTER (WHERE $4::text[] && '{nps}') AS nps,
		rollup(qa) FILTER (WHERE $4::text[] && '{qa_score_pct}') AS qa,
		rollup(cost) FILTER (WHERE $4::text[] && '{cost_per_contact}') AS cost,
		rollup(effort) FILTER (WHERE $4::text[] && '{effort_avg}') AS effort,
		rollup(sentiment) FILTER (WHERE $4::text[] && '{sentiment_avg}') AS sentiment
	FROM counted
	WHERE period IS NOT NULL
	GROUP BY period, value
), measure AS (
	SELECT t.period, t.value AS member, m.*
	FROM tally AS t
	CROSS JOIN LATERAL (VALUES
		('tickets', 'count', 'tickets', NULL, t.tickets, NULL::kpi_rate, NULL::kpi_durations, NULL::double precision,
			NULL::kpi_scores, NULL::kpi_ratio),
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
		kpi_measure_value(family, unit, number, rate, durations, fraction, scores, ratio) AS value,
		kpi_measure_ci(family, rate, durations, fraction, scores) AS ci,
		kpi_measure_n(family, number, rate, durations, scores, ratio) AS n
	FROM measure
)
SELECT
	a.kpi,
	a.member,
	a.period,
	(a.period + c.step)::date AS ends,
	(a.period + c.step)::date <= c.today AS is_complete,
	a.value,
	(a.ci).low,
	(a.ci).high,
	a.n,
	CASE a.family WHEN 'rate' THEN rate_hits(a.rate) END AS hits,
	a.unit,
	a.better,
	g.target,
	g.low AS target_low,
	g.high AS target_high,
	CASE g.direction
		WHEN 'range' THEN kpi_status(a.value, g.low, g.high)
		ELSE kpi_status(a.value, g.target, g.warning, g.direction)
		END AS status,
	a.value - b.value AS change,
	(d.change).low AS change_low,
	(d.change).high AS change_high,
	is_significant(d.change) AS is_significant,
	b.value AS before,
	y.value AS year_before,
	(y.ci).low AS year_before_low,
	(y.ci).high AS year_before_high,
	y.n AS year_before_n
FROM answer AS a
CROSS JOIN calendar AS c
LEFT JOIN answer AS b ON b.kpi = a.kpi AND b.member IS NOT DISTINCT FROM a.member
	AND b.period = (a.period - c.step)::date
LEFT JOIN answer AS y ON y.kpi = a.kpi AND y.member IS NOT DISTINCT FROM a.member
	AND c.year > interval '0' AND y.period = (a.period - c.year)::date
CROSS JOIN LATERAL (
	SELECT CASE a.family
		WHEN 'rate' THEN rate_change(b.rate, a.rate, 0.95::double precision)
		WHEN 'percentile' THEN duration_change(b.durations, a.durations, a.fraction, 0.95::double precision)
		WHEN 'score' THEN nps_change(b.scores, a.scores, 0.95::double precision)
		END AS change
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
