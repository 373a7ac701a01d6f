-- Versions of the library and of the objects in this database.

CREATE FUNCTION @extschema@.kpi_library_version() RETURNS text
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_library_version()
IS 'internal: the version of the library that this session has loaded';

-- A new package replaces the library for every new session.  The objects in a
-- database change only with ALTER EXTENSION kpi UPDATE.
CREATE FUNCTION @extschema@.kpi_version(OUT library text, OUT extension text, OUT matches boolean)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT l.version, e.extversion, l.version = e.extversion
	FROM @extschema@.kpi_library_version() AS l (version), pg_extension AS e
	WHERE e.extname = 'kpi';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_version()
IS 'the versions of the loaded library and of the objects in this database; when they differ, run ALTER EXTENSION '
'kpi UPDATE and connect again';
