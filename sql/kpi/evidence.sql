-- Evidence that a KPI misses its target, for alerts that test it every day.

CREATE FUNCTION @extschema@.kpi_evidence_accum(
	double precision[], tally @extschema@.kpi_rate, target_pct double precision, direction @extschema@.kpi_direction)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'kpi_evidence_accum_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION @extschema@.kpi_evidence_accum(
	double precision[], @extschema@.kpi_rate, double precision, @extschema@.kpi_direction)
IS 'internal: adds a day to the state of miss_evidence';

CREATE FUNCTION @extschema@.kpi_evidence_accum(
	double precision[], tally @extschema@.kpi_scores, target double precision, direction @extschema@.kpi_direction)
RETURNS double precision[]
AS 'MODULE_PATHNAME', 'kpi_evidence_accum_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION @extschema@.kpi_evidence_accum(
	double precision[], @extschema@.kpi_scores, double precision, @extschema@.kpi_direction)
IS 'internal: adds a day to the state of miss_evidence';

CREATE FUNCTION @extschema@.kpi_evidence_total(double precision[]) RETURNS double precision
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_evidence_total(double precision[])
IS 'internal: the final function of miss_evidence';

-- These aggregates depend on the order of rows, so they have no combine function.
CREATE AGGREGATE @extschema@.miss_evidence(
	tally @extschema@.kpi_rate, target_pct double precision, direction @extschema@.kpi_direction) (
	SFUNC = @extschema@.kpi_evidence_accum, STYPE = double precision[], INITCOND = '{}', SSPACE = 176,
	FINALFUNC = @extschema@.kpi_evidence_total, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.miss_evidence(
	@extschema@.kpi_rate, double precision, @extschema@.kpi_direction)
IS 'evidence, from 0 to 36525, that a rate or a net promoter score misses its target, gathered from the tallies of '
'days in order: miss_evidence(r, 80, ''up'' ORDER BY day), or OVER (ORDER BY day) for each day; while the KPI is '
'at its target or better, it takes n days or more on average until the evidence reaches n; a row with a NULL is '
'skipped; NULL without rows (Shin, Ramdas and Rinaldo 2023)';

CREATE AGGREGATE @extschema@.miss_evidence(
	tally @extschema@.kpi_scores, target double precision, direction @extschema@.kpi_direction) (
	SFUNC = @extschema@.kpi_evidence_accum, STYPE = double precision[], INITCOND = '{}', SSPACE = 176,
	FINALFUNC = @extschema@.kpi_evidence_total, FINALFUNC_MODIFY = READ_ONLY, PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.miss_evidence(
	@extschema@.kpi_scores, double precision, @extschema@.kpi_direction)
IS 'evidence, from 0 to 36525, that a rate or a net promoter score misses its target, gathered from the tallies of '
'days in order: miss_evidence(r, 80, ''up'' ORDER BY day), or OVER (ORDER BY day) for each day; while the KPI is '
'at its target or better, it takes n days or more on average until the evidence reaches n; a row with a NULL is '
'skipped; NULL without rows (Shin, Ramdas and Rinaldo 2023)';
