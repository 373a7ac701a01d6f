/* kpi: what 0.2.0 adds to 0.1.0; make puts it at the end of the install script, too */

-- complain if the script is sourced in psql, rather than via ALTER EXTENSION
\echo Use "ALTER EXTENSION kpi UPDATE TO '0.2.0'" to load this file. \quit

-- it runs as superuser in a schema of others: see prologue.sql
SET LOCAL search_path = pg_catalog, pg_temp;

CREATE FUNCTION @extschema@.kpi_library_version() RETURNS text AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_library_version() IS 'internal: the version of the library that this session has loaded';

-- A new package replaces the library, which then serves every session that
-- connects; the objects in each database wait for ALTER EXTENSION.
CREATE FUNCTION @extschema@.kpi_version(OUT library text, OUT extension text, OUT matches boolean)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT l.version, e.extversion, l.version = e.extversion
	FROM @extschema@.kpi_library_version() AS l (version), pg_extension AS e
	WHERE e.extname = 'kpi';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_version() IS 'the versions of the loaded library and of the objects in this database; where they do not match, run ALTER EXTENSION kpi UPDATE, and connect again';
