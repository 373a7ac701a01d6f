-- The KPIs that the owner of the mart has added.
SELECT kpi, definition FROM kpi_own_measure ORDER BY kpi;
