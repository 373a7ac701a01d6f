-- Compares marts of distributed, reference and managed local tables with marts of ordinary tables. Run test/data/generate.sql first.
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
	(first_response_at, 'open', team), (first_response_at + interval '1 minute', 'pending', NULL), (resolved_at, 'solved', NULL)
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

-- copies of all relations: %1$I is the schema, %2$I the relation and %3$L its distribution column
CREATE TABLE place (schema name, command text);
INSERT INTO place VALUES ('public', NULL),
	('shards', 'SELECT create_distributed_table(''%1$I.%2$I'', %3$L, shard_count => 4)'),
	('everywhere', 'SELECT create_reference_table(''%1$I.%2$I'')'),
	('managed', 'SELECT citus_add_local_table_to_metadata(''%1$I.%2$I'')');
CREATE VIEW copy AS SELECT schema, name, format(command, schema, name, distribution_column) AS command
FROM place CROSS JOIN relation WHERE command IS NOT NULL;
SELECT format('CREATE SCHEMA %I', schema) FROM place WHERE command IS NOT NULL \gexec
SELECT format('CREATE TABLE %I.%2$I (LIKE public.%2$I INCLUDING ALL)', schema, name) FROM copy \gexec
SELECT command FROM copy \gexec
SELECT format('INSERT INTO %I.%2$I SELECT * FROM public.%2$I', schema, name) FROM copy \gexec
ANALYZE;

-- The marts to compare: a mart of Citus with one of ordinary tables. The target schema is the name. Most views read only
-- tables of the mart, so two marts with their views are enough.
CREATE TABLE mart (name name, tickets name, events name, others name, compared_with name, with_views boolean);
INSERT INTO mart VALUES ('here', 'public', NULL, 'public', NULL, NULL),
	('events_here', 'public', 'public', 'public', NULL, NULL),
	('mart_of_shards', 'shards', NULL, 'shards', 'here', true),
	('events_of_shards', 'shards', 'shards', 'shards', 'events_here', false),
	('events_everywhere', 'everywhere', 'everywhere', 'everywhere', 'events_here', true),
	('mart_managed', 'managed', NULL, 'managed', 'here', false),
	('only_tickets_of_shards', 'shards', 'everywhere', 'everywhere', 'events_here', false),
	('only_tickets_everywhere', 'everywhere', 'shards', 'shards', 'events_here', false);
CREATE VIEW citus_mart AS SELECT * FROM mart WHERE compared_with IS NOT NULL;

-- Compares the relations of the marts. Two depend on the order of rows: service_and_revenue has floating-point sums, which
-- are rounded, and ticket_target has arrays without an order.
CREATE FUNCTION must_be_same(moment text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	m citus_mart;
	object text;
	columns text;
	rows_of_object text = 'SELECT row FROM (SELECT ROW(%s)::text AS row FROM %I.%I) AS q ORDER BY row COLLATE "C"';
BEGIN
	FOR m IN SELECT * FROM citus_mart LOOP
		FOR object IN EXECUTE format('SELECT name FROM %I.kpi_object WHERE kind <> ''query'' AND (kind <> ''view'' OR $1)
			AND name NOT IN (''kpi_object'', ''kpi_settings'', ''kpi_state'', ''kpi_source'', ''ticket_target'') ORDER BY position', m.name)
			USING m.with_views
		LOOP
			SELECT string_agg(CASE WHEN object = 'service_and_revenue' AND atttypid = 'float8'::regtype
				THEN format('round(%I::numeric, 10)', attname) ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
			INTO columns FROM pg_attribute
			WHERE attrelid = format('%I.%I', m.name, object)::regclass AND attnum > 0 AND NOT attisdropped;
			PERFORM must_equal(format('%s of mart %s, %s', object, m.name, moment),
							   format(rows_of_object, columns, m.compared_with, object),
							   format(rows_of_object, columns, m.name, object));
		END LOOP;
	END LOOP;
END
$$;
CREATE FUNCTION must_be_verified(moment text) RETURNS void LANGUAGE sql BEGIN ATOMIC
SELECT must_equal(format('kpi_verify of mart %s, %s', name, moment), 'SELECT 1 WHERE false',
				  format('SELECT * FROM kpi_verify(%L)', name))
FROM citus_mart;
END;

-- Some views depend on the current time, so all marts are built and read in one transaction.
BEGIN;
SELECT format('SELECT count(*) FROM kpi_build(%s, target_schema => %L, time_zone => ''Europe/Berlin'',
	hours => ''Europe/Berlin; Mo-Fr 09:00-17:00'', dimensions => ''{team,industry}'', lag => ''0'')',
	string_agg(format('%s => %L', r.name, format('%I.%I', place, r.name)), ', '), m.name)
FROM mart AS m CROSS JOIN relation AS r
CROSS JOIN LATERAL (SELECT CASE WHEN r.name = 'tickets' THEN tickets WHEN is_event THEN events ELSE others END) AS p (place)
WHERE place IS NOT NULL GROUP BY m.name \gexec
SELECT must_be_same('built');
COMMIT;
SELECT must_be_verified('built');

-- Many marts in one transaction: what one refresh reads must not change how the next one reads. The workers have a now() of
-- their own.
BEGIN;
SELECT format($$UPDATE %I.tickets SET team = 'another', resolved_at = NULL, solved = NULL, updated_at = %L
	WHERE right(ticket_id, 1) = '7'$$, schema, now()) FROM place \gexec
SELECT format($$INSERT INTO %I.messages SELECT ticket_id, %2$L, 'agent', agent_id, %2$L FROM %1$I.tickets
	WHERE right(ticket_id, 1) = '3'$$, schema, now()) FROM place \gexec
SELECT format($$INSERT INTO %I.surveys (response_id, kind, sent_at, answered_at, score, scale_max)
	SELECT response_id || ' again', kind, %2$L, %2$L, score, scale_max FROM %1$I.surveys
	WHERE right(response_id, 1) = '3'$$, schema, now()) FROM place \gexec
SELECT format($$UPDATE %I.subscriptions SET mrr = mrr * 2 WHERE right(account_id, 1) = '3'$$, schema) FROM place \gexec
COMMIT;
SELECT must_hold('kpi_verify finds the change in mart ' || name, (SELECT count(*) > 0 FROM kpi_verify(name))) FROM citus_mart;
BEGIN;
SELECT kpi_refresh(name) FROM mart;
SELECT must_be_same('refreshed');
COMMIT;
SELECT must_be_verified('refreshed');

-- One mart a transaction. Citus reads reference tables over a connection after EXPLAIN, and without local execution.
BEGIN;
SELECT format($$UPDATE %I.tickets SET team = 'a third', updated_at = %L WHERE right(ticket_id, 1) = '5'$$, schema, now())
FROM place \gexec
COMMIT;
SELECT format('SELECT kpi_refresh(%L)', name) FROM citus_mart WHERE name <> 'events_everywhere' \gexec
BEGIN;
EXPLAIN SELECT FROM everywhere.tickets;
SELECT kpi_refresh('events_everywhere');
COMMIT;
SELECT must_be_verified('refreshed alone');
BEGIN;
SET LOCAL citus.enable_local_execution = off;
SELECT count(*) FROM everywhere.tickets;
SELECT must_hold('a refresh that would miss changes is an error',
				 (rows_of('SELECT kpi_refresh(''events_everywhere'')'))[1] LIKE '%that does not see the refresh of mart%');
COMMIT;
