--: title: The teams' time
--: note: Sums of time over sums of time, never averages of percentages.
--: bars: occupancy %/100
WITH hours AS (
    SELECT agent_id,
           sum(ended_at - started_at) FILTER (WHERE state = 'scheduled') AS scheduled,
           sum(ended_at - started_at) FILTER (WHERE state = 'paid')      AS paid,
           sum(ended_at - started_at) FILTER (WHERE state = 'working')   AS working,
           sum(ended_at - started_at) FILTER (WHERE state = 'busy')      AS busy,
           sum(ended_at - started_at) FILTER (WHERE state = 'waiting')   AS waiting
    FROM work_time
    GROUP BY agent_id
), cases AS (
    SELECT agent_id, team, count(*) FILTER (WHERE solved) AS solved
    FROM tickets
    WHERE agent_id IS NOT NULL
    GROUP BY agent_id, team
)
SELECT team,
       count(*)                               AS agents,
       occupancy(busy, busy + waiting)        AS "occupancy %",
       schedule_adherence(working, scheduled) AS "adherence %",
       shrinkage(paid - working, paid)        AS "shrinkage %",
       productivity(solved, working)          AS "solved per hour"
FROM cases JOIN hours USING (agent_id)
GROUP BY team
ORDER BY team;
