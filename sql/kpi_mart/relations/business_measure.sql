-- internal: the tallies of the other relations in long form, one row for each KPI
SELECT
	day, -- day in the time zone of the mart; for a KPI of months, the first day of the month
	@dimensions@,
	only_total, -- bits of the dimensions that the KPI does not have
	is_monthly, -- whether the KPI is one of months only
	kpi, -- KPI
	unit, -- percent, points, score, tickets per hour or currency
	better, -- where better values lie, up or down; NULL when neither is
	family, -- rate, score or mean
	rate, -- of a rate: its tally
	durations, -- of durations: their tally
	fraction, -- of a percentile: its fraction
	scores, -- of a net promoter score: its tally
	ratio -- of a mean: its tally
FROM (
	SELECT day, @dimensions@, 0 AS only_total, false AS is_monthly, 'survey_response_pct' AS kpi, 'percent' AS unit, 'up' AS better,
		'rate' AS family, response AS rate, NULL::@extschema@.kpi_durations AS durations, NULL::double precision AS fraction,
		NULL::@extschema@.kpi_scores AS scores, NULL::@extschema@.kpi_ratio AS ratio
	FROM @schema@.survey_daily_tally
	UNION ALL
	SELECT day, @dimensions@, 0, false, 'next_response_median_seconds', 'seconds', 'down', 'percentile',
		NULL, next_response, 0.5, NULL, NULL
	FROM @schema@.wait_daily_tally
	UNION ALL
	SELECT day, @dimensions@, 0, false, 'next_response_p90_seconds', 'seconds', 'down', 'percentile',
		NULL, next_response, 0.9, NULL, NULL
	FROM @schema@.wait_daily_tally
	UNION ALL
	SELECT day, @dimensions@, 0, false, 'sla_next_response_pct', 'percent', 'up', 'rate', sla_next_response, NULL, NULL, NULL, NULL
	FROM @schema@.wait_daily_tally
	UNION ALL
	SELECT day, @dimensions@, 0, false, 'sla_update_pct', 'percent', 'up', 'rate', sla_update, NULL, NULL, NULL, NULL
	FROM @schema@.wait_daily_tally
	UNION ALL
	SELECT day, @dimensions@, 0, false, kpi, unit, better, family, rate, durations, fraction, scores, ratio
	FROM @schema@.own_daily_tally
	UNION ALL
	SELECT day, @dimensions_of_work@, @totals_of_work@, false, kpi, unit, better, 'mean', NULL, NULL, NULL, NULL, ratio
	FROM @schema@.work_measure
	UNION ALL
	SELECT month, @no_dimensions@, @last_subset@, true, kpi, 'percent', better, 'rate', rate, NULL, NULL, NULL, NULL
	FROM (
		SELECT month, 'churn_pct' AS kpi, 'down' AS better, churn AS rate FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'renewal_pct', 'up', renewal FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'adoption_pct', 'up', adoption FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'onboarding_pct', 'up', onboarding FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'upsell_pct', 'up', upsell FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'referral_pct', 'up', referral FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'conversion_pct', 'up', conversion FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'chat_conversion_pct', 'up', chat_conversion FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'outreach_success_pct', 'up', outreach_success FROM @schema@.customer_monthly_tally
	) AS customer
	UNION ALL
	SELECT month, @no_dimensions@, @last_subset@, true, kpi, unit, better, 'mean', NULL, NULL, NULL, NULL, ratio
	FROM (
		SELECT month, 'gross_revenue_retention_pct' AS kpi, 'percent' AS unit, 'up' AS better, gross_retention AS ratio
		FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'net_revenue_retention_pct', 'percent', 'up', net_retention FROM @schema@.customer_monthly_tally
		UNION ALL
		SELECT month, 'contact_rate_pct', 'percent', 'down', @extschema@.ratio_agg(tickets, customers)
		FROM @schema@.month_total WHERE customers IS NOT NULL GROUP BY month
		UNION ALL
		SELECT month, 'total_cost_per_contact', 'currency', 'down', @extschema@.ratio_agg(amount, contacts::double precision)
		FROM @schema@.month_total WHERE amount IS NOT NULL GROUP BY month
	) AS month
	UNION ALL
	SELECT day, @no_dimensions@, @last_subset@, false, 'session_self_service_pct', 'percent', 'up', 'rate',
		self_service, NULL, NULL, NULL, NULL
	FROM @schema@.help_daily_tally
) AS measure
