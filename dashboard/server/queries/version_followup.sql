-- The state of kpi_followup. People follow up without a refresh.
SELECT concat_ws(',', count(*), max(xmin::text::bigint)) AS version FROM kpi_followup;
