# What writers of tickets, readers, and names and values try on a mart: more attempts of test/t/016_mart_attacks.pl.

package WriterAttacks;

use strict;
use warnings;

use Attacks qw(off without $build $open_schema $lost);
use Exporter 'import';

our @EXPORT_OK = qw(writer_attempts);

my $note = 'ALTER FUNCTION mart.kpi_note_change()';

# Writers of tickets that triggers track.
sub on_writers
{
	my $write = [ 'writer', q(UPDATE src.tickets SET team = 'new' WHERE ticket_id = 1) ];
	my $uncaught = without('kpi_note_change', 'EXCEPTION WHEN OTHERS', 'EXCEPTION WHEN division_by_zero');
	my $not_written = q(SELECT NOT EXISTS (SELECT FROM src.tickets WHERE team = 'new'));
	my $warned = qr/^WARNING:  01000: a change of src\.tickets could not be noted.*\n(DETAIL.*\n)?.*LOCATION/;
	my ($untracked) = off('kpi_require_tracking');
	my $unseen = without('kpi_fingerprint', q(string_agg(concat_ws(' ', t.oid, t.xmin), E'\n' ORDER BY t.oid)), q(max('')));
	my $cast = without('kpi_note_change', q{i.id::bigint FROM (SELECT CASE num_nulls(n.ticket_id) WHEN 0 THEN format('%s', n.ticket_id) END},
		'i.id::bigint FROM (SELECT n.ticket_id::text');
	my $unchecked = without('kpi_note_change', 'IF NOT EXISTS (', 'IF false AND NOT EXISTS (');
	my $upgrade = [ 'keeper', q(SELECT lib.kpi_upgrade('mart')) ];
	my $look = [ 'keeper', q(SELECT lib.kpi_refresh('mart')) ];
	my $enable = q(DO $$ DECLARE t name; BEGIN
		FOR t IN SELECT tgname FROM pg_trigger WHERE tgrelid = 'src.tickets'::regclass LOOP
			EXECUTE format('ALTER TABLE src.tickets ENABLE %%s TRIGGER %%I', %s, t);
		END LOOP; END $$);
	return (
		{
			name => 'a writer without rights on the mart', plant => [ [ 'keeper',
				'REVOKE ALL ON SCHEMA mart FROM PUBLIC' ] ],
			action => [ $write, $look ], guard => ["$note SECURITY INVOKER"],
			error => undef, silent => 1, proof => $lost,
		},
		map({ {
			name => "a writer when $_->[0]", plant => [ [ 'keeper', $_->[1] ] ], action => [ $_->[2] // $write ],
			guard => [$uncaught], error => $warned, proof => $_->[3] // $not_written,
		} }
			[ 'kpi_change is gone', 'DROP TABLE mart.kpi_change' ],
			[ 'kpi_change and kpi_lost_changes are gone', 'DROP TABLE mart.kpi_change;
				DROP SEQUENCE mart.kpi_lost_changes' ],
			[ 'kpi_change has no column', 'ALTER TABLE mart.kpi_change DROP ticket_id' ],
			[ 'kpi_change has another type', 'ALTER TABLE mart.kpi_change ALTER ticket_id TYPE date USING NULL' ],
			[ 'kpi_change has a check', 'ALTER TABLE mart.kpi_change ADD CHECK (ticket_id IS NULL)' ],
			[ 'kpi_change has a trigger that fails', q(CREATE FUNCTION src.fail() RETURNS trigger LANGUAGE plpgsql AS
				'BEGIN RAISE EXCEPTION $$no$$; END'; CREATE TRIGGER t BEFORE
					INSERT ON mart.kpi_change EXECUTE FUNCTION src.fail()) ],
			[ 'ticket_id has another name', 'ALTER TABLE src.tickets RENAME ticket_id TO id',
				[ 'writer', q(UPDATE src.tickets SET team = 'new' WHERE id = 1) ] ],
			[ 'ticket_id is gone', 'ALTER TABLE src.tickets DROP ticket_id CASCADE', [ 'writer',
				q(UPDATE src.tickets SET team = 'new') ] ]),
		{
			name => 'a change that could not be noted', plant => [ [ 'keeper',
				'ALTER TABLE mart.kpi_change ADD CONSTRAINT c CHECK (ticket_id IS NULL)' ],
				[ 'keeper', 'SET client_min_messages = error' ] ],
			action => [ [ 'writer', q(SET client_min_messages = error;
				UPDATE src.tickets SET team = 'new' WHERE ticket_id = 1) ],
				[ 'keeper', q(ALTER TABLE mart.kpi_change DROP CONSTRAINT c; SELECT lib.kpi_refresh('mart')) ] ],
			guard => [ without('kpi_note_change', 'PERFORM nextval', 'PERFORM length') ], error => undef,
				silent => 1, proof => $lost,
		},
		{
			name => 'the path of a writer', plant => [ [ 'attacker',
				'CREATE FUNCTION trap.octet_length(text) RETURNS integer
				LANGUAGE plpgsql AS $$ BEGIN PERFORM trap.hit(); RETURN 1; END $$' ] ],
			action => [ [ 'attacker', 'SELECT' ], [ 'writer', "SET search_path = trap, pg_catalog; $write->[1]" ] ],
			guard => ["$note RESET search_path"], error => undef,
		},
		{
			name => 'ids too long for a mart', plant => [ [ 'keeper', q(CREATE TABLE src.texts AS
				SELECT ticket_id::text, created_at, updated_at FROM src.tickets; GRANT INSERT ON src.texts TO writer;
				SELECT lib.kpi_build('src.texts', 'other', 'UTC', track => 'triggers')) ] ],
			action => [ [ 'writer', q(INSERT INTO src.texts SELECT repeat(n::text, 1000000), now(), now()
				FROM generate_series(1, 9) AS n) ] ],
			guard => [ without('kpi_note_change', ' AS n) AS i
			WHERE octet_length(i.id) <= 1000', ' AS n) AS i') ],
			error => undef, proof => 'SELECT count(*) > 0 FROM other.kpi_change',
		},
		{
			name => 'more ids than a statement should note', action => [ [ 'writer', 'INSERT INTO src.tickets
				SELECT n, now(), now() FROM generate_series(100, 30000) AS n' ] ], plant => [],
			guard => [ without('kpi_note_change', ':= 20000', ':= 1000000') ], error => undef,
			proof => 'SELECT count(*) > 20002 OR bool_and(ticket_id IS NOT NULL) FROM mart.kpi_change',
		},
		{
			name => 'tickets that another role owns now', plant => [ [ 'postgres', 'ALTER TABLE src.tickets OWNER TO attacker' ],
				[ 'attacker', 'CREATE FUNCTION trap.color_number(trap.color) RETURNS bigint LANGUAGE plpgsql AS
					$$ BEGIN PERFORM trap.hit(); RETURN 1; END $$; CREATE CAST (trap.color AS bigint) WITH FUNCTION trap.color_number AS ASSIGNMENT;
					ALTER TABLE src.tickets RENAME ticket_id TO id; ALTER TABLE src.tickets ADD ticket_id trap.color' ] ],
			action => [ [ 'attacker', q(INSERT INTO src.tickets (id, created_at, ticket_id) VALUES (1001, now(), 'red')) ] ],
			guard => [$cast], error => $warned,
		},
		{
			name => 'a mart of that name by another role', weaken_first => 1, plant => [ [ 'keeper', 'ALTER SCHEMA mart RENAME TO away' ],
				[ 'attacker', 'CREATE SCHEMA mart; CREATE TABLE mart.kpi_change (ticket_id bigint);
					CREATE TRIGGER t AFTER INSERT ON mart.kpi_change EXECUTE FUNCTION trap.hit_trigger();
					GRANT ALL ON SCHEMA mart TO PUBLIC; GRANT ALL ON mart.kpi_change TO PUBLIC' ] ],
			action => [$write], guard => [$unchecked], error => $warned,
		},
		{
			name => 'default rights on kpi_lost_changes', weaken_first => 1,
			plant => [ [ 'keeper', q(ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO writer;
				ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO writer;
				SELECT lib.kpi_build('src.tickets', 'other', 'UTC', track => 'triggers')) ] ],
			action => [ [ 'writer', q(SELECT setval('other.kpi_lost_changes', 9223372036854775807)) ] ],
			guard => [ without('kpi_start_tracking', q(PERFORM lib.kpi_revoke_writes(target_schema, 'kpi_lost_changes'::name);)) ],
			error => qr/42501: permission denied for sequence/, proof => 'SELECT last_value > 1 FROM other.kpi_lost_changes',
		},
		{
			name => 'rights on kpi_lost_changes', plant => [ [ 'keeper', 'GRANT UPDATE ON mart.kpi_lost_changes TO writer' ] ],
			action => [$look], guard => [ off('kpi_require_no_writer') ], proof => 'SELECT true', silent => 1,
			error => qr/55000: other roles can write to table mart\.kpi_lost_changes/,
		},
		map({ {
			name => "tickets that are now the $_->[0]", weaken_first => 1,
			plant => [ $upgrade, [ 'keeper', $_->[1] ] ], action => [$look],
			guard => [ $untracked, $unseen ], silent => 1, proof => $lost,
			error => qr/55000: triggers of mart "mart" on relation src\.tickets do not see all changes.*HINT:  Revert this/s,
		} }
			[ 'parent of a table', q(CREATE TABLE src.child () INHERITS (src.tickets);
				INSERT INTO src.child (ticket_id, created_at, team) VALUES (1001, now(), 'new')) ],
			[ 'child of a table', q(CREATE TABLE src.parent (LIKE src.tickets); ALTER TABLE src.tickets INHERIT src.parent;
				UPDATE src.parent SET team = 'new' WHERE ticket_id = 1) ]),
		{
			name => 'the function on another table', plant => [ [ 'attacker',
				'CREATE TABLE trap.ids (ticket_id bigint)' ] ],
			action => [ [ 'attacker', 'CREATE TRIGGER t AFTER INSERT ON trap.ids REFERENCING NEW TABLE AS new_rows
				EXECUTE FUNCTION mart.kpi_note_change(); INSERT INTO trap.ids VALUES (7)' ] ],
			guard => ['GRANT EXECUTE ON FUNCTION mart.kpi_note_change() TO PUBLIC'],
				error => qr/42501: permission denied for function/,
			proof => 'SELECT count(*) > 0 FROM mart.kpi_change',
		},
		{
			name => 'the function on another table of the owner', plant => [],
			action => [ [ 'keeper', 'CREATE TABLE src.ids (ticket_id bigint); CREATE TRIGGER t AFTER INSERT ON src.ids
				REFERENCING NEW TABLE AS new_rows EXECUTE FUNCTION mart.kpi_note_change();
					INSERT INTO src.ids VALUES (7)' ] ],
			guard => ['GRANT EXECUTE ON FUNCTION mart.kpi_note_change() TO keeper'],
				error => qr/42501: permission denied for function/,
			proof => 'SELECT count(*) > 0 FROM mart.kpi_change',
		},
		{
			name => 'notes that a writer deletes', plant => [$write], action => [ [ 'writer',
				'DELETE FROM mart.kpi_change' ],
				$look ],
			guard => [ 'GRANT ALL ON SCHEMA mart TO writer', 'GRANT ALL ON mart.kpi_change TO writer',
				off('kpi_require_no_writer') ],
			error => qr/42501: permission denied for schema mart/, silent => 1, proof => $lost,
		},
		{
			name => 'a disabled trigger', weaken_first => 1,
			plant => [ $upgrade, [ 'keeper', 'ALTER TABLE src.tickets DISABLE TRIGGER USER' ], $write ],
			action => [$look], guard => [ $untracked, $unseen ], silent => 1, proof => $lost,
			error => qr/55000: triggers of mart "mart" on relation src\.tickets are missing or disabled.*HINT:  Call kpi_upgrade/s,
		},
		{
			name => 'triggers for replicas alone', weaken_first => 1,
			plant => [ $upgrade, [ 'keeper', sprintf $enable, q('REPLICA') ], $write ],
			action => [$look], guard => [ $untracked, $unseen ], silent => 1, proof => $lost,
			error => qr/55000: triggers of mart "mart" on relation src\.tickets are missing or disabled/,
		},
		{
			name => 'a dropped trigger', weaken_first => 1,
			plant => [ $upgrade, [ 'keeper', q(DO $$ BEGIN EXECUTE format('DROP TRIGGER %I ON src.tickets',
				'kpi_update_' || md5('mart')); END $$) ], $write ],
			action => [$look], guard => [ $untracked, $unseen ], silent => 1, proof => $lost,
			error => qr/55000: triggers of mart "mart" on relation src\.tickets are missing or disabled/,
		},
		{
			name => 'a trigger that was disabled for a time', weaken_first => 1,
			plant => [ $upgrade, [ 'keeper', 'ALTER TABLE src.tickets DISABLE TRIGGER USER' ], $write,
				[ 'keeper', sprintf $enable, q(CASE WHEN t LIKE 'kpi_repl%' THEN 'REPLICA' WHEN t LIKE 'kpi_trunc%' THEN 'ALWAYS' END) ] ],
			action => [$look], guard => [$unseen], error => undef, silent => 1, proof => $lost,
		},
	);
}

# Names and values that are more than names and values, and objects that stop the owner.
sub on_names
{
	return (
		{
			name => 'a value that looks like the total', plant => [],
			action => [ [ 'keeper', q(UPDATE src.tickets SET team = 'all';
				SELECT lib.kpi_build('src.tickets', 'other', 'UTC')) ] ],
			guard => [ without('kpi_placeholders', q(WHEN btrim(t.%I, ''"'') = ''all'' THEN),
				'WHEN t.%I IS NULL AND false THEN') ],
			error => undef, proof => q(SELECT sum(value) <> 20 FROM other.kpi_monthly WHERE kpi = 'tickets'
				AND team = 'all' AND channel = 'all'),
		},
		{
			name => 'a schema with a quote in its name',
			plant => [ [ 'keeper', q(SELECT lib.kpi_build('src.tickets', 'it''s', 'UTC', track => 'triggers')) ] ],
			weaken_first => 1, action => [ [ 'writer', q(UPDATE src.tickets SET team = 'new') ] ], error => undef,
			guard => [ without('kpi_note_body', q($1, format('%I.kpi_lost_changes', $1)),
				q(replace($1, $q$'$q$, $q$''$q$), format('%I.kpi_lost_changes', $1))) ],
			proof => qr/WARNING/,
		},
		{
			name => 'an id over 1,000 bytes of another type than text', plant => [ [ 'keeper', q(CREATE VIEW src.view AS
				SELECT ticket_id::numeric, created_at FROM src.tickets
				UNION ALL SELECT translate(string_agg(md5(n::text), ''), 'abcdef', '012345')::numeric, now() FROM generate_series(1,
					1000) AS n) ] ],
			action => [$build], guard => [ without('kpi_source_query', 'typlen = -1', 'false') ], error => undef,
			proof => qr/54000: index row/,
		},
		{
			name => 'a table in the schema, whose rights kpi_upgrade would give again',
			plant => [ $open_schema, [ 'attacker', 'CREATE TABLE mart.planted ();
				GRANT SELECT ON mart.planted TO writer' ],
				[ 'keeper', 'REVOKE CREATE ON SCHEMA mart FROM attacker' ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_upgrade('mart')) ] ],
			guard => [ without('kpi_upgrade', 'pg_get_userbyid(a.relowner) = current_user AND') ], error => undef,
			proof => qr/42501/,
		},
		{
			name => 'a function of another role with a name of ours, and kpi_drop',
			plant => [ [ 'keeper', q(SELECT lib.kpi_build('src.tickets', 'other', 'UTC');
				GRANT CREATE, USAGE ON SCHEMA other TO attacker) ],
				[ 'attacker', 'CREATE FUNCTION other.kpi_note_change() RETURNS void LANGUAGE sql RETURN NULL' ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_drop('other')) ] ],
			guard => [ without('kpi_drop_relations', 'IF has_triggers THEN', 'IF true THEN'),
				without('kpi_stop_tracking', 'AND pg_get_userbyid(proowner) = current_user') ], error => undef,
			proof => q(SELECT to_regprocedure('other.kpi_note_change()') IS NULL),
		},
		{
			name => 'a reader and the policies of the owner', plant => [ [ 'keeper',
				'GRANT USAGE ON SCHEMA mart TO reader;
				GRANT SELECT ON ALL TABLES IN SCHEMA mart TO reader; ALTER TABLE mart.ticket ENABLE ROW LEVEL SECURITY;
				CREATE POLICY p ON mart.ticket USING (ticket_id < 3)' ], [ 'reader',
					'CREATE TEMP TABLE seen (ticket_id bigint)' ] ],
			action => [ [ 'reader', 'INSERT INTO seen SELECT ticket_id FROM mart.open_tickets' ] ],
			guard => ['ALTER VIEW mart.open_tickets SET (security_invoker = false)'], error => undef, since => 15,
			proof => 'SELECT count(*) > 2 FROM seen',
		},
	);
}

sub writer_attempts
{
	return (on_writers(), on_names());
}

1;
