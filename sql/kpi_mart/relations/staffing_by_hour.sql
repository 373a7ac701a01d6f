-- load of the last 13 weeks and agents needed by hour of the week and channel
SELECT
	h.weekday, -- day of the week, 1 Monday to 7 Sunday
	h.hour, -- hour of the day, 0 to 23
	h.channel, -- channel
	h.tickets_per_hour, -- mean number of tickets in such an hour
	@extschema@.in_seconds(@extschema@.avg_duration(h.handle)) AS handle_avg_seconds, -- mean handle time, in seconds
	@extschema@.in_seconds(@extschema@.p90_duration(h.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds
	@extschema@.rate_pct(h.abandonment) AS abandonment_pct, -- contacts given up before the answer, in percent
	@extschema@.sample_size(h.abandonment) AS abandonment_n, -- number of contacts of which this is known
	extract(epoch FROM t.within)::double precision
		AS within_seconds, -- time in which 80 percent are to be answered: the policy of the channel, otherwise 20 seconds
	CASE WHEN @extschema@.avg_duration(h.handle) > '0'
		THEN @extschema@.erlang_agents(h.tickets_per_hour, @extschema@.avg_duration(h.handle), 80::double precision,
			t.within, NULL::double precision, NULL::double precision)
		END AS agents_needed -- agents needed for that (Erlang C); NULL when no handle time is known
FROM (
	SELECT
		weekday,
		hour,
		channel,
		(sum(tickets) / weekdays)::double precision AS tickets_per_hour,
		@extschema@.rollup(handle) AS handle,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(abandonment) AS abandonment
	FROM @schema@.hour_of_week
	GROUP BY weekday, hour, channel, weekdays
) AS h
CROSS JOIN LATERAL (
	SELECT coalesce((
		SELECT p.sla_response
		FROM @schema@.kpi_sla_policy AS p
		WHERE p.channel = h.channel AND p.priority IS NULL AND p.customer_tier IS NULL), interval '20 seconds') AS within
) AS t
