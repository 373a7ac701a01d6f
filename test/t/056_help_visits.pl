# Visits to the help pages and the tickets that follow them: after every kind of change, a refresh gives what plain SQL counts
# in the relations, and rewrites only the visits of customers whose tickets changed.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use PostgreSQL::Test::Utils;
use RandomMarts qw(random_node);
use Test::More;
use Session;

my $node = random_node('visits');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

my $session = Session->new($node);
sub query { return $session->query($_[0]) }

# Visits around the ends of the 24 hours, over midnight and over months, of a cookie that lives for weeks, of unknown and of
# several customers, with several articles, none and the same twice.
query(<<'SQL');
CREATE TABLE tickets AS
SELECT n AS ticket_id, timestamptz '2026-01-10 12:00+00' + n * interval '5 days' AS created_at, now() - interval '1 day' AS updated_at,
	'u' || n % 7 AS customer_id, CASE WHEN n % 5 = 0 THEN 'a1' END AS account_id, NULL::int AS merged_into,
	'north' AS team, 'email' AS channel
FROM generate_series(1, 20) AS n;
CREATE TABLE help_sessions AS
SELECT 'v' || n || '-' || k AS session_id, 'article ' || article AS article_id, 'u' || n % 7 AS customer_id,
	timestamptz '2026-01-10 12:00+00' + n * interval '5 days' - before + article * interval '10 minutes' AS at, NULL::int AS ticket_id
FROM generate_series(1, 20) AS n,
	unnest('{-1 us,0,1 hour,23:40,24:00,24:00:00.000001,3 days}'::interval[]) WITH ORDINALITY AS b (before, k),
	generate_series(0, n % 3) AS article
UNION ALL
SELECT 'cookie', 'article ' || n % 4, CASE WHEN n > 2 THEN 'u3' END, timestamptz '2026-01-20 23:50+00' + n * interval '9 hours', NULL
FROM generate_series(0, 40) AS n;
INSERT INTO help_sessions VALUES
	('nobody', 'article 1', NULL, '2026-02-01 10:00+00', NULL), ('nobody', NULL, NULL, '2026-01-31 23:59+00', NULL),
	('known', 'article 2', NULL, '2026-02-01 10:00+00', NULL), ('known', 'article 2', NULL, '2026-02-01 10:01+00', 4),
	('two', 'article 2', 'u9', '2026-01-24 12:00+00', NULL), ('two', 'article 2', 'u3', '2026-01-24 13:00+00', NULL),
	('never', 'article 1', 'u1', 'infinity', NULL), ('never', 'article 1', 'u1', NULL, NULL);
CREATE VIEW visit AS
SELECT v.*, CASE WHEN has_ticket OR customer_id IS NOT NULL THEN has_ticket OR EXISTS (
		SELECT FROM tickets AS t
		WHERE t.customer_id = v.customer_id AND t.merged_into IS NULL AND t.created_at BETWEEN v.at AND v.at + interval '24 hours')
	END AS is_followed
FROM (SELECT session_id, min(at) AS at, min(customer_id) AS customer_id, bool_or(ticket_id IS NOT NULL) AS has_ticket
	FROM help_sessions WHERE isfinite(at) GROUP BY session_id) AS v;
CREATE VIEW visits_of_day AS
SELECT (at AT TIME ZONE 'Asia/Kolkata')::date AS day, count(*) AS sessions, count(is_followed) AS known,
	count(*) FILTER (WHERE NOT is_followed) AS alone
FROM visit GROUP BY 1;
CREATE VIEW articles_of_month AS
SELECT month, article_id, sum(views) AS views, sum(sessions) AS sessions, sum(known) AS known,
	round(100.0 * sum(followed) / nullif(sum(known), 0), 6) AS percent
FROM (
	SELECT date_trunc('month', at AT TIME ZONE 'Asia/Kolkata')::date AS month, article_id,
		count(*) AS views, 0 AS sessions, 0 AS known, 0 AS followed
	FROM help_sessions WHERE isfinite(at) AND article_id IS NOT NULL GROUP BY 1, 2
	UNION ALL
	SELECT date_trunc('month', min(h.at) AT TIME ZONE 'Asia/Kolkata')::date, article_id, 0, 1,
		(bool_or(v.is_followed) IS NOT NULL)::int, (bool_or(v.is_followed) IS TRUE)::int
	FROM help_sessions AS h JOIN visit AS v USING (session_id)
	WHERE isfinite(h.at) AND article_id IS NOT NULL GROUP BY h.session_id, article_id
) AS a
GROUP BY month, article_id;
SQL

# What plain SQL counts and the mart does not, or the other way round.
my $differences = <<'SQL';
WITH day AS (
	SELECT day, sessions, coalesce(sample_size(self_service), 0) AS known,
		coalesce(round(rate_pct(self_service) * sample_size(self_service) / 100), 0) AS alone
	FROM mart.help_daily_tally
), article AS (
	SELECT month, article_id, views::numeric, sessions::numeric, coalesce(followed_by_ticket_n, 0)::numeric,
		round(followed_by_ticket_pct::numeric, 6)
	FROM mart.article_usage
)
SELECT count(*)
FROM (
	(TABLE day EXCEPT ALL TABLE visits_of_day) UNION ALL (TABLE visits_of_day EXCEPT ALL TABLE day)
) AS d
UNION ALL
SELECT count(*)
FROM (
	(TABLE article EXCEPT ALL TABLE articles_of_month) UNION ALL (TABLE articles_of_month EXCEPT ALL TABLE article)
) AS d
UNION ALL
SELECT count(*) FROM kpi_verify('mart');
SQL
my $followed = 'SELECT count(*) FILTER (WHERE is_followed) FROM visit';
my $places = "SELECT string_agg(session_id || ctid, ' ' ORDER BY ctid) FROM mart.help_reading";

query("SELECT FROM kpi_build('tickets', 'mart', 'Asia/Kolkata', help_sessions => 'help_sessions', lag => '0')");
is(query($differences), "0\n0\n0", 'a build counts as plain SQL does');
cmp_ok(query('SELECT count(*) FROM visit WHERE NOT is_followed'), '>', 40, 'some visits need no ticket');

# Runs a change and a refresh: whether other visits are followed then, and whether visits are written.
sub changes
{
	my ($title, $sql, $moves, $writes, $full) = @_;
	my ($followed_before, $places_before) = (query($followed), query($places));
	query("$sql; SELECT FROM kpi_refresh('mart', " . ($full ? 'true' : 'false') . ')');
	is(query($differences), "0\n0\n0", $title);
	is(query($followed) != $followed_before ? 1 : 0, $moves, "$title: other visits are followed");
	is(query($places) ne $places_before ? 1 : 0, $writes, "$title: visits are written");
	return;
}
my $now = 'updated_at = clock_timestamp()';
changes('a ticket changes its team', "UPDATE tickets SET team = 'south', $now WHERE ticket_id = 3", 0, 0);
changes('a ticket moves to a customer without visits', "UPDATE tickets SET customer_id = 'u99', $now WHERE ticket_id = 3", 1, 1);
changes('and back', "UPDATE tickets SET customer_id = 'u3', $now WHERE ticket_id = 3", 1, 1);
changes('a ticket with an account changes its customer', "UPDATE tickets SET customer_id = 'u6', $now WHERE ticket_id = 5", 1, 1);
changes('a ticket is older than its visits',
	"UPDATE tickets SET created_at = created_at - interval '7 days', $now WHERE ticket_id = 4", 1, 1);
changes('a ticket is merged', "UPDATE tickets SET merged_into = 1, $now WHERE ticket_id = 8", 1, 1);
changes('tickets arrive', "INSERT INTO tickets SELECT n, timestamptz '2026-01-15 14:00+00' + n * interval '5 days', clock_timestamp(),
	'u' || n % 7, NULL, NULL, 'north', 'email' FROM generate_series(21, 24) AS n;
	INSERT INTO tickets VALUES (25, '2026-01-20 23:55+00', clock_timestamp(), 'u3', NULL, NULL, 'north', 'email')", 1, 1);
changes('a ticket is deleted', 'DELETE FROM tickets WHERE ticket_id = 10', 1, 1, 'full');
changes('a visit arrives', "INSERT INTO help_sessions VALUES ('late', 'article 3', 'u1', '2026-01-15 11:00+00', NULL)", 1, 1);
changes('a visit is of another customer', "UPDATE help_sessions SET customer_id = 'u5' WHERE session_id = 'two'", 1, 1);
changes('visits are deleted', "DELETE FROM help_sessions WHERE session_id = 'late'", 1, 1);
$node->stop;
done_testing();
