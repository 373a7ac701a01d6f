-- Confidence intervals, changes and sample sizes; 009_statistics.pl has rows computed elsewhere.
SET search_path = kpi_test, public;

CREATE FUNCTION close(a double precision, b double precision, tolerance double precision DEFAULT 1e-9)
RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN abs(a - b) <= tolerance * greatest(abs(a), abs(b));

-- one shot, from a tally and from a merged tally: the same
SELECT g, nps_ci(score10) = nps_ci(scores_agg(score10)) AND nps_ci(score10) = nps_ci(scores_agg(score10), 0.95) AS nps,
	   csat_ci(score5) = csat_ci(scores_agg(score5)) AND csat_ci(score5) = csat_ci(scores_agg(score5), 4, 0.95) AS csat,
	   rate_ci(yes) = rate_ci(rate_agg(yes)) AND rate_ci(yes) = rate_ci(rate_agg(yes), 0.95, 'wilson') AS rate,
	   csat_ci(score5) = rate_ci(rate_agg(score5 >= 4)) AS shares,
	   (nps_ci(score10)).value = nps(score10) AND (csat_ci(score5)).value = csat_pct(score5)
		   AND (rate_ci(yes)).value = fcr_rate(yes) AS value,
	   (nps_ci(score10)).n = count(score10) AND (csat_ci(score5)).n = count(score5)
		   AND (rate_ci(yes)).n = count(yes) AS n
FROM facts GROUP BY g ORDER BY g;
SELECT nps_ci(rollup(s)) = (SELECT nps_ci(score10) FROM facts) AS merged
FROM (SELECT scores_agg(score10) AS s FROM facts GROUP BY h) AS days;
SELECT count(*), bool_and(moving = direct) AS same FROM (
	SELECT k, csat_ci(score5) OVER (ORDER BY k ROWS 20 PRECEDING) AS moving FROM few) AS m,
	LATERAL (SELECT csat_ci(score5) AS direct
			 FROM (SELECT score5 FROM few WHERE few.k <= m.k ORDER BY few.k DESC LIMIT 21) AS f) AS d;
-- the wider types of a score
SELECT nps_ci(score10::smallint) = nps_ci(score10) AND nps_ci(score10::float8) = nps_ci(score10) AS same FROM facts;

-- no answers, no estimate
SELECT nps_ci(score10) IS NULL AS nps, csat_ci(score5) IS NULL AS csat, rate_ci(yes) IS NULL AS rate,
	   csat_ci(scores_agg(score5), 3) IS NULL AS other,
	   rate_ci(rate_agg(yes), method => 'clopper-pearson') IS NULL AS exact,
	   nps_change(scores_agg(score10), '{9:1}') IS NULL AS a, nps_change('{9:1}', scores_agg(score10)) IS NULL AS b,
	   csat_change(scores_agg(score5), '{4:1}') IS NULL AS c, rate_change('1/2', rate_agg(yes)) IS NULL AS d
FROM facts WHERE false;
SELECT nps_ci('{9:1}'::kpi_scores, NULL), csat_ci(NULL::kpi_scores, 4), rate_ci('1/2'::kpi_rate, method => NULL),
	   rate_change(NULL, '1/2'), required_sample(NULL), is_significant(NULL);

-- published: FIELD section d, and Newcombe 1998, table II, method 10
SELECT r, round((ci).low::numeric, 4) AS low, round((ci).high::numeric, 4) AS high
FROM unnest(ARRAY['8/10', '0/10', '10/10', '41/110', '95/100', '1/1']::kpi_rate[]) AS r, rate_ci(r) AS ci;
SELECT r, round((ci).low::numeric, 4) AS low, round((ci).high::numeric, 4) AS high
FROM unnest(ARRAY['8/10', '0/10']::kpi_rate[]) AS r, rate_ci(r, method => 'clopper-pearson') AS ci;
SELECT b, a, v.low, v.high,
	   round((change).low::numeric, 2) = v.low AND round((change).high::numeric, 2) = v.high AS as_published,
	   is_significant(change)
FROM (VALUES
	('56/70'::kpi_rate, '48/80'::kpi_rate, 5.24, 33.39), ('9/10', '3/10', 17.05, 80.90), ('6/7', '2/7', 5.82, 80.62),
	('5/56', '0/29', -3.81, 19.26), ('0/10', '0/20', -16.11, 27.75), ('0/10', '0/10', -27.75, 27.75),
	('10/10', '0/20', 67.91, 100), ('10/10', '0/10', 60.75, 100)) AS v (b, a, low, high),
	rate_change(a, b) AS change;
SELECT s, round((ci).value::numeric, 2) AS value, round((ci).low::numeric, 2) AS low,
	   round((ci).high::numeric, 2) AS high, (ci).n
FROM unnest(ARRAY['{0:5,7:16,10:15}', '{6:20,8:30,9:50}', '{10:10}', '{0:10}']::kpi_scores[]) AS s, nps_ci(s) AS ci;

-- Clopper and Pearson by exact sums: at its limits, what was seen or more, or
-- less, has half of what the confidence leaves
CREATE FUNCTION binomial_sum(n int, first int, last int, percent double precision)
RETURNS double precision LANGUAGE sql IMMUTABLE
-- 99 digits of a power are kept, and 17 of a double
RETURN (SELECT sum(factorial(n) / factorial(i) / factorial(n - i) * p ^ i * (1 - p) ^ (n - i))
		FROM generate_series(first, last) AS i, round(percent::text::numeric / 100, 99) AS p);
SELECT count(*),
	   bool_and(CASE k WHEN 0 THEN (ci).low = 0
				ELSE close(binomial_sum(n, k, n, (ci).low), (1 - c) / 2, 1e-10) END) AS low,
	   bool_and(CASE k WHEN n THEN (ci).high = 100
				ELSE close(binomial_sum(n, 0, k, (ci).high), (1 - c) / 2, 1e-10) END) AS high
FROM unnest(ARRAY[1, 2, 3, 10, 17, 30]) AS n, generate_series(0, n) AS k, unnest(ARRAY[0.5, 0.9, 0.999]::float8[]) AS c,
	 LATERAL (SELECT rate_ci(format('%s/%s', k, n)::kpi_rate, c, 'clopper-pearson') AS ci) AS r;
-- Wilson: the shares that a two-sided score test does not reject.  At the limits
-- the distance from what was seen is z standard deviations of the limit.
SELECT count(*),
	   bool_and(abs(k / n::float8 - p) < 1e-15
				OR close((k / n::float8 - p) ^ 2, 1.959963984540054 ^ 2 * p * (1 - p) / n, 1e-9)) AS score_test
FROM unnest(ARRAY[1, 2, 3, 10, 17, 30, 400]) AS n, generate_series(0, n) AS k,
	 LATERAL (SELECT rate_ci(format('%s/%s', k, n)::kpi_rate) AS ci) AS r,
	 unnest(ARRAY[(ci).low / 100, (ci).high / 100]) AS p
WHERE NOT (k = 0 AND p = 0 OR k = n AND p = 1);
-- how often the limits enclose a true share: Clopper and Pearson never less than
-- promised, Wilson about as often
SELECT trials, min(exact) >= 0.95 AS never_less, round(avg(wilson)::numeric, 2) AS wilson,
	   min(wilson) > 0.83 AS not_far_below
FROM unnest(ARRAY[5, 10, 20]) AS trials, generate_series(2, 98, 3) AS p,
	 LATERAL (SELECT sum(binomial_sum(trials, k, k, p)) FILTER (WHERE p BETWEEN (c).low AND (c).high) AS exact,
					 sum(binomial_sum(trials, k, k, p)) FILTER (WHERE p BETWEEN (w).low AND (w).high) AS wilson
			  FROM generate_series(0, trials) AS k, LATERAL (SELECT format('%s/%s', k, trials)::kpi_rate AS r) AS r,
				   LATERAL (SELECT rate_ci(r, method => 'clopper-pearson') AS c, rate_ci(r) AS w) AS ci) AS coverage
GROUP BY 1 ORDER BY 1;

-- more confidence never narrows, and mirrored counts have mirrored limits
SELECT count(*), bool_and(low <= earlier_low AND high >= earlier_high) AS widen FROM (
	SELECT (ci).low, (ci).high, lag((ci).low) OVER w AS earlier_low, lag((ci).high) OVER w AS earlier_high
	FROM unnest(ARRAY['0/1', '1/1', '3/7', '1/1000000000', '999999999/1000000000',
					  '4000000000000000000/9000000000000000000']::kpi_rate[]) AS r,
		 unnest(enum_range(NULL::kpi_ci_method)) AS method,
		 unnest(ARRAY[1e-9, 0.1, 0.4999, 0.5, 0.5001, 0.8, 0.95, 0.999999, 1 - 1e-15]) AS c,
		 rate_ci(r, c, method) AS ci
	WINDOW w AS (PARTITION BY r::text, method ORDER BY c)) AS s WHERE earlier_low IS NOT NULL;
SELECT count(*), bool_and(close((ci).low, 100 - (mirrored).high) AND close((ci).high, 100 - (mirrored).low)) AS mirrored
FROM generate_series(0, 23) AS k, unnest(enum_range(NULL::kpi_ci_method)) AS method,
	 rate_ci(format('%s/23', k)::kpi_rate, 0.9, method) AS ci,
	 rate_ci(format('%s/23', 23 - k)::kpi_rate, 0.9, method) AS mirrored;
-- as many answers as a bigint can hold: the limits of the normal approximation
SELECT method, close((ci).low, 100 * (0.5 - 1.959963984540054 / 2 / sqrt(9e18)), 1e-15) AS low,
	   close((ci).high, 100 * (0.5 + 1.959963984540054 / 2 / sqrt(9e18)), 1e-15) AS high
FROM unnest(enum_range(NULL::kpi_ci_method)) AS method,
	rate_ci('4500000000000000000/9000000000000000000'::kpi_rate, 0.95, method) AS ci;
-- and one of them: the limits of a Poisson mean, exact and by the score test
SELECT v.method, close((ci).low, 100 * v.low) AS low, close((ci).high, 100 * v.high) AS high
FROM (VALUES
	('clopper-pearson'::kpi_ci_method, 0.02531780798428988 / 9e18, 5.571643390938898 / 9e18),
	('wilson', (1 + 1.9207294103470 - 1.959963984540054 * sqrt(1 + 0.96036470517350)) / 9e18,
	 (1 + 1.9207294103470 + 1.959963984540054 * sqrt(1 + 0.96036470517350)) / 9e18)) AS v (method, low, high),
	rate_ci('1/9000000000000000000'::kpi_rate, 0.95, method) AS ci;
SELECT (ci).value, (ci).low < (ci).value AND (ci).high > (ci).value AND (ci).high - (ci).low < 1e-6 AS narrow, (ci).n
FROM nps_ci('{3:4000000000000000000,9:5000000000000000000}'::kpi_scores) AS ci;
SELECT nps_ci('{9:9223372036854775807}'::kpi_scores),
	   rate_ci('9223372036854775807/9223372036854775807'::kpi_rate, method => 'clopper-pearson');

-- changes: in both directions, and the limits that they are computed from
CREATE TABLE tallies AS
SELECT k % 6 AS part, scores_agg(score10) AS s, scores_agg(score5) AS c, rate_agg(yes) AS r FROM few GROUP BY 1;
SELECT count(*),
	   bool_and(close((there).value, -(back).value) AND close((there).low, -(back).high)
				AND close((there).high, -(back).low) AND (there).n = (back).n) AS opposite,
	   bool_and((there).low < (there).high AND is_significant(there) = is_significant(back)) AS ordered,
	   count(DISTINCT is_significant(there)) AS both
FROM tallies AS a, tallies AS b,
	 LATERAL (VALUES
		(nps_change(a.s, b.s), nps_change(b.s, a.s)), (csat_change(a.c, b.c), csat_change(b.c, a.c)),
		(csat_change(a.s, b.s, 7), csat_change(b.s, a.s, 7)),
		(rate_change(a.r, b.r, 0.5), rate_change(b.r, a.r, 0.5))) AS v (there, back);
DROP TABLE tallies;
SELECT (c).value = nps(b) - nps(a) AS value, (c).n = sample_size(a) + sample_size(b) AS n,
	   close((c).low, least(middle - half, (c).value)) AS low,
	   close((c).high, greatest(middle + half, (c).value)) AS high
FROM (VALUES ('{3:20,8:30,9:50}'::kpi_scores, '{3:15,7:25,9:60}'::kpi_scores), ('{9:2}', '{0:30,10:20}')) AS v (a, b),
	 nps_change(a, b, 0.9) AS c,
	 LATERAL (SELECT sum(sign * net) AS middle,
					 1.6448536269514722 * sqrt(sum((either - net * net / 100) * 100 / (n + 3))) AS half
			  FROM (SELECT sign, sample_size(s) AS n,
						   100 * nps(s) / 100 * sample_size(s) / (sample_size(s) + 3) AS net,
						   100 * ((promoter_pct(s) + detractor_pct(s)) / 100 * sample_size(s) + 1.5)
								/ (sample_size(s) + 3) AS either
					FROM (VALUES (-1, a), (1, b)) AS w (sign, s)) AS adjusted) AS by_hand;
SELECT csat_change('{3:20,5:50}', '{3:15,4:60}') = rate_change('50/70', '60/75') AS shares,
	   csat_change('{3:20,8:50}', '{3:15,9:60}', 8, 0.9) = rate_change('50/70', '60/75', 0.9) AS thresholds;
SELECT (nps_change('{0:1000000}', '{10:1000000}', 0.9999)).high AS at_most,
	   round((nps_change('{0:2}', '{10:2}')).high) AS widened;
-- an interval always contains its value
SELECT count(*), bool_and((ci).low <= (ci).value AND (ci).value <= (ci).high) AS contains FROM (
	SELECT nps_ci(format('{0:%s,8:%s,10:%s}', d, p, q)::kpi_scores, c) AS ci
	FROM generate_series(0, 3) AS d, generate_series(0, 3) AS p, generate_series(0, 3) AS q,
		unnest(ARRAY[0.01, 0.5, 0.95]) AS c WHERE d + p + q > 0
	UNION ALL
	SELECT nps_change(format('{0:%s,10:%s}', a, b)::kpi_scores, format('{0:%s,10:%s}', d, e)::kpi_scores, 0.5)
	FROM generate_series(0, 3) AS a, generate_series(0, 3) AS b, generate_series(0, 3) AS d,
		generate_series(0, 3) AS e WHERE a + b > 0 AND d + e > 0
	UNION ALL
	SELECT rate_ci(format('%s/%s', k, n)::kpi_rate, c, method)
	FROM unnest(ARRAY[1, 7, 1000003]) AS n, unnest(ARRAY[0, 1, n - 1, n]) AS k,
		unnest(ARRAY[1e-9, 0.95]::float8[]) AS c, unnest(enum_range(NULL::kpi_ci_method)) AS method) AS all_of_them;
SELECT nps_ci(0) AS "of one answer";
SELECT estimate, is_significant(estimate)
FROM unnest(ARRAY['(1,0.5,2,9)', '(1,0,2,9)', '(-1,-2,-0.5,9)', '(1,-1,2,9)', '(1,0.5,,9)',
				  '(1,-1,,9)', '(1,,,9)']::kpi_estimate[]) AS estimate;
-- it is inlined
SELECT plan_has($$SELECT FROM facts WHERE is_significant(rate_change('1/2', ('0/' || k)::kpi_rate))$$,
				'"Filter"', '.low >') AS inlined;

-- sample sizes: the published ones, one for the least confidence, and that one less is too few
SELECT required_sample(5), required_sample(3), required_sample(1), required_sample(5, 0.99), required_sample(10, 0.9),
	   required_sample(50, 1e-200), required_sample(0.5);
SELECT required_sample(0.05);
SELECT count(*), bool_and(z * 50 / sqrt(n) <= margin AND z * 50 / sqrt(n - 1) > margin) AS smallest
FROM generate_series(0.5, 30, 0.7) AS margin,
	(VALUES (0.8, 1.2815515655446004), (0.95, 1.959963984540054), (0.999, 3.290526731491926)) AS v (c, z),
	required_sample(margin::float8, c) AS n;

-- errors
\pset format unaligned
\pset tuples_only on
SELECT says(format('SELECT nps_ci(''{9:1}''::kpi_scores, %L)', c))
FROM unnest(ARRAY[95, 1, 0, -1, 'NaN', 'infinity']::float8[]) AS c;
SELECT says('SELECT rate_ci(''1/2''::kpi_rate, 95)');
SELECT says('SELECT rate_ci(''1/2''::kpi_rate, 0.95, ''wald'')');
SELECT says('SELECT csat_ci(7)');
SELECT says('SELECT csat_ci(''{7:1}''::kpi_scores)');
-- with a threshold any scale will do, and with 4 as well
SELECT csat_ci('{0:1,4:5}'::kpi_scores, 4) = rate_ci('5/6'::kpi_rate) AS four,
	   csat_ci('{1:1,7:5}'::kpi_scores, 4, 0.9) = rate_ci('5/6'::kpi_rate, 0.9) AS and_confidence,
	   csat_change('{1:1,7:5}', '{0:5,8:1}', 4) = rate_change('5/6', '1/6') AS change,
	   csat_change('{1:1,7:5}', '{0:5,8:1}', 4, 0.9) = rate_change('5/6', '1/6', 0.9) AS change_and_confidence;
SELECT says('SELECT csat_change(''{7:1}'', ''{4:1}'')');
SELECT says('SELECT csat_ci(''{7:1}''::kpi_scores, 5)');
SELECT says('SELECT csat_ci(''{7:1}''::kpi_scores, 11)');
SELECT says('SELECT nps_ci(11)');
SELECT says('SELECT rate_change(''0/9223372036854775807'', ''0/1'')');
SELECT says(format('SELECT required_sample(%L)', m))
FROM unnest(ARRAY[0, -5, 50.1, 'NaN', 'infinity', 1e-300]::float8[]) AS m;
SELECT says('SELECT required_sample(5, 95)');
DROP FUNCTION binomial_sum, close;
