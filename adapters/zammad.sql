-- Zammad: tickets, messages, status_changes and sla_targets as views over its own tables.
--
--     psql -v source=public -v target=care -v time_unit='1 minute' -f adapters/zammad.sql
--
-- source is the schema of Zammad's tables, target that of the views, time_unit the length of one
-- unit of its time accounting; without it there is no handle_time.  Run it again to
-- replace them.  Written after Zammad's migrations create_ticket (2026) and create_base (2025).
-- PostgreSQL does not change columns that views read: drop the target before you upgrade Zammad.
-- A refresh of the mart needs indexes on ((updated_at AT TIME ZONE 'UTC')) of tickets and
-- ticket_articles, and on ((created_at AT TIME ZONE 'UTC')) of histories.
--
-- * Tickets merged into another one are in no KPI.  Removed ones are left out.
-- * First response is, as in Zammad, the first public article of an agent that is not a note.
--   An article that opens a ticket is no response; to Zammad it is the first response.
-- * Public articles of customers count, including notes from the portal.  Triggers, schedulers
--   and AI agents are the system, which never answers.
-- * Zammad has no solved: closed is resolved.  An open state with ignore_escalation is on_hold,
--   a pending one without it is open.
-- * Targets and hours are those of the SLA that Zammad used last, for the whole life of the
--   ticket.  Verdicts are computed from them, because Zammad clears deadlines when it closes a ticket.
-- * Zammad's screens differ: minutes are whole, the resolution ends with the first close even
--   if the ticket was reopened, and old tickets may be judged again by today's SLA.
--   first_response_diff_in_min and close_diff_in_min decide where the SLA was deleted.
-- * fcr_rule => 'zammad' is the first solution of Zammad's report.
-- * Imported tickets without histories are resolved when they were closed; when they were
--   reopened or pending is unknown.
-- * Not in the source: surveys, bots.

\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('tickets', 'id* key tickets, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		state_id* key tickets.status tickets.solved, customer_id key tickets.customer_id,
		organization_id key tickets.account_id, owner_id key tickets.agent_id, group_id key tickets.team,
		create_article_type_id key tickets.channel, create_article_sender_id key tickets.opened_by,
		type text tickets.category, priority_id key tickets.priority, close_at timestamptz tickets.first_resolved_at,
		last_close_at timestamptz tickets.resolved_at, time_unit float8 tickets.handle_time,
		preferences text tickets.hours sla_targets.target, first_response_diff_in_min bigint tickets.sla_response_met,
		close_diff_in_min bigint tickets.sla_resolution_met'),
	('ticket_states', 'id* key tickets.status tickets.solved status_changes.status, state_type_id* key, name text,
		ignore_escalation boolean'),
	('ticket_state_types', 'id* key tickets.status tickets.solved status_changes.status, name* text'),
	('users', 'id* key, firstname text, lastname text tickets.agent_name, vip boolean tickets.customer_tier'),
	('groups', 'id* key, name text tickets.team status_changes.team'),
	('ticket_priorities', 'id* key, name* text tickets.priority'),
	('ticket_article_types', 'id* key, name* text tickets.channel messages.channel messages.is_public, communication boolean'),
	('ticket_article_senders', 'id* key, name* text messages.author tickets.opened_by'),
	('ticket_articles', 'ticket_id* key messages, created_at* timestamptz, internal* boolean, sender_id* key,
		type_id* key, id key messages.seq, created_by_id key messages.author_id, origin_by_id key, body text messages.body,
		updated_at timestamptz messages.loaded_at'),
	('histories', 'o_id* key status_changes tickets.merged_into, created_at* timestamptz, id* key,
		history_object_id* key, history_attribute_id* key, history_type_id key tickets.merged_into,
		id_from* key, id_to* key, created_by_id key status_changes.changed_by, sourceable_type text'),
	('history_objects', 'id* key status_changes.at tickets.merged_into, name* text'),
	('history_attributes', 'id* key status_changes.at, name* text'),
	('history_types', 'id* key, name* text tickets.merged_into'),
	('slas', 'id* key sla_targets, name text sla_targets.policy, calendar_id key tickets.hours,
		first_response_time bigint, response_time bigint, update_time bigint, solution_time bigint, updated_at timestamptz'),
	('calendars', 'id* key tickets.hours, timezone* text, business_hours* text, public_holidays text');
\ir shared.sql
-- in YAML, on its own line below another key
\set sla_id 'substring(split_part(t.preferences, ''escalation_calculation:'', 2) FROM '
\set sla_id :sla_id '''^(?:[^\\n]*\\n +)*:?sla_id: *[^[:alnum:]]?([0-9]{1,9})'')::integer'

\if :{?time_unit}
	SELECT format('t.time_unit * interval %L', :'time_unit') AS handle_time \gset
\else
	\set handle_time NULL::interval
\endif
-- materialized, because it is read for each ticket
CREATE OR REPLACE VIEW :"target".calendars AS
WITH calendar AS MATERIALIZED (
	SELECT c.id, :"target".business_hours_from_zammad(c.business_hours, c.public_holidays, c.timezone) AS hours
	FROM :calendars AS c WHERE EXISTS (SELECT FROM :slas AS l WHERE l.calendar_id = c.id))
TABLE calendar;

CREATE OR REPLACE VIEW :"target".states AS
SELECT
	s.id, s.name, y.name AS type,
	CASE
		WHEN y.name IN ('closed', 'merged', 'removed') THEN 'closed'
		WHEN y.name LIKE 'pending%' THEN CASE WHEN s.ignore_escalation IS FALSE THEN 'open' ELSE 'pending' END
		WHEN s.ignore_escalation THEN 'on_hold'
		ELSE y.name
	END AS status
FROM :ticket_states AS s
JOIN :ticket_state_types AS y ON y.id = s.state_type_id;

CREATE OR REPLACE VIEW :"target".changes AS
SELECT h.*, a.name AS attribute
FROM :histories AS h
JOIN :history_objects AS o ON o.id = h.history_object_id AND o.name = 'Ticket'
JOIN :history_attributes AS a ON a.id = h.history_attribute_id AND a.name IN ('state', 'owner', 'group');

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	t.id AS ticket_id, t.created_at, CASE WHEN c.o_id IS NULL THEN t.close_at END AS first_resolved_at,
	CASE WHEN c.o_id IS NULL AND s.type = 'closed' THEN coalesce(t.last_close_at, t.close_at) END AS resolved_at,
	t.updated_at, s.status,
	CASE n.name WHEN 'Customer' THEN 'customer' WHEN 'Agent' THEN 'agent' WHEN 'System' THEN 'system' END AS opened_by,
	t.customer_id::text AS customer_id, t.organization_id::text AS account_id,
	CASE WHEN w.vip THEN 'vip' END AS customer_tier, nullif(t.owner_id, 1)::text AS agent_id,
	CASE WHEN t.owner_id <> 1 THEN nullif(btrim(concat_ws(' ', u.firstname, u.lastname)), '') END AS agent_name,
	g.name AS team, y.name AS channel, t.type AS category, p.name AS priority, m.merged_into, s.type = 'closed' AS solved,
	:handle_time AS handle_time,
	CASE WHEN l.id IS NULL THEN t.first_response_diff_in_min >= 0 END AS sla_response_met,
	CASE WHEN l.id IS NULL THEN t.close_diff_in_min >= 0 END AS sla_resolution_met, k.hours
FROM :tickets AS t
LEFT JOIN :"target".states AS s ON s.id = t.state_id
LEFT JOIN :ticket_article_senders AS n ON n.id = t.create_article_sender_id
LEFT JOIN :ticket_article_types AS y ON y.id = t.create_article_type_id
LEFT JOIN :users AS w ON w.id = t.customer_id
LEFT JOIN :users AS u ON u.id = t.owner_id
LEFT JOIN :groups AS g ON g.id = t.group_id
LEFT JOIN :ticket_priorities AS p ON p.id = t.priority_id
LEFT JOIN :slas AS l ON l.id = :sla_id
LEFT JOIN :"target".calendars AS k ON k.id = l.calendar_id
LEFT JOIN (SELECT DISTINCT o_id FROM :"target".changes AS c WHERE attribute = 'state') AS c ON c.o_id = t.id
LEFT JOIN (
	SELECT DISTINCT ON (h.o_id) h.o_id, h.id_to AS merged_into
	FROM :histories AS h
	JOIN :history_objects AS o ON o.id = h.history_object_id AND o.name = 'Ticket'
	JOIN :history_types AS y ON y.id = h.history_type_id AND y.name = 'merged_into'
	ORDER BY h.o_id, h.created_at DESC, h.id DESC
) AS m ON m.o_id = t.id AND s.type = 'merged'
WHERE (s.type = 'removed' OR s.type = 'merged' AND m.merged_into IS NULL) IS NOT TRUE;

-- in Zammad, all articles except notes are communication
CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	a.ticket_id, a.created_at AS at,
	CASE n.name WHEN 'Customer' THEN 'customer' WHEN 'Agent' THEN 'agent' WHEN 'System' THEN 'system' END AS author,
	NOT a.internal AND (n.name = 'Customer' OR coalesce(y.communication, y.name <> 'note', NOT :has_ticket_article_types))
		AS is_public,
	coalesce(a.origin_by_id, a.created_by_id)::text AS author_id, a.id AS seq, y.name AS channel, a.body,
	a.updated_at AS loaded_at
FROM :ticket_articles AS a
LEFT JOIN :ticket_article_senders AS n ON n.id = a.sender_id
LEFT JOIN :ticket_article_types AS y ON y.id = a.type_id;

-- NULL means unchanged, an empty text none
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	h.o_id AS ticket_id, h.created_at AS at, n.status, p.status AS previous_status, n.name AS source_status,
	CASE WHEN h.attribute = 'owner' THEN coalesce(nullif(h.id_to, 1)::text, '') END AS agent_id,
	CASE WHEN h.attribute = 'group' THEN coalesce(g.name, h.id_to::text, '') END AS team,
	CASE WHEN h.created_by_id = 1 OR h.sourceable_type IS NOT NULL THEN 'system' END AS changed_by,
	h.id AS seq, h.created_at AS loaded_at
FROM :"target".changes AS h
LEFT JOIN :"target".states AS n ON h.attribute = 'state' AND n.id = h.id_to
LEFT JOIN :"target".states AS p ON h.attribute = 'state' AND p.id = h.id_from
LEFT JOIN :groups AS g ON h.attribute = 'group' AND g.id = h.id_to
UNION ALL
-- the value that the first change replaced held from the creation on
SELECT
	h.o_id, t.created_at, NULL, NULL, NULL,
	CASE WHEN h.attribute = 'owner' THEN coalesce(nullif(h.id_from, 1)::text, '') END,
	CASE WHEN h.attribute = 'group' THEN coalesce(g.name, h.id_from::text) END, NULL, 0, h.created_at
FROM :"target".changes AS h
JOIN :tickets AS t ON t.id = h.o_id
LEFT JOIN :groups AS g ON h.attribute = 'group' AND g.id = h.id_from
WHERE h.attribute <> 'state'
AND NOT EXISTS (
	SELECT FROM :histories AS e
	WHERE e.o_id = h.o_id AND e.history_object_id = h.history_object_id AND e.history_attribute_id = h.history_attribute_id
	AND (e.created_at, e.id) < (h.created_at, h.id));

CREATE OR REPLACE VIEW :"target".sla_targets AS
SELECT
	t.id AS ticket_id, m.metric, make_interval(secs => 60 * m.minutes::float8) AS target,
	'{pending,on_hold,solved,closed}'::text[] AS pausing_statuses, l.name AS policy,
	greatest(t.updated_at, l.updated_at) AS loaded_at
FROM :tickets AS t
JOIN :slas AS l ON l.id = :sla_id
LEFT JOIN :ticket_article_senders AS n ON n.id = t.create_article_sender_id
CROSS JOIN LATERAL (VALUES
	('first_response', l.first_response_time),
	('next_response', l.response_time),
	('update', l.update_time),
	('resolution', l.solution_time)
) AS m (metric, minutes)
-- to Zammad, an agent who opens a ticket has answered it
WHERE m.minutes IS NOT NULL AND (m.metric = 'first_response' AND n.name = 'Agent') IS NOT TRUE;

COMMENT ON VIEW :"target".calendars IS 'business hours of each calendar of Zammad';
COMMENT ON VIEW :"target".states IS 'states of Zammad, their types, and their status in kpi_mart';
COMMENT ON VIEW :"target".changes IS 'changes of the state, owner and group of tickets in the histories of Zammad';
SELECT * FROM pg_temp.finish('Zammad', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
