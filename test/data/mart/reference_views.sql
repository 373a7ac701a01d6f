-- What the views of a mart must show, worked out from ref.fact and ref.measure, and
-- ref.compare(schema), which returns what differs.

-- the KPIs of kpi_monthly: which measure, and how it is summed up
CREATE TABLE ref.kpi (kpi text, measure text, how text, unit text, better text);
INSERT INTO ref.kpi VALUES
	('tickets', 'tickets', 'count', 'tickets', NULL), ('unanswered', 'unanswered', 'count', 'tickets', 'down'),
	('unresolved', 'unresolved', 'count', 'tickets', 'down'), ('resolved', 'resolved', 'count', 'tickets', NULL),
	('deflected', 'deflected', 'count', 'tickets', 'up'),
	('fcr_pct', 'fcr', 'rate', 'percent', 'up'), ('reopen_pct', 'reopen', 'rate', 'percent', 'down'),
	('escalation_pct', 'escalation', 'rate', 'percent', 'down'), ('transfer_pct', 'transfer', 'rate', 'percent',
		'down'),
	('sla_response_pct', 'sla_response', 'rate', 'percent', 'up'),
	('sla_resolution_pct', 'sla_resolution', 'rate', 'percent', 'up'),
	('abandonment_pct', 'abandonment', 'rate', 'percent', 'down'), ('csat_pct', 'csat', 'rate', 'percent', 'up'),
	('ces_pct', 'ces', 'rate', 'percent', 'up'), ('self_service_pct', 'self_service', 'rate', 'percent', 'up'),
	('bot_resolution_pct', 'bot_resolution', 'rate', 'percent', 'up'),
	('bot_escalation_pct', 'bot_escalation', 'rate', 'percent', 'down'),
	('bot_escalation_accuracy_pct', 'bot_escalation_accuracy', 'rate', 'percent', 'up'),
	('bot_acceptance_pct', 'bot_acceptance', 'rate', 'percent', 'up'),
	('response_median_seconds', 'response', 'median', 'seconds', 'down'),
	('response_p90_seconds', 'response', 'p90', 'seconds', 'down'),
	('resolution_median_seconds', 'resolution', 'median', 'seconds', 'down'),
	('resolution_p90_seconds', 'resolution', 'p90', 'seconds', 'down'),
	('handle_median_seconds', 'handle', 'median', 'seconds', 'down'),
	('handle_p90_seconds', 'handle', 'p90', 'seconds', 'down'),
	('wait_median_seconds', 'wait', 'median', 'seconds', 'down'), ('wait_p90_seconds', 'wait', 'p90', 'seconds',
		'down'),
	('nps', 'nps', 'nps', 'points', 'up'), ('qa_score_pct', 'qa', 'quotient', 'percent', 'up'),
	('cost_per_contact', 'cost', 'mean', 'currency', 'down'), ('effort_avg', 'effort', 'mean', 'score', 'up'),
	('sentiment_avg', 'sentiment', 'mean', 'score', 'up'),
	('negative_sentiment_pct', 'negative_sentiment', 'rate', 'percent', 'down');
-- counted in some views only
CREATE TABLE ref.shown AS SELECT * FROM ref.kpi UNION ALL SELECT 'pending', 'pending', 'count', 'tickets', NULL;
ANALYZE ref.kpi, ref.shown;

CREATE TABLE ref.outcome (
	key text, measure text, n bigint, x double precision, y double precision, percentiles double precision[],
	promoters bigint, detractors bigint);
CREATE TABLE ref.expected (key text, name text, value jsonb);
CREATE TABLE ref.problem (view text, problem text);

-- Whether a count can be told from the columns that the tickets have.
CREATE FUNCTION ref.is_known(kpi text, given text[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE kpi
		WHEN 'unanswered' THEN given && '{first_response_at,response_time}'
		WHEN 'pending' THEN 'status' = ANY (given) AND given && '{solved,resolved_at,resolution_time}'
		WHEN 'deflected' THEN 'self_service' = ANY (given) OR given @> '{bot_handled,bot_resolved}'
		WHEN 'tickets' THEN true
		ELSE given && '{solved,resolved_at,resolution_time}' END;
$$;

CREATE FUNCTION ref.value(how text, r ref.outcome, is_known boolean) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE how
		WHEN 'count' THEN CASE WHEN is_known THEN coalesce(r.x, 0) END
		WHEN 'rate' THEN 100 * r.x / nullif(r.n, 0)
		WHEN 'median' THEN r.percentiles[1]
		WHEN 'p90' THEN r.percentiles[2]
		WHEN 'nps' THEN 100.0::double precision * (r.promoters - r.detractors) / nullif(r.n, 0)
		WHEN 'quotient' THEN 100 * r.x / nullif(r.y, 0)
		WHEN 'mean' THEN r.x / nullif(r.n, 0) END;
$$;

-- Groups the measures.  key: list of expressions over m (measure), f (fact), o
-- (option) and s (subset of the dimensions).
CREATE FUNCTION ref.summarize(key text, condition text DEFAULT 'true', source text DEFAULT 'ref.measure')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE ref.outcome;
	EXECUTE format('INSERT INTO ref.outcome
		SELECT jsonb_build_array(%s)::text, m.kpi, count(m.x), sum(m.x), sum(m.y) FILTER (WHERE m.x IS NOT NULL),
			CASE WHEN m.kpi IN (''response'', ''resolution'', ''handle'', ''wait'')
				THEN percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY m.x) END,
			count(*) FILTER (WHERE m.kpi = ''nps'' AND m.x >= 9), count(*) FILTER (WHERE m.kpi = ''nps'' AND m.x <= 6)
		FROM %s AS m JOIN ref.fact AS f USING (ticket_id) CROSS JOIN ref.option AS o
		WHERE NOT m.is_merged AND m.day IS NOT NULL AND (%s) GROUP BY 1, 2', key, source, condition);
	ANALYZE ref.outcome;
END
$$;

CREATE FUNCTION ref.week(day date, week_start int) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT d::date FROM generate_series(day - 6, day, interval '1 day') AS d WHERE extract(isodow
		FROM d) = week_start;
$$;

CREATE FUNCTION ref.month(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT make_date(extract(year FROM day)::int, extract(month FROM day)::int, 1);
$$;

-- The columns of a wide view, of every KPI and its number of rows.
CREATE FUNCTION ref.expect_columns() RETURNS void LANGUAGE sql AS $$
	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT g.key, k.kpi, to_jsonb(ref.value(k.how, r, ref.is_known(k.kpi, o.given)))
	FROM (SELECT DISTINCT key FROM ref.outcome) AS g CROSS JOIN ref.shown AS k CROSS JOIN ref.option AS o
	LEFT JOIN ref.outcome AS r ON r.key = g.key AND r.measure = k.measure
	UNION ALL
	SELECT g.key, k.measure || '_n', to_jsonb(coalesce(r.n, 0))
	FROM (SELECT DISTINCT key FROM ref.outcome) AS g
	CROSS JOIN (SELECT DISTINCT measure FROM ref.shown) AS k
	LEFT JOIN ref.outcome AS r ON r.key = g.key AND r.measure = k.measure;
$$;

-- Equal, numbers up to rounding: durations are whole microseconds.
CREATE FUNCTION ref.same(a jsonb, b jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN a = b OR coalesce(a, 'null') = 'null' AND coalesce(b, 'null') = 'null' THEN true
		WHEN jsonb_typeof(a) = 'number' AND jsonb_typeof(b) = 'number'
		THEN abs(a::double precision - b::double precision) <= 1e-6 + 1e-9 * greatest(abs(a::double precision),
			abs(b::double precision))
		ELSE false END;
$$;

-- Compares the rows of a query with ref.expected: same keys, and every column that
-- is no key as expected.  key: list of columns.
CREATE FUNCTION ref.compare_rows(view text, query text, key text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	ANALYZE ref.expected;
	EXECUTE format('WITH shown AS MATERIALIZED (
			SELECT jsonb_build_array(%s)::text AS key, to_jsonb(v) - %L::text[] AS row FROM (%s) AS v
		), cells AS (
			SELECT s.key, c.key AS name, c.value FROM shown AS s, jsonb_each(s.row) AS c
		)
		INSERT INTO ref.problem
		SELECT %L, format(''%%s %%s: %%s, expected %%s'', key, name, found, expected) FROM (
			SELECT c.key, c.name, c.value AS found, coalesce(e.value::text, CASE WHEN e.key IS NULL
				THEN ''nothing'' ELSE ''null'' END) AS expected
			FROM cells AS c LEFT JOIN ref.expected AS e USING (key, name)
			WHERE e.key IS NULL OR NOT ref.same(c.value, e.value)
			UNION ALL
			SELECT key, ''row'', ''null'', ''one'' FROM (SELECT DISTINCT key FROM ref.expected) AS e
			WHERE NOT EXISTS (SELECT FROM shown AS s WHERE s.key = e.key)
			UNION ALL
			SELECT key, ''rows'', to_jsonb(count(*)), ''1'' FROM shown GROUP BY key HAVING count(*) > 1
		) AS d ORDER BY key, name LIMIT 5',
		(SELECT string_agg(format('v.%I', k), ', ') FROM unnest(key) AS k), key, query, view);
END
$$;

-- The number of tickets open at the end of a day, of all teams or of one, which may be
-- NULL; NULL when the tickets do not tell.
CREATE FUNCTION ref.backlog(day date, of_team boolean DEFAULT false, team text DEFAULT NULL) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN (SELECT ref.is_known('unresolved', given) FROM ref.option) THEN count(*) END
	FROM ref.fact AS f
	WHERE f.merged_into IS NULL AND f.created_day <= day AND NOT (f.is_open IS NOT TRUE AND f.outcome_day <= day)
	AND (NOT of_team OR f.team IS NOT DISTINCT FROM backlog.team);
$$;

CREATE FUNCTION ref.today() RETURNS date LANGUAGE sql STABLE AS $$
	SELECT (as_of AT TIME ZONE time_zone)::date FROM ref.option;
$$;

CREATE FUNCTION ref.compare_role_views(mart text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	given text[] := (SELECT given FROM ref.option);
BEGIN
	PERFORM ref.summarize('ref.month(m.day)');
	PERFORM ref.expect_columns();
	INSERT INTO ref.expected
	SELECT key, name, value FROM (SELECT DISTINCT key, (key::jsonb ->> 0)::date AS month FROM ref.outcome) AS g,
		LATERAL (VALUES
		('is_complete', to_jsonb(g.month + interval '1 month' <= ref.today())),
		-- of other relations, which these marts do not have
		('customers', NULL), ('churn_pct', NULL), ('churn_pct_month_before', NULL), ('churn_pct_year_before', NULL),
		('net_revenue_retention_pct', NULL), ('contact_rate_pct', NULL),
		('backlog', to_jsonb(ref.backlog((g.month + interval '1 month')::date - 1)))) AS v (name, value);
	INSERT INTO ref.expected
	SELECT g.key, format('%s_%s', c.name, p.name),
		(SELECT e.value FROM ref.expected AS e WHERE e.name = c.name
			AND e.key = jsonb_build_array((g.month - p.distance)::date)::text)
	FROM (SELECT DISTINCT key, (key::jsonb ->> 0)::date AS month FROM ref.outcome) AS g,
		unnest('{tickets,nps,csat_pct,fcr_pct}'::text[]) AS c (name),
		(VALUES ('month_before', interval '1 month'), ('year_before', interval '1 year')) AS p (name, distance);
	PERFORM ref.compare_rows('executive_monthly', format('SELECT * FROM %I.executive_monthly', mart), '{month}');

	IF to_regclass(format('%I.team_weekly', mart)) IS NOT NULL THEN
		PERFORM ref.summarize('ref.week(m.day, o.week_start), f.team');
		PERFORM ref.expect_columns();
		INSERT INTO ref.expected
		SELECT DISTINCT key, 'is_complete', to_jsonb((key::jsonb ->> 0)::date + 7 <= ref.today()) FROM ref.outcome
		UNION ALL
		SELECT DISTINCT key, 'backlog', to_jsonb(ref.backlog((key::jsonb ->> 0)::date + 6, true, key::jsonb ->> 1))
		FROM ref.outcome;
		PERFORM ref.compare_rows('team_weekly', format('SELECT * FROM %I.team_weekly', mart), '{week,team}');
	END IF;
	IF to_regclass(format('%I.channel_weekly', mart)) IS NOT NULL THEN
		PERFORM ref.summarize('ref.week(m.day, o.week_start), f.channel', 'm.kpi <> ''closed''');
		PERFORM ref.expect_columns();
		INSERT INTO ref.expected
		SELECT DISTINCT key, 'is_complete', to_jsonb((key::jsonb ->> 0)::date + 7 <= ref.today()) FROM ref.outcome;
		PERFORM ref.compare_rows('channel_weekly', format('SELECT * FROM %I.channel_weekly', mart), '{week,channel}');

		PERFORM ref.summarize('ref.month(m.day), f.channel', 'f.channel IS NOT NULL');
		TRUNCATE ref.expected;
		INSERT INTO ref.expected
		SELECT jsonb_build_array(r.month, r.kpi)::text, v.name, v.value FROM (
			SELECT o.key::jsonb ->> 0 AS month, o.measure || '_pct' AS kpi, count(*) AS channels,
				min(100 * x / n) AS low, max(100 * x / n) AS high,
				(array_agg(o.key::jsonb ->> 1 ORDER BY x / n, (o.key::jsonb ->> 1) COLLATE "C"))[1] AS lowest,
				(array_agg(o.key::jsonb ->> 1 ORDER BY x / n DESC, (o.key::jsonb ->> 1) COLLATE "C"))[1] AS highest
			FROM ref.outcome AS o WHERE n > 0 AND measure IN ('fcr', 'sla_response', 'sla_resolution', 'reopen',
				'csat') GROUP BY 1, 2
		) AS r, LATERAL (VALUES ('channels', to_jsonb(channels)), ('lowest_channel', to_jsonb(lowest)),
			('lowest_pct', to_jsonb(low)),
			('highest_channel', to_jsonb(highest)), ('highest_pct', to_jsonb(high)), ('spread_points',
				to_jsonb(high - low))) AS v (name, value);
		PERFORM ref.compare_rows('channel_consistency', format('SELECT month, kpi, channels, lowest_channel,
			lowest_pct,
			highest_channel, highest_pct, spread_points FROM %I.channel_consistency', mart), '{month,kpi}');
	END IF;

	PERFORM ref.summarize('m.day, m.agent', 'm.agent IS NOT NULL AND m.kpi <> ''closed''');
	PERFORM ref.expect_columns();
	INSERT INTO ref.expected
	SELECT g.key, v.name, v.value FROM (SELECT DISTINCT key FROM ref.outcome) AS g, LATERAL (VALUES
		('is_complete', to_jsonb((g.key::jsonb ->> 0)::date < ref.today())),
		-- of work_time, which these marts do not have
		('scheduled_hours', NULL), ('adherence_pct', NULL), ('occupancy_pct', NULL),
		('agent_name', (SELECT to_jsonb(max(f.agent_name)) FROM ref.fact AS f
			WHERE f.merged_into IS NULL AND f.created_day IS NOT NULL
				AND f.agent_id = g.key::jsonb ->> 1))) AS v (name, value);
	PERFORM ref.compare_rows('agent_daily', format('SELECT * FROM %I.agent_daily', mart), '{day,agent_id}');

	-- whole months since the agent was hired
	CREATE TEMPORARY TABLE tenure AS
	SELECT m.*, extract(year FROM a.age) * 12 + extract(month FROM a.age) AS tenure_month
	FROM ref.measure AS m JOIN (
		SELECT agent_id, min(agent_hired_on) AS hired_on FROM ref.fact WHERE merged_into IS NULL
			AND created_day IS NOT NULL GROUP BY agent_id
	) AS h ON h.agent_id = m.agent, LATERAL (SELECT age(m.day::timestamp, h.hired_on::timestamp)) AS a (age)
	WHERE m.day >= h.hired_on AND m.kpi <> 'closed';
	PERFORM ref.summarize('m.tenure_month', source => 'tenure');
	PERFORM ref.expect_columns();
	INSERT INTO ref.expected SELECT jsonb_build_array(tenure_month)::text, 'agents', to_jsonb(count(DISTINCT agent))
	FROM tenure WHERE NOT is_merged GROUP BY tenure_month;
	PERFORM ref.compare_rows('new_agent_ramp', format('SELECT * FROM %I.new_agent_ramp', mart), '{tenure_month}');
	DROP TABLE tenure;
END
$$;

-- period: day, week or month
CREATE FUNCTION ref.compare_long_view(mart text, view text, period text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	dimensions text[] := (SELECT dimensions FROM ref.option);
	subsets text := (SELECT string_agg(format('CASE WHEN ''%s'' = ANY (s.kept) THEN CASE f.dims[%1$s] WHEN ''all''
		THEN ''"all"'' ELSE f.dims[%1$s] END
		ELSE ''all'' END', n), ', ') FROM generate_subscripts(dimensions, 1) AS n);
	column_list text := (SELECT string_agg(quote_ident(d), ', ' ORDER BY n)
		FROM unnest(dimensions) WITH ORDINALITY AS d (d, n));
BEGIN
	CREATE TEMPORARY TABLE split AS
	SELECT m.*, s.kept FROM ref.measure AS m CROSS JOIN (
		WITH RECURSIVE subset (kept, n) AS (
			SELECT '{}'::text[], 0
			UNION ALL
			SELECT c.kept, s.n + 1 FROM subset AS s, LATERAL (VALUES (s.kept),
				(s.kept || (s.n + 1)::text)) AS c (kept)
			WHERE s.n < cardinality(dimensions)
		) SELECT kept FROM subset WHERE n = cardinality(dimensions)) AS s;
	PERFORM ref.summarize((CASE period WHEN 'day' THEN 'm.day' WHEN 'week' THEN 'ref.week(m.day, o.week_start)'
		ELSE 'ref.month(m.day)' END)
		|| ', ' || replace(subsets, 's.kept', 'm.kept'), 'm.kpi <> ''closed''', 'split');
	DROP TABLE split;
	EXECUTE format('WITH expected AS MATERIALIZED (
			SELECT g.key, k.kpi, ref.value(k.how, r, ref.is_known(k.kpi, o.given)) AS value,
				CASE k.how WHEN ''rate'' THEN coalesce(r.x, 0)::bigint END AS hits,
				CASE k.how WHEN ''count'' THEN ref.value(k.how, r, ref.is_known(k.kpi, o.given))::bigint
					ELSE coalesce(r.n, 0) END AS n,
				k.unit, k.better, (
					SELECT coalesce(string_agg(d, '', '' ORDER BY n) FILTER (WHERE g.key::jsonb -> n::int <> ''"all"''), ''total'')
					FROM unnest(o.dimensions) WITH ORDINALITY AS d (d, n)
				) AS grouped_by,
				(g.key::jsonb ->> 0)::date + interval ''1 %s'' <= date_trunc(''day'', o.as_of AT TIME ZONE o.time_zone) AS is_complete
			FROM (SELECT DISTINCT key FROM ref.outcome) AS g CROSS JOIN ref.kpi AS k CROSS JOIN ref.option AS o
			LEFT JOIN ref.outcome AS r ON r.key = g.key AND r.measure = k.measure
		), shown AS MATERIALIZED (
			SELECT jsonb_build_array(period, %s)::text AS key, kpi, value, hits, n, unit, better, low, high, grouped_by, is_complete
			FROM %I.%I
		)
		INSERT INTO ref.problem
		SELECT %L, format(''%%s %%s: %%s, expected %%s'', key, kpi,
			(s.value, s.hits, s.n, s.unit, s.better, s.grouped_by, s.is_complete)::text,
			(e.value, e.hits, e.n, e.unit, e.better, e.grouped_by, e.is_complete)::text)
		FROM shown AS s FULL JOIN expected AS e USING (key, kpi)
		WHERE (s.hits, s.n, s.unit, s.better, s.grouped_by, s.is_complete)
			IS DISTINCT FROM (e.hits, e.n, e.unit, e.better, e.grouped_by, e.is_complete)
		OR num_nulls(s.value, e.value) = 1 OR abs(s.value - e.value) > 1e-6 + 1e-9 * abs(e.value) OR s.value < s.low OR s.value > s.high
		ORDER BY 2 LIMIT 5', period, column_list, mart, view, view);
END
$$;

CREATE FUNCTION ref.compare_coverage(mart text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT c.key, v.name, v.value FROM (
		SELECT jsonb_build_array(ref.month(day), kpi)::text AS key, count(*) AS tickets,
			count(*) FILTER (WHERE state = 'counted') AS counted,
				count(*) FILTER (WHERE state = 'pending') AS pending,
			count(*) FILTER (WHERE state = 'not_applicable') AS not_applicable,
				count(*) FILTER (WHERE state = 'excluded') AS excluded
		FROM ref.measure
		WHERE kpi NOT IN ('unanswered', 'unresolved', 'pending', 'deflected', 'resolved', 'closed', 'effort',
			'negative_sentiment')
		GROUP BY 1
	) AS c, LATERAL (VALUES ('tickets', to_jsonb(tickets)), ('counted', to_jsonb(counted)), ('pending',
		to_jsonb(pending)),
		('not_applicable', to_jsonb(not_applicable)), ('excluded', to_jsonb(excluded))) AS v (name, value);
	PERFORM ref.compare_rows('kpi_coverage', format('SELECT * FROM %I.kpi_coverage', mart), '{month,kpi}');

	-- no row vanishes
	EXECUTE format('INSERT INTO ref.problem
		SELECT ''kpi_coverage'', ''not conserved: '' || c::text FROM %1$I.kpi_coverage AS c
		WHERE tickets <> counted + pending + not_applicable + excluded OR least(counted, pending, not_applicable,
			excluded) < 0
		UNION ALL
		SELECT ''kpi_coverage'', format(''%%s tickets of %%s in %%s'', sum(tickets), (SELECT count(*)
			FROM ref.ticket), kpi)
		FROM %1$I.kpi_coverage GROUP BY kpi HAVING sum(tickets) <> (SELECT count(*) FROM ref.ticket)
		UNION ALL
		SELECT ''kpi_coverage'', format(''%%s %%s: counted %%s, n of kpi_monthly %%s'', c.month, c.kpi, c.counted,
			m.n)
		FROM %1$I.kpi_coverage AS c
		JOIN (SELECT DISTINCT ON (measure) * FROM ref.kpi ORDER BY measure) AS k ON k.measure = c.kpi
		LEFT JOIN %1$I.kpi_monthly AS m ON m.period = c.month AND m.kpi = k.kpi AND %2$s
		WHERE c.month IS NOT NULL AND c.counted IS DISTINCT FROM coalesce(m.n, 0)', mart,
		(SELECT string_agg(format('m.%I = ''all''', d), ' AND ') FROM ref.option, unnest(dimensions) AS d));
END
$$;

CREATE FUNCTION ref.compare_now(mart text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	o ref.option;
BEGIN
	SELECT * INTO STRICT o FROM ref.option;
	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT jsonb_build_array(f.ticket_id)::text, v.key, v.value
	FROM ref.fact AS f, LATERAL (SELECT
		f.team, f.channel, f.category, f.priority, f.customer_tier, f.account_id, f.agent_id, f.agent_name,
			f.status, f.created_at,
		extract(epoch FROM o.as_of - f.created_at)::double precision AS age_seconds, f.is_unanswered,
		CASE WHEN f.is_unanswered THEN f.response_due_at END AS response_due_at, f.resolution_due_at,
		coalesce(f.sla_response_met, NULL) IS FALSE OR f.sla_resolution_met IS FALSE AS is_breached,
		coalesce(f.is_unanswered AND f.response_due_at BETWEEN o.as_of AND o.as_of + interval '2 hours', false)
			OR coalesce(f.resolution_due_at BETWEEN o.as_of AND o.as_of + interval '2 hours',
				false) AS is_due_within_2_hours) AS shown,
		jsonb_each(to_jsonb(shown)) AS v
	WHERE f.is_open AND f.merged_into IS NULL;
	PERFORM ref.compare_rows('open_tickets', format('SELECT ticket_id::text, team, channel, category, priority,
		customer_tier, account_id,
		agent_id, agent_name, status, created_at, age_seconds, is_unanswered, response_due_at, resolution_due_at,
			is_breached,
		is_due_within_2_hours FROM %I.open_tickets', mart), '{ticket_id}');

	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT jsonb_build_array(age)::text, 'tickets', to_jsonb(count(*)) FROM (
		SELECT CASE WHEN created_at IS NULL THEN 'unknown' WHEN o.as_of - created_at < interval '24:00'
			THEN '0-1 days'
			WHEN o.as_of - created_at < interval '72:00'
				THEN '1-3 days' WHEN o.as_of - created_at < interval '168:00' THEN '3-7 days'
			ELSE 'over 7 days' END AS age
		FROM ref.fact WHERE is_open AND merged_into IS NULL) AS a
	GROUP BY age;
	PERFORM ref.compare_rows('backlog_age', format('SELECT * FROM %I.backlog_age', mart), '{age}');

	-- a row for each day on which tickets of these dimensions are open or change, without days inside a long gap
	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT jsonb_build_array(c.day, c.dims)::text, v.name, v.value FROM (
		SELECT d.day, f.dims, count(*) FILTER (WHERE f.created_day = d.day) AS opened,
			count(*) FILTER (WHERE f.is_open IS NOT TRUE AND f.outcome_day = d.day) AS closed,
			count(*) FILTER (WHERE f.created_day <= d.day AND NOT (f.is_open IS NOT TRUE
				AND f.outcome_day <= d.day)) AS backlog,
			bool_or(f.created_day <= d.day) AS has_begun
		FROM (
			SELECT generate_series(day, CASE WHEN next - day <= 366 THEN next - 1 ELSE day END,
				interval '1 day')::date AS day
			FROM (SELECT day, lead(day, 1, greatest(day, ref.today()) + 1) OVER (ORDER BY day) AS next
				FROM (
					SELECT created_day AS day FROM ref.fact WHERE merged_into IS NULL
					UNION SELECT outcome_day FROM ref.fact WHERE merged_into IS NULL AND is_open IS NOT TRUE
				) AS m WHERE day IS NOT NULL) AS m
		) AS d CROSS JOIN ref.fact AS f
		WHERE f.merged_into IS NULL
		GROUP BY d.day, f.dims
	) AS c, LATERAL (SELECT ref.is_known('unresolved', o.given) AS is_known) AS k, LATERAL (VALUES
		('opened', to_jsonb(opened)), ('closed', CASE WHEN is_known THEN to_jsonb(closed) END), ('moved', to_jsonb(0)),
		('backlog', CASE WHEN is_known THEN to_jsonb(backlog) END)) AS v (name, value)
	WHERE opened > 0 OR closed > 0 OR backlog > 0 OR has_begun AND NOT is_known;
	PERFORM ref.compare_rows('backlog_daily', format('SELECT day, ARRAY[%s]::text[] AS dims, opened, closed, moved, backlog
		FROM %I.backlog_daily WHERE status IS NULL', (SELECT string_agg(quote_ident(d), ', ') FROM unnest(o.dimensions) AS d),
		mart), '{day,dims}');
END
$$;

-- The load of the last 13 weeks with tickets up to yesterday.
CREATE FUNCTION ref.compare_load(mart text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	o ref.option;
	last_day date;
	first_day date;
BEGIN
	SELECT * INTO STRICT o FROM ref.option;
	CREATE TEMPORARY TABLE load AS
	SELECT f.*, extract(isodow FROM f.created_day)::int AS weekday,
		extract(hour FROM f.created_at AT TIME ZONE o.time_zone)::int AS hour
	FROM ref.fact AS f WHERE f.merged_into IS NULL AND f.created_at IS NOT NULL;
	last_day := (SELECT max(created_day) FROM load WHERE created_day < ref.today());
	first_day := (SELECT min(created_day) FROM load WHERE created_day > last_day - 91);
	DELETE FROM load WHERE (created_day BETWEEN first_day AND last_day) IS NOT TRUE;
	ALTER TABLE load ADD weekdays double precision;
	UPDATE load SET weekdays = (SELECT count(DISTINCT d.created_day) FROM load AS d WHERE d.weekday = load.weekday);

	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT g.key, v.name, v.value FROM (
		SELECT jsonb_build_array(weekday, hour)::text AS key, count(*) AS tickets,
			count(*) / min(weekdays) AS tickets_per_hour
		FROM load GROUP BY weekday, hour
	) AS g, LATERAL (VALUES ('tickets', to_jsonb(tickets)), ('tickets_per_hour',
		to_jsonb(tickets_per_hour))) AS v (name, value);
	PERFORM ref.compare_rows('volume_heatmap', format('SELECT * FROM %I.volume_heatmap', mart), '{weekday,hour}');

	TRUNCATE ref.expected;
	INSERT INTO ref.expected
	SELECT g.key, v.name, v.value FROM (
		SELECT jsonb_build_array(l.weekday, l.hour, l.channel)::text AS key,
			count(*) / min(weekdays) AS tickets_per_hour,
			avg(handle_seconds) AS handle, percentile_cont(0.9) WITHIN GROUP (ORDER BY response_seconds) AS response,
			100.0 * avg(a.x) AS abandonment, count(a.x) AS abandonment_n,
			coalesce((SELECT sla_response FROM ref.policy AS p
				WHERE p.channel = l.channel AND num_nonnulls(p.priority, p.customer_tier, p.team, p.account_id) = 0),
					'20 seconds') AS within
		FROM load AS l LEFT JOIN ref.measure AS a ON a.ticket_id = l.ticket_id AND a.kpi = 'abandonment'
		GROUP BY l.weekday, l.hour, l.channel
	) AS g, LATERAL (VALUES ('tickets_per_hour', to_jsonb(tickets_per_hour)), ('response_p90_seconds',
		to_jsonb(response)),
		('abandonment_pct', to_jsonb(abandonment)), ('abandonment_n', to_jsonb(abandonment_n)),
		('within_seconds', to_jsonb(extract(epoch FROM within))),
		('agents_needed', to_jsonb(CASE WHEN handle > 0 THEN erlang_agents(tickets_per_hour,
			make_interval(secs => handle), 80, within) END))) AS v (name, value);
	PERFORM ref.compare_rows('staffing_by_hour', format('SELECT weekday, hour, channel, tickets_per_hour,
		response_p90_seconds,
		abandonment_pct, abandonment_n, within_seconds, agents_needed FROM %I.staffing_by_hour', mart),
			'{weekday,hour,channel}');
	DROP TABLE load;
END
$$;

CREATE FUNCTION ref.compare_facts(mart text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	skipped CONSTANT text[] := '{ticket_id,excluded,dims,response_started_at,response_target,resolution_target,target_hours,paused}';
	names CONSTANT text := (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'ref.fact'::regclass AND attnum > 0 AND attname <> ALL (skipped));
BEGIN
	TRUNCATE ref.expected;
	INSERT INTO ref.expected SELECT jsonb_build_array(f.ticket_id)::text, c.key, c.value
	FROM ref.fact AS f, jsonb_each(to_jsonb(f)) AS c WHERE c.key <> ALL (skipped);
	PERFORM ref.compare_rows('ticket', format('SELECT ticket_id::text AS ticket_id, %s FROM %I.ticket',
		replace(names, 'merged_into', 'merged_into::text AS merged_into'), mart), '{ticket_id}');
	-- a deadline is the last instant by which no more than the target has passed
	EXECUTE format('INSERT INTO ref.problem
		SELECT ''ticket'', format(''%%s: response_due_at %%s'', f.ticket_id, m.response_due_at)
		FROM %1$I.ticket AS m JOIN ref.fact AS f ON f.ticket_id = m.ticket_id::text CROSS JOIN ref.option AS o
		CROSS JOIN LATERAL (SELECT CASE WHEN o.pause_response THEN f.paused END) AS p (paused)
		WHERE ref.open_time(f.response_started_at, m.response_due_at, f.target_hours, p.paused) <> f.response_target
		OR ref.open_time(f.response_started_at, m.response_due_at + interval ''1 us'', f.target_hours,
			p.paused) <= f.response_target
		UNION ALL
		SELECT ''ticket'', format(''%%s: resolution_due_at %%s'', f.ticket_id, m.resolution_due_at)
		FROM %1$I.ticket AS m JOIN ref.fact AS f ON f.ticket_id = m.ticket_id::text
		WHERE ref.open_time(f.created_at, m.resolution_due_at, f.target_hours, f.paused) <> f.resolution_target
		OR ref.open_time(f.created_at, m.resolution_due_at + interval ''1 us'', f.target_hours,
			f.paused) <= f.resolution_target', mart);
END
$$;

-- Everything that is wrong with a mart, against ref.ticket, ref.option and ref.policy.
-- long: the long view to compare, daily, weekly or monthly; NULL compares only what
-- shows every ticket: the facts, the open tickets, the backlog and kpi_coverage
CREATE FUNCTION ref.compare(mart text, long text) RETURNS SETOF ref.problem LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE ref.problem;
	INSERT INTO ref.problem SELECT 'kpi_verify', v::text FROM kpi_verify(mart) AS v LIMIT 5;
	EXECUTE format('UPDATE ref.option SET as_of = s.as_of FROM %I.kpi_state AS s', mart);
	ANALYZE ref.option, ref.ticket;
	PERFORM ref.judge();
	ANALYZE ref.measure, ref.fact;
	PERFORM ref.compare_facts(mart);
	IF long IS NOT NULL THEN
		PERFORM ref.compare_role_views(mart);
		PERFORM ref.compare_load(mart);
		PERFORM ref.compare_long_view(mart, 'kpi_' || long, CASE long WHEN 'daily' THEN 'day' WHEN 'weekly'
			THEN 'week' ELSE 'month' END);
	END IF;
	PERFORM ref.compare_coverage(mart);
	PERFORM ref.compare_now(mart);
	RETURN QUERY SELECT * FROM ref.problem;
END
$$;
