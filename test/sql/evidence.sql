-- Evidence that a KPI misses its target: against its definition in plain SQL, and by simulated years.
SET search_path = kpi_test, public;

CREATE TABLE day (series text, day int, best int, middle int, worst int, PRIMARY KEY (series, day));

-- The definition, without logarithms: an oracle for targets inside the scale.  For a rate there are no middle answers,
-- and each factor is a likelihood ratio.  "target" and "mean" are for the direction up.
CREATE FUNCTION oracle(wanted text, mean double precision)
RETURNS TABLE (day int, evidence double precision)
LANGUAGE sql AS $$
	WITH RECURSIVE lower AS (
		-- rates whose odds are lower than those of the mean
		SELECT array_agg(odds / (1 + odds) ORDER BY k) AS rates
		FROM generate_series(0, 6) AS k, LATERAL (SELECT mean / (1 - mean) * exp(-0.05 * 2 ^ k) AS odds) AS o
	), answered AS (
		SELECT d.day, n, (best + middle / 2.0::double precision) / n AS x,
			   best + middle / 4.0::double precision - (best + middle / 2.0::double precision) ^ 2 / n AS squares
		FROM day AS d, LATERAL (SELECT (best + middle + worst)::double precision AS n) AS s
		WHERE series = wanted AND n > 0
	), pair AS (
		SELECT *, 2 / (1 / n + 1 / lag(n) OVER w) AS weight, (x - lag(x) OVER w) ^ 2 / 2 AS difference
		FROM answered WINDOW w AS (ORDER BY answered.day)
	), learned AS (
		-- from earlier days: the variance of an answer, and the variance between days
		SELECT pair.day, n, mean * (1 - mean) AS v, count(weight) OVER w AS pairs,
			   coalesce(sum(weight) OVER w, 0) AS weights, coalesce(sum(weight * difference) OVER w, 0) AS differences,
			   coalesce(sum(squares) OVER w, 0) AS squares, coalesce(sum(n - 1) OVER w, 0) AS freedom
		FROM pair WINDOW w AS (ORDER BY pair.day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
	), credit AS (
		SELECT learned.day, 1 / (1 + n * greatest(0, between_days) / within_days) AS credit
		FROM learned, LATERAL (SELECT (squares + 30 * v) / (freedom + 30) AS within_days) AS w,
			LATERAL (SELECT 1000 + CASE pairs WHEN 0 THEN 0 ELSE 5 * weights / pairs END AS prior) AS p,
			LATERAL (SELECT (differences - pairs * within_days + prior * (0.1 * v) ^ 2) / (weights + prior)
							AS between_days) AS b
	), path AS (
		SELECT 0 AS day, array_fill(0::numeric, ARRAY[7]) AS parts
		UNION ALL
		SELECT d.day, capped.parts
		FROM path
		JOIN day AS d ON d.series = wanted AND d.day = path.day + 1
		LEFT JOIN credit ON credit.day = d.day
		CROSS JOIN lower
		CROSS JOIN LATERAL (
			SELECT array_agg(least(information, 1 / nullif(information, 0)) ORDER BY k) AS wishes
			FROM unnest(rates) WITH ORDINALITY AS u (rate, k),
				LATERAL (SELECT coalesce(credit, 0) * (best + middle + worst) * (mean - rate) ^ 2 / (mean * (1 - mean))
								AS information) AS i)
			AS stakes
		CROSS JOIN LATERAL (
			SELECT array_agg(round((part + (wish / greatest(1, (SELECT sum(w) FROM unnest(wishes) AS w)))::numeric)
								   * ((rate / mean) ^ (best * power))::numeric
								   * (((1 - rate) / (1 - mean)) ^ (worst * power))::numeric
								   * ((((rate / mean) + (1 - rate) / (1 - mean)) / 2) ^ (middle * power))::numeric, 60)
							 ORDER BY k) AS parts
			FROM unnest(path.parts, rates, wishes) WITH ORDINALITY AS u (part, rate, wish, k),
				coalesce(credit, 0) AS power) AS next
		CROSS JOIN LATERAL (
			SELECT array_agg(part * least(1, 36525 / nullif((SELECT sum(p) FROM unnest(next.parts) AS p), 0))
							 ORDER BY k) AS parts
			FROM unnest(next.parts) WITH ORDINALITY AS u (part, k)) AS capped)
	SELECT path.day, (SELECT sum(p)::double precision FROM unnest(parts) AS p) FROM path WHERE path.day > 0
$$;

-- good and bad spells, some of them long enough for the cap, days of many answers, of few and of none
INSERT INTO day
SELECT series, day, best, middle, n - best - middle
FROM unnest(ARRAY['few', 'some', 'many', 'net']) WITH ORDINALITY AS s (series, size),
	generate_series(1, 200) AS day,
	LATERAL (SELECT CASE WHEN dice(day, series) < 0.1 THEN 0
					ELSE floor(dice(day, series || 'n') * (ARRAY[4, 50, 150, 40])[size])::int END AS n,
					CASE WHEN day BETWEEN 60 AND 120 THEN 0.6 ELSE 0.85 END AS rate) AS r,
	LATERAL (SELECT round(n * least(1, rate + (dice(day, series || 'b') - 0.5) / 5))::int AS hits) AS h,
	LATERAL (SELECT CASE WHEN series = 'net' THEN hits / 3 ELSE 0 END AS middle) AS m,
	LATERAL (SELECT hits - middle AS best) AS b;
SELECT series, min(best + middle + worst) AS fewest, max(best + middle + worst) AS most, sum(middle) > 0 AS passives
FROM day GROUP BY 1 ORDER BY 1;

-- each day of the window, and so the aggregate too, is what the definition gives
CREATE FUNCTION close(a double precision, b double precision) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN abs(a - b) <= 1e-9 * greatest(abs(a), abs(b));
CREATE VIEW followed AS
SELECT series, target, day, oracle.evidence AS expected, up, down, reaches_cap
FROM unnest(ARRAY['few', 'some', 'many']) AS series, unnest(ARRAY[80, 50, 95, 3.5]::float8[]) AS target,
	LATERAL oracle(series, target / 100),
	LATERAL (
		SELECT d.day, miss_evidence(format('%s/%s', best, best + worst)::kpi_rate, target, 'up') OVER w AS up,
			   miss_evidence(format('%s/%s', worst, best + worst)::kpi_rate, 100 - target, 'down') OVER w AS down
		FROM day AS d WHERE d.series = series.series WINDOW w AS (ORDER BY d.day)) AS answered (answered_day, up, down),
	LATERAL (SELECT oracle.evidence >= 36524 AS reaches_cap) AS c
WHERE answered_day = day
UNION ALL
SELECT 'net', target, day, oracle.evidence, up, down, oracle.evidence >= 36524
FROM unnest(ARRAY[30, -20, 75]::float8[]) AS target, LATERAL oracle('net', (target + 100) / 200),
	LATERAL (
		SELECT d.day, miss_evidence(format('{6:%s,7:%s,10:%s}', worst, middle, best)::kpi_scores, target, 'up') OVER w,
			   miss_evidence(format('{0:%s,8:%s,9:%s}', best, middle, worst)::kpi_scores, -target, 'down') OVER w
		FROM day AS d WHERE d.series = 'net' WINDOW w AS (ORDER BY d.day)) AS answered (answered_day, up, down)
WHERE answered_day = day;
SELECT series, target, count(*), bool_and(close(up, expected)) AS up, bool_and(close(down, expected)) AS down,
	   bool_or(reaches_cap) AS reaches_cap, max(expected) >= 3 * 365.25 AS alarm,
	   min(expected) FILTER (WHERE day > 130) < 3 * 365.25 / 20 AS closes
FROM followed GROUP BY 1, 2 ORDER BY 1, 2;
-- without middle answers a net promoter score is a rate
SELECT bool_and(close(n, r)) AS same FROM (
	SELECT miss_evidence(format('{0:%s,10:%s}', worst, best)::kpi_scores, 60, 'up') OVER w AS n,
		   miss_evidence(format('%s/%s', best, best + worst)::kpi_rate, 80, 'up') OVER w AS r
	FROM day WHERE series = 'some' WINDOW w AS (ORDER BY day)) AS q;
-- the aggregate equals the last row of the window, in groups, in any plan, in the given order
CREATE VIEW tallied AS
	SELECT series, day, format('%s/%s', best, best + worst)::kpi_rate AS r FROM day WHERE series <> 'net';
SELECT series, miss_evidence(r, 80, 'up' ORDER BY day)
				   = (SELECT e FROM (SELECT day, miss_evidence(r, 80, 'up') OVER (ORDER BY day) AS e
									 FROM tallied AS t WHERE t.series = tallied.series) AS w
					  ORDER BY day DESC LIMIT 1) AS window_is_aggregate,
	   miss_evidence(r, 80, 'up' ORDER BY day) <> miss_evidence(r, 80, 'up' ORDER BY day DESC) AS ordered
FROM tallied GROUP BY 1 ORDER BY 1;
SELECT count(*) AS groups, bool_and(e = alone) AS same
FROM (SELECT series, miss_evidence(r, 80, 'up') AS e FROM (SELECT * FROM tallied ORDER BY day) AS t GROUP BY 1) AS g,
	LATERAL (SELECT miss_evidence(r, 80, 'up' ORDER BY day) AS alone FROM tallied WHERE series = g.series) AS a;
-- called directly, the transition function adds the same, and does not change its argument
CREATE TABLE state AS SELECT kpi_evidence_accum('{}', r, 80, 'up') AS one FROM tallied WHERE series = 'some' AND day = 1;
SELECT kpi_evidence_total(kpi_evidence_accum(one, r, 80, 'up')) = (
		   SELECT miss_evidence(r, 80, 'up' ORDER BY day) FROM tallied WHERE series = 'some' AND day <= 2) AS same,
	   one = (SELECT kpi_evidence_accum('{}', r, 80, 'up') FROM tallied WHERE series = 'some' AND day = 1) AS one_is_kept
FROM state, tallied WHERE series = 'some' AND day = 2;
DROP TABLE state;
-- a frame that moves is aggregated anew
SELECT count(*), bool_and(close(moving, anew)) AS same FROM (
	SELECT day, miss_evidence(r, 80, 'up') OVER (ORDER BY day ROWS 9 PRECEDING) AS moving
	FROM tallied WHERE series = 'some') AS m,
	LATERAL (SELECT miss_evidence(r, 80, 'up' ORDER BY t.day) AS anew
			 FROM tallied AS t WHERE series = 'some' AND t.day BETWEEN m.day - 9 AND m.day) AS a;

-- a row with a NULL is skipped, a day without answers changes nothing, and without rows there is no evidence
SELECT miss_evidence(r, 80, 'up'), count(*) FROM (VALUES ('1/2'::kpi_rate)) AS v (r) WHERE false;
SELECT miss_evidence(NULL::kpi_rate, 80, 'up') AS rate, miss_evidence(NULL::kpi_scores, 30, 'up') AS scores,
	   miss_evidence('1/2'::kpi_rate, NULL, 'up') AS target, miss_evidence('1/2'::kpi_rate, 80, NULL) AS direction,
	   miss_evidence('0/0'::kpi_rate, 80, 'up') AS no_trials, miss_evidence('{}'::kpi_scores, 30, 'down') AS no_answers;
SELECT miss_evidence(r, t, d ORDER BY k) = miss_evidence(r, t, d ORDER BY k) FILTER (WHERE k IN (1, 6)) AS skipped
FROM (VALUES (1, '20/30'::kpi_rate, 80, 'up'::kpi_direction), (2, NULL, 80, 'up'), (3, '0/0', 80, 'up'),
			 (4, '0/30', NULL, 'up'), (5, '0/30', 80, NULL), (6, '19/30', 80, 'up')) AS v (k, r, t, d);

-- The ends of the scale.  A target of 0 % is met by every rate.  One miss disproves 100 %; from then on hits close the
-- alert, the faster the more there are.
SELECT target, direction, array_agg(round(e::numeric, 3) ORDER BY day) AS path
FROM (VALUES (0, 'up'::kpi_direction, 0, 30), (100, 'down', 30, 30), (100, 'up', 29, 30), (0, 'down', 1, 30))
	AS v (target, direction, hits, trials),
	-- only day 3 is different
	LATERAL (SELECT day, miss_evidence(CASE day WHEN 3 THEN format('%s/%s', hits, trials)
				ELSE format('%s/30', target * 30 / 100) END::kpi_rate, target, direction) OVER (ORDER BY day) AS e
			 FROM generate_series(1, 8) AS day) AS p
WHERE NOT (target = 0 AND direction = 'up' OR target = 100 AND direction = 'down') OR day < 4
GROUP BY 1, 2 ORDER BY 1, 2;
SELECT s, round(miss_evidence(s, 100, 'up')) AS highest, round(miss_evidence(s, -100, 'down')) AS lowest,
	   miss_evidence(s, -100, 'up') AS any_up, miss_evidence(s, 100, 'down') AS any_down
FROM unnest(ARRAY['{9:3,10:40}', '{7:1,10:40}', '{0:40}', '{0:40,8:1}']::kpi_scores[]) AS s
GROUP BY s::text, s ORDER BY s::text COLLATE "C";
-- after an impossible answer the evidence is that of the likelihood ratios of exp(-drop) and 1, each of a seventh
SELECT close(miss_evidence(r, 100, 'up' ORDER BY k),
			 (SELECT sum(36525 / 7.0 * exp(-0.05 * 2 ^ i * 7)) FROM generate_series(0, 6) AS i)) AS as_defined
FROM (VALUES (1, '9/10'::kpi_rate), (2, '4/4'), (3, '0/0'), (4, '3/3')) AS v (k, r);

-- as many answers as a bigint counts, and days without end: never more than the cap, never NaN
SELECT r, target, round(miss_evidence(r, target, 'up')::numeric, 6) AS one_day
FROM unnest(ARRAY[
		'800000000000000/1000000000000000', '799000000000000/1000000000000000', '790000000000000/1000000000000000',
		'0/1000000000000000', '1000000000000000/1000000000000000', '0/9223372036854775807',
		'9223372036854775807/9223372036854775807']::kpi_rate[]) AS r,
	unnest(ARRAY[80, 1, 99.9999999999]::float8[]) AS target
GROUP BY r::text, r, target ORDER BY r::text COLLATE "C", target;
SELECT t, round(miss_evidence('{0:9223372036854775807}'::kpi_scores, t, 'up')::numeric, 6) AS detractors,
	   round(miss_evidence('{10:9223372036854775807}'::kpi_scores, t, 'up')::numeric, 6) AS promoters
FROM unnest(ARRAY[-100, -99.9999999999, 0, 99.9999999999, 100]::float8[]) AS t GROUP BY t ORDER BY t;
SELECT direction, count(*), min(e) >= 0 AND max(e) <= 36525 AS in_range
FROM unnest('{up,down}'::kpi_direction[]) AS direction, unnest(ARRAY[1e-323, 1e-12, 5, 98]::float8[]) AS scale,
	LATERAL (SELECT miss_evidence(format('%s/%s', CASE WHEN day % 400 < 200 THEN 0 ELSE size END, size)::kpi_rate,
								  CASE direction WHEN 'up' THEN 100 - scale ELSE scale END, direction)
						OVER (ORDER BY day) AS e
			 FROM generate_series(1, 4000) AS day, LATERAL (SELECT (10 ^ (day % 19))::bigint AS size) AS s) AS p
GROUP BY 1 ORDER BY 1;

-- errors
SELECT miss_evidence('1/2'::kpi_rate, 101, 'up');
SELECT miss_evidence('1/2'::kpi_rate, -0.001, 'down');
SELECT miss_evidence('1/2'::kpi_rate, 'NaN', 'up');
SELECT miss_evidence('1/2'::kpi_rate, 'Infinity', 'up');
SELECT miss_evidence('1/2'::kpi_rate, 0.8, 'up');
SELECT round(miss_evidence('0/2'::kpi_rate, 0.8, 'down')::numeric, 6) AS ceiling_of_less_than_a_percent;
SELECT miss_evidence('{}'::kpi_scores, -100.5, 'up');
SELECT miss_evidence('{}'::kpi_scores, 'NaN', 'down');
SELECT miss_evidence('1/2'::kpi_rate, 80, 'range');
SELECT miss_evidence('1/2'::kpi_rate, t, 'up' ORDER BY t) FROM unnest(ARRAY[80, 90.5]) AS t;
SELECT miss_evidence('{9:1}'::kpi_scores, 30, d ORDER BY d) FROM unnest('{up,down}'::kpi_direction[]) AS d;
-- calls without the aggregate
SELECT kpi_evidence_total('{}'), kpi_evidence_total('{80,0,1,2,3,4,5,6,7,30,0.8,1,30,0.1,5,30}');
SELECT s, kpi_evidence_accum(s, '0/0'::kpi_rate, 80, 'up') = s AS unchanged
FROM unnest(ARRAY['{80,0,1,2,3,4,5,6,7,30,0.8,1,30,0.1,5,30}']) AS t, LATERAL (SELECT t::float8[] AS s) AS c;
SELECT kpi_evidence_total('{1,2,3}');
SELECT kpi_evidence_total('{80,0,NaN,0,0,0,0,0,0,0,0,0,0,0,0,0}');
SELECT kpi_evidence_total('{80,0,-1,0,0,0,0,0,0,0,0,0,0,0,0,0}');
SELECT kpi_evidence_total('{80,0,0,0,0,0,0,0,0,0,0,0,0,0,0,Infinity}');
SELECT kpi_evidence_total('{80,0,NULL,0,0,0,0,0,0,0,0,0,0,0,0,0}');
SELECT kpi_evidence_accum('{{80,0,0,0},{0,0,0,0},{0,0,0,0},{0,0,0,0}}', '1/2'::kpi_rate, 80, 'up');

-- like every aggregate, but without a combine function
SELECT p.oid::regprocedure, p.proparallel, p.provolatile, g.aggcombinefn = 0 AND g.aggminvtransfn = 0 AS whole,
	   g.aggfinalmodify
FROM pg_proc AS p JOIN pg_aggregate AS g ON g.aggfnoid = p.oid WHERE p.proname = 'miss_evidence' ORDER BY 1;

-- Simulated years of 30 answers a day with a target of 80 %, looked at every day.  An alarm is due at three years.
-- dice() gives the same years everywhere.  In far more years the shares are 13, 0.3, 91 and 86 %, and here the standard
-- errors are 1.1, 0.2, 0.9 and 1.1 points.
CREATE FUNCTION binomial(n int, p double precision) RETURNS double precision[] LANGUAGE sql IMMUTABLE
RETURN (SELECT array_agg(below ORDER BY k) FROM (
	SELECT k, sum(factorial(n) / factorial(k) / factorial(n - k) * p::numeric ^ k * (1 - p)::numeric ^ (n - k))
		OVER (ORDER BY k)::double precision AS below
	FROM generate_series(0, n - 1) AS k) AS q);
CREATE FUNCTION tallies(rate double precision, years int, first_day int, last_day int)
RETURNS TABLE (year int, day int, r kpi_rate)
LANGUAGE sql AS $$
	WITH share AS MATERIALIZED (SELECT binomial(30, rate / 100) AS below)
	SELECT year, day, format('%s/30', width_bucket(dice(year * 1000 + day, 'year' || rate), below))::kpi_rate
	FROM share, generate_series(1, years) AS year, generate_series(first_day, last_day) AS day
$$;
SELECT situation, share BETWEEN low AND high AS as_expected,
	   CASE WHEN share NOT BETWEEN low AND high THEN share END AS unexpected
FROM (VALUES
		('at target: alarm within a year', 80, 365, 9, 20), ('2 points better: alarm within a year', 82, 365, 0, 3),
		('10 points worse: alarm within 14 days', 70, 14, 90, 95),
		('5 points worse: alarm within 42 days', 75, 42, 85, 90))
	AS v (situation, rate, days, low, high),
	LATERAL (SELECT 100.0 * count(*) FILTER (WHERE alarm) / count(*) AS share FROM (
		SELECT bool_or(evidence >= 3 * 365.25) AS alarm
		FROM (SELECT year, miss_evidence(r, 80, 'up') OVER (PARTITION BY year ORDER BY day) AS evidence
			  FROM tallies(rate, 1000, 1, days)) AS path
		GROUP BY year) AS q) AS s;

-- The rate of each day differs from the mean by 2 points (a standard deviation), with 300 answers.  In far more years
-- 22 % have an alarm; it would be 79 % if all answers counted in full.
SELECT share BETWEEN 15 AND 29 AS as_expected, CASE WHEN share NOT BETWEEN 15 AND 29 THEN share END AS unexpected
FROM (SELECT 100.0 * count(*) FILTER (WHERE alarm) / count(*) AS share FROM (
		SELECT bool_or(evidence >= 3 * 365.25) AS alarm
		FROM (SELECT year, miss_evidence(format('%s/300', least(300, hits))::kpi_rate, 80, 'up')
						OVER (PARTITION BY year ORDER BY day) AS evidence
			  FROM generate_series(1, 400) AS year, generate_series(1, 365) AS day,
				LATERAL (SELECT sqrt(-2 * ln(1 - dice(year * 1000 + day, 'a')))
								* cos(2 * pi() * dice(year * 1000 + day, 'b')) AS normal) AS n,
				LATERAL (SELECT round(300 * (0.8 + normal * sqrt(0.02 ^ 2 + 0.8 * 0.2 / 300)))::int AS hits) AS h)
			AS path
		GROUP BY year) AS q) AS s;

-- An alert opens at the threshold, and closes below a twentieth of it.  60 days are 10 points worse, then 60 are at
-- target or 2 points better.
SELECT back_at, bool_and(opened) AS all_opened,
	   count(*) FILTER (WHERE closed) > 0.9 * count(*) AS most_close_in_30_days,
	   count(*) FILTER (WHERE alerts > 1) < 0.1 * count(*) AS few_reopen
FROM (SELECT back_at, year, bool_or(open AND day <= 60) AS opened,
			 bool_or(NOT open AND day BETWEEN 61 AND 90) AS closed,
			 count(*) FILTER (WHERE open AND NOT before) AS alerts
	  FROM (SELECT *, coalesce(lag(open) OVER w, false) AS before
			FROM (SELECT *, coalesce(max(day) FILTER (WHERE evidence >= 3 * 365.25) OVER w
									 > coalesce(max(day) FILTER (WHERE evidence < 3 * 365.25 / 20) OVER w, 0),
									 false) AS open
				  FROM (SELECT back_at, year, day, miss_evidence(r, 80, 'up') OVER w AS evidence
						FROM unnest(ARRAY[80, 82]) AS back_at,
							LATERAL (SELECT * FROM tallies(70, 200, 1, 60)
									 UNION ALL SELECT * FROM tallies(back_at, 200, 61, 120)) AS t
						WINDOW w AS (PARTITION BY back_at, year ORDER BY day)) AS path
				  WINDOW w AS (PARTITION BY back_at, year ORDER BY day)) AS state
			WINDOW w AS (PARTITION BY back_at, year ORDER BY day)) AS alert
	  GROUP BY 1, 2) AS years
GROUP BY 1 ORDER BY 1;
