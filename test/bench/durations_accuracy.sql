-- The error of percentiles of tallies and the stored size of the tallies, compared with a t-digest.

-- 100,000 values of each distribution, in seconds rounded to microseconds.
CREATE UNLOGGED TABLE kpi_bench.sample AS
    SELECT distribution, round(seconds::numeric, 6) * interval '1 second' AS duration
    FROM generate_series(1, 100000) AS n,
         LATERAL (SELECT kpi_bench.uniform(n, 21) AS u, kpi_bench.uniform(n, 22) AS v) AS r,
         LATERAL (VALUES
             ('constant', 5400.25),
             ('all zero', 0),
             -- half about a minute, half about a day: the median is the middle of the gap
             ('bimodal', CASE WHEN n % 2 = 0 THEN 50 + 20 * u ELSE 80000 + 10000 * u END),
             -- Pareto: one in a hundred lasts over five hours, the longest thirty years
             ('heavy tail', CASE WHEN n = 1 THEN 30 * 365.25 * 86400 ELSE least(60 * (1 - u) ^ (-1 / 0.8), 30 * 365.25 * 86400) END),
             ('microseconds', trunc(5000 * u) / 1000000),
             ('whole seconds', trunc(600 * sqrt(-2 * ln(1 - u)))),
             ('uniform', 86400 * u),
             ('log-normal', 3600 * exp(1.3 * sqrt(-2 * ln(1 - u)) * cos(6.283185307179586 * v)))
         ) AS d (distribution, seconds);

CREATE UNLOGGED TABLE kpi_bench.summary AS
    SELECT distribution, count(*) AS n, durations_agg(duration) AS tally FROM kpi_bench.sample GROUP BY distribution;

CREATE FUNCTION kpi_bench.fractions() RETURNS double precision[] LANGUAGE sql IMMUTABLE
    AS 'SELECT array_agg(p / 100::double precision ORDER BY p) FROM generate_series(1, 99) AS p';

-- The percentiles 1 to 99 of each, in seconds: the true ones and the others.
CREATE UNLOGGED TABLE kpi_bench.percentiles AS
    SELECT distribution, p, extract(epoch FROM exact[p])::double precision AS exact,
           extract(epoch FROM percentile(tally, p / 100::double precision))::double precision AS of_tally,
           NULL::double precision AS of_tdigest
    FROM kpi_bench.summary
         JOIN (SELECT distribution, percentile_cont(kpi_bench.fractions()) WITHIN GROUP (ORDER BY duration) AS exact
               FROM kpi_bench.sample GROUP BY distribution) AS e USING (distribution),
         generate_series(1, 99) AS p;

ALTER TABLE kpi_bench.summary ADD tdigest_bytes int;
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'tdigest') AS tdigest
\gset
\if :tdigest
CREATE UNLOGGED TABLE kpi_bench.digests AS
    SELECT distribution, tdigest(date_part('epoch', duration), 100) AS digest FROM kpi_bench.sample GROUP BY distribution;
UPDATE kpi_bench.summary AS s SET tdigest_bytes = pg_column_size(d.digest)
    FROM kpi_bench.digests AS d WHERE d.distribution = s.distribution;
UPDATE kpi_bench.percentiles AS t SET of_tdigest = d.percentiles[t.p]
    FROM (SELECT distribution, tdigest_percentile(digest, kpi_bench.fractions()) AS percentiles
          FROM kpi_bench.digests GROUP BY distribution) AS d WHERE d.distribution = t.distribution;
\else
\warn 'durations: the accuracy of tdigest is SKIPPED: the extension is not there'
\endif

-- Nothing but 0 is near an exact 0.
CREATE FUNCTION kpi_bench.relative_error(value double precision, exact double precision) RETURNS double precision
LANGUAGE sql IMMUTABLE
    AS $$SELECT CASE WHEN value = exact THEN 0 WHEN exact = 0 THEN 'Infinity' ELSE abs(value - exact) / exact END$$;

CREATE VIEW kpi_bench.accuracy AS
    SELECT distribution, n AS values,
           to_char(100 * worst_of_tally, 'FM990.000') || ' %' AS "percentile(durations_agg)",
           to_char(100 * worst_of_tdigest, 'FM99999990.000') || ' %' AS "tdigest_percentile(100)",
           pg_column_size(tally) AS "bytes of durations_agg", tdigest_bytes AS "bytes of tdigest",
           CASE WHEN worst_of_tally > 0.005 THEN 'above target' ELSE 'ok' END AS "at most 0.5 %"
    FROM kpi_bench.summary
         JOIN (SELECT distribution, max(kpi_bench.relative_error(of_tally, exact)) AS worst_of_tally,
                      max(kpi_bench.relative_error(of_tdigest, exact)) AS worst_of_tdigest
               FROM kpi_bench.percentiles GROUP BY distribution) AS e USING (distribution);
