-- The tallies to count: those of segments, which have every filter but the agent.
counted AS (
	SELECT
		c.starts[width_bucket(t.day, c.starts)] AS period,
		CASE $5::text WHEN 'team' THEN t.team WHEN 'channel' THEN t.channel WHEN 'category' THEN t.category
			WHEN 'customer_tier' THEN t.customer_tier END AS value,
		t.*
	FROM calendar AS c
	JOIN segment_daily_tally AS t ON t.day >= c.first_day AND t.day < $2::date
	WHERE ($6::text IS NULL OR t.team = $6::text) AND ($7::text IS NULL OR t.channel = $7::text)
	AND ($8::text IS NULL OR t.category = $8::text) AND ($9::text IS NULL OR t.customer_tier = $9::text)
)
