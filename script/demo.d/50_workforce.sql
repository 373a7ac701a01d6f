--: title: The teams' time
--: note: Sums of time over sums of time, never averages of percentages.
--: note: Adhered is the time worked when it was scheduled: working beside the schedule does not make up for it, but conforms.
--: bars: occupancy %/100
WITH hours AS (
    SELECT agent_id,
           sum(ended_at - started_at) FILTER (WHERE state = 'scheduled') AS scheduled,
           sum(ended_at - started_at) FILTER (WHERE state = 'paid')      AS paid,
           sum(ended_at - started_at) FILTER (WHERE state = 'working')   AS working,
           sum(ended_at - started_at) FILTER (WHERE state = 'busy')      AS busy,
           sum(ended_at - started_at) FILTER (WHERE state = 'waiting')   AS waiting,
           range_agg(tstzrange(started_at, ended_at)) FILTER (WHERE state = 'scheduled')
             * range_agg(tstzrange(started_at, ended_at)) FILTER (WHERE state = 'working') AS kept
    FROM work_time
    GROUP BY agent_id
), cases AS (
    SELECT agent_id, team, count(*) FILTER (WHERE solved) AS solved, ratio_agg(qa_points, qa_possible) AS quality
    FROM tickets
    WHERE agent_id IS NOT NULL
    GROUP BY agent_id, team
)
SELECT team,
       count(*)                                AS agents,
       occupancy(busy, busy + waiting)         AS "occupancy %",
       utilization(busy, paid)                 AS "utilization %",
       schedule_adherence(adhered, scheduled)  AS "adherence %",
       schedule_conformance(working, scheduled) AS "conformance %",
       shrinkage(paid - working, paid)         AS "shrinkage %",
       productivity(solved, working)           AS "solved per hour",
       qa_score(rollup(quality))               AS "quality %"
FROM cases JOIN hours USING (agent_id),
     LATERAL (SELECT sum(upper(span) - lower(span)) AS adhered FROM unnest(kept) AS span) AS a
GROUP BY team
ORDER BY team;
