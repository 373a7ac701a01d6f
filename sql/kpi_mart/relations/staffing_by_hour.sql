-- load of the last 13 weeks and agents needed by hour of the week and channel
-- cells: weekday hour channel
-- opened by: opened_hour
SELECT
	h.weekday, -- day of the week, 1 Monday to 7 Sunday
	h.hour, -- hour of the day, 0 to 23
	h.channel, -- channel
	h.tickets::double precision / c.days AS tickets_per_hour, -- mean number of tickets in such an hour, of the days with tickets
	@extschema@.in_seconds(@extschema@.avg_duration(h.handle))
		AS handle_avg_seconds, -- mean handle time, in seconds; NULL when none is known
	@extschema@.in_seconds(@extschema@.p90_duration(h.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when none is known
	@extschema@.rate_pct(h.abandonment)
		AS abandonment_pct, -- contacts abandoned before the answer, in percent; NULL when abandonment_n is 0
	@extschema@.sample_size(h.abandonment) AS abandonment_n, -- number of contacts for which this is known
	extract(epoch FROM goal.within)::double precision
		AS within_seconds, -- time within which 80 percent must be answered, in seconds: by the policy of the channel, otherwise 20
	CASE WHEN @extschema@.avg_duration(h.handle) > '0'
		THEN @extschema@.erlang_agents(h.tickets::double precision / c.days, @extschema@.avg_duration(h.handle),
			80::double precision, goal.within, NULL::double precision, NULL::double precision)
		END AS agents_needed -- agents needed for that (Erlang C); NULL when no handle time is known
FROM (
	SELECT
		extract(isodow FROM t.day)::bigint AS weekday,
		t.hour,
		t.channel,
		sum(t.tickets)::bigint AS tickets,
		@extschema@.rollup(t.handle) AS handle,
		@extschema@.rollup(t.response) AS response,
		@extschema@.rollup(t.abandonment) AS abandonment
	FROM @schema@.hourly_tally AS t
	JOIN @schema@.hour_window AS w ON t.day BETWEEN w.first_day AND w.last_day
	GROUP BY 1, 2, 3
) AS h
JOIN @schema@.weekdays_covered AS c USING (weekday)
LEFT JOIN @schema@.kpi_sla_policy AS p ON p.channel = h.channel
	AND num_nonnulls(p.priority, p.customer_tier, p.team, p.account_id) = 0
CROSS JOIN LATERAL (SELECT coalesce(p.sla_response, interval '20 seconds') AS within) AS goal
