-- Facts derived from the events of a ticket.  The aggregates sort the events; the views of
-- a mart define what they mean.

CREATE TYPE @extschema@.kpi_conversation AS (
	opened_by text, channel text, first_response_at timestamptz, first_responder_id text, agent_messages bigint,
	agent_replies bigint, customer_replies bigint, bot_messages bigint, teammates bigint, waiting_since timestamptz,
	sentiment double precision, sentiment_first double precision, sentiment_last double precision);
COMMENT ON TYPE @extschema@.kpi_conversation IS 'internal: facts derived from the messages of a ticket';

CREATE TYPE @extschema@.kpi_wait AS (metric text, started_at timestamptz, ended_at timestamptz, responder_id text);
COMMENT ON TYPE @extschema@.kpi_wait
IS 'internal: a wait of the customer, first_response or next_response, or the time between two messages of agents, update';

CREATE TYPE @extschema@.kpi_status_span AS (
	started_at timestamptz, ended_at timestamptz, status text, source_status text, team text, agent_id text,
	hours @extschema@.business_hours, sets_hours boolean, changed_by text, is_transfer boolean, previous_status text,
	previous_team text, previous_agent_id text);
COMMENT ON TYPE @extschema@.kpi_status_span
IS 'internal: a time in which the status, team, agent and hours of a ticket did not change; ended_at is NULL while it lasts';

CREATE TYPE @extschema@.kpi_hours_change AS (at timestamptz, hours @extschema@.business_hours);
COMMENT ON TYPE @extschema@.kpi_hours_change IS 'internal: hours in force from an instant on';

CREATE TYPE @extschema@.kpi_sla_target AS (
	metric text, target interval, applies_from timestamptz, in_hours boolean, pausing_statuses text[], policy text);
COMMENT ON TYPE @extschema@.kpi_sla_target IS 'internal: a row of sla_targets';

CREATE TYPE @extschema@.kpi_sla_due AS (due_at timestamptz, target interval, policy text);
COMMENT ON TYPE @extschema@.kpi_sla_due IS 'internal: the SLA target that is due first, and when';

CREATE FUNCTION @extschema@.kpi_message_add(
	state internal, at timestamptz, seq bigint, author text, is_public boolean, author_id text, channel text,
	created_at timestamptz, opened_by text)
RETURNS internal AS 'MODULE_PATHNAME', 'kpi_message_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_message_add(
	internal, timestamptz, bigint, text, boolean, text, text, timestamptz, text)
IS 'internal: adds a message to the state of kpi_waits';

-- For the mood of the customer.  kpi_waits does not need it.
CREATE FUNCTION @extschema@.kpi_message_add(
	state internal, at timestamptz, seq bigint, author text, is_public boolean, author_id text, channel text,
	created_at timestamptz, opened_by text, sentiment double precision)
RETURNS internal AS 'MODULE_PATHNAME', 'kpi_message_add' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_message_add(
	internal, timestamptz, bigint, text, boolean, text, text, timestamptz, text, double precision)
IS 'internal: adds a message with its sentiment to the state of kpi_conversation';

CREATE FUNCTION @extschema@.kpi_conversation_final(state internal) RETURNS @extschema@.kpi_conversation
AS 'MODULE_PATHNAME', 'kpi_conversation_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_conversation_final(internal) IS 'internal: the final function of kpi_conversation';

CREATE FUNCTION @extschema@.kpi_waits_final(state internal) RETURNS @extschema@.kpi_wait[]
AS 'MODULE_PATHNAME', 'kpi_waits_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_waits_final(internal) IS 'internal: the final function of kpi_waits';

CREATE AGGREGATE @extschema@.kpi_conversation(
	at timestamptz, seq bigint, author text, is_public boolean, author_id text, channel text, created_at timestamptz,
	opened_by text, sentiment double precision)
(SFUNC = @extschema@.kpi_message_add, STYPE = internal, FINALFUNC = @extschema@.kpi_conversation_final,
	FINALFUNC_MODIFY = SHAREABLE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.kpi_conversation(
	timestamptz, bigint, text, boolean, text, text, timestamptz, text, double precision)
IS 'internal: facts derived from the messages of a ticket, in any order of the rows; created_at and opened_by are those of the ticket';

CREATE AGGREGATE @extschema@.kpi_waits(
	at timestamptz, seq bigint, author text, is_public boolean, author_id text, channel text, created_at timestamptz,
	opened_by text)
(SFUNC = @extschema@.kpi_message_add, STYPE = internal, FINALFUNC = @extschema@.kpi_waits_final,
	FINALFUNC_MODIFY = SHAREABLE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.kpi_waits(
	timestamptz, bigint, text, boolean, text, text, timestamptz, text)
IS 'internal: the waits and updates in the messages of a ticket, in any order of the rows';

CREATE FUNCTION @extschema@.kpi_status_change_add(
	state internal, at timestamptz, seq bigint, status text, previous_status text, source_status text, agent_id text,
	team text, hours @extschema@.business_hours, changed_by text, created_at timestamptz,
	first_hours @extschema@.business_hours, ticket_team text, ticket_agent_id text, ticket_status text)
RETURNS internal AS 'MODULE_PATHNAME', 'kpi_status_change_add' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status_change_add(
	internal, timestamptz, bigint, text, text, text, text, text, @extschema@.business_hours, text, timestamptz,
	@extschema@.business_hours, text, text, text)
IS 'internal: adds a status change to the state of kpi_status_spans';

CREATE FUNCTION @extschema@.kpi_status_spans_final(state internal) RETURNS @extschema@.kpi_status_span[]
AS 'MODULE_PATHNAME', 'kpi_status_spans_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status_spans_final(internal) IS 'internal: the final function of kpi_status_spans';

CREATE AGGREGATE @extschema@.kpi_status_spans(
	at timestamptz, seq bigint, status text, previous_status text, source_status text, agent_id text, team text,
	hours @extschema@.business_hours, changed_by text, created_at timestamptz, first_hours @extschema@.business_hours,
	ticket_team text, ticket_agent_id text, ticket_status text)
(SFUNC = @extschema@.kpi_status_change_add, STYPE = internal, FINALFUNC = @extschema@.kpi_status_spans_final,
	FINALFUNC_MODIFY = SHAREABLE, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.kpi_status_spans(
	timestamptz, bigint, text, text, text, text, text, @extschema@.business_hours, text, timestamptz,
	@extschema@.business_hours, text, text, text)
IS 'internal: the spans between the status changes of a ticket, from its creation on, in any order of the rows; the last five '
'arguments are values of the ticket, the same in each row';

-- The times for which hours are in force: the first ones until the first change, and so on.
CREATE FUNCTION @extschema@.kpi_hours_spans(hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[])
RETURNS TABLE (since timestamptz, until timestamptz, span_hours @extschema@.business_hours)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT c.at, lead(c.at, 1, 'infinity') OVER (ORDER BY c.n), c.hours
	FROM (
		SELECT 0 AS n, '-infinity'::timestamptz AS at, $1 AS hours
		UNION ALL SELECT u.n, u.at, u.hours FROM unnest($2) WITH ORDINALITY AS u (at, hours, n)
	) AS c;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_hours_spans(@extschema@.business_hours, @extschema@.kpi_hours_change[])
IS 'internal: the times for which changing hours are in force';

CREATE FUNCTION @extschema@.kpi_changing_seconds(
	started timestamptz, ended timestamptz, hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[],
	paused tstzmultirange)
RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT coalesce(sum(@extschema@.business_seconds(greatest($1, s.since), least($2, s.until), s.span_hours, $5) ORDER BY s.since), 0)
	FROM @extschema@.kpi_hours_spans($3, $4) AS s
	WHERE s.since < $2 AND s.until > $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_changing_seconds(
	timestamptz, timestamptz, @extschema@.business_hours, @extschema@.kpi_hours_change[], tstzmultirange)
IS 'internal: seconds of open time under changing hours';

-- inlined, as most tickets have the same hours all the time
CREATE FUNCTION @extschema@.kpi_open_seconds(
	started timestamptz, ended timestamptz, hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[],
	paused tstzmultirange)
RETURNS double precision
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN changes IS NULL THEN @extschema@.business_seconds(started, ended, hours, paused)
	ELSE @extschema@.kpi_changing_seconds(started, ended, hours, changes, paused) END;
COMMENT ON FUNCTION @extschema@.kpi_open_seconds(
	timestamptz, timestamptz, @extschema@.business_hours, @extschema@.kpi_hours_change[], tstzmultirange)
IS 'internal: seconds of open time between two instants';

CREATE FUNCTION @extschema@.kpi_changing_due_at(
	started timestamptz, target interval, hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[],
	paused tstzmultirange)
RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	span record;
	due_at timestamptz;
BEGIN
	FOR span IN
		SELECT greatest(started, s.since) AS since, s.until, s.span_hours
		FROM @extschema@.kpi_hours_spans(hours, changes) AS s
		WHERE s.until > started
		ORDER BY s.since
	LOOP
		due_at := @extschema@.kpi_due_at(span.since, target, span.span_hours, paused);
		EXIT WHEN due_at < span.until OR due_at IS NULL OR span.until = 'infinity';
		-- the rest of the target when the hours change
		target := make_interval(secs => (extract(epoch FROM target)
			- extract(epoch FROM @extschema@.business_time(span.since, span.until, span.span_hours, paused)))::double precision);
	END LOOP;
	RETURN due_at;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_changing_due_at(
	timestamptz, interval, @extschema@.business_hours, @extschema@.kpi_hours_change[], tstzmultirange)
IS 'internal: kpi_due_at under changing hours';

CREATE FUNCTION @extschema@.kpi_due_at(
	started timestamptz, target interval, hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[],
	paused tstzmultirange)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN changes IS NULL THEN @extschema@.kpi_due_at(started, target, hours, paused)
	ELSE @extschema@.kpi_changing_due_at(started, target, hours, changes, paused) END;
COMMENT ON FUNCTION @extschema@.kpi_due_at(
	timestamptz, interval, @extschema@.business_hours, @extschema@.kpi_hours_change[], tstzmultirange)
IS 'internal: kpi_due_at for hours that may change';

-- The hours that status changes set after the creation; NULL for none.
CREATE FUNCTION @extschema@.kpi_hours_changes(spans @extschema@.kpi_status_span[]) RETURNS @extschema@.kpi_hours_change[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(ROW(s.started_at, s.hours)::@extschema@.kpi_hours_change) FROM unnest($1) AS s WHERE s.sets_hours;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_hours_changes(@extschema@.kpi_status_span[])
IS 'internal: the hours that status changes set after the creation';

-- When a ticket had one of some statuses; NULL for never.
CREATE FUNCTION @extschema@.kpi_time_in(spans @extschema@.kpi_status_span[], statuses text[]) RETURNS tstzmultirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT range_agg(tstzrange(s.started_at, s.ended_at)) FROM unnest($1) AS s
	WHERE s.status = ANY ($2) AND (s.started_at < s.ended_at OR s.ended_at IS NULL);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_time_in(@extschema@.kpi_status_span[], text[])
IS 'internal: when a ticket had one of some statuses';

-- The first resolution at or after an instant; NULL for none.
CREATE FUNCTION @extschema@.kpi_resolved_after(spans @extschema@.kpi_status_span[], at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(s.started_at) FROM unnest($1) AS s
	WHERE s.started_at >= $2 AND s.status IN ('solved', 'closed')
	AND (s.previous_status IN ('solved', 'closed')) IS NOT TRUE;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_resolved_after(@extschema@.kpi_status_span[], timestamptz)
IS 'internal: the first resolution at or after an instant';

-- The target of a metric that is due first; NULL without any.  Targets that pause in
-- different statuses run in parallel.  Where several pause in the same statuses,
-- the last one that applied before the clock ended is in force.
CREATE FUNCTION @extschema@.kpi_first_due(
	targets @extschema@.kpi_sla_target[], metric text, started timestamptz, ended timestamptz,
	hours @extschema@.business_hours, changes @extschema@.kpi_hours_change[], paused tstzmultirange,
	spans @extschema@.kpi_status_span[])
RETURNS @extschema@.kpi_sla_due
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT ROW(d.due_at, d.target, d.policy)::@extschema@.kpi_sla_due
	FROM (
		SELECT g.target, g.policy, @extschema@.kpi_due_at($3, g.target,
			CASE WHEN g.in_hours IS NOT FALSE THEN $5 END, CASE WHEN g.in_hours IS NOT FALSE THEN $6 END,
			CASE WHEN g.pausing_statuses IS NULL THEN $7 ELSE @extschema@.kpi_time_in($8, g.pausing_statuses) END) AS due_at
		FROM (
			SELECT DISTINCT ON (a.pausing_statuses) a.*
			FROM unnest($1) AS a
			WHERE a.metric = $2 AND (a.applies_from <= coalesce($4, 'infinity')) IS NOT FALSE
			-- a helpdesk removes the target at the instant in which it is reached
			AND (a.target > '20 years' AND a.applies_from = $4) IS NOT TRUE
			ORDER BY a.pausing_statuses, a.applies_from DESC NULLS LAST, a.target, a.policy
		) AS g
		WHERE g.target <= '20 years'
	) AS d
	ORDER BY d.due_at, d.target, d.policy
	LIMIT 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_first_due(
	@extschema@.kpi_sla_target[], text, timestamptz, timestamptz, @extschema@.business_hours, @extschema@.kpi_hours_change[],
	tstzmultirange, @extschema@.kpi_status_span[])
IS 'internal: of the SLA targets of a metric, the one that is due first';
