# The README cannot lie: its SQL is run, its output compared, and its reference
# is the catalogue's.  With KPI_README_UPDATE=1 the outputs are written instead.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;

my $root = dirname(__FILE__) . '/../..';
my $readme = slurp_file("$root/README.md");

my $node = PostgreSQL::Test::Cluster->new('readme');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
$node->safe_psql('postgres', slurp_file("$root/test/data/example.sql"));

# Blocks in order, each a query and what it prints.
my $blocks = 0;
my $updated = $readme;
while ($readme =~ /```sql\n(.*?)```\n```text\n(.*?)```\n/gs)
{
	my ($sql, $expected) = ($1, $2);
	my ($stdout, $stderr) = ('', '');

	IPC::Run::run [ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ],
	  '<', \$sql, '>', \$stdout, '2>', \$stderr;
	# what psql says of commands is not shown, nor are trailing blanks
	$stdout =~ s/^(CREATE|SELECT \d).*\n//mg;
	$stdout =~ s/[ \t]+$//mg;
	$stdout =~ s/\n+$/\n/;
	my ($title) = $sql =~ /^(.*)/;
	is($stderr, '', "no complaint: $title");
	is($stdout, $expected, "output: $title") unless $ENV{KPI_README_UPDATE};
	my $query = "```sql\n$sql```\n```text\n";
	substr($updated, index($updated, $query), length($query . $expected)) = $query . $stdout;
	$blocks++;
}
cmp_ok($blocks, '>=', 6, 'the blocks were found');
my $fences = () = $readme =~ /^```sql$/mg;
is($blocks, $fences, 'every SQL block shows its output');

# The reference table is the catalogue, row by row.
my $reference = $node->safe_psql('postgres', q{
	SELECT format('| %s | %s | %s | %s |', (SELECT string_agg('`' || s || '`', '<br>' ORDER BY n) FROM unnest(signatures) WITH ORDINALITY AS u (s, n)), unit, better, definition)
	FROM kpi_catalogue WHERE built_in
	ORDER BY array_position(ARRAY['scores', 'rate', 'average', 'durations', 'ratio'], family), name});
my $header = qr/\| KPI \| Unit \| Better \| Definition \|\n\|---\|---\|---\|---\|\n/;
my ($table) = $readme =~ /$header((?:\|.*\n)*)/;
is($table, "$reference\n", 'the reference is the catalogue') unless $ENV{KPI_README_UPDATE};
$updated =~ s/($header)(?:\|.*\n)*/$1$reference\n/;

# Every function that the reference names exists.
for my $name ($readme =~ /`([a-z_0-9]+)\(/g)
{
	next if $name =~ /^(extract|ticket)$/;
	is( $node->safe_psql('postgres', "SELECT count(*) > 0 FROM pg_proc WHERE proname = '$name'"),
		't', "$name exists");
}

if ($ENV{KPI_README_UPDATE})
{
	open(my $file, '>', "$root/README.md") or die "cannot write README.md: $!";
	print $file $updated;
	close($file);
}

$node->stop;
done_testing();
