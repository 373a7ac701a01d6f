package AdapterContract;

# What the tests of the adapters share: a server where the extension is not in
# public and an ordinary role does the work, and the contract that every adapter
# has to keep (kpi_contract).

use strict;
use warnings;

use Exporter 'import';
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(adapter_node load_helpdesk run_adapter keeps_contract builds_mart);

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
		CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib;
		GRANT USAGE ON SCHEMA lib TO PUBLIC; CREATE SCHEMA tools AUTHORIZATION analyst');
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

# The view of tickets has columns of the contract only, in its order and types, and a
# comment that names the help desk, as that of surveys has if there is one.
sub keeps_contract
{
	my ($node, $schema, $helpdesk) = @_;
	my $tickets = "\$\$\"$schema\".tickets\$\$::regclass";

	is( $node->safe_psql('postgres', "SELECT attname, atttypid::regtype FROM pg_attribute
			WHERE attrelid = $tickets AND attnum > 0 AND attname NOT IN (SELECT name FROM lib.kpi_contract WHERE relation = 'tickets')"),
		'', "$helpdesk: every column is one of the contract");
	is( $node->safe_psql('postgres', "SELECT name, type, actual FROM lib.kpi_read_columns($tickets, 'tickets')
			WHERE actual IS NOT NULL AND expression IS NULL OR actual IS NULL AND required"),
		'', "$helpdesk: of a type that is read");
	is( $node->safe_psql('postgres', "SELECT string_agg(name, ' ' ORDER BY attnum) = string_agg(name, ' ' ORDER BY position)
		FROM lib.kpi_read_columns($tickets, 'tickets') JOIN pg_attribute ON attrelid = $tickets AND attname = name"),
		't', "$helpdesk: in the order of the contract");
	is( $node->safe_psql('postgres', "SELECT relname FROM pg_class WHERE relnamespace = '$schema'::regnamespace AND relkind = 'v'
			AND (obj_description(oid, 'pg_class') LIKE '$helpdesk: %') IS NOT TRUE"),
		'', "$helpdesk: a comment on every view");
	return;
}

# A mart of the view is what its views compute, as the role builds it.  Returns the
# sums of its tallies: tickets, resolved, unanswered, pending, first responses, CSAT.
sub builds_mart
{
	my ($node, $schema, $mart) = @_;
	my @analyst = (extra_params => [ '-U', 'analyst' ]);

	my $build = "SELECT count(*) FROM lib.kpi_build('$schema.tickets', '$mart', 'UTC') WHERE object = 'ticket'";
	is( $node->safe_psql('postgres', $build, @analyst),
		1, "$mart: kpi_build");
	is($node->safe_psql('postgres', "SELECT * FROM lib.kpi_verify('$mart')", @analyst), '', "$mart: kpi_verify");
	is($node->safe_psql('postgres', "SELECT days FROM lib.kpi_refresh('$mart')", @analyst), 0, "$mart: nothing to refresh");
	is( $node->safe_psql('postgres', "SELECT count(DISTINCT atttypid) FROM pg_attribute
			WHERE attrelid IN ('$mart.ticket'::regclass, '$schema.tickets'::regclass) AND attname = 'ticket_id'"),
		1, "$mart: ticket_id keeps its type");
	return $node->safe_psql('postgres', "SELECT sum(tickets), sum(resolved), sum(unanswered), sum(pending),
		lib.sample_size(lib.rollup(response)), lib.rollup(csat) FROM $mart.ticket_daily_tally", @analyst);
}

1;
