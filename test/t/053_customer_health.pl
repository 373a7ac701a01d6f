# The health of customers is stored: after every kind of change, a refresh gives what its view
# computes, and writes only the customers concerned. Also kpi_mart_version.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use PostgreSQL::Test::Utils;
use RandomMarts qw(random_node);
use Test::More;
use Session;

my $node = random_node('health');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

my $session = Session->new($node);
sub query { return $session->query($_[0]) }

# Forty customers with ten tickets each in the last 200 days, at noon, surveys, subscriptions and events.
query(<<'SQL');
CREATE TABLE tickets AS
SELECT c * 10 + n AS ticket_id, created_at, created_at + interval '2 hours' AS resolved_at, created_at AS updated_at,
	'c' || c AS account_id, 'u' || c || '-' || n AS customer_id, 'low' AS priority, 5 AS csat_score, n / 10.0 - 0.4 AS sentiment,
	'email' AS channel, 'north' AS team
FROM generate_series(1, 40) AS c, generate_series(0, 9) AS n,
	LATERAL (SELECT current_date + time '12:00' - interval '3 days' - 20 * n * interval '1 day' - c * interval '1 minute') AS t (created_at);
CREATE TABLE surveys AS
SELECT 's' || c AS response_id, 'nps' AS kind, now() - interval '30 days' AS sent_at, now() - interval '29 days' AS answered_at,
	10 AS score, 'c' || c AS account_id
FROM generate_series(1, 40) AS c;
CREATE TABLE subscriptions AS
SELECT 'c' || c AS account_id, current_date - 400 AS starts_on, NULL::date AS ends_on, 100 AS mrr FROM generate_series(1, 40) AS c;
CREATE TABLE customer_events AS
SELECT 'c' || c AS account_id, now() - d * interval '1 day' AS at, 'used' AS event, 1.0 AS value
FROM generate_series(1, 40) AS c, generate_series(5, 205, 10) AS d;
SELECT FROM kpi_build('tickets', 'mart', 'UTC', surveys => 'surveys', subscriptions => 'subscriptions',
	customer_events => 'customer_events', lag => '0');
SQL
is(query('SELECT count(*), count(DISTINCT health_score) FROM mart.customer_health'), '40|1', 'forty customers are alike');

# Runs a change and a refresh. What then differs from before must be the expected customers, in
# the expected column, and nothing may differ from the view.
sub changes
{
	my ($title, $sql, $column, $expected) = @_;
	is(query(<<"SQL"), $expected, $title);
BEGIN;
CREATE TABLE public.before AS SELECT ctid AS place, * FROM mart.customer_signal;
COMMIT;
$sql;
SELECT FROM kpi_refresh('mart');
SELECT string_agg(format('%s: %s to %s', coalesce(n.customer, o.customer), o.$column, n.$column), ', ' ORDER BY o.customer, n.customer)
	FILTER (WHERE n.ctid IS DISTINCT FROM o.place)
FROM mart.customer_signal AS n FULL JOIN public.before AS o ON o.customer = n.customer;
DROP TABLE public.before;
SQL
	is(query("SELECT * FROM kpi_verify('mart')"), '', "$title: nothing differs from the view");
	return;
}

changes('no change', 'SELECT', 'csat_signal', '');
changes('a bad score', "UPDATE tickets SET csat_score = 1, updated_at = now() WHERE ticket_id = 11", 'csat_signal', 'c1: 100 to 80');
changes('a ticket of another customer', "UPDATE tickets SET account_id = 'c3', updated_at = now() WHERE ticket_id = 22", 'contacts',
	'c2: 5 to 4, c3: 5 to 6');
changes('a ticket without account: its writer is no subscriber', "UPDATE tickets SET account_id = NULL, updated_at = now()
	WHERE ticket_id = 31", 'contacts', 'c3: 6 to 5');
changes('a ticket that is open again', "UPDATE tickets SET resolved_at = NULL, updated_at = now() WHERE ticket_id = 43",
	'oldest_open_days', 'c4:  to 63');
changes('a severe ticket', "UPDATE tickets SET priority = 'urgent', updated_at = now() WHERE ticket_id = 50", 'severity_signal',
	'c5: 100 to 80');
changes('a ticket of today does not count', "INSERT INTO tickets SELECT 1000, now(), NULL, now(), 'c6', 'u6', 'urgent', 1, -1, 'email',
	'north'", 'contacts', '');
changes('a ticket that arrives late', "INSERT INTO tickets SELECT 1001, now() - interval '10 days', NULL, now(), 'c6', 'u6', 'low', 1, -1,
	'email', 'north'", 'contacts', 'c6: 5 to 6');
changes('a deleted answer to a survey', "DELETE FROM surveys WHERE response_id = 's7'", 'nps_signal', 'c7: 100 to ');
changes('a payment that failed', "INSERT INTO customer_events VALUES ('c8', now() - interval '1 day', 'payment_failed', NULL)",
	'payment_failures', 'c8: 0 to 1');
changes('a customer who left', "UPDATE subscriptions SET ends_on = current_date - 1 WHERE account_id = 'c9'", 'contacts', 'c9: 5 to ');
changes('a customer who returned', "UPDATE subscriptions SET ends_on = NULL WHERE account_id = 'c9'", 'contacts', 'c9:  to 5');
query("INSERT INTO mart.kpi_priority VALUES ('minor', 'severe')");
changes('a priority that nobody has', 'SELECT', 'severity_signal', '');
query("DELETE FROM tickets WHERE ticket_id = 100; SELECT FROM kpi_refresh('mart', full => true)");
is(query("SELECT contacts FROM mart.customer_health WHERE customer = 'c10'"), 4, 'a full refresh finds a deleted ticket');
is(query("SELECT * FROM kpi_verify('mart')"), '', 'and nothing differs from the view');

my $average = "SELECT round(avg(severity_signal)) FROM mart.customer_health";
query("INSERT INTO mart.kpi_priority VALUES ('low', 'severe'); SELECT FROM kpi_refresh('mart')");
cmp_ok(query($average), '<', 10, 'a change of kpi_priority applies with the next refresh');
query("DELETE FROM mart.kpi_priority WHERE value = 'low'; SELECT FROM kpi_refresh('mart')");
cmp_ok(query($average), '>', 90, 'and so does its removal');
my $score = "SELECT health_score FROM mart.customer_health WHERE customer = 'c8'";
my $before = query($score);
query("UPDATE mart.kpi_health_weight SET weight = 1000 WHERE signal = 'payment'");
cmp_ok(query($score), '<', $before - 20, 'a weight applies at once');

# the day passes
query("UPDATE mart.kpi_state SET as_of = as_of - interval '1 day';
	DELETE FROM mart.customer_signal; INSERT INTO mart.customer_signal SELECT * FROM mart.customer_signal_now");
is(query('SELECT count(*) FROM mart.customer_health WHERE day < current_date'), 40, 'yesterday');
query("SELECT FROM kpi_refresh('mart')");
is(query('SELECT count(*) FROM mart.customer_health WHERE day = current_date'), 40, 'the first refresh of a day renews all');

unlike(query('EXPLAIN SELECT * FROM mart.customer_health'), qr/ on (ticket|survey|subscription|customer_event)/,
	'customer_health reads neither tickets, surveys, subscriptions nor events');
query('CREATE ROLE reader; GRANT USAGE ON SCHEMA mart TO reader;
	GRANT SELECT ON mart.customer_health, mart.customer_score, mart.customer_signal, mart.kpi_health_weight TO reader');
is(query('SET ROLE reader; SELECT count(*) FROM mart.customer_health'), 40, 'and needs no right on them');

# ---------------------------------------------------------------- kpi_mart_version

my $version = "SELECT kpi_mart_version('mart')";
my $last = query($version);
is(query("UPDATE mart.ticket SET team = team; $version"), $last, 'the version stays the same, and reads no facts');
foreach my $change (
	"INSERT INTO mart.kpi_target (kpi, target, direction) VALUES ('csat_pct', 80, 'up')",
	'UPDATE mart.kpi_target SET target = 81',
	'DELETE FROM mart.kpi_target',
	"UPDATE mart.kpi_health_weight SET weight = 10 WHERE signal = 'payment'",
	"INSERT INTO mart.kpi_priority VALUES ('x', 'severe')",
	"INSERT INTO mart.kpi_sla_policy (sla_response) VALUES ('1 hour')",
	"SELECT FROM kpi_measure('mart', 'unscored_pct', 'rate', 'csat_score IS NULL', 'created_day')",
	"UPDATE mart.kpi_followup SET owner = 'Ann'",
	"SELECT FROM kpi_refresh('mart')",
	"SELECT FROM kpi_upgrade('mart')")
{
	query($change);
	my $now = query($version);
	isnt($now, $last, "the version changes with: $change");
	$last = $now;
}

# a transaction that commits after a later one
my $early = $node->background_psql('postgres');
$early->query_safe("BEGIN; INSERT INTO mart.kpi_target (kpi, target, direction) VALUES ('nps', 10, 'up')");
query("INSERT INTO mart.kpi_target (kpi, target, direction) VALUES ('csat_pct', 80, 'up')");
my $between = query($version);
isnt($between, $last, 'the version changes with the later transaction');
$early->query_safe('COMMIT');
$early->quit;
isnt(query($version), $between, 'and with the earlier one, which commits after it');

my $partly = query("SET ROLE reader; $version");
query('UPDATE mart.kpi_health_weight SET weight = 11');
isnt(query("SET ROLE reader; $version"), $partly, 'it changes for a reader who may read the table');
$partly = query("SET ROLE reader; $version");
query('UPDATE mart.kpi_target SET target = 12');
is(query("SET ROLE reader; $version"), $partly, 'and tells nothing about one that the reader may not read');
like(($node->psql('postgres', "SELECT kpi_mart_version('nothing')"))[2], qr/mart "nothing" does not exist/, 'a mart must exist');

query('CREATE ROLE planter; GRANT USAGE, CREATE ON SCHEMA mart TO planter; ALTER TABLE mart.kpi_sla_policy RENAME TO aside;
	SET ROLE planter;
	CREATE FUNCTION mart.planted() RETURNS xid LANGUAGE plpgsql AS $$BEGIN RAISE $q$planted$q$; END$$;
	CREATE VIEW mart.kpi_sla_policy AS SELECT $$(0,1)$$::tid AS ctid, mart.planted() AS xmin');
is(length query($version), 32, 'no view of another role is read in place of a table');

done_testing();
