# Makes tickets through the REST 2.0 interface of Request Tracker, and compares what the adapter makes of them with
# what was done, counted by hand, and with the times that Request Tracker itself reports.
#
#     perl request_tracker.pl URL ADAPTER
#
# PGHOST and so on reach the server; the database of Request Tracker is rtdb.

use strict;
use warnings;

use HTTP::Tiny;
use JSON::PP;
use MIME::Base64;
use Time::Local qw(timegm);
use Time::HiRes qw(sleep);

my ($url, $adapter) = @ARGV;
my $http = HTTP::Tiny->new(timeout => 60);
my ($passed, $failed) = (0, 0);
my $rounds = 2;

sub is
{
	my ($got, $expected, $name) = @_;
	if ($got eq $expected) { $passed++; return; }
	$failed++;
	print "not ok: $name\n  got      $got\n  expected $expected\n";
}

# ---------------------------------------------------------------- Request Tracker

sub request
{
	my ($user, $method, $path, $content) = @_;
	my $password = $user eq 'root' ? 'password' : "$user$user";
	my $response = $http->request($method, "$url/REST/2.0/$path", {
		headers => { 'Authorization' => 'Basic ' . encode_base64("$user:$password", ''),
			'Content-Type' => 'application/json' },
		defined $content ? (content => encode_json($content)) : () });
	die "$method $path as $user: $response->{status} $response->{content}\n" unless $response->{success};
	return decode_json($response->{content});
}

# Request Tracker answers a change that it refuses with 200 and a sentence.
sub change
{
	my ($user, $ticket, $field, $value, $answer) = @_;
	my $said = join('; ', @{ request($user, 'PUT', "ticket/$ticket", { $field => $value }) });
	die "$field of $ticket by $user: $said\n" unless $said =~ $answer;
}

sub ask
{
	my ($user, $case, %more) = @_;
	return request($user, 'POST', 'ticket', { Queue => 'General', Subject => $case,
		Requestor => "$user\@customer.test", Content => 'How?', ContentType => 'text/plain', %more })->{id};
}

sub write_to
{
	my ($user, $ticket, $kind) = @_;
	request($user, 'POST', "ticket/$ticket/$kind", { Content => 'Text.', ContentType => 'text/plain' });
}
sub reply { write_to(@_, 'correspond') }
sub comment { write_to(@_, 'comment') }
sub status
{
	my ($user, $ticket, $status) = @_;
	change($user, $ticket, 'Status', $status, qr/Status changed|Ticket deleted/);
}
sub rate
{
	my ($user, $ticket, $score) = @_;
	change($user, $ticket, 'CustomFields', { CSAT => $score }, qr/CSAT .*added|CSAT .*changed/);
}

# A case does to a new ticket what its comment says, and returns the id.  Expected are, in the words of the view:
# contacts, agent_replies, customer_replies, teammates, closes, reopens, was_pending, transferred, solved, csat_score,
# first responder, owner, handle time.
my @cases = (
	# asked, taken, answered, resolved, 20 minutes recorded, rated
	[ plain => '1|1|0|1|1|0|f|f|t|5|anna|Anna Agent|20' => sub {
		my $t = ask('carla', 'plain');
		change('anna', $t, 'Owner', 'anna', qr/Owner changed|Taken/);
		reply('anna', $t);
		change('anna', $t, 'TimeWorked', 20, qr/Worked/);
		status('anna', $t, 'resolved');
		rate('carla', $t, 5);
		return $t;
	} ],
	# a comment of one agent answers nobody; the other one replies; the customer changes the rating
	[ comment => '1|1|0|1|1|0|f|f|t|4|bert||' => sub {
		my $t = ask('carla', 'comment');
		comment('anna', $t);
		sleep(1.1);
		reply('bert', $t);
		status('bert', $t, 'resolved');
		rate('carla', $t, 1);
		rate('carla', $t, 4);
		return $t;
	} ],
	# the customer writes before and after the first answer
	[ twice => '1|2|2|1|1|0|f|f|t|2|anna||' => sub {
		my $t = ask('david', 'twice');
		reply('david', $t);
		reply('anna', $t);
		reply('david', $t);
		reply('anna', $t);
		status('anna', $t, 'resolved');
		rate('david', $t, 2);
		return $t;
	} ],
	# the customer's answer opens the ticket again, by RT's own scrip
	[ reopened => '2|2|1|2|2|1|f|f|t|3|anna||' => sub {
		my $t = ask('carla', 'reopened');
		reply('anna', $t);
		status('anna', $t, 'resolved');
		sleep(2.1);
		reply('carla', $t);
		reply('bert', $t);
		status('bert', $t, 'resolved');
		rate('carla', $t, 3);
		return $t;
	} ],
	# open again: RT keeps the date of resolution
	[ 'open again' => '2|1|0|1|1|1|f|f|f||anna||' => sub {
		my $t = ask('david', 'open again');
		reply('anna', $t);
		status('anna', $t, 'resolved');
		status('anna', $t, 'open');
		return $t;
	} ],
	# two tickets become one: the customer wrote twice
	[ merged => '1|1|1|1|1|0|f|f|t||bert||' => sub {
		my $first = ask('david', 'merged');
		my $t = ask('david', 'merged');
		change('anna', $first, 'MergeInto', $t, qr/Merge Successful/);
		reply('bert', $t);
		status('bert', $t, 'resolved');
		return $t;
	} ],
	[ stalled => '1|0|0|0|0|0|t|f|f||||' => sub {
		my $t = ask('carla', 'stalled');
		status('anna', $t, 'stalled');
		return $t;
	} ],
	# bert is an agent, and here the one who asks; moved to the other queue; rated with what is no score
	[ colleague => '1|1|1|1|1|0|f|t|t||anna||' => sub {
		my $t = ask('bert', 'colleague', Requestor => 'bert@kpi.test');
		reply('bert', $t);
		change('anna', $t, 'Queue', 'Second Level', qr/Queue changed/);
		sleep(1.1);
		reply('anna', $t);
		status('anna', $t, 'resolved');
		rate('bert', $t, 'fine');
		return $t;
	} ],
	# opened by an agent for a customer, who never writes
	[ outbound => '1|1|0|1|1|0|f|f|t||anna||' => sub {
		my $t = ask('anna', 'outbound', Requestor => 'carla@customer.test');
		reply('anna', $t);
		status('anna', $t, 'resolved');
		return $t;
	} ],
	# these two do not count
	[ rejected => undef, sub {
		my $t = ask('carla', 'rejected');
		reply('anna', $t);
		status('anna', $t, 'rejected');
		return $t;
	} ],
	[ deleted => undef, sub { my $t = ask('carla', 'deleted'); status('anna', $t, 'deleted'); return $t; } ]);

# The server takes some seconds to start.
for (1 .. 60)
{
	last if $http->get("$url/REST/2.0/rt")->{status} == 401;
	sleep(1);
}

my (%case_of, %expected);
for my $round (1 .. $rounds)
{
	for my $case (@cases)
	{
		my ($name, $expected, $make) = @$case;
		my $ticket = $make->();
		$case_of{$ticket} = $name;
		$expected{$ticket} = $expected if defined $expected;
	}
	print STDERR "Round $round of $rounds is made\n";
}

# ---------------------------------------------------------------- the adapter

sub psql
{
	my ($user, @arguments) = @_;
	local $ENV{PGTZ} = 'Pacific/Auckland';
	local $ENV{PGOPTIONS} = '-c search_path=kpi_here';
	open(my $pipe, '-|', 'psql', '-XqAt', '-U', $user, '-d', 'rtdb', '-v', 'ON_ERROR_STOP=1', @arguments)
	  or die "psql: $!\n";
	my $output = do { local $/; <$pipe> } // '';
	close($pipe) or die "psql failed\n";
	chomp $output;
	return $output;
}

my @tables = map { "public.$_" }
  qw(tickets transactions queues users groups groupmembers customfields objectcustomfieldvalues);
psql('postgres', '-c', 'CREATE SCHEMA kpi_here; CREATE EXTENSION kpi SCHEMA kpi_here; CREATE ROLE analyst LOGIN;
	GRANT USAGE ON SCHEMA kpi_here TO analyst;
	CREATE SCHEMA care AUTHORIZATION analyst; GRANT SELECT ON ' . join(', ', @tables) . ' TO analyst');
psql('analyst', '-f', $adapter);

is(psql('analyst', '-c', q(SELECT string_agg(ticket_id::text, ',' ORDER BY ticket_id) FROM care.tickets)),
	join(',', sort { $a <=> $b } keys %expected), 'the tickets that count');
for my $ticket (sort { $a <=> $b } keys %expected)
{
	is(psql('analyst', '-c', "SELECT contacts, agent_replies, customer_replies, teammates, closes, reopens,
			was_pending, transferred, solved, csat_score, u.name, agent_name, extract(minute FROM handle_time)
			FROM care.tickets LEFT JOIN public.users u ON u.id::text = first_responder_id
			WHERE ticket_id = '$ticket'"), $expected{$ticket}, "$case_of{$ticket}: ticket $ticket");
}

# ---------------------------------------------------------------- times, as Request Tracker reports them

sub seconds
{
	my ($time) = @_;
	my ($year, $month, $day, $hour, $minute, $second) = $time =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)Z$/
	  or die "no time: $time\n";
	return timegm($second, $minute, $hour, $day, $month - 1, $year);
}

my (@responses, @resolutions);
for my $ticket (sort { $a <=> $b } keys %expected)
{
	my $record = request('root', 'GET', "ticket/$ticket");
	my $history = request('root', 'GET', "ticket/$ticket/history?per_page=100&fields=Type,Creator,Created");
	my $created = seconds($record->{Created});
	my %agent = map { $_ => 1 } $case_of{$ticket} eq 'colleague' ? qw(anna) : qw(anna bert);
	my ($response) = sort { $a <=> $b } map { seconds($_->{Created}) - $created }
	  grep { $_->{Type} eq 'Correspond' && $agent{ $_->{Creator}{id} } } @{ $history->{items} };
	my $resolution = $record->{Status} eq 'resolved' ? seconds($record->{Resolved}) - $created : undef;
	push @responses, $response if defined $response;
	push @resolutions, $resolution if defined $resolution;
	is(psql('analyst', '-c', "SELECT extract(epoch FROM first_response_at - created_at)::integer,
			extract(epoch FROM resolved_at - created_at)::integer FROM care.tickets WHERE ticket_id = '$ticket'"),
		join('|', map { $_ // '' } $response, $resolution), "$case_of{$ticket}: times of ticket $ticket");
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

# ---------------------------------------------------------------- KPIs: of nine cases, seven are solved

is(psql('analyst', '-c', 'SELECT count(*) FILTER (WHERE solved) FROM care.tickets'), 7 * $rounds, 'solved tickets');
is(request('root', 'GET', 'tickets?query=' . q(Status%3D'resolved'))->{total}, 7 * $rounds,
	'solved tickets, as Request Tracker counts them');
# all but reopened
is(psql('analyst', '-c', 'SELECT fcr_rate(contacts, solved)::numeric(6,3) FROM care.tickets'), '85.714',
	'first contact resolution');
# all but twice and reopened
is(psql('analyst', '-c', 'SELECT one_touch_rate(agent_replies, solved)::numeric(6,3) FROM care.tickets'), '71.429',
	'one touch');
# reopened alone; the one that is open again is not solved
is(psql('analyst', '-c', 'SELECT reopen_rate(reopens, solved)::numeric(6,3) FROM care.tickets'), '14.286',
	'reopen rate');
# 5 and 4 of 5, 4, 2, 3
is(psql('analyst', '-c', q(SELECT csat_pct(score)::numeric(6,3), csat_avg(score)::numeric(6,3), count(*)
	FROM care.surveys WHERE kind = 'csat')), '50.000|3.500|' . 4 * $rounds, 'satisfaction');
is(psql('analyst', '-c', 'SELECT csat_pct(csat_score)::numeric(6,3) FROM care.tickets'), '50.000',
	'satisfaction, by ticket');
is(psql('analyst', '-c', 'SELECT extract(epoch FROM median_response(created_at, first_response_at))::float8,
	extract(epoch FROM median_resolution(created_at, resolved_at))::float8 FROM care.tickets'),
	median(@responses) . '|' . median(@resolutions), 'median response and resolution');

printf "%d passed, %d failed\n", $passed, $failed;
exit($failed > 0 || $passed == 0);
