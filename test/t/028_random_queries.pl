# Random queries of sqlsmith over the views and tables of a mart, with calls of our functions alone: none stops the server or
# is an internal error.  Skipped where sqlsmith is not installed.  What sqlsmith cannot call, 054_random_calls does.
# KPI_SEED=number makes other queries, and more of them.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

if (system('sh', '-c', 'command -v sqlsmith >/dev/null') != 0)
{
	plan skip_all => 'random queries: sqlsmith is not installed: apt-get install sqlsmith';
}

my $seed = $ENV{KPI_SEED} // 20260101;
my $queries = defined $ENV{KPI_SEED} ? 3000 : 400;
note "KPI_SEED=$seed";
my $node = PostgreSQL::Test::Cluster->new('random');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
# errors are logged, so that an internal one is seen; all others are expected
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nlog_error_verbosity = verbose\n");
$node->start;
$node->safe_psql('postgres',
	"CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file(dirname(__FILE__) . '/../data/arguments.sql') . <<'SQL');
CREATE TABLE ticket AS SELECT i AS id, 'a' || i % 3 AS agent, i % 11 AS score, i % 2 = 0 AS solved,
	make_interval(mins => i) AS waited, timestamptz '2026-01-01 UTC' + i * interval '5 hours' AS opened,
	'Europe/Berlin; Mo-Fr 09:00-17:00'::business_hours AS hours, i * 1.5 AS cost, sentiment_lexicon 'english' AS lexicon,
	tstzrange(timestamptz '2026-01-01 UTC' + i * interval '1 hour', NULL) AS period, kpi_service_rule 'all_offered' AS rule,
	kpi_churn_rule 'stripe' AS churn, kpi_contact_rule 'zendesk' AS contact, kpi_direction 'up' AS better
FROM generate_series(1, 30) AS i;
CREATE TABLE daily AS
SELECT opened::date AS day, scores_agg(score) AS scores, rate_agg(solved) AS rate, durations_agg(waited) AS durations,
	ratio_agg(cost, 1) AS ratio, trend_agg(score, opened) AS trend, nps_ci(score) AS estimate FROM ticket GROUP BY 1;
-- sqlsmith takes functions and operators from the catalogue that it finds first
CREATE SCHEMA smith;
CREATE VIEW smith.pg_proc AS
	SELECT p.* FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid AND e.extname IN ('kpi', 'kpi_mart');
CREATE VIEW smith.pg_operator AS
	SELECT o.* FROM pg_operator o
	WHERE oprname IN ('=', '<') AND oprnamespace = 'pg_catalog'::regnamespace OR oprnamespace = 'public'::regnamespace;
ALTER SYSTEM SET statement_timeout = '2s';
SELECT pg_reload_conf();
SQL

my ($stdout, $stderr) = run_command([ 'timeout', '1200', 'sqlsmith',
		'--target=' . $node->connstr('postgres') . " options='-c search_path=smith,pg_catalog,public'",
		'--exclude-catalog', "--max-queries=$queries", "--seed=$seed", '--dump-all-queries' ]);
my @queries = split /;\n/, $stdout;

cmp_ok(scalar(@queries), '>', $queries / 2, 'queries were made: ' . @queries) or diag($stderr);
my %called = map { $_ => 0 } split /\n/, $node->safe_psql('postgres', 'SELECT proname FROM smith.pg_proc');
foreach my $query (@queries)
{
	exists $called{$_} && $called{$_}++ foreach $query =~ /\b(\w+)\s*\(/g;
}
my @never = grep { !$called{$_} } sort keys %called;
note "never called: @never";
cmp_ok(scalar(keys %called) - @never, '>', 0.5 * keys %called, 'and most of our functions are called in them');
is($node->safe_psql('postgres', 'SELECT nps(9)'), 100, 'the server is still up');
$node->stop;
my $log = slurp_file($node->logfile);
unlike($log, qr/terminated by signal|PANIC:|TRAP:/, 'and no process has crashed');
is(join("\n", $log =~ /ERROR:  XX\d\d\d:.*?LOCATION:[^\n]*/sg), '', 'no internal error');
done_testing();
