/* kpi: the install script, put together by make from the parts in sql/ */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION kpi" to load this file. \quit

-- The script runs as superuser, and in a schema where others may have planted
-- functions, operators and types: no name may be looked up there by accident.
-- From here on, and in every body below, names of ours are qualified.
SET LOCAL search_path = pg_catalog, pg_temp;

-- The tallies, and what every tally has: input and output, equality and
-- hashing, jsonb, sample_size, merging.

CREATE TYPE @extschema@.kpi_direction AS ENUM ('up', 'down', 'range');
COMMENT ON TYPE @extschema@.kpi_direction IS 'which way a KPI gets better: up, down, or within a range';

DO $install$
DECLARE
	ours text := '@extschema@';
	tally record;
	statement text;
BEGIN
	FOR tally IN
		SELECT * FROM (VALUES
			('kpi_scores', 'INTERNALLENGTH = 96, STORAGE = plain', true, 'how many answers of each survey score from 0 to 10'),
			('kpi_rate', 'INTERNALLENGTH = 24, STORAGE = plain', true, 'hits out of trials'),
			('kpi_ratio', 'INTERNALLENGTH = 48, STORAGE = plain', true, 'an exact sum over another exact sum'),
			('kpi_trend', 'INTERNALLENGTH = 104, STORAGE = plain', true, 'exact sums for the straight line through values over time'),
			('kpi_durations', 'INTERNALLENGTH = variable, STORAGE = extended', false, 'a distribution of durations'))
			AS t (name, storage, invertible, description)
	LOOP
		FOREACH statement IN ARRAY ARRAY[
			'CREATE TYPE %1$s.%2$s',
			'CREATE FUNCTION %1$s.%2$s_in(cstring) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_out(%1$s.%2$s) RETURNS cstring AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_recv(internal) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_send(%1$s.%2$s) RETURNS bytea AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE TYPE %1$s.%2$s (INPUT = %1$s.%2$s_in, OUTPUT = %1$s.%2$s_out, RECEIVE = %1$s.%2$s_recv, SEND = %1$s.%2$s_send, ALIGNMENT = double, %3$s)',
			'COMMENT ON TYPE %1$s.%2$s IS %4$L',
			'CREATE FUNCTION %1$s.%2$s_eq(%1$s.%2$s, %1$s.%2$s) RETURNS boolean AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_ne(%1$s.%2$s, %1$s.%2$s) RETURNS boolean AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_hash(%1$s.%2$s) RETURNS integer AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_hash_extended(%1$s.%2$s, bigint) RETURNS bigint AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE OPERATOR %1$s.= (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_eq, COMMUTATOR = OPERATOR(%1$s.=), NEGATOR = OPERATOR(%1$s.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES)',
			'CREATE OPERATOR %1$s.<> (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_ne, COMMUTATOR = OPERATOR(%1$s.<>), NEGATOR = OPERATOR(%1$s.=), RESTRICT = neqsel, JOIN = neqjoinsel)',
			'COMMENT ON OPERATOR %1$s.= (%1$s.%2$s, %1$s.%2$s) IS ''same tally''',
			'COMMENT ON OPERATOR %1$s.<> (%1$s.%2$s, %1$s.%2$s) IS ''different tallies''',
			'CREATE OPERATOR CLASS %1$s.%2$s_ops DEFAULT FOR TYPE %1$s.%2$s USING hash AS OPERATOR 1 %1$s.=, FUNCTION 1 %1$s.%2$s_hash(%1$s.%2$s), FUNCTION 2 %1$s.%2$s_hash_extended(%1$s.%2$s, bigint)',
			'CREATE FUNCTION %1$s.%2$s_combine(%1$s.%2$s, %1$s.%2$s) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_uncombine(%1$s.%2$s, %1$s.%2$s) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE OPERATOR %1$s.+ (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_combine, COMMUTATOR = OPERATOR(%1$s.+))',
			'COMMENT ON OPERATOR %1$s.+ (%1$s.%2$s, %1$s.%2$s) IS ''merge two tallies''',
			'CREATE FUNCTION %1$s.%2$s_to_jsonb(%1$s.%2$s) RETURNS jsonb AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE CAST (%1$s.%2$s AS jsonb) WITH FUNCTION %1$s.%2$s_to_jsonb(%1$s.%2$s)',
			'CREATE FUNCTION %1$s.sample_size(tally %1$s.%2$s) RETURNS bigint AS ''MODULE_PATHNAME'', %5$L LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'COMMENT ON FUNCTION %1$s.sample_size(%1$s.%2$s) IS ''number of rows that a tally counts; 0 when empty''']
		LOOP
			EXECUTE format(statement, ours, tally.name, tally.storage, tally.description, tally.name || '_n');
		END LOOP;
		IF tally.invertible THEN
			EXECUTE format('CREATE OPERATOR %1$s.- (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_uncombine)', ours, tally.name);
			EXECUTE format('COMMENT ON OPERATOR %1$s.- (%1$s.%2$s, %1$s.%2$s) IS ''take one tally out of another''', ours, tally.name);
		END IF;
	END LOOP;
END
$install$;

-- kpi_durations has no operator -, and a state of its own for moving windows
CREATE FUNCTION @extschema@.kpi_durations_moving_combine(@extschema@.kpi_durations, @extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_final(@extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

-- The options that choose a rule, and the notation in which the catalogue writes
-- arguments: names, and behind them the class of types that they may have.

CREATE TYPE @extschema@.kpi_service_rule AS ENUM ('after_threshold', 'all_offered', 'answered_only', 'credit_abandoned');
COMMENT ON TYPE @extschema@.kpi_service_rule IS 'how calls that were given up count in a service level: missed unless given up in time, missed, not at all, or like answered ones';
CREATE TYPE @extschema@.kpi_churn_rule AS ENUM ('start', 'stripe');
COMMENT ON TYPE @extschema@.kpi_churn_rule IS 'which customers churn is a share of: those at the start, or those who joined in the period too';
CREATE TYPE @extschema@.kpi_contact_rule AS ENUM ('zendesk', 'zendesk_messaging', 'fivetran', 'intercom', 'freshservice', 'freshdesk', 'zoho', 'zammad', 'no_recontact');
COMMENT ON TYPE @extschema@.kpi_contact_rule IS 'how a help desk calls a ticket solved at first contact; see first_contact';

CREATE FUNCTION @extschema@.kpi_argument_types(class text)
RETURNS TABLE (types text[], source text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH instants (type, kind) AS (
		VALUES ('timestamptz', 'instant'), ('timestamp', 'instant'), ('date', 'date')
	), pairs (types, source) AS (
		SELECT ARRAY[a.type, b.type], CASE WHEN a.kind = b.kind THEN a.kind || 's' ELSE a.kind || '_' || b.kind END
		FROM instants AS a, instants AS b
	)
	SELECT ARRAY[type], source
	FROM (VALUES
		('score', 'smallint', 'int2'), ('score', 'integer', 'int4'), ('score', 'double precision', 'float8'),
		('number', 'bigint', 'int8'), ('number', 'numeric', 'numeric'), ('number', 'double precision', 'float8'),
		('amount', 'bigint', 'int8'), ('amount', 'numeric', 'numeric'), ('amount', 'double precision', 'float8'), ('amount', 'interval', 'interval'),
		('hours', '@extschema@.business_hours', ''),
		('service_rule', '@extschema@.kpi_service_rule', ''),
		('churn_rule', '@extschema@.kpi_churn_rule', '')
	) AS one (class, type, source) WHERE one.class = $1
	UNION ALL
	SELECT ARRAY[type], kind FROM instants WHERE $1 = 'instant'
	UNION ALL
	SELECT pairs.types, pairs.source FROM pairs WHERE $1 = 'pair'
	UNION ALL
	-- Beside a period or a third instant: all of one kind, or with a timestamptz
	-- among the pair.  Two plain ones with a timestamptz are left out, and then
	-- ambiguous: PostgreSQL would read them in the time zone of the session.
	SELECT pairs.types || third.period, pairs.source
	FROM pairs, (VALUES ('timestamptz', 'tstzrange'), ('timestamp', 'tsrange'), ('date', 'daterange')) AS third (type, period)
	WHERE $1 = 'pair_in_period'
	AND CASE third.type WHEN 'timestamptz' THEN third.type = ANY (pairs.types) ELSE pairs.types = ARRAY[third.type, third.type] END
	UNION ALL
	SELECT pairs.types || third.type, pairs.source || CASE WHEN pairs.source = 'instants' AND third.kind = 'date' THEN '_date' ELSE '' END
	FROM pairs, instants AS third
	WHERE $1 = 'pair_at'
	AND CASE third.type WHEN 'timestamptz' THEN third.type = ANY (pairs.types)
		ELSE pairs.types IN (ARRAY[third.type, third.type], ARRAY['timestamptz', 'timestamptz']) END;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_argument_types(text) IS 'internal: the types that a class of arguments stands for: one for each argument, or one for all';

CREATE FUNCTION @extschema@.kpi_signature_arguments(signature text)
RETURNS TABLE (arguments text, source text)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	-- 'name(argument, argument <class>, ...)' becomes one list of arguments for
	-- every choice of types
	WITH RECURSIVE expanded (arguments, source) AS (
		SELECT substring($1 FROM '\((.*)\)$'), ''
		UNION ALL
		SELECT overlay(expanded.arguments PLACING typed.arguments FROM strpos(expanded.arguments, found[1]) FOR length(found[1])),
			   expanded.source || choice.source
		FROM expanded,
			 LATERAL regexp_match(expanded.arguments, '((?<!\w )\m(\w+(?:, \w+)*) <(\w+)>)') AS found,
			 LATERAL @extschema@.kpi_argument_types(found[3]) AS choice,
			 LATERAL (SELECT string_agg(name || ' ' || coalesce(choice.types[n], choice.types[1]), ', ' ORDER BY n) AS arguments
					  FROM regexp_split_to_table(found[2], ', ') WITH ORDINALITY AS part (name, n)) AS typed
	)
	SELECT e.arguments, e.source FROM expanded AS e WHERE e.arguments !~ '<';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_signature_arguments(text) IS 'internal: the lists of arguments that a signature of the catalogue stands for, and the kind that C functions have in their names';

-- Business hours: a value that says when somebody is at work, and the time that
-- passes within it.  STABLE, because time zones change from release to release.

CREATE TYPE @extschema@.business_hours;
CREATE FUNCTION @extschema@.business_hours_in(cstring) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_in' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_out(@extschema@.business_hours) RETURNS cstring AS 'MODULE_PATHNAME', 'kpi_business_hours_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_recv(internal) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_send(@extschema@.business_hours) RETURNS bytea AS 'MODULE_PATHNAME', 'kpi_business_hours_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE @extschema@.business_hours (
	INPUT = @extschema@.business_hours_in, OUTPUT = @extschema@.business_hours_out,
	RECEIVE = @extschema@.business_hours_recv, SEND = @extschema@.business_hours_send,
	INTERNALLENGTH = variable, STORAGE = extended);
COMMENT ON TYPE @extschema@.business_hours IS 'time zone, weekly opening hours and exceptions: Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off';

CREATE FUNCTION @extschema@.business_hours_eq(@extschema@.business_hours, @extschema@.business_hours) RETURNS boolean AS 'MODULE_PATHNAME', 'kpi_business_hours_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_ne(@extschema@.business_hours, @extschema@.business_hours) RETURNS boolean AS 'MODULE_PATHNAME', 'kpi_business_hours_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_hash(@extschema@.business_hours) RETURNS integer AS 'MODULE_PATHNAME', 'kpi_business_hours_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint) RETURNS bigint AS 'MODULE_PATHNAME', 'kpi_business_hours_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.= (LEFTARG = @extschema@.business_hours, RIGHTARG = @extschema@.business_hours, FUNCTION = @extschema@.business_hours_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR @extschema@.<> (LEFTARG = @extschema@.business_hours, RIGHTARG = @extschema@.business_hours, FUNCTION = @extschema@.business_hours_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.= (@extschema@.business_hours, @extschema@.business_hours) IS 'same zone and rules';
COMMENT ON OPERATOR @extschema@.<> (@extschema@.business_hours, @extschema@.business_hours) IS 'another zone or other rules';
CREATE OPERATOR CLASS @extschema@.business_hours_ops DEFAULT FOR TYPE @extschema@.business_hours USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.business_hours_hash(@extschema@.business_hours),
	FUNCTION 2 @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint);

CREATE FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours) RETURNS jsonb AS 'MODULE_PATHNAME', 'kpi_business_hours_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_from_jsonb(jsonb) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_from_jsonb' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.business_hours AS jsonb) WITH FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours);
CREATE CAST (jsonb AS @extschema@.business_hours) WITH FUNCTION @extschema@.business_hours_from_jsonb(jsonb);

CREATE FUNCTION @extschema@.business_spans(since timestamptz, until timestamptz, hours @extschema@.business_hours) RETURNS SETOF tstzrange
AS 'MODULE_PATHNAME', 'kpi_business_spans' LANGUAGE C STABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION @extschema@.business_spans(timestamptz, timestamptz, @extschema@.business_hours) IS 'the spans in which a calendar is open between two instants';

-- Every kind of instant has a signature of its own: no timestamp or date is read
-- in the time zone of the session by accident.
DO $install$
DECLARE
	ours CONSTANT text := '@extschema@';
	made record;
BEGIN
	FOR made IN
		SELECT f.name, a.arguments, f.name || '_' || a.source AS symbol, f.returns, f.description
		FROM (VALUES
			('business_time', 'started, ended <pair>, hours <hours>', 'interval', 'open time from one instant to another, in hours and below'),
			('business_seconds', 'started, ended <pair>, hours <hours>', 'double precision', 'open time from one instant to another, in seconds'),
			('sla_met', 'started, ended <pair>, target interval, hours <hours> DEFAULT NULL, as_of timestamptz DEFAULT NULL', 'boolean', 'whether a target was met; NULL when open and not due yet at as_of'),
			('business_deadline', 'started <instant>, allowed interval, hours <hours>', 'timestamptz', 'the earliest instant at which so much open time has passed'),
			('is_open', 'at <instant>, hours <hours>', 'boolean', 'whether a calendar is open at an instant'),
			('next_open', 'at <instant>, hours <hours>', 'timestamptz', 'the instant itself when open, else the next opening; NULL when there is none')
		) AS f (name, arguments, returns, description),
		LATERAL @extschema@.kpi_signature_arguments(format('(%s)', f.arguments)) AS a
	LOOP
		EXECUTE format('CREATE FUNCTION %s.%s(%s) RETURNS %s AS ''MODULE_PATHNAME'', %L LANGUAGE C STABLE PARALLEL SAFE',
					   ours, made.name, made.arguments, made.returns, 'kpi_' || made.symbol);
		EXECUTE format('COMMENT ON FUNCTION %s.%s(%s) IS %L',
					   ours, made.name, replace(made.arguments, ' DEFAULT NULL', ''), made.description);
	END LOOP;
END
$install$;

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
-- Statistics and planning: estimates in one shot, how to read them, and how many
-- answers and agents it takes.

-- the accessors have options, a final function has none
CREATE FUNCTION @extschema@.kpi_scores_nps_ci(@extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_scores_csat_ci(@extschema@.kpi_scores) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_rate_ci(@extschema@.kpi_rate) RETURNS @extschema@.kpi_estimate AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

DO $install$
DECLARE
	schema CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
BEGIN
	PERFORM @extschema@.kpi_create_aggregate(schema, name, signature, final, description)
	FROM (VALUES
		('nps_ci', 'kpi_scores_accum(score <score>)', 'kpi_scores_nps_ci', 'net promoter score with its 95 % confidence interval; for another confidence ask nps_ci(scores_agg(score), confidence)'),
		('csat_ci', 'kpi_scores_accum(score <score>)', 'kpi_scores_csat_ci', 'satisfied percentage, 4..5 on the scale 1..5, with its 95 % confidence interval; for others ask csat_ci(scores_agg(score), satisfied_from, confidence)'),
		('rate_ci', 'kpi_rate_accum(hit boolean)', 'kpi_rate_ci', 'hits in percent of trials with their 95 % confidence interval; for another one ask rate_ci(rate_agg(hit), confidence, method)')
	) AS t (name, signature, final, description);
END
$install$;

-- bound here once and for all, so it needs no path of its own and can be inlined
CREATE FUNCTION @extschema@.is_significant(estimate @extschema@.kpi_estimate) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (estimate).low > 0 OR (estimate).high < 0;
COMMENT ON FUNCTION @extschema@.is_significant(@extschema@.kpi_estimate) IS 'whether the interval of a change leaves out 0; NULL when a missing limit leaves that open';

CREATE FUNCTION @extschema@.required_sample(margin_points double precision, confidence double precision DEFAULT 0.95) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_required_sample' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.required_sample(double precision, double precision) IS 'how many answers it takes to know any percentage to so many points either way: z^2 x 2500 / margin^2, rounded up';

CREATE FUNCTION @extschema@.erlang_agents(calls_per_hour double precision, handle interval, target_pct double precision, within interval,
	max_occupancy_pct double precision DEFAULT NULL, shrinkage_pct double precision DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_erlang_agents_needed' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_agents(double precision, interval, double precision, interval, double precision, double precision)
IS 'Erlang C: agents to schedule so that target_pct of the calls are answered within a time; 0 without calls';

CREATE FUNCTION @extschema@.erlang_service_level(calls_per_hour double precision, handle interval, agents bigint, within interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_service_level_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_service_level(double precision, interval, bigint, interval) IS 'Erlang C: percentage of calls answered within a time; 0 when the agents cannot keep up';

CREATE FUNCTION @extschema@.erlang_wait_probability(calls_per_hour double precision, handle interval, agents bigint) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_erlang_wait_pct' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_wait_probability(double precision, interval, bigint) IS 'Erlang C: percentage of calls that wait; 100 when the agents cannot keep up';

CREATE FUNCTION @extschema@.erlang_speed_of_answer(calls_per_hour double precision, handle interval, agents bigint) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_erlang_mean_wait' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.erlang_speed_of_answer(double precision, interval, bigint) IS 'Erlang C: mean wait of all calls; NULL when the agents cannot keep up';

-- The built-in KPIs: a row each, from which the loop at the end creates the
-- one-shot aggregates, their scalar accessors and their comments.  To add a KPI,
-- add a row.
--
-- signatures	transition(arguments), in the notation of kpi_signature_arguments
-- accessors	tally=C function of the scalar that has the name of the KPI
-- final		the accessor that ends the aggregates, when it is not their own

CREATE TABLE @extschema@.kpi_builtin (
	name text PRIMARY KEY,
	family text NOT NULL,
	signatures text[] NOT NULL,
	accessors text[] NOT NULL,
	final text NOT NULL,
	unit text NOT NULL,
	better @extschema@.kpi_direction NOT NULL,
	timing text NOT NULL CHECK (timing IN ('leading', 'lagging')),
	aliases text[] NOT NULL,
	hit text,
	denominator text,
	formula text NOT NULL,
	definition text NOT NULL,
	question text NOT NULL,
	example text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_builtin IS 'the KPIs that come with the extension, read-only; see kpi_catalogue';
REVOKE ALL ON @extschema@.kpi_builtin FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_builtin TO PUBLIC;

-- surveys
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'scores', signatures, accessors, final, unit,
	   CASE WHEN name IN ('detractor_pct', 'passive_pct') THEN 'down' ELSE 'up' END::@extschema@.kpi_direction, 'lagging', aliases, NULL, 'answers', formula, definition, question,
	   format('SELECT %s FROM surveys WHERE kind = %L', call, kind)
FROM (VALUES
	('nps', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_nps'], 'nps', 'points', ARRAY['net promoter score'],
	 '100 x (promoters - detractors) / answers', 'Net Promoter Score: percentage of answers 9..10 minus percentage of answers 0..6 on the scale 0..10.',
	 'Would customers recommend us?', 'nps(score)', 'nps'),
	('promoter_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_promoter_pct'], 'promoter_pct', 'percent', ARRAY['promoters'],
	 '100 x answers 9..10 / answers', 'Percentage of answers 9..10 on the scale 0..10.',
	 'How many customers would recommend us?', 'promoter_pct(score)', 'nps'),
	('passive_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_passive_pct'], 'passive_pct', 'percent', ARRAY['passives', 'neutrals'],
	 '100 x answers 7..8 / answers', 'Percentage of answers 7..8 on the scale 0..10.',
	 'How many customers are content but not loyal?', 'passive_pct(score)', 'nps'),
	('detractor_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_detractor_pct'], 'detractor_pct', 'percent', ARRAY['detractors'],
	 '100 x answers 0..6 / answers', 'Percentage of answers 0..6 on the scale 0..10.',
	 'How many customers would warn others of us?', 'detractor_pct(score)', 'nps'),
	('csat_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, satisfied_from integer)', 'kpi_rate_accum(satisfied boolean)'],
	 ARRAY['kpi_scores=kpi_scores_csat_pct', 'kpi_rate=kpi_rate_pct'], 'csat_pct', 'percent', ARRAY['csat', 'customer satisfaction', 'top box', 'top 2 box', 'happiness'],
	 '100 x satisfied answers / answers', 'Percentage of satisfied answers: 4..5 on the scale 1..5, at or above satisfied_from on another one, or true.',
	 'Are customers happy with the help they got?', 'csat_pct(score)', 'csat'),
	('csat_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'csat_avg', 'score', ARRAY['average satisfaction', 'mean csat'],
	 'sum of scores / answers', 'Mean satisfaction score, on the scale of the survey.',
	 'How happy are customers on average?', 'csat_avg(score)', 'csat'),
	('ces_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'ces_avg', 'score', ARRAY['ces', 'customer effort score'],
	 'sum of scores / answers', 'Mean effort score. High is easy on the scale 1..7; where low is easy, lower is better.',
	 'How easy is it to get help?', 'ces_avg(score)', 'ces'),
	('ces_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, easy_from integer)'],
	 ARRAY['kpi_scores=kpi_scores_ces_pct', 'kpi_rate=kpi_rate_pct'], 'ces_pct', 'percent', ARRAY['low effort share', 'easy share'],
	 '100 x easy answers / answers', 'Percentage of easy answers: 5..7 on the scale 1..7, or at or above easy_from on another one. Where low is easy use score_share.',
	 'How many customers find it easy to get help?', 'ces_pct(score)', 'ces'),
	('net_score', ARRAY['kpi_scores_accum_net(score <score>, top_from integer, bottom_to integer)'], '{}'::text[], 'nps', 'points', ARRAY['happiness score', 'net satisfaction', 'effort index'],
	 '100 x (answers at or above top_from - answers at or below bottom_to) / answers', 'Percentage of answers at the top minus percentage of answers at the bottom of any scale: (3, 1) on 1..3 is the happiness score, (6, 3) on 1..7 the effort index.',
	 'Are there more happy than unhappy customers?', 'net_score(score, 6, 3)', 'ces')
) AS t (name, signatures, accessors, final, unit, aliases, formula, definition, question, call, kind);

-- rates: all are hits in percent of the denominator
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'rate', ARRAY[format('kpi_rate_accum(%s boolean)', argument)] || counted, ARRAY['kpi_rate=kpi_rate_pct'], name, 'percent',
	   better::@extschema@.kpi_direction, timing, aliases, hit, denominator,
	   format('100 x (%s) / (%s)', hit, denominator), format('Percentage of %s: %s.', denominator, hit), question,
	   format('SELECT %s(%s) FROM %s', name, call, relation)
FROM (VALUES
	('fcr_rate', 'resolved', ARRAY['kpi_rate_accum_at_most_one(contacts bigint)', 'kpi_rate_accum_at_most_one(contacts bigint, solved boolean)'],
	 'up', 'leading', ARRAY['fcr', 'first contact resolution', 'first call resolution'], 'resolved at first contact', 'solved tickets',
	 'Do we solve it the first time?', 'contacts, solved', 'tickets'),
	('one_touch_rate', 'one_touch', ARRAY['kpi_rate_accum_exactly_one(agent_replies bigint)', 'kpi_rate_accum_exactly_one(agent_replies bigint, solved boolean)'],
	 'up', 'leading', ARRAY['one touch', 'one-touch resolution', 'single reply'], 'exactly one agent reply', 'solved tickets',
	 'How often is a single reply enough?', 'agent_replies, solved', 'tickets'),
	('reopen_rate', 'reopened', ARRAY['kpi_rate_accum_at_least_one(reopens bigint)', 'kpi_rate_accum_at_least_one(reopens bigint, solved boolean)'],
	 'down', 'leading', ARRAY['reopens', 'reopened tickets'], 'reopened at least once', 'solved tickets',
	 'How often was solved not solved?', 'reopens, solved', 'tickets'),
	('sla_rate', 'met', ARRAY['kpi_rate_accum_within(actual interval, target interval)'], 'up', 'leading', ARRAY['sla', 'sla attainment', 'sla compliance', 'service level agreement'], 'target met', 'tickets that are due',
	 'Do we keep our promises?', 'sla_response_met', 'tickets'),
	('service_level', 'in_time', ARRAY['kpi_rate_accum_service(wait interval, within interval, abandoned boolean)', 'kpi_rate_accum_service(wait interval, within interval, abandoned boolean, rule <service_rule>)'], 'up', 'leading', ARRAY['sl', 'tsf', 'telephone service factor'], 'answered in time', 'offered calls',
	 'Do callers get through quickly?', 'wait_time, ''20 s'', abandoned', 'tickets'),
	('escalation_rate', 'escalated', '{}', 'down', 'leading', ARRAY['escalations'], 'escalated', 'handled tickets',
	 'How often does the first line need help?', 'escalated', 'tickets'),
	('transfer_rate', 'transferred', '{}', 'down', 'leading', ARRAY['transfers'], 'transferred', 'handled contacts',
	 'How often are customers passed on?', 'transferred', 'tickets'),
	('abandonment_rate', 'abandoned', '{}', 'down', 'leading', ARRAY['abandon rate', 'abandoned calls', 'hang-ups'], 'given up before an answer', 'offered contacts',
	 'How many customers hang up before we answer?', 'abandoned', 'tickets'),
	('deflection_rate', 'deflected', '{}', 'up', 'leading', ARRAY['deflection', 'ticket deflection'], 'kept away from an agent', 'contacts started',
	 'How much work never reaches an agent?', 'self_service', 'tickets'),
	('self_service_rate', 'self_served', '{}', 'up', 'leading', ARRAY['self-service'], 'solved by the customer alone', 'issues',
	 'How many customers help themselves?', 'self_service', 'tickets'),
	('bot_resolution_rate', 'resolved', '{}', 'up', 'leading', ARRAY['containment', 'bot containment', 'automated resolution'], 'solved by the bot', 'bot conversations',
	 'How much does the bot solve?', 'bot_resolved', 'tickets WHERE bot_handled'),
	('bot_escalation_rate', 'handed_over', '{}', 'down', 'leading', ARRAY['bot handoff', 'bot handover'], 'handed over to an agent', 'bot conversations',
	 'How often does the bot give up?', 'bot_escalated', 'tickets WHERE bot_handled'),
	('bot_escalation_accuracy', 'rightly', '{}', 'up', 'leading', ARRAY['handover accuracy'], 'handed over rightly', 'hand-overs by the bot',
	 'Does the bot hand over the right conversations?', 'bot_escalation_right', 'tickets WHERE bot_escalated'),
	('bot_acceptance_rate', 'accepted', '{}', 'up', 'leading', ARRAY['bot acceptance'], 'bot accepted by the customer', 'bot conversations',
	 'Do customers accept the bot?', 'bot_accepted', 'tickets WHERE bot_handled'),
	('survey_response_rate', 'answered', '{}', 'up', 'leading', ARRAY['response rate', 'survey participation'], 'answered', 'surveys sent',
	 'How many customers answer our surveys?', 'answered_at IS NOT NULL', 'surveys'),
	('churn_rate', 'lost', ARRAY['kpi_rate_accum_lost(joined, departed, period <pair_in_period>)', 'kpi_rate_accum_lost(joined, departed, period <pair_in_period>, rule <churn_rule>)'], 'down', 'lagging', ARRAY['churn', 'logo churn', 'customer churn', 'attrition'], 'lost', 'customers at the start',
	 'How many customers leave?', 'starts_on, ends_on, ''[2026-01-01,2026-02-01)''', 'subscriptions'),
	('retention_rate', 'kept', ARRAY['kpi_rate_accum_kept(joined, departed, period <pair_in_period>)', 'kpi_rate_accum_kept(joined, departed, period <pair_in_period>, rule <churn_rule>)'], 'up', 'lagging', ARRAY['retention', 'logo retention', 'customer retention'], 'kept', 'customers at the start',
	 'How many customers stay?', 'starts_on, ends_on, ''[2026-01-01,2026-02-01)''', 'subscriptions'),
	('recontact_rate', 'came_back', ARRAY['kpi_rate_accum_recontact(next_contact_after interval, within interval)'], 'down', 'leading', ARRAY['repeat contact', 'repeat calls', 'callback rate'], 'customer came back within the window', 'solved tickets',
	 'How often do customers have to come back?', 'next_at - resolved_at, ''7 days''', '(SELECT resolved_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at FROM tickets) AS contacts WHERE next_at >= resolved_at OR next_at IS NULL'),
	('renewal_rate', 'renewed', '{}', 'up', 'lagging', ARRAY['renewals'], 'renewed', 'contracts due for renewal',
	 'How many contracts are renewed?', 'renewed', 'subscriptions WHERE renewal_due_on < ''2026-01-01'''),
	('adoption_rate', 'adopted', '{}', 'up', 'leading', ARRAY['feature adoption', 'product adoption'], 'using what they pay for', 'customers',
	 'Do customers use the product?', 'event = ''adopted''', 'customer_events'),
	('onboarding_rate', 'onboarded', '{}', 'up', 'leading', ARRAY['onboarding completion', 'activation'], 'onboarded', 'new customers',
	 'Do new customers get started?', 'event = ''onboarded''', 'customer_events'),
	('conversion_rate', 'converted', '{}', 'up', 'lagging', ARRAY['conversion', 'sales conversion'], 'bought', 'contacts with a chance to buy',
	 'How many contacts end in a sale?', 'event = ''purchased''', 'customer_events'),
	('upsell_rate', 'upsold', '{}', 'up', 'lagging', ARRAY['upsell', 'cross-sell', 'expansion rate'], 'bought more', 'customers',
	 'How many customers buy more?', 'event = ''upsold''', 'customer_events'),
	('referral_rate', 'referred', '{}', 'up', 'lagging', ARRAY['referrals', 'word of mouth'], 'referred somebody', 'customers',
	 'How many customers bring others?', 'event = ''referred''', 'customer_events'),
	('outreach_success_rate', 'succeeded', '{}', 'up', 'leading', ARRAY['outreach', 'proactive support'], 'reached the goal', 'customers approached',
	 'Does approaching customers help?', 'value > 0', 'customer_events WHERE event = ''outreach'''),
	('context_transfer_rate', 'kept_context', '{}', 'up', 'leading', ARRAY['context transfer', 'warm transfer'], 'context passed on', 'changes of channel or agent',
	 'Do customers have to repeat themselves?', 'NOT transferred', 'tickets'),
	('compliance_rate', 'complied', '{}', 'up', 'leading', ARRAY['compliance', 'script compliance', 'process compliance'], 'all rules kept', 'contacts checked',
	 'Do we keep to the rules?', 'qa_points = qa_possible', 'tickets')
) AS t (name, argument, counted, better, timing, aliases, hit, denominator, question, call, relation);

-- durations: every stage has an average and four percentiles
INSERT INTO @extschema@.kpi_builtin
SELECT statistic || '_' || stage, family,
	   ARRAY[transition || '(duration interval)', transition || '(started, ended <pair>)', transition || '(started, ended <pair>, hours <hours>)']
	   || CASE stage WHEN 'handle' THEN ARRAY[transition || '(talk interval, hold interval, wrap interval)'] END,
	   accessors, statistic || '_' || stage, 'duration', 'down', 'leading',
	   ARRAY(SELECT prefix || alias FROM unnest(stage_aliases) AS alias, unnest(prefixes) AS prefix),
	   NULL, scope, format(how, what), format('%s %s, over %s.', title, what, scope), format(ask, subject),
	   format('SELECT %s_%s(%s) FROM tickets', statistic, stage, call)
FROM (VALUES
	('response', 'first response time', 'answered tickets', 'does a customer wait for a first response',
	 ARRAY['response time', 'frt', 'first reply time', 'first response time', 'time to first response'], 'created_at, first_response_at'),
	('resolution', 'resolution time', 'solved tickets', 'does it take to solve a ticket',
	 ARRAY['resolution time', 'mttr', 'time to resolve', 'time to close', 'ttr'], 'created_at, resolved_at'),
	('handle', 'handle time', 'handled contacts', 'does an agent work on a contact',
	 ARRAY['handle time', 'aht', 'handling time'], 'talk_time, hold_time, wrap_time'),
	('wait', 'waiting time', 'answered contacts', 'does a caller wait for an answer',
	 ARRAY['wait time', 'asa', 'speed of answer', 'waiting time'], 'wait_time')
) AS s (stage, what, scope, subject, stage_aliases, call),
(VALUES
	('avg', 'average', 'kpi_ratio_accum_duration', ARRAY['kpi_ratio=kpi_ratio_avg', 'kpi_durations=kpi_durations_avg'], 'Mean', ARRAY['average ', 'mean ', ''], 'sum of %s / number', 'How long %s on average?'),
	('median', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_median'], 'Median', ARRAY['median ', 'p50 '], 'percentile_cont(0.5) of %s', 'How long %s usually?'),
	('p90', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p90'], '90th percentile of the', ARRAY['p90 '], 'percentile_cont(0.9) of %s', 'How long %s in nine of ten cases at most?'),
	('p95', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p95'], '95th percentile of the', ARRAY['p95 '], 'percentile_cont(0.95) of %s', 'How long %s in 95 of 100 cases at most?'),
	('p99', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p99'], '99th percentile of the', ARRAY['p99 '], 'percentile_cont(0.99) of %s', 'How long %s in 99 of 100 cases at most?')
) AS q (statistic, family, transition, accessors, title, prefixes, how, ask);

-- ratios of sums
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'ratio', signatures, ARRAY['kpi_ratio=' || accessor], name, unit, better::@extschema@.kpi_direction, timing, aliases, NULL, denominator,
	   formula, definition, question, format('SELECT %s FROM %s', call, relation)
FROM (VALUES
	('occupancy', ARRAY['kpi_ratio_accum(busy, staffed <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent occupancy'], 'time staffed', '100 x sum of busy / sum of staffed', 'Time on contacts in percent of time on contacts or waiting for one.',
	 'Are agents busy or waiting?', 'occupancy(CASE state WHEN ''busy'' THEN ended_at - started_at END, ended_at - started_at)', 'work_time WHERE state IN (''busy'', ''waiting'')'),
	('utilization', ARRAY['kpi_ratio_accum(busy, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent utilization', 'utilisation'], 'paid time', '100 x sum of busy / sum of paid', 'Time on contacts in percent of paid time.',
	 'How much of the paid time goes into contacts?', 'utilization(CASE state WHEN ''busy'' THEN ended_at - started_at END, CASE state WHEN ''paid'' THEN ended_at - started_at ELSE ''0'' END)', 'work_time'),
	('schedule_adherence', ARRAY['kpi_ratio_accum(adhered, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['adherence'], 'scheduled time', '100 x sum of adhered / sum of scheduled', 'Scheduled time worked when it was scheduled, in percent of scheduled time.',
	 'Do agents work when they are needed?', 'schedule_adherence(adhered, scheduled)', '(VALUES (interval ''130 min'', interval ''150 min'')) AS shifts (adhered, scheduled)'),
	('schedule_conformance', ARRAY['kpi_ratio_accum(worked, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['conformance'], 'scheduled time', '100 x sum of worked / sum of scheduled', 'Time worked, whenever it was, in percent of scheduled time.',
	 'Do agents work as long as they should?', 'schedule_conformance(CASE state WHEN ''working'' THEN ended_at - started_at END, CASE state WHEN ''scheduled'' THEN ended_at - started_at ELSE ''0'' END)', 'work_time'),
	('shrinkage', ARRAY['kpi_ratio_accum(unavailable, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['staff shrinkage'], 'paid time', '100 x sum of unavailable / sum of paid', 'Paid time in which agents are not available, in percent of paid time.',
	 'How much paid time is lost to breaks, training and absence?', 'shrinkage(greatest(paid - working, ''0''), paid)', '(SELECT sum(ended_at - started_at) FILTER (WHERE state = ''paid'') AS paid, sum(ended_at - started_at) FILTER (WHERE state = ''working'') AS working FROM work_time GROUP BY agent_id) AS agents'),
	('cost_per_contact', ARRAY['kpi_ratio_accum(cost numeric, contacts bigint)'], 'kpi_ratio_numeric', 'currency', 'down', 'lagging',
	 ARRAY['cpc', 'cost per ticket', 'cost per call'], 'contacts', 'sum of cost / sum of contacts', 'Total cost over total contacts.',
	 'What does a contact cost?', 'cost_per_contact(cost, contacts)', 'tickets'),
	('contact_rate', ARRAY['kpi_ratio_accum(contacts, customers <number>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['contacts per customer', 'ticket rate'], 'customers', '100 x sum of contacts / sum of customers', 'Contacts in percent of customers. Customers are a stock: pass one period, never the sum of many days.',
	 'How many customers need help?', 'contact_rate(contacts, customers)', '(SELECT count(*) AS contacts, count(DISTINCT customer_id) AS customers FROM tickets) AS month'),
	('productivity', ARRAY['kpi_ratio_accum(resolved bigint, worked interval)', 'kpi_ratio_accum_hours(resolved bigint, hours_worked double precision)'], 'kpi_ratio_per_hour', 'per hour', 'up', 'leading',
	 ARRAY['tickets per hour', 'throughput'], 'hours worked', 'sum of resolved / hours worked', 'Resolved tickets per hour worked. Read it beside quality and satisfaction, never alone.',
	 'How much does an agent get done?', 'productivity(1, handle_time)', 'tickets'),
	('qa_score', ARRAY['kpi_ratio_accum(points, possible <number>)', 'kpi_ratio_accum_pct(pct <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['quality score', 'iqs', 'internal quality score'], 'points possible', '100 x sum of points / sum of possible, or the mean of percentages', 'Quality review points in percent of those possible; of percentages, their mean.',
	 'Is our work good?', 'qa_score(qa_points, qa_possible)', 'tickets'),
	('gross_revenue_retention', ARRAY['kpi_ratio_accum_gross_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['grr', 'gross retention'], 'recurring revenue at the start', '100 x sum of least(start, end) / sum of start', 'Recurring revenue kept, without growth, in percent of that at the start, over customers who had any.',
	 'How much revenue do we keep?', 'gross_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('net_revenue_retention', ARRAY['kpi_ratio_accum_net_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['nrr', 'ndr', 'net dollar retention'], 'recurring revenue at the start', '100 x sum of end / sum of start', 'Recurring revenue at the end in percent of that at the start, over customers who had any.',
	 'Do our customers grow with us?', 'net_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('net_revenue_churn', ARRAY['kpi_ratio_accum_net_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_missing_pct', 'percent', 'down', 'lagging',
	 ARRAY['net mrr churn', 'revenue churn'], 'recurring revenue at the start', '100 - 100 x sum of end / sum of start', 'What net revenue retention lacks to 100 %; negative when customers grow.',
	 'How much revenue do we lose?', 'net_revenue_churn(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('health_score', ARRAY['kpi_ratio_accum_weighted(signal, weight <number>)'], 'kpi_ratio_value', 'score', 'up', 'leading',
	 ARRAY['customer health'], 'weights', 'sum of signal x weight / sum of weight', 'Weighted mean of signals 0..100; a missing signal does not count.',
	 'Are our customers doing well?', 'health_score(value, 2)', 'customer_events'),
	('knowledge_base_usage', ARRAY['kpi_ratio_accum(views, tickets <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['kb usage', 'article views per ticket'], 'tickets', 'sum of views / sum of tickets', 'Views of help articles per ticket.',
	 'Do customers read before they write?', 'knowledge_base_usage(views, tickets)', '(SELECT count(article_id) AS views, count(DISTINCT ticket_id) AS tickets FROM help_sessions) AS month'),
	('self_service_ratio', ARRAY['kpi_ratio_accum(sessions, ticket_users <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['self-service score', 'help center ratio'], 'customers with tickets', 'sum of sessions / sum of ticket users', 'Help sessions per customer with tickets.',
	 'How many customers look for help themselves, for each who asks us?', 'self_service_ratio(sessions, ticket_users)', '(SELECT count(*) AS sessions, count(DISTINCT customer_id) FILTER (WHERE ticket_id IS NOT NULL) AS ticket_users FROM help_sessions) AS month')
) AS t (name, signatures, accessor, unit, better, timing, aliases, denominator, formula, definition, question, call, relation);

-- stocks, flows and trends
INSERT INTO @extschema@.kpi_builtin
VALUES
	('backlog', 'rate', ARRAY['kpi_rate_accum_backlog(opened, closed, as_of <pair_at>)'], ARRAY['kpi_rate=kpi_rate_count'], 'backlog', 'tickets', 'down', 'leading',
	 ARRAY['open tickets', 'unresolved tickets', 'work in progress'], 'opened by then and not closed yet', 'tickets',
	 'number opened <= as_of and not closed <= as_of', 'Tickets that are open at an instant: opened by then, and not yet closed.',
	 'How many tickets are waiting?', 'SELECT backlog(created_at, resolved_at, ''2026-02-01'') FROM tickets'),
	('net_flow', 'ratio', ARRAY['kpi_ratio_accum_flow(opened, closed, period <pair_in_period>)'], ARRAY['kpi_ratio=kpi_ratio_count'], 'net_flow', 'tickets', 'down', 'leading',
	 ARRAY['created minus closed', 'change of backlog'], NULL, 'tickets',
	 'number opened in the period - number closed in it', 'Tickets opened minus tickets closed inside a period: what the backlog grows by.',
	 'Do we keep up?', 'SELECT net_flow(created_at, resolved_at, ''[2026-01-01,2026-02-01)'') FROM tickets'),
	('trend', 'trend', ARRAY['kpi_trend_accum(value double precision, at <instant>)'], ARRAY['kpi_trend=kpi_trend_slope'], 'trend', 'per day', 'range', 'leading',
	 ARRAY['slope', 'change per day', 'regression'], NULL, 'points',
	 'least squares: sum of (t - mean t) (v - mean v) / sum of (t - mean t)^2', 'Change of a value per day: the slope of the straight line through it by least squares.',
	 'Where is it heading?', 'SELECT trend(score, answered_at) FROM surveys WHERE kind = ''nps''');

CREATE FUNCTION @extschema@.kpi_describe(definition text, question text, unit text, better @extschema@.kpi_direction, aliases text[], example text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	-- for people first; kpi_catalogue reads the lines behind the definition back
	SELECT concat_ws(E'\n', $1, 'Question: ' || $2, 'Unit: ' || $3, 'Better: ' || $4,
					 'Also known as: ' || nullif(array_to_string($5, ', '), ''), 'Example: ' || $6);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_describe(text, text, text, @extschema@.kpi_direction, text[], text) IS 'internal: the comment of a KPI';

DO $install$
DECLARE
	ours CONSTANT text := '@extschema@';
	schema CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
	kpi @extschema@.kpi_builtin;
	tally text;
	symbol text;
BEGIN
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		FOR tally, symbol IN
			SELECT split_part(accessor, '=', 1), split_part(accessor, '=', 2) FROM unnest(kpi.accessors) AS accessor
		LOOP
			EXECUTE format('CREATE FUNCTION %1$s.%2$I(tally %1$s.%3$I) RETURNS %4$s AS ''MODULE_PATHNAME'', %5$L LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
						   ours, kpi.name, tally,
						   CASE kpi.unit WHEN 'duration' THEN 'interval' WHEN 'currency' THEN 'numeric' WHEN 'tickets' THEN 'bigint' ELSE 'double precision' END,
						   symbol);
			EXECUTE format('COMMENT ON FUNCTION %1$s.%2$I(%1$s.%3$I) IS %4$L', ours, kpi.name, tally, 'asks a tally: ' || kpi.definition);
		END LOOP;
	END LOOP;
	-- now every final function is there
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		PERFORM @extschema@.kpi_create_aggregate(
			schema, kpi.name, signature, kpi.final,
			@extschema@.kpi_describe(kpi.definition, kpi.question, kpi.unit, kpi.better, kpi.aliases, kpi.example))
		FROM unnest(kpi.signatures) AS signature;
	END LOOP;
END
$install$;

-- The catalogue: what is built in and what users have defined.

CREATE VIEW @extschema@.kpi_catalogue AS
	SELECT
		b.name,
		e.extnamespace::regnamespace::text AS schema,
		b.aliases,
		b.family,
		(SELECT array_agg(DISTINCT split_part(s, '(', 1)) FROM unnest(b.signatures) AS s) AS transitions,
		b.final AS final_function,
		-- a class of types is every number, or every kind of instant
		(SELECT array_agg(regexp_replace(regexp_replace(s, '^\w+', b.name), ' <\w+>', '', 'g') ORDER BY n)
		 FROM unnest(b.signatures) WITH ORDINALITY AS u (s, n)) AS signatures,
		b.unit,
		b.better,
		b.timing,
		b.hit,
		b.denominator,
		b.formula,
		b.definition,
		b.question,
		b.example,
		true AS built_in
	FROM @extschema@.kpi_builtin AS b
	JOIN pg_catalog.pg_extension AS e ON e.extname = 'kpi'
UNION ALL
	SELECT
		p.proname::text,
		p.pronamespace::regnamespace::text,
		coalesce(regexp_split_to_array(substring(min(c.comment) FROM '(?n)^Also known as: (.*)$'), ', *'), '{}'),
		CASE
			WHEN min(t.proname) LIKE 'kpi\_ratio\_%duration' THEN 'average'
			ELSE substring(min(t.proname)::text FROM '^kpi_([a-z]+)')
		END,
		array_agg(DISTINCT t.proname::text),
		min(f.proname)::text,
		array_agg(format('%s(%s)', p.proname, pg_get_function_arguments(p.oid)) ORDER BY pg_get_function_arguments(p.oid) COLLATE "C"),
		substring(min(c.comment) FROM '(?n)^Unit: (.*)$'),
		(SELECT enumlabel::text::@extschema@.kpi_direction FROM pg_catalog.pg_enum
		 WHERE enumtypid = '@extschema@.kpi_direction'::regtype AND enumlabel = substring(min(c.comment) FROM '(?n)^Better: (.*)$')),
		NULL,
		NULL,
		NULL,
		NULL,
		substring(min(c.comment) FROM '(?n)^(.*)$'),
		substring(min(c.comment) FROM '(?n)^Question: (.*)$'),
		substring(min(c.comment) FROM '(?n)^Example: (.*)$'),
		false
	FROM pg_catalog.pg_aggregate AS a
	JOIN pg_catalog.pg_proc AS p ON p.oid = a.aggfnoid
	JOIN pg_catalog.pg_proc AS t ON t.oid = a.aggtransfn
	JOIN pg_catalog.pg_extension AS e ON e.extname = 'kpi'
	JOIN pg_catalog.pg_depend AS ours ON ours.classid = 'pg_catalog.pg_proc'::regclass AND ours.objid = t.oid
		AND ours.refclassid = 'pg_catalog.pg_extension'::regclass AND ours.refobjid = e.oid AND ours.deptype = 'e'
	LEFT JOIN pg_catalog.pg_proc AS f ON f.oid = a.aggfinalfn
	CROSS JOIN LATERAL (SELECT obj_description(p.oid, 'pg_proc') AS comment) AS c
	WHERE NOT EXISTS (
		SELECT FROM pg_catalog.pg_depend AS member
		WHERE member.classid = 'pg_catalog.pg_proc'::regclass AND member.objid = p.oid
		AND member.refclassid = 'pg_catalog.pg_extension'::regclass AND member.deptype = 'e')
	GROUP BY p.proname, p.pronamespace;
COMMENT ON VIEW @extschema@.kpi_catalogue IS 'every KPI, built in or defined by users, with its definition';
GRANT SELECT ON @extschema@.kpi_catalogue TO PUBLIC;

CREATE FUNCTION @extschema@.kpi_define(
	name text, family text, definition text,
	answer text DEFAULT NULL,
	question text DEFAULT NULL,
	unit text DEFAULT NULL,
	better @extschema@.kpi_direction DEFAULT NULL,
	aliases text[] DEFAULT '{}',
	example text DEFAULT NULL,
	schema text DEFAULT current_schema())
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	chosen record;
	signature text;
BEGIN
	IF name IS NULL OR name !~ '^[a-z_][a-z0-9_]*$' OR length(name) > 63 THEN
		RAISE EXCEPTION 'invalid KPI name "%"', name
			USING ERRCODE = 'invalid_name',
				  DETAIL = 'A name has lower-case letters, digits and underscores, at most 63, and does not begin with a digit.';
	END IF;
	IF coalesce(definition, '') = '' THEN
		RAISE EXCEPTION 'KPI "%" has no definition', name
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Say in a sentence what is counted, and out of what.';
	END IF;
	-- kpi_catalogue reads all of it back from the comment, line by line
	IF concat(definition, question, unit, example, array_to_string(aliases, '')) ~ '[\n\r]'
		OR definition ~ '^(Question|Unit|Better|Also known as|Example): ' OR array_to_string(aliases, '') ~ ',' OR '' = ANY (aliases)
	THEN
		RAISE EXCEPTION 'the description of KPI "%" cannot be kept', name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Every part of it is one line, the definition does not begin like another part, and an alias is not empty and has no comma.';
	END IF;
	IF EXISTS (SELECT FROM @extschema@.kpi_builtin AS b WHERE b.name = kpi_define.name) THEN
		RAISE EXCEPTION 'KPI "%" is built in', name
			USING ERRCODE = 'duplicate_object', HINT = 'Choose another name.';
	END IF;
	IF schema IS NULL THEN
		RAISE EXCEPTION 'no schema has been selected to create in'
			USING ERRCODE = 'invalid_schema_name', HINT = 'Name one, as in schema => ''support''.';
	END IF;

	SELECT * INTO chosen FROM (VALUES
		('scores', 'kpi_scores', ARRAY['kpi_scores_accum(score <score>)'], 'score_avg', 'score'),
		('rate', 'kpi_rate', ARRAY['kpi_rate_accum(hit boolean)'], 'rate_pct', 'percent'),
		('ratio', 'kpi_ratio', ARRAY['kpi_ratio_accum(numerator, denominator <amount>)'], 'ratio_value', 'ratio'),
		('average', 'kpi_ratio', ARRAY['kpi_ratio_accum_duration(duration interval)', 'kpi_ratio_accum_duration(started, ended <pair>)', 'kpi_ratio_accum_duration(started, ended <pair>, hours <hours>)'], 'avg_duration', 'duration'),
		('durations', 'kpi_durations', ARRAY['kpi_durations_accum(duration interval)', 'kpi_durations_accum(started, ended <pair>)', 'kpi_durations_accum(started, ended <pair>, hours <hours>)'], 'median_duration', 'duration'))
		AS f (family, tally, signatures, answer, unit)
	WHERE f.family = kpi_define.family;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'unknown KPI family "%"', family
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'The families are scores, rate, ratio, average and durations.';
	END IF;
	IF answer IS NOT NULL AND NOT EXISTS (
		SELECT FROM pg_proc AS p
		WHERE p.pronamespace = '@extschema@'::regnamespace AND p.proname = answer AND p.prokind = 'f'
		AND p.proargtypes::text = ('@extschema@.' || chosen.tally)::regtype::oid::text
		AND p.prorettype <> p.proargtypes[0] AND p.proname !~ '^kpi_')
	THEN
		RAISE EXCEPTION 'a tally of the family "%" has no answer "%"', family, answer
			USING ERRCODE = 'undefined_function',
				  HINT = format('Name a function of one %s, such as %s.', chosen.tally, chosen.answer);
	END IF;

	BEGIN
		FOREACH signature IN ARRAY chosen.signatures LOOP
			PERFORM @extschema@.kpi_create_aggregate(
				schema, name, signature, coalesce(answer, chosen.answer),
				@extschema@.kpi_describe(definition, question, coalesce(unit, chosen.unit), better, aliases, example));
		END LOOP;
	EXCEPTION WHEN unique_violation THEN
		-- PostgreSQL looks before it inserts, and does not see what others have not committed
		RAISE EXCEPTION 'KPI "%" already exists', name
			USING ERRCODE = 'duplicate_function', DETAIL = 'Another session has just defined it.';
	END;
	RETURN format('%I.%I', schema, name);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_define(text, text, text, text, text, text, @extschema@.kpi_direction, text[], text, text)
IS 'creates a KPI of your own: an aggregate in your schema over the tally of a family (scores, rate, ratio, average, durations)';

CREATE FUNCTION @extschema@.kpi_help(search text DEFAULT NULL)
RETURNS TABLE (kpi text, question text, signature text, definition text, unit text, better @extschema@.kpi_direction, example text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	-- every word must occur; a hit in the name or an alias comes first
	SELECT c.name, c.question, array_to_string(c.signatures, ', '), c.definition, c.unit, c.better, c.example
	FROM @extschema@.kpi_catalogue AS c,
		 LATERAL (SELECT lower(concat_ws(' ', c.name, replace(c.name, '_', ' '), array_to_string(c.aliases, ' '))) AS names,
						 lower(concat_ws(' ', c.question, c.definition, c.family)) AS texts) AS t,
		 LATERAL (SELECT coalesce(bool_and(strpos(names || ' ' || texts, word) > 0), true) AS found,
						 coalesce(bool_and(strpos(names, word) > 0), false) AS by_name
				  FROM regexp_split_to_table(lower(coalesce($1, '')), '[^[:alnum:]_%-]+') AS word
				  WHERE word <> '') AS m
	WHERE found
	ORDER BY lower(coalesce($1, '')) = ANY (c.name || c.aliases) DESC, by_name DESC, c.name;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_help(text) IS 'finds a KPI by its name, an alias (frt, aht, top box) or a question (are customers happy)';

-- two functions, because PL/pgSQL does not take a column of the result that is
-- named like an argument
CREATE FUNCTION @extschema@.kpi_backlog_series(
	relation regclass, opened_column name, closed_column name, since timestamptz, until timestamptz, step interval, segment_column name)
RETURNS TABLE (at timestamptz, segment text, backlog bigint, opened bigint, closed bigint)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	points timestamptz[];
	instants text[];
	instant name;
	type text;
BEGIN
	IF relation IS NULL OR opened_column IS NULL OR closed_column IS NULL OR since IS NULL OR until IS NULL OR step IS NULL THEN
		RETURN;
	END IF;
	-- no part of a step goes back: '1 month -29 days' would, in some months
	IF step <= '0' OR (SELECT min(date_part(part, step)) < 0 FROM unnest(ARRAY['year', 'month', 'day', 'hour', 'minute', 'second']) AS part) OR NOT isfinite(since) OR NOT isfinite(until) THEN
		RAISE EXCEPTION 'backlog series has no end'
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Give two finite instants and a step forwards, as in ''1 day''.';
	END IF;
	-- and the point before the first: what was opened earlier was not opened since
	points := ARRAY[since - step] || ARRAY(SELECT point FROM generate_series(since, until, step) AS point);

	FOREACH instant IN ARRAY ARRAY[opened_column, closed_column] LOOP
		SELECT format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) INTO type
		FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
		WHERE a.attrelid = relation AND a.attname = instant AND a.attnum > 0 AND NOT a.attisdropped;
		IF NOT FOUND THEN
			RAISE EXCEPTION 'column "%" of relation "%" does not exist', instant, relation
				USING ERRCODE = 'undefined_column';
		END IF;
		-- as everywhere, plain timestamps are UTC and a date is its midnight
		instants := instants || CASE type
			WHEN 'timestamp with time zone' THEN format('%I::timestamptz', instant)
			WHEN 'timestamp without time zone' THEN format('%I::timestamp AT TIME ZONE ''UTC''', instant)
			WHEN 'date' THEN format('%I::date::timestamp AT TIME ZONE ''UTC''', instant)
		END;
		IF instants[cardinality(instants)] IS NULL THEN
			RAISE EXCEPTION 'column "%" of relation "%" does not hold instants', instant, relation
				USING ERRCODE = 'datatype_mismatch', DETAIL = format('Its type is %s, not timestamptz, timestamp or date.', type);
		END IF;
	END LOOP;

	-- One pass over the table: each ticket goes to the first point at which it has
	-- been opened, and to the first at which it has been closed as well.  That is
	-- the number of points before the instant; width_bucket counts those up to it,
	-- hence the microsecond less.
	RETURN QUERY EXECUTE format(
		$query$
		WITH counted AS MATERIALIZED (
			SELECT segment,
				   width_bucket(opened - interval '1 microsecond', $1) AS opened_at,
				   CASE WHEN closed IS NOT NULL THEN width_bucket(greatest(opened, closed) - interval '1 microsecond', $1) END AS closed_at,
				   count(*) AS n
			FROM (SELECT %s, %s, %s FROM %s AS ticket) AS ticket (segment, opened, closed)
			WHERE opened IS NOT NULL
			GROUP BY 1, 2, 3
		), changes AS (
			SELECT segment, point, sum(opened) AS opened, sum(closed) AS closed
			FROM (
				SELECT segment, opened_at, n, 0 FROM counted
				UNION ALL
				SELECT segment, closed_at, 0, n FROM counted
				UNION ALL
				SELECT segment, point, 0, 0
				FROM (SELECT segment FROM counted UNION SELECT NULL WHERE $2) AS s, generate_series(0, cardinality($1) - 1) AS point
			) AS change (segment, point, opened, closed)
			WHERE point < cardinality($1)
			GROUP BY segment, point
		), series AS (
			SELECT point, segment, sum(opened - closed) OVER (PARTITION BY segment ORDER BY point) AS backlog, opened, closed
			FROM changes
		)
		SELECT $1[point + 1], segment, backlog::bigint, opened::bigint, closed::bigint
		FROM series
		WHERE point > 0
		ORDER BY segment, point
		$query$,
		CASE WHEN segment_column IS NULL THEN 'NULL::text' ELSE format('ticket.%I::text', segment_column) END,
		'ticket.' || instants[1], 'ticket.' || instants[2], relation)
	USING points, segment_column IS NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_backlog_series(regclass, name, name, timestamptz, timestamptz, interval, name) IS 'internal: backlog_series';

CREATE FUNCTION @extschema@.backlog_series(
	relation regclass, opened name, closed name, since timestamptz, until timestamptz, step interval, "by" name DEFAULT NULL)
RETURNS TABLE (at timestamptz, segment text, backlog bigint, opened bigint, closed bigint)
LANGUAGE sql STABLE PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_backlog_series($1, $2, $3, $4, $5, $6, $7);
$body$;
COMMENT ON FUNCTION @extschema@.backlog_series(regclass, name, name, timestamptz, timestamptz, interval, name) IS 'the backlog at each point of time, and the tickets opened and closed since the point before, in one pass over a table';

-- The relations that dashboards read: their columns, how a column of a user's is
-- read as one of them, and what can be wrong with its rows.  To add a check, add
-- a row.

CREATE TABLE @extschema@.kpi_relation_columns (
	relation text,
	position int,
	name text NOT NULL,
	type text NOT NULL,
	required boolean NOT NULL,
	PRIMARY KEY (relation, position),
	UNIQUE (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_relation_columns IS 'internal: the columns of the relations that dashboards read, read-only; the first one tells rows apart';
REVOKE ALL ON @extschema@.kpi_relation_columns FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_relation_columns TO PUBLIC;

-- an asterisk marks what is required
INSERT INTO @extschema@.kpi_relation_columns
SELECT relation, row_number() OVER (PARTITION BY relation ORDER BY line, n), rtrim(name, '*'), type, name LIKE '%*'
FROM (VALUES
	('tickets', 1, 'text', 'ticket_id*'),
	('tickets', 2, 'timestamptz', 'created_at* first_response_at resolved_at closed_at updated_at'),
	('tickets', 3, 'text', 'status customer_id account_id customer_tier agent_id agent_name first_responder_id team channel category priority'),
	('tickets', 4, 'date', 'agent_hired_on'),
	('tickets', 5, 'bigint', 'contacts agent_replies customer_replies teammates closes reopens'),
	('tickets', 6, 'boolean', 'was_pending escalated transferred abandoned solved bot_handled bot_resolved bot_escalated bot_escalation_right bot_accepted self_service'),
	('tickets', 7, 'smallint', 'csat_score nps_score ces_score'),
	('tickets', 8, 'double precision', 'qa_points qa_possible'),
	('tickets', 9, 'interval', 'talk_time hold_time wrap_time handle_time wait_time paused_time'),
	('tickets', 10, 'numeric', 'cost'),
	('tickets', 11, 'double precision', 'sentiment'),
	('tickets', 12, 'interval', 'sla_response sla_resolution'),
	('tickets', 13, 'boolean', 'sla_response_met sla_resolution_met'),
	('tickets', 14, 'business_hours', 'hours'),
	('surveys', 1, 'text', 'response_id* kind*'),
	('surveys', 2, 'timestamptz', 'sent_at* answered_at'),
	('surveys', 3, 'smallint', 'score scale_max'),
	('surveys', 4, 'text', 'ticket_id account_id agent_id channel comment'),
	('work_time', 1, 'text', 'agent_id*'),
	('work_time', 2, 'timestamptz', 'started_at* ended_at*'),
	('work_time', 3, 'text', 'state*'),
	('subscriptions', 1, 'text', 'account_id*'),
	('subscriptions', 2, 'date', 'starts_on* ends_on'),
	('subscriptions', 3, 'numeric', 'mrr'),
	('subscriptions', 4, 'text', 'plan'),
	('subscriptions', 5, 'date', 'renewal_due_on'),
	('subscriptions', 6, 'boolean', 'renewed'),
	('subscriptions', 7, 'text', 'end_reason'),
	('customer_events', 1, 'text', 'account_id*'),
	('customer_events', 2, 'timestamptz', 'at*'),
	('customer_events', 3, 'text', 'event*'),
	('customer_events', 4, 'double precision', 'value'),
	('costs', 1, 'date', 'month*'),
	('costs', 2, 'text', 'component* channel'),
	('costs', 3, 'numeric', 'amount*'),
	('help_sessions', 1, 'text', 'session_id*'),
	('help_sessions', 2, 'timestamptz', 'at*'),
	('help_sessions', 3, 'text', 'article_id customer_id ticket_id'))
	AS c (relation, line, type, names), regexp_split_to_table(c.names, ' ') WITH ORDINALITY AS u (name, n);

-- condition	what makes a row wrong, over the columns as kpi_read_columns reads
--				them; it must not fail whatever they hold: nothing is added or cast
--				that could overflow, and numbers of two columns are compared as
--				numeric.  NULL: another row has the same column
-- severity		error when dashboards cannot be built on the relation, warning
--				when they leave the row out of the KPIs that it breaks
CREATE TABLE @extschema@.kpi_relation_checks (
	relation text,
	name text,
	severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
	columns text[] NOT NULL,
	condition text,
	advice text NOT NULL,
	PRIMARY KEY (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_relation_checks IS 'internal: what can be wrong with the rows of a relation that dashboards read, read-only; see kpi_check_tickets';
REVOKE ALL ON @extschema@.kpi_relation_checks FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_relation_checks TO PUBLIC;

INSERT INTO @extschema@.kpi_relation_checks
SELECT 'tickets', name, severity, columns, condition, advice
FROM (VALUES
	('ticket_id_null', 'error', ARRAY['ticket_id'], 'ticket_id IS NULL',
	 'Give every row an id, or leave these rows out of the view.'),
	('ticket_id_duplicate', 'error', ARRAY['ticket_id'], NULL,
	 'Give one row for each ticket: look for a join that multiplies rows, or for versions of a ticket.'),
	('created_at_null', 'error', ARRAY['created_at'], 'created_at IS NULL',
	 'Leave rows that were never created out of the view, or give them the time of their first event.'),
	('first_response_before_created', 'warning', ARRAY['created_at', 'first_response_at'], 'first_response_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE first_response_at >= created_at).'),
	('resolved_before_created', 'warning', ARRAY['created_at', 'resolved_at'], 'resolved_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE resolved_at >= created_at).'),
	('closed_before_resolved', 'warning', ARRAY['resolved_at', 'closed_at'], 'closed_at < resolved_at',
	 'Look whether the adapter takes the last resolution and the last closing, or ask with FILTER (WHERE closed_at >= resolved_at).'),
	('response_after_resolution', 'info', ARRAY['first_response_at', 'resolved_at'], 'first_response_at > resolved_at',
	 'Nothing, if agents answer after the solution; otherwise look whether the adapter takes the first response and the last resolution.'),
	('solved_without_resolved_at', 'warning', ARRAY['resolved_at', 'solved'], 'solved AND resolved_at IS NULL',
	 'Let the adapter take another time for it, such as that of closing: these tickets have no resolution time.'),
	('resolved_at_while_unsolved', 'warning', ARRAY['solved', 'resolved_at'], 'NOT solved AND resolved_at IS NOT NULL',
	 'Let the adapter select CASE WHEN solved THEN resolved_at END: a ticket that was reopened is not resolved.'),
	('qa_points_over_possible', 'warning', ARRAY['qa_points', 'qa_possible'], 'qa_points::numeric > qa_possible::numeric',
	 'Look whether the two are swapped or on different scales, or ask with FILTER (WHERE qa_points <= qa_possible).'),
	('negative_cost', 'info', ARRAY['cost'], 'cost < 0',
	 'Nothing, if these are refunds; otherwise ask with FILTER (WHERE cost >= 0).'),
	('cost_too_precise', 'warning', ARRAY['cost'], 'cost::numeric <> round(cost::numeric, 6)',
	 'Let the adapter select round(cost, 6): sums are exact to six decimals.'))
	AS c (name, severity, columns, condition, advice)
UNION ALL
-- one for each column that can have the fault
SELECT 'tickets', format(title, name), 'warning', ARRAY[name], format(fault.condition, name), format(fault.advice, name)
FROM (VALUES
	('{created_at,first_response_at,resolved_at,closed_at}', '%s_in_future', '%1$s > now() + interval ''1 day'' AND %1$s < ''infinity''',
	 'Mend the time or its time zone, or ask with FILTER (WHERE %s <= now()).'),
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_epoch', '%1$s >= ''1969-12-31 00:00+00'' AND %1$s <= ''1970-01-02 00:00+00''',
	 'Let the adapter select CASE WHEN %1$s > ''1970-01-02'' THEN %1$s END: the epoch stands for no time.'),
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_infinite', '%1$s IN (''-infinity'', ''infinity'')',
	 'Let the adapter select CASE WHEN isfinite(%1$s) THEN %1$s END: infinity is no time.'),
	-- or so large that it is no bigint, as NaN is, when it is of another type
	('{contacts,agent_replies,customer_replies,teammates,closes,reopens}', '%s_out_of_range', '%1$s < 0 OR %1$s > 9223372036854775807',
	 'Mend the count, or ask with FILTER (WHERE %s >= 0).'),
	('{qa_points,qa_possible}', 'negative_%s', '%s < 0',
	 'Mend the points, or ask with FILTER (WHERE %s >= 0).'),
	('{talk_time,hold_time,wrap_time,handle_time,wait_time,paused_time,sla_response,sla_resolution}', 'negative_%s', '%s < ''0''',
	 'Mend the duration, or ask with FILTER (WHERE %s >= ''0'').'),
	('{sla_response,sla_resolution}', '%s_placeholder', '%s > ''20 years''',
	 'Let the adapter select CASE WHEN %1$s <= ''20 years'' THEN %1$s END: a date so far off stands for no target.'),
	-- true of NaN and of infinity, in every type of numbers
	('{qa_points,qa_possible,cost,sentiment}', '%s_not_finite', '%1$s - %1$s <> 0',
	 'Let the adapter give NULL for what is no number.'))
	AS fault (columns, title, condition, advice), unnest(fault.columns::text[]) AS name
UNION ALL
SELECT 'tickets', name || '_out_of_range', 'warning', ARRAY[name], format('%1$s NOT BETWEEN %2$s AND %3$s OR %1$s <> trunc(%1$s)', name, low, high),
	   format('Let the adapter give NULL for codes that are no score, or ask with FILTER (WHERE %s BETWEEN %s AND %s); the scale is %2$s..%3$s in whole numbers.', name, low, high)
FROM (VALUES ('csat_score', 1, 5), ('nps_score', 0, 10), ('ces_score', 1, 7)) AS score (name, low, high);

CREATE FUNCTION @extschema@.kpi_read_columns(relation regclass, contract text)
RETURNS TABLE ("position" int, name text, type text, required boolean, actual text, expression text)
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH RECURSIVE base (attname, oid) AS (
		SELECT attname, atttypid FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
		UNION ALL
		SELECT attname, typbasetype FROM base JOIN pg_type USING (oid) WHERE typtype = 'd'
	)
	SELECT c.position, c.name, c.type, c.required, h.actual,
		   CASE
				WHEN h.actual IS NULL THEN NULL
				WHEN c.type = 'text' THEN format('%I::text', c.name)
				WHEN c.type = 'business_hours' AND h.actual = c.type THEN quote_ident(c.name)
				-- even of the same type: a domain might refuse what it is compared with
				WHEN h.actual = c.type OR ARRAY[c.type, h.actual] <@ ARRAY['smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric']
					THEN format('%I::%s', c.name, h.actual)
				WHEN c.type = 'interval' AND h.actual = 'time' THEN format('%I::interval', c.name)
				-- as everywhere, plain timestamps are UTC and a date is its midnight
				WHEN c.type = 'timestamptz' AND h.actual = 'timestamp' THEN format('%I::timestamp AT TIME ZONE ''UTC''', c.name)
				-- dates go on where timestamps end
				WHEN c.type = 'timestamptz' AND h.actual = 'date'
					THEN format('CASE WHEN %1$I::date < ''294276-12-31'' THEN %1$I::date::timestamp AT TIME ZONE ''UTC'' ELSE ''infinity'' END', c.name)
		   END
	FROM @extschema@.kpi_relation_columns AS c
	LEFT JOIN (
		SELECT b.attname,
			   CASE t.oid
					WHEN '@extschema@.business_hours'::regtype THEN 'business_hours'
					WHEN 'timestamptz'::regtype THEN 'timestamptz'
					WHEN 'timestamp'::regtype THEN 'timestamp'
					WHEN 'time'::regtype THEN 'time'
					ELSE CASE t.typcategory WHEN 'S' THEN 'text' ELSE format_type(t.oid, NULL) END
			   END AS actual
		FROM base AS b JOIN pg_type AS t USING (oid)
		WHERE t.typtype <> 'd') AS h ON h.attname = c.name
	WHERE c.relation = $2;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_columns(regclass, text) IS 'internal: how the columns of a relation are read as those that dashboards read: no type when missing, no expression when it cannot be read';

-- not the columns of the result, but those of the tables are meant below
CREATE FUNCTION @extschema@.kpi_check_relation(relation regclass, contract text)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
	source text;
	id text;
	names text[];
	counts bigint[];
	examples text[];
	calls text;
	bad text;
	lone record;
BEGIN
	-- the relation as those see it who know only the columns of the contract
	SELECT format('(SELECT %s FROM %s) AS r', string_agg(format('%s AS %I', expression, name), ', '), relation),
		   coalesce(min(name) FILTER (WHERE position = 1), 'NULL') || '::text COLLATE "C"'
	INTO source, id
	FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL
	AND (position = 1 OR name IN (SELECT unnest(columns) FROM @extschema@.kpi_relation_checks WHERE relation = $2));

	-- One scan: a right row is asked each question once, a wrong one again to be counted.
	SELECT array_agg(c.name ORDER BY c.name), string_agg(format('(%s)', condition), ' OR '),
		   format('ARRAY[%s], ARRAY[%s]', string_agg(format('count(*) FILTER (WHERE %s)', condition), ', ' ORDER BY c.name),
				  string_agg(format('left(min(%s) FILTER (WHERE %s), 100)', id, condition), ', ' ORDER BY c.name))
	INTO names, bad, calls
	FROM @extschema@.kpi_relation_checks AS c
	WHERE c.relation = $2 AND condition IS NOT NULL
	AND columns <@ ARRAY(SELECT name FROM @extschema@.kpi_read_columns($1, $2) WHERE expression IS NOT NULL);
	IF names IS NOT NULL THEN
		EXECUTE format('SELECT %s FROM %s WHERE %s', calls, source, bad) INTO counts, examples;
	END IF;

	-- and one for each column that tells rows apart
	FOR lone IN
		SELECT c.name, r.name AS key
		FROM @extschema@.kpi_relation_checks AS c
		JOIN @extschema@.kpi_read_columns($1, $2) AS r ON c.columns = ARRAY[r.name] AND r.expression IS NOT NULL
		WHERE c.relation = $2 AND condition IS NULL
	LOOP
		names := names || lone.name;
		EXECUTE format(
			'SELECT $1 || coalesce(sum(n), 0)::bigint, $2 || left(min(key), 100)
			 FROM (SELECT %1$I::text COLLATE "C", count(*) FROM %2$s WHERE %1$I IS NOT NULL GROUP BY 1 HAVING count(*) > 1) AS twice (key, n)', lone.key, source)
		INTO counts, examples USING counts, examples;
	END LOOP;

	RETURN QUERY
	WITH kpis (kpi, needs) AS (
		-- what a KPI needs is in its example, in the innermost query but for the names that it gives
		SELECT k.name, word
		FROM @extschema@.kpi_catalogue AS k, regexp_split_to_table(regexp_replace(k.example, '.*SELECT | AS \w+', '', 'g'), '\W+') AS word
		WHERE k.example ~ format('\mFROM %s\M', $2)
		UNION
		-- tickets may hold the scores of surveys, and what verdicts are made of
		SELECT k.name, substring(k.example FROM 'FROM surveys WHERE kind = ''(\w+)''') || '_score'
		FROM @extschema@.kpi_catalogue AS k
		WHERE k.family = 'scores'
		UNION
		SELECT 'sla_rate', unnest(ARRAY['sla_response', 'sla_resolution', 'sla_resolution_met', 'hours'])
	), columns AS (
		SELECT r.*, (SELECT string_agg(DISTINCT kpi, ', ') FROM kpis WHERE needs = r.name AND r.actual IS NULL) AS kpis
		FROM @extschema@.kpi_read_columns($1, $2) AS r
	), findings ("check", severity, rows, example, advice, position) AS (
		SELECT 'missing_column', 'error', NULL::bigint, name,
			   format('Select it, as %s: no KPI can do without it.', type), position
		FROM columns WHERE actual IS NULL AND required
		UNION ALL
		SELECT 'missing_column', 'info', NULL, name,
			   CASE WHEN kpis IS NULL THEN 'Select it if there is such a thing: no KPI is NULL without it, but nothing can be grouped by it.'
					ELSE format('Select it, as %s, if there is such a thing: without it these KPIs are NULL or lack a part: %s.', type, kpis) END, position
		FROM columns WHERE actual IS NULL AND NOT required
		UNION ALL
		SELECT 'wrong_type', 'error', NULL, name,
			   format(CASE WHEN actual NOT IN ('smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric') THEN 'It is %s: let the adapter select %I::%s.'
						   WHEN type = 'interval' THEN 'It is %s: let the adapter select from_seconds(%I), or from_minutes or from_hours.'
						   WHEN type = 'timestamptz' THEN 'It is %s: let the adapter select to_timestamp(%I), if it counts seconds since 1970.'
						   WHEN type = 'boolean' THEN 'It is %s: let the adapter select %I <> 0.'
						   ELSE 'It is %s: let the adapter select %I as %s.' END, actual, name, type), position
		FROM columns WHERE actual IS NOT NULL AND expression IS NULL
		UNION ALL
		SELECT CASE actual WHEN 'timestamp' THEN 'timestamp_without_zone' ELSE 'other_type' END, 'info', NULL, name,
			   CASE actual
					WHEN 'timestamp' THEN format('It is read as UTC: if it is of another zone, let the adapter select %I AT TIME ZONE that zone.', name)
					WHEN 'date' THEN 'It is read as midnight UTC, so that durations are whole days: let the adapter select the time if there is one.'
					ELSE format('It is %s and read as %s: to use it in KPIs yourself, write %I::%2$s.', actual, type, name) END, position
		FROM columns WHERE expression IS NOT NULL AND actual <> type
		-- numbers take each other''s place, but no count takes a fraction
		AND (type IN ('text', 'timestamptz', 'interval') OR type = 'bigint' AND actual IN ('real', 'double precision', 'numeric'))
		UNION ALL
		SELECT c.name, c.severity, counts[n], examples[n], c.advice, 0
		FROM unnest(names) WITH ORDINALITY AS found (name, n)
		JOIN @extschema@.kpi_relation_checks AS c ON c.relation = $2 AND c.name = found.name
		WHERE counts[n] > 0
	)
	SELECT f.check, f.severity, f.rows, f.example, f.advice
	FROM findings AS f
	ORDER BY array_position(ARRAY['error', 'warning', 'info'], f.severity), f.check COLLATE "C", f.position;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_relation(regclass, text) IS 'internal: kpi_check_tickets, for any relation that dashboards read';

CREATE FUNCTION @extschema@.kpi_check_tickets(relation regclass)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_check_relation($1, 'tickets');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_tickets(regclass) IS 'what is missing in a table or view of tickets, or impossible in its rows, and what to do about it; nothing when all is well';

-- What dashboards keep of a day and show of it.  Built schemas are put together
-- from these two tables: to keep another tally, or to show more of one, add a row.
-- Calls in them give every argument, of the very type: a function that fits better
-- would be taken for ours.

CREATE TYPE @extschema@.kpi_attribute AS ENUM ('event', 'created');
COMMENT ON TYPE @extschema@.kpi_attribute IS 'the day that a KPI of a ticket belongs to: that on which it happened, or that on which the ticket was created';
CREATE TYPE @extschema@.kpi_tracking AS ENUM ('updated_at', 'triggers');
COMMENT ON TYPE @extschema@.kpi_tracking IS 'how kpi_refresh finds what has changed: by the column updated_at, or by triggers, which see deletions too';

-- kept_by	the tally tables that have it: ticket, agent, hour
-- event	what happens to a ticket (t) or a survey (s) when it counts
-- counted	an aggregate over them; impossible values are NULL here
-- surveyed	whether it takes a relation of surveys; without one, a ticket is asked when
--				it is resolved
CREATE TABLE @extschema@.kpi_measure (
	position integer PRIMARY KEY,
	name text NOT NULL,
	type text NOT NULL,
	kept_by text[] NOT NULL,
	event text NOT NULL CHECK (event IN ('created', 'responded', 'resolved', 'closed', 'sent', 'answered')),
	counted text NOT NULL,
	description text NOT NULL,
	surveyed boolean
);
COMMENT ON TABLE @extschema@.kpi_measure IS 'internal: the tallies of a day that kpi_build keeps, read-only';
REVOKE ALL ON @extschema@.kpi_measure FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_measure TO PUBLIC;

INSERT INTO @extschema@.kpi_measure VALUES
	(1, 'tickets', 'bigint', '{ticket,agent,hour}', 'created', 'count(*)', 'tickets created', NULL),
	(2, 'unanswered', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_unanswered)', 'tickets created that have no first response yet', NULL),
	(3, 'unresolved', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_unresolved)', 'tickets created that are not resolved yet', NULL),
	(4, 'rows_excluded', 'bigint', '{ticket,agent}', 'created', 'count(*) FILTER (WHERE t.is_impossible)', 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(5, 'resolved', 'bigint', '{ticket,agent}', 'resolved', 'count(*)', 'tickets resolved', NULL),
	(6, 'closed', 'bigint', '{ticket}', 'closed', 'count(*)', 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(7, 'closed', 'bigint', '{ticket}', 'created', 'count(*) FILTER (WHERE NOT t.is_unresolved AND t.resolved_at IS NULL)', 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(10, 'response', 'kpi_durations', '{ticket,agent}', 'responded', '@extschema@.durations_agg(t.created_at, t.first_response_at, t.calendar)', 'first response time', NULL),
	(11, 'sla_response', 'kpi_rate', '{ticket,agent}', 'responded', '@extschema@.rate_agg(coalesce(t.sla_response_met, @extschema@.sla_met(t.created_at, t.first_response_at, t.sla_response, t.calendar, NULL::timestamptz)))', 'first responses in time', NULL),
	(20, 'resolution', 'kpi_durations', '{ticket,agent}', 'resolved', '@extschema@.durations_agg(t.created_at, t.resolved_at, t.calendar)', 'resolution time', NULL),
	(21, 'sla_resolution', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, t.resolved_at, t.sla_resolution, t.calendar, NULL::timestamptz)))', 'resolutions in time', NULL),
	(22, 'fcr', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.is_first_contact)', 'tickets resolved at first contact', NULL),
	(23, 'reopen', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.reopens >= 1)', 'resolved tickets that were reopened', NULL),
	(24, 'escalation', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.escalated)', 'resolved tickets that were escalated', NULL),
	(25, 'transfer', 'kpi_rate', '{ticket,agent}', 'resolved', '@extschema@.rate_agg(t.transferred)', 'resolved tickets that were transferred', NULL),
	(26, 'handle', 'kpi_durations', '{ticket,agent}', 'resolved', '@extschema@.durations_agg(coalesce(t.handle_time, t.talk_time + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'')))', 'handle time', NULL),
	(27, 'qa', 'kpi_ratio', '{ticket,agent}', 'resolved', '@extschema@.ratio_agg(t.qa_points, t.qa_possible)', 'quality review', NULL),
	(28, 'cost', 'kpi_ratio', '{ticket,agent}', 'resolved', '@extschema@.ratio_agg(round(t.cost, 6), 1::numeric) FILTER (WHERE t.cost IS NOT NULL)', 'cost of resolved tickets', NULL),
	(30, 'wait', 'kpi_durations', '{ticket,agent}', 'created', '@extschema@.durations_agg(t.wait_time) FILTER (WHERE t.abandoned IS NOT TRUE)', 'waiting time of answered contacts', NULL),
	(31, 'abandonment', 'kpi_rate', '{ticket,hour}', 'created', '@extschema@.rate_agg(t.abandoned)', 'contacts given up before an answer', NULL),
	(32, 'self_service', 'kpi_rate', '{ticket}', 'created', '@extschema@.rate_agg(t.self_service)', 'issues solved by the customer alone', NULL),
	(33, 'bot_resolution', 'kpi_rate', '{ticket}', 'created', '@extschema@.rate_agg(t.bot_resolved) FILTER (WHERE t.bot_handled)', 'bot conversations solved by the bot', NULL),
	(40, 'csat', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''csat'')', 'satisfaction', true),
	(44, 'csat', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.csat_score)', 'satisfaction', false),
	(41, 'nps', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''nps'')', 'net promoter score', true),
	(45, 'nps', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.nps_score)', 'net promoter score', false),
	(42, 'ces', 'kpi_scores', '{ticket,agent}', 'answered', '@extschema@.scores_agg(s.score) FILTER (WHERE s.kind = ''ces'')', 'customer effort', true),
	(46, 'ces', 'kpi_scores', '{ticket,agent}', 'resolved', '@extschema@.scores_agg(t.ces_score)', 'customer effort', false),
	(43, 'survey_response', 'kpi_rate', '{ticket}', 'sent', '@extschema@.rate_agg(s.answered_at IS NOT NULL)', 'surveys answered of those sent', true),
	(50, 'response', 'kpi_durations', '{hour}', 'created', '@extschema@.durations_agg(t.created_at, t.first_response_at, t.calendar) FILTER (WHERE t.first_response_at IS NOT NULL)', 'first response time of tickets created in the hour', NULL),
	(51, 'handle', 'kpi_durations', '{hour}', 'created', '@extschema@.durations_agg(coalesce(t.handle_time, t.talk_time + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'')))', 'handle time of tickets created in the hour', NULL);

CREATE FUNCTION @extschema@.kpi_kept(kept_by text)
RETURNS TABLE ("position" integer, name text, type text, description text, merged text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(m.position), m.name, m.type, min(m.description),
		   format(CASE m.type WHEN 'bigint' THEN 'coalesce(sum(t.%I), 0)::bigint AS %1$I' ELSE '@extschema@.rollup(t.%I) AS %1$I' END, m.name)
	FROM @extschema@.kpi_measure AS m WHERE $1 = ANY (m.kept_by) GROUP BY m.name, m.type ORDER BY 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_kept(text) IS 'internal: the columns of tallies that a table keeps, and how rows of it, called t, are merged';

-- shown	column name; % is the measure
-- answer	an expression over the tally %s and the settings c
CREATE TABLE @extschema@.kpi_shown (
	measure_type text NOT NULL,
	measure text,
	position integer NOT NULL,
	shown text NOT NULL,
	answer text NOT NULL,
	description text NOT NULL,
	UNIQUE (measure_type, measure, position)
);
COMMENT ON TABLE @extschema@.kpi_shown IS 'internal: the columns in which the views of kpi_build show a tally, read-only';
REVOKE ALL ON @extschema@.kpi_shown FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_shown TO PUBLIC;

INSERT INTO @extschema@.kpi_shown VALUES
	('bigint', NULL, 1, '%', '%s', '%'),
	('kpi_rate', NULL, 1, '%_pct', '@extschema@.rate_pct(%s)', '%, in percent'),
	('kpi_rate', NULL, 2, '%_low_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).low', '%: low end of the 95 percent interval'),
	('kpi_rate', NULL, 3, '%_high_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).high', '%: high end of the 95 percent interval'),
	('kpi_rate', NULL, 4, '%_hits', '@extschema@.rate_hits(%s)', '%: how many'),
	('kpi_rate', NULL, 5, '%_n', '@extschema@.sample_size(%s)', '%: out of how many'),
	('kpi_durations', NULL, 1, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%s))', '%: median in seconds'),
	('kpi_durations', NULL, 2, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%s))', '%: 90th percentile in seconds'),
	('kpi_durations', NULL, 3, '%_avg_seconds', '@extschema@.in_seconds(@extschema@.avg_duration(%s))', '%: mean in seconds'),
	('kpi_durations', NULL, 4, '%_n', '@extschema@.sample_size(%s)', '%: of how many'),
	('kpi_ratio', 'qa', 1, 'qa_score_pct', '@extschema@.ratio_pct(%s)', 'quality review points in percent of those possible'),
	('kpi_ratio', 'qa', 2, 'qa_n', '@extschema@.sample_size(%s)', 'tickets reviewed'),
	('kpi_ratio', 'cost', 1, 'cost_total', 'CASE WHEN @extschema@.sample_size(%1$s) > 0 THEN @extschema@.ratio_numerator(%1$s) END', 'total cost'),
	('kpi_ratio', 'cost', 2, 'cost_per_contact', '@extschema@.ratio_value(%s)', 'cost per resolved ticket'),
	('kpi_ratio', 'cost', 3, 'cost_n', '@extschema@.sample_size(%s)', 'resolved tickets with a cost'),
	('kpi_scores', 'nps', 1, 'nps', '@extschema@.nps(%s)', 'net promoter score, -100 to 100'),
	('kpi_scores', 'nps', 2, 'nps_low', '(@extschema@.nps_ci(%s, 0.95::double precision)).low', 'net promoter score: low end of the 95 percent interval'),
	('kpi_scores', 'nps', 3, 'nps_high', '(@extschema@.nps_ci(%s, 0.95::double precision)).high', 'net promoter score: high end of the 95 percent interval'),
	('kpi_scores', 'nps', 4, 'nps_n', '@extschema@.sample_size(%s)', 'net promoter score: answers'),
	('kpi_scores', 'csat', 1, 'csat_pct', '@extschema@.csat_pct(%s, c.csat_satisfied_from)', 'satisfied answers, in percent'),
	('kpi_scores', 'csat', 2, 'csat_low_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).low', 'satisfied answers: low end of the 95 percent interval'),
	('kpi_scores', 'csat', 3, 'csat_high_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).high', 'satisfied answers: high end of the 95 percent interval'),
	('kpi_scores', 'csat', 4, 'csat_avg', '@extschema@.score_avg(%s)', 'mean satisfaction score'),
	('kpi_scores', 'csat', 5, 'csat_n', '@extschema@.sample_size(%s)', 'satisfaction: answers'),
	('kpi_scores', 'ces', 1, 'ces_pct', '@extschema@.ces_pct(%s, c.ces_easy_from)', 'easy answers, in percent'),
	('kpi_scores', 'ces', 2, 'ces_avg', '@extschema@.score_avg(%s)', 'mean effort score'),
	('kpi_scores', 'ces', 3, 'ces_n', '@extschema@.sample_size(%s)', 'effort: answers');

-- The views of a built schema.  They show plain numbers, with the unit in the name
-- of a column; NULL where nothing happened.

-- The schema is one that kpi_build made, or an error.  Whoever can create objects
-- there may have put a view in place of a table: it would run as the caller.
CREATE FUNCTION @extschema@.kpi_require_built(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = target_schema AND c.relname IN ('kpi_settings', 'kpi_object') AND c.relkind = 'r') < 2
	THEN
		RAISE EXCEPTION 'schema "%" was not made by kpi_build', target_schema USING ERRCODE = 'undefined_object';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_built(name) IS 'internal: an error unless kpi_build has made the schema';

-- The columns in which a view shows the tallies of a table d, given the settings c.
CREATE FUNCTION @extschema@.kpi_shown_columns(kept_by text)
RETURNS TABLE (name text, answer text, description text, is_main boolean)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(s.shown, '%', m.name), format(s.answer, 'd.' || m.name), replace(s.description, '%', m.description), s.position = 1
	FROM @extschema@.kpi_kept($1) AS m
	JOIN @extschema@.kpi_shown AS s ON s.measure_type = m.type AND coalesce(s.measure, m.name) = m.name
	WHERE m.name <> 'closed'
	ORDER BY m.position, s.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_shown_columns(text) IS 'internal: the columns in which views show a tally table';

-- A table of tallies merged by other keys, each an expression with its name.
CREATE FUNCTION @extschema@.kpi_merged(target_schema name, kept_by text, keys text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('SELECT %s, %s FROM %I.%I AS t, %3$I.kpi_settings AS c GROUP BY %5$s', array_to_string($3, ', '),
		string_agg(m.merged, ', ' ORDER BY m.position),
		$1, CASE $2 WHEN 'ticket' THEN 'ticket_daily' WHEN 'agent' THEN 'agent_daily_tally' ELSE 'hourly_tally' END,
		(SELECT string_agg(n::text, ', ') FROM generate_series(1, cardinality($3)) AS n))
	FROM @extschema@.kpi_kept($2) AS m;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_merged(name, text, text[]) IS 'internal: the query that merges a tally table by other keys';

CREATE FUNCTION @extschema@.kpi_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	by_ticket CONSTANT text := (SELECT string_agg(format('%s AS %I', s.answer, s.name), ', ') FROM @extschema@.kpi_shown_columns('ticket') AS s);
	by_agent CONSTANT text := (SELECT string_agg(format('%s AS %I', s.answer, s.name), ', ') FROM @extschema@.kpi_shown_columns('agent') AS s);
	month CONSTANT text := 'date_trunc(''month'', t.day::timestamp)::date AS month';
	tickets text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	tickets := format('SELECT r.*, coalesce(r.hours, c.hours) AS calendar FROM (%s) AS r, %s.kpi_settings AS c WHERE r.is_unresolved AND r.created_at IS NOT NULL',
					  @extschema@.kpi_source(settings.tickets, 'tickets', settings.dimensions, NULL::text), ours);

	RETURN QUERY VALUES
	('executive_monthly'::name, format(
		'WITH d AS (%s)
		SELECT d.month, (d.month + interval ''1 month'')::date <= c.complete_until AS is_complete, %s, %s
		FROM d JOIN %s.kpi_settings AS c ON true LEFT JOIN d AS y ON y.month = (d.month - interval ''1 year'')::date',
		@extschema@.kpi_merged(target_schema, 'ticket', ARRAY[month]), by_ticket,
		(SELECT string_agg(format('%s AS %I', replace(s.answer, 'd.', 'y.'), s.name || '_last_year'), ', ') FROM @extschema@.kpi_shown_columns('ticket') AS s WHERE s.is_main), ours),
	 'each month, with the same month of the year before'),
	('team_weekly', format(
		'SELECT d.week, d.team, d.week + 7 <= c.complete_until AS is_complete, %s FROM (%s) AS d, %s.kpi_settings AS c',
		by_ticket, @extschema@.kpi_merged(target_schema, 'ticket', ARRAY['t.day - (extract(isodow FROM t.day)::integer - c.week_start + 7) % 7 AS week', 't.team']), ours),
	 'each week and team'),
	('agent_daily', format(
		'SELECT d.day, d.agent_id, n.agent_name, d.day < c.complete_until AS is_complete, %1$s
		FROM (%2$s) AS d JOIN (SELECT agent_id, max(agent_name) AS agent_name FROM %3$s.agent_daily_tally GROUP BY agent_id) AS n USING (agent_id), %3$s.kpi_settings AS c',
		by_agent, @extschema@.kpi_merged(target_schema, 'agent', ARRAY['t.day', 't.agent_id']), ours),
	 'each day and agent'),
	('new_agent_ramp', format(
		'SELECT d.tenure_month, %s FROM (%s) AS d, %s.kpi_settings AS c WHERE d.tenure_month >= 0',
		by_agent, @extschema@.kpi_merged(target_schema, 'agent', ARRAY['floor((t.day - t.agent_hired_on) / 30.4375)::integer AS tenure_month']), ours),
	 'agents by months since they were hired'),
	('channel_consistency', format(
		'WITH d AS (%s), answers AS (
			SELECT d.month, kpi, d.channel, pct, rate FROM d, LATERAL (VALUES
				(''fcr_pct'', @extschema@.rate_pct(d.fcr), d.fcr),
				(''sla_response_pct'', @extschema@.rate_pct(d.sla_response), d.sla_response),
				(''sla_resolution_pct'', @extschema@.rate_pct(d.sla_resolution), d.sla_resolution),
				(''reopen_pct'', @extschema@.rate_pct(d.reopen), d.reopen)
			) AS v (kpi, pct, rate) WHERE pct IS NOT NULL AND d.channel IS NOT NULL
		), ends AS (
			SELECT month, kpi, count(*) AS channels,
				(array_agg(channel ORDER BY pct, channel))[1] AS lowest_channel, min(pct) AS lowest_pct, (array_agg(rate ORDER BY pct, channel))[1] AS low,
				(array_agg(channel ORDER BY pct DESC, channel))[1] AS highest_channel, max(pct) AS highest_pct, (array_agg(rate ORDER BY pct DESC, channel))[1] AS high
			FROM answers GROUP BY month, kpi
		)
		SELECT month, kpi, channels, lowest_channel, lowest_pct, highest_channel, highest_pct, (change).value AS spread_points, (change).low AS spread_low_points, (change).high AS spread_high_points
		FROM (SELECT ends.*, @extschema@.rate_change(low, high, 0.95::double precision) AS change FROM ends) AS e',
		@extschema@.kpi_merged(target_schema, 'ticket', ARRAY[month, 't.channel'])),
	 'how far channels are apart each month, with the interval of the difference'),
	('volume_heatmap', format(
		'WITH span AS (SELECT min(day) AS first, max(day) AS last FROM %1$s.hourly_tally)
		SELECT d.weekday, d.hour, d.tickets, d.tickets / w.days::double precision AS tickets_per_hour
		FROM (%2$s) AS d JOIN LATERAL (SELECT count(*) AS days FROM span, generate_series(span.first::timestamp, span.last, ''1 day'') AS day WHERE extract(isodow FROM day) = d.weekday) AS w ON true',
		ours, @extschema@.kpi_merged(target_schema, 'hour', ARRAY['extract(isodow FROM t.day)::integer AS weekday', 't.hour'])),
	 'tickets created by hour of the week'),
	('staffing_by_hour', format(
		'WITH span AS (SELECT min(day) AS first, max(day) AS last FROM %1$s.hourly_tally)
		SELECT d.weekday, d.hour, v.tickets_per_hour, @extschema@.in_seconds(v.handle) AS handle_avg_seconds, @extschema@.in_seconds(@extschema@.p90_duration(d.response)) AS response_p90_seconds,
			@extschema@.rate_pct(d.abandonment) AS abandonment_pct, @extschema@.sample_size(d.abandonment) AS abandonment_n,
			CASE WHEN v.handle > ''0'' THEN @extschema@.erlang_agents(v.tickets_per_hour, v.handle, 80::double precision, ''20 s''::interval, NULL::double precision, NULL::double precision) END AS agents_needed
		FROM (%2$s) AS d
		JOIN LATERAL (SELECT count(*) AS days FROM span, generate_series(span.first::timestamp, span.last, ''1 day'') AS day WHERE extract(isodow FROM day) = d.weekday) AS w ON true,
		LATERAL (SELECT d.tickets / w.days::double precision AS tickets_per_hour, @extschema@.avg_duration(d.handle) AS handle) AS v',
		ours, @extschema@.kpi_merged(target_schema, 'hour', ARRAY['extract(isodow FROM t.day)::integer AS weekday', 't.hour'])),
	 'load and agents needed by hour of the week, to answer 80 percent within 20 seconds'),
	('backlog_daily', format(
		'SELECT day, opened, closed, sum(opened - closed) OVER (ORDER BY day)::bigint AS backlog
		FROM (SELECT s.day::date AS day, coalesce(sum(t.tickets), 0)::bigint AS opened, coalesce(sum(t.closed), 0)::bigint AS closed
			FROM (SELECT generate_series(min(day)::timestamp, max(day), ''1 day'') AS day FROM %1$s.ticket_daily) AS s LEFT JOIN %1$s.ticket_daily AS t ON t.day = s.day GROUP BY 1) AS d', ours),
	 'tickets open at the end of each day'),
	('open_tickets', format(
		'SELECT ticket_id, agent_id, agent_name, team, channel, priority, created_at, extract(epoch FROM now() - created_at)::double precision AS age_seconds,
			response_due_at, resolution_due_at, is_unanswered AND sla_response_met IS FALSE OR sla_resolution_met IS FALSE OR due_at < now() AS is_breached,
			due_at >= now() AND @extschema@.business_time(now(), due_at, calendar) <= interval ''2 hours'' AS is_due_within_2_hours
		FROM (SELECT t.*, least(response_due_at, resolution_due_at) AS due_at FROM (
			SELECT t.*, CASE WHEN is_unanswered AND sla_response_met IS NOT FALSE THEN @extschema@.business_deadline(created_at, sla_response, calendar) END AS response_due_at,
				@extschema@.business_deadline(created_at, sla_resolution, calendar) AS resolution_due_at
			FROM (%s) AS t) AS t) AS t', tickets),
	 'tickets that are open now, and when they are due'),
	('backlog_age', format(
		'SELECT age, count(*) AS tickets FROM (SELECT CASE WHEN age < interval ''1 day'' THEN ''0-1 days'' WHEN age < interval ''3 days'' THEN ''1-3 days'' WHEN age < interval ''7 days'' THEN ''3-7 days'' ELSE ''over 7 days'' END AS age
			FROM (SELECT justify_hours(now() - created_at) AS age FROM (%s) AS t) AS t) AS a GROUP BY age', tickets),
	 'tickets that are open now, by age');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_views(name) IS 'internal: the views of a built schema';

-- What a column of a built schema means.
CREATE FUNCTION @extschema@.kpi_describe_column(column_name text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT coalesce(
		(SELECT description FROM (VALUES
			('day', 'day, in the time zone of the schema'), ('week', 'first day of the week'), ('month', 'first day of the month'), ('hour', 'hour of the day, 0 to 23'), ('weekday', 'day of the week, 1 Monday to 7 Sunday'),
			('team', 'team'), ('channel', 'channel'), ('category', 'category'), ('priority', 'priority'), ('customer_tier', 'tier of the customer'),
			('agent_id', 'agent'), ('agent_name', 'name of the agent'), ('agent_hired_on', 'when the agent was hired'), ('ticket_id', 'ticket'), ('created_at', 'when the ticket was created'),
			('is_complete', 'whether the period is over, and all of it has been counted'), ('tenure_month', 'months since the agent was hired; 0 is the first'),
			('kpi', 'name of the KPI'), ('channels', 'how many channels have it'), ('lowest_channel', 'channel with the lowest value'), ('lowest_pct', 'lowest value, in percent'),
			('highest_channel', 'channel with the highest value'), ('highest_pct', 'highest value, in percent'), ('spread_points', 'difference of the two, in points'),
			('spread_low_points', 'low end of the 95 percent interval of the difference'), ('spread_high_points', 'high end of the 95 percent interval of the difference'),
			('tickets_per_hour', 'tickets created in such an hour, on average'), ('agents_needed', 'agents that it takes (Erlang C)'),
			('opened', 'tickets created'), ('closed', 'tickets resolved; those without a possible time of it on the day they were created'), ('backlog', 'tickets open at the end of the day'), ('age', 'time since the ticket was created'), ('age_seconds', 'time since the ticket was created, in seconds'),
			('response_due_at', 'when the first response is due'), ('resolution_due_at', 'when the resolution is due'), ('is_breached', 'whether a target has been missed'), ('is_due_within_2_hours', 'whether a target is due within two business hours')
		 ) AS fixed (name, description) WHERE fixed.name = $1),
		(SELECT s.description FROM unnest(ARRAY['ticket', 'agent', 'hour']) AS kept_by, @extschema@.kpi_shown_columns(kept_by) AS s WHERE s.name = regexp_replace($1, '_last_year$', '') LIMIT 1)
			|| CASE WHEN $1 LIKE '%\_last\_year' THEN ', a year before' ELSE '' END,
		(SELECT m.description || ': a tally, to be asked or merged' FROM @extschema@.kpi_measure AS m WHERE m.name = $1 LIMIT 1),
		'column ' || $1 || ' of the tickets');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_describe_column(text) IS 'internal: the comment of a column of a built schema';

-- One row a KPI, for the variables of a BI tool: the selection beside the total.

CREATE FUNCTION @extschema@.kpi_scorecard(
	target_schema name, since date, until date,
	team text DEFAULT NULL, channel text DEFAULT NULL, category text DEFAULT NULL, agent text DEFAULT NULL)
RETURNS TABLE (scope text, kpi text, value double precision, low double precision, high double precision, n bigint, description text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_variable
DECLARE
	kept_by CONSTANT text := CASE WHEN agent IS NULL THEN 'ticket' ELSE 'agent' END;
	answers text;
	merged text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF agent IS NOT NULL AND num_nonnulls(team, channel, category) > 0 THEN
		RAISE EXCEPTION 'an agent cannot be split by team, channel or category'
			USING ERRCODE = 'feature_not_supported', HINT = 'Leave out one or the other: tallies are kept for each of them, but not for both.';
	END IF;
	SELECT string_agg(format('(%s, %L, %s, %s, %s, %s, %L)', row_number, replace(a.kpi, '%', m.name),
				replace(a.value, '%', 'd.' || m.name), replace(a.low, '%', 'd.' || m.name), replace(a.high, '%', 'd.' || m.name), replace(a.n, '%', 'd.' || m.name), m.description), ', '),
		   string_agg(DISTINCT m.merged, ', ')
	INTO answers, merged
	FROM (SELECT k.*, row_number() OVER (ORDER BY k.position) FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name <> 'closed') AS m
	JOIN (VALUES
		('bigint', NULL, '%', '%::double precision', 'NULL::double precision', 'NULL::double precision', 'NULL::bigint'),
		('kpi_rate', NULL, '%_pct', '@extschema@.rate_pct(%)', '(@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).low', '(@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).high', '@extschema@.sample_size(%)'),
		('kpi_durations', NULL, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%))', '(@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)).low', '(@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_durations', NULL, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%))', '(@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)).low', '(@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_ratio', 'qa', 'qa_score_pct', '@extschema@.ratio_pct(%)', 'NULL', 'NULL', '@extschema@.sample_size(%)'),
		('kpi_ratio', 'cost', 'cost_per_contact', '@extschema@.ratio_value(%)', 'NULL', 'NULL', '@extschema@.sample_size(%)'),
		('kpi_scores', 'nps', 'nps', '@extschema@.nps(%)', '(@extschema@.nps_ci(%, 0.95::double precision)).low', '(@extschema@.nps_ci(%, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_scores', 'csat', 'csat_pct', '@extschema@.csat_pct(%, c.csat_satisfied_from)', '(@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)).low', '(@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_scores', 'ces', 'ces_pct', '@extschema@.ces_pct(%, c.ces_easy_from)', 'NULL', 'NULL', '@extschema@.sample_size(%)')
	) AS a (type, measure, kpi, value, low, high, n) ON a.type = m.type AND coalesce(a.measure, m.name) = m.name;

	RETURN QUERY EXECUTE format(
		'SELECT d.scope, v.kpi, v.value, v.low, v.high, v.n, v.description
		FROM (SELECT s.scope, %1$s FROM %2$I.%3$I AS t
			  RIGHT JOIN (VALUES (1, ''selection''), (2, ''total'')) AS s (place, scope)
			  ON t.day >= $1 AND t.day < $2 AND (s.scope = ''total'' OR %4$s) GROUP BY s.place, s.scope ORDER BY s.place) AS d,
			 %2$I.kpi_settings AS c, LATERAL (VALUES %5$s) AS v (place, kpi, value, low, high, n, description)
		ORDER BY d.scope, v.place, v.kpi DESC',
		merged, target_schema, CASE kept_by WHEN 'ticket' THEN 'ticket_daily' ELSE 'agent_daily_tally' END,
		CASE kept_by WHEN 'agent' THEN 't.agent_id = $6'
			 ELSE '($3 IS NULL OR t.team = $3) AND ($4 IS NULL OR t.channel = $4) AND ($5 IS NULL OR t.category = $5)' END, answers)
	USING since, until, team, channel, category, agent;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard(name, date, date, text, text, text, text)
IS 'the KPIs of a schema that kpi_build made, from a day up to but without another, of a team, channel and category or of an agent, and of all';

-- kpi_refresh: the days that have changed, and no others, are counted again.
--
-- By the column updated_at: kpi_ticket_days holds the days in which a ticket was
-- counted, so that a ticket that moves leaves its old days, too.  By triggers:
-- they write to kpi_change what a ticket or survey had to do with before and after.
-- What follows from that, such as the days of a ticket's surveys, is found by
-- kpi_refresh, which sees what all have committed; a trigger would see less.

-- The ticket of each row of tickets, or of surveys, and all days in which the row
-- may be counted.  With an instant, only the rows that have changed since.
CREATE FUNCTION @extschema@.kpi_days_query(relation regclass, contract text, time_zone text, since timestamptz, rows_from text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('SELECT %s AS ticket_id, ARRAY[%s]::date[] AS days FROM %s%s',
		coalesce(max(expression) FILTER (WHERE name = 'ticket_id'), 'NULL::text'),
		string_agg(format('CASE WHEN %2$s THEN (%1$s AT TIME ZONE %3$L)::date END', expression, @extschema@.kpi_has_day(expression), $3), ', ') FILTER (WHERE name IN ('created_at', 'first_response_at', 'resolved_at', 'sent_at', 'answered_at')),
		coalesce($5, $1::text),
		' WHERE ' || string_agg(format('%s >= %L', expression, $4), ' OR ') FILTER (WHERE $4 IS NOT NULL AND name IN ('updated_at', 'sent_at', 'answered_at')))
	FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL
	HAVING count(*) > 0;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_days_query(regclass, text, text, timestamptz, text) IS 'internal: the query for the tickets and days that rows have to do with';

CREATE FUNCTION @extschema@.kpi_trigger_name(event text, target_schema name)
RETURNS name
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('kpi_%s_%s', lower($1), md5($2::text))::name;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_trigger_name(text, name) IS 'internal: the name of a trigger that kpi_build makes';

CREATE FUNCTION @extschema@.kpi_track()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	EXECUTE format('INSERT INTO %I.kpi_change %s', TG_ARGV[0], TG_ARGV[1]);
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_track() IS 'internal: the trigger of a tracked table, which writes down the days that a statement has changed';

CREATE FUNCTION @extschema@.kpi_start_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	relation regclass;
	made record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		IF NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
			RAISE WARNING 'relation % has no column updated_at', settings.tickets USING HINT = 'Every kpi_refresh will count all days.';
		END IF;
		EXECUTE format('CREATE TABLE %I.kpi_ticket_days AS %s', target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text));
		EXECUTE format('CREATE INDEX ON %I.kpi_ticket_days (ticket_id)', target_schema);
		EXECUTE format('COMMENT ON TABLE %I.kpi_ticket_days IS ''the days in which tickets are counted, for kpi_refresh''', target_schema);
		RETURN;
	END IF;

	EXECUTE format('CREATE TABLE %I.kpi_change (ticket_id text, days date[])', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_change IS ''the days, and the tickets that have surveys to them, that have changed since the last kpi_refresh; days that are NULL stand for all''', target_schema);
	-- whoever changes tickets writes here
	IF NOT has_schema_privilege('public', quote_ident(target_schema)::regnamespace, 'USAGE') THEN
		EXECUTE format('GRANT USAGE ON SCHEMA %I TO PUBLIC', target_schema);
		EXECUTE format('UPDATE %I.kpi_settings SET granted_usage = true', target_schema);
	END IF;
	EXECUTE format('GRANT INSERT ON %I.kpi_change TO PUBLIC', target_schema);
	FOREACH relation IN ARRAY ARRAY[settings.tickets, settings.surveys] LOOP
		CONTINUE WHEN relation IS NULL;
		-- the triggers of a partition do not see what comes through its parent, nor the other way round
		IF (SELECT relkind FROM pg_class WHERE oid = relation) <> 'r' OR EXISTS (SELECT FROM pg_inherits WHERE relation IN (inhrelid, inhparent)) THEN
			RAISE EXCEPTION 'relation % cannot have triggers', relation
				USING ERRCODE = 'wrong_object_type', HINT = 'Only plain tables can; use track => ''updated_at''.';
		END IF;
		FOR made IN
			SELECT * FROM (VALUES
				('INSERT', 'REFERENCING NEW TABLE AS changed', 'changed'),
				('DELETE', 'REFERENCING OLD TABLE AS changed', 'changed'),
				('UPDATE', 'REFERENCING OLD TABLE AS changed NEW TABLE AS changed_to', '(TABLE changed UNION ALL TABLE changed_to) AS changed'),
				('TRUNCATE', '', NULL)
			) AS t (event, referencing, rows_from)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.kpi_track(%L, %L)',
				@extschema@.kpi_trigger_name(made.event, target_schema), made.event, relation, made.referencing, target_schema,
				CASE WHEN made.rows_from IS NULL THEN 'VALUES (NULL::text, NULL::date[])'
					 ELSE format('SELECT DISTINCT %s, days FROM (%s) AS t', CASE WHEN settings.surveys IS NULL THEN 'NULL::text' ELSE 'ticket_id' END,
						@extschema@.kpi_days_query(relation, CASE relation WHEN settings.tickets THEN 'tickets' ELSE 'surveys' END, settings.time_zone, NULL::timestamptz, made.rows_from)) END);
		END LOOP;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_start_tracking(name) IS 'internal: from here on, changes are found again';

CREATE FUNCTION @extschema@.kpi_stop_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
BEGIN
	FOR made IN
		SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_trigger AS t
		WHERE t.tgfoid = '@extschema@.kpi_track'::regproc
		AND t.tgname IN (SELECT @extschema@.kpi_trigger_name(event, target_schema) FROM unnest(ARRAY['INSERT', 'DELETE', 'UPDATE', 'TRUNCATE']) AS event)
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.tgname, made.relation);
	END LOOP;
	EXECUTE format('SELECT granted_usage FROM %I.kpi_settings', target_schema) INTO made;
	IF made.granted_usage THEN
		EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM PUBLIC', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stop_tracking(name) IS 'internal: drops the triggers that kpi_build has made, and takes back what it has granted';

-- Tickets that have changed while kpi_build was counting may have been counted on
-- either day.
CREATE FUNCTION @extschema@.kpi_remember_changes(target_schema name, since timestamptz)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		EXECUTE format('INSERT INTO %I.kpi_ticket_days %s', target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, since - settings.lag, NULL::text));
		EXECUTE format('ANALYZE %I.kpi_ticket_days', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_remember_changes(name, timestamptz) IS 'internal: notes the days of tickets that have changed since an instant';

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $body$
DECLARE
	-- so many days at a time, between which progress is told
	AT_A_TIME CONSTANT integer := 100;
	started CONSTANT timestamptz := clock_timestamp();
	settings record;
	dirty date[];
	part date[];
	changed text;
	linked text;
	bookkeeping text := '';
	counted bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	-- one refresh at a time; readers do not wait
	EXECUTE format('SELECT * FROM %I.kpi_settings FOR UPDATE', target_schema) INTO settings;

	IF settings.track = 'triggers' THEN
		changed := format('DELETE FROM %I.kpi_change RETURNING ticket_id, days', target_schema);
	ELSIF "full" OR NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
		changed := 'SELECT NULL::text AS ticket_id, NULL::date[] AS days';
		bookkeeping := format('before AS (DELETE FROM %1$I.kpi_ticket_days), after AS (INSERT INTO %1$I.kpi_ticket_days %2$s),',
			target_schema, @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text));
	ELSE
		changed := @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, settings.changed_since, NULL::text);
		-- a ticket leaves the days that are counted now, and comes to those it has
		bookkeeping := format('changed AS MATERIALIZED (%2$s),
			before AS (DELETE FROM %1$I.kpi_ticket_days AS f USING changed AS c WHERE f.ticket_id = c.ticket_id RETURNING f.ticket_id, f.days),
			after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, array_agg(DISTINCT day) FROM (
				SELECT b.ticket_id, d.day FROM before AS b, unnest(b.days) AS d (day) WHERE d.day <> ALL ($1)
				UNION ALL SELECT c.ticket_id, d.day FROM changed AS c, unnest(c.days) AS d (day) WHERE d.day = ANY ($1)) AS t GROUP BY ticket_id),', target_schema, changed);
		changed := concat_ws(' UNION ALL ', changed, format('SELECT ticket_id, days FROM %I.kpi_ticket_days WHERE ticket_id IN (SELECT c.ticket_id FROM (%s) AS c)', target_schema, changed),
			@extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, settings.changed_since, NULL::text));
	END IF;
	-- a survey is counted with the dimensions of its ticket, and perhaps on the day of its ticket
	linked := 'TABLE changed';
	IF settings.surveys IS NOT NULL THEN
		linked := concat_ws(' UNION ALL ', linked, format('SELECT * FROM (%s) AS s WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, NULL::timestamptz, NULL::text)),
			CASE WHEN settings.attribute = 'created' THEN format('SELECT * FROM (%s) AS t WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text)) END);
	END IF;
	EXECUTE format('WITH changed AS MATERIALIZED (%s), linked AS (%s)
		SELECT $1 OR coalesce(bool_or(days IS NULL), false), (SELECT array_agg(DISTINCT day ORDER BY day) FROM linked AS l, unnest(l.days) AS day WHERE day IS NOT NULL) FROM changed', changed, linked)
	INTO "full", dirty USING "full";

	rows := 0;
	FOR chunk IN 0 .. CASE WHEN "full" THEN 0 ELSE (coalesce(cardinality(dirty), 0) - 1 + AT_A_TIME) / AT_A_TIME - 1 END LOOP
		-- all of them, when there are none to name
		part := CASE WHEN NOT "full" THEN dirty[chunk * AT_A_TIME + 1 : (chunk + 1) * AT_A_TIME] END;
		IF chunk > 0 THEN
			RAISE NOTICE 'counted % of % days', chunk * AT_A_TIME, cardinality(dirty);
		END IF;
		-- One statement, which sees one state of the tickets: what kpi_ticket_days
		-- says is what has been counted.
		EXECUTE format('WITH %5$s
			gone_1 AS (DELETE FROM %1$I.ticket_daily WHERE $1 IS NULL OR day = ANY ($1)),
			gone_2 AS (DELETE FROM %1$I.agent_daily_tally WHERE $1 IS NULL OR day = ANY ($1)),
			gone_3 AS (DELETE FROM %1$I.hourly_tally WHERE $1 IS NULL OR day = ANY ($1)),
			new_1 AS (INSERT INTO %1$I.ticket_daily %2$s RETURNING 1),
			new_2 AS (INSERT INTO %1$I.agent_daily_tally %3$s RETURNING 1),
			new_3 AS (INSERT INTO %1$I.hourly_tally %4$s RETURNING 1)
			SELECT (SELECT count(*) FROM new_1) + (SELECT count(*) FROM new_2) + (SELECT count(*) FROM new_3)', target_schema,
			@extschema@.kpi_tally_query(target_schema, 'ticket', part), @extschema@.kpi_tally_query(target_schema, 'agent', part), @extschema@.kpi_tally_query(target_schema, 'hour', part), bookkeeping)
		INTO counted USING part;
		rows := rows + counted;
	END LOOP;
	IF "full" THEN
		EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily', target_schema) INTO days;
	ELSE
		days := coalesce(cardinality(dirty), 0);
	END IF;
	EXECUTE format('UPDATE %I.kpi_settings SET changed_since = $1, complete_until = $2', target_schema)
		USING started - settings.lag, (started AT TIME ZONE settings.time_zone)::date;
	RETURN NEXT;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_refresh(name, boolean) IS 'counts the days again that have changed since kpi_build or the last kpi_refresh, or all of them; gives the number of days, and of rows that were written';

CREATE FUNCTION @extschema@.kpi_schedule(target_schema name, cron text)
RETURNS text
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	command CONSTANT text := format('SELECT @extschema@.kpi_refresh(%L::name, false)', target_schema);
	job bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
		EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING format('kpi_refresh %s', target_schema), cron, command;
		RETURN format('scheduled as job %s of pg_cron', job);
	END IF;
	-- the shell reads quotes, and cron ends the line at a percent sign
	RETURN replace(format('%s psql -X -d ''%s'' -c ''%s''', cron, replace(current_database(), '''', '''\'''''), replace(command, '''', '''\''''')), '%', '\%');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_schedule(name, text) IS 'has pg_cron call kpi_refresh on a schedule like */10 * * * *; without pg_cron, the line for a crontab';

-- kpi_build: daily tallies of a helpdesk, and the views over them, in a schema of
-- the user's.  Everything it makes belongs to the caller and is listed in the
-- table kpi_object there.

-- A relation as its contract has it: every column there, of its type.  What a
-- check finds impossible is NULL, in the last column that the check looks at, and
-- marks the row; but for dates in the future, which are possible some day, and for
-- the epoch, which is before the ticket was created.  Whether a ticket is resolved
-- is for solved to say, and only without it for resolved_at.
CREATE FUNCTION @extschema@.kpi_source(relation regclass, contract text, dimensions text[], rows_from text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH columns AS (
		SELECT c.position, c.name, regexp_replace(c.type, '^business_hours$', '@extschema@.business_hours') AS type, c.expression,
			   (SELECT string_agg(format('(%s)', k.condition), ' OR ' ORDER BY k.name)
				FROM @extschema@.kpi_relation_checks AS k
				WHERE k.relation = $2 AND k.severity = 'warning' AND k.name !~ '_(in_future|epoch)$' AND c.name <> 'updated_at' AND k.columns[cardinality(k.columns)] = c.name
				AND NOT EXISTS (SELECT FROM unnest(k.columns) AS needed JOIN @extschema@.kpi_read_columns($1, $2) AS n ON n.name = needed WHERE n.expression IS NULL)) AS impossible
		FROM @extschema@.kpi_read_columns($1, $2) AS c
	), extra AS (
		SELECT name, n FROM unnest($3) WITH ORDINALITY AS d (name, n)
		WHERE NOT EXISTS (SELECT FROM columns WHERE columns.name = d.name)
	)
	SELECT format('SELECT %s%s%s FROM (SELECT %s%s FROM %s) AS raw',
		(SELECT string_agg(CASE
			WHEN expression IS NULL THEN format('NULL::%s AS %I', type, name)
			WHEN impossible IS NULL THEN format('%I::%s AS %1$I', name, type)
			ELSE format('CASE WHEN (%s) IS NOT TRUE THEN %I::%s END AS %2$I', impossible, name, type) END, ', ' ORDER BY position) FROM columns),
		CASE $2 WHEN 'tickets' THEN format(', %s IS NULL AS is_unanswered, coalesce(NOT %s, %s IS NULL) AS is_unresolved, (%s) IS TRUE AS is_impossible',
			coalesce((SELECT name FROM columns WHERE name = 'first_response_at' AND expression IS NOT NULL), 'NULL'),
			coalesce((SELECT name FROM columns WHERE name = 'solved' AND expression IS NOT NULL), 'NULL::boolean'),
			coalesce((SELECT name FROM columns WHERE name = 'resolved_at' AND expression IS NOT NULL), 'NULL'),
			(SELECT coalesce(string_agg(impossible, ' OR ' ORDER BY position), 'false') FROM columns)) END,
		(SELECT string_agg(format(', %I', name), '' ORDER BY n) FROM extra),
		(SELECT string_agg(format('%s AS %I', expression, name), ', ' ORDER BY position) FROM columns WHERE expression IS NOT NULL),
		(SELECT string_agg(format(', %I::text AS %1$I', name), '' ORDER BY n) FROM extra),
		coalesce($4, $1::text));
$body$;
COMMENT ON FUNCTION @extschema@.kpi_source(regclass, text, text[], text) IS 'internal: a query that gives a relation as the contract has it';

-- Whether an instant has a day to be counted on: one of the years that programs
-- which show dates can show, in every time zone.
CREATE FUNCTION @extschema@.kpi_has_day(at text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('%s BETWEEN %L AND %L', $1, '0001-01-02 00:00+00', '9999-12-30 00:00+00');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_has_day(text) IS 'internal: a condition for instants that are counted';

-- The rows of a relation whose column lies between two instants, so that an index
-- on it helps; all of them without instants.
CREATE FUNCTION @extschema@.kpi_rows_within(relation regclass, contract text, column_name text, since timestamptz, until timestamptz)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT * FROM %s WHERE %s >= %L::timestamptz AND %2$s < %4$L::timestamptz) AS part', $1, c.expression, $4, $5)
	FROM @extschema@.kpi_read_columns($1, $2) AS c
	WHERE c.name = $3 AND c.expression IS NOT NULL AND $4 IS NOT NULL AND $5 IS NOT NULL;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows_within(regclass, text, text, timestamptz, timestamptz) IS 'internal: the rows of a relation that lie between two instants';

-- The rows of a tally table: for each event the tallies that count then, merged by
-- day and key.  With days only those.
CREATE FUNCTION @extschema@.kpi_tally_query(target_schema name, kept_by text, days date[])
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	tickets text;
	surveys text;
	keys text[];
	parts text[];
	merged text;
	event record;
	counted_at text;
	since timestamptz;
	until timestamptz;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	since := (SELECT min(day) FROM unnest(days) AS day)::timestamp AT TIME ZONE settings.time_zone;
	until := ((SELECT max(day) FROM unnest(days) AS day) + 1)::timestamp AT TIME ZONE settings.time_zone;
	-- the calendar of a ticket wins, and so does what it says of its solution
	tickets := format(
		'SELECT q.*, %s AS is_first_contact FROM (SELECT r.*, coalesce(r.hours, %s) AS calendar FROM (%%s) AS r) AS q',
		CASE WHEN settings.fcr_rule IS NULL THEN 'CASE WHEN solved IS NOT FALSE THEN contacts <= 1 END'
			 ELSE format('@extschema@.first_contact(%L::@extschema@.kpi_contact_rule, solved IS NOT FALSE, agent_replies, reopens, customer_replies, contacts, teammates, closes, was_pending, resolved_at - created_at, NULL::interval)', settings.fcr_rule) END,
		coalesce(quote_literal(settings.hours) || '::@extschema@.business_hours', 'NULL'));
	surveys := format('SELECT r.ticket_id, r.sent_at, r.answered_at, r.channel, r.agent_id, r.kind,
		CASE WHEN CASE r.kind WHEN ''nps'' THEN r.score BETWEEN 0 AND 10 WHEN ''ces'' THEN r.score BETWEEN 1 AND 7 ELSE r.score BETWEEN %s END THEN r.score END AS score
		FROM (%%s) AS r', CASE WHEN settings.csat_satisfied_from <= 5 THEN '1 AND 5' ELSE '0 AND 10' END);

	FOR event IN
		SELECT e.name, e.happened, e.surveyed,
			   format('%s.%I', CASE WHEN e.surveyed THEN 's' ELSE 't' END, e.happened) AS at,
			   string_agg(coalesce(m.counted, format('NULL::%s', CASE WHEN k.type LIKE 'kpi%' THEN '@extschema@.' || k.type ELSE k.type END)), ', ' ORDER BY k.position) AS counted
		FROM (VALUES
			('created', 'created_at', false), ('responded', 'first_response_at', false), ('resolved', 'resolved_at', false), ('closed', 'resolved_at', false),
			('sent', 'sent_at', true), ('answered', 'answered_at', true)
		) AS e (name, happened, surveyed)
		CROSS JOIN @extschema@.kpi_kept(kpi_tally_query.kept_by) AS k
		LEFT JOIN @extschema@.kpi_measure AS m
			ON m.name = k.name AND kpi_tally_query.kept_by = ANY (m.kept_by) AND m.surveyed IS DISTINCT FROM (settings.surveys IS NULL)
			-- what is closed is resolved, and then needs no pass of its own
			AND CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END = e.name
		GROUP BY e.name, e.happened, e.surveyed
		HAVING count(m.name) > 0
		ORDER BY e.name
	LOOP
		keys := CASE kpi_tally_query.kept_by
			WHEN 'ticket' THEN ARRAY['t.team', CASE WHEN event.surveyed THEN 'coalesce(s.channel, t.channel)' ELSE 't.channel' END, 't.category', 't.priority', 't.customer_tier']
				|| ARRAY(SELECT format('t.%I', d) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n) ORDER BY n)
			WHEN 'agent' THEN CASE
				WHEN event.surveyed THEN ARRAY['coalesce(s.agent_id, t.agent_id)', 'CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_name END', 'CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_hired_on END']
				WHEN event.name = 'responded' THEN ARRAY['coalesce(t.first_responder_id, t.agent_id)', 'CASE WHEN t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_name END', 'CASE WHEN t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_hired_on END']
				ELSE ARRAY['t.agent_id', 't.agent_name', 't.agent_hired_on'] END
			WHEN 'hour' THEN ARRAY[format('extract(hour FROM %s AT TIME ZONE %L)::integer', event.at, settings.time_zone), 't.channel']
		END;
		counted_at := CASE
			WHEN settings.attribute = 'event' OR event.name = 'closed' THEN event.at
			WHEN event.surveyed THEN format('coalesce(t.created_at, %s)', event.at)
			ELSE 't.created_at' END;
		parts := parts || format(
			'SELECT (%1$s AT TIME ZONE %2$L)::date, %3$s, %4$s FROM %5$s WHERE %8$s%6$s GROUP BY %7$s',
			counted_at, settings.time_zone, array_to_string(keys, ', '), event.counted,
			CASE WHEN event.surveyed
				 THEN format('(%s) AS s LEFT JOIN (%s) AS t ON t.ticket_id = s.ticket_id', format(surveys, @extschema@.kpi_source(settings.surveys, 'surveys',
					'{}'::text[], CASE WHEN counted_at = event.at THEN @extschema@.kpi_rows_within(settings.surveys, 'surveys', event.happened, since, until) END)), format(tickets, @extschema@.kpi_source(settings.tickets, 'tickets', settings.dimensions, NULL::text)))
				 ELSE format('(%s) AS t', format(tickets, @extschema@.kpi_source(settings.tickets, 'tickets', settings.dimensions, @extschema@.kpi_rows_within(settings.tickets, 'tickets', substr(counted_at, 3), since, until)))) END,
			concat(CASE WHEN days IS NOT NULL THEN format(' AND (%1$s AT TIME ZONE %2$L)::date = ANY (%3$L::date[])', counted_at, settings.time_zone, days) END,
				   -- whatever day it counts on, it must have happened
				   CASE WHEN counted_at <> event.at THEN ' AND ' || @extschema@.kpi_has_day(event.at) END),
			(SELECT string_agg(n::text, ', ') FROM generate_series(1, cardinality(keys) + 1) AS n), @extschema@.kpi_has_day(counted_at));
	END LOOP;

	keys := ARRAY['day'] || CASE kpi_tally_query.kept_by
		WHEN 'ticket' THEN ARRAY['team', 'channel', 'category', 'priority', 'customer_tier'] || settings.dimensions
		WHEN 'agent' THEN ARRAY['agent_id', 'agent_name', 'agent_hired_on']
		WHEN 'hour' THEN ARRAY['hour', 'channel'] END;
	SELECT string_agg(m.merged, ', ' ORDER BY m.position)
	INTO merged
	FROM @extschema@.kpi_kept(kpi_tally_query.kept_by) AS m;
	RETURN format('SELECT %1$s, %2$s FROM (%3$s) AS t (%1$s, %4$s) GROUP BY %1$s',
				  (SELECT string_agg(format('%I', key), ', ' ORDER BY n) FROM unnest(keys) WITH ORDINALITY AS k (key, n)), merged, array_to_string(parts, ' UNION ALL '),
				  (SELECT string_agg(format('%I', m.name), ', ' ORDER BY m.position) FROM @extschema@.kpi_kept(kpi_tally_query.kept_by) AS m));
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tally_query(name, text, date[]) IS 'internal: the query that fills a tally table, or the given days of it';

CREATE FUNCTION @extschema@.kpi_build(
	tickets regclass, target_schema name, time_zone text,
	surveys regclass DEFAULT NULL,
	hours @extschema@.business_hours DEFAULT NULL,
	week_start integer DEFAULT 1,
	fcr_rule @extschema@.kpi_contact_rule DEFAULT NULL,
	csat_satisfied_from integer DEFAULT 4,
	ces_easy_from integer DEFAULT 5,
	dimensions text[] DEFAULT '{}',
	attribute @extschema@.kpi_attribute DEFAULT 'event',
	track @extschema@.kpi_tracking DEFAULT 'updated_at',
	lag interval DEFAULT '1 hour')
RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- the planner takes each instant for a day of its own, and would sort them all
SET enable_sort = off
-- compiling hundreds of expressions takes longer than they do
SET jit = off
AS $body$
DECLARE
	started CONSTANT timestamptz := clock_timestamp();
	work_mem CONSTANT text := current_setting('work_mem');
	makes_schema CONSTANT boolean := NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = target_schema);
	problem record;
	made record;
BEGIN
	IF tickets IS NULL OR target_schema IS NULL OR time_zone IS NULL OR dimensions IS NULL OR attribute IS NULL OR track IS NULL OR lag IS NULL
		OR week_start IS NULL OR csat_satisfied_from IS NULL OR ces_easy_from IS NULL
	THEN
		RAISE EXCEPTION 'only surveys, hours and fcr_rule can be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	PERFORM now() AT TIME ZONE time_zone;
	IF week_start NOT BETWEEN 1 AND 7 OR csat_satisfied_from NOT BETWEEN 0 AND 10 OR ces_easy_from NOT BETWEEN 0 AND 10 OR lag < '0' THEN
		RAISE EXCEPTION 'setting out of range'
			USING ERRCODE = 'invalid_parameter_value', DETAIL = 'A week starts on a day from 1 (Monday) to 7, scores are from 0 to 10, and a lag is not negative.';
	END IF;
	-- no column tells it, and a ticket without next contact would be a success
	IF fcr_rule = 'no_recontact' THEN
		RAISE EXCEPTION 'fcr_rule "%" needs the next contact of each ticket, which tickets do not have', fcr_rule
			USING ERRCODE = 'feature_not_supported', HINT = 'Let a view give contacts, 1 where the customer did not come back, and build without fcr_rule.';
	END IF;
	FOR problem IN
		SELECT r.relation, c.name, c.actual, c.type
		FROM (VALUES (tickets, 'tickets'), (surveys, 'surveys')) AS r (relation, contract), @extschema@.kpi_read_columns(r.relation, r.contract) AS c
		WHERE c.expression IS NULL AND (c.required OR c.actual IS NOT NULL)
		ORDER BY r.contract DESC, c.position
	LOOP
		RAISE EXCEPTION 'column "%" of relation % cannot be read', problem.name, problem.relation
			USING ERRCODE = CASE WHEN problem.actual IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
				  DETAIL = CASE WHEN problem.actual IS NULL THEN 'There is none.' ELSE format('It is of type %s, not %s.', problem.actual, problem.type) END,
				  HINT = 'kpi_check_tickets tells all that is missing, and what to do about it.';
	END LOOP;
	FOR problem IN
		SELECT d.name FROM unnest(dimensions) AS d (name)
		WHERE d.name IN ('day', 'team', 'channel', 'category', 'priority', 'customer_tier', 'calendar', 'is_unanswered', 'is_unresolved', 'is_impossible', 'is_first_contact') OR d.name IN (SELECT m.name FROM @extschema@.kpi_measure AS m)
		OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = d.name AND a.attnum > 0 AND NOT a.attisdropped)
		OR (SELECT count(*) FROM unnest(dimensions) AS other WHERE other = d.name) > 1
	LOOP
		RAISE EXCEPTION '"%" cannot be a dimension', problem.name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name other columns of the tickets, each once; team, channel, category, priority and customer_tier are dimensions already.';
	END LOOP;

	IF makes_schema THEN
		EXECUTE format('CREATE SCHEMA %I', target_schema);
	END IF;
	EXECUTE format('CREATE TABLE %I.kpi_object (position integer PRIMARY KEY, name name NOT NULL, kind text NOT NULL)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_object IS ''what kpi_build has made here, and kpi_drop will drop''', target_schema);
	EXECUTE format(
		'CREATE TABLE %I.kpi_settings (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), made_schema boolean NOT NULL, tickets regclass NOT NULL, surveys regclass, time_zone text NOT NULL,
			hours @extschema@.business_hours, week_start integer NOT NULL, fcr_rule @extschema@.kpi_contact_rule, csat_satisfied_from integer NOT NULL, ces_easy_from integer NOT NULL, dimensions text[] NOT NULL,
			attribute @extschema@.kpi_attribute NOT NULL, track @extschema@.kpi_tracking NOT NULL, lag interval NOT NULL, changed_since timestamptz NOT NULL, complete_until date NOT NULL, granted_usage boolean NOT NULL DEFAULT false)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_settings IS ''the arguments of kpi_build, and how far kpi_refresh has come''', target_schema);
	EXECUTE format('INSERT INTO %I.kpi_settings VALUES (true, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)', target_schema)
		USING makes_schema, tickets, surveys, time_zone, hours, week_start, fcr_rule, csat_satisfied_from, ces_easy_from, dimensions, attribute, track, lag, started - lag, (started AT TIME ZONE time_zone)::date;

	-- a build is maintenance, and may take the memory that is meant for it
	PERFORM set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB', true);
	-- first of all, so that no change between here and the end is lost
	PERFORM @extschema@.kpi_start_tracking(target_schema);
	FOR made IN
		SELECT * FROM (VALUES ('ticket_daily', 'ticket', 'tallies of each day, team, channel, category, priority and tier'),
							  ('agent_daily_tally', 'agent', 'tallies of each day and agent'),
							  ('hourly_tally', 'hour', 'tallies of each day, hour and channel')) AS t (name, kept_by, description)
	LOOP
		EXECUTE format('CREATE TABLE %I.%I AS %s', target_schema, made.name, @extschema@.kpi_tally_query(target_schema, made.kept_by, NULL::date[]));
		GET DIAGNOSTICS rows = ROW_COUNT;
		EXECUTE format('CREATE INDEX ON %I.%I (day)', target_schema, made.name);
		EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, made.description);
		object := made.name;
		kind := 'table';
		RETURN NEXT;
	END LOOP;
	PERFORM @extschema@.kpi_remember_changes(target_schema, started);
	PERFORM set_config('work_mem', work_mem, true);

	FOR made IN SELECT * FROM @extschema@.kpi_views(target_schema) LOOP
		EXECUTE format('CREATE VIEW %I.%I AS %s', target_schema, made.name, made.query);
		EXECUTE format('COMMENT ON VIEW %I.%I IS %L', target_schema, made.name, made.description);
		object := made.name;
		kind := 'view';
		rows := NULL;
		RETURN NEXT;
	END LOOP;

	FOR made IN
		SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND a.attnum > 0
		AND (c.relkind = 'v' AND c.relname IN (SELECT v.name FROM @extschema@.kpi_views(target_schema) AS v) OR c.relname IN ('ticket_daily', 'agent_daily_tally', 'hourly_tally'))
	LOOP
		EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', target_schema, made.relname, made.attname, @extschema@.kpi_describe_column(made.attname::text));
	END LOOP;
	EXECUTE format('INSERT INTO %1$I.kpi_object SELECT row_number() OVER (ORDER BY c.relkind DESC, c.oid), c.relname, CASE c.relkind WHEN ''v'' THEN ''view'' ELSE ''table'' END
		FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN (''r'', ''v'') AND c.relname = ANY ($2)', target_schema)
		USING quote_ident(target_schema)::regnamespace,
			  ARRAY['kpi_object', 'kpi_settings', 'kpi_ticket_days', 'kpi_change', 'ticket_daily', 'agent_daily_tally', 'hourly_tally'] || ARRAY(SELECT v.name::text FROM @extschema@.kpi_views(target_schema) AS v);
	EXECUTE format('ANALYZE %1$I.ticket_daily, %1$I.agent_daily_tally, %1$I.hourly_tally', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_build(regclass, name, text, regclass, @extschema@.business_hours, integer, @extschema@.kpi_contact_rule, integer, integer, text[], @extschema@.kpi_attribute, @extschema@.kpi_tracking, interval)
IS 'makes daily tallies of tickets and surveys, and the views over them, in a schema of yours; see kpi_refresh and kpi_drop';

CREATE FUNCTION @extschema@.kpi_drop(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	statements text[];
	statement text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	PERFORM @extschema@.kpi_stop_tracking(target_schema);
	EXECUTE format('SELECT array_agg(format(''DROP %%s IF EXISTS %%I.%%I'', CASE kind WHEN ''view'' THEN ''VIEW'' ELSE ''TABLE'' END, $1, name) ORDER BY position) FROM %I.kpi_object', target_schema) INTO statements USING target_schema;
	FOREACH statement IN ARRAY statements LOOP
		EXECUTE statement;
	END LOOP;
	-- the schema, too, unless there is something of the user's in it
	IF settings.made_schema AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = quote_ident(target_schema)::regnamespace) THEN
		EXECUTE format('DROP SCHEMA %I', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop(name) IS 'drops what kpi_build has made, and nothing else';
