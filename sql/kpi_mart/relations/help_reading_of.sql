-- the visits of the customers $1, as stored, and whether a ticket follows them now
-- kind: query
WITH reading AS (
	SELECT * FROM @schema@.help_reading WHERE customer_id = ANY ($1)
)
SELECT
	r.session_id,
	r.article_id,
	r.day,
	r.views,
	r.started_at,
	r.customer_id,
	r.has_ticket,
	r.starts_visit,
	r.starts_article,
	f.is_followed
FROM reading AS r
JOIN (
@help_followed@
) AS f ON f.session_id = r.session_id
