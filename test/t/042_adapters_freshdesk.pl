# Checks the views over Airbyte's tables of Freshdesk against expected values worked out by hand.
# test/data/adapters/freshdesk_airbyte.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/freshdesk_airbyte.sql");
my $node = adapter_node('freshdesk');
load_helpdesk($node, 'freshdesk', $rows);

is((run_adapter($node, 'freshdesk_airbyte.sql', source => 'freshdesk'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'freshdesk_airbyte.sql', source => 'freshdesk')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['tickets'], messages => [qw(conversations tickets)], status_changes => ['ticket_activities'],
	sla_targets => ['tickets']);
builds_mart($node, 'care', 'mart', "fcr_rule => 'freshdesk'");

sub rows
{
	my ($expected) = @_;
	return join "\n", map { s/ *#.*//r } split /\n/, $expected;
}

# 3 is spam.  All times but those of 15 are open time of London, 8 to 18.
is(query($node, 'SELECT ticket_id, response_seconds, CASE WHEN response_seconds IS NOT NULL THEN responder_id END, agent_messages,
		agent_replies, customer_replies, is_unanswered FROM mart.ticket ORDER BY ticket_id'), rows(<<'ROWS'), 'answers');
1|1200|1|1|1|1|f    # the reply at 10:20, of which there are two versions, not the note at 10:05
2|2700|1|2|1|1|f    # an agent opened it; 10:45; the answer to the survey is none of the customer
4|||0|0|0|t
5|||0|0|0|t
6|||0|0|0|t
7|1800|3|1|1|0|f    # by an agent who left, whose note at 10:20 is private
8|1800|1|1|1|1|f    # not 10:10, by a contact in the portal
9|2400|2|1|1|1|f    # Ben answered by e-mail; Ana asked, so that her message at 10:10 is no answer
10|1800|1|1|1|0|f    # the public note at 10:30: no automatic reply, no forward, no note that may be private
11|||0|0|0|t
12|||0|0|1|t    # what comes from outside is a customer's, the other message nobody's
13|||0|0|0|t
14|||0|0|0|t
15|3600|1|1|1|0|f    # from 19:00 to 20:00, in the calendar of its group
16|||0|0|0|t
17|||0|0|0|t
18|600|1|2|2|1|f
19|||0|0|0|t
20|||0|0|0|t
21|5400|1|1|1|0|f
ROWS
is(query($node, 'SELECT ticket_id, opened_by, waiting_since FROM mart.ticket WHERE ticket_id IN (1, 2, 9) ORDER BY ticket_id'),
	rows(<<'ROWS'), 'who opened it and who waits');
1|customer|2026-03-02 10:40:00+00
2|agent|    # the answer to the survey needs no answer
9|customer|
ROWS

is(query($node, "SELECT ticket_id, status, to_char(first_resolved_at, 'DD HH24:MI'), to_char(resolved_at, 'DD HH24:MI'),
		to_char(closed_at, 'DD HH24:MI'), resolution_seconds, reopens, is_resolved, first_contact
		FROM mart.ticket WHERE is_resolved OR reopens > 0 ORDER BY ticket_id"), rows(<<'ROWS'), 'resolutions');
1|closed|02 11:00|02 11:00|06 11:00|3600|0|t|t    # one reply
4|solved|02 11:00|03 10:00||36000|1|t|f    # 8 and 2 hours; only ticket_activities has the first time
5|open|||||1|f|    # its resolution is over
6|solved|02 10:30|02 10:30||1800|0|t|f    # the last of three rows
16|solved|||||1|t|f    # the time is older than the reopening, so the new one is not known
17|closed|02 10:30|02 10:30|02 10:30|1800|0|t|f
18|solved|02 12:30|02 12:30||9000|0|t|f    # two replies
21|solved|02 12:00|02 12:00||7200|0|t|t
ROWS
is(query($node, 'SELECT ticket_id, status FROM mart.ticket WHERE ticket_id IN (12, 13, 14) ORDER BY ticket_id'),
	"12|open\n13|pending\n14|on_hold", 'statuses of other kinds');
is(query($node, 'SELECT ticket_id, new_seconds, open_seconds, pending_seconds FROM mart.ticket
		WHERE ticket_id IN (4, 14) ORDER BY ticket_id'), rows(<<'ROWS'), 'times in status');
4|0|7200|0    # an hour each day
14|2|1198|1800    # open and a status of their own for ten minutes each, then half an hour for the customer
ROWS
is(query($node, "SELECT to_char(at, 'HH24:MI'), status, source_status, changed_by FROM care.status_changes
		WHERE ticket_id IN (4, 5, 14) ORDER BY ticket_id, at"), rows(<<'ROWS'), 'changes');
10:00|open|Open|    # by a customer, or another who is no agent
11:00|solved|Resolved|agent
11:00|solved|Resolved|agent
09:00|open|Open|system
10:00|solved|Resolved|agent    # none of 5, whose first changes are not known
10:00|open|Open|
10:10|open|In the lab|agent
10:20|pending|Waiting on Customer|agent
10:50|on_hold|Waiting on Third Party|agent
ROWS

is(query($node, 'SELECT ticket_id, sla_policy, response_target_seconds, sla_response_met, resolution_target_seconds, sla_resolution_met
		FROM mart.ticket WHERE num_nonnulls(response_target_seconds, sla_response_met) > 0 ORDER BY ticket_id'), rows(<<'ROWS'), 'SLA');
1|Default|3600|t|14400|t    # the policy that is not active fits, too
11|||f||f    # no target of its priority, but Freshdesk saw that it is late
18|Incidents|900|t|7200|f    # around the clock: 10 of 15 minutes, 150 of 120
19|ACME on the phone|600|f|6000|f    # nobody answered
20|Default|3600|f|14400|f    # the company, but not on the phone
21|Default|3600|t|14400|f    # 90 minutes and 2 hours, but the deadlines were 12:00 and a second before
ROWS
# 19 is missed when the offices close; its clock runs there only
is(query($node, "SELECT ticket_id, to_char(response_due_at, 'HH24:MI'), to_char(resolution_due_at, 'HH24:MI') FROM mart.ticket
		WHERE ticket_id IN (18, 19) ORDER BY ticket_id"), "18|10:15|12:00\n19|10:10|11:40", 'deadlines of the policies');
is(query($node, "SELECT ticket_id, seconds, target_seconds, sla_met FROM mart.ticket_wait
		WHERE metric = 'next_response' AND ended_at IS NOT NULL"),
	'18|2400|1800|f', 'a second answer after 40 minutes, of 30');

is(query($node, 'SELECT channel, category, priority, team, account_id, customer_tier, customer_id, agent_id, agent_name
		FROM mart.ticket WHERE ticket_id = 1'), 'email|Question|medium|Support|900|Premium|10|1|Ana', 'what else is known');
is(query($node, 'SELECT ticket_id, channel, priority, agent_name, team, handle_seconds FROM mart.ticket
		WHERE ticket_id IN (9, 10, 12, 15, 17, 19) ORDER BY ticket_id'), rows(<<'ROWS'), 'of other tickets');
9|portal||Ben|Support|
10|101||Ana|Support|
12|email|7||Support|
15|chat||Ana|Night|
17|email||Ana|Support|6300    # 90 and 15 minutes: the timer that runs and the older version do not count
19|phone|medium||Support|
ROWS
is(query($node, 'SELECT id, is_default, hours FROM care.calendars ORDER BY id'),
	"70|t|Europe/London; Mo 08:00-18:00; Tu 08:00-18:00; We 08:00-18:00; Th 08:00-18:00; Fr 08:00-18:00\n"
	  . '71|f|UTC; Mo 00:00-24:00; Tu 00:00-24:00; We 00:00-24:00', 'business hours');

is(query($node, 'SELECT s.response_id, s.score, c.scale_max, s.is_good, s.agent_id FROM mart.survey AS s
		JOIN care.surveys AS c USING (response_id) ORDER BY 1'), rows(<<'ROWS'), 'ratings');
1|2|3|f|2    # neutral, and not the other question
2|3|3|t|1    # the last version
3|3|3|t|    # happy, the least of three positive answers
4|3|3|t|1
5|1|3|f|2    # unhappy
6||3||1    # a value that is none
7||3||1
8|1|3|f|1
ROWS

# Another schema, other names and types: without conversations, Freshdesk's own first response counts.
my $odd = q(Fresh"desk' \\);
load_helpdesk($node, $odd, $rows, 'DROP TABLE conversations, ticket_activities, business_hours;
	ALTER TABLE tickets ALTER created_at DROP DEFAULT, ALTER created_at TYPE timestamp USING left(created_at, 19)::timestamp,
		ALTER due_by TYPE timestamptz USING due_by::timestamptz, ALTER status TYPE numeric, ALTER id TYPE varchar;
	UPDATE tickets SET updated_at = \'\', fr_due_by = left(fr_due_by, 19);
	ALTER TABLE satisfaction_ratings ALTER ticket_id TYPE varchar; ALTER TABLE time_entries ALTER ticket_id TYPE varchar;
	ALTER TABLE tickets RENAME TO "FD_Tickets"; ALTER TABLE agents RENAME TO fd_agents; ALTER TABLE groups RENAME TO fd_groups;
	ALTER TABLE sla_policies RENAME TO fd_sla_policies; ALTER TABLE time_entries RENAME TO fd_time_entries;
	ALTER TABLE satisfaction_ratings RENAME TO fd_satisfaction_ratings; ALTER TABLE companies RENAME TO fd_companies;
	ALTER TABLE contacts RENAME TO fd_contacts;');
my ($errors, @missing) = run_adapter($node, 'freshdesk_airbyte.sql', source => $odd, target => 'old', prefix => 'fd_');
is($errors, '', 'runs on tables of other names and types');
is(join(' ', map { (split /\|/)[0] } @missing), 'conversations ticket_activities business_hours',
	'and lists those that are missing');
is(query($node, "SELECT to_regclass('old.messages') IS NULL, to_regclass('old.status_changes') IS NULL"),
	't|t', 'no message and no history is made up');
keeps_contract($node, 'old');
builds_mart($node, 'old', 'old_mart');
is(query($node, "SELECT ticket_id, response_seconds, resolution_seconds, is_unanswered, sla_response_met FROM old_mart.ticket
		WHERE ticket_id IN ('1', '2', '4', '7', '21') ORDER BY ticket_id::int"), rows(<<'ROWS'), 'answers that Freshdesk knows');
1|1200|3600|f|t
2|||t|    # it counts none in outbound e-mail
4||86400|t|    # around the clock
7|1800||f|
21|5400|7200|f|t
ROWS

# Agents: without the table of contacts, only the rows of agents; without the table of agents, all who are not contacts.
load_helpdesk($node, 'few', $rows, 'DROP TABLE contacts;');
run_adapter($node, 'freshdesk_airbyte.sql', source => 'few', target => 'few_care');
my $authors = "SELECT string_agg(seq || coalesce(author, '?'), ' ' ORDER BY seq) FROM few_care.messages
	WHERE seq IN (102, 103, 702, 801, 802)";
is(query($node, $authors), '102agent 103customer 702? 801? 802agent', 'authors without contacts');
$node->safe_psql('postgres', 'ALTER TABLE few.agents RENAME TO a; CREATE TABLE few.contacts AS TABLE freshdesk.contacts;
	GRANT SELECT ON few.contacts TO analyst');
run_adapter($node, 'freshdesk_airbyte.sql', source => 'few', target => 'few_care');
is(query($node, $authors), '102agent 103customer 702agent 801customer 802agent', 'authors without agents');

survives_gaps($node, 'freshdesk_airbyte.sql', 'freshdesk');
done_testing();
