-- Statistics and planning: estimates in one shot, how to read them, and how many
-- answers and agents it takes.

-- the accessors have options, a final function has none
CREATE FUNCTION @extschema@.kpi_scores_nps_ci(@extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_csat_ci(@extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_ci(@extschema@.kpi_rate) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

DO $install$
DECLARE
	schema CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
BEGIN
	PERFORM @extschema@.kpi_create_aggregate(schema, name, signature, final, description)
	FROM (VALUES
		('nps_ci', 'kpi_scores_accum(score <score>)', 'kpi_scores_nps_ci', 'net promoter score with its 95 % confidence interval; for another confidence ask nps_ci(scores_agg(score), confidence)'),
		('csat_ci', 'kpi_scores_accum(score <score>)', 'kpi_scores_csat_ci', 'satisfied percentage, 4..5 on the scale 1..5, with its 95 % confidence interval; for others ask csat_ci(scores_agg(score), satisfied_from, confidence)'),
		('rate_ci', 'kpi_rate_accum(hit boolean)', 'kpi_rate_ci', 'hits in percent of trials with their 95 % confidence interval; for another one ask rate_ci(rate_agg(hit), confidence, method)')
	) AS t (name, signature, final, description);
END
$install$;

-- bound here once and for all, so it needs no path of its own and can be inlined
CREATE FUNCTION @extschema@.is_significant(estimate @extschema@.kpi_estimate) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (estimate).low > 0 OR (estimate).high < 0;
COMMENT ON FUNCTION @extschema@.is_significant(@extschema@.kpi_estimate) IS 'whether the interval of a change leaves out 0; NULL when a missing limit leaves that open';

CREATE FUNCTION @extschema@.required_sample(margin_points double precision, confidence double precision DEFAULT 0.95) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_required_sample' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.required_sample(double precision, double precision) IS 'how many answers it takes to know any percentage to so many points either way: z^2 x 2500 / margin^2, rounded up';

CREATE FUNCTION @extschema@.erlang_agents(calls_per_hour double precision, handle interval, target_pct double precision, within interval,
	max_occupancy_pct double precision DEFAULT NULL, shrinkage_pct double precision DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_erlang_agents_needed' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_agents(double precision, interval, double precision, interval, double precision, double precision)
IS 'Erlang C: agents to schedule so that target_pct of the calls are answered within a time; 0 without calls';

CREATE FUNCTION @extschema@.erlang_service_level(calls_per_hour double precision, handle interval, agents bigint, within interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_service_level_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_service_level(double precision, interval, bigint, interval) IS 'Erlang C: percentage of calls answered within a time; 0 when the agents cannot keep up';

CREATE FUNCTION @extschema@.erlang_wait_probability(calls_per_hour double precision, handle interval, agents bigint) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_wait_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_wait_probability(double precision, interval, bigint) IS 'Erlang C: percentage of calls that wait; 100 when the agents cannot keep up';

CREATE FUNCTION @extschema@.erlang_speed_of_answer(calls_per_hour double precision, handle interval, agents bigint) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_erlang_mean_wait' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_speed_of_answer(double precision, interval, bigint) IS 'Erlang C: mean wait of all calls; NULL when the agents cannot keep up';
