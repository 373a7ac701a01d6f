-- The memory of distributions of durations: many small groups, a few large ones, and a single one.

INSERT INTO kpi_bench.target VALUES
    ('durations_agg(interval), 10 values a group, beyond count', NULL, 200),
    ('durations_agg(interval), 100,000 values a group', NULL, 24 * 1024),
    ('p90_response(interval), one group, per row', NULL, 12);

CREATE UNLOGGED TABLE small_groups AS
    SELECT id::int AS ones, (id % (count(*) OVER () / 10))::int AS tens, response FROM times WHERE id <= 1000000;
-- Mixed, so that all groups grow at once.
CREATE UNLOGGED TABLE great_groups AS
    SELECT (id % greatest(count(*) OVER () / 100000, 1))::int AS grp, response FROM times;
VACUUM (ANALYZE) small_groups, great_groups;
SELECT count(DISTINCT ones) AS ones, count(DISTINCT tens) AS tens FROM small_groups
\gset
SELECT count(DISTINCT grp) AS great, count(*) >= 100000 AS is_great FROM great_groups
\gset

CALL kpi_bench.memory_of_group('array_agg(interval), 1 value a group',
    'SELECT ones, array_agg(response) FROM small_groups GROUP BY ones', :ones);
CALL kpi_bench.memory_of_group('durations_agg(interval), 1 value a group',
    'SELECT ones, durations_agg(response) FROM small_groups GROUP BY ones', :ones);
CALL kpi_bench.memory_of_group('array_agg(interval), 10 values a group',
    'SELECT tens, array_agg(response) FROM small_groups GROUP BY tens', :tens);
CALL kpi_bench.memory_of_group('durations_agg(interval), 10 values a group',
    'SELECT tens, durations_agg(response) FROM small_groups GROUP BY tens', :tens);
CALL kpi_bench.memory_of_group('durations_agg(interval), 10 values a group, beyond count',
    'SELECT tens, durations_agg(response) FROM small_groups GROUP BY tens', :tens,
    beyond => 'SELECT tens, count(response) FROM small_groups GROUP BY tens');
\if :is_great
CALL kpi_bench.memory_of_group('durations_agg(interval), 100,000 values a group',
    'SELECT grp, durations_agg(response) FROM great_groups GROUP BY grp', :great);
\else
\warn 'durations: groups of 100,000 values are SKIPPED: there are too few rows'
\endif

\connect
CALL kpi_bench.memory_of_process('p90_response(interval), one group, per row',
    'SELECT p90_response(response) FROM times', 'SELECT count(response) FROM times');
\connect
CALL kpi_bench.memory_of_process('durations_agg(interval), one group, per row',
    'SELECT durations_agg(response) FROM times', 'SELECT count(response) FROM times');
\connect
CALL kpi_bench.memory_of_process('percentile_cont(interval), one group, per row',
    'SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY response) FROM times', 'SELECT count(response) FROM times');
