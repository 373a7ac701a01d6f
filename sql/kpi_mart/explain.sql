-- kpi_explain: the tickets behind a number of a view.
--
-- The template of a view names the columns that identify a row (cells) and the recorded
-- query that finds the tickets of one (opened by; without it opened_kpi).

-- The KPI of ticket_kpi, or the number of a query named by "opened by", behind a column of
-- a view; NULL when the column counts no tickets.
CREATE FUNCTION @extschema@.kpi_opened_kpi(relation text, measure text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE
		WHEN measure IN ('agents', 'status_seconds', 'waiting_seconds', 'sentiment_last') THEN NULL
		WHEN relation IN ('agent_backlog', 'backlog_age', 'open_tickets', 'omnichannel', 'channel_preference_monthly')
			THEN measure
		WHEN relation = 'kpi_coverage' THEN NULL
		WHEN measure = 'backlog' OR relation = 'backlog_daily' AND measure IN ('opened', 'closed') THEN measure
		WHEN relation = 'backlog_daily' THEN NULL
		WHEN relation = 'executive_monthly' AND measure = 'contact_rate_pct' THEN 'tickets'
		WHEN relation = 'savings_monthly' AND measure IN ('resolved', 'fcr_saved') THEN 'fcr'
		WHEN relation = 'savings_monthly' AND measure = 'contacts_saved_per_resolution' THEN 'follow_ups'
		WHEN relation IN ('savings_monthly', 'cost_monthly') AND measure IN ('contacts', 'cost_per_contact') THEN 'handled'
		WHEN measure = 'total_cost_per_contact' THEN 'handled'
		WHEN measure IN ('deflected_contacts', 'deflection_saved') THEN 'avoided'
		WHEN measure = 'contact_rate_pct' THEN 'created'
		WHEN measure IN ('tickets_per_hour', 'agents_needed', 'sessions_per_ticket') THEN 'tickets'
		WHEN relation = 'workforce_daily' AND measure = 'resolved_per_hour' THEN 'resolved'
		WHEN kpi = 'qa_score' THEN 'qa'
		WHEN kpi = 'cost_per_contact' THEN 'cost'
		WHEN kpi IN ('tickets', 'unanswered', 'unresolved', 'pending', 'deflected', 'wait', 'abandonment', 'self_service',
			'bot_resolution', 'bot_escalation', 'bot_escalation_accuracy', 'bot_acceptance', 'sentiment',
			'negative_sentiment', 'response', 'sla_response', 'resolved', 'resolution', 'fcr', 'reopen', 'escalation', 'transfer', 'handle', 'csat',
			'nps', 'ces', 'effort', 'qa', 'cost', 'sla_resolution') THEN kpi
		END
	FROM regexp_replace($2, '(_pct|_n|_avg|_(median|p90|avg)_seconds)?(_(month|year)_before)?$', '') AS kpi;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_opened_kpi(text, text)
IS 'internal: the KPI of ticket_kpi behind a column of a view; NULL when it counts no tickets';

-- The views whose numbers can be opened: the columns that name a row, and the query that
-- finds its tickets.
CREATE FUNCTION @extschema@.kpi_openable(dimensions text[]) RETURNS TABLE (relation text, cells text[], opened_by text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT n, CASE WHEN o LIKE '%@dimensions@%'
			THEN string_to_array(split_part(o, ' @dimensions@ ', 1), ' ') || $1 || string_to_array(split_part(o, ' @dimensions@ ', 2), ' ')
			ELSE string_to_array(o, ' ') END,
		coalesce((SELECT @extschema@.kpi_template_option(t.body, 'opened by')), 'opened_kpi')
	FROM @extschema@.kpi_template AS t
	CROSS JOIN LATERAL @extschema@.kpi_template_option(t.body, 'cells') AS o
	CROSS JOIN LATERAL regexp_split_to_table(
		coalesce((SELECT @extschema@.kpi_template_option(t.body, 'names')), t.name), ' ') AS n
	UNION ALL
	SELECT 'kpi_scorecard', '{since,until,kpi}' || @extschema@.kpi_slices($1), 'opened_kpi';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_openable(text[]) IS 'internal: the views whose numbers kpi_explain opens';

-- The day of a ticket on which a KPI of ticket_kpi counts it, where KPIs do not all count
-- on the day of the creation.  Inlined.
CREATE FUNCTION @extschema@.kpi_counts_on(kpi text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN kpi = 'response' THEN 'responded_day'
	WHEN kpi IN ('sla_response', 'sla_resolution') THEN kpi || '_day'
	WHEN kpi IN ('resolved', 'resolution', 'fcr', 'follow_ups', 'reopen', 'escalation', 'transfer', 'handle', 'csat', 'nps', 'ces',
		'effort', 'qa', 'cost')
	THEN 'outcome_day'
	ELSE 'created_day'
END;
COMMENT ON FUNCTION @extschema@.kpi_counts_on(text) IS 'internal: the day of a ticket on which a KPI counts it';

-- The days of a row, from the first one until before the last one.  Raises an error for
-- a day on which no week or month begins.
CREATE FUNCTION @extschema@.kpi_days_of(unit text, since date, week_start integer) RETURNS daterange
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF unit = 'week' AND extract(isodow FROM since) <> week_start OR unit = 'month' AND extract(day FROM since) <> 1
		OR NOT isfinite(since)
	THEN
		RAISE EXCEPTION 'no % begins on %', unit, since USING ERRCODE = 'invalid_parameter_value';
	END IF;
	RETURN daterange(since, CASE unit WHEN 'day' THEN since + 1 WHEN 'week' THEN since + 7
		ELSE (since + interval '1 month')::date END);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_days_of(text, date, integer) IS 'internal: the days of a day, week or month';

-- Checks the values of the columns that identify a row.  In a view, removes 'all', which is
-- no condition, and the quotes around a value that is itself called all.  A scorecard has
-- only rows of what it was called with, which may be called all.
CREATE FUNCTION @extschema@.kpi_cell(relation name, keys jsonb, cells text[], optional text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	totalled CONSTANT text[] := CASE relation WHEN 'kpi_scorecard' THEN '{}' ELSE optional END;
BEGIN
	IF jsonb_typeof(keys) <> 'object' OR keys - cells <> '{}'
		OR NOT keys ?& ARRAY(SELECT c FROM unnest(cells) AS c WHERE c <> ALL (optional))
		OR jsonb_path_exists(keys, 'strict $.* ? (@.type() == "array" || @.type() == "object")')
		-- dimensions can be NULL, and the month of tickets without any day
		OR EXISTS (SELECT FROM jsonb_each_text(keys) WHERE value IS NULL AND (
			key IN ('day', 'week', 'period', 'since', 'until', 'kpi', 'hour', 'weekday', 'tenure_month') AND key <> ALL (optional)
			OR key = 'month' AND relation <> 'kpi_coverage' AND key <> ALL (optional)))
	THEN
		RAISE EXCEPTION 'keys do not identify a row of %', relation
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('They are %s.', keys),
				  HINT = format('A row is identified by %s.', array_to_string(cells, ', '));
	END IF;
	RETURN (
		SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (totalled) AND btrim(value, '"') = 'all'
			THEN substr(value, 2, length(value) - 2) ELSE value END), '{}')
		FROM jsonb_each_text(keys)
		WHERE NOT (key = ANY (totalled) AND value IS NOT DISTINCT FROM 'all'));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_cell(name, jsonb, text[], text[])
IS 'internal: the values of the columns that identify a row of a view';

-- The comment of a column; NULL when there is none.
CREATE FUNCTION @extschema@.kpi_column_comment(target_schema name, relation name, column_name name) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT col_description(a.attrelid, a.attnum)
	FROM pg_attribute AS a
	WHERE a.attrelid = to_regclass(format('%I.%I', $1, $2)) AND a.attname = $3;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_column_comment(name, name, name) IS 'internal: the comment of a column of a mart';

CREATE FUNCTION @extschema@.kpi_explain(target_schema name, relation name, keys jsonb, measure text)
RETURNS TABLE (
	definition text, counted bigint, pending bigint, not_applicable bigint, excluded bigint, ids text[], survey_ids text[])
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- an expression of the user gives the same values as in the refresh
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
SET jit = off
AS $body$
#variable_conflict use_variable
DECLARE
	is_scorecard CONSTANT boolean := relation = 'kpi_scorecard';
	is_long CONSTANT boolean := is_scorecard OR @extschema@.kpi_period_name(relation) IS NOT NULL;
	unit text;
	settings record;
	-- the columns that identify a row, and those of them that may be left out
	cells text[];
	optional text[];
	cell jsonb;
	days daterange;
	kpi text;
	-- of a KPI of the user's own
	counts_on text;
	opened_by name;
	query text;
BEGIN
	IF num_nulls(target_schema, relation, keys, measure) > 0 THEN
		RAISE EXCEPTION 'target_schema, relation, keys and measure cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_require_reader(target_schema);
	EXECUTE format('SELECT dimensions, week_start, attribute FROM %I.kpi_settings', target_schema) INTO STRICT settings;
	SELECT o.cells, o.opened_by INTO cells, opened_by
	FROM @extschema@.kpi_openable(settings.dimensions) AS o
	WHERE o.relation = kpi_explain.relation;
	IF cells IS NULL THEN
		RAISE EXCEPTION 'relation "%" has no numbers that count tickets', relation
			USING ERRCODE = 'invalid_parameter_value', HINT = format('Relations with such numbers are %s.', (
				SELECT string_agg(o.relation, ', ' ORDER BY o.relation) FROM @extschema@.kpi_openable(settings.dimensions) AS o));
	END IF;
	optional := CASE
		WHEN is_scorecard THEN cells[4:]
		WHEN is_long THEN settings.dimensions
		WHEN relation = 'cost_monthly' THEN '{component,channel}'
		ELSE '{}' END;
	cell := @extschema@.kpi_cell(relation, keys, cells, optional);

	IF relation = 'kpi_coverage' THEN
		kpi := cell ->> 'kpi';
		cell := cell || '{"only_tickets": true}';
	ELSE
		kpi := @extschema@.kpi_opened_kpi(relation::text,
			CASE WHEN is_long OR relation = 'channel_consistency' THEN cell ->> 'kpi' ELSE measure END);
	END IF;
	IF is_long AND cell ->> 'kpi' <> ALL (ARRAY(
			SELECT unnest(@extschema@.kpi_names(r.contract))
			FROM (SELECT DISTINCT c.relation FROM @extschema@.kpi_contract AS c) AS r (contract)))
		-- costs of no channel have no contacts
		OR relation = 'cost_monthly' AND cell -> 'channel' = 'null'
	THEN
		kpi := NULL;
	END IF;
	IF kpi IS NULL AND is_long THEN
		EXECUTE format('SELECT ''own '' || kpi, definition, day FROM %I.kpi_own_measure WHERE kpi = $1', target_schema)
		INTO kpi, definition, counts_on USING cell ->> 'kpi';
	END IF;
	IF kpi IS NULL OR (CASE WHEN is_long THEN measure <> ALL ('{value,low,high,hits,n}')
		ELSE measure = ANY (cells) OR NOT EXISTS (
			SELECT FROM pg_attribute
			WHERE attrelid = to_regclass(format('%I.%I', target_schema, relation)) AND attname = measure
			AND atttypid IN ('double precision'::regtype, 'bigint'::regtype)) END)
	THEN
		RAISE EXCEPTION 'column "%" of % counts no tickets', measure, relation
			USING ERRCODE = 'invalid_parameter_value', DETAIL = format('The row is %s.', keys);
	END IF;
	IF kpi = 'backlog' THEN
		opened_by := 'opened_backlog';
	ELSIF opened_by = 'opened_kpi' AND (is_scorecard OR NOT is_long) AND cell ? 'agent_id' THEN
		-- the agent for whom the KPI counts; as a dimension it is that of the ticket
		cell := cell - 'agent_id' || jsonb_build_object('by_agent', cell -> 'agent_id');
	END IF;

	unit := coalesce(@extschema@.kpi_period_name(relation),
		(SELECT c FROM unnest(cells) AS c WHERE c IN ('day', 'week', 'month')));
	IF is_scorecard THEN
		days := daterange((cell ->> 'since')::date, (cell ->> 'until')::date);
		IF isempty(days) OR NOT (isfinite(lower(days)) AND isfinite(upper(days))) THEN
			RAISE EXCEPTION 'period from % to % is empty or has no end', cell ->> 'since', cell ->> 'until'
				USING ERRCODE = 'invalid_parameter_value';
		END IF;
	ELSIF unit IS NOT NULL THEN
		days := @extschema@.kpi_days_of(unit, coalesce(cell ->> 'period', cell ->> unit)::date, settings.week_start);
		IF measure ~ '_(month|year)_before$' THEN
			days := @extschema@.kpi_days_of('month'::text, (lower(days)
				- ('1 ' || substring(measure FROM '_(month|year)_before$'))::interval)::date, settings.week_start);
		END IF;
	END IF;

	IF relation = 'executive_monthly' AND kpi = 'cost' THEN
		-- all costs over the contacts of the month, if there are any
		EXECUTE format('SELECT CASE WHEN amount IS NOT NULL AND contacts > 0 THEN ''handled'' ELSE $1 END
			FROM (SELECT) AS one LEFT JOIN %I.month_total ON month = $2', target_schema)
		INTO kpi USING kpi, lower(days);
	END IF;
	query := @extschema@.kpi_recorded_query(target_schema, opened_by);
	definition := rtrim(CASE WHEN is_long
		THEN coalesce(definition, @extschema@.kpi_column_comment(target_schema, 'ticket_daily_tally'::name, kpi::name),
			@extschema@.kpi_column_comment(target_schema, 'executive_monthly'::name, replace(cell ->> 'kpi', 'total_', '')::name))
		ELSE @extschema@.kpi_column_comment(target_schema, relation, measure::name) END, '.');
	IF opened_by IN ('opened_kpi', 'opened_spread', 'opened_tenure') THEN
		definition := definition || coalesce('; on the ' || @extschema@.kpi_column_comment(target_schema, 'ticket'::name, CASE
			WHEN settings.attribute = 'created' THEN 'created_day'
			ELSE coalesce(counts_on, @extschema@.kpi_counts_on(kpi)) END::name), '');
	END IF;
	RETURN QUERY EXECUTE 'SELECT $6, count(*) FILTER (WHERE state = ''counted''), count(*) FILTER (WHERE state = ''pending''),
			count(*) FILTER (WHERE state = ''not applicable''), count(*) FILTER (WHERE state = ''excluded''),
			coalesce(array_agg(id ORDER BY length(id), id) FILTER (WHERE NOT is_survey AND is_behind), ''{}''),
			coalesce(array_agg(id ORDER BY length(id), id) FILTER (WHERE is_survey AND is_behind), ''{}'')
		FROM (
			SELECT *, CASE $7
				WHEN ''hits'' THEN state = ''counted'' AND is_hit
				WHEN ''kpi_coverage.tickets'' THEN true
				WHEN ''kpi_coverage.pending'' THEN state = ''pending''
				WHEN ''kpi_coverage.not_applicable'' THEN state = ''not applicable''
				WHEN ''kpi_coverage.excluded'' THEN state = ''excluded''
				ELSE state = ''counted'' END AS is_behind
			FROM (' || query || ') AS opened
		) AS o'
	USING cell, kpi, lower(days), upper(days), measure, definition,
		CASE relation WHEN 'kpi_coverage' THEN 'kpi_coverage.' ELSE '' END || measure;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_explain(name, name, jsonb, text)
IS 'the tickets behind one number of a view of a mart, in the row with these keys: its definition, the numbers of tickets counted, '
'pending, not applicable and excluded, and the ids of the tickets counted; answers to surveys that are in no ticket have ids of '
'their own';
