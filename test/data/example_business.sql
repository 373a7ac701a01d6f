-- The tables of the examples in doc/business.md and doc/alerts.md.  Run example.sql first.  Like real data, these data have errors.
-- They do not use random(), so every run creates the same rows.  Rows of current customers and of alerts are dated before today.

CREATE FUNCTION pg_temp.dice(n int, salt text) RETURNS double precision
LANGUAGE sql IMMUTABLE
RETURN ('x' || substr(md5(salt || n), 1, 8))::bit(32)::bigint / 4294967296.0;

-- returns noon, a number of days before today
CREATE FUNCTION pg_temp.days_ago(n int) RETURNS timestamptz
LANGUAGE sql STABLE
RETURN (current_date - n + time '12:00') AT TIME ZONE 'UTC';

-- Every second ticket has an agent.  Customers 1 to 600 create the tickets.
ALTER TABLE tickets ADD agent_id text, ADD team text, ADD customer_id text, ADD account_id text, ADD self_service boolean;
UPDATE tickets SET
	agent_id = CASE WHEN ticket_id % 2 = 0 THEN 'agent-' || 1 + ticket_id / 2 % 3 END,
	team = CASE channel WHEN 'email' THEN 'back office' ELSE 'front office' END,
	customer_id = 'reader-' || ticket_id % 900,
	account_id = 'customer-' || 1 + floor(pg_temp.dice(ticket_id, 'account') * 600)::int,
	self_service = solved AND ticket_id % 25 = 0;

-- Three current customers: Acme never writes, Bolt wrote once recently, and Crux writes more often than before.
INSERT INTO tickets (ticket_id, channel, created_at, first_response_at, resolved_at, updated_at, solved, contacts, account_id, team)
SELECT 3000 + n, 'email', created_at, answered_at, answered_at, created_at, answered_at IS NOT NULL, 1, account_id, 'back office'
FROM (
	SELECT n, account_id, pg_temp.days_ago(days) AS created_at,
		CASE WHEN solved THEN pg_temp.days_ago(days) + interval '1 hour' END AS answered_at
	FROM (VALUES (1, 'Bolt', 200, true), (2, 'Bolt', 60, true), (3, 'Crux', 250, true), (4, 'Crux', 50, false),
		(5, 'Crux', 40, true), (6, 'Crux', 20, true), (7, 'Crux', 10, true)) AS t (n, account_id, days, solved)
) AS t;

-- Customers are asked for a rating after every third resolved ticket, and two in five answer.  If the ticket has a rating
-- itself, both are the same answer.
CREATE TABLE ratings (rating_id text, sent_at timestamptz, answered_at timestamptz, stars int, ticket_id int, account_id text,
	channel text, comment text);
INSERT INTO ratings
SELECT 'r' || ticket_id, sent_at, CASE WHEN is_answered THEN sent_at + interval '5 hours' END,
	CASE WHEN is_answered THEN coalesce(csat_score, 5 - floor(pg_temp.dice(ticket_id, 'stars') ^ 2 * 5)::int) END, ticket_id
FROM (
	SELECT *, resolved_at + make_interval(mins => ticket_id % 4 * ticket_id) AS sent_at,
		pg_temp.dice(ticket_id, 'answers') < 0.4 AS is_answered
	FROM tickets WHERE resolved_at IS NOT NULL AND ticket_id % 3 = 0 AND ticket_id < 3000
) AS t;
-- In the last 60 days, 30 customers a day rated their chat.  In the last 20 days fewer of them were satisfied.
INSERT INTO ratings (rating_id, sent_at, answered_at, stars, channel)
SELECT format('c%s-%s', days, n), pg_temp.days_ago(days), pg_temp.days_ago(days),
	CASE WHEN pg_temp.dice(days * 30 + n, 'chat') < CASE WHEN days <= 20 THEN 0.62 ELSE 0.84 END THEN 5 ELSE 3 END, 'chat'
FROM generate_series(1, 60) AS days, generate_series(1, 30) AS n;
INSERT INTO ratings (rating_id, sent_at, answered_at, stars, account_id) VALUES
	('a1', pg_temp.days_ago(30), pg_temp.days_ago(30), 5, 'Acme'),
	('b1', pg_temp.days_ago(45), pg_temp.days_ago(40), 4, 'Bolt'),
	('b2', pg_temp.days_ago(20), pg_temp.days_ago(20), 3, 'Bolt'),
	('x1', pg_temp.days_ago(42), pg_temp.days_ago(42), 3, 'Crux'),
	('x2', pg_temp.days_ago(10), NULL, NULL, 'Crux');

-- Two weeks of three agents.  Two chats at the same time make two busy spans.  One span is
-- too long, because the agent did not log out, and one has no end.
CREATE TABLE work_time (agent_id text, started_at timestamptz, ended_at timestamptz, state text);
INSERT INTO work_time
SELECT 'agent-' || agent, day + s.since, day + s.until + make_interval(mins => agent * 5), s.state
FROM generate_series(1, 3) AS agent,
	generate_series(timestamptz '2026-02-02 00:00+00', '2026-02-13 00:00+00', '1 day') AS day,
	(VALUES
		(interval '8 h', interval '16 h', 'scheduled'), ('8 h', '16 h 30 min', 'paid'), ('8 h 20 min', '15 h 30 min', 'working'),
		('8 h 30 min', '10 h', 'busy'), ('9 h 30 min', '11 h', 'busy'), ('11 h', '12 h', 'waiting'),
		('13 h', '14 h 45 min', 'busy'), ('14 h 45 min', '15 h 15 min', 'waiting')) AS s (since, until, state)
WHERE extract(isodow FROM day) < 6;
INSERT INTO work_time VALUES
	('agent-1', '2026-02-13 13:00+00', '2026-02-16 08:00+00', 'busy'),
	('agent-2', '2026-02-13 15:00+00', NULL, 'waiting');

-- Customers 1 to 600 have a contract of one year each, and some do not renew it.  Every tenth also has a second contract for
-- a while.  20 customers are new.  Acme, Bolt and Crux are old customers.
CREATE TABLE subscriptions (account_id text, starts_on date, ends_on date, mrr numeric, plan text, renewal_due_on date, renewed boolean,
	end_reason text);
INSERT INTO subscriptions
SELECT 'customer-' || n, starts_on, CASE WHEN leaves THEN due_on END, 50 + n % 5 * 30, (ARRAY['basic', 'pro', 'pro'])[1 + n % 3],
	due_on, NOT leaves, CASE WHEN leaves THEN (ARRAY['price', 'service', NULL])[1 + n / 3 % 3] END
FROM (
	SELECT n, date '2026-01-10' + n % 60 AS due_on, date '2025-01-10' + n % 60 AS starts_on,
		pg_temp.dice(n, 'leaves') < CASE n % 3 WHEN 0 THEN 0.3 ELSE 0.15 END AS leaves
	FROM generate_series(1, 600) AS n
) AS t;
INSERT INTO subscriptions (account_id, starts_on, ends_on, mrr, plan)
SELECT 'customer-' || n, date '2026-02-10', date '2026-03-10', 40, 'add-on' FROM generate_series(10, 600, 10) AS n
UNION ALL SELECT 'customer-' || n, '2026-01-20', NULL, 60, 'basic' FROM generate_series(601, 620) AS n
UNION ALL SELECT name, '2023-05-01', NULL, 300, 'pro' FROM (VALUES ('Acme'), ('Bolt'), ('Crux')) AS v (name);
-- this contract ends before it starts, so a mart leaves it out
INSERT INTO subscriptions VALUES ('customer-621', '2026-02-20', '2026-02-01', 90, 'pro');

CREATE TABLE customer_events (account_id text, at timestamptz, event text, value double precision);
INSERT INTO customer_events
SELECT 'customer-' || n, timestamptz '2026-01-21 09:00+00' + make_interval(days => n - 600), 'onboarded'
FROM generate_series(601, 616) AS n;
INSERT INTO customer_events
SELECT 'customer-' || n, timestamptz '2026-01-25 09:00+00' + make_interval(days => greatest(n - 600, 0)), 'adopted'
FROM generate_series(1, 612) AS n WHERE n % 4 > 0;
INSERT INTO customer_events
SELECT 'customer-' || n, timestamptz '2026-02-03 09:00+00' + make_interval(hours => n * 5), 'chat_before_purchase'
FROM generate_series(1, 48) AS n;
INSERT INTO customer_events
SELECT 'customer-' || n, timestamptz '2026-02-06 09:00+00' + make_interval(hours => n * 5), 'purchased', 20 + n
FROM generate_series(1, 48, 3) AS n;
-- the value is above 0 if the customer was reached
INSERT INTO customer_events
SELECT 'customer-' || n, timestamptz '2026-02-09 09:00+00', 'outreach', (n % 4 > 0)::int
FROM generate_series(30, 600, 10) AS n;
-- Weekly use of the product.  Crux uses it less, and its card was declined.
INSERT INTO customer_events
SELECT name, pg_temp.days_ago(7 * week), 'used', CASE WHEN name = 'Crux' AND week < 13 THEN 2 ELSE 10 END
FROM (VALUES ('Acme'), ('Bolt'), ('Crux')) AS v (name), generate_series(1, 60) AS week;
INSERT INTO customer_events
SELECT name, pg_temp.days_ago(days), 'payment_failed'
FROM (VALUES ('Bolt', 33), ('Crux', 35), ('Crux', 5)) AS v (name, days);

-- facilities have no channel, and one bill is missing
CREATE TABLE costs (month date, component text, channel text, amount numeric);
INSERT INTO costs VALUES
	('2026-01-01', 'wages', 'email', 4200), ('2026-01-01', 'wages', 'phone', 3900), ('2026-01-01', 'wages', 'chat', 2500),
	('2026-01-01', 'facilities', NULL, 1500), ('2026-02-14', 'wages', 'email', 4300), ('2026-02-14', 'wages', 'phone', 3850),
	('2026-02-14', 'wages', 'chat', 2600), ('2026-02-14', 'technology', 'chat', 400), ('2026-02-01', 'facilities', NULL, 1500),
	('2026-02-01', 'retention', NULL, 600), ('2026-02-01', 'technology', 'email', NULL);

-- One row for each article that was read.  Every seventh visitor is not logged in.
CREATE TABLE help_sessions (session_id text, article_id text, customer_id text, at timestamptz, ticket_id int);
INSERT INTO help_sessions
SELECT 's' || ticket_id, article, CASE WHEN ticket_id % 7 > 0 THEN customer_id END,
	created_at + make_interval(hours => CASE WHEN ticket_id % 5 < 2 THEN -2 ELSE 30 END, mins => n::int),
	CASE WHEN ticket_id % 35 = 0 THEN ticket_id END
FROM tickets, unnest(ARRAY['login', (ARRAY['billing', 'delivery', 'returns'])[1 + ticket_id / 4 % 3]]) WITH ORDINALITY AS a (article, n)
WHERE ticket_id % 4 < 2 AND ticket_id < 3000;
