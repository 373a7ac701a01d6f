# What the tests of random marts share: a server, and the lives of marts as scripts for
# psql, which run in parallel sessions.

package RandomMarts;

use strict;
use warnings;

use Exporter qw(import);
use IPC::Run qw(start finish);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;

our @EXPORT_OK = qw(random_node start_lives finish_lives);

# A server that writes no more than it must.
sub random_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
	$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = UTC\nautovacuum = off\n"
		. "wal_level = minimal\nmax_wal_senders = 0\nmax_parallel_workers_per_gather = 0\n");
	$node->start;
	return $node;
}

# Starts the scripts $life->(0) to $life->($lives - 1), spread over sessions in the
# databases s1, s2 ...  Returns what finish_lives takes.
sub start_lives
{
	my ($node, $sessions, $lives, $life) = @_;
	my $tempdir = PostgreSQL::Test::Utils::tempdir();
	my @runs;
	foreach my $session (1 .. $sessions)
	{
		my $file = "$tempdir/session_$session";
		open my $script, '>:encoding(UTF-8)', "$file.sql" or die $!;
		print $script $life->($_) foreach grep { $_ % $sessions == $session - 1 } 0 .. $lives - 1;
		close $script;
		push @runs, { file => $file,
			harness => start([ 'psql', '-XqAt', '-d', $node->connstr("s$session"), '-f', "$file.sql" ], '<', \'', '>',
				"$file.out", '2>', "$file.err") };
	}
	return @runs;
}

# Waits for the scripts.  Returns their output and their errors.
sub finish_lives
{
	my (@runs) = @_;
	finish($_->{harness}) foreach @runs;
	return map { my $end = $_; join '', map { slurp_file("$_->{file}.$end") } @runs } qw(out err);
}

1;
