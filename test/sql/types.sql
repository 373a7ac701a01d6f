-- The tallies as values: text, equality, hashing, arithmetic, jsonb.
SET search_path = kpi_test, public;

-- input is lenient, output is canonical
SELECT '{}'::kpi_scores, ' { 9 : 12 , 10:30 } '::kpi_scores, '{0:0,5:1}'::kpi_scores,
	   '{10:9223372036854775807}'::kpi_scores;
SELECT '0/0'::kpi_rate, ' 7 / 10 '::kpi_rate, '9223372036854775807/9223372036854775807'::kpi_rate;
SELECT '0/0/0'::kpi_ratio, ' 130.50 / 150 / 2 '::kpi_ratio, '-0.000001/1.100000000/1'::kpi_ratio,
	   '170141183460469231731687303715884.105727/170141183460469231731687303715884.105727/9223372036854775807'::kpi_ratio;
SELECT '0/0/0/0/0/0'::kpi_trend, ' 2 / 1.5 / 3 / -60.000001 / 4 / -5 '::kpi_trend, '2/1/3/2/4/5@0.90'::kpi_trend,
	   '1/1/1/1/1/1@0.999999999999999'::kpi_trend;
SELECT '{}'::kpi_durations, ' { 0.5 , 60 x 3, 86400.000001 } '::kpi_durations, '{1,1,1,2}'::kpi_durations,
	   '{0x3}'::kpi_durations, '{9223372036854.775807}'::kpi_durations;

-- the sent bytes are the same on every machine and in every version
SELECT kpi_scores_send('{9:12,10:30}'), kpi_rate_send('7/10'), kpi_ratio_send('-130.5/150/2'),
	   kpi_trend_send('2/1.5/3/-60/4/-5@0.9');
SELECT kpi_durations_send('{}'), kpi_durations_send('{0.5,60x3,86400}'), kpi_durations_send('{60,120,3600}'),
	   kpi_durations_send('{0,0}');

-- small: five response times, a day of seconds
SELECT pg_column_size('{312,904,1833,7200,86399}'::kpi_durations) <= 60 AS five,
	   (SELECT pg_column_size(durations_agg(make_interval(secs => floor(dice(k, 'size') * 86400)))) / 2000.0 <= 6
		FROM generate_series(1, 2000) AS k) AS two_thousand,
	   pg_column_size('7/10'::kpi_rate), pg_column_size('{}'::kpi_scores), pg_column_size('0/0/0'::kpi_ratio);

-- equality and hashing
SELECT '{9:1}'::kpi_scores = '{9:1,10:0}' AS same, '{9:1}'::kpi_scores <> '{9:1,10:0}' AS differ,
	   '{9:1}'::kpi_scores = '{8:1}' AS other;
SELECT '7/10'::kpi_rate = ' 7/10' AS same, '7/10'::kpi_rate <> '7/10' AS differ, '7/10'::kpi_rate = '14/20' AS other;
SELECT '1.5/2/1'::kpi_ratio = '1.50/2.0/1' AS same, '1.5/2/1'::kpi_ratio <> '1.5/2/1' AS differ,
	   '1.5/2/1'::kpi_ratio = '1.5/2/2' AS other;
SELECT '2/1/3/2/4/5'::kpi_trend = '2/1.0/3/2/4/5' AS same, '2/1/3/2/4/5'::kpi_trend <> '2/1/3/2/4/5' AS differ,
	   '2/1/3/2/4/5'::kpi_trend = '2/1/3/2/4/5@0.9' AS other,
	   kpi_trend_hash('2/1/3/2/4/5') = kpi_trend_hash('2/1.0/3/2/4/5') AS hash;
SELECT '{1,1}'::kpi_durations = '{1x2}' AS same, '{1,1}'::kpi_durations <> '{1x2}' AS differ,
	   '{1,1}'::kpi_durations = '{1}' AS other;
SELECT kpi_scores_hash('{9:1}') = kpi_scores_hash('{9:1,10:0}') AS scores,
	   kpi_rate_hash('7/10') = kpi_rate_hash(' 7/10') AS rate,
	   kpi_ratio_hash('1.5/2/1') = kpi_ratio_hash('1.50/2/1') AS ratio,
	   kpi_durations_hash('{1,1}') = kpi_durations_hash('{1x2}') AS durations,
	   kpi_scores_hash('{9:1}') <> kpi_scores_hash('{8:1}') AS other,
	   (kpi_rate_hash_extended('7/10', 0) & 4294967295) = (kpi_rate_hash('7/10')::bigint & 4294967295) AS extended;
SELECT count(*) FROM (SELECT DISTINCT s FROM (VALUES ('{9:1}'::kpi_scores), ('{9:1}'), ('{9:2}')) AS v (s)) AS d;
SELECT d, count(*) FROM (VALUES ('{1}'::kpi_durations), ('{1}'), ('{2}')) AS v (d) GROUP BY d ORDER BY d::text;
SELECT count(*) FROM (SELECT '1/2'::kpi_rate AS r UNION SELECT '1/2' UNION SELECT '2/2') AS u;
SELECT count(*) FROM (SELECT '1/2/3'::kpi_ratio AS q UNION SELECT '1/2/3') AS u;
SET enable_mergejoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM (SELECT durations_agg(duration1) AS d FROM facts GROUP BY g, h) AS a
JOIN (SELECT durations_agg(duration1) AS d FROM facts GROUP BY h, g) AS b USING (d);
RESET enable_mergejoin;
RESET enable_nestloop;

-- arithmetic
SELECT '{9:1}'::kpi_scores + '{3:1,9:2}' AS plus, '{3:1,9:3}'::kpi_scores - '{9:2}' AS minus,
	   '{9:1}'::kpi_scores + '{}' AS nothing;
SELECT '7/10'::kpi_rate + '1/2' AS plus, '8/12'::kpi_rate - '1/2' AS minus, '7/10'::kpi_rate + '0/0' AS nothing;
SELECT '1.5/2/1'::kpi_ratio + '-3/4.25/2' AS plus, '1.5/2/1'::kpi_ratio - '1.5/2/1' AS minus;
SELECT '2/1/3/2/4/5'::kpi_trend + '1/1/1/1/1/1' AS plus, '2/1/3/2/4/5'::kpi_trend - '1/1/1/1/1/1' AS minus,
	   '2/1/3/2/4/5@0.9'::kpi_trend + '0/0/0/0/0/0' AS empty;
-- the confidence is an option of trend_ci, not part of what was counted: what is added and removed leaves nothing
SELECT a + b - b = a AS same, a + b - b AS restored, a + b = b + a AS either_way, a + b AS mixed
FROM (VALUES
	('2/1/3/2/4/5'::kpi_trend, '1/1/1/1/1/1@0.9'::kpi_trend), ('2/1/3/2/4/5@0.9', '1/1/1/1/1/1'),
	('2/1/3/2/4/5@0.9', '1/1/1/1/1/1@0.9'), ('0/0/0/0/0/0', '1/1/1/1/1/1@0.9'),
	('2/1/3/2/4/5@0.9', '0/0/0/0/0/0')) AS v (a, b);
-- in any order: @1 is a tally of different confidences, for which the aggregate trend_ci raises an error
WITH parts (k, t) AS (VALUES
	(1, '1/1/1/1/1/1@0.9'::kpi_trend), (2, '1/2/4/1/1/2'), (3, '1/3/9/1/1/3@0.8'), (4, '0/0/0/0/0/0'))
SELECT count(*), array_agg(DISTINCT (a.t + b.t + c.t + d.t)::text) AS sums,
	   array_agg(DISTINCT (a.t + (b.t + (c.t + d.t)))::text) AS "the same"
FROM parts AS a, parts AS b, parts AS c, parts AS d
WHERE a.k NOT IN (b.k, c.k, d.k) AND b.k NOT IN (c.k, d.k) AND c.k <> d.k;
SELECT '2/1/3/2/4/5@0.9'::kpi_trend + '2/1/3/2/4/5@0.8' AS differ;
-- the longest confidence that is read
SELECT ('2/1/3/2/4/5@' || rpad('0.9', 1000, '0'))::kpi_trend AS "1000 characters";
-- a sum of as many digits as fit
SELECT trend('3/2/2/1000/170141183460469231731687303715884.105727/170141183460469.105727'::kpi_trend)::numeric(30, 27) AS slope,
	   ((3 * 170141183460469105727.0 - 1e9 * 2e6) / (3 * 170141183460469231731687303715884105727.0 - 1e9 * 1e9)
		* 86400)::numeric(30, 27) AS "the same";
-- equal tallies give equal answers
SELECT a = b AS equal, trend_ci(a) = trend_ci(b) AS same
FROM (SELECT a, (a::text || '@0.5')::kpi_trend AS b
	  FROM (SELECT trend_agg(k * k, date '2026-01-01' + k) AS a FROM generate_series(1, 5) AS k) AS q) AS r;
SELECT '2/1/3/2/4/5'::kpi_trend - '3/1/1/1/1/1';
SELECT '9223372036854775807/1/3/2/4/5'::kpi_trend + '1/1/1/1/1/1';
SELECT '{1,5}'::kpi_durations + '{3,5}' AS plus, '{1,5}'::kpi_durations + '{}' AS nothing;
-- terse, because the HINT differs between majors
\set VERBOSITY terse
SELECT '{1}'::kpi_durations - '{1}';
\set VERBOSITY default
SELECT '{9:1}'::kpi_scores - '{9:2}';
SELECT '7/10'::kpi_rate - '8/10';
SELECT '7/10'::kpi_rate - '1/9';
SELECT '1/1/1'::kpi_ratio - '1/1/2';
SELECT '{9:9223372036854775807}'::kpi_scores + '{9:1}';
SELECT '{9:9223372036854775807}'::kpi_scores + '{10:1}';
SELECT '9223372036854775807/9223372036854775807'::kpi_rate + '0/1';
SELECT '1/1/9223372036854775807'::kpi_ratio + '1/1/1';
SELECT '170141183460469231731687303715884.105727/1/1'::kpi_ratio + '0.000001/1/1';
-- the operands do not change
CREATE TABLE day (day date PRIMARY KEY, s kpi_scores, r kpi_rate, q kpi_ratio, d kpi_durations);
INSERT INTO day VALUES ('2026-01-01', '{9:1}', '1/1', '1/1/1', '{1}'), ('2026-01-02', '{3:1}', '0/1', '1/2/1', '{2}');
SELECT s + s, r + r, q + q, d + d, kpi_scores_accum(s, 10), kpi_rate_accum(r, true),
	   kpi_ratio_accum(q, 1::bigint, 1::bigint), kpi_durations_accum(d, '3 s'),
	   kpi_durations_moving_accum(d, '4 s'), kpi_durations_discard(d, '1 s') FROM day WHERE day = '2026-01-01';
SELECT * FROM day ORDER BY day;
SELECT rollup(s), rollup(r), rollup(q), rollup(d) FROM day;
-- an upsert adds today's rows to what is stored
INSERT INTO day VALUES ('2026-01-02', '{10:1}', '1/1', '1/1/1', '{0.25}')
ON CONFLICT ON CONSTRAINT day_pkey
DO UPDATE SET s = day.s + excluded.s, r = day.r + excluded.r, q = day.q + excluded.q, d = day.d + excluded.d;
SELECT * FROM day ORDER BY day;
-- and a day without rows changes nothing
INSERT INTO day
SELECT '2026-01-02', scores_agg(score10), rate_agg(yes), ratio_agg(big, big2), durations_agg(duration1)
FROM facts WHERE false
ON CONFLICT ON CONSTRAINT day_pkey
DO UPDATE SET s = day.s + excluded.s, r = day.r + excluded.r, q = day.q + excluded.q, d = day.d + excluded.d;
SELECT * FROM day WHERE day = '2026-01-02';
-- one tally, long enough to be stored out of line, rolled up
UPDATE day SET d = (SELECT durations_agg(duration1) FROM facts) WHERE day = '2026-01-01';
SELECT rollup(d) = d AS toasted FROM day WHERE day = '2026-01-01' GROUP BY d;
DROP TABLE day;

-- ANALYZE stores the share of NULLs and the width that rows have on disk
CREATE TABLE measured AS
SELECT scores_agg(score10) AS s, CASE WHEN h > 0 THEN rate_agg(yes) END AS r, ratio_agg(big, big2) AS q, durations_agg(duration1) AS d,
	   trend_agg(score5, started::date) AS t, NULL::kpi_durations AS nothing
FROM facts GROUP BY GROUPING SETS ((g, h), (k % 20));
ANALYZE measured;
SELECT attname, null_frac = nulls::real / n AS "null_frac", avg_width = trunc(coalesce(width, 0)) AS "avg_width",
	   nulls > 0 AS has_nulls, n_distinct, num_nonnulls(most_common_vals, histogram_bounds) AS others
FROM (SELECT key AS attname, count(*) AS n, count(*) FILTER (WHERE value IS NULL) AS nulls, avg(value) AS width
	  FROM measured AS m, LATERAL (VALUES ('s', pg_column_size(s)), ('r', pg_column_size(r)), ('q', pg_column_size(q)),
								   ('d', pg_column_size(d)), ('t', pg_column_size(t)),
								   ('nothing', pg_column_size(nothing))) AS c (key, value)
	  GROUP BY key) AS counted
JOIN pg_stats USING (attname) WHERE tablename = 'measured' ORDER BY attname;
DROP TABLE measured;

-- jsonb for people and BI tools
SELECT '{9:12,10:30}'::kpi_scores::jsonb;
SELECT trend_agg(k * 2, date '2026-01-01' + k)::jsonb, '0/0/0/0/0/0'::kpi_trend::jsonb FROM generate_series(1, 3) AS k;
SELECT '7/10'::kpi_rate::jsonb, '130.5/150/2'::kpi_ratio::jsonb;
SELECT jsonb_pretty('{0.5,60x3,86400}'::kpi_durations::jsonb), '{}'::kpi_durations::jsonb;

-- for an empty tally, KPIs are NULL and the size is 0
SELECT sample_size('{}'::kpi_scores), sample_size('0/0'::kpi_rate), sample_size('0/0/0'::kpi_ratio),
	   sample_size('{}'::kpi_durations), rate_hits('0/0'), score_counts('{}'), is_exact('{}'),
	   ratio_numerator('0/0/0'), ratio_denominator('0/0/0');
SELECT num_nonnulls(
	   nps('{}'::kpi_scores), csat_pct('{}'::kpi_scores), score_avg('{}'), score_stddev('{}'),
	   score_share('{}', 1, 2), net_score('{}'::kpi_scores, 3, 1), score_stddev('{5:1}'),
	   rate_pct('0/0'), ratio_value('0/0/0'), ratio_pct('0/0/0'), ratio_pct('5/0/1'),
	   avg_duration('{}'::kpi_durations), percentile('{}', 0.5),
	   min_duration('{}'), max_duration('{}'), total_duration('{}'), share_within('{}', '1 h'),
	   p90_response('{}'::kpi_durations), avg_response('0/0/0'::kpi_ratio),
	   cost_per_contact('0/0/0'::kpi_ratio), productivity('0/0/0'::kpi_ratio)) AS answers;

-- business hours have an order, of their text, so that DISTINCT works; tallies have none
SELECT count(DISTINCT h) AS "2", min(h::text COLLATE "C") = (array_agg(h ORDER BY h))[1]::text AS first,
	   bool_and((h < other) = (h::text COLLATE "C" < other::text)) AS less,
	   bool_and((h <= other) = (h::text COLLATE "C" <= other::text)) AS "not more",
	   bool_and((h > other) = (other < h)) AS more, bool_and((h >= other) = (other <= h)) AS "not less",
	   bool_and((h = other) = (h >= other AND h <= other)) AS equal
FROM unnest(ARRAY['UTC; Mo 09:00-10:00', 'UTC; 24/7', 'UTC;  Mo 09:00-10:00']::business_hours[]) AS h,
	unnest(ARRAY['UTC; Mo 09:00-10:00', 'UTC; Mo 09:00-10:00,11:00-12:00', 'UTC; 24/7']::business_hours[]) AS other;
SELECT count(DISTINCT d) FROM (VALUES ('{1}'::kpi_durations)) AS v (d);
