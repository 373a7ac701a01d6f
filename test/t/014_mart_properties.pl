# Random tables of tickets with random settings and edits: after each build, refresh
# and upgrade a mart equals the results of kpi_verify, and of a reference in plain SQL
# (test/data/mart) over the same rows.
# KPI_SEED=number makes other tables, 500 of them or KPI_TABLES; a failure names its seed.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use IPC::Run qw(start finish);
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Mart;
use RandomMarts qw(random_node start_lives finish_lives);

my $first_seed = $ENV{KPI_SEED} // 20260101;
my $tables = $ENV{KPI_TABLES} // (defined $ENV{KPI_SEED} ? 500 : $ENV{KPI_QUICK} ? 4 : 8);
my $sessions = 2;
note "KPI_SEED=$first_seed, KPI_TABLES=$tables";

my $node = random_node('properties');
my $data = abs_path(dirname(__FILE__) . '/../data/mart');
my $tempdir = PostgreSQL::Test::Utils::tempdir();

foreach my $session (1 .. $sessions)
{
	$node->safe_psql('postgres', "CREATE DATABASE s$session");
	$node->safe_psql("s$session", "CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file("$data/reference.sql")
		. slurp_file("$data/reference_views.sql"));
}
my $contract = [ map { [ split /\|/ ] } split /\n/,
	$node->safe_psql('s1', q(SELECT name, type, required FROM kpi_contract WHERE relation = 'tickets'
		ORDER BY position)) ];

# ---------------------------------------------------------------- random tables

my @runs = start_lives($node, $sessions, $tables, sub { return Mart::life($first_seed + $_[0], $contract) });

# ---------------------------------------------------------------- one table with all columns

$node->safe_psql('postgres', "CREATE EXTENSION kpi_mart CASCADE;\n" . slurp_file("$data/complete.sql"));
is($node->safe_psql('postgres', q(SELECT name FROM kpi_contract WHERE relation = 'tickets' EXCEPT
	SELECT attname FROM pg_attribute WHERE attrelid = 'complete_ticket'::regclass)), '',
		'complete_ticket has every column of the contract');

# A month of a mart equals the aggregate of kpi over the rows of that month.
my $hours = "'Europe/Berlin; Mo-Fr 09:00-17:00'";
$node->safe_psql('postgres', <<"SQL");
CREATE VIEW instant_ticket AS SELECT ticket_id, created_at, first_response_at, first_resolved_at, resolved_at,
	closed_at, agent_id, contacts, reopens,
	escalated, transferred, abandoned, solved, bot_handled, bot_resolved, bot_escalated, bot_escalation_right,
		bot_accepted, self_service, csat_score,
	nps_score, ces_score, qa_points, qa_possible, talk_time, hold_time, wrap_time, handle_time, wait_time, cost,
		sentiment, sla_response, sla_resolution, paused
FROM complete_ticket;
SELECT FROM kpi_build('instant_ticket', 'agreed', 'America/New_York', hours => $hours);
SELECT FROM kpi_build('instant_ticket', 'agreed_created', 'America/New_York', hours => $hours,
	attribute => 'created');
CREATE FUNCTION month(at timestamptz) RETURNS date LANGUAGE sql AS 'SELECT date_trunc(''month'',
	at AT TIME ZONE ''America/New_York'')::date';
SQL
my $h = "$hours\::business_hours";
my @by_creation = (
	"'wait_median_seconds', in_seconds(median_wait(wait_time) FILTER (WHERE abandoned IS NOT TRUE))",
	"'wait_p90_seconds', in_seconds(p90_wait(wait_time) FILTER (WHERE abandoned IS NOT TRUE))",
	"'abandonment_pct', abandonment_rate(abandoned)",
	"'self_service_pct', 100.0 * count(*) FILTER (WHERE self_service) / count(self_service)",
	"'bot_resolution_pct', bot_resolution_rate(bot_resolved) FILTER (WHERE bot_handled)",
	"'bot_escalation_pct', bot_escalation_rate(bot_escalated) FILTER (WHERE bot_handled)",
	"'bot_escalation_accuracy_pct', bot_escalation_accuracy(bot_escalation_right) FILTER (WHERE bot_handled
		AND bot_escalated)",
	"'bot_acceptance_pct', bot_acceptance_rate(bot_accepted) FILTER (WHERE bot_handled)");
my @by_response = (
	"'response_median_seconds', in_seconds(median_response(created_at, first_response_at, $h))",
	"'response_p90_seconds', in_seconds(p90_response(created_at, first_response_at, $h))");
my @by_outcome = (
	"'resolution_median_seconds', in_seconds(median_resolution(created_at, resolved_at, $h) FILTER (WHERE solved))",
	"'resolution_p90_seconds', in_seconds(p90_resolution(created_at, resolved_at, $h) FILTER (WHERE solved))",
	"'fcr_pct', fcr_rate(contacts, solved)",
	"'reopen_pct', reopen_rate(reopens > 0) FILTER (WHERE solved OR reopens > 0)",
	"'escalation_pct', escalation_rate(escalated)", "'transfer_pct', transfer_rate(transferred)",
	"'handle_median_seconds', in_seconds(median_handle(coalesce(handle_time, talk_time),
		CASE WHEN handle_time IS NULL THEN hold_time END,
		CASE WHEN handle_time IS NULL THEN wrap_time END))",
	"'csat_pct', csat_pct(csat_score)", "'nps', nps(nps_score)", "'ces_pct', ces_pct(ces_score)", "'effort_avg',
		ces_avg(ces_score)",
	"'qa_score_pct', qa_score(qa_points, qa_possible)", "'cost_per_contact', cost_per_contact(cost,
		1) FILTER (WHERE cost IS NOT NULL)");

# sla_met judges; a missed one counts when it was missed
sub sla
{
	my ($event, $target, $paused) = @_;
	return "met, CASE WHEN met THEN $event ELSE business_deadline(created_at, $target + interval '1 us', $h,
		$paused) END FROM (
		SELECT *, sla_met(created_at, $event, $target, $h, now(), $paused) AS met FROM instant_ticket) AS t";
}

sub compare_months
{
	my ($mart, $created, $responded, $outcome, $sla_at) = @_;
	my @queries = map { my ($day, @calls) = @$_; map { "SELECT month($day), $_ FROM instant_ticket
		GROUP BY 1" } @calls }
	  ([ $created, @by_creation ], [ $responded, @by_response ], [ $outcome, @by_outcome ]);
	push @queries, "SELECT month($sla_at), 'sla_response_pct', sla_rate(met) FROM (SELECT created_at, "
	  . sla('first_response_at', 'sla_response', 'NULL') . ") AS v (created_at, met, at) GROUP BY 1";
	push @queries, "SELECT month($sla_at), 'sla_resolution_pct', sla_rate(met) FROM (SELECT created_at, "
	  . sla('resolved_at', 'sla_resolution', 'paused') . ") AS v (created_at, met, at) GROUP BY 1";
	my $found = $node->safe_psql('postgres', 'WITH aggregate (month, kpi, value) AS (' . join("\nUNION ALL ",
		@queries) . "),
		shown AS (SELECT period AS month, kpi, value FROM $mart.kpi_monthly WHERE team = 'all' AND channel = 'all')
		SELECT month, kpi, s.value AS mart, a.value AS aggregate FROM aggregate AS a LEFT
			JOIN shown AS s USING (month, kpi)
		WHERE num_nulls(s.value, a.value) = 1 OR abs(s.value - a.value) > 1e-9 * greatest(1, abs(a.value))
		UNION ALL SELECT NULL, 'values compared: ' || count(DISTINCT kpi), NULL, count(*) FROM aggregate
			WHERE value IS NOT NULL AND month <> '2024-04-01'");
	like($found, qr/\A\|values compared: 25\|\|7[0-9]\z/, "$mart: aggregates and mart agree");
	return;
}

compare_months('agreed', 'created_at', 'coalesce(first_response_at, created_at)', 'coalesce(resolved_at, closed_at,
	created_at)', 'at');
compare_months('agreed_created', ('created_at') x 4);

# ---------------------------------------------------------------- every column moves a number

my $moved = start_moves();
sub start_moves
{
	my $file = "$tempdir/moves";
	my @views = qw(executive_monthly team_weekly channel_weekly agent_daily new_agent_ramp
		backlog_daily open_tickets volume_heatmap staffing_by_hour
		next_replies time_in_status kpi_coverage kpi_monthly);
	my $views = join ', ', map { "'$_'" } @views;
	# which rule of first contact resolution, or option, reads the column; NULL is another value of most
	my %mart = (customer_id => 'dimensions', category => 'dimensions', agent_messages => 'fivetran',
		teammates => 'intercom', closes => 'intercom', customer_replies => 'freshservice',
		agent_replies => 'zendesk_messaging', was_pending => 'zendesk_messaging',
			handed_off_at => 'zendesk_messaging');
	my %value = (ticket_id => "ticket_id || 'x'", created_at => "created_at - interval '40 days'",
		merged_into => "CASE ticket_id WHEN 'T2' THEN 'T1' END",
		first_resolved_at => "created_at + interval '5 minutes'", scale_max => '10', solved => 'false',
		opened_by => "'agent'");
	my @columns = grep { $_ !~ /^(updated_at|loaded_at)$/ } map { $_->[0] } @$contract;

	my $sql = <<"SQL";
CREATE TABLE some_ticket AS SELECT * FROM complete_ticket LIMIT 60;
-- the first answer opens the ticket, if an agent did
CREATE TABLE some_message AS
SELECT t.ticket_id, t.created_at + m.after AS at, m.author
FROM some_ticket AS t, (VALUES
	(interval '0', 'customer'), ('5 seconds', 'agent'), ('1 hour', 'customer'), ('2 hours', 'agent'), ('3 hours', 'customer'),
	('10 hours', 'agent')) AS m (after, author);
CREATE FUNCTION shown(mart text) RETURNS TABLE (view text, hash text) LANGUAGE plpgsql AS \$\$
BEGIN
	FOREACH view IN ARRAY ARRAY[$views] LOOP
		-- the age of a ticket moves with each refresh
		EXECUTE format('SELECT md5(string_agg(v::text, '''' ORDER BY v::text))
			FROM (SELECT to_jsonb(v) - ''age_seconds'' AS v FROM %I.%I AS v) AS v', mart, view)
		INTO hash;
		RETURN NEXT;
	END LOOP;
END
\$\$;
-- the views that differ after a change, which is taken back
CREATE FUNCTION moved(mart text, change text) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
	views text;
BEGIN
	CREATE TEMPORARY TABLE before ON COMMIT DROP AS SELECT * FROM shown(mart);
	EXECUTE change;
	PERFORM kpi_refresh(mart, true);
	views := (SELECT string_agg(s.view, ' ') FROM shown(mart) AS s JOIN before AS b USING (view)
		WHERE s.hash IS DISTINCT FROM b.hash);
	RAISE EXCEPTION 'moved' USING DETAIL = coalesce(views, '');
EXCEPTION WHEN raise_exception THEN
	GET STACKED DIAGNOSTICS views = PG_EXCEPTION_DETAIL;
	RETURN views;
END
\$\$;
SQL
	$sql .= sprintf "SELECT FROM kpi_build('some_ticket', 'moves_%s', 'Europe/Berlin', hours => %s,
		messages => 'some_message'%s);\n", $_, $hours,
	  $_ eq 'contacts' ? '' : $_ eq 'dimensions' ? ", dimensions => '{team,channel,customer_id,category}'" : ",
		fcr_rule => '$_', response_from => 'handoff'"
	  foreach 'contacts', 'dimensions', qw(fivetran intercom freshservice zendesk_messaging);
	$sql .= sprintf "SELECT '%s: ' || moved('moves_%s', 'UPDATE some_ticket SET %1\$s = %s');\n", $_,
		$mart{$_} // 'contacts',
	  ($value{$_} // 'NULL') =~ s/'/''/gr foreach @columns;
	open my $script, '>', "$file.sql" or die $!;
	print $script $sql;
	close $script;
	return { file => $file, columns => \@columns,
		harness => start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-f', "$file.sql" ], '<', \'', '>',
			"$file.out", '2>', "$file.err") };
}

# ---------------------------------------------------------------- results

finish($moved->{harness});
my %views = map { split /: /, $_, 2 } split /\n/, slurp_file("$moved->{file}.out");
is(slurp_file("$moved->{file}.err"), '', 'columns were changed');
is(join(' ', grep { !length($views{$_} // '') } @{ $moved->{columns} }), '', 'every column moves a number');
note "$_ moves $views{$_}" foreach @{ $moved->{columns} };

my ($output, $errors) = finish_lives(@runs);
is(scalar(() = $output =~ /^seed \d+$/mg), $tables, "$tables tables");
is(substr(join("\n", grep { /^seed \d+, / } split /\n/, $output), 0, 20000), '',
	'marts are what the reference makes of their tickets');
# random policies have targets in days, which is a warning where business hours apply
$errors =~ s/^[^\n]*WARNING:  01000: a target in days has no verdict.*?(?=^psql:|\z)//gms;
is(substr($errors, 0, 5000), '', 'and nothing has failed');
$node->stop;
done_testing();
