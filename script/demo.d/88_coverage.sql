--: title: Is anything left out?
--: note: For each KPI, counted, pending, not applicable and excluded add up to the tickets of the month.
SELECT kpi, tickets, counted, pending, not_applicable AS "not applicable", excluded
FROM care.kpi_coverage
WHERE month = '2026-10-01' AND kpi IN ('response', 'sla_response', 'resolution', 'fcr', 'csat')
ORDER BY kpi;
