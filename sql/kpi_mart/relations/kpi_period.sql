-- each @period_name@, subset of the dimensions and KPI, one row each, for BI filters
-- names: kpi_daily kpi_weekly kpi_monthly
SELECT
	k.period, -- first day of the @period_name@
	@dimensions_of_k@,
	k.kpi, -- KPI
	k.value, -- its value, in its unit; NULL when nothing was counted
	k.low, -- lower end of the 95 % interval; NULL for counts and means
	k.high, -- upper end of the 95 % interval; NULL for counts and means
	k.hits, -- number of hits, of a rate
	k.n, -- number of tickets or answers counted
	k.unit, -- tickets, percent, points, seconds, score or currency
	k.better, -- where better values lie, up or down; NULL when neither is
	g.target, -- target from kpi_target, of the segment or the smallest one around it
	CASE g.direction
		WHEN 'range' THEN @extschema@.kpi_status(k.value, g.low, g.high)
		ELSE @extschema@.kpi_status(k.value, g.target, g.warning, g.direction)
		END AS status -- good, warning or breach; NULL without a target
FROM (
	-- a branch for each KPI, so that a condition on kpi leaves out the others
	SELECT period, @dimensions@, kpi, value::double precision, NULL::double precision AS low, NULL::double precision AS high,
		NULL::bigint AS hits, value AS n, 'tickets' AS unit, better
	FROM (
		SELECT @period@ AS period, @dimensions@, 'tickets' AS kpi, NULL::text AS better, sum(tickets)::bigint AS value
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'unanswered' AS kpi, 'down' AS better, sum(unanswered)::bigint AS value
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'unresolved' AS kpi, 'down' AS better, sum(unresolved)::bigint AS value
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'resolved' AS kpi, NULL AS better, sum(resolved)::bigint AS value
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'deflected' AS kpi, 'up' AS better, sum(deflected)::bigint AS value
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
	) AS counts
	UNION ALL
	SELECT period, @dimensions@, kpi, @extschema@.rate_pct(tally), (ci).low, (ci).high,
		@extschema@.rate_hits(tally), @extschema@.sample_size(tally), 'percent', better
	FROM (
		SELECT *, @extschema@.rate_ci(tally, 0.95::double precision, 'wilson'::@extschema@.kpi_ci_method) AS ci
		FROM (
			SELECT @period@ AS period, @dimensions@, 'fcr_pct' AS kpi, 'up' AS better, @extschema@.rollup(fcr) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'reopen_pct' AS kpi, 'down' AS better,
				@extschema@.rollup(reopen) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'escalation_pct' AS kpi, 'down' AS better,
				@extschema@.rollup(escalation) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'transfer_pct' AS kpi, 'down' AS better,
				@extschema@.rollup(transfer) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'sla_response_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(sla_response) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'sla_resolution_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(sla_resolution) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'abandonment_pct' AS kpi, 'down' AS better,
				@extschema@.rollup(abandonment) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'csat_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(csat) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'ces_pct' AS kpi, 'up' AS better, @extschema@.rollup(ces) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'self_service_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(self_service) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'bot_resolution_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(bot_resolution) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'bot_escalation_pct' AS kpi, 'down' AS better,
				@extschema@.rollup(bot_escalation) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'bot_escalation_accuracy_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(bot_escalation_accuracy) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'bot_acceptance_pct' AS kpi, 'up' AS better,
				@extschema@.rollup(bot_acceptance) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		) AS rate
	) AS rates
	UNION ALL
	SELECT period, @dimensions@, kpi, @extschema@.in_seconds(@extschema@.percentile(tally, fraction)), (ci).low, (ci).high,
		NULL, @extschema@.sample_size(tally), 'seconds', 'down'
	FROM (
		SELECT *, @extschema@.percentile_ci(tally, fraction, 0.95::double precision) AS ci
		FROM (
			SELECT @period@ AS period, @dimensions@, 'response_median_seconds' AS kpi, 0.5::double precision AS fraction,
				@extschema@.rollup(response) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'response_p90_seconds' AS kpi, 0.9::double precision AS fraction,
				@extschema@.rollup(response) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'resolution_median_seconds' AS kpi, 0.5::double precision AS fraction,
				@extschema@.rollup(resolution) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'resolution_p90_seconds' AS kpi, 0.9::double precision AS fraction,
				@extschema@.rollup(resolution) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'handle_median_seconds' AS kpi, 0.5::double precision AS fraction,
				@extschema@.rollup(handle) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'handle_p90_seconds' AS kpi, 0.9::double precision AS fraction,
				@extschema@.rollup(handle) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'wait_median_seconds' AS kpi, 0.5::double precision AS fraction,
				@extschema@.rollup(wait) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
			UNION ALL
			SELECT @period@ AS period, @dimensions@, 'wait_p90_seconds' AS kpi, 0.9::double precision AS fraction,
				@extschema@.rollup(wait) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		) AS duration
	) AS durations
	UNION ALL
	SELECT period, @dimensions@, 'nps', @extschema@.nps(tally), (ci).low, (ci).high,
		NULL, @extschema@.sample_size(tally), 'points', 'up'
	FROM (
		SELECT *, @extschema@.nps_ci(tally, 0.95::double precision) AS ci
		FROM (
			SELECT @period@ AS period, @dimensions@, @extschema@.rollup(nps) AS tally
			FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		) AS score
	) AS scores
	UNION ALL
	SELECT period, @dimensions@, kpi, scale * @extschema@.ratio_value(tally), NULL, NULL,
		NULL, @extschema@.sample_size(tally), unit, better
	FROM (
		SELECT @period@ AS period, @dimensions@, 'qa_score_pct' AS kpi, 100::double precision AS scale, 'percent' AS unit, 'up' AS better,
			@extschema@.rollup(qa) AS tally
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'cost_per_contact' AS kpi, 1::double precision AS scale, 'currency' AS unit,
			'down' AS better,
			@extschema@.rollup(cost) AS tally
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'effort_avg' AS kpi, 1::double precision AS scale, 'score' AS unit, 'up' AS better,
			@extschema@.rollup(effort) AS tally
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
		UNION ALL
		SELECT @period@ AS period, @dimensions@, 'sentiment_avg' AS kpi, 1::double precision AS scale, 'score' AS unit, 'up' AS better,
			@extschema@.rollup(sentiment) AS tally
		FROM @schema@.ticket_daily_subset GROUP BY 1, @dimensions@
	) AS ratios
) AS k
LEFT JOIN LATERAL (
	SELECT t.target, t.warning, t.low, t.high, t.direction
	FROM @schema@.kpi_target AS t
	WHERE t.kpi = k.kpi AND t.valid_from <= k.period AND t.segment <@ @segment_of_k@
	ORDER BY (SELECT count(*) FROM jsonb_object_keys(t.segment)) DESC, t.segment, t.valid_from DESC
	LIMIT 1
) AS g ON true
