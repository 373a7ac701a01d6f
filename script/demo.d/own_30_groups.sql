--: title: By GROUP_COLUMN (the ten largest)
--: bars: NPS/100, SLA %/100
SELECT GROUP_COLUMN, count(*) AS rows,
       nps(nps_score) FILTER (WHERE nps_score BETWEEN 0 AND 10)     AS "NPS",
       csat_pct(csat_score) FILTER (WHERE csat_score BETWEEN 1 AND 5) AS "CSAT %",
       sla_rate(sla_met)                                            AS "SLA %",
       reopen_rate(reopens) FILTER (WHERE reopens >= 0)             AS "reopened %",
       median_response(created_at, first_response_at)
           FILTER (WHERE first_response_at >= created_at)           AS "first response",
       nullif(count(*) FILTER (WHERE resolved_at >= created_at), 0) AS resolved,
       median_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at) AS resolution,
       extract(epoch FROM p90_resolution(created_at, resolved_at)
                          FILTER (WHERE resolved_at >= created_at)) AS p90_seconds
FROM tickets
WHERE GROUP_COLUMN IS NOT NULL
GROUP BY GROUP_COLUMN
ORDER BY rows DESC, GROUP_COLUMN
LIMIT 10;
