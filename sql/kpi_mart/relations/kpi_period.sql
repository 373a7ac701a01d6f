-- one row per @period_name@, subset of the dimensions and KPI, for BI filters
-- names: kpi_daily kpi_weekly kpi_monthly
-- cells: period @dimensions@ kpi
SELECT
	k.period, -- first day of the @period_name@
	@dimensions_of_k@,
	k.kpi, -- KPI
	k.value, -- its value, in its unit; NULL when nothing was counted
	k.low, -- lower end of the 95 % interval; NULL for counts and means
	k.high, -- upper end of the 95 % interval; NULL for counts and means
	k.hits, -- number of hits; NULL unless the KPI is a rate
	k.n, -- number of tickets, answers, customers, or days or months of a quotient counted
	k.unit, -- tickets, tickets per hour, percent, points, seconds, score or currency
	k.better, -- where better values lie, up or down; NULL when neither is
	g.target, -- target from kpi_target, of the segment or the smallest one that contains it; NULL for none
	CASE g.direction
		WHEN 'range' THEN @extschema@.kpi_status(k.value, g.low, g.high)
		ELSE @extschema@.kpi_status(k.value, g.target, g.warning, g.direction)
		END AS status, -- good, warning or breach; NULL without a target
	@grouping_of_k@ AS grouped_by, -- dimensions that are not all, such as team, or team, channel; total when every one is
	(k.period + interval '1 @period_name@')::date <= @extschema@.kpi_day(s.as_of, @time_zone@)
		AS is_complete -- whether the @period_name@ is over
FROM (
	SELECT
		m.period,
		@dimensions@,
		m.kpi,
		m.unit,
		m.better,
		coalesce(@own_value@,
			@extschema@.kpi_measure_value(m.family, m.unit, m.number, m.rate, m.durations, m.fraction, m.scores, m.ratio)) AS value,
		(m.ci).low,
		(m.ci).high,
		CASE m.family WHEN 'rate' THEN @extschema@.rate_hits(m.rate) END AS hits,
		@extschema@.kpi_measure_n(m.family, m.number, m.rate, m.durations, m.scores, m.ratio) AS n
	FROM (
		SELECT
			*,
			@extschema@.kpi_measure_ci(family, rate, durations, fraction, scores) AS ci
		FROM (
			-- a branch for each KPI, so that a condition on kpi leaves out the others
			@ticket_measure@
			UNION ALL
			SELECT @period@, @dimensions@, kpi, unit, better, family, NULL, @extschema@.rollup(rate), @extschema@.rollup(durations),
				fraction, @extschema@.rollup(scores), @extschema@.rollup(ratio)
			FROM @schema@.business_subset
			WHERE @is_month@ OR NOT is_monthly
			GROUP BY 1, @dimensions@, kpi, unit, better, family, fraction
		) AS measure
	) AS m
) AS k
CROSS JOIN @schema@.kpi_state AS s
LEFT JOIN LATERAL (
	SELECT t.target, t.warning, t.low, t.high, t.direction
	FROM @schema@.kpi_target AS t
	WHERE t.kpi = k.kpi AND t.valid_from <= k.period AND t.segment <@ @segment_of_k@
	ORDER BY (SELECT count(*) FROM jsonb_object_keys(t.segment)) DESC, t.segment, t.valid_from DESC
	LIMIT 1
) AS g ON true
