-- kpi_scores: the number of survey answers for each score.

CREATE TYPE @extschema@.kpi_scores;

CREATE FUNCTION @extschema@.kpi_scores_in(cstring) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_out(@extschema@.kpi_scores) RETURNS cstring
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_recv(internal) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_send(@extschema@.kpi_scores) RETURNS bytea
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.kpi_scores (
	INPUT = @extschema@.kpi_scores_in, OUTPUT = @extschema@.kpi_scores_out,
	RECEIVE = @extschema@.kpi_scores_recv, SEND = @extschema@.kpi_scores_send,
	ANALYZE = @extschema@.kpi_tally_typanalyze,
	INTERNALLENGTH = 96, STORAGE = plain, ALIGNMENT = double);
COMMENT ON TYPE @extschema@.kpi_scores
IS 'number of survey answers for each score from 0 to 10; made by scores_agg(score), merged by rollup or +; '
'text form {score:answers,...}';

CREATE FUNCTION @extschema@.kpi_scores_eq(@extschema@.kpi_scores, @extschema@.kpi_scores) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_ne(@extschema@.kpi_scores, @extschema@.kpi_scores) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_hash(@extschema@.kpi_scores) RETURNS integer
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_hash_extended(@extschema@.kpi_scores, bigint) RETURNS bigint
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.kpi_scores, RIGHTARG = @extschema@.kpi_scores, FUNCTION = @extschema@.kpi_scores_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
COMMENT ON OPERATOR @extschema@.= (@extschema@.kpi_scores, @extschema@.kpi_scores) IS 'same tally';
CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.kpi_scores, RIGHTARG = @extschema@.kpi_scores, FUNCTION = @extschema@.kpi_scores_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.kpi_scores, @extschema@.kpi_scores) IS 'different tallies';
CREATE OPERATOR CLASS @extschema@.kpi_scores_ops DEFAULT FOR TYPE @extschema@.kpi_scores USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.kpi_scores_hash(@extschema@.kpi_scores),
	FUNCTION 2 @extschema@.kpi_scores_hash_extended(@extschema@.kpi_scores, bigint);

CREATE FUNCTION @extschema@.kpi_scores_combine(@extschema@.kpi_scores, @extschema@.kpi_scores)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_uncombine(@extschema@.kpi_scores, @extschema@.kpi_scores)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.+ (
	LEFTARG = @extschema@.kpi_scores, RIGHTARG = @extschema@.kpi_scores,
	FUNCTION = @extschema@.kpi_scores_combine, COMMUTATOR = OPERATOR(@extschema@.+));
COMMENT ON OPERATOR @extschema@.+ (@extschema@.kpi_scores, @extschema@.kpi_scores) IS 'merge two tallies';
CREATE OPERATOR @extschema@.- (
	LEFTARG = @extschema@.kpi_scores, RIGHTARG = @extschema@.kpi_scores, FUNCTION = @extschema@.kpi_scores_uncombine);
COMMENT ON OPERATOR @extschema@.- (@extschema@.kpi_scores, @extschema@.kpi_scores)
IS 'remove from a tally what another tally counted';

CREATE FUNCTION @extschema@.kpi_scores_to_jsonb(@extschema@.kpi_scores) RETURNS jsonb
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.kpi_scores AS jsonb)
WITH FUNCTION @extschema@.kpi_scores_to_jsonb(@extschema@.kpi_scores);

-- Transitions and their inverses.

CREATE FUNCTION @extschema@.kpi_scores_accum(@extschema@.kpi_scores, score smallint) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard(@extschema@.kpi_scores, score smallint) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_accum(@extschema@.kpi_scores, score integer) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard(@extschema@.kpi_scores, score integer) RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_accum(@extschema@.kpi_scores, score double precision)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard(@extschema@.kpi_scores, score double precision)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_accum_net(@extschema@.kpi_scores, score smallint, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_net_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard_net(@extschema@.kpi_scores, score smallint, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_net_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_accum_net(@extschema@.kpi_scores, score integer, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_net_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard_net(@extschema@.kpi_scores, score integer, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_net_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_accum_net(@extschema@.kpi_scores, score double precision, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_accum_net_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_discard_net(@extschema@.kpi_scores, score double precision, top_from integer,
	bottom_to integer)
RETURNS @extschema@.kpi_scores
AS 'MODULE_PATHNAME', 'kpi_scores_discard_net_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- Accessors that are no KPI.  kpis_create.sql creates those of the KPIs.

CREATE FUNCTION @extschema@.sample_size(tally @extschema@.kpi_scores) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_scores_n' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sample_size(@extschema@.kpi_scores)
IS 'number of answers in a tally; 0 when it is empty';

CREATE FUNCTION @extschema@.score_share(s @extschema@.kpi_scores, low integer, high integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_share' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_share(@extschema@.kpi_scores, integer, integer)
IS 'percentage of answers from low to high, both included; NULL without answers';

CREATE FUNCTION @extschema@.score_avg(s @extschema@.kpi_scores) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_avg' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_avg(@extschema@.kpi_scores)
IS 'mean score; NULL without answers';

CREATE FUNCTION @extschema@.score_stddev(s @extschema@.kpi_scores) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_stddev' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_stddev(@extschema@.kpi_scores)
IS 'sample standard deviation of the scores; NULL below two answers';

CREATE FUNCTION @extschema@.score_counts(s @extschema@.kpi_scores) RETURNS bigint[]
AS 'MODULE_PATHNAME', 'kpi_scores_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.score_counts(@extschema@.kpi_scores)
IS 'number of answers of score 0, 1, ..., 10, as an array of eleven';

CREATE FUNCTION @extschema@.csat_pct(s @extschema@.kpi_scores, satisfied_from integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_pct_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.csat_pct(@extschema@.kpi_scores, integer)
IS 'percentage of answers at or above satisfied_from; NULL without answers';

CREATE FUNCTION @extschema@.ces_pct(s @extschema@.kpi_scores, easy_from integer) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_pct_from' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.ces_pct(@extschema@.kpi_scores, integer)
IS 'percentage of answers at or above easy_from; NULL without answers';

CREATE FUNCTION @extschema@.net_score(s @extschema@.kpi_scores, top_from integer, bottom_to integer)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_scores_net' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.net_score(@extschema@.kpi_scores, integer, integer)
IS 'percentage of answers at or above top_from minus percentage at or below bottom_to, -100..100; NULL '
'without answers';

-- Confidence intervals and changes.

CREATE FUNCTION @extschema@.nps_ci(s @extschema@.kpi_scores, confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_nps_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.nps_ci(@extschema@.kpi_scores, double precision)
IS 'net promoter score with its confidence interval in points; NULL without answers; adjusted Wald interval '
'(Rocks 2016: 3 more answers, 3/4 of them promoters and 3/4 detractors), widened to contain the score';

CREATE FUNCTION @extschema@.csat_ci(s @extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_csat_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.csat_ci(@extschema@.kpi_scores)
IS 'percentage of scores 4..5 on the scale 1..5 with its 95 % confidence interval; NULL without answers; Wilson '
'interval (Wilson 1927)';

CREATE FUNCTION @extschema@.csat_ci(s @extschema@.kpi_scores, satisfied_from integer,
	confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_csat_ci' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.csat_ci(@extschema@.kpi_scores, integer, double precision)
IS 'percentage of answers at or above satisfied_from, on any scale within 0..10, with its confidence interval; NULL '
'without answers; Wilson interval (Wilson 1927)';

CREATE FUNCTION @extschema@.nps_change(before @extschema@.kpi_scores, after @extschema@.kpi_scores,
	confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_nps_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.nps_change(@extschema@.kpi_scores, @extschema@.kpi_scores, double precision)
IS 'change of the net promoter score in points, after minus before, with its confidence interval and the number of '
'answers in both tallies; NULL when either is empty; from both adjusted Wald intervals (Zou and Donner 2008)';

CREATE FUNCTION @extschema@.csat_change(before @extschema@.kpi_scores, after @extschema@.kpi_scores)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_csat_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.csat_change(@extschema@.kpi_scores, @extschema@.kpi_scores)
IS 'change of the percentage of scores 4..5 on the scale 1..5 in points, after minus before, with its 95 % confidence '
'interval and the number of answers in both tallies; NULL when either is empty; Newcombe interval (Newcombe 1998, '
'method 10)';

CREATE FUNCTION @extschema@.csat_change(before @extschema@.kpi_scores, after @extschema@.kpi_scores,
	satisfied_from integer, confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_scores_csat_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.csat_change(@extschema@.kpi_scores, @extschema@.kpi_scores, integer, double precision)
IS 'change of the percentage of answers at or above satisfied_from in points, after minus before, with its confidence '
'interval and the number of answers in both tallies; NULL when either is empty; Newcombe interval (Newcombe 1998, '
'method 10)';
