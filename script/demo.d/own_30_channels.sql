--: title: The ten largest channels
--: bars: CSAT %/100, SLA %/100
SELECT channel, tickets, s."CSAT %", s."NPS", s."SLA %", s."first response", s.resolution
FROM (SELECT channel, count(*) AS tickets FROM care.ticket WHERE channel IS NOT NULL GROUP BY channel ORDER BY 2 DESC, 1 LIMIT 10) AS t,
     (SELECT min(created_day) AS since, max(greatest(created_day, outcome_day)) + 1 AS until FROM care.ticket) AS d,
     LATERAL (SELECT max(value) FILTER (WHERE kpi = 'csat_pct') AS "CSAT %", max(value) FILTER (WHERE kpi = 'nps') AS "NPS",
                     coalesce(max(value) FILTER (WHERE kpi = 'sla_resolution_pct'),
                              max(value) FILTER (WHERE kpi = 'sla_response_pct')) AS "SLA %",
                     max(value) FILTER (WHERE kpi = 'response_median_seconds') * interval '1 s' AS "first response",
                     max(value) FILTER (WHERE kpi = 'resolution_median_seconds') * interval '1 s' AS resolution
              FROM kpi_scorecard('care', d.since, d.until, channel => t.channel) WHERE scope = 'selection') AS s
ORDER BY tickets DESC, channel;
