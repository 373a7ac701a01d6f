# Checks the value of every example of kpi_catalogue, because people copy them.  The data
# has plan changes, repeated events, overlapping spans and days without rows.  The
# expected values come from plain SQL, which runs before the extension is created.
use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Session;

my $data = dirname(__FILE__) . '/../data';
my $node = PostgreSQL::Test::Cluster->new('examples');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Europe/Berlin'\n");
$node->start;
$node->safe_psql('postgres', slurp_file("$data/$_")) foreach 'examples.sql', 'examples_oracle.sql';
my %expected = map { split /\|/, $_, 2 } split /\n/, $node->safe_psql('postgres', 'SELECT kpi, value FROM oracle');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');
# Only sentiment() itself is trusted.
%expected = (%expected, map { split /\|/, $_, 2 } split /\n/, $node->safe_psql('postgres', q(
	WITH judged AS (
		SELECT sentiment(body) AS s, extract(epoch FROM at) / 86400 AS day FROM messages
		WHERE author = 'customer' AND coalesce(is_public, true) AND sentiment(body) IS NOT NULL)
	SELECT 'avg_sentiment', sum(s) / count(*) FROM judged
	UNION ALL SELECT 'negative_sentiment_rate', 100.0 * sum(CASE WHEN s <= -0.05 THEN 1 ELSE 0 END) / count(*) FROM judged
	UNION ALL SELECT 'positive_sentiment_rate', 100.0 * sum(CASE WHEN s >= 0.05 THEN 1 ELSE 0 END) / count(*) FROM judged
	UNION ALL SELECT 'trend', regr_slope(s, day) FROM judged)));

my $session = Session->new($node);

# Returns the number that a query selects; an interval in seconds.
sub answer
{
	my ($unit, $query) = @_;
	my $number = $unit eq 'duration' ? 'extract(epoch FROM answer)' : 'answer';

	return $session->query("SELECT $number FROM ($query) AS example (answer)");
}

# Compares two numbers to a millionth, which is the precision of sums.
sub equal
{
	my ($got, $expected) = @_;

	return $got ne '' && abs($got - $expected) <= 1e-6;
}

my (%unit, %example);
my $catalogue = $node->safe_psql('postgres',
	q(SELECT name, unit, replace(example, E'\n', '<newline>') FROM kpi_catalogue WHERE built_in));
foreach my $row (split /\n/, $catalogue)
{
	my ($name, $unit, $example) = split /\|/, $row, 3;
	($unit{$name}, $example{$name}) = ($unit, $example);
}
is(join(' ', grep { ($expected{$_} // '') eq '' } sort keys %example), '', 'every example has an expected value');
is(join(' ', grep { $example{$_} =~ /<newline>/ } sort keys %example), '', 'every example is one line of a comment');
# a query that counts no row, or every row, must not be right by chance
my @end = grep { $expected{$_} =~ /^(0|100|1|-100)$/ } sort keys %expected;
is("@end", q(), "no value is at the end of a scale");

foreach my $name (sort keys %example)
{
	my $got = answer($unit{$name}, $example{$name});

	ok(defined $expected{$name} && equal($got, $expected{$name}), "the example of $name")
	  or diag("$example{$name}\ngot $got, expected " . ($expected{$name} // 'nothing'));
}

# The data is awkward enough: queries that assume one row per customer, events that happen
# once or spans that never overlap return other values.
my $period = "'[2026-01-01,2026-02-01)'";
my @naive = (
	[ churn_rate => 'rows instead of customers', "churn_rate(starts_on, ends_on, $period) FROM subscriptions" ],
	[ churn_rate => 'first and last day of a customer', "churn_rate(joined, departed, $period)
		FROM (SELECT min(starts_on), CASE WHEN count(*) = count(ends_on) THEN max(ends_on) END
			  FROM subscriptions GROUP BY account_id) AS c (joined, departed)" ],
	[ churn_rate => 'new customers of the first day', q(churn_rate(NOT days @> date '2026-02-01')
		FROM (SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS c
		WHERE days @> date '2026-01-01') ],
	[ retention_rate => 'rows instead of customers', "retention_rate(starts_on, ends_on, $period) FROM subscriptions" ],
	(map { [ $_ => 'rows instead of customers', "$_(mrr, CASE WHEN ends_on IS NULL THEN mrr END) FROM subscriptions" ] }
		qw(gross_revenue_retention net_revenue_retention net_revenue_churn)),
	[ renewal_rate => 'every contract due before',
		q(renewal_rate(renewed) FROM subscriptions WHERE renewal_due_on < '2026-01-01') ],
	[ renewal_rate => 'customers instead of contracts', q(renewal_rate(renewed)
		FROM (SELECT bool_or(renewed) FROM subscriptions WHERE renewal_due_on BETWEEN '2026-01-01' AND '2026-01-31'
			  GROUP BY account_id) AS c (renewed)) ],
	(map { [ "$_->[0]_rate" => 'events instead of customers', "$_->[0]_rate(event = '$_->[1]') FROM customer_events" ] }
		[qw(adoption adopted)], [qw(onboarding onboarded)], [qw(conversion purchased)], [qw(upsell upsold)],
		[qw(referral referred)]),
	[ onboarding_rate => 'a join that multiplies customers', q(onboarding_rate(e.at IS NOT NULL)
		FROM subscriptions AS s LEFT JOIN customer_events AS e ON e.account_id = s.account_id AND e.event = 'onboarded'
		WHERE starts_on BETWEEN '2026-01-01' AND '2026-01-31') ],
	[ outreach_success_rate => 'events instead of customers',
		q(outreach_success_rate(value > 0) FROM customer_events WHERE event = 'outreach') ],
	[ context_transfer_rate => 'every ticket', 'context_transfer_rate(NOT transferred) FROM tickets' ],
	[ recontact_rate => 'the next ticket, even before the solution', q(recontact_rate(next_at - resolved_at, '7 days')
		FROM (SELECT resolved_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at
			  FROM tickets) AS c
		WHERE next_at >= resolved_at OR next_at IS NULL) ],
	[ contact_rate => 'customers who wrote', 'contact_rate(contacts, customers)
		FROM (SELECT count(*), count(DISTINCT customer_id) FROM tickets) AS month (contacts, customers)' ],
	[ self_service_rate => 'tickets instead of sessions', 'self_service_rate(self_service) FROM tickets' ],
	[ deflection_rate => 'without the contacts that bots solved', 'deflection_rate(self_service) FROM tickets' ],
	[ escalation_rate => 'tickets that no agent handled', 'escalation_rate(escalated) FROM tickets' ],
	[ transfer_rate => 'contacts that no agent handled', 'transfer_rate(transferred) FROM tickets' ],
	[ abandonment_rate => 'e-mails among calls', 'abandonment_rate(abandoned) FROM tickets' ],
	[ service_level => 'chats among calls', q(service_level(wait_time, '20 s', abandoned) FROM tickets) ],
	[ avg_wait => 'customers who hung up', 'avg_wait(wait_time) FROM tickets' ],
	[ avg_handle => 'without contacts that have a total only',
		'avg_handle(talk_time, hold_time, wrap_time) FROM tickets' ],
	[ occupancy => 'overlapping spans', q(occupancy(
		CASE state WHEN 'busy' THEN ended_at - started_at END, ended_at - started_at)
		FROM work_time WHERE state IN ('busy', 'waiting')) ],
	(map { [ $_->[0] => 'overlapping spans', "$_->[0](CASE state WHEN '$_->[1]' THEN ended_at - started_at END,
		CASE state WHEN '$_->[2]' THEN ended_at - started_at ELSE '0' END) FROM work_time" ] }
		[qw(utilization busy paid)], [qw(schedule_adherence working scheduled)],
		[qw(schedule_conformance working scheduled)]),
	[ shrinkage => 'overlapping spans', q(shrinkage(greatest(paid - working, '0'), paid)
		FROM (SELECT sum(ended_at - started_at) FILTER (WHERE state = 'paid'),
				  sum(ended_at - started_at) FILTER (WHERE state = 'working')
			  FROM work_time GROUP BY agent_id) AS a (paid, working)) ],
	[ shrinkage => 'an agent who never came',
		$example{shrinkage} =~ s/^SELECT //r =~ s/coalesce\(worked, '\{\}'\)/worked/r ],
	[ productivity => 'handle time instead of time worked', 'productivity(1, handle_time) FROM tickets' ],
	[ qa_score => 'contacts without a review', 'qa_score(qa_points, qa_possible) FROM tickets' ],
	[ compliance_rate => 'contacts without anything to check',
		'compliance_rate(qa_points = qa_possible) FROM tickets' ],
	(map { [ $_ => 'messages of agents, too', "$_(sentiment(body)) FROM messages WHERE is_public IS NOT FALSE" ],
		[ $_ => 'notes, too', "$_(sentiment(body)) FROM messages WHERE author = 'customer'" ],
		[ $_ => 'texts that say nothing as neutral', "$_(coalesce(sentiment(body), 0)) FROM messages
			WHERE author = 'customer' AND is_public IS NOT FALSE" ] }
		qw(avg_sentiment negative_sentiment_rate positive_sentiment_rate)),
	[ csat_avg => 'every scale', q(csat_avg(score) FROM surveys WHERE kind = 'csat') ],
	[ ces_avg => 'every scale', q(ces_avg(score) FROM surveys WHERE kind = 'ces') ],
	[ ces_pct => 'every scale', q(ces_pct(score) FROM surveys WHERE kind = 'ces') ],
	[ net_score => 'every scale', q(net_score(score, 6, 3) FROM surveys WHERE kind = 'ces') ],
	[ backlog => 'tickets closed without a solution', q(backlog(created_at, resolved_at, '2026-02-01') FROM tickets) ],
	[ net_flow => 'tickets closed without a solution', "net_flow(created_at, resolved_at, $period) FROM tickets" ],
	[ knowledge_base_usage => 'only tickets after a session', 'knowledge_base_usage(views, tickets)
		FROM (SELECT count(article_id), count(DISTINCT ticket_id) FROM help_sessions) AS h (views, tickets)' ],
	[ self_service_ratio => 'only tickets after a session', 'self_service_ratio(sessions, users)
		FROM (SELECT count(*), count(DISTINCT customer_id) FILTER (WHERE ticket_id IS NOT NULL)
			  FROM help_sessions) AS h (sessions, users)' ]);
# a window that is longer or shorter by one
foreach my $name (grep { $example{$_} =~ /'\d+ [a-z]+'/ } sort keys %example)
{
	foreach my $more (-1, 1)
	{
		my $query = $example{$name} =~ s/'(\d+)(?= [a-z]+')/"'" . ($1 + $more)/er;

		push @naive, [ $name => "$more more", $query =~ s/^SELECT //r ];
	}
}
foreach my $naive (@naive)
{
	my ($name, $what, $query) = @$naive;
	my $got = answer($unit{$name}, "SELECT $query");

	ok($got ne '' && !equal($got, $expected{$name}), "another $name: $what") or diag("SELECT $query\ngot $got");
}

# Over the generated rows, which the demo shows, every example has a value as well.
$node->safe_psql('postgres', 'CREATE DATABASE generated');
run_log([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-v', 'tickets=2000', '-f', "$data/generate.sql",
		'-d', $node->connstr('generated') ]) or BAIL_OUT('generate.sql failed');
$node->safe_psql('generated', 'CREATE EXTENSION kpi');
my $generated = Session->new($node, 'dbname=generated');
ok($generated->query($example{$_}) ne '', "$_ of generated tickets") or diag($example{$_}) foreach sort keys %example;

done_testing();
