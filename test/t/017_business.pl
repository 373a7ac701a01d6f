# The views over agents' time, surveys, costs, subscriptions, the help centre and
# customers: small relations whose figures were worked out by hand, and larger ones
# against plain SQL.

use strict;
use warnings;

use File::Basename;
use lib dirname(__FILE__);
use AdapterContract;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = adapter_node('business');

sub query
{
	my ($sql) = @_;
	return $node->safe_psql('postgres', "SET search_path = shop, lib;\n$sql", extra_params => [ '-U', 'analyst' ]);
}

query(<<'SQL');
CREATE SCHEMA shop;
-- Customer k writes thrice: again after 6 days on another channel, and after 8 days more.
CREATE TABLE tickets (ticket_id text, created_at timestamptz, first_response_at timestamptz, resolved_at timestamptz, customer_id text, channel text, priority text, agent_id text,
	transferred boolean, self_service boolean, bot_handled boolean, bot_resolved boolean, bot_escalated boolean, bot_escalation_right boolean, sla_resolution interval, qa_points float8, qa_possible float8);
INSERT INTO tickets VALUES
	('1', '2025-03-03 09:00+01', '2025-03-03 10:00+01', '2025-03-03 12:00+01', 'k', 'chat', 'normal', 'ann', false, false, true, true, false, NULL, '4 hours', 8, 10),
	('2', '2025-03-09 09:00+01', '2025-03-09 10:00+01', '2025-03-10 09:00+01', 'k', 'phone', 'urgent', 'ann', true, false, true, false, true, true, '4 hours', NULL, NULL),
	('3', '2025-03-17 10:00+01', NULL, NULL, 'k', 'phone', 'normal', 'bob', false, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('4', '2025-03-03 11:00+01', '2025-03-03 11:30+01', '2025-03-03 15:00+01', 'l', 'chat', 'normal', 'ann', NULL, true, NULL, NULL, NULL, NULL, '4 hours', 9, 10);
CREATE TABLE surveys (response_id text, kind text, sent_at timestamptz, answered_at timestamptz, score int, ticket_id text, account_id text);
INSERT INTO surveys VALUES
	('s1', 'nps', '2025-03-04 09:00+01', '2025-03-05 09:00+01', 9, '1', NULL), ('s2', 'nps', '2025-03-04 09:00+01', '2025-03-06 09:00+01', 3, '4', NULL),
	('s3', 'csat', '2025-03-04 09:00+01', '2025-03-04 10:00+01', 2, '1', NULL), ('s4', 'csat', '2025-03-04 09:00+01', NULL, NULL, '2', NULL);
-- Ann is scheduled from 9 to 17, works from 9:30 to 17:30, is busy for 4 of the hours, which
-- were booked twice, and waits for 1; Bob works across midnight and is paid for it.
CREATE TABLE work_time (agent_id text, started_at timestamptz, ended_at timestamptz, state text);
INSERT INTO work_time VALUES
	('ann', '2025-03-03 09:00+01', '2025-03-03 17:00+01', 'scheduled'), ('ann', '2025-03-03 09:00+01', '2025-03-03 17:00+01', 'paid'), ('ann', '2025-03-03 09:30+01', '2025-03-03 17:30+01', 'working'),
	('ann', '2025-03-03 10:00+01', '2025-03-03 13:00+01', 'busy'), ('ann', '2025-03-03 12:00+01', '2025-03-03 14:00+01', 'busy'), ('ann', '2025-03-03 15:00+01', '2025-03-03 16:00+01', 'waiting'),
	('bob', '2025-03-03 22:00+01', '2025-03-04 03:00+01', 'busy'), ('bob', '2025-03-03 22:00+01', '2025-03-04 03:00+01', 'paid'), ('bob', '2025-03-05 03:00+01', '2025-03-05 02:00+01', 'busy');
-- At the start of March: k (100), l (50) and m (200, leaves on the 20th); n joins on the 5th, o on the 1st.  k moves to a plan of 150 on the 10th.
CREATE TABLE subscriptions (account_id text, starts_on date, ends_on date, mrr numeric, plan text, renewal_due_on date, renewed boolean, end_reason text);
INSERT INTO subscriptions VALUES
	('k', '2024-12-01', '2025-03-10', 100, 'small', '2025-03-10', true, NULL), ('k', '2025-03-10', NULL, 150, 'large', NULL, NULL, NULL), ('l', '2024-12-05', NULL, 50, 'small', '2025-04-30', NULL, NULL),
	('m', '2025-01-07', '2025-03-20', 200, 'large', '2025-03-20', false, 'price'), ('n', '2025-03-05', NULL, 70, 'small', NULL, NULL, NULL), ('o', '2025-03-01', NULL, 30, 'small', NULL, NULL, NULL), ('p', '2025-03-09', '2025-03-01', 9, 'small', NULL, NULL, NULL);
CREATE TABLE customer_events (account_id text, at timestamptz, event text, value float8);
INSERT INTO customer_events VALUES
	('n', '2025-04-03 09:00+02', 'onboarded', NULL), ('o', '2025-04-02 09:00+02', 'onboarded', NULL), ('k', '2025-03-08 09:00+01', 'outreach', 1), ('m', '2025-03-09 09:00+01', 'outreach', 0),
	('k', '2025-03-08 10:00+01', 'upsold', 50), ('m', '2025-03-15 10:00+01', 'payment_failed', NULL), ('m', '2025-03-16 10:00+01', 'payment_failed', NULL);
CREATE TABLE costs (month date, component text, channel text, amount numeric);
INSERT INTO costs VALUES ('2025-03-01', 'wages', 'chat', 100), ('2025-03-31', 'wages', 'phone', 60.5), ('2025-03-01', 'technology', NULL, 39.5), ('2025-04-01', 'wages', 'chat', 10);
CREATE TABLE help_sessions (session_id text, at timestamptz, article_id text, customer_id text, ticket_id text);
INSERT INTO help_sessions VALUES ('h1', '2025-03-03 08:00+01', 'reset', NULL, NULL), ('h2', '2025-03-04 08:00+01', 'reset', 'k', '1'), ('h3', '2025-03-09 23:30+01', 'invoice', NULL, NULL), ('h4', '2025-03-10 00:30+01', 'reset', NULL, NULL), ('h5', '2025-02-20 00:30+01', 'reset', NULL, NULL);
SELECT kpi_build('tickets', 'built', 'Europe/Berlin', surveys => 'surveys', work_time => 'work_time', subscriptions => 'subscriptions', customer_events => 'customer_events', costs => 'costs', help_sessions => 'help_sessions');
SQL

sub shows
{
	my ($sql, $expected, $title) = @_;
	return is(query("SET extra_float_digits = 0; $sql"), $expected, $title);
}

shows('SELECT day, agent_id, occupancy_pct, utilization_pct, adherence_pct, conformance_pct, shrinkage_pct, worked_total_seconds / 3600, resolved, resolved_per_hour, qa_score_pct FROM built.workforce_daily ORDER BY 1, 2',
"2025-03-03|ann|80|50|93.75|100|6.25|8|2|0.25|85\n2025-03-03|bob|100|100|||0|2|||\n2025-03-04|bob|100|100|||0|3|||", 'workforce_daily: overlaps count once, days end at midnight');
shows('SELECT week, kind, channel, nps, nps_n, csat_pct, csat_n, survey_response_pct, survey_response_n FROM built.survey_weekly ORDER BY 1, 2, 3',
	"2025-03-03|csat|chat||0|0|1|100|1\n2025-03-03|csat|phone||0||0|0|1\n2025-03-03|nps|chat|0|2||0|100|2", 'survey_weekly');
shows('SELECT month, component, channel, is_total, amount, tickets, cost_per_contact, deflected_contacts, cost_avoided, saved_revenue, return_on_retention_pct FROM built.cost_monthly ORDER BY 1, 2, 3, 4',
	"2025-03-01|technology||f|39.5|4|9.875|2|100||\n2025-03-01|wages|chat|f|100|2|50|2|100||\n2025-03-01|wages|phone|f|60.5|2|30.25|0|0||\n2025-03-01|||t|200|4|50|2|100|150|75\n2025-04-01|wages|chat|f|10||||||\n2025-04-01|||t|10||||||",
	'cost_monthly: one ticket by self-service and one by the bot cost what the others do');
shows("SELECT month, churn_hits, churn_n, retention_pct, gross_revenue_retention_pct, net_revenue_retention_pct, customers, monthly_revenue, joined, renewal_hits, renewal_n, onboarding_hits, onboarding_n, upsell_hits, upsell_n, outreach_success_pct, lifetime_revenue FROM built.lifecycle_monthly WHERE month = '2025-03-01'",
	'2025-03-01|1|3|66.6666666666667|42.8571428571429|57.1428571428571|3|350|2|1|2|1|2|1|3|50|350', 'lifecycle_monthly: who joins on the first was no customer, a change of plan is none of churn');
shows("SELECT month, end_reason, customers, share_pct FROM built.exit_reasons_monthly", '2025-03-01|price|1|100', 'exit_reasons_monthly');
shows('SELECT week, tickets, self_service_hits, self_service_n, sessions, deflection_pct, sessions_per_ticket FROM built.self_service_weekly ORDER BY 1',
	"2025-02-17||||1|100|\n2025-03-03|3|1|3|3|66.6666666666667|1\n2025-03-10|0|0|0|1|100|\n2025-03-17|1|0|1|||", 'self_service_weekly: a week of visits without tickets, too');
shows('SELECT article_id, sessions, deflection_hits FROM built.article_usage ORDER BY 1', "invoice|1|1\nreset|4|3", 'article_usage');
shows("SELECT week, channel, bot_resolution_pct, bot_escalation_pct, bot_escalation_accuracy_pct, bot_resolution_n FROM built.bot_weekly WHERE week = '2025-03-03' ORDER BY 2",
	"2025-03-03|chat|100|0||1\n2025-03-03|phone|0|100|100|1", 'bot_weekly');
shows('SELECT month, channel, contacts, repeat_contact_hits, repeat_contact_n, channel_switch_hits, channel_switch_n, context_transfer_pct FROM built.omnichannel ORDER BY 2',
	"2025-03-01|chat|2|0|2|0|0|\n2025-03-01|phone|2|1|2|1|1|0", 'omnichannel: in touch again after six days, not after eight');
shows('SELECT month, channel, customers, came_from_other_channel FROM built.channel_preference_monthly ORDER BY 2', "2025-03-01|chat|1|0\n2025-03-01|phone|1|0", 'channel_preference_monthly');

# Health: as of the 1st of April; the weights are the user's
query("UPDATE built.kpi_settings SET complete_until = '2025-04-01'; UPDATE built.kpi_health_weight SET weight = 0 WHERE signal NOT IN ('severity', 'unresolved', 'payment')");
shows("SELECT account_id, contacts, oldest_unresolved_days, payment_failures, round(severity_signal::numeric, 3), unresolved_signal, payment_signal, health_score, band, array_to_string(warnings, '; ') FROM built.customer_health WHERE account_id IN ('k', 'l', 'm') ORDER BY 1",
	# (66.667 * 10 + 50 * 10 + 100 * 15) / 35; (100 * 10 + 100 * 10) / 20; only payments are known of m
	"k|3|15|0|66.667|50|100|76.2|healthy|satisfied answers: 0 %; a ticket has been open for 15 days\nl|1|||100.000|100||100|healthy|\nm|0||2|||0|0|at risk|payments failed: 2",
	'customer_health: signals, the score by the weights, and reasons in words');
query("UPDATE built.kpi_health_weight SET weight = 1");
shows("SELECT account_id, contacts, contacts_normal, contacts_signal, unresolved_signal, health_score, band FROM built.customer_health WHERE account_id IN ('l', 'n', 'o') ORDER BY 1",
	# (0 + 100 + 100 + 100) / 4 of NPS, severity, SLA and unresolved; n and o are customers since March, of whom nothing has been heard
	"l|1|||100|75|healthy\nn|0|||||\no|0|||||", 'customer_health: nothing to go by is no good health');
query("UPDATE built.kpi_settings SET complete_until = '2025-06-10'");
shows("SELECT account_id, contacts, contacts_normal, contacts_signal FROM built.customer_health WHERE account_id IN ('k', 'l', 'o') ORDER BY 1", "k|1|0.5|75\nl|0|0.25|100\no|0||", 'only who wrote before has a normal');
query("UPDATE built.kpi_health_weight SET weight = 0");
shows('SELECT count(health_score), count(band) FROM built.customer_health', '0|0', 'without a score there is no band');
query("UPDATE built.kpi_settings SET complete_until = '2026-03-01'");

# Larger: who leaves by the score, and service beside renewals, against plain SQL over the views' own signals
my $columns = query("SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'built.customer_health_backtest'::regclass");
is($columns, 'band_from, band_to, customers, churn_pct, churn_low_pct, churn_high_pct', 'customer_health_backtest has n and interval');
query(<<'SQL');
CREATE TABLE many_tickets AS SELECT n::text AS ticket_id, at AS created_at, at + n % 40 * interval '1 hour' AS resolved_at, 'c' || n % 60 AS account_id, 'chat' AS channel, CASE WHEN n % 60 < 20 OR n % 7 = 0 THEN 'urgent' ELSE 'low' END AS priority,
	(1 + n % 5)::smallint AS csat_score, interval '20 hours' AS sla_resolution
	FROM generate_series(1, 6000) AS n, LATERAL (SELECT timestamptz '2024-01-01 00:00+00' + n * interval '2 hours') AS t (at);
CREATE TABLE many_subscriptions AS SELECT 'c' || n AS account_id, date '2024-01-01' AS starts_on, CASE WHEN n < 15 THEN date '2024-07-05' + n * 4 END AS ends_on, 100 + n AS mrr, date '2024-07-05' + n * 4 AS renewal_due_on, n >= 15 AS renewed FROM generate_series(0, 59) AS n;
SELECT kpi_build('many_tickets', 'many', 'Europe/Berlin', subscriptions => 'many_subscriptions');
UPDATE many.kpi_health_weight SET weight = CASE signal WHEN 'severity' THEN 1 ELSE 0 END;
SQL
# severity of the 90 days before 1 July and 1 October 2024; on 1 January 2025 those before count, too
shows("SELECT sum(customers), round(sum(customers * churn_pct / 100)) FROM many.customer_health_backtest",
	query("SELECT count(*), count(*) FILTER (WHERE ends_on < as_of + 90) FROM many_subscriptions, unnest('{2024-04-01,2024-07-01,2024-10-01,2025-01-01,2025-04-01,2025-07-01,2025-10-01,2026-01-01,2026-04-01,2026-07-01}'::date[]) AS as_of
		WHERE (ends_on IS NULL OR ends_on >= as_of) AND as_of <= now()::date - 90 AND EXISTS (SELECT FROM many_tickets WHERE created_at AT TIME ZONE 'Europe/Berlin' >= as_of - 90 AND created_at AT TIME ZONE 'Europe/Berlin' < as_of AND account_id = many_subscriptions.account_id)"),
	'customer_health_backtest: each customer at each quarter, and those who left');
cmp_ok(query("SELECT churn_pct FROM many.customer_health_backtest ORDER BY band_from LIMIT 1"), '>', query("SELECT churn_pct FROM many.customer_health_backtest ORDER BY band_from DESC LIMIT 1"), 'those with urgent tickets leave');
shows("SELECT outcome, n, round(mean_if_renewed::numeric, 9), round(mean_if_not::numeric, 9), round(correlation::numeric, 9) FROM many.service_and_revenue WHERE kpi = 'resolution_avg_hours' AND outcome = 'renewed'",
	query("SELECT 'renewed', count(*), round((avg(hours) FILTER (WHERE renewed))::numeric, 9), round((avg(hours) FILTER (WHERE NOT renewed))::numeric, 9), round(corr(hours, renewed::integer)::numeric, 9) FROM (
		SELECT u.account_id, u.renewed, avg(extract(epoch FROM t.resolved_at - t.created_at)::float8 / 3600) AS hours FROM many_subscriptions AS u JOIN many_tickets AS t USING (account_id)
		WHERE (t.resolved_at AT TIME ZONE 'Europe/Berlin')::date >= u.renewal_due_on - 90 AND (t.resolved_at AT TIME ZONE 'Europe/Berlin')::date < u.renewal_due_on GROUP BY 1, 2) AS q"),
	'service_and_revenue');

query("INSERT INTO many_subscriptions SELECT 'silent' || n, date '2024-01-01', NULL, 10, date '2024-08-01', true FROM generate_series(1, 40) AS n");
shows("SELECT n, round(mean_if_renewed::numeric, 9), round(mean_if_not::numeric, 9), round(correlation::numeric, 9) FROM many.service_and_revenue WHERE kpi = 'contacts' AND outcome = 'renewed'",
	query("SELECT count(*), round((avg(contacts) FILTER (WHERE renewed))::numeric, 9), round((avg(contacts) FILTER (WHERE NOT renewed))::numeric, 9), round(corr(contacts, renewed::integer)::numeric, 9) FROM (
		SELECT u.renewed, (SELECT count(*) FROM many_tickets AS t WHERE t.account_id = u.account_id AND (created_at AT TIME ZONE 'Europe/Berlin')::date >= u.renewal_due_on - 90 AND (created_at AT TIME ZONE 'Europe/Berlin')::date < u.renewal_due_on)::float8 AS contacts FROM many_subscriptions AS u) AS q"),
	'service_and_revenue: customers without contacts have 0 of them');

# What is impossible in a row is left out, and stops neither a refresh nor a view
sub views_of { return map { $_ => query("SELECT r::text FROM built.$_ AS r ORDER BY 1") } split /\n/, query("SELECT relname FROM pg_class WHERE relnamespace = 'built'::regnamespace AND relkind = 'v' AND relname NOT IN ('open_tickets', 'backlog_age')") }
query("SELECT kpi_refresh('built', true)");
my %before = views_of();
foreach my $case (
	# nothing of these rows counts
	(map { [ $_, '' ] } "work_time VALUES ('ann', '0002-01-01', '9998-01-01', 'busy'), ('ann', '-infinity', 'infinity', 'paid'), ('ann', '2025-03-03', '2025-06-03', 'busy'), ('bob', '2025-03-05 03:00', '2025-03-03 02:00', 'busy')",
		"costs VALUES ('infinity', 'wages', 'chat', 1), ('5874897-12-31', 'wages', 'chat', 1), ('4713-12-01 BC', 'wages', 'chat', 1), (NULL, 'wages', 'chat', 1), ('2025-03-01', 'wages', 'chat', 'NaN'), ('2025-03-01', 'wages', 'chat', 1e31), ('2025-03-01', 'wages', 'chat', '-infinity')",
		"subscriptions VALUES ('x', '5874897-01-01', NULL, 1), ('x', '4000-01-01 BC', NULL, 1), ('x', 'infinity', NULL, 1), ('x', '2025-01-01', '-infinity', 1)", "subscriptions VALUES ('x', NULL, NULL, 1)",
		"customer_events VALUES (NULL, '2025-03-08', 'upsold', 1), ('k', NULL, 'upsold', 1)"),
	# all but the impossible value does
	[ "customer_events VALUES ('k', '2025-03-08', 'priced', 'NaN'), ('k', '2025-03-08', 'priced', 'infinity'), ('k', '2025-03-08', 'priced', 1e300)", '' ],
	[ "surveys VALUES ('s5', 'csat', '2025-03-04 09:00+01', '2025-03-04 10:00+01', 100000, '1')", 'survey_weekly,executive_monthly,team_weekly' ],
	[ "subscriptions VALUES ('x', '2025-03-05', 'infinity', 'NaN', NULL, 'infinity', true), ('y', '2025-03-05', '5874897-12-31', 1e31, NULL, '-infinity', true)", 'lifecycle_monthly,customer_health' ],
	[ "costs VALUES ('2025-03-01', NULL, NULL, 7)", 'cost_monthly' ])
{
	my ($rows, $changed) = @$case;
	my ($table) = $rows =~ /^(\w+)/;
	query("CREATE TABLE kept AS TABLE $table; INSERT INTO $rows; SELECT kpi_refresh('built', true)");
	my %after = views_of();
	is(join(',', grep { $before{$_} ne $after{$_} } sort keys %before), join(',', sort split /,/, $changed), "views that change by $rows");
	shows("SELECT survey_response_hits, csat_n, csat_pct FROM built.survey_weekly WHERE kind = 'csat' AND channel = 'chat'", '2|1|0', 'an answer without a score') if $table eq 'surveys';
	shows("SELECT joined, customers, monthly_revenue FROM built.lifecycle_monthly WHERE month IN ('2025-03-01', '2025-04-01') ORDER BY month", "4|3|350\n0|6|300", 'customers without revenue') if $changed =~ /^lifecycle/;
	shows("SELECT component, channel, is_total, amount FROM built.cost_monthly WHERE month = '2025-03-01' AND component IS NULL ORDER BY is_total", "||f|7\n||t|207", 'a cost of no component is one of the total') if $changed =~ /^cost/;
	query("TRUNCATE $table; INSERT INTO $table TABLE kept; DROP TABLE kept");
}
query("UPDATE tickets SET bot_handled = true, bot_resolved = true WHERE ticket_id = '4'; SELECT kpi_refresh('built', true)");
shows("SELECT e.self_service_hits, e.bot_resolution_hits, e.deflected_contacts, c.deflected_contacts, c.cost_avoided FROM built.executive_monthly AS e JOIN built.cost_monthly AS c USING (month) WHERE month = '2025-03-01' AND c.is_total", '1|2|2|2|100', 'a contact by self-service and the bot is deflected once');

# A relation that is not given makes no view, and kpi_drop leaves nothing behind
query("SELECT kpi_build('tickets', 'plain', 'Europe/Berlin')");
is(query("SELECT count(*) FROM pg_class WHERE relnamespace = 'plain'::regnamespace AND relname ~ '^(workforce|survey_|cost_|lifecycle|exit_|article)'"), 0, 'no view without its relation');
is(query("SELECT count(*) FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = 'built'::regnamespace AND c.relkind = 'v' AND a.attnum > 0 AND (col_description(c.oid, a.attnum) IS NULL OR col_description(c.oid, a.attnum) ~ '^column .* of the tickets\$')"), 0,
	'every column of a view has a comment');
query("SELECT kpi_drop('plain'), kpi_drop('built', keep_user_rows => false), kpi_drop('many', keep_user_rows => false)");
is(query("SELECT count(*) FROM pg_namespace WHERE nspname IN ('plain', 'built', 'many')"), 0, 'kpi_drop');

$node->stop;
done_testing();
