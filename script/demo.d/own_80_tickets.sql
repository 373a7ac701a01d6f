--: title: Where does a number come from?
--: note: The facts have one row for each ticket, with the days on which it counts.
--: note: These ten took longest in the last month. psql shows the definition of a view: \d+ care.executive_monthly.
SELECT ticket_id, channel, team, agent_id, created_day AS created, outcome_day AS resolved,
       resolution_seconds * interval '1 s' AS "resolution time"
FROM care.ticket
WHERE resolution_seconds IS NOT NULL
  AND date_trunc('month', outcome_day) = (SELECT date_trunc('month', max(outcome_day)) FROM care.ticket
                                          WHERE resolution_seconds IS NOT NULL)
ORDER BY resolution_seconds DESC, ticket_id
LIMIT 10;
