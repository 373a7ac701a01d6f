--: title: How is phone support doing, beside all channels?
--: note: The last full month, with 95 % intervals: they say how far the sample may be off.
SELECT s.kpi, s.value AS phone, s.low, s.high, s.n, t.value AS "all channels"
FROM kpi_scorecard('care', '2026-10-01', '2026-11-01', channel => 'phone') AS s
JOIN kpi_scorecard('care', '2026-10-01', '2026-11-01') AS t ON t.kpi = s.kpi AND t.scope = 'total'
WHERE s.scope = 'selection' AND s.n > 0
  AND s.kpi IN ('response_p90_seconds', 'resolution_median_seconds', 'fcr_pct', 'sla_response_pct', 'reopen_pct',
                'csat_pct', 'nps', 'abandonment_pct');
