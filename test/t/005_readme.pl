# README.md, doc/*.md and adapters/README.md cannot lie: their SQL is run, its output compared, and the
# reference of the README is the catalogue's.  With KPI_README_UPDATE=1 the outputs
# are written instead.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Documented;

my $root = dirname(__FILE__) . '/../..';

my $node = PostgreSQL::Test::Cluster->new('readme');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\njit = off\n");
$node->start;

foreach my $path (sort(glob("$root/doc/*.md")), "$root/adapters/README.md")
{
	my $document = slurp_file($path);
	# where several servers are needed, another test has them
	next if $document !~ /^```sql$/m || basename($path) eq 'scale-out.md';
	write_document($path, run_document($document));
}
my $readme = slurp_file("$root/README.md");
my $updated = run_document($readme);

# Runs a document in a new database with the data that it tells the reader to load.
sub run_document
{
	my ($document) = @_;

	$node->safe_psql('template1', 'DROP DATABASE postgres');
	$node->safe_psql('template1', 'CREATE DATABASE postgres');
	$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
	while ($document =~ m{psql((?: -v \w+=\w+)*) -f (test/data/\w+\.sql)}g)
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', split(' ', $1), '-d', $node->connstr('postgres'),
			'-f', "$root/$2" ], $2);
	}
	return check_documented($node, $document);
}

# Every function that the reference names exists.
for my $name ($readme =~ /`([a-z_0-9]+)\(/g)
{
	next if $name =~ /^(extract|ticket)$/;
	is( $node->safe_psql('postgres', "SELECT count(*) > 0 FROM pg_proc WHERE proname = '$name'"),
		't', "$name exists");
}

write_document("$root/README.md", $updated);

$node->stop;
done_testing();
