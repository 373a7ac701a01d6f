
-- kpi_build: daily tallies of a helpdesk, and the views over them, in a schema of
-- the user's.  Everything it makes belongs to the caller and is listed in the
-- table kpi_object there.

-- A relation as its contract has it: every column there, of its type.  What a
-- check finds impossible is NULL, in the last column that the check looks at, and
-- marks the row; but for dates in the future, which are possible some day, and for
-- the epoch, which is before the ticket was created.  Whether a ticket is resolved
-- is for solved to say, and only without it for resolved_at.
CREATE FUNCTION @extschema@.kpi_source(relation regclass, contract text, dimensions text[], rows_from text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH columns AS (
		SELECT c.position, c.name, regexp_replace(c.type, '^business_hours$', '@extschema@.business_hours') AS type, c.expression,
			   (SELECT string_agg(format('(%s)', k.condition), ' OR ' ORDER BY k.name)
				FROM @extschema@.kpi_relation_checks AS k
				WHERE k.relation = $2 AND k.severity = 'warning' AND k.name !~ '_(in_future|epoch)$' AND c.name <> 'updated_at' AND k.columns[cardinality(k.columns)] = c.name
				AND NOT EXISTS (SELECT FROM unnest(k.columns) AS needed JOIN @extschema@.kpi_read_columns($1, $2) AS n ON n.name = needed WHERE n.expression IS NULL)) AS impossible
		FROM @extschema@.kpi_read_columns($1, $2) AS c
	), extra AS (
		SELECT name, n FROM unnest($3) WITH ORDINALITY AS d (name, n)
		WHERE NOT EXISTS (SELECT FROM columns WHERE columns.name = d.name)
	)
	SELECT format('SELECT %s%s%s FROM (SELECT %s%s FROM %s) AS raw',
		(SELECT string_agg(CASE
			WHEN expression IS NULL THEN format('NULL::%s AS %I', type, name)
			WHEN impossible IS NULL THEN format('%I::%s AS %1$I', name, type)
			ELSE format('CASE WHEN (%s) IS NOT TRUE THEN %I::%s END AS %2$I', impossible, name, type) END, ', ' ORDER BY position) FROM columns),
		CASE $2 WHEN 'tickets' THEN format(', %s IS NULL AS is_unanswered, coalesce(NOT %s, %s IS NULL) AS is_unresolved, (%s) IS TRUE AS is_impossible',
			coalesce((SELECT name FROM columns WHERE name = 'first_response_at' AND expression IS NOT NULL), 'NULL'),
			coalesce((SELECT name FROM columns WHERE name = 'solved' AND expression IS NOT NULL), 'NULL::boolean'),
			coalesce((SELECT name FROM columns WHERE name = 'resolved_at' AND expression IS NOT NULL), 'NULL'),
			(SELECT coalesce(string_agg(impossible, ' OR ' ORDER BY position), 'false') FROM columns)) END,
		(SELECT string_agg(format(', %I', name), '' ORDER BY n) FROM extra),
		(SELECT string_agg(format('%s AS %I', expression, name), ', ' ORDER BY position) FROM columns WHERE expression IS NOT NULL),
		(SELECT string_agg(format(', %I::text AS %1$I', name), '' ORDER BY n) FROM extra),
		coalesce($4, $1::text));
$body$;
COMMENT ON FUNCTION @extschema@.kpi_source(regclass, text, text[], text) IS 'internal: a query that gives a relation as the contract has it';

-- Whether an instant has a day to be counted on: one of the years that programs
-- which show dates can show, in every time zone.
CREATE FUNCTION @extschema@.kpi_has_day(at text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('%s BETWEEN %L AND %L', $1, '0001-01-02 00:00+00', '9999-12-30 00:00+00');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_has_day(text) IS 'internal: a condition for instants that are counted';

-- The rows of a relation whose column lies between two instants, so that an index
-- on it helps; all of them without instants.
CREATE FUNCTION @extschema@.kpi_rows_within(relation regclass, contract text, column_name text, since timestamptz, until timestamptz)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT * FROM %s WHERE %s >= %L::timestamptz AND %2$s < %4$L::timestamptz) AS part', $1, c.expression, $4, $5)
	FROM @extschema@.kpi_read_columns($1, $2) AS c
	WHERE c.name = $3 AND c.expression IS NOT NULL AND $4 IS NOT NULL AND $5 IS NOT NULL;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows_within(regclass, text, text, timestamptz, timestamptz) IS 'internal: the rows of a relation that lie between two instants';

-- The rows of a tally table: for each event the tallies that count then, merged by
-- day and key.  With days only those.
CREATE FUNCTION @extschema@.kpi_tally_query(target_schema name, kept_by text, days date[])
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	tickets text;
	surveys text;
	keys text[];
	parts text[];
	merged text;
	event record;
	counted_at text;
	since timestamptz;
	until timestamptz;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	since := (SELECT min(day) FROM unnest(days) AS day)::timestamp AT TIME ZONE settings.time_zone;
	until := ((SELECT max(day) FROM unnest(days) AS day) + 1)::timestamp AT TIME ZONE settings.time_zone;
	-- the calendar of a ticket wins, and so does what it says of its solution
	tickets := format(
		'SELECT q.*, %s AS is_first_contact FROM (SELECT r.*, coalesce(r.hours, %s) AS calendar FROM (%%s) AS r) AS q',
		CASE WHEN settings.fcr_rule IS NULL THEN 'CASE WHEN solved IS NOT FALSE THEN contacts <= 1 END'
			 ELSE format('@extschema@.first_contact(%L::@extschema@.kpi_contact_rule, solved IS NOT FALSE, agent_replies, reopens, customer_replies, contacts, teammates, closes, was_pending, resolved_at - created_at, NULL::interval)', settings.fcr_rule) END,
		coalesce(quote_literal(settings.hours) || '::@extschema@.business_hours', 'NULL'));
	surveys := format('SELECT r.ticket_id, r.sent_at, r.answered_at, r.channel, r.agent_id, r.kind,
		CASE WHEN CASE r.kind WHEN ''nps'' THEN r.score BETWEEN 0 AND 10 WHEN ''ces'' THEN r.score BETWEEN 1 AND 7 ELSE r.score BETWEEN %s END THEN r.score END AS score
		FROM (%%s) AS r', CASE WHEN settings.csat_satisfied_from <= 5 THEN '1 AND 5' ELSE '0 AND 10' END);

	FOR event IN
		SELECT e.name, e.happened, e.surveyed,
			   format('%s.%I', CASE WHEN e.surveyed THEN 's' ELSE 't' END, e.happened) AS at,
			   string_agg(coalesce(m.counted, format('NULL::%s', CASE WHEN k.type LIKE 'kpi%' THEN '@extschema@.' || k.type ELSE k.type END)), ', ' ORDER BY k.position) AS counted
		FROM (VALUES
			('created', 'created_at', false), ('responded', 'first_response_at', false), ('resolved', 'resolved_at', false), ('closed', 'resolved_at', false),
			('sent', 'sent_at', true), ('answered', 'answered_at', true)
		) AS e (name, happened, surveyed)
		CROSS JOIN @extschema@.kpi_kept(kpi_tally_query.kept_by) AS k
		LEFT JOIN @extschema@.kpi_measure AS m
			ON m.name = k.name AND kpi_tally_query.kept_by = ANY (m.kept_by) AND m.surveyed IS DISTINCT FROM (settings.surveys IS NULL)
			-- what is closed is resolved, and then needs no pass of its own
			AND CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END = e.name
		GROUP BY e.name, e.happened, e.surveyed
		HAVING count(m.name) > 0
		ORDER BY e.name
	LOOP
		keys := CASE kpi_tally_query.kept_by
			WHEN 'ticket' THEN ARRAY['t.team', CASE WHEN event.surveyed THEN 'coalesce(s.channel, t.channel)' ELSE 't.channel' END, 't.category', 't.priority', 't.customer_tier']
				|| ARRAY(SELECT format('t.%I', d) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n) ORDER BY n)
			WHEN 'agent' THEN CASE
				WHEN event.surveyed THEN ARRAY['coalesce(s.agent_id, t.agent_id)', 'CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_name END', 'CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_hired_on END']
				WHEN event.name = 'responded' THEN ARRAY['coalesce(t.first_responder_id, t.agent_id)', 'CASE WHEN t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_name END', 'CASE WHEN t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_hired_on END']
				ELSE ARRAY['t.agent_id', 't.agent_name', 't.agent_hired_on'] END
			WHEN 'hour' THEN ARRAY[format('extract(hour FROM %s AT TIME ZONE %L)::integer', event.at, settings.time_zone), 't.channel']
		END;
		counted_at := CASE
			WHEN settings.attribute = 'event' OR event.name = 'closed' THEN event.at
			WHEN event.surveyed THEN format('coalesce(t.created_at, %s)', event.at)
			ELSE 't.created_at' END;
		parts := parts || format(
			'SELECT (%1$s AT TIME ZONE %2$L)::date, %3$s, %4$s FROM %5$s WHERE %8$s%6$s GROUP BY %7$s',
			counted_at, settings.time_zone, array_to_string(keys, ', '), event.counted,
			CASE WHEN event.surveyed
				 THEN format('(%s) AS s LEFT JOIN (%s) AS t ON t.ticket_id = s.ticket_id', format(surveys, @extschema@.kpi_source(settings.surveys, 'surveys',
					'{}'::text[], CASE WHEN counted_at = event.at THEN @extschema@.kpi_rows_within(settings.surveys, 'surveys', event.happened, since, until) END)), format(tickets, @extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_source(settings.tickets, 'tickets', settings.dimensions, NULL::text), false)))
				 ELSE format('(%s) AS t', format(tickets, @extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_source(settings.tickets, 'tickets', settings.dimensions, @extschema@.kpi_rows_within(settings.tickets, 'tickets', substr(counted_at, 3), since, until)), false))) END,
			concat(CASE WHEN days IS NOT NULL THEN format(' AND (%1$s AT TIME ZONE %2$L)::date = ANY (%3$L::date[])', counted_at, settings.time_zone, days) END,
				   -- whatever day it counts on, it must have happened
				   CASE WHEN counted_at <> event.at THEN ' AND ' || @extschema@.kpi_has_day(event.at) END),
			(SELECT string_agg(n::text, ', ') FROM generate_series(1, cardinality(keys) + 1) AS n), @extschema@.kpi_has_day(counted_at));
	END LOOP;

	keys := ARRAY['day'] || CASE kpi_tally_query.kept_by
		WHEN 'ticket' THEN ARRAY['team', 'channel', 'category', 'priority', 'customer_tier'] || settings.dimensions
		WHEN 'agent' THEN ARRAY['agent_id', 'agent_name', 'agent_hired_on']
		WHEN 'hour' THEN ARRAY['hour', 'channel'] END;
	SELECT string_agg(m.merged, ', ' ORDER BY m.position)
	INTO merged
	FROM @extschema@.kpi_kept(kpi_tally_query.kept_by) AS m;
	RETURN format('SELECT %1$s, %2$s FROM (%3$s) AS t (%1$s, %4$s) GROUP BY %1$s',
				  (SELECT string_agg(format('%I', key), ', ' ORDER BY n) FROM unnest(keys) WITH ORDINALITY AS k (key, n)), merged, array_to_string(parts, ' UNION ALL '),
				  (SELECT string_agg(format('%I', m.name), ', ' ORDER BY m.position) FROM @extschema@.kpi_kept(kpi_tally_query.kept_by) AS m));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tally_query(name, text, date[]) IS 'internal: the query that fills a tally table, or the given days of it';

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
	lag interval DEFAULT '1 hour')
RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- the planner takes each instant for a day of its own, and would sort them all
SET enable_sort = off
-- compiling hundreds of expressions takes longer than they do
SET jit = off
AS $body$
DECLARE
	started CONSTANT timestamptz := clock_timestamp();
	work_mem CONSTANT text := current_setting('work_mem');
	makes_schema CONSTANT boolean := NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = target_schema);
	problem record;
	made record;
BEGIN
	IF tickets IS NULL OR target_schema IS NULL OR time_zone IS NULL OR dimensions IS NULL OR attribute IS NULL OR track IS NULL OR lag IS NULL
		OR week_start IS NULL OR csat_satisfied_from IS NULL OR ces_easy_from IS NULL
	THEN
		RAISE EXCEPTION 'only surveys, hours and fcr_rule can be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM now() AT TIME ZONE time_zone;
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
		SELECT r.relation, c.name, c.actual, c.type
		FROM (VALUES (tickets, 'tickets'), (surveys, 'surveys')) AS r (relation, contract), @extschema@.kpi_read_columns(r.relation, r.contract) AS c
		WHERE c.expression IS NULL AND (c.required OR c.actual IS NOT NULL)
		ORDER BY r.contract DESC, c.position
	LOOP
		RAISE EXCEPTION 'column "%" of relation % cannot be read', problem.name, problem.relation
			USING ERRCODE = CASE WHEN problem.actual IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
				  DETAIL = CASE WHEN problem.actual IS NULL THEN 'There is none.' ELSE format('It is of type %s, not %s.', problem.actual, problem.type) END,
				  HINT = 'kpi_check_tickets tells all that is missing, and what to do about it.';
	END LOOP;
	FOR problem IN
		SELECT d.name FROM unnest(dimensions) AS d (name)
		WHERE d.name IN ('day', 'team', 'channel', 'category', 'priority', 'customer_tier', 'calendar', 'is_unanswered', 'is_unresolved', 'is_impossible', 'is_first_contact') OR d.name IN (SELECT m.name FROM @extschema@.kpi_measure AS m)
		OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = d.name AND a.attnum > 0 AND NOT a.attisdropped)
		OR (SELECT count(*) FROM unnest(dimensions) AS other WHERE other = d.name) > 1
	LOOP
		RAISE EXCEPTION '"%" cannot be a dimension', problem.name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name other columns of the tickets, each once; team, channel, category, priority and customer_tier are dimensions already.';
	END LOOP;

	IF makes_schema THEN
		EXECUTE format('CREATE SCHEMA %I', target_schema);
	END IF;
	EXECUTE format('CREATE TABLE %I.kpi_object (position integer PRIMARY KEY, name name NOT NULL, kind text NOT NULL)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_object IS ''what kpi_build has made here, and kpi_drop will drop''', target_schema);
	EXECUTE format(
		'CREATE TABLE %I.kpi_settings (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), made_schema boolean NOT NULL, tickets regclass NOT NULL, surveys regclass, time_zone text NOT NULL,
			hours @extschema@.business_hours, week_start integer NOT NULL, fcr_rule @extschema@.kpi_contact_rule, csat_satisfied_from integer NOT NULL, ces_easy_from integer NOT NULL, dimensions text[] NOT NULL,
			attribute @extschema@.kpi_attribute NOT NULL, track @extschema@.kpi_tracking NOT NULL, lag interval NOT NULL, changed_since timestamptz NOT NULL, complete_until date NOT NULL, granted_usage boolean NOT NULL DEFAULT false, policies text)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_settings IS ''the arguments of kpi_build, and how far kpi_refresh has come''', target_schema);
	EXECUTE format('INSERT INTO %I.kpi_settings VALUES (true, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)', target_schema)
		USING makes_schema, tickets, surveys, time_zone, hours, week_start, fcr_rule, csat_satisfied_from, ces_easy_from, dimensions, attribute, track, lag, started - lag, (started AT TIME ZONE time_zone)::date;
	PERFORM @extschema@.kpi_make_user_tables(target_schema);

	-- a build is maintenance, and may take the memory that is meant for it
	PERFORM set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB', true);
	-- first of all, so that no change between here and the end is lost
	PERFORM @extschema@.kpi_start_tracking(target_schema);
	FOR made IN
		SELECT * FROM (VALUES ('ticket_daily', 'ticket', 'tallies of each day, team, channel, category, priority and tier'),
							  ('agent_daily_tally', 'agent', 'tallies of each day and agent'),
							  ('hourly_tally', 'hour', 'tallies of each day, hour and channel')) AS t (name, kept_by, description)
	LOOP
		EXECUTE format('CREATE TABLE %I.%I AS %s', target_schema, made.name, @extschema@.kpi_tally_query(target_schema, made.kept_by, NULL::date[]));
		GET DIAGNOSTICS rows = ROW_COUNT;
		EXECUTE format('CREATE INDEX ON %I.%I (day)', target_schema, made.name);
		EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, made.description);
		object := made.name;
		kind := 'table';
		RETURN NEXT;
	END LOOP;
	PERFORM @extschema@.kpi_remember_changes(target_schema, started);
	PERFORM set_config('work_mem', work_mem, true);

	FOR made IN SELECT * FROM @extschema@.kpi_views(target_schema) LOOP
		EXECUTE format('CREATE VIEW %I.%I AS %s', target_schema, made.name, made.query);
		EXECUTE format('COMMENT ON VIEW %I.%I IS %L', target_schema, made.name, made.description);
		object := made.name;
		kind := 'view';
		rows := NULL;
		RETURN NEXT;
	END LOOP;

	FOR made IN
		SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND a.attnum > 0
		AND (c.relkind = 'v' AND c.relname IN (SELECT v.name FROM @extschema@.kpi_views(target_schema) AS v) OR c.relname IN ('ticket_daily', 'agent_daily_tally', 'hourly_tally'))
	LOOP
		EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', target_schema, made.relname, made.attname, @extschema@.kpi_describe_column(made.attname::text));
	END LOOP;
	EXECUTE format('INSERT INTO %1$I.kpi_object SELECT row_number() OVER (ORDER BY c.relkind DESC, c.oid), c.relname, CASE c.relkind WHEN ''v'' THEN ''view'' ELSE ''table'' END
		FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN (''r'', ''v'') AND c.relname = ANY ($2)', target_schema)
		USING quote_ident(target_schema)::regnamespace,
			  ARRAY['kpi_object', 'kpi_settings', 'kpi_ticket_days', 'kpi_change', 'ticket_daily', 'agent_daily_tally', 'hourly_tally'] || ARRAY(SELECT v.name::text FROM @extschema@.kpi_views(target_schema) AS v);
	EXECUTE format('ANALYZE %1$I.ticket_daily, %1$I.agent_daily_tally, %1$I.hourly_tally', target_schema);
	PERFORM @extschema@.kpi_after_counting(target_schema, NULL::date[]);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_build(regclass, name, text, regclass, @extschema@.business_hours, integer, @extschema@.kpi_contact_rule, integer, integer, text[], @extschema@.kpi_attribute, @extschema@.kpi_tracking, interval)
IS 'makes daily tallies of tickets and surveys, and the views over them, in a schema of yours; see kpi_refresh and kpi_drop';

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
