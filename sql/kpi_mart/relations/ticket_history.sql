-- internal: facts derived from the status changes of each ticket
SELECT
	c.ticket_id, -- id of the ticket, as the status changes have it
	c.spans, -- the spans between the changes
	s.tells_status, -- whether its status is known: not if the ticket is resolved and the changes have only teams, agents or hours
	s.status, -- status now
	s.status_since, -- since when
	s.team, -- team now
	s.agent_id, -- agent now
	s.is_resolved, -- whether it is solved or closed now
	s.first_resolved_at, -- when it was first solved or closed
	CASE WHEN s.is_resolved THEN s.last_resolved_at END AS resolved_at, -- when it was last solved or closed, while it is
	CASE WHEN s.is_resolved THEN s.resolved_by END AS resolved_by, -- who did that: customer, agent, bot or system
	CASE WHEN s.status = 'closed' THEN s.last_closed_at END AS closed_at, -- when it was closed, while it is
	CASE WHEN s.tells_status THEN s.closes END AS closes, -- how often it was solved or closed
	CASE WHEN s.tells_status THEN s.reopens END AS reopens, -- how often it left these statuses again
	s.transfers, -- how often its team or agent changed
	s.was_pending, -- whether it was ever pending or on hold
	s.bot_ended_at, -- when it left the status bot; NULL for never
	s.had_bot, -- whether a bot ever answered
	CASE WHEN s.tells_status THEN s.was_handed_over END AS was_handed_over, -- whether an open status followed
	(c.spans[1]).hours, -- hours at the creation
	CASE WHEN c.sets_hours THEN @extschema@.kpi_hours_changes(c.spans) END AS hours_changes, -- hours set later; NULL for none
	s.paused, -- when the clocks of the SLA targets stood still
	CASE WHEN s.tells_status THEN s.new_seconds END AS new_seconds, -- open time in the status new, in seconds
	CASE WHEN s.tells_status THEN s.open_seconds END AS open_seconds, -- open time in the status open, in seconds
	CASE WHEN s.tells_status THEN s.pending_seconds END AS pending_seconds, -- open time in the status pending, in seconds
	CASE WHEN s.tells_status THEN s.on_hold_seconds END AS on_hold_seconds, -- open time in the status on_hold, in seconds
	CASE WHEN s.tells_status THEN s.new_calendar_seconds END AS new_calendar_seconds, -- calendar time in the status new, in seconds
	CASE WHEN s.tells_status THEN s.open_calendar_seconds END AS open_calendar_seconds, -- calendar time in the status open, in seconds
	CASE WHEN s.tells_status THEN s.pending_calendar_seconds END AS pending_calendar_seconds, -- calendar time in pending, in seconds
	CASE WHEN s.tells_status THEN s.on_hold_calendar_seconds END AS on_hold_calendar_seconds -- calendar time in the status on_hold, in seconds
FROM @schema@.ticket_spans AS c
CROSS JOIN LATERAL (
	-- the spans are in order, so no aggregate has to sort them again
	SELECT
		bool_or(status IS NOT NULL) AS tells_status,
		max(status) FILTER (WHERE ended_at IS NULL) AS status,
		max(started_at) FILTER (WHERE status IS DISTINCT FROM previous_status AND status IS NOT NULL) AS status_since,
		max(team) FILTER (WHERE ended_at IS NULL) AS team,
		max(agent_id) FILTER (WHERE ended_at IS NULL) AS agent_id,
		bool_or(is_resolved) FILTER (WHERE ended_at IS NULL) AS is_resolved,
		min(started_at) FILTER (WHERE is_resolved AND NOT was_resolved) AS first_resolved_at,
		max(started_at) FILTER (WHERE is_resolved AND NOT was_resolved) AS last_resolved_at,
		(array_agg(changed_by) FILTER (WHERE is_resolved AND NOT was_resolved))[
			count(*) FILTER (WHERE is_resolved AND NOT was_resolved)] AS resolved_by,
		max(started_at) FILTER (WHERE status = 'closed' AND previous_status IS DISTINCT FROM 'closed') AS last_closed_at,
		count(*) FILTER (WHERE is_resolved AND NOT was_resolved) AS closes,
		count(*) FILTER (WHERE NOT is_resolved AND was_resolved) AS reopens,
		count(*) FILTER (WHERE is_transfer) AS transfers,
		bool_or(status IN ('pending', 'on_hold')) AS was_pending,
		array_agg(started_at) FILTER (WHERE previous_status = 'bot' AND status <> 'bot') AS bot_ended_at,
		bool_or(status = 'bot') AS had_bot,
		coalesce(bool_or(previous_status = 'bot' AND status <> 'bot' AND NOT is_resolved), false) AS was_handed_over,
		range_agg(tstzrange(started_at, ended_at))
			FILTER (WHERE status = ANY (@pausing_statuses@) AND (started_at < ended_at OR ended_at IS NULL)) AS paused,
		coalesce(sum(open_time) FILTER (WHERE status = 'new'), 0) AS new_seconds,
		coalesce(sum(open_time) FILTER (WHERE status = 'open'), 0) AS open_seconds,
		coalesce(sum(open_time) FILTER (WHERE status = 'pending'), 0) AS pending_seconds,
		coalesce(sum(open_time) FILTER (WHERE status = 'on_hold'), 0) AS on_hold_seconds,
		coalesce(sum(calendar_time) FILTER (WHERE status = 'new'), 0) AS new_calendar_seconds,
		coalesce(sum(calendar_time) FILTER (WHERE status = 'open'), 0) AS open_calendar_seconds,
		coalesce(sum(calendar_time) FILTER (WHERE status = 'pending'), 0) AS pending_calendar_seconds,
		coalesce(sum(calendar_time) FILTER (WHERE status = 'on_hold'), 0) AS on_hold_calendar_seconds
	FROM (
		SELECT
			u.*,
			u.status IN ('solved', 'closed') AS is_resolved,
			coalesce(u.previous_status IN ('solved', 'closed'), false) AS was_resolved,
			@extschema@.business_seconds(u.started_at, u.ended_at, u.hours, NULL::tstzmultirange) AS open_time,
			@extschema@.in_seconds(u.ended_at - u.started_at) AS calendar_time
		FROM unnest(c.spans) AS u
	) AS span
) AS s
-- without any possible instant there is no change
WHERE c.spans IS NOT NULL
