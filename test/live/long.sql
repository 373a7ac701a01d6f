-- A transaction that commits up to ten seconds after its change. The other writers leave these tickets alone.
\set id random(2, 1000)
\set pause random(1000, 10000)
BEGIN;
UPDATE tickets SET reopens = reopens + 1, updated_at = now(), loaded_at = now() WHERE ticket_id = :id;
\sleep :pause ms
COMMIT;
