-- Zendesk, as Fivetran loads it: tickets, messages, status_changes, sla_targets and surveys
-- as views over its tables.
--
--     psql -v source=zendesk -v target=care -f adapters/zendesk_fivetran.sql
--
-- source is the schema of Fivetran's tables, target that of the views.  Run it again to
-- replace them.  Written after the tables that dbt_zendesk 1.7.0 reads (June 2026).
-- A refresh of the mart needs an index on ticket_id of ticket_comment, ticket_field_history,
-- ticket_chat and ticket_schedule, and on chat_id of ticket_chat_event.
--
-- * Deleted tickets are left out.  Tickets merged into another one are in no KPI.
-- * First response is that of Zendesk Explore: the first public comment of an agent, or the
--   second one when an agent opened the ticket with a public comment.  A ticket that an agent
--   opened with a private comment is answered by the first public one.
-- * One-touch: fcr_rule => 'zendesk' does not count the comment of an agent that opens a
--   ticket; fcr_rule => 'fivetran' does, like dbt_zendesk.
-- * Chats and messaging: each message of an agent is a reply.  Messages of triggers and bots are
--   not.  Zendesk also writes the whole conversation into one comment, which counts as well.
-- * Zendesk has only the current agents, and turns agents who leave into end users.  A table
--   agent_history (user_id, since, until) in the source keeps the past; until is exclusive,
--   and NULL for current agents.
-- * Targets are the values that Zendesk wrote on the ticket: a change of its priority or policy
--   counts from then on.  Verdicts are computed; Fivetran has none.
-- * Until a trigger sets a schedule, the oldest one is in force, also for Zendesk.  Business
--   time follows all schedules of a ticket, as in dbt_zendesk; Zendesk uses the last one.
-- * Ratings good and bad are 5 and 1 of 5: csat_pct is Zendesk's; their mean has no meaning.
-- * Not in the source: hand-off by a bot, surveys of Zendesk's newer kind.

\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('ticket', 'id* key tickets, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		_fivetran_synced timestamptz tickets.loaded_at, _fivetran_deleted boolean, status text tickets.status tickets.solved,
		requester_id bigint tickets.customer_id, organization_id bigint tickets.account_id, assignee_id bigint tickets.agent_id,
		group_id bigint tickets.team, via_channel text tickets.channel, type text tickets.category,
		priority text tickets.priority, merged_ticket_ids text tickets.merged_into'),
	('user', 'id* bigint, role* text messages.author status_changes.changed_by, name text tickets.agent_name'),
	('agent_history', 'user_id* bigint, since* timestamptz, until timestamptz'),
	('group', 'id* bigint, name text tickets.team'),
	('ticket_comment', 'ticket_id* key messages, created* timestamptz, user_id* bigint messages.author_id, id bigint messages.seq,
		public boolean messages.is_public, body text messages.body, _fivetran_synced timestamptz messages.loaded_at,
		voice_comment boolean tickets.talk_time, call_duration float8 tickets.talk_time, _fivetran_deleted boolean'),
	('ticket_chat', 'ticket_id* key, chat_id* text, user_id bigint, channel text messages.channel'),
	('ticket_chat_event', 'chat_id* text messages, created_at* timestamptz, type* text, actor_id* text, chat_index bigint,
		original_message jsonb, is_history_context boolean, message text, _fivetran_synced timestamptz messages.loaded_at'),
	('ticket_field_history', 'ticket_id* key status_changes sla_targets surveys, field_name* text, value* text,
		updated* timestamptz, user_id bigint status_changes.changed_by,
		_fivetran_synced timestamptz status_changes.loaded_at sla_targets.loaded_at surveys.loaded_at'),
	('ticket_schedule', 'ticket_id* key status_changes.hours, created_at* timestamptz, schedule_id* bigint,
		_fivetran_synced timestamptz status_changes.loaded_at'),
	('schedule', 'id* bigint tickets.hours status_changes.hours, start_time* bigint, end_time* bigint, time_zone* text,
		created_at timestamptz, _fivetran_deleted boolean'),
	('schedule_holiday', 'schedule_id* bigint, start_date* date, end_date* date, _fivetran_deleted boolean');
\ir shared.sql

-- materialized, because it is read for each ticket
CREATE OR REPLACE VIEW :"target".schedules AS
WITH schedule AS MATERIALIZED (
	SELECT s.id, min(s.created_at) AS created_at, :"target".business_hours_from_zendesk(jsonb_build_object(
		'time_zone', min(s.time_zone),
		'intervals', jsonb_agg(jsonb_build_object('start_time', s.start_time, 'end_time', s.end_time)),
		'holidays', (
			SELECT coalesce(jsonb_agg(jsonb_build_object('start_date', h.start_date, 'end_date', h.end_date)), '[]')
			FROM :schedule_holiday AS h WHERE h.schedule_id = s.id AND h._fivetran_deleted IS NOT TRUE))) AS hours
	FROM :schedule AS s WHERE s._fivetran_deleted IS NOT TRUE GROUP BY s.id)
TABLE schedule;

CREATE OR REPLACE VIEW :"target".agents AS
\if :has_agent_history
WITH agent AS MATERIALIZED (
	SELECT user_id, range_agg(tstzrange(since, coalesce(until, 'infinity'))) AS spans FROM :agent_history AS h
	WHERE since < coalesce(until, 'infinity') GROUP BY user_id)
SELECT user_id, lower(r) AS since, upper(r) AS until FROM agent CROSS JOIN LATERAL unnest(spans) AS r;
\else
SELECT id AS user_id, timestamptz '-infinity' AS since, timestamptz 'infinity' AS until
FROM :user AS u WHERE role IN ('agent', 'admin');
\endif

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	t.id AS ticket_id, t.created_at, t.updated_at, t._fivetran_synced AS loaded_at,
	CASE WHEN t.status IN ('hold', 'on-hold') THEN 'on_hold' ELSE t.status END AS status,
	t.requester_id::text AS customer_id, t.organization_id::text AS account_id,
	t.assignee_id::text AS agent_id, u.name AS agent_name, g.name AS team,
	t.via_channel AS channel, t.type AS category, t.priority,
	((SELECT jsonb_object_agg(merged.id, w.id)
	  FROM :ticket AS w CROSS JOIN LATERAL jsonb_array_elements_text(w.merged_ticket_ids::jsonb) AS merged (id)
	  WHERE w.merged_ticket_ids ~ '^\[.*[0-9]' AND merged.id IS NOT NULL) ->> t.id::text):::key AS merged_into,
	t.status IN ('solved', 'closed') AS solved, make_interval(secs => c.call_duration) AS talk_time,
	(SELECT s.hours FROM :"target".schedules AS s ORDER BY s.created_at, s.id LIMIT 1) AS hours
FROM :ticket AS t
LEFT JOIN :user AS u ON u.id = t.assignee_id
LEFT JOIN :group AS g ON g.id = t.group_id
LEFT JOIN (SELECT ticket_id, sum(call_duration) AS call_duration FROM :ticket_comment AS c
	WHERE voice_comment AND call_duration IS NOT NULL GROUP BY ticket_id) AS c ON c.ticket_id = t.id
WHERE t._fivetran_deleted IS NOT TRUE AND t.status IS DISTINCT FROM 'deleted';

CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	c.ticket_id, c.created AS at,
	CASE WHEN a.user_id IS NOT NULL THEN 'agent' WHEN c.user_id = -1 THEN 'system'
		WHEN :has_user AND c.user_id IS NOT NULL THEN 'customer' END AS author,
	c.public AS is_public, c.user_id::text AS author_id, c.id AS seq, NULL::text AS channel, c.body,
	c._fivetran_synced AS loaded_at
FROM :ticket_comment AS c
LEFT JOIN :"target".agents AS a ON a.user_id = c.user_id AND a.since <= c.created AND c.created < a.until
WHERE c._fivetran_deleted IS NOT TRUE
UNION ALL
SELECT
	c.ticket_id, e.created_at,
	CASE
		WHEN e.original_message #>> '{source,type}' = 'zd:answerBot' THEN 'bot'
		WHEN e.actor_id ~ '[0-9]' IS NOT TRUE THEN 'system'
		WHEN substring(e.actor_id FROM '[0-9]+$') = c.user_id::text THEN 'customer'
		WHEN a.user_id IS NOT NULL OR e.actor_id LIKE 'agent:%' THEN 'agent' WHEN :has_user THEN 'customer' END,
	true, substring(e.actor_id FROM '[0-9]+$'), e.chat_index, c.channel, e.message, e._fivetran_synced
FROM :ticket_chat AS c
JOIN :ticket_chat_event AS e ON e.chat_id = c.chat_id
LEFT JOIN :"target".agents AS a ON a.user_id::text = substring(e.actor_id FROM '[0-9]+$')
	AND a.since <= e.created_at AND e.created_at < a.until
WHERE lower(e.type) IN ('chatmessage', 'chatfileattachment') AND e.is_history_context IS NOT TRUE;

-- NULL means unchanged, an empty text none
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	h.ticket_id, h.updated AS at,
	CASE WHEN h.field_name = 'status' THEN
		CASE h.value WHEN 'hold' THEN 'on_hold' WHEN 'on-hold' THEN 'on_hold' ELSE nullif(h.value, 'deleted') END
	END AS status,
	CASE WHEN h.field_name = 'status' THEN nullif(h.value, 'deleted') END AS source_status,
	CASE WHEN h.field_name = 'assignee_id' THEN coalesce(h.value, '') END AS agent_id,
	CASE WHEN h.field_name = 'group_id' THEN coalesce(g.name, h.value, '') END AS team,
	NULL:::"kpi".business_hours AS hours,
	CASE WHEN a.user_id IS NOT NULL THEN 'agent' WHEN h.user_id = -1 THEN 'system'
		WHEN :has_user AND h.user_id IS NOT NULL THEN 'customer' END AS changed_by,
	h._fivetran_synced AS loaded_at
FROM :ticket_field_history AS h
LEFT JOIN :group AS g ON h.field_name = 'group_id' AND g.id::text = h.value
LEFT JOIN :"target".agents AS a ON a.user_id = h.user_id AND a.since <= h.updated AND h.updated < a.until
WHERE h.field_name IN ('status', 'assignee_id', 'group_id')
UNION ALL
-- a value that a trigger sets at the creation holds from the creation on
SELECT
	s.ticket_id, CASE WHEN s.created_at - t.created_at BETWEEN '0' AND '5 seconds' THEN t.created_at ELSE s.created_at END,
	NULL, NULL, NULL, NULL, d.hours, 'system', s._fivetran_synced
FROM :ticket_schedule AS s
JOIN :ticket AS t ON t.id = s.ticket_id
JOIN :"target".schedules AS d ON d.id = s.schedule_id;

-- a target without a value is no longer a target
CREATE OR REPLACE VIEW :"target".sla_targets AS
SELECT
	h.ticket_id, m.metric,
	coalesce(make_interval(mins => substring(h.value FROM '"minutes": *([0-9]{1,9})')::int), interval '1000 years') AS target,
	h.updated AS applies_from, h.value ~ '"in_business_hours": *true' AS in_hours, m.pausing_statuses,
	p.value AS policy, h._fivetran_synced AS loaded_at
FROM :ticket_field_history AS h
JOIN (VALUES
	('first_reply_time', 'first_response', '{}'::text[]),
	('next_reply_time', 'next_response', '{}'),
	('periodic_update_time', 'update', '{}'),
	('pausable_update_time', 'update', '{pending}'),
	('total_resolution_time', 'resolution', '{}'),
	('requester_wait_time', 'resolution', '{pending,solved,closed}'),
	('agent_work_time', 'resolution', '{pending,on_hold,solved,closed}')
) AS m (field_name, metric, pausing_statuses) ON m.field_name = h.field_name
LEFT JOIN LATERAL (
	SELECT p.value FROM :ticket_field_history AS p
	WHERE p.ticket_id = h.ticket_id AND p.field_name = 'sla_policy' AND p.updated <= h.updated
	ORDER BY p.updated DESC LIMIT 1
) AS p ON true;

-- one row for each ticket whose customer was asked; the last rating counts
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	s.ticket_id::text AS response_id, 'csat' AS kind, least(s.offered_at, s.rated_at) AS sent_at, s.rated_at AS answered_at,
	CASE WHEN s.rating LIKE 'good%' THEN 5 WHEN s.rating LIKE 'bad%' THEN 1 END AS score, 5 AS scale_max, s.ticket_id,
	t.account_id, t.agent_id, t.channel, s.comment, s.loaded_at
FROM (
	SELECT
		ticket_id,
		min(updated) FILTER (WHERE value = 'offered') AS offered_at,
		max(updated) FILTER (WHERE is_rating) AS rated_at,
		(array_agg(value ORDER BY updated DESC) FILTER (WHERE is_rating))[1] AS rating,
		(array_agg(value ORDER BY updated DESC) FILTER (WHERE field_name = 'satisfaction_comment' AND value <> ''))[1] AS comment,
		max(_fivetran_synced) AS loaded_at
	FROM :ticket_field_history AS h
	CROSS JOIN LATERAL (SELECT field_name = 'satisfaction_score' AND value ~ '^(good|bad)' AS is_rating) AS r
	WHERE field_name IN ('satisfaction_score', 'satisfaction_comment')
	GROUP BY ticket_id
) AS s
JOIN :"target".tickets AS t ON t.ticket_id = s.ticket_id
WHERE (s.offered_at IS NOT NULL OR s.rated_at IS NOT NULL) AND t.merged_into IS NULL;

COMMENT ON VIEW :"target".agents IS 'agents of Zendesk, since when, and until when (exclusive)';
COMMENT ON VIEW :"target".schedules IS 'business hours of each schedule of Zendesk';
SELECT * FROM pg_temp.finish('Zendesk, from Fivetran', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
