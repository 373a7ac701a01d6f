# Checks the views over Fivetran's tables of Zendesk against expected values worked out by hand.
# test/data/adapters/zendesk_fivetran.sql has the rows and describes each of them.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $rows = slurp_file("$data/zendesk_fivetran.sql");
my $node = adapter_node('zendesk');
load_helpdesk($node, 'zendesk', $rows);

is((run_adapter($node, 'zendesk_fivetran.sql', source => 'zendesk'))[0], '', 'runs');
is(join(' ', run_adapter($node, 'zendesk_fivetran.sql', source => 'zendesk')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['ticket'], messages => [qw(ticket_comment ticket_chat)],
	status_changes => [qw(ticket_field_history ticket_schedule)]);
builds_mart($node, 'care', 'mart', q(fcr_rule => 'zendesk'));

# When, in UTC: first response, resolution and closing.  4 and 5 were deleted, 6 was merged into 7.
sub at { return "to_char($_[0], 'DD HH24:MI')" }
my $when = 'SELECT ticket_id, ' . join(', ', at('first_response_at'), 'responder_id', at('resolved_at'), at('closed_at'))
  . ', status, is_resolved, opened_by FROM mart.ticket ORDER BY ticket_id';
is(query($node, $when), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'when');
1|02 10:20|1|02 11:00|06 11:00|closed|t|customer   # solved when it was solved, not when it was closed; not the private comment
2|02 10:45|2|02 12:00||solved|t|agent              # not 10:00, the comment of the agent who opened it
3|02 10:05|1|||open|f|agent                        # opened by a private comment: the first public one counts
6|02 10:30|1|02 10:30|02 10:30|closed|t|customer
7|02 10:30|1|03 10:00||solved|t|customer           # the last resolution
8|02 10:10|2|||open|f|customer                     # solved once, but not now
9|||02 12:00|02 12:00|closed|t|customer
10|02 10:30|3|02 15:00||solved|t|customer          # Cem was an agent then, Dee was none yet
11|02 17:50|1|02 19:00||solved|t|customer
12|02 11:30|2|02 12:00||solved|t|customer
13|||||new|f|customer
14|||||new|f|customer
15||1|02 10:30||solved|t|customer
16|02 10:15|2|02 11:00||solved|t|customer
17|02 10:50|1|02 11:00||solved|t|customer
18||1|||open|f|customer                            # answered before it was there
19|02 10:40|2|02 11:00||solved|t|customer          # the second of two rows that say solved is not a resolution
20|02 10:03|99|02 10:30||solved|t|customer         # not the trigger, nor what was said in another chat; 99 is gone
21|02 10:09|2|02 10:30||solved|t|customer          # not the bot that speaks as Ben
22|||||open|f|customer
ROWS

# pending and on hold are minutes
my $counts = 'SELECT ticket_id, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transferred,
	first_contact, pending_calendar_seconds / 60, on_hold_calendar_seconds / 60, handle_seconds FROM mart.ticket
	WHERE merged_into IS NULL ORDER BY ticket_id';
is(query($node, $counts), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'how many');
1|1|1|1|1|0|f|f|t|0|0|
2|1|1|2|1|0|f|f|t|0|0|
3|1|0|1|0|0|f|f||0|0|
7|2|1|1|2|1|t|f|f|10|30|
8|1|1|1|1|1|f|t||0|0|
9|0|0|0|1|0|f|f|t|0|0|           # closed counts, because it never was solved
10|2|1|2|1|0|f|f|f|0|0|
11|1|0|1|1|0|f|f|t|0|0|
12|1|0|1|1|0|f|f|t|0|0|
13|0|0|0|0|0|f|f||0|0|
14|0|0|0|0|0|f|f||0|0|
15|0|0|0|1|0|f|f|t|0|0|
16|2|0|1|1|0|f|f|f|0|0|165       # calls of 120 and 45 seconds
17|1|0|1|1|0|f|f|t|0|0|
18|0|0|1|0|0|t|f||0|0|           # on hold still: such a time counts in no KPI
19|1|0|1|1|0|f|t|t|0|0|          # Ana, nobody, Ben
20|2|2|2|1|0|f|f|f|0|0|          # the opening is in the chat and in the comment
21|1|0|1|1|0|f|f|t|0|0|
22|0|0|0|0|0|f|f||0|0|
ROWS

# The chat of 20: minutes of each wait.
is(query($node, 'SELECT metric, ' . at('started_at') . ', ' . at('ended_at')
		. ' FROM mart.ticket_wait WHERE ticket_id = 20 ORDER BY started_at'),
	"first_response|02 10:00|02 10:03\nnext_response|02 10:04|02 10:06", 'words of a chat are messages, and a file is one');

# 11 was answered 50 minutes after the West opened at 17:00 UTC, and solved after nine hours; 12 had 60 minutes at last,
# and 1 minute of wait; 13 is not due; 14 was due long ago; 15 was solved instead; 18 was never answered.
is(query($node, 'SELECT ticket_id, response_target_seconds / 60, resolution_target_seconds / 60, sla_response_met,
		sla_resolution_met, sla_policy
		FROM mart.ticket WHERE num_nonnulls(response_target_seconds, resolution_target_seconds) > 0 ORDER BY ticket_id'),
	join("\n", '11|60|480|t|f|', '12|60|1|f|f|Urgent', '14|60||f||', '15|60||t||', '18|60||f||'),
	'SLA, and the policy that was set before the target changed');

my $west = 'America/Los_Angeles; Mo-Fr 09:00-17:00; 2026-03-05-2026-03-06 off';
is(query($node, 'SELECT ticket_id, hours FROM care.status_changes WHERE hours IS NOT NULL ORDER BY at'),
	"3|$west\n3|UTC; Mo-Fr 08:00-18:00",
	'schedules set by triggers; that of 2 is gone');
is(query($node, "SET timezone = 'America/New_York'; SELECT DISTINCT hours FROM care.tickets"), $west,
	'the oldest schedule is the default, with the same holidays wherever the session is');
# 10:00 to 10:01 was none of the West's hours, but all of the Island's are open then
is(query($node, 'SELECT response_seconds / 60 FROM mart.ticket WHERE ticket_id = 3'), 4, 'business time follows the schedules of a ticket');

is(query($node, 'SELECT ticket_id, team, channel, category, priority, agent_id, agent_name, customer_id, account_id FROM mart.ticket
		WHERE ticket_id IN (1, 7, 8, 9, 21) ORDER BY ticket_id'),
	join("\n", '1|Support|email|question|normal|1|Ana|10|900', '7|Support|web|incident|high|1|Ana|10|900',
		'8|Billing|web|problem|low|2|Ben|10|900', '9|Support|api|||||10|', '21|Support|native_messaging|||2|Ben|10|'), 'who and what');

my $surveys = 'SELECT response_id, kind, ' . at('sent_at') . ', ' . at('answered_at')
  . ', score, scale_max, account_id, agent_id, channel, comment FROM care.surveys ORDER BY ticket_id';
is(query($node, $surveys), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'surveys, without that of a merged ticket');
1|csat|03 11:00|03 12:00|5|5|900|1|email|thanks
7|csat|02 12:00|03 12:00|5|5|900|1|web|       # bad, and then good
8|csat|02 12:00|02 12:00|1|5|900|2|web|slow   # rated without an offer
17|csat|03 11:00|||5||1|chat|                 # offered alone is no answer
ROWS

# Solved, without 6, are 1 2 7 9 10 11 12 15 16 17 19 20 21: thirteen, of which 7 10 16 20 took two replies.  Of these and 8,
# fourteen that were ever solved, 7 and 8 came back.  Two of three ratings are good, three of four surveys were answered.
# 8 and 19 of nineteen tickets moved.
is(query($node, "SELECT kpi, round(value::numeric, 2), n FROM kpi_scorecard('mart', '2026-03-01', '2026-04-01')
		WHERE scope = 'total' AND kpi IN ('tickets', 'resolved', 'fcr_pct', 'reopen_pct', 'transfer_pct', 'csat_pct', 'survey_response_pct')
		ORDER BY kpi"),
	join("\n", 'csat_pct|66.67|3', 'fcr_pct|69.23|13', 'reopen_pct|14.29|14', 'resolved|13.00|13', 'survey_response_pct|75.00|4',
		'tickets|19.00|19', 'transfer_pct|10.53|19'), 'KPIs');

# As other installations have it: today's roles only, times without a zone, dates as instants, odd names, no schedules.
$node->safe_psql('postgres', 'DROP TABLE zendesk.agent_history CASCADE');
is(join(' ', run_adapter($node, 'zendesk_fivetran.sql', source => 'zendesk')), ' agent_history||',
	'names the table of agents that is not there');
builds_mart($node, 'care', 'today');
is(query($node, 'SELECT ticket_id, ' . at('first_response_at') . ', agent_replies, customer_replies, opened_by FROM today.ticket
		WHERE ticket_id = 10'),
	'10|02 10:10|2|1|customer', 'whoever left is a customer, and Dee has always been an agent');

my $odd = q(we"ird; schema' \\ $$);
load_helpdesk($node, $odd,
	$rows =~ s/timestamptz/timestamp/gr =~ s/(start|end)_date text/$1_date timestamptz/gr =~ s/\bvalue text/value varchar/gr,
	'DROP TABLE agent_history; ALTER TABLE ticket ALTER merged_ticket_ids TYPE jsonb USING merged_ticket_ids::jsonb;
	ALTER TABLE ticket RENAME status TO "STATUS";
	ALTER TABLE ticket_comment ALTER ticket_id TYPE integer;
	ALTER TABLE ticket_field_history ALTER ticket_id TYPE text; ALTER TABLE ticket_comment RENAME TO "Ticket_Comment";');
$node->safe_psql('postgres', 'REVOKE CREATE ON DATABASE postgres FROM analyst; CREATE SCHEMA "target; DROP" AUTHORIZATION analyst');
$node->safe_psql('postgres', 'SELECT format(\'ALTER TABLE %s RENAME TO %I\', oid::regclass, \'Z_\' || relname || \'_data\')
	FROM pg_class WHERE relkind = \'r\' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname LIKE \'we%\') \gexec');
is((run_adapter($node, 'zendesk_fivetran.sql', source => $odd, target => 'target; DROP', prefix => 'z_', suffix => '_data'))[0],
	'', 'any names, in a schema that is there');
is(query($node, qq(SELECT count(*) FROM (TABLE care.$_ EXCEPT TABLE "target; DROP".$_) AS d)), 0, "gives the same $_")
  foreach qw(tickets messages status_changes sla_targets surveys);
$node->safe_psql('postgres', 'DROP TABLE zendesk.schedule_holiday CASCADE');
is((run_adapter($node, 'zendesk_fivetran.sql', source => 'zendesk', target => 'target; DROP'))[0], '', 'runs without holidays');
is(query($node, 'SELECT DISTINCT hours FROM "target; DROP".tickets'), 'America/Los_Angeles; Mo-Fr 09:00-17:00',
	'then there are schedules without any');
$node->safe_psql('postgres', 'DROP TABLE zendesk.schedule, zendesk.ticket_field_history CASCADE');
like(join("\n", run_adapter($node, 'zendesk_fivetran.sql', source => 'zendesk', target => 'target; DROP')),
	qr/^ticket_field_history\|sla_targets, status_changes, surveys\|.*every KPI of status changes/m, 'says what it costs to have no history');
is(query($node, q(SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = '"target; DROP"'::regnamespace)),
	'agents messages schedules tickets', 'and makes no views of it');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE postgres TO analyst; CREATE SCHEMA empty AUTHORIZATION analyst');
like((run_adapter($node, 'zendesk_fivetran.sql', source => 'empty', target => 'empty'))[0],
	qr/ERROR:  the source has no table ticket, with the columns id, created_at\nHINT:  Name its schema/, 'nothing to read');

load_helpdesk($node, 'whole', $rows);
survives_gaps($node, 'zendesk_fivetran.sql', 'whole');
done_testing();
