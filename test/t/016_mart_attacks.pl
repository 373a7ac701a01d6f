# Attacks on marts: by roles that own a source, write to the tickets, read the mart, may create objects in its schema or
# were given too many rights on it, and by the owner of a mart against a superuser.  None runs code as another role, reads
# what it may not, stops writers or makes numbers wrong without a word.
#
# Each attempt of Attacks.pm is made twice, in a transaction that is rolled back.  First without the guard against it:
# it must succeed, or it would prove nothing.  Then with the guard: it must fail with the right error.
#
# plant	[role, SQL] pairs that prepare it, without any error
# action	[role, SQL] pairs that run into it
# guard	SQL that takes the guard away, run by the superuser after plant, or before with weaken_first
# error	what the action must raise with the guard; undef when it is harmless instead
# proof	how success shows: a query, or what the action raises; by default, that trap.hit ran as another role
# silent	whether it is a success only without an error

use strict;
use warnings;

use Attacks qw(attempts);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('attacks');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'UTC'\n");
$node->start;

$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA lib;
CREATE EXTENSION kpi_mart SCHEMA lib CASCADE;
GRANT USAGE ON SCHEMA lib TO PUBLIC;
CREATE ROLE keeper LOGIN;
CREATE ROLE attacker LOGIN;
CREATE ROLE writer LOGIN;
CREATE ROLE reader LOGIN;
CREATE ROLE alice LOGIN IN ROLE keeper;
CREATE ROLE mallory LOGIN IN ROLE keeper;
GRANT CREATE ON DATABASE postgres TO keeper, attacker;

-- Replaces a text in a function of the extension, or of the mart.
CREATE FUNCTION weaken(function name, text_before text, text_after text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	definition text := (SELECT pg_get_functiondef(oid) FROM pg_proc
		WHERE proname = function AND prolang <> 13 AND pronamespace::regnamespace::text IN ('lib', 'mart', 'other')
		ORDER BY pronamespace::regnamespace::text DESC LIMIT 1);
BEGIN
	IF strpos(definition, text_before) = 0 THEN
		RAISE EXCEPTION 'function % has no text: %', function, text_before;
	END IF;
	EXECUTE overlay(definition PLACING text_after FROM strpos(definition, text_before) FOR length(text_before));
END $$;

-- A sequence keeps the trace of code that ran as another role, when an error rolls back the rest.
CREATE SCHEMA trap AUTHORIZATION attacker;
SET SESSION AUTHORIZATION attacker;
GRANT ALL ON SCHEMA trap TO PUBLIC;
CREATE SEQUENCE trap.hits;
GRANT ALL ON trap.hits TO PUBLIC;
CREATE FUNCTION trap.hit() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF current_user <> 'attacker' THEN
		PERFORM nextval('trap.hits');
	END IF;
	RETURN true;
END $$;
CREATE FUNCTION trap.hit_i() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN trap.hit(); END';
CREATE FUNCTION trap.hit_text(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM trap.hit(); RETURN $1; END';
CREATE FUNCTION trap.hit_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM trap.hit(); RETURN NEW; END';
CREATE DOMAIN trap.checked AS text CHECK (trap.hit());
CREATE TYPE trap.color AS ENUM ('red', 'blue');
CREATE FUNCTION trap.color_text(trap.color) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM trap.hit(); RETURN ''x''; END';
CREATE CAST (trap.color AS text) WITH FUNCTION trap.color_text(trap.color);
CREATE FUNCTION trap.same(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN trap.hit(); END';
CREATE OPERATOR trap.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.same);
CREATE FUNCTION trap.add(state bigint, text) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN PERFORM trap.hit(); RETURN 1; END';

-- a source of the attacker's
CREATE TABLE trap.tickets AS
SELECT n::bigint AS ticket_id, '2026-01-01'::timestamptz + n * interval '1 h' AS created_at, now() AS updated_at,
	't' || n % 3 AS team, 'email' AS channel, NULL::timestamptz AS resolved_at, 'red'::trap.color AS color
FROM generate_series(1, 20) AS n;
ALTER TABLE trap.tickets ADD PRIMARY KEY (ticket_id);
CREATE VIEW trap.view AS SELECT *, 'open' AS status FROM trap.tickets WHERE trap.hit();
GRANT SELECT ON trap.tickets, trap.view TO PUBLIC;

SET SESSION AUTHORIZATION keeper;
CREATE SCHEMA src;
GRANT USAGE ON SCHEMA src TO writer;
CREATE TABLE src.tickets AS SELECT ticket_id, created_at, updated_at, team, channel, resolved_at FROM trap.tickets;
ALTER TABLE src.tickets ADD PRIMARY KEY (ticket_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON src.tickets TO writer;
SELECT lib.kpi_build('src.tickets', 'mart', 'UTC', track => 'triggers');
SELECT lib.kpi_refresh('mart');
GRANT USAGE ON SCHEMA src, mart TO attacker;
SQL

# Runs an attempt.  Returns what the action raised, and whether the proof was found.
sub run_attempt
{
	my ($attempt, $guarded) = @_;
	my $proof = $attempt->{proof} // 'SELECT is_called FROM trap.hits';
	my $as = sub { join '', map { "SET SESSION AUTHORIZATION $_->[0];\n$_->[1];\nRESET SESSION AUTHORIZATION;\n" } @_ };

	my $guard = $guarded ? '' : join '', map { "$_;\n" } @{ $attempt->{guard} };
	my (undef, $stdout, $stderr) = $node->psql('postgres',
		"\\set VERBOSITY verbose\n\\set ON_ERROR_ROLLBACK on\nSELECT setval('mart.kpi_lost_changes', 1, false);\nBEGIN;\n"
		  . ($attempt->{weaken_first} ? $guard : '') . $as->(@{ $attempt->{plant} })
		  . ($attempt->{weaken_first} ? '' : $guard)
		  . "SELECT setval('trap.hits', 1, false);\n\\warn ---\n" . $as->(@{ $attempt->{action} }) . "\\warn ---\n\\echo ---\n"
		  . (ref $proof ? '' : "$proof;\n") . 'ROLLBACK', on_error_stop => 0);
	my ($planting, $raised, $proving) = split /---\n/, "$stderr\n", 3;
	is($planting, '', "$attempt->{name}: is prepared");
	is($proving, "\n", "$attempt->{name}: is examined") unless $proving eq '';
	$raised =~ s/^psql:<stdin>:\d+: //gm;
	return ($raised,
		ref $proof ? $raised =~ $proof : $stdout =~ /---\nt\z/ && !($attempt->{silent} && $raised =~ /ERROR/));
}

my @attempts = attempts();
cmp_ok(scalar @attempts, '>=', 40, 'there are attempts');
foreach my $attempt (@attempts)
{
	next if $node->pg_version < ($attempt->{since} // 0);
	my ($raised, $proved) = run_attempt($attempt, 0);
	ok($proved, "$attempt->{name}: succeeds without the guard") or diag("it raised: $raised");
	($raised, $proved) = run_attempt($attempt, 1);
	ok(!$proved, "$attempt->{name}: does nothing") or diag("it raised: $raised");
	like($raised, $attempt->{error} // qr/^$/, "$attempt->{name}: and is told");
}

$node->stop;
done_testing();
