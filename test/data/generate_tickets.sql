-- Part of generate.sql: agents, tickets, and the surveys sent after tickets. industry is the industry of the account, and
-- reason divides a category further. The mart needs neither.

CREATE TABLE tickets (
    ticket_id text PRIMARY KEY, created_at timestamptz NOT NULL, first_response_at timestamptz, resolved_at timestamptz,
    closed_at timestamptz, updated_at timestamptz, status text, customer_id text, account_id text, customer_tier text,
    agent_id text, agent_name text, first_responder_id text, team text, channel text, category text, priority text,
    agent_hired_on date, contacts bigint, agent_replies bigint, customer_replies bigint, reopens bigint,
    escalated boolean, transferred boolean, abandoned boolean, solved boolean, bot_handled boolean,
    bot_resolved boolean, bot_escalated boolean, self_service boolean,
    csat_score smallint, nps_score smallint, ces_score smallint,
    talk_time interval, hold_time interval, wrap_time interval, handle_time interval, wait_time interval, cost numeric,
    sla_response interval, sla_resolution interval, sla_response_met boolean, sla_resolution_met boolean,
    bot_escalation_right boolean, bot_accepted boolean, qa_points double precision, qa_possible double precision,
    industry text, reason text);
CREATE TABLE surveys (
    response_id text PRIMARY KEY, kind text NOT NULL, sent_at timestamptz NOT NULL, answered_at timestamptz,
    score smallint, scale_max smallint, ticket_id text, account_id text, agent_id text, channel text);
-- The time zones of customers. The number of an account decides its zone, so a ticket can find an account of its zone.
CREATE TEMP TABLE zones (zone text, zone_no int, share double precision);
INSERT INTO zones VALUES ('Europe/Berlin', 0, 0.46), ('America/New_York', 1, 0.30), ('Asia/Singapore', 2, 0.14),
    ('America/Sao_Paulo', 3, 0.10);

CREATE TEMP TABLE channels (channel text, channel_no int, response double precision, response_spread double precision,
    resolution double precision, resolution_spread double precision, handle double precision, first_contact double precision,
    mood double precision, sla_response interval, sla_resolution interval);
INSERT INTO channels VALUES
    ('email',  0, 10200, 1.15, 42000, 1.50, 700, 0.62, -0.10, '8 hours',   '3 days'),
    ('chat',   1,    52, 0.80,   620, 0.95, 540, 0.77,  0.28, '2 minutes', '1 day'),
    ('phone',  2,    46, 0.90,   540, 0.85, 430, 0.80,  0.12, '1 minute',  '1 day'),
    ('web',    3, 15500, 1.20, 61000, 1.50, 760, 0.60, -0.15, '12 hours',  '4 days'),
    ('social', 4,  2300, 1.00,  9800, 1.40, 380, 0.66, -0.45, '1 hour',    '2 days');

CREATE TEMP TABLE categories (industry text, category text, team text, share double precision, effort double precision, reasons text[]);
INSERT INTO categories VALUES
    (NULL, 'How do I ...?', 'First line', 0.20, 0.7, NULL), (NULL, 'Login', 'First line', 0.15, 0.6, NULL), (NULL, 'Billing and refunds', 'Billing', 0.17, 1.1, NULL),
    ('retail', 'Delivery', 'Orders', 0.22, 1.0, '{late,late,late,lost,wrong item,damaged}'), ('retail', 'Return', 'Orders', 0.16, 2.2, '{does not fit,does not fit,not wanted,wrong item,damaged}'), ('retail', 'Availability', 'Orders', 0.10, 0.4, NULL),
    ('software', 'Bug report', 'Technical', 0.26, 2.6, '{confirmed,confirmed,cannot reproduce,duplicate,works as designed}'), ('software', 'Feature request', 'Technical', 0.13, 0.8, NULL), ('software', 'Outage', 'Technical', 0.09, 1.4, NULL),
    ('finance', 'Account', 'First line', 0.26, 0.9, '{blocked card,transfer,statement,address}'), ('finance', 'Compliance', 'Billing', 0.14, 3.0, NULL), ('finance', 'Security incident', 'Technical', 0.08, 1.2, '{false alarm,false alarm,phishing,fraud}'),
    ('healthcare', 'Appointment', 'First line', 0.24, 0.5, '{new,new,change,cancel}'), ('healthcare', 'Insurance', 'Billing', 0.15, 1.6, NULL), ('healthcare', 'Medical record', 'Orders', 0.09, 1.8, NULL);
-- the topics of each industry, each with the part of [0, 1) that selects it
CREATE TEMP TABLE topics AS
SELECT i.industry, c.category, c.team, c.effort, c.reasons, w.upto - c.share / w.total AS low, CASE WHEN w.place = w.places THEN 1 ELSE w.upto END AS high
FROM (VALUES ('retail'), ('software'), ('finance'), ('healthcare')) i (industry),
     LATERAL (SELECT category, sum(share) OVER (ORDER BY category COLLATE "C") / sum(share) OVER () AS upto, sum(share) OVER () AS total,
                     row_number() OVER (ORDER BY category COLLATE "C") AS place, count(*) OVER () AS places
              FROM categories WHERE industry IS NULL OR industry = i.industry) w
JOIN categories c USING (category);

CREATE TEMP TABLE agents AS
SELECT a AS agent_no, 'agent-' || CASE WHEN a < 100 THEN to_char(a, 'FM00') ELSE a::text END AS agent_id,
       (ARRAY['Ada', 'Ben', 'Chiara', 'Dario', 'Elif', 'Femi', 'Greta', 'Hugo', 'Ines'])[1 + a % 9] || ' '
         || (ARRAY['Novak', 'Okafor', 'Silva', 'Weber'])[1 + a / 9 % 4] || coalesce(' ' || nullif(a / 36, 0), '') AS agent_name,
       (ARRAY['First line', 'First line', 'First line', 'Billing', 'Billing', 'Orders', 'Technical', 'Technical', 'Technical'])[1 + a % 9] AS team,
       a / 9 % 4 AS seat,      -- which shift the agent works
       date '2026-06-01' - (40 + 2600 * pg_temp.uniform(a, 1))::int AS hired_on
FROM generate_series(0, :agents - 1) a;
CREATE TEMP TABLE team_agents AS
SELECT *, row_number() OVER w - 1 AS place, count(*) OVER (PARTITION BY team) AS places FROM agents WINDOW w AS (PARTITION BY team ORDER BY agent_no);

-- The accounts that are customers during a whole month, with their plan at its start. Only these write tickets. Accounts
-- that will leave because of the service write more often before.
CREATE TEMP TABLE active AS
SELECT *, row_number() OVER (PARTITION BY month, zone_no ORDER BY pg_temp.uniform(account_no, 19), account_no) - 1 AS place
FROM (SELECT m::date AS month, a.zone_no, a.account_no, a.account_id, a.industry, s.plan, u.unhappy
      FROM generate_series(timestamp '2025-11-01', '2026-10-01', '1 month') m
      JOIN subscriptions s ON s.starts_on <= m AND (s.ends_on IS NULL OR s.ends_on > m)
      JOIN accounts a USING (account_id),
           LATERAL (SELECT coalesce(a.end_reason = 'service' AND a.left_on < m + interval '5 months', false) AS unhappy) u,
           LATERAL generate_series(1, CASE WHEN u.unhappy THEN 3 ELSE 1 END)
      WHERE a.left_on IS NULL OR a.left_on >= m + interval '1 month') x;
ANALYZE active;
ANALYZE topics;

-- Arrivals: every hour of the year in every zone gets its share of the tickets, by local weekday and hour, season and
-- growth. Rounding the running total gives exactly the requested number of tickets.
CREATE TEMP TABLE slots AS
WITH hours AS (
    SELECT at, zone_no, at AT TIME ZONE zone AS local_time, extract(epoch FROM at - timestamptz '2025-11-01 00:00+00')::float8 / 31536000 AS year_part, share
    FROM zones, generate_series(timestamptz '2025-11-01 00:00+00', timestamptz '2026-10-31 23:00+00', interval '1 hour') at
), weights AS (
    SELECT *, share * (1 + 0.25 * year_part) * (CASE extract(month FROM at) WHEN 12 THEN 1.35 WHEN 1 THEN 1.15 ELSE 1 END)
           * (ARRAY[1.25, 1.15, 1.1, 1.05, 0.95, 0.35, 0.28])[extract(isodow FROM local_time)::int]
           * (ARRAY[4, 3, 2, 2, 3, 6, 14, 32, 66, 96, 106, 100, 84, 90, 98, 94, 86, 74, 58, 48, 42, 34, 20, 10])[1 + extract(hour FROM local_time)::int] AS weight
    FROM hours
), running AS (
    SELECT *, :tickets * sum(weight) OVER (ORDER BY at, zone_no) / sum(weight) OVER () AS upto FROM weights
)
SELECT at, zone_no, year_part, extract(hour FROM local_time)::int AS local_hour, extract(isodow FROM local_time)::int AS weekday,
       round(upto)::bigint - coalesce(lag(round(upto)::bigint) OVER (ORDER BY at, zone_no), 0) AS arrivals
FROM running;

-- Each OFFSET 0 keeps a level from being merged into the next, which would compute the same numbers many times.
WITH arrivals AS (
    SELECT row_number() OVER (ORDER BY at, zone_no, k) AS n, at, zone_no, year_part, local_hour, weekday FROM slots, generate_series(1, arrivals) k
), draws AS (
    SELECT a.*, date_trunc('second', at + pg_temp.seconds(3600 * pg_temp.uniform(n, 20))) AS created_at, pg_temp.uniform(n, 21) AS pick,
           floor(places * pg_temp.uniform(n, 23) ^ 1.6)::bigint AS place,
           CASE WHEN pg_temp.uniform(n, 24) < 0.04 THEN 'urgent' WHEN pg_temp.uniform(n, 24) < 0.18 THEN 'high' WHEN pg_temp.uniform(n, 24) < 0.8 THEN 'normal' ELSE 'low' END AS priority,
           CASE WHEN at < '2025-12-01' THEN 1.0 WHEN at < '2026-01-15' THEN 1.55 ELSE 1.0 END AS load
    FROM (SELECT *, date_trunc('month', at AT TIME ZONE 'UTC')::date AS month FROM arrivals) a
    JOIN (SELECT month, zone_no, count(*) AS places FROM active GROUP BY month, zone_no) p ON p.month = a.month AND p.zone_no = a.zone_no OFFSET 0
), cases AS (
    SELECT d.n, d.year_part, d.local_hour, d.weekday, d.created_at, d.priority, d.load, c.*, g.category, g.team, g.effort, g.reasons[1 + floor(cardinality(g.reasons) * pg_temp.uniform(n, 52))::int] AS reason, s.account_id, s.plan, s.industry, s.unhappy,
           c.channel = 'chat' AND pg_temp.uniform(n, 25) < 0.35 + 0.25 * year_part AS bot_handled
    FROM draws d
    JOIN channels c ON channel_no = CASE WHEN pick < 0.44 - 0.10 * year_part THEN 0 WHEN pick < 0.62 + 0.05 * year_part THEN 1
                                         WHEN pick < 0.82 THEN 2 WHEN pick < 0.94 THEN 3 ELSE 4 END
    JOIN active s ON s.month = d.month AND s.zone_no = d.zone_no AND s.place = d.place
    JOIN topics g ON g.industry = s.industry AND pg_temp.uniform(n, 22) >= g.low AND pg_temp.uniform(n, 22) < g.high OFFSET 0
), courses AS (
    SELECT c.*, bot_handled AND pg_temp.uniform(n, 26) < 0.48 AS bot_resolved,
           NOT bot_handled AND (channel = 'phone' AND pg_temp.uniform(n, 27) < 0.045 * load OR channel = 'chat' AND pg_temp.uniform(n, 27) < 0.03 * load) AS abandoned,
           channel = 'web' AND pg_temp.uniform(n, 28) < 0.07 AS self_service,
           pg_temp.lognormal(response * exp(-0.45 * year_part) * load
               * CASE priority WHEN 'urgent' THEN 0.4 WHEN 'high' THEN 0.7 ELSE 1 END * CASE plan WHEN 'Enterprise' THEN 0.6 ELSE 1 END
               * CASE WHEN channel IN ('chat', 'phone') THEN 1 ELSE CASE WHEN weekday > 5 THEN 1.9 ELSE 1 END * CASE WHEN local_hour NOT BETWEEN 7 AND 20 THEN 1.7 ELSE 1 END END,
               response_spread, n, 30) AS response_seconds,
           pg_temp.lognormal(resolution * effort * exp(-0.25 * year_part), resolution_spread, n, 31) AS work_seconds,
           pg_temp.uniform(n, 32) < CASE channel WHEN 'phone' THEN 0.045 WHEN 'chat' THEN 0.04 ELSE 0.075 END * (1.1 - 0.35 * year_part) * CASE category WHEN 'Bug report' THEN 1.9 ELSE 1 END AS reopened,
           pg_temp.uniform(n, 33) > first_contact + 0.06 * year_part AS again,
           pg_temp.uniform(n, 34) < 0.022 AS forgotten
    FROM cases c OFFSET 0
), times AS (
    SELECT c.*,
           CASE WHEN abandoned OR self_service OR forgotten AND channel_no IN (0, 3) THEN NULL
                WHEN bot_handled THEN created_at + pg_temp.seconds(2 + floor(3 * pg_temp.uniform(n, 35))) ELSE created_at + pg_temp.seconds(response_seconds) END AS answered,
           CASE WHEN abandoned OR forgotten THEN NULL WHEN self_service OR bot_resolved THEN created_at + pg_temp.seconds(pg_temp.lognormal(190, 0.8, n, 36))
                ELSE created_at + pg_temp.seconds(response_seconds + work_seconds * CASE WHEN reopened THEN 2.5 ELSE 1 END) END AS done,
           CASE WHEN self_service OR bot_resolved THEN 1 WHEN reopened THEN 2 WHEN again THEN 2 ELSE 1 END
             + CASE WHEN (reopened OR again) AND NOT (self_service OR bot_resolved) THEN floor(-ln(1 - pg_temp.uniform(n, 37)) * 0.8)::int ELSE 0 END AS contacts,
           NOT (abandoned OR self_service OR bot_resolved) AS by_agent, a.agent_id, a.agent_name, a.hired_on,
           pg_temp.lognormal(handle * sqrt(effort), 0.65, n, 38) AS handle_seconds
    FROM courses c JOIN team_agents a ON a.team = c.team AND a.place = floor(a.places * pg_temp.uniform(n, 29)) OFFSET 0
), facts AS (
    -- events after the end of the period have not happened yet
    SELECT t.*, CASE WHEN answered < '2026-11-01' THEN answered END AS first_response_at, CASE WHEN done < '2026-11-01' THEN done END AS resolved_at,
           mood + 0.3 * year_part - 0.25 * (load - 1) - 0.16 * greatest(ln(greatest(response_seconds, 1) / response), -1.5) - CASE WHEN reopened THEN 0.7 ELSE 0 END
             - CASE WHEN again THEN 0.35 ELSE 0 END - CASE WHEN bot_resolved THEN 0.15 ELSE 0 END - CASE WHEN unhappy THEN 0.8 ELSE 0 END + pg_temp.normal(n, 40) AS happy
    FROM times t OFFSET 0
)
INSERT INTO tickets
SELECT 'T-' || to_char(n, 'FM00000000'), created_at, first_response_at, resolved_at, closed, coalesce(closed, resolved_at, first_response_at, created_at),
       CASE WHEN abandoned OR closed IS NOT NULL THEN 'closed' WHEN resolved_at IS NOT NULL THEN 'solved' WHEN first_response_at IS NOT NULL THEN 'pending' ELSE 'open' END,
       account_id || '-' || 1 + floor(6 * pg_temp.uniform(n, 41))::int, account_id, plan,
       CASE WHEN by_agent THEN agent_id END, CASE WHEN by_agent THEN agent_name END, CASE WHEN by_agent AND first_response_at IS NOT NULL THEN agent_id END,
       team, channel, category, priority, CASE WHEN by_agent THEN hired_on END,
       contacts, CASE WHEN by_agent AND first_response_at IS NOT NULL THEN contacts + (pg_temp.uniform(n, 42) < 0.2)::int ELSE 0 END, contacts - 1,
       CASE WHEN resolved_at IS NULL THEN 0 WHEN reopened AND by_agent THEN 1 + (pg_temp.uniform(n, 43) < 0.15)::int ELSE 0 END,
       by_agent AND pg_temp.uniform(n, 44) < CASE category WHEN 'Bug report' THEN 0.14 ELSE 0.035 END, by_agent AND pg_temp.uniform(n, 45) < 0.08,
       abandoned, resolved_at IS NOT NULL, bot_handled, CASE WHEN bot_handled THEN bot_resolved END, CASE WHEN bot_handled THEN NOT bot_resolved END, self_service,
       CASE WHEN resolved_at IS NOT NULL AND pg_temp.uniform(n, 46) < 0.24 THEN least(5, greatest(1, round(4.2 + 0.95 * happy)))::smallint END,
       CASE WHEN resolved_at IS NOT NULL AND pg_temp.uniform(n, 47) < 0.125 THEN least(10, greatest(0, round(8.1 + 1.9 * happy)))::smallint END,
       CASE WHEN resolved_at IS NOT NULL AND pg_temp.uniform(n, 48) < 0.08 THEN least(7, greatest(1, round(5.2 + 1.3 * happy)))::smallint END,
       CASE WHEN called THEN pg_temp.seconds(handle_seconds) END,
       CASE WHEN called AND pg_temp.uniform(n, 49) < 0.3 THEN pg_temp.seconds(pg_temp.lognormal(50, 0.7, n, 50)) END,
       CASE WHEN called THEN pg_temp.seconds(wrap_seconds) END, CASE WHEN called THEN pg_temp.seconds(handle_seconds + wrap_seconds) WHEN by_agent THEN pg_temp.seconds(handle_seconds) END,
       CASE WHEN called THEN first_response_at - created_at END,
       CASE WHEN by_agent THEN round((0.40 + handle_seconds * 31 / 3600)::numeric, 2) WHEN bot_resolved THEN 0.35 ELSE 0.05 END,
       sla_response, sla_resolution,
       CASE WHEN self_service THEN NULL WHEN abandoned THEN false WHEN first_response_at - created_at <= sla_response THEN true WHEN first_response_at IS NOT NULL OR created_at + sla_response < '2026-11-01' THEN false END,
       CASE WHEN abandoned THEN NULL WHEN resolved_at - created_at <= sla_resolution THEN true WHEN resolved_at IS NOT NULL OR created_at + sla_resolution < '2026-11-01' THEN false END,
       CASE WHEN bot_handled AND NOT bot_resolved THEN pg_temp.uniform(n, 53) < 0.87 END, CASE WHEN bot_handled THEN bot_resolved OR pg_temp.uniform(n, 54) < 0.55 END,
       -- one ticket in twenty is reviewed
       CASE WHEN by_agent AND pg_temp.uniform(n, 55) < 0.05 THEN round(least(20, greatest(4, 16.8 + 1.2 * happy + 2 * pg_temp.normal(n, 56)))) END, CASE WHEN by_agent AND pg_temp.uniform(n, 55) < 0.05 THEN 20 END,
       industry, reason
FROM (SELECT f.*, channel IN ('chat', 'phone') AND by_agent AND first_response_at IS NOT NULL AS called, pg_temp.lognormal(55, 0.5, n, 51) AS wrap_seconds,
             CASE WHEN abandoned THEN least(created_at + pg_temp.seconds(15 + floor(90 * pg_temp.uniform(n, 57))), '2026-10-31 23:59:59')
                  WHEN resolved_at + interval '5 days' < '2026-11-01' THEN resolved_at + interval '5 days' END AS closed
      FROM facts f OFFSET 0) t
ORDER BY created_at, n;

-- Every ticket that a person solved was sent a CSAT survey, about half an NPS one, a third a CES one; few were answered.
INSERT INTO surveys
SELECT kind || substr(ticket_id, 2), kind, resolved_at + interval '10 minutes',
       CASE WHEN score IS NOT NULL THEN resolved_at + interval '10 minutes' + pg_temp.seconds(pg_temp.lognormal(9000, 1.4, substr(ticket_id, 3)::bigint, 60)) END,
       score, scale_max, ticket_id, account_id, agent_id, channel
FROM tickets, LATERAL (VALUES ('nps', nps_score, 10, 0.44), ('csat', csat_score, 5, 1), ('ces', ces_score, 7, 0.28)) s (kind, score, scale_max, sent)
WHERE solved AND NOT bot_handled AND (score IS NOT NULL OR pg_temp.uniform(substr(ticket_id, 3)::bigint, 61) < sent);

ANALYZE tickets;
ANALYZE surveys;
