# Stored tallies, marts and the KPIs of users survive pg_dump, COPY and replacement of rows: they are equal and hash
# alike.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use Desk;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\n");
$node->start;

my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());

$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE DATABASE care');
$node->safe_psql('care', 'CREATE SCHEMA kpi; CREATE EXTENSION kpi SCHEMA kpi; CREATE EXTENSION kpi_mart SCHEMA kpi;
	GRANT USAGE ON SCHEMA kpi TO PUBLIC;
	CREATE SCHEMA support AUTHORIZATION analyst');

# One row without tallies, one with empty ones, and 1, 100, 2,000 and 100,000 rows counted.  The durations of 2,000 do
# not compress, so that their tally is toasted; those of 100,000 are in buckets.
$node->safe_psql('care', <<'SQL', extra_params => [ '-U', 'analyst' ]);
SET search_path = support, kpi;
CREATE TABLE answers AS
	SELECT rows AS day, timestamptz '2026-01-01 UTC' + i * interval '7 min' AS at, i % 11 AS score, i % 3 = 0 AS hit,
		   make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0) AS took, i::numeric / 100 AS cost
	FROM unnest(ARRAY[1, 100, 2000, 100000]) AS rows, generate_series(1, rows) AS i;
CREATE TABLE shifts (hours business_hours);
CREATE TABLE messages (body text, words sentiment_lexicon DEFAULT 'none; "it''s down":-0.6, ":)":0.4',
	mood double precision GENERATED ALWAYS AS (sentiment(body, words)) STORED);
INSERT INTO messages VALUES ('It’s down :)', DEFAULT), ('good', DEFAULT), (NULL, NULL),
	('Was für ein Mist', 'english; "für ein":-0.5, -good');
CREATE VIEW moods AS SELECT body, sentiment(body, 'english; mist:-0.7') AS mood FROM messages;
CREATE INDEX ON messages (words);
CREATE INDEX ON messages (sentiment(body));
INSERT INTO shifts VALUES
	('Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; 2026-12-24-2027-01-01 off; Jan 01 off'),
	('America/New_York; Mo-Su 22:00-06:00'), ('UTC; 24/7'), (NULL);
CREATE TABLE tallies (day integer PRIMARY KEY, s kpi_scores, r kpi_rate, q kpi_ratio, d kpi_durations, t kpi_trend);
INSERT INTO tallies VALUES (-1);
INSERT INTO tallies
SELECT 0, scores_agg(score), rate_agg(hit), ratio_agg(took, took), durations_agg(took), trend_agg(score, at)
FROM answers WHERE false;
INSERT INTO tallies
SELECT day, scores_agg(score), rate_agg(hit), ratio_agg(took, took), durations_agg(took), trend_agg(score, at)
FROM answers GROUP BY day;
CREATE MATERIALIZED VIEW daily AS
SELECT day, scores_agg(score) AS s, durations_agg(took) AS d FROM answers GROUP BY day;
CREATE UNIQUE INDEX ON daily (day);
SELECT kpi_define('smile', 'scores', 'Mean of the smiles: 100 % "honest", it''s said.', answer => 'score_avg',
				  question => 'Do they smile, größer?', unit => 'smiles', better => 'up',
				  aliases => '{grin,broad smile}', example => 'SELECT smile(score) FROM answers', schema => 'support');
SELECT kpi_define('pace', 'durations', 'Median pace.', schema => 'support');
SELECT kpi_define('pickup', 'average', 'Mean pickup.');
SELECT kpi_define('hits', 'rate', 'Share of hits.');
SELECT kpi_define('spend', 'ratio', 'Spent per planned.', better => 'range');
CREATE VIEW monthly AS SELECT smile(score), pace(took), nps(score) FROM answers;
CREATE INDEX ON tallies USING hash (d);
SQL
cmp_ok($node->safe_psql('care', 'SELECT pg_column_size(d) FROM support.tallies WHERE day = 2000'), '>', 2500,
	'one tally is toasted');

# The results that must be the same in a restored database.
my %question = (
	tallies => 'SELECT day, s, r, q, t, kpi.kpi_trend_send(t), md5(d::text), md5(kpi.kpi_durations_send(d)),
		kpi.sample_size(d) FROM support.tallies ORDER BY day',
	calendars => 'SELECT hours, kpi.business_hours_send(hours) FROM support.shifts ORDER BY hours::text',
	lexicons => 'SELECT body, words, kpi.sentiment_lexicon_send(words), mood FROM support.messages ORDER BY body',
	'lexicon of a default' => q(SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
		WHERE adrelid = 'support.messages'::regclass ORDER BY adnum),
	'view of moods' => 'SELECT * FROM support.moods ORDER BY body',
	'materialized view' => 'SELECT day, s, md5(d::text) FROM support.daily ORDER BY day',
	catalogue => q(SELECT * FROM kpi.kpi_catalogue ORDER BY schema, name),
	comments => q(SELECT p.oid::regprocedure::text, pg_get_userbyid(proowner), obj_description(p.oid) FROM pg_proc p
		WHERE prokind = 'a' AND pronamespace = 'support'::regnamespace ORDER BY 1),
	'aggregates' => q(SELECT p.oid::regprocedure::text, aggtransfn, aggfinalfn, aggcombinefn, aggmtransfn,
		aggminvtransfn, aggmfinalfn, aggfinalmodify, aggmfinalmodify, aggtransspace, aggmtransspace, agginitval,
		aggminitval, proparallel
		FROM pg_aggregate JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace = 'support'::regnamespace ORDER BY 1),
	'KPIs of the user' => 'SELECT support.smile(score), support.pace(took), support.pickup(took), support.hits(hit),
		support.spend(1, 2) FROM support.answers',
	'view' => 'TABLE support.monthly',
	'merged' => 'SELECT kpi.nps(kpi.rollup(s)), kpi.p90_response(kpi.rollup(d)), kpi.rate_pct(kpi.rollup(r)),
		kpi.ratio_pct(kpi.rollup(q)), kpi.trend_ci(kpi.rollup(t)) FROM support.tallies',
);

# Returns only the lines that differ.
sub differences
{
	my @texts = map { [ split /\n/ ] } @_;
	my @seen = map { my %lines = map { $_ => 1 } @$_; \%lines } @texts;

	return join "\n",
	  (map { "- $_" } grep { !$seen[1]{$_} } @{ $texts[0] }), (map { "+ $_" } grep { !$seen[0]{$_} } @{ $texts[1] });
}

my %answer = map { $_ => $node->safe_psql('care', $question{$_}) } keys %question;
like($answer{catalogue}, qr/^smile\|support\|\{grin,"broad smile"\}\|scores\|/m,
	'the catalogue shows the KPI of the user');
like($answer{comments}, qr/analyst\|Mean of the smiles: 100 % "honest", it's said\./,
	'and its comment begins with the definition');

# with several processes where the format allows it: dumping to a directory, restoring directory and custom
my %jobs = (directory => [ '-j', '2' ]);
foreach my $format (qw(plain custom directory))
{
	my $file = "$directory/$format";
	my $database = "restored_$format";

	$node->command_ok([ 'pg_dump', '-F', $format, '-f', $file, @{ $jobs{$format} // [] }, '-d', 'care' ],
		"$format: dumped");
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	if ($format eq 'plain')
	{
		my $dump = slurp_file($file);

		unlike($dump, qr/kpi_(builtin|contract|relation_checks|template|benchmark) /,
			'the tables of the extensions are not dumped');
		unlike($dump, qr/CREATE (AGGREGATE|FUNCTION|TYPE|OPERATOR)\s+kpi\./, 'nor is anything else of the extension');
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $file, '-d', $database ],
			"$format: restored");
	}
	else
	{
		$node->command_ok([ 'pg_restore', '--exit-on-error', '-j', '2', '-d', $database, $file ], "$format: restored");
	}
	is(differences($answer{$_}, $node->safe_psql($database, $question{$_})), '', "$format: same $_")
	  foreach sort keys %question;
	is($node->safe_psql($database, q(SELECT name, unit FROM kpi.kpi_help('broad smile') LIMIT 1)), 'smile|smiles',
		"$format: kpi_help finds the KPI of the user");
	is($node->safe_psql($database, 'REFRESH MATERIALIZED VIEW CONCURRENTLY support.daily'), '',
		"$format: the materialized view can be refreshed");
}

# A mart of an ordinary role, dumped and restored by that role, with both ways to find changes.  A restored mart equals
# the results of its views and can be refreshed.
foreach my $track (qw(updated_at triggers))
{
	my $file = "$directory/mart_$track";
	my @analyst = (extra_params => [ '-U', 'analyst' ]);
	my $path = 'SET search_path = desk, kpi;';

	$node->safe_psql('postgres', "CREATE DATABASE mart_$track OWNER analyst; CREATE DATABASE again_$track OWNER analyst");
	$node->safe_psql("mart_$track", 'CREATE SCHEMA kpi; CREATE EXTENSION kpi_mart SCHEMA kpi CASCADE', @analyst);
	$node->safe_psql("mart_$track", "$path\n" . desk(), @analyst);
	$node->safe_psql("mart_$track", "$path SELECT start('track => ''$track'', lag => ''0'', hours => ''Europe/Berlin; Mo-Fr 09:00-17:00''');
		SELECT mutate(1, true); GRANT SELECT ON built.executive_monthly TO PUBLIC", @analyst);
	my %mart = (
		facts => 'TABLE built.ticket ORDER BY ticket_id',
		tallies => 'SELECT day, t::text FROM built.ticket_daily_tally AS t ORDER BY 1, 2',
		'executive view' => 'TABLE built.executive_monthly ORDER BY month',
		settings => 'TABLE built.kpi_settings',
		targets => 'TABLE built.kpi_target',
		'what is recorded' => 'SELECT name, relation, kind, definition, deparsed FROM built.kpi_object ORDER BY position',
		rights => q(SELECT relname, relacl FROM pg_class WHERE relnamespace = 'built'::regnamespace ORDER BY relname),
		triggers => q(SELECT tgname, tgenabled, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = 'desk.tickets'::regclass ORDER BY tgname),
		'who may note changes' => q(SELECT proacl, prosecdef, proconfig FROM pg_proc WHERE proname = 'kpi_note_change'));
	my %before = map { $_ => $node->safe_psql("mart_$track", "$path $mart{$_}", @analyst) } keys %mart;

	$node->command_ok([ 'pg_dump', '-U', 'analyst', '-f', $file, '-d', "mart_$track" ], "mart, $track: dumped");
	# comments on an extension belong to the bootstrap superuser
	$node->command_ok([ 'psql', '-X', '-q', '-U', 'analyst', '-f', $file, '-d', "again_$track" ], "mart, $track: restored");
	is(differences($before{$_}, $node->safe_psql("again_$track", "$path $mart{$_}", @analyst)), '', "mart, $track: same $_")
	  foreach sort keys %mart;
	# a refresh still finds the changes before the dump
	cmp_ok($node->safe_psql("again_$track", "$path SELECT differences()", @analyst), '>', 0, "mart, $track: not refreshed yet");
	$node->safe_psql("again_$track", "$path SELECT * FROM kpi_refresh('built')", @analyst);
	my $seen = $track eq 'triggers' ? 'true' : q(problem <> 'stored, but not in ticket_now');
	is($node->safe_psql("again_$track", "$path SELECT * FROM kpi_verify('built') WHERE $seen", @analyst), '',
	 "mart, $track: refreshed");
	$node->safe_psql("again_$track", "$path SELECT mutate(2, false); SELECT * FROM kpi_refresh('built', true)", @analyst);
	is($node->safe_psql("again_$track", "$path SELECT * FROM kpi_verify('built')", @analyst), '', "mart, $track: and what changes now");
	is( $node->safe_psql("again_$track", "$path SELECT count(*) FROM kpi_upgrade('built') WHERE object = 'ticket'; SELECT stop();
			SELECT to_regnamespace('built') IS NULL", @analyst),
		"1\n\nt", "mart, $track: kpi_upgrade and kpi_drop");
}

# COPY, as text and binary
foreach my $format (qw(text binary))
{
	$node->safe_psql('care', "COPY support.tallies TO '$directory/copy.$format' (FORMAT $format);
		CREATE TABLE copied_$format (LIKE support.tallies);
		COPY copied_$format FROM '$directory/copy.$format' (FORMAT $format)");
	is($node->safe_psql('care', $question{tallies} =~ s/support\.tallies/copied_$format/r), $answer{tallies},
		"COPY $format: same text and bytes");
	is( $node->safe_psql('care',
		"SET search_path = kpi;
		SELECT count(*) FILTER (WHERE c.s = t.s AND c.r = t.r AND c.q = t.q AND c.d = t.d AND c.t = t.t)
		FROM copied_$format c JOIN support.tallies t USING (day)" =~ s/FROM copied/FROM public.copied/r),
		5, "COPY $format: equal");
}

# Equality and hashing: a tally merged in another order, or of toasted parts, is the same tally.
my $path = 'SET search_path = kpi, support; ';
$node->safe_psql('care', $path . q(CREATE TABLE public.again AS
	SELECT day, scores_agg(score ORDER BY score) AS s, rate_agg(hit ORDER BY hit) AS r,
		   ratio_agg(took, took ORDER BY took) AS q,
		   rollup(d ORDER BY part DESC) AS d, trend_agg(score, at ORDER BY score) AS t
	FROM (SELECT day, at, score, hit, took, NULL::integer AS part, NULL::kpi_durations AS d FROM answers
		  UNION ALL
		  SELECT day, NULL, NULL, NULL, NULL, part, durations_agg(took)
		  FROM (SELECT day, took, ntile(7) OVER (PARTITION BY day ORDER BY took) AS part FROM answers) AS a
		  GROUP BY day, part) AS parts
	GROUP BY day));
is( $node->safe_psql('care', $path . 'SELECT count(*) FROM public.again JOIN tallies USING (day, s, r, q, d, t)'), 4,
	'merged in another order: equal');
is( $node->safe_psql('care', $path . 'SELECT count(*)
		FROM (SELECT s, r, q, d, t FROM public.again UNION SELECT s, r, q, d, t FROM tallies WHERE day > 0) AS u'),
	4, 'UNION');
is( $node->safe_psql('care', $path . 'SELECT count(DISTINCT day), max(n)
		FROM (SELECT min(day) AS day, count(*) AS n
			  FROM (TABLE public.again UNION ALL SELECT * FROM tallies WHERE day > 0) AS u GROUP BY d) AS g'),
	'4|2', 'GROUP BY');
is( $node->safe_psql('care', $path . 'SELECT count(*) FROM (
		SELECT DISTINCT d, s FROM (TABLE public.again UNION ALL SELECT * FROM tallies WHERE day > 0) AS u) AS g'),
	4, 'DISTINCT');
foreach my $tally (qw(s r q d t))
{
	my $join = "SELECT count(*) FROM public.again AS a JOIN tallies AS b USING ($tally)";

	like($node->safe_psql('care', "$path EXPLAIN (COSTS OFF) $join"), qr/Hash Join/, "$tally: can be hash-joined");
	is($node->safe_psql('care', "$path $join"), 4, "$tally: the hash join finds its partners");
}
is( $node->safe_psql('care',
	"$path SET enable_seqscan = off; SELECT day FROM tallies WHERE d = (SELECT d FROM public.again WHERE day = 100)"),
	100, 'a hash index finds a tally');

# upsert: merging a late batch into stored tallies
is( $node->safe_psql('care', $path . q(
		CREATE TABLE public.day (day integer PRIMARY KEY, s kpi_scores, r kpi_rate, q kpi_ratio, d kpi_durations,
								 t kpi_trend);
		INSERT INTO public.day
		SELECT day, scores_agg(score), rate_agg(hit), ratio_agg(took, took), durations_agg(took), trend_agg(score, at)
		FROM answers WHERE score < 4 GROUP BY day;
		INSERT INTO public.day
		SELECT day, scores_agg(score), rate_agg(hit), ratio_agg(took, took), durations_agg(took), trend_agg(score, at)
		FROM answers WHERE score >= 4 GROUP BY day
		ON CONFLICT (day) DO UPDATE SET s = day.s + excluded.s, r = day.r + excluded.r, q = day.q + excluded.q,
			d = day.d + excluded.d, t = day.t + excluded.t;
		INSERT INTO public.day
		SELECT day, scores_agg(score) FILTER (WHERE false), rate_agg(hit) FILTER (WHERE false),
			   ratio_agg(took, took) FILTER (WHERE false), durations_agg(took) FILTER (WHERE false),
			   trend_agg(score, at) FILTER (WHERE false)
		FROM answers GROUP BY day
		ON CONFLICT (day) DO UPDATE SET s = day.s + excluded.s, r = day.r + excluded.r, q = day.q + excluded.q,
			d = day.d + excluded.d, t = day.t + excluded.t;
		SELECT count(*) FROM public.day JOIN tallies USING (day, s, r, q, d, t))),
	4, 'upserts add up to the tally of all rows');

# REFRESH CONCURRENTLY compares rows and rewrites only what has changed
my $before = $node->safe_psql('care', 'SELECT day, ctid FROM support.daily ORDER BY day');
$node->safe_psql('care',
	"INSERT INTO support.answers VALUES (100, '2026-01-01 UTC', 9, true, '1 min', 1);
	REFRESH MATERIALIZED VIEW CONCURRENTLY support.daily");
my $after = $node->safe_psql('care', 'SELECT day, ctid FROM support.daily ORDER BY day');
is_deeply([ grep { !/^100\|/ } split /\n/, $after ], [ grep { !/^100\|/ } split /\n/, $before ],
	'REFRESH CONCURRENTLY leaves unchanged rows where they are');
isnt($after, $before, 'and replaces the changed one');

$node->stop;
done_testing();
