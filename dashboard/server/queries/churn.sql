-- Customers who left, by month, with the month before, the same month a year before, the target and the status.
-- $1 date  first day of the first month
-- $2 date  day after the last one
WITH month AS (
	SELECT month, @extschema@.rollup(churn) AS churn
	FROM customer_monthly_tally
	WHERE month >= ($1::date - interval '1 year')::date AND month < $2::date
	GROUP BY month
)
SELECT
	'churn_pct' AS kpi,
	m.month AS period,
	(m.month + interval '1 month')::date AS ends,
	(m.month + interval '1 month')::date <= (s.as_of AT TIME ZONE o.time_zone)::date AS is_complete,
	@extschema@.rate_pct(m.churn) AS value,
	(@extschema@.kpi_rate_ci(m.churn)).low,
	(@extschema@.kpi_rate_ci(m.churn)).high,
	@extschema@.sample_size(m.churn) AS n,
	@extschema@.rate_hits(m.churn) AS hits,
	'percent' AS unit,
	'down' AS better,
	g.target,
	CASE g.direction WHEN 'range' THEN @extschema@.kpi_status(@extschema@.rate_pct(m.churn), g.low, g.high)
		ELSE @extschema@.kpi_status(@extschema@.rate_pct(m.churn), g.target, g.warning, g.direction) END AS status,
	@extschema@.rate_pct(m.churn) - @extschema@.rate_pct(b.churn) AS change,
	(@extschema@.rate_change(b.churn, m.churn, 0.95::double precision)).low AS change_low,
	(@extschema@.rate_change(b.churn, m.churn, 0.95::double precision)).high AS change_high,
	@extschema@.is_significant(@extschema@.rate_change(b.churn, m.churn, 0.95::double precision)) AS is_significant,
	@extschema@.rate_pct(b.churn) AS before,
	@extschema@.rate_pct(y.churn) AS year_before,
	(@extschema@.kpi_rate_ci(y.churn)).low AS year_before_low,
	(@extschema@.kpi_rate_ci(y.churn)).high AS year_before_high,
	@extschema@.sample_size(y.churn) AS year_before_n
FROM month AS m
CROSS JOIN kpi_state AS s
CROSS JOIN kpi_settings AS o
LEFT JOIN month AS b ON b.month = (m.month - interval '1 month')::date
LEFT JOIN month AS y ON y.month = (m.month - interval '1 year')::date
LEFT JOIN LATERAL (
	SELECT t.* FROM kpi_target AS t
	WHERE t.kpi = 'churn_pct' AND t.valid_from <= m.month AND t.segment = '{}'
	ORDER BY t.valid_from DESC
	LIMIT 1
) AS g ON true
WHERE m.month >= $1::date AND @extschema@.sample_size(m.churn) > 0
-- whether customers leave in a month is known when it is over
AND m.month <= (s.as_of AT TIME ZONE o.time_zone)::date
ORDER BY m.month;
