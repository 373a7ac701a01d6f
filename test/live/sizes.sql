-- Notes how large the tickets, the mart and the catalogue are.

INSERT INTO live.size
SELECT :'run', :'taken', CASE
        WHEN relname = 'kpi_change' THEN 'ids noted by triggers'
        WHEN relname = 'ticket' THEN 'facts'
        WHEN relname LIKE '%\_tally' THEN 'tallies'
        WHEN relname = 'tickets' THEN 'tickets'
        ELSE 'catalogue'
    END, sum(pg_total_relation_size(oid))
FROM pg_class
WHERE relkind = 'r'
AND (relnamespace = 'live'::regnamespace AND relname = 'tickets' OR relnamespace = 'pg_catalog'::regnamespace
    OR relnamespace = to_regnamespace('care') AND (relname IN ('kpi_change', 'ticket') OR relname LIKE '%\_tally'))
GROUP BY 3;
