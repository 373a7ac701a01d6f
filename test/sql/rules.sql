-- The rules that every aggregate keeps, read from the system catalogues.
SET search_path = kpi_test, public;

-- parallel safe, combining, with an inverse, from a named type
SELECT a.signature FROM aggregates a JOIN pg_proc p ON p.oid = a.id JOIN pg_aggregate g ON g.aggfnoid = a.id
WHERE p.proparallel <> 's' OR p.provolatile <> 'i' OR g.aggcombinefn = 0 OR g.aggminvtransfn = 0
   OR g.aggtranstype = 'internal'::regtype OR g.aggkind <> 'n' OR g.aggfinalextra OR g.aggmfinalextra
   OR g.agginitval IS NULL OR g.aggtransspace = 0
   OR g.aggserialfn <> 0 OR g.aggtranstype <> g.aggmtranstype OR g.agginitval <> g.aggminitval OR p.pronargs = 0;

-- percentiles reorder values that they share; all other final functions only read
SELECT g.aggfinalmodify, a.tally, count(*) > 1 AS several FROM aggregates a
JOIN pg_aggregate g ON g.aggfnoid = a.id GROUP BY 1, 2 ORDER BY 1, 2;

-- every function is parallel safe unless it creates objects, and immutable unless it reads the catalogue or a time zone
SELECT p.oid::regprocedure, p.proparallel, p.provolatile
FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'kpi'
WHERE (p.proparallel <> 's' OR p.provolatile <> 'i')
	AND NOT (p.provolatile = 's' AND p.proparallel = 's'
			 AND 'business_hours'::regtype = ANY (p.prorettype || p.proargtypes::oid[]))
ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT p.oid::regprocedure FROM pg_proc p
WHERE 'business_hours'::regtype = ANY (p.proargtypes) AND p.provolatile = 'i' AND p.prokind = 'f'
	AND proname !~ '^business_hours_';

-- KPIs that count the same way over the same arguments share a transition, a start and a way to combine
SELECT split_part(s, '(', 1) AS transition, array_to_string(p.proargtypes::regtype[], ', ') AS arguments,
	   count(DISTINCT (g.aggtransfn, g.aggtranstype, g.agginitval, g.aggcombinefn, g.aggmtransfn,
					   g.aggminvtransfn)) AS states
FROM kpi_builtin b CROSS JOIN unnest(b.signatures) AS s
JOIN pg_proc t ON t.proname = split_part(s, '(', 1)
JOIN pg_aggregate g ON g.aggtransfn = t.oid
JOIN pg_proc p ON p.oid = g.aggfnoid AND p.proname = b.name
GROUP BY 1, 2
HAVING count(DISTINCT (g.aggtransfn, g.aggtranstype, g.agginitval, g.aggcombinefn, g.aggmtransfn,
					   g.aggminvtransfn)) > 1;
-- a family counts the same arguments in one way, unless the KPI tests another condition
SELECT b.family, array_to_string(p.proargtypes::regtype[], ', ') AS arguments,
	   array_agg(DISTINCT t.proname ORDER BY t.proname) AS transitions
FROM kpi_builtin b
JOIN pg_proc p ON p.proname = b.name
JOIN pg_aggregate g ON g.aggfnoid = p.oid
JOIN pg_proc t ON t.oid = g.aggtransfn
WHERE b.name <> 'csat_pct' AND b.name <> 'ces_pct'
GROUP BY 1, 2 HAVING count(DISTINCT t.proname) > 1 ORDER BY 1, 2;
-- and the executor does share: these cost one transition
SELECT count(DISTINCT g.aggtransfn) AS transitions FROM pg_aggregate g
WHERE g.aggfnoid IN ('nps(integer)'::regprocedure, 'promoter_pct(integer)'::regprocedure,
					 'csat_avg(integer)'::regprocedure, 'scores_agg(integer)'::regprocedure,
					 'nps_ci(integer)'::regprocedure, 'csat_ci(integer)'::regprocedure);

-- the catalogue: every row is complete, and rows and aggregates match
SELECT name FROM kpi_catalogue
WHERE built_in
	AND (definition IS NULL OR question !~ '\?$' OR example IS NULL OR formula IS NULL OR aliases = '{}'
		 OR denominator IS NULL);
SELECT a.name FROM aggregates a
WHERE a.name NOT IN ('scores_agg', 'rate_agg', 'ratio_agg', 'durations_agg', 'trend_agg', 'trend_ci', 'nps_ci',
					 'csat_ci', 'rate_ci', 'rollup')
EXCEPT SELECT name FROM kpi_catalogue;
SELECT b.name, s FROM kpi_catalogue b, unnest(b.signatures) s
WHERE built_in AND NOT EXISTS (SELECT FROM aggregates a WHERE a.name = b.name);
SELECT family, count(*) FROM kpi_catalogue GROUP BY 1 ORDER BY 1;
-- every KPI takes a tally under its own name, but the net score, which asks for thresholds
SELECT c.name FROM kpi_catalogue c WHERE NOT EXISTS (
	SELECT FROM pg_proc p WHERE p.proname = c.name AND p.prokind = 'f' AND p.pronargs = 1);
-- one name, one KPI: neither an alias nor a name means two
SELECT alias, array_agg(name) FROM kpi_catalogue, unnest(aliases) AS alias GROUP BY alias HAVING count(*) > 1;
SELECT alias, name FROM kpi_catalogue, unnest(aliases) AS alias WHERE alias IN (SELECT name FROM kpi_catalogue);

-- everything public has a comment, and so has every aggregate
SELECT p.oid::regprocedure FROM pg_proc p
JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'kpi'
WHERE p.proname !~ '^(kpi_(scores|rate|ratio|durations|trend)|business_hours|sentiment_lexicon)_'
	AND obj_description(p.oid, 'pg_proc') IS NULL;
