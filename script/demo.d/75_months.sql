--: title: The months, for executives
--: note: A target missed by a ticket that nobody answered counts as missed, and a rating counts even when its ticket was reopened.
--: bars: SLA %/100
--: sparks: tickets, backlog, CSAT %, SLA %
SELECT to_char(month, 'YYYY-MM') AS month, tickets, backlog, nps AS "NPS", csat_pct AS "CSAT %", fcr_pct AS "FCR %",
       response_median_seconds * interval '1 s' AS "first reply", sla_response_pct AS "SLA %",
       tickets_year_before AS "a year before"
FROM care.executive_monthly
WHERE is_complete AND month < '2026-11-01'
ORDER BY month;
