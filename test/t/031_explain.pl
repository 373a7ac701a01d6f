# kpi_explain: for random cells of every view over tickets of random marts it returns the
# ids that a reference in plain SQL (test/data/mart) counts.  Aggregated anew, these give
# exactly the number.
# KPI_SEED=number makes other tables, 60 of them or KPI_TABLES; a failure names its seed.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Business;
use Explained;
use Mart;
use RandomMarts qw(random_node start_lives finish_lives);
use Session;

my $first_seed = $ENV{KPI_SEED} // 20260101;
my $tables = $ENV{KPI_TABLES} // (defined $ENV{KPI_SEED} ? 60 : $ENV{KPI_QUICK} ? 1 : 4);
my $sessions = 2;
note "KPI_SEED=$first_seed, KPI_TABLES=$tables";

my $node = random_node('explain');
my $data = abs_path(dirname(__FILE__) . '/../data/mart');

# ---------------------------------------------------------------- random cells

foreach my $session (1 .. $sessions)
{
	$node->safe_psql('postgres', "CREATE DATABASE s$session");
	$node->safe_psql("s$session", "CREATE EXTENSION kpi_mart CASCADE;\n"
		. join('', map { slurp_file("$data/$_.sql") } qw(reference reference_views explain)) . Explained::rules());
}
my $contract = [ map { [ split /\|/ ] } split /\n/,
	$node->safe_psql('s1', q(SELECT name, type, required FROM kpi_contract WHERE relation = 'tickets'
		ORDER BY position)) ];
my @runs = start_lives($node, $sessions, $tables, sub { return Explained::life($first_seed + $_[0], $contract) });
my ($output, $errors) = finish_lives(@runs);
is(scalar(() = $output =~ /^seed \d+$/mg), $tables, "$tables marts");
is(substr(join("\n", grep { /^seed \d+, / } split /\n/, $output), 0, 20000), '', 'cells are explained');
$errors =~ s/^[^\n]*WARNING:  01000: a target in days has no verdict.*?(?=^psql:|\z)//gms;
is(substr($errors, 0, 5000), '', 'and nothing has failed');
my %opened;
my $cells = 0;
foreach (map { split /\n/, $node->safe_psql("s$_", 'SELECT view, measure, cells, with_ids, with_surveys FROM opened') }
	1 .. $sessions)
{
	my ($view, $measure, $count, $with_ids, $with_surveys) = split /\|/;
	$cells += $count;
	$opened{"$view.$measure"} += $with_ids;
	$opened{"surveys of $view"} += $with_surveys if Explained::has_surveys($view);
}
note "$cells cells";
cmp_ok($cells, '>=', 10000 * ($tables >= 6 ? 1 : $tables / 6), 'enough cells');
# hardly a ticket is due within two hours, and few tables have all columns
is($tables < 6 ? '' : join(' ', grep { !$opened{$_} && $_ ne 'agent_backlog.due_tickets' } sort keys %opened), '',
	'every number had tickets behind it somewhere');


# ---------------------------------------------------------------- every column of every view

$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');
$node->safe_psql('postgres', business() . building() . slurp_file("$data/reference.sql")
	. slurp_file("$data/reference_views.sql") . slurp_file("$data/explain.sql") . Explained::rules());

my $session = Session->new($node);

sub query
{
	my ($sql, %options) = @_;
	return %options ? $node->safe_psql('postgres', $sql, %options) : $session->query($sql);
}

sub error
{
	my ($sql, %options) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", %options);
	return $code == 0 ? 'no error' : $stderr;
}

sub call_of
{
	my ($view, $keys, $measure, $mart) = @_;
	return sprintf "kpi_explain(%s, %s, %s, %s)", map { defined $_ ? "'" . s/'/''/gr . "'" : 'NULL' } $mart // 'mart', $view,
		$keys, $measure;
}

my $views = Explained::views();
foreach my $view (grep { $_ ne 'kpi_scorecard' } sort keys %$views)
{
	my %is = %{ $views->{$view} };
	my @dimensions = $is{is_long} ? qw(team channel region) : ();
	my %rule = map { $_ => 1 } $is{is_long} ? qw(value low high hits n)
	  : split /\n/, query("SELECT name FROM rule WHERE view = '$view'");
	my %key = map { $_ => 1 } @{ $is{keys} }, @dimensions;
	my %none = map { $_ => 1 } @{ $is{none} // [] };
	my (%columns, @unknown);
	foreach (split /\n/, query("SELECT attname, typcategory FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = atttypid
		WHERE attrelid = 'mart.$view'::regclass AND attnum > 0"))
	{
		my ($column, $category) = split /\|/;
		$columns{$column} = 1;
		next if $key{$column};
		# what is no number counts nothing
		$none{$column} = 1 if $category ne 'N';
		push @unknown, $column unless $none{$column} || $rule{$column};
	}
	is("@unknown", '', "the test knows the columns of $view");
	is(join(' ', grep { !$columns{$_} } @{ $is{none} // [] }), '', "and no others of $view");
	# of all columns that count no tickets, one after the other
	my $keys = query("SELECT " . Explained::keys_of($view, 'to_jsonb(v)', @dimensions) . " FROM mart.$view AS v LIMIT 1")
	  || '{"tenure_month": 1}'; # of agents whose first day is not known there
	my $calls = join '', map { 'SELECT FROM ' . call_of($view, $keys, $_) . ";\n" } sort keys %none;
	my ($code, $stdout, $stderr) = $node->psql('postgres', "\\set VERBOSITY verbose\n$calls", on_error_stop => 0);
	is(scalar(() = $stderr =~ /ERROR:  22023: /g), scalar(keys %none), "and opens no others of $view")
	  or diag $stderr;
}
my @others = split /\n/, query('SELECT kpi FROM mart.kpi_monthly EXCEPT SELECT kpi FROM long_kpi ORDER BY 1');
is(scalar @others, 19, 'number of KPIs that count no tickets');
foreach my $kpi (@others)
{
	like(error('SELECT FROM ' . call_of('kpi_monthly', qq({"period": "2024-01-01", "kpi": "$kpi"}), 'value')),
		qr/ERROR:  22023: .*$kpi/s, "$kpi counts no tickets");
}
like(error('SELECT FROM ' . call_of('cost_monthly', '{"month": "2024-01-01", "component": "all", "channel": null}', 'contacts')),
	qr/ERROR:  22023: column "contacts" of cost_monthly counts no tickets/, 'nor do costs of no channel');

# ---------------------------------------------------------------- the sums are those of kpi_coverage

is(query(<<'SQL'), '', 'cells of a month add up to kpi_coverage');
WITH cell AS MATERIALIZED (
	SELECT period AS month, measure AS kpi, e.* FROM mart.kpi_monthly AS v
	JOIN (SELECT DISTINCT ON (measure) kpi, measure FROM ref.kpi ORDER BY measure, kpi) AS k USING (kpi)
	CROSS JOIN LATERAL kpi_explain('mart', 'kpi_monthly', jsonb_build_object('period', period, 'kpi', kpi, 'team', team,
		'channel', channel, 'region', region), 'n') AS e
	WHERE period = '2023-05-01' AND 'all' NOT IN (coalesce(team, ''), coalesce(channel, '')) AND region = 'all'
), summed AS (
	SELECT month, kpi, sum(cardinality(ids)) AS counted, sum(pending) AS pending, sum(not_applicable) AS not_applicable,
		sum(excluded) AS excluded FROM cell GROUP BY month, kpi
)
SELECT * FROM mart.kpi_coverage AS c LEFT JOIN summed AS s USING (month, kpi)
WHERE month = '2023-05-01' AND (c.counted, c.pending, c.not_applicable, c.excluded)
	IS DISTINCT FROM (s.counted, s.pending, s.not_applicable, s.excluded)
SQL

# ---------------------------------------------------------------- keys, errors

my $month = '"period": "2024-01-01"';
my $fcr = qq({$month, "kpi": "fcr_pct"});
my $of = sub { return query('SELECT counted, ids <> \'{}\' FROM ' . call_of(@_)) };
is($of->('kpi_monthly', $fcr, 'n'), $of->('kpi_monthly', qq({$month, "kpi": "fcr_pct", "team": "all", "channel": "all",
	"region": "all"}), 'n'), 'a dimension without key is every value');
isnt($of->('kpi_monthly', $fcr, 'n'), $of->('kpi_monthly', qq({$month, "kpi": "fcr_pct", "team": null}), 'n'),
	'null is the tickets without value');
is($of->('kpi_monthly', qq({"period": "2031-01-01", "kpi": "fcr_pct"}), 'n'), '0|f', 'a month without tickets');
is($of->('kpi_monthly', qq({$month, "kpi": "fcr_pct", "team": "nobody' OR true --"}), 'n'), '0|f', 'a value that no ticket has');
is(query('SET default_transaction_read_only = on; SELECT count(*) FROM ' . call_of('kpi_monthly', $fcr, 'value')), '1',
	'in a read-only transaction');

my $week = '{"week": "2024-01-01", "team": "north"}';
like(error('SELECT FROM ' . call_of('kpi_monthly', $fcr, 'value', 'nowhere')), qr/mart "nowhere" does not exist/, 'an unknown mart');
like(error('SELECT FROM ' . call_of($_, $week, 'fcr_pct')), qr/ERROR:  22023: .*\Q$_\E/, "no relation $_")
  foreach 'nothing', 'kpi_settings', 'survey_weekly', 'lifecycle_monthly', 'ticket_daily_tally', 'pg_class', '', 'o"r', "o'r";
like(error('SELECT FROM ' . call_of('team_weekly', $week, $_)), qr/ERROR:  22023: .*\Q$_\E/, "no measure $_")
  foreach 'nothing', 'week', 'team', 'is_complete', 'ctid', '', 'fcr_pct"', '*', "1; DROP TABLE mart.ticket; --";
like(error('SELECT FROM ' . call_of('team_weekly', $_, 'fcr_pct')), qr/ERROR:  22023: .*\n?.*(week|object)/, "no keys $_")
  foreach '{}', '{"week": "2024-01-01"}', '{"team": "north"}', '{"week": "2024-01-01", "team": "north", "kpi": "fcr_pct"}',
  '["week"]', '"week"', 'null', '{"week": null, "team": "north"}';
like(error('SELECT FROM ' . call_of('kpi_monthly', $_, 'value')), qr/ERROR:  22023: /, "no keys $_")
  foreach "{$month}", '{"kpi": "fcr_pct"}', qq({$month, "kpi": "fcr_pct", "colour": "red"}), qq({$month, "kpi": "fcr"}),
  qq({$month, "kpi": null});
like(error('SELECT FROM ' . call_of('team_weekly', qq({"week": $_, "team": "north"}), 'fcr_pct')), qr/ERROR:  22/,
	"no week $_") foreach '"soon"', '5', 'true', '["2024-01-01"]', '"2024-02-31"', '""';
like(error('SELECT FROM ' . call_of('kpi_scorecard', $_, 'value')), qr/ERROR:  22/, "no keys of a scorecard $_")
  foreach '{"since": "2024-01-01", "kpi": "fcr_pct"}', '{"since": "2024-01-01", "until": "2024-01-01", "kpi": "fcr_pct"}',
  '{"since": "2024-01-01", "until": "2024-02-01", "kpi": "fcr_pct", "colour": "red"}';
# a value that is called all, and one in quotes
query(q(CREATE TABLE teams AS SELECT n AS ticket_id, timestamptz '2024-01-02 UTC' AS created_at, team
	FROM unnest('{all,"\"all\"",north}'::text[]) WITH ORDINALITY AS t (team, n);
	SELECT count(*) FROM kpi_build('teams', 'called', 'UTC')));
my $ids = sub { return query('SELECT ids FROM ' . call_of(@_, 'n', 'called')) };
my $tickets = '"kpi": "tickets", "period": "2024-01-02"';
my $selected = '"kpi": "tickets", "since": "2024-01-01", "until": "2024-02-01"';
is($ids->('kpi_daily', qq({$tickets, "team": "all"})), '{1,2,3}', 'all is every team of a view');
is($ids->('kpi_daily', qq({$tickets, "team": "\\"all\\""})), '{1}', 'and quoted one that is called all');
is($ids->('kpi_daily', qq({$tickets, "team": "\\"\\"all\\"\\""})), '{2}', 'or one that is called that in quotes');
is($ids->('kpi_scorecard', qq({$selected})), '{1,2,3}', 'a scorecard is of every team');
is($ids->('kpi_scorecard', qq({$selected, "team": "all"})), '{1}', 'or of one that is called all');
is($ids->('kpi_scorecard', qq({$selected, "team": "\\"all\\""})), '{2}', 'or that in quotes');
is(query(qq(SELECT n FROM kpi_scorecard('called', '2024-01-01', '2024-02-01', team => 'all')
	WHERE kpi = 'tickets' AND scope = 'selection')), '1', 'as kpi_scorecard counts it');

my @arguments = ("'mart'", "'kpi_monthly'", "'$fcr'", "'value'");
foreach my $n (0 .. 3)
{
	like(error('SELECT FROM kpi_explain(' . join(', ', map { $_ == $n ? 'NULL' : $arguments[$_] } 0 .. 3) . ')'),
		qr/ERROR:  22004: /, "argument $n is NULL");
}

# ---------------------------------------------------------------- rights

query("CREATE ROLE owner LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN; GRANT CREATE ON DATABASE postgres TO owner;
	CREATE SCHEMA owned AUTHORIZATION owner; CREATE TABLE owned.tickets AS TABLE tickets; ALTER TABLE owned.tickets OWNER TO owner;
	CREATE TABLE owned.surveys AS TABLE surveys; ALTER TABLE owned.surveys OWNER TO owner;
	CREATE TABLE all_tickets AS SELECT ticket_id, team FROM tickets; GRANT SELECT ON all_tickets TO reader");
my %as = map { $_ => [ extra_params => [ '-U', $_ ] ] } qw(owner reader stranger);
query("SELECT count(*) FROM kpi_build('owned.tickets', 'theirs', 'Europe/Berlin', 'owned.surveys')", @{ $as{owner} });
my $theirs = call_of('kpi_monthly', qq({$month, "kpi": "csat_pct"}), 'value', 'theirs');
like(error("SELECT FROM $theirs"), qr/ERROR:  42501: mart "theirs" belongs to another role/, 'not as a superuser');
like(error("SET ROLE owner; SELECT FROM $theirs"), qr/ERROR:  42501: mart "theirs" belongs to another role/,
	'nor with SET ROLE');
like(error("SELECT FROM $theirs", @{ $as{stranger} }), qr/ERROR:  42501: permission denied/, 'nor by a stranger');
query("GRANT USAGE ON SCHEMA theirs TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA theirs TO reader", @{ $as{owner} });
my $several = join ' UNION ALL ', map { "SELECT * FROM $_" } $theirs,
	call_of('executive_monthly', '{"month": "2024-01-01"}', 'nps_year_before', 'theirs'),
	call_of('backlog_age', '{"age": "over 7 days"}', 'tickets', 'theirs'),
	call_of('agent_daily', '{"day": "2024-01-15", "agent_id": "a4"}', 'response_n', 'theirs'),
	call_of('kpi_scorecard', '{"since": "2024-01-01", "until": "2024-03-01", "kpi": "tickets", "category": "bug"}', 'n',
		'theirs');
is(query("SELECT md5(string_agg(e::text, ' ' ORDER BY e::text)), sum(counted) > 50 FROM ($several) AS e", @{ $as{reader} }),
	query("SELECT md5(string_agg(e::text, ' ' ORDER BY e::text)), sum(counted) > 50 FROM ($several) AS e", @{ $as{owner} }),
	'a reader gets what the owner gets');
query("ALTER TABLE theirs.ticket ENABLE ROW LEVEL SECURITY;
	CREATE POLICY north ON theirs.ticket FOR SELECT TO reader USING (team = 'north')", @{ $as{owner} });
is(query("SELECT count(*) > 20, count(*) FILTER (WHERE team IS DISTINCT FROM 'north')
		FROM ($several) AS e, unnest(ids) AS id
		JOIN all_tickets AS t ON t.ticket_id::text = id", @{ $as{reader} }), 't|0',
	'and of row-level security no hidden id');
query("ALTER TABLE theirs.survey ENABLE ROW LEVEL SECURITY;
	CREATE POLICY odd ON theirs.survey FOR SELECT TO reader USING (response_id ~ '[13579]\$')", @{ $as{owner} });
is(query("SELECT count(*) > 0, count(*) FILTER (WHERE id !~ '[13579]\$') FROM ($several) AS e, unnest(survey_ids) AS id",
	@{ $as{reader} }), 't|0', 'nor a hidden answer');

# the backlog of tickets without a column about their resolution is unknown
query("CREATE TABLE unresolved AS SELECT 1 AS ticket_id, timestamptz '2026-03-02 10:00Z' AS created_at;
	SELECT FROM kpi_build('unresolved', 'unknown', 'UTC')");
my $key = '{"day": "2026-03-02", "team": null, "channel": null, "status": null}';
is(query("SELECT opened, closed, backlog FROM unknown.backlog_daily WHERE day = '2026-03-02'"), '1||', 'a backlog is unknown');
is(query("SELECT ids FROM kpi_explain('unknown', 'backlog_daily', '$key', '$_->[0]')"), $_->[1],
	"$_->[0]: tickets behind it") foreach [ 'opened', '{1}' ], [ 'closed', '{}' ], [ 'backlog', '{}' ];
$node->stop;
done_testing();
