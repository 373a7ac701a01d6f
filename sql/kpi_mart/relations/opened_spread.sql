-- internal: the tickets and surveys behind the column $5 of channel_consistency, of the KPI $2 and the month from $3, as opened_kpi
-- kind: query
SELECT k.id, k.is_survey, k.state, k.is_hit
FROM @schema@.channel_consistency AS c
JOIN (
	SELECT t.ticket_id::text AS id, false AS is_survey, @ticket_state@ AS state, t.is_hit, t.channel,
		CASE WHEN t.merged_into IS NULL THEN t.day ELSE t.created_day END AS day
	FROM (
@ticket_kpi@
	) AS t
	UNION ALL
	SELECT s.response_id, true, 'counted', s.is_good, s.channel, s.answered_day
	FROM (
@survey_kpi@
	) AS s
) AS k ON k.day >= $3 AND k.day < $4
WHERE c.month = $3 AND c.kpi = $1 ->> 'kpi' AND CASE
	WHEN $5 = 'channels' THEN k.channel IS NOT NULL
	WHEN $5 LIKE 'lowest%' THEN k.channel = c.lowest_channel
	WHEN $5 LIKE 'highest%' THEN k.channel = c.highest_channel
	ELSE k.channel IN (c.lowest_channel, c.highest_channel) END
