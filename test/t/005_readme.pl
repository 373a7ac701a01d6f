# README.md and doc/*.md cannot lie: their SQL is run, its output compared, and the
# reference of the README is the catalogue's.  With KPI_README_UPDATE=1 the outputs
# are written instead.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;

my $root = dirname(__FILE__) . '/../..';
my $update = $ENV{KPI_README_UPDATE};

my $node = PostgreSQL::Test::Cluster->new('readme');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\njit = off\n");
$node->start;

my $readme = run_document('README.md');
run_document("doc/$_") for sort map { basename($_) } glob("$root/doc/*.md");

# What psql shows of some SQL, or of a file.
sub show
{
	my ($sql, @arguments) = @_;
	my ($stdout, $stderr) = ('', '');

	IPC::Run::run [ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), @arguments ],
	  '<', \$sql, '>', \$stdout, '2>', \$stderr;
	return ($stdout, $stderr);
}

# Runs the blocks of a document in order, each a query and what it prints, in a new
# database with the data that it tells the reader to load.  Gives the document with
# what they print now.
sub run_document
{
	my ($name) = @_;
	my $text = slurp_file("$root/$name");
	my $updated = $text;
	my $blocks = 0;

	$node->safe_psql('template1', 'DROP DATABASE postgres');
	$node->safe_psql('template1', 'CREATE DATABASE postgres');
	$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
	while ($text =~ m{psql((?: -v \w+=\w+)*) -f (test/data/\w+\.sql)}g)
	{
		my ($options, $file) = ($1, $2);
		my (undef, $stderr) = show('', '-q', split(' ', $options), '-f', "$root/$file");
		is($stderr, '', "$name: $file");
	}
	while ($text =~ /```sql\n(.*?)```\n```text\n(.*?)```\n/gs)
	{
		my ($sql, $expected) = ($1, $2);
		my ($stdout, $stderr) = show($sql);
		# what psql says of commands is not shown, nor are trailing blanks
		$stdout =~ s/^(CREATE|SELECT \d).*\n//mg;
		$stdout =~ s/[ \t]+$//mg;
		$stdout =~ s/\n+$/\n/;
		my ($title) = $sql =~ /^(.*)/;
		is($stderr, '', "$name: no complaint: $title");
		is($stdout, $expected, "$name: output: $title") unless $update;
		my $query = "```sql\n$sql```\n```text\n";
		substr($updated, index($updated, $query), length($query . $expected)) = $query . $stdout;
		$blocks++;
	}
	my $fences = () = $text =~ /^```sql$/mg;
	is($blocks, $fences, "$name: every SQL block shows its output");
	cmp_ok($blocks, '>=', 6, 'the blocks were found') if $name eq 'README.md';
	write_document($name, $updated) if $update;
	return $updated;
}

sub write_document
{
	my ($name, $text) = @_;

	open(my $file, '>', "$root/$name") or die "cannot write $name: $!";
	print $file $text;
	close($file);
}

# The reference table is the catalogue, row by row.
my $reference = $node->safe_psql('postgres', q{
	SELECT format('| %s | %s | %s | %s |', (SELECT string_agg('`' || s || '`', '<br>' ORDER BY n) FROM unnest(signatures) WITH ORDINALITY AS u (s, n)), unit, better, definition)
	FROM kpi_catalogue WHERE built_in
	ORDER BY array_position(ARRAY['scores', 'rate', 'average', 'durations', 'ratio', 'trend'], family), name});
check_table('the reference is the catalogue', qr/\| KPI \| Unit \| Better \| Definition \|\n\|---\|---\|---\|---\|\n/, $reference);

# The other table is every function and aggregate that is not there, nor internal.
my $functions = $node->safe_psql('postgres', q{
	SELECT format('| %s | %s |', string_agg(DISTINCT format('`%s(%s)`', proname, arguments), '<br>'), comment)
	FROM pg_proc AS p
	JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
	JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'kpi',
	LATERAL obj_description(p.oid, 'pg_proc') AS comment,
	LATERAL (SELECT string_agg(CASE WHEN n > pronargs - pronargdefaults THEN '[' || name || ']' ELSE name END, ', ' ORDER BY n) AS arguments
			 FROM unnest(proargnames[:pronargs]) WITH ORDINALITY AS u (name, n)) AS a
	WHERE comment !~ '^(internal|asks a tally):|\\nQuestion: '
	GROUP BY comment, proname ORDER BY proname COLLATE "C", min(pronargs), comment COLLATE "C"});
check_table('the functions are those that there are', qr/\| Function \| What it gives \|\n\|---\|---\|\n/, $functions);

# What follows the head of a table is these rows.
sub check_table
{
	my ($name, $header, $rows) = @_;
	my ($table) = $readme =~ /$header((?:\|.*\n)*)/;

	is($table, "$rows\n", $name) unless $update;
	$readme =~ s/($header)(?:\|.*\n)*/$1$rows\n/;
}

# Every function that the reference names exists.
for my $name ($readme =~ /`([a-z_0-9]+)\(/g)
{
	next if $name =~ /^(extract|ticket)$/;
	is( $node->safe_psql('postgres', "SELECT count(*) > 0 FROM pg_proc WHERE proname = '$name'"),
		't', "$name exists");
}

write_document('README.md', $readme) if $update;

$node->stop;
done_testing();
