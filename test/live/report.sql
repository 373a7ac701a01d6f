-- What was measured: a table, and the file :json. :changes has how many tickets each script of the writers changes.

CREATE TEMPORARY VIEW measured (run, n, measurement, value, form) AS
WITH change AS (
    SELECT t.run, (string_to_array(:'changes', ' '))[t.script + 1]::numeric AS tickets, t.script,
           (t.us - t.lag_us) / 1000.0 AS ms
    FROM live.transaction AS t
    WHERE t.who = 'writer'
), duration AS (
    SELECT run, extract(epoch FROM ended - began) AS seconds, used,
           ntile(4) OVER (PARTITION BY run ORDER BY began) AS quarter
    FROM live.refresh
)
SELECT c.run, v.*
FROM (SELECT run, sum(tickets) AS tickets, avg(ms) FILTER (WHERE tickets = 1) AS mean,
             percentile_cont('{0.5,0.99}'::float8[]) WITHIN GROUP (ORDER BY ms) FILTER (WHERE tickets = 1) AS p
      FROM change GROUP BY run) AS c
JOIN live.run AS r USING (run),
LATERAL (VALUES
    (1, 'changes a second', c.tickets / r.seconds, 'FM999990'),
    (2, 'change of a ticket, mean, ms', c.mean, 'FM999990.00'),
    (3, 'change of a ticket, median, ms', c.p[1], 'FM999990.00'),
    (4, 'change of a ticket, p99, ms', c.p[2], 'FM999990.00')) AS v
UNION ALL
SELECT d.run, v.*
FROM (SELECT run, count(*) AS n, max(seconds) AS longest,
             percentile_cont('{0.5,0.95,0.99}'::float8[]) WITHIN GROUP (ORDER BY seconds) AS p,
             percentile_cont('{0.5,0.99}'::float8[]) WITHIN GROUP (ORDER BY used) AS used,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE quarter = 1) AS at_first,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE quarter = 4) AS at_last
      FROM duration GROUP BY run) AS d,
LATERAL (VALUES
    (5, 'refreshes', d.n::numeric, 'FM999990'),
    (6, 'refresh, median, s', d.p[1], 'FM999990.00'),
    (7, 'refresh, p95, s', d.p[2], 'FM999990.00'),
    (8, 'refresh, p99, s', d.p[3], 'FM999990.00'),
    (9, 'refresh, longest, s', d.longest, 'FM999990.00'),
    (10, 'refresh, median of the first quarter, s', d.at_first, 'FM999990.00'),
    (11, 'refresh, median of the last quarter, s', d.at_last, 'FM999990.00'),
    (12, 'refresh, processor time, median, s', d.used[1], 'FM999990.00'),
    (13, 'refresh, processor time, p99, s', d.used[2], 'FM999990.00')) AS v
UNION ALL
SELECT s.run, v.*
FROM (SELECT run, percentile_cont('{0.5,0.99}'::float8[]) WITHIN GROUP (ORDER BY seconds) AS p, max(seconds) AS longest
      FROM live.seen GROUP BY run) AS s,
LATERAL (VALUES
    (14, 'change is seen after, median, s', s.p[1], 'FM999990.00'),
    (15, 'change is seen after, p99, s', s.p[2], 'FM999990.00'),
    (16, 'change is seen after, longest, s', s.longest, 'FM999990.00')) AS v
UNION ALL
SELECT p.run, v.*
FROM (SELECT run, count(*) FILTER (WHERE script = 1) AS snapshots,
             percentile_cont('{0.5,0.99}'::float8[]) WITHIN GROUP (ORDER BY us / 1000.0) FILTER (WHERE script = 0) AS p
      FROM live.transaction WHERE who = 'reader' GROUP BY run) AS p,
LATERAL (VALUES
    (17, 'page of a reader, median, ms', p.p[1], 'FM999990'),
    (18, 'page of a reader, p99, ms', p.p[2], 'FM999990'),
    (19, 'snapshots that agreed', p.snapshots, 'FM999990')) AS v
UNION ALL
SELECT run, 20 + (taken = 'after')::int + 2 * dense_rank() OVER (ORDER BY what), format('%s, MB, %s', what, taken),
       bytes / 1e6, 'FM999990.0'
FROM live.size;

SELECT measurement, run, to_char(value, form) AS value, r.n
FROM measured AS m JOIN live.run AS r USING (run)
ORDER BY m.n, r.n \crosstabview measurement run value n

\pset format unaligned
\pset tuples_only on
\o :json
SELECT json_build_object('date', current_date, 'postgresql', version(), 'kpi', extversion, 'machine', :'machine',
    'shared_buffers', current_setting('shared_buffers'),
    'live', json_build_object('tickets', :'tickets', 'writers', :'writers', 'readers', :'readers', 'rate', :'rate',
        'seconds', (SELECT max(seconds) FROM live.run), 'runs', (SELECT json_agg(run ORDER BY n) FROM live.run),
        'measurements', (
            SELECT json_agg(json_build_object('measurement', measurement, 'values', values) ORDER BY n)
            FROM (SELECT n, measurement, json_object_agg(run, to_char(value, form)) AS values
                  FROM measured GROUP BY n, measurement) AS m)))
FROM pg_extension WHERE extname = 'kpi';
