
-- Customers: how each is doing, whether that foretells who leaves, and what service
-- has to do with revenue.

-- What each customer's health is made of, on the days of a query for as_of.  A
-- signal is 0 (bad) to 100 (good), and NULL without anything to go by; the weights
-- are the user's.  Recent means the last 90 days; a customer's own normal is a
-- quarter of the 360 days before.
CREATE FUNCTION @extschema@.kpi_health_query(target_schema name, days_query text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	has_events CONSTANT boolean := EXISTS (SELECT FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q WHERE q.kept_by = 'customer_event');
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	RETURN format(
		'WITH days AS (%1$s), contacts AS (
			SELECT days.as_of, t.account_id, coalesce(sum(t.contacts) FILTER (WHERE n.recent), 0) AS recent, sum(t.contacts) FILTER (WHERE NOT n.recent) / 4.0 AS normal,
				sum(t.urgent) FILTER (WHERE n.recent) AS urgent, @extschema@.rollup(t.csat) FILTER (WHERE n.recent) AS csat, @extschema@.rollup(t.nps) FILTER (WHERE n.recent) AS nps, @extschema@.rollup(t.nps) FILTER (WHERE NOT n.recent) AS nps_before,
				@extschema@.rollup(t.sla_resolution) FILTER (WHERE n.recent) AS sla, @extschema@.rollup(t.sentiment) FILTER (WHERE n.recent) AS sentiment
			FROM days JOIN %2$s.customer_daily_tally AS t ON t.day >= days.as_of - 450 AND t.day < days.as_of, LATERAL (SELECT t.day >= days.as_of - 90) AS n (recent)
			GROUP BY 1, 2
		), unresolved AS (
			SELECT days.as_of, coalesce(t.account_id, t.customer_id) AS account_id, max(days.as_of - t.created_day) AS age
			FROM days JOIN (SELECT r.*, @extschema@.kpi_day(r.created_at, %3$L::text) AS created_day, @extschema@.kpi_day(r.resolved_at, %3$L::text) AS resolved_day FROM (%4$s) AS r) AS t
				ON t.created_day < days.as_of AND (t.is_unresolved OR t.resolved_day >= days.as_of)
			GROUP BY 1, 2
		)%5$s, accounts AS (
			SELECT as_of, account_id FROM contacts%6$s%8$s
		)
		SELECT a.as_of, a.account_id, s.*
		FROM accounts AS a JOIN %2$s.kpi_settings AS settings ON true LEFT JOIN contacts AS c USING (as_of, account_id) LEFT JOIN unresolved AS u USING (as_of, account_id)%9$s, LATERAL (SELECT @extschema@.ratio_value(c.sentiment)) AS v (sentiment),
		LATERAL (SELECT
			coalesce(c.recent, 0)::bigint AS contacts, round(c.normal, 2)::double precision AS contacts_normal, u.age::bigint AS oldest_unresolved_days, %7$s,
			@extschema@.nps(c.nps) - @extschema@.nps(c.nps_before) AS nps_change,
			@extschema@.csat_pct(c.csat, settings.csat_satisfied_from) AS csat_signal,
			(@extschema@.nps(c.nps) + 100) / 2 AS nps_signal,
			CASE WHEN c.normal IS NOT NULL THEN 100.0::double precision * least(1, (c.normal + 1) / (c.recent + 1)) END AS contacts_signal,
			CASE WHEN c.recent > 0 THEN 100.0::double precision * (1 - c.urgent / c.recent) END AS severity_signal,
			@extschema@.rate_pct(c.sla) AS sla_signal,
			CASE WHEN num_nonnulls(c.recent, u.age) > 0 THEN 100.0::double precision * (1 - least(coalesce(u.age, 0), 30) / 30.0) END AS unresolved_signal,
			50 * (1 + CASE WHEN v.sentiment BETWEEN -1 AND 1 THEN v.sentiment ELSE sign(v.sentiment) END) AS sentiment_signal) AS s',
		days_query, ours, settings.time_zone, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]),
		CASE WHEN has_events THEN format(', events AS (
			SELECT days.as_of, t.account_id, coalesce(sum(t.events) FILTER (WHERE t.event = ''payment_failed'' AND t.day >= days.as_of - 90), 0)::bigint AS failures,
				sum(n.used) FILTER (WHERE t.day >= days.as_of - 90) AS used, sum(n.used) FILTER (WHERE t.day < days.as_of - 90) / 4 AS used_normally
			FROM days JOIN %s.customer_event_daily_tally AS t ON t.day >= days.as_of - 450 AND t.day < days.as_of,
				-- an event without a value is one use
				LATERAL (SELECT CASE t.event WHEN ''used'' THEN t.events - coalesce(@extschema@.sample_size(t.value), 0) + coalesce(@extschema@.ratio_numerator(t.value), 0) END) AS n (used)
			GROUP BY 1, 2)', ours) END,
		CASE WHEN has_events THEN ' UNION SELECT as_of, account_id FROM events' END,
		CASE WHEN has_events THEN 'e.failures AS payment_failures, 100.0::double precision - 50 * CASE WHEN e.failures > 2 THEN 2 ELSE e.failures END AS payment_signal, CASE WHEN e.used_normally > 0 THEN 100.0::double precision * least(1, coalesce(e.used, 0) / e.used_normally) END AS usage_signal'
			 ELSE 'NULL::bigint AS payment_failures, NULL::double precision AS payment_signal, NULL::double precision AS usage_signal' END,
		' UNION SELECT days.as_of, u.account_id FROM days JOIN (' || @extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]) || ') AS u ON u.starts_on < days.as_of AND (u.ends_on IS NULL OR u.ends_on >= days.as_of)',
		CASE WHEN has_events THEN ' LEFT JOIN events AS e USING (as_of, account_id)' END);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_health_query(name, text) IS 'internal: the query for the signals of customers on some days';

-- The health score of rows of kpi_health_query, called h: the mean of their signals
-- by the user's weights.
CREATE FUNCTION @extschema@.kpi_health_score(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT @extschema@.health_score(v.value, w.weight) FROM (VALUES %s) AS v (signal, value) JOIN %I.kpi_health_weight AS w USING (signal) WHERE v.value IS NOT NULL)',
		(SELECT string_agg(format('(%L, h.%I)', signal, signal || '_signal'), ', ') FROM @extschema@.kpi_health_weight_template), $1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_health_score(name) IS 'internal: an expression for the health score of a customer';

CREATE FUNCTION @extschema@.kpi_customer_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	subscriptions text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF NOT EXISTS (SELECT FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q WHERE q.kept_by = 'customer') THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT 'customer_health'::name, format(
		'SELECT h.as_of, h.account_id, round(s.score::numeric, 1)::double precision AS health_score, CASE WHEN s.score < 40 THEN ''at risk'' WHEN s.score < 70 THEN ''watch'' WHEN s.score >= 70 THEN ''healthy'' END AS band,
			array_remove(ARRAY[
				CASE WHEN h.csat_signal < 50 THEN format(''satisfied answers: %%s %%%%'', round(h.csat_signal)) END,
				CASE WHEN h.nps_change <= -50 THEN format(''net promoter score down by %%s points'', round(-h.nps_change)) END,
				CASE WHEN h.contacts >= 3 AND h.contacts >= 2 * h.contacts_normal THEN format(''%%s contacts in 90 days, normally %%s'', h.contacts, h.contacts_normal) END,
				CASE WHEN h.severity_signal <= 50 THEN format(''%%s %%%% of the tickets have a high priority'', round(100 - h.severity_signal)) END,
				CASE WHEN h.sla_signal < 50 THEN format(''%%s %%%% of the resolutions were late'', round(100 - h.sla_signal)) END,
				CASE WHEN h.oldest_unresolved_days >= 7 THEN format(''a ticket has been open for %%s days'', h.oldest_unresolved_days) END,
				CASE WHEN h.payment_failures > 0 THEN format(''payments failed: %%s'', h.payment_failures) END,
				CASE WHEN h.usage_signal <= 50 THEN format(''use down to %%s %%%% of the normal'', round(h.usage_signal)) END,
				CASE WHEN h.sentiment_signal < 40 THEN ''the tone is bad'' END], NULL) AS warnings,
			h.contacts, h.contacts_normal, h.oldest_unresolved_days, h.payment_failures, h.nps_change, h.csat_signal, h.nps_signal, h.contacts_signal, h.severity_signal, h.sla_signal, h.unresolved_signal, h.sentiment_signal, h.payment_signal, h.usage_signal
		FROM (%s) AS h, LATERAL (SELECT %s AS score) AS s',
		@extschema@.kpi_health_query(target_schema, format('SELECT complete_until AS as_of FROM %s.kpi_settings', ours)), @extschema@.kpi_health_score(target_schema)),
		'how each customer is doing, 0 to 100, and what to look at; those with a subscription, and those in touch within 450 days'::text;

	IF settings.subscriptions IS NULL THEN
		RETURN;
	END IF;
	subscriptions := @extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]);
	RETURN QUERY SELECT 'customer_health_backtest'::name, format(
		'WITH scored AS (
			SELECT h.as_of, h.account_id, %s AS score FROM (%s) AS h
		), known AS (
			SELECT s.as_of, s.account_id, s.score, bool_or(u.ends_on IS NULL OR u.ends_on >= s.as_of + 90) AS stayed
			FROM scored AS s JOIN (%s) AS u ON u.account_id = s.account_id AND u.starts_on < s.as_of AND (u.ends_on IS NULL OR u.ends_on >= s.as_of)
			WHERE s.score IS NOT NULL GROUP BY 1, 2, 3
		)
		SELECT band_from, band_from + 20 AS band_to, (c).n AS customers, (c).value AS churn_pct, (c).low AS churn_low_pct, (c).high AS churn_high_pct
		FROM (SELECT least(floor(score / 20) * 20, 80)::integer AS band_from, @extschema@.rate_ci(NOT stayed) AS c FROM known GROUP BY 1) AS b',
		@extschema@.kpi_health_score(target_schema),
		@extschema@.kpi_health_query(target_schema, format('SELECT day::date AS as_of FROM %1$s.kpi_settings AS c, LATERAL (SELECT min(day) AS first FROM %1$s.customer_daily_tally) AS t, generate_series(date_trunc(''quarter'', t.first::timestamp + interval ''180 days''), c.complete_until - 90, ''3 months'') AS day', ours)),
		subscriptions),
		'of customers by their health score at the start of past quarters, who left within 90 days'::text;

	RETURN QUERY SELECT 'service_and_revenue'::name, format(
		'WITH renewals AS (
			SELECT u.account_id, u.renewal_due_on, bool_or(u.renewed) AS renewed, sum(u.mrr) AS mrr FROM (%1$s) AS u, %2$s.kpi_settings AS c
			WHERE u.renewal_due_on < c.complete_until AND u.renewed IS NOT NULL GROUP BY 1, 2
		), outcomes AS (
			SELECT r.account_id, r.renewal_due_on, r.renewed, CASE WHEN r.mrr > 0 THEN (100 * (coalesce((SELECT sum(u.mrr) FROM (%1$s) AS u WHERE u.account_id = r.account_id AND u.starts_on <= r.renewal_due_on + 31 AND (u.ends_on IS NULL OR u.ends_on > r.renewal_due_on + 31)), 0) - r.mrr) / r.mrr)::double precision END AS revenue_change_pct
			FROM renewals AS r
		), service AS (
			SELECT o.account_id, o.renewal_due_on, o.renewed, o.revenue_change_pct, coalesce(sum(t.contacts), 0)::double precision AS contacts, @extschema@.score_avg(@extschema@.rollup(t.csat)) AS csat_avg, @extschema@.nps(@extschema@.rollup(t.nps)) AS nps,
				@extschema@.in_hours(@extschema@.avg_duration(@extschema@.rollup(t.response))) AS response_avg_hours, @extschema@.in_hours(@extschema@.avg_duration(@extschema@.rollup(t.resolution))) AS resolution_avg_hours, @extschema@.rate_pct(@extschema@.rollup(t.sla_resolution)) AS sla_resolution_pct
			FROM outcomes AS o LEFT JOIN %2$s.customer_daily_tally AS t ON t.account_id = o.account_id AND t.day >= o.renewal_due_on - 90 AND t.day < o.renewal_due_on
			GROUP BY 1, 2, 3, 4
		)
		SELECT kpi, outcome, n, mean_if_renewed, mean_if_not, r AS correlation, CASE WHEN n > 3 AND abs(r) < 1 THEN tanh(atanh(r) - z / sqrt(n - 3)) END AS correlation_low, CASE WHEN n > 3 AND abs(r) < 1 THEN tanh(atanh(r) + z / sqrt(n - 3)) END AS correlation_high
		FROM (
			SELECT v.kpi, w.outcome, count(*) FILTER (WHERE w.result IS NOT NULL) AS n, avg(v.value) FILTER (WHERE s.renewed) AS mean_if_renewed, avg(v.value) FILTER (WHERE NOT s.renewed) AS mean_if_not, corr(w.result, v.value) AS r, 1.959963984540054::double precision AS z
			FROM service AS s, LATERAL (VALUES (''contacts'', s.contacts), (''csat_avg'', s.csat_avg), (''nps'', s.nps), (''response_avg_hours'', s.response_avg_hours), (''resolution_avg_hours'', s.resolution_avg_hours), (''sla_resolution_pct'', s.sla_resolution_pct)) AS v (kpi, value),
				LATERAL (VALUES (''renewed'', s.renewed::integer::double precision), (''revenue_change_pct'', s.revenue_change_pct)) AS w (outcome, result)
			WHERE v.value IS NOT NULL GROUP BY 1, 2
		) AS q', subscriptions, ours),
		'service in the 90 days before a renewal was due, beside what came of it: correlations with their 95 percent intervals (Fisher)'::text;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_customer_views(name) IS 'internal: the views of a built schema over customers';
