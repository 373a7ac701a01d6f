-- Computes every aggregate in parallel and in partitions: the answer is the same.  test/t/024_same_bits.pl has random
-- rows and many more plans.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

-- the expected results by group, from a serial scan with hashing
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
-- every aggregate has an answer, in each group and over all rows
SELECT count(*) = (SELECT count(*) FROM checked) AS all_of_them,
	   count(*) FILTER (WHERE by_group IS NULL OR in_all IS NULL) AS without_answer FROM expected;

\set by_group 'SELECT string_agg(g || ''='' || v, '' '' ORDER BY g) FROM (SELECT g, %1$s AS v FROM facts GROUP BY g) AS q'
\set expected_by_group 'SELECT by_group FROM expected WHERE id = %2$s'

-- parallel
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 3;
SELECT count(*) FILTER (WHERE NOT plan_has(format('SELECT %s FROM facts', call), '"Gather',
										   '"Partial Mode": "Partial"')) AS not_parallel
FROM aggregates;
-- many in one query, because it takes long to start workers
CREATE TABLE at_once AS
SELECT array_agg(id) AS ids, array_agg(signature) AS signatures,
	   format('SELECT ARRAY[%s] FROM facts', string_agg(call || '::text', ', ')) AS query
FROM (SELECT *, ntile(10) OVER (ORDER BY md5(signature)) AS part FROM checked) AS c
GROUP BY part;
CREATE FUNCTION answers(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	answers text[];
BEGIN
	EXECUTE query INTO answers;
	RETURN answers;
END
$$;
SELECT count(*) FILTER (WHERE NOT plan_has(query, '"Gather', '"Partial Mode": "Partial"')) AS not_parallel,
	   sum(cardinality(answers(query))) = (SELECT count(*) FROM checked) AS all_of_them
FROM at_once;
SELECT a.signature, a.answer, e.in_all
FROM at_once CROSS JOIN LATERAL unnest(ids, signatures, answers(query)) AS a (id, signature, answer)
JOIN expected AS e USING (id)
WHERE a.answer IS DISTINCT FROM e.in_all;
DROP FUNCTION answers(text);
DROP TABLE at_once;

-- partitions, one of them empty: a partial aggregate of each below an append, and workers that share them
SET enable_partitionwise_aggregate = on;
\set parallel_append '"Node Type": "Append", "Parent Relationship": "Outer", "Parallel Aware": true'
SELECT count(*) FILTER (WHERE NOT plan_has(format('SELECT g, %s FROM facts GROUP BY g', call), '"Gather',
										   :'parallel_append', '"Partial Mode": "Partial"', 'facts_empty'))
	   AS not_shared
FROM checked;
SET max_parallel_workers_per_gather = 0;
SELECT count(*) FILTER (WHERE NOT plan_has(format('SELECT g, %s FROM facts GROUP BY g', call), '"Append"',
										   '"Partial Mode": "Partial"', 'facts_empty')) AS not_partitionwise
FROM aggregates;

-- partitions by hash of the group: each is aggregated as a whole, and nothing is merged.  No workers for a scan, so
-- that a worker takes a partition.
CREATE TABLE facts_by_group (LIKE facts) PARTITION BY HASH (g);
CREATE TABLE team (g int, name text) PARTITION BY HASH (g);
DO $$
BEGIN
	FOR n IN 0..5 LOOP
		EXECUTE format('CREATE TABLE facts_by_group_%1$s PARTITION OF facts_by_group
						FOR VALUES WITH (MODULUS 6, REMAINDER %1$s) WITH (parallel_workers = 0);
						CREATE TABLE team_%1$s PARTITION OF team FOR VALUES WITH (MODULUS 6, REMAINDER %1$s)', n);
	END LOOP;
END
$$;
INSERT INTO facts_by_group SELECT * FROM facts;
INSERT INTO team SELECT g, 'team ' || g FROM generate_series(0, 5) AS g;
ANALYZE facts_by_group, team;
\set by_hash 'SELECT string_agg(g || ''='' || v, '' '' ORDER BY g) FROM (SELECT g, %1$s AS v FROM facts_by_group GROUP BY g) AS q'
SELECT count(*) FILTER (WHERE NOT plan_has(query, '"Append"', '"Partial Mode": "Simple"')
						OR plan_has(query, '"Partial Mode": "Partial"')) AS not_whole
FROM checked, format('SELECT g, %s FROM facts_by_group GROUP BY g', call) AS query;
-- the planner chooses it because it gathers fewer rows.  No state leaves a worker, so a few KPIs are enough.
SET parallel_tuple_cost = 0.5;
SET max_parallel_workers_per_gather = 3;
SELECT count(*) FILTER (WHERE NOT plan_has(query, '"Gather', :'parallel_append', '"Partial Mode": "Simple"')
						OR plan_has(query, '"Partial Mode": "Partial"')) AS not_shared
FROM checked, format('SELECT g, %s FROM facts_by_group GROUP BY g', call) AS query;
SELECT *
FROM differences(:'by_hash', :'expected_by_group', 'nps', 'fcr_rate', 'service_level', 'avg_response', 'p90_response',
				 'durations_agg', 'qa_score', 'trend');
SET max_parallel_workers_per_gather = 0;

-- joined in each partition, and aggregated there
SET enable_partitionwise_join = on;
-- without what PostgreSQL 19 does below joins: see test/t/033_eager_aggregate.pl
DO $$ BEGIN PERFORM set_config(name, 'off', false) FROM pg_settings WHERE name = 'enable_eager_aggregate'; END $$;
SELECT count(*) FILTER (WHERE NOT plan_has(query, '"Node Type": "Append"',
										   '"Partial Mode": "Simple", "Parent Relationship": "Member"',
										   '"Node Type": "Hash Join", "Parent Relationship": "Outer"'))
	   AS not_joined_there
FROM checked, format('SELECT g, %s FROM facts_by_group JOIN team USING (g) GROUP BY g', call) AS query;
SELECT *
FROM differences('SELECT string_agg(g || ''='' || v, '' '' ORDER BY g)
				  FROM (SELECT g, %1$s AS v FROM facts_by_group JOIN team USING (g) GROUP BY g) AS q',
				 :'expected_by_group', 'nps', 'fcr_rate', 'service_level', 'avg_response', 'p90_response',
				 'durations_agg', 'qa_score', 'trend');
RESET enable_partitionwise_join;
RESET enable_partitionwise_aggregate;
DROP TABLE facts_by_group, team;

-- tallies add with the operator, in any order
SELECT * FROM differences('SELECT rollup(t)::text FROM (SELECT %1$s AS t FROM facts GROUP BY h) AS part',
						  'SELECT (max(t::text) FILTER (WHERE h = 2)::' || 'kpi_scores
						   + max(t::text) FILTER (WHERE h = 0)::kpi_scores
						   + max(t::text) FILTER (WHERE h = 3)::kpi_scores
						   + max(t::text) FILTER (WHERE h = 1)::kpi_scores)::text
						   FROM (SELECT h, %1$s AS t FROM facts GROUP BY h) AS part', 'scores_agg');
SELECT * FROM differences('SELECT rollup(t)::text FROM (SELECT %1$s AS t FROM facts GROUP BY h) AS part',
						  'SELECT (max(t::text) FILTER (WHERE h = 2)::kpi_durations
						   + max(t::text) FILTER (WHERE h = 0)::kpi_durations
						   + max(t::text) FILTER (WHERE h = 3)::kpi_durations
						   + max(t::text) FILTER (WHERE h = 1)::kpi_durations)::text
						   FROM (SELECT h, %1$s AS t FROM facts GROUP BY h) AS part', 'durations_agg');

-- FILTER is WHERE
SELECT *
FROM differences('SELECT (%1$s FILTER (WHERE solved))::text FROM facts',
				 'SELECT (%1$s)::text FROM facts WHERE solved');
-- a group that FILTER empties, no rows, and rows of nothing but NULL are one
SELECT *
FROM differences('SELECT (%1$s FILTER (WHERE false))::text FROM facts', 'SELECT (%1$s)::text FROM facts WHERE false');
CREATE TABLE nothing AS
SELECT k, p, g, h, NULL::int AS score5, NULL::int AS score10, NULL::boolean AS yes, NULL::boolean AS solved,
	   NULL::bigint AS big, NULL::bigint AS big2, NULL::numeric AS money, NULL::interval AS duration1,
	   NULL::interval AS duration2, NULL::interval AS duration3, NULL::timestamptz AS started,
	   NULL::timestamptz AS ended
FROM few;
SELECT * FROM differences('SELECT (%1$s)::text FROM nothing', 'SELECT (%1$s)::text FROM facts WHERE false');
-- KPIs are NULL then, and tallies are empty ones
SELECT DISTINCT keeps_tally, tally,
	   (xpath('//x/text()', query_to_xml(format('SELECT (%s)::text AS x FROM facts WHERE false', call),
										 false, false, '')))[1]::text AS empty
FROM aggregates ORDER BY 1, 2;
-- one row is a group like any other: its tally, asked; a line takes two points,
-- and the row is no customer of the period and no call that counts
CALL create_parts();
SELECT a.signature FROM (SELECT * FROM checked OFFSET 0) AS a	-- no aggregate of another extension is called
CROSS JOIN LATERAL (
	SELECT (xpath('//x/text()', query_to_xml(format('SELECT (%s)::text AS x FROM facts WHERE k = 0', a.call),
											 false, false, '')))[1]::text AS answer) AS direct
JOIN part AS p USING (aggtransfn, agginitval, tally, columns)
CROSS JOIN LATERAL (
	SELECT (xpath('//x/text()',
				  query_to_xml(format('SELECT (%s(%s))::text AS x FROM facts WHERE k = 0', a.final, p.call),
							   false, false, '')))[1]::text AS answer) AS asked
WHERE direct.answer IS DISTINCT FROM asked.answer
   OR (direct.answer IS NULL AND a.name NOT IN ('trend', 'trend_ci', 'churn_rate', 'retention_rate', 'service_level'));
CALL drop_parts();

-- grouping sets are the groups one by one
SELECT * FROM differences('SELECT string_agg(concat_ws(''/'', g, h, level, v), '' '' ORDER BY level, g, h) FROM (
							SELECT g, h, grouping(g, h) AS level, %1$s AS v FROM facts GROUP BY CUBE (g, h)) AS q',
						  'SELECT string_agg(concat_ws(''/'', g, h, level, v), '' '' ORDER BY level, g, h) FROM (
							SELECT g, h, 0 AS level, %1$s AS v FROM facts GROUP BY g, h
							UNION ALL SELECT g, NULL, 1, %1$s FROM facts GROUP BY g
							UNION ALL SELECT NULL, h, 2, %1$s FROM facts GROUP BY h
							UNION ALL SELECT NULL, NULL, 3, %1$s FROM facts) AS q');

-- DISTINCT works
SELECT scores_agg(DISTINCT score10) FROM facts;

DROP TABLE expected, nothing;
