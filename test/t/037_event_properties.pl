# Random streams of messages, status changes and SLA targets with random settings and
# edits: after each build and refresh a mart equals the results of a loop over the ordered
# events of each ticket (test/data/mart/event_reference.sql), and of kpi_verify.
# KPI_SEED=number makes other streams, 200 of them or KPI_TABLES; a failure names its seed.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Events;
use RandomMarts qw(random_node start_lives finish_lives);

my $first_seed = $ENV{KPI_SEED} // 20260101;
my $lives = $ENV{KPI_TABLES} // (defined $ENV{KPI_SEED} ? 200 : $ENV{KPI_QUICK} ? 4 : 5);
my $sessions = 2;
note "KPI_SEED=$first_seed, KPI_TABLES=$lives";

my $node = random_node('events');
my $data = abs_path(dirname(__FILE__) . '/../data/mart');
foreach my $session (1 .. $sessions)
{
	$node->safe_psql('postgres', "CREATE DATABASE s$session");
	$node->safe_psql("s$session", "CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file("$data/event_reference.sql")
		. slurp_file("$data/event_reference_judge.sql"));
}

my @runs = start_lives($node, $sessions, $lives, sub { return Events::life($first_seed + $_[0]) });
my ($output, $errors) = finish_lives(@runs);
is(scalar(() = $output =~ /^seed \d+$/mg), $lives, "$lives marts");
is(substr(join("\n", grep { /^seed \d+, / } split /\n/, $output), 0, 20000), '',
	'marts are what the loop makes of their events');
is(substr($errors, 0, 5000), '', 'and nothing has failed');
$node->stop;
done_testing();
