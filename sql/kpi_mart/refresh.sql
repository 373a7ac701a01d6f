-- kpi_refresh: reads only tickets that changed, and recalculates only days that changed,
-- in the order of dependency: tickets, surveys, daily tallies, other tables.

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
	zones text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	EXECUTE format('SELECT string_agg(p::text, E''\n'' ORDER BY p::text COLLATE "C"), array_agg(split_part(p.hours::text, '';'', 1))
		FROM %I.kpi_sla_policy AS p', target_schema)
	INTO policies, zones;
	RETURN md5(concat_ws(E'\n', policies, current_setting('server_version_num'),
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
IS 'internal: changes with the policies, time zones and partitions that the facts of a mart depend on';

-- Returns whether it is faster to look up this many tickets one by one than to read all of
-- them.  The look-up needs an index on the id in each relation.
CREATE FUNCTION @extschema@.kpi_looks_up(target_schema name, ids bigint) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- Citus has no costs, and would ask the nodes for theirs
SET citus.explain_distributed_queries = off
-- EXPLAIN turns it off on Citus, until the end of a function that sets it
SET citus.enable_local_execution = on
AS $body$
DECLARE
	source text;
	plan json;
	cost double precision;
BEGIN
	FOR source IN
		SELECT format('%I.%I', target_schema, @extschema@.kpi_source_name(r.contract))
		FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract = ANY ('{tickets}' || @extschema@.kpi_event_contracts())
	LOOP
		EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s WHERE ticket_id = (SELECT ticket_id FROM %1$s LIMIT 1)', source)
		INTO plan;
		cost := plan -> 0 -> 'Plan' ->> 'Total Cost';
		EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s', source) INTO plan;
		-- reading all of them also joins, groups and computes all
		IF ids * cost > 50 * (plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_looks_up(name, bigint)
IS 'internal: whether looking up this many tickets is faster than reading all of them';

-- A query for the rows of a view for the tickets with the ids $1.  When tickets are looked
-- up one by one, the planner can push the id through joins and groups, to the indexes of
-- all relations that the view reads.
CREATE FUNCTION @extschema@.kpi_rows_of_tickets(target_schema name, view name, looks_up boolean) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	RETURN format(CASE WHEN looks_up
			THEN 'SELECT n.* FROM unnest($1::%s[]) AS i (id)
				CROSS JOIN LATERAL (SELECT * FROM %I.%I AS v WHERE v.ticket_id = i.id OFFSET 0) AS n'
			ELSE 'SELECT * FROM %2$I.%3$I WHERE ticket_id = ANY ($1::%1$s[])' END,
		(SELECT format_type(a.atttypid, -1) FROM pg_attribute AS a
		 WHERE a.attrelid = format('%I.ticket', target_schema)::regclass AND a.attname = 'ticket_id'),
		target_schema, view);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows_of_tickets(name, name, boolean)
IS 'internal: a query for the rows of a view for the tickets $1';

-- Replaces the rows that differ from those of x_now in a table of rows of tickets: of the
-- given tickets, or of all.  Returns the days on which an old or a new row counts.
CREATE FUNCTION @extschema@.kpi_refresh_rows(
	target_schema name, relation name, columns_of_days text[], ids text[], looks_up boolean, OUT days date[], OUT rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	stored CONSTANT text := format(CASE WHEN ids IS NULL THEN '%I.%I' ELSE '(%3$s)' END, target_schema, relation,
		@extschema@.kpi_rows_of_tickets(target_schema, relation, false));
	-- as in kpi_refresh_tally; a ticket with one row needs no hash
	hashes CONSTANT text := 'SELECT ticket_id, sum(hashint8extended(hash_record_extended(t.*, 0), 0)::numeric) AS hash FROM';
	-- for few tickets the ids reach an index
	differing CONSTANT text := CASE WHEN ids IS NULL THEN 'IN (SELECT ticket_id FROM pg_temp.kpi_differing_ticket)'
		ELSE '= ANY (ARRAY (SELECT ticket_id FROM pg_temp.kpi_differing_ticket))' END;
	has_key CONSTANT boolean := EXISTS (
		SELECT FROM pg_index WHERE indrelid = format('%I.%I', target_schema, relation)::regclass AND indisprimary);
	returning_days CONSTANT text := format('RETURNING ARRAY[%s]::date[] AS days)
		SELECT array_agg(DISTINCT day), count(DISTINCT n)
		FROM (SELECT days, row_number() OVER () AS n FROM changed) AS c LEFT JOIN LATERAL unnest(c.days) AS day ON true',
		array_to_string(array_remove(columns_of_days, 'none'), ', '));
	more_days date[];
	more_rows bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_new_row AS %s', CASE WHEN ids IS NULL
		THEN format('SELECT * FROM %I.%I', target_schema, relation || '_now')
		ELSE @extschema@.kpi_rows_of_tickets(target_schema, (relation || '_now')::name, looks_up) END)
	USING ids;
	EXECUTE format(CASE WHEN has_key
		THEN 'CREATE TEMPORARY TABLE kpi_differing_ticket AS
			SELECT coalesce(n.ticket_id, o.ticket_id) AS ticket_id
			FROM pg_temp.kpi_new_row AS n FULL JOIN %1$s AS o ON o.ticket_id = n.ticket_id
			WHERE (n.* *<> o.*) IS NOT FALSE'
		ELSE 'CREATE TEMPORARY TABLE kpi_differing_ticket AS
			SELECT coalesce(n.ticket_id, o.ticket_id) AS ticket_id
			FROM (%2$s pg_temp.kpi_new_row AS t GROUP BY 1) AS n
			FULL JOIN (%2$s %1$s AS t GROUP BY 1) AS o ON o.ticket_id = n.ticket_id
			WHERE o.hash IS DISTINCT FROM n.hash' END, stored, hashes)
	USING ids;
	-- The days come from the rows deleted and inserted, so that a row that another session
	-- changes between two of these statements is not missed.
	EXECUTE format('WITH changed AS (DELETE FROM %I.%I WHERE ticket_id %s %s', target_schema, relation, differing, returning_days)
	INTO days, rows;
	EXECUTE format('WITH changed AS (INSERT INTO %I.%I SELECT * FROM pg_temp.kpi_new_row WHERE ticket_id %s %s',
		target_schema, relation, differing, returning_days)
	INTO more_days, more_rows;
	DROP TABLE pg_temp.kpi_new_row, pg_temp.kpi_differing_ticket;
	days := ARRAY(SELECT DISTINCT day FROM unnest(days || more_days) AS day WHERE day IS NOT NULL);
	rows := rows + more_rows;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'the tickets of mart "%" have several rows with the same ticket_id', target_schema
		USING ERRCODE = 'unique_violation', DETAIL = SQLERRM,
			  HINT = 'kpi_check_tickets finds them. Correct the relation, or build with accept_errors => true.';
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_rows(name, name, text[], text[], boolean)
IS 'internal: replaces the rows of the given tickets, or of all, and returns the days on which they count';

-- The tables x that store a view x_now, in the order of dependency.  Tables with days have
-- rows of tickets.  Tables with sources are compared as a whole.  The others are tallies,
-- recalculated for the changed days of the tables that they count.
CREATE FUNCTION @extschema@.kpi_stored_tables(target_schema name)
RETURNS TABLE (name name, sources text[], counts text[], days text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	RETURN QUERY EXECUTE format('SELECT o.name, o.sources, o.counts, o.days FROM %1$I.kpi_object AS o
		WHERE o.kind = ''table''
		AND EXISTS (SELECT FROM %1$I.kpi_object AS n WHERE n.name = o.name || ''_now'')
		ORDER BY o.position', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stored_tables(name)
IS 'internal: the tables x of a mart that store a view x_now, and what they are refreshed for';

-- Recalculates the given days of a stored tally, or compares all of it.  Writes only days
-- that differ.
CREATE FUNCTION @extschema@.kpi_refresh_tally(target_schema name, relation name, days date[]) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- The hash of a record is a sum over its columns, the same when two rows swap a
	-- value.  It is hashed again before it is added up.
	hashes CONSTANT text := 'SELECT coalesce(t.day, ''-infinity'') AS day, '
		'sum(hashint8extended(hash_record_extended(t.*, 0), 0)::numeric) AS hash FROM';
	source text := format('%I.%I', target_schema, relation || '_now');
	written bigint;
	rows bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	IF days IS NULL THEN
		EXECUTE format('CREATE TEMPORARY TABLE kpi_new_tally AS SELECT * FROM %s', source);
		source := 'pg_temp.kpi_new_tally';
		EXECUTE format('SELECT ARRAY(
				SELECT coalesce(n.day, o.day)
				FROM (%1$s pg_temp.kpi_new_tally AS t GROUP BY 1) AS n
				FULL JOIN (%1$s %2$I.%3$I AS t GROUP BY 1) AS o ON o.day = n.day
				WHERE o.hash IS DISTINCT FROM n.hash)', hashes, target_schema, relation)
		INTO days;
		IF days = '{}' THEN
			DROP TABLE pg_temp.kpi_new_tally;
			RETURN 0;
		END IF;
	END IF;
	-- tickets without any possible instant are counted in rows without a day
	EXECUTE format('DELETE FROM %I.%I WHERE day = ANY ($1) OR day IS NULL', target_schema, relation) USING days;
	GET DIAGNOSTICS written = ROW_COUNT;
	EXECUTE format('INSERT INTO %I.%I SELECT * FROM %s AS n WHERE n.day = ANY ($1) OR n.day IS NULL', target_schema, relation, source)
	USING days;
	GET DIAGNOSTICS rows = ROW_COUNT;
	IF source = 'pg_temp.kpi_new_tally' THEN
		DROP TABLE pg_temp.kpi_new_tally;
	END IF;
	RETURN written + rows;
EXCEPTION WHEN OTHERS THEN
	IF relation = 'own_daily_tally' THEN
		PERFORM @extschema@.kpi_require_countable(target_schema);
	END IF;
	RAISE;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_tally(name, name, date[])
IS 'internal: recalculates days of a tally, or all of it';

-- Compares all of a stored table, and writes only rows that differ.  For surveys, returns
-- the days of the answers deleted or inserted.
CREATE FUNCTION @extschema@.kpi_refresh_whole(
	target_schema name, relation name, OUT days date[], OUT rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_mergejoin = off
AS $body$
DECLARE
	returning_day CONSTANT text := format('RETURNING %s AS day)
		SELECT array_agg(DISTINCT day) FILTER (WHERE day IS NOT NULL), count(*) FROM changed',
		CASE relation WHEN 'survey' THEN 'CASE WHEN NOT in_ticket THEN answered_day END' ELSE 'NULL::date' END);
	-- rows are found by their hash: records can be sorted, but that takes five times as long
	same CONSTANT text := 'hash_record_extended(n.*, 0) = hash_record_extended(o.*, 0) AND n.* *= o.*';
	more_days date[];
	more_rows bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_new_row AS SELECT * FROM %I.%I', target_schema, relation || '_now');
	EXECUTE format('WITH changed AS (DELETE FROM %I.%I AS o
		WHERE NOT EXISTS (SELECT FROM pg_temp.kpi_new_row AS n WHERE %s) %s', target_schema, relation, same, returning_day)
	INTO days, rows;
	EXECUTE format('WITH changed AS (INSERT INTO %1$I.%2$I
		SELECT * FROM pg_temp.kpi_new_row AS n WHERE NOT EXISTS (SELECT FROM %1$I.%2$I AS o WHERE %3$s) %4$s',
		target_schema, relation, same, returning_day)
	INTO more_days, more_rows;
	DROP TABLE pg_temp.kpi_new_row;
	days := ARRAY(SELECT DISTINCT d FROM unnest(days || more_days) AS d);
	rows := rows + more_rows;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'the surveys of mart "%" have several rows with the same response_id', target_schema
		USING ERRCODE = 'unique_violation', DETAIL = SQLERRM,
			  HINT = 'kpi_check_relation finds them. Correct the relation, or build with accept_errors => true.';
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_whole(name, name)
IS 'internal: compares all of a stored table, and writes only rows that differ; for surveys, returns the days that changed';

-- The given tickets and all tickets of the same customers, as stored and as they are now.
CREATE FUNCTION @extschema@.kpi_tickets_of_customers(target_schema name, ids text[], looks_up boolean) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT array_agg(c.ticket_id::text) FROM %1$I.ticket_contact AS c
		WHERE c.customer_id = ANY (ARRAY(
			SELECT t.customer_id FROM (%2$s) AS t UNION SELECT t.customer_id FROM (%3$s) AS t))', target_schema,
		@extschema@.kpi_rows_of_tickets(target_schema, 'ticket_contact_now'::name, looks_up),
		@extschema@.kpi_rows_of_tickets(target_schema, 'ticket_contact'::name, looks_up))
	INTO found USING ids;
	RETURN ARRAY(SELECT DISTINCT id FROM unnest(ids || found) AS id);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tickets_of_customers(name, text[], boolean)
IS 'internal: the given tickets and the other tickets of their customers';

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
	pending xid8;
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
		-- a writer whose change could not be noted may not have committed yet
		pending := state.lost_until;
		IF lost <> state.lost_changes THEN
			pending := pg_snapshot_xmax(pg_current_snapshot());
		END IF;
		all_changed := all_changed OR pending IS NOT NULL;
		IF pending <= pg_snapshot_xmin(pg_current_snapshot()) OR pending > pg_snapshot_xmax(pg_current_snapshot()) THEN
			pending := NULL;
		END IF;
	ELSE
		-- created_at does not show later changes
		all_changed := all_changed OR NOT given && '{loaded_at,updated_at}' OR state.seen IS NULL;
		EXECUTE format('SELECT array_agg(ticket_id::text) FILTER (WHERE NOT $3),
				max(changed_at) FILTER (WHERE isfinite(changed_at) AND changed_at <= $2)
			FROM %I.ticket_source WHERE changed_at >= $1', target_schema)
		INTO ids, now_seen USING coalesce(state.seen - settings.lag, '-infinity'), now() + interval '1 day', all_changed;
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
		SET as_of = $1, seen = $2, fingerprint = $3, columns = $4, lost_changes = $5, lost_until = $6', target_schema)
	USING new_as_of, greatest(now_seen, state.seen), new_fingerprint, new_columns, coalesce(lost, 0), pending;
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

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
-- check constraints of the tickets are code of their owner
SET constraint_exclusion = off
-- ids and dimensions are texts, which must not depend on the session's settings
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
-- compiling takes longer than running, and Memoize makes the join of policies slow
SET jit = off
SET enable_memoize = off
SET citus.enable_ddl_propagation = off
-- see kpi_require_own_reads
SET citus.enable_local_execution = on
AS $body$
DECLARE
	work_mem CONSTANT text := current_setting('work_mem');
	zone text;
	as_of_before timestamptz;
	given text[];
	changed text[];
	ids text[];
	is_changed boolean;
	looks_up boolean;
	stored record;
	changed_days date[];
	-- for each stored table, the days that changed
	dirty jsonb := '{}';
	more_rows bigint;
	all_days bigint;
BEGIN
	IF target_schema IS NULL OR "full" IS NULL THEN
		RAISE EXCEPTION 'target_schema and full cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_lock_mart(target_schema);
	PERFORM set_config('work_mem', @extschema@.kpi_work_mem(), true);
	EXECUTE format('SELECT s.time_zone, k.as_of FROM %1$I.kpi_settings AS s CROSS JOIN %1$I.kpi_state AS k', target_schema)
	INTO zone, as_of_before;
	ids := @extschema@.kpi_changed_tickets(target_schema, "full");
	PERFORM @extschema@.kpi_require_own_reads(target_schema);
	"full" := "full" OR ids IS NULL;
	changed := @extschema@.kpi_changed_sources(target_schema, "full", @extschema@.kpi_day(as_of_before, zone));
	given := ARRAY(
		SELECT r.contract FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract <> 'tickets');
	IF cardinality(ids) > (
		SELECT reltuples / 4 FROM pg_class WHERE oid = format('%I.ticket', target_schema)::regclass)
	THEN
		ids := NULL;
	END IF;
	looks_up := ids <> '{}' AND @extschema@.kpi_looks_up(target_schema, cardinality(ids)::bigint);
	rows := 0;
	FOR stored IN SELECT t.* FROM @extschema@.kpi_stored_tables(target_schema) AS t WHERE t.days IS NOT NULL LOOP
		CONTINUE WHEN ids = '{}';
		IF stored.name = 'ticket_contact' AND ids IS NOT NULL THEN
			-- a contact of a customer also changes other tickets of that customer
			ids := @extschema@.kpi_tickets_of_customers(target_schema, ids, looks_up);
		END IF;
		SELECT r.days, r.rows INTO changed_days, more_rows
		FROM @extschema@.kpi_refresh_rows(target_schema, stored.name, stored.days, ids, looks_up) AS r;
		dirty := dirty || jsonb_build_object(stored.name, changed_days);
		rows := rows + more_rows;
	END LOOP;
	is_changed := "full" OR rows > 0;
	IF is_changed THEN
		changed := changed || '{tickets}';
	END IF;
	-- some tallies of the tickets also count answers to surveys
	IF 'surveys' = ANY (given) AND changed && '{surveys,tickets}' THEN
		SELECT s.days, s.rows INTO changed_days, more_rows FROM @extschema@.kpi_refresh_whole(target_schema, 'survey'::name) AS s;
		dirty := dirty || jsonb_build_object('survey', changed_days);
		rows := rows + more_rows;
	END IF;
	days := (SELECT count(DISTINCT day) FROM jsonb_each(dirty) AS d, jsonb_array_elements_text(d.value) AS day);
	EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily_tally', target_schema) INTO all_days;
	rows := rows + coalesce((
		SELECT sum(@extschema@.kpi_refresh_tally(target_schema, t.name,
			CASE WHEN NOT "full" AND cardinality(t.days) * 2 <= all_days THEN t.days END))
		FROM (
			SELECT s.name, ARRAY(
				SELECT DISTINCT d::date FROM unnest(s.counts) AS c, jsonb_array_elements_text(dirty -> c) AS d) AS days
			FROM @extschema@.kpi_stored_tables(target_schema) AS s
			WHERE s.counts IS NOT NULL
		) AS t
		WHERE is_changed OR t.days <> '{}'), 0);
	rows := rows + coalesce((
		SELECT sum(w.rows)
		FROM @extschema@.kpi_stored_tables(target_schema) AS t
		CROSS JOIN LATERAL @extschema@.kpi_refresh_whole(target_schema, t.name) AS w
		-- without its relation a table stays empty, whatever changes
		WHERE t.sources && changed AND t.sources && given AND t.name <> 'survey'), 0);
	PERFORM @extschema@.kpi_note_answers(target_schema, CASE WHEN NOT "full" THEN ARRAY(
				SELECT d::date FROM jsonb_array_elements_text(dirty -> 'ticket') AS d) END,
			'surveys' = ANY (changed), true),
		@extschema@.kpi_note_alerts(target_schema);
	PERFORM set_config('work_mem', work_mem, true);
	RETURN NEXT;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh(name, boolean)
IS 'brings a mart up to date: recalculates the days whose tickets or answers to surveys changed, or with full compares everything, '
'which also finds deletions; readers are never blocked; returns the number of days, and of rows deleted or inserted';

-- A refresh is maintenance and may use maintenance_work_mem.
CREATE FUNCTION @extschema@.kpi_work_mem() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_work_mem() IS 'internal: work_mem of a build or refresh';
