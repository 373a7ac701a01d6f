-- KPIs that are ratios of sums.

INSERT INTO @extschema@.kpi_builtin VALUES
	('contact_rate', 'ratio', 'contact_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_ratio_accum(contacts <number>, customers <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['contacts per customer', 'ticket rate'],
	 NULL,
	 'customers active in the period',
	 '100 x sum of contacts / sum of customers',
	 'Contacts of a period, as a percentage of the customers active in it. Customers are a stock: pass one '
	 'period, never the sum of many days.',
	 'How many customers need help?',
	 $$
	SELECT contact_rate(contacts, customers)
	FROM (
		SELECT count(*) AS contacts
		FROM tickets
		WHERE created_at >= '2026-01-01' AND created_at < '2026-02-01') AS t,
		(
			SELECT count(DISTINCT account_id) AS customers
			FROM subscriptions
			WHERE daterange(starts_on, ends_on) && '[2026-01-01,2026-02-01)') AS s$$),
	('cost_per_contact', 'ratio', 'cost_per_contact', 'currency', 'down', 'lagging',
	 ARRAY['kpi_ratio_accum(cost numeric, contacts bigint)'],
	 ARRAY['kpi_ratio=kpi_ratio_numeric'],
	 ARRAY['cpc', 'cost per ticket', 'cost per call'],
	 NULL,
	 'contacts handled by an agent',
	 'sum of cost / sum of contacts',
	 'Total cost divided by the contacts that an agent handled.',
	 'What does a contact cost?',
	 $$
	SELECT cost_per_contact(cost, contacts)
	FROM (
		SELECT sum(amount) AS cost FROM costs WHERE month >= '2026-01-01' AND month < '2026-02-01') AS c,
		(
			SELECT count(*) AS contacts
			FROM tickets
			WHERE created_at >= '2026-01-01'
				AND created_at < '2026-02-01'
				AND (abandoned OR self_service OR bot_resolved) IS NOT TRUE) AS t
	WHERE cost IS NOT NULL$$),
	('gross_revenue_retention', 'ratio', 'gross_revenue_retention', 'percent', 'up', 'lagging',
	 ARRAY['kpi_ratio_accum_gross_revenue(mrr_start <number>, mrr_end <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['grr', 'gross retention'],
	 NULL,
	 'recurring revenue at the start',
	 '100 x sum of least(start, end) / sum of start',
	 'Recurring revenue kept, without growth, as a percentage of that at the start, over customers who had '
	 'any.',
	 'How much revenue do we keep?',
	 $$
	SELECT gross_revenue_retention(mrr_start, mrr_end)
	FROM (
		SELECT sum(mrr) FILTER (WHERE days @> date '2026-01-01') AS mrr_start,
			sum(mrr) FILTER (WHERE days @> date '2026-02-01') AS mrr_end
		FROM subscriptions, daterange(starts_on, ends_on) AS days
		GROUP BY account_id
		HAVING bool_or(days @> date '2025-12-31')) AS customers$$),
	('health_score', 'ratio', 'health_score', 'score', 'up', 'leading',
	 ARRAY['kpi_ratio_accum_weighted(signal <number>, weight <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_value'],
	 ARRAY['customer health'],
	 NULL,
	 'weights',
	 'sum of signal x weight / sum of weight',
	 'Weighted mean of signals 0..100; a missing signal does not count.',
	 'Are our customers doing well?',
	 $$
	SELECT health_score(signal, weight)
	FROM (
		SELECT csat_pct(score), 2
		FROM surveys
		WHERE kind = 'csat' AND scale_max = 5
		UNION ALL
		SELECT sla_rate(sla_resolution_met), 1
		FROM tickets) AS signals (signal, weight)$$),
	('knowledge_base_usage', 'ratio', 'knowledge_base_usage', 'ratio', 'up', 'leading',
	 ARRAY['kpi_ratio_accum(views <number>, tickets <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_value'],
	 ARRAY['kb usage', 'article views per ticket'],
	 NULL,
	 'tickets',
	 'sum of views / sum of tickets',
	 'Views of help articles per ticket.',
	 'Do customers read before they write?',
	 $$
	SELECT knowledge_base_usage(views, tickets)
	FROM (
		SELECT count(article_id) AS views
		FROM help_sessions
		WHERE at >= '2026-01-01' AND at < '2026-02-01') AS h,
		(
			SELECT count(*) AS tickets
			FROM tickets
			WHERE created_at >= '2026-01-01' AND created_at < '2026-02-01') AS t$$),
	('net_revenue_churn', 'ratio', 'net_revenue_churn', 'percent', 'down', 'lagging',
	 ARRAY['kpi_ratio_accum_net_revenue(mrr_start <number>, mrr_end <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_missing_pct'],
	 ARRAY['net mrr churn', 'revenue churn'],
	 NULL,
	 'recurring revenue at the start',
	 '100 - 100 x sum of end / sum of start',
	 '100 minus net revenue retention; negative when growth exceeds losses.',
	 'How much revenue do we lose, net of growth?',
	 $$
	SELECT net_revenue_churn(mrr_start, mrr_end)
	FROM (
		SELECT sum(mrr) FILTER (WHERE days @> date '2026-01-01') AS mrr_start,
			sum(mrr) FILTER (WHERE days @> date '2026-02-01') AS mrr_end
		FROM subscriptions, daterange(starts_on, ends_on) AS days
		GROUP BY account_id
		HAVING bool_or(days @> date '2025-12-31')) AS customers$$),
	('net_revenue_retention', 'ratio', 'net_revenue_retention', 'percent', 'up', 'lagging',
	 ARRAY['kpi_ratio_accum_net_revenue(mrr_start <number>, mrr_end <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['nrr', 'ndr', 'net dollar retention'],
	 NULL,
	 'recurring revenue at the start',
	 '100 x sum of end / sum of start',
	 'Recurring revenue at the end, as a percentage of that at the start, over customers who had any.',
	 'Do our customers grow with us?',
	 $$
	SELECT net_revenue_retention(mrr_start, mrr_end)
	FROM (
		SELECT sum(mrr) FILTER (WHERE days @> date '2026-01-01') AS mrr_start,
			sum(mrr) FILTER (WHERE days @> date '2026-02-01') AS mrr_end
		FROM subscriptions, daterange(starts_on, ends_on) AS days
		GROUP BY account_id
		HAVING bool_or(days @> date '2025-12-31')) AS customers$$),
	('occupancy', 'ratio', 'occupancy', 'percent', 'range', 'leading',
	 ARRAY['kpi_ratio_accum(busy <amount>, staffed <amount>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['agent occupancy'],
	 NULL,
	 'time staffed',
	 '100 x sum of busy / sum of staffed',
	 'Time busy with contacts, as a percentage of time busy or waiting for a contact.',
	 'Are agents busy or waiting?',
	 $$
	SELECT occupancy(
		(SELECT sum(upper(s) - lower(s)) FROM unnest(busy) AS s),
		(SELECT sum(upper(s) - lower(s)) FROM unnest(staffed) AS s))
	FROM (
		SELECT range_agg(span) FILTER (WHERE state = 'busy') AS busy, range_agg(span) AS staffed
		FROM work_time, tstzrange(started_at, ended_at) AS span
		WHERE state IN ('busy', 'waiting')
		GROUP BY agent_id) AS agents$$),
	('productivity', 'ratio', 'productivity', 'per hour', 'up', 'leading',
	 ARRAY[
		'kpi_ratio_accum(resolved bigint, worked interval)',
		'kpi_ratio_accum_hours(resolved bigint, hours_worked double precision)'],
	 ARRAY['kpi_ratio=kpi_ratio_per_hour'],
	 ARRAY['tickets per hour', 'throughput'],
	 NULL,
	 'hours worked',
	 'sum of resolved / hours worked',
	 'Tickets resolved per hour worked, by agents who worked. Read it beside quality and satisfaction, never '
	 'alone.',
	 'How much does an agent get done?',
	 $$
	SELECT productivity(
		resolved,
		(SELECT sum(upper(s) - lower(s)) FROM unnest(worked * '{[2026-01-01,2026-02-01)}') AS s))
	FROM (
		SELECT agent_id, range_agg(tstzrange(started_at, ended_at)) AS worked
		FROM work_time
		WHERE state IN ('working', 'busy', 'waiting')
		GROUP BY 1) AS w
	LEFT JOIN (
		SELECT agent_id, count(*) AS resolved
		FROM tickets
		WHERE resolved_at >= '2026-01-01' AND resolved_at < '2026-02-01'
		GROUP BY 1) AS t USING (agent_id)$$),
	('qa_score', 'ratio', 'qa_score', 'percent', 'up', 'leading',
	 ARRAY['kpi_ratio_accum(points <number>, possible <number>)', 'kpi_ratio_accum_pct(pct <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['quality score', 'iqs', 'internal quality score'],
	 NULL,
	 'points possible',
	 '100 x sum of points / sum of possible, or the mean of percentages',
	 'Quality review points, as a percentage of the points possible, or the mean of percentages.',
	 'Is our work good?',
	 $$SELECT qa_score(qa_points, qa_possible) FROM tickets WHERE qa_points IS NOT NULL$$),
	('schedule_adherence', 'ratio', 'schedule_adherence', 'percent', 'up', 'leading',
	 ARRAY['kpi_ratio_accum(adhered <amount>, scheduled <amount>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['adherence'],
	 NULL,
	 'scheduled time',
	 '100 x sum of adhered / sum of scheduled',
	 'Scheduled time in which the agent worked, as a percentage of scheduled time.',
	 'Do agents work when they are needed?',
	 $$
	SELECT schedule_adherence(
		(SELECT sum(upper(s) - lower(s)) FROM unnest(worked * scheduled) AS s),
		(SELECT sum(upper(s) - lower(s)) FROM unnest(scheduled) AS s))
	FROM (
		SELECT range_agg(span) FILTER (WHERE state IN ('working', 'busy', 'waiting')) AS worked,
			range_agg(span) FILTER (WHERE state = 'scheduled') AS scheduled
		FROM work_time, tstzrange(started_at, ended_at) AS span
		GROUP BY agent_id) AS agents$$),
	('schedule_conformance', 'ratio', 'schedule_conformance', 'percent', 'range', 'leading',
	 ARRAY['kpi_ratio_accum(worked <amount>, scheduled <amount>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['conformance'],
	 NULL,
	 'scheduled time',
	 '100 x sum of worked / sum of scheduled',
	 'Time worked, inside the schedule or not, as a percentage of scheduled time, over agents who have any.',
	 'Do agents work as long as they should?',
	 $$
	SELECT schedule_conformance(
		(SELECT sum(upper(s) - lower(s)) FROM unnest(worked) AS s),
		(SELECT sum(upper(s) - lower(s)) FROM unnest(scheduled) AS s))
	FROM (
		SELECT range_agg(span) FILTER (WHERE state IN ('working', 'busy', 'waiting')) AS worked,
			range_agg(span) FILTER (WHERE state = 'scheduled') AS scheduled
		FROM work_time, tstzrange(started_at, ended_at) AS span
		GROUP BY agent_id) AS agents$$),
	('self_service_ratio', 'ratio', 'self_service_ratio', 'ratio', 'up', 'leading',
	 ARRAY['kpi_ratio_accum(sessions <number>, ticket_users <number>)'],
	 ARRAY['kpi_ratio=kpi_ratio_value'],
	 ARRAY['self-service score', 'help center ratio'],
	 NULL,
	 'customers with tickets',
	 'sum of sessions / sum of ticket users',
	 'Help sessions per customer with tickets.',
	 'How many help sessions are there for each customer who writes to us?',
	 $$
	SELECT self_service_ratio(sessions, ticket_users)
	FROM (
		SELECT count(*) AS sessions FROM help_sessions WHERE at >= '2026-01-01' AND at < '2026-02-01') AS h,
		(
			SELECT count(DISTINCT customer_id) AS ticket_users
			FROM tickets
			WHERE created_at >= '2026-01-01' AND created_at < '2026-02-01') AS t$$),
	('shrinkage', 'ratio', 'shrinkage', 'percent', 'down', 'leading',
	 ARRAY['kpi_ratio_accum(unavailable <amount>, paid <amount>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['staff shrinkage'],
	 NULL,
	 'paid time',
	 '100 x sum of unavailable / sum of paid',
	 'Paid time in which the agent did not work, as a percentage of paid time.',
	 'How much paid time is lost to breaks, training and absence?',
	 $$
	SELECT shrinkage(
		(SELECT sum(upper(s) - lower(s)) FROM unnest(paid - coalesce(worked, '{}')) AS s),
		(SELECT sum(upper(s) - lower(s)) FROM unnest(paid) AS s))
	FROM (
		SELECT range_agg(span) FILTER (WHERE state IN ('working', 'busy', 'waiting')) AS worked,
			range_agg(span) FILTER (WHERE state = 'paid') AS paid
		FROM work_time, tstzrange(started_at, ended_at) AS span
		GROUP BY agent_id) AS agents$$),
	('utilization', 'ratio', 'utilization', 'percent', 'range', 'leading',
	 ARRAY['kpi_ratio_accum(busy <amount>, paid <amount>)'],
	 ARRAY['kpi_ratio=kpi_ratio_pct'],
	 ARRAY['agent utilization', 'utilisation'],
	 NULL,
	 'paid time',
	 '100 x sum of busy / sum of paid',
	 'Time busy with contacts, as a percentage of paid time, over agents who have any.',
	 'How much of the paid time goes into contacts?',
	 $$
	SELECT utilization(
		(SELECT sum(upper(s) - lower(s)) FROM unnest(busy) AS s),
		(SELECT sum(upper(s) - lower(s)) FROM unnest(paid) AS s))
	FROM (
		SELECT range_agg(span) FILTER (WHERE state = 'busy') AS busy,
			range_agg(span) FILTER (WHERE state = 'paid') AS paid
		FROM work_time, tstzrange(started_at, ended_at) AS span
		GROUP BY agent_id) AS agents$$);
