# kpi_measure: KPIs of the user count like those of the mart.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Business;
use Session;

my $node = PostgreSQL::Test::Cluster->new('own');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE owner; GRANT CREATE ON DATABASE postgres TO owner; CREATE SCHEMA kit;
	GRANT USAGE ON SCHEMA kit TO PUBLIC; CREATE EXTENSION kpi SCHEMA kit; CREATE EXTENSION kpi_mart SCHEMA kit;
	CREATE SCHEMA src AUTHORIZATION owner; ALTER ROLE owner LOGIN; ALTER ROLE owner SET search_path = src, kit');

my $session = Session->new($node, 'user=owner');

sub query
{
	my ($sql, %options) = @_;
	return %options ? $node->safe_psql('postgres', $sql, connstr => $node->connstr('postgres') . ' user=owner', %options)
	  : $session->query($sql);
}

sub error
{
	my ($sql) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', $sql, connstr => $node->connstr('postgres') . ' user=owner');
	return $code == 0 ? 'no error' : $stderr;
}

query(business() . building());

# Each KPI of the mart again, as a KPI of the user.  An expression over the tickets does not
# see answers to surveys or the agents of first responses.
my @twins = (
	[ 'fcr_pct', 'rate', 'first_contact', 'outcome_day', '' ],
	[ 'sla_response_pct', 'rate', 'sla_response_met', 'sla_response_day', '' ],
	[ 'sla_resolution_pct', 'rate', 'sla_resolution_met', 'sla_resolution_day', '' ],
	[ 'abandonment_pct', 'rate', 'abandoned', 'created_day', ", better => 'down'" ],
	[ 'response_median_seconds', 'durations', 'response_seconds', 'responded_day', '' ],
	[ 'response_p90_seconds', 'durations', 'kit.from_seconds(response_seconds)', 'responded_day', ", 'p90_duration'" ],
	[ 'resolution_p90_seconds', 'durations', 'resolution_seconds', 'outcome_day', ", answer => 'p90_resolution'" ],
	[ 'cost_per_contact', 'ratio', 'cost, CASE WHEN cost IS NOT NULL THEN 1 END', 'outcome_day', '' ],
	[ 'qa_score_pct', 'ratio', 'qa_points, qa_possible', 'outcome_day', ", answer => 'ratio_pct'" ]);
foreach my $twin (@twins)
{
	my ($kpi, $family, $expression, $day, $more) = @$twin;
	query("SELECT kpi_measure('mart', 'my_$kpi', '$family', \$\$$expression\$\$, '$day'$more)");
}
is(query("SELECT * FROM kpi_verify('mart')"), '', 'the mart is as a new one after KPIs were added');

# Compares a sample of the rows: each view is read once.
sub agree
{
	my ($when) = @_;
	foreach ([ 'kpi_daily', '2024-02-10', '2024-02-14' ], [ 'kpi_weekly', '2024-01-01', '2024-03-01' ],
		[ 'kpi_monthly', '2023-01-01', '2024-12-01' ])
	{
		my ($view, $since, $until) = @$_;
		is(query("CREATE TEMP TABLE k AS SELECT *, regexp_replace(kpi, '^my_', '') AS name FROM mart.$view
				WHERE period BETWEEN '$since' AND '$until' AND n > 0
				AND (kpi LIKE 'my\\_%' OR 'my_' || kpi IN (SELECT kpi FROM mart.kpi_own_measure));
			SELECT count(*) FILTER (WHERE kpi <> name) > 200, count(DISTINCT name) FROM k;
			SELECT period, team, channel, region, name, array_agg(value ORDER BY kpi), array_agg(n ORDER BY kpi) FROM k
			GROUP BY period, team, channel, region, name
			HAVING count(*) <> 2 OR count(DISTINCT (value, low, high, hits, n, CASE name WHEN 'cost_per_contact' THEN '' ELSE unit END)) > 1
			LIMIT 3"), 't|' . query('SELECT count(*) FROM mart.kpi_own_measure'), "own KPIs are in $view as those of the mart are, $when");
	}
	return;
}
agree('after kpi_measure');

# ---------------------------------------------------------------- scorecard and targets

my $card = 'value, low, high, n, baseline, baseline_low, baseline_high, baseline_n, change, change_low, change_high, is_significant';
foreach my $selection ('', ", team => 'north'", ", channel => 'chat', segment => '{\"region\": \"apac\"}'", ", category => 'bug'",
	", customer_tier => 'gold'", ", agent => 'a1'")
{
	# the agent of a first response can be another one
	my $kpis = $selection =~ /agent/ ? "AND a.kpi NOT LIKE '%response%'" : '';
	is(query("WITH c AS (SELECT * FROM kpi_scorecard('mart', '2024-02-01', '2024-03-01'$selection))
		SELECT a.scope, a.kpi, a.value, b.value, a.n, b.n FROM c AS a JOIN c AS b ON b.scope = a.scope AND b.kpi = 'my_' || a.kpi
		WHERE (SELECT x FROM (SELECT $card FROM (SELECT a.*) AS a) AS x)::text
			<> (SELECT x FROM (SELECT $card FROM (SELECT b.*) AS b) AS x)::text $kpis"), '', "the scorecard has them$selection");
	is(query("SELECT count(DISTINCT kpi), min(scope) FROM kpi_scorecard('mart', '2024-02-01', '2024-03-01'$selection)
		WHERE kpi LIKE 'my\\_%' AND n > 0"), $selection ? '9|selection' : '9|total', "all of them$selection");
}
query("INSERT INTO mart.kpi_target (kpi, segment, direction, target) VALUES ('my_fcr_pct', '{\"team\": \"north\"}', 'up', 101 - 1)");
is(query("SELECT count(*) FROM mart.kpi_monthly WHERE kpi = 'my_fcr_pct' AND team = 'north' AND n > 0 AND (target = 100) IS NOT TRUE"),
	0, 'a target applies to an own KPI');
like(error("INSERT INTO mart.kpi_target (kpi, direction, target) VALUES ('my_fcr_pct', 'up', 101)"), qr/share_in_percent/,
	'and is checked as others are');
like(error("INSERT INTO mart.kpi_target (kpi, direction, target) VALUES ('my_nothing', 'up', 10)"), qr/kpi_of_this_mart/,
	'one of no KPI is refused');

# ---------------------------------------------------------------- what changes

query("UPDATE tickets SET contacts = 1 + (contacts IS NULL OR contacts = 1)::int
	WHERE created_at BETWEEN '2024-02-10' AND '2024-02-14'; SELECT * FROM kpi_refresh('mart')");
is(query("SELECT * FROM kpi_verify('mart')"), '', 'a refresh brings them up to date');
agree('after a refresh');
is(query("SELECT sum(rows) FROM kpi_refresh('mart')"), 0, 'a refresh without changes writes none');
query("SELECT * FROM kpi_upgrade('mart')");
agree('after an upgrade');
query("SELECT kpi_measure('mart', 'my_fcr_pct', 'rate', 'contacts = 2', 'created_day')");
is(query("SELECT k.n = t.n AND k.hits = t.hits FROM mart.kpi_monthly AS k, (
		SELECT count(contacts) AS n, count(*) FILTER (WHERE contacts = 2) AS hits FROM mart.ticket
		WHERE merged_into IS NULL AND created_day BETWEEN '2024-02-01' AND '2024-02-29') AS t
	WHERE k.kpi = 'my_fcr_pct' AND k.period = '2024-02-01' AND k.team = 'all' AND k.channel = 'all' AND k.region = 'all'"),
	't', 'another expression takes its place');
is(query("SELECT e.counted = k.n AND cardinality(e.ids) = k.hits FROM mart.kpi_monthly AS k,
	kpi_explain('mart', 'kpi_monthly', '{\"period\": \"2024-02-01\", \"kpi\": \"my_fcr_pct\"}', 'hits') AS e
	WHERE k.kpi = 'my_fcr_pct' AND k.period = '2024-02-01' AND k.team = 'all' AND k.channel = 'all' AND k.region = 'all'"),
	't', 'kpi_explain opens it');
like(error("SELECT kpi_measure('mart', 'my_fcr_pct', $_)"), qr/KPI "my_fcr_pct" has targets in percent.*DELETE FROM mart\.kpi_target/s,
	"a target keeps its KPI: $_")
  foreach ('NULL, NULL, NULL', "'durations', 'resolution_seconds', 'created_day'");
query("SELECT kpi_measure('mart', 'my_fcr_pct', 'rate', 'first_contact', 'created_day');
	DELETE FROM mart.kpi_target WHERE kpi = 'my_fcr_pct'; SELECT kpi_measure('mart', 'my_fcr_pct', NULL, NULL, NULL)");
is(query("SELECT count(*) FROM mart.kpi_monthly WHERE kpi = 'my_fcr_pct'"), 0, 'without an expression it is removed');
is(query("SELECT * FROM kpi_verify('mart')"), '', 'and nothing of it stays');
query("SELECT kpi_drop('mart');" . building());
is(query("SELECT count(DISTINCT kpi) FROM mart.kpi_monthly WHERE kpi LIKE 'my\\_%'"), 8, 'a mart built again has those kept');
agree('in a mart built again');

# ---------------------------------------------------------------- KPIs made by kpi_define, and all families

query("SELECT kpi_define('first_week_rate', 'rate', 'Percentage of tickets resolved within a week.', better => 'up');
	SELECT kpi_define('answer_to_end', 'average', 'Mean time from the first response to the resolution.', better => 'down');
	SELECT kpi_measure('mart', 'first_week_rate', 'rate', 'resolved_at < created_at + interval ''7 days''', 'outcome_day');
	SELECT kpi_measure('mart', 'answer_to_end', 'average', 'resolved_at - first_response_at', 'outcome_day');
	SELECT kpi_measure('mart', 'likely', 'scores', 'nps_score::int', 'outcome_day', answer => 'nps');
	SELECT kpi_measure('mart', 'likely_mean', 'scores', 'nps_score::int', 'outcome_day')");
is(query("SELECT kpi, answer, unit, better, definition FROM mart.kpi_own_measure WHERE kpi IN ('first_week_rate', 'answer_to_end')
	ORDER BY kpi"),
	"answer_to_end|avg_duration|seconds|down|Mean time from the first response to the resolution.\n"
	. 'first_week_rate|rate_pct|percent|up|Percentage of tickets resolved within a week.', 'kpi_define says answer, unit and direction');
is(query("SELECT k.kpi, k.n = t.n, abs(k.value - t.value) < 1e-9 * greatest(1, abs(t.value)), k.unit, k.better
	FROM mart.kpi_monthly AS k
	JOIN (
		SELECT 'first_week_rate' AS kpi, date_trunc('month', outcome_day::timestamp)::date AS month, count(v) AS n,
			100 * avg(v::int) AS value
		FROM mart.ticket, LATERAL (SELECT resolved_at < created_at + interval '7 days' AS v) AS v WHERE merged_into IS NULL GROUP BY 2
		UNION ALL
		SELECT 'answer_to_end', date_trunc('month', outcome_day::timestamp)::date, count(v), extract(epoch FROM avg(v))
		FROM mart.ticket, LATERAL (SELECT resolved_at - first_response_at AS v) AS v WHERE merged_into IS NULL GROUP BY 2
		UNION ALL
		SELECT 'likely_mean', date_trunc('month', outcome_day::timestamp)::date, count(nps_score), avg(nps_score)
		FROM mart.ticket WHERE merged_into IS NULL GROUP BY 2
		UNION ALL
		SELECT 'likely', date_trunc('month', outcome_day::timestamp)::date, count(nps_score),
			100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6)) / count(nps_score)
		FROM mart.ticket WHERE merged_into IS NULL GROUP BY 2 HAVING count(nps_score) > 0
	) AS t ON t.kpi = k.kpi AND t.month = k.period
	WHERE k.team = 'all' AND k.channel = 'all' AND k.region = 'all' AND k.period = '2024-02-01' ORDER BY k.kpi"),
	"answer_to_end|t|t|seconds|down\nfirst_week_rate|t|t|percent|up\nlikely|t|t|points|\nlikely_mean|t|t|score|",
	'every family agrees with plain SQL');

# ---------------------------------------------------------------- what they must not change

# Names that kpi_explain uses for the KPIs of the mart, and others that mean something.
my @short = qw(fcr response csat effort backlog tickets_n own);
query("SELECT kpi_measure('mart', '$_', 'rate', 'contacts = 2', 'created_day', 'rate_pct')") foreach @short;
my $whole = "k.period = '2024-02-01' AND k.team = 'all' AND k.channel = 'all' AND k.region = 'all'";
is(query("SELECT k.kpi, k.n = e.counted, k.n = cardinality(e.ids) + cardinality(e.survey_ids),
		k.hits = cardinality(h.ids) + cardinality(h.survey_ids)
	FROM (SELECT * FROM mart.kpi_monthly AS k
			WHERE $whole AND kpi = ANY ('{@{[ join ',', @short ]},fcr_pct,csat_pct,sla_response_pct}')) AS k,
		kpi_explain('mart', 'kpi_monthly', jsonb_build_object('period', period, 'kpi', kpi), 'n') AS e,
		kpi_explain('mart', 'kpi_monthly', jsonb_build_object('period', period, 'kpi', kpi), 'hits') AS h ORDER BY 1"),
	join("\n", map { "$_|t|t|t" } sort @short, qw(fcr_pct csat_pct sla_response_pct)), 'kpi_explain tells names apart');
is(query("SELECT kpi_measure('mart', kpi, NULL, NULL, NULL) FROM unnest('{@{[ join ',', @short ]}}'::text[]) AS kpi"), "\n" x $#short,
	'they are removed');

query("SELECT kpi_measure('mart', 'early', 'rate', 'extract(hour FROM created_at) < 8', 'created_day');
	SELECT kpi_measure('mart', 'odd', 'rate', E'category LIKE ''%b%s%1\$s\@schema\@\\\\'' -- not ; this\n', 'created_day')");
is(query("SET timezone = 'America/Los_Angeles'; SET intervalstyle = 'iso_8601'; SET standard_conforming_strings = off;
	SELECT k.kpi, k.hits = cardinality(e.ids), c.value = k.value, abs(s.value - d.value) < 1e-9
	FROM (SELECT * FROM mart.kpi_monthly AS k WHERE $whole AND kpi IN ('early', 'odd')) AS k,
		kpi_explain('mart', 'kpi_monthly', jsonb_build_object('period', period, 'kpi', kpi), 'hits') AS e,
		kpi_scorecard('mart', '2024-02-01', '2024-03-01') AS c,
		kpi_scorecard('mart', '2024-02-01', '2024-03-01', category => 'bug') AS s, LATERAL (
			SELECT 100 * avg((k.kpi = 'early' AND extract(hour FROM created_at AT TIME ZONE 'UTC') < 8)::int) AS value FROM mart.ticket
			WHERE created_day BETWEEN '2024-02-01' AND '2024-02-29' AND merged_into IS NULL AND category = 'bug') AS d
	WHERE c.kpi = k.kpi AND s.kpi = k.kpi AND s.scope = 'selection' ORDER BY 1"), "early|t|t|t\nodd|t|t|t",
	'settings of the session change nothing');

# A later ticket can make an expression fail.  The error names the KPI, and removing it is enough.
query("SELECT kpi_measure('mart', 'fragile', 'rate', '100 / (contacts - 9) > 1', 'created_day');
	SELECT kpi_measure('mart', 'negative', 'durations', 'resolved_at - created_at', 'outcome_day');
	UPDATE tickets SET contacts = 9 WHERE ticket_id = 17");
foreach my $call ("kpi_refresh('mart')", "kpi_refresh('mart', true)", "kpi_upgrade('mart')")
{
	like(error("SELECT * FROM $call"),
		qr{KPI "fragile" cannot be counted over the tickets: division by zero.*100 / \(contacts - 9\).*expression NULL}s,
		"$call names the KPI that cannot be counted");
}
query("SELECT kpi_measure('mart', 'fragile', NULL, NULL, NULL); SELECT * FROM kpi_refresh('mart')");
is(query("SELECT * FROM kpi_verify('mart')"), '', 'without it a refresh goes on');
query("UPDATE tickets SET contacts = 1 WHERE ticket_id = 17; SELECT * FROM kpi_refresh('mart')");

query("SELECT kpi_measure('mart', 'of_region', 'rate', 'region = ''emea''', 'created_day'); SELECT kpi_drop('mart')");
like(error(building() =~ s/,region//r), qr/KPI "of_region" cannot be counted over the tickets: column "region" does not exist/,
	'a mart without a column that a kept KPI counts');
query("DELETE FROM mart.kpi_own_measure WHERE kpi IN ('of_region', 'odd', 'early', 'negative');" . building());

# Names of dimensions that are names of something else in kpi_explain.
foreach my $name (qw(hour state agent_name))
{
	is(query("CREATE VIEW named AS SELECT *, region AS $name FROM tickets WHERE ticket_id < 300;
		SELECT FROM kpi_build('named', 'named', 'UTC', 'surveys', dimensions => '{team,$name}');
		SELECT count(*) > 20, count(*) FILTER (WHERE k.n IS DISTINCT FROM e.counted)
		FROM (SELECT * FROM named.kpi_monthly WHERE kpi IN ('csat_pct', 'fcr_pct') AND ($name IS NULL OR $name = 'emea')) AS k,
			kpi_explain('named', 'kpi_monthly', jsonb_build_object('period', period, 'kpi', kpi, 'team', team, '$name', $name), 'n') AS e;
		SELECT FROM kpi_drop('named'); DROP VIEW named") =~ s/\n+//gr, 't|0', "a dimension $name");
}
foreach my $name (qw(scope since until only_tickets))
{
	like(error("BEGIN; CREATE VIEW named AS SELECT *, region AS $name FROM tickets;
		SELECT kpi_build('named', 'named', 'UTC', dimensions => '{$name}')"), qr/"$name" cannot be a dimension/, "$name cannot be one");
}

query("SELECT kpi_measure('mart', 'my_qa', 'ratio', 'qa_points, qa_possible', 'outcome_day', 'qa_score')");
is(query("SELECT DISTINCT unit FROM mart.kpi_monthly WHERE kpi = 'my_qa'"), 'percent', 'the unit is that of the answer');
query("SELECT kpi_measure('mart', 'my_qa', NULL, NULL, NULL)");

# ---------------------------------------------------------------- errors and rights

my $when = qr/KPI "x" must not depend on when it is computed/;
foreach (
	[ "'mart', 'x', 'rate', 'nonsense = 1', 'created_day'", qr/KPI "x" cannot be counted over the tickets: column "nonsense" does not/ ],
	[ "'mart', 'x', 'rate', 'category', 'created_day'", qr/cannot be counted/ ],
	[ "'mart', 'x', 'rate', 'count(*) > 1', 'created_day'", qr/aggregate functions are not allowed/ ],
	[ "'mart', 'x', 'rate', 'EXISTS (SELECT FROM tickets)', 'created_day'", qr/cannot use subquery/ ],
	[ "'mart', 'x', 'durations', 'category', 'created_day'", qr/A duration is an interval or a number of seconds/ ],
	[ "'mart', 'x', 'ratio', 'cost', 'created_day'", qr/A ratio needs two numbers/ ],
	[ "'mart', 'x', 'median', 'cost', 'created_day'", qr/unknown KPI family "median"/ ],
	[ "'mart', 'x', 'rate', 'escalated', 'today'", qr/cannot count on day "today"/ ],
	[ "'mart', 'x', 'rate', 'escalated', 'created_day', 'median_duration'", qr/has no answer "median_duration"/ ],
	[ "'mart', 'x', 'rate', 'escalated', 'created_day', 'kpi_rate_out'", qr/has no answer/ ],
	[ "'mart', 'x', 'rate', 'escalated', 'created_day', 'sample_size'", qr/has no answer "sample_size"/ ],
	[ "'mart', 'x', 'scores', 'csat_score', 'created_day', 'score_counts'", qr/has no answer "score_counts"/ ],
	[ "'mart', 'x', 'scores', 'csat_score', 'created_day', 'csat_ci'", qr/has no answer "csat_ci"/ ],
	[ "'mart', 'x', 'durations', 'handle_time', 'created_day', 'is_exact'", qr/has no answer "is_exact"/ ],
	[ "'mart', 'x', 'durations', 'handle_time', 'created_day', 'share_within'", qr/has no answer "share_within"/ ],
	[ "'mart', 'x', 'average', 'handle_time', 'created_day', 'median_duration'", qr/has no answer "median_duration"/ ],
	[ "'mart', 'x', 'rate', '1/0 > 1', 'created_day'", qr/KPI "x" cannot be counted over the tickets: division by zero/ ],
	[ "'mart', 'x', 'rate', '''y''::int > 1', 'created_day'", qr/KPI "x" cannot be counted over the tickets: invalid input syntax/ ],
	[ "'mart', 'x', 'rate', 'tableoid > 1::oid', 'created_day'", qr/KPI "x" cannot be counted over the tickets: column "tableoid"/ ],
	[ "'mart', 'x', 'rate', 'kpi_measured.escalated', 'created_day'", qr/KPI "x" cannot be counted .* entry for table "kpi_measured"/ ],
	[ "'mart', 'x', 'rate', 'escalated -- why', 'created_day'", qr/KPI "x" cannot be counted .* syntax error at end of input/ ],
	[ "'mart', 'x', 'rate', 'escalated;', 'created_day'", qr/KPI "x" cannot be counted .* syntax error at or near ";"/ ],
	[ "'mart', 'x', 'rate', 'category = \$1', 'created_day'", qr/KPI "x" cannot be counted .* there is no parameter \$1/ ],
	[ "'mart', 'x', 'scores', '20', 'created_day'", qr/KPI "x" cannot be counted over the tickets: score 20 is out of range/ ],
	[ "'mart', 'x', 'durations', 'created_at - resolved_at', 'outcome_day'", qr/KPI "x" cannot .* duration cannot be negative/ ],
	[ "'mart', 'x', 'rate', 'created_at < now()', 'created_day'", $when ],
	[ "'mart', 'x', 'rate', 'created_at::date < current_date', 'created_day'", $when ],
	[ "'mart', 'x', 'durations', 'age(created_at)', 'created_day'", $when ],
	[ "'mart', 'x', 'ratio', 'contacts, random()', 'created_day'", $when ],
	[ "'mart', 'x', 'rate', 'created_at < (''now''::text)::timestamptz', 'created_day'", $when ],
	[ "'mart', 'x', 'rate', 'created_at <@ (''(,now)''::text)::tstzrange', 'created_day'", $when ],
	[ "'mart', 'x', 'rate', 'created_at < timestamptz_in(''now'', 0, -1)', 'created_day'", $when ],
	[ "'mart', 'x', 'rate', 'channel = current_setting(''application_name'')', 'created_day'", $when ],
	[ "'mart', 'Two words', 'rate', 'escalated', 'created_day'", qr/invalid KPI name/ ],
	[ "'mart', 'fcr_pct', 'rate', 'escalated', 'created_day'", qr/already has a KPI "fcr_pct"/ ],
	[ "'mart', 'churn_pct', 'rate', 'escalated', 'created_day'", qr/already has a KPI "churn_pct"/ ],
	[ "'mart', NULL, 'rate', 'escalated', 'created_day'", qr/cannot be NULL/ ],
	[ "'mart', 'x', NULL, 'escalated', 'created_day'", qr/cannot be NULL/ ],
	[ "'nothing', 'x', 'rate', 'escalated', 'created_day'", qr/mart "nothing" does not exist/ ])
{
	like(error("SELECT kpi_measure($_->[0])"), $_->[1], "kpi_measure($_->[0])");
}
is(query("SELECT count(*) FROM mart.kpi_own_measure WHERE kpi = 'x'"), 0, 'none of these is added');
like(error("BEGIN; UPDATE mart.kpi_object SET version = '0.9.0'; SELECT kpi_measure('mart', 'x', 'rate', 'escalated', 'created_day')"),
	qr/mart "mart" was made by version 0\.9\.0 of kpi_mart.*kpi_upgrade/s, 'a mart of an older version is upgraded first');

$node->safe_psql('postgres', 'CREATE ROLE other LOGIN; GRANT USAGE ON SCHEMA mart TO other; CREATE SCHEMA other AUTHORIZATION other');
$node->safe_psql('postgres', "SET ROLE other;
	SELECT kit.kpi_define('planted', 'rate', 'x', answer => 'sla_rate', better => 'up', schema => 'other')");
query("SELECT kpi_measure('mart', 'planted', 'rate', 'escalated', 'created_day')");
is(query("SELECT answer, better FROM mart.kpi_own_measure WHERE kpi = 'planted'"), 'rate_pct|',
	'a KPI that another role defined says nothing');
query('GRANT INSERT ON mart.kpi_own_measure TO other');
like(error("SELECT kpi_measure('mart', 'x', 'rate', 'escalated', 'created_day')"), qr/other/, 'what another role could write is no code');
like(error("SELECT * FROM kpi_upgrade('mart')"), qr/other/, 'nor at an upgrade');

done_testing();
