package AdapterContract;

# What the tests of the adapters share: a server where the extension is not in
# public and an ordinary role does the work, and the contract that every adapter
# has to keep (kpi_relation_columns).

use strict;
use warnings;

use Exporter 'import';
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(adapter_node load_helpdesk run_adapter keeps_contract);

my $root = dirname(__FILE__) . '/../..';

# A server in which the role analyst may create schemas, with the extension in the
# schema lib and the importers of opening hours in tools.  No zone of it is UTC.
sub adapter_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; GRANT CREATE ON DATABASE postgres TO analyst;
		CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; GRANT USAGE ON SCHEMA lib TO PUBLIC; CREATE SCHEMA tools AUTHORIZATION analyst');
	$node->safe_psql('postgres', "SET search_path = tools, lib;\n" . slurp_file("$root/adapters/business_hours.sql"), extra_params => [ '-U', 'analyst' ]);
	return $node;
}

# Creates the schema of a help desk and its rows; the role may read them.
sub load_helpdesk
{
	my ($node, $schema, @sql) = @_;
	$schema = '"' . $schema =~ s/"/""/gr . '"';
	$node->safe_psql('postgres', join "\n", "CREATE SCHEMA $schema; SET search_path = $schema;", @sql,
		"GRANT USAGE ON SCHEMA $schema TO analyst; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO analyst; ANALYZE");
	return;
}

# Runs an adapter as the role, as its header says; returns what it complains of.
sub run_adapter
{
	my ($node, $adapter, $search_path, %variable) = @_;
	local $ENV{PGOPTIONS} = "-c search_path=$search_path";
	my (undef, $stderr) = run_command([ 'psql', '-X', '-q', '-U', 'analyst', '-d', $node->connstr('postgres'),
			(map { ('-v', "$_=$variable{$_}") } sort keys %variable), '-f', "$root/adapters/$adapter" ]);
	return $stderr;
}

# The views of a schema, tickets and surveys unless told, have the columns of the contract
# in its order and types, and a comment that names the help desk.
sub keeps_contract
{
	my ($node, $schema, $helpdesk, @relations) = @_;
	foreach my $relation (@relations ? @relations : qw(tickets surveys))
	{
		my @expected = split /\n/, $node->safe_psql('postgres', "SELECT name || ' ' || type FROM lib.kpi_relation_columns WHERE relation = '$relation' ORDER BY position");
		my $found = $node->safe_psql('postgres', "SELECT attname, CASE atttypid WHEN 'timestamptz'::regtype THEN 'timestamptz'
				WHEN 'lib.business_hours'::regtype THEN 'business_hours' ELSE format_type(atttypid, atttypmod) END
			FROM pg_attribute WHERE attrelid = format('%I.$relation', \$\$$schema\$\$)::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum") =~ s/\|/ /gr;
		cmp_ok(scalar(@expected), '>', 10, "the contract has columns of $relation");
		is($found, join("\n", @expected), "$helpdesk: columns of $relation");
		like($node->safe_psql('postgres', "SELECT obj_description(format('%I.$relation', \$\$$schema\$\$)::regclass, 'pg_class')"), qr/^\Q$helpdesk\E: /, "$helpdesk: comment on $relation");
	}
	return;
}

1;
