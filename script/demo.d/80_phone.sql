--: title: How is phone support doing, beside all channels?
--: note: One view for every period, segment and KPI, with 95 % intervals. October 2026.
SELECT p.kpi, p.value AS phone, p.low, p.high, p.n, a.value AS "all channels"
FROM care.kpi_monthly AS p
JOIN care.kpi_monthly AS a USING (period, team, kpi)
WHERE p.kpi IN ('response_p90_seconds', 'resolution_median_seconds', 'fcr_pct', 'sla_response_pct', 'reopen_pct',
                'csat_pct', 'nps', 'abandonment_pct')
  AND period = '2026-10-01' AND team = 'all' AND p.channel = 'phone' AND a.channel = 'all'
ORDER BY p.kpi;
