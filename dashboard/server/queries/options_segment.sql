-- The teams, channels, categories and tiers, for the filters.
-- $1 date  first day
SELECT DISTINCT v.filter AS name, v.value
FROM (SELECT DISTINCT team, channel, category, customer_tier FROM segment_daily_tally WHERE day >= $1::date) AS t
CROSS JOIN LATERAL (VALUES ('team', t.team), ('channel', t.channel), ('category', t.category), ('tier', t.customer_tier))
	AS v (filter, value)
WHERE v.value IS NOT NULL
ORDER BY 1, 2;
