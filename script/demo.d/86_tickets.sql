--: title: Where does a number come from?
--: note: The facts have one row for each ticket and the days on which it counts.
--: note: These are the first replies that October missed, by channel; psql shows the definitions: \d+ care.executive_monthly.
SELECT channel, count(*) AS missed, count(*) FILTER (WHERE first_response_at IS NULL) AS "never answered",
       min(ticket_id) AS "such as"
FROM care.ticket
WHERE sla_response_day BETWEEN '2026-10-01' AND '2026-10-31' AND NOT sla_response_met
GROUP BY channel
ORDER BY missed DESC;
