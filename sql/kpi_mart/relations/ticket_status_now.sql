-- the finished time that each resolved ticket spent in each status of the helpdesk
-- index: ticket_id
-- index: day
-- days: day
SELECT
	t.ticket_id, -- id of the ticket
	t.@outcome_day@ AS day, -- day of the resolution, with attribute => 'created' of the creation
	s.status, -- status: new, open, bot, pending, on_hold, solved, closed or another one
	s.source_status, -- name of the status in the helpdesk
	@dimensions_of_t@,
	s.seconds, -- time in the status, in seconds of open time
	s.calendar_seconds -- time in the status, in seconds of calendar time; NULL where the tickets give the time
FROM @schema@.ticket AS t
JOIN @schema@.ticket_policy AS p ON p.ticket_id = t.ticket_id
LEFT JOIN @schema@.ticket_spans AS h ON h.ticket_id = t.ticket_id
CROSS JOIN LATERAL (
	-- times that the tickets give win
	SELECT given.status, given.status AS source_status, given.seconds, NULL::double precision AS calendar_seconds
	FROM unnest('{new,open,pending,on_hold}'::text[], ARRAY[
		@extschema@.in_seconds(p.new_time),
		@extschema@.in_seconds(p.open_time),
		@extschema@.in_seconds(p.pending_time),
		@extschema@.in_seconds(p.on_hold_time)
	]) AS given (status, seconds)
	WHERE given.seconds BETWEEN 0 AND 1e9
	UNION ALL
	SELECT
		u.status,
		u.source_status,
		sum(@extschema@.business_seconds(u.started_at, u.ended_at, u.hours, NULL::tstzmultirange)),
		sum(@extschema@.in_seconds(u.ended_at - u.started_at))
	FROM unnest(h.spans) AS u
	WHERE u.ended_at > u.started_at AND u.status IS NOT NULL AND CASE u.status
		WHEN 'new' THEN p.new_time WHEN 'open' THEN p.open_time
		WHEN 'pending' THEN p.pending_time WHEN 'on_hold' THEN p.on_hold_time END IS NULL
	GROUP BY u.status, u.source_status
) AS s
WHERE t.is_resolved AND t.merged_into IS NULL AND t.@outcome_day@ IS NOT NULL
