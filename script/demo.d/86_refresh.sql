--: title: A refresh raises alerts
--: note: Whoever listens to kpi_alert is told of new ones, with JSON. A breach that may be chance raises none.
SELECT * FROM kpi_refresh('care');
