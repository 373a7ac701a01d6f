-- internal: the customers of today
SELECT
	'today' AS purpose, -- today
	t.day, -- today in the time zone of the mart
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
