-- Small tables with figures worked out by hand, for the views of a mart beside tickets.
-- Prints a line for each figure: "ok: title", or what was found.
--
-- psql variable show: the schema whose views are read, mart or reference.  The mart is
-- built in America/New_York over tables of business_tables.sql; all times are of there.

SET timezone = 'America/New_York';

-- Empties all relations.
CREATE OR REPLACE FUNCTION src.clear() RETURNS void LANGUAGE sql AS $$
	TRUNCATE src.tickets, src.surveys, src.work_time, src.subscriptions, src.customer_events, src.costs,
		src.help_sessions;
$$;

-- Brings mart and reference up to date, as of noon of a day.
CREATE OR REPLACE FUNCTION src.take(today date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	stored text;
BEGIN
	PERFORM kpi_refresh('mart', true);
	UPDATE mart.kpi_state SET as_of = today + time '12:00';
	FOR stored IN SELECT name FROM mart.kpi_object WHERE to_regclass(format('mart.%I', name || '_now')) IS NOT NULL
		ORDER BY position
	LOOP
		EXECUTE format('DELETE FROM mart.%1$I; INSERT INTO mart.%1$I SELECT * FROM mart.%2$I', stored,
			stored || '_now');
	END LOOP;
	UPDATE reference.settings SET today = take.today;
	PERFORM reference.read();
END
$$;

-- Compares the rows of a query, as text, with what they should be.
CREATE OR REPLACE FUNCTION src.shows(title text, query text, expected text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	found text;
BEGIN
	EXECUTE format('SELECT string_agg(v::text, '' '') FROM (%s) AS v', query) INTO found;
	RETURN CASE WHEN found = expected THEN 'ok: ' || title
		ELSE format('not ok: %s: %s, not %s', title, coalesce(found, 'no rows'), expected) END;
END
$$;
SET search_path = :show, public;

-- Customers with a contract each: name, first day, first day without, revenue.
CREATE OR REPLACE FUNCTION src.contract(customer text, starts_on date, ends_on date DEFAULT NULL,
	mrr numeric DEFAULT 100)
RETURNS void LANGUAGE sql AS 'INSERT INTO src.subscriptions VALUES (customer, starts_on, ends_on, mrr, ''basic'')';

CREATE OR REPLACE FUNCTION src.event(customer text, at timestamptz, event text, value double precision DEFAULT NULL)
RETURNS void LANGUAGE sql AS 'INSERT INTO src.customer_events VALUES (customer, at, event, value)';

-- ---------------------------------------------------------------- surveys

SELECT src.clear() AS done \gset
INSERT INTO src.surveys (response_id, kind, sent_at, answered_at, score)
SELECT i, 'nps', '2024-03-04 10:00', '2024-03-04 11:00', CASE WHEN i <= 75 THEN 9 WHEN i <= 90 THEN 8 ELSE 6 END
FROM generate_series(1, 100) AS i;
-- M6: 3/3, 5/5 and 4/5 are satisfied, 2/3 and 1/5 are not
INSERT INTO src.surveys (response_id, kind, sent_at, score, scale_max)
VALUES ('m1', 'csat', '2024-03-05', 3, 3), ('m2', 'csat', '2024-03-05', 2, 3), ('m3', 'csat', '2024-03-05', 5, 5),
	('m4', 'csat', '2024-03-05', 4, 5), ('m5', 'csat', '2024-03-05', 1, NULL),
	-- off scale, not whole: no answers
	('m6', 'csat', '2024-03-05', 6, NULL), ('m7', 'csat', '2024-03-05', 0, 5), ('m8', 'csat', '2024-03-05', 4.5, 5),
	-- of three on the scale to 7 two are easy; other scales do not count
	('e1', 'ces', '2024-03-06', 5, 7), ('e2', 'ces', '2024-03-06', 7, NULL), ('e3', 'ces', '2024-03-06', 4, 7),
	('e4', 'ces', '2024-03-06', 5, 5), ('e5', 'ces', '2024-03-06', 9, 10);
SELECT src.take('2024-03-24') AS done \gset
-- 75 % promoters less 10 % detractors
SELECT src.shows('NPS of 75 promoters, 15 passives and 10 detractors',
	$$SELECT sent, response_rate_pct, nps, nps_n, csat_pct, csat_n FROM survey_weekly WHERE kind = 'nps'$$,
	'(100,100,65,100,,0)');
-- 3 of 5; of 8 sent, 3 were not answered: 62.5 %
SELECT src.shows('M6: CSAT on several scales',
	$$SELECT week, csat_pct, csat_n, sent, response_rate_pct FROM survey_weekly WHERE kind = 'csat'$$,
	'(2024-03-04,60,5,8,62.5)');
SELECT src.shows('CES on its own scale', -- 2 of 3
	$$SELECT round(ces_pct::numeric, 2), ces_n, sent, response_rate_pct FROM survey_weekly WHERE kind = 'ces'$$,
	'(66.67,3,5,100)');
-- the week ends on 10 March: 14 days later is 24 March
SELECT src.shows('surveys of a week are not complete on the 14th day after',
	$$SELECT DISTINCT is_complete FROM survey_weekly$$, '(f)');
SELECT src.take('2024-03-25') AS done \gset
SELECT src.shows('and complete on the next', $$SELECT DISTINCT is_complete FROM survey_weekly$$, '(t)');

SELECT src.clear() AS done \gset
INSERT INTO src.tickets (ticket_id, created_at, resolved_at, solved, channel, csat_score)
VALUES (1, '2024-03-01 09:00', '2024-03-01 10:00', true, 'phone', 5);
INSERT INTO src.surveys (response_id, kind, sent_at, answered_at, score, ticket_id)
VALUES ('1', 'csat', '2024-03-01 10:00', NULL, NULL, 1), ('2', 'nps', '2024-03-01 11:00', NULL, NULL, 1),
	('3', 'nps', '2024-03-01 11:00:00.000001', NULL, NULL, 1), ('4', 'nps', '2024-03-02 10:00', NULL, NULL, 1),
	('5', 'nps', '2024-03-02 10:00:00.000001', NULL, NULL, 1), ('6', 'nps', '2024-03-08 10:00', NULL, NULL, 1),
	('7', 'nps', '2024-03-08 10:00:00.000001', NULL, NULL, 1), ('8', 'nps', '2024-03-01 09:59', NULL, NULL, 1),
	('9', 'nps', '2024-03-01 10:00', NULL, NULL, 2);
SELECT src.take('2024-06-01') AS done \gset
SELECT src.shows('delay after the resolution: a boundary belongs to the smaller class',
	$$SELECT response_id, delay, channel, in_ticket FROM survey ORDER BY response_id$$,
	'(1,"0-1 hours",phone,t) (2,"0-1 hours",phone,f) (3,"1-24 hours",phone,f) (4,"1-24 hours",phone,f)'
	' (5,"1-7 days",phone,f) (6,"1-7 days",phone,f) (7,later,phone,f) (8,,phone,f) (9,,,f)');

SELECT src.clear() AS done \gset
INSERT INTO src.surveys (response_id, kind, sent_at, answered_at, score, channel)
VALUES
	('1', 'csat', '2024-03-10 22:00', '2024-03-11 08:00', 5, 'mail'), -- sent on Sunday, answered on Monday
	('2', 'csat', '2024-03-10 22:00', '2024-03-10 21:00', 1, 'mail'), -- answered before it was sent
	('3', 'csat', '2024-03-10 22:00', '2024-03-10 21:00', NULL, 'mail'),
	('4', 'csat', '2024-03-10 22:00', '2024-03-12', NULL, 'mail'), -- answered without a score
	('5', 'csat', '2024-03-10 22:00', 'infinity', 4, 'mail'),
	('6', 'csat', 'infinity', '2024-03-10 22:00', 4, 'mail'), (NULL, 'csat', '2024-03-10 22:00', NULL, 4, 'mail'),
	('8', 'CSAT', '2024-03-10 22:00', NULL, 4, 'mail');
SELECT src.take('2024-06-01') AS done \gset
SELECT src.shows('days of sending and of answering',
	$$SELECT response_id, answered_at, answered_day, answered_day IS NOT NULL, is_good FROM survey ORDER BY response_id$$,
	'(1,"2024-03-11 08:00:00-04",2024-03-11,t,t) (2,,2024-03-10,t,f) (3,,,f,) (4,"2024-03-12 00:00:00-04",2024-03-12,t,)'
	' (5,,2024-03-10,t,t)');
-- of 5 sent 4 are answered; scores: 1 and 4 in the first week, 5 in the second
SELECT src.shows('a response counts when sent, a score when answered',
	$$SELECT week, sent, response_rate_pct, csat_pct, csat_n FROM survey_weekly ORDER BY week$$,
	'(2024-03-04,5,80,50,2) (2024-03-11,0,,100,1)');
-- Wilson for 4 of 5: 0.8 + 1.9207 / 5 = 1.18415; root of 3.8415 x (0.16 + 3.8415 / 20) / 5 = 0.52012; both / 1.76829
SELECT src.shows('interval of the response rate',
	$$SELECT month, delay, hour, sent, response_rate_pct, round(response_rate_low_pct::numeric, 2),
		round(response_rate_high_pct::numeric, 2) FROM survey_timing$$, '(2024-03-01,,22,5,80,37.55,96.38)');

SELECT src.take('2024-04-14') AS done \gset
SELECT src.shows('surveys of a month are not complete on the 14th day after',
	$$SELECT DISTINCT is_complete FROM survey_timing$$, '(f)');
SELECT src.take('2024-04-15') AS done \gset
SELECT src.shows('and complete on the next', $$SELECT DISTINCT is_complete FROM survey_timing$$, '(t)');

SELECT src.clear() AS done \gset
INSERT INTO src.surveys (response_id, kind, sent_at, scale_max, score)
SELECT scale || ':' || score, 'csat', '2024-03-04', scale, score
FROM (VALUES (2, 2), (2, 1), (3, 3), (3, 2), (4, 3), (4, 2), (5, 4), (5, 3), (7, 6), (7, 5), (7, 0), (10, 8), (10, 7),
	(10, 0), (6, 6), (0, 0)) AS v (scale, score);
SELECT src.take('2024-04-15') AS done \gset
-- a scale that nobody uses has no satisfied score; only the scale to 10 has a 0
SELECT src.shows('satisfied by scale', $$SELECT string_agg(response_id,
	' ' ORDER BY response_id) FILTER (WHERE is_good),
	string_agg(response_id, ' ' ORDER BY response_id) FILTER (WHERE NOT is_good),
	string_agg(response_id, ' ' ORDER BY response_id) FILTER (WHERE is_good IS NULL AND answered_day IS NOT NULL) FROM survey$$,
	'("10:8 2:2 3:3 4:3 5:4 7:6","10:0 10:7 2:1 3:2 4:2 5:3 7:5",6:6)');

-- ---------------------------------------------------------------- work time

SELECT src.clear() AS done \gset
INSERT INTO src.work_time VALUES
	-- M3: busy for one of four hours staffed
	('m3', '2024-03-04 08:00', '2024-03-04 12:00', 'waiting'), ('m3', '2024-03-04 09:00', '2024-03-04 10:00', 'busy'),
	('m3', '2024-03-05 09:00', '2024-03-05 10:00', 'waiting'), ('m3', '2024-03-05 09:00', '2024-03-05 10:00', 'busy'),
	-- 150 minutes scheduled, 130 of them worked
	('adherent', '2024-03-04 09:00', '2024-03-04 11:30', 'scheduled'),
	('adherent', '2024-03-04 09:20', '2024-03-04 10:00', 'working'), -- touching, then overlapping: once
	('adherent', '2024-03-04 10:00', '2024-03-04 11:00', 'working'),
	('adherent', '2024-03-04 10:30', '2024-03-04 11:30', 'busy'),
	-- 8 hours paid and scheduled, worked an hour later, so 7 of them within
	('late', '2024-03-04 09:00', '2024-03-04 17:00', 'scheduled'), ('late', '2024-03-04 09:00',
		'2024-03-04 17:00', 'paid'),
	('late', '2024-03-04 10:00', '2024-03-04 18:00', 'working'), ('late', '2024-03-04 10:00', '2024-03-04 14:00',
		'busy'),
	('late', '2024-03-04 14:00', '2024-03-04 16:00', 'waiting'),
	-- over midnight; nights of 23 and 25 hours
	('night', '2024-03-04 22:00', '2024-03-05 02:00', 'busy'), ('night', '2025-03-09 00:00', '2025-03-09 06:00',
		'busy'),
	('night', '2025-11-02 00:00', '2025-11-02 06:00', 'busy'),
	('long', '2024-03-04 00:00', '2024-03-05 00:00', 'busy'), ('long', '2024-03-06 00:00',
		'2024-03-07 00:00:00.000001', 'busy'),
	('odd', '2024-03-04 10:00', '2024-03-04 09:00', 'busy'), ('odd', '2024-03-04 10:00', '2024-03-04 10:00', 'busy'),
	('odd', '2024-03-04 10:00', '2024-03-04 11:00', 'Busy'), ('odd', '2024-03-04 10:00', NULL, 'busy'),
	('odd', '2024-03-04 10:00', 'infinity', 'busy'), ('odd', '1970-01-01 00:00 UTC', '1970-01-01 08:00 UTC', 'busy'),
	(NULL, '2024-03-04 10:00', '2024-03-04 11:00', 'busy');
INSERT INTO src.tickets (ticket_id, created_at, resolved_at, solved, agent_id, csat_score, qa_points, qa_possible)
VALUES (1, '2024-03-01', '2024-03-04 11:00', true, 'late', 5, 8, 10), (2, '2024-03-01', '2024-03-04 12:00',
	true, 'late', 1, 1, 20),
	(3, '2024-03-01', NULL, false, 'late', NULL, NULL, NULL);
-- the first one is the rating that ticket 1 has; the others are of another day, or not on the scale
INSERT INTO src.surveys (response_id, kind, sent_at, answered_at, score, ticket_id)
VALUES ('in ticket', 'csat', '2024-03-04 11:30', '2024-03-04 12:00', 5, 1),
	('counts', 'csat', '2024-03-03 11:30', '2024-03-04 12:00', 4, 3),
	('later', 'csat', '2024-03-04 11:30', '2024-03-05 00:00', 1, 3), ('odd', 'csat', '2024-03-04 11:30', '2024-03-04 12:00', 6, 3);
SELECT src.take('2024-03-05') AS done \gset
SELECT src.shows('M3: occupancy is of the union of busy and waiting',
	$$SELECT day, staffed_hours, busy_hours, occupancy_pct FROM workforce_daily WHERE agent_id = 'm3' ORDER BY day$$,
	'(2024-03-04,4,1,25) (2024-03-05,1,1,100)');
SELECT src.shows('adherence of 130 of 150 minutes',
	$$SELECT round(adherence_pct::numeric, 2), round(conformance_pct::numeric, 2), shrinkage_pct, is_complete
	FROM workforce_daily WHERE agent_id = 'adherent'$$, '(86.67,86.67,,t)');
-- utilization 4 / 8; occupancy 4 / 6; adherence 7 / 8; conformance 8 / 8; shrinkage (8 - 7) / 8
SELECT src.shows('all rates of work time',
	$$SELECT scheduled_hours, paid_hours, working_hours, utilization_pct, round(occupancy_pct::numeric, 2),
		adherence_pct,
	conformance_pct, shrinkage_pct FROM workforce_daily WHERE agent_id = 'late'$$, '(8,8,8,50,66.67,87.5,100,12.5)');
-- 2 resolved in 8 hours; 9 of 30 points; 2 of 3 satisfied, one of them in a survey
SELECT src.shows('results of an agent beside the work time',
	$$SELECT resolved, resolved_per_hour, qa_score_pct, qa_n, round(csat_pct::numeric, 2), csat_n FROM workforce_daily
	WHERE agent_id = 'late'$$, '(2,0.25,30,2,66.67,3)');
SELECT src.shows('spans are cut at midnight; clocks change',
	$$SELECT day, working_hours FROM workforce_daily WHERE agent_id = 'night' ORDER BY day$$,
	'(2024-03-04,2) (2024-03-05,2) (2025-03-09,5) (2025-11-02,7)');
SELECT src.shows('spans that cannot be, or of over 24 hours, are left out',
	$$SELECT agent_id, day, busy_hours FROM workforce_daily WHERE agent_id IN ('long', 'odd') OR agent_id IS NULL$$,
	'(long,2024-03-04,24)');
SELECT src.shows('today is not complete',
	$$SELECT DISTINCT day, is_complete FROM workforce_daily WHERE agent_id = 'm3' ORDER BY day$$,
	'(2024-03-04,t) (2024-03-05,f)');

-- ---------------------------------------------------------------- customers and revenue

SELECT src.clear() AS done \gset
INSERT INTO src.subscriptions VALUES
	('a', '2024-01-01', NULL, 100, 'basic'),
	('b', '2024-01-01', '2024-03-10', 100, 'pro'), ('b', '2024-03-10', NULL, 50, 'basic'), -- a change of plan
	('c', '2024-01-01', '2024-03-15', 100, 'basic'), ('c', '2024-03-20', NULL, 200, 'pro'), -- away for five days
	('e', '2024-03-01', NULL, 1000, 'pro'), -- new
	('f', '2023-06-01', '2024-01-01', 100, 'pro'), ('f', '2024-03-31', '2024-03-31', 100, 'pro'), -- never again
	('h', '2024-03-05', '2024-03-05', 100, 'pro'), -- never a day
	('g', '2024-05-02', '2024-05-01', 100, 'pro'), ('g', NULL, '2024-05-01', 100, 'pro'), ('g', 'infinity', NULL,
		1, 'x');
INSERT INTO src.subscriptions (account_id, starts_on, ends_on, mrr, plan, end_reason) VALUES
	('d', '2024-01-01', '2024-04-01', 40, 'basic', 'price'),
	('d', '2024-02-01', '2024-03-20', 60, 'pro', 'other'); -- nested: one customer
SELECT src.take('2024-04-01') AS done \gset
-- a, b, c and d were active on 29 February and 1 March; d is not on 1 April
SELECT src.shows('churn', $$SELECT customers, lost, churn_pct, retention_pct, new_customers, returned_customers,
	active_customers, is_complete FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(4,1,25,75,1,1,5,t)');
-- revenue of a, b, c and d: 400; then 100, 50, 200, 0; of these at most as before: 100, 50, 100, 0; 100 / 0.25
SELECT src.shows('revenue retention', $$SELECT revenue::float8, gross_revenue_retention_pct,
	net_revenue_retention_pct,
	lifetime_revenue FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(400,62.5,87.5,400)');
SELECT src.shows('first and last month', $$SELECT min(month), max(month), count(*) FROM lifecycle_monthly$$,
	'(2023-06-01,2024-04-01,11)');
SELECT src.shows('without churn there is no lifetime revenue', $$SELECT lost, lifetime_revenue, customers,
	new_customers
	FROM lifecycle_monthly WHERE month = '2024-02-01'$$, '(0,,4,0)');
SELECT src.shows('a month that is not over', $$SELECT is_complete, customers FROM lifecycle_monthly
	WHERE month = '2024-04-01'$$, '(f,4)');
-- on 1 March d pays 60 for pro and 40 for basic; a and c: 200 -> 300, at most 200; b and d: 200 -> 50
SELECT src.shows('plan of most revenue', $$SELECT plan, customers, lost, churn_pct, net_revenue_retention_pct,
	gross_revenue_retention_pct FROM plan_monthly WHERE month = '2024-03-01' ORDER BY plan$$,
	'(basic,2,0,0,150,100) (pro,2,1,50,25,25)');
SELECT src.shows('reason of the contract that ended last', $$SELECT month, end_reason, customers, share_pct,
	is_complete
	FROM exit_reasons_monthly WHERE month >= '2024-01-01'$$, '(2024-03-01,price,1,100,t)');
SELECT src.shows('no reason given', $$SELECT month, '<' || end_reason || '>' FROM exit_reasons_monthly
	WHERE month < '2024-01-01'$$, '(2023-12-01,<>)');

SELECT src.clear() AS done \gset
INSERT INTO src.subscriptions (account_id, starts_on, renewal_due_on, renewed) VALUES
	('a', '2024-01-01', '2024-03-15', true), ('a', '2024-01-01', '2024-03-31', false), -- M12
	('a', '2024-01-01', '2024-03-20', NULL), ('b', '2024-01-01', '2024-04-01', true);
SELECT src.event('a', '2024-03-15', 'adopted') AS done \gset
SELECT src.take('2024-06-01') AS done \gset
SELECT src.shows('M12: contracts are renewed, not customers', $$SELECT month, renewal_pct,
	renewal_n FROM lifecycle_monthly
	WHERE month BETWEEN '2024-02-01' AND '2024-04-01' ORDER BY month$$,
		'(2024-02-01,,0) (2024-03-01,50,2) (2024-04-01,100,1)');
SELECT src.shows('M16: who has adopted stays so', $$SELECT month, adoption_pct, adoption_n FROM lifecycle_monthly
	WHERE month BETWEEN '2024-02-01' AND '2024-05-01' ORDER BY month$$,
	'(2024-02-01,0,2) (2024-03-01,50,2) (2024-04-01,50,2) (2024-05-01,50,2)');

SELECT src.clear() AS done \gset
SELECT count(src.contract(c, '2024-03-10')) AS done FROM unnest('{a,b,c,d}'::text[]) AS c \gset
SELECT src.contract('old', '2024-02-01') AS done, src.contract('x', '2023-05-10') AS done2,
	src.contract('y', '2023-05-10') AS done3, src.event('x', '2023-05-01', 'adopted') AS done4,
	src.event('y', '2023-05-20', 'adopted') AS done5 \gset
SELECT src.event('a', '2024-04-09 23:59', 'onboarded') AS done, src.event('b', '2024-04-10 00:00',
	'onboarded') AS done2,
	src.event('c', '2024-03-01', 'onboarded') AS done3, src.event('a', '2024-03-01', 'adopted') AS done4,
	src.event('b', '2024-03-20', 'adopted') AS done5, src.event('c', '2024-03-30', 'adopted') AS done6,
	src.event('c', '2024-05-30', 'adopted') AS done7 \gset
SELECT src.take('2024-04-30') AS done \gset
-- a on the 30th day and c before its start, not b on the 31st: 2 of 4; 31 March + 30 days is 30 April
SELECT src.shows('onboarding within 30 days', $$SELECT onboarding_pct, onboarding_n, onboarding_is_complete
	FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(50,4,f)');
SELECT src.take('2024-05-01') AS done \gset
SELECT src.shows('onboarding is complete 30 days later', $$SELECT onboarding_is_complete
	FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(t)');
-- 0, 10 and 20 days, d never: median 10, p90 at 0.9 x 2 = 1.8 of the way: 18
SELECT src.shows('time to value', $$SELECT time_to_value_median_days, time_to_value_p90_days, time_to_value_n,
	without_value_pct, time_to_value_is_complete FROM lifecycle_monthly WHERE month = '2024-03-01'$$,
		'(10,18,3,25,f)');
-- 0 days, for who adopted 9 days before the start, and 10 days
SELECT src.shows('value before the start', $$SELECT time_to_value_median_days, time_to_value_p90_days
	FROM lifecycle_monthly WHERE month = '2023-05-01'$$, '(5,9)');
-- 31 March + 180 days is 27 September
SELECT src.take('2024-09-27') AS done \gset
SELECT src.shows('time to value is not complete on the 180th day', $$SELECT time_to_value_is_complete
	FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(f)');
SELECT src.take('2024-09-28') AS done \gset
SELECT src.shows('time to value is complete 180 days later', $$SELECT time_to_value_is_complete
	FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(t)');

SELECT src.clear() AS done \gset
SELECT count(src.contract(c, '2024-01-01')) AS done FROM unnest('{a,b}'::text[]) AS c \gset
SELECT src.contract('c', '2024-01-01', '2024-06-01') AS done, src.contract('d', '2024-01-01',
	'2024-06-30') AS done2 \gset
SELECT src.event('a', '2024-03-05 10:00', 'chat_before_purchase') AS done,
	src.event('a', '2024-03-20 10:00', 'chat_before_purchase') AS done2,
	src.event('a', '2024-03-27 10:00', 'purchased') AS done3,
	src.event('b', '2024-03-20 10:00', 'chat_before_purchase') AS done4,
	src.event('b', '2024-03-27 10:00:00.000001', 'purchased') AS done5,
	src.event('a', '2024-03-06', 'outreach', 1) AS done6, src.event('a', '2024-03-07', 'outreach', 0) AS done7,
	src.event('b', '2024-03-06', 'outreach') AS done8, src.event('gone', '2024-03-06', 'outreach', -1) AS done9,
	src.event('c', '2024-03-06', 'upsold') AS done10, src.event('c', '2024-03-07', 'upsold') AS done11,
	src.event('gone', '2024-03-07', 'referred') AS done12 \gset
SELECT src.take('2024-06-29') AS done \gset
-- a after the second chat, at the last instant of 7 days; b a microsecond too late
SELECT src.shows('conversion of customers and of chats', $$SELECT conversion_pct, conversion_n,
	round(chat_conversion_pct::numeric, 2), chat_conversion_n, conversion_is_complete FROM lifecycle_monthly
	WHERE month = '2024-03-01'$$, '(50,2,33.33,3,t)');
SELECT src.shows('upsell and referral are of active customers', $$SELECT upsell_pct,
	referral_pct FROM lifecycle_monthly
	WHERE month = '2024-03-01'$$, '(25,0)');
-- 31 March + 90 days is 29 June
SELECT src.shows('outreach is judged after 90 days', $$SELECT round(outreach_success_pct::numeric, 2),
	outreach_success_n,
	outreach_active_pct, outreach_is_complete FROM lifecycle_monthly WHERE month = '2024-03-01'$$, '(33.33,3,,f)');
SELECT src.take('2024-06-30') AS done \gset
-- a and b stay, of c and d only d: 100 - 50.  Wilson: 34.24 to 100, 9.45 to 90.55.
-- 50 - root of 65.76^2 + 40.55^2, 50 + root of 0^2 + 40.55^2
SELECT src.shows('outreach against others', $$SELECT outreach_active_pct, outreach_active_n, other_active_pct,
	other_active_n,
	outreach_difference_points, round(outreach_difference_low_points::numeric, 2),
	round(outreach_difference_high_points::numeric, 2), outreach_is_complete FROM lifecycle_monthly
	WHERE month = '2024-03-01'$$, '(100,2,50,2,50,-27.26,90.55,t)');

-- ---------------------------------------------------------------- costs

SELECT src.clear() AS done \gset
INSERT INTO src.costs VALUES ('2024-03-01', 'wages', 'phone', 700), ('2024-03-31', 'wages', 'phone', 300),
	('2024-03-15', 'technology', NULL, 500), ('2024-03-15', 'retention', 'mail', 0),
	('2024-03-15', NULL, 'mail', 5), (NULL, 'wages', 'mail', 5), ('2024-03-15', 'wages', 'mail', 'NaN');
-- handled by agents in March: 10 on the phone and 5 by mail; two are solved without an agent, one is merged
INSERT INTO src.tickets (ticket_id, created_at, channel, self_service, bot_handled, bot_resolved, merged_into)
SELECT i, '2024-03-05', CASE WHEN i <= 10 THEN 'phone' ELSE 'mail' END, i = 16, i >= 17, i = 17,
	CASE WHEN i = 18 THEN 1 END
FROM generate_series(1, 18) AS i;
SELECT src.take('2024-04-01') AS done \gset
SELECT src.shows('cost per contact', $$SELECT component, channel, amount::float8, contacts, cost_per_contact,
	is_complete
	FROM cost_monthly ORDER BY component, channel$$,
	'(all,all,1500,15,100,t) (all,mail,0,5,0,t) (all,phone,1000,10,100,t) (all,,500,,,t)'
	' (retention,all,0,15,0,t) (retention,mail,0,5,0,t) (technology,all,500,15,33.333333333333336,t) (technology,,500,,,t)'
	' (wages,all,1000,15,66.66666666666667,t) (wages,phone,1000,10,100,t)');
SELECT src.shows('M29: savings once a month', $$SELECT month, contacts, cost_per_contact, deflected_contacts,
	deflection_saved, fcr_pct, fcr_saved, saved_revenue, retention_cost::float8,
		return_on_retention_pct FROM savings_monthly$$,
	'(2024-03-01,15,100,2,200,,,,0,)');

SELECT src.clear() AS done \gset
INSERT INTO src.costs VALUES ('2024-03-01', 'wages', NULL, 40);
INSERT INTO src.tickets (ticket_id, created_at, resolved_at, solved, contacts) VALUES
	(1, '2024-03-01', '2024-03-02', true, 1), (2, '2024-03-01', '2024-03-02', true, 1),
	(3, '2024-03-01', '2024-03-02', true, 2), (4, '2024-03-01', '2024-03-31', true, 4),
	(5, '2023-03-01', '2023-03-02', true, 1), (6, '2023-03-01', '2023-03-02', true, 2),
	(7, '2023-03-01', '2023-03-02', true, 2), (8, '2023-03-01', '2023-03-02', true, 2);
SELECT src.take('2024-04-01') AS done \gset
-- 50 % against 25 % a year before, of 4; 2 and 4 contacts are 2 more than one; 10 a contact: 0.25 x 4 x 2 x 10
SELECT src.shows('saved by first contact resolution', $$SELECT cost_per_contact, fcr_pct, fcr_pct_year_before,
	resolved,
	contacts_saved_per_resolution, fcr_saved FROM savings_monthly$$, '(10,50,25,4,2,20)');

SELECT src.clear() AS done \gset
INSERT INTO src.costs VALUES ('2024-03-01', 'retention', NULL, 50);
SELECT src.contract('a', '2023-01-01') AS done, src.contract('b', '2023-01-01') AS done2,
	src.contract('c', '2023-01-01', '2024-06-29') AS done3 \gset
SELECT src.event('a', '2024-03-01', 'payment_failed') AS done, src.event('a', '2024-03-02',
	'payment_failed') AS done2,
	src.event('a', '2024-03-10', 'outreach') AS done3, src.event('b', '2024-03-10', 'payment_failed') AS done4,
	src.event('b', '2024-03-10', 'outreach') AS done5, src.event('c', '2024-03-01', 'payment_failed', 1) AS done6,
	src.event('c', '2024-03-02', 'payment_failed', 1) AS done7, src.event('c', '2024-03-10',
		'outreach') AS done8 \gset
SELECT src.take('2024-06-29') AS done \gset
SELECT src.shows('saved revenue is known after 90 days', $$SELECT saved_revenue FROM savings_monthly$$, '()');
SELECT src.take('2024-06-30') AS done \gset
-- a: contacts (0 + 1) / (0 + 1) = 100 at weight 10, payment 0 at 15: 40.0, not below 40
SELECT src.shows('40 is not at risk', $$SELECT saved_revenue::float8 FROM savings_monthly$$, '(0)');
INSERT INTO src.tickets (ticket_id, created_at, solved, account_id, priority) VALUES (1, '2024-03-09', false,
	'a', 'p0'),
	(2, '2024-03-09', false, 'c', 'p0');
SELECT src.take('2024-06-30') AS done \gset
-- a and c: contacts (0 + 1) / (1 + 1) = 50 at 10, severity 0 at 10, payment 0 at 15, open for a day: 96.67 at 10:
-- 1466.67 / 45 = 32.59.  b has no failed payment before its outreach; c left on 29 June.
SELECT src.shows('saved revenue is of those at risk who stay', $$SELECT saved_revenue::float8, return_on_retention_pct
	FROM savings_monthly$$, '(100,200)');

-- ---------------------------------------------------------------- self-service and bots

SELECT src.clear() AS done \gset
INSERT INTO src.tickets (ticket_id, created_at, customer_id, self_service) VALUES (1, '2024-03-05 10:00', 'u1',
	false),
	(2, '2024-03-05 10:00:00.000001', 'u2', true), (3, '2024-03-05 09:00', 'u3', NULL);
INSERT INTO src.help_sessions VALUES ('s1', 'h1', 'u1', '2024-03-04 10:00'), ('s1', 'h1', NULL, '2024-03-04 11:00'),
	('s1', 'h2', NULL, '2024-03-04 12:00'), ('s2', 'h1', 'u2', '2024-03-04 10:00'), ('s3', 'h1', NULL,
		'2024-03-04 10:00'),
	('s5', 'h2', 'u3', '2024-03-05 09:00:00.000001'),
	(NULL, 'h2', 'u3', '2024-03-05 10:00'), ('s6', 'h2', 'u3', NULL),
	('s7', 'h3', 'u9', '2024-02-29 23:00'), ('s7', 'h3', 'u9', '2024-03-01 01:00'), ('s7', NULL, 'u9',
		'2024-03-01 01:00');
INSERT INTO src.help_sessions VALUES ('s4', 'h2', NULL, '2024-03-04 10:00', 7);
SELECT src.take('2024-03-11') AS done \gset
SELECT src.shows('a ticket may follow for a day after the week', $$SELECT week, is_complete FROM self_service_weekly
	ORDER BY week$$, '(2024-02-26,t) (2024-03-04,f)');
SELECT src.take('2024-03-12') AS done \gset
SELECT src.shows('and not longer', $$SELECT DISTINCT is_complete FROM self_service_weekly$$, '(t)');
SELECT src.take('2024-04-01') AS done \gset
-- with a customer or ticket: s1, s2, s4, s5; s1 at the last instant and s4 have a ticket.  5 sessions of 3 tickets
SELECT src.shows('self-service', $$SELECT week, tickets, self_service_pct, self_service_n, sessions,
	session_self_service_pct, session_self_service_n, round(sessions_per_ticket::numeric, 2) FROM self_service_weekly
	ORDER BY week$$, '(2024-02-26,0,,0,1,100,1,) (2024-03-04,3,50,2,5,50,4,1.67)');
SELECT src.shows('articles', $$SELECT month, article_id, views, sessions, round(followed_by_ticket_pct::numeric, 2),
	followed_by_ticket_n, is_complete FROM article_usage ORDER BY month, article_id$$,
	'(2024-02-01,h3,1,1,0.00,1,t) (2024-03-01,h1,4,3,50.00,2,f) (2024-03-01,h2,3,3,66.67,3,f) (2024-03-01,h3,1,0,,0,f)');

SELECT src.clear() AS done \gset
INSERT INTO src.tickets (ticket_id, created_at, channel, bot_handled, bot_resolved, bot_escalated,
	bot_escalation_right,
	bot_accepted) VALUES
	(1, '2024-03-04', 'chat', true, true, false, NULL, true), (2, '2024-03-04', 'chat', true, false, true, true,
		true),
	(3, '2024-03-05', 'chat', true, false, true, false, false), (4, '2024-03-10', 'chat', true, false, NULL, NULL,
		true),
	(5, '2024-03-10', 'chat', false, true, true, true, true), (6, '2024-03-10', 'mail', NULL, NULL, NULL, NULL, NULL);
SELECT src.take('2024-03-10') AS done \gset
-- of the chats that a bot handled: resolved 1 of 4, escalated 2 of 3, rightly 1 of 2, accepted 3 of 4
SELECT src.shows('bots', $$SELECT week, channel, is_complete, tickets, bot_resolution_pct, bot_resolution_n,
	round(bot_escalation_pct::numeric, 2), bot_escalation_n, bot_escalation_accuracy_pct, bot_escalation_accuracy_n,
	bot_acceptance_pct, bot_acceptance_n FROM bot_weekly ORDER BY channel$$,
	'(2024-03-04,chat,f,5,25,4,66.67,3,50,2,75,4) (2024-03-04,mail,f,1,,0,,0,,0,,0)');

-- ---------------------------------------------------------------- channels

SELECT src.clear() AS done \gset
INSERT INTO src.tickets (ticket_id, created_at, customer_id, account_id, channel, transferred) VALUES
	(1, '2024-03-01 10:00', 'u1', 'a', 'phone', true),
	(2, '2024-03-08 10:00', 'u2', 'a', 'mail', false), -- of the same customer, after 168 hours
	(3, '2024-03-15 11:00:00.000001', 'a', NULL, 'mail', NULL), -- a microsecond too late: clocks changed on 10 March
	(4, '2024-03-15 11:00:00.000001', 'a', NULL, 'chat', true), -- at the same instant
	(5, '2024-03-16', 'a', NULL, NULL, false), (6, '2024-03-17', 'a', NULL, 'mail', false),
	(7, '2024-03-17', NULL, NULL, 'mail', false),
	(8, '2024-04-01', 'a', NULL, 'mail', false), (9, '2024-04-02', 'a', NULL, 'phone', false), -- the later of equals
	(10, '2024-03-03', 'u3', NULL, 'phone', NULL), (11, '2024-05-03', 'u3', NULL, 'phone', NULL);
SELECT src.take('2024-05-05') AS done \gset
-- March: mail 2, 3 and 6, repeated 2 and 6, known of both 2 alone, which switched without a transfer
-- 4 repeats 3 on another channel, with a transfer; 9 repeats 8
SELECT src.shows('repeated contacts and switches', $$SELECT month, channel, is_complete, contacts,
	round(repeated_pct::numeric, 2), repeated_n, switched_pct, switched_n, context_kept_pct, context_kept_n
	FROM omnichannel ORDER BY month, channel$$,
	'(2024-03-01,chat,t,1,100.00,1,100,1,0,1) (2024-03-01,mail,t,3,66.67,3,100,1,100,1)'
	' (2024-03-01,phone,t,2,0.00,2,,0,,0) (2024-03-01,,t,1,100.00,1,,0,,0)'
	' (2024-04-01,mail,t,1,0.00,1,,0,,0) (2024-04-01,phone,t,1,100.00,1,100,1,100,1) (2024-05-01,phone,f,1,0.00,1,,0,,0)');
-- a: mail in March, phone in April; u3: phone in March and in May, the month before in which it wrote
SELECT src.shows('preferred channel', $$SELECT * FROM channel_preference_monthly ORDER BY month, channel$$,
	'(2024-03-01,mail,t,1,0,,0) (2024-03-01,phone,t,1,0,,0) (2024-04-01,phone,t,1,1,100,1) (2024-05-01,phone,f,1,0,0,1)');

-- ---------------------------------------------------------------- health

SELECT src.clear() AS done \gset
-- M10: a customer of 180 days with a ticket every 9 days; use falls from 40 to 10 in 90 days
SELECT src.contract('m10', date '2024-06-28' - 180) AS done \gset
INSERT INTO src.tickets (ticket_id, created_at, resolved_at, solved, account_id)
SELECT i, timestamp '2024-06-28 12:00' - i * interval '9 days',
	timestamp '2024-06-28 13:00' - i * interval '9 days', true, 'm10'
FROM generate_series(1, 20) AS i;
SELECT src.event('m10', '2024-01-15', 'used', 40) AS done, src.event('m10', '2024-05-15', 'used', 9) AS done2,
	src.event('m10', '2024-05-16', 'used') AS done3, src.event('m10', '2024-06-28', 'used', 500) AS done4 \gset
-- 119 days: 29 before the recent ones
SELECT src.contract('forty', '2023-01-01') AS done, src.contract('seventy', '2023-01-01') AS done2,
	src.event('forty', '2024-06-26', 'payment_failed') AS done3, src.event('forty', '2024-06-27',
		'payment_failed') AS done4,
	src.event('seventy', '2024-06-27', 'payment_failed') AS done5 \gset
SELECT src.contract('failing', '2024-06-01') AS done3, src.event('failing', '2024-06-27', 'payment_failed') AS done4,
	src.event('failing', '2024-06-26', 'payment_failed') AS done5, src.event('failing', '2024-06-25',
		'payment_failed') AS done6,
	src.contract('young', date '2024-06-28' - 119) AS done, src.contract('new', '2024-06-28') AS done2 \gset
SELECT src.take('2024-06-28') AS done \gset
-- 90 x 10 / 90 = 10, then 11 / 11; 90 x 40 / 90 = 40, then 10 / 40; payment 100, unresolved 100
-- (100 x 10 + 100 x 10 + 100 x 15 + 25 x 20) / 55 = 72.73
SELECT src.shows('M10: steady contacts, less use', $$SELECT day, round(health_score::numeric, 2), band, contacts,
	contacts_normal, contacts_signal, usage_signal, payment_signal, unresolved_signal, csat_signal, oldest_open_days
	FROM customer_health WHERE customer = 'm10'$$, '(2024-06-28,72.73,healthy,10,10,100,25,100,100,,)');
SELECT src.shows('nothing is normal for a young customer; one of today is not shown', $$SELECT customer,
	health_score, band,
	contacts, contacts_normal, contacts_signal, usage_signal, payment_signal, unresolved_signal
	FROM customer_health WHERE customer = 'young' OR customer = 'new'$$, '(young,,,0,,,,,)');
-- contacts (0 + 1) / (0 + 1) = 100 at 10, payment 0 or 50 at 15, over 25
SELECT src.shows('40 is to be watched, 70 is healthy', $$SELECT customer, health_score, band FROM customer_health
	WHERE customer IN ('forty', 'seventy') ORDER BY customer$$, '(forty,40,watch) (seventy,70,healthy)');
SELECT src.shows('payments failed more than twice', $$SELECT health_score, band, payment_failures, payment_signal
	FROM customer_health WHERE customer = 'failing'$$, '(0,"at risk",3,0)');

SELECT src.clear() AS done \gset
SELECT src.contract('a', '2023-01-01') AS done \gset
-- M11: of five tickets with a priority four are severe
INSERT INTO src.tickets (ticket_id, created_at, resolved_at, solved, account_id, priority, csat_score,
	nps_score, sentiment,
	sla_resolution) VALUES
	(1, '2024-06-01', '2024-06-01 01:00', true, 'a', '3 high', 5, 10, 1, '2 hours'),
	(2, '2024-06-02', '2024-06-02 01:00', true, 'a', '2 - High', 5, 9, 0.5, '2 hours'),
	(3, '2024-06-03', '2024-06-03 01:00', true, 'a', 'Blocker', 4, 0, 0, '2 hours'),
	(4, '2024-06-04', '2024-06-04 03:00', true, 'a', 'P1 - Critical', NULL, NULL, NULL, '2 hours'),
	(5, '2024-06-14', NULL, false, 'a', '1', NULL, NULL, NULL, NULL),
	(6, '2024-06-13', '2024-06-28', true, 'a', NULL, NULL, NULL, NULL, NULL), -- open for 15 days, resolved today
	(7, '2023-12-01', '2023-12-01 01:00', true, 'a', 'low', 1, 0, -1, NULL);
INSERT INTO src.surveys (response_id, kind, sent_at, score, account_id, ticket_id) VALUES ('1', 'csat',
	'2024-06-20', 1, 'a', NULL),
	('2', 'csat', '2024-06-20', 1, 'a', 1), -- of a ticket that has a rating itself
	('3', 'csat', '2024-06-28', 1, 'a', NULL), ('4', 'nps', '2024-06-20', 10, 'a', NULL);
SELECT src.event('a', '2024-06-27', 'payment_failed') AS done, src.event('a', '2024-03-29',
	'payment_failed') AS done2 \gset
SELECT src.take('2024-06-28') AS done \gset
-- severe 4 of 5; satisfied 3 of 4; promoters 3 of 4, detractors 1: (50 + 100) / 2; before -100;
-- sentiment (1 + 0.5 + 0) / 3 = 0.5: 75; falls by 0.5 a day: with three points on a line, no doubt;
-- in time 3 of 4; open for 15 of 30 days; one payment failed, 30 March being the first of 90 days;
-- normal: 1 ticket in 360 days: 0.25, so (0.25 + 1) / (6 + 1) = 17.86
SELECT src.shows('M11: signals of health', $$SELECT csat_signal, nps_signal, severity_signal, sla_signal,
	unresolved_signal, oldest_open_days, sentiment_signal, round(sentiment_per_day::numeric, 6), payment_signal,
		payment_failures,
	contacts_normal, round(contacts_signal::numeric, 2), nps_change, usage_signal FROM customer_health$$,
	'(75,75,20,75,50,15,75,-0.500000,50,1,0.25,17.86,150,)');
-- 75 x 20 + 75 x 15 + 17.857143 x 10 + 20 x 10 + 75 x 10 + 50 x 10 + 75 x 10 + 50 x 15 over 100
SELECT src.shows('score and band', $$SELECT round(health_score::numeric, 4), band FROM customer_health$$,
	'(57.5357,watch)');

SELECT src.clear() AS done \gset
-- at risk at the beginning of both quarters with 180 days before: a stays, b leaves on 90th day after 1 October
SELECT src.contract('a', '2024-01-01') AS done, src.contract('b', '2024-01-01', '2024-12-30') AS done2,
	src.contract('c', '2024-10-01') AS done3 \gset
SELECT count(src.event(c, d, 'payment_failed')) AS done FROM unnest('{a,b}'::text[]) AS c,
	unnest('{2024-06-20,2024-06-21,2024-06-22,2024-09-20,2024-09-21}'::timestamptz[]) AS d \gset
INSERT INTO src.tickets (ticket_id, created_at, solved, account_id) VALUES (1, '2024-01-05', false, 'a'), (2,
	'2024-01-05', false, 'b');
SELECT src.take('2024-12-29') AS done \gset
-- 1 July is 182 days after 1 January: contacts (1 x 90 / 92 + 1) / 1 = 100 at 10, payment and unresolved 0: 28.57
SELECT src.shows('backtest before the second quarter is known', $$SELECT band, customers, lost, lost_pct
	FROM customer_health_backtest$$, '("at risk",2,0,0)');
SELECT src.take('2024-12-30') AS done \gset
-- Wilson for 1 of 4: 0.25 + 0.48018 = 0.73018; root of 3.8415 x (0.1875 + 0.24009) / 4 = 0.64083; both / 1.96036
SELECT src.shows('backtest', $$SELECT band, customers, lost, lost_pct, round(lost_low_pct::numeric, 1),
	round(lost_high_pct::numeric, 1) FROM customer_health_backtest$$, '("at risk",4,1,25,4.6,69.9)');

-- ---------------------------------------------------------------- service and revenue

SELECT src.clear() AS done \gset
INSERT INTO src.subscriptions (account_id, starts_on, ends_on, mrr, renewal_due_on, renewed)
SELECT c, '2023-01-01', CASE WHEN c IN ('c', 'd') THEN date '2024-03-01' END, 100, '2024-03-01', c IN ('a', 'b')
FROM unnest('{a,b,c,d}'::text[]) AS c;
-- contacts in the 90 days before: 0, 1, 3 and 4
INSERT INTO src.tickets (ticket_id, created_at, account_id, sentiment)
SELECT row_number() OVER (), '2024-02-29 23:00', c, 0.5
FROM unnest('{b,c,c,c,d,d,d,d}'::text[]) AS c;
INSERT INTO src.tickets (ticket_id, created_at, account_id) VALUES (101, '2024-03-01', 'a'), (102, '2023-12-01', 'a'),
	(103, '2023-02-01', 'b');
SELECT src.event('a', '2024-03-01', 'purchased') AS done, src.event('a', '2024-08-28', 'purchased') AS done2,
	src.event('b', '2024-03-01', 'purchased') AS done3, src.event('b', '2024-08-29', 'purchased') AS done4,
	src.event('a', '2023-06-30', 'adopted') AS done5, src.event('b', '2023-07-01', 'adopted') AS done6 \gset
SELECT src.take('2024-08-28') AS done \gset
-- covariance: -2 x 0.5 - 1 x 0.5 - 1 x 0.5 - 2 x 0.5 = -3; over root of (4 + 1 + 1 + 4) x 1: -0.9487.
-- atanh -1.8184, +- 1.96 / root of 1: tanh of -3.7784 and of 0.1415
SELECT src.shows('renewals and contacts', $$SELECT n, mean_if_yes, mean_if_no, round(correlation::numeric, 4),
	round(correlation_low::numeric, 4), round(correlation_high::numeric, 4) FROM service_and_revenue
	WHERE outcome = 'renewed' AND kpi = 'contacts'$$, '(4,0.5,3.5,-0.9487,-0.9990,0.1406)');
-- revenue of a and b is the same, of c and d it falls by 100 %
SELECT src.shows('revenue and contacts', $$SELECT n, mean_if_yes, mean_if_no, round(correlation::numeric, 4)
	FROM service_and_revenue WHERE outcome = 'revenue_change_pct' AND kpi = 'contacts'$$, '(4,0.5,3.5,-0.9487)');
SELECT src.shows('without differences there is no correlation', $$SELECT n, mean_if_yes, mean_if_no,
	correlation, correlation_low
	FROM service_and_revenue WHERE outcome = 'renewed' AND kpi = 'sentiment'$$, '(3,0.5,0.5,,)');
-- a on the 180th day after the start, b on the 181st, c and d never; b has a contact in the first 90 days
SELECT src.shows('adoption within 180 days', $$SELECT n, mean_if_yes, round(mean_if_no::numeric, 2)
	FROM service_and_revenue WHERE outcome = 'adopted' AND kpi = 'contacts'$$, '(4,0,0.33)');
-- 1 March + 180 days is 28 August
SELECT src.shows('purchases are known after 180 days', $$SELECT n FROM service_and_revenue
	WHERE outcome = 'purchased_again' AND kpi = 'contacts'$$, '(0)');
SELECT src.take('2024-08-29') AS done \gset
-- a again on the 180th day, b on the 181st; contacts before: 0 and 1
SELECT src.shows('purchased again', $$SELECT n, mean_if_yes, mean_if_no FROM service_and_revenue
	WHERE outcome = 'purchased_again' AND kpi = 'contacts'$$, '(2,0,1)');
SELECT src.shows('a row for each outcome and KPI', $$SELECT count(*), count(DISTINCT outcome), count(DISTINCT kpi)
	FROM service_and_revenue$$, '(28,4,7)');
