-- Included by every adapter: finds out which of the tables and columns that the adapter
-- reads exist, and makes the others NULL.
--
-- Before, the adapter begins a transaction and makes the temporary table "reads", with a
-- row for each table.  Without the first table the adapter cannot work.  Each item of
-- "columns" is the name of a column, the type that it is read in, and the columns of the
-- views that it fills:
--
--   status text tickets.status tickets.solved
--
-- Without a column that has an asterisk the table is not used.  The type key is any type of
-- ids, unchanged; ids are cast only where some are numbers and others text.  A view name
-- alone stands for the whole view: without the tables that fill it, it is not made.  Of a
-- table with the column _airbyte_raw_id, only the last row of each value of the first column
-- counts, in case Airbyte keeps older ones.
--
-- With psql -v the user names the schemas source (public) and target (care), and a prefix and
-- a suffix of the names of all tables.  This file makes the target with the functions of
-- business_hours.sql, and leaves
--
--   X         for each table X, a variable that reads it: a subquery of the declared columns
--   has_X     whether the table X is there
--   key       the type of the ids
--   finish()  a function that completes the views and returns the missing tables and columns
--   next      a view with the next steps

\if :{?target}
\else
	\set target care
\endif
\if :{?source}
\else
	\set source public
\endif
\if :{?prefix}
\else
	\set prefix ''
\endif
\if :{?suffix}
\else
	\set suffix ''
\endif

-- A function of another role can fit a call better than one of PostgreSQL.  So no name is
-- looked up outside pg_catalog unless its schema is written before it.
SET LOCAL search_path = pg_catalog, pg_temp;
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'kpi_mart') THEN
		RAISE EXCEPTION 'extension "kpi_mart" is not installed in this database'
			USING ERRCODE = 'undefined_object', HINT = 'Run CREATE EXTENSION kpi_mart CASCADE.';
	END IF;
END
$$;
SELECT n.nspname AS kpi, m.nspname AS kpi_mart,
	NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = :'target') AS target_missing
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
JOIN pg_catalog.pg_extension AS em ON em.extname = 'kpi_mart'
JOIN pg_catalog.pg_namespace AS m ON m.oid = em.extnamespace
WHERE e.extname = 'kpi' \gset
\if :target_missing
	CREATE SCHEMA :"target";
\endif

-- A view of an earlier run may have other columns.  It is dropped and made again if nothing
-- depends on it and no other role has rights on it.
SELECT format('DROP VIEW %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :'target' AND c.relkind = 'v' AND c.relacl IS NULL
AND pg_catalog.obj_description(c.oid, 'pg_class') LIKE 'a relation for kpi_build: %'
AND NOT EXISTS (
	SELECT
	FROM pg_catalog.pg_depend AS d
	LEFT JOIN pg_catalog.pg_rewrite AS r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
	WHERE d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = c.oid AND d.deptype = 'n'
	AND r.ev_class IS DISTINCT FROM c.oid) \gexec

-- The functions go to the target.
SET LOCAL search_path = :"target", :"kpi";
\ir business_hours.sql
SET LOCAL search_path = pg_catalog, pg_temp;

-- The declared columns, and which of them exist.  Names may be written in capitals in the
-- source.  A column that the role may not read counts as missing.
CREATE TEMPORARY TABLE declared ON COMMIT DROP AS
WITH named AS (
	SELECT
		row_number() OVER (ORDER BY r.line, c.n) AS position,
		r.relation,
		rtrim(w.words[1], '*') AS name,
		w.words[1] LIKE '%*' AS is_needed,
		w.words[2] AS type,
		w.words[3:] AS fills
	FROM (SELECT row_number() OVER () AS line, * FROM pg_temp.reads) AS r
	CROSS JOIN LATERAL regexp_split_to_table(r.columns, '\s*,\s*') WITH ORDINALITY AS c (item, n)
	CROSS JOIN LATERAL regexp_split_to_array(c.item, '\s+') AS w (words)
)
SELECT n.*, t.oid AS source_table, a.attname AS source_column, a.atttypid AS source_type
FROM named AS n
LEFT JOIN LATERAL (
	SELECT c.oid
	FROM pg_class AS c
	JOIN pg_namespace AS s ON s.oid = c.relnamespace
	CROSS JOIN LATERAL (SELECT :'prefix' || n.relation || :'suffix') AS w (name)
	WHERE s.nspname = :'source' AND lower(c.relname) = lower(w.name) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
	AND has_schema_privilege(s.oid, 'USAGE')
	ORDER BY c.relname = w.name DESC, c.relname
	LIMIT 1
) AS t ON true
LEFT JOIN LATERAL (
	SELECT a.attname, a.atttypid
	FROM pg_attribute AS a
	WHERE a.attrelid = t.oid AND lower(a.attname) = lower(n.name) AND a.attnum > 0 AND NOT a.attisdropped
	AND has_column_privilege(t.oid, a.attnum, 'SELECT')
	ORDER BY a.attname = n.name DESC, a.attname
	LIMIT 1
) AS a ON true;

-- The type of the ids: that of the first key.
SELECT coalesce(format_type(min(source_type), NULL), 'bigint') AS key
FROM (SELECT source_type FROM pg_temp.declared WHERE type = 'key' AND source_type IS NOT NULL ORDER BY position LIMIT 1) AS k \gset

-- Each table, whether it can be used, and the subquery that reads it.
CREATE TEMPORARY TABLE readable ON COMMIT DROP AS
WITH usable AS (
	SELECT *, bool_and(source_column IS NOT NULL OR NOT is_needed) OVER (PARTITION BY relation)
		AND source_table IS NOT NULL AS is_usable
	FROM pg_temp.declared
), read AS (
	SELECT u.*, format(CASE
			WHEN NOT u.is_usable OR u.source_column IS NULL THEN 'NULL::%2$s'
			WHEN u.source_type = w.oid OR u.type = 'key' AND y.typcategory = w.typcategory THEN '%1$I'
			-- helpdesks mean UTC where they give no zone
			WHEN u.type = 'timestamptz' AND u.source_type IN ('timestamp'::regtype, 'date'::regtype)
			THEN '(%1$I AT TIME ZONE ''UTC'')'
			WHEN u.type = 'date' AND u.source_type = 'timestamptz'::regtype THEN '(%1$I AT TIME ZONE ''UTC'')::date'
			WHEN u.type = 'timestamptz' AND y.typcategory = 'N' THEN 'to_timestamp(%1$I)'
			WHEN u.type = 'timestamptz' THEN 'CASE WHEN %1$I ~ '':.*([[:alpha:]]|[-+][0-9:]+)$'' THEN %1$I::timestamptz '
				'ELSE nullif(%1$I, '''')::timestamp AT TIME ZONE ''UTC'' END'
			WHEN u.type = 'text' OR y.typcategory = 'N' AND w.typcategory = 'N' THEN '%1$I::%2$s'
			ELSE 'nullif(%1$I::text, '''')::%2$s' END || ' AS %3$I',
		u.source_column, v.type, u.name) AS expression
	FROM usable AS u
	CROSS JOIN LATERAL (SELECT CASE u.type WHEN 'key' THEN :'key' ELSE u.type END) AS v (type)
	JOIN pg_type AS w ON w.oid = v.type::regtype
	LEFT JOIN pg_type AS y ON y.oid = u.source_type
)
SELECT
	relation,
	is_usable,
	min(position) AS position,
	format(CASE WHEN bool_or(name = '_airbyte_raw_id')
		THEN '(SELECT o.* FROM %1$s AS o WHERE NOT EXISTS (SELECT FROM %1$s AS n WHERE n.%2$I = o.%2$I '
			'AND (n._airbyte_extracted_at, n._airbyte_raw_id) > (o._airbyte_extracted_at, o._airbyte_raw_id)))' ELSE '%1$s' END,
		format('(SELECT %s%s)', string_agg(expression, ', ' ORDER BY position),
			CASE WHEN is_usable THEN ' FROM ' || min(source_table)::regclass ELSE ' WHERE false' END),
		(array_agg(name ORDER BY position))[1]) AS query
FROM read
GROUP BY relation, is_usable;

DO $$
DECLARE
	lost text;
BEGIN
	SELECT format('%s, with the columns %s', r.relation, string_agg(d.name, ', ' ORDER BY d.position)) INTO lost
	FROM pg_temp.readable AS r
	JOIN pg_temp.declared AS d USING (relation)
	WHERE r.position = 1 AND NOT r.is_usable AND d.is_needed
	GROUP BY r.relation;
	IF lost IS NOT NULL THEN
		RAISE EXCEPTION 'the source has no table %', lost
			USING ERRCODE = 'undefined_table', HINT = 'Name its schema with psql -v source=SCHEMA. You need the right to read the table.';
	END IF;
END
$$;

SELECT string_agg(format('%L AS has_%s, %L AS %s', is_usable::text, relation, query, relation), ', ') AS variables
FROM pg_temp.readable \gset
SELECT :variables \gset

-- Drops the views that nothing fills, describes the others, and returns the tables and columns
-- missing in the source, with the columns left empty and the KPIs that need them.
CREATE OR REPLACE FUNCTION pg_temp.finish(helpdesk text, target name, mart name)
RETURNS TABLE (missing text, "leaves empty" text, "is needed for" text)
LANGUAGE plpgsql AS $$
DECLARE
	made record;
BEGIN
	FOR made IN
		SELECT view
		FROM pg_temp.declared
		JOIN pg_temp.readable USING (relation)
		CROSS JOIN LATERAL unnest(fills) AS view
		WHERE view NOT LIKE '%.%'
		GROUP BY view
		HAVING NOT bool_or(is_usable)
	LOOP
		EXECUTE format('DROP VIEW %I.%I', target, made.view);
	END LOOP;
	FOR made IN EXECUTE format('
		SELECT format(''%%I.%%I'', $1, c.relation) AS view, a.attname AS name, c.definition
		FROM %I.kpi_contract AS c
		JOIN pg_attribute AS a ON attrelid = to_regclass(format(''%%I.%%I'', $1, c.relation)) AND a.attname = c.name', mart)
		USING target
	LOOP
		EXECUTE format('COMMENT ON VIEW %s IS %L', made.view, 'a relation for kpi_build: ' || helpdesk);
		EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', made.view, made.name, made.definition);
	END LOOP;
	RETURN QUERY EXECUTE format('
		WITH filled AS (
			SELECT DISTINCT f
			FROM pg_temp.declared
			JOIN pg_temp.readable USING (relation)
			CROSS JOIN LATERAL unnest(fills) AS f
			WHERE is_usable AND source_column IS NOT NULL
		), lost AS (
			SELECT relation || CASE WHEN is_usable THEN ''.'' || name ELSE '''' END AS name, d.position, f
			FROM pg_temp.declared AS d
			JOIN pg_temp.readable AS r USING (relation)
			LEFT JOIN LATERAL unnest(fills) AS f ON f NOT IN (TABLE filled)
			WHERE NOT is_usable OR source_column IS NULL
		), empty AS (
			SELECT name, min(position) AS position, array_agg(DISTINCT f ORDER BY f) FILTER (WHERE f IS NOT NULL
				-- an empty view stands for all its columns
				AND (f NOT LIKE ''%%.%%'' OR split_part(f, ''.'', 1) IN (TABLE filled))) AS fills
			FROM lost
			GROUP BY name
		)
		SELECT name, array_to_string(fills, '', ''), (
			SELECT string_agg(DISTINCT c.used_by, ''; '')
			FROM %I.kpi_contract AS c
			WHERE c.relation = ANY (fills) AND c.required OR c.relation || ''.'' || c.name = ANY (fills))
		FROM empty
		ORDER BY position', mart);
END
$$;

-- The calls that check the views and build a mart of them.
CREATE OR REPLACE TEMPORARY VIEW next AS
SELECT format('SELECT * FROM %I.kpi_check_tickets(%L);', :'kpi_mart', format('%I.tickets', :'target')) AS next
UNION ALL
SELECT format('SELECT * FROM %I.kpi_build(%L, ''mart'', time_zone => ''UTC''%s);', :'kpi_mart', format('%I.tickets', :'target'),
	string_agg(format(', %s => %L', c.relname, format('%I.%s', :'target', c.relname)), '' ORDER BY c.relname))
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = :'target' AND c.relkind = 'v' AND c.relname IN ('messages', 'status_changes', 'sla_targets', 'surveys');
