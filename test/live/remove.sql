-- A ticket is deleted or gets another id. A refresh finds this only with triggers; otherwise another change is made.
\set id :tickets - random_exponential(0, :tickets - 1001, 100)
\set kind random(1, 2)
\if :deletes = 0
UPDATE tickets SET team = 'team 7', updated_at = now(), loaded_at = now() WHERE ticket_id = :id;
\elif :kind = 1
DELETE FROM tickets WHERE ticket_id = :id;
\else
UPDATE tickets SET ticket_id = nextval('ids'), updated_at = now(), loaded_at = now() WHERE ticket_id = :id;
\endif
