# kill -9 of a backend, of the postmaster, of all processes and of a standby, at random moments of kpi_build,
# kpi_refresh, kpi_upgrade, kpi_verify, kpi_drop and ALTER EXTENSION UPDATE.  After recovery the mart is as before or as
# after the statement, nothing else is left, and the next refresh makes it right.  The standby has the same rows.  At
# the end of each round the primary is killed and the standby is promoted.
#
# KPI_SEED=number draws other statements, victims and moments; KPI_KILLS is the number of rounds, each of 6 kills.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use Faults;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $extension = `pg_config --sharedir`;
chomp $extension;
$extension .= '/extension';
plan skip_all => "cannot write to $extension" unless -w $extension;

my $seed = $ENV{KPI_SEED} // 20260101;
my $rounds = $ENV{KPI_KILLS} // 4;
note "KPI_SEED=$seed, KPI_KILLS=$rounds";
srand($seed);

# A release that takes a moment to install, and the way back.
my ($version) = slurp_file("$extension/kpi_mart.control") =~ /default_version = '([^']+)'/;
my @releases = map { "$extension/kpi_mart--$_.sql" } "$version--98.0.0", "98.0.0--$version";
append_to_file($releases[0], <<'SQL');
CREATE FUNCTION @extschema@.kpi_new() RETURNS integer LANGUAGE sql RETURN 1;
UPDATE @extschema@.kpi_template SET body = body || E'\n';
SELECT pg_sleep(0.3);
SQL
append_to_file($releases[1], <<'SQL');
UPDATE @extschema@.kpi_template SET body = rtrim(body, E'\n') || E'\n';
SELECT pg_sleep(0.3);
DROP FUNCTION @extschema@.kpi_new();
SQL
END { unlink @releases if @releases }

my $primary = PostgreSQL::Test::Cluster->new('node0');
$primary->init(allows_streaming => 1, extra => [ '--encoding=UTF8', '--locale=C' ]);
$primary->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\nautovacuum = off\n"
	. "restart_after_crash = on\nwal_retrieve_retry_interval = '100ms'\n");
$primary->start;
$primary->safe_psql('postgres',
	'CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib');

my $path = 'SET search_path = desk, lib;';

sub query
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "$path\n$sql");
}
query($primary, faulty_mart());

my $start = q(SELECT start('track => ''triggers'', lag => ''0'''));
my $is_right = sub { query($_[0], 'SELECT differences()') eq '0' };
# each with its place in the life of a mart, and whether a fingerprint is one of after it
my %statement = (
	kpi_build => { sql => $start, fresh => 1, after => $is_right },
	kpi_refresh => { sql => q(SELECT kpi_refresh('built')), after => $is_right },
	'kpi_refresh, full' => { sql => q(SELECT kpi_refresh('built', "full" => true)), after => $is_right },
	kpi_upgrade => { sql => q(SELECT kpi_upgrade('built')), after => $is_right },
	kpi_verify => { sql => q(SELECT count(*) FROM kpi_verify('built')), after => sub { 0 } },
	kpi_drop => { sql => 'SELECT stop()', after => sub { $_[1] eq '' } },
	'ALTER EXTENSION' => { sql => 'ALTER EXTENSION kpi_mart UPDATE TO %s', after => sub { 0 } });

# Which version the extension must be updated to, and whether it is whole.
my $other = qq(SELECT CASE extversion WHEN '98.0.0' THEN '$version' ELSE '98.0.0' END FROM pg_extension
	WHERE extname = 'kpi_mart');
my $broken = q(SELECT (extversion = '98.0.0') <> (to_regprocedure('lib.kpi_new()') IS NOT NULL) FROM pg_extension
	WHERE extname = 'kpi_mart');

# Readies the node for a statement, which it returns as SQL.
sub prepare
{
	my ($node, $name) = @_;
	my $is_built = query($node, q(SELECT to_regnamespace('built') IS NOT NULL)) eq 't';

	query($node, 'SELECT stop()') if $is_built && $statement{$name}{fresh};
	query($node, $start) unless $is_built || $statement{$name}{fresh};
	query($node, 'SELECT mutate(' . int(rand 1000) . ', true)') unless $statement{$name}{fresh};
	return $statement{$name}{sql} =~ s/%s/"'" . query($node, $other) . "'"/er;
}

# How long each takes.
my %seconds;
foreach my $name (sort keys %statement)
{
	my $sql = prepare($primary, $name);
	my $since = time;
	query($primary, $sql);
	$seconds{$name} = time - $since;
}

# Starts a statement and kills at a random moment of it: $kill is called with the process of the backend.  Returns what
# the mart was before, and the session.
sub kill_during
{
	my ($node, $standby, $name, $kill) = @_;
	my $sql = prepare($node, $name);
	my $before = query($node, fingerprint());
	my $session = $node->background_psql('postgres', on_error_stop => 0);
	my $backend = $session->query_safe('SELECT pg_backend_pid()');

	$node->wait_for_catchup($standby);
	$session->query_until(qr/begins/, "$path\n\\echo begins\n$sql;\n");
	sleep(rand($seconds{$name}));
	$kill->($backend);
	return ($before, $session);
}

# Checks a node that has recovered.
sub check
{
	my ($node, $name, $before, $what) = @_;
	my $now = query($node, fingerprint());
	my $is_before = $now eq $before;

	ok($is_before || $statement{$name}{after}->($node, $now), "$what: as before or as after");
	is(query($node, $broken), 'f', "$what: the extension has one version");
	ok($node->poll_query_until('postgres', 'SELECT NOT EXISTS (' . leftovers() . ')'), "$what: nothing is left")
		or diag(query($node, leftovers()));
	query($node, $start) if $now eq '';
	query($node, q(SELECT kpi_refresh('built', "full" => true)));
	is(query($node, 'SELECT differences()'), 0, "$what: the next refresh makes it right");
	return $is_before ? 'before' : 'after';
}

my %outcomes;
foreach my $round (1 .. $rounds)
{
	my $standby = PostgreSQL::Test::Cluster->new("node$round");
	$primary->backup("backup$round");
	$standby->init_from_backup($primary, "backup$round", has_streaming => 1);
	$standby->start;

	foreach my $kill (1 .. 6)
	{
		my $name = (sort keys %statement)[ rand keys %statement ];
		my $victim = $kill == 6 ? 'primary' : (qw(backend postmaster primary standby))[ rand 4 ];
		my $what = "round $round, $victim killed in $name";
		my @primary = processes_of($primary);
		my @standby = processes_of($standby);
		my ($before, $session) = kill_during($primary, $standby, $name, sub {
			kill_processes($victim eq 'backend' ? $_[0] : $victim eq 'postmaster' ? $primary[0] :
				$victim eq 'primary' ? ($_[0], @primary) : @standby);
		});

		if ($victim eq 'standby')
		{
			ok(wait_until_gone(@standby), "$what: the standby is gone");
			$standby->_update_pid(-1);
			$standby->start;
		}
		eval { $session->quit };
		if ($kill == 6)
		{
			ok(wait_until_gone(@primary), "$what: the primary is gone");
			$primary->_update_pid(-1);
			$standby->promote;
			$outcomes{ check($standby, $name, $before, "$what, standby promoted") }++;
			$primary = $standby;
			last;
		}
		if ($victim eq 'postmaster' || $victim eq 'primary')
		{
			ok(wait_until_gone(@primary), "$what: the primary is gone");
			$primary->_update_pid(-1);
			$primary->start;
		}
		ok($primary->poll_query_until('postgres', 'SELECT true'), "$what: the primary is there");
		$outcomes{ check($primary, $name, $before, $what) }++;
		$primary->wait_for_catchup($standby);
		is(query($standby, fingerprint()), query($primary, fingerprint()), "$what: the standby has the same rows");
	}
}
note join ', ', map { "$outcomes{$_} as $_" } sort keys %outcomes;
# otherwise the kills came too late
cmp_ok($outcomes{before} // 0, '>', $rounds, 'most statements were undone');
unlike(slurp_file($_), qr/PANIC:|TRAP:/, "no panic in $_") foreach glob($primary->basedir . '/../../log/*_node*.log');
$primary->stop;
done_testing();
