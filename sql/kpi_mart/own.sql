-- kpi_measure: a KPI of the user over the tickets, available in tallies, long views,
-- scorecard and targets.
--
-- Its expression becomes part of the views of the mart.  Like any view of the mart's
-- owner, they run as the role that reads or refreshes the mart.

-- The KPIs of the user, with the values of the placeholders of own_measure.
CREATE FUNCTION @extschema@.kpi_own_measures(target_schema name) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	measures jsonb;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	-- text that others write would become code
	PERFORM @extschema@.kpi_require_no_writer(ARRAY[format('%I.kpi_own_measure', target_schema)::regclass]);
	EXECUTE format('SELECT jsonb_agg(to_jsonb(m) || jsonb_build_object(
			''column'', CASE m.family WHEN ''average'' THEN ''ratio'' ELSE m.family END,
			''day_column'', CASE s.attribute WHEN ''created'' THEN ''created_day'' ELSE m.day END) ORDER BY m.kpi)
		FROM %1$I.kpi_own_measure AS m CROSS JOIN %1$I.kpi_settings AS s', target_schema)
	INTO measures;
	RETURN coalesce(measures, '[]');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_own_measures(name) IS 'internal: the KPIs of the user in a mart';

-- The tally of a KPI of the user, as an aggregate over the facts.
CREATE FUNCTION @extschema@.kpi_own_tally(measure jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE $1 ->> 'family'
		WHEN 'durations' THEN '@extschema@.durations_agg(' || duration || ')'
		WHEN 'average' THEN '@extschema@.ratio_agg(@extschema@.in_seconds(' || duration
			|| '), 1::double precision) FILTER (WHERE (' || duration || ') IS NOT NULL)'
		ELSE '@extschema@.' || ($1 ->> 'family') || '_agg(' || ($1 ->> 'expression') || ')'
		END
	FROM (
		SELECT CASE WHEN ($1 ->> 'is_seconds')::boolean THEN '@extschema@.from_seconds(' || ($1 ->> 'expression') || ')'
			ELSE $1 ->> 'expression' END AS duration
	) AS d;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_own_tally(jsonb) IS 'internal: the aggregate of a KPI of the user';

-- The values of the placeholders for KPIs of the user, over the facts and the split of
-- the other placeholders.
CREATE FUNCTION @extschema@.kpi_own_placeholders(placeholders jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	WITH own AS (
		SELECT m, m ->> 'kpi' AS kpi, m ->> 'column' AS tally, m ->> 'answer' AS answer
		FROM jsonb_array_elements($1 -> 'own') AS m
	)
	SELECT jsonb_build_object(
		-- without rows when there are none
		'own_measures', concat_ws(E'\n\tUNION ALL\n',
			@extschema@.kpi_fill_fragment('own_measure'::name, $1 || jsonb_build_object('own_day', 'created_day', 'own_kpi', 'NULL::text',
				'own_unit', 'NULL::text', 'own_better', 'NULL', 'own_family', 'NULL::text', 'own_fraction', 'NULL',
				'own_rate', 'NULL::@extschema@.kpi_rate', 'own_durations', 'NULL::@extschema@.kpi_durations',
				'own_scores', 'NULL::@extschema@.kpi_scores', 'own_ratio', 'NULL::@extschema@.kpi_ratio')) || E'\n\tHAVING false',
			string_agg(@extschema@.kpi_fill_fragment('own_measure'::name, $1 || jsonb_build_object(
				'own_day', m ->> 'day_column',
				'own_kpi', quote_literal(kpi),
				'own_unit', quote_literal(m ->> 'unit'),
				'own_better', quote_nullable(m ->> 'better'),
				'own_family', quote_literal(CASE m ->> 'family'
					WHEN 'rate' THEN 'rate'
					WHEN 'scores' THEN CASE answer WHEN 'nps' THEN 'score' ELSE 'scores' END
					WHEN 'durations' THEN CASE WHEN answer ~ '^(median|p90|p95|p99)_' THEN 'percentile' ELSE 'durations' END
					ELSE 'mean' END),
				'own_fraction', coalesce(CASE WHEN m ->> 'family' = 'durations' THEN
					coalesce('0.' || substring(answer FROM '^p(90|95|99)_'), CASE WHEN answer LIKE 'median\_%' THEN '0.5' END)
					END, 'NULL'))
				|| (SELECT jsonb_object_agg('own_' || c, CASE WHEN c = tally THEN @extschema@.kpi_own_tally(m)
						ELSE 'NULL::@extschema@.kpi_' || c END)
					FROM unnest('{rate,durations,scores,ratio}'::text[]) AS c)), E'\n\tUNION ALL\n' ORDER BY kpi)),
		'own_value', coalesce('CASE kpi ' || string_agg(format('WHEN %L THEN %s', kpi, CASE m ->> 'family'
			WHEN 'durations' THEN '@extschema@.in_seconds(@extschema@.' || quote_ident(answer) || '(durations))'
			WHEN 'average' THEN '@extschema@.ratio_value(ratio)'
			ELSE '@extschema@.' || quote_ident(answer) || '(' || tally || ')::double precision' END), ' ' ORDER BY kpi) || ' END',
			'NULL::double precision'),
		-- a prefix distinguishes them from the KPIs of ticket_kpi, which have short names
		'own_counts_on', coalesce('CASE $2 ' || string_agg(format('WHEN %L THEN %L', 'own ' || kpi, m ->> 'day_column'), ' ')
			|| ' END', 'NULL'),
		'own_counted', coalesce('CASE $2 ' || string_agg(format('WHEN %L THEN ROW(%s) IS NOT NULL', 'own ' || kpi, m ->> 'expression'),
			' ') || ' END', 'NULL'),
		'own_hit', coalesce('CASE $2 ' || string_agg(format('WHEN %L THEN %s', 'own ' || kpi, m ->> 'expression'), ' ')
			FILTER (WHERE m ->> 'family' = 'rate') || ' END', 'NULL'))
	FROM own;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_own_placeholders(jsonb)
IS 'internal: the values of the placeholders for KPIs of the user';

-- Raises an error unless a KPI of the user can be counted over the tickets.
-- Returns whether its expression is a number of seconds.
CREATE FUNCTION @extschema@.kpi_check_measure(target_schema name, measure jsonb) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET client_min_messages = warning
AS $body$
DECLARE
	expression CONSTANT text := measure ->> 'expression';
	is_duration CONSTANT boolean := measure ->> 'family' IN ('durations', 'average');
	type regtype;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_measured (LIKE %I.ticket)', target_schema);
	BEGIN
		-- a check sees only the ticket: no other table, no aggregate and no window
		EXECUTE format('ALTER TABLE pg_temp.kpi_measured ADD CHECK (ROW(%s) IS NOT NULL) NOT VALID', expression);
		-- before anything is computed, even from constants
		PERFORM @extschema@.kpi_require_own_code(ARRAY['pg_temp.kpi_measured'::regclass::oid], true);
		IF is_duration THEN
			EXECUTE format('SELECT pg_typeof(t.v)
				FROM (SELECT NULL) AS one LEFT JOIN LATERAL (SELECT %s AS v FROM pg_temp.kpi_measured) AS t ON true', expression)
			INTO type;
		END IF;
		measure := measure || jsonb_build_object('is_seconds', type <> 'interval'::regtype);
		-- Only parsed as a view, not run: another role may have made an aggregate of that name for other arguments.
		-- The tickets have no system columns and no name, as in the scorecard of a selection.
		EXECUTE format('CREATE TEMPORARY VIEW kpi_measured_tally AS SELECT %s AS tally FROM (SELECT * FROM pg_temp.kpi_measured) AS t',
			@extschema@.kpi_own_tally(measure));
		PERFORM @extschema@.kpi_require_own_code(ARRAY['pg_temp.kpi_measured_tally'::regclass::oid], false);
	EXCEPTION WHEN insufficient_privilege THEN
		RAISE;
	WHEN syntax_error_or_access_rule_violation OR feature_not_supported OR data_exception THEN
		RAISE EXCEPTION 'KPI "%" cannot be counted over the tickets: %', measure ->> 'kpi', SQLERRM
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('The expression is %s.', expression),
				  HINT = CASE measure ->> 'family'
					WHEN 'rate' THEN 'A rate needs a condition, such as category = ''refund''.'
					WHEN 'ratio' THEN 'A ratio needs two numbers, such as cost, contacts.'
					WHEN 'scores' THEN 'Scores need a whole number, such as nps_score.'
					ELSE 'A duration is an interval or a number of seconds, such as resolved_at - first_response_at.' END
					|| ' It sees the columns of ticket; a function needs its schema.';
	END;
	-- The tree of an expression has the ids of functions, not their names.
	IF EXISTS (
		SELECT FROM pg_constraint AS c
		WHERE c.conrelid = 'pg_temp.kpi_measured'::regclass AND c.contype = 'c'
		AND (c.conbin::text LIKE '%{SQLVALUEFUNCTION %'
		-- a text that is read as an instant can be 'now'
		OR c.conbin::text ~ format('{COERCEVIAIO .*:resulttype (%s) ', array_to_string(
			'{date,time,timetz,timestamp,timestamptz,date[],time[],timetz[],timestamp[],timestamptz[],daterange,tsrange,tstzrange,
			datemultirange,tsmultirange,tstzmultirange}'::regtype[]::oid[], '|'))
		OR EXISTS (
			SELECT FROM regexp_matches(c.conbin::text, ':(?:op)?funcid (\d+)', 'g') AS m
			JOIN pg_proc AS f ON f.oid = m[1]::oid
			WHERE f.provolatile = 'v' OR f.proname ~ '^(date|time|timetz|timestamp|timestamptz|array|range|multirange)_in$' OR f.oid = ANY (
				'{now(),transaction_timestamp(),statement_timestamp(),age(timestamp),age(timestamptz),current_setting(text),
				"current_setting(text,boolean)"}'::regprocedure[]))))
	THEN
		RAISE EXCEPTION 'KPI "%" must not depend on when it is computed', measure ->> 'kpi'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('The expression is %s.', expression),
				  HINT = 'Tallies are stored. Use only columns of ticket and constants.';
	END IF;
	DROP VIEW pg_temp.kpi_measured_tally;
	DROP TABLE pg_temp.kpi_measured;
	RETURN type IS NOT NULL AND type <> 'interval'::regtype;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_measure(name, jsonb)
IS 'internal: raises an error unless a KPI of the user can be counted over the tickets';

-- Raises an error if a KPI of the user cannot be counted over the current tickets, and
-- names the KPI.
CREATE FUNCTION @extschema@.kpi_require_countable(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	measure jsonb;
BEGIN
	FOR measure IN SELECT jsonb_array_elements(@extschema@.kpi_own_measures(target_schema)) LOOP
		-- a row can be newer than the views
		PERFORM @extschema@.kpi_check_measure(target_schema, measure);
		BEGIN
			EXECUTE format('SELECT %s FROM %I.ticket WHERE merged_into IS NULL', @extschema@.kpi_own_tally(measure), target_schema);
		EXCEPTION WHEN transaction_rollback OR insufficient_resources OR object_not_in_prerequisite_state THEN
			RAISE;
		WHEN OTHERS THEN
			RAISE EXCEPTION 'KPI "%" cannot be counted over the tickets: %', measure ->> 'kpi', SQLERRM
				USING ERRCODE = SQLSTATE, DETAIL = format('The expression is %s.', measure ->> 'expression'),
					  HINT = 'Leave such tickets out with CASE WHEN ... THEN ... END in the expression, or remove the KPI: '
					  'call kpi_measure with expression NULL.';
		END;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_countable(name)
IS 'internal: raises an error that names a KPI of the user that cannot be counted';

CREATE FUNCTION @extschema@.kpi_measure(
	target_schema name, name text, family text, expression text, day text,
	answer text DEFAULT NULL, unit text DEFAULT NULL, better @extschema@.kpi_direction DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
SET jit = off
SET citus.enable_ddl_propagation = off
AS $body$
#variable_conflict use_variable
DECLARE
	DAYS CONSTANT text[] := '{created_day,responded_day,sla_response_day,outcome_day,sla_resolution_day}';
	release text;
	known record;
	tally text;
	result oid;
	is_seconds boolean;
	old_unit text;
	has_targets boolean;
BEGIN
	IF num_nulls(target_schema, name) > 0 OR (expression IS NOT NULL AND num_nulls(family, day) > 0) THEN
		RAISE EXCEPTION 'target_schema, name, family and day cannot be NULL'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'To remove a KPI, pass expression NULL.';
	END IF;
	PERFORM @extschema@.kpi_lock_mart(target_schema);
	EXECUTE format('SELECT version FROM %I.kpi_object WHERE name = ''ticket_source''', target_schema) INTO release;
	IF release <> @extschema@.kpi_mart_release() THEN
		-- only some of its views would have the definitions of this version
		RAISE EXCEPTION 'mart "%" was made by version % of kpi_mart', target_schema, release
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade first.';
	END IF;
	EXECUTE format('SELECT (SELECT m.unit FROM %1$I.kpi_own_measure AS m WHERE m.kpi = $1),
		EXISTS (SELECT FROM %1$I.kpi_target AS t WHERE t.kpi = $1)', target_schema)
	INTO old_unit, has_targets USING name;
	IF expression IS NULL THEN
		EXECUTE format('DELETE FROM %I.kpi_own_measure WHERE kpi = $1', target_schema) USING name;
	ELSE
		IF name !~ '^[a-z_][a-z0-9_]*$' OR length(name) > 63 THEN
			RAISE EXCEPTION 'invalid KPI name "%"', name
				USING ERRCODE = 'invalid_name',
					  DETAIL = 'A name consists of at most 63 lower-case letters, digits and underscores, and does not begin with a digit.';
		ELSIF EXISTS (SELECT FROM @extschema@.kpi_contract AS c WHERE name = ANY (@extschema@.kpi_names(c.relation))) THEN
			RAISE EXCEPTION 'mart "%" already has a KPI "%"', target_schema, name USING ERRCODE = 'duplicate_object';
		ELSIF day <> ALL (DAYS) THEN
			RAISE EXCEPTION 'KPI "%" cannot count on day "%"', name, day
				USING ERRCODE = 'invalid_parameter_value', HINT = format('The day columns of ticket are %s.', array_to_string(DAYS, ', '));
		END IF;
		tally := CASE family WHEN 'scores' THEN 'kpi_scores' WHEN 'rate' THEN 'kpi_rate' WHEN 'ratio' THEN 'kpi_ratio'
			WHEN 'average' THEN 'kpi_ratio' WHEN 'durations' THEN 'kpi_durations' END;
		IF tally IS NULL THEN
			RAISE EXCEPTION 'unknown KPI family "%"', family
				USING ERRCODE = 'invalid_parameter_value', HINT = 'The families are scores, rate, ratio, average and durations.';
		END IF;
		-- a KPI made by kpi_define has an answer, a unit and a direction; one of another role is ignored
		SELECT min(c.final_function) AS answer, min(c.unit) AS unit, min(c.better) AS better, min(c.definition) AS definition
		INTO known
		FROM @extschema@.kpi_catalogue AS c
		WHERE c.name = kpi_measure.name AND c.family = kpi_measure.family
		AND (c.built_in OR NOT EXISTS (
			SELECT FROM pg_proc AS p
			WHERE p.proname = c.name AND p.pronamespace = c.schema::regnamespace AND NOT @extschema@.kpi_trusts_code(p.proowner)))
		HAVING count(DISTINCT (c.final_function, c.unit, c.better)) = 1;
		answer := coalesce(answer, known.answer, CASE family WHEN 'scores' THEN 'score_avg' WHEN 'rate' THEN 'rate_pct'
			WHEN 'ratio' THEN 'ratio_value' WHEN 'average' THEN 'avg_duration' ELSE 'median_duration' END);
		SELECT p.prorettype INTO result
		FROM pg_proc AS p
		WHERE p.pronamespace = '@extschema@'::regnamespace AND p.proname = answer AND p.prokind = 'f'
		AND p.proargtypes::text = ('@extschema@.' || tally)::regtype::oid::text AND p.proname !~ '^kpi_'
		AND p.prorettype IN ('double precision'::regtype, 'bigint'::regtype, 'numeric'::regtype, 'interval'::regtype)
		AND (p.prorettype = 'interval'::regtype) = (family IN ('durations', 'average'))
		-- the interval of a rate has percentages as its limits
		AND (family <> 'rate' OR p.prorettype = 'double precision'::regtype);
		IF result IS NULL OR (family = 'average' AND answer !~ '^avg_') THEN
			RAISE EXCEPTION 'family "%" has no answer "%"', family, answer
				USING ERRCODE = 'undefined_function',
					  HINT = 'It is a function of the tally, such as rate_pct, p90_duration, score_avg or ratio_pct.';
		END IF;
		unit := CASE WHEN family IN ('durations', 'average') THEN 'seconds'
			ELSE coalesce(unit, known.unit, (
				SELECT min(c.unit) FROM @extschema@.kpi_catalogue AS c
				WHERE c.built_in AND c.family = kpi_measure.family AND c.final_function = kpi_measure.answer
				HAVING count(DISTINCT c.unit) = 1),
				CASE WHEN family = 'rate' OR answer LIKE '%\_pct' THEN 'percent' WHEN family = 'scores' THEN 'score' ELSE 'ratio' END) END;
		is_seconds := @extschema@.kpi_check_measure(target_schema,
			jsonb_build_object('kpi', name, 'family', family, 'expression', expression));
		EXECUTE format('INSERT INTO %I.kpi_own_measure VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (kpi) DO UPDATE SET family = excluded.family, expression = excluded.expression,
				is_seconds = excluded.is_seconds, day = excluded.day, answer = excluded.answer, unit = excluded.unit,
				better = excluded.better, definition = excluded.definition', target_schema)
		USING name, family, expression, is_seconds, day, answer, unit, coalesce(better, known.better),
			coalesce(known.definition, expression);
	END IF;
	IF has_targets AND old_unit <> coalesce(unit, '') THEN
		RAISE EXCEPTION 'KPI "%" has targets in %', name, old_unit
			USING ERRCODE = 'dependent_objects_still_exist',
				  HINT = format('Delete them first: DELETE FROM %I.kpi_target WHERE kpi = %L', target_schema, name);
	END IF;
	PERFORM @extschema@.kpi_make_views(target_schema, true),
		@extschema@.kpi_refresh_table(target_schema, 'own_daily_tally'::name, NULL::date[]),
		-- from now on kpi_target accepts targets of the KPI
		@extschema@.kpi_make_table(target_schema, 'kpi_target'::name);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_measure(name, text, text, text, text, text, text, @extschema@.kpi_direction)
IS 'adds a KPI of your own to a mart, or changes it: family (rate, scores, ratio, average or durations), an expression over the columns '
'of ticket, and the day column on which it counts; one made by kpi_define has its answer, unit and direction from there; '
'with expression NULL the KPI is removed';
