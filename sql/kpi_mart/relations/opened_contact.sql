-- internal: the tickets behind the column $5 of omnichannel, of a channel $1 and the month from $3, as opened_kpi
-- kind: query
SELECT
	t.ticket_id::text AS id,
	false AS is_survey,
	CASE
		WHEN t.merged_into IS NOT NULL THEN 'excluded'
		WHEN CASE
			WHEN $5 LIKE 'switched%' THEN c.is_repeated AND c.channel IS NOT NULL AND c.channel_before IS NOT NULL
			WHEN $5 LIKE 'context%' THEN c.is_repeated AND c.channel <> c.channel_before AND c.transferred IS NOT NULL
			ELSE c.ticket_id IS NOT NULL
		END THEN 'counted'
		ELSE 'not applicable'
		END AS state,
	CASE
		WHEN $5 LIKE 'repeated%' THEN c.is_repeated
		WHEN $5 LIKE 'switched%' THEN c.channel <> c.channel_before
		WHEN $5 LIKE 'context%' THEN NOT c.transferred
		END AS is_hit
FROM @schema@.ticket AS t
LEFT JOIN @schema@.customer_contact AS c ON c.ticket_id = t.ticket_id
WHERE t.created_day >= $3 AND t.created_day < $4 AND t.channel IS NOT DISTINCT FROM $1 ->> 'channel'
