-- Part of generate.sql: five shifts a week for each agent. Eight hours are paid, and two halves of 3 h 40 min are scheduled
-- for contacts. The rest is a break and meetings. Agents sometimes come late, leave early or stay longer. While they work, they
-- are busy with a contact or wait for one.

CREATE TABLE work_time (
    agent_id text NOT NULL, started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL, state text NOT NULL);

WITH shifts AS (
    SELECT agent_id, (day + interval '6 hours' + interval '4 hours' * seat) AT TIME ZONE 'UTC' AS start_at, k,
           0.66 + 0.14 * pg_temp.uniform(k, 72) + CASE WHEN day BETWEEN '2025-12-01' AND '2026-01-15' THEN 0.09 ELSE 0 END AS load
    FROM (SELECT *, agent_no * 1000 + (day::date - date '2025-11-01') AS k
          FROM agents, generate_series(timestamp '2025-11-01', '2026-10-31', '1 day') day
          WHERE (extract(isodow FROM day)::int + agent_no) % 7 < 5 AND hired_on <= day) d
    WHERE pg_temp.uniform(k, 73) > 0.09 OFFSET 0
), halves AS (
    -- seconds from the start of the shift
    SELECT s.*, 15000 * half AS planned_from, 15000 * half + 13200 AS planned_to,
           15000 * half + floor(1500 * pg_temp.uniform(2 * k + half, 70) ^ 3) AS came,
           15000 * half + 13200 - floor(2100 * pg_temp.uniform(2 * k + half, 71) ^ 3) + CASE WHEN pg_temp.uniform(2 * k + half, 74) < 0.15 THEN 900 ELSE 0 END AS went
    FROM shifts s, generate_series(0, 1) half OFFSET 0
), pieces AS (
    -- 0 is the schedule, 1 the work; then the work in four parts, each first busy and then waiting
    SELECT agent_id, start_at, piece, planned_from, planned_to, came, went, load,
           came + floor((went - came) * ((piece - 2) / 2) / 4) AS part_from, came + floor((went - came) * ((piece - 2) / 2 + 1) / 4) AS part_to
    FROM halves, generate_series(0, 9) piece OFFSET 0
), spans AS (
    SELECT *, part_from + floor((part_to - part_from) * load) AS idle_from FROM pieces OFFSET 0
)
INSERT INTO work_time
SELECT agent_id, start_at + pg_temp.seconds(CASE WHEN piece = 0 THEN planned_from WHEN piece = 1 THEN came WHEN piece % 2 = 0 THEN part_from ELSE idle_from END),
       start_at + pg_temp.seconds(CASE WHEN piece = 0 THEN planned_to WHEN piece = 1 THEN went WHEN piece % 2 = 0 THEN idle_from ELSE part_to END),
       CASE WHEN piece = 0 THEN 'scheduled' WHEN piece = 1 THEN 'working' WHEN piece % 2 = 0 THEN 'busy' ELSE 'waiting' END
FROM spans
UNION ALL
SELECT agent_id, start_at, start_at + interval '8 hours', 'paid' FROM shifts
ORDER BY 2, 1, 4, 3;

ANALYZE work_time;
