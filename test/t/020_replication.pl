# A streaming standby and logical replication carry tallies and calendars unchanged, and answer the same.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Desk;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 'logical', extra => [ '--encoding=UTF8', '--locale=C' ]);
$primary->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$primary->start;
my $extension = 'CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib; CREATE EXTENSION pageinspect';
$primary->safe_psql('postgres', $extension);
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$subscriber->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$subscriber->start;
$subscriber->safe_psql('postgres', $extension);

sub query
{
	my ($node, $sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = desk, lib, public;\n$sql");
}

# One row with nothing, one with empty tallies, and 1, 100, 2,000 and 100,000 rows counted; the durations of 2,000 do
# not compress.
my $columns = 'day integer, s kpi_scores, r kpi_rate, q kpi_ratio, t kpi_trend, d kpi_durations, h business_hours,
	w sentiment_lexicon';
my $tallies = q(SELECT rows, scores_agg(i % 11), rate_agg(i % 3 = 0), ratio_agg(i::numeric / 100, 3),
		trend_agg(i % 7, timestamptz '2026-01-01 UTC' + i * interval '7 min'),
		durations_agg(make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0)),
		'Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off'::business_hours,
		'english; "down again":-0.8, größer:0.1, -cancel'::sentiment_lexicon
	FROM unnest(ARRAY[1, 100, 2000, 100000]) AS rows, generate_series(1, rows) AS i GROUP BY rows
	UNION ALL SELECT -1, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	UNION ALL SELECT 0, '{}', '0/0', '0/0/0', '0/0/0/0/0/0', '{}', 'UTC; 24/7', 'none');
# REPLICA IDENTITY FULL finds rows by the equality of all columns
my @tables = qw(by_key by_row);
$primary->safe_psql('postgres', 'CREATE SCHEMA desk');
query($_, "CREATE SCHEMA IF NOT EXISTS desk; CREATE TABLE by_key ($columns, PRIMARY KEY (day));
	CREATE TABLE by_row ($columns); ALTER TABLE by_row REPLICA IDENTITY FULL") foreach $primary, $subscriber;
query($primary, "INSERT INTO $_ $tallies") foreach @tables;
query($primary, 'CREATE PUBLICATION by_key FOR TABLE by_key; CREATE PUBLICATION by_row FOR TABLE by_row');

sub rows_of
{
	my ($node, $table) = @_;
	return query($node,
		"SELECT day, s, r, q, t, h, w, md5(d::text), kpi_scores_send(s), kpi_rate_send(r), kpi_ratio_send(q),
			kpi_trend_send(t), md5(kpi_durations_send(d)), business_hours_send(h), sentiment_lexicon_send(w)
		FROM $table ORDER BY day");
}
my $connection = $primary->connstr . ' dbname=postgres';
my %binary = (by_key => 'true', by_row => 'false');
query($subscriber, "CREATE SUBSCRIPTION $_ CONNECTION '$connection' PUBLICATION $_ WITH (binary = $binary{$_})")
  foreach @tables;
$subscriber->wait_for_subscription_sync($primary, $_) foreach @tables;
foreach my $table (@tables)
{
	my $way = "$table, binary = $binary{$table}";
	is(rows_of($subscriber, $table), rows_of($primary, $table), "logical replication, $way: the first copy");

	query($primary,
		"UPDATE $table SET s = s + '{10:1}', r = r + '1/1', q = q + '1/2/1', d = d + '{60,120}' WHERE day <> 100;
		DELETE FROM $table WHERE day = 100;
		INSERT INTO $table SELECT day + 7, s, r, q, t, d, h FROM $table");
	$primary->wait_for_catchup($table);
	is(rows_of($subscriber, $table), rows_of($primary, $table), "logical replication, $way: changes");
	is(query($subscriber, "SELECT count(*) FROM $table"), 10, "logical replication, $way: of as many rows");
}

# The standby: the same stored bytes, and the same answers of a mart
query($primary, 'DROP SCHEMA desk CASCADE');
query($primary, desk());
query($primary,
	"SELECT start('track => ''updated_at'', lag => ''0''');
	SELECT kpi_define('smile', 'scores', 'Mean.', answer => 'score_avg', schema => 'desk')");
query($primary, "CREATE TABLE kept ($columns); INSERT INTO kept $tallies");
$primary->wait_for_catchup($standby);
is(rows_of($standby, 'kept'), rows_of($primary, 'kept'), 'standby: the same tallies');
foreach my $question (
	(map { "SELECT md5(string_agg(t_data, NULL ORDER BY lp)) FROM heap_page_items(get_raw_page('$_', 0))" }
		qw(kept built.ticket built.ticket_daily_tally)),
	'SELECT * FROM built.executive_monthly ORDER BY month',
	'SELECT * FROM built.kpi_monthly ORDER BY period, team, channel, kpi',
	'SELECT nps(rollup(s)), p90_response(rollup(d)), rate_pct(rollup(r)), ratio_pct(rollup(q)), trend_ci(rollup(t)) FROM kept',
	'SELECT smile(csat_score) FROM tickets',
	"SELECT business_time('2026-12-24 00:00+00'::timestamptz, '2026-12-28 00:00+00'::timestamptz, h) FROM kept ORDER BY day",
	'SELECT * FROM kpi_version()')
{
	my $answer = query($primary, $question);
	isnt($answer, '', "primary: $question");
	is(query($standby, $question), $answer, "standby: $question");
}
my (undef, undef, $stderr) = $standby->psql('postgres', "SET search_path = desk, lib; SELECT kpi_refresh('built')");
like($stderr, qr/ERROR:  cannot execute LOCK TABLE during recovery/, 'standby: kpi_refresh is refused');

query($primary, 'SELECT mutate(1, false)');
$primary->wait_for_catchup($standby);
$primary->stop('immediate');
$standby->promote;
is(query($standby, "SELECT differences() > 0; SELECT rows > 0 FROM kpi_refresh('built'); SELECT differences()"),
	"t\nt\n0", 'promoted: refreshes what changed before');

$_->stop foreach $standby, $subscriber;
done_testing();
