-- internal: the finished time that each resolved ticket spent in each status of the helpdesk
-- index: ticket_id
-- index: day
-- days: day
WITH resolved AS (
	-- Citus cannot join shards with a UNION ALL of table functions, but it can store the result of a WITH
	SELECT
		t.ticket_id,
		t.@outcome_day@ AS day,
		@dimensions_of_t@,
		p.new_time,
		p.open_time,
		p.pending_time,
		p.on_hold_time,
		h.spans
	FROM @schema@.ticket AS t
	JOIN @schema@.ticket_policy AS p ON p.ticket_id = t.ticket_id
	LEFT JOIN @schema@.ticket_spans AS h ON h.ticket_id = t.ticket_id
	WHERE t.is_resolved AND t.merged_into IS NULL AND t.@outcome_day@ IS NOT NULL
	AND (h.spans IS NOT NULL OR num_nonnulls(p.new_time, p.open_time, p.pending_time, p.on_hold_time) > 0)
)
SELECT
	r.ticket_id, -- id of the ticket
	r.day, -- day of the resolution, with attribute => 'created' of the creation
	s.status, -- status: new, open, bot, pending, on_hold, solved, closed or another one
	s.source_status, -- name of the status in the helpdesk
	@dimensions@,
	s.seconds, -- time in the status, in seconds of open time
	s.calendar_seconds -- time in the status, in seconds of calendar time; NULL where the tickets give the time
FROM resolved AS r
CROSS JOIN LATERAL (
	-- times that the tickets give win
	SELECT given.status, given.status AS source_status, given.seconds, NULL::double precision AS calendar_seconds
	FROM unnest('{new,open,pending,on_hold}'::text[], ARRAY[
		@extschema@.in_seconds(r.new_time),
		@extschema@.in_seconds(r.open_time),
		@extschema@.in_seconds(r.pending_time),
		@extschema@.in_seconds(r.on_hold_time)
	]) AS given (status, seconds)
	WHERE given.seconds BETWEEN 0 AND 1e9
	UNION ALL
	SELECT
		u.status,
		u.source_status,
		sum(@extschema@.business_seconds(u.started_at, u.ended_at, u.hours, NULL::tstzmultirange)),
		sum(@extschema@.in_seconds(u.ended_at - u.started_at))
	FROM unnest(r.spans) AS u
	WHERE u.ended_at > u.started_at AND u.status IS NOT NULL AND CASE u.status
		WHEN 'new' THEN r.new_time WHEN 'open' THEN r.open_time
		WHEN 'pending' THEN r.pending_time WHEN 'on_hold' THEN r.on_hold_time END IS NULL
	GROUP BY u.status, u.source_status
) AS s
