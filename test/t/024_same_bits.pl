# Every aggregate gives the same bytes in every plan, and from stored partial states, over groups of random rows.  A case
# is one aggregate, one set of rows and one way to compute it.  KPI_SEED=anything makes other rows.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{KPI_SEED} // 'every day';
note "KPI_SEED=$seed";

my $root = dirname(__FILE__) . '/../..';
my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());
my $node = PostgreSQL::Test::Cluster->new('bits');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
client_min_messages = warning
jit = off
fsync = off
autovacuum = off
search_path = 'kpi_test, public'
max_parallel_workers_per_gather = 0
hash_mem_multiplier = 1
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
$node->safe_psql('postgres', slurp_file("$root/test/sql/setup.sql"));

# partial states as they are stored, and merged
$node->safe_psql('postgres', 'CALL create_parts()');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE facts_by_group (LIKE facts) PARTITION BY HASH (g);
CREATE TABLE facts_by_group_0 PARTITION OF facts_by_group FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE facts_by_group_1 PARTITION OF facts_by_group FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE facts_by_group_2 PARTITION OF facts_by_group FOR VALUES WITH (MODULUS 3, REMAINDER 2);

DO $$
DECLARE
	p record;
BEGIN
	FOR p IN SELECT DISTINCT tally FROM part LOOP
		EXECUTE format('CREATE TABLE stored_%1$s (key int, part int, state %1$s)', p.tally);
		EXECUTE format('CREATE TABLE merged_%1$s (key int, part int, state %1$s, PRIMARY KEY (key, part))', p.tally);
	END LOOP;
END
$$;
SQL

# Calls of all aggregates, and an array of the bytes of their answers, as they are sent.
my $calls = $node->safe_psql('postgres',
	q{SELECT string_agg(format('%s <over> AS c%s', call, id), ', ') FROM aggregates});
my $answers = $node->safe_psql('postgres', <<'SQL');
SELECT format('ARRAY[%s]', string_agg(format('%s(c%s)', t.typsend, a.id), ', ' ORDER BY a.id))
FROM aggregates a JOIN pg_proc p ON p.oid = a.id JOIN pg_type t ON t.oid = p.prorettype
SQL
my $states = $node->safe_psql('postgres',
	q{SELECT format('ARRAY[%s]', string_agg(format('%s_send(%s)', tally, call), ', ' ORDER BY part)) FROM part});
my @tallies = split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT tally FROM part');
my $aggregates = $node->safe_psql('postgres', 'SELECT count(*) FROM aggregates');
cmp_ok($aggregates, '>', 300, 'there are aggregates');

# Queries for the answers by group, of six spans out of ten at each span,
# and in a window, at the first of those rows that have the same frame.
my $group = 'coalesce(g, -1)';
my $span = '(k * 10 / (SELECT count(*) + 1 FROM facts))::int';

sub by_group
{
	my ($from) = @_;
	return "SELECT key, $answers AS answers
		FROM (SELECT $group AS key, " . $calls =~ s/<over>//gr . " FROM $from) AS q";
}

sub in_window
{
	my ($key, $window, $filter) = @_;
	return "SELECT key, $answers AS answers FROM (
		SELECT key, rank() OVER w = row_number() OVER w AS is_first, " . $calls =~ s/<over>/$filter OVER w/gr . "
		FROM (SELECT *, $key AS key FROM facts) AS q WINDOW w AS ($window)) AS q WHERE is_first";
}
my $moving = 'ORDER BY key RANGE BETWEEN 5 PRECEDING AND CURRENT ROW';

# Computed serially, in hashed groups: the reference of all else.
my %references = (
	groups => by_group('facts GROUP BY g'),
	spans => "SELECT key, $answers AS answers FROM (SELECT at.key, " . $calls =~ s/<over>//gr . "
		FROM (SELECT DISTINCT $span AS key FROM facts) AS at
		JOIN facts ON $span BETWEEN at.key - 5 AND at.key GROUP BY at.key) AS q",
	states => "SELECT $group AS key, $states AS answers FROM facts GROUP BY g");

my $parallel = 'SET max_parallel_workers_per_gather = 3;';
my $partitionwise = 'SET enable_partitionwise_aggregate = on;';
my $sorted = 'SET enable_hashagg = off;';
my @shapes = (
	{ name => 'sorted groups', set => $sorted, plan => [ qr/"Strategy": "Sorted"/ ] },
	{ name => 'rows in another order', from => "(SELECT * FROM facts ORDER BY dice(k, 'order')) AS facts",
		plan => [ qr/"Sort Key": .*dice/ ] },
	{ name => 'hashed groups, spilled', set => "SET work_mem = '64kB'; SET enable_sort = off;",
		plan => [ qr/"Strategy": "Hashed"/, qr/"HashAgg Batches": (?!1,)\d/ ] },
	{ name => 'sorted groups, spilled', set => "$sorted SET work_mem = '64kB';",
		plan => [ qr/"Sort Method": "external/ ] },
	{ name => 'parallel', set => $parallel, plan => [ qr/"Workers Launched": [1-9]/, qr/"Partial Mode": "Partial"/ ] },
	{ name => 'parallel, without the leader', set => "$parallel SET parallel_leader_participation = off;",
		plan => [ qr/"Workers Launched": [1-9]/, qr/"Partial Mode": "Partial"/ ] },
	{ name => 'parallel, sorted', set => "$parallel $sorted",
		plan => [ qr/"Gather Merge"/, qr/"Partial Mode": "Partial"/ ] },
	{ name => 'partial in each partition', set => $partitionwise,
		plan => [ qr/"Append".*"Partial Mode": "Partial"/s, qr/facts_empty/ ] },
	{ name => 'partial in each partition, parallel', set => "$partitionwise $parallel",
		plan => [ qr/"Append",\s+"Parent Relationship": "Outer",\s+"Parallel Aware": true.*"Partial Mode": "Partial"/s,
			qr/"Workers Launched": [1-9]/ ] },
	{ name => 'whole in each partition', set => $partitionwise, from => 'facts_by_group',
		plan => [ qr/"Append".*"Strategy": "Hashed",\s+"Partial Mode": "Simple"/s ] },
	{ name => 'grouping sets, hashed', query => by_group('facts GROUP BY CUBE (g, h) HAVING grouping(g, h) = 1'),
		plan => [ qr/"Strategy": "Mixed"/ ] },
	{ name => 'grouping sets, sorted', set => $sorted,
		query => by_group('facts GROUP BY CUBE (g, h) HAVING grouping(g, h) = 1'),
		plan => [ qr/"Strategy": "Sorted"/, qr/"Group Keys"/ ] },
	{ name => 'a window over each group', query => in_window($group, 'PARTITION BY key', ''),
		plan => [ qr/"WindowAgg"/ ] },
	{ name => 'a moving window', reference => 'spans', query => in_window($span, $moving, ''),
		plan => [ qr/"WindowAgg"/ ] },
	# PostgreSQL aggregates each frame anew when an argument has a subquery
	{ name => 'a window without inverse', reference => 'spans',
		query => in_window($span, $moving, 'FILTER (WHERE (SELECT key IS NOT NULL))'),
		plan => [ qr/"WindowAgg".*"Parent Relationship": "SubPlan"/s ] });

# Runs a shape, looks at the plan of that very run, and compares.
sub check
{
	my ($rows, $shape) = @_;
	my $set = $shape->{set} // '';
	my $query = $shape->{query} // by_group(($shape->{from} // 'facts') . ' GROUP BY g');
	my $plan = $node->safe_psql('postgres',
		"$set EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) CREATE TABLE answer AS $query");

	# few rows may have a simpler plan
	if ($rows >= 1500)
	{
		like($plan, $_, "$rows rows, $shape->{name}: the plan") foreach @{ $shape->{plan} };
	}
	compare("$rows rows, $shape->{name}", $shape->{reference} // 'groups');
	return;
}

my $cases = 0;

# Where table "answer" differs from a reference.
sub mismatches
{
	my ($reference) = @_;
	my $of = $reference eq 'states'
	  ? 'SELECT part AS id, aggtransfn::text AS signature FROM part' : 'SELECT id, signature FROM aggregates';

	return $node->safe_psql('postgres', qq{
		WITH name AS (SELECT row_number() OVER (ORDER BY id) AS n, signature FROM ($of) AS q)
		SELECT key, signature, u.expected, u.answer
		FROM reference_$reference AS r FULL JOIN answer AS a USING (key),
		LATERAL unnest(r.answers, a.answers) WITH ORDINALITY AS u (expected, answer, n) JOIN name USING (n)
		WHERE u.expected IS DISTINCT FROM u.answer OR r.answers IS NULL OR a.answers IS NULL LIMIT 5});
}

# Expects table "answer" to be like a reference, and counts its cases.
sub compare
{
	my ($name, $reference) = @_;

	is(mismatches($reference), '', "$name: the same bytes");
	$cases += $node->safe_psql('postgres', 'SELECT cardinality(answers) FROM answer LIMIT 1');
	$node->safe_psql('postgres', 'DROP TABLE answer');
	return;
}

# Stores partial states of each group as text or as bytes, merges them, and asks.
sub check_stored
{
	my ($rows, $format) = @_;
	my $name = "$rows rows, merged from states stored as $format";

	foreach my $tally (@tallies)
	{
		# text is made of the working state itself, not of a stored copy of it
		my ($array, $type) = $format eq 'text' ? ('%s::text', 'text') : ('%s', $tally);
		my $parts = $node->safe_psql('postgres',
			qq{SELECT string_agg(format('$array', call), ', ' ORDER BY part)
			FROM part WHERE tally = '$tally'::regtype});
		my $numbers = $node->safe_psql('postgres',
			qq{SELECT array_agg(part ORDER BY part) FROM part WHERE tally = '$tally'::regtype});

		$node->safe_psql('postgres', qq{
			TRUNCATE stored_$tally, merged_$tally;
			INSERT INTO stored_$tally
			SELECT key, u.part, u.state::$tally
			FROM (SELECT $group AS key, ARRAY[$parts]::${type}[] AS states FROM facts GROUP BY g, h) AS q,
			LATERAL unnest('$numbers'::int[], states) AS u (part, state)
			-- shards without rows
			UNION ALL SELECT DISTINCT g, u.part, NULL::$tally FROM few, unnest('$numbers'::int[]) AS u (part)
			WHERE g IS NOT NULL;
			COPY stored_$tally TO '$directory/stored' (FORMAT $format);
			TRUNCATE stored_$tally;
			COPY stored_$tally FROM '$directory/stored' (FORMAT $format);
			INSERT INTO merged_$tally
			SELECT key, part, merge(state) FROM stored_$tally GROUP BY key, part HAVING count(state) > 0;
			ANALYZE merged_$tally});
	}

	my $merged = $node->safe_psql('postgres', q{
		SELECT format('ARRAY[%s]', string_agg(
			format('%s(%s((SELECT state FROM merged_%s AS m WHERE m.key = q.key AND part = %s)))',
				   t.typsend, a.final, a.tally, part), ', ' ORDER BY a.id))
		FROM aggregates a
		JOIN part USING (aggtransfn, agginitval, tally, columns)
		JOIN pg_proc p ON p.oid = a.id
		JOIN pg_type t ON t.oid = p.prorettype});
	my $merged_states = $node->safe_psql('postgres', q{
		SELECT format('ARRAY[%s]', string_agg(
			format('%s_send((SELECT state FROM merged_%1$s AS m WHERE m.key = q.key AND part = %s))', tally, part),
			', ' ORDER BY part))
		FROM part});
	my $keys = "(SELECT DISTINCT $group AS key FROM facts) AS q";
	$node->safe_psql('postgres', "CREATE TABLE answer AS SELECT key, $merged_states AS answers FROM $keys");
	compare("$name, the states", 'states');
	$node->safe_psql('postgres', "CREATE TABLE answer AS SELECT key, $merged AS answers FROM $keys");
	compare("$name, the answers", 'groups');
	return;
}

# Few rows with durations of thousands of years, some, and so many that tallies count
# in buckets: half of the rows are in one group.
foreach my $data ([ 40, 0.3, 24 ], [ 1500, 0.25, 14 ], [ 4500, 0.02, 14 ])
{
	my ($rows, $nulls, $magnitude) = @$data;

	$node->safe_psql('postgres', qq{
		TRUNCATE facts, facts_by_group;
		INSERT INTO facts SELECT * FROM random_facts($rows, \$seed\$$seed\$seed\$, $nulls, $magnitude);
		UPDATE facts SET g = 0 WHERE k % 2 = 0;
		INSERT INTO facts_by_group SELECT * FROM facts;
		DROP TABLE IF EXISTS reference_groups, reference_spans, reference_states});
	$node->safe_psql('postgres', 'VACUUM ANALYZE facts, facts_by_group');
	$node->safe_psql('postgres', "CREATE TABLE reference_$_ AS $references{$_}") foreach sort keys %references;
	$node->safe_psql('postgres', 'CREATE TABLE answer AS ' . by_group('facts WHERE k > 1 GROUP BY g'));
	isnt(mismatches('groups'), '', "$rows rows: one row less is noticed");
	$node->safe_psql('postgres', 'DROP TABLE answer');
	check($rows, $_) foreach @shapes;
	check_stored($rows, $_) foreach 'text', 'binary';
}
cmp_ok($cases, '>=', 10000, "$cases cases");

$node->stop;
done_testing();
