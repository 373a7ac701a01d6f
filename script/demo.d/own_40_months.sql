--: title: By month of creation (UTC), the last 24
--: bars: NPS/100
--: sparks: rows, NPS, CSAT %, SLA %, first response, resolution
SELECT * FROM (
    SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, count(*) AS rows,
           nps(nps_score) FILTER (WHERE nps_score BETWEEN 0 AND 10)     AS "NPS",
           csat_pct(csat_score) FILTER (WHERE csat_score BETWEEN 1 AND 5) AS "CSAT %",
           sla_rate(sla_met)                                            AS "SLA %",
           median_response(created_at, first_response_at)
               FILTER (WHERE first_response_at >= created_at)           AS "first response",
           median_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at) AS resolution,
           extract(epoch FROM median_resolution(created_at, resolved_at)
                              FILTER (WHERE resolved_at >= created_at)) AS median_seconds,
           extract(epoch FROM p90_resolution(created_at, resolved_at)
                              FILTER (WHERE resolved_at >= created_at)) AS p90_seconds
    FROM tickets
    WHERE created_at IS NOT NULL
    GROUP BY 1
    ORDER BY 1 DESC
    LIMIT 24) last
ORDER BY month;
