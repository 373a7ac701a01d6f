--: title: Keep a tally of each day
--: note: A tally is small, can be stored, and merges with others later.
CREATE MATERIALIZED VIEW daily AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day,
       channel,
       rate_agg(escalated)                   AS escalated,
       durations_agg(handle_time)            AS handle
FROM tickets
GROUP BY 1, 2;
