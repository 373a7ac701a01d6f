# Compares kpi_scorecard with plain SQL, and checks which targets a mart accepts.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Business;
use Session;

my $node = PostgreSQL::Test::Cluster->new('scorecard');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');
$node->safe_psql('postgres', business() . building());

my $session = Session->new($node);

sub query
{
	my ($sql, %options) = @_;
	$sql = "SET timezone = 'UTC';\n$sql";
	return %options ? $node->safe_psql('postgres', $sql, %options) : $session->query($sql);
}

sub error
{
	my ($sql, %options) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", %options);
	return $code == 0 ? 'no error' : $stderr;
}

# Fails with the rows that a query returns, which should return none.
sub none
{
	my ($sql, $title) = @_;
	is(query($sql), '', $title);
	return;
}

# The condition that two numbers differ by more than rounding, or one is NULL.
sub differ
{
	my ($left, $right) = @_;
	return "(($left) IS NULL) <> (($right) IS NULL) OR abs(($left) - ($right)) > 1e-6 * greatest(1, abs($right))";
}

# ---------------------------------------------------------------- the total and the dimensions, as in the long views

my $columns = 'value, low, high, n, unit, better, target, status';
query("INSERT INTO mart.kpi_target (kpi, segment, direction, target, warning, low, high, valid_from) VALUES
	('fcr_pct', '{}', 'up', 30, 25, NULL, NULL, '-infinity'), ('fcr_pct', '{\"channel\": \"mail\"}', 'up', 60, 30,
		NULL, NULL, '2024-01-01'),
	('fcr_pct', '{\"channel\": \"mail\", \"team\": \"north\"}', 'up', 90, NULL, NULL, NULL, '-infinity'),
	('fcr_pct', '{\"channel\": \"mail\"}', 'up', 1, NULL, NULL, NULL, '2023-01-01'),
	('nps', '{}', 'range', NULL, NULL, -30, 0, '-infinity'), ('response_p90_seconds', '{}', 'down', 80000, 90000,
		NULL, NULL, '-infinity')");
foreach ([ 'monthly', '2024-03-01', '2024-04-01' ], [ 'monthly', '2023-02-01', '2023-03-01' ],
	[ 'weekly', '2024-03-04', '2024-03-11' ], [ 'daily', '2023-05-05', '2023-05-06' ])
{
	my ($view, $since, $until) = @$_;
	none("SELECT kpi, s, v FROM (SELECT kpi, ($columns)::text AS s FROM kpi_scorecard('mart', '$since', '$until')
			WHERE scope = 'total') AS s
		FULL JOIN (SELECT kpi, ($columns)::text AS v FROM mart.kpi_$view
			WHERE period = '$since' AND team = 'all' AND channel = 'all' AND region = 'all') AS v USING (kpi)
		WHERE s IS DISTINCT FROM v", "total of $since is the row of kpi_$view");
	none("WITH long AS MATERIALIZED (
			SELECT period, team, channel, region, kpi, ($columns)::text AS shown FROM mart.kpi_$view
			WHERE period = '$since' AND (team, channel, region) <> ('all', 'all', 'all')
			AND num_nulls(team, channel, region) = 0
		), card AS MATERIALIZED (
			SELECT d.*, s.kpi, ($columns)::text AS found
			FROM (SELECT DISTINCT team, channel, region FROM long) AS d
			CROSS JOIN LATERAL kpi_scorecard('mart', '$since', '$until', nullif(team, 'all'), nullif(channel, 'all'),
				segment => CASE WHEN region = 'all' THEN '{}' ELSE jsonb_build_object('region', region) END) AS s
			WHERE s.scope = 'selection'
		)
		SELECT * FROM long FULL JOIN card USING (team, channel, region, kpi)
		WHERE shown IS DISTINCT FROM found LIMIT 5",
		"selections of $since are rows of kpi_$view")
	  if $view eq 'weekly';
}
is(query("SELECT count(*) > 50 FROM kpi_scorecard('mart', '2024-03-01', '2024-04-01')"), 't', 'there are such rows');


# ---------------------------------------------------------------- selections, as plain SQL counts them

my %selections = (
	'everything' => '{}', 'team' => '{"team": "north"}', 'channel' => '{"channel": "mail"}',
	'team and channel' => '{"team": "south", "channel": "chat"}', 'category' => '{"category": "bug"}',
	'priority' => '{"priority": "high"}', 'tier' => '{"customer_tier": "gold"}', 'account' => '{"account_id": "c1"}',
	'customer' => '{"customer_id": "u3"}', 'agent' => '{"agent_id": "a1"}',
		'an agent who only responds' => '{"agent_id": "a4"}',
	'agent and category' => '{"agent_id": "a1", "category": "bug"}',
		'agent and channel' => '{"agent_id": "a2", "channel": "phone"}',
	'own dimension' => '{"region": "emea"}',
		'own dimension and tier' => '{"region": "emea", "customer_tier": "silver"}',
	'nobody' => '{"team": "nowhere"}', 'nobody by facts' => '{"category": "nothing"}');
foreach my $title (sort keys %selections)
{
	my $chosen = $selections{$title};
	# half of the columns as arguments, half as the segment
	my $call = "kpi_scorecard('mart', %s, segment => c - '{team,category,agent_id}'::text[], team => c ->> 'team',
		category => c ->> 'category', agent => c ->> 'agent_id')";
	my $scope = $chosen eq '{}' ? 'total' : 'selection';
	none(sprintf("SELECT period, kpi, s.value, p.value, s.n, p.n
		FROM (VALUES ('month', date '2024-02-01', date '2024-03-01'), ('ten days', '2023-06-05',
			'2023-06-15')) AS d (period, since, until)
		CROSS JOIN (VALUES ('$chosen'::jsonb)) AS chosen (c)
		CROSS JOIN unnest('{tickets,resolved,fcr_pct,csat_pct,response_median_seconds,sla_resolution_pct,survey_response_pct,'
			'adherence_pct}'::text[]) AS asked
		CROSS JOIN LATERAL plain(asked, since, until, c) AS p
		LEFT JOIN LATERAL (SELECT * FROM $call) AS s ON s.kpi = asked AND s.scope = '$scope'
		WHERE (asked <> 'adherence_pct' OR c - 'agent_id' = '{}')
		AND (coalesce(s.n, 0) <> p.n OR %s)", 'since, until',
			differ('coalesce(s.value, CASE WHEN s.unit = \'tickets\' THEN 0 END)',
			'coalesce(p.value, CASE WHEN s.unit = \'tickets\' THEN 0 END)')), "selection: $title");
}
is(query("SELECT count(*) FILTER (WHERE n > 5 AND scope = 'selection'), count(*) FILTER (WHERE scope = 'total') > 20
	FROM kpi_scorecard('mart', '2024-02-01', '2024-03-01', agent => 'a1', category => 'bug')
	WHERE kpi IN ('tickets', 'resolved', 'fcr_pct', 'csat_pct', 'response_median_seconds', 'sla_resolution_pct')
		OR scope = 'total'"),
	'6|t', 'with the total beside the selection');

is(query("SELECT string_agg(DISTINCT scope, ' ') FROM kpi_scorecard('mart', '2024-02-01', '2024-03-01',
	segment => '{\"region\": null, \"agent_id\": null}')"), 'total', 'NULL in the segment selects nothing');

# ---------------------------------------------------------------- earlier periods, targets

foreach ([ '2024-03-01', '2024-04-01', '1 month', 13 ], [ '2023-04-01', '2023-05-01', '1 month', 3 ],
	[ '2023-04-01', '2023-07-01', '3 months', 1 ], [ '2023-06-05', '2023-06-15', '10 days', 13 ], [ '2023-01-01',
		'2023-02-01', '1 month', 0 ])
{
	my ($since, $until, $step, $count) = @$_;
	none("WITH period AS MATERIALIZED (
			SELECT kpi, i, p.value
			FROM unnest('{tickets,fcr_pct,csat_pct,response_median_seconds}'::text[]) AS kpi, generate_series(1,
				$count) AS i,
			LATERAL plain(kpi, (date '$since' - i * interval '$step')::date,
				(date '$since' - (i - 1) * interval '$step')::date,
				'{\"team\": \"north\"}') AS p
		), wanted AS (
			SELECT kpi, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median, min(value) AS low,
				max(value) AS high, count(value) AS n,
				min(value) FILTER (WHERE i = 1) AS last
			FROM period GROUP BY kpi
		)
		SELECT kpi, baseline, median, baseline_n, w.n, change, s.value - last
		FROM kpi_scorecard('mart', '$since', '$until', 'north') AS s
		LEFT JOIN wanted AS w USING (kpi)
		WHERE s.scope = 'selection' AND kpi IN ('tickets', 'fcr_pct', 'csat_pct', 'response_median_seconds')
		AND (baseline_n <> coalesce(w.n, 0) OR baseline_n <> $count OR " . join(' OR ',
			map { "($_)" } differ('baseline', 'w.median'),
			differ('baseline_low', 'w.low'), differ('baseline_high', 'w.high'), differ('change',
				's.value - last')) . ')',
		"$count periods of $step before $since");
}
none("SELECT * FROM kpi_scorecard('mart', '2024-03-01', '2024-04-01', 'north') AS s
	JOIN (
		SELECT 'fcr_pct' AS kpi, rate_change(rate_agg(number = 100) FILTER (WHERE month = 2),
			rate_agg(number = 100) FILTER (WHERE month = 3)) AS c
		FROM counted, LATERAL (SELECT extract(month FROM at AT TIME ZONE 'Europe/Berlin') AS month) AS m
		WHERE kpi = 'fcr_pct' AND given ->> 'team' = 'north' AND at >= '2024-01-31 23:00' AND at < '2024-03-31 22:00'
		UNION ALL
		SELECT 'nps', nps_change((SELECT scores_agg(a) FROM answers('nps', '2024-02-01', '2024-03-01',
			'{\"team\": \"north\"}') AS a),
			(SELECT scores_agg(a) FROM answers('nps', '2024-03-01', '2024-04-01', '{\"team\": \"north\"}') AS a))
		UNION ALL
		SELECT 'response_median_seconds', duration_change(
			durations_agg(from_seconds(number)) FILTER (WHERE month = 2),
				durations_agg(from_seconds(number)) FILTER (WHERE month = 3), 0.5)
		FROM counted, LATERAL (SELECT extract(month FROM at AT TIME ZONE 'Europe/Berlin') AS month) AS m
		WHERE kpi = 'response_median_seconds' AND given ->> 'team' = 'north' AND at >= '2024-01-31 23:00'
			AND at < '2024-03-31 22:00'
	) AS w USING (kpi)
	WHERE scope = 'selection' AND (is_significant IS DISTINCT FROM is_significant(c) OR is_significant IS NULL
		OR " . join(' OR ', map { "($_)" }
		differ('change_low', '(c).low'), differ('change_high', '(c).high'), differ('change', '(c).value')) . ')',
			'the change and its interval');

is(query("SELECT n, baseline_n FROM kpi_scorecard('mart', '0001-01-01', '9999-12-31') WHERE kpi = 'tickets'"),
	query("SELECT count(*), 0 FROM tickets WHERE merged_into IS NULL"), 'a period of all time');

# the target of the segment, of the smallest one around it, and of the last period
my @targets = (
	[ '{}', '30' ], [ '{"channel": "mail"}', '60' ], [ '{"channel": "mail", "team": "north"}', '90' ],
	[ '{"channel": "mail", "team": "south"}', '60' ], [ '{"channel": "chat", "team": "north"}', '30' ],
	[ '{"channel": "mail", "team": "north", "category": "bug"}', '90' ], [ '{"agent_id": "a1"}', '30' ],
		[ '{"agent_id": "a1", "channel": "mail"}', '60' ]);
foreach (@targets)
{
	my ($segment, $target) = @$_;
	my $scope = $segment eq '{}' ? 'total' : 'selection';
	is(query("SELECT target, target = $target AND status = kpi_status(value, target, CASE target WHEN 30 THEN 25
		WHEN 60 THEN 30 ELSE 90 END, 'up')
		FROM kpi_scorecard('mart', '2024-03-01', '2024-04-01', segment => '$segment') WHERE kpi = 'fcr_pct'
			AND scope = '$scope'"),
		"$target|t", "target of $segment");
}
is(query("SELECT DISTINCT target FROM kpi_scorecard('mart', '2023-03-01', '2023-04-01', channel => 'mail')
	WHERE kpi = 'fcr_pct'
	AND scope = 'selection'"), '1', 'an earlier target');
is(query("SELECT target IS NULL, target_low, target_high, status = CASE WHEN value BETWEEN -30 AND 0 THEN 'good'
	ELSE 'breach' END
	FROM kpi_scorecard('mart', '2024-03-01', '2024-04-01') WHERE kpi = 'nps'"), 't|-30|0|t',
		'a target that is a range');

# ---------------------------------------------------------------- errors and rights

my $march = "'2024-03-01', '2024-04-01'";
like(error("SELECT kpi_scorecard('nowhere', $march)"), qr/mart "nowhere" does not exist/, 'an unknown mart');
like(error("SELECT kpi_scorecard('mart', $march, segment => '{\"colour\": \"red\"}')"),
	qr/ERROR:  22023: mart "mart" cannot select by colour\nHINT:  .*region/, 'an unknown column');
like(error("SELECT kpi_scorecard('mart', '2024-03-01', $_)"), qr/ERROR:  22023: period .*empty/, "a period until $_")
  foreach "'2024-03-01'", "'2024-02-01'", "'infinity'";
like(error("SELECT kpi_scorecard($_)"), qr/ERROR:  22004: /, "NULL in $_")
  foreach "NULL, $march", "'mart', NULL, '2024-04-01'", "'mart', '2024-03-01', NULL", "'mart', $march, segment => NULL";
like(error("SELECT kpi_scorecard('mart', $march, segment => '$_')"), qr/ERROR:  22023: /, "segment $_")
  foreach '["team"]', '"team"', 'null';

query("CREATE ROLE owner LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN; GRANT CREATE ON DATABASE postgres TO owner;
	CREATE SCHEMA owned AUTHORIZATION owner; CREATE TABLE owned.tickets AS TABLE tickets; ALTER TABLE owned.tickets OWNER TO owner;");
my $as_owner = { extra_params => [ '-U', 'owner' ] };
my $as_reader = { extra_params => [ '-U', 'reader' ] };
query("SELECT count(*) FROM kpi_build('owned.tickets', 'theirs', 'Europe/Berlin');
	INSERT INTO theirs.kpi_target (kpi, direction, target) VALUES ('fcr_pct', 'up', 30)", %$as_owner);
like(error("SELECT kpi_scorecard('theirs', $march)"),
	qr/ERROR:  42501: mart "theirs" belongs to another role/, 'not as a superuser');
like(error("SET ROLE owner; SELECT kpi_scorecard('theirs', $march)"),
	qr/ERROR:  42501: mart "theirs" belongs/, 'nor with SET ROLE');
like(error("SELECT kpi_scorecard('theirs', $march)", %$as_reader),
	qr/ERROR:  42501: permission denied/, 'nor by a stranger');
query("GRANT USAGE ON SCHEMA theirs TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA theirs TO reader", %$as_owner);
my $cards = join ' UNION ALL ', map { "SELECT * FROM kpi_scorecard('theirs', $march, $_)" }
  "team => 'north'", "category => 'bug'", "agent => 'a1'", "agent => 'a1', category => 'bug'";
is(query("SELECT md5(string_agg(s::text, E'\\n' ORDER BY s::text)), count(*) > 200 FROM ($cards) AS s", %$as_reader),
	query("SELECT md5(string_agg(s::text, E'\\n' ORDER BY s::text)), count(*) > 200 FROM ($cards) AS s", %$as_owner),
		'a reader gets what the owner gets');
query("ALTER TABLE theirs.ticket ENABLE ROW LEVEL SECURITY;
	CREATE POLICY north ON theirs.ticket FOR SELECT TO reader USING (team = 'north')", %$as_owner);
is(query("SELECT (SELECT n FROM kpi_scorecard('theirs', $march, category => 'bug') WHERE kpi = 'tickets'
	AND scope = 'selection'),
	(SELECT n FROM kpi_scorecard('theirs', $march, category => 'bug', team => 'south') WHERE kpi = 'tickets'
		AND scope = 'selection')", %$as_reader),
	query("SELECT (SELECT n FROM plain('tickets', $march, '{\"category\": \"bug\", \"team\": \"north\"}')), NULL"),
		'and only rows that policies give');

# ---------------------------------------------------------------- targets

my @kpis = split /\n/, query("SELECT kpi FROM mart.kpi_monthly UNION SELECT 'overdue_tickets' ORDER BY kpi");
my $contracts = "'{tickets,surveys,work_time,subscriptions,customer_events,costs,help_sessions}'::text[]";
is(query("SELECT string_agg(kpi, E'\\n' ORDER BY kpi COLLATE \"C\") FROM unnest($contracts) AS c,
	unnest(kpi_names(c)) AS kpi"),
	join("\n", @kpis), 'kpi_names() are the KPIs of kpi_monthly and overdue_tickets');
# of each KPI the segment {} and those by a column, and the first day on which it applies
sub target
{
	my ($kpi, $segment, $mart) = @_;
	return sprintf "INSERT INTO %s.kpi_target (kpi, segment, direction, target, valid_from) VALUES ('$kpi',
		'$segment', 'up', 50, '2030-01-01')",
	  $mart // 'mart';
}
my %of = map { split /\|/ } split /\n/, query("SELECT kpi, c FROM unnest($contracts) AS c,
	unnest(kpi_names(c)) AS kpi");
my %segments = ('{}' => 'any', '{"team": "north"}' => 'tickets surveys',
	'{"agent_id": "a1"}' => 'tickets surveys work_time',
	'{"region": "emea", "category": "bug"}' => 'tickets surveys',
		'{"agent_id": "a1", "team": "north"}' => 'tickets surveys');
foreach my $segment (sort keys %segments)
{
	my $accepted = query("BEGIN;\n" . join '', map { "SAVEPOINT s;\n" . target($_, $segment) . ";\nROLLBACK TO s;\n" }
		  grep { $segments{$segment} =~ /any|\b$of{$_}\b/ } @kpis);
	is($accepted, '', "targets of $segment are accepted");
	foreach my $kpi (grep { $segments{$segment} !~ /any|\b$of{$_}\b/ }
		qw(adherence_pct churn_pct upsell_pct total_cost_per_contact session_self_service_pct))
	{
		like(error(target($kpi, $segment)), qr/ERROR:  23514: .*segment_of_this_kpi/, "no target of $kpi for $segment");
	}
	foreach my $contract (qw(surveys work_time subscriptions customer_events costs help_sessions))
	{
		my ($kpi) = grep { $of{$_} eq $contract } @kpis;
		like(error(target($kpi, '{}', 'theirs'), %$as_owner),
			qr/ERROR:  23514: .*kpi_of_this_mart/, "no target of $kpi without $contract")
		  if $segment eq '{}';
	}
}
like(error(target($_, '{}')), qr/ERROR:  23514: .*kpi_of_this_mart/, "no target of $_") foreach 'fcr', 'customers', '';
like(error(target('fcr_pct', $_)), qr/ERROR:  23514: .*segment_of_/, "no segment $_")
  foreach '{"colour": "red"}', '{"team": 5}', '{"team": null}', '{"team": ["north"]}', '["team"]', '"team"', 'null';
foreach ("NULL, '{}', 'up', 5, NULL", "'nps', NULL, 'up', 5, NULL", "'nps', '{}', NULL, 5, NULL", "'nps', '{}', 'up',
	NULL, NULL",
	"'nps', '{}', 'range', 5, NULL", "'nps', '{}', 'up', 5, 6", "'nps', '{}', 'down', 5, 4", "'nps', '{}', 'up',
		'NaN', NULL",
	"'nps', '{}', 'up', 'infinity', NULL", "'nps', '{}', 'up', 5, 'NaN'", "'nps', '{}', 'up', 5, '-infinity'")
{
	like(error("INSERT INTO mart.kpi_target (kpi, segment, direction, target, warning) VALUES ($_)"),
		qr/ERROR:  235(02|14): /, "no target $_");
}
foreach (0, 0.099, 50.1, "'NaN'", "'infinity'", -1)
{
	like(error("INSERT INTO mart.kpi_target (kpi, direction, target, false_alarm_years) VALUES ('nps', 'up', 5, $_)"),
		qr/ERROR:  23514: .*false_alarm_years/, "no false alert in $_ years");
}
query("INSERT INTO mart.kpi_target (kpi, direction, target, false_alarm_years, valid_from) VALUES ('nps', 'up', 5,
	$_, date '2030-01-01' + ($_ IS NULL)::int)")
  foreach '0.1', 'NULL::double precision';

$node->stop;
done_testing();
