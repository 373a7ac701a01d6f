-- What changed since the last refresh: tickets, columns, and what the facts depend on besides.

-- A hash of what the facts depend on in addition to the tickets: when it changes, a
-- refresh compares everything.
CREATE FUNCTION @extschema@.kpi_fingerprint(target_schema name) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'iso_8601'
SET timezone = 'UTC'
SET row_security = off
AS $body$
DECLARE
	s record;
	policies text;
	priorities text;
	zones text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	EXECUTE format('SELECT string_agg(p::text, E''\n'' ORDER BY p::text COLLATE "C") FROM %I.kpi_priority AS p', target_schema)
	INTO priorities;
	EXECUTE format('SELECT string_agg(p::text, E''\n'' ORDER BY p::text COLLATE "C"), array_agg(split_part(p.hours::text, '';'', 1))
		FROM %I.kpi_sla_policy AS p', target_schema)
	INTO policies, zones;
	RETURN md5(concat_ws(E'\n', policies, priorities, current_setting('server_version_num'),
		-- tzdata can change: the local times of all Sundays stand for the rules of a zone
		(SELECT string_agg((at AT TIME ZONE zone)::text, ' ' ORDER BY zone, at)
		 FROM (SELECT DISTINCT z FROM unnest(zones || s.time_zone || s.source_time_zone || split_part(s.hours::text, ';', 1)) AS z) AS z (zone),
			generate_series(timestamptz '2000-01-02 12:00+00', timestamptz '2037-12-31 00:00+00', interval '7 days') AS at),
		-- a new library can judge the same text differently, and a mart must not mix both
		CASE WHEN 'body' = ANY (@extschema@.kpi_given_columns(s.messages, 'messages'::text)) THEN @extschema@.kpi_library_version() END,
		-- neither ATTACH, DETACH nor TRUNCATE of a partition fires a trigger of the parent
		(SELECT string_agg(concat_ws(' ', p.relid::oid, pg_relation_filenode(p.relid)), E'\n' ORDER BY p.relid::oid)
		 FROM pg_partition_tree(s.tickets) AS p WHERE s.track = 'triggers' AND p.isleaf AND p.parentrelid IS NOT NULL),
		-- a trigger that was disabled for a time has another xmin
		(SELECT string_agg(concat_ws(' ', t.oid, t.xmin), E'\n' ORDER BY t.oid)
		 FROM @extschema@.kpi_tracking_triggers(target_schema) AS f JOIN pg_trigger AS t ON t.oid = f.oid)));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_fingerprint(name)
IS 'internal: changes with the policies, priorities, time zones and partitions that the facts of a mart depend on';

-- Warns of targets in days where business hours apply: they have no verdict.
CREATE FUNCTION @extschema@.kpi_warn_of_policies(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	policies bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT count(*)
		FROM %1$I.kpi_sla_policy AS p CROSS JOIN %1$I.kpi_settings AS s
		WHERE num_nonnulls(p.hours, s.hours) > 0
		AND greatest(date_trunc(''day'', p.sla_response), date_trunc(''day'', p.sla_resolution)) <> ''0''', target_schema)
	INTO policies;
	IF policies > 0 THEN
		RAISE WARNING 'a target in days has no verdict where business hours apply, as in % of %.kpi_sla_policy',
			CASE policies WHEN 1 THEN 'a row' ELSE format('%s rows', policies) END, quote_ident(target_schema)
			USING HINT = 'Write it in hours, such as 8 hours for a working day.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_warn_of_policies(name) IS 'internal: warns of policies whose targets have no verdict';

-- Makes the views again after the columns of a relation changed.  Raises an error for a
-- lost column, which would silently make a KPI NULL.
CREATE FUNCTION @extschema@.kpi_take_up_columns(target_schema name, relation regclass, contract text, known text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	release text;
	gone text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	SELECT string_agg(k, ', ') INTO gone
	FROM regexp_split_to_table(known, ', ') AS k
	WHERE split_part(k, ' ', 1) <> ALL (@extschema@.kpi_given_columns(relation, contract));
	IF gone IS NOT NULL THEN
		RAISE EXCEPTION 'relation % has lost columns that mart "%" counts: %', relation, target_schema, gone
			USING ERRCODE = 'undefined_column', HINT = 'Restore them, or call kpi_upgrade to continue without them.';
	END IF;
	EXECUTE format('SELECT version FROM %I.kpi_object WHERE name = ''ticket_source''', target_schema) INTO release;
	IF release = @extschema@.kpi_mart_release() THEN
		BEGIN
			PERFORM @extschema@.kpi_make_views(target_schema, true);
		EXCEPTION WHEN invalid_table_definition THEN
			-- ids are the columns whose type in the mart depends on the relation
			RAISE EXCEPTION 'mart "%" cannot use the new columns of relation %', target_schema, relation
				USING ERRCODE = 'invalid_table_definition', DETAIL = SQLERRM, HINT = 'Call kpi_upgrade.';
		END;
	ELSE
		RAISE WARNING 'mart "%" was made by version % and does not count new columns', target_schema, release
			USING HINT = 'Call kpi_upgrade.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_take_up_columns(name, regclass, text, text)
IS 'internal: makes the views of a mart again after a change of the columns of a relation';

-- The ids of the tickets that changed since the last refresh; NULL when all must be
-- compared.  Advances as_of and the greatest change value seen.
CREATE FUNCTION @extschema@.kpi_changed_tickets(target_schema name, "full" boolean) RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	state record;
	given text[];
	ids text[];
	due text[];
	now_seen timestamptz;
	all_changed boolean := "full";
	lost bigint;
	lost_by xid[];
	new_fingerprint CONSTANT text := @extschema@.kpi_fingerprint(target_schema);
	new_columns text;
	new_as_of timestamptz;
	event_ids text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT settings;
	EXECUTE format('SELECT * FROM %I.kpi_state', target_schema) INTO STRICT state;
	given := @extschema@.kpi_given_columns(settings.tickets, 'tickets'::text);
	new_as_of := greatest(state.as_of, @extschema@.kpi_judged_at(target_schema));
	new_columns := @extschema@.kpi_relation_columns(settings.tickets, 'tickets'::text);
	all_changed := all_changed OR new_fingerprint <> state.fingerprint OR new_columns <> state.columns;
	now_seen := state.seen;
	IF settings.track = 'triggers' THEN
		-- more ids than an array can hold
		EXECUTE format('SELECT $1 OR coalesce(sum(octet_length(ticket_id::text)), 0) > 200000000 OR count(*) > 10000000
			FROM %I.kpi_change', target_schema)
		INTO all_changed USING all_changed;
		EXECUTE format('WITH noted AS (DELETE FROM %I.kpi_change RETURNING ticket_id)
			SELECT array_agg(DISTINCT ticket_id::text) FILTER (WHERE ticket_id IS NOT NULL AND NOT $1),
				coalesce(bool_or(ticket_id IS NULL), false) OR $1
			FROM noted', target_schema)
		INTO ids, all_changed USING all_changed;
		EXECUTE format('SELECT last_value - (NOT is_called)::int FROM %I.kpi_lost_changes', target_schema) INTO lost;
		all_changed := all_changed OR lost <> state.lost_changes OR state.lost_by IS NOT NULL;
		IF all_changed THEN
			-- A writer whose change could not be noted may not have committed yet.  Until then it has locks on its id and
			-- on the tickets.
			SELECT array_agg(l.transactionid) INTO lost_by
			FROM pg_locks AS l
			WHERE l.locktype = 'transactionid' AND l.mode = 'ExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()
			AND (lost <> state.lost_changes OR l.transactionid = ANY (state.lost_by))
			AND EXISTS (
				SELECT FROM pg_locks AS r
				WHERE r.virtualtransaction = l.virtualtransaction AND r.mode <> 'AccessShareLock'
				AND r.database = (SELECT oid FROM pg_database WHERE datname = current_database())
				AND r.relation IN (SELECT settings.tickets UNION SELECT relid FROM pg_partition_tree(settings.tickets)));
		END IF;
	ELSE
		-- created_at does not show later changes
		all_changed := all_changed OR NOT given && '{loaded_at,updated_at}' OR state.seen IS NULL;
		EXECUTE format('SELECT array_agg(ticket_id::text) FILTER (WHERE NOT $3),
				max(changed_at) FILTER (WHERE isfinite(changed_at) AND changed_at <= $2)
			FROM %I.ticket_source WHERE changed_at >= $1', target_schema)
		INTO ids, now_seen USING coalesce(state.seen - settings.lag, '-infinity'), now(), all_changed;
	END IF;
	event_ids := @extschema@.kpi_changed_events(target_schema, all_changed);
	all_changed := all_changed OR event_ids IS NULL;
	ids := ids || event_ids;
	-- tickets that change only because time passes
	EXECUTE format('SELECT array_agg(ticket_id::text)
		FROM (
			SELECT ticket_id FROM %1$I.ticket
			WHERE sla_response_met IS NULL AND response_due_at >= $1 AND response_due_at < $2
			UNION
			SELECT ticket_id FROM %1$I.ticket
			WHERE sla_resolution_met IS NULL AND resolution_due_at >= $1 AND resolution_due_at < $2
			UNION
			SELECT ticket_id FROM %1$I.ticket_wait
			WHERE sla_met IS NULL AND due_at >= $1 AND due_at < $2
			UNION
			SELECT ticket_id FROM %1$I.ticket
			WHERE $3 AND first_contact IS NULL AND is_resolved AND resolved_at > $1 - $4 AND resolved_at <= $2 - $4
		) AS due', target_schema)
	INTO due USING state.as_of, new_as_of, settings.fcr_rule IS NOT DISTINCT FROM 'no_recontact', settings.recontact_within;
	EXECUTE format('UPDATE %I.kpi_state
		SET as_of = $1, seen = $2, fingerprint = $3, columns = $4, lost_changes = $5, lost_by = $6', target_schema)
	USING new_as_of, greatest(now_seen, state.seen), new_fingerprint, new_columns, coalesce(lost, 0), lost_by;
	IF new_columns <> state.columns THEN
		PERFORM @extschema@.kpi_take_up_columns(target_schema, settings.tickets, 'tickets'::text, state.columns);
	END IF;
	IF new_fingerprint <> state.fingerprint THEN
		PERFORM @extschema@.kpi_warn_of_policies(target_schema);
	END IF;
	IF all_changed THEN
		RETURN NULL;
	END IF;
	RETURN ARRAY(SELECT DISTINCT id FROM unnest(ids || due) AS id);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_changed_tickets(name, boolean)
IS 'internal: the tickets that changed since the last refresh; advances its instant; NULL for all';

-- Citus can read a reference table over a connection to its own node.  A query that joins it
-- with tables of the mart would not see there what this transaction wrote to them, and the
-- refresh would miss changes.  With citus.enable_local_execution Citus reads it in this
-- session, unless the transaction has already used such a connection.
CREATE FUNCTION @extschema@.kpi_require_own_reads(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	source record;
	written tid;
	seen tid;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT ctid FROM %I.kpi_state', target_schema) INTO STRICT written;
	FOR source IN
		SELECT r.relation, @extschema@.kpi_source_name(r.contract) AS name
		FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL
	LOOP
		EXECUTE format('SELECT s.ctid
			FROM %1$I.kpi_state AS s LEFT JOIN (SELECT 1 AS one FROM %1$I.%2$I LIMIT 0) AS r ON true', target_schema, source.name)
		INTO STRICT seen;
		IF seen <> written THEN
			RAISE EXCEPTION 'this transaction reads relation % over a connection that does not see the refresh of mart "%"',
				source.relation, target_schema
				USING ERRCODE = 'active_sql_transaction',
					  DETAIL = 'Citus uses one after EXPLAIN, and when citus.enable_local_execution is off.',
					  HINT = 'Call kpi_refresh in a transaction of its own.';
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_own_reads(name)
IS 'internal: raises an error if Citus would read a relation without the changes of the refresh';
