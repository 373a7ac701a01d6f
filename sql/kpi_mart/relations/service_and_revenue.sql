-- correlation of outcomes, such as renewals, with the service before them; a correlation is not a cause
-- given: subscriptions
WITH today AS (
	SELECT @extschema@.kpi_day(as_of, @time_zone@) AS day FROM @schema@.kpi_state
), known AS (
	-- customers, the days of service considered, and the outcome
	SELECT 'renewed' AS outcome, account_id AS customer, renewal_due_on - 90 AS since, renewal_due_on AS until,
		CASE WHEN renewed THEN 1 ELSE 0 END::double precision AS result, renewed AS is_good
	FROM @schema@.subscription CROSS JOIN today
	WHERE renewal_due_on < today.day AND renewed IS NOT NULL
	UNION ALL
	SELECT 'revenue_change_pct', account_id, due - 90, due, 100 * (after - before) / before, after >= before
	FROM (
		SELECT d.account_id, d.renewal_due_on AS due,
			(sum(s.mrr::numeric) FILTER (WHERE s.starts_on < d.renewal_due_on
				AND (s.ends_on > d.renewal_due_on - 1) IS NOT FALSE))::double precision AS before,
			coalesce(sum(s.mrr::numeric) FILTER (WHERE s.starts_on <= d.renewal_due_on + 31
				AND (s.ends_on > d.renewal_due_on + 31) IS NOT FALSE), 0)::double precision AS after
		FROM @schema@.subscription AS d
		JOIN @schema@.subscription AS s ON s.account_id = d.account_id
		CROSS JOIN today
		WHERE d.renewal_due_on + 31 < today.day
		GROUP BY d.contract, d.account_id, d.renewal_due_on
	) AS revenue
	WHERE before > 0
	UNION ALL
	SELECT 'purchased_again', account_id, first_on - 90, first_on,
		CASE WHEN again_on <= first_on + 180 THEN 1 ELSE 0 END, (again_on <= first_on + 180) IS TRUE
	FROM (
		SELECT account_id, min(day) AS first_on,
			CASE WHEN sum(events) FILTER (WHERE is_first) > 1 THEN min(day) ELSE min(day) FILTER (WHERE NOT is_first) END AS again_on
		FROM (
			SELECT account_id, day, events, day = min(day) OVER (PARTITION BY account_id) AS is_first
			FROM @schema@.customer_event_daily_tally
			WHERE event = 'purchased'
		) AS p
		GROUP BY account_id
	) AS purchase
	CROSS JOIN today
	WHERE first_on + 180 < today.day
	UNION ALL
	SELECT 'adopted', c.account_id, c.first_on, c.first_on + 90,
		CASE WHEN a.day <= c.first_on + 180 THEN 1 ELSE 0 END, (a.day <= c.first_on + 180) IS TRUE
	FROM (
		SELECT account_id, min(starts_on) AS first_on
		FROM @schema@.subscription
		WHERE (ends_on > starts_on) IS NOT FALSE
		GROUP BY account_id
	) AS c
	LEFT JOIN (
		SELECT account_id, min(day) AS day FROM @schema@.customer_event_daily_tally WHERE event = 'adopted' GROUP BY account_id
	) AS a ON a.account_id = c.account_id
	CROSS JOIN today
	WHERE c.first_on + 180 < today.day
), outcome AS (
	SELECT row_number() OVER () AS id, known.* FROM known
), rating AS (
	SELECT o.id,
		@extschema@.rate_agg(s.is_good) FILTER (WHERE s.kind = 'csat') AS csat,
		@extschema@.scores_agg(s.score::bigint) FILTER (WHERE s.kind = 'nps') AS nps
	FROM outcome AS o
	JOIN @schema@.survey AS s ON s.account_id = o.customer AND s.answered_day >= o.since AND s.answered_day < o.until
	WHERE NOT s.in_ticket
	GROUP BY o.id
), service AS (
	SELECT o.id,
		count(t.ticket_id) FILTER (WHERE t.created_day >= o.since AND t.created_day < o.until) AS contacts,
		@extschema@.rate_agg(t.csat_satisfied) FILTER (WHERE t.outcome_day >= o.since AND t.outcome_day < o.until) AS csat,
		@extschema@.scores_agg(t.nps_score) FILTER (WHERE t.outcome_day >= o.since AND t.outcome_day < o.until) AS nps,
		@extschema@.ratio_agg(t.response_seconds, 3600::double precision)
			FILTER (WHERE t.response_seconds IS NOT NULL AND t.responded_day >= o.since AND t.responded_day < o.until) AS response,
		@extschema@.ratio_agg(t.resolution_seconds, 3600::double precision)
			FILTER (WHERE t.resolution_seconds IS NOT NULL AND t.outcome_day >= o.since AND t.outcome_day < o.until) AS resolution,
		@extschema@.rate_agg(t.sla_resolution_met)
			FILTER (WHERE t.sla_resolution_day >= o.since AND t.sla_resolution_day < o.until) AS sla,
		avg(t.sentiment) FILTER (WHERE t.created_day >= o.since AND t.created_day < o.until) AS sentiment
	FROM outcome AS o
	LEFT JOIN @schema@.ticket AS t ON coalesce(t.account_id, t.customer_id) = o.customer AND t.merged_into IS NULL
	GROUP BY o.id
), pair AS (
	SELECT o.outcome, v.kpi, o.result, o.is_good, v.value
	FROM outcome AS o
	JOIN service AS s ON s.id = o.id
	LEFT JOIN rating AS r ON r.id = o.id
	CROSS JOIN LATERAL (
		SELECT @extschema@.rollup(m.csat) AS csat, @extschema@.rollup(m.nps) AS nps
		FROM (VALUES (s.csat, s.nps), (r.csat, r.nps)) AS m (csat, nps)
	) AS m
	CROSS JOIN LATERAL (VALUES
		('contacts', s.contacts::double precision),
		('csat_pct', @extschema@.rate_pct(m.csat)),
		('nps', @extschema@.nps(m.nps)),
		('response_hours', @extschema@.ratio_value(s.response)),
		('resolution_hours', @extschema@.ratio_value(s.resolution)),
		('sla_resolution_pct', @extschema@.rate_pct(s.sla)),
		('sentiment', s.sentiment)) AS v (kpi, value)
), correlation AS (
	SELECT o.outcome, k.kpi, count(p.value) AS n, avg(p.value) FILTER (WHERE p.is_good) AS mean_if_yes,
		avg(p.value) FILTER (WHERE NOT p.is_good) AS mean_if_no, corr(p.result, p.value) AS r
	FROM unnest('{renewed,revenue_change_pct,purchased_again,adopted}'::text[]) AS o (outcome)
	CROSS JOIN unnest(
		'{contacts,csat_pct,nps,response_hours,resolution_hours,sla_resolution_pct,sentiment}'::text[]) AS k (kpi)
	LEFT JOIN pair AS p ON p.outcome = o.outcome AND p.kpi = k.kpi
	GROUP BY o.outcome, k.kpi
)
SELECT
	outcome, -- renewed, revenue_change_pct after 31 days, purchased_again or adopted within 180 days
	kpi, -- KPI of the service in the 90 days before the outcome; for adopted, in the first 90 days
	n, -- number of outcomes with such service
	mean_if_yes, -- mean of the KPI where the outcome was good (for revenue: did not fall); NULL without such outcomes
	mean_if_no, -- mean of the KPI where the outcome was not good; NULL without such outcomes
	r AS correlation, -- correlation of the KPI with the outcome, -1 to 1; NULL without variation
	-- by Fisher's transformation
	CASE WHEN n > 3 AND abs(r) < 1 - 1e-9 THEN tanh(atanh(r) - 1.959963984540054 / sqrt(n - 3))
		END AS correlation_low, -- lower end of its 95 % interval; NULL with too few outcomes
	CASE WHEN n > 3 AND abs(r) < 1 - 1e-9 THEN tanh(atanh(r) + 1.959963984540054 / sqrt(n - 3))
		END AS correlation_high -- upper end of its 95 % interval; NULL with too few outcomes
FROM correlation
