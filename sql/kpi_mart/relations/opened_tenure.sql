-- internal: the tickets and surveys behind the KPI $2 of agents in a month $1 since they were hired, as opened_kpi
-- kind: query
SELECT k.id, k.is_survey, k.state, k.is_hit
FROM (
	SELECT t.ticket_id::text AS id, false AS is_survey, @ticket_state@ AS state, t.is_hit, t.by_agent,
		CASE WHEN t.merged_into IS NULL THEN t.day ELSE t.created_day END AS day
	FROM (
@ticket_kpi@
	) AS t
	UNION ALL
	SELECT s.response_id, true, 'counted', s.is_good, s.agent_id, s.answered_day
	FROM (
@survey_kpi@
	) AS s
) AS k
JOIN (
	SELECT agent_id, min(agent_hired_on) AS agent_hired_on
	FROM @schema@.agent_daily_tally
	GROUP BY agent_id
) AS n ON n.agent_id = k.by_agent
CROSS JOIN LATERAL (SELECT age(k.day::timestamp, n.agent_hired_on::timestamp) AS tenure) AS h
WHERE k.day >= n.agent_hired_on
AND extract(year FROM h.tenure) * 12 + extract(month FROM h.tenure) = ($1 ->> 'tenure_month')::integer
