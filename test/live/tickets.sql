-- New tickets for a run, each time the same. Run as keeper.

SET client_min_messages = warning;
SELECT public.kpi_drop(target_schema, keep_user_rows => false) FROM public.kpi_marts();
DROP TABLE IF EXISTS live.tickets;
DROP SEQUENCE IF EXISTS live.ids;
CREATE TABLE live.tickets AS SELECT *, updated_at AS loaded_at FROM kpi_bench.tickets;
ALTER TABLE live.tickets ADD PRIMARY KEY (ticket_id);
CREATE INDEX ON live.tickets (loaded_at);
SELECT format('CREATE SEQUENCE live.ids START %s', max(ticket_id) + 1) FROM live.tickets \gexec
GRANT SELECT, INSERT, UPDATE, DELETE ON live.tickets TO writer;
GRANT USAGE ON SEQUENCE live.ids TO writer;
VACUUM (FREEZE, ANALYZE) live.tickets;
