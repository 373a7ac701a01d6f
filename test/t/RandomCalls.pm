# Random values of each type, and random queries that call a function, an aggregate, an operator or a cast.
#
# A routine is a hash: its signature, kind (f, a, w, operator or cast), name, result, whether it returns a set and belongs
# to a mart, and of each argument its type, examples, and whether it is free: any value of the type can take its place.

package RandomCalls;

use strict;
use warnings;

use Exporter qw(import);

our @EXPORT_OK = qw(one_of table_of_values harmless call queries settings);

sub one_of { return $_[ int rand @_ ] }

# True in so many percent of cases.
sub chance { return rand(100) < $_[0] }

# ---------------------------------------------------------------- values

sub between { return $_[0] + int rand($_[1] - $_[0] + 1) }
sub digits { return join '', map { between(0, 9) } 1 .. $_[0] }
sub sign { return chance(30) ? '-' : '' }
sub sum { my $sum = 0; $sum += $_ foreach @_; return $sum }

# Mostly in 2026, when data is, else in any year.
sub day { return sprintf '%04d-%02d-%02d', chance(80) ? 2026 : between(1, 9999), between(1, 12), between(1, 28) }

sub instant
{
	return sprintf '%s %02d:%02d:%02d.%06d', day(), between(0, 23), between(0, 59), between(0, 59), between(0, 999999);
}

sub range
{
	my ($bound) = @_;
	my ($low, $high) = map { chance(10) ? '' : qq("$_") } sort $bound->(), $bound->();
	return one_of('[', '(') . "$low,$high" . one_of(']', ')');
}

sub seconds { return sprintf '%d.%06d', 10**rand(7), chance(50) ? 0 : between(0, 999999) }

# Counts of numbers below 10 to a power, such as {3:12,9:1}.
sub counts
{
	my ($numbers, $power, $format) = @_;
	my %distinct = map { $_ => 1 } map { between(0, $power) } 1 .. $numbers;
	return '{' . join(',', map { sprintf $format, $_, between(1, 99) } sort { $a <=> $b } keys %distinct) . '}';
}

# The sums of points, as in the text of kpi_trend.
sub trend
{
	my @points = map { [ between(0, 1e6), between(0, 99) ] } 1 .. between(0, 4);
	my $of = sub { my ($sum) = @_; return sum(map { $sum->(@$_) } @points) };
	return sprintf '%d/%d/%d/%d/%d/%d', scalar @points, $of->(sub { $_[1] }), $of->(sub { 1e6 * $_[1]**2 }),
	  $of->(sub { $_[0] }), $of->(sub { 1e6 * $_[0]**2 }), $of->(sub { 1e6 * $_[0] * $_[1] });
}

my @words = ('thanks', 'not', 'very', 'slow', 'refund', 'terrible', "l'\x{e9}t\x{e9}", "\x{1F621}", ':-)', 'GREAT!!!', '5/5',
	"don't", "\n", '%s');
my @zones = ('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'Etc/GMT+5');
my @hours = ('Mo-Fr 09:00-17:00', '24/7', 'off', 'Mo-Su 22:00-06:00', 'Mo-Fr 08:00-12:00,13:00-17:30; Sa 10:00-14:00',
	'Mo-Fr 09:00-17:00; 2026-05-01 off; Dec 24-Jan 01 off', 'Su 00:00-24:00', 'Tu 23:59-00:01');

my %random = (
	'boolean' => sub { one_of('t', 'f') },
	'smallint' => sub { chance(80) ? between(0, 10) : between(-32768, 32767) },
	'integer' => sub { chance(80) ? between(0, 10) : sign() . between(0, 2147483647) },
	'bigint' => sub { chance(80) ? between(0, 100) : sign() . digits(between(1, 18)) },
	'numeric' => sub { sign() . (chance(80) ? between(0, 1000) . '.' . digits(between(1, 8)) : digits(between(1, 60))) },
	'double precision' => sub
	{
		return chance(50) ? between(0, 10) : chance(60) ? rand(100) : sign() . rand() . 'e' . between(-320, 308);
	},
	'interval' => sub { (chance(20) ? between(-3, 40) . ' days ' : '') . sign() . seconds() . ' s' },
	'date' => \&day,
	'timestamp without time zone' => \&instant,
	'timestamp with time zone' => sub { instant() . ' ' . one_of(@zones) },
	'daterange' => sub { range(\&day) },
	'tsrange' => sub { range(\&instant) },
	'tstzrange' => sub { range(\&instant) },
	'tstzmultirange' => sub { '{' . join(',', map { range(\&instant) } 1 .. between(0, 3)) . '}' },
	'text' => sub { join ' ', map { one_of(@words) } 0 .. between(0, chance(95) ? 8 : 5000) },
	'business_hours' => sub { one_of(@zones) . '; ' . one_of(@hours) },
	'kpi_scores' => sub { counts(between(0, 6), 10, '%d:%d') },
	'kpi_rate' => sub { my $n = between(0, 10**between(0, 9)); between(0, $n) . "/$n" },
	'kpi_ratio' => sub { sign() . seconds() . '/' . seconds() . '/' . between(1, 1000) },
	'kpi_durations' => sub { counts(between(0, chance(90) ? 8 : 1500), 10**between(0, 6), one_of('%d', '%dx%d')) },
	'kpi_trend' => \&trend,
	'kpi_estimate' => sub { '(' . join(',', map { chance(90) ? rand(100) : '' } 1 .. 3) . ',' . between(0, 99) . ')' },
	'double precision[]' => sub { '{' . join(',', map { rand(50) } 1 .. one_of(0, 3, 16)) . '}' },
	'date[]' => sub { '{' . join(',', map { day() } 1 .. between(0, 5)) . '}' },
	'sentiment_lexicon' => sub
	{
		my $weights = join ',', map { " w$_:0." . digits(2) } 1 .. between(0, 5);
		return one_of('english', 'none') . ($weights ? ";$weights" : '');
	},
);

sub literal
{
	my ($text, $type) = @_;
	return "NULL::$type" if !defined $text || $text eq 'NULL';
	return q(') . $text =~ s/'/''/gr . "'::$type";
}

# A value of the nth argument of a routine: NULL, one of its examples, or a random one.
sub value
{
	my ($routine, $n) = @_;
	my $type = $routine->{types}[$n];
	return "NULL::$type" if chance(8);
	return literal($random{$type}->(), $type) if $random{$type} && $routine->{free}[$n] && chance(70);
	return literal(one_of(@{ $routine->{examples}[$n] }), $type);
}

# A table with a column of each type of the routines, filled at random.  Returns the statements that make it, and the
# columns by type.
sub table_of_values
{
	my ($rows, @routines) = @_;
	my %argument;
	foreach my $routine (@routines)
	{
		foreach my $n (grep { $routine->{free}[$_] } 0 .. $#{ $routine->{types} })
		{
			$argument{ $routine->{types}[$n] } //= [ $routine, $n ];
		}
	}
	delete $argument{cstring};
	my @types = sort keys %argument;
	my %column = map { $types[$_] => "c$_" } 0 .. $#types;
	my $columns = join ', ', map { "$column{$_} $_" } @types;
	my @rows = map { join ', ', $_, $_ % 5, $_ % 3, map { value(@{ $argument{$_} }) } @types } 1 .. $rows;
	return (
		[ "CREATE TABLE sample (n int, g int, h int, $columns) PARTITION BY LIST (h)",
			(map { "CREATE TABLE sample_$_ PARTITION OF sample FOR VALUES IN ($_)" } 0 .. 2),
			map { "INSERT INTO sample VALUES ($_)" } @rows ],
		\%column);
}

# ---------------------------------------------------------------- calls

# A call with the arguments given.
sub call_with
{
	my ($routine, @arguments) = @_;
	my ($kind, $name) = @$routine{qw(kind name)};
	return "($arguments[0])::$name" if $kind eq 'cast';
	return "($arguments[0] OPERATOR($name) $arguments[1])" if $kind eq 'operator';
	return "$name(" . join(', ', @arguments) . ')';
}

# A call with literals, or with columns of table sample if they are given.
sub call
{
	my ($routine, $columns) = @_;
	my @arguments;
	foreach my $n (0 .. $#{ $routine->{types} })
	{
		my $column = $columns && $routine->{free}[$n] ? $columns->{ $routine->{types}[$n] } : undef;
		push @arguments, defined $column && chance(75) ? $column : value($routine, $n);
	}
	return call_with($routine, @arguments);
}

# A query that calls a routine with the first example of each argument.
sub harmless
{
	my ($routine) = @_;
	my ($types, $examples) = @$routine{qw(types examples)};
	return ($routine->{set} ? 'SELECT * FROM ' : 'SELECT ')
	  . call_with($routine, map { literal($examples->[$_][0], $types->[$_]) } 0 .. $#$types);
}

sub window
{
	my @bounds = ('UNBOUNDED PRECEDING', between(0, 30) . ' PRECEDING', 'CURRENT ROW', between(0, 30) . ' FOLLOWING',
		'UNBOUNDED FOLLOWING');
	my $from = between(0, 3);
	my $to = between($from == 0 ? 1 : $from, 4);
	my $frame = chance(20) ? '' : one_of('ROWS', 'RANGE', 'GROUPS') . " BETWEEN $bounds[$from] AND $bounds[$to] "
	  . one_of('', '', 'EXCLUDE CURRENT ROW', 'EXCLUDE TIES', 'EXCLUDE GROUP');
	return 'OVER (' . (chance(30) ? 'PARTITION BY g ' : '') . "ORDER BY n $frame)";
}

# A query with an aggregate over table sample, which a function of its result may surround.
sub aggregate_query
{
	my ($routine, $columns, $functions) = @_;
	my $call = call($routine, $columns);
	my $filter = chance(30) ? " FILTER (WHERE n % @{[ between(1, 4) ]} = 0)" : '';
	my @around = grep { $_->{types}[0] eq $routine->{result} } @$functions;
	my $answer = sub
	{
		my ($aggregate) = @_;
		return $aggregate unless @around && chance(50);
		my $function = one_of(@around);
		return call_with($function, $aggregate, map { value($function, $_) } 1 .. $#{ $function->{types} });
	};
	return 'SELECT n, ' . $answer->("$call$filter " . window()) . ' FROM sample' if chance(40);
	my ($column) = $call =~ /\((c\d+)/;
	if (chance(15)) { $call =~ s/\((.*)\)$/(DISTINCT $1)/s }
	elsif ($column && chance(20)) { $call =~ s/\((.*)\)$/($1 ORDER BY $column DESC)/s }
	return 'SELECT ' . $answer->("$call$filter") . ' FROM sample '
	  . one_of('', 'GROUP BY g', 'GROUP BY ROLLUP (g, h)', 'GROUP BY CUBE (g, h)', 'GROUP BY GROUPING SETS ((g), (h), ())',
		"GROUP BY g HAVING $call$filter IS NOT NULL", 'WHERE false');
}

sub query
{
	my ($routine, $columns, $functions) = @_;
	return aggregate_query($routine, $columns, $functions) if $routine->{kind} eq 'a';
	if ($routine->{set})
	{
		return 'SELECT * FROM ' . call($routine) . ' LIMIT ' . between(0, 1000) if chance(70) || $routine->{mart};
		return 'SELECT count(*) FROM (SELECT * FROM sample LIMIT 3) AS s, LATERAL (SELECT * FROM '
		  . call($routine, $columns) . ' AS f LIMIT 100) AS f';
	}
	return 'SELECT ' . call($routine) if $routine->{mart} || chance(40);
	my ($call, $other) = map { call($routine, $columns) } 1 .. 2;
	return one_of("SELECT $call FROM sample", "SELECT DISTINCT $call FROM sample", "SELECT $call FROM sample ORDER BY 1",
		"SELECT count(*) FROM sample GROUP BY $call", "SELECT n FROM sample WHERE $call IS NULL",
		"SELECT max(n) FROM sample GROUP BY g HAVING bool_or($call IS NULL)",
		"SELECT $call FROM sample UNION SELECT $other FROM sample", "SELECT (SELECT $call), $other FROM sample",
		"SELECT CASE WHEN n % 2 = 0 THEN $call END FROM sample", "SELECT first_value($call) @{[ window() ]} FROM sample");
}

# Statements that prepare a call and execute it; the sixth time, PostgreSQL may use a generic plan.
sub prepared
{
	my ($n, $routine) = @_;
	my $types = $routine->{types};
	my $call = call_with($routine, map { "\$$_" } 1 .. @$types);
	my $rest = $routine->{set} ? ' LIMIT 100' : $routine->{kind} eq 'a' ? ' FROM sample GROUP BY g' : '';
	my $list = sub { return @_ ? '(' . join(', ', @_) . ')' : '' };
	my @executions = map { "EXECUTE p$n" . $list->(map { value($routine, $_) } 0 .. $#$types) } 1 .. between(1, 7);
	return ("PREPARE p$n" . $list->(@$types) . " AS SELECT $call$rest", @executions, "DEALLOCATE p$n");
}

# Statements that call a routine: a query as it is, prepared, in a cursor, stored, explained or in PL/pgSQL.  $n makes the
# names of prepared statements differ.
sub queries
{
	my ($n, $routine, @rest) = @_;
	my $query = query($routine, @rest);
	return $query if $routine->{mart} || chance(60);
	return prepared($n, $routine) if $routine->{kind} ne 'cast' && chance(30);
	return @{
		one_of(
			[ "DECLARE c SCROLL CURSOR FOR $query", 'FETCH ' . between(1, 20) . ' FROM c', 'FETCH LAST FROM c',
				'FETCH BACKWARD 3 FROM c', 'MOVE ABSOLUTE ' . between(0, 5) . ' FROM c', 'FETCH ALL FROM c' ],
			[ "CREATE TEMPORARY TABLE kept AS $query", 'ANALYZE kept', 'TABLE kept' ],
			[ "CREATE TEMPORARY VIEW kept AS SELECT * FROM ($query) AS q", 'TABLE kept' ],
			[ "EXPLAIN (ANALYZE, VERBOSE) $query" ],
			[ "DO \$do\$ BEGIN FOR i IN 1..3 LOOP BEGIN PERFORM 1 FROM ($query) AS q;"
				. ' EXCEPTION WHEN numeric_value_out_of_range THEN NULL; END; END LOOP; END $do$' ])
	};
}

# Settings that make other plans and other texts, some of the time.  $server has the name of the setting that makes any plan
# parallel, and whether it has assertions.
sub settings
{
	my ($server) = @_;
	my @settings = grep { chance(10) } ("$server->{parallel} = on", 'max_parallel_workers_per_gather = 2', 'enable_hashagg = off',
		'enable_sort = off', "work_mem = '64kB'", 'plan_cache_mode = force_generic_plan', 'enable_partitionwise_aggregate = on',
		"timezone = 'America/Caracas'", 'intervalstyle = iso_8601', "datestyle = 'German'", 'extra_float_digits = -5');
	# everything cached is read anew at each look
	push @settings, 'debug_discard_caches = 1' if $server->{assertions} && chance(3);
	return map { "SET LOCAL $_" } @settings;
}

1;
