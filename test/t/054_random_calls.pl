# Calls every function, aggregate, operator, cast and view of the extensions with random arguments, in random queries, as
# the owner of a mart, as a reader and as a superuser: no process crashes, and no error is internal.
# KPI_SEED=number makes other queries, and 20 of each instead of one.

use strict;
use warnings;

use File::Basename;
use IPC::Run qw(run);
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use RandomCalls qw(one_of table_of_values harmless call queries settings);

my $seed = $ENV{KPI_SEED} // 20260101;
my $rounds = defined $ENV{KPI_SEED} ? 20 : 1;
note "KPI_SEED=$seed";
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('calls');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', <<'CONF');
client_min_messages = error
log_min_messages = log
log_min_error_statement = panic
jit = off
fsync = off
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
max_parallel_workers_per_gather = 0
CONF
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE ROLE owner LOGIN;
CREATE ROLE reader LOGIN;
GRANT ALL ON SCHEMA public TO owner;
GRANT CREATE ON DATABASE postgres TO owner;
SQL
$node->safe_psql('postgres',
	"CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file(dirname(__FILE__) . '/../data/arguments.sql'),
	extra_params => [ '-U', 'owner' ]);
$node->safe_psql('postgres',
	'GRANT USAGE ON SCHEMA built TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA built, public TO reader');

# ---------------------------------------------------------------- what there is to call

# See RandomCalls.pm.
my $members = decode_json($node->safe_psql('postgres', <<'SQL'));
WITH member AS (
	SELECT d.classid, d.objid, e.extname = 'kpi_mart' AS mart
	FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND e.extname IN ('kpi', 'kpi_mart')
	WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'),
routine AS (
	SELECT p.oid::regprocedure::text AS signature, p.prokind::text AS kind, p.oid::regproc::text AS name,
		   p.proname::text AS short, p.proretset AS set, m.mart, p.prorettype::regtype::text AS result,
		   p.proargtypes::oid[] AS types, p.proargnames AS names
	FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
	UNION ALL
	SELECT o.oid::regoperator::text, 'operator', format('%s.%s', o.oprnamespace::regnamespace, o.oprname), o.oprname, false,
		   m.mart, o.oprresult::regtype::text, ARRAY[o.oprleft, o.oprright], NULL
	FROM member m JOIN pg_operator o ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid
	UNION ALL
	SELECT format('%s::%s', castsource::regtype, casttarget::regtype), 'cast', casttarget::regtype::text, '', false, m.mart,
		   casttarget::regtype::text, ARRAY[castsource], NULL
	FROM member m JOIN pg_cast c ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
SELECT json_agg(json_build_object('signature', signature, 'kind', kind, 'name', name, 'set', set, 'mart', mart,
								  'result', result, 'types', a.types, 'examples', a.examples, 'free', a.free)
				ORDER BY signature)
FROM routine,
LATERAL (SELECT coalesce(json_agg(u.type::regtype::text ORDER BY place), '[]') AS types,
				coalesce(json_agg(literals ORDER BY place), '[]') AS examples,
				coalesce(json_agg(argument = u.type::regtype::text ORDER BY place), '[]') AS free
		 FROM unnest(types) WITH ORDINALITY AS u (type, place)
		 LEFT JOIN LATERAL (
			SELECT argument, literals FROM example
			WHERE argument IN (u.type::regtype::text, names[place], format('%s.%s', short, names[place]))
			ORDER BY argument LIKE '%.%' DESC, argument = names[place] DESC LIMIT 1) AS e ON true) AS a
SQL
my (@routines, @hidden);
foreach my $routine (@$members)
{
	my $is_hidden = $routine->{result} eq 'trigger' || grep { $_ eq 'internal' } @{ $routine->{types} };
	push @{ $is_hidden ? \@hidden : \@routines }, $routine;
}
is( join(' ', sort map { $_->{signature} =~ s/\(.*//r } @hidden), join(' ', sort
		# inside aggregates, and ANALYZE
		qw(kpi_conversation_final kpi_message_add kpi_message_add kpi_phrases_add kpi_phrases_final kpi_status_change_add
		kpi_status_spans_final kpi_tally_typanalyze kpi_waits_final),
		# binary input: see 004_mutations
		qw(business_hours_recv kpi_durations_recv kpi_rate_recv kpi_ratio_recv kpi_scores_recv kpi_trend_recv
		sentiment_lexicon_recv)),
	'SQL cannot call functions with internal arguments');
cmp_ok(scalar(@routines), '>', 900, 'there is much to call: ' . @routines);
is(join("\n", map { $_->{signature} } grep { grep { !defined } @{ $_->{examples} } } @routines), '',
	'there are examples of every argument');
my @functions = grep { $_->{kind} eq 'f' && !$_->{set} && !$_->{mart} && @{ $_->{types} } } @routines;
my @relations = split /\n/, $node->safe_psql('postgres', q(
	SELECT c.oid::regclass FROM pg_class c WHERE relkind IN ('v', 'r', 'm', 'p')
	AND (relnamespace = 'built'::regnamespace OR EXISTS (
		SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')) ORDER BY 1));
my $server = decode_json($node->safe_psql('postgres', q(
	SELECT json_build_object(
		'assertions', (SELECT setting = 'on' FROM pg_settings WHERE name = 'debug_assertions'),
		'parallel', (SELECT name FROM pg_settings WHERE name IN ('debug_parallel_query', 'force_parallel_mode'))))));

# An invalid value leaves out a row.
my ($statements, $columns) = table_of_values(90, grep { !$_->{mart} } @routines);
my $errors = '';
$node->psql('postgres', join(";\n", @$statements, 'GRANT SELECT ON sample TO PUBLIC', 'ANALYZE sample') . ';',
	stderr => \$errors, on_error_stop => 0);
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM sample'), '>', 80, 'there is a table of random values')
  or diag($errors);

# ---------------------------------------------------------------- queries

# Each is a transaction that is undone: what is called, and statements.
my (@transactions, %answers, %states, %of_state);

sub add { return push @transactions, [@_] }

# Runs transactions as a role.  The state of one is its first error, or 00000.
sub run_as
{
	my ($role, @numbers) = @_;
	my $script = "SET statement_timeout = '5s';\n";
	foreach my $n (@numbers)
	{
		my (undef, @statements) = @{ $transactions[$n] };
		$script .= join("\n", 'BEGIN;', map { "$_;\n\\echo $n :SQLSTATE" } @statements) . "\nROLLBACK;\n";
	}
	my ($output, $error) = ('', '');
	run([ 'psql', '-XqAt', '-o', '/dev/null', '-d', $node->connstr('postgres'), '-U', $role ], '<', \$script, '>', \$output,
		'2>', \$error);
	my %state;
	foreach (split /\n/, $output)
	{
		my ($n, $code) = split / /;
		$state{$n} = $code if ($state{$n} // '00000') eq '00000';
	}
	is(scalar(keys %state), scalar(@numbers), "$role: " . @numbers . ' transactions have come to their end')
	  or diag(substr $error, -2000);
	foreach my $n (sort { $a <=> $b } keys %state)
	{
		my $called = $transactions[$n][0];
		$answers{$called}++ if $state{$n} eq '00000';
		$states{$called}{ $state{$n} }++;
		push @{ $of_state{ $state{$n} } }, $transactions[$n];
	}
	return;
}

# First with harmless arguments, then with random ones.
add($_->{signature}, 'SET LOCAL statement_timeout = 0', harmless($_)) foreach @routines;
foreach my $round (1 .. $rounds)
{
	foreach my $routine (grep { $round < 3 || !$_->{mart} } @routines)
	{
		add($routine->{signature}, settings($server), queries(scalar(@transactions), $routine, $columns, \@functions));
	}
	foreach my $relation (@relations)
	{
		add($relation, settings($server),
			"SELECT * FROM $relation" . one_of('', ' LIMIT 3', ' ORDER BY random() LIMIT 10', ' WHERE random() < 0.5'));
	}
}
# What belongs to a mart is called as each role, all else as one of them.
my %of_mart = map { $_ => 1 } @relations, map { $_->{signature} } grep { $_->{mart} } @routines;
my @roles = ('owner', 'postgres', 'reader');
foreach my $i (0 .. 2)
{
	run_as($roles[$i], grep { $of_mart{ $transactions[$_][0] } || $_ % 3 == $i } 0 .. $#transactions);
}
# Few arguments have an answer, such as those of an input function: more calls of what has given none.
my $first = @transactions;
foreach my $routine (grep { !$answers{ $_->{signature} } && !$_->{mart} } @routines)
{
	add($routine->{signature}, 'SELECT ' . call($routine)) foreach 1 .. 25;
}
run_as('reader', $first .. $#transactions);

note join ', ', map { "$_: " . @{ $of_state{$_} } } sort keys %of_state;
my @unexpected = map { @{ $of_state{$_} } } grep { !/^(00|0A|22|23|2B|3F|42|54|55|57014)/ } sort keys %of_state;
is(join("\n\n", map { defined $_ ? join "\n", @$_ : () } @unexpected[ 0 .. 9 ]), '', 'errors blame what was asked for');
# a mart has the tables that kpi_store_view makes; without a window there is little to take away
my @silent = grep { !$answers{$_} && !/^kpi_(store_view|durations_(uncombine|discard))\(/ }
  (map { $_->{signature} } @routines), @relations;
is(join("\n", map { "$_: " . join ' ', sort keys %{ $states{$_} } } @silent), '', 'everything else answers some call');
is($node->safe_psql('postgres', 'SELECT nps(9)'), 100, 'the server is still up');
$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'and no process has crashed');
done_testing();
