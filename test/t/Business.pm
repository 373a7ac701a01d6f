package Business;

# A support business with every relation that a mart reads, and plain SQL for some of
# its KPIs: what the test of the scorecard compares with.

use strict;
use warnings;

use Exporter 'import';

our @EXPORT = qw(business building);

# The SQL that makes the tables of 15 months until March 2024, and two functions:
#
# answers(kind, since, until, chosen) gives the scores of a kind that count in the
# period, each once, and plain(kpi, since, until, chosen) the value and n of a KPI.
# "chosen" has columns with values, as the segment of a scorecard.
sub business
{
	return <<'SQL';
SET timezone = 'UTC';
-- a number from 0 to 1 that looks random, but is the same in each run
CREATE FUNCTION draw(what text, n bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN ((hashtextextended(what, n) & 1048575) / 1048576::double precision);
CREATE FUNCTION pick(what text, n bigint, choices text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN choices[1 + floor(draw(what, n) * cardinality(choices))];

CREATE TABLE tickets AS
SELECT n AS ticket_id, created_at,
	CASE WHEN draw('answered', n) < 0.9 THEN created_at + draw('response',
		n) ^ 3 * interval '30 hours' END AS first_response_at,
	CASE WHEN draw('solved', n) < 0.8 THEN created_at + draw('resolution',
		n) ^ 2 * interval '9 days' END AS resolved_at,
	pick('team', n, '{north,south,NULL}') AS team, pick('channel', n, '{mail,chat,phone}') AS channel,
	pick('category', n, '{bill,bug,NULL}') AS category, pick('priority', n, '{high,low}') AS priority,
	pick('tier', n, '{gold,silver}') AS customer_tier, pick('account', n, '{c1,c2,c3,NULL}') AS account_id,
	pick('customer', n, '{u1,u2,u3,u4,u5,u6}') AS customer_id, pick('agent', n, '{a1,a2,a3,NULL}') AS agent_id,
	pick('responder', n, '{a1,a2,a4,NULL,NULL}') AS first_responder_id, pick('region', n, '{emea,apac,NULL}') AS region,
	CASE WHEN draw('merged', n) < 0.05 THEN n - 1 END AS merged_into,
	CASE WHEN draw('contacts', n) < 0.9 THEN 1 + floor(draw('contacts', -n) * 3)::bigint END AS contacts,
	floor(draw('reopens', n) * 1.5)::bigint AS reopens,
	CASE WHEN draw('rated', n) < 0.3 THEN 1 + floor(sqrt(draw('csat', n)) * 5)::int END AS csat_score,
	CASE WHEN draw('nps', n) < 0.2 THEN floor(sqrt(draw('nps', -n)) * 11)::int END AS nps_score,
	CASE WHEN draw('ces', n) < 0.2 THEN 1 + floor(draw('ces', -n) * 7)::int END AS ces_score,
	draw('escalated', n) < 0.2 AS escalated, draw('transferred', n) < 0.3 AS transferred, draw('abandoned',
		n) < 0.1 AS abandoned,
	draw('handle', n) * interval '40 min' AS handle_time, draw('wait', n) * interval '9 min' AS wait_time,
	round(draw('cost', n)::numeric * 20, 2) AS cost, floor(draw('qa', n) * 11) AS qa_points,
		10.0::double precision AS qa_possible,
	draw('mood', n) * 2 - 1 AS sentiment, interval '4 hours' AS sla_response,
	CASE WHEN draw('target', n) < 0.9 THEN interval '3 days' END AS sla_resolution,
	draw('bot', n) < 0.4 AS bot_handled, draw('bot', n) < 0.1 AS bot_resolved, draw('bot', n) > 0.1 AS bot_escalated,
	draw('bot', n) < 0.3 AS bot_escalation_right, draw('accepted', n) < 0.5 AS bot_accepted, draw('alone',
		n) < 0.1 AS self_service
FROM generate_series(1, 4000) AS n,
	LATERAL (SELECT timestamptz '2023-01-01 12:00 UTC' + draw('created', n) * interval '455 days') AS c (created_at);
UPDATE tickets SET team = nullif(team, 'NULL'), category = nullif(category, 'NULL'), account_id = nullif(account_id,
	'NULL'),
	agent_id = nullif(agent_id, 'NULL'), first_responder_id = nullif(first_responder_id, 'NULL'),
		region = nullif(region, 'NULL');

-- every third survey is about no ticket; others are about tickets that often have a score of their own
CREATE TABLE surveys AS
SELECT 'r' || n AS response_id, pick('kind', n, '{csat,nps,ces}') AS kind, sent_at,
	CASE WHEN draw('answer', n) < 0.6 THEN sent_at + draw('answer', -n) * interval '4 days' END AS answered_at,
	NULL::int AS score, CASE WHEN n % 3 <> 0 THEN 1 + floor(draw('about', n) * 4000)::bigint END AS ticket_id,
	nullif(pick('survey channel', n, '{mail,chat,NULL}'), 'NULL') AS channel,
	nullif(pick('survey account', n, '{c1,c2,NULL,NULL}'), 'NULL') AS account_id,
	nullif(pick('survey agent', n, '{a1,a4,NULL,NULL}'), 'NULL') AS agent_id
FROM generate_series(1, 2500) AS n,
	LATERAL (SELECT timestamptz '2023-01-01 12:00 UTC' + draw('sent', n) * interval '450 days') AS s (sent_at);
UPDATE surveys SET score = CASE kind WHEN 'nps' THEN floor(sqrt(draw(response_id, 1)) * 11)
	WHEN 'csat' THEN 1 + floor(sqrt(draw(response_id, 1)) * 5) ELSE 1 + floor(draw(response_id, 1) * 7) END
WHERE answered_at IS NOT NULL;

CREATE TABLE work_time AS
SELECT agent AS agent_id, day + start AS started_at, day + start + length AS ended_at, state
FROM unnest('{a1,a2,a5}'::text[]) WITH ORDINALITY AS a (agent, n),
	generate_series(timestamptz '2023-01-02 UTC', '2024-03-30 UTC', '1 day') AS day,
	LATERAL (VALUES ('scheduled', interval '9 hours', interval '8 hours'), ('paid', interval '8.5 hours',
		interval '9 hours'),
		('working', interval '8 hours' + draw('start' || day, n) * interval '3 hours', draw('length' || day,
			n) * interval '9 hours'),
		('busy', interval '8 hours' + draw('start' || day, n) * interval '3 hours', draw('length' || day,
			n) * interval '5 hours')
	) AS s (state, start, length);
CREATE TABLE subscriptions AS
SELECT 'c' || n AS account_id, date '2022-06-01' + n * 11 AS starts_on,
	CASE WHEN n % 3 = 0 THEN date '2023-03-01' + n * 13 END AS ends_on, (100 + n % 7 * 10)::numeric AS mrr,
	date '2023-01-10' + n * 17 AS renewal_due_on, n % 4 > 0 AS renewed
FROM generate_series(1, 30) AS n;
CREATE TABLE customer_events AS
SELECT 'c' || 1 + floor(draw('who', n) * 30) AS account_id, timestamptz '2023-01-01 12:00 UTC' + draw('at',
	n) * interval '450 days' AS at,
	pick('event', n, '{onboarded,adopted,purchased,upsold,referred,outreach,chat_before_purchase,used}') AS event,
	floor(draw('value', n) * 3) AS value
FROM generate_series(1, 900) AS n;
CREATE TABLE costs AS
SELECT month::date AS month, component, channel, (1000 + draw(component || month, 1) * 500)::numeric(12, 2) AS amount
FROM generate_series(timestamp '2023-01-01', '2024-03-01', '1 month') AS month,
	(VALUES ('wages', 'mail'), ('technology', NULL)) AS c (component, channel);
CREATE TABLE help_sessions AS
SELECT 's' || n / 2 AS session_id, 'article' || n % 5 AS article_id, 'u' || n % 9 AS customer_id,
	timestamptz '2023-01-01 12:00 UTC' + n * interval '7 hours' AS at, NULL::bigint AS ticket_id
FROM generate_series(1, 1500) AS n;

CREATE FUNCTION is_chosen(given jsonb, chosen jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN jsonb_strip_nulls(given) @> chosen;
CREATE FUNCTION answers(asked text, since date, until date, chosen jsonb) RETURNS SETOF int LANGUAGE sql STABLE AS $$
	SELECT CASE asked WHEN 'csat' THEN csat_score WHEN 'nps' THEN nps_score ELSE ces_score END
	FROM tickets AS t
	WHERE merged_into IS NULL AND (coalesce(resolved_at, created_at) AT TIME ZONE 'Europe/Berlin')::date >= since
	AND (coalesce(resolved_at, created_at) AT TIME ZONE 'Europe/Berlin')::date < until AND is_chosen(to_jsonb(t),
		chosen)
	UNION ALL
	SELECT score FROM surveys AS s LEFT JOIN tickets AS t USING (ticket_id)
	WHERE kind = asked AND (answered_at AT TIME ZONE 'Europe/Berlin')::date >= since
	AND (answered_at AT TIME ZONE 'Europe/Berlin')::date < until
	AND NOT (t.ticket_id IS NOT NULL AND t.merged_into IS NULL
		AND CASE asked WHEN 'csat' THEN t.csat_score WHEN 'nps' THEN t.nps_score ELSE t.ces_score END IS NOT NULL)
	AND is_chosen(coalesce(to_jsonb(t), '{}') || jsonb_strip_nulls(jsonb_build_object(
		'channel', s.channel, 'account_id', s.account_id, 'agent_id', s.agent_id)), chosen);
$$;
-- the numbers of tickets, each with the day on which it counts
CREATE VIEW counted AS
SELECT 'tickets' AS kpi, created_at AS at, 1::double precision AS number, to_jsonb(t) AS given FROM tickets AS t
	WHERE merged_into IS NULL
UNION ALL
SELECT 'resolved', resolved_at, 1, to_jsonb(t) FROM tickets AS t WHERE merged_into IS NULL AND resolved_at IS NOT NULL
UNION ALL
SELECT 'fcr_pct', resolved_at, 100 * (contacts <= 1)::int, to_jsonb(t) FROM tickets AS t
WHERE merged_into IS NULL AND resolved_at IS NOT NULL AND contacts IS NOT NULL
UNION ALL
SELECT 'sla_resolution_pct', CASE WHEN met THEN resolved_at ELSE created_at + sla_resolution + interval '1 us' END,
	100 * met::int, to_jsonb(t)
FROM tickets AS t, LATERAL (SELECT coalesce(resolved_at <= created_at + sla_resolution, false)) AS v (met)
WHERE merged_into IS NULL AND sla_resolution IS NOT NULL
UNION ALL
SELECT 'response_median_seconds', first_response_at, extract(epoch
	FROM first_response_at - created_at)::double precision,
	to_jsonb(t) || jsonb_build_object('agent_id', coalesce(first_responder_id, agent_id))
FROM tickets AS t WHERE merged_into IS NULL AND first_response_at IS NOT NULL
UNION ALL
SELECT 'survey_response_pct', sent_at, 100 * (answered_at IS NOT NULL)::int, coalesce(to_jsonb(t), '{}')
	|| jsonb_strip_nulls(jsonb_build_object('channel', s.channel, 'account_id', s.account_id, 'agent_id', s.agent_id))
FROM surveys AS s LEFT JOIN tickets AS t USING (ticket_id);
CREATE FUNCTION plain(asked text, since date, until date, chosen jsonb, OUT value double precision,
	OUT n bigint) LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN asked IN ('tickets', 'resolved') THEN sum(number)
		WHEN asked = 'response_median_seconds' THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY number)
			ELSE avg(number) END, count(*)
	FROM counted
	WHERE kpi = asked AND (at AT TIME ZONE 'Europe/Berlin')::date >= since
		AND (at AT TIME ZONE 'Europe/Berlin')::date < until
	AND is_chosen(given, chosen) AND asked NOT IN ('csat_pct', 'adherence_pct')
	HAVING asked NOT IN ('csat_pct', 'adherence_pct')
	UNION ALL
	SELECT avg(100 * (score >= 4)::int), count(score) FROM answers('csat', since, until,
		chosen) AS score HAVING asked = 'csat_pct'
	UNION ALL
	SELECT 100 * sum(extract(epoch FROM least(w.ended_at, s.ended_at) - greatest(w.started_at, s.started_at)))
			FILTER (WHERE w.started_at < s.ended_at AND w.ended_at > s.started_at)
		/ sum(extract(epoch FROM s.ended_at - s.started_at)), count(*)
	FROM work_time AS s JOIN work_time AS w ON w.agent_id = s.agent_id AND w.started_at::date = s.started_at::date
		AND w.state = 'working'
	WHERE s.state = 'scheduled' AND s.started_at::date >= since AND s.started_at::date < until
		AND s.agent_id = coalesce(chosen ->> 'agent_id', s.agent_id)
	HAVING asked = 'adherence_pct';
$$;
SQL
}

# A statement that builds the mart of it.
sub building
{
	return q{SELECT count(*) FROM kpi_build('tickets', 'mart', 'Europe/Berlin', surveys => 'surveys',
		work_time => 'work_time', subscriptions => 'subscriptions', customer_events => 'customer_events', costs => 'costs',
		help_sessions => 'help_sessions', dimensions => '{team,channel,region}');};
}

1;
