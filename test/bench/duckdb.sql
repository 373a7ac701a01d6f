-- Tables for the comparison with DuckDB, beside surveys and times: tickets, a mart of them, and a calendar for joins. There
-- are half as many tickets as rows.

SELECT set_config('kpi_bench.rows', greatest(20000, current_setting('kpi_bench.rows')::bigint / 2)::text, false),
       set_config('maintenance_work_mem', '512MB', false), set_config('client_min_messages', 'error', false)
\gset
\i :here/mart_data.sql

-- All KPIs count on the day of the creation, so that DuckDB needs one GROUP BY for the same figures.
SELECT format('CREATE EXTENSION IF NOT EXISTS kpi_mart SCHEMA %s', extnamespace::regnamespace) FROM pg_extension WHERE extname = 'kpi'
\gexec
SELECT count(*) FROM kpi_build('tickets', 'kpi_bench_care', 'UTC', attribute => 'created', lag => '0 s');

-- With the open time before each span, the business time of a row is the difference of two look-ups.
CREATE UNLOGGED TABLE open_spans AS
    SELECT lower(s) AS opens, upper(s) AS closes,
           sum(upper(s) - lower(s)) OVER (ORDER BY s ROWS UNBOUNDED PRECEDING) - (upper(s) - lower(s)) AS open_before
    FROM business_spans('2025-12-01', (SELECT max(ended) FROM times), 'Europe/Berlin; Mo-Fr 09:00-17:00') AS s;

CREATE UNLOGGED TABLE loading (relation text PRIMARY KEY, seconds double precision, bytes bigint);
