# Random tables of tickets with random settings and edits: after each build, refresh
# and upgrade a mart is what kpi_verify computes, and what a reference in plain SQL
# (test/data/mart) makes of the same rows.
# KPI_SEED=number makes other tables, KPI_TABLES=number more of them.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run qw(start finish);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Mart;

my $first_seed = $ENV{KPI_SEED} // 20260101;
my $tables = $ENV{KPI_TABLES} // 50;
my $sessions = 2;
note "KPI_SEED=$first_seed, KPI_TABLES=$tables";

my $node = PostgreSQL::Test::Cluster->new('properties');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nautovacuum = off\ntimezone = UTC\n");
$node->start;
my $data = abs_path(dirname(__FILE__) . '/../data/mart');
my $tempdir = PostgreSQL::Test::Utils::tempdir();

foreach my $session (1 .. $sessions)
{
	$node->safe_psql('postgres', "CREATE DATABASE s$session");
	$node->safe_psql("s$session", "CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file("$data/reference.sql") . slurp_file("$data/reference_views.sql"));
}
my $contract = [ map { [ split /\|/ ] } split /\n/,
	$node->safe_psql('s1', q(SELECT name, type, required FROM kpi_contract WHERE relation = 'tickets' ORDER BY position)) ];

my @runs;
foreach my $session (1 .. $sessions)
{
	my $file = "$tempdir/session_$session.sql";
	open my $script, '>:encoding(UTF-8)', $file or die $!;
	print $script Mart::life($first_seed + $_, $contract) foreach grep { $_ % $sessions == $session - 1 } 0 .. $tables - 1;
	close $script;
	my %run = (stdout => '', stderr => '');
	$run{harness} = start([ 'psql', '-XqAt', '-d', $node->connstr("s$session"), '-f', $file ], '<', \'', '>', \$run{stdout}, '2>', \$run{stderr});
	push @runs, \%run;
}
finish($_->{harness}) foreach @runs;
my $output = join '', map { $_->{stdout} } @runs;
my $differences = join "\n", grep { /^seed \d+, / } split /\n/, $output;

is(scalar(() = $output =~ /^seed \d+$/mg), $tables, "$tables tables");
is(substr($differences, 0, 20000), '', 'marts are what the reference makes of their tickets');
is(substr(join('', map { $_->{stderr} } @runs), 0, 5000), '', 'and nothing has failed');
$node->stop;
done_testing();
