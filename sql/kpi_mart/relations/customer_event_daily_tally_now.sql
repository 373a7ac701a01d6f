-- internal: events of each customer by day and kind
-- from: customer_events
-- index: account_id
SELECT
	@extschema@.kpi_day(@extschema@.kpi_instant(at), @time_zone@) AS day, -- day in the time zone of the mart
	account_id, -- customer
	event, -- kind of event
	count(*) AS events, -- number of events
	-- as numeric, whose sum does not depend on the order
	sum(CASE WHEN value BETWEEN -1e12 AND 1e12 THEN round(value::numeric, 6) END)::double precision
		AS value, -- sum of their values; NULL without any
	count(*) FILTER (WHERE (value BETWEEN -1e12 AND 1e12) IS NOT TRUE)
		AS events_without_value -- number of events without a value
FROM @schema@.customer_event_source
WHERE @extschema@.kpi_instant(at) IS NOT NULL
GROUP BY 1, 2, 3
