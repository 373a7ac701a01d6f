-- The state of kpi_target. Targets change without a refresh.
SELECT concat_ws(',', count(*), max(xmin::text::bigint)) AS version FROM kpi_target;
