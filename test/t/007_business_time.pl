# Thousands of windows and deadlines that independent programs agree on, in 40
# time zones, through daylight saving, holidays, nights and skipped dates.
use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/oracles';
my $node = PostgreSQL::Test::Cluster->new('business_time');
$node->init;
$node->append_conf('postgresql.conf', "jit = off\ntimezone = 'America/Caracas'\n");
$node->start;
$node->safe_psql('postgres', q(
	CREATE EXTENSION kpi;
	CREATE FUNCTION calendar(zone text, weekly text, holidays text) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (concat_ws('; ', zone, weekly, replace(holidays, ';', ',') || ' off'))::business_hours;
	CREATE TABLE windows (case_id text, zone text, weekly text, holidays text, started timestamptz, ended timestamptz, expected bigint, source text, dst_sensitive boolean);
	CREATE TABLE deadlines (case_id text, zone text, weekly text, holidays text, started timestamptz, allowed bigint, expected timestamptz, source text);
	CREATE TABLE edges (case_id text, zone text, weekly text, holidays text, started timestamptz, ended timestamptz, expected bigint,
		clamp text, first text, wall text, biz text, working_hours text, note text)));
sub load
{
	my ($table, $file) = @_;
	my $rows = slurp_file("$data/$file");

	$node->safe_psql('postgres', "COPY $table FROM STDIN (FORMAT csv, HEADER);\n$rows\\.\n");
}
load('windows', 'business_time.csv');
load('deadlines', 'business_add.csv');
load('edges', 'business_time_dst_edges.csv');

my $hours = 'calendar(zone, weekly, holidays)';
is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM windows), (SELECT count(*) FROM deadlines), (SELECT count(*) FROM edges)'),
	'2418|1110|62', 'all rows are there');
is($node->safe_psql('postgres', "SELECT case_id, expected, business_seconds(started, ended, $hours) FROM windows WHERE business_seconds(started, ended, $hours) <> expected LIMIT 5"),
	'', 'windows: to the second');
is($node->safe_psql('postgres', "SELECT case_id, expected, business_seconds(started, ended, $hours) FROM edges WHERE business_seconds(started, ended, $hours) <> expected LIMIT 5"),
	'', 'windows with a change of clocks at an edge: to the second');
is($node->safe_psql('postgres', "SELECT case_id, expected, business_deadline(started, make_interval(secs => allowed), $hours) FROM deadlines WHERE business_deadline(started, make_interval(secs => allowed), $hours) <> expected LIMIT 5"),
	'', 'deadlines: to the second');

# Published single cases, whose inputs are text: name=value | name=value.
$node->safe_psql('postgres', q(
	CREATE TABLE worked (kpi text, inputs text, expected text, source text);
	CREATE FUNCTION input(inputs text, name text) RETURNS text LANGUAGE sql IMMUTABLE
		RETURN trim(substring(inputs FROM '(?:^|\| )' || name || '=([^|]*)'));
	-- an override replaces the hours of a date
	CREATE FUNCTION published_hours(inputs text) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (concat_ws('; ', input(inputs, 'zone'), input(inputs, 'weekly'), input(inputs, 'holidays') || ' off',
						  trim(replace(substring(inputs FROM '\| override ([^|]*)'), ' = ', ' '))))::business_hours));
load('worked', 'worked_numbers.csv');
my %published = (
	next_open => [ 17, q(next_open(input(inputs, 'at')::timestamptz, published_hours(inputs)) = expected::timestamptz) ],
	business_seconds_with_override => [ 6, q(business_seconds(input(inputs, 'from')::timestamptz, input(inputs, 'to')::timestamptz, published_hours(inputs)) = expected::float8) ],
	business_deadline_with_override => [ 5, q(business_deadline(input(inputs, 'start')::timestamptz, input(inputs, 'add')::interval, published_hours(inputs)) = expected::timestamptz) ],
	business_minutes => [ 1, q(round((business_seconds(input(inputs, 'from')::timestamptz, input(inputs, 'to')::timestamptz, published_hours(inputs)) / 60)::numeric, 4) = expected::numeric) ],
	sla_breach_at => [ 1, q(business_deadline(input(inputs, 'applied')::timestamptz, input(inputs, 'target')::interval, published_hours(inputs)) = expected::timestamptz) ],
);
foreach my $kpi (sort keys %published)
{
	my ($rows, $holds) = @{ $published{$kpi} };

	is($node->safe_psql('postgres', "SELECT count(*), count(*) FILTER (WHERE $holds) FROM worked WHERE kpi = '$kpi'"), "$rows|$rows", "$kpi: as published");
}

# What must hold for every window, whatever the calendar says.
is($node->safe_psql('postgres', "SELECT case_id FROM (SELECT *, $hours AS hours, started + (ended - started) / 3 AS middle FROM windows) AS w
	WHERE business_time(started, middle, hours) + business_time(middle, ended, hours) <> business_time(started, ended, hours)
	   OR extract(epoch FROM business_time(started, ended, hours)) <> expected
	   OR business_time(started AT TIME ZONE 'UTC', ended, hours) <> business_time(started, ended AT TIME ZONE 'UTC', hours) LIMIT 5"),
	'', 'windows can be cut in two');
is($node->safe_psql('postgres', "SELECT case_id FROM (SELECT *, $hours AS hours FROM windows) AS w
	WHERE (SELECT coalesce(sum(upper(s) - lower(s)), '0') FROM business_spans(started, ended, hours) AS s) <> business_time(started, ended, hours)
	   OR EXISTS (SELECT FROM (SELECT s, lag(upper(s)) OVER () AS before FROM business_spans(started, ended, hours) AS s) AS l
				  WHERE lower(s) <= before OR NOT is_open(lower(s), hours) OR is_open(upper(s), hours) AND upper(s) < ended OR lower(s) < started OR upper(s) > ended) LIMIT 5"),
	'', 'spans add up to the business time, ascend and are open inside');
is($node->safe_psql('postgres', "SELECT case_id FROM (SELECT *, $hours AS hours FROM windows WHERE expected > 0) AS w
	WHERE business_deadline(started, make_interval(secs => expected), hours) > ended
	   OR business_time(started, business_deadline(started, make_interval(secs => expected), hours), hours) <> make_interval(secs => expected)
	   OR next_open(started, hours) > business_deadline(started, '1 microsecond', hours)
	   OR is_open(started, hours) <> (next_open(started, hours) = started) LIMIT 5"),
	'', 'deadlines undo business time');
is($node->safe_psql('postgres', "SELECT case_id FROM (SELECT *, $hours AS hours FROM windows) AS w WHERE hours::text::business_hours <> hours OR hours::jsonb::business_hours <> hours OR hours::text <> hours::text::business_hours::text LIMIT 5"),
	'', 'calendars survive text and jsonb');

$node->stop;
done_testing();
