-- Tickets for adapters/zendesk_fivetran.sql, made by hand: each is about one trap.
-- All is in UTC, in the first week of March 2026, which begins on Monday the 2nd.

SET timezone = 'UTC';

-- Cem was an agent until he left on 10 March
INSERT INTO "user" VALUES (1, 'Ana', 'agent', true, false), (2, 'Ben', 'admin', true, false), (3, 'Cem', 'end-user', false, true),
	(10, 'Customer', 'end-user', true, false);
INSERT INTO "group" VALUES (100, 'Support'), (200, 'Billing');

-- 50 is the older one, and so the default: Monday to Friday 9 to 17; Sunday was
-- taken out, 5 and 6 March are off.  60: Monday to Friday 8 to 18.
INSERT INTO schedule (id, name, time_zone, start_time, end_time, created_at, _fivetran_deleted)
SELECT 50, 'West', 'Pacific Time (US & Canada)', d * 1440 + 540, d * 1440 + 1020, '2024-01-01', d = 0 FROM generate_series(0, 5) AS d;
INSERT INTO schedule (id, name, time_zone, start_time, end_time, created_at, _fivetran_deleted)
SELECT 60, 'Island', 'UTC', d * 1440 + 480, d * 1440 + 1080, '2025-01-01', NULL FROM generate_series(1, 5) AS d;
INSERT INTO schedule_holiday VALUES (1, 50, 'spring', '2026-03-05', '2026-03-06');
-- ticket 3 had another one first; the schedule of ticket 2 is gone
INSERT INTO ticket_schedule VALUES (3, 50, '2026-03-02 10:00'), (3, 60, '2026-03-02 10:01'), (2, 70, '2026-03-02 10:00');

INSERT INTO ticket (id, _fivetran_deleted, status, priority, type, created_at, updated_at, assignee_id, requester_id, submitter_id, group_id, organization_id, via_channel, merged_ticket_ids) VALUES
	(1, false, 'closed', 'normal', 'question', '2026-03-02 10:00', '2026-03-06 11:00', 1, 10, 10, 100, 900, 'email', '[]'),		-- an ordinary one
	(2, false, 'solved', 'normal', NULL, '2026-03-02 10:00', '2026-03-02 12:00', 2, 10, 1, 100, NULL, 'email', NULL),				-- an agent opened it with a public comment
	(3, false, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:05', 1, 10, 1, 100, NULL, 'web', '[]'),						-- an agent opened it with a private comment
	(4, false, 'deleted', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 10, NULL, NULL, 'email', '[]'),
	(5, true, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 10, NULL, NULL, 'email', '[]'),
	(6, false, 'closed', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 10, 100, NULL, 'email', '[]'),					-- merged into 7
	(7, false, 'solved', 'high', 'incident', '2026-03-02 10:00', '2026-03-03 10:00', 1, 10, 10, 100, 900, 'web', '[6]'),			-- reopened and solved again, pending and on hold
	(8, NULL, 'open', 'low', 'problem', '2026-03-02 10:00', '2026-03-03 10:00', 2, 10, 10, 200, 900, 'web', '[]'),					-- solved once, open again, of another group
	(9, false, 'closed', NULL, NULL, '2026-03-02 10:00', '2026-03-02 12:00', NULL, 10, 10, 100, NULL, 'api', '[]'),					-- closed without having been solved
	(10, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 15:00', 1, 10, 10, 100, NULL, 'email', '[]'),					-- answered first by one who has left
	(11, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 19:00', 1, 10, 10, 100, NULL, 'email', '[]'),					-- a target in business hours, another one in calendar hours
	(12, false, 'solved', 'urgent', NULL, '2026-03-02 10:00', '2026-03-02 12:00', 2, 10, 10, 100, NULL, 'email', '[]'),				-- its target was lowered
	(13, false, 'new', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 10, 100, NULL, 'email', '[]'),					-- due in a hundred years
	(14, false, 'new', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:00', NULL, 10, 10, 100, NULL, 'email', '[]'),					-- was due long ago
	(15, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 10, 100, NULL, 'email', '[]'),					-- solved in time without an answer
	(16, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:00', 2, 10, 10, 100, NULL, 'voice', '[]'),					-- calls
	(17, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:00', 1, 10, 10, 100, NULL, 'chat', '[]'),					-- asked, never rated
	(18, false, 'open', NULL, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 1, 10, 10, 100, NULL, 'email', '[]'),					-- answered before it was there: imported
	(19, false, 'solved', NULL, NULL, '2026-03-02 10:00', '2026-03-02 11:30', 2, 10, 10, 100, NULL, 'email', '[]');					-- solved twice without a time between, of another assignee

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
	(1, 'status', '2026-03-06 11:00', 'closed'),			-- four days later, by Zendesk
	(1, 'satisfaction_score', '2026-03-03 11:00', 'offered'),
	(1, 'satisfaction_score', '2026-03-03 12:00', 'good'),
	(1, 'satisfaction_comment', '2026-03-03 12:00', 'thanks'),
	(1, 'group_id', '2026-03-02 10:00', '100'),
	(1, 'assignee_id', '2026-03-02 10:20', '1'),
	(1, '360001234', '2026-03-02 10:00', '{not ours'),		-- a custom field
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
