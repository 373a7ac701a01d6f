-- internal: the tickets, completed with values derived from their events
SELECT
	t.ticket_id, -- id of the ticket, in the type of the source
	t.created_at, -- when it was created
	coalesce(t.first_response_at, m.first_response_at) AS first_response_at, -- when it was first answered
	coalesce(t.first_resolved_at, h.first_resolved_at) AS first_resolved_at, -- when it was first resolved
	coalesce(t.resolved_at, h.resolved_at) AS resolved_at, -- when it was last resolved
	coalesce(t.closed_at, h.closed_at) AS closed_at, -- when it was closed
	coalesce(t.handed_off_at, CASE WHEN h.bot_ended_at IS NOT NULL THEN (
			SELECT max(b) FROM unnest(h.bot_ended_at) AS b
			WHERE (b <= coalesce(t.first_response_at, m.first_response_at)) IS NOT FALSE) END)
		AS handed_off_at, -- when a bot handed it over: the last end of a time in which it answered, before the first response
	coalesce(t.status, h.status) AS status, -- status now
	CASE WHEN coalesce(t.status, h.status) = h.status THEN h.status_since END AS status_since, -- since when
	coalesce(t.opened_by, m.opened_by) AS opened_by, -- customer, agent, bot or system
	t.customer_id, -- customer who wrote
	t.account_id, -- account of the customer
	t.customer_tier, -- tier of the customer
	coalesce(t.agent_id, h.agent_id) AS agent_id, -- agent of the ticket now
	t.agent_name, -- name of the agent
	coalesce(nullif(t.first_responder_id, ''), nullif(m.first_responder_id, ''))
		AS first_responder_id, -- agent who gave the first response
	coalesce(t.team, h.team) AS team, -- team of the ticket now
	coalesce(t.channel, m.channel) AS channel, -- channel
	t.category, -- category
	t.priority, -- priority
	t.merged_into, -- id of the ticket that this one was merged into
	t.agent_hired_on, -- day on which the agent was hired
	t.contacts, -- contacts of the customer
	coalesce(t.agent_messages, m.agent_messages) AS agent_messages, -- public messages of agents
	coalesce(t.agent_replies, m.agent_replies) AS agent_replies, -- replies: public messages that do not open the ticket
	coalesce(t.customer_replies, m.customer_replies) AS customer_replies, -- replies of the customer
	coalesce(t.teammates, m.teammates) AS teammates, -- agents who took part
	coalesce(t.closes, h.closes) AS closes, -- how often it was closed
	coalesce(t.reopens, h.reopens) AS reopens, -- how often it was reopened
	h.transfers, -- how often its team or agent changed
	coalesce(t.was_pending, h.was_pending) AS was_pending, -- whether it was ever pending or on hold
	t.escalated, -- whether it was escalated
	coalesce(t.transferred, h.transfers > 0) AS transferred, -- whether it was transferred
	t.abandoned, -- whether the customer gave up
	t.solved, -- whether it is resolved now, as given
	coalesce(t.bot_handled, h.had_bot OR m.bot_messages > 0) AS bot_handled, -- whether a bot talked to the customer
	coalesce(t.bot_resolved, CASE
			WHEN m.agent_messages > 0 OR h.was_handed_over THEN false
			WHEN m.agent_messages = 0 AND (t.resolved_at IS NOT NULL OR h.is_resolved)
			THEN h.resolved_by IS DISTINCT FROM 'agent'
		END) AS bot_resolved, -- whether a bot solved it: no agent wrote or resolved it
	coalesce(t.bot_escalated, h.was_handed_over) AS bot_escalated, -- whether a bot handed it over to an agent
	t.bot_escalation_right, -- whether that was right
	t.bot_accepted, -- whether the customer accepted the bot
	t.self_service, -- whether the customer solved it alone
	t.csat_score, -- satisfaction score
	t.nps_score, -- likelihood to recommend
	t.ces_score, -- effort score
	t.scale_max, -- highest score of the scale of csat_score
	t.qa_points, -- points given in the quality review
	t.qa_possible, -- points possible
	t.talk_time, -- time an agent talked
	t.hold_time, -- time the customer was on hold
	t.wrap_time, -- work after the contact
	t.handle_time, -- time agents worked on it
	t.wait_time, -- time the customer waited for the answer
	t.response_time, -- first response time, as given
	t.resolution_time, -- resolution time, as given
	coalesce(@extschema@.in_seconds(t.new_time), h.new_seconds) AS new_seconds, -- time in the status new
	coalesce(@extschema@.in_seconds(t.open_time), h.open_seconds) AS open_seconds, -- time in the status open
	coalesce(@extschema@.in_seconds(t.pending_time), h.pending_seconds) AS pending_seconds, -- time in the status pending
	coalesce(@extschema@.in_seconds(t.on_hold_time), h.on_hold_seconds) AS on_hold_seconds, -- time in the status on_hold
	h.new_calendar_seconds, -- calendar time in the status new
	h.open_calendar_seconds, -- calendar time in the status open
	h.pending_calendar_seconds, -- calendar time in the status pending
	h.on_hold_calendar_seconds, -- calendar time in the status on_hold
	coalesce(t.paused, h.paused) AS paused, -- when the clocks of the SLA targets stood still
	t.cost, -- cost
	coalesce(t.sentiment, m.sentiment) AS sentiment, -- sentiment of the customer, from -1 to 1
	m.sentiment_first, -- sentiment of the customer's first message
	m.sentiment_last, -- sentiment of the customer's last message
	t.sla_response, -- target of the first response, as given
	t.policy_response, -- target of the first response in the policy
	CASE WHEN t.sla_response IS NULL AND g.has_response THEN g.targets
		END AS response_targets, -- targets of the first response in sla_targets, among others; NULL for none
	t.sla_resolution, -- target of the resolution, as given
	t.policy_resolution, -- target of the resolution in the policy
	CASE WHEN t.sla_resolution IS NULL AND g.has_resolution THEN g.targets
		END AS resolution_targets, -- targets of the resolution in sla_targets, among others; NULL for none
	t.sla_in_hours, -- whether the targets as given run in business hours
	t.sla_response_met, -- verdict of the helpdesk on the first response
	t.sla_resolution_met, -- verdict of the helpdesk on the resolution
	coalesce(h.hours, t.first_hours) AS hours, -- hours at the creation
	h.hours_changes, -- hours set later; NULL for none
	h.spans, -- the spans between the status changes
	coalesce(h.tells_status, false) AS has_status_changes, -- whether its status is known from status changes
	m.waiting_since, -- first public message of the customer that no agent has answered yet
	@own_dimensions_of_t@
	t.has_first_response_at OR @messages_given@ AS has_first_response_at, -- whether the first response is known
	t.has_response_time, -- whether the tickets give a response time
	t.has_resolved_at OR @status_changes_given@ AS has_resolved_at, -- whether the resolution is known
	t.has_resolution_time, -- whether the tickets give a resolution time
	t.has_qa_points -- whether the tickets give points
FROM @schema@.ticket_policy AS t
LEFT JOIN @schema@.ticket_conversation AS m ON m.ticket_id = t.ticket_id
LEFT JOIN @schema@.ticket_history AS h ON h.ticket_id = t.ticket_id
LEFT JOIN @schema@.ticket_target AS g ON g.ticket_id = t.ticket_id
