-- Zammad's own tables with the columns that adapters/zammad.sql reads, and tickets made by hand:
-- each is about one trap.  All is in UTC, on Monday 2026-03-02 where no day is given.

CREATE TABLE users (id serial PRIMARY KEY, firstname varchar(100) DEFAULT '', lastname varchar(100) DEFAULT '', vip boolean DEFAULT false);
CREATE TABLE groups (id serial PRIMARY KEY, name varchar(1618) NOT NULL);
CREATE TABLE ticket_state_types (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE ticket_states (id serial PRIMARY KEY, state_type_id integer NOT NULL, name varchar(250) NOT NULL,
	ignore_escalation boolean NOT NULL DEFAULT false);
CREATE TABLE ticket_priorities (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE tickets (id serial PRIMARY KEY, group_id integer NOT NULL, priority_id integer NOT NULL, state_id integer NOT NULL,
	organization_id integer, owner_id integer NOT NULL, customer_id integer NOT NULL, first_response_at timestamp(3),
	first_response_escalation_at timestamp(3), first_response_diff_in_min integer, close_at timestamp(3), close_escalation_at timestamp(3),
	close_diff_in_min integer, last_close_at timestamp(3), create_article_type_id integer, create_article_sender_id integer,
	type varchar(100), time_unit numeric(6, 2), preferences text, created_at timestamp(3) NOT NULL, updated_at timestamp(3) NOT NULL);
CREATE TABLE ticket_article_types (id serial PRIMARY KEY, name varchar(250) NOT NULL, communication boolean NOT NULL);
CREATE TABLE ticket_article_senders (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE ticket_articles (id serial PRIMARY KEY, ticket_id integer NOT NULL, type_id integer NOT NULL, sender_id integer NOT NULL,
	body text NOT NULL DEFAULT '', internal boolean NOT NULL DEFAULT false, created_by_id integer NOT NULL, origin_by_id integer,
	created_at timestamp(3) NOT NULL, updated_at timestamp(3) NOT NULL);
CREATE INDEX ON ticket_articles (ticket_id);
CREATE TABLE history_types (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE history_objects (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE history_attributes (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE histories (id serial PRIMARY KEY, history_type_id integer NOT NULL, history_object_id integer NOT NULL,
	history_attribute_id integer, sourceable_type varchar, o_id integer NOT NULL, id_to integer, id_from integer, value_from varchar(500),
	value_to varchar(500), created_by_id integer NOT NULL, created_at timestamp(3) NOT NULL);
CREATE INDEX ON histories (o_id);
CREATE TABLE calendars (id serial PRIMARY KEY, name varchar(250), timezone varchar(250), business_hours varchar(3000),
	public_holidays text);
CREATE TABLE slas (id serial PRIMARY KEY, calendar_id integer NOT NULL, name varchar(150), first_response_time integer,
	response_time integer,
	update_time integer, solution_time integer, updated_at timestamp(3) NOT NULL DEFAULT '2026-01-01');

INSERT INTO users VALUES (1, '-', '', false), (2, 'Ann', 'Agent', false), (3, 'Bob', '', false), (7, 'Cleo', 'Customer', true),
	(8, 'Dan', 'Customer', false);
INSERT INTO groups VALUES (1, 'Users'), (2, 'Second Level');
INSERT INTO ticket_priorities VALUES (2, '2 normal'), (3, '3 high');
INSERT INTO ticket_state_types VALUES (1, 'new'), (2, 'open'), (3, 'pending reminder'), (4, 'pending action'), (5, 'closed'), (6, 'merged'),
	(7, 'removed');
-- Names are the administrator's: 4 and 8 are both closed.  In 9 the clock stands still, in 10 it runs.
INSERT INTO ticket_states VALUES (1, 1, 'new', false), (2, 2, 'in progress', false), (3, 3, 'pending reminder', true), (4,
	5, 'closed', true),
	(5, 6, 'merged', true), (6, 7, 'removed', true), (7, 4, 'pending close', true), (8, 5, 'closed without solution', true),
	(9, 2, 'waiting for vendor', true), (10, 3, 'call back', false);
INSERT INTO ticket_article_types VALUES (1, 'email', true), (5, 'phone', true), (10, 'note', false), (11, 'web', true);
INSERT INTO ticket_article_senders VALUES (1, 'Agent'), (2, 'Customer'), (3, 'System');
INSERT INTO history_types VALUES (1, 'created'), (2, 'updated'), (3, 'merged_into'), (4, 'received_merge'), (5, 'set');
INSERT INTO history_objects VALUES (1, 'Ticket'), (2, 'Ticket::Article'), (3, 'User');
INSERT INTO history_attributes VALUES (1, 'state'), (2, 'group'), (3, 'owner'), (4, 'priority');

-- Monday to Friday 9 to 17 in Berlin are 8 to 16
INSERT INTO calendars SELECT 1, 'Berlin', 'Europe/Berlin',
	E'---\n' || string_agg(day || E':\n  active: true\n  timeframes:\n  - - ''09:00''\n    - ''17:00''\n', '' ORDER BY n), E'--- {}\n'
FROM unnest('{mon,tue,wed,thu,fri}'::text[]) WITH ORDINALITY AS d (day, n);
INSERT INTO slas VALUES (1, 1, 'Gold', 60, NULL, NULL, 480), (2, 1, 'First', 120, NULL, NULL, NULL), (3, 1, 'Updates',
	NULL, NULL, 240, NULL),
	(12, 1, 'Answers', NULL, 60, NULL, NULL);

CREATE FUNCTION pg_temp.ticket(id integer, state_id integer, sla_id integer DEFAULT NULL, created timestamp DEFAULT '2026-03-02 08:00',
	owner_id integer DEFAULT 2) RETURNS void
BEGIN ATOMIC
	INSERT INTO tickets (id, group_id, priority_id, state_id, owner_id, customer_id, create_article_type_id, create_article_sender_id,
		created_at, updated_at, preferences)
	VALUES (id, 1, 2, state_id, owner_id, 8, 1, 2, created, '2026-03-20 12:00',
		E'---\nescalation_calculation:\n  sla_id: ' || sla_id || E'\n');
END;
-- articles and histories take their ids in the order of these calls
CREATE FUNCTION pg_temp.article(ticket_id integer, sender_id integer, created_by_id integer, created timestamp, type_id integer DEFAULT 1,
	internal boolean DEFAULT false, origin_by_id integer DEFAULT NULL) RETURNS void
BEGIN ATOMIC
	INSERT INTO ticket_articles (ticket_id, type_id, sender_id, internal, created_by_id, origin_by_id, created_at, updated_at)
	VALUES (ticket_id, type_id, sender_id, internal, created_by_id, origin_by_id, created, created);
END;
CREATE FUNCTION pg_temp.change(o_id integer, attribute text, id_from integer, id_to integer, created timestamp,
	created_by_id integer DEFAULT 2)
RETURNS void
BEGIN ATOMIC
	INSERT INTO histories (history_type_id, history_object_id, history_attribute_id, o_id, id_from, id_to, created_by_id, created_at)
	SELECT CASE WHEN id_from IS NULL THEN 5 ELSE 2 END, 1, a.id, o_id, id_from, id_to, created_by_id, created
	FROM history_attributes AS a WHERE a.name = attribute;
END;

-- 1: the plain one, with everything that people and lists can give
SELECT pg_temp.ticket(1, 4);
UPDATE tickets SET customer_id = 7, organization_id = 1, priority_id = 3, type = 'Incident', time_unit = 12.5,
	first_response_at = '2026-03-02 08:30',
	first_response_diff_in_min = 30, close_at = '2026-03-02 09:00', last_close_at = '2026-03-02 09:00', close_diff_in_min = 420,
	preferences = E'---\nchannel_id: 2\nescalation_calculation: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  first_response_at: 2026-03-02 08:30:00.000000000 Z\n  sla_id: 1\n  calendar_id: 1\n  escalation_disabled: true\n'
WHERE id = 1;
SELECT pg_temp.article(1, 2, 7, '2026-03-02 08:00'), pg_temp.article(1, 3, 1, '2026-03-02 08:00:01'), -- an automatic reply
	pg_temp.article(1, 1, 3, '2026-03-02 08:10', internal => true), pg_temp.article(1, 1, 3, '2026-03-02 08:20', type_id => 10),
	pg_temp.article(1, 1, 2, '2026-03-02 08:30'), pg_temp.change(1, 'state', 1, 4, '2026-03-02 09:00');

-- 2: nobody owns it, nobody answered it, and it is still there
SELECT pg_temp.ticket(2, 1, 2, owner_id => 1), pg_temp.article(2, 2, 8, '2026-03-02 08:00');
UPDATE tickets SET first_response_escalation_at = '2026-03-02 10:00' WHERE id = 2;

-- 3: closed, reopened, pending and closed again: close_at is the first time, last_close_at the last
SELECT pg_temp.ticket(3, 4, 1);
UPDATE tickets SET first_response_at = '2026-03-02 09:15', first_response_diff_in_min = -15, close_at = '2026-03-02 10:00',
	last_close_at = '2026-03-02 15:00', close_diff_in_min = 360 WHERE id = 3;
SELECT pg_temp.article(3, 2, 8, '2026-03-02 08:00'), pg_temp.article(3, 1, 2, '2026-03-02 09:15'), pg_temp.article(3, 2,
	8, '2026-03-02 12:00'),
	pg_temp.article(3, 1, 3, '2026-03-02 13:00'), pg_temp.change(3, 'state', 1, 2, '2026-03-02 09:15'),
	pg_temp.change(3, 'state', 2, 4, '2026-03-02 10:00'), pg_temp.change(3, 'state', 4, 2, '2026-03-02 12:00'),
	pg_temp.change(3, 'state', 2, 3, '2026-03-02 13:00'), pg_temp.change(3, 'state', 3, 2, '2026-03-02 14:30'),
	pg_temp.change(3, 'state', 2, 4, '2026-03-02 15:00');

-- 4: closed, and open again
SELECT pg_temp.ticket(4, 2);
UPDATE tickets SET first_response_at = '2026-03-02 12:00', close_at = '2026-03-02 12:00', last_close_at = '2026-03-02 12:00' WHERE id = 4;
SELECT pg_temp.article(4, 2, 8, '2026-03-02 08:00'), pg_temp.article(4, 1, 2, '2026-03-02 12:00'), pg_temp.article(4, 2,
	8, '2026-03-03 12:00'),
	pg_temp.change(4, 'state', 1, 4, '2026-03-02 12:00'), pg_temp.change(4, 'state', 4, 2, '2026-03-03 12:00');

-- 5 was merged into 6, 7 removed, and 15 merged when Zammad did not write down into which
SELECT pg_temp.ticket(5, 5, created => '2026-03-01 08:00', owner_id => 1), pg_temp.change(5, 'state', 1, 5, '2026-03-02 08:40'),
	pg_temp.article(5, 1, 2, '2026-03-02 08:40', type_id => 10), pg_temp.ticket(7, 6, owner_id => 1),
	pg_temp.change(7, 'state', 1, 6, '2026-03-02 09:00'), pg_temp.ticket(15, 5, owner_id => 1), pg_temp.change(15, 'state',
		1, 5, '2026-03-02 09:00');
INSERT INTO histories (history_type_id, history_object_id, o_id, id_from, id_to, created_by_id, created_at) VALUES
	(3, 1, 5, 5, 6, 2, '2026-03-02 08:40'), (4, 1, 6, 5, 6, 2, '2026-03-02 08:40'), (3, 3, 15, 15, 6, 2, '2026-03-02 09:00');

-- 6: it has the articles of 5, a question and an answer from before it was there.  From one closed state to the other is no reopen.
-- It was moved to the second level and back.
SELECT pg_temp.ticket(6, 8, created => '2026-03-02 08:30');
UPDATE tickets SET first_response_at = '2026-03-02 10:30', close_at = '2026-03-02 11:00', last_close_at = '2026-03-02 11:30' WHERE id = 6;
SELECT pg_temp.article(6, 2, 8, '2026-03-01 08:00'), pg_temp.article(6, 1, 3, '2026-03-01 09:00'), pg_temp.article(6, 2,
	8, '2026-03-02 08:30'),
	pg_temp.article(6, 1, 2, '2026-03-02 10:30'), pg_temp.change(6, 'group', 1, 2, '2026-03-02 09:00'),
	pg_temp.change(6, 'group', 2, 1, '2026-03-02 10:00'), pg_temp.change(6, 'state', 1, 4, '2026-03-02 11:00'),
	pg_temp.change(6, 'state', 4, 8, '2026-03-02 11:30');

-- 8: an agent opened it; to Zammad this was the first response
SELECT pg_temp.ticket(8, 4);
UPDATE tickets SET create_article_sender_id = 1, first_response_at = '2026-03-02 08:00', close_at = '2026-03-02 18:00',
	last_close_at = '2026-03-02 18:00' WHERE id = 8;
SELECT pg_temp.article(8, 1, 2, '2026-03-02 08:00'), pg_temp.article(8, 2, 8, '2026-03-02 09:00'), pg_temp.article(8, 1,
	2, '2026-03-02 10:00'),
	pg_temp.change(8, 'state', 1, 4, '2026-03-02 18:00');

-- 9: imported without first_response_at, last_close_at and histories
SELECT pg_temp.ticket(9, 4), pg_temp.article(9, 2, 8, '2026-03-02 08:00'), pg_temp.article(9, 1, 3, '2026-03-02 09:00');
UPDATE tickets SET close_at = '2026-03-04 08:00' WHERE id = 9;

-- 10: it began pending, and is pending again; by phone
SELECT pg_temp.ticket(10, 7), pg_temp.article(10, 2, 8, '2026-03-02 08:00', type_id => 5), pg_temp.change(10, 'state', 3,
	2, '2026-03-02 10:00'),
	pg_temp.change(10, 'state', 2, 7, '2026-03-02 11:00');
UPDATE tickets SET create_article_type_id = 5 WHERE id = 10;

-- 11: no article, created closed, and a verdict of an SLA that is not known any more.  Rows of histories that look alike are of a
-- user with the same number and of another attribute.
SELECT pg_temp.ticket(11, 4, 99, owner_id => 3);
UPDATE tickets SET close_at = '2026-03-02 08:00', close_diff_in_min = -1, first_response_diff_in_min = 0 WHERE id = 11;
INSERT INTO histories (history_type_id, history_object_id, history_attribute_id, o_id, id_from, id_to, created_by_id, created_at) VALUES
	(2, 3, 1, 11, 4, 2, 2, '2026-03-02 09:00'), (2, 1, 4, 11, 4, 2, 2, '2026-03-02 09:00'), (1, 1, NULL, 11, NULL, NULL, 2,
		'2026-03-02 08:00');

-- 12: reopened before there was last_close_at
SELECT pg_temp.ticket(12, 4);
UPDATE tickets SET close_at = '2026-03-02 10:00', first_response_at = '2026-03-02 10:00' WHERE id = 12;
SELECT pg_temp.article(12, 2, 8, '2026-03-02 08:00'), pg_temp.article(12, 1, 2, '2026-03-02 10:00'), pg_temp.change(12,
	'state', 1, 4, '2026-03-02 10:00'),
	pg_temp.change(12, 'state', 4, 2, '2026-03-02 13:00'), pg_temp.change(12, 'state', 2, 4, '2026-03-02 14:00');

-- 13: created closed, reopened at 9 and closed at 10, removed by mistake and closed again
SELECT pg_temp.ticket(13, 4), pg_temp.change(13, 'state', 4, 2, '2026-03-02 09:00'), pg_temp.change(13, 'state', 2, 4, '2026-03-02 10:00'),
	pg_temp.change(13, 'state', 4, 6, '2026-03-02 11:00'), pg_temp.change(13, 'state', 6, 4, '2026-03-02 12:00');
UPDATE tickets SET close_at = '2026-03-02 08:00', last_close_at = '2026-03-02 12:00' WHERE id = 13;

-- 14: a customer opened it; a ticket that an agent had opened before was merged into it
SELECT pg_temp.ticket(14, 2), pg_temp.article(14, 1, 2, '2026-03-01 08:00'), pg_temp.article(14, 2, 8, '2026-03-02 08:00'),
	pg_temp.article(14, 1, 3, '2026-03-02 10:00');

-- Closed without an answer, and Zammad cleared the deadlines: 16 too late, 17 in time, 18 after an hour of pause at the very last
-- minute, 20 from Friday 15:30 to Monday 8:20.  19 is pending with half an hour left.
SELECT pg_temp.ticket(16, 4, 1), pg_temp.article(16, 2, 8, '2026-03-02 08:00'), pg_temp.change(16, 'state', 1, 4, '2026-03-02 10:30');
SELECT pg_temp.ticket(17, 4, 1), pg_temp.article(17, 2, 8, '2026-03-02 08:00'), pg_temp.change(17, 'state', 1, 4, '2026-03-02 08:30');
SELECT pg_temp.ticket(18, 4, 1), pg_temp.article(18, 2, 8, '2026-03-02 08:00'), pg_temp.change(18, 'state', 1, 3, '2026-03-02 08:30'),
	pg_temp.change(18, 'state', 3, 2, '2026-03-02 09:30', 1), pg_temp.change(18, 'state', 2, 4, '2026-03-02 10:00');
SELECT pg_temp.ticket(19, 3, 1), pg_temp.article(19, 2, 8, '2026-03-02 08:00'), pg_temp.change(19, 'state', 1, 3, '2026-03-02 08:30');
SELECT pg_temp.ticket(20, 4, 1, '2026-02-27 15:30'), pg_temp.article(20, 2, 8, '2026-02-27 15:30'), pg_temp.change(20,
	'state', 1, 4, '2026-03-02 08:20');

-- 21: the portal writes what a customer adds as a note
SELECT pg_temp.ticket(21, 2, 12), pg_temp.article(21, 2, 8, '2026-03-02 08:00', type_id => 11), pg_temp.article(21, 1, 2,
	'2026-03-02 08:30'),
	pg_temp.article(21, 2, 8, '2026-03-02 08:45', type_id => 10, internal => true), pg_temp.article(21, 2, 8,
		'2026-03-02 09:00', type_id => 10),
	pg_temp.article(21, 1, 2, '2026-03-02 10:30'), pg_temp.article(21, 2, 8, '2026-03-02 11:00', type_id => 10),
		pg_temp.article(21, 1, 3, '2026-03-02 11:20');
UPDATE tickets SET create_article_type_id = 11 WHERE id = 21;

-- 22: an agent wrote down what the customer said on the phone
SELECT pg_temp.ticket(22, 2), pg_temp.article(22, 2, 2, '2026-03-02 08:00', type_id => 5, origin_by_id => 8),
	pg_temp.article(22, 1, 3, '2026-03-02 08:10');

-- 23 waited two hours for a vendor, which takes no time of its target; 24 for a call back, which does
SELECT pg_temp.ticket(23, 4, 1), pg_temp.article(23, 2, 8, '2026-03-02 08:00'), pg_temp.article(23, 1, 2, '2026-03-02 08:10'),
	pg_temp.change(23, 'state', 1, 9, '2026-03-02 08:20'), pg_temp.change(23, 'state', 9, 2, '2026-03-02 10:20'),
	pg_temp.change(23, 'state', 2, 4, '2026-03-03 08:30');
SELECT pg_temp.ticket(24, 4, 1), pg_temp.article(24, 2, 8, '2026-03-02 08:00'), pg_temp.article(24, 1, 2, '2026-03-02 08:10'),
	pg_temp.change(24, 'state', 1, 10, '2026-03-02 08:20'), pg_temp.change(24, 'state', 10, 2, '2026-03-02 10:20'),
	pg_temp.change(24, 'state', 2, 4, '2026-03-03 08:30');

-- 25: from nobody to Ann, to Bob of another group, to nobody and to Ann
SELECT pg_temp.ticket(25, 2), pg_temp.article(25, 2, 8, '2026-03-02 08:00'), pg_temp.change(25, 'state', 1, 2, '2026-03-02 08:05'),
	pg_temp.change(25, 'owner', 1, 2, '2026-03-02 08:05'), pg_temp.change(25, 'group', 1, 2, '2026-03-03 09:00'),
	pg_temp.change(25, 'owner', 2, 3, '2026-03-03 09:00'), pg_temp.change(25, 'owner', 3, 1, '2026-03-03 10:00'),
	pg_temp.change(25, 'owner', 1, 2, '2026-03-03 11:00');
UPDATE tickets SET group_id = 2 WHERE id = 25;

-- 26: nobody but triggers and schedulers
SELECT pg_temp.ticket(26, 4), pg_temp.article(26, 2, 8, '2026-03-02 08:00'), pg_temp.article(26, 3, 1, '2026-03-02 08:01'),
	pg_temp.article(26, 3, 1, '2026-03-02 09:00'), pg_temp.change(26, 'state', 1, 4, '2026-03-02 09:00', 1);

-- 27: an update every four hours: once 20 minutes too late, then closed in time
SELECT pg_temp.ticket(27, 4, 3), pg_temp.article(27, 2, 8, '2026-03-02 08:00'), pg_temp.article(27, 1, 2, '2026-03-02 08:10'),
	pg_temp.article(27, 1, 2, '2026-03-02 12:30'), pg_temp.change(27, 'state', 1, 4, '2026-03-02 14:00');

-- 28: a filter put it into a group when it came; it was moved once
SELECT pg_temp.ticket(28, 2), pg_temp.article(28, 2, 8, '2026-03-02 08:00'), pg_temp.change(28, 'group', NULL, 2, '2026-03-02 08:00', 1),
	pg_temp.change(28, 'group', 2, 1, '2026-03-02 09:00');

-- 29: the key that looks like an SLA is another one's
SELECT pg_temp.ticket(29, 2), pg_temp.article(29, 2, 8, '2026-03-02 08:00');
UPDATE tickets SET preferences = E'---\nescalation_calculation:\n  escalation_disabled: true\nother:\n  sla_id: 1\n' WHERE id = 29;
