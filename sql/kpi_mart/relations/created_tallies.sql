-- what is counted on the day on which tickets were created
-- kind: fragment
		count(*) AS tickets,
		count(*) FILTER (WHERE is_unanswered) AS unanswered,
		count(*) FILTER (WHERE NOT is_resolved) AS unresolved,
		count(*) FILTER (WHERE NOT is_resolved AND status = 'pending') AS pending,
		count(*) FILTER (WHERE self_service OR bot_resolved) AS deflected,
		@extschema@.durations_agg(@extschema@.from_seconds(wait_seconds)) AS wait,
		@extschema@.rate_agg(abandoned) AS abandonment,
		@extschema@.rate_agg(self_service) AS self_service,
		@extschema@.rate_agg(bot_resolved) AS bot_resolution,
		@extschema@.rate_agg(bot_escalated) AS bot_escalation,
		@extschema@.rate_agg(bot_escalation_right) AS bot_escalation_accuracy,
		@extschema@.rate_agg(bot_accepted) AS bot_acceptance,
		@extschema@.ratio_agg(sentiment, 1::double precision) FILTER (WHERE sentiment IS NOT NULL) AS sentiment,
		@extschema@.rate_agg(sentiment <= -0.05) AS negative_sentiment
