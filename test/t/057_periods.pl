# Every column is_complete turns true on the day that its COMMENT promises.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use FullMart qw(build_full_mart);
use Session;

my $node = PostgreSQL::Test::Cluster->new('periods');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\n");
$node->start;
my $session = Session->new($node);
sub query { return $session->query($_[0]) }
build_full_mart($node, tickets => 1000, agents => 8);

# relation, column of the period, column is_complete, and its COMMENT
my @columns = map { [ split /\|/ ] } split /\n/, query(q{
	SELECT a.attrelid::regclass, p.attname, a.attname, col_description(a.attrelid, a.attnum)
	FROM pg_class AS c
	JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname LIKE '%is_complete'
	JOIN pg_attribute AS p ON p.attrelid = c.oid AND p.attname IN ('day', 'week', 'month', 'period')
	WHERE c.relnamespace = 'dashboards'::regnamespace AND c.relkind = 'v' ORDER BY c.relname, a.attnum});
cmp_ok(scalar(@columns), '>=', 24, 'columns is_complete');

# Selects is_complete of each row of a relation, and whether the days that the COMMENT names have passed since the period.
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
		-- every day of a month and of a week, and on the first of a month back into the last one with costs
		FOR n IN 1 .. 33 LOOP
			INSERT INTO found
			WITH today AS (SELECT (as_of AT TIME ZONE time_zone)::date AS today FROM dashboards.kpi_state, dashboards.kpi_settings)
			SELECT name, count(*) FILTER (WHERE is_complete IS DISTINCT FROM has_passed), count(*) FILTER (WHERE is_complete),
				count(*) FILTER (WHERE NOT is_complete)
			FROM ($all) AS a GROUP BY name;
			UPDATE dashboards.kpi_state SET as_of = as_of - interval '1 day';
		END LOOP;
	END \$\$;
	SELECT name, sum(wrong), sum(complete), sum(not_yet) FROM found GROUP BY name
	HAVING sum(wrong) > 0 OR sum(complete) = 0 OR sum(not_yet) = 0"), '', 'each turns true on the day that its COMMENT promises');
$node->stop;
done_testing();
