-- whether a ticket followed each visit of "reading"
-- kind: fragment
	SELECT
		session_id,
		CASE WHEN has_ticket OR customer_id IS NOT NULL
			THEN has_ticket OR count(*) FILTER (WHERE session_id IS NULL) OVER (PARTITION BY customer_id ORDER BY at
				RANGE BETWEEN CURRENT ROW AND interval '24 hours' FOLLOWING) > 0
			END AS is_followed
	FROM (
		SELECT session_id, customer_id, started_at AS at, has_ticket FROM reading WHERE starts_visit
		UNION ALL
		SELECT NULL, customer_id, created_at, NULL
		FROM @schema@.ticket
		WHERE merged_into IS NULL AND created_at IS NOT NULL AND customer_id IN (SELECT customer_id FROM reading)
	) AS event
