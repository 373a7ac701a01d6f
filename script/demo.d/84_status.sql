--: title: And where are we?
--: note: October beside its target, beside the median and range of the months before, and its change since September: is it more than chance?
SELECT kpi, value, n, target, status, baseline, baseline_low AS "lowest", baseline_high AS "highest",
       baseline_n AS months, change, is_significant AS "more than chance", kind
FROM kpi_scorecard('care', '2026-10-01', '2026-11-01')
WHERE scope = 'total'
  AND kpi IN ('tickets', 'fcr_pct', 'csat_pct', 'sla_response_pct', 'nps', 'reopen_pct', 'response_median_seconds');
