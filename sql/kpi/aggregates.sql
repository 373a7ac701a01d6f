-- Creates aggregates over tallies: first the ones that make and merge tallies.

-- A signature is a transition with its arguments, one of whose types may be a class:
-- 'kpi_scores_accum(score <score>)' stands for an aggregate for each type of score.
-- All arguments of a class have the same type; <period> is the range of <instant>.
CREATE FUNCTION @extschema@.kpi_signature_arguments(signature text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(replace(a.arguments, '<' || c.class || '>', c.type), '<period>', coalesce(c.period, ''))
	FROM (SELECT substring($1 FROM '\((.*)\)$')) AS a (arguments),
		(VALUES
			('score', 'smallint', NULL), ('score', 'integer', NULL), ('score', 'double precision', NULL),
			('number', 'bigint', NULL), ('number', 'numeric', NULL), ('number', 'double precision', NULL),
			('amount', 'bigint', NULL), ('amount', 'numeric', NULL), ('amount', 'double precision', NULL),
			('amount', 'interval', NULL),
			('instant', 'timestamptz', 'tstzrange'), ('instant', 'timestamp', 'tsrange'),
			('instant', 'date', 'daterange')
		) AS c (class, type, period)
	WHERE strpos(a.arguments, '<' || c.class || '>') > 0
	UNION ALL
	SELECT a.arguments FROM (SELECT substring($1 FROM '\((.*)\)$')) AS a (arguments)
	WHERE a.arguments !~ '<(score|number|amount|instant)>';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_signature_arguments(text)
IS 'internal: the argument lists that a signature of the catalogue stands for';

CREATE FUNCTION @extschema@.kpi_create_aggregate(schema text, name text, signature text, final text, description text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	ours CONSTANT text := '@extschema@';
	transition CONSTANT text := split_part(signature, '(', 1);
	tally CONSTANT text := substring(transition FROM '^kpi_[a-z]+');
	durations CONSTANT boolean := tally = 'kpi_durations';
	inverse CONSTANT text := replace(replace(transition, '_combine', '_uncombine'), '_accum', '_discard');
	-- durations can leave a window only from a state that keeps them sorted
	moving CONSTANT text := CASE
		WHEN durations THEN regexp_replace(transition, '_(accum|combine)', '_moving_\1') ELSE transition
	END;
	initial CONSTANT text := CASE
		WHEN tally = 'kpi_rate' THEN '0/0'
		WHEN tally = 'kpi_ratio' THEN '0/0/0'
		WHEN tally = 'kpi_trend' THEN '0/0/0/0/0/0'
		-- a one-shot percentile keeps every value, a tally uses buckets beyond a limit
		WHEN durations AND final <> 'kpi_durations_final' THEN 'exact{}'
		ELSE '{}'
	END;
	-- estimated bytes of state for each group; a state of durations grows
	space CONSTANT integer := CASE tally
		WHEN 'kpi_rate' THEN 40 WHEN 'kpi_ratio' THEN 72 WHEN 'kpi_scores' THEN 136 WHEN 'kpi_trend' THEN 136 ELSE 256
	END;
	arguments text;
BEGIN
	FOR arguments IN SELECT @extschema@.kpi_signature_arguments(signature) LOOP
		EXECUTE format(
			'CREATE AGGREGATE %1$I.%2$I(%3$s) (
				SFUNC = %4$s.%5$I, STYPE = %4$s.%6$I, INITCOND = %7$L, SSPACE = %8$s,
				COMBINEFUNC = %4$s.%9$I, %10$s
				MSFUNC = %4$s.%11$I, MINVFUNC = %4$s.%12$I, MSTYPE = %4$s.%6$I, MINITCOND = %7$L, MSSPACE = %8$s, %13$s
				PARALLEL = SAFE)',
			schema, name, arguments,
			ours, transition, tally, initial, space,
			tally || '_combine',
			-- a percentile reorders the values of a state, which other aggregates that
			-- share it may read in any order; a window only reads
			CASE WHEN final IS NOT NULL THEN
				format('FINALFUNC = %s.%I, FINALFUNC_MODIFY = %s,', ours, final,
					   CASE WHEN durations THEN 'SHAREABLE' ELSE 'READ_ONLY' END)
			END,
			moving, inverse,
			CASE WHEN final IS NOT NULL THEN
				format('MFINALFUNC = %s.%I, MFINALFUNC_MODIFY = READ_ONLY,', ours, final)
			END);
		EXECUTE format('COMMENT ON AGGREGATE %I.%I(%s) IS %L', schema, name, arguments, description);
	END LOOP;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'invalid signature "%"', signature
			USING ERRCODE = 'invalid_parameter_value', HINT = 'A signature looks like kpi_rate_accum(hit boolean).';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_create_aggregate(text, text, text, text, text)
IS 'internal: creates the aggregates of one signature of the catalogue';

-- final functions take no options, so the intervals have functions of their own
CREATE FUNCTION @extschema@.kpi_scores_nps_ci(@extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_ci(@extschema@.kpi_rate) RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_trend_ci(@extschema@.kpi_trend) RETURNS @extschema@.kpi_estimate
AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

DO $install$
DECLARE
	schema CONSTANT text := (
		SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
BEGIN
	PERFORM @extschema@.kpi_create_aggregate(schema, name, signature, final, description)
	FROM (VALUES
		('scores_agg', 'kpi_scores_accum(score <score>)', NULL,
		 'tally of survey scores; NULL scores are skipped; an empty tally without rows'),
		('rate_agg', 'kpi_rate_accum(hit boolean)', NULL,
		 'tally of hits and trials; NULL is skipped; an empty tally without rows'),
		('ratio_agg', 'kpi_ratio_accum(numerator <amount>, denominator <amount>)', NULL,
		 'tally of two sums; a NULL denominator skips the row, a NULL numerator counts as 0; '
		 'an empty tally without rows'),
		('durations_agg', 'kpi_durations_accum(duration interval)', 'kpi_durations_final',
		 'tally of durations; NULL is skipped; an empty tally without rows'),
		('durations_agg', 'kpi_durations_accum(started <instant>, ended <instant>)', 'kpi_durations_final',
		 'tally of durations; a row with a NULL instant is skipped; an empty tally without rows'),
		('durations_agg',
		 'kpi_durations_accum(started <instant>, ended <instant>, hours @extschema@.business_hours)',
		 'kpi_durations_final',
		 'tally of durations in business hours; a row with a NULL instant is skipped, NULL hours are around the clock; '
		 'an empty tally without rows'),
		('trend_agg', 'kpi_trend_accum(value double precision, at <instant>)', NULL,
		 'tally of values over time; a row with a NULL is skipped; an empty tally without rows'),
		('trend_ci', 'kpi_trend_accum(value double precision, at <instant>)', 'kpi_trend_ci',
		 'change per day with its 95 % confidence interval; NULL with fewer than two different instants'),
		('trend_ci', 'kpi_trend_accum(value double precision, at <instant>, confidence double precision)',
		 'kpi_trend_ci',
		 'change per day with its confidence interval; NULL with fewer than two different instants'),
		('nps_ci', 'kpi_scores_accum(score <score>)', 'kpi_scores_nps_ci',
		 'net promoter score with its 95 % confidence interval; NULL without answers; for another confidence use '
		 'nps_ci(scores_agg(score), confidence)'),
		('csat_ci', 'kpi_scores_accum(score <score>)', 'csat_ci',
		 'percentage of scores 4..5 on the scale 1..5 with its 95 % confidence interval; NULL without answers; for '
		 'another scale or confidence use csat_ci(scores_agg(score), satisfied_from, confidence)'),
		('rate_ci', 'kpi_rate_accum(hit boolean)', 'kpi_rate_ci',
		 'hits as a percentage of trials, with the 95 % confidence interval; NULL without trials; '
		 'for another confidence or method use rate_ci(rate_agg(hit), confidence, method)')
	) AS t (name, signature, final, description);

	PERFORM @extschema@.kpi_create_aggregate(schema, 'rollup', tally || '_combine(tally @extschema@.' || tally || ')',
		final, 'merges tallies; NULL is skipped; an empty tally without rows')
	FROM (VALUES ('kpi_scores', NULL), ('kpi_rate', NULL), ('kpi_ratio', NULL),
		('kpi_durations', 'kpi_durations_final'), ('kpi_trend', NULL)) AS t (tally, final);
END
$install$;
