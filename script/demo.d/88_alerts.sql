--: title: Who has to act?
--: note: The alerts, with the interval of each value, and how many customers to call back.
SELECT kpi, segment, level, value, low, high, owner,
       (SELECT count(*) FROM care.kpi_followup WHERE contacted_at IS NULL) AS "to call back"
FROM care.kpi_alerts
WHERE closed_at IS NULL
ORDER BY kpi, segment;
