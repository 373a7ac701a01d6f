-- Four changes in one transaction, in any order. It locks the tickets in the order of their ids, so that writers cannot
-- deadlock with each other. One change is undone, and one transaction in ten.
\set a :tickets - random_exponential(0, :tickets - 1001, 100)
\set b :tickets - random_exponential(0, :tickets - 1001, 100)
\set c :tickets - random_exponential(0, :tickets - 1001, 100)
\set end random(1, 10)
BEGIN;
SELECT ticket_id FROM tickets WHERE ticket_id IN (:a, :b, :c) ORDER BY ticket_id FOR UPDATE;
UPDATE tickets SET status = 'closed', resolved_at = now(), updated_at = now(), loaded_at = now() WHERE ticket_id = :b;
SAVEPOINT before;
UPDATE tickets SET team = 'team 0', csat_score = 1, updated_at = now(), loaded_at = now() WHERE ticket_id = :a;
ROLLBACK TO before;
UPDATE tickets SET csat_score = 5, updated_at = now(), loaded_at = now() WHERE ticket_id IN (:a, :c);
\if :end = 1
ROLLBACK;
\else
COMMIT;
\endif
