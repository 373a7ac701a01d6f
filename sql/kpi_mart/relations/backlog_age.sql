-- the tickets that are open now, by age
SELECT
	CASE
		WHEN t.created_at > s.as_of - interval '24 hours' THEN '0-1 days'
		WHEN t.created_at > s.as_of - interval '72 hours' THEN '1-3 days'
		WHEN t.created_at > s.as_of - interval '168 hours' THEN '3-7 days'
		WHEN t.created_at IS NOT NULL THEN 'over 7 days'
		ELSE 'unknown'
		END AS age, -- time since the ticket was created
	count(*) AS tickets -- open tickets of this age
FROM @schema@.ticket AS t
CROSS JOIN @schema@.kpi_state AS s
WHERE NOT t.is_resolved AND t.merged_into IS NULL
GROUP BY 1
