# The views over Request Tracker's tables tell what its tickets were, whatever its
# tables make of it.  The rows and what each is about are in
# test/data/adapters/request_tracker_rows.sql; what is expected was worked out by hand.
# script/acceptance-request-tracker does the same with a real Request Tracker.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $data = dirname(__FILE__) . '/../data/adapters';
my $node = adapter_node('request_tracker');
load_helpdesk($node, 'rt', map { slurp_file("$data/request_tracker_$_.sql") } qw(schema rows));

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = care, lib;\n$sql", extra_params => [ '-U', 'analyst' ]);
}

is(run_adapter($node, 'request_tracker.sql', 'tools', source => 'rt'), '', 'runs');
is(run_adapter($node, 'request_tracker.sql', 'tools', source => 'rt', target => 'care'), '', 'runs again');
keeps_contract($node, 'care', 'Request Tracker');

# When, in UTC: first response and resolution.  5 was merged, 9 to 12 do not count.
# How long it was paused.
my $paused = '(SELECT sum(upper(p) - lower(p)) FROM unnest(paused) AS p)';
sub at { return "to_char($_[0] AT TIME ZONE 'UTC', 'DD HH24:MI')" }
is(query('SELECT ticket_id, ' . at('first_response_at') . ', first_responder_id, ' . at('resolved_at') . ', status, solved FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'when');
1|02 08:30|12|02 09:00|solved|t      # not the comment, nor what RT sent, nor what an asset got
2||||new|f
3|02 09:15|12|02 15:00|solved|t
4|02 12:00|13||pending|f              # the date of resolution means nothing
6|02 10:30|12|02 11:00|solved|t      # not the answer that was merged into it
7|02 10:00|12|02 12:00|solved|t      # not 09:00, the agent who asks
8|02 08:40|12|02 08:45|solved|t
13||||solved|t                       # nobody knows when
14|02 09:30|13|02 11:00|solved|t     # the last change to resolved, for want of the date
ROWS
is(query('SELECT count(*) FROM tickets WHERE closed_at IS DISTINCT FROM resolved_at OR created_at IS NULL OR updated_at <> \'2026-03-20 12:00 UTC\''), '0', 'one end, and the other times');

is(query('SELECT ticket_id, contacts, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transferred, ' . $paused . ' FROM tickets ORDER BY ticket_id::int'), <<'ROWS' =~ s/ +#.*//gr =~ s/\n\z//r, 'how many');
1|1|1|0|1|1|0|f|f|
2|1|0|2|0|0|0|f|f|       # whoever is no agent writes for the customer
3|2|2|1|2|2|1|t|f|03:30:00       # 2 h solved, 1.5 h stalled
4|2|1|0|1|1|1|t|f|1 day          # solved from one noon to the next; the stall that runs does not count yet
6|1|2|1|2|1|0|f|t|       # the messages of 5, not its changes of status
7|1|1|1|1|1|0|f|f|       # another priority is not another queue
8|1|1|0|1|1|0|f|f|       # the customer never wrote
13|1|0|0|0|1|0|f|f|      # a program wrote it
14|1|1|0|1|2|0|f|f|01:00:00      # rejected is not reopened
ROWS

is(query('SELECT ticket_id, customer_id, account_id, agent_id, agent_name, team, priority, handle_time FROM tickets WHERE ticket_id IN (\'1\', \'2\', \'4\', \'7\') ORDER BY 1'),
	join("\n", '1|20|Acme|12|Anna Agent|General|20|00:25:00', '2|20|Acme|||General|20|', '4|20|Acme|13|bert|General|20|', '7|13||12|Anna Agent|General|20|'), 'who and what');
is(query(q(SELECT attname FROM pg_attribute WHERE attrelid = 'care.tickets'::regclass AND attname ~ '^sla_|^hours$|^channel$')), '', 'nothing is made up');

# 2, 6 and 7 are the numbers of the values: not the one that was taken back, nor another field's, nor what is no score; 9 was rejected
is(query('SELECT kind, ' . at('sent_at') . ', ' . at('answered_at') . ', score, scale_max, ticket_id, account_id, agent_id FROM surveys ORDER BY response_id::int'),
	join("\n", 'csat|02 10:01|02 10:01|5|5|1|Acme|12', 'csat|02 16:00|02 16:00|2|5|3||12', 'csat|03 08:00|03 08:00|4|5|6|Acme|12'), 'surveys');
is(query('SELECT ticket_id, csat_score FROM tickets WHERE csat_score IS NOT NULL ORDER BY 1'), "1|5\n3|2\n6|4", 'ratings of tickets');
is(query('SELECT count(*) FROM surveys WHERE score > 0 AND score::text <> \'fine\''), '3', 'conditions on the score do not meet what is none');

# Minutes to the first response: 30 75 240 120 120 40 90; the middle of 30 40 75 90 120 120 240 is 90.
# To the resolution: 60 420 150 240 45 180; between 150 and 180, the middle of six, is 165.
# Solved are 1 3 6 7 8 13 14.  Reopened was 3, so that six of the seven needed one contact; one reply had 1 7 8 14.
is(query('SELECT extract(epoch FROM median_response(created_at, first_response_at))::int / 60, extract(epoch FROM median_resolution(created_at, resolved_at))::int / 60,
		round(fcr_rate(contacts, solved)::numeric, 2), round(one_touch_rate(agent_replies, solved)::numeric, 2), round(reopen_rate(reopens, solved)::numeric, 2) FROM tickets'), '90|165|85.71|57.14|14.29', 'KPIs of tickets');
# 5 and 4 of 5, 2, 4
is(query('SELECT round(csat_pct(score)::numeric, 2), round(csat_avg(score)::numeric, 2) FROM surveys WHERE kind = \'csat\''), '66.67|3.67', 'KPIs of surveys');

# The mart of the view: tickets, resolved, unanswered, pending, first responses, satisfied of ratings.
is(builds_mart($node, 'care', 'mart'), '9|7|2|1|7|2/3', 'headlines of the mart');

# Each big table is read once, and not at all when nothing of it is asked for.
my $plan = query('EXPLAIN SELECT customer_replies, first_response_at, customer_id FROM tickets');
is(scalar(() = $plan =~ /Scan.* on transactions\b/g), 1, 'one scan of transactions for messages');
unlike(query('EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT ticket_id, created_at, status FROM tickets'), qr/ on (transactions|groupmembers|objectcustomfieldvalues)\b(?!.*never executed)/, 'columns of the ticket need nothing else');

# Other lifecycles and another field: new is what waits, rejected counts and is an end, 7 is a score of 10.
is(run_adapter($node, 'request_tracker.sql', 'tools', source => 'rt', target => 'other', solved_statuses => 'resolved,rejected', dropped_statuses => 'deleted', pending_statuses => 'new', csat_scale => 10), '', 'runs with other statuses');
is(query('SELECT ticket_id, was_pending, closes, reopens, solved, ' . $paused . ' FROM other.tickets WHERE ticket_id IN (\'2\', \'9\', \'14\') ORDER BY ticket_id::int'),
	join("\n", '2|t|0|0|f|', '9|f|1|0|t|', '14|t|1|0|t|03:00:00'), 'and follows them');
is(query('SELECT ticket_id, score, scale_max FROM other.surveys ORDER BY ticket_id::int'), "1|5|10\n3|2|10\n6|4|10\n7|7|10\n9|1|10", 'and the scale');
is(run_adapter($node, 'request_tracker.sql', 'tools', source => 'rt', target => 'other', csat_field => q(Topic')), '', 'runs with a field that is not there');
is(query('SELECT count(*), count(csat_score), (SELECT count(*) FROM other.surveys) FROM other.tickets'), '9|0|0', 'which nobody answered');

# Other names, and no right to create schemas.
my $odd = q(we"ird; schema' \\ $$);
$node->safe_psql('postgres', 'REVOKE CREATE ON DATABASE postgres FROM analyst; CREATE SCHEMA "target; DROP" AUTHORIZATION analyst');
load_helpdesk($node, $odd, map { slurp_file("$data/request_tracker_$_.sql") } qw(schema rows));
is(run_adapter($node, 'request_tracker.sql', 'pg_catalog', source => $odd, target => 'target; DROP'), '', 'any names, in a schema that is there');
is(query('SELECT count(*), (SELECT count(*) FROM "target; DROP".surveys) FROM "target; DROP".tickets'), '9|3', 'and gives the same');
like(run_adapter($node, 'request_tracker.sql', 'tools', source => 'rt', target => 'new'), qr/permission denied for database/, 'a schema that is missing has to be created');

# Functions that look like PostgreSQL's are not called.
$node->safe_psql('postgres', q(CREATE SCHEMA evil; CREATE FUNCTION evil.lower(varchar) RETURNS text LANGUAGE sql AS $$ SELECT 'evil' $$;
	GRANT USAGE ON SCHEMA evil TO analyst; GRANT CREATE ON DATABASE postgres TO analyst));
is(run_adapter($node, 'request_tracker.sql', 'evil', source => 'rt', target => 'safe'), '', 'runs under a hostile path');
is(query('SELECT count(customer_id) FROM safe.tickets'), '9', 'and takes nothing from it');

$node->safe_psql('postgres', 'CREATE DATABASE without');
(undef, my $stderr) = run_command([ 'psql', '-X', '-q', '-d', $node->connstr('without'), '-f', "$data/../../../adapters/request_tracker.sql" ]);
like($stderr, qr/extension "kpi" is not installed in this database/, 'asks for the extension');
is($node->safe_psql('without', q(SELECT count(*) FROM pg_namespace WHERE nspname = 'care')), '0', 'and leaves nothing behind');

done_testing();
