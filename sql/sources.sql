
-- The rows that tallies count, from the relations of the user.

CREATE FUNCTION @extschema@.kpi_day(at timestamptz, time_zone text) RETURNS date
AS 'MODULE_PATHNAME', 'kpi_day' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_day(timestamptz, text) IS 'internal: the day on which an instant is counted in a time zone; NULL for infinity and for years that have not four digits';
-- A target in days is no working time, so it has no verdict.  PostgreSQL inlines it.
CREATE FUNCTION @extschema@.kpi_working_target(target interval, hours @extschema@.business_hours) RETURNS interval
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
	WHEN hours IS NULL
		OR (date_part('day', target) = 0 AND date_part('month', target) = 0 AND date_part('year', target) = 0)
	THEN target
END;
COMMENT ON FUNCTION @extschema@.kpi_working_target(interval, @extschema@.business_hours)
IS 'internal: a target; NULL for one in days or months with business hours';
CREATE FUNCTION @extschema@.kpi_hour(at timestamptz, time_zone text) RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_hour' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_hour(timestamptz, text) IS 'internal: the hour of the day, 0 to 23, of an instant in a time zone; NULL as kpi_day';

-- A relation as its contract has it: every column there, of its type.  What a
-- check finds impossible is NULL, in the last column that the check looks at, and
-- marks the row; but for dates in the future, which are possible some day.  Whether
-- a ticket is resolved is for solved to say, and only without it for resolved_at.
-- The thresholds tell the scale of scores.
CREATE FUNCTION @extschema@.kpi_source(relation regclass, contract text, dimensions text[], rows_from text, csat_satisfied_from integer, ces_easy_from integer)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH given AS MATERIALIZED (
		SELECT * FROM @extschema@.kpi_read_columns($1, $2)
	), columns AS (
		SELECT c.position, c.name, regexp_replace(c.type, '^business_hours$', '@extschema@.business_hours') AS type, c.expression,
			   (SELECT string_agg(format('(%s)', @extschema@.kpi_on_scale(k.condition, $5, $6)), ' OR ' ORDER BY k.name)
				FROM @extschema@.kpi_relation_checks AS k
				WHERE k.relation = $2 AND k.severity = 'warning' AND k.name !~ '_in_future$' AND c.name <> 'updated_at' AND k.columns[cardinality(k.columns)] = c.name
				AND NOT EXISTS (SELECT FROM given AS n WHERE n.name = ANY (k.columns) AND n.expression IS NULL)) AS impossible
		FROM given AS c
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
COMMENT ON FUNCTION @extschema@.kpi_source(regclass, text, text[], text, integer, integer) IS 'internal: a query that gives a relation as the contract has it';

-- The relations of a built schema, by the names of their contracts.
CREATE FUNCTION @extschema@.kpi_relations(target_schema name)
RETURNS TABLE (contract text, relation regclass, csat_satisfied_from integer, ces_easy_from integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	RETURN QUERY EXECUTE format('SELECT r.contract, r.relation, c.csat_satisfied_from, c.ces_easy_from FROM %I.kpi_settings AS c,
		LATERAL (VALUES (''tickets'', c.tickets), (''surveys'', c.surveys), (''work_time'', c.work_time), (''subscriptions'', c.subscriptions),
			(''customer_events'', c.customer_events), (''costs'', c.costs), (''help_sessions'', c.help_sessions)) AS r (contract, relation)
		WHERE r.relation IS NOT NULL', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relations(name) IS 'internal: the relations that kpi_build was given, and the thresholds that tell the scale of scores';

-- An error unless the relations can be counted.  A column that is missing or of
-- another type would be taken for NULL.
CREATE FUNCTION @extschema@.kpi_require_readable(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	problem record;
BEGIN
	FOR problem IN
		SELECT r.contract, r.relation, c.*
		FROM @extschema@.kpi_relations(target_schema) AS r LEFT JOIN @extschema@.kpi_read_columns(r.relation, r.contract) AS c ON EXISTS (SELECT FROM pg_class WHERE oid = r.relation)
		WHERE c.name IS NULL OR c.expression IS NULL AND (c.required OR c.actual IS NOT NULL)
		ORDER BY r.contract DESC, c.position
	LOOP
		IF problem.name IS NULL THEN
			RAISE EXCEPTION 'the relation of % that schema "%" counts does not exist any more', problem.contract, target_schema
				USING ERRCODE = 'undefined_table', HINT = 'Call kpi_drop, and kpi_build with another.';
		END IF;
		RAISE EXCEPTION 'column "%" of relation % cannot be read', problem.name, problem.relation
			USING ERRCODE = CASE WHEN problem.actual IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
				  DETAIL = CASE WHEN problem.actual IS NULL THEN 'There is none.' ELSE format('It is of type %s, not %s.', problem.actual, problem.type) END,
				  HINT = 'kpi_check_tickets tells all that is missing, and what to do about it.';
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_readable(name) IS 'internal: an error unless all relations of a built schema can be counted';

-- The spans of time that cover some days, parted where nothing is wanted for more
-- than a week, at the ten longest of these gaps: few enough to ask an index for.
CREATE FUNCTION @extschema@.kpi_spans(days date[], time_zone text)
RETURNS TABLE (since timestamptz, until timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(day)::timestamp AT TIME ZONE $2, (max(day) + 1)::timestamp AT TIME ZONE $2
	FROM (
		SELECT day, count(*) FILTER (WHERE is_first) OVER (ORDER BY day) AS span
		FROM (
			SELECT day, gap > 7 AND row_number() OVER (ORDER BY gap DESC NULLS LAST) <= 10 AS is_first
			FROM (SELECT day, day - lag(day) OVER (ORDER BY day) AS gap FROM unnest($1) AS day) AS g
		) AS f
	) AS s
	GROUP BY span;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_spans(date[], text) IS 'internal: a few spans of time that cover days';

-- A relation of a built schema as its contract has it; NULL when it was not given.
-- With days, only the rows that have one of these columns on one of them, or near
-- them, so that indexes on the columns help.
CREATE FUNCTION @extschema@.kpi_rows(target_schema name, contract text, time_zone text, dimensions text[], columns text[], days date[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT @extschema@.kpi_source(r.relation, $2, $4, (
		SELECT format('(SELECT * FROM %s WHERE %s) AS part', r.relation, string_agg(format('(%1$s >= %2$L::timestamptz AND %1$s < %3$L::timestamptz)', c.expression, span.since, span.until), ' OR '))
		FROM @extschema@.kpi_read_columns(r.relation, $2) AS c, @extschema@.kpi_spans($6, $3) AS span
		WHERE c.name = ANY ($5) AND c.expression IS NOT NULL
		HAVING count(*) > 0), r.csat_satisfied_from, r.ces_easy_from)
	FROM @extschema@.kpi_relations($1) AS r
	WHERE r.contract = $2;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows(name, text, text, text[], text[], date[]) IS 'internal: a query for the rows of a relation of a built schema, or those near some days';

-- The day on which an event counts: its own, or that on which its ticket was
-- created; both given as expressions.
CREATE FUNCTION @extschema@.kpi_event_day(attribute @extschema@.kpi_attribute, happened text, created text, time_zone text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format(CASE $1 WHEN 'event' THEN '@extschema@.kpi_day(%1$s, %3$L::text)'
		-- whatever day it counts on, it must have happened
		ELSE 'CASE WHEN @extschema@.kpi_day(%1$s, %3$L::text) IS NOT NULL THEN @extschema@.kpi_day(%2$s, %3$L::text) END' END, $2, $3, $4);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_event_day(@extschema@.kpi_attribute, text, text, text) IS 'internal: an expression for the day on which an event is counted';

-- The time that an array of ranges covers, as an expression.
CREATE FUNCTION @extschema@.kpi_covered(spans text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT coalesce(sum(upper(span) - lower(span)), ''0'') FROM unnest(%s) AS span)', $1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_covered(text) IS 'internal: an expression for the time that a multirange covers';

-- What tallies count, a query for each source that the user gave: rows with the
-- day on which they count, or with one for each of several events.  With days, at
-- least the rows that count on them.
--
-- contract			the relation that is counted
-- needs_triggers	without them, kpi_refresh cannot know which days have changed
-- counted_days		the days that change with those given; NULL: all
-- absent			columns that are NULL in each row, to be added where they are read:
--					the rows are written down, and they would be, too
CREATE FUNCTION @extschema@.kpi_sources(target_schema name, days date[])
RETURNS TABLE (source text, contract text, events text[], needs_triggers boolean, counted_days date[], query text, absent text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- a customer who is in touch again within so many days repeats a contact
	REPEAT_DAYS CONSTANT integer := 7;
	settings record;
	months CONSTANT date[] := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT day FROM unnest(days) AS day WHERE extract(day FROM day) = 1) END;
	days_after date[];
	days_before date[];
	customer_events text;
	given text;
	dimensions text;
	knows_customers boolean;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	dimensions := (SELECT string_agg(format(', t.%I AS %I', d, 'dimension ' || n), '' ORDER BY n) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n));

	SELECT string_agg(format('t.%I', c.name), ', ' ORDER BY c.position) FILTER (WHERE c.expression IS NOT NULL), string_agg(format(', NULL::%s AS %I', c.type, c.name), '' ORDER BY c.position) FILTER (WHERE c.expression IS NULL),
		   bool_or(c.name = 'customer_id' AND c.expression IS NOT NULL)
	INTO given, absent, knows_customers
	FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c
	-- no more than are counted
	WHERE c.name = ANY ('{ticket_id,team,channel,category,priority,customer_tier,agent_id,agent_name,agent_hired_on,first_responder_id,account_id,customer_id,resolved_at,reopens,escalated,transferred,qa_points,qa_possible,cost,wait_time,abandoned,self_service,
		bot_handled,bot_resolved,bot_escalated,bot_escalation_right,bot_accepted,csat_score,nps_score,ces_score,sentiment}'::text[]);
	-- the calendar of a ticket wins, and so does what it says of its solution and its targets
	RETURN QUERY SELECT 'tickets'::text, 'tickets'::text, '{created,responded,resolved,closed}'::text[], false, kpi_sources.days, format(
		'SELECT %s%s, t.is_unanswered, t.is_unresolved, t.is_impossible,
			%s AS created_day, %s AS responded_day, %s AS resolved_day, %s AS closed_day, @extschema@.kpi_hour(t.created_at, %L::text) AS created_hour,
			@extschema@.business_time(t.created_at, t.first_response_at, t.calendar, NULL::tstzmultirange) AS response_time, @extschema@.business_time(t.created_at, t.resolved_at, t.calendar, NULL::tstzmultirange) AS resolution_time,
			coalesce(t.sla_response_met, @extschema@.sla_met(t.created_at, t.first_response_at, @extschema@.kpi_working_target(t.sla_response, t.calendar), t.calendar, NULL::timestamptz, NULL::tstzmultirange)) AS is_response_in_time,
			coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, t.resolved_at, @extschema@.kpi_working_target(t.sla_resolution, t.calendar), t.calendar, NULL::timestamptz, NULL::tstzmultirange)) AS is_resolution_in_time,
			coalesce(t.handle_time, CASE WHEN num_nonnulls(t.talk_time, t.hold_time, t.wrap_time) > 0 THEN coalesce(t.talk_time, ''0'') + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'') END) AS handling_time, %s AS is_first_contact
		FROM (SELECT r.*, coalesce(r.hours, %s) AS calendar FROM (%s) AS r) AS t',
		given, dimensions,
		@extschema@.kpi_event_day('event'::@extschema@.kpi_attribute, 't.created_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day(settings.attribute, 't.first_response_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day(settings.attribute, 't.resolved_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day('event'::@extschema@.kpi_attribute, 't.resolved_at'::text, 't.created_at'::text, settings.time_zone), settings.time_zone,
		CASE WHEN settings.fcr_rule IS NULL THEN 'CASE WHEN t.solved IS NOT FALSE THEN t.contacts <= 1 END'
			 ELSE format('@extschema@.first_contact(%L::@extschema@.kpi_contact_rule, t.solved IS NOT FALSE, t.agent_replies, t.reopens, t.customer_replies, t.contacts, t.teammates, t.closes, t.was_pending, t.resolved_at - t.created_at, NULL::interval, t.resolved_at, NULL::timestamptz, t.agent_replies, NULL::interval)', settings.fcr_rule) END,
		coalesce(quote_literal(settings.hours), 'NULL') || '::@extschema@.business_hours',
		@extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{created_at,first_response_at,resolved_at}'::text[], kpi_sources.days), false)), absent;

	IF settings.surveys IS NOT NULL THEN
		RETURN QUERY SELECT 'surveys'::text, 'surveys'::text, '{sent,answered}'::text[], false, kpi_sources.days, format(
			'SELECT s.kind, s.answered_at, coalesce(s.account_id, t.account_id, t.customer_id) AS account_id, t.team, coalesce(s.channel, t.channel) AS channel, t.category, t.priority, t.customer_tier%s,
				coalesce(s.agent_id, t.agent_id) AS agent_id, CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_name END AS agent_name, CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_hired_on END AS agent_hired_on,
				s.score, %s AS sent_day, %s AS answered_day
			FROM (%s) AS s LEFT JOIN (%s) AS t ON t.ticket_id = s.ticket_id',
			dimensions,
			@extschema@.kpi_event_day(settings.attribute, 's.sent_at'::text, 'coalesce(t.created_at, s.sent_at)'::text, settings.time_zone),
			@extschema@.kpi_event_day(settings.attribute, 's.answered_at'::text, 'coalesce(t.created_at, s.answered_at)'::text, settings.time_zone),
			-- or they may count on the day of their tickets
			@extschema@.kpi_rows(target_schema, 'surveys'::text, settings.time_zone, '{}'::text[], '{sent_at,answered_at}'::text[], CASE settings.attribute WHEN 'event' THEN kpi_sources.days END),
			@extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{}'::text[], NULL::date[])), NULL::text;
	END IF;

	IF knows_customers THEN
		days_after := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT DISTINCT day + n FROM unnest(kpi_sources.days) AS day, generate_series(0, REPEAT_DAYS + 1) AS n) END;
		days_before := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT DISTINCT day - n FROM unnest(days_after) AS day, generate_series(0, REPEAT_DAYS + 1) AS n) END;
		-- bytes are sorted twice as fast as words of a language, and any order of equal instants will do
		RETURN QUERY SELECT 'contacts'::text, 'tickets'::text, NULL::text[], false, days_after, format(
			'SELECT t.channel, t.transferred, @extschema@.kpi_day(t.created_at, %L::text) AS day, coalesce(t.created_at - t.last_at <= interval ''%s days'', false) AS is_repeat, t.channel <> t.last_channel AS is_switch
			FROM (SELECT r.*, lag(r.created_at) OVER customer AS last_at, lag(r.channel) OVER customer AS last_channel FROM (%s) AS r
				WHERE r.customer_id IS NOT NULL WINDOW customer AS (PARTITION BY r.customer_id COLLATE "C" ORDER BY r.created_at, r.ticket_id COLLATE "C")) AS t',
			settings.time_zone, REPEAT_DAYS, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], '{created_at}'::text[], days_before)), NULL::text;
	END IF;

	IF settings.work_time IS NOT NULL THEN
		-- who is busy or waits for a contact works, too; spans that overlap count once
		RETURN QUERY SELECT 'work_time'::text, 'work_time'::text, NULL::text[], true, kpi_sources.days, format(
			'SELECT a.day, a.agent_id, %s, %s AS adhered, %s AS unavailable
			FROM (SELECT d.day::date AS day, w.agent_id, %s
				FROM (SELECT r.*, @extschema@.kpi_day(r.started_at, %5$L::text) AS first_day, @extschema@.kpi_day(r.ended_at - interval ''1 microsecond'', %5$L::text) AS last_day FROM (%6$s) AS r WHERE r.started_at < r.ended_at) AS w,
					generate_series(w.first_day::timestamp, w.last_day, ''1 day'') AS d (day),
					LATERAL (SELECT tstzrange(w.started_at, w.ended_at) * CASE WHEN w.first_day < w.last_day THEN tstzrange(d.day AT TIME ZONE %5$L, (d.day + interval ''1 day'') AT TIME ZONE %5$L) ELSE ''(,)'' END) AS s (span)
				GROUP BY 1, 2) AS a',
			(SELECT string_agg(format('%s AS %I', @extschema@.kpi_covered('a.' || state), state), ', ') FROM unnest('{scheduled,paid,working,busy,waiting}'::text[]) AS state),
			@extschema@.kpi_covered('a.working * a.scheduled'::text), @extschema@.kpi_covered('a.paid - a.working'::text),
			(SELECT string_agg(format('coalesce(range_agg(s.span) FILTER (WHERE w.state %s), ''{}'') AS %I', CASE state WHEN 'working' THEN 'IN (''working'', ''busy'', ''waiting'')' ELSE format('= %L', state) END, state), ', ')
			 FROM unnest('{scheduled,paid,working,busy,waiting}'::text[]) AS state),
			settings.time_zone, @extschema@.kpi_rows(target_schema, 'work_time'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[])), NULL::text;
	END IF;

	customer_events := format('SELECT r.*, @extschema@.kpi_day(r.at, %L::text) AS day FROM (', settings.time_zone)
		|| @extschema@.kpi_rows(target_schema, 'customer_events'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]) || ') AS r';
	IF settings.subscriptions IS NOT NULL THEN
		-- One row a month and customer.  As for churn_rate, who starts on the first of a
		-- month was no customer at its start, and who leaves on that day is lost in it.
		RETURN QUERY SELECT 'subscriptions'::text, 'subscriptions'::text, NULL::text[], true, months, format(
			'SELECT a.*, %s
			FROM (SELECT m.month AS day, s.account_id, coalesce(max(s.plan) FILTER (WHERE m.was_open), max(s.plan)) AS plan,
					CASE WHEN bool_or(m.was_open) AND NOT bool_or(m.is_open) THEN max(s.end_reason) FILTER (WHERE m.was_open) END AS end_reason,
					bool_or(m.was_open) AS was_customer, bool_or(m.is_open) AS is_customer, NOT bool_or(m.was_open) AS has_joined, min(s.starts_on) AS joined_on,
					coalesce(sum(round(s.mrr, 6)) FILTER (WHERE m.was_open), 0) AS mrr_start, coalesce(sum(round(s.mrr, 6)) FILTER (WHERE m.is_open), 0) AS mrr_end,
					bool_or(m.is_due) AS was_due, bool_or(s.renewed) FILTER (WHERE m.is_due) AS renewed
				FROM (%s) AS s, LATERAL (
					SELECT first::date AS month, s.starts_on < first AS was_open, s.starts_on < next AND (s.ends_on IS NULL OR s.ends_on >= next) AS is_open, s.renewal_due_on >= first AND s.renewal_due_on < next AS is_due
					FROM generate_series(date_trunc(''month'', s.starts_on::timestamp), least(s.ends_on, %L::date)::timestamp, ''1 month'') AS first, LATERAL (SELECT first + interval ''1 month'') AS n (next)) AS m
				WHERE isfinite(s.starts_on) AND (s.ends_on IS NULL OR s.starts_on <= s.ends_on)
				GROUP BY 1, 2) AS a%s',
			CASE WHEN customer_events IS NULL THEN 'NULL::boolean AS adopted, NULL::boolean AS upsold, NULL::boolean AS referred, NULL::boolean AS was_approached, NULL::boolean AS onboarded'
				 ELSE 'coalesce(e.adopted, false) AS adopted, coalesce(e.upsold, false) AS upsold, coalesce(e.referred, false) AS referred, coalesce(e.was_approached, false) AS was_approached,
					EXISTS (SELECT FROM unnest(o.days) AS day WHERE day >= a.joined_on AND day <= a.joined_on + 30) AS onboarded' END,
			@extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]), settings.complete_until,
			CASE WHEN customer_events IS NOT NULL THEN format(' LEFT JOIN (SELECT account_id, date_trunc(''month'', day::timestamp)::date AS month, bool_or(event = ''adopted'') AS adopted, bool_or(event = ''upsold'') AS upsold,
					bool_or(event = ''referred'') AS referred, bool_or(event = ''outreach'') AS was_approached FROM (%1$s) AS r GROUP BY 1, 2) AS e ON e.account_id = a.account_id AND e.month = a.day
				LEFT JOIN (SELECT account_id, array_agg(day) AS days FROM (%1$s) AS r WHERE event = ''onboarded'' GROUP BY 1) AS o ON o.account_id = a.account_id AND a.has_joined', customer_events) END), NULL::text;
	END IF;
	IF settings.customer_events IS NOT NULL THEN
		RETURN QUERY SELECT 'customer_events'::text, 'customer_events'::text, NULL::text[], true, kpi_sources.days, customer_events, NULL::text;
	END IF;
	IF settings.costs IS NOT NULL THEN
		RETURN QUERY SELECT 'costs'::text, 'costs'::text, NULL::text[], true, months, format('SELECT r.*, CASE WHEN isfinite(r.month) THEN date_trunc(''month'', r.month::timestamp)::date END AS day FROM (%s) AS r',
			@extschema@.kpi_rows(target_schema, 'costs'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[])), NULL::text;
	END IF;
	IF settings.help_sessions IS NOT NULL THEN
		RETURN QUERY SELECT 'help_sessions'::text, 'help_sessions'::text, NULL::text[], true, kpi_sources.days, format('SELECT r.*, @extschema@.kpi_day(r.at, %L::text) AS day FROM (%s) AS r', settings.time_zone,
			@extschema@.kpi_rows(target_schema, 'help_sessions'::text, settings.time_zone, '{}'::text[], '{at}'::text[], kpi_sources.days)), NULL::text;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_sources(name, date[]) IS 'internal: the queries for the rows that tallies count';

-- The rows of a tally table, a query over those of its sources, which are named
-- kpi_rows_of_ and the source.  With days only those.  No row when nothing feeds
-- the table.
CREATE FUNCTION @extschema@.kpi_tally_queries(target_schema name, days date[])
RETURNS TABLE (kept_by text, name name, needs_triggers boolean, columns text, types text, sources text[], source_queries text[], counted_days date[], query text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	RETURN QUERY
	WITH fed AS (
		SELECT * FROM @extschema@.kpi_sources(target_schema, kpi_tally_queries.days)
	), given AS MATERIALIZED (
		SELECT r.contract, c.name FROM @extschema@.kpi_relations(target_schema) AS r, @extschema@.kpi_read_columns(r.relation, r.contract) AS c WHERE c.expression IS NOT NULL
		UNION ALL
		-- policies have what tickets may lack
		SELECT 'tickets', p.name FROM unnest('{sla_response,sla_resolution}'::text[]) AS p (name) WHERE @extschema@.kpi_policy_state(target_schema) IS NOT NULL
	), keys AS (
		SELECT k.kept_by, k.position, k.name, k.type, coalesce(k.in_tickets, format('t.%I', k.name)) AS in_tickets, format('t.%I', k.name) AS elsewhere FROM @extschema@.kpi_tally_key AS k
		UNION ALL
		SELECT 'ticket', 100 + n, d, 'text', own.name, own.name FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n), LATERAL (SELECT format('t.%I', 'dimension ' || n)) AS own (name)
	), counted AS (
		-- an aggregate over several kinds of rows is one aggregate
		SELECT k.kept_by, f.source, m.name, m.counted, m.needs,
			   string_agg(nullif(concat_ws(' AND ', 'e.' || CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END, m.condition), ''), ' OR ') AS condition,
			   array_agg(DISTINCT CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END) AS events
		FROM @extschema@.kpi_measure AS m CROSS JOIN unnest(m.kept_by) AS k (kept_by)
		JOIN fed AS f ON f.source = m.source
		WHERE m.surveyed IS DISTINCT FROM (settings.surveys IS NULL)
		GROUP BY k.kept_by, f.source, m.name, m.counted, m.needs
	), parts AS (
		SELECT t.kept_by, t.position, f.source, f.query AS source_query, f.absent, f.needs_triggers, f.counted_days, f.events AS all_events, t.counted_only_for,
			   (SELECT array_agg(DISTINCT event ORDER BY event) FROM counted AS c, unnest(c.events) AS event WHERE c.kept_by = t.kept_by AND c.source = f.source) AS events,
			   (SELECT string_agg(CASE
					WHEN c.counted IS NULL OR c.needs IS NOT NULL AND NOT EXISTS (SELECT FROM given AS g WHERE g.contract = f.contract AND g.name = ANY (c.needs))
					THEN 'NULL::' || m.column_type
					ELSE c.counted || coalesce(' FILTER (WHERE ' || c.condition || ')', '') END, ', ' ORDER BY m.position)
				FROM @extschema@.kpi_kept(t.kept_by) AS m LEFT JOIN counted AS c ON c.kept_by = t.kept_by AND c.source = f.source AND c.name = m.name) AS counted,
			   (SELECT coalesce(string_agg(CASE f.source WHEN 'tickets' THEN k.in_tickets ELSE k.elsewhere END || ', ', '' ORDER BY k.position), '') FROM keys AS k WHERE k.kept_by = t.kept_by) AS keys
		FROM @extschema@.kpi_tally_table AS t JOIN fed AS f ON EXISTS (SELECT FROM counted AS c WHERE c.kept_by = t.kept_by AND c.source = f.source)
		WHERE t.needs IS NULL OR EXISTS (SELECT FROM given AS g WHERE g.contract = 'tickets' AND g.name = ANY (t.needs))
	), queries AS (
		SELECT p.*, format('SELECT d.day, %s%s FROM %s AS t%s, LATERAL (SELECT %s) AS d (day) WHERE d.day IS NOT NULL%s%s GROUP BY %s',
			p.keys, p.counted, coalesce(format('(SELECT *%s FROM %I)', p.absent, 'kpi_rows_of_' || p.source), quote_ident('kpi_rows_of_' || p.source)),
			', (VALUES ' || (SELECT string_agg(format('(%s)', (SELECT string_agg((event = happened)::text, ', ' ORDER BY n) FROM unnest(p.all_events) WITH ORDINALITY AS a (event, n))), ', ') FROM unnest(p.events) AS happened)
				|| ') AS e (' || array_to_string(p.all_events, ', ') || ')',
			coalesce('CASE ' || (SELECT string_agg(format('WHEN e.%1$I THEN t.%2$I', event, event || '_day'), ' ') FROM unnest(p.events) AS event WHERE event IS NOT NULL) || ' END', 't.day'),
			' AND d.day = ANY (' || quote_literal(p.counted_days) || '::date[])',
			' AND ' || (SELECT CASE p.source WHEN 'tickets' THEN k.in_tickets ELSE k.elsewhere END FROM keys AS k WHERE k.kept_by = p.kept_by AND k.name = p.counted_only_for) || ' IS NOT NULL',
			(SELECT string_agg(n::text, ', ') FROM generate_series(1, 1 + (SELECT count(*) FROM keys AS k WHERE k.kept_by = p.kept_by)) AS n)) AS one
		FROM parts AS p
	)
	SELECT t.kept_by, t.name::name, bool_or(q.needs_triggers), names.columns, names.types, array_agg(q.source), array_agg(q.source_query), min(q.counted_days),
		   CASE count(*) WHEN 1 THEN min(q.one)
				ELSE format('SELECT %1$s, %2$s FROM (%3$s) AS t (%1$s, %4$s) GROUP BY %1$s', names.keys, names.merged, string_agg(q.one, ' UNION ALL '), names.tallies) END
	FROM queries AS q JOIN @extschema@.kpi_tally_table AS t USING (kept_by),
	LATERAL (
		SELECT k.keys, m.merged, m.tallies, k.keys || ', ' || m.tallies AS columns, k.types || ', ' || m.types AS types
		FROM (SELECT concat_ws(', ', 'day', string_agg(quote_ident(k.name), ', ' ORDER BY k.position)) AS keys,
					 concat_ws(', ', 'day date NOT NULL', string_agg(format('%I %s', k.name, k.type), ', ' ORDER BY k.position)) AS types
			  FROM keys AS k WHERE k.kept_by = t.kept_by) AS k,
			 (SELECT string_agg(m.merged, ', ' ORDER BY m.position) AS merged, string_agg(quote_ident(m.name), ', ' ORDER BY m.position) AS tallies,
					 string_agg(format('%I %s', m.name, m.column_type), ', ' ORDER BY m.position) AS types
			  FROM @extschema@.kpi_kept(t.kept_by) AS m) AS m
	) AS names
	GROUP BY t.position, t.kept_by, t.name, names.keys, names.columns, names.types, names.merged, names.tallies
	ORDER BY t.position;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tally_queries(name, date[]) IS 'internal: the tables of tallies that a built schema has, and the queries that fill them';

-- Counts the days again, or all without days; the number of rows written.  One
-- statement, which sees one state of the tickets; what it does besides is given by
-- the caller, as a part of WITH with a comma behind it, that knows the days as $1.
-- The tables that need triggers, or those that do not, can be counted alone.
CREATE FUNCTION @extschema@.kpi_count(target_schema name, days date[], needing_triggers boolean, besides text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	statement text;
	written bigint;
BEGIN
	WITH q AS MATERIALIZED (
		SELECT * FROM @extschema@.kpi_tally_queries(target_schema, kpi_count.days) AS q
		-- a table that could be fed since the build, by a column that is new, is not there
		WHERE (needing_triggers IS NULL OR q.needs_triggers = needing_triggers) AND to_regclass(format('%I.%I', target_schema, q.name)) IS NOT NULL
	)
	SELECT format('WITH %s, %s%s SELECT %s',
		(SELECT string_agg(format('%I AS MATERIALIZED (%s)', 'kpi_rows_of_' || s.source, s.query), ', ') FROM (SELECT DISTINCT u.* FROM q, unnest(q.sources, q.source_queries) AS u) AS s (source, query)),
		besides,
		string_agg(format('%4$I AS (DELETE FROM %1$I.%2$I%6$s), %5$I AS (INSERT INTO %1$I.%2$I (%3$s) %7$s RETURNING 1)', target_schema, q.name, q.columns, 'gone_' || q.kept_by, 'new_' || q.kept_by,
			' WHERE day = ANY (' || quote_literal(q.counted_days) || '::date[])', q.query), ', '),
		string_agg(format('(SELECT count(*) FROM %I)', 'new_' || q.kept_by), ' + '))
	INTO statement
	FROM q;
	EXECUTE statement INTO written USING days;
	RETURN written;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_count(name, date[], boolean, text) IS 'internal: fills tables of tallies';
