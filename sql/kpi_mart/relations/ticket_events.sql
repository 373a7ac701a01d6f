-- tallies of the tickets, and of the answers to surveys, for each kind of event
-- kind: fragment
	-- each branch counts the tickets on the day of another event
	SELECT
		@created_day@ AS day,
		@split@,
		@agent_columns@
@created_tallies@,
		NULL::@extschema@.kpi_durations AS response,
		NULL::@extschema@.kpi_rate AS sla_response,
		NULL::bigint AS resolved,
		NULL::@extschema@.kpi_durations AS resolution,
		NULL::@extschema@.kpi_rate AS fcr,
		NULL::@extschema@.kpi_ratio AS follow_ups,
		NULL::@extschema@.kpi_rate AS reopen,
		NULL::@extschema@.kpi_rate AS escalation,
		NULL::@extschema@.kpi_rate AS transfer,
		NULL::@extschema@.kpi_durations AS handle,
		NULL::@extschema@.kpi_rate AS csat,
		NULL::@extschema@.kpi_scores AS nps,
		NULL::@extschema@.kpi_rate AS ces,
		NULL::@extschema@.kpi_ratio AS effort,
		NULL::@extschema@.kpi_ratio AS qa,
		NULL::@extschema@.kpi_ratio AS cost,
		NULL::@extschema@.kpi_rate AS sla_resolution
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @created_day@, @split@
	UNION ALL
	SELECT
		@response_day@ AS day,
		@responders@,
		@no_agent_columns@
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		@response_tally@ AS response,
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL -- the verdict on the resolution
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @response_day@, @split_of_responders@
	UNION ALL
	SELECT
		@sla_response_day@ AS day,
		@responders@,
		@no_agent_columns@
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		@sla_response_tally@ AS sla_response,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL -- the verdict on the resolution
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @sla_response_day@, @split_of_responders@
	UNION ALL
	SELECT
		@outcome_day@ AS day,
		@split@,
		@no_agent_columns@
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
@outcome_tallies@,
		NULL -- the verdict on the resolution
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @outcome_day@, @split@
	UNION ALL
	SELECT
		@sla_resolution_day@ AS day,
		@split@,
		@no_agent_columns@
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		@sla_resolution_tally@ AS sla_resolution
	FROM @facts@
	WHERE merged_into IS NULL
	GROUP BY @sla_resolution_day@, @split@
	UNION ALL
	SELECT
		@answered_day@ AS day,
		@split@,
		@no_agent_columns@
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		@extschema@.rate_agg(is_good) FILTER (WHERE kind = 'csat') AS csat,
		@extschema@.scores_agg(score::bigint) FILTER (WHERE kind = 'nps') AS nps,
		@extschema@.rate_agg(is_good) FILTER (WHERE kind = 'ces') AS ces,
		@extschema@.ratio_agg(score, 1::double precision) FILTER (WHERE kind = 'ces') AS effort,
		NULL, NULL, -- the review and the cost of the outcome
		NULL -- the verdict on the resolution
	FROM @survey_facts@
	-- only scores that count; for others it is unknown which scores are good
	WHERE NOT in_ticket AND CASE kind WHEN 'nps' THEN score ELSE is_good::integer END IS NOT NULL
	GROUP BY @answered_day@, @split@
