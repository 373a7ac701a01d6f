-- Every aggregate gives the same answer, to the last bit, in every plan.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

-- answers by group, once and for all: a serial scan, hashed
CREATE TABLE expected (id oid PRIMARY KEY, by_group text, in_all text);
SET max_parallel_workers_per_gather = 0;
DO $$
DECLARE
	aggregate record;
BEGIN
	FOR aggregate IN SELECT * FROM checked LOOP
		EXECUTE format('INSERT INTO expected SELECT %s, (SELECT string_agg(g || ''='' || v, '' '' ORDER BY g)
						FROM (SELECT g, %s AS v FROM facts GROUP BY g) AS q), (SELECT %2$s FROM facts)',
					   aggregate.id, aggregate.call);
	END LOOP;
END
$$;
-- answers there are, but for the net score of too few
SELECT count(*) = (SELECT count(*) FROM checked) AS all_of_them,
	   count(*) FILTER (WHERE by_group IS NULL OR in_all IS NULL) AS without_answer FROM expected;

\set by_group 'SELECT string_agg(g || ''='' || v, '' '' ORDER BY g) FROM (SELECT g, %1$s AS v FROM facts GROUP BY g) AS q'
\set in_all 'SELECT (%1$s)::text FROM facts'
\set expected_by_group 'SELECT by_group FROM expected WHERE id = %2$s'
\set expected_in_all 'SELECT in_all FROM expected WHERE id = %2$s'

-- sorted groups
SET enable_hashagg = off;
SELECT * FROM differences(:'by_group', :'expected_by_group');
RESET enable_hashagg;

-- parallel, with and without the leader's help; every plan is looked at
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SELECT count(*) FILTER (WHERE NOT plan_has(format('SELECT %s FROM facts', call), '"Gather', '"Partial Mode": "Partial"')) AS not_parallel FROM aggregates;
SELECT * FROM differences(:'in_all', :'expected_in_all');
SELECT * FROM differences(:'by_group', :'expected_by_group');
SET parallel_leader_participation = off;
SELECT * FROM differences(:'in_all', :'expected_in_all');
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;

-- partitionwise: a partial aggregate below the append, one partition empty
SET enable_partitionwise_aggregate = on;
SELECT count(*) FILTER (WHERE NOT plan_has(format('SELECT g, %s FROM facts GROUP BY g', call), '"Append"', '"Partial Mode": "Partial"', 'facts_empty')) AS not_partitionwise FROM aggregates;
SELECT * FROM differences(:'by_group', :'expected_by_group');
RESET enable_partitionwise_aggregate;

-- merged from tallies that were kept as text, one of them empty
DO $$
DECLARE
	aggregate record;
BEGIN
	FOR aggregate IN SELECT * FROM checked LOOP
		EXECUTE format('CREATE AGGREGATE raw_%s(%s) (SFUNC = %s, STYPE = %s, INITCOND = %L)', aggregate.id,
					   aggregate.arguments, aggregate.aggtransfn, aggregate.tally, aggregate.agginitval);
		EXECUTE format('CREATE FUNCTION answer_%s(t %s) RETURNS text LANGUAGE sql AS $f$ SELECT %s(t)::text $f$',
					   aggregate.id, aggregate.tally, aggregate.final);
		EXECUTE format('CREATE AGGREGATE merge_%1$s(%2$s) (SFUNC = %2$s_combine, STYPE = %2$s, INITCOND = %3$L)', aggregate.id,
					   aggregate.tally, aggregate.agginitval);
		EXECUTE format('CREATE FUNCTION stored_%s(t text) RETURNS %s LANGUAGE sql AS $f$ SELECT t::%2$s $f$', aggregate.id, aggregate.tally);
	END LOOP;
END
$$;
-- the raw aggregate: the same call under another name
CREATE FUNCTION raw_call(id oid) RETURNS text LANGUAGE sql STABLE AS
	$$ SELECT format('raw_%s(%s', id, substr(call, strpos(call, '(') + 1)) FROM checked a WHERE a.id = raw_call.id $$;
CREATE TABLE merged (id oid PRIMARY KEY, in_all text);
DO $$
DECLARE
	aggregate record;
BEGIN
	FOR aggregate IN SELECT * FROM checked LOOP
		EXECUTE format('INSERT INTO merged
			SELECT %1$s, answer_%1$s(merge_%1$s(stored_%1$s(kept))) FROM (
				SELECT (%2$s)::text AS kept FROM facts GROUP BY h, g
				UNION ALL SELECT (%2$s)::text FROM facts WHERE false) AS part', aggregate.id, raw_call(aggregate.id));
	END LOOP;
END
$$;
SELECT a.signature, m.in_all, e.in_all FROM merged m JOIN expected e USING (id) JOIN aggregates a USING (id)
WHERE m.in_all IS DISTINCT FROM e.in_all;

-- and with the operator, in any order
SELECT * FROM differences('SELECT rollup(t)::text FROM (SELECT %1$s AS t FROM facts GROUP BY h) AS part',
						  'SELECT (max(t::text) FILTER (WHERE h = 2)::' || 'kpi_scores + max(t::text) FILTER (WHERE h = 0)::kpi_scores
						   + max(t::text) FILTER (WHERE h = 3)::kpi_scores + max(t::text) FILTER (WHERE h = 1)::kpi_scores)::text
						   FROM (SELECT h, %1$s AS t FROM facts GROUP BY h) AS part', 'scores_agg');
SELECT * FROM differences('SELECT rollup(t)::text FROM (SELECT %1$s AS t FROM facts GROUP BY h) AS part',
						  'SELECT (max(t::text) FILTER (WHERE h = 2)::kpi_durations + max(t::text) FILTER (WHERE h = 0)::kpi_durations
						   + max(t::text) FILTER (WHERE h = 3)::kpi_durations + max(t::text) FILTER (WHERE h = 1)::kpi_durations)::text
						   FROM (SELECT h, %1$s AS t FROM facts GROUP BY h) AS part', 'durations_agg');

-- FILTER is WHERE
SELECT * FROM differences('SELECT (%1$s FILTER (WHERE solved))::text FROM facts', 'SELECT (%1$s)::text FROM facts WHERE solved');
-- a group that FILTER empties, no rows, and rows of nothing but NULL are one
SELECT * FROM differences('SELECT (%1$s FILTER (WHERE false))::text FROM facts', 'SELECT (%1$s)::text FROM facts WHERE false');
CREATE TABLE nothing AS SELECT k, p, g, h, NULL::int AS score5, NULL::int AS score10, NULL::boolean AS yes, NULL::boolean AS solved,
	NULL::bigint AS big, NULL::bigint AS big2, NULL::numeric AS money, NULL::interval AS duration1, NULL::interval AS duration2,
	NULL::interval AS duration3, NULL::timestamptz AS started, NULL::timestamptz AS ended FROM few;
SELECT * FROM differences('SELECT (%1$s)::text FROM nothing', 'SELECT (%1$s)::text FROM facts WHERE false');
-- KPIs are NULL then, and tallies are empty ones
SELECT DISTINCT keeps_tally, tally, (xpath('//x/text()', query_to_xml(format('SELECT (%s)::text AS x FROM facts WHERE false', call), false, false, '')))[1]::text AS empty
FROM aggregates ORDER BY 1, 2;
-- one row is a group like any other: its tally, asked; a line takes two points,
-- and the row is no customer of the period and no call that counts
SELECT a.signature FROM checked a
CROSS JOIN LATERAL (SELECT (xpath('//x/text()', query_to_xml(format('SELECT (%s)::text AS x FROM facts WHERE k = 0', call), false, false, '')))[1]::text AS answer) AS direct
CROSS JOIN LATERAL (SELECT (xpath('//x/text()', query_to_xml(format('SELECT answer_%s(%s) AS x FROM facts WHERE k = 0', id, raw_call(id)), false, false, '')))[1]::text AS answer) AS asked
WHERE direct.answer IS DISTINCT FROM asked.answer
   OR (direct.answer IS NULL AND a.name NOT IN ('trend', 'trend_ci', 'churn_rate', 'retention_rate', 'service_level'));

-- grouping sets are the groups one by one
SELECT * FROM differences('SELECT string_agg(concat_ws(''/'', g, h, level, v), '' '' ORDER BY level, g, h) FROM (
							SELECT g, h, grouping(g, h) AS level, %1$s AS v FROM facts GROUP BY CUBE (g, h)) AS q',
						  'SELECT string_agg(concat_ws(''/'', g, h, level, v), '' '' ORDER BY level, g, h) FROM (
							SELECT g, h, 0 AS level, %1$s AS v FROM facts GROUP BY g, h
							UNION ALL SELECT g, NULL, 1, %1$s FROM facts GROUP BY g
							UNION ALL SELECT NULL, h, 2, %1$s FROM facts GROUP BY h
							UNION ALL SELECT NULL, NULL, 3, %1$s FROM facts) AS q');

-- the order of the rows does not matter, and DISTINCT works
SELECT * FROM differences('SELECT (%1$s)::text FROM (SELECT * FROM facts ORDER BY started, k) AS q', :'expected_in_all');
SELECT scores_agg(DISTINCT score10) FROM facts;

DROP TABLE expected, merged, nothing;
DO $$
DECLARE
	id oid;
BEGIN
	FOR id IN SELECT a.id FROM checked a LOOP
		EXECUTE format('DROP ROUTINE raw_%s, merge_%1$s, answer_%1$s, stored_%1$s', id);
	END LOOP;
END
$$;
