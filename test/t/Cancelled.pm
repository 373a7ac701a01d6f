package Cancelled;

# A session of psql whose statements can be cancelled, and how long they go on.

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter 'import';
use File::Basename;
use IO::Select;
use IPC::Open3;
use PostgreSQL::Test::Utils;
use Time::HiRes qw(time);

our @EXPORT = qw(session ask cancel_after start_measuring longest_stretch);

sub session
{
	my ($node) = @_;
	my $session = {};

	$session->{psql} = open3($session->{in}, $session->{out}, undef,
		'psql', '-X', '-A', '-q', '-t', '-d', $node->connstr('postgres'));
	$session->{ready} = IO::Select->new($session->{out});
	$session->{backend} = ask($session, 'SELECT pg_backend_pid()') + 0;
	return $session;
}

# Reads until the output matches, at most so many seconds.  Returns the output.
sub read_until
{
	my ($session, $pattern, $seconds) = @_;
	my $until = time + $seconds;
	my $text = '';

	while ($text !~ $pattern && (my $left = $until - time) > 0)
	{
		next unless $session->{ready}->can_read($left);
		sysread($session->{out}, $text, 65536, length $text) or die "psql has ended: $text";
	}
	return $text;
}

sub send_statement
{
	my ($session, $sql) = @_;
	syswrite $session->{in}, "$sql;\n\\echo done\n";
	return;
}

# Returns what a statement prints.
sub ask
{
	my ($session, $sql) = @_;

	send_statement($session, $sql);
	my $text = read_until($session, qr/^done\n/m, 600);
	die "no end: $sql\n$text" unless $text =~ s/^done\n//m;
	return $text;
}

# The processor time of a process, in milliseconds.
sub processor_time
{
	my ($process) = @_;
	return (split ' ', slurp_file("/proc/$process/schedstat"))[0] / 1e6;
}

# Cancels a statement after so many seconds.  Returns the milliseconds until the error came, and how many of them the
# backend had the processor; nothing if the statement had ended.
sub cancel_after
{
	my ($session, $sql, $seconds) = @_;

	send_statement($session, $sql);
	my $text = read_until($session, qr/^done\n/m, $seconds);
	return if $text =~ /^done\n/m;
	my $ran = processor_time($session->{backend});
	my $since = time;
	# what pg_cancel_backend does
	kill 'INT', $session->{backend};
	$text .= read_until($session, qr/^ERROR:|^done\n/m, 600);
	my $until = 1000 * (time - $since);
	$ran = processor_time($session->{backend}) - $ran;
	$text .= read_until($session, qr/^done\n/m, 600) unless $text =~ /^done\n/m;
	my ($error) = $text =~ /^(ERROR:.*)/m or return;
	return ($until, $ran) if $error =~ /canceling statement due to user request/;
	# it came to an end, which is an error, just before
	die "$sql raised another error: $error" unless ask($session, $sql) =~ /^\Q$error\E$/m;
	return;
}

# Loads test/interrupts.c into a session, of a node on this machine.
sub start_measuring
{
	my ($session) = @_;
	my $source = abs_path(dirname(__FILE__) . '/../interrupts.c');
	my $library = PostgreSQL::Test::Utils::tempdir() . '/interrupts.so';
	my ($compiler, $headers) = map { chomp; $_ } `pg_config --cc`, `pg_config --includedir-server`;

	system_or_bail($compiler, '-O1', '-fPIC', '-shared', "-I$headers", $source, '-o', $library);
	ask($session, "CREATE FUNCTION longest_stretch() RETURNS integer LANGUAGE C AS '$library'");
	return longest_stretch($session);
}

# The longest stretch without a check for interrupts since the last call, in milliseconds of processor time.
sub longest_stretch
{
	my ($session) = @_;
	return ask($session, 'SELECT longest_stretch()') + 0;
}

1;
