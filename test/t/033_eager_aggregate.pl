# PostgreSQL 19 aggregates below joins: it joins partial states, not rows, and merges them above the join.  Every aggregate
# must give the same bytes.  KPI_SEED=anything makes other rows.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{KPI_SEED} // 'every day';
note "KPI_SEED=$seed";

my $node = PostgreSQL::Test::Cluster->new('eager');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
client_min_messages = warning
jit = off
fsync = off
autovacuum = off
search_path = 'kpi_test, public'
max_parallel_workers_per_gather = 0
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
CONF
$node->start;

if ($node->safe_psql('postgres', q{SELECT count(*) FROM pg_settings WHERE name = 'enable_eager_aggregate'}) == 0)
{
	$node->stop;
	plan skip_all => 'this PostgreSQL does not aggregate below joins: 19 and later do';
}
$node->append_conf('postgresql.conf', 'min_eager_agg_group_size = 0');
$node->reload;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
$node->safe_psql('postgres', slurp_file(dirname(__FILE__) . '/../sql/setup.sql'));

# A team has several groups of facts, so that states are merged; and group 0 has two
# teams, so that a state is merged twice.  One group of facts has no team.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE fact (LIKE facts);
CREATE TABLE team (g int, name text);
INSERT INTO team
SELECT g, 'team ' || g % 2 FROM generate_series(0, 4) AS g UNION ALL VALUES (0, 'team 1'), (0, 'team 2');
ANALYZE team;

-- True if a query has a partial aggregate below a join.
CREATE FUNCTION partial_below_join(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (COSTS OFF, FORMAT JSON) ' || query INTO plan;
	RETURN jsonb_path_exists(plan::jsonb,
		'strict $.** ? (@."Node Type" like_regex "Join|Nested Loop").**.Plans[*] ? (@."Partial Mode" == "Partial")',
		silent => true);
END
$$;
SQL

my $count = $node->safe_psql('postgres', 'SELECT count(*) FROM aggregates');
cmp_ok($count, '>', 250, "there are $count aggregates");
is($node->safe_psql('postgres', 'SELECT signature FROM aggregates WHERE call IS NULL'), '', 'each has a call');
my $calls = $node->safe_psql('postgres', q{SELECT string_agg(format('%s AS c%s', call, id), ', ') FROM aggregates});
my $answers = $node->safe_psql('postgres', <<'SQL');
SELECT format('ARRAY[%s]', string_agg(format('%s(c%s)', t.typsend, a.id), ', ' ORDER BY a.id))
FROM aggregates a JOIN pg_proc p ON p.oid = a.id JOIN pg_type t ON t.oid = p.prorettype
SQL

my @shapes = (
	{ name => 'inner join', from => 'fact JOIN team USING (g)' },
	{ name => 'inner join, sorted groups', from => 'fact JOIN team USING (g)', set => 'SET enable_hashagg = off;' },
	{ name => 'inner join, nested loop', from => 'fact JOIN team USING (g)',
		set => 'SET enable_hashjoin = off; SET enable_mergejoin = off;' },
	{ name => 'outer join', from => 'fact LEFT JOIN team USING (g)' },
	{ name => 'parallel', from => 'fact JOIN team USING (g)',
		set => 'SET max_parallel_workers_per_gather = 3;', plan => qr/"Gather/ },
	{ name => 'with a filter', from => 'fact JOIN team USING (g) WHERE k % 3 > 0' },
	{ name => 'joined twice', from => 'fact JOIN team USING (g) JOIN team AS other USING (name)' });

# Creates table $name with the bytes of all answers, eagerly or not, and returns the plan.
sub answer
{
	my ($name, $shape, $eager) = @_;
	my $settings = "SET enable_eager_aggregate = $eager; " . ($shape->{set} // '');
	my $query = "SELECT coalesce(name, 'no team') AS team, $answers AS answers
		FROM (SELECT name, $calls FROM $shape->{from} GROUP BY name) AS q";

	my $plan = $node->safe_psql('postgres', "$settings EXPLAIN (COSTS OFF, FORMAT JSON) $query");
	my $partial = $node->safe_psql('postgres', "$settings SELECT partial_below_join(\$query\$$query\$query\$)");
	$node->safe_psql('postgres', "$settings DROP TABLE IF EXISTS $name; CREATE TABLE $name AS $query");
	return ($plan, $partial);
}

# Returns the first aggregates whose answers differ between two tables.
sub mismatches
{
	my ($left, $right) = @_;

	return $node->safe_psql('postgres', qq{
		WITH ordered AS (SELECT row_number() OVER (ORDER BY id) AS n, signature FROM aggregates)
		SELECT team, signature, u.l, u.r
		FROM $left AS l FULL JOIN $right AS r USING (team),
		LATERAL unnest(l.answers, r.answers) WITH ORDINALITY AS u (l, r, n) JOIN ordered USING (n)
		WHERE u.l IS DISTINCT FROM u.r OR l.answers IS NULL OR r.answers IS NULL LIMIT 5});
}

# Few rows with durations of thousands of years, and so many that tallies count in
# buckets
foreach my $data ([ 40, 0.3, 24 ], [ 1500, 0.25, 14 ], [ 6000, 0.02, 14 ])
{
	my ($rows, $nulls, $magnitude) = @$data;

	$node->safe_psql('postgres', qq{
		TRUNCATE fact;
		INSERT INTO fact SELECT * FROM random_facts($rows, \$seed\$$seed\$seed\$, $nulls, $magnitude);
		UPDATE fact SET g = 0 WHERE k % 2 = 0});
	$node->safe_psql('postgres', 'VACUUM ANALYZE fact');

	if ($rows > 100)
	{
		is($node->safe_psql('postgres', q{
			SELECT signature FROM aggregates
			WHERE NOT partial_below_join(format('SELECT name, %s FROM fact JOIN team USING (g) GROUP BY name', call))}),
			'', "$rows rows: each aggregate alone is computed below the join");
	}
	foreach my $shape (@shapes)
	{
		my $title = "$rows rows, $shape->{name}";
		my ($plan, $partial) = answer('eager', $shape, 'on');

		# few rows may have another plan
		if ($rows > 100)
		{
			is($partial, 't', "$title: partial states are joined");
			like($plan, $shape->{plan}, "$title: the plan") if $shape->{plan};
		}
		(undef, $partial) = answer('lazy', $shape, 'off');
		is($partial, 'f', "$title: rows are joined when it is off");
		is(mismatches('eager', 'lazy'), '', "$title: the same bytes");
	}
	answer('eager', { from => 'fact JOIN team USING (g) WHERE k > 2' }, 'on');
	answer('lazy', { from => 'fact JOIN team USING (g)' }, 'off');
	isnt(mismatches('eager', 'lazy'), '', "$rows rows: a missing row is noticed");
}

$node->stop;
done_testing();
