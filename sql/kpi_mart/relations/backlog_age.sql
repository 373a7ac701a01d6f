-- the tickets that are open now, by age
-- cells: age
-- opened by: opened_now
SELECT
	@extschema@.kpi_age(t.created_at, s.as_of) AS age, -- time since the ticket was created; NULL when unknown
	count(*) AS tickets -- open tickets of this age
FROM @schema@.ticket AS t
CROSS JOIN @schema@.kpi_state AS s
WHERE t.is_open AND t.merged_into IS NULL
GROUP BY 1
