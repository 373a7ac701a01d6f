# Compares the tables of doc/relations.md with kpi_contract.  With KPI_README_UPDATE=1 they
# are written instead.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Documented;

my $path = dirname(__FILE__) . '/../../doc/relations.md';
my $document = slurp_file($path);
my $updated = $document;

my $node = PostgreSQL::Test::Cluster->new('relations');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi; CREATE EXTENSION kpi_mart;');

my @relations = split /\n/, $node->safe_psql('postgres', q{
	SELECT relation FROM kpi_contract GROUP BY relation ORDER BY relation <> 'tickets', relation});
is_deeply([ $document =~ /^## (\w+)$/mg ], \@relations, 'each relation has a section');

foreach my $relation (@relations)
{
	my $rows = $node->safe_psql('postgres', qq{
		SELECT format('| `%s` | %s | %s | %s | %s |', name,
			CASE type WHEN 'key' THEN 'any id' WHEN 'score' THEN 'any number' ELSE format('`%s`', type) END,
			CASE WHEN required THEN 'yes' ELSE '' END, definition, used_by)
		FROM kpi_contract WHERE relation = '$relation' ORDER BY position});
	my $header = qr/^## $relation\n.*?\n\|---\|---\|---\|---\|---\|\n/ms;
	my ($table) = $document =~ /$header((?:\|.*\n)*)/;
	is($table, "$rows\n", "table of $relation") unless $ENV{KPI_README_UPDATE};
	$updated =~ s/($header)(?:\|.*\n)*/$1$rows\n/;
}
write_document($path, $updated);

$node->stop;
done_testing();
