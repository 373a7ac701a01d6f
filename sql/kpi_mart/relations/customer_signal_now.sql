-- internal: the signals of the health of a customer on a day
-- names: customer_signal_now customer_past_signal
-- key: customer
SELECT
	p.purpose, -- today, quarter or outreach
	p.day, -- day; only events before it count
	p.customer, -- customer
	coalesce(t.recent, 0) AS contacts, -- tickets of the 90 days before
	n.contacts_normal, -- tickets of 90 days in the time before that; NULL with under 30 days of it
	t.oldest_open_days, -- age of the oldest open ticket in days; NULL without one
	CASE WHEN o.days >= 30 THEN @extschema@.nps(m.nps) - @extschema@.nps(m.nps_before)
		END AS nps_change, -- net promoter score of the 90 days before against that of the 360 days before those
	t.sentiment_per_day, -- change of the sentiment a day, in the 90 days before
	t.sentiment_high < 0 AS sentiment_is_declining, -- whether it surely declined
	coalesce(e.payment_failures, 0) AS payment_failures, -- payments that failed in the 90 days before
	@extschema@.rate_pct(m.csat) AS csat_signal, -- satisfied answers, in percent
	(@extschema@.nps(m.nps) + 100) / 2 AS nps_signal, -- net promoter score, from -100 as 0 to 100 as 100
	CASE WHEN n.contacts_normal IS NOT NULL
		THEN 100 * least(1, (n.contacts_normal + 1) / (coalesce(t.recent, 0) + 1))
		END AS contacts_signal, -- 100 for no more tickets than normal, 50 for about twice as many
	100 * (t.prioritized - t.severe) / nullif(t.prioritized, 0)::double precision
		AS severity_signal, -- tickets that are not severe, as a percentage of those with a priority
	@extschema@.rate_pct(t.sla) AS sla_signal, -- resolutions in time, in percent
	CASE WHEN t.lately > 0 OR t.oldest_open_days IS NOT NULL
		THEN 100 * (1 - least(coalesce(t.oldest_open_days, 0), 30) / 30::double precision)
		END AS unresolved_signal, -- 100 without open ticket, 0 for one that is open for 30 days
	50 * (1 + t.sentiment) AS sentiment_signal, -- mean sentiment of the tickets, from -1 as 0 to 1 as 100
	CASE WHEN e.first_day IS NOT NULL
		THEN 100 - 50 * least(e.payment_failures, 2)::double precision
		END AS payment_signal, -- 100, less 50 for each payment that failed
	CASE WHEN n.used_normal > 0
		THEN 100 * greatest(0, least(1, coalesce(e.used, 0) / n.used_normal))
		END AS usage_signal -- 100 for no less use than normal, 50 for half of it
FROM @points@ AS p
LEFT JOIN (
	SELECT account_id AS customer, min(starts_on) AS first_day
	FROM @schema@.subscription
	WHERE (ends_on > starts_on) IS NOT FALSE
	GROUP BY account_id
) AS c ON c.customer = p.customer
LEFT JOIN (
	SELECT
		p.purpose,
		p.day,
		p.customer,
		min(t.created_day) FILTER (WHERE t.created_day < p.day) AS first_day,
		count(*) FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day) AS recent,
		count(*) FILTER (WHERE t.created_day >= p.day - 450 AND t.created_day < p.day - 90) AS earlier,
		count(*) FILTER (WHERE t.created_day >= p.day - 450 AND t.created_day < p.day) AS lately,
		count(t.priority) FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day) AS prioritized,
		count(*) FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day AND r.severity = 'severe') AS severe,
		max(p.day - t.created_day) FILTER (WHERE t.created_day < p.day
			AND (t.is_open OR @extschema@.kpi_day(coalesce(t.resolved_at, t.closed_at), @time_zone@) >= p.day))::bigint AS oldest_open_days,
		@extschema@.rate_agg(t.sla_resolution_met)
			FILTER (WHERE t.sla_resolution_day >= p.day - 90 AND t.sla_resolution_day < p.day) AS sla,
		@extschema@.rate_agg(t.csat_satisfied) FILTER (WHERE t.outcome_day >= p.day - 90 AND t.outcome_day < p.day) AS csat,
		@extschema@.scores_agg(t.nps_score) FILTER (WHERE t.outcome_day >= p.day - 90 AND t.outcome_day < p.day) AS nps,
		@extschema@.scores_agg(t.nps_score)
			FILTER (WHERE t.outcome_day >= p.day - 450 AND t.outcome_day < p.day - 90) AS nps_before,
		-- as numeric, whose sum does not depend on the order
		avg(t.sentiment::numeric) FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day)::double precision AS sentiment,
		@extschema@.trend(t.sentiment, t.created_at)
			FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day) AS sentiment_per_day,
		(@extschema@.trend_ci(t.sentiment, t.created_at, 0.95::double precision)
			FILTER (WHERE t.created_day >= p.day - 90 AND t.created_day < p.day)).high AS sentiment_high
	FROM @points@ AS p
	JOIN @schema@.ticket AS t ON coalesce(t.account_id, t.customer_id) = p.customer AND t.merged_into IS NULL
	LEFT JOIN @schema@.kpi_priority AS r ON r.value = lower(t.priority)
	GROUP BY p.purpose, p.day, p.customer
) AS t ON t.purpose = p.purpose AND t.day = p.day AND t.customer = p.customer
LEFT JOIN (
	SELECT
		p.purpose,
		p.day,
		p.customer,
		@extschema@.rate_agg(s.is_good) FILTER (WHERE s.kind = 'csat' AND s.answered_day >= p.day - 90) AS csat,
		@extschema@.scores_agg(s.score::bigint) FILTER (WHERE s.kind = 'nps' AND s.answered_day >= p.day - 90) AS nps,
		@extschema@.scores_agg(s.score::bigint) FILTER (WHERE s.kind = 'nps' AND s.answered_day < p.day - 90) AS nps_before
	FROM @points@ AS p
	JOIN @schema@.survey AS s ON s.account_id = p.customer
	WHERE NOT s.in_ticket AND s.answered_day >= p.day - 450 AND s.answered_day < p.day
	GROUP BY p.purpose, p.day, p.customer
) AS s ON s.purpose = p.purpose AND s.day = p.day AND s.customer = p.customer
LEFT JOIN (
	SELECT
		p.purpose,
		p.day,
		p.customer,
		min(e.day) AS first_day,
		coalesce(sum(e.events) FILTER (WHERE e.event = 'payment_failed' AND e.day >= p.day - 90), 0)::bigint AS payment_failures,
		sum(coalesce(e.value::numeric, 0) + e.events_without_value)
			FILTER (WHERE e.event = 'used' AND e.day >= p.day - 90)::double precision AS used,
		sum(coalesce(e.value::numeric, 0) + e.events_without_value)
			FILTER (WHERE e.event = 'used' AND e.day >= p.day - 450 AND e.day < p.day - 90)::double precision AS used_earlier
	FROM @points@ AS p
	JOIN @schema@.customer_event_daily_tally AS e ON e.account_id = p.customer AND e.day < p.day
	GROUP BY p.purpose, p.day, p.customer
) AS e ON e.purpose = p.purpose AND e.day = p.day AND e.customer = p.customer
-- the customer's own time before the 90 days, at most 360 days
CROSS JOIN LATERAL (
	SELECT p.day - 90 - greatest(p.day - 450, least(c.first_day, t.first_day, e.first_day)) AS days
) AS o
CROSS JOIN LATERAL (
	SELECT
		CASE WHEN o.days >= 30 THEN 90 * coalesce(t.earlier, 0) / o.days::double precision END AS contacts_normal,
		CASE WHEN o.days >= 30 THEN 90 * e.used_earlier / o.days END AS used_normal
) AS n
CROSS JOIN LATERAL (
	SELECT
		@extschema@.rollup(v.csat) AS csat,
		@extschema@.rollup(v.nps) AS nps,
		@extschema@.rollup(v.nps_before) AS nps_before
	FROM (VALUES (t.csat, t.nps, t.nps_before), (s.csat, s.nps, s.nps_before)) AS v (csat, nps, nps_before)
) AS m
