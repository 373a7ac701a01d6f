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
	-- not as a range of created_day: the planner expects few rows in it, and would not look up a customer
	WHERE NOT @subscriptions_given@ AND merged_into IS NULL AND t.day - created_day BETWEEN 1 AND 450
	UNION
	SELECT account_id
	FROM @schema@.customer_event_daily_tally
	WHERE NOT @subscriptions_given@ AND t.day - day BETWEEN 1 AND 450
) AS c
WHERE c.customer IS NOT NULL
