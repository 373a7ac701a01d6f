-- The tallies to count: those of agents, which have no other filter. A response counts for the agent who gave it.
counted AS (
	SELECT
		c.starts[width_bucket(t.day, c.starts)] AS period,
		CASE $5::text WHEN 'agent' THEN t.agent_id END AS value,
		t.*
	FROM calendar AS c
	JOIN agent_daily_tally AS t ON t.day >= c.first_day AND t.day < $2::date
	WHERE ($10::text IS NULL OR t.agent_id = $10::text)
)
