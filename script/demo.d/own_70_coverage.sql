--: title: Is anything left out?
--: note: For each KPI, counted, pending, not applicable and excluded add up to all tickets.
SELECT kpi, sum(tickets) AS tickets, sum(counted) AS counted, sum(pending) AS pending,
       sum(not_applicable) AS "not applicable", sum(excluded) AS excluded
FROM care.kpi_coverage
GROUP BY kpi
HAVING sum(counted) > 0
ORDER BY kpi;
