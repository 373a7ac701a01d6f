-- The tallies to count. @tally@ is ticket_daily_tally, with the filters that are dimensions of the mart, segment_daily_tally, with
-- every filter but the agent, or agent_daily_tally, with no other filter; there a response counts for the agent who gave it.
counted AS (
	SELECT
		c.starts[width_bucket(t.day, c.starts)] AS period,
		CASE $5::text WHEN 'team' THEN t.team WHEN 'channel' THEN t.channel WHEN 'category' THEN t.category
			WHEN 'customer_tier' THEN t.customer_tier WHEN 'agent' THEN t.agent_id END AS value,
		t.*
	FROM calendar AS c
	-- a column that the tally does not have is null: the inner query finds it here
	CROSS JOIN (
		SELECT NULL::text AS team, NULL::text AS channel, NULL::text AS category, NULL::text AS customer_tier,
			NULL::text AS agent_id
	) AS absent
	CROSS JOIN LATERAL (
		SELECT day, team, channel, category, customer_tier, agent_id, tickets, unanswered, unresolved, resolved, deflected,
			fcr, reopen, escalation, transfer, sla_response, sla_resolution, abandonment, csat, ces, self_service,
			negative_sentiment, bot_resolution, bot_escalation, response, resolution, handle, wait, nps, qa, cost,
			effort, sentiment
		FROM @tally@
		WHERE day >= c.first_day AND day < $2::date
		AND ($6::text IS NULL OR team = $6::text) AND ($7::text IS NULL OR channel = $7::text)
		AND ($8::text IS NULL OR category = $8::text) AND ($9::text IS NULL OR customer_tier = $9::text)
		AND ($10::text IS NULL OR agent_id = $10::text)
	) AS t
)
