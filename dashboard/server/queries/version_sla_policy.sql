-- The state of kpi_sla_policy. Staffing follows the policies without a refresh.
SELECT concat_ws(',', count(*), max(xmin::text::bigint)) AS version FROM kpi_sla_policy;
