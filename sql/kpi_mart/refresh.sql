-- kpi_refresh: reads only tickets that changed, and recalculates only days that changed,
-- in the order of dependency: tickets, surveys, daily tallies, other tables.

-- Returns whether it is faster to look up this many tickets one by one than to read all of
-- them.  The look-up needs an index on the id in each relation.
CREATE FUNCTION @extschema@.kpi_looks_up(target_schema name, ids bigint) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- Citus has no costs, and would ask the nodes for theirs
SET citus.explain_distributed_queries = off
-- EXPLAIN turns it off on Citus, until the end of a function that sets it
SET citus.enable_local_execution = on
AS $body$
DECLARE
	source text;
	plan json;
	cost double precision;
BEGIN
	FOR source IN
		SELECT format('%I.%I', target_schema, @extschema@.kpi_source_name(r.contract))
		FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract = ANY ('{tickets}' || @extschema@.kpi_event_contracts())
	LOOP
		EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s WHERE ticket_id = (SELECT ticket_id FROM %1$s LIMIT 1)', source)
		INTO plan;
		cost := plan -> 0 -> 'Plan' ->> 'Total Cost';
		EXECUTE format('EXPLAIN (FORMAT JSON) SELECT FROM %s', source) INTO plan;
		-- reading all of them also joins, groups and computes all
		IF ids * cost > 50 * (plan -> 0 -> 'Plan' ->> 'Total Cost')::double precision THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_looks_up(name, bigint)
IS 'internal: whether looking up this many tickets is faster than reading all of them';

-- A query for the rows of a view whose key, a ticket or a customer, is in $1.  When they are
-- looked up one by one, the planner can push the key through joins and groups, to the
-- indexes of all relations that the view reads.
CREATE FUNCTION @extschema@.kpi_rows_of(target_schema name, view name, key name, looks_up boolean) RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	RETURN format(CASE WHEN looks_up
			THEN 'SELECT n.* FROM unnest($1::%s[]) AS i (id)
				CROSS JOIN LATERAL (SELECT * FROM %I.%I AS v WHERE v.%I = i.id OFFSET 0) AS n'
			ELSE 'SELECT * FROM %2$I.%3$I WHERE %4$I = ANY ($1::%1$s[])' END,
		(SELECT format_type(a.atttypid, -1) FROM pg_attribute AS a
		 WHERE a.attrelid = format('%I.%I', target_schema, view)::regclass AND a.attname = key),
		target_schema, view, key);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows_of(name, name, name, boolean)
IS 'internal: a query for the rows of a view whose key is in $1';

-- Whether the stored rows of the given tickets differ from those of a query, which takes the
-- tickets as $1.
CREATE FUNCTION @extschema@.kpi_rows_differ(target_schema name, relation name, query text, ids text[]) RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	digest CONSTANT text := 'SELECT sum(hashtextextended(ROW(t.*)::text, 0)::numeric) FROM (%s) AS t';
	before numeric;
	after numeric;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format(digest, query) INTO after USING ids;
	EXECUTE format(digest, @extschema@.kpi_rows_of(target_schema, relation, 'ticket_id'::name, false)) INTO before USING ids;
	RETURN after IS DISTINCT FROM before;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows_differ(name, name, text, text[])
IS 'internal: whether the stored rows of the given tickets differ from those of a query';

-- Replaces the rows that differ from those of a query in a table of rows of tickets, surveys,
-- visits or customers: those whose keys are in ids, which the query takes as $1, or all.
-- Returns the days on which an old or a new row counts, the customers whose health depends on
-- the rows, and the writers of the tickets.
CREATE FUNCTION @extschema@.kpi_refresh_rows(
	target_schema name, relation name, key name, query text, columns_of_days text[], ids text[],
	OUT days date[], OUT customers text[], OUT writers text[], OUT rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	stored CONSTANT text := format(CASE WHEN ids IS NULL THEN '%I.%I' ELSE '(%3$s)' END, target_schema, relation,
		@extschema@.kpi_rows_of(target_schema, relation, key, false));
	-- The hash of a record is a sum over its columns, the same when two rows swap a value.  It is
	-- hashed again before it is added up.  A key with one row needs no hash.
	hashes CONSTANT text := format('SELECT %I AS key, sum(hashint8extended(hash_record_extended(t.*, 0), 0)::numeric) AS hash FROM', key);
	-- few keys reach an index
	differing CONSTANT text := format(CASE WHEN ids IS NULL THEN '%I IN (SELECT key FROM pg_temp.kpi_differing)'
		ELSE '%I = ANY (ARRAY (SELECT key FROM pg_temp.kpi_differing))' END, key);
	has_key CONSTANT boolean := EXISTS (
		SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
		WHERE i.indrelid = format('%I.%I', target_schema, relation)::regclass AND i.indisprimary AND a.attname = key);
	returning_days CONSTANT text := format('RETURNING ARRAY[%s]::date[] AS days, %s AS customer, %s AS writer)
		SELECT ARRAY(SELECT DISTINCT unnest(days) FROM changed), ARRAY(SELECT DISTINCT customer FROM changed),
			ARRAY(SELECT DISTINCT writer FROM changed), count(*)
		FROM changed',
		(SELECT string_agg(quote_ident(c), ', ') FROM unnest(columns_of_days) AS c WHERE c <> 'none'),
		CASE relation WHEN 'ticket' THEN 'coalesce(account_id, customer_id)' WHEN 'survey' THEN 'account_id' ELSE 'NULL::text' END,
		CASE relation WHEN 'ticket' THEN 'customer_id' ELSE 'NULL::text' END);
	more_days date[];
	more_customers text[];
	more_writers text[];
	more_rows bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_new_row AS %s', query) USING ids;
	EXECUTE format(CASE WHEN has_key
		THEN 'CREATE TEMPORARY TABLE kpi_differing AS
			SELECT coalesce(n.%3$I, o.%3$I) AS key
			FROM pg_temp.kpi_new_row AS n FULL JOIN %1$s AS o ON o.%3$I = n.%3$I
			WHERE (n.* *<> o.*) IS NOT FALSE'
		ELSE 'CREATE TEMPORARY TABLE kpi_differing AS
			SELECT coalesce(n.key, o.key) AS key
			FROM (%2$s pg_temp.kpi_new_row AS t GROUP BY 1) AS n
			FULL JOIN (%2$s %1$s AS t GROUP BY 1) AS o ON o.key = n.key
			WHERE o.hash IS DISTINCT FROM n.hash' END, stored, hashes, key)
	USING ids;
	-- The days come from the rows deleted and inserted, so that a row that another session
	-- changes between two of these statements is not missed.
	EXECUTE format('WITH changed AS (DELETE FROM %I.%I WHERE %s %s', target_schema, relation, differing, returning_days)
	INTO days, customers, writers, rows;
	EXECUTE format('WITH changed AS (INSERT INTO %I.%I SELECT * FROM pg_temp.kpi_new_row WHERE %s %s',
		target_schema, relation, differing, returning_days)
	INTO more_days, more_customers, more_writers, more_rows;
	DROP TABLE pg_temp.kpi_new_row, pg_temp.kpi_differing;
	days := ARRAY(SELECT DISTINCT day FROM unnest(days || more_days) AS day WHERE day IS NOT NULL);
	customers := array_remove(customers || more_customers, NULL);
	writers := array_remove(writers || more_writers, NULL);
	rows := rows + more_rows;
EXCEPTION WHEN unique_violation THEN
	RAISE EXCEPTION 'the % of mart "%" have several rows with the same %', CASE relation WHEN 'survey' THEN 'surveys' ELSE 'tickets' END,
		target_schema, CASE relation WHEN 'survey' THEN 'response_id' ELSE 'ticket_id' END
		USING ERRCODE = 'unique_violation', DETAIL = SQLERRM,
			  HINT = format('%s finds them. Correct the relation, or build with accept_errors => true.',
				CASE relation WHEN 'survey' THEN 'kpi_check_relation' ELSE 'kpi_check_tickets' END);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_rows(name, name, name, text, text[], text[])
IS 'internal: replaces the rows with the given keys, or all, of a table of tickets, surveys, visits or customers, and returns the days '
'and customers that changed';

-- The tables x that store a view x_now, in the order of dependency.  Tables with days have
-- rows of tickets, or of other relations, their sources.  Other tables with sources are
-- compared as a whole.  Tables with counts are tallies, recalculated for the changed days of
-- the tables that they count.  customer_signal has none of these: see kpi_refresh_customers.
CREATE FUNCTION @extschema@.kpi_stored_tables(target_schema name)
RETURNS TABLE (name name, sources text[], counts text[], days text[])
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	RETURN QUERY EXECUTE format('SELECT o.name, o.sources, o.counts, o.days FROM %1$I.kpi_object AS o
		WHERE o.kind = ''table''
		AND EXISTS (SELECT FROM %1$I.kpi_object AS n WHERE n.name = o.name || ''_now'')
		ORDER BY o.position', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stored_tables(name)
IS 'internal: the tables x of a mart that store a view x_now, and what they are refreshed for';

-- Compares a stored table with its view: the given days of a tally and its rows without a day, or
-- all of it.  Writes only rows that differ.  Returns the customers of the rows deleted or
-- inserted if their health depends on them.
CREATE FUNCTION @extschema@.kpi_refresh_table(
	target_schema name, relation name, days date[], OUT customers text[], OUT rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_mergejoin = off
-- until the function ends, whatever it sets below
SET enable_nestloop = on
AS $body$
DECLARE
	-- tickets without any possible instant are counted in rows without a day
	condition CONSTANT text := CASE WHEN days IS NULL THEN 'true' ELSE '(t.day = ANY ($1) OR t.day IS NULL)' END;
	returning_customer CONSTANT text := format('RETURNING %s AS customer)
		SELECT array_agg(DISTINCT customer) FILTER (WHERE customer IS NOT NULL), count(*) FROM changed',
		CASE WHEN relation IN ('subscription', 'customer_event_daily_tally') THEN 'account_id' ELSE 'NULL::text' END);
	-- rows are found by their hash: records can be sorted, but that takes five times as long
	same CONSTANT text := 'hash_record_extended(n.*, 0) = hash_record_extended(t.*, 0) AND n.* *= t.*';
	more_customers text[];
	more_rows bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_new_tally AS SELECT * FROM %I.%I AS t WHERE %s',
		target_schema, relation || '_now', condition)
	USING days;
	-- PostgreSQL 19 does not choose a hash join without statistics if the rows may exceed hash_mem
	PERFORM set_config('enable_nestloop', 'off', true);
	EXECUTE format('WITH changed AS (DELETE FROM %I.%I AS t
		WHERE %s AND NOT EXISTS (SELECT FROM pg_temp.kpi_new_tally AS n WHERE %s) %s',
		target_schema, relation, condition, same, returning_customer)
	INTO customers, rows USING days;
	EXECUTE format('WITH changed AS (INSERT INTO %1$I.%2$I SELECT * FROM pg_temp.kpi_new_tally AS n
		WHERE NOT EXISTS (SELECT FROM %1$I.%2$I AS t WHERE %3$s AND %4$s) %5$s',
		target_schema, relation, condition, same, returning_customer)
	INTO more_customers, more_rows USING days;
	DROP TABLE pg_temp.kpi_new_tally;
	customers := customers || more_customers;
	rows := rows + more_rows;
EXCEPTION WHEN OTHERS THEN
	IF relation = 'own_daily_tally' THEN
		PERFORM @extschema@.kpi_require_countable(target_schema);
	END IF;
	RAISE;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_table(name, name, date[])
IS 'internal: compares days of a stored tally, or all of a stored table, and writes only rows that differ; returns the customers '
'that changed';

-- The given tickets and all tickets of the same customers, as stored and as they are now.
CREATE FUNCTION @extschema@.kpi_tickets_of_customers(target_schema name, ids text[], looks_up boolean) RETURNS text[]
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	found text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT array_agg(c.ticket_id::text) FROM %1$I.ticket_contact AS c
		WHERE c.customer_id = ANY (ARRAY(
			SELECT t.customer_id FROM (%2$s) AS t UNION SELECT t.customer_id FROM (%3$s) AS t))', target_schema,
		@extschema@.kpi_rows_of(target_schema, 'ticket_contact_now'::name, 'ticket_id'::name, looks_up),
		@extschema@.kpi_rows_of(target_schema, 'ticket_contact'::name, 'ticket_id'::name, looks_up))
	INTO found USING ids;
	RETURN ARRAY(SELECT DISTINCT id FROM unnest(ids || found) AS id);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tickets_of_customers(name, text[], boolean)
IS 'internal: the given tickets and the other tickets of their customers';

-- Recalculates the signals of the health of the given customers, or of all: they depend on
-- the day, and on what happened before it.
CREATE FUNCTION @extschema@.kpi_refresh_customers(target_schema name, customers text[]) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- the planner expects one row for each customer, and would sort all tickets
SET enable_mergejoin = off
AS $body$
DECLARE
	ids text[];
	written bigint;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	-- a mart of an earlier version computes them when they are read
	IF to_regclass(format('%I.customer_signal', target_schema)) IS NULL THEN
		RETURN 0;
	END IF;
	IF cardinality(customers) <= (
		SELECT reltuples / 4 FROM pg_class WHERE oid = format('%I.customer_signal', target_schema)::regclass)
	THEN
		ids := customers;
	END IF;
	SELECT r.rows INTO written
	FROM @extschema@.kpi_refresh_rows(target_schema, 'customer_signal'::name, 'customer'::name,
		CASE WHEN ids IS NULL THEN format('SELECT * FROM %I.customer_signal_now', target_schema)
			ELSE @extschema@.kpi_recorded_query(target_schema, 'customer_signal_of'::name) END,
		'{none}'::text[], ids) AS r;
	RETURN written;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh_customers(name, text[])
IS 'internal: recalculates the signals of the health of the given customers, or of all';

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET row_security = off
-- check constraints of the tickets are code of their owner
SET constraint_exclusion = off
-- ids and dimensions are texts, which must not depend on the session's settings
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
-- compiling takes longer than running, and Memoize makes the join of policies slow
SET jit = off
SET enable_memoize = off
SET citus.enable_ddl_propagation = off
-- see kpi_require_own_reads
SET citus.enable_local_execution = on
AS $body$
DECLARE
	-- reading so many tickets once more takes little time
	FEW CONSTANT int := 1000;
	work_mem CONSTANT text := current_setting('work_mem');
	zone text;
	as_of_before timestamptz;
	given text[];
	changed text[];
	ids text[];
	looks_up boolean;
	stored record;
	query text;
	key name;
	keys text[];
	changed_days date[];
	-- for each stored table of which rows changed, their days
	dirty jsonb := '{}';
	changed_customers text[];
	customers text[];
	changed_writers text[];
	writers text[] := '{}';
	more_rows bigint;
	all_days bigint;
BEGIN
	IF target_schema IS NULL OR "full" IS NULL THEN
		RAISE EXCEPTION 'target_schema and full cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM @extschema@.kpi_lock_mart(target_schema);
	PERFORM set_config('work_mem', @extschema@.kpi_work_mem(), true);
	EXECUTE format('SELECT s.time_zone, k.as_of FROM %1$I.kpi_settings AS s CROSS JOIN %1$I.kpi_state AS k', target_schema)
	INTO zone, as_of_before;
	ids := @extschema@.kpi_changed_tickets(target_schema, "full");
	PERFORM @extschema@.kpi_require_own_reads(target_schema);
	"full" := "full" OR ids IS NULL;
	changed := @extschema@.kpi_changed_sources(target_schema, "full", @extschema@.kpi_day(as_of_before, zone));
	given := ARRAY(
		SELECT r.contract FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract <> 'tickets');
	IF cardinality(ids) > (
		SELECT reltuples / 4 FROM pg_class WHERE oid = format('%I.ticket', target_schema)::regclass)
	THEN
		ids := NULL;
	END IF;
	looks_up := ids <> '{}' AND @extschema@.kpi_looks_up(target_schema, cardinality(ids)::bigint);
	rows := 0;
	FOR stored IN SELECT t.* FROM @extschema@.kpi_stored_tables(target_schema) AS t WHERE t.days IS NOT NULL AND t.sources IS NULL LOOP
		CONTINUE WHEN ids = '{}';
		IF stored.name = 'ticket_contact' AND ids IS NOT NULL THEN
			-- a contact of a customer also changes other tickets of that customer
			ids := @extschema@.kpi_tickets_of_customers(target_schema, ids, looks_up);
		END IF;
		query := CASE WHEN ids IS NULL THEN format('SELECT * FROM %I.%I', target_schema, stored.name || '_now')
			ELSE @extschema@.kpi_rows_of(target_schema, (stored.name || '_now')::name, 'ticket_id'::name, looks_up) END;
		-- most refreshes read tickets again that have not changed; temporary tables would write to the WAL
		CONTINUE WHEN coalesce(cardinality(ids), FEW + 1) <= FEW AND NOT @extschema@.kpi_rows_differ(target_schema, stored.name, query, ids);
		SELECT r.days, r.customers, r.writers, r.rows INTO changed_days, changed_customers, changed_writers, more_rows
		FROM @extschema@.kpi_refresh_rows(target_schema, stored.name, 'ticket_id'::name, query, stored.days, ids) AS r;
		CONTINUE WHEN more_rows = 0;
		dirty := dirty || jsonb_build_object(stored.name, changed_days);
		customers := customers || changed_customers;
		writers := writers || changed_writers;
		rows := rows + more_rows;
	END LOOP;
	IF "full" OR rows > 0 THEN
		changed := changed || '{tickets}';
	END IF;
	-- surveys take what they lack from their tickets, and visits to the help pages ask for tickets of their customers
	FOR stored IN
		SELECT t.* FROM @extschema@.kpi_stored_tables(target_schema) AS t
		WHERE t.days IS NOT NULL AND t.sources && changed AND t.sources && given
	LOOP
		IF ids IS NULL OR stored.sources[1] = ANY (changed) THEN
			keys := NULL;
			key := CASE stored.name WHEN 'survey' THEN 'response_id' ELSE 'session_id' END;
			query := format('SELECT * FROM %I.%I', target_schema, stored.name || '_now');
		ELSIF stored.name = 'survey' THEN
			keys := ids;
			key := 'ticket_id';
			-- their relation may have no index
			query := @extschema@.kpi_rows_of(target_schema, 'survey_now'::name, key, false);
		ELSE
			keys := writers;
			key := 'customer_id';
			query := @extschema@.kpi_recorded_query(target_schema, 'help_reading_of'::name);
		END IF;
		SELECT r.days, r.customers, r.rows INTO changed_days, changed_customers, more_rows
		FROM @extschema@.kpi_refresh_rows(target_schema, stored.name, key, query, stored.days, keys) AS r;
		CONTINUE WHEN more_rows = 0;
		dirty := dirty || jsonb_build_object(stored.name, changed_days);
		customers := customers || changed_customers;
		rows := rows + more_rows;
	END LOOP;
	days := (SELECT count(DISTINCT day) FROM jsonb_each(dirty) AS d, jsonb_array_elements_text(d.value) AS day);
	EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily_tally', target_schema) INTO all_days;
	rows := rows + coalesce((
		SELECT sum((@extschema@.kpi_refresh_table(target_schema, t.name,
			CASE WHEN NOT "full" AND cardinality(t.days) * 2 <= all_days THEN t.days END)).rows)
		FROM (
			SELECT s.name, ARRAY(
				SELECT DISTINCT d::date FROM unnest(s.counts) AS c, jsonb_array_elements_text(dirty -> c) AS d) AS days
			FROM @extschema@.kpi_stored_tables(target_schema) AS s
			WHERE s.counts IS NOT NULL
			-- rows may have changed that have no day
			AND ("full" OR s.counts && ARRAY(SELECT jsonb_object_keys(dirty)))
		) AS t), 0);
	FOR stored IN
		SELECT t.* FROM @extschema@.kpi_stored_tables(target_schema) AS t
		-- without its relation a table stays empty, whatever changes
		WHERE t.days IS NULL AND t.sources && changed AND t.sources && given
	LOOP
		SELECT t.customers, t.rows INTO changed_customers, more_rows
		FROM @extschema@.kpi_refresh_table(target_schema, stored.name, NULL::date[]) AS t;
		customers := customers || changed_customers;
		rows := rows + more_rows;
	END LOOP;
	IF "full" OR 'day' = ANY (changed) THEN
		rows := rows + @extschema@.kpi_refresh_customers(target_schema, NULL::text[]);
	ELSIF cardinality(customers) > 0 THEN
		rows := rows + @extschema@.kpi_refresh_customers(target_schema, ARRAY(SELECT DISTINCT c FROM unnest(customers) AS c));
	END IF;
	PERFORM @extschema@.kpi_note_answers(target_schema, CASE WHEN NOT "full" THEN ARRAY(
				SELECT d::date FROM jsonb_array_elements_text(dirty -> 'ticket') AS d) END,
			'surveys' = ANY (changed), true),
		@extschema@.kpi_note_alerts(target_schema);
	PERFORM set_config('work_mem', work_mem, true);
	RETURN NEXT;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh(name, boolean)
IS 'brings a mart up to date: recalculates the days whose tickets or answers to surveys changed, or with full compares everything, '
'which also finds deletions; readers wait only when it takes up new columns; returns the number of days, and of rows deleted or inserted';

-- A refresh is maintenance and may use maintenance_work_mem.
CREATE FUNCTION @extschema@.kpi_work_mem() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_work_mem() IS 'internal: work_mem of a build or refresh';
