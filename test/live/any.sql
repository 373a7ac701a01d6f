-- A change of any ticket of the three years.
\set id random(1001, :tickets)
UPDATE tickets SET category = 'category ' || (:id + reopens) % 6, reopens = reopens + 1,
       updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
