-- kpi_rate: the number of hits and the number of trials.

CREATE TYPE @extschema@.kpi_rate;

CREATE FUNCTION @extschema@.kpi_rate_in(cstring) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_out(@extschema@.kpi_rate) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_recv(internal) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_send(@extschema@.kpi_rate) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.kpi_rate (
	INPUT = @extschema@.kpi_rate_in, OUTPUT = @extschema@.kpi_rate_out,
	RECEIVE = @extschema@.kpi_rate_recv, SEND = @extschema@.kpi_rate_send,
	ANALYZE = @extschema@.kpi_tally_typanalyze,
	INTERNALLENGTH = 24, STORAGE = plain, ALIGNMENT = double);
COMMENT ON TYPE @extschema@.kpi_rate
IS 'number of hits and number of trials; made by rate_agg(hit), merged by rollup or +; text form hits/trials';

CREATE FUNCTION @extschema@.kpi_rate_eq(@extschema@.kpi_rate, @extschema@.kpi_rate) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_ne(@extschema@.kpi_rate, @extschema@.kpi_rate) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_hash(@extschema@.kpi_rate) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_hash_extended(@extschema@.kpi_rate, bigint) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.kpi_rate, RIGHTARG = @extschema@.kpi_rate, FUNCTION = @extschema@.kpi_rate_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR @extschema@.= (@extschema@.kpi_rate, @extschema@.kpi_rate) IS 'same tally';
CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.kpi_rate, RIGHTARG = @extschema@.kpi_rate, FUNCTION = @extschema@.kpi_rate_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.kpi_rate, @extschema@.kpi_rate) IS 'different tallies';
CREATE OPERATOR CLASS @extschema@.kpi_rate_ops DEFAULT FOR TYPE @extschema@.kpi_rate USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.kpi_rate_hash(@extschema@.kpi_rate),
	FUNCTION 2 @extschema@.kpi_rate_hash_extended(@extschema@.kpi_rate, bigint);

CREATE FUNCTION @extschema@.kpi_rate_combine(@extschema@.kpi_rate, @extschema@.kpi_rate) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_uncombine(@extschema@.kpi_rate, @extschema@.kpi_rate)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.kpi_rate, RIGHTARG = @extschema@.kpi_rate,
	FUNCTION = @extschema@.kpi_rate_combine, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.kpi_rate, @extschema@.kpi_rate) IS 'merge two tallies';
CREATE OPERATOR @extschema@.- (
	LEFTARG = @extschema@.kpi_rate, RIGHTARG = @extschema@.kpi_rate, FUNCTION = @extschema@.kpi_rate_uncombine);
COMMENT ON OPERATOR @extschema@.- (@extschema@.kpi_rate, @extschema@.kpi_rate)
IS 'remove from a tally what another tally counted';

CREATE FUNCTION @extschema@.kpi_rate_to_jsonb(@extschema@.kpi_rate) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.kpi_rate AS jsonb)
WITH FUNCTION @extschema@.kpi_rate_to_jsonb(@extschema@.kpi_rate);

-- Transitions and their inverses.  The SQL name describes what is counted; the types
-- of the arguments overload it.  Not STRICT where a NULL argument has a meaning.

CREATE FUNCTION @extschema@.kpi_rate_accum(@extschema@.kpi_rate, hit boolean) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_hit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard(@extschema@.kpi_rate, hit boolean) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_hit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_at_most_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_at_most_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_at_most_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_at_most_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_at_most_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_at_most_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_exactly_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_exactly_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_exactly_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_exactly_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_exactly_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_exactly_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_at_least_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_at_least_one(@extschema@.kpi_rate, n bigint) RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_at_least_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_at_least_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_at_least_one(@extschema@.kpi_rate, n bigint, solved boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_at_least_one_solved' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_score_from(@extschema@.kpi_rate, score smallint, threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_score_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_score_from(@extschema@.kpi_rate, score smallint, threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_score_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_score_from(@extschema@.kpi_rate, score integer, threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_score_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_score_from(@extschema@.kpi_rate, score integer, threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_score_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_score_from(@extschema@.kpi_rate, score double precision, threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_score_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_score_from(@extschema@.kpi_rate, score double precision,
	threshold integer)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_score_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_within(@extschema@.kpi_rate, actual interval, target interval)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_within(@extschema@.kpi_rate, actual interval, target interval)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_recontact(@extschema@.kpi_rate, next_contact_after interval,
	within interval)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_recontact(@extschema@.kpi_rate, next_contact_after interval,
	within interval)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_service(@extschema@.kpi_rate, wait interval, within interval,
	abandoned boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_service(@extschema@.kpi_rate, wait interval, within interval,
	abandoned boolean)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_service(@extschema@.kpi_rate, wait interval, within interval,
	abandoned boolean, rule @extschema@.kpi_service_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_service(@extschema@.kpi_rate, wait interval, within interval,
	abandoned boolean, rule @extschema@.kpi_service_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Customers who were lost or kept in a period.

CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined date, departed date, period daterange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined date, departed date, period daterange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_lost(@extschema@.kpi_rate, joined date, departed date, period daterange,
	rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_lost_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_lost(@extschema@.kpi_rate, joined date, departed date,
	period daterange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_lost_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined date, departed date, period daterange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined date, departed date, period daterange)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined timestamptz, departed timestamptz,
	period tstzrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined timestamp, departed timestamp,
	period tsrange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_kept(@extschema@.kpi_rate, joined date, departed date, period daterange,
	rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_kept_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_kept(@extschema@.kpi_rate, joined date, departed date,
	period daterange, rule @extschema@.kpi_churn_rule)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_kept_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Tickets that were open at an instant.

CREATE FUNCTION @extschema@.kpi_rate_accum_backlog(@extschema@.kpi_rate, opened timestamptz, closed timestamptz,
	as_of timestamptz)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_backlog_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_backlog(@extschema@.kpi_rate, opened timestamptz, closed timestamptz,
	as_of timestamptz)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_backlog_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_backlog(@extschema@.kpi_rate, opened timestamp, closed timestamp,
	as_of timestamp)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_backlog_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_backlog(@extschema@.kpi_rate, opened timestamp, closed timestamp,
	as_of timestamp)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_backlog_instants' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_backlog(@extschema@.kpi_rate, opened date, closed date, as_of date)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_accum_backlog_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_backlog(@extschema@.kpi_rate, opened date, closed date, as_of date)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME', 'kpi_rate_discard_backlog_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;

-- Messages of customers by their sentiment.

CREATE FUNCTION @extschema@.kpi_rate_accum_negative(@extschema@.kpi_rate, sentiment double precision)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_negative(@extschema@.kpi_rate, sentiment double precision)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_accum_positive(@extschema@.kpi_rate, sentiment double precision)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_discard_positive(@extschema@.kpi_rate, sentiment double precision)
RETURNS @extschema@.kpi_rate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Accessors that are no KPI.  kpis_create.sql creates those of the KPIs.

CREATE FUNCTION @extschema@.sample_size(tally @extschema@.kpi_rate) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_rate_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sample_size(@extschema@.kpi_rate)
IS 'number of trials in a tally; 0 when it is empty';

CREATE FUNCTION @extschema@.rate_pct(r @extschema@.kpi_rate) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_rate_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rate_pct(@extschema@.kpi_rate)
IS 'hits as a percentage of trials; NULL without trials';

CREATE FUNCTION @extschema@.rate_hits(r @extschema@.kpi_rate) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_rate_hits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rate_hits(@extschema@.kpi_rate)
IS 'number of hits; 0 when the tally is empty';

CREATE FUNCTION @extschema@.rate_ci(r @extschema@.kpi_rate, confidence double precision DEFAULT 0.95,
	method @extschema@.kpi_ci_method DEFAULT 'wilson')
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_rate_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rate_ci(@extschema@.kpi_rate, double precision, @extschema@.kpi_ci_method)
IS 'hits as a percentage of trials, with the confidence interval; NULL without trials; Wilson (1927) or Clopper '
'and Pearson (1934)';

CREATE FUNCTION @extschema@.rate_change(before @extschema@.kpi_rate, after @extschema@.kpi_rate,
	confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_rate_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.rate_change(@extschema@.kpi_rate, @extschema@.kpi_rate, double precision)
IS 'change of a rate in points, after minus before, with its confidence interval and the number of trials in both '
'tallies; NULL when either is empty; Newcombe interval (Newcombe 1998, method 10)';
