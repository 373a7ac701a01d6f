# What becomes of a built schema when sessions, columns, relations and schemas are not
# what they were when it was built: kpi_refresh gives what a new build would give, or
# says why it cannot; and those who write to the tables are never in the way.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('changed');
my @analyst = (extra_params => [ '-U', 'analyst' ]);

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = work, lib;\n$sql", @analyst);
}

sub fails
{
	my ($sql, $expected, $title) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "SET search_path = work, lib;\n$sql", @analyst);
	return like($err, $expected, $title);
}

# what a refresh warns of
sub warns
{
	my ($sql, $expected, $title) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "SET search_path = work, lib;\n$sql", @analyst, on_error_stop => 1);
	is($rc, 0, "$title: goes on");
	return like($err, $expected, $title);
}

query(<<'SQL');
CREATE SCHEMA work;
CREATE FUNCTION start(arguments text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DROP TABLE IF EXISTS tickets, surveys CASCADE;
	CREATE TABLE tickets AS SELECT n AS ticket_id, timestamptz '2026-03-02 01:00+00' + n * interval '7 hours' AS created_at, timestamptz '2026-03-02 09:00+00' + n * interval '7 hours' AS resolved_at, clock_timestamp() AS updated_at,
		'team ' || n % 2 AS team, 1 + n % 5 AS csat_score, timestamptz '2026-10-01 23:30+00' AS bought FROM generate_series(1, 20) AS n;
	CREATE TABLE surveys AS SELECT n AS response_id, 'nps' AS kind, resolved_at AS sent_at, resolved_at AS answered_at, 9 AS score, ticket_id FROM tickets, LATERAL (SELECT ticket_id) AS t (n);
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''built'', ''Europe/Berlin'', lag => ''0'', dimensions => ''{bought}'', %s)', arguments);
END $$;
CREATE FUNCTION differences(arguments text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	n bigint;
BEGIN
	EXECUTE format('SELECT count(*) FROM kpi_build(''tickets'', ''again'', ''Europe/Berlin'', dimensions => ''{bought}'', %s)', arguments);
	SELECT count(*) INTO n FROM ((TABLE built.ticket_daily EXCEPT ALL TABLE again.ticket_daily) UNION ALL (TABLE again.ticket_daily EXCEPT ALL TABLE built.ticket_daily)) AS q;
	PERFORM kpi_drop('again');
	RETURN n;
END $$;
SQL

# Sessions that write and read dates, times and zones in other ways
foreach my $track (qw(updated_at triggers))
{
	foreach my $session ("SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Kolkata'", "SET datestyle = 'German'; SET timezone = 'Asia/Shanghai'", "SET datestyle = 'Postgres'; SET timezone = 'Pacific/Guam'; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -5")
	{
		query("SELECT start('track => ''$track'''); $session; UPDATE tickets SET team = 'b', updated_at = clock_timestamp() WHERE ticket_id % 3 = 0; SELECT kpi_refresh('built')");
		is(query("SELECT differences('track => ''$track''')"), 0, "$track: $session");
		is(query('SELECT count(*) FILTER (WHERE team = $$b$$ AND tickets > 0), count(DISTINCT bought) FROM built.ticket_daily'), '6|1', "$track: and days and dimensions are those of other sessions");
		query("SELECT kpi_drop('built')");
	}
}

# Columns that come, go, or become another type
foreach my $track (qw(updated_at triggers))
{
	my $arguments = "track => ''$track''";
	query("SELECT start('$arguments'); ALTER TABLE tickets RENAME created_at TO created");
	query("INSERT INTO tickets (ticket_id) VALUES (99)");
	fails("SELECT kpi_refresh('built')", qr/column "created_at" of relation (work\.)?tickets cannot be read/, "$track: a column that is needed is gone");
	query('ALTER TABLE tickets RENAME created TO created_at; DELETE FROM tickets WHERE ticket_id = 99');
	is(query("SELECT kpi_refresh('built') IS NOT NULL, differences('$arguments')"), 't|0', "$track: and back again");
	query("DROP VIEW built.open_tickets, built.backlog_age; ALTER TABLE tickets ALTER csat_score TYPE text");
	fails("SELECT kpi_refresh('built')", qr/column "csat_score" of relation (work\.)?tickets cannot be read/, "$track: one that was numbers is texts");
	query("ALTER TABLE tickets ALTER csat_score TYPE integer USING csat_score::integer, ADD nps_score integer DEFAULT 9; UPDATE tickets SET updated_at = clock_timestamp() WHERE ticket_id = 1; SELECT kpi_refresh('built')");
	is(query("SELECT differences('$arguments'), sum(sample_size(nps)) FROM built.ticket_daily"), '0|20', "$track: a new column counts for all tickets");
	query("ALTER TABLE tickets ADD customer_id text DEFAULT 'c'; SELECT kpi_refresh('built')");
	is(query("SELECT differences('$arguments')"), 0, "$track: even one that a build would make another table of");
	query("ALTER TABLE tickets RENAME resolved_at TO solved_at; UPDATE tickets SET team = 'c', updated_at = clock_timestamp() WHERE ticket_id = 1; SELECT kpi_refresh('built')");
	is(query("SELECT differences('$arguments'), sum(resolved), sum(tickets) FILTER (WHERE team = 'c') FROM built.ticket_daily"), '0|0|1', "$track: one that is gone counts for none");
	query("UPDATE tickets SET created_at = created_at + interval '3 days', updated_at = clock_timestamp() WHERE ticket_id = 2; SELECT kpi_refresh('built')");
	is(query("SELECT differences('$arguments')"), 0, "$track: and refreshes go on");
	query('DROP TABLE tickets CASCADE');
	fails("SELECT kpi_refresh('built')", qr/the relation of tickets that schema "built" counts does not exist any more/, "$track: no tickets");
	query("SELECT kpi_drop('built')");

	query("SELECT start('$arguments, surveys => ''surveys'''); DROP TABLE surveys");
	fails("SELECT kpi_refresh('built')", qr/the relation of surveys that schema "built" counts does not exist any more/, "$track: no surveys");
	query("SELECT kpi_drop('built')");
}

# A table that lived on a column which is gone
query("SELECT start('track => ''updated_at'''); SELECT kpi_drop('built'); ALTER TABLE tickets ADD customer_id text DEFAULT 'c'; SELECT kpi_build('tickets', 'built', 'UTC')");
is(query('SELECT count(*) > 0 FROM built.contact_daily_tally'), 't', 'contacts are counted');
query("ALTER TABLE tickets RENAME customer_id TO customer; SELECT kpi_refresh('built')");
is(query('SELECT count(*) FROM built.contact_daily_tally'), 0, 'and no more, when nothing tells the customers apart');
query("SELECT kpi_drop('built', keep_user_rows => false)");

# Triggers: the schema that they write to goes, or has another name
query("SELECT start('track => ''triggers'''); SET client_min_messages = error; DROP SCHEMA built CASCADE");
warns('UPDATE tickets SET team = $$x$$', qr/changes of relation (work\.)?tickets are not written down: there is no table built\.kpi_change\nHINT:  DROP TRIGGER kpi_update_\w+ ON (work\.)?tickets/, 'the schema is dropped');
query("SELECT start('track => ''triggers'''); ALTER SCHEMA built RENAME TO renamed");
warns('DELETE FROM tickets WHERE ticket_id = 1', qr/there is no table built\.kpi_change/, 'the schema is renamed');
warns("SELECT kpi_refresh('renamed')", qr/a relation of schema "renamed" has no triggers any more/, 'a refresh of it');
is(query('SELECT sum(tickets) FROM renamed.ticket_daily'), 19, 'counts all');
query("SELECT kpi_drop('renamed')");
is(query("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'tickets'::regclass"), 0, 'kpi_drop finds its triggers');

# Rows that cannot be stand in nobody's way either
query("DROP TABLE tickets; CREATE TABLE tickets AS SELECT 1 AS ticket_id, timestamptz '2026-03-02' AS created_at; CREATE TABLE subscriptions (account_id text, starts_on date, ends_on date); CREATE TABLE costs (month date, component text, amount numeric);
	CREATE TABLE work_time (agent_id text, started_at timestamptz, ended_at timestamptz, state text); SELECT kpi_build('tickets', 'built', 'UTC', track => 'triggers', subscriptions => 'subscriptions', costs => 'costs', work_time => 'work_time')");
query("INSERT INTO subscriptions VALUES ('a', '5874897-01-01', NULL), ('b', '4000-01-01 BC', '2026-02-01'), ('c', '-infinity', 'infinity'), ('d', '2026-01-15', NULL); INSERT INTO costs VALUES ('5874897-12-01', 'staff', 1), ('infinity', 'staff', 1), ('2026-03-01', 'staff', 7);
	INSERT INTO work_time VALUES ('ann', '0002-01-01 00:00+00', '9990-01-01 00:00+00', 'busy'), ('ann', '-infinity', 'infinity', 'busy'), ('ann', '2026-03-03 09:00+00', '2026-03-03 10:00+00', 'busy')");
query("SET statement_timeout = '30s'; SELECT kpi_refresh('built')");
is(query('SELECT (SELECT sum(amount) FROM built.cost_monthly WHERE NOT is_total), (SELECT sum(worked_total_seconds) FROM built.workforce_daily), (SELECT sum(joined) FROM built.lifecycle_monthly)'), '7|3600|1', 'impossible dates are left out');
# nor does a table of which no column that tells days is left
query("ALTER TABLE costs RENAME month TO period; INSERT INTO costs VALUES ('2026-04-01', 'staff', 5); DELETE FROM costs WHERE amount = 5; TRUNCATE costs");
fails("SELECT kpi_refresh('built')", qr/column "month" of relation (work\.)?costs cannot be read/, 'its writers go on, and the refresh says what is missing');
query("SELECT kpi_drop('built', false)");

# What others can put in the way
query("SELECT start('track => ''triggers''')");
$node->safe_psql('postgres', 'CREATE ROLE stranger LOGIN; CREATE SCHEMA AUTHORIZATION stranger; GRANT USAGE ON SCHEMA lib TO stranger');
sub stranger { return $node->safe_psql('postgres', "SET search_path = lib;\n$_[0]", extra_params => [ '-U', 'stranger' ]); }
stranger("INSERT INTO built.kpi_change VALUES (NULL, '{5874897-12-31,infinity,4713-01-01 BC}')");
is(query("SELECT * FROM kpi_refresh('built')"), '0|0', 'days that cannot be');
stranger("CREATE TABLE stranger.t (a int); CREATE TRIGGER kpi_insert_" . query("SELECT md5('built')") . " AFTER INSERT ON stranger.t FOR EACH ROW EXECUTE FUNCTION kpi_track('built', '', '{}', '')");
query("SELECT kpi_drop('built')");
is(stranger("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'stranger.t'::regclass"), 1, 'a trigger that only looks like one of ours');

query("SELECT start('track => ''updated_at''')");
like(($node->psql('postgres', "SET search_path = lib; SELECT kpi_refresh('built')", extra_params => [ '-U', 'stranger' ]))[2], qr/permission denied|must be owner/, 'a stranger may not refresh');
like(($node->psql('postgres', "SET search_path = lib; SELECT kpi_refresh('built')", extra_params => [ '-U', $node->safe_psql('postgres', 'SELECT current_user') ]))[2], qr/must be owner of what kpi_build has made in schema "built"\nHINT:  SET ROLE analyst first/, 'nor may a superuser');
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/schema "built" is built already/, 'built already');

# Snapshots that are older than what they are compared with
fails("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT kpi_build('tickets', 'other', 'UTC')", qr/kpi_build cannot run at isolation level repeatable read/, 'a build needs the newest');
my $session = $node->background_psql('postgres', on_error_stop => 1, @analyst);
$session->query_safe("SET search_path = work, lib; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM tickets");
query("INSERT INTO tickets (ticket_id, created_at, updated_at) VALUES (100, '2026-03-03', clock_timestamp())");
$session->query_safe("SELECT kpi_refresh('built'); COMMIT");
$session->quit;
query("SELECT kpi_refresh('built')");
is(query("SELECT differences('track => ''updated_at''')"), 0, 'a refresh that could not see a ticket leaves it to the next one');

$node->stop;
done_testing();
