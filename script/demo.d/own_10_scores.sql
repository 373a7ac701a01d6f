--: title: The scorecard
--: note: n is the number of answers or tickets that count.
--: bars: value/100
SELECT * FROM (
    SELECT 'NPS' AS kpi, nps(nps_score) FILTER (WHERE nps_score BETWEEN 0 AND 10) AS value,
           count(*) FILTER (WHERE nps_score BETWEEN 0 AND 10) AS n FROM tickets
    UNION ALL
    SELECT 'CSAT %', csat_pct(csat_score) FILTER (WHERE csat_score BETWEEN 1 AND 5),
           count(*) FILTER (WHERE csat_score BETWEEN 1 AND 5) FROM tickets
    UNION ALL
    SELECT 'SLA met %', sla_rate(sla_met), count(sla_met) FROM tickets
    UNION ALL
    SELECT 'reopened %', reopen_rate(reopens) FILTER (WHERE reopens >= 0),
           count(*) FILTER (WHERE reopens >= 0) FROM tickets
    UNION ALL
    SELECT 'first contact resolution %', fcr_rate(contacts) FILTER (WHERE contacts >= 0 AND resolved_at IS NOT NULL),
           count(*) FILTER (WHERE contacts >= 0 AND resolved_at IS NOT NULL) FROM tickets) kpis
WHERE n > 0;
