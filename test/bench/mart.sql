-- kpi_build, kpi_refresh, kpi_verify and the views: what takes long once, over all rows; with events over a tenth of the tickets.

SELECT set_config('kpi_bench.rows', greatest(20000, current_setting('kpi_bench.rows')::bigint)::text, false) AS tickets,
       set_config('maintenance_work_mem', '512MB', false), set_config('client_min_messages', 'error', false)
\gset
SELECT format('CREATE EXTENSION IF NOT EXISTS kpi_mart SCHEMA %s', extnamespace::regnamespace) FROM pg_extension WHERE extname = 'kpi'
\gexec
\i :here/mart_data.sql
\i :here/event_data.sql

INSERT INTO kpi_bench.target VALUES
    ('kpi_build / copy of the tickets, the same indexes and GROUP BYs with counts', NULL, 2),
    ('kpi_build with events / copy of all relations, and a GROUP BY of each', NULL, 5),
    ('kpi_build / kpi_refresh after 1,000 of the latest tickets changed', 100, NULL),
    ('kpi_build / kpi_refresh after 1,000 tickets of the last 14 days changed', 25, NULL),
    ('kpi_refresh after 1,000 tickets of a year changed / kpi_build', NULL, 0.6),
    ('kpi_refresh, full / kpi_build', NULL, 1.2),
    ('kpi_verify / kpi_build', NULL, 1.2),
    ('facts / tickets, size', NULL, 1.15),
    ('facts with indexes / tickets, size', NULL, 1.3),
    ('WAL of kpi_refresh without changes', NULL, 1000),
    ('WAL of kpi_refresh that reads unchanged rows again', NULL, 10000);

CREATE TABLE kpi_bench.timing (what text PRIMARY KEY, seconds double precision[]);

-- Runs a query, and before each run what comes before it, and keeps the times.
CREATE PROCEDURE kpi_bench.time(what text, query text, rounds int DEFAULT 1, before text DEFAULT 'SELECT') LANGUAGE plpgsql AS $$
DECLARE
    seconds double precision[];
BEGIN
    FOR round IN 1 .. rounds LOOP
        EXECUTE before;
        seconds[round] := kpi_bench.seconds_of(query, false);
        COMMIT;
    END LOOP;
    INSERT INTO kpi_bench.timing VALUES (what, seconds);
END
$$;

-- Stores the times of one query over those of another. What ran once is compared with each run of the other.
CREATE PROCEDURE kpi_bench.compare_timings(dividend text, divisor text) LANGUAGE plpgsql AS $$
DECLARE
    a double precision[] := (SELECT seconds FROM kpi_bench.timing WHERE what = dividend);
    b double precision[] := (SELECT seconds FROM kpi_bench.timing WHERE what = divisor);
    rounds CONSTANT int := greatest(cardinality(a), cardinality(b));
BEGIN
    CALL kpi_bench.store_ratio(format('%s / %s', dividend, divisor),
        CASE WHEN cardinality(a) = 1 THEN array_fill(a[1], ARRAY[rounds]) ELSE a END,
        CASE WHEN cardinality(b) = 1 THEN array_fill(b[1], ARRAY[rounds]) ELSE b END, '');
END
$$;

-- The minimum of work: a copy with the same indexes, and the same groups with counts.
CREATE FUNCTION kpi_bench.copy_and_count() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    created CONSTANT text := 'count(*), count(first_response_at), count(resolved_at), count(status), count(contacts), count(handle_time)';
    outcome CONSTANT text := 'count(*), count(resolved_at), count(contacts), count(reopens), count(escalated), count(transferred), '
        'count(handle_time), count(csat_score), count(nps_score), count(agent_replies), count(cost), count(priority)';
    day text;
    grouping text;
BEGIN
    CREATE TABLE kpi_bench.plain AS
        SELECT *, (created_at AT TIME ZONE 'Europe/Berlin')::date AS created_day,
               (first_response_at AT TIME ZONE 'Europe/Berlin')::date AS responded_day,
               (coalesce(resolved_at, created_at) AT TIME ZONE 'Europe/Berlin')::date AS outcome_day,
               created_at + sla_response AS response_due_at, created_at + sla_resolution AS resolution_due_at
        FROM kpi_bench.tickets;
    ALTER TABLE kpi_bench.plain ADD PRIMARY KEY (ticket_id);
    FOREACH day IN ARRAY '{created_day,responded_day,responded_day,outcome_day,outcome_day}'::text[] LOOP
        EXECUTE format('CREATE INDEX ON kpi_bench.plain (%I)', day);
    END LOOP;
    CREATE INDEX ON kpi_bench.plain (coalesce(account_id, customer_id));
    CREATE INDEX ON kpi_bench.plain (agent_id);
    CREATE INDEX ON kpi_bench.plain (first_responder_id);
    CREATE INDEX ON kpi_bench.plain (created_at) WHERE resolved_at IS NULL;
    CREATE INDEX ON kpi_bench.plain (response_due_at) WHERE first_response_at IS NULL;
    CREATE INDEX ON kpi_bench.plain (resolution_due_at) WHERE resolved_at IS NULL;
    FOREACH grouping IN ARRAY '{"team, channel, category",agent_id}'::text[] LOOP
        EXECUTE format('SELECT count(c) FROM (
                SELECT created_day, %1$s, %2$s FROM kpi_bench.plain GROUP BY created_day, %1$s OFFSET 0) AS c',
            grouping, created || repeat(', count(*)', 7));
        EXECUTE format('SELECT count(c) FROM (
                SELECT outcome_day, %1$s, %2$s FROM kpi_bench.plain GROUP BY outcome_day, %1$s OFFSET 0) AS c',
            grouping, outcome);
        FOREACH day IN ARRAY '{responded_day,responded_day,outcome_day,outcome_day}'::text[] LOOP
            EXECUTE format('SELECT count(c) FROM (
                    SELECT %1$I, %2$s, count(handle_time) FROM kpi_bench.plain GROUP BY %1$I, %2$s OFFSET 0) AS c',
                day, grouping);
        END LOOP;
    END LOOP;
    PERFORM count(c)
    FROM (SELECT created_day, extract(hour FROM created_at AT TIME ZONE 'Europe/Berlin'), team, channel,
               count(*), count(first_response_at), count(handle_time), count(status)
          FROM kpi_bench.plain GROUP BY 1, 2, 3, 4 OFFSET 0) AS c;
    EXECUTE format('SELECT count(c) FROM (SELECT created_day, %s FROM kpi_bench.plain GROUP BY 1 OFFSET 0) AS c', created);
    EXECUTE format('SELECT count(c) FROM (SELECT outcome_day, %s, %s FROM kpi_bench.plain GROUP BY 1 OFFSET 0) AS c',
        outcome, created);
    EXECUTE format('SELECT count(c) FROM (SELECT account_id, %s FROM kpi_bench.plain GROUP BY 1 OFFSET 0) AS c', outcome);
    PERFORM count(c)
    FROM (SELECT responded_day, count(*), count(first_response_at) FROM kpi_bench.plain GROUP BY 1 OFFSET 0) AS c;
    DROP TABLE kpi_bench.plain;
END
$$;

SELECT current_setting('shared_preload_libraries') LIKE '%pg_stat_statements%' AS steps
\gset
\if :steps
CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA kpi_bench;
\else
\warn 'mart: the steps of kpi_build are SKIPPED: the server does not load pg_stat_statements'
\endif

-- Keeps the time of a kpi_build, and that of its steps: each stored table, and all keys, indexes and statistics.
CREATE PROCEDURE kpi_bench.time_build(what text, query text, part text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pg_stat_statements.track', 'all', false);
    CALL kpi_bench.time(what, query);
    PERFORM set_config('pg_stat_statements.track', 'none', false);
    IF to_regclass('kpi_bench.pg_stat_statements') IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO kpi_bench.result (section, curve, measurement, middle, unit, note)
        SELECT 'steps', part, step, sum(ms), 'ms', round(100 * sum(ms) / sum(sum(ms)) OVER ())::text
        FROM (SELECT CASE WHEN m[1] = 'CREATE TABLE' THEN m[2] ELSE 'indexes and statistics' END AS step, total_exec_time AS ms
              FROM kpi_bench.pg_stat_statements AS s,
                   regexp_match(s.query, '^(CREATE TABLE|ALTER TABLE|CREATE INDEX ON|ANALYZE) kpi_bench_\w+\.(\w+)') AS m
              WHERE m IS NOT NULL) AS s
        GROUP BY step HAVING sum(ms) > 0 ORDER BY sum(ms) DESC LIMIT 12;
    PERFORM kpi_bench.pg_stat_statements_reset();
END
$$;

CALL kpi_bench.time('copy of the tickets, the same indexes and GROUP BYs with counts', 'SELECT kpi_bench.copy_and_count()');
CALL kpi_bench.time_build('kpi_build',
    $$SELECT count(*) FROM kpi_build('kpi_bench.tickets', 'kpi_bench_care', 'Europe/Berlin', lag => '0 s')$$, 'tickets');
VACUUM (FREEZE, ANALYZE);
INSERT INTO result (section, measurement, middle, unit, note)
    SELECT 'time', m.measurement, m.size::double precision / pg_table_size('tickets'), 'x', pg_size_pretty(m.size)
    FROM (VALUES ('facts / tickets, size', pg_table_size('kpi_bench_care.ticket')),
                 ('facts with indexes / tickets, size', pg_total_relation_size('kpi_bench_care.ticket'))) AS m (measurement, size);
INSERT INTO result (section, measurement, middle, unit, note)
    SELECT 'memory', c.relname || ', stored', pg_relation_size(c.oid) / greatest(c.reltuples, 1), 'bytes',
           format('%s rows of %s tickets', c.reltuples, :tickets)
    FROM pg_class AS c
    WHERE c.relnamespace = 'kpi_bench_care'::regnamespace AND c.relkind = 'r' AND c.reltuples > 0
    AND (c.relname LIKE '%\_tally' OR c.relname = 'ticket')
    ORDER BY c.relname;

-- The bytes that a refresh writes to the log.
CREATE PROCEDURE kpi_bench.wal_of_refresh(measurement text) LANGUAGE plpgsql AS $$
DECLARE
    before pg_lsn;
BEGIN
    -- without the images of pages that the first change after a checkpoint writes
    FOR round IN 1 .. 2 LOOP
        before := pg_current_wal_insert_lsn();
        PERFORM kpi_refresh('kpi_bench_care');
        COMMIT;
    END LOOP;
    INSERT INTO kpi_bench.result (section, measurement, middle, unit)
    VALUES ('memory', measurement, pg_current_wal_insert_lsn() - before, 'bytes');
END
$$;
CALL kpi_bench.wal_of_refresh('WAL of kpi_refresh without changes');

-- The touched tickets get a change value of their own, so that the rows of the last round are not read again.
CREATE FUNCTION kpi_bench.touch(condition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('UPDATE kpi_bench.tickets SET cost = cost + 1, updated_at = clock_timestamp() WHERE %s', condition);
END
$$;
CALL kpi_bench.time('kpi_refresh after 1,000 of the latest tickets changed', 'SELECT * FROM kpi_refresh(''kpi_bench_care'')', 3,
    format('SELECT kpi_bench.touch(%L)', format('ticket_id > %s', :tickets - 1000)));
CALL kpi_bench.time('kpi_refresh after 1,000 tickets of the last 14 days changed', 'SELECT * FROM kpi_refresh(''kpi_bench_care'')', 3,
    format('SELECT kpi_bench.touch(%L)',
           format('ticket_id > %s AND ticket_id %% %s = 0', :tickets - :tickets * 14 / 1096, greatest(1, :tickets * 14 / 1096 / 1000))));
CALL kpi_bench.time('kpi_refresh after 1,000 tickets of a year changed', 'SELECT * FROM kpi_refresh(''kpi_bench_care'')', 1,
    format('SELECT kpi_bench.touch(%L)', format('ticket_id > %s AND ticket_id %% %s = 0', :tickets * 2 / 3, greatest(1, :tickets / 3000))));
CALL kpi_bench.time('kpi_refresh, full', 'SELECT * FROM kpi_refresh(''kpi_bench_care'', true)');
CALL kpi_bench.time('kpi_verify', 'SELECT * FROM kpi_verify(''kpi_bench_care'')');
CALL kpi_bench.compare_timings('kpi_build', 'copy of the tickets, the same indexes and GROUP BYs with counts');
SELECT format('CALL kpi_bench.compare_timings(%L, %L)', dividend, divisor)
FROM (VALUES ('kpi_build', 'kpi_refresh after 1,000 of the latest tickets changed'),
             ('kpi_build', 'kpi_refresh after 1,000 tickets of the last 14 days changed'),
             ('kpi_refresh after 1,000 tickets of a year changed', 'kpi_build'), ('kpi_refresh, full', 'kpi_build'),
             ('kpi_verify', 'kpi_build')) AS r (dividend, divisor)
\gexec
SELECT kpi_bench.touch(format('ticket_id = %s', :tickets));
CALL kpi_bench.wal_of_refresh('WAL of kpi_refresh that reads unchanged rows again');

-- With ten messages and six changes of status a ticket.
CREATE FUNCTION kpi_bench.copy_and_count_events() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    relation text;
BEGIN
    FOREACH relation IN ARRAY '{conversations,messages,status_changes}'::text[] LOOP
        EXECUTE format('CREATE TABLE kpi_bench.plain AS SELECT * FROM kpi_bench.%I', relation);
        EXECUTE 'CREATE INDEX ON kpi_bench.plain (ticket_id)';
        EXECUTE 'SELECT count(c) FROM (SELECT ticket_id, count(*) FROM kpi_bench.plain GROUP BY ticket_id OFFSET 0) AS c';
        DROP TABLE kpi_bench.plain;
    END LOOP;
END
$$;
CALL kpi_bench.time('copy of all relations, and a GROUP BY of each', 'SELECT kpi_bench.copy_and_count_events()');
CALL kpi_bench.time_build('kpi_build with events',
    $$SELECT count(*) FROM kpi_build('kpi_bench.conversations', 'kpi_bench_events', 'Europe/Berlin',
        messages => 'kpi_bench.messages', status_changes => 'kpi_bench.status_changes', lag => '0 s')$$, 'events');
CALL kpi_bench.time('kpi_refresh after a message to 1,000 of the latest tickets', 'SELECT * FROM kpi_refresh(''kpi_bench_events'')', 3,
    format('INSERT INTO kpi_bench.messages
            SELECT ticket_id, clock_timestamp(), ''agent'', agent_id, true, clock_timestamp()
            FROM kpi_bench.conversations WHERE ticket_id > %s', :tickets / 10 - 1000));
CALL kpi_bench.compare_timings('kpi_build with events', 'copy of all relations, and a GROUP BY of each');
CALL kpi_bench.compare_timings('kpi_build with events', 'kpi_refresh after a message to 1,000 of the latest tickets');
SELECT kpi_drop('kpi_bench_events');

-- One statement a ticket, as a helpdesk writes.
CREATE UNLOGGED TABLE tracked (LIKE tickets INCLUDING INDEXES);
INSERT INTO tracked SELECT * FROM tickets WHERE ticket_id <= 20000;
CREATE UNLOGGED TABLE untracked (LIKE tickets INCLUDING INDEXES);
INSERT INTO untracked SELECT * FROM tracked;
SELECT count(*) FROM kpi_build('tracked', 'kpi_bench_once', 'Europe/Berlin', track => 'triggers');
CREATE FUNCTION kpi_bench.touch_each(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN 1 .. 1000 LOOP
        EXECUTE format('UPDATE %I SET reopens = reopens + 1 WHERE ticket_id = $1', relation) USING n;
    END LOOP;
END
$$;
CALL kpi_bench.compare('update of a ticket with trigger / without', 'SELECT kpi_bench.touch_each(''tracked'')',
                       'SELECT kpi_bench.touch_each(''untracked'')');
SELECT kpi_drop('kpi_bench_once');

-- Milliseconds of each view over three years, or of the last month where it has a period.
CREATE PROCEDURE kpi_bench.time_view(measurement text, query text, at_most double precision) LANGUAGE plpgsql AS $$
DECLARE
    times double precision[];
BEGIN
    FOR round IN 1 .. 3 LOOP
        times := times || kpi_bench.seconds_of(query, false) * 1000;
    END LOOP;
    INSERT INTO kpi_bench.target VALUES (measurement, NULL, at_most);
    INSERT INTO kpi_bench.result (section, measurement, middle, unit)
    VALUES ('views', measurement, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(times) AS t), 'ms');
END
$$;
SELECT format('CALL kpi_bench.time_view(%L, %L, %s)', v.measurement, v.query, v.at_most)
FROM (
    SELECT c.relname || ', whole' AS measurement, format('SELECT count(v) FROM kpi_bench_care.%I AS v', c.relname) AS query, 400 AS at_most
    FROM pg_class AS c
    WHERE c.relnamespace = 'kpi_bench_care'::regnamespace
    AND c.relname = ANY ('{executive_monthly,channel_consistency,kpi_coverage}')
    UNION ALL
    SELECT format('%s, last 31 days', v.name),
           format('SELECT count(v) FROM kpi_bench_care.%I AS v WHERE v.%I >= ''2025-12-01''', v.name, v.period), 100
    FROM (VALUES ('team_weekly', 'week'), ('channel_weekly', 'week'), ('agent_daily', 'day'), ('backlog_daily', 'day')) AS v (name, period)
    UNION ALL
    SELECT format('%s, whole', name), format('SELECT count(v) FROM kpi_bench_care.%I AS v', name), 400
    FROM unnest('{open_tickets,backlog_age,volume_heatmap,staffing_by_hour,new_agent_ramp}'::text[]) AS name
    UNION ALL
    SELECT 'kpi_scorecard, a month', 'SELECT count(s) FROM kpi_scorecard(''kpi_bench_care'', ''2025-11-01'', ''2025-12-01'') AS s', 400
    UNION ALL
    SELECT 'kpi_scorecard, a month of a team',
        'SELECT count(s) FROM kpi_scorecard(''kpi_bench_care'', ''2025-11-01'', ''2025-12-01'', team => ''team 1'') AS s', 400
    UNION ALL
    SELECT format('%s, a KPI of a period', v.name),
        format('SELECT count(v) FROM kpi_bench_care.%I AS v WHERE v.kpi = ''response_p90_seconds'' AND v.period = %L', v.name, v.period), 50
    FROM (VALUES ('kpi_daily', '2025-12-01'), ('kpi_weekly', '2025-12-01'), ('kpi_monthly', '2025-12-01')) AS v (name, period)
) AS v
\gexec
SELECT kpi_drop('kpi_bench_care');
DROP TABLE tickets;
