# The install script of a trusted extension runs as superuser, in a schema whose owner may have planted functions,
# operators and types.  None of them may be called, then or later.

use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('hostile');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "client_min_messages = warning\njit = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE attacker LOGIN');

my @attacker = (extra_params => [ '-U', 'attacker' ]);

# Every planted object takes over the server if it can, and leaves a trace in a sequence, which survives when an error
# rolls back the rest.
my $trap = <<'SQL';
CREATE TABLE evil.hits (what text, as_whom text);
CREATE SEQUENCE evil.hit_count;
CREATE FUNCTION evil.hit(what pg_catalog.text) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
	BEGIN
		ALTER ROLE attacker SUPERUSER;
	EXCEPTION WHEN insufficient_privilege THEN NULL;
	END;
	PERFORM nextval('evil.hit_count');
	INSERT INTO evil.hits VALUES (what, current_user);
	RETURN NULL;
END $$;
GRANT ALL ON evil.hits, evil.hit_count TO PUBLIC;
SQL

# Functions of PostgreSQL, with arguments that match better than its own.  Each behaves like the real one, unless a
# result is given here: the attack succeeds only if the script continues.
my @functions = (
	[ 'format', 'text', 'text' ],
	[ 'format', 'text, text', 'text' ],
	[ 'format', 'text, text, text', 'text' ],
	[ 'format', 'text, text, text, text', 'text' ],
	[ 'format', 'text, name, text', 'text' ],
	[ 'format', 'text, VARIADIC text[]', 'text' ],
	[ 'format', 'text, VARIADIC anyarray', 'text' ],
	[ 'replace', 'text, text, text', 'text' ],
	[ 'replace', 'name, text, text', 'text' ],
	[ 'regexp_replace', 'text, text, text', 'text' ],
	[ 'regexp_replace', 'text, text, text, text', 'text' ],
	[ 'regexp_split_to_array', 'text, text', 'text[]' ],
	[ 'regexp_split_to_table', 'text, text', 'SETOF text' ],
	[ 'split_part', 'text, text, integer', 'text' ],
	[ 'substring', 'text, text', 'text' ],
	[ 'unnest', 'text[]', 'SETOF text' ],
	[ 'array_to_string', 'text[], text', 'text' ],
	[ 'array_cat', 'text[], text[]', 'text[]' ],
	[ 'concat_ws', 'text, VARIADIC text[]', 'text' ],
	[ 'concat_ws', 'text, text, text, text', 'text' ],
	[ 'coalesce', 'text, text', 'text', '$1' ],
	[ 'nullif', 'text, text', 'text', '$1' ],
	[ 'obj_description', 'oid, name', 'text' ],
	[ 'obj_description', 'oid, text', 'text', 'NULL' ],
	[ 'quote_ident', 'text', 'text' ],
	[ 'quote_literal', 'text', 'text' ],
	[ 'lower', 'text', 'text' ],
	[ 'length', 'text', 'integer' ],
	[ 'length', 'name', 'integer', '1' ],
	[ 'strpos', 'text, text', 'integer' ],
	[ 'current_schema', '', 'name', q('evil') ],
	[ 'pg_get_function_arguments', 'oid', 'text' ],
	[ 'text', 'regnamespace', 'text', '$1' ],
	[ 'text', 'name', 'text', '$1' ],
	[ 'regprocedure', 'text', 'regprocedure', '$1' ],
	[ 'md5', 'text', 'text' ],
	[ 'md5', 'name', 'text', '$1' ],
	[ 'rtrim', 'text, text', 'text' ],
	[ 'substr', 'text, integer', 'text' ],
	[ 'isfinite', 'timestamptz', 'boolean' ],
	[ 'width_bucket', 'timestamptz, anyarray', 'integer', '1' ],
	[ 'date_trunc', 'text, timestamp', 'timestamp' ],
	[ 'date_part', 'text, timestamptz', 'double precision' ],
	[ 'extract', 'text, date', 'numeric', '1' ],
	[ 'timezone', 'text, timestamptz', 'timestamp' ],
	[ 'generate_series', 'timestamptz, timestamptz, interval', 'SETOF timestamptz' ],
	[ 'generate_series', 'integer, integer', 'SETOF integer' ],
	[ 'array_position', 'date[], date', 'integer' ],
	[ 'cardinality', 'date[]', 'integer' ],
	[ 'array_append', 'text[], text', 'text[]' ],
	[ 'num_nonnulls', 'text, text, text', 'integer', '1' ],
	[ 'to_regclass', 'text', 'regclass' ],
	[ 'quote_ident', 'name', 'text', '$1' ],
	[ 'format_type', 'oid, integer', 'text' ],
	[ 'pg_size_bytes', 'text', 'bigint' ],
	[ 'current_setting', 'text', 'text' ],
	[ 'set_config', 'text, text, boolean', 'text' ],
	[ 'justify_hours', 'interval', 'interval' ],
	[ 'now', '', 'timestamptz' ],
	[ 'clock_timestamp', '', 'timestamptz' ],
	[ 'current_database', '', 'name' ],
	[ 'sum', 'bigint', 'bigint', '$1' ],
	[ 'count', '', 'bigint', '1' ],
	[ 'min', 'date', 'date', '$1' ],
	[ 'string_agg', 'text, text', 'text', '$1' ],
	# overloads of our own functions, for a call with a literal to prefer
	[ 'kpi_create_aggregate', 'name, text, text, text, text', 'void' ],
	[ 'kpi_create_aggregate', 'text, name, text, text, text', 'void' ],
	[ 'kpi_create_aggregate', 'text, varchar, text, text, varchar', 'void' ],
	[ 'kpi_create_aggregate', 'name, name, text, name, name', 'void' ],
	[ 'kpi_create_aggregate', 'anyelement, anyelement, anyelement, anyelement, anyelement', 'void' ],
	[ 'kpi_signature_arguments', 'varchar', 'SETOF varchar', 'NULL' ],
	[ 'kpi_signature_arguments', 'name', 'SETOF name', 'NULL' ],
	[ 'kpi_describe', 'text, text, text, text, text[], text', 'text', '$1' ],
	[ 'kpi_scores_in', 'text', 'integer', '1' ],
	[ 'kpi_help', 'name', 'text', '$1' ],
	[ 'kpi_define', 'name, name, name', 'text', '$1' ],
	[ 'nps', 'text', 'text', '$1' ],
	[ 'kpi_make_table', 'name, text', 'text', 'NULL' ],
	[ 'kpi_template_option', 'text, name', 'SETOF name', 'NULL' ],
	[ 'kpi_require_owner', 'text', 'void' ],
	[ 'kpi_on_scale', 'text, integer, bigint', 'text', 'NULL' ],
	[ 'kpi_read_columns', 'regclass, name', 'SETOF name', 'NULL' ],
	[ 'kpi_fill', 'text, text', 'text', 'NULL' ],
	[ 'kpi_placeholders', 'text', 'jsonb', 'NULL' ],
	[ 'kpi_refresh', 'text', 'text', 'NULL' ],
	[ 'kpi_due_at', 'timestamptz, interval, text', 'timestamptz', 'NULL' ],
	[ 'kpi_day', 'timestamptz, name', 'date', 'NULL' ],
	[ 'kpi_check_relation', 'regclass, name', 'SETOF name', 'NULL' ],
	[ 'jsonb_each_text', 'jsonb', 'SETOF text', 'NULL' ],
	[ 'jsonb_object_keys', 'jsonb', 'SETOF text' ],
	[ 'jsonb_strip_nulls', 'jsonb', 'jsonb' ],
	[ 'pg_notify', 'text, text', 'void' ],
	[ 'width_bucket', 'date, date[]', 'integer', '1' ],
	[ 'age', 'timestamp, timestamp', 'interval' ],
	[ 'rollup', 'text', 'text', '$1' ],
	[ 'sample_size', 'text', 'text', '$1' ],
);

my @operators = (
	[ '||', 'text',    'text',    'text' ],   
	[ '||', 'text[]',  'text[]',  'text[]' ],  [ '||', 'name', 'text', 'text' ],
	[ '=',  'text',    'text',    'boolean' ], [ '=',  'name', 'text', 'boolean' ],
	[ '=',  'integer', 'integer', 'boolean' ], [ '=',  'text', 'name', 'boolean' ],
	[ '=',  '"char"',  'text',    'boolean' ], [ '=',  'oid',  'regnamespace', 'boolean' ],
	[ '=',  'oid',     'regclass', 'boolean' ], [ '=', 'oid',  'oid', 'boolean' ],
	[ '<>', 'text',    'text',    'boolean' ], [ '<>', 'oid',  'oid', 'boolean' ],
	[ '~',  'text',    'text',    'boolean' ], [ '~',  'name', 'text', 'boolean' ],
	[ '!~', 'text',    'text',    'boolean' ], [ '!~', 'name', 'text', 'boolean' ],
	[ '>',  'integer', 'integer', 'boolean' ], [ '>',  'text', 'integer', 'boolean' ],
	[ '+',  'integer', 'integer', 'integer' ], [ '-',  'integer', 'integer', 'integer' ],
	[ '~~', 'text',    'text',    'boolean' ], [ '~~', 'name', 'text', 'boolean' ],
	[ '=',  'date',    'date',    'boolean' ], [ '=',  'name', 'name', 'boolean' ],
	[ '<',  'timestamptz', 'timestamptz', 'boolean' ], [ '>=', 'timestamptz', 'timestamptz', 'boolean' ],
	[ '>',  'interval', 'text', 'boolean' ],   [ '<',  'interval', 'interval', 'boolean' ],
	[ '+',  'date',    'integer', 'integer' ], [ '-',  'timestamptz', 'interval', 'integer' ],
	[ '-',  'bigint',  'bigint',  'integer' ], [ '/',  'bigint', 'double precision', 'integer' ],
	[ '<@', 'text[]',  'text[]',  'boolean' ], [ '||', 'anyarray', 'anyelement', 'text' ],
);

my %value = (text => q('x'), 'text[]' => q('{}'), boolean => 'true', integer => '1');

# Returns the SQL that plants all of it into a schema.
sub plant
{
	my ($schema) = @_;
	my $sql = "SET search_path = pg_catalog;\n";
	my $n = 0;

	foreach (@functions)
	{
		my ($name, $arguments, $returns, $value) = @$_;
		my $label = "$schema.$name($arguments)";
		my $i = 0;
		my $passed = join ', ', map { ($_ =~ /VARIADIC/ ? 'VARIADIC $' : '$') . ++$i } split /, /, $arguments;
		$value //= "pg_catalog.$name($passed)";
		my $return = $returns eq 'void' ? 'RETURN'
		  : $returns =~ /^SETOF/ ? "RETURN QUERY SELECT $value" : "RETURN $value";
		$sql .= qq(CREATE FUNCTION $schema."$name"($arguments) RETURNS $returns LANGUAGE plpgsql AS )
		  . "\$f\$BEGIN PERFORM evil.hit('$label'); $return; END\$f\$;\n";
	}
	foreach (@operators)
	{
		my ($name, $left, $right, $returns) = @$_;
		my $function = "$schema.operator_" . ++$n;
		$sql .= "CREATE FUNCTION $function($left, $right) RETURNS $returns LANGUAGE plpgsql AS "
		  . "\$f\$BEGIN PERFORM evil.hit('operator $name ($left, $right)'); RETURN $value{$returns}; END\$f\$;\n"
		  . "CREATE OPERATOR $schema.$name (LEFTARG = $left, RIGHTARG = $right, FUNCTION = $function);\n";
	}
	foreach my $type (qw(text integer name regprocedure regproc regtype regclass regnamespace boolean bigint smallint
		numeric date time timestamp timestamptz interval jsonb record oid))
	{
		# a domain whose check is a trap for every cast to it
		$sql .= qq(CREATE FUNCTION $schema."check_$type"(pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS )
		  . "\$f\$BEGIN PERFORM evil.hit('type $type'); RETURN true; END\$f\$;\n"
		  . qq(CREATE DOMAIN $schema."$type" AS pg_catalog.text CHECK ($schema."check_$type"(VALUE));\n);
	}
	foreach my $relation (qw(pg_extension pg_namespace pg_proc pg_type pg_enum pg_aggregate pg_depend pg_class
		pg_attribute pg_trigger))
	{
		$sql .= "CREATE VIEW $schema.$relation AS SELECT evil.hit('view $relation'), 'evil' AS nspname,
			'kpi' AS extname, "
		  . "0::pg_catalog.oid AS oid, 0::pg_catalog.oid AS extnamespace;\n";
	}
	return $sql;
}

# After the installation: a call that leaves out arguments would prefer a function without them, and a call with a
# literal might prefer an overload with another type.
my $overloads = <<'SQL';
SET search_path = pg_catalog;
DO $do$
DECLARE
	planted text;
BEGIN
	FOR planted IN
		WITH ours AS (
			SELECT p.oid, p.proname, p.pronargs, p.pronargdefaults, p.proretset, p.prorettype, p.proargtypes::oid[] AS types
			FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.objid
			WHERE d.classid = 'pg_proc'::regclass AND d.deptype = 'e' AND p.prokind = 'f'
				AND d.refobjid IN (SELECT oid FROM pg_extension WHERE extname IN ('kpi', 'kpi_mart'))
		), overloads AS (
			SELECT o.*, (SELECT string_agg(type::regtype::text, ', ' ORDER BY place)
				FROM unnest(o.types) WITH ORDINALITY AS t (type, place) WHERE place <= n) AS arguments
			FROM ours AS o, generate_series(o.pronargs - o.pronargdefaults, o.pronargs - 1) AS n
			UNION
			SELECT o.*, (SELECT string_agg(CASE place WHEN n THEN other ELSE type::regtype::text END, ', ' ORDER BY place)
				FROM unnest(o.types) WITH ORDINALITY AS t (type, place))
			FROM ours AS o, generate_series(1, o.pronargs) AS n,
				unnest('{text,name,integer,bigint,numeric,double precision,interval}'::text[]) AS other
		)
		SELECT format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$BEGIN
						PERFORM evil.hit(%L); RETURN%s; END$f$', o.proname, o.arguments,
			CASE WHEN o.proretset THEN 'SETOF text' ELSE o.prorettype::regtype::text END,
			format('%s(%s)', o.proname, o.arguments),
			CASE WHEN o.proretset OR o.prorettype = 'void'::regtype THEN '' ELSE ' NULL' END)
		FROM overloads AS o
		WHERE o.arguments <> '' AND o.arguments !~ 'internal|cstring'
			AND o.prorettype <> ALL ('{internal,cstring}'::regtype[])
	LOOP
		BEGIN
			EXECUTE planted;
		EXCEPTION WHEN duplicate_function OR invalid_function_definition OR datatype_mismatch THEN NULL;
		END;
	END LOOP;
END $do$;
SQL

# Creates a database of the attacker with the trap in it.
my $databases = 0;
sub attacked_database
{
	my $database = 'attacked' . ++$databases;

	$node->safe_psql('postgres', "CREATE DATABASE $database OWNER attacker");
	$node->safe_psql($database, "CREATE SCHEMA evil;\n$trap", @attacker);
	return $database;
}

sub no_harm
{
	my ($database, $what) = @_;

	is($node->safe_psql('postgres', q(SELECT rolsuper FROM pg_roles WHERE rolname = 'attacker')),
		'f', "$what: the attacker is no superuser");
	is( $node->safe_psql($database, 'SELECT DISTINCT what, as_whom FROM evil.hits')
		  . $node->safe_psql($database, 'SELECT is_called FROM evil.hit_count'),
		'f', "$what: nothing planted was called");
	$node->safe_psql('postgres', 'ALTER ROLE attacker NOSUPERUSER');
}

my $right = q(SET search_path = pg_catalog;
	SELECT round(evil.nps(score)::numeric, 2), evil.csat_pct(score) FILTER (WHERE score <= 5)
	FROM (VALUES (9), (10), (8), (4)) AS v (score);
	SELECT evil.p90_response(d), evil.avg_response(d) FROM (VALUES ('1 h'::interval), ('3 h')) AS v (d);
	SELECT count(*) > 50 FROM evil.kpi_catalogue);
my $right_answer = "25.00|100\n02:48:00|02:00:00\nt";

# Makes sure that the trap works.
{
	my $database = attacked_database();

	$node->safe_psql($database, plant('evil'), @attacker);
	$node->psql($database,
		q(SET search_path = evil, pg_catalog; SELECT format('a'::pg_catalog.text, 'b'::pg_catalog.text)));
	is($node->safe_psql('postgres', q(SELECT rolsuper FROM pg_roles WHERE rolname = 'attacker')), 't',
		'the trap works');
	$node->safe_psql('postgres', 'ALTER ROLE attacker NOSUPERUSER');
}

# Plants in the target schema, then a path that puts plants in front of PostgreSQL.
foreach my $path ('', 'SET search_path = evil;', 'SET search_path = evil, pg_catalog;',
	'SET search_path = pg_temp, evil, public, pg_catalog;')
{
	my $database = attacked_database();
	my $what = "install, $path";
	my $temporary = $path =~ /pg_temp/ ? plant('pg_temp') : '';

	$node->safe_psql($database, plant('evil'), @attacker);
	$node->safe_psql($database, plant('public'), @attacker) if $temporary;
	my (undef, $stdout, $stderr) = $node->psql($database,
		"$temporary $path CREATE EXTENSION kpi_mart SCHEMA evil CASCADE", @attacker);
	is($stderr, '', "$what: the extension installs");
	no_harm($database, $what);
	(undef, $stdout, undef) = $node->psql($database, $right);
	is($stdout, $right_answer, "$what: the answers are right");
}

# The settings of the attacker's own database count in every session.
{
	my $database = attacked_database();

	$node->safe_psql($database, plant('evil'), @attacker);
	$node->safe_psql('postgres', "ALTER DATABASE $database SET search_path = evil, pg_catalog", @attacker);
	$node->psql($database, 'CREATE EXTENSION kpi_mart SCHEMA evil CASCADE');
	no_harm($database, 'a superuser installs with the path of the database');
	is($node->safe_psql($database,
		q(SELECT extname FROM pg_catalog.pg_extension WHERE extname OPERATOR(pg_catalog.=) 'kpi_mart')),
		'kpi_mart', 'and has both extensions');
}

# A superuser who looks at KPIs from a hostile path, where plants come first.
{
	my $database = attacked_database();

	$node->safe_psql($database, 'CREATE EXTENSION kpi_mart SCHEMA evil CASCADE; CREATE SCHEMA good', @attacker);
	$node->safe_psql($database, plant('evil') . plant('public'), @attacker);
	my (undef, undef, $stderr) = $node->psql($database, plant('pg_temp') . q(
		SET search_path = pg_temp, evil, public, pg_catalog;
		SELECT evil.kpi_define('smile', 'scores', 'Mean of the scores.', answer => 'score_avg', question => 'Happy?',
							   unit => 'stars', better => 'up', aliases => '{a,b}', example => 'none',
							   schema => 'good');
		SELECT evil.kpi_define('quick', 'durations', 'Median.', schema => 'evil');
		SELECT evil.kpi_define('slow', 'average', 'Mean.');
		SELECT * FROM evil.kpi_help('are customers happy');
		SELECT * FROM evil.kpi_help();
		TABLE evil.kpi_catalogue;
		CREATE TEMP TABLE tickets (ticket_id pg_catalog.int8, created_at pg_catalog.timestamptz,
								   contacts pg_catalog.int8);
		INSERT INTO tickets VALUES (1, '1970-01-01', -1), (1, 'infinity', 0);
		SELECT * FROM evil.kpi_check_tickets('tickets'::pg_catalog.regclass);
		SELECT *
		FROM evil.backlog_series('tickets'::pg_catalog.regclass, 'created_at', 'created_at', '2026-01-01',
								 '2026-02-01', '1 day', 'ticket_id');
		SELECT evil.trend_ci(1.0, '2026-01-01'::pg_catalog.date), evil.rate_ci(true), evil.required_sample(5);
		SELECT evil.nps(9), evil.p90_response('1 h'::pg_catalog.interval), good.smile(4),
			   evil.quick('1 h'::pg_catalog.interval);
		SELECT evil.is_significant(evil.rate_change('1/2', '3/4')),
			   evil.rate_ci('1/2'::evil.kpi_rate, method => 'clopper-pearson'), evil.nps_ci(9),
			   evil.erlang_agents(200, '3 min'::pg_catalog.interval, 80, '20 s'::pg_catalog.interval);
		SELECT evil.nps(evil.rollup(s)) FROM (SELECT evil.scores_agg(9) AS s) AS t));
	is($stderr, '', 'a superuser with a hostile path: no error');
	no_harm($database, 'a superuser with a hostile path');

	# marts of the superuser, with planted objects next to the functions that build and refresh them
	$node->safe_psql($database, $overloads, @attacker);
	foreach my $case ([ 'built', 'updated_at' ], [ 'good_built', 'triggers' ])
	{
		my ($target, $track) = @$case;

		(undef, undef, $stderr) = $node->psql($database, plant('pg_temp') . qq(
			CREATE SCHEMA IF NOT EXISTS own;
			CREATE TABLE own.$target AS
			SELECT n AS ticket_id, '2026-01-01'::pg_catalog.timestamptz AS created_at,
				   '2026-01-03'::pg_catalog.timestamptz AS resolved_at,
				   '2026-01-03'::pg_catalog.timestamptz AS updated_at, 'x'::pg_catalog.text AS plan
			FROM pg_catalog.generate_series(1, 9) AS n;
			SET search_path = pg_temp, evil, public, pg_catalog;
			SELECT evil.kpi_build('own.$target'::pg_catalog.regclass, '$target'::pg_catalog.name,
								  'UTC'::pg_catalog.text, hours => 'UTC; Mo-Fr 09:00-17:00', fcr_rule => 'zendesk',
								  dimensions => '{plan,team,channel}', track => '$track');
			INSERT INTO own.$target
			SELECT n, '2026-01-05', NULL, pg_catalog.now(), 'y' FROM pg_catalog.generate_series(10, 20) AS n;
			DELETE FROM own.$target WHERE ticket_id OPERATOR(pg_catalog.=) 3;
			INSERT INTO $target.kpi_target (kpi, segment, direction, target, low, high) VALUES
				('fcr_pct', '{}', 'up', 70, NULL, NULL), ('tickets', '{"plan": "y"}', 'range', NULL, 0, 1);
			INSERT INTO $target.kpi_sla_policy (sla_response, sla_resolution, hours) VALUES
				('1 h', '8 h', 'UTC; Mo-Fr 09:00-17:00');
			SELECT evil.kpi_refresh('$target'::pg_catalog.name, "full" => false);
			SELECT evil.kpi_refresh('$target'::pg_catalog.name, "full" => true);
			SELECT evil.kpi_verify('$target'::pg_catalog.name);
			SELECT evil.kpi_measure('$target'::pg_catalog.name, 'own'::pg_catalog.text, 'rate'::pg_catalog.text,
				'contacts > 1'::pg_catalog.text, 'outcome_day'::pg_catalog.text, NULL::pg_catalog.text, NULL::pg_catalog.text,
				NULL::evil.kpi_direction);
			SELECT evil.kpi_scorecard('$target'::pg_catalog.name, '2026-01-01'::pg_catalog.date, '2026-02-01'::pg_catalog.date,
				@{[ 'NULL::pg_catalog.text, ' x 7 ]} '{"plan": "x"}'::pg_catalog.jsonb);
			SELECT evil.kpi_explain('$target'::pg_catalog.name, 'executive_monthly'::pg_catalog.name,
				'{"month": "2026-01-01"}'::pg_catalog.jsonb, 'fcr_pct'::pg_catalog.text);
			SELECT evil.kpi_mart_version('$target'::pg_catalog.name);
			SELECT evil.is_outdated(b) FROM evil.kpi_benchmark AS b;
			SELECT * FROM evil.kpi_marts();
			SELECT evil.kpi_schedule('$target'::pg_catalog.name, '* * * * *'::pg_catalog.text);
			TABLE $target.executive_monthly; TABLE $target.team_weekly; TABLE $target.agent_daily;
			TABLE $target.kpi_monthly; TABLE $target.kpi_coverage; TABLE $target.volume_heatmap;
			TABLE $target.backlog_daily; TABLE $target.open_tickets; TABLE $target.backlog_age;
			SELECT evil.kpi_upgrade('$target'::pg_catalog.name);
			SELECT evil.kpi_drop('$target'::pg_catalog.name, keep_user_rows => false); DROP TABLE own.$target));
		is($stderr, '', "a mart in $target: no error");
		no_harm($database, "kpi_build, kpi_refresh, views, kpi_upgrade and kpi_drop of $target");
	}

	# a schema of the attacker
	(undef, undef, $stderr) = $node->psql($database, q(CREATE TABLE good.other AS SELECT 1 AS ticket_id, pg_catalog.now() AS created_at;
		SELECT evil.kpi_build('good.other'::pg_catalog.regclass, 'evil'::pg_catalog.name, 'UTC'::pg_catalog.text,
			lag => '1 hour'::pg_catalog.interval)));
	like($stderr, qr/ERROR:  schema "evil" belongs to role "attacker"/, 'kpi_build refuses a schema of another role');
	no_harm($database, 'kpi_build into a schema of another role');

	# tables that look like a mart
	$node->safe_psql($database,
		q(CREATE SCHEMA fake;
		CREATE TABLE fake.kpi_object AS
		SELECT 1 AS position, 'x'::name AS name,
			   'TABLE IF EXISTS fake.x; ALTER ROLE attacker SUPERUSER; --' AS kind;
		CREATE SCHEMA fake_view; CREATE TABLE fake_view.kpi_object AS TABLE fake.kpi_object;
		CREATE VIEW fake_view.kpi_settings AS SELECT evil.hit('settings') AS track;
		CREATE TABLE fake.kpi_settings AS SELECT true AS made_schema), @attacker);
	foreach my $schema (qw(fake fake_view))
	{
		$node->psql($database, "SELECT evil.$_")
		  foreach "kpi_refresh('$schema'::name, false)",
			"kpi_verify('$schema'::name)", "kpi_upgrade('$schema'::name)", "kpi_drop('$schema'::name)";
		no_harm($database, "a forged schema, $schema");
	}
	$node->psql($database, 'SET search_path = pg_temp, evil, public, pg_catalog; DROP EXTENSION kpi CASCADE');
	no_harm($database, 'a superuser drops the extension');
}

# An existing object with one of our names makes the installation fail, and still belongs to the attacker.
foreach my $squat (
	'CREATE TABLE evil.kpi_builtin (name text)',
	'CREATE TABLE evil.kpi_template (name text)',
	'CREATE FUNCTION evil.kpi_marts() RETURNS void LANGUAGE sql AS $$SELECT evil.hit(NULL)$$',
	'CREATE TABLE evil.kpi_builtin (name text PRIMARY KEY, CHECK (evil.hit(name) IS NULL))',
	'CREATE VIEW evil.kpi_catalogue AS SELECT 1 AS one',
	'CREATE TABLE evil.kpi_scores (version integer)',
	'CREATE DOMAIN evil.kpi_rate AS text',
	'CREATE TYPE evil.kpi_durations AS ENUM ()',
	q(CREATE TYPE evil.kpi_ci_method AS ENUM ('wilson')),
	q(CREATE TYPE evil.kpi_direction AS ENUM ('up', 'down', 'range')),
	'CREATE FUNCTION evil.kpi_signature_arguments(text) RETURNS SETOF text LANGUAGE sql AS $$SELECT evil.hit($1)$$',
	'CREATE FUNCTION evil.kpi_create_aggregate(schema text, name text, signature text, final text, description text)
		RETURNS void LANGUAGE sql AS $$SELECT evil.hit($1)$$',
	'CREATE FUNCTION evil.kpi_help(search text DEFAULT NULL) RETURNS void LANGUAGE sql AS $$SELECT evil.hit($1)$$',
	'CREATE FUNCTION evil.nps(integer) RETURNS double precision LANGUAGE sql AS
		$$SELECT 1.0::float8 FROM evil.hit(NULL)$$',
	'CREATE AGGREGATE evil.nps(integer) (SFUNC = int4pl, STYPE = integer)')
{
	my $database = attacked_database();
	my $what = $squat =~ s/( AS.*| \(.*)//r;

	$node->safe_psql($database, $squat, @attacker);
	my ($code, undef, $stderr) = $node->psql($database, 'CREATE EXTENSION kpi_mart SCHEMA evil CASCADE', @attacker);
	isnt($code, 0, "$what: the installation fails");
	like($stderr, qr/already exists/, "$what: and says why");
	no_harm($database, $what);
	is( $node->safe_psql($database, q(SELECT count(*) FROM pg_extension WHERE extname = 'kpi')), 0,
		"$what: nothing is left behind");
	is( $node->safe_psql($database,
		q(SELECT count(*) FROM pg_proc WHERE pronamespace = 'evil'::regnamespace AND proowner = 10)), 0,
		"$what: no function of the superuser's is left behind");
}

# Only a superuser can make a shell type; ours must not adopt it.
foreach my $type (qw(kpi_scores kpi_durations))
{
	my $database = attacked_database();

	$node->safe_psql($database, "CREATE TYPE evil.$type");
	my (undef, undef, $stderr) = $node->psql($database, 'CREATE EXTENSION kpi_mart SCHEMA evil CASCADE', @attacker);
	like($stderr, qr/type "$type" already exists/, "a shell type $type is not adopted");
}

$node->stop;
done_testing();
