-- internal: the KPIs of the tickets and surveys with the values $3, as scorecard_total
-- kind: query
WITH counted AS MATERIALIZED (
	-- Tickets whose events are in the same periods are counted at once: few have them in
	-- several.  The day of an event is that on which its period begins.
	SELECT
		CASE WHEN @created_day@ >= $1[1] AND @created_day@ < $2 THEN $1[width_bucket(@created_day@, $1)] END AS created_start,
		CASE WHEN @response_day@ >= $1[1] AND @response_day@ < $2 THEN $1[width_bucket(@response_day@, $1)] END AS response_start,
		CASE WHEN @sla_response_day@ >= $1[1] AND @sla_response_day@ < $2
			THEN $1[width_bucket(@sla_response_day@, $1)] END AS sla_response_start,
		CASE WHEN @outcome_day@ >= $1[1] AND @outcome_day@ < $2 THEN $1[width_bucket(@outcome_day@, $1)] END AS outcome_start,
		CASE WHEN @sla_resolution_day@ >= $1[1] AND @sla_resolution_day@ < $2
			THEN $1[width_bucket(@sla_resolution_day@, $1)] END AS sla_resolution_start,
		CASE WHEN $3 ? 'agent_id' THEN t.agent_id END AS by_agent,
		CASE WHEN $3 ? 'agent_id' THEN t.responder_id END AS by_responder,
		t.merged_into,
		t.is_resolved,
@created_tallies@,
		@response_tally@ AS response,
		@sla_response_tally@ AS sla_response,
@outcome_tallies@,
		@sla_resolution_tally@ AS sla_resolution
	FROM @schema@.ticket AS t
	WHERE t.merged_into IS NULL AND @selected@
	AND ($3 ->> 'agent_id' IS NULL OR t.agent_id = $3 ->> 'agent_id' OR t.responder_id = $3 ->> 'agent_id')
	AND least(@created_day@, @response_day@, @sla_response_day@, @outcome_day@, @sla_resolution_day@) < $2
	AND greatest(@created_day@, @response_day@, @sla_response_day@, @outcome_day@, @sla_resolution_day@) >= $1[1]
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), chosen_survey AS (
	SELECT s.kind, s.sent_day, s.answered_day, s.in_ticket, s.is_good, s.score,
		CASE WHEN s.answered_day >= $1[1] AND s.answered_day < $2 THEN $1[width_bucket(s.answered_day, $1)] END AS answered_start,
		CASE WHEN $3 ? 'agent_id' THEN t.agent_id END AS by_agent
	FROM @schema@.survey AS s
	LEFT JOIN @schema@.ticket AS k ON k.ticket_id = s.ticket_id
	CROSS JOIN LATERAL (
		SELECT @selectable_of_survey@
	) AS t
	WHERE @selected@ AND ($3 ->> 'agent_id' IS NULL OR t.agent_id = $3 ->> 'agent_id')
), daily AS (
@selected_tally@
), merged AS MATERIALIZED (
@ticket_rollup@
)
SELECT * FROM (
@ticket_measure@
) AS ticket
UNION ALL
@selected_surveys@
UNION ALL
@selected_waits@
UNION ALL
@selected_own@
