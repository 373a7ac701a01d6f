--: title: A refresh recalculates the days of these tickets
--: note: In one transaction; readers are never blocked.
SELECT * FROM kpi_refresh('care');
