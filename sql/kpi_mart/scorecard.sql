-- kpi_scorecard: every KPI of a period, for a selection and for everything.

-- Raises an error unless the caller may run the recorded queries of a mart.  They run as
-- the caller, like the views of its owner: a superuser would run the owner's code.  Only
-- the owner may be able to write them.
CREATE FUNCTION @extschema@.kpi_require_reader(target_schema name) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner oid;
BEGIN
	SELECT r.oid INTO owner
	FROM @extschema@.kpi_marts() AS m JOIN pg_roles AS r ON r.rolname = m.owner
	WHERE m.target_schema = kpi_require_reader.target_schema;
	IF owner IS NULL THEN
		-- its HINT lists the marts
		PERFORM @extschema@.kpi_require_owner(target_schema);
	ELSIF NOT @extschema@.kpi_trusts_code(owner)
		AND (@extschema@.kpi_superuser_acts() OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
	THEN
		RAISE EXCEPTION 'mart "%" belongs to another role, whose code would run as a superuser', target_schema
			USING ERRCODE = 'insufficient_privilege', HINT = 'Connect as a role that is not a superuser and may read the mart.';
	END IF;
	PERFORM @extschema@.kpi_require_no_writer(ARRAY[format('%I.kpi_object', target_schema)::regclass]);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_reader(name)
IS 'internal: raises an error unless the caller may run the queries of a mart';

-- The first days of a period and of up to 13 equal ones before it.  They have the same
-- number of days, or of months.  Periods that began before the first tickets are left out.
CREATE FUNCTION @extschema@.kpi_periods(since date, until date, first_day date) RETURNS date[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(start ORDER BY start)
	FROM (
		SELECT (since - n * CASE WHEN extract(day FROM since) = 1 AND extract(day FROM until) = 1
			THEN age(until::timestamp, since::timestamp) ELSE make_interval(days => until - since) END)::date AS start, n
		-- no period of centuries that would begin before the calendar does
		FROM generate_series(0, greatest(0, least(13, (since - date '4000-01-01 BC') / nullif(until - since, 0)))) AS n
	) AS p
	WHERE n = 0 OR start >= first_day;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_periods(date, date, date)
IS 'internal: the first days of a period and of up to 13 equal ones before it';

CREATE FUNCTION @extschema@.kpi_recorded_query(target_schema name, query name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	definition text;
BEGIN
	PERFORM @extschema@.kpi_require_reader(target_schema);
	EXECUTE format('SELECT definition FROM %I.kpi_object WHERE name = $1 AND kind = ''query''', target_schema)
	INTO definition USING query;
	IF definition IS NULL THEN
		-- the mart was made by a version without this query
		RAISE EXCEPTION 'mart "%" has no query "%"', target_schema, query
			USING ERRCODE = 'undefined_object', HINT = 'Call kpi_upgrade.';
	END IF;
	RETURN definition;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_recorded_query(name, name) IS 'internal: the text of a query of a mart';

-- The recorded queries that compute the KPIs of a selection, or of everything.
CREATE FUNCTION @extschema@.kpi_scorecard_queries(target_schema name, selection jsonb, total boolean) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	dimensions text[];
	queries text;
BEGIN
	PERFORM @extschema@.kpi_require_reader(target_schema);
	EXECUTE format('SELECT dimensions FROM %I.kpi_settings', target_schema) INTO STRICT dimensions;
	EXECUTE format('SELECT string_agg(format(''SELECT * FROM (%%s) AS q'', definition), '' UNION ALL '') FROM %I.kpi_object
		WHERE kind = ''query'' AND name = ANY ($1)', target_schema)
	INTO queries USING ARRAY[CASE WHEN total THEN 'scorecard_total' END, CASE
		WHEN selection = '{}' THEN NULL
		-- tallies if they have the columns of the selection, otherwise the facts
		WHEN selection - dimensions = '{}' THEN 'scorecard_dimensions'
		WHEN selection - 'agent_id' = '{}' THEN 'scorecard_agent'
		ELSE 'scorecard_selection' END];
	RETURN queries;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard_queries(name, jsonb, boolean)
IS 'internal: the query of a mart that gives its KPIs in periods, in long form';

CREATE FUNCTION @extschema@.kpi_scorecard(
	target_schema name, since date, until date,
	team text DEFAULT NULL, channel text DEFAULT NULL, category text DEFAULT NULL, agent text DEFAULT NULL,
	customer_tier text DEFAULT NULL, priority text DEFAULT NULL, account text DEFAULT NULL, segment jsonb DEFAULT '{}')
RETURNS TABLE (
	scope text, kpi text, value double precision, low double precision, high double precision, n bigint, unit text, better text,
	timing text, target double precision, target_low double precision, target_high double precision, status text,
	baseline double precision, baseline_low double precision, baseline_high double precision, baseline_n bigint,
	change double precision, change_low double precision, change_high double precision, is_significant boolean)
LANGUAGE plpgsql ROWS 100
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- an expression of the user gives the same values as in the refresh
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
SET jit = off
-- for the tickets of the selection
SET work_mem = '64MB'
AS $body$
#variable_conflict use_variable
DECLARE
	-- NULL selects nothing, as an argument and in the segment
	selection CONSTANT jsonb := jsonb_strip_nulls(segment || jsonb_strip_nulls(jsonb_build_object(
		'team', team, 'channel', channel, 'category', category, 'agent_id', agent, 'customer_tier', customer_tier,
		'priority', priority, 'account_id', account)));
	dimensions text[];
	slices text[];
	unknown text;
	first_day date;
	starts date[];
	queries text;
	own_value text;
BEGIN
	IF num_nulls(target_schema, since, until, segment) > 0 THEN
		RAISE EXCEPTION 'target_schema, since, until and segment cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	ELSIF NOT (isfinite(since) AND isfinite(until) AND since < until) THEN
		RAISE EXCEPTION 'period from % to % is empty or has no end', since, until
			USING ERRCODE = 'invalid_parameter_value', HINT = 'It begins with the day since and ends before the day until.';
	ELSIF jsonb_typeof(segment) <> 'object' THEN
		RAISE EXCEPTION 'segment must be an object, such as {"channel": "phone"}' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	PERFORM @extschema@.kpi_require_reader(target_schema);
	EXECUTE format('SELECT dimensions FROM %I.kpi_settings', target_schema) INTO STRICT dimensions;
	slices := @extschema@.kpi_slices(dimensions);
	SELECT string_agg(quote_ident(k), ', ') INTO unknown FROM jsonb_object_keys(selection) AS k WHERE k <> ALL (slices);
	IF unknown IS NOT NULL THEN
		RAISE EXCEPTION 'mart "%" cannot select by %', target_schema, unknown
			USING ERRCODE = 'invalid_parameter_value', HINT = format('It can select by %s.', array_to_string(slices, ', '));
	END IF;
	EXECUTE format('SELECT min(day) FROM %I.ticket_daily_tally WHERE tickets > 0', target_schema) INTO first_day;
	starts := @extschema@.kpi_periods(since, until, first_day);
	queries := @extschema@.kpi_scorecard_queries(target_schema, selection, true);
	own_value := @extschema@.kpi_recorded_query(target_schema, 'own_value'::name);
	RETURN QUERY EXECUTE 'WITH answer AS (
			SELECT *,
				coalesce(' || own_value || ',
					@extschema@.kpi_measure_value(family, unit, number, rate, durations, fraction, scores, ratio)) AS value,
				@extschema@.kpi_measure_ci(family, rate, durations, fraction, scores) AS ci,
				@extschema@.kpi_measure_n(family, number, rate, durations, scores, ratio) AS n
			FROM (' || queries || ') AS measure
		), baseline AS (
			SELECT scope, kpi, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median,
				min(value) AS low, max(value) AS high, count(value) AS n
			FROM answer
			WHERE period < cardinality($1)
			GROUP BY scope, kpi
		)
		SELECT a.scope, a.kpi, a.value, (a.ci).low, (a.ci).high, a.n, a.unit, a.better, @extschema@.kpi_timing(a.kpi),
			g.target, g.low, g.high, CASE g.direction
				WHEN ''range'' THEN @extschema@.kpi_status(a.value, g.low, g.high)
				ELSE @extschema@.kpi_status(a.value, g.target, g.warning, g.direction) END,
			b.median, b.low, b.high, coalesce(b.n, 0), a.value - p.value, (c.change).low, (c.change).high,
			@extschema@.is_significant(c.change)
		FROM answer AS a
		LEFT JOIN answer AS p ON p.scope = a.scope AND p.kpi = a.kpi AND p.period = a.period - 1
		LEFT JOIN baseline AS b ON b.scope = a.scope AND b.kpi = a.kpi
		CROSS JOIN LATERAL (
			SELECT CASE a.family
				WHEN ''rate'' THEN @extschema@.rate_change(p.rate, a.rate, 0.95::double precision)
				WHEN ''percentile'' THEN @extschema@.duration_change(p.durations, a.durations, a.fraction, 0.95::double precision)
				WHEN ''score'' THEN @extschema@.nps_change(p.scores, a.scores, 0.95::double precision) END AS change
		) AS c
		-- the target of the segment, or of the smallest segment that contains it
		LEFT JOIN LATERAL (
			SELECT t.*
			FROM ' || quote_ident(target_schema) || '.kpi_target AS t
			WHERE t.kpi = a.kpi AND t.valid_from < $2
			AND t.segment <@ CASE a.scope WHEN ''total'' THEN ''{}'' ELSE $3 END
			ORDER BY (SELECT count(*) FROM jsonb_object_keys(t.segment)) DESC, t.segment, t.valid_from DESC
			LIMIT 1
		) AS g ON true
		WHERE a.period = cardinality($1)
		ORDER BY a.scope, a.kpi'
	USING starts, until, selection, extract(day FROM since) = 1 AND extract(day FROM until) = 1;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard(
	name, date, date, text, text, text, text, text, text, text, jsonb)
IS 'the KPIs of a mart from the day since until before the day until, of everything and of a selection: value with 95 % interval, target '
'and status, median and range of up to 13 equal periods before, and the change since the previous one';
