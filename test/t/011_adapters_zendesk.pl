# The views over the tables that Fivetran makes of Zendesk tell what its tickets
# were.  The rows and what each is about are in test/data/adapters/zendesk_rows.sql;
# what is expected was worked out by hand.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $schema = slurp_file("$data/zendesk_schema.sql");
my $rows = slurp_file("$data/zendesk_rows.sql");
my $node = adapter_node('zendesk');
load_helpdesk($node, 'zendesk', $schema, $rows);

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = care, lib;\n$sql", extra_params => [ '-U', 'analyst' ]);
}

is(run_adapter($node, 'zendesk_fivetran.sql', 'tools', source => 'zendesk'), '', 'runs');
is(run_adapter($node, 'zendesk_fivetran.sql', 'tools', source => 'zendesk', target => 'care'), '', 'runs again');
keeps_contract($node, 'care', 'Zendesk');

# When, in UTC: first response, resolution and closing.  4 and 5 were deleted, 6 was merged.
# How long it was paused.
my $paused = '(SELECT sum(upper(p) - lower(p)) FROM unnest(paused) AS p)';
sub at { return "to_char($_[0] AT TIME ZONE 'UTC', 'DD HH24:MI')" }
my $when = 'SELECT ticket_id, ' . at('first_response_at') . ', first_responder_id, ' . at('resolved_at') . ', ' . at('closed_at') . ', status, solved FROM tickets ORDER BY ticket_id::int';
is(query($when), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'when');
1|02 10:20|1|02 11:00|06 11:00|closed|t       # solved when it was solved, not when it was closed; not the private comment
2|02 10:45|2|02 12:00||solved|t               # not 10:00, the comment of the agent who opened it
3|02 10:05|1|||open|f                         # opened by a private comment: the first public one counts
7|02 10:30|1|03 10:00||solved|t               # the last resolution
8|02 10:10|2|||open|f                         # solved once, but not now
9|||02 12:00|02 12:00|closed|t
10|02 14:00|1|02 15:00||solved|t              # Cem is no agent now
11|02 17:50|1|02 19:00||solved|t
12|02 11:30|2|02 12:00||solved|t
13|||||new|f
14|||||new|f
15|||02 10:30||solved|t
16|02 10:15|2|02 11:00||solved|t
17|02 10:50|1|02 11:00||solved|t
18|02 09:30|1|||open|f
19|02 10:40|2|02 11:00||solved|t              # the second of two rows that say solved is not a resolution
ROWS

is(query('SELECT ticket_id, contacts, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transferred, ' . $paused . ', talk_time FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'how many');
1|1|1|1|1|1|0|f|f||
2|1|1|1|2|1|0|f|f||
3|1|1|0|1|0|0|f|f||
7|2|2|1|1|2|1|t|f|00:40:00|                   # ten minutes pending, thirty on hold
8|2|1|1|1|1|1|f|t||
9|1|0|0|0|1|0|f|f||                           # closed counts, because it never was solved
10|1|1|1|1|1|0|f|f||
11|1|1|0|1|1|0|f|f||
12|1|1|0|1|1|0|f|f||
13|1|0|0|0|0|0|f|f||
14|1|0|0|0|0|0|f|f||
15|1|0|0|0|1|0|f|f||
16|1|2|0|1|1|0|f|f||00:02:45                  # 120 and 45 seconds
17|1|1|0|1|1|0|f|f||
18|1|1|0|1|0|0|t|f||                          # on hold still
19|1|1|0|1|1|0|f|t||                          # Ana, nobody, Ben
ROWS

# 11 was answered 50 minutes after the West opened at 17:00 UTC, and solved after nine hours; 12 had 60
# minutes at last; 13 is not due; 14 was due long ago; 15 was solved instead; 18 is impossible.
is(query('SELECT ticket_id, sla_response, sla_resolution, sla_response_met, sla_resolution_met FROM tickets WHERE sla_response IS NOT NULL ORDER BY ticket_id::int'),
	join("\n", '11|01:00:00|08:00:00|t|f', '12|01:00:00||f|', '13|876000:00:00|||', '14|01:00:00||f|', '15|01:00:00||t|', '18|01:00:00|||'), 'SLA');

my $west = 'America/Los_Angeles; Mo-Fr 09:00-17:00; 2026-03-05-2026-03-06 off';
is(query('SELECT ticket_id, hours FROM tickets WHERE ticket_id IN (\'1\', \'2\', \'3\') ORDER BY 1'), "1|$west\n2|$west\n3|UTC; Mo-Fr 08:00-18:00", 'the last schedule, or the default');
is(query("SET timezone = 'America/New_York'; SELECT hours FROM tickets WHERE ticket_id = '1'"), $west, 'the same holidays wherever the session is');

is(query('SELECT ticket_id, team, channel, category, priority, agent_id, agent_name, customer_id, account_id, csat_score FROM tickets WHERE ticket_id IN (\'1\', \'7\', \'8\', \'9\', \'17\') ORDER BY ticket_id::int'),
	join("\n", '1|Support|email|question|normal|1|Ana|10|900|5', '7|Support|web|incident|high|1|Ana|10|900|5', '8|Billing|web|problem|low|2|Ben|10|900|1', '9|Support|api|||||10||', '17|Support|chat|||1|Ana|10||'), 'who and what');

my $surveys = 'SELECT response_id, kind, ' . at('sent_at') . ', ' . at('answered_at') . ', score, scale_max, ticket_id, account_id, agent_id, channel, comment FROM surveys ORDER BY ticket_id::int';
is(query($surveys), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'surveys');
1|csat|03 11:00|03 12:00|5|5|1|900|1|email|thanks
7|csat|02 12:00|03 12:00|5|5|7|900|1|web|     # bad, and then good
8|csat|02 12:00|02 12:00|1|5|8|900|2|web|slow # rated without an offer
17|csat|03 11:00|||5|17||1|chat|              # offered alone is no answer
ROWS

# Minutes to the first response: 20 45 5 30 10 240 470 90 15 50 40, and 18, which is impossible: the
# middle of 5 10 15 20 30 40 45 50 90 240 470 is 40.  Of eleven solved tickets (1 2 7 9 10 11 12 15 16 17 19)
# one came back (7); seven had one reply (1 2 10 11 12 17 19).  Two of three ratings are good, three of four
# surveys were answered.  Two of sixteen tickets moved.
is(query('SELECT extract(epoch FROM median_response(created_at, first_response_at) FILTER (WHERE first_response_at >= created_at))::int / 60, round(fcr_rate(contacts, solved)::numeric, 2),
	round(reopen_rate(reopens, solved)::numeric, 2), round(one_touch_rate(agent_replies, solved)::numeric, 2), transfer_rate(transferred), sla_rate(sla_response_met) FROM tickets'),
	'40|90.91|9.09|63.64|12.5|50', 'KPIs of tickets');
is(query('SELECT round(csat_pct(score)::numeric, 2), survey_response_rate(answered_at IS NOT NULL) FROM surveys'), '66.67|75', 'KPIs of surveys');

# The mart of the view: tickets, resolved, unanswered, pending, first responses, satisfied of ratings.
is(builds_mart($node, 'care', 'mart'), '16|11|4|0|11|2/3', 'headlines of the mart');

# Each big table is read once, and not at all when nothing of it is asked for.
my $plan = query('EXPLAIN SELECT * FROM tickets');
is(scalar(() = $plan =~ /Scan.* on $_\b/g), 1, "one scan of $_") foreach qw(ticket_comment ticket_field_history ticket_schedule);
like($plan, qr/Anti Join/, 'merged tickets are found by a join');
unlike(query('EXPLAIN SELECT ticket_id, created_at, status FROM tickets'), qr/ on ticket_(comment|field_history|schedule)/, 'columns of the ticket need nothing else');
$plan = query('EXPLAIN SELECT * FROM surveys');
is(scalar(() = $plan =~ /Scan.* on ticket_field_history\b/g), 1, 'surveys read the history once');
unlike($plan, qr/ on ticket_comment/, 'and no comments');

# Agents as they were: what Cem answered counts, and what Ana wrote before she was an agent does not; Ben
# answered 12 in the instant in which one of his periods ends and the other begins.
$node->safe_psql('postgres', q(SET timezone = 'UTC'; CREATE TABLE zendesk."agents; then" (user_id bigint, since timestamptz, until timestamptz);
	INSERT INTO zendesk."agents; then" VALUES (1, '2026-03-02 10:06', NULL), (2, '2020-01-01', '2026-03-02 11:30'), (2, '2026-03-02 11:30', NULL), (3, '2020-01-01', '2026-03-10');
	GRANT SELECT ON zendesk."agents; then" TO analyst));
is(run_adapter($node, 'zendesk_fivetran.sql', 'tools', source => 'zendesk', target => 'history', agents => 'agents; then'), '', 'runs with a table of agents');
is(query('SELECT ticket_id, ' . at('first_response_at') . ', first_responder_id, agent_replies, customer_replies FROM history.tickets WHERE ticket_id IN (\'2\', \'3\', \'10\', \'12\') ORDER BY ticket_id::int'),
	join("\n", '2|02 10:45|2|1|1', '3|||0|1', '10|02 10:30|3|2|0', '12|02 11:30|2|1|0'), 'and who was one when');

# Other types of columns, of names, no schedules, no importer, no right to create schemas.
my $odd = q(we"ird; schema' \\ $$);
load_helpdesk($node, $odd, $schema =~ s/timestamptz/timestamp/gr =~ s/jsonb/text/gr, $rows, 'ALTER TABLE schedule DROP _fivetran_deleted; DELETE FROM schedule WHERE start_time < 1440;');
$node->safe_psql('postgres', 'REVOKE CREATE ON DATABASE postgres FROM analyst; CREATE SCHEMA "target; DROP" AUTHORIZATION analyst');
is(run_adapter($node, 'zendesk_fivetran.sql', 'tools', source => $odd, target => 'target; DROP'), '', 'any names, UTC without a zone, in a schema that is there');
is(query(qq(SELECT count(*) FROM (TABLE tickets EXCEPT TABLE "target; DROP".tickets) AS d)), '0', 'gives the same tickets');
is(query(qq(SELECT count(*) FROM (TABLE surveys EXCEPT TABLE "target; DROP".surveys) AS d)), '0', 'and surveys');
is(run_adapter($node, 'zendesk_fivetran.sql', 'pg_catalog', source => 'zendesk', target => 'target; DROP'), '', 'without the importer');
is(query('SELECT ticket_id, sla_response_met, sla_resolution_met FROM "target; DROP".tickets WHERE sla_response_met IS NOT NULL OR sla_resolution_met IS NOT NULL OR hours IS NOT NULL ORDER BY ticket_id::int'),
	"11||f\n12|f|\n15|t|", 'nothing is said of hours, or of a target in them');
$node->safe_psql('postgres', 'DROP TABLE zendesk.schedule_holiday CASCADE');
is(run_adapter($node, 'zendesk_fivetran.sql', 'tools', source => 'zendesk', target => 'target; DROP'), '', 'nor without schedules');
is(query('SELECT count(*), count(hours) FROM "target; DROP".tickets'), '16|0', 'and they are not asked for');

done_testing();
