-- What takes the place of the placeholders in the templates of a mart.

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

-- The dimensions that are columns of the user's own.
CREATE FUNCTION @extschema@.kpi_own_dimensions(dimensions text[]) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(name ORDER BY n)
	FROM unnest($1) WITH ORDINALITY AS d (name, n)
	WHERE NOT EXISTS (SELECT FROM @extschema@.kpi_contract AS c WHERE c.relation = 'tickets' AND c.name = d.name);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_own_dimensions(text[])
IS 'internal: the dimensions that are no columns of the contract';

CREATE FUNCTION @extschema@.kpi_placeholders(target_schema name) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	s record;
	own text[];
	given text[];
	by_creation boolean;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	own := @extschema@.kpi_own_dimensions(s.dimensions);
	given := @extschema@.kpi_given_columns(s.tickets);
	by_creation := s.attribute = 'created';
	RETURN jsonb_build_object(
		'schema', quote_ident(target_schema),
		'ticket_id_type', (
			SELECT c.actual FROM @extschema@.kpi_read_columns(s.tickets, 'tickets') AS c WHERE c.name = 'ticket_id'),
		'time_zone', quote_literal(s.time_zone),
		'hours', quote_nullable(s.hours::text) || '::@extschema@.business_hours',
		'week_start', s.week_start,
		'csat_satisfied_from', format('%s::integer', coalesce(s.csat_satisfied_from::text, 'NULL')),
		'csat_scale', CASE WHEN s.csat_satisfied_from > 5 THEN 10 ELSE 5 END,
		'ces_easy_from', s.ces_easy_from,
		'ces_scale', CASE WHEN s.ces_easy_from > 7 THEN 10 ELSE 7 END,
		'response_from_handoff', s.response_from = 'handoff',
		'pause_response', s.pause_response,
		'answer_known', given && '{first_response_at,response_time}',
		'resolution_known', given && '{solved,resolved_at,resolution_time}',
		'status_known', 'status' = ANY (given) AND given && '{solved,resolved_at,resolution_time}',
		'deflection_known', 'self_service' = ANY (given) OR given @> '{bot_handled,bot_resolved}',
		'response_day', CASE WHEN by_creation THEN 'created_day' ELSE 'responded_day' END,
		'sla_response_day', CASE WHEN by_creation THEN 'created_day' ELSE 'sla_response_day' END,
		'outcome_day', CASE WHEN by_creation THEN 'created_day' ELSE 'outcome_day' END,
		'sla_resolution_day', CASE WHEN by_creation THEN 'created_day' ELSE 'sla_resolution_day' END)
	|| jsonb_build_object(
		'first_contact', CASE WHEN s.fcr_rule IS NULL THEN 'contacts <= 1'
			ELSE format('%2$s.first_contact(%1$L::%2$s.kpi_contact_rule, true, agent_replies, reopens, '
				'customer_replies, contacts, teammates, closes, was_pending, resolved_at - created_at, NULL::interval, '
				'resolved_at, s.as_of, agent_messages, NULL::interval)', s.fcr_rule, '@extschema@') END,
		'first_contact_counts', CASE s.fcr_rule
			WHEN 'zendesk' THEN 't.agent_replies'
			WHEN 'zendesk_messaging' THEN 't.agent_replies, t.reopens'
			WHEN 'fivetran' THEN 't.agent_messages'
			WHEN 'intercom' THEN 't.closes, t.teammates'
			WHEN 'freshservice' THEN 't.customer_replies'
			WHEN 'freshdesk' THEN 't.agent_replies'
			WHEN 'zoho' THEN 't.agent_replies'
			WHEN 'zammad' THEN 'NULL::bigint'
			ELSE 't.contacts' END,
		'own_dimensions', @extschema@.kpi_column_lines(own, ''),
		'own_dimensions_of_t', @extschema@.kpi_column_lines(own, 't.'),
		'last_subset', (1 << cardinality(s.dimensions)) - 1)
	|| (SELECT jsonb_build_object(
			'dimensions', string_agg(quote_ident(name), ', ' ORDER BY n),
			'dimensions_of_k', string_agg(format('k.%I', name), ', ' ORDER BY n),
			-- a value 'all' gets quotes, so that it differs from the total; so does one in quotes
			'dimensions_or_all', string_agg(format(
				'CASE WHEN s.subset & %s > 0 THEN ''all'' WHEN btrim(t.%I, ''"'') = ''all'' THEN format(''"%%s"'', t.%2$I) '
				'ELSE t.%2$I END AS %2$I', 1 << (n - 1)::integer, name), E',\n\t' ORDER BY n),
			'segment_of_k', format('jsonb_strip_nulls(jsonb_build_object(%s))',
				string_agg(format('%L, nullif(k.%I, ''all'')', name, name), ', ' ORDER BY n)))
		FROM unnest(s.dimensions) WITH ORDINALITY AS d (name, n));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_placeholders(name)
IS 'internal: the values of the placeholders in the templates of a mart';

-- The query of ticket_source: the tickets with every column of the contract, in its
-- type, and the dimensions of the user's own.  The only text that depends on which
-- columns there are: a missing one is NULL.
CREATE FUNCTION @extschema@.kpi_ticket_source(target_schema name) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	s record;
	definition text;
	id_type regtype;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	id_type := (
		SELECT c.actual::regtype
		FROM @extschema@.kpi_read_columns(s.tickets, 'tickets') AS c
		WHERE c.name = 'ticket_id');
	SELECT string_agg(format('%s AS %I', coalesce(c.expression, format('NULL::%s', CASE c.type
				WHEN 'key' THEN format_type(id_type, -1) WHEN 'score' THEN 'double precision'
				WHEN 'business_hours' THEN '@extschema@.business_hours' ELSE c.type END)), c.name), E',\n\t' ORDER BY c.position)
		|| E',\n\t' || string_agg(format('%s AS has_%s', (c.expression IS NOT NULL)::text, c.name), E',\n\t' ORDER BY c.position)
			FILTER (WHERE c.name IN ('first_response_at', 'response_time', 'resolved_at', 'resolution_time', 'qa_points'))
		|| E',\n\t' || coalesce(max(c.expression) FILTER (WHERE c.name = 'loaded_at'),
			max(c.expression) FILTER (WHERE c.name = 'updated_at'), max(c.expression) FILTER (WHERE c.name = 'created_at'))
		|| ' AS changed_at'
	INTO definition
	FROM @extschema@.kpi_read_columns(s.tickets, 'tickets', s.time_zone, s.source_time_zone) AS c;
	definition := format(E'SELECT\n\t%s%s\nFROM %s AS t\nWHERE t.ticket_id IS NOT NULL%s', definition,
		(SELECT string_agg(format(E',\n\tt.%I::text AS %1$I', name), '' ORDER BY n)
		 FROM unnest(@extschema@.kpi_own_dimensions(s.dimensions)) WITH ORDINALITY AS d (name, n)), s.tickets,
		CASE WHEN id_type IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
			THEN ' AND octet_length(t.ticket_id) <= 1000'
			-- of any length, such as numeric and bytea
			WHEN (SELECT typlen = -1 FROM pg_type WHERE oid = id_type)
			THEN ' AND octet_length(t.ticket_id::text) <= 1000' END);
	IF s.accept_errors THEN
		definition := format(E'SELECT DISTINCT ON (ticket_id) *\nFROM (\n%s\n) AS t\n'
			'ORDER BY ticket_id, changed_at DESC NULLS LAST, t::text', definition);
	END IF;
	RETURN definition;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_ticket_source(name)
IS 'internal: the query of the view ticket_source of a mart';
