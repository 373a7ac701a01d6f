# Messages, status changes and SLA targets: cases worked out by hand, recorded cases of
# helpdesks, findings, and the rows that a refresh reads.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use File::Basename;
use lib dirname(__FILE__);
use Session;

my $oracle = dirname(__FILE__) . '/../data/oracles/worked_numbers.csv';
my $node = PostgreSQL::Test::Cluster->new('event_cases');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = UTC\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION kpi_mart CASCADE;
CREATE TABLE tickets (ticket_id int PRIMARY KEY, created_at timestamptz, customer_id text, category text, team text,
	first_response_at timestamptz, resolved_at timestamptz, opened_by text, sla_resolution interval, hours business_hours,
	sentiment double precision, loaded_at timestamptz DEFAULT now());
CREATE TABLE messages (ticket_id int, at timestamptz, author text, author_id text, is_public boolean, seq bigint, body text,
	loaded_at timestamptz DEFAULT now());
CREATE TABLE status_changes (ticket_id int, at timestamptz, status text, source_status text, team text,
	hours business_hours, seq bigint, loaded_at timestamptz DEFAULT now());
CREATE TABLE sla_targets (ticket_id int, metric text, target interval, applies_from timestamptz, in_hours boolean,
	pausing_statuses text[], loaded_at timestamptz DEFAULT now());
CREATE INDEX ON tickets (loaded_at);
CREATE INDEX ON messages (ticket_id);
CREATE INDEX ON messages (loaded_at);
CREATE INDEX ON status_changes (ticket_id);
CREATE INDEX ON status_changes (loaded_at);
CREATE INDEX ON sla_targets (ticket_id);
CREATE INDEX ON sla_targets (loaded_at);
SQL

my $relations = "messages => 'messages', status_changes => 'status_changes', sla_targets => 'sla_targets'";
my $clean = "TRUNCATE tickets, messages, status_changes, sla_targets;\n";
my $session = Session->new($node);
sub query { return $session->query($_[0]) }
sub building { return "SELECT count(*) > 0 AS built FROM kpi_build('tickets', 'mart', $_[0], $relations) \\gset\n" }
my $lexicon = 'english; waiting:0.9, terrible:0.1';
my $dropping = "SELECT kpi_drop('mart', false) AS dropped \\gset\n";

# The answer of a query over a mart of rows, and what kpi_verify finds.
sub shows
{
	my ($rows, $arguments, $sql, $expected, $title) = @_;
	is(query($clean . $rows . building($arguments) . "$sql;\nSELECT * FROM kpi_verify('mart');\n$dropping"), $expected, $title);
	return;
}

my $nine_to_five = "hours => 'UTC; Mo-Fr 09:00-17:00'";

# ---------------------------------------------------------------- pauses

shows("INSERT INTO tickets (ticket_id, created_at, sla_resolution) VALUES (1, '2024-03-04 09:00', '8 hours');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-04 12:00', 'pending'), (1, '2024-03-06 12:00', 'open'),
		(1, '2024-03-06 14:00', 'solved');", "'UTC', $nine_to_five",
	"SELECT resolution_seconds / 3600, pending_seconds / 3600, sla_resolution_met, outcome_day FROM mart.ticket",
	'21|16|t|2024-03-06', 'M5: pending 16 of 21 business hours, a target of 8 hours is met');

# ---------------------------------------------------------------- hours

# a question at 08:00 on a Monday, answered at 09:30; the hours of a change at no possible instant never apply
shows("INSERT INTO tickets (ticket_id, created_at) SELECT n, '2024-03-04 08:00' FROM generate_series(1, 4) AS n;
	INSERT INTO messages (ticket_id, at, author) SELECT n, at, author FROM generate_series(1, 4) AS n,
		(VALUES (timestamptz '2024-03-04 08:00', 'customer'), ('2024-03-04 09:30', 'agent')) AS m (at, author);
	INSERT INTO status_changes (ticket_id, at, status, hours) VALUES (2, 'infinity', 'open', 'UTC; Mo-Su 00:00-24:00'),
		(3, 'infinity', 'open', 'UTC; Mo-Su 00:00-24:00'), (3, '2024-03-04 08:00', 'open', NULL),
		(4, '2024-03-04 07:00', 'open', 'UTC; Mo-Su 00:00-24:00');", "'UTC', $nine_to_five",
	"SELECT ticket_id, t.response_seconds, w.seconds FROM mart.ticket AS t JOIN mart.ticket_wait AS w USING (ticket_id) ORDER BY 1",
	"1|1800|1800\n2|1800|1800\n3|1800|1800\n4|5400|5400", 'hours of status changes, at impossible instants also');

# ---------------------------------------------------------------- the past stays the same

my $backlog = "SELECT day, sum(backlog) FROM mart.backlog_daily WHERE day BETWEEN '2024-03-01' AND '2024-03-04'
	GROUP BY day ORDER BY day";
shows("INSERT INTO tickets (ticket_id, created_at) VALUES (1, '2024-03-01 09:00'), (2, '2024-03-01 10:00');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-02 09:00', 'solved');", "'UTC'",
	"$backlog;
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-03 09:00', 'open'), (1, '2024-03-04 09:00', 'solved');
	SELECT count(*) > 0 FROM kpi_refresh('mart'); $backlog;
	SELECT resolved_at::date, first_resolved_at::date, reopens, closes FROM mart.ticket WHERE ticket_id = 1;
	SELECT sum(backlog) FROM mart.backlog_daily WHERE day = (SELECT max(day) FROM mart.backlog_daily)",
	"2024-03-01|2\n2024-03-02|1\nt\n2024-03-01|2\n2024-03-02|1\n2024-03-03|2\n2024-03-04|1\n"
	. "2024-03-04|2024-03-02|1|2\n1", 'M7: a ticket that is reopened later is closed at the end of 2 March, for ever');

# ---------------------------------------------------------------- many events

# a question every second minute, answered a minute later, and then pending until the next; stored in no order
shows("INSERT INTO tickets (ticket_id, created_at) VALUES (1, '2024-03-04');
	INSERT INTO messages (ticket_id, at, author, author_id)
	SELECT 1, timestamptz '2024-03-04' + i * interval '1 min', CASE i % 2 WHEN 0 THEN 'customer' ELSE 'agent' END, 'Ann'
	FROM generate_series(0, 19999) AS i ORDER BY hashint4(i);
	INSERT INTO status_changes (ticket_id, at, status)
	SELECT 1, timestamptz '2024-03-04' + i * interval '30 s', CASE i % 4 WHEN 2 THEN 'pending' ELSE 'open' END
	FROM generate_series(0, 39999, 2) AS i ORDER BY hashint4(i);", "'UTC'",
	"SELECT customer_replies, agent_replies, pending_seconds / 60 FROM mart.ticket;
	SELECT count(*), trim_scale(sum(extract(epoch FROM ended_at - started_at)) / 60) FROM mart.ticket_wait WHERE metric = 'next_response'",
	"9999|10000|9999\n9999|9999", 'a ticket of 20,000 messages and as many changes of status');

# ---------------------------------------------------------------- schedules

shows("INSERT INTO tickets (ticket_id, created_at) VALUES (1, '2020-09-29T17:01:38Z');
	INSERT INTO messages (ticket_id, at, author) VALUES (1, '2020-09-29T17:01:38Z', 'customer'), (1, '2020-09-30T19:01:46Z', 'agent');
	INSERT INTO status_changes (ticket_id, at, hours) VALUES (1, '2020-09-29T17:01:38Z', 'UTC; Mo-Su 12:00-02:00'),
		(1, '2020-09-30T19:01:25Z', 'UTC; Mo-Fr 15:00-00:30');
	INSERT INTO sla_targets (ticket_id, metric, target) VALUES (1, 'first_response', '960 min 8 s');",
	"'UTC'", 'SELECT round((response_seconds / 60)::numeric, 4), sla_response_met, response_due_at FROM mart.ticket',
	'960.1333|t|2020-09-30 19:01:46+00', 'first_reply_business_minutes_all_schedules');

# ---------------------------------------------------------------- recorded cases of Zammad

my @recorded = grep { /^business_time_with_pauses,/ } split /\n/, slurp_file($oracle);
my ($judged, $rows, @titles) = (0, '');
foreach my $line (@recorded)
{
	my ($inputs, $expected) = $line =~ /^business_time_with_pauses,"?(.*?)"?,([^,"]*),"?zammad/ or die "cannot read $line";
	my ($zone, $weekly) = $inputs =~ /zone=(\S+) \| weekly=(.*?) \|/;
	my ($created) = $inputs =~ /created=(\S+)/;
	$created //= '2013-06-04T00:00:00Z';
	my $minutes = $inputs =~ /times in minutes/;
	my $at = sub {
		my ($time) = @_;
		return $minutes ? "timestamptz '$created' + interval '$time minutes'" : "timestamptz '2013-06-04T$time'" };
	my ($spans) = $inputs =~ /paused=(.*?)(?: \||, closed=| \(pending\)|$)/;
	# while it is paused, the ticket is pending
	my @changes = map { my ($from, $to) = split /-/; ([ $at->($from), 'pending' ], [ $at->($to), 'open' ]) } split /,/, $spans;
	my ($start) = $inputs =~ /(?:from|start) (\d+)/;
	my $is_response = $inputs =~ /response/;
	my ($target, $end);
	if ($inputs =~ /-> deadline/)
	{
		($target) = $inputs =~ /target (\d+) min/;
		$end = $expected =~ /T/ ? "timestamptz '$expected'" : $at->($expected);
	}
	else
	{
		$target = $expected;
		($end) = $inputs =~ /(?:response at|closed at|closed=) ?(\S+?)(?: |$)/;
		$end = $at->($end);
	}
	# a clock starts late only by the creation of the ticket
	my $begin = $minutes && $start ? $at->($start) : "timestamptz '$created'";
	my ($in_time, $too_late) = (++$judged * 2, $judged * 2 + 1);
	my $changes = join ', ', map { "($in_time, $_->[0], '$_->[1]', 1), ($too_late, $_->[0], '$_->[1]', 1)" } @changes;
	my $late = "next_open($end + interval '1 microsecond', '$zone; $weekly') + interval '1 second'";
	$rows .= "INSERT INTO tickets (ticket_id, created_at, opened_by, hours) SELECT n, $begin, 'customer', '$zone; $weekly'
			FROM generate_series($in_time, $too_late) AS n;
		INSERT INTO status_changes (ticket_id, at, status, seq) VALUES $changes;
		INSERT INTO sla_targets (ticket_id, metric, target, pausing_statuses)
		SELECT n, '" . ($is_response ? 'first_response' : 'resolution') . "', interval '$target minutes',
			'{pending,on_hold,solved,closed}' FROM generate_series($in_time, $too_late) AS n;\n";
	# a pause that is running at the end goes on
	$rows .= $is_response ? "INSERT INTO messages (ticket_id, at, author) VALUES ($in_time, $end, 'agent'), ($too_late, $late, 'agent');\n"
	  : "INSERT INTO status_changes (ticket_id, at, status, seq) VALUES ($in_time, $end, 'solved', 2), ($too_late, $late, 'solved', 2);
		DELETE FROM status_changes WHERE ticket_id = $in_time AND at = $end AND seq = 1 AND status = 'open';\n";
	push @titles, "business_time_with_pauses: $inputs, $expected";
}
my @verdicts = split /\n/, query($clean . $rows . building("'UTC'") . 'SELECT coalesce(sla_response_met, sla_resolution_met)
	FROM mart.ticket ORDER BY ticket_id; SELECT * FROM kpi_verify(\'mart\');' . $dropping);
is(join('', splice @verdicts, 0, 2), 'tf', "$_ is met, a second later is not") foreach @titles;
is("@verdicts", '', 'and the mart is what its views compute');
is($judged, 13, 'all recorded cases are judged');

# ---------------------------------------------------------------- targets that are removed

# 1 lost its target before the answer, 2 in the instant of it, 3 after it; 4 got another one; 5 lost one of two clocks
shows("INSERT INTO tickets (ticket_id, created_at) SELECT n, '2024-03-04 09:00' FROM generate_series(1, 5) AS n;
	INSERT INTO messages (ticket_id, at, author) SELECT n, '2024-03-04 11:00', 'agent' FROM generate_series(1, 5) AS n;
	INSERT INTO sla_targets (ticket_id, metric, target, applies_from, pausing_statuses)
	SELECT n, 'first_response', interval '1 hour', '2024-03-04 09:00', '{}' FROM generate_series(1, 5) AS n
	UNION ALL VALUES (1, 'first_response', interval '1000 years', timestamptz '2024-03-04 10:59', '{}'::text[]),
		(2, 'first_response', '1000 years', '2024-03-04 11:00', '{}'), (3, 'first_response', '1000 years', '2024-03-04 11:01', '{}'),
		(4, 'first_response', '1000 years', '2024-03-04 09:10', '{}'), (4, 'first_response', '3 hours', '2024-03-04 09:20', '{}'),
		(5, 'first_response', '1000 years', '2024-03-04 09:10', '{}'), (5, 'first_response', '2 hours', NULL, '{pending}');", "'UTC'",
	'SELECT ticket_id, response_target_seconds / 3600, sla_response_met FROM mart.ticket ORDER BY ticket_id',
	"1||\n2|1|f\n3|1|f\n4|3|t\n5|2|t", 'a target that is taken away before the end of the clock is none');

# ---------------------------------------------------------------- given values win

shows("INSERT INTO tickets (ticket_id, created_at, first_response_at, resolved_at) VALUES
		(1, '2024-03-04 09:00', '2024-03-04 09:10', '2024-03-04 12:00'), (2, '2024-03-04 09:00', '2024-03-04 09:20', '2024-03-04 13:00'),
		(3, '2024-03-04 09:00', NULL, NULL), (4, '2024-03-04 09:00', NULL, NULL);
	INSERT INTO messages (ticket_id, at, author) SELECT id, timestamptz '2024-03-04 09:00' + n * interval '30 min',
		(ARRAY['customer', 'agent', 'customer', 'agent'])[n + 1] FROM unnest('{1,3}'::int[]) AS id, generate_series(0, 3) AS n;
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-04 15:00', 'solved'), (3, '2024-03-04 15:00', 'solved');",
	"'UTC'", "SELECT ticket_id, response_seconds / 60, resolution_seconds / 3600, agent_replies, reopens FROM mart.ticket ORDER BY 1;
	SELECT tickets, response_n, resolution_n, unanswered, unresolved FROM mart.team_weekly;
	SELECT sum(replies) FROM mart.next_replies WHERE team = 'all' AND channel = 'all';
	SELECT sum(opened), sum(closed) FROM mart.backlog_daily",
	"1|10|3|2|0\n2|20|4||\n3|30|6|2|0\n4||||\n4|3|3|1|1\n2\n4|3", 'values in tickets win, and nothing counts twice');

# ---------------------------------------------------------------- teams

shows("INSERT INTO tickets (ticket_id, created_at, resolved_at, team) VALUES (1, '2024-03-04 09:00', NULL, 'now'),
		(2, '2024-03-04 09:00', '2024-03-04 12:00', 'now'), (3, '2024-03-04 09:00', NULL, 'now');
	INSERT INTO status_changes (ticket_id, at, team) VALUES (1, '2024-03-04 09:00', 'a'), (1, '2024-03-05 09:00', 'b'),
		(2, '2024-03-04 10:00', 'a'), (2, '2024-03-04 11:00', ''), (2, '2024-03-04 11:30', 'b');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (3, '2024-03-04 10:00', 'open');", "'UTC'",
	"SELECT day, team, status, opened, closed, moved, backlog FROM mart.backlog_daily ORDER BY 1, 2, 3;
	SELECT ticket_id, status, transfers, closes, is_resolved, team FROM mart.ticket ORDER BY 1",
	"2024-03-04|a|new|1|0|0|1\n2024-03-04|now|new|1|0|-1|0\n2024-03-04|now|open|0|0|1|1\n2024-03-04|now||1|1|0|0\n"
	. "2024-03-05|a|new|0|0|-1|0\n2024-03-05|b|new|0|0|1|1\n2024-03-05|now|open|0|0|0|1\n"
	. "1|new|1|0|f|now\n2||1||t|now\n3|open|0|0|f|now",
	'the backlog has the team of the day, and a ticket whose changes tell no status its own resolution');

query('ALTER TABLE tickets ADD agent_id text; ALTER TABLE status_changes ADD agent_id text');
shows("INSERT INTO tickets (ticket_id, created_at, team, agent_id) VALUES (1, '2024-03-04 09:00', 'now', 'Ann');
	INSERT INTO status_changes (ticket_id, at, status, team, agent_id) VALUES (1, '2024-03-04 10:00', 'open', '', '');",
	"'UTC', dimensions => '{team,agent_id}'", "SELECT team, agent_id, status, backlog FROM mart.backlog_daily ORDER BY 3",
	"now|Ann|new|0\nnow|Ann|open|1", 'a ticket whose changes name no team and no agent has its own');
query('ALTER TABLE tickets DROP agent_id; ALTER TABLE status_changes DROP agent_id');

# ---------------------------------------------------------------- clocks of next responses

query('ALTER TABLE tickets ADD sla_next_response interval');
shows("INSERT INTO tickets (ticket_id, created_at, sla_next_response) VALUES (1, '2024-03-04 09:00', '1 hour');
	INSERT INTO messages (ticket_id, at, author) VALUES (1, '2024-03-04 09:00', 'customer'), (1, '2024-03-04 09:10', 'agent'),
		(1, '2024-03-04 10:00', 'customer'), (1, '2024-03-04 12:30', 'agent');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-04 10:30', 'pending'), (1, '2024-03-04 12:00', 'open');",
	"'UTC'", "SELECT due_at, sla_met, seconds FROM mart.ticket_wait WHERE metric = 'next_response'",
	'2024-03-04 12:30:00+00|t|9000', 'the target of a ticket, too, is paused while it is pending');
query('ALTER TABLE tickets DROP sla_next_response');

shows("INSERT INTO tickets (ticket_id, created_at) VALUES (1, '2024-03-04 09:00');
	INSERT INTO messages (ticket_id, at, author) VALUES (1, '2024-03-04 09:00', 'customer'), (1, '2024-03-04 09:10', 'agent'),
		(1, '2024-03-04 10:00', 'customer');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-04 09:20', 'solved'), (1, '2024-03-04 09:30', 'open'),
		(1, '2024-03-04 10:00', 'solved');
	INSERT INTO sla_targets (ticket_id, metric, target) VALUES (1, 'next_response', '30 min');",
	"'UTC'", "SELECT started_at, ended_at, sla_met, sla_day FROM mart.ticket_wait WHERE metric = 'next_response'",
	'2024-03-04 10:00:00+00||t|2024-03-04', 'a resolution in the instant of the message ends the clock');

# as if the mart had been refreshed before the target was due
shows("INSERT INTO tickets (ticket_id, created_at, loaded_at) VALUES (1, now() - interval '3 hours', now() - interval '2 days'),
		(2, now() - interval '3 hours', now() - interval '1 day');
	INSERT INTO messages (ticket_id, at, author, loaded_at) SELECT 1, now() - ago, author, now() - interval '2 days'
	FROM (VALUES (interval '3 hours', 'customer'), ('2 hours', 'agent'), ('90 min', 'customer')) AS m (ago, author);
	INSERT INTO messages (ticket_id, at, author, loaded_at) VALUES (2, now() - interval '3 hours', 'customer', now() - interval '1 day');
	INSERT INTO sla_targets (ticket_id, metric, target, loaded_at) VALUES (1, 'next_response', '1 hour', now() - interval '2 days'),
		(2, 'resolution', '20 days', now() - interval '1 day');",
	"'UTC', lag => '0'", "UPDATE mart.kpi_state SET as_of = now() - interval '45 minutes'; DELETE FROM mart.ticket_wait;
	INSERT INTO mart.ticket_wait SELECT * FROM mart.ticket_wait_now;
	SELECT sla_met IS NULL FROM mart.ticket_wait WHERE metric = 'next_response'; SELECT rows > 0 FROM kpi_refresh('mart');
	SELECT sla_met FROM mart.ticket_wait WHERE metric = 'next_response'", "t\nt\nf", 'time alone turns a pending one into a miss');

# ---------------------------------------------------------------- scorecards

shows("INSERT INTO tickets (ticket_id, created_at, category, team) VALUES (1, '2024-03-04 09:00', 'x', 'a'),
		(2, '2024-03-04 09:00', 'y', 'b');
	INSERT INTO messages (ticket_id, at, author, author_id, seq)
	SELECT id, timestamptz '2024-03-04 09:00' + n * id * interval '10 min', (ARRAY['customer', 'agent'])[1 + n % 2], 'p' || n, n
	FROM generate_series(1, 2) AS id, generate_series(0, 5) AS n;
	INSERT INTO sla_targets (ticket_id, metric, target) VALUES (1, 'next_response', '15 min'), (2, 'next_response', '15 min'),
		(2, 'update', '1 h');",
	"'UTC'", join(' UNION ALL ', map { "(SELECT string_agg(format('%s %s %s', kpi, value, n), ', ' ORDER BY kpi) FROM
		kpi_scorecard('mart', '2024-03-01', '2024-04-01'$_) WHERE kpi ~ 'next|update' AND scope = '" . ($_ ? 'selection' : 'total') . "')" }
		'', ", team => 'b'", ", category => 'x'", ", agent => 'p3'"),
	join("\n", map { sprintf 'next_response_median_seconds %s, next_response_p90_seconds %s, sla_next_response_pct %s%s', @$_ }
		[ '900 4', '1200 4', '50 4', ', sla_update_pct 66.66666666666667 3' ],
		[ '1200 2', '1200 2', '0 2', ', sla_update_pct 66.66666666666667 3' ], [ '600 2', '600 2', '100 2', '' ],
		[ '900 2', '1140 2', '50 2', ', sla_update_pct 100 1' ]),
	'scorecards of everything, of a dimension, of another column and of an agent');

# ---------------------------------------------------------------- sentiment

# 1 became worse, 2 better, 3 stays bad, 4 gives its own, an impossible one in 5; nobody can judge 6, and 7 has no messages
my ($bad, $good) = ('This is terrible, I am still waiting!', 'Perfect, thank you so much!');
my $talk = "INSERT INTO tickets (ticket_id, created_at, sentiment) SELECT n, '2024-03-04 09:00',
		CASE n WHEN 4 THEN 0.25 WHEN 5 THEN 25 END FROM generate_series(1, 7) AS n;
	INSERT INTO messages (ticket_id, at, seq, author, is_public, body) VALUES
		(1, '2024-03-04 09:00', 1, 'customer', NULL, '$good'), (1, '2024-03-04 09:00', 2, 'customer', true, '$bad'),
		(1, '2024-03-04 08:00', 1, 'agent', true, '$bad'), (1, '2024-03-05 09:00', 1, 'customer', false, '$good'),
		(2, '2024-03-04 11:00', 1, 'customer', NULL, '$good'), (2, '2024-03-04 10:00', 1, 'customer', NULL, '$bad'),
		(2, '2024-03-04 12:00', 1, 'bot', NULL, '$bad'), (2, '2024-03-04 12:00', 1, 'customer', NULL, NULL),
		(3, '2024-03-04 09:00', 1, 'customer', NULL, '$bad'), (4, '2024-03-04 09:00', 1, 'customer', NULL, '$bad'),
		(5, '2024-03-04 09:00', 1, 'customer', NULL, '$bad'), (6, '2024-03-04 08:30', 1, 'customer', NULL, '...');\n";
my $moods = "SELECT ticket_id, CASE WHEN sentiment = g THEN 'good' WHEN sentiment = b THEN 'bad' WHEN sentiment = (g + b) / 2 THEN 'mean'
			ELSE sentiment::text END, CASE sentiment_first WHEN g THEN 'good' WHEN b THEN 'bad' END,
		CASE sentiment_last WHEN g THEN 'good' WHEN b THEN 'bad' END, sentiment_worsened, excluded
	FROM mart.ticket, sentiment('$good') AS g, sentiment('$bad') AS b ORDER BY ticket_id";
shows($talk, "'UTC'", "$moods;
	SELECT counted, not_applicable, excluded FROM mart.kpi_coverage WHERE kpi = 'sentiment';
	SELECT negative_sentiment_n, round(negative_sentiment_pct / 100 * negative_sentiment_n) = count(*) FILTER (WHERE sentiment <= -0.05)
	FROM mart.team_weekly, mart.ticket GROUP BY negative_sentiment_n, negative_sentiment_pct",
	"1|mean|good|bad|t|\n2|mean|bad|good|f|\n3|bad|bad|bad|f|\n4|0.25|bad|bad|f|\n5||bad|bad|f|sentiment\n6|||||\n7|||||\n"
	. "4|2|1\n4|t", 'the sentiment of the public messages of the customer, unless the ticket gives one');
shows($talk, "'UTC'", "SELECT string_agg(ticket_id::text, ' ' ORDER BY n) FROM (
		SELECT ticket_id, row_number() OVER () AS n FROM mart.open_tickets) AS o
	WHERE ticket_id IN (1, 2, 6, 7);
	INSERT INTO messages (ticket_id, at, author, body) VALUES (3, '2024-03-04 08:30', 'customer', '$good');
	SELECT rows > 0 FROM kpi_refresh('mart'); $moods LIMIT 1 OFFSET 2",
	"1 6 2 7\nt\n3|mean|good|bad|t|", 'angry customers come first, and a late message changes the ticket');

# the text itself is nowhere in the mart
shows($talk, "'UTC'", "SELECT count(*) > 20, sum((xpath('/row/n/text()', query_to_xml(format(
		'SELECT count(*) AS n FROM %s AS t WHERE t::text LIKE ''%%terrible%%''', oid::regclass), false, true, '')))[1]::text::int)
	FROM pg_class WHERE relnamespace = 'mart'::regnamespace AND relkind = 'r'", 't|0', 'no text is stored');

# a mart with words of its own; a build is the only way to change them
shows($talk, "'UTC', lexicon => '$lexicon'", "SELECT sentiment = sentiment('$bad', '$lexicon') FROM mart.ticket WHERE ticket_id = 3;
	SELECT count(*) > 0 FROM kpi_upgrade('mart'); SELECT lexicon::text = '$lexicon'::sentiment_lexicon::text FROM mart.kpi_settings;
	SELECT sentiment = sentiment('$bad', '$lexicon') AND sentiment > sentiment('$bad') FROM mart.ticket WHERE ticket_id = 3",
	"t\nt\nt\nt", 'words of its own, which an upgrade keeps');

# without text there is no sentiment
query($clean . $talk);
is(query("SELECT count(*) > 0 FROM kpi_build('tickets', 'mart', 'UTC'); SELECT count(sentiment), count(sentiment_worsened)
	FROM mart.ticket; SELECT * FROM kpi_verify('mart'); SELECT FROM kpi_drop('mart')"), "t\n1|0", 'none without messages');
query('CREATE VIEW without_text AS SELECT ticket_id, at, author, loaded_at FROM messages');
is(query("SELECT advice FROM kpi_check_relation('without_text', 'messages', 'tickets')
		WHERE \"check\" = 'missing_column' AND example = 'body'"),
	'Select it as text, if the source has it. Without it, this is NULL or incomplete: sentiment of tickets that do not give it.',
	'and kpi_check_relation says so');
query('DROP VIEW without_text');

# ---------------------------------------------------------------- findings

query($clean . "INSERT INTO tickets (ticket_id, created_at, opened_by) VALUES (1, '2024-03-04 09:00', 'me'), (2, '2024-03-04 09:00', 'bot');
	INSERT INTO messages (ticket_id, at, author) VALUES (1, '2024-03-04 09:00', 'customer'), (1, '2024-03-04 09:00', 'agent'),
		(1, '2024-03-04 08:00', 'user'), (3, '2024-03-04 09:00', 'agent');
	INSERT INTO status_changes (ticket_id, at, status) VALUES (1, '2024-03-04 08:00', 'open'), (1, '2024-03-04 08:00', 'waiting'),
		(4, '2024-03-04 09:00', 'new');
	INSERT INTO sla_targets (ticket_id, metric, target, pausing_statuses) VALUES (1, 'reply', '1 hour', '{pending,waiting}'),
		(5, 'update', '-1 h', NULL);");
my $findings = "SELECT string_agg(\"check\" || ' ' || severity || ' ' || rows || ' ' || example, E'\\n' ORDER BY \"check\")
	FROM kpi_check_relation('%s', '%1\$s', 'tickets') WHERE rows IS NOT NULL AND length(advice) > 20";
is(query(sprintf $findings, 'messages'), "at_before_created info 1 1\nauthor_unknown warning 1 1\nauthors_in_one_instant info 2 1\n"
	. "ticket_without_messages info 1 2\nwithout_ticket warning 1 3", 'findings about messages');
is(query(sprintf $findings, 'status_changes'), "at_before_created info 2 1\nstatus_unknown warning 1 1\n"
	. "statuses_in_one_instant warning 2 1\nticket_without_status_changes info 1 2\nwithout_ticket warning 1 4", 'about status changes');
is(query(sprintf $findings, 'sla_targets'), "metric_unknown warning 1 1\npausing_status_unknown warning 1 1\n"
	. "target_negative warning 1 5\nwithout_ticket warning 1 5", 'about SLA targets');
is(query("SELECT \"check\" FROM kpi_check_tickets('tickets') WHERE rows IS NOT NULL"), 'opened_by_unknown', 'and about tickets');

# ---------------------------------------------------------------- what a refresh reads

# views as an adapter has them, over raw tables
query($clean . <<'SQL');
CREATE TABLE raw_comment (id bigint PRIMARY KEY, ticket int, author int, created timestamptz, synced timestamptz,
	body text DEFAULT 'I am still waiting');
CREATE TABLE raw_event (ticket int, name text, value text, created timestamptz, synced timestamptz);
CREATE TABLE raw_user (id int PRIMARY KEY, role text);
CREATE TABLE raw_voice (id bigint PRIMARY KEY, ticket int, created timestamptz, synced timestamptz);
CREATE TABLE raw_policy (ticket int, minutes int, applied timestamptz, synced timestamptz);
INSERT INTO raw_user SELECT n, CASE WHEN n <= 20 THEN 'agent' ELSE 'customer' END FROM generate_series(1, 2000) AS n;
INSERT INTO tickets (ticket_id, created_at, customer_id, category, loaded_at)
SELECT n, timestamptz '2024-01-01' + n * interval '20 min', 'c' || n % 5000, 'x' || n % 2, timestamptz '2024-01-02' + n * interval '20 min'
FROM generate_series(1, 10000) AS n;
INSERT INTO raw_comment SELECT n, 1 + n % 10000, CASE WHEN n % 20000 < 10000 THEN 21 + n % 1900 ELSE 1 + n % 20 END,
	timestamptz '2024-01-01' + (1 + n % 10000) * interval '20 min' + n / 10000 * interval '30 min',
	timestamptz '2024-01-02' + (1 + n % 10000) * interval '20 min' FROM generate_series(1, 50000) AS n;
INSERT INTO raw_voice SELECT n, n * 10, timestamptz '2024-01-01 01:00' + n * interval '200 min',
	timestamptz '2024-01-02' + n * interval '200 min'
FROM generate_series(1, 1000) AS n;
INSERT INTO raw_event SELECT n, 'status', (ARRAY['open', 'pending', 'open', 'solved'])[k],
	timestamptz '2024-01-01' + n * interval '20 min' + k * interval '45 min', timestamptz '2024-01-02' + n * interval '20 min'
FROM generate_series(1, 10000) AS n, generate_series(1, 4) AS k;
INSERT INTO raw_policy SELECT n, 60, timestamptz '2024-01-01' + n * interval '20 min', timestamptz '2024-01-02' + n * interval '20 min'
FROM generate_series(1, 10000) AS n;
CREATE INDEX ON raw_comment (ticket);
CREATE INDEX ON raw_comment (synced);
CREATE INDEX ON raw_voice (ticket);
CREATE INDEX ON raw_voice (synced);
CREATE INDEX ON raw_event (ticket);
CREATE INDEX ON raw_event (synced);
CREATE INDEX ON raw_policy (ticket);
CREATE INDEX ON raw_policy (synced);
CREATE VIEW adapter_message AS
	SELECT c.ticket AS ticket_id, c.created AS at, u.role AS author, u.id::text AS author_id, c.id AS seq, c.synced AS loaded_at,
		c.body
	FROM raw_comment AS c LEFT JOIN raw_user AS u ON u.id = c.author
	UNION ALL SELECT ticket, created, 'customer', NULL, id, synced, NULL FROM raw_voice;
CREATE VIEW adapter_status AS
	SELECT ticket AS ticket_id, created AS at, CASE name WHEN 'status' THEN value END AS status, synced AS loaded_at
	FROM raw_event WHERE name IN ('status', 'team');
CREATE VIEW adapter_target AS
	SELECT ticket AS ticket_id, 'next_response' AS metric, minutes * interval '1 minute' AS target, applied AS applies_from,
		synced AS loaded_at
	FROM raw_policy
	UNION ALL SELECT ticket, 'update', interval '1 hour', NULL, synced FROM raw_policy;
ANALYZE;
SELECT count(*) FROM kpi_build('tickets', 'mart', 'UTC', messages => 'adapter_message', status_changes => 'adapter_status',
	sla_targets => 'adapter_target', hours => 'UTC; Mo-Fr 09:00-17:00', fcr_rule => 'no_recontact', recontact_within => '30 days');
ANALYZE;
SQL
my @raw = qw(tickets raw_comment raw_voice raw_event raw_policy);
my $raw = join ', ', map { "'$_'" } @raw;
# in one transaction: the sequential scans of the raw tables during a refresh
sub refreshing
{
	my ($edits) = @_;
	return query("BEGIN; $edits; SELECT string_agg(relname || ' ' || pg_stat_get_xact_numscans(oid), ', ' ORDER BY relname)
			AS before FROM pg_class WHERE relname IN ($raw) AND relnamespace = 'public'::regnamespace \\gset
		SELECT count(*) AS done FROM kpi_refresh('mart') \\gset
		SELECT CASE WHEN :'before' = string_agg(relname || ' ' || pg_stat_get_xact_numscans(oid), ', ' ORDER BY relname)
			THEN 'no scans' ELSE string_agg(relname || ' ' || pg_stat_get_xact_numscans(oid), ', ' ORDER BY relname) END
		FROM pg_class WHERE relname IN ($raw) AND relnamespace = 'public'::regnamespace; COMMIT;");
}
my $facts = "SELECT customer_replies, reopens, first_contact FROM mart.ticket WHERE ticket_id = %d";
is(query(sprintf $facts, 101), '2|0|t', 'a ticket');
is(refreshing("INSERT INTO raw_voice VALUES (900001, 101, '2024-01-05 10:00', now())"), 'no scans',
	'a late message is found and read by indexes, through the adapter');
is(query(sprintf $facts, 101), '3|0|t', 'which counts');
is(refreshing("INSERT INTO raw_event VALUES (101, 'status', 'open', '2024-01-06 10:00', now()),
		(101, 'status', 'solved', '2024-01-07 10:00', now())"),
	'no scans', 'so is a late status');
is(query(sprintf $facts, 101), '3|1|t', 'which counts');
is(query("SELECT bool_and(sla_met) FROM mart.ticket_wait WHERE ticket_id = 174 AND metric = 'next_response'"), 't', 'waits in time');
is(refreshing("UPDATE raw_policy SET minutes = 1, synced = now() WHERE ticket = 174"), 'no scans', 'so is a changed target');
is(query("SELECT bool_or(sla_met) FROM mart.ticket_wait WHERE ticket_id = 174 AND metric = 'next_response'"), 'f', 'which counts');
is(refreshing("INSERT INTO tickets (ticket_id, created_at, customer_id, category) VALUES (40000, '2024-01-09 10:00', 'c101', 'x1')"),
	'no scans', 'a new ticket of the same customer is read by indexes');
is(query(sprintf $facts, 101), '3|1|f', 'and changes whether the customer of another one came back');
is(refreshing("UPDATE tickets SET created_at = '2024-05-01', loaded_at = now() WHERE ticket_id = 40000"), 'no scans', 'a changed one, too');
is(query(sprintf $facts, 101), '3|1|t', 'also when it moves out of the window');
# many current tickets: one scan of them must not lead to reading all tickets
is(refreshing("UPDATE tickets SET category = 'y', loaded_at = now() WHERE ticket_id > 9800"), 'no scans', '200 tickets are looked up');
is(query("SELECT * FROM kpi_verify('mart')"), '', 'the mart is what its views compute');
# without an index the relation is read once, not once for each ticket
query('DROP INDEX raw_event_ticket_idx');
unlike(refreshing("UPDATE tickets SET category = 'z', loaded_at = now() WHERE ticket_id > 9800"), qr/no scans|raw_event (?:[1-9]\d)/,
	'without an index on the ids, the table is read a few times, not for each ticket');
is(query("SELECT * FROM kpi_verify('mart')"), '', 'with the same result');
is(query("SELECT count(*) > 0 FROM kpi_upgrade('mart'); SELECT * FROM kpi_verify('mart');
	SELECT fcr_rule, recontact_within, messages, status_changes, sla_targets FROM mart.kpi_settings"),
	"t\nno_recontact|30 days|adapter_message|adapter_status|adapter_target", 'an upgrade keeps the settings of events');

$node->stop;
done_testing();
