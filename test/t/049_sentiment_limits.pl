# sentiment() takes time in proportion to the length of a text, whatever is in it, can be cancelled at once, and reads
# nothing behind the end of a text.

use strict;
use warnings;
use utf8;

use Encode qw(encode_utf8);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('limits');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nmax_parallel_workers_per_gather = 0\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

# Pieces that a text repeats. Each makes one text, and another one four times as long: a quadratic algorithm would take
# 16 times as long.
my @pieces = (
	'a', ' ', '!', ':', "\x{200b}", '<', '<a', '&', '&a', '#a', '#', '@', '@a', "\n", ">x\n", '😡', 'good', 'not ',
	'not', '5', '5 ', '-', '- ', '-- ', "-- \n", "\n-- ", '*', 'a*', "'", "a'", '’', "a’", 'é', '.', ',', 'a.', 'a.b/',
	'a@b', '://', 'www.', 'a:', '(', ':(', ':-', '>:', "\t", "\r", "\r\n", 'very ', 'A', 'aaab ', '1 out of ',
	'on hold for ', '&#39;', '&amp;', '</', "\x{ad}", "\x{fe0f}", "\x{10ffff}", '悪', '€', "\x{300}", '_', 'a_');
my $length = 2_500_000;
my $array = join ', ', map { 'E\'' . (s/([\\'])/\\$1/gr) . '\'' } @pieces;
$node->safe_psql('postgres', encode_utf8("
	CREATE TABLE piece AS
	SELECT row_number() OVER () AS n, p AS piece FROM unnest(ARRAY[$array]) AS p;
	CREATE TABLE long AS
	SELECT n, piece, k, repeat(piece, k * $length / octet_length(piece)) AS body
	FROM piece, (VALUES (1), (4)) AS t (k);
	ALTER TABLE long ALTER body SET STORAGE plain"));
my @slow;
foreach my $n (1 .. @pieces)
{
	my (@best, $factor);
	foreach my $try (1 .. 4)
	{
		my $timed = join "\n", map { "SELECT sentiment(body) FROM long WHERE n = $n AND k = $_;" } 1, 4;
		my @ms = $node->safe_psql('postgres',
			"SELECT length(body) FROM long WHERE n = $n AND k = 4;\n\\timing on\n$timed") =~ /Time: ([\d.]+)/g;
		foreach (0, 1) { $best[$_] = $ms[$_] if !defined $best[$_] || $ms[$_] < $best[$_]; }
		$factor = $best[1] / $best[0];
		last if $factor < 7 || $best[1] < 20;
	}
	my $name = encode_utf8($pieces[ $n - 1 ]) =~ s/([^!-~])/sprintf '\\x%02x', ord $1/ger;
	note sprintf '%-16s %7.1f ms, 4 times as long %7.1f ms: %.2f times', $name, @best, $factor;
	push @slow, $name if ($factor >= 10 && $best[1] >= 20) || $best[1] > 10000;
}
is("@slow", '', 'the time grows with the length');

# In a row, the byte behind a short text is the header of the next one, which depends on its length: a letter, a digit or a
# sign. A copy of the text has other bytes behind it.
$node->safe_psql('postgres', encode_utf8("
	CREATE TABLE behind AS
	SELECT body, repeat('x', k) AS next
	FROM piece, generate_series(0, 125) AS k,
		LATERAL (VALUES (piece), ('good' || piece), ('not good ' || piece), (piece || 'good' || piece)) AS t (body)"));
is($node->safe_psql('postgres', 'SELECT DISTINCT body FROM behind WHERE sentiment(body) IS DISTINCT FROM sentiment(body || $$$$)'),
	'', 'nothing behind the end of a text counts');

# Cancellation within 100 ms of a timeout of 20 ms, in the best of ten attempts: other tests run beside this one.
my @late;
foreach my $n (1 .. @pieces)
{
	my $least;
	foreach (1 .. 10)
	{
		my (undef, $stdout, $stderr) = $node->psql('postgres',
			"SELECT length(body) FROM long WHERE n = $n AND k = 4;\nSET statement_timeout = 20;\n\\timing on\n"
			  . "SELECT sentiment(body, 'english; x:0.1') FROM long WHERE n = $n AND k = 4;");
		my ($ms) = $stdout =~ /Time: ([\d.]+) ms/;
		$least = $ms if !defined $least || $ms < $least;
		last if $least < 120;
	}
	push @late, "$pieces[$n - 1]: $least ms" if $least >= 120;
}
is(encode_utf8("@late"), '', 'cancelled within 100 ms, or done');

done_testing();
