-- kpi_ratio: the exact sums of a numerator and a denominator.

CREATE TYPE @extschema@.kpi_ratio;

CREATE FUNCTION @extschema@.kpi_ratio_in(cstring) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_out(@extschema@.kpi_ratio) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_recv(internal) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_send(@extschema@.kpi_ratio) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.kpi_ratio (
	INPUT = @extschema@.kpi_ratio_in, OUTPUT = @extschema@.kpi_ratio_out,
	RECEIVE = @extschema@.kpi_ratio_recv, SEND = @extschema@.kpi_ratio_send,
	ANALYZE = @extschema@.kpi_tally_typanalyze,
	INTERNALLENGTH = 48, STORAGE = plain, ALIGNMENT = double);
COMMENT ON TYPE @extschema@.kpi_ratio
IS 'exact sums of a numerator and a denominator, of numbers or durations; made by ratio_agg(numerator, denominator), '
'merged by rollup or +; text form numerator/denominator/rows';

CREATE FUNCTION @extschema@.kpi_ratio_eq(@extschema@.kpi_ratio, @extschema@.kpi_ratio) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_ne(@extschema@.kpi_ratio, @extschema@.kpi_ratio) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_hash(@extschema@.kpi_ratio) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_hash_extended(@extschema@.kpi_ratio, bigint) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.kpi_ratio, RIGHTARG = @extschema@.kpi_ratio, FUNCTION = @extschema@.kpi_ratio_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR @extschema@.= (@extschema@.kpi_ratio, @extschema@.kpi_ratio) IS 'same tally';
CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.kpi_ratio, RIGHTARG = @extschema@.kpi_ratio, FUNCTION = @extschema@.kpi_ratio_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.kpi_ratio, @extschema@.kpi_ratio) IS 'different tallies';
CREATE OPERATOR CLASS @extschema@.kpi_ratio_ops DEFAULT FOR TYPE @extschema@.kpi_ratio USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.kpi_ratio_hash(@extschema@.kpi_ratio),
	FUNCTION 2 @extschema@.kpi_ratio_hash_extended(@extschema@.kpi_ratio, bigint);

CREATE FUNCTION @extschema@.kpi_ratio_combine(@extschema@.kpi_ratio, @extschema@.kpi_ratio)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_uncombine(@extschema@.kpi_ratio, @extschema@.kpi_ratio)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.kpi_ratio, RIGHTARG = @extschema@.kpi_ratio,
	FUNCTION = @extschema@.kpi_ratio_combine, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.kpi_ratio, @extschema@.kpi_ratio) IS 'merge two tallies';
CREATE OPERATOR @extschema@.- (
	LEFTARG = @extschema@.kpi_ratio, RIGHTARG = @extschema@.kpi_ratio, FUNCTION = @extschema@.kpi_ratio_uncombine);
COMMENT ON OPERATOR @extschema@.- (@extschema@.kpi_ratio, @extschema@.kpi_ratio)
IS 'remove from a tally what another tally counted';

CREATE FUNCTION @extschema@.kpi_ratio_to_jsonb(@extschema@.kpi_ratio) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.kpi_ratio AS jsonb)
WITH FUNCTION @extschema@.kpi_ratio_to_jsonb(@extschema@.kpi_ratio);

-- Transitions and their inverses.  Not STRICT where a NULL argument has a meaning.

CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator bigint, denominator bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator bigint, denominator bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator numeric, denominator numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator numeric, denominator numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator double precision,
	denominator double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator double precision,
	denominator double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator interval, denominator interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator interval, denominator interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator numeric, denominator bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_numeric_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator numeric, denominator bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_numeric_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum(@extschema@.kpi_ratio, numerator bigint, denominator interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_int8_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard(@extschema@.kpi_ratio, numerator bigint, denominator interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_int8_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_hours(@extschema@.kpi_ratio, numerator bigint,
	denominator double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_int8_hours' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_hours(@extschema@.kpi_ratio, numerator bigint,
	denominator double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_int8_hours' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_net_revenue(@extschema@.kpi_ratio, mrr_start bigint, mrr_end bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_net_revenue_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_net_revenue(@extschema@.kpi_ratio, mrr_start bigint, mrr_end bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_net_revenue_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_net_revenue(@extschema@.kpi_ratio, mrr_start numeric, mrr_end numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_net_revenue_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_net_revenue(@extschema@.kpi_ratio, mrr_start numeric, mrr_end numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_net_revenue_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_net_revenue(@extschema@.kpi_ratio, mrr_start double precision,
	mrr_end double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_net_revenue_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_net_revenue(@extschema@.kpi_ratio, mrr_start double precision,
	mrr_end double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_net_revenue_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_gross_revenue(@extschema@.kpi_ratio, mrr_start bigint, mrr_end bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_gross_revenue_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_gross_revenue(@extschema@.kpi_ratio, mrr_start bigint, mrr_end bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_gross_revenue_int8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_gross_revenue(@extschema@.kpi_ratio, mrr_start numeric, mrr_end numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_gross_revenue_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_gross_revenue(@extschema@.kpi_ratio, mrr_start numeric, mrr_end numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_gross_revenue_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_gross_revenue(@extschema@.kpi_ratio, mrr_start double precision,
	mrr_end double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_gross_revenue_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_gross_revenue(@extschema@.kpi_ratio, mrr_start double precision,
	mrr_end double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_gross_revenue_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_pct(@extschema@.kpi_ratio, pct bigint) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_pct_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_pct(@extschema@.kpi_ratio, pct bigint) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_pct_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_pct(@extschema@.kpi_ratio, pct numeric) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_pct_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_pct(@extschema@.kpi_ratio, pct numeric) RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_pct_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_pct(@extschema@.kpi_ratio, pct double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_pct_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_pct(@extschema@.kpi_ratio, pct double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_pct_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_weighted(@extschema@.kpi_ratio, signal bigint, weight bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_weighted_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_weighted(@extschema@.kpi_ratio, signal bigint, weight bigint)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_weighted_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_weighted(@extschema@.kpi_ratio, signal numeric, weight numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_weighted_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_weighted(@extschema@.kpi_ratio, signal numeric, weight numeric)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_weighted_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_weighted(@extschema@.kpi_ratio, signal double precision,
	weight double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_weighted_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_weighted(@extschema@.kpi_ratio, signal double precision,
	weight double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_weighted_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Tickets opened minus tickets closed in a period.

CREATE FUNCTION @extschema@.kpi_ratio_accum_flow(@extschema@.kpi_ratio, opened timestamptz, closed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_flow_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_flow(@extschema@.kpi_ratio, opened timestamptz, closed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_flow_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_flow(@extschema@.kpi_ratio, opened timestamp, closed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_flow_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_flow(@extschema@.kpi_ratio, opened timestamp, closed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_flow_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_flow(@extschema@.kpi_ratio, opened date, closed date, period daterange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_flow_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_flow(@extschema@.kpi_ratio, opened date, closed date, period daterange)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_flow_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Durations, for their mean.  STABLE where a calendar is read.

CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, duration interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, duration interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started timestamptz, ended timestamptz)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started timestamptz, ended timestamptz)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started timestamp, ended timestamp)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started timestamp, ended timestamp)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_instants' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started date, ended date)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_dates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started date, ended date)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_dates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started timestamptz, ended timestamptz,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started timestamptz,
	ended timestamptz, hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started timestamp, ended timestamp,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started timestamp, ended timestamp,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_business_instants' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, started date, ended date,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_business_dates' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, started date, ended date,
	hours @extschema@.business_hours)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_business_dates' LANGUAGE C STABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_accum_duration(@extschema@.kpi_ratio, talk interval, hold interval,
	wrap interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_accum_duration_parts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_duration(@extschema@.kpi_ratio, talk interval, hold interval,
	wrap interval)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME', 'kpi_ratio_discard_duration_parts' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Sentiments, for their mean.

CREATE FUNCTION @extschema@.kpi_ratio_accum_sentiment(@extschema@.kpi_ratio, sentiment double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_ratio_discard_sentiment(@extschema@.kpi_ratio, sentiment double precision)
RETURNS @extschema@.kpi_ratio
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Accessors that are no KPI.  kpis_create.sql creates those of the KPIs.

CREATE FUNCTION @extschema@.sample_size(tally @extschema@.kpi_ratio) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_ratio_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sample_size(@extschema@.kpi_ratio)
IS 'number of rows in a tally; 0 when it is empty';

CREATE FUNCTION @extschema@.ratio_value(q @extschema@.kpi_ratio) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_ratio_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.ratio_value(@extschema@.kpi_ratio)
IS 'numerator over denominator; NULL while the denominator is 0';

CREATE FUNCTION @extschema@.ratio_pct(q @extschema@.kpi_ratio) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_ratio_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.ratio_pct(@extschema@.kpi_ratio)
IS 'numerator as a percentage of the denominator; NULL while the denominator is 0';

CREATE FUNCTION @extschema@.ratio_numerator(q @extschema@.kpi_ratio) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_ratio_numerator' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.ratio_numerator(@extschema@.kpi_ratio)
IS 'sum of the numerators, in units or in seconds; 0 when the tally is empty';

CREATE FUNCTION @extschema@.ratio_denominator(q @extschema@.kpi_ratio) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_ratio_denominator' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.ratio_denominator(@extschema@.kpi_ratio)
IS 'sum of the denominators, in units or in seconds; 0 when the tally is empty';
