# Every call that can take long stops within 100 ms of a cancel: each is cancelled at a random moment, which KPI_SEED
# sets.
#
# With KPI_LONG each call also runs to its end while test/interrupts.c measures the longest time of the backend without
# a check for interrupts.  KPI_CANCEL_TABLE=FILE gets a copy of the table of both.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Business;
use Cancelled;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{KPI_SEED} // 20260101;
note "KPI_SEED=$seed";
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('cancel');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\nmax_wal_size = 4GB\n"
	. "max_parallel_workers_per_gather = 0\nwork_mem = 16MB\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE moments AS SELECT now() AS opened, now() AS closed FROM generate_series(1, 10);
-- Made beforehand: repeat() itself takes its time.  PostgreSQL copies a value of 50 MB several times until a function
-- can read it, which cannot be cancelled and takes tens of milliseconds.
CREATE TABLE literal (name text, literal text);
ALTER TABLE literal ALTER literal SET STORAGE EXTERNAL;
INSERT INTO literal VALUES
	('digits', '1/0/0/0/0/0@0.' || repeat(repeat('9', 1000), 50000)),
	('zeros', repeat(repeat('0', 1000), 50000) || '1/1/1'),
	('blanks', 'UTC; ' || repeat(repeat(' ', 1000), 50000) || 'off'),
	('blanks and a zone', repeat(repeat(' ', 1000), 50000) || 'UTC; off'),
	('zone', repeat(repeat('x', 1000), 50000) || '; off'),
	('dates', 'UTC; ' || repeat(repeat('2026-01-01,', 1000), 5000) || '2026-01-01 off'),
	('spans', 'UTC; ' || repeat('12:00-12:01,', 200000) || repeat('11:59-12:00,', 200000) || '01:00-02:00'),
	('rules', 'UTC; ' || repeat('2026-01-01,', 65000) || '2026-01-01 off'),
	('most spans', 'UTC; ' || (
		SELECT string_agg(format('%s 00:00-01:00, 02:00-03:00, 04:00-05:00, 06:00-07:00', date '2000-01-01' + d), ';')
		FROM generate_series(1, 65536) AS d)),
	('words', 'none; ' || (
		SELECT string_agg(format('word%s:0.5', md5(i::text)), ',') FROM generate_series(1, 200000) AS i)),
	('a word', 'none; ' || repeat(repeat('x', 1000), 50000) || ':0.5'),
	('a quotation', 'none; "' || repeat(repeat('x', 1000), 50000) || '":0.5'),
	('a value', 'none; x:=' || repeat(repeat('x', 1000), 50000)),
	('durations', '{' || repeat(repeat('1,', 1000), 25000) || '1}'),
	('exact durations', 'exact{' || repeat(repeat('1,', 1000), 25000) || '1}'),
	('buckets', '{1..1/1:' || repeat(repeat('1,', 1000), 25000) || '1}'),
	('short words', repeat('a b c d e ', 100000));
CREATE FUNCTION literal(text) RETURNS text STABLE LANGUAGE sql AS 'SELECT literal FROM literal WHERE name = $1';
CREATE TABLE calendar AS SELECT literal('most spans')::business_hours AS hours;
CREATE TABLE pause AS
SELECT range_agg(tstzrange(at, at + interval '1 s')) AS paused
FROM generate_series(timestamptz '2026-01-01', '2026-01-20', '2 s') AS at;
ALTER TABLE pause ALTER paused SET STORAGE EXTERNAL;
CREATE TABLE tally AS
SELECT day, durations_agg(make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0)) AS d
FROM generate_series(1, 100) AS day, generate_series(day * 3000, day * 3000 + 3000) AS i GROUP BY day;
CREATE TABLE many_tallies AS SELECT '{1,2,3}'::kpi_durations AS d FROM generate_series(1, 300000);
ALTER TABLE many_tallies ALTER d SET STATISTICS 10000;
-- A function in FROM would first write all its rows to a file.
CREATE VIEW event AS
SELECT timestamptz '2026-01-01' + hashint4(i) % 100000 * interval '1 s' AS at, (hashint4(i + 1) % 1000)::bigint AS seq,
	CASE hashint4(i) % 3 WHEN 0 THEN 'agent' ELSE 'customer' END AS author, 'a' || hashint4(i + 2) AS author_id
FROM (SELECT generate_series(1, 2000000)) AS g (i);
CREATE VIEW duration AS
SELECT make_interval(secs => hashint4(i)::bigint & 2147483647) AS d FROM (SELECT generate_series(1, 10000000)) AS g (i);
CREATE VIEW document AS
SELECT timestamptz '2026-01-01' + i * interval '1 min' AS at, (
		SELECT string_agg('w' || md5(concat(i, ' ', j)), ' ') FROM generate_series(1, 100) AS j) AS body
FROM (SELECT generate_series(1, 30000)) AS g (i);
SQL

# Every loop of the library that can take long because of an argument or of the number of rows.
my @calls = (
	[ 'a number of 50 MB' => q(SELECT literal('digits')::kpi_trend) ],
	[ 'zeros of 50 MB' => q(SELECT literal('zeros')::kpi_ratio) ],
	[ 'blanks of 50 MB' => q(SELECT literal('blanks')::business_hours) ],
	[ 'a zone after 50 MB of blanks' => q(SELECT literal('blanks and a zone')::business_hours) ],
	[ 'a zone of 50 MB' => q(SELECT literal('zone')::business_hours) ],
	[ '5 million dates' => q(SELECT literal('dates')::business_hours) ],
	# took minutes, and could not be cancelled
	[ 'quadratic_spans' => q(SELECT literal('spans')::business_hours) ],
	[ 'the most spans' => q(SELECT literal('most spans')::business_hours) ],
	[ 'the most spans, jsonb' => q(SELECT (hours::jsonb)::business_hours FROM calendar) ],
	[ 'the most spans, 400 years' => q(SELECT business_time(timestamp '2000-01-01', '2400-01-01', hours) FROM calendar) ],
	[ 'the most spans, one by one' => q(SELECT count(*)
		FROM calendar, business_spans(timestamptz '2000-01-01', '2180-01-01', hours)) ],
	[ 'the most spans, days' => q(SELECT business_days_deadline(timestamptz '2000-01-01', 65000, hours) FROM calendar) ],
	[ 'many_rules_of_a_calendar' => q(SELECT business_time(timestamp '2000-01-01', '2100-01-01',
		literal('rules')::business_hours)) ],
	[ 'business time over millennia' => q(SELECT business_time(timestamp '4713-01-01 BC', timestamp '9999-01-01',
		'Europe/Berlin; Mo-Fr 09:00-17:00; 9999-12-31 off')) ],
	[ 'a deadline in millennia' => q(SELECT business_deadline(timestamp '4713-01-01 BC', '480 h',
		'Europe/Berlin; Feb 29 09:00-09:01')) ],
	[ 'an opening in millennia' => q(SELECT next_open(timestamp '4713-01-01 BC',
		'Europe/Berlin; 9999-12-31 09:00-17:00')) ],
	[ 'spans of millennia' => q(SELECT count(*)
		FROM business_spans(timestamptz '4713-01-01 BC', '9000-01-01', 'Europe/Berlin; Mo-Fr 09:00-17:00')) ],
	[ 'one span of millennia' => q(SELECT count(*)
		FROM business_spans(timestamptz '4713-01-01 BC', '20000-01-01', 'Europe/Berlin; 24/7')) ],
	[ '800,000 pauses' => q(SELECT business_time(timestamptz '2026-01-01', '2026-01-20', 'UTC; 24/7', paused)
		FROM pause, generate_series(1, 20)) ],
	[ '800,000 pauses, a deadline' => q(SELECT business_deadline(timestamptz '2026-01-01', '220 h', 'UTC; 24/7', paused)
		FROM pause, generate_series(1, 20)) ],
	[ '800,000 pauses, days' => q(SELECT business_days_deadline(timestamptz '2026-01-01', 200000,
		'Europe/Berlin; Mo-Fr 09:00-17:00', paused) FROM pause) ],
	[ '200,000 words' => q(SELECT literal('words')::sentiment_lexicon) ],
	[ '200,000 words, compiled' => q(SELECT sentiment('x', literal('words')::sentiment_lexicon)) ],
	[ 'a word of 50 MB' => q(SELECT literal('a word')::sentiment_lexicon) ],
	[ 'a quotation of 50 MB' => q(SELECT literal('a quotation')::sentiment_lexicon) ],
	[ 'a value of 50 MB' => q(SELECT literal('a value')::sentiment_lexicon) ],
	[ 'the mood of 50 MB' => q(SELECT sentiment(literal('a word'), 'english; x:0.1')) ],
	[ '25 million durations' => q(SELECT literal('durations')::kpi_durations) ],
	[ '25 million exact durations' => q(SELECT sample_size(literal('exact durations')::kpi_durations)) ],
	[ '25 million buckets' => q(SELECT literal('buckets')::kpi_durations) ],
	[ 'exact_runs' => q(SELECT sample_size('exact{1x120000000}'::kpi_durations)) ],
	[ 'the text of a long tally' => q(SELECT length('exact{1x40000000}'::kpi_durations::text)) ],
	[ 'merging long tallies' => q(SELECT sample_size('exact{1x30000000,9x1}'::kpi_durations + 'exact{1x30000000,2x2}')) ],
	[ 'a percentile of a long tally' => q(SELECT p90_duration('exact{1x60000000}'::kpi_durations)) ],
	[ 'a share of a long tally' => q(SELECT share_within('exact{1x60000000}'::kpi_durations, '2 s')) ],
	[ 'comparing long tallies' => q(SELECT 'exact{1x40000000}'::kpi_durations = 'exact{1x40000001}') ],
	[ 'sending a long tally' => q(SELECT length(kpi_durations_send('exact{1x40000000}'))) ],
	[ 'a percentile of many rows' => q(SELECT p90_response(d) FROM duration, generate_series(1, 3)) ],
	[ 'a percentile by group' => q(SELECT count(p) FROM (SELECT p90_response(d) AS p FROM duration GROUP BY d) AS t) ],
	[ 'a percentile of a window' => q(SELECT count(p) FROM (
		SELECT p90_response(d) OVER (ROWS 200000 PRECEDING) AS p FROM duration LIMIT 600000) AS t) ],
	[ 'tallies of a window' => q(SELECT sample_size(t) FROM (
		SELECT durations_agg(d) OVER (ROWS BETWEEN CURRENT ROW AND 3000000 FOLLOWING) AS t FROM duration LIMIT 3) AS t) ],
	[ 'a tally of many rows' => q(SELECT p90_duration(durations_agg(d)) FROM duration) ],
	[ 'merging stored tallies' => q(SELECT p90_duration(rollup(d)) FROM tally, generate_series(1, 300)) ],
	[ 'stored tallies of a window' => q(SELECT count(p90_duration(t)) FROM (
		SELECT rollup(d) OVER (ROWS 100 PRECEDING) AS t FROM tally, generate_series(1, 20)) AS t) ],
	[ 'statistics of stored tallies' => q(ANALYZE many_tallies) ],
	[ 'percentile_ci of 9e18' => q(SELECT percentile_ci('{60x9000000000000000000}', 0.5)) ],
	# never ended, and could not be cancelled
	[ 'tiny_confidence' => q(SELECT rate_ci('1/2'::kpi_rate, 8e-317),
		trend_ci('3/6/0.000014/180/0.014/0.0004', 5e-324), required_sample(5, 5e-324)) ],
	[ 'rate_ci of 9e18' => q(SELECT count(rate_ci(format('%s/9223372036854775807', i)::kpi_rate,
		method => 'clopper-pearson')) FROM generate_series(4611686018427387904, 4611686018427407904) AS i) ],
	[ 'erlang_agents of 1e15 calls' => q(SELECT erlang_agents(1e15, '1 h', 99.999999, '20 s')) ],
	[ 'service level of 1e15 agents' => q(SELECT erlang_service_level(1e15, '1 h', 1000000000000001, '20 s')) ],
	[ 'one conversation' => q(SELECT (kpi_conversation(at, seq, author, true, author_id, 'mail', '2026-01-01', NULL,
		0.5)).teammates FROM event) ],
	[ 'waits of one ticket' => q(SELECT cardinality(kpi_waits(at, seq, author, true, author_id, 'mail', '2026-01-01',
		NULL)) FROM event) ],
	[ 'status changes of one ticket' => q(SELECT cardinality(kpi_status_spans(at, seq, author, NULL, NULL, author_id,
		NULL, NULL, NULL, '2026-01-01', NULL, NULL, NULL, NULL)) FROM (SELECT * FROM event LIMIT 500000) AS e) ],
	[ 'rising_phrases' => q(SELECT count(*) FROM rising_phrases('document', 'body', 'at', '2026-01-12', '2026-03-01',
		'2026-01-01', 'simple', 10000)) ],
	[ 'phrases of short words' => q(SELECT kpi_phrases(literal('short words'), i > 2, 'simple', 20)
		FROM generate_series(1, 5) AS i) ],
	[ 'backlog_series by the millisecond' => q(SELECT count(*)
		FROM backlog_series('moments', 'opened', 'closed', '2026-01-01', '2026-01-01 00:30', '1 ms')) ]);
# and of a mart
my @mart_calls = (
	[ 'kpi_help' => q(SELECT kpi_help(name || ' of the customers by month') FROM kpi_catalogue) ],
	[ 'kpi_check_tickets' => q(SELECT kpi_check_tickets('tickets') FROM generate_series(1, 5)) ],
	[ 'kpi_build' => building() ],
	[ 'kpi_refresh' => q(SELECT kpi_refresh('mart', "full" => true)) ],
	[ 'kpi_verify' => q(SELECT kpi_verify('mart')) ],
	[ 'kpi_scorecard' => q(SELECT count(*) FROM kpi_scorecard('mart', '2023-01-01', '2024-01-01')) ],
	[ 'kpi_upgrade' => q(SELECT kpi_upgrade('mart')) ],
	[ 'kpi_drop' => q(SELECT kpi_drop('mart')) ]);
# PostgreSQL copies a value, fills an array and writes the rows of a sort without a check.
my @for_comparison = (
	[ 'PostgreSQL: a text of 500 MB' => q(SELECT length(repeat(literal('digits'), 10) || 'x')) ],
	[ 'PostgreSQL: 2 million rows in an array' => q(SELECT cardinality(array_agg(e)) FROM event AS e) ],
	[ 'PostgreSQL: a sort with 64 MB' => q(SET work_mem = '64MB'; SELECT count(*) FROM (
		SELECT md5(d::text) FROM duration ORDER BY 1 OFFSET 1) AS t; RESET work_mem) ]);
if ($ENV{KPI_LONG})
{
	$node->safe_psql('postgres', business());
	push @calls, @mart_calls, @for_comparison;
}

my $session = session($node);
start_measuring($session) if $ENV{KPI_LONG};

sub row
{
	my $row = sprintf '%-38s %9s %9s %9s', @_;

	note $row;
	append_to_file($ENV{KPI_CANCEL_TABLE}, "$row\n") if $ENV{KPI_CANCEL_TABLE};
	return;
}
row('milliseconds', 'until the', 'of the', 'longest');
row('', 'error', 'processor', 'stretch');
my $cancelled = 0;
foreach my $call (@calls)
{
	my ($what, $sql) = @$call;
	my ($until, $ran, $stretch);

	# the best of three, because neighbours also use the caches of a busy machine
	foreach (1 .. 3)
	{
		my @took = cancel_after($session, "BEGIN; $sql; ROLLBACK", 0.05 + rand 0.3) or last;
		($until, $ran) = @took if !defined $ran || $took[1] < $ran;
		last if $ran < 100;
	}
	if ($ENV{KPI_LONG})
	{
		longest_stretch($session);
		ask($session, $sql);
		$stretch = longest_stretch($session);
		cmp_ok($stretch, '<', 100, "checks for interrupts: $what") unless $what =~ /^PostgreSQL/;
	}
	# a fast machine may have ended it before
	$cancelled++ if defined $ran;
	cmp_ok($ran // 0, '<', 100, "cancelled within 100 ms: $what") unless $what =~ /^PostgreSQL/;
	row($what, map { defined $_ ? sprintf '%.0f', $_ : '-' } $until, $ran, $stretch);
}
cmp_ok($cancelled, '>', @calls / 2, 'most calls were cancelled');
$node->stop;
done_testing();
