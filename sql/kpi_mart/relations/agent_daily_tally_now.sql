-- tallies of the tickets by day and agent
-- index: day
SELECT
	day, -- day of the event in the time zone of the mart; of the creation with attribute => 'created'
	agent_id, -- agent who answered or has the ticket; NULL for nobody
	max(agent_name) AS agent_name, -- name of the agent, of tickets created on the day
	min(agent_hired_on) AS agent_hired_on, -- day on which the agent was hired, of tickets created on the day
	coalesce(sum(tickets), 0)::bigint AS tickets, -- tickets created
	CASE WHEN @answer_known@ THEN coalesce(sum(unanswered), 0)::bigint END
		AS unanswered, -- tickets created that have no first response yet; NULL when unknown
	CASE WHEN @resolution_known@ THEN coalesce(sum(unresolved), 0)::bigint END
		AS unresolved, -- tickets created that are not resolved now; NULL when unknown
	CASE WHEN @status_known@ THEN coalesce(sum(pending), 0)::bigint END
		AS pending, -- tickets created that wait for the customer now; NULL when unknown
	@extschema@.rollup(wait) AS wait, -- waits for the answer of contacts that were answered
	@extschema@.rollup(response) AS response, -- first response times
	@extschema@.rollup(sla_response)
		AS sla_response, -- first responses in time, of those in time or missed
	CASE WHEN @resolution_known@ THEN coalesce(sum(resolved), 0)::bigint END
		AS resolved, -- tickets resolved; NULL when unknown
	@extschema@.rollup(resolution) AS resolution, -- resolution times
	@extschema@.rollup(fcr) AS fcr, -- resolved tickets that were resolved at first contact
	@extschema@.rollup(reopen) AS reopen, -- tickets once resolved that were reopened
	@extschema@.rollup(escalation) AS escalation, -- tickets that were escalated
	@extschema@.rollup(transfer) AS transfer, -- tickets that were transferred
	@extschema@.rollup(handle) AS handle, -- handle times
	@extschema@.rollup(csat) AS csat, -- ratings of a satisfied customer
	@extschema@.rollup(nps) AS nps, -- likelihoods to recommend
	@extschema@.rollup(ces) AS ces, -- ratings of an easy contact
	@extschema@.rollup(effort) AS effort, -- effort scores
	@extschema@.rollup(qa) AS qa, -- points of quality reviews
	@extschema@.rollup(cost) AS cost, -- costs of the tickets
	@extschema@.rollup(sla_resolution)
		AS sla_resolution -- resolutions in time, of those in time or missed
FROM (
	-- each branch counts the tickets on the day of another event
	SELECT
		created_day AS day,
		agent_id,
		max(agent_name) AS agent_name,
		min(agent_hired_on) AS agent_hired_on,
		count(*) AS tickets,
		count(*) FILTER (WHERE is_unanswered) AS unanswered,
		count(*) FILTER (WHERE NOT is_resolved) AS unresolved,
		count(*) FILTER (WHERE NOT is_resolved AND status = 'pending') AS pending,
		@extschema@.durations_agg(@extschema@.from_seconds(wait_seconds)) AS wait,
		NULL::@extschema@.kpi_durations AS response,
		NULL::@extschema@.kpi_rate AS sla_response,
		NULL::bigint AS resolved,
		NULL::@extschema@.kpi_durations AS resolution,
		NULL::@extschema@.kpi_rate AS fcr,
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
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY created_day, agent_id
	UNION ALL
	SELECT
		@response_day@ AS day,
		responder_id AS agent_id,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		@extschema@.durations_agg(@extschema@.from_seconds(response_seconds)) AS response,
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL -- the verdict on the resolution
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @response_day@, responder_id
	UNION ALL
	SELECT
		@sla_response_day@ AS day,
		responder_id AS agent_id,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		@extschema@.rate_agg(sla_response_met) AS sla_response,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL -- the verdict on the resolution
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @sla_response_day@, responder_id
	UNION ALL
	SELECT
		@outcome_day@ AS day,
		agent_id,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		count(*) FILTER (WHERE is_resolved) AS resolved,
		@extschema@.durations_agg(@extschema@.from_seconds(resolution_seconds)) AS resolution,
		@extschema@.rate_agg(first_contact) AS fcr,
		@extschema@.rate_agg(reopened) AS reopen,
		@extschema@.rate_agg(escalated) AS escalation,
		@extschema@.rate_agg(transferred) AS transfer,
		@extschema@.durations_agg(@extschema@.from_seconds(handle_seconds)) AS handle,
		@extschema@.rate_agg(csat_satisfied) AS csat,
		@extschema@.scores_agg(nps_score) AS nps,
		@extschema@.rate_agg(ces_easy) AS ces,
		@extschema@.ratio_agg(ces_score, 1::double precision) FILTER (WHERE ces_score IS NOT NULL) AS effort,
		@extschema@.ratio_agg(qa_points, qa_possible) AS qa,
		@extschema@.ratio_agg(cost, 1::double precision) FILTER (WHERE cost IS NOT NULL) AS cost,
		NULL -- the verdict on the resolution
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @outcome_day@, agent_id
	UNION ALL
	SELECT
		@sla_resolution_day@ AS day,
		agent_id,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		@extschema@.rate_agg(sla_resolution_met) AS sla_resolution
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @sla_resolution_day@, agent_id
) AS events
WHERE day IS NOT NULL
GROUP BY day, agent_id
