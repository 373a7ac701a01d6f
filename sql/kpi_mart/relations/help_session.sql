-- internal: the visits to the help pages, and whether the customer wrote a ticket nevertheless
WITH visits AS (
	SELECT
		session_id,
		min(@extschema@.kpi_instant(at)) AS at,
		min(customer_id) AS customer_id,
		bool_or(ticket_id IS NOT NULL) AS has_ticket
	FROM @schema@.help_session_source
	WHERE @extschema@.kpi_instant(at) IS NOT NULL
	GROUP BY session_id
), writers AS (
	SELECT DISTINCT v.session_id
	FROM visits AS v
	JOIN @schema@.ticket AS t ON t.customer_id = v.customer_id
	WHERE t.merged_into IS NULL AND t.created_at BETWEEN v.at AND v.at + interval '24 hours'
)
SELECT
	v.session_id, -- id of the visit
	v.at, -- when the customer read the first article
	CASE WHEN v.has_ticket OR v.customer_id IS NOT NULL
		THEN v.has_ticket OR w.session_id IS NOT NULL
		END AS is_followed -- whether a ticket followed within 24 hours; NULL when neither customer nor ticket is known
FROM visits AS v
LEFT JOIN writers AS w ON w.session_id = v.session_id
