# Tickets as help desks have them: what is missing, impossible or known only in part
# counts for what it tells, and for nothing else.  Expected values are worked out by
# hand.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('hard');
my @analyst = (extra_params => [ '-U', 'analyst' ]);

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = work, lib;\n$sql", @analyst);
}

# The answer of a query over dashboards of tickets, given as a query for them
sub shows
{
	my ($tickets, $sql, $expected, $title) = @_;
	query("CREATE TABLE tickets AS $tickets; SELECT kpi_build('tickets', 'built', 'UTC')");
	is(query($sql), $expected, $title);
	query("SELECT kpi_drop('built'); DROP TABLE tickets");
	return;
}

query('CREATE SCHEMA work');

shows("SELECT n AS ticket_id, timestamptz '2026-03-02 00:00+00' AS created_at, timestamptz '2026-03-02 12:00+00' AS resolved_at, 'ann' AS agent_id, talk_time, hold_time, wrap_time
	FROM (VALUES (1, NULL::interval, interval '60 s', interval '120 s'), (2, '100 s', NULL, NULL), (3, NULL, NULL, '20 s'), (4, NULL, NULL, NULL)) AS t (n, talk_time, hold_time, wrap_time)",
	'SELECT handle_n, handle_avg_seconds FROM built.agent_daily', '3|100', 'handle time is what is known of its parts, as of avg_handle');
shows("SELECT 1 AS ticket_id, timestamptz '2026-03-02 00:00+00' AS created_at, timestamptz '2026-03-02 12:00+00' AS resolved_at, interval '90 s' AS wrap_time",
	'SELECT sum(tickets), in_seconds(avg_duration(rollup(handle))) FROM built.ticket_daily', '1|90', 'and of one part alone');

# A ticket that was never created is closed by nobody's backlog
shows("SELECT n AS ticket_id, created_at, resolved_at FROM (VALUES (1, timestamptz '2026-03-01 10:00+00', NULL::timestamptz), (2, '-infinity', '2026-03-02 10:00+00'), (3, NULL, '2026-03-02 10:00+00'), (4, '1970-01-01 00:00+00', '2026-03-02 10:00+00'), (5, '0001-01-01 00:00+00', '2026-03-02 10:00+00')) AS t (n, created_at, resolved_at)",
	'SELECT day, opened, closed, backlog FROM built.backlog_daily ORDER BY day', "2026-03-01|1|0|1\n2026-03-02|0|0|1", 'backlog: of tickets that were opened');
shows("SELECT n AS ticket_id, created_at, resolved_at FROM (VALUES (1, timestamptz '2026-03-01 10:00+00', timestamptz '2026-03-02 10:00+00'), (2, '-infinity', '2026-03-02 10:00+00'), (3, '1970-01-01 00:00+00', '2026-03-02 10:00+00')) AS t (n, created_at, resolved_at)",
	'SELECT tickets, resolved, rows_excluded, resolution_n, resolution_avg_seconds FROM built.executive_monthly', '1|3|2|1|86400', 'resolution: of tickets with a beginning; the others are counted as excluded');

# A target that the help desk knows to be missed
shows("SELECT n AS ticket_id, timestamptz '2026-03-02 10:00+00' AS created_at, CASE WHEN n = 1 THEN timestamptz '2026-03-02 10:30+00' END AS first_response_at, interval '1 hour' AS sla_response,
		CASE WHEN n BETWEEN 2 AND 6 THEN false WHEN n = 7 THEN true END AS sla_response_met FROM generate_series(1, 10) AS n",
	'SELECT sla_response_hits, sla_response_n FROM built.executive_monthly', '1|6', 'missed without an answer: of the seventh and the last three nobody knows yet');
shows("SELECT n AS ticket_id, timestamptz '2026-03-02 10:00+00' AS created_at, CASE WHEN n = 1 THEN timestamptz '2026-03-03 10:00+00' END AS resolved_at, n = 1 AS sla_resolution_met FROM generate_series(1, 2) AS n",
	'SELECT sla_resolution_hits, sla_resolution_n FROM built.executive_monthly', '1|2', 'missed without a solution');

# Thirds of money
query("CREATE TABLE tickets AS SELECT 1 AS ticket_id, timestamptz '2026-03-02 00:00+00' AS created_at; CREATE TABLE subscriptions AS SELECT 'a' AS account_id, date '2026-01-15' AS starts_on, 100 / 3.0 AS mrr;
	SELECT kpi_build('tickets', 'built', 'UTC', subscriptions => 'subscriptions')");
is(query("SELECT monthly_revenue FROM built.lifecycle_monthly WHERE month = '2026-02-01'"), '33.333333', 'revenue is summed to six decimals');
query("SELECT kpi_drop('built')");

$node->stop;
done_testing();
