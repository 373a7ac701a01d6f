# Errors are short, values have limits, no function leaks memory, and a session survives running out of memory.
# KPI_LONG runs out of memory in more ways.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('limits');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi;
CREATE TABLE literal (name text, literal text);
INSERT INTO literal VALUES ('zone', repeat(repeat('x', 1000), 50000) || '; off');
CREATE FUNCTION literal(text) RETURNS text STABLE LANGUAGE sql AS 'SELECT literal FROM literal WHERE name = $1';
SQL

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
like(($node->psql('postgres', q(SELECT (SELECT 'UTC; ' || string_agg(format('%s 00:00-01:00, 02:00-03:00, 04:00-05:00,
		06:00-07:00, 08:00-09:00', date '2000-01-01' + d), ';') FROM generate_series(1, 65536) AS d)::business_hours)))[2],
	qr/more than 262144 spans/, 'and to their spans together');

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

# A calendar keeps the spans of the years that were asked last, not of all.
cmp_ok($node->safe_psql('postgres', q(
	SELECT sum(business_time(at, at + interval '300 days', 'Europe/Berlin; Mo-Fr 09:00-17:00')) AS open
	FROM generate_series(timestamptz '1000-01-01', '9000-01-01', '100 days') AS at \gset
	SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'kpi calendar')), '<', 10_000_000,
	'8,000 years of a calendar: less than 10 MB');

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
	  or skip 'no server starts within so little memory', 1;
	$limited->_update_pid(1);
	$limited->safe_psql('postgres',
		'CREATE EXTENSION kpi_mart CASCADE;
		CREATE TABLE survey AS SELECT make_interval(secs => i) AS d FROM generate_series(1, 20) AS i');
	my @cases = (
		[ 'one long percentile', 'SELECT p90_response(make_interval(secs => i)) FROM generate_series(1, 200000000) AS i' ],
		[ 'many groups', q(SET enable_sort = off; SET hash_mem_multiplier = 1000; SELECT count(d) FROM (
			SELECT durations_agg(make_interval(secs => i)) AS d FROM generate_series(1, 100000000) AS i
			GROUP BY i % 5000000) AS t) ]);
	push @cases,
		[ 'a moving window', q(SELECT count(p) FROM (
			SELECT p90_response(make_interval(secs => i)) OVER (ROWS 100000000 PRECEDING) AS p
			FROM generate_series(1, 100000000) AS i) AS t) ],
		[ 'many tallies to merge', q(SET enable_sort = off; SET hash_mem_multiplier = 1000; SELECT count(d) FROM (
			SELECT rollup(d) AS d FROM (SELECT i, durations_agg(d) AS d FROM survey, generate_series(1, 5) AS i
				GROUP BY i) AS t, generate_series(1, 5000000) AS g GROUP BY g) AS t) ],
		[ 'a long tally', q(SELECT sample_size('exact{1x60000000}'::kpi_durations + 'exact{2x60000000}')) ],
		[ 'one conversation', q(SELECT kpi_waits(now(), i, 'agent', true, md5(i::text), NULL, now(), NULL)
			FROM generate_series(1, 100000000) AS i) ],
		[ 'phrases', q(SELECT kpi_phrases((SELECT string_agg(md5(concat(i, ' ', j)), ' ')
			FROM generate_series(1, 10000) AS j), i % 2 = 0, 'simple', 20) FROM generate_series(1, 1000) AS i) ],
		[ 'parallel workers', q(SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;
			SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
			SELECT p90_response(make_interval(secs => i)) FROM survey, generate_series(1, 10000000) AS i) ]
	  if $ENV{KPI_LONG};
	my $other = $limited->background_psql('postgres');
	foreach my $case (@cases)
	{
		my ($what, $query) = @$case;
		my (undef, $stdout, $stderr) = $limited->psql('postgres', "$query; $survives;",
			on_error_stop => 0, timeout => 600);

		like($stderr, qr/out of memory/, "$what: out of memory");
		is($stdout, $right, "$what: and the session goes on");
		is($other->query_safe($survives), $right, "$what: and so does another one");
	}
	$other->quit;
	$limited->stop;
}

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'no process has crashed');
done_testing();
