-- Tickets of three years that end now, and what the load and its report need: roles, functions and tables of results.
-- :tickets is their number.

SET client_min_messages = warning;
CREATE EXTENSION kpi_mart CASCADE;
SET kpi_bench.rows = 1;
\ir ../bench/data.sql
\ir ../bench/measure.sql
SELECT set_config('kpi_bench.rows', :'tickets', false);
\ir ../bench/mart_data.sql
-- what would be later than now has not happened yet
UPDATE kpi_bench.tickets AS t
SET created_at = t.created_at + by,
    first_response_at = CASE WHEN t.first_response_at + by < now() THEN t.first_response_at + by END,
    resolved_at = CASE WHEN t.resolved_at + by < now() THEN t.resolved_at + by END,
    status = CASE WHEN t.resolved_at + by < now() THEN 'closed' ELSE 'pending' END,
    updated_at = least(t.updated_at + by, now())
FROM (SELECT now() - max(created_at) AS by FROM kpi_bench.tickets) AS s;

CREATE ROLE keeper LOGIN;
CREATE ROLE writer LOGIN;
CREATE ROLE reader LOGIN;
CREATE SCHEMA live AUTHORIZATION keeper;
GRANT USAGE ON SCHEMA live TO writer, reader;
GRANT USAGE ON SCHEMA kpi_bench TO keeper;
GRANT SELECT ON kpi_bench.tickets TO keeper;
-- for kpi_bench.clock
GRANT EXECUTE ON FUNCTION pg_read_file(text) TO keeper;
GRANT pg_read_server_files TO keeper;
ALTER ROLE writer SET search_path = live;
ALTER ROLE reader SET search_path = care, live, public;
SELECT format('GRANT CREATE ON DATABASE %I TO keeper', current_database()) \gexec

SET ROLE keeper;

-- without a mart, with a mart that is not refreshed, and live
CREATE TABLE live.run (n int GENERATED ALWAYS AS IDENTITY, run text PRIMARY KEY, seconds int NOT NULL);
-- What pgbench logged. Scripts are numbered from 0; us is NULL for a transaction that failed.
CREATE TABLE live.transaction (run text, who text, script int, us bigint, lag_us bigint);
-- with the processor time, of which a busy machine takes away less
CREATE TABLE live.refresh (run text, began timestamptz, ended timestamptz, used double precision);
CREATE TABLE live.seen (run text, seconds double precision);
CREATE TABLE live.size (run text, taken text, what text, bytes bigint);
CREATE TABLE live.difference (run text, relation text, key text, problem text);

-- Refreshes each second, or again at once when a refresh took longer.
CREATE PROCEDURE live.refresh_each_second(run text, seconds int) LANGUAGE plpgsql AS $$
DECLARE
    until CONSTANT timestamptz := clock_timestamp() + seconds * interval '1 second';
    began timestamptz;
    used double precision;
BEGIN
    WHILE clock_timestamp() < until LOOP
        began := clock_timestamp();
        used := kpi_bench.clock();
        PERFORM public.kpi_refresh('care');
        COMMIT;
        INSERT INTO live.refresh VALUES (run, began, clock_timestamp(), kpi_bench.clock() - used);
        COMMIT;
        PERFORM pg_sleep(extract(epoch FROM began + interval '1 second' - clock_timestamp()));
        COMMIT;
    END LOOP;
END
$$;

-- How many seconds after its commit a change is in the mart: changes a ticket that nobody else changes, and waits.
CREATE PROCEDURE live.wait_for_changes(run text, seconds int) LANGUAGE plpgsql AS $$
DECLARE
    until CONSTANT timestamptz := clock_timestamp() + seconds * interval '1 second';
    committed timestamptz;
    wanted double precision;
BEGIN
    WHILE clock_timestamp() < until LOOP
        UPDATE live.tickets SET cost = cost + 1, updated_at = clock_timestamp(), loaded_at = clock_timestamp()
        WHERE ticket_id = 1 RETURNING cost INTO wanted;
        COMMIT;
        committed := clock_timestamp();
        WHILE (SELECT cost FROM care.ticket WHERE ticket_id = 1) <> wanted AND clock_timestamp() < until LOOP
            PERFORM pg_sleep(0.02);
            COMMIT;
        END LOOP;
        IF (SELECT cost FROM care.ticket WHERE ticket_id = 1) = wanted THEN
            INSERT INTO live.seen VALUES (run, extract(epoch FROM clock_timestamp() - committed));
        END IF;
        -- at any time within a refresh
        PERFORM pg_sleep(random());
        COMMIT;
    END LOOP;
END
$$;

-- Stops a reader that sees a part of a refresh.
CREATE FUNCTION live.require(holds boolean, what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF holds IS NOT TRUE THEN
        RAISE EXCEPTION 'a reader saw a part of a refresh: %', what;
    END IF;
    RETURN true;
END
$$;
