-- Tickets open at the end of each day, week or month, with the period before and the same period a year before.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  day, week or month
-- $4 text  team, null for all; so are the others
-- $5 text  channel
-- $6 text  category
-- $7 text  customer_tier
WITH calendar AS (
	SELECT
		(s.as_of AT TIME ZONE o.time_zone)::date AS today,
		CASE $3::text WHEN 'day' THEN interval '1 day' WHEN 'week' THEN interval '7 days' ELSE interval '1 month'
			END AS step,
		CASE $3::text WHEN 'month' THEN interval '1 year' ELSE interval '364 days' END AS year
	FROM kpi_state AS s
	CROSS JOIN kpi_settings AS o
), change AS (
	-- a column that is no dimension of the mart is null: the inner query finds it here
	SELECT t.day, sum(t.growth) AS growth
	FROM (SELECT NULL::text AS team, NULL::text AS channel, NULL::text AS category, NULL::text AS customer_tier) AS absent
	CROSS JOIN LATERAL (
		SELECT day, opened - closed + moved AS growth
		FROM backlog_daily_tally
		WHERE ($4::text IS NULL OR team = $4::text) AND ($5::text IS NULL OR channel = $5::text)
		AND ($6::text IS NULL OR category = $6::text) AND ($7::text IS NULL OR customer_tier = $7::text)
	) AS t
	GROUP BY t.day
), level AS (
	SELECT day, sum(growth) OVER (ORDER BY day) AS backlog FROM change
), ending AS (
	SELECT
		p.period::date AS period,
		(p.period + c.step)::date AS ends,
		(SELECT l.backlog FROM level AS l WHERE l.day < (p.period + c.step)::date ORDER BY l.day DESC LIMIT 1)::bigint
			AS backlog
	FROM calendar AS c
	CROSS JOIN LATERAL (
		SELECT generate_series($1::timestamp - c.step, $2::timestamp - interval '1 day', c.step) AS period
		UNION
		SELECT generate_series($1::timestamp - c.year, $2::timestamp - c.year - interval '1 day', c.step)
	) AS p
)
SELECT
	'backlog' AS kpi,
	e.period,
	e.ends,
	e.ends <= c.today AS is_complete,
	e.backlog AS value,
	e.backlog AS n,
	'tickets' AS unit,
	'down' AS better,
	e.backlog - b.backlog AS change,
	b.backlog AS before,
	y.backlog AS year_before,
	y.backlog AS year_before_n
FROM ending AS e
CROSS JOIN calendar AS c
LEFT JOIN ending AS b ON b.period = (e.period - c.step)::date
LEFT JOIN ending AS y ON y.period = (e.period - c.year)::date
WHERE e.period >= $1::date AND e.period <= c.today AND e.backlog IS NOT NULL
ORDER BY e.period;
