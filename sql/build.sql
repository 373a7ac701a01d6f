
-- kpi_build: daily tallies of a helpdesk, and the views over them, in a schema of
-- the user's.  Everything it makes belongs to the caller and is listed in the
-- table kpi_object there.

CREATE FUNCTION @extschema@.kpi_build(
	tickets regclass, target_schema name, time_zone text,
	surveys regclass DEFAULT NULL,
	hours @extschema@.business_hours DEFAULT NULL,
	week_start integer DEFAULT 1,
	fcr_rule @extschema@.kpi_contact_rule DEFAULT NULL,
	csat_satisfied_from integer DEFAULT 4,
	ces_easy_from integer DEFAULT 5,
	dimensions text[] DEFAULT '{}',
	attribute @extschema@.kpi_attribute DEFAULT 'event',
	track @extschema@.kpi_tracking DEFAULT 'updated_at',
	lag interval DEFAULT '1 hour',
	work_time regclass DEFAULT NULL,
	subscriptions regclass DEFAULT NULL,
	customer_events regclass DEFAULT NULL,
	costs regclass DEFAULT NULL,
	help_sessions regclass DEFAULT NULL)
RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- the planner takes each instant for a day of its own, and would sort them all
SET enable_sort = off
-- compiling hundreds of expressions takes longer than they do
SET jit = off
-- as in kpi_refresh
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
AS $body$
DECLARE
	started CONSTANT timestamptz := now();
	work_mem CONSTANT text := current_setting('work_mem');
	makes_schema CONSTANT boolean := NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = target_schema);
	problem record;
	made record;
	tables name[] := '{}';
	views name[] := '{}';
BEGIN
	IF tickets IS NULL OR target_schema IS NULL OR time_zone IS NULL OR dimensions IS NULL OR attribute IS NULL OR track IS NULL OR lag IS NULL
		OR week_start IS NULL OR csat_satisfied_from IS NULL OR ces_easy_from IS NULL
	THEN
		RAISE EXCEPTION 'only the relations beside tickets, hours and fcr_rule can be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- CET is a time zone with summer time, and an abbreviation without
	IF EXISTS (SELECT FROM (VALUES (timestamptz '2026-01-01 00:00+00'), ('2026-07-01 00:00+00')) AS v (at)
			   WHERE extract(hour FROM at AT TIME ZONE time_zone) <> @extschema@.kpi_hour(at, time_zone))
	THEN
		RAISE EXCEPTION 'time zone "%" is an abbreviation, too', time_zone
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a place, as in Europe/Berlin.';
	END IF;
	IF week_start NOT BETWEEN 1 AND 7 OR csat_satisfied_from NOT BETWEEN 0 AND 10 OR ces_easy_from NOT BETWEEN 0 AND 10 OR lag < '0' THEN
		RAISE EXCEPTION 'setting out of range'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'A week starts on a day from 1 (Monday) to 7, scores are from 0 to 10, and a lag is not negative.';
	END IF;
	-- no column tells it, and a ticket without next contact would be a success
	IF fcr_rule = 'no_recontact' THEN
		RAISE EXCEPTION 'fcr_rule "%" needs the next contact of each ticket, which tickets do not have', fcr_rule
			USING ERRCODE = 'feature_not_supported', HINT = 'Let a view give contacts, 1 where the customer did not come back, and build without fcr_rule.';
	END IF;
	FOR problem IN
		SELECT d.name FROM unnest(dimensions) AS d (name)
		WHERE d.name IN ('day', 'team', 'channel', 'category', 'priority', 'customer_tier', 'calendar', 'is_unanswered', 'is_unresolved', 'is_impossible', 'is_first_contact') OR d.name IN (SELECT m.name FROM @extschema@.kpi_measure AS m WHERE 'ticket' = ANY (m.kept_by))
		OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = d.name AND a.attnum > 0 AND NOT a.attisdropped)
		OR (SELECT count(*) FROM unnest(dimensions) AS other WHERE other = d.name) > 1
	LOOP
		RAISE EXCEPTION '"%" cannot be a dimension', problem.name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name other columns of the tickets, each once; team, channel, category, priority and customer_tier are dimensions already.';
	END LOOP;

	-- what others commit between its snapshot and its triggers would be lost
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'kpi_build cannot run at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'active_sql_transaction', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED.';
	END IF;
	IF to_regclass(format('%I.kpi_object', target_schema)) IS NOT NULL THEN
		RAISE EXCEPTION 'schema "%" is built already', target_schema
			USING ERRCODE = 'duplicate_object', HINT = 'Call kpi_drop first, or build into another schema.';
	END IF;

	IF makes_schema THEN
		EXECUTE format('CREATE SCHEMA %I', target_schema);
	END IF;
	EXECUTE format('CREATE TABLE %I.kpi_object (position integer PRIMARY KEY, name name NOT NULL, kind text NOT NULL)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_object IS ''what kpi_build has made here, and kpi_drop will drop''', target_schema);
	EXECUTE format(
		'CREATE TABLE %I.kpi_settings (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), made_schema boolean NOT NULL, tickets regclass NOT NULL, surveys regclass, time_zone text NOT NULL,
			hours @extschema@.business_hours, week_start integer NOT NULL, fcr_rule @extschema@.kpi_contact_rule, csat_satisfied_from integer NOT NULL, ces_easy_from integer NOT NULL, dimensions text[] NOT NULL,
			attribute @extschema@.kpi_attribute NOT NULL, track @extschema@.kpi_tracking NOT NULL, lag interval NOT NULL,
			work_time regclass, subscriptions regclass, customer_events regclass, costs regclass, help_sessions regclass, changed_since timestamptz NOT NULL, complete_until date NOT NULL, granted_usage boolean NOT NULL DEFAULT false, counted_as text)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_settings IS ''the arguments of kpi_build, and how far kpi_refresh has come''', target_schema);
	EXECUTE format('INSERT INTO %I.kpi_settings VALUES (true, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)', target_schema)
		USING makes_schema, tickets, surveys, time_zone, hours, week_start, fcr_rule, csat_satisfied_from, ces_easy_from, dimensions, attribute, track, lag,
			work_time, subscriptions, customer_events, costs, help_sessions, started - lag, @extschema@.kpi_day(started, time_zone);
	PERFORM @extschema@.kpi_require_readable(target_schema);
	PERFORM @extschema@.kpi_make_user_tables(target_schema);
	EXECUTE format('UPDATE %I.kpi_settings SET counted_as = $1', target_schema) USING @extschema@.kpi_counting_state(target_schema);

	-- a build is maintenance, and may take the memory that is meant for it
	PERFORM set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB', true);
	-- first of all, so that no change between here and the end is lost
	PERFORM @extschema@.kpi_start_tracking(target_schema);
	FOR made IN SELECT q.name, q.types FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q LOOP
		EXECUTE format('CREATE TABLE %I.%I (%s)', target_schema, made.name, made.types);
		tables := tables || made.name;
	END LOOP;
	PERFORM @extschema@.kpi_count(target_schema, NULL::date[], NULL::boolean, @extschema@.kpi_note_days(target_schema));
	FOR made IN SELECT t.name, t.description FROM @extschema@.kpi_tally_table AS t WHERE t.name = ANY (tables) ORDER BY t.position LOOP
		EXECUTE format('CREATE INDEX ON %I.%I (day)', target_schema, made.name);
		EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, made.description);
		EXECUTE format('ANALYZE %I.%I', target_schema, made.name);
		object := made.name;
		kind := 'table';
		EXECUTE format('SELECT count(*) FROM %I.%I', target_schema, made.name) INTO rows;
		RETURN NEXT;
	END LOOP;
	IF track = 'updated_at' THEN
		EXECUTE format('CREATE INDEX ON %I.kpi_ticket_days (ticket_id)', target_schema);
		EXECUTE format('ANALYZE %I.kpi_ticket_days', target_schema);
	END IF;
	PERFORM set_config('work_mem', work_mem, true);

	FOR made IN SELECT * FROM @extschema@.kpi_views(target_schema) LOOP
		EXECUTE format('CREATE VIEW %I.%I AS %s', target_schema, made.name, made.query);
		EXECUTE format('COMMENT ON VIEW %I.%I IS %L', target_schema, made.name, made.description);
		views := views || made.name;
		object := made.name;
		kind := 'view';
		rows := NULL;
		RETURN NEXT;
	END LOOP;

	FOR made IN
		SELECT c.relname, a.attname, coalesce(d.description, format('column %s of the tickets', a.attname)) AS description
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid LEFT JOIN @extschema@.kpi_described_columns() AS d ON d.name = a.attname
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND a.attnum > 0 AND c.relname = ANY (tables || views)
	LOOP
		EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', target_schema, made.relname, made.attname, made.description);
	END LOOP;
	EXECUTE format('INSERT INTO %1$I.kpi_object SELECT row_number() OVER (ORDER BY c.relkind DESC, c.oid), c.relname, CASE c.relkind WHEN ''v'' THEN ''view'' ELSE ''table'' END
		FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN (''r'', ''v'') AND c.relname = ANY ($2)', target_schema)
		USING quote_ident(target_schema)::regnamespace,
			  '{kpi_object,kpi_settings,kpi_ticket_days,kpi_change}'::name[] || tables || views;
	PERFORM @extschema@.kpi_after_counting(target_schema, NULL::date[]);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_build(regclass, name, text, regclass, @extschema@.business_hours, integer, @extschema@.kpi_contact_rule, integer, integer, text[], @extschema@.kpi_attribute, @extschema@.kpi_tracking, interval, regclass, regclass, regclass, regclass, regclass)
IS 'makes daily tallies of tickets and what else you have, and the views over them, in a schema of yours; see kpi_refresh and kpi_drop';

CREATE FUNCTION @extschema@.kpi_drop(target_schema name, keep_user_rows boolean DEFAULT true)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	statements text[];
	statement text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	PERFORM @extschema@.kpi_stop_tracking(target_schema);
	EXECUTE format('SELECT array_agg(format(''DROP %%s IF EXISTS %%I.%%I'', CASE kind WHEN ''view'' THEN ''VIEW'' ELSE ''TABLE'' END, $1, name) ORDER BY position) FROM %I.kpi_object', target_schema) INTO statements USING target_schema;
	FOREACH statement IN ARRAY statements LOOP
		EXECUTE statement;
	END LOOP;
	PERFORM @extschema@.kpi_drop_user_tables(target_schema, keep_user_rows);
	-- the schema, too, unless there is something of the user's in it
	IF settings.made_schema AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = quote_ident(target_schema)::regnamespace) THEN
		EXECUTE format('DROP SCHEMA %I', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop(name, boolean) IS 'drops what kpi_build has made, and nothing else: neither targets, policies and alerts nor follow-ups that you have written in, unless you say so';
