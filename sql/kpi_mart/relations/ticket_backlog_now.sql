-- internal: changes of the backlog by each ticket per day, status and dimensions, from status changes; an open ticket adds 1
-- index: ticket_id
-- index: day
-- days: day
WITH t AS (
	-- for Citus, as in ticket_status_now
	SELECT t.ticket_id, @dimensions_of_t@, h.spans
	FROM @schema@.ticket AS t
	JOIN @schema@.ticket_spans AS h ON h.ticket_id = t.ticket_id
	WHERE t.merged_into IS NULL AND t.has_status_changes
)
SELECT
	t.ticket_id, -- id of the ticket
	c.day, -- day in the time zone of the mart
	c.status, -- status: new, open, bot, pending, on_hold or another one
	@dimensions_of_c@,
	c.opened, -- 1 when it was created or reopened with this status
	c.closed, -- 1 when it was resolved from this status
	c.moved -- 1 when it came from another status, team or agent, -1 when it left to one
FROM t
CROSS JOIN LATERAL (
	SELECT
		@extschema@.kpi_day(c.at, @time_zone@) AS day,
		c.status,
		@backlog_dimensions@,
		sum(c.opened) AS opened,
		sum(c.closed) AS closed,
		sum(c.moved) AS moved
	FROM (
		SELECT
			u.started_at AS at,
			u.status,
			u.team,
			u.agent_id,
			coalesce(u.previous_status IN ('solved', 'closed'), true)::int AS opened,
			0 AS closed,
			coalesce(u.previous_status NOT IN ('solved', 'closed'), false)::int AS moved
		FROM unnest(t.spans) AS u
		WHERE u.status NOT IN ('solved', 'closed')
		UNION ALL
		SELECT
			u.started_at,
			u.previous_status,
			u.previous_team,
			u.previous_agent_id,
			0,
			(u.status IN ('solved', 'closed'))::int,
			-(u.status NOT IN ('solved', 'closed'))::int
		FROM unnest(t.spans) AS u
		WHERE u.previous_status NOT IN ('solved', 'closed')
	) AS c
	GROUP BY 1, c.status, @backlog_dimensions@
	HAVING sum(c.opened) <> 0 OR sum(c.closed) <> 0 OR sum(c.moved) <> 0
) AS c
