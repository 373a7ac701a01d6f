# Alerts for missed targets and rows for bad answers: when they open and close, and
# what NOTIFY sends.

use strict;
use warnings;

use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use lib dirname(__FILE__);
use Session;

my $node = PostgreSQL::Test::Cluster->new('alerts');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\ntimezone = 'Asia/Kolkata'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION kpi_mart CASCADE');

my $session = Session->new($node);

sub query
{
	my ($sql) = @_;
	return $session->query("SET timezone = 'UTC';\n$sql");
}

sub error
{
	my ($sql) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', $sql);
	return $code == 0 ? 'no error' : $stderr;
}

# ---------------------------------------------------------------- alerts

# A mart whose clock a test sets: as_of is now() less the lag.  Everything gets worse on
# day 30 of 60; the days of an agent are alike, so that rates do not waver.
my $care = '"Care Desk"';
query(<<'SQL');
CREATE TABLE desk AS
SELECT d * 100 + n AS ticket_id, created_at, created_at + interval '1 minute' * CASE WHEN n % 10 < CASE WHEN d < 30
	THEN 1 ELSE 4 END
		THEN 90 ELSE 30 END AS first_response_at,
	CASE WHEN d <> 40 OR n > 6 THEN created_at + interval '2 hours' END AS resolved_at,
		timestamptz '2020-01-01 UTC' AS loaded_at,
	CASE WHEN n % 2 = 0 THEN 'even' ELSE 'odd' END AS channel, CASE WHEN n <= 20 THEN 'bug' ELSE 'bill' END AS category,
	CASE WHEN n <= 20 THEN 'a1' ELSE 'a2' END AS agent_id,
	CASE WHEN n <= 20 AND d >= 30 THEN CASE WHEN n % 4 < 2 THEN 1 ELSE 5 END WHEN n % 5 = 0 THEN 1
		ELSE 5 END AS csat_score,
	CASE WHEN n <= 20 AND d >= 30 THEN 0 WHEN n % 4 = 0 THEN 0 ELSE 10 END AS nps_score,
	n % 2 = 0 AND n % 20 < CASE WHEN d < 30 THEN 2 ELSE 8 END AS escalated, 1 AS contacts, 0 AS reopens,
		interval '1 day' AS sla_resolution
FROM generate_series(0, 59) AS d, generate_series(1, 40) AS n,
	LATERAL (SELECT timestamptz '2026-01-01 10:00 UTC' + d * interval '1 day') AS c (created_at);
-- the only row that a refresh reads again; it has no answer
INSERT INTO desk (ticket_id, created_at, loaded_at) VALUES (0, '2025-12-31 10:00 UTC', now());
CREATE FUNCTION set_clock(mart text, day integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('UPDATE %I.kpi_settings SET lag = now() - $1',
		mart) USING timestamptz '2026-01-01 12:00 UTC' + day * interval '1 day';
END $$;
CREATE FUNCTION start_clock(tickets regclass, mart text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM kpi_build(tickets, mart, 'UTC', dimensions => '{channel}');
	EXECUTE format('UPDATE %I.kpi_state SET as_of = timestamptz ''2026-01-01 UTC''', mart);
	PERFORM set_clock(mart, 0);
	-- the verdicts of that day
	PERFORM kpi_refresh(mart, true);
END $$;
SELECT start_clock('desk', 'Care Desk');
INSERT INTO "Care Desk".kpi_target (kpi, segment, direction, target, owner, false_alarm_years) VALUES
	('csat_pct', '{"agent_id": "a1"}', 'up', 80, 'Ada', 3), ('csat_pct', '{"agent_id": "a2"}', 'up', 80, NULL, 3),
	('csat_pct', '{"agent_id": "a1", "category": "bug"}', 'up', 80, NULL, NULL),
	('nps', '{"category": "bug"}', 'up', 50, NULL, 3), ('nps', '{"category": "bill"}', 'up', 50, NULL, 3),
	('response_p90_seconds', '{}', 'down', 3600, NULL, 3), ('response_median_seconds', '{}', 'down', 3600, NULL, 3),
	('escalation_pct', '{"channel": "even"}', 'down', 10, NULL, 3), ('escalation_pct', '{"channel": "odd"}', 'down',
		10, NULL, 3),
	('overdue_tickets', '{}', 'down', 5, NULL, 3), ('overdue_tickets', '{"channel": "odd"}', 'down', 3, NULL, 3),
	('overdue_tickets', '{"agent_id": "a1"}', 'down', 5, NULL, NULL);
-- targets without a possible test, as a row from before there was the constraint can be
ALTER TABLE "Care Desk".kpi_target DROP CONSTRAINT share_in_percent;
INSERT INTO "Care Desk".kpi_target (kpi, segment, direction, target, owner, false_alarm_years) VALUES
	('fcr_pct', '{}', 'up', 0.5, NULL, 3), ('reopen_pct', '{}', 'down', 120, NULL, 3), ('reopen_pct',
		'{"channel": "odd"}', 'down', -1, NULL, 3),
	('resolution_median_seconds', '{}', 'down', -1, NULL, 3), ('resolution_p90_seconds', '{}', 'down', 1e12, NULL, 3),
	('nps', '{}', 'up', 101, NULL, 3), ('ces_pct', '{}', 'up', 80, NULL, 3), ('cost_per_contact', '{}', 'down', 0,
		NULL, 3);
SQL

# What a refresh on a day opens and closes.
my $shown = "SELECT kpi || ' ' || segment || CASE WHEN closed_at IS NULL THEN '' ELSE ' closed' END
	FROM $care.kpi_alerts";
sub refresh
{
	my ($day) = @_;
	return query("CREATE TEMP TABLE before AS TABLE $care.kpi_alerts; SELECT set_clock('Care Desk', $day) \\g /dev/null
		SELECT kpi_refresh('Care Desk') \\g /dev/null
		$shown WHERE alert NOT IN (SELECT alert FROM before) OR closed_at IS NOT NULL
			AND alert IN (SELECT alert FROM before WHERE closed_at IS NULL) ORDER BY kpi, segment");
}

is(refresh(30), '', 'no alerts while everything is at its target');
is(refresh(39), join("\n", 'csat_pct {"agent_id": "a1"}', 'escalation_pct {"channel": "even"}',
	'nps {"category": "bug"}',
	'response_p90_seconds {}'), 'alerts of rates, scores and percentiles for what is missed, and for nothing else');
is(refresh(40), '', 'tickets that are due tomorrow are not overdue');
is(refresh(41), 'overdue_tickets {}', 'the alert of a count is at once, above the target and not at it');
is(query("SELECT opened_at::date, target, owner, evidence > 3 * 365.25, round(value::numeric, 6), low < value
	AND value < high, n
	FROM $care.kpi_alerts WHERE kpi = 'csat_pct'"), '2026-02-09|80|Ada|t|' . sprintf('%.6f',
		(17 * 80 + 11 * 50) / 28) . '|t|560', 'figures of an alert');
is(query("SELECT value, low, high, n, evidence, owner FROM $care.kpi_alerts WHERE kpi = 'overdue_tickets'"),
	'6|||6||', 'and of a count');
my $stable = query("SELECT xmin, * FROM $care.kpi_alerts");
query("SELECT kpi_refresh('Care Desk')");
is(query("SELECT xmin, * FROM $care.kpi_alerts"), $stable, 'a refresh without changes writes no alert');
query("CREATE PROCEDURE wal() LANGUAGE plpgsql AS \$\$
DECLARE
	before pg_lsn;
	bytes bigint := 1e9;
BEGIN
	-- the first change after a checkpoint writes images of pages
	FOR round IN 1 .. 4 LOOP
		before := pg_current_wal_insert_lsn();
		PERFORM kpi_refresh('Care Desk');
		COMMIT;
		bytes := least(bytes, pg_current_wal_insert_lsn() - before);
	END LOOP;
	IF bytes > 1000 THEN RAISE EXCEPTION 'refresh writes % bytes', bytes; END IF;
END \$\$;
UPDATE desk SET loaded_at = '2020-01-01 UTC' WHERE ticket_id = 0");
is(error('CALL wal()'), 'no error', 'and writes at most 1 kB of WAL');

# columns of the user stay; overdue tickets are resolved, and agent a1 is good again
query("UPDATE $care.kpi_alerts SET acknowledged_at = '2026-02-12 UTC', owner = 'Ben', note = 'asked'
	WHERE kpi IN ('csat_pct', 'overdue_tickets');
	UPDATE desk SET resolved_at = created_at + interval '3 hours', loaded_at = now() WHERE resolved_at IS NULL
		AND ticket_id > 0;
	UPDATE desk SET csat_score = 5, loaded_at = now() WHERE ticket_id >= 4300 AND agent_id = 'a1'");
is(refresh(43), 'overdue_tickets {} closed', 'a count that is met closes its alert at once');
is(refresh(59), 'csat_pct {"agent_id": "a1"} closed', 'a rate that has recovered closes its alert');
is(query("SELECT closed_at > opened_at, acknowledged_at, owner, note, value, n > 0 FROM $care.kpi_alerts
	WHERE kpi = 'overdue_tickets'"),
	't|2026-02-12 00:00:00+00|Ben|asked|6|t', 'what the user wrote stays in a closed alert, with its last figures');

# another row of the same target starts anew
query("INSERT INTO $care.kpi_target (kpi, segment, direction, target, valid_from)
	VALUES ('escalation_pct', '{\"channel\": \"even\"}', 'down', 40, '2026-01-31'); DELETE FROM $care.kpi_target
		WHERE kpi = 'nps' AND segment <> '{}'");
is(refresh(59), qq(escalation_pct {"channel": "even"} closed\nnps {"category": "bug"} closed),
	'a new target and a deleted one close alerts');
query("DELETE FROM $care.kpi_target WHERE target = 40; INSERT INTO $care.kpi_target (kpi, segment, direction, target,
	valid_from)
	VALUES ('escalation_pct', '{\"channel\": \"even\"}', 'down', 10, '2026-02-28'),
	('response_p90_seconds', '{}', 'down', 3600, '2026-03-10')");
is(refresh(59), '', 'one from yesterday has no evidence yet, one from later does not apply yet');
query("UPDATE $care.kpi_target SET valid_from = '2026-02-10' WHERE valid_from = '2026-02-28'");
is(refresh(60), 'escalation_pct {"channel": "even"}', 'one from earlier opens a new alert');
is(query("SELECT count(*), count(DISTINCT alert), min(alert), max(alert) FROM $care.kpi_alerts"), '6|6|1|6',
	'alerts are numbered');

# ---------------------------------------------------------------- what NOTIFY sends

# Returns the notifications that a session of a role receives while the owner runs SQL.
sub heard
{
	my ($role, $sql) = @_;
	my $file = $node->basedir . '/told.sql';
	append_to_file($file, $sql) if !-e $file;
	my $owner = sprintf 'psql -XAtq -d "%s dbname=postgres" -f "%s"', $node->connstr =~ s/'/\\'/gr, $file;
	my ($code, $stdout, $stderr) = $node->psql('postgres',
		"LISTEN kpi_alert;\nLISTEN kpi_followup;\n\\! $owner -o /dev/null\nSELECT 1 \\g /dev/null\n",
		extra_params => [ '-U', $role ]);
	unlink $file;
	return join "\n", "$stdout$stderr" =~ /notification (".*?" with payload ".*") received/g;
}

query("CREATE ROLE stranger LOGIN; CREATE TABLE quiet AS TABLE desk; SELECT start_clock('quiet', 'quiet');
	INSERT INTO quiet.kpi_target (kpi, segment, direction, target, owner) VALUES ('csat_pct',
		'{\"agent_id\": \"a1\"}', 'up', 80, 'Ada'),
		('escalation_pct', '{}', 'down', 5, 'Ada');
	DELETE FROM $care.kpi_alerts; DELETE FROM $care.kpi_target WHERE kpi NOT IN ('response_p90_seconds', 'nps');");
is(heard('stranger', "SELECT set_clock('quiet', 42); SELECT kpi_refresh('quiet'); SELECT kpi_refresh('quiet');
	SELECT kpi_refresh('Care Desk'); SELECT kpi_refresh('Care Desk', true);"),
	join("\n", '"kpi_alert" with payload "quiet 1"', '"kpi_alert" with payload "quiet 2"',
		'"kpi_alert" with payload ""Care Desk" 7"'),
	'M22: NOTIFY says the schema and the number of each alert, once');
my ($code, $stdout, $stderr) = $node->psql('postgres', 'TABLE quiet.kpi_alerts', extra_params => [ '-U', 'stranger' ]);
like($stderr, qr/permission denied/, 'M22: whoever may not read the mart learns no more');
is(heard('stranger', "BEGIN; DELETE FROM quiet.kpi_alerts; SELECT kpi_refresh('quiet'); ROLLBACK;"), '',
	'and nothing of what is rolled back');

# ---------------------------------------------------------------- bad answers

# Each score of a scale, in tickets or in surveys, and the bad ones among them.
my $today = "date_trunc('day', now(), 'UTC') - interval '2 days' + interval '9 hours'";
query("CREATE TABLE rated AS SELECT score + 100 AS ticket_id, $today AS created_at,
	$today + interval '1 hour' AS resolved_at, 'c1' AS account_id, 'a1' AS agent_id,
		score AS nps_score, NULL::int AS csat_score, score AS ces_score, NULL::int AS scale_max
			FROM generate_series(0, 10) AS score
	UNION ALL SELECT scale * 100 + score, $today, NULL, NULL, NULL, NULL, score, NULL, scale
	FROM unnest('{3,4,5,7,10}'::int[]) AS scale, generate_series(0, scale) AS score;
	INSERT INTO rated (ticket_id, created_at, csat_score) VALUES (1, $today - interval '40 days', 1), (2,
		$today - interval '25 days', 1);
	-- so that a refresh reads only what changed
	ALTER TABLE rated ADD updated_at timestamptz DEFAULT clock_timestamp();
	CREATE TABLE sent AS SELECT 's' || kind || coalesce(scale, 0) || '/' || score AS response_id, kind,
		$today AS sent_at, $today + interval '5 hours' AS answered_at,
		score, scale AS scale_max, 5000 + score AS ticket_id, 'c2' AS account_id, 'a2' AS agent_id,
			'wrote ' || score AS comment
	FROM (VALUES ('csat', 3), ('csat', 4), ('csat', NULL), ('csat', 7), ('csat', 10), ('nps', NULL), ('ces',
		NULL)) AS k (kind, scale),
		generate_series(0, coalesce(scale, CASE kind WHEN 'csat' THEN 5 WHEN 'ces' THEN 7 ELSE 10 END)) AS score;
	-- about tickets that have the score themselves, and not
	INSERT INTO sent (response_id, kind, sent_at, answered_at, score, ticket_id) VALUES ('twice', 'csat', $today,
		$today, 1, 501),
		('other kind', 'nps', $today, $today, 3, 501), ('no answer', 'csat', $today, NULL, NULL, 501)");
query("SELECT count(*) FROM kpi_build('rated', 'rated', 'UTC', surveys => 'sent')");
my $bad = "SELECT kind, string_agg(score::text, ' ' ORDER BY score)";
is(query("SELECT coalesce(scale_max, 5), string_agg(csat_score::text, ' ' ORDER BY csat_score)
	FROM rated.kpi_followup AS f JOIN rated AS r
	ON r.ticket_id::text = f.response_id WHERE kind = 'csat' AND r.ticket_id > 2 GROUP BY 1 ORDER BY 1"),
	"3|1\n4|1\n5|1 2\n7|1 2 3 4\n10|0 1 2 3 4 5 6", 'bad satisfaction scores of tickets by scale');
is(query("SELECT coalesce(scale_max, 5), string_agg(s.score::text, ' ' ORDER BY s.score) FROM rated.kpi_followup AS f
	JOIN sent AS s USING (response_id)
	WHERE f.kind = 'csat' GROUP BY 1 ORDER BY 1"), "3|1\n4|1\n5|1 2\n7|1 2 3 4\n10|0 1 2 3 4 5 6", 'and of surveys');
is(query("SELECT kind, account_id, string_agg(score::text, ' ' ORDER BY score) FROM rated.kpi_followup
	WHERE kind <> 'csat' AND response_id <> 'other kind'
	GROUP BY 1, 2 ORDER BY 1, 2"), "ces|c1|1 2\nces|c2|1 2\nnps|c1|0 1 2 3 4 5 6\nnps|c2|0 1 2 3 4 5 6",
		'bad scores of other kinds');
is(query("SELECT string_agg(response_id, ' ' ORDER BY response_id) FROM rated.kpi_followup WHERE ticket_id = '501'
	OR response_id IN ('1', '2')"),
	'2 501 other kind', 'a score of the ticket counts once, and only the last 30 days at first');
is(query("SELECT response_id, score, answered_on = ($today)::date, ticket_id, account_id, agent_id, comment, owner
	FROM rated.kpi_followup
	WHERE response_id IN ('snps0/6', '103') AND kind = 'nps' ORDER BY 1"),
		"103|3|t|103|c1|a1||\nsnps0/6|6|t|5006|c2|a2|wrote 6|", 'columns of a follow-up');
is(query("SELECT min(followup), max(followup) - count(*), count(DISTINCT followup) - count(*)
	FROM rated.kpi_followup"), '1|0|0', 'numbers');

# only new ones are added, and what the user wrote stays
query("UPDATE rated.kpi_followup SET owner = 'Ben', contacted_at = '2026-01-01 UTC', recovered = score > 0,
	note = 'called' WHERE kind = 'nps' AND account_id = 'c1';
	UPDATE rated.kpi_followup SET recovered = true WHERE kind = 'ces'");
my $before = query('TABLE rated.kpi_followup ORDER BY followup');
is(heard('stranger', "SELECT kpi_refresh('rated'); SELECT kpi_refresh('rated', true);"), '',
	'nothing new, nothing said');
is(query('TABLE rated.kpi_followup ORDER BY followup'), $before, 'and nothing changed');
my $last = query('SELECT max(followup) FROM rated.kpi_followup');
is(heard('stranger', "INSERT INTO rated (ticket_id, created_at, csat_score, nps_score) VALUES (11,
	now() - interval '1 hour', 1, 10), (12, now() - interval '1 hour', 5, 10);
	INSERT INTO sent (response_id, kind, sent_at, score, comment) VALUES ('new', 'csat', now() - interval '1 hour',
		2, 'bad');
	SELECT kpi_refresh('rated'); SELECT kpi_refresh('rated');"), join("\n",
		map { sprintf '"kpi_followup" with payload "rated %d"', $last + $_ } 1, 2),
	'M32: NOTIFY at the refresh that sees a bad answer');
is(query("SELECT response_id, kind, score, comment FROM rated.kpi_followup WHERE followup > $last ORDER BY 1"),
	"11|csat|1|\nnew|csat|2|bad", 'M32: and its row');
is(query("SELECT count(*) FROM rated.kpi_followup WHERE owner = 'Ben' AND note = 'called'"), 7,
	'what the user wrote stays');

# seven customers were called back, and all except the score 0 have recovered; the others were not called
is(query("SELECT kind, sum(bad_answers), sum(followed_up), sum(recovered), round(min(followed_up_pct)::numeric, 6),
	round(min(recovery_pct)::numeric, 6)
	FROM rated.followup_monthly WHERE kind <> 'csat' GROUP BY kind ORDER BY kind"),
	join("\n", 'ces|4|0|0|0.000000|', 'nps|15|7|6|46.666667|85.714286'), 'followup_monthly');

# ids of tickets and surveys are often the same numbers
query("INSERT INTO rated (ticket_id, created_at, csat_score) VALUES (13, now() - interval '1 hour', 1);
	INSERT INTO sent (response_id, kind, sent_at, score) VALUES ('13', 'csat', now() - interval '1 hour', 2)");
is(error("SELECT kpi_refresh('rated')"), 'no error', 'a survey and a ticket with the same id do not stop a refresh');
is(query("SELECT score FROM rated.kpi_followup WHERE response_id = '13' ORDER BY score"), "1\n2", 'and both count');

# the same answer can be in the ticket later than in the survey, and disappear from it
query("INSERT INTO rated (ticket_id, created_at) VALUES (14, now() - interval '1 hour');
	INSERT INTO sent (response_id, kind, sent_at, score, ticket_id) VALUES ('14a', 'csat', now(), 1, 14), ('14b',
		'csat', now(), 2, 14);
	SELECT kpi_refresh('rated'); UPDATE rated SET csat_score = 1, updated_at = DEFAULT WHERE ticket_id IN (12, 14);
		SELECT kpi_refresh('rated');
	UPDATE rated SET csat_score = NULL, updated_at = DEFAULT WHERE ticket_id = 12;
	INSERT INTO sent (response_id, kind, sent_at, score, ticket_id) VALUES ('12', 'csat', now(), 1, 12);
		SELECT kpi_refresh('rated')");
is(query("SELECT source, response_id FROM rated.kpi_followup WHERE ticket_id IN ('12', '14') ORDER BY response_id"),
	"ticket|12\nsurvey|14a\nsurvey|14b", 'an answer that moves between ticket and survey counts once');

# ---------------------------------------------------------------- rows that outlive the mart

# Targets of KPIs and dimensions that a mart no longer has stay without effect; others still work.
query("SELECT kpi_drop('rated', false); ALTER TABLE rated ADD own text; UPDATE rated SET own = 'x' WHERE ticket_id < 0;
	SELECT kpi_build('rated', 'rated', 'UTC', surveys => 'sent', dimensions => '{own}');
	INSERT INTO rated.kpi_target (kpi, segment, direction, target, owner) VALUES ('survey_response_pct', '{}', 'up',
		99, 'kept'),
		('unresolved', '{}', 'down', 0, 'kept'), ('unresolved', '{\"own\": \"x\"}', 'down', 0, 'kept')");
is(query("SELECT kpi_refresh('rated') \\g /dev/null
	SELECT kpi, segment FROM rated.kpi_alerts"), 'unresolved|{}',
		'an alert of a count of all, none of a segment without tickets');
my $kept = query("SELECT * FROM rated.kpi_target ORDER BY kpi, segment; SELECT * FROM rated.kpi_followup
	ORDER BY followup; TABLE rated.kpi_alerts");
my $constraints = "SELECT conname, replace(pg_get_constraintdef(oid), ' NOT VALID', '') FROM pg_constraint
	WHERE conrelid = 'rated.kpi_target'::regclass ORDER BY conname";
my $constrained = query($constraints);
query("ALTER TABLE rated.kpi_target DROP CONSTRAINT kpi_of_this_mart, DROP CONSTRAINT segment_of_this_kpi,
	ADD CONSTRAINT segment_of_this_kpi CHECK (true); SELECT kpi_upgrade('rated')");
is(query($constraints), $constrained, 'kpi_upgrade renews the constraints of targets');
is(query("SELECT * FROM rated.kpi_target ORDER BY kpi, segment; SELECT * FROM rated.kpi_followup
	ORDER BY followup; TABLE rated.kpi_alerts"), $kept,
	'and keeps the rows');
query("SELECT kpi_drop('rated'); SELECT kpi_build('rated', 'rated', 'UTC', dimensions => '{account_id}')");
is(query("SELECT * FROM rated.kpi_target ORDER BY kpi, segment; SELECT * FROM rated.kpi_followup
	ORDER BY followup; TABLE rated.kpi_alerts"), $kept,
	'kpi_drop and kpi_build keep the rows of targets that the mart does not have any more');
like(error("INSERT INTO rated.kpi_target (kpi, direction, target, valid_from) VALUES ('survey_response_pct', 'up',
	99, '2020-01-01')"),
	qr/kpi_of_this_mart/, 'but take no new ones');
like(error("INSERT INTO rated.kpi_target (kpi, segment, direction, target, valid_from) VALUES ('unresolved',
	'{\"own\": \"x\"}', 'up', 99, '2020-01-01')"),
	qr/segment_of_this_kpi/, 'nor for a column that is no dimension any more');
is(query("SELECT kpi_refresh('rated') \\g /dev/null
	SELECT kpi, segment, closed_at IS NULL FROM rated.kpi_alerts"), 'unresolved|{}|t',
		'which is not judged by all tickets');

# ---------------------------------------------------------------- day by day

# Eight channels stay at their target of 80 % for 120 days, eight others drop by 10 points
# for 30 days.  The answers look random, but are the same in each run.
query(<<'SQL');
CREATE TABLE flow AS
SELECT c * 100000 + d * 100 + n AS ticket_id, created_at, created_at + interval '1 hour' AS resolved_at,
	timestamptz '2020-01-01 UTC' AS loaded_at,
	CASE WHEN c <= 8 THEN 'steady ' ELSE 'drops ' END || c AS channel,
	CASE WHEN (hashtextextended('flow', c * 100000 + d * 100 + n) & 1048575) / 1048576.0
		< CASE WHEN c > 8 AND d >= 60 AND d < 90 THEN 0.7 ELSE 0.8 END THEN 5 ELSE 1 END AS csat_score
FROM generate_series(1, 16) AS c, generate_series(0, 119) AS d, generate_series(1, 30) AS n,
	LATERAL (SELECT timestamptz '2026-01-01 10:00 UTC' + d * interval '1 day') AS t (created_at);
INSERT INTO flow (ticket_id, created_at, loaded_at) VALUES (0, '2025-12-31 10:00 UTC', now());
SELECT start_clock('flow', 'flow');
INSERT INTO flow.kpi_target (kpi, segment, direction, target) SELECT DISTINCT 'csat_pct',
	jsonb_build_object('channel', channel), 'up'::kpi_direction, 80
FROM flow WHERE channel IS NOT NULL;
CREATE PROCEDURE pass(days integer[]) LANGUAGE plpgsql AS $$
DECLARE
	day integer;
BEGIN
	FOREACH day IN ARRAY days LOOP
		PERFORM set_clock('flow', day);
		PERFORM kpi_refresh('flow');
		COMMIT;
	END LOOP;
END $$;
SQL
# each day after the drop, and each third day otherwise
query("CALL pass('{" . join(',', map({ 3 * $_ } 1 .. 20), 61 .. 75, map({ 3 * $_ } 26 .. 40)) . "}')");
my $days = "extract(day FROM opened_at - '2026-03-02 UTC')";
my $found = query("SELECT count(DISTINCT segment) FROM flow.kpi_alerts WHERE segment ->> 'channel' LIKE 'drops%'
	AND $days BETWEEN 0 AND 14");
cmp_ok($found, '>=', 7, "$found of 8 drops by 10 points are found within 14 days");
my $false = query("SELECT count(*) FROM flow.kpi_alerts WHERE segment ->> 'channel' LIKE 'steady%' OR $days < 0");
cmp_ok($false, '<=', 2, "$false false alerts in 8 steady segments");
is(query("SELECT count(*) FROM flow.kpi_alerts WHERE closed_at < '2026-04-01 UTC' AND $days > 0"), 0,
	'no alert closes while the miss lasts');
cmp_ok(query("SELECT count(*) FROM flow.kpi_alerts WHERE closed_at > '2026-04-01 UTC'"), '>=', 6,
	'and most have closed 30 days after it');

# ---------------------------------------------------------------- no days to judge

query("CREATE TABLE nothing (ticket_id int, created_at timestamptz, resolved_at timestamptz, csat_score int);
	SELECT kpi_build('nothing', 'nothing', 'UTC');
	INSERT INTO nothing.kpi_target (kpi, direction, target, valid_from) VALUES ('csat_pct', 'up', 80, '-infinity'),
		('nps', 'up', 80, current_date),
		('tickets', 'up', 1, '-infinity'), ('overdue_tickets', 'down', 0, '-infinity')");
is(error("SET statement_timeout = '60s'; SELECT kpi_refresh('nothing')"), 'no error',
	'a refresh of a mart without tickets');
query("INSERT INTO nothing VALUES (1, now(), NULL, 1)");
is(error("SET statement_timeout = '60s'; SELECT kpi_refresh('nothing')"), 'no error', 'or with tickets of today only');
is(query('SELECT count(*) FROM nothing.kpi_alerts'), 0, 'opens no alerts');

$node->stop;
done_testing();
