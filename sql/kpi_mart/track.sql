-- Triggers that note the ids of tickets that change, for track => 'triggers'.
--
-- They write kpi_change(ticket_id); a NULL id means that every ticket must be compared.
-- Writers need no rights on the mart, and fail only if they are cancelled while they wait for a
-- lock: a change that cannot be noted only advances the sequence kpi_lost_changes, which no
-- rollback undoes.

-- The body of the trigger function of a mart.  It skips ids longer than 1,000 bytes, which
-- are in no mart: a flood of them would overload a refresh.  It runs as the owner of the mart.
-- A new owner of the tickets could give the ids another type, whose casts would be his code, so
-- they are written by their output function.  One who takes the name of the mart after it was
-- renamed could have a trigger on his kpi_change.
CREATE FUNCTION @extschema@.kpi_note_body(target_schema name, id_type text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $function$
	SELECT format($body$
DECLARE
	max_ids CONSTANT int := 20000;
	noted bigint;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_class WHERE oid = %3$L::regclass AND pg_get_userbyid(relowner) = current_user) THEN
		RAISE EXCEPTION 'kpi_change has another owner, or is newer than the snapshot of this transaction';
	END IF;
	IF TG_OP = 'TRUNCATE' THEN
		INSERT INTO %1$I.kpi_change VALUES (NULL);
	ELSIF TG_LEVEL = 'ROW' THEN
		INSERT INTO %1$I.kpi_change
		SELECT i.id::%4$s
		FROM (SELECT %7$s AS id WHERE TG_OP <> 'INSERT' UNION ALL SELECT %8$s WHERE TG_OP <> 'DELETE') AS i
		WHERE octet_length(i.id) <= 1000;
	ELSE
		-- an update notes an id twice, which costs less than to sort the ids
		IF TG_OP = 'INSERT' THEN
			INSERT INTO %1$I.kpi_change
			SELECT i.id::%4$s FROM (SELECT %5$s AS id FROM new_rows AS n) AS i
			WHERE octet_length(i.id) <= 1000 LIMIT max_ids + 1;
		ELSIF TG_OP = 'DELETE' THEN
			INSERT INTO %1$I.kpi_change
			SELECT i.id::%4$s FROM (SELECT %6$s AS id FROM old_rows AS o) AS i
			WHERE octet_length(i.id) <= 1000 LIMIT max_ids + 1;
		ELSE
			INSERT INTO %1$I.kpi_change
			SELECT i.id::%4$s FROM (SELECT %6$s AS id FROM old_rows AS o UNION ALL SELECT %5$s FROM new_rows AS n) AS i
			WHERE octet_length(i.id) <= 1000 LIMIT max_ids + 1;
		END IF;
		GET DIAGNOSTICS noted = ROW_COUNT;
		IF noted > max_ids THEN
			INSERT INTO %1$I.kpi_change VALUES (NULL);
		END IF;
	END IF;
	RETURN NULL;
EXCEPTION WHEN OTHERS THEN
	BEGIN
		PERFORM nextval(%2$L);
		RAISE WARNING 'a change of %% could not be noted, so the next refresh compares every ticket', TG_RELID::regclass
			USING DETAIL = SQLERRM;
	EXCEPTION WHEN OTHERS THEN
		-- a warning that cannot be sent would stop the writer
		BEGIN
			RAISE WARNING 'a change of %% could not be noted: only a full refresh finds it', TG_RELID::regclass
				USING DETAIL = SQLERRM;
		EXCEPTION WHEN OTHERS THEN
			NULL;
		END;
	END;
	RETURN NULL;
END
$body$, $1, format('%I.kpi_lost_changes', $1), format('%I.kpi_change', $1), $2,
		@extschema@.kpi_written('n.ticket_id'), @extschema@.kpi_written('o.ticket_id'),
		@extschema@.kpi_written('OLD.ticket_id'), @extschema@.kpi_written('NEW.ticket_id'));
$function$;
COMMENT ON FUNCTION @extschema@.kpi_note_body(name, text) IS 'internal: the body of the trigger function of a mart';

-- Makes the table, the sequence, the function and the triggers.  The function
-- belongs to the caller, and no other role may attach it to a table.
CREATE FUNCTION @extschema@.kpi_start_tracking(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	settings record;
	tickets record;
	made record;
	is_distributed boolean := false;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT settings;
	SELECT c.relkind, c.oid::regclass AS name, pg_get_userbyid(c.relowner) = current_user AS is_mine INTO tickets
	FROM pg_class AS c WHERE c.oid = settings.tickets;
	IF to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL THEN
		EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = $1)'
		INTO is_distributed USING settings.tickets;
	END IF;
	IF tickets.relkind NOT IN ('r', 'p') OR is_distributed
		OR tickets.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE settings.tickets IN (inhrelid, inhparent))
	THEN
		RAISE EXCEPTION 'triggers cannot find changes of relation %', tickets.name
			USING ERRCODE = 'wrong_object_type',
				  HINT = CASE WHEN is_distributed THEN 'Citus keeps its rows in shards. Use track => ''updated_at''.'
					ELSE 'Only plain and partitioned tables can have such triggers. Use track => ''updated_at'' for others.' END;
	ELSIF NOT tickets.is_mine THEN
		RAISE EXCEPTION 'must be owner of table % to create triggers on it', tickets.name
			USING ERRCODE = 'insufficient_privilege', HINT = 'Use track => ''updated_at''.';
	END IF;
	EXECUTE format('CREATE SEQUENCE %I.kpi_lost_changes', target_schema);
	EXECUTE format('COMMENT ON SEQUENCE %I.kpi_lost_changes IS %L', target_schema,
		'advances when a trigger could not note a change');
	PERFORM @extschema@.kpi_revoke_writes(target_schema, 'kpi_lost_changes'::name);
	-- a lock on kpi_change delays each call at most this long: of a statement, or of a row in a partition
	EXECUTE format('CREATE FUNCTION %I.kpi_note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER '
		'SET search_path = pg_catalog, pg_temp SET lock_timeout = ''1s'' SET datestyle = ''ISO'' SET extra_float_digits = 1 AS %L',
		target_schema, @extschema@.kpi_note_body(target_schema, (
			SELECT actual FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') WHERE position = 1)));
	EXECUTE format('COMMENT ON FUNCTION %I.kpi_note_change() IS %L', target_schema,
		'notes the ids of tickets that change, for kpi_refresh');
	-- statement triggers cost less, but neither replicated rows nor rows written to a partition fire them
	FOR made IN
		SELECT t.*, format('kpi_%s_%s', t.name, md5(target_schema)) AS trigger_name
		FROM (VALUES
			('insert', 'INSERT', 'REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT', NULL, 'r'),
			('delete', 'DELETE', 'REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT', NULL, 'r'),
			('update', 'UPDATE', 'REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT', NULL, 'r'),
			('replicated', 'INSERT OR UPDATE OR DELETE', 'FOR EACH ROW', 'REPLICA', 'r'),
			('row', 'INSERT OR UPDATE OR DELETE', 'FOR EACH ROW', 'ALWAYS', 'p'),
			('truncate', 'TRUNCATE', 'FOR EACH STATEMENT', 'ALWAYS', NULL)
		) AS t (name, event, level, enabled, relkind)
		WHERE t.relkind IS NULL OR t.relkind = tickets.relkind
	LOOP
		EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION %I.kpi_note_change()',
			made.trigger_name, made.event, tickets.name, made.level, target_schema);
		IF made.enabled IS NOT NULL THEN
			EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', tickets.name, made.enabled, made.trigger_name);
		END IF;
	END LOOP;
	FOR made IN
		SELECT DISTINCT @extschema@.kpi_role_name(a.grantee) AS grantee
		FROM pg_proc AS p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
		WHERE p.oid = format('%I.kpi_note_change()', target_schema)::regprocedure
		-- PostgreSQL asks for the right of the owner when a partitioned table gets another partition
		AND (a.grantee <> p.proowner OR tickets.relkind = 'r')
	LOOP
		EXECUTE format('REVOKE ALL ON FUNCTION %I.kpi_note_change() FROM %s', target_schema, made.grantee);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_start_tracking(name)
IS 'internal: makes the triggers that note the tickets that change';

-- The triggers of a mart, on the tickets and their partitions.
CREATE FUNCTION @extschema@.kpi_tracking_triggers(target_schema name) RETURNS SETOF pg_catalog.pg_trigger
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT t.*
	FROM pg_trigger AS t
	JOIN pg_proc AS p ON p.oid = t.tgfoid
	JOIN pg_namespace AS n ON n.oid = p.pronamespace
	WHERE n.nspname = $1 AND p.proname = 'kpi_note_change' AND pg_get_userbyid(p.proowner) = current_user;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tracking_triggers(name) IS 'internal: the triggers that note the tickets that change';

-- Raises an error if a trigger that the mart relies on is missing or disabled, or does not see all
-- changes: those by a parent or of a child of the table.
CREATE FUNCTION @extschema@.kpi_require_tracking(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	tickets regclass;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT tickets FROM %I.kpi_settings WHERE track = ''triggers''', target_schema) INTO tickets;
	-- delete, insert, replicated, truncate and update; or row and truncate
	IF tickets IS NOT NULL AND (
		(SELECT string_agg(t.tgenabled, '' ORDER BY t.tgname) FROM @extschema@.kpi_tracking_triggers(target_schema) AS t
		 WHERE t.tgrelid = tickets)
			IS DISTINCT FROM (SELECT CASE relkind WHEN 'r' THEN 'OORAO' ELSE 'AA' END FROM pg_class WHERE oid = tickets)
		OR EXISTS (SELECT FROM @extschema@.kpi_tracking_triggers(target_schema) AS t WHERE t.tgparentid <> 0 AND t.tgenabled <> 'A'))
	THEN
		RAISE EXCEPTION 'triggers of mart "%" on relation % are missing or disabled', target_schema, tickets
			USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Call kpi_upgrade, which makes them again.';
	ELSIF EXISTS (
		SELECT FROM pg_class AS c JOIN pg_inherits AS i ON c.oid IN (i.inhrelid, i.inhparent)
		WHERE c.oid = tickets AND c.relkind = 'r')
	THEN
		RAISE EXCEPTION 'triggers of mart "%" on relation % do not see all changes', target_schema, tickets
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'It has become the parent or the child of another table.',
				  HINT = 'Revert this, or call kpi_drop and kpi_build with track => ''updated_at''.';
	END IF;
	IF tickets IS NOT NULL THEN
		PERFORM @extschema@.kpi_require_no_writer(ARRAY[format('%I.kpi_lost_changes', target_schema)::regclass]);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_tracking(name)
IS 'internal: raises an error if a trigger that a mart relies on is missing or disabled';

CREATE FUNCTION @extschema@.kpi_stop_tracking(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	FOR made IN
		SELECT t.tgname, t.tgrelid::regclass AS relation
		FROM @extschema@.kpi_tracking_triggers(target_schema) AS t
		WHERE t.tgparentid = 0
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.relation);
	END LOOP;
	FOR made IN
		SELECT format('FUNCTION %s', oid::regprocedure) AS object
		FROM pg_proc
		WHERE pronamespace = quote_ident(target_schema)::regnamespace AND proname = 'kpi_note_change' AND pronargs = 0
		AND pg_get_userbyid(proowner) = current_user
		UNION ALL
		SELECT format('SEQUENCE %s', oid::regclass)
		FROM pg_class
		WHERE relnamespace = quote_ident(target_schema)::regnamespace AND relname = 'kpi_lost_changes' AND relkind = 'S'
		AND pg_get_userbyid(relowner) = current_user
	LOOP
		EXECUTE format('DROP %s', made.object);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stop_tracking(name) IS 'internal: drops the triggers of a mart and their function';
