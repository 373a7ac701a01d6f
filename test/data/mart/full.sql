-- Moves the tables of generate.sql to the year until yesterday, and adds what else a mart reads, and values that programs can
-- read wrongly. Then builds the mart "dashboards" of all of it, with targets, an alert and follow-ups.

-- the key of a term can be that of a later one before that has moved too
ALTER TABLE subscriptions DROP CONSTRAINT subscriptions_pkey;
DO $$
DECLARE
	days CONSTANT int := current_date - 1 - (SELECT max(created_at)::date FROM tickets);
	c record;
BEGIN
	FOR c IN
		SELECT attrelid::regclass AS relation, string_agg(format('%1$I = %1$I + %2$s', attname,
			CASE WHEN atttypid = 'date'::regtype THEN days::text ELSE format('interval ''%s days''', days) END), ', ') AS changes
		FROM pg_attribute
		WHERE attrelid = ANY ('{tickets,messages,surveys,work_time,subscriptions,customer_events,costs,help_sessions}'::regclass[])
			AND attnum > 0 AND atttypid IN ('date'::regtype, 'timestamptz'::regtype)
		GROUP BY attrelid
	LOOP
		EXECUTE format('UPDATE %s SET %s', c.relation, c.changes);
	END LOOP;
END $$;
ALTER TABLE subscriptions ADD PRIMARY KEY (account_id, starts_on);
UPDATE costs SET month = date_trunc('month', month);

-- instants with microseconds, at the end of the day in UTC
UPDATE tickets SET resolved_at = date_trunc('day', resolved_at) + interval '1 day' - interval '1 microsecond' WHERE ticket_id LIKE '%7';
-- tickets without team or channel, and names that programs like to change
UPDATE tickets SET team = NULL WHERE ticket_id LIKE '%11';
UPDATE tickets SET channel = NULL WHERE ticket_id LIKE '%22';
UPDATE tickets SET team = 'all' WHERE ticket_id LIKE '%33';
UPDATE tickets SET team = E'O''Neill "A\\\\B" $1 ${team}' WHERE ticket_id LIKE '%99';
UPDATE tickets SET category = E'tab\tline\nback\\slash "quoted", \u00e4\u6f22\U0001F600 ' WHERE ticket_id LIKE '%44';
UPDATE tickets SET first_response_at = created_at - interval '1 hour' WHERE ticket_id LIKE '%66';
UPDATE tickets SET category = '' WHERE ticket_id LIKE '%55';
ALTER TABLE tickets ADD merged_into text;
UPDATE tickets SET merged_into = 'T-00000001' WHERE ticket_id = 'T-00000002';

CREATE TABLE status_changes AS
SELECT t.ticket_id, c.at, c.status, 'stage ' || c.status AS source_status, t.agent_id, t.team
FROM tickets AS t,
	LATERAL (VALUES (t.created_at, 'new'), (t.first_response_at, 'open'),
		(t.first_response_at + (t.resolved_at - t.first_response_at) * 0.3, 'pending'),
		(t.first_response_at + (t.resolved_at - t.first_response_at) * 0.7, 'on_hold'), (t.resolved_at, 'solved')) AS c (at, status)
WHERE c.at IS NOT NULL;
CREATE TABLE sla_targets AS
SELECT ticket_id, m.metric, m.target, 'standard' AS policy
FROM tickets, (VALUES ('first_response', interval '4 hours'), ('next_response', interval '8 hours'), ('resolution', interval '3 days'))
	AS m (metric, target);

SELECT FROM kpi_build('tickets', 'dashboards', 'Europe/Berlin', messages => 'messages', status_changes => 'status_changes',
	sla_targets => 'sla_targets', surveys => 'surveys', work_time => 'work_time', subscriptions => 'subscriptions',
	customer_events => 'customer_events', costs => 'costs', help_sessions => 'help_sessions');

INSERT INTO dashboards.kpi_target (kpi, segment, direction, target, warning, owner)
VALUES ('csat_pct', '{}', 'up', 80, 75, 'Ann'), ('response_p90_seconds', '{"channel": "chat"}', 'down', 60, 90, NULL),
	('sla_response_pct', '{"channel": "chat"}', 'up', 99.9, NULL, 'Bob');
INSERT INTO dashboards.kpi_target (kpi, segment, direction, low, high) VALUES ('fcr_pct', '{"team": "Billing"}', 'range', 60, 80);
SELECT FROM kpi_refresh('dashboards');
-- a closed alert, and a customer who was called back
INSERT INTO dashboards.kpi_alerts (alert, kpi, segment, opened_at, closed_at, target, acknowledged_at, note)
SELECT max(alert) + 1000, 'nps', '{}', now() - interval '40 days', now() - interval '1 microsecond', 30, now(), ''
FROM dashboards.kpi_alerts;
UPDATE dashboards.kpi_followup SET owner = 'Ann', contacted_at = now(), recovered = followup % 2 = 0, note = 'called'
WHERE followup % 3 = 0;
