# Attacks on marts: by roles that own a source, write to the tickets, read the mart, may create objects in its schema or
# were given too many rights on it, and by the owner of a mart against a superuser.  None runs code as another role, reads
# what it may not, stops writers or makes numbers wrong without a word.
#
# Each attempt of Attacks.pm, WriterAttacks.pm and BusinessAttacks.pm is made twice, in a transaction that is rolled back.  First without
# the guard against it (not with KPI_QUICK): it must succeed, or it would prove nothing.  Then with the guard: it must fail with the right
# error.
#
# plant	[role, SQL] pairs that prepare it, without any error
# action	[role, SQL] pairs that run into it
# guard	SQL that takes the guard away, run by the superuser after plant, or before with weaken_first
# error	what the action must raise with the guard; undef when it is harmless instead
# proof	how success shows: a query, or what the action raises; by default, that trap.hit ran as another role
# silent	whether it is a success only without an error
# since	the first version of PostgreSQL that has what it uses
# until	the version from which PostgreSQL itself prevents it: no success is expected there, the right error is

use strict;
use warnings;

use Attacks qw(attempts);
use BusinessAttacks qw(business_attempts);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use WriterAttacks qw(writer_attempts);

my $node = PostgreSQL::Test::Cluster->new('attacks');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
# Autovacuum locks kpi_change for a moment, as a refresh does; what is tested here is who waits for whom.
$node->append_conf('postgresql.conf',
	"client_min_messages = warning\njit = off\nfsync = off\ntimezone = 'UTC'\nautovacuum = off\n");
$node->start;

$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA lib;
CREATE EXTENSION kpi_mart SCHEMA lib CASCADE;
GRANT USAGE ON SCHEMA lib TO PUBLIC;
CREATE ROLE keeper LOGIN;
CREATE ROLE attacker LOGIN;
CREATE ROLE writer LOGIN;
CREATE ROLE reader LOGIN;
CREATE ROLE alice LOGIN IN ROLE keeper;
CREATE ROLE mallory LOGIN IN ROLE keeper;
GRANT CREATE ON DATABASE postgres TO keeper, attacker;

-- Replaces a text in a function of the extension, or of the mart.
CREATE FUNCTION weaken(function name, text_before text, text_after text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	definition text := (SELECT pg_get_functiondef(oid) FROM pg_proc
		WHERE proname = function AND prolang <> 13 AND pronamespace::regnamespace::text IN ('lib', 'mart', 'other')
		ORDER BY pronamespace::regnamespace::text DESC LIMIT 1);
BEGIN
	IF strpos(definition, text_before) = 0 THEN
		RAISE EXCEPTION 'function % has no text: %', function, text_before;
	END IF;
	EXECUTE overlay(definition PLACING text_after FROM strpos(definition, text_before) FOR length(text_before));
END $$;

-- A sequence keeps the trace of code that ran as another role, when an error rolls back the rest.
CREATE SCHEMA trap AUTHORIZATION attacker;
SET SESSION AUTHORIZATION attacker;
GRANT ALL ON SCHEMA trap TO PUBLIC;
CREATE SEQUENCE trap.hits;
GRANT ALL ON trap.hits TO PUBLIC;
CREATE FUNCTION trap.hit() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	IF current_user <> 'attacker' THEN
		PERFORM nextval('trap.hits');
	END IF;
	RETURN true;
END $$;
CREATE FUNCTION trap.hit_i() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN trap.hit(); END';
CREATE FUNCTION trap.hit_text(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 
	'BEGIN PERFORM trap.hit(); RETURN $1; END';
CREATE FUNCTION trap.hit_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM trap.hit(); RETURN NEW; END';
CREATE DOMAIN trap.checked AS text CHECK (trap.hit());
CREATE TYPE trap.color AS ENUM ('red', 'blue');
CREATE FUNCTION trap.color_text(trap.color) RETURNS text LANGUAGE plpgsql AS 
	'BEGIN PERFORM trap.hit(); RETURN ''x''; END';
CREATE CAST (trap.color AS text) WITH FUNCTION trap.color_text(trap.color);
CREATE FUNCTION trap.same(text, text) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN trap.hit(); END';
CREATE OPERATOR trap.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.same);
CREATE FUNCTION trap.add(state bigint, text) RETURNS bigint LANGUAGE plpgsql AS 
	'BEGIN PERFORM trap.hit(); RETURN 1; END';

-- a source of the attacker's
CREATE TABLE trap.tickets AS
SELECT n::bigint AS ticket_id, '2026-01-01'::timestamptz + n * interval '1 h' AS created_at, now() AS updated_at,
	't' || n % 3 AS team, 'email' AS channel, NULL::timestamptz AS resolved_at, 'red'::trap.color AS color
FROM generate_series(1, 20) AS n;
ALTER TABLE trap.tickets ADD PRIMARY KEY (ticket_id);
CREATE VIEW trap.view AS SELECT *, 'open' AS status FROM trap.tickets WHERE trap.hit();
GRANT SELECT ON trap.tickets, trap.view TO PUBLIC;

SET SESSION AUTHORIZATION keeper;
CREATE SCHEMA src;
GRANT USAGE ON SCHEMA src TO writer;
CREATE TABLE src.tickets AS SELECT ticket_id, created_at, updated_at, team, channel, resolved_at FROM trap.tickets;
ALTER TABLE src.tickets ADD PRIMARY KEY (ticket_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON src.tickets TO writer;
SQL
$node->safe_psql('postgres', q(SELECT lib.kpi_build('src.tickets', 'mart', 'UTC', track => 'triggers');
	SELECT lib.kpi_refresh('mart'); GRANT USAGE ON SCHEMA src, mart TO attacker), extra_params => [ '-U', 'keeper' ]);

# The key of a partitioned table runs once in each session that reads the table.
$node->safe_psql('postgres', 'CREATE TABLE trap.parted (LIKE trap.tickets) PARTITION BY LIST ((CASE WHEN trap.hit_i() THEN ticket_id END));
	CREATE TABLE trap.part PARTITION OF trap.parted DEFAULT; GRANT SELECT ON trap.parted, trap.part TO PUBLIC',
	extra_params => [ '-U', 'attacker' ]);
foreach my $query (q(lib.kpi_check_tickets('trap.parted')), q(lib.kpi_build('trap.parted', 'other', 'UTC')), 'trap.parted')
{
	$node->safe_psql('postgres', q(SELECT setval('trap.hits', 1, false)));
	my (undef, undef, $stderr) = $node->psql('postgres', "SELECT FROM $query", extra_params => [ '-U', 'keeper' ]);
	is($node->safe_psql('postgres', 'SELECT is_called FROM trap.hits'), $query =~ /kpi/ ? 'f' : 't',
		"the key of a partitioned table, and $query");
	like($stderr, $query =~ /kpi/ ? qr/relation trap.parted would run code of other roles: function trap.hit_i/ : qr/^$/, 'and is told');
}

# A superuser who logs in and becomes the owner: the owner's trigger could RESET SESSION AUTHORIZATION.
foreach my $call (q(kpi_refresh('mart')), q(kpi_build('src.tickets', 'other', 'UTC')),
	q(kpi_scorecard('mart', '2026-01-01', '2026-02-01')), q(kpi_check_tickets('src.seen')))
{
	my (undef, undef, $stderr) = $node->psql('postgres', "SET SESSION AUTHORIZATION keeper;
		CREATE FUNCTION src.yes() RETURNS boolean LANGUAGE sql AS 'SELECT true';
		CREATE VIEW src.seen AS SELECT * FROM src.tickets WHERE src.yes(); SELECT lib.$call");
	like($stderr, qr/ERROR:  (a superuser cannot|mart "mart" belongs to another role|relation src.seen would run code)/,
		"a superuser cannot become the owner and call $call");
	$node->safe_psql('postgres', 'DROP FUNCTION IF EXISTS src.yes CASCADE');
}
# The attempts are made so: in one transaction, by roles that the superuser becomes.
$node->safe_psql('postgres', q(SELECT weaken('kpi_superuser_acts',
	'rolname = session_user OR oid IN (SELECT usesysid FROM pg_stat_get_activity(pg_backend_pid()))', 'rolname = session_user')));

# Runs an attempt.  Returns what the action raised, and whether the proof was found.
sub run_attempt
{
	my ($attempt, $guarded) = @_;
	my $proof = $attempt->{proof} // 'SELECT is_called FROM trap.hits';
	my $as = sub { join '', map { "SET SESSION AUTHORIZATION $_->[0];\n$_->[1];\nRESET SESSION AUTHORIZATION;\n" } @_ };

	my $guard = $guarded ? '' : join '', map { "$_;\n" } @{ $attempt->{guard} };
	my (undef, $stdout, $stderr) = $node->psql('postgres',
		"\\set VERBOSITY verbose\n\\set ON_ERROR_ROLLBACK on\n"
		  . "SELECT setval('mart.kpi_lost_changes', 1, false);\nBEGIN;\n"
		  . ($attempt->{weaken_first} ? $guard : '') . $as->(@{ $attempt->{plant} })
		  . ($attempt->{weaken_first} ? '' : $guard)
		  . "SELECT setval('trap.hits', 1, false);\n\\warn ---\n" . $as->(@{ $attempt->{action} })
			. "\\warn ---\n\\echo ---\n"
		  . (ref $proof ? '' : "$proof;\n") . 'ROLLBACK', on_error_stop => 0);
	my ($planting, $raised, $proving) = split /---\n/, "$stderr\n", 3;
	is($planting, '', "$attempt->{name}: is prepared");
	is($proving, "\n", "$attempt->{name}: is examined") unless $proving eq '';
	$raised =~ s/^psql:<stdin>:\d+: //gm;
	return ($raised,
		ref $proof ? $raised =~ $proof : $stdout =~ /---\nt\z/ && !($attempt->{silent} && $raised =~ /ERROR/));
}

my @attempts = (attempts(), writer_attempts(), business_attempts());
cmp_ok(scalar @attempts, '>=', 40, 'there are attempts');
foreach my $attempt (@attempts)
{
	next if $node->pg_version->major < ($attempt->{since} // 0);
	my ($raised, $proved);
	unless ($ENV{KPI_QUICK})
	{
		($raised, $proved) = run_attempt($attempt, 0);
		my $expected = $node->pg_version->major < ($attempt->{until} // 1000);
		is($proved ? 1 : 0, $expected ? 1 : 0, "$attempt->{name}: " . ($expected ? 'succeeds' : 'fails') . ' without the guard')
		  or diag("it raised: $raised");
	}
	($raised, $proved) = run_attempt($attempt, 1);
	ok(!$proved, "$attempt->{name}: does nothing") or diag("it raised: $raised");
	like($raised, $attempt->{error} // qr/^$/, "$attempt->{name}: and is told");
}

# Every function runs as the caller, with its own path.  C functions and inlined expressions have none.
is($node->safe_psql('postgres', <<'SQL'), '', 'functions of the extension are safe to call');
SELECT p.oid::regprocedure
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi_mart')
AND (p.prosecdef OR p.prosqlbody IS NULL AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
	AND p.proconfig::text NOT LIKE '%search_path=pg_catalog, pg_temp%');
SQL
is($node->safe_psql('postgres', <<'SQL'), '', 'nobody can write to the tables of the extension');
SELECT c.oid::regclass, a.grantee, a.privilege_type
FROM pg_class AS c JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e',
	aclexplode(c.relacl) AS a
WHERE a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
SQL

# The same when ALTER DEFAULT PRIVILEGES grants rights on the objects of a superuser.
$node->safe_psql('postgres', 'CREATE DATABASE generous');
$node->safe_psql('generous', 'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO attacker;
	CREATE EXTENSION kpi_mart CASCADE');
is($node->safe_psql('generous', q(SELECT string_agg(t, ' ') FROM unnest('{kpi_template,kpi_builtin,kpi_help_word}'::text[]) AS t
	WHERE has_table_privilege('attacker', t, 'UPDATE, INSERT, TRIGGER'))), '',
	'default privileges give no right to change templates or words');

# A role without rights calls each of them, with names of the mart and with texts that would do harm as SQL.
my $state = q(SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM (
	SELECT c.oid || c.relname || c.relowner || coalesce(c.relacl::text, '') FROM pg_class AS c
	WHERE relnamespace IN ('mart'::regnamespace, 'src'::regnamespace, 'lib'::regnamespace)
	UNION ALL SELECT o::text FROM mart.kpi_object AS o UNION ALL SELECT t::text FROM mart.ticket AS t
	UNION ALL SELECT s::text FROM mart.kpi_settings AS s UNION ALL SELECT s::text FROM mart.kpi_state AS s) AS t);
my $before = $node->safe_psql('postgres', $state);
my @calls = split /\n/, $node->safe_psql('postgres', <<'SQL');
SELECT format('SELECT * FROM %s(%s)', p.oid::regproc, (
	SELECT string_agg(coalesce(CASE type::regtype::text
		WHEN 'name' THEN quote_literal((ARRAY['mart', 'ticket', 'kpi_sla_policy'])[least(place, 2 + v)])
		WHEN 'regclass' THEN quote_literal((ARRAY['mart.ticket', 'src.tickets'])[v])
		WHEN 'text' THEN quote_literal((ARRAY['SELECT 1; DROP TABLE src.tickets', 'tickets'])[v])
		WHEN 'oid' THEN '''mart.ticket''::regclass::oid' WHEN 'boolean' THEN 'true' END,
			'NULL') || '::' || type::regtype, ', ' ORDER BY place)
	FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (type, place)))
FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e',
	generate_series(1, 2) AS v
WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi_mart') AND p.prokind = 'f'
ORDER BY 1
SQL
cmp_ok(scalar @calls, '>', 80, 'functions are called');
$node->psql('postgres', join(";\n", @calls), on_error_stop => 0, extra_params => [ '-U', 'reader' ]);
is($node->safe_psql('postgres', $state), $before, 'a role without rights changes nothing by calling them');

# Names with special characters, under settings that change how texts are read: a mart works as usual.
sub as_keeper
{
	my ($sql, %options) = @_;
	return $node->safe_psql('postgres', $sql, extra_params => [ '-U', $options{role} // 'keeper' ]);
}
my $unlike = q(SELECT count(*) FROM lib.kpi_verify(%s));
# PostgreSQL 19 has only the standard strings
my $old_strings = $node->pg_version->major < 19 ? 'SET standard_conforming_strings = off;' : '';
foreach my $schema (q(it's a"b), "\@schema\@ 100%\n", 'back\\slash.a; DROP', "\xc3\xa4" x 31)
{
	my $literal = "E'" . ($schema =~ s/([\\'])/\\$1/gr) . "'::name";
	my $title = 'schema ' . substr($schema, 0, 12);
	as_keeper("$old_strings SET datestyle = 'SQL, DMY'; SET timezone = 'Asia/Tokyo';
		SET quote_all_identifiers = on;
		SET search_path = ''; SET intervalstyle = 'sql_standard'; SET extra_float_digits = -15; SET array_nulls = off;
		CREATE TABLE src.named AS SELECT *, 'x'::text AS \"pl'\"\"an\\\" FROM src.tickets;
			GRANT UPDATE, SELECT ON src.named TO writer;
		SELECT lib.kpi_build('src.named', $literal, 'UTC', track => 'triggers', dimensions => ARRAY['team',
			E'pl''\"an\\\\'])");
	is( as_keeper("SET client_min_messages = warning; $old_strings
		UPDATE src.named SET team = E'all\\'\"\\n\\\\', created_at = created_at + interval '1 day'
			WHERE ticket_id < 4", role => 'writer'), '', "$title: is tracked");
	is(as_keeper("SELECT rows > 0 FROM lib.kpi_refresh($literal)"), 't', "$title: is refreshed");
	is(as_keeper(sprintf $unlike, $literal), 0, "$title: is right");
	as_keeper("SELECT lib.kpi_upgrade($literal); SELECT lib.kpi_drop($literal); DROP TABLE src.named");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_namespace WHERE nspname = $literal"), 0,
		"$title: is dropped");
}

# Concurrent sessions.
sub session
{
	my ($role) = @_;
	return $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', $role ]);
}

# Runs SQL as a role, which must not wait.  Returns its errors.
sub at_once
{
	my ($role, $sql) = @_;
	my (undef, undef, $stderr) = $node->psql('postgres', "SET lock_timeout = '300ms';
		$sql", extra_params => [ '-U', $role ]);
	return $stderr;
}

# Starts SQL that waits for a lock.
sub starts_to_wait
{
	my ($session, $sql, $what) = @_;
	$session->query_until(qr/begins/, "\\echo begins\n$sql;\n");
	ok($node->poll_query_until('postgres', q(SELECT count(*) > 0 FROM pg_stat_activity
		WHERE wait_event_type = 'Lock')), "$what waits");
	return;
}

as_keeper('GRANT USAGE ON SCHEMA mart TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA mart TO reader');
my $change = 0;

# An UPDATE that changes numbers.
sub write_ticket
{
	$change++;
	return "UPDATE src.tickets SET team = 'team $change', created_at = created_at + interval '1 day', updated_at = now()
		WHERE ticket_id = 1 + $change % 20";
}

# A refresh blocks neither writers nor readers, and they do not block it.  A second refresh waits, and sees later commits.
{
	my ($one, $two, $holder) = (session('keeper'), session('keeper'), session('reader'));

	as_keeper(write_ticket());
	$one->query_safe(q(BEGIN; SELECT lib.kpi_refresh('mart')));
	is(at_once('writer', write_ticket()), '', 'a refresh does not stop writers');
	is(at_once('writer', 'INSERT INTO src.tickets SELECT n, now(), now() FROM generate_series(5000, 30000) AS n;
		DELETE FROM src.tickets WHERE ticket_id >= 5000'), '', 'even many rows');
	is(at_once('reader', 'TABLE mart.ticket; TABLE mart.executive_monthly; TABLE mart.kpi_monthly'), '', 'nor readers');
	is(at_once('keeper', 'VACUUM mart.ticket, mart.hourly_tally, mart.kpi_change'), '',
		'nor VACUUM, so that tables refreshed often do not grow');
	starts_to_wait($two, q(SELECT lib.kpi_refresh('mart')), 'a second refresh');
	is(at_once('writer', write_ticket()), '', 'a refresh that waits does not stop writers');
	$one->query_safe('COMMIT');
	$two->query('SELECT 1');
	is(as_keeper(sprintf $unlike, q('mart')), 0, 'the second refresh saw what was committed meanwhile');

	$holder->query_safe('BEGIN; TABLE mart.ticket; LOCK TABLE mart.kpi_change IN ACCESS SHARE MODE');
	is(at_once('keeper', write_ticket() . q(; SELECT lib.kpi_refresh('mart', true))), '',
		'readers do not stop a refresh');
	$holder->query_safe('COMMIT');

	# at another isolation level, its snapshot could be older than the work of another one
	foreach my $call (q(kpi_refresh('mart')), q(kpi_verify('mart')), q(kpi_check_tickets('src.tickets')))
	{
		$one->query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT lib.$call");
		like($one->{stderr}, qr/kpi_mart cannot read tickets at isolation level repeatable read/, "$call with an older snapshot");
		$one->query('ROLLBACK');
		$one->{stderr} = '';
	}
	$_->quit foreach $one, $two, $holder;
}

# A change committed between the statements of a refresh is in this refresh or in the next.
{
	as_keeper(q(CREATE SEQUENCE src.reads; CREATE VIEW src.view AS SELECT t.* FROM src.tickets AS t,
			(SELECT pg_advisory_xact_lock_shared(nextval('src.reads')) OFFSET 0) AS stops;
		SELECT lib.kpi_build('src.view', 'stopping', 'UTC', lag => '0'); SELECT lib.kpi_refresh('stopping')));
	foreach my $stop ([ 1, 'true' ], [ 2, 'true' ], [ 1, 'false' ], [ 2, 'false' ], [ 3, 'false' ])
	{
		my ($read, $full) = @$stop;
		my ($holder, $refresh) = (session('keeper'), session('keeper'));

		as_keeper(write_ticket() . q(; SELECT setval('src.reads', 1, false)));
		$holder->query_safe("BEGIN; SELECT pg_advisory_xact_lock($read)");
		starts_to_wait($refresh, "SELECT lib.kpi_refresh('stopping', $full)", "read $read of a refresh");
		as_keeper(write_ticket() . q(; UPDATE src.tickets SET created_at = created_at - interval '3 days',
			updated_at = now() WHERE ticket_id IN (2, 7, 11);
			INSERT INTO src.tickets SELECT max(ticket_id) + 1, now(), now() FROM src.tickets));
		$holder->query_safe('COMMIT');
		$refresh->query('SELECT 1');
		is($refresh->{stderr}, '', "read $read: it ends");
		as_keeper(q(SELECT lib.kpi_refresh('stopping')));
		is(as_keeper(sprintf $unlike, q('stopping')), 0, "read $read: nothing that was committed meanwhile is lost");
		$_->quit foreach $holder, $refresh;
	}
	as_keeper(q(SELECT lib.kpi_drop('stopping')));

	# with triggers, it stops where it takes the notes
	my ($holder, $refresh) = (session('keeper'), session('keeper'));
	as_keeper(write_ticket());
	$holder->query_safe('BEGIN; SELECT * FROM mart.kpi_change FOR UPDATE');
	starts_to_wait($refresh, q(SELECT lib.kpi_refresh('mart')), 'a refresh that takes notes');
	is(at_once('writer', write_ticket() . ';' . write_ticket()), '', 'writers go on');
	$holder->query_safe('COMMIT');
	$refresh->query('SELECT 1');
	as_keeper(q(SELECT lib.kpi_refresh('mart')));
	is(as_keeper(sprintf $unlike, q('mart')), 0, 'nothing that was noted meanwhile is lost');
	$_->quit foreach $holder, $refresh;
}

# A lock on kpi_change delays a writer for at most a second.
foreach my $guarded (0, 1)
{
	my $holder = session('keeper');

	as_keeper('ALTER FUNCTION mart.kpi_note_change() '
		. ($guarded ? q(SET lock_timeout = '1s') : 'RESET lock_timeout'));
	$holder->query_safe('BEGIN; LOCK TABLE mart.kpi_change IN ACCESS EXCLUSIVE MODE');
	my (undef, undef, $stderr) = $node->psql('postgres', q(SET statement_timeout = '5s';
		) . write_ticket(), extra_params => [ '-U', 'writer' ]);
	like($stderr, $guarded ? qr/^psql:\S+ WARNING:  a change of src.tickets could not be noted/
		: qr/ERROR:  canceling statement due to statement timeout/,
		$guarded ? 'a lock on kpi_change does not stop writers' : 'without the guard it does');
	$holder->query_safe('COMMIT');
	is(as_keeper(q(SELECT lib.kpi_refresh('mart'); ) . sprintf $unlike, q('mart')) =~ s/.*\n//r, 0,
		'the change is found');
	$holder->quit;
}

# A change that could not be noted is found, also if its writer commits after the refresh that is told of it.
{
	my ($holder, $writer) = (session('keeper'), session('writer'));

	$holder->query_safe('BEGIN; LOCK TABLE mart.kpi_change IN ACCESS EXCLUSIVE MODE');
	$writer->query('BEGIN; ' . write_ticket());
	like($writer->{stderr}, qr/could not be noted/, 'a writer that cannot note its change is told');
	$holder->query_safe('ROLLBACK');
	as_keeper(q(SELECT lib.kpi_refresh('mart')));
	$writer->query('COMMIT');
	is(as_keeper(sprintf $unlike, q('mart')), 1, 'a refresh before its commit does not see the change');
	as_keeper(q(SELECT lib.kpi_refresh('mart')));
	is(as_keeper(sprintf $unlike, q('mart')), 0, 'the next one does');
	is(as_keeper(q(SELECT lost_by IS NULL FROM mart.kpi_state)), 't', 'and waits for no more');
	$_->quit foreach $holder, $writer;
}

# The owner of a partitioned table, who is not a superuser, adds partitions after the mart was built.
{
	as_keeper(q(CREATE TABLE src.parted (ticket_id bigint, created_at timestamptz, team text) PARTITION BY LIST (team);
		CREATE TABLE src.part_a PARTITION OF src.parted FOR VALUES IN ('a');
		SELECT lib.kpi_build('src.parted', 'parted', 'UTC', track => 'triggers');
		CREATE TABLE src.part_b PARTITION OF src.parted FOR VALUES IN ('b');
		CREATE TABLE src.part_c (LIKE src.parted); ALTER TABLE src.parted ATTACH PARTITION src.part_c FOR VALUES IN ('c');
		SELECT lib.kpi_refresh('parted'); INSERT INTO src.parted VALUES (1, now(), 'a'), (2, now(), 'b'), (3, now(), 'c');
		SELECT lib.kpi_refresh('parted')));
	is(as_keeper('SELECT count(*) FROM parted.ticket'), 3, 'new partitions have the trigger');
	is(as_keeper(sprintf $unlike, q('parted')), 0, 'and nothing is lost');
	my $trigger = as_keeper(q(SELECT tgname FROM pg_trigger WHERE tgrelid = 'src.part_b'::regclass AND tgname ~ 'kpi_row'));
	foreach my $mode ('ENABLE', 'ENABLE REPLICA', 'DISABLE')
	{
		my (undef, undef, $stderr) = $node->psql('postgres', "BEGIN; ALTER TABLE src.part_b $mode TRIGGER $trigger;
			SELECT lib.kpi_refresh('parted')", extra_params => [ '-U', 'keeper' ]);
		like($stderr, qr/triggers of mart "parted" on relation src.parted are missing or disabled/, "$mode TRIGGER of a partition");
	}
	as_keeper(q(SELECT lib.kpi_drop('parted');
		CREATE TABLE src.top (LIKE src.parted) PARTITION BY LIST (team);
		ALTER TABLE src.top ATTACH PARTITION src.parted DEFAULT; SELECT lib.kpi_build('src.parted', 'parted', 'UTC', track => 'triggers');
		SELECT lib.kpi_refresh('parted'); UPDATE src.top SET created_at = now() - interval '9 days' WHERE ticket_id = 2;
		SELECT lib.kpi_refresh('parted')));
	is(as_keeper(sprintf $unlike, q('parted')), 0, 'a partition that is partitioned has the trigger for changes of its parent');
	as_keeper(q(SELECT lib.kpi_drop('parted')));
}

# An upgrade does not give back what the owner has revoked.
as_keeper(q(ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader; SELECT lib.kpi_build('src.tickets', 'shown', 'UTC');
	REVOKE SELECT ON ALL TABLES IN SCHEMA shown FROM reader; GRANT SELECT ON shown.executive_monthly TO reader;
	SELECT lib.kpi_upgrade('shown')));
# views that went with a column
as_keeper(q(CREATE TABLE src.wide AS SELECT *, 1 AS csat_score FROM src.tickets; SELECT lib.kpi_build('src.wide', 'wide', 'UTC');
	ALTER TABLE src.wide DROP csat_score CASCADE; SELECT lib.kpi_upgrade('wide')));
is(as_keeper(q(SELECT count(*) FROM pg_class
	WHERE relnamespace = 'wide'::regnamespace AND relkind IN ('r', 'v') AND NOT has_table_privilege('reader', oid, 'SELECT'))), 0,
	'nor does it take rights away');
is(as_keeper(q(SELECT string_agg(relname, ' ') FROM pg_class
	WHERE relnamespace = 'shown'::regnamespace AND relkind IN ('r', 'v') AND has_table_privilege('reader', oid, 'SELECT'))),
	'executive_monthly', 'an upgrade keeps the rights of readers');
as_keeper(q(SELECT lib.kpi_drop('shown'); SELECT lib.kpi_drop('wide'); ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM reader));

# A superuser's query reads a column whose type another role changes meanwhile.
{
	my $victim = session('postgres');

	$node->safe_psql('postgres', 'SET SESSION AUTHORIZATION attacker; CREATE TABLE trap.later AS TABLE trap.tickets');
	$victim->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
	$node->safe_psql('postgres', q(SELECT setval('trap.hits', 1, false);
		SET SESSION AUTHORIZATION attacker;
		CREATE FUNCTION trap.color_time(trap.color) RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN PERFORM trap.hit(); RETURN now(); END';
		CREATE CAST (trap.color AS timestamptz) WITH FUNCTION trap.color_time AS IMPLICIT;
		ALTER TABLE trap.later ALTER resolved_at TYPE trap.color USING 'red'));
	$victim->query(q(SELECT count(*)
		FROM lib.backlog_series('trap.later', 'created_at', 'resolved_at', '2026-01-01', '2026-01-03', '1 day')));
	like($victim->{stderr}, qr/column "resolved_at" of relation "trap.later" is not a date or timestamp/, 'a type that has changed is seen');
	$victim->query('ROLLBACK');
	$victim->quit;
	is($node->safe_psql('postgres', 'SELECT is_called FROM trap.hits'), 'f', 'and its cast does not run');
	$node->safe_psql('postgres', 'DROP TABLE trap.later; DROP CAST (trap.color AS timestamptz)');
}

# Checked objects cannot change until they have been read.
foreach my $guarded (0, 1)
{
	my $victim = session('keeper');
	my $weaken = q{SELECT weaken('kpi_require_safe_source', $old$EXECUTE format('LOCK$old$,
		$new$PERFORM format('LOCK$new$);
		SELECT weaken('kpi_lock_mart', $old$EXECUTE format('LOCK$old$,
			$new$PERFORM format('LOCK$new$);};

	$node->safe_psql('postgres', $weaken) unless $guarded;
	$victim->query_safe(q(BEGIN; SELECT lib.kpi_require_safe_source('trap.tickets'); SELECT lib.kpi_lock_mart('mart')));
	foreach my $race (
		[ 'attacker', 'ALTER TABLE trap.tickets RENAME TO away; CREATE VIEW trap.tickets AS TABLE trap.view' ],
		[ 'attacker', 'ALTER TABLE trap.tickets ENABLE ROW LEVEL SECURITY' ],
		[ 'mallory', 'SET ROLE keeper; CREATE TRIGGER t AFTER
			INSERT ON mart.hourly_tally EXECUTE FUNCTION trap.hit_trigger()' ],
		[ 'mallory', 'SET ROLE keeper; CREATE INDEX ON mart.hourly_tally (trap.hit_text(team))' ])
	{
		my ($role, $sql) = @$race;
		my $stderr = at_once($role, "BEGIN; $sql; ROLLBACK");
		like($stderr, $guarded ? qr/canceling statement due to lock timeout/ : qr/^$/,
			($guarded ? 'waits: ' : 'unlocked: ') . $sql);
	}
	$victim->query('ROLLBACK');
	$victim->quit;
	my $restore = $weaken =~ s/(\$old\$.*?\$old\$),\s*(\$new\$.*?\$new\$)/$2, $1/gr;
	$node->safe_psql('postgres', $restore) unless $guarded;
}

# A dump restored by the owner, who is not a superuser, works as before.
{
	my $dump = $node->basedir . '/dump.sql';

	$node->command_ok([ 'pg_dump', '-U', 'keeper', '-n', 'src', '-n', 'mart', '-f', $dump,
		$node->connstr('postgres') ], 'the owner dumps');
	$node->safe_psql('postgres', 'CREATE DATABASE restored OWNER keeper');
	$node->safe_psql('restored', 'CREATE SCHEMA lib; CREATE EXTENSION kpi_mart SCHEMA lib CASCADE;
		GRANT USAGE ON SCHEMA lib TO PUBLIC;
		CREATE SCHEMA trap; CREATE TABLE trap.unused ()');
	$node->command_ok([ 'psql', '-XqU', 'keeper', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ],
		'and restores');
	my (undef, $stdout, $stderr) = $node->psql('restored', q(SET client_min_messages = warning;
		INSERT INTO src.tickets SELECT max(ticket_id) + 1, now(), now() FROM src.tickets;
		SELECT count(*) FROM mart.kpi_change; SELECT rows > 0 FROM lib.kpi_refresh('mart');
			SELECT count(*) FROM lib.kpi_verify('mart');
		SELECT lib.kpi_upgrade('mart')), extra_params => [ '-U', 'keeper' ]);
	is($stderr, '', 'the restored mart is refreshed');
	like($stdout, qr/^1\nt\n0\n/, 'and tracks changes');
	like($node->safe_psql('restored', q(SELECT proacl FROM pg_proc WHERE proname = 'kpi_note_change')), qr/^\{\}$/,
		'and nobody has its function');
}

$node->stop;
done_testing();
