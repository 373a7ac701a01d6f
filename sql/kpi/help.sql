
-- kpi_help finds KPIs, functions, types and views by the words of a question.

-- Everyday words for objects that have another name or description.
CREATE TABLE @extschema@.kpi_help_word (
	name text PRIMARY KEY,
	words text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_help_word IS 'internal: words by which kpi_help also finds a function, type, view or KPI; read-only';
COMMENT ON COLUMN @extschema@.kpi_help_word.name IS 'name of the function, type, view or KPI';
COMMENT ON COLUMN @extschema@.kpi_help_word.words IS 'words that people use for it';
REVOKE ALL ON @extschema@.kpi_help_word FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_help_word TO PUBLIC;

INSERT INTO @extschema@.kpi_help_word VALUES
	('abandonment_rate', 'missed calls, lost calls'),
	('agent_backlog', 'open tickets of each agent, agents with open tickets'),
	('article_usage', 'which articles help, do customers read the help pages'),
	('avg_handle', 'talk, hold, after-call work, wrap-up'),
	('avg_response', 'how fast do we reply, speed of reply, quick answer'),
	('backlog_age', 'how old are open tickets, age'),
	('backlog_series', 'backlog over time, history of the backlog'),
	('business_deadline', 'due date, how long until a ticket is due, target in working hours'),
	('business_hours', 'working hours, opening hours, office hours, holidays, calendar, weekend, time zone'),
	('business_time', 'working time between two times'),
	('ces_avg', 'easy to get help'),
	('channel_consistency', 'is one channel worse than another, compare channels'),
	('channel_weekly', 'tickets by channel, each channel'),
	('context_transfer_rate', 'customers have to repeat themselves'),
	('csat_ci', 'margin of error, confidence interval, how sure'),
	('customer_health', 'customers at risk, early warning'),
	('erlang_agents', 'how many agents do we need, staffing, headcount, call center'),
	('exit_reasons_monthly', 'why do customers leave, reasons'),
	('is_open', 'is it open now'),
	('kpi_alerts', 'alerts, warnings, notify'),
	('kpi_build', 'dashboard, data mart'),
	('kpi_explain', 'drill down, which tickets are behind a number'),
	('kpi_followup', 'bad answers to follow up, unhappy customers, service recovery'),
	('kpi_refresh', 'update the dashboard'),
	('net_flow', 'do we keep up'),
	('next_replies', 'next reply time, later replies'),
	('nps', 'rolling, would customers recommend us'),
	('nps_ci', 'margin of error, confidence interval, how sure'),
	('open_tickets', 'overdue, what is due, queue'),
	('rate_ci', 'margin of error, confidence interval, how sure'),
	('required_sample', 'how many answers do we need, margin of error, sample size, how many surveys'),
	('rollup', 'merge tallies, days into months'),
	('self_service_rate', 'customers help themselves'),
	('sla_met', 'was this ticket in time, late'),
	('sla_rate', 'overdue, late, deadline missed, breaches'),
	('staffing_by_hour', 'agents needed by hour, peak, shift'),
	('time_in_status', 'how long in each status, pending, on hold'),
	('trend', 'is it getting better, getting worse, improving'),
	('volume_heatmap', 'busiest hours, peak, when do customers write');

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
	SELECT format('SELECT n, regexp_replace(substring(t.body FROM ''^\s*-- ([^\n]*)''), ''^internal: .*'', '''')
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
			SELECT v.name, 'view', NULL, NULL, v.definition, NULL, NULL, NULL, '{}', 4
			FROM (%1$s) AS v (name, definition) WHERE v.definition <> ''
		), indexed AS MATERIALIZED (
			SELECT e.*,
				tsvector_to_array(to_tsvector('english', concat_ws(' ', replace(e.name, '_', ' '), e.name,
					array_to_string(e.aliases, ', '), w.words))) AS in_names,
				tsvector_to_array(to_tsvector('english', coalesce(e.question, ''))) AS in_question,
				tsvector_to_array(to_tsvector('english', e.definition)) AS in_definition
			FROM entry AS e LEFT JOIN %2$s.kpi_help_word AS w ON w.name = e.name
		), word AS MATERIALIZED (
			-- a rare word has more weight
			SELECT w AS word, ln((SELECT count(*) + 1 FROM indexed)::float8 / (1 + (
				SELECT count(*) FROM indexed WHERE w = ANY (in_names || in_question || in_definition)))) AS weight
			FROM unnest($1) AS w
		), ranked AS (
			SELECT i.*, s.score + CASE WHEN $2 IN (i.name, replace(i.name, '_', ' ')) OR $2 = ANY (i.aliases) THEN 1000
				WHEN tsvector_to_array(to_tsvector('english', replace(i.name, '_', ' '))) <@ $1 THEN 0.25 ELSE 0 END AS score
			FROM indexed AS i
			CROSS JOIN LATERAL (
				SELECT sum(weight * CASE WHEN word = ANY (in_names) THEN 4 WHEN word = ANY (in_question) THEN 3
					WHEN word = ANY (in_definition) THEN 1 ELSE 0 END) / nullif(sum(weight), 0) AS score
				FROM word
			) AS s
		)
		SELECT name, kind, question, signatures, definition, unit, better, example
		FROM ranked
		WHERE $2 = '' OR score >= 1
		-- a mean before percentiles, which people ask for by name
		ORDER BY score DESC NULLS LAST, place, name ~ '^(p\d|median)', cardinality(in_names), name$query$,
		coalesce(views, 'SELECT NULL::text, NULL::text WHERE false'), schema)
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
