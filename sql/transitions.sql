
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
		SELECT t.tally, t.counted, a.arguments, t.symbol || a.source AS symbol, t.is_strict
		FROM (VALUES
			('kpi_scores', '', 'score <score>', '', true),
			('kpi_scores', '_net', 'score <score>, top_from integer, bottom_to integer', 'net_', true),
			('kpi_rate', '', 'hit boolean', 'hit', true),
			('kpi_rate', '_at_most_one', 'n bigint', 'at_most_one', true),
			('kpi_rate', '_at_most_one', 'n bigint, solved boolean', 'at_most_one_solved', true),
			('kpi_rate', '_exactly_one', 'n bigint', 'exactly_one', true),
			('kpi_rate', '_exactly_one', 'n bigint, solved boolean', 'exactly_one_solved', true),
			('kpi_rate', '_at_least_one', 'n bigint', 'at_least_one', true),
			('kpi_rate', '_at_least_one', 'n bigint, solved boolean', 'at_least_one_solved', true),
			('kpi_rate', '_score_from', 'score <score>, threshold integer', 'score_', true),
			('kpi_rate', '_within', 'actual interval, target interval', 'within', true),
			('kpi_rate', '_recontact', 'next_contact_after interval, within interval', 'recontact', false),
			('kpi_rate', '_service', 'wait interval, within interval, abandoned boolean', 'service', true),
			('kpi_rate', '_service', 'wait interval, within interval, abandoned boolean, rule <service_rule>', 'service', true),
			('kpi_rate', '_lost', 'joined, departed, period <pair_in_period>', 'lost_', false),
			('kpi_rate', '_lost', 'joined, departed, period <pair_in_period>, rule <churn_rule>', 'lost_', false),
			('kpi_rate', '_kept', 'joined, departed, period <pair_in_period>', 'kept_', false),
			('kpi_rate', '_kept', 'joined, departed, period <pair_in_period>, rule <churn_rule>', 'kept_', false),
			('kpi_rate', '_backlog', 'opened, closed, as_of <pair_at>', 'backlog_', false),
			('kpi_ratio', '', 'numerator, denominator <amount>', '', false),
			('kpi_ratio', '', 'numerator numeric, denominator bigint', 'numeric_int8', false),
			('kpi_ratio', '', 'numerator bigint, denominator interval', 'int8_interval', false),
			('kpi_ratio', '_hours', 'numerator bigint, denominator double precision', 'int8_hours', false),
			('kpi_ratio', '_net_revenue', 'mrr_start, mrr_end <number>', 'net_revenue_', false),
			('kpi_ratio', '_gross_revenue', 'mrr_start, mrr_end <number>', 'gross_revenue_', false),
			('kpi_ratio', '_pct', 'pct <number>', 'pct_', true),
			('kpi_ratio', '_weighted', 'signal, weight <number>', 'weighted_', true),
			('kpi_ratio', '_flow', 'opened, closed, period <pair_in_period>', 'flow_', false),
			('kpi_ratio', '_duration', 'duration interval', 'duration_interval', true),
			('kpi_ratio', '_duration', 'started, ended <pair>', 'duration_', true),
			('kpi_ratio', '_duration', 'started, ended <pair>, hours <hours>', 'duration_business_', false),
			('kpi_ratio', '_duration', 'talk interval, hold interval, wrap interval', 'duration_parts', false),
			('kpi_durations', '', 'duration interval', 'interval', true),
			('kpi_durations', '', 'started, ended <pair>', '', true),
			('kpi_durations', '', 'started, ended <pair>, hours <hours>', 'business_', false),
			('kpi_durations', '', 'talk interval, hold interval, wrap interval', 'parts', false),
			('kpi_trend', '', 'value double precision, at <instant>', '', true),
			('kpi_trend', '', 'value double precision, at <instant>, confidence double precision', '', true)
		) AS t (tally, counted, arguments, symbol, is_strict),
		LATERAL @extschema@.kpi_signature_arguments(format('(%s)', t.arguments)) AS a
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
				transition.tally || '_' || step || '_' || transition.symbol,
				CASE WHEN transition.arguments LIKE '%business_hours' THEN 'STABLE' ELSE 'IMMUTABLE' END,
				CASE WHEN transition.is_strict THEN 'STRICT' END);
		END LOOP;
	END LOOP;
END
$install$;
