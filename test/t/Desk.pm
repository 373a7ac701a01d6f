package Desk;

# A help desk with a mart, and how to change it: what the tests of dumps, upgrades,
# replication and faults share.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(desk);

# The SQL that makes the schema desk, run with search_path = desk, lib.
#
# start(settings) makes 500 tickets of the first quarter of 2025 and the mart "built",
# stop() drops the mart.  mutate(seed, deletes) changes tickets; it is random, but the
# same in each run.  differences() is the number of rows of kpi_verify.
sub desk
{
	return <<'SQL';
CREATE SCHEMA desk;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN new.updated_at := clock_timestamp(); RETURN new; END';
CREATE FUNCTION start(settings text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS tickets;
	CREATE TABLE tickets AS
	SELECT n AS ticket_id, at AS created_at, CASE WHEN n % 20 <> 0 THEN at + n % 97 * interval '11 min' END AS first_response_at,
		CASE WHEN n % 9 <> 0 THEN at + n % 301 * interval '37 min' END AS resolved_at, at AS updated_at,
		'team ' || n % 2 AS team, CASE n % 3 WHEN 0 THEN 'chat' ELSE 'mail' END AS channel,
		'a' || n % 3 AS agent_id, 'Agent ' || n % 3 AS agent_name, 'a' || n % 2 AS first_responder_id,
		CASE WHEN n % 4 > 0 THEN n % 3 = 0 END AS transferred, n % 3 + 1 AS contacts, n % 5 AS reopens,
		make_interval(secs => n) AS handle_time, n % 13 = 0 AS abandoned, interval '4 hours' AS sla_response,
		CASE WHEN n % 3 = 0 THEN n % 5 + 1 END AS csat_score, CASE WHEN n % 4 = 0 THEN n % 11 END AS nps_score
	FROM generate_series(1, 500) AS n,
		LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '4 hours') AS t (at);
	ALTER TABLE tickets ADD PRIMARY KEY (ticket_id);
	CREATE INDEX ON tickets (updated_at);
	CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION touch();
	EXECUTE format('SELECT count(*) FROM kpi_build(''desk.tickets'', ''built'', ''Europe/Berlin'', %s)', settings);
	INSERT INTO built.kpi_target (kpi, direction, target) VALUES ('fcr_pct', 'up', 30);
END $$;
CREATE FUNCTION stop() RETURNS void LANGUAGE sql AS $$ SELECT kpi_drop('built', keep_user_rows => false) $$;
CREATE FUNCTION differences() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM kpi_verify('built') $$;

CREATE FUNCTION mutate(seed integer, deletes boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	id integer;
BEGIN
	PERFORM setseed(seed / 1000.0);
	FOR i IN 1 .. 25 LOOP
		id := 1 + floor(random() * 500);
		CASE floor(random() * CASE WHEN deletes THEN 8 ELSE 7 END)
			WHEN 0 THEN UPDATE tickets SET resolved_at = NULL, reopens = reopens + 1 WHERE ticket_id = id;
			WHEN 1 THEN UPDATE tickets SET resolved_at = created_at + random() * interval '40 days' WHERE ticket_id = id;
			WHEN 2 THEN UPDATE tickets SET created_at = created_at - random() * interval '20 days' WHERE ticket_id = id;
			WHEN 3 THEN UPDATE tickets SET team = 'team x', channel = NULL, agent_id = 'a9' WHERE ticket_id = id;
			WHEN 4 THEN UPDATE tickets SET first_response_at = created_at - interval '1 hour', handle_time = '-1 s' WHERE ticket_id = id;
			WHEN 5 THEN UPDATE tickets SET csat_score = 5, nps_score = 9 WHERE ticket_id = id;
			WHEN 6 THEN INSERT INTO tickets (ticket_id, created_at, team)
				VALUES (seed * 1000 + i, timestamptz '2025-03-01 00:00+00' + random() * interval '60 days', 'team 0');
			ELSE DELETE FROM tickets WHERE ticket_id = id;
		END CASE;
	END LOOP;
END $$;
SQL
}

1;
