# The type sentiment_lexicon: what it accepts, its text, order and errors; its use in tables, plans, loops and parallel
# workers; and how sentiment() reads text in databases of other encodings.

use strict;
use warnings;
use utf8;

use Encode qw(encode encode_utf8);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('lexicons');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

sub query { return $node->safe_psql('postgres', encode_utf8($_[0])); }

# The canonical text: sorted, in lower case, one space between words, quotation marks only where they are needed.
foreach my $case (
	[ 'english', 'english' ],
	[ "\t ENGLISH\n", 'english' ],
	[ 'none;b:1,a:-1', 'none; a:-1, b:1' ],
	[ 'none; Works  Like a-charm:1.00', 'none; "works like a charm":1' ],
	[ 'none; a:+0.50, b:.5, c:-0, d:0.05, e:1.000', 'none; a:0.5, b:0.5, c:0, d:0.05, e:1' ],
	[ 'none; a:=BUT=not=very 0.1', 'none; a:=not =very =but 0.1' ],
	[ 'none; a:=not 0', 'none; a:=not 0' ],
	[ 'none; "don’t":-0.1, "it`s":0.1', "none; don't:-0.1, it's:0.1" ],
	[ 'none; " :) ":0.4, <3 :0.5, ":D":0.6', 'none; ":)":0.4, ":d":0.6, "<3":0.5' ],
	[ 'none; 👍🏽:0.5, "❤️":0.6', 'none; ❤:0.6, 👍:0.5' ],
	[ 'none; "#5":1, "# hours":-0.4, 12:0', 'none; "# 5":1, "# hours":-0.4, "12":0' ],
	[ 'none; "a ""b""":1', 'none; "a b":1' ],
	[ 'none; ÜBEL:-0.5, ŁZA:-0.1, ΚΑΛΌ:0.5, ПЛОХО:-0.5, ŞİKAYET:-0.1',
		'none; übel:-0.5, łza:-0.1, şİkayet:-0.1, καλό:0.5, плохо:-0.5' ],
	[ 'english; -"not good", - good', 'english; -good, -"not good"' ])
{
	my ($literal, $text) = @$case;
	is(query("SELECT \$q\$$literal\$q\$::sentiment_lexicon"), encode_utf8($text), encode_utf8("canonical: $literal"));
	is(query("SELECT \$q\$$literal\$q\$::sentiment_lexicon = \$q\$$text\$q\$,
			\$q\$$text\$q\$::sentiment_lexicon::text = \$q\$$text\$q\$,
			sentiment_lexicon_hash(\$q\$$literal\$q\$) = sentiment_lexicon_hash(\$q\$$text\$q\$)"),
		't|t|t', encode_utf8("and equal to it: $literal"));
}

# Errors name what is wrong.
foreach my $case (
	[ '', 'Expected a base and entries, as in english; refund:-0.4, "works like a charm":0.8, -cancel.' ],
	[ 'refund:-0.4', 'There is no base "refund": write english or none.' ],
	[ 'german; a:1', 'There is no base "german": write english or none.' ],
	[ 'english refund:-0.4', 'Expected a semicolon before "refund:-0.4".' ],
	[ 'english; refund', 'Expected a colon and a weight after "refund".' ],
	[ 'english; refund -0.4', 'Expected a colon and a weight after "refund 0.4".' ],
	[ 'english; refund:', 'The weight of "refund" is not a number from -1 to 1 with at most two decimals.' ],
	[ 'english; refund:2', 'The weight of "refund" is not a number from -1 to 1 with at most two decimals.' ],
	[ 'english; refund:0.125', 'The weight of "refund" is not a number from -1 to 1 with at most two decimals.' ],
	[ 'english; refund:1e0', 'The weight of "refund" is not a number from -1 to 1 with at most two decimals.' ],
	[ 'english; refund:=bad 1', 'The value of "refund" is unknown: =bad' ],
	[ 'english; refund:1 lost:1', 'The weight of "refund" is not a number from -1 to 1 with at most two decimals.' ],
	[ 'english; "refund:1', 'A quotation mark is not closed: "refund:1' ],
	[ 'english; refund:1, Refund:0', 'There are two entries for "refund".' ],
	[ 'english; refund:1, -refund', 'There are two entries for "refund".' ],
	[ 'english; a b c d e f:1', '"a b c d e f" cannot be an entry. A phrase has at most 5 words.' ],
	[ 'english; ' . 'x' x 61 . ':1', '"' . 'x' x 60 . '" cannot be an entry. A word has at most 60 bytes.' ],
	[ 'english; ":":1', '":" cannot be an entry. An entry has at least one word, emoji or emoticon.' ],
	[ 'english;', '"" cannot be an entry. An entry has at least one word, emoji or emoticon.' ])
{
	my ($literal, $detail) = @$case;
	my (undef, undef, $stderr) = $node->psql('postgres', "SELECT \$q\$$literal\$q\$::sentiment_lexicon");
	my ($said) = $stderr =~ /^DETAIL:  (.*)$/m;
	is($said, $detail, 'error: ' . substr $literal, 0, 40);
	like($stderr, qr/ERROR:  invalid input syntax for type sentiment_lexicon: "/, 'and it names the type');
}

# Lexicons in a table: NULL, toasted, sorted, hashed, indexed, and copied in the binary format.
my $long = 'none; ' . join ', ', map { sprintf 'word%d:%s', $_, $_ % 3 ? -0.4 : 0.4 } 1 .. 20000;
query("CREATE TABLE lexicon (id serial, w sentiment_lexicon);
	INSERT INTO lexicon (w)
	VALUES ('english'), ('none'), (' None'), ('english; kraken:-0.5'), ('english; KRAKEN:-.50'), (NULL), ('$long');
	CREATE INDEX by_order ON lexicon (w) WHERE id < 7;
	CREATE INDEX by_hash ON lexicon USING hash (w)");
is(query('SELECT count(DISTINCT w), count(*), (SELECT count(*) FROM (SELECT w FROM lexicon GROUP BY w) AS g)
		FROM lexicon'),
	'4|7|5', 'DISTINCT and GROUP BY');
cmp_ok(query('SELECT pg_column_size(w) FROM lexicon WHERE id = 7'), '>', 2000, 'one value is toasted');
is(query("SET enable_seqscan = off;
		SELECT string_agg(id::text, ',' ORDER BY id) FROM lexicon WHERE w = 'english; kraken:-0.5'"),
	'4,5', 'hash index');
is(query("SELECT string_agg(id::text, ',' ORDER BY w, id) FROM lexicon WHERE id < 7"), '1,4,5,2,3,6', 'order');
is(query("SET enable_seqscan = off;
		SELECT string_agg(id::text, ',' ORDER BY id) FROM lexicon WHERE id < 7 AND w > 'english'"),
	'2,3,4,5', 'B-tree index');
is(query("SET enable_hashjoin = off; SET enable_nestloop = off;
		SELECT count(*) FROM lexicon AS a JOIN lexicon AS b USING (w)"),
	'10', 'merge join');
my $file = PostgreSQL::Test::Utils::tempdir() . '/lexicons';
query("COPY lexicon TO '$file' (FORMAT binary);
	CREATE TABLE copied (LIKE lexicon);
	COPY copied FROM '$file' (FORMAT binary)");
is(query('SELECT count(*) FROM lexicon AS a JOIN copied AS b USING (id)
		WHERE a.w IS NOT DISTINCT FROM b.w AND a.w::text IS NOT DISTINCT FROM b.w::text'),
	7, 'COPY BINARY');
is(query("SELECT string_agg(coalesce(round(sentiment('kraken word3 word4', w)::numeric, 3)::text, '-'), ' ' ORDER BY id)
		FROM lexicon"),
	query("SELECT concat_ws(' ', 0.000, '0.000', '0.000', k, k, '-', '0.000')
		FROM round(sentiment('x', 'none; x:-0.5')::numeric, 3) AS k"), 'a lexicon in each row');

# More lexicons than a backend keeps, in one query and in turns, and after errors.
my @scores = map { "sentiment('down', 'none; down:-0.$_')" } 30 .. 69;
my $many = join ', ', @scores;
my $total = join ' + ', @scores;
my $once = query("SELECT $many");
is(query("SELECT count(DISTINCT row) FROM (SELECT ROW($many) AS row FROM generate_series(1, 200)) AS r"),
	1, '40 constant lexicons in one query');
is(query("SELECT $many"), $once, 'and again');
is(query("SELECT sum(sentiment('down', format('none; down:-0.%s', 30 + i % 40)::sentiment_lexicon)) - 5 * ($total)
			BETWEEN -1e-9 AND 1e-9
		FROM generate_series(1, 200) AS i"),
	't', '40 lexicons in turns');
my $all = join ' + ', map { "sentiment(body, 'none; down:-0.$_')" } 30 .. 69;
is(query("CREATE TABLE down AS SELECT 'down' AS body FROM generate_series(1, 2);
		SELECT count($all) FROM down;
		SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'kpi lexicon'"),
	"2\n16", 'a query that uses 40 lexicons at once does not leave them behind');
is(query(q(
		SET plan_cache_mode = force_generic_plan;
		CREATE TEMPORARY TABLE got (score numeric);
		DO $$ BEGIN FOR i IN 1 .. 100 LOOP
			EXECUTE 'INSERT INTO got SELECT round(sentiment($1, $2)::numeric, 6)'
			USING 'down', format('none; down:-0.%s', 30 + i % 40)::sentiment_lexicon;
			BEGIN
				PERFORM 1 / (0 * sentiment('down',
					format('none; down:-0.%s', 30 + i % 40)::sentiment_lexicon))::integer;
			EXCEPTION WHEN division_by_zero THEN NULL;
			END;
		END LOOP; END $$;
		SELECT count(*), count(DISTINCT score) FROM got)),
	'100|40', 'generic plans and errors');
is(query(q(
		CREATE FUNCTION mood(text) RETURNS double precision LANGUAGE plpgsql AS $$
		BEGIN
			RETURN sentiment($1, 'none; down:-0.5') / (length($1) - 3);
		END $$;
		DO $$ BEGIN PERFORM mood('abc'); EXCEPTION WHEN OTHERS THEN NULL; END $$;
		SELECT mood('down') = sentiment('down', 'none; down:-0.5'))),
	't', 'a cached plan after an error');

# PL/pgSQL evaluates a simple expression with the same state as long as the transaction lasts.
is(query(q(
		CREATE FUNCTION scores() RETURNS text LANGUAGE plpgsql AS $$
		DECLARE
			lexicon sentiment_lexicon;
			score double precision;
			scores text = '';
		BEGIN
			FOREACH lexicon IN ARRAY '{none; down:-0.5,none; down:0.5,none; down:-0.5,none}'::sentiment_lexicon[] LOOP
				score := sentiment('down', lexicon);
				scores := scores || sign(score);
			END LOOP;
			RETURN scores;
		END $$;
		SELECT scores(), scores())),
	'-11-10|-11-10', 'a variable that changes');

# Loops keep no memory.
my ($grown, $kept) = split /\|/, query(q(
	CREATE FUNCTION contexts() RETURNS bigint LANGUAGE sql
	AS 'SELECT sum(total_bytes)::bigint / 1024 FROM pg_backend_memory_contexts';
	CREATE PROCEDURE loops(n integer) LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1 .. n LOOP
		PERFORM sentiment('down again', format('none; down:-0.%s', 10 + i % 90)::sentiment_lexicon);
		PERFORM sentiment(repeat('not good ', 10000), 'english');
		BEGIN PERFORM sentiment('x', 'none; a:1, a:2'::text::sentiment_lexicon); EXCEPTION WHEN OTHERS THEN NULL; END;
		IF i % 50 = 0 THEN COMMIT; PERFORM sentiment('x', format('english; x:0.%s', i % 10)::sentiment_lexicon); END IF;
	END LOOP; END $$;
	CALL loops(400);
	SELECT contexts() AS before \gset
	CALL loops(2000);
	SELECT contexts() - :before, count(*) FROM pg_backend_memory_contexts WHERE name = 'kpi lexicon'));
cmp_ok($grown, '<', 1024, "2,000 rounds: the memory contexts have grown by less than 1 MB ($grown kB)");
cmp_ok($kept, '<=', 16, 'and 16 lexicons are kept');

# Parallel workers give the same bits.
query(q{CREATE TABLE message AS
	SELECT i, format('no reply for %s days, VERY bad :( but %s thank you', i, repeat('sooo good! ', i % 5)) AS body
	FROM generate_series(1, 20000) AS i;
	ANALYZE message;
	ALTER TABLE message SET (parallel_workers = 2)});
my $bits = "SELECT md5(string_agg(encode(float8send(sentiment(body, 'english; reply:-0.3')), 'hex'), '' ORDER BY i))
	FROM message";
my $serial = query("SET max_parallel_workers_per_gather = 0; $bits");
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
is(query("$parallel $bits"), $serial, 'parallel workers: the same bits');
like(query("$parallel EXPLAIN SELECT count(*) FROM message WHERE sentiment(body) < 0"),
	qr/Parallel/, 'and the function allows them');

# 20,000 own entries: the text of a value is compared once per query, not once per row, which would take 30 times as long.
# test/bench measures the small difference that remains; here other tests run at the same time.
{
	my $own = 'english; ' . join ', ', map { sprintf 'own%d:-0.4', $_ } 1 .. 20000;
	query('CREATE TABLE more AS SELECT body FROM message, generate_series(1, 10)');
	my $times = query("SET max_parallel_workers_per_gather = 0;\nSELECT sentiment('x', '$own');\n\\timing on\n"
		  . "SELECT count(sentiment(body)) FROM more;\nSELECT count(sentiment(body, '$own')) FROM more;\n" x 5);
	my @ms = $times =~ /Time: ([\d.]+)/g;
	my ($plain) = sort { $a <=> $b } @ms[ 0, 2, 4, 6, 8 ];
	my ($with) = sort { $a <=> $b } @ms[ 1, 3, 5, 7, 9 ];
	cmp_ok($with, '<', 6 * $plain, sprintf 'with 20,000 own entries, %.2f times as long', $with / $plain);
}

# Stored values of another format version, or with a text that is not a lexicon: they are reported as corrupt.
query('CREATE CAST (bytea AS sentiment_lexicon) WITHOUT FUNCTION');
foreach my $case (
	[ '\\x02656e676c697368', 'Its format version is unknown.' ],
	[ '\\x', 'Its format version is unknown.' ],
	[ '\\x016765726d616e', 'There is no base "german": write english or none.' ])
{
	my ($bytes, $detail) = @$case;
	my (undef, undef, $stderr) = $node->psql('postgres',
		"\\set VERBOSITY verbose\nSELECT sentiment('x', '$bytes'::bytea::sentiment_lexicon)");
	like($stderr, qr/ERROR:  XX001: .*DETAIL:  \Q$detail/s, "damaged value: $bytes");
}
is(query("SELECT sentiment('x', 'none; x:-1') < 0"), 't', 'and the session of others goes on');

# Other encodings.
foreach my $case (
	[ 'LATIN1', 'iso-8859-1', 'Über schlecht, "café" GRÄSSLICH', 'none; über:=very, schlecht:-0.5, café:0.3' ],
	[ 'WIN1252', 'cp1252', 'It’s “down” – again…', "none; it's:=very, down:-0.5" ],
	[ 'EUC_JP', 'euc-jp', 'サービス が 悪い', 'none; 悪い:-0.6' ],
	[ 'SQL_ASCII', 'utf-8', 'schöner Mist', 'none; schöner:0.1, mist:-0.6' ])
{
	my ($encoding, $perl, $text, $lexicon) = @$case;
	$node->safe_psql('postgres',
		"CREATE DATABASE $encoding ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	$node->safe_psql(lc $encoding, 'CREATE EXTENSION kpi');
	my $client = $encoding eq 'SQL_ASCII' ? 'SQL_ASCII' : 'UTF8';
	my ($score, $same, $plain) = split /\|/, $node->safe_psql(lc $encoding, encode_utf8("SET client_encoding = $client;
		SELECT sentiment(\$q\$$text\$q\$, \$q\$$lexicon\$q\$) < -0.05,
			\$q\$$lexicon\$q\$::sentiment_lexicon::text::sentiment_lexicon = \$q\$$lexicon\$q\$,
			sentiment('Still waiting, no reply, terrible')"));
	is($score, 't', "$encoding: own words are found");
	is($same, 't', "$encoding: the text of a lexicon reads back");
	is($plain, query("SELECT sentiment('Still waiting, no reply, terrible')"),
		"$encoding: the built-in list gives the score of UTF-8");
	next unless $encoding eq 'SQL_ASCII';
	is($node->safe_psql('sql_ascii', q(
			SELECT sentiment(convert_from(decode(
				string_agg(lpad(to_hex(b), 2, '0'), ''), 'hex'), 'SQL_ASCII')) IS NOT NULL
			FROM generate_series(1, 255) AS b)),
		't', "$encoding: all bytes are read");
}
is($node->safe_psql('win1252', q(
		SET client_encoding = 'UTF8';
		SELECT sentiment('it’s down', 'none; "it''s down":-0.5')
			= sentiment('it''s down', 'none; "it''s down":-0.5'))),
	't', 'WIN1252: an apostrophe of Windows');

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:/, 'no process has crashed');
done_testing();
