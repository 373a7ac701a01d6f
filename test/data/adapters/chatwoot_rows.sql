-- Conversations for adapters/chatwoot.sql, made by hand: each is about one trap.
-- All is in UTC, in the first week of March 2026, which begins on Monday the 2nd.

INSERT INTO users VALUES (11, 'Ana Alvarez', 'Ana'), (12, 'Ben Brown', '');
INSERT INTO teams VALUES (1, 'billing', 1);
-- working hours have rows even where they are not enabled
INSERT INTO inboxes VALUES (1, 1, 1, 'site', 'Channel::WebWidget', true, 'America/New_York'),
	(2, 1, 1, 'mail', 'Channel::Email', false, 'UTC'), (3, 2, 2, 'site of another tenant', 'Channel::WebWidget', false, 'UTC');
INSERT INTO working_hours (inbox_id, account_id, day_of_week, closed_all_day, open_hour, open_minutes, close_hour, close_minutes)
SELECT inbox, 1, d, d IN (0, 6), 9, 0, 17, 30 FROM generate_series(1, 2) AS inbox, generate_series(0, 6) AS d;

-- policy 1 promises both, policy 2 a resolution only; seconds
INSERT INTO sla_policies VALUES (1, 'both', 3600, NULL, false, 1, 86400), (2, 'resolution only', NULL, NULL, true, 1, 7200);

INSERT INTO conversations (id, account_id, inbox_id, status, assignee_id, created_at, updated_at, contact_id, display_id, team_id, first_reply_created_at, priority, sla_policy_id, cached_label_list) VALUES
	(1,  1, 1, 1, 11,   '2026-03-02 10:00', '2026-03-02 11:00', 101, 1,  1,    '2026-03-02 10:10', 3,    NULL, 'invoice, vip'),	-- an ordinary one
	(2,  1, 1, 1, 12,   '2026-03-02 10:00', '2026-03-02 10:40', 102, 2,  NULL, '2026-03-02 10:20', NULL, NULL, ''),				-- a bot answered first and handed over
	(3,  1, 1, 1, NULL, '2026-03-02 10:00', '2026-03-02 10:30', 103, 3,  NULL, NULL,               0,    NULL, NULL),				-- a bot resolved it
	(4,  1, 2, 1, 11,   '2026-03-02 10:00', '2026-03-03 11:00', 104, 4,  1,    '2026-03-02 11:00', 1,    NULL, NULL),				-- reopened and resolved again, rated twice
	(5,  1, 2, 0, 11,   '2026-03-02 10:00', '2026-03-04 08:00', 105, 5,  1,    '2026-03-02 10:15', 2,    NULL, NULL),				-- reopened and still open
	(6,  1, 1, 0, 12,   '2026-03-02 10:00', '2026-03-02 10:30', 106, 6,  NULL, '2026-03-02 10:30', NULL, NULL, NULL),				-- a note, an activity and a template before the answer
	(7,  1, 1, 0, NULL, '2026-03-02 10:00', '2026-03-02 10:00', 107, 7,  NULL, NULL,               NULL, 1,    NULL),				-- a bot answered but nobody else, the SLA runs
	(8,  1, 2, 1, 12,   '2026-03-02 10:00', '2026-03-02 12:00', 108, 8,  NULL, '2026-03-02 10:00', NULL, NULL, NULL),				-- an agent began it
	(9,  1, 1, 3, 12,   '2026-03-02 10:00', '2026-03-02 10:25', 109, 9,  NULL, '2026-03-02 10:00', NULL, NULL, NULL),				-- a campaign and an automation rule wrote first
	(10, 1, 2, 1, 12,   '2026-03-02 10:00', '2026-03-03 10:00', 110, 10, NULL, '2026-03-02 10:30', NULL, NULL, NULL),				-- events of an older version, one of them twice
	(11, 1, 2, 1, NULL, '2026-03-02 10:00', '2026-03-02 10:00', 111, 11, NULL, NULL,               NULL, NULL, NULL),				-- imported as resolved, without events
	(12, 1, 2, 1, 11,   '2026-03-02 10:00', '2026-03-02 20:00', 112, 12, NULL, '2026-03-02 12:00', NULL, 1,    NULL),				-- answered too late, resolved in time
	(13, 1, 2, 1, 12,   '2026-03-02 10:00', '2026-03-02 10:50', 113, 13, NULL, NULL,               NULL, 1,    NULL),				-- resolved in time without an answer
	(14, 1, 2, 0, 11,   '2026-03-02 10:00', '2026-03-03 10:05', 114, 14, NULL, '2026-03-02 10:45', NULL, 1,    NULL),				-- answered in time, not resolved in time
	(15, 1, 1, 1, 11,   '2026-03-02 14:00', '2026-03-02 15:30', 115, 15, NULL, '2026-03-02 15:00', NULL, 2,    NULL),				-- two agents, a policy without a response target, one it had before
	(16, 2, 3, 2, NULL, '2026-03-02 10:00', '2026-03-02 10:00', 201, 1,  NULL, NULL,               NULL, NULL, NULL);				-- of another tenant, pending

-- message_type 0 is incoming, 1 outgoing, 2 an activity, 3 a template
INSERT INTO messages (id, account_id, inbox_id, conversation_id, message_type, created_at, sender_type, sender_id, private, content_type, additional_attributes) VALUES
	(1001, 1, 1, 1,  0, '2026-03-02 10:00:00', 'Contact', 101, false, 0, '{}'),
	(1002, 1, 1, 1,  1, '2026-03-02 10:10:00', 'User', 11, false, 0, '{}'),
	(1003, 1, 1, 1,  0, '2026-03-02 10:12:00', 'Contact', 101, false, 0, '{}'),
	(1004, 1, 1, 1,  3, '2026-03-02 11:00:01', NULL, NULL, false, 9, '{}'),
	(2001, 1, 1, 2,  0, '2026-03-02 10:00:00', 'Contact', 102, false, 0, '{}'),
	(2002, 1, 1, 2,  1, '2026-03-02 10:00:05', 'AgentBot', 11, false, 0, '{}'),
	(2003, 1, 1, 2,  1, '2026-03-02 10:20:00', 'User', 12, false, 0, '{}'),
	(2004, 1, 1, 2,  3, '2026-03-02 10:40:01', NULL, NULL, false, 9, '{}'),
	(3001, 1, 1, 3,  0, '2026-03-02 10:00:00', 'Contact', 103, false, 0, '{}'),
	(3002, 1, 1, 3,  1, '2026-03-02 10:00:03', 'Captain::Assistant', 1, false, 0, '{}'),
	(4001, 1, 2, 4,  0, '2026-03-02 10:00:00', 'Contact', 104, false, 0, '{}'),
	(4002, 1, 2, 4,  1, '2026-03-02 11:00:00', 'User', 11, false, 0, '{}'),
	(4003, 1, 2, 4,  3, '2026-03-02 12:00:01', NULL, NULL, false, 9, '{}'),
	(4004, 1, 2, 4,  0, '2026-03-03 09:00:00', 'Contact', 104, false, 0, '{}'),
	(4005, 1, 2, 4,  1, '2026-03-03 09:30:00', 'User', 11, false, 0, '{}'),
	(4006, 1, 2, 4,  3, '2026-03-03 10:00:01', NULL, NULL, false, 9, '{}'),
	(5001, 1, 2, 5,  0, '2026-03-02 10:00:00', 'Contact', 105, false, 0, '{}'),
	(5002, 1, 2, 5,  1, '2026-03-02 10:15:00', 'User', 11, false, 0, '{}'),
	(5003, 1, 2, 5,  0, '2026-03-04 08:00:00', 'Contact', 105, false, 0, '{}'),
	(6001, 1, 1, 6,  0, '2026-03-02 10:00:00', 'Contact', 106, false, 0, '{}'),
	(6002, 1, 1, 6,  1, '2026-03-02 10:05:00', 'User', 11, true, 0, '{}'),
	(6003, 1, 1, 6,  2, '2026-03-02 10:06:00', 'User', 11, false, 0, '{}'),
	(6004, 1, 1, 6,  3, '2026-03-02 10:07:00', NULL, NULL, false, 0, '{}'),
	(6005, 1, 1, 6,  1, '2026-03-02 10:30:00', 'User', 12, false, 0, NULL),
	(7001, 1, 1, 7,  0, '2026-03-02 10:00:00', 'Contact', 107, false, 0, '{}'),
	(7002, 1, 1, 7,  1, '2026-03-02 10:00:04', 'Captain::Assistant', 1, false, 0, '{}'),	-- of which no event tells
	(8001, 1, 2, 8,  1, '2026-03-02 10:00:00', 'User', 12, false, 0, '{}'),
	(8002, 1, 2, 8,  0, '2026-03-02 10:30:00', 'Contact', 108, false, 0, '{}'),
	(8003, 1, 2, 8,  1, '2026-03-02 11:00:00', 'User', 11, false, 0, '{}'),
	(9001, 1, 1, 9,  1, '2026-03-02 10:00:00', 'User', 11, false, 0, '{"campaign_id": 7}'),
	(9002, 1, 1, 9,  1, '2026-03-02 10:01:00', NULL, NULL, false, 0, '{}'),
	(9003, 1, 1, 9,  0, '2026-03-02 10:15:00', 'Contact', 109, false, 0, '{}'),
	(9004, 1, 1, 9,  1, '2026-03-02 10:25:00', 'User', 12, false, 0, '{}'),
	(10001, 1, 2, 10, 0, '2026-03-02 10:00:00', 'Contact', 110, false, 0, '{}'),
	(10002, 1, 2, 10, 1, '2026-03-02 10:30:00', 'User', 12, false, 0, '{}'),
	(12001, 1, 2, 12, 0, '2026-03-02 10:00:00', 'Contact', 112, false, 0, '{}'),
	(12002, 1, 2, 12, 1, '2026-03-02 12:00:00', 'User', 11, false, 0, '{}'),
	(13001, 1, 2, 13, 0, '2026-03-02 10:00:00', 'Contact', 113, false, 0, '{}'),
	(14001, 1, 2, 14, 0, '2026-03-02 10:00:00', 'Contact', 114, false, 0, '{}'),
	(14002, 1, 2, 14, 1, '2026-03-02 10:45:00', 'User', 11, false, 0, '{}'),
	(15001, 1, 1, 15, 0, '2026-03-02 14:00:00', 'Contact', 115, false, 0, '{}'),
	-- the message with the higher number is the earlier one: it was imported later
	(15002, 1, 1, 15, 1, '2026-03-02 15:10:00', 'User', 12, false, 0, '{}'),
	(15003, 1, 1, 15, 1, '2026-03-02 15:00:00', 'User', 11, false, 0, '{}'),
	(16001, 2, 3, 16, 0, '2026-03-02 10:00:00', 'Contact', 201, false, 0, '{}'),
	(16002, 2, 3, 16, 3, '2026-03-02 10:00:30', NULL, NULL, false, 9, '{}');

INSERT INTO reporting_events (name, value, account_id, inbox_id, user_id, conversation_id, created_at, value_in_business_hours, event_start_time, event_end_time) VALUES
	('first_response', 600, 1, 1, 11, 1, '2026-03-02 10:10', 0, '2026-03-02 10:00', '2026-03-02 10:10'),
	('conversation_resolved', 3600, 1, 1, 11, 1, '2026-03-02 11:00:02', 0, '2026-03-02 10:00', '2026-03-02 11:00'),
	('conversation_bot_handoff', 300, 1, 1, NULL, 2, '2026-03-02 10:05', 0, '2026-03-02 10:00', '2026-03-02 10:05'),
	('conversation_opened', 0, 1, 1, NULL, 2, '2026-03-02 10:05', 0, '2026-03-02 10:00', '2026-03-02 10:05'),	-- opened for the first time: no reopening
	('conversation_resolved', 2400, 1, 1, 12, 2, '2026-03-02 10:40', 0, '2026-03-02 10:00', '2026-03-02 10:40'),
	('conversation_resolved', 1800, 1, 1, NULL, 3, '2026-03-02 10:30', 0, '2026-03-02 10:00', '2026-03-02 10:30'),
	('conversation_bot_resolved', 1800, 1, 1, NULL, 3, '2026-03-02 10:30', 0, '2026-03-02 10:00', '2026-03-02 10:30'),
	('conversation_resolved', 7200, 1, 2, 11, 4, '2026-03-02 12:00', 0, '2026-03-02 10:00', '2026-03-02 12:00'),
	('conversation_opened', 75600, 1, 2, 11, 4, '2026-03-03 09:00', 0, '2026-03-02 12:00', '2026-03-03 09:00'),
	('conversation_opened', 77400, 1, 2, 11, 4, '2026-03-03 09:30', 0, '2026-03-02 12:00', '2026-03-03 09:30'),	-- back from a snooze: no second reopening
	('conversation_resolved', 86400, 1, 2, 11, 4, '2026-03-03 10:00', 0, '2026-03-02 10:00', '2026-03-03 10:00'),
	('conversation_resolved', 3600, 1, 2, 11, 5, '2026-03-02 11:00', 0, '2026-03-02 10:00', '2026-03-02 11:00'),
	('conversation_opened', 162000, 1, 2, 11, 5, '2026-03-04 08:00', 0, '2026-03-02 11:00', '2026-03-04 08:00'),
	('conversation_resolved', 7200, 1, 2, 12, 8, '2026-03-02 12:00', 0, '2026-03-02 10:00', '2026-03-02 12:00'),
	('conversation_resolved', 3600, 1, 2, 12, 10, '2026-03-02 11:00', NULL, NULL, NULL),
	('conversation_resolved', 86400, 1, 2, 12, 10, '2026-03-03 10:00:01', NULL, '2026-03-02 10:00', '2026-03-03 10:00'),
	('conversation_resolved', 86400, 1, 2, 12, 10, '2026-03-03 10:00:09', NULL, '2026-03-02 10:00', '2026-03-03 10:00'),
	('conversation_resolved', 36000, 1, 2, 11, 12, '2026-03-02 20:00', 0, '2026-03-02 10:00', '2026-03-02 20:00'),
	('conversation_resolved', 3000, 1, 2, 12, 13, '2026-03-02 10:50', 0, '2026-03-02 10:00', '2026-03-02 10:50'),
	('conversation_resolved', 5400, 1, 1, 11, 15, '2026-03-02 15:30', 0, '2026-03-02 14:00', '2026-03-02 15:30');

INSERT INTO csat_survey_responses (account_id, conversation_id, message_id, rating, feedback_message, contact_id, assigned_agent_id, created_at) VALUES
	(1, 1, 1004, 5, 'thanks', 101, 12, '2026-03-02 11:05'),		-- another agent than the assignee of now
	(1, 4, 4006, 4, NULL, 104, 11, '2026-03-03 11:00'),			-- the latest one, entered first
	(1, 4, 4003, 2, 'slow', 104, 11, '2026-03-02 13:00');

INSERT INTO applied_slas (id, account_id, sla_policy_id, conversation_id, created_at, sla_status) VALUES
	(7, 1, 1, 7, '2026-03-02 10:00', 0), (12, 1, 1, 12, '2026-03-02 10:00', 2), (13, 1, 1, 13, '2026-03-02 10:00', 1),
	(14, 1, 1, 14, '2026-03-02 10:00', 3), (15, 1, 2, 15, '2026-03-02 14:00', 1), (115, 1, 1, 15, '2026-03-02 14:00', 2);
-- event_type 0 is a first response that was missed, 1 a later one, 2 a resolution
INSERT INTO sla_events (applied_sla_id, conversation_id, account_id, event_type, created_at) VALUES
	(12, 12, 1, 0, '2026-03-02 11:00:30'), (12, 12, 1, 1, '2026-03-02 19:00'), (14, 14, 1, 2, '2026-03-03 10:00:20'), (115, 15, 1, 0, '2026-03-02 15:00:10');
