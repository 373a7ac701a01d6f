-- Compares every aggregate over a distributed table with the same rows in an ordinary table. Run test/sql/setup.sql
-- first.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

-- h has four values and the table eight shards: some shards are empty
CREATE TABLE facts_in_shards (LIKE facts);
SELECT create_distributed_table('facts_in_shards', 'h', shard_count => 8);
INSERT INTO facts_in_shards SELECT * FROM facts;
SELECT must_hold('some shards are empty, and some are not', (
	SELECT count(*) > 1 AND count(*) FILTER (WHERE result::int = 0) > 0 AND count(*) FILTER (WHERE result::int > 0) > 1
	FROM run_command_on_shards('facts_in_shards', 'SELECT count(*) FROM %s')));

-- %1$s is the function that returns the bytes of an answer, %2$s the call and %3$s the table
CREATE TABLE shape (name text, query text);
INSERT INTO shape VALUES
	('whole table', 'SELECT 0, %1$s(%2$s) FROM %3$s'),
	('by the distribution column', 'SELECT h, %1$s(%2$s) FROM %3$s GROUP BY 1 ORDER BY 1'),
	('by another column', 'SELECT g, %1$s(%2$s) FROM %3$s GROUP BY 1 ORDER BY 1'),
	('with FILTER', 'SELECT g, %1$s(%2$s FILTER (WHERE h > 1)) FROM %3$s GROUP BY 1 ORDER BY 1'),
	('rows in one shard', 'SELECT 0, %1$s(%2$s) FROM %3$s WHERE h < 1'),
	('no rows', 'SELECT 0, %1$s(%2$s) FROM %3$s WHERE h < 0');

-- Tests that the shards compute tallies. If Citus fetched the rows instead, nothing would be merged.
CREATE FUNCTION is_split(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (VERBOSE, FORMAT JSON) ' || query INTO plan;
	RETURN strpos(plan::text, 'worker_partial_agg') > 0;
END
$$;

CREATE VIEW sent AS
SELECT a.*, t.typsend FROM aggregates a JOIN pg_proc p ON p.oid = a.id JOIN pg_type t ON t.oid = p.prorettype;

DO $$
DECLARE
	a record;
	s shape;
BEGIN
	FOR a IN SELECT * FROM sent ORDER BY signature LOOP
		FOR s IN SELECT * FROM shape LOOP
			PERFORM must_equal(a.signature || ', ' || s.name, format(s.query, a.typsend, a.call, 'facts'),
							   format(s.query, a.typsend, a.call, 'facts_in_shards'));
		END LOOP;
		PERFORM must_hold(a.signature || ', split over the shards',
						  is_split(format('SELECT %s FROM facts_in_shards', a.call)));
	END LOOP;
END
$$;

-- The shards make tallies, which are stored and merged. A column is named after its type.
CREATE TABLE stored (aggregate int, h int, g int, kpi_scores kpi_scores, kpi_rate kpi_rate, kpi_ratio kpi_ratio,
	kpi_durations kpi_durations, kpi_trend kpi_trend);
CREATE TABLE stored_in_shards (LIKE stored, PRIMARY KEY (aggregate, h, g));
CREATE TABLE stored_everywhere (LIKE stored);
SELECT create_distributed_table('stored_in_shards', 'h', colocate_with => 'facts_in_shards');
SELECT create_reference_table('stored_everywhere');

DO $$
DECLARE
	a record;
	store text;
BEGIN
	FOREACH store IN ARRAY '{stored,stored_in_shards,stored_everywhere}'::text[] LOOP
		FOR a IN SELECT * FROM sent WHERE keeps_tally ORDER BY signature LOOP
			EXECUTE format('INSERT INTO %I (aggregate, h, g, %I)
				SELECT %s, h, coalesce(g, -1), %s FROM facts_in_shards GROUP BY 2, 3', store, a.tally, a.id, a.call);
			PERFORM must_equal(format('%s, from %s', a.signature, store),
				format('SELECT coalesce(g, -1), %s(%s) FROM facts GROUP BY 1 ORDER BY 1', a.typsend, a.call),
				format('SELECT g, %s(rollup(%I)) FROM %I WHERE aggregate = %s GROUP BY 1 ORDER BY 1', a.typsend, a.tally,
					   store, a.id));
		END LOOP;
	END LOOP;
END
$$;
