# A psql that stays connected. A new session takes longer than most queries of these tests, and compiles the functions of
# kpi_mart anew.

package Session;

use strict;
use warnings;

use Carp;
use IPC::Run;
use PostgreSQL::Test::Utils;

# connection: more for the connection string of the database postgres, such as user=owner
sub new
{
	my ($class, $node, $connection) = @_;
	return bless { psql => [ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d',
		$node->connstr('postgres') . ($connection ? " $connection" : '') ] }, $class;
}

# Runs SQL and commands of psql with the settings of a new session, and without its temporary tables. Returns what they
# print. An error ends the test, as in safe_psql.
sub query
{
	my ($self, $sql) = @_;
	unless ($self->{run})
	{
		@$self{qw(in out err)} = ('', '', '');
		$self->{timer} = IPC::Run::timer(10 * $PostgreSQL::Test::Utils::timeout_default);
		$self->{run} = IPC::Run::start($self->{psql}, '<', \$self->{in}, '>', \$self->{out}, '2>', \$self->{err}, $self->{timer});
	}
	@$self{qw(out err)} = ('', '');
	$self->{timer}->start;
	# what comes last may have no semicolon
	$self->{in} .= "RESET SESSION AUTHORIZATION; RESET ALL; DISCARD TEMP;\n$sql\n;\n\\echo end of query\n";
	$self->{run}->pump while $self->{out} !~ /^end of query$/m && $self->{run}->pumpable;
	$self->{timer}->reset;
	unless ($self->{out} =~ s/^end of query\n//m)
	{
		(delete $self->{run})->finish;
		croak "error running SQL: '$self->{err}' with '$sql'";
	}
	print STDERR $self->{err};
	chomp $self->{out};
	return $self->{out};
}

1;
