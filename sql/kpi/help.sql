
-- kpi_help finds KPIs, functions, types and views by the words of a question.

-- Everyday words for objects that have another name or description, and examples of functions and views.
CREATE TABLE @extschema@.kpi_help_word (
	name text PRIMARY KEY,
	words text NOT NULL,
	example text
);
COMMENT ON TABLE @extschema@.kpi_help_word
IS 'internal: words by which kpi_help also finds a function, type, view or KPI, and an example; read-only';
COMMENT ON COLUMN @extschema@.kpi_help_word.name IS 'name of the function, type, view or KPI';
COMMENT ON COLUMN @extschema@.kpi_help_word.words IS 'words that people use for it';
COMMENT ON COLUMN @extschema@.kpi_help_word.example
IS 'a query that uses the function or view; NULL for KPIs, which have one in kpi_catalogue';
REVOKE ALL ON @extschema@.kpi_help_word FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_help_word TO PUBLIC;

INSERT INTO @extschema@.kpi_help_word VALUES
	('abandonment_rate', 'missed calls, lost calls', NULL),
	('agent_backlog', 'open tickets of each agent, agents with open tickets',
	 'SELECT * FROM dashboards.agent_backlog'),
	('alerts', 'which targets are missed, open alerts', 'SELECT * FROM dashboards.alerts WHERE is_open'),
	('article_usage', 'which articles help, do customers read the help pages', NULL),
	('avg_handle', 'talk, hold, after-call work, wrap-up', NULL),
	('avg_response', 'how fast do we reply, speed of reply, quick answer', NULL),
	('backlog', 'how many tickets are open', NULL),
	('backlog_age', 'how old are open tickets, age', 'SELECT * FROM dashboards.backlog_age'),
	('backlog_daily', 'open tickets at the end of each day',
	 'SELECT day, sum(backlog) FROM dashboards.backlog_daily GROUP BY day ORDER BY day'),
	('backlog_series', 'backlog over time, history of the backlog, open tickets at the end of each day',
	 'SELECT * FROM backlog_series(''tickets'', ''created_at'', ''resolved_at'', ''2026-02-01'', ''2026-03-01'', '
	 '''1 day'')'),
	('business_days_deadline', 'due in two working days',
	 'SELECT business_days_deadline(''2026-01-09 16:00+01'', 2, ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('business_deadline', 'due date, how long until a ticket is due, target in working hours',
	 'SELECT business_deadline(''2026-01-09 16:00+01'', ''4 hours'', ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('business_hours', 'working hours, opening hours, office hours, holidays, calendar, weekend, time zone',
	 'SELECT business_hours ''Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off'''),
	('business_spans', 'when are we open',
	 'SELECT * FROM business_spans(''2026-01-09'', ''2026-01-13'', ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('business_time', 'working time between two times',
	 'SELECT business_time(''2026-01-09 16:00+01'', ''2026-01-12 11:00+01'', ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('ces_avg', 'easy to get help', NULL),
	('channel_consistency', 'is one channel worse than another, compare channels',
	 'SELECT * FROM dashboards.channel_consistency'),
	('channel_weekly', 'tickets by channel, each channel',
	 'SELECT week, channel, tickets, csat_pct FROM dashboards.channel_weekly'),
	('churn_rate', 'customers lost, lost customers, customers we lose, as Stripe counts them', NULL),
	('context_transfer_rate', 'customers have to repeat themselves', NULL),
	('csat_change', 'drop of csat, rise of csat, better or worse than last month, is the difference of csat real, '
	 'compare two months',
	 'SELECT (csat_change(scores_agg(csat_score) FILTER (WHERE created_at < ''2026-02-01''), '
	 'scores_agg(csat_score) FILTER (WHERE created_at >= ''2026-02-01''))).* FROM tickets'),
	('csat_ci', 'margin of error, confidence interval, how sure', 'SELECT (csat_ci(csat_score)).* FROM tickets'),
	('csat_pct', 'five-star answers, top box, top score, best answers', NULL),
	('customer_health', 'customers at risk, early warning', NULL),
	('customer_lifetime_value', '', 'SELECT customer_lifetime_value(50, 70, 2)'),
	('duration_change', 'did p90 of replies get slower or faster, drop or rise of a percentile',
	 'SELECT (duration_change(durations_agg(created_at, first_response_at) FILTER (WHERE created_at < '
	 '''2026-02-01''), durations_agg(created_at, first_response_at) FILTER (WHERE created_at >= ''2026-02-01''), '
	 '0.9)).* FROM tickets'),
	('erlang_agents', 'how many agents do we need, staffing, headcount, call center, calls an hour',
	 'SELECT erlang_agents(240, ''5 min'', 80, ''20 s'', shrinkage_pct => 30)'),
	('erlang_service_level', '',
	 'SELECT erlang_service_level(240, ''5 min'', 25, ''20 s'')'),
	('erlang_speed_of_answer', '', 'SELECT erlang_speed_of_answer(240, ''5 min'', 25)'),
	('erlang_wait_probability', '', 'SELECT erlang_wait_probability(240, ''5 min'', 25)'),
	('executive_monthly', '', 'SELECT * FROM dashboards.executive_monthly ORDER BY month'),
	('exit_reasons_monthly', 'why do customers leave, reasons', NULL),
	('first_contact', 'fcr as zendesk counts it, fcr the way freshdesk counts it, one touch of a helpdesk',
	 'SELECT fcr_rate(first_contact(''freshdesk'', solved => solved, agent_replies => agent_replies)) FROM tickets'),
	('from_seconds', 'numbers as durations, seconds in a number',
	 'SELECT avg_handle(from_seconds(90), from_seconds(20), from_seconds(30))'),
	('in_hours', 'durations as numbers',
	 'SELECT in_hours(p90_resolution(created_at, resolved_at)) FROM tickets'),
	('is_open', 'is it open now', 'SELECT is_open(now(), ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('is_significant', 'is a change real, more than chance',
	 'SELECT is_significant(csat_change(scores_agg(csat_score) FILTER (WHERE channel = ''chat''), '
	 'scores_agg(csat_score) FILTER (WHERE channel = ''phone''))) FROM tickets'),
	('kpi_alerts', 'alerts, warnings, notify, acknowledge an alert', 'SELECT * FROM dashboards.kpi_alerts'),
	('kpi_build', 'dashboard, data mart, power bi, tableau, metabase, grafana, bi tool',
	 'SELECT * FROM kpi_build(''tickets'', ''dashboards'', ''Europe/Berlin'')'),
	('kpi_check_tickets', 'what is wrong with my tickets', 'SELECT * FROM kpi_check_tickets(''tickets'')'),
	('kpi_coverage', 'why is my kpi null, what is left out, what counts', 'SELECT * FROM dashboards.kpi_coverage'),
	('kpi_define', 'my own KPI, share of my own',
	 'SELECT kpi_define(''solved_rate'', ''rate'', ''Percentage of tickets that were solved.'', better => ''up'')'),
	('kpi_drop', 'uninstall, remove a mart, delete a mart', 'SELECT kpi_drop(''dashboards'')'),
	('kpi_explain', 'drill down, which tickets are behind a number',
	 'SELECT * FROM kpi_explain(''dashboards'', ''executive_monthly'', ''{"month": "2026-02-01"}'', ''csat_pct'')'),
	('kpi_followup', 'bad answers to follow up, unhappy customers, service recovery',
	 'SELECT * FROM dashboards.kpi_followup'),
	('kpi_monthly', 'power bi, tableau, one row for each kpi',
	 'SELECT * FROM dashboards.kpi_monthly WHERE kpi = ''csat_pct'''),
	('kpi_refresh', 'update the dashboard', 'SELECT * FROM kpi_refresh(''dashboards'')'),
	('kpi_schedule', 'refresh every ten minutes, cron, automatically',
	 'SELECT kpi_schedule(''dashboards'', ''*/10 * * * *'')'),
	('kpi_scorecard', 'all kpis of a team',
	 'SELECT * FROM kpi_scorecard(''dashboards'', ''2026-02-01'', ''2026-03-01'')'),
	('kpi_sla_policy', 'why is nothing overdue, targets of tickets',
	 'INSERT INTO dashboards.kpi_sla_policy (channel, sla_response) VALUES (''email'', ''4 hours'')'),
	('kpi_target', 'add a target, set a target, is the target met, goals, what we want to reach',
	 'INSERT INTO dashboards.kpi_target (kpi, segment, direction, target) VALUES (''csat_pct'', ''{}'', ''up'', 80)'),
	('kpi_verify', 'is the dashboard right', 'SELECT * FROM kpi_verify(''dashboards'')'),
	('net_flow', 'do we keep up', NULL),
	('next_open', 'when do we open next', 'SELECT next_open(now(), ''Europe/Berlin; Mo-Fr 09:00-17:00'')'),
	('next_replies', 'next reply time, later replies', NULL),
	('nps', 'rolling, would customers recommend us', NULL),
	('nps_change', 'drop of nps, rise of nps, is the difference of nps real',
	 'SELECT (nps_change(scores_agg(score) FILTER (WHERE created < ''2026-02-01''), scores_agg(score) FILTER '
	 '(WHERE created >= ''2026-02-01''))).* FROM surveys'),
	('nps_ci', 'margin of error, confidence interval, how sure', 'SELECT (nps_ci(score)).* FROM surveys'),
	('open_tickets', 'overdue, what is due, queue, which tickets are overdue now',
	 'SELECT * FROM dashboards.open_tickets WHERE is_breached'),
	('p90_response', 'rolling, moving, last days', NULL),
	('p95_response', 'rolling, moving, last days', NULL),
	('p99_response', 'rolling, moving, last days', NULL),
	('percentile', 'any percentile, quantile',
	 'SELECT percentile(durations_agg(created_at, first_response_at), 0.75) FROM tickets'),
	('percentile_ci', 'how sure is a percentile',
	 'SELECT (percentile_ci(durations_agg(created_at, first_response_at), 0.9)).* FROM tickets'),
	('rate_change', 'drop of a rate, rise of a rate',
	 'SELECT (rate_change(rate_agg(solved) FILTER (WHERE created_at < ''2026-02-01''), rate_agg(solved) FILTER '
	 '(WHERE created_at >= ''2026-02-01''))).* FROM tickets'),
	('rate_ci', 'margin of error, confidence interval, how sure', 'SELECT (rate_ci(solved)).* FROM tickets'),
	('required_sample', 'how many answers do we need, margin of error, sample size, how many surveys',
	 'SELECT required_sample(5)'),
	('rising_phrases', 'trending words, trending topics, keywords, what do customers complain about, what do customers write about, '
	 'new problems, new complaints, which words are new, text analysis, topics of messages',
	 'SELECT phrase, share_pct, baseline_share_pct FROM rising_phrases(''messages'', ''body'', ''at'', ''2026-02-23'', '
	 '''2026-03-02'', ''2026-01-05'') WHERE q_value < 0.05'),
	('rollup', 'merge tallies, days into months, rolling',
	 'SELECT csat_pct(rollup(csat)) FROM (SELECT scores_agg(csat_score) AS csat FROM tickets GROUP BY channel) AS t'),
	('self_service_rate', 'customers help themselves', NULL),
	('service_level', 'short abandons, calls answered within some seconds, hang-ups do not count', NULL),
	('share_within', 'how many within an hour, answered within',
	 'SELECT share_within(durations_agg(created_at, first_response_at), ''1 hour'') FROM tickets'),
	('sla_met', 'was this ticket in time, late',
	 'SELECT sla_rate(sla_met(created_at, first_response_at, ''4 hours'', as_of => ''2026-03-02'')) FROM tickets'),
	('sla_rate', 'overdue, late, deadline missed, breaches', NULL),
	('staffing_by_hour', 'agents needed by hour, peak, shift', 'SELECT * FROM dashboards.staffing_by_hour'),
	('team_weekly', '', 'SELECT * FROM dashboards.team_weekly'),
	('time_in_status', 'how long in each status, pending, on hold', NULL),
	('trend', 'is it getting better, getting worse, improving, are customers getting angrier, declining sentiment', NULL),
	('trend_ci', 'how sure is a trend', 'SELECT (trend_ci(score, created)).* FROM surveys'),
	('volume_heatmap', 'busiest hours, peak, when do customers write', 'SELECT * FROM dashboards.volume_heatmap');

CREATE FUNCTION @extschema@.kpi_help(search text DEFAULT NULL)
RETURNS TABLE (
	name text, kind text, question text, signatures text[], definition text, unit text, better @extschema@.kpi_direction, example text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
	wanted CONSTANT text := btrim(lower(coalesce(search, '')));
	words CONSTANT text[] := tsvector_to_array(to_tsvector('english', replace(wanted, '_', ' ')));
	schema CONSTANT text := (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'kpi');
	-- the views of a mart, if kpi_mart is installed
	views text;
BEGIN
	SELECT format('SELECT n, coalesce((SELECT ''table'' FROM %1$s.kpi_template_option(t.body, ''kind'')), ''view''),
			replace(regexp_replace(substring(t.body FROM ''^\s*-- ([^\n]*)''), ''^internal: .*'', ''''), ''@period_name@'', ''period'')
		FROM %1$s.kpi_template AS t CROSS JOIN LATERAL regexp_split_to_table(
			coalesce((SELECT %1$s.kpi_template_option(t.body, ''names'')), t.name), '' '') AS n
		WHERE coalesce((SELECT %1$s.kpi_template_option(t.body, ''kind'')), ''user table'') = ''user table''
		AND t.name NOT LIKE ''%%\_now''',
		e.extnamespace::regnamespace)
	INTO views FROM pg_extension AS e WHERE e.extname = 'kpi_mart';
	RETURN QUERY EXECUTE format($query$
		WITH member AS MATERIALIZED (
			SELECT d.classid, d.objid
			FROM pg_depend AS d
			JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
			WHERE e.extname IN ('kpi', 'kpi_mart') AND d.deptype = 'e'
		), entry AS (
			SELECT name, 'KPI' AS kind, question, signatures, definition, unit, better, example, aliases, 1 AS place
			FROM %2$s.kpi_catalogue
			UNION ALL
			SELECT p.proname::text, 'function', NULL, array_agg(format('%%s(%%s)', p.proname, pg_get_function_arguments(p.oid))
				ORDER BY p.oid), min(obj_description(p.oid, 'pg_proc')), NULL, NULL, NULL, '{}', 2
			FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
			WHERE obj_description(p.oid, 'pg_proc') !~ '^(internal|of a tally): '
			AND p.proname NOT IN (SELECT c.name FROM %2$s.kpi_catalogue AS c)
			GROUP BY p.proname
			UNION ALL
			SELECT t.typname::text, 'type', NULL, NULL, obj_description(t.oid, 'pg_type'), NULL, NULL, NULL, '{}', 3
			FROM member AS m JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
			WHERE obj_description(t.oid, 'pg_type') NOT LIKE 'internal: %%'
			UNION ALL
			SELECT v.name, v.kind, NULL, NULL, v.definition, NULL, NULL, NULL, '{}', 4
			FROM (%1$s) AS v (name, kind, definition) WHERE v.definition <> ''
		), indexed AS MATERIALIZED (
			SELECT e.*, w.example AS sample, array_prepend(replace(e.name, '_', ' '), e.aliases) AS names,
				tsvector_to_array(to_tsvector('english', concat_ws(' ', replace(e.name, '_', ' '), e.name,
					array_to_string(e.aliases, ', '), w.words))) AS in_names,
				tsvector_to_array(to_tsvector('english', coalesce(e.question, ''))) AS in_question,
				tsvector_to_array(to_tsvector('english', e.definition)) AS in_definition
			FROM entry AS e LEFT JOIN %2$s.kpi_help_word AS w ON w.name = e.name
		), word AS MATERIALIZED (
			-- a rare word has more weight
			SELECT w AS word, ln((SELECT count(*) + 1 FROM indexed)::float8 / (1 + n)) AS weight
			FROM unnest($1) AS w
			CROSS JOIN LATERAL (SELECT count(*) FROM indexed WHERE w = ANY (in_names || in_question || in_definition)) AS i (n)
			-- names, numbers and months of the question are in no description
			WHERE n > 0 AND w !~ '^\d+$'
		), ranked AS (
			SELECT i.*, s.score + CASE WHEN $2 = i.name OR $2 = ANY (i.names) THEN 1000
				WHEN EXISTS (SELECT FROM unnest(i.names) AS n WHERE tsvector_to_array(to_tsvector('english', n)) <@ $1) THEN 0.25
				ELSE 0 END AS score
			FROM indexed AS i
			CROSS JOIN LATERAL (
				SELECT sum(weight * CASE WHEN word = ANY (in_names) THEN 4 WHEN word = ANY (in_question) THEN 3
					WHEN word = ANY (in_definition) THEN 1 ELSE 0 END) / nullif(sum(weight), 0) AS score
				FROM word
			) AS s
		)
		SELECT name, kind, question, signatures, definition, unit, better, coalesce(example, sample)
		FROM ranked
		WHERE $2 = '' OR score >= 1
		-- a mean before percentiles, which people ask for by name
		ORDER BY score DESC NULLS LAST, place, name ~ '^(p\d|median)', cardinality(in_names), name$query$,
		coalesce(views, 'SELECT NULL::text, NULL::text, NULL::text WHERE false'), schema)
	USING words, wanted;
	IF NOT FOUND THEN
		RAISE NOTICE 'nothing matches "%"', search
			USING HINT = 'Try a word such as reply, satisfaction, SLA, backlog or churn, or kpi_help() for all.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_help(text)
IS 'finds KPIs, functions, types, and the views of kpi_mart, by a name, an alias (frt, aht, top box) or a question (are '
'customers happy); the best match comes first';
