-- The ratings in views over tickets: each counts once, on its day, in every one of them, and
-- changes nothing else there.  To
-- be loaded after business_reference.sql and business_reference_customers.sql.

-- Each rating in points, whose mean is the KPI.
CREATE VIEW reference.answer AS
SELECT r.day, r.team, r.channel, r.agent_id, v.kpi, v.points
FROM reference.rating AS r
CROSS JOIN LATERAL (VALUES
	('csat_pct', 100.0 * is_satisfied::int),
	('nps', CASE WHEN nps >= 9 THEN 100.0 WHEN nps <= 6 THEN -100.0 WHEN nps IS NOT NULL THEN 0.0 END),
	('ces_pct', 100.0 * is_easy::int),
	('effort_avg', effort::numeric)) AS v (kpi, points)
WHERE r.day IS NOT NULL AND v.points IS NOT NULL;

-- Whole months since the agent was hired; NULL on a day before.
CREATE FUNCTION reference.tenure_month(agent text, day date) RETURNS int LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN $2 >= hired THEN (extract(year FROM age) * 12 + extract(month FROM age))::int END
	FROM (
		SELECT min(agent_hired_on) AS hired, age($2::timestamp, min(agent_hired_on)::timestamp) AS age
		FROM reference.contact WHERE agent_id = $1 AND created_day IS NOT NULL
	) AS a;
$$;

-- What views of a mart show otherwise: rows with a rating, as keys, KPI, value and number.
CREATE FUNCTION reference.compare_ratings(mart text) RETURNS TABLE (problem text) LANGUAGE plpgsql AS $$
DECLARE
	compared record;
BEGIN
	FOR compared IN
		SELECT * FROM (VALUES
			('executive_monthly', 'month', 'reference.month(day)', '{csat_pct,nps,ces_pct}', 'true'),
			('team_weekly', 'week, team', 'reference.week(day), team', '{csat_pct,nps,ces_pct}', 'true'),
			('channel_weekly', 'week, channel', 'reference.week(day), channel', '{csat_pct,nps}', 'true'),
			('agent_daily', 'day, agent_id', 'day, agent_id', '{csat_pct,nps,ces_pct}', 'agent_id IS NOT NULL'),
			('new_agent_ramp', 'tenure_month', 'reference.tenure_month(agent_id, day)', '{csat_pct,nps}',
				'reference.tenure_month(agent_id, day) IS NOT NULL'))
			AS v (view, key, our_key, kpis, condition)
	LOOP
		RETURN QUERY SELECT reference.differences(compared.view,
			format('SELECT jsonb_build_array(%1$s)::text AS key, kpi, (to_jsonb(v) ->> kpi)::double precision AS value, n
				FROM %2$I.%3$I AS v
				CROSS JOIN unnest(%4$L::text[]) AS kpi
				CROSS JOIN LATERAL (SELECT (to_jsonb(v) ->> replace(kpi || ''_n'', ''_pct'', ''''))::bigint AS n) AS c
				WHERE n > 0', compared.key, mart, compared.view, compared.kpis),
			format('SELECT jsonb_build_array(%1$s)::text AS key, kpi, avg(points) AS value, count(*) AS n
				FROM reference.answer WHERE kpi = ANY (%2$L) AND %3$s GROUP BY 1, 2',
				compared.our_key, compared.kpis, compared.condition));
	END LOOP;
	FOR compared IN
		SELECT * FROM (VALUES ('kpi_daily', 'day'), ('kpi_weekly', 'reference.week(day)'), ('kpi_monthly', 'reference.month(day)'))
			AS v (view, period)
	LOOP
		RETURN QUERY SELECT reference.differences(compared.view,
			format('SELECT period, team, channel, kpi, value, n FROM %I.%I
				WHERE kpi IN (''csat_pct'', ''nps'', ''ces_pct'', ''effort_avg'') AND n > 0', mart, compared.view),
			format('SELECT %s AS period, v.team, v.channel, kpi, avg(points) AS value, count(*) AS n
				FROM reference.answer AS a
				CROSS JOIN LATERAL (VALUES (a.team, a.channel), (a.team, ''all''), (''all'', a.channel), (''all'', ''all''))
					AS v (team, channel)
				GROUP BY 1, 2, 3, 4', compared.period));
	END LOOP;
	RETURN QUERY SELECT reference.differences('channel_consistency',
		format('SELECT month, channels, lowest_channel, lowest_pct, highest_channel, highest_pct
			FROM %I.channel_consistency WHERE kpi = ''csat_pct''', mart),
		'SELECT month, count(*) AS channels, (array_agg(channel ORDER BY value, channel))[1] AS lowest_channel,
			min(value) AS lowest_pct, (array_agg(channel ORDER BY value DESC, channel))[1] AS highest_channel,
			max(value) AS highest_pct
		FROM (
			SELECT reference.month(day) AS month, channel, avg(points) AS value
			FROM reference.answer WHERE kpi = ''csat_pct'' AND channel IS NOT NULL GROUP BY 1, 2
		) AS v
		GROUP BY month');

	-- an answer makes a row, but is no ticket
	RETURN QUERY SELECT reference.differences('team_weekly',
		format('SELECT sum(tickets) AS tickets, sum(resolved) AS resolved, count(*) - count(tickets) AS unknown FROM %I.team_weekly', mart),
		'SELECT count(created_day) AS tickets, count(outcome_day) FILTER (WHERE is_resolved) AS resolved, 0 AS unknown
		FROM reference.contact');
	RETURN QUERY SELECT reference.differences('backlog_daily',
		format('SELECT min(day) AS first_day, sum(opened) AS opened, sum(closed) AS closed FROM %I.backlog_daily', mart),
		'SELECT min(created_day) AS first_day, count(created_day) AS opened,
			count(outcome_day) FILTER (WHERE is_open IS NOT TRUE) AS closed
		FROM reference.contact');
	RETURN QUERY SELECT reference.differences('kpi_daily',
		format('SELECT period, n FROM %I.kpi_daily
			WHERE kpi = ''resolved_per_hour'' AND team = ''all'' AND channel = ''all''', mart),
		'SELECT day AS period, count(*) AS n FROM reference.workforce_daily GROUP BY day');
END
$$;
