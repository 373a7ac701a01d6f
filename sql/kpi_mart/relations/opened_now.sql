-- internal: the tickets behind the column $5 of agent_backlog, backlog_age and open_tickets, with the values $1, as opened_kpi
-- kind: query
SELECT
	t.ticket_id::text AS id,
	false AS is_survey,
	CASE WHEN CASE $5
			WHEN 'pending_tickets' THEN t.status = 'pending'
			WHEN 'unanswered_tickets' THEN t.is_unanswered
			WHEN 'breached_tickets' THEN t.is_breached
			WHEN 'due_tickets' THEN t.is_due_within_2_hours
			WHEN 'oldest_seconds' THEN t.age_seconds IS NOT NULL
			ELSE true
		END THEN 'counted' ELSE 'not applicable' END AS state,
	NULL::boolean AS is_hit
FROM @schema@.open_tickets AS t
CROSS JOIN @schema@.kpi_state AS s
WHERE (NOT $1 ? 'ticket_id' OR t.ticket_id = ($1 ->> 'ticket_id')::@ticket_id_type@)
AND (NOT $1 ? 'agent_id' OR t.agent_id IS NOT DISTINCT FROM $1 ->> 'agent_id')
AND (NOT $1 ? 'team' OR t.team IS NOT DISTINCT FROM $1 ->> 'team')
AND (NOT $1 ? 'age' OR @extschema@.kpi_age(t.created_at, s.as_of) = $1 ->> 'age')
