--: title: What do customers find by themselves?
--: note: Visits to the help centre that did not end in a ticket; articles read, and visits, beside the tickets and who wrote them.
--: bars: self-service %/100
WITH visits AS (
    SELECT date_trunc('quarter', at AT TIME ZONE 'UTC')::date AS quarter,
           count(*) AS sessions, count(article_id) AS views,
           rate_agg(ticket_id IS NULL) AS alone,
           rate_agg(ticket_id IS NULL) FILTER (WHERE article_id IS NULL) AS alone_without
    FROM help_sessions
    GROUP BY 1
), written AS (
    SELECT date_trunc('quarter', created_at AT TIME ZONE 'UTC')::date AS quarter,
           count(*) AS tickets, count(DISTINCT customer_id) AS writers
    FROM tickets
    GROUP BY 1
)
SELECT to_char(quarter, 'YYYY "Q"Q')           AS quarter,
       sum(sessions)                           AS visits,
       self_service_rate(rollup(alone))        AS "self-service %",
       self_service_rate(rollup(alone_without)) AS "when no article was found %",
       knowledge_base_usage(views, tickets)    AS "articles per ticket",
       self_service_ratio(sessions, writers)   AS "visits per writer"
FROM visits JOIN written USING (quarter)
GROUP BY quarter
ORDER BY quarter;
