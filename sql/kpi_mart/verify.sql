-- kpi_verify: compares what a mart stores with what its views compute.

CREATE FUNCTION @extschema@.kpi_verify(target_schema name)
RETURNS TABLE (relation text, key text, problem text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
-- check constraints of the tickets are code of their owner
SET constraint_exclusion = off
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
SET jit = off
SET enable_memoize = off
SET citus.enable_local_execution = on
AS $body$
DECLARE
	stored name;
BEGIN
	IF target_schema IS NULL THEN
		RAISE EXCEPTION 'target_schema cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_lock_mart(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_new_ticket AS SELECT * FROM %I.ticket_now', target_schema);
	RETURN QUERY EXECUTE format('SELECT ''ticket'', coalesce(n.ticket_id, o.ticket_id)::text,
			CASE WHEN n.ticket_id IS NULL THEN ''stored, but not in ticket_now''
				WHEN o.ticket_id IS NULL THEN ''not stored''
				ELSE ''differs from ticket_now'' END
		FROM pg_temp.kpi_new_ticket AS n FULL JOIN %I.ticket AS o ON o.ticket_id = n.ticket_id
		WHERE (n.* *<> o.*) IS NOT FALSE', target_schema);
	DROP TABLE pg_temp.kpi_new_ticket;
	FOR stored IN SELECT t.name FROM @extschema@.kpi_stored_tables(target_schema) AS t WHERE t.name <> 'ticket' LOOP
		EXECUTE format('CREATE TEMPORARY TABLE kpi_new_tally AS SELECT * FROM %I.%I', target_schema, stored || '_now');
		RETURN QUERY EXECUTE format('SELECT DISTINCT %1$L, coalesce(d.%4$I::text, ''no %4$s''), format(''differs from %%s'', %2$L)
			FROM (
				(SELECT * FROM pg_temp.kpi_new_tally EXCEPT ALL SELECT * FROM %3$I.%1$I)
				UNION ALL
				(SELECT * FROM %3$I.%1$I EXCEPT ALL SELECT * FROM pg_temp.kpi_new_tally)
			) AS d', stored, stored || '_now', target_schema, (
				SELECT attname FROM pg_attribute WHERE attrelid = format('%I.%I', target_schema, stored)::regclass AND attnum = 1));
		DROP TABLE pg_temp.kpi_new_tally;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_verify(name)
IS 'compares the facts and tallies of a mart with the views that compute them, and returns the tickets, days and months that '
'differ; returns no rows after a build or refresh, unless the relations have changed since';
