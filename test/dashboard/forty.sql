-- Forty teams, 120 agents and one channel in fifteen months.
SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets AS
SELECT
	n AS ticket_id, at AS created_at, at + n % 19 * interval '7 minutes' AS first_response_at,
	CASE WHEN n > 60 THEN at + n % 29 * interval '2 hours' END AS resolved_at,
	at + n % 29 * interval '2 hours' AS updated_at, n > 60 AS solved,
	1 + n % 4 / 3 AS contacts, 'Team ' || to_char(1 + n % 40, 'FM00') AS team, 'email' AS channel, 'Topic ' || n % 12 AS category,
	'agent-' || n % 120 AS agent_id, 'Agent ' || n % 120 AS agent_name, 'Account ' || n % 90 AS account_id,
	CASE WHEN n % 3 = 0 THEN 1 + (n / 3) % 5 END AS csat_score
FROM generate_series(1, 20000) AS n
CROSS JOIN LATERAL (SELECT date_trunc('second', now() - n * interval '33 minutes')) AS t (at);
SELECT count(*) > 0 AS built FROM kpi_build('tickets', 'care', 'UTC');
