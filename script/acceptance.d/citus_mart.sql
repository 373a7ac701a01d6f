-- Compares marts of distributed relations with marts of ordinary tables. Run test/data/generate.sql first.
SET search_path = kpi_test, public;
SET client_min_messages = warning;

-- events of the generated tickets: up to four messages, three changes of status and two targets
CREATE TABLE public.messages AS
SELECT ticket_id, at, author, author_id, at AS loaded_at
FROM public.tickets, LATERAL (VALUES
	(created_at, 'customer', customer_id),
	(first_response_at, 'agent', agent_id),
	(first_response_at + interval '50 minutes', 'customer', customer_id),
	(CASE WHEN contacts > 1 THEN first_response_at + interval '2 hours' END, 'agent', agent_id)
) AS message (at, author, author_id) WHERE at IS NOT NULL;
CREATE TABLE public.status_changes AS
SELECT ticket_id, at, change.status, change.team, at AS loaded_at
FROM public.tickets, LATERAL (VALUES
	(first_response_at, 'open', team),
	(first_response_at + interval '1 minute', 'pending', NULL),
	(resolved_at, 'solved', NULL)
) AS change (at, status, team) WHERE at IS NOT NULL;
CREATE TABLE public.sla_targets AS
SELECT ticket_id, target.metric, target.target, created_at AS loaded_at
FROM public.tickets, LATERAL (VALUES ('first_response', interval '2 hours'), ('next_response', interval '90 minutes'))
	AS target (metric, target);

CREATE TABLE relation (name name, distribution_column text, is_event boolean);
INSERT INTO relation VALUES ('tickets', 'ticket_id', false), ('surveys', 'response_id', false),
	('work_time', 'agent_id', false), ('subscriptions', 'account_id', false), ('customer_events', 'account_id', false),
	('costs', 'component', false), ('help_sessions', 'session_id', false),
	('messages', 'ticket_id', true), ('status_changes', 'ticket_id', true), ('sla_targets', 'ticket_id', true);
CREATE INDEX ON public.tickets (updated_at);
CREATE SCHEMA shards;
SELECT format('CREATE TABLE shards.%1$I (LIKE public.%1$I INCLUDING ALL)', name) FROM relation \gexec
SELECT create_distributed_table(format('shards.%I', name), distribution_column, shard_count => 4) FROM relation;
SELECT format('INSERT INTO shards.%1$I SELECT * FROM public.%1$I', name) FROM relation \gexec
ANALYZE;

-- The marts to compare.
CREATE TABLE mart (name text, local_mart name, distributed_mart name, has_events boolean);
INSERT INTO mart VALUES
	('mart', 'mart_here', 'mart_shards', false),
	('mart of events', 'events_here', 'events_shards', true);

-- Compares all relations of the marts. Two depend on the order of rows: service_and_revenue has floating-point sums,
-- which are rounded, and ticket_target has arrays without an order.
CREATE FUNCTION must_be_same(moment text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	m mart;
	object text;
	columns text;
	rows_of_object text = 'SELECT row FROM (SELECT ROW(%s)::text AS row FROM %I.%I) AS q ORDER BY row COLLATE "C"';
BEGIN
	FOR m IN SELECT * FROM mart LOOP
		FOR object IN EXECUTE format('SELECT name FROM %I.kpi_object WHERE kind <> ''query''
			AND name NOT IN (''kpi_object'', ''kpi_settings'', ''kpi_state'', ''kpi_source'', ''ticket_target'')
			ORDER BY position', m.local_mart)
		LOOP
			SELECT string_agg(CASE WHEN object = 'service_and_revenue' AND atttypid = 'float8'::regtype
				THEN format('round(%I::numeric, 10)', attname) ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
			INTO columns FROM pg_attribute
			WHERE attrelid = format('%I.%I', m.local_mart, object)::regclass AND attnum > 0 AND NOT attisdropped;
			PERFORM must_equal(format('%s of the %s, %s', object, m.name, moment),
							   format(rows_of_object, columns, m.local_mart, object),
							   format(rows_of_object, columns, m.distributed_mart, object));
		END LOOP;
	END LOOP;
END
$$;
CREATE FUNCTION must_be_verified(moment text) RETURNS void LANGUAGE sql BEGIN ATOMIC
SELECT must_equal(format('kpi_verify of the %s, %s', name, moment), 'SELECT 1 WHERE false',
				  format('SELECT * FROM kpi_verify(%L)', distributed_mart))
FROM mart;
END;

-- Some views depend on the current time, so both marts are built and read in one transaction.
BEGIN;
SELECT format('SELECT kpi_build(%s, target_schema => %L, time_zone => ''Europe/Berlin'',
	hours => ''Europe/Berlin; Mo-Fr 09:00-17:00'', dimensions => ''{team,industry}'', lag => ''0'')',
	string_agg(format('%s => %L', r.name, schema || '.' || r.name), ', '), target)
FROM mart, LATERAL (VALUES ('public', local_mart), ('shards', distributed_mart)) AS s (schema, target), relation AS r
WHERE has_events OR NOT is_event GROUP BY schema, target \gexec
SELECT must_be_same('built');
COMMIT;
SELECT must_be_verified('built');

BEGIN;
SELECT format($$UPDATE %I.tickets SET team = 'another', resolved_at = NULL, solved = NULL, updated_at = now()
	WHERE right(ticket_id, 1) = '7'$$, schema) FROM (VALUES ('public'), ('shards')) AS s (schema) \gexec
SELECT format($$INSERT INTO %I.messages SELECT ticket_id, now(), 'agent', agent_id, now() FROM %1$I.tickets
	WHERE right(ticket_id, 1) = '3'$$, schema) FROM (VALUES ('public'), ('shards')) AS s (schema) \gexec
COMMIT;
SELECT must_hold('kpi_verify finds the change in the ' || name, (SELECT count(*) > 0 FROM kpi_verify(distributed_mart)))
FROM mart;
BEGIN;
SELECT kpi_refresh(target) FROM mart, LATERAL (VALUES (local_mart), (distributed_mart)) AS m (target);
SELECT must_be_same('refreshed');
COMMIT;
SELECT must_be_verified('refreshed');
