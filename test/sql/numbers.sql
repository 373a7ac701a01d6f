-- Numbers published or computed elsewhere, and plain SQL over the same rows.
SET search_path = kpi_test, public;

-- published
SELECT nps(score) AS "89.347" FROM (VALUES (10, 2080), (8, 159), (3, 42)) AS v (score, n), generate_series(1, n);
SELECT nps(score) AS "65", promoter_pct(score) AS "75", passive_pct(score) AS "15", detractor_pct(score) AS "10"
FROM (VALUES (9, 75), (7, 15), (6, 10)) AS v (score, n), generate_series(1, n);
SELECT round(nps('{0:15,7:16,10:5}'::kpi_scores)::numeric, 2) AS "-27.78",
	   round(nps('{0:5,7:16,10:15}'::kpi_scores)::numeric, 2) AS "27.78";
-- a real airport survey of 2,746 answers
SELECT nps('{0:17,1:6,2:8,3:19,4:18,5:144,6:130,7:291,8:677,9:564,10:872}'::kpi_scores) AS "39.8397669337";
SELECT csat_pct(s) AS "82.0684523810", csat_avg(s) AS "4.0643601190", sample_size(s) AS "2688"
FROM (SELECT '{1:6,2:32,3:444,4:1507,5:699}'::kpi_scores) AS v (s);
-- Help Scout happiness: 41 great, 34 okay, 35 not good
SELECT net_score(score, 3, 1) AS "5.4545"
FROM (VALUES (3, 41), (2, 34), (1, 35)) AS v (score, n), generate_series(1, n);
-- neutral answers stay in the denominator
SELECT csat_pct(score) AS "70", csat_pct(score, 4) AS "70 too", csat_pct(score >= 4) AS "70 again"
FROM (VALUES (5, 7), (3, 1), (2, 2)) AS v (score, n), generate_series(1, n);
-- a CES survey on 1..7
SELECT ces_avg(s) AS "4.08", ces_pct(s) AS "46", ces_pct(s, 6) AS "30", net_score(s, 6, 3) AS "-13",
	   score_share(s, 1, 2) AS "29"
FROM (SELECT '{1:80,2:210,3:140,4:110,5:160,6:180,7:120}'::kpi_scores) AS v (s);
SELECT net_score('{1:240,4:190,5:570}'::kpi_scores, 5, 3) AS "33";
-- 60 minutes scheduled, 15 late, 15 worked past the end
SELECT schedule_adherence(interval '45 min', interval '60 min') AS "75",
	   schedule_conformance(interval '60 min', interval '60 min') AS "100";
SELECT schedule_adherence(a, b) AS "86.67"
FROM (VALUES (interval '80 min', interval '90 min'), (interval '50 min', interval '60 min')) AS v (a, b);
SELECT gross_revenue_retention(was, remains) AS "80", net_revenue_retention(was, remains) AS "90",
	   net_revenue_churn(was, remains) AS "10"
FROM (VALUES (10, NULL), (20, 10), (60, 70), (10, 10), (NULL, 500), (0, 30)) AS v (was, remains);
SELECT extract(epoch FROM avg_response(timestamp '2026-01-01 10:00:59', timestamp '2026-01-01 10:01:01'))
		   / 60 AS "0.0333";
SELECT p90_response(make_interval(secs => x)) AS "9.1 s" FROM generate_series(1, 10) AS x;
-- the average of averages is wrong, the ratio of sums right
SELECT avg(cost / n) AS wrong, cost_per_contact(cost, n) AS "4"
FROM (VALUES (100::numeric, 10), (300, 90)) AS v (cost, n);

-- plain SQL over rows with gaps
SELECT abs(nps(score10)
		   - 100.0 * (count(*) FILTER (WHERE score10 >= 9) - count(*) FILTER (WHERE score10 <= 6)) / count(score10))
		   < 1e-9 AS nps,
	   abs(promoter_pct(score10) - 100.0 * count(*) FILTER (WHERE score10 >= 9) / count(score10)) < 1e-9 AS promoters,
	   abs(passive_pct(score10) - 100.0 * count(*) FILTER (WHERE score10 IN (7, 8)) / count(score10))
		   < 1e-9 AS passives,
	   abs(csat_pct(score5) - 100.0 * count(*) FILTER (WHERE score5 >= 4) / count(score5)) < 1e-9 AS csat,
	   abs(csat_pct(score10, 8) - 100.0 * count(*) FILTER (WHERE score10 >= 8) / count(score10)) < 1e-9 AS csat_from,
	   abs(ces_pct(score5) - 100.0 * count(*) FILTER (WHERE score5 >= 5) / count(score5)) < 1e-9 AS ces,
	   abs(net_score(score10, 8, 2)
		   - 100.0 * (count(*) FILTER (WHERE score10 >= 8) - count(*) FILTER (WHERE score10 <= 2)) / count(score10))
		   < 1e-9 AS net,
	   abs(csat_avg(score10) - avg(score10)) < 1e-9 AS mean,
	   abs(score_stddev(scores_agg(score10)) - stddev(score10)) < 1e-9 AS stddev,
	   score_counts(scores_agg(score10))
		   = (SELECT array_agg((SELECT count(*) FROM facts WHERE score10 = s) ORDER BY s)
			  FROM generate_series(0, 10) AS s) AS counts
FROM facts;
SELECT nps(score10::smallint) = nps(score10) AS smallint, nps(score10::float8) = nps(score10) AS float8,
	   nps(score10::bigint) = nps(score10) AS bigint,
	   nps(score10::numeric) = nps(score10) AS numeric, nps(score10::real) = nps(score10) AS real FROM facts;

SELECT abs(sla_rate(yes) - 100.0 * count(*) FILTER (WHERE yes) / count(yes)) < 1e-9 AS boolean,
	   abs(fcr_rate(big) - 100.0 * count(*) FILTER (WHERE big <= 1) / count(big)) < 1e-9 AS fcr,
	   abs(fcr_rate(big, solved)
		   - 100.0 * count(*) FILTER (WHERE big <= 1 AND solved) / count(big) FILTER (WHERE solved))
		   < 1e-9 AS fcr_solved,
	   abs(one_touch_rate(big) - 100.0 * count(*) FILTER (WHERE big = 1) / count(big)) < 1e-9 AS one_touch,
	   abs(one_touch_rate(big, solved)
		   - 100.0 * count(*) FILTER (WHERE big = 1 AND solved) / count(big) FILTER (WHERE solved))
		   < 1e-9 AS one_touch_solved,
	   abs(reopen_rate(big) - 100.0 * count(*) FILTER (WHERE big >= 1) / count(big)) < 1e-9 AS reopen,
	   abs(reopen_rate(big, solved)
		   - 100.0 * count(*) FILTER (WHERE big >= 1 AND solved) / count(big) FILTER (WHERE solved))
		   < 1e-9 AS reopen_solved,
	   rate_hits(rate_agg(yes)) = count(*) FILTER (WHERE yes) AS hits, sample_size(rate_agg(yes)) = count(yes) AS trials
FROM facts;

SELECT abs(occupancy(big, big2) - 100.0 * sum(big) FILTER (WHERE big2 IS NOT NULL) / sum(big2)) < 1e-9 AS bigint,
	   abs(occupancy(duration2, duration1)
		   - 100.0 * extract(epoch FROM sum(duration2) FILTER (WHERE duration1 IS NOT NULL))
		   / extract(epoch FROM sum(duration1))) < 1e-9 AS interval,
	   abs(cost_per_contact(money, big2) - sum(money) FILTER (WHERE big2 IS NOT NULL) / sum(big2)) < 1e-9 AS cost,
	   abs(productivity(big2, duration2)
		   - 3600 * sum(big2) FILTER (WHERE duration2 IS NOT NULL) / extract(epoch FROM sum(duration2)))
		   < 1e-9 AS productivity,
	   abs(qa_score(big2) - avg(big2)) < 1e-9 AS qa_pct,
	   abs(health_score(big2, big) - 1.0 * sum(big2 * big) / sum(big) FILTER (WHERE big2 IS NOT NULL)) < 1e-9 AS health,
	   abs(knowledge_base_usage(big, big2) - 1.0 * sum(big) FILTER (WHERE big2 IS NOT NULL) / sum(big2))
		   < 1e-9 AS ratio,
	   abs(gross_revenue_retention(big2, big)
		   - 100.0 * sum(least(coalesce(big, 0), big2)) FILTER (WHERE big2 > 0) / sum(big2) FILTER (WHERE big2 > 0))
		   < 1e-9 AS grr,
	   abs(net_revenue_retention(big2, big)
		   - 100.0 * sum(big) FILTER (WHERE big2 > 0) / sum(big2) FILTER (WHERE big2 > 0)) < 1e-9 AS nrr
FROM facts;
-- sentiments from -1 to 1; neutral ones are nearer to 0 than 0.05
SELECT abs(avg_sentiment(s) - avg(s)) < 1e-6 AS mean,
	   abs(negative_sentiment_rate(s) - 100.0 * count(*) FILTER (WHERE s <= -0.05) / count(s)) < 1e-9 AS negative,
	   abs(positive_sentiment_rate(s) - 100.0 * count(*) FILTER (WHERE s >= 0.05) / count(s)) < 1e-9 AS positive
FROM (SELECT big2 / 44.5::float8 - 1 AS s FROM facts) AS f;
SELECT round(avg_sentiment(s)::numeric, 6) AS "-0.10998", negative_sentiment_rate(s) AS "40",
	   positive_sentiment_rate(s) AS "40", avg_sentiment(s) FILTER (WHERE s IS NULL) AS "no answer"
FROM unnest(ARRAY[-1, -0.05, -0.0499, 0.05, NULL, 0.5]) AS s;
-- a total of zero has no ratio
SELECT occupancy(5, 0), occupancy(interval '1 h', '0'), cost_per_contact(5, 0), productivity(5, '0'), qa_score(1, 0),
	   net_revenue_retention(0, 5);

-- percentiles are percentile_cont's to the microsecond, averages avg's
CREATE FUNCTION close_to(a interval, b interval) RETURNS boolean LANGUAGE sql IMMUTABLE
	RETURN abs(extract(epoch FROM a) - extract(epoch FROM b)) <= 0.000001;
SELECT close_to(median_response(duration1), percentile_cont(0.5) WITHIN GROUP (ORDER BY duration1)) AS median,
	   close_to(p90_response(duration1), percentile_cont(0.9) WITHIN GROUP (ORDER BY duration1)) AS p90,
	   close_to(p95_resolution(duration1), percentile_cont(0.95) WITHIN GROUP (ORDER BY duration1)) AS p95,
	   close_to(p99_wait(duration1), percentile_cont(0.99) WITHIN GROUP (ORDER BY duration1)) AS p99,
	   close_to(p90_response(started, ended), percentile_cont(0.9) WITHIN GROUP (ORDER BY ended - started)) AS pair,
	   close_to(avg_response(duration1), avg(duration1)) AS mean,
	   close_to(avg_response(started, ended), avg(ended - started)) AS mean_pair,
	   close_to(p90_handle(duration1, duration2, duration3),
				percentile_cont(0.9) WITHIN GROUP (ORDER BY coalesce(duration1, '0') + coalesce(duration2, '0')
												   + coalesce(duration3, '0'))
				FILTER (WHERE num_nonnulls(duration1, duration2, duration3) > 0)) AS parts
FROM facts;
SELECT g, close_to(p90_response(duration1), percentile_cont(0.9) WITHIN GROUP (ORDER BY duration1)) AS p90,
	   bool_and(true) FILTER (WHERE duration1 IS NOT NULL) AS some FROM facts GROUP BY g ORDER BY g;
-- percentiles of a tally at any fraction, and the other accessors
SELECT count(*), bool_and(close_to(percentile(d, f), exact)) AS same
FROM (SELECT array_agg(x / 200.0::float8 ORDER BY x) AS fractions FROM generate_series(0, 200) AS x) AS f,
	LATERAL (SELECT durations_agg(duration1) AS d,
					percentile_cont(fractions) WITHIN GROUP (ORDER BY duration1) AS exacts
			 FROM facts) AS q,
	unnest(fractions, exacts) AS v (f, exact);
SELECT min_duration(d) = low AS min, max_duration(d) = high AS max, close_to(total_duration(d), total) AS total,
	   close_to(avg_duration(d), mean) AS mean,
	   sample_size(d) = n AS n, abs(share_within(d, '1 hour') - within) < 1e-9 AS within, is_exact(d), relative_error(d)
FROM (SELECT durations_agg(duration1) AS d, min(duration1) AS low, max(duration1) AS high, sum(duration1) AS total,
			 avg(duration1) AS mean, count(duration1) AS n,
			 100.0 * count(*) FILTER (WHERE duration1 <= '1 hour') / count(duration1) AS within FROM facts) AS q;
-- the target itself is within
SELECT share_within('{10,20,30,40}'::kpi_durations, '30 s') AS "75",
	   share_within('{10,20,30,40}'::kpi_durations, '29.999999 s') AS "50";

-- more values than a state keeps flat, in serial and in parallel, and values in the
-- worst order
CREATE TABLE waits AS SELECT k, make_interval(secs => round((exp(dice(k, 'z') * 16))::numeric, 6)::float8) AS wait
FROM generate_series(1, 60000) AS k;
ANALYZE waits;
SET max_parallel_workers_per_gather = 0;
SELECT median_wait(wait), p90_wait(wait), p99_wait(wait), avg_wait(wait) FROM waits \gset serial_
SELECT percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY wait) FROM waits \gset exact_
SELECT close_to(:'serial_median_wait', (:'exact_percentile_cont'::interval[])[1]) AS median,
	   close_to(:'serial_p90_wait', (:'exact_percentile_cont'::interval[])[2]) AS p90,
	   close_to(:'serial_p99_wait', (:'exact_percentile_cont'::interval[])[3]) AS p99;
SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT p90_wait(wait) FROM waits', '"Partial Mode": "Partial"');
SELECT median_wait(wait) = :'serial_median_wait' AND p90_wait(wait) = :'serial_p90_wait'
		   AND p99_wait(wait) = :'serial_p99_wait'
	   AND avg_wait(wait) = :'serial_avg_wait' AS same FROM waits;
SET max_parallel_workers_per_gather = 0;
SELECT p90_wait(wait) = :'serial_p90_wait' AS sorted FROM (SELECT wait FROM waits ORDER BY wait) AS q;
SELECT p90_wait(wait) = :'serial_p90_wait' AS reversed FROM (SELECT wait FROM waits ORDER BY wait DESC) AS q;
DROP TABLE waits;

-- times: timestamptz, timestamp and date; a pair of one kind never depends on the zone
-- of the session, and plain timestamps are UTC
SET timezone = 'America/New_York';
SELECT p90_response(timestamptz '2026-03-08 00:00+00', timestamptz '2026-03-09 00:00+00') AS "24 h",
	   p90_response(timestamp '2026-03-08', timestamp '2026-03-09') AS "24 h",
	   p90_response(date '2026-03-08', date '2026-03-09') AS "24 h",
	   p90_response(date '2026-03-08', timestamp '2026-03-09') AS "24 h";
-- a mixed pair is cast as the operator - casts it: beside a timestamptz, in the zone of the session
SELECT in_seconds(p90_response(timestamptz '2026-03-08 00:00+00', timestamp '2026-03-09'))
		   = extract(epoch FROM timestamp '2026-03-09' - timestamptz '2026-03-08 00:00+00') AS "as -",
	   in_seconds(p90_response(timestamp '2026-03-08', timestamptz '2026-03-09 00:00+00'))
		   = extract(epoch FROM timestamptz '2026-03-09 00:00+00' - timestamp '2026-03-08') AS "as -",
	   in_seconds(p90_response(timestamptz '2026-03-08 00:00+00', date '2026-03-09'))
		   = extract(epoch FROM date '2026-03-09' - timestamptz '2026-03-08 00:00+00') AS "as -",
	   in_seconds(avg_response(date '2026-03-08', timestamptz '2026-03-09 00:00+00'))
		   = extract(epoch FROM timestamptz '2026-03-09 00:00+00' - date '2026-03-08') AS "as -",
	   in_seconds(avg_response(date '2026-03-08', timestamptz '2026-03-09 00:00+00', 'UTC; 24/7')) AS "not 86400";
RESET timezone;
-- months are 30 days and days 24 hours
SELECT p90_response('1 mon 1 day 1 hour'::interval) AS "31 days 01:00:00",
	   avg_response('1 mon 1 day 1 hour'::interval) AS "31 days 01:00:00";

-- sums stay exact where double precision does not
SELECT ratio_agg(x, 1) AS exact FROM (VALUES (9007199254740992), (1)) AS v (x);
SELECT cost_per_contact(cost, 1) AS exact FROM (VALUES (90071992547409.123456), (0.000001)) AS v (cost);
DROP FUNCTION close_to;
