-- KPIs of tickets by period, and by the values of a dimension; each with the period before, the same period a year before, the target
-- and the status. Reads the facts, for filters that the tallies do not have.
-- $1 date    first day
-- $2 date    day after the last one
-- $3 text    day, week, month, or whole for the days from $1 to $2 together
-- $4 text[]  KPIs
-- $5 text    dimension: team, channel, category, customer_tier or agent; null for none
-- $6 text    team, null for all; so are the others
-- $7 text    channel
-- $8 text    category
-- $9 text    customer_tier
-- $10 text   agent
WITH calendar AS (
	SELECT
		o.week_start,
		o.attribute,
		(s.as_of AT TIME ZONE o.time_zone)::date AS today,
		CASE $3::text
			WHEN 'day' THEN interval '1 day'
			WHEN 'week' THEN interval '7 days'
			WHEN 'month' THEN interval '1 month'
			ELSE make_interval(days => $2::date - $1::date)
			END AS step,
		-- weeks and days of the year before have the same days of the week
		CASE $3::text WHEN 'month' THEN interval '1 year' ELSE interval '364 days' END AS year
	FROM kpi_state AS s
	CROSS JOIN kpi_settings AS o
), counted AS (
	SELECT CASE $3::text
			WHEN 'day' THEN t.day
			WHEN 'week' THEN t.day - (extract(isodow FROM t.day)::integer - c.week_start + 7) % 7
			WHEN 'month' THEN date_trunc('month', t.day::timestamp)::date
			-- the days asked for, as many days before, and as many a year before
			ELSE CASE
				WHEN t.day >= $1::date THEN $1::date
				WHEN t.day >= ($1::date - c.step)::date THEN ($1::date - c.step)::date
				WHEN t.day >= ($1::date - c.year)::date AND t.day < ($2::date - c.year)::date THEN ($1::date - c.year)::date
				END
			END AS period, t.*
	FROM calendar AS c
	CROSS JOIN LATERAL (
		SELECT
			e.event,
			CASE c.attribute WHEN 'created' THEN k.created_day ELSE e.day END AS day,
			CASE $5::text WHEN 'team' THEN k.team WHEN 'channel' THEN k.channel WHEN 'category' THEN k.category
				WHEN 'customer_tier' THEN k.customer_tier WHEN 'agent' THEN e.agent_id END AS value,
			k.is_unanswered, k.is_resolved, k.self_service, k.bot_resolved, k.bot_escalated, k.first_contact, k.reopened, k.escalated,
			k.transferred, k.sla_response_met, k.sla_resolution_met, k.abandoned, k.csat_satisfied, k.ces_easy, k.sentiment,
			k.response_seconds, k.resolution_seconds, k.handle_seconds, k.wait_seconds, k.nps_score, k.qa_points, k.qa_possible, k.cost,
			k.ces_score
		FROM ticket AS k
		CROSS JOIN LATERAL (VALUES
			('created', k.created_day, k.agent_id),
			('responded', k.responded_day, k.responder_id),
			('sla_response', k.sla_response_day, k.responder_id),
			('outcome', k.outcome_day, k.agent_id),
			('sla_resolution', k.sla_resolution_day, k.agent_id)
		) AS e (event, day, agent_id)
		WHERE k.merged_into IS NULL
		AND ($6::text IS NULL OR k.team = $6::text) AND ($7::text IS NULL OR k.channel = $7::text)
		AND ($8::text IS NULL OR k.category = $8::text) AND ($9::text IS NULL OR k.customer_tier = $9::text)
		AND ($10::text IS NULL OR e.agent_id = $10::text)
		UNION ALL
		-- answers to surveys that are not in their tickets
		SELECT
			'survey',
			s.answered_day,
			CASE $5::text WHEN 'team' THEN k.team WHEN 'channel' THEN s.channel WHEN 'category' THEN k.category
				WHEN 'customer_tier' THEN k.customer_tier WHEN 'agent' THEN s.agent_id END,
			NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
			CASE s.kind WHEN 'csat' THEN s.is_good END,
			CASE s.kind WHEN 'ces' THEN s.is_good END,
			NULL, NULL, NULL, NULL, NULL,
			CASE s.kind WHEN 'nps' THEN s.score::bigint END,
			NULL, NULL, NULL,
			CASE WHEN s.kind = 'ces' AND s.is_good IS NOT NULL THEN s.score END
		FROM survey AS s
		LEFT JOIN ticket AS k ON k.ticket_id = s.ticket_id
		WHERE NOT s.in_ticket AND s.answered_day IS NOT NULL AND $4::text[] && '{csat_pct,nps,ces_pct,effort_avg}'
		AND ($6::text IS NULL OR k.team = $6::text) AND ($7::text IS NULL OR s.channel = $7::text)
		AND ($8::text IS NULL OR k.category = $8::text) AND ($9::text IS NULL OR k.customer_tier = $9::text)
		AND ($10::text IS NULL OR s.agent_id = $10::text)
	) AS t
	WHERE t.day >= (least($1::date - c.step, $1::date - c.year))::date AND t.day < $2::date
), tally AS MATERIALIZED (
	SELECT
		period,
		value,
		count(*) FILTER (WHERE event = 'created') AS tickets,
		count(*) FILTER (WHERE event = 'created' AND is_unanswered) AS unanswered,
		count(*) FILTER (WHERE event = 'created' AND NOT is_resolved) AS unresolved,
		count(*) FILTER (WHERE event = 'outcome' AND is_resolved) AS resolved,
		count(*) FILTER (WHERE event = 'created' AND (self_service OR bot_resolved)) AS deflected,
		rate_agg(first_contact) FILTER (WHERE $4::text[] && '{fcr_pct}' AND event = 'outcome') AS fcr,
		rate_agg(reopened) FILTER (WHERE $4::text[] && '{reopen_pct}' AND event = 'outcome') AS reopen,
		rate_agg(escalated) FILTER (WHERE $4::text[] && '{escalation_pct}' AND event = 'outcome') AS escalation,
		rate_agg(transferred) FILTER (WHERE $4::text[] && '{transfer_pct}' AND event = 'outcome') AS transfer,
		rate_agg(sla_response_met) FILTER (WHERE $4::text[] && '{sla_response_pct}' AND event = 'sla_response') AS sla_response,
		rate_agg(sla_resolution_met) FILTER (WHERE $4::text[] && '{sla_resolution_pct}' AND event = 'sla_resolution') AS sla_resolution,
		rate_agg(abandoned) FILTER (WHERE $4::text[] && '{abandonment_pct}' AND event = 'created') AS abandonment,
		rate_agg(csat_satisfied) FILTER (WHERE $4::text[] && '{csat_pct}' AND event IN ('outcome', 'survey')) AS csat,
		rate_agg(ces_easy) FILTER (WHERE $4::text[] && '{ces_pct}' AND event IN ('outcome', 'survey')) AS ces,
		rate_agg(self_service) FILTER (WHERE $4::text[] && '{self_service_pct}' AND event = 'created') AS self_service,
		rate_agg(sentiment <= -0.05) FILTER (WHERE $4::text[] && '{negative_sentiment_pct}' AND event = 'created') AS negative_sentiment,
		rate_agg(bot_resolved) FILTER (WHERE $4::text[] && '{bot_resolution_pct}' AND event = 'created') AS bot_resolution,
		rate_agg(bot_escalated) FILTER (WHERE $4::text[] && '{bot_escalation_pct}' AND event = 'created') AS bot_escalation,
		durations_agg(from_seconds(response_seconds)) FILTER (WHERE $4::text[] && '{response_median_seconds,response_p90_seconds}' AND event = 'responded') AS response,
		durations_agg(from_seconds(resolution_seconds)) FILTER (WHERE $4::text[] && '{resolution_median_seconds,resolution_p90_seconds}' AND event = 'outcome') AS resolution,
		durations_agg(from_seconds(handle_seconds)) FILTER (WHERE $4::text[] && '{handle_median_seconds,handle_p90_seconds}' AND event = 'outcome') AS handle,
		durations_agg(from_seconds(wait_seconds)) FILTER (WHERE $4::text[] && '{wait_median_seconds,wait_p90_seconds}' AND event = 'created') AS wait,
		scores_agg(nps_score) FILTER (WHERE $4::text[] && '{nps}' AND event IN ('outcome', 'survey')) AS nps,
		ratio_agg(qa_points, qa_possible) FILTER (WHERE $4::text[] && '{qa_score_pct}' AND event = 'outcome') AS qa,
		ratio_agg(cost, 1::double precision) FILTER (WHERE $4::text[] && '{cost_per_contact}' AND event = 'outcome' AND cost IS NOT NULL) AS cost,
		ratio_agg(ces_score, 1::double precision) FILTER (WHERE $4::text[] && '{effort_avg}' AND event IN ('outcome', 'survey') AND ces_score IS NOT NULL) AS effort,
		ratio_agg(sentiment, 1::double precision) FILTER (WHERE $4::text[] && '{sentiment_avg}' AND event = 'created' AND sentiment IS NOT NULL) AS sentiment
	FROM counted
	WHERE period IS NOT NULL
	GROUP BY period, value
), measure AS (
	SELECT t.period, t.value AS member, m.*
	FROM tally AS t
	CROSS JOIN LATERAL (VALUES
		('tickets', 'count', 'tickets', NULL, t.tickets, NULL::kpi_rate, NULL::kpi_durations, NULL::double precision, NULL::kpi_scores, NULL::kpi_ratio),
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
LEFT JOIN answer AS b ON b.kpi = a.kpi AND b.member IS NOT DISTINCT FROM a.member AND b.period = (a.period - c.step)::date
LEFT JOIN answer AS y ON y.kpi = a.kpi AND y.member IS NOT DISTINCT FROM a.member AND y.period = (a.period - c.year)::date
CROSS JOIN LATERAL (
	SELECT CASE a.family
		WHEN 'rate' THEN rate_change(b.rate, a.rate, 0.95)
		WHEN 'percentile' THEN duration_change(b.durations, a.durations, a.fraction, 0.95)
		WHEN 'score' THEN nps_change(b.scores, a.scores, 0.95)
		END AS change
) AS d
-- the target of the selection, or of the smallest segment that contains it
LEFT JOIN LATERAL (
	SELECT t.*
	FROM kpi_target AS t
	WHERE t.kpi = a.kpi AND t.valid_from <= a.period
	AND t.segment <@ (
		jsonb_strip_nulls(jsonb_build_object('team', $6::text, 'channel', $7::text, 'category', $8::text, 'customer_tier', $9::text, 'agent_id', $10::text))
		|| CASE WHEN $5::text IS NULL OR a.member IS NULL THEN '{}' ELSE jsonb_build_object(CASE $5::text WHEN 'agent' THEN 'agent_id' ELSE $5::text END, a.member) END)
	ORDER BY (SELECT count(*) FROM jsonb_object_keys(t.segment)) DESC, t.segment, t.valid_from DESC
	LIMIT 1
) AS g ON true
WHERE a.period >= $1::date
ORDER BY a.kpi, a.member, a.period;
