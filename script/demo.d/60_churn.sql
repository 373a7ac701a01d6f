--: title: Whom do we lose, and how much?
--: note: Of the accounts that were customers when the year began, by the plan they had then:
--: note: the share that left before it ended, and the monthly revenue they bring at its end.
--: note: Renewals are those that fell due in the year; Basic has none.
--: bars: churn %/100
WITH accounts AS (
    SELECT account_id,
           min(starts_on)                                        AS joined,
           max(ends_on) FILTER (WHERE end_reason IS NOT NULL)    AS departed,
           max(plan) FILTER (WHERE starts_on < '2025-11-01' AND (ends_on IS NULL OR ends_on >= '2025-11-01')) AS plan,
           max(mrr)  FILTER (WHERE starts_on < '2025-11-01' AND (ends_on IS NULL OR ends_on >= '2025-11-01')) AS before,
           max(mrr)  FILTER (WHERE starts_on < '2026-11-01' AND (ends_on IS NULL OR ends_on >= '2026-11-01')) AS after,
           bool_and(renewed) FILTER (WHERE renewal_due_on >= '2025-11-01' AND renewal_due_on < '2026-11-01')  AS renewed
    FROM subscriptions
    GROUP BY account_id
)
SELECT coalesce(plan, 'all')                                      AS plan,
       count(*)                                                   AS "at the start",
       churn_rate(joined, departed, '[2025-11-01,2026-11-01)')    AS "churn %",
       renewal_rate(renewed) FILTER (WHERE plan <> 'Basic')        AS "renewed %",
       gross_revenue_retention(before, after)                     AS "gross revenue %",
       net_revenue_retention(before, after)                       AS "net revenue %"
FROM accounts
WHERE plan IS NOT NULL
GROUP BY ROLLUP (plan)
ORDER BY grouping(plan), "churn %" DESC;
