--: title: Whom do we lose?
--: note: Of the accounts that were customers when the year began, the share that left before it ended.
--: bars: churn %/100
SELECT coalesce(plan, 'all')                                  AS plan,
       count(*)                                               AS "at the start",
       churn_rate(coalesce(ends_on < '2026-11-01', false))    AS "churn %",
       sum(mrr)                                               AS "MRR at the start",
       sum(mrr) FILTER (WHERE ends_on < '2026-11-01')         AS "MRR lost"
FROM subscriptions
WHERE starts_on < '2025-11-01' AND (ends_on IS NULL OR ends_on >= '2025-11-01')
GROUP BY ROLLUP (plan)
ORDER BY grouping(plan), "churn %" DESC;
