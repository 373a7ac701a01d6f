-- how a KPI counts a ticket: counted, pending, not applicable or excluded, as in kpi_coverage
-- kind: fragment
	CASE
		WHEN t.merged_into IS NOT NULL OR t.day IS NULL OR t.is_impossible THEN 'excluded'
		WHEN t.is_counted THEN 'counted'
		WHEN t.is_pending THEN 'pending'
		ELSE 'not applicable'
	END
