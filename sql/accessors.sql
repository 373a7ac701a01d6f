
-- Questions that belong to a tally rather than to one KPI, and plain arithmetic
-- beside the tallies.

CREATE TYPE @extschema@.kpi_estimate AS (value double precision, low double precision, high double precision, n bigint);
COMMENT ON TYPE @extschema@.kpi_estimate IS 'a value with its confidence interval, in the unit of its KPI (seconds for durations), and the number of rows behind it';

CREATE TYPE @extschema@.kpi_ci_method AS ENUM ('wilson', 'clopper-pearson');
COMMENT ON TYPE @extschema@.kpi_ci_method IS 'how the confidence interval of a rate is made: by Wilson''s score, or exactly, which is wider';

DO $install$
DECLARE
	ours text := '@extschema@';
	accessor record;
BEGIN
	FOR accessor IN
		SELECT signature, returns, symbol, 'STRICT' AS on_null, description FROM (VALUES
			('score_share(s kpi_scores, low integer, high integer)', 'double precision', 'kpi_scores_share', 'percentage of answers from low to high'),
			('score_avg(s kpi_scores)', 'double precision', 'kpi_scores_avg', 'mean score'),
			('score_stddev(s kpi_scores)', 'double precision', 'kpi_scores_stddev', 'sample standard deviation of the scores'),
			('score_counts(s kpi_scores)', 'bigint[]', 'kpi_scores_counts', 'how many answers of 0, 1, ... 10'),
			('csat_pct(s kpi_scores, satisfied_from integer)', 'double precision', 'kpi_scores_pct_from', 'percentage of answers at or above a threshold'),
			('ces_pct(s kpi_scores, easy_from integer)', 'double precision', 'kpi_scores_pct_from', 'percentage of answers at or above a threshold'),
			('net_score(s kpi_scores, top_from integer, bottom_to integer)', 'double precision', 'kpi_scores_net', 'percentage of answers at or above the top minus those at or below the bottom'),
			('nps_ci(s kpi_scores, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_scores_nps_ci', 'net promoter score with its confidence interval (adjusted Wald, around an adjusted score); NULL without answers'),
			('nps_change(a kpi_scores, b kpi_scores, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_scores_nps_change', 'points by which the net promoter score of b is above that of a, with a confidence interval, and the answers of both; NULL when either has none'),
			('csat_ci(s kpi_scores, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_scores_csat_ci', 'percentage of answers at or above a threshold with its confidence interval (Wilson); 4 is that of the scale 1..5, and an error on another one'),
			('csat_change(a kpi_scores, b kpi_scores, satisfied_from integer DEFAULT 4, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_scores_csat_change', 'points by which the satisfaction of b is above that of a, with a confidence interval (Newcombe), and the answers of both; NULL when either has none'),
			('rate_pct(r kpi_rate)', 'double precision', 'kpi_rate_pct', 'hits in percent of trials'),
			('rate_hits(r kpi_rate)', 'bigint', 'kpi_rate_hits', 'number of hits'),
			('rate_ci(r kpi_rate, confidence double precision DEFAULT 0.95, method kpi_ci_method DEFAULT ''wilson'')', 'kpi_estimate', 'kpi_rate_ci', 'hits in percent of trials with their confidence interval; NULL without trials'),
			('rate_change(a kpi_rate, b kpi_rate, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_rate_change', 'points by which the rate of b is above that of a, with a confidence interval (Newcombe), and the trials of both; NULL when either has none'),
			('ratio_value(q kpi_ratio)', 'double precision', 'kpi_ratio_value', 'numerator over denominator'),
			('ratio_pct(q kpi_ratio)', 'double precision', 'kpi_ratio_pct', 'numerator in percent of the denominator'),
			('ratio_numerator(q kpi_ratio)', 'double precision', 'kpi_ratio_numerator', 'sum of the numerators, in units or seconds'),
			('ratio_denominator(q kpi_ratio)', 'double precision', 'kpi_ratio_denominator', 'sum of the denominators, in units or seconds'),
			('trend_ci(t kpi_trend)', 'kpi_estimate', 'kpi_trend_ci', 'change per day with its confidence interval; a limit is NULL where there are too few points for it'),
			('trend_ci(t kpi_trend, confidence double precision)', 'kpi_estimate', 'kpi_trend_ci', 'change per day with its confidence interval; a limit is NULL where there are too few points for it'),
			('avg_duration(q kpi_ratio)', 'interval', 'kpi_ratio_avg', 'mean duration'),
			('avg_duration(d kpi_durations)', 'interval', 'kpi_durations_avg', 'mean duration'),
			('median_duration(d kpi_durations)', 'interval', 'kpi_durations_median', 'median duration'),
			('p90_duration(d kpi_durations)', 'interval', 'kpi_durations_p90', '90th percentile of the durations'),
			('p95_duration(d kpi_durations)', 'interval', 'kpi_durations_p95', '95th percentile of the durations'),
			('p99_duration(d kpi_durations)', 'interval', 'kpi_durations_p99', '99th percentile of the durations'),
			('min_duration(d kpi_durations)', 'interval', 'kpi_durations_min', 'shortest duration'),
			('max_duration(d kpi_durations)', 'interval', 'kpi_durations_max', 'longest duration'),
			('total_duration(d kpi_durations)', 'interval', 'kpi_durations_total', 'sum of all durations'),
			('percentile(d kpi_durations, fraction double precision)', 'interval', 'kpi_durations_percentile_at', 'percentile for a fraction from 0 to 1, interpolated as percentile_cont does'),
			('percentile_ci(d kpi_durations, fraction double precision, confidence double precision DEFAULT 0.95)', 'kpi_estimate', 'kpi_durations_percentile_ci', 'percentile in seconds with a distribution-free confidence interval; a limit is NULL where there are too few durations for it'),
			('share_within(d kpi_durations, target interval)', 'double precision', 'kpi_durations_share_within', 'percentage of durations at or under a target'),
			('is_exact(d kpi_durations)', 'boolean', 'kpi_durations_is_exact', 'whether percentiles are exact'),
			('relative_error(d kpi_durations)', 'double precision', 'kpi_durations_relative_error', 'how far a percentile may be off, as a share of it; 0 when exact')
		) AS t (signature, returns, symbol, description)
		UNION ALL
		SELECT * FROM (VALUES
			('from_seconds(seconds double precision)', 'interval', 'kpi_from_seconds', 'STRICT', 'seconds as interval'),
			('from_minutes(minutes double precision)', 'interval', 'kpi_from_minutes', 'STRICT', 'minutes as interval'),
			('from_hours(hours double precision)', 'interval', 'kpi_from_hours', 'STRICT', 'hours as interval'),
			('in_seconds(duration interval)', 'double precision', 'kpi_in_seconds', 'STRICT', 'interval in seconds; a month has 30 days, a day 24 hours'),
			('in_minutes(duration interval)', 'double precision', 'kpi_in_minutes', 'STRICT', 'interval in minutes; a month has 30 days, a day 24 hours'),
			('in_hours(duration interval)', 'double precision', 'kpi_in_hours', 'STRICT', 'interval in hours; a month has 30 days, a day 24 hours'),
			('kpi_status(value double precision, target double precision, warning double precision, direction kpi_direction)', 'text', 'kpi_status_float8', '', 'good at the target or better, warning at the warning level or better, else breach'),
			('kpi_status(value interval, target interval, warning interval, direction kpi_direction)', 'text', 'kpi_status_interval', '', 'good at the target or better, warning at the warning level or better, else breach'),
			('kpi_status(value double precision, low double precision, high double precision)', 'text', 'kpi_status_in_range_float8', 'STRICT', 'good from low to high, else breach'),
			('kpi_status(value interval, low interval, high interval)', 'text', 'kpi_status_in_range_interval', 'STRICT', 'good from low to high, else breach'),
			('customer_lifetime_value(revenue_per_month double precision, margin_pct double precision, monthly_churn_pct double precision)', 'double precision', 'kpi_customer_lifetime_value', 'STRICT', 'monthly revenue x margin / monthly churn; NULL without churn'),
			('first_contact(rule kpi_contact_rule, solved boolean DEFAULT NULL, agent_replies bigint DEFAULT NULL, reopens bigint DEFAULT NULL, customer_replies bigint DEFAULT NULL, contacts bigint DEFAULT NULL, teammates bigint DEFAULT NULL, closes bigint DEFAULT NULL, was_pending boolean DEFAULT NULL, time_to_close interval DEFAULT NULL, next_contact_after interval DEFAULT NULL)', 'boolean', 'kpi_first_contact', '', 'whether a solved ticket was solved at first contact, by the rule of a help desk; NULL when not solved or not known')
		) AS t (signature, returns, symbol, on_null, description)
	LOOP
		-- whatever begins so in these signatures is a type of ours
		accessor.signature := replace(accessor.signature, ' kpi_', ' ' || ours || '.kpi_');
		accessor.returns := regexp_replace(accessor.returns, '^kpi_', replace(ours, '\', '\\') || '.kpi_');
		EXECUTE format('CREATE FUNCTION %s.%s RETURNS %s AS ''MODULE_PATHNAME'', %L LANGUAGE C IMMUTABLE %s PARALLEL SAFE',
					   ours, accessor.signature, accessor.returns, accessor.symbol, accessor.on_null);
		EXECUTE format('COMMENT ON FUNCTION %s.%s IS %L',
					   ours, regexp_replace(accessor.signature, ' DEFAULT [^,)]+', '', 'g'), accessor.description);
	END LOOP;
END
$install$;
