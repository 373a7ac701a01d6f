--: title: Keep the tallies of each day
--: note: A tally is small, can be stored, and merges with others later.
--: note: Refresh the view on a schedule: dashboards then never read the tickets.
CREATE MATERIALIZED VIEW daily AS
SELECT (created_at AT TIME ZONE 'UTC')::date        AS day,
       channel,
       count(*)                                     AS tickets,
       scores_agg(nps_score)                        AS nps,
       scores_agg(csat_score)                       AS csat,
       rate_agg(sla_response_met)                   AS sla,
       durations_agg(created_at, first_response_at) AS response
FROM tickets
GROUP BY 1, 2;
