# Opening hours of help desks and holidays of iCalendar feeds become business_hours, or an error says why not.

use strict;
use warnings;

use Encode qw(decode encode);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = dirname(__FILE__) . '/../..';
my $adapter = slurp_file("$root/adapters/business_hours.sql");
my $holidays = slurp_file("$root/adapters/holidays.sql");

my $node = PostgreSQL::Test::Cluster->new('importers');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'UTC'\n");
$node->start;
# an ordinary role can do it, and the extension may be in any schema
$node->safe_psql('postgres',
	'CREATE ROLE planner LOGIN; CREATE SCHEMA care; CREATE EXTENSION kpi SCHEMA care;
	GRANT USAGE ON SCHEMA care TO PUBLIC;
	CREATE SCHEMA tools AUTHORIZATION planner');

sub as_planner
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = tools, care;\n$sql", extra_params => [ '-U', 'planner' ]);
}

# Returns the SQLSTATE and the message with which SQL fails, or what it returns.
sub failure
{
	my ($sql) = @_;
	my (undef, $stdout, $stderr) = $node->psql('postgres', $sql,
		extra_params => [ '-U', 'planner', '-v', 'VERBOSITY=verbose' ]);
	my ($message) = $stderr =~ /ERROR:\s+(\w{5}: .*)/;
	my ($detail) = $stderr =~ /DETAIL:\s+(.*)/;
	return defined $message ? $message . (defined $detail ? " ($detail)" : '') : "no error: $stdout$stderr";
}

sub quote
{
	my ($text) = @_;
	return "'" . $text =~ s/'/''/gr . "'";
}

sub refused
{
	my ($call, $state, $expected, $name) = @_;
	my $failure = failure("SET search_path = tools, care; SELECT $call");
	like($failure, qr/^$state: .*$expected/, "refused: $name");
	unlike($failure, qr/^\w{5}: ([A-Z][a-z]|[^(]*\.( \(|$))/, "in the style of messages: $name");
}

# The file reports a missing extension or path.
like(failure("SET search_path = tools;\n$adapter"),
	qr/^42704: type business_hours .* is not found along search_path$/, 'the type has to be in the path');
like(failure("SET search_path = tools, care;
	CREATE DOMAIN tools.business_hours AS text;\n$adapter\nDROP DOMAIN tools.business_hours"),
	qr/^42704: type business_hours of extension/, 'and to be the one of the extension');
as_planner('DROP DOMAIN tools.business_hours');
$node->safe_psql('postgres', 'CREATE DATABASE without');
(undef, undef, my $stderr) = $node->psql('without', $adapter);
like($stderr, qr/extension "kpi" is not installed in this database/, 'so has the extension');
as_planner("$adapter\n$holidays") foreach 1, 2;
pass('it can be run again');

is( as_planner(q(SELECT count(*), count(*) FILTER (
		WHERE provolatile = 's' AND proparallel = 's' AND proconfig = '{"search_path=pg_catalog, pg_temp"}'
		AND obj_description(oid, 'pg_proc') IS NOT NULL AND proname LIKE 'business_ho%' AND NOT prosecdef)
	FROM pg_proc WHERE pronamespace = 'tools'::regnamespace)),
	'4|4', 'four functions, labelled and commented');

my %file = map { $_ => slurp_file("$root/test/data/calendars/$_") }
  qw(chatwoot.json zammad_hours.yaml zammad_holidays.yaml zendesk.json holidays.ics);

# ---------------------------------------------------------------- Chatwoot
sub chatwoot { return 'business_hours_from_chatwoot(' . quote($_[0]) . ')' }

# An inbox with these rows.
sub inbox { return '{"timezone": "UTC", "working_hours": [' . join(', ', @_) . ']}' }
my $monday = '{"day_of_week": 1, "open_hour": 9, "open_minutes": 5, "close_hour": 17, "close_minutes": 0}';

is(as_planner('SELECT ' . chatwoot($file{'chatwoot.json'})),
	'America/Los_Angeles; Mo-We 09:00-17:00; Th 00:00-24:00; Fr 08:30-23:59', 'Chatwoot: an inbox');
is(as_planner('SELECT '
	. chatwoot($file{'chatwoot.json'} =~ s/"working_hours_enabled": true/"working_hours_enabled": false/r)),
	'America/Los_Angeles; 24/7', 'Chatwoot: working hours that are not enabled');
is(as_planner('SELECT ' . chatwoot(inbox($monday))), 'UTC; Mo 09:05-17:00', 'Chatwoot: days without a row are closed');
is(as_planner('SELECT ' . chatwoot(inbox('{"day_of_week": 0, "closed_all_day": true}'))), 'UTC; off',
	'Chatwoot: never open');
is(as_planner('SELECT ' . chatwoot(inbox())), 'UTC; off', 'Chatwoot: no rows');
is(as_planner('SELECT ' . chatwoot(inbox(map { qq({"day_of_week": $_, "open_all_day": true}) } 0 .. 6))), 'UTC; 24/7',
	'Chatwoot: all days are open all day');
is(as_planner('SELECT business_hours_from_chatwoot(NULL) IS NULL'), 't', 'Chatwoot: NULL');

refused(chatwoot('[]'), '22023', 'a JSON object with the keys "timezone" and "working_hours" is expected, not array',
	'Chatwoot: rows alone');
refused(chatwoot('{"working_hours": []}'), '22023', '"timezone" must be the name of a time zone, not missing',
	'Chatwoot: no zone');
refused(chatwoot('{"timezone": "UTC; Mo 09:00-10:00", "working_hours": []}'), '22023', '"timezone" must be',
	'Chatwoot: rules in the zone');
refused(chatwoot('{"timezone": "Europe/Berln", "working_hours": []}'), '\w{5}', 'Europe/Berln',
	'Chatwoot: an unknown zone');
refused(chatwoot('{"timezone": "UTC"}'), '22023', '"working_hours" must be an array of rows, not missing',
	'Chatwoot: no rows');
refused(chatwoot('{"timezone": "UTC", "working_hours": null}'), '22023',
	'"working_hours" must be an array of rows, not null', 'Chatwoot: rows that were not found');
refused(chatwoot('{"timezone": "UTC", "working_hours": [], "working_hours_enabled": 1}'), '22023',
	'"working_hours_enabled" must be true or false, not 1', 'Chatwoot: enabled by a number');
refused(chatwoot(inbox('7')), '22023', 'row 1 of "working_hours" must be an object, not 7',
	'Chatwoot: a row that is none');
refused(chatwoot(inbox($monday, $monday)), '22023', 'row 2 of "working_hours" is the second one with "day_of_week" 1',
	'Chatwoot: two inboxes');
refused(chatwoot(inbox($monday =~ s/"open_hour": 9/"open_hour": $_->[0]/r)), '22023',
	qq("open_hour" in row 1 of "working_hours" must be an integer from 0 to 23, not $_->[1]),
	"Chatwoot: open_hour $_->[0]")
  foreach [ '24', '24' ], [ '-1', '-1' ], [ '9.5', '9\.5' ], [ '"9"', '"9"' ], [ 'null', 'null' ], [ '1e300', '10' ];
refused(chatwoot(inbox('{"open_all_day": true}')), '22023',
	'"day_of_week" in row 1 of "working_hours" must be an integer from 0 to 6, not missing', 'Chatwoot: no day');
refused(chatwoot(inbox('{"day_of_week": 1, "open_all_day": true, "closed_all_day": true}')), '22023',
	'row 1 of "working_hours" is closed all day and open all day', 'Chatwoot: open and closed');
refused(chatwoot(inbox('{"day_of_week": 1, "closed_all_day": "t"}')), '22023',
	'"closed_all_day" in row 1 of "working_hours" must be true or false, not "t"', 'Chatwoot: closed by a text');
refused(chatwoot(inbox($monday =~ s/17/8/r)), '22023',
	'row 1 of "working_hours" closes at 08:00, which is not after it opens at 09:05',
	'Chatwoot: closes before it opens');

# ---------------------------------------------------------------- Zammad
sub zammad
{
	my ($hours, $holidays, $zone) = @_;
	return 'business_hours_from_zammad('
	  . join(', ', map { defined $_ ? quote($_) : 'NULL' } $hours, $holidays, $zone) . ')';
}
my $week = "---\nmon:\n  active: true\n  timeframes:\n  - - '09:00'\n    - '17:00'\n";
my $berlin = 'Europe/Berlin';

my $zammad = 'Europe/Berlin; Mo-Tu 08:00-12:00,13:00-17:30; We 08:00-12:00; Th 00:00-24:00; Fr 18:00-24:00';
my $off = '; 2026-10-03 off; 2026-12-25 off; 2027-01-01 off; 2027-01-06 off';
is(as_planner('SELECT ' . zammad($file{'zammad_hours.yaml'}, $file{'zammad_holidays.yaml'}, $berlin)), $zammad . $off,
	'Zammad: a calendar');
is(as_planner('SELECT ' . zammad($file{'zammad_hours.yaml'}, $_, $berlin)), $zammad,
	'Zammad: no holidays: ' . (defined $_ ? "'" . s/\n//r . "'" : 'NULL'))
  foreach undef, '', "--- {}\n", "---\n", '--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess {}';
my %form = (
	'indented lists' => "---\nmon:\n  active: true\n  timeframes:\n    - - '09:00'\n      - '17:00'\n",
	'plain texts' => "---\nmon:\n  active: true\n  timeframes:\n  - - 09:00\n    - 17:00\n",
	'double quotes' => qq(---\n"mon":\n  active: true\n  timeframes:\n  - - "9:00"\n    - "17:00"\n),
	'names of days' => $week =~ s/mon/monday/r,
	'carriage returns' => $week =~ s/\n/\r\n/gr,
	'no last line feed' => $week =~ s/\n\z//r,
	'blanks at the ends' => $week =~ s/:\n/: \n/gr,
	'wide indentation' => "---\nmon:\n    active: true\n    timeframes:\n    - - '09:00'\n      - '17:00'\n",
	'days without hours' => "${week}tue:\n  active: true\n  timeframes: []\nwed:\n  active: true\nthu: {}\nfri:\n");
is(as_planner('SELECT ' . zammad($form{$_}, undef, $berlin)), 'Europe/Berlin; Mo 09:00-17:00', "Zammad: $_")
  foreach sort keys %form;
is(as_planner('SELECT ' . zammad("--- {}\n", undef, $berlin)), 'Europe/Berlin; off', 'Zammad: never open');
is(as_planner('SELECT ' . zammad(undef, '', $berlin) . ' IS NULL'), 't', 'Zammad: NULL');
is( as_planner("SELECT business_time('2026-03-05 12:00 UTC'::timestamptz, '2026-03-06 20:00 UTC'::timestamptz, "
	. zammad($file{'zammad_hours.yaml'}, '', 'UTC') . ')'),
	'14:00:00', 'Zammad: no minute is lost at midnight');

refused(zammad($week, '', undef), '22023', 'timezone must be the name of a time zone, not NULL', 'Zammad: no zone');
refused(zammad($week, '', 'UTC; off'), '22023', 'timezone must be the name of a time zone, not "UTC; off"',
	'Zammad: rules in the zone');
my @hours = (
	[ '', 1, '""', 'The header "---" is expected.' ],
	[ "mon:\n  active: true\n", 1, '"mon:"', 'The header "---" is expected.' ],
	[ '{"mon": {"active": true}}', 1, '"{"mon"', 'The header' ],
	[ "--- !ruby/object:Gem::Installer\ni: x\n", 1, '"--- !ruby/object:Gem::Installer"', 'The header' ],
	[ "--- {}\nmon:\n", 2, '"mon:"', 'The end is expected.' ],
	[ "---\nmoon:\n", 2, '"moon:"', 'A day, such as "mon:", is expected.' ],
	[ "---\nmon: &1\n", 2, '"mon: &1"', 'A day,' ],
	[ "---\nmon: {active: true}\n", 2, '"mon: {active: true}"', 'A day,' ],
	[ "---\n  active: true\n", 2, '"  active: true"', 'One of' ],
	[ "---\nmon: {}\n  active: true\n", 3, '"  active: true"', 'One of' ],
	[ "---\nmon:\n  active: yes\n", 3, '"  active: yes"',
		'One of "active: true", "active: false" and "timeframes:" is expected.' ],
	[ "---\nmon:\n\tactive: true\n", 3, qq("\tactive: true"), 'A day' ],
	[ "---\nmon:\n  active: true\n   timeframes:\n", 4, '"   timeframes:"', 'One of' ],
	[ "---\nmon:\n  active: true\n  active: false\n", 4, '"  active: false"', 'A key can be there only once.' ],
	[ "---\nmon:\n  summary: x\n", 3, '"  summary: x"', 'One of' ],
	[ "---\nmon:\n  timeframes: [['09:00', '17:00']]\n", 3, q("  timeframes: [['09:00', '17:00']]"), 'One of' ],
	[ "---\nmon:\n  '09:00': '17:00'\n", 3, q("  '09:00': '17:00'"), 'One of' ],
	[ "${week}monday:\n", 7, '"monday:"', 'A day can be there only once.' ],
	[ "${week}    - '18:00'\n", 7, q("    - '18:00'"), 'The beginning of a time frame' ],
	[ "${week}  - '18:00'\n", 7, q("  - '18:00'"), 'The beginning of a time frame' ],
	[ "---\nmon:\n  timeframes:\n  - - '09:00'\n", 5, '""', 'The end of a time frame' ],
	[ "---\nmon:\n  timeframes:\n  - - '09:00'", 5, '""', 'The end of a time frame' ],
	[ "---\nmon:\n  timeframes:\n- - '09:00'\n  - '17:00'\n", 4, q("- - '09:00'"), 'The beginning of a time frame' ],
	[ $week =~ s/'17:00'/"17:00'/r, 6, q("    - "17:00'"), 'The end of a time frame' ],
	[ $week =~ s/17:00/25:00/r, 6, q("    - '25:00'"), 'A time from 00:01 to 24:00 is expected.' ],
	[ $week =~ s/17:00/24:01/r, 6, q("    - '24:01'"), 'A time from 00:01 to 24:00 is expected.' ],
	[ $week =~ s/09:00/24:00/r, 5, q("  - - '24:00'"), 'A time from 00:00 to 23:59 is expected.' ],
	[ $week =~ s/17:00/09:00/r, 6, q("    - '09:00'"),
		'A time after 09:00, when the time frame begins, is expected.' ]);
foreach (@hours)
{
	my ($text, $line, $quoted, $detail) = @$_;
	refused(zammad($text, '', 'UTC'), '22P02',
		qr/line $line of business_hours cannot be understood: \Q$quoted\E.* \(\Q$detail\E/,
		'Zammad: ' . $text =~ s/\n/|/gr =~ s/\t/ /gr);
}
my $date = "---\n'2026-12-25':\n";
my @dates = (
	[ "---\n2026-1-1:\n", 2, '"2026-1-1:"', 'A date, such as' ],
	[ "---\n'2026-02-29':\n", 2, q("'2026-02-29':"), 'A date that exists is expected.' ],
	[ "---\n'0000-01-01':\n", 2, q("'0000-01-01':"), 'A date, such as' ],
	[ "---\n'2026-12-25: true\n", 2, q("'2026-12-25: true"), 'A date, such as' ],
	[ "$date  active: 'true'\n", 3, q("  active: 'true'"), 'One of "active", "removed"' ],
	[ "$date  timeframes:\n", 3, '"  timeframes:"', 'One of' ],
	[ "$date  summary:\n    active: false\n", 4, '"    active: false"', 'One of' ],
	[ "$date  summary: a\n  b\n", 4, '"  b"', 'One of' ],
	[ "$date  summary: a\n  summary: b\n", 4, '"  summary: b"', 'A key can' ]);
foreach (@dates)
{
	my ($text, $line, $quoted, $detail) = @$_;
	refused(zammad($week, $text, 'UTC'), '22P02',
		qr/line $line of public_holidays cannot be understood: \Q$quoted\E.* \(\Q$detail\E/,
		'Zammad: ' . $text =~ s/\n/|/gr);
}
refused(zammad($week, "$date  active: true\n'2026-12-25':\n  active: false\n", 'UTC'), '22P02',
	'public_holidays has the date 2026-12-25 more than once', 'Zammad: a holiday twice');

# ---------------------------------------------------------------- Zendesk
sub zendesk { return 'business_hours_from_zendesk(' . quote($_[0]) . ')' }

# A schedule with these pairs of minutes.
sub schedule
{
	return '{"time_zone": "UTC", "intervals": ['
	  . join(', ', map { qq({"start_time": $_->[0], "end_time": $_->[1]}) } @_) . ']}'
}
sub holidays
{
	return schedule([ 1980, 2460 ]) =~ s/}\z/', "holidays": ['
	  . join(', ', map { qq({"start_date": "$_->[0]", "end_date": "$_->[1]"}) } @_) . ']}'/er
}

is( as_planner('SELECT ' . zendesk($file{'zendesk.json'})),
	'America/New_York; Mo,We-Th 09:00-17:00; Tu 09:00-12:00,13:00-17:00; Fr 22:00-24:00; Sa 00:00-06:00; '
	. '2026-07-03 off; 2026-11-26-2026-11-27 off; 2026-12-31-2027-01-01 off',
	'Zendesk: a schedule');
is(as_planner('SELECT ' . zendesk(schedule([ 0, 10080 ]))), 'UTC; 24/7', 'Zendesk: a whole week');
is(as_planner('SELECT ' . zendesk(schedule(map { [ $_ * 1440, $_ * 1440 + 1440 ] } 0 .. 6))), 'UTC; 24/7',
	'Zendesk: seven whole days');
is(as_planner('SELECT ' . zendesk(schedule([ 1000, 5000 ]))),
	'UTC; Mo-Tu 00:00-24:00; We 00:00-11:20; Su 16:40-24:00', 'Zendesk: an interval over midnights');
is(as_planner('SELECT ' . zendesk(schedule([ 2000, 2100 ], [ 1980, 2010 ], [ 2100, 2160 ]))), 'UTC; Mo 09:00-12:00',
	'Zendesk: intervals that overlap or touch');
is(as_planner('SELECT ' . zendesk(schedule())), 'UTC; off', 'Zendesk: never open');
is(as_planner('SELECT ' . zendesk(holidays())), 'UTC; Mo 09:00-17:00', 'Zendesk: no holidays');
is(as_planner("SET datestyle = 'SQL, DMY'; SELECT " . zendesk(holidays([ '2026-12-01', '2026-12-02' ]))),
	'UTC; Mo 09:00-17:00; 2026-12-01-2026-12-02 off', 'Zendesk: whatever DateStyle is');
is(as_planner('SELECT business_hours_from_zendesk(NULL) IS NULL'), 't', 'Zendesk: NULL');

# the tables that Fivetran makes of it
is( as_planner(<<'SQL'),
CREATE TEMP TABLE schedule (id bigint, name text, time_zone text, start_time integer, end_time integer,
							start_time_utc integer, end_time_utc integer, _fivetran_deleted boolean);
CREATE TEMP TABLE schedule_holiday (id bigint, schedule_id bigint, start_date timestamptz, end_date timestamp);
INSERT INTO schedule VALUES
	(1, 'West', 'Pacific Time (US & Canada)', 1980, 2460, 2460, 2940, false),
	(1, 'West', 'Pacific Time (US & Canada)', 3420, 3900, 0, 1, true),
	(2, 'UTC', 'UTC', 3420, 3900, 3420, 3900, NULL);
INSERT INTO schedule_holiday VALUES (1, 1, '2026-07-03', '2026-07-03');
SELECT s.id, business_hours_from_zendesk(jsonb_build_object(
	'intervals', jsonb_agg(s),
	'holidays', (SELECT coalesce(jsonb_agg(h), '[]') FROM schedule_holiday h WHERE h.schedule_id = s.id)))
FROM schedule s GROUP BY s.id ORDER BY s.id;
SQL
	"1|America/Los_Angeles; Mo 09:00-17:00; 2026-07-03 off\n2|UTC; Tu 09:00-17:00", 'Zendesk: rows of tables');

refused(zendesk('"x"'), '22023', 'a JSON object with the keys "time_zone" and "intervals" is expected, not string',
	'Zendesk: a text');
refused(zendesk('{"time_zone": "UTC"}'), '22023', '"intervals" must be an array, not missing', 'Zendesk: no intervals');
refused(zendesk('{"intervals": []}'), '22023', '"time_zone" must be the name of a time zone, not missing',
	'Zendesk: no zone');
refused(zendesk('{"intervals": [], "time_zone": "UTC;"}'), '22023',
	'"time_zone" must be the name of a time zone, not "UTC;"', 'Zendesk: rules in the zone');
refused(zendesk('{"intervals": [{"start_time": 0, "end_time": 9, "time_zone": "UTC"},
	{"start_time": 10, "end_time": 19, "time_zone": "Tokyo"}]}'), '22023',
	'element 2 of "intervals" has the time zone "Tokyo", others have "UTC"', 'Zendesk: two schedules');
refused(zendesk(schedule([ 0, 10 ], [ 10, $_->[0] ])), '22023',
	qq("end_time" in element 2 of "intervals" must be the minutes since Sunday 00:00, an integer from 0 to 10080, not $_->[1]),
	"Zendesk: end_time $_->[0]")
  foreach [ '10081', '10081' ], [ '-5', '-5' ], [ '12.5', '12\.5' ], [ '"15"', '"15"' ], [ 'null', 'null' ],
	[ '1e100', '10+' ];
refused(zendesk(schedule([ 10, 10 ])), '22023',
	'element 1 of "intervals" ends at minute 10, which is not after it starts at minute 10',
	'Zendesk: an empty interval');
refused(zendesk('{"time_zone": "UTC", "intervals": [3]}'), '22023',
	'element 1 of "intervals" must be an object, not 3', 'Zendesk: an interval that is none');
refused(zendesk('{"time_zone": "UTC", "intervals": [], "holidays": {}}'), '22023',
	'"holidays" must be an array, not {}', 'Zendesk: holidays that are no list');
refused(zendesk(holidays([ '2026-12-25', $_->[0] ])), $_->[1], $_->[2], "Zendesk: a holiday until $_->[0]")
  foreach [ '25.12.2026', '22023',
	'"end_date" in element 1 of "holidays" must be a date such as "2026-12-25", not "25.12.2026"' ],
  [ '2026-12-26T10:00:00Z', '22023', '"end_date" in element 1' ], [ 'infinity', '22023', '"end_date" in element 1' ],
  [ '2026-02-30', '22008', '2026-02-30' ],
  [ '2026-12-24', '22023', 'element 1 of "holidays" ends on 2026-12-24, before it starts on 2026-12-25' ];

# ---------------------------------------------------------------- iCalendar
sub business_holidays { return 'business_holidays(' . quote($_[0]) . ", '" . ($_[1] // '2028-12-31') . "')" }

# A feed of events, each a list of lines.
sub feed
{
	return join '', map { "$_\r\n" } 'BEGIN:VCALENDAR', 'VERSION:2.0',
	  (map { ('BEGIN:VEVENT', @$_, 'END:VEVENT') } @_), 'END:VCALENDAR'
}
my @christmas = ('UID:1@example.com', 'SUMMARY:Christmas', 'DTSTART;VALUE=DATE:20261225');

is( as_planner('SELECT ' . business_holidays($file{'holidays.ics'})),
	'{2024-02-29,2024-12-25,2024-12-26,2026-04-03,2026-04-06,2026-12-25,2026-12-26,2027-03-26,2027-03-29,'
	. join(',', map { "2027-09-0$_" } 1 .. 7) . ',2027-12-25,2027-12-26,2028-02-29,2028-12-25,2028-12-26}',
	'iCalendar: a feed');
is( as_planner('SELECT ' . business_holidays($file{'holidays.ics'} =~ s/\r//gr) . ' = '
	. business_holidays($file{'holidays.ics'}) . ', '
	. business_holidays("\xef\xbb\xbf" . $file{'holidays.ics'}) . ' = '
	. business_holidays($file{'holidays.ics'} =~ s/\r\n\z/\r/r)),
	't|t', 'iCalendar: line feeds alone, a byte order mark, no last line feed');
my %dates = (
	'one day' => [ [], '2026-12-25' ],
	'an end that is the beginning' => [ ['DTEND;VALUE=DATE:20261225'], '2026-12-25' ],
	'an exclusive end' => [ ['DTEND;VALUE=DATE:20261228'], '2026-12-25,2026-12-26,2026-12-27' ],
	'a duration in days' => [ ['DURATION:P2D'], '2026-12-25,2026-12-26' ],
	'lower case' => [ ['rrule:freq=yearly;count=2'], '2026-12-25,2027-12-25' ],
	'without end' => [ ['RRULE:FREQ=YEARLY'], '2026-12-25,2027-12-25,2028-12-25' ],
	'a day of a month' => [ ['RRULE:BYMONTHDAY=25;BYMONTH=12;FREQ=YEARLY;UNTIL=20271224'], '2026-12-25' ],
	'until is inclusive' => [ ['RRULE:FREQ=YEARLY;UNTIL=20271225'], '2026-12-25,2027-12-25' ],
	'every second year' => [ ['RRULE:FREQ=YEARLY;INTERVAL=2;COUNT=5'], '2026-12-25,2028-12-25' ],
	'not that year' => [ [ 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20261225,20281225' ], '2027-12-25' ],
	'on more dates' => [ [ 'RDATE;VALUE=DATE:20300101', 'RDATE;VALUE=DATE:20270101,20261225' ],
		'2026-12-25,2027-01-01,2030-01-01' ],
	'cancelled' => [ ['STATUS:CANCELLED'], '' ],
	'confirmed' => [ ['STATUS:CONFIRMED'], '2026-12-25' ]);
is(as_planner('SELECT ' . business_holidays(feed([ @christmas, @{ $dates{$_}[0] } ]))), "{$dates{$_}[1]}",
	"iCalendar: $_") foreach sort keys %dates;
is(as_planner('SELECT '
	. business_holidays(feed([ 'DTSTART;VALUE=DATE:20960229', 'RRULE:FREQ=YEARLY;COUNT=2' ]), '2200-01-01')),
	'{2096-02-29,2104-02-29}', 'iCalendar: 29 February, with a year that has none between');
is(as_planner('SELECT ' . business_holidays(feed())), '{}', 'iCalendar: no events');
is(as_planner('SELECT ' . business_holidays(feed(\@christmas) . feed([ @christmas, 'DTEND:20261227' ]))),
	'{2026-12-25,2026-12-26}', 'iCalendar: two calendars, a date in both');
is(as_planner('SELECT business_holidays(NULL) IS NULL'), 't', 'iCalendar: NULL');
is( as_planner('SELECT count(*), min(d), max(d) = make_date(extract(year FROM now())::integer + 10, 1, 1)
	FROM unnest(business_holidays(' . quote(feed([ 'DTSTART:20000101', 'RRULE:FREQ=YEARLY' ])) . ')) AS u (d)
	WHERE d <= now() + interval \'11 years\'') =~ s/^\d+\|//r,
	'2000-01-01|t', 'iCalendar: ten years ahead, if not told otherwise');

# as in the example of the file
my $add = q(concat('Europe/Berlin; Mo-Fr 09:00-17:00',
	'; ' || nullif(array_to_string(%s, ','), '') || ' off')::business_hours);
is(as_planner('SELECT ' . sprintf($add, business_holidays(feed([ @christmas, 'DURATION:P2D' ])))),
	'Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off; 2026-12-26 off', 'holidays are added to opening hours');
is(as_planner('SELECT ' . sprintf($add, business_holidays(feed()))), 'Europe/Berlin; Mo-Fr 09:00-17:00',
	'none are none');

my @events = (
	[ ['RRULE:FREQ=WEEKLY'], 'FREQ=WEEKLY of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;BYDAY=4TH;BYMONTH=11'], 'BYDAY=4TH of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;BYSETPOS=1'], 'BYSETPOS=1 of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;BYMONTHDAY=25'], 'BYMONTHDAY without BYMONTH is every month, which is not supported' ],
	[ ['RRULE:FREQ=YEARLY;BYMONTH=11'], 'BYMONTH and BYMONTHDAY of its RRULE are not the date of DTSTART' ],
	[ ['RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24'],
		'BYMONTH and BYMONTHDAY of its RRULE are not the date of DTSTART' ],
	[ ['RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25'], 'BYMONTHDAY=24,25 of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;COUNT=2;UNTIL=20281225'], 'its RRULE has both COUNT and UNTIL' ],
	[ ['RRULE:FREQ=YEARLY;COUNT=0'], 'COUNT=0 of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;INTERVAL=0'], 'INTERVAL=0 of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;UNTIL=20281225T000000Z'], 'UNTIL=20281225T000000Z of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;UNTIL=20270229'], 'UNTIL=20270229 of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;UNTIL=soon'], 'UNTIL=SOON of its RRULE is not supported' ],
	[ ['RRULE:FREQ=YEARLY;FREQ=YEARLY'], 'its RRULE has FREQ twice' ],
	[ ['RRULE:FREQ=YEARLY;'], 'an empty part of its RRULE is not supported' ],
	[ ['RRULE:COUNT=2'], 'its RRULE has no FREQ' ],
	[ ['RRULE:'], 'its RRULE has no FREQ' ],
	[ [ 'RRULE:FREQ=YEARLY', 'RRULE:FREQ=YEARLY' ], 'it has two RRULEs' ],
	[ ['EXRULE:FREQ=YEARLY'], 'EXRULE is not supported' ],
	[ ['RECURRENCE-ID;VALUE=DATE:20261225'],
		'it changes one day of a recurring event \(RECURRENCE-ID\), which is not supported' ],
	[ [ 'RECURRENCE-ID;VALUE=DATE:20261225', 'STATUS:CANCELLED' ], 'it changes one day .*' ],
	[ ['DTSTART:20261225'], 'it has two beginnings' ],
	[ ['DTEND:20261224'], 'it ends before it begins' ],
	[ ['DTEND:20271227'], 'it lasts longer than a year' ],
	[ [ 'DTEND:20261226', 'DURATION:P1D' ], 'it has two ends' ],
	[ [ 'DURATION:P1D', 'DTEND:20261226' ], 'it has two ends' ],
	[ ['DURATION:PT24H'], 'its DURATION is not a number of days or weeks: "PT24H"' ],
	[ ['DTEND;TZID=Europe/Berlin:20261226T000000'], 'it is not all-day: its DTEND is "20261226T000000"' ],
	[ ['DTEND;VALUE=DATE:20261301'], 'its DTEND is not a date: "20261301"' ],
	[ ['RDATE;VALUE=DATE:20270229'], 'its RDATE is not a date: "20270229"' ],
	[ ['RDATE;VALUE=PERIOD:20270101T000000Z/P1D'], 'its RDATE is not a date: "20270101T000000Z/P1D"' ],
	[ ['EXDATE:20261225T000000Z'], 'it is not all-day: its EXDATE is "20261225T000000Z"' ],
	[ ['EXDATE:20261225,'], 'its EXDATE is not a date: ""' ],
	[ ['EXDATE'], undef ]);
foreach (@events)
{
	my ($lines, $problem) = @$_;
	my $expected = defined $problem
	  ? qr/event "Christmas", UID 1\@example\.com cannot be a holiday: $problem$/
	  : 'this is not iCalendar text: "EXDATE"';
	refused(business_holidays(feed([ @christmas, @$lines ])), defined $problem ? '22023' : '22P02', $expected,
		"iCalendar: @$lines");
}
refused(business_holidays(feed([ 'UID:7', 'DTSTART:20261225T090000Z' ])), '22023',
	'event UID 7 cannot be a holiday: it is not all-day: its DTSTART is "20261225T090000Z"',
	'iCalendar: an appointment');
refused(business_holidays(feed(['DTEND:20261225'])), '22023',
	'event without a name cannot be a holiday: it has no DTSTART', 'iCalendar: no beginning');
refused(business_holidays(feed([ 'DTSTART:20000101', 'RRULE:FREQ=YEARLY', 'DURATION:P366D' ]), '2500-01-01'), '22023',
	'with it the holidays are more than 100000 days', 'iCalendar: too many days');
refused(business_holidays(feed(), 'infinity'), '22023', 'until must be a date up to the year 9999',
	'iCalendar: followed for ever');
my @texts = (
	[ '', 'this is not iCalendar text: it is empty' ],
	[ "\n\n", 'this is not iCalendar text: it is empty' ],
	[ '<html>', 'this is not iCalendar text: "<html>" \(BEGIN:VCALENDAR is expected.\)' ],
	[ 'BEGIN:VEVENT', 'this is not iCalendar text: "BEGIN:VEVENT" \(BEGIN:VCALENDAR is expected.\)' ],
	[ "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", 'the iCalendar text ends within a VEVENT' ],
	[ "BEGIN:VCALENDAR\nEND:VEVENT\n", 'this is not iCalendar text: "END:VEVENT" \(It is in a VCALENDAR.\)' ],
	[ "BEGIN:VCALENDAR\nBEGIN:VCALENDAR\n", 'this is not iCalendar text: "BEGIN:VCALENDAR"' ],
	[ "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n",
		'this is not iCalendar text: "BEGIN:VEVENT" \(It is in a VEVENT.\)' ],
	[ "BEGIN:VCALENDAR\nBEGIN:\n", 'this is not iCalendar text: "BEGIN:"' ],
	[ "BEGIN:VCALENDAR\nno property\n", 'this is not iCalendar text: "no property" \(A property' ],
	[ "END:VCALENDAR\n", 'this is not iCalendar text: "END:VCALENDAR"' ]);
refused(business_holidays($_->[0]), '22P02', $_->[1], 'iCalendar: ' . $_->[0] =~ s/\n/|/gr) foreach @texts;

# ---------------------------------------------------------------- safety

# Nothing is looked up in the path of the caller, and workers may call them.
$node->safe_psql('postgres',
	'CREATE SCHEMA evil; GRANT CREATE, USAGE ON SCHEMA evil TO PUBLIC; CREATE TABLE feeds AS SELECT i, '
	. quote($file{'holidays.ics'}) . ' AS ics, ' . quote($file{'chatwoot.json'}) . '::jsonb AS inbox, '
	. quote($file{'zammad_hours.yaml'}) . '::text AS hours, '
	. quote($file{'zendesk.json'}) . '::jsonb AS schedule FROM generate_series(1, 200) AS i;
	GRANT SELECT ON feeds TO PUBLIC');
is( $node->safe_psql('postgres', <<'SQL', extra_params => [ '-U', 'planner' ]),
CREATE FUNCTION evil.substr(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION evil.left(text, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION evil.jsonb_typeof(jsonb) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION evil.concat(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION evil.textcat(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE OPERATOR evil.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.textcat);
CREATE DOMAIN evil.business_hours AS text;
SET search_path = evil, pg_catalog;
SELECT count(*), count(DISTINCT tools.business_holidays(ics)::text),
	   count(DISTINCT tools.business_hours_from_chatwoot(inbox)::text),
	   count(DISTINCT tools.business_hours_from_zammad(hours, NULL, 'UTC')::text),
	   count(DISTINCT tools.business_hours_from_zendesk(schedule)::text) FROM public.feeds;
SQL
	"200|1|1|1|1", 'nothing is called that is in the path of the caller');
my $workers = 'SET search_path = tools, care; SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0;
	SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;';
my $parallel = q(SELECT count(*) FROM public.feeds
	WHERE cardinality(business_holidays(ics)) > 5 AND business_hours_from_chatwoot(inbox) IS NOT NULL
	AND business_hours_from_zammad(hours, '', 'UTC') IS NOT NULL AND business_hours_from_zendesk(schedule) IS NOT NULL);
like($node->safe_psql('postgres', "$workers EXPLAIN $parallel"), qr/Workers Planned: 2/, 'a parallel plan');
is($node->safe_psql('postgres', "$workers $parallel"), 200, 'works');

# A megabyte of any input is read or refused quickly.
my $size = 200_000;
my %huge = (
	'one line' => q('x'), 'line feeds' => q(E'\n'), 'blanks' => q(' '), 'colons' => q(':'), 'quotes' => q('"'),
	'hyphens' => q('- '), 'semicolons' => q(';a="'));
my @yaml = (q(E'---\n'), q(E'---\nmon:\n  timeframes:\n'), q(E'---\n\'2026-12-25\':\n  summary: '));
my @ical = map { q(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\n) . "$_'" } '', 'RRULE:', 'DTSTART;', 'SUMMARY:';
as_planner(<<'SQL');
CREATE FUNCTION tools.outcome(statement text, input text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement USING input;
	RETURN '00000';
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SQL
my @calls = (q(SELECT business_hours_from_zammad($1, '', 'UTC')),
	q(SELECT business_hours_from_zammad('--- {}', $1, 'UTC')), q(SELECT business_holidays($1)));
foreach ([ $calls[0], "''", @yaml ], [ $calls[1], @yaml ], [ $calls[2], "''", @ical ])
{
	my ($call, @openings) = @$_;
	my $outcomes = as_planner("SET statement_timeout = '60s'; SELECT DISTINCT outcome(" . quote($call)
		. ", opening || repeat(filling, $size / length(filling))) FROM unnest(ARRAY[" . join(', ', @openings)
		. ']) AS o (opening), unnest(ARRAY[' . join(', ', values %huge) . ']) AS f (filling) ORDER BY 1');
	like($outcomes, qr/^(00000\n)?(22023\n)?22P02$/, "garbage is refused: $call");
}
my %long = (
	'events' => [ 2,
		q(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nDTSTART:00010101\nEND:VEVENT\n', 23000) || 'END:VCALENDAR'),
		'00000' ],
	'events that recur' => [ 2,
		q(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nDTSTART:00010101\nRRULE:FREQ=YEARLY\nEND:VEVENT\n', 17000)
			|| 'END:VCALENDAR'), '22023' ],
	'dates' => [ 2,
		q(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRDATE:20260101' || repeat(',20260101', 50000)
			|| E'\nEXDATE:20260101' || repeat(',20260102', 50000) || E'\nEND:VEVENT\nEND:VCALENDAR'), '00000' ],
	'lists of dates' => [ 2,
		q(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\n' || repeat(E'RDATE:20260101\n', 66000)
			|| E'\nEND:VEVENT\nEND:VCALENDAR'), '00000' ],
	'components' => [ 2, q(repeat(E'BEGIN:VCALENDAR\nEND:VCALENDAR\n', 33000)), '00000' ],
	'holidays' => [ 1,
		q(E'---\n' || (SELECT string_agg(format(E'\'%s\':\n  active: true\n', date '2000-01-01' + i), '')
			FROM generate_series(1, 10000) AS i)), '00000' ],
	'time frames' => [ 0,
		q(E'---\nmon:\n  active: true\n  timeframes:\n' || repeat(E'  - - 00:00\n    - 24:00\n', 43000)), '22P02' ]);
foreach (sort keys %long)
{
	my ($call, $text, $expected) = @{ $long{$_} };
	is(as_planner("SET statement_timeout = '60s'; SELECT outcome(" . quote($calls[$call]) . ", $text)"), $expected,
		"a megabyte of $_");
}

# Files with random mutations give a value or one of our errors.
# KPI_SEED=number makes other mutations.
my $seed = $ENV{KPI_SEED} // 20260101;
note "KPI_SEED=$seed";
srand($seed);
my %source = (
	'business_hours_from_chatwoot($1::jsonb)' => 'chatwoot.json',
	'business_hours_from_zendesk($1::jsonb)' => 'zendesk.json',
	q(business_hours_from_zammad($1, '', 'UTC')) => 'zammad_hours.yaml',
	q(business_hours_from_zammad('--- {}', $1, 'UTC')) => 'zammad_holidays.yaml',
	'business_holidays($1)' => 'holidays.ics');
foreach my $call (sort keys %source)
{
	my @mutants;
	foreach (1 .. 300)
	{
		my $text = decode('UTF-8', $file{ $source{$call} });
		my @lines = split /^/, $text;
		foreach (0 .. rand 3)
		{
			my $kind = int rand 4;
			my $at = int rand @lines;
			if ($kind == 0) { splice @lines, $at, 1 if @lines > 1 }
			elsif ($kind == 1) { splice @lines, $at, 0, $lines[ rand @lines ] }
			else
			{
				substr($lines[$at], rand length $lines[$at], $kind - 2)
				  = ('0', '9', ':', '-', ' ', "\n", '"', "'", ',', ';', 'x', '{', "\x{20ac}")[ rand 13 ]
			}
		}
		push @mutants, quote(encode('UTF-8', join '', @lines));
	}
	my $result = as_planner('SELECT outcome(' . quote("SELECT $call") . ', mutant), count(*) FROM unnest(ARRAY['
		. join(', ', @mutants) . ']) AS m (mutant) GROUP BY 1 ORDER BY 1');
	like($result, qr/^((00000|22023|22P02|22008)\|\d+(\n|\z))+$/, "slips in $source{$call}: " . $result =~ s/\n/ /gr);
	like($result, qr/^22/m, 'are noticed');
}

$node->stop;
done_testing();
