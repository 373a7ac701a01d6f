-- What must be true before a function reads or writes a mart: it belongs to the
-- caller, and nothing in it, or that it reads, runs the code of another role.
--
-- Everything here only reads the catalogs of pg_catalog.  A table is locked before
-- it is looked at, so that it stays what it was found to be.

-- Whether code of a role may run as the current user: his own, and a superuser's,
-- who needs no such way.
CREATE FUNCTION @extschema@.kpi_trusts(role oid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT $1 = (SELECT oid FROM pg_roles WHERE rolname = current_user)
		OR EXISTS (SELECT FROM pg_roles WHERE oid = $1 AND rolsuper);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_trusts(oid) IS 'internal: whether the code of a role may run as the current user';

-- The functions, operators and types of other roles on which a relation depends:
-- by a view's query, or by a table's constraints, defaults, indexes and triggers.
CREATE FUNCTION @extschema@.kpi_foreign_code(relation oid) RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH parts (classid, objid) AS (
		SELECT 'pg_class'::regclass::oid, $1
		UNION ALL SELECT 'pg_rewrite'::regclass, oid FROM pg_rewrite WHERE ev_class = $1
		UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE conrelid = $1
		UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE adrelid = $1
		UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = $1
		UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE tgrelid = $1
		UNION ALL SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE polrelid = $1
	)
	SELECT DISTINCT pg_describe_object(d.refclassid, d.refobjid, 0)
	FROM parts AS p
	JOIN pg_depend AS d USING (classid, objid)
	LEFT JOIN pg_proc AS f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
	LEFT JOIN pg_operator AS o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
	LEFT JOIN pg_type AS t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
	LEFT JOIN pg_opclass AS c ON d.refclassid = 'pg_opclass'::regclass AND c.oid = d.refobjid
	WHERE NOT @extschema@.kpi_trusts(coalesce(f.proowner, o.oprowner, t.typowner, c.opcowner))
	ORDER BY 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_foreign_code(oid)
IS 'internal: functions, operators and types of other roles that a relation can run';

-- The tables and views that a view reads, directly or through other views.
CREATE FUNCTION @extschema@.kpi_relations_read(relation oid) RETURNS SETOF oid
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH RECURSIVE read (oid) AS (
		SELECT $1
		UNION
		SELECT d.refobjid
		FROM read AS r
		JOIN pg_rewrite AS w ON w.ev_class = r.oid
		JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
	)
	SELECT oid FROM read WHERE oid <> $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relations_read(oid)
IS 'internal: the tables and views that a view reads, through other views also';

-- Raises an error unless a relation can be read without running the code of another
-- role.  Locks what it looks at.
CREATE FUNCTION @extschema@.kpi_require_safe_source(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	source record;
	code text;
BEGIN
	-- ONLY and a table: a view would lock what is beneath with the rights of its owner
	FOR source IN
		SELECT c.oid::regclass AS name
		FROM pg_class AS c
		WHERE c.relkind IN ('r', 'p') AND c.oid IN (SELECT relation UNION ALL SELECT @extschema@.kpi_relations_read(relation))
	LOOP
		EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', source.name);
	END LOOP;
	FOR source IN
		SELECT c.oid, c.oid::regclass AS name, c.relkind, c.relowner, c.relpersistence,
			(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS by_superuser
		FROM pg_class AS c
		WHERE c.oid IN (SELECT relation UNION ALL SELECT @extschema@.kpi_relations_read(relation))
	LOOP
		IF source.relpersistence = 't' THEN
			RAISE EXCEPTION 'relation % is temporary', source.name
				USING ERRCODE = 'wrong_object_type', HINT = 'Use a table that stays.';
		ELSIF source.relkind IN ('v', 'm') AND NOT @extschema@.kpi_trusts(source.relowner)
			OR source.by_superuser AND NOT @extschema@.kpi_trusts(source.relowner)
		THEN
			RAISE EXCEPTION 'relation % belongs to another role, whose code would run as yours', source.name
				USING ERRCODE = 'insufficient_privilege',
					  HINT = CASE WHEN source.by_superuser THEN 'Connect as a role that is no superuser.'
						ELSE 'Create a view of your own over the tables that it reads.' END;
		END IF;
		IF source.relkind = 'v' THEN
			code := (SELECT string_agg(f, ', ') FROM @extschema@.kpi_foreign_code(source.oid) AS f);
			IF code IS NOT NULL THEN
				RAISE EXCEPTION 'view % would run code of other roles: %', source.name, code
					USING ERRCODE = 'insufficient_privilege', HINT = 'Use functions, operators and types of your own in it.';
			END IF;
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_safe_source(regclass)
IS 'internal: an error unless reading a relation runs no code of another role';

-- Raises an error unless a table is a plain one of the caller's that runs no code
-- when it is read or written.  The caller holds a lock on it.
CREATE FUNCTION @extschema@.kpi_require_plain_table(relation regclass) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	problem text;
BEGIN
	SELECT CASE
			WHEN NOT FOUND_CLASS.is_table THEN 'is no plain table'
			WHEN NOT FOUND_CLASS.is_mine THEN 'belongs to another role'
			WHEN EXISTS (SELECT FROM pg_inherits WHERE relation IN (inhparent, inhrelid)) THEN 'is part of an inheritance'
			WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = relation) THEN 'has a rule'
			WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal) THEN 'has a trigger'
			WHEN FOUND_CLASS.relforcerowsecurity THEN 'has policies for its owner'
			WHEN EXISTS (SELECT FROM @extschema@.kpi_foreign_code(relation)) THEN 'runs code of another role: '
				|| (SELECT string_agg(f, ', ') FROM @extschema@.kpi_foreign_code(relation) AS f)
		END
	INTO problem
	FROM (
		SELECT relkind = 'r' AND relpersistence = 'p' AS is_table, pg_get_userbyid(relowner) = current_user AS is_mine,
			relforcerowsecurity
		FROM pg_class WHERE oid = relation) AS FOUND_CLASS;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'table % %', relation, problem
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'A mart reads and writes only what kpi_build made. Remove the change, or kpi_drop and kpi_build.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_plain_table(regclass)
IS 'internal: an error unless a table belongs to the caller and runs no code when it is read or written';

-- Raises an error unless a schema is a mart of the caller's.
CREATE FUNCTION @extschema@.kpi_require_owner(target_schema name) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner name;
BEGIN
	SELECT m.owner INTO owner FROM @extschema@.kpi_marts() AS m WHERE m.target_schema = kpi_require_owner.target_schema;
	IF owner IS NULL THEN
		RAISE EXCEPTION 'there is no mart "%"', target_schema
			USING ERRCODE = 'undefined_object',
				  HINT = coalesce('The marts are ' || (
					SELECT string_agg(format('"%s"', m.target_schema), ', ' ORDER BY m.target_schema)
					FROM @extschema@.kpi_marts() AS m) || '.', 'kpi_build makes one.');
	ELSIF owner <> current_user THEN
		RAISE EXCEPTION 'must be owner of mart "%"', target_schema
			USING ERRCODE = 'insufficient_privilege',
				  HINT = format('Connect as role "%s", or SET ROLE to it as its member.', owner);
	-- RESET ROLE in the owner's code would make it run as the superuser
	ELSIF session_user <> current_user AND (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) THEN
		RAISE EXCEPTION 'a superuser cannot act as the owner of mart "%"', target_schema
			USING ERRCODE = 'insufficient_privilege',
				  HINT = format('Connect as role "%s", and schedule jobs as that role.', owner);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_owner(name)
IS 'internal: an error unless a schema is a mart of the caller';

-- Locks the tables of a mart against other refreshes and against changes of their
-- definitions, not against readers.  Then raises an error unless every relation is
-- what kpi_build made and its sources are safe to read.
CREATE FUNCTION @extschema@.kpi_lock_mart(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $body$
DECLARE
	mart_schema oid;
	object record;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	mart_schema := (SELECT oid FROM pg_namespace WHERE nspname = target_schema);
	EXECUTE format('LOCK TABLE ONLY %I.kpi_object IN SHARE UPDATE EXCLUSIVE MODE', target_schema);
	PERFORM @extschema@.kpi_require_plain_table(format('%I.kpi_object', target_schema)::regclass);
	FOR object IN EXECUTE format('SELECT * FROM %I.kpi_object ORDER BY position', target_schema) LOOP
		-- a row of another relation would have it emptied
		IF NOT EXISTS (
			SELECT FROM pg_class AS c
			WHERE c.oid = object.relation AND c.relname = object.name AND c.relnamespace = mart_schema
			AND c.relkind = CASE object.kind WHEN 'view' THEN 'v' ELSE 'r' END AND pg_get_userbyid(c.relowner) = current_user)
		THEN
			RAISE EXCEPTION 'relation "%" of mart "%" is not the one that kpi_build made', object.name, target_schema
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade, which makes the mart again.';
		END IF;
		IF object.kind <> 'view' THEN
			EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', object.relation);
			PERFORM @extschema@.kpi_require_plain_table(object.relation);
		ELSIF object.server_version = current_setting('server_version_num')
			AND pg_get_viewdef(object.relation) IS DISTINCT FROM object.deparsed
		THEN
			RAISE EXCEPTION 'view % is not the one that kpi_build made', object.relation
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade, which makes it again.';
		END IF;
	END LOOP;
	PERFORM @extschema@.kpi_require_safe_source(format('%I.ticket_source', target_schema)::regclass);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_lock_mart(name)
IS 'internal: locks a mart, and raises an error unless it is what kpi_build made';
