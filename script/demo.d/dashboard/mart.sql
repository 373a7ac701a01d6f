-- The mart of the dashboard of script/demo, its targets, and a role that only reads.
SET client_min_messages = warning;
SELECT count(*) AS relations
FROM kpi_build('tickets', 'care', 'Europe/Berlin', messages => 'messages', surveys => 'surveys', work_time => 'work_time',
	costs => 'costs', subscriptions => 'subscriptions', customer_events => 'customer_events', help_sessions => 'help_sessions');

INSERT INTO care.kpi_target (kpi, segment, direction, target, warning, owner) VALUES
	('nps', '{}', 'up', 30, 20, 'Ann'),
	('csat_pct', '{}', 'up', 80, 75, 'Ann'),
	('csat_pct', '{"channel": "email"}', 'up', 78, 74, 'Ann'),
	('churn_pct', '{}', 'down', 2, 2.5, 'Ann'),
	('fcr_pct', '{}', 'up', 75, 70, 'Bob'),
	('fcr_pct', '{"team": "Billing"}', 'up', 70, 65, 'Bob'),
	('response_p90_seconds', '{}', 'down', 21600, 28800, 'Cid'),
	('sla_response_pct', '{}', 'up', 90, 80, 'Cid'),
	('sla_response_pct', '{"channel": "social"}', 'up', 92, 88, 'Bob'),
	('reopen_pct', '{}', 'down', 5, 8, 'Ann'),
	('negative_sentiment_pct', '{}', 'down', 45, 50, 'Cid');
INSERT INTO care.kpi_sla_policy (channel, sla_response) VALUES ('phone', '20 seconds'), ('chat', '2 minutes');
SELECT days FROM kpi_refresh('care');
-- a target with two ends
INSERT INTO care.kpi_target (kpi, direction, low, high) VALUES ('handle_median_seconds', 'range', 480, 660);

-- the login of the server has no rights of its own; it may become the reader
CREATE ROLE reader NOLOGIN;
CREATE ROLE dashboard LOGIN NOINHERIT;
GRANT reader TO dashboard;
GRANT USAGE ON SCHEMA care TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA care TO reader;
