-- The state and the options of the mart, and the days that it has.
SELECT
	s.as_of,
	(s.as_of AT TIME ZONE o.time_zone)::date AS today,
	o.time_zone,
	o.week_start,
	o.dimensions,
	o.subscriptions IS NOT NULL AS has_subscriptions,
	current_user::text AS reader
FROM kpi_state AS s
CROSS JOIN kpi_settings AS o;
