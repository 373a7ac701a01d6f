# The views over surveys, work time, subscriptions, events of customers, costs and help
# sessions: small tables with figures worked out by hand, and random relations with edits,
# after which a mart must equal a reference in plain SQL (test/data/mart/business_*) over
# the same rows.
# KPI_SEED=number makes other relations, 100 times or KPI_TABLES; a failure names its seed.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use RandomMarts qw(random_node start_lives finish_lives);

my $first_seed = $ENV{KPI_SEED} // 20260101;
my $tables = $ENV{KPI_TABLES} // (defined $ENV{KPI_SEED} ? 100 : $ENV{KPI_QUICK} ? 2 : 3);
my $sessions = 2;
note "KPI_SEED=$first_seed, KPI_TABLES=$tables";

my $node = random_node('business');
my $data = abs_path(dirname(__FILE__) . '/../data/mart');
my $tempdir = PostgreSQL::Test::Utils::tempdir();
my @zones = qw(America/New_York Asia/Kolkata Australia/Lord_Howe UTC);
my @relations = qw(surveys work_time subscriptions customer_events costs help_sessions);

foreach my $database ('cases', map { "s$_" } 1 .. $sessions)
{
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION kpi_mart CASCADE');
}

# The arguments of kpi_build for relations.
sub given
{
	return join '', map { ", $_ => 'src.$_'" } @_;
}

# A mart over random relations and its reference, as a script for psql.
# settings: zone, week_start, csat_satisfied_from, ces_easy_from, has_subscriptions.
sub build
{
	my ($seed, $key, %settings) = @_;
	my @given = grep { $_ ne 'subscriptions' || $settings{has_subscriptions} eq 'true' } @relations;
	my $arguments = join ', ', map { "$_ => $settings{$_}" } qw(week_start csat_satisfied_from ces_easy_from);
	$arguments .= given(@given);
	# setseed takes -1 to 1
	return sprintf("\\set seed %s\n\\set key %s\n", $seed % 2000 / 1000 - 1, $key)
	  . "\\i $data/business_tables.sql\n"
	  . "SELECT count(*) AS done FROM kpi_build('src.tickets', 'mart', '$settings{zone}', $arguments) \\gset\n"
	  . "CREATE SCHEMA reference;\nCREATE VIEW reference.ticket AS TABLE mart.ticket;\n"
	  . "\\i $data/business_reference.sql\n\\i $data/business_reference_customers.sql\n"
	  . "\\i $data/business_reference_ratings.sql\n"
	  . "INSERT INTO reference.settings VALUES ('$settings{zone}', NULL, $settings{week_start},
		$settings{csat_satisfied_from}, $settings{ces_easy_from}, $settings{has_subscriptions});\n";
}

my $drop = "DROP SCHEMA reference CASCADE;\nSELECT FROM kpi_drop('mart', false);\nDROP SCHEMA src CASCADE;\n";

# ---------------------------------------------------------------- figures by hand

# They are read from both the reference and the mart, which must agree.
foreach my $schema ('reference', 'mart')
{
	my $file = "$tempdir/cases.sql";
	open my $script, '>', $file or die $!;
	print $script build(1, 'bigint', zone => 'America/New_York', week_start => 1, csat_satisfied_from => 'NULL',
		ces_easy_from => 5, has_subscriptions => 'true')
	  . "\\set show $schema\n\\i $data/business_cases.sql\n"
	  . "RESET search_path;\n" . $drop;
	close $script;
	my ($stdout, $stderr) = ('', '');
	$node->psql('cases', "SET client_min_messages = error;\n\\i $file", stdout => \$stdout, stderr => \$stderr,
		on_error_stop => 1);
	is($stderr, '', "$schema: cases ran");
	my @figures = grep { /\S/ } split /\n/, $stdout;
	is(scalar @figures, 67, "$schema: number of figures");
	like($_, qr/\Aok: /, "$schema: figure") foreach @figures;
}

# ---------------------------------------------------------------- random relations

sub chance { return rand() < $_[0] }
sub one { return $_[ int rand @_ ] }

# The life of a mart, as a script for psql that prints problems.
sub life
{
	my ($n) = @_;
	my $seed = $first_seed + $n;
	srand($seed);
	my %settings = (
		zone => $zones[ $n % @zones ],
		week_start => 1 + int rand 7,
		csat_satisfied_from => one('NULL', 'NULL', 3, 5, 6, 8),
		ces_easy_from => one(5, 5, 6, 7, 8),
		has_subscriptions => chance(0.8) ? 'true' : 'false');
	my $check = sub {
		my ($step) = @_;
		# without statistics, the reference takes ten times as long
		return "UPDATE reference.settings SET today = (SELECT as_of FROM mart.kpi_state) AT TIME ZONE zone;\n"
		  . "ANALYZE;\nSELECT reference.read() AS done \\gset\n"
		  . "SELECT 'seed $seed, $settings{zone}, $step: ' || problem FROM reference.compare('mart');\n";
	};
	my $sql = "\\echo seed $seed\nSET client_min_messages = warning;\n"
	  . build($seed, ($n + int($n / @zones)) % 2 ? 'text' : 'bigint', %settings)
	  . $check->('built');

	# the weights of signals are the user's
	$sql .= "UPDATE mart.kpi_health_weight SET weight = 60 WHERE signal = 'payment';\n"
	  . "UPDATE reference.health_weight SET weight = 60 WHERE signal = 'payment';\n" if chance(0.5);
	foreach my $round (1 .. 2)
	{
		my $verify = "SELECT 'seed $seed, verify: ' || v::text FROM kpi_verify('mart') AS v LIMIT 5;\n";
		$sql .= "SELECT src.edit_answers() AS done \\gset\nSELECT FROM kpi_refresh('mart');\n" . $verify
		  . "SELECT src.edit() AS done \\gset\nSELECT FROM kpi_refresh('mart', true);\n" . $check->("edits $round") . $verify
		  . "SELECT 'seed $seed, no changes: ' || r::text FROM kpi_refresh('mart') AS r WHERE rows <> 0;\n";
	}
	return $sql . $drop;
}

my @runs = start_lives($node, $sessions, $tables, \&life);
my ($output, $errors) = finish_lives(@runs);
is(scalar(() = $output =~ /^seed \d+$/mg), $tables, "$tables marts");
is(substr(join("\n", grep { /^seed \d+, / } split /\n/, $output), 0, 20000), '',
	'marts are what the reference makes of their relations');
is(substr($errors, 0, 5000), '', 'and nothing has failed');
$node->stop;
done_testing();
