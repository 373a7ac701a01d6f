-- KPIs defined by a rule, checked by hand, by plain SQL and with published numbers.
SET search_path = kpi_test, public;
\set SHOW_CONTEXT never

-- service levels: 1000 calls answered, 860 in time, and 60 given up, 20 in time
CREATE TABLE calls AS
SELECT make_interval(secs => CASE WHEN k <= 860 OR k > 1040 THEN 20 ELSE 21 END) AS wait, k > 1000 AS abandoned
FROM generate_series(1, 1060) AS k;
SELECT count(*) FILTER (WHERE NOT abandoned) AS answered,
	   count(*) FILTER (WHERE NOT abandoned AND wait <= '20 s') AS in_time,
	   count(*) FILTER (WHERE abandoned) AS abandoned, count(*) FILTER (WHERE abandoned AND wait <= '20 s') AS early
FROM calls;
SELECT round(service_level(wait, '20 s', abandoned)::numeric, 1) AS "82.7",
	   round(service_level(wait, '20 s', abandoned, 'after_threshold')::numeric, 1) AS "82.7",
	   round(service_level(wait, '20 s', abandoned, 'all_offered')::numeric, 1) AS "81.1",
	   round(service_level(wait, '20 s', abandoned, 'answered_only')::numeric, 1) AS "86.0",
	   round(service_level(wait, '20 s', abandoned, 'credit_abandoned')::numeric, 1) AS "83.0",
	   -- the rule may come with the row
	   service_level(wait, '20 s', abandoned,
					 CASE WHEN abandoned THEN 'answered_only'::kpi_service_rule ELSE 'all_offered' END) AS "86"
FROM calls;
SELECT service_level(NULL, '20 s', false) AS "no wait", service_level('1 s', NULL, false) AS "no target",
	   service_level('1 s', '20 s', NULL) AS "neither answered nor not",
	   service_level('1 s', '20 s', false, NULL) AS "no rule", service_level('1 s', '20 s', true) AS "given up in time";
DROP TABLE calls;

-- targets
SELECT sla_rate(duration1, duration2)
		   = 100.0 * count(*) FILTER (WHERE duration1 <= duration2)
		   / count(*) FILTER (WHERE duration1 IS NOT NULL AND duration2 IS NOT NULL) AS sla
FROM facts;
SELECT sla_rate(actual, '1 hour') AS "50" FROM (VALUES (interval '1 hour'), ('01:00:00.000001'), (NULL)) AS v (actual);
-- customers who come back; without a next contact, the customer did not come back
SELECT recontact_rate(after, '7 days') AS "40"
FROM (VALUES (interval '0'), ('7 days'), ('7 days 00:00:00.000001'), ('8 days'), (NULL)) AS v (after);
SELECT recontact_rate('1 day', NULL) AS "no window";

-- first contact, rule by rule, with values on both sides of each condition
CREATE FUNCTION first_contacts(VARIADIC rules kpi_contact_rule[]) RETURNS TABLE (rule kpi_contact_rule, answers text)
LANGUAGE sql AS $$
	SELECT r, string_agg(coalesce(first_contact(
		r, solved, agent_replies => replies, agent_messages => replies, reopens => reopens,
		customer_replies => customer, teammates => teammates, closes => closes, was_pending => pending,
		time_to_close => time, next_contact_after => next)::text, '-'), ' ' ORDER BY n)
	FROM unnest(rules) AS r, (VALUES
		-- solved, replies, reopens, customer's replies, teammates, closes, pending, time to close, next contact
		(1, true, 0, 0, 0, 1, 1, false, interval '15 min', NULL::interval),
		(2, true, 1, 0, 1, 1, 2, false, '15 min 0.000001 s', '7 days'),
		(3, true, 2, 1, 2, 2, 1, true, '1 day', '7 days 0.000001 s'),
		(4, true, 1, 0, 0, 1, 1, true, '0', '0'),
		(5, false, 1, 0, 0, 1, 1, false, '1 min', NULL),
		(6, NULL, 1, 0, 0, 1, 1, false, '1 min', NULL),
		(7, true, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL))
		AS v (n, solved, replies, reopens, customer, teammates, closes, pending, time, next)
	GROUP BY r ORDER BY r
$$;
SELECT *
FROM first_contacts('zendesk', 'zendesk_messaging', 'fivetran', 'intercom', 'freshservice', 'freshdesk', 'zoho',
					'zammad', 'no_recontact');
DROP FUNCTION first_contacts;
SELECT first_contact(NULL, true, agent_replies => 1) AS "no rule", first_contact('zendesk') AS "nothing known",
	   first_contact('zendesk_messaging', true, agent_replies => 1, reopens => 0) AS "pending not known",
	   fcr_rate(first_contact('zendesk', solved => solved, agent_replies => big))
		   = 100.0 * count(*) FILTER (WHERE solved AND big < 2)
		   / count(*) FILTER (WHERE solved AND big IS NOT NULL) AS rate
FROM facts;
SELECT first_contact('fivetran', true, agent_messages => -1);
-- an opening message of the agent counts for one rule only
SELECT first_contact('fivetran', true, agent_replies => 0, agent_messages => 1) AS "true",
	   first_contact('freshdesk', true, agent_replies => 0, agent_messages => 1) AS "false";
-- without a next contact, a ticket is undecided until its window is over
SELECT as_of, first_contact('no_recontact', true, solved_at => '2026-01-01 12:00+00', as_of => as_of) AS "7 days",
	   first_contact('no_recontact', true, solved_at => '2026-01-01 12:00+00', as_of => as_of,
					 within => '1 day') AS "1 day",
	   first_contact('no_recontact', true, solved_at => '2026-01-01 12:00+00', as_of => as_of,
					 next_contact_after => '7 days') AS back,
	   first_contact('no_recontact', true, solved_at => '2026-01-01 12:00+00', as_of => as_of,
					 next_contact_after => '8 days') AS "back later",
	   first_contact('no_recontact', false, solved_at => '2026-01-01 12:00+00', as_of => as_of) AS "not solved"
FROM unnest(ARRAY['2026-01-01 11:00+00', '2026-01-02 12:00+00', '2026-01-08 11:59:59.999999+00',
				  '2026-01-08 12:00+00', 'infinity', '-infinity', NULL]::timestamptz[]) AS as_of;
SELECT first_contact('no_recontact', true, as_of => now()) AS "when unknown",
	   first_contact('no_recontact', true, solved_at => 'infinity', as_of => 'infinity') AS "never solved",
	   first_contact('no_recontact', true, solved_at => '2026-01-01', as_of => '2027-01-01',
					 within => NULL) AS "no window";
SELECT first_contact('no_recontact', true, solved_at => '2026-01-01', as_of => '2027-01-01', within => '-1 day');
SELECT first_contact('zammad', true, time_to_close => '-1 s');

-- churn: the customers at the start, and those of them who left before the end
CREATE TABLE customers (name text, joined date, departed date, counts boolean, lost boolean);
INSERT INTO customers VALUES
	('stays', '2025-01-01', NULL, true, false),
	('leaves later', '2025-01-01', '2026-02-01', true, false),
	('leaves on the last day', '2025-01-01', '2026-01-31', true, true),
	('leaves on the first day', '2025-12-31', '2026-01-01', true, true),
	('left before', '2025-01-01', '2025-12-31', false, false),
	('joins on the first day', '2026-01-01', NULL, false, false),
	('joins and leaves', '2026-01-10', '2026-01-20', false, false),
	('joins later', '2026-02-01', NULL, false, false),
	('never leaves', '2025-01-01', 'infinity', true, false),
	('always there', '-infinity', NULL, true, false),
	('not known', NULL, '2026-01-15', false, false);
SELECT name FROM customers GROUP BY name
HAVING churn_rate(joined, departed, '[2026-01-01,2026-02-01)')
	   IS DISTINCT FROM CASE WHEN bool_and(counts) THEN CASE WHEN bool_and(lost) THEN 100 ELSE 0 END END;
SELECT churn_rate(joined, departed, '[2026-01-01,2026-02-01)') = 100.0 * 2 / 6 AS churn,
	   churn_rate(joined, departed, '[2026-01-01,2026-02-01)', 'start') = 100.0 * 2 / 6 AS start,
	   churn_rate(joined, departed, '[2026-01-01,2026-02-01)', 'stripe') = 100.0 * 3 / 8 AS stripe,
	   retention_rate(joined, departed, '[2026-01-01,2026-02-01)') = 100.0 * 4 / 6 AS retention,
	   retention_rate(joined, departed, '[2026-01-01,2026-02-01)', 'stripe') = 100.0 * 5 / 8 AS stripe,
	   churn_rate(joined, departed, '[2026-01-01,2026-01-31]') = 100.0 * 2 / 6 AS "with both days",
	   churn_rate(joined, departed, '(2025-12-31,2026-01-31]') = 100.0 * 2 / 6 AS "without the first"
FROM customers;
-- the same for every kind of instant, in any session
SET timezone = 'America/New_York';
SELECT churn_rate(joined::timestamp, departed::timestamp, '[2026-01-01,2026-02-01)') = 100.0 * 2 / 6 AS timestamp,
	   churn_rate(joined::timestamp AT TIME ZONE 'UTC', departed::timestamp AT TIME ZONE 'UTC',
				  '[2026-01-01 00:00+00,2026-02-01 00:00+00)') = 100.0 * 2 / 6 AS timestamptz,
	   -- dates beside timestamptz are midnights in the zone of the session, as in joined < timestamptz '...'
	   churn_rate(joined, departed, tstzrange('2026-01-01 05:00+00', '2026-02-01 05:00+00')) = 100.0 * 2 / 6 AS cast,
	   churn_rate(joined, departed::timestamp AT TIME ZONE 'America/New_York',
				  tstzrange('2026-01-01 05:00+00', '2026-02-01 05:00+00')) = 100.0 * 2 / 6 AS mixed
FROM customers;
RESET timezone;
-- instants that differ by a microsecond
SELECT churn_rate(timestamp '2026-01-01', NULL::timestamp, '(2026-01-01,2026-02-01]') AS "0",
	   churn_rate(timestamp '2026-01-01', NULL::timestamp, '[2026-01-01,2026-02-01)') AS "joins",
	   churn_rate(timestamp '2025-01-01', timestamp '2026-02-01', '[2026-01-01,2026-02-01]') AS "100",
	   churn_rate(timestamp '2025-01-01', timestamp '2026-02-01', '[2026-01-01,2026-02-01)') AS "0";
SELECT churn_rate(date '2025-01-01', date '2026-01-05', NULL) AS "no period",
	   churn_rate(date '2025-01-01', date '2026-01-05', '[2026-01-01,2026-02-01)', NULL) AS "no rule";
SELECT churn_rate(date '2025-01-01', NULL::date, 'empty');
SELECT churn_rate(date '2025-01-01', NULL::date, '[2026-01-01,)');
SELECT churn_rate(date '2025-01-01', NULL::date, '(,2026-01-01)');
SELECT churn_rate(timestamp '2025-01-01', NULL::timestamp, '[2026-01-01,infinity)');
SELECT churn_rate(timestamp '2025-01-01', NULL::timestamp, '(2026-01-01,2026-01-01 00:00:00.000001)');
SELECT churn_rate(date '2026-01-02', date '2026-01-01', '[2026-01-01,2026-02-01)');
DROP TABLE customers;
-- plain SQL over many rows
SELECT churn_rate(started, ended, tstzrange(f, t))
		   = 100.0 * count(*) FILTER (WHERE started < f AND ended >= f AND ended < t)
		   / count(*) FILTER (WHERE started < f AND (ended IS NULL OR ended >= f)) AS churn,
	   retention_rate(started, ended, tstzrange(f, t), 'stripe')
		   = 100.0 * count(*) FILTER (WHERE started < t AND (ended IS NULL OR ended >= t))
			/ count(*) FILTER (WHERE (started < f AND (ended IS NULL OR ended >= f))
							   OR (started >= f AND started < t)) AS kept
FROM facts, (VALUES (timestamptz '2026-04-15 00:00+00', timestamptz '2026-05-02 12:00+00')) AS p (f, t) GROUP BY f, t;

-- backlog and flow
SELECT bool_and(backlog = open) AS backlog, bool_and(flow = opened - closed) AS flow, count(*) FROM (
	SELECT at, backlog(started, ended, at) AS backlog,
		   count(*) FILTER (WHERE started <= at AND (ended IS NULL OR ended > at)) AS open,
		   net_flow(started, ended, tstzrange(at, at + interval '3 days')) AS flow,
		   count(*) FILTER (WHERE started >= at AND started < at + interval '3 days') AS opened,
		   count(*) FILTER (WHERE ended >= at AND ended < at + interval '3 days') AS closed
	FROM facts, generate_series(timestamptz '2026-02-28 00:00+00', '2026-05-10 00:00+00', '1 day') AS at
	GROUP BY at) AS q;
SELECT backlog(o, c, '2026-01-02') AS "2", backlog(o::timestamp, c::timestamp, '2026-01-02') AS "2",
	   backlog(o::timestamp AT TIME ZONE 'UTC', c::timestamp AT TIME ZONE 'UTC', '2026-01-02 00:00+00') AS "2",
	   backlog(o, c, '2020-01-01') AS "0", net_flow(o, c, '[2026-01-01,2026-01-03)') AS "1",
	   net_flow(o::timestamp, c::timestamp, '[2026-01-01,2026-01-03)') AS "1",
	   net_flow(o, c, '[2026-01-03,2026-01-05)') AS "-1", net_flow(o, c, '[2020-01-01,2020-01-02)') AS "0"
FROM (VALUES (date '2026-01-01', date '2026-01-02'), ('2026-01-02', '2026-01-03'), ('2025-01-01', NULL),
			 (NULL, '2026-01-01')) AS v (o, c);
SELECT backlog(NULL::date, NULL, '2026-01-01') AS "no ticket",
	   net_flow(NULL::date, NULL, '[2026-01-01,2026-01-03)') AS "no ticket";

-- the series is the backlog at each point, in one pass
CREATE FUNCTION wrong_points(relation regclass, since timestamptz, until timestamptz, step interval)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
	EXECUTE format($q$
		SELECT count(*) FROM backlog_series(%1$L, 'started', 'ended', $1, $2, $3) AS s
		CROSS JOIN LATERAL (
			SELECT count(*) FILTER (WHERE started <= at AND (ended IS NULL OR ended > at)) AS backlog,
				   count(*) FILTER (WHERE started > before AND started <= at) AS opened,
				   count(*) FILTER (WHERE ended > before AND ended <= at) AS closed
			FROM %1$s, (VALUES (CASE WHEN at = $1 THEN $1 - $3 ELSE (
				SELECT max(p) FROM generate_series($1, $2, $3) AS p WHERE p < at) END)) AS b (before)) AS e
		WHERE (s.backlog, s.opened, s.closed) IS DISTINCT FROM (e.backlog, e.opened, e.closed) $q$, relation)
	USING since, until, step INTO wrong;
	RETURN wrong;
END $$;
SELECT wrong_points('facts', '2026-03-01 00:00+00', '2026-05-15 00:00+00', '1 day') AS days,
	   wrong_points('facts', '2026-03-31 00:00+00', '2026-05-15 00:00+00', '1 month') AS months,
	   wrong_points('facts', '2026-04-30 22:00+00', '2026-05-02 00:00+00', '7 min') AS minutes;
SELECT count(*) AS points, count(*) FILTER (WHERE s.backlog <> e.backlog) AS wrong
FROM backlog_series('facts', 'started', 'ended', '2026-03-01 00:00+00', '2026-05-15 00:00+00', '5 days', by => 'g') AS s
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE started <= at AND (ended IS NULL OR ended > at)) AS backlog
					FROM facts WHERE g::text IS NOT DISTINCT FROM segment) AS e;
CREATE TABLE "odd ""name" (day date, "closed; at" timestamp, team text);
SELECT *
FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01 00:00+00', '2026-01-03 00:00+00', '1 day');
SELECT *
FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01 00:00+00', '2026-01-03 00:00+00', '1 day',
					'team');
INSERT INTO "odd ""name" VALUES
	('2026-01-01', '2026-01-02 12:00', 'a'), ('2026-01-02', NULL, NULL), ('2026-01-02', '2026-01-01', 'a'),
	(NULL, '2026-01-01', 'a');
SET timezone = 'Asia/Tokyo';
SELECT at AT TIME ZONE 'UTC' AS at, segment, backlog, opened, closed
FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01 00:00+00', '2026-01-03 00:00+00', '1 day');
RESET timezone;
SELECT at, segment, backlog
FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-02 00:00+00', '2026-01-03 00:00+00', '1 day',
					'team');
SELECT * FROM backlog_series('"odd ""name"', 'day', 'nothing', '2026-01-01', '2026-01-03', '1 day');
SELECT * FROM backlog_series('"odd ""name"', 'day', 'team', '2026-01-01', '2026-01-03', '1 day');
SELECT * FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01', '2026-01-03', '0');
SELECT * FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01', 'infinity', '1 day');
SELECT * FROM backlog_series('"odd ""name"', 'day', 'closed; at', '2026-01-01', '2026-12-31', '1 month -29 days');
SELECT count(*) FROM backlog_series(NULL, 'day', 'closed; at', '2026-01-01', '2026-01-03', '1 day');
DROP TABLE "odd ""name";
DROP FUNCTION wrong_points;

-- trends are regr_slope, with instants in days
SELECT abs(trend(score10, started) / regr_slope(score10, extract(epoch FROM started) / 86400) - 1) < 1e-6 AS score,
	   abs(trend(money::float8, started) / regr_slope(money, extract(epoch FROM started) / 86400) - 1) < 1e-6 AS money,
	   sample_size(trend_agg(score10, started)) = count(score10) AS n
FROM facts;
-- exact, where sums of doubles are not: a line through instants of one second
SELECT trend(v, t) AS "172800", regr_slope(v, extract(epoch FROM t)::float8 / 86400) AS "not so"
FROM (SELECT 2 * k / 1e5::float8 AS v, timestamptz '2026-01-01 00:00+00' + k * interval '10 us' AS t
	  FROM generate_series(1, 1000) AS k) AS q;
SELECT trend(v, t) AS "1", trend(v, t::timestamp) AS "1", trend(v, t::timestamp AT TIME ZONE 'UTC') AS "1"
FROM (VALUES (1, date '1700-01-01'), (2, '1700-01-02')) AS q (v, t);
SELECT trend(1, date '2026-01-01') AS "one point", trend(v, date '2026-01-01') AS "one instant", trend(5, t) AS "0"
FROM (VALUES (1, date '2026-01-01'), (2, '2026-01-02')) AS q (v, t);
-- the interval is the textbook's: 2.306004135204166 standard errors at 8 degrees
-- of freedom (0.95), 3.355387331333395 (0.99), 12.706204736174694 at 1
CREATE TABLE points AS
SELECT k + dice(k, 'noise') AS v, timestamptz '2026-01-01 00:00+00' + k * interval '1 day' AS t
FROM generate_series(1, 10) AS k;
SELECT abs((ci).value / slope - 1) < 1e-5 AS value,
	   abs(((ci).high - (ci).value) / (2.306004135204166 * error) - 1) < 1e-4 AS high,
	   abs(((ci).value - (ci).low) / (2.306004135204166 * error) - 1) < 1e-4 AS low,
	   abs(((ci99).high - (ci99).value) / (3.355387331333395 * error) - 1) < 1e-4 AS "99 %", (ci).n,
	   ci = asked AS asked, ci99 = asked99 AS asked
FROM (SELECT trend_ci(v, t) AS ci, trend_ci(v, t, 0.99) AS ci99,
			 trend_ci(trend_agg(v, t)) AS asked, trend_ci(trend_agg(v, t), 0.99) AS asked99,
			 regr_slope(v, x) AS slope,
			 sqrt((regr_syy(v, x) - regr_sxy(v, x) ^ 2 / regr_sxx(v, x)) / 8 / regr_sxx(v, x)) AS error
	  FROM points, LATERAL (SELECT (extract(epoch FROM t) - 1767225600) / 86400 AS x) AS l) AS q;
-- by hand: residuals of -2/3, 4/3, -2/3 over instants whose squares sum to 2
SELECT abs((ci).low - (1 - 12.706204736174694 * sqrt(8 / 3.0 / 2))) < 1e-9 AS low, (ci).value AS "1",
	   abs((ci).high - (1 + 12.706204736174694 * sqrt(8 / 3.0 / 2))) < 1e-9 AS high
FROM (SELECT trend_ci(v, t) AS ci
	  FROM (VALUES (-1, date '2026-01-01'), (2, '2026-01-02'), (1, '2026-01-03')) AS p (v, t)) AS q;
SELECT trend_ci(v, t) AS "no limits" FROM points WHERE t < '2026-01-04 00:00+00';
SELECT trend_ci(1, t) AS "flat" FROM points;
SELECT trend_ci(v, t) AS "no line" FROM points WHERE t < '2026-01-03 00:00+00';
DROP TABLE points;
SELECT trend(1, date 'infinity');
SELECT trend('NaN', date '2026-01-01');
SELECT trend(1e31, date '2026-01-01');
SELECT trend_ci(1, date '2026-01-01', k / 10.0) FROM generate_series(1, 2) AS k;
SELECT trend_ci(1, date '2026-01-01', 95);

-- units
SELECT from_seconds(1.5), from_minutes(90), from_hours(25), from_hours(-0.5), in_seconds('1 h'),
	   in_minutes('1 day 30 s'), in_hours('1 mon'), in_hours('-90 min'), in_seconds('0.000001 s');
SELECT bool_and(in_seconds(from_seconds(s)) = s) AS round_trip
FROM unnest(ARRAY[0, 1, -1, 86400, 1e9, 123456.789]) AS s;
SELECT from_seconds('NaN');
SELECT from_hours(1e30);
SELECT from_seconds('infinity');

-- status
SELECT v, kpi_status(v, 80, 70, 'up') AS up, kpi_status(v, 70, 80, 'down') AS down,
	   kpi_status(v, 80, NULL, 'up') AS no_warning, kpi_status(v, 70, 80) AS range
FROM unnest(ARRAY[69.9, 70, 79.9, 80, 80.1, NULL]) AS v;
SELECT kpi_status(interval '59 min', '1 hour', '2 hours', 'down'),
	   kpi_status(interval '61 min', '1 hour', '2 hours', 'down'),
	   kpi_status(interval '121 min', '1 hour', '2 hours', 'down'),
	   kpi_status(interval '30 min', '1 hour', '2 hours');
SELECT kpi_status(1, NULL, 1, 'up') AS no_target, kpi_status(1, 2, 3, NULL) AS no_direction;
SELECT kpi_status(1, 2, 3, 'up');
SELECT kpi_status(1, 2, 3, 'range');
SELECT kpi_status('NaN', 2, 1, 'up');
SELECT kpi_status(1, 3, 2);

-- lifetime value: 50 a month at 80 % margin, for 20 months
SELECT customer_lifetime_value(50, 80, 5) AS "800", customer_lifetime_value(49.90, 100, 2.5) AS "1996",
	   customer_lifetime_value(50, 80, 0) AS "nobody leaves", customer_lifetime_value(50, -20, 5) AS "-200";
SELECT customer_lifetime_value(50, 80, -1);
SELECT customer_lifetime_value(50, 80, 101);
SELECT customer_lifetime_value(50, 101, 5);
SELECT customer_lifetime_value('NaN', 80, 5);
SELECT customer_lifetime_value(1e307, 100, 1);
SELECT customer_lifetime_value(50, 0.8, 5);
SELECT customer_lifetime_value(50, 80, 0.05);
SELECT customer_lifetime_value(50, 80, 0.5) AS "8000";

-- ratios of every kind of amount
SELECT occupancy(130::bigint, 150) AS bigint, occupancy(130::numeric, 150::numeric) AS numeric,
	   occupancy(130.0::float8, 150.0::float8) AS "double precision",
	   occupancy(interval '130 min', interval '150 min') AS interval,
	   schedule_adherence(130, 150) AS adherence, shrinkage(30.5, 100) AS shrinkage,
	   contact_rate(5.5, 10) AS contacts, knowledge_base_usage(3::float8, 2) AS kb;
SELECT abs(occupancy(money, big2::numeric) - 100 * sum(money) FILTER (WHERE big2 IS NOT NULL) / sum(big2))
		   < 1e-9 AS numeric,
	   abs(occupancy(money::float8, big2::float8) - 100 * sum(money) FILTER (WHERE big2 IS NOT NULL) / sum(big2))
		   < 1e-9 AS float8,
	   abs(gross_revenue_retention(big2::numeric, money)
		   - 100.0 * sum(least(coalesce(money, 0), big2)) FILTER (WHERE big2 > 0) / sum(big2) FILTER (WHERE big2 > 0))
		   < 1e-9 AS grr,
	   abs(net_revenue_retention(big2::float8, money::float8)
		   - 100.0 * sum(money) FILTER (WHERE big2 > 0) / sum(big2) FILTER (WHERE big2 > 0)) < 1e-9 AS nrr,
	   abs(net_revenue_churn(big2::numeric, money)
		   + 100.0 * sum(money) FILTER (WHERE big2 > 0) / sum(big2) FILTER (WHERE big2 > 0) - 100) < 1e-9 AS churn,
	   abs(qa_score(round(big2 / 7.0, 6)) - avg(round(big2 / 7.0, 6))) < 1e-9 AS qa,
	   abs(productivity(big, big2 / 4::float8) - sum(big) FILTER (WHERE big2 IS NOT NULL) / (sum(big2) / 4.0))
		   < 1e-9 AS productivity,
	   abs(health_score(big2 / 8::numeric, big::numeric)
		   - sum(big2 / 8.0 * big) / sum(big) FILTER (WHERE big2 IS NOT NULL)) < 1e-9 AS health
FROM (SELECT big, big2, round(money, 6) AS money FROM facts) AS f WHERE money IS NULL OR money >= 0;
-- a NULL numerator counts as 0, a NULL denominator skips the row
SELECT occupancy(a::numeric, b::numeric) AS "25", occupancy(a::float8, b::float8) AS "25",
	   occupancy(a::bigint, b::bigint) AS "25", net_revenue_retention(b::numeric, a::numeric) AS "25"
FROM (VALUES (1, 2), (NULL, 2), (7, NULL)) AS v (a, b);
SELECT occupancy(1.5, 0) AS "no answer", occupancy(1::float8, 0) AS "no answer",
	   net_revenue_retention(0.0, 5.5) AS "no answer";
-- a double counts to the nearest millionth, whole ones exactly
SELECT ratio_agg(x, 1) FROM unnest(ARRAY[0.1, 0.2, 1e-7, 4.9e-7, 5.1e-7, 123456789012345.0]::float8[]) AS x;
SELECT ratio_agg(1e31::float8, 1::float8), ratio_agg(-0.0000005::float8, 1), ratio_agg(0.0000015::float8, 1);
SELECT health_score(0.000001, 0.5) AS "rounds up", kpi_ratio_accum_weighted('0/0/0', 33.333333, 0.333333);
SELECT occupancy('NaN'::float8, 1::float8);
SELECT occupancy(1::float8, 'infinity'::float8);
SELECT occupancy(1e33::float8, 1::float8);
SELECT occupancy(1.0000001, 2);
SELECT occupancy(1::float8, -1::float8);
SELECT qa_score(100.5);
SELECT qa_score('NaN'::float8);
SELECT health_score(50.5, -0.5);

-- published numbers: two kinds of churn of revenue, a review score
SELECT 100 - gross_revenue_retention(s, e) AS "20", net_revenue_churn(s, e) AS "10",
	   net_revenue_retention(s, e) AS "90", gross_revenue_retention(s, e) AS "80"
FROM (VALUES (50, 60), (30, 20), (10, 0), (10, 10)) AS v (s, e);
SELECT net_revenue_churn(s, e) AS "-10" FROM (VALUES (100, 110), (0, 10)) AS v (s, e);
SELECT round(qa_score(p)::numeric, 3) AS "52.972" FROM unnest(ARRAY[100, 9.91, 63.96, 90.99, 0]) AS p;
SELECT schedule_adherence(45, 60) AS "75", schedule_conformance(60, 60) AS "100";
