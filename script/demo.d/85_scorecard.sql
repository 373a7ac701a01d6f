--: title: How does one team do?
--: note: kpi_scorecard has every KPI of a selection, with its own past and whether the change is more than chance.
SELECT kpi, value, n, baseline AS "usual", baseline_low AS "from", baseline_high AS "to", change, is_significant AS "real"
FROM kpi_scorecard('care', '2026-10-01', '2026-11-01', team => 'Billing')
WHERE scope = 'selection' AND kpi IN ('tickets', 'fcr_pct', 'csat_pct', 'nps', 'response_median_seconds', 'reopen_pct')
ORDER BY kpi;
