# Every function can be cancelled, none leaks memory, and a session survives running out of memory.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('limits');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi;
CREATE TABLE tickets AS SELECT now() AS opened, now() AS closed FROM generate_series(1, 10);
-- made beforehand: repeat() itself takes its time
CREATE TABLE literal (name text, literal text);
ALTER TABLE literal ALTER literal SET STORAGE EXTERNAL;
INSERT INTO literal VALUES
	('digits', '1/0/0/0/0/0@0.' || repeat(repeat('9', 1000), 50000)),
	('zeros', repeat(repeat('0', 1000), 50000) || '1/1/1'),
	('blanks', 'UTC; ' || repeat(repeat(' ', 1000), 50000) || 'off'),
	('zone', repeat(repeat('x', 1000), 50000) || '; off'),
	('dates', 'UTC; ' || repeat(repeat('2026-01-01,', 1000), 5000) || '2026-01-01 off'),
	('spans', 'UTC; ' || repeat('12:00-12:01,', 200000) || repeat('11:59-12:00,', 200000) || '01:00-02:00'),
	('rules', 'UTC; ' || repeat('2026-01-01,', 65000) || '2026-01-01 off'),
	('durations', '{' || repeat(repeat('1,', 1000), 50000) || '1}');
CREATE FUNCTION literal(text) RETURNS text STABLE LANGUAGE sql AS 'SELECT literal FROM literal WHERE name = $1';
SQL

# Every function that can take long because of its arguments.  With a timeout of half a second it ends within another
# second, with or without a result.
my %long = (
	'a number of 50 MB' => q(SELECT literal('digits')::kpi_trend),
	'zeros of 50 MB' => q(SELECT literal('zeros')::kpi_ratio),
	'blanks of 50 MB' => q(SELECT literal('blanks')::business_hours),
	'a zone of 50 MB' => q(SELECT literal('zone')::business_hours),
	'5 million dates' => q(SELECT literal('dates')::business_hours),
	# took minutes, and could not be cancelled
	'quadratic_spans' => q(SELECT literal('spans')::business_hours),
	'50 million durations' => q(SELECT literal('durations')::kpi_durations),
	'many_rules_of_a_calendar' => q(SELECT business_time(timestamp '2000-01-01', '9000-01-01',
		literal('rules')::business_hours)),
	'business time over millennia' => q(SELECT business_time(timestamp '4713-01-01 BC', timestamp '9999-01-01',
		'Europe/Berlin; Mo-Fr 09:00-17:00; 9999-12-31 off')),
	'a deadline in millennia' => q(SELECT business_deadline(timestamp '4713-01-01 BC', '480 h',
		'Europe/Berlin; Feb 29 09:00-09:01')),
	'an opening in millennia' => q(SELECT next_open(timestamp '4713-01-01 BC',
		'Europe/Berlin; 9999-12-31 09:00-17:00')),
	'spans of millennia' => q(SELECT count(*)
		FROM business_spans(timestamptz '4713-01-01 BC', '290000-01-01', 'Europe/Berlin; Mo-Fr 09:00-17:00')),
	'one span of millennia' => q(SELECT count(*)
		FROM business_spans(timestamptz '4713-01-01 BC', '290000-01-01', 'Europe/Berlin; 24/7')),
	'percentile_ci of 9e18' => q(SELECT percentile_ci('{60x9000000000000000000}', 0.5)),
	# never ended, and could not be cancelled
	'tiny_confidence' => q(SELECT rate_ci('1/2'::kpi_rate, 8e-317),
		trend_ci('3/6/0.000014/180/0.014/0.0004', 5e-324), required_sample(5, 5e-324)),
	'rate_ci of 9e18' => q(SELECT rate_ci('4611686018427387904/9223372036854775807'::kpi_rate,
		method => 'clopper-pearson')),
	'erlang_agents of 1e15 calls' => q(SELECT erlang_agents(1e15, '1 h', 99.999999, '20 s')),
	'service level of 1e15 agents' => q(SELECT erlang_service_level(1e15, '1 h', 1000000000000001, '20 s')),
	'exact_runs' => q(SELECT 'exact{1x120000000}'::kpi_durations),
	'the text of a long tally' => q(SELECT length('exact{1x100000000}'::kpi_durations::text)),
	'merging long tallies' => q(SELECT 'exact{1x60000000}'::kpi_durations + 'exact{1x60000000}'),
	'a percentile of a long tally' => q(SELECT p90_duration('exact{1x100000000}'::kpi_durations)),
	'a percentile of many rows' => q(SELECT p90_response(make_interval(secs => i * 7919 % 1000003))
		FROM generate_series(1, 100000000) AS i),
	'backlog_series with a step of a millisecond' => q(SELECT count(*)
		FROM backlog_series('tickets', 'opened', 'closed', '2000-01-01', '2026-01-01', '1 ms')),
	'backlog_series with a step of a minute' => q(SELECT count(*)
		FROM backlog_series('tickets', 'opened', 'closed', '2000-01-01', '2026-01-01', '1 minute')),
);
foreach my $what (sort keys %long)
{
	my $least;

	# the best of three: on a busy machine the clock shows the neighbours' work too
	foreach (1 .. 3)
	{
		my ($code, $stdout, $stderr) = $node->psql('postgres',
			"SET statement_timeout = 500;\n\\timing on\n$long{$what}");
		my ($ms) = $stdout =~ /Time: ([\d.]+) ms/ or diag("$stdout$stderr");

		diag("$what: $stderr") if $stderr && $stderr !~ /statement timeout|invalid input syntax/;
		$least = $ms if !defined $least || $ms < $least;
		last if $least < 1500;
	}
	cmp_ok($least, '<', 1500, "cancelled in time: $what");
}

# Errors about bad values are short.
like(($node->psql('postgres', q(SELECT 'nowhere/x5; 24/7'::business_hours)))[2],
	qr/Time zone "nowhere\/x5" is not recognized/, 'posix_zone_with_a_slash is no zone');
like(($node->psql('postgres', q(SELECT '<"a/b>5; 24/7'::business_hours::jsonb)))[2], qr/not recognized/,
	'posix_zone_with_quotes is none either');
is($node->safe_psql('postgres',
	q(SELECT 'etc/gmt+5; off'::business_hours, 'est5edt; off'::business_hours, 'GMT0; off'::business_hours)),
	'Etc/GMT+5; off|EST5EDT; off|GMT0; off', 'those with digits are');
cmp_ok(length(($node->psql('postgres', q(SELECT literal('zone')::business_hours)))[2]), '<', 3000,
	'a long literal is quoted in part');
like(($node->psql('postgres', q(SELECT ('UTC; ' || repeat('off;', 65537))::business_hours)))[2],
	qr/more than 65536 rules/, 'there is a limit to rules');

# A hundred thousand queries in one session, errors among them: its memory stays.
my $soaked = $node->safe_psql('postgres', <<'SQL');
CREATE TABLE survey AS
SELECT i % 11 AS score, i % 3 = 0 AS hit, make_interval(secs => i) AS d,
	   timestamptz '2026-01-01 UTC' + i * interval '1 hour' AS at, i % 7 AS grp
FROM generate_series(1, 20) AS i;
CREATE FUNCTION resident() RETURNS bigint LANGUAGE sql AS
$$SELECT substring(pg_read_file('/proc/self/status') FROM 'VmRSS:\s+(\d+)')::bigint$$;
CREATE FUNCTION contexts() RETURNS bigint LANGUAGE sql AS
'SELECT sum(total_bytes)::bigint / 1024 FROM pg_backend_memory_contexts';
CREATE PROCEDURE soak(rounds integer) LANGUAGE plpgsql AS $$
DECLARE
	queries text[] := ARRAY[
		'SELECT nps(score), csat_pct(score) FILTER (WHERE score BETWEEN 1 AND 5) FROM survey',
		'SELECT fcr_rate(hit), rate_ci(hit) FROM survey',
		'SELECT avg_response(d), cost_per_contact(score, 1) FROM survey',
		'SELECT grp, p90_response(d), median_duration(durations_agg(d)) FROM survey GROUP BY grp',
		'SELECT rollup(d) FROM (SELECT durations_agg(d) AS d FROM survey GROUP BY grp) AS t',
		'SELECT p90_response(d) OVER (ORDER BY at ROWS 3 PRECEDING) FROM survey',
		'SELECT rollup(s) OVER (ROWS 2 PRECEDING) FROM (SELECT durations_agg(d) AS s FROM survey GROUP BY grp) AS t',
		'SELECT trend_ci(score, at) FROM survey',
		'SELECT business_time(at, at + d * 1000, ''Europe/Berlin; Mo-Fr 09:00-17:00'') FROM survey',
		'SELECT business_time(at, at + d * 1000,
		 format(''UTC; Mo-Fr 09:00-17:%s'', lpad((%s %% 60)::text, 2, ''0''))::business_hours) FROM survey',
		'SELECT business_deadline(at, d, ''America/New_York; 24/7'') FROM survey',
		'SELECT erlang_agents(200, ''3 min'', 80, ''20 s''), percentile_ci(durations_agg(d), 0.5) FROM survey',
		'SELECT durations_agg(d)::text::kpi_durations, scores_agg(score)::jsonb, rate_agg(hit)::text::kpi_rate
		 FROM survey',
		'SELECT (''{1x'' || %s || ''}'')::kpi_durations + ''{1x3000}''',
		'SELECT nps(12)', 'SELECT ''{1''::kpi_durations', 'SELECT p90_response(interval ''-1 s'')',
		'SELECT ''nowhere; off''::business_hours', 'SELECT ''1/0''::kpi_rate',
		'SELECT business_time(at, ''infinity'', ''UTC; off'') FROM survey'];
BEGIN
	FOR i IN 1 .. rounds LOOP
		BEGIN
			EXECUTE replace(queries[1 + i % cardinality(queries)], '%s', i::text);
		EXCEPTION WHEN OTHERS THEN NULL;
		END;
		IF i % 100 = 0 THEN
			COMMIT;
		END IF;
	END LOOP;
END $$;
CALL soak(20000);
SELECT resident() AS resident, contexts() AS contexts \gset
CALL soak(100000);
SELECT resident() - :resident, contexts() - :contexts;
SQL
my ($resident, $contexts) = split /\|/, $soaked;
cmp_ok($resident, '<', 4096, "100,000 queries: the process has grown by less than 4 MB ($resident kB)");
cmp_ok($contexts, '<', 1024, "100,000 queries: its memory contexts by less than 1 MB ($contexts kB)");

# Out of memory: of one allocation, and of the process.
my $survives = 'SELECT nps(9), median_duration(durations_agg(d)) FROM survey';
my $right = '100|00:00:10.5';
{
	my (undef, $stdout, $stderr) = $node->psql('postgres', "SELECT 'exact{1x134217728}'::kpi_durations; $survives;",
		on_error_stop => 0);

	like($stderr, qr/too many durations/, 'a value beyond a gigabyte: an error');
	is($stdout, $right, 'a value beyond a gigabyte: and the session goes on');
}
SKIP:
{
	# the limit of the address space of servers started from here
	my $limited = PostgreSQL::Test::Cluster->new('limited');
	$limited->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$limited->append_conf('postgresql.conf',
		"jit = off\nfsync = off\nshared_buffers = 16MB\nmax_parallel_workers_per_gather = 0\nwork_mem = 2GB\n");
	system('sh', '-c', 'ulimit -v 500000 && exec pg_ctl -s -w -D "$1" -l "$2" -o "-c cluster_name=limited" start',
		'sh', $limited->data_dir, $limited->logfile) == 0
	  or skip 'no server starts within so little memory', 4;
	$limited->_update_pid(1);
	$limited->safe_psql('postgres',
		'CREATE EXTENSION kpi;
		CREATE TABLE survey AS SELECT make_interval(secs => i) AS d FROM generate_series(1, 20) AS i');
	foreach my $case (
		[ 'one long percentile',
			'SELECT p90_response(make_interval(secs => i)) FROM generate_series(1, 200000000) AS i' ],
		[ 'many groups', q(SET enable_sort = off; SET hash_mem_multiplier = 1000; SELECT count(d) FROM (
			SELECT durations_agg(make_interval(secs => i)) AS d FROM generate_series(1, 100000000) AS i
			GROUP BY i % 5000000) AS t) ])
	{
		my ($what, $query) = @$case;
		my (undef, $stdout, $stderr) = $limited->psql('postgres', "$query; $survives;",
			on_error_stop => 0, timeout => 180);

		like($stderr, qr/out of memory/, "$what: out of memory");
		is($stdout, $right, "$what: and the session goes on");
	}
	$limited->stop;
}

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'no process has crashed');
done_testing();
