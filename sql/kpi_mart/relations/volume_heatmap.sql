-- tickets created in the last 13 weeks by hour of the week
-- cells: weekday hour
-- opened by: opened_hour
SELECT
	h.weekday, -- day of the week, 1 Monday to 7 Sunday
	h.hour, -- hour of the day, 0 to 23
	h.tickets, -- tickets created
	h.tickets::double precision / c.days AS tickets_per_hour -- mean number of tickets in such an hour, of the days with tickets
FROM (
	SELECT
		extract(isodow FROM t.day)::bigint AS weekday,
		t.hour,
		sum(t.tickets)::bigint AS tickets
	FROM @schema@.hourly_tally AS t
	JOIN @schema@.hour_window AS w ON t.day BETWEEN w.first_day AND w.last_day
	GROUP BY 1, 2
) AS h
JOIN @schema@.weekdays_covered AS c USING (weekday)
