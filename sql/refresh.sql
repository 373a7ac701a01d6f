
-- kpi_refresh: the days that have changed, and no others, are counted again.
--
-- By the column updated_at: kpi_ticket_days holds the days in which a ticket was
-- counted, so that a ticket that moves leaves its old days, too.  By triggers:
-- they write to kpi_change what a ticket or survey had to do with before and after.
-- What follows from that, such as the days of a ticket's surveys, is found by
-- kpi_refresh, which sees what all have committed; a trigger would see less.

-- The ticket of each row of tickets, or of surveys, and all days in which the row
-- may be counted.  With an instant, only the rows that have changed since.
CREATE FUNCTION @extschema@.kpi_days_query(relation regclass, contract text, time_zone text, since timestamptz, rows_from text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('SELECT %s AS ticket_id, %s AS days FROM %s%s',
		coalesce(max(expression) FILTER (WHERE name = 'ticket_id'), 'NULL::text'),
		CASE $2
			WHEN 'work_time' THEN format('ARRAY(SELECT generate_series(first::timestamp, last, ''1 day'')::date FROM (VALUES (%s, %s)) AS d (first, last) WHERE last - first <= 32)', max(day) FILTER (WHERE name = 'started_at'), max(day) FILTER (WHERE name = 'ended_at'))
			-- from month to month, as far as they have come
			WHEN 'subscriptions' THEN format('ARRAY(SELECT generate_series(date_trunc(''month'', first::timestamp), least(%2$s, (now() AT TIME ZONE %3$L)::date)::timestamp, ''1 month'')::date FROM (VALUES (%1$s)) AS d (first) WHERE first BETWEEN ''0001-01-01'' AND ''9999-12-31'')',
				max(expression) FILTER (WHERE name = 'starts_on'), coalesce(max(expression) FILTER (WHERE name = 'ends_on'), 'NULL'), $3)
			WHEN 'costs' THEN format('ARRAY[CASE WHEN %1$s BETWEEN ''0001-01-01'' AND ''9999-12-31'' THEN date_trunc(''month'', %1$s::timestamp)::date END]', max(expression) FILTER (WHERE name = 'month'))
			-- the months, too, in which a customer who is onboarded may have joined
			WHEN 'customer_events' THEN format('(SELECT d.day || ARRAY(SELECT generate_series(date_trunc(''month'', (d.day - 30)::timestamp), d.day::timestamp, ''1 month'')::date) FROM (VALUES (%s)) AS d (day))', max(day) FILTER (WHERE name = 'at'))
			ELSE format('ARRAY[%s]::date[]', string_agg(day, ', ') FILTER (WHERE name IN ('created_at', 'first_response_at', 'resolved_at', 'sent_at', 'answered_at', 'at')))
		END,
		coalesce($5, $1::text),
		' WHERE ' || string_agg(format('%s >= %L', expression, $4), ' OR ') FILTER (WHERE $4 IS NOT NULL AND name IN ('updated_at', 'sent_at', 'answered_at')))
	FROM (
		-- whoever changes a table with triggers may not call our functions
		SELECT c.*, format(CASE WHEN $5 IS NULL THEN '@extschema@.kpi_day(%1$s, %2$L::text)' ELSE 'CASE WHEN %1$s BETWEEN ''0001-01-02 00:00+00'' AND ''9999-12-30 00:00+00'' THEN (%1$s AT TIME ZONE %2$L)::date END' END, c.expression, $3) AS day
		FROM @extschema@.kpi_read_columns($1, $2) AS c
		WHERE c.expression IS NOT NULL
	) AS c
	HAVING count(*) > 0;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_days_query(regclass, text, text, timestamptz, text) IS 'internal: the query for the tickets and days that rows have to do with';

-- Arguments: the built schema; what to write down; the names of the columns that
-- tell days, and those of them that there are.  Whatever becomes of these, those who
-- write to the table must be able to go on.  They may not call our functions.
CREATE FUNCTION @extschema@.kpi_track()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	change CONSTANT text := format('%I.kpi_change', TG_ARGV[0]);
BEGIN
	IF to_regclass(change) IS NULL THEN
		RAISE WARNING 'changes of relation % are not written down: there is no table %', TG_RELID::regclass, change
			USING HINT = format('DROP TRIGGER %I ON %s, and the others that begin with kpi.', TG_NAME, TG_RELID::regclass);
	ELSIF TG_ARGV[3] IS DISTINCT FROM (SELECT string_agg(format('%s %s', attname, atttypid::regtype), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = TG_RELID AND NOT attisdropped AND attname = ANY (TG_ARGV[2]::name[])) THEN
		EXECUTE format('INSERT INTO %s VALUES (NULL, NULL)', change);
	ELSE
		EXECUTE format('INSERT INTO %s %s', change, TG_ARGV[1]) USING OLD, NEW;
	END IF;
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_track() IS 'internal: the trigger of a tracked table, which writes down the days that have changed';

-- The triggers of ours on a relation, and the schemas that they write to.
CREATE FUNCTION @extschema@.kpi_triggers(relation regclass)
RETURNS TABLE (trigger_name name, target_schema name)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT t.tgname, convert_from(decode(split_part(encode(t.tgargs, 'escape'), '\000', 1), 'escape'), getdatabaseencoding())::name
	FROM pg_trigger AS t WHERE t.tgrelid = $1 AND t.tgfoid = '@extschema@.kpi_track'::regproc;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_triggers(regclass) IS 'internal: the triggers that kpi_build has made on a relation';

CREATE FUNCTION @extschema@.kpi_start_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- what kpi_days_query reads
	DAY_COLUMNS CONSTANT name[] := '{ticket_id,created_at,first_response_at,resolved_at,sent_at,answered_at,at,started_at,ended_at,starts_on,ends_on,month}';
	settings record;
	given record;
	made record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		IF NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
			RAISE WARNING 'relation % has no column updated_at', settings.tickets USING HINT = 'Every kpi_refresh will count all days.';
		END IF;
		-- bytes are sorted faster than words of a language
		EXECUTE format('CREATE TABLE %I.kpi_ticket_days (ticket_id text COLLATE "C", days date[] NOT NULL)', target_schema);
		EXECUTE format('COMMENT ON TABLE %I.kpi_ticket_days IS ''the days in which tickets are counted, for kpi_refresh''', target_schema);
		RETURN;
	END IF;

	EXECUTE format('CREATE TABLE %I.kpi_change (ticket_id text, days date[])', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_change IS ''the days, and the tickets that have surveys to them, that have changed since the last kpi_refresh; days that are NULL stand for all''', target_schema);
	-- whoever changes tickets writes here
	IF NOT has_schema_privilege('public', quote_ident(target_schema)::regnamespace, 'USAGE') THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', target_schema);
		EXECUTE format('UPDATE %I.kpi_settings SET granted_usage = true', target_schema);
	END IF;
	EXECUTE format('GRANT INSERT ON %I.kpi_change TO PUBLIC', target_schema);
	FOR given IN SELECT * FROM @extschema@.kpi_relations(target_schema) LOOP
		-- the triggers of a partition do not see what comes through its parent, nor the other way round
		IF (SELECT relkind FROM pg_class WHERE oid = given.relation) <> 'r' OR EXISTS (SELECT FROM pg_inherits WHERE given.relation IN (inhrelid, inhparent)) THEN
			RAISE EXCEPTION 'relation % cannot have triggers', given.relation
				USING ERRCODE = 'wrong_object_type', HINT = 'Only plain tables can; use track => ''updated_at''.';
		END IF;
		-- what logical replication applies comes row by row, without transition tables
		FOR made IN
			SELECT *, format('kpi_%s_%s', t.name, md5(target_schema)) AS trigger_name FROM (VALUES
				('insert', 'INSERT', 'REFERENCING NEW TABLE AS changed FOR EACH STATEMENT', 'changed', NULL),
				('delete', 'DELETE', 'REFERENCING OLD TABLE AS changed FOR EACH STATEMENT', 'changed', NULL),
				('update', 'UPDATE', 'REFERENCING OLD TABLE AS changed NEW TABLE AS changed_to FOR EACH STATEMENT', '(TABLE changed UNION ALL TABLE changed_to) AS changed', NULL),
				('replicated_insert', 'INSERT', 'FOR EACH ROW', '(SELECT ($2).*) AS changed', 'REPLICA'),
				('replicated_delete', 'DELETE', 'FOR EACH ROW', '(SELECT ($1).*) AS changed', 'REPLICA'),
				('replicated_update', 'UPDATE', 'FOR EACH ROW', '(SELECT ($1).* UNION ALL SELECT ($2).*) AS changed', 'REPLICA'),
				('truncate', 'TRUNCATE', 'FOR EACH STATEMENT', NULL, 'ALWAYS')
			) AS t (name, event, level, rows_from, enabled)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION @extschema@.kpi_track(%L, %L, %L, %L)',
				made.trigger_name, made.event, given.relation, made.level, target_schema,
				CASE WHEN made.rows_from IS NULL THEN 'VALUES (NULL::text, NULL::date[])'
					 ELSE format('SELECT DISTINCT %s, days FROM (%s) AS t', CASE WHEN settings.surveys IS NULL OR given.contract NOT IN ('tickets', 'surveys') THEN 'NULL::text' ELSE 'ticket_id' END,
						@extschema@.kpi_days_query(given.relation, given.contract, settings.time_zone, NULL::timestamptz, made.rows_from)) END,
				DAY_COLUMNS, (SELECT string_agg(format('%s %s', attname, atttypid::regtype), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = given.relation AND NOT attisdropped AND attname = ANY (DAY_COLUMNS)));
			IF made.enabled IS NOT NULL THEN
				EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', given.relation, made.enabled, made.trigger_name);
			END IF;
		END LOOP;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_start_tracking(name) IS 'internal: from here on, changes are found again';

CREATE FUNCTION @extschema@.kpi_stop_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
BEGIN
	FOR made IN
		SELECT t.trigger_name, r.relation FROM @extschema@.kpi_relations(target_schema) AS r, @extschema@.kpi_triggers(r.relation) AS t
		-- those, too, of a schema that is no more, or has another name now
		WHERE t.target_schema = kpi_stop_tracking.target_schema OR to_regclass(format('%I.kpi_change', t.target_schema)) IS NULL
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.trigger_name, made.relation);
	END LOOP;
	EXECUTE format('SELECT granted_usage FROM %I.kpi_settings', target_schema) INTO made;
	IF made.granted_usage THEN
		EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM PUBLIC', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stop_tracking(name) IS 'internal: drops the triggers that kpi_build has made, and takes back what it has granted';

-- The part of a statement that counts all tickets which notes their days, with a
-- comma behind it; nothing where triggers do.
CREATE FUNCTION @extschema@.kpi_note_days(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN to_regclass(format('%I.kpi_ticket_days', $1)) IS NULL THEN ''
		ELSE format('before AS (DELETE FROM %1$I.kpi_ticket_days), after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, ARRAY[created_day, responded_day, closed_day] FROM kpi_rows_of_tickets),', $1) END;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_days(name) IS 'internal: a part of the statement of kpi_count, which notes the days that tickets are counted on';

-- What counting depends on beside the rows: when it is another, all days change.
CREATE FUNCTION @extschema@.kpi_counting_state(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT md5(concat(@extschema@.kpi_policy_state($1),
		(SELECT string_agg(concat_ws(' ', r.contract, c.name, c.expression), ', ' ORDER BY r.contract, c.position) FROM @extschema@.kpi_relations($1) AS r, @extschema@.kpi_read_columns(r.relation, r.contract) AS c WHERE c.expression IS NOT NULL)));
$body$;
COMMENT ON FUNCTION @extschema@.kpi_counting_state(name) IS 'internal: tells columns and policies of a built schema from others';

-- Triggers of another owner would run as the caller.
CREATE FUNCTION @extschema@.kpi_require_owned(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner CONSTANT name := (SELECT pg_get_userbyid(c.relowner) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = 'kpi_settings');
BEGIN
	IF owner <> current_user THEN
		RAISE EXCEPTION 'must be owner of what kpi_build has made in schema "%"', target_schema
			USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I first.', owner);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_owned(name) IS 'internal: an error unless the caller has built the schema';

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- dimensions are texts, the same whoever refreshes them; and instants in the queries that are put together are read as they were meant
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
-- as in kpi_build
SET enable_sort = off
SET jit = off
AS $body$
DECLARE
	-- so many days at a time, between which progress is told
	AT_A_TIME CONSTANT integer := 100;
	-- no later than the snapshot
	started CONSTANT timestamptz := now();
	settings record;
	dirty date[];
	changed text;
	linked text;
	bookkeeping text := '';
	state text;
	unfed name;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	PERFORM @extschema@.kpi_require_owned(target_schema);
	PERFORM @extschema@.kpi_require_readable(target_schema);
	-- one refresh at a time; readers do not wait
	EXECUTE format('SELECT * FROM %I.kpi_settings FOR UPDATE', target_schema) INTO settings;
	state := @extschema@.kpi_counting_state(target_schema);
	EXECUTE format('UPDATE %I.kpi_settings SET changed_since = $1, complete_until = $2, counted_as = $3', target_schema)
		USING started - settings.lag, @extschema@.kpi_day(started, settings.time_zone), state;
	"full" := "full" OR state IS DISTINCT FROM settings.counted_as;

	IF settings.track = 'triggers' THEN
		IF EXISTS (SELECT FROM @extschema@.kpi_relations(target_schema) AS r WHERE NOT EXISTS (SELECT FROM @extschema@.kpi_triggers(r.relation) AS t WHERE t.target_schema = kpi_refresh.target_schema)) THEN
			RAISE WARNING 'a relation of schema "%" has no triggers any more that tell what has changed', target_schema
				USING DETAIL = 'All days are counted.', HINT = 'Call kpi_drop and kpi_build.';
			"full" := true;
		END IF;
		changed := format('DELETE FROM %I.kpi_change RETURNING ticket_id, days', target_schema);
	ELSIF "full" OR NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
		changed := 'SELECT NULL::text AS ticket_id, NULL::date[] AS days';
		bookkeeping := @extschema@.kpi_note_days(target_schema);
	ELSE
		changed := @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, settings.changed_since, NULL::text);
		-- a ticket leaves the days that are counted now, and comes to those it has
		bookkeeping := format('changed AS MATERIALIZED (%2$s),
			before AS (DELETE FROM %1$I.kpi_ticket_days AS f USING changed AS c WHERE f.ticket_id = c.ticket_id COLLATE "C" RETURNING f.ticket_id, f.days),
			after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, array_agg(DISTINCT day) FROM (
				SELECT b.ticket_id, d.day FROM before AS b, unnest(b.days) AS d (day) WHERE d.day <> ALL ($1)
				UNION ALL SELECT c.ticket_id, d.day FROM changed AS c, unnest(c.days) AS d (day) WHERE d.day = ANY ($1)) AS t GROUP BY ticket_id),', target_schema, changed);
		changed := concat_ws(' UNION ALL ', changed, format('SELECT ticket_id, days FROM %I.kpi_ticket_days WHERE ticket_id IN (SELECT c.ticket_id COLLATE "C" FROM (%s) AS c)', target_schema, changed),
			@extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, settings.changed_since, NULL::text));
	END IF;
	-- a survey is counted with the dimensions of its ticket, and perhaps on the day of its ticket
	linked := 'TABLE changed';
	IF settings.surveys IS NOT NULL THEN
		linked := concat_ws(' UNION ALL ', linked, format('SELECT * FROM (%s) AS s WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, NULL::timestamptz, NULL::text)),
			CASE WHEN settings.attribute = 'created' THEN format('SELECT * FROM (%s) AS t WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text)) END);
	END IF;
	EXECUTE format('WITH changed AS MATERIALIZED (%s), linked AS (%s)
		SELECT $1 OR coalesce(bool_or(days IS NULL), false), (SELECT array_agg(DISTINCT day ORDER BY day) FROM linked AS l, unnest(l.days) AS day WHERE day BETWEEN ''0001-01-01'' AND ''9999-12-31'') FROM changed', changed, linked)
	INTO "full", dirty USING "full";

	IF settings.subscriptions IS NOT NULL THEN
		-- months begin without a change
		dirty := ARRAY(SELECT unnest(dirty) UNION SELECT generate_series(date_trunc('month', settings.complete_until::timestamp) + interval '1 month', started AT TIME ZONE settings.time_zone, '1 month')::date ORDER BY 1);
	END IF;

	IF "full" THEN
		-- a column may have gone that a table lived on
		FOR unfed IN
			SELECT t.name FROM @extschema@.kpi_tally_table AS t
			WHERE to_regclass(format('%I.%I', target_schema, t.name)) IS NOT NULL AND t.name NOT IN (SELECT q.name FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q)
		LOOP
			EXECUTE format('DELETE FROM %I.%I', target_schema, unfed);
		END LOOP;
		rows := @extschema@.kpi_count(target_schema, NULL::date[], NULL::boolean, bookkeeping);
		EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily', target_schema) INTO days;
	ELSE
		days := coalesce(cardinality(dirty), 0);
		rows := 0;
		-- nobody knows the days of the others
		IF settings.track <> 'triggers' AND num_nonnulls(settings.work_time, settings.subscriptions, settings.customer_events, settings.costs, settings.help_sessions) > 0 THEN
			rows := @extschema@.kpi_count(target_schema, NULL::date[], true, ''::text);
		END IF;
		FOR chunk IN 0 .. (days - 1 + AT_A_TIME) / AT_A_TIME - 1 LOOP
			IF chunk > 0 THEN
				RAISE NOTICE 'counted % of % days', chunk * AT_A_TIME, days;
			END IF;
			rows := rows + @extschema@.kpi_count(target_schema, dirty[chunk * AT_A_TIME + 1 : (chunk + 1) * AT_A_TIME], CASE WHEN settings.track <> 'triggers' THEN false END, bookkeeping);
		END LOOP;
	END IF;
	PERFORM @extschema@.kpi_after_counting(target_schema, CASE WHEN NOT "full" THEN coalesce(dirty, '{}'::date[]) END);
	RETURN NEXT;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh(name, boolean) IS 'counts the days again that have changed since kpi_build or the last kpi_refresh, or all of them; gives the number of days, and of rows that were written';

CREATE FUNCTION @extschema@.kpi_schedule(target_schema name, cron text)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	command CONSTANT text := format('SELECT @extschema@.kpi_refresh(%L::name, false)', target_schema);
	-- what looks like a connection string has to be one
	database CONSTANT text := CASE WHEN current_database() ~ '=|^postgres(ql)?://'
		THEN format('dbname=''%s''', regexp_replace(current_database(), '([''\\])', '\\\1', 'g')) ELSE current_database() END;
	job bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	PERFORM @extschema@.kpi_require_owned(target_schema);
	IF cron IS NULL OR cron ~ '[\n\r]' THEN
		RAISE EXCEPTION 'cron must be one line' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
		EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING format('kpi_refresh %s', target_schema), cron, command;
		RETURN format('scheduled as job %s of pg_cron', job);
	END IF;
	-- the shell reads quotes, and cron ends the line at a percent sign
	RETURN replace(format('%s psql -X -d ''%s'' -c ''%s''', cron, replace(database, '''', '''\'''''), replace(command, '''', '''\''''')), '%', '\%');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_schedule(name, text) IS 'has pg_cron call kpi_refresh on a schedule like */10 * * * *; without pg_cron, the line for a crontab';
