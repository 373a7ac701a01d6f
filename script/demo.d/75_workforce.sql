--: title: The agents' time in October
--: note: Sums of time over sums of time, never averages of percentages. Spans that overlap count once.
--: bars: occupancy %/100
SELECT t.team,
       count(DISTINCT agent_id)                                    AS agents,
       occupancy(w.busy_hours, w.staffed_hours)                    AS "occupancy %",
       utilization(w.busy_hours, w.paid_hours)                     AS "utilization %",
       productivity(w.resolved, w.working_hours)                   AS "solved per hour"
FROM care.workforce_daily AS w
JOIN (SELECT DISTINCT ON (agent_id) agent_id, team
      FROM tickets
      WHERE agent_id IS NOT NULL
      ORDER BY agent_id, created_at DESC) AS t USING (agent_id)
WHERE w.day BETWEEN '2026-10-01' AND '2026-10-31'
GROUP BY t.team
ORDER BY t.team;
