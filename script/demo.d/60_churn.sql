--: title: Whom do we lose?
--: note: Of the accounts that were customers when the year began, the share that left before it ended; and by Stripe's rule, of those who joined in it, too.
--: bars: churn %/100
SELECT coalesce(plan, 'all')                                                AS plan,
       count(*) FILTER (WHERE starts_on < '2025-11-01' AND (ends_on IS NULL OR ends_on >= '2025-11-01')) AS "at the start",
       churn_rate(starts_on, ends_on, '[2025-11-01,2026-11-01)')            AS "churn %",
       churn_rate(starts_on, ends_on, '[2025-11-01,2026-11-01)', 'stripe')  AS "Stripe's %"
FROM subscriptions
GROUP BY ROLLUP (plan)
ORDER BY grouping(plan), "churn %" DESC;
