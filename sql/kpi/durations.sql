-- kpi_durations: a distribution of durations.

CREATE TYPE @extschema@.kpi_durations;

CREATE FUNCTION @extschema@.kpi_durations_in(cstring) RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_out(@extschema@.kpi_durations) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_recv(internal) RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_send(@extschema@.kpi_durations) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.kpi_durations (
	INPUT = @extschema@.kpi_durations_in, OUTPUT = @extschema@.kpi_durations_out,
	RECEIVE = @extschema@.kpi_durations_recv, SEND = @extschema@.kpi_durations_send,
	ANALYZE = @extschema@.kpi_tally_typanalyze,
	INTERNALLENGTH = variable, STORAGE = extended, ALIGNMENT = double);
COMMENT ON TYPE @extschema@.kpi_durations
IS 'a distribution of durations, exact up to 2,047 of them and in buckets beyond; made by durations_agg(...), '
'merged by rollup or +; text form {seconds,secondsxtimes,...}';

CREATE FUNCTION @extschema@.kpi_durations_eq(@extschema@.kpi_durations, @extschema@.kpi_durations) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_ne(@extschema@.kpi_durations, @extschema@.kpi_durations) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_hash(@extschema@.kpi_durations) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_hash_extended(@extschema@.kpi_durations, bigint) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.kpi_durations, RIGHTARG = @extschema@.kpi_durations, FUNCTION = @extschema@.kpi_durations_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR @extschema@.= (@extschema@.kpi_durations, @extschema@.kpi_durations) IS 'same tally';
CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.kpi_durations, RIGHTARG = @extschema@.kpi_durations, FUNCTION = @extschema@.kpi_durations_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.kpi_durations, @extschema@.kpi_durations) IS 'different tallies';
CREATE OPERATOR CLASS @extschema@.kpi_durations_ops DEFAULT FOR TYPE @extschema@.kpi_durations USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.kpi_durations_hash(@extschema@.kpi_durations),
	FUNCTION 2 @extschema@.kpi_durations_hash_extended(@extschema@.kpi_durations, bigint);

CREATE FUNCTION @extschema@.kpi_durations_combine(@extschema@.kpi_durations, @extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_uncombine(@extschema@.kpi_durations, @extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.kpi_durations, RIGHTARG = @extschema@.kpi_durations,
	FUNCTION = @extschema@.kpi_durations_combine, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.kpi_durations, @extschema@.kpi_durations) IS 'merge two tallies';

CREATE FUNCTION @extschema@.kpi_durations_to_jsonb(@extschema@.kpi_durations) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.kpi_durations AS jsonb)
WITH FUNCTION @extschema@.kpi_durations_to_jsonb(@extschema@.kpi_durations);

-- Moving windows keep a state of their own.  The final function makes a tally from a state.

CREATE FUNCTION @extschema@.kpi_durations_moving_combine(@extschema@.kpi_durations, @extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_final(@extschema@.kpi_durations) RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Transitions and their inverses.  STABLE where a calendar is read.

CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, duration interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, duration interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, duration interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started timestamptz, ended timestamptz)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started timestamptz,
	ended timestamptz)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started timestamptz, ended timestamptz)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started timestamp, ended timestamp)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started timestamp, ended timestamp)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started timestamp, ended timestamp)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started date, ended date)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_dates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started date, ended date)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_dates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started date, ended date)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_dates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started timestamptz, ended timestamptz,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started timestamptz,
	ended timestamptz, hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started timestamptz, ended timestamptz,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started timestamp, ended timestamp,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started timestamp,
	ended timestamp, hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started timestamp, ended timestamp,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, started date, ended date,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_business_dates' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, started date, ended date,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_business_dates' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, started date, ended date,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_business_dates' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_accum(@extschema@.kpi_durations, talk interval, hold interval,
	wrap interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_accum_parts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_moving_accum(@extschema@.kpi_durations, talk interval, hold interval,
	wrap interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_moving_accum_parts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_discard(@extschema@.kpi_durations, talk interval, hold interval,
	wrap interval)
RETURNS @extschema@.kpi_durations
AS 'MODULE_PATHNAME', 'kpi_durations_discard_parts' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Accessors that are no KPI.  kpis_create.sql creates those of the KPIs.

CREATE FUNCTION @extschema@.sample_size(tally @extschema@.kpi_durations) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_durations_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sample_size(@extschema@.kpi_durations)
IS 'number of durations in a tally; 0 when it is empty';

CREATE FUNCTION @extschema@.min_duration(d @extschema@.kpi_durations) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_durations_min' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.min_duration(@extschema@.kpi_durations)
IS 'shortest duration; NULL when the tally is empty';

CREATE FUNCTION @extschema@.max_duration(d @extschema@.kpi_durations) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_durations_max' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.max_duration(@extschema@.kpi_durations)
IS 'longest duration; NULL when the tally is empty';

CREATE FUNCTION @extschema@.total_duration(d @extschema@.kpi_durations) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_durations_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.total_duration(@extschema@.kpi_durations)
IS 'sum of all durations; NULL when the tally is empty';

CREATE FUNCTION @extschema@.percentile(d @extschema@.kpi_durations, fraction double precision) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_durations_percentile_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.percentile(@extschema@.kpi_durations, double precision)
IS 'percentile for a fraction from 0 to 1, interpolated as percentile_cont does; NULL when the tally is empty';

CREATE FUNCTION @extschema@.share_within(d @extschema@.kpi_durations, target interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_durations_share_within' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.share_within(@extschema@.kpi_durations, interval)
IS 'percentage of durations at or under a target; exact while is_exact(d), otherwise interpolated; NULL when '
'the tally is empty';

CREATE FUNCTION @extschema@.share_within_bounds(d @extschema@.kpi_durations, target interval)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_durations_share_within_bounds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.share_within_bounds(@extschema@.kpi_durations, interval)
IS 'percentage of durations at or under a target with the lower and upper limit that are certain: equal while the '
'tally is exact, otherwise those of the bucket that holds the target; NULL when the tally is empty';

CREATE FUNCTION @extschema@.is_exact(d @extschema@.kpi_durations) RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_durations_is_exact' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.is_exact(@extschema@.kpi_durations)
IS 'true while percentiles are exact: up to 2,047 durations';

CREATE FUNCTION @extschema@.relative_error(d @extschema@.kpi_durations) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_durations_relative_error' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.relative_error(@extschema@.kpi_durations)
IS 'greatest relative error of a percentile: 0 while the tally is exact, 1/256 beyond';

CREATE FUNCTION @extschema@.percentile_ci(d @extschema@.kpi_durations, fraction double precision,
	confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_durations_percentile_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.percentile_ci(@extschema@.kpi_durations, double precision, double precision)
IS 'percentile with its confidence interval, in seconds; from order statistics, so valid for any distribution; NULL '
'when the tally is empty; a limit is NULL where there are too few durations';

CREATE FUNCTION @extschema@.duration_change(before @extschema@.kpi_durations, after @extschema@.kpi_durations,
	fraction double precision, confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_durations_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.duration_change(
	@extschema@.kpi_durations, @extschema@.kpi_durations, double precision, double precision)
IS 'change of a percentile in seconds, after minus before, with its confidence interval and the number of durations in both; '
'NULL when either tally is empty; a limit is NULL where there are too few durations; from both intervals of '
'order statistics (Zou and Donner 2008)';
