-- internal: tallies of the time in each status by day of the resolution and dimensions
-- index: day
-- counts: ticket_status
SELECT
	day, -- day of the resolution, with attribute => 'created' of the creation
	@dimensions@,
	status, -- status
	source_status, -- name of the status in the helpdesk
	@extschema@.durations_agg(@extschema@.from_seconds(seconds)) AS time, -- time of each ticket in the status, as open time
	sum(seconds ORDER BY ticket_id) AS seconds -- sum of these times, in seconds
FROM @schema@.ticket_status
GROUP BY day, @dimensions@, status, source_status
