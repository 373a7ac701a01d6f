--: title: How long does it take?
--: note: Percentiles of elapsed time; the same in exact seconds at the right.
--: note: An end before the beginning is an error, so FILTER leaves such rows out.
SELECT * FROM (
    SELECT 'first response' AS stage, count(*) FILTER (WHERE first_response_at >= created_at) AS n,
           median_response(created_at, first_response_at) FILTER (WHERE first_response_at >= created_at) AS median,
           p90_response(created_at, first_response_at) FILTER (WHERE first_response_at >= created_at) AS p90,
           avg_response(created_at, first_response_at) FILTER (WHERE first_response_at >= created_at) AS average,
           extract(epoch FROM median_response(created_at, first_response_at)
                              FILTER (WHERE first_response_at >= created_at)) AS median_seconds,
           extract(epoch FROM p90_response(created_at, first_response_at)
                              FILTER (WHERE first_response_at >= created_at)) AS p90_seconds
    FROM tickets
    UNION ALL
    SELECT 'resolution', count(*) FILTER (WHERE resolved_at >= created_at),
           median_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at),
           p90_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at),
           avg_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at),
           extract(epoch FROM median_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at)),
           extract(epoch FROM p90_resolution(created_at, resolved_at) FILTER (WHERE resolved_at >= created_at))
    FROM tickets) kpis
WHERE n > 0;
