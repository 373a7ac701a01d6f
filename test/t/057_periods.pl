# A period of a mart is complete from the day on that its comment says, in every relation that tells it.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data';
my $node = PostgreSQL::Test::Cluster->new('periods');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\n");
$node->start;
sub query { return $node->safe_psql('postgres', $_[0]) }
query('CREATE EXTENSION kpi_mart CASCADE');
$node->command_ok(
	[ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-v', 'tickets=1000', '-v', 'accounts=150', '-v', 'agents=8',
		'-f', "$data/generate.sql", '-f', "$data/mart/full.sql" ],
	'builds a mart of all relations');

# the columns, with their relation, the column of the period and what the comment says
my @columns = map { [ split /\|/ ] } split /\n/, query(q{
	SELECT a.attrelid::regclass, p.attname, a.attname, col_description(a.attrelid, a.attnum)
	FROM pg_class AS c
	JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname LIKE '%is_complete'
	JOIN pg_attribute AS p ON p.attrelid = c.oid AND p.attname IN ('day', 'week', 'month', 'period')
	WHERE c.relnamespace = 'dashboards'::regnamespace AND c.relkind = 'v' ORDER BY c.relname, a.attnum});
cmp_ok(scalar(@columns), '>=', 24, 'columns tell whether a period is complete');

# Each row: what the column says, and whether as many days have passed since the period as the comment says.
sub judged
{
	my ($relation, $period, $column, $comment) = @_;
	my $length = $relation =~ /daily$/ ? 'day' : $relation =~ /weekly$/ ? 'week' : 'month';
	my $days = $comment =~ /(\d+) days/ ? $1 : $comment =~ /seven days/ ? 7 : $comment =~ /day after/ ? 1 : 0;

	return "SELECT '$relation.$column' AS name, $column AS is_complete,
		($period + interval '1 $length')::date - 1 + $days < today AS has_passed FROM $relation, today";
}
my $all = join "\n\t\t\t\tUNION ALL ", map { judged(@$_) } @columns;
is(query("CREATE TEMP TABLE found (name text, wrong bigint, complete bigint, not_yet bigint);
	DO \$\$
	BEGIN
		-- every day of a month and of a week
		FOR n IN 1 .. 31 LOOP
			INSERT INTO found
			WITH today AS (SELECT (as_of AT TIME ZONE time_zone)::date AS today FROM dashboards.kpi_state, dashboards.kpi_settings)
			SELECT name, count(*) FILTER (WHERE is_complete IS DISTINCT FROM has_passed), count(*) FILTER (WHERE is_complete),
				count(*) FILTER (WHERE NOT is_complete)
			FROM ($all) AS a GROUP BY name;
			UPDATE dashboards.kpi_state SET as_of = as_of - interval '1 day';
		END LOOP;
	END \$\$;
	SELECT name, sum(wrong), sum(complete), sum(not_yet) FROM found GROUP BY name
	HAVING sum(wrong) > 0 OR sum(complete) = 0 OR sum(not_yet) = 0"), '', 'from the day on that the comment says');
$node->stop;
done_testing();
