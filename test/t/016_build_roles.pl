# Built schemas and the names, roles and databases around them: hostile names are
# only names, nobody needs more than their rights, and a restored database goes on.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('roles');
my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());

# as an ordinary role, with an empty search_path
sub query
{
	my ($sql, %at) = @_;
	return $node->safe_psql($at{database} // 'postgres', "SET search_path = '';\n$sql", extra_params => [ '-U', $at{role} // 'analyst' ]);
}

sub refused
{
	my ($sql, $role, $message, $title) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', "SET search_path = '';\n$sql", extra_params => [ '-U', $role ]);
	return like($stderr, $message, $title);
}

# How many rows differ in each tally table
sub built_again
{
	my ($schema, $again, $database) = @_;
	my @all = map { query("SELECT (SELECT count(*) FROM ((TABLE $schema.$_ EXCEPT ALL TABLE $again.$_) UNION ALL (TABLE $again.$_ EXCEPT ALL TABLE $schema.$_)) AS q)", database => $database) } qw(ticket_daily agent_daily_tally hourly_tally);
	return join ' ', @all;
}

my @views = qw(executive_monthly team_weekly agent_daily new_agent_ramp channel_consistency volume_heatmap staffing_by_hour backlog_daily open_tickets backlog_age);
my $schema = q("we""ird'; %s \ s");
my $name = $schema =~ s/^"|"$//gr =~ s/""/"/gr;
my $literal = "E'" . ($name =~ s/'/''/gr =~ s/\\/\\\\/gr) . "'";
my $tickets = q("Ti""ck'ets %I".tickets);
my $surveys = q("Ti""ck'ets %I"."select");
my $dimension = q("ORDER; %s ""'\");
my $build = q{SELECT lib.kpi_build('"Ti""ck''ets %I".tickets', SCHEMA, 'Europe/Berlin', surveys => '"Ti""ck''ets %I"."select"', dimensions => ARRAY['ORDER; %s "''\', 'user'], track => 'TRACK')};
sub build { my ($at, $track) = @_; return $build =~ s/SCHEMA/$at/r =~ s/TRACK/$track/r; }

$node->safe_psql('postgres', 'CREATE ROLE reader LOGIN; CREATE ROLE writer LOGIN');
query(<<"SQL");
CREATE SCHEMA "Ti""ck'ets %I";
CREATE TABLE $tickets AS
	SELECT n::text AS ticket_id, at AS created_at, at + n * interval '10 min' AS first_response_at, CASE WHEN n % 5 > 0 THEN at + n * interval '1 hour' END AS resolved_at, at AS updated_at, 't' || n % 2 AS team, 'mail' AS channel,
		'a' || n % 3 AS agent_id, 'd' || n % 2 AS $dimension, 'u' || n % 3 AS "user", 'analyst' AS owner, interval '1 day' AS sla_resolution
	FROM pg_catalog.generate_series(1, 60) AS n, LATERAL (SELECT timestamptz '2025-03-20 00:00+00' + n * interval '7 hours') AS t (at);
CREATE TABLE $surveys AS SELECT ticket_id AS response_id, 'nps' AS kind, resolved_at AS sent_at, resolved_at AS answered_at, 9 AS score, ticket_id FROM $tickets WHERE resolved_at IS NOT NULL;
SQL

foreach my $track (qw(updated_at triggers))
{
	query(build($literal, $track));
	is(query("SELECT sum(tickets) FROM $schema.team_weekly"), 60, "$track: hostile names are names");
	is(query(qq(SELECT $dimension, "user", sum(tickets) FROM $schema.ticket_daily WHERE tickets > 0 GROUP BY 1, 2 ORDER BY 1, 2)), "d0|u0|10\nd0|u1|10\nd0|u2|10\nd1|u0|10\nd1|u1|10\nd1|u2|10", "$track: and so are those of dimensions");

	# who reads and who writes
	query("GRANT USAGE ON SCHEMA $schema TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO reader; GRANT USAGE ON SCHEMA \"Ti\"\"ck'ets %I\" TO reader, writer; GRANT SELECT, INSERT, UPDATE, DELETE ON $tickets TO writer; GRANT INSERT, DELETE ON $surveys TO writer");
	query("TABLE $schema.$_", role => 'reader') foreach @views;
	like(query("SELECT scope, kpi, value FROM lib.kpi_scorecard($literal, '2025-01-01', '2026-01-01', team => 't1')", role => 'reader'), qr/^selection\|tickets\|30\n.*^total\|tickets\|60\n/ms, "$track: a reader reads the views and the scorecard");
	refused("TABLE $tickets", 'reader', qr/permission denied for table tickets/, "$track: but not the tickets");
	refused("SELECT lib.kpi_refresh($literal)", 'reader', qr/permission denied|must be owner/, "$track: nor may it refresh");
	refused("SELECT lib.kpi_drop($literal)", 'reader', qr/permission denied|must be owner/, "$track: nor drop");
	is(query("SELECT sum(tickets) FROM $schema.team_weekly"), 60, "$track: nothing has happened");

	$node->safe_psql('postgres', 'REVOKE USAGE ON SCHEMA lib FROM PUBLIC; GRANT USAGE ON SCHEMA lib TO analyst, reader');
	query("INSERT INTO $tickets (ticket_id, created_at, updated_at) VALUES ('new', '2025-05-05', now()); UPDATE $tickets SET team = 'moved', updated_at = now() WHERE ticket_id < '2'", role => 'writer');
	query("DELETE FROM $tickets WHERE ticket_id = '30'; INSERT INTO $surveys VALUES ('late', 'nps', '2025-05-05', '2025-05-05', 1, '31')", role => 'writer') if $track eq 'triggers';
	$node->safe_psql('postgres', 'GRANT USAGE ON SCHEMA lib TO PUBLIC');

	# what lies in the way in the schema of the views is not called
	query("CREATE FUNCTION $schema.count(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT (1 / 0)::bigint'; CREATE FUNCTION $schema.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT (1 / 0)::text';
		CREATE FUNCTION $schema.sum_of(bigint, bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint'; CREATE AGGREGATE $schema.sum(bigint) (SFUNC = $schema.sum_of, STYPE = bigint);
		CREATE FUNCTION $schema.is_less(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'; CREATE OPERATOR $schema.= (LEFTARG = text, RIGHTARG = text, FUNCTION = $schema.is_less)");
	query("SET search_path = $schema, pg_catalog; SELECT lib.kpi_refresh($literal)");
	query("SET search_path = $schema, pg_catalog; " . build("'again'", 'updated_at'));
	is(built_again($schema, 'again'), '0 0 0', "$track: what a role without rights on surveys and the extension has written is counted; planted functions are not called");
	query("SELECT lib.kpi_drop('again'); SELECT lib.kpi_refresh($literal)");

	# a dump is restored and goes on
	my $database = "restored_$track";
	$node->command_ok([ 'pg_dump', '-F', 'custom', '-f', "$directory/$track", '-d', 'postgres' ], "$track: dumped");
	$node->safe_psql('postgres', "CREATE DATABASE $database; GRANT CREATE ON DATABASE $database TO analyst");
	$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $database, "$directory/$track" ], "$track: restored");
	is(query("SELECT sum(tickets) FROM $schema.team_weekly WHERE week < '2030-01-01'", database => $database), $track eq 'triggers' ? 60 : 61, "$track: restored views show the same");
	query("UPDATE $tickets SET created_at = created_at - interval '40 days', updated_at = now() WHERE ticket_id > '5'; SELECT lib.kpi_refresh($literal)", database => $database);
	query(build("'again'", 'triggers'), database => $database);
	is(built_again($schema, 'again', $database), '0 0 0', "$track: and refresh goes on where it was");
	query("SELECT lib.kpi_drop('again'); DROP OPERATOR $schema.= (text, text); DROP FUNCTION $schema.is_less; DROP AGGREGATE $schema.sum(bigint); DROP FUNCTION $schema.sum_of, $schema.count, $schema.format; SELECT lib.kpi_drop($literal)", database => $database);
	is(query("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal", database => $database) . query("SELECT count(*) FROM pg_namespace WHERE nspname = $literal", database => $database), '00', "$track: all can be dropped");

	query("CREATE TABLE $schema.mine (a integer); SELECT lib.kpi_drop($literal)");
	is(query("SELECT string_agg(relname, ',') FROM pg_class WHERE relkind IN ('r', 'v') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $literal)"), 'mine', "$track: kpi_drop leaves the table of the user");
	is(query("SELECT has_schema_privilege('public', (SELECT oid FROM pg_namespace WHERE nspname = $literal), 'USAGE')"), 'f', "$track: and nobody else may look into the schema any more");
	is(query('SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal'), 0, "$track: and no trigger");
	query("DROP SCHEMA $schema CASCADE; DELETE FROM $tickets WHERE ticket_id = 'new'; UPDATE $tickets SET updated_at = created_at, team = 't' || ticket_id::integer % 2");
}

# Row-level security: the rows of the one who built, who does not own the table; a
# writer whom it shows other rows changes them all the same.
query("ALTER TABLE $tickets ENABLE ROW LEVEL SECURITY; ALTER TABLE $tickets FORCE ROW LEVEL SECURITY; ALTER TABLE $surveys ENABLE ROW LEVEL SECURITY;
	CREATE POLICY seen ON $tickets TO analyst USING (team = 't1'); CREATE POLICY written ON $tickets TO writer USING (true)");
query(build("'secured'", 'triggers'));
is(query('SELECT sum(tickets), min(team), max(team) FROM secured.team_weekly WHERE tickets > 0'), query("SELECT count(*) || '|t1|t1' FROM $tickets"), 'row-level security: the rows of the builder');
query("UPDATE $tickets SET team = 't1', created_at = created_at - interval '3 days' WHERE ticket_id IN ('4', '44')", role => 'writer');
query("SELECT lib.kpi_refresh('secured')");
query(build("'again'", 'updated_at'));
is(built_again('secured', 'again'), '0 0 0', 'and those that others make so');
query("SELECT lib.kpi_drop('again'); SELECT lib.kpi_drop('secured')");

# A line for a crontab runs in a shell as it is printed, but for the percent sign that cron unescapes
foreach my $target ($name, 'plain')
{
	my $literal = "E'" . ($target =~ s/'/''/gr =~ s/\\/\\\\/gr) . "'";
	query(build($literal, 'updated_at'));
	my $line = query("SELECT lib.kpi_schedule($literal, '*/10 * * * *')");
	like($line, qr/^\*\/10 \* \* \* \* psql /, "$target: a line for a crontab");
	unlike($line, qr/(?<!\\)%/, "$target: without a percent sign that ends it");
	my $command = $line =~ s/^\S+ \S+ \S+ \S+ \S+ //r =~ s/\\%/%/gr;
	local $ENV{PGUSER} = 'analyst';
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	my ($stdout, $stderr) = run_command([ 'sh', '-c', $command ]);
	is($stderr, '', "$target: and runs");
	like($stdout, qr/kpi_refresh.*\(1 row\)/s, "$target: and refreshes");
	query("SELECT lib.kpi_drop($literal)");
}
SKIP:
{
	skip 'pg_cron is not installed: kpi_schedule is tested without it only', 2 unless $node->safe_psql('postgres', "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'");
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\n");
	$node->restart;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron TO analyst');
	query(build("'plain'", 'updated_at'));
	like(query("SELECT lib.kpi_schedule('plain', '*/10 * * * *')"), qr/^scheduled as job \d+ of pg_cron$/, 'pg_cron has the job');
	is(query('SELECT schedule, command, username FROM cron.job'), "*/10 * * * *|SELECT lib.kpi_refresh('plain')|analyst", 'with the command, of the role');
}

$node->stop;
done_testing();
