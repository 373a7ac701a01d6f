-- internal: the spans between the status changes of each ticket
SELECT
	c.ticket_id, -- id of the ticket, as the status changes have it
	@extschema@.kpi_status_spans(@extschema@.kpi_instant(c.at), c.seq, c.status, c.previous_status, c.source_status,
		c.agent_id, c.team, c.hours, c.changed_by, @extschema@.kpi_instant(t.created_at), t.first_hours, t.team,
		nullif(t.agent_id, ''),
		CASE WHEN t.solved OR t.resolved_at IS NOT NULL OR t.resolution_time IS NOT NULL THEN 'solved' END)
		AS spans, -- from the creation on, in order
	bool_or(c.hours IS NOT NULL AND @extschema@.kpi_instant(c.at) IS NOT NULL)
		AS sets_hours -- whether a change sets hours; one at an impossible instant does not
FROM @schema@.status_change_source AS c
JOIN @schema@.ticket_policy AS t ON t.ticket_id = c.ticket_id
GROUP BY c.ticket_id
