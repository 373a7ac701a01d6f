-- What the views of a mart over surveys, work time, subscriptions, events of customers,
-- costs and help sessions must show, worked out from their definitions without the SQL
-- of kpi_mart: brute force, so only for small tables.
--
-- The test fills schema src (business_tables.sql), makes reference.ticket from the facts
-- of a mart, which 014_mart_properties.pl checks, then loads this file, fills
-- reference.settings and calls reference.read() after each change.
-- business_reference_customers.sql, to be loaded next, has the views of subscriptions and
-- customers, and business_reference_ratings.sql the ratings in views of tickets.

CREATE TABLE reference.settings (
	zone text,
	today date, -- local day of the mart's as_of
	week_start int, -- 1 Monday to 7 Sunday
	csat_satisfied_from int, -- NULL depends on the scale
	ces_easy_from int,
	has_subscriptions boolean
);

-- ---------------------------------------------------------------- days and rates

CREATE FUNCTION reference.today() RETURNS date LANGUAGE sql STABLE AS $$
	SELECT today FROM reference.settings;
$$;

-- A finite instant of the years 1 to 9999 that is not the epoch.
CREATE FUNCTION reference.instant(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN isfinite(at) AND extract(year FROM at AT TIME ZONE 'UTC') BETWEEN 1 AND 9999
		AND abs(extract(epoch FROM at)) > 86400 THEN at END;
$$;

CREATE FUNCTION reference.possible(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN isfinite(day) AND extract(year FROM day) BETWEEN 1 AND 9999 THEN day END;
$$;

CREATE FUNCTION reference.day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
	SELECT (at AT TIME ZONE (SELECT zone FROM reference.settings))::date;
$$;

-- The instant at which a local day begins.
CREATE FUNCTION reference.midnight(day date) RETURNS timestamptz LANGUAGE sql STABLE AS $$
	SELECT day::timestamp AT TIME ZONE (SELECT zone FROM reference.settings);
$$;

CREATE FUNCTION reference.week(day date) RETURNS date LANGUAGE sql STABLE AS $$
	SELECT day - (extract(isodow FROM day)::int - week_start + 7) % 7 FROM reference.settings;
$$;

CREATE FUNCTION reference.month(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT make_date(extract(year FROM day)::int, extract(month FROM day)::int, 1);
$$;

CREATE FUNCTION reference.next_month(month date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT (month + interval '1 month')::date;
$$;

CREATE FUNCTION reference.last_day(month date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT reference.next_month(month) - 1;
$$;

CREATE FUNCTION reference.pct(part numeric, whole numeric) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT 100 * part::double precision / nullif(whole, 0)::double precision;
$$;

-- Wilson's 95 % interval of a rate, in percent (Wilson 1927); NULL without trials.
CREATE FUNCTION reference.wilson(hits bigint, trials bigint, OUT low double precision, OUT high double precision)
LANGUAGE sql IMMUTABLE AS $$
	SELECT 100 * greatest(0, (p + z2 / 2 / n - sqrt(z2 * (p * (1 - p) + z2 / 4 / n) / n)) / (1 + z2 / n)),
		100 * least(1, (p + z2 / 2 / n + sqrt(z2 * (p * (1 - p) + z2 / 4 / n) / n)) / (1 + z2 / n))
	FROM (SELECT $1::double precision / $2 AS p, 1.959963984540054 ^ 2 AS z2, $2 AS n WHERE $2 > 0) AS v;
$$;

-- ---------------------------------------------------------------- the relations as they count

CREATE MATERIALIZED VIEW reference.contact AS
SELECT *, coalesce(account_id, customer_id) AS customer,
	CASE WHEN created_at IS NOT NULL THEN reference.day(created_at) END AS contact_day, -- a creation that is known
	coalesce(self_service OR bot_resolved, false) AS is_deflected
FROM reference.ticket
WHERE merged_into IS NULL
WITH NO DATA;

CREATE MATERIALIZED VIEW reference.survey_row AS
SELECT response_id, kind, reference.instant(sent_at) AS sent_at,
	CASE WHEN reference.instant(answered_at) >= sent_at THEN answered_at END AS answered_at,
	CASE WHEN score = trunc(score) AND scale BETWEEN 1 AND 100 AND score <= scale
		AND score >= CASE WHEN scale = 10 THEN 0 ELSE 1 END THEN score END AS score,
	scale, ticket_id, account_id, agent_id, channel
FROM (
	SELECT *, CASE kind
		WHEN 'nps' THEN 10
		-- the scales that ratings of tickets have without scale_max
		WHEN 'csat' THEN coalesce(scale_max, CASE WHEN csat_satisfied_from > 5 THEN 10 ELSE 5 END)
		WHEN 'ces' THEN coalesce(scale_max, CASE WHEN ces_easy_from > 7 THEN 10 ELSE 7 END) END AS scale
	FROM src.surveys CROSS JOIN reference.settings
) AS s
WHERE response_id IS NOT NULL AND kind IN ('nps', 'csat', 'ces') AND reference.instant(sent_at) IS NOT NULL
WITH NO DATA;

CREATE MATERIALIZED VIEW reference.work_row AS
SELECT agent_id, started_at, ended_at, state
FROM src.work_time
WHERE agent_id IS NOT NULL AND state IN ('scheduled', 'paid', 'working', 'busy', 'waiting')
AND reference.instant(started_at) < reference.instant(ended_at)
AND ended_at <= started_at + interval '24 hours'
WITH NO DATA;

-- Of a contract that begins and ends on one day nothing is active.
CREATE MATERIALIZED VIEW reference.subscription AS
SELECT account_id, starts_on, reference.possible(ends_on) AS ends_on, coalesce(mrr, 0) AS mrr, plan,
	reference.possible(renewal_due_on) AS renewal_due_on, renewed, end_reason
FROM src.subscriptions
WHERE account_id IS NOT NULL AND reference.possible(starts_on) IS NOT NULL AND (ends_on < starts_on) IS NOT TRUE
AND (SELECT has_subscriptions FROM reference.settings)
WITH NO DATA;

CREATE MATERIALIZED VIEW reference.event AS
SELECT account_id, at, reference.day(at) AS day, event, value
FROM src.customer_events
WHERE account_id IS NOT NULL AND event IS NOT NULL AND reference.instant(at) IS NOT NULL
WITH NO DATA;

CREATE MATERIALIZED VIEW reference.cost AS
SELECT reference.month(month) AS month, component, channel, amount
FROM src.costs
WHERE reference.possible(month) IS NOT NULL AND component IS NOT NULL
AND amount > '-Infinity' AND amount < 'Infinity' -- NaN is greater
WITH NO DATA;

CREATE MATERIALIZED VIEW reference.help_view AS
SELECT session_id, article_id, customer_id, at, ticket_id
FROM src.help_sessions
WHERE session_id IS NOT NULL AND reference.instant(at) IS NOT NULL
WITH NO DATA;

-- ---------------------------------------------------------------- surveys

CREATE MATERIALIZED VIEW reference.survey AS
SELECT response_id, kind, channel, account_id, agent_id, team, category, customer_tier, ticket_id, sent_at, answered_at,
	reference.day(sent_at) AS sent_day,
	CASE WHEN is_answered THEN reference.day(coalesce(answered_at, sent_at)) END AS answered_day,
	score, is_good,
	CASE kind WHEN 'csat' THEN score <= satisfied_from - 2 WHEN 'nps' THEN score <= 6
		WHEN 'ces' THEN score <= CASE scale WHEN 2 THEN 0 WHEN 3 THEN 1 WHEN 4 THEN 1 WHEN 5 THEN 1 WHEN 6 THEN 2 WHEN 7 THEN 2
			WHEN 10 THEN 2 END -- the lowest third
		END AS is_bad,
	CASE WHEN sent_at < resolved_at THEN NULL
		WHEN sent_at - resolved_at <= interval '1 hour' THEN '0-1 hours'
		WHEN sent_at - resolved_at <= interval '24 hours' THEN '1-24 hours'
		WHEN sent_at - resolved_at <= interval '168 hours' THEN '1-7 days'
		WHEN sent_at > resolved_at THEN 'later' END AS delay,
	extract(hour FROM sent_at AT TIME ZONE zone)::int AS sent_hour,
	in_ticket
FROM (
	SELECT s.response_id, s.kind, coalesce(s.channel, t.channel) AS channel, s.sent_at, s.answered_at, s.score,
		s.ticket_id, coalesce(s.account_id, t.account_id) AS account_id, coalesce(s.agent_id, t.agent_id) AS agent_id,
		t.team, t.category, t.customer_tier, t.resolved_at, o.zone,
		s.score IS NOT NULL OR s.answered_at IS NOT NULL AS is_answered,
		s.scale, v.satisfied_from,
		CASE s.kind
			WHEN 'csat' THEN s.score >= v.satisfied_from
			WHEN 'ces' THEN CASE WHEN s.scale = CASE WHEN o.ces_easy_from > 7 THEN 10 ELSE 7 END
				THEN s.score >= o.ces_easy_from END END AS is_good,
		-- a score that the KPIs of tickets count
		t.merged_into IS NULL AND CASE s.kind WHEN 'csat' THEN t.csat_satisfied::int WHEN 'nps' THEN t.nps_score
			WHEN 'ces' THEN t.ces_easy::int END IS NOT NULL AS in_ticket
	FROM reference.survey_row AS s CROSS JOIN reference.settings AS o
	LEFT JOIN reference.ticket AS t ON t.ticket_id = s.ticket_id
	CROSS JOIN LATERAL (
		SELECT coalesce(o.csat_satisfied_from,
			(SELECT satisfied FROM (VALUES (2, 2), (3, 3), (4, 3), (5, 4), (7, 6), (10, 8)) AS v (scale, satisfied)
			WHERE v.scale = s.scale)) AS satisfied_from
	) AS v
) AS s
WITH NO DATA;

-- All ratings: those of tickets, and answers to surveys that are not in one.
CREATE MATERIALIZED VIEW reference.rating AS
SELECT customer, outcome_day AS day, team, channel, agent_id, csat_satisfied AS is_satisfied,
	nps_score::double precision AS nps, ces_easy AS is_easy, ces_score AS effort
FROM reference.contact
UNION ALL
SELECT account_id, answered_day, team, channel, agent_id, CASE WHEN kind = 'csat' THEN is_good END,
	CASE WHEN kind = 'nps' THEN score END, CASE WHEN kind = 'ces' THEN is_good END,
	CASE WHEN kind = 'ces' AND is_good IS NOT NULL THEN score END
FROM reference.survey
WHERE answered_day IS NOT NULL AND NOT in_ticket
WITH NO DATA;

CREATE FUNCTION reference.nps(promoters bigint, detractors bigint, n bigint) RETURNS double precision
LANGUAGE sql IMMUTABLE AS $$
	SELECT reference.pct(promoters, n) - reference.pct(detractors, n);
$$;

CREATE VIEW reference.survey_weekly AS
SELECT week, kind, channel, week + 6 + 14 < reference.today() AS is_complete,
	sent.n AS sent, reference.pct(sent.answered, sent.n) AS response_rate_pct, sent.n AS response_rate_n,
	reference.pct(got.satisfied, got.csat) AS csat_pct, got.csat AS csat_n,
	reference.nps(got.promoters, got.detractors, got.nps) AS nps, got.nps AS nps_n,
	reference.pct(got.easy, got.ces) AS ces_pct, got.ces AS ces_n
FROM (
	SELECT reference.week(sent_day) AS week, kind, channel FROM reference.survey
	UNION
	SELECT reference.week(answered_day), kind, channel FROM reference.survey WHERE answered_day IS NOT NULL
) AS w
CROSS JOIN LATERAL (
	SELECT count(*) AS n, count(*) FILTER (WHERE answered_day IS NOT NULL) AS answered
	FROM reference.survey AS s
	WHERE reference.week(s.sent_day) = w.week AND s.kind = w.kind AND s.channel IS NOT DISTINCT FROM w.channel
) AS sent
CROSS JOIN LATERAL (
	SELECT count(is_good) FILTER (WHERE kind = 'csat') AS csat,
		count(*) FILTER (WHERE kind = 'csat' AND is_good) AS satisfied,
		count(is_good) FILTER (WHERE kind = 'ces') AS ces, count(*) FILTER (WHERE kind = 'ces' AND is_good) AS easy,
		count(score) FILTER (WHERE kind = 'nps') AS nps,
		count(*) FILTER (WHERE kind = 'nps' AND score >= 9) AS promoters,
		count(*) FILTER (WHERE kind = 'nps' AND score <= 6) AS detractors
	FROM reference.survey AS s
	WHERE reference.week(s.answered_day) = w.week AND s.kind = w.kind AND s.channel IS NOT DISTINCT FROM w.channel
) AS got;

CREATE VIEW reference.survey_timing AS
SELECT month, kind, channel, delay, hour, reference.last_day(month) + 14 < reference.today() AS is_complete,
	sent, reference.pct(answered, sent) AS response_rate_pct,
	(reference.wilson(answered, sent)).low AS response_rate_low_pct,
	(reference.wilson(answered, sent)).high AS response_rate_high_pct
FROM (
	SELECT reference.month(sent_day) AS month, kind, channel, delay, sent_hour AS hour, count(*) AS sent,
		count(*) FILTER (WHERE answered_day IS NOT NULL) AS answered
	FROM reference.survey
	GROUP BY 1, 2, 3, 4, 5
) AS s;

-- ---------------------------------------------------------------- work time

CREATE FUNCTION reference.hours(spans tstzmultirange) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(sum(extract(epoch FROM upper(s) - lower(s))), 0)::double precision / 3600
	FROM unnest(spans) AS s;
$$;

CREATE VIEW reference.workforce_daily AS
SELECT day, agent_id, day < reference.today() AS is_complete,
	reference.hours(scheduled) AS scheduled_hours, reference.hours(paid) AS paid_hours,
	reference.hours(working) AS working_hours, reference.hours(staffed) AS staffed_hours,
	reference.hours(busy) AS busy_hours,
	100 * reference.hours(busy) / nullif(reference.hours(staffed), 0) AS occupancy_pct,
	100 * reference.hours(busy) / nullif(reference.hours(paid), 0) AS utilization_pct,
	100 * reference.hours(working * scheduled) / nullif(reference.hours(scheduled), 0) AS adherence_pct,
	100 * reference.hours(working) / nullif(reference.hours(scheduled), 0) AS conformance_pct,
	100 * (reference.hours(paid) - reference.hours(working * paid)) / nullif(reference.hours(paid), 0)
		AS shrinkage_pct,
	t.resolved, t.resolved / nullif(reference.hours(working), 0) AS resolved_per_hour,
	t.qa_score_pct, t.qa_n, r.csat_pct, r.csat_n
FROM (
	SELECT d.day, d.agent_id,
		coalesce(range_agg(span) FILTER (WHERE state = 'scheduled'), '{}') AS scheduled,
		coalesce(range_agg(span) FILTER (WHERE state = 'paid'), '{}') AS paid,
		coalesce(range_agg(span) FILTER (WHERE state IN ('working', 'busy', 'waiting')), '{}') AS working,
		coalesce(range_agg(span) FILTER (WHERE state IN ('busy', 'waiting')), '{}') AS staffed,
		coalesce(range_agg(span) FILTER (WHERE state = 'busy'), '{}') AS busy
	FROM (
		-- cut at the midnights of the mart
		SELECT agent_id, d::date AS day, state,
			tstzrange(greatest(started_at, reference.midnight(d::date)), least(ended_at, reference.midnight(d::date + 1)))
				AS span
		FROM reference.work_row, generate_series(reference.day(started_at), reference.day(ended_at), '1 day') AS d
		WHERE greatest(started_at, reference.midnight(d::date)) < least(ended_at, reference.midnight(d::date + 1))
	) AS d
	GROUP BY d.day, d.agent_id
) AS w
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE is_resolved) AS resolved,
		100 * sum(coalesce(qa_points, 0)) FILTER (WHERE qa_possible IS NOT NULL) / nullif(sum(qa_possible), 0)
			AS qa_score_pct,
		count(qa_possible) AS qa_n
	FROM reference.contact AS c
	WHERE c.agent_id = w.agent_id AND c.outcome_day = w.day
) AS t
CROSS JOIN LATERAL (
	SELECT reference.pct(count(*) FILTER (WHERE is_satisfied), count(is_satisfied)) AS csat_pct, count(is_satisfied) AS csat_n
	FROM reference.rating AS r
	WHERE r.agent_id = w.agent_id AND r.day = w.day
) AS r;

-- ---------------------------------------------------------------- costs

CREATE VIEW reference.cost_monthly AS
SELECT month, component, channel, reference.last_day(month) < reference.today() AS is_complete, amount, contacts,
	amount::double precision / nullif(contacts, 0) AS cost_per_contact
FROM (
	SELECT month, component, channel, sum(amount) AS amount
	FROM (
		SELECT month, component, channel, amount FROM reference.cost
		UNION ALL SELECT month, component, 'all', amount FROM reference.cost
		UNION ALL SELECT month, 'all', channel, amount FROM reference.cost
		UNION ALL SELECT month, 'all', 'all', amount FROM reference.cost
	) AS v
	GROUP BY month, component, channel
) AS a
CROSS JOIN LATERAL (
	SELECT CASE WHEN a.channel IS NOT NULL THEN count(*) END AS contacts
	FROM reference.contact AS t
	WHERE NOT is_deflected AND reference.month(contact_day) = a.month AND (a.channel = 'all' OR t.channel = a.channel)
) AS c;

-- ---------------------------------------------------------------- self-service and bots

CREATE MATERIALIZED VIEW reference.session AS
SELECT session_id, at, day, has_ticket OR customer IS NOT NULL AS is_linked,
	has_ticket OR EXISTS (SELECT FROM reference.contact AS t
		WHERE t.customer_id = s.customer AND t.created_at - s.at BETWEEN interval '0' AND interval '24 hours')
		AS is_followed
FROM (
	SELECT session_id, min(at) AS at, reference.day(min(at)) AS day, min(customer_id) AS customer,
		bool_or(ticket_id IS NOT NULL) AS has_ticket
	FROM reference.help_view
	GROUP BY session_id
) AS s
WITH NO DATA;

CREATE VIEW reference.self_service_weekly AS
SELECT week, week + 6 + 1 < reference.today() AS is_complete, t.tickets,
	reference.pct(t.alone, t.known) AS self_service_pct, t.known AS self_service_n, s.sessions,
	reference.pct(s.linked - s.followed, s.linked) AS session_self_service_pct, s.linked AS session_self_service_n,
	s.sessions::double precision / nullif(t.tickets, 0) AS sessions_per_ticket
FROM (
	SELECT reference.week(created_day) AS week FROM reference.contact WHERE created_day IS NOT NULL
	UNION
	SELECT reference.week(day) FROM reference.session
) AS w
CROSS JOIN LATERAL (
	SELECT count(*) AS tickets, count(self_service) AS known, count(*) FILTER (WHERE self_service) AS alone
	FROM reference.contact WHERE reference.week(created_day) = w.week
) AS t
CROSS JOIN LATERAL (
	SELECT count(*) AS sessions, count(*) FILTER (WHERE is_linked) AS linked,
		count(*) FILTER (WHERE is_linked AND is_followed) AS followed
	FROM reference.session WHERE reference.week(day) = w.week
) AS s;

-- A session may go on for a day after the month, and a ticket may follow it for a day.
CREATE VIEW reference.article_usage AS
SELECT month, article_id, reference.last_day(month) + 1 < reference.today() AS is_complete, views,
	s.sessions, reference.pct(s.followed, s.linked) AS followed_by_ticket_pct, s.linked AS followed_by_ticket_n
FROM (
	SELECT reference.month(reference.day(at)) AS month, article_id, count(*) AS views
	FROM reference.help_view WHERE article_id IS NOT NULL
	GROUP BY 1, 2
) AS a
CROSS JOIN LATERAL (
	SELECT count(*) AS sessions, count(*) FILTER (WHERE is_linked) AS linked,
		count(*) FILTER (WHERE is_linked AND is_followed) AS followed
	FROM reference.session AS s
	WHERE reference.month(reference.day((SELECT min(at) FROM reference.help_view AS h
		WHERE h.session_id = s.session_id AND h.article_id = a.article_id))) = a.month
) AS s;

CREATE VIEW reference.bot_weekly AS
SELECT reference.week(created_day) AS week, channel, reference.week(created_day) + 6 < reference.today() AS is_complete,
	count(*) AS tickets,
	reference.pct(count(*) FILTER (WHERE bot_resolved), count(bot_resolved)) AS bot_resolution_pct,
	count(bot_resolved) AS bot_resolution_n,
	reference.pct(count(*) FILTER (WHERE bot_escalated), count(bot_escalated)) AS bot_escalation_pct,
	count(bot_escalated) AS bot_escalation_n,
	reference.pct(count(*) FILTER (WHERE bot_escalation_right), count(bot_escalation_right))
		AS bot_escalation_accuracy_pct,
	count(bot_escalation_right) AS bot_escalation_accuracy_n,
	reference.pct(count(*) FILTER (WHERE bot_accepted), count(bot_accepted)) AS bot_acceptance_pct,
	count(bot_accepted) AS bot_acceptance_n
FROM reference.contact
WHERE created_day IS NOT NULL
GROUP BY reference.week(created_day), channel;

-- ---------------------------------------------------------------- channels

-- Each contact with the one before of the same customer, when that was within 7 days.
CREATE MATERIALIZED VIEW reference.repeat AS
SELECT t.ticket_id, reference.month(t.contact_day) AS month, t.channel, t.transferred,
	t.created_at - before.created_at <= interval '168 hours' AS is_repeated, before.channel AS channel_before
FROM reference.contact AS t
LEFT JOIN LATERAL (
	SELECT created_at, channel FROM reference.contact AS b
	WHERE b.customer = t.customer AND (b.created_at, b.ticket_id) < (t.created_at, t.ticket_id)
	ORDER BY b.created_at DESC, b.ticket_id DESC LIMIT 1
) AS before ON true
WHERE t.customer IS NOT NULL AND t.created_at IS NOT NULL
WITH NO DATA;

CREATE VIEW reference.omnichannel AS
SELECT month, channel, reference.last_day(month) < reference.today() AS is_complete, contacts,
	reference.pct(repeated, contacts) AS repeated_pct, contacts AS repeated_n,
	reference.pct(switched, known) AS switched_pct, known AS switched_n,
	reference.pct(kept, transfer_known) AS context_kept_pct, transfer_known AS context_kept_n
FROM (
	SELECT month, channel, count(*) AS contacts, count(*) FILTER (WHERE is_repeated) AS repeated,
		count(*) FILTER (WHERE is_repeated AND channel <> channel_before) AS switched,
		count(channel <> channel_before) FILTER (WHERE is_repeated) AS known,
		count(*) FILTER (WHERE is_repeated AND channel <> channel_before AND NOT transferred) AS kept,
		count(transferred) FILTER (WHERE is_repeated AND channel <> channel_before) AS transfer_known
	FROM reference.repeat
	GROUP BY month, channel
) AS r;

-- The channel with most contacts of each customer and month; of equals the latest used.
CREATE MATERIALIZED VIEW reference.preference AS
SELECT month, customer, (
	SELECT channel FROM reference.contact AS t
	WHERE t.customer = m.customer AND reference.month(t.contact_day) = m.month AND channel IS NOT NULL
	GROUP BY channel ORDER BY count(*) DESC, max(created_at) DESC, channel LIMIT 1) AS channel
FROM (
	SELECT DISTINCT reference.month(contact_day) AS month, customer FROM reference.contact
	WHERE contact_day IS NOT NULL AND customer IS NOT NULL AND channel IS NOT NULL
) AS m
WITH NO DATA;

CREATE VIEW reference.channel_preference_monthly AS
SELECT month, channel, reference.last_day(month) < reference.today() AS is_complete, count(*) AS customers,
	count(*) FILTER (WHERE before <> channel) AS changed_customers,
	reference.pct(count(*) FILTER (WHERE before <> channel), count(before)) AS changed_pct, count(before) AS changed_n
FROM (
	SELECT p.*, (SELECT channel FROM reference.preference AS b
		WHERE b.customer = p.customer AND b.month < p.month ORDER BY month DESC LIMIT 1) AS before
	FROM reference.preference AS p
) AS p
GROUP BY month, channel;
