-- how often each day of the week occurs in the days of hour_window
SELECT
	extract(isodow FROM d.day)::bigint AS weekday, -- day of the week, 1 Monday to 7 Sunday
	count(*) AS days -- number of such days
FROM @schema@.hour_window AS w
CROSS JOIN LATERAL generate_series(w.first_day::timestamp, w.last_day::timestamp, interval '1 day') AS d (day)
GROUP BY 1
