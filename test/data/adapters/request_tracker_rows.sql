-- Hand-made tickets of Request Tracker.  Each one is there for a trap, which the
-- comment above its rows tells; the expected rows are in
-- test/t/013_adapters_request_tracker.pl.  All times are UTC, as RT stores them.

-- Anna and Bert are agents; carla and david are customers; RT itself writes as RT_System
INSERT INTO users VALUES (1, 'RT_System', NULL, 'The RT System itself'), (6, 'Nobody', NULL, 'Nobody in particular'),
	(12, 'anna', 'Us', 'Anna Agent'), (13, 'bert', '', ''), (20, 'carla', 'Acme', NULL), (21, 'david', '', NULL);
INSERT INTO queues VALUES (1, 'General'), (3, 'Second Level');
-- the upper and lower case differs between versions; 6 is a group that an administrator called so
INSERT INTO groups VALUES (4, 'Privileged', 'SystemInternal', NULL), (5, 'Unprivileged', 'SystemInternal', NULL), (6, 'privileged', 'UserDefined', NULL);
INSERT INTO groupmembers (groupid, memberid) VALUES (4, 12), (4, 13), (5, 20), (5, 21), (6, 21);
INSERT INTO customfields VALUES (1, 'CSAT', 'RT::Queue-RT::Ticket', 0), (2, 'CSAT', 'RT::Queue-RT::Ticket-RT::Transaction', 0), (3, 'Topic', 'RT::Queue-RT::Ticket', 0);

-- A ticket with its group of requestors and the transaction that made it.  Dates that are not set are the epoch.
CREATE FUNCTION pg_temp.ticket(id integer, status text, requestor integer, created timestamp, creator integer DEFAULT NULL, owner integer DEFAULT 12, resolved timestamp DEFAULT '1970-01-01') RETURNS void
BEGIN ATOMIC
	INSERT INTO tickets (id, effectiveid, queue, type, owner, priority, status, resolved, started, due, lastupdated, creator, created)
	VALUES (id, id, 1, 'ticket', owner, 20, status, resolved, '1970-01-01', '1970-01-01', '2026-03-20 12:00', coalesce(creator, requestor), created);
	INSERT INTO groups VALUES (100 + id, 'Requestor', 'RT::Ticket-Role', id), (200 + id, 'Cc', 'RT::Ticket-Role', id);
	INSERT INTO groupmembers (groupid, memberid) VALUES (100 + id, requestor);
	INSERT INTO transactions (objecttype, objectid, type, creator, created) VALUES ('RT::Ticket', id, 'Create', coalesce(creator, requestor), created);
END;
CREATE FUNCTION pg_temp.did(ticket integer, type text, creator integer, created timestamp, field text DEFAULT NULL, oldvalue text DEFAULT NULL, newvalue text DEFAULT NULL) RETURNS void
BEGIN ATOMIC
	INSERT INTO transactions (objecttype, objectid, type, field, oldvalue, newvalue, creator, created) VALUES ('RT::Ticket', ticket, type, field, oldvalue, newvalue, creator, created);
END;
CREATE FUNCTION pg_temp.status(ticket integer, creator integer, created timestamp, oldvalue text, newvalue text) RETURNS void
BEGIN ATOMIC
	SELECT pg_temp.did(ticket, 'Status', creator, created, 'Status', oldvalue, newvalue);
END;
CREATE FUNCTION pg_temp.rated(ticket integer, content text, created timestamp, customfield integer DEFAULT 1, disabled integer DEFAULT 0) RETURNS void
BEGIN ATOMIC
	INSERT INTO objectcustomfieldvalues (customfield, objecttype, objectid, content, created, disabled) VALUES (customfield, 'RT::Ticket', ticket, content, created, disabled);
END;

-- 1: the plain case. Asked 08:00, answered 08:30, solved 09:00, 25 minutes of work, rated 5 after a 1 that was taken back.
-- What RT sends by itself, and the comment at 08:10, are no answers. A value of a field of transactions and one of another field are no ratings.
SELECT pg_temp.ticket(1, 'resolved', 20, '2026-03-02 08:00', resolved => '2026-03-02 09:00');
UPDATE tickets SET timeworked = 25 WHERE id = 1;
SELECT pg_temp.did(1, 'EmailRecord', 1, '2026-03-02 08:00:01'), pg_temp.did(1, 'Comment', 13, '2026-03-02 08:10'), pg_temp.did(1, 'Correspond', 12, '2026-03-02 08:30');
SELECT pg_temp.status(1, 12, '2026-03-02 08:30', 'new', 'open'), pg_temp.status(1, 12, '2026-03-02 09:00', 'open', 'resolved');
SELECT pg_temp.rated(1, '1', '2026-03-02 10:00', disabled => 1), pg_temp.rated(1, '5', '2026-03-02 10:01'), pg_temp.rated(1, '2', '2026-03-02 10:02', customfield => 2), pg_temp.rated(1, '3', '2026-03-02 10:03', customfield => 3);
-- an object of another kind with the same number
INSERT INTO transactions (objecttype, objectid, type, creator, created) VALUES ('RT::Asset', 1, 'Correspond', 13, '2026-03-02 08:01');
INSERT INTO objectcustomfieldvalues (customfield, objecttype, objectid, content, created) VALUES (1, 'RT::Asset', 1, '2', '2026-03-02 08:01');

-- 2: nobody's, not answered. The customer writes again, and so does somebody in copy who is no agent (21).
-- Dates that are not set are the epoch in the zone of whoever set them.
SELECT pg_temp.ticket(2, 'new', 20, '2026-03-02 08:00', owner => 6, resolved => '1970-01-01 12:00:01');
INSERT INTO groupmembers (groupid, memberid) VALUES (202, 21);
SELECT pg_temp.did(2, 'Correspond', 20, '2026-03-02 09:00'), pg_temp.did(2, 'Correspond', 21, '2026-03-02 10:00');

-- 3: solved at 10:00, opened again by the customer at 12:00, solved again at 15:00; stalled from 13:00 to 14:30. Closed 2 h and stalled 1.5 h: paused 3.5 h.
SELECT pg_temp.ticket(3, 'resolved', 21, '2026-03-02 08:00', resolved => '2026-03-02 15:00');
SELECT pg_temp.did(3, 'Correspond', 12, '2026-03-02 09:15'), pg_temp.did(3, 'Correspond', 21, '2026-03-02 12:00'), pg_temp.did(3, 'Correspond', 13, '2026-03-02 13:00');
SELECT pg_temp.status(3, 12, '2026-03-02 09:15', 'new', 'open'), pg_temp.status(3, 12, '2026-03-02 10:00', 'open', 'resolved'), pg_temp.status(3, 1, '2026-03-02 12:00', 'resolved', 'open'),
	pg_temp.status(3, 13, '2026-03-02 13:00', 'open', 'stalled'), pg_temp.status(3, 13, '2026-03-02 14:30', 'stalled', 'open'), pg_temp.status(3, 13, '2026-03-02 15:00', 'open', 'resolved');
SELECT pg_temp.rated(3, '2', '2026-03-02 16:00');

-- 4: opened again and still open: RT keeps the date of resolution, which means nothing. Stalled now.
SELECT pg_temp.ticket(4, 'stalled', 20, '2026-03-02 08:00', owner => 13, resolved => '2026-03-02 12:00');
SELECT pg_temp.did(4, 'Correspond', 13, '2026-03-02 12:00');
SELECT pg_temp.status(4, 13, '2026-03-02 12:00', 'new', 'resolved'), pg_temp.status(4, 20, '2026-03-03 12:00', 'resolved', 'open'), pg_temp.status(4, 13, '2026-03-03 13:00', 'open', 'stalled');

-- 5 was merged into 6. It is older, was answered and re-opened before 6 was there, and is rated: the messages and the rating
-- count for 6, the changes of status do not, and an answer from before 6 is no response to 6. Its customer is now one of 6 too.
SELECT pg_temp.ticket(5, 'resolved', 21, '2026-03-01 08:00', resolved => '2026-03-02 08:40');
UPDATE tickets SET effectiveid = 6, ismerged = 1 WHERE id = 5;
SELECT pg_temp.did(5, 'Correspond', 13, '2026-03-01 09:00');
SELECT pg_temp.status(5, 13, '2026-03-01 10:00', 'new', 'resolved'), pg_temp.status(5, 13, '2026-03-01 11:00', 'resolved', 'open'), pg_temp.status(5, 13, '2026-03-02 08:40', 'open', 'resolved');
SELECT pg_temp.rated(5, '4', '2026-03-03 08:00');
-- 6: moved to the other queue (and back, which is still one that was moved)
SELECT pg_temp.ticket(6, 'resolved', 20, '2026-03-02 08:30', resolved => '2026-03-02 11:00');
INSERT INTO groupmembers (groupid, memberid) VALUES (106, 21);
SELECT pg_temp.did(6, 'Set', 12, '2026-03-02 09:00', 'Queue', '1', '3'), pg_temp.did(6, 'Set', 12, '2026-03-02 10:00', 'Queue', '3', '1'), pg_temp.did(6, 'Correspond', 12, '2026-03-02 10:30');
SELECT pg_temp.status(6, 12, '2026-03-02 11:00', 'new', 'resolved');

-- 7: the requestor is an agent (13) and writes as a customer; another agent answers. Another field of the same name as the queue's was set.
SELECT pg_temp.ticket(7, 'resolved', 13, '2026-03-02 08:00', resolved => '2026-03-02 12:00');
SELECT pg_temp.did(7, 'Correspond', 13, '2026-03-02 09:00'), pg_temp.did(7, 'Correspond', 12, '2026-03-02 10:00'), pg_temp.did(7, 'Set', 12, '2026-03-02 11:00', 'Priority', '20', '30');
SELECT pg_temp.status(7, 12, '2026-03-02 12:00', 'new', 'resolved');
-- rated with what is no score, and with one off the scale
SELECT pg_temp.rated(7, 'fine', '2026-03-02 13:00'), pg_temp.rated(7, '7', '2026-03-02 13:01'), pg_temp.rated(7, '', '2026-03-02 13:02');

-- 8: opened by an agent for a customer who never writes: no contact of a customer.
SELECT pg_temp.ticket(8, 'resolved', 20, '2026-03-02 08:00', creator => 12, resolved => '2026-03-02 08:45');
SELECT pg_temp.did(8, 'Correspond', 12, '2026-03-02 08:40'), pg_temp.status(8, 12, '2026-03-02 08:45', 'new', 'resolved');

-- 9: rejected, 10: deleted, 11: a reminder, 12: an approval: none of them counts.
SELECT pg_temp.ticket(9, 'rejected', 20, '2026-03-02 08:00', resolved => '2026-03-02 09:00'), pg_temp.ticket(10, 'deleted', 20, '2026-03-02 08:00'),
	pg_temp.ticket(11, 'resolved', 12, '2026-03-02 08:00'), pg_temp.ticket(12, 'resolved', 12, '2026-03-02 08:00');
UPDATE tickets SET type = CASE id WHEN 11 THEN 'reminder' ELSE 'approval' END WHERE id IN (11, 12);
SELECT pg_temp.rated(9, '1', '2026-03-02 10:00');

-- 13: made as resolved by a program that writes as RT_System; no date of resolution, no change of status. Solved, nobody knows when.
SELECT pg_temp.ticket(13, 'resolved', 20, '2026-03-02 08:00', creator => 1);

-- 14: solved, then rejected by mistake, then solved for good, all without the date; two requestors. From solved to rejected is no reopening,
-- and the hour from the first solution to the last is a pause.
SELECT pg_temp.ticket(14, 'resolved', 21, '2026-03-02 08:00');
INSERT INTO groupmembers (groupid, memberid) VALUES (114, 20);
SELECT pg_temp.did(14, 'Correspond', 13, '2026-03-02 09:30');
SELECT pg_temp.status(14, 13, '2026-03-02 10:00', 'new', 'resolved'), pg_temp.status(14, 13, '2026-03-02 10:20', 'resolved', 'rejected'), pg_temp.status(14, 13, '2026-03-02 11:00', 'rejected', 'resolved');
