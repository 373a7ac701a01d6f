# Makes tickets through the REST 2.0 interface of Request Tracker. Compares a mart of the adapter's views with values
# counted by hand, and with the times that Request Tracker reports.
#
#     perl request_tracker.pl URL ADAPTER
#
# PGHOST and the other variables reach the server; the database of Request Tracker is rtdb.

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
my %merged_into;

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

# Request Tracker answers a refused change with status 200 and a message.
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

# Each case makes a ticket and returns its id.  The expected values, named as in the mart:
# status, opened_by, agent_messages, agent_replies, customer_replies, teammates, closes, reopens, transfers,
# was_pending, first responder, owner, minutes worked.
my @cases = (
	# asked, taken, answered, resolved, 20 minutes recorded, rated
	[ plain => 'solved|customer|1|1|0|1|1|0|0|f|anna|Anna Agent|20' => sub {
		my $t = ask('carla', 'plain');
		change('anna', $t, 'Owner', 'anna', qr/Owner changed|Taken/);
		reply('anna', $t);
		change('anna', $t, 'TimeWorked', 20, qr/Worked/);
		status('anna', $t, 'resolved');
		rate('carla', $t, 5);
		return $t;
	} ],
	# one agent comments, which is no reply; the other one replies; the customer changes the rating
	[ comment => 'solved|customer|1|1|0|2|1|0|0|f|bert||' => sub {
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
	[ twice => 'solved|customer|2|2|2|1|1|0|0|f|anna||' => sub {
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
	[ reopened => 'solved|customer|2|2|1|2|2|1|0|f|anna||' => sub {
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
	[ 'open again' => 'open|customer|1|1|0|1|1|1|0|f|anna||' => sub {
		my $t = ask('david', 'open again');
		reply('anna', $t);
		status('anna', $t, 'resolved');
		status('anna', $t, 'open');
		return $t;
	} ],
	# two tickets become one: the customer wrote twice
	[ merged => 'solved|customer|1|1|1|1|1|0|0|f|bert||' => sub {
		my $first = ask('david', 'merged');
		my $t = ask('david', 'merged');
		change('anna', $first, 'MergeInto', $t, qr/Merge Successful/);
		$merged_into{$first} = $t;
		reply('bert', $t);
		status('bert', $t, 'resolved');
		return $t;
	} ],
	[ stalled => 'pending|customer|0|0|0|0|0|0|0|t|||' => sub {
		my $t = ask('carla', 'stalled');
		status('anna', $t, 'stalled');
		return $t;
	} ],
	# the agent bert is the requester; moved to the other queue; rated with an invalid score
	[ colleague => 'solved|customer|1|1|1|1|1|0|1|f|anna||' => sub {
		my $t = ask('bert', 'colleague', Requestor => 'bert@kpi.test');
		reply('bert', $t);
		change('anna', $t, 'Queue', 'Second Level', qr/Queue changed/);
		sleep(1.1);
		reply('anna', $t);
		status('anna', $t, 'resolved');
		rate('bert', $t, 'fine');
		return $t;
	} ],
	# taken by anna, given to bert, then without an owner: one transfer
	[ handed => 'solved|customer|1|1|0|1|1|0|1|f|bert||' => sub {
		my $t = ask('carla', 'handed');
		change('anna', $t, 'Owner', 'anna', qr/Owner changed|Taken/);
		change('anna', $t, 'Owner', 'bert', qr/Owner changed|Given/);
		reply('bert', $t);
		change('bert', $t, 'Owner', 'Nobody', qr/Owner changed|Untaken/);
		status('bert', $t, 'resolved');
		return $t;
	} ],
	# opened by an agent for a customer, who never writes; what the agent writes within ten seconds belongs to the opening
	[ outbound => 'solved|agent|3|1|0|2|1|0|0|f|bert||' => sub {
		my $t = ask('anna', 'outbound', Requestor => 'carla@customer.test');
		reply('anna', $t);
		sleep(11.1);
		reply('bert', $t);
		status('bert', $t, 'resolved');
		return $t;
	} ],
	# made as resolved after a call of 15 minutes: solved at its creation, and answered by no message
	[ called => 'solved|agent|1|0|0|1|1|0|0|f|||15' => sub {
		return ask('anna', 'called', Requestor => 'carla@customer.test', Status => 'resolved', TimeWorked => 15);
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

my (%case_of, %expected, @tickets_of);
for my $round (1 .. $rounds)
{
	for my $case (@cases)
	{
		my ($name, $expected, $make) = @$case;
		my $ticket = $make->();
		$case_of{$ticket} = $name;
		$tickets_of[$round]{$name} = $ticket;
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
psql('postgres', '-c', 'CREATE SCHEMA kpi_here; CREATE EXTENSION kpi SCHEMA kpi_here;
	CREATE EXTENSION kpi_mart SCHEMA kpi_here;
	CREATE ROLE analyst LOGIN; GRANT USAGE ON SCHEMA kpi_here TO analyst; GRANT CREATE ON DATABASE rtdb TO analyst;
	GRANT SELECT ON ' . join(', ', @tables) . ' TO analyst');
# missing columns and rights, before the next two calls
is(join(' ', grep { !/^SELECT / } split(/\n/, psql('analyst', '-f', $adapter))), '', 'nothing is missing');

my %relation = map { $_ => "care.$_" } qw(tickets messages status_changes surveys);
is(psql('analyst', '-c', "SELECT \"check\" FROM kpi_check_relation('$relation{$_}', '$_') WHERE severity = 'error'"),
	'', "no error in $_")
  foreach sort keys %relation;
psql('analyst', '-c', "SELECT FROM kpi_build('care.tickets', 'mart', 'UTC', messages => 'care.messages',
	status_changes => 'care.status_changes', surveys => 'care.surveys', fcr_rule => 'zendesk')");

sub is_ticket
{
	my ($ticket, $expected, $name) = @_;
	is(psql('analyst', '-c', "SELECT status, opened_by, agent_messages, agent_replies, customer_replies, teammates,
			closes, reopens, transfers, was_pending, CASE WHEN first_response_at IS NOT NULL THEN u.name END, agent_name,
			handle_seconds / 60
			FROM mart.ticket LEFT JOIN public.users u ON u.id::text = responder_id
			WHERE ticket_id = $ticket AND merged_into IS NULL"), $expected, "$name: ticket $ticket");
}

is(psql('analyst', '-c', q(SELECT string_agg(ticket_id::text, ',' ORDER BY ticket_id) FROM mart.ticket
	WHERE merged_into IS NULL)),
	join(',', sort { $a <=> $b } keys %expected), 'the tickets that count');
is(psql('analyst', '-c', q(SELECT ticket_id, merged_into FROM mart.ticket WHERE merged_into IS NOT NULL
	ORDER BY ticket_id)),
	join("\n", map { "$_|$merged_into{$_}" } sort { $a <=> $b } keys %merged_into), 'merged tickets');
is_ticket($_, $expected{$_}, $case_of{$_}) foreach sort { $a <=> $b } keys %expected;

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
	my $name = $case_of{$ticket};
	my $record = request('root', 'GET', "ticket/$ticket");
	my $history = request('root', 'GET', "ticket/$ticket/history?per_page=100&fields=Type,Creator,Created,NewValue");
	my $created = seconds($record->{Created});
	my %agent = map { $_ => 1 } $name eq 'colleague' ? qw(anna) : $name eq 'outbound' ? qw(bert) : qw(anna bert);
	my ($response) = sort { $a <=> $b } map { seconds($_->{Created}) - $created }
	  grep { $_->{Type} eq 'Correspond' && $agent{ $_->{Creator}{id} } } @{ $history->{items} };
	my $resolution;
	if ($record->{Status} eq 'resolved')
	{
		# the last transaction; RT's own date is written just before, and alone when the ticket is made as resolved
		my $resolved = seconds($record->{Resolved}) - $created;
		($resolution) = sort { $b <=> $a } map { seconds($_->{Created}) - $created }
		  grep { $_->{Type} eq 'Status' && $_->{NewValue} eq 'resolved' } @{ $history->{items} };
		$resolution //= $resolved > 0 ? $resolved : 0;
		is(abs($resolution - $resolved) <= 1 ? "yes" : "$resolution, $resolved", "yes", "$name: date of ticket $ticket");
	}
	push @responses, $response if defined $response;
	push @resolutions, $resolution if defined $resolution;
	is(psql('analyst', '-c', "SELECT response_seconds, resolution_seconds FROM mart.ticket WHERE ticket_id = $ticket"),
		join('|', map { $_ // '' } $response, $resolution), "$name: times of ticket $ticket");
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;
	return ($sorted[$#sorted / 2] + $sorted[@sorted / 2]) / 2;
}

# ---------------------------------------------------------------- KPIs: of eleven cases, nine are solved

sub is_kpi
{
	my ($kpi, $expected) = @_;
	is(psql('analyst', '-c', "SELECT round(value::numeric, 3)::float8, n
			FROM kpi_scorecard('mart', current_date - 2, current_date + 2) WHERE scope = 'total' AND kpi = '$kpi'"),
		$expected, $kpi);
}

is(request('root', 'GET', 'tickets?query=' . q(Status%3D'resolved'))->{total}, 9 * $rounds,
	'solved tickets, as Request Tracker counts them');
is_kpi(tickets => 11 * $rounds . '|' . 11 * $rounds);
is_kpi(resolved => 9 * $rounds . '|' . 9 * $rounds);
# stalled and called
is_kpi(unanswered => 2 * $rounds . '|' . 2 * $rounds);
# of the nine all but twice and reopened, which took two replies
is_kpi(fcr_pct => '77.778|' . 9 * $rounds);
# reopened and open again, of ten that were ever solved
is_kpi(reopen_pct => '20|' . 10 * $rounds);
# colleague and handed, of eleven
is_kpi(transfer_pct => '18.182|' . 11 * $rounds);
# 5 and 4 of 5, 4, 2, 3
is_kpi(csat_pct => '50|' . 4 * $rounds);
# 20 and 15 minutes
is_kpi(handle_median_seconds => '1050|' . 2 * $rounds);
is_kpi(response_median_seconds => median(@responses) . '|' . 9 * $rounds);
is_kpi(resolution_median_seconds => median(@resolutions) . '|' . 9 * $rounds);
is(psql('analyst', '-c', "SELECT * FROM kpi_verify('mart')"), '', 'kpi_verify');

# ---------------------------------------------------------------- what a refresh finds

my $stalled = $tickets_of[1]{stalled};
reply('bert', $stalled);
status('bert', $stalled, 'resolved');
my $plain = $tickets_of[1]{plain};
reply('carla', $plain);
my $rejected = $tickets_of[2]{twice};
status('anna', $rejected, 'rejected');
my ($older, $newer) = map { $tickets_of[$_]{'open again'} } 1, 2;
change('anna', $older, 'MergeInto', $newer, qr/Merge Successful/);
psql('analyst', '-c', "SELECT FROM kpi_refresh('mart')");
is_ticket($stalled, 'solved|customer|1|1|0|1|1|0|0|t|bert||', 'answered and resolved');
is_ticket($plain, 'open|customer|1|1|1|1|1|1|0|f|anna|Anna Agent|20', 'opened again by the customer');
is_ticket($rejected, '', 'rejected');
# both opening messages and answers, of which the older one came before the ticket was there
is_ticket($newer, 'open|customer|2|1|1|1|1|1|0|f|anna||', 'another one was merged into it');
is_ticket($older, '', 'merged later');
is(psql('analyst', '-c', "SELECT * FROM kpi_verify('mart')"), '', 'kpi_verify after the refresh');

printf "%d passed, %d failed\n", $passed, $failed;
exit($failed > 0 || $passed == 0);
