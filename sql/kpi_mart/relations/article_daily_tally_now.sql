-- internal: tallies of the articles of the help pages by day
-- index: day
-- counts: help_reading
SELECT
	day, -- day in the time zone of the mart
	article_id, -- article
	sum(views)::bigint AS views, -- how often it was read
	count(*) FILTER (WHERE starts_article) AS sessions, -- visits in which it was read for the first time
	@extschema@.rate_agg(is_followed) FILTER (WHERE starts_article)
		AS followed -- visits of known customers that a ticket followed within 24 hours
FROM @schema@.help_reading
WHERE article_id IS NOT NULL
GROUP BY day, article_id
