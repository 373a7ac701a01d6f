--: title: The scorecard of the whole file
--: note: n is the number of tickets or answers counted; low and high are a 95 % confidence interval.
--: note: Times are in the second column.
SELECT kpi, CASE WHEN unit = 'seconds' THEN value * interval '1 s' END AS time,
       CASE WHEN unit <> 'seconds' THEN value END AS value, CASE WHEN unit <> 'seconds' THEN low END AS low,
       CASE WHEN unit <> 'seconds' THEN high END AS high, n
FROM kpi_scorecard('care', (SELECT min(created_day) FROM care.ticket),
                   (SELECT max(greatest(created_day, outcome_day)) + 1 FROM care.ticket))
WHERE value IS NOT NULL
ORDER BY kpi;
