-- the last 13 weeks by hour of the week, team and channel: the load that volume_heatmap and staffing_by_hour show
SELECT
	h.weekday, -- day of the week, 1 Monday to 7 Sunday
	h.hour, -- hour of the day, 0 to 23
	h.team, -- team
	h.channel, -- channel
	w.weekdays, -- number of such weekdays in these weeks
	h.tickets, -- tickets created
	h.abandonment, -- contacts that the customer gave up before the answer
	h.response, -- first response times
	h.handle -- handle times
FROM (
	SELECT
		extract(isodow FROM t.day)::bigint AS weekday,
		t.hour,
		t.team,
		t.channel,
		sum(t.tickets)::bigint AS tickets,
		@extschema@.rollup(t.abandonment) AS abandonment,
		@extschema@.rollup(t.response) AS response,
		@extschema@.rollup(t.handle) AS handle
	FROM @schema@.hourly_tally AS t
	CROSS JOIN @schema@.hour_window AS w
	WHERE t.day BETWEEN w.first_day AND w.last_day
	GROUP BY 1, 2, 3, 4
) AS h
JOIN (
	SELECT extract(isodow FROM d.day)::bigint AS weekday, count(*) AS weekdays
	FROM @schema@.hour_window AS w
	CROSS JOIN LATERAL generate_series(w.first_day::timestamp, w.last_day::timestamp, interval '1 day') AS d (day)
	GROUP BY 1
) AS w USING (weekday)
