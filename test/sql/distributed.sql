-- Checks, without Citus, that it can split every aggregate over shards: each shard sends its state as text, the
-- coordinator merges the states and asks the result.  test/t/024_same_bits.pl has random rows and the binary format.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

-- the state has a name, and text and binary forms
SELECT a.signature FROM aggregates a JOIN pg_type t ON t.oid = a.tally
WHERE t.typtype <> 'b' OR a.tally = 'internal'::regtype OR 0 IN (t.typinput, t.typoutput, t.typreceive, t.typsend);
-- two states combine, and the NULL of a shard without a state is skipped
SELECT a.signature FROM aggregates a JOIN pg_aggregate g ON g.aggfnoid = a.id
LEFT JOIN pg_proc c ON c.oid = g.aggcombinefn
WHERE c.oid IS NULL OR NOT c.proisstrict OR c.prorettype <> a.tally
	OR c.proargtypes <> format('%s %s', a.tally::oid, a.tally::oid)::oidvector;
-- the final function, if there is one, takes the state and nothing else
SELECT a.signature FROM aggregates a JOIN pg_aggregate g ON g.aggfnoid = a.id JOIN pg_proc f ON f.oid = g.aggfinalfn
WHERE g.aggfinalextra OR f.proargtypes <> a.tally::oid::text::oidvector
	OR f.prorettype <> (SELECT prorettype FROM pg_proc WHERE oid = a.id) OR NOT f.proisstrict;
-- no state is internal, so none is serialized in another way than it is stored
SELECT a.signature FROM aggregates a JOIN pg_aggregate g ON g.aggfnoid = a.id
WHERE g.aggserialfn <> 0 OR g.aggdeserialfn <> 0 OR g.aggkind <> 'n' OR g.aggnumdirectargs <> 0;

CALL create_parts();
SELECT count(*) > 80 AS many,
	   (SELECT count(*) FROM aggregates a WHERE NOT EXISTS (
			SELECT FROM part p
			WHERE (p.aggtransfn, p.agginitval, p.columns) = (a.aggtransfn, a.agginitval, a.columns))) AS without_part
FROM part;

-- Returns the parts whose partial states, sent as text and merged, are not byte by byte the state of all rows.  In
-- "partials", %1$s is the call.
CREATE FUNCTION differ_merged(partials text) RETURNS SETOF regproc LANGUAGE plpgsql AS $$
DECLARE
	p part;
	same boolean;
BEGIN
	FOR p IN SELECT * FROM part LOOP
		EXECUTE format('SELECT (SELECT %1$s_send(merge(state::%1$s)) FROM (%2$s) AS partial (state))
						= (SELECT %1$s_send(%3$s) FROM facts)',
					   p.tally, format(partials, p.call || '::text'), p.call) INTO same;
		IF same IS NOT TRUE THEN
			RETURN NEXT p.aggtransfn;
		END IF;
	END LOOP;
END
$$;
-- one shard, a few, and many of few rows each, with states in all their layouts
SELECT differ_merged('SELECT %1$s FROM facts');
SELECT differ_merged('SELECT %1$s FROM facts GROUP BY p');
SELECT differ_merged('SELECT %1$s FROM facts GROUP BY k %% 150');
-- a shard without a state first, in between or last
SELECT differ_merged('SELECT NULL UNION ALL (SELECT %1$s FROM facts GROUP BY h)');
SELECT differ_merged('SELECT %1$s FROM facts WHERE h = 0 UNION ALL SELECT NULL
					  UNION ALL SELECT %1$s FROM facts WHERE h > 0 UNION ALL SELECT NULL');
-- a shard without rows: it changes nothing, and alone it is the empty state
SELECT differ_merged('SELECT %1$s FROM facts WHERE false UNION ALL SELECT %1$s FROM facts
					  UNION ALL SELECT %1$s FROM facts WHERE false');
-- the check itself must be able to fail
SELECT count(*) = (SELECT count(*) FROM part) AS all_differ FROM differ_merged('SELECT %1$s FROM facts WHERE k = 0');
-- all shards without a state
DO $$
DECLARE
	a aggregates;
	answer text;
BEGIN
	FOR a IN SELECT * FROM aggregates LOOP
		EXECUTE format('SELECT %s(merge(state))::text FROM (VALUES (NULL::%s), (NULL)) AS partial (state)', a.final,
					   a.tally) INTO answer;
		IF answer IS NOT NULL THEN
			RAISE EXCEPTION '% answers % to nothing', a.signature, answer;
		END IF;
	END LOOP;
END
$$;

-- Arguments that are the same for all rows do not reach the final function: the state alone must determine the result,
-- which is checked with two values of each argument.
CREATE FUNCTION answers_twice(which regprocedure, columns text, VARIADIC choices text[])
RETURNS TABLE (aggregate text, from_states_alone boolean, choices_differ boolean)
LANGUAGE plpgsql AS $$
DECLARE
	a aggregates;
	choice text;
	direct text;
	merged text;
	answers text[] = '{}';
BEGIN
	SELECT * INTO a FROM aggregates WHERE id = which;
	from_states_alone := true;
	FOREACH choice IN ARRAY choices LOOP
		EXECUTE format('SELECT %s(%s, %s)::text FROM facts', a.name, columns, choice) INTO direct;
		EXECUTE format('SELECT %1$s(merge(state::%2$s))::text
						FROM (SELECT %3$s(%4$s, %5$s)::text FROM facts GROUP BY h) AS partial (state)',
					   a.final, a.tally,
					   (SELECT split_part(call, '(', 1) FROM part p
						WHERE (p.aggtransfn, p.agginitval, p.columns) = (a.aggtransfn, a.agginitval, a.columns)),
					   columns, choice) INTO merged;
		from_states_alone := from_states_alone AND merged IS NOT DISTINCT FROM direct;
		answers := answers || direct;
	END LOOP;
	aggregate := a.name;
	choices_differ := answers[1] IS DISTINCT FROM answers[2];
	RETURN NEXT;
END
$$;
SELECT * FROM answers_twice('csat_pct(int, int)', 'score5', '3', '5')
UNION ALL SELECT * FROM answers_twice('ces_pct(int, int)', 'score5', '3', '5')
UNION ALL SELECT * FROM answers_twice('net_score(int, int, int)', 'score10', '9, 6', '8, 3')
UNION ALL SELECT * FROM answers_twice('trend_ci(float8, timestamptz, float8)', 'score10, started', '0.8', '0.99')
UNION ALL SELECT *
FROM answers_twice('service_level(interval, interval, boolean, kpi_service_rule)', 'duration1',
				   '''1 h'', yes, ''all_offered''', '''1 h'', yes, ''answered_only''')
UNION ALL SELECT *
FROM answers_twice('churn_rate(timestamptz, timestamptz, tstzrange, kpi_churn_rule)', 'started, ended',
				   '''[2026-03-15 00:00+00,2026-05-02 12:00+00)'', ''start''',
				   '''[2026-03-15 00:00+00,2026-05-02 12:00+00)'', ''stripe''')
UNION ALL SELECT *
FROM answers_twice('retention_rate(timestamptz, timestamptz, tstzrange, kpi_churn_rule)', 'started, ended',
				   '''[2026-03-15 00:00+00,2026-05-02 12:00+00)'', ''start''',
				   '''[2026-03-15 00:00+00,2026-05-02 12:00+00)'', ''stripe''');
-- these are all whose last argument is of that kind
SELECT DISTINCT name FROM aggregates WHERE columns ~ ', [0-9.]+\)$|_rule\)$' ORDER BY 1;

DROP FUNCTION differ_merged, answers_twice;
CALL drop_parts();
