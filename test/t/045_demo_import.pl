# script/demo --tickets reads exports of helpdesks and of Excel as they are.  A date or number that it cannot read is
# reported, never guessed.  The exports are made up; their headers are the real ones.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = abs_path(dirname(__FILE__) . '/../..');
my $exports = "$root/test/data/exports";
my $node = PostgreSQL::Test::Cluster->new('demo_import');
$node->init(extra => [ '--encoding=UTF8', '--locale=C.UTF-8' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\nautovacuum = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE model');
$node->safe_psql('model', 'CREATE EXTENSION kpi_mart CASCADE');

my $database;
my $imports = 0;

# Imports a file into a database of its own.  Returns the report and standard error.
sub import_file
{
	my ($file, @options) = @_;
	$database = 'import' . ++$imports;
	$node->safe_psql('postgres', "CREATE DATABASE $database TEMPLATE model");
	local $ENV{PGHOST} = $node->host;
	local $ENV{PGPORT} = $node->port;
	local $ENV{PGDATABASE} = $database;
	my ($stdout, $stderr) = run_command([ 'bash', "$root/script/demo.d/import.sh", @options, $file ]);
	return ($stdout, $stderr);
}

# Imports a text as a file.
sub import_text
{
	my ($text, @options) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . '/export.csv';
	open(my $handle, '>:raw', $file) or die "$file: $!";
	print $handle $text;
	close($handle);
	return import_file($file, @options);
}

# Asserts that an import stops with a message.
sub stops
{
	my ($text, $sentence, $name, @options) = @_;
	my ($stdout, $stderr) = import_text($text, @options);
	is($stderr, "export.csv: $sentence", $name);
	return;
}

# Imports an export, and compares columns and values.
sub reads
{
	my ($file, $vendor, $query, $values, @options) = @_;
	my ($report, $stderr) = import_file("$exports/$file", @options);
	is($stderr, '', "$file is read");
	like($report, $vendor, "$file: whose it is");
	is($node->safe_psql($database, $query), $values, "$file: values");
	return $report;
}

# Returns KPIs of the mart of the last import.
sub mart_values
{
	my (@kpis) = @_;
	my $names = join ', ', map { "'$_'" } @kpis;
	return $node->safe_psql($database,
		"SELECT count(*) > 0 FROM kpi_build('tickets', 'care', 'UTC'); SELECT kpi || ' ' ||
		round(value::numeric, 4) || ' of ' || n FROM kpi_scorecard('care', '2025-01-01',
		'2025-12-31') WHERE kpi IN ($names) ORDER BY kpi");
}

# ---------------------------------------------------------------- vendors

my $times = 'SELECT ticket_id, response_time, extract(epoch FROM resolved_at - created_at) / 60, csat_score,
	scale_max, solved FROM tickets ORDER BY 1';
my $report = reads('zendesk.csv', qr/export of Zendesk: 24 of 24/, $times,
	"101|00:30:00|120.0000000000000000|2|2|t\n102|01:00:00|1440.0000000000000000|1|2|t\n"
	  . "103|00:10:00|40.0000000000000000||2|t\n104|00:20:00|||2|f\n105|00:40:00|60.0000000000000000|2|2|t");
like($report, qr/First reply time in minutes +response_time, in minutes/, 'minutes are a duration');
like($report, qr/Not used: "Resolution time", because resolved_at is read from "Solved at"/,
	'unused columns are named');
like($report, qr/Missing: nps_score, so no NPS\./, 'so is what is missing');
like($report, qr/Skipped: 1 empty row\./, 'and an empty row');
unlike($report, qr/cannot be read/, 'Offered is no answer, and no mistake');
# 2 of 3 answers are good; medians of 30, 60, 10, 20, 40 and of 120, 1440, 40, 60 minutes
is(mart_values('csat_pct', 'response_median_seconds', 'resolution_median_seconds', 'reopen_pct'),
	"t\ncsat_pct 66.6667 of 3\nreopen_pct 25.0000 of 4\nresolution_median_seconds 5400.0000 of 4\n"
	  . "response_median_seconds 1800.0000 of 5",
	'KPIs of Zendesk');

reads('freshdesk.csv', qr/export of Freshdesk/,
	'SELECT ticket_id, first_response_at - created_at, status, csat_score, scale_max, sla_resolution_met, handle_time
	FROM tickets ORDER BY 1',
	"1|00:30:00|closed|3|3|t|00:15:00\n2|02:00:00|closed|1|3|f|01:05:00\n"
	  . "3|00:06:00|solved|3|3|t|00:10:00\n4|00:10:00|pending||3||");
is(mart_values('sla_response_pct', 'sla_resolution_pct', 'csat_pct', 'resolved'),
	"t\ncsat_pct 66.6667 of 3\nresolved 3.0000 of 3\nsla_resolution_pct 66.6667 of 3\nsla_response_pct 75.0000 of 4",
	'KPIs of Freshdesk');
reads('hubspot.csv', qr/export of HubSpot/,
	'SELECT ticket_id, response_time, csat_score, status FROM tickets ORDER BY 1',
	"7001|00:45:00|5|closed\n7002|01:15:00|2|closed\n7003|00:30:00||pending");
reads('intercom.csv', qr/a zone in their name: America\/New_York\./,
	"SELECT ticket_id, created_at AT TIME ZONE 'UTC', resolved_at - created_at FROM tickets ORDER BY 1",
	"215001|2025-03-08 04:30:00|10:00:00\n215002|2025-03-09 06:30:00|02:00:00\n215003|2025-03-10 13:00:00|");
reads('jira.csv', qr/"03\/Mar\/25 9:00 AM"/,
	'SELECT ticket_id, resolved_at - created_at, sla_response_met, sla_resolution_met FROM tickets ORDER BY 1',
	"SD-1|04:00:00|t|t\nSD-2|2 days|f|f", '--dates', 'DMY');
is((import_file("$exports/jira.csv"))[1],
	'jira.csv: column "Created" has two-digit years, such as "03/Mar/25 9:00 AM" in row 2: add --dates DMY, --dates MDY '
	  . 'or --dates YMD.',
	'two-digit years need --dates');

# ---------------------------------------------------------------- Excel

reads('excel_german.csv', qr/3 rows, 8 columns separated by semicolons, Windows-1252/,
	"SELECT ticket_id, created_at AT TIME ZONE 'Europe/Berlin', team, csat_score, handle_time FROM tickets ORDER BY 1",
	"1|2025-03-03 09:00:00|Verk\x{c3}\x{a4}ufe|4|00:02:30\n2|2025-03-03 10:00:00|Rechnung; Mahnung|5|00:10:00\n"
	  . "3|2025-03-04 08:00:00|Verk\x{c3}\x{a4}ufe||20:34:30", '--zone', 'Europe/Berlin');
reads('excel_unicode.txt', qr/the day first, as "13\/01\/2025 09:00"/,
	"SELECT ticket_id, created_at AT TIME ZONE 'UTC', resolved_at AT TIME ZONE 'UTC', escalated FROM tickets ORDER BY 1",
	"1|2025-01-05 09:00:00|2025-01-13 09:00:00|f\n2|2025-01-06 14:00:00|2025-01-07 14:00:00|t");
reads('excel_serials.csv', qr/Excel day numbers/,
	"SELECT created_at AT TIME ZONE 'UTC', first_response_at - created_at FROM tickets ORDER BY 1",
	"2025-03-03 09:00:00|03:00:00\n2025-03-04 12:00:00|06:00:00");
reads('survey.csv', qr/csat_score +csat_score, on a scale to 10/,
	'SELECT csat_score, nps_score FROM tickets ORDER BY ticket_id', "9|10\n10|9\n2|3\n8|7");

# ---------------------------------------------------------------- ambiguous values

stops("id,created\n1,03/04/2025\n",
	'"03/04/2025" (column "created", row 2) is ambiguous: no date in the file shows whether the day or the month '
	  . 'comes first. Add --dates DMY or --dates MDY.', 'a date of unknown order');
import_text("id,created\n1,03/04/2025\n", '--dates', 'MDY');
is($node->safe_psql($database, "SELECT created_at::date FROM tickets"), '2025-03-04', '--dates decides');
stops("id,created\n1,25/01/2025\n2,01/25/2025\n",
	'the dates have two orders: day first in "25/01/2025" (column "created", row 2), month first in '
	  . '"01/25/2025" (column "created", row 3). Correct the file, or add --dates DMY or --dates MDY: '
	  . 'the report then counts the dates that do not fit.', 'dates of two orders');
stops("id;created;agent replies\n1;2025-03-03;1.234\n",
	'"1.234" (column "agent replies", row 2) is ambiguous: no number in the file shows whether the decimal '
	  . 'separator is a point or a comma. Add --decimal point or --decimal comma.', 'a number of unknown separator');
import_text("id;created;agent replies\n1;2025-03-03;1.234\n", '--decimal', 'comma');
is($node->safe_psql($database, "SELECT agent_replies FROM tickets"), '1234', '--decimal decides');
stops("id,created,csat\n1,2025-03-03,7\n",
	'column "csat" has scores up to 7: its scale may end at 7 or at 10. Add --map "csat_score=csat:7" or '
	  . '--map "csat_score=csat:10".', 'a scale of two meanings');
($report) = import_text("id,created,handle time\n1,2025-03-03,12\n");
like($report, qr/"handle time" is NOT read: .* "12" in row 2 have no unit.*--map "handle_time=handle time:minutes"/,
	'a duration without a unit is left out');
import_text("id,created,handle time\n1,2025-03-03,12\n", '--map', 'handle_time=handle time:minutes');
is($node->safe_psql($database, "SELECT handle_time FROM tickets"), '00:12:00', '--map gives the unit');

($report) = import_text("id,created,first response,sla breached\n1,2025-03-03,2025-03-03,no\n"
	  . "2,2025-02-30,2025-03-03,yes\n3,1970-01-01,x,maybe\n");
like($report, qr/"created": 1 value cannot be read as created_at, such as "2025-02-30" in row 3\./,
	'a day that does not exist');
like($report, qr/"created": 1 value before 1990 .*"1970-01-01" in row 4: not used/, 'an implausible instant');
like($report, qr/1 ticket therefore has no first response time\./, 'what an unread value costs');
is($node->safe_psql($database,
	'SELECT ticket_id, created_at::date, sla_resolution_met FROM tickets ORDER BY 1'), "1|2025-03-03|t\n2||f\n3||",
	'what was read');

# ---------------------------------------------------------------- forms of values

# Imports a text without unreadable values, and compares values.
sub reads_text
{
	my ($text, $query, $values, $name, @options) = @_;
	my ($found, $stderr) = import_text($text, @options);
	is($stderr, '', "$name: read");
	unlike($found, qr/cannot be read/, "$name: all values");
	is($node->safe_psql($database, "SET timezone = 'UTC'; $query"), $values, "$name: values");
	return $found;
}

# one instant in all forms
my $instant = '2026-01-05 21:05:00+00';
reads_text(<<'CSV', 'SELECT DISTINCT created_at, first_response_at FROM tickets', "$instant|$instant", 'timestamps',
id,created,first reply
1,2026/01/05 9:05 PM,2026-01-05 21:05:00 UTC
2,05-Jan-26 21:05,"Mon, 5 Jan 2026 21:05:00 +0000"
3,Mon Jan 05 2026 22:05:00 GMT+0100 (Central European Standard Time),1767647100.0
4,2026-01-05 22:05 UTC+1,5. Januar 2026 21:05 Uhr
5,05/01/2026 9:05 p.m.,2026-01-06T02:35:00+05:30
CSV
	'--dates', 'DMY');
($report) = import_text("id,created\n1,2026-01-05 09:00+53\n2,2026-01-05 09:00 CET\n3,1.7676036E+09\n4,2026-01-05\n");
like($report, qr/3 values cannot be read as created_at/, 'impossible, ambiguous and rounded timestamps are not read');
my ($thin, $hard, $check, $cross) = ("\x{e2}\x{80}\x{89}", "\x{c2}\x{a0}", "\x{e2}\x{9c}\x{93}", "\x{e2}\x{9c}\x{97}");
reads_text("id,created,agent replies,csat (1-10),escalated?,sla met?\n"
	  . "1,2026-01-05,1${thin}234,7,$check,$cross\n2,2026-01-05,1${hard}234,7,Ja,Nein\n",
	'SELECT DISTINCT agent_replies, csat_score, scale_max, escalated, sla_resolution_met FROM tickets', '1234|7|10|t|f',
	'spaces in numbers, a scale in a name, marks');
reads_text("id,created,csat\n1,2026-01-05,4 out of 5\n2,2026-01-05,4 von 5\n3,2026-01-05,4/5\n",
	'SELECT DISTINCT csat_score, scale_max FROM tickets', '4|5', 'scores with their scale');
($report) = import_text("id,created,csat\n1,2026-01-05,80%\n");
like($report, qr/Not used: "csat", because values such as "80%" cannot be read as csat_score\./,
	'a percentage is no score');
reads_text("id,created,status\n1,2026-01-05,Waiting on contact (Support Pipeline)\n", 'SELECT status FROM tickets',
	'pending', 'a status with its pipeline');

my $twins = "id,created,created\n1,,2026-01-05\n";
$report = reads_text($twins, 'SELECT created_at FROM tickets', '2026-01-05 00:00:00+00', 'columns of the same name');
like($report, qr/Not used: "created \[column 2\]", because it is empty\.\n/, 'are told apart');
like($report, qr/--map "ticket_id=id,created_at=3"/, 'and the printed --map names the column that was read');
stops($twins,
	'--map: "created" is the name of columns 2 and 3: choose one by its number, such as --map "created_at=2".',
	'an ambiguous name', '--map', 'created_at=created');

my $footer = qq{owner,created,id\nEve,2026-01-05,1\n\n"January, by owner"\n\nConfidential\n};
like(reads_text($footer, 'SELECT ticket_id FROM tickets', '1', 'a footer'),
	qr/Skipped: 2 rows with a single value and no creation date, such as row 4\./, 'a footer is reported');
reads_text("owner,created,id\n,2026-01-05,\n", 'SELECT ticket_id FROM tickets', 'row 2', 'a creation date alone');
stops("${footer}Eve,2026-01-05,2\n", 'line 4 has fewer columns than the header (3): correct or delete this line',
	'a short line before others is no footer');

# ---------------------------------------------------------------- values that could be read as their opposite

my $verdicts = 'SELECT sla_response_met, sla_resolution_met FROM tickets ORDER BY ticket_id';
like(reads_text("id,created,Ticket overdue (yes/no),Lösung überfällig\n1,2026-01-05,Yes,Ja\n2,2026-01-05,No,Nein\n",
		$verdicts, "f|f\nt|t", 'inverse names given with --map',
		'--map', 'sla_response_met=Ticket overdue (yes/no),sla_resolution_met=Lösung überfällig'),
	qr/Ticket overdue \(yes\/no\) +sla_response_met, yes means missed/, 'are reported');
reads_text("id,created,never breached,Ticket SLA breached (yes/no)\n1,2026-01-05,Yes,No\n2,2026-01-05,No,Yes\n",
	$verdicts, "t|t\nf|f", 'a negated inverse name, and a known one', '--map', 'sla_response_met=never breached');

my $open = <<'CSV';
Issue key,Created,Resolved,Status,Custom field (Time to resolution),Custom field (Time to first response),Issue Type
A-1,2026-01-05,2026-01-06,Done,1h 5m,0h 3m,Bug
A-2,2026-01-05,,Open,3h,1h,Bug
A-3,2026-01-05,,Open,-3h,-1h,Bug
CSV
like(reads_text($open, 'SELECT ticket_id, sla_response_met, sla_resolution_met, category FROM tickets ORDER BY 1',
		"A-1|t|t|Bug\nA-2|||Bug\nA-3||f|Bug", 'time left of an open ticket is no result'),
	qr/"Custom field \(Time to resolution\)": 1 value not used, such as "3h" in row 3: only resolved tickets have a final/,
	'and reported');
my $age = "Case Number,Date/Time Opened,Age (Hours),Open,Closed\n1,2026-01-05,5.5,0,1\n2,2026-01-05,900,1,0\n";
like(reads_text($age, 'SELECT resolution_time, solved FROM tickets ORDER BY ticket_id', "05:30:00|t\n|f",
		'the age of an open case is no resolution time'), qr/"Age \(Hours\)": 1 value not used, such as "900"/,
	'and reported');

like(reads_text("id,created,csat\n1,2026-01-05,1\n2,2026-01-05,0\n3,2026-01-05,Good\n",
		'SELECT csat_score, scale_max FROM tickets ORDER BY ticket_id', "2|2\n1|2\n2|2", '0 and 1 as scores'),
	qr/csat +csat_score, 0 is bad, 1 is good/, 'are reported');
my $ones = "id,created,csat\n1,2026-01-05,1\n2,2026-01-05,1\n";
stops($ones, 'column "csat" has no score but 1, which may be the best of 0 and 1 or the worst of 1 to 5. '
	  . 'Add --map "csat_score=csat:1" or --map "csat_score=csat:5".', 'only ones');
reads_text($ones, 'SELECT DISTINCT csat_score, scale_max FROM tickets', '2|2', 'only ones of 0 and 1', '--map',
	'csat_score=csat:1');
reads_text("id,created,csat\n1,2026-01-05,Very satisfied\n2,2026-01-05,Good\n3,2026-01-05,Neutral\n4,2026-01-05,Poor\n"
	  . "5,2026-01-05,5\n", 'SELECT csat_score, scale_max FROM tickets ORDER BY ticket_id', "5|5\n4|5\n3|5\n2|5\n5|5",
	'words of several scales');

# names: another word in front, German, over two lines
reads_text("Case,Case Opened,Ticket Status,\"closed at\n(UTC)\",Bearbeitungszeit (min),Happiness\n"
	  . "7,20260305 09:00,Cancelled,5. März 2026 10:00,12,4\n",
	'SELECT ticket_id, created_at, status, resolved_at, handle_time, csat_score FROM tickets',
	'7|2026-03-05 09:00:00+00|closed|2026-03-05 10:00:00+00|00:12:00|4', 'names');
reads_text("Ticket ID,Create date,Ticket owner,Pipeline,Time to Close SLA Status\n1,2026-01-05,A,P,SLA Completed Late\n"
	  . "2,2026-01-05,A,P,SLA completed on time\n3,2026-01-05,A,P,Active SLA\n4,2026-01-05,A,P,SLA Overdue\n",
	'SELECT sla_resolution_met FROM tickets ORDER BY ticket_id', "f\nt\n\nf", 'SLA results of HubSpot');

# ---------------------------------------------------------------- hostile and broken files

my $evil = qq{"1'; DROP TABLE tickets; --",2025-03-03,"\\! touch x\n\\.\n\$\$;\e[31m"\n};
($report, my $stderr) = import_text(qq{id,created,"team"\n$evil\\.,2025-03-04,\n3,2025-03-05,x\n});
is($stderr, '', 'quotes, commands of psql and escape sequences are text');
is($node->safe_psql($database, "SELECT count(*), count(*) FILTER (WHERE team ~ E'\\e') FROM tickets"), '3|0',
	'and harmless');
($report) = import_text(qq{"id\e[2J","cre""ated",created,"'); \\q",";,|"\n1,2,2025-03-03,4,5\n});
unlike($report, qr/\e/, 'control characters of a header are not printed');

stops("id,created\n1,2025-03-03\n2\n",
	'line 3 has fewer columns than the header (2): correct or delete this line', 'a short line');
stops("id,created\n1,2025-03-03\n2,2025-03-03,x\n",
	'line 3 has more columns than the header (2): correct this line, or quote the field that contains ","', 'a long line');
stops("Tickets of Acme\n\nid,created\n1,2025-03-03\n",
	'the first line has one column, line 3 has more: delete the lines above the header', 'a title');
stops("\n\nsep=,\nid,created\n\n1,2025-03-03,x\n",
	'line 6 has more columns than the header (2): correct this line, or quote the field that contains ","',
	'lines before the header count');
stops("id,created\n1,\"2025-03-03\n",
	'a quotation mark is never closed, so the rows cannot be separated', 'an open quote');
stops('', 'the file is empty', 'an empty file');
stops("id,created\n", 'the file has a header but no rows.', 'a header alone');
stops("PK\3\4xxxx", 'this is an Excel workbook or a ZIP archive: save it as CSV (UTF-8), or unpack it',
	'an Excel workbook');
stops("id,created\n\0\1\2\n",
	'this is a binary file, or UTF-16 without a byte order mark: save it as CSV (UTF-8)', 'a binary file');
stops("id,created\n1,\x81\n", 'this is neither UTF-8 nor Windows-1252: save it as CSV (UTF-8)',
	'other bytes');
like((import_text("a,b\n1,2\n"))[1],
	qr/^export.csv: no column is recognized. The columns are: a, b. Choose some with --map .* The targets are: ticket_id,/,
	'unknown names');
my $wide = join(',', 'id', 'created', map { "a long name of column $_" } 3 .. 1000) . "\n"
  . join(',', 1, '2025-03-03', map { 'value ' . $_ x 6 } 3 .. 1000) . "\n";
is((import_text($wide))[1], '', 'a thousand columns');
is($node->safe_psql($database, 'SELECT ticket_id, created_at::date FROM tickets'), '1|2025-03-03',
	'of which the known ones are read');

$node->stop;
done_testing();
