-- The tallies to count: the daily ones, which have the filters that are dimensions of the mart.
counted AS (
	SELECT
		c.starts[width_bucket(t.day, c.starts)] AS period,
		CASE $5::text WHEN 'team' THEN t.team WHEN 'channel' THEN t.channel WHEN 'category' THEN t.category
			WHEN 'customer_tier' THEN t.customer_tier END AS value,
		t.*
	FROM calendar AS c
	-- a column that is no dimension of the mart is null: the inner query finds it here
	CROSS JOIN (
		SELECT NULL::text AS team, NULL::text AS channel, NULL::text AS category, NULL::text AS customer_tier
	) AS absent
	CROSS JOIN LATERAL (
		SELECT day, team, channel, category, customer_tier, tickets, unanswered, unresolved, resolved, deflected,
			fcr, reopen, escalation, transfer, sla_response, sla_resolution, abandonment, csat, ces, self_service,
			negative_sentiment, bot_resolution, bot_escalation, response, resolution, handle, wait, nps, qa, cost,
			effort, sentiment
		FROM ticket_daily_tally
		WHERE day >= c.first_day AND day < $2::date
		AND ($6::text IS NULL OR team = $6::text) AND ($7::text IS NULL OR channel = $7::text)
		AND ($8::text IS NULL OR category = $8::text) AND ($9::text IS NULL OR customer_tier = $9::text)
	) AS t
)
