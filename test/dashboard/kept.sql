-- Twenty weeks of tickets of three teams, in a mart that tests change, and a reader to whom no policy applies.
SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets AS
SELECT
	n AS ticket_id,
	now() - n * interval '12 hours' AS created_at,
	now() - n * interval '11 hours' AS updated_at,
	CASE WHEN n % 11 <> 0 THEN now() - n * interval '11 hours' END AS resolved_at,
	(ARRAY['Billing', 'Technical', 'Orders'])[1 + n % 3] AS team,
	(ARRAY['email', 'chat'])[1 + n % 2] AS channel,
	CASE WHEN n % 4 = 0 THEN 1 + n % 5 END AS csat_score
FROM generate_series(1, 280) AS n;
SELECT count(*) > 0 AS built FROM kpi_build('tickets', 'care', 'UTC');
CREATE ROLE kept_reader;
CREATE ROLE kept_parent;
GRANT kept_reader TO dashboard;
GRANT USAGE ON SCHEMA care TO kept_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA care TO kept_reader;
