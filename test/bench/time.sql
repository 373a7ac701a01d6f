-- Times, as ratios: the first query's over the second's. Distributions of durations are in durations.sql.

INSERT INTO kpi_bench.target VALUES
    ('nps(smallint) / count(x)', NULL, 1.10),
    ('by hand / 3 survey and rate KPIs', 1.15, NULL);

CALL kpi_bench.compare('nps(smallint) / count(x)',
    'SELECT nps(nps_score) FROM surveys',
    'SELECT count(nps_score) FROM surveys');
CALL kpi_bench.compare('csat_pct(smallint) / count(x)',
    'SELECT csat_pct(csat) FROM surveys',
    'SELECT count(csat) FROM surveys');
CALL kpi_bench.compare('fcr_rate(boolean) / count(x)',
    'SELECT fcr_rate(solved_first) FROM surveys',
    'SELECT count(solved_first) FROM surveys');

CALL kpi_bench.compare('by hand / 3 survey and rate KPIs',
    'SELECT 100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6))
                  / nullif(count(nps_score), 0) AS nps,
            100.0 * count(*) FILTER (WHERE csat >= 4) / nullif(count(csat), 0) AS csat,
            100.0 * count(*) FILTER (WHERE solved_first) / nullif(count(solved_first), 0) AS fcr
     FROM surveys',
    'SELECT nps(nps_score) AS nps, csat_pct(csat) AS csat, fcr_rate(solved_first) AS fcr FROM surveys', agree => true);
CALL kpi_bench.compare('3 survey and rate KPIs / 3 counts',
    'SELECT nps(nps_score), csat_pct(csat), fcr_rate(solved_first) FROM surveys',
    'SELECT count(nps_score), count(csat), count(solved_first) FROM surveys');

CALL kpi_bench.compare('avg_response(interval) / count(x)',
    'SELECT avg_response(response) FROM times',
    'SELECT count(response) FROM times');
CALL kpi_bench.compare('avg(interval) / avg_response(interval)',
    'SELECT avg(response) AS mean FROM times',
    'SELECT avg_response(response) AS mean FROM times');
CALL kpi_bench.compare('occupancy(bigint, bigint) / count(x)',
    'SELECT occupancy(busy, staffed) FROM times',
    'SELECT count(busy) FROM times');
CALL kpi_bench.compare('by hand / occupancy(bigint, bigint)',
    'SELECT 100 * sum(busy) / nullif(sum(staffed), 0.0) AS occupancy FROM times',
    'SELECT occupancy(busy, staffed) AS occupancy FROM times', agree => true);

CALL kpi_bench.compare('moving nps, 500 rows / moving count',
    'SELECT count(v) FROM (SELECT nps(nps_score) OVER (ORDER BY id ROWS 499 PRECEDING) AS v FROM window_surveys) AS w',
    'SELECT count(v) FROM (SELECT count(nps_score) OVER (ORDER BY id ROWS 499 PRECEDING) AS v FROM window_surveys) AS w');
