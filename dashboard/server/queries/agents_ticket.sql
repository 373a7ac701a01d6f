-- As agents, from the facts, for filters that the tallies of agents do not have. Shifts have no team or channel: they are
-- those of the agents who have tickets of the selection.
-- $1 date  first day
-- $2 date  day after the last one
-- $3 text  agent, null for all; so are the others
-- $4 text  team
-- $5 text  channel
-- $6 text  category
-- $7 text  customer_tier
WITH chosen AS (
	SELECT
		k.agent_id, k.agent_name, k.created_day, k.outcome_day, k.status, k.is_resolved, k.first_contact, k.csat_satisfied,
		CASE o.attribute WHEN 'created' THEN k.created_day ELSE k.outcome_day END AS counted_day
	FROM ticket AS k
	CROSS JOIN kpi_settings AS o
	WHERE k.merged_into IS NULL AND k.agent_id IS NOT NULL
	AND (k.created_day >= $1::date AND k.created_day < $2::date OR k.outcome_day >= $1::date AND k.outcome_day < $2::date)
	AND ($3::text IS NULL OR k.agent_id = $3::text) AND ($4::text IS NULL OR k.team = $4::text)
	AND ($5::text IS NULL OR k.channel = $5::text) AND ($6::text IS NULL OR k.category = $6::text)
	AND ($7::text IS NULL OR k.customer_tier = $7::text)
), tally AS (
	SELECT
		agent_id,
		max(agent_name) AS agent_name,
		count(*) FILTER (WHERE created_day >= $1::date AND created_day < $2::date) AS tickets,
		count(*) FILTER (WHERE counted_day >= $1::date AND counted_day < $2::date AND is_resolved) AS resolved,
		@extschema@.rate_agg(first_contact) FILTER (WHERE counted_day >= $1::date AND counted_day < $2::date) AS fcr,
		@extschema@.rate_agg(csat_satisfied) FILTER (WHERE counted_day >= $1::date AND counted_day < $2::date) AS csat
	FROM chosen
	GROUP BY agent_id
), answer AS (
	-- answers to surveys that are not in their tickets
	SELECT s.agent_id, @extschema@.rate_agg(s.is_good) AS csat
	FROM survey AS s
	WHERE s.kind = 'csat' AND NOT s.in_ticket AND s.answered_day >= $1::date AND s.answered_day < $2::date
	AND ($3::text IS NULL OR s.agent_id = $3::text) AND ($4::text IS NULL OR s.team = $4::text)
	AND ($5::text IS NULL OR s.channel = $5::text) AND ($6::text IS NULL OR s.category = $6::text)
	AND ($7::text IS NULL OR s.customer_tier = $7::text)
	GROUP BY s.agent_id
), rated AS (
	SELECT agent_id, @extschema@.rollup(csat) AS csat
	FROM (SELECT agent_id, csat FROM tally UNION ALL SELECT agent_id, csat FROM answer) AS both_kinds
	GROUP BY agent_id
), work AS (
	SELECT
		agent_id,
		@extschema@.in_hours(sum(scheduled)) AS scheduled,
		@extschema@.in_hours(sum(adhered)) AS adhered,
		@extschema@.in_hours(sum(busy)) AS busy,
		@extschema@.in_hours(sum(staffed)) AS staffed
	FROM work_daily_tally
	WHERE day >= $1::date AND day < $2::date
	GROUP BY agent_id
)
SELECT
	t.agent_id,
	coalesce(t.agent_name, t.agent_id) AS agent_name,
	t.tickets,
	t.resolved,
	w.scheduled AS scheduled_hours,
	100::double precision * w.adhered / nullif(w.scheduled, 0) AS adherence_pct,
	100::double precision * w.busy / nullif(w.staffed, 0) AS occupancy_pct,
	w.staffed AS staffed_hours,
	@extschema@.rate_pct(t.fcr) AS fcr_pct,
	(@extschema@.kpi_rate_ci(t.fcr)).low AS fcr_low,
	(@extschema@.kpi_rate_ci(t.fcr)).high AS fcr_high,
	coalesce(@extschema@.sample_size(t.fcr), 0) AS fcr_n,
	@extschema@.rate_pct(r.csat) AS csat_pct,
	(@extschema@.kpi_rate_ci(r.csat)).low AS csat_low,
	(@extschema@.kpi_rate_ci(r.csat)).high AS csat_high,
	coalesce(@extschema@.sample_size(r.csat), 0) AS csat_n
FROM tally AS t
LEFT JOIN rated AS r ON r.agent_id = t.agent_id
LEFT JOIN work AS w ON w.agent_id = t.agent_id
ORDER BY t.resolved DESC, t.agent_id;
