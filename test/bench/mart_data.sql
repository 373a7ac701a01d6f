-- Tickets of three years for kpi_build, kpi_bench.rows of them, in the order of their creation.

CREATE UNLOGGED TABLE kpi_bench.tickets AS
    SELECT n AS ticket_id, created_at, created_at + response AS first_response_at,
           CASE WHEN kpi_bench.uniform(n, 31) < 0.97 THEN created_at + response + resolution END AS resolved_at,
           created_at + response AS updated_at,
           CASE WHEN kpi_bench.uniform(n, 31) < 0.97 THEN 'closed' ELSE 'pending' END AS status,
           'customer ' || trunc(rows / 10 * kpi_bench.uniform(n, 33))::bigint AS customer_id,
           'account ' || trunc(rows / 30 * kpi_bench.uniform(n, 33))::bigint AS account_id,
           'agent ' || trunc(agents * kpi_bench.uniform(n, 34))::int AS agent_id,
           'Agent Number ' || trunc(agents * kpi_bench.uniform(n, 34))::int AS agent_name,
           'agent ' || trunc(agents * kpi_bench.uniform(n, 34))::int AS first_responder_id,
           'team ' || trunc(8 * kpi_bench.uniform(n, 35))::int AS team,
           (ARRAY['email', 'chat', 'phone', 'web'])[1 + trunc(4 * kpi_bench.uniform(n, 36))::int] AS channel,
           'category ' || trunc(6 * kpi_bench.uniform(n, 37))::int AS category,
           (ARRAY['low', 'normal', 'urgent'])[1 + trunc(3 * kpi_bench.uniform(n, 38))::int] AS priority,
           trunc(1 + 2 * kpi_bench.uniform(n, 39) ^ 4)::bigint AS contacts,
           trunc(1 + 3 * kpi_bench.uniform(n, 39) ^ 2)::bigint AS agent_replies,
           trunc(1.2 * kpi_bench.uniform(n, 40))::bigint AS reopens,
           kpi_bench.uniform(n, 41) < 0.06 AS escalated, kpi_bench.uniform(n, 42) < 0.1 AS transferred,
           CASE WHEN kpi_bench.uniform(n, 44) < 0.25 THEN trunc(1 + 5 * sqrt(kpi_bench.uniform(n, 45)))::smallint END AS csat_score,
           CASE WHEN kpi_bench.uniform(n, 46) < 0.1 THEN trunc(11 * sqrt(kpi_bench.uniform(n, 47)))::smallint END AS nps_score,
           kpi_bench.duration(400, n, 43) AS handle_time, round(2 + 8 * kpi_bench.uniform(n, 48)::numeric, 2) AS cost,
           interval '8 hours' AS sla_response, interval '72 hours' AS sla_resolution
    FROM (SELECT current_setting('kpi_bench.rows')::bigint AS rows,
              greatest(10, current_setting('kpi_bench.rows')::int / 20000) AS agents) AS s,
         generate_series(1, rows) AS n,
         LATERAL (SELECT timestamptz '2023-01-01 00:00+00' + interval '1096 days' * (n::double precision / rows) AS created_at,
                         kpi_bench.duration(3600, n, 30) AS response, kpi_bench.duration(30000, n, 32) AS resolution) AS t;
ALTER TABLE kpi_bench.tickets ADD PRIMARY KEY (ticket_id);
CREATE INDEX ON kpi_bench.tickets (updated_at);
VACUUM (FREEZE, ANALYZE) kpi_bench.tickets;
