-- What the views of a mart over subscriptions, and over the health of customers, must
-- show: the second part of business_reference.sql.

-- ---------------------------------------------------------------- customers

CREATE FUNCTION reference.is_active(customer text, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM reference.subscription AS s
		WHERE s.account_id = customer AND s.starts_on <= day AND (s.ends_on > day) IS NOT FALSE);
$$;

CREATE FUNCTION reference.revenue(customer text, day date) RETURNS numeric LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(s.mrr), 0) FROM reference.subscription AS s
	WHERE s.account_id = customer AND s.starts_on <= day AND (s.ends_on > day) IS NOT FALSE;
$$;

-- Whether the customer is active on any day of the month.
CREATE FUNCTION reference.is_active_in(customer text, month date) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (SELECT FROM generate_series(month, reference.last_day(month), '1 day') AS d
		WHERE reference.is_active(customer, d::date));
$$;

-- The first day of each customer.
CREATE MATERIALIZED VIEW reference.start AS
SELECT account_id AS customer, min(starts_on) AS start
FROM reference.subscription
WHERE (ends_on = starts_on) IS NOT TRUE
GROUP BY account_id
WITH NO DATA;

-- The first adopted event of each customer.
CREATE MATERIALIZED VIEW reference.adoption AS
SELECT account_id AS customer, min(day) AS adopted_day
FROM reference.event
WHERE event = 'adopted'
GROUP BY account_id
WITH NO DATA;

-- Months with an active customer, an event or a renewal, from the first with an active
-- customer or an event to that of today.
CREATE MATERIALIZED VIEW reference.lifecycle_month AS
SELECT m::date AS month
FROM generate_series(
	reference.month((SELECT min(day) FROM (SELECT start AS day FROM reference.start
		UNION ALL SELECT day FROM reference.event) AS first)),
	reference.month(reference.today()), '1 month') AS m
WHERE EXISTS (SELECT FROM reference.event WHERE day BETWEEN m AND reference.last_day(m::date))
OR EXISTS (SELECT FROM reference.subscription
	WHERE renewal_due_on BETWEEN m AND reference.last_day(m::date) AND renewed IS NOT NULL)
OR EXISTS (SELECT FROM reference.subscription
	WHERE starts_on <= reference.last_day(m::date) AND (ends_on > greatest(m, starts_on)) IS NOT FALSE)
WITH NO DATA;

-- One row for each month and customer, with what the month's figures are counted from.
CREATE MATERIALIZED VIEW reference.customer_month AS
SELECT m.month, c.customer,
	reference.is_active(c.customer, m.month) AND reference.is_active(c.customer, m.month - 1) AS is_base,
	NOT reference.is_active(c.customer, reference.next_month(m.month)) AS is_gone,
	reference.revenue(c.customer, m.month) AS revenue,
	reference.revenue(c.customer, reference.next_month(m.month)) AS revenue_after,
	reference.is_active_in(c.customer, m.month) AS is_active,
	reference.is_active(c.customer, reference.last_day(m.month)) AS is_active_at_end,
	reference.is_active(c.customer, reference.last_day(m.month) + 90) AS is_active_later,
	(SELECT start FROM reference.start AS s
		WHERE s.customer = c.customer AND s.start BETWEEN m.month AND reference.last_day(m.month)) AS start,
	-- a stretch other than the first begins in the month
	EXISTS (SELECT FROM generate_series(m.month, reference.last_day(m.month), '1 day') AS d
		WHERE d::date > (SELECT start FROM reference.start AS s WHERE s.customer = c.customer)
		AND reference.is_active(c.customer, d::date) AND NOT reference.is_active(c.customer, d::date - 1))
		AS is_returned,
	(SELECT adopted_day FROM reference.adoption AS a WHERE a.customer = c.customer) AS adopted_day,
	(SELECT array_agg(DISTINCT event) FROM reference.event AS e
		WHERE e.account_id = c.customer AND e.day BETWEEN m.month AND reference.last_day(m.month)) AS events,
	EXISTS (SELECT FROM reference.event AS e
		WHERE e.account_id = c.customer AND e.day BETWEEN m.month AND reference.last_day(m.month)
		AND e.event = 'outreach' AND e.value > 0) AS outreach_succeeded
FROM reference.lifecycle_month AS m
CROSS JOIN (SELECT account_id AS customer FROM reference.subscription UNION SELECT account_id FROM reference.event)
	AS c
WITH NO DATA;

CREATE VIEW reference.lifecycle_monthly AS
SELECT m.month, reference.last_day(m.month) < today AS is_complete,
	c.customers, c.lost, reference.pct(c.lost, c.customers) AS churn_pct,
	100 - reference.pct(c.lost, c.customers) AS retention_pct,
	c.revenue, reference.pct(c.kept_at_most, c.paid_before) AS gross_revenue_retention_pct,
	reference.pct(c.kept, c.paid_before) AS net_revenue_retention_pct,
	c.new_customers, c.returned_customers, c.active_customers,
	reference.pct(r.renewed, r.n) AS renewal_pct, r.n AS renewal_n,
	reference.pct(c.adopted, c.active_at_end) AS adoption_pct, c.active_at_end AS adoption_n,
	reference.pct(c.onboarded, c.new_customers) AS onboarding_pct, c.new_customers AS onboarding_n,
	reference.last_day(m.month) + 30 < today AS onboarding_is_complete,
	c.time_to_value_median_days, c.time_to_value_p90_days, c.time_to_value_n,
	reference.pct(c.new_customers - c.time_to_value_n, c.new_customers) AS without_value_pct,
	reference.last_day(m.month) + 180 < today AS time_to_value_is_complete,
	reference.pct(c.upsold, c.active_customers) AS upsell_pct,
	reference.pct(c.referred, c.active_customers) AS referral_pct,
	reference.pct(v.customers_converted, v.customers) AS conversion_pct, v.customers AS conversion_n,
	reference.pct(v.converted, v.chats) AS chat_conversion_pct, v.chats AS chat_conversion_n,
	reference.last_day(m.month) + 7 < today AS conversion_is_complete,
	reference.pct(c.outreach_succeeded, c.outreach) AS outreach_success_pct, c.outreach AS outreach_success_n,
	o.p AS outreach_active_pct, o.n AS outreach_active_n, o.other_p AS other_active_pct, o.other_n AS other_active_n,
	o.p - o.other_p AS outreach_difference_points,
	-- Newcombe 1998, method 10
	o.p - o.other_p - sqrt((o.p - o.low) ^ 2 + (o.other_high - o.other_p) ^ 2) AS outreach_difference_low_points,
	o.p - o.other_p + sqrt((o.high - o.p) ^ 2 + (o.other_p - o.other_low) ^ 2) AS outreach_difference_high_points,
	reference.last_day(m.month) + 90 < today AS outreach_is_complete,
	c.revenue::double precision / nullif(c.lost, 0) AS lifetime_revenue -- (revenue / customers) / (lost / customers)
FROM reference.lifecycle_month AS m CROSS JOIN reference.settings
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE is_base) AS customers,
		count(*) FILTER (WHERE is_base AND is_gone) AS lost,
		coalesce(sum(revenue) FILTER (WHERE is_base), 0) AS revenue,
		sum(revenue) FILTER (WHERE is_base AND revenue > 0) AS paid_before,
		sum(revenue_after) FILTER (WHERE is_base AND revenue > 0) AS kept,
		sum(least(revenue, revenue_after)) FILTER (WHERE is_base AND revenue > 0) AS kept_at_most,
		count(start) AS new_customers,
		count(*) FILTER (WHERE is_returned) AS returned_customers,
		count(*) FILTER (WHERE is_active) AS active_customers,
		count(*) FILTER (WHERE is_active_at_end) AS active_at_end,
		count(*) FILTER (WHERE is_active_at_end AND adopted_day <= reference.last_day(m.month)) AS adopted,
		count(*) FILTER (WHERE EXISTS (SELECT FROM reference.event AS e
			WHERE e.account_id = c.customer AND e.event = 'onboarded' AND e.day <= c.start + 30)) AS onboarded,
		percentile_cont(0.5) WITHIN GROUP (ORDER BY greatest(0, adopted_day - start))
			FILTER (WHERE start IS NOT NULL AND adopted_day IS NOT NULL) AS time_to_value_median_days,
		percentile_cont(0.9) WITHIN GROUP (ORDER BY greatest(0, adopted_day - start))
			FILTER (WHERE start IS NOT NULL AND adopted_day IS NOT NULL) AS time_to_value_p90_days,
		count(adopted_day - start) AS time_to_value_n,
		count(*) FILTER (WHERE is_active AND 'upsold' = ANY (events)) AS upsold,
		count(*) FILTER (WHERE is_active AND 'referred' = ANY (events)) AS referred,
		count(*) FILTER (WHERE 'outreach' = ANY (events)) AS outreach,
		count(*) FILTER (WHERE outreach_succeeded) AS outreach_succeeded
	FROM reference.customer_month AS c
	WHERE c.month = m.month
) AS c
CROSS JOIN LATERAL (
	SELECT count(*) AS n, count(*) FILTER (WHERE renewed) AS renewed
	FROM reference.subscription AS s
	WHERE s.renewal_due_on BETWEEN m.month AND reference.last_day(m.month) AND renewed IS NOT NULL
) AS r
CROSS JOIN LATERAL (
	SELECT count(*) AS chats, count(*) FILTER (WHERE is_converted) AS converted,
		count(DISTINCT account_id) AS customers,
		count(DISTINCT account_id) FILTER (WHERE is_converted) AS customers_converted
	FROM (
		SELECT account_id, EXISTS (SELECT FROM reference.event AS p
			WHERE p.account_id = chat.account_id AND p.event = 'purchased'
			AND p.at - chat.at BETWEEN interval '0' AND interval '168 hours') AS is_converted
		FROM reference.event AS chat
		WHERE chat.event = 'chat_before_purchase' AND chat.day BETWEEN m.month AND reference.last_day(m.month)
	) AS chat
) AS v
LEFT JOIN LATERAL (
	SELECT reference.pct(hits, n) AS p, n, reference.pct(other_hits, other_n) AS other_p, other_n,
		w.low, w.high, other_w.low AS other_low, other_w.high AS other_high
	FROM (
		SELECT count(*) FILTER (WHERE 'outreach' = ANY (events)) AS n,
			count(*) FILTER (WHERE 'outreach' = ANY (events) AND is_active_later) AS hits,
			count(*) FILTER (WHERE ('outreach' = ANY (events)) IS NOT TRUE) AS other_n,
			count(*) FILTER (WHERE ('outreach' = ANY (events)) IS NOT TRUE AND is_active_later) AS other_hits
		FROM reference.customer_month AS c
		WHERE c.month = m.month AND c.is_active
	) AS counted, reference.wilson(hits, n) AS w, reference.wilson(other_hits, other_n) AS other_w
) AS o ON reference.last_day(m.month) + 90 < today;

CREATE VIEW reference.plan_monthly AS
SELECT month, plan, reference.last_day(month) < reference.today() AS is_complete,
	count(*) AS customers, count(*) FILTER (WHERE is_gone) AS lost,
	reference.pct(count(*) FILTER (WHERE is_gone), count(*)) AS churn_pct,
	reference.pct(sum(revenue_after) FILTER (WHERE revenue > 0), sum(revenue) FILTER (WHERE revenue > 0))
		AS net_revenue_retention_pct,
	reference.pct(sum(least(revenue, revenue_after)) FILTER (WHERE revenue > 0),
		sum(revenue) FILTER (WHERE revenue > 0))
		AS gross_revenue_retention_pct
FROM (
	SELECT c.*, (SELECT plan FROM reference.subscription AS s
		WHERE s.account_id = c.customer AND s.starts_on <= c.month AND (s.ends_on > c.month) IS NOT FALSE
		ORDER BY mrr DESC, plan LIMIT 1) AS plan
	FROM reference.customer_month AS c
	WHERE is_base
) AS c
GROUP BY month, plan;

CREATE VIEW reference.exit_reasons_monthly AS
SELECT month, end_reason, reference.last_day(month) < reference.today() AS is_complete, count(*) AS customers,
	reference.pct(count(*), (SELECT count(*) FROM reference.customer_month AS o
		WHERE o.month = c.month AND o.is_base AND o.is_gone)) AS share_pct
FROM (
	SELECT c.month, (SELECT coalesce(end_reason, '') FROM reference.subscription AS s
		WHERE s.account_id = c.customer AND s.ends_on <= reference.next_month(c.month)
		ORDER BY ends_on DESC, coalesce(end_reason, '') DESC LIMIT 1) AS end_reason
	FROM reference.customer_month AS c
	WHERE is_base AND is_gone
) AS c
GROUP BY month, end_reason;

-- ---------------------------------------------------------------- health

-- The weights and severe priorities that a mart begins with.
CREATE TABLE reference.health_weight (signal text, weight double precision);
INSERT INTO reference.health_weight VALUES ('csat', 20), ('nps', 15), ('contacts', 10), ('severity', 10), ('sla', 10),
	('unresolved', 10), ('sentiment', 10), ('payment', 15), ('usage', 20);
CREATE TABLE reference.severe_priority (priority text);
INSERT INTO reference.severe_priority VALUES ('urgent'), ('critical'), ('highest'), ('blocker'), ('high'),
	('p0'), ('p1'),
	('sev0'), ('sev1'), ('1 - critical'), ('2 - high'), ('p1 - critical'), ('3 high'), ('4 urgent');

CREATE FUNCTION reference.csat_between(customer text, since date, until date) RETURNS double precision
LANGUAGE sql STABLE AS $$
	SELECT reference.pct(count(*) FILTER (WHERE is_satisfied), count(is_satisfied))
	FROM reference.rating AS r WHERE r.customer = $1 AND r.day >= since AND r.day < until;
$$;

CREATE FUNCTION reference.nps_between(customer text, since date, until date) RETURNS double precision
LANGUAGE sql STABLE AS $$
	SELECT reference.nps(count(*) FILTER (WHERE nps >= 9), count(*) FILTER (WHERE nps <= 6), count(nps))
	FROM reference.rating AS r WHERE r.customer = $1 AND r.day >= since AND r.day < until;
$$;

CREATE FUNCTION reference.contacts_between(customer text, since date, until date) RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT count(*) FROM reference.contact AS t WHERE t.customer = $1 AND created_day >= since AND created_day < until;
$$;

CREATE FUNCTION reference.sla_between(customer text, since date, until date) RETURNS double precision
LANGUAGE sql STABLE AS $$
	SELECT reference.pct(count(*) FILTER (WHERE sla_resolution_met), count(sla_resolution_met))
	FROM reference.contact AS t
	WHERE t.customer = $1 AND sla_resolution_day >= since AND sla_resolution_day < until;
$$;

CREATE FUNCTION reference.sentiment_between(customer text, since date, until date) RETURNS double precision
LANGUAGE sql STABLE AS $$
	SELECT avg(sentiment) FROM reference.contact AS t
	WHERE t.customer = $1 AND created_day >= since AND created_day < until;
$$;

CREATE FUNCTION reference.used_between(customer text, since date, until date) RETURNS double precision
LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(coalesce(value, 1)), 0) FROM reference.event AS e
	WHERE e.account_id = $1 AND event = 'used' AND day >= since AND day < until;
$$;

CREATE TYPE reference.health AS (
	csat_signal double precision, nps_signal double precision, contacts_signal double precision,
	severity_signal double precision, sla_signal double precision, unresolved_signal double precision,
	sentiment_signal double precision, payment_signal double precision, usage_signal double precision,
	contacts bigint, contacts_normal double precision, oldest_open_days int, nps_change double precision,
	sentiment_per_day double precision, sentiment_is_declining boolean, payment_failures bigint,
	health_score double precision);

-- The health of a customer at the beginning of a day.
CREATE FUNCTION reference.health_of(customer text, day date) RETURNS reference.health LANGUAGE plpgsql STABLE AS $$
DECLARE
	h reference.health;
	recent CONSTANT date := day - 90; -- recent is from here on, normal before
	first CONSTANT date := least(
		(SELECT start FROM reference.start AS s WHERE s.customer = health_of.customer),
		(SELECT min(created_day) FROM reference.contact AS t WHERE t.customer = health_of.customer),
		(SELECT min(e.day) FROM reference.event AS e WHERE e.account_id = health_of.customer));
	since CONSTANT date := greatest(day - 450, first);
	has_normal CONSTANT boolean := recent - since >= 30;
	oldest_open date;
	used_normal double precision;
	slope kpi_estimate;
BEGIN
	h.csat_signal := reference.csat_between(customer, recent, day);
	h.nps_signal := (reference.nps_between(customer, recent, day) + 100) / 2;
	h.contacts := reference.contacts_between(customer, recent, day);
	IF has_normal THEN
		h.contacts_normal := 90.0 * reference.contacts_between(customer, since, recent) / (recent - since);
		h.contacts_signal := 100 * least(1, (h.contacts_normal + 1) / (h.contacts + 1));
		-- answers count from 360 days on, even those before the first ticket, subscription or event
		h.nps_change := reference.nps_between(customer, recent, day) - reference.nps_between(customer, day - 450, recent);
		used_normal := 90 * reference.used_between(customer, since, recent) / (recent - since);
		IF used_normal <> 0 THEN -- least() would ignore NULL
			h.usage_signal := 100 * least(1, reference.used_between(customer, recent, day) / used_normal);
		END IF;
	END IF;
	-- a ticket without priority says nothing
	h.severity_signal := (SELECT 100 - reference.pct(count(*) FILTER (WHERE lower(priority) IN
			(SELECT s.priority FROM reference.severe_priority AS s)), count(priority))
		FROM reference.contact AS t
		WHERE t.customer = health_of.customer AND created_day >= recent AND created_day < day);
	h.sla_signal := reference.sla_between(customer, recent, day);
	oldest_open := (SELECT min(created_day) FROM reference.contact AS t
		WHERE t.customer = health_of.customer AND created_day < day
		AND (is_open OR reference.day(coalesce(resolved_at, closed_at)) >= day));
	h.oldest_open_days := day - oldest_open;
	h.unresolved_signal := CASE
		WHEN oldest_open IS NOT NULL THEN 100.0 * (30 - least(h.oldest_open_days, 30)) / 30
		WHEN reference.contacts_between(customer, day - 450, day) > 0 THEN 100 END;
	h.sentiment_signal := 50 * (1 + reference.sentiment_between(customer, recent, day));
	slope := (SELECT trend_ci(sentiment, created_at) FROM reference.contact AS t
		WHERE t.customer = health_of.customer AND created_day >= recent AND created_day < day);
	h.sentiment_per_day := slope.value;
	h.sentiment_is_declining := slope.high < 0;
	h.payment_failures := (SELECT count(*) FROM reference.event AS e
		WHERE e.account_id = customer AND event = 'payment_failed' AND e.day >= recent AND e.day < health_of.day);
	IF EXISTS (SELECT FROM reference.event AS e WHERE e.account_id = customer AND e.day < health_of.day) THEN
		h.payment_signal := greatest(0, 100 - 50 * h.payment_failures);
	END IF;
	-- rounds each product to millionths
	h.health_score := (SELECT health_score(v.value, w.weight) FROM (VALUES
			('csat', h.csat_signal), ('nps', h.nps_signal), ('contacts', h.contacts_signal),
			('severity', h.severity_signal), ('sla', h.sla_signal), ('unresolved', h.unresolved_signal),
			('sentiment', h.sentiment_signal), ('payment', h.payment_signal), ('usage', h.usage_signal))
			AS v (signal, value)
		JOIN reference.health_weight AS w USING (signal)
		WHERE v.value IS NOT NULL);
	RETURN h;
END
$$;

CREATE FUNCTION reference.band(score double precision) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN score < 40 THEN 'at risk' WHEN score < 70 THEN 'watch' WHEN score >= 70 THEN 'healthy' END;
$$;

CREATE VIEW reference.customer_health AS
SELECT day, customer, (h).health_score, reference.band((h).health_score) AS band,
	(h).csat_signal, (h).nps_signal, (h).contacts_signal, (h).severity_signal, (h).sla_signal, (h).unresolved_signal,
	(h).sentiment_signal, (h).payment_signal, (h).usage_signal, (h).contacts, (h).contacts_normal,
	(h).oldest_open_days, (h).nps_change, (h).sentiment_per_day, (h).sentiment_is_declining, (h).payment_failures
FROM (
	SELECT today AS day, customer, reference.health_of(customer, today) AS h
	FROM reference.settings CROSS JOIN LATERAL (
		SELECT account_id AS customer FROM reference.subscription
		WHERE has_subscriptions AND reference.is_active(account_id, today - 1)
		UNION
		SELECT customer FROM reference.contact
		WHERE NOT has_subscriptions AND customer IS NOT NULL AND created_day >= today - 450 AND created_day < today
		UNION
		SELECT account_id FROM reference.event
		WHERE NOT has_subscriptions AND day >= today - 450 AND day < today
	) AS population
	OFFSET 0 -- judges each customer once
) AS v;

CREATE VIEW reference.customer_health_backtest AS
SELECT band, count(*) AS customers, count(*) FILTER (WHERE is_lost) AS lost,
	reference.pct(count(*) FILTER (WHERE is_lost), count(*)) AS lost_pct,
	(reference.wilson(count(*) FILTER (WHERE is_lost), count(*))).low AS lost_low_pct,
	(reference.wilson(count(*) FILTER (WHERE is_lost), count(*))).high AS lost_high_pct
FROM (
	SELECT reference.band((reference.health_of(s.customer, q::date)).health_score) AS band,
		NOT reference.is_active(s.customer, q::date + 90) AS is_lost
	FROM reference.start AS s,
		generate_series(date_trunc('quarter', (SELECT min(start) FROM reference.start)), reference.today() - 90,
			'3 months') AS q
	WHERE q::date >= (SELECT min(start) FROM reference.start) + 180
	AND reference.is_active(s.customer, q::date - 1)
) AS v
WHERE band IS NOT NULL
GROUP BY band;

-- ---------------------------------------------------------------- savings

CREATE VIEW reference.savings_monthly AS
SELECT m.month, reference.last_day(m.month) < reference.today() AS is_complete, m.contacts, m.cost_per_contact,
	d.deflected_contacts, d.deflected_contacts * m.cost_per_contact AS deflection_saved,
	f.fcr_pct, b.fcr_pct AS fcr_pct_year_before, f.resolved, f.contacts_saved_per_resolution,
	(f.fcr_pct - b.fcr_pct) / 100 * f.resolved * f.contacts_saved_per_resolution * m.cost_per_contact AS fcr_saved,
	r.saved_revenue, c.retention_cost,
	100 * r.saved_revenue::double precision / nullif(c.retention_cost, 0)::double precision AS return_on_retention_pct
FROM reference.cost_monthly AS m
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE is_deflected) AS deflected_contacts
	FROM reference.contact AS t WHERE reference.month(t.contact_day) = m.month
) AS d
CROSS JOIN LATERAL (
	SELECT reference.pct(count(*) FILTER (WHERE first_contact), count(first_contact)) AS fcr_pct,
		count(first_contact) AS resolved,
		(avg(s.contacts) FILTER (WHERE NOT first_contact AND s.contacts >= 0))::double precision - 1
			AS contacts_saved_per_resolution
	FROM reference.contact AS t JOIN src.tickets AS s USING (ticket_id)
	WHERE reference.month(t.outcome_day) = m.month
) AS f
CROSS JOIN LATERAL (
	SELECT reference.pct(count(*) FILTER (WHERE first_contact), count(first_contact)) AS fcr_pct
	FROM reference.contact AS t
	WHERE reference.month(t.outcome_day) = (m.month - interval '1 year')::date
) AS b
LEFT JOIN LATERAL (
	SELECT coalesce(sum(reference.revenue(customer, reference.last_day(m.month) + 90)), 0) AS saved_revenue
	FROM (
		SELECT account_id AS customer, min(day) AS day FROM reference.event
		WHERE event = 'outreach' AND day BETWEEN m.month AND reference.last_day(m.month)
		GROUP BY account_id
	) AS o
	WHERE reference.is_active(customer, reference.last_day(m.month) + 90)
	AND (reference.health_of(customer, day)).health_score < 40
) AS r ON reference.last_day(m.month) + 90 < reference.today() AND (SELECT has_subscriptions FROM reference.settings)
CROSS JOIN LATERAL (
	SELECT sum(amount) AS retention_cost FROM reference.cost AS o WHERE o.month = m.month AND component = 'retention'
) AS c
WHERE m.component = 'all' AND m.channel = 'all';

-- ---------------------------------------------------------------- service and revenue

-- One row for each outcome that is known: the service counts in days since .. until - 1.
CREATE MATERIALIZED VIEW reference.outcome AS
SELECT 'renewed' AS outcome, account_id AS customer, renewal_due_on - 90 AS since, renewal_due_on AS until,
	renewed AS is_yes, renewed::int::double precision AS y
FROM reference.subscription
WHERE renewal_due_on < reference.today() AND renewed IS NOT NULL
UNION ALL
SELECT 'revenue_change_pct', customer, due - 90, due, after >= before, reference.pct(after - before, before)
FROM (
	SELECT account_id AS customer, renewal_due_on AS due, reference.revenue(account_id, renewal_due_on - 1) AS before,
		reference.revenue(account_id, renewal_due_on + 31) AS after
	FROM reference.subscription
) AS v
WHERE due + 31 < reference.today() AND before > 0
UNION ALL
SELECT 'purchased_again', customer, day - 90, day, purchases > 1, (purchases > 1)::int
FROM (
	SELECT customer, day, (SELECT count(*) FROM reference.event AS e
		WHERE e.account_id = customer AND e.event = 'purchased' AND e.day <= first.day + 180) AS purchases
	FROM (
		SELECT account_id AS customer, min(day) AS day
		FROM reference.event WHERE event = 'purchased' GROUP BY account_id
	) AS first
) AS v
WHERE day + 180 < reference.today()
UNION ALL
SELECT 'adopted', customer, start, start + 90, coalesce(adopted_day <= start + 180, false),
	coalesce(adopted_day <= start + 180, false)::int
FROM reference.start LEFT JOIN reference.adoption USING (customer)
WHERE start + 180 < reference.today()
WITH NO DATA;

CREATE VIEW reference.service_and_revenue AS
SELECT o.outcome, k.kpi, count(x) AS n, avg(x) FILTER (WHERE is_yes) AS mean_if_yes,
	avg(x) FILTER (WHERE NOT is_yes) AS mean_if_no, corr(y, x) AS correlation,
	-- Fisher 1921
	CASE WHEN count(x) > 3 AND abs(corr(y, x)) < 1 - 1e-9 THEN tanh(atanh(corr(y, x)) - 1.959963984540054 / sqrt(count(x) - 3))
		END AS correlation_low,
	CASE WHEN count(x) > 3 AND abs(corr(y, x)) < 1 - 1e-9 THEN tanh(atanh(corr(y, x)) + 1.959963984540054 / sqrt(count(x) - 3))
		END AS correlation_high
FROM unnest('{renewed,revenue_change_pct,purchased_again,adopted}'::text[]) AS o (outcome)
CROSS JOIN unnest('{contacts,csat_pct,nps,response_hours,resolution_hours,sla_resolution_pct,sentiment}'::text[])
	AS k (kpi)
LEFT JOIN LATERAL (
	SELECT is_yes, y, CASE k.kpi
		WHEN 'contacts' THEN reference.contacts_between(customer, since, until)
		WHEN 'csat_pct' THEN reference.csat_between(customer, since, until)
		WHEN 'nps' THEN reference.nps_between(customer, since, until)
		WHEN 'response_hours' THEN (SELECT avg(response_seconds) / 3600 FROM reference.contact AS t
			WHERE t.customer = v.customer AND responded_day >= since AND responded_day < until)
		WHEN 'resolution_hours' THEN (SELECT avg(resolution_seconds) / 3600 FROM reference.contact AS t
			WHERE t.customer = v.customer AND outcome_day >= since AND outcome_day < until)
		WHEN 'sla_resolution_pct' THEN reference.sla_between(customer, since, until)
		WHEN 'sentiment' THEN reference.sentiment_between(customer, since, until) END AS x
	FROM reference.outcome AS v
	WHERE v.outcome = o.outcome
) AS v ON x IS NOT NULL
GROUP BY o.outcome, k.kpi;

-- ---------------------------------------------------------------- reading

-- Reads the relations and the tickets as they are now.  In the order in which they build
-- on each other.
CREATE FUNCTION reference.read() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	name text;
BEGIN
	FOREACH name IN ARRAY '{contact,survey_row,survey,rating,work_row,subscription,event,cost,help_view,session,repeat,preference,
		start,adoption,lifecycle_month,customer_month,outcome}'::text[]
	LOOP
		EXECUTE format('REFRESH MATERIALIZED VIEW reference.%I', name);
		EXECUTE format('ANALYZE reference.%I', name);
	END LOOP;
END
$$;

-- ---------------------------------------------------------------- comparing

-- A row with its numbers rounded to nine digits; what is next to 0 is 0.
CREATE FUNCTION reference.rounded(v jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT jsonb_object_agg(key, CASE WHEN jsonb_typeof(value) <> 'number' THEN value
		WHEN abs(value::numeric) < 1e-9 THEN to_jsonb(0)
		ELSE to_jsonb(trim_scale(round(value::numeric, 8 - floor(log(abs(value::numeric)))::int))) END)
	FROM jsonb_each(v);
$$;

-- At most three rows that only the query of a mart gives, and three that only ours gives.
CREATE FUNCTION reference.differences(view text, theirs text, ours text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format($query$
		WITH mart AS MATERIALIZED (SELECT reference.rounded(to_jsonb(v)) AS v FROM (%2$s) AS v),
		reference AS MATERIALIZED (SELECT reference.rounded(to_jsonb(v)) AS v FROM (%3$s) AS v)
		(SELECT %1$L || ' shows ' || v FROM (SELECT v FROM mart EXCEPT ALL SELECT v FROM reference) AS d
			ORDER BY v::text LIMIT 3)
		UNION ALL
		(SELECT %1$L || ' lacks ' || v FROM (SELECT v FROM reference EXCEPT ALL SELECT v FROM mart) AS d
			ORDER BY v::text LIMIT 3)
		$query$, view, theirs, ours);
END
$$;

-- What a mart shows otherwise than the reference, for each view that has other columns
-- or other rows.  Without subscriptions only the views
-- that need none.
CREATE FUNCTION reference.compare(mart text) RETURNS TABLE (problem text) LANGUAGE plpgsql AS $$
DECLARE
	COLUMNS CONSTANT text := 'SELECT string_agg(attname, '', '' ORDER BY attnum) FROM pg_attribute'
		' WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped';
	view text;
	ours text;
	theirs text;
BEGIN
	FOREACH view IN ARRAY '{survey,survey_weekly,survey_timing,workforce_daily,lifecycle_monthly,plan_monthly,
		exit_reasons_monthly,cost_monthly,savings_monthly,self_service_weekly,article_usage,bot_weekly,omnichannel,
		channel_preference_monthly,customer_health,customer_health_backtest,service_and_revenue}'::text[]
	LOOP
		CONTINUE WHEN NOT (SELECT has_subscriptions FROM reference.settings) AND view = ANY ('{lifecycle_monthly,
			plan_monthly,exit_reasons_monthly,customer_health_backtest,service_and_revenue}'::text[]);
		EXECUTE COLUMNS INTO ours USING format('reference.%I', view);
		EXECUTE COLUMNS INTO theirs USING format('%I.%I', mart, view);
		IF ours IS DISTINCT FROM theirs THEN
			problem := format('%s has columns %s, and not %s', view, coalesce(theirs, 'none'), ours);
			RETURN NEXT;
			CONTINUE;
		END IF;
		RETURN QUERY SELECT reference.differences(view, format('TABLE %I.%I', mart, view), format('TABLE reference.%I', view));
	END LOOP;
	RETURN QUERY SELECT reference.compare_ratings(mart);
END
$$;
