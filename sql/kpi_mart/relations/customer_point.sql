-- internal: the customers and days for which health is worked out
SELECT
	'today' AS purpose, -- today, quarter (start of one that is over) or outreach (first of a month)
	t.day, -- day; only events before it count
	c.customer -- customer: an account, where that is unknown the customer who wrote
FROM (SELECT @extschema@.kpi_day(as_of, @time_zone@) AS day FROM @schema@.kpi_state) AS t
CROSS JOIN LATERAL (
	SELECT account_id AS customer
	FROM @schema@.subscription
	WHERE starts_on < t.day AND (ends_on >= t.day) IS NOT FALSE
	UNION
	SELECT coalesce(account_id, customer_id)
	FROM @schema@.ticket
	WHERE NOT @subscriptions_given@ AND merged_into IS NULL AND created_day >= t.day - 450 AND created_day < t.day
	UNION
	SELECT account_id
	FROM @schema@.customer_event_daily_tally
	WHERE NOT @subscriptions_given@ AND day >= t.day - 450 AND day < t.day
) AS c
WHERE c.customer IS NOT NULL
UNION ALL
SELECT DISTINCT 'quarter', q.day::date, s.account_id
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
