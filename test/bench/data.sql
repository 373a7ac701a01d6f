-- The rows that are measured; kpi_bench.rows is their number. Every random number is a hash of the row's number and a
-- salt, so each run makes the same rows. Statements are separated by empty lines, because a single-user server also
-- reads this file.

CREATE SCHEMA kpi_bench;

CREATE EXTENSION IF NOT EXISTS kpi SCHEMA kpi_bench;

-- Uniform in [0, 1).
CREATE FUNCTION kpi_bench.uniform(n bigint, salt int) RETURNS double precision LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS 'SELECT (hashint8extended(n, salt) & 9007199254740991)::double precision / 9007199254740992';

-- Log-normal: half are below the median, one in ten more than five times as long.
CREATE FUNCTION kpi_bench.duration(median double precision, n bigint, salt int) RETURNS interval LANGUAGE sql
    IMMUTABLE PARALLEL SAFE
    AS $$SELECT median * interval '1 second' * exp(1.3 * sqrt(-2 * ln(1 - kpi_bench.uniform(n, salt)))
                                                        * cos(6.283185307179586 * kpi_bench.uniform(n, salt + 100)))$$;

-- Answers, one in ten missing. Few columns, so that reading the table hides little of what an aggregate costs.
CREATE UNLOGGED TABLE kpi_bench.surveys AS
    SELECT n AS id,
           CASE WHEN kpi_bench.uniform(n, 1) < 0.9 THEN trunc(11 * sqrt(kpi_bench.uniform(n, 2)))::smallint END AS nps_score,
           CASE WHEN kpi_bench.uniform(n, 3) < 0.9 THEN trunc(1 + 5 * sqrt(kpi_bench.uniform(n, 4)))::smallint END AS csat,
           CASE WHEN kpi_bench.uniform(n, 5) < 0.9 THEN kpi_bench.uniform(n, 6) < 0.7 END AS solved_first
    FROM generate_series(1, current_setting('kpi_bench.rows')::bigint) AS n;

CREATE UNLOGGED TABLE kpi_bench.times AS
    SELECT n AS id, started, started + response AS ended, response,
           trunc(20000 * kpi_bench.uniform(n, 14))::bigint AS busy, 28800::bigint AS staffed
    FROM generate_series(1, current_setting('kpi_bench.rows')::bigint) AS n,
         LATERAL (SELECT timestamptz '2026-01-01 00:00+00' + n * interval '15 seconds' AS started,
                         kpi_bench.duration(3600, n, 11) AS response) AS t;

-- Waits of thirty hours, three of their stretches paused.
CREATE UNLOGGED TABLE kpi_bench.waits AS
    SELECT n AS id, started, started + interval '30 hours' AS ended,
           tstzmultirange(tstzrange(started + interval '1 hour', started + interval '2 hours'),
                          tstzrange(started + interval '6 hours', started + interval '9 hours'),
                          tstzrange(started + interval '20 hours', started + interval '25 hours')) AS paused
    FROM generate_series(1, current_setting('kpi_bench.rows')::bigint) AS n,
         LATERAL (SELECT timestamptz '2026-01-01 00:00+00' + n * interval '17 minutes' AS started) AS t;
