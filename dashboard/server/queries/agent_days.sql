-- Each day: tickets of the agents, and how they kept to the schedule.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  agent, null for all
WITH tally AS (
	SELECT day, sum(tickets)::bigint AS tickets, sum(pending)::bigint AS pending, sum(resolved)::bigint AS resolved
	FROM agent_daily_tally
	WHERE day >= $1::date AND day < $2::date AND agent_id IS NOT NULL AND ($3::text IS NULL OR agent_id = $3::text)
	GROUP BY day
), work AS (
	SELECT
		day,
		@extschema@.in_hours(sum(scheduled)) AS scheduled,
		@extschema@.in_hours(sum(adhered)) AS adhered,
		@extschema@.in_hours(sum(busy)) AS busy,
		@extschema@.in_hours(sum(staffed)) AS staffed
	FROM work_daily_tally
	WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR agent_id = $3::text)
	GROUP BY day
)
SELECT
	day,
	day < (s.as_of AT TIME ZONE o.time_zone)::date AS is_complete,
	coalesce(t.tickets, 0) AS tickets,
	coalesce(t.pending, 0) AS pending,
	coalesce(t.resolved, 0) AS resolved,
	w.scheduled AS scheduled_hours,
	100::double precision * w.adhered / nullif(w.scheduled, 0) AS adherence_pct,
	100::double precision * w.busy / nullif(w.staffed, 0) AS occupancy_pct,
	w.staffed AS staffed_hours
FROM tally AS t
FULL JOIN work AS w USING (day)
CROSS JOIN kpi_state AS s
CROSS JOIN kpi_settings AS o
ORDER BY day;
