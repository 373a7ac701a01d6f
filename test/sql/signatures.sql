-- Looks for every signature that the documentation promises: a aggregate, f function.
SET search_path = kpi_test, public;

CREATE TABLE promised (kind "char", name text, arguments text, returns text);
INSERT INTO promised
SELECT 'a', name, replace(arguments, 'SCORE', type), 'double precision'
FROM (VALUES
	('nps', 'SCORE'), ('promoter_pct', 'SCORE'), ('passive_pct', 'SCORE'), ('detractor_pct', 'SCORE'),
	('csat_pct', 'SCORE'), ('csat_pct', 'SCORE, integer'), ('csat_avg', 'SCORE'),
	('ces_avg', 'SCORE'), ('ces_pct', 'SCORE'), ('ces_pct', 'SCORE, integer'),
	('net_score', 'SCORE, integer, integer')) AS v (name, arguments),
	unnest(ARRAY['smallint', 'integer', 'double precision']) AS type
UNION ALL
SELECT 'a', name, type, returns
FROM (VALUES ('scores_agg', 'kpi_scores'), ('nps_ci', 'kpi_estimate'), ('csat_ci', 'kpi_estimate'))
	AS v (name, returns),
	unnest(ARRAY['smallint', 'integer', 'double precision']) AS type
UNION ALL
SELECT 'f', name, tally, 'double precision'
FROM (VALUES
	('kpi_scores', ARRAY[
		'nps', 'promoter_pct', 'passive_pct', 'detractor_pct', 'csat_pct', 'csat_avg', 'ces_avg', 'ces_pct',
		'score_avg', 'score_stddev']),
	('kpi_rate', ARRAY[
		'rate_pct', 'csat_pct', 'fcr_rate', 'one_touch_rate', 'reopen_rate', 'sla_rate', 'service_level',
		'escalation_rate', 'transfer_rate', 'abandonment_rate', 'deflection_rate', 'self_service_rate',
		'bot_resolution_rate', 'bot_escalation_rate', 'bot_escalation_accuracy', 'bot_acceptance_rate',
		'survey_response_rate', 'churn_rate', 'retention_rate', 'recontact_rate', 'renewal_rate', 'adoption_rate',
		'onboarding_rate', 'conversion_rate', 'upsell_rate', 'referral_rate', 'outreach_success_rate',
		'context_transfer_rate', 'compliance_rate', 'negative_sentiment_rate', 'positive_sentiment_rate']),
	('kpi_ratio', ARRAY[
		'ratio_value', 'ratio_pct', 'ratio_numerator', 'ratio_denominator', 'occupancy', 'utilization',
		'schedule_adherence', 'schedule_conformance', 'shrinkage', 'contact_rate', 'productivity', 'qa_score',
		'gross_revenue_retention', 'net_revenue_retention', 'net_revenue_churn', 'health_score',
		'knowledge_base_usage', 'self_service_ratio', 'avg_sentiment'])) AS v (tally, names), unnest(names) AS name
UNION ALL
SELECT 'a', name, 'boolean', 'double precision'
FROM unnest(ARRAY[
	'csat_pct', 'fcr_rate', 'one_touch_rate', 'reopen_rate', 'sla_rate', 'service_level', 'escalation_rate',
	'transfer_rate', 'abandonment_rate', 'deflection_rate', 'self_service_rate', 'bot_resolution_rate',
	'bot_escalation_rate', 'bot_escalation_accuracy', 'bot_acceptance_rate', 'survey_response_rate', 'churn_rate',
	'retention_rate', 'recontact_rate', 'renewal_rate', 'adoption_rate', 'onboarding_rate', 'conversion_rate',
	'upsell_rate', 'referral_rate', 'outreach_success_rate', 'context_transfer_rate', 'compliance_rate']) AS name
UNION ALL
SELECT 'a', name, arguments, 'double precision'
FROM unnest(ARRAY['fcr_rate', 'one_touch_rate', 'reopen_rate']) AS name,
	unnest(ARRAY['bigint', 'bigint, boolean']) AS arguments
UNION ALL
SELECT 'a', name, arguments || rule, 'double precision'
FROM unnest(ARRAY['churn_rate', 'retention_rate']) AS name,
	unnest(ARRAY['timestamptz, timestamptz, tstzrange', 'timestamp, timestamp, tsrange',
				 'date, date, daterange']) AS arguments,
	unnest(ARRAY['', ', kpi_churn_rule']) AS rule
UNION ALL
SELECT kind, statistic || '_' || stage, arguments, 'interval'
FROM unnest(ARRAY['avg', 'median', 'p90', 'p95', 'p99']) AS statistic,
	unnest(ARRAY['response', 'resolution', 'handle', 'wait', 'duration']) AS stage,
	(VALUES ('a', 'interval'), ('a', 'timestamptz, timestamptz'), ('a', 'timestamp, timestamp'), ('a', 'date, date'),
		('a', 'timestamptz, timestamptz, business_hours'), ('a', 'timestamp, timestamp, business_hours'),
		('a', 'date, date, business_hours'), ('a', 'interval, interval, interval'), ('f', 'kpi_durations'),
		('f', 'kpi_ratio')) AS v (kind, arguments)
WHERE (stage = 'handle' OR arguments <> 'interval, interval, interval')
	AND (statistic = 'avg' OR arguments <> 'kpi_ratio')
UNION ALL
SELECT 'a', name, format('%s, %1$s', kind), 'double precision'
FROM unnest(ARRAY['occupancy', 'utilization', 'schedule_adherence', 'schedule_conformance', 'shrinkage']) AS name,
	unnest(ARRAY['interval', 'numeric', 'bigint', 'double precision']) AS kind
UNION ALL
SELECT 'a', name, format('%s, %1$s', kind), 'double precision'
FROM unnest(ARRAY['contact_rate', 'qa_score', 'gross_revenue_retention', 'net_revenue_retention', 'net_revenue_churn',
				  'health_score', 'knowledge_base_usage', 'self_service_ratio']) AS name,
	unnest(ARRAY['numeric', 'bigint', 'double precision']) AS kind
UNION ALL
VALUES
	('f', 'score_share', 'kpi_scores, integer, integer', 'double precision'),
	('f', 'score_counts', 'kpi_scores', 'bigint[]'),
	('f', 'nps_ci', 'kpi_scores, double precision', 'kpi_estimate'),
	('f', 'csat_ci', 'kpi_scores, integer, double precision', 'kpi_estimate'),
	('a', 'rate_agg', 'boolean', 'kpi_rate'), ('a', 'rate_ci', 'boolean', 'kpi_estimate'),
	('f', 'rate_ci', 'kpi_rate, double precision, kpi_ci_method', 'kpi_estimate'),
	('f', 'rate_hits', 'kpi_rate', 'bigint'),
	('a', 'sla_rate', 'interval, interval', 'double precision'),
	('a', 'recontact_rate', 'interval, interval', 'double precision'),
	('a', 'service_level', 'interval, interval, boolean', 'double precision'),
	('a', 'service_level', 'interval, interval, boolean, kpi_service_rule', 'double precision'),
	('f', 'first_contact', 'kpi_contact_rule, boolean, bigint, bigint, bigint, bigint, bigint, bigint, boolean,
		interval, interval, timestamptz, timestamptz, bigint, interval', 'boolean'),
	('a', 'durations_agg', 'interval', 'kpi_durations'),
	('a', 'durations_agg', 'timestamptz, timestamptz', 'kpi_durations'),
	('a', 'durations_agg', 'timestamptz, timestamptz, business_hours', 'kpi_durations'),
	('f', 'percentile', 'kpi_durations, double precision', 'interval'),
	('f', 'percentile_ci', 'kpi_durations, double precision, double precision', 'kpi_estimate'),
	('f', 'min_duration', 'kpi_durations', 'interval'), ('f', 'max_duration', 'kpi_durations', 'interval'),
	('f', 'total_duration', 'kpi_durations', 'interval'),
	('f', 'share_within', 'kpi_durations, interval', 'double precision'),
	('f', 'share_within_bounds', 'kpi_durations, interval', 'kpi_estimate'),
	('f', 'duration_change', 'kpi_durations, kpi_durations, double precision, double precision', 'kpi_estimate'),
	('f', 'is_exact', 'kpi_durations', 'boolean'), ('f', 'relative_error', 'kpi_durations', 'double precision'),
	('f', 'from_seconds', 'double precision', 'interval'), ('f', 'from_minutes', 'double precision', 'interval'),
	('f', 'from_hours', 'double precision', 'interval'), ('f', 'in_seconds', 'interval', 'double precision'),
	('f', 'in_minutes', 'interval', 'double precision'), ('f', 'in_hours', 'interval', 'double precision'),
	('a', 'ratio_agg', 'interval, interval', 'kpi_ratio'), ('a', 'ratio_agg', 'bigint, bigint', 'kpi_ratio'),
	('a', 'ratio_agg', 'numeric, numeric', 'kpi_ratio'),
	('a', 'ratio_agg', 'double precision, double precision', 'kpi_ratio'),
	('a', 'cost_per_contact', 'numeric, bigint', 'numeric'), ('f', 'cost_per_contact', 'kpi_ratio', 'numeric'),
	('a', 'productivity', 'bigint, interval', 'double precision'),
	('a', 'productivity', 'bigint, double precision', 'double precision'),
	('a', 'qa_score', 'bigint', 'double precision'), ('a', 'qa_score', 'numeric', 'double precision'),
	('a', 'qa_score', 'double precision', 'double precision'),
	('a', 'avg_sentiment', 'double precision', 'double precision'),
	('a', 'negative_sentiment_rate', 'double precision', 'double precision'),
	('a', 'positive_sentiment_rate', 'double precision', 'double precision'),
	('a', 'backlog', 'timestamptz, timestamptz, timestamptz', 'bigint'),
	('a', 'backlog', 'timestamp, timestamp, timestamp', 'bigint'), ('a', 'backlog', 'date, date, date', 'bigint'),
	('a', 'net_flow', 'timestamptz, timestamptz, tstzrange', 'bigint'),
	('a', 'net_flow', 'timestamp, timestamp, tsrange', 'bigint'),
	('a', 'net_flow', 'date, date, daterange', 'bigint'),
	('f', 'backlog_series', 'regclass, name, name, timestamptz, timestamptz, interval, name', 'record'),
	('f', 'rising_phrases', 'regclass, name, name, timestamptz, timestamptz, timestamptz, regconfig, integer', 'record'),
	('a', 'trend', 'double precision, timestamptz', 'double precision'),
	('a', 'trend_ci', 'double precision, timestamptz', 'kpi_estimate'),
	('a', 'trend_ci', 'double precision, timestamptz, double precision', 'kpi_estimate'),
	('f', 'trend', 'kpi_trend', 'double precision'),
	('f', 'business_spans', 'timestamptz, timestamptz, business_hours', 'tstzrange'),
	('f', 'nps_change', 'kpi_scores, kpi_scores, double precision', 'kpi_estimate'),
	('f', 'csat_change', 'kpi_scores, kpi_scores, integer, double precision', 'kpi_estimate'),
	('f', 'rate_change', 'kpi_rate, kpi_rate, double precision', 'kpi_estimate'),
	('a', 'miss_evidence', 'kpi_rate, double precision, kpi_direction', 'double precision'),
	('a', 'miss_evidence', 'kpi_scores, double precision, kpi_direction', 'double precision'),
	('f', 'is_significant', 'kpi_estimate', 'boolean'),
	('f', 'required_sample', 'double precision, double precision', 'bigint'),
	('f', 'erlang_agents',
	 'double precision, interval, double precision, interval, double precision, double precision', 'bigint'),
	('f', 'erlang_service_level', 'double precision, interval, bigint, interval', 'double precision'),
	('f', 'erlang_wait_probability', 'double precision, interval, bigint', 'double precision'),
	('f', 'erlang_speed_of_answer', 'double precision, interval, bigint', 'interval'),
	('f', 'customer_lifetime_value', 'double precision, double precision, double precision', 'double precision'),
	('f', 'kpi_status', 'double precision, double precision, double precision, kpi_direction', 'text'),
	('f', 'kpi_status', 'double precision, double precision, double precision', 'text'),
	('f', 'kpi_help', 'text', 'record');
INSERT INTO promised SELECT 'f', 'sample_size', tally, 'bigint'
FROM unnest(ARRAY['kpi_scores', 'kpi_rate', 'kpi_ratio', 'kpi_durations', 'kpi_trend']) AS tally
UNION ALL SELECT 'a', 'rollup', tally, tally
FROM unnest(ARRAY['kpi_scores', 'kpi_rate', 'kpi_ratio', 'kpi_durations', 'kpi_trend']) AS tally;

INSERT INTO promised
SELECT 'f', name, replace(arguments, 'INSTANT', type), returns
FROM (VALUES
	('business_time', 'INSTANT, INSTANT, business_hours, tstzmultirange', 'interval'),
	('business_seconds', 'INSTANT, INSTANT, business_hours, tstzmultirange', 'double precision'),
	('sla_met', 'INSTANT, INSTANT, interval, business_hours, timestamptz, tstzmultirange', 'boolean'),
	('business_deadline', 'INSTANT, interval, business_hours, tstzmultirange', 'timestamptz'),
	('business_days_deadline', 'INSTANT, integer, business_hours, tstzmultirange', 'timestamptz'),
	('is_open', 'INSTANT, business_hours', 'boolean'), ('next_open', 'INSTANT, business_hours', 'timestamptz'))
	AS v (name, arguments, returns),
	unnest(ARRAY['timestamptz', 'timestamp', 'date']) AS type;

SELECT count(*) > 280 AS many, count(*) = count(DISTINCT (kind, name, arguments)) AS each_once FROM promised;
SELECT w.* FROM promised AS w LEFT JOIN pg_proc AS p ON p.oid = to_regprocedure(format('%s(%s)', w.name, w.arguments))
WHERE p.prokind IS DISTINCT FROM w.kind
	OR format_type(p.prorettype, NULL) IS DISTINCT FROM format_type(to_regtype(w.returns), NULL);
-- the arguments that are passed by name have these
SELECT proname, proargnames[:pronargs] FROM pg_proc
WHERE oid IN (
		to_regprocedure('sla_met(timestamptz, timestamptz, interval, business_hours, timestamptz, tstzmultirange)'),
		to_regprocedure('business_deadline(timestamptz, interval, business_hours, tstzmultirange)'),
		to_regprocedure('backlog_series(regclass, name, name, timestamptz, timestamptz, interval, name)'))
	OR proname IN ('first_contact', 'erlang_agents', 'nps_change', 'csat_change', 'rate_change', 'duration_change',
				   'business_days_deadline', 'rising_phrases')
ORDER BY 1, 2;
DROP TABLE promised;

-- a pair of instants is of one kind, and there are at most 370 public aggregates
CREATE VIEW ours AS
SELECT p.* FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'kpi';
SELECT oid::regprocedure FROM ours
WHERE prokind = 'a'
	AND (SELECT count(DISTINCT type) FROM unnest(proargtypes) AS type
		 WHERE type IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype)) > 1;
SELECT count(*) <= 370 AS few FROM ours WHERE prokind = 'a' AND proname !~ '^kpi_';
DROP VIEW ours;
