-- internal: the days that volume_heatmap and staffing_by_hour cover: the last 13 weeks with tickets, without the current day
SELECT
	f.day AS first_day, -- first day with tickets in these weeks
	l.day AS last_day -- last complete day with tickets
FROM @schema@.kpi_state AS s
CROSS JOIN LATERAL (
	SELECT max(t.day) AS day
	FROM @schema@.hourly_tally AS t
	WHERE t.day < @extschema@.kpi_day(s.as_of, @time_zone@)
) AS l
CROSS JOIN LATERAL (
	SELECT min(t.day) AS day
	FROM @schema@.hourly_tally AS t
	WHERE t.day > l.day - 91
) AS f
