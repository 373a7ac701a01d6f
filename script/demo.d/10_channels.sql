--: title: The scorecard, by channel
--: note: One query over the tickets.
--: note: Percentages are 0..100, NPS is -100..100.
--: note: Unanswered surveys, unanswered and unsolved tickets are NULL and do not count.
--: bars: NPS/100, SLA %/100
SELECT coalesce(channel, 'all')                   AS channel,
       count(*)                                   AS tickets,
       nps(nps_score)                             AS "NPS",
       csat_pct(csat_score)                       AS "CSAT %",
       sla_rate(sla_response_met)                 AS "SLA %",
       fcr_rate(contacts, solved)                 AS "FCR %",
       reopen_rate(reopens, solved)               AS "reopen %",
       median_response(created_at, first_response_at) AS "first reply",
       p90_response(created_at, first_response_at)    AS "p90 reply",
       p90_resolution(created_at, resolved_at)        AS "p90 solved"
FROM tickets
GROUP BY ROLLUP (channel)
ORDER BY grouping(channel), tickets DESC;
