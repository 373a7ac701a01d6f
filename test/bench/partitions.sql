-- A table partitioned by hash of the agent: the gain when each partition is aggregated by itself, and by workers.
-- enable_partitionwise_aggregate is off by default.

CREATE UNLOGGED TABLE partitioned (id bigint, agent int, channel int, response interval, nps_score smallint) PARTITION BY HASH (agent);
SELECT format('CREATE UNLOGGED TABLE partitioned_%s PARTITION OF partitioned FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', n)
FROM generate_series(0, 7) AS n
\gexec
INSERT INTO partitioned SELECT id, id % 1000, id % 4, response, nps_score FROM surveys JOIN times USING (id);
SELECT format('VACUUM (FREEZE, ANALYZE) partitioned_%s', n) FROM generate_series(0, 7) AS n
\gexec
ANALYZE partitioned;

-- Grouped by agent, a group is complete in one partition. Grouped by channel, each partition has a part of it, and the
-- parts are merged. Both kinds of plan give the same bytes.
\set kpis 'avg_response(response), p90_response(durations_agg(response)), sla_rate(response, ''1 hour''), nps(nps_score)'
\set plain 'SET LOCAL enable_partitionwise_aggregate = off; SET LOCAL max_parallel_workers_per_gather = 0'
\set partitionwise 'SET LOCAL enable_partitionwise_aggregate = on; SET LOCAL max_parallel_workers_per_gather = 0'
\set two 'SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL min_parallel_table_scan_size = 0'
\set with_workers 'SET LOCAL enable_partitionwise_aggregate = off; ' :two
\set both 'SET LOCAL enable_partitionwise_aggregate = on; ' :two

SELECT format('CALL kpi_bench.compare(%L, %3$L, %3$L, agree => true, workers => %4$s, before_divisor => %5$L, before => %2$L)',
              format('plain / %s, by %s', way, key), :'plain',
              format('SELECT string_agg(a::text, '' '' ORDER BY %1$s) AS answers
                      FROM (SELECT %1$s, %2$s FROM partitioned GROUP BY %1$s) AS a', key, :'kpis'),
              workers, settings)
FROM (VALUES ('agent'), ('channel')) AS k (key),
     (VALUES (1, 'partitionwise', 0, :'partitionwise'), (2, 'two workers', 2, :'with_workers'),
             (3, 'partitionwise with two workers', 2, :'both')) AS w (no, way, workers, settings)
ORDER BY key, no
\gexec
