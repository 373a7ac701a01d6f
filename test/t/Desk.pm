package Desk;

# A help desk to build tallies of, and how to change it; what the tests of refreshes,
# and faults share.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(desk);

# The SQL that makes the schema desk, run with search_path = desk, lib.
#
# 500 tickets and 150 surveys in the first quarter of 2025, and what else there is of the
# kind.  What mutate does is random, but the
# same in each run; it also changes tickets back to what they were.
#
# start(settings) builds the schema built, stop() drops it, and differences() says in
# how many rows its tallies are not those of a new build.
sub desk
{
	return <<'SQL';
CREATE SCHEMA desk;
CREATE TABLE original_tickets AS
	SELECT n::text AS ticket_id, at AS created_at, CASE WHEN n % 20 <> 0 THEN at + n % 97 * interval '11 min' END AS first_response_at,
		CASE WHEN n % 9 <> 0 THEN at + n % 301 * interval '37 min' END AS resolved_at, at AS updated_at,
		'team ' || n % 2 AS team, CASE n % 3 WHEN 0 THEN 'chat' ELSE 'mail' END AS channel, 'a' || n % 3 AS agent_id, 'Agent ' || n % 3 AS agent_name,
		'a' || n % 2 AS first_responder_id, 'c' || n % 30 AS customer_id, CASE WHEN n % 4 > 0 THEN n % 3 = 0 END AS transferred, date '2024-11-03' AS agent_hired_on, n % 3 + 1 AS contacts, n % 5 AS reopens, make_interval(secs => n) AS handle_time,
		n % 13 = 0 AS abandoned, interval '4 hours' AS sla_response
	FROM generate_series(1, 500) AS n, LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '4 hours') AS t (at);
CREATE TABLE original_surveys AS
	SELECT n::text AS response_id, (ARRAY['nps', 'csat', 'ces'])[1 + n % 3] AS kind, at AS sent_at, CASE WHEN n % 4 > 0 THEN at + n * interval '3 hours' END AS answered_at,
		1 + n % 5 AS score, (n * 3)::text AS ticket_id
	FROM generate_series(1, 150) AS n, LATERAL (SELECT timestamptz '2025-01-01 12:00+00' + n * interval '13 hours') AS t (at);

CREATE TABLE original_work_time AS
	SELECT 'a' || n % 3 AS agent_id, at AS started_at, at + n % 50 * interval '40 min' AS ended_at, (ARRAY['scheduled', 'paid', 'working', 'busy', 'waiting'])[1 + n % 5] AS state
	FROM generate_series(1, 300) AS n, LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '6 hours') AS t (at);
CREATE TABLE original_subscriptions AS
	SELECT 'c' || n % 30 AS account_id, date '2024-10-20' + n * 3 AS starts_on, CASE WHEN n % 3 = 0 THEN date '2025-01-01' + n * 4 END AS ends_on, n * 10.5 AS mrr, 'p' || n % 2 AS plan,
		date '2025-02-01' + n AS renewal_due_on, n % 3 > 0 AS renewed, 'price' AS end_reason
	FROM generate_series(1, 40) AS n;
CREATE TABLE original_customer_events AS
	SELECT 'c' || n % 30 AS account_id, timestamptz '2024-11-01 00:00+00' + n * interval '15 hours' AS at, (ARRAY['onboarded', 'adopted', 'outreach', 'payment_failed', 'used'])[1 + n % 5] AS event, n % 2 AS value
	FROM generate_series(1, 200) AS n;
CREATE TABLE original_costs AS SELECT date '2025-01-10' + n * 10 AS month, (ARRAY['wages', 'technology'])[1 + n % 2] AS component, CASE n % 3 WHEN 0 THEN 'chat' WHEN 1 THEN 'mail' END AS channel, n * 100.25 AS amount FROM generate_series(1, 12) AS n;
CREATE TABLE original_help_sessions AS
	SELECT n AS session_id, timestamptz '2025-01-01 00:00+00' + n * interval '9 hours' AS at, 'article ' || n % 4 AS article_id, CASE WHEN n % 6 = 0 THEN n::text END AS ticket_id FROM generate_series(1, 200) AS n;

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.updated_at := clock_timestamp(); RETURN new; END';
CREATE FUNCTION relations() RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(format('%1$s => %1$L', name), ', ') FROM unnest('{surveys,work_time,subscriptions,customer_events,costs,help_sessions}'::text[]) AS name
$$;
CREATE FUNCTION start(settings text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	relation text;
BEGIN
	FOREACH relation IN ARRAY '{tickets,surveys,work_time,subscriptions,customer_events,costs,help_sessions}'::text[] LOOP
		EXECUTE format('DROP TABLE IF EXISTS %1$I; CREATE TABLE %1$I AS TABLE %2$I', relation, 'original_' || relation);
	END LOOP;
	CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION touch();
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''built'', ''Europe/Berlin'', %s, %s)', relations(), settings);
END $$;
CREATE FUNCTION stop() RETURNS void LANGUAGE sql AS $$ SELECT kpi_drop('built') $$;

CREATE FUNCTION mutate(seed integer, everything boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	id text;
	other text;
BEGIN
	PERFORM setseed(seed / 1000.0);
	FOR i IN 1 .. 25 LOOP
		id := 1 + floor(random() * 500);
		other := 1 + floor(random() * 150);
		CASE floor(random() * CASE WHEN everything THEN 14 ELSE 9 END)
			WHEN 0 THEN UPDATE tickets SET resolved_at = NULL, reopens = reopens + 1 WHERE ticket_id = id;
			WHEN 1 THEN UPDATE tickets SET resolved_at = created_at + random() * interval '40 days' WHERE ticket_id = id;
			WHEN 2 THEN UPDATE tickets SET created_at = created_at - random() * interval '20 days' WHERE ticket_id = id;
			WHEN 3 THEN UPDATE tickets SET team = 'team x', channel = NULL, agent_id = 'a9' WHERE ticket_id = id;
			WHEN 4 THEN UPDATE tickets SET first_response_at = created_at - interval '1 hour', handle_time = '-1 s' WHERE ticket_id = id;
			WHEN 5 THEN UPDATE tickets SET resolved_at = 'infinity' WHERE ticket_id = id;
			WHEN 6 THEN INSERT INTO tickets (ticket_id, created_at, team) VALUES (seed || '-' || i, timestamptz '2025-03-01 00:00+00' + random() * interval '60 days', 'team 0');
			WHEN 7 THEN UPDATE tickets SET created_at = '-infinity', first_response_at = NULL WHERE ticket_id = id;
			WHEN 8 THEN UPDATE tickets AS t SET (created_at, first_response_at, resolved_at, team, channel, agent_id)
					= (SELECT o.created_at, o.first_response_at, o.resolved_at, o.team, o.channel, o.agent_id FROM original_tickets AS o WHERE o.ticket_id = t.ticket_id) WHERE ticket_id::numeric % 7 = i % 7 AND ticket_id !~ '-';
			WHEN 9 THEN DELETE FROM tickets WHERE ticket_id = id;
			WHEN 10 THEN UPDATE surveys SET answered_at = sent_at + random() * interval '10 days', score = 5 WHERE response_id = other;
			WHEN 11 THEN DELETE FROM surveys WHERE response_id = other;
			WHEN 12 THEN UPDATE surveys SET ticket_id = id WHERE response_id = other;
			ELSE INSERT INTO surveys VALUES (seed || '-' || i, 'csat', timestamptz '2025-02-01 00:00+00' + random() * interval '60 days', NULL, NULL, id);
		END CASE;
		-- what is counted whole, or seen by triggers
		CASE floor(random() * 8)
			WHEN 0 THEN UPDATE work_time SET ended_at = started_at + random() * interval '60 hours' WHERE ctid IN (SELECT ctid FROM work_time ORDER BY started_at LIMIT 3 OFFSET floor(random() * 200));
			WHEN 1 THEN DELETE FROM work_time WHERE ctid IN (SELECT ctid FROM work_time ORDER BY started_at LIMIT 2 OFFSET floor(random() * 200));
			WHEN 2 THEN UPDATE subscriptions SET ends_on = starts_on + floor(random() * 200)::integer, mrr = mrr + 1 WHERE account_id = 'c' || i;
			WHEN 3 THEN INSERT INTO subscriptions VALUES ('c' || i, date '2025-01-01' + floor(random() * 100)::integer, NULL, 7, 'p9', '2025-03-03', false, NULL);
			WHEN 4 THEN UPDATE customer_events SET at = at + random() * interval '40 days', event = 'onboarded' WHERE account_id = 'c' || i;
			WHEN 5 THEN DELETE FROM customer_events WHERE account_id = 'c' || i AND event = 'adopted';
			WHEN 6 THEN UPDATE costs SET amount = amount + 1, month = month + i WHERE component = 'wages';
			ELSE UPDATE help_sessions SET ticket_id = i, at = at + interval '3 days' WHERE session_id % 20 = i % 20;
		END CASE;
	END LOOP;
END $$;

-- the rows in which the tallies differ from those of a new build
CREATE FUNCTION differences() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	arguments text;
	n bigint;
	total bigint := 0;
BEGIN
	SELECT format('attribute => %L', attribute) INTO arguments FROM built.kpi_settings;
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''again'', ''Europe/Berlin'', %s, %s)', relations(), arguments);
	FOR arguments IN SELECT t.name FROM kpi_tally_table AS t LOOP
		EXECUTE format('SELECT count(*) FROM ((TABLE built.%1$I EXCEPT ALL TABLE again.%1$I) UNION ALL (TABLE again.%1$I EXCEPT ALL TABLE built.%1$I)) AS q', arguments) INTO n;
		total := total + n;
	END LOOP;
	PERFORM kpi_drop('again');
	RETURN total;
END $$;
SQL
}

1;
