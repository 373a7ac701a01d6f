--: title: What a contact costs
--: note: The costs of a channel divided by its tickets that an agent handled.
--: sparks: email, phone, chat
SELECT to_char(month, 'YYYY-MM') AS month,
       max(cost_per_contact) FILTER (WHERE channel = 'email') AS email,
       max(cost_per_contact) FILTER (WHERE channel = 'phone') AS phone,
       max(cost_per_contact) FILTER (WHERE channel = 'chat')  AS chat,
       max(cost_per_contact) FILTER (WHERE channel = 'all')   AS "all, with overhead"
FROM care.cost_monthly
WHERE component = 'all' AND is_complete AND month BETWEEN '2025-11-01' AND '2026-10-01'
GROUP BY month
ORDER BY month;
