-- how many tickets each KPI counts in each month, and why it does not count the others
-- cells: month kpi
SELECT
	date_trunc('month', day::timestamp)::date AS month, -- first day of the month; NULL for tickets without any possible instant
	kpi, -- KPI
	sum(tickets)::bigint AS tickets, -- all tickets: the sum of the four columns that follow
	sum(counted)::bigint AS counted, -- tickets that the KPI counts
	sum(pending)::bigint AS pending, -- tickets that it may count later: not answered, not resolved, or before a deadline
	sum(tickets - counted - pending - excluded)::bigint
		AS not_applicable, -- tickets to which it does not apply, such as tickets without rating or target
	sum(excluded)::bigint AS excluded -- tickets with an impossible value, and tickets merged into another
FROM @schema@.coverage_daily_tally
GROUP BY 1, 2
