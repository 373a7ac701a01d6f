# Targets, SLA policies and benchmarks: what the scorecard says of them equals plain
# SQL over the tickets, and rows of the user's outlive what is built around them.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('targets');
my $directory = abs_path(PostgreSQL::Test::Utils::tempdir());

sub query
{
	my ($sql, %at) = @_;
	return $node->safe_psql($at{database} // 'postgres', "SET search_path = desk, lib;\n$sql", extra_params => [ '-U', $at{role} // 'analyst' ]);
}

sub fails
{
	my ($sql, $message, $title, $role) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', "SET search_path = desk, lib;\n$sql", extra_params => [ '-U', $role // 'analyst' ]);
	return like($stderr, $message, $title);
}

# The two queries give the same rows, to nine digits
sub same
{
	my ($found, $expected, $title) = @_;
	my @rows = map { my $sql = $_; query("SELECT r::text FROM ($sql) AS r ORDER BY 1") =~ s/(\d+\.\d+)/sprintf '%.9g', $1/ger } $found, $expected;
	isnt($rows[1], '', "$title: there is something to compare");
	return is($rows[0], $rows[1], $title);
}

# Eighteen months in UTC; a third of the tickets have an SLA target of their own
$node->safe_psql('postgres', 'CREATE ROLE reader LOGIN; CREATE ROLE other LOGIN');
query(<<'SQL');
CREATE SCHEMA desk;
CREATE TABLE tickets AS
	SELECT n AS ticket_id, at AS created_at, at + n % 97 * interval '7 min' AS first_response_at, CASE WHEN n % 9 <> 0 THEN at + n % 301 * interval '23 min' END AS resolved_at, at AS updated_at,
		'team ' || n % 2 AS team, CASE n % 4 WHEN 0 THEN 'chat' ELSE 'mail' END AS channel, 'c' || n % 5 AS category, 'a' || n % 3 AS agent_id,
		(ARRAY['urgent', 'normal', NULL])[1 + n % 3] AS priority, (ARRAY['gold', 'silver'])[1 + n / 2 % 2] AS customer_tier,
		CASE WHEN n % 7 = 0 THEN interval '20 min' END AS sla_response,
		1 + (n * n % 10 < 3 + extract(month FROM at) / 3)::integer AS contacts, CASE WHEN n % 3 = 0 THEN n * 7 % 11 END AS nps_score, CASE WHEN n % 4 = 0 THEN 1 + n * 3 % 5 END AS csat_score
	FROM generate_series(1, 6000) AS n, LATERAL (SELECT timestamptz '2024-01-01 00:00+00' + n * interval '131 minutes') AS t (at);
SQL
query("SELECT kpi_build('tickets', 'built', 'UTC', lag => '0')");

# Policies: the most specific one that fits, for tickets without a target
my $policies = q[INSERT INTO SCHEMA.kpi_sla_policy (customer_tier, priority, channel, sla_response, sla_resolution, hours) VALUES (NULL, NULL, NULL, '8 hours', '3 days', NULL), ('gold', NULL, NULL, '2 hours', NULL, NULL),
	(NULL, 'urgent', NULL, '1 hour', '1 day', NULL), (NULL, 'urgent', 'chat', '30 min', '6 hours', 'UTC; Mo-Fr 09:00-17:00')];
my $with_policy = q[SELECT t.*, coalesce(sla_response, CASE WHEN priority = 'urgent' AND channel = 'chat' THEN interval '30 min' WHEN customer_tier = 'gold' THEN '2 hours' WHEN priority = 'urgent' THEN '1 hour' ELSE '8 hours' END) AS response_target,
		CASE WHEN priority = 'urgent' AND channel = 'chat' THEN interval '6 hours' WHEN customer_tier = 'gold' THEN NULL WHEN priority = 'urgent' THEN '1 day' ELSE '3 days' END AS resolution_target,
		CASE WHEN priority = 'urgent' AND channel = 'chat' THEN 'UTC; Mo-Fr 09:00-17:00'::lib.business_hours END AS calendar FROM tickets AS t];
is(query('SELECT sum(sla_response_n), sum(sla_resolution_n) FROM built.executive_monthly'), query('SELECT count(*) || $$|0$$ FROM tickets WHERE sla_response IS NOT NULL'), 'without policies, only targets of tickets');
query($policies =~ s/SCHEMA/built/r);
like(query("SELECT * FROM kpi_refresh('built')"), qr/^5\d\d\|\d+$/, 'policies are new: all is counted');
is(query("SET intervalstyle = 'sql_standard'; SELECT * FROM kpi_refresh('built')"), '0|0', 'and no more than once');
same("SELECT team, sum(sla_response_hits), sum(sla_response_n), sum(sla_resolution_hits), sum(sla_resolution_n) FROM built.team_weekly GROUP BY 1",
	"SELECT team, (count(*) FILTER (WHERE business_time(created_at, first_response_at, calendar) <= response_target))::numeric, count(*)::numeric,
		(count(*) FILTER (WHERE business_time(created_at, resolved_at, calendar) <= resolution_target))::numeric, (count(*) FILTER (WHERE resolved_at IS NOT NULL AND resolution_target IS NOT NULL))::numeric FROM ($with_policy) AS t GROUP BY 1", 'targets of policies');
same("SELECT ticket_id, resolution_due_at FROM built.open_tickets", "SELECT ticket_id::text, business_deadline(created_at, resolution_target, calendar) FROM ($with_policy) AS t WHERE resolved_at IS NULL", 'open_tickets, too');

# How many rows of tallies differ from those of a new build with the same policies
sub rebuilt
{
	my ($title, $arguments) = @_;
	query("CREATE SCHEMA again; CREATE TABLE again.kpi_sla_policy (LIKE built.kpi_sla_policy INCLUDING ALL); INSERT INTO again.kpi_sla_policy TABLE built.kpi_sla_policy; SELECT kpi_build('tickets', 'again', 'UTC' $arguments)");
	is(query(join ' UNION ALL ', map { "SELECT count(*) FROM ((TABLE built.$_ EXCEPT ALL TABLE again.$_) UNION ALL (TABLE again.$_ EXCEPT ALL TABLE built.$_)) AS q" } qw(ticket_daily agent_daily_tally hourly_tally)), "0\n0\n0", $title);
	query("SELECT kpi_drop('again', false); DROP SCHEMA again");
	return;
}
rebuilt('a refresh equals a rebuild', '');
query("UPDATE built.kpi_sla_policy SET sla_response = '3 hours' WHERE customer_tier = 'gold'; UPDATE tickets SET team = 'team 9', updated_at = now() WHERE ticket_id = 17; SELECT kpi_refresh('built')");
rebuilt('of another policy, too', '');
query("DELETE FROM built.kpi_sla_policy; SELECT kpi_refresh('built')");
rebuilt('and of none', '');
query("UPDATE tickets SET team = 'team 1' WHERE ticket_id = 17; SELECT kpi_drop('built'); SELECT kpi_build('tickets', 'built', 'UTC', track => 'triggers')");
query(($policies =~ s/SCHEMA/built/r) . "; SELECT kpi_refresh('built')");
rebuilt('with triggers', '');

# The scorecard: like periods before, by plain SQL
my $resolved = "SELECT resolved_at AT TIME ZONE 'UTC' AS at, contacts, nps_score, csat_score, business_seconds(created_at, resolved_at, calendar) AS seconds, team FROM ($with_policy) AS t WHERE resolved_at IS NOT NULL";
my %figure = (fcr_pct => '100.0::double precision * count(*) FILTER (WHERE contacts <= 1) / nullif(count(*), 0)', nps => "100.0::double precision * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6)) / nullif(count(nps_score), 0)",
	csat_pct => '100.0::double precision * count(*) FILTER (WHERE csat_score >= 4) / nullif(count(csat_score), 0)', resolved => 'count(*)::double precision', resolution_median_seconds => 'percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)');
foreach my $case ([ 'months', '2025-04-01', '2025-05-01', '1 month' ], [ 'weeks', '2025-04-09', '2025-04-16', '7 days' ], [ 'a quarter, of which five are there', '2025-04-01', '2025-07-01', '3 months' ])
{
	my ($title, $since, $until, $step) = @$case;
	foreach my $team ('team 1', undef)
	{
		my $where = $team ? "team = '$team'" : 'true';
		my $argument = $team ? ", team => '$team'" : '';
		my $periods = "(SELECT n, date '$since' - n * interval '$step' AS start, date '$since' - (n - 1) * interval '$step' AS stop FROM generate_series(0, 13) AS n WHERE date '$since' - n * interval '$step' >= '2024-01-01') AS p";
		my $expected = join ' UNION ALL ', map { "SELECT '$_' AS kpi, (SELECT v FROM v WHERE n = 0 AND kpi = '$_') AS value, percentile_cont(0.5) WITHIN GROUP (ORDER BY v) FILTER (WHERE n > 0), min(v) FILTER (WHERE n > 0), max(v) FILTER (WHERE n > 0), count(v) FILTER (WHERE n > 0),
			(SELECT a.v - b.v FROM v AS a, v AS b WHERE a.n = 0 AND b.n = 1 AND a.kpi = '$_' AND b.kpi = '$_') FROM v WHERE kpi = '$_'" } sort keys %figure;
		same("SELECT kpi, value, baseline, baseline_low, baseline_high, baseline_n, change FROM kpi_scorecard('built', '$since', '$until'$argument) WHERE scope = 'selection' AND kpi IN (" . join(', ', map { "'$_'" } keys %figure) . ')',
			"WITH v AS (SELECT n, x.kpi, x.v FROM (SELECT n, " . join(', ', map { "$figure{$_} AS $_" } sort keys %figure) . " FROM $periods LEFT JOIN ($resolved) AS t ON at >= start AND at < stop AND $where GROUP BY n) AS f, LATERAL (VALUES " . join(', ', map { "('$_', f.$_)" } sort keys %figure) . ") AS x (kpi, v)) $expected",
			"$title, " . ($team // 'all'));
	}
}
is(query("SELECT DISTINCT baseline_n FROM kpi_scorecard('built', '2025-04-01', '2025-07-01') WHERE kpi IN ('nps', 'tickets')"), 5, 'only periods that were counted');
is(query("SELECT DISTINCT baseline_n, baseline IS NULL, change IS NULL FROM kpi_scorecard('built', '2024-01-01', '2024-02-01')"), '0|t|t', 'none before the first');
is(query("SELECT DISTINCT baseline_n FROM kpi_scorecard('built', '-infinity', 'infinity')"), 0, 'nor of eternity');
is(query("SELECT value FROM kpi_scorecard('built', '-infinity', 'infinity') WHERE kpi = 'tickets' AND scope = 'total'"), 6000, 'which has a value');
is(query("SELECT count(*), max(value) FROM kpi_scorecard('built', '2025-01-02', '2025-01-01') WHERE kpi = 'tickets'"), '2|0', 'a period of no day');
same("SELECT kpi, is_significant FROM kpi_scorecard('built', '2025-04-01', '2025-05-01') WHERE scope = 'total' AND kpi IN ('fcr_pct', 'nps', 'csat_pct', 'resolution_median_seconds')",
	"WITH t AS (SELECT at >= '2025-04-01' AS is_now, rate_agg(contacts <= 1) AS fcr, scores_agg(nps_score) AS nps, scores_agg(csat_score) AS csat, durations_agg(make_interval(secs => seconds)) AS resolution FROM ($resolved) AS t WHERE at >= '2025-03-01' AND at < '2025-05-01' GROUP BY 1)
	SELECT v.* FROM t AS a, t AS b, LATERAL (SELECT percentile_ci(a.resolution, 0.5) AS earlier, percentile_ci(b.resolution, 0.5) AS later) AS r,
		LATERAL (VALUES ('fcr_pct', is_significant(rate_change(a.fcr, b.fcr))), ('nps', is_significant(nps_change(a.nps, b.nps))), ('csat_pct', is_significant(csat_change(a.csat, b.csat))),
			('resolution_median_seconds', (r.later).low > (r.earlier).high OR (r.later).high < (r.earlier).low)) AS v WHERE b.is_now AND NOT a.is_now", 'what is more than chance');
query("UPDATE tickets SET contacts = 1 WHERE resolved_at >= '2025-04-01' AND resolved_at < '2025-05-01'; SELECT kpi_refresh('built')");
is(query("SELECT is_significant, round(value) FROM kpi_scorecard('built', '2025-04-01', '2025-05-01') WHERE scope = 'total' AND kpi = 'fcr_pct'"), 't|100', 'a jump is');
is(query("SELECT kpi, kind FROM kpi_scorecard('built', '2025-04-01', '2025-05-01') WHERE scope = 'total' AND kpi IN ('nps', 'csat_pct', 'response_median_seconds', 'sla_response_pct', 'cost_per_contact', 'tickets')"),
	"tickets|leading\nresponse_median_seconds|leading\nsla_response_pct|leading\ncost_per_contact|lagging\ncsat_pct|lagging\nnps|lagging", 'leading and lagging');

# Targets: of the segment or the one around it, on the last day of the period
query(q[INSERT INTO built.kpi_target (kpi, segment, direction, target, warning, low, high, valid_from, clock) VALUES
	('fcr_pct', '{}', 'up', 90, 80, NULL, NULL, '-infinity', NULL), ('fcr_pct', '{}', 'up', 101, 95, NULL, NULL, '2025-04-30', NULL), ('fcr_pct', '{}', 'up', 1000, NULL, NULL, NULL, '2025-05-01', NULL),
	('fcr_pct', '{"team": "team 1"}', 'up', 100, NULL, NULL, NULL, '2024-01-01', NULL), ('fcr_pct', '{"channel": "mail"}', 'up', 7, NULL, NULL, NULL, '2024-01-01', NULL), ('fcr_pct', '{"agent_id": "a1"}', 'up', 8, NULL, NULL, NULL, '2024-01-01', NULL),
	('fcr_pct', '{"channel": "mail", "category": "c1"}', 'up', 9, NULL, NULL, NULL, '2024-01-01', NULL),
	('tickets', '{}', 'range', NULL, NULL, 100, 200, '2024-01-01', NULL), ('response_median_seconds', '{}', 'down', 1e9, NULL, NULL, NULL, '2024-01-01', 'business'), ('resolution_median_seconds', '{}', 'down', 0, 1e9, NULL, NULL, '2024-01-01', 'calendar'),
	('nps', '{}', 'up', 100, NULL, NULL, NULL, '2024-01-01', 'business')]);
sub status { my ($kpi, $argument) = @_; return query("SELECT scope, target, target_low, target_high, status FROM kpi_scorecard('built', '2025-04-01', '2025-05-01'$argument) WHERE kpi = '$kpi'"); }
is(status('fcr_pct', ''), "selection|101|||warning\ntotal|101|||warning", 'the target of the last day');
is(status('fcr_pct', ", team => 'team 1'"), "selection|100|||good\ntotal|101|||warning", 'that of the team');
is(status('fcr_pct', ", team => 'team 0'"), "selection|101|||warning\ntotal|101|||warning", 'that of all for a team without one');
is(status('fcr_pct', ", team => 'team 1', channel => 'mail'"), "selection|100|||good\ntotal|101|||warning", 'of equals that of the team');
is(status('fcr_pct', ", team => 'team 1', channel => 'mail', category => 'c1'") =~ s/\|\w*\n.*//sr, 'selection|9||', 'the one that says most');
is(status('fcr_pct', ", agent => 'a1'"), "selection|8|||good\ntotal|101|||warning", 'that of the agent');
is(status('tickets', ''), "selection||100|200|breach\ntotal||100|200|breach", 'a range');
is(status('nps', ''), "selection|100|||breach\ntotal|100|||breach", 'hours mean nothing to a score');
is(status('ces_pct', ''), "selection||||\ntotal||||", 'no target, no status');
# a policy has business hours here
is(status('response_median_seconds', ''), "selection|1000000000|||good\ntotal|1000000000|||good", 'business hours are counted');
is(status('resolution_median_seconds', ''), "selection|0|||\ntotal|0|||", 'calendar hours are not');
query("SELECT kpi_drop('built'); UPDATE built.kpi_sla_policy SET hours = NULL; SELECT kpi_build('tickets', 'built', 'UTC')");
is(status('response_median_seconds', ''), "selection|1000000000|||\ntotal|1000000000|||", 'and the other way round');
is(status('resolution_median_seconds', ''), "selection|0|||warning\ntotal|0|||warning", 'calendar hours');

# What is no target is refused at once
fails("INSERT INTO built.kpi_target (kpi, segment, direction, target, warning, low, high) VALUES ('nps', $_)", qr/violates check constraint/, "refused: $_")
  foreach q('{}', 'up', NULL, NULL, NULL, NULL), q('{}', 'up', 5, 6, NULL, NULL), q('{}', 'down', 5, 4, NULL, NULL), q('{}', 'range', NULL, NULL, 5, 4), q('{}', 'range', NULL, NULL, NULL, 4), q('{}', 'range', 5, NULL, 4, 6),
  q('{}', 'up', 5, NULL, 4, 6), q('{}', 'up', 'NaN', NULL, NULL, NULL), q('{}', 'up', 'infinity', NULL, NULL, NULL), q('[]', 'up', 5, NULL, NULL, NULL), q('{"team": 5}', 'up', 5, NULL, NULL, NULL), q('{"team": ["a"]}', 'up', 5, NULL, NULL, NULL), q('{"team": null}', 'up', 5, NULL, NULL, NULL);
fails("INSERT INTO built.kpi_sla_policy (sla_response) VALUES ('0')", qr/violates check constraint/, 'an SLA of nothing');
fails("INSERT INTO built.kpi_sla_policy (priority, sla_response) VALUES ('urgent', '1 h')", qr/violates unique constraint/, 'two policies for the same');

# Rows of the user outlive kpi_drop, a new kpi_build, and a dump
my $rows = q(SELECT (SELECT count(*) FROM built.kpi_target), (SELECT count(*) FROM built.kpi_sla_policy));
query("SELECT kpi_drop('built')");
is(query("SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class WHERE relnamespace = 'built'::regnamespace AND relkind IN ('r', 'v')"), 'kpi_alerts, kpi_sla_policy, kpi_target', 'kpi_drop leaves tables with rows');
is(query($rows), '11|4', 'and their rows');
query("ALTER TABLE built.kpi_target ADD COLUMN why text; SELECT kpi_build('tickets', 'built', 'UTC', lag => '0')");
is(query($rows), '11|4', 'kpi_build takes them up');
is(query("SELECT sum(sla_resolution_n) > 0 FROM built.executive_monthly"), 't', 'and counts by them');
is(query("SELECT count(*) FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = 'built.kpi_target'::regclass AND deptype = 'e'"), 0, 'they are no part of the extension');
query('GRANT USAGE ON SCHEMA built TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA built TO reader');
$node->command_ok([ 'pg_dump', '-F', 'custom', '-f', "$directory/dump", '-d', 'postgres' ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored; GRANT CREATE ON DATABASE restored TO analyst');
$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', 'restored', "$directory/dump" ], 'restored');
is(query($rows, database => 'restored'), '11|4', 'with the rows');
is(query("SELECT * FROM kpi_refresh('built')", database => 'restored') =~ s/\|.*//r, 0, 'and the policies are those that were counted');
query("SELECT kpi_drop('built', keep_user_rows => false)", database => 'restored');
is(query("SELECT count(*) FROM pg_class WHERE relname ~ '^kpi_(target|sla_policy|alerts|followup)\$'", database => 'restored'), 0, 'keep_user_rows => false');

# Who may do what
is(query("SELECT target FROM kpi_scorecard('built', '2025-04-01', '2025-05-01') WHERE kpi = 'nps' AND scope = 'total'; SELECT count(*) FROM built.kpi_sla_policy", role => 'reader'), "100\n4", 'a reader sees');
fails($_, qr/permission denied|must be owner/, "a reader cannot $_", 'reader') foreach "INSERT INTO built.kpi_target (kpi, direction, target) VALUES ('nps', 'up', 1)", 'DELETE FROM built.kpi_sla_policy', 'UPDATE built.kpi_followup SET owner = $$me$$', 'DELETE FROM built.kpi_alerts', "SELECT kpi_refresh('built')";
is(query(q(SELECT string_agg(c.relname || coalesce('.' || a.attname, ''), ', ') FROM pg_class AS c LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NULL
	WHERE c.relnamespace = 'built'::regnamespace AND c.relname ~ '^kpi_(target|sla_policy|alerts|followup)$' AND (a.attname <> 'why' OR obj_description(c.oid, 'pg_class') IS NULL))), '', 'all columns have comments');

# What others have put there is not taken up
query("SELECT kpi_drop('built', false); CREATE SCHEMA IF NOT EXISTS built; GRANT ALL ON SCHEMA built TO other");
query('CREATE TABLE built.kpi_target (LIKE lib.kpi_target_template)', role => 'other');
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/relation "kpi_target" already exists in schema "built"\nDETAIL:  It is not a plain table that belongs to "analyst"/, 'a table of somebody else');
query('DROP TABLE built.kpi_target; CREATE VIEW built.kpi_target AS TABLE lib.kpi_target_template', role => 'other');
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/relation "kpi_target" already exists/, 'a view');
query('DROP VIEW built.kpi_target', role => 'other');
query('CREATE TABLE built.kpi_target (kpi text, target integer)');
fails("SELECT kpi_build('tickets', 'built', 'UTC')", qr/DETAIL:  It has no segment jsonb, direction lib.kpi_direction, target double precision, warning/, 'a table of another shape');
is(query("SELECT string_agg(relname, ', ') FROM pg_class WHERE relnamespace = 'built'::regnamespace"), 'kpi_target', 'nothing is left of the attempt');
# a schema without these tables, or with something in their place, has no targets
query("DROP TABLE built.kpi_target; SELECT kpi_build('tickets', 'built', 'UTC', lag => '0'); DROP TABLE built.kpi_target, built.kpi_alerts, built.kpi_followup");
query("CREATE FUNCTION built.trap() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END'; CREATE VIEW built.kpi_target AS SELECT built.trap() AS kpi; CREATE VIEW built.kpi_alerts AS SELECT built.trap() AS kpi", role => 'other');
is(query("SELECT kpi_refresh('built'); SELECT status IS NULL FROM kpi_scorecard('built', '2025-04-01', '2025-05-01') WHERE kpi = 'fcr_pct' AND scope = 'total'"), "(0,0)\nt", 'what others have put in their place is not read');

# Benchmarks
is(query("SELECT string_agg(DISTINCT kpi, ', ' ORDER BY kpi) FROM kpi_benchmark"), 'churn_pct, fcr_pct, response_median_seconds, satisfaction_index, utilization_pct, wait_median_rings', 'benchmarks');
is(query("SELECT segment, low, high FROM kpi_benchmark WHERE kpi = 'satisfaction_index' ORDER BY 1"), "banks|78|78\nhotels|75|75\nsoftware|77|77", 'an index of its own kind');
is(query("SELECT count(*) FROM kpi_benchmark WHERE kpi ~ 'csat'"), 0, 'that is no CSAT');
same("SELECT kpi, segment, is_outdated(b) AS o FROM kpi_benchmark AS b", "SELECT kpi, segment, as_of IS NULL OR as_of + interval '1 year' < now()::date FROM kpi_benchmark", 'outdated after a year');
is(query("SELECT is_outdated(ROW('x', 'y', 1, 2, 'u', 's', 'o', CURRENT_DATE - interval '1 year')::kpi_benchmark), is_outdated(ROW('x', 'y', 1, 2, 'u', 's', 'o', CURRENT_DATE - interval '1 year 1 day')::kpi_benchmark)"), 'f|t', 'to the day');
fails($_, qr/permission denied/, "nobody can $_") foreach 'DELETE FROM kpi_benchmark', 'INSERT INTO lib.kpi_target_template TABLE lib.kpi_target_template', 'TRUNCATE kpi_benchmark';

$node->stop;
done_testing();
