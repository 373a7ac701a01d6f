
-- Transitions and their inverses: how a row comes into a tally and out again.
-- The SQL name says what is counted, the argument types overload it.  Not
-- strict where a NULL argument means something, STABLE where a calendar is read.

DO $install$
DECLARE
	ours text := '@extschema@';
	transition record;
	step text;
BEGIN
	FOR transition IN
		WITH instants (type, kind) AS (
			VALUES ('timestamptz', 'instant'), ('timestamp', 'instant'), ('date', 'date')
		), durations (arguments, source, is_strict) AS (
			SELECT 'interval', 'interval', true
			UNION ALL
			SELECT format('%s, %s', started.type, ended.type),
				   CASE WHEN started.kind = ended.kind THEN started.kind || 's'
						ELSE started.kind || '_' || ended.kind END, true
			FROM instants AS started, instants AS ended
			UNION ALL
			SELECT format('%s, %s, %s.business_hours', started.type, ended.type, ours),
				   'business_' || CASE WHEN started.kind = ended.kind THEN started.kind || 's'
						ELSE started.kind || '_' || ended.kind END, false
			FROM instants AS started, instants AS ended
			UNION ALL
			SELECT 'interval, interval, interval', 'parts', false
		)
		SELECT * FROM (VALUES
			('kpi_scores', '', 'smallint', 'int2', true),
			('kpi_scores', '', 'integer', 'int4', true),
			('kpi_scores', '', 'double precision', 'float8', true),
			('kpi_scores', '_net', 'smallint, integer, integer', 'net_int2', true),
			('kpi_scores', '_net', 'integer, integer, integer', 'net_int4', true),
			('kpi_scores', '_net', 'double precision, integer, integer', 'net_float8', true),
			('kpi_rate', '', 'boolean', 'bool', true),
			('kpi_rate', '_at_most_one', 'bigint', 'at_most_one', true),
			('kpi_rate', '_at_most_one', 'bigint, boolean', 'at_most_one_solved', true),
			('kpi_rate', '_exactly_one', 'bigint', 'exactly_one', true),
			('kpi_rate', '_exactly_one', 'bigint, boolean', 'exactly_one_solved', true),
			('kpi_rate', '_at_least_one', 'bigint', 'at_least_one', true),
			('kpi_rate', '_at_least_one', 'bigint, boolean', 'at_least_one_solved', true),
			('kpi_rate', '_score_from', 'smallint, integer', 'score_int2', true),
			('kpi_rate', '_score_from', 'integer, integer', 'score_int4', true),
			('kpi_rate', '_score_from', 'double precision, integer', 'score_float8', true),
			('kpi_ratio', '', 'interval, interval', 'interval', false),
			('kpi_ratio', '', 'bigint, bigint', 'int8', false),
			('kpi_ratio', '', 'numeric, bigint', 'numeric_int8', false),
			('kpi_ratio', '', 'bigint, interval', 'int8_interval', false),
			('kpi_ratio', '_net_revenue', 'bigint, bigint', 'net_revenue', false),
			('kpi_ratio', '_gross_revenue', 'bigint, bigint', 'gross_revenue', false),
			('kpi_ratio', '_pct', 'bigint', 'pct', true),
			('kpi_ratio', '_weighted', 'bigint, bigint', 'weighted', true)
		) AS t (tally, counted, arguments, source, is_strict)
		UNION ALL
		SELECT 'kpi_ratio', '_duration', arguments, 'duration_' || source, is_strict FROM durations
		UNION ALL
		SELECT 'kpi_durations', '', arguments, source, is_strict FROM durations
	LOOP
		FOREACH step IN ARRAY
			CASE transition.tally
				WHEN 'kpi_durations' THEN ARRAY['accum', 'moving_accum', 'discard']
				ELSE ARRAY['accum', 'discard']
			END
		LOOP
			EXECUTE format(
				'CREATE FUNCTION %1$s.%2$I(%1$s.%3$s, %4$s) RETURNS %1$s.%3$s
				 AS ''MODULE_PATHNAME'', %5$L LANGUAGE C %6$s %7$s PARALLEL SAFE',
				ours,
				transition.tally || '_' || step || transition.counted,
				transition.tally,
				transition.arguments,
				transition.tally || '_' || step || '_' || transition.source,
				CASE WHEN transition.arguments LIKE '%business_hours' THEN 'STABLE' ELSE 'IMMUTABLE' END,
				CASE WHEN transition.is_strict THEN 'STRICT' END);
		END LOOP;
	END LOOP;
END
$install$;
