# The views over Chatwoot's tables tell what its conversations were, whatever its
# tables make of it.  The rows and what each is about are in
# test/data/adapters/chatwoot_rows.sql; what is expected was worked out by hand.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $node = adapter_node('chatwoot');
load_helpdesk($node, 'chatwoot', map { slurp_file("$data/chatwoot_$_.sql") } qw(schema rows));

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = care, lib;\n$sql", extra_params => [ '-U', 'analyst' ]);
}

is(run_adapter($node, 'chatwoot.sql', 'tools', source => 'chatwoot'), '', 'runs');
is(run_adapter($node, 'chatwoot.sql', 'tools', source => 'chatwoot', target => 'care'), '', 'runs again');
keeps_contract($node, 'care', 'Chatwoot');

# When, in UTC: first response and resolution.
sub at { return "to_char($_[0] AT TIME ZONE 'UTC', 'DD HH24:MI')" }
is(query('SELECT ticket_id, ' . at('first_response_at') . ', first_responder_id, ' . at('resolved_at') . ', status, solved FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'when');
1|02 10:10|11|02 11:00|solved|t
2|02 10:20|12|02 10:40|solved|t      # not 10:00:05, that was the bot
3|||02 10:30|solved|t                # no agent ever
4|02 11:00|11|03 10:00|solved|t      # the last resolution
5|02 10:15|11||open|f                  # resolved once, but not now
6|02 10:30|12||open|f                  # not the note, the activity or the template
7||||open|f
8|02 11:00|11|02 12:00|solved|t      # not 10:00, the message of the agent who began
9|02 10:25|12||on_hold|f               # not 10:00, the campaign
10|02 10:30|12|03 10:00|solved|t
11||||solved|t                       # nobody knows when
12|02 12:00|11|02 20:00|solved|t
13|||02 10:50|solved|t
14|02 10:45|11||open|f
15|02 15:00|11|02 15:30|solved|t     # by time, not by number
16||||bot|f
ROWS
is(query('SELECT count(*) FROM tickets WHERE closed_at IS DISTINCT FROM resolved_at'), '0', 'one end');

is(query('SELECT ticket_id, contacts, agent_replies, customer_replies, teammates, closes, reopens FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'how many');
1|1|1|1|1|1|0
2|1|1|0|1|1|0           # opened by the hand-over: not a reopening
3|1|0|0|0|1|0
4|2|2|1|1|2|1           # opened twice after one resolution: one reopening
5|2|1|1|1|1|1
6|1|1|0|1|0|0
7|1|0|0|0|0|0
8|1|1|1|2|1|0           # the opening message is no reply, but its author took part
9|1|1|1|1|0|0           # the customer answered the campaign
10|2|1|0|1|2|1          # three events, two resolutions; no event tells of the reopening
11|1|0|0|0|0|0
12|1|1|0|1|1|0
13|1|0|0|0|1|0
14|1|1|0|1|0|0
15|1|2|0|2|1|0
16|1|0|0|0|0|0
ROWS

is(query('SELECT ticket_id, bot_resolved, bot_escalated FROM tickets WHERE bot_handled ORDER BY ticket_id::int'), "2|f|t\n3|t|f\n7|f|f", 'bots');
is(query('SELECT count(*) FROM tickets WHERE bot_handled IS NULL OR (NOT bot_handled AND (bot_resolved IS NOT NULL OR bot_escalated IS NOT NULL))'), '0', 'without a bot nothing is said of one');

# 7 runs, 12 late answer, 13 resolved without one, 14 late and open, 15 has no response target and an older policy that was missed
is(query('SELECT ticket_id, sla_response, sla_resolution, sla_response_met, sla_resolution_met FROM tickets WHERE sla_resolution IS NOT NULL ORDER BY ticket_id::int'),
	join("\n", '7|01:00:00|24:00:00||', '12|01:00:00|24:00:00|f|t', '13|01:00:00|24:00:00|t|t', '14|01:00:00|24:00:00|t|f', '15||02:00:00||t'), 'SLA');

is(query('SELECT ticket_id, team, channel, category, priority, agent_id, agent_name, customer_id FROM tickets WHERE ticket_id IN (\'1\', \'2\', \'3\', \'5\') ORDER BY 1'),
	join("\n", '1|billing|chat|invoice|urgent|11|Ana|101', '2||chat|||12|Ben Brown|102', '3||chat||low|||103', '5|billing|email||high|11|Ana|105'), 'who and what');
is(query('SELECT DISTINCT channel, hours FROM tickets WHERE hours IS NOT NULL OR channel = \'email\' ORDER BY 1'),
	"chat|America/New_York; Mo-Fr 09:00-17:30\nemail|", 'working hours, where they are enabled');

is(query('SELECT response_id, kind, ' . at('sent_at') . ', ' . at('answered_at') . ', score, scale_max, ticket_id, agent_id, channel, comment FROM surveys ORDER BY response_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'surveys');
1004|csat|02 11:00|02 11:05|5|5|1|12|chat|thanks
2004|csat|02 10:40|||5|2|12|chat|                 # sent, never answered
4003|csat|02 12:00|02 13:00|2|5|4|11|email|slow
4006|csat|03 10:00|03 11:00|4|5|4|11|email|
16002|csat|02 10:00|||5|16||chat|
ROWS
is(query('SELECT ticket_id, csat_score FROM tickets WHERE csat_score IS NOT NULL ORDER BY 1'), "1|5\n4|4", 'the latest rating of a ticket');

# Minutes to the first response: 10, 20, 60, 15, 30, 60, 25, 30, 120, 45, 60: the middle of
# 10 15 20 25 30 30 45 60 60 60 120 is 30.  Of ten tickets that are solved (1 2 3 4 8 10 11 12 13 15)
# two came back (4, 10).  Ratings 5, 2, 4: two of three are satisfied; three of five surveys were answered.
is(query('SELECT extract(epoch FROM median_response(created_at, first_response_at))::int / 60, fcr_rate(contacts, solved), reopen_rate(reopens, solved) FROM tickets'), '30|80|20', 'KPIs of tickets');
is(query('SELECT round(csat_pct(score)::numeric, 2), survey_response_rate(answered_at IS NOT NULL) FROM surveys'), '66.67|60', 'KPIs of surveys');
# 14 and 12 missed one target each: response 2 of 3 met, resolution 3 of 4; the bot resolved one of three
is(query('SELECT round(sla_rate(sla_response_met)::numeric, 2), sla_rate(sla_resolution_met), round(bot_resolution_rate(bot_resolved)::numeric, 2) FROM tickets'), '66.67|75|33.33', 'KPIs of promises and bots');
# New York opens at 14:00 UTC: what was answered before took no business time, 15 an hour of it
is(query('SELECT ticket_id, extract(epoch FROM business_time(created_at, first_response_at, hours))::int / 60 FROM tickets WHERE hours IS NOT NULL AND first_response_at IS NOT NULL ORDER BY ticket_id::int'),
	"1|0\n2|0\n6|0\n9|0\n15|60", 'business time');

# The mart of the view: tickets, resolved, unanswered, pending, first responses, satisfied of ratings.
is(builds_mart($node, 'care', 'mart'), '16|10|5|0|11|2/2', 'headlines of the mart');

# Each big table is read once, and not at all when nothing of it is asked for.
my $plan = query('EXPLAIN SELECT * FROM tickets');
is(scalar(() = $plan =~ /Scan.* on $_\b/g), 1, "one scan of $_") foreach qw(conversations messages reporting_events csat_survey_responses sla_events);
unlike(query('EXPLAIN SELECT ticket_id, created_at, status FROM tickets'), qr/ on (messages|reporting_events|csat_survey_responses|sla_events)/, 'columns of the conversation need nothing else');
is(scalar(() = query('EXPLAIN SELECT * FROM surveys') =~ /Scan.* on messages\b/g), 1, 'surveys read the messages once');

# One tenant; other names; no importer, no right to create schemas.
is(run_adapter($node, 'chatwoot.sql', 'tools', source => 'chatwoot', target => 'tenant', account => 2), '', 'runs for one account');
is(query('SELECT ticket_id, (SELECT count(*) FROM tenant.surveys) FROM tenant.tickets'), '16|1', 'and gives its conversations alone');
like(run_adapter($node, 'chatwoot.sql', 'tools', source => 'chatwoot', target => 'tenant', account => '2 OR true'), qr/ERROR:.* invalid input syntax for type integer: "2 OR true"/, 'an account is a number');

my $odd = q(we"ird; schema' \\ $$);
$node->safe_psql('postgres', 'REVOKE CREATE ON DATABASE postgres FROM analyst; CREATE SCHEMA "target; DROP" AUTHORIZATION analyst');
load_helpdesk($node, $odd, map { slurp_file("$data/chatwoot_$_.sql") } qw(schema rows));
is(run_adapter($node, 'chatwoot.sql', 'pg_catalog', source => $odd, target => 'target; DROP'), '', 'any names, in a schema that is there');
is(query('SELECT count(*), count(hours), count(first_response_at) FROM "target; DROP".tickets'), '16|0|11', 'without the importer hours are NULL');
like(query(q(SELECT col_description('"target; DROP".tickets'::regclass, (SELECT attnum FROM pg_attribute WHERE attrelid = '"target; DROP".tickets'::regclass AND attname = 'hours')))), qr/business_hours\.sql/, 'and say why');
like(run_adapter($node, 'chatwoot.sql', 'tools', source => 'chatwoot', target => 'new'), qr/permission denied for database/, 'a schema that is missing has to be created');

# Functions and types that look like ours are not called.
$node->safe_psql('postgres', q(CREATE SCHEMA evil AUTHORIZATION analyst; GRANT CREATE ON DATABASE postgres TO analyst));
$node->safe_psql('postgres', q(CREATE FUNCTION evil.business_hours_from_chatwoot(jsonb) RETURNS text LANGUAGE sql AS 'SELECT (1/0)::text';
	CREATE FUNCTION evil.lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$), extra_params => [ '-U', 'analyst' ]);
is(run_adapter($node, 'chatwoot.sql', 'evil', source => 'chatwoot', target => 'safe'), '', 'runs under a hostile path');
is(query('SELECT string_agg(DISTINCT channel, \',\' ORDER BY channel), count(hours) FROM safe.tickets'), 'chat,email|0', 'and takes nothing from it');

$node->safe_psql('postgres', 'CREATE DATABASE without');
(undef, my $stderr) = run_command([ 'psql', '-X', '-q', '-d', $node->connstr('without'), '-f', "$data/../../../adapters/chatwoot.sql" ]);
like($stderr, qr/extension "kpi" is not installed in this database/, 'asks for the extension');
is($node->safe_psql('without', q(SELECT count(*) FROM pg_namespace WHERE nspname = 'care')), '0', 'and leaves nothing behind');

done_testing();
