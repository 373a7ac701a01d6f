-- Zendesk, as Airbyte loads it: tickets, messages, status_changes, sla_targets and surveys
-- as views over its tables.
--
--     psql -v source=zendesk -v target=care -f adapters/zendesk_airbyte.sql
--
-- source is the schema of Airbyte's tables, target that of the views, prefix the start of the names.
-- Written after source-zendesk-support 4.8 to 5.2 (September 2026).  Sync in the mode "append + deduped":
-- in others, comments and audits count twice.  To recreate a table, Airbyte needs "Drop tables with
-- CASCADE", which drops the views and what a mart reads.  Then run this file and kpi_build again.
-- A refresh of the mart needs an index on ticket_id of ticket_comments and ticket_audits.
--
-- * Tickets that are deleted, or merged into another one (tag closed_by_merge), are left out.
-- * First response, one-touch and agent_history: as in zendesk_fivetran.sql.  Comments of triggers
--   and automations are no replies.
-- * ticket_metrics, in minutes, is used for tickets without audits or comments from the creation
--   on (a stream is off, or the ticket was archived or is older than the sync), and for the first
--   reply in messaging, because the source has no chat messages.
-- * Targets are the ones on the ticket, as Zendesk wrote them.  Verdicts are Zendesk's if ticket_metric_events
--   has the columns sla and deleted (new connectors); otherwise they are computed.
-- * The oldest schedule is in force for all tickets.  Zendesk's metrics and verdicts use that of the ticket.
-- * Ratings good and bad are 5 and 1 of 5: csat_pct is Zendesk's; their mean has no meaning.
-- * Not in the source: schedules of tickets, holidays, chat messages, bots, surveys of the newer kind,
--   the ticket that another one was merged into, comments made private later.  Calls are not read.

\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('tickets', 'id* key tickets, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		_airbyte_extracted_at timestamptz tickets.loaded_at, _airbyte_raw_id text, status text tickets.status tickets.solved,
		requester_id bigint tickets.customer_id, organization_id bigint tickets.account_id, assignee_id bigint tickets.agent_id,
		group_id bigint tickets.team, via jsonb tickets.channel, type text tickets.category, priority text tickets.priority, tags jsonb'),
	('users', 'id* bigint, role* text messages.author status_changes.changed_by, name text tickets.agent_name,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('agent_history', 'user_id* bigint, since* timestamptz, until timestamptz'),
	('groups', 'id* bigint, name text tickets.team, _airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('ticket_comments', 'ticket_id* key messages, created_at* timestamptz, author_id* bigint messages.author_id,
		id bigint messages.seq, public boolean messages.is_public, body text messages.body, via jsonb messages.channel,
		_airbyte_extracted_at timestamptz messages.loaded_at'),
	('ticket_audits', 'ticket_id* key status_changes sla_targets, created_at* timestamptz, events* jsonb, id bigint status_changes.seq,
		author_id bigint status_changes.changed_by, _airbyte_extracted_at timestamptz status_changes.loaded_at sla_targets.loaded_at'),
	('ticket_metrics', 'ticket_id* key, solved_at timestamptz tickets.resolved_at, reply_time_in_minutes jsonb tickets.response_time,
		reply_time_in_seconds jsonb tickets.first_response_at, first_resolution_time_in_minutes jsonb tickets.first_resolved_at,
		full_resolution_time_in_minutes jsonb tickets.resolution_time, replies bigint tickets.agent_replies,
		agent_wait_time_in_minutes jsonb tickets.pending_time tickets.was_pending,
		on_hold_time_in_minutes jsonb tickets.on_hold_time tickets.was_pending,
		reopens bigint tickets.reopens, assignee_stations bigint tickets.transferred, group_stations bigint tickets.transferred,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('ticket_metric_events', 'ticket_id* key sla_targets tickets.sla_response_met tickets.sla_resolution_met, metric* text, type* text,
		instance_id* bigint, time* timestamptz, sla* jsonb, deleted* boolean, _airbyte_extracted_at timestamptz sla_targets.loaded_at'),
	('schedules', 'id* bigint tickets.hours, intervals* jsonb, time_zone* text, created_at timestamptz,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('satisfaction_ratings', 'ticket_id* key surveys, score* text, created_at* timestamptz, updated_at timestamptz surveys.answered_at,
		assignee_id bigint surveys.agent_id, comment text surveys.comment, _airbyte_extracted_at timestamptz surveys.loaded_at');
\ir shared.sql
-- a follow-up inherits the tags
\set is_left_out '(t.status = ''deleted'' OR t.status = ''closed'' AND t.tags ? ''closed_by_merge'''
\set is_left_out :is_left_out ' AND t.via #>> ''{source,rel}'' IS DISTINCT FROM ''follow_up'')'

-- without ticket_metrics its columns are left out: NULL would be a ticket without answer
SELECT CASE WHEN :has_schedules THEN 'business' ELSE 'calendar' END AS clock \gset

CREATE OR REPLACE VIEW :"target".agents AS
SELECT user_id, lower(r) AS since, upper(r) AS until FROM (
	SELECT user_id, unnest(range_agg(tstzrange(since, coalesce(until, 'infinity')))) AS r FROM :agent_history AS h
	WHERE since < coalesce(until, 'infinity') GROUP BY user_id) AS h
UNION ALL
SELECT id, '-infinity', 'infinity' FROM :users AS u WHERE role IN ('agent', 'admin') AND NOT :has_agent_history;

-- minutes in business hours where the mart has them
CREATE OR REPLACE VIEW :"target".metrics AS
SELECT m.ticket_id, m.replies, m.reopens, m.solved_at, greatest(m.assignee_stations, m.group_stations) > 1 AS transferred,
	make_interval(secs => substring(m.reply_time_in_seconds ->> 'calendar' FROM '^[0-9]{1,9}')::int) AS messaging_response,
	make_interval(mins => substring(m.first_resolution_time_in_minutes ->> 'calendar' FROM '^[0-9]{1,9}')::int) AS first_resolution,
	greatest(substring(m.agent_wait_time_in_minutes ->> 'calendar' FROM '^[0-9]{1,9}')::int,
		substring(m.on_hold_time_in_minutes ->> 'calendar' FROM '^[0-9]{1,9}')::int) > 0 AS was_pending,
	make_interval(mins => substring(m.reply_time_in_minutes ->> :'clock' FROM '^[0-9]{1,9}')::int) AS response,
	make_interval(mins => substring(m.reply_time_in_minutes ->> 'calendar' FROM '^[0-9]{1,9}')::int) AS calendar_response,
	make_interval(mins => substring(m.full_resolution_time_in_minutes ->> :'clock' FROM '^[0-9]{1,9}')::int) AS resolution,
	make_interval(mins => substring(m.agent_wait_time_in_minutes ->> :'clock' FROM '^[0-9]{1,9}')::int) AS pending,
	make_interval(mins => substring(m.on_hold_time_in_minutes ->> :'clock' FROM '^[0-9]{1,9}')::int) AS on_hold
FROM :ticket_metrics AS m;

-- the changes of fields in the audits; the order within a second is that of the audits and of their events
CREATE OR REPLACE VIEW :"target".changes AS
SELECT
	a.ticket_id, a.created_at AS at, CASE WHEN a.id BETWEEN 0 AND 9e15 THEN 1000 * a.id END + e.n AS seq, a.author_id,
	e.event #>> '{via,channel}' = 'rule' AS is_by_rule, e.event ->> 'field_name' AS name, e.event ->> 'value' AS value,
	e.event ->> 'previous_value' AS previous_value, a._airbyte_extracted_at AS loaded_at
FROM :ticket_audits AS a
CROSS JOIN jsonb_array_elements(CASE jsonb_typeof(a.events) WHEN 'array' THEN a.events ELSE '[]' END) WITH ORDINALITY AS e (event, n);

-- r stands in for comments, s for audits; v has the verdicts
CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	t.id AS ticket_id, t.created_at,
\if :has_ticket_metrics
	t.created_at + coalesce(r.messaging_response, r.calendar_response) AS first_response_at,
	coalesce(CASE WHEN s.reopens = 0 AND x.solved THEN s.solved_at END, t.created_at + s.first_resolution) AS first_resolved_at,
	CASE WHEN x.solved THEN s.solved_at END AS resolved_at,
\endif
	t.updated_at, t._airbyte_extracted_at AS loaded_at, CASE t.status WHEN 'hold' THEN 'on_hold' ELSE t.status END AS status,
	t.requester_id::text AS customer_id, t.organization_id::text AS account_id, t.assignee_id::text AS agent_id,
	u.name AS agent_name, g.name AS team, t.via ->> 'channel' AS channel, t.type AS category, t.priority,
	r.replies AS agent_replies, s.reopens, s.was_pending, s.transferred, x.solved,
\if :has_ticket_metrics
	CASE WHEN r.messaging_response IS NULL THEN r.response END AS response_time,
	CASE WHEN x.solved AND s.solved_at IS NULL THEN s.resolution END AS resolution_time,
\endif
	s.pending AS pending_time, s.on_hold AS on_hold_time, v.sla_response_met, CASE WHEN v.resolution_breached OR x.solved
		THEN NOT v.resolution_breached END AS sla_resolution_met,
	(SELECT :"target".business_hours_from_zendesk(jsonb_build_object('time_zone', d.time_zone, 'intervals', d.intervals))
		FROM :schedules AS d WHERE jsonb_typeof(d.intervals) = 'array' ORDER BY d.created_at, d.id LIMIT 1) AS hours
FROM :tickets AS t CROSS JOIN LATERAL (SELECT t.status IN ('solved', 'closed') AS solved) AS x
LEFT JOIN :users AS u ON u.id = t.assignee_id LEFT JOIN :groups AS g ON g.id = t.group_id
LEFT JOIN :"target".metrics AS r ON r.ticket_id = t.id
	AND (r.messaging_response IS NOT NULL OR NOT EXISTS (SELECT FROM :ticket_comments AS c
		WHERE c.ticket_id = r.ticket_id AND c.created_at <= t.created_at + interval '1 minute'))
LEFT JOIN :"target".metrics AS s ON s.ticket_id = t.id
	AND NOT EXISTS (SELECT FROM :ticket_audits AS a WHERE a.ticket_id = s.ticket_id AND a.created_at <= t.created_at + interval '1 minute')
LEFT JOIN (
	SELECT ticket_id, bool_or(is_breach) FILTER (WHERE NOT is_response AND type <> 'fulfill') AS resolution_breached,
		CASE WHEN bool_or(is_breach) FILTER (WHERE is_response) THEN false
			WHEN array_agg(type) FILTER (WHERE is_response) @> '{apply_sla,fulfill}' THEN true END AS sla_response_met
	FROM :ticket_metric_events AS e
	CROSS JOIN LATERAL (SELECT metric = 'reply_time' AS is_response,
		type = 'breach' AND deleted IS NOT TRUE AND time <= now() AS is_breach) AS f
	WHERE (is_breach OR type IN ('apply_sla', 'fulfill')) AND (metric IN ('requester_wait_time', 'agent_work_time', 'resolution_time')
		OR is_response AND instance_id = 1)
	GROUP BY ticket_id) AS v ON v.ticket_id = t.id
WHERE :is_left_out IS NOT TRUE;

CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	c.ticket_id, c.created_at AS at, CASE WHEN c.via ->> 'channel' = 'rule' OR c.author_id < 0 THEN 'system'
		WHEN a.user_id IS NOT NULL THEN 'agent' WHEN :has_users AND c.author_id IS NOT NULL THEN 'customer' END AS author,
	c.public AS is_public, c.author_id::text AS author_id, c.id AS seq, c.via ->> 'channel' AS channel, c.body,
	c._airbyte_extracted_at AS loaded_at
FROM :ticket_comments AS c
LEFT JOIN :"target".agents AS a ON a.user_id = c.author_id AND a.since <= c.created_at AND c.created_at < a.until;

-- NULL means unchanged, an empty text none
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	c.ticket_id, c.at, CASE WHEN c.name = 'status' THEN replace(nullif(c.value, 'deleted'), 'hold', 'on_hold') END AS status,
	CASE WHEN c.name = 'status' THEN replace(nullif(c.previous_value, 'deleted'), 'hold', 'on_hold') END AS previous_status,
	CASE WHEN c.name = 'assignee_id' THEN coalesce(c.value, '') END AS agent_id,
	CASE WHEN c.name = 'group_id' THEN coalesce(g.name, c.value, '') END AS team,
	CASE WHEN c.is_by_rule OR c.author_id < 0 THEN 'system' WHEN a.user_id IS NOT NULL THEN 'agent'
		WHEN :has_users AND c.author_id IS NOT NULL THEN 'customer' END AS changed_by,
	c.seq, c.loaded_at
FROM :"target".changes AS c LEFT JOIN :groups AS g ON c.name = 'group_id' AND g.id::text = c.value
LEFT JOIN :"target".agents AS a ON a.user_id = c.author_id AND a.since <= c.at AND c.at < a.until
WHERE c.name IN ('status', 'assignee_id', 'group_id');

-- a target without a value is no longer a target
CREATE OR REPLACE VIEW :"target".sla_targets AS
SELECT
	s.ticket_id, m.metric, coalesce(make_interval(mins => s.minutes), interval '1000 years') AS target, s.at AS applies_from,
	s.in_hours, m.pausing_statuses, s.policy, s.loaded_at
FROM (
	SELECT c.ticket_id, c.name, c.at, substring(c.value FROM '"minutes": *([0-9]{1,9})')::int AS minutes,
		c.value ~ '"in_business_hours": *true' AS in_hours,
		(SELECT p.value FROM :"target".changes AS p WHERE p.ticket_id = c.ticket_id AND p.name = 'sla_policy' AND p.at <= c.at
			ORDER BY p.at DESC, p.seq DESC LIMIT 1) AS policy, c.loaded_at
	FROM :"target".changes AS c
	UNION ALL
	SELECT e.ticket_id, CASE WHEN e.metric <> 'reply_time' THEN e.metric WHEN e.instance_id = 1 THEN 'first_reply_time'
			ELSE 'next_reply_time' END, e.time, substring(e.sla ->> 'target' FROM '^[0-9]{1,9}')::int,
		e.sla ->> 'business_hours' = 'true', e.sla #>> '{policy,title}', e._airbyte_extracted_at
	FROM :ticket_metric_events AS e
	WHERE e.type = 'apply_sla' AND NOT EXISTS (SELECT FROM :ticket_audits AS a WHERE a.ticket_id = e.ticket_id)
) AS s
JOIN (VALUES
	('first_reply_time', 'first_response', '{}'::text[]), ('next_reply_time', 'next_response', '{}'),
	('periodic_update_time', 'update', '{}'), ('pausable_update_time', 'update', '{pending}'),
	('total_resolution_time', 'resolution', '{}'), ('resolution_time', 'resolution', '{}'),
	('requester_wait_time', 'resolution', '{pending,solved,closed}'), ('agent_work_time', 'resolution', '{pending,on_hold,solved,closed}')
) AS m (name, metric, pausing_statuses) ON m.name = s.name;

-- the last rating of each ticket whose customer was asked
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	q.ticket_id::text AS response_id, 'csat' AS kind, min(q.created_at) AS sent_at, max(r.at) FILTER (WHERE r.is_rating) AS answered_at,
	(array_agg(CASE WHEN q.score LIKE 'good%' THEN 5 ELSE 1 END ORDER BY r.at DESC) FILTER (WHERE r.is_rating))[1] AS score,
	5 AS scale_max, q.ticket_id, (array_agg(q.assignee_id::text ORDER BY r.is_rating DESC, r.at DESC))[1] AS agent_id,
	(array_agg(q.comment ORDER BY r.at DESC) FILTER (WHERE r.is_rating))[1] AS comment, max(q._airbyte_extracted_at) AS loaded_at
FROM :satisfaction_ratings AS q
CROSS JOIN LATERAL (SELECT q.score ~ '^(good|bad)' AS is_rating, coalesce(q.updated_at, q.created_at) AS at) AS r
WHERE q.score <> 'unoffered' AND NOT EXISTS (SELECT FROM :tickets AS t WHERE t.id = q.ticket_id AND :is_left_out)
GROUP BY q.ticket_id;

COMMENT ON VIEW :"target".agents IS 'agents of Zendesk, since when, and until when (exclusive)';
COMMENT ON VIEW :"target".changes IS 'changes of fields in the audits of Zendesk';
COMMENT ON VIEW :"target".metrics IS 'values of ticket_metrics of Zendesk for each ticket';
SELECT * FROM pg_temp.finish('Zendesk, from Airbyte', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
