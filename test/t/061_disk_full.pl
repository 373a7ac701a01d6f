# The disk is full: in the tablespace of a mart and of stored tallies, in that of temporary files, and in the directory
# of the write-ahead log.  Each statement raises an error, or the server stops; nothing is left, and the next run is
# right as soon as there is space.
#
# The disk is a tmpfs of some megabytes, in a mount namespace of the server's own, which needs no rights.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename;
use lib dirname(__FILE__);
use Faults;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $disk = PostgreSQL::Test::Utils::tempdir();
my $size = 128 * 1024;    # kilobytes
my ($out, $err) = ('', '');
my $mounted = IPC::Run::start(
	[ 'unshare', '--user', '--mount', '--map-current-user', '--keep-caps', 'sh', '-c',
		'mount -t tmpfs -o size="$2"k tmpfs "$1" && echo $$ && exec sleep 3600', 'sh', $disk, $size ],
	'<', \'', '>', \$out, '2>', \$err);
eval { $mounted->pump until $out =~ /\n/ };
my ($holder) = $out =~ /^(\d+)\n/;
plan skip_all => 'a user may not mount a tmpfs in a namespace here: ' . ($err =~ s/\n.*//sr) unless $holder;
my @inside = ('nsenter', '--target', $holder, '--user', '--mount', '--preserve-credentials');

my $node = PostgreSQL::Test::Cluster->new('full');
$node->init(extra => [ '--encoding=UTF8', '--locale=C', '--wal-segsize=1' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nautovacuum = off\n"
	. "restart_after_crash = on\nmin_wal_size = 2MB\nmax_wal_size = 8MB\nmax_parallel_workers_per_gather = 0\n");

sub start_inside
{
	system_log(@inside, 'pg_ctl', '-s', '-w', '-D', $node->data_dir, '-l', $node->logfile,
		'-o', '--cluster-name=full', 'start') == 0 or return 0;
	$node->_update_pid(1);
	return 1;
}
start_inside() or BAIL_OUT('the server does not start in the namespace');

my $path = 'SET search_path = desk, lib;';

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "$path\n$sql");
}

# Leaves so many kilobytes on the disk, or all of it.
sub leave
{
	my ($kilobytes) = @_;

	unlink_inside('ballast');
	return unless defined $kilobytes;
	my $command = 'cd "$1" && free=$(df -k --output=avail . | tail -n 1) && head -c "$((free - $2))k" /dev/zero >ballast';
	system_or_bail(@inside, 'sh', '-c', $command, 'sh', $disk, $kilobytes);
	return;
}
sub unlink_inside { system_or_bail(@inside, 'rm', '-f', "$disk/$_[0]"); return; }

# The kilobytes that are in use on the disk, after a checkpoint, which removes files.
sub used
{
	query('CHECKPOINT');
	my ($kilobytes) = run_command([ @inside, 'df', '-k', '--output=used', $disk ]) =~ /(\d+)$/;
	return $kilobytes;
}

# Runs a statement with ever more space until it succeeds.  Returns the number of failures.
sub fill
{
	my ($what, $sql, $first, $unchanged) = @_;
	my $before = query($unchanged);
	my $used = used();
	my $failures = 0;

	for (my $free = $first; ; $free *= 3)
	{
		die "$what needs more than the disk has" if $free > $size;
		leave($free);
		my ($code, undef, $stderr) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$path\n$sql");
		leave();
		last if $code == 0;
		$failures++;
		like($stderr, qr/ERROR:  53100$/, "$what, $free kB: the disk is full");
		is(query($unchanged), $before, "$what, $free kB: nothing has changed");
		is(query(leftovers()), '', "$what, $free kB: nothing is left");
		is(used(), $used, "$what, $free kB: the space is free again");
	}
	cmp_ok($failures, '>', 0, "$what: the disk was full at least once");
	return;
}

system_or_bail(@inside, 'mkdir', "$disk/tables", "$disk/temporary");
$node->safe_psql('postgres', "CREATE TABLESPACE small LOCATION '$disk/tables'");
$node->safe_psql('postgres', "CREATE TABLESPACE temporary LOCATION '$disk/temporary'");
$node->safe_psql('postgres',
	'CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib');
query(faulty_mart());

# the mart
my $small = 'SET default_tablespace = small;';
fill('kpi_build', "$small SELECT start('track => ''triggers'', lag => ''0''')", 16,
	q(SELECT to_regnamespace('built') IS NULL));
is(query('SELECT differences()'), 0, 'kpi_build: builds then');
query(q(INSERT INTO tickets (ticket_id, created_at, team)
	SELECT 1000000 + n, timestamptz '2025-03-01 00:00+00' + n % 90 * interval '1 day', 'team ' || n % 50
	FROM generate_series(1000, 20000) AS n));
fill('kpi_refresh', "$small SELECT kpi_refresh('built')", 16, fingerprint());
is(query('SELECT differences()'), 0, 'kpi_refresh: refreshes then');
query('SELECT mutate(1, true)');
fill('kpi_refresh, full', q(SELECT kpi_refresh('built', "full" => true)), 16, fingerprint());
is(query('SELECT differences()'), 0, 'kpi_refresh, full: refreshes then');
query('SELECT mutate(2, true)');
fill('kpi_upgrade', "$small SELECT kpi_upgrade('built')", 16, fingerprint());
is(query('SELECT differences()'), 0, 'kpi_upgrade: upgrades then');

# stored tallies
query("$small CREATE TABLE tallies (day integer PRIMARY KEY, s kpi_scores, r kpi_rate, q kpi_ratio, t kpi_trend,
	d kpi_durations); CREATE INDEX ON tallies USING hash (d)");
my $tallies = q(SELECT i / 1000 AS day, scores_agg(i % 11) AS s, rate_agg(i % 3 = 0) AS r, ratio_agg(i, 3) AS q,
		trend_agg(i % 7, timestamptz '2026-01-01 UTC' + i * interval '7 min') AS t,
		durations_agg(make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0)) AS d
	FROM generate_series(1, 1000000) AS i GROUP BY day);
my $rows = q(SELECT count(*), md5(string_agg(t::text, NULL ORDER BY day)) FROM tallies AS t);
my $right = "SELECT count(*) FROM ($tallies) AS a JOIN tallies USING (day, s, r, q, t, d)";
fill('stored tallies', "INSERT INTO tallies $tallies", 64, $rows);
is(query($right), 1001, 'stored tallies: stores the right ones then');
query("INSERT INTO tallies SELECT day + 2000, s, r, q, t, d FROM tallies");
fill('merging stored tallies', q(INSERT INTO tallies SELECT day - 2000, s, r, q, t, d FROM tallies WHERE day >= 2000
	ON CONFLICT (day) DO UPDATE SET s = tallies.s + excluded.s, r = tallies.r + excluded.r, q = tallies.q + excluded.q,
		t = tallies.t + excluded.t, d = tallies.d + excluded.d), 64, $rows);
is(query("SELECT count(*) FROM ($tallies) AS a JOIN tallies AS b USING (day)
	WHERE a.s + a.s = b.s AND a.r + a.r = b.r AND a.q + a.q = b.q AND a.t + a.t = b.t AND a.d + a.d = b.d"), 1001,
	'merging stored tallies: merges then');

query('DROP TABLE tallies');

# temporary files
my $spill = q(SET temp_tablespaces = temporary; SET work_mem = '64kB'; SET hash_mem_multiplier = 1;);
query(q(CREATE TABLE documents AS
	SELECT timestamptz '2026-01-01' + i * interval '1 min' AS at,
		(SELECT string_agg('w' || (i * 31 + j * 7) % 40000, ' ') FROM generate_series(1, 40) AS j) AS body
	FROM generate_series(1, 8000) AS i));
my %spilling = (
	'rising_phrases' => q(SELECT md5(string_agg(p::text, NULL)) FROM rising_phrases('documents', 'body', 'at',
		'2026-01-04', '2026-02-01', '2026-01-01', 'simple', 100) AS p),
	'percentiles of many groups' => q(SELECT sum(in_seconds(p)) FROM (
		SELECT p90_response(make_interval(secs => i)) AS p FROM generate_series(1, 200000) AS i GROUP BY i % 20000) AS t),
	'percentiles of sorted groups' => q(SET enable_hashagg = off; SELECT sum(in_seconds(p)) FROM (
		SELECT p90_response(make_interval(secs => i)) AS p FROM generate_series(1, 200000) AS i GROUP BY i % 20000) AS t),
	'a moving percentile' => q(SELECT sum(in_seconds(p)) FROM (
		SELECT p90_response(make_interval(secs => i)) OVER (ORDER BY i % 1000, i ROWS 100 PRECEDING) AS p
		FROM generate_series(1, 300000) AS i) AS t),
	'kpi_verify' => q(SELECT count(*) FROM kpi_verify('built')));
foreach my $what (sort keys %spilling)
{
	my $answer = query($spilling{$what});
	fill($what, "$spill $spilling{$what}", 64, 'SELECT 1');
	is(query("$spill $spilling{$what}"), $answer, "$what: answers then");
}

# the write-ahead log: without space for it a server stops
query('SELECT stop()');
query(q(SELECT start('track => ''triggers'', lag => ''0''')));
$node->stop;
my $log = $node->data_dir . '/pg_wal';
system_or_bail(@inside, 'mv', $log, "$disk/log");
symlink "$disk/log", $log or die $!;
start_inside() or BAIL_OUT('the server does not start with its log on the disk');
foreach my $call ([ 3, q(SELECT kpi_refresh('built')) ], [ 4, q(SELECT kpi_upgrade('built')) ], [ 5, 'SELECT stop()' ])
{
	my ($seed, $sql) = @$call;
	my ($what) = $sql =~ /SELECT (\w+)/;
	query("SELECT mutate($seed, true); CHECKPOINT; SELECT pg_switch_wal(); CHECKPOINT");
	my $before = query(fingerprint());
	my $size = -s $node->logfile;
	leave(200);
	my ($code, undef, $stderr) = $node->psql('postgres', "$path\nBEGIN; $sql; SELECT pg_logical_emit_message(true, '',
		repeat(md5(random()::text), 100000)) FROM generate_series(1, 40); COMMIT");
	isnt($code, 0, "$what, the log is full: the statement does not succeed");
	like(slurp_file($node->logfile, $size), qr/PANIC:  could not write to file "pg_wal.*: No space left on device/,
		"$what, the log is full: the server stops");
	leave();
	# it has ended, or has started again by itself
	foreach (1 .. 100)
	{
		last if ($node->psql('postgres', 'SELECT'))[0] == 0;
		$node->_update_pid(-1);
		last if !$node->{_pid} && start_inside();
		select undef, undef, undef, 0.2;
	}
	is(query(fingerprint()), $before, "$what, the log was full: the mart is as before");
	is(query(leftovers()), '', "$what, the log was full: nothing is left");
	query($sql);
	next if $sql =~ /stop/;
	is(query('SELECT differences()'), 0, "$what, the log was full: runs then");
}
$node->stop;
END { kill 'TERM', $holder if $holder }
done_testing();
