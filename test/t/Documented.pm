package Documented;

# Documents cannot lie: their SQL is run, and what it prints is compared.  With
# KPI_README_UPDATE=1 the outputs are written instead.

use strict;
use warnings;

use Exporter 'import';
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(check_documented fill_part write_document);

# Runs the blocks of a document in order, each a query and what it prints.
# Returns the document with what they have printed.
sub check_documented
{
	my ($node, $document) = @_;
	my $blocks = 0;
	my $updated = $document;

	while ($document =~ /```sql\n(.*?)```\n```text\n(.*?)```\n/gs)
	{
		my ($sql, $expected) = ($1, $2);
		my ($stdout, $stderr) = ('', '');

		IPC::Run::run [ 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ],
		  '<', \$sql, '>', \$stdout, '2>', \$stderr;
		# what psql says of commands is not shown, nor are trailing blanks
		$stdout =~ s/^(CREATE|SELECT \d|SET|INSERT|GRANT|ANALYZE|ALTER).*\n//mg;
		$stdout =~ s/[ \t]+$//mg;
		$stdout =~ s/\n+$/\n/;
		my ($title) = $sql =~ /^(.*)/;
		is($stderr, '', "no complaint: $title");
		is($stdout, $expected, "output: $title") unless $ENV{KPI_README_UPDATE};
		my $query = "```sql\n$sql```\n```text\n";
		substr($updated, index($updated, $query), length($query . $expected)) = $query . $stdout;
		$blocks++;
	}
	my $fences = () = $document =~ /^```sql$/mg;
	cmp_ok($blocks, '>', 0, 'the blocks were found');
	is($blocks, $fences, 'every SQL block shows its output');
	return $updated;
}

# Checks the part of a document that a test generates: what stands between the comment
# "generated: NAME" and the next comment "end".  Returns the document with that part.
sub fill_part
{
	my ($document, $name, $text) = @_;
	my ($begin, $end) = ("<!-- generated: $name -->\n", "<!-- end -->\n");
	my ($shown) = $document =~ /\Q$begin\E(.*?)\Q$end\E/s;

	is($shown, $text, "the part \"$name\" is up to date") unless $ENV{KPI_README_UPDATE};
	ok(defined $shown, "the document has the part \"$name\"");
	$document =~ s/(\Q$begin\E).*?(\Q$end\E)/$1$text$2/s;
	return $document;
}

# Writes a document with its new outputs, when that is asked for.
sub write_document
{
	my ($path, $text) = @_;

	return unless $ENV{KPI_README_UPDATE};
	open(my $file, '>', $path) or die "cannot write $path: $!";
	print $file $text;
	close($file);
	return;
}

1;
