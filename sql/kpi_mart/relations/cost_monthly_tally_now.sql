-- internal: the costs of each month by component and channel
-- from: costs
SELECT
	date_trunc('month', month::timestamp)::date AS month, -- first day of the month
	component, -- component of the costs
	channel, -- channel that they are for; NULL for none
	sum(round(amount, 6))::double precision AS amount -- the costs
FROM @schema@.cost_source
WHERE month BETWEEN '0001-01-01' AND '9999-12-31' AND amount BETWEEN -1e12 AND 1e12
GROUP BY 1, 2, 3
