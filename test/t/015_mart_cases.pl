# Cases in which a mart of tickets once gave a wrong answer, with their right one, and
# variations of each.  Expected values are worked out by hand.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Session;

my $node = PostgreSQL::Test::Cluster->new('cases');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

my $session = Session->new($node);

sub query
{
	my ($sql) = @_;
	return $session->query("SET timezone = 'UTC';\n$sql");
}

# The error of a statement with its detail and hint, without the place in our code.
sub error
{
	my ($sql) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', $sql);
	return $code == 0 ? 'no error' : $stderr;
}

# A mart of tickets given as a query, with more arguments of kpi_build.
sub building
{
	my ($tickets, $arguments) = @_;
	$arguments = "'UTC'" . ($arguments ? ", $arguments" : '') unless ($arguments // '') =~ /^'/;
	return "DROP TABLE IF EXISTS tickets; CREATE TABLE tickets AS $tickets;\nSELECT count(*) > 0 AS built
		FROM kpi_build('tickets', 'mart', $arguments) \\gset\n";
}

sub build
{
	query(building(@_));
	return;
}

my $dropping = "SELECT kpi_drop('mart', false) AS dropped \\gset\n";

sub drop
{
	query($dropping);
	return;
}

# Asserts the answer of a query over a mart of tickets, and that kpi_verify finds nothing.
sub shows
{
	my ($tickets, $arguments, $sql, $expected, $title) = @_;
	is(query(building($tickets, $arguments) . "$sql;\nSELECT * FROM kpi_verify('mart');\n$dropping"), $expected, $title);
	return;
}

my $coverage = 'SELECT kpi, tickets, counted, pending, not_applicable, excluded FROM mart.kpi_coverage';

# ---------------------------------------------------------------- M1: outcomes of tickets that are not resolved

my $rated = "SELECT n AS ticket_id, timestamptz '2024-03-04 09:00 UTC' AS created_at, n <= 2 AS solved,
	CASE WHEN n <= 2 THEN timestamptz '2024-03-05 09:00 UTC' END AS resolved_at, CASE WHEN n > 2 THEN 1
		ELSE 0 END AS reopens,
	(ARRAY[5, 5, 1, 2])[n] AS csat_score, n AS nps_score, interval '5 minutes' * n AS handle_time,
		n > 2 AS transferred, n > 3 AS escalated,
	8 AS qa_points, 10 AS qa_possible, 2.5 AS cost FROM generate_series(1, 4) AS n";
shows($rated, '', 'SELECT csat_pct, csat_n FROM mart.executive_monthly', '50|4',
	'M1: ratings of reopened tickets count');
shows($rated, '', 'SELECT csat_pct(csat_score), count(csat_score) FROM tickets', '50|4', 'M1: as the aggregate');
shows($rated, "attribute => 'created'", "SELECT day, nps_n, rate_hits(csat), sample_size(csat), sample_size(handle),
	rate_hits(transfer), rate_hits(escalation),
	sample_size(qa), sample_size(cost) FROM mart.ticket_daily_tally,
		LATERAL (SELECT sample_size(nps) AS nps_n) AS n WHERE tickets > 0",
	'2024-03-04|4|2|4|4|2|1|4|4', 'M1: and their other outcomes');
shows("SELECT 1 AS ticket_id, timestamptz '2024-02-28 09:00 UTC' AS created_at, NULL::timestamptz AS resolved_at,
	timestamptz '2024-03-01 09:00 UTC' AS closed_at,
	4 AS csat_score", '', "SELECT day, sample_size(csat) FROM mart.ticket_daily_tally WHERE sample_size(csat) > 0",
		'2024-03-01|1',
	'M1: on the day of closing without a resolution');

# A call given up is closed without a resolution: it leaves the backlog on that day.
my $closed = "SELECT n AS ticket_id, timestamptz '2024-03-04 10:00 UTC' AS created_at, NULL::timestamptz AS resolved_at,
	CASE WHEN n = 1 THEN timestamptz '2024-03-06 10:00 UTC' END AS closed_at,
	CASE WHEN n < 3 THEN 'closed' ELSE 'open' END AS status, false AS solved
	FROM generate_series(1, 3) AS n";
shows($closed, '', "SELECT day, sum(backlog) FROM mart.backlog_daily
	WHERE day BETWEEN '2024-03-04' AND '2024-03-06' GROUP BY day ORDER BY day",
	"2024-03-04|2\n2024-03-05|2\n2024-03-06|1", 'closed without a resolution: not in the backlog');
shows($closed, '', 'SELECT ticket_id FROM mart.open_tickets', '3', 'closed without a resolution: not open');
shows($closed, '', "SELECT sum(counted), sum(pending), sum(not_applicable) FROM mart.kpi_coverage WHERE kpi = 'resolution'", '0|1|2',
	'closed without a resolution: no longer pending');

# ---------------------------------------------------------------- M2: targets of tickets that nobody answered

my $unanswered = "SELECT n AS ticket_id, timestamptz '2024-03-04 22:00 UTC' AS created_at,
	CASE WHEN n = 1 THEN timestamptz '2024-03-04 23:00 UTC' END AS first_response_at,
		NULL::timestamptz AS resolved_at, interval '4 hours' AS sla_response
	FROM generate_series(1, 2) AS n";
shows($unanswered, '', 'SELECT sla_response_pct, sla_response_n FROM mart.executive_monthly', '50|2',
	'M2: a target missed without an answer counts');
shows($unanswered, '', 'SELECT day, rate_hits(sla_response), sample_size(sla_response) FROM mart.ticket_daily_tally
	WHERE sample_size(sla_response) > 0 ORDER BY day',
	"2024-03-04|1|1\n2024-03-05|0|1", 'M2: on the day of the miss');
shows($unanswered, "'America/New_York'", 'SELECT day, rate_hits(sla_response), sample_size(sla_response)
	FROM mart.ticket_daily_tally WHERE sample_size(sla_response) > 0',
	'2024-03-04|1|2', 'M2: in the zone of the mart');
shows($unanswered, '', 'SELECT ticket_id, is_breached FROM mart.open_tickets ORDER BY 1', "1|f\n2|t",
	'M2: as open_tickets says');
shows("SELECT n AS ticket_id, now() - n * interval '2 hours' AS created_at, NULL::timestamptz AS first_response_at,
	NULL::timestamptz AS resolved_at,
	interval '3 hours' AS sla_response, interval '5 hours' AS sla_resolution FROM generate_series(1, 3) AS n", '',
	"SELECT kpi, sum(counted), sum(pending) FROM mart.kpi_coverage WHERE kpi ~ '^sla' GROUP BY kpi ORDER BY kpi",
	"sla_resolution|1|2\nsla_response|2|1", 'M2: pending before the deadline');
shows("SELECT 1 AS ticket_id, timestamptz '2024-03-04 22:00 UTC' AS created_at, NULL::timestamptz AS resolved_at,
	interval '1 hour' AS sla_resolution,
	tstzmultirange(tstzrange('2024-03-04 22:30 UTC', NULL)) AS paused", '', "$coverage
		WHERE kpi = 'sla_resolution'", 'sla_resolution|1|0|1|0|0',
	'M2: pending while a pause has no end');

# the response clock also ends with the first resolution; an impossible first response leaves the verdict open
my $ends = "SELECT n AS ticket_id, timestamptz '2024-03-04 10:00 UTC' AS created_at,
	CASE WHEN n > 2 THEN timestamptz '2024-03-04 09:00 UTC' END AS first_response_at,
	timestamptz '2024-03-04 10:20 UTC' + (n % 2 = 0)::int * interval '3 days' AS resolved_at, interval '4 hours' AS sla_response
	FROM generate_series(1, 4) AS n";
shows($ends, '', 'SELECT ticket_id, sla_response_met, excluded FROM mart.ticket ORDER BY 1',
	"1|t|\n2|f|\n3|t|response\n4||response sla_response", 'M2: resolved in time, too late, or after an impossible response');

# ---------------------------------------------------------------- M4: dates and zones

foreach my $zone (qw(America/New_York Pacific/Auckland Asia/Kolkata UTC))
{
	shows("SELECT 1 AS ticket_id, date '2024-02-01' AS created_at", "'$zone'", 'SELECT day, tickets
		FROM mart.ticket_daily_tally', '2024-02-01|1',
		"M4: a date is a day of the mart, $zone");
}
shows("SELECT 1 AS ticket_id, timestamp '2024-01-31 20:00' AS created_at", "'Pacific/Auckland',
	source_time_zone => 'America/New_York'",
	'SELECT created_at, created_day FROM mart.ticket', '2024-02-01 01:00:00+00|2024-02-01',
		'M4: a timestamp is in the zone of the source');
shows("SELECT 1 AS ticket_id, date '2024-02-01' AS created_at, NULL::date AS first_response_at,
	NULL::date AS resolved_at", '',
	"$coverage WHERE kpi IN ('response', 'resolution') ORDER BY kpi", "resolution|1|0|1|0|0\nresponse|1|0|1|0|0",
		'M4: a date that is NULL is no event');
shows("SELECT d AS ticket_id, d AS created_at
	FROM unnest('{infinity,-infinity,4714-11-24 BC,5874897-12-31,2024-02-01}'::date[]) AS d", "'Pacific/Auckland'",
	"$coverage WHERE kpi = 'tickets' ORDER BY month", "tickets|1|1|0|0|0\ntickets|4|0|0|0|4",
		'M4: dates out of range');

# ---------------------------------------------------------------- M5: pauses

# 21 business hours from creation to resolution, of which 16 are paused
my $paused = "SELECT 1 AS ticket_id, timestamptz '2024-01-08 09:00 UTC' AS created_at,
	timestamptz '2024-01-10 14:00 UTC' AS resolved_at,
	tstzmultirange(%s) AS paused, interval '8 hours' AS sla_resolution";
my $in_hours = "hours => 'UTC; Mo-Fr 09:00-17:00'";
my $verdict = 'SELECT sla_resolution_met, sla_resolution_day, resolution_seconds / 3600 FROM mart.ticket';
shows(sprintf($paused, "tstzrange('2024-01-08 12:00 UTC', '2024-01-10 12:00 UTC')"), $in_hours, $verdict,
	't|2024-01-10|21', 'M5: met, 5 h on the clock');
shows(sprintf($paused, "tstzrange('2024-01-08 12:00 UTC', '2024-01-09 09:00 UTC'), tstzrange('2024-01-09 09:00 UTC',
	'2024-01-10 12:00 UTC')"), $in_hours,
	$verdict, 't|2024-01-10|21', 'M5: two pauses that touch');
shows(sprintf($paused, ''), $in_hours, $verdict, 'f|2024-01-09|21',
	'M5: missed without the pause, on the day after 8 h');
shows(sprintf($paused, "tstzrange('2024-01-08 12:00 UTC', '2024-01-10 08:00 UTC')"), $in_hours, $verdict,
	't|2024-01-10|21', 'M5: exactly used up is met');
shows(sprintf($paused, "tstzrange('2024-01-08 12:00 UTC', '2024-01-09 16:59:59 UTC')"), $in_hours, $verdict,
	'f|2024-01-10|21', 'M5: a second more is missed');
foreach ([ 'true', 't' ], [ 'false', 'f' ])
{
	my ($pauses, $met) = @$_;
	shows("SELECT 1 AS ticket_id, timestamptz '2024-01-08 09:00 UTC' AS created_at,
		timestamptz '2024-01-08 16:00 UTC' AS first_response_at,
		tstzrange('2024-01-08 10:00 UTC', '2024-01-08 15:00 UTC') AS paused, interval '3 hours' AS sla_response",
			"pause_response => $pauses",
		'SELECT sla_response_met, response_seconds / 3600 FROM mart.ticket', $met . '|' . ($pauses eq 'true'
			? 2 : 7), "M5: pause_response $pauses");
}

# ---------------------------------------------------------------- M8: hours of the week

# 100 tickets an hour from 9 to 13 on the weekdays of the last 28 days, and one stray
foreach my $stray ("now() - interval '2 years'", "timestamptz '0206-05-04 11:00 UTC'",
	"timestamptz '2206-05-04 11:00 UTC'", "'infinity'::timestamptz")
{
	build("SELECT row_number() OVER () AS ticket_id, created_at, 'phone' AS channel,
		interval '6 minutes' AS handle_time FROM (
			SELECT day + hour * interval '1 hour' + n * interval '30 seconds' AS created_at
			FROM generate_series(date_trunc('day', now() AT TIME ZONE 'UTC') - interval '28 days', date_trunc('day',
				now() AT TIME ZONE 'UTC') - interval '1 day',
				interval '1 day') AS day, generate_series(9, 12) AS hour, generate_series(1, 100) AS n
			WHERE extract(isodow FROM day) < 6) AS t
		UNION ALL SELECT 0, ($stray) AT TIME ZONE 'UTC', 'phone', '6 minutes'");
	is(query("SELECT count(*), min(tickets_per_hour), max(tickets_per_hour),
		bool_and(agents_needed = erlang_agents(100, '6 min', 80, '20 s'))
		FROM mart.staffing_by_hour"), '20|100|100|t', "M8: the load is not moved by a ticket of $stray");
	is(query('SELECT count(*), min(tickets_per_hour), max(tickets_per_hour) FROM mart.volume_heatmap'),
		'20|100|100', 'M8: in volume_heatmap, too');
	drop();
}

# ---------------------------------------------------------------- M13: unknown values are NULL

my %unknown = (
	'created_at' => 'unanswered unresolved pending resolved deflected backlog closed',
	"created_at, NULL::timestamptz AS first_response_at" => 'unresolved pending resolved deflected backlog closed',
	"created_at, NULL::timestamptz AS resolved_at" => 'unanswered pending deflected',
	"created_at, NULL::interval AS resolution_time" => 'unanswered pending deflected',
	"created_at, 'open' AS status" => 'unanswered unresolved pending resolved deflected backlog closed',
	"created_at, 'open' AS status, false AS solved, false AS self_service" => 'unanswered',
	"created_at, false AS bot_handled, false AS bot_resolved" => 'unanswered unresolved pending resolved backlog closed',
	"created_at, false AS bot_resolved, NULL::interval AS response_time" => 'unresolved pending resolved deflected backlog closed');
foreach my $columns (sort keys %unknown)
{
	build("SELECT n AS ticket_id, 'north' AS team, $columns FROM (VALUES (1, timestamptz '2024-03-04 09:00 UTC'),
		(2, '2024-03-07 09:00 UTC')) AS t (n, created_at)");
	my %found;
	foreach (split /\n/, query("SELECT key, count(*) FROM (
			SELECT kpi AS key, value::text FROM mart.kpi_monthly WHERE unit = 'tickets' UNION ALL SELECT kpi,
				n::text FROM mart.kpi_daily WHERE unit = 'tickets'
			UNION ALL SELECT key, value FROM mart.team_weekly AS v, jsonb_each_text(to_jsonb(v)) UNION ALL
				SELECT key, value FROM mart.channel_weekly AS v, jsonb_each_text(to_jsonb(v))
			UNION ALL SELECT key, value FROM mart.executive_monthly AS v, jsonb_each_text(to_jsonb(v))
			UNION ALL SELECT key, value FROM mart.backlog_daily AS v, jsonb_each_text(to_jsonb(v))
		) AS shown (key, value) WHERE key IN ('unanswered', 'unresolved', 'pending', 'resolved', 'deflected',
			'backlog', 'closed') GROUP BY key HAVING bool_and(value IS NULL)"))
	{
		$found{ (split /\|/)[0] } = 1;
	}
	is(join(' ', sort keys %found), join(' ', sort split / /, $unknown{$columns}), "M13: unknown of $columns");
	is(query("SELECT kpi FROM mart.kpi_monthly WHERE unit <> 'tickets' AND (value IS NOT NULL OR n <> 0)
		AND kpi NOT IN ('self_service_pct', 'fcr_pct', 'reopen_pct')"), '', 'M13: and no value of other KPIs');
	drop();
}

# ---------------------------------------------------------------- M14, M15: a bad value affects only the KPIs that use it

my $call = "SELECT 1 AS ticket_id, timestamptz '2024-03-04 09:00 UTC' AS created_at, %s,
	interval '6 minutes' AS handle_time, 5 AS csat_score";
shows(sprintf($call, "timestamptz '2024-03-03 09:00 UTC' AS resolved_at"), '', "$coverage
	WHERE counted + excluded > 0 AND kpi <> 'tickets' ORDER BY kpi",
	"csat|1|1|0|0|0\nhandle|1|1|0|0|0\nresolution|1|0|0|0|1", 'M14: resolved before it was created');
shows(sprintf($call, "timestamptz '2024-03-03 09:00 UTC' AS first_response_at, interval '1 hour' AS sla_response"),
	'',
	"$coverage WHERE counted + excluded > 0 AND kpi <> 'tickets' ORDER BY kpi",
		"csat|1|1|0|0|0\nhandle|1|1|0|0|0\nresponse|1|0|0|0|1\nsla_response|1|0|0|0|1",
	'M14: answered before it was created');
shows(sprintf($call, "-1 AS contacts, 0 AS reopens, true AS solved"), "fcr_rule => 'zendesk'", "$coverage
	WHERE kpi IN ('fcr', 'reopen') ORDER BY kpi",
	"fcr|1|0|0|1|0\nreopen|1|1|0|0|0", 'M14: a count that the rule does not use');
shows("SELECT 1 AS ticket_id, timestamptz '2024-03-04 09:00 UTC' AS created_at,
	interval '178000000 years' AS talk_time, interval '178000000 years' AS hold_time", '',
	"$coverage WHERE kpi = 'handle'", 'handle|1|0|0|0|1', 'M14: parts of the handle time that cannot be added');
shows("SELECT 1 AS ticket_id, timestamptz '2024-03-04 09:00 UTC' AS created_at, 5 AS csat_score,
	'NaN'::double precision AS scale_max", 'csat_satisfied_from => 4',
	"$coverage WHERE kpi = 'csat'", 'csat|1|0|0|0|1', 'M14: a scale without an end');

foreach my $created (qw(epoch infinity -infinity))
{
	shows("SELECT 1 AS ticket_id, '$created'::timestamptz AS created_at, NULL::timestamptz AS resolved_at", '',
		"SELECT DISTINCT counted, pending, excluded FROM mart.kpi_coverage",
		'0|0|1', "M15: created at $created is excluded");
	shows("SELECT 1 AS ticket_id, '$created'::timestamptz AS created_at, NULL::timestamptz AS resolved_at", '',
		'SELECT ticket_id, age_seconds FROM mart.open_tickets', '1|',
		"M15: and open");
	shows("SELECT 1 AS ticket_id, '$created'::timestamptz AS created_at,
		timestamptz '2024-03-04 09:00 UTC' AS resolved_at, interval '6 minutes' AS handle_time", '',
		'SELECT month, resolved, resolution_n, backlog FROM mart.executive_monthly', '2024-03-01|1|0|0',
			"M15: resolved, created at $created");
}
foreach my $resolved (qw(epoch infinity -infinity))
{
	shows("SELECT 1 AS ticket_id, timestamptz '2024-03-04 09:00 UTC' AS created_at,
		'$resolved'::timestamptz AS resolved_at", '',
		'SELECT (SELECT count(*) FROM mart.open_tickets), unresolved, resolved FROM mart.team_weekly', '1|1|0',
			"M15: resolved at $resolved is open");
}
shows("SELECT 1 AS ticket_id, 'infinity'::timestamptz AS created_at,
	timestamptz '2024-03-07 09:00 UTC' AS first_response_at, timestamptz '2024-03-05 09:00 UTC' AS resolved_at", '',
	'SELECT day, opened, closed, backlog FROM mart.backlog_daily',
		'2024-03-05|1|1|0', 'M15: the backlog is never negative');

# ---------------------------------------------------------------- M18: a refresh without changes

my $many = "SELECT n AS ticket_id, timestamptz '2024-01-01 UTC' + n * interval '1 hour' AS created_at,
	now() - interval '3 hours' AS updated_at,
	CASE WHEN n % 3 > 0 THEN timestamptz '2024-01-02 UTC' + n * interval '1 hour' END AS resolved_at,
		'team ' || n % 5 AS team, 'a' || n % 7 AS agent_id
	FROM generate_series(1, 2000) AS n";
build($many);
is(query("SELECT * FROM kpi_refresh('mart')"), '0|0', 'M18: nothing changed, nothing written');
is(query("UPDATE tickets SET updated_at = now() WHERE ticket_id % 2 = 0; SELECT * FROM kpi_refresh('mart')"), '0|0',
	'M18: rows that are the same');
is(query("SELECT * FROM kpi_refresh('mart', true)"), '0|0', 'M18: a full comparison');
is(query("UPDATE tickets SET team = 'team 9', updated_at = now() WHERE ticket_id = 3; SELECT days, rows > 0
	FROM kpi_refresh('mart')"), '1|t', 'M18: and one change');
drop();
# a full refresh compares rows by hash: two rows of each of 20 days exchange their values
build("SELECT n AS ticket_id, timestamptz '2024-01-01 UTC' + n / 2 * interval '1 day' AS created_at, n % 2 = 1 AS solved,
	'team ' || n % 2 AS team FROM generate_series(2, 41) AS n");
is(query("UPDATE tickets SET team = 'team ' || 1 - ticket_id % 2; SELECT rows > 0 FROM kpi_refresh('mart', true);
	SELECT * FROM kpi_verify('mart')"), 't', 'M18: an exchange of teams');
drop();

# ---------------------------------------------------------------- M19: tables of the user

query("CREATE SCHEMA mart; CREATE TABLE mart.help_weekly_tally AS SELECT date '2024-01-01' AS day,
	7 AS n; CREATE TABLE mart.mine AS SELECT 1 AS day; CREATE SEQUENCE mart.kpi_lost_changes;
	CREATE FUNCTION mart.kpi_note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
	CREATE TRIGGER mine AFTER INSERT ON mart.mine EXECUTE FUNCTION mart.kpi_note_change()");
build($many);
query("SELECT FROM kpi_refresh('mart', true); SELECT FROM kpi_verify('mart'); SELECT FROM kpi_upgrade('mart')");
drop();
is(query('SELECT * FROM mart.help_weekly_tally, mart.mine'), '2024-01-01|7|1',
	'M19: a table of the user is untouched');
is(query("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'mart.mine'::regclass
	AND tgfoid = 'mart.kpi_note_change()'::regprocedure; SELECT count(*) FROM mart.kpi_lost_changes"), "1\n1",
	'M19: and so are a trigger, a function and a sequence');
query('DROP FUNCTION mart.kpi_note_change() CASCADE; DROP SEQUENCE mart.kpi_lost_changes');
foreach my $planted (qw(ticket ticket_daily_tally help_daily_tally kpi_object executive_monthly))
{
	query("CREATE TABLE mart.$planted (day date)");
	like(error("SELECT FROM kpi_build('tickets', 'mart', 'UTC')"),
		qr/^psql:<stdin>:1: ERROR:  relation "$planted" already exists/, "M19: a conflict with $planted is named");
	is(query("SELECT count(*) FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind IN ('r', 'v')"),
		3, 'M19: and nothing is left of the build');
	query("DROP TABLE mart.$planted");
}
query('DROP SCHEMA mart CASCADE');

# ---------------------------------------------------------------- M21: writers without rights on the mart

query("DROP TABLE tickets; CREATE TABLE tickets (ticket_id int PRIMARY KEY, created_at timestamptz,
	team text); INSERT INTO tickets VALUES (1, '2024-01-01 UTC', 'x');
	CREATE ROLE writer LOGIN; GRANT INSERT, UPDATE, DELETE, SELECT ON tickets TO writer;
	SELECT FROM kpi_build('tickets', 'mart', 'UTC', track => 'triggers'); REVOKE ALL ON SCHEMA mart
		FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA mart FROM PUBLIC");
is($node->safe_psql('postgres', "INSERT INTO tickets VALUES (2, '2024-01-02 UTC'), (3,
	'2024-01-02 UTC'); UPDATE tickets SET team = 'y' WHERE ticket_id = 1;
	DELETE FROM tickets WHERE ticket_id = 3; SELECT count(*) FROM tickets", extra_params => [ '-U', 'writer' ]), 2,
		'M21: a writer without rights on the mart writes');
is(query("SELECT FROM kpi_refresh('mart'); SELECT ticket_id, team FROM mart.ticket ORDER BY 1; SELECT *
	FROM kpi_verify('mart')"), "1|y\n2|", 'M21: and the refresh sees it');
like(error('SET ROLE writer; SELECT * FROM mart.ticket'), qr/permission denied for schema mart/,
	'M21: which the writer cannot read');
drop();
query('DROP OWNED BY writer; DROP ROLE writer');

# ---------------------------------------------------------------- M23, M24: findings

# as an export joined to owners that are in two teams
my $joined = "SELECT CASE WHEN n > 25 THEN n - 25 ELSE n END AS ticket_id,
	timestamptz '2024-03-04 UTC' + n * interval '1 minute' AS created_at,
	CASE WHEN n > 25 THEN 'second' ELSE 'first' END AS team, %s FROM generate_series(1, 28) AS n";
query('DROP TABLE tickets; CREATE TABLE tickets AS ' . sprintf($joined,
	"timestamptz '2024-03-05 UTC' AS resolved_at"));
like(error("SELECT FROM kpi_build('tickets', 'mart', 'UTC')"),
	qr/ERROR:  relation public.tickets has several rows with one id\n.*accept_errors => true/s,
	'M23: duplicates are refused');
is(query("SELECT severity, rows > 0 FROM kpi_check_tickets('tickets') WHERE \"check\" = 'ticket_id_duplicate'"),
	'error|t', 'M23: as the check says');
is(query("SELECT FROM kpi_build('tickets', 'mart', 'UTC', accept_errors => true); SELECT count(*),
	count(*) FILTER (WHERE team = 'second') FROM mart.ticket;
	SELECT * FROM kpi_verify('mart')"), "25|3", 'M23: accepted, the latest row of each ticket counts');
query("INSERT INTO tickets VALUES (4, '2024-03-09 UTC', 'third'); SELECT FROM kpi_refresh('mart')");
is(query("SELECT team FROM mart.ticket WHERE ticket_id = 4; SELECT * FROM kpi_verify('mart')"), 'third',
	'M23: also after a refresh');
drop();

query("DROP TABLE tickets; CREATE TABLE tickets AS SELECT n AS ticket_id,
	timestamptz '2024-03-04 UTC' AS created_at, CASE WHEN n > 24 THEN true END AS solved,
	timestamptz '2024-03-05 UTC' AS resolved_at, 1 AS contacts FROM generate_series(1, 28) AS n");
is(query("SELECT severity, rows, length(advice) > 20 FROM kpi_check_tickets('tickets') WHERE \"check\" ~ 'solved'
	AND rows IS NOT NULL"), 'warning|24|t',
	'M24: solved unknown of tickets with resolved_at is a finding');
is(query("SELECT FROM kpi_build('tickets', 'mart', 'UTC'); SELECT fcr_pct, fcr_n, resolved
	FROM mart.executive_monthly"), "100|28|28", 'M24: they count as resolved');
drop();

# ---------------------------------------------------------------- M25: comments

build("SELECT 1 AS ticket_id, now() AS created_at, 'x' AS team, 'y' AS channel, 'z' AS \"Own one\"",
	"dimensions => '{team,channel,\"Own one\"}'");
my $comments = "SELECT c.relname, a.attname, col_description(c.oid, a.attnum) AS comment, obj_description(c.oid,
	'pg_class') AS about
	FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
		WHERE c.relnamespace = 'mart'::regnamespace AND c.relkind IN ('r', 'v')";
is(query("SELECT relname, attname FROM ($comments) AS c WHERE coalesce(comment, '') = '' OR coalesce(about,
	'') = ''"), '', 'M25: every relation and column has a comment');
is(query("SELECT relname, comment, string_agg(attname, ' ') FROM ($comments) AS c
	WHERE relname <> 'ticket_daily_subset' AND comment !~ '^whether the tickets have' GROUP BY 1, 2
	HAVING count(*) > 1"), '', 'M25: no two columns of a relation have the same');
is(query("SELECT relname, attname, comment FROM ($comments) AS c WHERE comment ~ '^whether the tickets have a column'
	AND comment !~ format(' %s\$', replace(attname, 'has_', ''))"), '', 'M25: each has_ names its column');
is(query("SELECT relname, attname FROM ($comments) AS c WHERE comment ~ '^column ' AND attname NOT IN ('Own one',
	'team', 'channel')"), '', 'M25: none is made up for a column of ours');
is(query("SELECT comment FROM ($comments) AS c WHERE relname = 'executive_monthly'
	AND attname = 'response_median_seconds'"), 'median first response time, in seconds; NULL when response_n is 0',
	'M25: of the median in executive_monthly');
is(query("SELECT relname, attname, comment FROM ($comments) AS c
	WHERE comment ~ '\\mhour\\M' AND relname ~ 'daily|weekly|monthly' AND comment !~ 'hour(s)? of'
	AND attname <> 'unit'"), '',
	'M25: no day, week or month speaks of the hour');
is(query("SELECT relname, attname, comment FROM ($comments) AS c WHERE relname ~ '_weekly'
	AND comment ~ '\\m(month|day)\\M' AND comment !~ 'first day of the week' AND attname <> 'is_complete'
	OR relname ~ '_monthly' AND comment ~ '\\m(week|day)\\M' AND comment !~ '(first|last|some) day'
	AND attname <> 'is_complete'"), '',
		'M25: nor a week of the month');
drop();

# ---------------------------------------------------------------- M26, M27: names

query("DROP TABLE tickets; CREATE TABLE tickets AS SELECT 1 AS ticket_id,
	timestamptz '2024-03-04 UTC' AS created_at");
foreach my $zone ('Berlin', 'berlin', 'Europe/Berlin', 'europe/berlin', 'Eastern Time (US & Canada)', 'CET', 'EST',
	'EST5EDT', 'UTC', '+02', 'UTC+3', 'Nowhere', '', 'posixrules', '<X>-3',
	'Europe/Berlin; Mo 09:00-10:00')
{
	my $as_hours = error("SELECT '$zone; Mo-Fr 09:00-17:00'::business_hours") eq 'no error';
	my $as_mart = error("BEGIN; SELECT FROM kpi_build('tickets', 'mart', '$zone'); SELECT count(*)
		FROM mart.kpi_daily; ROLLBACK") eq 'no error';
	# two calendars in one text are one, but no zone is
	$as_hours = 0 if $zone =~ /;/;
	is(!!$as_mart, !!$as_hours, "M26: zone \"$zone\" is " . ($as_hours ? 'known' : 'unknown') . ' to both');
}

# a column of the tickets whose type differs from that of the mart
query("SELECT FROM kpi_build('tickets', 'mart', 'UTC'); ALTER TABLE tickets ADD merged_into text");
like(error("SELECT FROM kpi_refresh('mart')"),
	qr/ERROR:  mart "mart" cannot use the new columns of relation public.tickets.*HINT:  Call kpi_upgrade\./s,
	'a new column of another type is an error that says what to do');
is(query("SELECT FROM kpi_upgrade('mart'); SELECT * FROM kpi_verify('mart')"), '', 'which helps');
drop();

# every dimension that the error offers can be one; the long views have a column status of their own
my $refused = error("SELECT FROM kpi_build('tickets', 'mart', 'UTC', dimensions => '{status}')");
like($refused, qr/ERROR:  "status" cannot be a dimension/, 'status is no dimension');
my ($offered) = $refused =~ /each once: (.*), or one of your own/;
foreach my $dimension (split /, /, $offered)
{
	is(error("BEGIN; SELECT FROM kpi_build('tickets', 'mart', 'UTC', dimensions => '{$dimension}');
		SELECT $dimension FROM mart.kpi_monthly; ROLLBACK"), 'no error', "$dimension is one");
}

# the lowest good score decides which scale the scores have
query('CREATE TABLE scored AS SELECT n AS ticket_id, now() AS created_at, n AS csat_score, n AS ces_score
	FROM generate_series(0, 11) AS n');
is(query("SELECT FROM kpi_build('scored', 'mart', 'UTC', csat_satisfied_from => $_->[0], ces_easy_from => $_->[1]);
	SELECT min(csat_score), max(csat_score), min(ces_score), max(ces_score) FROM mart.ticket; SELECT FROM kpi_drop('mart', false)"),
	$_->[2], "scales of @$_[0, 1]") foreach [ 5, 7, '1|5|1|7' ], [ 6, 8, '0|10|0|10' ];

# settings can be what the messages say, both ends included
my @range = (
	[ week_start => [ 1, 7 ], [ 0, 8 ], 'week_start . is out of range' ],
	[ csat_satisfied_from => [ 0, 10 ], [ -1, 11 ], 'score threshold is out of range' ],
	[ ces_easy_from => [ 0, 10 ], [ -1, 11 ], 'score threshold is out of range' ],
	[ lag => [ "'0'", "'1 year'" ], [ "'-1 us'", "'1 year 1 us'" ], 'lag .* is out of range' ],
	[ recontact_within => [ "'0'", "'1 year'" ], [ "'-1 us'", "'1 year 1 us'" ], 'recontact_within .* is out of range' ],
	[ dimensions => [ "'{team}'", "'{team,channel,category,priority,agent_id}'" ],
		[ "'{}'", "'{team,channel,category,priority,agent_id,account_id}'" ], 'number of dimensions is out of range' ],
	[ pausing_statuses => [ "'{}'", "'{new,open,bot,pending,on_hold,solved,closed}'" ], [ "'{late}'", "'{open,NULL}'" ],
		'unknown status in pausing_statuses' ]);
foreach my $end (0, 1)
{
	my $all = join ', ', map { "$_->[0] => $_->[1][$end]" } @range;
	is(error("BEGIN; SELECT FROM kpi_build('tickets', 'mart', 'UTC', $all); ROLLBACK"), 'no error', "settings: $all");
	like(error("SELECT FROM kpi_build('tickets', 'mart', 'UTC', $_->[0] => $_->[2][$end])"), qr/ERROR:  $_->[3]/,
		"$_->[0] cannot be $_->[2][$end]") foreach @range;
}

# a dimension named as something inside a relation works, or is refused by its name; ten of
# the names by chance in each run
my @inside = $ENV{KPI_QUICK} ? ('due', 'judged') : split /\n/, query(q{SELECT word FROM (
		SELECT DISTINCT found[1] AS word FROM kpi_template AS t, regexp_matches(t.body, '\mAS ([a-z_]+)', 'g') AS found
		WHERE t.body ~ '@([a-z]+_)?dimensions(_[a-z_]+)?@|@split@' OR t.name = 'ticket_policy') AS w
	WHERE word NOT IN ('ticket_id', 'created_at') ORDER BY random() LIMIT 10});
foreach my $name (@inside)
{
	like(error("BEGIN; CREATE TABLE named AS SELECT 1 AS ticket_id, now() AS created_at, 'x' AS \"$name\" WHERE false;
		CREATE TABLE messages AS SELECT 1 AS ticket_id, now() AS at, 'agent' AS author;
		CREATE TABLE statuses AS SELECT 1 AS ticket_id, now() AS at, 'open' AS status;
		CREATE TABLE targets AS SELECT 1 AS ticket_id, 'update' AS metric, interval '1 h' AS target;
		SELECT FROM kpi_build('named', 'mart', 'UTC', messages => 'messages', status_changes => 'statuses',
			sla_targets => 'targets', dimensions => '{$name}'); ROLLBACK"),
		qr/\A(no error|.*ERROR:  "$name" cannot be a dimension.*)\z/s, "a dimension $name");
}

# tickets that were dropped and created again with the views over them, as Citus does to change shards
query(q{SELECT FROM kpi_build('tickets', 'mart', 'UTC'); CREATE TABLE moved AS TABLE tickets;
	SET client_min_messages = warning; DROP TABLE tickets CASCADE; ALTER TABLE moved RENAME TO tickets;
	SELECT format('CREATE VIEW mart.%I AS %s', name, deparsed) FROM mart.kpi_object
	WHERE kind = 'view' AND to_regclass(format('mart.%I', name)) IS NULL ORDER BY position \gexec});
like(error("SELECT FROM kpi_upgrade('mart')"), qr/ERROR:  relations of mart "mart" no longer exist: tickets\nHINT:  Call kpi_drop/,
	'a mart whose tickets were made again cannot be upgraded, which the error says');
drop();
is(query("SELECT FROM pg_namespace WHERE nspname = 'mart'"), '', 'but it can be dropped');

query("SELECT FROM kpi_build('tickets', 'support', 'UTC'); SELECT FROM kpi_build('tickets', 'Sales \"EU\"', 'UTC')");
foreach my $call ("kpi_refresh('dashboard')", "kpi_refresh('dashboard', true)", "kpi_verify('dashboard')",
	"kpi_upgrade('dashboard')", "kpi_drop('dashboard')",
	"kpi_schedule('dashboard', '*/10 * * * *')", "kpi_refresh('public')")
{
	my ($name) = $call =~ /'(\w+)'/;
	like(error("SELECT FROM $call"),
		qr/\Apsql:<stdin>:1: ERROR:  mart "$name" does not exist\nHINT:  The marts are "Sales "EU"", "support"\.\n/,
		"M27: $call lists the marts");
}
query("SELECT FROM kpi_drop('support'); SELECT FROM kpi_drop('Sales \"EU\"')");
like(error("SELECT FROM kpi_refresh('dashboard')"), qr/HINT:  kpi_build makes one\./, 'M27: or says how to make one');

# ---------------------------------------------------------------- M30: rows that come late

# the newest row known is six hours old; loaders bring rows two to five hours old
my $late = "INSERT INTO tickets SELECT n, now() - interval '6 hours',
	now() - interval '5 hours' + n %% 180 * interval '1 minute'%s FROM generate_series(%d, %d) AS n";
build("SELECT n AS ticket_id, now() - interval '9 hours' AS created_at,
	now() - interval '6 hours' - n * interval '1 second' AS updated_at FROM generate_series(1, 2000) AS n");
is(query(sprintf("$late; SELECT days > 0 FROM kpi_refresh('mart'); SELECT count(*) FROM mart.ticket; SELECT *
	FROM kpi_verify('mart')", '', 3101, 3280)), "t\n2180",
	'M30: 180 tickets, updated hours before the refresh');
# impossible values do not advance the greatest change value seen
query("INSERT INTO tickets VALUES (4300, now() - interval '6 hours', '2206-01-01'), (4301,
	now() - interval '6 hours', 'infinity'); SELECT FROM kpi_refresh('mart')");
is(query("INSERT INTO tickets VALUES (4302, now() - interval '6 hours', now() - interval '2 hours 30 minutes');
	SELECT FROM kpi_refresh('mart');
	SELECT count(*) FROM mart.ticket WHERE ticket_id >= 4300; SELECT * FROM kpi_verify('mart')"), 3,
		'M30: nor do years to come');
is(query("INSERT INTO tickets VALUES (4310, now() - interval '6 hours', now() + interval '3 hours'); SELECT
	FROM kpi_refresh('mart'); INSERT INTO tickets VALUES (4311, now() - interval '6 hours', now()); SELECT FROM kpi_refresh('mart');
	SELECT count(*) FROM mart.ticket WHERE ticket_id >= 4310; SELECT * FROM kpi_verify('mart')"), 2, 'M30: nor do hours to come');
is(query("INSERT INTO tickets VALUES (4303, now() - interval '6 hours', now() - interval '9 hours'); SELECT
	FROM kpi_refresh('mart');
	SELECT count(*) FROM mart.ticket WHERE ticket_id = 4303; SELECT FROM kpi_refresh('mart', true); SELECT count(*)
		FROM mart.ticket WHERE ticket_id = 4303;
	SELECT * FROM kpi_verify('mart')"), "0\n1", 'M30: later than the lag only by a full refresh');
drop();
build("SELECT n AS ticket_id, now() - interval '9 hours' AS created_at, now() - interval '6 hours' AS updated_at,
	now() - interval '3 hours' AS loaded_at FROM generate_series(1, 2000) AS n");
is(query(sprintf("$late; SELECT FROM kpi_refresh('mart'); SELECT count(*) FROM mart.ticket; SELECT *
	FROM kpi_verify('mart')", ', now()', 3101, 3280)), 2180, 'M30: by loaded_at');
is(query("INSERT INTO tickets VALUES (4400, now(), now(), now() - interval '7 hours'); SELECT
	FROM kpi_refresh('mart'); SELECT count(*) FROM mart.ticket WHERE ticket_id = 4400"), 0,
	'M30: which wins over updated_at');
drop();

# ---------------------------------------------------------------- tallies by segment

my $segments = "SELECT n AS ticket_id, timestamptz '2024-03-04 UTC' + n * interval '1 hour' AS created_at,
	timestamptz '2024-03-05 UTC' + n * interval '90 minutes' AS resolved_at, 'team ' || n % 3 AS team,
	CASE WHEN n % 7 > 0 THEN 'category ' || n % 7 END AS category, CASE WHEN n % 2 = 0 THEN 'gold' END AS customer_tier,
	'channel ' || n % 4 AS channel, 1 + n % 5 AS csat_score FROM generate_series(1, 500) AS n";
# what the tickets say; the median is exact for so few
my $of_tickets = "SELECT resolved_at::date AS day, team, channel, category, customer_tier,
	count(*) AS resolved, percentile_cont(0.5) WITHIN GROUP (ORDER BY resolved_at - created_at) AS median,
	100.0 * count(*) FILTER (WHERE csat_score >= 4) / count(*) AS csat FROM tickets GROUP BY 1, 2, 3, 4, 5";
my $of_segments = "SELECT day, team, channel, category, customer_tier, resolved, median_duration(resolution), rate_pct(csat)
	FROM mart.segment_daily_tally WHERE resolved > 0";
build($segments, "dimensions => '{team}'");
is(query("SELECT count(*) > 300 FROM ($of_segments) AS s"), 't', 'tallies by segment, where the only dimension is the team');
is(query("SELECT * FROM (($of_segments EXCEPT $of_tickets) UNION ALL ($of_tickets EXCEPT $of_segments)) AS d"), '',
	'they are what the tickets say');
drop();
build($segments, "dimensions => '{category,team,customer_tier,channel}'");
is(query("SELECT to_regclass('mart.segment_daily_tally') IS NULL, (SELECT count(*) > 300 FROM mart.ticket_daily_tally)"), 't|t',
	'where all of these are dimensions, ticket_daily_tally has them');
drop();
query("CREATE TABLE surveys AS SELECT 's' || n AS response_id, 'csat' AS kind, timestamptz '2024-03-20 UTC' AS sent_at, 5 AS score,
	n AS ticket_id FROM generate_series(1, 500) AS n");
build($segments =~ s/, 1 \+ n % 5 AS csat_score//r, "surveys => 'surveys', dimensions => '{channel}'");
is(query("SELECT sum(sample_size(csat)) FROM mart.segment_daily_tally WHERE category = 'category 3' AND customer_tier = 'gold'"),
	query("SELECT count(*) FROM tickets WHERE category = 'category 3' AND customer_tier = 'gold'"),
	'an answer to a survey counts in the segment of its ticket');
drop();

$node->stop;
done_testing();
