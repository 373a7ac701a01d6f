-- Checks before a function reads or writes a mart: the mart must belong to the caller,
-- and neither the mart nor its sources may run code of another role.
--
-- All of these read only pg_catalog.  A table is locked before it is checked, so that
-- it cannot change afterwards.

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.kpi_role_name(role oid) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END;
COMMENT ON FUNCTION @extschema@.kpi_role_name(oid) IS 'internal: name of a role for GRANT and REVOKE; 0 is PUBLIC';

-- Returns whether the caller may read relations of a role: the caller itself, or a
-- superuser, who has easier ways to run code.
CREATE FUNCTION @extschema@.kpi_trusts(role oid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT $1 = (SELECT oid FROM pg_roles WHERE rolname = current_user)
		OR EXISTS (SELECT FROM pg_roles WHERE oid = $1 AND rolsuper);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_trusts(oid)
IS 'internal: whether a role is the current user or a superuser';

-- Returns whether a superuser acts as another role.  Code of that role could RESET ROLE, or
-- RESET SESSION AUTHORIZATION, and act as the superuser.  SET SESSION AUTHORIZATION changes
-- session_user, but not the role that logged in, which the statistics show to everybody.
CREATE FUNCTION @extschema@.kpi_superuser_acts() RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT EXISTS (
		SELECT FROM pg_roles
		WHERE rolsuper AND rolname <> current_user
		AND (rolname = session_user OR oid IN (SELECT usesysid FROM pg_stat_get_activity(pg_backend_pid()))));
$body$;
COMMENT ON FUNCTION @extschema@.kpi_superuser_acts() IS 'internal: whether a superuser acts as another role';

-- Returns whether code of a role may run here.  After SET ROLE, functions of that role
-- could RESET ROLE and act as the session user.
CREATE FUNCTION @extschema@.kpi_trusts_code(role oid) RETURNS boolean
LANGUAGE sql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT rolsuper
		OR rolname = current_user AND (session_user = current_user OR current_setting('role') = 'none')
		AND NOT @extschema@.kpi_superuser_acts()
	FROM pg_roles
	WHERE oid = $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_trusts_code(oid)
IS 'internal: whether the code of a role may run in this session';

-- Raises an error at isolation levels where a statement sees the database as it was when the
-- transaction began: it would check what is no more, and lose changes that committed meanwhile.
CREATE FUNCTION @extschema@.kpi_require_new_snapshots() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'kpi_mart cannot read tickets at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'active_sql_transaction', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED, or set default_transaction_isolation.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_new_snapshots()
IS 'internal: raises an error at isolation levels where a statement does not see what has committed';

-- The functions, operators and types of other roles that relations can run: a view
-- by its query; a table by its indexes and statistics, whose expressions the planner
-- computes, and by its partition key; when it is written also by constraints, defaults,
-- triggers and policies.  Includes what these use themselves, as far as PostgreSQL records it.
-- The planner expects far more rows than there are.  With more work_mem, clearing the
-- hash table for them takes most of the time.
CREATE FUNCTION @extschema@.kpi_foreign_code(relations oid[], written boolean) RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET work_mem = '256kB'
AS $body$
BEGIN
	-- in PL/pgSQL, which keeps the plan
	RETURN QUERY WITH RECURSIVE used (classid, objid) AS (
		SELECT 'pg_rewrite'::regclass::oid, oid FROM pg_rewrite WHERE ev_class = ANY ($1)
		UNION SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = ANY ($1)
		UNION SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext WHERE stxrelid = ANY ($1)
		UNION SELECT 'pg_class'::regclass, unnest($1) WHERE $2
		-- the key of a partitioned table; its columns have an objsubid
		UNION
		SELECT d.refclassid, d.refobjid
		FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND c.relkind = 'p'
		WHERE d.classid = 'pg_class'::regclass AND d.objid = ANY ($1) AND d.objsubid = 0
		UNION SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE $2 AND conrelid = ANY ($1)
		UNION SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef WHERE $2 AND adrelid = ANY ($1)
		UNION SELECT 'pg_trigger'::regclass, oid FROM pg_trigger WHERE $2 AND tgrelid = ANY ($1)
		UNION SELECT 'pg_policy'::regclass, oid FROM pg_policy WHERE $2 AND polrelid = ANY ($1)
		UNION
		SELECT n.classid, n.objid
		FROM used AS u
		CROSS JOIN LATERAL (
			SELECT d.refclassid, d.refobjid
			FROM pg_depend AS d
			WHERE d.classid = u.classid AND d.objid = u.objid
			AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_opclass'::regclass)
			-- Of a domain. The contypid of most constraints is 0. Without <> 0 the planner expects these for every
			-- type, and PostgreSQL 19 makes a hash table for as many rows as it expects: 40 MB.
			UNION ALL
			SELECT 'pg_constraint'::regclass, c.oid
			FROM pg_constraint AS c
			WHERE u.classid = 'pg_type'::regclass AND c.contypid = u.objid AND c.contypid <> 0
			-- of the columns of a composite type
			UNION ALL
			SELECT 'pg_type'::regclass, a.atttypid
			FROM pg_type AS t JOIN pg_attribute AS a ON a.attrelid = t.typrelid
			WHERE u.classid = 'pg_type'::regclass AND t.oid = u.objid AND a.attnum > 0 AND NOT a.attisdropped
		) AS n (classid, objid)
	)
	SELECT pg_describe_object(u.classid, u.objid, 0)
	FROM used AS u
	WHERE NOT @extschema@.kpi_trusts_code(CASE u.classid
		WHEN 'pg_proc'::regclass THEN (SELECT proowner FROM pg_proc WHERE oid = u.objid)
		WHEN 'pg_operator'::regclass THEN (SELECT oprowner FROM pg_operator WHERE oid = u.objid)
		-- the type of the rows of a table runs nothing
		WHEN 'pg_type'::regclass THEN (SELECT typowner FROM pg_type WHERE oid = u.objid AND typrelid = 0)
		WHEN 'pg_opclass'::regclass THEN (SELECT opcowner FROM pg_opclass WHERE oid = u.objid) END)
	ORDER BY 1;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_foreign_code(oid[], boolean)
IS 'internal: functions, operators and types of other roles that relations can run when they are read, or also written';

-- Raises an error if relations run code of other roles.
CREATE FUNCTION @extschema@.kpi_require_own_code(relations oid[], written boolean) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $body$
DECLARE
	found record;
BEGIN
	IF EXISTS (SELECT FROM @extschema@.kpi_foreign_code(relations, written)) THEN
		SELECT r.oid::regclass AS name, string_agg(f.code, ', ') AS code INTO found
		FROM unnest(relations) AS r (oid)
		CROSS JOIN @extschema@.kpi_foreign_code(ARRAY[r.oid], written) AS f (code)
		GROUP BY r.oid
		LIMIT 1;
		RAISE EXCEPTION 'relation % would run code of other roles: %', found.name, found.code
			USING ERRCODE = 'insufficient_privilege',
				  HINT = CASE WHEN @extschema@.kpi_trusts_code((SELECT oid FROM pg_roles WHERE rolname = current_user))
					THEN 'Use functions, operators and types of your own in it.'
					ELSE format('Connect as role "%s": after SET ROLE its functions could act as you.', current_user) END;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_own_code(oid[], boolean)
IS 'internal: raises an error if relations run code of other roles when they are read, or also written';

-- The tables and views that a relation reads: by the queries of views, and as the
-- children of inheritance and partitioning.  The work_mem is that of kpi_foreign_code.
CREATE FUNCTION @extschema@.kpi_relations_read(relation oid) RETURNS SETOF oid
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET work_mem = '256kB'
AS $body$
	WITH RECURSIVE read (oid) AS (
		SELECT $1
		UNION
		SELECT n.oid
		FROM read AS r
		CROSS JOIN LATERAL (
			SELECT d.refobjid
			FROM pg_rewrite AS w
			JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
			WHERE w.ev_class = r.oid
			UNION ALL
			SELECT inhrelid FROM pg_inherits WHERE inhparent = r.oid
		) AS n (oid)
	)
	SELECT oid FROM read;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relations_read(oid)
IS 'internal: a relation, and the tables and views that it reads, through other views also';

-- Raises an error if reading a relation would run code of another role.  Locks the
-- tables first, so that they cannot change afterwards.
CREATE FUNCTION @extschema@.kpi_require_safe_source(relation regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $body$
DECLARE
	by_superuser CONSTANT boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
	source record;
BEGIN
	PERFORM @extschema@.kpi_require_new_snapshots();
	FOR source IN
		SELECT c.oid, c.oid::regclass::text AS name
		FROM @extschema@.kpi_relations_read(relation) AS r
		JOIN pg_class AS c ON c.oid = r
		WHERE c.relkind IN ('r', 'p')
		-- the tables of a superuser's view may be hidden from the caller
		AND (c.oid = relation OR has_table_privilege(c.oid, 'SELECT'))
	LOOP
		EXECUTE format('LOCK TABLE ONLY %s IN ACCESS SHARE MODE', source.name);
		IF source.oid IS DISTINCT FROM to_regclass(source.name)::oid THEN
			RAISE EXCEPTION 'relation % has been replaced', source.name USING ERRCODE = 'object_in_use';
		END IF;
	END LOOP;
	FOR source IN
		SELECT c.oid::regclass AS name, c.relkind, c.relowner
		FROM @extschema@.kpi_relations_read(relation) AS r
		LEFT JOIN pg_class AS c ON c.oid = r
	LOOP
		IF source.name IS NULL THEN
			RAISE EXCEPTION 'relation % has been dropped', relation USING ERRCODE = 'object_in_use';
		ELSIF NOT @extschema@.kpi_trusts(source.relowner)
			AND (by_superuser OR source.relkind NOT IN ('r', 'p') OR row_security_active(source.name::oid))
		THEN
			RAISE EXCEPTION 'relation % belongs to another role, whose code would run as yours', source.name
				USING ERRCODE = 'insufficient_privilege',
					  HINT = CASE WHEN by_superuser THEN 'Connect as a role that is not a superuser.'
						WHEN source.relkind IN ('r', 'p') THEN 'Its policies are such code. Use a role to which none applies.'
						ELSE 'Create a view of your own over the tables that it reads.' END;
		END IF;
	END LOOP;
	PERFORM @extschema@.kpi_require_own_code(ARRAY(SELECT * FROM @extschema@.kpi_relations_read(relation)), false);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_safe_source(regclass)
IS 'internal: raises an error if reading a relation runs code of another role';

-- Raises an error unless tables are plain tables of the caller that run no code when
-- they are read or written.  The caller holds locks on them.
CREATE FUNCTION @extschema@.kpi_require_plain_tables(relations regclass[]) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found record;
BEGIN
	SELECT r.oid::regclass AS name, CASE
			WHEN NOT (c.relkind = 'r' AND c.relpersistence = 'p') THEN 'is not a plain table'
			WHEN pg_get_userbyid(c.relowner) <> current_user THEN 'belongs to another role'
			WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhparent, inhrelid)) THEN 'is part of an inheritance'
			WHEN EXISTS (SELECT FROM pg_rewrite WHERE ev_class = c.oid) THEN 'has a rule'
			-- with it, triggers of the other table run in a refresh
			WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND tgconstrrelid <> 0) THEN 'has a foreign key'
			-- triggers of the owner may send alerts to chat and mail
			WHEN EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid) AND c.relname NOT IN ('kpi_alerts', 'kpi_followup')
			THEN 'has a trigger'
			WHEN c.relforcerowsecurity THEN 'has policies for its owner'
		END AS problem
	INTO found
	FROM unnest(relations) AS r (oid)
	JOIN pg_class AS c USING (oid)
	ORDER BY 2
	LIMIT 1;
	IF found.problem IS NOT NULL THEN
		RAISE EXCEPTION 'table % %', found.name, found.problem
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = 'A mart reads and writes only what kpi_build made. Revert the change, or call kpi_drop and kpi_build.';
	END IF;
	PERFORM @extschema@.kpi_require_own_code(relations::oid[], true);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_plain_tables(regclass[])
IS 'internal: raises an error unless tables belong to the caller and run no code when they are read or written';

-- Raises an error if another role may write to tables that only kpi_mart writes:
-- their rows are trusted, and a trigger on them would run as their owner.
CREATE FUNCTION @extschema@.kpi_require_no_writer(relations regclass[]) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found record;
BEGIN
	SELECT a.relation, @extschema@.kpi_role_name(a.grantee) AS writer
	INTO found
	FROM (
		SELECT c.oid::regclass AS relation, c.relowner, (aclexplode(c.relacl)).*
		FROM pg_class AS c
		WHERE c.oid = ANY (relations)
		UNION ALL
		SELECT c.oid, c.relowner, (aclexplode(t.attacl)).*
		FROM pg_attribute AS t JOIN pg_class AS c ON c.oid = t.attrelid
		WHERE c.oid = ANY (relations) AND t.attacl IS NOT NULL
	) AS a
	WHERE a.grantee <> a.relowner AND a.privilege_type <> 'SELECT'
	LIMIT 1;
	IF found.writer IS NOT NULL THEN
		RAISE EXCEPTION 'other roles can write to table %', found.relation
			USING ERRCODE = 'object_not_in_prerequisite_state',
				  HINT = format('REVOKE ALL ON %s FROM %s; GRANT SELECT ON %1$s TO %2$s;', found.relation, found.writer);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_no_writer(regclass[])
IS 'internal: raises an error if another role may write to tables';

-- Locks a table of a mart against changes of its definition and against other
-- refreshes, not against readers.  Then raises an error unless it is a plain table that
-- no other role may write.
CREATE FUNCTION @extschema@.kpi_lock_table(target_schema name, relation name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	EXECUTE format('LOCK TABLE ONLY %I.%I IN SHARE UPDATE EXCLUSIVE MODE', target_schema, relation);
	PERFORM @extschema@.kpi_require_plain_tables(ARRAY[format('%I.%I', target_schema, relation)::regclass]),
		@extschema@.kpi_require_no_writer(ARRAY[format('%I.%I', target_schema, relation)::regclass]);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_lock_table(name, name)
IS 'internal: locks a table of a mart, and raises an error unless only its owner writes it and it runs no code';

-- Raises an error unless a schema is a mart of the caller.
CREATE FUNCTION @extschema@.kpi_require_owner(target_schema name) RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner name;
BEGIN
	SELECT m.owner INTO owner FROM @extschema@.kpi_marts() AS m WHERE m.target_schema = kpi_require_owner.target_schema;
	IF owner IS NULL THEN
		RAISE EXCEPTION 'mart "%" does not exist', target_schema
			USING ERRCODE = 'undefined_object',
				  HINT = coalesce('The marts are ' || (
					SELECT string_agg(format('"%s"', m.target_schema), ', ' ORDER BY m.target_schema)
					FROM @extschema@.kpi_marts() AS m) || '.', 'kpi_build makes one.');
	ELSIF owner <> current_user THEN
		RAISE EXCEPTION 'must be owner of mart "%"', target_schema
			USING ERRCODE = 'insufficient_privilege',
				  HINT = format('Connect as role "%s", or use SET ROLE as one of its members.', owner);
	ELSIF @extschema@.kpi_superuser_acts() THEN
		RAISE EXCEPTION 'a superuser cannot act as the owner of mart "%"', target_schema
			USING ERRCODE = 'insufficient_privilege',
				  HINT = format('Connect as role "%s", and schedule jobs as that role.', owner);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_owner(name)
IS 'internal: raises an error unless a schema is a mart of the caller';

-- Returns whether a view has the recorded query.  When its text differs, it is compared
-- with a temporary view made from the recorded query, as this server writes it, and with
-- one made from the text of that view, as a restored dump has it.
CREATE FUNCTION @extschema@.kpi_is_recorded_view(target_schema name, relation name) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET quote_all_identifiers = off
SET client_min_messages = warning
AS $body$
DECLARE
	found text;
	candidate text;
	query text;
BEGIN
	EXECUTE format('SELECT pg_get_viewdef(relation), deparsed, definition FROM %I.kpi_object WHERE name = $1', target_schema)
	INTO found, candidate, query USING relation;
	FOR attempt IN 1 .. 2 LOOP
		EXIT WHEN candidate = found;
		EXECUTE format('CREATE TEMPORARY VIEW kpi_recorded AS %s', query);
		candidate := pg_get_viewdef('pg_temp.kpi_recorded'::regclass);
		query := candidate;
		DROP VIEW pg_temp.kpi_recorded;
	END LOOP;
	RETURN candidate = found;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_is_recorded_view(name, name)
IS 'internal: whether a view has the recorded query';

-- Locks a mart against other refreshes, and its tables against changes of their definitions,
-- not against readers.  Then raises an error unless every relation is as kpi_build made it
-- and its sources are safe to read.  The lock on kpi_object alone keeps other refreshes out.
-- On every table it would also keep autovacuum out: a refresh would wait a second for each
-- autovacuum and then cancel it, and tables refreshed often would grow.
CREATE FUNCTION @extschema@.kpi_lock_mart(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET row_security = off
SET quote_all_identifiers = off
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET timezone = 'UTC'
SET jit = off
AS $body$
DECLARE
	objects CONSTANT text := format('%I.kpi_object', target_schema);
	object record;
	views oid[] := '{}';
	tables regclass[] := '{}';
	user_tables regclass[] := '{}';
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema), @extschema@.kpi_require_new_snapshots();
	PERFORM @extschema@.kpi_lock_table(target_schema, 'kpi_object'::name);
	FOR object IN EXECUTE format('SELECT *, format(''%%I.%%I'', $1, name) AS full_name FROM %s
		WHERE kind <> ''query'' ORDER BY position', objects)
	USING target_schema LOOP
		-- a view would lock the tables beneath
		IF object.kind <> 'view' AND (SELECT relkind FROM pg_class WHERE oid = to_regclass(object.full_name)) = 'r' THEN
			EXECUTE format('LOCK TABLE ONLY %s IN ROW EXCLUSIVE MODE', object.full_name);
		END IF;
		-- a row that names another relation would have that one emptied
		IF NOT EXISTS (
			SELECT FROM pg_class AS c
			WHERE c.oid = object.relation AND c.oid = to_regclass(object.full_name)
			AND c.relkind = CASE object.kind WHEN 'view' THEN 'v' ELSE 'r' END AND pg_get_userbyid(c.relowner) = current_user)
		THEN
			RAISE EXCEPTION 'relation "%" of mart "%" was not made by kpi_build', object.name, target_schema
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade, which makes the mart again.';
		END IF;
		CASE object.kind
			WHEN 'view' THEN views := views || object.relation::oid;
			WHEN 'table' THEN tables := tables || object.relation;
			ELSE user_tables := user_tables || object.relation;
		END CASE;
	END LOOP;
	PERFORM @extschema@.kpi_require_plain_tables(tables || user_tables), @extschema@.kpi_require_no_writer(tables);
	FOR object IN EXECUTE format('SELECT name, relation FROM %s
		WHERE kind = ''view'' AND pg_get_viewdef(relation) IS DISTINCT FROM deparsed', objects)
	LOOP
		IF NOT @extschema@.kpi_is_recorded_view(target_schema, object.name) THEN
			RAISE EXCEPTION 'view % was not made by kpi_build', object.relation
				USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade, which makes it again.';
		END IF;
		-- another server version shows the same view in another way
		EXECUTE format('UPDATE %s SET deparsed = pg_get_viewdef(relation) WHERE name = $1', objects) USING object.name;
	END LOOP;
	PERFORM @extschema@.kpi_require_own_code(views, false);
	-- also relations that are read without these views
	FOR object IN EXECUTE format('SELECT relation FROM %s WHERE kind = ''view'' AND name ~ ''_source$''', objects)
		|| ' UNION SELECT relation FROM @extschema@.kpi_relations($1) WHERE relation IS NOT NULL'
	USING target_schema LOOP
		PERFORM @extschema@.kpi_require_safe_source(object.relation);
	END LOOP;
	PERFORM @extschema@.kpi_require_tracking(target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_lock_mart(name)
IS 'internal: locks a mart, and raises an error unless it is as kpi_build made it';
