-- What kpi_explain must say of random cells of a mart: which tickets and surveys a number
-- counts, by ref.measure (see reference.sql), and what these, aggregated anew from the
-- facts in plain SQL, give.  The test fills "rule" once, and "cell" for each mart.

-- How the columns of the views are figures of a measure of ref.measure.
CREATE TABLE rule (view text, name text, base text, how text, shift interval);
CREATE TABLE cell (
	id int GENERATED ALWAYS AS IDENTITY, view text, keys jsonb, measure text, shown jsonb, row jsonb, base text, how text,
	shift interval, is_count boolean, ids text[], survey_ids text[], counted bigint,
	pending bigint, not_applicable bigint, excluded bigint);
CREATE TABLE explained (
	id int, definition text, counted bigint, pending bigint, not_applicable bigint, excluded bigint, ids text[],
	survey_ids text[], error text);
-- the value of each ticket and survey for each measure, from the facts
CREATE TABLE plain (
	ticket_id text, base text, x double precision, y double precision, channel text, customer text);
CREATE TABLE plain_survey (response_id text, base text, x double precision, channel text);
-- the days of the heatmap, and when each agent was hired
CREATE TABLE covered (first_day date, last_day date);
CREATE TABLE hired (agent_id text, hired_on date);
-- the channel that a customer uses most in a month
CREATE TABLE preferred (customer text, month date, channel text, channel_before text);
CREATE TYPE scorecard_row AS (since date, until date, selection jsonb, kpi text);
CREATE TABLE opened (view text, measure text, cells bigint, with_ids bigint, with_surveys bigint);

-- The measures that ref.judge() does not make, and the values of the facts.
CREATE FUNCTION prepare_mart(mart text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE cell, explained, plain, plain_survey, covered, hired, preferred;
	EXECUTE format('UPDATE ref.option SET as_of = s.as_of FROM %I.kpi_state AS s', mart);
	ANALYZE ref.option, ref.ticket;
	PERFORM ref.judge();
	EXECUTE format($sql$
		INSERT INTO preferred
		SELECT customer, month, (array_agg(channel ORDER BY n DESC, last_at DESC, channel))[1]
		FROM (
			SELECT coalesce(account_id, customer_id) AS customer, ref.month(created_day) AS month, channel, count(*) AS n,
				max(created_at) AS last_at
			FROM %1$I.ticket WHERE merged_into IS NULL AND num_nulls(created_at, channel) = 0
			AND num_nonnulls(account_id, customer_id) > 0 GROUP BY 1, 2, 3) AS u
		GROUP BY customer, month;
		UPDATE preferred AS p SET channel_before = (SELECT b.channel FROM preferred AS b
			WHERE b.customer = p.customer AND b.month < p.month ORDER BY b.month DESC LIMIT 1);
		INSERT INTO plain
		SELECT t.ticket_id::text, v.base, v.x, v.y, t.channel, coalesce(t.account_id, t.customer_id)
		FROM %1$I.ticket AS t CROSS JOIN ref.option AS o
		LEFT JOIN LATERAL (
			SELECT b.channel, b.created_at FROM %1$I.ticket AS b
			WHERE b.merged_into IS NULL AND (b.created_at, b.ticket_id) < (t.created_at, t.ticket_id)
			AND coalesce(b.account_id, b.customer_id) = coalesce(t.account_id, t.customer_id)
			ORDER BY b.created_at DESC, b.ticket_id DESC LIMIT 1) AS before ON true
		LEFT JOIN preferred AS u ON t.merged_into IS NULL AND t.created_at IS NOT NULL AND t.channel IS NOT NULL
			AND u.customer = coalesce(t.account_id, t.customer_id) AND u.month = ref.month(t.created_day)
		CROSS JOIN LATERAL (SELECT t.created_at - before.created_at <= interval '168 hours' AS is_repeated) AS r
		CROSS JOIN LATERAL (VALUES
			('tickets', 1::double precision, t.handle_seconds),
			('unanswered', t.is_unanswered::int, NULL), ('unresolved', (NOT t.is_resolved)::int, NULL),
			('pending', (NOT t.is_resolved AND t.status = 'pending')::int, NULL),
			('deflected', (t.self_service IS TRUE OR t.bot_resolved IS TRUE)::int, NULL),
			('resolved', t.is_resolved::int, NULL), ('closed', (t.is_open IS NOT TRUE)::int, NULL),
			('fcr', t.first_contact::int, NULL), ('reopen', t.reopened::int, NULL),
			('escalation', t.escalated::int, NULL), ('transfer', t.transferred::int, NULL),
			('sla_response', t.sla_response_met::int, NULL), ('sla_resolution', t.sla_resolution_met::int, NULL),
			('abandonment', t.abandoned::int, NULL), ('self_service', t.self_service::int, NULL),
			('bot_resolution', t.bot_resolved::int, NULL), ('bot_escalation', t.bot_escalated::int, NULL),
			('bot_escalation_accuracy', t.bot_escalation_right::int, NULL),
			('bot_acceptance', t.bot_accepted::int, NULL), ('csat', t.csat_satisfied::int, NULL),
			('ces', t.ces_easy::int, NULL), ('nps', t.nps_score, NULL), ('effort', t.ces_score, NULL),
			('response', t.response_seconds, NULL), ('resolution', t.resolution_seconds, NULL),
			('handle', t.handle_seconds, NULL), ('wait', t.wait_seconds, NULL), ('sentiment', t.sentiment, NULL),
			('negative_sentiment', (t.sentiment <= -0.05)::int, NULL),
			('cost', t.cost, NULL),
			('qa', CASE WHEN t.qa_possible IS NOT NULL THEN coalesce(t.qa_points, 0) END, t.qa_possible),
			('backlog', 1, NULL), ('open', (t.is_open)::int, extract(epoch FROM o.as_of - t.created_at)),
			('open_pending', (t.is_open AND t.status = 'pending')::int, NULL),
			('open_unanswered', (t.is_open AND t.is_unanswered)::int, NULL),
			('open_breached', (t.is_open
				AND (t.sla_response_met IS FALSE OR t.sla_resolution_met IS FALSE))::int, NULL),
			('open_due', (t.is_open AND (
				t.is_unanswered AND t.response_due_at BETWEEN o.as_of AND o.as_of + interval '2 hours'
				OR t.resolution_due_at BETWEEN o.as_of AND o.as_of + interval '2 hours'))::int, NULL),
			('created', (t.created_at IS NOT NULL)::int, NULL),
			('preferred', CASE WHEN u.month IS NOT NULL THEN 1 END, NULL),
			('changed', (u.channel <> u.channel_before)::int, NULL),
			('handled', (t.self_service IS NOT TRUE AND t.bot_resolved IS NOT TRUE)::int, NULL),
			('follow_ups', CASE WHEN NOT t.first_contact THEN t.contacts - 1 END, NULL),
			('repeated', coalesce(r.is_repeated, false)::int, NULL),
			('switched', CASE WHEN r.is_repeated THEN (t.channel <> before.channel)::int END, NULL),
			('context_kept', CASE WHEN r.is_repeated AND t.channel <> before.channel THEN (NOT t.transferred)::int END,
				NULL)
		) AS v (base, x, y);
		INSERT INTO plain_survey
		SELECT s.response_id, v.base, v.x, s.channel
		FROM %1$I.survey AS s, LATERAL (VALUES
			('csat', CASE s.kind WHEN 'csat' THEN s.is_good::int END), ('nps', CASE s.kind WHEN 'nps' THEN s.score END),
			('ces', CASE s.kind WHEN 'ces' THEN s.is_good::int END),
			('effort', CASE WHEN s.kind = 'ces' AND s.is_good IS NOT NULL THEN s.score END)) AS v (base, x)
		WHERE NOT s.in_ticket AND v.x IS NOT NULL
	$sql$, mart);
	-- measures of single views: what they count has no day, or that of the creation
	INSERT INTO ref.measure (ticket_id, kpi, day, agent, x, state, is_merged)
	SELECT f.ticket_id, p.base, CASE WHEN p.base IN ('follow_ups') THEN CASE WHEN o.by_creation THEN f.created_day
			ELSE f.outcome_day END ELSE f.created_day END, f.agent_id, p.x,
		CASE WHEN p.x IS NULL THEN 'not_applicable' ELSE 'counted' END, false
	FROM plain AS p JOIN ref.fact AS f USING (ticket_id) CROSS JOIN ref.option AS o
	WHERE f.merged_into IS NULL AND (p.base IN ('backlog', 'follow_ups', 'preferred', 'changed', 'created') OR p.base LIKE 'open%'
		OR p.base = 'handled' AND f.created_at IS NOT NULL
		OR p.base IN ('repeated', 'switched', 'context_kept') AND f.created_at IS NOT NULL AND p.customer IS NOT NULL);
	INSERT INTO covered
	SELECT (SELECT min(created_day) FROM ref.fact WHERE merged_into IS NULL AND created_at IS NOT NULL
		AND created_day > l.day - 91), l.day
	FROM (SELECT max(created_day) AS day FROM ref.fact WHERE merged_into IS NULL AND created_at IS NOT NULL
		AND created_day < ref.today()) AS l;
	INSERT INTO hired SELECT agent_id, min(agent_hired_on) FROM ref.fact
	WHERE merged_into IS NULL AND created_day IS NOT NULL GROUP BY agent_id;
	ANALYZE ref.measure, ref.fact, plain, plain_survey, hired, covered;
END
$$;

-- Opens every cell; an error is part of the result.
CREATE FUNCTION open_cell(mart text, c cell) RETURNS explained LANGUAGE plpgsql AS $$
DECLARE
	e explained;
BEGIN
	SELECT c.id, x.definition, x.counted, x.pending, x.not_applicable, x.excluded, x.ids, x.survey_ids INTO STRICT e
	FROM kpi_explain(mart, c.view, c.keys, c.measure) AS x;
	RETURN e;
-- noted with the cell, so that the others are still opened
EXCEPTION WHEN OTHERS THEN
	e.id := c.id;
	e.error := SQLSTATE || ' ' || SQLERRM;
	RETURN e;
END
$$;

-- What the tickets and surveys of each explained cell give, aggregated anew.
CREATE VIEW anew AS
WITH value AS (
	SELECT e.id, p.x, p.y, p.channel, p.customer FROM explained AS e CROSS JOIN unnest(e.ids) AS i (ticket_id)
	JOIN cell AS c USING (id) JOIN plain AS p ON p.ticket_id = i.ticket_id AND p.base = c.base
	UNION ALL
	SELECT e.id, p.x, NULL, p.channel, NULL FROM explained AS e CROSS JOIN unnest(e.survey_ids) AS i (response_id)
	JOIN cell AS c USING (id) JOIN plain_survey AS p ON p.response_id = i.response_id AND p.base = c.base
), a AS (
	SELECT c.id, c.how, c.row,
		CASE c.how WHEN 'ids' THEN max(cardinality(e.ids)) ELSE count(v.x) END AS n,
		coalesce(sum(v.x), 0) AS x, sum(v.y) FILTER (WHERE v.x IS NOT NULL) AS y,
		max(v.y) AS longest, avg(v.y) AS mean_y, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY v.x) AS percentiles,
		count(*) FILTER (WHERE v.x >= 9) AS promoters, count(*) FILTER (WHERE v.x <= 6) AS detractors,
		count(DISTINCT v.customer) AS customers, count(DISTINCT v.customer) FILTER (WHERE v.x = 1) AS changed,
		count(DISTINCT v.channel) AS channels,
		CASE WHEN c.how LIKE 'rate\_%' THEN rate_ci(rate_agg(v.x = 1), 0.95)
			WHEN c.how LIKE 'median\_%' THEN percentile_ci(durations_agg(from_seconds(v.x)) FILTER (WHERE c.how LIKE 'median\_%'), 0.5, 0.95)
			WHEN c.how LIKE 'p90\_%' THEN percentile_ci(durations_agg(from_seconds(v.x)) FILTER (WHERE c.how LIKE 'p90\_%'), 0.9, 0.95)
			WHEN c.how LIKE 'nps\_%' THEN nps_ci(scores_agg(v.x::bigint) FILTER (WHERE c.how LIKE 'nps\_%'), 0.95)
			WHEN c.how LIKE 'spread%' THEN rate_change(
				rate_agg(v.x = 1) FILTER (WHERE v.channel = c.row ->> 'lowest_channel'),
				rate_agg(v.x = 1) FILTER (WHERE v.channel = c.row ->> 'highest_channel'), 0.95) END AS ci,
		(SELECT count(DISTINCT f.created_day) FROM ref.fact AS f CROSS JOIN covered AS w
			WHERE f.merged_into IS NULL AND f.created_at IS NOT NULL AND f.created_day BETWEEN w.first_day AND w.last_day
			AND extract(isodow FROM f.created_day) = (c.row ->> 'weekday')::int)::double precision AS days
	FROM cell AS c JOIN explained AS e USING (id) LEFT JOIN value AS v USING (id)
	GROUP BY c.id, c.how, c.row
)
SELECT id, n, CASE
	WHEN how = 'count' OR how = 'hits' THEN x
	WHEN how IN ('n', 'ids') THEN n
	WHEN how = 'rate' THEN 100.0 * x / nullif(n, 0)
	WHEN how = 'median' THEN percentiles[1]
	WHEN how = 'p90' THEN percentiles[2]
	WHEN how = 'nps' THEN 100.0::double precision * (promoters - detractors) / nullif(n, 0)
	WHEN how = 'quotient' THEN 100 * x / nullif(y, 0)
	WHEN how = 'mean' THEN x / nullif(n, 0)
	WHEN how = 'spread' THEN (ci).value
	WHEN how LIKE '%\_low' THEN (ci).low
	WHEN how LIKE '%\_high' THEN (ci).high
	WHEN how = 'longest' THEN longest
	WHEN how = 'channels' THEN channels
	WHEN how = 'customers' THEN customers
	WHEN how = 'changed' THEN changed
	WHEN how = 'changed of' THEN 100.0::double precision * changed / nullif(customers, 0)
	WHEN how = 'saved' THEN (100 * x / nullif(n, 0) - (row ->> 'fcr_pct_year_before')::double precision) / 100 * n
		* (row ->> 'contacts_saved_per_resolution')::double precision * (row ->> 'cost_per_contact')::double precision
	WHEN how = 'per day' THEN x / days
	WHEN how = 'agents' THEN CASE WHEN mean_y > 0 THEN erlang_agents(x / days, make_interval(secs => mean_y), 80,
		make_interval(secs => (row ->> 'within_seconds')::double precision)) END
	WHEN how = 'per customer' THEN 100 * x / nullif((row ->> 'active_customers')::double precision, 0)
	WHEN how = 'per working hour' THEN x / nullif((row ->> 'working_hours')::double precision, 0)
	WHEN how = 'visits per' THEN (row ->> 'sessions')::double precision / nullif(x, 0)
	WHEN how = 'amount per' THEN (row ->> 'amount')::double precision / nullif(x, 0)
	WHEN how = 'times cost' THEN x * (row ->> 'cost_per_contact')::double precision
	END AS figure
FROM a;

-- What is wrong with the explained cells, one of each column.
CREATE FUNCTION problems() RETURNS SETOF text LANGUAGE sql AS $$
	SELECT DISTINCT ON (c.view, c.measure) format('%s %s %s = %s: %s', c.view, c.keys, c.measure, c.shown, p.problem)
	FROM cell AS c JOIN explained AS e USING (id) JOIN anew AS a USING (id)
	CROSS JOIN LATERAL (
		SELECT ARRAY(SELECT i FROM unnest(e.ids) AS i ORDER BY length(i), i COLLATE "C") AS ids,
			ARRAY(SELECT i FROM unnest(e.survey_ids) AS i ORDER BY length(i), i COLLATE "C") AS survey_ids
	) AS sorted
	CROSS JOIN LATERAL (
		SELECT 'error ' || e.error WHERE e.error IS NOT NULL
		UNION ALL
		SELECT p FROM (
			SELECT 'aggregated anew ' || coalesce(a.figure::text, 'NULL')
			WHERE NOT ref.same(c.shown, CASE WHEN c.how IN ('count', 'times cost', 'per working hour')
				AND coalesce(c.shown, 'null') = 'null' AND a.figure = 0 THEN NULL ELSE to_jsonb(a.figure) END)
			UNION ALL
			SELECT format('ids %s, expected %s', e.ids, c.ids) WHERE sorted.ids IS DISTINCT FROM c.ids
			UNION ALL
			SELECT format('surveys %s, expected %s', e.survey_ids, c.survey_ids)
			WHERE sorted.survey_ids IS DISTINCT FROM c.survey_ids
			UNION ALL
			SELECT 'not in order: ' || e.ids::text WHERE e.ids <> sorted.ids OR e.survey_ids <> sorted.survey_ids
			UNION ALL
			SELECT format('counted %s, expected %s', e.counted, c.counted) WHERE e.counted IS DISTINCT FROM c.counted
			UNION ALL
			SELECT format('%s ids, but %s values', cardinality(e.ids) + cardinality(e.survey_ids), a.n)
			WHERE a.n <> cardinality(e.ids) + cardinality(e.survey_ids)
			UNION ALL
			SELECT format('pending, not_applicable, excluded %s, expected %s', (e.pending, e.not_applicable, e.excluded),
				(c.pending, c.not_applicable, c.excluded))
			WHERE (e.pending, e.not_applicable, e.excluded) IS DISTINCT FROM (c.pending, c.not_applicable, c.excluded)
			AND c.pending IS NOT NULL
			UNION ALL
			SELECT 'no definition' WHERE e.definition !~ '[[:alpha:]]{4}' OR e.definition IS NULL
		) AS p (p) WHERE e.error IS NULL
	) AS p (problem)
	ORDER BY c.view, c.measure, c.id LIMIT 30;
$$;
