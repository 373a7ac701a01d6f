package Desk;

# A help desk to build tallies of, and how to change it; what the tests of refreshes,
# faults and upgrades share.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(desk);

# The SQL that makes the schema desk, run with search_path = desk, lib.
#
# 500 tickets and 150 surveys in the first quarter of 2025.  What mutate does is random, but the
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
		'a' || n % 2 AS first_responder_id, date '2024-11-03' AS agent_hired_on, n % 3 + 1 AS contacts, n % 5 AS reopens, make_interval(secs => n) AS handle_time,
		n % 13 = 0 AS abandoned, interval '4 hours' AS sla_response
	FROM generate_series(1, 500) AS n, LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '4 hours') AS t (at);
CREATE TABLE original_surveys AS
	SELECT n::text AS response_id, (ARRAY['nps', 'csat', 'ces'])[1 + n % 3] AS kind, at AS sent_at, CASE WHEN n % 4 > 0 THEN at + n * interval '3 hours' END AS answered_at,
		1 + n % 5 AS score, (n * 3)::text AS ticket_id
	FROM generate_series(1, 150) AS n, LATERAL (SELECT timestamptz '2025-01-01 12:00+00' + n * interval '13 hours') AS t (at);

CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.updated_at := clock_timestamp(); RETURN new; END';
CREATE FUNCTION start(settings text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS tickets, surveys;
	CREATE TABLE tickets AS TABLE original_tickets;
	CREATE TABLE surveys AS TABLE original_surveys;
	CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION touch();
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''built'', ''Europe/Berlin'', surveys => ''surveys'', %s)', settings);
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
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''again'', ''Europe/Berlin'', surveys => ''surveys'', %s)', arguments);
	FOR arguments IN SELECT * FROM unnest(ARRAY['ticket_daily', 'agent_daily_tally', 'hourly_tally']) LOOP
		EXECUTE format('SELECT count(*) FROM ((TABLE built.%1$I EXCEPT ALL TABLE again.%1$I) UNION ALL (TABLE again.%1$I EXCEPT ALL TABLE built.%1$I)) AS q', arguments) INTO n;
		total := total + n;
	END LOOP;
	PERFORM kpi_drop('again');
	RETURN total;
END $$;
SQL
}

1;
