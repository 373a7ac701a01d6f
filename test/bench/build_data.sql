-- Relations for kpi_build, for kpi_bench.rows tickets of a year: a tenth as many surveys, as many spans of agents' time, a
-- tenth as many customers, each with a subscription and an event, a quarter as many visits to the help centre.

CREATE UNLOGGED TABLE kpi_bench.tickets AS
    SELECT n::text AS ticket_id, created_at, created_at + response AS first_response_at,
           CASE WHEN kpi_bench.uniform(n, 31) < 0.97 THEN created_at + response + kpi_bench.duration(30000, n, 32) END AS resolved_at,
           created_at + response AS updated_at,
           'customer ' || trunc(rows / 10 * kpi_bench.uniform(n, 33))::bigint AS customer_id,
           'agent ' || trunc(agents * kpi_bench.uniform(n, 34))::int AS agent_id,
           'team ' || trunc(8 * kpi_bench.uniform(n, 35))::int AS team,
           (ARRAY['email', 'chat', 'phone', 'web'])[1 + trunc(4 * kpi_bench.uniform(n, 36))::int] AS channel,
           'category ' || trunc(6 * kpi_bench.uniform(n, 37))::int AS category,
           (ARRAY['low', 'normal', 'urgent'])[1 + trunc(3 * kpi_bench.uniform(n, 38))::int] AS priority,
           trunc(1 + 2 * kpi_bench.uniform(n, 39) ^ 4)::bigint AS contacts,
           trunc(1.2 * kpi_bench.uniform(n, 40))::bigint AS reopens,
           kpi_bench.uniform(n, 41) < 0.06 AS escalated, kpi_bench.uniform(n, 42) < 0.1 AS transferred,
           kpi_bench.duration(400, n, 43) AS handle_time, interval '8 hours' AS sla_response, interval '3 days' AS sla_resolution
    FROM (SELECT current_setting('kpi_bench.rows')::bigint AS rows, greatest(10, current_setting('kpi_bench.rows')::int / 20000) AS agents) AS s,
         generate_series(1, rows) AS n,
         LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + interval '365 days' * (n::double precision / rows) AS created_at,
                         kpi_bench.duration(3600, n, 30) AS response) AS t;

CREATE UNLOGGED TABLE kpi_bench.answers AS
    SELECT n AS response_id, 'csat' AS kind, resolved_at AS sent_at,
           CASE WHEN kpi_bench.uniform(n, 51) < 0.4 THEN resolved_at + interval '1 hour' END AS answered_at,
           trunc(1 + 5 * sqrt(kpi_bench.uniform(n, 52)))::int AS score, ticket_id
    FROM (SELECT ticket_id::bigint AS n, * FROM kpi_bench.tickets) AS t WHERE n % 10 = 0 AND resolved_at IS NOT NULL;

-- Agents are on a contact for a quarter of an hour, then wait for one, side by side.
CREATE UNLOGGED TABLE kpi_bench.work_time AS
    SELECT 'agent ' || n % agents AS agent_id, started_at, started_at + interval '15 minutes' AS ended_at,
           (ARRAY['busy', 'waiting', 'busy', 'paid'])[1 + n / agents % 4] AS state
    FROM (SELECT current_setting('kpi_bench.rows')::bigint AS rows, greatest(10, current_setting('kpi_bench.rows')::int / 20000) AS agents) AS s,
         generate_series(1, rows) AS n,
         LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n / agents * interval '1575 seconds' AS started_at) AS t;

CREATE UNLOGGED TABLE kpi_bench.subscriptions AS
    SELECT 'customer ' || n AS account_id, starts_on, CASE WHEN kpi_bench.uniform(n, 61) < 0.3 THEN starts_on + 90 END AS ends_on,
           round(10 + 90 * kpi_bench.uniform(n, 62)::numeric, 2) AS mrr, 'plan ' || n % 3 AS plan, 'price' AS end_reason
    FROM generate_series(0, current_setting('kpi_bench.rows')::bigint / 10 - 1) AS n,
         LATERAL (SELECT date '2024-07-01' + trunc(500 * kpi_bench.uniform(n, 60))::int AS starts_on) AS t;

CREATE UNLOGGED TABLE kpi_bench.customer_events AS
    SELECT account_id, starts_on + interval '10 days' AS at, (ARRAY['onboarded', 'adopted', 'upsold', 'outreach'])[1 + hashtext(account_id) & 3] AS event,
           1::double precision AS value
    FROM kpi_bench.subscriptions;

CREATE UNLOGGED TABLE kpi_bench.costs AS
    SELECT month::date, component, 10000::numeric AS amount
    FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') AS month, unnest('{staff,tools,telephony}'::text[]) AS component;

CREATE UNLOGGED TABLE kpi_bench.help_sessions AS
    SELECT n::text AS session_id, timestamptz '2025-01-01 00:00+00' + interval '365 days' * kpi_bench.uniform(n, 71) AS at,
           'article ' || trunc(50 * kpi_bench.uniform(n, 72))::int AS article_id, CASE WHEN n % 5 = 0 THEN n::text END AS ticket_id
    FROM generate_series(1, current_setting('kpi_bench.rows')::bigint / 4) AS n;

VACUUM (FREEZE, ANALYZE) kpi_bench.tickets, kpi_bench.answers, kpi_bench.work_time, kpi_bench.subscriptions, kpi_bench.customer_events, kpi_bench.costs, kpi_bench.help_sessions;
