SELECT format('%s %s', to_char(n, 'FM999,999,999'), what)
FROM (SELECT count(*) FILTER (WHERE first_response_at < created_at)            AS response,
             count(*) FILTER (WHERE resolved_at < created_at)                  AS resolution,
             count(*) FILTER (WHERE nps_score NOT BETWEEN 0 AND 10)            AS nps,
             count(*) FILTER (WHERE csat_score NOT BETWEEN 1 AND 5)            AS csat,
             count(*) FILTER (WHERE reopens < 0 OR contacts < 0)               AS counts
      FROM tickets) t,
     LATERAL (VALUES (response,   'tickets have a response before their creation: left out of response times'),
                     (resolution, 'tickets have a resolution before their creation: left out of resolution times'),
                     (nps,        'NPS answers are outside 0..10: left out'),
                     (csat,       'CSAT answers are outside 1..5: left out'),
                     (counts,     'tickets have a negative count of reopens or contacts: left out')) v (n, what)
WHERE n > 0;
