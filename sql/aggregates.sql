
-- The one place that knows how an aggregate over a tally is put together.

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
	-- durations leave a window only from a state that keeps them sorted
	moving CONSTANT text := CASE WHEN durations THEN regexp_replace(transition, '_(accum|combine)', '_moving_\1') ELSE transition END;
	initial CONSTANT text := CASE
		WHEN tally = 'kpi_rate' THEN '0/0'
		WHEN tally = 'kpi_ratio' THEN '0/0/0'
		WHEN tally = 'kpi_trend' THEN '0/0/0/0/0/0'
		-- a percentile of its own keeps every value, a tally counts many in buckets
		WHEN durations AND final <> 'kpi_durations_final' THEN 'exact{}'
		ELSE '{}'
	END;
	-- bytes a group takes beside the executor's own; a tally of durations grows
	space CONSTANT integer := CASE tally WHEN 'kpi_rate' THEN 40 WHEN 'kpi_ratio' THEN 72 WHEN 'kpi_scores' THEN 136 WHEN 'kpi_trend' THEN 136 ELSE 256 END;
	arguments text;
BEGIN
	FOR arguments IN SELECT a.arguments FROM @extschema@.kpi_signature_arguments(signature) AS a LOOP
		EXECUTE format(
			'CREATE AGGREGATE %1$I.%2$I(%3$s) (
				SFUNC = %4$s.%5$I, STYPE = %4$s.%6$I, INITCOND = %7$L, SSPACE = %8$s,
				COMBINEFUNC = %4$s.%9$I, %10$s
				MSFUNC = %4$s.%11$I, MINVFUNC = %4$s.%12$I, MSTYPE = %4$s.%6$I, MINITCOND = %7$L, MSSPACE = %8$s, %13$s
				PARALLEL = SAFE)',
			schema, name, arguments,
			ours, transition, tally, initial, space,
			tally || '_combine',
			-- selecting a percentile reorders the values, which others that
			-- share the state do not mind; windows read only
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
			USING ERRCODE = 'invalid_parameter_value', HINT = 'A signature is like kpi_rate_accum(hit boolean).';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_create_aggregate(text, text, text, text, text) IS 'internal: creates the aggregates of one signature of the catalogue';

-- the aggregates that keep a tally, and the one that merges tallies
DO $install$
DECLARE
	schema CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
	tally text;
BEGIN
	PERFORM @extschema@.kpi_create_aggregate(schema, name, signature, final, description)
	FROM (VALUES
		('scores_agg', 'kpi_scores_accum(score <score>)', NULL, 'tally of survey scores, to keep and to merge'),
		('rate_agg', 'kpi_rate_accum(hit boolean)', NULL, 'tally of hits and trials, to keep and to merge'),
		('ratio_agg', 'kpi_ratio_accum(numerator, denominator <amount>)', NULL, 'tally of two sums, to keep and to merge'),
		('durations_agg', 'kpi_durations_accum(duration interval)', 'kpi_durations_final', 'tally of durations, to keep and to merge'),
		('durations_agg', 'kpi_durations_accum(started, ended <pair>)', 'kpi_durations_final', 'tally of durations, to keep and to merge'),
		('durations_agg', 'kpi_durations_accum(started, ended <pair>, hours <hours>)', 'kpi_durations_final', 'tally of durations in business hours, to keep and to merge'),
		('trend_agg', 'kpi_trend_accum(value double precision, at <instant>)', NULL, 'tally of values over time, to keep and to merge'),
		('trend_ci', 'kpi_trend_accum(value double precision, at <instant>)', 'trend_ci', 'change per day with its confidence interval'),
		('trend_ci', 'kpi_trend_accum(value double precision, at <instant>, confidence double precision)', 'trend_ci', 'change per day with its confidence interval')
	) AS t (name, signature, final, description);

	FOREACH tally IN ARRAY ARRAY['kpi_scores', 'kpi_rate', 'kpi_ratio', 'kpi_durations', 'kpi_trend'] LOOP
		PERFORM @extschema@.kpi_create_aggregate(
			schema, 'rollup',
			format('%s_combine(tally %I.%s)', tally, schema, tally),
			CASE tally WHEN 'kpi_durations' THEN 'kpi_durations_final' END,
			'merges stored tallies into one');
	END LOOP;
END
$install$;
