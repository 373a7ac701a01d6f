-- Tables of Fivetran's Zendesk connector, with the columns that adapters/zendesk_fivetran.sql
-- reads, and tickets made by hand: each is about one trap.  All is in UTC, in the first week of
-- March 2026, which begins on Monday the 2nd.

CREATE TABLE "user" (id bigint PRIMARY KEY, name text, role text);
CREATE TABLE "group" (id bigint PRIMARY KEY, name text);
CREATE TABLE ticket (id bigint PRIMARY KEY, _fivetran_deleted boolean, status text, priority text, type text,
	created_at timestamptz, updated_at timestamptz, assignee_id bigint, requester_id bigint, group_id bigint,
	organization_id bigint, via_channel text, merged_ticket_ids text,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE ticket_field_history (ticket_id bigint, field_name text, updated timestamptz, value text, user_id bigint,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00', PRIMARY KEY (ticket_id, field_name, updated));
CREATE TABLE ticket_comment (id bigint PRIMARY KEY, ticket_id bigint, user_id bigint, created timestamptz, public boolean,
	voice_comment boolean, call_duration integer, body text, _fivetran_deleted boolean,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_comment (ticket_id);
CREATE TABLE ticket_chat (chat_id text, ticket_id bigint, user_id bigint, channel text);
CREATE INDEX ON ticket_chat (ticket_id);
CREATE TABLE ticket_chat_event (chat_id text, created_at timestamptz, actor_id text, chat_index bigint, type text, message text,
	original_message jsonb, is_history_context boolean, _fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_chat_event (chat_id);
CREATE TABLE schedule (id bigint, name text, time_zone text, start_time bigint, end_time bigint, created_at timestamptz,
	_fivetran_deleted boolean, PRIMARY KEY (id, start_time, end_time));
CREATE TABLE schedule_holiday (id bigint, schedule_id bigint, name text, start_date text, end_date text, _fivetran_deleted boolean);
CREATE TABLE ticket_schedule (ticket_id bigint, schedule_id bigint, created_at timestamptz,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00', PRIMARY KEY (ticket_id, created_at));
CREATE TABLE agent_history (user_id bigint, since timestamptz, until timestamptz);

-- Cem was an agent until he left on 10 March
INSERT INTO "user" VALUES (1, 'Ana', 'agent'), (2, 'Ben', 'admin'), (3, 'Cem', 'end-user'), (4, 'Dee', 'agent'), (10,
	'Customer', 'end-user');
-- Ben answered 12 in the instant in which one of his times ends and the other begins; Dee wrote 10 as a customer
INSERT INTO agent_history VALUES (1, '2020-01-01', NULL), (2, '2020-01-01', '2026-03-02 11:30'), (2, '2026-03-02 11:30', NULL),
	(3, '2020-01-01', '2026-03-10'), (3, '2025-01-01', '2026-03-01'), (4, '2026-03-02 12:00', NULL);
INSERT INTO "group" VALUES (100, 'Support'), (200, 'Billing');

-- 50 is the older one, and so the default: Monday to Friday 9 to 17; Sunday was
-- taken out, 5 and 6 March are off.  60: Monday to Friday 8 to 18.
INSERT INTO schedule (id, name, time_zone, start_time, end_time, created_at, _fivetran_deleted)
SELECT 50, 'West', 'Pacific Time (US & Canada)', d * 1440 + 540, d * 1440 + 1020, '2024-01-01', d = 0 FROM generate_series(0, 5) AS d;
INSERT INTO schedule (id, name, time_zone, start_time, end_time, created_at, _fivetran_deleted)
SELECT 60, 'Island', 'UTC', d * 1440 + 480, d * 1440 + 1080, '2025-01-01', NULL FROM generate_series(1, 5) AS d;
INSERT INTO schedule_holiday VALUES (1, 50, 'spring', '2026-03-05', '2026-03-06', false), (2, 50, 'taken back',
	'2026-03-02', '2026-03-02', true);
-- ticket 3 had another one first; the schedule of ticket 2 is gone
INSERT INTO ticket_schedule VALUES (3, 50, '2026-03-02 10:00'), (3, 60, '2026-03-02 10:01'), (2, 70, '2026-03-02 10:00');

INSERT INTO ticket (id, _fivetran_deleted, status, priority, type, created_at, updated_at, assignee_id, requester_id,
	group_id, organization_id, via_channel, merged_ticket_ids) VALUES
	(1, false, 'closed', 'normal', 'question', '2026-03-02 10:00', '2026-03-06 11:00', 1, 10, 100, 900, 'email', '[]'),	-- an ordinary one
	-- an agent opened it with a public comment
	(2, false, 'solved', 'normal', NULL, '2026-03-02 10:00', '2026-03-02 12:00', 2, 10, 100, NULL, 'email', NULL),
	-- an agent opened it with a private comment
	(3, false, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:05', 1, 10, 100, NULL, 'web', '[]'),
	(4, false, 'deleted', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, NULL, NULL, 'email', '[]'),
	(5, true, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, NULL, NULL, 'email', '[]'),
	(6, false, 'closed', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 100, NULL, 'email', '[]'),	-- merged into 7
	-- reopened and solved again, pending and on hold
	(7, false, 'solved', 'high', 'incident', '2026-03-02 10:00', '2026-03-03 10:00', 1, 10, 100, 900, 'web', '[null, 6]'),
	-- solved once, open again, of another group
	(8, NULL, 'open', 'low', 'problem', '2026-03-02 10:00', '2026-03-03 10:00', 2, 10, 200, 900, 'web', '[]'),
	-- closed without having been solved
	(9, false, 'closed', NULL, NULL, '2026-03-02 10:00', '2026-03-02 12:00', NULL, 10, 100, NULL, 'api', '[]'),
	-- answered first by one who has left
	(10, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 15:00', 1, 10, 100, NULL, 'email', '[]'),
	-- a target in business hours, another one in calendar hours
	(11, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 19:00', 1, 10, 100, NULL, 'email', '[]'),
	-- its target was lowered
	(12, false, 'solved', 'urgent', NULL, '2026-03-02 10:00', '2026-03-02 12:00', 2, 10, 100, NULL, 'email', '[]'),
	(13, false, 'new', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 100, NULL, 'email', '[]'),	-- due in a hundred years
	(14, false, 'new', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 100, NULL, 'email', '[]'),	-- was due long ago
	-- solved in time without an answer
	(15, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 100, NULL, 'email', '[]'),
	(16, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:00', 2, 10, 100, NULL, 'voice', '[]'),	-- calls
	(17, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:00', 1, 10, 100, NULL, 'chat', '[]'),	-- asked, never rated
	-- answered before it was there: imported
	(18, false, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 100, NULL, 'email', '[]'),
	-- solved twice without a time between, of another assignee
	(19, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:30', 2, 10, 100, NULL, 'email', '[]');

INSERT INTO ticket_comment (id, ticket_id, user_id, created, public, voice_comment, call_duration) VALUES
	(101, 1, 10, '2026-03-02 10:00', true, false, NULL),
	(102, 1, 1, '2026-03-02 10:05', false, false, NULL),	-- private
	(103, 1, 1, '2026-03-02 10:20', true, false, NULL),
	(104, 1, 10, '2026-03-02 10:40', true, false, NULL),
	(201, 2, 1, '2026-03-02 10:00', true, false, NULL),
	(202, 2, 10, '2026-03-02 10:30', true, false, NULL),
	(203, 2, 2, '2026-03-02 10:45', true, false, NULL),
	(301, 3, 1, '2026-03-02 10:00', false, false, NULL),
	(302, 3, 1, '2026-03-02 10:05', true, false, NULL),
	(601, 6, 10, '2026-03-02 10:00', true, false, NULL),
	(602, 6, 1, '2026-03-02 10:30', true, false, NULL),
	(701, 7, 10, '2026-03-02 10:00', true, false, NULL),
	(702, 7, 1, '2026-03-02 10:30', true, false, NULL),
	(703, 7, 10, '2026-03-03 09:00', true, false, NULL),
	(704, 7, 1, '2026-03-03 10:00', true, false, NULL),
	(801, 8, 10, '2026-03-02 10:00', true, false, NULL),
	(802, 8, 2, '2026-03-02 10:10', true, false, NULL),
	(803, 8, 10, '2026-03-03 10:00', true, false, NULL),
	(901, 9, 10, '2026-03-02 10:00', true, false, NULL),
	(1001, 10, 10, '2026-03-02 10:00', true, false, NULL),
	(1004, 10, 4, '2026-03-02 10:10', true, false, NULL),	-- Dee, a customer then
	(1002, 10, 3, '2026-03-02 10:30', true, false, NULL),	-- Cem, an agent then
	(1003, 10, 1, '2026-03-02 14:00', true, false, NULL),
	(1101, 11, 10, '2026-03-02 10:00', true, false, NULL),
	(1102, 11, 1, '2026-03-02 17:50', true, false, NULL),
	(1201, 12, 10, '2026-03-02 10:00', true, false, NULL),
	(1202, 12, 2, '2026-03-02 11:30', true, false, NULL),
	(1301, 13, 10, '2026-03-02 10:00', true, false, NULL),
	(1401, 14, 10, '2026-03-02 10:00', true, false, NULL),
	(1501, 15, 10, '2026-03-02 10:00', true, false, NULL),
	(1601, 16, 10, '2026-03-02 10:00', true, true, 120),
	(1602, 16, 2, '2026-03-02 10:15', true, true, 45),
	(1603, 16, 2, '2026-03-02 10:15', true, false, 999),	-- not a call
	(1701, 17, 10, '2026-03-02 10:00', true, false, NULL),
	(1702, 17, 1, '2026-03-02 10:50', true, false, NULL),
	(1801, 18, 10, '2026-03-02 09:00', true, false, NULL),
	(1802, 18, 1, '2026-03-02 09:30', true, false, NULL),
	(1901, 19, 10, '2026-03-02 10:00', true, false, NULL),
	(1902, 19, 2, '2026-03-02 10:40', true, false, NULL);

INSERT INTO ticket_field_history (ticket_id, field_name, updated, value)
SELECT id, 'status', created_at, 'new' FROM ticket;
INSERT INTO ticket_field_history (ticket_id, field_name, updated, value) VALUES
	(1, 'status', '2026-03-02 10:20', 'open'),
	(1, 'status', '2026-03-02 11:00', 'solved'),
	(1, 'status', '2026-03-06 11:00', 'closed'),	-- four days later, by Zendesk
	(1, 'satisfaction_score', '2026-03-03 11:00', 'offered'),
	(1, 'satisfaction_score', '2026-03-03 12:00', 'good'),
	(1, 'satisfaction_comment', '2026-03-03 12:00', 'thanks'),
	(1, 'group_id', '2026-03-02 10:00', '100'),
	(1, 'assignee_id', '2026-03-02 10:20', '1'),
	(1, '360001234', '2026-03-02 10:00', '{not ours'),	-- a custom field
	(1, 'handling_time', '2026-03-02 10:00', 'about an hour'),	-- another one
	(1, 'status', '2026-03-02 10:25', 'deleted'),			-- deleted and recovered
	(1, 'status', '2026-03-02 10:26', 'open'),
	(2, 'status', '2026-03-02 12:00', 'solved'),
	(6, 'status', '2026-03-02 10:30', 'closed'),
	(6, 'satisfaction_score', '2026-03-02 10:31', 'bad'),
	(7, 'status', '2026-03-02 10:30', 'pending'),
	(7, 'status', '2026-03-02 10:40', 'open'),
	(7, 'status', '2026-03-02 11:00', 'solved'),
	(7, 'status', '2026-03-03 09:00', 'open'),
	(7, 'status', '2026-03-03 09:10', 'on-hold'),
	(7, 'status', '2026-03-03 09:40', 'open'),
	(7, 'status', '2026-03-03 10:00', 'solved'),
	(7, 'satisfaction_score', '2026-03-02 12:00', 'offered'),
	(7, 'satisfaction_score', '2026-03-02 13:00', 'bad'),
	(7, 'satisfaction_score', '2026-03-03 11:00', 'offered'),
	(7, 'satisfaction_score', '2026-03-03 12:00', 'good'),
	(8, 'status', '2026-03-02 11:00', 'solved'),
	(8, 'status', '2026-03-03 10:00', 'open'),
	(8, 'satisfaction_score', '2026-03-02 12:00', 'badwithcomment'),	-- never offered
	(8, 'satisfaction_comment', '2026-03-02 12:00', 'slow'),
	(8, 'group_id', '2026-03-02 10:00', '100'),
	(8, 'group_id', '2026-03-02 10:05', '200'),
	(9, 'status', '2026-03-02 12:00', 'closed'),
	(10, 'status', '2026-03-02 15:00', 'solved'),
	(11, 'status', '2026-03-02 19:00', 'solved'),
	(11, 'first_reply_time', '2026-03-02 10:00', '{"minutes":60,"in_business_hours":true}'),
	(11, 'total_resolution_time', '2026-03-02 10:00', '{"minutes":480,"in_business_hours":false}'),
	(12, 'status', '2026-03-02 12:00', 'solved'),
	(12, 'sla_policy', '2026-03-02 10:00', 'Urgent'),
	(12, 'first_reply_time', '2026-03-02 10:00', '{"minutes":240,"in_business_hours":false}'),
	(12, 'first_reply_time', '2026-03-02 10:10', '{"minutes":60,"in_business_hours":false}'),
	(12, 'first_reply_time', '2026-03-02 12:00', NULL),
	(12, 'requester_wait_time', '2026-03-02 10:00', '{"minutes":1,"in_business_hours":false}'),
	(13, 'first_reply_time', '2026-03-02 10:00', '{"minutes":52560000,"in_business_hours":false}'),
	(14, 'first_reply_time', '2026-03-02 10:00', '{"minutes":60,"in_business_hours":true}'),
	(15, 'status', '2026-03-02 10:30', 'solved'),
	(15, 'first_reply_time', '2026-03-02 10:00', '{"minutes":60,"in_business_hours":false}'),
	(16, 'status', '2026-03-02 11:00', 'solved'),
	(17, 'status', '2026-03-02 11:00', 'solved'),
	(17, 'satisfaction_score', '2026-03-03 11:00', 'offered'),
	(18, 'status', '2026-03-02 10:30', 'hold'),
	(18, 'first_reply_time', '2026-03-02 10:00', '{"minutes":60,"in_business_hours":false}'),
	(18, 'satisfaction_score', '2026-03-02 10:00', 'unoffered'),	-- nobody was asked
	(19, 'status', '2026-03-02 11:00', 'solved'),
	(19, 'status', '2026-03-02 11:30', 'solved'),
	(19, 'assignee_id', '2026-03-02 10:00', '1'),
	(19, 'assignee_id', '2026-03-02 10:20', NULL),
	(19, 'assignee_id', '2026-03-02 10:30', '2');

-- Chats and messaging: the comment has the whole conversation, the events have the words.
INSERT INTO ticket (id, status, created_at, updated_at, assignee_id, requester_id, group_id, via_channel, merged_ticket_ids) VALUES
	(20, 'solved', '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 100, 'chat', '[]'),
	(21, 'solved', '2026-03-02 10:00', '2026-03-02 10:30', 2, 10, 100, 'native_messaging', '[]'),	-- a bot first
	(22, 'open', '2026-03-02 10:00', '2026-03-02 10:30', NULL, 10, 100, 'native_messaging', NULL);	-- nobody but a bot
INSERT INTO ticket_field_history (ticket_id, field_name, updated, value, user_id) VALUES
	(20, 'status', '2026-03-02 10:30', 'solved', 1),
	(21, 'status', '2026-03-02 10:30', 'solved', 2),
	(22, 'status', '2026-03-02 10:30', 'open', -1);
INSERT INTO ticket_comment (id, ticket_id, user_id, created, public, body, _fivetran_deleted) VALUES
	(2001, 20, 10, '2026-03-02 10:00', true, 'the whole chat', false),
	(2002, 20, 1, '2026-03-02 10:01', true, 'a comment that was deleted', true),
	(2201, 22, -1, '2026-03-02 10:10', true, 'an automation', false);
INSERT INTO ticket_chat VALUES ('c20', 20, 10, 'chat'), ('c21', 21, 10, 'native_messaging'), ('c22', 22, 10, 'native_messaging');
INSERT INTO ticket_chat_event (chat_id, created_at, actor_id, chat_index, type, message, original_message, is_history_context) VALUES
	('c20', '2026-03-02 10:00', '10', 0, 'ChatJoin', NULL, NULL, NULL),
	('c20', '2026-03-02 10:00', '10', 1, 'ChatMessage', 'hello', NULL, NULL),
	('c20', '2026-03-02 10:00:30', '__trigger', 2, 'ChatMessage', 'we are coming', NULL, NULL),
	('c20', '2026-03-02 10:01', '1', 3, 'ChatMessage', 'of another day', NULL, true),
	('c20', '2026-03-02 10:03', 'agent:99', 4, 'ChatMessage', 'how can I help', NULL, false),
	('c20', '2026-03-02 10:04', '10', 5, 'ChatMessage', 'my order', NULL, NULL),
	('c20', '2026-03-02 10:06', '1', 6, 'ChatFileAttachment', NULL, NULL, NULL),
	('c20', '2026-03-02 10:20', '1', 7, 'ChatLeave', NULL, NULL, NULL),
	('c21', '2026-03-02 10:00', '10', 0, 'ChatMessage', 'hello', '{"author": {"type": "USER"}}', NULL),
	('c21', '2026-03-02 10:00:05', '2', 1, 'ChatMessage', 'I am a bot', '{"source": {"type": "zd:answerBot"}}', NULL),
	('c21', '2026-03-02 10:09', '2', 2, 'ChatMessage', 'I am not', '{"source": {"type": "zd:agentWorkspace"}}', NULL),
	('c22', '2026-03-02 10:00', '10', 0, 'ChatMessage', 'hello', NULL, NULL),
	('c22', '2026-03-02 10:00:05', NULL, 1, 'ChatMessage', 'I am a bot', '{"source": {"type": "zd:answerBot"}}', NULL);
