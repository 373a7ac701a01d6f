# Checks README.md, doc/*.md and adapters/README.md: their SQL is run and its output
# compared, their links lead somewhere, and the functions that they name exist.  With
# KPI_README_UPDATE=1 the outputs are written instead.
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
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "timezone = 'UTC'\njit = off\n");
$node->start;

my @paths = ("$root/README.md", "$root/adapters/README.md", sort(glob("$root/doc/*.md")));
my %document = map { $_ => slurp_file($_) } @paths;

foreach my $path (@paths)
{
	# another test runs documents that need several servers
	next if $document{$path} !~ /^```sql$/m || basename($path) eq 'scale-out.md';
	next if $ENV{KPI_DOCUMENTS} && basename($path) !~ /^($ENV{KPI_DOCUMENTS})\.md$/;
	my $updated = run_document($document{$path});
	$updated = check_questions($updated) if $path eq "$root/README.md";
	write_document($path, $updated);
}

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

# Runs the queries of the table of questions.  Numbers are shown with three digits.
sub check_questions
{
	my ($document) = @_;
	my ($table) = $document =~ /^\| Your question \| Query \| Answer \|\n\|---\|---\|---\|\n((?:\|.*\n)+)/m;
	my $new = '';

	foreach my $row (split /\n/, $table)
	{
		my ($question, $query, $answer) = $row =~ /^\| (.*?) \| `(.*)` \| (.*?) \|$/ or die "no question: $row";
		my $found = $node->safe_psql('postgres', "SET extra_float_digits = -12; $query") =~ s/\|/, /gr;
		is($found, $answer, $question) unless $ENV{KPI_README_UPDATE};
		$new .= "| $question | `$query` | $found |\n";
	}
	cmp_ok(scalar(split(/\n/, $new)), '>=', 25, 'questions');
	substr($document, index($document, $table), length($table)) = $new;
	return $document;
}

# The anchors of a document, as its headings make them.
sub anchors
{
	my ($document) = @_;
	return map { my $text = lc; $text =~ s/[^\w\- ]//g; $text =~ tr/ /-/; $text => 1 } $document =~ /^#+ (.*)$/mg;
}

# Links between files and to headings.
foreach my $path (@paths)
{
	my @broken;
	while ($document{$path} =~ /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)
	{
		my ($target, $anchor) = ($1 eq '' ? $path : dirname($path) . "/$1", $2);
		my %anchors = $anchor && -f $target ? anchors(slurp_file($target)) : ();
		push @broken, $target . ($anchor ? "#$anchor" : '') if !-e $target || $anchor && !$anchors{$anchor};
	}
	is_deeply(\@broken, [], 'links of ' . substr($path, length($root) + 1));
}

# Functions in backticks, those of the importers of calendars included.
$node->safe_psql('template1', 'CREATE EXTENSION kpi_mart CASCADE');
$node->safe_psql('template1', slurp_file("$root/adapters/$_.sql")) foreach ('business_hours', 'holidays');
my %exists = map { $_ => 1 } split /\n/, $node->safe_psql('template1', 'SELECT DISTINCT proname FROM pg_proc');
foreach my $path (@paths)
{
	my @names = $document{$path} =~ /`([a-z_0-9]+)\(/g;
	is_deeply([ grep { !$exists{$_} && !/^(extract|coalesce)$/ } @names ], [], 'functions of ' . substr($path, length($root) + 1));
}

$node->stop;
done_testing();
