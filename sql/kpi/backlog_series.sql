
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
