-- The measuring functions, which run inside the server, and the tables of results.

CREATE TABLE kpi_bench.target (measurement text PRIMARY KEY, at_least double precision, at_most double precision);

-- "part" is the part of the benchmark that measured it. Where "x" is given, it is one point of a curve, of which the
-- measurement is one line.
CREATE TABLE kpi_bench.result (
    no int GENERATED ALWAYS AS IDENTITY, part text DEFAULT current_setting('kpi_bench.part'), section text, measurement text,
    low double precision, middle double precision, high double precision, fastest double precision, unit text, note text,
    curve text, x double precision);

-- The table that is printed.
CREATE VIEW kpi_bench.report AS
    SELECT no, part, section, measurement, curve, x, to_char(middle, form) AS median, to_char(low, form) AS min, to_char(high, form) AS max,
           to_char(fastest, form) AS fastest,
           CASE WHEN at_least IS NOT NULL THEN 'at least ' || at_least
                WHEN at_most IS NOT NULL THEN 'at most ' || at_most END AS target,
           CASE WHEN middle < at_least OR middle > at_most THEN
                     CASE WHEN at_least IS NULL THEN 'above target' ELSE 'below target' END
                WHEN num_nonnulls(at_least, at_most) > 0 THEN 'ok' END AS verdict,
           note
    FROM kpi_bench.result LEFT JOIN kpi_bench.target USING (measurement),
         LATERAL (SELECT CASE unit WHEN 'x' THEN 'FM999990.000' ELSE 'FM999999990' END AS form) AS f;

-- Seconds of processor time that this process has used: on a busy machine far steadier than elapsed time, which is the
-- fallback on other systems. Linux updates the counter whenever a process pauses, hence the sleep.
CREATE FUNCTION kpi_bench.clock() RETURNS double precision LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.0001);
    RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e9;
EXCEPTION WHEN insufficient_privilege OR undefined_file THEN
    RETURN extract(epoch FROM clock_timestamp());
END
$$;

-- For a query with workers, whose processor time is not in that of this process, the elapsed time is measured.
CREATE FUNCTION kpi_bench.seconds_of(query text, elapsed boolean) RETURNS double precision LANGUAGE plpgsql AS $$
DECLARE
    began double precision := CASE WHEN elapsed THEN extract(epoch FROM clock_timestamp()) ELSE kpi_bench.clock() END;
BEGIN
    EXECUTE query;
    RETURN CASE WHEN elapsed THEN extract(epoch FROM clock_timestamp()) ELSE kpi_bench.clock() END - began;
END
$$;

-- How many workers a query really gets.
CREATE FUNCTION kpi_bench.workers_of(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
    RETURN coalesce(jsonb_path_query_first(plan, 'strict $.**."Workers Launched"')::int, 0);
END
$$;

-- Returns the single row of a query as one text to compare: doubles with 9 digits, all else unchanged.
CREATE FUNCTION kpi_bench.answer_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    answer text;
BEGIN
    EXECUTE format($q$SELECT string_agg(CASE WHEN value ~ ':' OR value !~ '^-?[0-9].*[.e]' THEN value
                                             ELSE to_char(value::double precision, '9.99999999EEEE') END, ' ' ORDER BY key)
                      FROM (%s) AS answer, json_each_text(row_to_json(answer))$q$, query) INTO answer;
    RETURN answer;
END
$$;

-- Stores the ratio of the seconds of two queries, which ran in turn. "note" is put behind the times of the fastest runs.
CREATE PROCEDURE kpi_bench.store_ratio(measurement text, a double precision[], b double precision[], note text,
                                       curve text DEFAULT NULL, x double precision DEFAULT NULL)
LANGUAGE sql AS $$
    INSERT INTO kpi_bench.result (section, measurement, curve, x, low, middle, high, fastest, unit, note)
        SELECT CASE WHEN curve IS NULL THEN 'time' ELSE 'curve' END, measurement, curve, x,
               min(s.a / s.b), percentile_cont(0.5) WITHIN GROUP (ORDER BY s.a / s.b), max(s.a / s.b),
               min(s.a) / min(s.b), 'x', format('%s ms / %s ms%s', round(1000 * min(s.a)), round(1000 * min(s.b)), note)
        FROM unnest(a, b) AS s (a, b)
$$;

-- Stores the seconds of "dividend" over the seconds of "divisor", and the ratio of their fastest runs. The runs alternate,
-- so that a change of the machine's pace affects both. After three rounds, none begins when 20 seconds are over. With
-- "agree", both must give the same answer. "workers" is how many workers each may have. "before" and "before_divisor" run
-- before each run of the dividend and of the divisor.
CREATE PROCEDURE kpi_bench.compare(measurement text, dividend text, divisor text, agree boolean DEFAULT false,
                                   workers int DEFAULT 0, before text DEFAULT 'SELECT', before_divisor text DEFAULT 'SELECT',
                                   curve text DEFAULT NULL, x double precision DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    rounds int := current_setting('kpi_bench.rounds');
    began timestamptz;
    a double precision[];
    b double precision[];
    answers text[];
    note text := '';
BEGIN
    PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
    -- a first, uncounted run each
    IF agree THEN
        EXECUTE before;
        answers[1] := kpi_bench.answer_of(dividend);
        EXECUTE before_divisor;
        answers[2] := kpi_bench.answer_of(divisor);
        IF answers[1] IS DISTINCT FROM answers[2] THEN
            RAISE EXCEPTION '%: answers differ: % and %', measurement, answers[1], answers[2];
        END IF;
    ELSE
        EXECUTE before;
        EXECUTE dividend;
        EXECUTE before_divisor;
        EXECUTE divisor;
    END IF;
    IF workers > 0 THEN
        EXECUTE before;
        note := format(', with %s', kpi_bench.workers_of(dividend));
        EXECUTE before_divisor;
        note := format('%s and %s workers', note, kpi_bench.workers_of(divisor));
    END IF;
    began := clock_timestamp();
    FOR round IN 1 .. rounds LOOP
        EXIT WHEN round > 3 AND clock_timestamp() > began + interval '20 seconds';
        EXECUTE before;
        a[round] := kpi_bench.seconds_of(dividend, workers > 0);
        EXECUTE before_divisor;
        b[round] := kpi_bench.seconds_of(divisor, workers > 0);
    END LOOP;
    CALL kpi_bench.store_ratio(measurement, a, b, note, curve, x);
END
$$;

-- The aggregation of a query as EXPLAIN ANALYZE shows it.
CREATE FUNCTION kpi_bench.aggregation_of(query text, OUT strategy text, OUT peak bigint, OUT batches bigint)
LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    node jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
    node := jsonb_path_query_first(plan, 'strict $.**.Plan ? (@."Node Type" == "Aggregate")');
    strategy := lower(node->>'Strategy');
    peak := 1024 * (node->>'Peak Memory Usage')::bigint;
    batches := node->>'HashAgg Batches';
END
$$;

-- Bytes per group in the hash table, when all groups fit into memory; with "beyond", the difference from that query.
CREATE PROCEDURE kpi_bench.memory_of_group(measurement text, query text, groups bigint, beyond text DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    used record;
    base bigint := 0;
BEGIN
    SET LOCAL enable_sort = off;
    SET LOCAL hash_mem_multiplier = 16;     -- some states are priced at 8 kB a group
    SELECT * INTO used FROM kpi_bench.aggregation_of(query);
    IF used.strategy <> 'hashed' OR used.batches > 1 THEN
        RAISE EXCEPTION '%: not hashed in memory: %', measurement, used;
    END IF;
    IF beyond IS NOT NULL THEN
        SELECT peak INTO base FROM kpi_bench.aggregation_of(beyond);
    END IF;
    INSERT INTO kpi_bench.result (section, measurement, middle, unit)
        VALUES ('memory', measurement, (used.peak - base)::double precision / groups, 'bytes');
END
$$;

-- The least work_mem, in kB and to 5 %, with which a query's groups are hashed without spilling.
CREATE FUNCTION kpi_bench.sufficient_memory(query text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    used record;
    kilobytes int;
BEGIN
    SELECT peak / 1024 INTO kilobytes FROM kpi_bench.aggregation_of(query);
    SET LOCAL hash_mem_multiplier = 1;
    LOOP
        PERFORM set_config('work_mem', kilobytes || 'kB', true);
        SELECT * INTO used FROM kpi_bench.aggregation_of(query);
        EXIT WHEN used.strategy = 'hashed' AND used.batches = 1;
        kilobytes := kilobytes * 1.05;
    END LOOP;
    PERFORM set_config('work_mem', '1GB', true), set_config('hash_mem_multiplier', '2', true);
    RETURN kilobytes;
END
$$;

-- With the memory that the hand-written query needs: the plan, whether it spills, and the memory that the query itself
-- needs.
CREATE PROCEDURE kpi_bench.compare_spill(measurement text, query text, by_hand text)
LANGUAGE plpgsql AS $$
DECLARE
    hand_kilobytes int := kpi_bench.sufficient_memory(by_hand);
    kilobytes int := kpi_bench.sufficient_memory(query);
    used record;
BEGIN
    SET LOCAL hash_mem_multiplier = 1;
    PERFORM set_config('work_mem', hand_kilobytes || 'kB', true);
    SELECT * INTO used FROM kpi_bench.aggregation_of(query);
    INSERT INTO kpi_bench.result (section, measurement, middle, unit, note)
        VALUES ('spill', measurement, used.batches, 'batches',
                format('%s; needs %s MB, the query by hand %s MB', used.strategy, kilobytes / 1024, hand_kilobytes / 1024));
END
$$;

-- The peak memory of this process so far.
CREATE FUNCTION kpi_bench.peak_of_process() RETURNS bigint LANGUAGE sql VOLATILE
    AS $$SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::bigint * 1024$$;

-- Bytes per row at the peak of a query, beyond the peak of a count over the same table. Needs a new session, because the
-- peak never falls.
CREATE PROCEDURE kpi_bench.memory_of_process(measurement text, query text, counting text)
LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
BEGIN
    EXECUTE counting;
    before := kpi_bench.peak_of_process();
    EXECUTE query;
    INSERT INTO kpi_bench.result (section, measurement, middle, unit, note)
        SELECT 'memory', measurement, round(taken::numeric / rows, 1), 'bytes', pg_size_pretty(taken) || ' in all'
        FROM CAST(kpi_bench.peak_of_process() - before AS bigint) AS taken,
             CAST(current_setting('kpi_bench.rows') AS bigint) AS rows;
EXCEPTION WHEN insufficient_privilege OR undefined_file THEN
    RAISE NOTICE '% skipped: %', measurement, SQLERRM;
END
$$;
