-- the tickets that are open now, by age
SELECT
	CASE
		WHEN age_seconds < 86400 THEN '0-1 days'
		WHEN age_seconds < 3 * 86400 THEN '1-3 days'
		WHEN age_seconds < 7 * 86400 THEN '3-7 days'
		WHEN age_seconds >= 7 * 86400 THEN 'over 7 days'
		ELSE 'unknown'
		END AS age, -- time since the ticket was created
	count(*) AS tickets -- open tickets of this age
FROM @schema@.open_tickets
GROUP BY 1
