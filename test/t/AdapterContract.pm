package AdapterContract;

# What the tests of the adapters share: a server where the extensions are not in public
# and an ordinary role does the work, and what every adapter has to keep.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(adapter_node load_helpdesk run_adapter query keeps_contract renames_only looks_up survives_gaps builds_mart);

my $adapters = abs_path(dirname(__FILE__) . '/../../adapters');
my @analyst = (extra_params => [ '-U', 'analyst' ]);

# A server in which the role analyst may create schemas, with the extensions in the
# schema lib.  No zone of it is UTC.
sub adapter_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf',
		"client_min_messages = warning\njit = off\nfsync = off\nautovacuum = off\ntimezone = 'Asia/Kolkata'\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; GRANT CREATE ON DATABASE postgres TO analyst;
		CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib;
		GRANT USAGE ON SCHEMA lib TO PUBLIC');
	# functions of another role, which fit a call better than those of PostgreSQL
	$node->safe_psql('postgres', "CREATE FUNCTION public.$_ RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END'")
	  foreach 'format(text, name, name)', 'format(text, name)', 'quote_ident(name)';
	return $node;
}

# Creates the schema of a helpdesk and its rows, UTC where they give no zone; the role may read them.
sub load_helpdesk
{
	my ($node, $schema, @sql) = @_;
	$schema = '"' . $schema =~ s/"/""/gr . '"';
	$node->safe_psql('postgres', join "\n", "SET timezone = 'UTC'; CREATE SCHEMA $schema; SET search_path = $schema;", @sql,
		"GRANT USAGE ON SCHEMA $schema TO analyst; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO analyst; ANALYZE");
	return;
}

# Runs an adapter as the role.  Returns what it complains of, and a line for each thing that it misses.
sub run_adapter
{
	my ($node, $adapter, %variable) = @_;
	my ($stdout, $stderr) = run_command([ 'psql', '-X', '-q', '-A', '-t', '-U', 'analyst', '-d', $node->connstr('postgres'),
			(map { ('-v', "$_=$variable{$_}") } sort keys %variable), '-f', "$adapters/$adapter" ]);
	return ($stderr, grep { !/^SELECT / } split /\n/, $stdout);
}

# What a query of the role gives, with instants in UTC.
sub query
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "SET timezone = 'UTC'; SET search_path = lib;\n$sql", @analyst);
}

# Every view of a relation has columns of the contract only, in its order and types, and a comment.
sub keeps_contract
{
	my ($node, $schema) = @_;
	my $columns = qq(SELECT c.relname, a.attname, a.attnum, k.position, k.required, r.actual, r.expression
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
		LEFT JOIN lib.kpi_contract AS k ON k.relation = c.relname AND k.name = a.attname
		LEFT JOIN LATERAL lib.kpi_read_columns(c.oid, c.relname) AS r ON r.name = a.attname
		WHERE c.relnamespace = '$schema'::regnamespace AND c.relname IN (SELECT relation FROM lib.kpi_contract));
	is($node->safe_psql('postgres', "SELECT relname, attname FROM ($columns) AS c WHERE position IS NULL"),
		'', "$schema: every column is one of the contract");
	is($node->safe_psql('postgres', "SELECT relname, attname, actual FROM ($columns) AS c WHERE expression IS NULL"),
		'', "$schema: of a type that is read");
	is($node->safe_psql('postgres', "SELECT relname FROM ($columns) AS c GROUP BY relname
			HAVING string_agg(attname, ' ' ORDER BY attnum) <> string_agg(attname, ' ' ORDER BY position)"),
		'', "$schema: in the order of the contract");
	is($node->safe_psql('postgres', "SELECT c.relname, k.name FROM lib.kpi_contract AS k
			JOIN pg_class AS c ON c.relnamespace = '$schema'::regnamespace AND c.relname = k.relation
			WHERE k.required AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = k.name)"),
		'', "$schema: with all that are required");
	is($node->safe_psql('postgres', "SELECT relname FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v'
			AND obj_description(oid, 'pg_class') IS NULL"),
		'', "$schema: a comment on every view");
	return;
}

# Between the tables and these views there are only names, casts, CASE, joins and UNION ALL.
sub renames_only
{
	my ($node, $schema) = @_;
	foreach my $view (split /\n/, $node->safe_psql('postgres', "SELECT relname FROM pg_class
			WHERE relnamespace = '$schema'::regnamespace AND relname IN ('messages', 'status_changes')"))
	{
		my $definition = $node->safe_psql('postgres', "SELECT pg_get_viewdef('$schema.$view'::regclass)");
		unlike($definition, qr/\b(OVER|DISTINCT|GROUP BY)\b/, "$schema: $view only renames");
		unlike($definition, qr/(?<!NULL)::\w+( \w+)? AS ticket_id/, "$schema: $view casts no ticket_id");
	}
	return;
}

# A ticket is looked up in a view by indexes on its big tables.
sub looks_up
{
	my ($node, $schema, $id, %tables) = @_;
	foreach my $view (sort keys %tables)
	{
		my $plan = query($node, "SET enable_seqscan = off; SET enable_bitmapscan = off;
			EXPLAIN (COSTS off) SELECT * FROM $schema.$view WHERE ticket_id = $id");
		like($plan, qr/Index (Only )?Scan using \S+ on $_\b[^\n]*\n\s+Index Cond: [^\n]*$id/, "$schema: $view finds a ticket in $_")
		  foreach @{ $tables{$view} };
	}
	return;
}

# Takes each column and table away in turn: the adapter says so and its views still work; without what is
# needed of the first table it raises an error.  Not with KPI_QUICK.
sub survives_gaps
{
	my ($node, $adapter, $source, %variable) = @_;
	return if $ENV{KPI_QUICK};
	my $set = join '', map { "\\set $_ '$variable{$_}'\n" } sort keys %variable;
	my %reads = declared($adapter);
	my ($first) = sort { $reads{$a}{line} <=> $reads{$b}{line} } keys %reads;
	my $script = "\\set source $source\n\\set target gaps\n${set}SET ROLE analyst;\n\\i $adapters/$adapter\n";
	my @gaps;
	foreach my $table (sort keys %reads)
	{
		my %is_there = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', "SELECT attname FROM pg_attribute
			WHERE attrelid = to_regclass('$source.\"$table\"') AND attnum > 0 AND NOT attisdropped");
		ok(scalar(%is_there), "$adapter: the test has the table $table") or next;
		foreach my $column (@{ $reads{$table}{columns} }, '')
		{
			my $name = $column =~ s/\*$//r;
			ok($is_there{$name}, "$adapter: the test has the column $table.$name") or next if $column;
			my $is_vital = $table eq $first && (!$column || $column ne $name);
			my $what = $column ? "COLUMN \"$name\"" : '';
			my $gone = $column ? "ALTER TABLE $source.\"$table\" RENAME COLUMN \"$name\" TO gone" : "ALTER TABLE $source.\"$table\" RENAME TO gone";
			my $back = $column ? "ALTER TABLE $source.\"$table\" RENAME COLUMN gone TO \"$name\"" : "ALTER TABLE $source.gone RENAME TO \"$table\"";
			my $missing = $column && $column eq $name ? "$table.$name" : $table;
			push @gaps, $missing unless $is_vital;
			$script .= "RESET ROLE;\n$gone;\nSET ROLE analyst;\n\\echo GAP $missing\n";
			$script .= $is_vital ? '' : "\\i $adapters/$adapter\n" . everything('gaps');
			$script .= "RESET ROLE;\n$back;\n";
		}
	}
	my ($stdout, $stderr) = ('', '');
	IPC::Run::run([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->connstr('postgres') ],
		'<', \$script, '>', \$stdout, '2>', \$stderr);
	is(substr($stderr, 0, 5000), '', "$adapter: works without any of " . scalar(@gaps) . ' columns and tables');
	my %listed;
	my $gap = '';
	foreach (split /\n/, $stdout)
	{
		$gap = $1, next if /^GAP (.*)/;
		$listed{$gap} = 1 if $gap && /^\Q$gap\E\|/;
	}
	is(join(' ', grep { !$listed{$_} } @gaps), '', "$adapter: and lists it");
	return;
}

# What an adapter declares: for each table its line and its columns, with the asterisks.
sub declared
{
	my ($adapter) = @_;
	my ($values) = slurp_file("$adapters/$adapter") =~ /^CREATE TEMPORARY TABLE reads .*? AS VALUES\n(.*?);\n/ms
	  or die "no declaration in $adapter";
	my %reads;
	my $line = 0;
	while ($values =~ /\(\s*'(\w+)',\s*'([^']*)'\)/g)
	{
		$reads{$1} = { line => $line++, columns => [ map { (split ' ', $_)[0] } split /\s*,\s*/, $2 ] };
	}
	return %reads;
}

# Reads all rows of all views of a schema.
sub everything
{
	my ($schema) = @_;
	return "SELECT format('SELECT count(v) FROM %s AS v', oid::regclass) FROM pg_class
		WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v' \\gexec\n";
}

# A mart of the views is what they say, as the role builds it.
sub builds_mart
{
	my ($node, $schema, $mart, $options) = @_;
	my $given = query($node, "SELECT string_agg(format(', %s => %L', relname, oid::regclass), '') FROM pg_class
		WHERE relnamespace = '$schema'::regnamespace AND relname IN ('messages', 'status_changes', 'sla_targets', 'surveys')");
	$options = $options ? ", $options" : '';
	is(query($node, "SELECT count(*) FROM kpi_build('$schema.tickets', '$mart', 'UTC'$given$options) WHERE object = 'ticket'"),
		1, "$mart: kpi_build");
	is(query($node, "SELECT * FROM kpi_verify('$mart')"), '', "$mart: kpi_verify");
	is(query($node, "SELECT days FROM kpi_refresh('$mart')"), 0, "$mart: nothing to refresh");
	is(query($node, "SELECT count(DISTINCT atttypid) FROM pg_attribute
			WHERE attrelid IN ('$mart.ticket'::regclass, '$schema.tickets'::regclass) AND attname = 'ticket_id'"),
		1, "$mart: ticket_id keeps its type");
	return;
}

1;
