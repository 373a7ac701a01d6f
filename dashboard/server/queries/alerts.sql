-- Targets that are surely missed; open alerts first.
SELECT alert, kpi, segment, opened_at, closed_at, target, value, low, high, n, owner, acknowledged_at, note
FROM kpi_alerts
ORDER BY closed_at IS NOT NULL, closed_at DESC, opened_at DESC
LIMIT 50;
