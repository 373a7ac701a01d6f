-- A KPI of the long views in one month, by the values of a dimension of the mart.
-- $1 date  first day of the month
-- $2 text  KPI
-- $3 text  dimension
SELECT
	k.kpi, to_jsonb(k) ->> $3::text AS member, k.period, (k.period + interval '1 month')::date AS ends,
	(k.period + interval '1 month')::date <= (s.as_of AT TIME ZONE o.time_zone)::date AS is_complete,
	k.value, k.low, k.high, k.n, k.hits, k.unit, k.better, k.target, k.status
FROM kpi_monthly AS k
CROSS JOIN kpi_state AS s
CROSS JOIN kpi_settings AS o
WHERE k.kpi = $2::text AND k.period = $1::date AND to_jsonb(k) ->> $3::text IS DISTINCT FROM 'all'
AND NOT EXISTS (SELECT FROM unnest(o.dimensions) AS d WHERE d <> $3::text AND to_jsonb(k) ->> d IS DISTINCT FROM 'all')
ORDER BY member;
