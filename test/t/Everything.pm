package Everything;

# All that the extensions store, in one database: what the tests of dumps, replication and upgrades carry over.

use strict;
use warnings;

use Business;
use Exporter 'import';

use Test::More;

our @EXPORT = qw(everything change_everything ask_everything has_everything goes_on unmark_columns);

# The SQL that makes the schema "all", with search_path = all, lib: columns of every type, KPIs of the user, and the
# mart "whole" of all relations, with an own measure, targets, a policy and alerts.
sub everything
{
	return qq(CREATE SCHEMA "all";\n) . business() . <<'SQL';
DELETE FROM tickets WHERE ticket_id > 600;
DELETE FROM surveys WHERE ticket_id > 600;
DELETE FROM customer_events WHERE draw('kept', hashtext(account_id || at)) > 0.3;
ALTER TABLE tickets ADD PRIMARY KEY (ticket_id);
ALTER TABLE surveys ADD PRIMARY KEY (response_id);
CREATE TABLE messages AS
SELECT ticket_id, created_at + k * interval '50 minutes' AS at,
	CASE WHEN k % 3 = 1 THEN 'agent' ELSE 'customer' END AS author, agent_id AS author_id,
	(ARRAY['This is kaputt', 'Thank you so much!', 'größer, but not good'])[1 + (ticket_id + k) % 3] AS body
FROM tickets, generate_series(0, 3) AS k WHERE ticket_id % 2 = 0;
CREATE TABLE status_changes AS
SELECT ticket_id, created_at + k * interval '3 hours' AS at, (ARRAY['open', 'pending', 'open', 'solved'])[k] AS status,
	'agent' AS changed_by
FROM tickets, generate_series(1, 4) AS k WHERE ticket_id % 3 = 0;
CREATE TABLE sla_targets AS
SELECT ticket_id, 'next_response' AS metric, interval '2 hours' AS target FROM tickets WHERE ticket_id % 4 = 0;

CREATE TABLE every_type AS
SELECT rows, scores_agg(i % 11) AS s, rate_agg(i % 3 = 0) AS r, ratio_agg(i::numeric / 100, 3) AS q,
	trend_agg(i % 7, timestamptz '2026-01-01 UTC' + i * interval '7 min') AS t,
	durations_agg(make_interval(secs => (hashint4(i)::bigint & 2147483647) / 1000.0)) AS d,
	'Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; 2026-12-24-2027-01-01 off'::business_hours AS h,
	'english; "down again":-0.8, größer:0.1, -cancel'::sentiment_lexicon AS w
FROM unnest(ARRAY[1, 100, 2000, 100000]) AS rows, generate_series(1, rows) AS i GROUP BY rows
UNION ALL SELECT -1, NULL, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL SELECT 0, '{}', '0/0', '0/0/0', '0/0/0/0/0/0', '{}', 'UTC; 24/7', 'none';
ALTER TABLE every_type ADD PRIMARY KEY (rows);
CREATE INDEX every_hash ON every_type USING hash (d);
CREATE INDEX every_lexicon ON every_type (w);

SELECT kpi_define('smile', 'scores', 'Mean of the smiles.', answer => 'score_avg', aliases => '{grin}', schema => 'all');
SELECT kpi_define('pace', 'durations', 'Median pace.', schema => 'all');
SELECT kpi_define('hits', 'rate', 'Share of hits.', schema => 'all');
SELECT kpi_define('spend', 'ratio', 'Spent per planned.', better => 'range', schema => 'all');
SELECT count(*) FROM kpi_build('tickets', 'whole', 'Europe/Berlin', surveys => 'surveys', messages => 'messages',
	status_changes => 'status_changes', sla_targets => 'sla_targets', work_time => 'work_time',
	subscriptions => 'subscriptions', customer_events => 'customer_events', costs => 'costs',
	help_sessions => 'help_sessions', dimensions => '{team,channel,region}', track => 'triggers', lag => '0',
	hours => 'Europe/Berlin; Mo-Fr 09:00-17:00; Dec 25 off', lexicon => 'english; kaputt:-0.7, größer:0.2');
SELECT kpi_measure('whole', 'first_week_rate', 'rate', 'resolved_at < created_at + interval ''7 days''', 'outcome_day');
INSERT INTO whole.kpi_target (kpi, direction, target) VALUES ('fcr_pct', 'up', 95), ('overdue_tickets', 'down', 0),
	('csat_pct', 'up', 99);
INSERT INTO whole.kpi_sla_policy (priority, sla_resolution, hours)
VALUES ('high', '5 hours', 'America/New_York; Mo-Su 22:00-06:00');
SELECT rows > 0 FROM kpi_refresh('whole', "full" => true);
SQL
}

# Changes rows of every relation; a new seed changes others.
sub change_everything
{
	my ($seed) = @_;
	return <<"SQL";
UPDATE tickets SET resolved_at = created_at + interval '$seed days', csat_score = 1 + $seed % 5, team = NULL
WHERE ticket_id % 17 = $seed % 17;
DELETE FROM tickets WHERE ticket_id % 97 = $seed;
INSERT INTO tickets (ticket_id, created_at, team)
SELECT $seed * 1000 + n, timestamptz '2024-03-01' + n * interval '1 day', 'new' FROM generate_series(1, 9) AS n;
UPDATE surveys SET score = 1 WHERE hashtext(response_id) % 17 = $seed % 17 AND score IS NOT NULL;
INSERT INTO messages SELECT ticket_id, created_at + interval '$seed min', 'customer', NULL, 'This is kaputt'
FROM tickets WHERE ticket_id % 19 = $seed % 19;
DELETE FROM status_changes WHERE ticket_id % 31 = $seed;
UPDATE sla_targets SET target = '$seed hours' WHERE ticket_id % 23 = $seed % 23;
UPDATE work_time SET ended_at = ended_at + interval '$seed min' WHERE hashtext(agent_id || started_at) % 29 = $seed;
UPDATE subscriptions SET mrr = mrr + $seed WHERE account_id = 'c$seed';
UPDATE costs SET amount = amount + $seed WHERE month = '2024-01-01';
DELETE FROM customer_events WHERE hashtext(account_id || at) % 37 = $seed;
DELETE FROM help_sessions WHERE hashtext(session_id || at) % 41 = $seed;
SQL
}

# What must be the same in each copy, by name.
my %question = (
	'text and bytes' => 'SELECT rows, s, r, q, t, md5(d::text), h, w,
		kpi_scores_send(s), kpi_rate_send(r), kpi_ratio_send(q), kpi_trend_send(t),
		md5(kpi_durations_send(d)), business_hours_send(h), sentiment_lexicon_send(w)
		FROM every_type ORDER BY rows',
	'answers' => 'SELECT nps(rollup(s)), p90_response(rollup(d)), rate_pct(rollup(r)), ratio_pct(rollup(q)),
		trend_ci(rollup(t)), percentile_ci(rollup(d), 0.5) FROM every_type',
	'answers of calendars and lexicons' => q(SELECT business_time('2026-12-23 00:00+00'::timestamptz,
		'2026-12-28 00:00+00'::timestamptz, h), sentiment('größer, down again', w) FROM every_type ORDER BY rows),
	'what an index finds' => 'SET enable_seqscan = off; SELECT a.rows, c.rows FROM every_type AS a, every_type AS c
		WHERE a.d = (SELECT d FROM every_type AS b WHERE b.rows = 2000)
		AND c.w = (SELECT w FROM every_type AS b WHERE b.rows = 0)',
	'KPIs of the user' => 'SELECT smile(csat_score), pace(handle_time), hits(escalated), spend(cost, 1) FROM tickets',
	'catalogue' => 'SELECT * FROM kpi_catalogue ORDER BY built_in, name',
	'own measures' => 'SELECT * FROM whole.kpi_own_measure ORDER BY 1',
	'alerts' => 'SELECT * FROM whole.kpi_alerts ORDER BY alert',
	'targets' => 'SELECT * FROM whole.kpi_target ORDER BY kpi',
	'policies' => 'TABLE whole.kpi_sla_policy',
	'settings' => 'TABLE whole.kpi_settings',
	'state' => q(SELECT to_jsonb(s) - 'fingerprint' FROM whole.kpi_state AS s),
	'rows of the stored tables' => q(SELECT t.name, (xpath('/row/rows/text()', query_to_xml(format(
			'SELECT md5(string_agg(t::text, '''' ORDER BY t::text)) AS rows FROM whole.%I AS t', t.name),
			false, true, '')))[1]::text
		FROM whole.kpi_object AS t
		WHERE t.kind LIKE '%table%' AND t.name NOT IN ('kpi_state', 'kpi_object') ORDER BY 1),
	'rows of the views' => q(SELECT v.name, (xpath('/row/rows/text()', query_to_xml(format(
			'SELECT md5(string_agg(t::text, '''' ORDER BY t::text)) AS rows FROM whole.%I AS t', v.name),
			false, true, '')))[1]::text
		FROM whole.kpi_object AS v
		WHERE v.name IN ('executive_monthly', 'kpi_monthly', 'agent_daily', 'survey_weekly', 'workforce_daily',
			'lifecycle_monthly', 'cost_monthly', 'self_service_weekly', 'next_replies', 'customer_health',
			'time_in_status', 'kpi_coverage') ORDER BY 1),
	'scorecard' => q(SELECT * FROM kpi_scorecard('whole', '2023-06-01', '2024-01-01') AS s ORDER BY s::text),
	'what is recorded' => 'SELECT name, relation, kind, definition FROM whole.kpi_object ORDER BY position',
	'triggers' => q(SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE tgname LIKE 'kpi%' ORDER BY 1, 2),
	'version' => 'SELECT * FROM kpi_version()');

sub query
{
	my ($node, $database, $sql) = @_;
	return $node->safe_psql($database, qq(SET search_path = "all", lib; SET timezone = 'UTC';\n$sql));
}

# Returns the answers, by name.
sub ask_everything
{
	my ($node, $database) = @_;
	return { map { $_ => query($node, $database, $question{$_}) } keys %question };
}

# Checks that a copy gives the same answers.
sub has_everything
{
	my ($node, $database, $answers, $what) = @_;

	foreach my $name (sort keys %question)
	{
		isnt($answers->{$name}, '', "$what: there are $name");
		is(query($node, $database, $question{$name}), $answers->{$name}, "$what: same $name");
	}
	return;
}

# Checks that the mart of a copy, in which changes wait for a refresh, can be refreshed, also after more changes, and
# made again.
sub goes_on
{
	my ($node, $database, $what) = @_;
	my $verify = "SELECT * FROM kpi_verify('whole')";
	my $refresh = "SELECT rows > 0 FROM kpi_refresh('whole'); $verify";

	isnt(query($node, $database, $verify), '', "$what: changes wait");
	is(query($node, $database, $refresh), 't', "$what: what was changed before is refreshed");
	is(query($node, $database, change_everything(7) . $refresh), 't', "$what: and what is changed now");
	is(query($node, $database, "SELECT count(*) > 100 FROM kpi_upgrade('whole'); $verify"), 't', "$what: kpi_upgrade");
	is(query($node, $database, 'SELECT count(*) FROM whole.kpi_alerts; SELECT count(*) FROM whole.kpi_own_measure'),
		"3\n1", "$what: which keeps rows of the user");
	return;
}

# 15.20 marks every column with an option that the other majors accept since the releases of the same day.  An earlier
# release stops at it, which is not tested here.
sub unmark_columns
{
	my ($old, $new, $database) = @_;
	my $marked = "WHERE attoptions::text LIKE '{pg_attver=%}'";
	my ($unknown) = $new->psql('postgres',
		'CREATE TABLE marked (a integer); ALTER TABLE marked ALTER a SET (pg_attver = 1); DROP TABLE marked');

	$new->safe_psql('postgres', 'DROP TABLE IF EXISTS marked');
	return unless $unknown && $old->safe_psql($database, "SELECT count(*) FROM pg_attribute $marked") > 0;
	diag($new->name . ' is of before pg_attver: it gets columns without it');
	$old->safe_psql($database,
		"SET allow_system_table_mods = on; UPDATE pg_attribute SET attoptions = NULL $marked");
	return;
}

1;
