-- The tables of the examples: 2,000 made-up tickets of eight weeks, 600 survey answers, 300 customers, 400 calls and 30 shifts.
-- They do not use random(), so every run creates the same rows.

CREATE FUNCTION pg_temp.dice(n int, salt text) RETURNS double precision
LANGUAGE sql IMMUTABLE
RETURN ('x' || substr(md5(salt || n), 1, 8))::bit(32)::bigint / 4294967296.0;

CREATE TABLE tickets AS
SELECT *, greatest(created_at, first_response_at, resolved_at) AS updated_at
FROM (SELECT
	n AS ticket_id,
	(ARRAY['chat', 'email', 'email', 'phone'])[1 + n % 4] AS channel,
	created_at,
	-- response times have a long tail, and one ticket in twenty is never answered
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

-- 400 calls.  One in ten callers gave up, some of them quickly.  Most calls have no hold time.
CREATE TABLE calls AS
SELECT n AS call_id, timestamptz '2026-02-02 08:00+00' + make_interval(mins => n * 17) AS offered_at,
	make_interval(secs => floor(70 * pg_temp.dice(n, 'queue') ^ 3)) AS waited,
	abandoned,
	CASE WHEN NOT abandoned THEN make_interval(secs => 60 + floor(400 * pg_temp.dice(n, 'talk'))) END AS talk,
	CASE WHEN NOT abandoned AND n % 4 = 0 THEN make_interval(secs => 20 + n % 50) END AS hold,
	CASE WHEN NOT abandoned THEN make_interval(secs => 30 + n % 60) END AS wrap
FROM generate_series(1, 400) AS n, LATERAL (SELECT pg_temp.dice(n, 'gave up') < 0.1 AS abandoned) AS a;

-- Three agents on ten days.  One day of one agent was not recorded.
CREATE TABLE shifts AS
SELECT date '2026-02-02' + day AS day, 'agent-' || agent AS agent,
	interval '8 hours' AS scheduled, interval '7 hours' + make_interval(mins => day * agent) AS adhered,
	interval '6 hours 40 minutes' AS staffed,
	CASE WHEN (day, agent) <> (3, 2) THEN make_interval(mins => 260 + 20 * agent + floor(60 * pg_temp.dice(day, 'busy'))::int) END AS busy
FROM generate_series(0, 9) AS day, generate_series(1, 3) AS agent;
