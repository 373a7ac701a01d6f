--: title: Tickets change
--: note: A thousand tickets of October get a new rating.
UPDATE tickets SET csat_score = 5, updated_at = '2026-11-01'
WHERE ticket_id IN (SELECT ticket_id FROM tickets WHERE resolved_at >= '2026-10-20' ORDER BY ticket_id LIMIT 1000);
