
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
	SELECT format('SELECT %s AS ticket_id, ARRAY[%s]::date[] AS days FROM %s%s',
		coalesce(max(expression) FILTER (WHERE name = 'ticket_id'), 'NULL::text'),
		string_agg(format('CASE WHEN %2$s THEN (%1$s AT TIME ZONE %3$L)::date END', expression, @extschema@.kpi_has_day(expression), $3), ', ') FILTER (WHERE name IN ('created_at', 'first_response_at', 'resolved_at', 'sent_at', 'answered_at')),
		coalesce($5, $1::text),
		' WHERE ' || string_agg(format('%s >= %L', expression, $4), ' OR ') FILTER (WHERE $4 IS NOT NULL AND name IN ('updated_at', 'sent_at', 'answered_at')))
	FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL
	HAVING count(*) > 0;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_days_query(regclass, text, text, timestamptz, text) IS 'internal: the query for the tickets and days that rows have to do with';

CREATE FUNCTION @extschema@.kpi_trigger_name(event text, target_schema name)
RETURNS name
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('kpi_%s_%s', lower($1), md5($2::text))::name;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_trigger_name(text, name) IS 'internal: the name of a trigger that kpi_build makes';

CREATE FUNCTION @extschema@.kpi_track()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	EXECUTE format('INSERT INTO %I.kpi_change %s', TG_ARGV[0], TG_ARGV[1]);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_track() IS 'internal: the trigger of a tracked table, which writes down the days that a statement has changed';

CREATE FUNCTION @extschema@.kpi_start_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	relation regclass;
	made record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		IF NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
			RAISE WARNING 'relation % has no column updated_at', settings.tickets USING HINT = 'Every kpi_refresh will count all days.';
		END IF;
		EXECUTE format('CREATE TABLE %I.kpi_ticket_days AS %s', target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text));
		EXECUTE format('CREATE INDEX ON %I.kpi_ticket_days (ticket_id)', target_schema);
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
	FOREACH relation IN ARRAY ARRAY[settings.tickets, settings.surveys] LOOP
		CONTINUE WHEN relation IS NULL;
		-- the triggers of a partition do not see what comes through its parent, nor the other way round
		IF (SELECT relkind FROM pg_class WHERE oid = relation) <> 'r' OR EXISTS (SELECT FROM pg_inherits WHERE relation IN (inhrelid, inhparent)) THEN
			RAISE EXCEPTION 'relation % cannot have triggers', relation
				USING ERRCODE = 'wrong_object_type', HINT = 'Only plain tables can; use track => ''updated_at''.';
		END IF;
		FOR made IN
			SELECT * FROM (VALUES
				('INSERT', 'REFERENCING NEW TABLE AS changed', 'changed'),
				('DELETE', 'REFERENCING OLD TABLE AS changed', 'changed'),
				('UPDATE', 'REFERENCING OLD TABLE AS changed NEW TABLE AS changed_to', '(TABLE changed UNION ALL TABLE changed_to) AS changed'),
				('TRUNCATE', '', NULL)
			) AS t (event, referencing, rows_from)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.kpi_track(%L, %L)',
				@extschema@.kpi_trigger_name(made.event, target_schema), made.event, relation, made.referencing, target_schema,
				CASE WHEN made.rows_from IS NULL THEN 'VALUES (NULL::text, NULL::date[])'
					 ELSE format('SELECT DISTINCT %s, days FROM (%s) AS t', CASE WHEN settings.surveys IS NULL THEN 'NULL::text' ELSE 'ticket_id' END,
						@extschema@.kpi_days_query(relation, CASE relation WHEN settings.tickets THEN 'tickets' ELSE 'surveys' END, settings.time_zone, NULL::timestamptz, made.rows_from)) END);
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
		SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_trigger AS t
		WHERE t.tgfoid = '@extschema@.kpi_track'::regproc
		AND t.tgname IN (SELECT @extschema@.kpi_trigger_name(event, target_schema) FROM unnest(ARRAY['INSERT', 'DELETE', 'UPDATE', 'TRUNCATE']) AS event)
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.relation);
	END LOOP;
	EXECUTE format('SELECT granted_usage FROM %I.kpi_settings', target_schema) INTO made;
	IF made.granted_usage THEN
		EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM PUBLIC', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stop_tracking(name) IS 'internal: drops the triggers that kpi_build has made, and takes back what it has granted';

-- Tickets that have changed while kpi_build was counting may have been counted on
-- either day.
CREATE FUNCTION @extschema@.kpi_remember_changes(target_schema name, since timestamptz)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		EXECUTE format('INSERT INTO %I.kpi_ticket_days %s', target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, since - settings.lag, NULL::text));
		EXECUTE format('ANALYZE %I.kpi_ticket_days', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_remember_changes(name, timestamptz) IS 'internal: notes the days of tickets that have changed since an instant';

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $body$
DECLARE
	-- so many days at a time, between which progress is told
	AT_A_TIME CONSTANT integer := 100;
	started CONSTANT timestamptz := clock_timestamp();
	settings record;
	policies text;
	dirty date[];
	part date[];
	changed text;
	linked text;
	bookkeeping text := '';
	counted bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	-- one refresh at a time; readers do not wait
	EXECUTE format('SELECT * FROM %I.kpi_settings FOR UPDATE', target_schema) INTO settings;
	policies := @extschema@.kpi_policy_state(target_schema);
	"full" := "full" OR policies IS DISTINCT FROM settings.policies;

	IF settings.track = 'triggers' THEN
		changed := format('DELETE FROM %I.kpi_change RETURNING ticket_id, days', target_schema);
	ELSIF "full" OR NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
		changed := 'SELECT NULL::text AS ticket_id, NULL::date[] AS days';
		bookkeeping := format('before AS (DELETE FROM %1$I.kpi_ticket_days), after AS (INSERT INTO %1$I.kpi_ticket_days %2$s),',
			target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text));
	ELSE
		changed := @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, settings.changed_since, NULL::text);
		-- a ticket leaves the days that are counted now, and comes to those it has
		bookkeeping := format('changed AS MATERIALIZED (%2$s),
			before AS (DELETE FROM %1$I.kpi_ticket_days AS f USING changed AS c WHERE f.ticket_id = c.ticket_id RETURNING f.ticket_id, f.days),
			after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, array_agg(DISTINCT day) FROM (
				SELECT b.ticket_id, d.day FROM before AS b, unnest(b.days) AS d (day) WHERE d.day <> ALL ($1)
				UNION ALL SELECT c.ticket_id, d.day FROM changed AS c, unnest(c.days) AS d (day) WHERE d.day = ANY ($1)) AS t GROUP BY ticket_id),', target_schema, changed);
		changed := concat_ws(' UNION ALL ', changed, format('SELECT ticket_id, days FROM %I.kpi_ticket_days WHERE ticket_id IN (SELECT c.ticket_id FROM (%s) AS c)', target_schema, changed),
			@extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, settings.changed_since, NULL::text));
	END IF;
	-- a survey is counted with the dimensions of its ticket, and perhaps on the day of its ticket
	linked := 'TABLE changed';
	IF settings.surveys IS NOT NULL THEN
		linked := concat_ws(' UNION ALL ', linked, format('SELECT * FROM (%s) AS s WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, NULL::timestamptz, NULL::text)),
			CASE WHEN settings.attribute = 'created' THEN format('SELECT * FROM (%s) AS t WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text)) END);
	END IF;
	EXECUTE format('WITH changed AS MATERIALIZED (%s), linked AS (%s)
		SELECT $1 OR coalesce(bool_or(days IS NULL), false), (SELECT array_agg(DISTINCT day ORDER BY day) FROM linked AS l, unnest(l.days) AS day WHERE day IS NOT NULL) FROM changed', changed, linked)
	INTO "full", dirty USING "full";

	rows := 0;
	FOR chunk IN 0 .. CASE WHEN "full" THEN 0 ELSE (coalesce(cardinality(dirty), 0) - 1 + AT_A_TIME) / AT_A_TIME - 1 END LOOP
		-- all of them, when there are none to name
		part := CASE WHEN NOT "full" THEN dirty[chunk * AT_A_TIME + 1 : (chunk + 1) * AT_A_TIME] END;
		IF chunk > 0 THEN
			RAISE NOTICE 'counted % of % days', chunk * AT_A_TIME, cardinality(dirty);
		END IF;
		-- One statement, which sees one state of the tickets: what kpi_ticket_days
		-- says is what has been counted.
		EXECUTE format('WITH %5$s
			gone_1 AS (DELETE FROM %1$I.ticket_daily WHERE $1 IS NULL OR day = ANY ($1)),
			gone_2 AS (DELETE FROM %1$I.agent_daily_tally WHERE $1 IS NULL OR day = ANY ($1)),
			gone_3 AS (DELETE FROM %1$I.hourly_tally WHERE $1 IS NULL OR day = ANY ($1)),
			new_1 AS (INSERT INTO %1$I.ticket_daily %2$s RETURNING 1),
			new_2 AS (INSERT INTO %1$I.agent_daily_tally %3$s RETURNING 1),
			new_3 AS (INSERT INTO %1$I.hourly_tally %4$s RETURNING 1)
			SELECT (SELECT count(*) FROM new_1) + (SELECT count(*) FROM new_2) + (SELECT count(*) FROM new_3)', target_schema,
			@extschema@.kpi_tally_query(target_schema, 'ticket', part), @extschema@.kpi_tally_query(target_schema, 'agent', part), @extschema@.kpi_tally_query(target_schema, 'hour', part), bookkeeping)
		INTO counted USING part;
		rows := rows + counted;
	END LOOP;
	IF "full" THEN
		EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily', target_schema) INTO days;
	ELSE
		days := coalesce(cardinality(dirty), 0);
	END IF;
	EXECUTE format('UPDATE %I.kpi_settings SET changed_since = $1, complete_until = $2, policies = $3', target_schema)
		USING started - settings.lag, (started AT TIME ZONE settings.time_zone)::date, policies;
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
	job bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
		EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING format('kpi_refresh %s', target_schema), cron, command;
		RETURN format('scheduled as job %s of pg_cron', job);
	END IF;
	-- the shell reads quotes, and cron ends the line at a percent sign
	RETURN replace(format('%s psql -X -d ''%s'' -c ''%s''', cron, replace(current_database(), '''', '''\'''''), replace(command, '''', '''\''''')), '%', '\%');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_schedule(name, text) IS 'has pg_cron call kpi_refresh on a schedule like */10 * * * *; without pg_cron, the line for a crontab';
