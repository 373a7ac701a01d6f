
-- What KPIs and tickets are measured against: policies, targets and benchmarks.

-- The policies as they are counted, to notice a change; NULL without any.
CREATE FUNCTION @extschema@.kpi_policy_state(target_schema name)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'iso_8601'
AS $body$
DECLARE
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
	state text;
BEGIN
	IF policies IS NOT NULL THEN
		EXECUTE format('SELECT md5(string_agg(p, '' '' ORDER BY p COLLATE "C")) FROM (SELECT ROW(customer_tier, priority, channel, sla_response, sla_resolution, hours)::text AS p FROM %s) AS t', policies) INTO state;
	END IF;
	RETURN state;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_policy_state(name) IS 'internal: tells the policies of a built schema from others';

-- The same columns of tickets, which are those of kpi_source, with the targets and
-- hours of the policy where a ticket has none.  Nothing is joined without policies,
-- unless they may come later.
CREATE FUNCTION @extschema@.kpi_with_policies(target_schema name, dimensions text[], tickets text, later boolean)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
BEGIN
	IF policies IS NULL OR NOT later AND @extschema@.kpi_policy_state(target_schema) IS NULL THEN
		RETURN tickets;
	END IF;
	RETURN format('SELECT %s FROM (%s) AS r LEFT JOIN LATERAL (
			SELECT o.sla_response, o.sla_resolution, o.hours FROM %s AS o
			WHERE (o.customer_tier IS NULL OR o.customer_tier = r.customer_tier) AND (o.priority IS NULL OR o.priority = r.priority) AND (o.channel IS NULL OR o.channel = r.channel)
			ORDER BY num_nonnulls(o.customer_tier, o.priority, o.channel) DESC, o.customer_tier, o.priority LIMIT 1) AS p ON true',
		(SELECT string_agg(format(CASE WHEN c.name IN ('sla_response', 'sla_resolution', 'hours') THEN 'coalesce(r.%I, p.%1$I) AS %1$I' ELSE 'r.%I' END, c.name), ', ')
		 FROM (SELECT k.name FROM @extschema@.kpi_relation_columns AS k WHERE k.relation = 'tickets'
			   UNION SELECT * FROM unnest(ARRAY['is_unanswered', 'is_unresolved', 'is_impossible'])
			   UNION SELECT * FROM unnest(dimensions)) AS c (name)),
		tickets, policies);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_with_policies(name, text[], text, boolean) IS 'internal: a query for tickets, with the SLA targets of policies';

-- Where a value stands to a row of kpi_target.
CREATE FUNCTION @extschema@.kpi_target_status(value double precision, direction @extschema@.kpi_direction, target double precision, warning double precision, low double precision, high double precision)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE direction WHEN 'range' THEN @extschema@.kpi_status(value, low, high) ELSE @extschema@.kpi_status(value, target, warning, direction) END;
COMMENT ON FUNCTION @extschema@.kpi_target_status(double precision, @extschema@.kpi_direction, double precision, double precision, double precision, double precision) IS 'internal: kpi_status of a value for a target or a band';

-- The targets that count on a day, one for each KPI and segment.  A target in other
-- hours than those that the schema counts can be compared with nothing.
CREATE FUNCTION @extschema@.kpi_targets_on(target_schema name, day date)
RETURNS TABLE (kpi text, segment jsonb, direction @extschema@.kpi_direction, target double precision, warning double precision, low double precision, high double precision, days integer, owner text, is_comparable boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	targets CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_target'::name);
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
	settings record;
	is_business boolean;
BEGIN
	IF targets IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	is_business := settings.hours IS NOT NULL OR EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets'::text) AS c WHERE c.name = 'hours' AND c.expression IS NOT NULL);
	IF NOT is_business AND policies IS NOT NULL THEN
		EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE hours IS NOT NULL)', policies) INTO is_business;
	END IF;
	-- other durations than these two are measured by whoever writes them down
	RETURN QUERY EXECUTE format('SELECT DISTINCT ON (t.kpi, t.segment) t.kpi, t.segment, t.direction, t.target, t.warning, t.low, t.high, t.days, t.owner,
			t.clock IS NULL OR t.kpi !~ ''_seconds$'' OR (t.clock = ''business'') = ($2 AND t.kpi ~ ''^(response|resolution)_'')
		FROM %s AS t WHERE t.valid_from <= $1 ORDER BY t.kpi, t.segment, t.valid_from DESC', targets)
	USING day, is_business;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_targets_on(name, date) IS 'internal: the targets of a built schema that count on a day';

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
COMMENT ON TABLE @extschema@.kpi_benchmark IS 'what others reach, as published, read-only; is_outdated tells what is older than a year. It is no target: put those into kpi_target';
COMMENT ON COLUMN @extschema@.kpi_benchmark.kpi IS 'the KPI, as kpi_scorecard names it where it has it; an index of its own kind is no csat_pct';
COMMENT ON COLUMN @extschema@.kpi_benchmark.segment IS 'industry or channel; NULL is all';
COMMENT ON COLUMN @extschema@.kpi_benchmark.low IS 'lower end; NULL: none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.high IS 'upper end; NULL: none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.unit IS 'unit of low and high';
COMMENT ON COLUMN @extschema@.kpi_benchmark.scale IS 'what the numbers are measured on';
COMMENT ON COLUMN @extschema@.kpi_benchmark.source IS 'who says so';
COMMENT ON COLUMN @extschema@.kpi_benchmark.as_of IS 'when it was published, the last day of a year of which no more is known; NULL: no dated publication is known';
REVOKE ALL ON @extschema@.kpi_benchmark FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_benchmark TO PUBLIC;

INSERT INTO @extschema@.kpi_benchmark VALUES
	('fcr_pct', NULL, 70, 80, 'percent', 'share of contacts, told by customers after a call', 'SQM Group, first call resolution benchmark 2022: 70 to 79 good, from 80 world class', '2022-05-16'),
	('utilization_pct', NULL, 75, 85, 'percent', 'share of paid time', 'rule of thumb in contact centers', NULL),
	('response_median_seconds', 'email', NULL, 7200, 'seconds', 'business hours', 'rule of thumb: 2 business hours', NULL),
	('response_median_seconds', 'chat', NULL, 60, 'seconds', 'calendar hours', 'Oxaide, response time benchmarks 2025: 30 to 60 s good', '2025-12-05'),
	('response_median_seconds', 'social', NULL, 3600, 'seconds', 'calendar hours', 'Lorikeet, first response time benchmarks 2026', '2026-02-26'),
	('wait_median_rings', 'phone', NULL, 3, 'rings', 'rings of the phone', 'rule of thumb: 3 rings', NULL),
	('churn_pct', NULL, 5, 75, 'percent', 'customers lost in a year', 'rule of thumb, from trade to trade', NULL),
	('churn_pct', 'software', 10, 15, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'retail', 30, 40, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'finance', 15, 25, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'telecommunications', 15, 25, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('satisfaction_index', 'software', 77, 77, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index', NULL),
	('satisfaction_index', 'hotels', 75, 75, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index, 2015', '2015-04-20'),
	('satisfaction_index', 'banks', 78, 78, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index, 2022', '2022-12-31');

-- bound here once and for all, as is_significant is
CREATE FUNCTION @extschema@.is_outdated(benchmark @extschema@.kpi_benchmark) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((benchmark).as_of < CURRENT_DATE - interval '1 year', true);
COMMENT ON FUNCTION @extschema@.is_outdated(@extschema@.kpi_benchmark) IS 'whether a benchmark is older than a year, or of no known age';
