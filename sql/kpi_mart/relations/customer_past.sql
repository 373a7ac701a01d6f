-- internal: the customers at the start of each quarter, and when agents reached out to them
SELECT
	purpose, -- quarter (start of one that is over) or outreach (first of a month)
	day, -- day
	customer -- customer
FROM (
	SELECT DISTINCT 'quarter' AS purpose, q.day::date AS day, s.account_id AS customer
	FROM (
		SELECT f.day AS first_day, @extschema@.kpi_day(k.as_of, @time_zone@) AS today
		FROM @schema@.kpi_state AS k
		CROSS JOIN (SELECT min(starts_on) AS day FROM @schema@.subscription WHERE (ends_on > starts_on) IS NOT FALSE) AS f
	) AS t
	CROSS JOIN LATERAL generate_series(
		date_trunc('quarter', (t.first_day + 180)::timestamp - interval '1 day') + interval '3 months', (t.today - 90)::timestamp,
		interval '3 months') AS q (day)
	JOIN @schema@.subscription AS s ON s.starts_on < q.day AND (s.ends_on >= q.day) IS NOT FALSE
	UNION ALL
	SELECT 'outreach', min(day), account_id
	FROM @schema@.customer_event_daily_tally
	WHERE event = 'outreach'
	GROUP BY account_id, date_trunc('month', day::timestamp)
) AS p
