-- The relations that the examples of kpi_catalogue read, with awkward rows: NOT real data. Run it in an empty
-- database; it needs no extension. Every pseudo-random number is a hash, so each run makes the same rows.
--
-- Awkward rows: plan changes, add-ons, gaps and returns in subscriptions; events that are reported twice,
-- too early or too late; spans of one agent that overlap, cross midnight and the end of the month, or are missing;
-- surveys on other scales; tickets without customer, channel or solution, and several of one customer at once; notes, and
-- messages without words;
-- days without rows; customers without tickets and agents without a schedule. The examples use
-- January 2026.

SET TimeZone = 'Europe/Berlin';

CREATE FUNCTION pg_temp.pick(n bigint, salt int, choices int) RETURNS int LANGUAGE sql IMMUTABLE
    AS 'SELECT ((hashint8extended(n, salt) & 9007199254740991) % choices)::int';

-- Subscriptions -----------------------------------------------------------------------------------------------------

CREATE TABLE subscriptions (
    account_id text NOT NULL, starts_on date NOT NULL, ends_on date, mrr numeric, plan text,
    renewal_due_on date, renewed boolean, end_reason text);

-- One row for each period of each kind of account.  Each kind has five accounts.
INSERT INTO subscriptions
SELECT kind || ' ' || n, starts_on, ends_on, mrr + 3.25 * n, plan, renewal_due_on, renewed, end_reason
FROM generate_series(1, 5) AS n, (VALUES
    ('stays',                date '2025-03-01', NULL,              100.00, 'small', date '2026-03-01', NULL, NULL),
    ('stays on',             date '2024-06-15', NULL,              210.50, 'large', date '2026-06-15', NULL, NULL),
    ('changes plan',         date '2025-01-10', date '2026-01-15',  80.00, 'small', date '2026-01-20', NULL, NULL),
    ('changes plan',         date '2026-01-15', NULL,              140.00, 'large', date '2026-01-20', true, NULL),
    ('changes at the end',   date '2025-02-01', date '2026-02-01',  90.00, 'large', date '2026-02-01', true, NULL),
    ('changes at the end',   date '2026-02-01', NULL,               40.00, 'small', NULL, NULL, NULL),
    ('changes at the start', date '2025-01-01', date '2026-01-01', 120.00, 'small', date '2026-01-01', true, NULL),
    ('changes at the start', date '2026-01-01', NULL,              160.00, 'large', date '2027-01-01', NULL, NULL),
    ('a day between plans',  date '2025-05-05', date '2026-01-08',  60.00, 'small', date '2026-01-08', false, NULL),
    ('a day between plans',  date '2026-01-09', NULL,               75.00, 'large', NULL, NULL, NULL),
    ('ends an add-on',       date '2024-11-01', NULL,               55.00, 'small', date '2026-01-31', true, NULL),
    ('ends an add-on',       date '2025-11-20', date '2026-01-20',  25.00, 'add-on', date '2026-01-20', false, NULL),
    ('begins an add-on',     date '2025-07-01', NULL,               65.00, 'small', NULL, NULL, NULL),
    ('begins an add-on',     date '2026-01-10', NULL,               15.00, 'add-on', NULL, NULL, NULL),
    ('leaves',               date '2025-01-20', date '2026-01-20', 110.00, 'small', date '2026-01-20', false, 'price'),
    ('leaves late',          date '2025-02-01', date '2026-02-01', 130.00, 'large', date '2026-02-01', false, 'bugs'),
    ('left before',          date '2025-01-01', date '2026-01-01',  45.00, 'small', date '2026-01-01', false, 'price'),
    ('left long ago',        date '2023-01-01', date '2025-06-01',  45.00, 'small', date '2025-06-01', false, 'price'),
    ('leaves in February',   date '2025-02-10', date '2026-02-10',  95.00, 'small', date '2026-02-10', false, 'price'),
    ('leaves and returns',   date '2025-04-01', date '2026-01-05',  70.00, 'small', NULL, NULL, NULL),
    ('leaves and returns',   date '2026-01-25', NULL,               72.00, 'small', NULL, NULL, NULL),
    ('returns too late',     date '2025-04-01', date '2026-01-12',  85.00, 'small', NULL, NULL, 'price'),
    ('returns too late',     date '2026-02-10', NULL,               88.00, 'small', NULL, NULL, NULL),
    ('returned before',      date '2024-02-01', date '2025-08-01',  35.00, 'small', NULL, NULL, 'price'),
    ('returned before',      date '2025-12-01', NULL,               37.00, 'small', NULL, NULL, NULL),
    ('returns on New Year',  date '2024-09-01', date '2025-12-31',  50.00, 'small', NULL, NULL, NULL),
    ('returns on New Year',  date '2026-01-01', NULL,               52.00, 'small', NULL, NULL, NULL),
    ('returns in January',   date '2024-03-01', date '2024-12-01',  30.00, 'small', NULL, NULL, 'price'),
    ('returns in January',   date '2026-01-14', NULL,               33.00, 'small', NULL, NULL, NULL),
    ('new',                  date '2026-01-13', NULL,               58.00, 'small', NULL, NULL, NULL),
    ('new with an add-on',   date '2026-01-05', NULL,               58.00, 'small', NULL, NULL, NULL),
    ('new with an add-on',   date '2026-01-19', NULL,               12.00, 'add-on', NULL, NULL, NULL),
    ('new on New Year',      date '2026-01-01', NULL,               48.00, 'small', NULL, NULL, NULL),
    ('new and gone',         date '2026-01-07', date '2026-01-28',  47.00, 'small', NULL, NULL, 'price'),
    ('new in February',      date '2026-02-03', NULL,               49.00, 'small', NULL, NULL, NULL),
    ('two contracts',        date '2025-01-15', NULL,              150.00, 'large', date '2026-01-15', true, NULL),
    ('two contracts',        date '2025-01-25', date '2026-01-25',  40.00, 'small', date '2026-01-25', false, NULL),
    ('ends at once',         date '2025-06-01', NULL,               66.00, 'small', NULL, NULL, NULL),
    ('ends at once',         date '2026-01-18', date '2026-01-18',  99.00, 'large', date '2026-01-18', NULL, NULL),
    ('free of charge',       date '2025-06-01', NULL,               NULL,  'free',  NULL, NULL, NULL)
) AS s (kind, starts_on, ends_on, mrr, plan, renewal_due_on, renewed, end_reason);
-- two seats, two equal rows
INSERT INTO subscriptions SELECT 'two seats ' || n, '2025-09-01', NULL, 20 + n, 'seat'
    FROM generate_series(1, 3) AS n, generate_series(1, 2);

-- Customer events ---------------------------------------------------------------------------------------------------

CREATE TABLE customer_events (
    account_id text NOT NULL, at timestamptz NOT NULL, event text NOT NULL, value double precision);

CREATE TEMP TABLE accounts AS
SELECT account_id, min(starts_on) AS joined_on, row_number() OVER (ORDER BY account_id COLLATE "C") AS n
FROM subscriptions GROUP BY account_id;

INSERT INTO customer_events
-- adopted up to three times, before, in and after January
SELECT account_id, timestamptz '2025-10-03 09:00' + pick_day * interval '1 day' + k * interval '5 hours', 'adopted',
    NULL::double precision
FROM accounts, pg_temp.pick(n, 1, 170) AS pick_day, generate_series(0, pg_temp.pick(n, 2, 3)) AS k
WHERE pg_temp.pick(n, 3, 10) < 6
UNION ALL
-- onboarded from five days before to 40 days after the start, also at both ends of the 30 days
SELECT account_id, (joined_on + pg_temp.pick(n, 4, 46) - 5)::timestamp + interval '23 hours', 'onboarded', NULL
FROM accounts, generate_series(1, 2) WHERE pg_temp.pick(n, 5, 10) < 4
UNION ALL
SELECT 'new 1', '2026-02-12 23:59:59', 'onboarded', NULL
UNION ALL SELECT 'new 1', '2026-02-20 12:00', 'onboarded', NULL
UNION ALL
SELECT 'new 2', '2026-02-13 00:00', 'onboarded', NULL
UNION ALL
SELECT 'new 3', '2026-01-12 23:59:59', 'onboarded', NULL
UNION ALL
SELECT 'new with an add-on ' || n, timestamptz '2026-01-20 10:00' + k * interval '1 minute', 'onboarded', NULL
FROM generate_series(1, 3) AS n, generate_series(1, 4) AS k
UNION ALL
SELECT account_id, timestamptz '2025-12-20 08:00' + pg_temp.pick(n * 10 + k, 6, 60) * interval '1 day', event, 20
FROM accounts, generate_series(1, 3) AS k, (VALUES ('upsold', 7), ('referred', 8)) AS e (event, salt)
WHERE pg_temp.pick(n, salt, 10) < 4
UNION ALL
-- several outreaches each: with success, without, or with unknown result
SELECT account_id, timestamptz '2025-12-27 08:00' + pg_temp.pick(n * 10 + k, 9, 40) * interval '1 day', 'outreach',
    (ARRAY[0, 0, 0, 1, NULL])[1 + pg_temp.pick(n * 10 + k, 10, 5)]
FROM accounts, generate_series(1, 1 + pg_temp.pick(n, 11, 3)) AS k WHERE pg_temp.pick(n, 12, 10) < 5
UNION ALL
SELECT account_id, timestamptz '2025-12-27 14:00' + pg_temp.pick(n * 10 + k, 13, 40) * interval '1 day',
    'chat_before_purchase', NULL
FROM accounts, generate_series(1, 1 + pg_temp.pick(n, 14, 3)) AS k WHERE pg_temp.pick(n, 15, 10) < 5
UNION ALL
SELECT account_id, timestamptz '2025-12-27 14:00' + pg_temp.pick(n * 10 + k, 16, 46) * interval '1 day',
    'purchased', 12.5
FROM accounts, generate_series(1, 1 + pg_temp.pick(n, 17, 3)) AS k WHERE pg_temp.pick(n, 18, 10) < 5
UNION ALL
SELECT account_id, timestamptz '2026-01-02 06:00' + pg_temp.pick(n, 19, 25) * interval '1 day', 'payment_failed',
    NULL FROM accounts WHERE pg_temp.pick(n, 20, 10) = 0
UNION ALL
-- prospects, who are not customers yet
SELECT 'prospect ' || n, timestamptz '2026-01-05 10:00' + n * interval '1 day' + k * interval '3 days',
    CASE k WHEN 2 THEN 'purchased' ELSE 'chat_before_purchase' END, NULL
FROM generate_series(1, 4) AS n, generate_series(0, 2) AS k WHERE k < n
UNION ALL
-- bought an hour too late
SELECT 'prospect 5', at, event, NULL
FROM (VALUES (timestamptz '2026-01-09 10:00', 'chat_before_purchase'), ('2026-01-16 11:00', 'purchased')) AS e (at, event)
UNION ALL
SELECT 'prospect ' || n, '2026-01-09 10:00', event, 1
FROM generate_series(1, 3) AS n, (VALUES ('outreach'), ('adopted'), ('upsold'), ('onboarded')) AS e (event);
-- all chats of one day were reported twice
INSERT INTO customer_events SELECT * FROM customer_events
    WHERE event = 'chat_before_purchase' AND at::date = '2026-01-15';

-- Tickets -----------------------------------------------------------------------------------------------------------

CREATE TABLE tickets (
    ticket_id text PRIMARY KEY, created_at timestamptz NOT NULL, first_response_at timestamptz,
    resolved_at timestamptz, closed_at timestamptz, customer_id text, account_id text, agent_id text, channel text,
    contacts bigint, agent_replies bigint, reopens bigint, solved boolean, escalated boolean, transferred boolean,
    abandoned boolean, bot_handled boolean, bot_resolved boolean, bot_escalated boolean, bot_escalation_right boolean,
    bot_accepted boolean, self_service boolean, qa_points double precision, qa_possible double precision,
    talk_time interval, hold_time interval, wrap_time interval, handle_time interval, wait_time interval,
    sla_response_met boolean, sla_resolution_met boolean);

CREATE FUNCTION pg_temp.up_to(n bigint, salt int, seconds int) RETURNS interval LANGUAGE sql IMMUTABLE
    AS 'SELECT pg_temp.pick(n, salt, seconds) * interval ''1 second''';

WITH drawn AS (
    SELECT n, (ARRAY['phone', 'phone', 'chat', 'chat', 'email', 'web', NULL])[1 + pg_temp.pick(n, 32, 7)] AS channel,
        pg_temp.pick(n, 33, 20) AS fate,
        timestamptz '2025-12-18 07:00' + pg_temp.pick(n, 30, 55) * interval '1 day'
            + pg_temp.up_to(n, 31, 55000) AS created_at
    FROM generate_series(1, 1100) AS n
), told AS (
    SELECT *, fate = 0 AND channel IN ('phone', 'chat') AS abandoned, fate = 1 AND channel = 'web' AS self_service,
        fate BETWEEN 5 AND 14 AND channel = 'chat' AS bot_handled,
        fate BETWEEN 5 AND 9 AND channel = 'chat' AS bot_resolved
    FROM drawn
    -- nothing happens on Sundays and from the 6th to the 8th of January
    WHERE extract(isodow FROM created_at) < 7 AND created_at::date NOT BETWEEN '2026-01-06' AND '2026-01-08'
), answered AS (
    SELECT *, (abandoned OR self_service OR bot_resolved) IS NOT TRUE AS by_agent,
        (abandoned OR self_service OR fate = 2) IS NOT TRUE AS has_response,
        (abandoned OR fate IN (2, 3)) IS NOT TRUE AS has_solution
    FROM told
), timed AS (
    SELECT *, CASE WHEN has_response THEN created_at + pg_temp.up_to(n, 34, 40000) END AS first_response_at,
        CASE WHEN has_solution THEN created_at + interval '11 hours' + pg_temp.up_to(n, 35, 400000) END AS resolved_at
    FROM answered
)
INSERT INTO tickets
SELECT 'T' || n, created_at, first_response_at, resolved_at,
    -- closed after the resolution, or without one
    CASE WHEN abandoned OR fate = 3 AND n % 2 = 0 THEN created_at + interval '1 day'
         WHEN n % 2 = 0 THEN resolved_at + interval '4 days' END,
    CASE WHEN pg_temp.pick(n, 37, 9) > 0 THEN 'c' || pg_temp.pick(n, 38, 70) END,
    CASE WHEN pg_temp.pick(n, 37, 9) > 1 THEN 'stays ' || 1 + pg_temp.pick(n, 38, 5) END,
    CASE WHEN by_agent AND pg_temp.pick(n, 39, 15) > 0 THEN 'agent ' || pg_temp.pick(n, 40, 9) END,
    channel,
    nullif(pg_temp.pick(n, 41, 4), 3),
    nullif(pg_temp.pick(n, 42, 4), 3),
    nullif(greatest(pg_temp.pick(n, 43, 6) - 3, 0), 2),
    CASE pg_temp.pick(n, 44, 12) WHEN 0 THEN NULL WHEN 1 THEN true ELSE has_solution END,
    CASE WHEN pg_temp.pick(n, 45, 11) > 0 THEN by_agent AND pg_temp.pick(n, 46, 6) = 0 END,
    CASE WHEN pg_temp.pick(n, 47, 11) > 0 THEN by_agent AND pg_temp.pick(n, 48, 4) = 0 END,
    CASE WHEN abandoned OR pg_temp.pick(n, 49, 9) > 0 THEN abandoned END,
    CASE WHEN channel = 'chat' THEN bot_handled END,
    CASE WHEN bot_handled AND pg_temp.pick(n, 50, 9) > 0 THEN bot_resolved END,
    CASE WHEN bot_handled THEN NOT bot_resolved END,
    CASE WHEN bot_handled AND NOT bot_resolved THEN nullif(pg_temp.pick(n, 51, 9), 8) > 2 END,
    CASE WHEN bot_handled THEN nullif(pg_temp.pick(n, 52, 9), 8) > 3 END,
    CASE WHEN channel = 'web' OR n % 5 = 0 THEN self_service END,
    -- a third is reviewed, sometimes without possible points; a third has possible points but no points
    CASE WHEN n % 3 = 0 THEN 2.5 * (n % 5) END,
    CASE n % 3 WHEN 0 THEN CASE WHEN n % 5 > 0 THEN 10 ELSE 0 END WHEN 1 THEN 10 END,
    -- a call has some of its parts, their sum, or both; customers who hung up were on hold
    CASE WHEN channel = 'phone' AND by_agent AND fate % 3 > 0 THEN pg_temp.up_to(n, 56, 600) END,
    CASE WHEN channel = 'phone' AND fate % 2 = 0 THEN pg_temp.up_to(n, 57, 90) END,
    CASE WHEN channel = 'phone' AND by_agent AND fate % 4 > 0 THEN pg_temp.up_to(n, 58, 120) END,
    CASE WHEN by_agent AND (channel <> 'phone' OR fate % 5 = 0) THEN pg_temp.up_to(n, 59, 1500) END,
    CASE WHEN channel IN ('phone', 'chat') THEN pg_temp.up_to(n, 60, 45) END,
    CASE WHEN has_response THEN pg_temp.pick(n, 62, 10) > 1 END,
    CASE WHEN has_solution THEN nullif(pg_temp.pick(n, 63, 10), 9) > 3 END
FROM timed;
-- customers who come back at the last second, a moment too late, at once, before the resolution, or twice at the same time
INSERT INTO tickets (ticket_id, created_at, resolved_at, customer_id, channel, solved, transferred) VALUES
    ('R1', '2026-01-10 10:00', '2026-01-12 10:00', 'on the second', 'email', true, false),
    ('R2', '2026-01-19 10:00', NULL, 'on the second', 'chat', false, false),
    ('R3', '2026-01-10 10:00', '2026-01-12 10:00', 'too late', 'email', true, false),
    ('R4', '2026-01-19 10:00:00.000001', NULL, 'too late', 'chat', false, false),
    ('R5', '2026-01-10 10:00', '2026-01-10 10:00', 'at once', 'email', true, false),
    ('R6', '2026-01-10 10:00', '2026-01-20 10:00', 'before', 'email', true, true),
    ('R7', '2026-01-15 10:00', '2026-02-15 10:00', 'before', 'phone', true, true),
    ('R8', '2026-01-10 10:00', '2026-01-11 10:00', 'same time', 'email', true, false),
    ('R9', '2026-01-10 10:00', '2026-01-11 10:00', 'same time', 'phone', true, true),
    ('S1', '2026-01-31 23:30', '2026-01-31 23:59:59', 'end of month', 'email', true, false),
    ('S2', '2026-02-01 00:00', '2026-02-01 00:00', 'end of month', 'chat', true, true);

-- Messages ----------------------------------------------------------------------------------------------------------

-- What customers and agents write: also notes, texts that say nothing, and messages without a text. Over the month,
-- customers become less polite.
CREATE TABLE messages (
    ticket_id text NOT NULL, at timestamptz NOT NULL, author text NOT NULL, is_public boolean, body text);
INSERT INTO messages
SELECT ticket_id, created_at + k * interval '3 hours', author, nullif(pg_temp.pick(n * 10 + k, 65, 5), 4) > 0,
    CASE WHEN pg_temp.pick(n * 10 + k, 66, 9) > 0
        THEN texts[1 + pg_temp.pick(n * 10 + k, 67, greatest(1, cardinality(texts) - extract(day FROM created_at)::int / 8))] END
FROM (SELECT *, substr(ticket_id, 2)::int AS n FROM tickets WHERE ticket_id LIKE 'T%') AS t, (VALUES
    (0, 'customer', '{"This is terrible, nobody answers!","I am still waiting for my refund","It is broken again","???",
        "Where can I find my invoice?","My number is 4711","Great service, thank you","I love it, very helpful"}'::text[]),
    (1, 'agent', '{"We are very sorry for the terrible delay","Thank you, great!","Your ticket was received"}'),
    (2, 'customer', '{"Still broken, I am angry","That did not help at all","I will try it","...",
        "Perfect, it works now, thanks","Thank you so much"}'),
    (3, 'bot', '{"Sorry, I did not understand that"}')) AS m (k, author, texts)
WHERE pg_temp.pick(n * 10 + k, 64, 4) > 0;

-- Surveys -----------------------------------------------------------------------------------------------------------

CREATE TABLE surveys (
    response_id text PRIMARY KEY, kind text NOT NULL, sent_at timestamptz NOT NULL, answered_at timestamptz,
    score double precision, scale_max smallint, ticket_id text);

-- on the scale of the KPI, on other scales, and on an unknown scale; some answers have no score
WITH asked AS (
    SELECT n, kind, scale_max, timestamptz '2025-12-20 12:00' + pg_temp.pick(n, 70, 50) * interval '1 day' AS sent_at,
        CASE WHEN pg_temp.pick(n, 74, 10) < 6 THEN pg_temp.up_to(n, 75, 300000) END AS after
    FROM generate_series(1, 900) AS n JOIN (VALUES
        (0, 'nps', 10), (1, 'nps', 10), (2, 'nps', NULL), (3, 'csat', 5), (4, 'csat', 5), (5, 'csat', 10),
        (6, 'csat', 3), (7, 'csat', NULL), (8, 'ces', 7), (9, 'ces', 7), (10, 'ces', 5), (11, 'ces', NULL)
    ) AS s (k, kind, scale_max) ON k = pg_temp.pick(n, 71, 12)
)
INSERT INTO surveys
SELECT 's' || n, kind, sent_at, sent_at + after,
    CASE WHEN after IS NULL OR n % 12 = 0 THEN NULL WHEN kind = 'nps' THEN pg_temp.pick(n, 73, 11)
         ELSE 1 + pg_temp.pick(n, 73, coalesce(scale_max, 5)) END,
    scale_max, 'T' || n
FROM asked;

-- The time of agents ------------------------------------------------------------------------------------------------

CREATE TABLE work_time (
    agent_id text NOT NULL, started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, state text NOT NULL);

-- Agents 0 to 5 have a schedule, are paid and work. Agent 6 has no schedule, agent 7 has no pay. Agent 8 has both, but
-- never works. Agents 0 and 1 have the same hours. Spans are multiples of 20 seconds; first and last are minutes.
WITH shifts AS (
    SELECT a, a * 1000 + d AS k, timestamptz '2025-12-28 00:00+00'
            + d * interval '1 day' + hour * interval '1 hour' AS base
    FROM (VALUES (0, 8), (1, 8), (2, 9), (3, 6), (4, 14), (5, 21), (6, 9), (7, 10), (8, 8)) AS agents (a, hour),
        generate_series(0, 38) AS d
    WHERE pg_temp.pick(a * 1000 + d, 80, 5) > 1
), parts AS (
    SELECT a, k, base, state, first, last FROM shifts, (VALUES
        ('scheduled', 0, 240), ('scheduled', 300, 480), ('scheduled', 200, 240),
        ('paid', 0, 480), ('paid', 0, 480), ('paid', 400, 500)) AS p (state, first, last)
    WHERE NOT (a = 6 AND state = 'scheduled') AND NOT (a = 7 AND state = 'paid')
    UNION ALL
    SELECT a, k, base, 'working', pg_temp.pick(k, 81, 40), 200 + pg_temp.pick(k, 83, 320)
    FROM shifts WHERE a < 8 AND k % 3 > 0
    UNION ALL
    SELECT a, k, base, CASE WHEN part % 3 = 0 THEN 'waiting' ELSE 'busy' END,
        20 + part * 35 + pg_temp.pick(k * 20 + part, 82, 20), 40 + part * 35 + pg_temp.pick(k * 20 + part, 84, 60)
    FROM shifts, generate_series(1, 12) AS part WHERE a < 8
)
INSERT INTO work_time
SELECT 'agent ' || a, base + first * interval '1 minute' + k % 3 * interval '20 seconds',
    base + last * interval '1 minute', state
FROM parts
UNION ALL
-- an empty span, and a span across the end of the month
SELECT 'agent 1', '2026-01-10 03:00', '2026-01-10 03:00', 'busy'
UNION ALL
SELECT 'agent 2', '2026-01-31 23:10', '2026-02-01 01:50:20', 'busy';

-- Costs and the help centre -----------------------------------------------------------------------------------------

CREATE TABLE costs (month date NOT NULL, component text NOT NULL, channel text, amount numeric NOT NULL);
INSERT INTO costs VALUES
    ('2025-12-01', 'wages', 'phone', 9100.10), ('2026-02-01', 'wages', 'phone', 7777.77),
    ('2026-01-01', 'wages', 'phone', 8200.25), ('2026-01-01', 'wages', 'email', -120.00),
    ('2026-01-01', 'wages', 'chat', 4100.50), ('2026-01-01', 'wages', 'chat', 210.00),
    ('2026-01-31', 'technology', NULL, 930.99), ('2026-01-15', 'training', NULL, 410.00),
    ('2026-01-01', 'retention', NULL, 75.25);

CREATE TABLE help_sessions (
    session_id text PRIMARY KEY, at timestamptz NOT NULL, article_id text, customer_id text, ticket_id text);
INSERT INTO help_sessions
-- sessions of customers who wrote before, soon after or later; some contain the ticket
SELECT 'h' || n, created_at - interval '60 hours' + pg_temp.pick(n, 90, 70) * interval '1 hour',
    CASE WHEN pg_temp.pick(n, 91, 4) > 0 THEN 'article ' || pg_temp.pick(n, 92, 9) END,
    CASE WHEN pg_temp.pick(n, 93, 8) > 0 THEN customer_id END,
    CASE WHEN pg_temp.pick(n, 94, 6) = 0 THEN ticket_id END
FROM (SELECT *, substr(ticket_id, 2)::int AS n FROM tickets WHERE ticket_id LIKE 'T%') AS t
WHERE pg_temp.pick(n, 95, 3) = 0
UNION ALL
-- sessions of visitors who never wrote, or are unknown
SELECT 'q' || n, timestamptz '2025-12-25 00:30' + n * interval '7 hours', 'article ' || pg_temp.pick(n, 96, 9),
    CASE WHEN n % 5 > 0 THEN 'reader ' || n % 17 END, NULL
FROM generate_series(1, 150) AS n
UNION ALL
-- exactly a day before the ticket, and a second earlier
SELECT 'e1', '2026-01-09 10:00', 'article 1', 'at once', NULL
UNION ALL
SELECT 'e2', '2026-01-09 09:59:59', NULL, 'at once', NULL;
