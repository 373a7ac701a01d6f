-- internal: the tickets of known customers, with the contact before
SELECT
	ticket_id, -- id of the ticket
	created_day, -- day of the creation
	channel, -- channel of the ticket
	transferred, -- whether it was transferred
	lag(channel) OVER w AS channel_before, -- channel of the customer's contact before
	coalesce(created_at <= lag(created_at) OVER w + interval '168 hours', false)
		AS is_repeated -- whether that contact is at most seven days ago
FROM @schema@.ticket
WHERE merged_into IS NULL AND created_at IS NOT NULL AND coalesce(account_id, customer_id) IS NOT NULL
WINDOW w AS (PARTITION BY coalesce(account_id, customer_id) ORDER BY created_at, ticket_id)
