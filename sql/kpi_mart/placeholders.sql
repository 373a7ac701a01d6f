-- The values of the placeholders in the templates of a mart.

-- A list of columns, each followed by a comma.
CREATE FUNCTION @extschema@.kpi_column_lines(columns text[], alias text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT coalesce(string_agg(format('%s%I,', $2, name), E'\n\t' ORDER BY n), '')
	FROM unnest($1) WITH ORDINALITY AS c (name, n);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_column_lines(text[], text)
IS 'internal: a list of columns, each followed by a comma';

-- The dimensions that are columns of the user, not of the contract.
CREATE FUNCTION @extschema@.kpi_own_dimensions(dimensions text[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(name ORDER BY n)
	FROM unnest($1) WITH ORDINALITY AS d (name, n)
	WHERE NOT EXISTS (SELECT FROM @extschema@.kpi_contract AS c WHERE c.relation = 'tickets' AND c.name = d.name);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_own_dimensions(text[])
IS 'internal: the dimensions that are not columns of the contract';

-- The columns of the facts by which a scorecard or a target can select.
CREATE FUNCTION @extschema@.kpi_slices(dimensions text[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(name ORDER BY n)
	FROM (
		SELECT name, min(n) AS n
		FROM unnest('{team,channel,category,priority,customer_tier,account_id,customer_id,agent_id}'::text[] || $1)
			WITH ORDINALITY AS c (name, n)
		GROUP BY name
	) AS slice;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_slices(text[])
IS 'internal: the columns of the facts by which a scorecard or a target can select';

-- The columns of the tickets by which most people select, whether or not they are dimensions.
CREATE FUNCTION @extschema@.kpi_segment_columns() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{team,channel,category,customer_tier}'::text[];
COMMENT ON FUNCTION @extschema@.kpi_segment_columns()
IS 'internal: the columns of the tickets that segment_daily_tally has';

CREATE FUNCTION @extschema@.kpi_placeholders(target_schema name) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	s record;
	own text[];
	given text[];
	own_measures CONSTANT jsonb := @extschema@.kpi_own_measures(target_schema);
	segments CONSTANT text[] := @extschema@.kpi_segment_columns();
	by_creation boolean;
	-- the arguments of first_contact for a resolved ticket; NULL without its customer, or without a category that must match
	is_solved text := 'true';
	next_contact text := 'NULL::timestamptz';
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	own := @extschema@.kpi_own_dimensions(s.dimensions);
	given := @extschema@.kpi_given_columns(s.tickets, 'tickets'::text);
	by_creation := s.attribute = 'created';
	IF s.fcr_rule = 'no_recontact' THEN
		is_solved := format('num_nulls(customer_id%s) = 0', CASE WHEN s.recontact_same_category THEN ', category' END);
		next_contact := @extschema@.kpi_fill_fragment('next_contact'::name, jsonb_build_object(
			'schema', quote_ident(target_schema), 'recontact_same_category', s.recontact_same_category));
	END IF;
	RETURN jsonb_build_object(
		'schema', quote_ident(target_schema),
		'own', own_measures,
		'ticket_id_type', (
			SELECT c.actual FROM @extschema@.kpi_read_columns(s.tickets, 'tickets') AS c WHERE c.name = 'ticket_id'),
		'time_zone', quote_literal(s.time_zone),
		'hours', quote_nullable(s.hours::text) || '::@extschema@.business_hours',
		'week_start', s.week_start,
		'csat_satisfied_from', format('%s::integer', coalesce(s.csat_satisfied_from::text, 'NULL')),
		'csat_scale', CASE WHEN s.csat_satisfied_from > 5 THEN 10 ELSE 5 END,
		'ces_easy_from', s.ces_easy_from,
		'ces_scale', CASE WHEN s.ces_easy_from > 7 THEN 10 ELSE 7 END,
		'ces_scale_min', CASE WHEN s.ces_easy_from > 7 THEN 0 ELSE 1 END,
		'subscriptions_given', s.subscriptions IS NOT NULL,
		'slices', quote_literal(@extschema@.kpi_slices(s.dimensions)) || '::text[]',
		'kpis_of_shares', quote_literal(ARRAY(
			SELECT kpi
			FROM @extschema@.kpi_relations(target_schema) AS r, unnest(@extschema@.kpi_names(r.contract)) AS kpi
			WHERE kpi LIKE '%\_pct' AND kpi <> ALL ('{gross_revenue_retention_pct,net_revenue_retention_pct,contact_rate_pct,'
				'conformance_pct,utilization_pct}')
			UNION ALL SELECT m ->> 'kpi' FROM jsonb_array_elements(own_measures) AS m
			WHERE m ->> 'family' = 'rate' AND m ->> 'unit' = 'percent')) || '::text[]',
		'kpis_of_tickets', quote_literal(@extschema@.kpi_names('tickets'::text)
			|| ARRAY(SELECT m ->> 'kpi' FROM jsonb_array_elements(own_measures) AS m)) || '::text[]',
		'kpis_of_surveys', coalesce(quote_literal(CASE WHEN s.surveys IS NOT NULL
			THEN @extschema@.kpi_names('surveys'::text) END), '''{}''') || '::text[]',
		'kpis_of_messages', coalesce(quote_literal(CASE WHEN s.messages IS NOT NULL
			THEN @extschema@.kpi_names('messages'::text) END), '''{}''') || '::text[]',
		'kpis_of_work_time', coalesce(quote_literal(CASE WHEN s.work_time IS NOT NULL
			THEN @extschema@.kpi_names('work_time'::text) END), '''{}''') || '::text[]',
		'kpis_of_everything', quote_literal(ARRAY(
			SELECT unnest(@extschema@.kpi_names(r.contract))
			FROM @extschema@.kpi_relations(target_schema) AS r
			WHERE r.contract <> ALL ('{tickets,surveys,messages,work_time}') AND r.relation IS NOT NULL)) || '::text[]',
		'help_sessions_given', s.help_sessions IS NOT NULL,
		'help_followed', @extschema@.kpi_fill_fragment('help_followed'::name, jsonb_build_object('schema', quote_ident(target_schema))),
		'response_from_handoff', s.response_from = 'handoff',
		'pause_response', s.pause_response,
		'messages_given', s.messages IS NOT NULL,
		'lexicon', quote_literal(s.lexicon::text) || '::@extschema@.sentiment_lexicon',
		'status_changes_given', s.status_changes IS NOT NULL,
		'pausing_statuses', quote_literal(s.pausing_statuses) || '::text[]',
		'answer_known', given && '{first_response_at,response_time}' OR s.messages IS NOT NULL,
		'resolution_known', given && '{solved,resolved_at,resolution_time}' OR s.status_changes IS NOT NULL,
		'status_known', 'status' = ANY (given) AND given && '{solved,resolved_at,resolution_time}' OR s.status_changes IS NOT NULL,
		'deflection_known', 'self_service' = ANY (given) OR given @> '{bot_handled,bot_resolved}' OR s.messages IS NOT NULL,
		'needs_next_contact', coalesce(s.fcr_rule = 'no_recontact', false),
		'by_creation', by_creation,
		'rolls_up_segments', s.dimensions <@ segments AND NOT s.dimensions @> segments,
		'response_day', CASE WHEN by_creation THEN 'created_day' ELSE 'responded_day' END,
		'sla_response_day', CASE WHEN by_creation THEN 'created_day' ELSE 'sla_response_day' END,
		'outcome_day', CASE WHEN by_creation THEN 'created_day' ELSE 'outcome_day' END,
		'sla_resolution_day', CASE WHEN by_creation THEN 'created_day' ELSE 'sla_resolution_day' END)
	|| jsonb_build_object(
		'first_contact', CASE WHEN s.fcr_rule IS NULL THEN 'contacts <= 1'
			ELSE format('%1$s.first_contact(%2$L::%1$s.kpi_contact_rule, %3$s, agent_replies, reopens, customer_replies, contacts, '
				'teammates, closes, was_pending, resolved_at - created_at, %4$s - resolved_at, resolved_at, s.as_of, agent_messages, '
				'%5$L::interval)', '@extschema@', s.fcr_rule, is_solved, next_contact, s.recontact_within) END,
		'first_contact_counts', CASE s.fcr_rule
			WHEN 'zendesk' THEN 't.agent_replies'
			WHEN 'zendesk_messaging' THEN 't.agent_replies, t.reopens'
			WHEN 'fivetran' THEN 't.agent_messages'
			WHEN 'intercom' THEN 't.closes, t.teammates'
			WHEN 'freshservice' THEN 't.customer_replies'
			WHEN 'freshdesk' THEN 't.agent_replies'
			WHEN 'zoho' THEN 't.agent_replies'
			WHEN 'zammad' THEN 'NULL::bigint'
			WHEN 'no_recontact' THEN 'NULL::bigint'
			ELSE 't.contacts' END,
		'own_dimensions', @extschema@.kpi_column_lines(own, ''),
		'own_dimensions_of_t', @extschema@.kpi_column_lines(own, 't.'),
		'last_subset', (1 << cardinality(s.dimensions)) - 1,
		-- parts without placeholders
		'created_tallies', @extschema@.kpi_fill_fragment('created_tallies'::name, '{}'::jsonb),
		'outcome_tallies', @extschema@.kpi_fill_fragment('outcome_tallies'::name, '{}'::jsonb),
		'created_rollups', @extschema@.kpi_fill_fragment('created_rollups'::name, '{}'::jsonb),
		'outcome_rollups', @extschema@.kpi_fill_fragment('outcome_rollups'::name, '{}'::jsonb))
	|| (SELECT jsonb_build_object(
			'dimensions', string_agg(quote_ident(name), ', ' ORDER BY n),
			'selected', (
				SELECT string_agg(format('($3 ->> %1$L IS NULL OR t.%1$I = $3 ->> %1$L)', c.name), E'\n\tAND ' ORDER BY c.n)
				FROM unnest(@extschema@.kpi_slices(s.dimensions)) WITH ORDINALITY AS c (name, n) WHERE c.name <> 'agent_id'),
			'selected_dimensions', string_agg(format('($3 ->> %1$L IS NULL OR t.%1$I = $3 ->> %1$L)', name), ' AND ' ORDER BY n),
			'opened_values', (
				SELECT string_agg(format('(NOT $1 ? %1$L OR t.%1$I IS NOT DISTINCT FROM $1 ->> %1$L)', c.name), E'\nAND ' ORDER BY c.n)
				FROM unnest(@extschema@.kpi_slices(s.dimensions)) WITH ORDINALITY AS c (name, n)),
			'selectable_of_survey', (
				SELECT string_agg(format(CASE WHEN c.name IN ('channel', 'account_id', 'agent_id') THEN 's.%I' ELSE 'k.%I' END,
					c.name), ', ' ORDER BY c.n)
				FROM unnest(@extschema@.kpi_slices(s.dimensions)) WITH ORDINALITY AS c (name, n)),
			'selectable_of_backlog', (
				SELECT string_agg(format(CASE WHEN c.name = ANY (s.dimensions) THEN 'b.%I' ELSE 'k.%I' END, c.name), ', ' ORDER BY c.n)
				FROM unnest(@extschema@.kpi_slices(s.dimensions)) WITH ORDINALITY AS c (name, n)),
			'selectable_of_ticket', (
				SELECT string_agg(format('b.%I', c.name), ', ' ORDER BY c.n)
				FROM unnest(@extschema@.kpi_slices(s.dimensions)) WITH ORDINALITY AS c (name, n)),
			'backlog_dimensions', string_agg(format(CASE WHEN name IN ('team', 'agent_id') THEN 'c.%I' ELSE 't.%I' END, name), ', '
				ORDER BY n),
			'dimensions_of_t', string_agg(format('t.%I', name), ', ' ORDER BY n),
			'dimensions_of_c', string_agg(format('c.%I', name), ', ' ORDER BY n),
			'no_dimensions', string_agg('NULL::text', ', '),
			'dimensions_of_work', string_agg(CASE name WHEN 'agent_id' THEN 'agent_id' ELSE 'NULL' END, ', ' ORDER BY n),
			'totals_of_work', sum(CASE name WHEN 'agent_id' THEN 0 ELSE 1 << (n - 1)::integer END),
			'dimensions_but_channel', @extschema@.kpi_column_lines(array_remove(s.dimensions, 'channel'), ''::text),
			-- taken from the ticket of a survey, which has the other dimensions itself
			'other_dimensions_of_t', @extschema@.kpi_column_lines(ARRAY(
				SELECT o.name FROM unnest(segments || s.dimensions) WITH ORDINALITY AS o (name, n)
				WHERE o.name <> ALL ('{channel,account_id,agent_id}') GROUP BY o.name ORDER BY min(o.n)), 't.'::text),
			'dimensions_of_k', string_agg(format('k.%I', name), ', ' ORDER BY n),
			-- a value 'all' gets quotes, so that it differs from the total; so does one in quotes
			'dimensions_or_all', string_agg(format(
				'CASE WHEN s.subset & %s > 0 THEN ''all'' WHEN btrim(t.%I, ''"'') = ''all'' THEN format(''"%%s"'', t.%2$I) '
				'ELSE t.%2$I END AS %2$I', 1 << (n - 1)::integer, name), E',\n\t' ORDER BY n),
			'grouping_of_k', format('coalesce(nullif(concat_ws('', '', %s), ''''), ''total'')',
				string_agg(format('CASE WHEN k.%I IS DISTINCT FROM ''all'' THEN %L END', name, name), ', ' ORDER BY n)),
			'segment_of_k', format('jsonb_strip_nulls(jsonb_build_object(%s))',
				string_agg(format('%L, nullif(k.%I, ''all'')', name, name), ', ' ORDER BY n)))
		FROM unnest(s.dimensions) WITH ORDINALITY AS d (name, n));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_placeholders(name)
IS 'internal: the values of the placeholders in the templates of a mart';

-- The period of the rows of kpi_daily, kpi_weekly and kpi_monthly; NULL for others.
CREATE FUNCTION @extschema@.kpi_period_name(relation name) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE relation WHEN 'kpi_daily' THEN 'day' WHEN 'kpi_weekly' THEN 'week' WHEN 'kpi_monthly' THEN 'month' END;
COMMENT ON FUNCTION @extschema@.kpi_period_name(name) IS 'internal: day, week or month for a view per period, otherwise NULL';

-- A template that is part of others.
CREATE FUNCTION @extschema@.kpi_fill_fragment(template name, placeholders jsonb) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT @extschema@.kpi_fill(@extschema@.kpi_template_definition(t.body), $2)
	FROM @extschema@.kpi_template AS t
	WHERE t.name = $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_fill_fragment(name, jsonb)
IS 'internal: the text of a template that is part of others';

-- The placeholders of one relation or query: what differs between the relations of
-- one template, and the templates that it includes.
--
-- period			the period of a day
-- split			the columns that split a tally; responders are those of a first
--					response, which counts for the agent who gave it
-- facts, tally		the facts counted, the tallies merged
-- events			the tallies of each kind of event, which a tally adds up
-- x_tally, x_tallies	how facts are counted on the day of x; facts of a selection are
--					tallies, which are merged
CREATE FUNCTION @extschema@.kpi_placeholders_of(relation name, placeholders jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	of_agents CONSTANT jsonb := jsonb_build_object(
		'split', 'agent_id', 'responders', 'responder_id AS agent_id', 'split_of_responders', 'responder_id');
	period CONSTANT text := @extschema@.kpi_period_name(relation);
	dimensions CONSTANT text := placeholders ->> 'dimensions';
	segment CONSTANT text := array_to_string(@extschema@.kpi_segment_columns(), ', ');
	all_placeholders jsonb := placeholders || jsonb_build_object(
		'facts', (placeholders ->> 'schema') || '.ticket',
		'survey_facts', (placeholders ->> 'schema') || '.survey',
		'split', dimensions, 'responders', dimensions, 'split_of_responders', dimensions,
		'response_tally', '@extschema@.durations_agg(@extschema@.from_seconds(response_seconds))',
		'sla_response_tally', '@extschema@.rate_agg(sla_response_met)',
		'sla_resolution_tally', '@extschema@.rate_agg(sla_resolution_met)',
		'created_day', 'created_day', 'answered_day', 'answered_day',
		'agent_columns', '', 'no_agent_columns', '');
	selection jsonb;
BEGIN
	IF relation IN ('ticket_daily_tally_now', 'segment_daily_tally_now', 'agent_daily_tally_now') THEN
		all_placeholders := all_placeholders || CASE relation
			WHEN 'ticket_daily_tally_now' THEN '{}'
			WHEN 'segment_daily_tally_now' THEN jsonb_build_object(
				'split', segment, 'responders', segment, 'split_of_responders', segment)
			WHEN 'agent_daily_tally_now' THEN of_agents || jsonb_build_object(
				'agent_columns', E'max(agent_name) AS agent_name,\n\tmin(agent_hired_on) AS agent_hired_on,',
				'no_agent_columns', 'NULL, NULL,') END;
		RETURN all_placeholders || jsonb_build_object('events', CASE
			WHEN relation = 'ticket_daily_tally_now' AND (placeholders ->> 'rolls_up_segments')::boolean
			THEN format('SELECT * FROM %s.segment_daily_tally', placeholders ->> 'schema')
			ELSE @extschema@.kpi_fill_fragment('ticket_events'::name, all_placeholders) END);
	ELSIF relation IN ('customer_signal_now', 'customer_score') THEN
		RETURN all_placeholders || '{"signals": "customer_signal"}'
			|| jsonb_build_object('points', (placeholders ->> 'schema') || '.customer_today');
	ELSIF relation IN ('customer_past_signal', 'customer_past_score') THEN
		RETURN all_placeholders || '{"signals": "customer_past_signal"}'
			|| jsonb_build_object('points', (placeholders ->> 'schema') || '.customer_past');
	ELSIF relation = 'customer_signal_of' THEN
		-- found once, because the query reads them several times
		RETURN all_placeholders || jsonb_build_object('signals_of_customers',
			format(E'WITH point AS MATERIALIZED (SELECT * FROM %s.customer_today WHERE customer = ANY ($1))\n', placeholders ->> 'schema')
			|| @extschema@.kpi_fill_fragment('customer_signal_now'::name, all_placeholders || '{"points": "point"}'));
	ELSIF relation LIKE 'opened\_%' THEN
		RETURN all_placeholders || jsonb_build_object(
			'ticket_kpi', @extschema@.kpi_fill_fragment('ticket_kpi'::name, all_placeholders),
			'survey_kpi', @extschema@.kpi_fill_fragment('survey_kpi'::name, all_placeholders),
			'ticket_state', @extschema@.kpi_fill_fragment('ticket_state'::name, all_placeholders));
	ELSIF period IS NOT NULL THEN
		all_placeholders := all_placeholders || jsonb_build_object('period_name', period, 'is_month', period = 'month',
			'period', CASE period
				WHEN 'day' THEN 'day'
				WHEN 'week' THEN format('day - (extract(isodow FROM day)::integer - %s + 7) %% 7', placeholders ->> 'week_start')
				WHEN 'month' THEN 'date_trunc(''month'', day::timestamp)::date' END);
		RETURN all_placeholders || jsonb_build_object('ticket_measure', @extschema@.kpi_fill_fragment('ticket_measure'::name,
			all_placeholders || jsonb_build_object('tally', (placeholders ->> 'schema') || '.ticket_daily_subset')));
	ELSIF relation LIKE 'scorecard\_%' THEN
		all_placeholders := all_placeholders || '{"split": "scope"}' || CASE relation
			WHEN 'scorecard_total' THEN jsonb_build_object(
				'scope', 'total', 'in_scope', 'true', 'rows', (placeholders ->> 'schema') || '.ticket_daily_tally')
			WHEN 'scorecard_dimensions' THEN jsonb_build_object(
				'scope', 'selection', 'in_scope', placeholders ->> 'selected_dimensions',
				'rows', (placeholders ->> 'schema') || '.ticket_daily_tally')
			WHEN 'scorecard_agent' THEN jsonb_build_object(
				'scope', 'selection', 'in_scope', 'agent_id = $3 ->> ''agent_id''',
				'rows', (placeholders ->> 'schema') || '.agent_daily_tally')
			ELSE jsonb_build_object(
				'scope', 'selection', 'in_scope', '($3 ->> ''agent_id'' IS NULL OR by_agent = $3 ->> ''agent_id'')', 'rows', 'daily') END;
		selection := all_placeholders
			-- of tickets that are already tallied
			|| jsonb_build_object(
				'created_tallies', placeholders -> 'created_rollups', 'outcome_tallies', placeholders -> 'outcome_rollups',
				'response_tally', '@extschema@.rollup(response)', 'sla_response_tally', '@extschema@.rollup(sla_response)',
				'sla_resolution_tally', '@extschema@.rollup(sla_resolution)')
			|| '{"facts": "counted", "survey_facts": "chosen_survey", "split": "by_agent",
				"responders": "by_responder AS by_agent", "split_of_responders": "by_responder",
				"created_day": "created_start",
				"response_day": "response_start", "sla_response_day": "sla_response_start", "outcome_day": "outcome_start",
				"sla_resolution_day": "sla_resolution_start", "answered_day": "answered_start"}';
		RETURN all_placeholders || jsonb_build_object(
			'ticket_rollup', @extschema@.kpi_fill_fragment('ticket_rollup'::name, all_placeholders || jsonb_build_object(
				'period', 'width_bucket(day, $1)',
				'tally', format('(SELECT %L::text AS scope, t.* FROM %s AS t WHERE day >= $1[1] AND day < $2 AND %s) AS t',
					all_placeholders ->> 'scope', all_placeholders ->> 'rows', all_placeholders ->> 'in_scope'))),
			'ticket_measure', @extschema@.kpi_fill_fragment('ticket_measure'::name,
				all_placeholders || '{"period": "period", "tally": "merged"}'),
			'selected_tally', @extschema@.kpi_fill_fragment('ticket_daily_tally_now'::name, selection || jsonb_build_object(
				'events', @extschema@.kpi_fill_fragment('ticket_events'::name, selection))),
			'selected_surveys', @extschema@.kpi_fill_fragment('scorecard_surveys'::name, all_placeholders
				|| CASE relation WHEN 'scorecard_selection' THEN '{"survey_facts": "chosen_survey"}' ELSE '{}' END::jsonb),
			'selected_waits', @extschema@.kpi_fill_fragment('scorecard_waits'::name, all_placeholders),
			'selected_own', @extschema@.kpi_fill_fragment('scorecard_own'::name,
				all_placeholders || @extschema@.kpi_own_placeholders(all_placeholders || jsonb_build_object(
					'split', 'agent_id', 'facts', format('(SELECT * FROM %s.ticket AS t WHERE %s AND '
						'($3 ->> ''agent_id'' IS NULL OR t.agent_id = $3 ->> ''agent_id'')) AS t',
						placeholders ->> 'schema', placeholders ->> 'selected')))));
	END IF;
	RETURN all_placeholders;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_placeholders_of(name, jsonb)
IS 'internal: the values of the placeholders of one relation or query';
