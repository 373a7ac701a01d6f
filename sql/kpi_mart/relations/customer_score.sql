-- internal: the health score of a customer on a day, and its signals
-- names: customer_score customer_past_score
SELECT
	h.purpose, -- today, quarter or outreach
	h.day, -- day; only events before it count
	h.customer, -- customer
	h.contacts, -- tickets of the 90 days before
	h.contacts_normal, -- tickets of 90 days in the time before that; NULL with under 30 days of it
	h.oldest_open_days, -- age of the oldest open ticket in days; NULL without one
	h.nps_change, -- net promoter score of the 90 days before against that of the 360 days before those
	h.sentiment_per_day, -- change of the sentiment a day, in the 90 days before
	h.sentiment_is_declining, -- whether it surely declined
	h.payment_failures, -- payments that failed in the 90 days before
	h.csat_signal, -- satisfied answers, in percent
	h.nps_signal, -- net promoter score, from -100 as 0 to 100 as 100
	h.contacts_signal, -- 100 for no more tickets than normal, 50 for about twice as many
	h.severity_signal, -- tickets that are not severe, as a percentage of those with a priority
	h.sla_signal, -- resolutions in time, in percent
	h.unresolved_signal, -- 100 without open ticket, 0 for one that is open for 30 days
	h.sentiment_signal, -- mean sentiment of the tickets, from -1 as 0 to 1 as 100
	h.payment_signal, -- 100, less 50 for each payment that failed
	h.usage_signal, -- 100 for no less use than normal, 50 for half of it
	s.health_score, -- weighted mean of the signals, 0 to 100
	CASE WHEN s.health_score < 40 THEN 'at risk' WHEN s.health_score < 70 THEN 'watch' WHEN s.health_score >= 70 THEN 'healthy' END
		AS band -- at risk below 40, watch below 70, otherwise healthy
FROM @schema@.@signals@ AS h
CROSS JOIN LATERAL (
	SELECT @extschema@.health_score(v.value, w.weight) AS health_score
	FROM (VALUES
		('csat', h.csat_signal), ('nps', h.nps_signal), ('contacts', h.contacts_signal), ('severity', h.severity_signal),
		('sla', h.sla_signal), ('unresolved', h.unresolved_signal), ('sentiment', h.sentiment_signal),
		('payment', h.payment_signal), ('usage', h.usage_signal)) AS v (signal, value)
	JOIN @schema@.kpi_health_weight AS w ON w.signal = v.signal
	WHERE v.value IS NOT NULL
) AS s
