-- why customers leave, each month
-- given: subscriptions
SELECT
	e.month, -- first day of the month
	e.end_reason, -- why the subscription ended; empty when unknown
	(e.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the month is over
	e.customers, -- customers lost
	100 * e.customers / sum(e.customers) OVER (PARTITION BY e.month)::double precision
		AS share_pct -- share of this reason, as a percentage of the customers lost in the month
FROM (
	SELECT month, coalesce(end_reason, '') AS end_reason, count(*) AS customers
	FROM @schema@.customer_month
	WHERE is_customer AND NOT is_active_next
	GROUP BY 1, 2
) AS e
CROSS JOIN @schema@.kpi_state AS s
