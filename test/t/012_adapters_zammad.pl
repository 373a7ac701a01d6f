# The view over Zammad's tables tells what its tickets were, whatever its tables
# make of it.  The rows and what each is about are in test/data/adapters/zammad_rows.sql;
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
my $node = adapter_node('zammad');
load_helpdesk($node, 'zammad', map { slurp_file("$data/zammad_$_.sql") } qw(schema rows));

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = care, lib;\n$sql", extra_params => [ '-U', 'analyst' ]);
}

is(run_adapter($node, 'zammad.sql', 'tools', source => 'zammad'), '', 'runs');
is(run_adapter($node, 'zammad.sql', 'tools', source => 'zammad', target => 'care'), '', 'runs again');
keeps_contract($node, 'care', 'Zammad');
is(query(q(SELECT to_regclass('care.surveys') IS NULL)), 't', 'no surveys, no view');

# When, in UTC: first response and resolution.  5 was merged and 7 removed.
# How long it was paused.
my $paused = '(SELECT sum(upper(p) - lower(p)) FROM unnest(paused) AS p)';
sub at { return "to_char($_[0] AT TIME ZONE 'UTC', 'DD HH24:MI')" }
is(query('SELECT ticket_id, ' . at('first_response_at') . ', first_responder_id, ' . at('resolved_at') . ', status, solved FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'when');
1|02 08:30|2|02 09:00|closed|t                       # not the automatic, the internal or the note
2||||new|f
3|02 09:15|2|02 15:00|closed|t                       # the last closing, not the first
4|02 12:00|2||open|f                          # closed once, but not now
6|02 10:30|2|02 11:30|closed|t      # not the answer that was merged into it
8|02 10:00|2|02 18:00|closed|t                       # not 08:00, the message of the agent who opened it
9|02 09:00|3|04 08:00|closed|t                       # imported: the articles tell
10||||pending|f
11|||02 08:00|closed|t
12|02 10:00|2|02 14:00|closed|t                      # the histories know the last closing
13|||02 12:00|closed|t
14|02 10:00|3||open|f                         # the message that opened the other ticket is not this one's
ROWS
is(query('SELECT count(*) FROM tickets WHERE closed_at IS DISTINCT FROM resolved_at OR created_at IS NULL OR updated_at <> \'2026-03-20 12:00 UTC\''), '0', 'one end, and the other times');

is(query('SELECT ticket_id, contacts, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transferred, ' . $paused . ' FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'how many');
1|1|1|0|1|1|0|f|f|
2|1|0|0|0|0|0|f|f|
3|2|2|1|2|2|1|t|f|03:30:00       # 2 h closed, 1.5 h pending
4|2|1|1|1|1|1|f|f|1 day          # closed from one noon to the next
6|1|2|1|2|1|0|f|t|00:30:00       # from one closed state to the other: one closing, no reopening
8|1|1|1|1|1|0|f|f|       # the opening message is no reply
9|1|1|0|1|1|0|f|f|       # closed now, so closed once
10|1|0|0|0|0|0|t|f|02:00:00      # began pending; the pause that runs does not count yet
11|1|0|0|0|1|0|f|f|       # histories of a user and of another attribute are none of its
12|2|1|0|1|2|1|f|f|03:00:00
13|2|0|0|0|3|1|f|f|03:00:00      # the first time it was created so; removed is not reopened
14|1|2|0|2|0|0|f|f|
ROWS

is(query('SELECT ticket_id, customer_id, account_id, customer_tier, agent_id, agent_name, team, channel, category, priority FROM tickets WHERE ticket_id IN (\'1\', \'2\', \'10\', \'11\') ORDER BY ticket_id::int'),
	join("\n", '1|7|1|vip|2|Ann Agent|Users|email|Incident|3 high', '2|8|||||Users|email||2 normal', '10|8|||2|Ann Agent|Users|phone||2 normal', '11|8|||3|Bob|Users|email||2 normal'), 'who and what');

# 0 minutes left is met, -1 is not; 2 is past its deadline without a verdict, 10 is not
is(query('SELECT ticket_id, sla_response, sla_resolution, sla_response_met, sla_resolution_met, hours FROM tickets WHERE num_nulls(sla_response, sla_response_met, sla_resolution_met) < 3 ORDER BY ticket_id::int'),
	join("\n", '1|01:00:00|08:00:00|t|t|Europe/Berlin; Mo 09:00-17:00', '2|02:00:00||f||Europe/Berlin; Mo 09:00-17:00', '3|01:00:00|08:00:00|f|t|Europe/Berlin; Mo 09:00-17:00', '11||||f|'), 'SLA');

# Minutes to the first response: 30 75 240 120 120 60 120 120; the middle of 30 60 75 120 120 120 120 240 is 120.
# Solved are 1 3 6 8 9 11 12 13.  Reopened were 3, 12 and 13, so that five of eight needed one contact; one reply
# had 1 8 9 12.
is(query('SELECT extract(epoch FROM median_response(created_at, first_response_at))::int / 60, round(fcr_rate(contacts, solved)::numeric, 2),
		round(one_touch_rate(agent_replies, solved)::numeric, 2), round(reopen_rate(reopens, solved)::numeric, 2) FROM tickets'), '120|62.50|50.00|37.50', 'KPIs of tickets');
# response: 1 met, 2 and 3 not; resolution: 1 and 3 met, 11 not
is(query('SELECT round(sla_rate(sla_response_met)::numeric, 2), round(sla_rate(sla_resolution_met)::numeric, 2) FROM tickets'), '33.33|66.67', 'KPIs of promises');
# Berlin is an hour ahead and opens at 08:00 UTC: of 3, which was closed 7 hours later, all is business time
is(query('SELECT ticket_id, business_time(created_at, resolved_at, hours), sla_met(created_at, first_response_at, sla_response, hours) FROM tickets WHERE hours IS NOT NULL AND solved ORDER BY 1'),
	"1|01:00:00|t\n3|07:00:00|f", 'business time, and the same verdicts');

# What an hour of accounting is, only the administrator knows.
is(query('SELECT count(handle_time) FROM tickets'), '0', 'no unit, no handle time');
is(run_adapter($node, 'zammad.sql', 'tools', source => 'zammad', time_unit => '6 minutes'), '', 'runs with a unit');
is(query('SELECT ticket_id, handle_time FROM tickets WHERE handle_time IS NOT NULL'), '1|01:15:00', '12.5 units of 6 minutes');
like(run_adapter($node, 'zammad.sql', 'tools', source => 'zammad', time_unit => q(1 minute' OR true)), qr/ERROR:.* invalid input syntax for type interval/, 'a unit is an interval');

# The mart of the view: tickets, resolved, unanswered, pending, first responses, satisfied of ratings.
is(builds_mart($node, 'care', 'mart'), '12|8|4|1|8|0/0', 'headlines of the mart');

# Each big table is read once, and not at all when nothing of it is asked for.
my $plan = query('EXPLAIN SELECT * FROM tickets');
is(scalar(() = $plan =~ /Scan.* on $_\b/g), 1, "one scan of $_") foreach qw(ticket_articles histories);
unlike(query('EXPLAIN SELECT ticket_id, created_at, status FROM tickets'), qr/ on (ticket_articles|histories)/, 'columns of the ticket need nothing else');

# A calendar that is not understood hurts those who ask for hours, and nobody else.
$node->safe_psql('postgres', q(UPDATE zammad.calendars SET business_hours = 'mon: 9 to 5'));
is(query('SELECT count(*), count(first_response_at) FROM tickets'), '12|8', 'without hours the calendar is not read');
my (undef, undef, $stderr) = $node->psql('postgres', 'SELECT hours FROM care.tickets', extra_params => [ '-U', 'analyst' ]);
like($stderr, qr/line 1 of business_hours cannot be understood/, 'with them it is');

# Other names; no importer, no right to create schemas.
my $odd = q(we"ird; schema' \\ $$);
$node->safe_psql('postgres', 'REVOKE CREATE ON DATABASE postgres FROM analyst; CREATE SCHEMA "target; DROP" AUTHORIZATION analyst');
load_helpdesk($node, $odd, map { slurp_file("$data/zammad_$_.sql") } qw(schema rows));
is(run_adapter($node, 'zammad.sql', 'pg_catalog', source => $odd, target => 'target; DROP'), '', 'any names, in a schema that is there');
is(query('SELECT count(*), count(hours), count(first_response_at) FROM "target; DROP".tickets'), '12|0|8', 'without the importer hours are NULL');
like(query(q(SELECT col_description('"target; DROP".tickets'::regclass, (SELECT attnum FROM pg_attribute WHERE attrelid = '"target; DROP".tickets'::regclass AND attname = 'hours')))), qr/business_hours\.sql/, 'and say why');
like(run_adapter($node, 'zammad.sql', 'tools', source => 'zammad', target => 'new'), qr/permission denied for database/, 'a schema that is missing has to be created');
$node->safe_psql('postgres', 'GRANT CREATE ON DATABASE postgres TO analyst');
is(run_adapter($node, 'zammad.sql', 'tools', source => $odd, target => $odd . 2), '', 'any names, in a schema that is not there');
is(query('SELECT count(*), count(hours) FROM "' . ($odd . 2) =~ s/"/""/gr . '".tickets'), '12|3', 'and with hours');

# Functions and types that look like ours are not called.
$node->safe_psql('postgres', q(CREATE SCHEMA evil;
	CREATE FUNCTION evil.business_hours_from_zammad(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT (1/0)::text';
	CREATE FUNCTION evil.btrim(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$; CREATE FUNCTION evil.concat_ws(text, varchar, varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$;
	GRANT USAGE ON SCHEMA evil TO analyst));
is(run_adapter($node, 'zammad.sql', 'evil', source => $odd, target => 'safe'), '', 'runs under a hostile path');
is(query('SELECT string_agg(DISTINCT agent_name, \',\' ORDER BY agent_name), count(hours) FROM safe.tickets'), 'Ann Agent,Bob|0', 'and takes nothing from it');

$node->safe_psql('postgres', 'CREATE DATABASE without');
(undef, $stderr) = run_command([ 'psql', '-X', '-q', '-d', $node->connstr('without'), '-f', "$data/../../../adapters/zammad.sql" ]);
like($stderr, qr/extension "kpi" is not installed in this database/, 'asks for the extension');
is($node->safe_psql('without', q(SELECT count(*) FROM pg_namespace WHERE nspname = 'care')), '0', 'and leaves nothing behind');

done_testing();
