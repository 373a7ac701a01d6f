-- internal: the tickets with impossible values as NULL, and with the targets and hours that apply to each
SELECT
	t.ticket_id, -- id of the ticket, in the type of the source
	t.merged_into, -- id of the ticket that this one was merged into
	t.team, -- team
	t.channel, -- channel
	t.category, -- category
	t.priority, -- priority
	t.customer_tier, -- tier of the customer
	t.account_id, -- account of the customer
	t.customer_id, -- customer who wrote
	nullif(t.agent_id, '') AS agent_id, -- agent of the ticket now
	t.agent_name, -- name of the agent
	coalesce(nullif(t.first_responder_id, ''), nullif(t.agent_id, ''))
		AS responder_id, -- agent who gave the first response
	CASE WHEN t.agent_hired_on BETWEEN '0001-01-01' AND '9999-12-31' THEN t.agent_hired_on
		END AS agent_hired_on, -- day on which the agent was hired
	t.status, -- status now
	t.status_since, -- since when
	t.opened_by, -- who opened it
	@own_dimensions@
	@extschema@.kpi_instant(t.created_at) AS created_at, -- when it was created
	CASE WHEN @response_from_handoff@
			AND @extschema@.kpi_instant(t.handed_off_at) > @extschema@.kpi_instant(t.created_at)
			AND (t.handed_off_at > @extschema@.kpi_instant(t.first_response_at)
				AND t.first_response_at >= t.created_at) IS NOT TRUE
		THEN t.handed_off_at
		ELSE @extschema@.kpi_instant(t.created_at)
		END AS response_started_at, -- when the customer began to wait for the first response
	CASE WHEN (t.first_response_at < @extschema@.kpi_instant(t.created_at)) IS NOT TRUE THEN @extschema@.kpi_instant(t.first_response_at)
		END AS first_response_at, -- when it was first answered
	CASE WHEN (t.first_resolved_at < @extschema@.kpi_instant(t.created_at)) IS NOT TRUE THEN @extschema@.kpi_instant(t.first_resolved_at)
		END AS first_resolved_at, -- when it was first resolved
	CASE WHEN (t.resolved_at < @extschema@.kpi_instant(t.created_at)) IS NOT TRUE AND t.solved IS NOT FALSE
		THEN @extschema@.kpi_instant(t.resolved_at)
		END AS resolved_at, -- when it was resolved, while it is
	CASE WHEN (t.closed_at < @extschema@.kpi_instant(t.created_at)) IS NOT TRUE THEN @extschema@.kpi_instant(t.closed_at)
		END AS closed_at, -- when it was closed
	CASE WHEN t.has_first_response_at OR t.has_response_time
		THEN @extschema@.kpi_instant(t.first_response_at) IS NULL AND t.response_time IS NULL
		END AS is_unanswered, -- whether it has no first response yet; NULL when unknown
	coalesce(t.solved, CASE WHEN t.has_resolved_at OR t.has_resolution_time
		THEN @extschema@.kpi_instant(t.resolved_at) IS NOT NULL OR t.resolution_time IS NOT NULL
		END) AS is_resolved, -- whether it is resolved now; NULL when unknown
	t.first_response_at IS NOT NULL OR t.response_time IS NOT NULL
		AS response_given, -- whether the tickets give a first response, possible or not
	(t.resolved_at IS NOT NULL OR t.resolution_time IS NOT NULL) AND t.solved IS NOT FALSE
		AS resolution_given, -- whether the tickets give a resolution, possible or not
	CASE WHEN t.response_time BETWEEN '0' AND '20 years' THEN t.response_time
		END AS response_time, -- first response time that the tickets give
	CASE WHEN t.resolution_time BETWEEN '0' AND '20 years' AND t.solved IS NOT FALSE THEN t.resolution_time
		END AS resolution_time, -- resolution time that the tickets give
	t.hours, -- hours at the creation
	t.hours_changes, -- hours set later; NULL for none
	CASE WHEN t.sla_in_hours IS NOT FALSE THEN t.hours END AS target_hours, -- hours in which targets run; NULL around the clock
	CASE WHEN t.sla_in_hours IS NOT FALSE THEN t.hours_changes END AS target_hours_changes, -- hours set later in which they run
	t.paused, -- when the clock of the targets stood still
	t.spans, -- the spans between the status changes
	CASE WHEN (coalesce(t.sla_response, t.policy_response) > '20 years') IS NOT TRUE
		THEN coalesce(t.sla_response, t.policy_response)
		END AS single_response_target, -- target of the first response; over 20 years means no target
	t.response_targets, -- targets in sla_targets, which override it; NULL for none of the first response
	CASE WHEN (coalesce(t.sla_resolution, t.policy_resolution) > '20 years') IS NOT TRUE
		THEN coalesce(t.sla_resolution, t.policy_resolution)
		END AS single_resolution_target, -- target of the resolution; over 20 years means no target
	t.resolution_targets, -- targets in sla_targets, which override it; NULL for none of the resolution
	t.sla_response_met AS helpdesk_response_met, -- verdict of the helpdesk on the first response
	t.sla_resolution_met AS helpdesk_resolution_met, -- verdict of the helpdesk on the resolution
	CASE WHEN t.contacts >= 0 THEN t.contacts END AS contacts, -- contacts of the customer
	CASE WHEN t.agent_messages >= 0 THEN t.agent_messages
		END AS agent_messages, -- public messages of agents, including an opening one
	CASE WHEN t.agent_replies >= 0 THEN t.agent_replies END AS agent_replies, -- replies of agents
	CASE WHEN t.customer_replies >= 0 THEN t.customer_replies END AS customer_replies, -- replies of the customer
	CASE WHEN t.teammates >= 0 THEN t.teammates END AS teammates, -- agents who took part
	CASE WHEN t.closes >= 0 THEN t.closes END AS closes, -- how often it was closed
	CASE WHEN t.reopens >= 0 THEN t.reopens END AS reopens, -- how often it was reopened
	least(@first_contact_counts@) < 0
		AS bad_contact_count, -- whether a count that first contact resolution needs is impossible
	t.reopens < 0 AS bad_reopens, -- whether the number of reopens is impossible
	t.transfers, -- how often its team or agent changed
	t.was_pending, -- whether it was ever pending or on hold
	t.escalated, -- whether it was escalated
	t.transferred, -- whether it was transferred
	t.abandoned, -- whether the customer gave up before the answer
	t.self_service, -- whether the customer solved it alone
	CASE WHEN t.bot_handled THEN t.bot_resolved END AS bot_resolved, -- whether a bot solved it
	CASE WHEN t.bot_handled THEN t.bot_escalated END AS bot_escalated, -- whether a bot handed it over to an agent
	CASE WHEN t.bot_handled AND t.bot_escalated THEN t.bot_escalation_right
		END AS bot_escalation_right, -- whether the hand-over was right
	CASE WHEN t.bot_handled THEN t.bot_accepted END AS bot_accepted, -- whether the customer accepted the bot
	num_nonnulls(t.handle_time, t.talk_time, t.hold_time, t.wrap_time) > 0
		AS handle_given, -- whether the tickets give a handle time, possible or not
	-- the parts are checked before they are added, because the sum could overflow
	coalesce(t.handle_time, CASE WHEN least(t.talk_time, t.hold_time, t.wrap_time) >= '0'
			AND greatest(t.talk_time, t.hold_time, t.wrap_time) <= '20 years'
		THEN coalesce(t.talk_time, '0') + coalesce(t.hold_time, '0') + coalesce(t.wrap_time, '0')
		END) AS handle_time, -- handle time, or the sum of its parts
	CASE WHEN t.abandoned IS NOT TRUE THEN t.wait_time END AS wait_time, -- wait as the tickets give it
	t.csat_score IS NOT NULL AS csat_given, -- whether the tickets give a satisfaction score, possible or not
	CASE WHEN t.csat_score = trunc(t.csat_score)
			AND t.csat_score BETWEEN CASE WHEN coalesce(t.scale_max, @csat_scale@) = 10 THEN 0 ELSE 1 END
				AND coalesce(t.scale_max, @csat_scale@)
			AND coalesce(t.scale_max, @csat_scale@) BETWEEN 1 AND 100
		THEN t.csat_score END AS csat_score, -- satisfaction score
	coalesce(@csat_satisfied_from@, CASE coalesce(t.scale_max, @csat_scale@)
		WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 3 WHEN 5 THEN 4 WHEN 7 THEN 6 WHEN 10 THEN 8
		END) AS csat_satisfied_from, -- lowest score of a satisfied customer
	t.nps_score IS NOT NULL AS nps_given, -- whether the tickets give a likelihood to recommend, possible or not
	CASE WHEN t.nps_score = trunc(t.nps_score) AND t.nps_score BETWEEN 0 AND 10
		THEN t.nps_score::bigint END AS nps_score, -- likelihood to recommend
	t.ces_score IS NOT NULL AS ces_given, -- whether the tickets give an effort score, possible or not
	CASE WHEN t.ces_score = trunc(t.ces_score) AND t.ces_score BETWEEN CASE @ces_scale@ WHEN 10 THEN 0 ELSE 1 END
			AND @ces_scale@
		THEN t.ces_score END AS ces_score, -- effort score
	t.qa_possible IS NOT NULL AND t.has_qa_points AS qa_given, -- whether the tickets give points of a review, possible or not
	CASE WHEN t.qa_possible BETWEEN 0 AND 1e9 AND (t.qa_points BETWEEN 0 AND 1e9) IS NOT FALSE
		THEN t.qa_points END AS qa_points, -- points given in the quality review
	CASE WHEN t.has_qa_points AND t.qa_possible BETWEEN 0 AND 1e9 AND (t.qa_points BETWEEN 0 AND 1e9) IS NOT FALSE
		THEN t.qa_possible END AS qa_possible, -- points possible in the quality review
	t.cost IS NOT NULL AS cost_given, -- whether the tickets give a cost, possible or not
	CASE WHEN t.cost BETWEEN -1e9 AND 1e9 THEN round(t.cost, 6)::double precision END AS cost, -- cost
	t.handed_off_at, -- when a bot handed it over
	t.waiting_since, -- first message of the customer that no agent has answered yet
	t.has_status_changes, -- whether its status is known from status changes
	CASE WHEN t.new_seconds BETWEEN 0 AND 1e9 THEN t.new_seconds END AS new_seconds, -- time in the status new
	CASE WHEN t.open_seconds BETWEEN 0 AND 1e9 THEN t.open_seconds END AS open_seconds, -- time in the status open
	CASE WHEN t.pending_seconds BETWEEN 0 AND 1e9 THEN t.pending_seconds END AS pending_seconds, -- time in the status pending
	CASE WHEN t.on_hold_seconds BETWEEN 0 AND 1e9 THEN t.on_hold_seconds END AS on_hold_seconds, -- time in the status on_hold
	t.new_calendar_seconds, -- calendar time in the status new
	t.open_calendar_seconds, -- calendar time in the status open
	t.pending_calendar_seconds, -- calendar time in the status pending
	t.on_hold_calendar_seconds, -- calendar time in the status on_hold
	t.sentiment IS NOT NULL AS sentiment_given, -- whether there is a sentiment, possible or not
	CASE WHEN t.sentiment BETWEEN -1 AND 1 THEN t.sentiment END AS sentiment, -- sentiment of the customer
	t.sentiment_first, -- sentiment of the customer's first message
	t.sentiment_last -- sentiment of the customer's last message
FROM @schema@.ticket_completed AS t
