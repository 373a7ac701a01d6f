# pg_dump and pg_restore carry all that the extensions store: in the custom format with several processes, section by
# section, and from an older PostgreSQL if KPI_OLDER_POSTGRES is the directory above its programs.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Everything;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $older = $ENV{KPI_OLDER_POSTGRES};
my $conf = "client_min_messages = warning\njit = off\nfsync = off\n";
my @same = (extra => [ '--encoding=UTF8', '--locale=C' ]);
my $file = PostgreSQL::Test::Utils::tempdir() . '/dump';

my $from = PostgreSQL::Test::Cluster->new('from', $older ? (install_path => $older) : ());
my $to = PostgreSQL::Test::Cluster->new('to');
foreach my $node ($from, $to)
{
	$node->init(@same);
	$node->append_conf('postgresql.conf', $conf);
	$node->start;
}
my ($was, $is) = map { (split ' ', $_->safe_psql('postgres', 'SHOW server_version'))[0] } $from, $to;
$from->safe_psql('postgres', 'CREATE DATABASE desk');
$from->safe_psql('desk', 'CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib');
$from->safe_psql('desk', 'SET search_path = "all", lib;' . everything() . change_everything(1));
my $answers = ask_everything($from, 'desk');
unmark_columns($from, $to, 'desk');
# the newer pg_dump, as PostgreSQL's documentation advises
$to->command_ok([ 'pg_dump', '-Fc', '-f', $file, '-d', $from->connstr('desk') ], "dumped from $was");

my %restore = (
	whole => [ [ '-j', '2' ] ],
	sections => [ map { [ '-j', '2', "--section=$_" ] } qw(pre-data data post-data) ],
	clean => [ [], [ '--clean', '--if-exists' ] ]);
foreach my $way (sort keys %restore)
{
	my $what = "$was to $is, $way";

	$to->safe_psql('postgres', "CREATE DATABASE $way");
	$to->command_ok([ 'pg_restore', '--exit-on-error', @$_, '-d', $to->connstr($way), $file ], "$what: pg_restore @$_")
	  foreach @{ $restore{$way} };
	has_everything($to, $way, $answers, $what);
	goes_on($to, $way, $what);
}
$_->stop foreach $from, $to;
done_testing();
