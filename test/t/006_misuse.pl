# Calls functions in unintended ways: directly, with NULLs, and in incomplete aggregates.  Expects right results or clean
# errors.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('misuse');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf',
	"client_min_messages = warning\njit = off\nfsync = off\nlog_min_messages = log\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

# Every function, with NULLs and with values of each type, the first of which are harmless.  Objects that a call
# creates or drops are restored.
$node->safe_psql('postgres', slurp_file(dirname(__FILE__) . '/../data/arguments.sql'));
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE call (function text, is_c boolean, arguments text, state text, message text);
-- what cannot be written down in SQL cannot be called
CREATE VIEW callable AS
	SELECT p.oid::regproc::text AS function, l.lanname = 'c' AS is_c, p.pronargs AS n, arguments.*
	FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_language l ON l.oid = p.prolang,
	LATERAL (SELECT array_agg(t.type::regtype::text ORDER BY place) AS types,
					array_agg((SELECT literals FROM example
							   WHERE argument IN (t.type::regtype::text, name, format('%s.%s', p.proname, name))
							   ORDER BY argument LIKE '%.%' DESC, argument = name DESC LIMIT 1)::text
							  ORDER BY place) AS literals
			 FROM unnest(p.proargtypes::oid[], p.proargnames) WITH ORDINALITY AS t (type, name, place)
			 WHERE place <= p.pronargs) AS arguments
	WHERE d.refobjid IN (SELECT oid FROM pg_extension WHERE extname IN ('kpi', 'kpi_mart')) AND p.prokind = 'f'
	AND NOT (l.lanname = 'c' AND p.proretset) -- millions of rows, rightly
	AND p.prorettype <> 'trigger'::regtype AND p.provariadic = 0
	AND 'internal'::regtype <> ALL (p.proargtypes::regtype[]);
DO $$
DECLARE
	f callable;
	list text;
	lists text[];
	message text;
BEGIN
	FOR f IN SELECT * FROM callable LOOP
		-- Up to three arguments: all combinations.  Up to seven: two at a time are not harmless.  More: one at a time.
		-- And all of them NULL.
		WITH RECURSIVE combination (n, list, odd) AS (
			SELECT 0, '{}'::text[], 0
			UNION ALL
			SELECT c.n + 1, c.list || format('%s::%s', literal, f.types[c.n + 1]), odd + (place > 1)::int
			FROM combination c,
				LATERAL (SELECT place, quote_nullable(nullif(l, 'NULL'))
						 FROM unnest(f.literals[c.n + 1]::text[] || NULL::text) WITH ORDINALITY AS u (l, place))
					AS t (place, literal)
			WHERE c.n < f.n AND odd + (place > 1)::int <= CASE WHEN f.n <= 3 THEN 3 WHEN f.n <= 7 THEN 2 ELSE 1 END
		)
		SELECT array_agg(DISTINCT l) INTO lists
		FROM (SELECT array_to_string(c.list, ', ') FROM combination c WHERE c.n = f.n
			  UNION SELECT string_agg('NULL::' || type, ', ' ORDER BY place)
			  FROM unnest(f.types) WITH ORDINALITY AS u (type, place)) AS all_lists (l) WHERE l IS NOT NULL;
		FOREACH list IN ARRAY coalesce(lists, '{""}') LOOP
			BEGIN
				EXECUTE format('SELECT (%s(%s))::text', f.function, list) INTO message;
				IF NOT f.is_c THEN
					IF to_regclass('public.tickets') IS NULL THEN
						RAISE EXCEPTION 'tickets are gone' USING ERRCODE = 'XX001';
					END IF;
					RAISE EXCEPTION '%', coalesce(message, '') USING ERRCODE = 'ZZ000';
				END IF;
				INSERT INTO call VALUES (f.function, f.is_c, list, '00000', message);
			EXCEPTION WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS message = MESSAGE_TEXT;
				INSERT INTO call VALUES (f.function, f.is_c, list, replace(SQLSTATE, 'ZZ000', '00000'), message);
			END;
		END LOOP;
	END LOOP;
END $$;
SQL
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM callable'), '>', 400, 'there are functions to call');
is($node->safe_psql('postgres',
	'SELECT DISTINCT function FROM callable WHERE function NOT IN (SELECT function FROM call)'),
	'', 'all were called');
is( $node->safe_psql('postgres',
	q(SELECT DISTINCT type FROM callable, unnest(types, literals) AS t (type, literals) WHERE t.literals IS NULL)),
	'', 'there are values for every type of argument');
is( $node->safe_psql('postgres',
	q(SELECT DISTINCT ON (function, state) * FROM call
		WHERE is_c AND state NOT IN ('00000', '22003', '22004', '22008', '22023', '22P02', '54000', '55000')
		ORDER BY function, state LIMIT 20)),
	'', 'only errors that blame the input');
# null argument, time zone, schema, table, column, function, type, name: none such, there already, in use, or
# not of the kind
is( $node->safe_psql('postgres', q(SELECT DISTINCT ON (function, state) * FROM call WHERE NOT is_c
		AND state NOT IN ('00000', '22000', '22003', '22004', '22008', '22023', '22P02', '23502', '0A000', '2BP01', '3F000', '42501',
						  '42602', '42601', '42703', '42704', '42710', '42723', '42804', '42809', '42883', '42939',
						  '42P01', '42P06', '42P07', '55006')
		ORDER BY function, state LIMIT 20)),
	'', 'only errors that blame names, for functions that look them up');
is($node->safe_psql('postgres',
	q(SELECT DISTINCT function FROM call WHERE is_c AND state = '55000' AND arguments !~ 'x2047|x9223')),
	'kpi_durations_uncombine', 'or that values cannot leave buckets, nor tallies what is no window');
is($node->safe_psql('postgres',
	q(SELECT * FROM call
		WHERE is_c AND arguments ~ '^(NULL::[^,]*(, )?)+$' AND (state <> '00000' OR message IS NOT NULL))),
	'', 'NULLs give NULL');
is($node->safe_psql('postgres',
	q(SELECT function FROM call
		WHERE NOT is_c OR arguments !~ 'NULL' GROUP BY function HAVING bool_and(state <> '00000') ORDER BY function)),
	join("\n", qw(kpi_durations_uncombine kpi_store_view)),
	'every other function answers some call'); # the tables of a mart exist already
is($node->safe_psql('postgres',
	q(SELECT count(*), (SELECT sum(tickets) FROM built.ticket_daily_tally), to_regnamespace('fresh') FROM tickets)),
	'40|40|', 'nothing is harmed or left behind');

# Without a final function a state becomes visible in SQL.  It must be as valid as the result of durations_agg over the
# same rows, at every size: flat, growing, and at the change from one to the other.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE sample AS
	SELECT size, make_interval(secs => (hashint4(i)::bigint & 2147483647) % 5000) AS d, i % 11 AS score
	FROM unnest(ARRAY[1, 5, 100, 1021, 1022, 1023, 1024, 3000]) AS size, generate_series(1, size) AS i;
SQL
my %escape = (
	'no final function' => q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{}')),
	'and parallel' => q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{}',
		COMBINEFUNC = kpi_durations_combine, PARALLEL = SAFE)),
	'the moving transition' =>
	  q((interval) (SFUNC = kpi_durations_moving_accum, STYPE = kpi_durations, INITCOND = '{}')),
	'the moving transition, combined' => q((interval) (SFUNC = kpi_durations_moving_accum, STYPE = kpi_durations,
		INITCOND = '{}', COMBINEFUNC = kpi_durations_moving_combine, PARALLEL = SAFE)),
	'moving without its own transition' => q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations,
		INITCOND = '{}', MSFUNC = kpi_durations_accum, MINVFUNC = kpi_durations_discard, MSTYPE = kpi_durations,
		MINITCOND = '{}')),
	'a transition as final function' => q((interval, interval, interval) (SFUNC = kpi_durations_accum,
		STYPE = kpi_durations, INITCOND = '{}', FINALFUNC = kpi_durations_accum, FINALFUNC_EXTRA)),
);
foreach my $what (sort keys %escape)
{
	my $d = $escape{$what} =~ /interval, interval/ ? 'd, NULL, NULL' : 'd';

	$node->safe_psql('postgres',
		"CREATE AGGREGATE escape $escape{$what};
		SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
		CREATE TABLE escaped AS SELECT size, escape($d) AS e FROM sample GROUP BY size;
		CREATE TABLE proper AS SELECT size, durations_agg(d) AS p FROM sample GROUP BY size");
	is( $node->safe_psql('postgres', "SELECT size FROM escaped JOIN proper USING (size)
			WHERE NOT (e = p AND p = e AND NOT e <> p AND e::text = p::text
					   AND kpi_durations_send(e) = kpi_durations_send(p) AND e::jsonb = p::jsonb
					   AND kpi_durations_hash(e) = kpi_durations_hash(p)
					   AND kpi_durations_hash_extended(e, 7) = kpi_durations_hash_extended(p, 7)
					   AND e + e = p + p AND e + '{}' = p AND median_duration(e) = median_duration(p)
					   AND p99_duration(e) = p99_duration(p)
					   AND min_duration(e) = min_duration(p) AND max_duration(e) = max_duration(p)
					   AND total_duration(e) = total_duration(p)
					   AND share_within(e, '20 min') = share_within(p, '20 min') AND sample_size(e) = size
					   AND e::text::kpi_durations = p)"),
		'', "$what: a stored state is a value");
	is( $node->safe_psql('postgres',
		'SELECT (SELECT count(*) FROM escaped JOIN proper ON e = p),
				(SELECT rollup(e) FROM escaped) = (SELECT rollup(p) FROM proper),
				(SELECT count(*) FROM (SELECT e FROM escaped UNION SELECT p FROM proper) AS u)'),
		'8|t|8', "$what: it joins, merges and is found by hashing");
	# never stored: the live state itself goes into functions, and twice
	is( $node->safe_psql('postgres', "SELECT size FROM (
				SELECT size, escape($d) AS e, durations_agg(d) AS p, median_response(d) AS m, p90_response(d) AS n
				FROM sample GROUP BY size) AS g
			WHERE NOT (e = p AND (NOT is_exact(e) OR median_duration(e) = m AND p90_duration(e) = n) AND e + e = p + p
					   AND kpi_durations_combine(e, p) = e + e
					   AND kpi_durations_accum(e, '1 s') = p + '{1}' 
					   AND CASE WHEN size < 2047 THEN kpi_durations_moving_accum(e, '1 s') = p + '{1}'
							AND kpi_durations_discard(kpi_durations_accum(e, '1 s'), '1 s'::interval) = p ELSE true END
					   AND e = p AND kpi_durations_final(e) = p)"),
		'', "$what: the live state is a value");
	# a window shows the state while it goes on growing
	is( $node->safe_psql('postgres', "SELECT count(*) FROM (
				SELECT size, escape($d) OVER w AS e, durations_agg(d) OVER w AS p, lag(n) OVER w AS l
				FROM (SELECT *, row_number() OVER () AS n FROM sample WHERE size IN (100, 1024)) AS s
				WINDOW w AS (PARTITION BY size ORDER BY n ROWS BETWEEN 1022 PRECEDING AND CURRENT ROW)) AS v
			WHERE NOT e = p"),
		0, "$what: in a window, every row keeps its own");
	$node->safe_psql('postgres',
		'DROP TABLE escaped, proper; DROP AGGREGATE escape(' . ($escape{$what} =~ /^\(([^)]*)\)/)[0] . ')');
}

# Other wrong aggregates: [what, aggregate, query, answer or SQLSTATE]
my @wrong = (
	[ 'an initial state with rows',
		q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{1,2x2}')),
		q(SELECT wrong('3 s'::interval)), '{1,2x2,3}' ],
	[ 'the same for scores', q((integer) (SFUNC = kpi_scores_accum, STYPE = kpi_scores, INITCOND = '{5:1}')),
		q(SELECT wrong(s) FROM (VALUES (5), (6)) AS v (s)), '{5:2,6:1}' ],
	[ 'a full initial state',
		q((boolean) (SFUNC = kpi_rate_accum, STYPE = kpi_rate, INITCOND = '9223372036854775807/9223372036854775807')),
		'SELECT wrong(true)', '22003' ],
	[ 'an initial state that is none',
		q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{1')),
		q(SELECT wrong('3 s'::interval)), '22P02' ],
	[ 'no initial state: the first tally is adopted',
		'(kpi_durations) (SFUNC = kpi_durations_combine, STYPE = kpi_durations)',
		q(SELECT wrong(d) FROM (VALUES ('{1}'::kpi_durations), ('{2}'), (NULL), ('{0}')) AS v (d)), '{0,1,2}' ],
	[ 'the same, moving', '(kpi_durations) (SFUNC = kpi_durations_moving_combine, STYPE = kpi_durations)',
		q(SELECT wrong(d) FROM (VALUES ('{1}'::kpi_durations), ('{2}'), (NULL), ('{0}')) AS v (d)), '{0,1,2}' ],
	[ 'the same for scores', '(kpi_scores) (SFUNC = kpi_scores_combine, STYPE = kpi_scores)',
		q(SELECT wrong(s), min(s::text) FROM (VALUES ('{1:1}'::kpi_scores), ('{2:1}'), ('{1:1}')) AS v (s)),
		'{1:2,2:1}|{1:1}' ],
	[ 'the same for ratios', '(kpi_ratio) (SFUNC = kpi_ratio_combine, STYPE = kpi_ratio)',
		q(SELECT wrong(q) FROM (VALUES (NULL::kpi_ratio), ('1/2/1'), ('3/4/1')) AS v (q)), '4/6/2' ],
	[ 'taking away from nothing',
		q((interval) (SFUNC = kpi_durations_discard, STYPE = kpi_durations, INITCOND = '{}')),
		q(SELECT wrong('3 s'::interval)), '22003' ],
	[ 'taking away what is there',
		q((interval) (SFUNC = kpi_durations_discard, STYPE = kpi_durations, INITCOND = '{1,3}')),
		q(SELECT wrong('3 s'::interval)), '{1}' ],
	[ 'taking away scores', q((integer) (SFUNC = kpi_scores_discard, STYPE = kpi_scores, INITCOND = '{}')),
		'SELECT wrong(3)', '22003' ],
	[ 'taking away ratios', q((bigint, bigint) (SFUNC = kpi_ratio_discard, STYPE = kpi_ratio, INITCOND = '0/0/0')),
		'SELECT wrong(3, 4)', '22003' ],
	[ 'a NULL state', '(bigint, bigint) (SFUNC = kpi_ratio_accum, STYPE = kpi_ratio)',
		'SELECT wrong(3, 4) IS NULL', 't' ],
	[ 'a NULL state of durations',
		'(interval, interval, interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations)',
		q(SELECT wrong('1 s', '2 s', NULL) IS NULL), 't' ],
	[ 'a transition as final function',
		q((bigint, bigint) (SFUNC = kpi_ratio_accum, STYPE = kpi_ratio, INITCOND = '0/0/0',
			FINALFUNC = kpi_ratio_accum, FINALFUNC_EXTRA)), 'SELECT wrong(3, 4)', '3/4/1' ],
	[ 'a percentile that says it only reads',
		q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{}',
			FINALFUNC = median_duration, FINALFUNC_MODIFY = READ_ONLY)),
		q(SELECT wrong(d) OVER (ORDER BY n), p90_response(d) OVER (ORDER BY n)
			FROM (VALUES (1, '5 s'::interval), (2, '1 s'), (3, '9 s')) AS v (n, d)),
		"00:00:05|00:00:05\n00:00:03|00:00:04.6\n00:00:05|00:00:08.2" ],
	[ 'moving back what never came',
		q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{}',
			MSFUNC = kpi_durations_discard, MINVFUNC = kpi_durations_discard, MSTYPE = kpi_durations,
			MINITCOND = '{1}')),
		q(SELECT wrong(d) OVER (ROWS 1 PRECEDING) FROM (VALUES ('1 s'::interval), ('2 s'), ('3 s')) AS v (d)),
		'22003' ],
	[ 'moving by the ordinary transition',
		q((interval) (SFUNC = kpi_durations_accum, STYPE = kpi_durations, INITCOND = '{}',
			MSFUNC = kpi_durations_accum, MINVFUNC = kpi_durations_discard, MSTYPE = kpi_durations,
			MINITCOND = '{}')),
		q(SELECT wrong(d) OVER (ROWS 1 PRECEDING)
			FROM (VALUES ('1 s'::interval), ('2 s'), ('3 s'), ('4 s')) AS v (d)), "{1}\n{1,2}\n{2,3}\n{3,4}" ],
	[ 'the wrong question at the end',
		q((boolean) (SFUNC = kpi_rate_accum, STYPE = kpi_rate, INITCOND = '0/0', FINALFUNC = kpi_rate_send)),
		'SELECT wrong(true)', '\x0100000000000000010000000000000001' ],
);
foreach (@wrong)
{
	my ($what, $aggregate, $query, $expected) = @$_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', "BEGIN; CREATE AGGREGATE wrong $aggregate; $query",
		extra_params => [ '-v', 'VERBOSITY=verbose' ]);

	is($stderr =~ /ERROR:\s+(\w{5}):/ ? $1 : $stdout, $expected, "$what");
}

# The description of a user's KPI is read back unchanged from its comment, or refused.
foreach my $case (
	[ q(E'First.\nUnit: forged', unit => 'real'), 'unit', 'real' ],
	[ q('First.', question => E'Why?\nBetter: up'), 'better', '' ],
	[ q('First.', unit => E'real\nExample: forged', example => 'SELECT 1'), 'example', 'SELECT 1' ],
	[ q('First.', aliases => '{"one, two",three}'), 'cardinality(aliases)', '2' ],
	[ q('First.', aliases => '{}'), 'cardinality(aliases)', '0' ])
{
	my ($arguments, $column, $expected) = @$case;
	my (undef, $stdout, $stderr) = $node->psql('postgres',
		"BEGIN; SELECT FROM kpi_define('mine', 'scores', $arguments);
			SELECT $column FROM kpi_catalogue WHERE name = 'mine'",
		extra_params => [ '-v', 'VERBOSITY=verbose' ]);

	ok($stdout =~ /^\n?\Q$expected\E$/ || $stderr =~ /ERROR:\s+22023:/, "kpi_define with $arguments: $column")
	  or diag("$stdout$stderr");
}

is($node->safe_psql('postgres', 'SELECT nps(9)'), 100, 'the server is still up');
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'and no process has crashed');
done_testing();
