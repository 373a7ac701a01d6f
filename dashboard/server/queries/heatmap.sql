-- Tickets created by hour of the week, on average of the days of the period that are over and have tickets.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  team, null for all
-- $4 text  channel, null for all
-- $5 text  category, null for all
-- $6 text  customer_tier, null for all
WITH hour AS (
	-- a column that the tallies do not have is null: the inner query finds it here
	SELECT t.*
	FROM (SELECT NULL::text AS team, NULL::text AS channel, NULL::text AS category, NULL::text AS customer_tier) AS absent
	CROSS JOIN kpi_state AS s
	CROSS JOIN kpi_settings AS o
	CROSS JOIN LATERAL (
		SELECT day, hour, tickets,
			($3::text IS NULL OR team = $3::text) AND ($4::text IS NULL OR channel = $4::text)
			AND ($5::text IS NULL OR category = $5::text) AND ($6::text IS NULL OR customer_tier = $6::text) AS is_chosen
		FROM hourly_tally
		WHERE day >= $1::date AND day < least($2::date, (s.as_of AT TIME ZONE o.time_zone)::date)
	) AS t
), covered AS (
	SELECT extract(isodow FROM day)::integer AS weekday, count(DISTINCT day) AS days
	FROM hour
	GROUP BY 1
)
SELECT
	c.weekday,
	h AS hour,
	c.days,
	coalesce(sum(t.tickets), 0)::bigint AS tickets,
	coalesce(sum(t.tickets), 0)::double precision / c.days AS tickets_per_hour
FROM covered AS c
CROSS JOIN generate_series(0, 23) AS h
LEFT JOIN hour AS t ON extract(isodow FROM t.day) = c.weekday AND t.hour = h AND t.is_chosen
GROUP BY c.weekday, h, c.days
ORDER BY c.weekday, h;
