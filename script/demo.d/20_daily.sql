--: title: Store the tallies of each day
--: note: A tally is small and merges with others. A dashboard that reads tallies never reads the tickets.
CREATE MATERIALIZED VIEW daily AS
SELECT (created_at AT TIME ZONE 'UTC')::date AS day,
       channel,
       durations_agg(handle_time)            AS handle,
       rate_agg(escalated)                   AS escalated
FROM tickets
GROUP BY 1, 2;
