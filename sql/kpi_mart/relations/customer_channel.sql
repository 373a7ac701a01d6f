-- internal: the channel that each customer uses most in a month; on a tie, the one used last
SELECT
	month, -- first day of the month
	customer, -- account, otherwise the customer
	channel, -- channel used most
	lag(channel) OVER (PARTITION BY customer ORDER BY month)
		AS channel_before -- channel used most in the last earlier month in which the customer wrote
FROM (
	SELECT DISTINCT ON (customer, month) customer, month, channel
	FROM (
		SELECT
			coalesce(account_id, customer_id) AS customer,
			date_trunc('month', created_day::timestamp)::date AS month,
			channel,
			count(*) AS contacts,
			max(created_at) AS last_at
		FROM @schema@.ticket
		WHERE merged_into IS NULL AND created_at IS NOT NULL AND channel IS NOT NULL
		AND coalesce(account_id, customer_id) IS NOT NULL
		GROUP BY 1, 2, 3
	) AS used
	ORDER BY customer, month, contacts DESC, last_at DESC, channel
) AS preferred
