# A server with kpi subscribes to the tables of a managed server, which allows no extensions.  After changes on the
# publisher, a refresh gives the results of the views of the mart, with updated_at and with triggers.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $managed = PostgreSQL::Test::Cluster->new('managed');
$managed->init(allows_streaming => 'logical');
$managed->start;
# with jit, as servers have it: neither installation nor build may compile
my $own = PostgreSQL::Test::Cluster->new('own');
$own->init;
$own->start;

# 500 tickets in the first quarter of 2025.
$managed->safe_psql('postgres', <<'SQL');
CREATE TABLE tickets (ticket_id bigint PRIMARY KEY, customer_email text, created_at timestamptz NOT NULL,
	first_response_at timestamptz, resolved_at timestamptz,
	updated_at timestamptz DEFAULT clock_timestamp(), channel text, agent_id text, contacts bigint);
CREATE TABLE messages (ticket_id bigint, body text);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN new.updated_at := clock_timestamp(); RETURN new; END';
CREATE TRIGGER touch BEFORE UPDATE ON tickets FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO tickets
SELECT n, n || '@example.com', at, CASE WHEN n % 20 <> 0 THEN at + n % 97 * interval '11 min' END,
	   CASE WHEN n % 9 <> 0 THEN at + n % 301 * interval '37 min' END,
	   at, CASE n % 3 WHEN 0 THEN 'chat' ELSE 'mail' END, 'a' || n % 3, n % 3 + 1
FROM generate_series(1, 500) AS n,
	LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '4 hours') AS t (at);
CREATE PUBLICATION kpi FOR TABLE
	tickets (ticket_id, created_at, first_response_at, resolved_at, updated_at, channel, agent_id, contacts);
SQL
is($managed->safe_psql('postgres', q{SELECT count(*) FROM pg_extension WHERE extname = 'kpi'}), 0,
	'the publisher has no kpi');

$own->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets (ticket_id bigint PRIMARY KEY, created_at timestamptz NOT NULL, first_response_at timestamptz,
	resolved_at timestamptz, updated_at timestamptz, channel text, agent_id text, contacts bigint);

-- the rows in which the mart differs from its views
CREATE FUNCTION differences() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM kpi_verify('built') $$;
SQL

sub query { return $own->safe_psql('postgres', $_[0]); }

sub build
{
	my ($track) = @_;
	query("SELECT count(*)
		FROM kpi_build('tickets', 'built', 'Europe/Berlin', track => '$track', lag => '0')");
}

# Changes rows on the publisher, and waits until they have arrived.
sub publish
{
	my ($sql) = @_;
	$managed->safe_psql('postgres', $sql);
	$managed->wait_for_catchup('kpi');
}

# The tables are filled after the build, by the copy that a subscription begins with.
build('triggers');
my $connection = $managed->connstr . ' dbname=postgres';
query("CREATE SUBSCRIPTION kpi CONNECTION '$connection' PUBLICATION kpi");
ok($own->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_subscription_rel WHERE srsubstate = 'r'}),
	'the table is copied');
$managed->wait_for_catchup('kpi');
is(query('SELECT count(*) FROM tickets'), 500, 'every ticket has arrived');
cmp_ok(query('SELECT differences()'), '>', 0, 'triggers: without a refresh they differ');
query("SELECT kpi_refresh('built')");
is(query('SELECT differences()'), 0, 'triggers: the first copy is noticed');

my $changes = q{
	UPDATE tickets SET resolved_at = NULL WHERE ticket_id % 50 = 1;
	UPDATE tickets SET created_at = created_at - interval '9 days', channel = 'phone'
	WHERE ticket_id BETWEEN 100 AND 130;
	INSERT INTO tickets
	SELECT 1000 + coalesce(max(ticket_id), 0), NULL, '2025-04-02', '2025-04-03', NULL, clock_timestamp(), 'chat',
		   'a9', 1
	FROM tickets};
foreach my $track (qw(triggers updated_at))
{
	if ($track eq 'updated_at')
	{
		query("SELECT kpi_drop('built')");
		is(query(q{SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'kpi%'}), 0, 'kpi_drop leaves no trigger');
		build($track);
	}
	publish($changes);
	cmp_ok(query('SELECT differences()'), '>', 0, "$track: without a refresh they differ");
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$track: refreshed");

	# a change that arrives late, after a refresh
	query('ALTER SUBSCRIPTION kpi DISABLE');
	ok($own->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_subscription WHERE pid IS NOT NULL}),
		"$track: replication stands still");
	$managed->safe_psql('postgres',
		"UPDATE tickets SET first_response_at = first_response_at + interval '2 days' WHERE ticket_id IN (77, 78)");
	query("SELECT kpi_refresh('built')");
	query('ALTER SUBSCRIPTION kpi ENABLE');
	$managed->wait_for_catchup('kpi');
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$track: what arrives late is noticed");
	publish('DELETE FROM tickets WHERE ticket_id % 60 = ' . ($track eq 'triggers' ? 3 : 5));
	query("SELECT kpi_refresh('built')");
	if ($track eq 'triggers')
	{
		is(query('SELECT differences()'), 0, "$track: a deletion is noticed");
	}
	else
	{
		cmp_ok(query('SELECT differences()'), '>', 0, "$track: a deletion is missed");
		query("SELECT kpi_refresh('built', \"full\" => true)");
		is(query('SELECT differences()'), 0, "$track: until a full refresh");
	}
}

# Triggers find changes that updated_at does not show, and local changes.
query("SELECT kpi_drop('built')");
build('triggers');
my @events = (
	[ 'deletes', 'DELETE FROM tickets WHERE ticket_id % 60 = 2' ],
	[ 'changes of ids', 'UPDATE tickets SET ticket_id = ticket_id + 10000 WHERE ticket_id % 60 = 4' ],
	[ 'TRUNCATE', 'TRUNCATE tickets' ],
	[ 'inserts', q{INSERT INTO tickets (ticket_id, created_at, channel) SELECT n, '2025-05-01', 'chat' FROM generate_series(1, 100) AS n} ]);
foreach my $event (@events)
{
	my ($name, $sql) = @$event;
	publish($sql);
	cmp_ok(query('SELECT differences()'), '>', 0, "$name: without a refresh they differ");
	query("SELECT kpi_refresh('built')");
	is(query('SELECT differences()'), 0, "$name: noticed");
}
query("UPDATE tickets SET channel = 'letter' WHERE ticket_id = 55");
is(query('SELECT count(*) FROM built.kpi_change'), 2, 'a local change is written down once: its old and its new id');
query("SELECT kpi_refresh('built')");
is(query('SELECT differences()'), 0, 'and noticed');
unlike(slurp_file($own->logfile), qr/ERROR:/, 'replication met no error');

query('DROP SUBSCRIPTION kpi');
$own->stop;
$managed->stop;
done_testing();
