-- the KPIs of tickets, one row for each period and KPI
-- kind: fragment
	SELECT period, @split@, kpi, 'tickets' AS unit, better, 'count' AS family, number, NULL::@extschema@.kpi_rate AS rate,
		NULL::@extschema@.kpi_durations AS durations, NULL::double precision AS fraction,
		NULL::@extschema@.kpi_scores AS scores, NULL::@extschema@.kpi_ratio AS ratio
	FROM (
		SELECT @period@ AS period, @split@, 'tickets' AS kpi,
			NULL::text AS better, sum(tickets)::bigint AS number
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'unanswered' AS kpi,
			'down' AS better, sum(unanswered)::bigint AS number
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'unresolved' AS kpi,
			'down' AS better, sum(unresolved)::bigint AS number
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'resolved' AS kpi, NULL AS better, sum(resolved)::bigint AS number
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'deflected' AS kpi,
			'up' AS better, sum(deflected)::bigint AS number
		FROM @tally@ GROUP BY 1, @split@
	) AS count
	UNION ALL
	SELECT period, @split@, kpi, 'percent', better, 'rate', NULL, rate, NULL, NULL, NULL, NULL
	FROM (
		SELECT @period@ AS period, @split@, 'fcr_pct' AS kpi, 'up' AS better, @extschema@.rollup(fcr) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'reopen_pct' AS kpi,
			'down' AS better, @extschema@.rollup(reopen) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'escalation_pct' AS kpi,
			'down' AS better, @extschema@.rollup(escalation) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'transfer_pct' AS kpi,
			'down' AS better, @extschema@.rollup(transfer) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'sla_response_pct' AS kpi,
			'up' AS better, @extschema@.rollup(sla_response) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'sla_resolution_pct' AS kpi,
			'up' AS better, @extschema@.rollup(sla_resolution) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'abandonment_pct' AS kpi,
			'down' AS better, @extschema@.rollup(abandonment) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'csat_pct' AS kpi,
			'up' AS better, @extschema@.rollup(csat) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'ces_pct' AS kpi, 'up' AS better, @extschema@.rollup(ces) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'self_service_pct' AS kpi,
			'up' AS better, @extschema@.rollup(self_service) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'negative_sentiment_pct' AS kpi,
			'down' AS better, @extschema@.rollup(negative_sentiment) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'bot_resolution_pct' AS kpi,
			'up' AS better, @extschema@.rollup(bot_resolution) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'bot_escalation_pct' AS kpi,
			'down' AS better, @extschema@.rollup(bot_escalation) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'bot_escalation_accuracy_pct' AS kpi,
			'up' AS better, @extschema@.rollup(bot_escalation_accuracy) AS rate
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'bot_acceptance_pct' AS kpi,
			'up' AS better, @extschema@.rollup(bot_acceptance) AS rate
		FROM @tally@ GROUP BY 1, @split@
	) AS rate
	UNION ALL
	SELECT period, @split@, kpi, 'seconds', better, 'percentile', NULL, NULL, durations, fraction, NULL, NULL
	FROM (
		SELECT @period@ AS period, @split@, 'response_median_seconds' AS kpi,
			0.5::double precision AS fraction, 'down' AS better, @extschema@.rollup(response) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'response_p90_seconds' AS kpi,
			0.9::double precision AS fraction, 'down' AS better, @extschema@.rollup(response) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'resolution_median_seconds' AS kpi,
			0.5::double precision AS fraction, 'down' AS better, @extschema@.rollup(resolution) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'resolution_p90_seconds' AS kpi,
			0.9::double precision AS fraction, 'down' AS better, @extschema@.rollup(resolution) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'handle_median_seconds' AS kpi,
			0.5::double precision AS fraction, 'down' AS better, @extschema@.rollup(handle) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'handle_p90_seconds' AS kpi,
			0.9::double precision AS fraction, 'down' AS better, @extschema@.rollup(handle) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'wait_median_seconds' AS kpi,
			0.5::double precision AS fraction, 'down' AS better, @extschema@.rollup(wait) AS durations
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'wait_p90_seconds' AS kpi,
			0.9::double precision AS fraction, 'down' AS better, @extschema@.rollup(wait) AS durations
		FROM @tally@ GROUP BY 1, @split@
	) AS percentile
	UNION ALL
	SELECT period, @split@, kpi, 'points', better, 'score', NULL, NULL, NULL, NULL, scores, NULL
	FROM (
		SELECT @period@ AS period, @split@, 'nps' AS kpi, 'up' AS better, @extschema@.rollup(nps) AS scores
		FROM @tally@ GROUP BY 1, @split@
	) AS score
	UNION ALL
	SELECT period, @split@, kpi, unit, better, 'mean', NULL, NULL, NULL, NULL, NULL, ratio
	FROM (
		SELECT @period@ AS period, @split@, 'qa_score_pct' AS kpi,
			'percent' AS unit, 'up' AS better, @extschema@.rollup(qa) AS ratio
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'cost_per_contact' AS kpi,
			'currency' AS unit, 'down' AS better, @extschema@.rollup(cost) AS ratio
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'effort_avg' AS kpi,
			'score' AS unit, 'up' AS better, @extschema@.rollup(effort) AS ratio
		FROM @tally@ GROUP BY 1, @split@
		UNION ALL
		SELECT @period@ AS period, @split@, 'sentiment_avg' AS kpi,
			'score' AS unit, 'up' AS better, @extschema@.rollup(sentiment) AS ratio
		FROM @tally@ GROUP BY 1, @split@
	) AS mean
