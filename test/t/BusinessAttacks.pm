# What other roles try on the relations beside tickets, the scorecard and the alerts of a mart: more attempts of
# test/t/016_mart_attacks.pl, which explains the fields.

package BusinessAttacks;

use strict;
use warnings;

use Attacks qw(off);
use Exporter 'import';

our @EXPORT_OK = qw(business_attempts);

my $foreign = qr/ERROR:  42501: relation \S+ would run code of other roles: .*trap/;
my $plant_code = "UPDATE mart.kpi_object SET definition = replace(definition, 'ticket_daily_tally AS t WHERE',
	'ticket_daily_tally AS t WHERE trap.hit() AND') WHERE name = 'scorecard_total'";
my $scorecard = q(SELECT count(*) FROM lib.kpi_scorecard('mart', '2026-01-01', '2026-02-01'));

sub business_attempts
{
	return (
		map({ my ($relation, $columns) = @$_; {
			name => "a view of another role as $relation",
			plant => [ [ 'attacker', "CREATE VIEW trap.other AS SELECT $columns WHERE trap.hit();
				GRANT SELECT ON trap.other TO PUBLIC" ] ],
			action => [ [ 'keeper', "SELECT lib.kpi_build('src.tickets', 'other', 'UTC', $relation => 'trap.other')" ] ],
			guard => [ off(qw(kpi_require_safe_source kpi_require_own_code)) ],
			error => qr/42501: relation trap\.other belongs to another role/,
		} }
			[ 'surveys', q('s'::text AS response_id, 'nps'::text AS kind, now() AS sent_at) ],
			[ 'messages', q(1::bigint AS ticket_id, now() AS at, 'agent'::text AS author) ],
			[ 'status_changes', q(1::bigint AS ticket_id, now() AS at, 'open'::text AS status) ],
			[ 'sla_targets', q(1::bigint AS ticket_id, 'update'::text AS metric, interval '1 hour' AS target) ],
			[ 'work_time', q('a'::text AS agent_id, now() AS started_at, now() + interval '1 hour' AS ended_at, 'busy'::text AS state) ],
			[ 'subscriptions', q('c'::text AS account_id, '2026-01-01'::date AS starts_on) ],
			[ 'customer_events', q('c'::text AS account_id, now() AS at, 'adopted'::text AS event) ],
			[ 'costs', q('2026-01-01'::date AS month, 'wages'::text AS component, 1::numeric AS amount) ],
			[ 'help_sessions', q('s'::text AS session_id, now() AS at) ]),
		{
			name => 'a function that was put into the view of the surveys later',
			plant => [ [ 'keeper', q(CREATE TABLE src.answers AS SELECT 's'::text AS response_id, 'nps'::text AS kind,
					now() AS sent_at; CREATE VIEW src.surveys AS TABLE src.answers;
				SELECT lib.kpi_build('src.tickets', 'other', 'UTC', surveys => 'src.surveys');
				CREATE OR REPLACE VIEW src.surveys AS SELECT * FROM src.answers WHERE trap.hit()) ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_refresh('other')) ] ],
			guard => [ off('kpi_require_own_code') ], error => $foreign,
		},
		{
			name => 'a trigger of another role on the alerts',
			plant => [ [ 'keeper', q(GRANT TRIGGER ON mart.kpi_alerts TO attacker;
					INSERT INTO mart.kpi_target (kpi, direction, target) VALUES ('overdue_tickets', 'up', 5)) ],
				[ 'attacker', 'CREATE TRIGGER t AFTER INSERT ON mart.kpi_alerts EXECUTE FUNCTION trap.hit_trigger()' ] ],
			action => [ [ 'keeper', q(SELECT lib.kpi_refresh('mart')) ] ],
			guard => [ off('kpi_require_own_code') ], error => $foreign,
		},
		{
			name => 'code of the owner in the scorecard of a superuser', plant => [ [ 'keeper', $plant_code ] ],
			action => [ [ 'postgres', $scorecard ] ], guard => [ off('kpi_require_reader') ],
			error => qr/42501: mart "mart" belongs to another role, whose code would run as a superuser/,
		},
		{
			name => 'code of a writer of kpi_object in the scorecard of a reader',
			plant => [ [ 'keeper', 'GRANT USAGE ON SCHEMA mart TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA mart TO reader;
					GRANT SELECT, UPDATE ON mart.kpi_object TO attacker' ], [ 'attacker', $plant_code ] ],
			action => [ [ 'reader', $scorecard ] ], guard => [ off('kpi_require_no_writer') ],
			error => qr/55000: other roles can write to table mart\.kpi_object/,
		},
		map({ my ($what, $code, $measure) = @$_; {
			name => "$what in the schema of the extension, for a KPI of the owner's own",
			plant => [ [ 'postgres', 'GRANT CREATE ON SCHEMA lib TO attacker' ], [ 'attacker', $code ] ],
			action => [ [ 'keeper', "SELECT lib.kpi_measure('mart', $measure, 'created_day')" ] ],
			guard => [ off('kpi_require_own_code') ], error => qr/42501: relation kpi_measured_tally would run code of other roles: .*lib/,
		} }
			[ 'an aggregate', q(CREATE FUNCTION trap.rate(bigint) RETURNS lib.kpi_rate LANGUAGE plpgsql
				AS 'BEGIN PERFORM trap.hit(); RETURN NULL; END';
				CREATE AGGREGATE lib.rate_agg(text) (SFUNC = trap.add, STYPE = bigint, FINALFUNC = trap.rate)), q('x', 'rate', 'team') ],
			[ 'a function of constants', q(CREATE FUNCTION lib.from_seconds(integer) RETURNS interval LANGUAGE plpgsql IMMUTABLE
				AS 'BEGIN PERFORM trap.hit(); RETURN ''1 hour''; END'), q('x', 'durations', '3600') ]),
		{
			name => "a function of another role in a KPI of the owner's own", plant => [],
			action => [ [ 'keeper', q(SELECT lib.kpi_measure('mart', 'x', 'rate', 'trap.hit_i()', 'created_day')) ] ],
			guard => [ off('kpi_require_own_code') ], error => $foreign,
		},
	);
}

1;
