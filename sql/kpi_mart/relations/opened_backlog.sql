-- internal: the tickets behind the backlog at the end of the day before $4, with the values $1, as opened_kpi
-- kind: query
SELECT
	t.ticket_id::text AS id,
	false AS is_survey,
	CASE
		WHEN t.merged_into IS NOT NULL THEN 'excluded'
		WHEN t.is_resolved IS NOT FALSE AND t.outcome_day < $4 THEN 'not applicable'
		ELSE 'counted'
		END AS state,
	NULL::boolean AS is_hit
FROM @schema@.ticket AS t
WHERE t.created_day < $4 AND @opened_values@
