-- Published figures of other companies, for comparison.

CREATE TABLE @extschema@.kpi_benchmark (
	kpi text NOT NULL,
	segment text,
	low double precision,
	high double precision,
	unit text NOT NULL,
	scale text NOT NULL,
	source text NOT NULL,
	as_of date,
	CHECK (num_nonnulls(low, high) > 0)
);
CREATE UNIQUE INDEX ON @extschema@.kpi_benchmark ((ARRAY[kpi, segment, source]));
COMMENT ON TABLE @extschema@.kpi_benchmark
IS 'published figures of other companies, read-only; is_outdated finds those older than a year; targets of your own are rows of '
'kpi_target';
COMMENT ON COLUMN @extschema@.kpi_benchmark.kpi IS 'the KPI, by its name in kpi_monthly if it is one of its KPIs';
COMMENT ON COLUMN @extschema@.kpi_benchmark.segment IS 'industry or channel; NULL is all';
COMMENT ON COLUMN @extschema@.kpi_benchmark.low IS 'lower end of the range; NULL for none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.high IS 'upper end of the range; NULL for none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.unit IS 'unit of low and high';
COMMENT ON COLUMN @extschema@.kpi_benchmark.scale IS 'what the numbers are measured on';
COMMENT ON COLUMN @extschema@.kpi_benchmark.source IS 'who published it';
COMMENT ON COLUMN @extschema@.kpi_benchmark.as_of
IS 'when it was published; the last day of the year when only that is known; NULL when unknown';
REVOKE ALL ON @extschema@.kpi_benchmark FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_benchmark TO PUBLIC;

INSERT INTO @extschema@.kpi_benchmark VALUES
	('fcr_pct', NULL, 70, 80, 'percent', 'share of contacts, reported by customers after a call',
	 'SQM Group, first call resolution benchmark 2022: 70 to 79 good, from 80 world class', '2022-05-16'),
	('utilization_pct', NULL, 75, 85, 'percent', 'share of paid time', 'rule of thumb in contact centers', NULL),
	('response_median_seconds', 'email', NULL, 7200, 'seconds', 'business hours', 'rule of thumb: 2 business hours', NULL),
	('response_median_seconds', 'chat', NULL, 60, 'seconds', 'calendar hours',
	 'Oxaide, response time benchmarks 2025: 30 to 60 s good', '2025-12-05'),
	('response_median_seconds', 'social', NULL, 3600, 'seconds', 'calendar hours',
	 'Lorikeet, first response time benchmarks 2026', '2026-02-26'),
	('wait_median_seconds', 'phone', NULL, 15, 'seconds', 'three rings of the phone, about 5 s each',
	 'rule of thumb: 3 rings', NULL),
	('churn_pct', NULL, 5, 75, 'percent', 'customers lost in a year', 'rule of thumb, by trade', NULL);
INSERT INTO @extschema@.kpi_benchmark
SELECT 'churn_pct', segment, low, high, 'percent', 'customers lost in a year',
	'Staffino, customer retention benchmarks by industry', NULL
FROM (VALUES ('software', 10, 15), ('retail', 30, 40), ('finance', 15, 25), ('telecommunications', 15, 25))
	AS b (segment, low, high);
INSERT INTO @extschema@.kpi_benchmark
SELECT 'satisfaction_index', segment, value, value, 'index points',
	'index 0 to 100 of three questions on 1 to 10: not a share of satisfied customers', source, as_of::date
FROM (VALUES
	('software', 77, 'American Customer Satisfaction Index', NULL),
	('hotels', 75, 'American Customer Satisfaction Index, 2015', '2015-04-20'),
	('banks', 78, 'American Customer Satisfaction Index, 2022', '2022-12-31'))
	AS b (segment, value, source, as_of);

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.is_outdated(benchmark @extschema@.kpi_benchmark) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((benchmark).as_of < CURRENT_DATE - interval '1 year', true);
COMMENT ON FUNCTION @extschema@.is_outdated(@extschema@.kpi_benchmark)
IS 'true when a benchmark is older than a year or undated, otherwise false';
