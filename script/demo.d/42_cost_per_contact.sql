--: title: And what does it cost?
--: note: The costs of each month over its contacts.
--: note: What belongs to no channel (facilities, training, overhead) is left out.
--: bars: cost per contact
WITH spent AS (
    SELECT month, channel, sum(amount) AS amount, sum(amount) FILTER (WHERE component = 'wages') AS wages
    FROM costs
    WHERE channel IS NOT NULL
    GROUP BY month, channel
), made AS (
    SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, channel, sum(contacts)::bigint AS contacts
    FROM tickets
    GROUP BY 1, 2
)
SELECT coalesce(channel, 'all')                                           AS channel,
       sum(contacts)                                                      AS contacts,
       cost_per_contact(wages, contacts)                                  AS "wages per contact",
       cost_per_contact(amount, contacts)                                 AS "cost per contact",
       cost_per_contact(amount, contacts) FILTER (WHERE month < '2026-02-01')  AS "first quarter",
       cost_per_contact(amount, contacts) FILTER (WHERE month >= '2026-08-01') AS "last quarter"
FROM spent JOIN made USING (month, channel)
GROUP BY ROLLUP (channel)
ORDER BY grouping(channel), "cost per contact" DESC;
