-- customers by the channel that they use most in a month, and how many preferred another one before
-- cells: month channel
-- opened by: opened_preference
SELECT
	p.month, -- first day of the month
	p.channel, -- channel that the customers used most in the month; on a tie, the one used last
	(p.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the month is over
	p.customers, -- customers who prefer it
	coalesce(@extschema@.rate_hits(p.changed), 0)
		AS changed_customers, -- customers who preferred another channel in the last month in which they wrote
	@extschema@.rate_pct(p.changed)
		AS changed_pct, -- the same as a percentage of the customers who wrote before; NULL when changed_n is 0
	@extschema@.sample_size(p.changed) AS changed_n -- number of customers who wrote before
FROM (
	SELECT month, channel, count(*) AS customers, @extschema@.rate_agg(channel <> channel_before) AS changed
	FROM @schema@.customer_channel
	GROUP BY month, channel
) AS p
CROSS JOIN @schema@.kpi_state AS s
