-- The agents in a period: what each resolved, and how each kept to the schedule.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  agent, null for all
WITH name AS (
	-- of the tickets created in the last months: some days have none of an agent
	SELECT agent_id, max(agent_name) AS agent_name
	FROM agent_daily_tally
	WHERE day >= $2::date - 100 AND day < $2::date AND agent_name IS NOT NULL
	GROUP BY agent_id
), tally AS (
	SELECT
		agent_id,
		sum(tickets)::bigint AS tickets,
		sum(resolved)::bigint AS resolved,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(fcr) AS fcr
	FROM agent_daily_tally
	WHERE day >= $1::date AND day < $2::date AND agent_id IS NOT NULL
	AND ($3::text IS NULL OR agent_id = $3::text)
	GROUP BY agent_id
), work AS (
	SELECT
		agent_id,
		@extschema@.in_hours(sum(scheduled)) AS scheduled,
		@extschema@.in_hours(sum(adhered)) AS adhered,
		@extschema@.in_hours(sum(busy)) AS busy,
		@extschema@.in_hours(sum(staffed)) AS staffed
	FROM work_daily_tally
	WHERE day >= $1::date AND day < $2::date AND ($3::text IS NULL OR agent_id = $3::text)
	GROUP BY agent_id
)
SELECT
	agent_id,
	coalesce(m.agent_name, agent_id) AS agent_name,
	coalesce(t.tickets, 0) AS tickets,
	coalesce(t.resolved, CASE WHEN t.agent_id IS NULL AND c.resolved_known THEN 0 END) AS resolved,
	w.scheduled AS scheduled_hours,
	100::double precision * w.adhered / nullif(w.scheduled, 0) AS adherence_pct,
	100::double precision * w.busy / nullif(w.staffed, 0) AS occupancy_pct,
	w.staffed AS staffed_hours,
	@extschema@.rate_pct(t.fcr) AS fcr_pct,
	(@extschema@.kpi_rate_ci(t.fcr)).low AS fcr_low,
	(@extschema@.kpi_rate_ci(t.fcr)).high AS fcr_high,
	coalesce(@extschema@.sample_size(t.fcr), 0) AS fcr_n,
	@extschema@.rate_pct(t.csat) AS csat_pct,
	(@extschema@.kpi_rate_ci(t.csat)).low AS csat_low,
	(@extschema@.kpi_rate_ci(t.csat)).high AS csat_high,
	coalesce(@extschema@.sample_size(t.csat), 0) AS csat_n
FROM tally AS t
FULL JOIN work AS w USING (agent_id)
LEFT JOIN name AS m USING (agent_id)
-- who only worked resolved nothing, unless the mart does not know what is resolved
CROSS JOIN (
	SELECT EXISTS (SELECT FROM agent_daily_tally WHERE day >= $2::date - 100 AND resolved IS NOT NULL) AS resolved_known
) AS c
ORDER BY resolved DESC NULLS LAST, agent_id;
