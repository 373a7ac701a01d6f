-- A change that happened up to a day ago, of a recent ticket: later ones may have been written before.
\set id :tickets - random_exponential(0, :tickets - 1001, 100)
\set late random(0, 86400)
UPDATE tickets SET status = 'closed', resolved_at = t.at, first_response_at = least(first_response_at, t.at),
       updated_at = t.at, loaded_at = now()
FROM (SELECT now() - :late * interval '1 second' AS at) AS t
WHERE ticket_id = :id;
