-- internal: one row per visit to the help pages, article and day
-- from: help_sessions tickets
-- index: day
-- index: customer_id
-- days: day
WITH reading AS (
	SELECT
		session_id,
		article_id,
		day,
		views,
		min(at) OVER visit AS started_at,
		min(customer_id) OVER visit AS customer_id,
		bool_or(has_ticket) OVER visit AS has_ticket,
		row_number() OVER (PARTITION BY session_id ORDER BY at, article_id) = 1 AS starts_visit,
		row_number() OVER (PARTITION BY session_id, article_id ORDER BY at) = 1 AS starts_article
	FROM (
		SELECT
			session_id,
			article_id,
			@extschema@.kpi_day(at, @time_zone@) AS day,
			count(*) AS views,
			min(@extschema@.kpi_instant(at)) AS at,
			min(customer_id) AS customer_id,
			bool_or(ticket_id IS NOT NULL) AS has_ticket
		FROM @schema@.help_session_source
		WHERE @extschema@.kpi_instant(at) IS NOT NULL
		GROUP BY 1, 2, 3
	) AS read
	WINDOW visit AS (PARTITION BY session_id)
)
SELECT
	r.session_id, -- id of the visit
	r.article_id, -- article; NULL when unknown
	r.day, -- day in the time zone of the mart
	r.views, -- how often the article was read
	r.started_at, -- when the customer read the first article
	r.customer_id, -- customer; NULL when unknown
	r.has_ticket, -- whether the visit is known to have led to a ticket
	r.starts_visit, -- whether the row has the first article of the visit
	r.starts_article, -- whether the day is the first one on which the visit read the article
	f.is_followed -- whether a ticket followed within 24 hours; NULL when neither customer nor ticket is known
FROM reading AS r
JOIN (
@help_followed@
) AS f ON f.session_id = r.session_id
