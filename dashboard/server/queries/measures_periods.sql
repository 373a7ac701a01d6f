-- KPIs of tickets by period, and by the values of a dimension; each with the period before, the same period a year
-- before, the target and the status. measures_tallies.sql or measures_facts.sql follows, and then measures_answer.sql.
-- $1 date    first day of the first period
-- $2 date    day after the last period
-- $3 text    periods: day, week, month, or whole for the days from $1 to $2 together
-- $4 text[]  KPIs
-- $5 text    dimension: team, channel, category, customer_tier or agent; null for none
-- $6 text    team, null for all; so are the others
-- $7 text    channel
-- $8 text    category
-- $9 text    customer_tier
-- $10 text   agent
WITH calendar AS (
	SELECT *, starts[1] AS first_day
	FROM (
		SELECT
			p.*,
			-- the first days of the periods: from the one before the first, and with a year before from some days earlier,
			-- which tell whether the tickets begin within the year before
			ARRAY(
				SELECT g::date
				FROM generate_series($1::date - CASE p.year WHEN interval '0' THEN p.step
					ELSE p.year + greatest(p.step, interval '7 days') END, $2::timestamp - interval '1 day', p.step) AS g
			) AS starts
		FROM (
			SELECT
				o.attribute,
				(s.as_of AT TIME ZONE o.time_zone)::date AS today,
				CASE $3::text
					WHEN 'day' THEN interval '1 day'
					WHEN 'week' THEN interval '7 days'
					WHEN 'month' THEN interval '1 month'
					ELSE make_interval(days => $2::date - $1::date)
					END AS step,
				-- weeks and days of the year before have the same days of the week; whole has only the period before
				CASE $3::text
					WHEN 'month' THEN interval '1 year'
					WHEN 'whole' THEN interval '0'
					ELSE interval '364 days'
					END AS year
			FROM kpi_state AS s
			CROSS JOIN kpi_settings AS o
		) AS p
	) AS c
)
