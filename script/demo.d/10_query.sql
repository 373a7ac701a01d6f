--: title: One query over your tickets
--: note: Each KPI is an aggregate. Unanswered and unsolved tickets are NULL and do not count.
--: note: The third argument is the opening hours: only open time counts.
--: bars: one touch %/100
SELECT coalesce(channel, 'all')                       AS channel,
       count(*)                                       AS tickets,
       one_touch_rate(agent_replies, solved)          AS "one touch %",
       p90_response(created_at, first_response_at)    AS "p90 reply",
       p90_response(created_at, first_response_at, 'Europe/Berlin; Mo-Fr 08:00-20:00; Dec 25-Dec 26 off') AS "in hours",
       p90_resolution(created_at, resolved_at)        AS "p90 solved"
FROM tickets
GROUP BY ROLLUP (channel)
ORDER BY grouping(channel), tickets DESC;
