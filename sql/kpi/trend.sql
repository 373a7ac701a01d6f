-- kpi_trend: the least-squares line through values over time.

CREATE TYPE @extschema@.kpi_trend;

CREATE FUNCTION @extschema@.kpi_trend_in(cstring) RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_out(@extschema@.kpi_trend) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_recv(internal) RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_send(@extschema@.kpi_trend) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.kpi_trend (
	INPUT = @extschema@.kpi_trend_in, OUTPUT = @extschema@.kpi_trend_out,
	RECEIVE = @extschema@.kpi_trend_recv, SEND = @extschema@.kpi_trend_send,
	ANALYZE = @extschema@.kpi_tally_typanalyze,
	INTERNALLENGTH = 104, STORAGE = plain, ALIGNMENT = double);
COMMENT ON TYPE @extschema@.kpi_trend
IS 'exact sums for the least-squares line through values over time; made by trend_agg(value, at), merged by '
'rollup or +';

CREATE FUNCTION @extschema@.kpi_trend_eq(@extschema@.kpi_trend, @extschema@.kpi_trend) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_ne(@extschema@.kpi_trend, @extschema@.kpi_trend) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_hash(@extschema@.kpi_trend) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_hash_extended(@extschema@.kpi_trend, bigint) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.kpi_trend, RIGHTARG = @extschema@.kpi_trend, FUNCTION = @extschema@.kpi_trend_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR @extschema@.= (@extschema@.kpi_trend, @extschema@.kpi_trend) IS 'same tally';
CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.kpi_trend, RIGHTARG = @extschema@.kpi_trend, FUNCTION = @extschema@.kpi_trend_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.kpi_trend, @extschema@.kpi_trend) IS 'different tallies';
CREATE OPERATOR CLASS @extschema@.kpi_trend_ops DEFAULT FOR TYPE @extschema@.kpi_trend USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.kpi_trend_hash(@extschema@.kpi_trend),
	FUNCTION 2 @extschema@.kpi_trend_hash_extended(@extschema@.kpi_trend, bigint);

CREATE FUNCTION @extschema@.kpi_trend_combine(@extschema@.kpi_trend, @extschema@.kpi_trend)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_uncombine(@extschema@.kpi_trend, @extschema@.kpi_trend)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.kpi_trend, RIGHTARG = @extschema@.kpi_trend,
	FUNCTION = @extschema@.kpi_trend_combine, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.kpi_trend, @extschema@.kpi_trend) IS 'merge two tallies';
CREATE OPERATOR @extschema@.- (
	LEFTARG = @extschema@.kpi_trend, RIGHTARG = @extschema@.kpi_trend, FUNCTION = @extschema@.kpi_trend_uncombine);
COMMENT ON OPERATOR @extschema@.- (@extschema@.kpi_trend, @extschema@.kpi_trend)
IS 'remove from a tally what another tally counted';

CREATE FUNCTION @extschema@.kpi_trend_to_jsonb(@extschema@.kpi_trend) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.kpi_trend AS jsonb)
WITH FUNCTION @extschema@.kpi_trend_to_jsonb(@extschema@.kpi_trend);

-- Transitions and their inverses.

CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at timestamptz)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at timestamptz)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at timestamp)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at timestamp)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at date)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at date)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at timestamptz,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at timestamptz,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at timestamp,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at timestamp,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_instant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_accum(@extschema@.kpi_trend, value double precision, at date,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_accum_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_discard(@extschema@.kpi_trend, value double precision, at date,
	confidence double precision)
RETURNS @extschema@.kpi_trend
AS 'MODULE_PATHNAME', 'kpi_trend_discard_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Accessors.  kpis_create.sql creates trend(t).

CREATE FUNCTION @extschema@.sample_size(tally @extschema@.kpi_trend) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_trend_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sample_size(@extschema@.kpi_trend)
IS 'number of points in a tally; 0 when it is empty';

CREATE FUNCTION @extschema@.trend_ci(t @extschema@.kpi_trend, confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_trend_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.trend_ci(@extschema@.kpi_trend, double precision)
IS 'change per day, with its confidence interval; NULL with fewer than two different instants; the limits are '
'NULL with fewer than three points';
