# What other roles try on a mart: the attempts of test/t/016_mart_attacks.pl, which explains the fields.

package Attacks;

use strict;
use warnings;

use Exporter 'import';

our @EXPORT_OK = qw(attempts off off_with without $build $open_schema $lost);

# How a guard is taken away, as the superuser.

# A function that raises errors does nothing.
sub off
{
	return map { "SELECT weaken('$_', E'\\nBEGIN\\n', E'\\nBEGIN\\nRETURN;\\n')" } @_;
}

sub off_with
{
	my ($function, $result) = @_;
	return without($function, "\nBEGIN\n", "\nBEGIN\nRETURN $result;\n");
}

# A text in the source of a function is replaced.
sub without
{
	my ($function, $text, $replacement) = @_;
	return sprintf q(SELECT weaken('%s', $old$%s$old$, $new$%s$new$)), $function, $text, $replacement // '';
}

my @tables = off(qw(kpi_require_plain_tables kpi_require_no_writer));
my @sources = off(qw(kpi_require_safe_source kpi_require_own_code));
my $plain = qr/ERROR:  55000: (table mart\.\w+ (has|is|belongs)|other roles can write to table)/;
my $foreign = qr/ERROR:  42501: relation \S+ would run code of other roles: .*trap/;
my $change_all = [ 'keeper', 'UPDATE src.tickets SET team = team || 1, updated_at = now()' ];
my $refresh = [ 'keeper', q(SELECT lib.kpi_refresh('mart', true)) ];
our $build = [ 'keeper', q(SELECT lib.kpi_build('src.view', 'other', 'UTC')) ];
my $build_trap = [ 'keeper', q(SELECT lib.kpi_build('trap.tickets', 'other', 'UTC')) ];
our $open_schema = [ 'keeper', 'GRANT CREATE ON SCHEMA mart TO attacker' ];
our $lost = q(SELECT count(*) <> 0 FROM mart.ticket AS m FULL JOIN src.tickets AS t USING (ticket_id)
	WHERE m.team IS DISTINCT FROM t.team);

# A view of the keeper's own over a table of his own.
sub own_view
{
	my ($condition) = @_;
	return [ 'keeper', "CREATE VIEW src.view AS SELECT * FROM src.tickets WHERE $condition" ];
}

# Code of the attacker's attached to tables of the mart: by a right that the owner gave, or by the owner himself.
sub on_tables
{
	return (
		{
			name => 'a trigger, with the TRIGGER right',
			plant => [ [ 'keeper', 'GRANT TRIGGER ON mart.ticket TO attacker' ],
				[ 'attacker', 'CREATE TRIGGER t AFTER INSERT ON mart.ticket EXECUTE FUNCTION trap.hit_trigger()' ],
				$change_all ],
			action => [$refresh], guard => \@tables, error => $plain,
		},
		{
			name => 'a deferred trigger',
			plant => [ [ 'keeper', 'GRANT TRIGGER ON mart.ticket TO attacker' ],
				[ 'attacker', 'CREATE CONSTRAINT TRIGGER t AFTER INSERT ON mart.ticket DEFERRABLE INITIALLY DEFERRED
					FOR EACH ROW EXECUTE FUNCTION trap.hit_trigger()' ], $change_all ],
			action => [ $refresh, [ 'keeper', 'SET CONSTRAINTS ALL IMMEDIATE' ] ], guard => \@tables, error => $plain,
		},
		{
			name => 'a foreign key, whose table has a trigger',
			plant => [ [ 'keeper', 'GRANT REFERENCES ON mart.ticket TO attacker' ],
				[ 'attacker', 'CREATE TABLE trap.child (ticket_id bigint REFERENCES mart.ticket ON DELETE CASCADE);
					INSERT INTO trap.child VALUES (1);
					CREATE TRIGGER t AFTER DELETE ON trap.child FOR EACH ROW EXECUTE FUNCTION trap.hit_trigger()' ],
				$change_all ],
			# since 18 an AFTER trigger runs as the role that changed the row, here the owner of the child
			action => [$refresh], guard => \@tables, error => $plain, until => 18,
		},
		{
			name => 'a foreign key that stops the refresh',
			plant => [ [ 'keeper', 'GRANT REFERENCES ON mart.ticket TO attacker' ],
				[ 'attacker', 'CREATE TABLE trap.child (ticket_id bigint REFERENCES mart.ticket);
					INSERT INTO trap.child VALUES (1)' ], $change_all ],
			action => [$refresh], guard => \@tables, error => qr/ has a foreign key.*HINT: /s,
			proof => qr/23503/,
		},
		map({ {
			name => $_->[0], plant => [ [ 'keeper', $_->[1] ], $change_all ], action => [$refresh],
			guard => [ @tables, @sources ], error => qr/$plain|$foreign/,
		} }
			[ 'a rule', 'CREATE RULE r AS ON UPDATE TO mart.kpi_state DO ALSO SELECT trap.hit()' ],
			[ 'a check', 'ALTER TABLE mart.ticket ADD CHECK (trap.hit())' ],
			[ 'a default', 'ALTER TABLE mart.hourly_tally ADD x boolean DEFAULT trap.hit()' ],
			[ 'a generated column', 'ALTER TABLE mart.hourly_tally ADD x boolean GENERATED ALWAYS AS (trap.hit_i()) STORED' ],
			[ 'the expression of an index', 'CREATE INDEX ON mart.ticket (trap.hit_text(team))' ],
			[ 'the condition of an index', 'CREATE INDEX ON mart.kpi_state (as_of) WHERE trap.hit_i()' ],
			[ 'statistics', 'CREATE STATISTICS mart.s ON (CASE WHEN trap.hit_i() THEN team END),
				channel FROM mart.ticket' ],
			[ 'a domain', 'ALTER TABLE mart.hourly_tally ADD x trap.checked DEFAULT NULL' ]),
		{
			name => 'a policy for the owner', plant => [ [ 'keeper', 'ALTER TABLE mart.ticket ENABLE ROW LEVEL SECURITY,
					FORCE ROW LEVEL SECURITY; CREATE POLICY p ON mart.ticket USING (trap.hit())' ] ],
			guard => [ @tables, @sources, map { "ALTER FUNCTION lib.$_ RESET row_security" }
				'kpi_refresh(name, boolean)', 'kpi_lock_mart(name)' ],
			action => [$refresh], error => $plain,
		},
		{
			name => 'a child with rows of its own', guard => \@tables, error => qr/ is part of an inheritance/,
			plant => [ [ 'keeper', 'CREATE TABLE src.child () INHERITS (mart.ticket); INSERT INTO src.child
					SELECT * FROM ONLY mart.ticket' ] ],
			action => [$refresh], proof => 'SELECT sum(tickets) <> 20 FROM mart.ticket_daily_tally',
		},
		{
			name => 'default privileges on tables', weaken_first => 1,
				guard => [ off('kpi_revoke_writes'), without('kpi_own_measures', 'lib.kpi_require_no_writer', 'cardinality') ],
			plant => [ [ 'keeper', 'ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT ALL ON TABLES TO attacker' ],
				[ 'keeper', q(SELECT lib.kpi_build('src.tickets', 'other', 'UTC', track => 'triggers')) ],
				[ 'keeper', 'GRANT USAGE ON SCHEMA other TO attacker' ] ],
			action => [ [ 'attacker', 'CREATE TRIGGER t AFTER INSERT ON other.kpi_change
					EXECUTE FUNCTION trap.hit_trigger()' ], $change_all ],
						error => qr/42501: permission denied for table/,
		},
		{
			name => 'default privileges on schemas', weaken_first => 1,
				guard => [ without('kpi_make_schema', 'IF creators', 'IF false AND creators'),
				without('kpi_make_schema', q(a.privilege_type = 'CREATE' AND a.grantee), q(false AND a.grantee)) ],
			plant => [ [ 'keeper', 'ALTER DEFAULT PRIVILEGES FOR ROLE keeper GRANT ALL ON SCHEMAS TO attacker' ],
				[ 'keeper', q(SELECT lib.kpi_build('src.tickets', 'other', 'UTC')) ] ],
			action => [ [ 'attacker', 'CREATE TABLE other.planted ()' ] ],
				error => qr/42501: permission denied for schema/,
			proof => q(SELECT to_regclass('other.planted') IS NOT NULL),
		},
	);
}

# Relations that take the place of those of the mart, and rows that say so.
sub on_relations
{
	my $any_view = without('kpi_is_recorded_view', 'RETURN candidate = found', 'RETURN true');
	my $hourly = [ 'postgres', 'CREATE TABLE trap.hourly (LIKE mart.hourly_tally);
		ALTER TABLE trap.hourly OWNER TO attacker' ];
	my $swap = [ $hourly, [ 'keeper', 'ALTER TABLE mart.hourly_tally RENAME TO away' ], $open_schema,
		[ 'attacker', 'CREATE VIEW mart.hourly_tally AS SELECT * FROM trap.hourly;
			GRANT ALL ON mart.hourly_tally TO keeper;
			CREATE TRIGGER t INSTEAD OF INSERT ON mart.hourly_tally FOR EACH ROW EXECUTE FUNCTION trap.hit_trigger()' ],
		$change_all ];
	my $not_ours = without('kpi_lock_mart', 'IF NOT EXISTS (', 'IF false AND NOT EXISTS (');
	my $doubled = q(DO $do$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW mart.hourly_tally_now WITH (security_invoker = true) AS '
		|| replace(pg_get_viewdef('mart.hourly_tally_now'::regclass), 'count(*)', '2 * count(*)'); END $do$);
	return (
		{
			name => 'a table of the mart swapped for a view', plant => $swap, action => [$refresh],
			guard => [ $not_ours, $any_view ],
				error => qr/55000: relation "hourly_tally" of mart "mart" was not made by/,
		},
		{
			name => 'a view of the mart swapped for one of another role',
			plant => [ $hourly, [ 'keeper', 'DROP VIEW mart.hourly_tally_now' ], $open_schema,
				[ 'attacker', 'CREATE VIEW mart.hourly_tally_now AS SELECT h.* FROM (SELECT trap.hit()) AS x
					LEFT JOIN trap.hourly AS h ON true;
					GRANT ALL ON mart.hourly_tally_now TO keeper' ],
				[ 'keeper', q(UPDATE mart.kpi_object SET relation = 'mart.hourly_tally_now'
					WHERE name = 'hourly_tally_now') ] ],
			action => [$refresh], guard => [ $not_ours, off('kpi_require_own_code'),
				$any_view ],
			error => qr/was not made by kpi_build/,
		},
		{
			name => 'a view with another query', plant => [ [ 'keeper', $doubled ] ], action => [$refresh],
			guard => [ $any_view ],
			error => qr/55000: view mart\.hourly_tally_now was not made by kpi_build/,
			proof => 'SELECT sum(tickets) <> 20 FROM mart.hourly_tally',
		},
		{
			name => 'a view with another query, after an upgrade of the server',
			plant => [ [ 'keeper', $doubled . q(; UPDATE mart.kpi_object SET deparsed = 'SELECT 1;')] ],
			action => [$refresh], guard => [ $any_view ],
			error => qr/55000: view mart\.hourly_tally_now was not made by kpi_build/,
			proof => 'SELECT sum(tickets) <> 20 FROM mart.hourly_tally',
		},
		{
			name => 'a definition that is more than a query',
			plant => [ [ 'keeper', 'GRANT ALL ON ALL TABLES IN SCHEMA mart TO attacker' ],
				[ 'attacker', q(UPDATE mart.kpi_object SET deparsed = '', definition = definition || ';
					SELECT trap.hit()'
					WHERE name = 'hourly_tally_now') ] ],
			action => [$refresh], guard => [ off('kpi_require_no_writer') ],
			error => qr/55000: other roles can write to table mart\.kpi_object.*HINT:  REVOKE ALL ON mart.kpi_object FROM attacker;/s,
		},
		{
			name => 'settings that name a view of another role',
			plant => [ [ 'keeper', 'GRANT UPDATE (tickets) ON mart.kpi_settings TO attacker' ],
				[ 'attacker', q(UPDATE mart.kpi_settings SET tickets = 'trap.view') ] ],
			action => [$refresh], guard => [ @sources, off(qw(kpi_require_no_writer kpi_require_tracking)) ],
			error => qr/55000: other roles can write to table mart\.kpi_settings/,
		},
		{
			name => 'settings that name a view of another role, written by the owner',
			plant => [ [ 'keeper', q(UPDATE mart.kpi_settings SET tickets = 'trap.view', track = 'updated_at') ] ],
			action => [$refresh], guard => \@sources, error => qr/42501: relation \S+ belongs to another role/,
		},
		{
			name => 'settings that name surveys of another role',
			plant => [ [ 'attacker', q(CREATE VIEW trap.answers AS SELECT 'r' || ticket_id AS response_id, 'nps' AS kind,
					created_at AS sent_at FROM trap.tickets WHERE trap.hit(); GRANT SELECT ON trap.answers TO PUBLIC) ],
				[ 'keeper', q(UPDATE mart.kpi_settings SET surveys = 'trap.answers'; INSERT INTO mart.kpi_source (contract, columns)
					VALUES ('surveys', lib.kpi_relation_columns('trap.answers', 'surveys'))) ] ],
			action => [$refresh], guard => \@sources, error => qr/42501: relation trap\.answers belongs to another role/,
		},
		{
			name => 'a row of kpi_object about another table',
			plant => [ [ 'keeper', q(CREATE TABLE src.hourly_tally AS TABLE mart.hourly_tally;
				UPDATE mart.kpi_object SET relation = 'src.hourly_tally' WHERE name = 'hourly_tally')] ],
			action => [$refresh], guard => [$not_ours],
				error => qr/55000: relation "hourly_tally" of mart "mart" was not/,
			proof => qr/^$/,
		},
		{
			name => 'a view of the user with a name of ours, and kpi_drop',
			plant => [ [ 'keeper', q(DROP VIEW mart.agent_daily; CREATE VIEW mart.agent_daily AS SELECT 1 AS mine) ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_drop('mart')) ] ],
			guard => [ without('kpi_drop_relations',
				'(c.oid = object.relation OR pg_get_viewdef(c.oid) = object.deparsed) AND') ], error => undef,
			proof => q(SELECT to_regclass('mart.agent_daily') IS NULL),
		},
		{
			name => 'relations planted before kpi_build', plant => [ [ 'keeper', 'CREATE SCHEMA other;
				GRANT CREATE, USAGE ON SCHEMA other TO attacker' ],
				[ 'attacker', q(CREATE VIEW other.kpi_sla_policy AS
					SELECT NULL::text AS customer_tier, NULL::text AS priority, NULL::text AS channel,
						NULL::text AS team, NULL::text AS account_id, '1 h'::interval AS sla_response,
						NULL::interval AS sla_resolution, NULL::lib.business_hours AS hours WHERE trap.hit();
					GRANT ALL ON other.kpi_sla_policy TO keeper) ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_build('src.tickets', 'other', 'UTC')) ] ],
			guard => [ off_with('kpi_make_schema', 'false'),
				off(qw(kpi_take_up_table kpi_revoke_writes kpi_comment_relation kpi_require_own_code
					kpi_require_owner)) ],
			error => qr/42501: other roles can create objects in schema "other".*HINT:  REVOKE CREATE ON SCHEMA other FROM attacker;/s,
		},
	);
}

# Code in the tickets.
sub in_sources
{
	my $build_official = [ 'keeper', q(SELECT lib.kpi_build('trap.official', 'other', 'UTC')) ];
	my $refused = qr/42501: relation trap\.\w+ belongs to another role, whose code would run as yours/;
	my @expressions = (
		[ 'a function', 'trap.hit()' ],
		[ 'an operator', q(team OPERATOR(trap.===) 'x') ],
		[ 'a domain', q(team::trap.checked IS NOT NULL) ],
		[ 'a cast of an enum', q('red'::trap.color::text <> '') ],
		[ 'a domain over a domain', q(team::src.twice IS NOT NULL), 'CREATE DOMAIN src.twice AS trap.checked' ],
		[ 'a domain with a check', q(team::src.checked IS NOT NULL),
			'CREATE DOMAIN src.checked AS text CHECK (trap.hit())' ],
		[ 'an aggregate', '(SELECT src.aggregate(t) IS NOT NULL FROM (VALUES (team)) AS v (t))',
			'CREATE AGGREGATE src.aggregate(text) (SFUNC = trap.add, STYPE = bigint)' ],
		[ 'an operator over a function', q(team OPERATOR(src.===) 'x'),
			'CREATE OPERATOR src.=== (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.same)' ],
		[ 'the body of a function', 'src.body()',
			'CREATE FUNCTION src.body() RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT trap.hit(); END' ],
	);
	return (
		map({ {
			name => "$_->[0] in the owner's view",
			plant => [ [ 'keeper', ($_->[2] // 'SELECT') . ";
				CREATE VIEW src.view AS SELECT * FROM src.tickets WHERE $_->[1]" ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_build('src.view', 'other', 'UTC')) ] ],
			guard => [ off('kpi_require_own_code') ], error => $foreign,
		} } @expressions),
		{
			name => 'a function in a view of a view', plant => [ [ 'keeper', 'CREATE VIEW src.one AS SELECT * FROM
				src.tickets WHERE trap.hit(); CREATE VIEW src.view AS SELECT * FROM src.one' ] ],
			action => [$build], guard => [ off('kpi_require_own_code') ], error => $foreign,
		},
		{
			name => 'a function that was put into the view later',
			plant => [ [ 'keeper', 'CREATE VIEW src.view AS SELECT * FROM src.tickets' ], $build,
				[ 'keeper', 'CREATE OR REPLACE VIEW src.view AS SELECT * FROM src.tickets WHERE trap.hit()' ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_refresh('other')) ] ],
			guard => [ off('kpi_require_own_code') ], error => $foreign,
		},
		map({ {
			name => $_->[0], plant => [ [ 'attacker', $_->[1] ] ], action => [ [ 'keeper',
				"SELECT lib.kpi_build('$_->[2]', 'other', 'UTC')" ] ], guard => \@sources, error => $_->[3],
		} }
			[ 'a view of another role', 'SELECT', 'trap.view', $refused ],
			[ 'a materialized view of another role', 'CREATE MATERIALIZED VIEW trap.stored AS TABLE trap.tickets;
				CREATE INDEX ON trap.stored (team) WHERE trap.hit_i(); GRANT SELECT ON trap.stored TO PUBLIC',
					'trap.stored',
				$refused ],
			[ 'an index on a table of another role', 'CREATE INDEX ON trap.tickets (team) WHERE trap.hit_i()',
				'trap.tickets',
				$foreign ],
			[ 'statistics on a table of another role',
				'CREATE STATISTICS trap.s ON (CASE WHEN trap.hit_i() THEN team END),
				channel FROM trap.tickets', 'trap.tickets', $foreign ],
			[ 'an index on a child of a table', 'CREATE TABLE trap.child () INHERITS (trap.tickets);
				CREATE INDEX ON trap.child (team) WHERE trap.hit_i()', 'trap.tickets', $foreign ]),
		map({ {
			name => "a view of another role, and kpi_check_tickets by $_", plant => [ [ 'attacker', 'SELECT' ] ],
			action => [ [ $_, q(SELECT lib.kpi_check_tickets('trap.view')) ] ], guard => \@sources, error => $refused,
		} } qw(keeper postgres)),
		{
			name => 'a view of another role in a view', plant => [ [ 'keeper',
				'CREATE VIEW src.view AS TABLE trap.view' ] ],
			action => [$build], guard => \@sources, error => $refused,
		},
		{
			name => 'a check of a child of a table',
			plant => [ [ 'attacker', 'CREATE TABLE trap.child (CHECK (trap.hit_i())) INHERITS (trap.tickets)' ] ],
			action => [$build_trap], error => undef,
			guard => ['ALTER FUNCTION lib.kpi_build RESET constraint_exclusion'],
		},
		{
			name => 'a check of a child of a table, and kpi_check_tickets',
			plant => [ [ 'attacker', 'CREATE TABLE trap.child (CHECK (trap.hit_i())) INHERITS (trap.tickets)' ] ],
			action => [ [ 'keeper', q(SELECT count(*) FROM lib.kpi_check_tickets('trap.tickets')) ] ], error => undef,
			guard => ['ALTER FUNCTION lib.kpi_check_relation RESET constraint_exclusion'],
		},
		{
			name => 'a dimension whose type has a cast', action => [ [ 'keeper',
				q(SELECT lib.kpi_build('trap.tickets', 'other', 'UTC', dimensions => '{color}')) ] ], plant => [],
			guard => [ @sources, without('kpi_source_query', q(t.typnamespace = 'pg_catalog'::regnamespace), 'true') ],
			error => undef,
		},
		map({ {
			name => "a policy, and $_->[0]", plant => [ @{ $_->[1] }, [ 'attacker',
				q(ALTER TABLE trap.tickets ENABLE ROW LEVEL SECURITY;
				CREATE POLICY p ON trap.tickets USING (ticket_id < 10 AND trap.hit())) ] ],
			action => [ [ 'keeper', $_->[2] ] ], guard => [ @sources, map { "ALTER FUNCTION lib.$_ RESET row_security" }
				qw(kpi_refresh kpi_lock_mart kpi_verify kpi_fingerprint kpi_build) ],
			error => qr/$refused.*HINT:  Its policies are such code/s,
		} } [ 'kpi_build', [], $build_trap->[1] ],
			[ 'kpi_refresh', [$build_trap], q(SELECT lib.kpi_refresh('other', true)) ],
			[ 'kpi_verify', [$build_trap], q(SELECT lib.kpi_verify('other')) ],
			[ 'kpi_check_tickets', [], q(SELECT lib.kpi_check_tickets('trap.tickets')) ]),
		map({ {
			name => "a policy that hides tickets from $_->[0]", plant => [ [ 'postgres', 'CREATE TABLE trap.official AS
				TABLE trap.tickets; GRANT SELECT ON trap.official TO PUBLIC' ], @{ $_->[1] }, [ 'postgres',
				'ALTER TABLE trap.official ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON trap.official USING (ticket_id < 10)' ] ],
			action => [ [ 'keeper', $_->[2] ] ], proof => $_->[3], guard => [ map { "ALTER FUNCTION lib.$_ RESET row_security" }
				qw(kpi_refresh kpi_lock_mart kpi_fingerprint kpi_build) ],
			error => qr/42501: query would be affected by row-level security policy for table "official"/,
		} } [ 'kpi_build', [], $build_official->[1], q(SELECT to_regclass('other.ticket') IS NOT NULL) ],
			[ 'kpi_refresh', [$build_official], q(SELECT lib.kpi_refresh('other', true)), 'SELECT count(*) = 9 FROM other.ticket' ]),
		map({ {
			name => "a cast of an enum, and $_->[0]", plant => [], action => [ [ 'postgres', $_->[1] ] ],
			guard => [ without('kpi_text_of', q(typnamespace = 'pg_catalog'::regnamespace), 'true') ], error => undef,
		} }
			[ 'backlog_series', q(SELECT lib.backlog_series('trap.tickets', 'created_at', 'resolved_at', '2026-01-01', '2026-01-03',
				'1 day', 'color')) ],
			[ 'rising_phrases', q(SELECT lib.rising_phrases('trap.tickets', 'color', 'created_at', '2026-01-01 06:00', '2026-01-02',
				'2026-01-01', 'simple')) ]),
	);
}

# Code that would run as a superuser, or as another member of the owner's role.
sub on_sessions
{
	my $function = [ 'keeper', q(CREATE FUNCTION src.reset_role() RETURNS boolean IMMUTABLE LANGUAGE plpgsql AS $$
		BEGIN
			PERFORM set_config('role', 'none', false);
			IF current_user <> 'keeper' THEN
				PERFORM nextval('trap.hits'), set_config('role', 'keeper', false);
			END IF;
			RETURN true;
		END $$) ];
	my $owns_code = [ 'keeper', "$function->[1]; CREATE VIEW src.view AS SELECT * FROM src.tickets WHERE src.reset_role()" ];
	my $as_alice = [ 'alice', q(SET ROLE keeper; SELECT lib.kpi_refresh('mart', true)) ];
	my $fake = [ 'attacker', q(CREATE SCHEMA fake; CREATE TABLE fake.kpi_object AS SELECT 1 AS position,
		'x'::name AS name,
		'pg_class'::regclass AS relation, 'table' AS kind, '' AS deparsed, '' AS definition;
		CREATE TABLE fake.kpi_settings AS SELECT true AS made_schema, 'updated_at' AS track,
			'trap.tickets'::regclass AS tickets;
		COMMENT ON TABLE fake.kpi_object IS 'kpi_mart 1.0.0'; CREATE INDEX ON fake.kpi_object (kind) WHERE trap.hit_i();
		CREATE INDEX ON fake.kpi_settings (track) WHERE trap.hit_i()) ];
	my $code_of_role = without('kpi_trusts_code', q(AND (session_user = current_user OR current_setting('role') = 'none')));
	my $superuser_acts = without('kpi_superuser_acts', 'SELECT EXISTS', 'SELECT false AND EXISTS');
	my $owner = qr/42501: must be owner of mart "mart".*HINT:  Connect as role "keeper"/s;
	return (
		{
			name => 'the recorded days of a table', action => [$as_alice],
			guard => [ without('kpi_refresh_rows', 'quote_ident(c)', 'c') ],
			plant => [ $function, $change_all, [ 'keeper', q(UPDATE mart.kpi_object SET days = array_append(days,
					'CASE WHEN src.reset_role() THEN created_day END') WHERE name = 'ticket') ] ],
			error => qr/42703: column "CASE WHEN src\.reset_role\(\) THEN created_day END" does not exist/,
		},
		{
			name => 'a KPI of a member that calls a function', action => [$as_alice], guard => [$code_of_role],
			plant => [ $function, [ 'keeper', q(SELECT lib.kpi_measure('mart', 'escalated', 'rate', 'src.reset_role()', 'created_day')) ],
				$change_all ],
			error => qr/42501: relation \S+ would run code of other roles: function src\.reset_role\(\)/,
		},
		{
			name => 'an index, and kpi_upgrade', guard => \@tables, action => [ [ 'keeper', q(SELECT lib.kpi_upgrade('mart')) ] ],
			plant => [ [ 'keeper', 'CREATE INDEX ON mart.kpi_object (kind) WHERE trap.hit_i()' ] ],
			error => qr/42501: relation mart\.kpi_object would run code of other roles: function trap\.hit_i\(\)/,
		},
		{
			name => 'the function of a member, in the session of another member',
			plant => [ $owns_code, $build ],
			action => [ [ 'alice', q(SET ROLE keeper; SELECT lib.kpi_refresh('other', true)) ] ],
				guard => [$code_of_role],
			error => qr/42501: relation src\.view would run code of other roles: function src\.reset_role\(\).*HINT:  Connect as role "keeper"/s,
		},
		{
			name => 'the same in kpi_build', plant => [$owns_code], guard => [$code_of_role],
			action => [ [ 'alice', "SET ROLE keeper; $build->[1]" ] ],
				error => qr/42501: relation src\.view would run code/,
		},
		{
			name => 'a superuser who takes the role of the owner', plant => [ $owns_code, $build ],
			action => [ [ 'postgres', q(SET ROLE keeper; SELECT lib.kpi_refresh('other', true)) ] ],
			guard => [ $code_of_role, $superuser_acts ],
			error => qr/42501: a superuser cannot act as the owner of mart "other".*HINT:  Connect as role "keeper"/s,
		},
		{
			name => 'a superuser who builds in the role of the owner', plant => [$owns_code],
			action => [ [ 'postgres', "SET ROLE keeper; $build->[1]" ] ],
			guard => [ $code_of_role, $superuser_acts ],
			error => qr/42501: a superuser cannot build as another role/,
		},
		{
			name => 'a superuser who refreshes the mart of another role', plant => [ own_view('trap.hit()'),
				[ 'keeper', 'CREATE INDEX ON mart.kpi_object (kind) WHERE trap.hit_i()' ] ],
			action => [ [ 'postgres', q(SELECT lib.kpi_refresh('mart', true)) ] ],
			guard => [ @tables, off('kpi_require_owner') ], error => $owner,
		},
		map({ my $call = $_; {
			name => "a superuser who calls $call of a forged mart", plant => [$fake],
			action => [ [ 'postgres', "SELECT lib.$call('fake')" ] ],
			guard => [ @tables, @sources, off('kpi_require_owner') ], error => qr/42501: must be owner of mart "fake"/,
		} } qw(kpi_refresh kpi_verify kpi_drop kpi_upgrade)),
		{
			name => 'a forged mart in a schema of the superuser', plant => [ [ 'postgres', 'CREATE SCHEMA open;
				GRANT ALL ON SCHEMA open TO attacker' ],
				[ 'attacker', $fake->[1] =~ s/CREATE SCHEMA fake;//r =~ s/fake\./open./gr ] ],
			action => [ [ 'postgres', q(SELECT lib.kpi_drop('open')) ] ],
			guard => [ @tables, @sources, without('kpi_marts', 'AND (c.relowner = n.nspowner)'), off('kpi_require_owner') ],
			error => qr/42704: mart "open" does not exist.*HINT:  The marts are "mart"/s,
		},
		{
			name => "a superuser's mart of tickets of another role",
			plant => [ [ 'attacker', 'CREATE INDEX ON trap.tickets (team) WHERE trap.hit_i()' ] ],
			action => [ [ 'postgres', $build_trap->[1] ] ], guard => \@sources,
			error => qr/42501: relation trap\.tickets belongs to another role.*HINT:  Connect as a role that is not a superuser/s,
		},
		{
			name => "a superuser's table with a child of another role",
			plant => [ [ 'postgres', 'CREATE TABLE trap.parent (LIKE trap.tickets); CREATE TABLE trap.child ()
					INHERITS (trap.parent); ALTER TABLE trap.child OWNER TO attacker' ],
				[ 'attacker', 'CREATE INDEX ON trap.child (team) WHERE trap.hit_i()' ] ],
			action => [ [ 'postgres', q(SELECT lib.kpi_build('trap.parent', 'other', 'UTC')) ] ],
			guard => [ without('kpi_relations_read', 'WHERE inhparent = r.oid', 'WHERE false') ],
			error => qr/42501: relation trap\.child belongs to another role/,
		},
	);
}

# Objects in the victim's session and path.
sub in_session
{
	my $temp = 'CREATE FUNCTION trap.useful() RETURNS void SECURITY DEFINER LANGUAGE plpgsql AS $$ BEGIN %s; END $$';
	my $exists = sub { my ($name) = @_; qr/42P07: relation "$name" already exists/ };
	my $temporary = sub {
		my ($function, $name) = @_;
		return without($function, "CREATE TEMPORARY TABLE $name", "CREATE TEMPORARY TABLE IF NOT EXISTS $name");
	};
	return (
		map({ my ($function, $name, $like) = @$_; {
			name => "a temporary table $name of another role", action => [ [ 'keeper', "SELECT trap.useful();
				UPDATE src.tickets SET team = 'x'; SELECT lib.kpi_refresh('mart', true)" ] ],
			plant => [ [ 'postgres', "GRANT SELECT ON $like TO attacker" ], [ 'attacker', sprintf $temp,
				"CREATE TEMP TABLE $name (LIKE $like); CREATE INDEX ON $name ((1)) WHERE trap.hit_i(); "
				. "GRANT ALL ON $name TO keeper" ], ],
			guard => [ $temporary->($function, $name), off('kpi_require_no_writer') ], error => $exists->($name),
		} } [ 'kpi_refresh_rows', 'kpi_new_row', 'mart.ticket' ],
			[ 'kpi_refresh_table', 'kpi_new_tally', 'mart.ticket_daily_tally' ]),
		{
			name => 'a temporary view kpi_recorded of another role',
			action => [ [ 'keeper', q(SELECT trap.useful(); UPDATE mart.kpi_object SET deparsed = 'x';
				SELECT lib.kpi_refresh('mart')) ] ],
			plant => [ [ 'attacker', sprintf $temp, 'CREATE TEMP VIEW kpi_recorded AS SELECT 1' ] ],
			guard => [ without('kpi_is_recorded_view', 'RETURN candidate = found', 'RETURN true'),
				without('kpi_is_recorded_view', 'FOR attempt IN 1 .. 2', 'FOR attempt IN 1 .. 0') ],
			error => $exists->('kpi_recorded'), proof => qr/^$/,
		},
		{
			name => 'functions that come first in the path of the caller',
			plant => [ [ 'attacker', 'CREATE FUNCTION trap.pg_get_userbyid(oid) RETURNS name LANGUAGE plpgsql AS
				$$ BEGIN PERFORM trap.hit(); RETURN pg_catalog.pg_get_userbyid($1); END $$' ] ],
			action => [ [ 'keeper', q(SET search_path = trap, pg_catalog; SELECT lib.kpi_refresh('mart')) ] ],
			guard => [ 'ALTER FUNCTION lib.kpi_refresh(name, boolean) RESET search_path',
				'ALTER FUNCTION lib.kpi_lock_mart(name) RESET search_path',
					'ALTER FUNCTION lib.kpi_require_owner(name) RESET search_path',
				'ALTER FUNCTION lib.kpi_marts() RESET search_path' ], error => undef,
		},
		{
			name => 'temporary relations that come before pg_catalog',
			plant => [ [ 'attacker', sprintf $temp, q(CREATE TEMP VIEW pg_extension AS
				SELECT name 'pg_cron' AS extname WHERE trap.hit(); GRANT ALL ON pg_extension TO PUBLIC) ] ],
			action => [ [ 'keeper', q(SELECT trap.useful(); SELECT lib.kpi_schedule('mart', '0 * * * *')) ] ],
			guard => ['ALTER FUNCTION lib.kpi_schedule(name, text) SET search_path = pg_catalog'], error => undef,
		},
		{
			name => 'an operator in the path of the caller',
			plant => [ [ 'attacker', 'CREATE FUNCTION trap.same(name, name) RETURNS boolean
				LANGUAGE plpgsql AS $$ BEGIN RETURN NOT trap.hit(); END $$;
				CREATE OPERATOR trap.= (LEFTARG = name, RIGHTARG = name, FUNCTION = trap.same)' ] ],
			action => [ [ 'keeper', q(SET search_path = trap, pg_catalog; SELECT lib.kpi_schedule('mart', '0 * * * *')) ] ],
			guard => ['ALTER FUNCTION lib.kpi_schedule(name, text) RESET search_path'], error => undef,
		},
	);
}

sub attempts
{
	return (on_tables(), on_relations(), in_sources(), on_sessions(), in_session());
}

1;
