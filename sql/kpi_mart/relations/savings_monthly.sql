-- savings by deflection, first contact resolution and outreach, one row for each month with costs
-- given: costs
-- cells: month
SELECT
	c.month, -- first day of the month
	c.is_complete, -- whether the month is over
	c.contacts, -- tickets created in the month that an agent handled
	c.cost_per_contact, -- all costs per contact; NULL without contacts
	d.deflected AS deflected_contacts, -- tickets created that customers or bots solved without an agent; NULL when unknown
	d.deflected * c.cost_per_contact AS deflection_saved, -- cost of as many contacts; NULL when unknown
	@extschema@.rate_pct(t.fcr)
		AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when resolved is 0
	@extschema@.rate_pct(y.fcr) AS fcr_pct_year_before, -- fcr_pct of the same month of the year before; NULL when none was resolved
	coalesce(@extschema@.sample_size(t.fcr), 0) AS resolved, -- number of resolved tickets whose contacts are known
	@extschema@.ratio_value(t.follow_ups)
		AS contacts_saved_per_resolution, -- contacts after the first one, on average of the tickets that needed more; NULL without such tickets
	(@extschema@.rate_pct(t.fcr) - @extschema@.rate_pct(y.fcr)) / 100 * @extschema@.sample_size(t.fcr)
			* @extschema@.ratio_value(t.follow_ups) * c.cost_per_contact
		AS fcr_saved, -- cost of the contacts saved by a higher first contact rate than a year before; negative for a lower one; NULL when unknown
	v.saved_revenue, -- monthly revenue, 90 days after the month, of customers at risk who were approached in it; NULL until then
	r.amount AS retention_cost, -- costs of the component retention; NULL without any
	100 * v.saved_revenue / nullif(r.amount, 0)
		AS return_on_retention_pct -- saved revenue in percent of that cost; NULL without cost
FROM @schema@.cost_monthly AS c
LEFT JOIN @schema@.cost_monthly AS r ON r.month = c.month AND r.component = 'retention' AND r.channel = 'all'
LEFT JOIN @schema@.ticket_monthly AS t ON t.month = c.month
LEFT JOIN @schema@.month_total AS m ON m.month = c.month
CROSS JOIN LATERAL (SELECT CASE WHEN @deflection_known@ THEN coalesce(m.deflected, 0) END AS deflected) AS d
LEFT JOIN @schema@.ticket_monthly AS y ON y.month = (c.month - interval '1 year')::date
LEFT JOIN (
	SELECT
		o.month,
		sum(o.revenue_later) FILTER (WHERE o.is_active_later AND h.health_score < 40)::double precision AS saved
	FROM @schema@.customer_month AS o
	LEFT JOIN @schema@.customer_past_score AS h
		ON h.purpose = 'outreach' AND h.customer = o.account_id AND date_trunc('month', h.day::timestamp) = o.month
	WHERE o.outreaches > 0
	GROUP BY o.month
) AS o ON o.month = c.month
CROSS JOIN @schema@.kpi_state AS s
CROSS JOIN LATERAL (
	SELECT CASE WHEN @subscriptions_given@ AND (c.month + interval '1 month')::date + 89 < @extschema@.kpi_day(s.as_of, @time_zone@)
		THEN coalesce(o.saved, 0) END AS saved_revenue
) AS v
WHERE c.component = 'all' AND c.channel = 'all'
