# The dashboard for Grafana: its layout is sound, and every query of a panel, variable and
# annotation runs for a reader as Grafana would send it, with columns that Grafana can show
# and values that other views and plain SQL give.

use strict;
use warnings;

use File::Basename;
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use FullMart qw(build_full_mart);

my $test = dirname(__FILE__) . '/..';
my $dashboard = decode_json(slurp_file("$test/../dashboard/grafana/kpi.json"));
my @panels = @{ $dashboard->{panels} };
my @variables = @{ $dashboard->{templating}{list} };
my %variable = map { $_->{name} => $_ } @variables;

# ---------------------------------------------------------------- layout

my (%ids, %taken, @overlaps);
foreach my $panel (@panels)
{
	my ($x, $y, $w, $h) = @{ $panel->{gridPos} }{qw(x y w h)};
	ok(!$ids{ $panel->{id} }++, "panel $panel->{id}: the id is unique");
	cmp_ok($x + $w, '<=', 24, "panel $panel->{id} fits into the grid");
	like($panel->{title}, qr/\w/, "panel $panel->{id} has a title");
	like($panel->{description}, qr/\w/, "panel $panel->{id} has a description");
	foreach my $cell (map { my $row = $_; map { "$_,$row" } $x .. $x + $w - 1 } $y .. $y + $h - 1)
	{
		push @overlaps, $cell if $taken{$cell}++;
	}
	my %names = map { $_->{matcher}{options} => 1 } @{ $panel->{fieldConfig}{overrides} };
	my $sql = $panel->{targets}[0]{rawSql};
	my @unused = grep { $sql !~ /\b\Q$_\E\b/ } keys %names;
	is("@unused", '', "panel $panel->{id}: overrides name columns of the query");
	like($sql, qr/is_complete|FROM alerts/, "panel $panel->{id} shows no running period");
	# a reader judges a value by n and its interval: counts have none
	like($sql, qr/\blow\b.*\bhigh\b.*\bn\b/s, "panel $panel->{id} shows n and the interval")
	  unless $panel->{title} =~ /created and resolved/;
}
is("@overlaps", '', 'no panels overlap');
is($dashboard->{timezone}, 'utc', 'days are shown as they are');

# every query as [ name, SQL, format, data source ]
my @queries;
foreach my $panel (@panels)
{
	push @queries, map { [ "panel $panel->{id}", @$_{qw(rawSql format datasource)} ] } @{ $panel->{targets} };
}
push @queries, map { [ "variable $_->{name}", $_->{query}, 'variable', $_->{datasource} ] }
  grep { $_->{type} eq 'query' } @variables;
push @queries, map { [ "annotation $_->{name}", $_->{target}{rawSql}, 'annotation', $_->{datasource} ] }
  grep { $_->{target} } @{ $dashboard->{annotations}{list} };

foreach (@queries)
{
	my ($name, $sql, $format, $source) = @$_;
	is($source->{uid}, '${datasource}', "$name uses the chosen data source");
	my @used = $sql =~ /\$\{(\w+)(?::\w+)?\}/g;
	is(join(' ', grep { !$variable{$_} } @used), '', "$name uses variables that exist");
	my @unquoted = $sql =~ /(\$\{\w+(?!:sqlstring\})(?::\w+)?\}|\$(?!__timeFilter\()\w+)/g;
	is("@unquoted", '', "$name quotes each variable, and uses known macros");
}

# ---------------------------------------------------------------- the mart and its reader

my $node = PostgreSQL::Test::Cluster->new('grafana');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\n");
$node->start;
sub query { return $node->safe_psql('postgres', $_[0]) }
sub in_mart { return query("SET search_path = dashboards, public; $_[0]") }
build_full_mart($node, tickets => 1500, agents => 12);
# the role of doc/bi.md
my ($role) = slurp_file("$test/../doc/bi.md") =~ /^(CREATE ROLE bi .*?\n)\nSET ROLE/ms;
query($role);

# ---------------------------------------------------------------- as Grafana sends a query

my ($from, $to) = split /\|/, query("SELECT to_char(now() - interval '1 year', f), to_char(now(), f)
	FROM (VALUES ('YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) AS v (f)");

# Replaces variables and macros as Grafana does: in this order, each once.
sub filled
{
	my ($sql, $values) = @_;
	$sql =~ s/\$\{(\w+):sqlstring\}/"'" . $values->{$1} =~ s{'}{''}gr . "'"/ge;
	$sql =~ s/\$__timeFilter\(([^)]*)\)/$1 BETWEEN '$from' AND '$to'/g;
	return $sql;
}

sub as_reader
{
	my ($sql) = @_;
	my ($status, $output, $error) = $node->psql('postgres', $sql, extra_params => [ '-U', 'bi' ]);
	is("$status $error", '0 ', 'no error') or diag $sql;
	return $output;
}

# The names and types of the columns of a query.
sub columns
{
	my ($sql) = @_;
	return map { [ split /\|/ ] } split /\n/, as_reader("$sql \\gdesc");
}

# The values of a variable, whose query returns them with their texts or alone.
sub choices
{
	my ($variable, $values) = @_;
	return map { (split /\|/)[-1] } split /\n/, as_reader(filled($variable->{query}, $values));
}

# Values of the variables, in the order in which Grafana asks for them.
sub values_of
{
	my (%values) = @_;
	foreach my $v (@variables)
	{
		next if defined $values{ $v->{name} };
		($values{ $v->{name} }) = choices($v, \%values) if $v->{type} eq 'query';
		$values{ $v->{name} } //= $v->{current}{value} // '';
	}
	return \%values;
}

my @teams = choices($variable{team}, {});
my @channels = choices($variable{channel}, {});
is($teams[0], 'all', 'the first team is all');
is_deeply([ sort @teams ], [ sort split /\n/, query(q{
	SELECT 'all' UNION SELECT CASE team WHEN 'all' THEN '"all"' ELSE team END FROM tickets WHERE team IS NOT NULL}) ],
	'the others are those of the tickets');
is_deeply([ sort @channels ], [ sort split /\n/, query(q{
	SELECT 'all' UNION SELECT channel FROM tickets WHERE channel IS NOT NULL}) ], 'so with channels');
my ($hostile) = grep { /O'Neill/ } @teams;
ok($hostile, 'one of them has a name with quotes and dollars');

# ---------------------------------------------------------------- columns

my %time_series = map { $_ => 1 } ('double precision', 'bigint');
my %shown = map { $_ => 1 } ('double precision', 'bigint', 'text', 'timestamp with time zone', 'timestamp without time zone');
my $all = values_of(period => 'month');
is($all->{grouped_by}, 'total', 'with all teams and channels, totals are read');
foreach (@queries)
{
	my ($name, $sql, $format) = @$_;
	my @columns = columns(filled($sql, $all));
	if ($format eq 'time_series')
	{
		is_deeply($columns[0], [ 'time', 'timestamp without time zone' ], "$name begins with the time");
		my @others = grep { !$time_series{ $_->[1] } } @columns[ 1 .. $#columns ];
		is(scalar(@others), 0, "$name has numbers in all other columns");
	}
	elsif ($format eq 'annotation')
	{
		is(join(' ', map { $_->[0] } @columns), 'time timeend text tags', "$name has the columns of annotations");
	}
	elsif ($format eq 'variable')
	{
		is(join(' ', map { $_->[1] } @columns), join(' ', ('text') x @columns), "$name has text");
	}
	is(join(' ', map { "$_->[0] $_->[1]" } grep { !$shown{ $_->[1] } } @columns), '', "$name has types that Grafana shows");
}

# Other periods, teams and channels run as well.  Most have rows.
my $run = 0;
my $some = 0;
foreach my $case ([ 'month', $teams[-1], 'all' ], [ 'month', $hostile, $channels[2] ], [ 'week', 'all', $channels[1] ],
	[ 'week', $hostile, 'all' ], [ 'week', 'Billing', 'email' ], [ 'day', 'all', 'all' ], [ 'day', 'Billing', 'chat' ])
{
	my $values = values_of(period => $case->[0], team => $case->[1], channel => $case->[2]);
	my @sql = map { filled($_->[1], $values) } grep { $_->[2] =~ /series|table/ } @queries;
	my $rows = as_reader(join ";\n", map { "SELECT count(*) FROM ($_) AS q" } @sql);
	$run += @sql;
	$some += grep { $_ > 0 } split /\n/, $rows;
}
cmp_ok($some, '>=', 0.85 * $run, "queries with rows: $some of $run");

# ---------------------------------------------------------------- values

# executive_monthly computes the same from other tallies
my %same = (csat_pct => 3, nps => 4, fcr_pct => 5, sla_response_pct => 6, response_p90_seconds => 7,
	resolution_median_seconds => 8, negative_sentiment_pct => 9, churn_pct => 10);
my %sql = map { $_->[0] => $_->[1] } @queries;
foreach my $kpi (sort keys %same)
{
	my $sql = filled($sql{"panel $same{$kpi}"}, $all);
	my $n = $kpi =~ s/_pct|_(median|p90)_seconds//r . '_n';
	$n = 'customers' if $kpi eq 'churn_pct';
	my ($months, $wrong) = split /\|/, in_mart("SELECT count(*),
			count(*) FILTER (WHERE (p.v, p.n) IS DISTINCT FROM (e.$kpi, e.$n))
		FROM ($sql) AS p (time, v, low, high, target, n)
		JOIN executive_monthly AS e ON e.month = p.time");
	cmp_ok($months, '>=', 10, "$kpi: months");
	is($wrong, 0, "$kpi: values and n are those of executive_monthly");
}
is(in_mart("SELECT count(*) >= 10, count(*) FILTER (WHERE p.created <> e.tickets OR p.resolved <> e.resolved)
	FROM (" . filled($sql{'panel 2'}, $all) . ') AS p JOIN executive_monthly AS e ON e.month = p.time'),
	't|0', 'tickets created and resolved');

# plain SQL over the facts: the last complete month, by channel and by team, of everything and of one
foreach my $case ([ 'channel', 'team', 'all' ], [ 'channel', 'team', 'Billing' ], [ 'team', 'channel', 'all' ],
	[ 'team', 'channel', 'chat' ])
{
	my ($by, $other, $chosen) = @$case;
	my $values = values_of(period => 'month', kpi => 'fcr_pct', $other => $chosen);
	my $sql = filled($sql{ $by eq 'channel' ? 'panel 11' : 'panel 12' }, $values);
	my $where = $chosen eq 'all' ? 'true' : "$other = '$chosen'";
	is(in_mart("SELECT \"$by\", period::date, round(value::numeric, 6), n FROM ($sql) AS p ORDER BY 1"),
		in_mart("SELECT DISTINCT ON (1) CASE $by WHEN 'all' THEN '\"all\"' ELSE coalesce($by, '(none)') END,
			date_trunc('month', outcome_day)::date AS month,
			round(100.0 * count(*) FILTER (WHERE first_contact) / count(*), 6), count(*)
		FROM ticket
		WHERE merged_into IS NULL AND first_contact IS NOT NULL AND $where
			AND outcome_day < date_trunc('month', now() AT TIME ZONE 'Europe/Berlin')
			AND date_trunc('month', outcome_day) >= (now() - interval '1 year')::date
		GROUP BY 1, 2
		ORDER BY 1, 2 DESC"), "first contact by $by, $other $chosen");
}
is(in_mart('SELECT "KPI", status FROM (' . filled($sql{'panel 1'}, $all) . ') AS p WHERE target IS NOT NULL'),
	in_mart("SELECT kpi, status FROM kpi_monthly WHERE grouped_by = 'total' AND kpi = 'csat_pct' AND is_complete
		ORDER BY period DESC LIMIT 1"), 'the status of the total is shown');
is(in_mart("SELECT count(*) FROM ($sql{'panel 13'}) AS p"),
	query('SELECT count(*) FROM dashboards.kpi_alerts WHERE closed_at IS NULL'), 'open alerts');

$node->stop;
done_testing();
