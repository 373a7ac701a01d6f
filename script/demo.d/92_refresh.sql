--: title: Refresh the mart
--: note: It recalculates the days of the tickets that changed, in one transaction. Readers are never blocked.
SELECT * FROM kpi_refresh('care');
