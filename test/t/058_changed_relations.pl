# A refresh takes up a relation that changed, and reads none that did not, with loaded_at and without.

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
$node->stop;
done_testing();
