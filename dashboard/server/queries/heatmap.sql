-- Tickets created by hour of the week, on average of the days of the period that are over and have tickets.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  team, null for all
-- $4 text  channel, null for all
WITH hour AS (
	SELECT t.day, t.hour, sum(t.tickets) FILTER (WHERE t.is_chosen) AS tickets
	FROM kpi_state AS s
	CROSS JOIN kpi_settings AS o
	CROSS JOIN LATERAL (
		SELECT day, hour, tickets,
			($3::text IS NULL OR team = $3::text) AND ($4::text IS NULL OR channel = $4::text) AS is_chosen
		FROM hourly_tally
		WHERE day >= $1::date AND day < least($2::date, (s.as_of AT TIME ZONE o.time_zone)::date)
	) AS t
	GROUP BY t.day, t.hour
), covered AS (
	SELECT extract(isodow FROM day)::integer AS weekday, count(*) AS days
	FROM (SELECT day FROM hour GROUP BY day) AS d
	GROUP BY 1
), total AS (
	SELECT extract(isodow FROM day)::integer AS weekday, hour, sum(tickets)::bigint AS tickets
	FROM hour
	GROUP BY 1, 2
)
SELECT
	c.weekday,
	h AS hour,
	c.days,
	coalesce(t.tickets, 0) AS tickets,
	coalesce(t.tickets, 0)::double precision / c.days::double precision AS tickets_per_hour
FROM covered AS c
CROSS JOIN generate_series(0, 23) AS h
LEFT JOIN total AS t ON t.weekday = c.weekday AND t.hour = h
ORDER BY c.weekday, h;
