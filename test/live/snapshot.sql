-- A refresh is seen wholly or not at all: what is stored of a day agrees, and of all days.
\set back random(0, 40)
\set whole random(1, 10)
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT require(t.tickets = d.tickets AND t.tickets = s.tickets AND t.tickets = a.tickets AND t.tickets = h.tickets
               AND t.tickets = c.tickets, 'the tickets of a day')
FROM (SELECT current_date - :back::int AS day) AS p,
LATERAL (SELECT count(*) AS tickets FROM ticket WHERE created_day = p.day) AS t,
LATERAL (SELECT coalesce(sum(tickets), 0) AS tickets FROM ticket_daily_tally WHERE day = p.day) AS d,
LATERAL (SELECT coalesce(sum(tickets), 0) AS tickets FROM segment_daily_tally WHERE day = p.day) AS s,
LATERAL (SELECT coalesce(sum(tickets), 0) AS tickets FROM agent_daily_tally WHERE day = p.day) AS a,
LATERAL (SELECT coalesce(sum(tickets), 0) AS tickets FROM hourly_tally WHERE day = p.day) AS h,
LATERAL (SELECT coalesce(sum(counted), 0) AS tickets
         FROM coverage_daily_tally WHERE day = p.day AND kpi = 'tickets') AS c;
SELECT require(t.resolved = d.resolved AND t.rated = d.rated AND t.resolved = a.resolved AND t.rated = a.rated,
               'the outcomes of a day')
FROM (SELECT current_date - :back::int AS day) AS p,
LATERAL (SELECT count(*) FILTER (WHERE is_resolved) AS resolved, count(csat_score) AS rated
         FROM ticket WHERE outcome_day = p.day) AS t,
LATERAL (SELECT coalesce(sum(resolved), 0) AS resolved, coalesce(sum(sample_size(csat)), 0) AS rated
         FROM ticket_daily_tally WHERE day = p.day) AS d,
LATERAL (SELECT coalesce(sum(resolved), 0) AS resolved, coalesce(sum(sample_size(csat)), 0) AS rated
         FROM agent_daily_tally WHERE day = p.day) AS a;
\if :whole = 1
SELECT require((SELECT count(*) FROM ticket) = (SELECT sum(tickets) FROM ticket_daily_tally), 'all tickets');
\endif
COMMIT;
