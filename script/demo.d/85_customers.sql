--: title: The customers
--: note: Subscriptions, surveys, work time and costs stand beside the tickets, with one definition each.
SELECT to_char(month, 'YYYY-MM') AS month, customers, lost, net_revenue_retention_pct AS "net revenue %",
       new_customers AS new, adoption_pct AS "adopted %"
FROM care.lifecycle_monthly
WHERE is_complete AND month BETWEEN '2026-05-01' AND '2026-10-01'
ORDER BY month;
