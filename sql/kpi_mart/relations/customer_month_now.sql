-- internal: each customer in each month: the subscriptions and events of the customer
-- from: subscriptions customer_events day
WITH today AS (
	SELECT @extschema@.kpi_day(as_of, @time_zone@) AS day FROM @schema@.kpi_state
), event AS (
	SELECT
		account_id,
		at,
		event,
		value,
		@extschema@.kpi_day(at, @time_zone@) AS day,
		-- going backwards in time, the least one so far is the next
		min(at) FILTER (WHERE event = 'purchased') OVER (PARTITION BY account_id ORDER BY at DESC) AS next_purchase_at
	FROM (
		SELECT account_id, @extschema@.kpi_instant(at) AS at, event, value
		FROM @schema@.customer_event_source
	) AS e
	WHERE at IS NOT NULL
), customer AS (
	SELECT
		s.account_id,
		min(s.starts_on) AS first_day,
		max(coalesce(s.ends_on, 'infinity')) AS last_end
	FROM @schema@.subscription AS s
	WHERE (s.ends_on > s.starts_on) IS NOT FALSE
	GROUP BY s.account_id
), milestone AS (
	SELECT
		account_id,
		min(day) FILTER (WHERE event = 'onboarded') AS onboarded_on,
		min(day) FILTER (WHERE event = 'adopted') AS adopted_on
	FROM event
	GROUP BY account_id
), happened AS (
	SELECT
		account_id,
		date_trunc('month', day::timestamp)::date AS month,
		count(*) FILTER (WHERE event = 'outreach') AS outreaches,
		bool_or(value > 0) FILTER (WHERE event = 'outreach') AS outreach_success,
		bool_or(event = 'upsold') AS upsold,
		bool_or(event = 'referred') AS referred,
		count(*) FILTER (WHERE event = 'chat_before_purchase') AS chats,
		count(*) FILTER (WHERE event = 'chat_before_purchase' AND next_purchase_at <= at + interval '168 hours')
			AS chats_converted
	FROM event
	GROUP BY account_id, date_trunc('month', day::timestamp)::date
), months AS (
	SELECT c.account_id, m.month::date AS month
	FROM customer AS c
	CROSS JOIN today AS t
	CROSS JOIN LATERAL generate_series(
		date_trunc('month', c.first_day::timestamp), least(c.last_end - 1, t.day)::timestamp, interval '1 month') AS m (month)
	UNION
	SELECT h.account_id, h.month FROM happened AS h CROSS JOIN today AS t WHERE h.month <= t.day
), stretch AS (
	-- subscriptions that touch or overlap are one
	SELECT c.account_id, date_trunc('month', lower(r)::timestamp)::date AS month, count(*) AS starts
	FROM (
		SELECT account_id, range_agg(daterange(starts_on, ends_on)) AS covered
		FROM @schema@.subscription
		GROUP BY account_id
	) AS c
	CROSS JOIN LATERAL unnest(c.covered) AS r
	GROUP BY 1, 2
), contract AS (
	SELECT
		m.account_id,
		m.month,
		bool_or(s.starts_on < m.month AND (s.ends_on > m.month - 1) IS NOT FALSE) AS was_active,
		bool_or(s.starts_on <= m.month AND (s.ends_on > m.month) IS NOT FALSE) AS is_active_first,
		bool_or(s.starts_on < n.month AND (s.ends_on > greatest(m.month, s.starts_on)) IS NOT FALSE) AS is_active,
		bool_or(s.starts_on < n.month AND (s.ends_on > n.month - 1) IS NOT FALSE) AS is_active_last,
		bool_or(s.starts_on <= n.month AND (s.ends_on > n.month) IS NOT FALSE) AS is_active_next,
		bool_or(s.starts_on < n.month + 90 AND (s.ends_on > n.month + 89) IS NOT FALSE) AS is_active_later,
		sum(s.mrr::numeric) FILTER (WHERE s.starts_on <= m.month AND (s.ends_on > m.month) IS NOT FALSE)
			AS revenue_first,
		sum(s.mrr::numeric) FILTER (WHERE s.starts_on <= n.month AND (s.ends_on > n.month) IS NOT FALSE)
			AS revenue_next,
		sum(s.mrr::numeric) FILTER (WHERE s.starts_on < n.month + 90 AND (s.ends_on > n.month + 89) IS NOT FALSE)
			AS revenue_later,
		-- of the contract that brings most
		(array_agg(s.plan ORDER BY s.mrr DESC, s.plan)
			FILTER (WHERE s.starts_on <= m.month AND (s.ends_on > m.month) IS NOT FALSE))[1] AS plan,
		-- of the contract that ended last
		(array_agg(coalesce(s.end_reason, '') ORDER BY s.ends_on DESC, coalesce(s.end_reason, '') DESC)
			FILTER (WHERE s.ends_on <= n.month))[1] AS end_reason
	FROM months AS m
	CROSS JOIN LATERAL (SELECT (m.month + interval '1 month')::date AS month) AS n
	JOIN @schema@.subscription AS s ON s.account_id = m.account_id
	GROUP BY m.account_id, m.month
)
SELECT
	m.month, -- first day of the month
	m.account_id, -- customer
	c.plan, -- plan on the first day of the month
	coalesce(c.was_active AND c.is_active_first, false)
		AS is_customer, -- whether a subscription covers the first day of the month and the day before
	coalesce(c.is_active, false) AS is_active, -- whether a subscription covers some day of the month
	coalesce(c.is_active_last, false) AS is_active_last, -- whether one covers the last day of the month
	coalesce(c.is_active_next, false) AS is_active_next, -- whether one covers the first day of the next month
	coalesce(c.is_active_later, false) AS is_active_later, -- whether one covers the 90th day after the month
	coalesce(c.revenue_first, 0) AS revenue_first, -- revenue on the first day of the month
	coalesce(c.revenue_next, 0) AS revenue_next, -- revenue on the first day of the next month
	coalesce(c.revenue_later, 0) AS revenue_later, -- revenue on the 90th day after the month
	c.end_reason, -- why the last subscription ended
	date_trunc('month', f.first_day::timestamp)::date = m.month AS is_new, -- whether the first subscription began in the month
	coalesce(r.starts, 0) - CASE WHEN date_trunc('month', f.first_day::timestamp)::date = m.month THEN 1 ELSE 0 END
		AS returns, -- how often the customer returned in the month after a time without subscription
	s.adopted_on < (m.month + interval '1 month')::date AS has_adopted, -- whether the customer adopted the product by the end of the month
	f.first_day, -- first day of the first subscription
	s.onboarded_on, -- day of the first event onboarded
	s.adopted_on, -- day of the first event adopted
	coalesce(h.outreaches, 0) AS outreaches, -- how often the customer was approached in the month
	coalesce(h.outreach_success, false) AS outreach_success, -- whether an approach had a value above 0
	coalesce(h.upsold, false) AS upsold, -- whether the customer bought more
	coalesce(h.referred, false) AS referred, -- whether the customer recommended the product
	coalesce(h.chats, 0) AS chats, -- chats before a purchase
	coalesce(h.chats_converted, 0) AS chats_converted -- chats that a purchase followed within seven days
FROM months AS m
LEFT JOIN contract AS c ON c.account_id = m.account_id AND c.month = m.month
LEFT JOIN stretch AS r ON r.account_id = m.account_id AND r.month = m.month
LEFT JOIN customer AS f ON f.account_id = m.account_id
LEFT JOIN milestone AS s ON s.account_id = m.account_id
LEFT JOIN happened AS h ON h.account_id = m.account_id AND h.month = m.month
-- not between two subscriptions
WHERE c.is_active OR h.account_id IS NOT NULL
