-- The categories and tiers of recent tickets, for the filters.
-- $1 date  first day
SELECT DISTINCT v.name, v.value
FROM (
	SELECT DISTINCT category, customer_tier FROM ticket WHERE created_day >= $1::date
) AS t
CROSS JOIN LATERAL (VALUES ('category', t.category), ('tier', t.customer_tier)) AS v (name, value)
WHERE v.value IS NOT NULL
ORDER BY 1, 2;
