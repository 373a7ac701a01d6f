-- Part of generate.sql: events of accounts until they left. value is the additional monthly revenue (upsold), the price
-- (purchased), the days of use (used, once a month), or 1 for reached and 0 for not reached (outreach).

CREATE TABLE customer_events (account_id text NOT NULL, at timestamptz NOT NULL, event text NOT NULL, value double precision);

WITH months AS (
    SELECT a.*, m AS month, account_no * 100 + row_number() OVER (PARTITION BY account_no ORDER BY m) AS n, coalesce(left_on < m + interval '4 months', false) AS leaves_soon
    FROM accounts a, generate_series(timestamp '2025-11-01', '2026-10-01', '1 month') m
    WHERE starts_on <= m AND (left_on IS NULL OR left_on >= m + interval '1 month')
), happened AS (
    SELECT account_id, starts_on + interval '2 days' + pg_temp.seconds(86400 * 50 * pg_temp.uniform(account_no, 80) ^ 2) AS at, 'onboarded' AS event, NULL::float8 AS value, left_on
    FROM accounts WHERE pg_temp.uniform(account_no, 81) < 0.86
    UNION ALL
    SELECT account_id, starts_on + interval '20 days' + pg_temp.seconds(86400 * 200 * pg_temp.uniform(account_no, 82)), 'adopted', NULL, left_on
    FROM accounts WHERE pg_temp.uniform(account_no, 83) < 0.62
    UNION ALL
    SELECT account_id, starts_on + interval '90 days' + pg_temp.seconds(86400 * 900 * pg_temp.uniform(account_no, 84)), 'referred', NULL, left_on
    FROM accounts WHERE end_reason IS NULL AND pg_temp.uniform(account_no, 85) < 0.09
    UNION ALL
    SELECT account_id, starts_on + interval '9 hours', 'upsold', (mrr - before)::float8, NULL
    FROM (SELECT *, lag(mrr) OVER (PARTITION BY account_id ORDER BY starts_on) AS before FROM subscriptions) s WHERE mrr > 1.2 * before
    UNION ALL
    SELECT account_id, month + interval '27 days', 'used', floor((4 + 22 * pg_temp.uniform(n, 86)) * CASE WHEN leaves_soon THEN 0.5 ELSE 1 END), left_on FROM months
    UNION ALL
    SELECT account_id, month + interval '2 days 6 hours', 'payment_failed', NULL, left_on
    FROM months WHERE pg_temp.uniform(n, 87) < CASE WHEN leaves_soon AND end_reason IN ('price', 'out of business') THEN 0.4 ELSE 0.015 END
    UNION ALL
    SELECT account_id, month + pg_temp.seconds(86400 * 25 * pg_temp.uniform(n, 88)), 'outreach',
           (pg_temp.uniform(n, 89) < CASE WHEN leaves_soon THEN 0.2 ELSE 0.5 END)::int, left_on
    FROM months WHERE pg_temp.uniform(n, 90) < CASE WHEN leaves_soon THEN 0.15 ELSE 0.02 END
    UNION ALL
    -- questions before an order; many of these customers then order
    SELECT account_id, month + pg_temp.seconds(86400 * 28 * pg_temp.uniform(n * 10 + k, 94)), 'chat_before_purchase', NULL, left_on
    FROM months, generate_series(1, 2) k WHERE industry = 'retail' AND pg_temp.uniform(n * 10 + k, 95) < 0.3
    UNION ALL
    -- orders at the shops, about as many as all tickets
    SELECT account_id, month + pg_temp.seconds(86400 * 28 * pg_temp.uniform(n * 10000 + k, 91)), 'purchased', round((40 * exp(0.8 * pg_temp.normal(n * 10000 + k, 92)))::numeric, 2), left_on
    FROM months, generate_series(1, (:tickets / (2.5 * :accounts))::int + floor(5 * pg_temp.uniform(n, 93))::int) k WHERE industry = 'retail'
)
INSERT INTO customer_events
SELECT account_id, at AT TIME ZONE 'UTC', event, value FROM happened
WHERE at < '2026-11-01' AND (left_on IS NULL OR at < left_on)
ORDER BY at, account_id, event, value;

ANALYZE customer_events;
