-- The tallies to count: made of the facts, for filters that the daily ones do not have.
chosen AS MATERIALIZED (
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
		@extschema@.rate_agg(k.abandoned) FILTER (WHERE $4::text[] && '{abandonment_pct}') AS abandonment,
		@extschema@.rate_agg(k.self_service) FILTER (WHERE $4::text[] && '{self_service_pct}') AS self_service,
		@extschema@.rate_agg(k.sentiment <= -0.05::double precision)
			FILTER (WHERE $4::text[] && '{negative_sentiment_pct}') AS negative_sentiment,
		@extschema@.rate_agg(k.bot_resolved) FILTER (WHERE $4::text[] && '{bot_resolution_pct}') AS bot_resolution,
		@extschema@.rate_agg(k.bot_escalated) FILTER (WHERE $4::text[] && '{bot_escalation_pct}') AS bot_escalation,
		@extschema@.durations_agg(@extschema@.from_seconds(k.wait_seconds))
			FILTER (WHERE $4::text[] && '{wait_median_seconds,wait_p90_seconds}') AS wait,
		@extschema@.ratio_agg(k.sentiment, 1::double precision)
			FILTER (WHERE $4::text[] && '{sentiment_avg}' AND k.sentiment IS NOT NULL) AS sentiment,
		@extschema@.durations_agg(@extschema@.from_seconds(k.response_seconds))
			FILTER (WHERE $4::text[] && '{response_median_seconds,response_p90_seconds}') AS response,
		@extschema@.rate_agg(k.sla_response_met) FILTER (WHERE $4::text[] && '{sla_response_pct}') AS sla_response,
		count(*) FILTER (WHERE k.is_resolved) AS resolved,
		@extschema@.rate_agg(k.first_contact) FILTER (WHERE $4::text[] && '{fcr_pct}') AS fcr,
		@extschema@.rate_agg(k.reopened) FILTER (WHERE $4::text[] && '{reopen_pct}') AS reopen,
		@extschema@.rate_agg(k.escalated) FILTER (WHERE $4::text[] && '{escalation_pct}') AS escalation,
		@extschema@.rate_agg(k.transferred) FILTER (WHERE $4::text[] && '{transfer_pct}') AS transfer,
		@extschema@.rate_agg(k.csat_satisfied) FILTER (WHERE $4::text[] && '{csat_pct}') AS csat,
		@extschema@.rate_agg(k.ces_easy) FILTER (WHERE $4::text[] && '{ces_pct}') AS ces,
		@extschema@.durations_agg(@extschema@.from_seconds(k.resolution_seconds))
			FILTER (WHERE $4::text[] && '{resolution_median_seconds,resolution_p90_seconds}') AS resolution,
		@extschema@.durations_agg(@extschema@.from_seconds(k.handle_seconds))
			FILTER (WHERE $4::text[] && '{handle_median_seconds,handle_p90_seconds}') AS handle,
		@extschema@.scores_agg(k.nps_score) FILTER (WHERE $4::text[] && '{nps}') AS nps,
		@extschema@.ratio_agg(k.qa_points, k.qa_possible) FILTER (WHERE $4::text[] && '{qa_score_pct}') AS qa,
		@extschema@.ratio_agg(k.cost, 1::double precision)
			FILTER (WHERE $4::text[] && '{cost_per_contact}' AND k.cost IS NOT NULL) AS cost,
		@extschema@.ratio_agg(k.ces_score, 1::double precision)
			FILTER (WHERE $4::text[] && '{effort_avg}' AND k.ces_score IS NOT NULL) AS effort,
		@extschema@.rate_agg(k.sla_resolution_met) FILTER (WHERE $4::text[] && '{sla_resolution_pct}') AS sla_resolution
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
		tickets, unanswered, unresolved, NULL::bigint AS resolved, deflected, NULL::@extschema@.kpi_rate AS fcr,
		NULL::@extschema@.kpi_rate AS reopen, NULL::@extschema@.kpi_rate AS escalation, NULL::@extschema@.kpi_rate AS transfer,
		NULL::@extschema@.kpi_rate AS sla_response, NULL::@extschema@.kpi_rate AS sla_resolution, abandonment,
		NULL::@extschema@.kpi_rate AS csat, NULL::@extschema@.kpi_rate AS ces, self_service, negative_sentiment,
		bot_resolution, bot_escalation,
		NULL::@extschema@.kpi_durations AS response, NULL::@extschema@.kpi_durations AS resolution,
		NULL::@extschema@.kpi_durations AS handle, wait, NULL::@extschema@.kpi_scores AS nps,
		NULL::@extschema@.kpi_ratio AS qa, NULL::@extschema@.kpi_ratio AS cost, NULL::@extschema@.kpi_ratio AS effort, sentiment
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
		CASE $5::text WHEN 'team' THEN s.team WHEN 'channel' THEN s.channel WHEN 'category' THEN s.category
			WHEN 'customer_tier' THEN s.customer_tier WHEN 'agent' THEN s.agent_id END AS value,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		@extschema@.rate_agg(s.is_good) FILTER (WHERE s.kind = 'csat') AS csat,
		@extschema@.rate_agg(s.is_good) FILTER (WHERE s.kind = 'ces') AS ces,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		@extschema@.scores_agg(s.score::bigint) FILTER (WHERE s.kind = 'nps') AS nps,
		NULL, NULL,
		@extschema@.ratio_agg(s.score, 1::double precision) FILTER (WHERE s.kind = 'ces') AS effort,
		NULL
	FROM survey AS s
	CROSS JOIN calendar AS c
	WHERE NOT s.in_ticket AND CASE s.kind WHEN 'nps' THEN s.score ELSE s.is_good::integer END IS NOT NULL
	AND s.answered_day >= c.first_day AND s.answered_day < $2::date
	AND ($6::text IS NULL OR s.team = $6::text) AND ($7::text IS NULL OR s.channel = $7::text)
	AND ($8::text IS NULL OR s.category = $8::text) AND ($9::text IS NULL OR s.customer_tier = $9::text)
	AND ($10::text IS NULL OR s.agent_id = $10::text)
	AND $4::text[] && ARRAY['csat_pct', 'nps', 'ces_pct', 'effort_avg']
	GROUP BY 1, 2
)
