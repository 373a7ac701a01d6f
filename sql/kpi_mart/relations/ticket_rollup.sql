-- tallies of tickets merged into periods
-- kind: fragment
	SELECT
		@period@ AS period,
		@split@,
@created_rollups@,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(sla_response) AS sla_response,
@outcome_rollups@,
		@extschema@.rollup(sla_resolution) AS sla_resolution
	FROM @tally@
	GROUP BY 1, @split@
