-- Hand-made tickets of Zammad.  Each one is there for a trap, which the comment
-- above its rows tells; the expected rows are in test/t/012_adapters_zammad.pl.
-- All times are UTC, as Zammad stores them; Monday 2026-03-02 unless told.

INSERT INTO organizations VALUES (1, 'Acme');
INSERT INTO users VALUES
	(1, NULL, '-', '-', '', false),
	(2, NULL, 'ann', 'Ann', 'Agent', false),
	(3, NULL, 'bob', 'Bob', '', false),
	(7, 1, 'cleo', 'Cleo', 'Customer', true),
	(8, NULL, 'dan', 'Dan', 'Customer', false);
INSERT INTO groups VALUES (1, 'Users'), (2, 'Second Level');
INSERT INTO ticket_priorities VALUES (2, '2 normal'), (3, '3 high');

INSERT INTO ticket_state_types VALUES (1, 'new'), (2, 'open'), (3, 'pending reminder'), (4, 'pending action'), (5, 'closed'), (6, 'merged'), (7, 'removed');
-- names are the administrator's: 4 and 8 are both of the closed type, 2 is called otherwise
INSERT INTO ticket_states VALUES
	(1, 1, 'new', false), (2, 2, 'in progress', false), (3, 3, 'pending reminder', true), (4, 5, 'closed', true),
	(5, 6, 'merged', true), (6, 7, 'removed', true), (7, 4, 'pending close', true), (8, 5, 'closed without solution', true);

INSERT INTO ticket_article_types VALUES (1, 'email', true), (5, 'phone', true), (10, 'note', false);
INSERT INTO ticket_article_senders VALUES (1, 'Agent'), (2, 'Customer'), (3, 'System');
INSERT INTO history_objects VALUES (1, 'Ticket'), (2, 'Ticket::Article'), (3, 'User');
INSERT INTO history_attributes VALUES (1, 'state'), (2, 'group'), (3, 'owner');

INSERT INTO calendars VALUES (1, 'Berlin', 'Europe/Berlin', E'---\nmon:\n  active: true\n  timeframes:\n  - - ''09:00''\n    - ''17:00''\n', E'--- {}\n');
INSERT INTO slas VALUES (1, 'Gold', 1, 60, NULL, NULL, 480), (2, 'Response only', 1, 120, NULL, NULL, NULL);

CREATE FUNCTION pg_temp.ticket(id integer, state_id integer, created timestamp, owner_id integer DEFAULT 2, customer_id integer DEFAULT 8, group_id integer DEFAULT 1) RETURNS void
BEGIN ATOMIC
	INSERT INTO tickets (id, group_id, priority_id, state_id, number, title, owner_id, customer_id, create_article_type_id, create_article_sender_id, created_at, updated_at)
	VALUES (id, group_id, 2, state_id, 90000 + id, 'ticket ' || id, owner_id, customer_id, 1, 2, created, '2026-03-20 12:00');
END;
-- articles take their ids in the order of these calls
CREATE FUNCTION pg_temp.article(ticket_id integer, sender_id integer, created_by_id integer, created timestamp, type_id integer DEFAULT 1, internal boolean DEFAULT false) RETURNS void
BEGIN ATOMIC
	INSERT INTO ticket_articles (ticket_id, type_id, sender_id, internal, created_by_id, created_at) VALUES (ticket_id, type_id, sender_id, internal, created_by_id, created);
END;
CREATE FUNCTION pg_temp.change(o_id integer, attribute text, id_from integer, id_to integer, created timestamp) RETURNS void
BEGIN ATOMIC
	INSERT INTO histories (history_object_id, history_attribute_id, o_id, id_from, id_to, created_by_id, created_at)
	SELECT 1, a.id, o_id, id_from, id_to, 2, created FROM history_attributes a WHERE a.name = attribute;
END;

-- 1: the plain case. Asked 08:00, answered 08:30 and closed 09:00, within the SLA (30 minutes left).
-- With everything that the people and lists can give.
SELECT pg_temp.ticket(1, 4, '2026-03-02 08:00', customer_id => 7);
UPDATE tickets SET organization_id = 1, priority_id = 3, type = 'Incident', time_unit = 12.5, first_response_at = '2026-03-02 08:30', first_response_in_min = 30, first_response_diff_in_min = 30,
	close_at = '2026-03-02 09:00', last_close_at = '2026-03-02 09:00', close_in_min = 60, close_diff_in_min = 420,
	preferences = E'---\nchannel_id: 2\nescalation_calculation: !ruby/hash:ActiveSupport::HashWithIndifferentAccess\n  first_response_at: 2026-03-02 08:30:00.000000000 Z\n  sla_id: 1\n  calendar_id: 1\n  escalation_disabled: true\n'
WHERE id = 1;
SELECT pg_temp.article(1, 2, 7, '2026-03-02 08:00');
-- the automatic reply is System's: no answer
SELECT pg_temp.article(1, 3, 1, '2026-03-02 08:00:01');
-- internal, and a note: no answers
SELECT pg_temp.article(1, 1, 3, '2026-03-02 08:10', internal => true);
SELECT pg_temp.article(1, 1, 3, '2026-03-02 08:20', type_id => 10);
SELECT pg_temp.article(1, 1, 2, '2026-03-02 08:30');
SELECT pg_temp.change(1, 'state', 1, 4, '2026-03-02 09:00');

-- 2: an open ticket of nobody (owner 1), not answered, whose deadline is past: breached without a verdict. Its SLA has no solution time.
SELECT pg_temp.ticket(2, 1, '2026-03-02 08:00', owner_id => 1);
UPDATE tickets SET first_response_escalation_at = '2026-03-02 10:00', preferences = E'---\nescalation_calculation:\n  sla_id: 2\n  calendar_id: 1\n' WHERE id = 2;
SELECT pg_temp.article(2, 2, 8, '2026-03-02 08:00');

-- 3: closed, re-opened by the customer, closed again: close_at is the first time, last_close_at the last. Answered late (diff -15).
-- Both agents wrote. Closed from 10:00 to 12:00 (2 h) and pending from 13:00 to 14:30 (1.5 h).
SELECT pg_temp.ticket(3, 4, '2026-03-02 08:00');
UPDATE tickets SET first_response_at = '2026-03-02 09:15', first_response_diff_in_min = -15, close_at = '2026-03-02 10:00', last_close_at = '2026-03-02 15:00', close_diff_in_min = 0,
	preferences = E'---\nescalation_calculation:\n  sla_id: 1\n  calendar_id: 1\n' WHERE id = 3;
SELECT pg_temp.article(3, 2, 8, '2026-03-02 08:00');
SELECT pg_temp.article(3, 1, 2, '2026-03-02 09:15');
SELECT pg_temp.article(3, 2, 8, '2026-03-02 12:00');
SELECT pg_temp.article(3, 1, 3, '2026-03-02 13:00');
SELECT pg_temp.change(3, 'state', 1, 2, '2026-03-02 09:15'), pg_temp.change(3, 'state', 2, 4, '2026-03-02 10:00'), pg_temp.change(3, 'state', 4, 2, '2026-03-02 12:00'),
	pg_temp.change(3, 'state', 2, 3, '2026-03-02 13:00'), pg_temp.change(3, 'state', 3, 2, '2026-03-02 14:30'), pg_temp.change(3, 'state', 2, 4, '2026-03-02 15:00');

-- 4: closed, then open again: not solved, and close_at says nothing of an end.
SELECT pg_temp.ticket(4, 2, '2026-03-02 08:00');
UPDATE tickets SET first_response_at = '2026-03-02 12:00', close_at = '2026-03-02 12:00', last_close_at = '2026-03-02 12:00' WHERE id = 4;
SELECT pg_temp.article(4, 2, 8, '2026-03-02 08:00');
SELECT pg_temp.article(4, 1, 2, '2026-03-02 12:00');
SELECT pg_temp.article(4, 2, 8, '2026-03-03 12:00');
SELECT pg_temp.change(4, 'state', 1, 4, '2026-03-02 12:00'), pg_temp.change(4, 'state', 4, 2, '2026-03-03 12:00');

-- 5: merged into 6, and 7: removed. Neither counts. The article that 5 had is now one of 6 (below).
SELECT pg_temp.ticket(5, 5, '2026-03-01 08:00', owner_id => 1);
SELECT pg_temp.change(5, 'state', 1, 5, '2026-03-02 08:40');
SELECT pg_temp.ticket(7, 6, '2026-03-02 08:00', owner_id => 1);
SELECT pg_temp.change(7, 'state', 1, 6, '2026-03-02 09:00');

-- 6: it received the articles of 5: the question of 1 March, and an answer to it that was before this ticket's time. From one
-- closed state to the other is no reopening and no second closing. Moved to the second level and back.
SELECT pg_temp.ticket(6, 8, '2026-03-02 08:30');
UPDATE tickets SET first_response_at = '2026-03-02 10:30', close_at = '2026-03-02 11:00', last_close_at = '2026-03-02 11:30' WHERE id = 6;
SELECT pg_temp.article(6, 2, 8, '2026-03-01 08:00');
SELECT pg_temp.article(6, 1, 3, '2026-03-01 09:00');
SELECT pg_temp.article(6, 2, 8, '2026-03-02 08:30');
SELECT pg_temp.article(6, 1, 2, '2026-03-02 10:30');
SELECT pg_temp.change(6, 'group', 1, 2, '2026-03-02 09:00'), pg_temp.change(6, 'group', 2, 1, '2026-03-02 10:00');
SELECT pg_temp.change(6, 'state', 1, 4, '2026-03-02 11:00'), pg_temp.change(6, 'state', 4, 8, '2026-03-02 11:30');

-- 8: an agent opened it by mail: nobody waited, although Zammad has a first response of 0 minutes. The customer answered once.
SELECT pg_temp.ticket(8, 4, '2026-03-02 08:00');
UPDATE tickets SET create_article_sender_id = 1, first_response_at = '2026-03-02 08:00', close_at = '2026-03-02 18:00', last_close_at = '2026-03-02 18:00' WHERE id = 8;
SELECT pg_temp.article(8, 1, 2, '2026-03-02 08:00');
SELECT pg_temp.article(8, 2, 8, '2026-03-02 09:00');
SELECT pg_temp.article(8, 1, 2, '2026-03-02 10:00');
SELECT pg_temp.change(8, 'state', 1, 4, '2026-03-02 18:00');

-- 9: imported: no first_response_at, no last_close_at, no histories. Only the articles tell.
SELECT pg_temp.ticket(9, 4, '2026-03-02 08:00');
UPDATE tickets SET close_at = '2026-03-04 08:00' WHERE id = 9;
SELECT pg_temp.article(9, 2, 8, '2026-03-02 08:00');
SELECT pg_temp.article(9, 1, 3, '2026-03-02 09:00');

-- 10: it began pending (08:00 to 10:00: 2 h) and is pending again, since 11:00, which has not ended. The deadline is far away.
SELECT pg_temp.ticket(10, 7, '2026-03-02 08:00');
UPDATE tickets SET close_escalation_at = '2999-01-01' WHERE id = 10;
SELECT pg_temp.article(10, 2, 8, '2026-03-02 08:00', type_id => 5);
UPDATE tickets SET create_article_type_id = 5 WHERE id = 10;
SELECT pg_temp.change(10, 'state', 3, 2, '2026-03-02 10:00'), pg_temp.change(10, 'state', 2, 7, '2026-03-02 11:00');

-- 11: no article at all, created closed, with times from before there was last_close_at. The rows of histories that look alike
-- are of a user with the same number and of another attribute.
SELECT pg_temp.ticket(11, 4, '2026-03-02 08:00', owner_id => 3);
UPDATE tickets SET close_at = '2026-03-02 08:00', close_diff_in_min = -1 WHERE id = 11;
INSERT INTO histories (history_object_id, history_attribute_id, o_id, id_from, id_to, created_by_id, created_at) VALUES
	(3, 1, 11, 4, 2, 2, '2026-03-02 09:00'), (1, 3, 11, 4, 2, 2, '2026-03-02 09:00'), (1, NULL, 11, NULL, NULL, 2, '2026-03-02 08:00');

-- 12: re-opened before there was last_close_at: only the histories know the last time, 14:00.
SELECT pg_temp.ticket(12, 4, '2026-03-02 08:00');
UPDATE tickets SET close_at = '2026-03-02 10:00', first_response_at = '2026-03-02 10:00' WHERE id = 12;
SELECT pg_temp.article(12, 2, 8, '2026-03-02 08:00');
SELECT pg_temp.article(12, 1, 2, '2026-03-02 10:00');
SELECT pg_temp.change(12, 'state', 1, 4, '2026-03-02 10:00'), pg_temp.change(12, 'state', 4, 2, '2026-03-02 13:00'), pg_temp.change(12, 'state', 2, 4, '2026-03-02 14:00');

-- 13: created closed, re-opened at 09:00, closed at 10:00, removed by mistake at 11:00 and closed again: closed three times, re-opened
-- once, and of the four hours all but the one from 09:00 to 10:00 are pauses.
SELECT pg_temp.ticket(13, 4, '2026-03-02 08:00');
UPDATE tickets SET close_at = '2026-03-02 08:00', last_close_at = '2026-03-02 12:00' WHERE id = 13;
SELECT pg_temp.change(13, 'state', 4, 2, '2026-03-02 09:00'), pg_temp.change(13, 'state', 2, 4, '2026-03-02 10:00'), pg_temp.change(13, 'state', 4, 6, '2026-03-02 11:00'), pg_temp.change(13, 'state', 6, 4, '2026-03-02 12:00');

-- 14: a customer opened it; a ticket that an agent had opened before was merged into it. The first response is still Zammad's.
SELECT pg_temp.ticket(14, 2, '2026-03-02 08:00');
UPDATE tickets SET first_response_at = '2026-03-02 10:00' WHERE id = 14;
SELECT pg_temp.article(14, 1, 2, '2026-03-01 08:00');
SELECT pg_temp.article(14, 2, 8, '2026-03-02 08:00');
SELECT pg_temp.article(14, 1, 3, '2026-03-02 10:00');
