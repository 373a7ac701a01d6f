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
	CREATE TABLE edges (case_id text, zone text, weekly text, holidays text, started timestamptz, ended timestamptz, last bigint,
		clamp text, expected bigint, first text, wall text, biz text, working_hours text, note text)));
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

# Pauses on the day of "created", or in minutes after a creation at midnight.
$node->safe_psql('postgres', q(
	CREATE FUNCTION created(inputs text) RETURNS timestamptz LANGUAGE sql STABLE
		RETURN coalesce(input(inputs, 'created'), '2026-01-01 00:00Z')::timestamptz;
	CREATE FUNCTION moment(inputs text, written text) RETURNS timestamptz LANGUAGE sql STABLE
		RETURN CASE WHEN written LIKE '%:%' THEN ((created(inputs) AT TIME ZONE 'UTC')::date + written::time) AT TIME ZONE 'UTC'
			ELSE created(inputs) + written::integer * interval '1 minute' END;
	CREATE FUNCTION pauses(inputs text) RETURNS tstzmultirange LANGUAGE sql STABLE
		RETURN (SELECT range_agg(tstzrange(moment(inputs, p[1]), moment(inputs, p[2])))
			FROM regexp_matches(input(inputs, 'paused'), '([\d:]+)Z?-([\d:]+)Z?', 'g') AS p);
	CREATE TABLE paused AS
	SELECT inputs, expected, created(inputs), pauses(inputs), published_hours(inputs) AS hours,
		regexp_match(inputs, 'target (\d+) min -> deadline') AS target, regexp_match(inputs, 'start (\d+), target') AS start,
		regexp_match(inputs, '(?:at|from (\d+) to) ([\d:]+)Z?[^|]* -> (?:business )?minutes') AS stretch,
		regexp_match(inputs, 'closed=(\d+)') AS closed
	FROM worked WHERE kpi = 'business_time_with_pauses'));
is($node->safe_psql('postgres', q(SELECT count(*), count(target), count(stretch), sum(cardinality(ARRAY(SELECT unnest(pauses)))) FROM paused)), '13|6|7|16', 'business_time_with_pauses: all rows are read');
is($node->safe_psql('postgres', q(
	SELECT inputs, expected, answer FROM paused, LATERAL (SELECT
		CASE WHEN target IS NOT NULL THEN business_deadline(coalesce(moment(inputs, start[1]), created), make_interval(mins => target[1]::integer), hours, pauses) END,
		least(moment(inputs, stretch[2]), moment(inputs, closed[1]))) AS d (deadline, until),
	LATERAL (SELECT CASE WHEN target IS NULL THEN (business_seconds(coalesce(moment(inputs, stretch[1]), created), until, hours, pauses) / 60)::text
		WHEN expected ~ '^\d+$' THEN (extract(epoch FROM deadline - created) / 60)::integer::text ELSE deadline::text END) AS a (answer)
	WHERE CASE WHEN expected ~ '^\d+$' THEN answer::numeric <> expected::numeric ELSE answer::timestamptz <> expected::timestamptz END IS NOT FALSE)),
	'', 'business_time_with_pauses: as recorded');

# What must hold for every window, whatever the calendar says.
is($node->safe_psql('postgres', "SELECT case_id FROM (SELECT *, $hours AS hours, started + (ended - started) / 3 AS middle FROM windows) AS w
	WHERE business_time(started, middle, hours) + business_time(middle, ended, hours) <> business_time(started, ended, hours)
	   OR extract(epoch FROM business_time(started, ended, hours)) <> expected
	   OR business_time(started AT TIME ZONE 'UTC', ended AT TIME ZONE 'UTC', hours) <> business_time(started, ended, hours) LIMIT 5"),
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

# Random calendars, windows around changes of clocks, and pauses of every shape:
# PostgreSQL's own multiranges subtract the pauses from the spans.
$node->safe_psql('postgres', q{
	SELECT setseed(0.17);
	CREATE TABLE zones AS SELECT * FROM (VALUES
		('Europe/Berlin', '2026-03-29'::date), ('Europe/Berlin', '2026-10-25'), ('America/New_York', '2026-11-01'), ('Australia/Lord_Howe', '2026-04-05'),
		('Australia/Lord_Howe', '2026-10-04'), ('America/St_Johns', '2010-11-07'), ('Atlantic/Azores', '2026-10-25'), ('America/Havana', '2025-11-02'),
		('Asia/Beirut', '2025-10-26'), ('Pacific/Apia', '2011-12-30'), ('Pacific/Kwajalein', '1969-09-30'), ('Pacific/Kwajalein', '1993-08-21'),
		('Africa/Casablanca', '2026-03-22'), ('Europe/Dublin', '2025-10-26'), ('Asia/Kathmandu', '1986-01-01'), ('UTC', '2026-02-28')) AS z (zone, around);
	CREATE TABLE weeks AS SELECT row_number() OVER () AS id, spans FROM (VALUES
		('{09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,off,off}'::text[]), ('{off,off,off,off,off,off,off}'),
		('{"08:30-12:00,13:00-17:15","08:30-12:00,13:00-17:15",off,"08:30-12:00,13:00-17:15","08:30-12:00",10:00-14:00,off}'),
		('{22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00}'), ('{off,off,off,off,20:00-02:30,20:00-02:00,"00:30-01:30,02:15-02:45,18:00-24:00"}'),
		('{00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00}'), ('{off,off,off,off,off,09:00-09:00,01:00-24:00}')) AS w (spans);
	CREATE FUNCTION week(zone text, spans text[]) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (zone || (SELECT string_agg(format('; %s %s', ('{Mo,Tu,We,Th,Fr,Sa,Su}'::text[])[day], spans[day]), '' ORDER BY day) FROM generate_series(1, 7) AS day))::business_hours;
	CREATE FUNCTION random_range(near timestamptz) RETURNS tstzrange LANGUAGE sql VOLATILE BEGIN ATOMIC
		SELECT CASE (random() * 40)::integer WHEN 0 THEN tstzrange(NULL, at) WHEN 1 THEN tstzrange(at, NULL) WHEN 2 THEN tstzrange('-infinity', at, '[]')
			WHEN 3 THEN tstzrange(at, 'infinity', '[]') WHEN 4 THEN 'empty' WHEN 5 THEN tstzrange(at, at, '[]')
			ELSE tstzrange(at, at + random() * length + interval '1 us', ('{[],(),[),(]}'::text[])[1 + floor(random() * 4)]) END
		FROM (SELECT near + (random() * 20 - 8) * interval '1 day' AS at, ('{0,3 us,20 min,8 h,50 h}'::interval[])[1 + floor(random() * 5)] AS length) AS r;
	END;
	CREATE TABLE random_windows AS
	SELECT n, zone, spans, week(zone, spans) AS hours, started, started + random() * CASE WHEN n % 7 = 0 THEN interval '60 days' ELSE interval '4 days' END AS ended, random() AS part,
		(SELECT range_agg(random_range(started + k * interval '0')) FROM generate_series(1, (random() * random() * 12 + 0 * n)::integer) AS k) AS paused
	FROM (SELECT zone, id, n, around::timestamp AT TIME ZONE 'UTC' + (random() * 8 - 5) * interval '1 day' AS started, spans FROM zones, weeks, generate_series(1, 40) AS n) AS w});
is($node->safe_psql('postgres', q(SELECT count(*), count(*) FILTER (WHERE paused IS NULL) BETWEEN 500 AND 1500, count(*) FILTER (WHERE isempty(paused)) > 5,
	count(*) FILTER (WHERE lower_inf(paused)) > 50, count(*) FILTER (WHERE upper_inf(paused)) > 50, count(*) FILTER (WHERE paused && tstzmultirange(tstzrange(started, ended))) > 1500 FROM random_windows)),
	'4480|t|t|t|t|t', 'random windows: of every kind');
is($node->safe_psql('postgres', q(
	SELECT n, hours, started, ended, paused, expected, business_time(started, ended, hours, paused) FROM random_windows, LATERAL (
		SELECT coalesce(sum(upper(r) - lower(r)), '0') FROM unnest((SELECT range_agg(s) FROM business_spans(started, ended, hours) AS s) - coalesce(paused, '{}')) AS r) AS o (expected)
	WHERE business_time(started, ended, hours, paused) <> expected OR business_seconds(started, ended, hours, paused)::numeric <> extract(epoch FROM expected)
		OR business_time(started AT TIME ZONE 'UTC', ended AT TIME ZONE 'UTC', hours, paused) <> expected LIMIT 5)),
	'', 'random windows: open time less pauses');
is($node->safe_psql('postgres', q(
	SELECT n, started, ended, paused FROM random_windows, LATERAL (
		SELECT coalesce(sum(upper(r) - lower(r)), '0') FROM unnest(tstzmultirange(tstzrange(started, ended)) - coalesce(paused, '{}')) AS r) AS o (expected)
	WHERE business_time(started, ended, NULL, paused) <> expected LIMIT 5)),
	'', 'random windows: time around the clock less pauses');
is($node->safe_psql('postgres', q(
	SELECT n, hours, started, allowed, paused, deadline FROM random_windows, unnest(ARRAY[hours, NULL]) AS h,
		LATERAL (SELECT date_trunc('microsecond', business_time(started, ended, h, paused) * part)) AS a (allowed),
		LATERAL (SELECT make_interval(secs => extract(epoch FROM allowed))) AS b (hours_allowed),
		LATERAL (SELECT business_deadline(started, hours_allowed, h, paused)) AS d (deadline)
	WHERE CASE WHEN allowed = '0' THEN deadline <> started ELSE business_time(started, deadline, h, paused) <> allowed OR deadline > ended
		OR business_time(started, deadline - interval '1 us', h, paused) <> allowed - interval '1 us' END LIMIT 5)),
	'', 'random windows: deadlines are the first instant that leaves nothing');
is($node->safe_psql('postgres', q(
	SELECT n FROM random_windows, LATERAL (SELECT business_time(started, ended, hours, paused), make_interval(hours => (part * 30)::integer)) AS t (passed, target)
	WHERE sla_met(started, ended, target, hours, paused => paused) <> (passed <= target)
		OR sla_met(started, NULL, target, hours, ended, paused) IS DISTINCT FROM nullif(passed <= target, true) LIMIT 5)),
	'', 'random windows: targets');
# A calendar that is open on one date alone shows the spans that start on it.
is($node->safe_psql('postgres', q(
	SELECT n, zone, spans, started, paused, days, expected, deadline FROM (SELECT *, 1 + n % 5 AS days FROM random_windows WHERE n % 4 = 0 AND spans <> '{off,off,off,off,off,off,off}' AND (paused IS NULL OR NOT upper_inf(paused) AND upper(paused) < 'infinity')) AS w,
		LATERAL (SELECT closing FROM generate_series((started AT TIME ZONE zone)::date + 1, (started AT TIME ZONE zone)::date + CASE WHEN spans[5] = 'off' THEN 60 ELSE 35 END, '1 day') AS g (at),
			LATERAL (SELECT at::date AS day, (at::date)::timestamp AT TIME ZONE zone AS midnight, (at::date + 1)::timestamp AT TIME ZONE zone AS next) AS d,
			LATERAL (SELECT range_agg(s), max(upper(s)) FROM business_spans(midnight - interval '2 days', midnight + interval '4 days',
				format('%s; off; %s %s', zone, day, spans[extract(isodow FROM day)])::business_hours) AS s) AS s (open, closing)
			WHERE midnight < next AND NOT isempty(open - coalesce(paused, '{}')) ORDER BY day OFFSET days - 1 LIMIT 1) AS o (expected),
		LATERAL (SELECT business_days_deadline(started, days, hours, paused)) AS d (deadline)
	WHERE deadline <> expected OR deadline IS NULL LIMIT 5)),
	'', 'random windows: working days');

# Many pauses, and searches that take long.
$node->safe_psql('postgres', q(
	CREATE TABLE long_pauses AS SELECT range_agg(tstzrange(at, at + interval '7 minutes')) AS paused
	FROM generate_series(timestamptz '2026-01-01 00:00Z', timestamptz '2026-01-01 00:00Z' + 99999 * interval '10 minutes', '10 minutes') AS at));
is($node->safe_psql('postgres', q(SELECT business_seconds('2026-01-01 00:05Z', '2027-11-26 10:35Z', NULL, paused), business_seconds('2027-11-26 10:31Z', '2027-11-26 10:50Z', 'UTC; 24/7', paused),
	business_deadline('2026-01-01 00:00Z', make_interval(mins => 300000), 'UTC; 24/7', paused) = '2027-11-26 10:40Z' FROM long_pauses)),
	99999 * 180 . '|' . 13 * 60 . '|t', '100,000 pauses');
like(($node->psql('postgres', q{SET statement_timeout = '200ms'; SELECT business_days_deadline(timestamptz '2026-01-01', 2000000000, 'UTC; 24/7', '{[290000-01-01,290000-01-02)}')}))[2],
	qr/canceling statement due to statement timeout/, 'a search through all days there are can be cancelled');

# A stored calendar whose zone this server does not have.
$node->safe_psql('postgres', q(
	CREATE CAST (bytea AS business_hours) WITHOUT FUNCTION;
	CREATE TABLE stored AS SELECT ('\x01'::bytea || convert_to(t, 'UTF8'))::business_hours AS hours FROM unnest(ARRAY['Mars/Olympus; 24/7', 'UTC; 25/7']) AS t));
sub fails
{
	my ($database, $query) = @_;

	return ($node->psql($database, "\\set VERBOSITY verbose\n$query"))[2];
}
my $gone = fails('postgres', q(SELECT is_open(now(), hours) FROM stored WHERE hours::text LIKE 'Mars%'));
like($gone, qr/ERROR:  22023: time zone "Mars\/Olympus" not recognized\nDETAIL:  The stored business hours are "Mars\/Olympus; 24\/7"\.\nHINT:  .*pg_timezone_names/, 'a stored calendar whose zone is gone');
like(fails('postgres', q(SELECT is_open(now(), hours) FROM stored WHERE hours::text LIKE 'UTC%')), qr/ERROR:  XX001: /, 'a stored calendar that is damaged');

# Errors cut what they quote between characters, whatever the encoding.
$node->safe_psql('postgres', $_) foreach q(CREATE DATABASE japanese TEMPLATE template0 ENCODING 'EUC_JP' LC_COLLATE 'C' LC_CTYPE 'C'), q(CREATE DATABASE unicode TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C');
foreach my $database (qw(japanese unicode))
{
	$node->safe_psql($database, q(
		CREATE EXTENSION kpi;
		-- the number of literals with errors that are as they should be
		CREATE FUNCTION quoted(literals text[]) RETURNS bigint LANGUAGE plpgsql AS $$
		DECLARE
			literal text;
			message text;
			detail text;
			n bigint := 0;
		BEGIN
			FOREACH literal IN ARRAY literals LOOP
				BEGIN
					PERFORM literal::business_hours;
				EXCEPTION WHEN invalid_text_representation THEN
					GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
					-- fails unless each is a valid string
					PERFORM convert_to(message, 'EUC_JP'), convert_to(detail, 'UTF8'), convert_to(detail, 'EUC_JP'), convert_to(message, 'UTF8');
					n := n + (message LIKE '%"' || left(literal, 200) || '%' AND detail ~ ('"x*' || U&'\3042' || '*"'))::integer;
				END;
			END LOOP;
			RETURN n;
		END
		$$));
	is($node->safe_psql($database, q(SELECT quoted(array_agg(format(f, repeat('x', n) || repeat(U&'\3042', m)))) FROM generate_series(0, 4) AS n, generate_series(1, 120, 7) AS m,
		unnest(ARRAY['%s; 24/7', 'UTC; %s', 'UTC; Mo %s', 'UTC; Mo-%s', 'UTC; Mo 09:00-%s', 'UTC; Dec %s', 'UTC; 24/7 %s']) AS f)),
		5 * 18 * 7, "$database: errors of literals that are cut");
	like(fails($database, q(SELECT ('UTC; ' || repeat(U&'\3042', 3000))::business_hours)), qr/ERROR:  22P02: invalid input syntax for type business_hours: "UTC; .*\.\.\."\nDETAIL:  Expected a time as in 09:30 instead of ".*"\.\n/, "$database: a long one");
}

$node->stop;
done_testing();
