# For everyday questions (test/data/help_questions.txt), kpi_help returns the right KPI or object first.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @questions = map { [ /^(.*): (.*)$/ ] } grep { !/^#/ }
  split /\n/, slurp_file(dirname(__FILE__) . '/../data/help_questions.txt');
cmp_ok(scalar(@questions), '>=', 100, 'questions');

my $node = PostgreSQL::Test::Cluster->new('help');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', 'jit = off');
$node->start;
# in a schema with a name that a format could take for its own, read by a role without any rights
$node->safe_psql('postgres', 'CREATE SCHEMA "100%"; CREATE EXTENSION kpi SCHEMA "100%"; CREATE ROLE reader LOGIN;
	GRANT USAGE ON SCHEMA "100%" TO reader');

# The first name that is found for each question.
sub first
{
	my $questions = join ', ', map { "'" . s/'/''/gr . "'" } @_;
	return split /\n/, $node->safe_psql('postgres', qq(
		SELECT (SELECT name FROM "100%".kpi_help(question) LIMIT 1)
		FROM unnest(ARRAY[$questions]) WITH ORDINALITY AS q (question, n) ORDER BY n), extra_params => [ '-U', 'reader' ]), -1;
}

is_deeply([ first('business hours', 'overdue') ], [ 'business_hours', 'sla_rate' ], 'types, and no view, without kpi_mart');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart SCHEMA "100%"');
my @found = first(map { $_->[0] } @questions);
foreach my $pair (@questions)
{
	my ($question, $expected) = @$pair;
	my $found = shift @found;
	ok(scalar(grep { $_ eq $found } split / /, $expected), $question)
	  or diag "found $found, expected $expected";
}

my (undef, $found, $notice) = $node->psql('postgres', q(SELECT name FROM "100%".kpi_help('xyzzy %I%s')));
is($found, '', 'nothing matches');
like($notice, qr/NOTICE:  nothing matches "xyzzy %I%s"\nHINT:  Try a word such as/, 'the notice names words to try');

# The examples of functions and views run over the tables of the documents.
$node->safe_psql('postgres', 'CREATE DATABASE examples');
$node->safe_psql('examples', 'CREATE EXTENSION kpi_mart CASCADE');
$node->safe_psql('examples', slurp_file(dirname(__FILE__) . "/../data/$_.sql")) foreach qw(example messages);
my @examples = split /\n/, $node->safe_psql('examples', q(
	SELECT name || ': ' || example FROM kpi_help_word WHERE example IS NOT NULL
	ORDER BY name <> 'kpi_build', name = 'kpi_drop', name));
cmp_ok(scalar(@examples), '>=', 50, 'examples');
foreach (@examples)
{
	my ($name, $query) = /^(\w+): (.*)$/;
	my ($status, undef, $error) = $node->psql('examples', $query);
	is($status, 0, "example of $name") or diag $error;
}
done_testing();
