--: title: The months (the last 24)
--: sparks: tickets, backlog, CSAT %, NPS, SLA %
SELECT * FROM (
    SELECT to_char(month, 'YYYY-MM') AS month, tickets, resolved, backlog, nps AS "NPS", csat_pct AS "CSAT %",
           fcr_pct AS "FCR %", response_median_seconds * interval '1 s' AS "first response",
           resolution_median_seconds * interval '1 s' AS resolution,
           coalesce(sla_resolution_pct, sla_response_pct) AS "SLA %"
    FROM care.executive_monthly
    ORDER BY executive_monthly.month DESC
    LIMIT 24) last
ORDER BY month;
