-- customers who stay and leave, each month and plan
-- given: subscriptions
SELECT
	c.month, -- first day of the month
	c.plan, -- plan of the customers on the first day of the month; NULL when unknown
	(c.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the month is over
	c.customers, -- customers on the first day of the month and the day before
	@extschema@.rate_hits(c.churn) AS lost, -- customers who have left by the first day of the next month
	@extschema@.rate_pct(c.churn) AS churn_pct, -- customers lost, as a percentage of customers; NULL without customers
	@extschema@.ratio_pct(c.net_retention)
		AS net_revenue_retention_pct, -- their revenue on the first day of the next month, in percent; NULL without revenue
	@extschema@.ratio_pct(c.gross_retention)
		AS gross_revenue_retention_pct -- their revenue on the first day of the next month, each at most as before, in percent; NULL if 0 before
FROM @schema@.customer_monthly_tally AS c
CROSS JOIN @schema@.kpi_state AS s
WHERE c.customers > 0
