# Checks the views over Fivetran's tables of HubSpot against expected values worked out by hand.
# test/data/adapters/hubspot_fivetran.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/hubspot_fivetran.sql");
my $node = adapter_node('hubspot');
load_helpdesk($node, 'hubspot', $rows);

# What is expected, without the comments behind it.
sub rows { return shift =~ s/ *#.*//gr =~ s/\n\z//r }

# Minutes until the first response and the resolution, and who wrote.
sub facts
{
	my ($mart, $condition) = @_;
	return query($node, "SELECT ticket_id, opened_by, response_seconds / 60, responder_id, agent_messages, agent_replies, customer_replies,
		teammates, resolution_seconds / 60 FROM $mart.ticket WHERE $condition ORDER BY ticket_id::bigint");
}

# The results of the status changes, with the finished minutes in each status.
sub stages
{
	my ($mart) = @_;
	return query($node, "SELECT ticket_id, status, is_resolved, closes, reopens, new_seconds / 60, open_seconds / 60, pending_seconds / 60,
		on_hold_seconds / 60 FROM $mart.ticket ORDER BY ticket_id::bigint");
}

is((run_adapter($node, 'hubspot_fivetran.sql', source => 'hubspot'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'hubspot_fivetran.sql', source => 'hubspot')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['ticket'], messages => ['ticket'], status_changes => ['ticket_property_history']);
like(query($node, 'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
		EXPLAIN (COSTS off) SELECT * FROM care.messages WHERE ticket_id = 7'),
	qr/on conversation_thread\s+Index Cond: .*on conversation_message_history\s+Index Cond: /s,
	'conversations are found by their ticket, though its id is a text there');
builds_mart($node, 'care', 'mart');
is(join(' ', run_adapter($node, 'hubspot_fivetran.sql', source => 'hubspot')), '', 'runs again below a mart');

is(facts('mart', 'true'), rows(<<'ROWS'), 'responses, resolutions and messages');
1|customer|20|501|1|1|1|1|60     # not 10:02, an older version of a message, or 10:05, a note
2|customer|30|502|2|2|1|1|1440   # not 10:03, deleted; the last resolution
3|customer|35|501|1|1|0|1|180    # without a thread: its e-mail
4|customer|35|501|1|1|0|1|120
7||||||||                        # merged
8||||||||
9||||||||                        # a conversation of spam is none
10|customer|45|501|1|1|0|1|      # not the greeting, bot or customer agent
11|customer|||0|0|0|0|           # nothing that arrived and is an agent's
12|agent|40|501|2|1|1|1|         # not the message that opened it
13|customer|25|A-79|1|1|0|1|     # in another conversation; not 10:05, deleted
14|||502|||||                     # the agent of the ticket, as nobody answered
15|||504|||||15
ROWS
is(stages('mart'), rows(<<'ROWS'), 'stages');
1|closed|t|1|0|20|40|0|0
2|closed|t|2|1|30|60|30|0
3|closed|t|1|0|0|70|110|0        # the stage 4 of 10:10 was Waiting on contact; it is Closed in its pipeline now
4|closed|t|1|0|30|0|0|90         # a stage 1 of an unknown pipeline changes nothing; 91 is on hold by our own mapping
7|open|f||||||
8|open|f|0|0|30|0|0|0             # its first change came before it
9|open|f||||||                   # without stages in the history none are made up
10|open|f||||||
11|new|f||||||
12|open|f||||||
13|open|f||||||
14|open|f|0|0|20|0|0|0          # until its last change
15|closed|t|1|0|0|15|0|0         # a stage without name and state is closed all the same
ROWS
is(query($node, 'SELECT ticket_id, team, agent_id, agent_name, channel, category, priority, customer_id, account_id
		FROM mart.ticket WHERE ticket_id IN (1, 2, 3, 14, 15) ORDER BY ticket_id'), rows(<<'ROWS'), 'who and what');
1|Front|501|Ana|EMAIL|BILLING_ISSUE|HIGH|31|800
2|Back|502|Ben Brown|EMAIL||||   # two contacts; the team of its owner
3||||FORM|||34|
14|Back|502|Ben Brown|EMAIL||||
15||504|cem@desk|PHONE||||
ROWS
is(query($node, 'SELECT ticket_id, merged_into FROM mart.ticket WHERE merged_into IS NOT NULL'), '7|8', 'merged tickets');
is(query($node, 'SELECT count(*) FROM care.tickets'), 13, 'each ticket is one row, also in two teams, stages and with three labels');
is(query($node, 'SELECT count(*) FROM care.status_changes'), 25, 'and each change');
is(query($node, 'SELECT transfers, transferred FROM mart.ticket WHERE ticket_id = 14'), '1|t',
	'another owner and team in one instant are one transfer, nobody is none');
is(query($node, 'SELECT bot_escalated, bot_resolved, to_char(handed_off_at, \'HH24:MI\') FROM mart.ticket WHERE bot_escalated IS NOT NULL'),
	't|f|10:30', 'the customer agent handed over one ticket');
is(query($node, 'SELECT ticket_id, sla_response_met, sla_resolution_met FROM mart.ticket WHERE sla_response_met IS NOT NULL OR
		sla_resolution_met IS NOT NULL ORDER BY 1'), rows(<<'ROWS'), 'verdicts are those of HubSpot');
1|t|f
2|f|t
11|f|
ROWS
is(query($node, 'SELECT response_id, kind, score, is_good, answered_day FROM mart.survey ORDER BY 1'), rows(<<'ROWS'), 'scores');
1-ces|ces|6|t|2026-03-03
1-csat|csat|3|t|2026-03-03
1-nps|nps|10||2026-03-04         # when the history says that it became 10
2-csat|csat|1|f|2026-03-04       # 0 is the lowest of HubSpot's scores; nobody knows when it got its nps
3-csat|csat|||2026-03-04         # no number
ROWS
is(query($node, "SELECT count(*) FROM kpi_build('care.tickets', 'handoff', 'UTC', messages => 'care.messages',
		status_changes => 'care.status_changes', response_from => 'handoff', fcr_rule => 'fivetran') WHERE object = 'ticket';
		SELECT response_seconds / 60 FROM handoff.ticket WHERE ticket_id = 10;
		SELECT ticket_id, first_contact FROM handoff.ticket WHERE first_contact IS NOT NULL ORDER BY 1"),
	"1\n15\n1|t\n2|f\n3|t\n4|t", 'from the hand-off; one touch is one message of an agent');

# without conversations, the e-mails and notes of engagements are the messages
load_helpdesk($node, 'emails', $rows, 'DROP TABLE conversation_thread;');
is(join(' ', map { (split /\|/)[0] } run_adapter($node, 'hubspot_fivetran.sql', source => 'emails', target => 'mailed')),
	'conversation_thread', 'misses conversations');
keeps_contract($node, 'mailed');
renames_only($node, 'mailed');
looks_up($node, 'mailed', 7, messages => ['ticket_engagement']);
builds_mart($node, 'mailed', 'mailed_mart');
is(facts('mailed_mart', 'response_seconds IS NOT NULL'), rows(<<'ROWS'), 'answers by e-mail');
1|customer|25|501|1|1|1|2|60     # one e-mail with three labels; not 10:05, a note
2|customer|33|502|1|1|0|1|1440   # not forwarded, bounced, scheduled or deleted; without a time when the row was made
3|customer|35|501|1|1|0|1|180
4|customer|35|501|1|1|0|1|120    # the same e-mail
10||44|501|||||                  # the chat has no messages, but a date of the first answer
11|customer|50|501|1|1|0|1|      # from the type, as the direction is not known
12|agent|42|501|2|1|1|1|
ROWS

# without messages and history, there are the dates of the ticket
load_helpdesk($node, 'dates', $rows, 'DROP TABLE conversation_thread, ticket_engagement, ticket_property_history;');
run_adapter($node, 'hubspot_fivetran.sql', source => 'dates', target => 'dated', csat_scale => 5);
is(query($node, "SELECT relname FROM pg_class WHERE relnamespace = 'dated'::regnamespace AND relkind = 'v' ORDER BY 1"),
	"agents\nstages\nsurveys\ntickets", 'no view where nothing fills one');
builds_mart($node, 'dated', 'dated_mart');
is(facts('dated_mart', 'response_seconds IS NOT NULL OR is_resolved'), rows(<<'ROWS'), 'dates of the ticket');
1||21|501|||||61
2||31|502|||||1441               # closed a second time
3||||||||                        # when it was closed is not known
4||||||||                        # closed by the only stage with this id
10||44|501|||||
15|||504|||||
ROWS
is(query($node, 'SELECT response_id, score FROM dated_mart.survey WHERE score IS NOT NULL ORDER BY 1'), "1-ces|6\n1-csat|2",
	'scores from 1 to 5 are taken as they are');

# another loader: text for each id, numbers for stages, instants without zone, and a name with quotes
load_helpdesk($node, 'Hub"Spot', $rows, <<'SQL');
UPDATE ticket SET property_hs_merged_object_ids = CASE WHEN id = 8 THEN '7' END;
ALTER TABLE ticket ALTER id TYPE text, ALTER property_hubspot_owner_id TYPE float8, ALTER property_createdate DROP DEFAULT,
	ALTER property_createdate TYPE timestamp USING property_createdate AT TIME ZONE 'UTC', ALTER property_hs_pipeline DROP DEFAULT,
	ALTER property_hs_pipeline TYPE bigint USING property_hs_pipeline::bigint,
	ALTER property_hs_pipeline_stage TYPE bigint USING property_hs_pipeline_stage::bigint,
	ALTER property_hs_merged_object_ids TYPE bigint USING property_hs_merged_object_ids::bigint;
ALTER TABLE ticket_property_history ALTER ticket_id TYPE text,
	ALTER timestamp_instant TYPE timestamp USING timestamp_instant AT TIME ZONE 'UTC';
ALTER TABLE ticket_contact ALTER ticket_id TYPE text;
ALTER TABLE owner ALTER owner_id TYPE text;
ALTER TABLE conversation_message_history RENAME TO "CONVERSATION_MESSAGE_HISTORY";
SQL
is(join(' ', run_adapter($node, 'hubspot_fivetran.sql', source => 'Hub"Spot', target => 'other')), '', 'runs on other types');
builds_mart($node, 'other', 'other_mart');
is(facts('other_mart', 'true'), facts('mart', 'true'), 'and the times are the same');
is(stages('other_mart'), stages('mart'), 'and the stages');

survives_gaps($node, 'hubspot_fivetran.sql', 'hubspot');
done_testing();
