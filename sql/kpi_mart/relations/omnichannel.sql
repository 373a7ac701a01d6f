-- customers who write again within seven days, and on another channel, each month
-- cells: month channel
-- opened by: opened_contact
SELECT
	d.month, -- first day of the month
	d.channel, -- channel of the contacts
	(d.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the month is over
	d.contacts, -- tickets created by known customers
	@extschema@.rate_pct(d.repeated)
		AS repeated_pct, -- contacts of a customer whose contact before is at most seven days ago, in percent; NULL when repeated_n is 0
	@extschema@.sample_size(d.repeated) AS repeated_n, -- number of contacts
	@extschema@.rate_pct(d.switched)
		AS switched_pct, -- repeated contacts on another channel than the one before, in percent; NULL when switched_n is 0
	@extschema@.sample_size(d.switched) AS switched_n, -- number of repeated contacts with both channels known
	@extschema@.rate_pct(d.context_kept)
		AS context_kept_pct, -- such switches that needed no transfer, in percent; NULL when context_kept_n is 0
	@extschema@.sample_size(d.context_kept) AS context_kept_n -- number of switches for which this is known
FROM (
	SELECT
		date_trunc('month', created_day::timestamp)::date AS month,
		channel,
		count(*) AS contacts,
		@extschema@.rate_agg(is_repeated) AS repeated,
		@extschema@.rate_agg(channel <> channel_before) FILTER (WHERE is_repeated) AS switched,
		@extschema@.rate_agg(NOT transferred) FILTER (WHERE is_repeated AND channel <> channel_before) AS context_kept
	FROM @schema@.customer_contact
	GROUP BY 1, 2
) AS d
CROSS JOIN @schema@.kpi_state AS s
