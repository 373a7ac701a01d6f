-- the tickets as the KPI $2 counts them; a KPI is a column of ticket_daily_tally, or derived from one
-- kind: fragment
	SELECT
		t.*,
		CASE coalesce(@own_counts_on@, @extschema@.kpi_counts_on($2))
			WHEN 'responded_day' THEN @response_day@
			WHEN 'sla_response_day' THEN @sla_response_day@
			WHEN 'outcome_day' THEN @outcome_day@
			WHEN 'sla_resolution_day' THEN @sla_resolution_day@
			ELSE created_day
			END AS day,
		CASE WHEN $2 IN ('response', 'sla_response') THEN responder_id ELSE agent_id END AS by_agent,
		CASE $2
			WHEN 'tickets' THEN true
			WHEN 'unanswered' THEN is_unanswered
			WHEN 'unresolved' THEN NOT is_resolved
			WHEN 'pending' THEN NOT is_resolved AND status = 'pending'
			WHEN 'deflected' THEN self_service OR bot_resolved
			-- contacts over which costs are spread, and contacts that cost nothing
			WHEN 'created' THEN created_at IS NOT NULL
			WHEN 'handled' THEN created_at IS NOT NULL AND (self_service OR bot_resolved) IS NOT TRUE
			WHEN 'avoided' THEN created_at IS NOT NULL AND (self_service OR bot_resolved)
			WHEN 'wait' THEN wait_seconds IS NOT NULL
			WHEN 'abandonment' THEN abandoned IS NOT NULL
			WHEN 'self_service' THEN self_service IS NOT NULL
			WHEN 'bot_resolution' THEN bot_resolved IS NOT NULL
			WHEN 'bot_escalation' THEN bot_escalated IS NOT NULL
			WHEN 'bot_escalation_accuracy' THEN bot_escalation_right IS NOT NULL
			WHEN 'bot_acceptance' THEN bot_accepted IS NOT NULL
			WHEN 'sentiment' THEN sentiment IS NOT NULL
			WHEN 'negative_sentiment' THEN sentiment IS NOT NULL
			WHEN 'response' THEN response_seconds IS NOT NULL
			WHEN 'sla_response' THEN sla_response_met IS NOT NULL
			WHEN 'resolved' THEN is_resolved
			WHEN 'resolution' THEN resolution_seconds IS NOT NULL
			WHEN 'fcr' THEN first_contact IS NOT NULL
			WHEN 'follow_ups' THEN NOT first_contact AND contacts IS NOT NULL
			WHEN 'reopen' THEN reopened IS NOT NULL
			WHEN 'escalation' THEN escalated IS NOT NULL
			WHEN 'transfer' THEN transferred IS NOT NULL
			WHEN 'handle' THEN handle_seconds IS NOT NULL
			WHEN 'csat' THEN csat_satisfied IS NOT NULL
			WHEN 'nps' THEN nps_score IS NOT NULL
			WHEN 'ces' THEN ces_easy IS NOT NULL
			WHEN 'effort' THEN ces_score IS NOT NULL
			WHEN 'qa' THEN qa_possible IS NOT NULL
			WHEN 'cost' THEN cost IS NOT NULL
			WHEN 'sla_resolution' THEN sla_resolution_met IS NOT NULL
			ELSE @own_counted@
			END AS is_counted,
		CASE $2
			WHEN 'response' THEN is_unanswered AND is_resolved IS NOT TRUE
			WHEN 'sla_response' THEN response_target_seconds IS NOT NULL AND is_unanswered
			WHEN 'sla_resolution' THEN resolution_target_seconds IS NOT NULL AND is_open
			ELSE $2 IN ('resolved', 'resolution', 'fcr', 'follow_ups', 'reopen') AND is_open
			END AS is_pending,
		CASE $2
			WHEN 'abandonment' THEN abandoned
			WHEN 'self_service' THEN self_service
			WHEN 'bot_resolution' THEN bot_resolved
			WHEN 'bot_escalation' THEN bot_escalated
			WHEN 'bot_escalation_accuracy' THEN bot_escalation_right
			WHEN 'bot_acceptance' THEN bot_accepted
			WHEN 'negative_sentiment' THEN sentiment <= -0.05
			WHEN 'sla_response' THEN sla_response_met
			WHEN 'fcr' THEN first_contact
			WHEN 'reopen' THEN reopened
			WHEN 'escalation' THEN escalated
			WHEN 'transfer' THEN transferred
			WHEN 'csat' THEN csat_satisfied
			WHEN 'ces' THEN ces_easy
			WHEN 'sla_resolution' THEN sla_resolution_met
			ELSE @own_hit@
			END AS is_hit,
		concat(' ', excluded, ' ')
			LIKE '% ' || CASE $2 WHEN 'effort' THEN 'ces' WHEN 'follow_ups' THEN 'fcr'
				WHEN 'negative_sentiment' THEN 'sentiment' ELSE $2 END || ' %' AS is_impossible
	FROM @schema@.ticket AS t
