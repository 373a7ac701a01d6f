package Faults;

# What the tests of faults share: a mart of Desk, what must be the same before and after a fault, and how to kill.

use strict;
use warnings;

use Desk;
use Exporter 'import';
use PostgreSQL::Test::Utils;
use Time::HiRes qw(sleep);

our @EXPORT = qw(faulty_mart fingerprint leftovers processes_of kill_processes wait_until_gone);

# The SQL that makes the schema desk, with search_path = desk, lib.
#
# fingerprint() is a text of the rows of every table of the mart "built", and empty without the mart.
sub faulty_mart
{
	return desk() . <<'SQL';
CREATE FUNCTION fingerprint() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	relation regclass;
	rows text;
	every text := '';
BEGIN
	FOR relation IN
		SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace('built') AND relkind = 'r' ORDER BY relname
	LOOP
		EXECUTE format('SELECT count(*) || md5(string_agg(t::text, '''' ORDER BY t::text)) FROM %s AS t', relation) INTO rows;
		every := concat(every, relation, ' ', rows, E'\n');
	END LOOP;
	RETURN every;
END $$;
SQL
}

sub fingerprint { return 'SELECT fingerprint()' }

# A query whose result must be empty when nothing runs: what a statement that was undone may have left.
sub leftovers
{
	return <<'SQL';
SELECT 'schema', nspname FROM pg_namespace
WHERE nspname NOT IN ('desk', 'lib', 'public', 'pg_catalog', 'pg_toast', 'information_schema')
AND nspname !~ '^pg_(toast_)?temp_' AND to_regclass(format('%I.kpi_object', nspname)) IS NULL
UNION ALL
SELECT 'temporary table', relname FROM pg_class WHERE relpersistence = 't'
UNION ALL
SELECT 'trigger', tgname FROM pg_trigger WHERE tgname LIKE 'kpi%' AND to_regclass('built.kpi_change') IS NULL
UNION ALL
SELECT 'lock', concat_ws(' ', locktype, mode, relation::regclass) FROM pg_locks
WHERE pid NOT IN (pg_backend_pid()) AND (locktype IN ('relation', 'advisory') OR NOT granted) AND EXISTS (
	SELECT FROM pg_stat_activity AS a WHERE a.pid = pg_locks.pid AND a.backend_type = 'client backend')
UNION ALL
SELECT 'prepared transaction', gid FROM pg_prepared_xacts
UNION ALL
SELECT 'temporary file', name FROM pg_ls_tmpdir()
SQL
}

# The postmaster of a node and all its processes, the postmaster first.
sub processes_of
{
	my ($node) = @_;
	my $postmaster = slurp_file($node->data_dir . '/postmaster.pid') =~ s/\n.*//sr;

	return ($postmaster, split ' ', slurp_file("/proc/$postmaster/task/$postmaster/children"));
}

# Kills processes as a power failure would: none has a moment to do anything.
sub kill_processes
{
	my (@processes) = @_;
	kill 'STOP', @processes;
	kill 'KILL', @processes;
	return;
}

# Waits until processes are gone.  A server cannot start before the last one has released the shared memory.
sub wait_until_gone
{
	my (@processes) = @_;

	foreach (1 .. 1200)
	{
		return 1 unless grep { kill 0, $_ } @processes;
		sleep(0.1);
	}
	return 0;
}

1;
