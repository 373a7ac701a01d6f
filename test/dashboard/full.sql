-- Two generated years that end now, and the mart of script/demo --dashboard with its login "dashboard" and role "reader".
SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
\ir ../data/generate.sql
\ir ../data/generate_until_now.sql
\ir ../../script/demo.d/dashboard/mart.sql

-- Readers with other rights: months only, one team by policies, nothing.
CREATE ROLE executive NOLOGIN;
CREATE ROLE billing_lead NOLOGIN;
CREATE ROLE stranger NOLOGIN;
GRANT executive, billing_lead, stranger TO dashboard;
GRANT USAGE ON SCHEMA care TO executive, billing_lead;
GRANT SELECT ON care.kpi_state, care.kpi_settings, care.ticket_daily_tally, care.kpi_target, care.customer_monthly_tally,
	care.backlog_daily_tally TO executive;
GRANT SELECT ON care.kpi_state, care.kpi_settings, care.ticket_daily_tally, care.kpi_target, care.ticket, care.survey,
	care.kpi_object, care.kpi_own_measure, care.open_tickets TO billing_lead;
ALTER TABLE care.ticket_daily_tally ENABLE ROW LEVEL SECURITY;
ALTER TABLE care.ticket ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON care.ticket_daily_tally FOR SELECT TO reader, executive USING (true);
CREATE POLICY own_team ON care.ticket_daily_tally FOR SELECT TO billing_lead USING (team = 'Billing');
CREATE POLICY everything ON care.ticket FOR SELECT TO reader USING (true);
CREATE POLICY own_team ON care.ticket FOR SELECT TO billing_lead USING (team = 'Billing');
