# The examples of kpi_catalogue, which people copy: each must return what its
# definition promises, on data with plan changes, repeated events, spans that overlap
# and days without rows.  The expected values come from plain SQL that counts days and
# seconds, and are computed before the extension exists.
use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data';
my $node = PostgreSQL::Test::Cluster->new('examples');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Europe/Berlin'\n");
$node->start;
$node->safe_psql('postgres', slurp_file("$data/$_")) foreach 'examples.sql', 'examples_oracle.sql';
my %expected = map { split /\|/ } split /\n/, $node->safe_psql('postgres', 'SELECT kpi, value FROM oracle');
$node->safe_psql('postgres', 'CREATE EXTENSION kpi');

# The number that a query returns: seconds, of an interval.
sub answer
{
	my ($unit, $query) = @_;
	my $number = $unit eq 'duration' ? 'extract(epoch FROM answer)' : 'answer';

	return $node->safe_psql('postgres', "SELECT $number FROM ($query) AS example (answer)");
}

# Sums are exact to a millionth.
sub equal
{
	my ($got, $expected) = @_;

	return $got ne '' && abs($got - $expected) <= 1e-6;
}

my (%unit, %example);
foreach my $row (split /\n/, $node->safe_psql('postgres', q(SELECT name, unit, replace(example, E'\n', '<newline>') FROM kpi_catalogue WHERE built_in)))
{
	my ($name, $unit, $example) = split /\|/, $row, 3;
	($unit{$name}, $example{$name}) = ($unit, $example);
}
is(join(' ', sort grep { !defined $expected{$_} || $expected{$_} eq '' } keys %example), '', 'every example has an expected value');
is(join(' ', grep { $example{$_} =~ /<newline>/ } sort keys %example), '', 'every example is one line, as the comments of aggregates need it');
# nothing and all could be right by chance
is(join(' ', sort grep { $expected{$_} =~ /^(0|100|1|-100)$/ } keys %expected), '', 'no expected value is at the end of a scale');

foreach my $name (sort keys %example)
{
	my $got = answer($unit{$name}, $example{$name});

	ok(defined $expected{$name} && equal($got, $expected{$name}), "the example of $name") or diag("$example{$name}\ngot $got, expected " . ($expected{$name} // 'nothing'));
}

# The data tells right examples from wrong ones: what one would write for a customer with
# one row, an event that happens once and spans that never overlap is off.
my $period = "'[2026-01-01,2026-02-01)'";
my @naive = (
	[ churn_rate => "churn_rate(starts_on, ends_on, $period) FROM subscriptions", 'rows instead of customers' ],
	[ churn_rate => "churn_rate(joined, departed, $period) FROM (SELECT min(starts_on), CASE WHEN count(*) = count(ends_on) THEN max(ends_on) END FROM subscriptions GROUP BY account_id) AS c (joined, departed)", 'first and last day of a customer' ],
	[ churn_rate => q(churn_rate(NOT days @> date '2026-02-01') FROM (SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS c WHERE days @> date '2026-01-01'), 'new customers of the first day' ],
	[ retention_rate => "retention_rate(starts_on, ends_on, $period) FROM subscriptions", 'rows instead of customers' ],
	[ gross_revenue_retention => 'gross_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END) FROM subscriptions', 'rows instead of customers' ],
	[ net_revenue_retention => 'net_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END) FROM subscriptions', 'rows instead of customers' ],
	[ net_revenue_churn => 'net_revenue_churn(mrr, CASE WHEN ends_on IS NULL THEN mrr END) FROM subscriptions', 'rows instead of customers' ],
	[ renewal_rate => q(renewal_rate(renewed) FROM subscriptions WHERE renewal_due_on < '2026-01-01'), 'every contract due before' ],
	[ renewal_rate => q(renewal_rate(renewed) FROM (SELECT bool_or(renewed) FROM subscriptions WHERE renewal_due_on BETWEEN '2026-01-01' AND '2026-01-31' GROUP BY account_id) AS c (renewed)), 'customers instead of contracts' ],
	[ adoption_rate => q(adoption_rate(event = 'adopted') FROM customer_events), 'events instead of customers' ],
	[ onboarding_rate => q(onboarding_rate(event = 'onboarded') FROM customer_events), 'events instead of customers' ],
	[ onboarding_rate => q(onboarding_rate(e.at IS NOT NULL) FROM subscriptions AS s LEFT JOIN customer_events AS e ON e.account_id = s.account_id AND e.event = 'onboarded' WHERE starts_on BETWEEN '2026-01-01' AND '2026-01-31'), 'a join that multiplies customers' ],
	[ conversion_rate => q(conversion_rate(event = 'purchased') FROM customer_events), 'purchases among events' ],
	[ upsell_rate => q(upsell_rate(event = 'upsold') FROM customer_events), 'events instead of customers' ],
	[ referral_rate => q(referral_rate(event = 'referred') FROM customer_events), 'events instead of customers' ],
	[ outreach_success_rate => q(outreach_success_rate(value > 0) FROM customer_events WHERE event = 'outreach'), 'events instead of customers' ],
	[ context_transfer_rate => 'context_transfer_rate(NOT transferred) FROM tickets', 'every ticket' ],
	[ recontact_rate => q(recontact_rate(next_at - resolved_at, '7 days') FROM (SELECT resolved_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at FROM tickets) AS c WHERE next_at >= resolved_at OR next_at IS NULL), 'the next ticket, whenever it came' ],
	[ contact_rate => 'contact_rate(contacts, customers) FROM (SELECT count(*), count(DISTINCT customer_id) FROM tickets) AS month (contacts, customers)', 'customers who wrote' ],
	[ self_service_rate => 'self_service_rate(self_service) FROM tickets', 'tickets instead of sessions' ],
	[ deflection_rate => 'deflection_rate(self_service) FROM tickets', 'what bots solved left out' ],
	[ escalation_rate => 'escalation_rate(escalated) FROM tickets', 'tickets that no agent handled' ],
	[ transfer_rate => 'transfer_rate(transferred) FROM tickets', 'contacts that no agent handled' ],
	[ abandonment_rate => 'abandonment_rate(abandoned) FROM tickets', 'e-mails among calls' ],
	[ service_level => q(service_level(wait_time, '20 s', abandoned) FROM tickets), 'chats among calls' ],
	[ avg_wait => 'avg_wait(wait_time) FROM tickets', 'who hung up' ],
	[ avg_handle => 'avg_handle(talk_time, hold_time, wrap_time) FROM tickets', 'contacts with a total alone left out' ],
	[ occupancy => q(occupancy(CASE state WHEN 'busy' THEN ended_at - started_at END, ended_at - started_at) FROM work_time WHERE state IN ('busy', 'waiting')), 'overlapping spans' ],
	[ utilization => q(utilization(CASE state WHEN 'busy' THEN ended_at - started_at END, CASE state WHEN 'paid' THEN ended_at - started_at ELSE '0' END) FROM work_time), 'overlapping spans' ],
	[ schedule_conformance => q(schedule_conformance(CASE state WHEN 'working' THEN ended_at - started_at END, CASE state WHEN 'scheduled' THEN ended_at - started_at ELSE '0' END) FROM work_time), 'overlapping spans' ],
	[ shrinkage => $example{shrinkage} =~ s/^SELECT //r =~ s/coalesce\(worked, '\{\}'\)/worked/r, 'an agent who never came' ],
	[ shrinkage => q(shrinkage(greatest(paid - working, '0'), paid) FROM (SELECT sum(ended_at - started_at) FILTER (WHERE state = 'paid'), sum(ended_at - started_at) FILTER (WHERE state = 'working') FROM work_time GROUP BY agent_id) AS a (paid, working)), 'overlapping spans' ],
	[ productivity => 'productivity(1, handle_time) FROM tickets', 'handle time instead of time worked' ],
	[ qa_score => 'qa_score(qa_points, qa_possible) FROM tickets', 'contacts that nobody has checked' ],
	[ compliance_rate => 'compliance_rate(qa_points = qa_possible) FROM tickets', 'contacts without anything to check' ],
	[ csat_avg => q(csat_avg(score) FROM surveys WHERE kind = 'csat'), 'every scale' ],
	[ ces_avg => q(ces_avg(score) FROM surveys WHERE kind = 'ces'), 'every scale' ],
	[ ces_pct => q(ces_pct(score) FROM surveys WHERE kind = 'ces'), 'every scale' ],
	[ net_score => q(net_score(score, 6, 3) FROM surveys WHERE kind = 'ces'), 'every scale' ],
	[ backlog => q(backlog(created_at, resolved_at, '2026-02-01') FROM tickets), 'tickets closed without a solution' ],
	[ net_flow => "net_flow(created_at, resolved_at, $period) FROM tickets", 'tickets closed without a solution' ],
	[ knowledge_base_usage => 'knowledge_base_usage(views, tickets) FROM (SELECT count(article_id), count(DISTINCT ticket_id) FROM help_sessions) AS h (views, tickets)', 'tickets after a session alone' ],
	[ self_service_ratio => 'self_service_ratio(sessions, users) FROM (SELECT count(*), count(DISTINCT customer_id) FILTER (WHERE ticket_id IS NOT NULL) FROM help_sessions) AS h (sessions, users)', 'tickets after a session alone' ]);
foreach my $naive (@naive)
{
	my ($name, $query, $what) = @$naive;
	my $got = answer($unit{$name}, "SELECT $query");

	ok($got ne '' && !equal($got, $expected{$name}), "another $name: $what") or diag("SELECT $query\ngot $got");
}

done_testing();
