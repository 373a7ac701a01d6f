-- internal: how many tickets each KPI counts by day, and why it does not count the others
-- index: day
-- counts: ticket
SELECT
	day, -- day on which the KPI counts or would count the tickets; NULL for tickets without any possible instant
	kpi, -- name of the KPI
	sum(tickets)::bigint AS tickets, -- all tickets of the day
	coalesce(sum(counted) FILTER (WHERE day IS NOT NULL), 0)::bigint AS counted, -- tickets that the KPI counts
	coalesce(sum(pending) FILTER (WHERE day IS NOT NULL), 0)::bigint
		AS pending, -- tickets that it may count later: not answered, not resolved, or before a deadline
	sum(CASE WHEN day IS NULL THEN tickets ELSE excluded END)::bigint
		AS excluded -- tickets with an impossible value, and tickets merged into another
FROM (
	SELECT g.day, v.kpi, g.tickets, v.counted, v.pending, v.excluded
	FROM (
		SELECT
			created_day AS day,
			count(*) AS tickets,
			count(created_day) AS counted_tickets,
			count(wait_seconds) AS wait,
			count(*) FILTER (WHERE excluded ~ '(^| )wait( |$)') AS wait_excluded,
			count(abandoned) AS abandonment,
			count(self_service) AS self_service,
			count(bot_resolved) AS bot_resolution,
			count(bot_escalated) AS bot_escalation,
			count(bot_escalation_right) AS bot_escalation_accuracy,
			count(bot_accepted) AS bot_acceptance,
			count(sentiment) AS sentiment,
			count(*) FILTER (WHERE excluded ~ '(^| )sentiment( |$)') AS sentiment_excluded
		FROM @schema@.ticket
		WHERE merged_into IS NULL
		GROUP BY created_day
	) AS g
	CROSS JOIN LATERAL (VALUES
		('tickets', g.counted_tickets, 0, 0),
		('wait', g.wait, 0, g.wait_excluded),
		('abandonment', g.abandonment, 0, 0),
		('self_service', g.self_service, 0, 0),
		('bot_resolution', g.bot_resolution, 0, 0),
		('bot_escalation', g.bot_escalation, 0, 0),
		('bot_escalation_accuracy', g.bot_escalation_accuracy, 0, 0),
		('bot_acceptance', g.bot_acceptance, 0, 0),
		('sentiment', g.sentiment, 0, g.sentiment_excluded)
	) AS v (kpi, counted, pending, excluded)
	UNION ALL
	SELECT g.day, v.kpi, g.tickets, v.counted, v.pending, v.excluded
	FROM (
		SELECT
			@response_day@ AS day,
			count(*) AS tickets,
			count(response_seconds) AS response,
			count(*) FILTER (WHERE is_unanswered AND is_resolved IS NOT TRUE
				AND (excluded ~ '(^| )response( |$)') IS NOT TRUE) AS response_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )response( |$)') AS response_excluded
		FROM @schema@.ticket
		WHERE merged_into IS NULL
		GROUP BY @response_day@
	) AS g
	CROSS JOIN LATERAL (VALUES
		('response', g.response, g.response_pending, g.response_excluded)
	) AS v (kpi, counted, pending, excluded)
	UNION ALL
	SELECT g.day, v.kpi, g.tickets, v.counted, v.pending, v.excluded
	FROM (
		SELECT
			@sla_response_day@ AS day,
			count(*) AS tickets,
			count(sla_response_met) AS sla_response,
			count(*) FILTER (WHERE sla_response_met IS NULL AND response_target_seconds IS NOT NULL AND is_unanswered
				AND (excluded ~ '(^| )sla_response( |$)') IS NOT TRUE) AS sla_response_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )sla_response( |$)') AS sla_response_excluded
		FROM @schema@.ticket
		WHERE merged_into IS NULL
		GROUP BY @sla_response_day@
	) AS g
	CROSS JOIN LATERAL (VALUES
		('sla_response', g.sla_response, g.sla_response_pending, g.sla_response_excluded)
	) AS v (kpi, counted, pending, excluded)
	UNION ALL
	SELECT g.day, v.kpi, g.tickets, v.counted, v.pending, v.excluded
	FROM (
		SELECT
			@outcome_day@ AS day,
			count(*) AS tickets,
			count(resolution_seconds) AS resolution,
			count(*) FILTER (WHERE is_open
				AND (excluded ~ '(^| )resolution( |$)') IS NOT TRUE) AS resolution_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )resolution( |$)') AS resolution_excluded,
			count(first_contact) AS fcr,
			count(*) FILTER (WHERE is_open
				AND (excluded ~ '(^| )fcr( |$)') IS NOT TRUE) AS fcr_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )fcr( |$)') AS fcr_excluded,
			count(reopened) AS reopen,
			count(*) FILTER (WHERE is_open AND reopened IS NULL
				AND (excluded ~ '(^| )reopen( |$)') IS NOT TRUE) AS reopen_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )reopen( |$)') AS reopen_excluded,
			count(escalated) AS escalation,
			count(transferred) AS transfer,
			count(handle_seconds) AS handle,
			count(*) FILTER (WHERE excluded ~ '(^| )handle( |$)') AS handle_excluded,
			count(csat_satisfied) AS csat,
			count(*) FILTER (WHERE excluded ~ '(^| )csat( |$)') AS csat_excluded,
			count(nps_score) AS nps,
			count(*) FILTER (WHERE excluded ~ '(^| )nps( |$)') AS nps_excluded,
			count(ces_easy) AS ces,
			count(*) FILTER (WHERE excluded ~ '(^| )ces( |$)') AS ces_excluded,
			count(qa_possible) AS qa,
			count(*) FILTER (WHERE excluded ~ '(^| )qa( |$)') AS qa_excluded,
			count(cost) AS cost,
			count(*) FILTER (WHERE excluded ~ '(^| )cost( |$)') AS cost_excluded
		FROM @schema@.ticket
		WHERE merged_into IS NULL
		GROUP BY @outcome_day@
	) AS g
	CROSS JOIN LATERAL (VALUES
		('resolution', g.resolution, g.resolution_pending, g.resolution_excluded),
		('fcr', g.fcr, g.fcr_pending, g.fcr_excluded),
		('reopen', g.reopen, g.reopen_pending, g.reopen_excluded),
		('escalation', g.escalation, 0, 0),
		('transfer', g.transfer, 0, 0),
		('handle', g.handle, 0, g.handle_excluded),
		('csat', g.csat, 0, g.csat_excluded),
		('nps', g.nps, 0, g.nps_excluded),
		('ces', g.ces, 0, g.ces_excluded),
		('qa', g.qa, 0, g.qa_excluded),
		('cost', g.cost, 0, g.cost_excluded)
	) AS v (kpi, counted, pending, excluded)
	UNION ALL
	SELECT g.day, v.kpi, g.tickets, v.counted, v.pending, v.excluded
	FROM (
		SELECT
			@sla_resolution_day@ AS day,
			count(*) AS tickets,
			count(sla_resolution_met) AS sla_resolution,
			count(*) FILTER (WHERE sla_resolution_met IS NULL AND resolution_target_seconds IS NOT NULL AND is_open
				AND (excluded ~ '(^| )sla_resolution( |$)') IS NOT TRUE) AS sla_resolution_pending,
			count(*) FILTER (WHERE excluded ~ '(^| )sla_resolution( |$)') AS sla_resolution_excluded
		FROM @schema@.ticket
		WHERE merged_into IS NULL
		GROUP BY @sla_resolution_day@
	) AS g
	CROSS JOIN LATERAL (VALUES
		('sla_resolution', g.sla_resolution, g.sla_resolution_pending, g.sla_resolution_excluded)
	) AS v (kpi, counted, pending, excluded)
	UNION ALL
	-- a ticket that was merged into another counts in none
	SELECT g.day, v.kpi, g.tickets, 0, 0, g.tickets
	FROM (SELECT created_day AS day, count(*) AS tickets FROM @schema@.ticket WHERE merged_into IS NOT NULL GROUP BY 1) AS g
	CROSS JOIN LATERAL unnest(ARRAY[
		'tickets', 'wait', 'abandonment', 'self_service', 'bot_resolution', 'bot_escalation',
		'bot_escalation_accuracy', 'bot_acceptance', 'sentiment', 'response', 'sla_response',
		'resolution', 'fcr', 'reopen', 'escalation', 'transfer', 'handle', 'csat', 'nps', 'ces', 'qa',
		'cost', 'sla_resolution'
	]) AS v (kpi)
) AS branches
GROUP BY day, kpi
