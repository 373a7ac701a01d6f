--: title: A scorecard of one team
--: note: It compares October with the past of the team, and shows whether a change is more than chance.
SELECT kpi, value, n, baseline AS "usual", baseline_low AS "from", baseline_high AS "to", change,
       is_significant AS "real"
FROM kpi_scorecard('care', '2026-10-01', '2026-11-01', team => 'Billing')
WHERE scope = 'selection' AND kpi IN ('tickets', 'fcr_pct', 'csat_pct', 'nps', 'sla_response_pct', 'reopen_pct')
ORDER BY kpi;
