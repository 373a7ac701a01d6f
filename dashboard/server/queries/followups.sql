-- Bad answers of customers: those whose customer was not called back come first.
SELECT
	followup, kind, score, answered_on, account_id, ticket_id, comment, owner, contacted_at, recovered,
	count(*) OVER () AS total,
	count(*) FILTER (WHERE contacted_at IS NULL) OVER () AS waiting
FROM kpi_followup
ORDER BY contacted_at IS NOT NULL, answered_on DESC, followup DESC
LIMIT 50;
