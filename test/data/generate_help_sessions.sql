-- Part of generate.sql: visits to the help centre, one row each, with the article that was read last, or NULL if the search
-- found none. ticket_id is the ticket that the customer wrote afterwards. Without one, the customer found the answer. Over the
-- year, more customers find it.

CREATE TABLE help_sessions (session_id text PRIMARY KEY, at timestamptz NOT NULL, article_id text, customer_id text, ticket_id text);

WITH visits AS (
    SELECT ticket_id, substr(ticket_id, 3)::bigint AS n, created_at, channel, customer_id, topic, extract(epoch FROM created_at - timestamptz '2025-11-01 00:00+00')::float8 / 31536000 AS year_part
    FROM tickets JOIN (SELECT category, lower(regexp_replace(category, '[^A-Za-z]+', '-', 'g')) AS topic FROM categories GROUP BY category) c USING (category) OFFSET 0
), sessions AS (
    SELECT n * 4 AS s, created_at - pg_temp.seconds(30 + 900 * pg_temp.uniform(n, 94)) AS at, topic, customer_id, ticket_id
    FROM visits WHERE channel IN ('email', 'chat', 'web') AND pg_temp.uniform(n, 95) < 0.3
    UNION ALL
    SELECT n * 4 + k, created_at + pg_temp.seconds(3 * 86400 * (pg_temp.uniform(n * 4 + k, 96) - 0.5)), topic, customer_id, NULL
    FROM visits, generate_series(1, 3) k
    WHERE pg_temp.uniform(n * 4 + k, 97) < 0.18 + 0.22 * year_part
)
INSERT INTO help_sessions
SELECT 'H-' || to_char(s, 'FM000000000'), date_trunc('second', at),
       CASE WHEN pg_temp.uniform(s, 98) < CASE WHEN ticket_id IS NULL THEN 0.96 ELSE 0.78 END
            THEN topic || '-' || 1 + floor(6 * pg_temp.uniform(s, 99) ^ 2)::int END,
       customer_id, ticket_id
FROM sessions WHERE at >= '2025-11-01 00:00+00' AND at < '2026-11-01 00:00+00'
ORDER BY at, s;

ANALYZE help_sessions;
