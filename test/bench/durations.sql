-- The time of distributions of durations: exact percentiles and tallies, compared with PostgreSQL's aggregates and, if
-- it is installed, the extension tdigest.

-- Some targets are for ten million rows, where sorting loses more.
SELECT current_setting('kpi_bench.rows')::bigint >= 10000000 AS many
\gset
INSERT INTO kpi_bench.target VALUES
    ('percentile_cont(0.9) / p90_response(started, ended)', CASE WHEN :'many' THEN 8 ELSE 5 END, NULL),
    ('the same, each with two workers', 8, NULL),
    ('durations_agg(interval) / count(x)', NULL, 1.3),
    ('tdigest(extract(epoch)) / durations_agg', 1.4, NULL),
    ('tdigest(extract(epoch)) / durations_agg, groups of 10 rows', 4, NULL),
    ('moving p90 / moving count, 500 rows', NULL, 1.5),
    ('moving p90 / moving count, 100,000 rows', NULL, 2),
    ('percentile_cont by subquery / moving p90, 500 rows', 100, NULL),
    ('percentile_cont(0.9) / p90 of rollup of 4,400 tallies', CASE WHEN :'many' THEN 200 END, NULL);

-- One-shot percentiles, which are exact.

CALL kpi_bench.compare('percentile_cont(0.9) / p90_response(started, ended)',
    'SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY ended - started) AS p90 FROM times',
    'SELECT p90_response(started, ended) AS p90 FROM times', agree => true);
CALL kpi_bench.compare('the same, each with two workers',
    'SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY ended - started) AS p90 FROM times',
    'SELECT p90_response(started, ended) AS p90 FROM times', agree => true, workers => 2);
CALL kpi_bench.compare('p90_response(started, ended) / count(ended)',
    'SELECT p90_response(started, ended) FROM times',
    'SELECT count(ended) FROM times');
CALL kpi_bench.compare('p90_response(interval) / count(x)',
    'SELECT p90_response(response) FROM times',
    'SELECT count(response) FROM times');
CALL kpi_bench.compare('median, p90 and p99 / p90',
    'SELECT median_response(response), p90_response(response), p99_response(response) FROM times',
    'SELECT p90_response(response) FROM times');

-- Tallies.

CALL kpi_bench.compare('durations_agg(interval) / count(x)',
    'SELECT durations_agg(response) FROM times',
    'SELECT count(response) FROM times');

-- "tens" come mixed, as tickets of many teams do, and "runs" one group after the other. A million rows at most: a
-- t-digest takes some 16 kB a group.
CREATE UNLOGGED TABLE grouped_times AS
    SELECT (id % (count(*) OVER () / 10))::int AS tens, ((id - 1) / 10)::int AS runs, response
    FROM times WHERE id <= 1000000 ORDER BY id;
CREATE INDEX ON grouped_times (runs) INCLUDE (response);
VACUUM (FREEZE, ANALYZE) grouped_times;

CALL kpi_bench.compare('durations_agg(interval) / count(x), groups of 10 rows',
    'SELECT count(d) FROM (SELECT durations_agg(response) AS d FROM grouped_times GROUP BY tens) AS g',
    'SELECT count(d) FROM (SELECT count(response) AS d FROM grouped_times GROUP BY tens) AS g');

SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'tdigest') AS tdigest
\gset
\if :tdigest
CALL kpi_bench.compare('tdigest(extract(epoch)) / durations_agg',
    'SELECT tdigest(extract(epoch FROM response), 100) FROM times',
    'SELECT durations_agg(response) FROM times');
-- the cheaper way to a double precision
CALL kpi_bench.compare('tdigest(date_part(epoch)) / durations_agg',
    'SELECT tdigest(date_part(''epoch'', response), 100) FROM times',
    'SELECT durations_agg(response) FROM times');
CALL kpi_bench.compare('tdigest(extract(epoch)) / durations_agg, groups of 10 rows',
    'SELECT count(d) FROM (SELECT tdigest(extract(epoch FROM response), 100) AS d FROM grouped_times GROUP BY tens) AS g',
    'SELECT count(d) FROM (SELECT durations_agg(response) AS d FROM grouped_times GROUP BY tens) AS g');
CALL kpi_bench.compare('tdigest(date_part(epoch)) / durations_agg, groups of 10 rows',
    'SELECT count(d) FROM (SELECT tdigest(date_part(''epoch'', response), 100) AS d FROM grouped_times GROUP BY tens) AS g',
    'SELECT count(d) FROM (SELECT durations_agg(response) AS d FROM grouped_times GROUP BY tens) AS g');
-- one group at a time, where the memory of a t-digest costs least
SET enable_hashagg = off;
CALL kpi_bench.compare('the same, group by group in order',
    'SELECT count(d) FROM (SELECT tdigest(date_part(''epoch'', response), 100) AS d FROM grouped_times GROUP BY runs) AS g',
    'SELECT count(d) FROM (SELECT durations_agg(response) AS d FROM grouped_times GROUP BY runs) AS g');
RESET enable_hashagg;
\else
\warn 'durations: the comparisons with tdigest are SKIPPED: the extension is not there'
\endif

-- Windows. With the index nothing has to be sorted, and the subquery gets its frame from it alone; that takes so long
-- that it gets few rows.

CREATE INDEX ON window_times (id) INCLUDE (response);
VACUUM (ANALYZE) window_times;

CALL kpi_bench.compare('moving p90 / moving count, 500 rows',
    'SELECT count(v) FROM (SELECT p90_response(response) OVER (ORDER BY id ROWS 499 PRECEDING) AS v FROM window_times) AS w',
    'SELECT count(v) FROM (SELECT count(response) OVER (ORDER BY id ROWS 499 PRECEDING) AS v FROM window_times) AS w');
CALL kpi_bench.compare('moving p90 / moving count, 100,000 rows',
    'SELECT count(v) FROM (SELECT p90_response(response) OVER (ORDER BY id ROWS 99999 PRECEDING) AS v FROM window_times) AS w',
    'SELECT count(v) FROM (SELECT count(response) OVER (ORDER BY id ROWS 99999 PRECEDING) AS v FROM window_times) AS w');
CALL kpi_bench.compare('percentile_cont by subquery / moving p90, 500 rows',
    'SELECT sum(extract(epoch FROM v) * 1000000)::bigint AS microseconds
     FROM (SELECT (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY response) FROM window_times AS f
                   WHERE f.id BETWEEN w.id - 499 AND w.id) AS v
           FROM window_times AS w WHERE id <= 10000) AS w',
    'SELECT sum(extract(epoch FROM v) * 1000000)::bigint AS microseconds
     FROM (SELECT p90_response(response) OVER (ORDER BY id ROWS 499 PRECEDING) AS v
           FROM window_times WHERE id <= 10000) AS w', agree => true);

-- Stored tallies: 1,100 days of 4 channels, which all rows are spread over.

CREATE UNLOGGED TABLE day_channel AS
    SELECT (id - 1) * 1100 / current_setting('kpi_bench.rows')::bigint AS day, id % 4 AS channel, durations_agg(response) AS response
    FROM times GROUP BY 1, 2;
VACUUM (FREEZE, ANALYZE) day_channel;

CALL kpi_bench.compare('percentile_cont(0.9) / p90 of rollup of 4,400 tallies',
    'SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY response) FROM times',
    'SELECT p90_response(rollup(response)) FROM day_channel');
UPDATE result SET note = note || (
    SELECT format(', %s tallies of %s values in %s bytes', count(*), avg(sample_size(response))::int,
                  avg(pg_column_size(response))::int) FROM day_channel)
WHERE measurement = 'percentile_cont(0.9) / p90 of rollup of 4,400 tallies';

DO $$
DECLARE
    merged interval := p90_response(rollup(response)) FROM day_channel;
    exact interval := p90_response(response) FROM times;
BEGIN
    IF merged IS NULL OR merged NOT BETWEEN exact * 0.996 AND exact * 1.004 THEN
        RAISE EXCEPTION 'the rollup of stored tallies has the 90th percentile %, and the rows have %', merged, exact;
    END IF;
END
$$;
