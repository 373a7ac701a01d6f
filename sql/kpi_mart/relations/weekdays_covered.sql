-- internal: on how many days of hour_window there were tickets, by day of the week
SELECT
	extract(isodow FROM t.day)::bigint AS weekday, -- day of the week, 1 Monday to 7 Sunday
	count(DISTINCT t.day) AS days -- number of such days with tickets
FROM @schema@.hourly_tally AS t
JOIN @schema@.hour_window AS w ON t.day BETWEEN w.first_day AND w.last_day
GROUP BY 1
