-- internal: the tickets and surveys behind the KPI $2 of the days from $3 until before $4, with the values $1
-- kind: query
SELECT t.ticket_id::text AS id, false AS is_survey, @ticket_state@ AS state, t.is_hit
FROM (
@ticket_kpi@
) AS t
-- a merged ticket is left out on the day of its creation
WHERE CASE WHEN $3 IS NULL THEN t.day IS NULL
	ELSE t.merged_into IS NULL AND t.day >= $3 AND t.day < $4
		OR t.merged_into IS NOT NULL AND t.created_day >= $3 AND t.created_day < $4 END
AND (NOT $1 ? 'by_agent' OR t.by_agent IS NOT DISTINCT FROM $1 ->> 'by_agent')
AND @opened_values@
UNION ALL
SELECT s.response_id, true, 'counted', s.is_good
FROM (
@survey_kpi@
) AS s
LEFT JOIN @schema@.ticket AS k ON k.ticket_id = s.ticket_id
CROSS JOIN LATERAL (SELECT @selectable_of_survey@) AS t
WHERE NOT $1 ? 'only_tickets' AND s.answered_day >= $3 AND s.answered_day < $4
AND (NOT $1 ? 'by_agent' OR s.agent_id IS NOT DISTINCT FROM $1 ->> 'by_agent')
AND @opened_values@
