-- The tables of the examples in README.md: 2,000 made-up tickets of eight weeks,
-- 600 survey answers and 300 customers.  The same everywhere: no random().

CREATE FUNCTION pg_temp.dice(n int, salt text) RETURNS double precision
LANGUAGE sql IMMUTABLE
RETURN ('x' || substr(md5(salt || n), 1, 8))::bit(32)::bigint / 4294967296.0;

CREATE TABLE tickets AS
SELECT *, greatest(created_at, first_response_at, resolved_at) AS updated_at
FROM (SELECT
	n AS ticket_id,
	(ARRAY['chat', 'email', 'email', 'phone'])[1 + n % 4] AS channel,
	created_at,
	-- heavy-tailed, and one in twenty is never answered
	CASE WHEN pg_temp.dice(n, 'answered') > 0.05 THEN
		date_trunc('second', created_at + make_interval(secs =>
			(ARRAY[60, 5400, 5400, 40])[1 + n % 4] * exp(1.6 * (pg_temp.dice(n, 'a') + pg_temp.dice(n, 'b') + pg_temp.dice(n, 'c') - 1.5)))) END AS first_response_at,
	pg_temp.dice(n, 'solved') > 0.08 AS solved,
	1 + floor(pg_temp.dice(n, 'contacts') * pg_temp.dice(n, 'more') * 2.4)::int AS contacts,
	floor(pg_temp.dice(n, 'replies') * 2.6)::int AS agent_replies,
	CASE WHEN pg_temp.dice(n, 'rated') < 0.3 THEN 5 - floor(pg_temp.dice(n, 'csat') * pg_temp.dice(n, 'tail') * 5)::int END AS csat_score,
	CASE WHEN pg_temp.dice(n, 'solved') > 0.08 THEN date_trunc('second', created_at + make_interval(secs => 86400 * exp(3 * (pg_temp.dice(n, 'd') + pg_temp.dice(n, 'e') - 1)))) END AS resolved_at
FROM generate_series(1, 2000) AS n,
	 LATERAL (SELECT date_trunc('second', timestamptz '2026-01-05 00:00+00' + make_interval(secs => pg_temp.dice(n, 'at') * 56 * 86400)) AS created_at) AS t) AS tickets;

CREATE TABLE surveys AS
SELECT
	n AS response_id,
	timestamptz '2026-01-05 00:00+00' + make_interval(secs => floor(n * (56 * 86400 / 601.0))) AS created,
	(ARRAY['chat', 'email', 'email', 'phone'])[1 + n % 4] AS channel,
	10 - floor(pg_temp.dice(n, 'nps') * pg_temp.dice(n, 'nps tail') * 11)::int AS score
FROM generate_series(1, 600) AS n;

CREATE TABLE customers AS
SELECT n AS customer_id, (ARRAY['basic', 'pro', 'pro', 'enterprise'])[1 + n % 4] AS plan, joined,
	CASE WHEN pg_temp.dice(n, 'lost') < 0.3 THEN joined + 30 + floor(pg_temp.dice(n, 'when') * 700)::int END AS departed
FROM generate_series(1, 300) AS n, LATERAL (SELECT date '2024-03-01' + floor(pg_temp.dice(n, 'joined') * 720)::int AS joined) AS j;
