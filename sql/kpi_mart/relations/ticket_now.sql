-- one row per ticket with every definition applied: the facts that the tallies count; missing and impossible values are NULL
-- key: ticket_id
-- index: created_day
-- index: responded_day
-- index: sla_response_day
-- index: outcome_day
-- index: sla_resolution_day
-- index: response_due_at WHERE sla_response_met IS NULL
-- index: resolution_due_at WHERE sla_resolution_met IS NULL
-- index: created_at WHERE is_open
-- index: resolved_at WHERE first_contact IS NULL AND is_resolved AND @needs_next_contact@
-- index: coalesce(account_id, customer_id)
-- index: agent_id
-- index: responder_id
-- days: created_day responded_day sla_response_day outcome_day sla_resolution_day
SELECT
	ticket_id, -- id of the ticket, in the type of the source
	merged_into, -- id of the ticket that this one was merged into; such a ticket counts in no KPI
	team, -- team of the ticket now
	channel, -- channel of the ticket
	category, -- category of the ticket now
	priority, -- priority of the ticket now
	customer_tier, -- tier of the customer
	account_id, -- account of the customer
	customer_id, -- customer who wrote
	agent_id, -- agent of the ticket now
	agent_name, -- name of the agent
	responder_id, -- agent who gave the first response; the agent of the ticket where that is unknown
	agent_hired_on, -- day on which the agent was hired
	status, -- status of the ticket now
	status_since, -- since when it has that status; NULL without status changes
	opened_by, -- who opened it: customer, agent, bot or system; NULL when unknown
	@own_dimensions@
	created_at, -- when it was created; NULL when unknown
	first_response_at, -- when it was first answered; NULL when never, or before it was created
	CASE WHEN handed_off_at >= created_at OR created_at IS NULL THEN @extschema@.kpi_instant(handed_off_at)
		END AS handed_off_at, -- when a bot handed it over to an agent; NULL when none did
	first_resolved_at, -- when it was first resolved; NULL when never or unknown
	resolved_at, -- when it was resolved; NULL while it is open or when unknown, or before it was created
	closed_at, -- when it was closed; NULL when never, or before it was created
	@extschema@.kpi_day(coalesce(created_at, least(first_response_at, resolved_at, closed_at)), @time_zone@)
		AS created_day, -- day of the creation; where that is unknown, of the first event that is known
	@extschema@.kpi_day(coalesce(first_response_at, created_at, least(resolved_at, closed_at)), @time_zone@)
		AS responded_day, -- day of the first response, otherwise of the creation
	@extschema@.kpi_day(coalesce(CASE
			WHEN sla_response_met THEN response_ended_at
			WHEN sla_response_met IS NULL THEN NULL
			WHEN response_due_at < coalesce(response_ended_at, 'infinity') THEN response_due_at + interval '1 us'
			ELSE response_ended_at
		END, created_at, least(first_response_at, resolved_at, closed_at)), @time_zone@)
		AS sla_response_day, -- day of a response in time, or on which the target was missed, otherwise of the creation
	@extschema@.kpi_day(coalesce(resolved_at, closed_at, created_at, first_response_at), @time_zone@)
		AS outcome_day, -- day of the resolution, otherwise of the closing, otherwise of the creation
	@extschema@.kpi_day(coalesce(CASE
			WHEN sla_resolution_met THEN resolved_at
			WHEN sla_resolution_met IS NULL THEN NULL
			WHEN resolution_due_at < coalesce(resolved_at, 'infinity') THEN resolution_due_at + interval '1 us'
			ELSE resolved_at
		END, created_at, least(first_response_at, resolved_at, closed_at)), @time_zone@)
		AS sla_resolution_day, -- day of a resolution in time, or on which the target was missed, otherwise of the creation
	is_unanswered, -- whether it has no first response yet; NULL when unknown
	is_resolved, -- whether it is resolved now; NULL when unknown
	NOT (is_resolved OR coalesce(status = 'closed', closed_at IS NOT NULL))
		AS is_open, -- whether it is neither resolved nor closed without a resolution; NULL when unknown
	response_seconds, -- first response time in seconds of open time
	@extschema@.in_seconds(response_target) AS response_target_seconds, -- target of the first response in seconds; NULL for none
	nullif(response_due_at, 'infinity')
		AS response_due_at, -- last instant at which the first response is in time; NULL without target, and while a pause has no end
	sla_response_met, -- whether the first response was in time; NULL while pending and without target
	resolution_seconds, -- resolution time in seconds of open time
	@extschema@.in_seconds(resolution_target) AS resolution_target_seconds, -- target of the resolution in seconds; NULL for none
	nullif(resolution_due_at, 'infinity')
		AS resolution_due_at, -- last instant at which the resolution is in time; NULL without target, and while a pause has no end
	sla_resolution_met, -- whether the resolution was in time; NULL while pending and without target
	contacts, -- how often the customer was in contact about it
	agent_messages, -- public messages of agents, one that opens it included; NULL when unknown
	agent_replies, -- public messages of agents, without one that opens it; NULL when unknown
	customer_replies, -- public messages of the customer, without one that opens it; NULL when unknown
	teammates, -- agents who took part; NULL when unknown
	waiting_since, -- first public message of the customer that no agent has answered yet; NULL for none
	closes, -- how often it was resolved; NULL when unknown
	reopens, -- how often it was reopened; NULL when unknown
	transfers, -- how often its team or agent changed; NULL without status changes
	was_pending, -- whether it was ever pending or on hold; NULL when unknown
	has_status_changes, -- whether its status is known from status changes
	new_seconds, -- finished time in the status new, in seconds of open time; NULL when unknown
	open_seconds, -- finished time in the status open, in seconds of open time; NULL when unknown
	pending_seconds, -- finished time in the status pending, in seconds of open time; NULL when unknown
	on_hold_seconds, -- finished time in the status on_hold, in seconds of open time; NULL when unknown
	new_calendar_seconds, -- finished time in the status new, in seconds of calendar time; NULL without status changes
	open_calendar_seconds, -- finished time in the status open, in seconds of calendar time; NULL without status changes
	pending_calendar_seconds, -- finished time in the status pending, in seconds of calendar time; NULL without status changes
	on_hold_calendar_seconds, -- finished time in the status on_hold, in seconds of calendar time; NULL without status changes
	paused::text AS paused, -- when the clocks of the SLA targets stood still, as the text of a tstzmultirange; NULL for never
	sla_policy, -- policy of its SLA target in sla_targets
	first_contact, -- whether it was resolved at first contact; NULL while it is not resolved
	CASE WHEN is_resolved OR reopens > 0 THEN reopens > 0
		END AS reopened, -- whether it was reopened; NULL when it was never resolved
	escalated, -- whether it was escalated
	transferred, -- whether it was transferred
	handle_seconds, -- handle time in seconds
	wait_seconds, -- wait for the answer in seconds; NULL when the customer gave up
	abandoned, -- whether the customer gave up before the answer
	self_service, -- whether the customer solved it alone
	bot_resolved, -- whether a bot solved it; NULL when no bot handled it
	bot_escalated, -- whether a bot handed it over to an agent; NULL when no bot handled it
	bot_escalation_right, -- whether the hand-over was right; NULL without one
	bot_accepted, -- whether the customer accepted the bot; NULL when no bot handled it
	csat_score, -- satisfaction score
	csat_score >= csat_satisfied_from
		AS csat_satisfied, -- whether the satisfaction score is one of a satisfied customer, by its scale
	csat_score <= csat_satisfied_from - 2
		AS csat_dissatisfied, -- whether the satisfaction score is two steps or more below that of a satisfied customer
	nps_score, -- likelihood to recommend, 0 to 10
	ces_score, -- effort score
	ces_score >= @ces_easy_from@ AS ces_easy, -- whether the effort score is one of an easy contact
	qa_points, -- points given in the quality review
	qa_possible, -- points possible in the quality review
	cost, -- cost of the ticket
	sentiment, -- sentiment of the customer, -1 to 1: as the tickets give it, otherwise the mean of their public messages
	sentiment_first, -- sentiment of the first public message of the customer that can be judged; NULL without one
	sentiment_last, -- sentiment of the last one; NULL without one
	sentiment_last <= -0.05 AND sentiment_first - sentiment_last >= 0.3
		AS sentiment_worsened, -- whether the last one is negative, and by 0.3 or more below the first one; NULL without one
	nullif(concat_ws(' ',
		CASE WHEN coalesce(created_at, first_response_at, resolved_at, closed_at) IS NULL THEN 'tickets' END,
		CASE WHEN response_given AND response_seconds IS NULL THEN 'response' END,
		CASE WHEN sla_response_met IS NULL AND response_target IS NOT NULL
			AND (response_due_at IS NULL OR response_given AND first_response_at IS NULL AND response_time IS NULL)
			THEN 'sla_response' END,
		CASE WHEN resolution_given AND resolution_seconds IS NULL THEN 'resolution' END,
		CASE WHEN sla_resolution_met IS NULL AND resolution_target IS NOT NULL
			AND (resolution_due_at IS NULL OR is_resolved AND resolved_at IS NULL) THEN 'sla_resolution' END,
		CASE WHEN is_resolved AND first_contact IS NULL AND bad_contact_count THEN 'fcr' END,
		CASE WHEN bad_reopens THEN 'reopen' END,
		CASE WHEN handle_given AND handle_seconds IS NULL THEN 'handle' END,
		CASE WHEN wait_time IS NOT NULL AND wait_seconds IS NULL THEN 'wait' END,
		CASE WHEN csat_given AND (csat_score >= csat_satisfied_from) IS NULL THEN 'csat' END,
		CASE WHEN nps_given AND nps_score IS NULL THEN 'nps' END,
		CASE WHEN ces_given AND ces_score IS NULL THEN 'ces' END,
		CASE WHEN qa_given AND qa_possible IS NULL THEN 'qa' END,
		CASE WHEN cost_given AND cost IS NULL THEN 'cost' END,
		CASE WHEN sentiment_given AND sentiment IS NULL THEN 'sentiment' END), '')
		AS excluded -- KPIs that leave the ticket out because a value is impossible, separated by spaces
FROM (
	SELECT
		clocked.*,
		CASE
			WHEN helpdesk_response_met IS NOT NULL THEN helpdesk_response_met
			WHEN response_due_at IS NULL THEN NULL
			WHEN response_time IS NOT NULL THEN response_time <= response_target
			WHEN response_ended_at <= response_due_at THEN true
			-- an impossible first response proves neither a miss nor an answer in time
			WHEN response_given AND first_response_at IS NULL THEN NULL
			WHEN response_ended_at IS NOT NULL THEN false
			WHEN response_due_at < as_of AND is_unanswered THEN false
		END AS sla_response_met,
		CASE
			WHEN helpdesk_resolution_met IS NOT NULL THEN helpdesk_resolution_met
			WHEN resolution_due_at IS NULL THEN NULL
			WHEN resolution_time IS NOT NULL THEN resolution_time <= resolution_target
			WHEN resolved_at IS NOT NULL THEN resolved_at <= resolution_due_at
			WHEN resolution_due_at < as_of AND NOT is_resolved THEN false
		END AS sla_resolution_met
	FROM (
		SELECT
			timed.*,
			(response_due).due_at AS response_due_at,
			(response_due).target AS response_target,
			(resolution_due).due_at AS resolution_due_at,
			(resolution_due).target AS resolution_target,
			coalesce((response_due).policy, (resolution_due).policy) AS sla_policy
		FROM (
			-- A subquery with its own WITH is computed once for each row.  Without it, the planner
			-- would compute a deadline wherever the column is used.
			WITH checked AS (
				SELECT *, least(first_response_at, coalesce(first_resolved_at, resolved_at)) AS response_ended_at
				FROM @schema@.ticket_checked
			)
			SELECT
				checked.*,
				s.as_of,
				CASE
					WHEN response_time IS NOT NULL THEN @extschema@.in_seconds(response_time)
					WHEN first_response_at >= response_started_at
					THEN @extschema@.kpi_open_seconds(response_started_at, first_response_at, hours, hours_changes,
						CASE WHEN @pause_response@ THEN paused END)
				END AS response_seconds,
				CASE WHEN response_targets IS NULL
					THEN ROW(@extschema@.kpi_due_at(response_started_at, single_response_target, target_hours, target_hours_changes,
						CASE WHEN @pause_response@ THEN paused END), single_response_target, NULL)::@extschema@.kpi_sla_due
					ELSE @extschema@.kpi_first_due(response_targets, 'first_response', response_started_at, response_ended_at,
						hours, hours_changes, CASE WHEN @pause_response@ THEN paused END, spans)
				END AS response_due,
				CASE
					WHEN resolution_time IS NOT NULL THEN @extschema@.in_seconds(resolution_time)
					WHEN resolved_at >= created_at
					THEN @extschema@.kpi_open_seconds(created_at, resolved_at, hours, hours_changes, NULL::tstzmultirange)
				END AS resolution_seconds,
				CASE WHEN resolution_targets IS NULL
					THEN ROW(@extschema@.kpi_due_at(created_at, single_resolution_target, target_hours, target_hours_changes,
						paused), single_resolution_target, NULL)::@extschema@.kpi_sla_due
					ELSE @extschema@.kpi_first_due(resolution_targets, 'resolution', created_at, resolved_at,
						hours, hours_changes, paused, spans)
				END AS resolution_due,
				CASE WHEN is_resolved THEN @first_contact@ END AS first_contact,
				CASE WHEN handle_time BETWEEN '0' AND '20 years'
					THEN @extschema@.in_seconds(handle_time) END AS handle_seconds,
				CASE WHEN wait_time BETWEEN '0' AND '20 years'
					THEN @extschema@.in_seconds(wait_time) END AS wait_seconds
			FROM checked CROSS JOIN @schema@.kpi_state AS s
		) AS timed
	) AS clocked
) AS judged
