# Over postgres_fdw, the foreign server computes every aggregate, and tallies of several servers merge into the same result
# as one table.  Also runs the SQL of doc/scale-out.md.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use Documented;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(__FILE__) . '/../..';

sub new_node
{
	my $node = PostgreSQL::Test::Cluster->new(shift);
	$node->init;
	$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'UTC'\n");
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
	return $node;
}
my $far = new_node('far');
my $near = new_node('near');

# Creates servers of these names, one for each database of the other node.
sub create_servers
{
	my ($database, @names) = @_;
	$near->safe_psql($database, "CREATE EXTENSION postgres_fdw");
	foreach my $server (@names)
	{
		my ($name, $dbname) = @$server;
		$near->safe_psql($database, sprintf(
			"CREATE SERVER %s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '%s', port '%s', dbname '%s',
				extensions 'kpi', async_capable 'true');
			 CREATE USER MAPPING FOR CURRENT_USER SERVER %s", $name, $far->host, $far->port, $dbname, $name));
	}
	return;
}

# What the plan of a query sends, each on a line, and whether it does not wait.
my $helpers = q{
	CREATE FUNCTION plan_of(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE
		plan json;
	BEGIN
		EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ' || query INTO plan;
		RETURN plan;
	END $$;
	CREATE FUNCTION remote_sql(query text) RETURNS SETOF text LANGUAGE sql
	RETURN jsonb_path_query(plan_of(query), 'strict $.**."Remote SQL"', silent => true) #>> '{}';
	CREATE FUNCTION asynchronous_scans(query text) RETURNS bigint LANGUAGE sql
	RETURN (SELECT count(*) FROM
			jsonb_path_query(plan_of(query), 'strict $.** ? (@."Async Capable" == true)', silent => true));
};

# The same rows on both sides.  A text constant in an argument would keep the call here: the other side has a view with
# a column for each such argument.
my @nodes = ($far, $near);
foreach my $node (@nodes)
{
	$node->safe_psql('postgres', 'CREATE DATABASE facts');
	$node->safe_psql('facts', 'CREATE EXTENSION kpi; ALTER DATABASE facts SET search_path = kpi_test, public');
	$node->safe_psql('facts', slurp_file("$root/test/sql/setup.sql"));
}
my @columns = (
	[ 'started_on', q{(started AT TIME ZONE 'UTC')::date} ],
	[ 'ended_on', q{(ended AT TIME ZONE 'UTC')::date + 1} ],
	[ 'started_utc', q{started AT TIME ZONE 'UTC'} ],
	[ 'ended_utc', q{ended AT TIME ZONE 'UTC'} ],
	map { [ split /=/, $_, 2 ] } split /\n/, $near->safe_psql('facts',
		q{SELECT format('%s_tally=%s', tally, substr(columns, 2, length(columns) - 2)) FROM aggregates
		WHERE name = 'rollup'}));
$far->safe_psql('facts',
	'CREATE VIEW facts_seen AS SELECT *, ' . join(', ', map { "$_->[1] AS $_->[0]" } @columns) . ' FROM facts');
$far->safe_psql('facts', "CREATE VIEW facts_seen_$_ AS SELECT * FROM facts_seen WHERE p = $_") foreach 0 .. 2;

create_servers('facts', map { [ "shard_$_", 'facts' ] } 0 .. 2);
$near->safe_psql('facts',
	$helpers . 'IMPORT FOREIGN SCHEMA kpi_test LIMIT TO (facts_seen) FROM SERVER shard_0 INTO kpi_test;
	CREATE TABLE facts_everywhere (LIKE facts_seen) PARTITION BY LIST (p);');
$near->safe_psql('facts', "CREATE FOREIGN TABLE facts_everywhere_$_ PARTITION OF facts_everywhere FOR VALUES IN ($_)
	SERVER shard_$_ OPTIONS (schema_name 'kpi_test', table_name 'facts_seen_$_')") foreach 0 .. 2;
my $seen = 'call';
$seen = sprintf(q{replace(%s, $x$%s$x$, '%s')}, $seen, $_->[1], $_->[0]) foreach @columns;

# Returns the aggregates that are not shipped or have another answer.
sub differences
{
	my ($condition, $local, $remote, $scans) = @_;
	return $near->safe_psql('facts', qq{
		SET enable_partitionwise_aggregate = on;
		CREATE TEMP TABLE difference (signature text, problem text);
		DO \$do\$
		DECLARE
			a record;
			sent text[];
			here text;
			there text;
		BEGIN
			FOR a IN SELECT signature, name, call, $seen AS seen FROM aggregates WHERE $condition LOOP
				sent := ARRAY(SELECT remote_sql(format(\$q\$$remote\$q\$, a.seen)));
				IF cardinality(sent) <> $scans
				OR EXISTS (SELECT FROM unnest(sent) AS s WHERE strpos(s, format('public.%I(', a.name)) = 0) THEN
					INSERT INTO difference VALUES (a.signature, array_to_string(sent, '; '));
				END IF;
				EXECUTE format(\$q\$$local\$q\$, a.call) INTO here;
				EXECUTE format(\$q\$$remote\$q\$, a.seen) INTO there;
				IF here IS DISTINCT FROM there THEN
					INSERT INTO difference VALUES (a.signature, here || ' <> ' || there);
				END IF;
			END LOOP;
		END \$do\$;
		SELECT * FROM difference LIMIT 10});
}

my $groups = q{SELECT string_agg(concat_ws('=', g, v), ' ' ORDER BY g)
	FROM (SELECT g, %%s AS v FROM %s GROUP BY g) AS q};
cmp_ok($near->safe_psql('facts', 'SELECT count(*) FROM aggregates'), '>', 300, 'there are aggregates');
is(differences('true', sprintf($groups, 'facts'), sprintf($groups, 'facts_seen'), 1), '',
	'every aggregate is computed by the other server, and gives the local answer');
is(differences('true', 'SELECT (%s)::text FROM facts', 'SELECT (%s)::text FROM facts_seen', 1), '',
	'and so it is without groups');

# Two steps, for all aggregates that keep a tally.
my $two_steps = q{SELECT string_agg(concat_ws('=', g, v), ' ' ORDER BY g) FROM (SELECT g, rollup(t) AS v
	FROM (SELECT p, g, %s AS t FROM facts_everywhere GROUP BY p, g) AS shards GROUP BY g) AS q};
is(differences(q{keeps_tally}, sprintf($groups, 'facts'), $two_steps, 3), '',
	'in two steps, every tally is made by the servers, and merged to that of one table');
is( $near->safe_psql('facts', "SET enable_partitionwise_aggregate = on;
		SELECT DISTINCT asynchronous_scans(format(\$q\$$two_steps\$q\$, $seen)) FROM aggregates WHERE keeps_tally"),
	3, 'all servers work at the same time');

# The other queries of the document.
sub is_shipped
{
	my ($query) = @_;
	return $near->safe_psql('facts',
		"SET enable_partitionwise_aggregate = on;
		SELECT bool_and(s ~ 'public\\.(nps|p90_wait|service_level|scores_agg|p90_response)\\(')
		FROM remote_sql(\$q\$$query\$q\$) AS s");
}
is(is_shipped($_), 't', "shipped: $_") foreach (
	'SELECT nps(score10) FILTER (WHERE solved) FROM facts_seen',
	'SELECT scores_agg(DISTINCT score10) FROM facts_seen',
	'SELECT g FROM facts_seen GROUP BY g HAVING nps(score10) > 0',
	'SELECT started_utc::date, p90_wait(duration1) FROM facts_seen GROUP BY 1',
	q{SELECT service_level(duration1, duration2, solved, 'credit_abandoned') FROM facts_seen},
	q{SELECT p90_response(started, ended, 'Europe/Berlin; Mo-Fr 09:00-17:00') FROM facts_seen},
	'SELECT p, g, nps(score10) FROM facts_everywhere GROUP BY p, g');
is(is_shipped($_), 'f', "not shipped: $_") foreach (
	'SELECT g, nps(score10) FROM facts_seen GROUP BY ROLLUP (g)',
	'SELECT nps(score10) OVER (ORDER BY k) FROM facts_seen',
	q{SELECT date_trunc('month', started_utc), nps(score10) FROM facts_seen GROUP BY 1},
	q{SELECT extract(month FROM started_utc), nps(score10) FROM facts_seen GROUP BY 1},
	q{SELECT (started AT TIME ZONE 'UTC')::date, nps(score10) FROM facts_seen GROUP BY 1},
	'SELECT started::date, nps(score10) FROM facts_seen GROUP BY 1',
	'SELECT g, nps(score10) FROM facts_everywhere GROUP BY g');

# The document: three servers have the tickets of a channel each.
foreach my $channel ('chat', 'email', 'phone')
{
	$far->safe_psql('postgres', "CREATE DATABASE $channel");
	$far->safe_psql($channel, 'CREATE EXTENSION kpi');
	$far->safe_psql($channel, slurp_file("$root/test/data/example.sql"));
	$far->safe_psql($channel, "DELETE FROM tickets WHERE channel <> '$channel';
		CREATE VIEW ticket_days AS SELECT *, (created_at AT TIME ZONE 'Europe/Berlin')::date AS day FROM tickets");
}
create_servers('postgres', map { [ $_, $_ ] } 'chat', 'email', 'phone');
my $path = "$root/doc/scale-out.md";
my $document = slurp_file($path);
my $updated = check_documented($near, $document);

# the queries sent are those in the document
my @queries = $document =~ /^SET enable_partitionwise_aggregate = on;\n(SELECT.*?);\n```/gms;
my $sent = $near->safe_psql('postgres', $helpers . "SET enable_partitionwise_aggregate = on;\n" . join ";\n",
	map { "SELECT remote_sql(\$q\$$_\$q\$)" } @queries);
my @documented = $document =~ /^ *(?:Remote SQL: )(.*)$/mg;
is(scalar @documented, scalar @queries, 'what is sent is documented');
ok(index("\n$sent\n", "\n$_\n") >= 0, "sent: $_") || diag($sent) foreach @documented;
is($near->safe_psql('postgres',
	"SET enable_partitionwise_aggregate = on; SELECT asynchronous_scans(\$q\$$queries[1]\$q\$)"), 3,
	'and the servers work at the same time');

# the same as on one server
my $one = $far->safe_psql('postgres',
	slurp_file("$root/test/data/example.sql")
	. '; CREATE VIEW ticket_days AS SELECT *, (created_at AT TIME ZONE \'Europe/Berlin\')::date AS day FROM tickets');
foreach my $query (@queries)
{
	is( $near->safe_psql('postgres', "SET enable_partitionwise_aggregate = on; $query"),
		$far->safe_psql('postgres', $query =~ s/FROM tickets/FROM ticket_days/r), 'the answer is that of one server');
}
write_document($path, $updated);

$near->stop;
$far->stop;
done_testing();
