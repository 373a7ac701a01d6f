-- Types of options and results that several parts share, and ANALYZE for tallies.

CREATE TYPE @extschema@.kpi_direction AS ENUM ('up', 'down', 'range');
COMMENT ON TYPE @extschema@.kpi_direction
IS 'where better values of a KPI lie: up, down, or inside a range';

CREATE TYPE @extschema@.kpi_service_rule AS ENUM (
	'after_threshold', 'all_offered', 'answered_only', 'credit_abandoned');
COMMENT ON TYPE @extschema@.kpi_service_rule
IS 'how abandoned calls count in a service level: after_threshold as missed, unless abandoned within the threshold; '
'all_offered as missed; answered_only not at all; credit_abandoned like answered calls';

CREATE TYPE @extschema@.kpi_churn_rule AS ENUM ('start', 'stripe');
COMMENT ON TYPE @extschema@.kpi_churn_rule
IS 'the denominator of churn: start is the customers at the start of the period, stripe adds customers who joined in it';

CREATE TYPE @extschema@.kpi_contact_rule AS ENUM (
	'zendesk', 'zendesk_messaging', 'fivetran', 'intercom', 'freshservice', 'freshdesk', 'zoho', 'zammad',
	'no_recontact');
COMMENT ON TYPE @extschema@.kpi_contact_rule
IS 'a helpdesk''s definition of first contact resolution, as used by first_contact';

CREATE TYPE @extschema@.kpi_ci_method AS ENUM ('wilson', 'clopper-pearson');
COMMENT ON TYPE @extschema@.kpi_ci_method
IS 'method for the confidence interval of a rate: Wilson''s score interval, or the wider, exact Clopper-Pearson '
'interval';

CREATE TYPE @extschema@.kpi_estimate AS (value double precision, low double precision, high double precision, n bigint);
COMMENT ON TYPE @extschema@.kpi_estimate
IS 'a value and the limits of its confidence interval, in the unit of the KPI (seconds for durations), and the number '
'of rows';

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.is_significant(estimate @extschema@.kpi_estimate) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (estimate).low > 0 OR (estimate).high < 0;
COMMENT ON FUNCTION @extschema@.is_significant(@extschema@.kpi_estimate)
IS 'true when the interval of a change excludes 0; NULL when a missing limit leaves that open';

CREATE FUNCTION @extschema@.kpi_tally_typanalyze(internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_tally_typanalyze(internal)
IS 'internal: makes ANALYZE measure only the width of tallies';
