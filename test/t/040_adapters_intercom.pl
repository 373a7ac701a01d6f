# Checks the views over Fivetran's tables of Intercom against expected values worked out by hand.
# test/data/adapters/intercom_fivetran.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/intercom_fivetran.sql");
my $node = adapter_node('intercom');
load_helpdesk($node, 'intercom', $rows);

# What is expected, without the comments behind it.
sub rows { return shift =~ s/ *#.*//gr =~ s/\n\z//r }

# Minutes until the first response and the resolution, and who wrote.
sub facts
{
	my ($mart) = @_;
	return query($node, "SELECT ticket_id, opened_by, response_seconds / 60, responder_id, agent_messages, agent_replies, customer_replies,
		teammates, resolution_seconds / 60 FROM $mart.ticket ORDER BY ticket_id::bigint");
}

# The results of the status changes, with the finished minutes in each status.
sub states
{
	my ($mart) = @_;
	return query($node, "SELECT ticket_id, status, is_resolved, closes, reopens, transfers, new_seconds / 60, open_seconds / 60,
		pending_seconds / 60, on_hold_seconds / 60 FROM $mart.ticket ORDER BY ticket_id::bigint");
}

is((run_adapter($node, 'intercom_fivetran.sql', source => 'intercom'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'intercom_fivetran.sql', source => 'intercom')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', "'7'", tickets => ['conversation_history'],
	map { $_ => [qw(conversation_history conversation_part_history)] } qw(messages status_changes));
builds_mart($node, 'care', 'mart');

is(facts('mart'), rows(<<'ROWS'), 'responses, resolutions and messages');
1|customer|20|1|3|3|1|2|60       # not 10:02, an older version, or 10:05, a note; the words of the assignment and the close count
2|customer|30|2|2|2|1|1|1440     # not 10:03, deleted; the answer that reopened it is a message; the last close
3|customer|15|1|1|1|1|1|         # the words of the snooze
4|customer|45|1|1|1|0|1|120      # not Fin
5|customer|||0|0|0|0|20
6|bot|14|1|1|1|1|1|              # the customer did not open it
7|agent|40|1|2|1|1|1|            # not the message that opened it
8|system|70|2|1|1|1|1|           # not the campaign
11|customer|||0|0|1|1|           # neither who is unknown, nor a part without words or of an unknown type, nor a note
12|customer||2|0|0|0|0|          # the agent of the conversation, as nobody answered
13|customer|60|1|1|1|0|2|        # the words of the assignment, not the note
15|customer|1|1|2|2|1|1|
ROWS
is(states('mart'), rows(<<'ROWS'), 'states');
1|closed|t|1|0|0|0|60|0|0
2|closed|t|2|1|0|0|120|0|0       # 10:00 to 11:00, and an hour of the next day
3|pending|f|0|0|0|0|35|155|0     # pending 10:15 to 12:00 and 12:10 to 13:00; no reopening
4|closed|t|1|0|1|0|90|0|0        # open from the hand-off on; the assignment at 12:30 does not reopen it
5|closed|t|1|0|0|0|0|0|0         # only the status bot
6|open|f|0|0|0|0|0|0|0
7|open|f|||||||                  # nothing happened but messages: no change is made up
8|open|f|||||||
11|open|f|||||||
12|open|f|0|0|1|0|20|0|0         # from Ana to nobody to Ben; no team is no transfer
13|open|f|2|2|0|0|20|0|0         # until 10:10, and 10:30 to 10:40
15|open|f|||||||
ROWS
is(query($node, 'SELECT ticket_id, team, agent_id, agent_name, channel, priority, customer_id, account_id, customer_tier
		FROM mart.ticket WHERE ticket_id IN (\'1\', \'2\', \'7\', \'8\', \'11\', \'12\', \'13\') ORDER BY ticket_id::int'),
	rows(<<'ROWS'), 'who and what');
1|Front|1|Ana|email|not_priority|c1|co1|gold
2||2|Ben|conversation||c1|co2|   # Ben has left
7||1|Ana|conversation||c1|co1|gold
8||||conversation||||            # two contacts
11||||conversation||c2||         # the assignee is a team, of two companies
12||2|Ben|conversation||c1|co1|gold
13|300|1||conversation||c1|co1|gold
ROWS
is(query($node, 'SELECT string_agg(ticket_id, \' \' ORDER BY ticket_id::int) FROM care.tickets'), '1 2 3 4 5 6 7 8 11 12 13 15',
	'each conversation is one row; no campaign that nobody answered, preview or deleted one');
is(query($node, 'SELECT ticket_id, CASE WHEN bot_escalated THEN to_char(handed_off_at, \'HH24:MI\') END, bot_escalated, bot_resolved
		FROM mart.ticket WHERE bot_resolved IS NOT NULL OR bot_escalated IS NOT NULL ORDER BY 1'), rows(<<'ROWS'), 'bots');
4|10:30|t|f
5||f|t
6|10:10|t|f
ROWS
is(query($node, 'SELECT waiting_since FROM mart.ticket WHERE ticket_id IN (\'3\', \'11\', \'15\') ORDER BY ticket_id::int'),
	"2026-03-02 13:00:00+00\n2026-03-02 10:00:00+00\n", 'messages of one second are in the order of their numbers');
is(query($node, 'SELECT response_id, score, is_good, agent_id, sent_at::date, answered_day FROM mart.survey ORDER BY 1'),
	rows(<<'ROWS'), 'ratings');
1|5|t|1|2026-03-02|2026-03-03
2|3|f|2|2026-03-03|2026-03-03
3||||2026-03-02|                 # asked only
4|2|f|2|2026-03-02|2026-03-02    # nobody knows when
4-bot|4|t|bot|2026-03-02|2026-03-02
ROWS
is(query($node, 'SELECT answered_at FROM mart.survey WHERE response_id = \'2\''), '2026-03-03 11:20:00+00',
	'a part has the time of the last answer');
is(query($node, 'SELECT count(*) FROM mart.ticket WHERE sla_response_met IS NOT NULL OR sla_resolution_met IS NOT NULL'), 0,
	'no verdicts, as nothing says on which target');
is(query($node, "SELECT count(*) FROM kpi_build('care.tickets', 'handoff', 'UTC', messages => 'care.messages',
		status_changes => 'care.status_changes', response_from => 'handoff', fcr_rule => 'intercom') WHERE object = 'ticket';
		SELECT ticket_id, response_seconds / 60 FROM handoff.ticket WHERE ticket_id IN ('1', '4', '6') ORDER BY ticket_id::int;
		SELECT ticket_id, first_contact FROM handoff.ticket WHERE first_contact IS NOT NULL ORDER BY ticket_id::int"),
	rows(<<'ROWS'), 'from the hand-off; closed once by one teammate');
1
1|20
4|15
6|4
1|f                              # a note of another one
2|f
4|t
5|f
ROWS

# SLAs that have one kind of target
foreach my $target (qw(response resolution))
{
	run_adapter($node, 'intercom_fivetran.sql', source => 'intercom', target => $target, sla => $target);
	is(query($node, "SELECT ticket_id, sla_${target}_met FROM $target.tickets WHERE num_nonnulls(sla_response_met, sla_resolution_met) > 0
			ORDER BY 1"), "1|t\n2|f", "verdicts on the $target: hit and missed, not active or cancelled");
}

# another loader: no history mode, numbers for ids, instants without zone, and a name with quotes
load_helpdesk($node, 'Inter"com', $rows, <<'SQL');
DELETE FROM conversation_history WHERE NOT _fivetran_active;
DELETE FROM conversation_part_history WHERE NOT _fivetran_active;
DELETE FROM contact_history WHERE NOT _fivetran_active;
DELETE FROM contact_company_history WHERE NOT _fivetran_active;
DELETE FROM company_history WHERE NOT _fivetran_active;
DELETE FROM conversation_contact_history WHERE NOT _fivetran_active;
ALTER TABLE conversation_history DROP _fivetran_active, ALTER id TYPE bigint USING id::bigint, ALTER created_at DROP DEFAULT,
	ALTER created_at TYPE timestamp USING created_at AT TIME ZONE 'UTC', ALTER assignee_id TYPE bigint USING assignee_id::bigint;
ALTER TABLE conversation_part_history DROP _fivetran_active, ALTER id TYPE bigint USING id::bigint,
	ALTER conversation_id TYPE bigint USING conversation_id::bigint, ALTER assigned_to_id TYPE bigint USING assigned_to_id::bigint,
	ALTER created_at TYPE text USING to_char(created_at, 'YYYY-MM-DD HH24:MI:SS');
ALTER TABLE conversation_contact_history DROP _fivetran_active, ALTER conversation_id TYPE bigint USING conversation_id::bigint;
ALTER TABLE admin ALTER id TYPE bigint USING id::bigint;
ALTER TABLE team ALTER id TYPE bigint USING id::bigint;
ALTER TABLE contact_history RENAME TO "CONTACT_HISTORY";
SQL
is(join(' ', map { (split /\|/)[0] // '' } run_adapter($node, 'intercom_fivetran.sql', source => 'Inter"com', target => 'other')),
	' conversation_history._fivetran_active conversation_part_history._fivetran_active conversation_contact_history._fivetran_active',
	'runs on other types, and misses history mode');
builds_mart($node, 'other', 'other_mart');
is(facts('other_mart'), facts('mart'), 'and the times are the same');
is(states('other_mart'), states('mart'), 'and the states');

# A greeting of a bot that nobody answered, and a conversation of Fin that is closed with an assignment; 93 is still Fin's.
load_helpdesk($node, 'bots', $rows, "INSERT INTO conversation_history (id, created_at, state, source_delivered_as, source_author_type,
		source_author_id, ai_agent_participated) VALUES
		('91', '2026-03-02 09:00', 'closed', 'operator_initiated', 'bot', 'b1', NULL),
		('92', '2026-03-02 09:00', 'closed', 'customer_initiated', 'user', 'c1', true),
		('93', '2026-03-02 09:00', 'open', 'customer_initiated', 'user', 'c1', true);
	INSERT INTO conversation_part_history (id, conversation_id, created_at, part_type, author_type, author_id, assigned_to_type,
		assigned_to_id) VALUES
		('9101', '91', '2026-03-02 09:20', 'close', 'bot', 'b1', NULL, NULL),
		('9201', '92', '2026-03-02 09:10', 'close', 'admin', '1', 'admin', '1');");
is((run_adapter($node, 'intercom_fivetran.sql', source => 'bots', target => 'of_bots'))[0], '', 'runs on conversations of bots');
builds_mart($node, 'of_bots', 'bot_mart');
is(query($node, "SELECT ticket_id, status, is_resolved, reopens, to_char(resolved_at, 'HH24:MI') FROM bot_mart.ticket
		WHERE ticket_id IN ('91', '92', '93') ORDER BY 1"),
	"92|closed|t|0|09:10\n93|bot|f||", 'greetings are no tickets, an assignment opens nothing that is closed, and Fin is a bot');

survives_gaps($node, 'intercom_fivetran.sql', 'intercom');
done_testing();
