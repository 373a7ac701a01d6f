-- kpi_build, kpi_refresh and the views, on a tenth of the rows.

SELECT set_config('kpi_bench.rows', greatest(20000, current_setting('kpi_bench.rows')::bigint / 10)::text, false) AS tickets, set_config('kpi_bench.rounds', least(3, current_setting('kpi_bench.rounds')::int)::text, false),
       set_config('maintenance_work_mem', '512MB', false), set_config('client_min_messages', 'error', false)
\gset
\i :here/build_data.sql

CREATE FUNCTION kpi_bench.build_and_drop(arguments text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    objects bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM kpi_build(''kpi_bench.tickets'', ''kpi_bench_once'', ''Europe/Berlin''%s)', arguments) INTO objects;
    PERFORM kpi_drop('kpi_bench_once');
    RETURN objects;
END
$$;
-- as it is done by hand: one table, keys and counts alone
CREATE FUNCTION kpi_bench.count_and_drop() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE kpi_bench.plain AS
        SELECT (created_at AT TIME ZONE 'Europe/Berlin')::date AS day, team, channel, category, priority, count(*) AS tickets, count(first_response_at) AS responded,
               count(resolved_at) AS resolved, count(contacts) AS contacts, count(reopens) AS reopened, count(escalated) AS escalated, count(handle_time) AS handled
        FROM tickets GROUP BY 1, 2, 3, 4, 5;
    DROP TABLE kpi_bench.plain;
END
$$;
-- the tables that kpi_build makes of tickets alone, by hand, with as many rows, but counts in place of tallies
CREATE VIEW kpi_bench.event AS
    SELECT (created_at AT TIME ZONE 'Europe/Berlin')::date AS day, 'created' AS event, * FROM kpi_bench.tickets
    UNION ALL SELECT (first_response_at AT TIME ZONE 'Europe/Berlin')::date, 'responded', * FROM kpi_bench.tickets
    UNION ALL SELECT (resolved_at AT TIME ZONE 'Europe/Berlin')::date, 'resolved', * FROM kpi_bench.tickets WHERE resolved_at IS NOT NULL;
CREATE FUNCTION kpi_bench.count_like_build_and_drop() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    counts CONSTANT text := 'count(*) FILTER (WHERE event = ''created'') AS tickets, count(*) FILTER (WHERE event = ''responded'') AS responded, count(*) FILTER (WHERE event = ''resolved'') AS resolved,
        count(reopens) FILTER (WHERE event = ''resolved'') AS reopened, count(escalated) FILTER (WHERE event = ''resolved'') AS escalated, count(handle_time) FILTER (WHERE event = ''resolved'') AS handled';
BEGIN
    EXECUTE format('CREATE TABLE kpi_bench.plain_ticket AS SELECT day, team, channel, category, priority, %s FROM kpi_bench.event GROUP BY 1, 2, 3, 4, 5', counts);
    EXECUTE format('CREATE TABLE kpi_bench.plain_agent AS SELECT day, agent_id, %s FROM kpi_bench.event GROUP BY 1, 2', counts);
    EXECUTE format('CREATE TABLE kpi_bench.plain_customer AS SELECT day, customer_id, channel, %s FROM kpi_bench.event GROUP BY 1, 2, 3', counts);
    CREATE TABLE kpi_bench.plain_hour AS SELECT at::date AS day, extract(hour FROM at) AS hour, channel, count(*) AS tickets, count(first_response_at) AS responded, count(handle_time) AS handled
        FROM kpi_bench.tickets, LATERAL (SELECT created_at AT TIME ZONE 'Europe/Berlin' AS at) AS l GROUP BY 1, 2, 3;
    CREATE TABLE kpi_bench.plain_contact AS SELECT (created_at AT TIME ZONE 'Europe/Berlin')::date AS day, channel, count(*) AS contacts, count(*) FILTER (WHERE created_at - last_at <= interval '7 days') AS repeated
        FROM (SELECT *, lag(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS last_at FROM kpi_bench.tickets) AS t GROUP BY 1, 2;
    DROP TABLE kpi_bench.plain_ticket, kpi_bench.plain_agent, kpi_bench.plain_customer, kpi_bench.plain_hour, kpi_bench.plain_contact;
END
$$;
\set everything ', surveys => ''answers'', work_time => ''work_time'', subscriptions => ''subscriptions'', customer_events => ''customer_events'', costs => ''costs'', help_sessions => ''help_sessions'''

CALL kpi_bench.compare('kpi_build of tickets / one GROUP BY with counts', 'SELECT kpi_bench.build_and_drop('''')', 'SELECT kpi_bench.count_and_drop()');
CALL kpi_bench.compare('kpi_build of tickets / the same tables with counts', 'SELECT kpi_bench.build_and_drop('''')', 'SELECT kpi_bench.count_like_build_and_drop()');
CREATE UNLOGGED TABLE empty_tickets AS SELECT * FROM tickets LIMIT 0;
CALL kpi_bench.compare('kpi_build of tickets / of no tickets', 'SELECT kpi_bench.build_and_drop('''')',
    $$SELECT (SELECT count(*) FROM kpi_build('empty_tickets', 'kpi_bench_once', 'Europe/Berlin')), kpi_drop('kpi_bench_once')$$);
SELECT format('CALL kpi_bench.compare(%L, %L, %L)', 'kpi_build of all relations / of tickets', format('SELECT kpi_bench.build_and_drop(%L)', :'everything'), 'SELECT kpi_bench.build_and_drop('''')')
\gexec

SELECT count(*) FROM kpi_build('tickets', 'kpi_bench_care', 'Europe/Berlin', surveys => 'answers', track => 'triggers', lag => '0 s');
-- the bytes that stay
INSERT INTO result (section, measurement, middle, unit, note)
    SELECT 'memory', c.relname || ', stored', pg_relation_size(c.oid) / greatest(c.reltuples, 1), 'bytes', format('%s rows of %s tickets', c.reltuples, :tickets)
    FROM pg_class AS c WHERE c.relnamespace = 'kpi_bench_care'::regnamespace AND c.relkind = 'r' AND (c.relname LIKE '%\_tally' OR c.relname = 'ticket_daily') ORDER BY c.relname;
CREATE UNLOGGED TABLE untracked AS SELECT * FROM tickets;
VACUUM (FREEZE, ANALYZE) untracked;
CALL kpi_bench.compare('kpi_refresh after 1,000 of the last tickets changed / kpi_build',
    'SELECT * FROM kpi_refresh(''kpi_bench_care'')', 'SELECT kpi_bench.build_and_drop('', surveys => ''''answers'''''')',
    before => format('UPDATE tickets SET reopens = reopens + 1 WHERE ticket_id::bigint > %s', :tickets - 1000));
CALL kpi_bench.compare('kpi_refresh after 1,000 tickets of all days changed / kpi_build',
    'SELECT * FROM kpi_refresh(''kpi_bench_care'')', 'SELECT kpi_bench.build_and_drop('', surveys => ''''answers'''''')',
    before => format('UPDATE tickets SET reopens = reopens + 1 WHERE ticket_id::bigint %% %s = 0', :tickets / 1000));

-- One statement a ticket, as a helpdesk writes.
CREATE INDEX ON tickets (ticket_id);
CREATE INDEX ON untracked (ticket_id);
CREATE FUNCTION kpi_bench.touch(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN 1 .. 1000 LOOP
        EXECUTE format('UPDATE %I SET reopens = reopens + 1 WHERE ticket_id = $1', relation) USING n::text;
    END LOOP;
END
$$;
CALL kpi_bench.compare('update of a ticket with trigger / without', 'SELECT kpi_bench.touch(''tickets'')', 'SELECT kpi_bench.touch(''untracked'')');

-- Each view, whole, beside reading the tallies that it reads.
SELECT format('CALL kpi_bench.compare(%L, %L, %L)', 'view ' || view_name || ' / its tallies', format('SELECT count(v) FROM kpi_bench_care.%I AS v', view_name),
              'SELECT ' || string_agg(format('(SELECT count(t) FROM kpi_bench_care.%I AS t)', table_name), ', ' ORDER BY table_name))
FROM information_schema.view_table_usage
WHERE view_schema = 'kpi_bench_care' AND table_schema = 'kpi_bench_care' AND (table_name LIKE '%\_tally' OR table_name = 'ticket_daily')
GROUP BY view_name ORDER BY view_name
\gexec
SELECT kpi_drop('kpi_bench_care');
