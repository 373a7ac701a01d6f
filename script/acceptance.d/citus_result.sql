-- The results of the comparisons: one row each.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

CREATE TABLE result (name text, problem text);

CREATE FUNCTION must_hold(name text, holds boolean) RETURNS void LANGUAGE sql
BEGIN ATOMIC
INSERT INTO result VALUES (name, CASE WHEN holds IS NOT TRUE THEN 'does not hold' END);
END;

-- Returns the rows of a query. Executes the query unchanged, because Citus plans subqueries differently. The text of an
-- error contains the query, so no two errors are equal.
CREATE FUNCTION rows_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
	line record;
	lines text[] = '{}';
BEGIN
	FOR line IN EXECUTE query LOOP
		lines := lines || line::text;
	END LOOP;
	RETURN lines;
EXCEPTION WHEN OTHERS THEN
	RETURN ARRAY[query || ': ' || SQLERRM];
END
$$;

-- Returns the lines of one list that are not in another.
CREATE FUNCTION only_in(lines text[], others text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN (SELECT string_agg(line, ' ') FROM (SELECT unnest(lines) EXCEPT ALL SELECT unnest(others)) AS difference (line));

CREATE FUNCTION must_equal(name text, local_query text, distributed_query text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	expected text[] = rows_of(local_query);
	got text[] = rows_of(distributed_query);
BEGIN
	INSERT INTO result VALUES (name, CASE WHEN expected IS DISTINCT FROM got
		THEN format('expected %s, got %s', left(only_in(expected, got), 500), left(only_in(got, expected), 500)) END);
END
$$;
