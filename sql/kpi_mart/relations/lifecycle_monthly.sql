-- customers who stay, leave, join, renew and grow, each month
-- given: subscriptions
SELECT
	d.month, -- first day of the month
	t.last_day < t.today AS is_complete, -- whether the month is over
	d.customers, -- customers on the first day of the month and the day before
	@extschema@.rate_hits(d.churn) AS lost, -- customers who have left by the first day of the next month
	@extschema@.rate_pct(d.churn)
		AS churn_pct, -- customers lost, as a percentage of the customers of the first day; NULL without customers
	100 - @extschema@.rate_pct(d.churn) AS retention_pct, -- customers who stayed, in percent; NULL without customers
	d.revenue, -- monthly revenue of the customers of the first day, in its currency
	@extschema@.ratio_pct(d.gross_retention)
		AS gross_revenue_retention_pct, -- their revenue on the first day of the next month, each at most as before, in percent; NULL if 0 before
	@extschema@.ratio_pct(d.net_retention)
		AS net_revenue_retention_pct, -- their revenue on the first day of the next month, in percent; NULL without revenue
	d.new AS new_customers, -- customers whose first subscription began in the month
	d.returned AS returned_customers, -- customers who came back after a time without subscription
	d.active AS active_customers, -- customers on some day of the month
	@extschema@.rate_pct(d.renewal)
		AS renewal_pct, -- subscriptions due for renewal that were renewed, in percent; NULL when renewal_n is 0
	@extschema@.sample_size(d.renewal) AS renewal_n, -- number of subscriptions due for which this is known
	@extschema@.rate_pct(d.adoption)
		AS adoption_pct, -- customers of the last day who had adopted the product by then, in percent; NULL when adoption_n is 0
	@extschema@.sample_size(d.adoption) AS adoption_n, -- number of customers of the last day
	@extschema@.rate_pct(d.onboarding)
		AS onboarding_pct, -- new customers who were onboarded within 30 days, in percent; NULL when onboarding_n is 0
	@extschema@.sample_size(d.onboarding) AS onboarding_n, -- number of new customers
	t.last_day + 30 < t.today AS onboarding_is_complete, -- whether 30 days have passed since the last day of the month
	@extschema@.in_hours(@extschema@.median_duration(d.time_to_value)) / 24
		AS time_to_value_median_days, -- median time of new customers from first day to adoption, in days; NULL when time_to_value_n is 0
	@extschema@.in_hours(@extschema@.p90_duration(d.time_to_value)) / 24
		AS time_to_value_p90_days, -- its 90th percentile, in days; NULL when time_to_value_n is 0
	@extschema@.sample_size(d.time_to_value) AS time_to_value_n, -- number of new customers who have adopted the product
	@extschema@.rate_pct(d.without_value)
		AS without_value_pct, -- new customers who have not adopted the product so far, in percent; NULL without new customers
	t.last_day + 180 < t.today AS time_to_value_is_complete, -- whether 180 days have passed since the last day of the month
	@extschema@.rate_pct(d.upsell) AS upsell_pct, -- customers of the month who bought more in it, in percent; NULL without customers
	@extschema@.rate_pct(d.referral)
		AS referral_pct, -- customers of the month who recommended the product in it, in percent; NULL without customers
	@extschema@.rate_pct(d.conversion)
		AS conversion_pct, -- customers with chats before a purchase who bought within seven days, in percent; NULL when conversion_n is 0
	@extschema@.sample_size(d.conversion) AS conversion_n, -- number of customers with such chats
	@extschema@.rate_pct(d.chat_conversion)
		AS chat_conversion_pct, -- chats before a purchase that was made within seven days, in percent; NULL when chat_conversion_n is 0
	@extschema@.sample_size(d.chat_conversion) AS chat_conversion_n, -- number of such chats
	t.last_day + 7 < t.today AS conversion_is_complete, -- whether seven days have passed since the last day of the month
	@extschema@.rate_pct(d.outreach_success)
		AS outreach_success_pct, -- customers approached in the month whose outreach reached its goal, in percent; NULL without any
	@extschema@.sample_size(d.outreach_success) AS outreach_success_n, -- number of customers approached
	@extschema@.rate_pct(o.outreach_active)
		AS outreach_active_pct, -- customers approached who are customers 90 days after the month, in percent; NULL when outreach_active_n is 0
	@extschema@.sample_size(o.outreach_active) AS outreach_active_n, -- number of customers approached; NULL until 90 days have passed
	@extschema@.rate_pct(o.other_active)
		AS other_active_pct, -- the same of the customers who were not approached; NULL when other_active_n is 0
	@extschema@.sample_size(o.other_active) AS other_active_n, -- number of customers not approached
	(o.change).value
		AS outreach_difference_points, -- difference of the two, in points; a comparison, not an experiment: customers were chosen for outreach
	(o.change).low AS outreach_difference_low_points, -- lower end of its 95 % interval, in points
	(o.change).high AS outreach_difference_high_points, -- upper end of its 95 % interval, in points
	t.last_day + 90 < t.today AS outreach_is_complete, -- whether 90 days have passed since the month; until then these are NULL
	@extschema@.customer_lifetime_value(d.revenue / nullif(d.customers, 0), 100::double precision,
			nullif(@extschema@.rate_pct(d.churn), 0))
		AS lifetime_revenue -- monthly revenue per customer divided by the churn of the month; NULL without churn
FROM (
	SELECT
		month,
		sum(customers)::bigint AS customers,
		@extschema@.rollup(churn) AS churn,
		@extschema@.rollup(gross_retention) AS gross_retention,
		@extschema@.rollup(net_retention) AS net_retention,
		sum(revenue::numeric)::double precision AS revenue,
		sum(active)::bigint AS active,
		sum(new)::bigint AS new,
		sum(returned)::bigint AS returned,
		@extschema@.rollup(renewal) AS renewal,
		@extschema@.rollup(adoption) AS adoption,
		@extschema@.rollup(onboarding) AS onboarding,
		@extschema@.rollup(time_to_value) AS time_to_value,
		@extschema@.rollup(without_value) AS without_value,
		@extschema@.rollup(upsell) AS upsell,
		@extschema@.rollup(referral) AS referral,
		@extschema@.rollup(conversion) AS conversion,
		@extschema@.rollup(chat_conversion) AS chat_conversion,
		@extschema@.rollup(outreach_success) AS outreach_success,
		@extschema@.rollup(outreach_active) AS outreach_active,
		@extschema@.rollup(other_active) AS other_active
	FROM @schema@.customer_monthly_tally
	GROUP BY month
) AS d
CROSS JOIN LATERAL (
	SELECT (d.month + interval '1 month')::date - 1 AS last_day, @extschema@.kpi_day(s.as_of, @time_zone@) AS today
	FROM @schema@.kpi_state AS s
) AS t
LEFT JOIN LATERAL (
	SELECT d.outreach_active, d.other_active,
		@extschema@.rate_change(d.other_active, d.outreach_active, 0.95::double precision) AS change
	WHERE t.last_day + 90 < t.today
) AS o ON true
