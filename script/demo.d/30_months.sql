--: title: Are we getting better? The year by month, from the stored tallies
--: note: rollup() merges the days, and the KPI is asked of the result.
--: note: No ticket is read.
--: note: (Percentages cannot be averaged; tallies can be merged.)
--: bars: NPS/100, p90 reply
--: sparks: tickets, NPS, CSAT %, SLA %, p90 reply
SELECT to_char(day, 'YYYY-MM')           AS month,
       sum(tickets)                      AS tickets,
       nps(rollup(nps))                  AS "NPS",
       csat_pct(rollup(csat))            AS "CSAT %",
       sla_rate(rollup(sla))             AS "SLA %",
       median_response(rollup(response)) AS "first reply",
       p90_response(rollup(response))    AS "p90 reply"
FROM daily
GROUP BY 1
ORDER BY 1;
