# kpi_refresh leaves what a new kpi_build would make, whatever has changed in
# between, in whatever order transactions commit, and however tickets are tracked.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use Desk;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('refresh');
my @analyst = (extra_params => [ '-U', 'analyst' ]);

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = desk, lib;\n$sql", @analyst);
}

query(desk());

# Whatever changes, in one session
foreach my $track (qw(updated_at triggers))
{
	foreach my $attribute (qw(event created))
	{
		my $everything = $track eq 'triggers' ? 'true' : 'false';
		my $title = "$track, $attribute";

		query("SELECT start('track => ''$track'', attribute => ''$attribute'', lag => ''0''')");
		my $stale = 0;
		foreach my $seed (1 .. 2)
		{
			query("SELECT mutate($seed, $everything)");
			$stale += query('SELECT differences()') if $seed == 1;
			my ($days, $rows) = split /\|/, query("SELECT * FROM kpi_refresh('built')");
			cmp_ok($rows, '>', $days, "$title: rows are written");
			is(query('SELECT differences()'), 0, "$title: refresh $seed equals a new build");
		}
		query("UPDATE tickets SET team = 'far apart' WHERE ticket_id IN ('1', '250', '500'); SELECT kpi_refresh('built')");
		is(query('SELECT differences()'), 0, "$title: a few days far apart");
		cmp_ok($stale, '>', 0, "$title: without a refresh they differ");
		if ($track eq 'updated_at')
		{
			# what updated_at cannot tell
			query("DELETE FROM tickets WHERE ticket_id IN ('11', '12'); SELECT kpi_refresh('built')");
			is(query('SELECT (SELECT sum(tickets) FROM built.ticket_daily) - (SELECT count(*) FROM tickets WHERE isfinite(created_at))'), 2, "$title: deleted tickets stay");
			query("SELECT kpi_refresh('built', \"full\" => true)");
			is(query('SELECT differences()'), 0, "$title: until all is counted");
			query("UPDATE tickets SET created_at = created_at + interval '3 days' WHERE ticket_id IN ('21', '22'); SELECT kpi_refresh('built')");
			is(query('SELECT differences()'), 0, "$title: and then goes on by days");
		}
		else
		{
			query("INSERT INTO subscriptions VALUES ('new', '2025-02-01', NULL, 7, 'p0', NULL, NULL, NULL); SELECT kpi_refresh('built')");
			query("INSERT INTO customer_events VALUES ('new', '2025-03-03 12:00+00', 'onboarded', NULL); SELECT kpi_refresh('built')");
			is(query('SELECT differences()'), 0, "$title: a month without the event, in which who is onboarded had joined");
			is(query("SELECT * FROM kpi_refresh('built')"), '0|0', "$title: nothing is left to do");
			query("INSERT INTO surveys SELECT 'new', 'nps', '2025-03-03', '2025-03-04', 9, ticket_id FROM tickets LIMIT 1; TRUNCATE tickets; SELECT kpi_refresh('built')");
			is(query('SELECT differences()'), 0, "$title: TRUNCATE");
			is(query('SELECT coalesce(sum(tickets), 0) FROM built.ticket_daily'), 0, "$title: no ticket is left");
		}
		query('SELECT stop()');
	}
}

# Transactions that commit late and out of order, after refreshes that do not see them
sub session
{
	my $session = $node->background_psql('postgres', on_error_stop => 1, @analyst);
	$session->query_safe('SET search_path = desk, lib');
	return $session;
}
foreach my $attribute (qw(event created))
{
	query("SELECT start('track => ''triggers'', attribute => ''$attribute''')");
	my ($one, $two) = (session(), session());

	# the ticket and its survey, each by a session that does not see the other
	$one->query_safe("BEGIN; UPDATE tickets SET team = 'team y', created_at = created_at - interval '9 days' WHERE ticket_id IN ('30', '33', '36')");
	$two->query_safe("BEGIN; UPDATE surveys SET answered_at = answered_at + interval '20 days', sent_at = sent_at + interval '19 days' WHERE ticket_id IN ('30', '33')");
	$two->query_safe("INSERT INTO surveys VALUES ('late', 'nps', '2025-05-05', '2025-05-06', 10, '36')");
	query("SELECT kpi_refresh('built')");
	$one->query_safe('COMMIT');
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$attribute: the ticket is caught");
	$two->query_safe('COMMIT');
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$attribute: and so is its survey");

	$one->query_safe("BEGIN; UPDATE tickets SET team = 'team z' WHERE ticket_id IN ('30', '33', '36')");
	$two->query_safe("BEGIN; UPDATE surveys SET answered_at = answered_at + interval '5 days' WHERE ticket_id IN ('30', '33', '36'); COMMIT");
	query("SELECT kpi_refresh('built')");
	$one->query_safe('COMMIT');
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$attribute: the other way round");

	# two refreshes at once, and readers
	query("UPDATE tickets SET resolved_at = resolved_at + interval '1 day' WHERE ticket_id < '2'");
	$one->query_safe("BEGIN; SELECT kpi_refresh('built')");
	my $before = query('SELECT sum(tickets), sum(resolved) FROM built.executive_monthly');
	query("UPDATE tickets SET resolved_at = NULL WHERE ticket_id = '40'");
	$two->query_until(qr/waits/, "\\echo waits\nSELECT kpi_refresh('built');\n");
	ok($node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ 'kpi_refresh'"), "$attribute: the second refresh waits");
	is(query("SET lock_timeout = '1s'; SELECT sum(tickets), sum(resolved) FROM built.executive_monthly"), $before, "$attribute: readers do not, and see what was before");
	is(query("SET lock_timeout = '1s'; UPDATE tickets SET team = 'team w' WHERE ticket_id = '50'; SELECT 'yes'"), 'yes', "$attribute: nor do writers");
	$one->query_safe('COMMIT');
	$two->query_safe('SELECT 1');
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$attribute: both end right");
	$_->quit foreach $one, $two;
	query('SELECT stop()');
}

$node->stop;
done_testing();
