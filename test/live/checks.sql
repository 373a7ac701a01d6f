-- What must be true: t or f, and what it is. :failures names the runs and programs that stopped before their end.

SELECT :'failures' = '', 'programs that stopped before their end: ' || coalesce(nullif(:'failures', ''), '0')
UNION ALL
SELECT count(us) = count(*), format('%s: of %s transactions %s failed', run, count(*), count(*) - count(us))
FROM live.transaction GROUP BY run
UNION ALL
SELECT deadlocks = 0, format('deadlocks: %s', deadlocks) FROM pg_stat_database WHERE datname = current_database()
UNION ALL
SELECT count(f) > 0, format('%s: %s refreshes', r.run, count(f))
FROM live.run AS r LEFT JOIN live.refresh AS f USING (run) WHERE r.run IN ('triggers', 'updated_at') GROUP BY r.run
UNION ALL
SELECT count(d) = 0, concat_ws(', ',
    format('%s: kpi_verify returned %s rows after the last refresh', r.run, count(d)),
    min(format('such as %s %s: %s', d.relation, d.key, d.problem)) FILTER (WHERE d.run IS NOT NULL))
FROM live.run AS r LEFT JOIN live.difference AS d USING (run) WHERE r.run IN ('triggers', 'updated_at') GROUP BY r.run;
