
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

