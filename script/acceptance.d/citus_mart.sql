-- Compares a mart of distributed relations with a mart of ordinary tables. Run test/data/generate.sql first.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

CREATE TABLE relation (name name, distribution_column text);
INSERT INTO relation VALUES ('tickets', 'ticket_id'), ('surveys', 'response_id'), ('work_time', 'agent_id'),
	('subscriptions', 'account_id'), ('customer_events', 'account_id'), ('costs', 'component'), ('help_sessions', 'session_id');
CREATE INDEX ON public.tickets (updated_at);
CREATE SCHEMA shards;
SELECT format('CREATE TABLE shards.%1$I (LIKE public.%1$I INCLUDING ALL)', name) FROM relation \gexec
SELECT create_distributed_table(format('shards.%I', name), distribution_column, shard_count => 4) FROM relation;
SELECT format('INSERT INTO shards.%1$I SELECT * FROM public.%1$I', name) FROM relation \gexec
ANALYZE;

-- Compares all relations of the two marts. Floating-point sums depend on the order of rows: service_and_revenue has
-- some, and its numbers are rounded.
CREATE FUNCTION must_be_same_mart(moment text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	object text;
	columns text;
BEGIN
	FOR object IN
		SELECT name FROM mart_here.kpi_object
		WHERE kind <> 'query' AND name NOT IN ('kpi_object', 'kpi_settings', 'kpi_state', 'kpi_source') ORDER BY position
	LOOP
		SELECT string_agg(CASE WHEN object = 'service_and_revenue' AND atttypid = 'float8'::regtype
							   THEN format('round(%I::numeric, 10)', attname) ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
		INTO columns FROM pg_attribute
		WHERE attrelid = format('mart_here.%I', object)::regclass AND attnum > 0 AND NOT attisdropped;
		PERFORM must_equal(format('%s of a mart, %s', object, moment),
			format('SELECT row FROM (SELECT ROW(%s)::text AS row FROM mart_here.%I) AS q ORDER BY row COLLATE "C"', columns, object),
			format('SELECT row FROM (SELECT ROW(%s)::text AS row FROM mart_shards.%I) AS q ORDER BY row COLLATE "C"', columns, object));
	END LOOP;
END
$$;

-- In one transaction, because some views depend on the current time.
BEGIN;
SELECT format('SELECT kpi_build(%s, target_schema => %L, time_zone => ''Europe/Berlin'',
	hours => ''Europe/Berlin; Mo-Fr 09:00-17:00'', dimensions => ''{team,industry}'', lag => ''0'')',
	string_agg(format('%s => %L', name, schema || '.' || name), ', '), mart)
FROM relation, (VALUES ('public', 'mart_here'), ('shards', 'mart_shards')) AS s (schema, mart) GROUP BY schema, mart \gexec
SELECT must_be_same_mart('built');
COMMIT;
SELECT must_equal('kpi_verify', 'SELECT 1 WHERE false', 'SELECT * FROM kpi_verify(''mart_shards'')');

SELECT format($$UPDATE %I.tickets SET team = 'another', resolved_at = NULL, solved = NULL, updated_at = now()
	WHERE right(ticket_id, 1) = '7'$$, schema) FROM (VALUES ('public'), ('shards')) AS s (schema) \gexec
SELECT must_hold('kpi_verify finds the change', EXISTS (SELECT FROM kpi_verify('mart_shards')));
BEGIN;
SELECT kpi_refresh('mart_here');
SELECT kpi_refresh('mart_shards');
SELECT must_be_same_mart('refreshed');
COMMIT;
SELECT must_equal('kpi_verify after the refresh', 'SELECT 1 WHERE false', 'SELECT * FROM kpi_verify(''mart_shards'')');
