-- What must be true: t or f, and what it is. :failures names the runs and programs that stopped before their end.

SELECT :'failures' = '', 'every writer, reader and refresh ran to its end: ' || coalesce(nullif(:'failures', ''), 'yes')
UNION ALL
SELECT count(*) FILTER (WHERE us IS NULL) = 0 AND count(*) > 0,
       format('%s: of %s transactions %s failed', run, count(*), count(*) FILTER (WHERE us IS NULL))
FROM live.transaction GROUP BY run
UNION ALL
SELECT deadlocks = 0, format('%s deadlocks', deadlocks) FROM pg_stat_database WHERE datname = current_database()
UNION ALL
SELECT count(f) > 0, format('%s: %s refreshes', r.run, count(f))
FROM live.run AS r LEFT JOIN live.refresh AS f USING (run) WHERE r.run IN ('triggers', 'updated_at') GROUP BY r.run
UNION ALL
SELECT count(d) = 0, format('%s: kpi_verify returned %s rows after the last refresh %s', r.run, count(d),
                            (SELECT array_agg(DISTINCT relation || ' ' || key || ' ' || problem) FILTER (WHERE true) FROM
                             (SELECT * FROM live.difference AS e WHERE e.run = r.run LIMIT 5) AS e))
FROM live.run AS r LEFT JOIN live.difference AS d USING (run) WHERE r.run IN ('triggers', 'updated_at') GROUP BY r.run;
