-- A KPI that the tallies of the tickets do not have, by month, for all tickets.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  KPI
SELECT
	k.kpi, k.period, (k.period + interval '1 month')::date AS ends,
	(k.period + interval '1 month')::date <= (s.as_of AT TIME ZONE o.time_zone)::date AS is_complete,
	k.value, k.low, k.high, k.n, k.hits, k.unit, k.better, k.target, k.status, y.value AS year_before, y.n AS year_before_n
FROM kpi_monthly AS k
CROSS JOIN kpi_state AS s
CROSS JOIN kpi_settings AS o
LEFT JOIN kpi_monthly AS y ON y.kpi = $3::text AND y.period = (k.period - interval '1 year')::date
	AND NOT EXISTS (SELECT FROM unnest(o.dimensions) AS d WHERE to_jsonb(y) ->> d IS DISTINCT FROM 'all')
WHERE k.kpi = $3::text AND k.period >= $1::date AND k.period < $2::date
AND NOT EXISTS (SELECT FROM unnest(o.dimensions) AS d WHERE to_jsonb(k) ->> d IS DISTINCT FROM 'all')
ORDER BY k.period;
