# rising_phrases: the words and pairs that it finds, its counts and q-values against plain Perl and SQL, false finds,
# hostile texts, memory, and rights.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use utf8;

my $seed = $ENV{KPI_SEED} // 20260301;
note "KPI_SEED=$seed";
srand($seed);

my $node = PostgreSQL::Test::Cluster->new('phrases');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n"
	. "default_text_search_config = 'pg_catalog.english'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

sub query
{
	my ($sql, @options) = @_;
	utf8::encode($sql);
	my $answer = $node->safe_psql('postgres', $sql, @options);
	utf8::decode($answer);
	return $answer;
}

sub error
{
	my ($sql, @options) = @_;
	my ($code, undef, $stderr) = $node->psql('postgres', $sql, @options);
	return $code == 0 ? 'no error' : $stderr;
}

sub quote
{
	my ($text) = @_;
	return "'" . $text =~ s/'/''/gr . "'";
}

# The phrases of a text, each as "key: written", in the order of their keys.  They are found by a text that occurs in
# all recent documents and in no other, so that all of its phrases rise.
sub phrases
{
	my ($text, $config) = @_;
	$config //= 'english';
	my $list = query('SELECT p.phrase FROM unnest((SELECT kpi_phrases(body, is_recent, ' . quote($config) . ', 10000)
		FROM (SELECT ' . quote($text) . q{, true FROM generate_series(1, 20)
			  UNION ALL SELECT '', false FROM generate_series(1, 200)) AS d (body, is_recent))) AS p});
	return join ', ', sort split /\n/, $list;
}

# ---------------------------------------------------------------- words and pairs

# A word of all documents of a pair is not shown beside the pair.
is(phrases('Refunds'), 'refunds', 'a word, in lower case');
is(phrases('the refund of my order'), 'order, refund', 'a stop word separates');
is(phrases('late refund buttons'), 'late refund, refund buttons', 'pairs');
is(phrases("refund. button! order? late\n\nparcel, lost; card (red) blue: green"),
	'blue, button, card, green, late, lost, order, parcel, red, refund', 'pairs do not cross the end of a clause');
is(phrases("late\nrefund \"button\" 'lost'"), 'button lost, late refund, refund button',
	'lines and quotes do not end a clause');
is(phrases('<p>refund</p><p>button</p> late<!-- x --> lost'), 'button, late, lost, refund', 'tags and comments do');
is(phrases('wi-fi'), 'wi-fi', 'a hyphen is shown, and the whole is no other phrase');
is(phrases('it is not working'), 'not working', 'negators are kept');
is(phrases("it isn't working"), "isn't working", 'a contraction');
is(phrases("it isn’t working"), "isn't working", 'with a typographic apostrophe');
is(phrases("DON'T WORK"), "don't work", 'in capital letters');
is(phrases("it doesnt work and cant load"), "cant load, doesnt work", 'without an apostrophe');
is(phrases("I've paid, she'll call, we're lost, it's late, app's login"), "app login, call, late, lost, paid",
	'other contractions');
is(phrases('cannot pay'), 'cannot pay', 'cannot');
is(phrases("re\x{200B}fund but\x{AD}ton \x{FEFF}\x{200B}"), 'refund button', 'invisible characters');
is(phrases('error 503 at www.example.com/login'), 'error 503, www.example.com /login', 'numbers and addresses');
is(phrases(''), '', 'no word');
is(phrases("\x{200B} ... '' -- \x{1F621}"), '', 'nor in these');
is(phrases('x' x 255), 'x' x 255, 'the longest word');
is(phrases('late ' . 'x' x 256 . ' order'), 'late, order', 'a longer one separates');
is(phrases('die Erstattung ist nicht möglich', 'german'), 'erstattung, nicht möglich', 'german');
is(phrases('возврат не работает', 'russian'), 'возврат не, не работает', 'russian');
is(phrases('The Refunds', 'simple'), 'the refunds', 'simple');
is(phrases("doesn't work", 'simple'), "doesn't work", 'simple, with a contraction');

# "n't" is "not", and a phrase is shown in its commonest form
is( query(q(SELECT phrase, documents FROM unnest((SELECT kpi_phrases(body, is_recent, 'english', 10) FROM (VALUES
		('not working', true), ('isn''t working', true), ('not worked', true), ('Not Working not worked', true),
		('refunds', true), ('Refund', true), ('refund', true), ('refunding', true),
		('', false), ('', false), ('', false)) AS d (body, is_recent),
		generate_series(1, 5))) AS p)),
	"not working|20\nrefund|20", 'forms');

# ispell returns several words for one, and a thesaurus is asked for single words
query(q{
	CREATE TEXT SEARCH DICTIONARY ispell (TEMPLATE = ispell, DictFile = ispell_sample, AffFile = ispell_sample);
	CREATE TEXT SEARCH DICTIONARY thesaurus (TEMPLATE = thesaurus, DictFile = thesaurus_sample, Dictionary = english_stem);
	CREATE TEXT SEARCH CONFIGURATION many (COPY = english);
	ALTER TEXT SEARCH CONFIGURATION many ALTER MAPPING FOR asciiword WITH thesaurus, ispell, english_stem;
	CREATE TEXT SEARCH CONFIGURATION none (PARSER = "default")});
is(phrases('rebookings footballklubber supernovae stars', 'many'),
	'footballklubber supernovae, rebookings footballklubber, supernovae stars', 'ispell and thesaurus');
is(phrases('refund button', 'none'), '', 'a configuration without dictionaries');

# ---------------------------------------------------------------- counts and q-values

query(<<'SQL');
CREATE TABLE documents (at timestamptz, body text);
CREATE TABLE counts (key text, written text, recent int, baseline int);
CREATE FUNCTION choose(n numeric, k numeric) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
	ways numeric := 1;
BEGIN
	FOR i IN 1 .. k LOOP
		ways := div(ways * (n - k + i), i);
	END LOOP;
	RETURN CASE WHEN k BETWEEN 0 AND n THEN ways ELSE 0 END;
END $$;
-- at least x of t documents with a phrase are among a recent ones, of which there are b others
CREATE FUNCTION tail(x int, t int, a int, b int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT sum(choose(a, i) * choose(b, t - i)) / choose(a + b, t) + 0.0::numeric(200, 150)
	FROM generate_series(x, least(t, a)) AS i;
$$;
CREATE VIEW period AS
	SELECT count(*) FILTER (WHERE at >= '2026-02-01 UTC')::int AS a,
		count(*) FILTER (WHERE at < '2026-02-01 UTC')::int AS b
	FROM documents;
CREATE VIEW ours AS
	SELECT * FROM rising_phrases('documents', 'body', 'at', '2026-02-01 UTC', '2026-03-01 UTC', '2026-01-01 UTC',
		phrases => 10000);
CREATE VIEW expected AS
WITH least AS MATERIALIZED (
	SELECT c.*, tail(least(recent + baseline, a), recent + baseline, a, b) AS least_p,
		tail(recent, recent + baseline, a, b) AS p, a, b
	FROM counts AS c, period
), tarone AS (
	SELECT min(k) AS k FROM generate_series(1, (SELECT count(*) FROM least)) AS k
	WHERE (SELECT count(*) FROM least WHERE least_p <= 0.05 / k) <= k
), tested AS MATERIALIZED (
	SELECT * FROM least WHERE least_p <= 0.05 / (SELECT k FROM tarone)
), adjusted AS (
	SELECT t.*, (SELECT min(o.p * (SELECT count(*) FROM tested) / (SELECT count(*) FROM tested AS s WHERE s.p <= o.p))
		FROM tested AS o WHERE o.p >= t.p) AS q
	FROM tested AS t
), shown AS (
	SELECT * FROM adjusted AS w WHERE recent * b > baseline * a
		AND NOT EXISTS (SELECT FROM adjusted AS p WHERE p.key LIKE '% %' AND w.key NOT LIKE '% %'
			AND w.key = ANY (string_to_array(p.key, ' ')) AND p.recent = w.recent AND p.baseline = w.baseline)
)
SELECT written AS phrase, recent AS documents, 100.0 * recent / a AS share_pct, baseline AS baseline_documents,
	100.0 * baseline / b AS baseline_share_pct, c.value AS change, c.low, c.high, q AS q_value
FROM shown, rate_change(format('%s/%s', baseline, b)::kpi_rate, format('%s/%s', recent, a)::kpi_rate) AS c;
SQL

# word => what the dictionaries return; '' is a stop word
my %key = (refund => 'refund', refunds => 'refund', Refunded => 'refund', button => 'button', buttons => 'button',
	order => 'order', late => 'late', app => 'app', apps => 'app', crashes => 'crash', crash => 'crash', the => '',
	is => '', my => '', not => 'not', no => 'no', "isn't" => 'not', "doesn’t" => 'not', cannot => 'not', dont => 'not');
my @words = sort keys %key;

# A random text, and its phrases: key => first form.
sub random_text
{
	my ($likely) = @_;
	my ($text, $previous, $previous_written, $gap, %found) = ('', '', '', '');
	my @gaps = ((' ') x 12, "\n", '  ', '. ', ', ', '! ', "\n\n", '-');

	foreach (0 .. rand 8)
	{
		my $word = rand() < 0.2 ? $likely : $words[ rand @words ];
		my $key = $key{$word};
		my $written = lc($word) =~ s/’/'/r;

		$gap = ' ' if $gap eq '-' && ($word =~ /['’]/ || $previous_written =~ /'/);
		$text .= "$gap$word";
		if ($key ne '')
		{
			$found{$key} //= $written;
			$found{"$previous $key"} //= $previous_written . ($gap eq '-' ? '-' : ' ') . $written
			  if $previous ne '' && $gap =~ /\A( {1,2}|\n|-)\z/;
		}
		($previous, $previous_written) = ($key, $written);
		$gap = $gaps[ rand @gaps ];
	}
	return ($text, %found);
}

foreach my $run (1 .. 4)
{
	my (%count, %forms, @rows);

	foreach my $document (1 .. 100 + int(rand 60))
	{
		my $is_recent = rand() < 0.3 ? 1 : 0;
		my ($text, %found) = random_text($is_recent ? 'crashes' : 'late');

		push @rows, sprintf('(%s, %s)', $is_recent ? q('2026-02-10 UTC') : q('2026-01-10 UTC'), quote($text));
		$count{$_}[$is_recent]++, $forms{$_}{ $found{$_} }++ foreach keys %found;
	}
	my @counts;
	foreach my $key (sort keys %count)
	{
		my $forms = $forms{$key};
		my ($written) = sort { $forms->{$b} <=> $forms->{$a} || $a cmp $b } keys %$forms;
		push @counts, sprintf('(%s, %s, %d, %d)', quote($key), quote($written), $count{$key}[1] // 0, $count{$key}[0] // 0);
	}
	query('TRUNCATE documents, counts; INSERT INTO documents VALUES ' . join(', ', @rows) .
		'; INSERT INTO counts VALUES ' . join(', ', @counts));
	is( query(q(SELECT coalesce(e.phrase, o.phrase), o.*, e.* FROM ours AS o FULL JOIN expected AS e
			ON (o.phrase, o.documents, o.baseline_documents) = (e.phrase, e.documents, e.baseline_documents)
			AND abs(o.q_value - e.q_value) <= 1e-12 * e.q_value AND abs(o.share_pct - e.share_pct) < 1e-9
			AND abs(o.baseline_share_pct - e.baseline_share_pct) < 1e-9
			AND abs(o.change - e.change) < 1e-9 AND abs(o.low - e.low) < 1e-9 AND abs(o.high - e.high) < 1e-9
			WHERE o.phrase IS NULL OR e.phrase IS NULL)),
		'', "run $run: counts, forms, q-values and intervals");
	cmp_ok(query('SELECT count(*) FROM ours'), '>', 2, 'of several phrases');
	is( query('SELECT count(*) FROM (SELECT row_number() OVER () AS place, row_number() OVER (
			ORDER BY q_value, change DESC, phrase !~ \'[ -]\', phrase COLLATE "C") AS rank FROM ours) AS o WHERE place <> rank'),
		0, 'in order');
	is(query('SELECT array_agg(o::text) = (SELECT array_agg(p::text) FROM (SELECT * FROM ours LIMIT 3) AS p)
		FROM rising_phrases($$documents$$, $$body$$, $$at$$, $$2026-02-01 UTC$$, $$2026-03-01 UTC$$, $$2026-01-01 UTC$$,
			phrases => 3) AS o'),
		't', 'a limit returns the first ones');
}

# The p-value of a single phrase in many documents, compared with whole numbers.
foreach my $case ([ 30, 60, 3000, 9000 ], [ 12, 20, 50000, 50000 ], [ 300, 1000, 2000, 6000 ], [ 2000, 2001, 2000, 4 ],
	[ 700, 1000, 800, 400 ], [ 1, 1, 3, 100 ])
{
	my ($x, $t, $a, $b) = @$case;
	is( query("SELECT abs(p.q_value - tail($x, $t, $a, $b)) <= 1e-12 * tail($x, $t, $a, $b)
			FROM unnest((SELECT kpi_phrases(
				CASE WHEN i <= $x OR i > $a AND i <= $a + $t - $x THEN 'refund' ELSE '' END, i <= $a, 'simple', 1)
			FROM generate_series(1, $a + $b) AS i)) AS p"),
		't', "p-value of $x of $t among $a of $a + $b");
}

# ---------------------------------------------------------------- finds and false finds

# With nothing planted, a find in more than 5 of 100 runs would be a wrong test.
query(<<'SQL');
CREATE TABLE noise (at timestamptz, body text);
CREATE FUNCTION noise(documents int, planted boolean) RETURNS void LANGUAGE sql AS $$
	TRUNCATE noise;
	INSERT INTO noise
	SELECT CASE WHEN random() < 0.3 THEN timestamptz '2026-02-10 UTC' ELSE '2026-01-10 UTC' END, (
		SELECT string_agg('w' || floor(exp(random() * 6))::text, ' ') FROM generate_series(1, 12) AS i WHERE i + d > 0)
	FROM generate_series(1, documents) AS d;
	UPDATE noise SET body = body || ' the login page is not loading'
	WHERE planted AND at > '2026-02-01' AND random() < 0.03;
$$;
CREATE VIEW found AS
	SELECT * FROM rising_phrases('noise', 'body', 'at', '2026-02-01 UTC', '2026-03-01 UTC', '2026-01-01 UTC')
	WHERE q_value < 0.05;
CREATE TABLE finds (run int, phrase text, q_value float8);
SQL
query(<<"SQL");
SELECT setseed(@{[ ($seed % 1000) / 1000 ]});
DO \$\$ BEGIN
	FOR run IN 1 .. 100 LOOP
		PERFORM noise(800, false);
		INSERT INTO finds SELECT run, phrase, q_value FROM found;
	END LOOP;
END \$\$;
SQL
my $false = query('SELECT count(DISTINCT run) FROM finds');
note "runs with a false find: $false";
cmp_ok($false, '<=', 5, 'false finds in 100 runs without a change');
is( query("SELECT setseed(@{[ ($seed % 1000) / 1000 ]}); SELECT noise(4000, true);
		SELECT phrase FROM found LIMIT 2") =~ s/^\n+//r,
	"login page\nnot loading", 'planted phrases come first');

# ---------------------------------------------------------------- memory

# "refunds" is the commonest form in all documents, "refund" in the second half of them
query(q(SELECT setseed(0.5); SELECT noise(20000, true);
	CREATE TABLE inflected AS
	SELECT at, body || CASE WHEN at < '2026-02-01' THEN '' WHEN n % 10 = 0 THEN ' refunds'
		WHEN n > 10000 AND n % 20 IN (1, 3, 5) THEN ' refund' ELSE '' END AS body
	FROM (SELECT *, row_number() OVER () AS n FROM noise) AS t));
my $all = q(SELECT * FROM rising_phrases('inflected', 'body', 'at', '2026-02-01 UTC', '2026-03-01 UTC', '2026-01-01 UTC',
	phrases => 1000));
my $in_memory = query("SET work_mem = '256MB'; $all");
cmp_ok(scalar(split /\n/, $in_memory), '>', 100, 'many phrases');
like($in_memory, qr/^refunds\|/m, 'in the commonest form');
is(query("SET work_mem = '64kB'; SET hash_mem_multiplier = 1; $all"), $in_memory,
	'the same answer in as little memory as possible');
is(query("SET work_mem = '1MB'; SET hash_mem_multiplier = 1; $all"), $in_memory, 'and in a little more');
like(error("SET work_mem = '64kB'; SET temp_file_limit = '100kB'; SET hash_mem_multiplier = 1; $all"),
	qr/temporary file size exceeds "?temp_file_limit/, 'temporary files have a limit');
is(query(q(SELECT count(*) FROM pg_ls_tmpdir())), 0, 'no temporary file is left');

# ---------------------------------------------------------------- hostile texts

my %hostile = (
	'a word of 10 MB' => q(repeat('x', 10000000)), 'words of 100 MB' => q(repeat('lorem ipsum ', 8500000)),
	'addresses' => q(repeat('a@1', 400000)), 'paths' => q(repeat('a_', 600000)),
	'home directories' => q(repeat('~/', 600000)), 'hidden ones' => q(repeat(repeat('~/', 100) || U&'\200B', 3000)),
	'hidden comments' => q(repeat(U&'<!\200B-- ', 150000)),
	'zero-width spaces' => q(repeat(U&'\200B', 400000)), 'tags' => q(repeat('<a b="c ', 200000)),
	'comments' => q(repeat('<!-- ', 250000)), 'one comment' => q('<!--' || repeat('x ', 250000) || '-->'),
	'accents and paths' => q(repeat(U&'\00E9_', 350000)), 'contractions' => q(repeat('don''t ', 200000)),
	'hyphens' => q(repeat('a-', 120) || repeat(' a-b', 250000)), 'quotes' => q(repeat('''', 1000000)),
	'negators' => q(repeat('not ', 250000)), 'combining characters' => q(repeat(U&'e\0301\0302', 200000)));
foreach my $name (sort keys %hostile)
{
	my ($code, $stdout, $stderr) = $node->psql('postgres', "
		SET statement_timeout = '20s'; SET client_min_messages = warning;
		SELECT cardinality(kpi_phrases(body, n = 1, 'english', 10))
		FROM (VALUES (1, $hostile{$name}), (2, '')) AS d (n, body)");
	is("$code$stderr", '0', "hostile: $name");
}
my (undef, undef, $notice) = $node->psql('postgres', q(SELECT kpi_phrases(body, n = 1, 'english', 10) FROM (VALUES
	(1, repeat('x ', 524287) || 'y'), (1, repeat('x ', 524288)), (1, repeat('x ', 524289)), (2, 'z')) AS d (n, body)));
like($notice, qr/NOTICE:  2 documents are longer than 1048575 bytes\nDETAIL:  Only the first part of each counts\./,
	'documents that are cut are counted');
is( query(q(SELECT p.phrase, p.documents FROM unnest((SELECT
			kpi_phrases(repeat(U&'\00E9', n) || ' late', true, 'simple', 10)
		FROM generate_series(524280, 524290) AS n)) AS p)), '', 'a cut within a character');

# Other encodings, with a letter of each, or with a byte that is none.
my %letter = (LATIN1 => 'E9', EUC_JP => 'A4A2', SQL_ASCII => 'FF');
foreach my $encoding (sort keys %letter)
{
	my $database = lc $encoding;

	$node->safe_psql('template1', "CREATE DATABASE $database ENCODING '$encoding' LOCALE 'C' TEMPLATE template0");
	$node->safe_psql($database, 'CREATE EXTENSION kpi');
	is( $node->safe_psql($database, qq{SELECT p.phrase FROM unnest((SELECT kpi_phrases(
			CASE WHEN n < 20 THEN convert_from('\\x$letter{$encoding}', '$encoding') || ' it isn''t working' ELSE '' END,
				n < 20, 'english', 1)
			FROM generate_series(1, 60) AS n)) AS p}),
		"isn't working", $encoding);
}

# ---------------------------------------------------------------- relations, rights and errors

query(<<'SQL');
CREATE TABLE "odd ""name" (tenant text, "at; x" timestamp, "body; --" varchar(200), day date);
INSERT INTO "odd ""name"
SELECT 't' || n % 2, t, CASE WHEN t >= '2026-02-01' AND n % 2 = 0 THEN 'refund button' ELSE 'late order' END, t::date
FROM generate_series(1, 200) AS n, LATERAL (SELECT timestamp '2026-01-01' + n * interval '6 hours') AS i (t);
INSERT INTO "odd ""name" VALUES ('t0', NULL, 'lost', NULL), ('t0', '2026-02-02', NULL, '2026-02-02');
CREATE VIEW seen AS SELECT * FROM "odd ""name";
CREATE TABLE parts (LIKE "odd ""name") PARTITION BY LIST (tenant);
CREATE TABLE part0 PARTITION OF parts FOR VALUES IN ('t0');
CREATE TABLE part1 PARTITION OF parts DEFAULT;
INSERT INTO parts SELECT * FROM "odd ""name";
CREATE ROLE reader LOGIN;
CREATE ROLE tenant LOGIN;
GRANT SELECT ON "odd ""name" TO tenant;
ALTER TABLE "odd ""name" ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON "odd ""name" TO tenant USING (tenant = 't1');
SQL
my $call = q(SELECT phrase, documents, round(share_pct::numeric, 4), baseline_documents
	FROM rising_phrases(%s, 'body; --', %s,
	'2026-02-01 UTC', '2026-03-01 UTC', '2026-01-01 UTC'));
# 39 of the 77 documents from 2026-02-01 on
my $answer = 'refund button|39|50.6494|0';
foreach my $relation (q('"odd ""name"'), q('seen'), q('parts'))
{
	is(query(sprintf($call, $relation, q('at; x'))), $answer, "$relation, timestamps");
	is(query(sprintf($call, $relation, q('day'))), $answer, "$relation, dates");
}
like(error(sprintf($call, q('parts'), q('at; x')), extra_params => [ '-U', 'reader' ]),
	qr/permission denied for table parts/, 'no rights');
is(query(sprintf($call, q('"odd ""name"'), q('at; x')), extra_params => [ '-U', 'tenant' ]), '', 'a policy hides rows');
my $periods = q('2026-02-01', '2026-03-01', '2026-01-01');
foreach my $case (
	[ "'nothing', 'day', $periods" => qr/column "nothing" of relation "(public\.)?seen" does not exist/ ],
	[ "'body; --', 'nothing', $periods" => qr/column "nothing" of relation "(public\.)?seen" does not exist/ ],
	[ "'body; --', 'tenant', $periods" => qr/column "tenant" of relation "(public\.)?seen" is not a date or timestamp/ ],
	[ q('body; --', 'day', '2026-02-01', '2026-02-01', '2026-01-01') => qr/a period of rising phrases is empty\nHINT:/ ],
	[ q('body; --', 'day', '2026-02-01', '2026-03-01', '2026-02-01') => qr/a period of rising phrases is empty\nHINT:/ ],
	[ "'body; --', 'day', $periods, phrases => 0" => qr/number of phrases 0 is not between 1 and 10000/ ],
	[ "'body; --', 'day', $periods, 1::oid::regconfig" => qr/text search configuration 1 does not exist/ ],
	[ "'body; --', 'day', $periods, 'klingon'" => qr/text search configuration "klingon" does not exist/ ])
{
	like(error("SELECT * FROM rising_phrases('seen', $case->[0])"), $case->[1], "error: $case->[0]");
}
foreach my $case (
	[ q('2026-02-01', '2026-03-01', '2025-01-01') => 'no error' ],
	[ q('2027-02-01', '2027-03-01', '2026-01-01') => 'new' ],
	[ q('2026-01-01', '2026-03-01', '2025-01-01') => 'baseline' ],
	[ q('2028-01-01', '2028-03-01', '2027-01-01') => 'baseline and in the new' ])
{
	my (undef, undef, $stderr) =
	  $node->psql('postgres', "SELECT * FROM rising_phrases('seen', 'body; --', 'day', $case->[0])");
	is($stderr =~ /NOTICE:  there are no documents in the (.*) period/ ? $1 : 'no error', $case->[1],
		"documents: $case->[0]");
}
is( query(q(SELECT count(*) FROM rising_phrases('seen', 'body; --', 'day', '2026-02-01', 'infinity', '-infinity'))),
	1, 'open periods');
query(q(CREATE TABLE edges AS SELECT day, body FROM generate_series(1, 30), (VALUES (date '2025-12-31', 'refund'),
	('2026-01-01', 'late order'), ('2026-02-01', 'refund'), ('2026-03-01', 'late order')) AS e (day, body)));
is(query(q(SELECT phrase, documents, share_pct, baseline_documents, baseline_share_pct FROM rising_phrases('edges', 'body', 'day',
	'2026-02-01Z', '2026-03-01Z', '2026-01-01Z'))), 'refund|30|100|0|0', 'a period includes its first moment, and not its end');
query(q(CREATE TABLE even AS
	SELECT day, CASE WHEN n % 2 = 0 THEN 'late order' WHEN day > '2026-01-01' THEN 'refund' ELSE 'invoice' END AS body
	FROM generate_series(1, 60) AS n, (VALUES (date '2026-01-01'), ('2026-02-01')) AS e (day)));
is(query(q(SELECT phrase, documents FROM rising_phrases('even', 'body', 'day', '2026-02-01', '2026-03-01', '2026-01-01'))),
	'refund|30', 'a phrase in the same share of both periods does not rise');
foreach my $argument (0 .. 5, 7)
{
	my @arguments = (q('seen'), q('body; --'), q('day'), q('2026-02-01'), q('2026-03-01'), q('2026-01-01'), 'NULL', 20);
	is(query('SELECT count(*) FROM rising_phrases(' . join(', ', @arguments) . ')'), 1, 'config may be NULL')
	  if $argument == 0;
	$arguments[$argument] = 'NULL';
	is(query('SELECT count(*) FROM rising_phrases(' . join(', ', @arguments) . ')'), 0, "argument $argument is NULL");
}
like(error(q(SELECT kpi_phrases('x', true, 'english', 5) OVER ())),
	qr/is not a window function|does not support use as a window function/,
	'the aggregate is not for windows');
is(query(q(SELECT kpi_phrases(NULL, true, NULL, NULL) IS NULL)), 't', 'NULL only');
like(error("\\set VERBOSITY verbose\nSELECT kpi_phrases('text', true, 1::oid::regconfig, 5)"),
	qr/ERROR:  42704: text search configuration 1 does not exist/, 'the aggregate with no configuration');
foreach my $phrases (-2147483648, -1, 0, 10001, 2147483647)
{
	like(
		error("SELECT kpi_phrases('text ' || n, n > 100, 'english', $phrases) FROM generate_series(1, 200) AS n"),
		qr/ERROR:  number of phrases $phrases is not between 1 and 10000/,
		"the aggregate with $phrases phrases");
}

$node->stop;
done_testing();
