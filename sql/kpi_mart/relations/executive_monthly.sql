-- headline KPIs per month, with those of the month before and of the year before
-- cells: month
WITH ticket AS (
	SELECT
		date_trunc('month', day::timestamp)::date AS month,
		sum(tickets)::bigint AS tickets,
		sum(resolved)::bigint AS resolved,
		@extschema@.rollup(nps) AS nps,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(ces) AS ces,
		@extschema@.rollup(negative_sentiment) AS negative_sentiment,
		@extschema@.rollup(fcr) AS fcr,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(resolution) AS resolution,
		@extschema@.rollup(sla_response) AS sla_response,
		@extschema@.rollup(sla_resolution) AS sla_resolution,
		@extschema@.rollup(cost) AS cost,
		@extschema@.rollup(self_service) AS self_service
	FROM @schema@.ticket_daily_tally
	GROUP BY date_trunc('month', day::timestamp)::date
), customer AS (
	SELECT
		month,
		sum(customers)::bigint AS customers,
		@extschema@.rollup(churn) AS churn,
		@extschema@.rollup(net_retention) AS net_retention
	FROM @schema@.customer_monthly_tally
	GROUP BY month
), change AS (
	SELECT date_trunc('month', day::timestamp)::date AS month, sum(opened - closed + moved) AS growth
	FROM @schema@.backlog_daily_tally
	GROUP BY 1
), merged AS (
	-- the backlog lasts over a month without changes
	SELECT *, sum(coalesce(b.growth, CASE WHEN t.month IS NOT NULL AND @resolution_known@ THEN 0 END))
		OVER (ORDER BY month)::bigint AS backlog
	FROM ticket AS t
	FULL JOIN change AS b USING (month)
	FULL JOIN customer AS c USING (month)
	LEFT JOIN (SELECT month, contacts, customers AS active_customers, amount FROM @schema@.month_total) AS m USING (month)
)
SELECT
	d.month, -- first day of the month
	(d.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@)
		AS is_complete, -- whether the month is over
	d.backlog, -- tickets open at the end of the month; NULL when unknown
	coalesce(d.tickets, 0) AS tickets, -- tickets created
	CASE WHEN @resolution_known@ THEN coalesce(d.resolved, 0) END AS resolved, -- tickets resolved; NULL when unknown
	@extschema@.nps(d.nps) AS nps, -- net promoter score, -100 to 100; NULL when nps_n is 0
	coalesce(@extschema@.sample_size(d.nps), 0) AS nps_n, -- number of answers
	@extschema@.rate_pct(d.csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	coalesce(@extschema@.sample_size(d.csat), 0) AS csat_n, -- number of satisfaction scores
	@extschema@.rate_pct(d.ces) AS ces_pct, -- ratings of an easy contact, as a percentage of all ratings; NULL when ces_n is 0
	coalesce(@extschema@.sample_size(d.ces), 0) AS ces_n, -- number of effort scores
	@extschema@.rate_pct(d.negative_sentiment)
		AS negative_sentiment_pct, -- tickets created with a negative sentiment, in percent; NULL when negative_sentiment_n is 0
	coalesce(@extschema@.sample_size(d.negative_sentiment), 0) AS negative_sentiment_n, -- number of tickets created with a sentiment
	@extschema@.rate_pct(d.fcr) AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when fcr_n is 0
	coalesce(@extschema@.sample_size(d.fcr), 0) AS fcr_n, -- number of resolved tickets whose contacts are known
	@extschema@.in_seconds(@extschema@.median_duration(d.response))
		AS response_median_seconds, -- median first response time, in seconds; NULL when response_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when response_n is 0
	coalesce(@extschema@.sample_size(d.response), 0) AS response_n, -- number of tickets with a first response time
	@extschema@.in_seconds(@extschema@.median_duration(d.resolution))
		AS resolution_median_seconds, -- median resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.resolution))
		AS resolution_p90_seconds, -- 90th percentile of the resolution time, in seconds; NULL when resolution_n is 0
	coalesce(@extschema@.sample_size(d.resolution), 0) AS resolution_n, -- number of tickets with a resolution time
	@extschema@.rate_pct(d.sla_response) AS sla_response_pct, -- first responses in time, in percent; NULL when sla_response_n is 0
	coalesce(@extschema@.sample_size(d.sla_response), 0) AS sla_response_n, -- number of first responses in time or missed
	@extschema@.rate_pct(d.sla_resolution) AS sla_resolution_pct, -- resolutions in time, in percent; NULL when sla_resolution_n is 0
	coalesce(@extschema@.sample_size(d.sla_resolution), 0) AS sla_resolution_n, -- number of resolutions in time or missed
	d.customers, -- customers on the first day of the month and the day before; NULL without subscriptions
	@extschema@.rate_pct(d.churn)
		AS churn_pct, -- customers who have left by the first day of the next month, in percent; NULL without customers
	@extschema@.ratio_pct(d.net_retention)
		AS net_revenue_retention_pct, -- their revenue on the first day of the next month, in percent; NULL without revenue
	100 * coalesce(d.tickets, 0) / d.active_customers::double precision
		AS contact_rate_pct, -- tickets created, as a percentage of the customers of the month; NULL without customers
	coalesce(d.amount / nullif(d.contacts, 0), @extschema@.ratio_value(d.cost))
		AS cost_per_contact, -- all costs per ticket that an agent handled; without costs, the mean cost of a ticket; NULL without both
	@extschema@.rate_pct(d.self_service)
		AS self_service_pct, -- issues that customers solved alone, in percent; NULL when self_service_n is 0
	coalesce(@extschema@.sample_size(d.self_service), 0) AS self_service_n, -- number of tickets for which this is known
	CASE WHEN p.month IS NOT NULL THEN coalesce(p.tickets, 0)
		END AS tickets_month_before, -- tickets created in the month before; NULL before the first month
	@extschema@.nps(p.nps) AS nps_month_before, -- net promoter score of the month before; NULL without answers
	@extschema@.rate_pct(p.csat) AS csat_pct_month_before, -- satisfied ratings of the month before, in percent; NULL without ratings
	@extschema@.rate_pct(p.fcr)
		AS fcr_pct_month_before, -- resolved at first contact in the month before, in percent; NULL when none was resolved
	@extschema@.rate_pct(p.churn) AS churn_pct_month_before, -- churn of the month before, in percent; NULL without customers
	CASE WHEN y.month IS NOT NULL THEN coalesce(y.tickets, 0)
		END AS tickets_year_before, -- tickets created in the same month of the year before; NULL before the first month
	@extschema@.nps(y.nps) AS nps_year_before, -- net promoter score of the same month of the year before; NULL without answers
	@extschema@.rate_pct(y.csat)
		AS csat_pct_year_before, -- satisfied ratings of the same month of the year before, in percent; NULL without ratings
	@extschema@.rate_pct(y.fcr)
		AS fcr_pct_year_before, -- resolved at first contact in the same month of the year before, in percent; NULL when none was resolved
	@extschema@.rate_pct(y.churn)
		AS churn_pct_year_before -- churn of the same month of the year before, in percent; NULL without customers
FROM merged AS d
LEFT JOIN merged AS p ON p.month = (d.month - interval '1 month')::date
LEFT JOIN merged AS y ON y.month = (d.month - interval '1 year')::date
CROSS JOIN @schema@.kpi_state AS s
