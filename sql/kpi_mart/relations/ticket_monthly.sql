-- internal: tallies of the tickets by month, for savings_monthly
SELECT
	date_trunc('month', day::timestamp)::date AS month, -- first day of the month
	@extschema@.rollup(fcr) AS fcr, -- resolved tickets that were resolved at first contact
	@extschema@.rollup(follow_ups) AS follow_ups -- contacts after the first one, of resolved tickets that needed more
FROM @schema@.ticket_daily_tally
GROUP BY 1
