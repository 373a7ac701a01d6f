-- A mart of a table without tickets.
SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets (ticket_id bigint PRIMARY KEY, created_at timestamptz, first_response_at timestamptz, resolved_at timestamptz,
	updated_at timestamptz, solved boolean, team text, channel text, category text, agent_id text, account_id text, csat_score integer);
SELECT count(*) > 0 AS built FROM kpi_build('tickets', 'care', 'UTC');
