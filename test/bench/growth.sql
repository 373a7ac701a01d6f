-- How costs grow with the number of rows, of groups and of calendars, and with the length of a moving window.
-- Each point is the ratio to count() of the same column, over the same rows in the same groups or windows.

SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'tdigest') AS tdigest
\gset
CREATE UNLOGGED TABLE curve_line (line text, aggregate text);
INSERT INTO curve_line VALUES
    ('percentile_cont(0.9)', 'percentile_cont(0.9) WITHIN GROUP (ORDER BY response)'),
    ('p90_response', 'p90_response(response)'),
    ('durations_agg', 'durations_agg(response)'),
    ('avg_response', 'avg_response(response)');
\if :tdigest
INSERT INTO curve_line VALUES ('tdigest', 'tdigest(date_part(''epoch'', response), 100)');
\else
\warn 'growth: the lines of tdigest are SKIPPED: the extension is not there'
\endif

CREATE UNLOGGED TABLE sizes AS
    SELECT DISTINCT least(10 ^ generate_series(4, 7), current_setting('kpi_bench.rows')::bigint)::bigint AS n;
SELECT format('CREATE UNLOGGED TABLE times_%s AS SELECT response FROM times WHERE id <= %1$s', n),
       format('VACUUM (FREEZE, ANALYZE) times_%s', n)
FROM sizes
\gexec
SELECT format('CALL kpi_bench.compare(%L, %L, %L, curve => ''rows'', x => %s)', line,
              format('SELECT %s FROM times_%s', aggregate, n), format('SELECT count(response) FROM times_%s', n), n)
FROM sizes, curve_line ORDER BY line, n
\gexec

-- Only a million rows for the groups: a t-digest takes about 16 kB per group while it is built.
CREATE UNLOGGED TABLE many AS SELECT id, response FROM times WHERE id <= 1000000;
VACUUM (FREEZE, ANALYZE) many;
SELECT format('CALL kpi_bench.compare(%L, %L, %L, curve => ''groups'', x => %s)', line,
              format('SELECT count(a) FROM (SELECT %s AS a FROM many GROUP BY id %% %s) AS g', aggregate, n),
              format('SELECT count(a) FROM (SELECT count(response) AS a FROM many GROUP BY id %% %s) AS g', n), n)
FROM (SELECT (10 ^ generate_series(0, 6))::bigint AS n) AS p, curve_line
WHERE n <= current_setting('kpi_bench.rows')::bigint AND (line <> 'tdigest' OR n <= 100000)
ORDER BY line, n
\gexec

-- Recomputing a window takes time in proportion to its length for each row, so the subquery and its divisor get few rows.
CREATE INDEX IF NOT EXISTS window_times_index ON window_times (id) INCLUDE (response);
VACUUM (ANALYZE) window_times;
SELECT format('CALL kpi_bench.compare(%L, %L, %L, curve => ''frame'', x => %s)', line,
              format('SELECT count(v) FROM (SELECT %s OVER (ORDER BY id ROWS %s PRECEDING) AS v FROM window_times) AS w', aggregate, n - 1),
              format('SELECT count(v) FROM (
                          SELECT count(response) OVER (ORDER BY id ROWS %s PRECEDING) AS v FROM window_times) AS w', n - 1), n)
FROM (SELECT 10 ^ generate_series(1, 5) AS n) AS p, curve_line WHERE line IN ('p90_response', 'avg_response') ORDER BY line, n
\gexec
SELECT format('CALL kpi_bench.compare(%L, %L, %L, curve => ''frame'', x => %s)', 'percentile_cont by subquery',
              format('SELECT count(v) FROM (
                          SELECT (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY response)
                                  FROM window_times AS f WHERE f.id BETWEEN w.id - %s AND w.id) AS v
                          FROM window_times AS w WHERE id <= 2000) AS w', n - 1),
              format('SELECT count(v) FROM (
                          SELECT count(response) OVER (ORDER BY id ROWS %s PRECEDING) AS v
                          FROM window_times WHERE id <= 2000) AS w', n - 1), n)
FROM (SELECT 10 ^ generate_series(1, 3) AS n) AS p ORDER BY n
\gexec

-- Many calendars, a different one in each row.
CREATE UNLOGGED TABLE zoned AS
    SELECT id, started, started + (id % 720) * interval '1 hour' AS ended FROM times WHERE id <= 200000;
CREATE UNLOGGED TABLE calendars AS
    SELECT n,
           format('Europe/Berlin; Mo-Fr %s:%s-17:00', to_char(n / 60 + 8, 'FM00'), to_char(n % 60, 'FM00'))::business_hours AS hours
    FROM generate_series(0, 99) AS n;
VACUUM (FREEZE, ANALYZE) zoned, calendars;
SELECT format('CALL kpi_bench.compare(%L, %L, %L, curve => ''calendars'', x => %s)', 'business_seconds',
              format('SELECT count(business_seconds(started, ended, hours)) FROM zoned JOIN calendars ON n = id %% %s', n),
              format('SELECT count(ended - started) FROM zoned JOIN calendars ON n = id %% %s', n), n)
FROM unnest('{1,2,5,10,20,50,100}'::int[]) AS n
\gexec

-- The size of stored tallies.
INSERT INTO result (section, measurement, curve, x, middle, unit)
    SELECT 'curve', line, 'stored', n, bytes, 'bytes'
    FROM (SELECT 10 ^ generate_series(0, 6) AS n) AS p,
         LATERAL (SELECT pg_column_size(durations_agg(response)) AS d, octet_length(durations_agg(response)::text) AS s,
                         8 * count(*) + 24 AS a
                  FROM times WHERE id <= n) AS t,
         LATERAL (VALUES ('durations_agg', d), ('durations_agg as text', s), ('all values, 8 bytes each', a)) AS v (line, bytes)
    WHERE n <= current_setting('kpi_bench.rows')::bigint ORDER BY line, n;
\if :tdigest
INSERT INTO result (section, measurement, curve, x, middle, unit)
    SELECT 'curve', 'tdigest', 'stored', n,
           (SELECT pg_column_size(tdigest(date_part('epoch', response), 100)) FROM times WHERE id <= n), 'bytes'
    FROM (SELECT 10 ^ generate_series(0, 6) AS n) AS p WHERE n <= current_setting('kpi_bench.rows')::bigint ORDER BY n;
\endif
INSERT INTO result (section, measurement, middle, unit)
    SELECT 'memory', typname || ', stored', typlen, 'bytes' FROM pg_type
    WHERE typname IN ('kpi_scores', 'kpi_rate', 'kpi_ratio', 'kpi_trend') ORDER BY typname;
INSERT INTO result (section, measurement, middle, unit)
    SELECT 'memory', line || ' as text', octet_length(tally), 'bytes'
    FROM (SELECT scores_agg(nps_score)::text AS s, rate_agg(solved_first)::text AS r, ratio_agg(busy, staffed)::text AS q
          FROM surveys JOIN times USING (id)) AS t,
         LATERAL (VALUES ('kpi_rate', r), ('kpi_ratio', q), ('kpi_scores', s)) AS v (line, tally);
