-- A new ticket, like another one. The helpdesk sends it up to a day late.
\set like random(1001, :tickets)
\set late random(0, 86400)
INSERT INTO tickets
SELECT nextval('ids'), t.at, NULL, NULL, t.at, 'pending', customer_id, account_id, agent_id, agent_name, NULL, team,
       channel, category, priority, 1, 0, 0, false, false, NULL, NULL, NULL, cost, sla_response, sla_resolution, now()
FROM tickets, LATERAL (SELECT now() - :late * interval '1 second' AS at) AS t
WHERE ticket_id = :like;
