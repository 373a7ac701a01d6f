-- The cost of business time, compared with reading and subtracting the columns, and with SQL and PL/pgSQL written by
-- hand. The times are moved into one year, so that the SQL needs only one year of its calendar.

INSERT INTO kpi_bench.target VALUES
    ('business_seconds / reading both columns', NULL, NULL),
    ('business_seconds / ended - started', NULL, 1.3),
    ('business_seconds over 3 years / over an hour', NULL, 1.2),
    ('business_seconds, 20 calendars in a column / one', NULL, 2),
    ('join over a calendar table / business_seconds', 15, NULL),
    ('PL/pgSQL / business_seconds', 100, NULL),
    ('join over a calendar table and 3 pauses / business_seconds', 15, NULL),
    ('PL/pgSQL with 3 pauses / business_seconds', 100, NULL);

CREATE UNLOGGED TABLE pairs AS
    SELECT id, started, started + interval '1 hour' AS soon, started + interval '3 years' AS late,
           started + (id % 720) * interval '1 hour' AS ended, -- up to a month, as resolutions take
           format('Europe/Berlin; Mo-Fr 09:00-%s:00; Sa 10:00-%s:00; 2025-12-25 off', 15 + id % 5, 11 + id % 4)::business_hours AS hours
    FROM (SELECT id, timestamptz '2025-01-01 00:00+00' + (id * 7919 % 31000000) * interval '1 second' AS started FROM times) AS t;
VACUUM (FREEZE, ANALYZE) pairs;
\set hours '''Europe/Berlin; Mo-Fr 09:00-17:00; 2025-12-25 off'''

SELECT set_config('kpi_bench.hours', :hours, false);
CALL kpi_bench.compare('business_seconds / reading both columns',
    format('SELECT count(business_seconds(started, soon, %L)) FROM pairs', current_setting('kpi_bench.hours')),
    'SELECT count(soon), count(started) FROM pairs');
CALL kpi_bench.compare('business_seconds / ended - started',
    format('SELECT count(business_seconds(started, soon, %L)) FROM pairs', current_setting('kpi_bench.hours')),
    'SELECT count(soon - started) FROM pairs');
CALL kpi_bench.compare('business_seconds over 3 years / over an hour',
    format('SELECT count(business_seconds(started, late, %L)) FROM pairs', current_setting('kpi_bench.hours')),
    format('SELECT count(business_seconds(started, soon, %L)) FROM pairs', current_setting('kpi_bench.hours')));
CALL kpi_bench.compare('business_seconds, 20 calendars in a column / one',
    'SELECT count(business_seconds(started, ended, hours)) FROM pairs',
    format('SELECT count(business_seconds(started, ended, %L)) FROM pairs', current_setting('kpi_bench.hours')));

-- The best SQL: an indexed table of open spans, made before, and a sum of overlaps. 50,000 pairs are enough.
CREATE UNLOGGED TABLE few_pairs AS SELECT * FROM pairs WHERE id <= 50000;
CREATE UNLOGGED TABLE calendar AS
    SELECT lower(s) AS opens, upper(s) AS closes
    FROM business_spans('2024-12-01', '2026-03-01', (current_setting('kpi_bench.hours'))::business_hours) AS s;
CREATE INDEX ON calendar (opens) INCLUDE (closes);
VACUUM (FREEZE, ANALYZE) few_pairs, calendar;
CALL kpi_bench.compare('join over a calendar table / business_seconds',
    'SELECT sum(seconds) AS seconds FROM (
        SELECT p.id, extract(epoch FROM sum(least(p.ended, c.closes) - greatest(p.started, c.opens)))::float8 AS seconds
        FROM few_pairs AS p JOIN calendar AS c ON c.opens < p.ended AND c.opens > p.started - interval ''1 day'' AND c.closes > p.started
        GROUP BY p.id) AS s',
    format('SELECT sum(business_seconds(started, ended, %L)) AS seconds FROM few_pairs', current_setting('kpi_bench.hours')),
    agree => true);

-- The same as a function that walks over the days.
CREATE FUNCTION kpi_bench.walk(started timestamptz, ended timestamptz) RETURNS double precision LANGUAGE plpgsql STABLE AS $$
DECLARE
    day date := (started AT TIME ZONE 'Europe/Berlin')::date;
    total interval := '0';
    opens timestamptz;
    closes timestamptz;
BEGIN
    WHILE day <= (ended AT TIME ZONE 'Europe/Berlin')::date LOOP
        IF extract(isodow FROM day) < 6 AND day <> '2025-12-25' THEN
            opens := greatest((day + time '09:00') AT TIME ZONE 'Europe/Berlin', started);
            closes := least((day + time '17:00') AT TIME ZONE 'Europe/Berlin', ended);
            IF closes > opens THEN
                total := total + (closes - opens);
            END IF;
        END IF;
        day := day + 1;
    END LOOP;
    RETURN extract(epoch FROM total);
END
$$;
CALL kpi_bench.compare('PL/pgSQL / business_seconds',
    'SELECT sum(kpi_bench.walk(started, ended)) AS seconds FROM few_pairs',
    format('SELECT sum(business_seconds(started, ended, %L)) AS seconds FROM few_pairs', current_setting('kpi_bench.hours')),
    agree => true);

-- Three pauses, of a tenth, a tenth and a fifth of the time. SQL takes their open seconds away, which it finds in the same calendar.
CREATE UNLOGGED TABLE pauses AS
    SELECT id, started + (ended - started) * from_share AS began, started + (ended - started) * to_share AS stopped
    FROM few_pairs, (VALUES (0.1, 0.2), (0.4, 0.5), (0.7, 0.9)) AS s (from_share, to_share);
CREATE INDEX ON pauses (id) INCLUDE (began, stopped);
CREATE UNLOGGED TABLE paused_pairs AS
    SELECT id, p.started, p.ended, range_agg(tstzrange(s.began, s.stopped)) AS paused
    FROM few_pairs AS p JOIN pauses AS s USING (id) GROUP BY p.id, p.started, p.ended;
VACUUM (FREEZE, ANALYZE) pauses, paused_pairs;
CALL kpi_bench.compare('join over a calendar table and 3 pauses / business_seconds',
    'WITH stretch AS (
        SELECT id, started AS began, ended AS stopped, 1 AS sign FROM few_pairs
        UNION ALL
        SELECT id, began, stopped, -1 FROM pauses
     )
     SELECT sum(seconds) AS seconds FROM (
        SELECT p.id, extract(epoch FROM sum(p.sign * (least(p.stopped, c.closes) - greatest(p.began, c.opens))))::float8 AS seconds
        FROM stretch AS p JOIN calendar AS c ON c.opens < p.stopped AND c.opens > p.began - interval ''1 day'' AND c.closes > p.began
        GROUP BY p.id) AS s',
    format('SELECT sum(business_seconds(started, ended, %L, paused)) AS seconds FROM paused_pairs', current_setting('kpi_bench.hours')),
    agree => true);
CREATE FUNCTION kpi_bench.walk(started timestamptz, ended timestamptz, paused tstzmultirange) RETURNS double precision
LANGUAGE plpgsql STABLE AS $$
DECLARE
    total double precision := kpi_bench.walk(started, ended);
    pause tstzrange;
BEGIN
    FOR pause IN SELECT unnest(paused) LOOP
        total := total - kpi_bench.walk(greatest(lower(pause), started), least(upper(pause), ended));
    END LOOP;
    RETURN total;
END
$$;
CALL kpi_bench.compare('PL/pgSQL with 3 pauses / business_seconds',
    'SELECT sum(kpi_bench.walk(started, ended, paused)) AS seconds FROM paused_pairs',
    format('SELECT sum(business_seconds(started, ended, %L, paused)) AS seconds FROM paused_pairs', current_setting('kpi_bench.hours')),
    agree => true);
