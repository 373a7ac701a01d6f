-- Memory: of a million groups, and of one great one.

INSERT INTO kpi_bench.target VALUES
    ('fcr_rate(boolean), 1 value a group', NULL, 190),
    ('nps(smallint), 1 value a group', NULL, 280);

SELECT set_config('kpi_bench.groups', least(1000000, current_setting('kpi_bench.rows')::bigint)::text, false) AS groups
\gset

CREATE UNLOGGED TABLE grouped AS
    SELECT id::int AS grp, nps_score, solved_first, response FROM surveys JOIN times USING (id) WHERE id <= :groups;
VACUUM (ANALYZE) grouped;

CALL kpi_bench.memory_of_group('count(x), 1 value a group',
    'SELECT grp, count(nps_score) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('rate by hand, 1 value a group',
    'SELECT grp, 100.0 * count(*) FILTER (WHERE solved_first) / nullif(count(solved_first), 0) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('fcr_rate(boolean), 1 value a group',
    'SELECT grp, fcr_rate(solved_first) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('nps by hand, 1 value a group',
    'SELECT grp, 100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6))
                       / nullif(count(nps_score), 0) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('nps(smallint), 1 value a group',
    'SELECT grp, nps(nps_score) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('avg(interval), 1 value a group',
    'SELECT grp, avg(response) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('avg_response(interval), 1 value a group',
    'SELECT grp, avg_response(response) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('array_agg(interval), 1 value a group',
    'SELECT grp, array_agg(response) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('durations_agg(interval), 1 value a group',
    'SELECT grp, durations_agg(response) FROM grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('array_agg(interval), 10 values a group',
    'SELECT grp, array_agg(response) FROM generate_series(1, 10), grouped GROUP BY grp', :groups);
CALL kpi_bench.memory_of_group('durations_agg(interval), 10 values a group',
    'SELECT grp, durations_agg(response) FROM generate_series(1, 10), grouped GROUP BY grp', :groups);

CALL kpi_bench.compare_spill('fcr_rate(boolean) beside count FILTER',
    'SELECT grp, fcr_rate(solved_first) FROM grouped GROUP BY grp',
    'SELECT grp, 100.0 * count(*) FILTER (WHERE solved_first) / nullif(count(solved_first), 0) FROM grouped GROUP BY grp');
CALL kpi_bench.compare_spill('nps(smallint) beside count FILTER',
    'SELECT grp, nps(nps_score) FROM grouped GROUP BY grp',
    'SELECT grp, 100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6))
                       / nullif(count(nps_score), 0) FROM grouped GROUP BY grp');

\connect
CALL kpi_bench.memory_of_process('p90_response(interval), one group, per row',
    'SELECT p90_response(response) FROM times', 'SELECT count(response) FROM times');
\connect
CALL kpi_bench.memory_of_process('durations_agg(interval), one group, per row',
    'SELECT durations_agg(response) FROM times', 'SELECT count(response) FROM times');
\connect
CALL kpi_bench.memory_of_process('percentile_cont(interval), one group, per row',
    'SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY response) FROM times', 'SELECT count(response) FROM times');
