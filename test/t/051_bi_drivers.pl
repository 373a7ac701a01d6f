# BI tools read every view of a mart with the right types and values: the views for people of a
# mart of all relations, through JDBC, ODBC, psycopg2 and node-postgres, compared with psql.
#
# Each program in test/drivers reads lines "name<TAB>query" and prints, for each query, "# name",
# "=" and the columns with the types that the driver reports, and the rows: a double precision as
# the hexadecimal digits of its bits, an instant in UTC with microseconds, text as in COPY.

use strict;
use warnings;

use File::Basename;
use IPC::Run qw(run start);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use FullMart qw(build_full_mart);

my $test = dirname(__FILE__) . '/..';

# The types of columns, and how each driver reports them.
my %types = (
	'double precision' => { jdbc => 'float8/DOUBLE', odbc => 'float', psycopg2 => 701, node => 701 },
	bigint => { jdbc => 'int8/BIGINT', odbc => 'int', psycopg2 => 20, node => 20 },
	boolean => { jdbc => 'bool/BIT', odbc => 'bool', psycopg2 => 16, node => 16 },
	text => { jdbc => 'text/VARCHAR', odbc => 'str', psycopg2 => 25, node => 25 },
	date => { jdbc => 'date/DATE', odbc => 'date', psycopg2 => 1082, node => 1082 },
	'timestamp with time zone' => { jdbc => 'timestamptz/TIMESTAMP', odbc => 'datetime', psycopg2 => 1184, node => 1184 });

# Prints a column so that it can be compared.
my %canonical = (
	'double precision' => q{encode(float8send(%I), 'hex')},
	'timestamp with time zone' => q{to_char(%I AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')});

# Tables in which people write, with types that suit SQL. The long views, and the view alerts, show what is in them.
my @written = qw(kpi_target kpi_sla_policy kpi_own_measure kpi_alerts);

my $node = PostgreSQL::Test::Cluster->new('drivers');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
# JDBC knows no unix socket; the reader needs a password there
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nlisten_addresses = '127.0.0.1'\n");
unlink $node->data_dir . '/pg_hba.conf';
append_to_file($node->data_dir . '/pg_hba.conf', "local all all trust\nhost postgres bi 127.0.0.1/32 scram-sha-256\n");
$node->start;

sub query { return $node->safe_psql('postgres', $_[0]) }

# ---------------------------------------------------------------- the mart

build_full_mart($node, tickets => 1000, agents => 8);
my $password = join '', map { ('a' .. 'z')[ rand 26 ] } 1 .. 20;
# the role of doc/bi.md; in UTC, because ODBC and node-postgres show instants in the time zone of the session
my ($role) = slurp_file("$test/../doc/bi.md") =~ /^(CREATE ROLE bi .*?\n)\nSET ROLE/ms;
query("$role; ALTER ROLE bi PASSWORD '$password'; ALTER ROLE bi SET timezone = 'UTC'");

# ---------------------------------------------------------------- relations for people

# those of doc/views.md, doc/views_business.md and doc/tables.md: see 036_reference
my @relations = split /\n/, query(q{
	SELECT relname COLLATE "C" FROM pg_class
	WHERE relnamespace = 'dashboards'::regnamespace AND relkind IN ('r', 'v')
		AND obj_description(oid, 'pg_class') NOT LIKE 'internal: %' AND relname <> 'kpi_object' ORDER BY 1});
my @read = grep { my $relation = $_; !grep { $_ eq $relation } @written } @relations;
cmp_ok(scalar(@read), '>=', 38, 'relations to read');
my $list = join ', ', map { "'dashboards.$_'::regclass" } @read;
my $allowed = join ', ', map { "'$_'" } keys %types;
is(query("SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute
	WHERE attrelid IN ($list) AND attnum > 0 AND format_type(atttypid, atttypmod) NOT IN ($allowed)"),
	'', 'no column has another type');
is(query("SELECT attrelid::regclass, attname FROM pg_attribute
	WHERE attrelid IN ($list) AND attname = 'ticket_id' AND atttypid <> 'text'::regtype"),
	'', 'ticket_id has the type of the source');

# ---------------------------------------------------------------- the oracle

# The long views have many rows of days and weeks, of which the last ones are read.
my %last = (kpi_daily => 7, kpi_weekly => 35, kpi_monthly => 95);
my %columns;
my $queries = '';
my $oracle = '';
foreach my $relation (@read)
{
	my $where = $last{$relation}
	  ? "WHERE period > (SELECT max(day) - $last{$relation} FROM dashboards.ticket_daily_tally)" : '';
	$columns{$relation} = [ map { [ split /\|/ ] } split /\n/, query("SELECT attname, format_type(atttypid, NULL)
		FROM pg_attribute WHERE attrelid = 'dashboards.$relation'::regclass AND attnum > 0 ORDER BY attnum") ];
	$queries .= "$relation\tSELECT * FROM dashboards.$relation $where\n";
	$oracle .= "\\echo # $relation\nCOPY (SELECT "
	  . join(', ', map { ($canonical{ $_->[1] } // '%I') =~ s/%I/"$_->[0]"/r } @{ $columns{$relation} })
	  . " FROM dashboards.$relation $where) TO STDOUT;\n";
}

# The text of each query, with its rows in order.
sub parts
{
	my ($text) = @_;
	my %parts;
	foreach (grep { /./ } split /^# /m, $text)
	{
		my ($name, @lines) = split /\n/;
		my $head = @lines && $lines[0] =~ /^= / ? shift @lines : '';
		$parts{$name} = { head => $head, rows => [ sort @lines ] };
	}
	return \%parts;
}

my $expected = parts(query($oracle));
my $rows = 0;
$rows += @{ $expected->{$_}{rows} } foreach @read;
cmp_ok($rows, '>=', 20000, "rows to read: $rows");
is(join(' ', grep { !@{ $expected->{$_}{rows} } } @read), '', 'no relation is empty');
foreach my $relation (@read)
{
	my @floats = grep { $columns{$relation}[$_][1] eq 'double precision' } 0 .. $#{ $columns{$relation} };
	my @bad = grep { my @fields = split /\t/; grep { $fields[$_] =~ /^[7f]ff/ } @floats }
	  @{ $expected->{$relation}{rows} };
	is(scalar(@bad), 0, "$relation has neither NaN nor infinity");
}

# ---------------------------------------------------------------- the drivers

sub works { my (@command) = @_; my $output = ''; return run \@command, '<', \'', '>', \$output, '2>', \$output }

# Node finds the package beside the program, or Debian's.
local $ENV{NODE_PATH} = join ':', $ENV{NODE_PATH} // (), '/usr/share/nodejs';
my $jar = '/usr/share/java/postgresql.jar';
my @drivers = (
	[ 'jdbc', 'default-jdk-headless and libpostgresql-jdbc-java', -e $jar && works('javac', '-version'),
		'java', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', $jar, "$test/drivers/read.java" ],
	[ 'odbc', 'odbc-postgresql and python3-pyodbc',
		works('python3', '-c', 'import pyodbc; assert "PostgreSQL Unicode" in pyodbc.drivers()'),
		'python3', '-B', "$test/drivers/read_odbc.py" ],
	[ 'psycopg2', 'python3-psycopg2', works('python3', '-c', 'import psycopg2'),
		'python3', '-B', "$test/drivers/read_psycopg2.py" ],
	[ 'node', 'nodejs and the package pg', works('env', '-C', "$test/drivers", 'node', '-e', 'require("pg")'),
		'node', "$test/drivers/read.js" ]);

# all at once; a client is in another time zone than the mart, east of UTC, where dates are shifted by mistake
my %reading;
foreach (@drivers)
{
	my ($driver, $packages, $is_there, @command) = @$_;
	next unless $is_there;
	my $reading = $reading{$driver} = { input => $queries, output => '', error => '' };
	$reading->{process} = start [
		'env', 'PGHOST=127.0.0.1', 'PGPORT=' . $node->port, 'PGDATABASE=postgres', 'PGUSER=bi', "PGPASSWORD=$password",
		'TZ=Asia/Tokyo', 'LC_ALL=C.UTF-8', @command
	], '<', \$reading->{input}, '>', \$reading->{output}, '2>', \$reading->{error};
}

foreach (@drivers)
{
	my ($driver, $packages) = @$_;
	my $reading = $reading{$driver};
  SKIP:
	{
		skip "driver $driver: $packages are not installed", 1 unless $reading;
		$reading->{process}->finish;
		is($reading->{error}, '', "$driver reads every relation") or next;
		my $got = parts($reading->{output});
		foreach my $relation (@read)
		{
			my @head = map { "$_->[0]:$types{$_->[1]}{$driver}" } @{ $columns{$relation} };
			is($got->{$relation}{head}, "= @head", "$driver: types of $relation");
			is_deeply($got->{$relation}{rows}, $expected->{$relation}{rows}, "$driver: values of $relation");
		}
	}
}

$node->stop;
done_testing();
