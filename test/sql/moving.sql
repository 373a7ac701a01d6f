-- Runs every aggregate as a window function, against brute force: array_agg, which has no inverse, names the rows of
-- each frame, and the plain aggregate runs over them.
SET search_path = kpi_test, public;

CREATE FUNCTION check_frame(frame text, filter text DEFAULT 'true', VARIADIC names text[] DEFAULT '{}')
RETURNS SETOF text LANGUAGE sql AS $$
	SELECT signature || ': ' || left_answer || ' <> ' || right_answer FROM differences(
		format('SELECT string_agg(coalesce(v::text, ''-''), '' '' ORDER BY k) FROM (
				SELECT k, %%1$s FILTER (WHERE %s) OVER (%s) AS v FROM few) AS q', filter, frame),
		format('SELECT string_agg(coalesce(v::text, ''-''), '' '' ORDER BY k) FROM (
				SELECT k, (SELECT %%1$s FROM few AS member WHERE member.k = ANY (members) AND (%s)) AS v
				FROM (SELECT k, array_agg(k) OVER (%s) AS members FROM few) AS framed) AS q', filter, frame),
		VARIADIC names)
$$;

-- the default frame, and growing ones
SELECT check_frame('ORDER BY k');
SELECT check_frame('ORDER BY h');
-- moving: values come and go
SELECT check_frame('ORDER BY k ROWS 5 PRECEDING');
SELECT check_frame('ORDER BY k ROWS BETWEEN 6 PRECEDING AND 3 PRECEDING');
SELECT check_frame('ORDER BY k ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING');
SELECT check_frame('ORDER BY k RANGE BETWEEN 40 PRECEDING AND 35 FOLLOWING');
SELECT check_frame('ORDER BY h GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW');
-- shrinking
SELECT check_frame('ORDER BY k ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING');
-- with gaps
SELECT check_frame('ORDER BY k ROWS 5 PRECEDING EXCLUDE CURRENT ROW');
SELECT check_frame('ORDER BY h ROWS 5 PRECEDING EXCLUDE TIES');
-- in partitions, filtered
SELECT check_frame('PARTITION BY g ORDER BY k ROWS 2 PRECEDING', 'solved');

-- frames that split and join the blocks of the sorted multiset: thousands of rows, wide frames, many equal values
CREATE TABLE many AS
	SELECT k, make_interval(secs => floor(dice(k, 'y') * CASE WHEN k % 2 = 0 THEN 50 ELSE 100000 END)) AS duration
	FROM generate_series(1, 6000) AS k;
SELECT count(*), count(*) FILTER (WHERE moving IS DISTINCT FROM plain) AS wrong FROM (
	SELECT k, percentile(durations_agg(duration) OVER w, 0.9) AS tallied, p90_response(duration) OVER w AS moving
	FROM many WINDOW w AS (ORDER BY k ROWS 1700 PRECEDING)) AS m
CROSS JOIN LATERAL (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY duration) AS plain
					FROM many WHERE many.k BETWEEN m.k - 1700 AND m.k) AS p
WHERE m.k % 97 = 0;
SELECT bool_and(moving = tallied) AS same FROM (
	SELECT percentile(durations_agg(duration) OVER w, 0.9) AS tallied, p90_response(duration) OVER w AS moving FROM many
	WINDOW w AS (ORDER BY k ROWS 1700 PRECEDING)) AS m;
SELECT k, median_wait(duration) OVER (ORDER BY k DESC)
		   = (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration) FROM many AS m WHERE m.k >= many.k) AS same
FROM many ORDER BY k LIMIT 3;
-- the middle values leave first, so blocks are dropped between others
CREATE VIEW leaving AS
	SELECT k, make_interval(secs => CASE WHEN k <= 1000 THEN 10000 + k WHEN k <= 3000 AND k % 2 = 0 THEN k ELSE 20000 + k END) AS wait
	FROM many;
SELECT count(*), count(*) FILTER (WHERE moving IS DISTINCT FROM plain) AS wrong
FROM (SELECT k, median_wait(wait) OVER (ORDER BY k ROWS 3000 PRECEDING) AS moving FROM leaving) AS m
CROSS JOIN LATERAL (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS plain
					FROM leaving AS l WHERE l.k BETWEEN m.k - 3000 AND m.k) AS p
WHERE m.k % 97 = 0;
DROP VIEW leaving;

-- volatile arguments: a row could leave the frame with another value
SELECT median_response(now(), clock_timestamp()) OVER (ORDER BY k ROWS 2 PRECEDING) FROM many;
SELECT median_wait(duration) FILTER (WHERE random() < 2) OVER (ORDER BY k ROWS 2 PRECEDING) FROM many;
SELECT rollup(CASE WHEN random() < 2 THEN '{1}'::kpi_durations END) OVER (ORDER BY k ROWS 2 PRECEDING) FROM many;
-- no row leaves these frames, and other functions of the window may be volatile
SELECT count(m) FROM (SELECT median_response(now(), clock_timestamp()) OVER (ORDER BY k) AS m FROM many) AS w;
SELECT count(m)
FROM (SELECT median_wait(duration) OVER w AS m, sum(random()) OVER w
	  FROM many WINDOW w AS (ORDER BY k ROWS 2 PRECEDING)) AS w;
-- a volatile subquery: each frame is aggregated anew
CREATE SEQUENCE numbers;
SELECT k,
	   median_wait((SELECT make_interval(secs => nextval('numbers')) WHERE k > 0))
	   OVER (ORDER BY k ROWS 2 PRECEDING),
	   sample_size(rollup((SELECT '{1}'::kpi_durations WHERE random() < 2 AND k > 0))
				   OVER (ORDER BY k ROWS 1 PRECEDING))
FROM (SELECT * FROM many ORDER BY k LIMIT 6) AS m;
-- volatile, but declared to be stable
CREATE FUNCTION next_number(k int) RETURNS int STABLE LANGUAGE plpgsql AS 'BEGIN RETURN nextval(''numbers''); END';
SELECT count(m)
FROM (SELECT median_wait(make_interval(secs => next_number(k))) OVER (ORDER BY k ROWS 2 PRECEDING) AS m
	  FROM many) AS w;
ALTER SEQUENCE numbers RESTART;
SELECT count(m) FROM (SELECT fcr_rate(next_number(k) % 2 = 0) OVER (ORDER BY k ROWS 2 PRECEDING) AS m FROM many) AS w;
SELECT count(m) FROM (SELECT nps(next_number(k) % 11) OVER (ORDER BY k ROWS 2 PRECEDING) AS m FROM many) AS w;
-- the hint works
WITH computed AS MATERIALIZED (SELECT k, next_number(k) AS number, clock_timestamp() AS ended FROM many)
SELECT count(m), count(r), count(s) FROM (
	SELECT median_wait(make_interval(secs => number)) OVER w AS m, median_response(now(), ended) OVER w AS r,
		   fcr_rate(number % 2 = 0) OVER w AS s
	FROM computed WINDOW w AS (ORDER BY k ROWS 2 PRECEDING)) AS w;
DROP FUNCTION next_number;
DROP SEQUENCE numbers;

-- every aggregate has the inverse that makes this fast
SELECT signature FROM aggregates a JOIN pg_aggregate g ON g.aggfnoid = a.id
WHERE g.aggminvtransfn = 0 OR g.aggmfinalmodify <> 'r';

DROP TABLE many;
DROP FUNCTION check_frame;
