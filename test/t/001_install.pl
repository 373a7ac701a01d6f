# Both extensions install into any schema and for any owner of a database, work
# under an empty search_path, and leave nothing behind.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('install');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE owner LOGIN; CREATE ROLE guest LOGIN; CREATE ROLE reader LOGIN');

# Runs SQL as a role; dies if it fails.
sub as_role
{
	my ($role, $database, $sql) = @_;
	return $node->safe_psql($database, $sql, extra_params => [ '-U', $role ]);
}

# The SQLSTATE with which SQL fails for a role, or 'no error'.
sub sqlstate
{
	my ($role, $database, $sql) = @_;
	my (undef, undef, $stderr) =
	  $node->psql($database, $sql, extra_params => [ '-U', $role, '-v', 'VERBOSITY=verbose' ]);
	return $stderr =~ /ERROR:\s+(\w{5}):/ ? $1 : "no error: $stderr";
}

# The SQL of an ordinary user, with names qualified by %S and an empty path.
my $use = <<'SQL';
SET search_path = '';
SELECT round(%S.nps(score)::numeric, 2) FROM (VALUES (9), (10), (3)) AS v (score);
SELECT %S.nps(%S.rollup(s)) FROM (SELECT %S.scores_agg(score) AS s FROM (VALUES (9), (10)) AS v (score) GROUP BY score) AS t;
SELECT %S.scores_agg(9) OPERATOR(%S.+) %S.scores_agg(3) OPERATOR(%S.=) '{3:1,9:1}'::%S.kpi_scores;
SELECT '{3:1,9:1}'::%S.kpi_scores OPERATOR(%S.-) '{3:1}', '7/10'::%S.kpi_rate OPERATOR(%S.<>) '7/10', '1/2/3'::%S.kpi_ratio::jsonb;
SELECT %S.p90_response(d), %S.avg_response(d), %S.fcr_rate(true), %S.cost_per_contact(7.5, 3)
FROM (VALUES ('1 h'::interval), ('3 h')) AS v (d);
SELECT %S.kpi_define('happy', 'scores', 'Mean of the scores.',
answer => 'score_avg', unit => 'stars', aliases => '{smile}', schema => 'own');
SELECT own.happy(score) FROM (VALUES (4), (5)) AS v (score);
SELECT name, unit FROM %S.kpi_help('smile') LIMIT 1;
SELECT name FROM %S.kpi_help('frt') LIMIT 1;
SELECT name, built_in FROM %S.kpi_catalogue WHERE name IN ('nps', 'happy') ORDER BY name;
CREATE MATERIALIZED VIEW own.daily AS
SELECT 1 AS day, %S.scores_agg(score) AS s, %S.rate_agg(true) AS r, %S.durations_agg('1 h'::interval) AS d, %S.ratio_agg(1, 2) AS q
FROM (VALUES (9), (10)) AS v (score);
CREATE UNIQUE INDEX ON own.daily (day);
REFRESH MATERIALIZED VIEW own.daily;
REFRESH MATERIALIZED VIEW CONCURRENTLY own.daily;
CREATE VIEW own.monthly AS SELECT %S.nps(%S.rollup(s)) AS nps, %S.p90_response(%S.rollup(d)) AS p90 FROM own.daily;
SELECT * FROM own.monthly;
SQL

my $used = <<'EXPECTED';
33.33
100
t
{9:1}|f|{"n": 3, "numerator": 1, "denominator": 2}
02:48:00|02:00:00|100|2.5000000000000000
own.happy
4.5
happy|stars
avg_response
happy|f
nps|t
100|01:00:00
EXPECTED
chomp $used;

# A mart, which needs the second extension.
my $use_mart = <<'SQL';
SET search_path = '';
CREATE TABLE own.tickets AS
	SELECT n AS ticket_id, timestamptz '2026-01-05 09:00+00' + n * interval '1 day' AS created_at, now() AS updated_at,
		n % 2 > 0 AS solved, 1 + n % 3 AS contacts, 'c' || n % 2 AS channel
	FROM generate_series(1, 20) AS n;
SELECT count(*) FROM %S.kpi_check_tickets('own.tickets') WHERE severity = 'error';
SELECT object, rows FROM %S.kpi_build('own.tickets', 'own_mart', 'Europe/Berlin') WHERE object = 'ticket';
UPDATE own.tickets SET solved = true, updated_at = now() WHERE ticket_id = 2;
SELECT days, rows > 0 FROM %S.kpi_refresh('own_mart');
SELECT * FROM %S.kpi_verify('own_mart');
SELECT month, tickets, resolved, round(fcr_pct) FROM own_mart.executive_monthly;
SELECT value FROM own_mart.kpi_monthly WHERE kpi = 'tickets' AND channel = 'c1' AND team = 'all';
SELECT %S.kpi_schedule('own_mart', '0 * * * *') LIKE '%kpi_refresh(%own_mart%';
SELECT target_schema FROM %S.kpi_marts();
SELECT count(*) FROM %S.kpi_upgrade('own_mart') WHERE object = 'ticket';
SELECT %S.kpi_drop('own_mart');
SELECT count(*) FROM pg_namespace WHERE nspname = 'own_mart';
SQL

my $used_mart = <<'EXPECTED';
0
ticket|20
1|t
2026-01-01|20|11|27
10
t
own_mart
1

0
EXPECTED
chomp $used_mart;

# The contents of the catalogues, to find objects that DROP EXTENSION leaves behind.
my $inventory = join ' UNION ALL ',
  map { "SELECT '$_', count(*) FROM $_" }
  qw(pg_proc pg_aggregate pg_type pg_class pg_operator pg_cast pg_opclass pg_opfamily pg_amop pg_amproc
  pg_enum pg_constraint pg_description pg_depend pg_shdepend pg_init_privs pg_rewrite);

# A name in capitals needs quotes wherever it is used, a percent sign is special
# to format(), and our own names begin with kpi_.
my $number = 0;
foreach my $name ('public', '%s %I', "Gr\xc3\xb6\xc3\x9fe", $ENV{KPI_QUICK} ? () : ('Mixed Case', '100%', 'kpi_data', 'select', 'a.b'))
{
	my $database = 'db' . ++$number;
	my $schema = qq("$name");
	my $sql = $use =~ s/%S/$schema/gr;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, qq(CREATE SCHEMA own; CREATE SCHEMA IF NOT EXISTS $schema));
	my $before = $node->safe_psql($database, $inventory);

	my ($code, undef, $stderr) = $node->psql($database, "CREATE EXTENSION kpi SCHEMA $schema");
	is($stderr, '', "schema $name: the extension installs, without a warning");
	next if $code != 0;

	my ($result, $stdout);
	($result, $stdout, $stderr) = $node->psql($database, $sql);
	is($stderr, '', "schema $name: works under an empty search_path");
	is($stdout, $used, "schema $name: the answers are right");

	my $of_kpi = $node->safe_psql($database, $inventory);
	(undef, undef, $stderr) = $node->psql($database, "CREATE EXTENSION kpi_mart SCHEMA $schema");
	is($stderr, '', "schema $name: kpi_mart installs, without a warning");
	(undef, $stdout, $stderr) = $node->psql($database, $use_mart =~ s/%S/$schema/gr);
	is("$stderr$stdout", $used_mart, "schema $name: a mart works under an empty search_path");
	$node->psql($database, 'DROP TABLE own.tickets; DROP EXTENSION kpi_mart');
	is($node->safe_psql($database, $inventory), $of_kpi, "schema $name: DROP EXTENSION kpi_mart leaves nothing");

	$node->psql($database, 'DROP SCHEMA own CASCADE; DROP EXTENSION kpi; CREATE SCHEMA own');
	is($node->safe_psql($database, $inventory), $before, "schema $name: DROP EXTENSION kpi leaves nothing");
	$node->safe_psql($database, "CREATE EXTENSION kpi SCHEMA $schema");
	pass("schema $name: installs a second time");
}

# Names that could break out of the quotes are refused by PostgreSQL itself.
$node->safe_psql('postgres', q(CREATE SCHEMA "it's"; CREATE SCHEMA "$x$"));
foreach my $schema (q("it's"), q("$x$"))
{
	my (undef, undef, $stderr) = $node->psql('postgres', "CREATE EXTENSION kpi SCHEMA $schema");
	like($stderr, qr/invalid character in extension .*schema/, "schema $schema: refused");
}

# The owner of a database, or a role with CREATE on it, installs a trusted extension.
$node->safe_psql('postgres', 'CREATE DATABASE owned OWNER owner');
$node->safe_psql('postgres', 'CREATE DATABASE granted');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE granted TO guest');
foreach my $case ([ 'owner', 'owned' ], [ 'guest', 'granted' ])
{
	my ($role, $database) = @$case;

	as_role($role, $database, 'CREATE SCHEMA care; CREATE EXTENSION kpi SCHEMA care; CREATE SCHEMA own');
	is(as_role($role, $database, $use =~ s/%S/care/gr), $used, "$role: uses everything without superuser");
	is( $node->safe_psql($database, q(SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE oid = 'own.happy(integer)'::regprocedure)),
		$role, "$role: owns the KPI it has defined");
	is( $node->safe_psql($database, q(SELECT count(*) FROM pg_class WHERE oid = 'care.kpi_builtin'::regclass AND relowner = 10)),
		1, "$role: does not own the table of built-in KPIs");
	foreach my $write ('INSERT INTO care.kpi_builtin SELECT * FROM care.kpi_builtin',
		q(UPDATE care.kpi_builtin SET definition = ''), 'DELETE FROM care.kpi_builtin',
		'TRUNCATE care.kpi_builtin', 'INSERT INTO care.kpi_catalogue (name) VALUES (1)')
	{
		like(sqlstate($role, $database, $write), qr/^(42501|55000)$/, "$role: cannot $write");
	}
}

# kpi alone has nothing of the mart.
is( $node->safe_psql('owned', q(SELECT c.relname
		FROM pg_depend AS d JOIN pg_class AS c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
		WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi') AND d.deptype = 'e' AND c.relkind <> 'c' ORDER BY 1)),
	"kpi_builtin\nkpi_catalogue\nkpi_help_word", 'kpi has three relations');
my $own_functions = q(SELECT DISTINCT p.proname FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
	WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = '%s') AND d.deptype = 'e' AND p.proname ~ '^kpi_'
	AND p.proname !~ '^kpi_(scores|rate|ratio|durations|trend)_' ORDER BY 1);
is( $node->safe_psql('owned', sprintf($own_functions, 'kpi')),
	join("\n", qw(kpi_backlog_series kpi_column_type kpi_create_aggregate kpi_define kpi_describe kpi_evidence_accum
		kpi_evidence_total kpi_help kpi_library_version kpi_phrases kpi_phrases_add kpi_phrases_final
		kpi_signature_arguments kpi_status
		kpi_tally_typanalyze kpi_text_of kpi_version kpi_written)), 'and no function of the mart');

# kpi_mart must be in the schema of kpi.  With CASCADE, one command installs both.
$node->safe_psql('owned', 'CREATE SCHEMA apart AUTHORIZATION owner');
my (undef, undef, $apart) = $node->psql('owned', 'CREATE EXTENSION kpi_mart SCHEMA apart', extra_params => [ '-U', 'owner' ]);
like($apart, qr/ERROR:  extension "kpi_mart" must be in the schema of extension "kpi"\n.*HINT:  CREATE EXTENSION kpi_mart SCHEMA care;/s,
	'kpi_mart does not go into another schema');
as_role('owner', 'owned', 'CREATE EXTENSION kpi_mart SCHEMA care');
$node->safe_psql('postgres', 'CREATE DATABASE cascaded OWNER owner');
as_role('owner', 'cascaded', 'CREATE SCHEMA care; CREATE EXTENSION kpi_mart SCHEMA care CASCADE; CREATE SCHEMA own');
is(as_role('owner', 'cascaded', $use =~ s/%S/care/gr), $used, 'kpi_mart CASCADE: kpi works');
is(as_role('owner', 'cascaded', $use_mart =~ s/%S/care/gr), $used_mart, 'kpi_mart CASCADE: a mart works without superuser');
foreach my $write ('INSERT INTO care.kpi_benchmark SELECT * FROM care.kpi_benchmark', q(UPDATE care.kpi_template SET body = ''),
	'DELETE FROM care.kpi_contract', 'TRUNCATE care.kpi_relation_checks')
{
	is(sqlstate('owner', 'cascaded', $write), '42501', "owner: cannot $write");
}

# Any role can read the catalogue and compute KPIs; to define one, it needs a schema of its own.
$node->safe_psql('owned', 'GRANT USAGE ON SCHEMA care TO reader');
is( as_role('reader', 'owned', 'SELECT count(*) > 50, care.nps(9) FROM care.kpi_catalogue'),
	't|100', 'reader: reads the catalogue and computes');
is(sqlstate('reader', 'owned', q(SELECT care.kpi_define('mine', 'rate', 'x', schema => 'care'))),
	'42501', 'reader: cannot define a KPI in a schema of others');
is(sqlstate('reader', 'owned', q(SET search_path = ''; SELECT care.kpi_define('mine', 'rate', 'x'))),
	'3F000', 'reader: without a schema in the path, kpi_define asks for one');
is(sqlstate('reader', 'owned', q(SELECT care.kpi_create_aggregate('care', 'evil', 'kpi_rate_accum(hit boolean)', NULL, ''))),
	'42501', 'reader: the internal function gives no rights either');

is(sqlstate('owner', 'owned', 'CREATE SCHEMA elsewhere; ALTER EXTENSION kpi SET SCHEMA elsewhere'),
	'0A000', 'the extension is not relocatable');

# Every object that \df, \dT, \do or \dv lists has a comment.
my $members = q(pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
	AND d.deptype = 'e' AND e.extname IN ('kpi', 'kpi_mart'));
my $support = q('^(kpi_(scores|rate|ratio|durations|trend)|business_hours|sentiment_lexicon)_');
is( $node->safe_psql('owned',
		"SELECT p.oid::regprocedure FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		 WHERE p.proname !~ $support AND obj_description(p.oid, 'pg_proc') IS NULL"),
	'', 'every function and aggregate has a comment');
is( $node->safe_psql('owned',
		"SELECT t.oid::regtype FROM $members JOIN pg_type t ON t.oid = d.objid AND d.classid = 'pg_type'::regclass
		 WHERE t.typcategory <> 'A' AND NOT EXISTS (SELECT FROM pg_class WHERE reltype = t.oid AND relkind <> 'c')
		 AND coalesce(obj_description(t.oid, 'pg_type'), obj_description(t.typrelid, 'pg_class')) IS NULL"),
	'', 'every type has a comment');
is( $node->safe_psql('owned',
		"SELECT o.oid::regoperator FROM $members JOIN pg_operator o ON o.oid = d.objid AND d.classid = 'pg_operator'::regclass
		 WHERE obj_description(o.oid, 'pg_operator') IS NULL"),
	'', 'every operator has a comment');
is( $node->safe_psql('owned',
		"SELECT c.oid::regclass FROM $members JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
		 WHERE c.relkind <> 'c' AND obj_description(c.oid, 'pg_class') IS NULL"),
	'', 'every table and view has a comment');
cmp_ok($node->safe_psql('owned', "SELECT count(*) FROM $members"), '>', 500, 'and these questions were asked of something');

# A C function is found by its name in the source, however many of its kind a macro makes.
my $source = join '', map { slurp_file($_) } glob(dirname(__FILE__) . '/../../src/*.c');
my @symbols = split /\n/, $node->safe_psql('owned', "
	SELECT DISTINCT p.prosrc
	FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
	JOIN pg_language l ON l.oid = p.prolang WHERE l.lanname = 'c' ORDER BY 1");
cmp_ok(scalar @symbols, '>', 250, 'there are C functions');
is(join("\n", grep { $source !~ /\b$_\b/ } @symbols), '', 'the source spells out every C function');

# One unlabelled function makes every query that uses it serial.
is( $node->safe_psql('owned',
		"SELECT p.proname FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		 WHERE e.extname = 'kpi' AND p.proparallel <> 's' ORDER BY 1"),
	join("\n", qw(backlog_series kpi_backlog_series kpi_column_type kpi_create_aggregate kpi_define kpi_text_of rising_phrases)),
	'all of kpi is parallel safe, except for what creates objects or runs queries of its own');
is( $node->safe_psql('owned',
		"SELECT p.proname FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		 WHERE e.extname = 'kpi_mart' AND p.proparallel <> 's'
		 AND (p.prolang IN (SELECT oid FROM pg_language WHERE lanname = 'c') OR p.provolatile = 'i' OR p.prosqlbody IS NOT NULL)"),
	'', 'so is what the views of a mart call');

# A body is found by the path of its caller unless it has one, or is bound when created.
is( $node->safe_psql('owned',
		"SELECT p.oid::regprocedure FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		 JOIN pg_language l ON l.oid = p.prolang
		 WHERE l.lanname NOT IN ('c', 'internal') AND p.prosqlbody IS NULL
		 AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=pg_catalog, pg_temp']"),
	'', 'every function in SQL or PL/pgSQL has its own search_path');
is( $node->safe_psql('owned',
		"SELECT p.oid::regprocedure FROM $members JOIN pg_proc p ON p.oid = d.objid AND d.classid = 'pg_proc'::regclass
		 WHERE p.prosecdef"),
	'', 'no function runs with the rights of its owner');

$node->stop;
done_testing();
