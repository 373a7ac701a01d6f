# What kpi_build makes: every figure equals plain SQL over the tickets, whatever
# they lack, and names, roles and what lies in the way change nothing.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('build');
my @analyst = (extra_params => [ '-U', 'analyst' ]);

sub query
{
	my ($sql, $role) = @_;
	return $node->safe_psql('postgres', "SET search_path = desk, lib;\n$sql", extra_params => [ '-U', $role // 'analyst' ]);
}

sub fails
{
	my ($sql, $message, $title) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', "SET search_path = desk, lib;\n$sql", @analyst);
	return like($stderr, $message, $title);
}

# The two queries give the same rows; floating point numbers are compared to nine digits.
sub same
{
	my ($found, $expected, $title) = @_;
	my @rows = map { my $sql = $_; query("SELECT r::text FROM ($sql) AS r ORDER BY 1") =~ s/(\d+\.\d+)/sprintf '%.9g', $1/ger } $found, $expected;
	my @seen = map { my %seen = map { $_ => 1 } split /\n/; \%seen } @rows;

	cmp_ok(scalar(keys %{ $seen[1] }), '>', 0, "$title: there is something to compare");
	# only the rows that differ, of perhaps many
	is(join("\n", grep { !$seen[1]{$_} } sort keys %{ $seen[0] }), join("\n", grep { !$seen[0]{$_} } sort keys %{ $seen[1] }), $title);
	return;
}

# Two years, with changes of the clocks in Berlin, where business opens at nine; the
# tickets of Chicago have hours of their own.
query(<<'SQL');
CREATE SCHEMA desk;
CREATE TABLE tickets AS
	SELECT n AS ticket_id, at AS created_at, CASE WHEN n % 20 = 0 THEN NULL WHEN n % 51 = 0 THEN at - interval '1 day' ELSE at + n % 97 * interval '11 min' END AS first_response_at,
		CASE WHEN n % 9 = 0 THEN NULL WHEN n % 53 = 0 THEN at - interval '1 day' ELSE at + n % 301 * interval '37 min' END AS resolved_at, NULL::timestamptz AS updated_at,
		'team ' || n % 2 AS team, CASE n % 4 WHEN 0 THEN 'chat' WHEN 1 THEN 'phone' ELSE 'mail' END AS channel, 'c' || n % 5 AS category, 'a' || n % 3 AS agent_id, 'Agent ' || n % 3 AS agent_name,
		'a' || n % 2 AS first_responder_id, date '2023-12-20' AS agent_hired_on, n % 3 + 1 AS contacts, n % 2 + 1 AS agent_replies, n % 5 AS reopens, make_interval(secs => 60 + n % 500) AS handle_time,
		n % 13 = 0 AS abandoned, interval '4 hours' AS sla_response, interval '48 hours' AS sla_resolution, CASE WHEN n % 17 = 0 THEN 9 ELSE 1 + n % 5 END AS csat_score,
		n % 100 / 8.0 AS cost, CASE WHEN n % 6 = 0 THEN 'America/Chicago; Mo-Fr 08:00-16:00'::lib.business_hours END AS hours, 'p' || n % 2 AS product, n % 7 = 0 AS "order"
	FROM generate_series(1, 4000) AS n, LATERAL (SELECT timestamptz '2024-01-01 00:00+00' + n * interval '263 minutes') AS t (at);
CREATE TABLE surveys AS
	SELECT n::text AS response_id, (ARRAY['nps', 'csat', 'ces'])[1 + n % 3] AS kind, at AS sent_at, CASE WHEN n % 4 > 0 THEN at + n * interval '3 hours' END AS answered_at,
		1 + n % 5 AS score, n * 5 AS ticket_id
	FROM generate_series(1, 600) AS n, LATERAL (SELECT timestamptz '2024-01-01 12:00+00' + n * interval '29 hours') AS t (at);
-- what is possible of each, with its calendar
CREATE VIEW possible AS
	SELECT t.ticket_id, t.created_at, CASE WHEN first_response_at >= created_at THEN first_response_at END AS first_response_at, CASE WHEN resolved_at >= created_at THEN resolved_at END AS resolved_at,
		first_response_at IS NULL AS unanswered, resolved_at IS NULL AS unresolved, (first_response_at < created_at OR resolved_at < created_at OR csat_score > 5) IS TRUE AS impossible,
		team, channel, category, agent_id, agent_name, first_responder_id, agent_hired_on, contacts, agent_replies, reopens, handle_time, abandoned, sla_response, sla_resolution, cost, product, "order",
		CASE WHEN csat_score <= 5 THEN csat_score END AS csat_score, coalesce(hours, 'Europe/Berlin; Mo-Fr 09:00-17:00') AS calendar
	FROM tickets AS t;
-- one row an event, on its day in Berlin
CREATE VIEW events AS
	SELECT 'created' AS event, (created_at AT TIME ZONE 'Europe/Berlin')::date AS day, p.* FROM possible AS p
	UNION ALL SELECT 'responded', (first_response_at AT TIME ZONE 'Europe/Berlin')::date, p.* FROM possible AS p WHERE first_response_at IS NOT NULL
	UNION ALL SELECT 'resolved', (resolved_at AT TIME ZONE 'Europe/Berlin')::date, p.* FROM possible AS p WHERE resolved_at IS NOT NULL;
SQL
my $arguments = q('tickets', 'built', 'Europe/Berlin', hours => 'Europe/Berlin; Mo-Fr 09:00-17:00', week_start => 7, fcr_rule => 'zendesk', csat_satisfied_from => 5, ces_easy_from => 4, dimensions => '{product,order}');
like(query("SELECT * FROM kpi_build($arguments)"), qr/^ticket_daily\|table\|\d+\n.*^backlog_age\|view\|$/ms, 'build tells what it has made');

# Figures of any group of days, as columns of the views and as plain SQL
my %figure = (
	tickets => "count(*) FILTER (WHERE event = 'created')",
	unanswered => "count(*) FILTER (WHERE event = 'created' AND unanswered)",
	unresolved => "count(*) FILTER (WHERE event = 'created' AND unresolved)",
	rows_excluded => "count(*) FILTER (WHERE event = 'created' AND impossible)",
	resolved => "count(*) FILTER (WHERE event = 'resolved')",
	response_n => "count(*) FILTER (WHERE event = 'responded')",
	response_median_seconds => "percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM business_time(created_at, first_response_at, calendar))::double precision) FILTER (WHERE event = 'responded')",
	response_p90_seconds => "percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM business_time(created_at, first_response_at, calendar))::double precision) FILTER (WHERE event = 'responded')",
	sla_response_hits => "count(*) FILTER (WHERE event = 'responded' AND business_time(created_at, first_response_at, calendar) <= sla_response)",
	sla_resolution_pct => "100.0::double precision * count(*) FILTER (WHERE event = 'resolved' AND business_time(created_at, resolved_at, calendar) <= sla_resolution) / nullif(count(*) FILTER (WHERE event = 'resolved'), 0)",
	resolution_p90_seconds => "percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM business_time(created_at, resolved_at, calendar))::double precision) FILTER (WHERE event = 'resolved')",
	fcr_hits => "count(*) FILTER (WHERE event = 'resolved' AND agent_replies < 2)",
	fcr_n => "count(*) FILTER (WHERE event = 'resolved')",
	reopen_hits => "count(*) FILTER (WHERE event = 'resolved' AND reopens > 0)",
	cost_total => "sum(cost) FILTER (WHERE event = 'resolved')::double precision",
	handle_n => "count(*) FILTER (WHERE event = 'resolved')",
	csat_pct => "100.0::double precision * count(*) FILTER (WHERE event = 'resolved' AND csat_score = 5) / nullif(count(csat_score) FILTER (WHERE event = 'resolved'), 0)",
	csat_hits => "count(*) FILTER (WHERE event = 'resolved' AND csat_score = 5)",
	csat_n => "count(csat_score) FILTER (WHERE event = 'resolved')",
);
my $shown = join ', ', sort keys %figure;
my $plain = join ', ', map { "$figure{$_} AS $_" } sort keys %figure;

sub views_equal
{
	my ($title) = @_;
	same("SELECT month, $shown FROM built.executive_monthly", "SELECT date_trunc('month', day::timestamp)::date AS month, $plain FROM events GROUP BY 1", "$title: executive_monthly");
	same("SELECT week, team, $shown FROM built.team_weekly", "SELECT day - extract(dow FROM day)::integer AS week, team, $plain FROM events GROUP BY 1, 2", "$title: team_weekly");
	same("SELECT day, agent_id, $shown FROM built.agent_daily", "SELECT day, CASE event WHEN 'responded' THEN first_responder_id ELSE agent_id END AS agent_id, $plain FROM events GROUP BY 1, 2", "$title: agent_daily");
	same("SELECT tickets, resolved FROM built.new_agent_ramp", "SELECT count(*) FILTER (WHERE event = 'created'), count(*) FILTER (WHERE event = 'resolved') FROM events WHERE event <> 'responded' OR first_responder_id = agent_id GROUP BY floor((day - agent_hired_on) / 30.4375)",
		"$title: new_agent_ramp");
	same("SELECT lowest_channel, lowest_pct, highest_channel, highest_pct, spread_points, channels FROM built.channel_consistency WHERE month = '2024-07-01' AND kpi = 'reopen_pct'",
		"WITH c AS (SELECT channel, 100.0::double precision * count(*) FILTER (WHERE reopens > 0) / count(*) AS pct FROM events WHERE event = 'resolved' AND day BETWEEN '2024-07-01' AND '2024-07-31' GROUP BY 1)
		SELECT l.channel, l.pct, h.channel, h.pct, h.pct - l.pct, (SELECT count(*) FROM c) FROM (SELECT * FROM c ORDER BY pct LIMIT 1) AS l, (SELECT * FROM c ORDER BY pct DESC LIMIT 1) AS h", "$title: channel_consistency");
	return;
}
views_equal('event');
same("SELECT month, tickets_last_year, csat_pct_last_year FROM built.executive_monthly WHERE tickets_last_year > 0",
	"SELECT (date_trunc('month', day::timestamp) + interval '1 year')::date AS month, $figure{tickets}, $figure{csat_pct} FROM events GROUP BY 1 HAVING (date_trunc('month', min(day)::timestamp) + interval '1 year')::date <= (SELECT max(day) FROM events)",
	'the same month last year');
same("SELECT day, opened, closed, backlog FROM built.backlog_daily",
	"SELECT d::date, (SELECT count(*) FROM events WHERE event = 'created' AND day = d), (SELECT count(*) FROM tickets WHERE (greatest(resolved_at, created_at) AT TIME ZONE 'Europe/Berlin')::date = d AND resolved_at IS NOT NULL),
		(SELECT count(*) FROM possible WHERE (created_at AT TIME ZONE 'Europe/Berlin')::date <= d AND NOT (resolved_at IS NULL AND NOT unresolved) AND (resolved_at IS NULL OR (resolved_at AT TIME ZONE 'Europe/Berlin')::date > d))
	FROM generate_series((SELECT min(day) FROM events)::timestamp, (SELECT max(day) FROM events), '1 day') AS d", 'backlog_daily');
same("SELECT weekday, hour, tickets, tickets_per_hour FROM built.volume_heatmap",
	"SELECT isodow, extract(hour FROM at)::integer, count(*), count(*) / (SELECT count(*) FROM generate_series((SELECT min(created_at) AT TIME ZONE 'Europe/Berlin' FROM tickets)::date::timestamp, (SELECT max(created_at) AT TIME ZONE 'Europe/Berlin' FROM tickets), '1 day') AS d WHERE extract(isodow FROM d) = isodow)::double precision
	FROM (SELECT created_at AT TIME ZONE 'Europe/Berlin' AS at, extract(isodow FROM created_at AT TIME ZONE 'Europe/Berlin')::integer AS isodow FROM tickets) AS t GROUP BY 1, 2", 'volume_heatmap');
same("SELECT weekday, hour, handle_avg_seconds, response_p90_seconds, abandonment_pct, abandonment_n FROM built.staffing_by_hour",
	"SELECT extract(isodow FROM at)::integer, extract(hour FROM at)::integer, avg(extract(epoch FROM handle_time))::double precision, percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM business_time(created_at, first_response_at, calendar))::double precision) FILTER (WHERE first_response_at IS NOT NULL),
		100.0::double precision * count(*) FILTER (WHERE abandoned) / count(*), count(*) FROM (SELECT created_at AT TIME ZONE 'Europe/Berlin' AS at, * FROM possible) AS t GROUP BY 1, 2", 'staffing_by_hour');
same("SELECT age, tickets FROM built.backlog_age",
	"SELECT CASE WHEN age < 1 THEN '0-1 days' WHEN age < 3 THEN '1-3 days' WHEN age < 7 THEN '3-7 days' ELSE 'over 7 days' END, count(*) FROM (SELECT extract(epoch FROM now() - created_at) / 86400 AS age FROM tickets WHERE resolved_at IS NULL) AS t GROUP BY 1", 'backlog_age');
same("SELECT ticket_id, agent_id, response_due_at, resolution_due_at, is_breached FROM built.open_tickets",
	"SELECT ticket_id::text, agent_id, CASE WHEN unanswered THEN business_deadline(created_at, sla_response, calendar) END, business_deadline(created_at, sla_resolution, calendar), true FROM possible WHERE unresolved", 'open_tickets');
same("SELECT kpi, value, n FROM kpi_scorecard('built', '2024-05-01', '2024-08-01', team => 'team 1', channel => 'phone') WHERE scope = 'selection' AND kpi IN ('tickets', 'resolved', 'csat_pct', 'sla_resolution_pct', 'response_median_seconds')",
	"SELECT v.* FROM (SELECT $plain FROM events WHERE day >= '2024-05-01' AND day < '2024-08-01' AND team = 'team 1' AND channel = 'phone') AS d,
		LATERAL (VALUES ('tickets', d.tickets::double precision, NULL), ('resolved', d.resolved, NULL), ('csat_pct', d.csat_pct, d.csat_n), ('sla_resolution_pct', d.sla_resolution_pct, d.resolved), ('response_median_seconds', d.response_median_seconds, d.response_n)) AS v", 'kpi_scorecard');
same("SELECT kpi, value FROM kpi_scorecard('built', '2024-05-01', '2024-08-01', agent => 'a1') WHERE scope = 'selection' AND kpi IN ('tickets', 'resolved') UNION ALL SELECT 'total', value FROM kpi_scorecard('built', '2024-05-01', '2024-08-01', agent => 'a1') WHERE scope = 'total' AND kpi = 'tickets'",
	"SELECT v.* FROM (SELECT $plain, count(*) FROM events WHERE day >= '2024-05-01' AND day < '2024-08-01' AND agent_id = 'a1') AS d, (SELECT $figure{tickets} AS everyone FROM events WHERE day >= '2024-05-01' AND day < '2024-08-01') AS e,
		LATERAL (VALUES ('tickets', d.tickets::double precision), ('resolved', d.resolved), ('total', e.everyone)) AS v", 'kpi_scorecard of an agent');
same('SELECT product, "order", sum(tickets) FROM built.ticket_daily GROUP BY 1, 2', 'SELECT product, "order"::text, count(*) FROM tickets GROUP BY 1, 2', 'dimensions of the user');
is(query("SELECT bool_and(is_complete) FROM built.executive_monthly WHERE month < '2026-01-01'"), 't', 'months that are over are complete');
query("INSERT INTO tickets (ticket_id, created_at, team, agent_id) VALUES (-1, now(), 'new', 'new'); SELECT kpi_refresh('built', true)");
is(query("SELECT e.is_complete, w.is_complete, a.is_complete FROM (SELECT * FROM built.executive_monthly ORDER BY month DESC LIMIT 1) AS e, built.team_weekly AS w, built.agent_daily AS a WHERE w.team = 'new' AND a.agent_id = 'new'"), 'f|f|f', 'that of today is not');
query("DELETE FROM tickets WHERE ticket_id = -1");

# Columns for BI tools
is(query(q(SELECT string_agg(c.relname || '.' || a.attname, ', ') FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'built'::regnamespace AND c.relkind = 'v' AND a.attnum > 0 AND a.atttypid NOT IN ('text'::regtype, 'bigint'::regtype, 'integer'::regtype, 'double precision'::regtype, 'date'::regtype, 'timestamptz'::regtype, 'boolean'::regtype))), '', 'plain types');
is(query(q(SELECT string_agg(c.relname || '.' || a.attname, ', ') FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
	WHERE c.relnamespace = 'built'::regnamespace AND (c.relkind = 'v' OR c.relname ~ 'ticket_daily|_tally') AND c.relkind <> 'i' AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL)), '', 'every column has a comment');
is(query(q(SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'built'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL)), '', 'and so has every table and view');
is(query(q(SELECT count(*) FROM pg_class, LATERAL query_to_xml(format('SELECT * FROM built.%I AS r WHERE r::text ~ ''NaN|Infinity''', relname), false, true, '') AS x WHERE relnamespace = 'built'::regnamespace AND relkind = 'v' AND x::text <> '')), 0, 'no NaN');
query("SELECT kpi_drop('built')");
is(query("SELECT count(*) FROM pg_namespace WHERE nspname = 'built'"), 0, 'kpi_drop');

# On the day of creation, with surveys
query("SELECT kpi_build($arguments, surveys => 'surveys', attribute => 'created')");
delete @figure{qw(csat_pct csat_hits csat_n)};
$shown = join ', ', sort keys %figure;
$plain = join ', ', map { "$figure{$_} AS $_" } sort keys %figure;
query("ALTER VIEW events RENAME TO by_event; CREATE VIEW events AS SELECT event, (created_at AT TIME ZONE 'Europe/Berlin')::date AS day" . join('', map { ", $_" } split /\n/, query("SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = 'possible'::regclass AND attnum > 0 ORDER BY attnum")) . ' FROM by_event');
# a month in which tickets were only resolved has a row, for the backlog
same("SELECT month, $shown FROM built.executive_monthly WHERE tickets > 0", "SELECT date_trunc('month', day::timestamp)::date AS month, $plain FROM events GROUP BY 1", 'created: executive_monthly');
same("SELECT sum(nps_n), sum(csat_n), sum(ces_n), sum(survey_response_n), sum(survey_response_hits), sum(csat_pct * csat_n) FROM built.executive_monthly",
	"SELECT count(*) FILTER (WHERE kind = 'nps' AND answered_at IS NOT NULL)::numeric, count(*) FILTER (WHERE kind = 'csat' AND answered_at IS NOT NULL)::numeric, count(*) FILTER (WHERE kind = 'ces' AND answered_at IS NOT NULL)::numeric, count(*)::numeric, count(answered_at)::numeric,
		100.0::double precision * count(*) FILTER (WHERE kind = 'csat' AND answered_at IS NOT NULL AND score = 5) FROM surveys", 'created: surveys');
same("SELECT month, ces_hits, ces_low_pct, ces_high_pct FROM built.executive_monthly WHERE ces_n > 0",
	"SELECT month, hits, (ci).low, (ci).high FROM (SELECT date_trunc('month', coalesce(created_at, answered_at) AT TIME ZONE 'Europe/Berlin')::date AS month, count(*) FILTER (WHERE score >= 4) AS hits, rate_ci(score >= 4) AS ci
		FROM surveys LEFT JOIN tickets USING (ticket_id) WHERE kind = 'ces' AND answered_at IS NOT NULL GROUP BY 1) AS s", 'created: effort has hits and an interval');
same("SELECT channel, sum(nps_n) FROM (SELECT channel, lib.sample_size(nps) AS nps_n FROM built.ticket_daily) AS d WHERE nps_n > 0 GROUP BY 1", "SELECT channel, count(*)::numeric FROM surveys JOIN tickets USING (ticket_id) WHERE kind = 'nps' AND answered_at IS NOT NULL GROUP BY 1", 'created: a survey has the channel of its ticket');

# What is the user's own stays
query("CREATE TABLE built.mine AS SELECT 1 AS a; SELECT kpi_drop('built')");
is(query("SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'built'::regnamespace"), 'mine', 'kpi_drop leaves what it has not made');
query("CREATE TABLE built.team_weekly (a integer)");
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/relation "team_weekly" already exists/, 'nothing is overwritten');
is(query("SELECT count(*) FROM pg_class WHERE relnamespace = 'built'::regnamespace"), 2, 'and nothing left of the attempt');
query("DROP TABLE built.team_weekly; SELECT kpi_build('tickets', 'built', 'UTC')");
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/schema "built" is built already/, 'not even what it made');
query("SELECT kpi_drop('built'); DROP SCHEMA built CASCADE");

# Refusals
fails("SELECT kpi_build('tickets', 'x', 'Nowhere/Land')", qr/time zone "Nowhere\/Land" not recognized/, 'time zone');
fails("SELECT kpi_build('tickets', 'x', 'UTC', week_start => 8)", qr/setting out of range/, 'week_start');
fails("SELECT kpi_build('tickets', 'x', 'UTC', lag => '-1 s')", qr/setting out of range/, 'lag');
fails("SELECT kpi_build('tickets', 'x', NULL)", qr/only the relations beside tickets, hours and fcr_rule can be NULL/, 'NULL');
fails("SELECT kpi_build('tickets', 'x', 'UTC', fcr_rule => 'no_recontact')", qr/fcr_rule "no_recontact" needs the next contact of each ticket/, 'fcr_rule');
fails("SELECT kpi_build('surveys', 'x', 'UTC')", qr/column "created_at" of relation desk\.surveys cannot be read\nDETAIL:  There is none\./, 'missing column');
fails("CREATE TEMP TABLE t AS SELECT 1 AS ticket_id, 5 AS created_at; SELECT kpi_build('t', 'x', 'UTC')", qr/column "created_at" of relation t cannot be read\nDETAIL:  It is of type integer, not timestamptz\./, 'wrong type');
fails("SELECT kpi_build('tickets', 'x', 'UTC', dimensions => '{$_}')", qr/"\w+" cannot be a dimension/, "dimension $_") foreach qw(team nowhere tickets ctid is_unresolved), 'product,product';
fails("SELECT kpi_$_", qr/schema "desk" was not made by kpi_build/, $_) foreach "schedule('desk', '* * * * *')", "refresh('desk')", "drop('desk')", "scorecard('desk', '2024-01-01', '2025-01-01')";
fails("SELECT kpi_$_", qr/ERROR:  target_schema cannot be NULL$/m, $_) foreach "schedule(NULL, '* * * * *')", "refresh(NULL)", "drop(NULL)", "scorecard(NULL, '2024-01-01', '2025-01-01')";
fails("SELECT kpi_build('possible', 'x', 'UTC', track => 'triggers')", qr/relation desk\.possible cannot have triggers\nHINT:  Only plain tables can/, 'triggers on a view');
query("CREATE TABLE parts (LIKE tickets) PARTITION BY LIST (team); CREATE TABLE part PARTITION OF parts DEFAULT");
fails("SELECT kpi_build('part', 'x', 'UTC', track => 'triggers')", qr/relation desk\.part cannot have triggers/, 'triggers on a partition');
is(query("SELECT count(*) FROM pg_namespace WHERE nspname = 'x'"), 0, 'nothing is left');

# Little, or nothing
query("CREATE TABLE plain (ticket_id integer, created_at timestamp); INSERT INTO plain VALUES (1, '2025-03-01 23:30'), (2, '2025-03-02'), (3, NULL), (4, 'infinity'), (5, '294276-12-31 23:59'), (6, '4713-01-01 BC')");
query("SELECT kpi_build('plain', 'small', 'Europe/Berlin')");
is(query('SELECT day, opened, closed, backlog FROM built.backlog_daily' =~ s/built/small/r), '2025-03-02|2|0|2', 'plain timestamps are UTC');
is(query('SELECT month, tickets, unanswered, unresolved, response_n, response_p90_seconds, fcr_pct, csat_n, cost_total FROM small.executive_monthly'), '2025-03-01|2|2|2|0|||0|', 'what happens to no ticket is NULL');
is(query("SELECT count(*) FROM small.open_tickets WHERE ticket_id IN ('3', '4')"), 0, 'a time that is infinite is none');
query("TRUNCATE plain; SELECT kpi_refresh('small')");
is(query(join ' UNION ALL ', map { "SELECT count(*) FROM small.$_" } qw(executive_monthly team_weekly agent_daily new_agent_ramp channel_consistency volume_heatmap staffing_by_hour backlog_daily open_tickets backlog_age)), join("\n", (0) x 10), 'no tickets, no rows');
like(query("SELECT kpi, value FROM kpi_scorecard('small', '2024-01-01', '2025-01-01')"), qr/^tickets\|0\n.*^csat_pct\|$/ms, 'and a scorecard of nothing');
query("SELECT kpi_drop('small')");

# A ticket is resolved if it says so
query("CREATE TABLE verdicts AS SELECT n AS ticket_id, timestamptz '2025-03-03 10:00+00' AS created_at, CASE WHEN n % 2 = 0 THEN timestamptz '2025-03-04 10:00+00' END AS resolved_at, (ARRAY[NULL, NULL, false, false, true, true])[n] AS solved, 1 AS contacts,
		n = 3 AS sla_resolution_met, interval '100 days' AS sla_resolution FROM generate_series(1, 6) AS n; SELECT kpi_build('verdicts', 'small', 'UTC')");
is(query("SELECT ticket_id, is_breached FROM small.open_tickets ORDER BY 1"), "1|t\n3|f\n4|t", 'open_tickets and verdicts');
is(query("SELECT tickets, unresolved, resolved, fcr_n, rows_excluded FROM small.executive_monthly"), '6|3|2|2|2', 'neither resolved while unsolved nor solved without a time');
is(query("SELECT backlog FROM small.backlog_daily ORDER BY day"), "5\n3", 'and the backlog is of those that are open');
query("SELECT kpi_drop('small')");

# The threshold tells the scale of scores, in tickets and in surveys
query("CREATE TABLE scored AS SELECT n::text AS ticket_id, timestamptz '2025-03-03 09:00+00' AS created_at, timestamptz '2025-03-04 09:00+00' AS resolved_at, n AS csat_score, n AS ces_score, n AS nps_score FROM generate_series(-1, 12) AS n;
	CREATE TABLE asked AS SELECT ticket_id || kind AS response_id, kind, created_at AS sent_at, resolved_at AS answered_at, csat_score AS score FROM scored, unnest('{csat,ces,nps}'::text[]) AS kind");
foreach my $case ([ 4, 5, '1 AND 5', '1 AND 7' ], [ 5, 7, '1 AND 5', '1 AND 7' ], [ 6, 8, '0 AND 10', '0 AND 10' ], [ 8, 5, '0 AND 10', '1 AND 7' ])
{
	my ($satisfied, $easy, $csat, $ces) = @$case;
	foreach my $surveys ('', ", surveys => 'asked'")
	{
		query("SELECT kpi_build('scored', 'small', 'UTC', csat_satisfied_from => $satisfied, ces_easy_from => $easy$surveys)");
		same('SELECT csat_n, csat_pct, ces_n, ces_pct, nps_n, rows_excluded FROM small.executive_monthly',
			"SELECT count(*) FILTER (WHERE n BETWEEN $csat), 100.0::double precision * count(*) FILTER (WHERE n BETWEEN $csat AND n >= $satisfied) / count(*) FILTER (WHERE n BETWEEN $csat), count(*) FILTER (WHERE n BETWEEN $ces), 100.0::double precision * count(*) FILTER (WHERE n BETWEEN $ces AND n >= $easy) / count(*) FILTER (WHERE n BETWEEN $ces),
				count(*) FILTER (WHERE n BETWEEN 0 AND 10), count(*) FILTER (WHERE n NOT BETWEEN $csat OR n NOT BETWEEN $ces OR n NOT BETWEEN 0 AND 10) FROM generate_series(-1, 12) AS n", "satisfied from $satisfied and easy from $easy$surveys");
		is(query("SELECT string_agg(score::text, ',' ORDER BY score) FROM small.kpi_followup WHERE kind = 'csat'"), $csat eq '1 AND 5' ? '1,2' : '0,1,2,3,4', "satisfied from $satisfied: whom to call back");
		query("SELECT kpi_drop('small')");
	}
}

# Whether a target has been missed: what the vendor says, or else what was due by now.  Dimensions may have any name.
query(<<'SQL');
CREATE TABLE due AS SELECT title AS ticket_id, now() + created AS created_at, now() + responded AS first_response_at, response AS sla_response, resolution AS sla_resolution, response_met AS sla_response_met, resolution_met AS sla_resolution_met,
		hours, 'a' AS due_at, 'b' AS response_due_at, 'c' AS resolution_due_at, 'd' AS is_breached, 'e' AS calendars, 'f' AS category, 'g' AS customer_tier, 0.5 AS sentiment
	FROM (VALUES
		('answered in time', interval '-5 h', interval '-4:01', interval '1 h', interval '10 days', NULL::boolean, NULL::boolean, NULL::lib.business_hours),
		('answered late', '-5 h', '-3:59', '1 h', '10 days', NULL, NULL, NULL),
		('answered late, but not for the vendor', '-5 h', '-1 h', '1 h', '10 days', true, NULL, NULL),
		('answered in time, but not for the vendor', '-5 h', '-4:01', '1 h', '10 days', false, NULL, NULL),
		('answered before it was created', '-5 h', '-6 h', '1 h', '10 days', NULL, NULL, NULL),
		('not answered, due', '-1 h', NULL, '2 h', '10 days', NULL, NULL, NULL),
		('not answered, late, to be resolved soon', '-5 h', NULL, '1 h', '6 h', NULL, NULL, NULL),
		('to be resolved', '-5 h', '-5 h', '1 h', '7 h 1 min', NULL, NULL, NULL),
		('resolved late', '-5 h', '-5 h', '1 h', '4 h', NULL, NULL, NULL),
		('resolved late, but not for the vendor', '-5 h', '-5 h', '1 h', '4 h', NULL, true, NULL),
		('no targets', '-5 h', NULL, NULL, NULL, NULL, NULL, NULL),
		('never open again', '-5 h', NULL, '1 h', '10 days', NULL, NULL, 'UTC; 2020-01-01 09:00-10:00'),
		('far from now', '292000 years', NULL, '1 h', '20 years', NULL, NULL, NULL)
	) AS v (title, created, responded, response, resolution, response_met, resolution_met, hours);
SELECT kpi_build('due', 'small', 'UTC', dimensions => '{due_at,response_due_at,resolution_due_at,is_breached,calendars,sentiment}');
SQL
is(query("SELECT ticket_id FROM small.open_tickets WHERE is_breached ORDER BY 1"), "answered in time, but not for the vendor\nanswered late\nnot answered, late, to be resolved soon\nresolved late", 'open_tickets: what has been missed');
is(query("SELECT ticket_id FROM small.open_tickets WHERE is_due_within_2_hours ORDER BY 1"), "not answered, due\nnot answered, late, to be resolved soon", 'what is due soon');
is(query("SELECT ticket_id, response_due_at IS NULL, resolution_due_at IS NULL, is_breached, is_due_within_2_hours FROM small.open_tickets WHERE ticket_id ~ '^n(o t|ever)|^far' ORDER BY 1"), "never open again|t|t|f|f\nno targets|t|t|f|f", 'one ticket that is never due does no harm, and one of another age is none');
fails("SELECT business_deadline(created_at, sla_response, hours) FROM due WHERE ticket_id = 'never open again'", qr/deadline is never reached/, 'though it is an error to ask for it');
is(query("SELECT kpi_due_at('294276-12-31', '2 days', NULL) IS NULL, kpi_due_at(NULL, '1 h', NULL) IS NULL, kpi_due_at(now(), NULL, NULL) IS NULL, kpi_due_at('2026-03-03 09:00+00', '1 h', NULL) = '2026-03-03 10:00+00', kpi_due_at('2026-03-06 16:30+00', '1 h', 'UTC; Mo-Fr 09:00-17:00') = '2026-03-09 09:30+00'"), 't|t|t|t|t', 'kpi_due_at');
is(query("SELECT DISTINCT due_at, calendars, sentiment, category, customer_tier FROM small.open_tickets"), 'a|e|0.5|f|g', 'dimensions are there unless the view has a column of the name');
query("INSERT INTO small.kpi_target (kpi, segment, direction, target) VALUES ('overdue_tickets', '{}', 'down', 3), ('overdue_tickets', '{\"category\": \"f\", \"customer_tier\": \"g\", \"due_at\": \"a\"}', 'down', 3), ('overdue_tickets', '{\"sentiment\": \"1\"}', 'down', 0); SELECT kpi_refresh('small')");
is(query("SELECT segment, value FROM small.kpi_alerts ORDER BY 1"), qq({}|4\n{"due_at": "a", "category": "f", "customer_tier": "g"}|4), 'overdue_tickets of any segment');
query("SELECT kpi_drop('small', false)");

# Values that cannot be counted are left out, one by one, and stop neither a build nor a view
query(<<'SQL');
CREATE TABLE wrong AS SELECT n::text AS ticket_id, timestamptz '2025-03-03 09:00+00' AS created_at, timestamptz '2025-03-03 10:00+00' AS first_response_at, timestamptz '2025-03-04 09:00+00' AS resolved_at, 'ann' AS agent_id, date '2025-01-03' AS agent_hired_on, 'k' AS account_id,
		interval '1 h' AS talk_time, interval '0' AS hold_time, interval '0' AS wrap_time, NULL::interval AS handle_time, interval '1 min' AS wait_time, 2.5 AS cost, 4::float8 AS qa_points, 5::float8 AS qa_possible, 0.5::float8 AS sentiment
	FROM generate_series(1, 2) AS n;
SELECT kpi_build('wrong', 'small', 'UTC', hours => 'UTC; 24/7');
SQL
my $figures = "SELECT handle_n, handle_avg_seconds, wait_n, wait_avg_seconds, cost_n, cost_total, qa_n, qa_score_pct FROM small.executive_monthly WHERE month = '2025-03-01'";
is(query($figures), '2|3600|2|60|2|5|2|80', 'right values');
foreach my $case ((map { [ $_, '3|1' ] } "handle_time = '178000000 years'", "talk_time = '178000000 years', hold_time = '178000000 years', wrap_time = '178000000 years'", "wait_time = '178000000 years'", 'cost = 1e31', "cost = 'NaN'",
		'qa_points = 1e300, qa_possible = 1e300', 'sentiment = 1e300', "agent_hired_on = 'infinity'", "first_response_at = '294276-12-31 00:00+00'", "resolved_at = '9999-12-31 00:00+00'"),
	[ "created_at = '0003-03-03 00:00+00'", '3|0' ], [ "created_at = '4713-12-01 00:00+00 BC', resolved_at = '294276-12-31 00:00+00'", '2|0' ])
{
	my ($change, $tickets) = @$case;
	query("INSERT INTO wrong SELECT 'bad' AS ticket_id, created_at, first_response_at, resolved_at, agent_id, agent_hired_on, account_id FROM wrong WHERE ticket_id = '1'; UPDATE wrong SET $change WHERE ticket_id = 'bad'; SELECT kpi_refresh('small', true)");
	is(query($figures), '2|3600|2|60|2|5|2|80', "$change: left out of what it is");
	is(query('SELECT sum(tickets), sum(rows_excluded) FROM small.executive_monthly'), $tickets, "$change: and counted");
	query(join '; ', map { "SELECT count(r::text) FROM small.$_ AS r" } split /\n/, query("SELECT relname FROM pg_class WHERE relnamespace = 'small'::regnamespace AND relkind = 'v'"));
	query("DELETE FROM wrong WHERE ticket_id = 'bad'");
}
query("SELECT kpi_drop('small')");

# Tickets of outlandish years neither make days without end nor take time to be shown
query("CREATE TABLE ages AS SELECT n AS ticket_id, at AS created_at FROM (VALUES (1, timestamptz '0003-01-01 12:00+00'), (2, '2025-03-03 12:00+00'), (3, '2025-03-05 12:00+00'), (4, '2026-03-06 12:00+00'), (5, '9999-01-01 12:00+00')) AS v (n, at); SELECT kpi_build('ages', 'small', 'UTC')");
is(query("SELECT count(*), min(day), max(day), sum(opened), max(backlog) FROM small.backlog_daily"), '371|0003-01-01|9999-01-01|5|5', 'backlog_daily: a gap of more than a year is not filled');
is(query("SELECT day, opened, closed, backlog FROM small.backlog_daily WHERE day BETWEEN '2025-03-01' AND '2025-03-06' ORDER BY 1"), "2025-03-03|1|0|2\n2025-03-04|0|0|2\n2025-03-05|1|0|3\n2025-03-06|0|0|3", 'a shorter one is');
same('SELECT weekday, hour, tickets_per_hour FROM small.volume_heatmap', "SELECT extract(isodow FROM created_at AT TIME ZONE 'UTC')::integer AS isodow, 12, count(*) / min(days)::double precision FROM ages,
	LATERAL (SELECT count(*) AS days FROM generate_series(timestamp '0003-01-01', '9999-01-01', '1 day') AS d WHERE extract(isodow FROM d) = extract(isodow FROM created_at AT TIME ZONE 'UTC')) AS w GROUP BY 1", 'volume_heatmap counts the weekdays');
query("SELECT kpi_drop('small')");

$node->stop;
done_testing();
