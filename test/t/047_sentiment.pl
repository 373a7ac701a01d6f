# sentiment() gives the scores of test/t/Sentiment.pm, which is written from doc/sentiment.md, on the messages of
# test/data/sentiment_messages.csv and on random texts, with the built-in lexicon and with others.
# The built-in list is in its normal form, and its scores agree with the labels of the messages.
# KPI_SEED=number makes other texts.

use strict;
use warnings;
use utf8;
use lib 'test/t';

use Cwd qw(abs_path);
use Encode qw(decode_utf8 encode_utf8);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Sentiment;
use Test::More;

my $seed = $ENV{KPI_SEED} // 20260101;
note "KPI_SEED=$seed";
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('sentiment');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

my $english = Sentiment::english('src/english.txt');
my @entries = sort keys %$english;
my @marked = grep { grep { $_ ne 'weight' } keys %{ $english->{$_} } } @entries;
my @symbols = grep { Sentiment::is_emoticon($_) || /[^\x00-\x7f]/ } @entries;

sub one_of { return $_[ int rand @_ ] }

# Characters that join words, or split them, or stand for others.
my @signs = (
	split(//, '!?.,;:()-/"\'`<>&@#*_=+[]{}~^|\\$%'),
	' - ', ' / ', '...', '?!', ' -- ', "\n", "\n\n", "\r\n\r\n", "\n> ", "\n-- \n", "\n--\n", "\n-- \r\n", "\t",
	map { chr } 0xa0, 0xa3, 0xad, 0xb4, 0xb7, 0x2bc, 0x2009, 0x200b, 0x200d, 0x2011, 0x2013, 0x2014, 0x2018, 0x2019,
	0x201c, 0x201d, 0x2026, 0x202e, 0x20ac, 0x20e3, 0x2122, 0x2605, 0x3000, 0x3002, 0xfe0f, 0xff01, 0xff07, 0x1f3fd,
	0x1f419, 0x1f621, 0xe0067);
my @pieces = (
	'https://example.com/not-good?x=terrible', 'www.awful.example', 'bad@worst.example', 'good.bad@example.com',
	'see:http://x.example/a', 'example.com/terrible', 'and/or', '24/7', '@AcmeHelp', '@bad_service', '@terrible’s',
	'#fail', '#epicfail', '#notgood', '#2slow', '# 3', '#WorstServiceEver', '#' . 'a' x 61,
	'<b>', '</p>', '<br/>', '<a href="bad">', '<3', '< 5',
	'&amp;', '&lt;', '&gt; bad', '&#39;', '&nbsp;', '&12345678;', '&123456789;', 'Q&A good;',
	'don&#39;t', 'can&rsquo;t', 'dont', 'DONT', 'ive', 'im',
	'0', '3', '12', '1,000', '4.5', '10/10', '5:30', '2nd', 'x2', '€50',
	'9' x 70, 'a' x 60, 'a' x 61, 'ä' x 30, 'ä' x 31, 'great' . 's' x 80, 'sh*t', 's***', '*great*', 'f***ing',
	'Überraschung', 'ŽLUŤOUČKÝ', 'ΕΛΛΆΔΑ', 'ПЛОХО', 'не', '悪い', 'unbekannt', 'xyzzy',
	'-- ', '> ', ">:(", ':)', ':D', 'x:D', ':)x', 'was:delayed', '❤️', '👩‍💻', '👍🏽');
my @markers =
  ('', '=not ', '=very ', '=slightly ', '=request ', '=thanks ', '=but ', '=number ', '=not =thanks ');

# Returns a word or a phrase as people write it: in capitals, with repeated letters, with other apostrophes or none,
# with other spaces, with invisible characters, or as a hashtag.
sub written
{
	my ($words) = @_;
	my $change = int rand 14;

	return uc $words if $change == 0;
	return ucfirst $words if $change == 1;
	$words =~ s/([a-z])(?=[^a-z]*$)/$1 x (2 + int rand 4)/e if $change == 2;
	$words =~ s/([a-z])/$1 x (3 + int rand 2)/e if $change == 3;
	$words =~ s/'//g if $change == 4;
	$words =~ s/'/one_of("\x{2019}", '`', '&#39;', "\x{b4}")/ge if $change == 5;
	$words =~ s/ /one_of("\n", '  ', ', ', '-', "\x{a0}", "\n> x\n", ' "', "\x{200b} ")/ge if $change == 6;
	$words =~ s/(.)/$1 . one_of("\x{200b}", "\x{ad}", "\x{fe0f}")/e if $change == 7;
	$words =~ s/#/one_of(0 .. 12, '1.5', 'two', 'ten', '#')/ge if $change < 12;
	$words =~ s/ (.*)/' ' . uc $1/e if $change == 12;
	$words = "#" . ($words =~ s/ //gr) if $change == 13;
	return $words;
}

# Returns a text of random words, symbols and signs, some of them of the given own entries.
sub random_text
{
	my (@own) = @_;
	my $text = '';

	foreach (1 .. 1 + int rand one_of(4, 12, 30))
	{
		my $kind = int rand 20;
		$text .=
			$kind < 7 ? written(one_of(@entries))
		  : $kind < 11 ? written(one_of(@marked))
		  : $kind < 12 ? one_of(@symbols)
		  : $kind < 14 ? one_of(@pieces)
		  : $kind < 16 ? written(@own ? one_of(@own) : one_of('no', 'not', 'very', 'but', 'thanks', 'please'))
		  : $kind < 19 ? one_of(@signs)
		  : join '', map { one_of(@signs, 'a' .. 'e') } 1 .. 1 + int rand 6;
		$text .= one_of(' ', ' ', ' ', ' ', '', one_of(@signs));
	}
	return $text =~ s/\x00//gr;
}

# Returns the text of a lexicon as a user writes it, with quotation marks and spaces.
sub literal
{
	my ($base, $own) = @_;

	return $base . (%$own ? ';' : '') . join ',', map {
		my $words = '"' . s/"/""/gr . '"';
		one_of('', ' ') . (defined $own->{$_} ? "$words:" . one_of('', ' ') . $own->{$_} : "-$words")
	} sort keys %$own;
}

# Returns own entries: some of the base with another value, some new, and some that remove an entry.
sub random_own
{
	my %own;
	my %normal;

	foreach (1 .. int rand 40)
	{
		my $words = one_of(
			one_of(@entries),
			one_of(@marked),
			one_of(@symbols),
			join(' ', map { one_of(@entries) } 1 .. 2),
			one_of(qw(kraken übel Não 悪い xyzzy mañana ПЛОХО)),
			'# ' . one_of(@entries),
			join(' ', map { one_of('not', 'very', '#', 'xyzzy', '2', 'a') } 1 .. 3));
		next if $normal{ Sentiment::normal($words) }++ || $words =~ /(\S+\s+){5}/ || Sentiment::normal($words) eq '';
		my @weights = map { sprintf '%.*f', int rand 3, rand(2) - 1 } 1 .. 4;
		$own{$words} = one_of(undef, map { one_of(@markers) . $_ } @weights);
	}
	return \%own;
}

sub quote { return "'" . ($_[0] =~ s/'/''/gr) . "'" }

# Compares the scores of texts. The server returns one row per text.
sub compare
{
	my ($name, $base, $own, @texts) = @_;
	my $mine = Sentiment->new($base eq 'english' ? $english : undef, %$own);
	my $lexicon = literal($base, $own);
	my $rows = join ",\n", map { "($_, " . quote($texts[$_]) . ')' } 0 .. $#texts;
	my $query = "SET extra_float_digits = 3;\nSELECT coalesce(sentiment(body, " . quote($lexicon) . ")::text, '')\n"
	  . "FROM (VALUES $rows) AS message (n, body) ORDER BY n";
	my @theirs = split /\n/, $node->safe_psql('postgres', encode_utf8($query)), -1;
	my @different;

	is(scalar(@theirs), scalar(@texts), "$name: scores");
	foreach my $i (0 .. $#texts)
	{
		my $score = $mine->score($texts[$i]);
		my $same = defined $score ? $theirs[$i] ne '' && abs($theirs[$i] - $score) < 1e-9 : $theirs[$i] eq '';
		push @different, ($theirs[$i] eq '' ? 'NULL' : $theirs[$i]) . ', not ' . ($score // 'NULL') . ': ' . $texts[$i]
		  unless $same;
	}
	is(scalar(@different), 0, "$name: the same scores as the reference")
	  or diag(encode_utf8("lexicon $lexicon\n" . join "\n", @different[ 0 .. ($#different < 4 ? $#different : 4) ]));
	return;
}

$node->safe_psql('postgres', 'CREATE TABLE message (part text, kind text, label text, body text)');
$node->safe_psql('postgres',
	"COPY message FROM '" . abs_path('test/data/sentiment_messages.csv') . "' (FORMAT csv, HEADER)");
my @messages = split /\x01/, decode_utf8(
	$node->safe_psql('postgres', q(SELECT string_agg(body, E'\x01') FROM message WHERE part = 'tune')));
compare('labelled messages', 'english', {}, @messages);
compare('labelled messages, own words', 'english', random_own(), @messages);
compare('entries', 'english', {}, @entries);
compare('contractions without an apostrophe', 'english', { 'dont bother' => '0.6', 'wont' => undef },
	"Don't bother", 'dont bother', "I DON\x{2019}T like it", 'dont work', "won't work", 'wont work', 'aint bad');
foreach my $round (1 .. 5)
{
	compare("random texts $round", 'english', {}, map { random_text() } 1 .. 1000);
}
foreach my $round (1 .. 12)
{
	my $own = random_own();
	my @own = sort keys %$own;
	compare("random lexicon $round", one_of('english', 'english', 'none'), $own, map { random_text(@own) } 1 .. 200);
}

# The list: each entry is in normal form and occurs once, and the lines are sorted byte by byte and have at most 120
# characters.
my @lines = split /\n/, slurp_file('src/english.txt');
my @words = map { /^(.*): ([-=0-9][^:]*)$/ ? $1 : die "english.txt: $_" } @lines;
is(join("\n", @words), join("\n", sort @words), 'english.txt is sorted');
is(join("\n", grep { length > 120 } @lines), '', 'english.txt has short lines');
my %seen;
is(join("\n", grep { $seen{$_}++ } @words), '', 'english.txt has no words twice');
my $weight = qr/-?(?:0(?:\.\d{1,2})?|1)/;
is(join("\n", grep { !/: (?:=[a-z]+ )*(?:=[a-z]+|$weight)$/ || /\.\d?0$/ || /-0$/ } @lines), '',
	'english.txt has weights from -1 to 1 in their shortest form');
$node->safe_psql('postgres', "CREATE TABLE entry (words text);\nCOPY entry FROM stdin;\n"
	  . join('', map { s/\\/\\\\/gr . "\n" } @words) . "\\.\n");
is($node->safe_psql('postgres', q(
		SELECT words
		FROM entry, regexp_replace(
			format('none; "%s":1', replace(words, '"', '""'))::sentiment_lexicon::text,
			'^none; "?(.*?)"?:1$', '\1') AS normal
		WHERE replace(normal, '""', '"') <> words)),
	'', 'english.txt has entries in normal form');

# Labelled messages: each figure stays above a floor, a few points below the measured one, so that a harmful change of
# the list fails. Only figures of the held half are shown, not its texts, so that the list cannot be fitted to them.
$node->safe_psql('postgres', slurp_file('test/accuracy/metrics.sql') . q(
	INSERT INTO judged SELECT part, 'sentiment()', 0.05, label, NULL, sentiment(body) FROM message;
	INSERT INTO judged SELECT part, 'rounded', 0.05, label, NULL, round(sentiment(body)::numeric, 1) FROM message));
my %floor = (tune => [ 76, 0.75, 0.84 ], held => [ 74, 0.72, 0.83 ]);
foreach my $part (sort keys %floor)
{
	my ($right, $f1, $auc) = split /\|/, $node->safe_psql('postgres',
		"SELECT (accuracy).value, f1, auc FROM accuracy WHERE data = '$part' AND method = 'sentiment()'");
	cmp_ok($right, '>=', $floor{$part}[0], sprintf '%s half: right (%.1f %%)', $part, $right);
	cmp_ok($f1, '>=', $floor{$part}[1], sprintf '%s half: macro F1 (%.3f)', $part, $f1);
	cmp_ok($auc, '>=', $floor{$part}[2], sprintf '%s half: AUC (%.3f)', $part, $auc);
}
is($node->safe_psql('postgres', q(
	SELECT a.data, a.method FROM auc AS a WHERE abs(a.auc - (
		SELECT avg(CASE WHEN n.score < o.score THEN 1 WHEN n.score = o.score THEN 0.5 ELSE 0 END)
		FROM judgement AS n JOIN judgement AS o USING (data, method)
		WHERE (n.data, n.method) = (a.data, a.method) AND n.label = 'negative' AND o.label <> 'negative')) > 1e-9)),
	'', 'the AUC of ranks is that of all pairs');
is($node->safe_psql('postgres', q(SELECT count(*) FROM auc)), 4, 'and there are some');
is($node->safe_psql('postgres', q(
		SELECT data, method
		FROM accuracy JOIN (
			SELECT data, method,
				sum(CASE label WHEN 'negative' THEN negative WHEN 'neutral' THEN neutral ELSE positive END) AS hits
			FROM confusion GROUP BY data, method) AS c USING (data, method)
		WHERE abs((accuracy).value - 100.0 * hits / texts) > 1e-9)),
	'', 'the accuracy is that of the confusion');

done_testing();
