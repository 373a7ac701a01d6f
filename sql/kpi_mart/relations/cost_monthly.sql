-- costs of each month by component and channel, all in both for everything together
-- given: costs
-- cells: month component channel
WITH contact AS (
	SELECT
		date_trunc('month', day::timestamp)::date AS month,
		CASE WHEN btrim(channel, '"') = 'all' THEN format('"%s"', channel) ELSE channel END AS channel,
		sum(tickets - deflected)::bigint AS contacts
	FROM @schema@.hourly_tally
	GROUP BY 1, 2
), contact_or_all AS (
	SELECT month, CASE WHEN grouping(channel) = 1 THEN 'all' ELSE channel END AS channel, sum(contacts)::bigint AS contacts
	FROM contact
	GROUP BY GROUPING SETS ((month, channel), (month))
), cost AS (
	-- a value 'all' gets quotes, so that it differs from the total; so does one in quotes
	SELECT
		month,
		CASE WHEN btrim(component, '"') = 'all' THEN format('"%s"', component) ELSE component END AS component,
		CASE WHEN btrim(channel, '"') = 'all' THEN format('"%s"', channel) ELSE channel END AS channel,
		amount
	FROM @schema@.cost_monthly_tally
), cost_or_all AS (
	SELECT
		month,
		CASE WHEN grouping(component) = 1 THEN 'all' ELSE component END AS component,
		CASE WHEN grouping(channel) = 1 THEN 'all' ELSE channel END AS channel,
		sum(amount::numeric)::double precision AS amount
	FROM cost
	GROUP BY GROUPING SETS ((month, component, channel), (month, component), (month, channel), (month))
)
SELECT
	c.month, -- first day of the month
	c.component, -- component of the costs; all is the total of all components
	c.channel, -- channel that they are for; NULL for costs of no channel, all for every cost
	(c.month + interval '1 month')::date <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the month is over
	c.amount, -- the costs, in their currency
	CASE WHEN c.channel IS NOT NULL THEN coalesce(n.contacts, 0) END
		AS contacts, -- tickets created in the month that an agent handled, of the channel; NULL for costs of no channel
	c.amount / nullif(n.contacts, 0) AS cost_per_contact -- costs per contact; NULL without contacts
FROM cost_or_all AS c
LEFT JOIN contact_or_all AS n ON n.month = c.month AND n.channel = c.channel
CROSS JOIN @schema@.kpi_state AS s
