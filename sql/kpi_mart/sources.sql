-- The relations that a mart reads, and the views over them that only rename and cast.

-- The relations that a mart reads; NULL for one that was not passed to kpi_build.
CREATE FUNCTION @extschema@.kpi_relations(target_schema name) RETURNS TABLE (contract text, relation regclass)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	RETURN QUERY EXECUTE format('SELECT r.*
		FROM %I.kpi_settings AS s
		CROSS JOIN LATERAL (VALUES
			(''tickets'', s.tickets), (''messages'', s.messages), (''status_changes'', s.status_changes),
			(''sla_targets'', s.sla_targets), (''surveys'', s.surveys), (''work_time'', s.work_time),
			(''subscriptions'', s.subscriptions), (''customer_events'', s.customer_events), (''costs'', s.costs),
			(''help_sessions'', s.help_sessions)) AS r (contract, relation)', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relations(name) IS 'internal: the relations that a mart reads, by their contracts';

CREATE FUNCTION @extschema@.kpi_source_name(contract text) RETURNS name
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(contract, 's$', '') || '_source';
COMMENT ON FUNCTION @extschema@.kpi_source_name(text) IS 'internal: the view of a mart that reads a relation, such as ticket_source';

-- The columns of a relation that are in its contract, with their types.
CREATE FUNCTION @extschema@.kpi_relation_columns(relation regclass, contract text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT string_agg(format('%s %s', c.name, c.actual), ', ' ORDER BY c.position)
	FROM @extschema@.kpi_read_columns($1, $2) AS c
	WHERE c.expression IS NOT NULL;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relation_columns(regclass, text)
IS 'internal: the columns of a relation that are in its contract, with their types';

-- The query of a source view: a relation with every column of its contract, in its
-- type.  Only this text depends on the existing columns: a missing column is NULL, and a
-- missing relation has no rows.  Rows without a required value are left out; a ticket
-- needs only its id.
CREATE FUNCTION @extschema@.kpi_source_query(target_schema name, contract text) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	is_ticket CONSTANT boolean := contract = 'tickets';
	relation CONSTANT regclass := (
		SELECT r.relation FROM @extschema@.kpi_relations(target_schema) AS r WHERE r.contract = kpi_source_query.contract);
	s record;
	ticket_id_type text;
	columns text;
	conditions text;
	definition text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT s;
	ticket_id_type := (SELECT c.actual FROM @extschema@.kpi_read_columns(s.tickets, 'tickets') AS c WHERE c.name = 'ticket_id');
	SELECT string_agg(format('%s AS %I', coalesce(CASE WHEN c.is_limited AND NOT c.limits_rows
				THEN format('CASE WHEN octet_length(%1$s) <= 1000 THEN %1$s END', c.expression) ELSE c.expression END,
				format('NULL::%s', CASE c.type
				WHEN 'key' THEN ticket_id_type WHEN 'score' THEN 'double precision'
				WHEN 'business_hours' THEN '@extschema@.business_hours' ELSE c.type END)), c.name), E',\n\t' ORDER BY c.position)
		|| coalesce(E',\n\t' || string_agg(format('%s AS has_%s', (c.expression IS NOT NULL)::text, c.name), E',\n\t'
				ORDER BY c.position) FILTER (WHERE is_ticket
					AND c.name IN ('first_response_at', 'response_time', 'resolved_at', 'resolution_time', 'qa_points')), '')
		|| format(E',\n\t%s AS changed_at', coalesce(max(c.expression) FILTER (WHERE c.name = 'loaded_at'),
			max(c.expression) FILTER (WHERE c.name = 'updated_at'), max(c.expression) FILTER (WHERE c.name = 'created_at'),
			-- events seldom change after they have happened
			max(c.expression) FILTER (WHERE c.name IN ('at', 'applies_from')
				AND contract = ANY (@extschema@.kpi_event_contracts())), 'NULL::timestamptz')),
		concat_ws(' AND ', string_agg(format('t.%I IS NOT NULL', c.name), ' AND ' ORDER BY c.position)
				FILTER (WHERE c.required AND (NOT is_ticket OR c.position = 1)),
			string_agg(format('(octet_length(%s::text) > 1000) IS NOT TRUE', c.expression), ' AND ' ORDER BY c.position)
				FILTER (WHERE c.is_limited AND c.limits_rows))
	INTO columns, conditions
	FROM (
		-- These ids are in indexes, whose rows cannot be longer.  A look-up of surveys by ticket, or of visits by
		-- customer, must reach an index of the relation.
		SELECT r.*, r.required OR r.position = 1 OR r.type = 'key' OR contract = 'help_sessions' AS limits_rows,
			(r.name = ANY (@extschema@.kpi_text_ids())
				OR contract IN ('tickets', 'surveys') AND r.position = 1 OR contract = 'surveys' AND r.type = 'key')
			AND (SELECT typlen = -1 FROM pg_type WHERE oid = r.actual::regtype) AS is_limited
		FROM @extschema@.kpi_read_columns(relation, contract, s.time_zone, s.source_time_zone) AS r
	) AS c;
	IF is_ticket THEN
		columns := columns || coalesce((
			SELECT string_agg(format(E',\n\t%s AS %I', CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN format('t.%I::text', d.name)
				ELSE @extschema@.kpi_written(format('t.%I', d.name)) END, d.name), '' ORDER BY n)
			FROM unnest(@extschema@.kpi_own_dimensions(s.dimensions)) WITH ORDINALITY AS d (name, n)
			LEFT JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = d.name
			LEFT JOIN pg_type AS t ON t.oid = a.atttypid), '');
	END IF;
	IF relation IS NULL THEN
		RETURN format(E'SELECT\n\t%s\nWHERE false', columns);
	END IF;
	definition := format(E'SELECT\n\t%s\nFROM %s AS t\nWHERE %s', columns, relation, conditions);
	IF contract NOT IN ('tickets', 'surveys') THEN
		RETURN definition;
	END IF;

	IF s.accept_errors THEN
		definition := format(E'SELECT DISTINCT ON (%1$s) *\nFROM (\n%2$s\n) AS t\n'
			'ORDER BY %1$s, changed_at DESC NULLS LAST, ROW(t.*)::text',
			(SELECT k.name FROM @extschema@.kpi_read_columns(relation, contract) AS k WHERE k.position = 1), definition);
	END IF;
	RETURN definition;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_source_query(name, text) IS 'internal: the query of a view that reads a relation';

-- Raises an error unless a mart can read a relation under its contract.
CREATE FUNCTION @extschema@.kpi_require_readable(relation regclass, contract text, tickets regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	problems text;
	id_type text;
	ticket_id_type text;
BEGIN
	IF EXISTS (
		SELECT FROM pg_class WHERE oid IN (SELECT @extschema@.kpi_relations_read(relation)) AND relpersistence = 't')
	THEN
		RAISE EXCEPTION 'relation % is temporary, or reads a temporary one', relation
			USING ERRCODE = 'wrong_object_type', HINT = 'Use a permanent table.';
	END IF;
	PERFORM @extschema@.kpi_require_safe_source(relation);
	SELECT string_agg(quote_ident(c.name), ', ' ORDER BY c.position) INTO problems
	FROM @extschema@.kpi_read_columns(relation, contract) AS c
	WHERE c.expression IS NULL AND (c.required OR c.actual IS NOT NULL);
	IF problems IS NOT NULL THEN
		RAISE EXCEPTION 'relation % has missing or unreadable columns: %', relation, problems
			USING ERRCODE = 'datatype_mismatch', HINT = CASE contract WHEN 'tickets' THEN 'kpi_check_tickets explains what to do.'
				ELSE format('kpi_check_relation(%L, %L) explains what to do.', relation, contract) END;
	END IF;
	IF contract = 'tickets' THEN
		RETURN;
	END IF;
	SELECT o.actual, t.actual INTO id_type, ticket_id_type
	FROM @extschema@.kpi_read_columns(relation, contract) AS o, @extschema@.kpi_read_columns(tickets, 'tickets') AS t
	WHERE o.name = 'ticket_id' AND t.name = 'ticket_id';
	-- types that can be compared with each other
	IF NOT (id_type = ticket_id_type
		OR ARRAY[id_type, ticket_id_type] <@ '{smallint,integer,bigint,numeric}'::text[]
		OR ARRAY[id_type, ticket_id_type] <@ '{text,character varying}'::text[])
	THEN
		RAISE EXCEPTION 'ticket_id of relation % is %, but ticket_id of the tickets is %', relation, id_type, ticket_id_type
			USING ERRCODE = 'datatype_mismatch', HINT = 'Select it with the type of the tickets.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_readable(regclass, text, regclass)
IS 'internal: raises an error unless a mart can read a relation under its contract';

-- The contracts of the relations, without tickets, that changed since the last refresh, and
-- "day" when the day changed.  Records its progress before the rows are read, so that the
-- next refresh finds rows that commit meanwhile.
CREATE FUNCTION @extschema@.kpi_changed_sources(target_schema name, "full" boolean, day_before date) RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	source record;
	known record;
	as_of timestamptz;
	new_columns text;
	new_seen timestamptz;
	new_rows text;
	changed text[] := '{}';
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT settings;
	EXECUTE format('SELECT as_of FROM %I.kpi_state', target_schema) INTO as_of;
	IF "full" OR @extschema@.kpi_day(as_of, settings.time_zone) <> day_before THEN
		changed := '{day}';
	END IF;
	FOR source IN
		SELECT r.* FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract <> ALL ('{tickets}' || @extschema@.kpi_event_contracts())
		ORDER BY r.contract
	LOOP
		EXECUTE format('SELECT * FROM %I.kpi_source WHERE contract = $1', target_schema) INTO STRICT known USING source.contract;
		new_columns := @extschema@.kpi_relation_columns(source.relation, source.contract);
		IF new_columns <> known.columns THEN
			PERFORM @extschema@.kpi_take_up_columns(target_schema, source.relation, source.contract, known.columns);
		END IF;
		new_seen := NULL;
		new_rows := NULL;
		IF NOT "full" AND new_columns = known.columns THEN
			new_rows := @extschema@.kpi_late_rows(target_schema, source.contract, known.seen - settings.lag);
			CONTINUE WHEN new_rows = known.rows;
		END IF;
		changed := changed || source.contract;
		IF 'loaded_at' = ANY (@extschema@.kpi_given_columns(source.relation, source.contract)) THEN
			new_seen := @extschema@.kpi_latest_change(target_schema, source.contract);
		END IF;
		-- avoids reading the text of all rows twice
		IF new_rows IS NULL OR num_nonnulls(known.seen, new_seen) > 0 THEN
			new_rows := @extschema@.kpi_late_rows(target_schema, source.contract, new_seen - settings.lag);
		END IF;
		EXECUTE format('UPDATE %I.kpi_source SET columns = $2, seen = $3, rows = $4 WHERE contract = $1', target_schema)
		USING source.contract, new_columns, new_seen, new_rows;
	END LOOP;
	RETURN changed;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_changed_sources(name, boolean, date)
IS 'internal: the relations, without tickets, that changed since the last refresh';

-- The greatest valid change value of a relation; NULL without any.  One in the future is not
-- valid: it would hide later changes.  Needs no view, like kpi_late_rows.
CREATE FUNCTION @extschema@.kpi_latest_change(target_schema name, contract text) RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	latest timestamptz;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT max(changed_at) FROM (%s) AS t WHERE isfinite(changed_at) AND changed_at <= $1',
		@extschema@.kpi_source_query(target_schema, contract))
	INTO latest USING now();
	RETURN latest;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_latest_change(name, text)
IS 'internal: the greatest valid change value of a relation';

-- The instant for which a build or refresh computes everything that depends on time.  With
-- loaded_at it is now less the lag: a target must not be missed because rows are not loaded yet.
CREATE FUNCTION @extschema@.kpi_judged_at(target_schema name) RETURNS timestamptz
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	lag interval;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT lag FROM %I.kpi_settings', target_schema) INTO STRICT lag;
	RETURN CASE WHEN EXISTS (
			SELECT FROM @extschema@.kpi_relations(target_schema) AS r
			WHERE r.relation IS NOT NULL AND r.contract = ANY ('{tickets}' || @extschema@.kpi_event_contracts())
			AND 'loaded_at' = ANY (@extschema@.kpi_given_columns(r.relation, r.contract)))
		THEN now() - lag ELSE now() END;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_judged_at(name)
IS 'internal: the instant for which a build or refresh computes everything that depends on time';

-- The ids of the tickets whose events arrived since the last refresh; NULL when all must
-- be compared.  Advances the greatest change values seen, like kpi_changed_sources.
CREATE FUNCTION @extschema@.kpi_changed_events(target_schema name, "full" boolean) RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	lag interval;
	source record;
	known record;
	all_changed boolean := "full";
	seen timestamptz;
	new_ids text[];
	ids text[] := '{}';
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT lag FROM %I.kpi_settings', target_schema) INTO STRICT lag;
	FOR source IN
		SELECT r.contract, r.relation, @extschema@.kpi_relation_columns(r.relation, r.contract) AS columns
		FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract = ANY (@extschema@.kpi_event_contracts())
	LOOP
		EXECUTE format('SELECT * FROM %I.kpi_source WHERE contract = $1', target_schema) INTO STRICT known USING source.contract;
		IF source.columns <> known.columns THEN
			all_changed := true;
			PERFORM @extschema@.kpi_take_up_columns(target_schema, source.relation, source.contract, known.columns);
		END IF;
		all_changed := all_changed OR @extschema@.kpi_change_column(source.relation, source.contract) IS NULL;
		IF all_changed THEN
			seen := @extschema@.kpi_latest_change(target_schema, source.contract);
		ELSE
			EXECUTE format('SELECT array_agg(DISTINCT ticket_id::text),
					max(changed_at) FILTER (WHERE isfinite(changed_at) AND changed_at <= $2)
				FROM %I.%I WHERE changed_at >= $1', target_schema, @extschema@.kpi_source_name(source.contract))
			INTO new_ids, seen USING coalesce(known.seen - lag, '-infinity'), now();
			ids := ids || new_ids;
		END IF;
		EXECUTE format('UPDATE %I.kpi_source SET seen = $2, columns = $3 WHERE contract = $1', target_schema)
		USING source.contract, greatest(seen, known.seen), source.columns;
	END LOOP;
	RETURN CASE WHEN NOT all_changed THEN ids END;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_changed_events(name, boolean)
IS 'internal: the tickets whose events arrived since the last refresh; NULL for all';

-- A text that changes with the rows of a relation that changed since an instant; with NULL,
-- with any of its rows.  Needs no view: kpi_build calls it before it makes them.
CREATE FUNCTION @extschema@.kpi_late_rows(target_schema name, contract text, since timestamptz) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	rows text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT concat_ws('' '', count(*), sum(hashtextextended(ROW(t.*)::text, 0)::numeric))
		FROM (%s) AS t WHERE changed_at >= $1 OR changed_at IS NULL OR $1 IS NULL',
		@extschema@.kpi_source_query(target_schema, contract))
	INTO rows USING since;
	RETURN rows;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_late_rows(name, text, timestamptz)
IS 'internal: a text that changes with the rows of a relation that changed since an instant; with NULL, with any of its rows';
