-- internal: tallies of the customers by month and plan
-- from: subscriptions customer_events day
SELECT
	month, -- first day of the month
	plan, -- plan of the customers on the first day of the month; NULL for those without one then
	sum(customers)::bigint AS customers, -- customers on the first day of the month and the day before
	@extschema@.rollup(churn) AS churn, -- customers of the first day who have left by the first day of the next month
	@extschema@.rollup(gross_retention)
		AS gross_retention, -- their revenue then, at most as before, over their revenue on the first day
	@extschema@.rollup(net_retention) AS net_retention, -- their revenue then over their revenue on the first day
	sum(revenue)::double precision AS revenue, -- revenue of these customers on the first day
	sum(active)::bigint AS active, -- customers on some day of the month
	sum(new)::bigint AS new, -- customers whose first subscription began in the month
	sum(returned)::bigint AS returned, -- customers who came back in the month after a time without subscription
	@extschema@.rollup(renewal) AS renewal, -- subscriptions due for renewal in the month that were renewed
	@extschema@.rollup(adoption) AS adoption, -- customers of the last day who had adopted the product by then
	@extschema@.rollup(onboarding) AS onboarding, -- new customers who were onboarded within 30 days
	@extschema@.rollup(time_to_value) AS time_to_value, -- time from the first day of new customers to their adoption
	@extschema@.rollup(without_value) AS without_value, -- new customers who have not adopted the product so far
	@extschema@.rollup(upsell) AS upsell, -- customers of the month who bought more in it
	@extschema@.rollup(referral) AS referral, -- customers of the month who recommended the product in it
	@extschema@.rollup(conversion) AS conversion, -- customers with chats before a purchase who bought within seven days
	@extschema@.rollup(chat_conversion) AS chat_conversion, -- chats before a purchase that was made within seven days
	@extschema@.rollup(outreach_success) AS outreach_success, -- customers approached in the month whose outreach reached its goal
	@extschema@.rollup(outreach_active)
		AS outreach_active, -- customers of the month who were approached in it and are customers 90 days after it
	@extschema@.rollup(other_active)
		AS other_active -- customers of the month who were not approached in it and are customers 90 days after it
FROM (
	SELECT
		month,
		plan,
		count(*) FILTER (WHERE is_customer) AS customers,
		@extschema@.rate_agg(NOT is_active_next) FILTER (WHERE is_customer) AS churn,
		@extschema@.ratio_agg(least(revenue_first, revenue_next), revenue_first) FILTER (WHERE is_customer AND revenue_first > 0)
			AS gross_retention,
		@extschema@.ratio_agg(revenue_next, revenue_first) FILTER (WHERE is_customer AND revenue_first > 0) AS net_retention,
		coalesce(sum(revenue_first) FILTER (WHERE is_customer), 0) AS revenue,
		count(*) FILTER (WHERE is_active) AS active,
		count(*) FILTER (WHERE is_new) AS new,
		count(*) FILTER (WHERE returns > 0) AS returned,
		NULL::@extschema@.kpi_rate AS renewal,
		@extschema@.rate_agg(coalesce(has_adopted, false)) FILTER (WHERE is_active_last) AS adoption,
		@extschema@.rate_agg(coalesce(onboarded_on <= first_day + 30, false)) FILTER (WHERE is_new) AS onboarding,
		@extschema@.durations_agg(greatest(adopted_on - first_day, 0) * interval '24 hours')
			FILTER (WHERE is_new AND adopted_on IS NOT NULL) AS time_to_value,
		@extschema@.rate_agg(adopted_on IS NULL) FILTER (WHERE is_new) AS without_value,
		@extschema@.rate_agg(upsold) FILTER (WHERE is_active) AS upsell,
		@extschema@.rate_agg(referred) FILTER (WHERE is_active) AS referral,
		@extschema@.rate_agg(chats_converted > 0) FILTER (WHERE chats > 0) AS conversion,
		NULL::@extschema@.kpi_rate AS chat_conversion,
		@extschema@.rate_agg(outreach_success) FILTER (WHERE outreaches > 0) AS outreach_success,
		@extschema@.rate_agg(is_active_later) FILTER (WHERE is_active AND outreaches > 0) AS outreach_active,
		@extschema@.rate_agg(is_active_later) FILTER (WHERE is_active AND outreaches = 0) AS other_active
	FROM @schema@.customer_month
	GROUP BY month, plan
	UNION ALL
	SELECT
		date_trunc('month', renewal_due_on::timestamp)::date,
		plan,
		0, NULL, NULL, NULL, 0, 0, 0, 0,
		@extschema@.rate_agg(renewed) AS renewal,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM @schema@.subscription
	CROSS JOIN @schema@.kpi_state AS k
	WHERE renewed IS NOT NULL
	AND date_trunc('month', renewal_due_on::timestamp)::date <= @extschema@.kpi_day(k.as_of, @time_zone@)
	GROUP BY 1, 2
	UNION ALL
	SELECT
		c.month,
		c.plan,
		0, NULL, NULL, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
		@extschema@.rate_agg(chat <= c.chats_converted) AS chat_conversion,
		NULL, NULL, NULL
	FROM @schema@.customer_month AS c
	CROSS JOIN LATERAL generate_series(1, c.chats) AS chat
	GROUP BY 1, 2
) AS counted
GROUP BY month, plan
