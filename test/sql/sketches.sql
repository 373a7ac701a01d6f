-- Tallies counted in buckets: their errors, that their bytes depend on the values alone, and that all kinds of states
-- agree.
SET search_path = kpi_test, public;

CREATE FUNCTION seconds(usec double precision) RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN make_interval(secs => trunc(usec) / 1000000);

-- 5,000 values of each of many shapes
CREATE TABLE shapes AS
SELECT k, shape, CASE shape
		WHEN 'constant' THEN interval '1 h'
		WHEN 'all zero' THEN '0'
		WHEN 'two values' THEN CASE WHEN k % 10 = 0 THEN interval '1 day' ELSE '1 min' END
		WHEN 'bimodal, p90 in the gap' THEN seconds(CASE WHEN k <= 4500 THEN 5e7 + 1e7 * u ELSE 8e9 + 1e9 * u END)
		WHEN 'heavy tail to 30 years' THEN seconds(exp(u * ln(30 * 365.25 * 86400e6)))
		WHEN 'microseconds' THEN seconds(u * 1000)
		WHEN 'seconds' THEN make_interval(secs => floor(u * 90000))
		WHEN 'uniform' THEN seconds(u * 86400e6)
		WHEN 'log-normal' THEN seconds(exp(17 + 2 * (u + dice(k, 'n') + dice(k, 'm') - 1.5)))
		WHEN 'edges of buckets' THEN make_interval(secs => (2 ^ (8 + k % 40) - k % 2) / 1000000)
	END AS d
FROM generate_series(1, 5000) AS k,
	 unnest(ARRAY['constant', 'all zero', 'two values', 'bimodal, p90 in the gap', 'heavy tail to 30 years',
				  'microseconds', 'seconds', 'uniform', 'log-normal', 'edges of buckets']) AS shape,
	 LATERAL (SELECT dice(k, shape) AS u) AS u;
ANALYZE shapes;

-- for every fraction: the error, the bounds, the order
CREATE TABLE accuracy AS
SELECT shape, t, n, f, extract(epoch FROM exact) AS exact, extract(epoch FROM percentile(t, f)) AS estimate,
	   low, high, total
FROM (SELECT array_agg(x / 1000.0::float8 ORDER BY x) AS fractions FROM generate_series(0, 1000) AS x) AS f,
	LATERAL (SELECT shape, durations_agg(d) AS t, count(*) AS n, min(d) AS low, max(d) AS high, sum(d) AS total,
			 percentile_cont(fractions) WITHIN GROUP (ORDER BY d) AS exacts FROM shapes GROUP BY shape) AS s,
	unnest(fractions, exacts) AS v (f, exact);
SELECT shape, bool_and(NOT is_exact(t)) AS in_buckets,
	   -- a microsecond for percentile_cont's own rounding
	   bool_and(abs(estimate - exact) <= 0.005 * exact + 0.000001) AS within_half_a_percent,
	   bool_and(abs(estimate - exact) <= relative_error(t) * exact + 0.000001) AS within_the_bound,
	   bool_and(percentile(t, f) BETWEEN low AND high) AS within_extremes,
	   bool_and(min_duration(t) = low AND max_duration(t) = high AND sample_size(t) = n
				AND extract(epoch FROM total_duration(t)) = extract(epoch FROM total)) AS figures_exact
FROM accuracy GROUP BY shape ORDER BY shape;
SELECT count(*) AS not_monotone
FROM (SELECT estimate < lag(estimate) OVER (PARTITION BY shape ORDER BY f) AS falls FROM accuracy) AS f WHERE falls;
DROP TABLE accuracy;
SELECT shape, abs(share_within(t, '1 h') - share) < 1 AS share,
	   abs(extract(epoch FROM avg_duration(t)) - extract(epoch FROM mean)) < 0.000002 AS mean
FROM (SELECT shape, durations_agg(d) AS t, 100.0 * count(*) FILTER (WHERE d <= '1 h') / count(*) AS share,
			 avg(d) AS mean
	  FROM shapes GROUP BY shape) AS s ORDER BY shape;

-- shares within thousands of targets, against exact counts: values and edges of buckets, a microsecond to either
-- side, and any others
CREATE FUNCTION usec(duration interval) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN (extract(epoch FROM duration) * 1000000)::bigint;
CREATE FUNCTION bucket_width(usec bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN 1::bigint << greatest(length(ltrim(usec::bit(64)::text, '0')) - 8, 0);
CREATE FUNCTION bucket_begin(usec bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
	RETURN usec / bucket_width(usec) * bucket_width(usec);
CREATE TABLE targets AS
SELECT shape, array_agg(DISTINCT target ORDER BY target) AS targets
FROM shapes, LATERAL (SELECT usec(d) AS value, bucket_begin(usec(d)) AS edge) AS v,
	unnest(ARRAY[value - 1, value, value + 1, edge - 1, edge, (0.75 * edge + 0.25 * value)::bigint,
				 (1.5 * value)::bigint, (exp(dice(k, 'target') * 35))::bigint]) AS target
WHERE k % 40 = 0 AND target >= 0 GROUP BY shape;
CREATE TABLE within AS
SELECT shape, t, target, (b).*, share_within(t, seconds(target)) AS share,
	   100.0::float8 * width_bucket(target, durations) / cardinality(durations) AS exact,
	   -- the exact counts outside the bucket of the target
	   100.0::float8 * width_bucket(edge - 1, durations) / cardinality(durations) AS below,
	   100.0::float8 * width_bucket(edge + bucket_width(target) - 1, durations) / cardinality(durations) AS above
FROM (SELECT shape, durations_agg(d) AS t, array_agg(usec(d) ORDER BY d) AS durations FROM shapes GROUP BY shape) AS s
JOIN targets USING (shape), unnest(targets) AS target,
	LATERAL (SELECT share_within_bounds(t, seconds(target)) AS b, bucket_begin(target) AS edge) AS q;
SELECT shape, count(*) > 120 AS many, bool_and(low <= exact AND exact <= high) AS certain,
	   bool_and(low >= below AND high <= above) AS within_the_bucket,
	   bool_and(low <= value AND value <= high AND value = share) AS around,
	   count(*) FILTER (WHERE low < high) > 0 AS some_uncertain
FROM within GROUP BY shape ORDER BY shape;
SELECT count(*) AS wrong FROM within
WHERE (value, low, high) <> (0, 0, 0) AND seconds(target) < min_duration(t)
   OR (value, low, high) <> (100, 100, 100) AND seconds(target) >= max_duration(t) OR n <> 5000;
SELECT count(*) AS not_monotone FROM (
	SELECT value < lag(value) OVER w OR low < lag(low) OVER w OR high < lag(high) OVER w AS falls
	FROM within WINDOW w AS (PARTITION BY shape ORDER BY target)) AS f WHERE falls;
DROP TABLE within, targets;
DROP FUNCTION bucket_begin, bucket_width, usec;
-- a merged tally: exact parts, and parts in buckets
SELECT bool_and(share_within_bounds(parts, target) = share_within_bounds(whole, target)) AS same
FROM (SELECT rollup(t) AS parts
	  FROM (SELECT durations_agg(d) AS t FROM shapes WHERE shape = 'seconds' GROUP BY k < 3000, k % 3) AS p) AS p,
	 (SELECT durations_agg(d) AS whole FROM shapes WHERE shape = 'seconds') AS w,
	 unnest(ARRAY[interval '1 s', '1 h', '7 h', '1 d']) AS target;
-- nearly all in one bucket: the sum narrows the upper limit, from 99.97
SELECT (b).low < 0.034 AND (b).high >= 0.033 AND (b).high < 30 AND (b).value BETWEEN (b).low AND (b).high AS certain,
	   (b).n
FROM (SELECT share_within_bounds(durations_agg(d), '1 hour') AS b
	  FROM (SELECT interval '3605 s' AS d FROM generate_series(1, 2999)
			UNION ALL VALUES (interval '10 s'), ('90000 s')) AS s) AS s;
-- and neither limit leaves out what is possible: all of 3,000 at the target, or all just above it
SELECT (at).high = 100.0::float8 * 3001 / 3002 AS all_at, (below).low = 100.0::float8 / 3002 AS all_above
FROM (SELECT share_within_bounds(t, '1 hour') AS at, share_within_bounds(t, '59 min 59.999999 s') AS below
	  FROM (SELECT durations_agg(d) AS t
			FROM (SELECT interval '1 h' AS d FROM generate_series(1, 3000)
				  UNION ALL VALUES (interval '10 s'), ('90000 s')) AS s) AS s) AS s;
SELECT (b).low <= 54.58 AND (b).high >= 54.58 AS certain, (b).n
FROM (SELECT share_within_bounds(durations_agg(from_minutes(595 + i % 11)), '10 hours') AS b
	  FROM generate_series(1, 5000) AS i) AS s;
SELECT share_within_bounds('{10,20,30,40}', '30 s') AS exact,
	   share_within_bounds('exact{10x150,20x600,30x2250}', '20 s') AS also_exact,
	   share_within_bounds('{}', '30 s') AS nothing;
SELECT share_within_bounds('{1}', '-1 s');
-- in a bucket from 59.768832 to 60.030975: sums that the minimum and the maximum do not allow
SELECT '{59.8..60/122470.6:59.768832x2048}'::kpi_durations AS least,
	   '{59.8..60/122470.599999:59.768832x2048}'::kpi_durations;
SELECT '{59.8..60/122879.8:59.768832x2048}'::kpi_durations AS most,
	   '{59.8..60/122879.800001:59.768832x2048}'::kpi_durations;
-- no bucket, no error
SELECT is_exact(durations_agg(d)), relative_error(durations_agg(d)) FROM shapes WHERE k <= 2047 AND shape = 'uniform';
SELECT is_exact(durations_agg(d)), relative_error(durations_agg(d)) FROM shapes WHERE k <= 2048 AND shape = 'uniform';

-- the same values are the same bytes: in any order, plan and tree of merging, through text, and from parts in buckets
CREATE TABLE expected AS SELECT shape, durations_agg(d) AS t FROM shapes GROUP BY shape;
SELECT count(*) FROM expected e
JOIN (SELECT shape, durations_agg(d ORDER BY md5(k || shape)) AS t FROM shapes GROUP BY shape) AS s USING (shape, t);
SELECT count(*) FROM expected e
JOIN (SELECT shape, durations_agg(d ORDER BY d DESC) AS t FROM shapes GROUP BY shape) AS s USING (shape, t);
SET max_parallel_workers_per_gather = 3;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT plan_has('SELECT shape, durations_agg(d) FROM shapes GROUP BY shape', '"Partial Mode": "Partial"');
SELECT count(*) FROM expected e
JOIN (SELECT shape, durations_agg(d) AS t FROM shapes GROUP BY shape) AS s USING (shape, t);
SET max_parallel_workers_per_gather = 0;
SELECT count(*) AS trees, count(*) FILTER (WHERE same) AS same FROM (
	SELECT round, rollup(part::text::kpi_durations)
				  = (SELECT t FROM expected WHERE expected.shape = 'log-normal') AS same
	FROM (
		SELECT round, dice(k, round || 'top') < 0.3 AS top, rollup(leaf) AS part FROM (
			SELECT round, floor(dice(k, round || 'leaf') ^ 3 * (3 + round))::int AS k, durations_agg(d) AS leaf
			FROM shapes, generate_series(1, 20) AS round WHERE shape = 'log-normal' GROUP BY 1, 2) AS leaves
		GROUP BY 1, 2) AS parts
	GROUP BY round) AS trees;
SELECT bool_and((a.t + b.t) = (b.t + a.t)) AS commutes,
	   bool_and(((a.t + b.t) + a.t) = (a.t + (b.t + a.t))) AS associates
FROM expected a, expected b;
SELECT bool_and(t::text::kpi_durations = t) AS text, bool_and(t + '{}' = t AND '{}'::kpi_durations + t = t) AS nothing
FROM expected;
SELECT count(*) AS different FROM (SELECT DISTINCT t FROM expected) AS d;

-- confidence intervals of percentiles: against exact sums of the binomial distribution over 1, 2, ... n, which are
-- their own ranks.  An interval always contains the percentile of the sample.
CREATE FUNCTION exact_ranks(n int, p numeric, confidence numeric, OUT low int, OUT high int) LANGUAGE plpgsql AS $$
DECLARE
	hits CONSTANT numeric := p * 1000;	-- whole numbers all along: exact
	term numeric := 1;
	total numeric := 1;
	cumulative numeric := 0;
BEGIN
	FOR k IN 1..n LOOP
		term := term * (1000 - hits);
		total := total * 1000;
	END LOOP;
	FOR k IN 0..n LOOP
		cumulative := cumulative + term;
		IF low IS NULL AND cumulative > total * (1 - confidence) / 2 THEN
			low := k;
		END IF;
		IF high IS NULL AND cumulative >= total * (1 - (1 - confidence) / 2) THEN
			high := k + 1;
		END IF;
		term := div(term * (n - k) * hits, (k + 1) * (1000 - hits));
	END LOOP;
	low := nullif(low, 0);
	high := nullif(high, n + 1);
END
$$;
SELECT count(*), bool_and((ci).n = n
	   AND (ci).low IS NOT DISTINCT FROM CASE WHEN r.low > 0 THEN least(r.low, (ci).value) END
	   AND (ci).high IS NOT DISTINCT FROM CASE WHEN r.high > 0 THEN greatest(r.high, (ci).value) END) AS same
FROM unnest(ARRAY[1, 2, 5, 6, 10, 37, 100, 150]) AS n, unnest(ARRAY[0.05, 0.5, 0.9, 0.99]) AS p,
	unnest(ARRAY[0.8, 0.95, 0.999]) AS c,
	LATERAL (SELECT percentile_ci(durations_agg(make_interval(secs => i)), p::float8, c::float8) AS ci
			 FROM generate_series(1, n) AS i) AS q,
	LATERAL exact_ranks(n, p, c) AS r;
SELECT percentile_ci('{1,2,3,4,5,6,7,8,9,10}', 0.5) AS "2 to 9", percentile_ci('{1,2,3}', 0.5) AS "no limits",
	   percentile_ci('{}', 0.5) AS "nothing",
	   percentile_ci('{1,2,3}', 0) AS "at most the shortest", percentile_ci('{1,2,3}', 1) AS "at least the longest";
SELECT (ci).value, (ci).low <= (ci).value AND (ci).high >= (ci).value AS around, (ci).n
FROM percentile_ci('{60x400000000,3600x500000000,86400x100000000}', 0.4444) AS ci;
SET statement_timeout = '1 s';
SELECT percentile_ci('{1x9223372036854775807}', 0.5) AS median, percentile_ci('{1x9223372036854775807}', 1) AS at_least,
	   percentile_ci('{1x4611686018427387903,2x4611686018427387904}', 0.499999999, 0.99) AS below_the_middle,
	   percentile_ci('{1x4611686018427387903,2x4611686018427387904}', 0.5, 1e-300) AS unsure,
	   percentile_ci('{1x9223372036854775807}', 1e-300, 0.9999999999999999) AS rare;
RESET statement_timeout;
SELECT percentile_ci('{1}', 0.5, 95);
SELECT percentile_ci('{1}', 50);
DROP FUNCTION exact_ranks;

-- changes of percentiles: the formula of Zou and Donner over both intervals
CREATE TABLE samples AS
SELECT name,
	   durations_agg(seconds(1e6 * scale * exp(1.5 * (dice(k, name || 'u') + dice(k, name || 'v')
													  + dice(k, name || 'w') - 1.5)))) AS d
FROM (VALUES ('few', 8, 60), ('some', 60, 80), ('slower', 300, 200), ('long', 4000, 100)) AS s (name, n, scale),
	generate_series(1, n) AS k
GROUP BY name;
SELECT count(*), bool_and(n = (a).n + (b).n AND abs(value - ((b).value - (a).value)) < 1e-9
	   AND abs(low - ((b).value - (a).value - sqrt(((b).value - (b).low) ^ 2 + ((a).high - (a).value) ^ 2))) < 1e-9
		   IS DISTINCT FROM false
	   AND abs(high - ((b).value - (a).value + sqrt(((b).high - (b).value) ^ 2 + ((a).value - (a).low) ^ 2))) < 1e-9
		   IS DISTINCT FROM false
	   AND (low IS NULL) = ((b).low IS NULL OR (a).high IS NULL)
	   AND (high IS NULL) = ((b).high IS NULL OR (a).low IS NULL)) AS same,
	   bool_or(low IS NULL) AS some_without, bool_or(low > 0) AS some_higher, bool_or(high < 0) AS some_lower
FROM samples AS before, samples AS after, unnest(ARRAY[0.25, 0.5, 0.9]) AS fraction,
	unnest(ARRAY[0.8, 0.95]) AS confidence,
	LATERAL (SELECT percentile_ci(before.d, fraction, confidence) AS a,
					percentile_ci(after.d, fraction, confidence) AS b) AS ci,
	LATERAL duration_change(before.d, after.d, fraction, confidence);
SELECT duration_change(before => '{60x30}', after => '{90x50}', fraction => 0.5) AS "30 s",
	   duration_change('{60}', '{90}', 0.5) AS "no limits",
	   duration_change('{}', '{90}', 0.5) AS nothing, duration_change('{60}', '{}', 0.5) AS nothing_either;
SELECT duration_change('{60}', '{90}', 90);
SELECT duration_change('{60}', '{90}', 0.9, 95);
-- of 400 pairs of samples, in seconds from exponential distributions of means 100 and
-- 150: 95 % of the intervals contain the true change of the median
SELECT count(*), count(*) FILTER (WHERE 50 * ln(2) BETWEEN (c).low AND (c).high) >= 380 AS contain FROM (
	SELECT duration_change(durations_agg(seconds(-100e6 * ln(1 - dice(k, 'before')))),
						   durations_agg(seconds(-150e6 * ln(1 - dice(k, 'after')))), 0.5) AS c
	FROM generate_series(1, 400 * 40) AS k GROUP BY k % 400) AS s;
DROP TABLE samples;

-- small
SELECT shape, pg_column_size(t) <= 10 * 1024 AS small FROM expected ORDER BY shape;
SELECT sample_size(t), pg_column_size(t) <= 10 * 1024 AS a_year FROM
	(SELECT durations_agg(make_interval(secs => round(exp(
				8 + 2.2 * (dice(k, 'p') + dice(k, 'q') + dice(k, 'r') + dice(k, 's') - 2))))) AS t
	 FROM generate_series(1, 200000) AS k) AS year;

-- windows over stored tallies, exact and in buckets, are direct merges
CREATE TABLE days AS
SELECT k / 250 AS day, durations_agg(d) AS t FROM shapes WHERE shape = 'heavy tail to 30 years' GROUP BY 1;
SELECT count(*), bool_and(moving = direct) AS same, bool_or(is_exact(moving)) AS some_exact,
	   bool_or(NOT is_exact(moving)) AS some_not
FROM (
	SELECT day, rollup(t) OVER (ORDER BY day ROWS 9 PRECEDING) AS moving,
		   array_agg(day) OVER (ORDER BY day ROWS 9 PRECEDING) AS members
	FROM days) AS m,
	LATERAL (SELECT rollup(t) AS direct FROM days WHERE days.day = ANY (members)) AS d;
SELECT bool_and(moving IS NOT DISTINCT FROM direct) AS same FROM (
	SELECT day, percentile(rollup(t) OVER w, 0.9) AS moving, array_agg(day) OVER w AS members FROM days
	WINDOW w AS (ORDER BY day ROWS BETWEEN 7 PRECEDING AND 3 PRECEDING EXCLUDE CURRENT ROW)) AS m,
	LATERAL (SELECT percentile(rollup(t), 0.9) AS direct FROM days WHERE days.day = ANY (members)) AS d;
SELECT bool_and(moving = direct) AS same FROM (
	SELECT day, rollup(t + t) FILTER (WHERE day % 3 > 0) OVER w AS moving,
		   array_agg(day) FILTER (WHERE day % 3 > 0) OVER w AS members
	FROM days
	WINDOW w AS (ORDER BY day ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS m,
	LATERAL (SELECT rollup(t + t) AS direct FROM days WHERE days.day = ANY (members)) AS d;
-- and windows over rows, beyond the limit
SELECT bool_and(moving = direct) AS same FROM (
	SELECT k, durations_agg(d) OVER (ORDER BY k ROWS 2500 PRECEDING) AS moving
	FROM shapes WHERE shape = 'uniform') AS m,
	LATERAL (SELECT durations_agg(d) AS direct FROM shapes s
			 WHERE shape = 'uniform' AND s.k BETWEEN m.k - 2500 AND m.k) AS d
WHERE k % 500 = 0;

-- groups in buckets beside groups that are not
SELECT level, count(*), bool_and(is_exact(t)) AS exact, bool_and(sample_size(t) = n) AS n FROM (
	SELECT shape, k % 4 AS quarter, grouping(shape) AS level, durations_agg(d) AS t, count(*) AS n
	FROM shapes GROUP BY GROUPING SETS ((shape, k % 4), (k % 4))) AS s
GROUP BY 1 ORDER BY 1;

-- literals and single calls
SELECT kpi_durations_send(durations_agg(d))
FROM (SELECT make_interval(secs => k % 3 * 60) AS d FROM generate_series(1, 2048) AS k) AS s;
SELECT durations_agg(d) FROM (SELECT make_interval(secs => k % 3 * 60) AS d FROM generate_series(1, 2048) AS k) AS s;
SELECT '{60x3000}'::kpi_durations, is_exact('{60x2047}'), is_exact('{60x2048}'), is_exact('exact{60x2048}'),
	   median_duration('exact{60x2048}'::kpi_durations);
SELECT kpi_durations_accum('{60x2047}', '60 s') = '{60x2048}' AS one_more,
	   '{60x1024}'::kpi_durations + '{60x1024}' = '{60x2048}' AS merged;
SELECT '{1}'::kpi_durations = 'exact{1}' AS kept_apart;
SELECT '{1}'::kpi_durations + 'exact{1}';
SELECT kpi_durations_discard('{60x2048}', '60 s');
-- malformed buckets
DO $$
DECLARE
	literal text;
	detail text;
BEGIN
	FOREACH literal IN ARRAY ARRAY[
		'{60..60/122880:59.768832x2047}', '{60..60/1:59.768832x2048}', '{60..60/122880:60x2048}',
		'{60..59/122880:59.768832x2048}', '{60..61/122880:59.768832x2048}', '{59..60/122880:59.768832x2048}',
		'{60..60/122880:}', '{60..60/122880}', '{60..60:59.768832x2048}',
		'{60..60/122880:59.768832x2048,59.768832x1}', '{60..60/-122880:59.768832x2048}',
		'{60..60/122880:59.768832x9223372036854775807,60.293120x9223372036854775807}',
		'exact{60..60/122880:59.768832x2048}', 'Exact{}', 'exact'] LOOP
		BEGIN
			PERFORM literal::kpi_durations;
			RAISE NOTICE '% was accepted', literal;
		EXCEPTION WHEN invalid_text_representation THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			RAISE NOTICE '%: %', literal, detail;
		END;
	END LOOP;
END
$$;
SELECT '{60..60/122880:59.768832x2048}'::kpi_durations = '{60x2048}' AS accepted;
DROP TABLE shapes, expected, days;
DROP FUNCTION seconds;
