-- The functions that list, compare, schedule, upgrade and drop marts.

-- Reads only the catalogs: a table of another role might be a trap.  Inlined, so its body
-- is bound here and needs no path.
CREATE FUNCTION @extschema@.kpi_marts() RETURNS TABLE (target_schema name, owner name, version text)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 5
BEGIN ATOMIC
	SELECT n.nspname, pg_get_userbyid(c.relowner), split_part(d.description, ' ', 2)
	FROM pg_class AS c
	JOIN pg_namespace AS n ON n.oid = c.relnamespace
	JOIN pg_description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
	WHERE c.relname = 'kpi_object' AND c.relkind = 'r' AND d.description LIKE 'kpi\_mart %' AND c.relowner = n.nspowner
	ORDER BY n.nspname;
END;
COMMENT ON FUNCTION @extschema@.kpi_marts()
IS 'the marts of the database: schema, owner, and the version of kpi_mart that built each';

-- Rows are told apart by the transaction that wrote them and by their place, because the
-- greatest transaction would miss one that commits after a later one.  Reads plain tables of
-- the owner only: a view with this name might be of anyone who may create one there.
CREATE FUNCTION @extschema@.kpi_mart_version(target_schema name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	relation text;
	state text;
	version text := '';
BEGIN
	PERFORM @extschema@.kpi_require_reader(target_schema);
	FOR relation IN
		-- names: kpi_upgrade may replace a table while this waits for it
		SELECT c.oid::regclass::text
		FROM unnest('{kpi_state,kpi_settings,kpi_target,kpi_sla_policy,kpi_priority,kpi_health_weight,kpi_own_measure,kpi_alerts,
			kpi_followup}'::name[]) WITH ORDINALITY AS t (name, position)
		JOIN pg_namespace AS n ON n.nspname = target_schema
		JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.name AND c.relkind = 'r' AND c.relowner = n.nspowner
		WHERE has_table_privilege(c.oid, 'SELECT')
		-- kpi_state first: kpi_upgrade waits there
		ORDER BY t.position
	LOOP
		EXECUTE format('SELECT concat_ws('' '', count(*), sum(hashtidextended(t.ctid, t.xmin::text::bigint)::numeric)) FROM %s AS t', relation)
		INTO state;
		version := concat_ws(E'\n', version, relation, state);
	END LOOP;
	RETURN md5(version);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_mart_version(name)
IS 'a text that changes when a refresh, or a change of a target, policy, weight, priority, alert or follow-up, can change a figure of '
'a mart; it depends on the tables that the caller may read';

CREATE FUNCTION @extschema@.kpi_schedule(target_schema name, cron text) RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	command CONSTANT text := format('SELECT %s.kpi_refresh(%L::name, false)', '@extschema@', target_schema);
	-- psql would take a name that looks like a connection string for one
	database CONSTANT text := CASE WHEN current_database() ~ '=|^postgres(ql)?://'
		THEN format('dbname=''%s''', regexp_replace(current_database(), '([''\\])', '\\\1', 'g'))
		ELSE current_database() END;
	job bigint;
	line text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	IF cron IS NULL OR cron ~ '[\n\r]' THEN
		RAISE EXCEPTION 'cron must be one line' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
		EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING format('kpi_refresh %s', target_schema), cron, command;
		RETURN format('scheduled as job %s of pg_cron', job);
	END IF;
	-- escapes quotes for the shell, and percent signs, at which cron ends the line
	line := replace(format('%s psql -X -U ''%s'' -d ''%s'' -c ''%s''', cron, replace(current_user, '''', '''\'''''),
		replace(database, '''', '''\'''''), replace(command, '''', '''\''''')), '%', '\%');
	IF line ~ '[\n\r]' THEN
		RAISE EXCEPTION 'a name contains a line break, which ends a line of a crontab' USING ERRCODE = 'invalid_name';
	END IF;
	RETURN line;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_schedule(name, text)
IS 'makes pg_cron refresh a mart on a schedule such as */10 * * * *; without pg_cron returns the line for a crontab';

-- Drops the recorded relations, the newest first, and nothing else.  keeps: which user
-- tables stay (all, those with rows, or none).
CREATE FUNCTION @extschema@.kpi_drop_relations(target_schema name, keeps text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
SET client_min_messages = warning
SET citus.enable_ddl_propagation = off
SET jit = off
AS $body$
DECLARE
	made_schema boolean;
	has_triggers boolean;
	dependents text;
	mart_schema oid;
	names name[];
	kinds text[];
	relations regclass[];
	texts text[];
	object record;
	first_rows text;
	has_rows boolean;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	mart_schema := (SELECT oid FROM pg_namespace WHERE nspname = target_schema);
	PERFORM @extschema@.kpi_lock_table(target_schema, 'kpi_object'::name);
	IF to_regclass(format('%I.kpi_settings', target_schema)) IS NOT NULL THEN
		PERFORM @extschema@.kpi_lock_table(target_schema, 'kpi_settings'::name);
		EXECUTE format('SELECT made_schema, track = ''triggers'' FROM %I.kpi_settings', target_schema)
		INTO made_schema, has_triggers;
	END IF;
	IF has_triggers THEN
		PERFORM @extschema@.kpi_stop_tracking(target_schema);
	END IF;
	-- waits for readers before any table is locked against them: they read this one first
	IF to_regclass(format('%I.kpi_state', target_schema)) IS NOT NULL THEN
		EXECUTE format('LOCK TABLE ONLY %I.kpi_state IN ACCESS EXCLUSIVE MODE', target_schema);
	END IF;
	EXECUTE format('SELECT array_agg(name ORDER BY position DESC), array_agg(kind ORDER BY position DESC),
		array_agg(relation ORDER BY position DESC), array_agg(deparsed ORDER BY position DESC) FROM %I.kpi_object', target_schema)
	INTO names, kinds, relations, texts;
	FOR object IN SELECT o.* FROM unnest(names, kinds, relations, texts) AS o (name, kind, relation, deparsed) LOOP
		-- The recorded relation, if it still has its name here, its kind and its owner; or the
		-- same view made again, as when Citus recreates the tickets.
		CONTINUE WHEN NOT EXISTS (
			SELECT FROM pg_class AS c
			WHERE (c.oid = object.relation OR pg_get_viewdef(c.oid) = object.deparsed) AND c.relname = object.name
			AND c.relnamespace = mart_schema AND pg_get_userbyid(c.relowner) = current_user
			AND c.relkind = CASE object.kind WHEN 'view' THEN 'v' ELSE 'r' END);
		IF object.kind = 'user table' AND keeps <> 'none' THEN
			EXECUTE format('LOCK TABLE ONLY %I.%I IN SHARE UPDATE EXCLUSIVE MODE', target_schema, object.name);
			PERFORM @extschema@.kpi_require_plain_tables(ARRAY[format('%I.%I', target_schema, object.name)::regclass]);
			-- rows that it was not made with
			SELECT string_agg(format('(%s)', r), ', ') INTO first_rows
			FROM @extschema@.kpi_template AS t, @extschema@.kpi_template_option(t.body, 'row') AS r
			WHERE t.name = object.name;
			EXECUTE CASE WHEN first_rows IS NULL THEN format('SELECT EXISTS (SELECT FROM %I.%I)', target_schema, object.name)
				ELSE format('SELECT EXISTS (
						(TABLE %1$I.%2$I EXCEPT VALUES %3$s) UNION ALL (VALUES %3$s EXCEPT TABLE %1$I.%2$I))',
					target_schema, object.name, first_rows) END
			INTO has_rows;
			CONTINUE WHEN has_rows OR keeps = 'all';
		END IF;
		BEGIN
			EXECUTE format('DROP %s %I.%I', CASE object.kind WHEN 'view' THEN 'VIEW' ELSE 'TABLE' END, target_schema, object.name);
		EXCEPTION WHEN dependent_objects_still_exist THEN
			GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
			RAISE EXCEPTION 'other objects depend on % of mart "%"', object.name, target_schema
				USING ERRCODE = 'dependent_objects_still_exist', DETAIL = dependents,
					  HINT = 'Drop them first, and create them again after kpi_upgrade.';
		END;
	END LOOP;
	IF made_schema AND NOT EXISTS (
		SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = mart_schema)
	THEN
		EXECUTE format('DROP SCHEMA %I', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop_relations(name, text) IS 'internal: drops what kpi_build made';

CREATE FUNCTION @extschema@.kpi_drop(target_schema name, keep_user_rows boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF num_nulls(target_schema, keep_user_rows) > 0 THEN
		RAISE EXCEPTION 'target_schema and keep_user_rows cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_drop_relations(
		target_schema, CASE WHEN keep_user_rows THEN 'rows'::text ELSE 'none' END);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop(name, boolean)
IS 'drops what kpi_build made and nothing else; keeps tables in which you have rows, such as kpi_target, unless keep_user_rows is false';

-- Rebuilds a mart with the definitions of this version.  Grants the same rights again on
-- relations that still exist.
CREATE FUNCTION @extschema@.kpi_upgrade(target_schema name) RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
SET citus.enable_ddl_propagation = off
SET citus.enable_local_execution = on
SET jit = off
AS $body$
DECLARE
	s record;
	gone text;
	made_again oid[];
	policies text[];
	grants text[];
	names name[];
	command text;
BEGIN
	IF target_schema IS NULL THEN
		RAISE EXCEPTION 'target_schema cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_require_owner(target_schema);
	PERFORM @extschema@.kpi_lock_table(target_schema, t.name) FROM unnest('{kpi_object,kpi_settings}'::name[]) AS t (name);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	SELECT string_agg(r.contract, ', ') INTO gone
	FROM @extschema@.kpi_relations(target_schema) AS r
	WHERE r.relation IS NOT NULL AND NOT EXISTS (SELECT FROM pg_class WHERE oid = r.relation);
	IF gone IS NOT NULL THEN
		RAISE EXCEPTION 'relations of mart "%" no longer exist: %', target_schema, gone
			USING ERRCODE = 'undefined_table',
				  HINT = 'Call kpi_drop, which keeps your rows, and kpi_build on the relations that replace them.';
	END IF;
	SELECT array_agg(format('GRANT %s%s ON %I.%I TO %s%s', a.privilege_type, a.columns, target_schema, a.relname,
			@extschema@.kpi_role_name(a.grantee),
			CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END))
	INTO grants
	FROM (
		SELECT c.relname, c.relowner, '' AS columns, g.*
		FROM pg_class AS c, aclexplode(c.relacl) AS g
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND c.relkind IN ('r', 'v')
		UNION ALL
		SELECT c.relname, c.relowner, format(' (%I)', t.attname), g.*
		FROM pg_class AS c JOIN pg_attribute AS t ON t.attrelid = c.oid, aclexplode(t.attacl) AS g
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND c.relkind IN ('r', 'v')
	) AS a
	WHERE pg_get_userbyid(a.relowner) = current_user AND a.grantee <> a.relowner;
	EXECUTE format('SELECT array_agg(c.oid) FILTER (WHERE o.kind = ''table''), array_agg(o.name) FILTER (WHERE o.kind <> ''user table'')
		FROM %I.kpi_object AS o JOIN pg_class AS c ON c.oid = o.relation', target_schema)
	INTO made_again, names;
	SELECT array_agg(p.command ORDER BY p.is_policy) INTO policies
	FROM (
		SELECT false AS is_policy, format('ALTER TABLE %I.%I ENABLE ROW LEVEL SECURITY', target_schema, c.relname) AS command
		FROM pg_class AS c
		WHERE c.oid = ANY (made_again) AND c.relrowsecurity
		UNION ALL
		SELECT true, format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', p.polname, target_schema, c.relname,
				CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
				CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
				(SELECT string_agg(@extschema@.kpi_role_name(r), ', ') FROM unnest(p.polroles) AS r))
			|| coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
			|| coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
		FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
		WHERE c.oid = ANY (made_again)
	) AS p;
	-- a row keeps the schema from being dropped, so that its rights stay
	EXECUTE format('UPDATE %I.kpi_settings SET made_schema = false', target_schema);
	PERFORM @extschema@.kpi_drop_relations(target_schema, 'all'::text);
	RETURN QUERY SELECT * FROM @extschema@.kpi_build(s.tickets, target_schema, s.time_zone, messages => s.messages,
		status_changes => s.status_changes, sla_targets => s.sla_targets, surveys => s.surveys,
		work_time => s.work_time, subscriptions => s.subscriptions, customer_events => s.customer_events, costs => s.costs,
		help_sessions => s.help_sessions, hours => s.hours, lexicon => s.lexicon,
		week_start => s.week_start, source_time_zone => s.source_time_zone, fcr_rule => s.fcr_rule,
		csat_satisfied_from => s.csat_satisfied_from, ces_easy_from => s.ces_easy_from, dimensions => s.dimensions,
		attribute => s.attribute, track => s.track, lag => s.lag, response_from => s.response_from,
		pausing_statuses => s.pausing_statuses, pause_response => s.pause_response,
		recontact_within => s.recontact_within, recontact_same_category => s.recontact_same_category, accept_errors => s.accept_errors);
	EXECUTE format('UPDATE %I.kpi_settings SET made_schema = $1', target_schema) USING s.made_schema;
	-- before any reader has access: without the policies a reader would see hidden rows
	FOREACH command IN ARRAY coalesce(policies, '{}') LOOP
		EXECUTE command;
	END LOOP;
	-- default privileges would give back what the owner has revoked
	FOR command IN
		SELECT DISTINCT format('REVOKE ALL ON %I.%I FROM %s', target_schema, c.relname, @extschema@.kpi_role_name(a.grantee))
		FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND c.relname = ANY (names) AND a.grantee <> c.relowner
	LOOP
		EXECUTE command;
	END LOOP;
	FOREACH command IN ARRAY coalesce(grants, '{}') LOOP
		BEGIN
			EXECUTE command;
		EXCEPTION WHEN undefined_table OR undefined_column THEN
			RAISE WARNING 'could not grant a right again: %', SQLERRM;
		END;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_upgrade(name)
IS 'rebuilds a mart with the definitions of this version of kpi_mart; keeps its settings, your rows, and the rights and '
'policies of readers; readers wait until it is done';
