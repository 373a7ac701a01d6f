--: title: October beside its targets
--: note: The most specific target applies.
SELECT kpi, channel, value, n, target, status
FROM care.kpi_monthly
WHERE kpi IN ('fcr_pct', 'csat_pct', 'sla_response_pct', 'nps', 'reopen_pct')
  AND period = '2026-10-01' AND team = 'all' AND channel IN ('all', 'phone') AND status IS NOT NULL
ORDER BY kpi, channel;
