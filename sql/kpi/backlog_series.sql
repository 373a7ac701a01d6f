
-- Raises an error if reading a column as text would call a cast of another role: a superuser
-- who reads a table of that role would run its code.
CREATE FUNCTION @extschema@.kpi_require_safe_text(relation regclass, column_name name) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF EXISTS (
		WITH RECURSIVE base (type) AS (
			SELECT atttypid FROM pg_attribute WHERE attrelid = relation AND attname = column_name AND attnum > 0 AND NOT attisdropped
			UNION ALL
			SELECT typbasetype FROM base JOIN pg_type ON oid = type WHERE typtype = 'd'
		)
		SELECT
		FROM base
		JOIN pg_cast AS c ON castsource = type AND casttarget = 'text'::regtype
		JOIN pg_proc AS f ON f.oid = castfunc
		JOIN pg_roles AS r ON r.oid = proowner
		WHERE NOT rolsuper AND rolname <> current_user)
	THEN
		RAISE EXCEPTION 'column "%" of relation "%" would run a cast of another role', column_name, relation
			USING ERRCODE = 'insufficient_privilege', HINT = 'Use a view of your own that gives the column as text.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_safe_text(regclass, name)
IS 'internal: raises an error if reading a column as text would call a cast of another role';

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
		SELECT format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) INTO type
		FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
		WHERE a.attrelid = relation AND a.attname = instant AND a.attnum > 0 AND NOT a.attisdropped;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'column "%" of relation "%" does not exist', instant, relation
				USING ERRCODE = 'undefined_column';
		END IF;
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

	PERFORM @extschema@.kpi_require_safe_text(relation, segment_column);

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
			FROM (SELECT %s, %s, %s FROM %s AS ticket) AS ticket (segment, opened, closed)
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
		CASE WHEN segment_column IS NULL THEN 'NULL::text' ELSE format('ticket.%I::text', segment_column) END,
		'ticket.' || instants[1], 'ticket.' || instants[2], relation)
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
