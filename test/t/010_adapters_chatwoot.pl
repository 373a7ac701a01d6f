# Checks the views over Chatwoot's own tables, and a mart of them, against expected values worked out by hand.
# test/data/adapters/chatwoot.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/chatwoot.sql");
my $node = adapter_node('chatwoot');
load_helpdesk($node, 'chatwoot', $rows);

is((run_adapter($node, 'chatwoot.sql', source => 'chatwoot'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'chatwoot.sql', source => 'chatwoot')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['conversations'], messages => ['messages'], status_changes => ['reporting_events'],
	sla_targets => ['applied_slas']);
builds_mart($node, 'care', 'mart');
builds_mart($node, 'care', 'handoff', "response_from => 'handoff'");

# Without the comments behind it, a table of expected rows.
sub rows { return $_[0] =~ s/ +#.*//gr =~ s/\n\z//r }
sub at { return "to_char($_[0], 'DD HH24:MI')" }

is(query($node, 'SELECT ticket_id, opened_by, response_seconds / 60, responder_id, status, ' . at('first_resolved_at') . ', '
			. at('resolved_at') . ' FROM mart.ticket ORDER BY ticket_id'),
	rows(<<'ROWS'), 'when; the conversation of a campaign alone is no ticket');
1|customer|10|11|solved|02 11:00|02 11:00
2|customer|32|12|solved|02 10:40|02 10:40     # not 10:00:05, that was the bot
3|customer|||solved|02 10:30|02 10:30
4|customer|60|11|solved|02 12:00|03 10:00
5|customer|15|11|open|02 11:00|               # resolved once, but not now
6|customer|30|12|open||                       # not the note, the activity or the template
7|customer|||bot||
8|agent|60|11|solved|02 12:00|02 12:00        # not the message with which the agent began
9|system|25|12|on_hold||                      # not the campaign or the rules
10|customer|30|12|solved|02 11:00|03 10:00
11||||solved||                                # nobody knows when
12|customer|120|11|solved|02 20:00|02 20:00
13|customer||12|solved|02 10:50|02 10:50
14|customer|45|11|open||
15|customer|60|11|solved|02 15:30|02 15:30    # New York opens at 14:00; the first one by time
16|customer|||pending||                       # there is no bot
17|customer|20|11|open||                      # not the program's, the rule's or the survey; whose app it was is not known
19|customer|70|11|solved|02 12:00|02 12:00
20|customer|||solved|02 10:30|02 11:30
21|customer|25|12|open||
22|customer|10|12|solved|27 11:00|27 11:00
23|customer|10|11|open||
24|customer|||open||
25|customer|40|12|pending||                   # its bot is gone
26|customer|||bot||
ROWS
# bots 30, 20 and 30 minutes before agents were asked; the screen of Chatwoot shows 2, 5 and 10 minutes
is(query($node, 'SELECT t.ticket_id, ' . at('t.handed_off_at') . ', h.response_seconds / 60 FROM mart.ticket AS t
		JOIN handoff.ticket AS h USING (ticket_id) WHERE t.response_seconds IS DISTINCT FROM h.response_seconds ORDER BY 1'),
	"2|02 10:30|2\n21|02 10:20|5\n25|02 10:30|10", 'the response after a bot, with response_from');

is(query($node, 'SELECT ticket_id, agent_messages, agent_replies, customer_replies, teammates, closes, reopens
			FROM mart.ticket ORDER BY ticket_id'),
	rows(<<'ROWS'), 'how many');
1|1|1|1|1|1|0
2|1|1|0|1|1|0      # opened by the hand-off: no reopen
3|0|0|0|0|1|0
4|2|2|1|1|2|1      # opened twice after one resolution: one reopen
5|1|1|1|1|1|1
6|1|1|0|2||        # whoever wrote the note took part
7|0|0|0|0||
8|2|1|1|2|1|0
9|1|1|1|1||        # the customer answered the campaign
10|1|1|0|1|2|1     # three events, two resolutions; no event tells of the reopen
11||||||
12|1|1|0|1|1|0
13|0|0|0|0|1|0
14|1|1|0|1||
15|2|2|0|2|1|0
16|0|0|0|0||
17|1|1|0|||
19|1|1|0|1|1|0     # opened before any resolution: no reopen
20|0|0|1|0|2|1
21|1|1|0|1|0|0
22|1|1|0|1|1|0
23|4|4|3|1||
24|0|0|0|0||
25|1|1|0|1|0|0
26|0|0|0|0||
ROWS
# a person who took 25 over leaves no hand-off, but opened it; that 7 and 26 are with a bot decides nothing
is(query($node, 'SELECT ticket_id, bot_resolved, bot_escalated FROM mart.ticket
			WHERE num_nonnulls(bot_resolved, bot_escalated) > 0 ORDER BY 1'),
	"2|f|t\n3|t|f\n20|t|f\n21|f|t\n25|f|t", 'bots');

# 2 was with the bot for 30 minutes, 19 open from the start; 4 was resolved for 21 of its 24 hours
is(query($node, 'SELECT ticket_id, status, source_status, seconds / 60 FROM mart.ticket_status
			WHERE ticket_id IN (2, 4, 19, 22) ORDER BY 1, 2'),
	"2|bot|bot|30\n2|open|open|10\n4|open|open|180\n4|solved|resolved|1260\n19|open|open|120\n22|open|open|60", 'time in status');

# 7 was never answered; 12 an hour late; 13 resolved within the hour; 14 open after a day; 15 took 150 of 120 minutes
is(query($node, 'SELECT ticket_id, sla_policy, sla_response_met, sla_resolution_met, ' . at('response_due_at') . ', '
			. at('resolution_due_at') . ' FROM mart.ticket WHERE sla_policy IS NOT NULL ORDER BY 1'),
	rows(<<'ROWS'), 'SLA');
7|both|f|f|02 11:00|03 10:00
12|both|f|t|02 11:00|03 10:00
13|both|t|t|02 11:00|03 10:00
14|both|t|f|02 11:00|03 10:00
15|resolution only||f||02 15:00
ROWS
# the answer at 11:25 came before the policy
is(query($node, "SELECT " . at('started_at') . ", seconds / 60, sla_met FROM mart.ticket_wait
			WHERE ticket_id = 23 AND metric = 'next_response' ORDER BY 1"),
	"02 10:20|65|\n02 12:00|90|f\n02 14:00|30|t", 'later answers');

is(query($node, 'SELECT ticket_id, team, channel, category, priority, agent_id, agent_name, customer_id, account_id
			FROM mart.ticket WHERE ticket_id IN (1, 2, 3, 9, 15, 17, 20, 25) ORDER BY 1'),
	rows(<<'ROWS'), 'who and what');
1|billing|chat|invoice|urgent|11|Ana|101|900
2||chat|||12|Ben Brown|102|
3||chat||low|||102|
9||chat|||12|Ben Brown|102|
15||chat|||11|Ana|102|
17||whatsapp|||11|Ana|102|
20||facebook|||||102|
25||api|||12|Ben Brown|102|
ROWS
is(query($node, 'SELECT ticket_id, handle_seconds FROM mart.ticket WHERE handle_seconds IS NOT NULL'), '24|165', 'two calls');
is(query($node, 'TABLE care.calendars'), '3|America/New_York; Mo-Fr 09:00-17:30', 'working hours, where they are enabled');

is(query($node, 'SELECT response_id, ' . at('sent_at') . ', ' . at('answered_at') . ', score, ticket_id, agent_id, account_id, channel
			FROM mart.survey ORDER BY response_id::int'),
	rows(<<'ROWS'), 'surveys');
104|02 11:00|02 11:05|5|1|12|900|chat         # Ben had it then
204|02 10:40|||2|12||chat
405|02 12:00|02 13:00|2|4|11|900|email
406|03 10:00|03 11:00|4|4|11|900|email
599|02 11:30|02 11:30|1|5|11||email           # nobody knows when it was sent
1602|02 10:00|||16|||chat
1705|02 10:10|||17|11||whatsapp
ROWS

# Two of four ratings are 4 or 5, four of seven surveys were answered.  Of 11 resolved with events in March
# (1 2 3 4 8 10 12 13 15 19 20), 4, 10 and 20 came back, as did 5.
is(query($node, "SELECT kpi, hits, n FROM mart.kpi_monthly WHERE period = '2026-03-01' AND team = 'all' AND channel = 'all'
		AND kpi IN ('csat_pct', 'survey_response_pct', 'reopen_pct', 'sla_response_pct', 'sla_resolution_pct') ORDER BY 1"),
	"csat_pct|2|4\nreopen_pct|4|12\nsla_resolution_pct|2|5\nsla_response_pct|2|4\nsurvey_response_pct|4|7", 'KPIs of the month');

# From 14:00 to 15:30 are 90 minutes in working hours.
is((run_adapter($node, 'chatwoot.sql', source => 'chatwoot', target => 'hours', sla_in_hours => 'true'))[0], '',
	'runs with targets in working hours');
builds_mart($node, 'hours', 'hours_mart');
is(query($node, "SELECT ticket_id, sla_resolution_met FROM hours_mart.ticket WHERE sla_policy = 'resolution only'"), '15|t',
	'and the policy that says so counts in them');

# One account, names of any kind, and times with a zone.
is((run_adapter($node, 'chatwoot.sql', source => 'chatwoot', target => 'tenant', account => 2))[0], '', 'runs for one account');
is(query($node, 'SELECT ticket_id, (SELECT count(*) FROM tenant.surveys), (SELECT count(*) FROM tenant.messages),
			(SELECT count(*) FROM tenant.status_changes), (SELECT count(*) FROM tenant.sla_targets) FROM tenant.tickets'),
	'16|1|2|0|0', 'and gives its conversations alone');
looks_up($node, 'tenant', 7, messages => ['messages'], status_changes => ['reporting_events']);
like((run_adapter($node, 'chatwoot.sql', source => 'chatwoot', target => 'none', account => '2 OR true'))[0],
	qr/invalid input syntax for type bigint: "2 OR true"/, 'an account is a number');
my $odd = q(we"ird; schema' \\ $$);
load_helpdesk($node, $odd, $rows =~ s/timestamp(\(6\))?(?= )/timestamptz/gr);
is(join(' ', run_adapter($node, 'chatwoot.sql', source => $odd, target => 'target; DROP')), '', 'any names, and times with a zone');
is(query($node, "SELECT count(*) FROM (TABLE care.$_ EXCEPT TABLE \"target; DROP\".$_) AS d"), 0, "the same $_")
  foreach qw(tickets messages status_changes sla_targets surveys);

# The customer answers the campaign of 18 at last.
$node->safe_psql('postgres', "INSERT INTO chatwoot.messages (id, account_id, conversation_id, message_type, created_at, sender_type)
	VALUES (1802, 1, 18, 0, now() AT TIME ZONE 'UTC', 'Contact');
	UPDATE chatwoot.conversations SET updated_at = now() AT TIME ZONE 'UTC', status = 0 WHERE id = 18");
is(query($node, "SELECT days > 0 FROM kpi_refresh('mart');
			SELECT opened_by, status, agent_messages, reopens FROM mart.ticket WHERE ticket_id = 18"),
	"t\nsystem|open|0|1", 'a campaign becomes a ticket');

# A bot resolves 90 on the 2nd.  The customer comes back a day later, the bot hands over, and an agent answers two minutes later.
load_helpdesk($node, 'back', $rows, "INSERT INTO conversations (id, account_id, inbox_id, status, created_at, updated_at)
		VALUES (90, 1, 4, 0, '2026-03-02 09:00', '2026-03-03 09:32');
	INSERT INTO messages (id, account_id, conversation_id, message_type, created_at, sender_type, sender_id) VALUES
		(9001, 1, 90, 0, '2026-03-02 09:00', 'Contact', 101), (9002, 1, 90, 0, '2026-03-03 09:00', 'Contact', 101),
		(9003, 1, 90, 1, '2026-03-03 09:32', 'User', 11);
	INSERT INTO reporting_events (id, name, account_id, conversation_id, created_at) VALUES
		(901, 'conversation_resolved', 1, 90, '2026-03-02 09:30'), (902, 'conversation_bot_handoff', 1, 90, '2026-03-03 09:30'),
		(903, 'conversation_opened', 1, 90, '2026-03-03 09:30');");
is((run_adapter($node, 'chatwoot.sql', source => 'back', target => 'came_back'))[0], '', 'runs on a conversation that came back');
builds_mart($node, 'came_back', 'came_back_mart', "response_from => 'handoff'");
is(query($node, 'SELECT response_seconds / 60 FROM came_back_mart.ticket WHERE ticket_id = 90'), 2,
	'A8: the clock starts at the hand-off, not where the bot resolved it');

survives_gaps($node, 'chatwoot.sql', 'chatwoot');
done_testing();
