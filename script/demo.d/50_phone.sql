--: title: October by phone, beside all channels
--: note: One view has a row for each period, segment and KPI, with its 95 % interval and the number of rows behind it.
SELECT p.kpi, p.value AS phone, p.low, p.high, p.n, a.value AS "all channels"
FROM care.kpi_monthly AS p
JOIN care.kpi_monthly AS a USING (period, team, kpi)
WHERE p.kpi IN ('fcr_pct', 'csat_pct', 'nps', 'sla_response_pct', 'reopen_pct', 'abandonment_pct')
  AND period = '2026-10-01' AND team = 'all' AND p.channel = 'phone' AND a.channel = 'all'
ORDER BY p.kpi;
