# A streaming standby and logical replication carry all that the extensions store unchanged, and answer the same.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Everything;
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

# A mart over tables that arrive by logical replication, whose rows are copied and changed, with KPI_LONG.
$primary->safe_psql('postgres', 'SET search_path = "all", lib;' . everything());
if ($ENV{KPI_LONG})
{
	my @sources = qw(tickets surveys messages status_changes sla_targets work_time subscriptions customer_events costs
		help_sessions every_type);
	$subscriber->safe_psql('postgres', 'SET search_path = "all", lib;' . everything());
	foreach my $node ($primary, $subscriber)
	{
		$node->safe_psql('postgres', qq(ALTER TABLE "all".$_ REPLICA IDENTITY FULL)) foreach @sources;
	}
	$subscriber->safe_psql('postgres', 'TRUNCATE ' . join ', ', map { qq("all".$_) } @sources);
	$primary->safe_psql('postgres', 'CREATE PUBLICATION sources FOR TABLE ' . join ', ', map { qq("all".$_) } @sources);
	my $refresh = q(SELECT rows > 0 FROM kpi_refresh('whole'); SELECT * FROM kpi_verify('whole'));
	is(query($subscriber, $refresh), 't', 'logical replication: a mart of nothing');
	query($subscriber, "CREATE SUBSCRIPTION sources CONNECTION '$connection' PUBLICATION sources");
	$subscriber->wait_for_subscription_sync($primary, 'sources');
	my $counted = 'SELECT * FROM whole.kpi_monthly ORDER BY kpi_monthly::text';
	is(query($subscriber, $refresh), 't', 'logical replication: a mart of what was copied');
	query($primary, 'SET search_path = "all", lib;' . change_everything(3));
	$primary->wait_for_catchup('sources');
	is(query($_, $refresh), 't', $_->name . ': the mart is refreshed') foreach $primary, $subscriber;
	is(query($subscriber, $counted), query($primary, $counted), 'logical replication: the marts answer alike');
	my $every_type = 'SELECT rows, s, r, q, t, md5(d::text), h, w FROM "all".every_type ORDER BY rows';
	is(query($subscriber, $every_type), query($primary, $every_type), 'logical replication: every type');
	query($subscriber, 'DROP SUBSCRIPTION sources');
}

# The standby: the same stored bytes, and the same answers
query($primary, 'SET search_path = "all", lib;' . change_everything(4));
query($primary, "CREATE TABLE desk.kept ($columns); INSERT INTO desk.kept $tallies");
$primary->wait_for_catchup($standby);
is(rows_of($standby, 'kept'), rows_of($primary, 'kept'), 'standby: the same tallies');
foreach my $table (qw(desk.kept "all".every_type whole.ticket whole.ticket_daily_tally whole.kpi_settings))
{
	my $bytes = "SELECT md5(string_agg(t_data, NULL ORDER BY lp)) FROM heap_page_items(get_raw_page('$table', 0))";
	is(query($standby, $bytes), query($primary, $bytes), "standby: the same page of $table");
}
has_everything($standby, 'postgres', ask_everything($primary, 'postgres'), 'standby');
my (undef, undef, $stderr) = $standby->psql('postgres', "SET search_path = lib; SELECT kpi_refresh('whole')");
like($stderr, qr/ERROR:  cannot execute LOCK TABLE during recovery/, 'standby: kpi_refresh is refused');

$primary->stop('immediate');
$standby->promote;
goes_on($standby, 'postgres', 'promoted');

$_->stop foreach $standby, $subscriber;
done_testing();
