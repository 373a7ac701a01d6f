-- Chatwoot's own tables with the columns that adapters/chatwoot.sql reads, and conversations made
-- by hand: each is about one trap.  All is in UTC, in the first week of March 2026, which begins on
-- Monday the 2nd.  The policies are of the first account.

CREATE TABLE users (id serial PRIMARY KEY, name varchar NOT NULL, display_name varchar);
CREATE TABLE teams (id bigserial PRIMARY KEY, name varchar NOT NULL);
CREATE TABLE contacts (id serial PRIMARY KEY, name varchar, company_id bigint);
CREATE TABLE inboxes (id serial PRIMARY KEY, channel_id integer NOT NULL, channel_type varchar, timezone varchar DEFAULT 'UTC',
	working_hours_enabled boolean DEFAULT false);
CREATE TABLE channel_twilio_sms (id bigserial PRIMARY KEY, medium integer DEFAULT 0);
CREATE TABLE working_hours (id bigserial PRIMARY KEY, inbox_id bigint, day_of_week integer NOT NULL, closed_all_day boolean DEFAULT false,
	open_hour integer, open_minutes integer, close_hour integer, close_minutes integer, open_all_day boolean DEFAULT false);
CREATE TABLE agent_bot_inboxes (id bigserial PRIMARY KEY, inbox_id integer, agent_bot_id integer, status integer DEFAULT 0,
	created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL);
CREATE TABLE captain_inboxes (id bigserial PRIMARY KEY, captain_assistant_id bigint NOT NULL, inbox_id bigint NOT NULL,
	created_at timestamp(6) NOT NULL);
CREATE TABLE conversations (id serial PRIMARY KEY, account_id integer NOT NULL, inbox_id integer NOT NULL,
	status integer DEFAULT 0 NOT NULL,
	assignee_id integer, created_at timestamp DEFAULT '2026-03-02 10:00' NOT NULL, updated_at timestamp DEFAULT '2026-03-09 10:00' NOT NULL,
	contact_id bigint, team_id bigint, campaign_id bigint, priority integer, sla_policy_id bigint, cached_label_list text,
	assignee_agent_bot_id bigint);
CREATE TABLE messages (id serial PRIMARY KEY, content text, account_id integer NOT NULL, conversation_id integer NOT NULL,
	message_type integer NOT NULL, created_at timestamp NOT NULL, private boolean DEFAULT false NOT NULL,
	content_type integer DEFAULT 0 NOT NULL, status integer DEFAULT 0,
	content_attributes json DEFAULT '{}', sender_type varchar, sender_id bigint, additional_attributes jsonb DEFAULT '{}');
CREATE INDEX ON messages (conversation_id);
CREATE TABLE reporting_events (id bigserial PRIMARY KEY, name varchar, account_id integer, user_id integer, conversation_id integer,
	created_at timestamp(6) NOT NULL, event_end_time timestamp);
CREATE INDEX ON reporting_events (conversation_id);
CREATE TABLE csat_survey_responses (id bigserial PRIMARY KEY, account_id bigint NOT NULL, conversation_id bigint NOT NULL,
	message_id bigint NOT NULL UNIQUE, rating integer NOT NULL, feedback_message text, assigned_agent_id bigint,
		created_at timestamp(6) NOT NULL,
	updated_at timestamp(6) DEFAULT '2026-03-04 10:00' NOT NULL);
CREATE TABLE calls (id bigserial PRIMARY KEY, conversation_id bigint NOT NULL, direction integer NOT NULL, duration_seconds integer);
CREATE TABLE sla_policies (id bigserial PRIMARY KEY, name varchar NOT NULL, first_response_time_threshold double precision,
	next_response_time_threshold double precision, resolution_time_threshold double precision,
		only_during_business_hours boolean DEFAULT false,
	updated_at timestamp(6) DEFAULT '2026-01-01' NOT NULL);
CREATE TABLE applied_slas (id bigserial PRIMARY KEY, account_id bigint NOT NULL, sla_policy_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	created_at timestamp(6) DEFAULT '2026-03-02 10:00' NOT NULL);
CREATE INDEX ON applied_slas (conversation_id);

INSERT INTO users VALUES (11, 'Ana Alvarez', 'Ana'), (12, 'Ben Brown', '');
INSERT INTO teams VALUES (1, 'billing');
INSERT INTO contacts VALUES (101, 'Cleo', 900), (102, 'Dan', NULL);
INSERT INTO channel_twilio_sms VALUES (51, 1), (61, 0);
-- the channels of different kinds have numbers of their own
INSERT INTO inboxes VALUES (1, 51, 'Channel::WebWidget', 'UTC', false), (2, 51, 'Channel::Email', 'UTC', false),
	(3, 52, 'Channel::WebWidget', 'America/New_York', true), (4, 53, 'Channel::WebWidget', 'UTC', false),
	(5, 51, 'Channel::TwilioSms', 'UTC', false), (6, 61, 'Channel::TwilioSms', 'UTC', false), (7, 1, 'Channel::FacebookPage', 'UTC', false),
	(9, 54, 'Channel::WebWidget', 'UTC', false), (10, 55, 'Channel::Api', 'UTC', false);
-- there are rows even where working hours are not enabled
INSERT INTO working_hours (inbox_id, day_of_week, closed_all_day, open_hour, open_minutes, close_hour, close_minutes)
SELECT inbox, d, d IN (0, 6), 9, 0, 17, 30 FROM unnest('{2,3}'::int[]) AS inbox, generate_series(0, 6) AS d;
-- inbox 4 has a bot since 1 March; 10 had one until noon of the 2nd
INSERT INTO agent_bot_inboxes (inbox_id, agent_bot_id, status, created_at, updated_at) VALUES
	(4, 1, 0, '2026-03-01', '2026-03-01'), (10, 2, 1, '2026-03-01', '2026-03-02 12:00');
INSERT INTO captain_inboxes (captain_assistant_id, inbox_id, created_at) VALUES (1, 7, '2026-03-01');

INSERT INTO sla_policies VALUES (1, 'both', 3600, NULL, 86400, false), (2, 'resolution only', NULL, NULL, 7200, true),
	(3, 'next', NULL, 3600, NULL, false);

-- status 0 is open, 1 resolved, 2 pending, 3 snoozed
INSERT INTO conversations (id, account_id, inbox_id, status, assignee_id, contact_id, team_id, campaign_id, priority,
	sla_policy_id, cached_label_list) VALUES
	(1, 1, 1, 1, 11, 101, 1, NULL, 3, NULL, 'invoice, vip'),	-- an ordinary one
	(2, 1, 4, 1, 12, 102, NULL, NULL, NULL, NULL, ''),	-- a bot answered first and handed over
	(3, 1, 4, 1, NULL, 102, NULL, NULL, 0, NULL, NULL),	-- a bot resolved it
	(4, 1, 2, 1, 11, 101, 1, NULL, 1, NULL, NULL),	-- reopened, snoozed and resolved again, rated twice
	(5, 1, 2, 0, 11, 102, 1, NULL, 2, NULL, NULL),	-- reopened and still open
	(6, 1, 1, 0, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- a note, an activity and a template before the answer
	(7, 1, 4, 2, NULL, 102, NULL, NULL, NULL, 1, NULL),	-- nobody but a bot answered
	(8, 1, 2, 1, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- an agent began it
	(9, 1, 1, 3, 12, 102, NULL, 7, NULL, NULL, NULL),	-- a campaign and automation rules wrote first
	(10, 1, 2, 1, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- events of an older version, one of them twice
	(11, 1, 2, 1, NULL, 102, NULL, NULL, NULL, NULL, NULL),	-- imported as resolved, without events
	(12, 1, 2, 1, 11, 102, NULL, NULL, NULL, 1, NULL),	-- answered too late, resolved in time
	(13, 1, 2, 1, 12, 102, NULL, NULL, NULL, 1, NULL),	-- resolved in time without an answer
	(14, 1, 2, 0, 11, 102, NULL, NULL, NULL, 1, NULL),	-- answered in time, not resolved in time
	(15, 1, 3, 1, 11, 102, NULL, NULL, NULL, 2, NULL),	-- working hours
	(16, 2, 9, 2, NULL, 102, NULL, NULL, NULL, NULL, NULL),	-- of another account, where there is no bot
	(17, 1, 5, 0, 11, 102, NULL, NULL, NULL, NULL, NULL),	-- answered in WhatsApp's own app
	(18, 1, 6, 1, 12, 102, NULL, 8, NULL, NULL, NULL),	-- a campaign that the customer did not answer
	(19, 1, 1, 1, 11, 102, NULL, NULL, NULL, NULL, NULL),	-- snoozed before the answer
	(20, 1, 7, 1, NULL, 102, NULL, NULL, NULL, NULL, NULL),	-- a bot resolved it twice; no event tells what was between
	(21, 1, 1, 0, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- handed over by a bot that no table tells of
	(22, 1, 4, 1, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- from before there was a bot
	(23, 1, 2, 0, 11, 102, NULL, NULL, NULL, 3, NULL),	-- a target for each answer
	(24, 1, 1, 0, NULL, 102, NULL, NULL, NULL, NULL, NULL),	-- calls
	(25, 1, 10, 2, 12, 102, NULL, NULL, NULL, NULL, NULL),	-- an agent took it from a bot that is gone
	(26, 1, 1, 2, NULL, 102, NULL, NULL, NULL, NULL, NULL);	-- assigned to a bot by hand
UPDATE conversations SET created_at = '2026-03-02 13:00' WHERE id = 15;
UPDATE conversations SET created_at = '2026-02-27 10:00' WHERE id = 22;
UPDATE conversations SET assignee_agent_bot_id = 1 WHERE id = 26;
INSERT INTO calls (conversation_id, direction, duration_seconds) VALUES (24, 0, 120), (24, 1, 45), (24, 0, NULL);

-- message_type 0 is incoming, 1 outgoing, 2 an activity, 3 a template
-- one that failed is no answer
INSERT INTO messages (id, account_id, conversation_id, message_type, created_at, sender_type, sender_id, status)
VALUES (199, 1, 1, 1, '2026-03-02 10:02', 'User', 11, 3);
INSERT INTO messages (id, account_id, conversation_id, message_type, created_at, sender_type, sender_id, private,
	content_attributes, additional_attributes) VALUES
	(101, 1, 1, 0, '2026-03-02 10:00', 'Contact', 101, false, NULL, NULL),
	(102, 1, 1, 1, '2026-03-02 10:10', 'User', 11, false, '"{}"', '{}'),
	(103, 1, 1, 0, '2026-03-02 10:12', 'Contact', 101, false, '"{}"', '{}'),
	(201, 1, 2, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(202, 1, 2, 1, '2026-03-02 10:00:05', 'AgentBot', 11, false, '"{}"', '{}'),
	(203, 1, 2, 1, '2026-03-02 10:32', 'User', 12, false, '"{}"', '{}'),
	(301, 1, 3, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(302, 1, 3, 1, '2026-03-02 10:00:03', 'AgentBot', 1, false, '"{}"', '{}'),
	(401, 1, 4, 0, '2026-03-02 10:00', 'Contact', 101, false, '"{}"', '{}'),
	(402, 1, 4, 1, '2026-03-02 11:00', 'User', 11, false, '"{}"', '{}'),
	(403, 1, 4, 0, '2026-03-03 09:00', 'Contact', 101, false, '"{}"', '{}'),
	(404, 1, 4, 1, '2026-03-03 09:30', 'User', 11, false, '"{}"', '{}'),
	(501, 1, 5, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(502, 1, 5, 1, '2026-03-02 10:15', 'User', 11, false, '"{}"', '{}'),
	(503, 1, 5, 0, '2026-03-04 08:00', 'Contact', 102, false, '"{}"', '{}'),
	(601, 1, 6, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(602, 1, 6, 1, '2026-03-02 10:05', 'User', 11, true, '"{}"', '{}'),
	(603, 1, 6, 2, '2026-03-02 10:06', 'User', 11, false, '"{}"', '{}'),
	(604, 1, 6, 3, '2026-03-02 10:07', NULL, NULL, false, '"{}"', '{}'),
	(605, 1, 6, 1, '2026-03-02 10:30', 'User', 12, false, '"{}"', '{}'),
	(701, 1, 7, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(702, 1, 7, 1, '2026-03-02 10:00:04', 'Captain::Assistant', 1, false, '"{}"', '{}'),
	(801, 1, 8, 1, '2026-03-02 10:00', 'User', 12, false, '"{}"', '{}'),
	(802, 1, 8, 0, '2026-03-02 10:30', 'Contact', 102, false, '"{}"', '{}'),
	(803, 1, 8, 1, '2026-03-02 11:00', 'User', 11, false, '"{}"', '{}'),
	(901, 1, 9, 1, '2026-03-02 10:00', 'User', 11, false, '"{}"', '{"campaign_id": 7}'),
	-- attributes are an object in a string, or an object
	(902, 1, 9, 1, '2026-03-02 10:01', 'User', 11, false, '"{\"automation_rule_id\":5}"', '{}'),
	(903, 1, 9, 1, '2026-03-02 10:02', 'User', 11, false, '{"automation_rule_id": 5}', '{}'),
	(904, 1, 9, 0, '2026-03-02 10:15', 'Contact', 102, false, '"{}"', '{}'),
	(905, 1, 9, 1, '2026-03-02 10:25', 'User', 12, false, '"{\"automation_rule_id\":null}"', '{}'),
	(1001, 1, 10, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1002, 1, 10, 1, '2026-03-02 10:30', 'User', 12, false, '"{}"', '{}'),
	(1201, 1, 12, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1202, 1, 12, 1, '2026-03-02 12:00', 'User', 11, false, '"{}"', '{}'),
	(1301, 1, 13, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1401, 1, 14, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1402, 1, 14, 1, '2026-03-02 10:45', 'User', 11, false, '"{}"', '{}'),
	(1501, 1, 15, 0, '2026-03-02 13:00', 'Contact', 102, false, '"{}"', '{}'),
	-- the message with the higher number is the earlier one: it was imported later
	(1502, 1, 15, 1, '2026-03-02 15:10', 'User', 12, false, '"{}"', '{}'),
	(1503, 1, 15, 1, '2026-03-02 15:00', 'User', 11, false, '"{}"', '{}'),
	(1601, 2, 16, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	-- sent by a program, a deleted one of a rule, and the agent's
	(1701, 1, 17, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1702, 1, 17, 1, '2026-03-02 10:05', NULL, NULL, false, '"{}"', '{}'),
	(1703, 1, 17, 1, '2026-03-02 10:06', NULL, NULL, false, '"{\"deleted\":true}"', '{}'),
	(1704, 1, 17, 1, '2026-03-02 10:20', NULL, NULL, false, '"{\"external_echo\":true}"', '{}'),
	(1801, 1, 18, 1, '2026-03-02 10:00', 'User', 12, false, '"{}"', '{"campaign_id": 8}'),
	(1901, 1, 19, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(1902, 1, 19, 1, '2026-03-02 11:10', 'User', 11, false, '"{}"', '{}'),
	(2001, 1, 20, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2002, 1, 20, 1, '2026-03-02 10:00:03', 'Captain::Assistant', 1, false, '"{}"', '{}'),
	(2003, 1, 20, 0, '2026-03-02 11:00', 'Contact', 102, false, '"{}"', '{}'),
	(2101, 1, 21, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2102, 1, 21, 1, '2026-03-02 10:25', 'User', 12, false, '"{}"', '{}'),
	(2201, 1, 22, 0, '2026-02-27 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2202, 1, 22, 1, '2026-02-27 10:10', 'User', 12, false, '"{}"', '{}'),
	(2301, 1, 23, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2302, 1, 23, 1, '2026-03-02 10:10', 'User', 11, false, '"{}"', '{}'),
	(2303, 1, 23, 0, '2026-03-02 10:20', 'Contact', 102, false, '"{}"', '{}'),
	(2304, 1, 23, 1, '2026-03-02 11:25', 'User', 11, false, '"{}"', '{}'),
	(2305, 1, 23, 0, '2026-03-02 12:00', 'Contact', 102, false, '"{}"', '{}'),
	(2306, 1, 23, 1, '2026-03-02 13:30', 'User', 11, false, '"{}"', '{}'),
	(2307, 1, 23, 0, '2026-03-02 14:00', 'Contact', 102, false, '"{}"', '{}'),
	(2308, 1, 23, 1, '2026-03-02 14:30', 'User', 11, false, '"{}"', '{}'),
	(2401, 1, 24, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2501, 1, 25, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}'),
	(2502, 1, 25, 1, '2026-03-02 10:40', 'User', 12, false, '"{}"', '{}'),
	(2601, 1, 26, 0, '2026-03-02 10:00', 'Contact', 102, false, '"{}"', '{}');
-- surveys: templates, and in WhatsApp ordinary messages
INSERT INTO messages (id, account_id, conversation_id, message_type, created_at, content_type) VALUES
	(104, 1, 1, 3, '2026-03-02 11:00:01', 9), (204, 1, 2, 3, '2026-03-02 10:40:01', 9), (405, 1, 4, 3, '2026-03-02 12:00:01', 9),
	(406, 1, 4, 3, '2026-03-03 10:00:01', 9), (1602, 2, 16, 3, '2026-03-02 10:00:30', 9), (1705, 1, 17, 1, '2026-03-02 10:10', 9);

-- 1 was rated while Ben had it; the message with the survey of 5 is gone
INSERT INTO csat_survey_responses (account_id, conversation_id, message_id, rating, feedback_message, assigned_agent_id, created_at) VALUES
	(1, 1, 104, 5, 'thanks', 12, '2026-03-02 11:05'), (1, 4, 406, 4, NULL, 11, '2026-03-03 11:00'),
	(1, 4, 405, 2, 'slow', 11, '2026-03-02 13:00'), (1, 5, 599, 1, NULL, 11, '2026-03-02 11:30');

-- a job wrote each event some seconds later
INSERT INTO reporting_events (id, name, account_id, conversation_id, created_at, event_end_time)
SELECT id, name, 1, conversation_id, event_end_time + interval '3 s', event_end_time
FROM (VALUES
	(1, 'first_response', 1, '2026-03-02 10:10'::timestamp),
	(2, 'conversation_resolved', 1, '2026-03-02 11:00'),
	(3, 'conversation_opened', 2, '2026-03-02 10:30'),
	(4, 'conversation_bot_handoff', 2, '2026-03-02 10:30'),
	(5, 'conversation_resolved', 2, '2026-03-02 10:40'),
	(6, 'conversation_resolved', 3, '2026-03-02 10:30'),
	(7, 'conversation_bot_resolved', 3, '2026-03-02 10:30'),
	(8, 'conversation_resolved', 4, '2026-03-02 12:00'),
	(9, 'conversation_opened', 4, '2026-03-03 09:00'),
	(10, 'conversation_opened', 4, '2026-03-03 09:30'),	-- back from a snooze: no second reopening
	(11, 'conversation_resolved', 4, '2026-03-03 10:00'),
	(12, 'conversation_resolved', 5, '2026-03-02 11:00'),
	(13, 'conversation_opened', 5, '2026-03-04 08:00'),
	(14, 'conversation_resolved', 8, '2026-03-02 12:00'),
	(15, 'conversation_resolved', 10, '2026-03-03 10:00'),
	(16, 'conversation_resolved', 10, '2026-03-03 10:00'),	-- the job ran twice
	(17, 'conversation_resolved', 12, '2026-03-02 20:00'),
	(18, 'conversation_resolved', 13, '2026-03-02 10:50'),
	(19, 'conversation_resolved', 15, '2026-03-02 15:30'),
	(20, 'conversation_resolved', 18, '2026-03-02 10:00:10'),
	(21, 'conversation_opened', 19, '2026-03-02 11:00'),
	(22, 'conversation_resolved', 19, '2026-03-02 12:00'),
	(23, 'conversation_resolved', 20, '2026-03-02 10:30'),
	(24, 'conversation_bot_resolved', 20, '2026-03-02 10:30'),
	(25, 'conversation_resolved', 20, '2026-03-02 11:30'),
	(26, 'conversation_bot_resolved', 20, '2026-03-02 11:30'),
	(27, 'conversation_opened', 21, '2026-03-02 10:20'),	-- in this order
	(28, 'conversation_bot_handoff', 21, '2026-03-02 10:20'),
	(29, 'conversation_resolved', 22, '2026-02-27 11:00'),
	(30, 'conversation_opened', 25, '2026-03-02 10:30')
) AS e (id, name, conversation_id, event_end_time);
INSERT INTO reporting_events (id, name, account_id, conversation_id, created_at, event_end_time) VALUES
	(31, 'conversation_resolved', 1, 10, '2026-03-02 11:00', NULL);

-- that of 12 was applied after the answer, that of 23 after the second one
INSERT INTO applied_slas (account_id, sla_policy_id, conversation_id, created_at)
SELECT account_id, sla_policy_id, id, CASE id WHEN 12 THEN '2026-03-02 12:30' WHEN 23 THEN '2026-03-02 11:30' ELSE created_at + interval '1 minute' END
FROM conversations WHERE sla_policy_id IS NOT NULL;
