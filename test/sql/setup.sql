-- Shared by the other tests: rows, checks of plans, and a call of every aggregate over those rows.
SET client_min_messages = warning;
CREATE SCHEMA kpi_test;
SET search_path = kpi_test, public;

-- Returns pseudo-random numbers that are the same everywhere; those of random() depend on the plan.
CREATE FUNCTION dice(k int, salt text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('x' || substr(md5(salt || k), 1, 8))::bit(32)::bigint / 4294967296.0;

CREATE TABLE facts (
	k int NOT NULL,
	p int NOT NULL,
	g int,
	h int,
	score5 int,
	score10 int,
	yes boolean,
	solved boolean,
	big bigint,
	big2 bigint,
	money numeric,
	duration1 interval,
	duration2 interval,
	duration3 interval,
	started timestamptz,
	ended timestamptz
) PARTITION BY LIST (p);
CREATE TABLE facts_0 PARTITION OF facts FOR VALUES IN (0);
CREATE TABLE facts_1 PARTITION OF facts FOR VALUES IN (1);
CREATE TABLE facts_2 PARTITION OF facts FOR VALUES IN (2);
CREATE TABLE facts_empty PARTITION OF facts FOR VALUES IN (3);

-- Makes rows of facts: "nulls" is the share of NULLs, and durations reach e ^ magnitude seconds.
CREATE FUNCTION random_facts(rows int, seed text DEFAULT '', nulls float8 DEFAULT 0.125, magnitude int DEFAULT 14)
RETURNS SETOF facts
LANGUAGE sql STABLE BEGIN ATOMIC
SELECT k, k % 3, nullif(k % 7, 6), k % 4,
	   CASE WHEN dice(k, seed || 'a') > nulls THEN 1 + floor(dice(k, seed || 'b') * 5)::int END,
	   CASE WHEN dice(k, seed || 'c') > nulls THEN floor(dice(k, seed || 'd') * 11)::int END,
	   CASE WHEN dice(k, seed || 'e') > nulls THEN dice(k, seed || 'f') < 0.6 END,
	   CASE WHEN dice(k, seed || 'g') > nulls THEN dice(k, seed || 'h') < 0.8 END,
	   CASE WHEN dice(k, seed || 'i') > nulls THEN floor(dice(k, seed || 'j') * 4)::bigint END,
	   CASE WHEN dice(k, seed || 'k') > nulls THEN floor(dice(k, seed || 'l') * 90)::bigint END,
	   CASE WHEN dice(k, seed || 'm') > nulls THEN round((dice(k, seed || 'n') * 1000 - 50)::numeric, 4) END,
	   CASE WHEN dice(k, seed || 'o') > nulls
			THEN make_interval(secs => round((exp(dice(k, seed || 'q') * magnitude))::numeric, 6)::float8) END,
	   CASE WHEN dice(k, seed || 'r') > nulls
			THEN make_interval(days => k % 3, secs => floor(dice(k, seed || 's') * 5000)) END,
	   CASE WHEN dice(k, seed || 't') > nulls THEN make_interval(mins => floor(dice(k, seed || 'u') * 30)::int) END,
	   timestamptz '2026-03-01 00:00+00' + make_interval(secs => floor(dice(k, seed || 'v') * 5000000)),
	   CASE WHEN dice(k, seed || 'w') > nulls
			THEN timestamptz '2026-05-01 00:00+00'
				 + make_interval(secs => round((exp(dice(k, seed || 'x') * 12))::numeric, 3)::float8) END
FROM generate_series(1, rows) AS k;
END;
INSERT INTO facts SELECT * FROM random_facts(1500);
-- and one row without NULLs
INSERT INTO facts VALUES
	(0, 0, 0, 0, 4, 9, true, true, 1, 50, 12.5, '1 h', '2 h', '3 h', '2026-03-01 00:00+00', '2026-03-01 01:00+00');
ANALYZE facts;

CREATE TABLE few AS SELECT * FROM facts WHERE k % 31 = 0 OR k < 12;

-- Returns whether the plan of a query has all properties, such as {"Partial Mode": "Partial"}.
CREATE FUNCTION plan_has(query text, VARIADIC properties text[]) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON, COSTS OFF) ' || query INTO plan;
	RETURN (SELECT bool_and(strpos(regexp_replace(plan::text, '\s+', ' ', 'g'), property) > 0)
			FROM unnest(properties) AS property);
END
$$;

-- Returns the error of a statement.
CREATE FUNCTION says(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	state text;
	message text;
	detail text;
	hint text;
BEGIN
	EXECUTE statement;
	RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS
		state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', state, message, nullif(detail, ''), nullif(hint, ''));
END
$$;

-- Every aggregate of the extension: its call over columns of facts, and its parts.
CREATE VIEW aggregates AS
SELECT *, substr(call, strpos(call, '(')) AS columns FROM (
SELECT
	a.aggfnoid::oid AS id,
	p.proname AS name,
	a.aggfnoid::regprocedure::text AS signature,
	pg_get_function_identity_arguments(p.oid) AS arguments,
	format('%s(%s)', a.aggfnoid::regproc, (
		SELECT string_agg(
			CASE format_type(type, NULL)
				WHEN 'smallint' THEN score.name || '::smallint'
				WHEN 'integer' THEN CASE n WHEN 1 THEN score.name WHEN 2 THEN '4' ELSE '2' END
				WHEN 'double precision' THEN
					CASE WHEN p.proname LIKE '%_sentiment%' THEN 'score10 / 5::float8 - 1'
						 WHEN n = 1 THEN score.name || '::float8' WHEN n = 2 THEN 'big2 / 7::float8' ELSE '0.9' END
				WHEN 'boolean' THEN CASE n WHEN 1 THEN 'yes' ELSE 'solved' END
				WHEN 'bigint' THEN CASE n WHEN 1 THEN 'big' ELSE 'big2' END
				WHEN 'numeric' THEN
					CASE WHEN n = 2 THEN 'big2 / 8::numeric'
						 WHEN p.proname ~ 'qa_score|health_score' THEN 'abs(money) / 10' ELSE 'money' END
				WHEN 'interval' THEN 'duration' || n
				WHEN 'timestamp with time zone' THEN
					CASE n WHEN 1 THEN 'started' WHEN 2 THEN 'ended' ELSE '''2026-05-01 12:00+00''::timestamptz' END
				WHEN 'timestamp without time zone' THEN
					CASE n WHEN 1 THEN 'started AT TIME ZONE ''UTC''' WHEN 2 THEN 'ended AT TIME ZONE ''UTC'''
						   ELSE '''2026-05-01 12:00''::timestamp' END
				WHEN 'date' THEN
					CASE n WHEN 1 THEN '(started AT TIME ZONE ''UTC'')::date'
						   WHEN 2 THEN '(ended AT TIME ZONE ''UTC'')::date + 1' ELSE '''2026-05-02''::date' END
				WHEN 'tstzrange' THEN '''[2026-04-15 00:00+00,2026-05-02 12:00+00)''::tstzrange'
				WHEN 'tsrange' THEN '''[2026-04-15 00:00,2026-05-02 12:00)''::tsrange'
				WHEN 'daterange' THEN '''[2026-04-15,2026-05-02]''::daterange'
				WHEN 'kpi_service_rule' THEN '''credit_abandoned''::kpi_service_rule'
				WHEN 'kpi_churn_rule' THEN '''stripe''::kpi_churn_rule'
				WHEN 'business_hours' THEN
					$x$CASE k % 3 WHEN 0 THEN 'Europe/Berlin; Mo-Fr 09:00-17:00; 2026-05-01 off'::business_hours
					WHEN 1 THEN 'UTC; Mo-Su 22:00-06:00' END$x$
				WHEN 'kpi_scores' THEN
					$x$CASE WHEN score10 IS NOT NULL THEN format('{%s:2}', score10)::kpi_scores END$x$
				WHEN 'kpi_rate' THEN $x$CASE WHEN big IS NOT NULL THEN format('%s/5', big)::kpi_rate END$x$
				WHEN 'kpi_ratio' THEN
					$x$CASE WHEN big IS NOT NULL THEN format('%s/%s/3', coalesce(money, 0), big)::kpi_ratio END$x$
				WHEN 'kpi_trend' THEN
					$x$CASE WHEN big IS NOT NULL THEN format('2/%s/%s/%s/%s/%s', big, big + 1, k, k + 5, big)::kpi_trend END$x$
				WHEN 'kpi_durations' THEN
					$x$CASE WHEN big2 IS NOT NULL THEN format('{%sx2,%s.5}', big2, big2 + k)::kpi_durations END$x$
			END, ', ' ORDER BY n)
		FROM unnest(p.proargtypes) WITH ORDINALITY AS u (type, n))) AS call,
	a.aggtransfn, a.agginitval, a.aggtranstype::regtype AS tally,
	CASE WHEN a.aggfinalfn <> 0 THEN a.aggfinalfn::regproc::text ELSE '' END AS final,
	a.aggtranstype = p.prorettype AS keeps_tally
FROM pg_aggregate a
JOIN pg_proc p ON p.oid = a.aggfnoid
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
-- miss_evidence depends on the order of rows, so it follows other rules: see evidence.sql; kpi_phrases is internal
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'kpi' AND p.proname NOT IN ('miss_evidence', 'kpi_phrases')
-- scales: a score above the scale of csat_pct, csat_ci and ces_pct is an error
CROSS JOIN LATERAL (
	SELECT CASE WHEN p.proname IN ('csat_pct', 'csat_ci', 'ces_pct') THEN 'score5' ELSE 'score10' END AS name)
	AS score) AS called;

-- The aggregates that run in every plan and window.  Overloads for plain timestamps and dates differ only in how
-- arguments are read: three names stand for them.
CREATE VIEW checked AS
SELECT * FROM aggregates
WHERE signature !~ 'without time zone|date' OR name IN ('durations_agg', 'avg_response', 'p90_response');

SELECT count(*) > 250 AS many, count(*) FILTER (WHERE call IS NULL) AS without_call FROM aggregates;

-- Returns the aggregates whose two queries differ.  In a query, which returns one text, %1$s is the call and %2$s the
-- id of the signature.
CREATE FUNCTION differences(left_query text, right_query text, VARIADIC names text[] DEFAULT '{}')
RETURNS TABLE (signature text, left_answer text, right_answer text)
LANGUAGE plpgsql AS $$
DECLARE
	aggregate record;
BEGIN
	FOR aggregate IN SELECT * FROM checked WHERE names = '{}' OR name = ANY (names) ORDER BY 3 LOOP
		signature := aggregate.signature;
		EXECUTE format(left_query, aggregate.call, aggregate.id) INTO left_answer;
		EXECUTE format(right_query, aggregate.call, aggregate.id) INTO right_answer;
		IF left_answer IS DISTINCT FROM right_answer THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;

-- Creates aggregates without a final function, one for all aggregates that count the same columns in the same way.
-- merge() begins with the first partial state, as on the coordinator of Citus.
CREATE PROCEDURE create_parts() LANGUAGE plpgsql AS $$
DECLARE
	p record;
BEGIN
	CREATE TABLE part AS
	SELECT row_number() OVER w AS part, aggtransfn, agginitval, tally, min(arguments) AS arguments, columns,
		   format('part_%s%s', row_number() OVER w, columns) AS call
	FROM aggregates GROUP BY aggtransfn, agginitval, tally, columns
	WINDOW w AS (ORDER BY aggtransfn::text, agginitval, columns);
	FOR p IN SELECT * FROM part LOOP
		EXECUTE format('CREATE AGGREGATE part_%s(%s) (SFUNC = %s, STYPE = %s, INITCOND = %L)', p.part, p.arguments,
					   p.aggtransfn, p.tally, p.agginitval);
	END LOOP;
	FOR p IN SELECT DISTINCT tally FROM part LOOP
		EXECUTE format('CREATE AGGREGATE merge(%1$s) (SFUNC = %1$s_combine, STYPE = %1$s)', p.tally);
	END LOOP;
END
$$;
CREATE PROCEDURE drop_parts() LANGUAGE plpgsql AS $$
DECLARE
	p record;
BEGIN
	FOR p IN SELECT * FROM part LOOP
		EXECUTE format('DROP AGGREGATE part_%s(%s)', p.part, p.arguments);
	END LOOP;
	FOR p IN SELECT DISTINCT tally FROM part LOOP
		EXECUTE format('DROP AGGREGATE merge(%s)', p.tally);
	END LOOP;
	DROP TABLE part;
END
$$;

-- the check itself must be able to fail
SELECT count(*) FROM differences('SELECT (%1$s)::text FROM facts', 'SELECT (%1$s)::text FROM few', 'nps');
