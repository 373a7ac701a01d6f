-- Types of options, and the functions that the views of a mart call.

CREATE TYPE @extschema@.kpi_attribute AS ENUM ('event', 'created');
COMMENT ON TYPE @extschema@.kpi_attribute
IS 'the day of a measure of a ticket: event is the day of its own event, created the day of the creation of the ticket';

CREATE TYPE @extschema@.kpi_tracking AS ENUM ('updated_at', 'triggers');
COMMENT ON TYPE @extschema@.kpi_tracking
IS 'how kpi_refresh finds changes: updated_at uses the change column of the relation; triggers uses triggers on it, '
'which also find deletions';

CREATE TYPE @extschema@.kpi_response_start AS ENUM ('creation', 'handoff');
COMMENT ON TYPE @extschema@.kpi_response_start
IS 'where the first response time begins: creation of the ticket, or handoff by the bot if there is one';

CREATE FUNCTION @extschema@.kpi_day(at timestamptz, time_zone text) RETURNS date
AS 'MODULE_PATHNAME', 'kpi_day' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_day(timestamptz, text)
IS 'internal: local day of an instant in a time zone; NULL for infinity and for years outside 1 to 9999';

CREATE FUNCTION @extschema@.kpi_hour(at timestamptz, time_zone text) RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_hour' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_hour(timestamptz, text)
IS 'internal: local hour of an instant in a time zone, 0 to 23; NULL as for kpi_day';

CREATE FUNCTION @extschema@.kpi_due_at(
	started timestamptz, target interval, hours @extschema@.business_hours, paused tstzmultirange)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_due_at' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_due_at(timestamptz, interval, @extschema@.business_hours, tstzmultirange)
IS 'internal: last instant at which a target is met; infinity when it is never missed; NULL without started or target, '
'and for a target that is negative or, with hours, has days';

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.kpi_instant(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'
		AND at NOT BETWEEN '1969-12-31 00:00+00' AND '1970-01-02 00:00+00'
	THEN at
END;
COMMENT ON FUNCTION @extschema@.kpi_instant(timestamptz)
IS 'internal: the instant; NULL for infinity, for years outside 1 to 9999 and for the epoch, which stand for no time';

CREATE FUNCTION @extschema@.kpi_age(created_at timestamptz, as_of timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN created_at > as_of - interval '24 hours' THEN '0-1 days'
	WHEN created_at > as_of - interval '72 hours' THEN '1-3 days'
	WHEN created_at > as_of - interval '168 hours' THEN '3-7 days'
	WHEN created_at IS NOT NULL THEN 'over 7 days'
	ELSE 'unknown'
END;
COMMENT ON FUNCTION @extschema@.kpi_age(timestamptz, timestamptz) IS 'internal: the age group of a ticket in backlog_age';

-- The value of a KPI from merged tallies in long form: the tally of its family is used,
-- the others are empty.  Inlined, as above.
CREATE FUNCTION @extschema@.kpi_measure_value(
	family text, unit text, number bigint, rate @extschema@.kpi_rate, durations @extschema@.kpi_durations,
	fraction double precision, scores @extschema@.kpi_scores, ratio @extschema@.kpi_ratio)
RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE family
	WHEN 'count' THEN number::double precision
	WHEN 'rate' THEN @extschema@.rate_pct(rate)
	WHEN 'percentile' THEN @extschema@.in_seconds(@extschema@.percentile(durations, fraction))
	WHEN 'score' THEN @extschema@.nps(scores)
	WHEN 'mean' THEN CASE unit WHEN 'percent' THEN @extschema@.ratio_pct(ratio) ELSE @extschema@.ratio_value(ratio) END
END;
COMMENT ON FUNCTION @extschema@.kpi_measure_value(
	text, text, bigint, @extschema@.kpi_rate, @extschema@.kpi_durations, double precision, @extschema@.kpi_scores,
	@extschema@.kpi_ratio)
IS 'internal: the value of a KPI in its unit; NULL when nothing was counted';

CREATE FUNCTION @extschema@.kpi_measure_ci(
	family text, rate @extschema@.kpi_rate, durations @extschema@.kpi_durations, fraction double precision,
	scores @extschema@.kpi_scores)
RETURNS @extschema@.kpi_estimate
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE family
	WHEN 'rate' THEN @extschema@.rate_ci(rate, 0.95::double precision, 'wilson'::@extschema@.kpi_ci_method)
	WHEN 'percentile' THEN @extschema@.percentile_ci(durations, fraction, 0.95::double precision)
	WHEN 'score' THEN @extschema@.nps_ci(scores, 0.95::double precision)
END;
COMMENT ON FUNCTION @extschema@.kpi_measure_ci(
	text, @extschema@.kpi_rate, @extschema@.kpi_durations, double precision, @extschema@.kpi_scores)
IS 'internal: the 95 % interval of a KPI; NULL for counts and means';

CREATE FUNCTION @extschema@.kpi_measure_n(
	family text, number bigint, rate @extschema@.kpi_rate, durations @extschema@.kpi_durations, scores @extschema@.kpi_scores,
	ratio @extschema@.kpi_ratio)
RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN family = 'count' THEN number
	WHEN family = 'rate' THEN @extschema@.sample_size(rate)
	WHEN family IN ('percentile', 'durations') THEN @extschema@.sample_size(durations)
	WHEN family IN ('score', 'scores') THEN @extschema@.sample_size(scores)
	WHEN family = 'mean' THEN @extschema@.sample_size(ratio)
END;
COMMENT ON FUNCTION @extschema@.kpi_measure_n(
	text, bigint, @extschema@.kpi_rate, @extschema@.kpi_durations, @extschema@.kpi_scores, @extschema@.kpi_ratio)
IS 'internal: how many tickets, answers or customers a KPI counts';

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.kpi_timing(kpi text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN kpi IN (
		'nps', 'csat_pct', 'ces_pct', 'effort_avg', 'churn_pct', 'gross_revenue_retention_pct', 'net_revenue_retention_pct',
		'renewal_pct', 'upsell_pct', 'referral_pct', 'conversion_pct', 'chat_conversion_pct', 'cost_per_contact',
		'total_cost_per_contact')
	THEN 'lagging' ELSE 'leading' END;
COMMENT ON FUNCTION @extschema@.kpi_timing(text)
IS 'internal: leading for a KPI that predicts others, lagging for one that measures an outcome';

-- The KPIs of a mart that a relation computes.
CREATE FUNCTION @extschema@.kpi_names(contract text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(kpi ORDER BY kpi)
	FROM (VALUES
		('tickets', '{tickets,unanswered,unresolved,resolved,deflected,overdue_tickets}'::text[]),
		('tickets', '{fcr_pct,reopen_pct,escalation_pct,transfer_pct,sla_response_pct,sla_resolution_pct,abandonment_pct}'),
		('tickets', '{csat_pct,nps,ces_pct,effort_avg,self_service_pct,qa_score_pct,cost_per_contact,sentiment_avg}'),
		('tickets', '{negative_sentiment_pct}'),
		('tickets', '{bot_resolution_pct,bot_escalation_pct,bot_escalation_accuracy_pct,bot_acceptance_pct}'),
		('tickets', '{response_median_seconds,response_p90_seconds,resolution_median_seconds,resolution_p90_seconds}'),
		('tickets', '{handle_median_seconds,handle_p90_seconds,wait_median_seconds,wait_p90_seconds}'),
		('messages', '{next_response_median_seconds,next_response_p90_seconds,sla_next_response_pct,sla_update_pct}'),
		('surveys', '{survey_response_pct}'),
		('work_time', '{occupancy_pct,utilization_pct,adherence_pct,conformance_pct,shrinkage_pct,resolved_per_hour}'),
		('subscriptions', '{churn_pct,gross_revenue_retention_pct,net_revenue_retention_pct,renewal_pct,contact_rate_pct}'),
		('customer_events', '{adoption_pct,onboarding_pct,upsell_pct,referral_pct,conversion_pct,chat_conversion_pct}'),
		('customer_events', '{outreach_success_pct}'),
		('costs', '{total_cost_per_contact}'),
		('help_sessions', '{session_self_service_pct}')) AS v (contract, kpis)
	CROSS JOIN LATERAL unnest(v.kpis) AS kpi
	WHERE v.contract = $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_names(text) IS 'internal: the KPIs of a mart that a relation computes';
