-- What each KPI means: the comment of its column in a view for people, or the definition of a KPI of the mart's owner.
-- $1 text  schema of the mart
SELECT DISTINCT ON (kpi) a.attname::text AS kpi, col_description(c.oid, a.attnum) AS definition
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
CROSS JOIN LATERAL (SELECT a.attname AS kpi) AS k
WHERE c.relnamespace = to_regnamespace(quote_ident($1::text))
AND c.relname IN ('executive_monthly', 'team_weekly', 'channel_weekly', 'agent_daily', 'workforce_daily', 'lifecycle_monthly',
	'bot_weekly', 'next_replies', 'survey_weekly', 'backlog_daily', 'customer_health')
AND col_description(c.oid, a.attnum) IS NOT NULL
ORDER BY kpi, c.relname = 'executive_monthly' DESC, c.relname;
