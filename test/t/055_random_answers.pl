# Compares the answer of every aggregate with plain SQL and numeric arithmetic over random rows: in groups, with FILTER and
# DISTINCT, in grouping sets and in windows.
# KPI_SEED=number makes other rows, in more tables; a failure names its table.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{KPI_SEED} // 20260101;
my $tables = defined $ENV{KPI_SEED} ? 12 : 1;
note "KPI_SEED=$seed";
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('answers');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf',
	"client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'America/Caracas'\n");
$node->start;
$node->safe_psql('postgres', "CREATE EXTENSION kpi;\n" . slurp_file(dirname(__FILE__) . '/../data/answers.sql') . <<'SQL');
CREATE TABLE wrong (signature text, key text, answer numeric[], expected numeric[]);
CREATE TABLE refused (signature text);

-- Whether numbers differ by more than a rounded double does, or times by more than a microsecond. percentile_cont
-- interpolates as a double, and so do percentiles here.
CREATE FUNCTION differ(numeric[], numeric[], is_time boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(bool_or(num_nulls(a, b) = 1 OR abs(a - b) > CASE WHEN is_time THEN 1e-6 + 1e-14 * abs(b)
																	 ELSE 1e-9 + 1e-9 * abs(b) END), $1 IS NULL)
	FROM unnest($1, $2) AS u (a, b);
$$;

-- Compares all aggregates.  "members" has the rows of each key, and "query" the answers, with the call at %s.  Rows count
-- once if "once" is DISTINCT.  An answer may be an error if a sum is beyond what a tally holds, or a column beyond its type.
CREATE PROCEDURE compare(members text, query text, once text) LANGUAGE plpgsql AS $$
DECLARE
	a compared;
	counted text;
	fits boolean;
BEGIN
	FOR a IN SELECT * FROM compared WHERE v IS NOT NULL LOOP
		counted := format(
			'SELECT key, v, w
			 FROM (SELECT %s key, x.* FROM (%s) AS member JOIN fact USING (k), LATERAL (SELECT %s) AS x) AS r,
				LATERAL (SELECT %s AS v, %s AS w) AS y', once, members, a.list, a.v, a.w);
		BEGIN
			EXECUTE format(
				'INSERT INTO wrong
				SELECT %L, key, answer, expected
				FROM (SELECT key, ARRAY[%s]::numeric[] AS answer FROM (%s) AS q) AS answers
				FULL JOIN (SELECT key, ARRAY[%s]::numeric[] AS expected FROM (%s) AS q GROUP BY key) AS reference USING (key)
				WHERE differ(answer, expected, %L)',
				a.signature, a.numbers, replace(query, '%s', format('%s(%s %s)', a.name, once, a.arguments)), a.answer,
				counted, a.is_time);
		EXCEPTION WHEN numeric_value_out_of_range THEN
			BEGIN
				-- a score times its weight has twice as many decimals
				EXECUTE format(
					'SELECT bool_and(most < %s)
					 FROM (SELECT greatest(sum(abs(v)), sum(abs(w))) AS most FROM (%s) AS q GROUP BY key) AS q',
					CASE WHEN a.signature ~ 'health_score' THEN '1.7e26' ELSE '1.7e32' END, counted)
				INTO fits;
			EXCEPTION WHEN numeric_value_out_of_range THEN
				fits := false;
			END;
			-- the reference may skip a row whose column is beyond its type
			IF fits AND SQLERRM !~ '^(bigint|integer|smallint) out of range' THEN
				INSERT INTO wrong VALUES (a.signature, SQLERRM);
			END IF;
			INSERT INTO refused VALUES (a.signature);
		END;
	END LOOP;
END
$$;
SQL
is($node->safe_psql('postgres', q{SELECT DISTINCT substring(signature, '(\w+)[(]') FROM compared
	WHERE num_nulls(v, answer, numbers, arguments) > 0 ORDER BY 1}),
	"kpi_phrases\nmiss_evidence\nrollup", 'all other aggregates have a reference');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM compared WHERE v IS NOT NULL'), '>', 330, 'there are aggregates');

sub one_of { return $_[ int rand @_ ] }

sub window
{
	my ($before, $after) = (int rand 12, int rand 6);
	return [ "the window from $before before to $after after",
		"SELECT f.k::text AS key, m.k FROM numbered AS f JOIN numbered AS m ON m.g IS NOT DISTINCT FROM f.g
			AND m.place BETWEEN f.place - $before AND f.place + $after",
		"SELECT k::text AS key,
			%s OVER (PARTITION BY g ORDER BY k ROWS BETWEEN $before PRECEDING AND $after FOLLOWING) AS x
		FROM fact" ];
}

# What is compared: its name, the rows of each key, and the answers.
sub shape
{
	return one_of(
		[ 'groups', "SELECT coalesce(g::text, '-') AS key, k FROM fact",
			"SELECT coalesce(g::text, '-') AS key, %s AS x FROM fact GROUP BY g" ],
		[ 'filtered groups', "SELECT coalesce(g::text, '-') AS key, k FROM fact WHERE solved",
			"SELECT coalesce(g::text, '-') AS key, %s FILTER (WHERE solved) AS x FROM fact GROUP BY g HAVING bool_or(solved)" ],
		[ 'a rollup', "SELECT concat_ws('/', 0, coalesce(g::text, '-'), coalesce(h::text, '-')) AS key, k FROM fact
			UNION ALL SELECT concat_ws('/', 1, coalesce(g::text, '-'), '-'), k FROM fact UNION ALL SELECT '3/-/-', k FROM fact",
			"SELECT concat_ws('/', grouping(g, h), coalesce(g::text, '-'), coalesce(h::text, '-')) AS key, %s AS x
			FROM fact GROUP BY ROLLUP (g, h)" ],
		window());
}

foreach my $table (1 .. $tables)
{
	my $rows = one_of(1, 2, 20, 120, 400);
	$rows = 120 if $tables == 1;
	my $data = sprintf '%d, %s, %d, %s, %s', $rows, one_of(0, 0.05, 0.3, 0.9), one_of(2, 12, 300, 9999), one_of(6, 14, 22),
	  one_of(1, 1, 1, '1e6', '1e14', '1e26', '1e28');
	$node->safe_psql('postgres', sprintf("SELECT setseed(%s);\n", (($seed + $table) % 2000) / 1000 - 1) . <<"SQL");
SET search_path = public;
DROP VIEW IF EXISTS numbered;
TRUNCATE calendar, fact, wrong;
INSERT INTO calendar SELECT * FROM random_calendars();
INSERT INTO fact SELECT * FROM random_facts($data);
CREATE VIEW numbered AS SELECT k, g, row_number() OVER (PARTITION BY g ORDER BY k) AS place FROM fact;
ANALYZE fact, calendar;
SQL
	foreach my $shape ($tables > 1 ? (shape(), shape()) : shape())
	{
		my ($name, $members, $query) = @$shape;
		my $once = $name !~ /window/ && rand() < 0.3 ? 'DISTINCT' : '';
		my $settings = one_of('', 'SET enable_hashagg = off;', 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;
			SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;');
		$node->safe_psql('postgres', "$settings CALL compare(\$\$$members\$\$, \$\$$query\$\$, '$once')");
		is($node->safe_psql('postgres', 'SELECT * FROM wrong LIMIT 10'), '',
			"table $table, random_facts($data), $name $once");
		$node->safe_psql('postgres', 'TRUNCATE wrong');
	}
}

# The comparison can fail: without a row, most answers are others.
$node->safe_psql('postgres', q(TRUNCATE fact; INSERT INTO fact SELECT * FROM random_facts(30, 0, 300, 14, 1);
	CALL compare('SELECT 1 AS key, k FROM fact WHERE k < 30', 'SELECT 1 AS key, %s AS x FROM fact', '')));
cmp_ok($node->safe_psql('postgres', 'SELECT count(DISTINCT signature) FROM wrong'), '>', 200, 'one row less is noticed');
# Sums beyond what a tally holds are errors, and only of KPIs with amounts.
is( $node->safe_psql('postgres', q(TRUNCATE fact, refused; INSERT INTO fact SELECT * FROM random_facts(90, 0, 300, 14, 1e29);
	CALL compare('SELECT 1 AS key, k FROM fact', 'SELECT 1 AS key, %s AS x FROM fact', '');
	SELECT count(*) > 20, count(*) FILTER (WHERE signature !~ 'bigint|numeric|double|interval') FROM refused)),
	't|0', 'an overflow is an error');

$node->stop;
done_testing();
