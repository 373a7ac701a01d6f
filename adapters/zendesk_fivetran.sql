-- Zendesk, as Fivetran loads it into PostgreSQL: the relations tickets and
-- surveys as views over its tables.
--
--     psql -v target=care -v source=zendesk -f adapters/zendesk_fivetran.sql
--
-- source is the schema of Fivetran's tables (public when it is not given) and
-- target the one that the views go to; it is created when it is missing.  The role
-- needs SELECT on the tables ticket, ticket_field_history, ticket_comment, "user"
-- and "group", and on schedule, schedule_holiday and ticket_schedule when they are
-- there.  Run it again to replace the views, and when a new synchronisation has
-- replaced the tables.
--
-- Who is an agent?  Fivetran has the role of today only: whoever leaves becomes an
-- end-user, and what they answered turns into words of a customer.  A table or
-- view of yours in source that tells who was one when,
--     (user_id bigint, since timestamptz, until timestamptz),
-- without overlaps, until exclusive and NULL for those who still are, keeps
-- history as it was: add -v agents=NAME.  Audit logs are where to take it from.
--
-- Opening hours need adapters/business_hours.sql, run before and found along
-- search_path: PGOPTIONS='-c search_path=SCHEMA' psql ... when it is elsewhere.
-- Without it the column hours is NULL and nothing is said about a target in
-- business hours.
--
-- Written after the tables that dbt_zendesk 1.7 reads.  What has to be known:
--
-- * Times are UTC, in timestamp with or without time zone; both are understood.
-- * Deleted tickets stay, marked, and so do tickets that were merged into another
--   one, which lists them in merged_ticket_ids: they are not tickets here.
-- * The last time that a ticket became solved is its resolution, as long as it is
--   solved or closed; closing counts when it was never solved.  (The first time is
--   Zendesk's "first resolution time", the last one its "full resolution time".)
-- * A ticket that an agent opens with a public comment has its first response in
--   the second public comment of an agent; private comments are never replies.
-- * Satisfaction is good or bad; "offered" is a survey that was sent, not an
--   answer.  Good is 5 and bad 1 on a scale of 5, so that csat_pct(score) is
--   Zendesk's good / (good + bad); their mean, csat_avg, is not an opinion.
-- * Targets are those that were told to the ticket last, of priority and policy
--   then in force.  Verdicts are computed, because Fivetran has none: from the
--   creation of the ticket, in business or calendar hours as the target says; a
--   solved ticket needs no first reply any more; NULL while it is not due.  The
--   targets agent_work_time and requester_wait_time stand still while a ticket is
--   pending, so no column here can hold them.
-- * The opening hours of a ticket are those of its last schedule, as in Zendesk,
--   or of the oldest schedule when none was ever set: that one is the default.

\set ON_ERROR_STOP on
\if :{?target}
\else
	\set target care
\endif
\if :{?source}
\else
	\set source public
\endif

BEGIN;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'kpi') THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = 'extension "kpi" is not installed in this database',
			HINT = 'Run CREATE EXTENSION kpi first.';
	END IF;
END
$$;

-- The importer is the one along the search_path of the session; from here on no
-- name is looked up outside pg_catalog unless its schema is written before it.
SELECT coalesce(pg_catalog.to_regprocedure('business_hours_from_zendesk(pg_catalog.jsonb)')::pg_catalog.oid, 0) AS importer \gset
SET LOCAL search_path = pg_catalog, pg_temp;

SELECT n.nspname AS kpi, NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = :'target') AS target_missing
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'kpi' \gset
SELECT count(*) = 1 AND (SELECT count(*) = 3 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = :'source' AND c.relname IN ('schedule', 'schedule_holiday', 'ticket_schedule')) AS has_hours,
	coalesce(min(format('%I.%I', n.nspname, p.proname)), '') AS importer
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid = :importer AND p.prorettype = format('%I.business_hours', :'kpi')::regtype \gset

-- What makes an instant of a time, and a UTC date of the day of a holiday.
SELECT CASE WHEN bool_or(c.relname = 'ticket' AND a.atttypid = 'timestamp'::regtype) THEN 'AT TIME ZONE ''UTC''' ELSE '' END AS utc,
	CASE WHEN bool_or(c.relname = 'schedule_holiday' AND a.atttypid = 'timestamptz'::regtype) THEN 'AT TIME ZONE ''UTC''' ELSE '' END AS in_utc
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = :'source' AND (c.relname, a.attname) IN (('ticket', 'created_at'), ('schedule_holiday', 'start_date')) \gset

\if :target_missing
CREATE SCHEMA :"target";
\endif

CREATE OR REPLACE VIEW :"target".tickets AS
\if :has_hours
WITH opening AS (
	SELECT s.id, min(s.created_at) AS created_at,
		:importer(jsonb_build_object('intervals', jsonb_agg(s), 'holidays', (
			SELECT coalesce(jsonb_agg(jsonb_build_object('start_date', (h.start_date :in_utc)::date, 'end_date', (h.end_date :in_utc)::date)), '[]')
			FROM :"source".schedule_holiday h WHERE h.schedule_id = s.id))) AS hours
	FROM :"source".schedule s
	-- a column that may be missing
	WHERE (to_jsonb(s) ->> '_fivetran_deleted')::boolean IS NOT TRUE
	GROUP BY s.id)
\endif
SELECT t.id AS ticket_id,
	t.created_at :utc AS created_at,
	m.replied_at :utc AS first_response_at,
	k.resolved_at,
	CASE WHEN t.status = 'closed' THEN f.closed_at :utc END AS closed_at,
	t.updated_at :utc AS updated_at,
	CASE WHEN t.status IN ('hold', 'on-hold') THEN 'on_hold' ELSE t.status::text END AS status,
	t.requester_id::text AS customer_id,
	t.organization_id::text AS account_id,
	t.assignee_id::text AS agent_id,
	u.name::text AS agent_name,
	m.replied_by::text AS first_responder_id,
	g.name::text AS team,
	t.via_channel::text AS channel,
	t.type::text AS category,
	t.priority::text AS priority,
	k.reopens + 1 AS contacts,
	coalesce(m.agent_replies, 0) AS agent_replies,
	coalesce(m.customer_replies, 0) AS customer_replies,
	coalesce(m.teammates, 0) AS teammates,
	k.closes,
	k.reopens,
	f.was_pending,
	f.transferred,
	k.solved,
	CASE WHEN f.rating LIKE 'good%' THEN 5::smallint WHEN f.rating LIKE 'bad%' THEN 1::smallint END AS csat_score,
	m.talk_time,
	f.paused,
	v.response AS sla_response,
	v.resolution AS sla_resolution,
	CASE WHEN v.response IS NULL OR (v.response_in_hours AND NOT :'has_hours'::boolean) OR v.responded_at < t.created_at :utc THEN NULL
		ELSE :"kpi".sla_met(t.created_at :utc, v.responded_at, v.response, CASE WHEN v.response_in_hours THEN o.hours END,
			greatest(now(), t.created_at :utc)) END AS sla_response_met,
	CASE WHEN v.resolution IS NULL OR (v.resolution_in_hours AND NOT :'has_hours'::boolean) OR k.resolved_at < t.created_at :utc THEN NULL
		ELSE :"kpi".sla_met(t.created_at :utc, k.resolved_at, v.resolution, CASE WHEN v.resolution_in_hours THEN o.hours END,
			greatest(now(), t.created_at :utc)) END AS sla_resolution_met,
	o.hours
FROM :"source".ticket t
LEFT JOIN :"source"."user" u ON u.id = t.assignee_id
LEFT JOIN :"source"."group" g ON g.id = t.group_id
-- who wrote what; a reply is a public comment that is not the first of all
LEFT JOIN (
	SELECT ticket_id,
		min(created) FILTER (WHERE author = 'agent' AND place > 1) AS replied_at,
		(min(ARRAY[place, user_id]) FILTER (WHERE author = 'agent' AND place > 1))[2] AS replied_by,
		count(*) FILTER (WHERE author = 'agent' AND place > 1) AS agent_replies,
		count(*) FILTER (WHERE author = 'customer' AND place > 1) AS customer_replies,
		count(DISTINCT user_id) FILTER (WHERE author = 'agent') AS teammates,
		make_interval(secs => sum(call_duration) FILTER (WHERE voice_comment)) AS talk_time
	FROM (
		SELECT c.ticket_id, c.created, c.user_id, c.voice_comment, c.call_duration,
			row_number() OVER (PARTITION BY c.ticket_id ORDER BY c.created, c.id) AS place,
			CASE WHEN c.public IS NOT TRUE THEN 'note' WHEN a.user_id IS NULL THEN 'customer' ELSE 'agent' END AS author
		FROM :"source".ticket_comment c
\if :{?agents}
		LEFT JOIN :"source".:"agents" a ON a.user_id = c.user_id
			AND a.since <= c.created :utc AND (a.until IS NULL OR c.created :utc < a.until)
\else
		LEFT JOIN (SELECT id AS user_id FROM :"source"."user" WHERE role IN ('agent', 'admin')) AS a ON a.user_id = c.user_id
\endif
		) AS said
	GROUP BY ticket_id) AS m ON m.ticket_id = t.id
-- what happened to its fields; the last change of a field has no next_at
LEFT JOIN (
	SELECT ticket_id,
		min(updated) FILTER (WHERE field_name = 'status' AND value IN ('solved', 'closed')) AS first_solved_at,
		max(updated) FILTER (WHERE field_name = 'status' AND value = 'solved' AND before IS DISTINCT FROM 'solved') AS last_solved_at,
		count(*) FILTER (WHERE field_name = 'status' AND value = 'solved' AND before IS DISTINCT FROM 'solved') AS times_solved,
		min(updated) FILTER (WHERE field_name = 'status' AND value = 'closed') AS closed_at,
		bool_or(value IN ('pending', 'hold', 'on-hold')) FILTER (WHERE field_name = 'status') AS was_pending,
		range_agg(tstzrange(updated :utc, next_at :utc))
			FILTER (WHERE field_name = 'status' AND value IN ('pending', 'hold', 'on-hold') AND next_at IS NOT NULL) AS paused,
		coalesce(min(value) FILTER (WHERE field_name = 'group_id') <> max(value) FILTER (WHERE field_name = 'group_id'), false)
			OR coalesce(min(value) FILTER (WHERE field_name = 'assignee_id') <> max(value) FILTER (WHERE field_name = 'assignee_id'), false) AS transferred,
		min(value) FILTER (WHERE field_name = 'satisfaction_score' AND next_at IS NULL) AS rating,
		min(value) FILTER (WHERE field_name = 'first_reply_time' AND next_at IS NULL)::jsonb AS response,
		min(value) FILTER (WHERE field_name = 'total_resolution_time' AND next_at IS NULL)::jsonb AS resolution
	FROM (
		SELECT ticket_id, field_name, value, updated, lag(value) OVER changes AS before, lead(updated) OVER changes AS next_at
		FROM :"source".ticket_field_history
		WHERE field_name IN ('status', 'group_id', 'assignee_id')
			OR (field_name = 'satisfaction_score' AND value ~ '^(good|bad)')
			OR (field_name IN ('first_reply_time', 'total_resolution_time') AND value LIKE '{%')
		WINDOW changes AS (PARTITION BY ticket_id, field_name ORDER BY updated)) AS change
	GROUP BY ticket_id) AS f ON f.ticket_id = t.id
CROSS JOIN LATERAL (
	SELECT s.solved, s.closes,
		CASE WHEN s.solved THEN coalesce(f.last_solved_at, f.closed_at) :utc END AS resolved_at,
		greatest(s.closes - CASE WHEN s.solved THEN 1 ELSE 0 END, 0) AS reopens
	FROM (SELECT t.status IN ('solved', 'closed') AS solved,
			greatest(coalesce(f.times_solved, 0), CASE WHEN f.closed_at IS NULL THEN 0 ELSE 1 END) AS closes) AS s) AS k
CROSS JOIN LATERAL (
	SELECT make_interval(secs => 60 * (f.response ->> 'minutes')::double precision) AS response,
		coalesce((f.response ->> 'in_business_hours')::boolean, false) AS response_in_hours,
		least(m.replied_at, f.first_solved_at) :utc AS responded_at,
		make_interval(secs => 60 * (f.resolution ->> 'minutes')::double precision) AS resolution,
		coalesce((f.resolution ->> 'in_business_hours')::boolean, false) AS resolution_in_hours) AS v
\if :has_hours
LEFT JOIN (
	SELECT DISTINCT ON (s.ticket_id) s.ticket_id, opening.hours
	FROM :"source".ticket_schedule s LEFT JOIN opening ON opening.id::text = s.schedule_id::text
	ORDER BY s.ticket_id, s.created_at DESC) AS e ON e.ticket_id = t.id
CROSS JOIN LATERAL (
	SELECT coalesce(e.hours, (SELECT hours FROM opening ORDER BY created_at, id LIMIT 1)) AS hours) AS o
\else
CROSS JOIN (SELECT CAST(NULL AS :"kpi".business_hours) AS hours) AS o
\endif
WHERE t._fivetran_deleted IS NOT TRUE
	AND t.status IS DISTINCT FROM 'deleted'
	AND NOT EXISTS (
		SELECT FROM :"source".ticket w, jsonb_array_elements_text(w.merged_ticket_ids::text::jsonb) AS merged (id)
		WHERE w.merged_ticket_ids::text ~ '^\[ *"?[0-9]' AND merged.id::bigint = t.id);

CREATE OR REPLACE VIEW :"target".surveys AS
SELECT t.ticket_id AS response_id,
	'csat'::text AS kind,
	least(s.offered_at, s.rated_at) :utc AS sent_at,
	s.rated_at :utc AS answered_at,
	CASE WHEN s.rating LIKE 'good%' THEN 5::smallint WHEN s.rating LIKE 'bad%' THEN 1::smallint END AS score,
	5::smallint AS scale_max,
	t.ticket_id,
	t.account_id,
	t.agent_id,
	t.channel,
	s.comment
FROM (
	SELECT ticket_id,
		min(updated) FILTER (WHERE field_name = 'satisfaction_score' AND value = 'offered') AS offered_at,
		max(updated) FILTER (WHERE field_name = 'satisfaction_score' AND value ~ '^(good|bad)') AS rated_at,
		(array_agg(value ORDER BY updated DESC) FILTER (WHERE field_name = 'satisfaction_score' AND value ~ '^(good|bad)'))[1] AS rating,
		(array_agg(value ORDER BY updated DESC) FILTER (WHERE field_name = 'satisfaction_comment' AND value <> ''))[1]::text AS comment
	FROM :"source".ticket_field_history
	WHERE field_name IN ('satisfaction_score', 'satisfaction_comment')
	GROUP BY ticket_id) AS s
JOIN :"target".tickets t ON t.ticket_id = s.ticket_id
WHERE s.offered_at IS NOT NULL OR s.rated_at IS NOT NULL;

COMMENT ON VIEW :"target".tickets IS 'Zendesk: one row for each ticket that is neither deleted nor merged into another, made by adapters/zendesk_fivetran.sql from the tables of Fivetran';
COMMENT ON COLUMN :"target".tickets.first_response_at IS 'first public comment of an agent; the second one when a public comment of an agent opened the ticket';
COMMENT ON COLUMN :"target".tickets.resolved_at IS 'last time that it became solved, while it is solved or closed; when it was closed if it never was solved';
COMMENT ON COLUMN :"target".tickets.customer_id IS 'requester_id';
COMMENT ON COLUMN :"target".tickets.account_id IS 'organization_id';
COMMENT ON COLUMN :"target".tickets.agent_id IS 'assignee of now';
COMMENT ON COLUMN :"target".tickets.team IS 'group of now';
COMMENT ON COLUMN :"target".tickets.channel IS 'via_channel: web, email, chat, voice, api, ...';
COMMENT ON COLUMN :"target".tickets.category IS 'type: problem, incident, question or task';
COMMENT ON COLUMN :"target".tickets.contacts IS 'how often the customer had to come: 1 and the reopenings';
COMMENT ON COLUMN :"target".tickets.agent_replies IS 'public comments of agents, without the one that opened the ticket';
COMMENT ON COLUMN :"target".tickets.customer_replies IS 'public comments of others, without the one that opened the ticket';
COMMENT ON COLUMN :"target".tickets.teammates IS 'agents who wrote a public comment';
COMMENT ON COLUMN :"target".tickets.closes IS 'how often it became solved; 1 when it was closed without';
COMMENT ON COLUMN :"target".tickets.reopens IS 'resolutions that did not last: closes - 1 of a solved ticket';
COMMENT ON COLUMN :"target".tickets.was_pending IS 'it has been pending or on hold';
COMMENT ON COLUMN :"target".tickets.transferred IS 'it has been of more than one group or assignee';
COMMENT ON COLUMN :"target".tickets.solved IS 'solved or closed now';
COMMENT ON COLUMN :"target".tickets.csat_score IS 'latest rating: 5 is good and 1 is bad';
COMMENT ON COLUMN :"target".tickets.talk_time IS 'duration of the calls of its voice comments';
COMMENT ON COLUMN :"target".tickets.paused IS 'time that it was pending or on hold, without the pause that still lasts';
COMMENT ON COLUMN :"target".tickets.sla_response IS 'target of first_reply_time that was told last; in business or calendar hours';
COMMENT ON COLUMN :"target".tickets.sla_resolution IS 'target of total_resolution_time that was told last; in business or calendar hours';
COMMENT ON COLUMN :"target".tickets.sla_response_met IS 'whether it was answered, or solved, in time; NULL while it is not due';
COMMENT ON COLUMN :"target".tickets.sla_resolution_met IS 'whether it was solved in time; NULL while it is not due';
\if :has_hours
COMMENT ON COLUMN :"target".tickets.hours IS 'the last schedule of the ticket as it is now, or else the oldest schedule';
\else
COMMENT ON COLUMN :"target".tickets.hours IS 'NULL: run adapters/business_hours.sql and then adapters/zendesk_fivetran.sql again to have the schedules, if Fivetran loads them';
\endif

COMMENT ON VIEW :"target".surveys IS 'Zendesk: one row for each ticket whose customer was asked, rated or not, made by adapters/zendesk_fivetran.sql from the tables of Fivetran';
COMMENT ON COLUMN :"target".surveys.response_id IS 'the ticket: it has one survey, however often it was offered or changed';
COMMENT ON COLUMN :"target".surveys.sent_at IS 'when it was offered first, or rated if that was never written';
COMMENT ON COLUMN :"target".surveys.answered_at IS 'when it was rated last';
COMMENT ON COLUMN :"target".surveys.score IS '5 is good and 1 is bad, so that csat_pct(score) is the percentage of good ratings';

COMMIT;
