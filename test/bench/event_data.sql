-- Messages and changes of status of the first tickets of kpi_bench.tickets, one ticket in ten of kpi_bench.rows: ten messages and six
-- changes of status each. Customers and agents write in turn, one message in eight is a note, and half of the tickets are reopened.

CREATE UNLOGGED TABLE kpi_bench.conversations AS
    SELECT ticket_id, created_at, first_response_at, resolved_at, updated_at, customer_id, account_id, agent_id, agent_name, team, channel,
           category, priority, csat_score, nps_score, handle_time, cost
    FROM kpi_bench.tickets WHERE ticket_id <= current_setting('kpi_bench.rows')::bigint / 10;
ALTER TABLE kpi_bench.conversations ADD PRIMARY KEY (ticket_id);
CREATE INDEX ON kpi_bench.conversations (updated_at);

CREATE UNLOGGED TABLE kpi_bench.messages AS
    SELECT ticket_id, sent_at AS at, CASE WHEN k % 2 = 0 THEN 'customer' ELSE 'agent' END AS author,
           CASE WHEN k % 2 = 0 THEN customer_id ELSE agent_id END AS author_id, k % 8 <> 7 AS is_public, sent_at AS loaded_at
    FROM kpi_bench.conversations, generate_series(0, 9) AS k,
         LATERAL (SELECT created_at + (first_response_at - created_at) * k * (1 + kpi_bench.uniform(ticket_id * 10 + k, 51)) / 1.5
                      AS sent_at) AS m;
CREATE INDEX ON kpi_bench.messages (ticket_id);
CREATE INDEX ON kpi_bench.messages (loaded_at);

-- new, open, pending, open, solved, and for half of the tickets open again
CREATE UNLOGGED TABLE kpi_bench.status_changes AS
    SELECT ticket_id, changed_at AS at, (ARRAY['new', 'open', 'pending', 'open', 'solved', 'open', 'solved'])[k] AS status,
           CASE WHEN k = 2 THEN team END AS team, CASE WHEN k = 2 THEN agent_id END AS agent_id, changed_at AS loaded_at
    FROM kpi_bench.conversations, generate_series(1, CASE WHEN ticket_id % 2 = 0 THEN 7 ELSE 5 END) AS k,
         LATERAL (SELECT created_at + (first_response_at - created_at) * (k - 1) * 1.3 AS changed_at) AS c;
CREATE INDEX ON kpi_bench.status_changes (ticket_id);
CREATE INDEX ON kpi_bench.status_changes (loaded_at);
VACUUM (FREEZE, ANALYZE) kpi_bench.conversations, kpi_bench.messages, kpi_bench.status_changes;
