-- The teams, channels, categories and tiers, for the filters.
-- @tally@    segment_daily_tally, or ticket_daily_tally if the mart or the reader has no other
-- $1 date  first day
SELECT DISTINCT v.filter AS name, v.value
-- a column that the tally does not have is null: the inner query finds it here
FROM (
	SELECT NULL::text AS team, NULL::text AS channel, NULL::text AS category, NULL::text AS customer_tier
) AS absent
CROSS JOIN LATERAL (
	SELECT DISTINCT team, channel, category, customer_tier FROM @tally@ WHERE day >= $1::date
) AS t
CROSS JOIN LATERAL (VALUES ('team', t.team), ('channel', t.channel), ('category', t.category), ('tier', t.customer_tier))
	AS v (filter, value)
WHERE v.value IS NOT NULL
ORDER BY 1, 2;
