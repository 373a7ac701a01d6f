-- the days that volume_heatmap and staffing_by_hour cover: the last 13 weeks with tickets, up to the last complete day
SELECT
	min(t.day) AS first_day, -- first day with tickets in these weeks
	max(t.day) AS last_day -- last complete day with tickets
FROM @schema@.hourly_tally AS t
JOIN (
	SELECT max(l.day) AS day
	FROM @schema@.hourly_tally AS l
	CROSS JOIN @schema@.kpi_state AS s
	WHERE l.day < @extschema@.kpi_day(s.as_of, @time_zone@)
) AS last ON t.day BETWEEN last.day - 90 AND last.day
HAVING count(*) > 0
