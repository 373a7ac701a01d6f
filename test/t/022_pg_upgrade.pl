# pg_upgrade brings all that the extensions store from an older PostgreSQL to this one.
#
# KPI_OLDER_POSTGRES is the directory above the programs of the older one.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Everything;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $older = $ENV{KPI_OLDER_POSTGRES};
plan skip_all => 'KPI_OLDER_POSTGRES names no older PostgreSQL to upgrade from' unless $older;

my @same = ('--encoding=UTF8', '--locale=C');
my $old = PostgreSQL::Test::Cluster->new('old', install_path => $older);
my $new = PostgreSQL::Test::Cluster->new('new');

# 18 has checksums unless told
my ($major) = `pg_config --version` =~ /(\d+)/;
$old->init(extra => \@same);
$new->init(extra => [ @same, $major >= 18 ? '--no-data-checksums' : () ]);
$_->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n") foreach $old, $new;
$old->start;
$old->safe_psql('postgres',
	'CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib');
$old->safe_psql('postgres', 'SET search_path = "all", lib;' . everything() . change_everything(1));
my $answers = ask_everything($old, 'postgres');

$new->start;
unmark_columns($old, $new, 'postgres');
$_->stop foreach $old, $new;

# it writes where it is
chdir PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', "$older/bin",
	'-B', $new->config_data('--bindir'), '-s', $new->host, '-p', $old->port, '-P', $new->port ],
	'pg_upgrade');
$new->start;
like($new->safe_psql('postgres', 'SELECT version()'), qr/PostgreSQL $major(?!\d)/, "the server is $major");
has_everything($new, 'postgres', $answers, 'upgraded');
goes_on($new, 'postgres', 'upgraded');
is($new->safe_psql('postgres', q(SET search_path = lib; SELECT kpi_drop('whole', keep_user_rows => false);
	SELECT to_regnamespace('whole') IS NULL)), "\nt", 'the schema can be dropped');

$new->stop;
done_testing();
