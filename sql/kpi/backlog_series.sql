
-- The type of a column, below its domains, from now until the end of the transaction; an error
-- without such a column.  A statement reads the catalogue as it was when it began, but a query
-- is parsed with the catalogue as it is then.  In between, the owner of a table could give the
-- column a type of his own, and casts with it, which would run as the reader.
CREATE FUNCTION @extschema@.kpi_column_type(relation regclass, column_name name) RETURNS regtype
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	name CONSTANT text := relation;
	type regtype;
BEGIN
	IF NOT EXISTS (
		SELECT FROM pg_attribute AS a
		WHERE a.attrelid = relation AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped)
	THEN
		RAISE EXCEPTION 'column "%" of relation "%" does not exist', column_name, relation USING ERRCODE = 'undefined_column';
	END IF;
	-- reads no row, but locks the relation
	EXECUTE format('SELECT pg_typeof(r.%1$I)
		FROM (SELECT) AS one LEFT JOIN (SELECT r.%1$I FROM %2$s AS r WHERE false) AS r ON true', column_name, name)
	INTO type;
	IF to_regclass(name) IS DISTINCT FROM relation THEN
		RAISE EXCEPTION 'relation "%" has been replaced', relation USING ERRCODE = 'object_in_use';
	END IF;
	WHILE (SELECT typtype = 'd' FROM pg_type WHERE oid = type) LOOP
		type := (SELECT typbasetype FROM pg_type WHERE oid = type);
	END LOOP;
	RETURN type;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_column_type(regclass, name)
IS 'internal: the type of a column, below its domains, which cannot change until the end of the transaction';

-- An expression for the text of a value of any type.  It runs the output function of the type, while
-- a cast to text could be code of another role.
CREATE FUNCTION @extschema@.kpi_written(expression text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('CASE num_nulls(%1$s) WHEN 0 THEN format(''%%s'', %1$s) END', $1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_written(text) IS 'internal: an expression for the text of a value, which runs no cast';

-- An expression for a column of a relation as text.
CREATE FUNCTION @extschema@.kpi_text_of(relation regclass, column_name name) RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN EXISTS (
				SELECT FROM pg_type
				WHERE oid = @extschema@.kpi_column_type($1, $2) AND typnamespace = 'pg_catalog'::regnamespace)
			THEN format('r.%I::text', $2) ELSE @extschema@.kpi_written(format('r.%I', $2)) END;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_text_of(regclass, name)
IS 'internal: an expression for a column of a relation r as text, which runs no cast of a role';

-- The backlog at each point of time.  Two functions, because PL/pgSQL does not allow a
-- result column with the name of an argument.

CREATE FUNCTION @extschema@.kpi_backlog_series(
	relation regclass, opened_column name, closed_column name,
	since timestamptz, until timestamptz, step interval, segment_column name)
RETURNS TABLE (at timestamptz, segment text, backlog bigint, opened bigint, closed bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	points timestamptz[];
	instants text[];
	instant name;
	type text;
BEGIN
	IF relation IS NULL OR opened_column IS NULL OR closed_column IS NULL
		OR since IS NULL OR until IS NULL OR step IS NULL
	THEN
		RETURN;
	END IF;
	-- no part of a step may be negative: '1 month -29 days' would go back in some months
	IF step <= '0' OR NOT isfinite(since) OR NOT isfinite(until)
		OR (SELECT min(date_part(part, step)) < 0
			FROM unnest(ARRAY['year', 'month', 'day', 'hour', 'minute', 'second']) AS part)
	THEN
		RAISE EXCEPTION 'backlog series has no end'
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Pass two finite instants and a positive step, such as ''1 day''.';
	END IF;
	-- the point before the first one separates tickets opened since then from earlier ones
	points := ARRAY[since - step] || ARRAY(SELECT point FROM generate_series(since, until, step) AS point);

	FOREACH instant IN ARRAY ARRAY[opened_column, closed_column] LOOP
		type := @extschema@.kpi_column_type(relation, instant);
		-- as everywhere, plain timestamps are UTC and a date is its midnight
		instants := instants || CASE type
			WHEN 'timestamp with time zone' THEN format('%I::timestamptz', instant)
			WHEN 'timestamp without time zone' THEN format('%I::timestamp AT TIME ZONE ''UTC''', instant)
			WHEN 'date' THEN format('%I::date::timestamp AT TIME ZONE ''UTC''', instant)
		END;
		IF instants[cardinality(instants)] IS NULL THEN
			RAISE EXCEPTION 'column "%" of relation "%" is not a date or timestamp', instant, relation
				USING ERRCODE = 'datatype_mismatch',
					  DETAIL = format('Its type is %s, not timestamptz, timestamp or date.', type);
		END IF;
	END LOOP;

	-- One pass over the table: each ticket is counted at the first point at or after its
	-- opening, and at the first one at or after its closing.  The index of that point is
	-- the number of points before the instant.  width_bucket also counts a point at the
	-- instant, so one microsecond is subtracted.
	RETURN QUERY EXECUTE format(
		$query$
		WITH counted AS MATERIALIZED (
			SELECT segment,
				   width_bucket(opened - interval '1 microsecond', $1) AS opened_at,
				   CASE WHEN closed IS NOT NULL THEN
					   width_bucket(greatest(opened, closed) - interval '1 microsecond', $1) END AS closed_at,
				   count(*) AS n
			FROM (SELECT %s, %s, %s FROM %s AS r) AS ticket (segment, opened, closed)
			WHERE opened IS NOT NULL
			GROUP BY 1, 2, 3
		), changes AS (
			SELECT segment, point, sum(opened) AS opened, sum(closed) AS closed
			FROM (
				SELECT segment, opened_at, n, 0 FROM counted
				UNION ALL
				SELECT segment, closed_at, 0, n FROM counted
				UNION ALL
				SELECT segment, point, 0, 0
				FROM (SELECT segment FROM counted UNION SELECT NULL WHERE $2) AS s,
					 generate_series(0, cardinality($1) - 1) AS point
			) AS change (segment, point, opened, closed)
			WHERE point < cardinality($1)
			GROUP BY segment, point
		), series AS (
			SELECT point, segment, sum(opened - closed) OVER (PARTITION BY segment ORDER BY point) AS backlog,
				   opened, closed
			FROM changes
		)
		SELECT $1[point + 1], segment, backlog::bigint, opened::bigint, closed::bigint
		FROM series
		WHERE point > 0
		ORDER BY segment, point
		$query$,
		coalesce(@extschema@.kpi_text_of(relation, segment_column), 'NULL::text'), 'r.' || instants[1], 'r.' || instants[2], relation)
	USING points, segment_column IS NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_backlog_series(regclass, name, name, timestamptz, timestamptz, interval, name)
IS 'internal: backlog_series';

CREATE FUNCTION @extschema@.backlog_series(
	relation regclass, opened name, closed name,
	since timestamptz, until timestamptz, step interval, "by" name DEFAULT NULL)
RETURNS TABLE (at timestamptz, segment text, backlog bigint, opened bigint, closed bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_backlog_series($1, $2, $3, $4, $5, $6, $7);
$body$;
COMMENT ON FUNCTION @extschema@.backlog_series(regclass, name, name, timestamptz, timestamptz, interval, name)
IS 'tickets open at each point from since to until, and tickets opened and closed since the previous point, '
'in one pass over a table; by names a column of segments; no rows when an argument except by is NULL';
