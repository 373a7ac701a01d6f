# Runs the SQL of README.md, doc/*.md and adapters/README.md and compares the outputs, and compares the
# reference of the README with the catalogue.  With KPI_README_UPDATE=1 the outputs are written
# instead.
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
	# another test runs documents that need several servers
	next if $document !~ /^```sql$/m || basename($path) eq 'scale-out.md';
	my $updated = run_document($document);
	check_functions('kpi_mart', \$document, \$updated) if basename($path) eq 'mart.md';
	write_document($path, $updated);
}
my $readme = slurp_file("$root/README.md");
my $updated = run_document($readme);

# Runs a document in a new database, with the data that the reader is asked to load.
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

# The reference table is the catalogue, row by row.
my $reference = $node->safe_psql('postgres', q{
	SELECT format('| %s | %s | %s | %s |',
		(SELECT string_agg('`' || s || '`', '<br>' ORDER BY n) FROM unnest(signatures) WITH ORDINALITY AS u (s, n)),
		unit, better, definition)
	FROM kpi_catalogue WHERE built_in
	ORDER BY array_position(ARRAY['scores', 'rate', 'average', 'durations', 'ratio', 'trend'], family), name});
check_table('the reference is the catalogue', \$readme, \$updated,
	qr/\| KPI \| Unit \| Better \| Definition \|\n\|---\|---\|---\|---\|\n/, $reference);

check_functions('kpi', \$readme, \$updated);

# The other table is every function and aggregate of an extension that is not in the
# catalogue, nor internal.
sub check_functions
{
	my ($extension, $document, $new) = @_;
	my $functions = $node->safe_psql('postgres', qq{
		SELECT format('| %s | %s |', string_agg(DISTINCT format('`%s(%s)`', proname, arguments), '<br>'), comment)
		FROM pg_proc AS p
		JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = '$extension',
		LATERAL obj_description(p.oid, 'pg_proc') AS comment,
		LATERAL (SELECT string_agg(CASE WHEN n > pronargs - pronargdefaults THEN '[' || name || ']' ELSE name END, ', ' ORDER BY n) AS arguments
				 FROM unnest(proargnames[:pronargs]) WITH ORDINALITY AS u (name, n)) AS a
		WHERE comment !~ '^(internal|of a tally):|\\nQuestion: '
		GROUP BY comment, proname ORDER BY proname COLLATE "C", min(pronargs), comment COLLATE "C"});

	check_table("the functions of $extension are those that there are", $document, $new,
		qr/\| Function \| What it gives \|\n\|---\|---\|\n/, $functions);
	return;
}

# What follows the head of a table is these rows.
sub check_table
{
	my ($name, $document, $new, $header, $rows) = @_;
	my ($table) = $$document =~ /$header((?:\|.*\n)*)/;

	is($table, "$rows\n", $name) unless $ENV{KPI_README_UPDATE};
	$$new =~ s/($header)(?:\|.*\n)*/$1$rows\n/;
	return;
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
