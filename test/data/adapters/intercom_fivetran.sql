-- Tables of Fivetran's Intercom connector in history mode, with the columns that
-- adapters/intercom_fivetran.sql reads, and conversations made by hand: each is about one trap.
-- All is in UTC, in the first week of March 2026, which begins on Monday the 2nd.

CREATE TABLE conversation_history (id text, _fivetran_active boolean DEFAULT true, _fivetran_deleted boolean,
	_fivetran_start timestamptz DEFAULT '2026-03-10 06:00', _fivetran_synced timestamptz DEFAULT '2026-03-10 06:00',
	created_at timestamptz DEFAULT '2026-03-02 10:00', updated_at timestamptz, state text, priority text, assignee_id text,
	team_assignee_id text, company_id text, source_type text DEFAULT 'conversation', source_delivered_as text, source_author_type text,
	source_author_id text, source_body text DEFAULT 'hello', sla_status text, conversation_rating_value integer,
	conversation_rating_created_at timestamptz, conversation_rating_updated_at timestamptz, conversation_rating_teammate_id text,
	conversation_rating_remark text, ai_agent_participated boolean, ai_agent_source_type text, ai_agent_resolution_state text,
	ai_agent_rating integer, ai_agent_rating_remark text, ai_agent_created_at timestamptz, ai_agent_updated_at timestamptz,
	PRIMARY KEY (id, _fivetran_start));
CREATE TABLE conversation_part_history (id text, conversation_id text, _fivetran_active boolean DEFAULT true, _fivetran_deleted boolean,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00', created_at timestamptz, part_type text, body text, author_type text,
	author_id text, assigned_to_type text, assigned_to_id text);
CREATE INDEX ON conversation_part_history (conversation_id);
CREATE TABLE conversation_contact_history (conversation_id text, contact_id text, _fivetran_active boolean DEFAULT true);
CREATE TABLE contact_history (id text, role text, _fivetran_active boolean);
CREATE TABLE contact_company_history (contact_id text, company_id text, _fivetran_active boolean);
CREATE TABLE company_history (id text, plan_name text, _fivetran_active boolean);
CREATE TABLE admin (id text PRIMARY KEY, name text, _fivetran_deleted boolean);
CREATE TABLE team (id text PRIMARY KEY, name text, _fivetran_deleted boolean);

-- Ben left
INSERT INTO admin VALUES ('1', 'Ana', false), ('2', 'Ben', true);
INSERT INTO team VALUES ('100', 'Front', false), ('200', 'Back', false);
-- c1 was a lead, and in another company; c2 is in two companies
INSERT INTO contact_history VALUES ('c1', 'lead', false), ('c1', 'user', true), ('c2', 'lead', true);
INSERT INTO contact_company_history VALUES ('c1', 'co2', false), ('c1', 'co1', true), ('c2', 'co1', true), ('c2', 'co2', true);
INSERT INTO company_history VALUES ('co1', 'silver', false), ('co1', 'gold', true), ('co2', NULL, true);

INSERT INTO conversation_history (id, state, source_delivered_as, source_author_type, source_author_id, assignee_id,
	team_assignee_id) VALUES
	('1', 'closed', 'customer_initiated', 'user', 'c1', '1', '100'),	-- an ordinary one
	('2', 'closed', 'customer_initiated', 'user', 'c1', '2', NULL),	-- reopened by the answer of the customer
	('3', 'snoozed', 'customer_initiated', 'user', 'c1', NULL, NULL),	-- snoozed, and not reopened
	('4', 'closed', 'customer_initiated', 'user', 'c1', '2', '100'),	-- Fin first, then agents
	('5', 'closed', 'customer_initiated', 'lead', 'c2', '0', '200'),	-- nobody but Fin
	('6', 'open', 'operator_initiated', 'bot', '9', '1', NULL),	-- opened by a custom bot
	('7', 'open', 'admin_initiated', 'admin', '1', '1', NULL),	-- opened by an agent
	('8', 'open', 'automated', 'admin', '1', NULL, NULL),	-- a campaign that a customer answered
	('9', 'open', 'automated', 'admin', '1', NULL, NULL),	-- a campaign that nobody answered
	('10', 'open', 'customer_initiated', 'user', 'c1', NULL, NULL),	-- a test of Fin
	('11', 'open', 'customer_initiated', 'lead', 'c2', '100', '0'),	-- never answered, whatever it looks like; a team is no agent
	('12', 'open', 'customer_initiated', 'user', 'c1', '2', '0'),	-- of several agents and teams
	('13', 'open', NULL, 'contact', 'c1', NULL, '300'),	-- reopened by a note and by an assignment; a team that is gone
	('15', 'open', 'customer_initiated', 'user', 'c1', NULL, NULL);	-- two messages in one second
UPDATE conversation_history SET source_type = 'email', priority = 'not_priority' WHERE id = '1';
UPDATE conversation_history SET company_id = 'co2' WHERE id = '2';
UPDATE conversation_history SET ai_agent_participated = true, ai_agent_resolution_state = 'escalated' WHERE id = '4';
UPDATE conversation_history SET ai_agent_participated = true, ai_agent_resolution_state = 'assumed_resolution' WHERE id = '5';
UPDATE conversation_history SET ai_agent_source_type = 'fin_preview', ai_agent_rating = 1, ai_agent_created_at = '2026-03-02 11:00'
WHERE id = '10';
UPDATE conversation_history SET sla_status = s.status
FROM (VALUES ('1', 'hit'), ('2', 'missed'), ('3', 'active'), ('5', 'cancelled')) AS s (id, status) WHERE s.id = conversation_history.id;
-- older versions of 1, and 14 of which no version is active any more
INSERT INTO conversation_history (id, _fivetran_active, _fivetran_start, state, source_author_type, source_author_id,
	conversation_rating_created_at)
VALUES ('1', false, '2026-03-02 10:01', 'open', 'user', 'c1', '2026-03-02 11:00'), ('1', false, '2026-03-02 10:30',
	'open', 'user', 'c1', NULL),
	('14', false, '2026-03-02 10:01', 'open', 'user', 'c1', NULL);
INSERT INTO conversation_history (id, _fivetran_deleted, state, source_author_type) VALUES ('16', true, 'open', 'user');

-- of 1 when it was asked and answered; of 2 the part has the time of the answer; 3 was asked only; 4 has a rating of Fin too
UPDATE conversation_history SET conversation_rating_value = 5, conversation_rating_created_at = '2026-03-02 12:00',
	conversation_rating_updated_at = '2026-03-03 12:30', conversation_rating_teammate_id = '1', conversation_rating_remark = 'thanks'
WHERE id = '1' AND _fivetran_active;
UPDATE conversation_history SET conversation_rating_value = 3, conversation_rating_created_at = '2026-03-03 11:00',
	conversation_rating_teammate_id = '2' WHERE id = '2';
UPDATE conversation_history SET conversation_rating_created_at = '2026-03-02 14:00' WHERE id = '3';
UPDATE conversation_history SET conversation_rating_value = 2, conversation_rating_created_at = '2026-03-02 14:00',
	ai_agent_rating = 4, ai_agent_created_at = '2026-03-02 10:40', ai_agent_updated_at = '2026-03-02 10:41' WHERE id = '4';
UPDATE conversation_history SET ai_agent_created_at = '2026-03-02 10:20' WHERE id = '5';

INSERT INTO conversation_contact_history VALUES ('7', 'c1', true), ('7', 'c2', false), ('8', 'c1', true), ('8', 'c2', true);

INSERT INTO conversation_part_history (id, conversation_id, created_at, part_type, author_type, author_id, body,
	assigned_to_type, assigned_to_id) VALUES
	('101', '1', '2026-03-02 10:01', 'default_assignment', 'bot', '9', NULL, 'team', '100'),
	('102', '1', '2026-03-02 10:05', 'note', 'admin', '2', 'a note', NULL, NULL),
	('103', '1', '2026-03-02 10:20', 'assignment', 'admin', '1', 'an answer', 'admin', '1'),	-- answered and assigned
	('104', '1', '2026-03-02 10:40', 'comment', 'user', 'c1', 'and', NULL, NULL),
	('105', '1', '2026-03-02 10:50', 'comment', 'admin', '1', 'this', NULL, NULL),
	('106', '1', '2026-03-02 11:00', 'close', 'admin', '1', 'bye', NULL, NULL),	-- closed with words
	('107', '1', '2026-03-02 11:30', 'conversation_attribute_updated_by_admin', 'admin', '1', NULL, NULL, NULL),
	('201', '2', '2026-03-02 10:30', 'comment', 'admin', '2', 'an answer', NULL, NULL),
	('202', '2', '2026-03-02 11:00', 'close', 'admin', '2', NULL, NULL, NULL),
	('203', '2', '2026-03-03 09:00', 'open', 'user', 'c1', 'but', NULL, NULL),	-- one part: the answer and the reopening
	('204', '2', '2026-03-03 09:30', 'comment', 'admin', '2', 'this', NULL, NULL),
	('205', '2', '2026-03-03 10:00', 'close', 'bot', '9', NULL, NULL, NULL),
	('206', '2', '2026-03-03 11:10', 'conversation_rating_changed', 'user', 'c1', NULL, NULL, NULL),
	('207', '2', '2026-03-03 11:20', 'conversation_rating_changed', 'user', 'c1', NULL, NULL, NULL),
	('301', '3', '2026-03-02 10:15', 'snoozed', 'admin', '1', 'I will look', NULL, NULL),	-- snoozed with words
	('302', '3', '2026-03-02 12:00', 'timer_unsnooze', 'bot', '9', NULL, NULL, NULL),
	('303', '3', '2026-03-02 12:10', 'snoozed', 'admin', '1', NULL, NULL, NULL),
	('304', '3', '2026-03-02 13:00', 'open', 'user', 'c1', 'hello?', NULL, NULL),	-- ends a snooze
	('305', '3', '2026-03-02 13:10', 'snoozed', 'admin', '1', '', NULL, NULL),
	('401', '4', '2026-03-02 10:01', 'comment', 'bot', '9', 'I am Fin', NULL, NULL),
	('402', '4', '2026-03-02 10:30', 'workflow_assignment', 'bot', '9', NULL, 'team', '200'),	-- handed over
	('403', '4', '2026-03-02 10:45', 'comment', 'admin', '1', 'I am not', NULL, NULL),
	('404', '4', '2026-03-02 11:00', 'assignment', 'admin', '1', NULL, 'team', '100'),
	('405', '4', '2026-03-02 12:00', 'close', 'admin', '1', NULL, NULL, NULL),
	('406', '4', '2026-03-02 12:30', 'assignment', 'admin', '1', NULL, 'admin', '2'),	-- does not reopen
	('501', '5', '2026-03-02 10:01', 'comment', 'bot', '9', 'I am Fin', NULL, NULL),
	('502', '5', '2026-03-02 10:20', 'close', 'bot', '9', NULL, NULL, NULL),
	('503', '5', '2026-03-02 10:25', 'default_assignment', 'bot', '9', NULL, 'team', '200'),	-- the first one, but Fin had closed
	('601', '6', '2026-03-02 10:02', 'quick_reply', 'user', 'c1', 'orders', NULL, NULL),
	('602', '6', '2026-03-02 10:10', 'workflow_assignment', 'bot', '9', NULL, 'admin', '1'),
	('603', '6', '2026-03-02 10:14', 'comment', 'admin', '1', 'an answer', NULL, NULL),
	('701', '7', '2026-03-02 10:30', 'comment', 'user', 'c1', 'yes', NULL, NULL),
	('702', '7', '2026-03-02 10:40', 'comment', 'admin', '1', 'fine', NULL, NULL),
	('801', '8', '2026-03-02 11:00', 'comment', 'user', 'c1', 'tell me more', NULL, NULL),
	('802', '8', '2026-03-02 11:10', 'comment', 'admin', '2', 'here', NULL, NULL),
	('901', '9', '2026-03-02 11:00', 'user_became_idle', 'user', 'c1', NULL, NULL, NULL),
	('1101', '11', '2026-03-02 10:05', 'comment', '', 'c2', 'on another channel', NULL, NULL),	-- a contact
	('1102', '11', '2026-03-02 10:06', 'comment', '', 'x9', 'who?', NULL, NULL),
	('1103', '11', '2026-03-02 10:07', 'comment', 'team', '100', 'who?', NULL, NULL),
	('1104', '11', '2026-03-02 10:08', 'comment', 'admin', '1', NULL, NULL, NULL),	-- an event of an older API
	('1105', '11', '2026-03-02 10:09', 'type_of_next_year', 'admin', '1', 'who knows', NULL, NULL),
	('1106', '11', '2026-03-02 10:10', 'note', 'admin', '1', 'a note', NULL, NULL),
	('1201', '12', '2026-03-02 10:00', 'assignment', 'admin', '1', NULL, 'admin', '1'),
	('1202', '12', '2026-03-02 10:05', 'assignment', 'admin', '1', NULL, 'team', '100'),
	('1203', '12', '2026-03-02 10:10', 'assignment', 'admin', '1', NULL, 'nobody_admin', '0'),
	('1204', '12', '2026-03-02 10:15', 'assignment', 'admin', '1', NULL, 'team', '0'),
	('1205', '12', '2026-03-02 10:20', 'away_mode_assignment', 'bot', '9', NULL, 'admin', '2'),
	('1301', '13', '2026-03-02 10:10', 'close', 'admin', '1', NULL, NULL, NULL),
	('1302', '13', '2026-03-02 10:30', 'note_and_reopen', 'admin', '2', 'a note', NULL, NULL),
	('1303', '13', '2026-03-02 10:40', 'close', 'admin', '1', NULL, NULL, NULL),
	('1304', '13', '2026-03-02 11:00', 'assign_and_reopen', 'admin', '1', 'an answer', 'admin', '1'),
	('98', '15', '2026-03-02 10:01', 'comment', 'admin', '1', 'an answer', NULL, NULL),
	('99', '15', '2026-03-02 10:05', 'comment', 'user', 'c1', 'and', NULL, NULL),	-- before 100
	('100', '15', '2026-03-02 10:05', 'comment', 'admin', '1', 'this', NULL, NULL);
-- an older version of an answer, and a deleted one
INSERT INTO conversation_part_history (id, conversation_id, created_at, part_type, author_type, author_id, body,
	_fivetran_active, _fivetran_deleted) VALUES
	('103', '1', '2026-03-02 10:02', 'comment', 'admin', '1', 'a draft', false, NULL),
	('208', '2', '2026-03-02 10:03', 'comment', 'admin', '2', 'a mistake', NULL, true);
