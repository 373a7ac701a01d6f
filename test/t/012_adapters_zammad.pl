# Checks the views over Zammad's own tables, and a mart of them, against expected values worked out by hand.
# test/data/adapters/zammad.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/zammad.sql");
my $node = adapter_node('zammad');
load_helpdesk($node, 'zammad', $rows);

is((run_adapter($node, 'zammad.sql', source => 'zammad', time_unit => '6 minutes'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'zammad.sql', source => 'zammad', time_unit => '6 minutes')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['tickets'], messages => ['ticket_articles'], status_changes => ['histories'],
	sla_targets => ['tickets']);
builds_mart($node, 'care', 'mart');

# Without the comments behind it, a table of expected rows.
sub rows { return $_[0] =~ s/ +#.*//gr =~ s/\n\z//r }
sub at { return "to_char($_[0], 'DD HH24:MI')" }

is(query($node, 'SELECT ticket_id, opened_by, response_seconds / 60, responder_id, status, ' . at('first_resolved_at') . ', '
			. at('resolved_at') . ' FROM mart.ticket WHERE merged_into IS NULL ORDER BY ticket_id'),
	rows(<<'ROWS'), 'when; removed and merged ones are left out');
1|customer|30|2|closed|02 09:00|02 09:00      # not the automatic, the internal or the note
2|customer|||new||
3|customer|75|2|closed|02 10:00|02 15:00
4|customer|240|2|open|02 12:00|
6|customer|120|2|closed|02 11:00|02 11:00     # not the answer that was merged into it
8|agent|120|2|closed|02 18:00|02 18:00        # not the article with which the agent opened it
9|customer|60|3|closed|04 08:00|04 08:00
10|customer||2|pending||
11|customer||3|closed|02 08:00|02 08:00
12|customer|120|2|closed|02 10:00|02 14:00
13|customer||2|closed|02 08:00|02 10:00
14|customer|120|3|open||                      # the article that opened the other ticket is not this one's
16|customer||2|closed|02 10:30|02 10:30
17|customer||2|closed|02 08:30|02 08:30
18|customer||2|closed|02 10:00|02 10:00
19|customer||2|pending||
20|customer||2|closed|02 08:20|02 08:20
21|customer|30|2|open||
22|customer|10|3|open||
23|customer|10|2|closed|03 08:30|03 08:30
24|customer|10|2|closed|03 08:30|03 08:30
25|customer||2|open||
26|customer||2|closed|02 09:00|02 09:00       # not the trigger or the scheduler
27|customer|10|2|closed|02 14:00|02 14:00
28|customer||2|open||
29|customer||2|open||
ROWS
is(query($node, 'SELECT ticket_id, merged_into FROM mart.ticket WHERE merged_into IS NOT NULL'), '5|6', 'merged');

is(query($node, 'SELECT ticket_id, agent_messages, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transfers
		FROM mart.ticket WHERE merged_into IS NULL AND ticket_id <> 14 ORDER BY ticket_id'), rows(<<'ROWS'), 'how many');
1|1|1|0|2|1|0|f|0    # Bob wrote notes
2|0|0|0|0||||
3|2|2|1|2|2|1|t|0
4|1|1|1|1|1|1|f|0
6|2|1|1|2|1|0|f|2
8|2|1|1|1|1|0|f|0
9|1|1|0|1||||        # without histories nobody knows
10|0|0|0|0|0|0|t|0
11||||||||
12|1|1|0|1|2|1|f|0
13|||||2|1|f|0       # removed is not reopened
16|0|0|0|0|1|0|f|0
17|0|0|0|0|1|0|f|0
18|0|0|0|0|1|0|t|0
19|0|0|0|0|0|0|t|0
20|0|0|0|0|1|0|f|0
21|3|3|2|2||||       # two notes of the portal
22|1|1|0|1||||       # the customer said it, Ann wrote it down
23|1|1|0|1|1|0|t|0
24|1|1|0|1|1|0|f|0   # to Zammad it was pending, but its clock ran
25|0|0|0|0|0|0|f|2   # from Ann to Bob with the group, and to Ann again
26|0|0|0|0|1|0|f|0
27|2|2|0|1|1|0|f|0
28|0|0|0|0|0|0|f|1   # where a filter put it is no transfer
29|0|0|0|0||||
ROWS
is(query($node, 'SELECT agent_messages, agent_replies, teammates FROM mart.ticket WHERE ticket_id = 14'), '2|1|2',
	'an article that was moved answers nobody');

is(query($node, 'SELECT author, author_id FROM care.messages WHERE ticket_id = 22 ORDER BY seq'), "customer|8\nagent|3",
	'the customer on the phone');

# Leave out 8:20 to 10:20 of ticket 23, which was no time of the target; then it was open for 340 minutes until 16:00, and 30 on Tuesday.
is(query($node, 'SELECT ticket_id, status, source_status, seconds / 60 FROM mart.ticket_status
			WHERE ticket_id IN (3, 23, 24) ORDER BY 1, 2, 3'),
	rows(<<'ROWS'), 'time in status, from the creation on');
3|closed|closed|120
3|new|new|75
3|open|in progress|135
3|pending|pending reminder|90
23|new|new|20
23|on_hold|waiting for vendor|120
23|open|in progress|370
24|new|new|20
24|open|call back|120
24|open|in progress|370
ROWS
is(query($node, 'SELECT day, status, team, opened, closed, moved FROM mart.ticket_backlog WHERE ticket_id = 25 ORDER BY 1, 2, 3'),
	rows(<<'ROWS'), 'the group before the first change');
2026-03-02|new|Users|1|0|-1
2026-03-02|open|Users|0|0|1
2026-03-03|open|Second Level|0|0|1
2026-03-03|open|Users|0|0|-1
ROWS

# 1: 30 of 60 and 60 of 480 minutes; 3: 75, and 120 + 60 + 30 without what was closed or pending; 16 to 20 were never
# answered: after 150 minutes, 30, 30 + 30, 30 until the pause, and 30 + 20 from Friday to Monday; 23: 20 + 340 + 30;
# 24: 480 until Monday evening, 30 more.  The SLA of 11 is gone.
is(query($node, 'SELECT ticket_id, sla_policy, sla_response_met, sla_resolution_met FROM mart.ticket
			WHERE sla_policy IS NOT NULL OR sla_response_met IS NOT NULL ORDER BY 1'),
	rows(<<'ROWS'), 'SLA');
1|Gold|t|t
2|First|f|
3|Gold|f|t
11||t|f
16|Gold|f|t
17|Gold|t|t
18|Gold|t|t
19|Gold||
20|Gold|t|t
23|Gold|t|t
24|Gold|t|f
ROWS
is(query($node, 'SELECT ticket_id, ' . at('response_due_at') . ', ' . at('resolution_due_at')
			. ' FROM mart.ticket WHERE ticket_id IN (2, 16, 24) ORDER BY 1'),
	"2|02 10:00|\n16|02 09:00|\n24|02 09:00|03 08:00", 'deadlines in business hours');
is(query($node, "SELECT ticket_id, metric, seconds / 60, sla_met FROM mart.ticket_wait
			WHERE ticket_id IN (21, 27) AND metric <> 'first_response' ORDER BY 1, started_at"),
	"21|next_response|90|f\n21|next_response|20|t\n27|update|260|f\n27|update||t", 'later answers and updates');

is(query($node, 'SELECT ticket_id, customer_id, account_id, customer_tier, agent_id, agent_name, team, channel, category, priority
			FROM mart.ticket WHERE ticket_id IN (1, 2, 10, 11, 21, 25) ORDER BY 1'),
	rows(<<'ROWS'), 'who and what');
1|7|1|vip|2|Ann Agent|Users|email|Incident|3 high
2|8|||||Users|email||2 normal
10|8|||2|Ann Agent|Users|phone||2 normal
11|8|||3|Bob|Users|email||2 normal
21|8|||2|Ann Agent|Users|web||2 normal
25|8|||2|Ann Agent|Second Level|email||2 normal
ROWS
is(query($node, 'SELECT ticket_id, handle_seconds / 60 FROM mart.ticket WHERE handle_seconds IS NOT NULL'), '1|75',
	'12.5 units of 6 minutes');
is(query($node, 'TABLE care.calendars'), '1|Europe/Berlin; Mo-Fr 09:00-17:00', 'hours');
is(query($node, 'SELECT count(hours) FROM care.tickets'), 12, 'of the tickets with an SLA');

# Reopened were 3, 4, 12 and 13 of 14 that are resolved with histories (1 3 6 8 12 13 16 17 18 20 23 24 26 27), and 4.
is(query($node, "SELECT kpi, hits, n FROM mart.kpi_monthly WHERE period = '2026-03-01' AND team = 'all' AND channel = 'all'
		AND kpi IN ('reopen_pct', 'sla_response_pct', 'sla_resolution_pct', 'sla_next_response_pct', 'sla_update_pct') ORDER BY 1"),
	"reopen_pct|4|15\nsla_next_response_pct|1|2\nsla_resolution_pct|7|9\nsla_response_pct|7|10\nsla_update_pct|1|2", 'KPIs of the month');

# Names of any kind, times with a zone, and no unit.
my $odd = q(we"ird; schema' \\ $$);
load_helpdesk($node, $odd, $rows =~ s/timestamp\(3\)/timestamptz/gr);
is(join(' ', run_adapter($node, 'zammad.sql', source => $odd, target => 'target; DROP', time_unit => '6 minutes')), '',
	'any names, and times with a zone');
is(query($node, "SELECT count(*) FROM (TABLE care.$_ EXCEPT TABLE \"target; DROP\".$_) AS d"), 0, "the same $_")
  foreach qw(tickets messages status_changes sla_targets);
is((run_adapter($node, 'zammad.sql', source => 'zammad', target => 'free'))[0], '', 'runs without a unit');
is(query($node, 'SELECT count(*), count(handle_time) FROM free.tickets'), '27|0', 'and has no handle time');
like((run_adapter($node, 'zammad.sql', source => 'zammad', target => 'none', time_unit => q(1 minute' OR true)))[0],
	qr/invalid input syntax for type interval/, 'a unit is an interval');

# 29 is merged into 28: its article moves.
$node->safe_psql('postgres', "UPDATE zammad.tickets SET state_id = 5, updated_at = now() AT TIME ZONE 'UTC' WHERE id = 29;
	UPDATE zammad.ticket_articles SET ticket_id = 28, updated_at = now() AT TIME ZONE 'UTC' WHERE ticket_id = 29;
	INSERT INTO zammad.histories (history_type_id, history_object_id, o_id, id_from, id_to, created_by_id, created_at)
	VALUES (3, 1, 29, 29, 28, 2, now() AT TIME ZONE 'UTC')");
is(query($node, "SELECT days > 0 FROM kpi_refresh('mart');
			SELECT ticket_id, merged_into, customer_replies FROM mart.ticket WHERE ticket_id IN (28, 29)"),
	"t\n28||1\n29|28|", 'a merge is found by the refresh');
is(query($node, "SELECT * FROM kpi_verify('mart')"), '', 'and all of it');

# To Zammad, an agent who opens a ticket has answered it; its resolution has a target.
$node->safe_psql('postgres', 'UPDATE zammad.tickets SET create_article_sender_id =
	(SELECT id FROM zammad.ticket_article_senders WHERE name = \'Agent\') WHERE id = 1');
is(query($node, 'SELECT metric FROM care.sla_targets WHERE ticket_id = 1 ORDER BY 1'), 'resolution',
	'an agent who opened a ticket has no target of the first response');

survives_gaps($node, 'zammad.sql', 'zammad');

# A calendar that is not understood is no calendar without hours.
$node->safe_psql('postgres', q(UPDATE zammad.calendars SET business_hours = 'mon: 9 to 5'));
my (undef, undef, $stderr) = $node->psql('postgres', 'SELECT hours FROM care.tickets', extra_params => [ '-U', 'analyst' ]);
like($stderr, qr/line 1 of business_hours cannot be understood/, 'an error names what is not understood');
done_testing();
