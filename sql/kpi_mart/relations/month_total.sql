-- internal: tickets, customers and costs of each month, from which some KPIs are computed
SELECT
	month, -- first day of the month
	t.tickets, -- tickets created
	t.contacts, -- of these, the ones that an agent handled
	t.deflected, -- of these, the ones that customers or bots solved without an agent, as far as known
	c.customers, -- customers on some day of the month; NULL without subscriptions
	k.amount -- costs; NULL without any
FROM (
	SELECT
		date_trunc('month', day::timestamp)::date AS month,
		sum(tickets)::bigint AS tickets,
		sum(tickets - deflected)::bigint AS contacts,
		sum(deflected)::bigint AS deflected
	FROM @schema@.hourly_tally
	GROUP BY 1
) AS t
FULL JOIN (
	SELECT month, nullif(sum(active), 0)::bigint AS customers
	FROM @schema@.customer_monthly_tally
	GROUP BY month
) AS c USING (month)
FULL JOIN (
	SELECT month, sum(amount::numeric)::double precision AS amount
	FROM @schema@.cost_monthly_tally
	GROUP BY month
) AS k USING (month)
