-- The state of kpi_alerts. People acknowledge alerts without a refresh.
SELECT concat_ws(',', count(*), max(xmin::text::bigint)) AS version FROM kpi_alerts;
