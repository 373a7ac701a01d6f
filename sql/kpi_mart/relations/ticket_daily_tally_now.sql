-- tallies of the tickets by day and dimensions
-- index: day
SELECT
	day, -- day of the event in the time zone of the mart; of the creation with attribute => 'created'
	@dimensions@,
	coalesce(sum(tickets), 0)::bigint AS tickets, -- tickets created
	CASE WHEN @answer_known@ THEN coalesce(sum(unanswered), 0)::bigint END
		AS unanswered, -- tickets created that have no first response yet; NULL when unknown
	CASE WHEN @resolution_known@ THEN coalesce(sum(unresolved), 0)::bigint END
		AS unresolved, -- tickets created that are not resolved now; NULL when unknown
	CASE WHEN @status_known@ THEN coalesce(sum(pending), 0)::bigint END
		AS pending, -- tickets created that wait for the customer now; NULL when unknown
	CASE WHEN @deflection_known@ THEN coalesce(sum(deflected), 0)::bigint END
		AS deflected, -- tickets created that customers or bots solved without an agent; NULL when unknown
	@extschema@.rollup(wait) AS wait, -- waits for the answer of contacts that were answered
	@extschema@.rollup(abandonment) AS abandonment, -- contacts that the customer gave up before the answer
	@extschema@.rollup(self_service) AS self_service, -- issues that the customer solved alone
	@extschema@.rollup(bot_resolution) AS bot_resolution, -- bot conversations that the bot solved
	@extschema@.rollup(bot_escalation) AS bot_escalation, -- bot conversations handed over to an agent
	@extschema@.rollup(bot_escalation_accuracy) AS bot_escalation_accuracy, -- hand-overs by the bot that were right
	@extschema@.rollup(bot_acceptance) AS bot_acceptance, -- bot conversations in which the customer accepted the bot
	@extschema@.rollup(sentiment) AS sentiment, -- sentiment of the tickets created
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
		AS sla_resolution, -- resolutions in time, of those in time or missed
	CASE WHEN @resolution_known@ THEN coalesce(sum(closed), 0)::bigint END
		AS closed -- tickets that left the backlog, whatever day KPIs count on, and tickets of unknown state; NULL when all are unknown
FROM (
	-- each branch counts the tickets on the day of another event
	SELECT
		created_day AS day,
		@dimensions@,
		count(*) AS tickets,
		count(*) FILTER (WHERE is_unanswered) AS unanswered,
		count(*) FILTER (WHERE NOT is_resolved) AS unresolved,
		count(*) FILTER (WHERE NOT is_resolved AND status = 'pending') AS pending,
		count(*) FILTER (WHERE self_service OR bot_resolved) AS deflected,
		@extschema@.durations_agg(@extschema@.from_seconds(wait_seconds)) AS wait,
		@extschema@.rate_agg(abandoned) AS abandonment,
		@extschema@.rate_agg(self_service) AS self_service,
		@extschema@.rate_agg(bot_resolved) AS bot_resolution,
		@extschema@.rate_agg(bot_escalated) AS bot_escalation,
		@extschema@.rate_agg(bot_escalation_right) AS bot_escalation_accuracy,
		@extschema@.rate_agg(bot_accepted) AS bot_acceptance,
		@extschema@.ratio_agg(sentiment, 1::double precision) FILTER (WHERE sentiment IS NOT NULL) AS sentiment,
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
		NULL::@extschema@.kpi_rate AS sla_resolution,
		NULL::bigint AS closed
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY created_day, @dimensions@
	UNION ALL
	SELECT
		@response_day@ AS day,
		@dimensions@,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		@extschema@.durations_agg(@extschema@.from_seconds(response_seconds)) AS response,
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL, -- the verdict on the resolution
		NULL -- the backlog
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @response_day@, @dimensions@
	UNION ALL
	SELECT
		@sla_response_day@ AS day,
		@dimensions@,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		@extschema@.rate_agg(sla_response_met) AS sla_response,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL, -- the verdict on the resolution
		NULL -- the backlog
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @sla_response_day@, @dimensions@
	UNION ALL
	SELECT
		@outcome_day@ AS day,
		@dimensions@,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
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
		NULL, -- the verdict on the resolution
		NULL -- the backlog
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @outcome_day@, @dimensions@
	UNION ALL
	SELECT
		@sla_resolution_day@ AS day,
		@dimensions@,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		@extschema@.rate_agg(sla_resolution_met) AS sla_resolution,
		NULL -- the backlog
	FROM @schema@.ticket
	WHERE merged_into IS NULL
	GROUP BY @sla_resolution_day@, @dimensions@
	UNION ALL
	SELECT
		outcome_day AS day,
		@dimensions@,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the creation
		NULL, -- the response
		NULL, -- the verdict on the response
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, -- the outcome
		NULL, -- the verdict on the resolution
		count(*) AS closed
	FROM @schema@.ticket
	WHERE merged_into IS NULL AND is_resolved IS NOT FALSE
	GROUP BY outcome_day, @dimensions@
) AS events
WHERE day IS NOT NULL
GROUP BY day, @dimensions@
