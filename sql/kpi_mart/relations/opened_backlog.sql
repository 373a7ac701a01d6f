-- internal: the tickets behind the column $2 of backlog_daily with the values $1: the backlog before $4, or what changed from $3 on
-- kind: query
SELECT o.ticket_id::text AS id, false AS is_survey, 'counted' AS state, NULL::boolean AS is_hit
FROM (
	SELECT
		t.ticket_id,
		sum(CASE $2
			WHEN 'opened' THEN CASE WHEN t.day >= $3 THEN t.opened END
			WHEN 'closed' THEN CASE WHEN t.day >= $3 THEN t.closed END
			ELSE t.opened - t.closed + t.moved END) AS times
	FROM (
		SELECT b.ticket_id, b.day, b.status, b.opened, b.closed, b.moved, @selectable_of_backlog@
		FROM @schema@.ticket_backlog AS b
		JOIN @schema@.ticket AS k ON k.ticket_id = b.ticket_id
		UNION ALL
		SELECT b.ticket_id, c.day, NULL, c.opened, c.closed, 0, @selectable_of_ticket@
		FROM @schema@.ticket AS b
		CROSS JOIN LATERAL (VALUES (b.created_day, 1, 0), (CASE WHEN b.is_open IS NOT TRUE THEN b.outcome_day END, 0, 1))
			AS c (day, opened, closed)
		WHERE b.merged_into IS NULL AND NOT b.has_status_changes
	) AS t
	WHERE t.day < $4
	-- the other columns are NULL while the resolution is unknown
	AND ($2 = 'opened' OR @resolution_known@)
	AND (NOT $1 ? 'status' OR t.status IS NOT DISTINCT FROM $1 ->> 'status')
	AND @opened_values@
	GROUP BY t.ticket_id
) AS o
-- a ticket can be reopened twice on a day
CROSS JOIN LATERAL generate_series(1, o.times)
