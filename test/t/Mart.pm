# Random tables of tickets for the tests of kpi_mart, as SQL text.
#
# Everything is drawn with Perl's rand after srand(seed), so a seed gives the same
# table and edits again, apart from instants relative to now().

package Mart;

use strict;
use warnings;

# The types that a column of the contract can have, by the type that it is read as.
my %types = (
	key => [qw(int bigint text uuid varchar)],
	text => [ 'text', 'text', 'text', 'varchar(40)' ],
	timestamptz => [ 'timestamptz', 'timestamptz', 'timestamp', 'date' ],
	date => [ 'date', 'date', 'timestamp', 'timestamptz' ],
	bigint => [ 'bigint', 'int', 'numeric', 'double precision' ],
	boolean => ['boolean'],
	score => [ 'smallint', 'int', 'double precision', 'numeric', 'real' ],
	'double precision' => [ 'double precision', 'numeric', 'real', 'int' ],
	interval => [ 'interval', 'interval', 'interval', 'time' ],
	numeric => [ 'numeric', 'numeric(12,2)', 'double precision', 'int' ],
	tstzmultirange => [ 'tstzmultirange', 'tstzmultirange', 'tstzrange' ],
	business_hours => ['business_hours']);

my @zones = qw(UTC Europe/Berlin America/New_York Asia/Kolkata Pacific/Auckland);
my @hours = (
	'Europe/Berlin; Mo-Fr 09:00-17:00', 'Asia/Kolkata; Mo-Sa 10:00-18:30', 'America/New_York; Mo-Su 00:00-24:00',
	'Pacific/Auckland; Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00', 'UTC; Mo-Fr 09:00-17:00');
my @targets = ("'30 min'", "'1 hour'", "'2 hours'", "'4 hours'", "'8 hours'", "'1 day'", "'36 hours'");
my @rules = qw(zendesk zendesk_messaging fivetran intercom freshservice freshdesk zoho zammad);
# nights in which clocks change in the zones above, ordinary days, and the present
my @moments = (
	"timestamptz '2024-03-31 00:30 UTC'", "timestamptz '2024-10-27 00:30 UTC'", "timestamptz '2024-03-10 06:30 UTC'",
	"timestamptz '2024-11-03 05:30 UTC'", "timestamptz '2024-04-06 13:30 UTC'", "timestamptz '2024-02-29 23:00 UTC'",
	"timestamptz '2023-12-31 12:00 UTC'", "timestamptz '2025-06-11 08:00 UTC'", 'now()');
my @hostile = ('all', "o'clock", 'a"b', '@schema@', '%s', '', ' ', "tab\there", 'NULL', "\x{e4}");
my %words = (
	team => [qw(north south)], channel => [qw(phone mail chat)], category => [qw(bill bug)],
		priority => [qw(high low)],
	customer_tier => [qw(gold silver)], account_id => [qw(c1 c2 c3)], customer_id => [qw(u1 u2)],
		agent_id => [qw(a1 a2 a3), ''],
	agent_name => [qw(Ada Ben)], first_responder_id => [qw(a1 a2 a4), ''],
	status => [qw(new open bot pending pending on_hold solved closed)], opened_by => [qw(customer agent bot)]);
my @own_names = ('own', 'Own "One"', 'select', 'a.b c', "o'dim", '@schema@', '%s', 'x--y');

sub chance { return rand() < $_[0] }
sub one { return $_[ int rand @_ ] }

sub literal
{
	my ($value) = @_;
	$value =~ s/'/''/g;
	return "'$value'";
}

sub identifier
{
	my ($name) = @_;
	$name =~ s/"/""/g;
	return qq("$name");
}

# A distance in time, with the targets themselves among them.
sub distance
{
	return 'interval ' . one("'0'", "'1 us'", "'10 seconds'", "'15 minutes'", "'16 minutes'", "'1 day'", "'3 days'",
		"'40 days'", @targets,
		sprintf("'%d minutes'", rand 3000), sprintf("'%d seconds'", rand 90000));
}

# An instant that no ticket can have, or that is far away.
sub odd_instant
{
	return one("'infinity'", "'-infinity'", "'epoch'", "'0206-05-04 11:00 UTC'", "'2206-05-04 11:00 UTC'")
		. '::timestamptz';
}

# A value of a column as SQL.  created: the creation of the row, as SQL.
sub value
{
	my ($table, $column, $created, $id) = @_;
	my ($name, $kind, $type) = @$column{qw(name kind type)};

	return "NULL::$type" if $name ne 'ticket_id' && $name ne 'created_at' && chance($column->{gaps});
	return id($type, $id) if $name eq 'ticket_id';
	if ($name eq 'merged_into')
	{
		return chance(0.1) ? id($type, 1) : "NULL::$type";
	}
	if ($kind eq 'timestamptz')
	{
		return $created if $name eq 'created_at';
		# never so late that later edits would not be seen
		return one("'infinity'::timestamptz", "'2206-05-04 11:00 UTC'::timestamptz",
			("now() - interval '2 days' - " . distance()) x 8)
		  if $name eq 'updated_at' || $name eq 'loaded_at';
		return odd_instant() if chance(0.06);
		return "now() - " . distance() if chance(0.05);
		return "$created - " . distance() if chance(0.08);
		return "$created + " . distance();
	}
	return one("'-infinity'", "'infinity'", "'0206-01-31'", "'2206-01-31'", "'2024-01-31'", "'2024-02-29'",
		"'2023-12-01'", "'2020-07-15'",
		"(now() - interval '100 days')") . '::timestamptz' if $kind eq 'date' && $type eq 'timestamptz';
	return one("'-infinity'", "'infinity'", "'0206-01-31'", "'2206-01-31'", "'2024-01-31'", "'2024-02-29'",
		"'2023-12-01'", "'2020-07-15'") . "::$type"
	  if $kind eq 'date';
	return literal(chance(0.1) ? one(@hostile) : one(@{ $words{$name} })) if $kind eq 'text';
	return one('true', 'false') if $kind eq 'boolean';
	if ($kind eq 'bigint')
	{
		return one(0, 1, 1, 1, 2, 3, -1) if $type eq 'int' || $type eq 'bigint';
		return one(0, 1, 1, 1, 2, -1, "'NaN'", "'Infinity'", '1.5', '1e17') . "::$type";
	}
	if ($kind eq 'score')
	{
		my $score = $name eq 'scale_max' ? one(2, 3, 4, 5, 5, 7, 10, 10, 0, -1, 6) : one(0 .. 10, 0 .. 10, -1, 11);
		return $score if $type =~ /int/ || chance(0.9);
		return one("'NaN'", "'Infinity'", "'-Infinity'", '2.5', '1e17') . "::$type";
	}
	if ($kind eq 'double precision')
	{
		my $number = $name eq 'sentiment' ? one(-1, 0, 1, 2) : one(0, 5, 10, 20, -3);
		return $number if $type eq 'int';
		return one($number, $number, int(rand($name eq 'sentiment' ? 8 : 240)) / 8, "'NaN'", "'Infinity'", '1e12')
			. "::$type";
	}
	if ($kind eq 'numeric')
	{
		my $cost = one(0, 3, 7, 12, -2);
		return $cost if $type eq 'int';
		return one($cost, $cost, '1.234567', "'NaN'", $type eq 'numeric(12,2)' ? '9999999999' : "'Infinity'")
			. "::$type";
	}
	if ($kind eq 'interval')
	{
		return one("'00:00'", "'00:03:20'", "'01:00'", "'08:30'", "'24:00'") . '::time' if $type eq 'time';
		return 'interval ' . one(@targets, "'-1 hour'", "'25 years'", "'0'") if $name =~ /^sla_/;
		return 'interval '
		  . one("'0'", "'90 seconds'", "'5 min'", "'10.5 min'", "'2 hours'", "'1 day'", "'-5 min'", "'21 years'",
			"'178000000 years'");
	}
	return literal(one(@hours)) . '::business_hours' if $kind eq 'business_hours';
	if ($kind eq 'tstzmultirange')
	{
		my @ranges = map { my $start = "$created + " . distance(); sprintf 'tstzrange(%s, %s)', $start, chance(0.1)
			? 'NULL' : "$start + " . distance() }
		  1 .. ($type eq 'tstzrange' ? 1 : int rand 3);
		return 'tstzrange(NULL, NULL)' if $type eq 'tstzrange' && chance(0.03);
		return $type eq 'tstzrange' ? $ranges[0] : 'tstzmultirange(' . join(', ', @ranges) . ')';
	}
	return literal(one('x', 'y', 'all', "\x{e4}", '')) . "::$type" if $kind eq 'own' && $type eq 'text';
	return one(1, 2, -3) if $kind eq 'own' && $type eq 'int';
	return one("'2024-01-02'", "'infinity'") . '::date' if $kind eq 'own';
	die "no value of $kind";
}

sub id
{
	my ($type, $n) = @_;
	return $n if $type =~ /int/;
	return "md5('$n')::uuid" if $type eq 'uuid';
	return literal($n % 7 == 0 ? qq({"$n'\\,}) : "T-$n");
}

# The creation of a ticket: mostly near one of the moments of the table.
sub creation
{
	my ($table) = @_;
	return odd_instant() if chance(0.04);
	return 'NULL::timestamptz' if $table->{accepts_errors} && chance(0.03);
	return sprintf "(%s + interval '%d minutes')", one(@{ $table->{moments} }), rand(chance(0.7) ? 1500 : 30000);
}

sub row
{
	my ($table, $id) = @_;
	my $created = creation($table);
	return '(' . join(', ', map { value($table, $_, $created, $id) } @{ $table->{columns} }) . ')';
}

# A random table: its columns, options of kpi_build, and SQL that makes it.
# contract: rows [name, type, required] of kpi_contract.
sub new_table
{
	my ($seed, $contract) = @_;
	srand($seed);
	my $share = one(0.3, 0.6, 0.9, 1);
	my %table = (
		seed => $seed, name => "ticket_$seed", schema => "mart_$seed", rows => 0,
			moments => [ map { one(@moments) } 1 .. 3 ],
		contract => $contract, accepts_errors => chance(0.2), gaps => one(0.05, 0.2, 0.5));
	$table{columns} = [ map { new_column(\%table, @$_) } grep { $_->[2] eq 't' || chance($share) } @$contract ];
	$table{zone} = one(@zones);
	my @dimensions = grep { chance(0.5) } qw(team channel);
	push @dimensions, one(qw(category priority customer_tier account_id customer_id agent_id agent_name))
		if chance(0.3);
	foreach my $name (grep { chance(0.08) } @own_names)
	{
		last if @dimensions >= (chance(0.1) ? 5 : 3);
		push @dimensions, $name;
		push @{ $table{columns} }, { name => $name, kind => 'own', type => one(qw(text int date)), gaps => 0.2 };
	}
	@dimensions = ('team') unless @dimensions;
	$table{dimensions} = \@dimensions;
	my %options = (
		week_start => 1 + int rand 7,
		attribute => one("'event'", "'event'", "'created'"),
		ces_easy_from => one(5, 5, 6, 7, 8),
		response_from => one("'creation'", "'handoff'"),
		pause_response => one('true', 'false'),
		source_time_zone => literal(one('UTC', @zones)),
		lag => one("'1 hour'", "'10 minutes'", "'2 days'"),
		track => one("'updated_at'", "'updated_at'", "'triggers'"),
		accept_errors => $table{accepts_errors} ? 'true' : 'false');
	$options{hours} = literal(one(@hours)) if chance(0.6);
	$options{fcr_rule} = literal(one(@rules)) if chance(0.8);
	$options{csat_satisfied_from} = one(3, 4, 5, 6, 8, 9) if chance(0.5);
	$table{options} = \%options;
	$table{source_zone} = $options{source_time_zone};
	return \%table;
}

sub new_column
{
	my ($table, $name, $kind) = @_;
	return { name => $name, kind => $kind, type => one(@{ $types{$kind} }), gaps => $table->{gaps} };
}

sub insert
{
	my ($table, $n) = @_;
	return sprintf "INSERT INTO %s VALUES\n%s;\n", $table->{name}, join ",\n", map { row($table,
		++$table->{rows}) } 1 .. $n;
}

sub create
{
	my ($table) = @_;
	my $sql = sprintf "CREATE TABLE %s (%s);\n", $table->{name},
	  join ', ', map { identifier($_->{name}) . " $_->{type}" } @{ $table->{columns} };
	$sql .= insert($table, 15 + int rand 35);
	if ($table->{accepts_errors})
	{
		# versions of a ticket, told apart by their change value, and rows without id
		my ($change) = change_columns($table, 'created_at');
		my $ids = join ', ', map { id($table->{columns}[0]{type}, $_) } 1 .. 3;
		$sql .= sprintf "CREATE TEMP TABLE version AS SELECT * FROM %s WHERE ticket_id IN (%s);\n"
		  . "UPDATE version SET %s = timestamptz '2024-05-05 UTC';\nINSERT INTO %1\$s SELECT * FROM version;\n"
		  . "UPDATE version SET ticket_id = NULL;\nINSERT INTO %1\$s SELECT * FROM version;\nDROP TABLE version;\n",
		  $table->{name}, $ids, $change;
	}
	return $sql;
}

# The columns by which a refresh finds changes; otherwise the given one.
sub change_columns
{
	my ($table, $otherwise) = @_;
	my %has = map { $_->{name} => 1 } @{ $table->{columns} };
	my @found = grep { $has{$_} } qw(loaded_at updated_at);
	return @found ? @found : $otherwise // ();
}

sub build
{
	my ($table) = @_;
	my $options = $table->{options};
	my $dimensions = join ', ', map { literal($_) } @{ $table->{dimensions} };
	return sprintf "SELECT FROM kpi_build('%s', '%s', '%s', dimensions => ARRAY[%s]%s);\n", $table->{name},
		$table->{schema}, $table->{zone},
	  $dimensions, join '', map { ", $_ => $options->{$_}" } sort keys %$options;
}

# How a column is read in the type of the contract.
sub as_contract
{
	my ($table, $column) = @_;
	my ($kind, $type) = @$column{qw(kind type)};
	my $c = 't.' . identifier($column->{name});
	my $zone = "'$table->{zone}'";

	if ($kind eq 'timestamptz')
	{
		return "$c AT TIME ZONE $table->{source_zone}" if $type eq 'timestamp';
		return "$c\::timestamp AT TIME ZONE $zone" if $type eq 'date';
	}
	return "($c AT TIME ZONE $zone)::date" if $kind eq 'date' && $type eq 'timestamptz';
	# what is no count is an impossible one
	return "CASE WHEN $c BETWEEN 0 AND 1e15 AND $c = trunc($c) THEN $c\::bigint WHEN $c IS NOT NULL THEN -1 END"
	  if $kind eq 'bigint' && $type !~ /int/;
	return "$c\::tstzmultirange" if $kind eq 'tstzmultirange' && $type eq 'tstzmultirange';
	return "tstzmultirange($c)" if $kind eq 'tstzmultirange';
	return "$c\::double precision" if $kind eq 'score';
	return "CASE WHEN abs($c) <= 1e15 THEN $c\::numeric WHEN $c IS NOT NULL THEN 'NaN' END"
		if $kind eq 'numeric' && $type eq 'double precision';
	return $kind eq 'key' ? "$c\::text" : "$c\::$kind";
}

# Fills the tables of the reference from the table and its mart.
sub fill_reference
{
	my ($table) = @_;
	my ($name, $options) = @$table{qw(name options)};
	my @known = grep { $_->{kind} ne 'own' } @{ $table->{columns} };
	my %has = map { $_->{name} => 1 } @{ $table->{columns} };
	my %read = map { $_->{name} => as_contract($table, $_) } @known;
	my $dims = join ', ', map { !$has{$_} ? 'NULL' : $_ eq 'agent_id' ? "nullif(t.agent_id::text, '')" : 't.'
		. identifier($_) . '::text' }
	  @{ $table->{dimensions} };
	my ($change) = change_columns($table, 'created_at');
	my $option = sub { my ($o) = @_; return $options->{$o} // 'NULL' };

	return "TRUNCATE ref.option;\nINSERT INTO ref.option VALUES ("
	  . join(', ', "'$table->{zone}'", $option->('week_start'), $option->('hours'), $option->('fcr_rule'),
		$option->('csat_satisfied_from'),
		$option->('ces_easy_from'), "$options->{attribute} = 'created'", "$options->{response_from} = 'handoff'",
			$option->('pause_response'),
		'ARRAY[' . join(', ', map { literal($_) } @{ $table->{dimensions} }) . ']',
		"'{" . join(',', map { $_->{name} } @known) . "}'", 'NULL')
	  . ");\nTRUNCATE ref.ticket;\nINSERT INTO ref.ticket ("
	  . join(', ', (map { $_->{name} } @known), 'dims')
	  . ")\nSELECT DISTINCT ON (t.ticket_id) "
	  . join(', ', (map { $read{ $_->{name} } } @known), "ARRAY[$dims]::text[]")
	  . "\nFROM $name AS t WHERE t.ticket_id IS NOT NULL ORDER BY t.ticket_id, $read{$change} DESC NULLS LAST;\n"
	  . "TRUNCATE ref.policy;\nINSERT INTO ref.policy SELECT * FROM $table->{schema}.kpi_sla_policy;\n";
}

sub policy
{
	return sprintf "(%s, %s, %s, %s, %s, %s, %s, %s)", (map { my $column = $_; chance(0.6)
		? 'NULL' : literal(one(@{ $words{$column} })) }
		qw(customer_tier priority channel team account_id)), (map { chance(0.2) ? 'NULL' : one(@targets) } 1 .. 2), chance(0.5)
			? 'NULL' : literal(one(@hours));
}

# Changes some policies; one at least, so that the next refresh is full.
sub change_policies
{
	my ($table) = @_;
	my $policies = "$table->{schema}.kpi_sla_policy";
	my $another = literal('policy ' . ++$table->{policies});
	return one("DELETE FROM $policies WHERE ctid = (SELECT min(ctid) FROM $policies);\n",
		"UPDATE $policies SET sla_response = '3 hours';\n", '')
	  . "INSERT INTO $policies VALUES (NULL, NULL, $another, NULL, NULL, '1 hour');\n"
	  . join '', map { "INSERT INTO $policies VALUES " . policy()
		. " ON CONFLICT DO NOTHING;\n" } 1 .. 1 + int rand 3;
}

# Updates some tickets.  seen: so that a refresh sees it by the change value.
sub update
{
	my ($table, $seen) = @_;
	my @columns = grep { $_->{name} !~ /^(ticket_id|updated_at|loaded_at)$/ } @{ $table->{columns} };
	my $sql = '';

	foreach (1 .. 3 + int rand 5)
	{
		my $id = id($table->{columns}[0]{type}, 1 + int rand $table->{rows});
		my $created = creation($table);
		my @set = map { identifier($_->{name}) . ' = ' . value($table, $_,
			$created) } map { one(@columns) } 1 .. 2 + int rand 3;
		my %once = map { (split / = /, $_, 2)[0] => $_ } @set;
		push @set, map { "$_ = now()" } grep { $seen } change_columns($table);
		%once = map { (split / = /, $_, 2)[0] => $_ } @set;
		$sql .= sprintf "UPDATE %s SET %s WHERE ticket_id = %s;\n", $table->{name}, join(', ',
			map { $once{$_} } sort keys %once), $id;
	}
	return $sql;
}

# New rows, some of which arrive late, but not by more than the lag.
sub insert_seen
{
	my ($table, $n) = @_;
	my $first = $table->{rows} + 1;
	my $sql = insert($table, $n);
	my @ids = map { id($table->{columns}[0]{type}, $_) } $first .. $table->{rows};

	foreach my $column (change_columns($table))
	{
		my ($type) = map { $_->{type} } grep { $_->{name} eq $column } @{ $table->{columns} };
		my $late = "(SELECT max(s.changed_at) FILTER (WHERE s.changed_at <= now())
			FROM $table->{schema}.ticket_source AS s) - interval $table->{options}{lag} / 2";
		$sql .= sprintf "UPDATE %s SET %s = %s WHERE ticket_id IN (%s);\n", $table->{name}, $column,
		  $type eq 'timestamptz' && chance(0.5) ? "coalesce($late, now())" : 'now()', join ', ', @ids;
	}
	return $sql;
}

sub delete_some
{
	my ($table) = @_;
	return sprintf "DELETE FROM %s WHERE ticket_id IN (%s);\n", $table->{name},
	  join ', ', map { id($table->{columns}[0]{type}, 1 + int rand $table->{rows}) } 1 .. 3;
}

# A column that the tickets did not have.
sub add_column
{
	my ($table) = @_;
	my %has = map { $_->{name} => 1 } @{ $table->{columns} };
	# a new change value, or merged_into of another type than ticket_id, is another test
	my @missing = grep { !$has{ $_->[0] } && $_->[0] !~ /^(updated_at|loaded_at)$/ } @{ $table->{contract} };
	return '' unless @missing;
	my $column = new_column($table, @{ one(@missing) });
	$column->{type} = $table->{columns}[0]{type} if $column->{kind} eq 'key';
	push @{ $table->{columns} }, $column;
	return sprintf "ALTER TABLE %s ADD %s %s;\n%s", $table->{name}, $column->{name}, $column->{type},
	  join '', map { sprintf "UPDATE %s SET %s = %s WHERE ticket_id = %s;\n", $table->{name}, $column->{name},
		value($table, $column, creation($table)), id($table->{columns}[0]{type}, $_) } 1 .. 15;
}

# Computes everything a mart stores as of an earlier instant, as if it had been
# refreshed then.
sub travel
{
	my ($table) = @_;
	my $instant = one(@{ $table->{moments} }) . ' + ' . distance();
	my $mart = $table->{schema};
	return <<"SQL";
UPDATE $mart.kpi_state SET as_of = least(as_of, $instant);
SELECT format('DELETE FROM $mart.%1\$I; INSERT INTO $mart.%1\$I SELECT * FROM $mart.%2\$I', name, name || '_now')
FROM kpi_stored_tables('$mart') \\gexec
SQL
}

# Compares the mart with the reference; a difference is a line of output.
sub check
{
	my ($table, $step) = @_;
	my $long = $step =~ /built|later/ ? "'" . one(qw(daily weekly monthly)) . "'" : 'NULL';
	return fill_reference($table)
	  . "SELECT 'seed $table->{seed}, $step: ' || view || ' ' || problem FROM ref.compare('$table->{schema}', $long);\n";
}

# The life of a mart, as a script for psql.
sub life
{
	my ($seed, $contract) = @_;
	my $table = new_table($seed, $contract);
	my $refresh = "SELECT FROM kpi_refresh('$table->{schema}');\n";
	# by the change value alone, a refresh sees neither deletions nor silent edits
	my $sees_all = $table->{options}{track} eq "'triggers'" || !change_columns($table);
	my $sql = "\\set VERBOSITY verbose\n\\echo seed $seed\n" . create($table) . build($table) . check($table,
		'built');

	foreach my $round (1 .. 2)
	{
		# a change of policies makes the refresh full
		my $is_full = $round == 1 && chance(0.7);
		$sql .= insert_seen($table, 4) . update($table, !$sees_all && !$is_full);
		$sql .= delete_some($table) if $sees_all || $is_full;
		$sql .= change_policies($table) if $is_full;
		$sql .= add_column($table) if chance(0.2);
		$sql .= $refresh . check($table, "edits $round");
	}
	$sql .= travel($table) . check($table, 'earlier') . $refresh . check($table, 'later');
	if (chance(0.5))
	{
		$sql .= update($table, 0) . delete_some($table) . insert($table, 2)
		  . (chance(0.5) ? "SELECT FROM kpi_refresh('$table->{schema}', true);\n" : "SELECT
			FROM kpi_upgrade('$table->{schema}');\n")
		  . check($table, 'silent edits');
	}
	# a refresh without changes writes nothing
	$sql .= "SELECT 'seed $seed, no changes: ' || r::text FROM kpi_refresh('$table->{schema}') AS r WHERE rows <> 0;\n"
	  unless $sql =~ /pg_sleep/;
	return $sql . "SELECT FROM kpi_drop('$table->{schema}', false);\nDROP TABLE $table->{name};\n"
	  . "SELECT 'seed $seed, schema is left' FROM pg_namespace WHERE nspname = '$table->{schema}';\n";
}

1;
