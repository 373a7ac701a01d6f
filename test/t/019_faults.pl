# The server is killed in the middle of a build, of a refresh and of a COPY:
# committed data is unchanged, uncommitted data is gone, and repeating the command
# gives the same as a new build.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use AdapterContract qw(adapter_node);
use Desk;
use Faults;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('faults');
my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());
my $path = 'SET search_path = desk, lib;';

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "$path\n$sql");
}

# Starts SQL in its own session, which waits for a lock that $hold takes, and then
# kills the postmaster, which no child process outlives.
sub kill_during
{
	my ($sql, $title, $hold) = @_;
	my ($holder, $victim) = map { $node->background_psql('postgres', on_error_stop => 0) } 1 .. 2;

	$hold //= 'SELECT pg_advisory_lock(1)';
	$holder->query_safe("BEGIN; $hold");
	$victim->query_until(qr/begins/, "$path\n\\echo begins\n$sql;\n");
	ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock')),
		"$title: the server is killed in the middle");
	my @processes = processes_of($node);
	$node->kill9;
	eval { $_->quit } foreach $victim, $holder;
	wait_until_gone(@processes);
	$node->start;
	return;
}

# What must not change: the facts and the bytes of all tallies.
my $bytes = join ' UNION ALL ',
	map { "SELECT '$_', md5(string_agg(t::text, '' ORDER BY t::text)) FROM built.$_ AS t" }
	qw(ticket ticket_daily_tally segment_daily_tally agent_daily_tally hourly_tally customer_signal);

query(desk());
query(q(CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); RETURN new; END';
	CREATE FUNCTION wait_for_view() RETURNS event_trigger LANGUAGE plpgsql AS $$
	BEGIN
		IF to_regclass('built.hourly_tally') IS NOT NULL THEN
			PERFORM pg_advisory_xact_lock(1);
		END IF;
	END $$));

foreach my $track (qw(updated_at triggers))
{
	my $start = "SELECT start('track => ''$track'', lag => ''0''')";

	# when the first tables of tallies are full
	query(q(CREATE EVENT TRIGGER wait ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION wait_for_view()));
	kill_during($start, "$track, kpi_build");
	query('DROP EVENT TRIGGER wait');
	is(query(q(SELECT to_regnamespace('built') IS NULL, count(*) FROM pg_trigger WHERE tgname LIKE 'kpi%')), 't|0',
		"$track, kpi_build: nothing of it is left");
	query($start);
	is(query('SELECT differences()'), 0, "$track, kpi_build: builds then");

	query("SELECT mutate(1, " . ($track eq 'triggers' ? 'true' : 'false') . ')');
	my $before = query($bytes);
	my $months = query('SELECT * FROM built.executive_monthly ORDER BY month');
	# the table that is written last
	kill_during("SELECT kpi_refresh('built')", "$track, kpi_refresh", 'SELECT FROM built.coverage_daily_tally FOR UPDATE');
	is(query($bytes), $before, "$track, kpi_refresh: the tallies are those before");
	is(query('SELECT * FROM built.executive_monthly ORDER BY month'), $months, "$track, kpi_refresh: and the answers");
	cmp_ok(query('SELECT differences()'), '>', 0, "$track, kpi_refresh: nothing of it is left");
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$track, kpi_refresh: refreshes then");

	foreach my $format (qw(text binary))
	{
		query("COPY built.ticket_daily_tally TO '$directory/$track.$format' (FORMAT $format); CREATE TABLE copied (LIKE built.ticket_daily_tally);
			CREATE TRIGGER wait BEFORE INSERT ON copied FOR EACH ROW WHEN (new.day > '2025-03-01') EXECUTE FUNCTION wait()");
		kill_during("COPY copied FROM '$directory/$track.$format' (FORMAT $format)", "$track, COPY $format");
		is(query('DROP TRIGGER wait ON copied; SELECT count(*) FROM copied'), 0, "$track, COPY $format: nothing of it is left");
		query("COPY copied FROM '$directory/$track.$format' (FORMAT $format)");
		is(query('SELECT count(*) > 50, (SELECT count(*) FROM (TABLE copied EXCEPT ALL TABLE built.ticket_daily_tally) AS e)
			FROM copied'), 't|0', "$track, COPY $format: copies then");
		query('DROP TABLE copied');
	}
	query('SELECT stop()');
}

# Two sessions define KPIs at once: both succeed, or one gets an error that the name is taken.
{
	my ($one, $two) = map { $node->background_psql('postgres', on_error_stop => 0) } 1 .. 2;
	my $define = "SELECT kpi_define('%s', 'scores', 'Mean of %s.', answer => 'score_avg', schema => 'desk')";

	$_->query_safe($path) foreach $one, $two;
	$one->query_safe('BEGIN; ' . sprintf($define, 'smile', 'one'));
	$two->query_safe(sprintf($define, 'grin', 'two'));
	$one->query_safe('COMMIT');
	is(query('SELECT smile(4), grin(4)'), '4|4', 'two sessions define two KPIs');

	$one->query_safe('BEGIN; ' . sprintf($define, 'laugh', 'one'));
	$two->query_until(qr/begins/, "\\set VERBOSITY verbose\n\\echo begins\n" . sprintf($define, 'laugh', 'two') . ";\n");
	ok($node->poll_query_until('postgres', q(SELECT count(*) = 1 FROM pg_stat_activity
		WHERE wait_event_type = 'Lock' AND query ~ 'kpi_define')), 'the second of the same name waits');
	$one->query_safe('COMMIT');
	$two->query('SELECT 1');
	like($two->{stderr}, qr/ERROR:  42723: KPI "laugh" already exists\n/, 'and is told then that there is one');
	is(query(q(SELECT (SELECT laugh(4)), definition FROM kpi_catalogue WHERE name = 'laugh')), '4|Mean of one.', 'which is the first');
	$_->quit foreach $one, $two;
}

$node->stop;
done_testing();
