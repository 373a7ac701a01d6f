-- One change of a recent ticket.
\set id :tickets - random_exponential(0, :tickets - 1001, 100)
\set kind random(1, 6)
\set number random(1, 50)
\if :kind = 1
UPDATE tickets SET status = 'closed', resolved_at = now(), first_response_at = coalesce(first_response_at, now()),
       agent_replies = agent_replies + 1, updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\elif :kind = 2
UPDATE tickets SET status = 'pending', resolved_at = NULL, reopens = reopens + 1, updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\elif :kind = 3
UPDATE tickets SET csat_score = 1 + :number % 5, nps_score = :number % 11, updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\elif :kind = 4
UPDATE tickets SET agent_id = 'agent ' || :number, agent_name = 'Agent Number ' || :number, transferred = true,
       updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\elif :kind = 5
UPDATE tickets SET priority = CASE priority WHEN 'urgent' THEN 'low' ELSE 'urgent' END, team = 'team ' || :number % 8,
       escalated = true, updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\else
UPDATE tickets SET handle_time = handle_time + :number * interval '1 second', cost = cost + 1, contacts = contacts + 1,
       updated_at = now(), loaded_at = now()
WHERE ticket_id = :id;
\endif
