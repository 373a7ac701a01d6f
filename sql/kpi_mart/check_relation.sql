-- kpi_check_relation: all findings about a relation, and those about the events of tickets.

-- Findings about events that only several rows show: those of one ticket, or an event and
-- its ticket if the tickets are given.
CREATE FUNCTION @extschema@.kpi_check_events(relation regclass, contract text, tickets regclass)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET jit = off
AS $body$
DECLARE
	-- ids of different types are compared as text
	events CONSTANT text := format('(SELECT e.*, e.ticket_id::text COLLATE "C" AS id FROM (%s) AS e)',
		@extschema@.kpi_read_query(relation, contract));
	given text;
BEGIN
	IF contract <> ALL (@extschema@.kpi_event_contracts())
		OR 'ticket_id' <> ALL (@extschema@.kpi_given_columns(relation, contract))
	THEN
		RETURN;
	END IF;
	IF contract = 'status_changes' THEN
		RETURN QUERY EXECUTE format('SELECT ''statuses_in_one_instant'', ''warning'', sum(n)::bigint, min(left(id, 100)),
				''It is not known which of these statuses came last. Select the order of the changes as seq.''
			FROM (
				SELECT id, count(*) AS n FROM %s AS e WHERE status IS NOT NULL AND seq IS NULL
				GROUP BY id, at HAVING count(DISTINCT status) > 1
			) AS s
			HAVING count(*) > 0', events);
	ELSIF contract = 'messages' THEN
		RETURN QUERY EXECUTE format('SELECT ''authors_in_one_instant'', ''info'', sum(n)::bigint, min(left(id, 100)),
				''The message of the customer counts as the earlier one. Select the order of the messages as seq.''
			FROM (
				SELECT id, count(*) AS n FROM %s AS e
				WHERE author IN (''customer'', ''agent'') AND is_public IS NOT FALSE AND seq IS NULL
				GROUP BY id, at HAVING count(DISTINCT author) > 1
			) AS s
			HAVING count(*) > 0', events);
	END IF;
	IF tickets IS NULL OR 'ticket_id' <> ALL (@extschema@.kpi_given_columns(tickets, 'tickets'::text)) THEN
		RETURN;
	END IF;
	given := format('(SELECT t.ticket_id::text COLLATE "C" AS id, %s.kpi_instant(t.created_at) AS created_at FROM (%s) AS t)',
		'@extschema@', @extschema@.kpi_read_query(tickets, 'tickets'::text));
	RETURN QUERY EXECUTE format('SELECT ''without_ticket'', ''warning'', count(*), min(left(e.id, 100)),
			''These rows are ignored. Check whether their ids are those of the tickets, and whether tickets are missing.''
		FROM %s AS e
		WHERE NOT EXISTS (SELECT FROM %s AS t WHERE t.id = e.id)
		HAVING count(*) > 0', events, given);
	IF contract <> 'sla_targets' THEN
		RETURN QUERY EXECUTE format('SELECT ''at_before_created'', ''info'', count(*), min(left(e.id, 100)),
				''A status takes no time before the creation, and a message of an agent is no answer. Check whether the two times have ''
				''the same time zone.''
			FROM %s AS e
			JOIN %s AS t ON t.id = e.id
			WHERE %s.kpi_instant(e.at) < t.created_at
			HAVING count(*) > 0', events, given, '@extschema@');
		RETURN QUERY EXECUTE format('SELECT ''ticket_without_%3$s'', ''info'', count(*), min(left(t.id, 100)),
				''Values that these tickets lack themselves are unknown. Check whether their %3$s are missing.''
			FROM %2$s AS t
			WHERE NOT EXISTS (SELECT FROM %1$s AS e WHERE t.id = e.id)
			HAVING count(*) > 0', events, given, contract);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_events(regclass, text, regclass)
IS 'internal: findings about events that only several rows show';

-- VOLATILE, because it explains queries
CREATE FUNCTION @extschema@.kpi_check_relation(relation regclass, contract text, tickets regclass DEFAULT NULL)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE plpgsql ROWS 20
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- check constraints of the relation are code of its owner
SET constraint_exclusion = off
AS $body$
#variable_conflict use_column
BEGIN
	IF num_nulls(relation, contract) > 0 THEN
		RETURN;
	ELSIF NOT EXISTS (SELECT FROM @extschema@.kpi_contract AS c WHERE c.relation = kpi_check_relation.contract) THEN
		RAISE EXCEPTION 'unknown contract "%"', contract
			USING ERRCODE = 'invalid_parameter_value', HINT = format('Contracts are %s.', (
				SELECT string_agg(DISTINCT c.relation, ', ') FROM @extschema@.kpi_contract AS c));
	ELSIF NOT EXISTS (SELECT FROM pg_class WHERE oid = kpi_check_relation.relation AND relkind IN ('r', 'v', 'm', 'f', 'p')) THEN
		RAISE EXCEPTION '% is not a table or view', relation USING ERRCODE = 'wrong_object_type';
	END IF;
	PERFORM @extschema@.kpi_require_safe_source(relation);
	IF tickets IS NOT NULL THEN
		PERFORM @extschema@.kpi_require_safe_source(tickets);
	END IF;
	RETURN QUERY
	SELECT f.check, f.severity, f.rows, f.example, f.advice
	FROM (
		SELECT 1 AS part, c.* FROM @extschema@.kpi_check_columns(relation, contract) WITH ORDINALITY AS c
		UNION ALL SELECT 2, r.* FROM @extschema@.kpi_check_rows(relation, contract) WITH ORDINALITY AS r
		UNION ALL SELECT 3, e.* FROM @extschema@.kpi_check_events(relation, contract, tickets) WITH ORDINALITY AS e
		UNION ALL SELECT 4, i.* FROM @extschema@.kpi_check_indexes(relation, contract) WITH ORDINALITY AS i
	) AS f
	ORDER BY array_position('{error,warning,info}'::text[], f.severity), f.check COLLATE "C", f.part, f.ordinality;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_relation(regclass, text, regclass)
IS 'what is missing or impossible in a table or view for a contract, such as tickets or surveys, and what to do about it; '
'with tickets, also messages, status_changes or sla_targets that do not fit them; returns no rows when there is no finding';

CREATE FUNCTION @extschema@.kpi_check_tickets(relation regclass)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE sql STRICT ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_check_relation($1, 'tickets'::text, NULL::regclass);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_tickets(regclass)
IS 'what is missing or impossible in a table or view of tickets, and what to do about it; returns no rows when there is no finding';
