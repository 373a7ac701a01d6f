# Names that try to be more than names, in what builds SQL of them outside of the
# built schemas (016); and the rights that the extension gives to nobody.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('names');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE analyst LOGIN; CREATE DATABASE care OWNER analyst');

sub query
{
	my ($sql) = @_;
	my ($code, $stdout, $stderr) = $node->psql('care', "SET search_path = pg_catalog;\n$sql", extra_params => [ '-U', 'analyst', '-v', 'VERBOSITY=verbose' ]);
	return $code == 0 ? $stdout : $stderr =~ /ERROR:\s+(\w{5}):/ ? $1 : $stderr;
}

is(query(q(CREATE SCHEMA lib; CREATE EXTENSION kpi SCHEMA lib; CREATE TABLE public.witness AS SELECT 1 AS one)), '', 'a role that owns a database installs it');
is( $node->safe_psql('care', q(SELECT count(*) FROM pg_roles WHERE rolname = 'analyst' AND NOT rolsuper)), 1, 'and is no superuser');

# Every one is a legal identifier, and each would do harm in SQL that does not quote it.
foreach my $name (q("x""; DROP TABLE public.witness; --"), q("x'; DROP TABLE public.witness; --"), q("$$; DROP TABLE public.witness; $$"), q("%1$s %I %L %%"), q("\\'"), q("select"), q("NULL"), q("$1"), qq("a\nb"), q("*/ DROP"))
{
	my $bare = $name =~ s/^"|"$//gr =~ s/""/"/gr;
	my $literal = "E'" . ($bare =~ s/\\/\\\\/gr =~ s/'/\\'/gr) . "'";
	my $shown = $name =~ s/\n/\\n/gr;

	is(query("CREATE SCHEMA $name; CREATE TABLE $name.$name ($name timestamptz, closed timestamptz, ticket_id text, created_at timestamptz); INSERT INTO $name.$name VALUES ('2026-01-01 12:00 UTC', NULL, 'a', '2026-01-01 UTC')"), '', "$shown: there is such a table");
	# each name as relation, as column of instants, and as the column of the segments
	is(query("SELECT sum(opened), max(backlog) FROM lib.backlog_series(format('%I.%I', $literal, $literal)::regclass, $literal, 'closed', '2026-01-01 UTC', '2026-01-03 UTC', '1 day')"), '1|1', "$shown: backlog_series of a column");
	is(query("SELECT sum(opened), count(DISTINCT segment) FROM lib.backlog_series(format('%I.%I', $literal, $literal)::regclass, $literal, $literal, '2026-01-01 UTC', '2026-01-03 UTC', '1 day', $literal)"), '1|1', "$shown: backlog_series by a column");
	is(query("SELECT FROM lib.backlog_series('public.witness'::regclass, $literal, 'one', '2026-01-01 UTC', '2026-01-03 UTC', '1 day')"), '42703', "$shown: a column that is not there");
	like(query("SELECT count(*) FROM lib.kpi_check_tickets(format('%I.%I', $literal, $literal)::regclass)"), qr/^\d+$/, "$shown: kpi_check_tickets");
	# as KPI, its schema and each text about it
	my $defined = query("SELECT lib.kpi_define($literal, 'rate', $literal, question => $literal, aliases => ARRAY[$literal], example => $literal, schema => $literal)");
	if ($defined =~ /^\w{5}$/)
	{
		# a text of two lines is refused, see 006
		like($defined, qr/^(22023|42602|42939)$/, "$shown: kpi_define refuses it");
	}
	else
	{
		is(query("SELECT $name.$name(true)"), '100', "$shown: kpi_define makes the KPI");
		is(query("SELECT count(*) FROM lib.kpi_catalogue WHERE name = $literal AND definition = $literal"), '1', "$shown: as it was named");
		like(query("SELECT count(*) FROM lib.kpi_help($literal)"), qr/^\d+$/, "$shown: and is asked for");
	}
	# whatever they answer: the witness below tells what they did
	query("BEGIN; SELECT lib.kpi_define($_); ROLLBACK")
	  foreach "$literal, 'rate', 'x'", "'mine', $literal, 'x'", "'mine', 'rate', 'x', answer => $literal", "'mine', 'rate', 'x', schema => $literal || 'nowhere'";
	# as column of the tickets and everything that kpi_build names
	like(query("SELECT lib.kpi_build(format('%I.%I', $literal, $literal)::regclass, 'built', 'UTC', dimensions => ARRAY[$literal || 'x'])"), qr/^(42703|22023|42\w{3})$/, "$shown: a dimension that is not there");
	like(query("SELECT lib.kpi_refresh($literal)"), qr/^(22023|42\w{3}|3F000|55000)$/, "$shown: kpi_refresh of what was not built");
	like(query("SELECT lib.kpi_drop($literal)"), qr/^(22023|42\w{3}|3F000|55000)$/, "$shown: kpi_drop of what was not built");
	like(query("SELECT lib.kpi_schedule($literal, $literal)"), qr/^(22023|42\w{3}|3F000|55000)$/, "$shown: kpi_schedule of what was not built");
	like(query("SELECT count(*) FROM lib.kpi_scorecard($literal, '2026-01-01', '2026-02-01')"), qr/^(22023|42\w{3}|3F000|55000)$/, "$shown: kpi_scorecard of what was not built");
	is(query('TABLE public.witness'), '1', "$shown: nothing was executed");
}

# What belongs to the superuser: nobody plants a cast between it and a type of theirs.
foreach my $type (qw(kpi_scores kpi_rate kpi_ratio kpi_trend kpi_durations business_hours))
{
	is(query("CREATE DOMAIN public.mine_$type AS text; CREATE FUNCTION public.cast_$type(lib.$type) RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE CAST (lib.$type AS integer) WITH FUNCTION public.cast_$type(lib.$type) AS IMPLICIT"), '42501', "a cast of $type cannot be planted");
	is(query("CREATE CAST (bytea AS lib.$type) WITHOUT FUNCTION"), '42501', "nor are bytes made a $type without looking");
	is(query("ALTER TYPE lib.$type OWNER TO analyst"), '42501', "$type stays the superuser's");
	is(query("CREATE OPERATOR CLASS public.mine FOR TYPE lib.$type USING hash AS OPERATOR 1 ="), '42501', "and so does how $type is hashed");
}
is(query(q(CREATE OR REPLACE FUNCTION lib.kpi_rate_pct(lib.kpi_rate) RETURNS double precision LANGUAGE sql AS 'SELECT 1.0::float8')), '42501', 'a function of the superuser is not replaced')
  if query(q(SELECT to_regprocedure('lib.kpi_rate_pct(lib.kpi_rate)') IS NOT NULL)) eq 't';
is($node->safe_psql('care', q(SELECT count(*) FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi') AND (p.prosecdef OR p.proowner <> 10))), 0, 'no function runs with the rights of another, or belongs to another');
is($node->safe_psql('care', q(SELECT string_agg(relname, ',') FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
		WHERE d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'kpi') AND c.relkind IN ('r', 'v')
		AND (has_table_privilege('public', c.oid, 'INSERT') OR has_table_privilege('public', c.oid, 'UPDATE') OR has_table_privilege('public', c.oid, 'DELETE') OR has_table_privilege('public', c.oid, 'TRUNCATE')))), '', 'nobody may write into its tables');

$node->stop;
unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC:|TRAP:|XX000/, 'no crash, no internal error');
done_testing();
