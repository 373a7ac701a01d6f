-- Tables of Request Tracker, with the columns that adapters/request_tracker.sql reads, and
-- tickets made by hand: each is about one trap.  All times are UTC, as RT stores them.

CREATE TABLE users (id serial PRIMARY KEY, name varchar(200) NOT NULL, organization varchar(200), realname varchar(120));
CREATE UNIQUE INDEX ON users (lower(name));
CREATE TABLE queues (id serial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE groups (id serial PRIMARY KEY, name varchar(200), domain varchar(64), instance integer);
CREATE INDEX ON groups (lower(domain), lower(name), instance);
CREATE TABLE groupmembers (id serial PRIMARY KEY, groupid integer NOT NULL DEFAULT 0, memberid integer NOT NULL DEFAULT 0,
	UNIQUE (groupid, memberid));
CREATE TABLE tickets (id serial PRIMARY KEY, effectiveid integer NOT NULL DEFAULT 0, ismerged smallint,
	queue integer NOT NULL DEFAULT 0, type varchar(16), owner integer NOT NULL DEFAULT 0, priority integer NOT NULL DEFAULT 0,
	timeworked integer NOT NULL DEFAULT 0, status varchar(64), started timestamp, due timestamp, resolved timestamp,
	lastupdated timestamp, creator integer NOT NULL DEFAULT 0, created timestamp);
CREATE INDEX ON tickets (effectiveid);
CREATE TABLE transactions (id bigserial PRIMARY KEY, objecttype varchar(255) NOT NULL, objectid integer NOT NULL DEFAULT 0,
	type varchar(20), field varchar(255), oldvalue varchar(255), newvalue varchar(255), creator integer NOT NULL DEFAULT 0,
	created timestamp);
CREATE INDEX ON transactions (objecttype, objectid);
CREATE TABLE customfields (id serial PRIMARY KEY, name varchar(200), lookuptype varchar(255) NOT NULL,
	disabled integer NOT NULL DEFAULT 0);
CREATE TABLE objectcustomfieldvalues (id serial PRIMARY KEY, customfield integer NOT NULL, objecttype varchar(255),
	objectid bigint NOT NULL, content varchar(255), created timestamp, disabled integer NOT NULL DEFAULT 0);

-- Anna and Bert are agents; Carla and David are customers; RT itself writes as RT_System
INSERT INTO users VALUES (1, 'RT_System', NULL, 'The RT System itself'), (6, 'Nobody', NULL, 'Nobody in particular'),
	(12, 'anna', 'Us', 'Anna Agent'), (13, 'bert', '', ''), (20, 'carla', 'Acme', NULL), (21, 'david', '', NULL);
INSERT INTO queues VALUES (1, 'General'), (3, 'Second Level');
-- upper and lower case differ between versions; 6 is a group that an administrator called so
INSERT INTO groups VALUES (4, 'Privileged', 'SystemInternal', NULL), (5, 'Unprivileged', 'SystemInternal', NULL),
	(6, 'privileged', 'UserDefined', NULL);
INSERT INTO groupmembers (groupid, memberid) VALUES (4, 12), (4, 13), (5, 20), (5, 21), (6, 21);
INSERT INTO customfields VALUES (1, 'CSAT', 'RT::Queue-RT::Ticket', 0), (2, 'CSAT', 'RT::Queue-RT::Ticket-RT::Transaction', 0),
	(3, 'Topic', 'RT::Queue-RT::Ticket', 0);

-- Makes a ticket of the 2nd of March with its group of requestors and the transaction of its creation.
-- A date that is not set is the epoch.
CREATE FUNCTION pg_temp.ticket(id integer, status text, requestor integer, creator integer DEFAULT NULL, owner integer DEFAULT 12,
	resolved timestamp DEFAULT '1970-01-01', created timestamp DEFAULT '2026-03-02 08:00') RETURNS void
BEGIN ATOMIC
	INSERT INTO tickets (id, effectiveid, queue, type, owner, priority, status, resolved, started, due, lastupdated, creator, created)
	VALUES (id, id, 1, 'ticket', owner, 20, status, resolved, '1970-01-01', '1970-01-01', '2026-03-20 12:00',
		coalesce(creator, requestor), created);
	INSERT INTO groups VALUES (100 + id, 'Requestor', 'RT::Ticket-Role', id), (200 + id, 'Cc', 'RT::Ticket-Role', id);
	INSERT INTO groupmembers (groupid, memberid) VALUES (100 + id, requestor);
	INSERT INTO transactions (objecttype, objectid, type, creator, created)
	VALUES ('RT::Ticket', id, 'Create', coalesce(creator, requestor), created);
END;
-- Writes a transaction; at is on the 2nd of March.
CREATE FUNCTION pg_temp.did(ticket integer, type text, creator integer, at time, field text DEFAULT NULL, oldvalue text DEFAULT NULL,
	newvalue text DEFAULT NULL, day date DEFAULT '2026-03-02') RETURNS void
BEGIN ATOMIC
	INSERT INTO transactions (objecttype, objectid, type, field, oldvalue, newvalue, creator, created)
	VALUES ('RT::Ticket', ticket, type, field, oldvalue, newvalue, creator, day + at);
END;
CREATE FUNCTION pg_temp.status(ticket integer, creator integer, at time, oldvalue text, newvalue text, day date DEFAULT '2026-03-02')
RETURNS void
BEGIN ATOMIC
	SELECT pg_temp.did(ticket, 'Status', creator, at, 'Status', oldvalue, newvalue, day);
END;
-- RT writes a change of the owner twice.
CREATE FUNCTION pg_temp.owner(ticket integer, creator integer, at time, oldvalue text, newvalue text) RETURNS void
BEGIN ATOMIC
	SELECT pg_temp.did(ticket, 'SetWatcher', creator, at, 'Owner', oldvalue, newvalue);
	SELECT pg_temp.did(ticket, 'Set', creator, at, 'Owner', oldvalue, newvalue);
END;
CREATE FUNCTION pg_temp.rated(ticket integer, content text, created timestamp, customfield integer DEFAULT 1,
	disabled integer DEFAULT 0) RETURNS void
BEGIN ATOMIC
	INSERT INTO objectcustomfieldvalues (customfield, objecttype, objectid, content, created, disabled)
	VALUES (customfield, 'RT::Ticket', ticket, content, created, disabled);
END;

-- 1: the plain case.  Mails that RT sends and the comment at 08:10 are no answers.  The 1 was taken back; a value of a field of
-- transactions and one of another field are no ratings.
SELECT pg_temp.ticket(1, 'resolved', 20, resolved => '2026-03-02 09:00');
UPDATE tickets SET timeworked = 25 WHERE id = 1;
SELECT pg_temp.did(1, 'EmailRecord', 1, '08:00:01'), pg_temp.did(1, 'Comment', 13, '08:10'), pg_temp.did(1,
	'CommentEmailRecord', 1, '08:10'),
	pg_temp.did(1, 'Correspond', 12, '08:30'), pg_temp.status(1, 12, '08:30', 'new', 'open'), pg_temp.status(1, 12, '09:00',
		'open', 'resolved');
SELECT pg_temp.rated(1, '1', '2026-03-02 10:00', disabled => 1), pg_temp.rated(1, '5', '2026-03-02 10:01'),
	pg_temp.rated(1, '2', '2026-03-02 10:02', customfield => 2), pg_temp.rated(1, '3', '2026-03-02 10:03', customfield => 3);
-- an object of another kind with the same number
INSERT INTO transactions (objecttype, objectid, type, creator, created) VALUES ('RT::Asset', 1, 'Correspond', 13, '2026-03-02 08:01');
INSERT INTO transactions (objecttype, objectid, type, field, oldvalue, newvalue, creator, created)
VALUES ('RT::Asset', 1, 'Status', 'Status', 'new', 'resolved', 13, '2026-03-02 08:01');
INSERT INTO objectcustomfieldvalues (customfield, objecttype, objectid, content, created) VALUES (1, 'RT::Asset', 1, '2',
	'2026-03-02 08:01');

-- 2: nobody's, not answered, its status never changed.  The customer writes again, and so does somebody in copy who is no agent.
-- A date that is not set is the epoch in the zone of whoever made the ticket.
SELECT pg_temp.ticket(2, 'new', 20, owner => 6, resolved => '1970-01-01 12:00:01');
INSERT INTO groupmembers (groupid, memberid) VALUES (202, 21);
SELECT pg_temp.did(2, 'Correspond', 20, '09:00'), pg_temp.did(2, 'Correspond', 21, '10:00');

-- 3: solved at 10:00, opened again by RT when the customer wrote at 12:00, solved again at 15:00; stalled from 13:00 to 14:30
SELECT pg_temp.ticket(3, 'resolved', 21, resolved => '2026-03-02 15:00');
SELECT pg_temp.did(3, 'Correspond', 12, '09:15'), pg_temp.did(3, 'Correspond', 21, '12:00'), pg_temp.did(3, 'Correspond', 13, '13:00');
SELECT pg_temp.status(3, 12, '09:15', 'new', 'open'), pg_temp.status(3, 12, '10:00', 'open', 'resolved'),
	pg_temp.status(3, 1, '12:00', 'resolved', 'open'), pg_temp.status(3, 13, '13:00', 'open', 'stalled'),
	pg_temp.status(3, 13, '14:30', 'stalled', 'open'), pg_temp.status(3, 13, '15:00', 'open', 'resolved');
SELECT pg_temp.rated(3, '2', '2026-03-02 16:00');

-- 4: opened again and stalled now: RT keeps the date of resolution, which means nothing
SELECT pg_temp.ticket(4, 'stalled', 20, owner => 13, resolved => '2026-03-02 12:00');
SELECT pg_temp.did(4, 'Correspond', 13, '12:00'), pg_temp.status(4, 13, '12:00', 'new', 'resolved'),
	pg_temp.status(4, 20, '12:00', 'resolved', 'open', '2026-03-03'), pg_temp.status(4, 13, '13:00', 'open', 'stalled', '2026-03-03');

-- 5: merged into 6.  It is older, was answered and re-opened before 6 was there, and is rated: the messages and the rating
-- count for 6, the changes of status do not, and an answer from before 6 is no response to 6.  Its customer is one of 6 too.
SELECT pg_temp.ticket(5, 'resolved', 21, resolved => '2026-03-02 08:40', created => '2026-03-01 08:00');
UPDATE tickets SET effectiveid = 6, ismerged = 1, timeworked = 30 WHERE id = 5;
SELECT pg_temp.did(5, 'Correspond', 13, '09:00', day => '2026-03-01'), pg_temp.status(5, 13, '10:00', 'new', 'resolved', '2026-03-01'),
	pg_temp.status(5, 13, '11:00', 'resolved', 'open', '2026-03-01'), pg_temp.status(5, 13, '08:40', 'open', 'resolved');
SELECT pg_temp.rated(5, '4', '2026-03-03 08:00');
-- 6: moved to the other queue and back.  RT added the time worked on 5.
SELECT pg_temp.ticket(6, 'resolved', 20, resolved => '2026-03-02 11:00', created => '2026-03-02 08:30');
UPDATE tickets SET timeworked = 30 WHERE id = 6;
INSERT INTO groupmembers (groupid, memberid) VALUES (106, 21);
SELECT pg_temp.did(6, 'Set', 12, '09:00', 'Queue', '1', '3'), pg_temp.did(6, 'Set', 12, '10:00', 'Queue', '3', '1'),
	pg_temp.did(6, 'Correspond', 12, '10:30'), pg_temp.status(6, 12, '11:00', 'new', 'resolved');

-- 7: the requestor is an agent and writes as a customer; another agent answers.  The priority was set to the number of a queue.
SELECT pg_temp.ticket(7, 'resolved', 13, resolved => '2026-03-02 12:00');
SELECT pg_temp.did(7, 'Correspond', 13, '09:00'), pg_temp.did(7, 'Correspond', 12, '10:00'),
	pg_temp.did(7, 'Set', 12, '11:00', 'Priority', '20', '3'), pg_temp.status(7, 12, '12:00', 'new', 'resolved');
-- rated with what is no score, and with one off the scale
SELECT pg_temp.rated(7, 'fine', '2026-03-02 13:00'), pg_temp.rated(7, '7', '2026-03-02 13:01'), pg_temp.rated(7, '', '2026-03-02 13:02');

-- 8: opened by an agent for a customer who never writes
SELECT pg_temp.ticket(8, 'resolved', 20, creator => 12, resolved => '2026-03-02 08:45');
SELECT pg_temp.did(8, 'Correspond', 12, '08:40'), pg_temp.status(8, 12, '08:45', 'new', 'resolved');

-- 9: rejected, 10: deleted, 11: a reminder, 12: an approval: none of them counts
SELECT pg_temp.ticket(9, 'rejected', 20, resolved => '2026-03-02 09:00'), pg_temp.ticket(10, 'deleted', 20),
	pg_temp.ticket(11, 'resolved', 12), pg_temp.ticket(12, 'resolved', 12), pg_temp.status(9, 12, '09:00', 'new', 'rejected');
UPDATE tickets SET type = CASE id WHEN 11 THEN 'reminder' ELSE 'approval' END WHERE id IN (11, 12);
SELECT pg_temp.rated(9, '1', '2026-03-02 10:00');

-- 13: made as resolved by a program that writes as RT_System, without a date of resolution: nobody knows when
SELECT pg_temp.ticket(13, 'resolved', 20, creator => 1);

-- 14: solved, then rejected by mistake, then solved for good: solved all the time.  The first of two requestors is the customer.
SELECT pg_temp.ticket(14, 'resolved', 21);
INSERT INTO groupmembers (groupid, memberid) VALUES (114, 20);
SELECT pg_temp.did(14, 'Correspond', 13, '09:30'), pg_temp.status(14, 13, '10:00', 'new', 'resolved'),
	pg_temp.status(14, 13, '10:20', 'resolved', 'rejected'), pg_temp.status(14, 13, '11:00', 'rejected', 'resolved');

-- 15: made as resolved by an agent, after a call
SELECT pg_temp.ticket(15, 'resolved', 20, creator => 12, resolved => '2026-03-02 08:00');
UPDATE tickets SET timeworked = 10 WHERE id = 15;

-- 16: taken by Anna, given to Bert and to the other queue in one second, given back, and taken again
SELECT pg_temp.ticket(16, 'resolved', 20, owner => 13, resolved => '2026-03-02 13:00');
UPDATE tickets SET queue = 3 WHERE id = 16;
SELECT pg_temp.owner(16, 12, '09:00', '6', '12'), pg_temp.status(16, 12, '09:00', 'new', 'open'),
	pg_temp.owner(16, 12, '10:00', '12', '13'), pg_temp.did(16, 'Set', 12, '10:00', 'Queue', '1', '3'),
	pg_temp.owner(16, 13, '11:00', '13', '6'), pg_temp.owner(16, 13, '12:00', '6', '13'),
	pg_temp.did(16, 'Correspond', 13, '12:30'), pg_temp.status(16, 13, '13:00', 'open', 'resolved');

-- 17: made in a status of another lifecycle.  The customer writes in the second of the answer, after it.
SELECT pg_temp.ticket(17, 'investigating', 21, owner => 6);
SELECT pg_temp.did(17, 'Correspond', 12, '09:00'), pg_temp.did(17, 'Correspond', 21, '09:00');

-- 18: owners as old versions wrote them
SELECT pg_temp.ticket(18, 'resolved', 20, owner => 13, resolved => '2026-03-02 10:00');
SELECT pg_temp.did(18, 'Take', 12, '08:30', 'Owner', '6', '12'), pg_temp.did(18, 'Give', 12, '09:00', 'Owner', '12', '13'),
	pg_temp.did(18, 'Correspond', 13, '09:30'), pg_temp.status(18, 13, '10:00', 'new', 'resolved');

-- 19: stalled, then solved and opened again in one second.  The customer may comment, which is no message.
SELECT pg_temp.ticket(19, 'open', 20, owner => 6, resolved => '2026-03-02 10:00');
SELECT pg_temp.did(19, 'Comment', 20, '08:30'), pg_temp.status(19, 13, '09:00', 'new', 'stalled'),
	pg_temp.status(19, 13, '10:00', 'stalled', 'resolved'), pg_temp.status(19, 20, '10:00', 'resolved', 'open');

-- 20: merged into 7, whose requestor wrote in it
SELECT pg_temp.ticket(20, 'open', 20);
UPDATE tickets SET effectiveid = 7, ismerged = 1 WHERE id = 20;
INSERT INTO groupmembers (groupid, memberid) VALUES (107, 20);
SELECT pg_temp.did(20, 'Correspond', 13, '08:20');

-- 21: imported without history: RT's date is all that is known of the resolution
SELECT pg_temp.ticket(21, 'resolved', 20, creator => 1, resolved => '2026-03-03 10:00');
