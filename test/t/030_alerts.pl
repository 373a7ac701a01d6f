# Alerts and follow-ups: raised when a breach is more than chance, escalated, closed
# and notified; what users write in stays.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('alerts');

sub query
{
	my ($sql, $role) = @_;
	return $node->safe_psql('postgres', "SET search_path = '';\n$sql", extra_params => [ '-U', $role // 'analyst' ]);
}

# A schema and names that need quotes wherever they go
my $schema = q("we""ird'; %s \ s");
my $literal = q(E'we"ird''; %s \\\\ s');
my $dimension = q("br'and %I");

# What refresh notifies, and complains of
sub refresh
{
	my (undef, $stdout, $stderr) = $node->psql('postgres', "SET search_path = ''; LISTEN kpi_alert; SELECT lib.kpi_refresh($literal)", extra_params => [ '-U', 'analyst' ]);
	return join("\n", $stdout =~ /^Asynchronous notification "kpi_alert" with payload "(.*)" received from server process/mg) . $stderr;
}

sub alerts
{
	my ($where) = @_;
	return query("SELECT kpi, segment, level, step, closed_at IS NOT NULL FROM $schema.kpi_alerts" . ($where ? " WHERE $where" : '') . ' ORDER BY opened_at');
}

# Forty days until now, in which four of ten are resolved at first contact
$node->safe_psql('postgres', 'CREATE ROLE reader LOGIN; CREATE ROLE manager LOGIN; CREATE ROLE builder LOGIN; GRANT CREATE ON DATABASE postgres TO builder');
query(<<"SQL");
CREATE SCHEMA desk;
CREATE TABLE desk.tickets AS
	SELECT n::text AS ticket_id, at AS created_at, at + interval '10 min' AS first_response_at, CASE WHEN n % 50 > 0 THEN at + n % 24 * interval '1 hour' END AS resolved_at, at AS updated_at,
		CASE WHEN n % 90 IN (0, 5) THEN 'small' ELSE 'large' END AS team, 'a' || n % 3 AS agent_id, CASE WHEN n % 100 = 0 THEN 'urgent' ELSE 'low' END AS priority, interval '1 day' AS sla_resolution, CASE WHEN n % 10 < 4 THEN 1 ELSE 2 END AS contacts,
		'b''"' || n % 2 AS $dimension, n * 7 % 11 AS nps_score, CASE WHEN n % 4 = 0 THEN 1 + n % 5 END AS csat_score, 'acc' || n % 9 AS account_id
	FROM pg_catalog.generate_series(1, 2000) AS n, LATERAL (SELECT now() - n * interval '28 min' - interval '26 hours') AS t (at);
CREATE TABLE desk.surveys AS SELECT 'r' || ticket_id AS response_id, k.kind, resolved_at AS sent_at, resolved_at + interval '1 hour' AS answered_at, k.score, ticket_id, account_id, agent_id
	FROM desk.tickets, LATERAL (VALUES ('nps', nps_score), ('csat', csat_score), ('ces', 1)) AS k (kind, score) WHERE ticket_id::integer % 5 = 0 AND resolved_at IS NOT NULL;
SQL
my $build = "SELECT lib.kpi_build('desk.tickets', $literal, 'UTC', dimensions => ARRAY['br''and %I'], track => 'triggers')";
query($build);
is(refresh(), '', 'without targets nothing is said');
query(qq[INSERT INTO $schema.kpi_target (kpi, segment, direction, target, warning, low, high, owner) VALUES ('fcr_pct', '{}', 'up', 70, 60, NULL, NULL, 'ann'), ('fcr_pct', '{"team": "small"}', 'up', 70, NULL, NULL, NULL, NULL),
	('reopen_pct', '{}', 'down', 5, NULL, NULL, NULL, NULL), ('csat_pct', '{}', 'up', 41, NULL, NULL, NULL, NULL)]);

# A breach that is real, and one that may be chance
my $payload = refresh();
is(alerts(), 'fcr_pct|{}|breach|1|f', 'a breach of few tickets is none, nor is one within the interval');
is(query("SELECT (SELECT value FROM lib.kpi_scorecard($literal, (now() AT TIME ZONE 'UTC')::date - 7, (now() AT TIME ZONE 'UTC')::date, team => 'small') WHERE kpi = 'fcr_pct' AND scope = 'selection') < 70"), 't', 'though the value is under its target');
is(query(qq[SELECT (p->>'schema') || '|' || (p->>'kpi') || '|' || (p->>'segment') || '|' || (p->>'level') || '|' || (p->>'owner') || '|' || (p->>'target') || '|' || (p->>'step') || '|' || ((p->>'value')::double precision = a.value)
	FROM (SELECT \$p\$$payload\$p\$::jsonb AS p) AS p, $schema.kpi_alerts AS a]), q(we"ird'; %s \ s|fcr_pct|{}|breach|ann|70|1|true), 'the notification');
is(query("SELECT round(value::numeric, 6), round(low::numeric, 6), round(high::numeric, 6), n, owner, stepped_on = (now() AT TIME ZONE 'UTC')::date FROM $schema.kpi_alerts"),
	query("SELECT round((e).value::numeric, 6), round((e).low::numeric, 6), round((e).high::numeric, 6), (e).n, 'ann', true FROM (SELECT lib.rate_ci(contacts <= 1) AS e FROM desk.tickets
		WHERE (resolved_at AT TIME ZONE 'UTC')::date BETWEEN (now() AT TIME ZONE 'UTC')::date - 7 AND (now() AT TIME ZONE 'UTC')::date - 1) AS t"), 'of the last seven complete days');
is(refresh(), '', 'a second refresh tells nothing new');

# Escalation, as days go by
query("UPDATE $schema.kpi_alerts SET stepped_on = stepped_on - 6");
is(refresh(), '', 'not within the period');
query("UPDATE $schema.kpi_alerts SET stepped_on = stepped_on - 1");
like(refresh(), qr/"step": 2/, 'a breach that lasts escalates');
is(refresh() . alerts(), 'fcr_pct|{}|breach|2|f', 'once a period');
query("UPDATE $schema.kpi_alerts SET stepped_on = stepped_on - 70, acknowledged_at = now(), owner = 'bob', note = 'on it'");
is(refresh() . alerts(), 'fcr_pct|{}|breach|2|f', 'but not when somebody has acknowledged it');
is(query("SELECT owner, note FROM $schema.kpi_alerts"), 'bob|on it', 'and what is written in stays');

# Back, and again
query('UPDATE desk.tickets SET contacts = CASE WHEN ticket_id::integer * 37 % 100 < 67 THEN 1 ELSE 2 END WHERE team = \'large\'');
is(refresh() . alerts(), 'fcr_pct|{}|breach|2|f', 'under the target, though perhaps by chance: still open');
query('UPDATE desk.tickets SET contacts = CASE WHEN ticket_id::integer * 37 % 100 < 90 THEN 1 ELSE 2 END WHERE team = \'large\'');
is(refresh() . alerts(), 'fcr_pct|{}|breach|2|t', 'back at the target: closed');
query('UPDATE desk.tickets SET contacts = CASE WHEN ticket_id::integer * 37 % 100 < 62 THEN 1 ELSE 2 END WHERE team = \'large\'');
like(refresh(), qr/"level": "warning"/, 'a warning between the two levels');
is(alerts('closed_at IS NULL'), 'fcr_pct|{}|warning|3|f', 'a breach that comes back soon goes on');
query('UPDATE desk.tickets SET contacts = 2');
refresh();
is(alerts('closed_at IS NULL'), "fcr_pct|{}|breach|3|f\nfcr_pct|{\"team\": \"small\"}|breach|1|f", 'levels are kept up to date, and all tickets of a small team are no chance');
query("DELETE FROM $schema.kpi_target WHERE segment = '{}' AND kpi = 'fcr_pct'; UPDATE $schema.kpi_target SET days = NULL WHERE kpi = 'fcr_pct'");
is(refresh() . alerts('closed_at IS NULL'), '', 'without targets, or without period, alerts are closed');

# Counts at once, ranges, durations, segments with strange names; what there is not is told
query("UPDATE desk.tickets SET created_at = created_at + interval '2 days' WHERE ticket_id = '100'");
query(qq[INSERT INTO $schema.kpi_target (kpi, segment, direction, target, warning, low, high) VALUES ('overdue_tickets', '{"priority": "urgent"}', 'down', 5, NULL, NULL, NULL), ('overdue_tickets', '{"team": "none"}', 'down', 0, NULL, NULL, NULL),
	('tickets', '{"br''and %I": "b''\\"1"}', 'range', NULL, NULL, 1, 9), ('response_median_seconds', '{"agent_id": "a1"}', 'down', 599, NULL, NULL, NULL), ('response_median_seconds', '{}', 'down', 600, NULL, NULL, NULL),
	('resolved', '{}', 'range', NULL, NULL, 1, 1e9)]);
refresh();
is(alerts("closed_at IS NULL AND kpi <> 'tickets'"), qq(overdue_tickets|{"priority": "urgent"}|breach|1|f\nresponse_median_seconds|{"agent_id": "a1"}|breach|1|f), 'counts and durations');
is(query("SELECT value, low, high, n FROM $schema.kpi_alerts WHERE kpi = 'overdue_tickets'"),
	query("SELECT count(*), count(*), count(*), NULL FROM desk.tickets WHERE priority = 'urgent' AND resolved_at IS NULL AND created_at + sla_resolution < now()"), 'open tickets that are overdue');
is(query("SELECT segment, value FROM $schema.kpi_alerts WHERE kpi = 'tickets'"),
	query("SELECT '{\"br''and %I\": \"b''\\\"1\"}', count(*) FROM desk.tickets WHERE $dimension = 'b''\"1' AND (created_at AT TIME ZONE 'UTC')::date BETWEEN (now() AT TIME ZONE 'UTC')::date - 7 AND (now() AT TIME ZONE 'UTC')::date - 1"), 'of a dimension');
query("UPDATE desk.tickets SET resolved_at = now() WHERE resolved_at IS NULL AND priority = 'urgent'");
refresh();
is(alerts("kpi = 'overdue_tickets'"), 'overdue_tickets|{"priority": "urgent"}|breach|1|t', 'closed once they are resolved');
query(qq[INSERT INTO $schema.kpi_target (kpi, segment, direction, target) VALUES ('nonsense', '{}', 'up', 1), ('fcr_pct', '{"tickets": "1"}', 'up', 1), ('fcr_pct', '{"nowhere": "1"}', 'up', 1)]);
my $said = refresh();
my $warnings = () = $said =~ /WARNING:  there is no KPI/g;
is($warnings, 3, 'what there is not is told');
unlike($said, qr/ERROR/, 'and stops no refresh');
query("DELETE FROM $schema.kpi_target WHERE kpi = 'nonsense' OR segment <> '{}'");

# As long as can be: the payload fits
my $long = '\"' x 100;
query(qq[UPDATE desk.tickets SET team = '$long' || repeat('\x{1}', 80) WHERE team = 'large'; INSERT INTO $schema.kpi_target (kpi, segment, direction, target, owner) SELECT 'tickets', pg_catalog.jsonb_build_object('team', team), 'down', 0, repeat('\x{2}', 200) FROM desk.tickets WHERE team ~ '^.\x{1}' OR team <> 'small' LIMIT 1]);
$said = refresh();
unlike($said, qr/ERROR|too long/, 'long names');

# Follow-ups where scores stand in tickets
sub followups_equal
{
	my ($title, $expected) = @_;
	my $found = "SELECT response_id, kind, score::integer, answered_at, ticket_id, account_id, agent_id FROM $schema.kpi_followup";
	cmp_ok(query("SELECT count(*) FROM ($expected) AS e"), '>', 0, "$title: there are some");
	is(query("SELECT count(*) FROM (($found EXCEPT ALL $expected) UNION ALL ($expected EXCEPT ALL $found)) AS d"), 0, $title);
	return;
}
my $in_tickets = "SELECT ticket_id, k.kind, k.score, resolved_at, ticket_id, account_id, agent_id FROM desk.tickets, LATERAL (VALUES ('nps', nps_score, 0, 6), ('csat', csat_score, 1, 2)) AS k (kind, score, low, high) WHERE k.score BETWEEN k.low AND k.high AND resolved_at IS NOT NULL";
followups_equal('follow-ups of tickets', $in_tickets);
query("UPDATE desk.tickets SET nps_score = 10 WHERE ticket_id IN ('1', '2', '3', '4', '5', '6', '7', '8'); UPDATE desk.tickets SET nps_score = 0, resolved_at = resolved_at + interval '12 hours' WHERE ticket_id IN ('20', '21', '22', '23'); DELETE FROM desk.tickets WHERE ticket_id = '24'");
refresh();
followups_equal('that change', $in_tickets);

# What users have written in stays, even when the answer is gone, and when all is built again
query("GRANT USAGE ON SCHEMA $schema TO reader, manager; GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO reader, manager; GRANT UPDATE (owner, contacted_at, recovered, note) ON $schema.kpi_followup TO manager; GRANT UPDATE (owner, acknowledged_at, note) ON $schema.kpi_alerts TO manager");
my $kept = query("SELECT response_id FROM $schema.kpi_followup WHERE kind = 'nps' AND response_id > '3' ORDER BY 1 LIMIT 1");
query("UPDATE $schema.kpi_followup SET owner = 'meg', contacted_at = '2026-01-02 03:04+00', recovered = true WHERE response_id = '$kept'; UPDATE $schema.kpi_alerts SET acknowledged_at = now()", 'manager');
foreach my $write ("DELETE FROM $schema.kpi_followup", "UPDATE $schema.kpi_followup SET score = 10", "UPDATE $schema.kpi_alerts SET closed_at = now()", "UPDATE $schema.kpi_target SET target = 0")
{
	my (undef, undef, $stderr) = $node->psql('postgres', $write, extra_params => [ '-U', 'manager' ]);
	like($stderr, qr/permission denied/, "a manager who may write some columns cannot $write");
}
query("UPDATE desk.tickets SET nps_score = 9 WHERE ticket_id = '$kept'");
refresh();
is(query("SELECT owner, contacted_at AT TIME ZONE 'UTC', recovered FROM $schema.kpi_followup WHERE response_id = '$kept' AND kind = 'nps'", 'reader'), 'meg|2026-01-02 03:04:00|t', 'what a user has written in stays');
my $history = query("SELECT count(*) FROM $schema.kpi_alerts WHERE acknowledged_at IS NOT NULL");
my (undef, undef, $notices) = $node->psql('postgres', "SET client_min_messages = notice; SET search_path = ''; SELECT lib.kpi_drop($literal)", extra_params => [ '-U', 'analyst' ]);
like($notices, qr/NOTICE:  table "kpi_followup" of schema .* is kept: it has rows of yours/, 'kpi_drop says what it keeps');
query($build =~ s/\)$/, surveys => 'desk.surveys')/r);
is(query("SELECT owner FROM $schema.kpi_followup WHERE response_id = '$kept'"), 'meg', 'a new build takes them up');
is(query("SELECT count(*) FROM $schema.kpi_alerts WHERE acknowledged_at IS NOT NULL"), $history, 'and the alerts');

# Follow-ups of surveys
query("DELETE FROM $schema.kpi_followup WHERE owner IS NOT NULL");
my $in_surveys = "SELECT response_id, kind, score, answered_at, ticket_id, account_id, agent_id FROM desk.surveys WHERE kind = 'nps' AND score <= 6 OR kind = 'csat' AND score <= 2";
followups_equal('follow-ups of surveys', $in_surveys);
query("UPDATE desk.surveys SET score = 10 WHERE response_id < 'r2' AND kind = 'nps'; UPDATE desk.surveys SET score = 1, answered_at = answered_at - interval '2 days' WHERE response_id > 'r7'; DELETE FROM desk.surveys WHERE response_id LIKE 'r5%'; INSERT INTO desk.surveys SELECT 'new', 'csat', now(), now(), 2, '7', NULL, NULL");
refresh();
followups_equal('that change', $in_surveys);
query("SELECT lib.kpi_refresh($literal, \"full\" => true)");
followups_equal('and when all is counted', $in_surveys);
query("SELECT lib.kpi_drop($literal, false)");
is(query("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = $literal"), 1, 'the schema was there before the last build, and stays');
query("DROP SCHEMA $schema");

# On the scale 0 to 10, by updated_at, for a role that row-level security shows less
query("GRANT USAGE ON SCHEMA desk TO builder; GRANT SELECT ON ALL TABLES IN SCHEMA desk TO builder; ALTER TABLE desk.surveys ENABLE ROW LEVEL SECURITY; ALTER TABLE desk.tickets ENABLE ROW LEVEL SECURITY;
	CREATE POLICY seen ON desk.surveys TO builder USING (account_id = 'acc1'); CREATE POLICY seen ON desk.tickets TO builder USING (account_id = 'acc1')");
query("SELECT lib.kpi_build('desk.tickets', 'mine', 'UTC', surveys => 'desk.surveys', csat_satisfied_from => 8); INSERT INTO mine.kpi_target (kpi, direction, target) VALUES ('fcr_pct', 'up', 99)", 'builder');
is(query("SELECT lib.kpi_refresh('mine'); SELECT count(*), min(account_id), max(account_id) FROM mine.kpi_followup", 'builder') =~ s/^.*\n//r,
	query("SELECT count(*), 'acc1', 'acc1' FROM desk.surveys WHERE account_id = 'acc1' AND (kind = 'nps' AND score <= 6 OR kind = 'csat' AND score <= 4)"), 'row-level security: the answers that the builder sees');
is(query("SELECT n FROM mine.kpi_alerts", 'builder'), query("SELECT count(*) FROM desk.tickets WHERE account_id = 'acc1' AND (resolved_at AT TIME ZONE 'UTC')::date BETWEEN (now() AT TIME ZONE 'UTC')::date - 7 AND (now() AT TIME ZONE 'UTC')::date - 1"), 'and the tickets');
query("SELECT lib.kpi_drop('mine', false)", 'builder');
is(query("SELECT count(*) FROM pg_catalog.pg_namespace WHERE nspname = 'mine'"), 0, 'nothing is left');

# Many bad answers at once take as many steps, not the square of it, which would take minutes
query("CREATE TABLE desk.many AS SELECT n AS ticket_id, timestamptz '2026-03-02' AS created_at, timestamptz '2026-03-03 12:00+00' AS resolved_at, 1 AS csat_score FROM generate_series(1, 20000) AS n");
query("SELECT lib.kpi_build('desk.many', 'many', 'UTC', track => 'triggers'); ANALYZE many.kpi_followup; UPDATE desk.many SET csat_score = 2 WHERE ticket_id = 1; DELETE FROM desk.many WHERE ticket_id = 2");
query("SET statement_timeout = '15s'; SELECT lib.kpi_refresh('many')");
is(query("SELECT count(*), sum(score), min(response_id::integer) FILTER (WHERE score = 1) FROM many.kpi_followup"), '19999|20000|3', 'many follow-ups');
query("SELECT lib.kpi_drop('many', false)");

$node->stop;
done_testing();
