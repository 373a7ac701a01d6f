-- Ten weeks of few tickets in one channel, with names that attack a page: fewer than 30 answers a month, a running month.
SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets AS
SELECT
	CASE n % 9 WHEN 0 THEN '<b onmouseover=alert(1)>' || n ELSE n::text END AS ticket_id,
	at AS created_at,
	CASE WHEN n % 11 <> 0 THEN at + n % 7 * interval '13 minutes' + interval '40 seconds' END AS first_response_at,
	CASE WHEN n % 11 <> 0 THEN at + n % 17 * interval '5 hours' + interval '2 hours' END AS resolved_at,
	CASE WHEN n % 11 <> 0 THEN at + n % 17 * interval '5 hours' + interval '2 hours' ELSE at END AS updated_at,
	n % 11 <> 0 AS solved,
	1 + n % 3 / 2 AS contacts,
	(ARRAY['<img src=x onerror=alert(1)>', '"><script>alert(2)</script>', E'''; DROP TABLE ticket; --', '{{7*7}}${7*7}',
		'عربي 日本語 🙂'])[1 + n % 5]
		AS team,
	'email<svg/onload=alert(3)>' AS channel,
	(ARRAY['javascript:alert(4)', 'A category whose name is so long that it does not fit into any column of a table on a phone'])[1 + n % 2]
		AS category,
	'</select><script>alert(5)</script>' AS customer_tier,
	'agent <i>' || n % 3 AS agent_id,
	'<iframe src=javascript:alert(6)>' || n % 3 AS agent_name,
	'<script>alert(7)</script> & Sons ' || n % 8 AS account_id,
	CASE WHEN n % 4 = 0 THEN 1 + n % 5 END AS csat_score,
	CASE WHEN n % 6 = 0 THEN n % 11 END AS nps_score
FROM generate_series(1, 140) AS n
CROSS JOIN LATERAL (SELECT date_trunc('second', now() - n * interval '12 hours')) AS t (at);
SELECT count(*) > 0 AS built FROM kpi_build('tickets', 'care', 'UTC', dimensions => '{team,channel,category,account_id}');
