-- the articles of the help pages, and whether their readers needed a ticket
-- given: help_sessions
SELECT
	a.month, -- first day of the month
	a.article_id, -- article; NULL when unknown
	(a.month + interval '1 month')::date < @extschema@.kpi_day(s.as_of, @time_zone@)
		AS is_complete, -- whether the day after the month is over
	a.views, -- how often it was read
	a.sessions, -- visits in which it was read; each counts in the month of its first view of the article
	@extschema@.rate_pct(a.followed)
		AS followed_by_ticket_pct, -- visits of known customers followed by a ticket within 24 hours, in percent; NULL without any
	@extschema@.sample_size(a.followed) AS followed_by_ticket_n -- number of visits of known customers
FROM (
	SELECT
		date_trunc('month', day::timestamp)::date AS month,
		article_id,
		sum(views)::bigint AS views,
		sum(sessions)::bigint AS sessions,
		@extschema@.rollup(followed) AS followed
	FROM @schema@.article_daily_tally
	GROUP BY 1, 2
) AS a
CROSS JOIN @schema@.kpi_state AS s
