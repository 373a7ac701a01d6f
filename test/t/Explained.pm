# The views over tickets for the test of kpi_explain: their keys, which rows a cell is
# made of, and which of their columns count no tickets.  As SQL text, like Mart.pm.

package Explained;

use strict;
use warnings;

use Mart;

# The rows of a period that begins on a day: DAY is the day on which a ticket or survey
# counts, T its columns, AGENT the agent for whom it counts, v the row of the view, c the
# cell, f the ticket in the reference.
sub within
{
	my ($first, $length) = @_;
	return "DAY >= $first - c.shift AND DAY < $first - c.shift + interval '$length'";
}

# The same, or for the backlog the tickets open at the end of a day.
sub within_or_open
{
	my ($last, $within) = @_;
	return "CASE c.base WHEN 'backlog' THEN f.created_day <= $last
		AND NOT (f.is_open IS NOT TRUE AND f.outcome_day <= $last) ELSE $within END";
}

sub same { return join ' AND ', map { "T.$_ IS NOT DISTINCT FROM v.$_" } @_ }
sub value_or_all { return join ' AND ', map { my $d = $_;
	"(v.$d IS NOT DISTINCT FROM 'all' OR v.$d IS NOT DISTINCT FROM CASE WHEN T.$d IN ('all', '\"all\"', '\"\"all\"\"')
		THEN '\"' || T.$d || '\"' ELSE T.$d END)" } @_ }

my $week = within('v.week', '7 days');
my $month = within('v.month', '1 month');
my $hour = "f.created_at IS NOT NULL AND f.created_day BETWEEN w.first_day AND w.last_day
	AND extract(isodow FROM f.created_day) = v.weekday
	AND extract(hour FROM f.created_at AT TIME ZONE o.time_zone) = v.hour";
my $agent = 'DAY = v.day AND AGENT = v.agent_id';

# keys		the columns that identify a row
# cell		which tickets it is of
# none		numbers that count no tickets
# special	columns whose name does not tell what they are: measure and way to sum it up
# rows		the query that gives the rows; MART is the mart
my %views = (
	executive_monthly => { keys => ['month'],
		cell => within_or_open("(v.month + interval '1 month')::date - 1", $month),
		none => [qw(customers churn_pct net_revenue_retention_pct churn_pct_month_before churn_pct_year_before)],
		special => { backlog => 'backlog count', contact_rate_pct => 'tickets per customer',
			cost_per_contact => 'handled amount per' },
		rows => 'WITH t AS MATERIALIZED (TABLE MART.month_total)
			SELECT v.*, t.customers AS active_customers, t.amount, t.contacts
			FROM MART.executive_monthly AS v LEFT JOIN t USING (month)
			-- most months are of subscriptions alone
			WHERE v.tickets + v.nps_n + v.csat_n + v.ces_n > 0 OR random() < 0.02' },
	team_weekly => { keys => [qw(week team)], cell => within_or_open('v.week + 6', $week) . ' AND ' . same('team'),
		special => { backlog => 'backlog count' } },
	channel_weekly => { keys => [qw(week channel)], cell => "$week AND " . same('channel') },
	agent_daily => { keys => [qw(day agent_id)], cell => $agent,
		none => [qw(scheduled_hours adherence_pct occupancy_pct)] },
	workforce_daily => { keys => [qw(day agent_id)], cell => $agent,
		none => [qw(scheduled_hours paid_hours working_hours staffed_hours busy_hours occupancy_pct utilization_pct
			adherence_pct conformance_pct shrinkage_pct)],
		special => { resolved_per_hour => 'resolved per working hour' } },
	backlog_daily => { keys => [qw(day status)], cell => within_or_open('v.day', 'DAY = v.day'), none => ['moved'],
		special => { opened => 'tickets count', closed => 'closed count', backlog => 'backlog count' } },
	backlog_age => { keys => ['age'], special => { tickets => 'open count' },
		cell => "v.age = CASE WHEN f.created_at IS NULL THEN 'unknown'
			WHEN o.as_of - f.created_at < interval '24:00' THEN '0-1 days'
			WHEN o.as_of - f.created_at < interval '72:00' THEN '1-3 days'
			WHEN o.as_of - f.created_at < interval '168:00' THEN '3-7 days' ELSE 'over 7 days' END" },
	agent_backlog => { keys => [qw(agent_id team)],
		cell => same(qw(agent_id team)) . " AND (c.how <> 'longest' OR f.created_at IS NOT NULL)",
		special => { open_tickets => 'open count', pending_tickets => 'open_pending count',
			unanswered_tickets => 'open_unanswered count', breached_tickets => 'open_breached count',
			due_tickets => 'open_due count', oldest_seconds => 'open longest' } },
	volume_heatmap => { keys => [qw(weekday hour)], cell => $hour, special => { tickets_per_hour => 'tickets per day' } },
	staffing_by_hour => { keys => [qw(weekday hour channel)], cell => "$hour AND " . same('channel'),
		none => ['within_seconds'], special => { tickets_per_hour => 'tickets per day',
			handle_avg_seconds => 'handle mean', agents_needed => 'tickets agents' } },
	channel_consistency => { keys => [qw(month kpi)],
		cell => "$month AND T.channel = ANY (CASE c.measure WHEN 'channels' THEN ARRAY[T.channel]
			WHEN 'lowest_pct' THEN ARRAY[v.lowest_channel]
			WHEN 'highest_pct' THEN ARRAY[v.highest_channel] ELSE ARRAY[v.lowest_channel, v.highest_channel] END)",
		special => { channels => '. channels', lowest_pct => '. rate', highest_pct => '. rate', spread_points => '. spread',
			spread_low_points => '. spread_low', spread_high_points => '. spread_high' } },
	new_agent_ramp => { keys => ['tenure_month'], none => ['agents'],
		cell => "EXISTS (SELECT FROM hired AS h, LATERAL age(DAY::timestamp, h.hired_on::timestamp) AS a
			WHERE h.agent_id = AGENT AND DAY >= h.hired_on
			AND extract(year FROM a) * 12 + extract(month FROM a) = v.tenure_month)" },
	bot_weekly => { keys => [qw(week channel)], cell => "$week AND " . same('channel') },
	omnichannel => { keys => [qw(month channel)], cell => "$month AND " . same('channel'),
		special => { contacts => 'repeated n' } },
	channel_preference_monthly => { keys => [qw(month channel)],
		cell => "$month AND EXISTS (SELECT FROM preferred AS p WHERE p.customer = coalesce(T.account_id, T.customer_id)
			AND p.month = v.month AND p.channel = v.channel AND CASE c.measure WHEN 'customers' THEN true
				WHEN 'changed_customers' THEN p.channel <> p.channel_before ELSE p.channel_before IS NOT NULL END)",
		special => { customers => 'preferred customers', changed_customers => 'changed changed',
			changed_pct => 'changed changed of', changed_n => 'changed customers' } },
	open_tickets => { keys => ['ticket_id'], none => [qw(status_seconds waiting_seconds sentiment_last)],
		cell => 'f.ticket_id = v.ticket_id::text',
		special => { age_seconds => 'open longest' } },
	self_service_weekly => { keys => ['week'], cell => $week,
		none => [qw(sessions session_self_service_pct session_self_service_n)],
		special => { sessions_per_ticket => 'tickets visits per' } },
	# costs of no channel count no tickets
	cost_monthly => { keys => [qw(month component channel)], none => ['amount'],
		rows => 'SELECT * FROM MART.cost_monthly WHERE channel IS NOT NULL',
		cell => "$month AND " . value_or_all('channel'),
		special => { contacts => 'handled count', cost_per_contact => 'handled amount per' } },
	savings_monthly => { keys => ['month'],
		cell => "$month AND (c.base <> 'deflected' OR f.created_at IS NOT NULL)",
		none => [qw(saved_revenue retention_cost return_on_retention_pct)],
		special => { contacts => 'handled count', cost_per_contact => 'handled amount per',
			deflected_contacts => 'deflected count', deflection_saved => 'deflected times cost', resolved => 'fcr n',
			contacts_saved_per_resolution => 'follow_ups mean', fcr_saved => 'fcr saved' },
		rows => "SELECT v.*, c.amount FROM MART.savings_monthly AS v
			JOIN MART.cost_monthly AS c ON c.month = v.month AND c.component = 'all' AND c.channel = 'all'" },
	kpi_coverage => { keys => [qw(month kpi)], cell => "date_trunc('month', DAY) IS NOT DISTINCT FROM v.month",
		special => { map { $_ => '. ids' } qw(tickets counted pending not_applicable excluded) } },
);
foreach ([ kpi_daily => 'v.period', '1 day' ], [ kpi_weekly => 'v.period', '7 days' ], [ kpi_monthly => 'v.period',
		'1 month' ])
{
	my ($view, @period) = @$_;
	$views{$view} = { keys => [qw(period kpi)], cell => within(@period), is_long => 1, none => ['target'] };
}
# quotients of months over tickets
$views{kpi_monthly}{rows} = 'WITH t AS MATERIALIZED (TABLE MART.month_total)
	SELECT v.*, t.customers AS active_customers, t.amount FROM MART.kpi_monthly AS v LEFT JOIN t ON t.month = v.period';
$views{kpi_scorecard} = { keys => [qw(since until kpi)], is_long => 1, type => 'scorecard_row',
	cell => "DAY >= v.since AND DAY < v.until AND v.selection - 'agent_id' <@ ROW
		AND (v.selection ->> 'agent_id' IS NULL OR AGENT = v.selection ->> 'agent_id')" };

# views of many columns, of which more cells are drawn
my $wide = 'executive_monthly|team_weekly|channel_weekly|agent_daily|new_agent_ramp';

sub views { return \%views }
sub has_surveys { return $_[0] =~ m{^(executive_monthly|kpi_daily|kpi_weekly|kpi_monthly|kpi_scorecard|team_weekly|channel_weekly
		|agent_daily|workforce_daily|new_agent_ramp|channel_consistency)$}x }

# Fills the table "rule": from the names of columns, and with the rules of all other columns.
sub rules
{
	my $sql = "INSERT INTO rule VALUES\n" . join ",\n", map { my $view = $_; my $special = $views{$view}{special} // {};
		map { my ($base, $how) = split / /, $special->{$_}, 2;
			"('$view', '$_', nullif('$base', '.'), '$how', '0')" } sort keys %$special } sort keys %views;
	my $plain = join ', ', map { "'$_'" } grep { !$views{$_}{is_long} } sort keys %views;
	return "$sql;\n" . <<"SQL";
CREATE TABLE long_kpi AS SELECT kpi, measure, how FROM ref.kpi UNION ALL
VALUES ('contact_rate_pct', 'created', 'per customer'), ('total_cost_per_contact', 'handled', 'amount per');
INSERT INTO rule
SELECT v.view, k.name || s.suffix, k.measure, k.how, s.shift
FROM unnest(ARRAY[$plain]) AS v (view),
	(SELECT kpi AS name, measure, how FROM ref.shown UNION
		SELECT measure || '_n', measure, 'n' FROM ref.shown UNION
		SELECT m || '_n', m, 'n' FROM unnest('{repeated,switched,context_kept}'::text[]) AS m UNION
		SELECT m || '_pct', m, 'rate' FROM unnest('{repeated,switched,context_kept}'::text[]) AS m) AS k,
	(VALUES ('', interval '0'), ('_month_before', '1 month'), ('_year_before', '1 year')) AS s (suffix, shift)
WHERE NOT EXISTS (SELECT FROM rule AS r WHERE r.view = v.view AND r.name = k.name || s.suffix);
SQL
}

# Relations beside the tickets of a table of Mart.pm.
sub relations
{
	my ($table) = @_;
	my ($seed, $type) = ($table->{seed}, $table->{columns}[0]{type});
	my $text = sub { return Mart::chance(0.3) ? 'NULL' : Mart::literal(Mart::one(@_)) };
	my $at = sub { return Mart::chance(0.05) ? Mart::odd_instant() : Mart::creation($table) . ' + ' . Mart::distance() };
	my $some_ticket = sub { return Mart::chance(0.3) ? "NULL::$type" : Mart::id($type, 1 + int rand $table->{rows} + 3) };
	my $day = sub { return '(' . $at->() . ')::date' };
	my %columns = (
		surveys => 'response_id text, kind text, sent_at timestamptz, answered_at timestamptz, score double precision,
			scale_max smallint, ticket_id ' . $type . ', account_id text, agent_id text, channel text',
		work_time => 'agent_id text, started_at timestamptz, ended_at timestamptz, state text',
		subscriptions => 'account_id text, starts_on date, ends_on date, mrr numeric',
		costs => 'month date, component text, channel text, amount numeric',
		help_sessions => 'session_id text, customer_id text, at timestamptz');
	my %rows = (
		surveys => sub {
			my ($n) = @_;
			my $sent = $at->();
			my $kind = Mart::one(qw(csat csat nps ces));
			return ("'r$n'", "'$kind'", $sent,
				Mart::chance(0.2) ? 'NULL' : "$sent + " . Mart::distance(), Mart::one(0 .. 7, 9, 10, 10, 'NULL', 11, 2.5),
				$kind eq 'csat' ? Mart::one(5, 5, 7, 10, 'NULL') : 'NULL', $some_ticket->(), $text->(qw(c1 c2 c3)),
				$text->(qw(a1 a2 a3)), $text->(qw(phone mail chat all), '"all"'));
		},
		work_time => sub {
			my $start = $at->();
			return ($text->(qw(a1 a2 a3 a4)), $start, "$start + interval '" . Mart::one('4 hours', '8 hours') . "'",
				"'" . Mart::one(qw(scheduled paid working busy waiting)) . "'");
		},
		subscriptions => sub { my ($n) = @_; return ("'c$n'", $day->(), Mart::chance(0.5) ? 'NULL' : $day->(), 50) },
		costs => sub { return ($day->(), $text->('wages', 'retention', 'all', '"all"'),
			$text->(qw(phone mail chat all), '"all"'), Mart::one(0, 100, 250.5, -20)) },
		help_sessions => sub { my ($n) = @_; return ("'s$n'", $text->(qw(u1 u2)), $at->()) });
	my $sql = '';
	foreach my $relation (sort keys %rows)
	{
		$table->{options}{$relation} = "'${relation}_$seed'";
		$sql .= "CREATE TABLE ${relation}_$seed ($columns{$relation});\n";
		$sql .= "INSERT INTO ${relation}_$seed VALUES\n"
		  . join(",\n", map { '(' . join(', ', $rows{$relation}->($_)) . ')' } 1 .. 100) . ";\n";
	}
	return $sql;
}

# The random rows of a view, as JSON with the columns of the view.
sub rows
{
	my ($table, $view) = @_;
	my $mart = $table->{schema};
	return ($views{$view}{rows} // "SELECT * FROM MART.$view") =~ s/MART/$mart/gr unless $view eq 'kpi_scorecard';
	my @calls;
	foreach (1 .. 3)
	{
		my %chosen = map { $_ => 1 } map { Mart::one(qw(team channel category priority customer_tier account_id customer_id
			agent_id), grep { $_ ne 'agent_name' } @{ $table->{dimensions} }) } 1 .. int rand 3;
		my $columns = join ', ', map { Mart::literal($_) . ', t.' . Mart::identifier($_) } sort keys %chosen;
		push @calls, "SELECT p.since, p.until, x.selection, s.kpi, s.value, s.low, s.high, s.n
			FROM (SELECT t.created_day AS since, t.created_day + " . Mart::one(1, 7, 31, 400) . " AS until,
				jsonb_strip_nulls(jsonb_build_object($columns)) AS selection
				FROM $mart.ticket AS t WHERE created_day IS NOT NULL ORDER BY random() LIMIT 1) AS p
			CROSS JOIN LATERAL (SELECT p.selection) AS x
			CROSS JOIN LATERAL kpi_scorecard('$mart', p.since, p.until, segment => x.selection) AS s
			WHERE s.scope = CASE x.selection WHEN '{}' THEN 'total' ELSE 'selection' END";
	}
	return join "\nUNION ALL\n", @calls;
}

# The keys of a row, as SQL.
sub keys_of
{
	my ($view, $row, @dimensions) = @_;
	return 'jsonb_build_object(' . join(', ', map { my $key = Mart::literal($_); "$key, $row -> $key" } @{ $views{$view}{keys} },
		@dimensions) . ')';
}

# Draws cells of a view, with the numbers and ids expected.
sub draw
{
	my ($table, $view, $cells) = @_;
	my $mart = $table->{schema};
	my %is = %{ $views{$view} };
	my @dimensions = $view =~ /^(kpi_(daily|weekly|monthly)|backlog_daily)$/ ? @{ $table->{dimensions} } : ();
	my @identifiers = map { Mart::identifier($_) } @dimensions;
	my $cell = join ' AND ', $is{cell}, !@dimensions ? () : $view eq 'backlog_daily' ? same(@identifiers) : value_or_all(@identifiers);
	my $keys = keys_of($view, 'r.row', @dimensions) . ($view eq 'kpi_scorecard' ? " || (r.row -> 'selection')" : '');
	my $type = $is{type} // "$mart.$view";
	my $in = sub {
		my (%as) = @_;
		return $cell =~ s/\b(DAY|AGENT|ROW)\b|\bT\./defined $1 ? $as{$1} : $as{'T.'}/ger;
	};
	my $of_ticket = $in->(DAY => 'm.day', AGENT => 'm.agent', ROW => 'to_jsonb(t)', 'T.' => 't.');
	my $of_survey = $in->(DAY => 's.answered_day', AGENT => 's.agent_id', 'T.' => 's.',
		ROW => "(coalesce(to_jsonb(k), '{}') || jsonb_build_object('channel', s.channel, 'account_id', s.account_id,
			'agent_id', s.agent_id))");

	my $sql = "-- $view\n";
	if ($is{is_long})
	{
		$sql .= "INSERT INTO cell (view, keys, measure, shown, row, base, how, shift)
SELECT '$view', $keys, c.name, r.row -> c.name, r.row, k.measure,
	CASE WHEN c.name IN ('low', 'high') THEN k.how || '_' || c.name WHEN c.name = 'value' OR k.how = 'count' THEN k.how
		WHEN c.name = 'hits' THEN 'hits' ELSE 'n' END, '0'
FROM (SELECT to_jsonb(v) AS row FROM (" . rows($table, $view) . ") AS v WHERE kpi IN (SELECT kpi FROM LONG)
	ORDER BY random() * CASE WHEN coalesce(value, 0) = 0 THEN 3 ELSE 1 END
		* CASE WHEN kpi ~ '^(csat|nps|ces|effort)' THEN 0.5 ELSE 1 END LIMIT 400) AS r
JOIN LONG AS k ON k.kpi = r.row ->> 'kpi'
JOIN unnest('{value,value,value,n,low,high,hits}'::text[]) AS c (name) ON c.name = 'value'
	-- that of a quotient of months is 1 for a month
	OR c.name = 'n' AND k.kpi IN (SELECT kpi FROM ref.kpi) OR c.name = 'hits' AND k.how = 'rate' AND r.row ? 'hits'
	OR c.name IN ('low', 'high') AND k.how IN ('rate', 'median', 'p90', 'nps')
ORDER BY random() LIMIT $cells;\n" =~ s/LONG/$view eq 'kpi_monthly' ? 'long_kpi' : 'ref.kpi'/ger;
	}
	else
	{
		$sql .= "INSERT INTO cell (view, keys, measure, shown, row, base, how, shift)
SELECT '$view', $keys, c.name, r.row -> c.name, r.row, coalesce(c.base, k.measure, r.row ->> 'kpi'), c.how, c.shift
FROM (SELECT to_jsonb(v) AS row FROM (" . rows($table, $view) . ") AS v ORDER BY random() LIMIT 300) AS r
JOIN rule AS c ON c.view = '$view' AND r.row ? c.name
LEFT JOIN ref.kpi AS k ON k.kpi = r.row ->> 'kpi'
-- as many of each column, and mostly such that count something
ORDER BY row_number() OVER (PARTITION BY c.name
	ORDER BY random() + CASE WHEN coalesce(r.row -> c.name, 'null') IN ('null', '0') THEN 0.95 ELSE 0 END), c.name LIMIT $cells;\n";
	}
	$sql .= "UPDATE cell SET base = 'cost', how = 'mean' WHERE view = 'executive_monthly' AND measure = 'cost_per_contact'
AND coalesce((row ->> 'amount')::float8 / nullif((row ->> 'contacts')::float8, 0), 'NaN') = 'NaN';\n"
	  if $view eq 'executive_monthly';
	$sql .= "UPDATE cell SET is_count = base ~ '^(open.*|backlog|handled|created|closed)\$'
	OR base IN (SELECT measure FROM ref.shown WHERE shown.how = 'count');
UPDATE cell AS c SET ids = e.ids, counted = e.counted, pending = e.pending, not_applicable = e.not_applicable, excluded = e.excluded,
	survey_ids = '{}'
FROM (
	SELECT c.id, coalesce(array_agg(m.ticket_id ORDER BY length(m.ticket_id), m.ticket_id COLLATE \"C\") FILTER (WHERE CASE
			WHEN u.is_unknown THEN false
			WHEN c.view = 'kpi_coverage' THEN c.measure IN ('tickets', m.state)
			ELSE m.state = 'counted' AND (m.x = 1 OR NOT c.is_count AND c.how <> 'hits') END), '{}') AS ids,
		count(*) FILTER (WHERE m.state = 'counted' AND (m.x = 1 OR NOT c.is_count) AND NOT u.is_unknown) AS counted,
		count(*) FILTER (WHERE m.state = 'pending') AS pending,
		count(*) FILTER (WHERE m.state = 'not_applicable') AS not_applicable,
		count(*) FILTER (WHERE m.state = 'excluded') AS excluded
	FROM cell AS c CROSS JOIN LATERAL jsonb_populate_record(NULL::$type, c.row) AS v
	-- a count that is NULL has no tickets; the cost of contacts has them even where that of one contact is unknown
	CROSS JOIN LATERAL (SELECT CASE c.how WHEN 'count' THEN coalesce(c.shown, 'null') = 'null'
		WHEN 'times cost' THEN c.row ->> 'deflected_contacts' IS NULL ELSE false END AS is_unknown) AS u
	CROSS JOIN ref.option AS o CROSS JOIN covered AS w
	LEFT JOIN (ref.measure AS m JOIN ref.fact AS f USING (ticket_id) JOIN $mart.ticket AS t ON t.ticket_id::text = m.ticket_id)
		ON m.kpi = c.base AND ($of_ticket)
	WHERE c.view = '$view' GROUP BY c.id) AS e
WHERE c.id = e.id;\n";
	$sql .= "UPDATE cell AS c SET survey_ids = coalesce(e.ids, '{}'), counted = counted + e.n
FROM (
	SELECT c.id, count(*) AS n, array_agg(s.response_id ORDER BY length(s.response_id), s.response_id COLLATE \"C\")
		FILTER (WHERE p.x = 1 OR c.how <> 'hits') AS ids
	FROM cell AS c CROSS JOIN LATERAL jsonb_populate_record(NULL::$type, c.row) AS v
	JOIN plain_survey AS p ON p.base = c.base
	JOIN $mart.survey AS s ON s.response_id = p.response_id LEFT JOIN $mart.ticket AS k ON k.ticket_id = s.ticket_id
	CROSS JOIN ref.option AS o
	WHERE c.view = '$view' AND ($of_survey) GROUP BY c.id) AS e
WHERE c.id = e.id;\n" =~ s/CASE c.base WHEN 'backlog' .*? ELSE (.*?) END/$1/sr
	  if has_surveys($view);
	return $sql;
}

# The life of a mart, as a script for psql that prints problems.
sub life
{
	my ($seed, $contract) = @_;
	my $table = Mart::new_table($seed, $contract);
	# months and years to compare with, and tickets that are due soon
	push @{ $table->{moments} }, "(now() - interval '1 day')",
	  map { "($table->{moments}[0] - interval '$_')" } '1 month', '1 year';
	my $mart = $table->{schema};
	my %has = map { $_ => 1 } @{ $table->{dimensions} };
	my $sql = "\\set VERBOSITY verbose\n\\echo seed $seed\nSELECT setseed(" . ($seed % 2000 / 1000 - 1) . ") AS done \\gset\n"
	  . Mart::create($table) . Mart::insert($table, 40) . relations($table) . Mart::build($table) . Mart::fill_reference($table)
	  . "SELECT prepare_mart('$mart') AS done \\gset\n";
	foreach my $view (sort keys %views)
	{
		next if $view eq 'team_weekly' && !$has{team};
		next if $view =~ /^(channel_weekly|channel_consistency|bot_weekly)$/ && !$has{channel};
		$sql .= draw($table, $view, $views{$view}{is_long} ? 200 : $view =~ /^($wide)$/ ? 150 : 50);
	}
	# only these have the states of kpi_coverage
	$sql .= "UPDATE cell SET pending = NULL WHERE view IN ('kpi_coverage', 'backlog_daily') OR is_count AND base <> 'tickets'
	OR how LIKE 'spread%' OR base NOT IN (SELECT kpi FROM $mart.coverage_daily_tally);
INSERT INTO explained SELECT o.* FROM cell AS c CROSS JOIN LATERAL open_cell('$mart', c) AS o;
ANALYZE cell, explained;
SELECT 'seed $seed, ' || p FROM problems() AS p;
INSERT INTO opened SELECT view, measure, count(*), count(*) FILTER (WHERE e.ids <> '{}'),
	count(*) FILTER (WHERE e.survey_ids <> '{}') FROM cell JOIN explained AS e USING (id) GROUP BY 1, 2;
SELECT FROM kpi_drop('$mart', false);
DROP TABLE " . join(', ', $table->{name}, map { "${_}_$seed" } qw(surveys work_time subscriptions costs help_sessions)) . ";\n";
	return $sql;
}

1;
