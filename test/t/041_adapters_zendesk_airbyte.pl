# Checks the views over Airbyte's tables of Zendesk against expected values worked out by hand.
# test/data/adapters/zendesk_airbyte.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/zendesk_airbyte.sql");
my $node = adapter_node('zendesk_airbyte');
load_helpdesk($node, 'zendesk', $rows);

is((run_adapter($node, 'zendesk_airbyte.sql', source => 'zendesk'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'zendesk_airbyte.sql', source => 'zendesk')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['tickets'], messages => ['ticket_comments'], status_changes => ['ticket_audits'],
	sla_targets => [qw(ticket_audits ticket_metric_events)]);
builds_mart($node, 'care', 'mart');

sub rows
{
	my ($expected) = @_;
	return join "\n", map { s/ *#.*//r } split /\n/, $expected;
}

# 3 and 7 are deleted, 4 is merged.  All times are open time of the schedule London, 8 to 18.
is(query($node, 'SELECT ticket_id, response_seconds, responder_id, opened_by, agent_messages, agent_replies, is_unanswered
		FROM mart.ticket ORDER BY ticket_id'), rows(<<'ROWS'), 'answers');
1|1200|1|customer|1|1|f    # the public comment at 10:20, not the private one at 10:05; 7 replies in ticket_metrics do not count
2|2700|2|agent|2|1|f    # the opening comment of 10:00:05 is none; 10:45
5||1|customer|0|0|t    # a follow-up of a merged ticket is one of its own
6|1800|3|customer|1|1|f    # by Cem, an agent then
8|1200|1|||2|f    # 20 business minutes of ticket_metrics; it opens at 8, half an hour after the creation
9|600|1|customer|1|1|f    # comments count, not the 99 minutes of ticket_metrics
10|1800|1|customer|1|1|f
11||1|customer|0|0|t
12||1|customer|0|0|t
13||2|customer|0|0|t
14|42|1|customer|1|3|f    # messaging: seconds and replies of ticket_metrics, not the transcript at 10:20
15|1800|1|customer|1|1|f    # neither Zendesk at 10:01 nor the automation at 10:02
16|||customer|0|0|t
17||||||t
18|3000|1|customer|1|1|f    # 30 minutes until 18:00, 20 from 8:00
19|3000|1|customer|1|1|f
20|5400|1|customer|1|1|f
21|600|1|customer|1|1|f
22|600|1|customer|2|2|f
24|5400|2|customer|1|1|f
25||9||||t    # without author nobody knows who wrote
26|1800|1|||1|f    # 30 minutes of ticket_metrics
ROWS
is(query($node, 'SELECT waiting_since FROM mart.ticket WHERE ticket_id = 1'), '2026-03-02 10:40:00+00', 'a customer who still waits');

is(query($node, "SELECT ticket_id, status, to_char(first_resolved_at, 'DD HH24:MI'), to_char(resolved_at, 'DD HH24:MI'),
		resolution_seconds, reopens, transferred, was_pending
		FROM mart.ticket WHERE is_resolved ORDER BY ticket_id"), rows(<<'ROWS'), 'resolutions');
1|closed|02 11:00|02 11:00|3600|0|f|f    # closed four days later; ticket_metrics knows other times, reopens and assignees
5|closed||||0|f|f    # no audit tells when
6|solved||||||    # the last of three rows
8|closed|02 09:00|02 09:00|3640|0|f|f    # ticket_metrics: an hour and 40 seconds, from 8:00
9|solved|02 11:00|02 12:00|7200|1|t|t    # ticket_metrics: first resolved after 60 minutes, two groups
10|solved|02 11:00|03 10:00|36000|1|f|t    # 8 hours and 2, not 09:01
11|solved|02 10:20|02 10:20|1200|0|f|t
12|solved|02 10:30|02 10:30|1800|0|f|f
22|solved|02 12:00|02 12:00|7200|0|f|f
26|closed|02 20:00||28800|0|f|    # 480 business minutes; the first resolution is 600 minutes after the creation
ROWS
is(query($node, 'SELECT first_resolved_at = resolved_at FROM mart.ticket WHERE ticket_id = 8'), 't', 'never reopened: the same second');
is(query($node, 'SELECT ticket_id, new_seconds, open_seconds, pending_seconds, on_hold_seconds
		FROM mart.ticket WHERE ticket_id IN (1, 8, 9, 10, 11, 12) ORDER BY ticket_id'), rows(<<'ROWS'), 'times in status');
1|1200|2400|0|0
8|||0|0
9|||1500|600    # 25 and 10 business minutes of ticket_metrics
10|1800|3000|600|1800    # open for 20 minutes, then 10 and 20 more on the next day
11|600|0|600|0    # the audits of 10:10 in their order: pending at last
12|0|1800|0|0    # before the first change it was open
ROWS
is(query($node, "SELECT to_char(at, 'MI'), status, previous_status,
		CASE agent_id WHEN '' THEN 'nobody' ELSE agent_id END, team, changed_by, seq FROM care.status_changes
		WHERE ticket_id = 13 OR ticket_id = 1 AND status = 'closed' ORDER BY at, seq"), rows(<<'ROWS'), 'changes');
00|new||||customer|1013002
10|||1||agent|2015001
10||||Support|agent|2015002
20|||nobody||agent|2016001    # an empty text
20|on_hold|new|||agent|2016002
30|||2||agent|2017001
00|closed|solved|||system|2003001    # by an automation, four days later
ROWS
is(query($node, 'SELECT transferred FROM mart.ticket WHERE ticket_id = 13'), 't', 'from one agent over nobody to another one');
is(query($node, 'SELECT channel, category, priority, team, account_id, customer_id, agent_id, agent_name
		FROM mart.ticket WHERE ticket_id = 1'), 'email|question|normal|Support|900|10|1|Ana', 'what else is known');
is(query($node, 'SELECT DISTINCT agent_name FROM mart.ticket WHERE agent_id = \'2\''), 'Ben', 'of users that repeat, the last row');

is(query($node, 'SELECT ticket_id, response_target_seconds, sla_response_met, resolution_target_seconds, sla_resolution_met, sla_policy
		FROM mart.ticket WHERE num_nonnulls(response_target_seconds, sla_response_met, sla_resolution_met) > 0 ORDER BY ticket_id'),
	rows(<<'ROWS'), 'SLA');
18|3600|t|||Gold    # 50 of 60 business minutes; the minute in ticket_metric_events does not count
19|3600|f|||    # Zendesk's breach, although 50 minutes are in time
20|3600|t|||    # no breach any more, although 90 minutes are late
21||t|||    # a verdict; its audits tell no target
22|900|t|3600|t|Silver    # 10 of 15 minutes; without a breach the resolution is in time for Zendesk
24|3600|f|||    # 90 minutes, of 240 at first, then of 60
26||||f|    # a breach of the resolution
ROWS
is(query($node, "SELECT ticket_id, seconds, target_seconds, sla_met FROM mart.ticket_wait
		WHERE metric = 'next_response' AND ended_at IS NOT NULL"),
	'22|2400|1800|f', 'a second answer after 40 minutes, of 30');
is(query($node, 'SELECT ticket_id, metric, target, applies_from, in_hours, pausing_statuses, policy FROM care.sla_targets
		WHERE ticket_id IN (22, 25) ORDER BY ticket_id, metric, target'), rows(<<'ROWS'), 'targets');
22|first_response|00:15:00|2026-03-02 10:00:00+00|t|{}|Silver
22|next_response|00:30:00|2026-03-02 10:20:00+00|t|{}|Silver
22|resolution|01:00:00|2026-03-02 10:00:00+00|t|{pending,on_hold,solved,closed}|Silver
25|first_response|1000 years|2026-03-02 10:05:00+00||{}|    # no value is no target
25|next_response|1000 years|2026-03-02 10:05:00+00|f|{}|    # nor is a word
ROWS

# 12 was not asked
is(query($node, "SELECT response_id, to_char(sent_at, 'DD HH24'), to_char(answered_at, 'DD HH24'), score, is_good, agent_id, account_id
		FROM mart.survey ORDER BY response_id::int"), rows(<<'ROWS'), 'ratings');
1|03 11|03 12|5|t|1|900
9|03 12|03 12|1|f|2|
10|02 13|03 12|5|t|1|900    # the second one
11|03 12||||1|    # never answered
ROWS

# A schema, names and types of another kind, and an older connector: no targets or deleted breaches in
# ticket_metric_events, no audits, no schedules.
my $odd = q(Zen"desk' \\);
load_helpdesk($node, $odd, $rows, 'DROP TABLE ticket_audits, agent_history, schedules;
	ALTER TABLE ticket_metric_events DROP sla, DROP deleted;
	ALTER TABLE tickets ALTER created_at TYPE timestamp USING created_at AT TIME ZONE \'UTC\', ALTER updated_at TYPE varchar;
	ALTER TABLE ticket_comments ALTER created_at TYPE varchar USING to_char(created_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\'),
		ALTER ticket_id TYPE integer;
	ALTER TABLE tickets RENAME TO "Raw_tickets"; ALTER TABLE users RENAME TO raw_users; ALTER TABLE groups RENAME TO raw_groups;
	ALTER TABLE ticket_comments RENAME TO raw_ticket_comments; ALTER TABLE ticket_metrics RENAME TO raw_ticket_metrics;
	ALTER TABLE ticket_metric_events RENAME TO raw_ticket_metric_events;
	ALTER TABLE satisfaction_ratings RENAME TO raw_satisfaction_ratings;');
my ($errors, @missing) = run_adapter($node, 'zendesk_airbyte.sql', source => $odd, target => 'old', prefix => 'raw_');
is($errors, '', 'runs on tables of an older connector');
is(join(' ', map { (split /\|/)[0] } @missing), 'agent_history ticket_audits ticket_metric_events schedules',
	'and lists those that are missing');
is(query($node, "SELECT to_regclass('old.status_changes') IS NULL, to_regclass('old.sla_targets') IS NULL"),
	't|t', 'no history is made up');
keeps_contract($node, 'old');
builds_mart($node, 'old', 'old_mart');
is(query($node, 'SELECT ticket_id, response_seconds, resolution_seconds, reopens, pending_seconds, sla_response_met, is_unanswered
		FROM old_mart.ticket WHERE ticket_id IN (1, 6, 8, 9, 10, 19) ORDER BY ticket_id'),
	rows(<<'ROWS'), 'ticket_metrics takes the place of audits');
1|1200|300|3|0||f
6||||||t    # Cem is no agent today
8|3000|5440|0|0||f    # 50 and 90 calendar minutes, the latter by the second, without a schedule
9|600|7200|1|1800||f
10|1800|60|5|60||f
19|3000|||||f    # without targets there is no verdict
ROWS

# Without comments and ticket_metrics, an answer is not known at all.
load_helpdesk($node, 'bare', $rows);
run_adapter($node, 'zendesk_airbyte.sql', source => 'bare', target => 'bare_care');
$node->safe_psql('postgres', 'ALTER TABLE bare.ticket_comments RENAME TO a; ALTER TABLE bare.ticket_metrics RENAME TO b');
is((run_adapter($node, 'zendesk_airbyte.sql', source => 'bare', target => 'bare_care'))[0], '', 'runs again without two tables');
builds_mart($node, 'bare_care', 'bare_mart');
is(query($node, 'SELECT count(is_unanswered), count(resolution_seconds) FROM bare_mart.ticket'), '0|4',
	'nothing is unanswered, and 1, 10, 11 and 12 are resolved');

survives_gaps($node, 'zendesk_airbyte.sql', 'zendesk');
done_testing();
