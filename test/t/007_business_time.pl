# Compares business time with independent answers: thousands of windows and deadlines of other programs, recorded
# cases with pauses, and random calendars whose pauses PostgreSQL's multiranges subtract.
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

sub query { return $node->safe_psql('postgres', $_[0]) }

# Expects that a query for counterexamples finds none.
sub holds
{
	my ($query, $name) = @_;

	is(query("$query LIMIT 5"), '', $name);
}

sub load
{
	my ($table, $file) = @_;
	my $rows = slurp_file("$data/$file");

	query("COPY $table FROM STDIN (FORMAT csv, HEADER);\n$rows\\.\n");
}

# ----------------------------------------------------------------------------
# Windows and deadlines of other programs
# ----------------------------------------------------------------------------

query(q(
	CREATE EXTENSION kpi;
	CREATE FUNCTION calendar(zone text, weekly text, holidays text) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (concat_ws('; ', zone, weekly, replace(holidays, ';', ',') || ' off'))::business_hours;
	CREATE TABLE recorded_windows (case_id text, zone text, weekly text, holidays text,
		started timestamptz, ended timestamptz, expected bigint, source text, dst_sensitive boolean);
	CREATE TABLE recorded_deadlines (case_id text, zone text, weekly text, holidays text,
		started timestamptz, allowed bigint, expected timestamptz, source text);
	CREATE TABLE edges (case_id text, zone text, weekly text, holidays text,
		started timestamptz, ended timestamptz, last bigint, clamp text, expected bigint,
		first text, wall text, biz text, working_hours text, note text)));
load('recorded_windows', 'business_time.csv');
load('recorded_deadlines', 'business_add.csv');
load('edges', 'business_time_dst_edges.csv');
query(q(
	CREATE TABLE windows AS
	SELECT *, calendar(zone, weekly, holidays) AS hours, started + (ended - started) / 3 AS middle
	FROM recorded_windows;
	CREATE TABLE deadlines AS
	SELECT *, calendar(zone, weekly, holidays) AS hours, make_interval(secs => allowed) AS allowance
	FROM recorded_deadlines));

is(query('SELECT (SELECT count(*) FROM windows), (SELECT count(*) FROM deadlines), (SELECT count(*) FROM edges)'),
	'2418|1110|62', 'all rows are there');
holds(q(SELECT case_id, expected, business_seconds(started, ended, hours) FROM windows
	WHERE business_seconds(started, ended, hours) <> expected),
	'windows: to the second');
holds(q(SELECT case_id, expected, seconds FROM edges,
	LATERAL (SELECT business_seconds(started, ended, calendar(zone, weekly, holidays)) AS seconds) AS s
	WHERE seconds <> expected),
	'windows with a change of clocks at an edge: to the second');
holds(q(SELECT case_id, expected, business_deadline(started, allowance, hours) FROM deadlines
	WHERE business_deadline(started, allowance, hours) <> expected),
	'deadlines: to the second');

holds(q(SELECT case_id FROM windows,
	LATERAL (SELECT business_time(started, ended, hours)) AS t (passed)
	WHERE business_time(started, middle, hours) + business_time(middle, ended, hours) <> passed
		OR extract(epoch FROM passed) <> expected
		OR business_time(started AT TIME ZONE 'UTC', ended AT TIME ZONE 'UTC', hours) <> passed),
	'windows can be cut in two');
holds(q(SELECT case_id FROM windows
	WHERE (SELECT coalesce(sum(upper(s) - lower(s)), '0') FROM business_spans(started, ended, hours) AS s)
			<> business_time(started, ended, hours)
		OR EXISTS (
			SELECT FROM (SELECT s, lag(upper(s)) OVER () AS before FROM business_spans(started, ended, hours) AS s) AS l
			WHERE lower(s) <= before OR lower(s) < started OR upper(s) > ended
				OR NOT is_open(lower(s), hours) OR is_open(upper(s), hours) AND upper(s) < ended)),
	'spans add up to the business time, ascend and are open inside');
holds(q(SELECT case_id FROM windows,
	LATERAL (SELECT make_interval(secs => expected)) AS a (allowance),
	LATERAL (SELECT business_deadline(started, allowance, hours)) AS d (deadline)
	WHERE expected > 0 AND (deadline > ended OR business_time(started, deadline, hours) <> allowance
		OR next_open(started, hours) > business_deadline(started, '1 microsecond', hours)
		OR is_open(started, hours) <> (next_open(started, hours) = started))),
	'deadlines undo business time');
holds(q(SELECT case_id FROM windows
	WHERE hours::text::business_hours <> hours OR hours::jsonb::business_hours <> hours
		OR hours::text <> hours::text::business_hours::text),
	'calendars survive text and jsonb');

# ----------------------------------------------------------------------------
# Published single cases, whose inputs are text: name=value | name=value
# ----------------------------------------------------------------------------

query(q(
	CREATE TABLE worked (kpi text, inputs text, expected text, source text);
	CREATE FUNCTION input(inputs text, name text) RETURNS text LANGUAGE sql IMMUTABLE
		RETURN trim(substring(inputs FROM '(?:^|\| )' || name || '=([^|]*)'));
	CREATE FUNCTION instant(inputs text, name text) RETURNS timestamptz LANGUAGE sql STABLE
		RETURN input(inputs, name)::timestamptz;
	-- an override replaces the hours of a date
	CREATE FUNCTION published_hours(inputs text) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (concat_ws('; ', input(inputs, 'zone'), input(inputs, 'weekly'), input(inputs, 'holidays') || ' off',
			trim(replace(substring(inputs FROM '\| override ([^|]*)'), ' = ', ' '))))::business_hours));
load('worked', 'worked_numbers.csv');
query(q(ALTER TABLE worked ADD hours business_hours;
	UPDATE worked SET hours = published_hours(inputs)
	WHERE kpi ~ '^(next_open|business_.*_with_.*|business_minutes|sla_breach_at)$'));

my %published = (
	next_open => [ 17, q(next_open(instant(inputs, 'at'), hours) = expected::timestamptz) ],
	business_seconds_with_override =>
	  [ 6, q(business_seconds(instant(inputs, 'from'), instant(inputs, 'to'), hours) = expected::float8) ],
	business_deadline_with_override => [ 5,
		q(business_deadline(instant(inputs, 'start'), input(inputs, 'add')::interval, hours)
		  = expected::timestamptz) ],
	business_minutes => [ 1,
		q(round((business_seconds(instant(inputs, 'from'), instant(inputs, 'to'), hours) / 60)::numeric, 4)
		  = expected::numeric) ],
	sla_breach_at => [ 1,
		q(business_deadline(instant(inputs, 'applied'), input(inputs, 'target')::interval, hours)
		  = expected::timestamptz) ],
);
foreach my $kpi (sort keys %published)
{
	my ($rows, $holds) = @{ $published{$kpi} };

	is(query("SELECT count(*), count(*) FILTER (WHERE $holds) FROM worked WHERE kpi = '$kpi'"),
		"$rows|$rows", "$kpi: as published");
}

# Pauses are times on the day of "created", or minutes after a creation at midnight.
query(q(
	CREATE FUNCTION created(inputs text) RETURNS timestamptz LANGUAGE sql STABLE
		RETURN coalesce(input(inputs, 'created'), '2026-01-01 00:00Z')::timestamptz;
	CREATE FUNCTION moment(inputs text, written text) RETURNS timestamptz LANGUAGE sql STABLE
		RETURN CASE WHEN written LIKE '%:%'
			THEN ((created(inputs) AT TIME ZONE 'UTC')::date + written::time) AT TIME ZONE 'UTC'
			ELSE created(inputs) + written::integer * interval '1 minute' END;
	CREATE FUNCTION pauses(inputs text) RETURNS tstzmultirange LANGUAGE sql STABLE
		RETURN (SELECT range_agg(tstzrange(moment(inputs, p[1]), moment(inputs, p[2])))
			FROM regexp_matches(input(inputs, 'paused'), '([\d:]+)Z?-([\d:]+)Z?', 'g') AS p);
	CREATE TABLE paused AS
	SELECT inputs, hours, expected, created(inputs), pauses(inputs),
		regexp_match(inputs, 'target (\d+) min -> deadline') AS target,
		regexp_match(inputs, 'start (\d+), target') AS start,
		regexp_match(inputs, '(?:at|from (\d+) to) ([\d:]+)Z?[^|]* -> (?:business )?minutes') AS stretch,
		regexp_match(inputs, 'closed=(\d+)') AS closed
	FROM worked WHERE kpi = 'business_time_with_pauses'));
is(query('SELECT count(*), count(target), count(stretch), sum(cardinality(ARRAY(SELECT unnest(pauses)))) FROM paused'),
	'13|6|7|16', 'business_time_with_pauses: all rows are read');
holds(q(
	SELECT inputs, expected, deadline FROM paused,
		LATERAL (SELECT coalesce(moment(inputs, start[1]), created), make_interval(mins => target[1]::integer))
			AS t (started, allowance),
		LATERAL (SELECT business_deadline(started, allowance, hours, pauses)) AS d (deadline)
	WHERE target IS NOT NULL AND (deadline IS NULL OR deadline <> CASE WHEN expected ~ '^\d+$'
		THEN moment(inputs, expected) ELSE expected::timestamptz END)),
	'business_time_with_pauses: deadlines as recorded');
holds(q(
	SELECT inputs, expected, minutes FROM paused,
		LATERAL (SELECT coalesce(moment(inputs, stretch[1]), created),
			least(moment(inputs, stretch[2]), moment(inputs, closed[1]))) AS t (started, ended),
		LATERAL (SELECT business_seconds(started, ended, hours, pauses) / 60) AS m (minutes)
	WHERE target IS NULL AND minutes IS DISTINCT FROM expected::float8),
	'business_time_with_pauses: minutes as recorded');

# ----------------------------------------------------------------------------
# Random calendars, windows around changes of clocks, and pauses of every shape
# ----------------------------------------------------------------------------

query(q{
	SELECT setseed(0.17);
	CREATE TABLE zones AS SELECT * FROM (VALUES
		('Europe/Berlin', '2026-03-29'::timestamp), ('Europe/Berlin', '2026-10-25'), ('America/New_York', '2026-11-01'),
		('Australia/Lord_Howe', '2026-04-05'), ('Australia/Lord_Howe', '2026-10-04'),
		('America/St_Johns', '2010-11-07'), ('Atlantic/Azores', '2026-10-25'), ('America/Havana', '2025-11-02'),
		('Asia/Beirut', '2025-10-26'), ('Pacific/Apia', '2011-12-30'), ('Pacific/Kwajalein', '1969-09-30'),
		('Pacific/Kwajalein', '1993-08-21'), ('Africa/Casablanca', '2026-03-22'), ('Europe/Dublin', '2025-10-26'),
		('Asia/Kathmandu', '1986-01-01'), ('UTC', '2026-02-28')) AS z (zone, around);
	-- the hours of each weekday, from Monday on
	CREATE TABLE weeks AS SELECT spans FROM (VALUES
		('{09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,09:00-17:00,off,off}'::text[]),
		('{off,off,off,off,off,off,off}'),
		('{"08:30-12:00,13:00-17:15","08:30-12:00,13:00-17:15",off,"08:30-12:00,13:00-17:15",08:30-12:00,
		   10:00-14:00,off}'),
		('{22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00,22:00-06:00}'),
		('{off,off,off,off,20:00-02:30,20:00-02:00,"00:30-01:30,02:15-02:45,18:00-24:00"}'),
		('{00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00,00:00-24:00}'),
		('{off,off,off,off,off,09:00-09:00,01:00-24:00}')) AS w (spans);
	CREATE FUNCTION week(zone text, spans text[]) RETURNS business_hours LANGUAGE sql STABLE
		RETURN (SELECT zone || string_agg(format('; %s %s', name, spans[day]), '' ORDER BY day)
			FROM unnest('{Mo,Tu,We,Th,Fr,Sa,Su}'::text[]) WITH ORDINALITY AS d (name, day))::business_hours;
	CREATE FUNCTION random_range(near timestamptz) RETURNS tstzrange LANGUAGE sql VOLATILE BEGIN ATOMIC
		SELECT CASE (random() * 40)::integer
			WHEN 0 THEN tstzrange(NULL, at)
			WHEN 1 THEN tstzrange(at, NULL)
			WHEN 2 THEN tstzrange('-infinity', at, '[]')
			WHEN 3 THEN tstzrange(at, 'infinity', '[]')
			WHEN 4 THEN 'empty'
			WHEN 5 THEN tstzrange(at, at, '[]')
			ELSE tstzrange(at, at + random() * length + interval '1 us',
				('{[],(),[),(]}'::text[])[1 + floor(random() * 4)])
			END
		FROM (SELECT near + (random() * 20 - 8) * interval '1 day',
			('{0,3 us,20 min,8 h,50 h}'::interval[])[1 + floor(random() * 5)]) AS r (at, length);
	END;
	CREATE TABLE random_windows AS
	SELECT n, zone, spans, week(zone, spans) AS hours, random() AS part, started,
		started + random() * CASE WHEN n % 7 = 0 THEN interval '60 days' ELSE interval '4 days' END AS ended,
		(SELECT range_agg(random_range(started + k * interval '0'))
			FROM generate_series(1, (random() * random() * 12 + 0 * n)::integer) AS k) AS paused
	FROM (SELECT n, zone, spans, around AT TIME ZONE 'UTC' + (random() * 8 - 5) * interval '1 day' AS started
		FROM zones, weeks, generate_series(1, 40) AS n) AS w});
is(query(q(
	SELECT count(*), count(*) FILTER (WHERE paused IS NULL) BETWEEN 500 AND 1500,
		count(*) FILTER (WHERE isempty(paused)) > 5,
		count(*) FILTER (WHERE lower_inf(paused)) > 50, count(*) FILTER (WHERE upper_inf(paused)) > 50,
		count(*) FILTER (WHERE paused && tstzmultirange(tstzrange(started, ended))) > 1500
	FROM random_windows)),
	'4480|t|t|t|t|t', 'random windows: of every kind');
holds(q(
	SELECT n, hours, started, ended, paused, expected, passed FROM random_windows,
		LATERAL (SELECT range_agg(s) - coalesce(paused, '{}') FROM business_spans(started, ended, hours) AS s)
			AS l (left_open),
		LATERAL (SELECT coalesce(sum(upper(r) - lower(r)), '0') FROM unnest(left_open) AS r) AS o (expected),
		LATERAL (SELECT business_time(started, ended, hours, paused)) AS t (passed)
	WHERE passed <> expected
		OR business_seconds(started, ended, hours, paused)::numeric <> extract(epoch FROM expected)
		OR business_time(started AT TIME ZONE 'UTC', ended AT TIME ZONE 'UTC', hours, paused) <> expected),
	'random windows: open time less pauses');
holds(q(
	SELECT n, started, ended, paused FROM random_windows,
		LATERAL (SELECT coalesce(sum(upper(r) - lower(r)), '0')
			FROM unnest(tstzmultirange(tstzrange(started, ended)) - coalesce(paused, '{}')) AS r) AS o (expected)
	WHERE business_time(started, ended, NULL, paused) <> expected),
	'random windows: time around the clock less pauses');
holds(q(
	SELECT n, hours, started, allowance, paused, deadline FROM random_windows, unnest(ARRAY[hours, NULL]) AS h,
		LATERAL (SELECT business_time(started, ended, h, paused) * part) AS p (part_of_it),
		LATERAL (SELECT make_interval(secs => extract(epoch FROM part_of_it))) AS a (allowance),
		LATERAL (SELECT business_deadline(started, allowance, h, paused)) AS d (deadline)
	WHERE CASE WHEN allowance = '0' THEN deadline <> started
		ELSE deadline > ended OR business_time(started, deadline, h, paused) <> allowance
			OR business_time(started, deadline - interval '1 us', h, paused) <> allowance - interval '1 us' END),
	'random windows: a deadline is the first instant at which the allowance has passed');
holds(q(
	SELECT n FROM random_windows,
		LATERAL (SELECT business_time(started, ended, hours, paused), make_interval(hours => (part * 30)::integer))
			AS t (passed, target)
	WHERE sla_met(started, ended, target, hours, paused => paused) <> (passed <= target)
		OR sla_met(started, NULL, target, hours, ended, paused) IS DISTINCT FROM nullif(passed <= target, true)),
	'random windows: targets');
# The spans of one day are those of a calendar that is open on that date only.
holds(q(
	SELECT n, hours, started, paused, days, expected, deadline FROM random_windows,
		LATERAL (SELECT 1 + n % 5, (started AT TIME ZONE zone)::date, CASE WHEN spans[5] = 'off' THEN 60 ELSE 35 END)
			AS d (days, day, until),
		LATERAL (
			SELECT closing FROM generate_series(1, until) AS k,
				LATERAL (SELECT day + k, (day + k)::timestamp AT TIME ZONE zone,
					(day + k + 1)::timestamp AT TIME ZONE zone) AS t (date, midnight, next),
				LATERAL (SELECT format('%s; off; %s %s', zone, date, spans[extract(isodow FROM date)])::business_hours)
					AS h (hours_of_date),
				LATERAL (SELECT range_agg(s), max(upper(s))
					FROM business_spans(midnight - interval '2 days', midnight + interval '4 days', hours_of_date) AS s)
					AS s (open, closing)
			WHERE midnight < next AND NOT isempty(open - coalesce(paused, '{}'))
			ORDER BY date OFFSET days - 1 LIMIT 1) AS o (expected),
		LATERAL (SELECT business_days_deadline(started, days, hours, paused)) AS b (deadline)
	WHERE n % 4 = 0 AND 'off' <> ANY (spans)
		AND (paused IS NULL OR NOT upper_inf(paused) AND upper(paused) < 'infinity')
		AND deadline IS DISTINCT FROM expected),
	'random windows: working days');

# ----------------------------------------------------------------------------
# Many pauses, and searches that take long
# ----------------------------------------------------------------------------

# seven of ten minutes are paused, the last ones until 2027-11-26 10:37
query(q(
	CREATE TABLE long_pauses AS SELECT range_agg(tstzrange(at, at + interval '7 minutes')) AS paused
	FROM generate_series(0, 99999) AS n,
		LATERAL (SELECT timestamptz '2026-01-01 00:00Z' + n * interval '10 minutes') AS a (at)));
is(query(q(
	SELECT business_seconds('2026-01-01 00:05Z', '2027-11-26 10:35Z', NULL, paused),
		business_seconds('2027-11-26 10:31Z', '2027-11-26 10:50Z', 'UTC; 24/7', paused),
		business_deadline('2026-01-01 00:00Z', make_interval(mins => 300000), 'UTC; 24/7', paused) = '2027-11-26 10:40Z'
	FROM long_pauses)),
	99999 * 180 . '|' . 13 * 60 . '|t', '100,000 pauses');
my ($status, $stdout, $stderr) = $node->psql('postgres', q{
	SET statement_timeout = '200ms';
	SELECT business_days_deadline(timestamptz '2026-01-01', 2000000000, 'UTC; 24/7', '{[290000-01-01,290000-01-02)}')});
like($stderr, qr/canceling statement due to statement timeout/, 'a search through all days can be cancelled');

# ----------------------------------------------------------------------------
# Errors
# ----------------------------------------------------------------------------

sub failure
{
	my ($database, $query) = @_;
	my ($failed, $output, $error) = $node->psql($database, "\\set VERBOSITY verbose\n$query");

	return $error;
}

# A stored calendar whose zone this server does not have, and a damaged one.
query(q(
	CREATE CAST (bytea AS business_hours) WITHOUT FUNCTION;
	CREATE FUNCTION stored(hours text) RETURNS business_hours LANGUAGE sql IMMUTABLE
		RETURN ('\x01'::bytea || convert_to(hours, 'UTF8'))::business_hours));
like(failure('postgres', q(SELECT is_open(now(), stored('Mars/Olympus; 24/7')))),
	qr{ERROR:  22023: time zone "Mars/Olympus" not recognized\nDETAIL:  .*"Mars/Olympus; 24/7"\.\nHINT:  .*pg_timezone_names},
	'a stored calendar whose zone is gone');
like(failure('postgres', q(SELECT is_open(now(), stored('UTC; 25/7')))), qr/ERROR:  XX001: /,
	'a stored calendar that is damaged');

# Errors cut what they quote between characters, in every encoding.
foreach my $encoding (qw(EUC_JP UTF8))
{
	my $database = lc $encoding;

	query("CREATE DATABASE $database TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	$node->safe_psql($database, q(
		CREATE EXTENSION kpi;
		-- counts the literals whose errors quote them in valid strings
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
					-- conversions refuse invalid strings
					PERFORM convert_to(m, e)
					FROM unnest(ARRAY[message, detail]) AS m, unnest('{EUC_JP,UTF8}'::name[]) AS e;
					IF message LIKE '%"' || left(literal, 200) || '%' AND detail ~ ('"x*' || U&'\3042' || '*"') THEN
						n := n + 1;
					END IF;
				END;
			END LOOP;
			RETURN n;
		END
		$$));
	is($node->safe_psql($database, q(
		SELECT quoted(array_agg(format(f, repeat('x', n) || repeat(U&'\3042', m))))
		FROM generate_series(0, 4) AS n, generate_series(1, 120, 7) AS m, unnest(ARRAY['%s; 24/7', 'UTC; %s',
			'UTC; Mo %s', 'UTC; Mo-%s', 'UTC; Mo 09:00-%s', 'UTC; Dec %s', 'UTC; 24/7 %s']) AS f)),
		5 * 18 * 7, "$encoding: errors of literals that are cut");
	like(failure($database, q(SELECT ('UTC; ' || repeat(U&'\3042', 3000))::business_hours)),
		qr/ERROR:  22P02: invalid input syntax for type business_hours: "UTC; .*\.\.\."\nDETAIL:  Expected a time .*"\.\n/,
		"$encoding: a long one");
}

$node->stop;
done_testing();
