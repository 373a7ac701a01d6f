-- Memory of a million groups. Distributions of durations are in durations_memory.sql.

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

CALL kpi_bench.compare_spill('fcr_rate(boolean) beside count FILTER',
    'SELECT grp, fcr_rate(solved_first) FROM grouped GROUP BY grp',
    'SELECT grp, 100.0 * count(*) FILTER (WHERE solved_first) / nullif(count(solved_first), 0) FROM grouped GROUP BY grp');
CALL kpi_bench.compare_spill('nps(smallint) beside count FILTER',
    'SELECT grp, nps(nps_score) FROM grouped GROUP BY grp',
    'SELECT grp, 100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6))
                       / nullif(count(nps_score), 0) FROM grouped GROUP BY grp');
