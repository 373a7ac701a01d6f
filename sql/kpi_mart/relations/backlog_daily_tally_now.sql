-- internal: what each day adds to and takes from the backlog, by status and dimensions
-- index: day
-- counts: ticket ticket_backlog
SELECT
	day, -- day in the time zone of the mart
	@dimensions@,
	status, -- status of the tickets on the day; NULL for tickets without status changes
	sum(opened)::bigint AS opened, -- tickets created or reopened
	CASE WHEN @resolution_known@ THEN sum(closed)::bigint
		END AS closed, -- tickets resolved or closed, and tickets of unknown state; NULL when all are unknown
	sum(moved)::bigint AS moved -- tickets that came from another status, team or agent, minus tickets that left for one
FROM (
	SELECT day, @dimensions@, status, sum(opened) AS opened, sum(closed) AS closed, sum(moved) AS moved
	FROM @schema@.ticket_backlog
	GROUP BY day, @dimensions@, status
	UNION ALL
	SELECT created_day, @dimensions@, NULL, count(*), 0, 0
	FROM @schema@.ticket
	WHERE merged_into IS NULL AND NOT has_status_changes
	GROUP BY created_day, @dimensions@
	UNION ALL
	SELECT outcome_day, @dimensions@, NULL, 0, count(*), 0
	FROM @schema@.ticket
	WHERE merged_into IS NULL AND NOT has_status_changes AND is_open IS NOT TRUE
	GROUP BY outcome_day, @dimensions@
) AS events
WHERE day IS NOT NULL
GROUP BY day, @dimensions@, status
