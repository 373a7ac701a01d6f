-- Request Tracker (RT), its own tables: tickets, messages, status_changes and surveys as views.
--
--     psql -v source=public -v target=care -v csat_field=Satisfaction -f adapters/request_tracker.sql
--
-- source is the schema of RT's tables, target that of the views.  Run it again to replace
-- them; drop the target before you upgrade RT, as PostgreSQL changes no column of a view.
-- Written after the tables of RT 5.0.0 to 6.0.0 (May 2025), tried with RT 5.0.3.
-- The meaning of a status is in RT's configuration.  Name yours, separated by commas:
--
--   solved_statuses   resolved           dropped_statuses  rejected,deleted: not counted
--   pending_statuses  stalled
--   csat_field        CSAT, a custom field of tickets; csat_scale 5, its highest score
--
-- RT has the indexes for single tickets.  A refresh of the mart needs three more, on
-- transactions ((created AT TIME ZONE 'UTC')), tickets ((created AT TIME ZONE 'UTC')) and
-- tickets ((lastupdated AT TIME ZONE 'UTC')).  ANALYZE these tables afterwards.
--
-- * Reminders and approvals are left out.  Tickets merged into another one are in no KPI;
--   their messages and ratings count for the other ticket, as on RT's screen.
-- * First response is the first correspondence of an agent.  RT's closest number, "Created to
--   Started", also ends when an agent opens the ticket without a message.
-- * One-touch: fcr_rule => 'zendesk' does not count the message of an agent that opens a
--   ticket, fcr_rule => 'fivetran' does.
-- * Agents are users who are privileged now.  Disable agents who leave, but keep them
--   privileged.  An agent who is a requestor of a ticket is a customer in it.
-- * Resolutions are changes to a solved status.  RT's own date stays after a reopening: it is
--   closed_at, the day on which a solved ticket without history counts.
-- * Not in the source: channel, bots, SLA targets and opening hours (write targets into
--   kpi_sla_policy), and when a rating was requested: sent_at is the time of the answer.

\set ON_ERROR_STOP on \set QUIET on
\if :{?solved_statuses}
\else
	\set solved_statuses resolved
\endif
\if :{?dropped_statuses}
\else
	\set dropped_statuses rejected,deleted
\endif
\if :{?pending_statuses}
\else
	\set pending_statuses stalled
\endif
\if :{?csat_field}
\else
	\set csat_field CSAT
\endif
\if :{?csat_scale}
\else
	\set csat_scale 5
\endif
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('tickets', 'id* key tickets, effectiveid* key tickets.merged_into, created* timestamptz tickets.created_at,
		type text, status text tickets.status tickets.solved, queue key tickets.team, owner key tickets.agent_id,
		priority text tickets.priority, timeworked float8 tickets.handle_time, resolved timestamptz tickets.closed_at,
		lastupdated timestamptz tickets.updated_at'),
	('transactions', 'id* bigint messages status_changes, objecttype* text, objectid* key, type* text,
		created* timestamptz, creator key messages.author messages.author_id status_changes.changed_by,
		field text status_changes.status status_changes.previous_status status_changes.source_status
			status_changes.agent_id status_changes.team,
		oldvalue text status_changes.previous_status,
		newvalue text status_changes.status status_changes.source_status status_changes.agent_id status_changes.team'),
	('users', 'id* key, name* text messages.author tickets.agent_id tickets.agent_name status_changes.agent_id
		status_changes.changed_by, realname text tickets.agent_name, organization text tickets.account_id'),
	('groups', 'id* key tickets.customer_id messages.author status_changes.changed_by, domain* text, name* text, instance* key'),
	('groupmembers', 'id* key tickets.customer_id messages.author status_changes.changed_by, groupid* key, memberid* key'),
	('queues', 'id* key, name* text tickets.team status_changes.team'),
	('customfields', 'id* key surveys.score, name* text, lookuptype text'),
	('objectcustomfieldvalues', 'id* key surveys, customfield* key, objecttype* text, objectid* key, content* text,
		created* timestamptz, disabled bigint');
\ir shared.sql
SELECT
	string_to_array(replace(:'solved_statuses', ', ', ','), ',') AS solved,
	string_to_array(replace(:'dropped_statuses', ', ', ','), ',') AS dropped,
	string_to_array(replace(:'pending_statuses', ', ', ','), ',') AS pending \gset

CREATE OR REPLACE FUNCTION :"target".request_tracker_status(status text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN status = ANY (:'solved'::text[]) THEN 'solved' WHEN status = ANY (:'dropped'::text[]) THEN 'closed'
	WHEN status = ANY (:'pending'::text[]) THEN 'pending' WHEN status = 'new' THEN 'new'
	WHEN status IS NOT NULL THEN 'open' END;

CREATE OR REPLACE VIEW :"target".agents AS
SELECT m.memberid AS user_id
FROM :groups AS g
JOIN :groupmembers AS m ON m.groupid = g.id
WHERE lower(g.domain) = 'systeminternal' AND lower(g.name) = 'privileged';

CREATE OR REPLACE VIEW :"target".requestors AS
SELECT g.instance AS ticket_id, m.memberid AS user_id, m.id AS seq
FROM :groups AS g
JOIN :groupmembers AS m ON m.groupid = g.id
WHERE lower(g.domain) = 'rt::ticket-role' AND lower(g.name) = 'requestor';

-- The first of several requestors is the customer.
CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	t.id AS ticket_id, t.created AS created_at,
	CASE WHEN t.status = ANY (:'solved'::text[]) AND t.resolved > '1970-01-03 UTC' THEN t.resolved END AS closed_at,
	t.lastupdated AS updated_at,
	:"target".request_tracker_status(t.status) AS status,
	c.user_id::text AS customer_id, nullif(u.organization, '') AS account_id,
	CASE WHEN lower(o.name) <> 'nobody' THEN o.id::text END AS agent_id,
	CASE WHEN lower(o.name) <> 'nobody' THEN coalesce(nullif(o.realname, ''), o.name) END AS agent_name,
	q.name AS team, t.priority, nullif(t.effectiveid, t.id) AS merged_into,
	t.status = ANY (:'solved'::text[]) AS solved, make_interval(secs => 60 * nullif(t.timeworked, 0)) AS handle_time
FROM :tickets AS t
LEFT JOIN :users AS o ON o.id = t.owner
LEFT JOIN :queues AS q ON q.id = t.queue
LEFT JOIN LATERAL (
	SELECT r.user_id FROM :"target".requestors AS r WHERE r.ticket_id = t.id ORDER BY r.seq LIMIT 1
) AS c ON true
LEFT JOIN :users AS u ON u.id = c.user_id
WHERE (t.type = 'ticket') IS NOT FALSE AND (t.status = ANY (:'dropped'::text[])) IS NOT TRUE;

-- Mails that RT sends are transactions of other types.
CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	t.effectiveid AS ticket_id, x.created AS at,
	CASE
		WHEN s.id IS NOT NULL THEN 'system'
		WHEN r.user_id IS NOT NULL THEN 'customer'
		WHEN a.user_id IS NOT NULL THEN 'agent'
		WHEN x.creator IS NOT NULL AND :has_users AND :has_groups AND :has_groupmembers THEN 'customer'
	END AS author,
	x.type <> 'Comment' AS is_public, x.creator::text AS author_id, x.id AS seq
FROM :transactions AS x
JOIN :tickets AS t ON t.id = x.objectid
LEFT JOIN :users AS s ON s.id = x.creator AND lower(s.name) = 'rt_system'
LEFT JOIN :"target".requestors AS r ON r.ticket_id = t.effectiveid AND r.user_id = x.creator
LEFT JOIN :"target".agents AS a ON a.user_id = x.creator
WHERE x.objecttype = 'RT::Ticket' AND x.type IN ('Create', 'Correspond', 'Comment')
	AND (t.type = 'ticket') IS NOT FALSE;

-- RT writes a change of the owner twice: SetWatcher is left out.  An empty agent_id means none.
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	x.objectid AS ticket_id, x.created AS at,
	CASE x.field WHEN 'Status' THEN :"target".request_tracker_status(x.newvalue) END AS status,
	CASE x.field WHEN 'Status' THEN :"target".request_tracker_status(x.oldvalue) END AS previous_status,
	CASE x.field WHEN 'Status' THEN x.newvalue END AS source_status,
	CASE WHEN x.field = 'Owner' AND :has_users THEN CASE WHEN n.id IS NULL THEN x.newvalue ELSE '' END END AS agent_id,
	CASE x.field WHEN 'Queue' THEN coalesce(q.name, x.newvalue) END AS team,
	CASE
		WHEN s.id IS NOT NULL THEN 'system'
		WHEN r.user_id IS NOT NULL THEN 'customer'
		WHEN a.user_id IS NOT NULL THEN 'agent'
		WHEN x.creator IS NOT NULL AND :has_users AND :has_groups AND :has_groupmembers THEN 'customer'
	END AS changed_by,
	x.id AS seq
FROM :transactions AS x
LEFT JOIN :users AS n ON lower(n.name) = 'nobody' AND n.id::text = x.newvalue AND x.field = 'Owner'
LEFT JOIN :queues AS q ON q.id::text = x.newvalue AND x.field = 'Queue'
LEFT JOIN :users AS s ON s.id = x.creator AND lower(s.name) = 'rt_system'
LEFT JOIN :"target".requestors AS r ON r.ticket_id = x.objectid AND r.user_id = x.creator
LEFT JOIN :"target".agents AS a ON a.user_id = x.creator
WHERE x.objecttype = 'RT::Ticket' AND x.field IN ('Status', 'Queue', 'Owner')
	AND x.type IN ('Status', 'Set', 'Give', 'Take', 'Untake', 'Steal', 'Force')
UNION ALL
-- The queue and owner that the first change replaced hold from the creation on.
SELECT
	x.objectid, t.created, NULL, NULL, NULL,
	CASE WHEN x.field = 'Owner' AND :has_users THEN CASE WHEN n.id IS NULL THEN x.oldvalue ELSE '' END END,
	CASE x.field WHEN 'Queue' THEN coalesce(q.name, x.oldvalue) END, NULL, 0
FROM :transactions AS x
JOIN :tickets AS t ON t.id = x.objectid
LEFT JOIN :users AS n ON lower(n.name) = 'nobody' AND n.id::text = x.oldvalue AND x.field = 'Owner'
LEFT JOIN :queues AS q ON q.id::text = x.oldvalue AND x.field = 'Queue'
LEFT JOIN :transactions AS e ON e.objecttype = 'RT::Ticket' AND e.objectid = x.objectid AND e.field = x.field
	AND e.type IN ('Set', 'Give', 'Take', 'Untake', 'Steal', 'Force') AND e.id < x.id
WHERE x.objecttype = 'RT::Ticket' AND x.field IN ('Queue', 'Owner')
	AND x.type IN ('Set', 'Give', 'Take', 'Untake', 'Steal', 'Force') AND e.id IS NULL
UNION ALL
-- A status that never changed holds from the creation on, unless RT has the date of a later resolution.
SELECT t.id, t.created, :"target".request_tracker_status(t.status), NULL, t.status, NULL, NULL, NULL, 0
FROM :tickets AS t
LEFT JOIN :transactions AS e ON e.objecttype = 'RT::Ticket' AND e.objectid = t.id AND e.type = 'Status'
WHERE e.objectid IS NULL AND (t.type = 'ticket') IS NOT FALSE AND (t.status <> ALL (:'solved'::text[])
	OR t.resolved BETWEEN t.created - interval '1 minute' AND t.created + interval '1 minute');

-- A value that is not a whole number is no rating.
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	v.id::text AS response_id, 'csat' AS kind, v.created AS sent_at, v.created AS answered_at,
	CASE WHEN v.content ~ '^[0-9]{1,3}$' THEN v.content::integer END AS score, :csat_scale AS scale_max, t.id AS ticket_id
FROM :customfields AS f
JOIN :objectcustomfieldvalues AS v ON v.customfield = f.id
JOIN :tickets AS s ON s.id = v.objectid
JOIN :tickets AS t ON t.id = s.effectiveid
WHERE f.name = :'csat_field' AND (f.lookuptype = 'RT::Queue-RT::Ticket') IS NOT FALSE
	AND v.objecttype = 'RT::Ticket' AND (v.disabled = 0) IS NOT FALSE AND v.content ~ '^[0-9]{1,3}$'
	AND (t.type = 'ticket') IS NOT FALSE AND (t.status = ANY (:'dropped'::text[])) IS NOT TRUE;

COMMENT ON FUNCTION :"target".request_tracker_status(text) IS 'the status of kpi_mart for a status of Request Tracker';
COMMENT ON VIEW :"target".agents IS 'users who are privileged in Request Tracker now';
COMMENT ON VIEW :"target".requestors IS 'the requestors of each ticket of Request Tracker';
SELECT * FROM pg_temp.finish('Request Tracker', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
