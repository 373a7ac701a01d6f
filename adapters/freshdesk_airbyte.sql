-- Freshdesk, as Airbyte loads it: tickets, messages, status_changes, sla_targets and surveys as
-- views over its tables.
--
--     psql -v source=freshdesk -v target=care -f adapters/freshdesk_airbyte.sql
--
-- source is the schema of Airbyte's tables, target that of the views, prefix the start of the tables'
-- names, if they have one.  Written after source-freshdesk 3.2 to 3.3.4 (September 2026).
-- Most streams are full refreshes.  With the mode "append", the last row of each id counts.  With
-- "overwrite", each sync recreates tables: Airbyte then needs the option "Drop tables with CASCADE",
-- which drops the views and the sources of a mart.  Run this file and kpi_build after each such sync.
-- A refresh of the mart needs indexes on id of tickets and on id and ticket_id of conversations.
--
-- * Spam is left out.  Deleted tickets stay in their last state, and merged tickets count: neither is marked.
-- * First response is the first public reply or note of an agent.  Freshdesk's first_responded_at counts
--   only without conversations; it is empty for outbound e-mail.  fcr_rule => 'freshdesk' is Freshdesk's.
-- * The description is the opening message: in outbound e-mail of an agent, otherwise of the requester,
--   also where an agent wrote down a call.
-- * A requester is always a customer.  Agents who left are in no table: messages written in Freshdesk
--   (source 0 and 2) by neither an agent nor a contact are theirs.  Answers to surveys, forwards and
--   messages without a user are not replies.
-- * Resolved, closed and reopened are those of stats: reopens is 1 for once or more.  Only the stream
--   ticket_activities, which few accounts have, is a history, of tickets younger than it.
-- * Verdicts are computed from Freshdesk's own deadlines.  Targets are those of today's policy and priority;
--   after a change of policies, run kpi_refresh with full => true.
-- * Status 6 and 7 wait for the customer and a third party; a status of your own counts as open.
-- * Surveys have two to seven answers.  Those above neutral are 3, neutral is 2, those below are 1, so that
--   csat_pct is the positive share of Freshdesk.  The source has only answers: survey_response_pct has no meaning.
-- * Not in the source: automatic replies in the name of an agent, transfers, holidays, bots.

\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('tickets', 'id* key tickets, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		_airbyte_extracted_at timestamptz tickets.loaded_at, _airbyte_raw_id text, status bigint tickets.status tickets.solved,
		requester_id bigint tickets.customer_id, company_id bigint tickets.account_id, responder_id bigint tickets.agent_id,
		group_id bigint tickets.team, source bigint tickets.channel tickets.opened_by, type text tickets.category,
		priority bigint tickets.priority, product_id bigint, spam boolean,
		stats jsonb tickets.first_resolved_at tickets.resolved_at tickets.closed_at tickets.reopens tickets.sla_response_met,
		fr_due_by timestamptz tickets.sla_response_met, due_by timestamptz tickets.sla_resolution_met, fr_escalated boolean,
		is_escalated boolean, description_text text'),
	('agents', 'id* bigint messages.author status_changes.changed_by, contact jsonb tickets.agent_name,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('groups', 'id* bigint, name text tickets.team, business_hour_id bigint, _airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('contacts', 'id* bigint messages.author, _airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('companies', 'id* bigint, account_tier text tickets.customer_tier, _airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('conversations', 'id bigint messages.seq, ticket_id* key messages, created_at* timestamptz, user_id* bigint messages.author_id,
		incoming boolean, private boolean messages.is_public, source bigint, body_text text messages.body,
		_airbyte_extracted_at timestamptz messages.loaded_at, _airbyte_raw_id text'),
	('ticket_activities', 'ticket_id* key status_changes, performed_at* timestamptz, activity* jsonb, performer_type text,
		performer_id bigint status_changes.changed_by, _airbyte_extracted_at timestamptz status_changes.loaded_at'),
	('sla_policies', 'id bigint, sla_target* jsonb sla_targets, applicable_to* jsonb, position bigint, is_default boolean, active boolean,
		name text sla_targets.policy, _airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('business_hours', 'id* bigint tickets.hours, working_hours* jsonb, time_zone* text, is_default boolean,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('time_entries', 'id bigint, ticket_id* key tickets.handle_time, time_spent* text, timer_running boolean,
		_airbyte_extracted_at timestamptz, _airbyte_raw_id text'),
	('satisfaction_ratings', 'id* bigint, ticket_id* key surveys, created_at* timestamptz, ratings* jsonb,
		agent_id bigint surveys.agent_id, feedback text surveys.comment,
		_airbyte_extracted_at timestamptz surveys.loaded_at, _airbyte_raw_id text');
\ir shared.sql
-- the history of a ticket counts if it begins with the ticket
\set is_whole 'EXISTS (SELECT FROM ' :ticket_activities ' AS c WHERE c.ticket_id = t.id AND c.activity ->> ''status'' <> '''''
\set is_whole :is_whole ' AND c.performed_at <= t.created_at + interval ''5 minutes'')'
\set instant '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[-+][0-9:]+)$'

-- a day that ends at 11:59 pm or 12:00 am ends at midnight
CREATE OR REPLACE VIEW :"target".calendars AS
WITH calendar AS MATERIALIZED (SELECT b.id, bool_or(b.is_default) AS is_default, (min(b.time_zone) || '; ' || string_agg(
	d.day || ' ' || left((h.hours ->> 'start_time')::time::text, 5) || '-' || CASE WHEN h.hours ->> 'end_time' ~* '^(11:59 ?pm|12:00 ?am)$'
		THEN '24:00' ELSE left((h.hours ->> 'end_time')::time::text, 5) END, '; ' ORDER BY d.n)):::"kpi".business_hours AS hours
FROM :business_hours AS b
CROSS JOIN (VALUES (1, 'monday', 'Mo'), (2, 'tuesday', 'Tu'), (3, 'wednesday', 'We'), (4, 'thursday', 'Th'), (5, 'friday', 'Fr'),
	(6, 'saturday', 'Sa'), (7, 'sunday', 'Su')) AS d (n, name, day)
LEFT JOIN LATERAL (SELECT b.working_hours -> d.name AS hours) AS h ON h.hours ->> 'start_time' ~* '^[0-9]{1,2}:[0-9]{2} ?([ap]m)?$'
	AND h.hours ->> 'end_time' ~* '^[0-9]{1,2}:[0-9]{2} ?([ap]m)?$'
WHERE b.time_zone <> ''
GROUP BY b.id)
TABLE calendar;

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	t.id AS ticket_id, t.created_at, CASE WHEN NOT :has_conversations THEN f.first_responded_at END AS first_response_at,
	CASE WHEN f.reopened_at IS NULL THEN coalesce(f.resolved_at, f.closed_at) END AS first_resolved_at,
	x.resolved_at, CASE WHEN t.status = 5 THEN f.closed_at END AS closed_at,
	t.updated_at, t._airbyte_extracted_at AS loaded_at,
	CASE WHEN t.status IN (3, 6) THEN 'pending' WHEN t.status = 7 THEN 'on_hold' WHEN t.status = 4 THEN 'solved'
		WHEN t.status = 5 THEN 'closed' WHEN t.status IS NOT NULL THEN 'open' END AS status,
	CASE WHEN t.source = 10 THEN 'agent' END AS opened_by, t.requester_id::text AS customer_id, t.company_id::text AS account_id,
	c.account_tier AS customer_tier, t.responder_id::text AS agent_id, a.contact ->> 'name' AS agent_name, g.name AS team,
	CASE t.source WHEN 1 THEN 'email' WHEN 2 THEN 'portal' WHEN 3 THEN 'phone' WHEN 7 THEN 'chat' WHEN 9 THEN 'feedback_widget'
		WHEN 10 THEN 'outbound_email' ELSE t.source::text END AS channel,
	t.type AS category,
	CASE t.priority WHEN 1 THEN 'low' WHEN 2 THEN 'medium' WHEN 3 THEN 'high' WHEN 4 THEN 'urgent' ELSE t.priority::text END AS priority,
	CASE WHEN jsonb_typeof(t.stats) = 'object' AND NOT :is_whole THEN (f.reopened_at IS NOT NULL)::int END AS reopens,
	s.solved, e.handle_time,
	CASE WHEN f.first_responded_at IS NOT NULL THEN f.first_responded_at <= t.fr_due_by WHEN t.fr_escalated AND t.source <> 10 THEN false
		END AS sla_response_met,
	CASE WHEN s.solved THEN x.resolved_at <= t.due_by WHEN t.is_escalated AND t.due_by <= coalesce(t._airbyte_extracted_at, now()) THEN false
		END AS sla_resolution_met,
	coalesce(k.hours, (SELECT d.hours FROM :"target".calendars AS d WHERE d.is_default ORDER BY d.id LIMIT 1)) AS hours
FROM :tickets AS t
CROSS JOIN LATERAL (SELECT
	CASE WHEN t.stats ->> 'first_responded_at' ~ :'instant' THEN (t.stats ->> 'first_responded_at')::timestamptz END,
	CASE WHEN t.stats ->> 'resolved_at' ~ :'instant' THEN (t.stats ->> 'resolved_at')::timestamptz END,
	CASE WHEN t.stats ->> 'closed_at' ~ :'instant' THEN (t.stats ->> 'closed_at')::timestamptz END,
	CASE WHEN t.stats ->> 'reopened_at' ~ :'instant' THEN (t.stats ->> 'reopened_at')::timestamptz END)
	AS f (first_responded_at, resolved_at, closed_at, reopened_at)
CROSS JOIN LATERAL (SELECT t.status IN (4, 5) AS solved) AS s
CROSS JOIN LATERAL (SELECT CASE WHEN s.solved THEN CASE WHEN f.resolved_at < f.reopened_at THEN f.closed_at
	ELSE coalesce(f.resolved_at, f.closed_at) END END AS resolved_at) AS x
LEFT JOIN :companies AS c ON c.id = t.company_id
LEFT JOIN :agents AS a ON a.id = t.responder_id
LEFT JOIN :groups AS g ON g.id = t.group_id
LEFT JOIN :"target".calendars AS k ON k.id = g.business_hour_id
LEFT JOIN (
	SELECT ticket_id, sum(time_spent::interval) AS handle_time
	FROM :time_entries AS e WHERE time_spent ~ '^[0-9]{1,5}:[0-5][0-9]$' AND timer_running IS NOT TRUE GROUP BY ticket_id
) AS e ON e.ticket_id = t.id
WHERE t.spam IS NOT TRUE;

-- 6 is the answer to a survey, 8 a forward; 0 and 2 are replies and notes that are written in Freshdesk
CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	c.ticket_id, c.created_at AS at, CASE WHEN c.user_id IS NULL OR c.source IN (6, 8) THEN 'system'
		WHEN c.user_id = t.requester_id THEN 'customer' WHEN a.id IS NOT NULL THEN 'agent'
		WHEN p.id IS NOT NULL OR c.incoming THEN 'customer' WHEN :has_contacts AND c.source IN (0, 2) THEN 'agent' END AS author,
	CASE WHEN c.private IS NULL AND c.source = 2 THEN false ELSE NOT c.private END AS is_public,
	c.user_id::text AS author_id, c.id AS seq, c.body_text AS body, c._airbyte_extracted_at AS loaded_at
FROM :conversations AS c
LEFT JOIN :tickets AS t ON t.id = c.ticket_id
LEFT JOIN :agents AS a ON a.id = c.user_id
LEFT JOIN :contacts AS p ON p.id = c.user_id
UNION ALL
SELECT
	t.id, t.created_at, CASE WHEN t.source = 10 THEN 'agent' ELSE 'customer' END, true,
	CASE WHEN t.source = 10 THEN NULL ELSE t.requester_id::text END, 0, t.description_text, t._airbyte_extracted_at
FROM :tickets AS t;

CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	h.ticket_id, h.performed_at AS at,
	CASE h.activity ->> 'status' WHEN 'Pending' THEN 'pending' WHEN 'Waiting on Customer' THEN 'pending' WHEN 'Resolved' THEN 'solved'
		WHEN 'Waiting on Third Party' THEN 'on_hold' WHEN 'Closed' THEN 'closed' ELSE 'open' END AS status,
	h.activity ->> 'status' AS source_status,
	CASE WHEN h.performer_type = 'system' THEN 'system' WHEN a.id IS NOT NULL THEN 'agent' END AS changed_by,
	h._airbyte_extracted_at AS loaded_at
FROM :ticket_activities AS h
JOIN :tickets AS t ON t.id = h.ticket_id
LEFT JOIN :agents AS a ON a.id = h.performer_id
WHERE h.activity ->> 'status' <> '' AND :is_whole;

-- the first policy whose conditions all hold, or the default one
CREATE OR REPLACE VIEW :"target".sla_targets AS
SELECT
	t.id AS ticket_id, m.metric, make_interval(secs => v.seconds) AS target, v.target ->> 'business_hours' = 'true' AS in_hours,
	p.name AS policy, t._airbyte_extracted_at AS loaded_at
FROM :tickets AS t
CROSS JOIN LATERAL (
	SELECT p.*
	FROM :sla_policies AS p
	WHERE p.active IS NOT FALSE AND NOT EXISTS (
		SELECT FROM (VALUES ('company_ids', to_jsonb(t.company_id)), ('group_ids', to_jsonb(t.group_id)), ('sources', to_jsonb(t.source)),
			('ticket_types', to_jsonb(t.type)), ('product_ids', to_jsonb(t.product_id))) AS c (name, value)
		WHERE jsonb_typeof(p.applicable_to -> c.name) = 'array' AND p.applicable_to -> c.name <> '[]'
		AND (p.applicable_to -> c.name @> c.value) IS NOT TRUE)
	ORDER BY p.is_default IS TRUE, p.position, p.id
	LIMIT 1
) AS p
CROSS JOIN (VALUES ('first_response', 'respond_within'), ('next_response', 'next_respond_within'), ('resolution', 'resolve_within'))
	AS m (metric, name)
CROSS JOIN LATERAL (SELECT p.sla_target -> ('priority_' || t.priority) AS target) AS g
CROSS JOIN LATERAL (SELECT g.target, substring(g.target ->> m.name FROM '^[0-9]{1,9}')::int AS seconds) AS v
WHERE v.seconds IS NOT NULL;

CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	r.id::text AS response_id, 'csat' AS kind, r.created_at AS sent_at, r.created_at AS answered_at,
	CASE WHEN v.rating BETWEEN 101 AND 103 THEN 3 WHEN v.rating = 100 THEN 2 WHEN v.rating BETWEEN -103 AND -101 THEN 1 END AS score,
	3 AS scale_max,
	r.ticket_id, r.agent_id::text AS agent_id, r.feedback AS comment, r._airbyte_extracted_at AS loaded_at
FROM :satisfaction_ratings AS r
CROSS JOIN LATERAL (SELECT substring(r.ratings ->> 'default_question' FROM '^-?[0-9]{1,3}$')::int AS rating) AS v
WHERE NOT EXISTS (SELECT FROM :tickets AS t WHERE t.id = r.ticket_id AND t.spam);

COMMENT ON VIEW :"target".calendars IS 'business hours of Freshdesk';
SELECT * FROM pg_temp.finish('Freshdesk, from Airbyte', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
