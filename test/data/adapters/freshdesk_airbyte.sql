-- Tables of Airbyte's Freshdesk connector, with the columns that adapters/freshdesk_airbyte.sql
-- reads, and tickets made by hand: each is about one trap.  All is in UTC, in the first week of
-- March 2026, which begins on Monday the 2nd.  Dates are text, as in these tables.

CREATE TABLE tickets (id bigint, created_at varchar DEFAULT '2026-03-02T10:00:00Z', updated_at varchar DEFAULT '2026-03-10T05:00:00Z',
	status bigint DEFAULT 2, priority bigint, source bigint DEFAULT 1, type varchar, spam boolean DEFAULT false,
		requester_id bigint DEFAULT 10,
	responder_id bigint, group_id bigint DEFAULT 100, company_id bigint, product_id bigint, description_text varchar DEFAULT 'Hello',
	stats jsonb DEFAULT '{"resolved_at": null}', fr_due_by varchar, due_by varchar, fr_escalated boolean DEFAULT false,
	is_escalated boolean DEFAULT false, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON tickets (id);
CREATE TABLE agents (id bigint, contact jsonb, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE groups (id bigint, name varchar, business_hour_id bigint, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE contacts (id bigint, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE companies (id bigint, name varchar, account_tier varchar, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE conversations (id bigint, ticket_id bigint, user_id bigint, created_at varchar, incoming boolean,
	private boolean DEFAULT false,
	source bigint, body_text varchar, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON conversations (ticket_id);
CREATE INDEX ON conversations (id);
CREATE TABLE ticket_activities (ticket_id bigint, performed_at varchar, performer_type varchar DEFAULT 'user', performer_id bigint,
	activity jsonb, _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_activities (ticket_id);
CREATE TABLE sla_policies (id bigint, name varchar, active boolean DEFAULT true, is_default boolean DEFAULT false, "position" bigint,
	sla_target jsonb, applicable_to jsonb, _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE business_hours (id bigint, is_default boolean, time_zone varchar, working_hours jsonb,
	_airbyte_raw_id varchar DEFAULT gen_random_uuid(), _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE time_entries (id bigint, ticket_id bigint, time_spent varchar, timer_running boolean DEFAULT false,
	_airbyte_raw_id varchar DEFAULT gen_random_uuid(), _airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE satisfaction_ratings (id bigint, ticket_id bigint, survey_id bigint, agent_id bigint, ratings jsonb, feedback varchar,
	created_at varchar DEFAULT '2026-03-04T09:00:00Z', _airbyte_raw_id varchar DEFAULT gen_random_uuid(),
	_airbyte_extracted_at timestamptz DEFAULT '2026-03-10 06:00');

-- agent 3 has left and is in no table; the older row of Ben is of an earlier sync
INSERT INTO agents (id, contact) VALUES (1, '{"name": "Ana"}'), (2, '{"name": "Ben"}');
INSERT INTO agents (id, contact, _airbyte_extracted_at) VALUES (2, '{"name": "Benjamin"}', '2026-03-09 06:00');
INSERT INTO contacts (id) VALUES (10), (11);
INSERT INTO companies (id, name, account_tier) VALUES (900, 'ACME', 'Premium');
INSERT INTO groups (id, name, business_hour_id) VALUES (100, 'Support', NULL), (200, 'Night', 71);
-- 70 is for all groups without one: Monday to Friday 8 to 18.  71 is open all day from Monday to Wednesday.
INSERT INTO business_hours (id, is_default, time_zone, working_hours) VALUES
	(70, true, 'London', (SELECT jsonb_object_agg(d, '{"start_time": "8:00 am", "end_time": "6:00 pm"}'::jsonb)
		FROM unnest('{monday,tuesday,wednesday,thursday,friday}'::text[]) AS d)),
	(71, false, 'UTC', '{"monday": {"start_time": "12:00 am", "end_time": "11:59 pm"}, "tuesday": {"start_time": "12:00 am", "end_time": "12:00 am"},
		"wednesday": {"start_time": "12:00 AM", "end_time": "11:59 PM"}, "sunday": null, "saturday": {}}');

-- the default policy comes first in the list; 3 would fit each ticket, but is not active; both conditions of 4 must hold
INSERT INTO sla_policies (id, name, active, is_default, "position", sla_target, applicable_to) VALUES
	(1, 'Default', true, true, 1, '{"priority_1": {"respond_within": 7200, "resolve_within": 28800, "next_respond_within": null, "business_hours": true},
		"priority_2": {"respond_within": 3600, "resolve_within": 14400, "next_respond_within": null, "business_hours": true}}', '{}'),
	(2, 'Incidents', true, false, 4, '{"priority_2": {"respond_within": 900, "resolve_within": 7200, "next_respond_within": 1800, "business_hours": false}}',
		'{"ticket_types": ["Incident", "Problem"], "group_ids": []}'),
	(3, 'Old', false, false, 2, '{"priority_2": {"respond_within": 60, "resolve_within": 60, "business_hours": true}}', NULL),
	(4, 'ACME on the phone', true, false, 3, '{"priority_2": {"respond_within": 600, "resolve_within": 6000, "business_hours": true}}',
		'{"company_ids": [900], "sources": [3], "group_ids": null}');

INSERT INTO tickets (id, status, priority, type, responder_id, company_id, stats, fr_due_by, due_by) VALUES
	(1, 5, 2, 'Question', 1, 900, '{"first_responded_at": "2026-03-02T10:20:00Z", "resolved_at": "2026-03-02T11:00:00Z", "closed_at": "2026-03-06T11:00:00Z", "reopened_at": null}',
		'2026-03-02T11:00:00Z', '2026-03-02T14:00:00Z'),	-- an ordinary one
	-- reopened and resolved again
	(4, 4, NULL, NULL, 1, NULL, '{"resolved_at": "2026-03-03T10:00:00Z", "reopened_at": "2026-03-03T09:00:00Z"}', NULL, NULL),
	-- reopened, and open
	(5, 2, NULL, NULL, 1, NULL, '{"resolved_at": "2026-03-02T11:00:00Z", "reopened_at": "2026-03-03T09:00:00Z"}', NULL, NULL),
	(12, 9, 7, NULL, 9, 901, '["resolved_at"]', NULL, NULL),	-- values that are in no list
	(13, 6, NULL, NULL, 1, NULL, '{"resolved_at": "", "reopened_at": "soon"}', NULL, NULL),	-- waiting on the customer
	(14, 7, NULL, NULL, 1, NULL, NULL, NULL, NULL),	-- waiting on a third party
	-- resolved again, but when
	(16, 4, NULL, NULL, 1, NULL, '{"resolved_at": "2026-03-02T11:00:00Z", "reopened_at": "2026-03-03T09:00:00Z"}', NULL, NULL),
	(17, 5, NULL, NULL, 1, NULL, '{"closed_at": "2026-03-02T10:30:00Z"}', NULL, NULL),	-- closed without having been resolved; time entries
	-- a policy by its type
	(18, 4, 2, 'Incident', 1, NULL, '{"first_responded_at": "2026-03-02T10:10:00Z", "resolved_at": "2026-03-02T12:30:00Z"}',
		NULL, NULL),
	(20, 2, 2, NULL, 1, 900, '{}', NULL, NULL),	-- of the company, but by e-mail
	(21, 4, 2, NULL, 1, NULL, '{"first_responded_at": "2026-03-02T11:30:00Z", "resolved_at": "2026-03-02T12:00:00Z"}',
		'2026-03-02T12:00:00Z', '2026-03-02T11:59:59Z');	-- deadlines that were moved: Freshdesk decides otherwise than the policy
INSERT INTO tickets (id, status, source, requester_id, responder_id, stats) VALUES
	(2, 2, 10, 10, 1, '{"first_responded_at": null, "requester_responded_at": "2026-03-02T11:00:00Z"}'),	-- outbound e-mail
	(7, 2, 1, 10, NULL, '{"first_responded_at": "2026-03-02T10:30:00Z"}'),	-- answered by an agent who left
	(8, 2, 2, 10, 1, '{}'),	-- a contact in copy writes in the portal
	(9, 2, 2, 1, 2, '{}'),	-- an agent asks
	(10, 2, 101, 10, 1, '{}'),	-- an automatic reply, a forward, a public note
	(15, 2, 7, 10, 1, '{}');	-- at night
UPDATE tickets SET group_id = 200, created_at = '2026-03-02T19:00:00Z' WHERE id = 15;
INSERT INTO tickets (id, spam) VALUES (3, true);
INSERT INTO tickets (id, priority, source, company_id) VALUES (19, 2, 3, 900);	-- of the company, on the phone
-- late, and nobody answers; the policies have no such priority
INSERT INTO tickets (id, priority, fr_escalated, is_escalated, due_by) VALUES (11, 3, true, true, '2026-03-02T12:00:00Z');
-- 6 has three rows, two of one instant
INSERT INTO tickets (id, status, responder_id, stats, _airbyte_raw_id, _airbyte_extracted_at) VALUES
	(6, 2, NULL, '{}', 'z', '2026-03-09 06:00'), (6, 3, 1, '{}', 'a', '2026-03-10 06:00'),
	(6, 4, 1, '{"resolved_at": "2026-03-02T10:30:00Z"}', 'b', '2026-03-10 06:00');

INSERT INTO conversations (id, ticket_id, user_id, created_at, incoming, private, source) VALUES
	(101, 1, 1, '2026-03-02T10:05:00Z', false, true, 2),	-- private
	(102, 1, 1, '2026-03-02T10:20:00Z', false, false, 0),
	(103, 1, 10, '2026-03-02T10:40:00Z', true, false, 1),
	(201, 2, 10, '2026-03-02T10:30:00Z', true, false, 1),
	(202, 2, 1, '2026-03-02T10:45:00Z', false, false, 0),
	(203, 2, 10, '2026-03-02T11:00:00Z', true, false, 6),	-- the answer to a survey
	(701, 7, 3, '2026-03-02T10:20:00Z', false, true, 2),
	(702, 7, 3, '2026-03-02T10:30:00Z', false, false, 0),
	(801, 8, 11, '2026-03-02T10:10:00Z', false, false, 0),
	(802, 8, 1, '2026-03-02T10:30:00Z', false, false, 0),
	(901, 9, 1, '2026-03-02T10:10:00Z', false, false, 0),
	(902, 9, 2, '2026-03-02T10:40:00Z', true, false, 1),	-- by e-mail, so that it came from outside
	(1001, 10, NULL, '2026-03-02T10:01:00Z', false, false, 0),
	(1002, 10, 1, '2026-03-02T10:02:00Z', false, false, 8),
	(1003, 10, 1, '2026-03-02T10:10:00Z', false, NULL, 2),	-- nobody knows whether it is private
	(1004, 10, 1, '2026-03-02T10:30:00Z', false, false, 2),
	(1201, 12, 77, '2026-03-02T10:30:00Z', true, false, 1),	-- somebody else
	(1202, 12, 77, '2026-03-02T10:40:00Z', NULL, false, 5),	-- and in no list
	(1501, 15, 1, '2026-03-02T20:00:00Z', false, false, 0),
	(1801, 18, 1, '2026-03-02T10:10:00Z', false, false, 0),
	(1802, 18, 10, '2026-03-02T10:20:00Z', true, false, 1),
	(1803, 18, 1, '2026-03-02T11:00:00Z', false, false, 0),
	(2101, 21, 1, '2026-03-02T11:30:00Z', false, false, 0);
-- an earlier version of a reply, as an append leaves it
INSERT INTO conversations (id, ticket_id, user_id, created_at, incoming, private, source, _airbyte_extracted_at) VALUES
	(102, 1, 1, '2026-03-02T10:20:00Z', false, false, 0, '2026-03-09 06:00');

INSERT INTO ticket_activities (ticket_id, performed_at, performer_type, performer_id, activity) VALUES
	(4, '2026-03-02T10:00:00Z', 'user', 10, '{"status": "Open", "priority": 1}'),
	(4, '2026-03-02T11:00:00Z', 'user', 1, '{"status": "Resolved"}'),
	(4, '2026-03-02T11:00:00Z', 'user', 1, '{"status": "Resolved"}'),	-- twice
	(4, '2026-03-03T09:00:00Z', 'system', NULL, '{"status": "Open"}'),
	(4, '2026-03-03T09:30:00Z', 'user', 1, '{"priority": 4}'),	-- no status
	(4, '2026-03-03T10:00:00Z', 'user', 1, '{"status": "Resolved"}'),
	(14, '2026-03-02T10:00:02Z', 'user', 10, '{"status": "Open"}'),
	(5, '2026-03-05T10:00:00Z', 'user', 1, '{"status": "Open"}'),	-- the beginning is older than the export
	(14, '2026-03-02T10:10:00Z', 'user', 1, '{"status": "In the lab"}'),	-- one of their own
	(14, '2026-03-02T10:20:00Z', 'user', 1, '{"status": "Waiting on Customer"}'),
	(14, '2026-03-02T10:50:00Z', 'user', 1, '{"status": "Waiting on Third Party"}'),
	(14, '2026-03-02T10:55:00Z', 'user', 1, '["status"]');

INSERT INTO time_entries (id, ticket_id, time_spent, timer_running) VALUES (1, 17, '01:30', false), (2, 17, '00:15', NULL),
	(3, 17, '09:00', true), (4, 17, 'long', false), (5, NULL, '01:00', false);
INSERT INTO time_entries (id, ticket_id, time_spent, _airbyte_extracted_at) VALUES (1, 17, '01:00', '2026-03-09 06:00');

-- 31 has three places, 32 five; 33 is gone
INSERT INTO satisfaction_ratings (id, ticket_id, survey_id, agent_id, ratings, feedback) VALUES
	(1, 1, 31, 2, '{"default_question": 100, "question_1": 103}', 'so so'),
	(2, 4, 31, 1, '{"default_question": 103}', NULL),
	(3, 7, 32, NULL, '{"default_question": 101}', NULL),
	(4, 8, 33, NULL, '{"default_question": 102}', NULL),
	(5, 9, 33, NULL, '{"default_question": -101}', NULL),
	(6, 10, 34, NULL, '{"default_question": 5}', NULL),	-- no rating
	(7, 10, 31, NULL, '[103]', NULL),
	(8, 18, 31, NULL, '{"default_question": -102}', NULL);
INSERT INTO satisfaction_ratings (id, ticket_id, survey_id, ratings, _airbyte_extracted_at) VALUES
	(2, 4, 31, '{"default_question": -103}', '2026-03-09 06:00');	-- an earlier version
