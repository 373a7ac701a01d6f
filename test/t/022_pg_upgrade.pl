# pg_upgrade brings tallies, calendars, the KPIs of users and a mart from an older PostgreSQL to this one.
#
# KPI_OLDER_POSTGRES is the directory above the programs of the older one.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use Desk;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $older = $ENV{KPI_OLDER_POSTGRES};
plan skip_all => 'KPI_OLDER_POSTGRES names no older PostgreSQL to upgrade from' unless $older;

my @same = ('--encoding=UTF8', '--locale=C');
my $old = PostgreSQL::Test::Cluster->new('old', install_path => $older);
my $new = PostgreSQL::Test::Cluster->new('new');

sub query
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = desk, lib; SET timezone = 'UTC';\n$sql");
}

# 18 has checksums unless told
my ($major) = `pg_config --version` =~ /(\d+)/;
$old->init(extra => \@same);
$new->init(extra => [ @same, $major >= 18 ? '--no-data-checksums' : () ]);
$_->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n") foreach $old, $new;
$old->start;
$old->safe_psql('postgres',
	'CREATE ROLE analyst LOGIN; CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib;
	GRANT USAGE ON SCHEMA lib TO PUBLIC');
query($old, desk());
query($old, q(SELECT kpi_define('smile', 'scores', 'Mean of the smiles.', answer => 'score_avg', aliases => '{grin}',
		schema => 'desk');
	SELECT kpi_define('pace', 'durations', 'Median pace.', schema => 'desk');
	SELECT start('track => ''triggers''');
	CREATE TABLE lexicons AS
	SELECT w FROM unnest('{none,"english; \\"down again\\":-0.8, größer:0.1, -cancel",NULL}'::sentiment_lexicon[]) AS w;
	CREATE INDEX ON lexicons (w);
	CREATE TABLE shifts (hours business_hours);
	INSERT INTO shifts VALUES
		('Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; 2026-12-25 off'), ('America/New_York; Mo-Su 22:00-06:00'),
		('UTC; 24/7'), (NULL);
	CREATE TABLE tallies AS
	SELECT rows, scores_agg(i % 11) AS s, rate_agg(i % 3 = 0) AS r, ratio_agg(i::numeric / 100, 3) AS q,
		   trend_agg(i % 7, timestamptz '2026-01-01 UTC' + i * interval '7 min') AS t,
		durations_agg(make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0)) AS d
	FROM unnest(ARRAY[1, 100, 2000, 100000]) AS rows, generate_series(1, rows) AS i GROUP BY rows;
	CREATE INDEX by_durations ON tallies USING hash (d);
	SELECT mutate(1, true)));

my %question = (
	tallies => 'SELECT rows, s, r, q, t, md5(d::text), kpi_scores_send(s), kpi_rate_send(r), kpi_ratio_send(q),
		kpi_trend_send(t), md5(kpi_durations_send(d)) FROM tallies ORDER BY rows',
	answers => 'SELECT nps(rollup(s)), p90_response(rollup(d)), rate_pct(rollup(r)), ratio_pct(rollup(q)),
		trend_ci(rollup(t)), percentile_ci(rollup(d), 0.5) FROM tallies',
	calendars => q(SELECT hours, business_hours_send(hours),
		business_time('2026-12-24 00:00+00'::timestamptz, '2026-12-28 00:00+00'::timestamptz, hours)
		FROM shifts ORDER BY hours::text),
	lexicons => q(SELECT w, sentiment_lexicon_send(w), sentiment('größer, down again', w) FROM lexicons ORDER BY w),
	'KPIs of users' => 'SELECT smile(csat_score), pace(make_interval(secs => csat_score)) FROM tickets',
	catalogue => 'SELECT * FROM kpi_catalogue ORDER BY built_in, name',
	'tallies that were built' => 'SELECT md5(string_agg(t::text, NULL ORDER BY t::text)) FROM built.ticket_daily_tally AS t',
	views => 'SELECT * FROM built.executive_monthly ORDER BY month',
	settings => 'TABLE built.kpi_settings',
	facts => 'TABLE built.ticket ORDER BY ticket_id',
	targets => 'TABLE built.kpi_target',
	'what is recorded' => 'SELECT name, relation, kind, definition FROM built.kpi_object ORDER BY position',
	triggers => q(SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE 'kpi%' ORDER BY 1, 2),
	'what hash finds' => 'SET enable_seqscan = off;
		SELECT a.rows FROM tallies AS a WHERE d = (SELECT d FROM tallies AS b WHERE b.rows = 2000)',
	version => 'SELECT * FROM kpi_version()');
my %answer = map { $_ => query($old, $question{$_}) } keys %question;

# 15.20 marks every column with an option that the other majors accept since the releases of
# the same day.  pg_upgrade to an earlier release stops at it, which is not tested here.
$new->start;
my ($unknown) = $new->psql('postgres',
	'CREATE TABLE marked (a integer); ALTER TABLE marked ALTER a SET (pg_attver = 1); DROP TABLE marked');
$new->safe_psql('postgres', 'DROP TABLE IF EXISTS marked');
$new->stop;
if ($unknown
	&& $old->safe_psql('postgres',
		"SELECT count(*) FROM pg_attribute WHERE attoptions::text LIKE '{pg_attver=%}'") > 0)
{
	diag("PostgreSQL $major is of before pg_attver: upgraded without it");
	$old->safe_psql('postgres',
		"SET allow_system_table_mods = on;
		UPDATE pg_attribute SET attoptions = NULL WHERE attoptions::text LIKE '{pg_attver=%}'");
}
$old->stop;

# it writes where it is
chdir PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', "$older/bin",
	'-B', $new->config_data('--bindir'), '-s', $new->host, '-p', $old->port, '-P', $new->port ],
	'pg_upgrade');
$new->start;
like($new->safe_psql('postgres', 'SELECT version()'), qr/PostgreSQL $major(?!\d)/, "the server is $major");
foreach my $what (sort keys %question)
{
	isnt($answer{$what}, '', "there were $what");
	is(query($new, $question{$what}), $answer{$what}, "same $what");
}
is(query($new, "SELECT differences() > 0; SELECT rows > 0 FROM kpi_refresh('built'); SELECT differences()"),
	"t\nt\n0", 'what was changed before is refreshed');
is(query($new,
	"SELECT mutate(2, true); SELECT differences() > 0; SELECT rows > 0 FROM kpi_refresh('built');
	SELECT differences()"), "\nt\nt\n0", 'and what is changed now');
is(query($new, "SELECT count(*) > 0 FROM kpi_upgrade('built'); SELECT differences()"), "t\n0", 'kpi_upgrade makes it again');
is(query($new, 'SELECT kpi, target FROM built.kpi_target'), 'fcr_pct|30', 'and keeps the targets');
is(query($new, "SELECT stop(); SELECT to_regnamespace('built') IS NULL"), "\nt", 'the schema can be dropped');

$new->stop;
done_testing();
