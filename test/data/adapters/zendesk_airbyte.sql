-- Tables of Airbyte's Zendesk Support connector, with the columns that adapters/zendesk_airbyte.sql
-- reads, and tickets made by hand: each is about one trap.  All is in UTC, in the first week of
-- March 2026, which begins on Monday the 2nd.

CREATE TABLE tickets (id bigint, created_at timestamptz, updated_at timestamptz DEFAULT '2026-03-10 05:00', status varchar,
	priority varchar, type varchar, requester_id bigint DEFAULT 10, organization_id bigint, assignee_id bigint, group_id bigint DEFAULT 100,
	via jsonb DEFAULT '{"channel": "email", "source": {"rel": null}}', tags jsonb DEFAULT '[]',
	_airbyte_raw_id varchar DEFAULT gen_random_uuid(), _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON tickets (id);
CREATE TABLE users (id bigint, name varchar, role varchar, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON users (id);
CREATE TABLE groups (id bigint, name varchar, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE agent_history (user_id bigint, since timestamptz, until timestamptz);
CREATE TABLE ticket_comments (id bigint, ticket_id bigint, author_id bigint, created_at timestamptz, public boolean DEFAULT true,
	body varchar, via jsonb DEFAULT '{"channel": "web"}', _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_comments (ticket_id);
CREATE TABLE ticket_audits (id bigint, ticket_id bigint, author_id bigint, created_at timestamptz, events jsonb,
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_audits (ticket_id);
CREATE TABLE ticket_metrics (id bigint, ticket_id bigint, reply_time_in_minutes jsonb, reply_time_in_seconds jsonb,
	first_resolution_time_in_minutes jsonb, full_resolution_time_in_minutes jsonb, agent_wait_time_in_minutes jsonb,
	on_hold_time_in_minutes jsonb, solved_at timestamptz, replies bigint, reopens bigint, assignee_stations bigint, group_stations bigint,
	_airbyte_raw_id varchar DEFAULT gen_random_uuid(), _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_metrics (ticket_id);
CREATE TABLE ticket_metric_events (id bigint, ticket_id bigint, metric varchar, instance_id bigint, type varchar, time varchar, sla jsonb,
	deleted boolean, _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_metric_events (ticket_id);
CREATE TABLE schedules (id bigint, name varchar, intervals jsonb, time_zone varchar, created_at timestamptz,
	_airbyte_raw_id varchar DEFAULT gen_random_uuid(), _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE satisfaction_ratings (id bigint, ticket_id bigint, assignee_id bigint, score varchar, comment varchar, created_at timestamptz,
	updated_at timestamptz, _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');

-- Cem was an agent until he left on 10 March.  The older rows of Ben and of the group are of earlier
-- syncs, without deduplication.
INSERT INTO users (id, name, role) VALUES (1, 'Ana', 'agent'), (2, 'Ben', 'admin'), (3, 'Cem', 'end-user'), (10, 'Customer', 'end-user');
INSERT INTO users (id, name, role, _airbyte_extracted_at) VALUES (2, 'Benjamin', 'end-user', '2026-03-01'), (2, 'B.',
	'agent', '2026-02-01');
INSERT INTO agent_history VALUES (1, '2020-01-01', NULL), (2, '2020-01-01', NULL), (3, '2020-01-01', '2026-03-10');
INSERT INTO groups (id, name) VALUES (100, 'Support'), (200, 'Billing');
INSERT INTO groups (id, name, _airbyte_extracted_at) VALUES (100, 'Old name', '2026-03-01');

-- 50 is the older one, and so that of all tickets: Monday to Friday 8 to 18; an earlier version of it was
-- different.  60 is Sunday 0 to 1.
INSERT INTO schedules (id, name, intervals, time_zone, created_at) VALUES
	(50, 'Island', (SELECT jsonb_agg(jsonb_build_object('start_time', d * 1440 + 480, 'end_time',
		d * 1440 + 1080)) FROM generate_series(1, 5) AS d),
		'London', '2024-01-01'),
	(60, 'Night', '[{"start_time": 0, "end_time": 60}]', 'Pacific Time (US & Canada)', '2025-01-01');
INSERT INTO schedules (id, name, intervals, time_zone, created_at, _airbyte_extracted_at) VALUES
	(50, 'Island', '[{"start_time": 0, "end_time": 60}]', 'London', '2024-01-01', '2026-03-01');

INSERT INTO tickets (id, created_at, status, priority, type, organization_id, assignee_id) VALUES
	(1, '2026-03-02 10:00', 'closed', 'normal', 'question', 900, 1),	-- an ordinary one
	(2, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 2),	-- an agent opened it
	(3, '2026-03-02 10:00', 'deleted', NULL, NULL, NULL, 1),
	(8, '2026-03-02 07:30', 'closed', NULL, NULL, NULL, 1),	-- archived before the first sync: neither comments nor audits
	(9, '2026-03-02 10:00', 'solved', NULL, NULL, NULL, 1),	-- no audits; ticket_metrics counts other replies
	(10, '2026-03-02 10:00', 'solved', 'high', NULL, 900, 1),	-- ticket_metrics contradicts the audits
	(11, '2026-03-02 10:00', 'solved', NULL, NULL, NULL, 1),	-- several changes in one second
	(12, '2026-03-02 10:00', 'solved', NULL, NULL, NULL, 1),	-- its history begins late
	(13, '2026-03-02 10:00', 'hold', NULL, NULL, NULL, 2),	-- unassigned in between
	(15, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 1),	-- a trigger and an automation write
	(16, '2026-03-02 10:00', 'open', NULL, NULL, NULL, NULL),	-- ticket_metrics knows that nobody answered
	(17, '2026-03-02 10:00', 'new', NULL, NULL, NULL, NULL),	-- nothing but a ticket
	(18, '2026-03-02 17:30', 'open', NULL, NULL, NULL, 1),	-- a target in business hours, overnight
	(19, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 1),	-- in time, but not for Zendesk
	(20, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 1),	-- late, but not for Zendesk: the breach was taken back
	(21, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 1),	-- a breach that lies ahead
	(22, '2026-03-02 10:00', 'solved', NULL, NULL, NULL, 1),	-- targets only in ticket_metric_events
	(24, '2026-03-02 10:00', 'open', 'urgent', NULL, NULL, 2),	-- its target was lowered
	(25, '2026-03-02 10:00', 'open', NULL, NULL, NULL, 9),	-- values of other types; an agent who is gone
	(26, '2026-03-02 10:00', 'closed', NULL, NULL, NULL, 1);	-- archived; ticket_metrics lacks when it was solved
INSERT INTO tickets (id, created_at, status, assignee_id, via, tags) VALUES
	(4, '2026-03-02 10:00', 'closed', 1, '{"channel": "email", "source": {"rel": null}}', '["vip", "closed_by_merge"]'),	-- merged into 1
	-- continues 4, and has its tags
	(5, '2026-03-02 10:00', 'closed', 1, '{"channel": "web", "source": {"rel": "follow_up"}}', '["closed_by_merge"]'),
	(14, '2026-03-02 10:00', 'open', 1, '{"channel": "native_messaging"}', '[]');	-- messaging: only the transcript is a comment
-- 6 has three rows, two of one instant; 7 was deleted since
INSERT INTO tickets (id, created_at, status, assignee_id, _airbyte_raw_id, _airbyte_extracted_at) VALUES
	(6, '2026-03-02 10:00', 'open', NULL, 'z', '2026-03-09 06:00'), (6, '2026-03-02 10:00', 'pending', 1, 'a', '2026-03-10 06:00'),
	(6, '2026-03-02 10:00', 'solved', 1, 'b', '2026-03-10 06:00'),
	(7, '2026-03-02 10:00', 'open', 1, 'c', '2026-03-09 06:00'), (7, '2026-03-02 10:00', 'deleted', 1, 'a', '2026-03-10 06:00');

INSERT INTO ticket_comments (id, ticket_id, author_id, created_at, public) VALUES
	(101, 1, 10, '2026-03-02 10:00', true),
	(102, 1, 1, '2026-03-02 10:05', false),	-- private
	(103, 1, 1, '2026-03-02 10:20', true),
	(104, 1, 10, '2026-03-02 10:40', true),
	(201, 2, 1, '2026-03-02 10:00:05', true),
	(202, 2, 10, '2026-03-02 10:30', true),
	(203, 2, 2, '2026-03-02 10:45', true),
	(401, 4, 10, '2026-03-02 10:00', true),
	(501, 5, 10, '2026-03-02 10:00', true),
	(601, 6, 10, '2026-03-02 10:00', true),
	(602, 6, 3, '2026-03-02 10:30', true),	-- Cem, an agent then
	(901, 9, 10, '2026-03-02 10:00', true),
	(902, 9, 1, '2026-03-02 10:10', true),
	(1001, 10, 10, '2026-03-02 10:00', true),
	(1002, 10, 1, '2026-03-02 10:30', true),
	(1101, 11, 10, '2026-03-02 10:00', true),
	(1201, 12, 10, '2026-03-02 10:00', true),
	(1301, 13, 10, '2026-03-02 10:00', true),
	(1601, 16, 10, '2026-03-02 10:00', true),
	(1801, 18, 10, '2026-03-02 17:30', true),
	(1802, 18, 1, '2026-03-03 08:20', true),
	(1901, 19, 10, '2026-03-02 10:00', true),
	(1902, 19, 1, '2026-03-02 10:50', true),
	(2001, 20, 10, '2026-03-02 10:00', true),
	(2002, 20, 1, '2026-03-02 11:30', true),
	(2101, 21, 10, '2026-03-02 10:00', true),
	(2102, 21, 1, '2026-03-02 10:10', true),
	(2201, 22, 10, '2026-03-02 10:00', true),
	(2202, 22, 1, '2026-03-02 10:10', true),
	(2203, 22, 10, '2026-03-02 10:20', true),
	(2204, 22, 1, '2026-03-02 11:00', true),
	(2401, 24, 10, '2026-03-02 10:00', true),
	(2402, 24, 2, '2026-03-02 11:30', true),
	(2501, 25, NULL, '2026-03-02 10:00', true);
INSERT INTO ticket_comments (id, ticket_id, author_id, created_at, via) VALUES
	(1401, 14, 1, '2026-03-02 10:20', '{"channel": "chat_transcript"}'),
	(1501, 15, 10, '2026-03-02 10:00', NULL),
	(1502, 15, -1, '2026-03-02 10:01', '{"channel": "web"}'),
	(1503, 15, 1, '2026-03-02 10:02', '{"channel": "rule", "source": {"rel": "automation"}}'),
	(1504, 15, 1, '2026-03-02 10:30', '{"channel": "web"}');

-- an audit of the ticket at the minute after 10:00, by the author, with these events
CREATE FUNCTION pg_temp.audit(audit bigint, ticket bigint, at timestamptz, author bigint, VARIADIC events text[]) RETURNS void
LANGUAGE sql AS $$
	INSERT INTO ticket_audits (id, ticket_id, author_id, created_at, events)
	SELECT audit, ticket, author, at, jsonb_agg(e::jsonb ORDER BY n) FROM unnest(events) WITH ORDINALITY AS u (e, n)
$$;
CREATE FUNCTION pg_temp.changed(field text, value text, previous text DEFAULT NULL, via text DEFAULT 'web') RETURNS text
LANGUAGE sql AS $$
	SELECT jsonb_build_object('type', CASE WHEN previous IS NULL THEN 'Create' ELSE 'Change' END, 'field_name', field, 'value', value,
		'previous_value', previous, 'via', jsonb_build_object('channel', via))::text
$$;
CREATE FUNCTION pg_temp.target(field text, minutes integer, in_hours boolean) RETURNS text
LANGUAGE sql AS $$
	SELECT jsonb_build_object('type', 'Change', 'field_name', field, 'value',
		jsonb_build_object('minutes', minutes, 'in_business_hours', in_hours))::text
$$;
DO $$
BEGIN
	PERFORM pg_temp.audit(1000 + id, id, created_at, 10, '{"type": "Comment", "body": "status"}', pg_temp.changed('status', 'new'))
	FROM tickets WHERE id IN (1, 2, 4, 5, 10, 11, 13, 15, 16, 18, 19, 20, 21, 24);
	PERFORM pg_temp.audit(2001, 1, '2026-03-02 10:20', 1, pg_temp.changed('status', 'open', 'new'), pg_temp.changed('assignee_id', '1'));
	PERFORM pg_temp.audit(2002, 1, '2026-03-02 11:00', 1, pg_temp.changed('status', 'solved', 'open'));
	PERFORM pg_temp.audit(2003, 1, '2026-03-06 11:00', -1, pg_temp.changed('status', 'closed', 'solved', 'rule'));
	PERFORM pg_temp.audit(2004, 10, '2026-03-02 10:30', 1, pg_temp.changed('status', 'pending', 'new'));
	PERFORM pg_temp.audit(2005, 10, '2026-03-02 10:40', 10, pg_temp.changed('status', 'open', 'pending'));
	PERFORM pg_temp.audit(2006, 10, '2026-03-02 11:00', 1, pg_temp.changed('status', 'solved', 'open'));
	PERFORM pg_temp.audit(2007, 10, '2026-03-03 09:00', 10, pg_temp.changed('status', 'open', 'solved'));
	PERFORM pg_temp.audit(2008, 10, '2026-03-03 09:10', 1, pg_temp.changed('status', 'hold', 'open'));
	PERFORM pg_temp.audit(2009, 10, '2026-03-03 09:40', 1, pg_temp.changed('status', 'open', 'hold'));
	PERFORM pg_temp.audit(2010, 10, '2026-03-03 10:00', 1, pg_temp.changed('status', 'solved', 'open'));
	-- in the same second: open by the agent, pending by a trigger, open again by another agent, pending at last
	PERFORM pg_temp.audit(2012, 11, '2026-03-02 10:10', 2, pg_temp.changed('status', 'open', 'pending'),
		pg_temp.changed('status', 'pending', 'open', 'rule'));
	PERFORM pg_temp.audit(2011, 11, '2026-03-02 10:10', 1, pg_temp.changed('status', 'open', 'new'),
		pg_temp.changed('status', 'pending', 'open', 'rule'));
	PERFORM pg_temp.audit(2013, 11, '2026-03-02 10:20', 1, pg_temp.changed('status', 'solved', 'pending'));
	PERFORM pg_temp.audit(2014, 12, '2026-03-02 10:30', 1, pg_temp.changed('status', 'solved', 'open'));
	PERFORM pg_temp.audit(2015, 13, '2026-03-02 10:10', 1, pg_temp.changed('assignee_id', '1'), pg_temp.changed('group_id', '100'));
	PERFORM pg_temp.audit(2016, 13, '2026-03-02 10:20', 1, pg_temp.changed('assignee_id', NULL, '1'),
		pg_temp.changed('status', 'hold', 'new'));
	PERFORM pg_temp.audit(2017, 13, '2026-03-02 10:30', 1, pg_temp.changed('assignee_id', '2', NULL));
	PERFORM pg_temp.audit(2018, 18, '2026-03-02 17:30', 10, pg_temp.changed('sla_policy', 'Gold'),
		pg_temp.target('first_reply_time', 60, true));
	PERFORM pg_temp.audit(2019, 19, '2026-03-02 10:00', 10, pg_temp.target('first_reply_time', 60, false));
	PERFORM pg_temp.audit(2020, 20, '2026-03-02 10:00', 10, pg_temp.target('first_reply_time', 60, false));
	PERFORM pg_temp.audit(2021, 24, '2026-03-02 10:00', 10, pg_temp.target('first_reply_time', 240, false));
	PERFORM pg_temp.audit(2022, 24, '2026-03-02 10:10', 1, pg_temp.changed('priority', 'urgent', 'low'),
		pg_temp.target('first_reply_time', 60, false));
END
$$;
INSERT INTO ticket_audits (id, ticket_id, author_id, created_at, events) VALUES
	(2501, 25, NULL, '2026-03-02 10:00', '{"field_name": "status", "value": "solved"}'),	-- no array
	(9223372036854775807, 25, 1, '2026-03-02 10:05', '[{"field_name": "status", "value": "open"}, {"field_name": "tags", "value": ["a"]},
		{"field_name": "first_reply_time", "value": null}, {"field_name": "next_reply_time", "value": "soon"}, "text", null]'),
	(2502, 25, 1, '2026-03-02 10:06', NULL);

INSERT INTO ticket_metrics (id, ticket_id, reply_time_in_minutes, first_resolution_time_in_minutes, full_resolution_time_in_minutes,
	agent_wait_time_in_minutes, on_hold_time_in_minutes, solved_at, replies, reopens, assignee_stations, group_stations) VALUES
	(1, 1, '{"calendar": 5, "business": 5}', '{"calendar": 5, "business": 5}', '{"calendar": 5, "business": 5}',
		'{"calendar": 0, "business": 0}', '{"calendar": 0, "business": 0}', '2026-03-02 10:05', 7, 3, 4, 5),
	(8, 8, '{"calendar": 50, "business": 20}', '{"calendar": 90, "business": 60}', '{"calendar": 90, "business": 60}',
		'{"calendar": 0, "business": 0}', '{"calendar": 0, "business": 0}', '2026-03-02 09:00:40', 2, 0, 1, 1),
	(9, 9, '{"calendar": 99, "business": 99}', '{"calendar": 60, "business": 60}', '{"calendar": 120, "business": 120}',
		'{"calendar": 30, "business": 25}', '{"calendar": 15, "business": 10}', '2026-03-02 12:00', 8, 1, 1, 2),
	(10, 10, '{"calendar": 1, "business": 1}', '{"calendar": 1, "business": 1}', '{"calendar": 1, "business": 1}',
		'{"calendar": 1, "business": 1}', '{"calendar": 1, "business": 1}', '2026-03-02 10:01', 9, 5, 9, 9),
	(16, 16, '{"calendar": null, "business": null}', '{"calendar": null, "business": null}', '{"calendar": null, "business": null}',
		'{"calendar": 0, "business": 0}', '{"calendar": 0, "business": 0}', NULL, 0, 0, 0, 1),
	(22, 22, '{"calendar": 10, "business": 10}', '{"calendar": 120, "business": 120}', '{"calendar": 120, "business": 120}',
		'{"calendar": 0, "business": 0}', '{"calendar": 0, "business": 0}', '2026-03-02 12:00', 2, 0, 1, 1),
	(25, 25, '"soon"', '[]', '{"calendar": "a while"}', '{"calendar": {}}', '{}', NULL, NULL, NULL, NULL, NULL),
	(26, 26, '{"calendar": 40, "business": 30}', '{"calendar": 600, "business": 480}', '{"calendar": 600, "business": 480}', NULL, NULL,
		NULL, 1, 0, 1, 1);
INSERT INTO ticket_metrics (id, ticket_id, reply_time_in_minutes, reply_time_in_seconds, replies, reopens) VALUES
	(14, 14, '{"calendar": 1, "business": 1}', '{"calendar": 42}', 3, 0);
-- an older version of 8
INSERT INTO ticket_metrics (id, ticket_id, reply_time_in_minutes, reopens, _airbyte_extracted_at) VALUES
	(8, 8, '{"calendar": 1, "business": 1}', 4, '2026-03-09 06:00');

INSERT INTO ticket_metric_events (id, ticket_id, metric, instance_id, type, time, sla, deleted) VALUES
	(1, 1, 'reply_time', 1, 'activate', '2026-03-02T10:00:00Z', NULL, NULL),	-- these are there without any policy
	(2, 1, 'reply_time', 1, 'fulfill', '2026-03-02T10:20:00Z', NULL, NULL),
	(3, 1, 'requester_wait_time', 1, 'fulfill', '2026-03-02T11:00:00Z', NULL, NULL),
	(4, 18, 'reply_time', 1, 'apply_sla', '2026-03-02T17:30:00Z',
		'{"target": 1, "business_hours": false, "policy": {"title": "Iron"}}', NULL),
	(5, 19, 'reply_time', 1, 'apply_sla', '2026-03-02T10:00:00Z', '{"target": 60, "business_hours": false}', NULL),
	(6, 19, 'reply_time', 1, 'breach', '2026-03-02T10:40:00Z', NULL, false),
	(7, 19, 'reply_time', 1, 'fulfill', '2026-03-02T10:50:00Z', NULL, NULL),
	(8, 20, 'reply_time', 1, 'apply_sla', '2026-03-02T10:00:00Z', '{"target": 60, "business_hours": false}', NULL),
	(9, 20, 'reply_time', 1, 'breach', '2026-03-02T11:00:00Z', NULL, true),
	(10, 20, 'reply_time', 1, 'fulfill', '2026-03-02T11:30:00Z', NULL, NULL),
	(11, 21, 'reply_time', 1, 'apply_sla', '2026-03-02T10:00:00Z', '{"target": 60, "business_hours": false}', NULL),
	(12, 21, 'reply_time', 1, 'breach', '2126-03-02T11:00:00Z', NULL, NULL),
	(13, 21, 'reply_time', 1, 'fulfill', '2026-03-02T10:10:00Z', NULL, NULL),
	(14, 22, 'reply_time', 1, 'apply_sla', '2026-03-02T10:00:00Z',
		'{"target": 15, "business_hours": true, "policy": {"title": "Silver"}}', NULL),
	(15, 22, 'reply_time', 2, 'apply_sla', '2026-03-02T10:20:00Z',
		'{"target": 30, "business_hours": true, "policy": {"title": "Silver"}}', NULL),
	(16, 22, 'reply_time', 2, 'breach', '2026-03-02T10:50:00Z', NULL, NULL),
	(17, 22, 'agent_work_time', 1, 'apply_sla', '2026-03-02T10:00:00Z',
		'{"target": 60, "business_hours": true, "policy": {"title": "Silver"}}', NULL),
	(18, 22, 'reply_time', 1, 'apply_group_sla', '2026-03-02T10:00:00Z', NULL, NULL),
	(19, 22, 'agent_work_time', 1, 'update_status', '2026-03-02T12:00:00Z', NULL, NULL),
	(20, 26, 'resolution_time', 1, 'breach', '2026-03-02T12:00:00Z', NULL, NULL);

INSERT INTO satisfaction_ratings (id, ticket_id, assignee_id, score, comment, created_at, updated_at, _airbyte_extracted_at) VALUES
	(1, 1, 1, 'offered', NULL, '2026-03-03 11:00', '2026-03-03 11:00', '2026-03-09 06:00'),	-- asked, and answered in the next version
	(1, 1, 1, 'good', 'thanks', '2026-03-03 11:00', '2026-03-03 12:00', '2026-03-10 06:00'),
	(2, 10, 2, 'bad', 'no', '2026-03-02 13:00', '2026-03-02 13:00', '2026-03-10 06:00'),	-- rated twice
	(3, 10, 1, 'goodwithcomment', 'better', '2026-03-03 12:00', '2026-03-03 12:00', '2026-03-10 06:00'),
	(4, 9, 2, 'bad', NULL, '2026-03-03 12:00', '2026-03-03 12:00', '2026-03-10 06:00'),
	(5, 11, 1, 'offered', NULL, '2026-03-03 12:00', '2026-03-03 12:00', '2026-03-10 06:00'),	-- never answered
	(6, 12, 1, 'unoffered', NULL, '2026-03-03 12:00', '2026-03-03 12:00', '2026-03-10 06:00');	-- never asked
