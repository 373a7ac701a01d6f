--: title: The months, for executives
--: note: A rating counts even if its ticket was reopened, and a first reply that nobody wrote in time counts as missed.
--: bars: NPS/100
--: sparks: tickets, backlog, NPS, CSAT %, SLA %
SELECT to_char(month, 'YYYY-MM') AS month, tickets, backlog, nps AS "NPS", csat_pct AS "CSAT %", fcr_pct AS "FCR %",
       sla_response_pct AS "SLA %", churn_pct AS "churn %"
FROM care.executive_monthly
WHERE month BETWEEN '2025-11-01' AND '2026-10-01'
ORDER BY month;
