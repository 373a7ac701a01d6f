--: title: The ten largest GROUP_COLUMNs
--: bars: CSAT %/100, SLA %/100
SELECT GROUP_COLUMN, tickets, s."CSAT %", s."NPS", s."SLA %", s."first response", s.resolution
FROM (SELECT GROUP_COLUMN, count(*) AS tickets FROM care.ticket
      WHERE GROUP_COLUMN IS NOT NULL GROUP BY GROUP_COLUMN ORDER BY 2 DESC, 1 LIMIT 10) AS t,
     (SELECT min(created_day) AS since, max(greatest(created_day, outcome_day)) + 1 AS until FROM care.ticket) AS d,
     LATERAL (SELECT max(value) FILTER (WHERE kpi = 'csat_pct') AS "CSAT %",
                     max(value) FILTER (WHERE kpi = 'nps') AS "NPS",
                     coalesce(max(value) FILTER (WHERE kpi = 'sla_resolution_pct'),
                              max(value) FILTER (WHERE kpi = 'sla_response_pct')) AS "SLA %",
                     max(value) FILTER (WHERE kpi = 'response_median_seconds') * interval '1 s' AS "first response",
                     max(value) FILTER (WHERE kpi = 'resolution_median_seconds') * interval '1 s' AS resolution
              FROM kpi_scorecard('care', d.since, d.until, GROUP_COLUMN => t.GROUP_COLUMN)
              WHERE scope = 'selection') AS s
ORDER BY tickets DESC, GROUP_COLUMN;
