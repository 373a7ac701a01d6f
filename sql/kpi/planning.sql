-- Planning: sample sizes, staffing by Erlang C, lifetime value.

CREATE FUNCTION @extschema@.required_sample(margin_points double precision, confidence double precision DEFAULT 0.95)
RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_required_sample' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.required_sample(double precision, double precision)
IS 'number of answers for which the margin of error of any percentage is at most margin_points: '
'z^2 x 2500 / margin^2, rounded up (Cochran 1977); a margin below 0.1 points is an error, because it is usually a '
'fraction passed by mistake; a net promoter score needs about three times as many';

CREATE FUNCTION @extschema@.erlang_agents(calls_per_hour double precision, handle interval, target_pct double precision,
	within interval, max_occupancy_pct double precision DEFAULT NULL, shrinkage_pct double precision DEFAULT NULL)
RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_erlang_agents_needed' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_agents(
	double precision, interval, double precision, interval, double precision, double precision)
IS 'number of agents to schedule so that target_pct percent of the calls are answered in time; 0 without '
'calls; NULL when one of the first four arguments is NULL; Erlang C (Erlang 1917)';

CREATE FUNCTION @extschema@.erlang_service_level(calls_per_hour double precision, handle interval, agents bigint,
	within interval)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_service_level_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_service_level(double precision, interval, bigint, interval)
IS 'percentage of calls answered in time; 0 when the agents are overloaded; Erlang C (Erlang 1917)';

CREATE FUNCTION @extschema@.erlang_wait_probability(calls_per_hour double precision, handle interval, agents bigint)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_wait_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_wait_probability(double precision, interval, bigint)
IS 'percentage of calls that wait; 100 when the agents are overloaded; Erlang C (Erlang 1917)';

CREATE FUNCTION @extschema@.erlang_speed_of_answer(calls_per_hour double precision, handle interval, agents bigint)
RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_erlang_mean_wait' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_speed_of_answer(double precision, interval, bigint)
IS 'mean wait of all calls; NULL when the agents are overloaded; Erlang C (Erlang 1917)';

CREATE FUNCTION @extschema@.customer_lifetime_value(revenue_per_month double precision, margin_pct double precision,
	monthly_churn_pct double precision)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_customer_lifetime_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.customer_lifetime_value(double precision, double precision, double precision)
IS 'monthly revenue x margin / monthly churn, in the currency of the revenue; NULL when the churn is 0';
