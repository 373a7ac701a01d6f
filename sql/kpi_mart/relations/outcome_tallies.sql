-- what is counted on the day of the outcome of tickets
-- kind: fragment
		count(*) FILTER (WHERE is_resolved) AS resolved,
		@extschema@.durations_agg(@extschema@.from_seconds(resolution_seconds)) AS resolution,
		@extschema@.rate_agg(first_contact) AS fcr,
		@extschema@.ratio_agg((contacts - 1)::double precision, 1::double precision)
			FILTER (WHERE NOT first_contact AND contacts IS NOT NULL) AS follow_ups,
		@extschema@.rate_agg(reopened) AS reopen,
		@extschema@.rate_agg(escalated) AS escalation,
		@extschema@.rate_agg(transferred) AS transfer,
		@extschema@.durations_agg(@extschema@.from_seconds(handle_seconds)) AS handle,
		@extschema@.rate_agg(csat_satisfied) AS csat,
		@extschema@.scores_agg(nps_score) AS nps,
		@extschema@.rate_agg(ces_easy) AS ces,
		@extschema@.ratio_agg(ces_score, 1::double precision) FILTER (WHERE ces_score IS NOT NULL) AS effort,
		@extschema@.ratio_agg(qa_points, qa_possible) AS qa,
		@extschema@.ratio_agg(cost, 1::double precision) FILTER (WHERE cost IS NOT NULL) AS cost
