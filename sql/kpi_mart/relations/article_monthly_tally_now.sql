-- internal: tallies of the articles of the help pages by month
-- from: help_sessions tickets
SELECT
	month, -- first day of the month
	article_id, -- article
	sum(views)::bigint AS views, -- how often it was read
	sum(sessions)::bigint AS sessions, -- visits in which it was read for the first time
	@extschema@.rollup(followed) AS followed -- visits of known customers that a ticket followed within 24 hours
FROM (
	SELECT
		date_trunc('month', @extschema@.kpi_day(@extschema@.kpi_instant(at), @time_zone@)::timestamp)::date AS month,
		article_id,
		count(*) AS views,
		0 AS sessions,
		NULL::@extschema@.kpi_rate AS followed
	FROM @schema@.help_session_source
	WHERE @extschema@.kpi_instant(at) IS NOT NULL AND article_id IS NOT NULL
	GROUP BY 1, 2
	UNION ALL
	SELECT
		date_trunc('month', @extschema@.kpi_day(r.first_at, @time_zone@)::timestamp)::date,
		r.article_id,
		0,
		count(*),
		@extschema@.rate_agg(h.is_followed)
	FROM (
		SELECT session_id, article_id, min(@extschema@.kpi_instant(at)) AS first_at
		FROM @schema@.help_session_source
		WHERE @extschema@.kpi_instant(at) IS NOT NULL AND article_id IS NOT NULL
		GROUP BY session_id, article_id
	) AS r
	JOIN @schema@.help_session AS h ON h.session_id = r.session_id
	GROUP BY 1, 2
) AS counted
GROUP BY month, article_id
