-- internal: all tickets of the customers behind the column $5 of channel_preference_monthly in a month, as opened_kpi
-- kind: query
SELECT
	t.ticket_id::text AS id,
	false AS is_survey,
	CASE WHEN CASE $5
			WHEN 'customers' THEN true
			WHEN 'changed_customers' THEN c.channel <> c.channel_before
			ELSE c.channel_before IS NOT NULL
		END THEN 'counted' ELSE 'not applicable' END AS state,
	c.channel <> c.channel_before AS is_hit
FROM @schema@.customer_channel AS c
JOIN @schema@.ticket AS t ON coalesce(t.account_id, t.customer_id) = c.customer
WHERE c.month = $3 AND c.channel = $1 ->> 'channel'
AND t.created_day >= $3 AND t.created_day < $4
AND t.merged_into IS NULL AND t.created_at IS NOT NULL AND t.channel IS NOT NULL
