# Random queries of sqlsmith, with a fixed seed: no call of our functions stops the
# server.  Skipped where sqlsmith is not installed.
# KPI_SEED=number makes other queries.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

if (system('sh', '-c', 'command -v sqlsmith >/dev/null') != 0)
{
	plan skip_all => 'random queries: sqlsmith is not installed: apt-get install sqlsmith';
}

my $seed = $ENV{KPI_SEED} // 20260101;
note "KPI_SEED=$seed";
my $node = PostgreSQL::Test::Cluster->new('random');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
# errors are logged, so that an internal one is seen; all others are expected
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nstatement_timeout = 2s\nlog_error_verbosity = verbose\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi;
CREATE TABLE ticket AS SELECT i AS id, 'a' || i % 3 AS agent, i % 11 AS score, i % 2 = 0 AS solved, make_interval(mins => i) AS waited,
	timestamptz '2026-01-01 UTC' + i * interval '5 hours' AS opened,
	'Europe/Berlin; Mo-Fr 09:00-17:00'::business_hours AS hours, i * 1.5 AS cost
FROM generate_series(1, 30) AS i;
CREATE TABLE daily AS
SELECT opened::date AS day, scores_agg(score) AS scores, rate_agg(solved) AS rate, durations_agg(waited) AS durations,
	ratio_agg(cost, 1) AS ratio, trend_agg(score, opened) AS trend FROM ticket GROUP BY 1;
SQL

my ($stdout, $stderr) = run_command([ 'timeout', '120', 'sqlsmith', '--target=' . $node->connstr('postgres'),
		'--exclude-catalog', '--max-queries=400', "--seed=$seed", '--dump-all-queries' ]);
my @queries = split /;\n/, $stdout;

cmp_ok(scalar(@queries), '>', 300, 'queries were made: ' . @queries) or diag($stderr);
my $names = join '|', split /\n/, $node->safe_psql('postgres', q(
SELECT DISTINCT p.proname
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
AND d.deptype = 'e' AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi')));
cmp_ok(scalar(grep { /\b(?:$names)\s*\(/ } @queries), '>', 20, 'and many of them call ours');
is($node->safe_psql('postgres', 'SELECT nps(9)'), 100, 'the server is still up');
$node->stop;
my $log = slurp_file($node->logfile);
unlike($log, qr/terminated by signal|PANIC:|TRAP:/, 'and no process has crashed');
is(join("\n", grep { /LOCATION:  kpi_/ } ($log =~ /ERROR:  XX\d\d\d:.*?LOCATION:[^\n]*/sg)), '', 'no internal error of ours');
done_testing();
