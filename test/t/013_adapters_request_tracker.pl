# Checks the views over the tables of Request Tracker against expected values worked out by hand.
# test/data/adapters/request_tracker.sql has the rows and describes each of them.
# script/acceptance-request-tracker does the same with a real Request Tracker.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Utils;
use Test::More;

my $adapter = 'request_tracker.sql';
my $rows = slurp_file(dirname(__FILE__) . "/../data/adapters/$adapter");
my $node = adapter_node('request_tracker');
load_helpdesk($node, 'rt', $rows);

is((run_adapter($node, $adapter, source => 'rt'))[0], '', 'runs');
is(join(' ', run_adapter($node, $adapter, source => 'rt')), '', 'runs again, and misses nothing');
keeps_contract($node, 'care');
renames_only($node, 'care');
looks_up($node, 'care', 7, tickets => ['tickets'], messages => ['tickets'], status_changes => [qw(transactions tickets)]);
# messages are looked up by the ticket that theirs was merged into; the ids of the others are lower, so that no merge join
# can stop early
like($node->safe_psql('postgres', q(BEGIN;
		INSERT INTO rt.transactions (objecttype, objectid, type, created)
		SELECT 'RT::Ticket', -n, 'Comment', '2026-03-02' FROM generate_series(1, 10000) AS n;
		ANALYZE rt.transactions;
		EXPLAIN (COSTS off) SELECT * FROM care.messages WHERE ticket_id = 7;
		ROLLBACK)),
	qr/Index Scan using \S+ on transactions[^\n]*\n\s+Index Cond: [^\n]*objecttype[^\n]*objectid = /, 'then in transactions');
builds_mart($node, 'care', 'mart', "fcr_rule => 'zendesk'");

# Rows of a query, without the comments behind what is expected.
sub rows_are
{
	my ($sql, $expected, $name) = @_;
	is(query($node, $sql), $expected =~ s/ *(#.*)?$//gmr =~ s/\n\z//r, $name);
	return;
}
sub at { return join ', ', map { "to_char($_, 'DD HH24:MI')" } @_ }

# When, in UTC, and who: 5 and 20 were merged, 9 to 12 do not count.
rows_are('SELECT ticket_id, merged_into, status, is_resolved, opened_by, responder_id, '
	  . at(qw(first_response_at first_resolved_at resolved_at waiting_since))
	  . ' FROM mart.ticket WHERE merged_into IS NULL ORDER BY ticket_id', <<'ROWS', 'when and who');
1||solved|t|customer|12|02 08:30|02 09:00|02 09:00|    # not the comment, nor what RT sent, nor what an asset got
2||new|f|customer|||||02 08:00
3||solved|t|customer|12|02 09:15|02 10:00|02 15:00|
4||pending|f|customer|13|02 12:00|02 12:00||           # the date of resolution means nothing
6||solved|t|customer|12|02 10:30|02 11:00|02 11:00|    # not the answer that was merged into it
7||solved|t|customer|12|02 10:00|02 12:00|02 12:00|    # not 09:00, the agent who asks
8||solved|t|agent|12|02 08:40|02 08:45|02 08:45|
13||solved|t||12||||                                   # nobody knows when; the owner stands for the first responder
14||solved|t|customer|13|02 09:30|02 10:00|02 10:00|   # rejected is not reopened
15||solved|t|agent|12||02 08:00|02 08:00|              # solved at its creation
16||solved|t|customer|13|02 12:30|02 13:00|02 13:00|
17||open|f|customer|12|02 09:00|||02 09:00             # the customer wrote after the answer
18||solved|t|customer|13|02 09:30|02 10:00|02 10:00|
19||open|f|customer|||02 10:00||02 08:00               # of one second the last status
21||solved|t||12||||                                   # as 13
ROWS

rows_are('SELECT ticket_id, agent_messages, agent_replies, customer_replies, teammates, closes, reopens, transfers, was_pending
	FROM mart.ticket WHERE merged_into IS NULL ORDER BY ticket_id', <<'ROWS', 'how many');
1|1|1|0|2|1|0|0|f      # Bert commented
2|0|0|2|0|0|0|0|f      # whoever is no agent writes for the customer
3|2|2|1|2|2|1|0|t
4|1|1|0|1|1|1|0|t
6|2|1|1|2|1|0|2|f      # the messages of 5, not its changes of status
7|1|1|3|1|1|0|0|f      # two messages of 20; another priority is not another queue
8|2|1|0|1|1|0|0|f      # the message that opens it is no reply
13|0|0|0|0||||         # a program wrote it
14|1|1|0|1|1|0|0|f
15|1|0|0|1|1|0|0|f
16|1|1|0|1|1|0|1|f     # agent and queue at once are one transfer; nobody is none
17|1|1|1|1|0|0|0|f
18|1|1|0|1|1|0|1|f
19|0|0|0|0|1|1|0|t     # the comment of the customer is no message
21|0|0|0|0||||
ROWS

# Minutes.  3: new 75, open 45 and 60 and 30, stalled 90.  4: open an hour; the stall that runs does not count yet.
# 16: taken and opened at 09:00.  19: the second of 10:00 counts nowhere.
rows_are('SELECT ticket_id, new_seconds / 60, open_seconds / 60, pending_seconds / 60, response_seconds / 60, resolution_seconds / 60,
		handle_seconds / 60 FROM mart.ticket WHERE merged_into IS NULL ORDER BY ticket_id', <<'ROWS', 'how long');
1|30|30|0|30|60|25
2|0|0|0|||
3|75|135|90|75|420|
4|240|60|0|240||
6|150|0|0|120|150|30     # what was worked on 5 is in it
7|240|0|0|120|240|
8|45|0|0|40|45|
13||||||
14|120|0|0|90|120|
15|0|0|0||0|10
16|60|240|0|270|300|
17|0|0|0|60||
18|120|0|0|90|120|
19|60|0|60|||
21||||||
ROWS

rows_are('SELECT ticket_id, customer_id, account_id, agent_id, agent_name, team, priority FROM mart.ticket
	WHERE ticket_id IN (1, 2, 4, 7, 14, 16) ORDER BY ticket_id', <<'ROWS', 'who and what');
1|20|Acme|12|Anna Agent|General|20
2|20|Acme|||General|20         # nobody's
4|20|Acme|13|bert|General|20
7|13||12|Anna Agent|General|20
14|21||12|Anna Agent|General|20   # the first of two requestors
16|20|Acme|13|bert|Second Level|20
ROWS
is(query($node, 'SELECT ticket_id, merged_into FROM mart.ticket WHERE merged_into IS NOT NULL ORDER BY 1'), "5|6\n20|7", 'merged tickets');
is(query($node, q(SELECT seq > 0, agent_id, team FROM care.status_changes WHERE ticket_id = 16 AND status IS NULL ORDER BY at, seq, team)),
	"f||General\nf||\nt|12|\nt|13|\nt||Second Level\nt||\nt|13|", 'each change of the owner is one');

# 2, 6, 7 and 9 are the numbers of the values: not a value that was taken back, nor another field's, nor a text,
# nor one of a rejected ticket; 7 is not on the scale
rows_are('SELECT response_id, kind, ' . at(qw(sent_at answered_at)) . ', score, is_good, ticket_id, account_id, agent_id
	FROM mart.survey ORDER BY response_id', <<'ROWS', 'surveys');
2|csat|02 10:01|02 10:01|5|t|1|Acme|12
6|csat|02 16:00|02 16:00|2|f|3||12
7|csat|03 08:00|03 08:00|4|t|6|Acme|12     # of 5, which was merged into 6
9|csat|02 13:01|02 13:01|||7||12
ROWS

# Of 15 tickets 11 are solved: 1 3 6 7 8 13 14 15 16 18 21, all but 3 with at most one reply.  Reopened are 3 4 19 of the eleven that
# were ever solved, without 13 and 21; transferred 6 16 18 of the thirteen whose history is known.  Unanswered are 2 13 15 19 21.
# Minutes to the first response: 30 40 60 75 90 90 120 120 240 270; in the middle 90.  To the resolution: 0 45 60 120 120 150 240
# 300 420; in the middle 120.  Worked: 10 25 30.  Satisfied are 5 and 4 of 5, 2, 4.
rows_are(q(SELECT kpi, round(value::numeric, 2), n FROM mart.kpi_monthly WHERE period = '2026-03-01' AND team = 'all' AND channel = 'all'
	AND kpi IN ('tickets', 'resolved', 'unanswered', 'fcr_pct', 'reopen_pct', 'transfer_pct', 'csat_pct', 'response_median_seconds',
		'resolution_median_seconds', 'handle_median_seconds') ORDER BY kpi), <<'ROWS', 'KPIs');
csat_pct|66.67|3
fcr_pct|90.91|11
handle_median_seconds|1500.00|3
reopen_pct|27.27|11
resolution_median_seconds|7200.00|9
resolved|11.00|11
response_median_seconds|5400.00|10
tickets|15.00|15
transfer_pct|23.08|13
unanswered|5.00|5
ROWS

# At the end of the 2nd 2 is new, 17 and 19 are open, and 4 is solved; 4 is open on the 3rd from noon, and stalled from one o'clock.
# 16 was solved in the other queue; 6 came back.  Without status changes 13 and 21 have no status; 21 is solved on the 3rd.
rows_are(q(SELECT to_char(day, 'DD'), status, team, backlog FROM mart.backlog_daily WHERE day IN ('2026-03-02', '2026-03-03')
	AND (backlog > 0 OR closed > 0) ORDER BY day, status, team), <<'ROWS', 'backlog');
02|new|General|1
02|open|General|2
02|open|Second Level|0
02|pending|General|0
02||General|1
03|new|General|1
03|open|General|2
03|pending|General|1
03||General|0
ROWS
is(query($node, q(SELECT ticket_id, outcome_day FROM mart.ticket WHERE ticket_id IN (13, 21) ORDER BY 1)), "13|2026-03-02\n21|2026-03-03",
	'a solved ticket without history counts on the day that RT has, else of its creation');
is(query($node, q(SELECT source_status, count(*) FROM mart.ticket_status WHERE status = 'pending' GROUP BY 1)), 'stalled|1',
	'statuses by their names');

# As a loader may bring them: an odd schema, other types, capitals.
my $odd = q(we"ird; schema' \\ $$);
load_helpdesk($node, $odd, $rows, 'DISCARD TEMP; ALTER TABLE transactions ALTER created TYPE timestamptz;
	ALTER TABLE tickets ALTER created TYPE timestamptz, ALTER resolved TYPE text, ALTER id TYPE bigint;
	ALTER TABLE tickets RENAME COLUMN effectiveid TO "EffectiveId"; ALTER TABLE tickets RENAME TO "Tickets";');
is(join(' ', run_adapter($node, $adapter, source => $odd, target => 'target; DROP')), '', 'any names and types');
is(query($node, qq(SELECT * FROM care.$_ EXCEPT SELECT * FROM "target; DROP".$_)), '', "and gives the same $_")
  foreach qw(tickets messages status_changes surveys);

# What happens later: 2 is rejected, and 19 merged into 17.  A refresh finds both by their times.
$node->safe_psql('postgres', q(SET timezone = 'UTC'; SET search_path = rt;
	UPDATE tickets SET status = 'rejected', lastupdated = localtimestamp WHERE id = 2;
	INSERT INTO transactions (objecttype, objectid, type, field, oldvalue, newvalue, creator, created)
	VALUES ('RT::Ticket', 2, 'Status', 'Status', 'new', 'rejected', 12, localtimestamp);
	UPDATE tickets SET effectiveid = 17, ismerged = 1, lastupdated = localtimestamp WHERE id = 19;
	UPDATE tickets SET lastupdated = localtimestamp WHERE id = 17));
query($node, q(SELECT * FROM kpi_refresh('mart')));
is(query($node, q(SELECT count(*) FROM mart.ticket WHERE ticket_id = 2)), '0', 'a rejected ticket leaves the mart');
# the customer's messages are now two of 17 and one of 19, the first of which opened it
is(query($node, q(SELECT ticket_id, merged_into, customer_replies FROM mart.ticket WHERE ticket_id IN (17, 19) ORDER BY 1)),
	"17||2\n19|17|", 'messages follow a merged ticket');
is(query($node, q(SELECT * FROM kpi_verify('mart'))), '', 'the mart is that of its views');

# Other lifecycles and another scale: new is what waits, rejected counts and is an end, 7 is a score of 10.
is((run_adapter($node, $adapter, source => 'rt', target => 'other', solved_statuses => 'resolved, rejected', dropped_statuses => 'deleted',
		pending_statuses => 'new', csat_scale => 10))[0], '', 'runs with other statuses');
builds_mart($node, 'other', 'other_mart');
# 2 and 9 were new, which waits, until they were rejected; 9 for an hour
is(query($node, 'SELECT ticket_id, status, closes, reopens, was_pending, pending_seconds FROM other_mart.ticket
		WHERE ticket_id IN (3, 9, 14) ORDER BY ticket_id'), "3|solved|2|1|t|4500\n9|solved|1|0|t|3600\n14|solved|1|0|t|7200", 'and follows them');
is(query($node, 'SELECT ticket_id, score FROM other_mart.survey ORDER BY ticket_id'), "1|5\n3|2\n6|4\n7|7\n9|1", 'and the scale');
is((run_adapter($node, $adapter, source => 'rt', target => 'none', csat_field => q(Topic')))[0], '', 'runs with a field that is not there');
is(query($node, 'SELECT count(*) FROM none.surveys'), 0, 'which nobody answered');

# Without the table of agents there are no agents; without surveys and history there are no such views.
$node->safe_psql('postgres', 'CREATE SCHEMA less;
	CREATE TABLE less.tickets AS TABLE rt.tickets; CREATE TABLE less.transactions AS TABLE rt.transactions;
	GRANT USAGE ON SCHEMA less TO analyst; GRANT SELECT ON ALL TABLES IN SCHEMA less TO analyst');
my ($stderr, @missing) = run_adapter($node, $adapter, source => 'less', target => 'few');
is($stderr, '', 'runs with two tables');
is(join(' ', map { (split /\|/)[0] } @missing), 'users groups groupmembers queues customfields objectcustomfieldvalues',
	'and lists the others');
is(query($node, 'SELECT count(*), count(author), (SELECT count(agent_id) FROM few.tickets) FROM few.messages'), '39|0|0',
	'no author is guessed');
is(query($node, q(SELECT to_regclass('few.surveys') IS NULL)), 't', 'and there are no surveys');
$node->safe_psql('postgres', 'ALTER TABLE less.transactions RENAME TO gone');
is((run_adapter($node, $adapter, source => 'less', target => 'fewer'))[0], '', 'runs with the tickets alone');
is(query($node, q(SELECT count(*), to_regclass('fewer.messages') IS NULL, to_regclass('fewer.status_changes') IS NULL FROM fewer.tickets)),
	'16|t|t', 'which are all there is');

survives_gaps($node, $adapter, 'rt');
done_testing();
