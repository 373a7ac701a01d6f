# A refresh takes up a relation that changed, and reads none that did not, with loaded_at and without.  Nothing stops it, and
# nothing hides a change from it.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use PostgreSQL::Test::Utils;
use RandomMarts qw(random_node);
use Test::More;

my $node = random_node('relations');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

sub query { return $node->safe_psql('postgres', $_[0]) }

query(<<'SQL');
CREATE TABLE tickets AS
SELECT n AS ticket_id, now() - n * interval '1 hour' AS created_at, now() AS updated_at, 'c' || n % 5 AS account_id
FROM generate_series(1, 50) AS n;
CREATE TABLE surveys AS
SELECT 's' || n AS response_id, 'nps' AS kind, now() - interval '30 days' AS sent_at, now() - interval '29 days' AS answered_at,
	10 AS score, 'c' || n % 5 AS account_id, now() - interval '3 days' AS loaded_at
FROM generate_series(1, 50) AS n;
CREATE TABLE subscriptions AS
SELECT 'c' || n AS account_id, current_date - 400 AS starts_on, NULL::date AS ends_on, 100 AS mrr FROM generate_series(0, 4) AS n;
SELECT FROM kpi_build('tickets', 'mart', 'UTC', surveys => 'surveys', subscriptions => 'subscriptions', lag => '1 hour');
SQL

# The relations that the next refresh would take up.
my $next = "BEGIN; SELECT kpi_changed_sources('mart', false, (SELECT day FROM mart.customer_signal LIMIT 1)); ROLLBACK";

is(query($next), '{}', 'after the build, none');
query("SELECT FROM kpi_refresh('mart', full => true)");
is(query($next), '{}', 'after a full refresh, none');

foreach my $change (
	[ 'a score, loaded now', '{surveys}', "UPDATE surveys SET score = 1, loaded_at = now() WHERE response_id = 's1'" ],
	[ 'a new survey', '{surveys}', "INSERT INTO surveys SELECT 's51', kind, sent_at, answered_at, 3, 'c1', now() FROM surveys LIMIT 1" ],
	[ 'a survey that arrives within the lag', '{surveys}', "INSERT INTO surveys
		SELECT 's52', kind, sent_at, answered_at, 3, 'c1', now() - interval '10 minutes' FROM surveys LIMIT 1" ],
	[ 'an amount', '{subscriptions}', "UPDATE subscriptions SET mrr = 200 WHERE account_id = 'c1'" ],
	[ 'a deleted subscription', '{subscriptions}', "DELETE FROM subscriptions WHERE account_id = 'c2'" ],
	[ 'both', '{subscriptions,surveys}', "UPDATE subscriptions SET mrr = 300 WHERE account_id = 'c1';
		UPDATE surveys SET score = 2, loaded_at = now() WHERE response_id = 's2'" ])
{
	my ($title, $expected, $sql) = @$change;

	query($sql);
	is(query($next), $expected, "$title is taken up");
	query("SELECT FROM kpi_refresh('mart')");
	is(query($next), '{}', "$title: once");
	is(query("SELECT * FROM kpi_verify('mart')"), '', "$title: the mart is right");
}
query("SELECT FROM kpi_refresh('mart', full => true)");
is(query($next), '{}', 'after another full refresh, none');
query("SELECT FROM kpi_drop('mart', false); DROP TABLE tickets, surveys, subscriptions");

# a dimension with the name that queries of a refresh give to rows
query("CREATE TABLE tickets AS SELECT n AS ticket_id, now() - interval '9 hours' AS created_at, now() AS updated_at, 'x' AS t,
		'web' AS channel FROM generate_series(1, 20) AS n;
	SELECT FROM kpi_build('tickets', 'mart', 'UTC', dimensions => '{t}'); SELECT FROM kpi_refresh('mart')");
is(query("UPDATE tickets SET channel = 'chat', updated_at = now() WHERE ticket_id = 5; SELECT rows > 0 FROM kpi_refresh('mart');
	SELECT * FROM kpi_verify('mart')"), 't', 'a dimension called t');
# the rows of every table can be published
is(query("SET client_min_messages = error; CREATE PUBLICATION everything FOR ALL TABLES; ALTER TABLE tickets REPLICA IDENTITY FULL;
	UPDATE tickets SET created_at = now() - interval '3 days', updated_at = now() WHERE ticket_id = 5;
	SELECT rows > 0 FROM kpi_refresh('mart', true);
	DROP PUBLICATION everything; SELECT count(*) FROM pg_class
	WHERE relnamespace = 'mart'::regnamespace AND relkind = 'r' AND relreplident <> 'f'
	AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = pg_class.oid AND indisprimary)"), "t\n0", 'a publication of all tables');
query("SELECT FROM kpi_drop('mart', false); DROP TABLE tickets");
# ids of people that no index can have
my $long = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 700) AS n)";
query("CREATE TABLE surveys (response_id text, ticket_id text, kind text, sent_at timestamptz, account_id text, score int);
	CREATE TABLE messages (ticket_id text, at timestamptz, author text, author_id text);
	CREATE TABLE subscriptions (account_id text, starts_on date, ends_on date);
	CREATE TABLE customer_events (account_id text, event text, at timestamptz);
	CREATE TABLE help_sessions (session_id text, article_id text, customer_id text, at timestamptz);
	CREATE TABLE tickets AS SELECT '1' AS ticket_id, now() - interval '9 hours' AS created_at, now() AS updated_at, 'a' AS agent_id,
		1.5 AS account_id, 'a'::bpchar AS customer_id, now() AS first_response_at, 'a' AS first_responder_id;
	SELECT FROM kpi_build('tickets', 'mart', 'UTC', messages => 'messages', surveys => 'surveys', subscriptions => 'subscriptions',
		customer_events => 'customer_events', help_sessions => 'help_sessions')");
is(query("INSERT INTO tickets SELECT '2', now(), now(), x, translate(x, 'abcdef', '123456')::numeric, x, now(), x FROM $long AS l (x);
	INSERT INTO messages SELECT '1', now(), 'agent', x FROM $long AS l (x);
	INSERT INTO messages SELECT x, now(), 'agent', 'a' FROM $long AS l (x);
	INSERT INTO surveys SELECT 's', '1', 'nps', now(), x, 5 FROM $long AS l (x);
	INSERT INTO surveys SELECT 't', x, 'nps', now(), 'a', 5 FROM $long AS l (x);
	INSERT INTO subscriptions SELECT x, '2026-01-01' FROM $long AS l (x);
	INSERT INTO customer_events SELECT x, 'used', now() FROM $long AS l (x);
	INSERT INTO help_sessions SELECT 'h', 'a', x, now() FROM $long AS l (x);
	SELECT rows > 0 FROM kpi_refresh('mart'); SELECT * FROM kpi_verify('mart');
	SELECT count(*), count(agent_id), count(account_id), count(customer_id), count(responder_id) FROM mart.ticket;
	SELECT count(*), count(account_id) FROM mart.survey;
	SELECT count(*) FROM mart.subscription; SELECT count(*) FROM mart.customer_event_daily_tally"), "t\n2|1|1|1|1\n1|1\n0\n0",
	'ids of over 1,000 bytes count as NULL, or their rows are left out');
$node->stop;
done_testing();
