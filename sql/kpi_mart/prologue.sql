/* kpi_mart: the install script, concatenated by make from the parts in sql/kpi_mart/ */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION kpi_mart" to load this file. \quit

-- The script runs as superuser, in a schema where other roles may have created
-- functions, operators and types.  No name may resolve to one of theirs: the path
-- is safe, and our own names are qualified, also in function bodies and views.
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL jit = off;

DO $body$
DECLARE
	kpi_schema CONSTANT regnamespace := (SELECT extnamespace FROM pg_extension WHERE extname = 'kpi');
BEGIN
	-- the name comes with quotes where it needs them
	IF kpi_schema <> $schema$@extschema@$schema$::regnamespace THEN
		RAISE EXCEPTION 'extension "kpi_mart" must be in the schema of extension "kpi"'
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('CREATE EXTENSION kpi_mart SCHEMA %s;', kpi_schema);
	END IF;
END
$body$;

