# Random tickets with messages, status changes and SLA targets for the test of event
# streams, as scripts for psql.
#
# Everything is drawn with Perl's rand after srand(seed), so a seed gives the same
# streams again.  Instants are relative to the psql variable base: the present, or a time
# around nights in which clocks change.

package Events;

use strict;
use warnings;

my @zones = qw(UTC Europe/Berlin America/New_York Asia/Kolkata);
my @hours = (
	'Europe/Berlin; Mo-Fr 09:00-17:00', 'Asia/Kolkata; Mo-Sa 10:00-18:30', 'America/New_York; Mo-Su 00:00-24:00',
	'Pacific/Auckland; Mo-Th 08:00-12:00,13:00-17:00; Fr 08:00-12:00', 'UTC; Mo-Fr 09:00-17:00');
my @bases = (
	"date_trunc('minute', now())", "timestamptz '2024-04-12 09:30 UTC'", "timestamptz '2024-11-12 21:00 UTC'");
my @rules = qw(zendesk zendesk_messaging fivetran intercom freshservice freshdesk zoho zammad);
my @statuses = qw(new open open bot pending on_hold solved solved closed waiting);
my @pauses = ('NULL', "'{}'", "'{pending}'", "'{pending,solved,closed}'", "'{pending,on_hold,solved,closed}'");
my @targets = ("'10 s'", "'30 min'", "'1 hour'", "'4 hours'", "'8 hours'", "'36 hours'", "'90 hours'", "'1 day'",
	"'0'", "'-1 hour'", "'25 years'");
my @impossible = ("'infinity'", "'-infinity'", "'epoch'", "'0044-03-15 12:00 BC'", "'20000-01-01'");
# what people write, in every mood and in none
my @bodies = (
	'Thank you so much, that was quick!', 'Great, it works again. You are very helpful.', 'Perfect, thanks',
	'Where can I change my address?', 'My order number is 4711.', 'Hello, I have a question about my invoice.',
	'This is terrible. I am still waiting for an answer!', 'The app is broken, again. Worst support ever.',
	'Not good enough, and nobody calls me back', 'I am very angry', "\x{1F620}", "\x{1F600}\x{1F600}",
	'', '42', '?!', "it's \\ \"fine\"", '> Thank you for your message' . "\n" . 'this did not help at all');
my @agents = qw(a1 a2 a3);
my @teams = qw(north south);

# The columns beside the required ones, with their types.
my %columns = (
	tickets => { qw(
		first_response_at timestamptz first_resolved_at timestamptz resolved_at timestamptz closed_at timestamptz
		handed_off_at timestamptz status text opened_by text agent_id text first_responder_id text team text
		channel text category text priority text merged_into key contacts bigint agent_messages bigint
		agent_replies bigint customer_replies bigint teammates bigint closes bigint reopens bigint
		was_pending boolean transferred boolean solved boolean response_time interval resolution_time interval
		new_time interval open_time interval pending_time interval on_hold_time interval paused tstzmultirange
		sla_response interval sla_next_response interval sla_resolution interval sla_in_hours boolean
		sla_response_met boolean sla_resolution_met boolean hours business_hours sentiment), 'double precision' },
	messages => { qw(is_public boolean author_id text seq bigint channel text body text loaded_at timestamptz) },
	status_changes => { qw(previous_status text source_status text agent_id text team text hours business_hours
		changed_by text seq bigint loaded_at timestamptz status text) },
	sla_targets => { qw(applies_from timestamptz in_hours boolean pausing_statuses text[] policy text
		loaded_at timestamptz) });
my %required = (
	tickets => { qw(ticket_id key created_at timestamptz) },
	messages => { qw(ticket_id key at timestamptz author text) },
	status_changes => { qw(ticket_id key at timestamptz) },
	sla_targets => { qw(ticket_id key metric text target interval) });

sub chance { return rand() < $_[0] }
sub one { return $_[ int rand @_ ] }
sub literal { my ($value) = @_; return "'" . $value =~ s/'/''/gr . "'" }

# An instant some seconds after base.
sub at { return sprintf "(timestamptz :'base' + interval '%s s')", $_[0] }

# A distance in seconds: often a target, so that verdicts are close.
sub distance
{
	return one(0, 1, 5, 10, 11, 1800, 3600, 14400, 28800, 129600, int(rand 7200), int(rand 90000), int(rand 900000));
}

# Seconds after base at which something of a ticket happens, not later than base.
sub moment
{
	my ($ticket, $from) = @_;
	my $start = $ticket->{created} // -500000;
	my $moment = ($from // $start) + distance();
	$moment = $start - distance() if chance(0.1);
	$moment = $start + int rand(-$start) if $moment > 0;
	return $moment;
}

# Returns whether a relation of the life has a column.
sub has { my ($life, $relation, $column) = @_; return exists $life->{columns}{$relation}{$column} }

sub id
{
	my ($life, $n) = @_;
	return $life->{key} eq 'text' ? "'t-$n'" : $n;
}

# An INSERT of one row, of the columns that the relation has.
sub insert
{
	my ($life, $relation, %row) = @_;
	my @names = grep { has($life, $relation, $_) } sort keys %row;
	return sprintf "INSERT INTO src.%s (%s) VALUES (%s);\n", $relation, join(', ', @names),
	  join(', ', map { $row{$_} } @names);
}

# When a row arrived: long ago, or now for one that the next refresh must find.
sub loaded { my ($is_new) = @_; return $is_new ? 'now()' : sprintf "now() - interval '%d min'", 100 + rand 3000 }

# A refresh finds rows that have no loaded_at by their ticket.
sub touch
{
	my ($life, $ticket, @relations) = @_;
	return '' unless grep { !has($life, $_, 'loaded_at') } @relations;
	return sprintf "UPDATE src.tickets SET %s WHERE ticket_id = %s;\n",
	  join(', ', map { "$_ = now()" } grep { has($life, 'tickets', $_) } qw(updated_at loaded_at)), $ticket->{id};
}

sub message
{
	my ($life, $ticket, $is_new) = @_;
	my $messages = $ticket->{messages} //= [];
	# several in one instant
	my $moment = @$messages && chance(0.2) ? one(@$messages) : moment($ticket, chance(0.5) ? $messages->[-1] : undef);
	push @$messages, $moment;
	my $author = one((qw(customer agent)) x 5, qw(bot system), "''");
	return insert($life, 'messages',
		ticket_id => $ticket->{id},
		at => chance(0.03) ? one(@impossible) . '::timestamptz' : at($moment . one('', '', '.000001')),
		author => $author =~ /'/ ? $author : "'$author'",
		is_public => one('NULL', 'true', 'true', 'false'),
		author_id => $author eq 'customer' ? "'c1'" : chance(0.15) ? one('NULL', "''") : literal(one(@agents)),
		seq => one('NULL', 1, 2, 3),
		channel => one('NULL', "'chat'", "'mail'"),
		body => chance(0.1) ? 'NULL' : literal(one(@bodies)),
		loaded_at => loaded($is_new));
}

# Changes of one instant have an order; separate rows set status, team and agent.
sub change
{
	my ($life, $ticket, $is_new, %set) = @_;
	my $taken = $ticket->{changes} //= {};
	my @ties = grep { $taken->{$_} } keys %$taken;
	my $moment = delete $set{moment};
	my $tie = has($life, 'status_changes', 'seq') && @ties && (defined $moment || chance(0.25));
	# agents answer and resolve at once
	my @answers = @{ $ticket->{messages} // [] };
	$moment //= $tie ? one(sort { $a <=> $b } @ties) : @answers && chance(0.2) ? one(@answers) : moment($ticket);
	$moment++ while !$tie && exists $taken->{$moment};
	my $sequenced = $tie || chance(0.7);
	$taken->{$moment} = $sequenced;
	my $seq = 1 + int rand 1000000;
	my $kind = rand;
	%set = (
		($kind < 0.62 ? (status => literal(one(@statuses))) : ()),
		($kind > 0.58 && $kind < 0.8 ? (team => one("''", map { literal($_) } @teams)) : ()),
		($kind > 0.7 && $kind < 0.92 ? (agent_id => one("''", map { literal($_) } @agents)) : ()),
		($kind > 0.92 ? (hours => literal(one(@hours))) : ())) unless %set;
	return insert($life, 'status_changes',
		ticket_id => $ticket->{id},
		at => chance(0.03) ? one(@impossible) . '::timestamptz' : at($moment),
		(has($life, 'status_changes', 'previous_status') && chance(0.4) ? (previous_status => literal(one(@statuses))) : ()),
		source_status => one('NULL', "'In work'", "'Waiting'"),
		changed_by => one('NULL', "'agent'", "'customer'", "'bot'"),
		($sequenced ? (seq => $seq) : ()),
		loaded_at => loaded($is_new),
		%set);
}

# Another team and agent in separate rows of one instant.
sub assignment
{
	my ($life, $ticket, $is_new) = @_;
	my $moment = moment($ticket);
	$moment++ while exists $ticket->{changes}{$moment};
	$ticket->{changes}{$moment} = 1;
	return join '', map { change($life, $ticket, $is_new, moment => $moment, %$_) }
	  { agent_id => literal(one(@agents)) }, { team => literal(one(@teams)) };
}

sub target
{
	my ($life, $ticket, $is_new) = @_;
	my $metric = one(qw(first_response next_response next_response update update resolution resolution));
	$metric = 'agent_work' if chance(0.02);
	my $pauses = chance(0.5) ? 'NULL' : one(@pauses);
	my $from = chance(0.3) ? 'NULL' : at(moment($ticket));
	# of two that begin to apply at once none is the last
	return '' if $ticket->{targets}{ join '; ', $metric, has($life, 'sla_targets', 'pausing_statuses') ? $pauses : '',
		has($life, 'sla_targets', 'applies_from') ? $from : '' }++;
	return insert($life, 'sla_targets',
		ticket_id => $ticket->{id}, metric => literal($metric), target => 'interval ' . one(@targets),
		applies_from => $from, in_hours => one('NULL', 'true', 'false'), pausing_statuses => $pauses,
		policy => one('NULL', "'p1'", "'p2'"),
		loaded_at => loaded($is_new));
}

# A value that a ticket gives itself.
sub given
{
	my ($life, $ticket, $column) = @_;
	my $type = $columns{tickets}{$column};
	return one('true', 'false') if $type eq 'boolean';
	return one(0, 1, 1, 2, 3) if $type eq 'bigint';
	return one(-1, '-0.05', 0, '0.4') if $type eq 'double precision';
	return 'interval ' . one(@targets) if $column =~ /^sla_/;
	return 'interval ' . one("'0'", "'90 s'", "'5 hours'") if $type eq 'interval';
	return literal(one(@hours)) if $type eq 'business_hours';
	return id($life, 1) if $type eq 'key';
	if ($type eq 'tstzmultirange')
	{
		my @instants = sort { $a <=> $b } map { moment($ticket) } 1 .. 4;
		return one("'{}'::tstzmultirange", sprintf 'tstzmultirange(tstzrange(%s, %s), tstzrange(%s, %s))',
			map({ at($_) } @instants[ 0 .. 2 ]), chance(0.3) ? 'NULL' : at($instants[3]));
	}
	# not before the creation, which would be an impossible value
	return at(one(grep { $_ >= ($ticket->{created} // -1e9) } map { moment($ticket) } 1 .. 200)) if $type eq 'timestamptz';
	return literal(one(qw(customer agent bot system))) if $column eq 'opened_by';
	return literal(one(@statuses)) if $column eq 'status';
	return one("''", map { literal($_) } @agents) if $column =~ /agent_id|responder/;
	return literal(one(@teams, 'west')) if $column eq 'team';
	return literal(one(qw(high low))) if $column eq 'priority';
	return literal(one(qw(chat phone))) if $column eq 'channel';
	return literal(one(qw(bill bug))) if $column eq 'category';
	die "no value of $column";
}

# A ticket with events.
sub ticket
{
	my ($life, $is_new) = @_;
	my $n = ++$life->{tickets};
	my %ticket = (id => id($life, $n), created => chance(0.03) ? undef : -60 - int rand one(7200, 200000, 2500000));
	my %row = (
		ticket_id => $ticket{id},
		created_at => defined $ticket{created} ? at($ticket{created}) : one(@impossible) . '::timestamptz',
		updated_at => loaded($is_new), loaded_at => loaded($is_new),
		customer_id => one('NULL', map { "'u$_'" } 1 .. 15));
	foreach my $column (sort keys %{ $columns{tickets} })
	{
		my $often = $column =~ /^(category|channel|priority)$/ ? 0.8 : $column eq 'merged_into' ? 0.08 : 0.3;
		$row{$column} = given($life, \%ticket, $column)
		  if has($life, 'tickets', $column) && chance($often);
	}
	my $sql = insert($life, 'tickets', %row);
	$life->{ticket}[$n] = \%ticket;
	return $sql if chance(0.08);
	$sql .= message($life, \%ticket, $is_new) foreach 1 .. rand 9;
	$sql .= chance(0.85) ? change($life, \%ticket, $is_new) : assignment($life, \%ticket, $is_new) foreach 1 .. rand 9;
	$sql .= change($life, \%ticket, $is_new, moment => $ticket{created}, hours => literal(one(@hours)))
	  if defined $ticket{created} && has($life, 'status_changes', 'hours') && chance(0.15);
	$sql .= target($life, \%ticket, $is_new) foreach 1 .. rand 6;
	return $sql;
}

sub any_ticket { my ($life) = @_; return $life->{ticket}[ 1 + int rand $life->{tickets} ] }

# A random life: the columns of its relations, and the options of kpi_build.
sub new_life
{
	my ($seed) = @_;
	srand($seed);
	my %life = (seed => $seed, key => one(qw(bigint text)), base => one(@bases[ 0, 0, 1, 2 ]), tickets => 0);
	my $share = one(0, 0.3, 0.6);
	foreach my $relation (sort keys %columns)
	{
		my %type = (%{ $required{$relation} });
		foreach my $column (sort keys %{ $columns{$relation} })
		{
			$type{$column} = $columns{$relation}{$column}
			  if chance($relation ne 'tickets' ? 0.85 : $column =~ /^(category|channel|priority)$/ ? 0.8 : $share);
		}
		$life{columns}{$relation} = \%type;
	}
	$life{columns}{tickets}{updated_at} = 'timestamptz';
	$life{columns}{tickets}{customer_id} = 'text';
	$life{columns}{tickets}{loaded_at} = 'timestamptz' if chance(0.4);
	# a status change without any of these says nothing
	$life{columns}{status_changes}{status} = 'text';
	$life{relations} = [ grep { chance(0.92) } qw(messages status_changes sla_targets) ];
	$life{dimensions} = one('team', 'team,channel', 'agent_id,team', 'team,channel,agent_id', 'channel');
	my %options = (
		week_start => one(1, 7, 3), attribute => one("'event'", "'event'", "'created'"),
		response_from => one("'creation'", "'handoff'"), pause_response => one('true', 'false'),
		pausing_statuses => one("'{pending,on_hold}'", "'{pending}'", "'{bot,pending,solved,closed}'", "'{}'"),
		recontact_within => one("'1 day'", "'7 days'", "'0'"), recontact_same_category => one('true', 'false'),
		track => one("'updated_at'", "'updated_at'", "'triggers'"),
		lag => one(("'10 min'") x 3, "'1 hour'", "'2 days'"),
		lexicon => one(("'english'") x 2, "'english; waiting:0.9, -broken'"),
		hours => chance(0.7) ? literal(one(@hours)) : 'NULL', fcr_rule => chance(0.85) ? literal(one(@rules)) : 'NULL');
	# the rule that reads other tickets
	$options{fcr_rule} = "'no_recontact'" if $seed % 3 == 0;
	$life{options} = \%options;
	$life{zone} = one(@zones);
	return \%life;
}

sub create
{
	my ($life) = @_;
	my $sql = "SELECT $life->{base} AS base \\gset\nCREATE SCHEMA src;\n";
	foreach my $relation (sort keys %{ $life->{columns} })
	{
		my $type = $life->{columns}{$relation};
		# ids of events in another type
		my %key = (bigint => $relation eq 'tickets' ? 'bigint' : one(qw(bigint bigint int numeric)),
			text => $relation eq 'tickets' ? 'text' : one(qw(text text varchar)));
		$sql .= "CREATE TABLE src.$relation ("
		  . join(', ', map { my $column = $_; "$column " . ($type->{$column} ne 'key' ? $type->{$column}
				: $column eq 'merged_into' ? $life->{key} : $key{ $life->{key} }) } sort keys %$type)
		  . ");\nCREATE INDEX ON src.$relation (ticket_id);\n";
	}
	$sql .= ticket($life, 0) foreach 1 .. 45 + int rand 25;
	my %unknown = (id => id($life, 999), created => -10000);
	return $sql . message($life, \%unknown, 0) . change($life, \%unknown, 0) . target($life, \%unknown, 0);
}

sub build
{
	my ($life) = @_;
	my $options = $life->{options};
	return "SELECT count(*) AS done FROM kpi_build('src.tickets', 'mart', '$life->{zone}', "
	  . join(', ', (map { "$_ => 'src.$_'" } @{ $life->{relations} }), "dimensions => '{$life->{dimensions}}'",
		map { "$_ => $options->{$_}" } sort keys %$options)
	  . ") \\gset\n";
}

# Compares the mart with the loop; a difference is a line of output.
sub check
{
	my ($life, $step) = @_;
	my $o = $life->{options};
	my $columns = join ',', sort keys %{ $life->{columns}{tickets} };
	my $sql = "TRUNCATE ev.setting, ev.policy, ev.tickets, ev.messages, ev.status_changes, ev.sla_targets;\n"
	  . "INSERT INTO ev.policy SELECT priority, sla_response, sla_resolution, hours FROM mart.kpi_sla_policy;\n"
	  . "INSERT INTO ev.setting SELECT '$life->{zone}', $o->{week_start}, $o->{hours}, $o->{fcr_rule},
		$o->{attribute} = 'created', $o->{response_from} = 'handoff', $o->{pause_response}, $o->{pausing_statuses},
		$o->{recontact_within}, $o->{recontact_same_category}, $o->{lexicon}, '{$life->{dimensions}}',
		'{" . join(',', @{ $life->{relations} }) . "}', '{$columns}', as_of FROM mart.kpi_state;\n";
	$sql .= "SELECT ev.load('$_', 'src.$_') AS done \\gset\n" foreach 'tickets', @{ $life->{relations} };
	return $sql . "SELECT ev.read() AS done \\gset\n"
	  . "SELECT 'seed $life->{seed}, $step: ' || problem FROM ev.compare('mart') AS problem;\n"
	  # elsewhere the mart has not been edited
	  . ($step !~ /edits/ ? ''
		: "SELECT 'seed $life->{seed}, $step, verify: ' || v::text FROM kpi_verify('mart') AS v LIMIT 5;\n");
}

sub refresh
{
	my ($full) = @_;
	return sprintf "SELECT rows AS done FROM kpi_refresh('mart', %s) \\gset\n", $full ? 'true' : 'false';
}

# New and late rows, and changed ones, of some tickets.
sub edit
{
	my ($life, $is_seen, $tickets) = @_;
	my $sql = '';
	foreach (1 .. $tickets)
	{
		my $ticket = any_ticket($life);
		$sql .= message($life, $ticket, $is_seen) if chance(0.6);
		$sql .= change($life, $ticket, $is_seen) if chance(0.6);
		$sql .= target($life, $ticket, $is_seen) if chance(0.3);
		$sql .= sprintf "UPDATE src.sla_targets SET target = interval %s%s WHERE ticket_id = %s;\n", one(@targets),
		  $is_seen && has($life, 'sla_targets', 'loaded_at') ? ', loaded_at = now()' : '', $ticket->{id}
		  if chance(0.15);
		$sql .= sprintf "UPDATE src.messages SET body = %s%s WHERE ticket_id = %s;\n", literal(one(@bodies)),
		  $is_seen && has($life, 'messages', 'loaded_at') ? ', loaded_at = now()' : '', $ticket->{id}
		  if has($life, 'messages', 'body') && chance(0.15);
		$sql .= touch($life, $ticket, qw(messages status_changes sla_targets)) if $is_seen;
		my @columns = grep { has($life, 'tickets', $_) } sort keys %{ $columns{tickets} };
		next unless @columns && chance(0.5);
		my $column = one(@columns);
		my $value = chance(0.4) ? 'NULL' : given($life, $ticket, $column);
		my @seen = map { "$_ = now()" } grep { $is_seen && has($life, 'tickets', $_) } qw(updated_at loaded_at);
		$sql .= sprintf "UPDATE src.tickets SET %s WHERE ticket_id = %s;\n", join(', ', "$column = $value", @seen),
		  $ticket->{id};
	}
	$sql .= ticket($life, $is_seen) foreach 1 .. 1 + rand 2;
	return $sql;
}

# Customers who write again soon after a ticket of theirs was resolved.
sub recontact
{
	my ($life) = @_;
	my @columns = grep { has($life, 'tickets', $_) } qw(category updated_at loaded_at);
	my $sql = '';
	foreach (1 .. 2)
	{
		my $n = ++$life->{tickets};
		$life->{ticket}[$n] = { id => id($life, $n) };
		$sql .= sprintf "INSERT INTO src.tickets (%s) SELECT %s FROM mart.ticket WHERE is_resolved AND resolved_at < now()
			AND first_contact IS DISTINCT FROM false AND customer_id IS NOT NULL AND merged_into IS NULL
			ORDER BY first_contact, ticket_id LIMIT 1 OFFSET %d;\n",
		  join(', ', 'ticket_id', 'created_at', 'customer_id', @columns),
		  join(', ', id($life, $n), "least(resolved_at + interval '1 min', now())", 'customer_id',
			map { $_ eq 'category' ? $_ : 'now()' } @columns), $_;
	}
	return $sql . refresh(0) . check($life, 'recontact');
}

# Tickets that are resolved or reopened today leave the past as it was.
sub today
{
	my ($life) = @_;
	return '' unless grep { $_ eq 'status_changes' } @{ $life->{relations} };
	my $sql = "CREATE TEMP TABLE past AS SELECT * FROM mart.backlog_daily\n"
	  . "WHERE day < (now() AT TIME ZONE '$life->{zone}')::date;\n";
	foreach my $ticket (grep { defined } map { any_ticket($life) } 1 .. 6)
	{
		my $loaded = has($life, 'status_changes', 'loaded_at') ? ', loaded_at' : '';
		my $now = $loaded && ', now()';
		# what the first change tells of a ticket that was resolved without any is new
		$sql .= "INSERT INTO src.status_changes (ticket_id, at, status$loaded) SELECT $ticket->{id}, now(), "
		  . literal(one(qw(solved closed open pending))) . "$now
			WHERE EXISTS (SELECT FROM mart.ticket WHERE ticket_id = $ticket->{id} AND has_status_changes)
			AND NOT EXISTS (SELECT FROM src.status_changes WHERE ticket_id = $ticket->{id} AND at > now() - interval '1 min'
				AND isfinite(at));\n" . touch($life, $ticket, 'status_changes');
	}
	return $sql . refresh(0) . check($life, 'today')
	  . "SELECT 'seed $life->{seed}, today: the past differs: ' || p::text FROM (
			(SELECT *, 'is gone' FROM past EXCEPT SELECT *, 'is gone' FROM mart.backlog_daily)
			UNION ALL (SELECT *, 'is new' FROM mart.backlog_daily WHERE day < (now() AT TIME ZONE '$life->{zone}')::date
				EXCEPT SELECT *, 'is new' FROM past)
		) AS p LIMIT 5;\nDROP TABLE past;\n";
}

# Computes everything that a mart stores as of an earlier instant, as if it had been
# refreshed then.  The next refresh finds what time alone has changed.
sub travel
{
	my ($life) = @_;
	return "UPDATE mart.kpi_state SET as_of = least(as_of, " . at(-int rand one(10000, 40000, 200000, 2000000)) . ");\n"
	  . "SELECT format('DELETE FROM mart.%I;', name),
			format('INSERT INTO mart.%I SELECT * FROM mart.%I;', name, name || '_now')
		FROM kpi_stored_tables('mart') \\gexec\n" . check($life, 'earlier') . refresh(0) . check($life, 'later');
}

# The life of a mart, as a script for psql.
sub life
{
	my ($seed) = @_;
	my $life = new_life($seed);
	my $sql = "\\echo seed $seed\nSET client_min_messages = warning;\n" . create($life) . build($life);
	$sql .= "INSERT INTO mart.kpi_sla_policy (priority, sla_response, sla_resolution, hours) VALUES
		('high', '1 hour', NULL, " . one('NULL', literal(one(@hours))) . "), (NULL, NULL, '20 hours', NULL);\n" . refresh(0)
	  if chance(0.5);
	$sql .= check($life, 'built');
	# few tickets first, as a refresh of many compares all
	$sql .= travel($life);
	$sql .= recontact($life) if $life->{options}{fcr_rule} =~ /no_recontact/;
	foreach my $tickets (1 + int rand 2, 5 + int rand 8)
	{
		$sql .= edit($life, 1, $tickets) . refresh(0) . check($life, "edits of $tickets");
	}
	$sql .= "SELECT 'seed $seed, no changes: ' || r::text FROM kpi_refresh('mart') AS r WHERE rows <> 0;\n";
	$sql .= today($life) . edit($life, 0, 8);
	foreach my $relation (qw(messages status_changes sla_targets tickets))
	{
		$sql .= "DELETE FROM src.$relation WHERE ticket_id = " . any_ticket($life)->{id}
		  . ($relation ne 'tickets' && chance(0.5) ? '' : " AND ctid > '(0,3)'") . ";\n";
	}
	return $sql . refresh(1) . check($life, 'silent edits')
	  . "SELECT FROM kpi_drop('mart', false);\nDROP SCHEMA src CASCADE;\n";
}

1;
