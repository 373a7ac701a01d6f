
CREATE FUNCTION @extschema@.share_within_bounds(d @extschema@.kpi_durations, target interval)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_durations_share_within_bounds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.share_within_bounds(@extschema@.kpi_durations, interval)
IS 'percentage of durations at or under a target, with the lower and upper limit that are certain';

CREATE FUNCTION @extschema@.duration_change(before @extschema@.kpi_durations, after @extschema@.kpi_durations,
	fraction double precision, confidence double precision DEFAULT 0.95)
RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME', 'kpi_durations_change' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.duration_change(@extschema@.kpi_durations, @extschema@.kpi_durations, double precision, double precision)
IS 'change of a percentile in seconds, after - before, with a distribution-free confidence interval; NULL when either tally is empty';
