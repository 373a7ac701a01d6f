/* kpi: the install script, put together by make from the parts in sql/ */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION kpi" to load this file. \quit

-- The script runs as superuser, and in a schema where others may have planted
-- functions, operators and types: no name may be looked up there by accident.
-- From here on, and in every body below, names of ours are qualified.
SET LOCAL search_path = pg_catalog, pg_temp;
-- compiling the queries of this script would take longer than all of it
SET LOCAL jit = off;

-- The tallies, and what every tally has: input and output, equality and
-- hashing, jsonb, sample_size, merging.

CREATE TYPE @extschema@.kpi_direction AS ENUM ('up', 'down', 'range');
COMMENT ON TYPE @extschema@.kpi_direction IS 'which way a KPI gets better: up, down, or within a range';

CREATE FUNCTION @extschema@.kpi_tally_typanalyze(internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_tally_typanalyze(internal) IS 'internal: what ANALYZE keeps of columns of tallies: their width';

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
			'CREATE TYPE %1$s.%2$s (INPUT = %1$s.%2$s_in, OUTPUT = %1$s.%2$s_out, RECEIVE = %1$s.%2$s_recv, SEND = %1$s.%2$s_send, ANALYZE = %1$s.kpi_tally_typanalyze, ALIGNMENT = double, %3$s)',
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
--				numeric.  {csat_score}, {nps_score} and {ces_score} stand for the ends
--				of a scale, as in 1 AND 5; see kpi_on_scale.  NULL: another row has
--				the same column
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
SELECT relation, name, severity, columns, condition, advice
FROM (VALUES
	('tickets', 'ticket_id_null', 'error', ARRAY['ticket_id'], 'ticket_id IS NULL',
	 'Give every row an id, or leave these rows out of the view.'),
	('tickets', 'ticket_id_duplicate', 'error', ARRAY['ticket_id'], NULL,
	 'Give one row for each ticket: look for a join that multiplies rows, or for versions of a ticket.'),
	('tickets', 'created_at_null', 'error', ARRAY['created_at'], 'created_at IS NULL',
	 'Leave rows that were never created out of the view, or give them the time of their first event.'),
	('tickets', 'first_response_before_created', 'warning', ARRAY['created_at', 'first_response_at'], 'first_response_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE first_response_at >= created_at).'),
	('tickets', 'resolved_before_created', 'warning', ARRAY['created_at', 'resolved_at'], 'resolved_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE resolved_at >= created_at).'),
	('tickets', 'closed_before_resolved', 'warning', ARRAY['resolved_at', 'closed_at'], 'closed_at < resolved_at',
	 'Look whether the adapter takes the last resolution and the last closing, or ask with FILTER (WHERE closed_at >= resolved_at).'),
	('tickets', 'response_after_resolution', 'info', ARRAY['first_response_at', 'resolved_at'], 'first_response_at > resolved_at',
	 'Nothing, if agents answer after the solution; otherwise look whether the adapter takes the first response and the last resolution.'),
	('tickets', 'solved_without_resolved_at', 'warning', ARRAY['resolved_at', 'solved'], 'solved AND resolved_at IS NULL',
	 'Let the adapter take another time for it, such as that of closing: these tickets have no resolution time.'),
	('tickets', 'resolved_at_while_unsolved', 'warning', ARRAY['solved', 'resolved_at'], 'NOT solved AND resolved_at IS NOT NULL',
	 'Let the adapter select CASE WHEN solved THEN resolved_at END: a ticket that was reopened is not resolved.'),
	('tickets', 'qa_points_over_possible', 'warning', ARRAY['qa_points', 'qa_possible'], 'qa_points::numeric > qa_possible::numeric',
	 'Look whether the two are swapped or on different scales, or ask with FILTER (WHERE qa_points <= qa_possible).'),
	('tickets', 'negative_cost', 'info', ARRAY['cost'], 'cost < 0',
	 'Nothing, if these are refunds; otherwise ask with FILTER (WHERE cost >= 0).'),
	('tickets', 'cost_too_precise', 'warning', ARRAY['cost'], 'cost::numeric <> round(cost::numeric, 6)',
	 'Let the adapter select round(cost, 6): sums are exact to six decimals.'),
	('tickets', 'csat_score_not_1_to_5', 'info', ARRAY['csat_score'], 'csat_score BETWEEN 0 AND 10 AND csat_score NOT BETWEEN 1 AND 5',
	 'Build with csat_satisfied_from over 5 if the scale is 0..10: on the scale 1..5 they are no scores.'),
	('tickets', 'ces_score_not_1_to_7', 'info', ARRAY['ces_score'], 'ces_score BETWEEN 0 AND 10 AND ces_score NOT BETWEEN 1 AND 7',
	 'Build with ces_easy_from over 7 if the scale is 0..10: on the scale 1..7 they are no scores.'),
	('surveys', 'score_out_of_range', 'warning', ARRAY['kind', 'score'], 'score <> trunc(score) OR CASE kind WHEN ''nps'' THEN score NOT BETWEEN {nps_score} WHEN ''ces'' THEN score NOT BETWEEN {ces_score} ELSE score NOT BETWEEN {csat_score} END',
	 'Let the adapter give NULL for codes that are no score; scores are whole numbers from 0 to 10.'),
	('surveys', 'scale_max_out_of_range', 'warning', ARRAY['scale_max'], 'scale_max NOT BETWEEN 1 AND 100',
	 'Let the adapter give the highest score that the question allows, or NULL.'),
	('work_time', 'ended_before_started', 'warning', ARRAY['started_at', 'ended_at'], 'ended_at < started_at',
	 'Mend the times or their time zones: these rows are left out.'),
	-- of infinite instants, too
	('work_time', 'longer_than_31_days', 'warning', ARRAY['started_at', 'ended_at'], 'extract(epoch FROM ended_at) - extract(epoch FROM started_at) > 31 * 86400',
	 'Let the adapter end a span when the agent leaves for the day: these rows are left out.'),
	-- or the contract would have no end
	('subscriptions', 'ends_before_it_starts', 'warning', ARRAY['ends_on', 'starts_on'], 'ends_on < starts_on',
	 'Mend the dates: these rows are left out.'))
	AS c (relation, name, severity, columns, condition, advice)
UNION ALL
-- one for each column that can have the fault
SELECT c.relation, format(fault.title, c.name), 'warning', ARRAY[c.name], format(fault.condition, c.name), format(fault.advice, c.name)
FROM (VALUES
	('{created_at,first_response_at,resolved_at,closed_at}', '%s_in_future', '%1$s > now() + interval ''1 day'' AND %1$s < ''infinity''',
	 'Mend the time or its time zone, or ask with FILTER (WHERE %s <= now()).'),
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_epoch', '%1$s >= ''1969-12-31 00:00+00'' AND %1$s <= ''1970-01-02 00:00+00''',
	 'Let the adapter select CASE WHEN %1$s > ''1970-01-02'' THEN %1$s END: the epoch stands for no time.'),
	-- infinity, too; kpi_day knows the others
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_out_of_range', '%s NOT BETWEEN ''0001-01-02 00:00+00'' AND ''9999-12-30 00:00+00''',
	 'Let the adapter give NULL for what is no time of the years 1 to 9999.'),
	('{agent_hired_on,starts_on,ends_on,renewal_due_on,month}', '%s_out_of_range', '%s NOT BETWEEN ''0001-01-01'' AND ''9999-12-31''',
	 'Let the adapter give NULL for what is no day of the years 1 to 9999.'),
	-- or so large that it is no bigint, as NaN is, when it is of another type
	('{contacts,agent_replies,customer_replies,teammates,closes,reopens}', '%s_out_of_range', '%1$s < 0 OR %1$s > 9223372036854775807',
	 'Mend the count, or ask with FILTER (WHERE %s >= 0).'),
	('{qa_points,qa_possible}', 'negative_%s', '%s < 0',
	 'Mend the points, or ask with FILTER (WHERE %s >= 0).'),
	('{talk_time,hold_time,wrap_time,handle_time,wait_time,paused_time,sla_response,sla_resolution}', 'negative_%s', '%s < ''0''',
	 'Mend the duration, or ask with FILTER (WHERE %s >= ''0'').'),
	('{talk_time,hold_time,wrap_time,handle_time,wait_time,paused_time}', '%s_too_long', '%s > ''20 years''',
	 'Mend the duration, or ask with FILTER (WHERE %s <= ''20 years'').'),
	('{sla_response,sla_resolution}', '%s_placeholder', '%s > ''20 years''',
	 'Let the adapter select CASE WHEN %1$s <= ''20 years'' THEN %1$s END: a date so far off stands for no target.'),
	-- NaN and infinity, too, in every type of numbers; as many as there can be of the others are summed exactly
	('{qa_points,qa_possible,cost,sentiment,mrr,value,amount}', '%s_out_of_range', '%s NOT BETWEEN -1e15 AND 1e15',
	 'Let the adapter give NULL for what is no number up to 1e15.'),
	('{csat_score,nps_score,ces_score}', '%s_out_of_range', '%1$s NOT BETWEEN {%1$s} OR %1$s <> trunc(%1$s)',
	 'Let the adapter give NULL for codes that are no score, or ask with FILTER (WHERE %s BETWEEN 0 AND 10); scores are whole numbers.'))
	AS fault (columns, title, condition, advice) JOIN @extschema@.kpi_relation_columns AS c ON c.name = ANY (fault.columns::text[])
UNION ALL
-- of other relations than tickets, which are nothing without
SELECT relation, name || '_null', 'warning', ARRAY[name], format('%I IS NULL', name), 'Give every row one, or leave these rows out of the view.'
FROM @extschema@.kpi_relation_columns
WHERE required AND relation <> 'tickets';

-- A condition of kpi_relation_checks for scores on one of two scales: the threshold
-- from which customers are satisfied, or things easy, tells which.  0..10 without.
CREATE FUNCTION @extschema@.kpi_on_scale(condition text, csat_satisfied_from integer, ces_easy_from integer)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(replace(replace($1, '{csat_score}', CASE WHEN $2 <= 5 THEN '1 AND 5' ELSE '0 AND 10' END),
		'{ces_score}', CASE WHEN $3 <= 7 THEN '1 AND 7' ELSE '0 AND 10' END), '{nps_score}', '0 AND 10');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_on_scale(text, integer, integer) IS 'internal: a check of scores, for the scale that a schema is built for';

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
	IF NOT EXISTS (SELECT FROM @extschema@.kpi_relation_columns AS c WHERE c.relation = $2) THEN
		RAISE EXCEPTION 'dashboards read no relation "%"', $2
			USING ERRCODE = 'invalid_parameter_value', HINT = format('They read %s.', (SELECT string_agg(DISTINCT c.relation, ', ') FROM @extschema@.kpi_relation_columns AS c));
	END IF;
	-- the relation as those see it who know only the columns of the contract
	SELECT format('(SELECT %s FROM %s) AS r', string_agg(format('%s AS %I', expression, name), ', '), relation),
		   coalesce(min(name) FILTER (WHERE position = 1), 'NULL') || '::text COLLATE "C"'
	INTO source, id
	FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL
	AND (position = 1 OR name IN (SELECT unnest(columns) FROM @extschema@.kpi_relation_checks WHERE relation = $2));

	-- One scan: a right row is asked each question once, a wrong one again to be counted.
	SELECT array_agg(c.name ORDER BY c.name), string_agg(format('(%s)', s.condition), ' OR '),
		   format('ARRAY[%s], ARRAY[%s]', string_agg(format('count(*) FILTER (WHERE %s)', s.condition), ', ' ORDER BY c.name),
				  string_agg(format('left(min(%s) FILTER (WHERE %s), 100)', id, s.condition), ', ' ORDER BY c.name))
	INTO names, bad, calls
	FROM @extschema@.kpi_relation_checks AS c, LATERAL @extschema@.kpi_on_scale(c.condition, NULL::integer, NULL::integer) AS s (condition)
	WHERE c.relation = $2 AND s.condition IS NOT NULL
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
COMMENT ON FUNCTION @extschema@.kpi_check_relation(regclass, text) IS 'kpi_check_tickets for any relation that dashboards read, by the name that the argument of kpi_build has, such as ''costs''';

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

-- The tables of tallies.  One is made when there is a relation that feeds it, with
-- one of the columns of the tickets that it needs.  Rows without the key that
-- counted_only_for names would be nobody's.
CREATE TABLE @extschema@.kpi_tally_table (
	position integer PRIMARY KEY,
	kept_by text NOT NULL UNIQUE,
	name text NOT NULL UNIQUE,
	needs text[],
	counted_only_for text,
	description text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_tally_table IS 'internal: the tables of tallies that kpi_build makes, read-only';
INSERT INTO @extschema@.kpi_tally_table VALUES
	(1, 'ticket', 'ticket_daily', NULL, NULL, 'tallies of each day, team, channel, category, priority and tier'),
	(2, 'agent', 'agent_daily_tally', NULL, NULL, 'tallies of each day and agent'),
	(3, 'hour', 'hourly_tally', NULL, NULL, 'tallies of each day, hour and channel'),
	(4, 'survey', 'survey_daily_tally', NULL, NULL, 'tallies of each day, kind of survey and channel'),
	(5, 'contact', 'contact_daily_tally', NULL, NULL, 'tallies of each day and channel: contacts of customers who had been in touch before'),
	(6, 'customer', 'customer_daily_tally', '{account_id,customer_id}', 'account_id', 'tallies of each day, customer and channel'),
	(7, 'customer_event', 'customer_event_daily_tally', NULL, 'account_id', 'tallies of each day, customer and event'),
	(8, 'work', 'work_daily_tally', NULL, NULL, 'tallies of each day and agent: time scheduled, paid, worked and busy'),
	(9, 'subscription', 'subscription_monthly_tally', NULL, NULL, 'tallies of each month (its first day), plan and reason to leave'),
	(10, 'cost', 'cost_monthly_tally', NULL, NULL, 'tallies of each month (its first day), component and channel'),
	(11, 'help', 'help_daily_tally', NULL, NULL, 'tallies of each day and article');

-- Their keys beside the day.  An expression is over the row t of a source and, when
-- it has several events, over its event e; without one, it is the column of that
-- name.
CREATE TABLE @extschema@.kpi_tally_key (
	kept_by text NOT NULL REFERENCES @extschema@.kpi_tally_table (kept_by),
	position integer NOT NULL,
	name text NOT NULL,
	type text NOT NULL,
	in_tickets text,
	PRIMARY KEY (kept_by, position)
);
COMMENT ON TABLE @extschema@.kpi_tally_key IS 'internal: the keys of the tables of tallies, read-only';
INSERT INTO @extschema@.kpi_tally_key VALUES
	('ticket', 1, 'team', 'text', NULL), ('ticket', 2, 'channel', 'text', NULL), ('ticket', 3, 'category', 'text', NULL), ('ticket', 4, 'priority', 'text', NULL), ('ticket', 5, 'customer_tier', 'text', NULL),
	-- a response is that of who gave it, whose name is known only when the ticket is theirs
	('agent', 1, 'agent_id', 'text', 'CASE WHEN e.responded THEN coalesce(t.first_responder_id, t.agent_id) ELSE t.agent_id END'),
	('agent', 2, 'agent_name', 'text', 'CASE WHEN NOT e.responded OR t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_name END'),
	('agent', 3, 'agent_hired_on', 'date', 'CASE WHEN NOT e.responded OR t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_hired_on END'),
	('hour', 1, 'hour', 'integer', 't.created_hour'), ('hour', 2, 'channel', 'text', NULL),
	('survey', 1, 'kind', 'text', NULL), ('survey', 2, 'channel', 'text', NULL),
	('contact', 1, 'channel', 'text', NULL),
	('customer', 1, 'account_id', 'text', 'coalesce(t.account_id, t.customer_id)'), ('customer', 2, 'channel', 'text', NULL),
	('customer_event', 1, 'account_id', 'text', NULL), ('customer_event', 2, 'event', 'text', NULL),
	('work', 1, 'agent_id', 'text', NULL),
	('subscription', 1, 'plan', 'text', NULL), ('subscription', 2, 'end_reason', 'text', NULL),
	('cost', 1, 'component', 'text', NULL), ('cost', 2, 'channel', 'text', NULL),
	('help', 1, 'article_id', 'text', NULL);

-- kept_by	the tables that have it
-- source	the rows that it counts; see kpi_sources
-- event	what happens to a row t when it counts, where several things can
-- counted	an aggregate over the rows; impossible values are NULL here
-- condition	the rows that it is taken over; NULL: all
-- needs	the columns of the relation, without any of which there is nothing to count
-- surveyed	NULL, or whether it takes a relation of surveys; without one, a ticket is
--			asked when it is resolved
CREATE TABLE @extschema@.kpi_measure (
	position integer PRIMARY KEY,
	name text NOT NULL,
	type text NOT NULL,
	kept_by text[] NOT NULL,
	source text NOT NULL,
	event text,
	counted text NOT NULL,
	condition text,
	needs text[],
	description text NOT NULL,
	surveyed boolean
);
COMMENT ON TABLE @extschema@.kpi_measure IS 'internal: the tallies of a day that kpi_build keeps, read-only';
REVOKE ALL ON @extschema@.kpi_tally_table, @extschema@.kpi_tally_key, @extschema@.kpi_measure FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_tally_table, @extschema@.kpi_tally_key, @extschema@.kpi_measure TO PUBLIC;

INSERT INTO @extschema@.kpi_measure VALUES
	(1, 'tickets', 'bigint', '{ticket,agent,hour}', 'tickets', 'created', 'count(*)', NULL, NULL, 'tickets created', NULL),
	(2, 'unanswered', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_unanswered', NULL, 'tickets created that have no first response yet', NULL),
	(3, 'unresolved', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_unresolved', NULL, 'tickets created that are not resolved yet', NULL),
	(4, 'rows_excluded', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_impossible', NULL, 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(5, 'resolved', 'bigint', '{ticket,agent}', 'tickets', 'resolved', 'count(*)', NULL, NULL, 'tickets resolved', NULL),
	-- of those that were ever opened, or the backlog would be too small
	(6, 'closed', 'bigint', '{ticket}', 'tickets', 'closed', 'count(*)', 't.created_day IS NOT NULL', NULL, 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(7, 'closed', 'bigint', '{ticket}', 'tickets', 'created', 'count(*)', 'NOT t.is_unresolved AND t.resolved_at IS NULL', NULL, 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(8, 'rows_excluded', 'bigint', '{ticket,agent}', 'tickets', 'resolved', 'count(*)', 't.created_day IS NULL', NULL, 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(10, 'response', 'kpi_durations', '{ticket,agent}', 'tickets', 'responded', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time', NULL),
	(11, 'sla_response', 'kpi_rate', '{ticket,agent}', 'tickets', 'responded', '@extschema@.rate_agg(t.is_response_in_time)', NULL, '{sla_response,sla_response_met}', 'first responses in time', NULL),
	-- a target may be missed before anything happens, if the helpdesk says so
	(12, 'sla_response', 'kpi_rate', '{ticket,agent}', 'tickets', 'created', '@extschema@.rate_agg(t.is_response_in_time)', 't.responded_day IS NULL AND NOT t.is_response_in_time', '{sla_response,sla_response_met}', 'first responses in time', NULL),
	(20, 'resolution', 'kpi_durations', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.durations_agg(t.resolution_time)', NULL, '{resolved_at}', 'resolution time', NULL),
	(21, 'sla_resolution', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_resolution_in_time)', NULL, '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(29, 'sla_resolution', 'kpi_rate', '{ticket,agent,customer}', 'tickets', 'created', '@extschema@.rate_agg(t.is_resolution_in_time)', 't.resolved_day IS NULL AND NOT t.is_resolution_in_time', '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(22, 'fcr', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_first_contact)', NULL, NULL, 'tickets resolved at first contact', NULL),
	(23, 'reopen', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.reopens >= 1)', NULL, '{reopens}', 'resolved tickets that were reopened', NULL),
	(24, 'escalation', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.escalated)', NULL, '{escalated}', 'resolved tickets that were escalated', NULL),
	(25, 'transfer', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.transferred)', NULL, '{transferred}', 'resolved tickets that were transferred', NULL),
	(26, 'handle', 'kpi_durations', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.durations_agg(t.handling_time)', NULL, '{handle_time,talk_time,hold_time,wrap_time}', 'handle time', NULL),
	(27, 'qa', 'kpi_ratio', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.ratio_agg(t.qa_points, t.qa_possible)', NULL, '{qa_possible}', 'quality review', NULL),
	(28, 'cost', 'kpi_ratio', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.ratio_agg(round(t.cost, 6), 1::numeric)', 't.cost IS NOT NULL', '{cost}', 'cost of resolved tickets', NULL),
	(30, 'wait', 'kpi_durations', '{ticket,agent}', 'tickets', 'created', '@extschema@.durations_agg(t.wait_time)', 't.abandoned IS NOT TRUE', '{wait_time}', 'waiting time of answered contacts', NULL),
	(31, 'abandonment', 'kpi_rate', '{ticket,hour}', 'tickets', 'created', '@extschema@.rate_agg(t.abandoned)', NULL, '{abandoned}', 'contacts given up before an answer', NULL),
	(32, 'self_service', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.self_service)', NULL, '{self_service}', 'issues solved by the customer alone', NULL),
	(33, 'bot_resolution', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_resolved)', 't.bot_handled', '{bot_resolved}', 'bot conversations solved by the bot', NULL),
	(34, 'bot_escalation', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_escalated)', 't.bot_handled', '{bot_escalated}', 'bot conversations handed over to an agent', NULL),
	(35, 'bot_escalation_accuracy', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_escalation_right)', 't.bot_escalated', '{bot_escalation_right}', 'hand-overs by the bot that were right', NULL),
	(36, 'bot_acceptance', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_accepted)', 't.bot_handled', '{bot_accepted}', 'bot conversations in which the customer accepted the bot', NULL),
	(37, 'deflected_contacts', 'bigint', '{ticket}', 'tickets', 'created', 'count(*)', '(t.self_service OR t.bot_handled AND t.bot_resolved)', '{self_service,bot_resolved}', 'contacts that customers or bots solved without an agent', NULL),
	(40, 'csat', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''csat''', '{score}', 'satisfaction', true),
	(41, 'nps', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''nps''', '{score}', 'net promoter score', true),
	(42, 'ces', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''ces''', '{score}', 'customer effort', true),
	(43, 'survey_response', 'kpi_rate', '{ticket,survey}', 'surveys', 'sent', '@extschema@.rate_agg(t.answered_at IS NOT NULL)', NULL, '{answered_at}', 'surveys answered of those sent', true),
	(44, 'csat', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.csat_score)', NULL, '{csat_score}', 'satisfaction', false),
	(45, 'nps', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.nps_score)', NULL, '{nps_score}', 'net promoter score', false),
	(46, 'ces', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.ces_score)', NULL, '{ces_score}', 'customer effort', false),
	(50, 'response', 'kpi_durations', '{hour}', 'tickets', 'created', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time of tickets created in the hour', NULL),
	(51, 'handle', 'kpi_durations', '{hour}', 'tickets', 'created', '@extschema@.durations_agg(t.handling_time)', NULL, '{handle_time,talk_time,hold_time,wrap_time}', 'handle time of tickets created in the hour', NULL),
	(60, 'contacts', 'bigint', '{contact}', 'contacts', NULL, 'count(*)', NULL, NULL, 'contacts of known customers', NULL),
	(61, 'repeat_contact', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(t.is_repeat)', NULL, NULL, 'contacts of customers who had been in touch within seven days', NULL),
	(62, 'channel_switch', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(t.is_switch)', 't.is_repeat', '{channel}', 'repeated contacts that came on another channel than the last', NULL),
	(63, 'context_transfer', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(NOT t.transferred)', 't.is_repeat AND t.is_switch', '{transferred}', 'repeated contacts on another channel than the last that needed no transfer', NULL),
	(70, 'contacts', 'bigint', '{customer}', 'tickets', 'created', 'count(*)', NULL, NULL, 'tickets created', NULL),
	(71, 'urgent', 'bigint', '{customer}', 'tickets', 'created', 'count(*)', 'lower(t.priority) IN (''urgent'', ''critical'', ''highest'', ''high'', ''p0'', ''p1'', ''1'', ''1 - critical'', ''sev1'', ''sev0'')', '{priority}', 'tickets created with a high priority', NULL),
	(72, 'reopened', 'bigint', '{customer}', 'tickets', 'resolved', 'count(*)', 't.reopens >= 1', '{reopens}', 'resolved tickets that were reopened', NULL),
	(73, 'sentiment', 'kpi_ratio', '{customer}', 'tickets', 'created', '@extschema@.ratio_agg(t.sentiment, 1::double precision)', 't.sentiment IS NOT NULL', '{sentiment}', 'sentiment', NULL),
	(74, 'response', 'kpi_durations', '{customer}', 'tickets', 'responded', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time', NULL),
	(75, 'resolution', 'kpi_durations', '{customer}', 'tickets', 'resolved', '@extschema@.durations_agg(t.resolution_time)', NULL, '{resolved_at}', 'resolution time', NULL),
	(76, 'sla_resolution', 'kpi_rate', '{customer}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_resolution_in_time)', NULL, '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(80, 'events', 'bigint', '{customer_event}', 'customer_events', NULL, 'count(*)', NULL, NULL, 'events', NULL),
	(81, 'value', 'kpi_ratio', '{customer_event}', 'customer_events', NULL, '@extschema@.ratio_agg(t.value, 1::double precision)', 't.value IS NOT NULL', '{value}', 'value of the events', NULL),
	(82, 'outreach_success', 'kpi_rate', '{customer_event}', 'customer_events', NULL, '@extschema@.rate_agg(t.value > 0)', 't.event = ''outreach''', '{value}', 'customers approached with success', NULL),
	(90, 'occupancy', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.busy, nullif(t.busy + t.waiting, ''0''))', NULL, NULL, 'occupancy: time on contacts, of that and time waiting for one', NULL),
	(91, 'utilization', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.busy, nullif(t.paid, ''0''))', NULL, NULL, 'utilization: time on contacts, of paid time', NULL),
	(92, 'adherence', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.adhered, nullif(t.scheduled, ''0''))', NULL, NULL, 'schedule adherence: scheduled time in which the agent worked', NULL),
	(93, 'conformance', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.working, nullif(t.scheduled, ''0''))', NULL, NULL, 'schedule conformance: time worked, of that scheduled', NULL),
	(94, 'shrinkage', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.unavailable, nullif(t.paid, ''0''))', NULL, NULL, 'shrinkage: paid time in which the agent did not work', NULL),
	(95, 'worked', 'kpi_durations', '{work}', 'work_time', NULL, '@extschema@.durations_agg(t.working)', 't.working > ''0''', NULL, 'time worked in a day', NULL),
	(100, 'churn', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(NOT t.is_customer)', 't.was_customer', NULL, 'customers lost, of those at the start', NULL),
	(101, 'gross_revenue_retention', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(least(t.mrr_start, t.mrr_end), t.mrr_start)', 't.mrr_start > 0', '{mrr}', 'gross revenue retention', NULL),
	(102, 'net_revenue_retention', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_end, t.mrr_start)', 't.mrr_start > 0', '{mrr}', 'net revenue retention', NULL),
	(103, 'revenue', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_start, 1::numeric)', 't.was_customer', '{mrr}', 'monthly revenue of customers at the start', NULL),
	(104, 'joined', 'bigint', '{subscription}', 'subscriptions', NULL, 'count(*)', 't.has_joined', NULL, 'new customers', NULL),
	(105, 'renewal', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.renewed)', 't.was_due', '{renewed}', 'contracts renewed, of those due', NULL),
	(106, 'adoption', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.adopted)', 't.was_customer', NULL, 'customers who adopted something', NULL),
	(107, 'onboarding', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.onboarded)', 't.has_joined', NULL, 'new customers onboarded within 30 days', NULL),
	(108, 'upsell', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.upsold)', 't.was_customer', NULL, 'customers who bought more', NULL),
	(109, 'referral', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.referred)', 't.was_customer', NULL, 'customers who referred somebody', NULL),
	(110, 'saved_revenue', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_end, 1::numeric)', 't.was_customer AND t.is_customer AND t.was_approached', NULL, 'monthly revenue of customers who were approached and stayed', NULL),
	(120, 'spent', 'kpi_ratio', '{cost}', 'costs', NULL, '@extschema@.ratio_agg(round(t.amount, 6), 1::numeric)', 't.amount IS NOT NULL', NULL, 'cost', NULL),
	(130, 'sessions', 'bigint', '{help}', 'help_sessions', NULL, 'count(*)', NULL, NULL, 'visits to the help centre', NULL),
	(131, 'deflection', 'kpi_rate', '{help}', 'help_sessions', NULL, '@extschema@.rate_agg(t.ticket_id IS NULL)', NULL, NULL, 'visits that ended without a ticket', NULL);

CREATE FUNCTION @extschema@.kpi_kept(kept_by text)
RETURNS TABLE ("position" integer, name text, type text, column_type text, description text, merged text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(m.position), m.name, m.type, CASE m.type WHEN 'bigint' THEN m.type ELSE '@extschema@.' || m.type END, min(m.description),
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
	('kpi_scores', 'csat', 5, 'csat_hits', 'coalesce(round(@extschema@.csat_pct(%1$s, c.csat_satisfied_from) * @extschema@.sample_size(%1$s) / 100)::bigint, @extschema@.sample_size(%1$s))', 'satisfied answers: how many'),
	('kpi_scores', 'csat', 6, 'csat_n', '@extschema@.sample_size(%s)', 'satisfaction: answers'),
	('kpi_scores', 'ces', 1, 'ces_pct', '@extschema@.ces_pct(%s, c.ces_easy_from)', 'easy answers, in percent'),
	('kpi_scores', 'ces', 2, 'ces_low_pct', '(@extschema@.csat_ci(%s, c.ces_easy_from, 0.95::double precision)).low', 'easy answers: low end of the 95 percent interval'),
	('kpi_scores', 'ces', 3, 'ces_high_pct', '(@extschema@.csat_ci(%s, c.ces_easy_from, 0.95::double precision)).high', 'easy answers: high end of the 95 percent interval'),
	('kpi_scores', 'ces', 4, 'ces_avg', '@extschema@.score_avg(%s)', 'mean effort score'),
	('kpi_scores', 'ces', 5, 'ces_hits', 'coalesce(round(@extschema@.ces_pct(%1$s, c.ces_easy_from) * @extschema@.sample_size(%1$s) / 100)::bigint, @extschema@.sample_size(%1$s))', 'easy answers: how many'),
	('kpi_scores', 'ces', 6, 'ces_n', '@extschema@.sample_size(%s)', 'effort: answers'),
	('kpi_ratio', 'occupancy', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'utilization', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'adherence', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'conformance', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'shrinkage', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'gross_revenue_retention', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'net_revenue_retention', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'revenue', 1, 'monthly_revenue', '@extschema@.ratio_numerator(%s)', 'monthly revenue at the start'),
	('kpi_ratio', 'revenue', 2, 'revenue_per_customer', '@extschema@.ratio_value(%s)', 'monthly revenue per customer at the start'),
	('kpi_ratio', 'revenue', 3, 'customers', '@extschema@.sample_size(%s)', 'customers at the start'),
	('kpi_ratio', 'saved_revenue', 1, 'saved_revenue', 'CASE WHEN @extschema@.sample_size(%1$s) > 0 THEN @extschema@.ratio_numerator(%1$s) END', '%'),
	('kpi_ratio', 'spent', 1, 'amount', '@extschema@.ratio_numerator(%s)', '%'),
	('kpi_ratio', 'sentiment', 1, 'sentiment_avg', '@extschema@.ratio_value(%s)', 'mean sentiment'),
	('kpi_ratio', 'value', 1, 'value_total', '@extschema@.ratio_numerator(%s)', 'sum of the values of the events'),
	('kpi_durations', 'worked', 5, 'worked_total_seconds', '@extschema@.in_seconds(@extschema@.total_duration(%s))', 'time worked, in seconds');

-- The rows that tallies count, from the relations of the user.

CREATE FUNCTION @extschema@.kpi_day(at timestamptz, time_zone text) RETURNS date
AS 'MODULE_PATHNAME', 'kpi_day' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_day(timestamptz, text) IS 'internal: the day on which an instant is counted in a time zone; NULL for infinity and for years that have not four digits';
CREATE FUNCTION @extschema@.kpi_hour(at timestamptz, time_zone text) RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_hour' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_hour(timestamptz, text) IS 'internal: the hour of the day, 0 to 23, of an instant in a time zone; NULL as kpi_day';

-- A relation as its contract has it: every column there, of its type.  What a
-- check finds impossible is NULL, in the last column that the check looks at, and
-- marks the row; but for dates in the future, which are possible some day.  Whether
-- a ticket is resolved is for solved to say, and only without it for resolved_at.
-- The thresholds tell the scale of scores.
CREATE FUNCTION @extschema@.kpi_source(relation regclass, contract text, dimensions text[], rows_from text, csat_satisfied_from integer, ces_easy_from integer)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH given AS MATERIALIZED (
		SELECT * FROM @extschema@.kpi_read_columns($1, $2)
	), columns AS (
		SELECT c.position, c.name, regexp_replace(c.type, '^business_hours$', '@extschema@.business_hours') AS type, c.expression,
			   (SELECT string_agg(format('(%s)', @extschema@.kpi_on_scale(k.condition, $5, $6)), ' OR ' ORDER BY k.name)
				FROM @extschema@.kpi_relation_checks AS k
				WHERE k.relation = $2 AND k.severity = 'warning' AND k.name !~ '_in_future$' AND c.name <> 'updated_at' AND k.columns[cardinality(k.columns)] = c.name
				AND NOT EXISTS (SELECT FROM given AS n WHERE n.name = ANY (k.columns) AND n.expression IS NULL)) AS impossible
		FROM given AS c
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
COMMENT ON FUNCTION @extschema@.kpi_source(regclass, text, text[], text, integer, integer) IS 'internal: a query that gives a relation as the contract has it';

-- The relations of a built schema, by the names of their contracts.
CREATE FUNCTION @extschema@.kpi_relations(target_schema name)
RETURNS TABLE (contract text, relation regclass, csat_satisfied_from integer, ces_easy_from integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	RETURN QUERY EXECUTE format('SELECT r.contract, r.relation, c.csat_satisfied_from, c.ces_easy_from FROM %I.kpi_settings AS c,
		LATERAL (VALUES (''tickets'', c.tickets), (''surveys'', c.surveys), (''work_time'', c.work_time), (''subscriptions'', c.subscriptions),
			(''customer_events'', c.customer_events), (''costs'', c.costs), (''help_sessions'', c.help_sessions)) AS r (contract, relation)
		WHERE r.relation IS NOT NULL', target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_relations(name) IS 'internal: the relations that kpi_build was given, and the thresholds that tell the scale of scores';

-- An error unless the relations can be counted.  A column that is missing or of
-- another type would be taken for NULL.
CREATE FUNCTION @extschema@.kpi_require_readable(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	problem record;
BEGIN
	FOR problem IN
		SELECT r.contract, r.relation, c.*
		FROM @extschema@.kpi_relations(target_schema) AS r LEFT JOIN @extschema@.kpi_read_columns(r.relation, r.contract) AS c ON EXISTS (SELECT FROM pg_class WHERE oid = r.relation)
		WHERE c.name IS NULL OR c.expression IS NULL AND (c.required OR c.actual IS NOT NULL)
		ORDER BY r.contract DESC, c.position
	LOOP
		IF problem.name IS NULL THEN
			RAISE EXCEPTION 'the relation of % that schema "%" counts does not exist any more', problem.contract, target_schema
				USING ERRCODE = 'undefined_table', HINT = 'Call kpi_drop, and kpi_build with another.';
		END IF;
		RAISE EXCEPTION 'column "%" of relation % cannot be read', problem.name, problem.relation
			USING ERRCODE = CASE WHEN problem.actual IS NULL THEN 'undefined_column' ELSE 'datatype_mismatch' END,
				  DETAIL = CASE WHEN problem.actual IS NULL THEN 'There is none.' ELSE format('It is of type %s, not %s.', problem.actual, problem.type) END,
				  HINT = 'kpi_check_tickets tells all that is missing, and what to do about it.';
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_readable(name) IS 'internal: an error unless all relations of a built schema can be counted';

-- The spans of time that cover some days, parted where nothing is wanted for more
-- than a week, at the ten longest of these gaps: few enough to ask an index for.
CREATE FUNCTION @extschema@.kpi_spans(days date[], time_zone text)
RETURNS TABLE (since timestamptz, until timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(day)::timestamp AT TIME ZONE $2, (max(day) + 1)::timestamp AT TIME ZONE $2
	FROM (
		SELECT day, count(*) FILTER (WHERE is_first) OVER (ORDER BY day) AS span
		FROM (
			SELECT day, gap > 7 AND row_number() OVER (ORDER BY gap DESC NULLS LAST) <= 10 AS is_first
			FROM (SELECT day, day - lag(day) OVER (ORDER BY day) AS gap FROM unnest($1) AS day) AS g
		) AS f
	) AS s
	GROUP BY span;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_spans(date[], text) IS 'internal: a few spans of time that cover days';

-- A relation of a built schema as its contract has it; NULL when it was not given.
-- With days, only the rows that have one of these columns on one of them, or near
-- them, so that indexes on the columns help.
CREATE FUNCTION @extschema@.kpi_rows(target_schema name, contract text, time_zone text, dimensions text[], columns text[], days date[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT @extschema@.kpi_source(r.relation, $2, $4, (
		SELECT format('(SELECT * FROM %s WHERE %s) AS part', r.relation, string_agg(format('(%1$s >= %2$L::timestamptz AND %1$s < %3$L::timestamptz)', c.expression, span.since, span.until), ' OR '))
		FROM @extschema@.kpi_read_columns(r.relation, $2) AS c, @extschema@.kpi_spans($6, $3) AS span
		WHERE c.name = ANY ($5) AND c.expression IS NOT NULL
		HAVING count(*) > 0), r.csat_satisfied_from, r.ces_easy_from)
	FROM @extschema@.kpi_relations($1) AS r
	WHERE r.contract = $2;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_rows(name, text, text, text[], text[], date[]) IS 'internal: a query for the rows of a relation of a built schema, or those near some days';

-- The day on which an event counts: its own, or that on which its ticket was
-- created; both given as expressions.
CREATE FUNCTION @extschema@.kpi_event_day(attribute @extschema@.kpi_attribute, happened text, created text, time_zone text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format(CASE $1 WHEN 'event' THEN '@extschema@.kpi_day(%1$s, %3$L::text)'
		-- whatever day it counts on, it must have happened
		ELSE 'CASE WHEN @extschema@.kpi_day(%1$s, %3$L::text) IS NOT NULL THEN @extschema@.kpi_day(%2$s, %3$L::text) END' END, $2, $3, $4);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_event_day(@extschema@.kpi_attribute, text, text, text) IS 'internal: an expression for the day on which an event is counted';

-- The time that an array of ranges covers, as an expression.
CREATE FUNCTION @extschema@.kpi_covered(spans text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT coalesce(sum(upper(span) - lower(span)), ''0'') FROM unnest(%s) AS span)', $1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_covered(text) IS 'internal: an expression for the time that a multirange covers';

-- What tallies count, a query for each source that the user gave: rows with the
-- day on which they count, or with one for each of several events.  With days, at
-- least the rows that count on them.
--
-- contract			the relation that is counted
-- needs_triggers	without them, kpi_refresh cannot know which days have changed
-- counted_days		the days that change with those given; NULL: all
-- absent			columns that are NULL in each row, to be added where they are read:
--					the rows are written down, and they would be, too
CREATE FUNCTION @extschema@.kpi_sources(target_schema name, days date[])
RETURNS TABLE (source text, contract text, events text[], needs_triggers boolean, counted_days date[], query text, absent text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- a customer who is in touch again within so many days repeats a contact
	REPEAT_DAYS CONSTANT integer := 7;
	settings record;
	months CONSTANT date[] := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT day FROM unnest(days) AS day WHERE extract(day FROM day) = 1) END;
	days_after date[];
	days_before date[];
	customer_events text;
	given text;
	dimensions text;
	knows_customers boolean;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	dimensions := (SELECT string_agg(format(', t.%I AS %I', d, 'dimension ' || n), '' ORDER BY n) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n));

	SELECT string_agg(format('t.%I', c.name), ', ' ORDER BY c.position) FILTER (WHERE c.expression IS NOT NULL), string_agg(format(', NULL::%s AS %I', c.type, c.name), '' ORDER BY c.position) FILTER (WHERE c.expression IS NULL),
		   bool_or(c.name = 'customer_id' AND c.expression IS NOT NULL)
	INTO given, absent, knows_customers
	FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c
	-- no more than are counted
	WHERE c.name = ANY ('{ticket_id,team,channel,category,priority,customer_tier,agent_id,agent_name,agent_hired_on,first_responder_id,account_id,customer_id,resolved_at,reopens,escalated,transferred,qa_points,qa_possible,cost,wait_time,abandoned,self_service,
		bot_handled,bot_resolved,bot_escalated,bot_escalation_right,bot_accepted,csat_score,nps_score,ces_score,sentiment}'::text[]);
	-- the calendar of a ticket wins, and so does what it says of its solution and its targets
	RETURN QUERY SELECT 'tickets'::text, 'tickets'::text, '{created,responded,resolved,closed}'::text[], false, kpi_sources.days, format(
		'SELECT %s%s, t.is_unanswered, t.is_unresolved, t.is_impossible,
			%s AS created_day, %s AS responded_day, %s AS resolved_day, %s AS closed_day, @extschema@.kpi_hour(t.created_at, %L::text) AS created_hour,
			@extschema@.business_time(t.created_at, t.first_response_at, t.calendar) AS response_time, @extschema@.business_time(t.created_at, t.resolved_at, t.calendar) AS resolution_time,
			coalesce(t.sla_response_met, @extschema@.sla_met(t.created_at, t.first_response_at, t.sla_response, t.calendar, NULL::timestamptz)) AS is_response_in_time,
			coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, t.resolved_at, t.sla_resolution, t.calendar, NULL::timestamptz)) AS is_resolution_in_time,
			coalesce(t.handle_time, CASE WHEN num_nonnulls(t.talk_time, t.hold_time, t.wrap_time) > 0 THEN coalesce(t.talk_time, ''0'') + coalesce(t.hold_time, ''0'') + coalesce(t.wrap_time, ''0'') END) AS handling_time, %s AS is_first_contact
		FROM (SELECT r.*, coalesce(r.hours, %s) AS calendar FROM (%s) AS r) AS t',
		given, dimensions,
		@extschema@.kpi_event_day('event'::@extschema@.kpi_attribute, 't.created_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day(settings.attribute, 't.first_response_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day(settings.attribute, 't.resolved_at'::text, 't.created_at'::text, settings.time_zone),
		@extschema@.kpi_event_day('event'::@extschema@.kpi_attribute, 't.resolved_at'::text, 't.created_at'::text, settings.time_zone), settings.time_zone,
		CASE WHEN settings.fcr_rule IS NULL THEN 'CASE WHEN t.solved IS NOT FALSE THEN t.contacts <= 1 END'
			 ELSE format('@extschema@.first_contact(%L::@extschema@.kpi_contact_rule, t.solved IS NOT FALSE, t.agent_replies, t.reopens, t.customer_replies, t.contacts, t.teammates, t.closes, t.was_pending, t.resolved_at - t.created_at, NULL::interval)', settings.fcr_rule) END,
		coalesce(quote_literal(settings.hours), 'NULL') || '::@extschema@.business_hours',
		@extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{created_at,first_response_at,resolved_at}'::text[], kpi_sources.days), false)), absent;

	IF settings.surveys IS NOT NULL THEN
		RETURN QUERY SELECT 'surveys'::text, 'surveys'::text, '{sent,answered}'::text[], false, kpi_sources.days, format(
			'SELECT s.kind, s.answered_at, coalesce(s.account_id, t.account_id, t.customer_id) AS account_id, t.team, coalesce(s.channel, t.channel) AS channel, t.category, t.priority, t.customer_tier%s,
				coalesce(s.agent_id, t.agent_id) AS agent_id, CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_name END AS agent_name, CASE WHEN s.agent_id IS NULL OR s.agent_id = t.agent_id THEN t.agent_hired_on END AS agent_hired_on,
				s.score, %s AS sent_day, %s AS answered_day
			FROM (%s) AS s LEFT JOIN (%s) AS t ON t.ticket_id = s.ticket_id',
			dimensions,
			@extschema@.kpi_event_day(settings.attribute, 's.sent_at'::text, 'coalesce(t.created_at, s.sent_at)'::text, settings.time_zone),
			@extschema@.kpi_event_day(settings.attribute, 's.answered_at'::text, 'coalesce(t.created_at, s.answered_at)'::text, settings.time_zone),
			-- or they may count on the day of their tickets
			@extschema@.kpi_rows(target_schema, 'surveys'::text, settings.time_zone, '{}'::text[], '{sent_at,answered_at}'::text[], CASE settings.attribute WHEN 'event' THEN kpi_sources.days END),
			@extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{}'::text[], NULL::date[])), NULL::text;
	END IF;

	IF knows_customers THEN
		days_after := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT DISTINCT day + n FROM unnest(kpi_sources.days) AS day, generate_series(0, REPEAT_DAYS + 1) AS n) END;
		days_before := CASE WHEN days IS NOT NULL THEN ARRAY(SELECT DISTINCT day - n FROM unnest(days_after) AS day, generate_series(0, REPEAT_DAYS + 1) AS n) END;
		-- bytes are sorted twice as fast as words of a language, and any order of equal instants will do
		RETURN QUERY SELECT 'contacts'::text, 'tickets'::text, NULL::text[], false, days_after, format(
			'SELECT t.channel, t.transferred, @extschema@.kpi_day(t.created_at, %L::text) AS day, coalesce(t.created_at - t.last_at <= interval ''%s days'', false) AS is_repeat, t.channel <> t.last_channel AS is_switch
			FROM (SELECT r.*, lag(r.created_at) OVER customer AS last_at, lag(r.channel) OVER customer AS last_channel FROM (%s) AS r
				WHERE r.customer_id IS NOT NULL WINDOW customer AS (PARTITION BY r.customer_id COLLATE "C" ORDER BY r.created_at, r.ticket_id COLLATE "C")) AS t',
			settings.time_zone, REPEAT_DAYS, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], '{created_at}'::text[], days_before)), NULL::text;
	END IF;

	IF settings.work_time IS NOT NULL THEN
		-- who is busy or waits for a contact works, too; spans that overlap count once
		RETURN QUERY SELECT 'work_time'::text, 'work_time'::text, NULL::text[], true, kpi_sources.days, format(
			'SELECT a.day, a.agent_id, %s, %s AS adhered, %s AS unavailable
			FROM (SELECT d.day::date AS day, w.agent_id, %s
				FROM (SELECT r.*, @extschema@.kpi_day(r.started_at, %5$L::text) AS first_day, @extschema@.kpi_day(r.ended_at - interval ''1 microsecond'', %5$L::text) AS last_day FROM (%6$s) AS r WHERE r.started_at < r.ended_at) AS w,
					generate_series(w.first_day::timestamp, w.last_day, ''1 day'') AS d (day),
					LATERAL (SELECT tstzrange(w.started_at, w.ended_at) * CASE WHEN w.first_day < w.last_day THEN tstzrange(d.day AT TIME ZONE %5$L, (d.day + interval ''1 day'') AT TIME ZONE %5$L) ELSE ''(,)'' END) AS s (span)
				GROUP BY 1, 2) AS a',
			(SELECT string_agg(format('%s AS %I', @extschema@.kpi_covered('a.' || state), state), ', ') FROM unnest('{scheduled,paid,working,busy,waiting}'::text[]) AS state),
			@extschema@.kpi_covered('a.working * a.scheduled'::text), @extschema@.kpi_covered('a.paid - a.working'::text),
			(SELECT string_agg(format('coalesce(range_agg(s.span) FILTER (WHERE w.state %s), ''{}'') AS %I', CASE state WHEN 'working' THEN 'IN (''working'', ''busy'', ''waiting'')' ELSE format('= %L', state) END, state), ', ')
			 FROM unnest('{scheduled,paid,working,busy,waiting}'::text[]) AS state),
			settings.time_zone, @extschema@.kpi_rows(target_schema, 'work_time'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[])), NULL::text;
	END IF;

	customer_events := format('SELECT r.*, @extschema@.kpi_day(r.at, %L::text) AS day FROM (', settings.time_zone)
		|| @extschema@.kpi_rows(target_schema, 'customer_events'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]) || ') AS r';
	IF settings.subscriptions IS NOT NULL THEN
		-- One row a month and customer.  As for churn_rate, who starts on the first of a
		-- month was no customer at its start, and who leaves on that day is lost in it.
		RETURN QUERY SELECT 'subscriptions'::text, 'subscriptions'::text, NULL::text[], true, months, format(
			'SELECT a.*, %s
			FROM (SELECT m.month AS day, s.account_id, coalesce(max(s.plan) FILTER (WHERE m.was_open), max(s.plan)) AS plan,
					CASE WHEN bool_or(m.was_open) AND NOT bool_or(m.is_open) THEN max(s.end_reason) FILTER (WHERE m.was_open) END AS end_reason,
					bool_or(m.was_open) AS was_customer, bool_or(m.is_open) AS is_customer, NOT bool_or(m.was_open) AS has_joined, min(s.starts_on) AS joined_on,
					coalesce(sum(round(s.mrr, 6)) FILTER (WHERE m.was_open), 0) AS mrr_start, coalesce(sum(round(s.mrr, 6)) FILTER (WHERE m.is_open), 0) AS mrr_end,
					bool_or(m.is_due) AS was_due, bool_or(s.renewed) FILTER (WHERE m.is_due) AS renewed
				FROM (%s) AS s, LATERAL (
					SELECT first::date AS month, s.starts_on < first AS was_open, s.starts_on < next AND (s.ends_on IS NULL OR s.ends_on >= next) AS is_open, s.renewal_due_on >= first AND s.renewal_due_on < next AS is_due
					FROM generate_series(date_trunc(''month'', s.starts_on::timestamp), least(s.ends_on, %L::date)::timestamp, ''1 month'') AS first, LATERAL (SELECT first + interval ''1 month'') AS n (next)) AS m
				WHERE isfinite(s.starts_on) AND (s.ends_on IS NULL OR s.starts_on <= s.ends_on)
				GROUP BY 1, 2) AS a%s',
			CASE WHEN customer_events IS NULL THEN 'NULL::boolean AS adopted, NULL::boolean AS upsold, NULL::boolean AS referred, NULL::boolean AS was_approached, NULL::boolean AS onboarded'
				 ELSE 'coalesce(e.adopted, false) AS adopted, coalesce(e.upsold, false) AS upsold, coalesce(e.referred, false) AS referred, coalesce(e.was_approached, false) AS was_approached,
					EXISTS (SELECT FROM unnest(o.days) AS day WHERE day >= a.joined_on AND day <= a.joined_on + 30) AS onboarded' END,
			@extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]), settings.complete_until,
			CASE WHEN customer_events IS NOT NULL THEN format(' LEFT JOIN (SELECT account_id, date_trunc(''month'', day::timestamp)::date AS month, bool_or(event = ''adopted'') AS adopted, bool_or(event = ''upsold'') AS upsold,
					bool_or(event = ''referred'') AS referred, bool_or(event = ''outreach'') AS was_approached FROM (%1$s) AS r GROUP BY 1, 2) AS e ON e.account_id = a.account_id AND e.month = a.day
				LEFT JOIN (SELECT account_id, array_agg(day) AS days FROM (%1$s) AS r WHERE event = ''onboarded'' GROUP BY 1) AS o ON o.account_id = a.account_id AND a.has_joined', customer_events) END), NULL::text;
	END IF;
	IF settings.customer_events IS NOT NULL THEN
		RETURN QUERY SELECT 'customer_events'::text, 'customer_events'::text, NULL::text[], true, kpi_sources.days, customer_events, NULL::text;
	END IF;
	IF settings.costs IS NOT NULL THEN
		RETURN QUERY SELECT 'costs'::text, 'costs'::text, NULL::text[], true, months, format('SELECT r.*, CASE WHEN isfinite(r.month) THEN date_trunc(''month'', r.month::timestamp)::date END AS day FROM (%s) AS r',
			@extschema@.kpi_rows(target_schema, 'costs'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[])), NULL::text;
	END IF;
	IF settings.help_sessions IS NOT NULL THEN
		RETURN QUERY SELECT 'help_sessions'::text, 'help_sessions'::text, NULL::text[], true, kpi_sources.days, format('SELECT r.*, @extschema@.kpi_day(r.at, %L::text) AS day FROM (%s) AS r', settings.time_zone,
			@extschema@.kpi_rows(target_schema, 'help_sessions'::text, settings.time_zone, '{}'::text[], '{at}'::text[], kpi_sources.days)), NULL::text;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_sources(name, date[]) IS 'internal: the queries for the rows that tallies count';

-- The rows of a tally table, a query over those of its sources, which are named
-- kpi_rows_of_ and the source.  With days only those.  No row when nothing feeds
-- the table.
CREATE FUNCTION @extschema@.kpi_tally_queries(target_schema name, days date[])
RETURNS TABLE (kept_by text, name name, needs_triggers boolean, columns text, types text, sources text[], source_queries text[], counted_days date[], query text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	RETURN QUERY
	WITH fed AS (
		SELECT * FROM @extschema@.kpi_sources(target_schema, kpi_tally_queries.days)
	), given AS MATERIALIZED (
		SELECT r.contract, c.name FROM @extschema@.kpi_relations(target_schema) AS r, @extschema@.kpi_read_columns(r.relation, r.contract) AS c WHERE c.expression IS NOT NULL
		UNION ALL
		-- policies have what tickets may lack
		SELECT 'tickets', p.name FROM unnest('{sla_response,sla_resolution}'::text[]) AS p (name) WHERE @extschema@.kpi_policy_state(target_schema) IS NOT NULL
	), keys AS (
		SELECT k.kept_by, k.position, k.name, k.type, coalesce(k.in_tickets, format('t.%I', k.name)) AS in_tickets, format('t.%I', k.name) AS elsewhere FROM @extschema@.kpi_tally_key AS k
		UNION ALL
		SELECT 'ticket', 100 + n, d, 'text', own.name, own.name FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n), LATERAL (SELECT format('t.%I', 'dimension ' || n)) AS own (name)
	), counted AS (
		-- an aggregate over several kinds of rows is one aggregate
		SELECT k.kept_by, f.source, m.name, m.counted, m.needs,
			   string_agg(nullif(concat_ws(' AND ', 'e.' || CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END, m.condition), ''), ' OR ') AS condition,
			   array_agg(DISTINCT CASE WHEN m.event = 'closed' AND settings.attribute = 'event' THEN 'resolved' ELSE m.event END) AS events
		FROM @extschema@.kpi_measure AS m CROSS JOIN unnest(m.kept_by) AS k (kept_by)
		JOIN fed AS f ON f.source = m.source
		WHERE m.surveyed IS DISTINCT FROM (settings.surveys IS NULL)
		GROUP BY k.kept_by, f.source, m.name, m.counted, m.needs
	), parts AS (
		SELECT t.kept_by, t.position, f.source, f.query AS source_query, f.absent, f.needs_triggers, f.counted_days, f.events AS all_events, t.counted_only_for,
			   (SELECT array_agg(DISTINCT event ORDER BY event) FROM counted AS c, unnest(c.events) AS event WHERE c.kept_by = t.kept_by AND c.source = f.source) AS events,
			   (SELECT string_agg(CASE
					WHEN c.counted IS NULL OR c.needs IS NOT NULL AND NOT EXISTS (SELECT FROM given AS g WHERE g.contract = f.contract AND g.name = ANY (c.needs))
					THEN 'NULL::' || m.column_type
					ELSE c.counted || coalesce(' FILTER (WHERE ' || c.condition || ')', '') END, ', ' ORDER BY m.position)
				FROM @extschema@.kpi_kept(t.kept_by) AS m LEFT JOIN counted AS c ON c.kept_by = t.kept_by AND c.source = f.source AND c.name = m.name) AS counted,
			   (SELECT coalesce(string_agg(CASE f.source WHEN 'tickets' THEN k.in_tickets ELSE k.elsewhere END || ', ', '' ORDER BY k.position), '') FROM keys AS k WHERE k.kept_by = t.kept_by) AS keys
		FROM @extschema@.kpi_tally_table AS t JOIN fed AS f ON EXISTS (SELECT FROM counted AS c WHERE c.kept_by = t.kept_by AND c.source = f.source)
		WHERE t.needs IS NULL OR EXISTS (SELECT FROM given AS g WHERE g.contract = 'tickets' AND g.name = ANY (t.needs))
	), queries AS (
		SELECT p.*, format('SELECT d.day, %s%s FROM %s AS t%s, LATERAL (SELECT %s) AS d (day) WHERE d.day IS NOT NULL%s%s GROUP BY %s',
			p.keys, p.counted, coalesce(format('(SELECT *%s FROM %I)', p.absent, 'kpi_rows_of_' || p.source), quote_ident('kpi_rows_of_' || p.source)),
			', (VALUES ' || (SELECT string_agg(format('(%s)', (SELECT string_agg((event = happened)::text, ', ' ORDER BY n) FROM unnest(p.all_events) WITH ORDINALITY AS a (event, n))), ', ') FROM unnest(p.events) AS happened)
				|| ') AS e (' || array_to_string(p.all_events, ', ') || ')',
			coalesce('CASE ' || (SELECT string_agg(format('WHEN e.%1$I THEN t.%2$I', event, event || '_day'), ' ') FROM unnest(p.events) AS event WHERE event IS NOT NULL) || ' END', 't.day'),
			' AND d.day = ANY (' || quote_literal(p.counted_days) || '::date[])',
			' AND ' || (SELECT CASE p.source WHEN 'tickets' THEN k.in_tickets ELSE k.elsewhere END FROM keys AS k WHERE k.kept_by = p.kept_by AND k.name = p.counted_only_for) || ' IS NOT NULL',
			(SELECT string_agg(n::text, ', ') FROM generate_series(1, 1 + (SELECT count(*) FROM keys AS k WHERE k.kept_by = p.kept_by)) AS n)) AS one
		FROM parts AS p
	)
	SELECT t.kept_by, t.name::name, bool_or(q.needs_triggers), names.columns, names.types, array_agg(q.source), array_agg(q.source_query), min(q.counted_days),
		   CASE count(*) WHEN 1 THEN min(q.one)
				ELSE format('SELECT %1$s, %2$s FROM (%3$s) AS t (%1$s, %4$s) GROUP BY %1$s', names.keys, names.merged, string_agg(q.one, ' UNION ALL '), names.tallies) END
	FROM queries AS q JOIN @extschema@.kpi_tally_table AS t USING (kept_by),
	LATERAL (
		SELECT k.keys, m.merged, m.tallies, k.keys || ', ' || m.tallies AS columns, k.types || ', ' || m.types AS types
		FROM (SELECT concat_ws(', ', 'day', string_agg(quote_ident(k.name), ', ' ORDER BY k.position)) AS keys,
					 concat_ws(', ', 'day date NOT NULL', string_agg(format('%I %s', k.name, k.type), ', ' ORDER BY k.position)) AS types
			  FROM keys AS k WHERE k.kept_by = t.kept_by) AS k,
			 (SELECT string_agg(m.merged, ', ' ORDER BY m.position) AS merged, string_agg(quote_ident(m.name), ', ' ORDER BY m.position) AS tallies,
					 string_agg(format('%I %s', m.name, m.column_type), ', ' ORDER BY m.position) AS types
			  FROM @extschema@.kpi_kept(t.kept_by) AS m) AS m
	) AS names
	GROUP BY t.position, t.kept_by, t.name, names.keys, names.columns, names.types, names.merged, names.tallies
	ORDER BY t.position;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_tally_queries(name, date[]) IS 'internal: the tables of tallies that a built schema has, and the queries that fill them';

-- Counts the days again, or all without days; the number of rows written.  One
-- statement, which sees one state of the tickets; what it does besides is given by
-- the caller, as a part of WITH with a comma behind it, that knows the days as $1.
-- The tables that need triggers, or those that do not, can be counted alone.
CREATE FUNCTION @extschema@.kpi_count(target_schema name, days date[], needing_triggers boolean, besides text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	statement text;
	written bigint;
BEGIN
	WITH q AS MATERIALIZED (
		SELECT * FROM @extschema@.kpi_tally_queries(target_schema, kpi_count.days) AS q
		-- a table that could be fed since the build, by a column that is new, is not there
		WHERE (needing_triggers IS NULL OR q.needs_triggers = needing_triggers) AND to_regclass(format('%I.%I', target_schema, q.name)) IS NOT NULL
	)
	SELECT format('WITH %s, %s%s SELECT %s',
		(SELECT string_agg(format('%I AS MATERIALIZED (%s)', 'kpi_rows_of_' || s.source, s.query), ', ') FROM (SELECT DISTINCT u.* FROM q, unnest(q.sources, q.source_queries) AS u) AS s (source, query)),
		besides,
		string_agg(format('%4$I AS (DELETE FROM %1$I.%2$I%6$s), %5$I AS (INSERT INTO %1$I.%2$I (%3$s) %7$s RETURNING 1)', target_schema, q.name, q.columns, 'gone_' || q.kept_by, 'new_' || q.kept_by,
			' WHERE day = ANY (' || quote_literal(q.counted_days) || '::date[])', q.query), ', '),
		string_agg(format('(SELECT count(*) FROM %I)', 'new_' || q.kept_by), ' + '))
	INTO statement
	FROM q;
	EXECUTE statement INTO written USING days;
	RETURN written;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_count(name, date[], boolean, text) IS 'internal: fills tables of tallies';

-- Tables of a built schema whose rows are the user's: targets, policies, alerts,
-- follow-ups and weights.  They stand in each built schema, not in the extension, so that they
-- belong to whoever built it, pg_dump takes them as any table, and no update of the
-- extension touches them.  Each is made like the template here of its name, with its
-- rows.

CREATE TABLE @extschema@.kpi_target_template (
	kpi text NOT NULL,
	segment jsonb NOT NULL DEFAULT '{}',
	direction @extschema@.kpi_direction NOT NULL,
	target double precision,
	warning double precision,
	low double precision,
	high double precision,
	clock text CHECK (clock IN ('calendar', 'business')),
	valid_from date NOT NULL DEFAULT '-infinity',
	days integer DEFAULT 7 CHECK (days BETWEEN 1 AND 3660),
	owner text CHECK (octet_length(owner) <= 200),
	PRIMARY KEY (kpi, segment, valid_from),
	-- short enough for a notification and for an index
	CONSTRAINT segment_of_texts CHECK (jsonb_typeof(segment) = 'object' AND NOT jsonb_path_exists(segment, 'strict $.* ? (@.type() != "string")') AND octet_length(segment::text) <= 1000),
	-- no NULL, or the comparison would let anything pass
	CONSTRAINT target_or_band CHECK (CASE direction
		WHEN 'range' THEN num_nulls(low, high) = 0 AND low <= high AND num_nonnulls(target, warning) = 0
		ELSE target IS NOT NULL AND num_nonnulls(low, high) = 0
			AND CASE direction WHEN 'up' THEN coalesce(warning, target) <= target ELSE coalesce(warning, target) >= target END END),
	CONSTRAINT finite_numbers CHECK (coalesce(greatest(target, warning, low, high) < 'infinity' AND least(target, warning, low, high) > '-infinity', true))
);
COMMENT ON TABLE @extschema@.kpi_target_template IS 'what a KPI is to reach, of all tickets or of a segment; kpi_scorecard shows the status, and kpi_refresh raises alerts';
COMMENT ON COLUMN @extschema@.kpi_target_template.kpi IS 'a KPI as kpi_scorecard names it, or overdue_tickets: open tickets that have missed a target of their own';
COMMENT ON COLUMN @extschema@.kpi_target_template.segment IS 'which tickets: columns of ticket_daily with their values, such as {"channel": "phone"}; agent_id of agent_daily_tally; {} is all. A segment without a target has that of the larger one';
COMMENT ON COLUMN @extschema@.kpi_target_template.direction IS 'up or down with a target, range with low and high';
COMMENT ON COLUMN @extschema@.kpi_target_template.target IS 'good from here on, in the unit of the KPI';
COMMENT ON COLUMN @extschema@.kpi_target_template.warning IS 'from here to the target it is a warning, beyond it a breach; NULL: no warning';
COMMENT ON COLUMN @extschema@.kpi_target_template.low IS 'lower end of a range';
COMMENT ON COLUMN @extschema@.kpi_target_template.high IS 'upper end of a range';
COMMENT ON COLUMN @extschema@.kpi_target_template.clock IS 'calendar or business hours, for durations: where the schema counts the other ones, nothing is compared; NULL: whatever the schema counts';
COMMENT ON COLUMN @extschema@.kpi_target_template.valid_from IS 'day from which on this row counts, until that of the next one';
COMMENT ON COLUMN @extschema@.kpi_target_template.days IS 'alerts look at so many complete days, and escalate after as many; NULL: no alerts. Nor is there one of a KPI that is neither a count nor has an interval, such as cost_per_contact';
COMMENT ON COLUMN @extschema@.kpi_target_template.owner IS 'who owns the alerts';

CREATE TABLE @extschema@.kpi_sla_policy_template (
	customer_tier text,
	priority text,
	channel text,
	sla_response interval CHECK (sla_response > '0' AND sla_response <= '20 years'),
	sla_resolution interval CHECK (sla_resolution > '0' AND sla_resolution <= '20 years'),
	hours @extschema@.business_hours
);
-- as UNIQUE NULLS NOT DISTINCT of PostgreSQL 15
CREATE UNIQUE INDEX ON @extschema@.kpi_sla_policy_template ((ARRAY[customer_tier, priority, channel]));
COMMENT ON TABLE @extschema@.kpi_sla_policy_template IS 'SLA targets of tickets that have none of their own; of the policies that fit a ticket, the one that says most counts, and of equals the one that names the tier, then the priority';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.customer_tier IS 'tier of the customer; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.priority IS 'priority of the ticket; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.channel IS 'channel of the ticket; NULL is any';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.sla_response IS 'time to the first response; NULL: no target';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.sla_resolution IS 'time to the resolution; NULL: no target';
COMMENT ON COLUMN @extschema@.kpi_sla_policy_template.hours IS 'opening hours for these tickets, before those of the schema';

CREATE TABLE @extschema@.kpi_alerts_template (
	kpi text NOT NULL,
	segment jsonb NOT NULL,
	opened_at timestamptz NOT NULL,
	closed_at timestamptz,
	level text NOT NULL CHECK (level IN ('warning', 'breach')),
	value double precision,
	low double precision,
	high double precision,
	n bigint,
	step integer NOT NULL,
	stepped_on date NOT NULL,
	owner text,
	acknowledged_at timestamptz,
	note text,
	PRIMARY KEY (kpi, segment, opened_at)
);
-- one open alert at a time
CREATE UNIQUE INDEX ON @extschema@.kpi_alerts_template (kpi, segment) WHERE closed_at IS NULL;
COMMENT ON TABLE @extschema@.kpi_alerts_template IS 'breaches of targets that are more than chance; kpi_refresh opens, escalates and closes them';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.kpi IS 'KPI of the target';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.segment IS 'segment of the target';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.opened_at IS 'when the breach was found';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.closed_at IS 'when the KPI was back at its target, or the target was gone';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.level IS 'warning, or breach beyond the warning level';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.value IS 'the KPI at the last refresh while it was open';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.low IS 'low end of its 95 percent interval; the value itself for a count';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.high IS 'high end of its 95 percent interval; the value itself for a count';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.n IS 'number of answers or tickets behind it';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.step IS 'escalation: 1 at first, one more for each period of the target in which the breach lasts, or comes back, until somebody acknowledges it';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.stepped_on IS 'day of the last step';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.owner IS 'yours: who takes care; that of the target at first';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.acknowledged_at IS 'yours: when somebody took notice; from then on it does not escalate';
COMMENT ON COLUMN @extschema@.kpi_alerts_template.note IS 'yours';

CREATE TABLE @extschema@.kpi_followup_template (
	response_id text NOT NULL,
	kind text NOT NULL CHECK (kind IN ('nps', 'csat')),
	score smallint NOT NULL,
	answered_at timestamptz NOT NULL,
	ticket_id text,
	account_id text,
	agent_id text,
	owner text,
	contacted_at timestamptz,
	recovered boolean,
	note text,
	PRIMARY KEY (response_id, kind)
);
CREATE INDEX ON @extschema@.kpi_followup_template (answered_at);
COMMENT ON TABLE @extschema@.kpi_followup_template IS 'customers to call back: detractors (NPS 0 to 6) and CSAT 1 to 2, or 0 to 4 on the scale 0 to 10; kpi_refresh adds them';
COMMENT ON COLUMN @extschema@.kpi_followup_template.response_id IS 'survey; the ticket where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.kind IS 'nps or csat';
COMMENT ON COLUMN @extschema@.kpi_followup_template.score IS 'score given';
COMMENT ON COLUMN @extschema@.kpi_followup_template.answered_at IS 'when it was given; when the ticket was resolved where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.ticket_id IS 'ticket';
COMMENT ON COLUMN @extschema@.kpi_followup_template.account_id IS 'account of the customer';
COMMENT ON COLUMN @extschema@.kpi_followup_template.agent_id IS 'agent of the survey, or of the ticket where scores stand in tickets';
COMMENT ON COLUMN @extschema@.kpi_followup_template.owner IS 'yours: who calls back';
COMMENT ON COLUMN @extschema@.kpi_followup_template.contacted_at IS 'yours: when the customer was called back';
COMMENT ON COLUMN @extschema@.kpi_followup_template.recovered IS 'yours: whether the customer is content now';
COMMENT ON COLUMN @extschema@.kpi_followup_template.note IS 'yours';

CREATE TABLE @extschema@.kpi_health_weight_template (
	signal text PRIMARY KEY,
	weight double precision NOT NULL CHECK (weight >= 0 AND weight < 'infinity'),
	description text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_health_weight_template IS 'how much each signal counts in customer_health; the weights are yours to change';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.signal IS 'what counts';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.weight IS 'yours: how much it counts; 0: not at all';
COMMENT ON COLUMN @extschema@.kpi_health_weight_template.description IS 'what it is made of, 0 (bad) to 100 (good)';
INSERT INTO @extschema@.kpi_health_weight_template VALUES
	('csat', 20, 'satisfied answers of the last 90 days, in percent'),
	('nps', 15, 'net promoter score of the last 90 days, from -100 as 0 to 100 as 100'),
	('contacts', 10, '100 for no more tickets than is normal for the customer, 50 for about twice as many; nothing without any in the 360 days before'),
	('severity', 10, 'tickets without a high priority, in percent'),
	('sla', 10, 'resolutions in time, in percent'),
	('unresolved', 10, '100 without an open ticket, 0 for one that is open for 30 days; nothing of customers without tickets'),
	('sentiment', 10, 'mean sentiment, from -1 as 0 to 1 as 100'),
	('payment', 15, '100, less 50 for each payment that failed in the last 90 days'),
	('usage', 20, '100 for no less use than is normal for the customer, 50 for half of it');

REVOKE ALL ON @extschema@.kpi_health_weight_template, @extschema@.kpi_target_template, @extschema@.kpi_sla_policy_template, @extschema@.kpi_alerts_template, @extschema@.kpi_followup_template FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_health_weight_template, @extschema@.kpi_target_template, @extschema@.kpi_sla_policy_template, @extschema@.kpi_alerts_template, @extschema@.kpi_followup_template TO PUBLIC;

-- written_by_user	which rows nothing but the user could bring back
CREATE FUNCTION @extschema@.kpi_user_tables()
RETURNS TABLE (name name, template regclass, written_by_user text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	VALUES ('kpi_target'::name, '@extschema@.kpi_target_template'::regclass, 'true'),
		   ('kpi_sla_policy', '@extschema@.kpi_sla_policy_template', 'true'),
		   ('kpi_alerts', '@extschema@.kpi_alerts_template', 'true'),
		   ('kpi_followup', '@extschema@.kpi_followup_template', 'num_nonnulls(owner, contacted_at, recovered, note) > 0'),
		   ('kpi_health_weight', '@extschema@.kpi_health_weight_template', '(signal, weight) NOT IN (SELECT d.signal, d.weight FROM @extschema@.kpi_health_weight_template AS d)');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_user_tables() IS 'internal: the tables of a built schema whose rows are the user''s';

-- NULL when the schema has no such table of the one who built it: it may be older,
-- or others may have put something in its place.
CREATE FUNCTION @extschema@.kpi_user_table(target_schema name, table_name name)
RETURNS regclass
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT c.oid::regclass
	FROM pg_namespace AS n
	JOIN pg_class AS s ON s.relnamespace = n.oid AND s.relname = 'kpi_settings'
	JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2 AND c.relkind = 'r' AND c.relowner = s.relowner
	WHERE n.nspname = $1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_user_table(name, name) IS 'internal: a table of a built schema whose rows are the user''s';

-- Takes up what an earlier kpi_drop has left.  What belongs to somebody else is not
-- taken: it could do things when rows are written.
CREATE FUNCTION @extschema@.kpi_make_user_tables(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
	present record;
	missing text;
BEGIN
	FOR made IN SELECT * FROM @extschema@.kpi_user_tables() LOOP
		SELECT c.oid, c.relkind, pg_get_userbyid(c.relowner) AS owner INTO present
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = made.name;
		IF present.oid IS NULL THEN
			EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL)', target_schema, made.name, made.template);
			EXECUTE format('INSERT INTO %I.%I TABLE %s', target_schema, made.name, made.template);
			EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, obj_description(made.template, 'pg_class'));
			CONTINUE;
		END IF;
		IF present.relkind <> 'r' OR present.owner <> current_user THEN
			RAISE EXCEPTION 'relation "%" already exists in schema "%"', made.name, target_schema
				USING ERRCODE = 'duplicate_table', DETAIL = format('It is not a plain table that belongs to "%s".', current_user);
		END IF;
		SELECT string_agg(format('%I %s', w.attname, format_type(w.atttypid, w.atttypmod)), ', ' ORDER BY w.attnum) INTO missing
		FROM pg_attribute AS w
		WHERE w.attrelid = made.template AND w.attnum > 0 AND NOT w.attisdropped
		AND NOT EXISTS (SELECT FROM pg_attribute AS h WHERE h.attrelid = present.oid AND h.attname = w.attname AND h.atttypid = w.atttypid AND NOT h.attisdropped);
		IF missing IS NOT NULL THEN
			RAISE EXCEPTION 'relation "%" already exists in schema "%"', made.name, target_schema
				USING ERRCODE = 'duplicate_table', DETAIL = format('It has no %s.', missing), HINT = 'Add these columns, or rename the table.';
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_user_tables(name) IS 'internal: makes the tables of a built schema whose rows are the user''s, or takes up those that are there';

CREATE FUNCTION @extschema@.kpi_drop_user_tables(target_schema name, keep_user_rows boolean)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	made record;
	has_rows boolean;
BEGIN
	FOR made IN
		SELECT t.* FROM @extschema@.kpi_user_tables() AS t
		JOIN pg_class AS c ON c.relname = t.name AND c.relkind = 'r' JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = target_schema
	LOOP
		EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I WHERE %s)', target_schema, made.name, made.written_by_user) INTO has_rows;
		IF has_rows AND keep_user_rows IS NOT FALSE THEN
			RAISE NOTICE 'table "%" of schema "%" is kept: it has rows of yours', made.name, target_schema
				USING HINT = 'kpi_build takes it up again; keep_user_rows => false drops it.';
		ELSE
			EXECUTE format('DROP TABLE %I.%I', target_schema, made.name);
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop_user_tables(name, boolean) IS 'internal: drops the tables of a built schema whose rows are the user''s, but for those with such rows';

-- What KPIs and tickets are measured against: policies, targets and benchmarks.

-- The policies as they are counted, to notice a change; NULL without any.
CREATE FUNCTION @extschema@.kpi_policy_state(target_schema name)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET intervalstyle = 'iso_8601'
AS $body$
DECLARE
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
	state text;
BEGIN
	IF policies IS NOT NULL THEN
		EXECUTE format('SELECT md5(string_agg(p, '' '' ORDER BY p COLLATE "C")) FROM (SELECT ROW(customer_tier, priority, channel, sla_response, sla_resolution, hours)::text AS p FROM %s) AS t', policies) INTO state;
	END IF;
	RETURN state;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_policy_state(name) IS 'internal: tells the policies of a built schema from others';

-- The same columns of tickets, which are those of kpi_source, with the targets and
-- hours of the policy where a ticket has none.  Nothing is joined without policies,
-- unless they may come later.
CREATE FUNCTION @extschema@.kpi_with_policies(target_schema name, dimensions text[], tickets text, later boolean)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
BEGIN
	IF policies IS NULL OR NOT later AND @extschema@.kpi_policy_state(target_schema) IS NULL THEN
		RETURN tickets;
	END IF;
	RETURN format('SELECT %s FROM (%s) AS r LEFT JOIN LATERAL (
			SELECT o.sla_response, o.sla_resolution, o.hours FROM %s AS o
			WHERE (o.customer_tier IS NULL OR o.customer_tier = r.customer_tier) AND (o.priority IS NULL OR o.priority = r.priority) AND (o.channel IS NULL OR o.channel = r.channel)
			ORDER BY num_nonnulls(o.customer_tier, o.priority, o.channel) DESC, o.customer_tier, o.priority LIMIT 1) AS p ON true',
		(SELECT string_agg(format(CASE WHEN c.name IN ('sla_response', 'sla_resolution', 'hours') THEN 'coalesce(r.%I, p.%1$I) AS %1$I' ELSE 'r.%I' END, c.name), ', ')
		 FROM (SELECT k.name FROM @extschema@.kpi_relation_columns AS k WHERE k.relation = 'tickets'
			   UNION SELECT * FROM unnest(ARRAY['is_unanswered', 'is_unresolved', 'is_impossible'])
			   UNION SELECT * FROM unnest(dimensions)) AS c (name)),
		tickets, policies);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_with_policies(name, text[], text, boolean) IS 'internal: a query for tickets, with the SLA targets of policies';

-- Where a value stands to a row of kpi_target.
CREATE FUNCTION @extschema@.kpi_target_status(value double precision, direction @extschema@.kpi_direction, target double precision, warning double precision, low double precision, high double precision)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE direction WHEN 'range' THEN @extschema@.kpi_status(value, low, high) ELSE @extschema@.kpi_status(value, target, warning, direction) END;
COMMENT ON FUNCTION @extschema@.kpi_target_status(double precision, @extschema@.kpi_direction, double precision, double precision, double precision, double precision) IS 'internal: kpi_status of a value for a target or a band';

-- The targets that count on a day, one for each KPI and segment.  A target in other
-- hours than those that the schema counts can be compared with nothing.
CREATE FUNCTION @extschema@.kpi_targets_on(target_schema name, day date)
RETURNS TABLE (kpi text, segment jsonb, direction @extschema@.kpi_direction, target double precision, warning double precision, low double precision, high double precision, days integer, owner text, is_comparable boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	targets CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_target'::name);
	policies CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_sla_policy'::name);
	settings record;
	is_business boolean;
BEGIN
	IF targets IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	is_business := settings.hours IS NOT NULL OR EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets'::text) AS c WHERE c.name = 'hours' AND c.expression IS NOT NULL);
	IF NOT is_business AND policies IS NOT NULL THEN
		EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE hours IS NOT NULL)', policies) INTO is_business;
	END IF;
	-- other durations than these two are measured by whoever writes them down
	RETURN QUERY EXECUTE format('SELECT DISTINCT ON (t.kpi, t.segment) t.kpi, t.segment, t.direction, t.target, t.warning, t.low, t.high, t.days, t.owner,
			t.clock IS NULL OR t.kpi !~ ''_seconds$'' OR (t.clock = ''business'') = ($2 AND t.kpi ~ ''^(response|resolution)_'')
		FROM %s AS t WHERE t.valid_from <= $1 ORDER BY t.kpi, t.segment, t.valid_from DESC', targets)
	USING day, is_business;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_targets_on(name, date) IS 'internal: the targets of a built schema that count on a day';

CREATE TABLE @extschema@.kpi_benchmark (
	kpi text NOT NULL,
	segment text,
	low double precision,
	high double precision,
	unit text NOT NULL,
	scale text NOT NULL,
	source text NOT NULL,
	as_of date,
	CHECK (num_nonnulls(low, high) > 0)
);
CREATE UNIQUE INDEX ON @extschema@.kpi_benchmark ((ARRAY[kpi, segment, source]));
COMMENT ON TABLE @extschema@.kpi_benchmark IS 'what others reach, as published, read-only; is_outdated tells what is older than a year. It is no target: put those into kpi_target';
COMMENT ON COLUMN @extschema@.kpi_benchmark.kpi IS 'the KPI, as kpi_scorecard names it where it has it; an index of its own kind is no csat_pct';
COMMENT ON COLUMN @extschema@.kpi_benchmark.segment IS 'industry or channel; NULL is all';
COMMENT ON COLUMN @extschema@.kpi_benchmark.low IS 'lower end; NULL: none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.high IS 'upper end; NULL: none';
COMMENT ON COLUMN @extschema@.kpi_benchmark.unit IS 'unit of low and high';
COMMENT ON COLUMN @extschema@.kpi_benchmark.scale IS 'what the numbers are measured on';
COMMENT ON COLUMN @extschema@.kpi_benchmark.source IS 'who says so';
COMMENT ON COLUMN @extschema@.kpi_benchmark.as_of IS 'when it was published, the last day of a year of which no more is known; NULL: no dated publication is known';
REVOKE ALL ON @extschema@.kpi_benchmark FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_benchmark TO PUBLIC;

INSERT INTO @extschema@.kpi_benchmark VALUES
	('fcr_pct', NULL, 70, 80, 'percent', 'share of contacts, told by customers after a call', 'SQM Group, first call resolution benchmark 2022: 70 to 79 good, from 80 world class', '2022-05-16'),
	('utilization_pct', NULL, 75, 85, 'percent', 'share of paid time', 'rule of thumb in contact centers', NULL),
	('response_median_seconds', 'email', NULL, 7200, 'seconds', 'business hours', 'rule of thumb: 2 business hours', NULL),
	('response_median_seconds', 'chat', NULL, 60, 'seconds', 'calendar hours', 'Oxaide, response time benchmarks 2025: 30 to 60 s good', '2025-12-05'),
	('response_median_seconds', 'social', NULL, 3600, 'seconds', 'calendar hours', 'Lorikeet, first response time benchmarks 2026', '2026-02-26'),
	('wait_median_rings', 'phone', NULL, 3, 'rings', 'rings of the phone', 'rule of thumb: 3 rings', NULL),
	('churn_pct', NULL, 5, 75, 'percent', 'customers lost in a year', 'rule of thumb, from trade to trade', NULL),
	('churn_pct', 'software', 10, 15, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'retail', 30, 40, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'finance', 15, 25, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('churn_pct', 'telecommunications', 15, 25, 'percent', 'customers lost in a year', 'Staffino, customer retention benchmarks by industry', NULL),
	('satisfaction_index', 'software', 77, 77, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index', NULL),
	('satisfaction_index', 'hotels', 75, 75, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index, 2015', '2015-04-20'),
	('satisfaction_index', 'banks', 78, 78, 'index points', 'index 0 to 100 of three questions on 1 to 10: no share of satisfied customers', 'American Customer Satisfaction Index, 2022', '2022-12-31');

-- bound here once and for all, as is_significant is
CREATE FUNCTION @extschema@.is_outdated(benchmark @extschema@.kpi_benchmark) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce((benchmark).as_of < CURRENT_DATE - interval '1 year', true);
COMMENT ON FUNCTION @extschema@.is_outdated(@extschema@.kpi_benchmark) IS 'whether a benchmark is older than a year, or of no known age';

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
	IF target_schema IS NULL THEN
		RAISE EXCEPTION 'target_schema cannot be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	IF (SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE n.nspname = target_schema AND c.relname IN ('kpi_settings', 'kpi_object') AND c.relkind = 'r') < 2
	THEN
		RAISE EXCEPTION 'schema "%" was not made by kpi_build', target_schema USING ERRCODE = 'undefined_object';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_built(name) IS 'internal: an error unless kpi_build has made the schema';

-- The columns in which a view shows the tallies of a table, which it calls alias,
-- given the settings c.
CREATE FUNCTION @extschema@.kpi_shown_columns(kept_by text, alias text)
RETURNS TABLE (name text, answer text, description text, is_main boolean, measure text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(s.shown, '%', m.name), format(s.answer, $2 || '.' || m.name), replace(s.description, '%', m.description), s.position = 1, m.name
	FROM @extschema@.kpi_kept($1) AS m
	JOIN @extschema@.kpi_shown AS s ON s.measure_type = m.type AND coalesce(s.measure, m.name) = m.name
	WHERE m.name <> 'closed'
	ORDER BY m.position, s.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_shown_columns(text, text) IS 'internal: the columns in which views show a tally table';

-- Those of all measures without any, as a list.
CREATE FUNCTION @extschema@.kpi_shown_list(kept_by text, alias text, measures text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT string_agg(format('%s AS %I', s.answer, s.name), ', ')
	FROM @extschema@.kpi_shown_columns($1, $2) AS s
	WHERE $3 IS NULL OR s.measure = ANY ($3);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_shown_list(text, text, text[]) IS 'internal: a list of the columns in which views show a tally table';

-- A table of tallies merged by other keys: its columns, or the period that a day is in.
CREATE FUNCTION @extschema@.kpi_merged(target_schema name, kept_by text, keys text[])
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('SELECT %s, %s FROM %I.%I AS t, %3$I.kpi_settings AS c GROUP BY %5$s', k.expressions, (SELECT string_agg(m.merged, ', ' ORDER BY m.position) FROM @extschema@.kpi_kept($2) AS m),
		$1, (SELECT t.name FROM @extschema@.kpi_tally_table AS t WHERE t.kept_by = $2), k.positions)
	FROM (
		SELECT string_agg(format('%s AS %I', coalesce(p.expression, format('t.%I', u.key)), u.key), ', ' ORDER BY u.n) AS expressions, string_agg(u.n::text, ', ' ORDER BY u.n) AS positions
		FROM unnest($3) WITH ORDINALITY AS u (key, n) LEFT JOIN (VALUES
			('month', 'date_trunc(''month'', t.day::timestamp)::date'),
			('week', 't.day - (extract(isodow FROM t.day)::integer - c.week_start + 7) % 7'),
			('weekday', 'extract(isodow FROM t.day)::integer'),
			('tenure_month', 'floor((t.day - t.agent_hired_on) / 30.4375)::integer')
		) AS p (key, expression) ON p.key = u.key
	) AS k;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_merged(name, text, text[]) IS 'internal: the query that merges a tally table by other keys';

-- Whether a period of rows d is over and counted, given the settings c.
CREATE FUNCTION @extschema@.kpi_is_complete(period text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE $1 WHEN 'month' THEN '(d.month + interval ''1 month'')::date' WHEN 'week' THEN 'd.week + 7' ELSE 'd.day + 1' END || ' <= c.complete_until AS is_complete';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_is_complete(text) IS 'internal: a column that tells whether a period is over and counted';

CREATE FUNCTION @extschema@.kpi_due_at(started timestamptz, allowed interval, hours @extschema@.business_hours) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_due_at' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_due_at(timestamptz, interval, @extschema@.business_hours) IS 'internal: business_deadline, but NULL when there will never be so much open time';

CREATE FUNCTION @extschema@.kpi_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	by_ticket CONSTANT text := @extschema@.kpi_shown_list('ticket'::text, 'd'::text, NULL::text[]);
	by_agent CONSTANT text := @extschema@.kpi_shown_list('agent'::text, 'd'::text, NULL::text[]);
	-- with the days from the first to the last that are such weekdays
	by_hour CONSTANT text := format('SELECT d.*, d.tickets / ((s.last - s.first - (d.weekday - extract(isodow FROM s.first)::integer + 7) %% 7 + 7) / 7)::double precision AS tickets_per_hour
		FROM (%s) AS d, (SELECT min(day) AS first, max(day) AS last FROM %I.hourly_tally) AS s', @extschema@.kpi_merged(target_schema, 'hour'::text, '{weekday,hour}'::text[]), target_schema);
	tickets text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	tickets := format('SELECT r.*, coalesce(r.hours, c.hours) AS calendar FROM (%s) AS r, %s.kpi_settings AS c WHERE r.is_unresolved AND r.created_at IS NOT NULL',
					  @extschema@.kpi_with_policies(target_schema, settings.dimensions, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, settings.dimensions, '{}'::text[], NULL::date[]), true), ours);

	RETURN QUERY VALUES
	('executive_monthly'::name, format(
		'WITH d AS (%s)
		SELECT d.month, %s, %s, %s
		FROM d JOIN %s.kpi_settings AS c ON true LEFT JOIN d AS y ON y.month = (d.month - interval ''1 year'')::date',
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month}'::text[]), @extschema@.kpi_is_complete('month'::text), by_ticket,
		(SELECT string_agg(format('%s AS %I', s.answer, s.name || '_last_year'), ', ') FROM @extschema@.kpi_shown_columns('ticket'::text, 'y'::text) AS s WHERE s.is_main), ours),
	 'each month, with the same month of the year before'),
	('team_weekly', format(
		'SELECT d.week, d.team, %s, %s FROM (%s) AS d, %s.kpi_settings AS c',
		@extschema@.kpi_is_complete('week'::text), by_ticket, @extschema@.kpi_merged(target_schema, 'ticket'::text, '{week,team}'::text[]), ours),
	 'each week and team'),
	('agent_daily', format(
		'SELECT d.day, d.agent_id, n.agent_name, %1$s, %2$s
		FROM (%3$s) AS d JOIN (SELECT agent_id, max(agent_name) AS agent_name FROM %4$s.agent_daily_tally GROUP BY agent_id) AS n USING (agent_id), %4$s.kpi_settings AS c',
		@extschema@.kpi_is_complete('day'::text), by_agent, @extschema@.kpi_merged(target_schema, 'agent'::text, '{day,agent_id}'::text[]), ours),
	 'each day and agent'),
	('new_agent_ramp', format(
		'SELECT d.tenure_month, %s FROM (%s) AS d, %s.kpi_settings AS c WHERE d.tenure_month >= 0',
		by_agent, @extschema@.kpi_merged(target_schema, 'agent'::text, '{tenure_month}'::text[]), ours),
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
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month,channel}'::text[])),
	 'how far channels are apart each month, with the interval of the difference'),
	('volume_heatmap', format('SELECT d.weekday, d.hour, d.tickets, d.tickets_per_hour FROM (%s) AS d', by_hour),
	 'tickets created by hour of the week'),
	('staffing_by_hour', format(
		'SELECT d.weekday, d.hour, d.tickets_per_hour, @extschema@.in_seconds(v.handle) AS handle_avg_seconds, @extschema@.in_seconds(@extschema@.p90_duration(d.response)) AS response_p90_seconds,
			@extschema@.rate_pct(d.abandonment) AS abandonment_pct, @extschema@.sample_size(d.abandonment) AS abandonment_n,
			CASE WHEN v.handle > ''0'' THEN @extschema@.erlang_agents(d.tickets_per_hour, v.handle, 80::double precision, ''20 s''::interval, NULL::double precision, NULL::double precision) END AS agents_needed
		FROM (%s) AS d, LATERAL (SELECT @extschema@.avg_duration(d.handle) AS handle) AS v', by_hour),
	 'load and agents needed by hour of the week, to answer 80 percent within 20 seconds'),
	-- a ticket of the year 3 is not to give half a million days
	('backlog_daily', format(
		'SELECT d.day + n AS day, CASE n WHEN 0 THEN d.opened ELSE 0 END AS opened, CASE n WHEN 0 THEN d.closed ELSE 0 END AS closed, d.backlog
		FROM (SELECT day, opened, closed, sum(opened - closed) OVER (ORDER BY day)::bigint AS backlog, lead(day) OVER (ORDER BY day) - day AS days
			FROM (SELECT day, sum(tickets)::bigint AS opened, sum(closed)::bigint AS closed FROM %s.ticket_daily GROUP BY day) AS t) AS d,
		generate_series(0, CASE WHEN d.days <= 366 THEN d.days - 1 ELSE 0 END) AS n', ours),
	 'tickets open at the end of each day; of a gap of more than a year there are no days'),
	-- Missed is what the vendor says is missed, or what was due by now.  An answer at
	-- an impossible time tells nothing.
	('open_tickets', format(
		'SELECT t.ticket_id, t.agent_id, t.agent_name, t.team, t.channel, t.category, t.priority, t.customer_tier, t.created_at, extract(epoch FROM now() - t.created_at)::double precision AS age_seconds,
			due.response_at AS response_due_at, due.resolution_at AS resolution_due_at,
			coalesce(t.sla_response_met, CASE WHEN t.is_unanswered OR t.first_response_at IS NOT NULL THEN @extschema@.sla_met(t.created_at, t.first_response_at, t.sla_response, t.calendar, now()) END) IS FALSE
				OR coalesce(t.sla_resolution_met, @extschema@.sla_met(t.created_at, NULL::timestamptz, t.sla_resolution, t.calendar, now())) IS FALSE AS is_breached,
			coalesce(@extschema@.business_time(now(), least(CASE WHEN due.response_at >= now() THEN due.response_at END, CASE WHEN due.resolution_at >= now() THEN due.resolution_at END), t.calendar) <= interval ''2 hours'', false) AS is_due_within_2_hours%s
		FROM (%s) AS t,
		LATERAL (SELECT CASE WHEN t.is_unanswered AND t.sla_response_met IS NOT FALSE THEN @extschema@.kpi_due_at(t.created_at, t.sla_response, t.calendar) END AS response_at,
			@extschema@.kpi_due_at(t.created_at, t.sla_resolution, t.calendar) AS resolution_at) AS due',
		(SELECT string_agg(format(', t.%I::text AS %1$I', d), '' ORDER BY n) FROM unnest(settings.dimensions) WITH ORDINALITY AS u (d, n)
		 WHERE d <> ALL ('{ticket_id,agent_id,agent_name,created_at,age_seconds,response_due_at,resolution_due_at,is_breached,is_due_within_2_hours}'::text[])), tickets),
	 'tickets that are open now, and when they are due'),
	('backlog_age', format(
		'SELECT age, count(*) AS tickets FROM (SELECT CASE WHEN age < interval ''1 day'' THEN ''0-1 days'' WHEN age < interval ''3 days'' THEN ''1-3 days'' WHEN age < interval ''7 days'' THEN ''3-7 days'' ELSE ''over 7 days'' END AS age
			FROM (SELECT justify_hours(now() - created_at) AS age FROM (%s) AS t) AS t) AS a GROUP BY age', tickets),
	 'tickets that are open now, by age');
	RETURN QUERY SELECT * FROM @extschema@.kpi_business_views(target_schema);
	RETURN QUERY SELECT * FROM @extschema@.kpi_customer_views(target_schema);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_views(name) IS 'internal: the views of a built schema';

-- What the columns of a built schema mean, each name once.
CREATE FUNCTION @extschema@.kpi_described_columns()
RETURNS TABLE (name text, description text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH shown AS MATERIALIZED (
		SELECT s.name, s.description FROM @extschema@.kpi_tally_table AS t, @extschema@.kpi_shown_columns(t.kept_by, 'd'::text) AS s
	)
	SELECT DISTINCT ON (d.name) d.name, d.description
	FROM (
		SELECT 1 AS source, f.name, f.description FROM (VALUES
			('day', 'day, in the time zone of the schema'), ('week', 'first day of the week'), ('month', 'first day of the month'), ('hour', 'hour of the day, 0 to 23'), ('weekday', 'day of the week, 1 Monday to 7 Sunday'),
			('team', 'team'), ('channel', 'channel'), ('category', 'category'), ('priority', 'priority'), ('customer_tier', 'tier of the customer'),
			('agent_id', 'agent'), ('agent_name', 'name of the agent'), ('agent_hired_on', 'when the agent was hired'), ('ticket_id', 'ticket'), ('created_at', 'when the ticket was created'),
			('is_complete', 'whether the period is over, and all of it has been counted'), ('tenure_month', 'months since the agent was hired; 0 is the first'),
			('kpi', 'name of the KPI'), ('channels', 'how many channels have it'), ('lowest_channel', 'channel with the lowest value'), ('lowest_pct', 'lowest value, in percent'),
			('highest_channel', 'channel with the highest value'), ('highest_pct', 'highest value, in percent'), ('spread_points', 'difference of the two, in points'),
			('spread_low_points', 'low end of the 95 percent interval of the difference'), ('spread_high_points', 'high end of the 95 percent interval of the difference'),
			('tickets_per_hour', 'tickets created in such an hour, on average'), ('agents_needed', 'agents that it takes (Erlang C)'),
			('kind', 'kind of survey: nps, csat or ces'), ('component', 'kind of cost'), ('is_total', 'whether it is the total of the month'), ('plan', 'plan of the subscription'), ('end_reason', 'why customers left'), ('article_id', 'article of the help centre'),
			('account_id', 'customer'), ('event', 'what happened'), ('resolved_per_hour', 'tickets resolved per hour worked'), ('sessions_per_ticket', 'visits to the help centre per ticket'), ('amount', 'cost'),
			('cost_avoided', 'what these contacts would have cost, at the cost per contact of all'),
			('return_on_retention_pct', 'monthly revenue of customers who were approached and stayed, in percent of the cost of the month'), ('retention_pct', 'customers kept, of those at the start, in percent'),
			('lifetime_revenue', 'revenue over the lifetime of a customer, before costs'), ('customers', 'customers'), ('came_from_other_channel', 'customers who preferred another channel when they were last in touch'), ('share_pct', 'share, in percent'),
			('as_of', 'day up to which, but without it, everything counts'), ('health_score', 'mean of the signals by the weights in kpi_health_weight, 0 (bad) to 100 (good)'), ('band', 'at risk below 40, watch below 70, otherwise healthy'), ('warnings', 'what to look at, in words'),
			('contacts_normal', 'tickets created in a quarter of the year before'), ('oldest_unresolved_days', 'days since the oldest ticket was created that is open'), ('payment_failures', 'events payment_failed in 90 days'), ('nps_change', 'net promoter score of the last 90 days less that of the 360 days before, in points'),
			('band_from', 'health scores from this'), ('band_to', 'up to this, but 100 included'), ('outcome', 'what came of a renewal'), ('n', 'of how many'), ('mean_if_renewed', 'mean before renewals that were made'), ('mean_if_not', 'mean before those that were not'),
			('correlation', 'correlation of the KPI with the outcome'), ('correlation_low', 'correlation: low end of the 95 percent interval'), ('correlation_high', 'correlation: high end of the 95 percent interval'),
			('opened', 'tickets created'), ('closed', 'tickets resolved; those without a possible time of it on the day they were created'), ('backlog', 'tickets open at the end of the day'), ('age', 'time since the ticket was created'), ('age_seconds', 'time since the ticket was created, in seconds'),
			('response_due_at', 'when the first response is due'), ('resolution_due_at', 'when the resolution is due'), ('is_breached', 'whether a target has been missed'), ('is_due_within_2_hours', 'whether a target is due within two business hours')
		) AS f (name, description)
		UNION ALL SELECT 2, shown.name, shown.description FROM shown
		UNION ALL SELECT 2, shown.name || '_last_year', shown.description || ', a year before' FROM shown
		UNION ALL SELECT 3, m.name, m.description || ': a tally, to be asked or merged' FROM @extschema@.kpi_measure AS m
		UNION ALL SELECT 4, signal || '_signal', 'signal of customer_health, 0 (bad) to 100 (good); see kpi_health_weight' FROM @extschema@.kpi_health_weight_template
	) AS d
	ORDER BY d.name, d.source, d.description;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_described_columns() IS 'internal: the comments of the columns of a built schema';

-- The views over what is not a ticket: agents' time, surveys, costs, subscriptions,
-- the help centre and customers.  Each is there when the relations that it needs
-- were given to kpi_build.

CREATE FUNCTION @extschema@.kpi_business_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	ours CONSTANT text := format('%I', target_schema);
	tables CONSTANT text[] := ARRAY(SELECT q.kept_by FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q);
	week_complete CONSTANT text := @extschema@.kpi_is_complete('week'::text);
	month_complete CONSTANT text := @extschema@.kpi_is_complete('month'::text);
BEGIN
	RETURN QUERY SELECT 'bot_weekly'::name, format('SELECT d.week, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', week_complete,
		@extschema@.kpi_shown_list('ticket'::text, 'd'::text, '{tickets,bot_resolution,bot_escalation,bot_escalation_accuracy,bot_acceptance}'::text[]), @extschema@.kpi_merged(target_schema, 'ticket'::text, '{week,channel}'::text[]), ours),
		'what bots do, each week and channel'::text;

	-- a week may have visits, or tickets, alone
	RETURN QUERY SELECT 'self_service_weekly'::name, format('SELECT d.week, %s, %s%s FROM (SELECT * FROM (%s) AS t%s) AS d, %s.kpi_settings AS c', week_complete,
		@extschema@.kpi_shown_list('ticket'::text, 'd'::text, '{tickets,self_service}'::text[]),
		CASE WHEN 'help' = ANY (tables) THEN ', ' || @extschema@.kpi_shown_list('help'::text, 'd'::text, NULL::text[]) || ', d.sessions / nullif(d.tickets, 0)::double precision AS sessions_per_ticket' END,
		@extschema@.kpi_merged(target_schema, 'ticket'::text, '{week}'::text[]),
		CASE WHEN 'help' = ANY (tables) THEN format(' FULL JOIN (%s) AS h USING (week)', @extschema@.kpi_merged(target_schema, 'help'::text, '{week}'::text[])) END, ours),
		'what customers find by themselves, each week'::text;

	IF 'survey' = ANY (tables) THEN
		RETURN QUERY SELECT 'survey_weekly'::name, format('SELECT d.week, d.kind, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', week_complete,
			@extschema@.kpi_shown_list('survey'::text, 'd'::text, NULL::text[]), @extschema@.kpi_merged(target_schema, 'survey'::text, '{week,kind,channel}'::text[]), ours),
			'answers to surveys, each week, kind and channel'::text;
	END IF;

	IF 'contact' = ANY (tables) THEN
		RETURN QUERY SELECT 'omnichannel'::name, format('SELECT d.month, d.channel, %s, %s FROM (%s) AS d, %s.kpi_settings AS c', month_complete,
			@extschema@.kpi_shown_list('contact'::text, 'd'::text, NULL::text[]), @extschema@.kpi_merged(target_schema, 'contact'::text, '{month,channel}'::text[]), ours),
			'customers who are in touch again within seven days, and on another channel, each month and channel'::text;
	END IF;

	IF 'customer' = ANY (tables) THEN
		RETURN QUERY SELECT 'channel_preference_monthly'::name, format('WITH used AS (
				%s
			), preferred AS (
				SELECT DISTINCT ON (account_id, month) account_id, month, channel FROM used WHERE channel IS NOT NULL AND contacts > 0 ORDER BY account_id, month, contacts DESC, channel
			)
			SELECT month, channel, count(*) AS customers, count(*) FILTER (WHERE channel <> before) AS came_from_other_channel
			FROM (SELECT preferred.*, lag(channel) OVER (PARTITION BY account_id ORDER BY month) AS before FROM preferred) AS p GROUP BY 1, 2', @extschema@.kpi_merged(target_schema, 'customer'::text, '{account_id,month,channel}'::text[])),
			'the channel that each customer uses most in a month, and whether it was another one when the customer was last in touch'::text;
	END IF;

	IF 'work' = ANY (tables) THEN
		RETURN QUERY SELECT 'workforce_daily'::name, format('SELECT d.day, d.agent_id, %s, %s, a.resolved, a.resolved / nullif(@extschema@.in_hours(@extschema@.total_duration(d.worked)), 0) AS resolved_per_hour, %s
			FROM (%s) AS d LEFT JOIN (%s) AS a ON a.day = d.day AND a.agent_id = d.agent_id JOIN %s.kpi_settings AS c ON true',
			@extschema@.kpi_is_complete('day'::text), @extschema@.kpi_shown_list('work'::text, 'd'::text, NULL::text[]), @extschema@.kpi_shown_list('agent'::text, 'a'::text, '{qa,csat}'::text[]),
			@extschema@.kpi_merged(target_schema, 'work'::text, '{day,agent_id}'::text[]), @extschema@.kpi_merged(target_schema, 'agent'::text, '{day,agent_id}'::text[]), ours),
			'the time of each agent and day, with productivity, quality and satisfaction beside it'::text;
	END IF;

	IF 'cost' = ANY (tables) THEN
		-- Whatever channel a contact came on, it is one of those that a cost without
		-- channel pays for.
		RETURN QUERY SELECT 'cost_monthly'::name, format('WITH contacts AS (
				%1$s
			), d AS (
				SELECT month, component, channel, false AS is_total, @extschema@.ratio_numerator(spent) AS amount FROM (%2$s) AS t
				UNION ALL SELECT month, NULL, NULL, true, @extschema@.ratio_numerator(spent) FROM (%3$s) AS t
			)
			SELECT d.month, d.component, d.channel, d.is_total, %4$s, d.amount, n.tickets, d.amount / nullif(n.tickets, 0) AS cost_per_contact,
				n.deflected_contacts, n.deflected_contacts * total.amount / nullif(total.tickets, 0) AS cost_avoided%5$s
			FROM d CROSS JOIN LATERAL (SELECT sum(tickets)::bigint AS tickets, sum(deflected_contacts)::bigint AS deflected_contacts FROM contacts WHERE contacts.month = d.month AND (d.channel IS NULL OR contacts.channel = d.channel)) AS n
			CROSS JOIN LATERAL (SELECT (SELECT amount FROM d AS t WHERE t.month = d.month AND t.is_total) AS amount, (SELECT sum(tickets) FROM contacts WHERE contacts.month = d.month) AS tickets) AS total
			%6$s JOIN %7$s.kpi_settings AS c ON true',
			@extschema@.kpi_merged(target_schema, 'ticket'::text, '{month,channel}'::text[]), @extschema@.kpi_merged(target_schema, 'cost'::text, '{month,component,channel}'::text[]), @extschema@.kpi_merged(target_schema, 'cost'::text, '{month}'::text[]), month_complete,
			CASE WHEN 'subscription' = ANY (tables) THEN ', r.saved_revenue, 100 * r.saved_revenue / nullif(d.amount, 0) AS return_on_retention_pct' END,
			CASE WHEN 'subscription' = ANY (tables) THEN format('LEFT JOIN (SELECT s.month, %s FROM (%s) AS s) AS r ON r.month = d.month AND d.is_total',
				@extschema@.kpi_shown_list('subscription'::text, 's'::text, '{saved_revenue}'::text[]), @extschema@.kpi_merged(target_schema, 'subscription'::text, '{month}'::text[])) END, ours),
			'costs of each month by component and channel, and their total'::text;
	END IF;

	IF 'subscription' = ANY (tables) THEN
		RETURN QUERY SELECT 'lifecycle_monthly'::name, format('SELECT d.month, %s, %s, 100 - @extschema@.rate_pct(d.churn) AS retention_pct,
				@extschema@.customer_lifetime_value(@extschema@.ratio_value(d.revenue), 100::double precision, @extschema@.rate_pct(d.churn)) AS lifetime_revenue%s
			FROM (%s) AS d%s JOIN %s.kpi_settings AS c ON true', month_complete, @extschema@.kpi_shown_list('subscription'::text, 'd'::text, NULL::text[]),
			CASE WHEN 'customer_event' = ANY (tables) THEN ', ' || @extschema@.kpi_shown_list('customer_event'::text, 'e'::text, '{outreach_success}'::text[]) END,
			@extschema@.kpi_merged(target_schema, 'subscription'::text, '{month}'::text[]),
			CASE WHEN 'customer_event' = ANY (tables) THEN format(' LEFT JOIN (%s) AS e ON e.month = d.month', @extschema@.kpi_merged(target_schema, 'customer_event'::text, '{month}'::text[])) END, ours),
			'customers who stay, leave, join and renew, each month'::text;
		RETURN QUERY SELECT 'exit_reasons_monthly'::name, format('SELECT d.month, d.end_reason, %s, @extschema@.rate_hits(d.churn) AS customers, 100.0::double precision * @extschema@.rate_hits(d.churn) / sum(@extschema@.rate_hits(d.churn)) OVER (PARTITION BY d.month) AS share_pct
			FROM (%s) AS d, %s.kpi_settings AS c WHERE @extschema@.rate_hits(d.churn) > 0', month_complete, @extschema@.kpi_merged(target_schema, 'subscription'::text, '{month,end_reason}'::text[]), ours),
			'why customers leave, each month'::text;
	END IF;

	IF 'help' = ANY (tables) THEN
		RETURN QUERY SELECT 'article_usage'::name, format('SELECT d.article_id, %s FROM (%s) AS d, %s.kpi_settings AS c', @extschema@.kpi_shown_list('help'::text, 'd'::text, NULL::text[]),
			@extschema@.kpi_merged(target_schema, 'help'::text, '{article_id}'::text[]), ours),
			'articles of the help centre, and whether those who read them needed a ticket'::text;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_business_views(name) IS 'internal: the views of a built schema over other relations than tickets';

-- Customers: how each is doing, whether that foretells who leaves, and what service
-- has to do with revenue.

-- What each customer's health is made of, on the days of a query for as_of.  A
-- signal is 0 (bad) to 100 (good), and NULL without anything to go by; the weights
-- are the user's.  Recent means the last 90 days; a customer's own normal is a
-- quarter of the 360 days before.
CREATE FUNCTION @extschema@.kpi_health_query(target_schema name, days_query text)
RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	has_events CONSTANT boolean := EXISTS (SELECT FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q WHERE q.kept_by = 'customer_event');
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	RETURN format(
		'WITH days AS (%1$s), contacts AS (
			SELECT days.as_of, t.account_id, coalesce(sum(t.contacts) FILTER (WHERE n.recent), 0) AS recent, sum(t.contacts) FILTER (WHERE NOT n.recent) / 4.0 AS normal,
				sum(t.urgent) FILTER (WHERE n.recent) AS urgent, @extschema@.rollup(t.csat) FILTER (WHERE n.recent) AS csat, @extschema@.rollup(t.nps) FILTER (WHERE n.recent) AS nps, @extschema@.rollup(t.nps) FILTER (WHERE NOT n.recent) AS nps_before,
				@extschema@.rollup(t.sla_resolution) FILTER (WHERE n.recent) AS sla, @extschema@.rollup(t.sentiment) FILTER (WHERE n.recent) AS sentiment
			FROM days JOIN %2$s.customer_daily_tally AS t ON t.day >= days.as_of - 450 AND t.day < days.as_of, LATERAL (SELECT t.day >= days.as_of - 90) AS n (recent)
			GROUP BY 1, 2
		), unresolved AS (
			SELECT days.as_of, coalesce(t.account_id, t.customer_id) AS account_id, max(days.as_of - t.created_day) AS age
			FROM days JOIN (SELECT r.*, @extschema@.kpi_day(r.created_at, %3$L::text) AS created_day, @extschema@.kpi_day(r.resolved_at, %3$L::text) AS resolved_day FROM (%4$s) AS r) AS t
				ON t.created_day < days.as_of AND (t.is_unresolved OR t.resolved_day >= days.as_of)
			GROUP BY 1, 2
		)%5$s, accounts AS (
			SELECT as_of, account_id FROM contacts%6$s%8$s
		)
		SELECT a.as_of, a.account_id, s.*
		FROM accounts AS a JOIN %2$s.kpi_settings AS settings ON true LEFT JOIN contacts AS c USING (as_of, account_id) LEFT JOIN unresolved AS u USING (as_of, account_id)%9$s, LATERAL (SELECT @extschema@.ratio_value(c.sentiment)) AS v (sentiment),
		LATERAL (SELECT
			coalesce(c.recent, 0)::bigint AS contacts, round(c.normal, 2)::double precision AS contacts_normal, u.age::bigint AS oldest_unresolved_days, %7$s,
			@extschema@.nps(c.nps) - @extschema@.nps(c.nps_before) AS nps_change,
			@extschema@.csat_pct(c.csat, settings.csat_satisfied_from) AS csat_signal,
			(@extschema@.nps(c.nps) + 100) / 2 AS nps_signal,
			CASE WHEN c.normal IS NOT NULL THEN 100.0::double precision * least(1, (c.normal + 1) / (c.recent + 1)) END AS contacts_signal,
			CASE WHEN c.recent > 0 THEN 100.0::double precision * (1 - c.urgent / c.recent) END AS severity_signal,
			@extschema@.rate_pct(c.sla) AS sla_signal,
			CASE WHEN num_nonnulls(c.recent, u.age) > 0 THEN 100.0::double precision * (1 - least(coalesce(u.age, 0), 30) / 30.0) END AS unresolved_signal,
			50 * (1 + CASE WHEN v.sentiment BETWEEN -1 AND 1 THEN v.sentiment ELSE sign(v.sentiment) END) AS sentiment_signal) AS s',
		days_query, ours, settings.time_zone, @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]),
		CASE WHEN has_events THEN format(', events AS (
			SELECT days.as_of, t.account_id, coalesce(sum(t.events) FILTER (WHERE t.event = ''payment_failed'' AND t.day >= days.as_of - 90), 0)::bigint AS failures,
				sum(n.used) FILTER (WHERE t.day >= days.as_of - 90) AS used, sum(n.used) FILTER (WHERE t.day < days.as_of - 90) / 4 AS used_normally
			FROM days JOIN %s.customer_event_daily_tally AS t ON t.day >= days.as_of - 450 AND t.day < days.as_of,
				-- an event without a value is one use
				LATERAL (SELECT CASE t.event WHEN ''used'' THEN t.events - coalesce(@extschema@.sample_size(t.value), 0) + coalesce(@extschema@.ratio_numerator(t.value), 0) END) AS n (used)
			GROUP BY 1, 2)', ours) END,
		CASE WHEN has_events THEN ' UNION SELECT as_of, account_id FROM events' END,
		CASE WHEN has_events THEN 'e.failures AS payment_failures, 100.0::double precision - 50 * CASE WHEN e.failures > 2 THEN 2 ELSE e.failures END AS payment_signal, CASE WHEN e.used_normally > 0 THEN 100.0::double precision * least(1, coalesce(e.used, 0) / e.used_normally) END AS usage_signal'
			 ELSE 'NULL::bigint AS payment_failures, NULL::double precision AS payment_signal, NULL::double precision AS usage_signal' END,
		' UNION SELECT days.as_of, u.account_id FROM days JOIN (' || @extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]) || ') AS u ON u.starts_on < days.as_of AND (u.ends_on IS NULL OR u.ends_on >= days.as_of)',
		CASE WHEN has_events THEN ' LEFT JOIN events AS e USING (as_of, account_id)' END);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_health_query(name, text) IS 'internal: the query for the signals of customers on some days';

-- The health score of rows of kpi_health_query, called h: the mean of their signals
-- by the user's weights.
CREATE FUNCTION @extschema@.kpi_health_score(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT format('(SELECT @extschema@.health_score(v.value, w.weight) FROM (VALUES %s) AS v (signal, value) JOIN %I.kpi_health_weight AS w USING (signal) WHERE v.value IS NOT NULL)',
		(SELECT string_agg(format('(%L, h.%I)', signal, signal || '_signal'), ', ') FROM @extschema@.kpi_health_weight_template), $1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_health_score(name) IS 'internal: an expression for the health score of a customer';

CREATE FUNCTION @extschema@.kpi_customer_views(target_schema name)
RETURNS TABLE (name name, query text, description text)
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	settings record;
	ours CONSTANT text := format('%I', target_schema);
	subscriptions text;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF NOT EXISTS (SELECT FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q WHERE q.kept_by = 'customer') THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT 'customer_health'::name, format(
		'SELECT h.as_of, h.account_id, round(s.score::numeric, 1)::double precision AS health_score, CASE WHEN s.score < 40 THEN ''at risk'' WHEN s.score < 70 THEN ''watch'' WHEN s.score >= 70 THEN ''healthy'' END AS band,
			array_remove(ARRAY[
				CASE WHEN h.csat_signal < 50 THEN format(''satisfied answers: %%s %%%%'', round(h.csat_signal)) END,
				CASE WHEN h.nps_change <= -50 THEN format(''net promoter score down by %%s points'', round(-h.nps_change)) END,
				CASE WHEN h.contacts >= 3 AND h.contacts >= 2 * h.contacts_normal THEN format(''%%s contacts in 90 days, normally %%s'', h.contacts, h.contacts_normal) END,
				CASE WHEN h.severity_signal <= 50 THEN format(''%%s %%%% of the tickets have a high priority'', round(100 - h.severity_signal)) END,
				CASE WHEN h.sla_signal < 50 THEN format(''%%s %%%% of the resolutions were late'', round(100 - h.sla_signal)) END,
				CASE WHEN h.oldest_unresolved_days >= 7 THEN format(''a ticket has been open for %%s days'', h.oldest_unresolved_days) END,
				CASE WHEN h.payment_failures > 0 THEN format(''payments failed: %%s'', h.payment_failures) END,
				CASE WHEN h.usage_signal <= 50 THEN format(''use down to %%s %%%% of the normal'', round(h.usage_signal)) END,
				CASE WHEN h.sentiment_signal < 40 THEN ''the tone is bad'' END], NULL) AS warnings,
			h.contacts, h.contacts_normal, h.oldest_unresolved_days, h.payment_failures, h.nps_change, h.csat_signal, h.nps_signal, h.contacts_signal, h.severity_signal, h.sla_signal, h.unresolved_signal, h.sentiment_signal, h.payment_signal, h.usage_signal
		FROM (%s) AS h, LATERAL (SELECT %s AS score) AS s',
		@extschema@.kpi_health_query(target_schema, format('SELECT complete_until AS as_of FROM %s.kpi_settings', ours)), @extschema@.kpi_health_score(target_schema)),
		'how each customer is doing, 0 to 100, and what to look at; those with a subscription, and those in touch within 450 days'::text;

	IF settings.subscriptions IS NULL THEN
		RETURN;
	END IF;
	subscriptions := @extschema@.kpi_rows(target_schema, 'subscriptions'::text, settings.time_zone, '{}'::text[], '{}'::text[], NULL::date[]);
	RETURN QUERY SELECT 'customer_health_backtest'::name, format(
		'WITH scored AS (
			SELECT h.as_of, h.account_id, %s AS score FROM (%s) AS h
		), known AS (
			SELECT s.as_of, s.account_id, s.score, bool_or(u.ends_on IS NULL OR u.ends_on >= s.as_of + 90) AS stayed
			FROM scored AS s JOIN (%s) AS u ON u.account_id = s.account_id AND u.starts_on < s.as_of AND (u.ends_on IS NULL OR u.ends_on >= s.as_of)
			WHERE s.score IS NOT NULL GROUP BY 1, 2, 3
		)
		SELECT band_from, band_from + 20 AS band_to, (c).n AS customers, (c).value AS churn_pct, (c).low AS churn_low_pct, (c).high AS churn_high_pct
		FROM (SELECT least(floor(score / 20) * 20, 80)::integer AS band_from, @extschema@.rate_ci(NOT stayed) AS c FROM known GROUP BY 1) AS b',
		@extschema@.kpi_health_score(target_schema),
		@extschema@.kpi_health_query(target_schema, format('SELECT day::date AS as_of FROM %1$s.kpi_settings AS c, LATERAL (SELECT min(day) AS first FROM %1$s.customer_daily_tally) AS t, generate_series(date_trunc(''quarter'', t.first::timestamp + interval ''180 days''), c.complete_until - 90, ''3 months'') AS day', ours)),
		subscriptions),
		'of customers by their health score at the start of past quarters, who left within 90 days'::text;

	RETURN QUERY SELECT 'service_and_revenue'::name, format(
		'WITH renewals AS (
			SELECT u.account_id, u.renewal_due_on, bool_or(u.renewed) AS renewed, sum(u.mrr) AS mrr FROM (%1$s) AS u, %2$s.kpi_settings AS c
			WHERE u.renewal_due_on < c.complete_until AND u.renewed IS NOT NULL GROUP BY 1, 2
		), outcomes AS (
			SELECT r.account_id, r.renewal_due_on, r.renewed, CASE WHEN r.mrr > 0 THEN (100 * (coalesce((SELECT sum(u.mrr) FROM (%1$s) AS u WHERE u.account_id = r.account_id AND u.starts_on <= r.renewal_due_on + 31 AND (u.ends_on IS NULL OR u.ends_on > r.renewal_due_on + 31)), 0) - r.mrr) / r.mrr)::double precision END AS revenue_change_pct
			FROM renewals AS r
		), service AS (
			SELECT o.account_id, o.renewal_due_on, o.renewed, o.revenue_change_pct, coalesce(sum(t.contacts), 0)::double precision AS contacts, @extschema@.score_avg(@extschema@.rollup(t.csat)) AS csat_avg, @extschema@.nps(@extschema@.rollup(t.nps)) AS nps,
				@extschema@.in_hours(@extschema@.avg_duration(@extschema@.rollup(t.response))) AS response_avg_hours, @extschema@.in_hours(@extschema@.avg_duration(@extschema@.rollup(t.resolution))) AS resolution_avg_hours, @extschema@.rate_pct(@extschema@.rollup(t.sla_resolution)) AS sla_resolution_pct
			FROM outcomes AS o LEFT JOIN %2$s.customer_daily_tally AS t ON t.account_id = o.account_id AND t.day >= o.renewal_due_on - 90 AND t.day < o.renewal_due_on
			GROUP BY 1, 2, 3, 4
		)
		SELECT kpi, outcome, n, mean_if_renewed, mean_if_not, r AS correlation, CASE WHEN n > 3 AND abs(r) < 1 THEN tanh(atanh(r) - z / sqrt(n - 3)) END AS correlation_low, CASE WHEN n > 3 AND abs(r) < 1 THEN tanh(atanh(r) + z / sqrt(n - 3)) END AS correlation_high
		FROM (
			SELECT v.kpi, w.outcome, count(*) FILTER (WHERE w.result IS NOT NULL) AS n, avg(v.value) FILTER (WHERE s.renewed) AS mean_if_renewed, avg(v.value) FILTER (WHERE NOT s.renewed) AS mean_if_not, corr(w.result, v.value) AS r, 1.959963984540054::double precision AS z
			FROM service AS s, LATERAL (VALUES (''contacts'', s.contacts), (''csat_avg'', s.csat_avg), (''nps'', s.nps), (''response_avg_hours'', s.response_avg_hours), (''resolution_avg_hours'', s.resolution_avg_hours), (''sla_resolution_pct'', s.sla_resolution_pct)) AS v (kpi, value),
				LATERAL (VALUES (''renewed'', s.renewed::integer::double precision), (''revenue_change_pct'', s.revenue_change_pct)) AS w (outcome, result)
			WHERE v.value IS NOT NULL GROUP BY 1, 2
		) AS q', subscriptions, ours),
		'service in the 90 days before a renewal was due, beside what came of it: correlations with their 95 percent intervals (Fisher)'::text;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_customer_views(name) IS 'internal: the views of a built schema over customers';

-- One row a KPI, for the variables of a BI tool: the selection beside the total,
-- with its target, what it was before, and whether that is more than chance.

-- How tallies of a table answer as KPIs: expressions over a tally table d; p is the
-- same of another period, and c the settings.
--
-- low, high		the interval; of a count, which is no sample, there is none
-- previous		the value of p
-- is_significant	whether d and p differ by more than chance; durations differ when
--					their intervals do not meet, which asks for more than needed
CREATE FUNCTION @extschema@.kpi_scored(kept_by text)
RETURNS TABLE (place bigint, measure text, kpi text, value text, low text, high text, n text, previous text, is_significant text, kind text, description text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT m.place, m.name, k.kpi, k.value, k.low, k.high, k.n, k.previous, k.is_significant,
		   -- the catalogue says it; what is only counted comes first, too
		   coalesce((SELECT min(b.timing) FROM @extschema@.kpi_builtin AS b
					 WHERE b.name IN (k.kpi, m.name || '_rate', regexp_replace(m.name, '_.*', '_rate'), 'median_' || m.name, m.name || '_score')), 'leading'),
		   m.description
	FROM (SELECT t.name, t.type, t.description, row_number() OVER (ORDER BY t.position) AS place FROM @extschema@.kpi_kept($1) AS t WHERE t.name <> 'closed') AS m
	JOIN (VALUES
		('bigint', NULL, '%', '%::double precision', NULL, 'NULL::bigint', NULL),
		('kpi_rate', NULL, '%_pct', '@extschema@.rate_pct(%)', '@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.rate_change(p.%, %, 0.95::double precision))'),
		('kpi_durations', NULL, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%))', '@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '(SELECT e.low > b.high OR e.high < b.low FROM @extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision) AS e, @extschema@.percentile_ci(p.%, 0.5::double precision, 0.95::double precision) AS b)'),
		('kpi_durations', NULL, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%))', '@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '(SELECT e.low > b.high OR e.high < b.low FROM @extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision) AS e, @extschema@.percentile_ci(p.%, 0.9::double precision, 0.95::double precision) AS b)'),
		('kpi_ratio', 'qa', 'qa_score_pct', '@extschema@.ratio_pct(%)', NULL, '@extschema@.sample_size(%)', NULL),
		('kpi_ratio', 'cost', 'cost_per_contact', '@extschema@.ratio_value(%)', NULL, '@extschema@.sample_size(%)', NULL),
		('kpi_scores', 'nps', 'nps', '@extschema@.nps(%)', '@extschema@.nps_ci(%, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.nps_change(p.%, %, 0.95::double precision))'),
		('kpi_scores', 'csat', 'csat_pct', '@extschema@.csat_pct(%, c.csat_satisfied_from)', '@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.csat_change(p.%, %, c.csat_satisfied_from, 0.95::double precision))'),
		('kpi_scores', 'ces', 'ces_pct', '@extschema@.ces_pct(%, c.ces_easy_from)', '@extschema@.csat_ci(%, c.ces_easy_from, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.csat_change(p.%, %, c.ces_easy_from, 0.95::double precision))')
	) AS a (type, measure, kpi, value, ci, n, is_significant) ON a.type = m.type AND coalesce(a.measure, m.name) = m.name,
	LATERAL (SELECT 'd.' || m.name) AS d (tally), LATERAL (SELECT 'p.' || m.name) AS p (tally),
	LATERAL (SELECT replace(a.kpi, '%', m.name) AS kpi, replace(a.value, '%', d.tally) AS value,
		replace(a.value, '%', p.tally) AS previous,
		coalesce(replace('(' || a.ci || ').low', '%', d.tally), 'NULL::double precision') AS low, coalesce(replace('(' || a.ci || ').high', '%', d.tally), 'NULL::double precision') AS high,
		replace(a.n, '%', d.tally) AS n, coalesce(replace(replace(a.is_significant, 'p.%', p.tally), '%', d.tally), 'NULL::boolean') AS is_significant) AS k;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scored(text) IS 'internal: how the tallies of a table answer as KPIs';

CREATE FUNCTION @extschema@.kpi_scorecard(
	target_schema name, since date, until date,
	team text DEFAULT NULL, channel text DEFAULT NULL, category text DEFAULT NULL, agent text DEFAULT NULL)
RETURNS TABLE (scope text, kpi text, value double precision, low double precision, high double precision, n bigint, description text,
	target double precision, target_low double precision, target_high double precision, status text,
	baseline double precision, baseline_low double precision, baseline_high double precision, baseline_n bigint,
	change double precision, is_significant boolean, kind text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_variable
DECLARE
	-- like periods before this one that are the baseline
	BEFORE CONSTANT integer := 13;
	kept_by CONSTANT text := CASE WHEN agent IS NULL THEN 'ticket' ELSE 'agent' END;
	tally_table text;
	first_day date;
	step interval;
	starts date[];
	current_answers text;
	earlier_answers text;
	merged text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF agent IS NOT NULL AND num_nonnulls(team, channel, category) > 0 THEN
		RAISE EXCEPTION 'an agent cannot be split by team, channel or category'
			USING ERRCODE = 'feature_not_supported', HINT = 'Leave out one or the other: tallies are kept for each of them, but not for both.';
	END IF;

	-- Like periods are as long, or as many months.  Those that began before the
	-- first day that was counted are none.
	tally_table := format('%I.%I', target_schema, CASE kept_by WHEN 'ticket' THEN 'ticket_daily' ELSE 'agent_daily_tally' END);
	EXECUTE format('SELECT min(day) FROM %s', tally_table) INTO first_day;
	IF isfinite(since) AND isfinite(until) AND since < until THEN
		step := CASE WHEN extract(day FROM since) = 1 AND extract(day FROM until) = 1 THEN age(until::timestamp, since::timestamp) ELSE make_interval(days => until - since) END;
	END IF;
	SELECT array_agg(start ORDER BY start) INTO starts
	FROM (SELECT (since - period * step)::date AS start FROM generate_series(1, BEFORE) AS period) AS p
	WHERE start >= first_day;
	starts := starts || since;

	SELECT string_agg(format('(%s, %L, %s, %s, %s, %s, %s, %s, %L, %L)', s.place, s.kpi, s.value, s.low, s.high, s.n, s.previous, s.is_significant, s.kind, s.description), ', '),
		   string_agg(format('(%L, %s)', s.kpi, s.value), ', ')
	INTO current_answers, earlier_answers
	FROM @extschema@.kpi_scored(kept_by) AS s;
	SELECT string_agg(k.merged, ', ') INTO merged FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name <> 'closed';

	-- each tally is read once, and merged into its period
	RETURN QUERY EXECUTE format(
		'WITH merged AS MATERIALIZED (
			SELECT s.scope, s.segment, s.period, %1$s
			FROM (SELECT scope, segment, period FROM (VALUES (''selection'', jsonb_strip_nulls(jsonb_build_object(''team'', $4, ''channel'', $5, ''category'', $6, ''agent_id'', $7))), (''total'', ''{}''))
					AS v (scope, segment), generate_series(1, cardinality($1)) AS period) AS s
			LEFT JOIN %2$s AS t ON t.day >= $1[1] AND t.day < $2 AND width_bucket(t.day, $1) = s.period AND (s.scope = ''total'' OR %4$s)
			GROUP BY s.scope, s.segment, s.period
		), earlier AS (
			SELECT d.scope, v.kpi, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.value) AS median, min(v.value) AS low, max(v.value) AS high, count(v.value) AS n
			FROM merged AS d, %3$s AS c, LATERAL (VALUES %6$s) AS v (kpi, value) WHERE d.period < cardinality($1) GROUP BY d.scope, v.kpi
		)
		SELECT d.scope, v.kpi, v.value, v.low, v.high, v.n, v.description, g.target, g.low, g.high,
			CASE WHEN g.is_comparable THEN @extschema@.kpi_target_status(v.value, g.direction, g.target, g.warning, g.low, g.high) END,
			e.median, e.low, e.high, coalesce(e.n, 0), v.value - v.previous, v.is_significant, v.kind
		FROM merged AS d LEFT JOIN merged AS p ON p.scope = d.scope AND p.period = d.period - 1
		CROSS JOIN %3$s AS c
		CROSS JOIN LATERAL (VALUES %5$s) AS v (place, kpi, value, low, high, n, previous, is_significant, kind, description)
		LEFT JOIN earlier AS e ON e.scope = d.scope AND e.kpi = v.kpi
		-- the target of the segment, or of the smallest one around it
		LEFT JOIN LATERAL (
			SELECT * FROM @extschema@.kpi_targets_on($3, $2 - 1) AS g WHERE g.kpi = v.kpi AND g.segment <@ d.segment
			ORDER BY (SELECT count(*) FROM jsonb_object_keys(g.segment)) DESC, g.segment ? ''team'' DESC, g.segment ? ''channel'' DESC LIMIT 1) AS g ON true
		WHERE d.period = cardinality($1)
		ORDER BY d.scope, v.place, v.kpi DESC',
		merged, tally_table, format('%I.kpi_settings', target_schema),
		CASE kept_by WHEN 'agent' THEN 't.agent_id = $7'
			 ELSE '($4 IS NULL OR t.team = $4) AND ($5 IS NULL OR t.channel = $5) AND ($6 IS NULL OR t.category = $6)' END, current_answers, earlier_answers)
	USING starts, until, target_schema, team, channel, category, agent;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard(name, date, date, text, text, text, text)
IS 'the KPIs of a schema that kpi_build made, from a day up to but without another, of a team, channel and category or of an agent, and of all: with target, status, median and range of the 13 periods before, and change since the last one';

-- Alerts on targets, and customers to call back: what kpi_build and kpi_refresh do
-- once they have counted.

-- Rows t of a tally table, or of open_tickets, that belong to a segment; NULL when it
-- names something that is no column of texts there.
CREATE FUNCTION @extschema@.kpi_segment_condition(relation regclass, segment jsonb)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN count(*) = count(a.attname) THEN coalesce(string_agg(format('t.%I = %L', s.key, s.value), ' AND '), 'true') END
	FROM jsonb_each_text($2) AS s
	LEFT JOIN pg_attribute AS a ON a.attrelid = $1 AND a.attname = s.key AND a.atttypid = 'text'::regtype AND a.attnum > 0 AND NOT a.attisdropped;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_segment_condition(regclass, jsonb) IS 'internal: the rows of a segment';

-- A KPI of a segment, from a day up to but without another, with its interval; that
-- of a count is the count.  All NULL, with a warning, when there is no such KPI.
CREATE FUNCTION @extschema@.kpi_measured(target_schema name, kpi text, segment jsonb, since date, until date)
RETURNS @extschema@.kpi_estimate
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	kept_by CONSTANT text := CASE WHEN segment ? 'agent_id' THEN 'agent' ELSE 'ticket' END;
	relation CONSTANT regclass := format('%I.%I', target_schema, CASE WHEN kpi = 'overdue_tickets' THEN 'open_tickets' WHEN kept_by = 'agent' THEN 'agent_daily_tally' ELSE 'ticket_daily' END)::regclass;
	condition CONSTANT text := @extschema@.kpi_segment_condition(relation, segment);
	answer text;
	found @extschema@.kpi_estimate;
BEGIN
	IF kpi = 'overdue_tickets' THEN
		answer := format('SELECT count(*), count(*), count(*), NULL FROM %s AS t WHERE t.is_breached AND (%s)', relation, condition);
	ELSE
		SELECT format('SELECT %s, %s, %s, %s FROM (SELECT %s FROM %s AS t WHERE t.day >= $1 AND t.day < $2 AND (%s)) AS d, %I.kpi_settings AS c', s.value,
				CASE s.n WHEN 'NULL::bigint' THEN s.value ELSE s.low END, CASE s.n WHEN 'NULL::bigint' THEN s.value ELSE s.high END, s.n,
				(SELECT k.merged FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name = s.measure), relation, condition, target_schema)
		INTO answer
		FROM @extschema@.kpi_scored(kept_by) AS s WHERE s.kpi = kpi_measured.kpi;
	END IF;
	IF answer IS NULL OR condition IS NULL THEN
		RAISE WARNING 'there is no KPI "%" of segment %', kpi, segment USING HINT = 'Mend that row of kpi_target: no alert can come of it.';
	ELSE
		EXECUTE answer INTO found USING since, until;
	END IF;
	RETURN found;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_measured(name, text, jsonb, date, date) IS 'internal: a KPI of a segment of a built schema, with its interval';

-- An alert is opened when the whole interval of the KPI is on the wrong side of its
-- target, and closed when the KPI itself is back: in between it stays as it is.
CREATE FUNCTION @extschema@.kpi_raise_alerts(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	alerts CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_alerts'::name);
	settings record;
	goal record;
	alert record;
	found @extschema@.kpi_estimate;
	level text;
	is_repeated boolean;
	watched jsonb := '[]';
BEGIN
	IF alerts IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	FOR goal IN SELECT * FROM @extschema@.kpi_targets_on(target_schema, settings.complete_until - 1) AS t WHERE t.days IS NOT NULL LOOP
		IF NOT goal.is_comparable THEN
			RAISE WARNING 'schema "%" does not count % in the hours of its target', target_schema, goal.kpi;
			CONTINUE;
		END IF;
		watched := watched || jsonb_build_array(jsonb_build_array(goal.kpi, goal.segment));
		found := @extschema@.kpi_measured(target_schema, goal.kpi, goal.segment, settings.complete_until - goal.days, settings.complete_until);
		-- by the end of the interval that is nearest to the target
		level := @extschema@.kpi_target_status(
			CASE goal.direction WHEN 'up' THEN found.high WHEN 'down' THEN found.low ELSE CASE WHEN found.low > goal.high THEN found.low WHEN found.high < goal.low THEN found.high ELSE goal.low END END,
			goal.direction, goal.target, goal.warning, goal.low, goal.high);
		EXECUTE format('SELECT * FROM %s WHERE kpi = $1 AND segment = $2 ORDER BY closed_at IS NULL DESC, closed_at DESC LIMIT 1', alerts) INTO alert USING goal.kpi, goal.segment;

		IF alert.opened_at IS NOT NULL AND alert.closed_at IS NULL THEN
			is_repeated := level <> 'good' AND alert.acknowledged_at IS NULL AND settings.complete_until - alert.stepped_on >= goal.days;
			EXECUTE format('UPDATE %s SET value = $3, low = $4, high = $5, n = $6, level = $7, step = step + $8::integer, stepped_on = CASE WHEN $8 THEN $9 ELSE stepped_on END, closed_at = CASE WHEN $10 = ''good'' THEN clock_timestamp() END
					WHERE kpi = $1 AND segment = $2 AND closed_at IS NULL RETURNING *', alerts)
				INTO alert USING goal.kpi, goal.segment, coalesce(found.value, alert.value), found.low, found.high, found.n, coalesce(nullif(level, 'good'), alert.level), coalesce(is_repeated, false), settings.complete_until,
					@extschema@.kpi_target_status(found.value, goal.direction, goal.target, goal.warning, goal.low, goal.high);
			CONTINUE WHEN is_repeated IS NOT TRUE;
		ELSIF level <> 'good' THEN
			is_repeated := (alert.closed_at AT TIME ZONE settings.time_zone)::date >= settings.complete_until - goal.days;
			EXECUTE format('INSERT INTO %s (kpi, segment, opened_at, level, value, low, high, n, step, stepped_on, owner) VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *', alerts)
				INTO alert USING goal.kpi, goal.segment, level, found.value, found.low, found.high, found.n, CASE WHEN is_repeated THEN alert.step + 1 ELSE 1 END, settings.complete_until, goal.owner;
		ELSE
			CONTINUE;
		END IF;
		-- kpi_target keeps segments and owners short: a payload has less than 8000 bytes
		PERFORM pg_notify('kpi_alert', jsonb_build_object('schema', target_schema, 'kpi', alert.kpi, 'segment', alert.segment, 'level', alert.level, 'value', alert.value, 'low', alert.low, 'high', alert.high,
			'target', goal.target, 'target_low', goal.low, 'target_high', goal.high, 'step', alert.step, 'owner', left(alert.owner, 200), 'opened_at', alert.opened_at)::text);
	END LOOP;
	-- what is watched no more is not open any more
	EXECUTE format('UPDATE %s SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND NOT $1 @> jsonb_build_array(jsonb_build_array(kpi, segment))', alerts) USING watched;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_raise_alerts(name) IS 'internal: opens, escalates and closes the alerts of a built schema, and notifies kpi_alert';

-- On the given days, or on all.  Rows that the user has written in stay, whatever
-- becomes of the answer.
CREATE FUNCTION @extschema@.kpi_note_followups(target_schema name, days date[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	followups CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_followup'::name);
	settings record;
	since timestamptz;
	until timestamptz;
	answers text;
BEGIN
	IF followups IS NULL OR days = '{}' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	since := (SELECT min(day) FROM unnest(days) AS day)::timestamp AT TIME ZONE settings.time_zone;
	until := ((SELECT max(day) FROM unnest(days) AS day) + 1)::timestamp AT TIME ZONE settings.time_zone;
	IF settings.surveys IS NULL THEN
		answers := (SELECT string_agg(format('SELECT r.ticket_id AS response_id, %L AS kind, r.%I AS score, r.resolved_at AS answered_at, r.ticket_id, r.account_id, r.agent_id FROM (%s) AS r', kind, kind || '_score', source), ' UNION ALL ')
			FROM @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], ARRAY['resolved_at'], days) AS source, unnest('{nps,csat}'::text[]) AS kind);
	ELSE
		answers := format('SELECT response_id, kind, score, answered_at, ticket_id, account_id, agent_id FROM (%s) AS r',
			@extschema@.kpi_rows(target_schema, 'surveys'::text, settings.time_zone, '{}'::text[], ARRAY['answered_at'], days));
	END IF;
	EXECUTE format('WITH found AS MATERIALIZED (
			SELECT DISTINCT ON (response_id, kind) * FROM (%2$s) AS a
			WHERE response_id IS NOT NULL AND (kind = ''nps'' AND score BETWEEN 0 AND 6 OR kind = ''csat'' AND score BETWEEN %3$s)
			AND CASE WHEN $1 IS NULL THEN @extschema@.kpi_day(answered_at, %4$L::text) IS NOT NULL ELSE @extschema@.kpi_day(answered_at, %4$L::text) = ANY ($1) END
			ORDER BY response_id, kind, answered_at DESC
		), gone AS (
			-- not by NOT EXISTS: the planner expects few, and would compare each with each
			DELETE FROM %1$s AS f USING (
				SELECT response_id, kind FROM %1$s
				WHERE num_nonnulls(owner, contacted_at, recovered, note) = 0 AND ($1 IS NULL OR answered_at >= $2 AND answered_at < $3 AND @extschema@.kpi_day(answered_at, %4$L::text) = ANY ($1))
				EXCEPT SELECT response_id, kind FROM found) AS g
			WHERE f.response_id = g.response_id AND f.kind = g.kind
		), changed AS (
			UPDATE %1$s AS f SET score = a.score, answered_at = a.answered_at, ticket_id = a.ticket_id, account_id = a.account_id, agent_id = a.agent_id FROM found AS a
			WHERE a.response_id = f.response_id AND a.kind = f.kind AND (f.score, f.answered_at, f.ticket_id, f.account_id, f.agent_id) IS DISTINCT FROM (a.score, a.answered_at, a.ticket_id, a.account_id, a.agent_id)
		)
		INSERT INTO %1$s (response_id, kind, score, answered_at, ticket_id, account_id, agent_id)
		SELECT response_id, kind, score, answered_at, ticket_id, account_id, agent_id FROM found AS a WHERE NOT EXISTS (SELECT FROM %1$s AS f WHERE f.response_id = a.response_id AND f.kind = a.kind)',
		followups, answers, CASE WHEN settings.csat_satisfied_from <= 5 THEN '1 AND 2' ELSE '0 AND 4' END, settings.time_zone)
	USING days, since, until;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_followups(name, date[]) IS 'internal: notes whom to call back';

CREATE FUNCTION @extschema@.kpi_after_counting(target_schema name, days date[])
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT @extschema@.kpi_note_followups($1, $2);
	SELECT @extschema@.kpi_raise_alerts($1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_after_counting(name, date[]) IS 'internal: follow-ups and alerts, once the given days, or all of them, are counted';

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
	SELECT format('SELECT %s AS ticket_id, %s AS days FROM %s%s',
		coalesce(max(expression) FILTER (WHERE name = 'ticket_id'), 'NULL::text'),
		CASE $2
			WHEN 'work_time' THEN format('ARRAY(SELECT generate_series(first::timestamp, last, ''1 day'')::date FROM (VALUES (%s, %s)) AS d (first, last) WHERE last - first <= 32)', max(day) FILTER (WHERE name = 'started_at'), max(day) FILTER (WHERE name = 'ended_at'))
			-- from month to month, as far as they have come
			WHEN 'subscriptions' THEN format('ARRAY(SELECT generate_series(date_trunc(''month'', first::timestamp), least(%2$s, (now() AT TIME ZONE %3$L)::date)::timestamp, ''1 month'')::date FROM (VALUES (%1$s)) AS d (first) WHERE first BETWEEN ''0001-01-01'' AND ''9999-12-31'')',
				max(expression) FILTER (WHERE name = 'starts_on'), coalesce(max(expression) FILTER (WHERE name = 'ends_on'), 'NULL'), $3)
			WHEN 'costs' THEN format('ARRAY[CASE WHEN %1$s BETWEEN ''0001-01-01'' AND ''9999-12-31'' THEN date_trunc(''month'', %1$s::timestamp)::date END]', max(expression) FILTER (WHERE name = 'month'))
			-- the months, too, in which a customer who is onboarded may have joined
			WHEN 'customer_events' THEN format('(SELECT d.day || ARRAY(SELECT generate_series(date_trunc(''month'', (d.day - 30)::timestamp), d.day::timestamp, ''1 month'')::date) FROM (VALUES (%s)) AS d (day))', max(day) FILTER (WHERE name = 'at'))
			ELSE format('ARRAY[%s]::date[]', string_agg(day, ', ') FILTER (WHERE name IN ('created_at', 'first_response_at', 'resolved_at', 'sent_at', 'answered_at', 'at')))
		END,
		coalesce($5, $1::text),
		' WHERE ' || string_agg(format('%s >= %L', expression, $4), ' OR ') FILTER (WHERE $4 IS NOT NULL AND name IN ('updated_at', 'sent_at', 'answered_at')))
	FROM (
		-- whoever changes a table with triggers may not call our functions
		SELECT c.*, format(CASE WHEN $5 IS NULL THEN '@extschema@.kpi_day(%1$s, %2$L::text)' ELSE 'CASE WHEN %1$s BETWEEN ''0001-01-02 00:00+00'' AND ''9999-12-30 00:00+00'' THEN (%1$s AT TIME ZONE %2$L)::date END' END, c.expression, $3) AS day
		FROM @extschema@.kpi_read_columns($1, $2) AS c
		WHERE c.expression IS NOT NULL
	) AS c
	HAVING count(*) > 0;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_days_query(regclass, text, text, timestamptz, text) IS 'internal: the query for the tickets and days that rows have to do with';

-- Arguments: the built schema; what to write down; the names of the columns that
-- tell days, and those of them that there are.  Whatever becomes of these, those who
-- write to the table must be able to go on.  They may not call our functions.
CREATE FUNCTION @extschema@.kpi_track()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	change CONSTANT text := format('%I.kpi_change', TG_ARGV[0]);
BEGIN
	IF to_regclass(change) IS NULL THEN
		RAISE WARNING 'changes of relation % are not written down: there is no table %', TG_RELID::regclass, change
			USING HINT = format('DROP TRIGGER %I ON %s, and the others that begin with kpi.', TG_NAME, TG_RELID::regclass);
	ELSIF TG_ARGV[3] IS DISTINCT FROM (SELECT string_agg(format('%s %s', attname, atttypid::regtype), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = TG_RELID AND NOT attisdropped AND attname = ANY (TG_ARGV[2]::name[])) THEN
		EXECUTE format('INSERT INTO %s VALUES (NULL, NULL)', change);
	ELSE
		EXECUTE format('INSERT INTO %s %s', change, TG_ARGV[1]) USING OLD, NEW;
	END IF;
	RETURN NULL;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_track() IS 'internal: the trigger of a tracked table, which writes down the days that have changed';

-- The triggers of ours on a relation, and the schemas that they write to.
CREATE FUNCTION @extschema@.kpi_triggers(relation regclass)
RETURNS TABLE (trigger_name name, target_schema name)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT t.tgname, convert_from(decode(split_part(encode(t.tgargs, 'escape'), '\000', 1), 'escape'), getdatabaseencoding())::name
	FROM pg_trigger AS t WHERE t.tgrelid = $1 AND t.tgfoid = '@extschema@.kpi_track'::regproc;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_triggers(regclass) IS 'internal: the triggers that kpi_build has made on a relation';

CREATE FUNCTION @extschema@.kpi_start_tracking(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	-- what kpi_days_query reads
	DAY_COLUMNS CONSTANT name[] := '{ticket_id,created_at,first_response_at,resolved_at,sent_at,answered_at,at,started_at,ended_at,starts_on,ends_on,month}';
	settings record;
	given record;
	made record;
BEGIN
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	IF settings.track = 'updated_at' THEN
		IF NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
			RAISE WARNING 'relation % has no column updated_at', settings.tickets USING HINT = 'Every kpi_refresh will count all days.';
		END IF;
		-- bytes are sorted faster than words of a language
		EXECUTE format('CREATE TABLE %I.kpi_ticket_days (ticket_id text COLLATE "C", days date[] NOT NULL)', target_schema);
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
	FOR given IN SELECT * FROM @extschema@.kpi_relations(target_schema) LOOP
		-- the triggers of a partition do not see what comes through its parent, nor the other way round
		IF (SELECT relkind FROM pg_class WHERE oid = given.relation) <> 'r' OR EXISTS (SELECT FROM pg_inherits WHERE given.relation IN (inhrelid, inhparent)) THEN
			RAISE EXCEPTION 'relation % cannot have triggers', given.relation
				USING ERRCODE = 'wrong_object_type', HINT = 'Only plain tables can; use track => ''updated_at''.';
		END IF;
		-- what logical replication applies comes row by row, without transition tables
		FOR made IN
			SELECT *, format('kpi_%s_%s', t.name, md5(target_schema)) AS trigger_name FROM (VALUES
				('insert', 'INSERT', 'REFERENCING NEW TABLE AS changed FOR EACH STATEMENT', 'changed', NULL),
				('delete', 'DELETE', 'REFERENCING OLD TABLE AS changed FOR EACH STATEMENT', 'changed', NULL),
				('update', 'UPDATE', 'REFERENCING OLD TABLE AS changed NEW TABLE AS changed_to FOR EACH STATEMENT', '(TABLE changed UNION ALL TABLE changed_to) AS changed', NULL),
				('replicated_insert', 'INSERT', 'FOR EACH ROW', '(SELECT ($2).*) AS changed', 'REPLICA'),
				('replicated_delete', 'DELETE', 'FOR EACH ROW', '(SELECT ($1).*) AS changed', 'REPLICA'),
				('replicated_update', 'UPDATE', 'FOR EACH ROW', '(SELECT ($1).* UNION ALL SELECT ($2).*) AS changed', 'REPLICA'),
				('truncate', 'TRUNCATE', 'FOR EACH STATEMENT', NULL, 'ALWAYS')
			) AS t (name, event, level, rows_from, enabled)
		LOOP
			EXECUTE format('CREATE TRIGGER %I AFTER %s ON %s %s EXECUTE FUNCTION @extschema@.kpi_track(%L, %L, %L, %L)',
				made.trigger_name, made.event, given.relation, made.level, target_schema,
				CASE WHEN made.rows_from IS NULL THEN 'VALUES (NULL::text, NULL::date[])'
					 ELSE format('SELECT DISTINCT %s, days FROM (%s) AS t', CASE WHEN settings.surveys IS NULL OR given.contract NOT IN ('tickets', 'surveys') THEN 'NULL::text' ELSE 'ticket_id' END,
						@extschema@.kpi_days_query(given.relation, given.contract, settings.time_zone, NULL::timestamptz, made.rows_from)) END,
				DAY_COLUMNS, (SELECT string_agg(format('%s %s', attname, atttypid::regtype), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = given.relation AND NOT attisdropped AND attname = ANY (DAY_COLUMNS)));
			IF made.enabled IS NOT NULL THEN
				EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', given.relation, made.enabled, made.trigger_name);
			END IF;
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
		SELECT t.trigger_name, r.relation FROM @extschema@.kpi_relations(target_schema) AS r, @extschema@.kpi_triggers(r.relation) AS t
		-- those, too, of a schema that is no more, or has another name now
		WHERE t.target_schema = kpi_stop_tracking.target_schema OR to_regclass(format('%I.kpi_change', t.target_schema)) IS NULL
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', made.trigger_name, made.relation);
	END LOOP;
	EXECUTE format('SELECT granted_usage FROM %I.kpi_settings', target_schema) INTO made;
	IF made.granted_usage THEN
		EXECUTE format('REVOKE USAGE ON SCHEMA %I FROM PUBLIC', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_stop_tracking(name) IS 'internal: drops the triggers that kpi_build has made, and takes back what it has granted';

-- The part of a statement that counts all tickets which notes their days, with a
-- comma behind it; nothing where triggers do.
CREATE FUNCTION @extschema@.kpi_note_days(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN to_regclass(format('%I.kpi_ticket_days', $1)) IS NULL THEN ''
		ELSE format('before AS (DELETE FROM %1$I.kpi_ticket_days), after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, ARRAY[created_day, responded_day, closed_day] FROM kpi_rows_of_tickets),', $1) END;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_days(name) IS 'internal: a part of the statement of kpi_count, which notes the days that tickets are counted on';

-- What counting depends on beside the rows: when it is another, all days change.
CREATE FUNCTION @extschema@.kpi_counting_state(target_schema name)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT md5(concat(@extschema@.kpi_policy_state($1),
		(SELECT string_agg(concat_ws(' ', r.contract, c.name, c.expression), ', ' ORDER BY r.contract, c.position) FROM @extschema@.kpi_relations($1) AS r, @extschema@.kpi_read_columns(r.relation, r.contract) AS c WHERE c.expression IS NOT NULL)));
$body$;
COMMENT ON FUNCTION @extschema@.kpi_counting_state(name) IS 'internal: tells columns and policies of a built schema from others';

-- Triggers of another owner would run as the caller.
CREATE FUNCTION @extschema@.kpi_require_owned(target_schema name)
RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	owner CONSTANT name := (SELECT pg_get_userbyid(c.relowner) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = target_schema AND c.relname = 'kpi_settings');
BEGIN
	IF owner <> current_user THEN
		RAISE EXCEPTION 'must be owner of what kpi_build has made in schema "%"', target_schema
			USING ERRCODE = 'insufficient_privilege', HINT = format('SET ROLE %I first.', owner);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_owned(name) IS 'internal: an error unless the caller has built the schema';

CREATE FUNCTION @extschema@.kpi_refresh(target_schema name, "full" boolean DEFAULT false)
RETURNS TABLE (days bigint, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- dimensions are texts, the same whoever refreshes them; and instants in the queries that are put together are read as they were meant
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
-- as in kpi_build
SET enable_sort = off
SET jit = off
AS $body$
DECLARE
	-- so many days at a time, between which progress is told
	AT_A_TIME CONSTANT integer := 100;
	-- no later than the snapshot
	started CONSTANT timestamptz := now();
	settings record;
	dirty date[];
	changed text;
	linked text;
	bookkeeping text := '';
	state text;
	unfed name;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	PERFORM @extschema@.kpi_require_owned(target_schema);
	PERFORM @extschema@.kpi_require_readable(target_schema);
	-- one refresh at a time; readers do not wait
	EXECUTE format('SELECT * FROM %I.kpi_settings FOR UPDATE', target_schema) INTO settings;
	state := @extschema@.kpi_counting_state(target_schema);
	EXECUTE format('UPDATE %I.kpi_settings SET changed_since = $1, complete_until = $2, counted_as = $3', target_schema)
		USING started - settings.lag, @extschema@.kpi_day(started, settings.time_zone), state;
	"full" := "full" OR state IS DISTINCT FROM settings.counted_as;

	IF settings.track = 'triggers' THEN
		IF EXISTS (SELECT FROM @extschema@.kpi_relations(target_schema) AS r WHERE NOT EXISTS (SELECT FROM @extschema@.kpi_triggers(r.relation) AS t WHERE t.target_schema = kpi_refresh.target_schema)) THEN
			RAISE WARNING 'a relation of schema "%" has no triggers any more that tell what has changed', target_schema
				USING DETAIL = 'All days are counted.', HINT = 'Call kpi_drop and kpi_build.';
			"full" := true;
		END IF;
		changed := format('DELETE FROM %I.kpi_change RETURNING ticket_id, days', target_schema);
	ELSIF "full" OR NOT EXISTS (SELECT FROM @extschema@.kpi_read_columns(settings.tickets, 'tickets') AS c WHERE c.name = 'updated_at' AND c.expression IS NOT NULL) THEN
		changed := 'SELECT NULL::text AS ticket_id, NULL::date[] AS days';
		bookkeeping := @extschema@.kpi_note_days(target_schema);
	ELSE
		changed := @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, settings.changed_since, NULL::text);
		-- a ticket leaves the days that are counted now, and comes to those it has
		bookkeeping := format('changed AS MATERIALIZED (%2$s),
			before AS (DELETE FROM %1$I.kpi_ticket_days AS f USING changed AS c WHERE f.ticket_id = c.ticket_id COLLATE "C" RETURNING f.ticket_id, f.days),
			after AS (INSERT INTO %1$I.kpi_ticket_days SELECT ticket_id, array_agg(DISTINCT day) FROM (
				SELECT b.ticket_id, d.day FROM before AS b, unnest(b.days) AS d (day) WHERE d.day <> ALL ($1)
				UNION ALL SELECT c.ticket_id, d.day FROM changed AS c, unnest(c.days) AS d (day) WHERE d.day = ANY ($1)) AS t GROUP BY ticket_id),', target_schema, changed);
		changed := concat_ws(' UNION ALL ', changed, format('SELECT ticket_id, days FROM %I.kpi_ticket_days WHERE ticket_id IN (SELECT c.ticket_id COLLATE "C" FROM (%s) AS c)', target_schema, changed),
			@extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, settings.changed_since, NULL::text));
	END IF;
	-- a survey is counted with the dimensions of its ticket, and perhaps on the day of its ticket
	linked := 'TABLE changed';
	IF settings.surveys IS NOT NULL THEN
		linked := concat_ws(' UNION ALL ', linked, format('SELECT * FROM (%s) AS s WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.surveys, 'surveys', settings.time_zone, NULL::timestamptz, NULL::text)),
			CASE WHEN settings.attribute = 'created' THEN format('SELECT * FROM (%s) AS t WHERE ticket_id IN (SELECT c.ticket_id FROM changed AS c)', @extschema@.kpi_days_query(settings.tickets, 'tickets', settings.time_zone, NULL::timestamptz, NULL::text)) END);
	END IF;
	EXECUTE format('WITH changed AS MATERIALIZED (%s), linked AS (%s)
		SELECT $1 OR coalesce(bool_or(days IS NULL), false), (SELECT array_agg(DISTINCT day ORDER BY day) FROM linked AS l, unnest(l.days) AS day WHERE day BETWEEN ''0001-01-01'' AND ''9999-12-31'') FROM changed', changed, linked)
	INTO "full", dirty USING "full";

	IF settings.subscriptions IS NOT NULL THEN
		-- months begin without a change
		dirty := ARRAY(SELECT unnest(dirty) UNION SELECT generate_series(date_trunc('month', settings.complete_until::timestamp) + interval '1 month', started AT TIME ZONE settings.time_zone, '1 month')::date ORDER BY 1);
	END IF;

	IF "full" THEN
		-- a column may have gone that a table lived on
		FOR unfed IN
			SELECT t.name FROM @extschema@.kpi_tally_table AS t
			WHERE to_regclass(format('%I.%I', target_schema, t.name)) IS NOT NULL AND t.name NOT IN (SELECT q.name FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q)
		LOOP
			EXECUTE format('DELETE FROM %I.%I', target_schema, unfed);
		END LOOP;
		rows := @extschema@.kpi_count(target_schema, NULL::date[], NULL::boolean, bookkeeping);
		EXECUTE format('SELECT count(DISTINCT day) FROM %I.ticket_daily', target_schema) INTO days;
	ELSE
		days := coalesce(cardinality(dirty), 0);
		rows := 0;
		-- nobody knows the days of the others
		IF settings.track <> 'triggers' AND num_nonnulls(settings.work_time, settings.subscriptions, settings.customer_events, settings.costs, settings.help_sessions) > 0 THEN
			rows := @extschema@.kpi_count(target_schema, NULL::date[], true, ''::text);
		END IF;
		FOR chunk IN 0 .. (days - 1 + AT_A_TIME) / AT_A_TIME - 1 LOOP
			IF chunk > 0 THEN
				RAISE NOTICE 'counted % of % days', chunk * AT_A_TIME, days;
			END IF;
			rows := rows + @extschema@.kpi_count(target_schema, dirty[chunk * AT_A_TIME + 1 : (chunk + 1) * AT_A_TIME], CASE WHEN settings.track <> 'triggers' THEN false END, bookkeeping);
		END LOOP;
	END IF;
	PERFORM @extschema@.kpi_after_counting(target_schema, CASE WHEN NOT "full" THEN coalesce(dirty, '{}'::date[]) END);
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
	-- what looks like a connection string has to be one
	database CONSTANT text := CASE WHEN current_database() ~ '=|^postgres(ql)?://'
		THEN format('dbname=''%s''', regexp_replace(current_database(), '([''\\])', '\\\1', 'g')) ELSE current_database() END;
	job bigint;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	PERFORM @extschema@.kpi_require_owned(target_schema);
	IF cron IS NULL OR cron ~ '[\n\r]' THEN
		RAISE EXCEPTION 'cron must be one line' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
		EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING format('kpi_refresh %s', target_schema), cron, command;
		RETURN format('scheduled as job %s of pg_cron', job);
	END IF;
	-- the shell reads quotes, and cron ends the line at a percent sign
	RETURN replace(format('%s psql -X -d ''%s'' -c ''%s''', cron, replace(database, '''', '''\'''''), replace(command, '''', '''\''''')), '%', '\%');
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_schedule(name, text) IS 'has pg_cron call kpi_refresh on a schedule like */10 * * * *; without pg_cron, the line for a crontab';

-- kpi_build: daily tallies of a helpdesk, and the views over them, in a schema of
-- the user's.  Everything it makes belongs to the caller and is listed in the
-- table kpi_object there.

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
	lag interval DEFAULT '1 hour',
	work_time regclass DEFAULT NULL,
	subscriptions regclass DEFAULT NULL,
	customer_events regclass DEFAULT NULL,
	costs regclass DEFAULT NULL,
	help_sessions regclass DEFAULT NULL)
RETURNS TABLE (object text, kind text, rows bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
-- the planner takes each instant for a day of its own, and would sort them all
SET enable_sort = off
-- compiling hundreds of expressions takes longer than they do
SET jit = off
-- as in kpi_refresh
SET datestyle = 'ISO, YMD'
SET intervalstyle = 'postgres'
SET extra_float_digits = 1
SET timezone = 'UTC'
AS $body$
DECLARE
	started CONSTANT timestamptz := now();
	work_mem CONSTANT text := current_setting('work_mem');
	makes_schema CONSTANT boolean := NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = target_schema);
	problem record;
	made record;
	tables name[] := '{}';
	views name[] := '{}';
BEGIN
	IF tickets IS NULL OR target_schema IS NULL OR time_zone IS NULL OR dimensions IS NULL OR attribute IS NULL OR track IS NULL OR lag IS NULL
		OR week_start IS NULL OR csat_satisfied_from IS NULL OR ces_easy_from IS NULL
	THEN
		RAISE EXCEPTION 'only the relations beside tickets, hours and fcr_rule can be NULL' USING ERRCODE = 'null_value_not_allowed';
	END IF;
	-- CET is a time zone with summer time, and an abbreviation without
	IF EXISTS (SELECT FROM (VALUES (timestamptz '2026-01-01 00:00+00'), ('2026-07-01 00:00+00')) AS v (at)
			   WHERE extract(hour FROM at AT TIME ZONE time_zone) <> @extschema@.kpi_hour(at, time_zone))
	THEN
		RAISE EXCEPTION 'time zone "%" is an abbreviation, too', time_zone
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a place, as in Europe/Berlin.';
	END IF;
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
		SELECT d.name FROM unnest(dimensions) AS d (name)
		WHERE d.name IN ('day', 'team', 'channel', 'category', 'priority', 'customer_tier', 'calendar', 'is_unanswered', 'is_unresolved', 'is_impossible', 'is_first_contact') OR d.name IN (SELECT m.name FROM @extschema@.kpi_measure AS m WHERE 'ticket' = ANY (m.kept_by))
		OR NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = tickets AND a.attname = d.name AND a.attnum > 0 AND NOT a.attisdropped)
		OR (SELECT count(*) FROM unnest(dimensions) AS other WHERE other = d.name) > 1
	LOOP
		RAISE EXCEPTION '"%" cannot be a dimension', problem.name
			USING ERRCODE = 'invalid_parameter_value', HINT = 'Name other columns of the tickets, each once; team, channel, category, priority and customer_tier are dimensions already.';
	END LOOP;

	-- what others commit between its snapshot and its triggers would be lost
	IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
		RAISE EXCEPTION 'kpi_build cannot run at isolation level %', current_setting('transaction_isolation')
			USING ERRCODE = 'active_sql_transaction', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED.';
	END IF;
	IF to_regclass(format('%I.kpi_object', target_schema)) IS NOT NULL THEN
		RAISE EXCEPTION 'schema "%" is built already', target_schema
			USING ERRCODE = 'duplicate_object', HINT = 'Call kpi_drop first, or build into another schema.';
	END IF;

	IF makes_schema THEN
		EXECUTE format('CREATE SCHEMA %I', target_schema);
	END IF;
	EXECUTE format('CREATE TABLE %I.kpi_object (position integer PRIMARY KEY, name name NOT NULL, kind text NOT NULL)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_object IS ''what kpi_build has made here, and kpi_drop will drop''', target_schema);
	EXECUTE format(
		'CREATE TABLE %I.kpi_settings (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), made_schema boolean NOT NULL, tickets regclass NOT NULL, surveys regclass, time_zone text NOT NULL,
			hours @extschema@.business_hours, week_start integer NOT NULL, fcr_rule @extschema@.kpi_contact_rule, csat_satisfied_from integer NOT NULL, ces_easy_from integer NOT NULL, dimensions text[] NOT NULL,
			attribute @extschema@.kpi_attribute NOT NULL, track @extschema@.kpi_tracking NOT NULL, lag interval NOT NULL,
			work_time regclass, subscriptions regclass, customer_events regclass, costs regclass, help_sessions regclass, changed_since timestamptz NOT NULL, complete_until date NOT NULL, granted_usage boolean NOT NULL DEFAULT false, counted_as text)', target_schema);
	EXECUTE format('COMMENT ON TABLE %I.kpi_settings IS ''the arguments of kpi_build, and how far kpi_refresh has come''', target_schema);
	EXECUTE format('INSERT INTO %I.kpi_settings VALUES (true, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)', target_schema)
		USING makes_schema, tickets, surveys, time_zone, hours, week_start, fcr_rule, csat_satisfied_from, ces_easy_from, dimensions, attribute, track, lag,
			work_time, subscriptions, customer_events, costs, help_sessions, started - lag, @extschema@.kpi_day(started, time_zone);
	PERFORM @extschema@.kpi_require_readable(target_schema);
	PERFORM @extschema@.kpi_make_user_tables(target_schema);
	EXECUTE format('UPDATE %I.kpi_settings SET counted_as = $1', target_schema) USING @extschema@.kpi_counting_state(target_schema);

	-- a build is maintenance, and may take the memory that is meant for it
	PERFORM set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')), pg_size_bytes(current_setting('maintenance_work_mem'))) / 1024 || 'kB', true);
	-- first of all, so that no change between here and the end is lost
	PERFORM @extschema@.kpi_start_tracking(target_schema);
	FOR made IN SELECT q.name, q.types FROM @extschema@.kpi_tally_queries(target_schema, NULL::date[]) AS q LOOP
		EXECUTE format('CREATE TABLE %I.%I (%s)', target_schema, made.name, made.types);
		tables := tables || made.name;
	END LOOP;
	PERFORM @extschema@.kpi_count(target_schema, NULL::date[], NULL::boolean, @extschema@.kpi_note_days(target_schema));
	FOR made IN SELECT t.name, t.description FROM @extschema@.kpi_tally_table AS t WHERE t.name = ANY (tables) ORDER BY t.position LOOP
		EXECUTE format('CREATE INDEX ON %I.%I (day)', target_schema, made.name);
		EXECUTE format('COMMENT ON TABLE %I.%I IS %L', target_schema, made.name, made.description);
		EXECUTE format('ANALYZE %I.%I', target_schema, made.name);
		object := made.name;
		kind := 'table';
		EXECUTE format('SELECT count(*) FROM %I.%I', target_schema, made.name) INTO rows;
		RETURN NEXT;
	END LOOP;
	IF track = 'updated_at' THEN
		EXECUTE format('CREATE INDEX ON %I.kpi_ticket_days (ticket_id)', target_schema);
		EXECUTE format('ANALYZE %I.kpi_ticket_days', target_schema);
	END IF;
	PERFORM set_config('work_mem', work_mem, true);

	FOR made IN SELECT * FROM @extschema@.kpi_views(target_schema) LOOP
		EXECUTE format('CREATE VIEW %I.%I AS %s', target_schema, made.name, made.query);
		EXECUTE format('COMMENT ON VIEW %I.%I IS %L', target_schema, made.name, made.description);
		views := views || made.name;
		object := made.name;
		kind := 'view';
		rows := NULL;
		RETURN NEXT;
	END LOOP;

	FOR made IN
		SELECT c.relname, a.attname, coalesce(d.description, format('column %s of the tickets', a.attname)) AS description
		FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid LEFT JOIN @extschema@.kpi_described_columns() AS d ON d.name = a.attname
		WHERE c.relnamespace = quote_ident(target_schema)::regnamespace AND a.attnum > 0 AND c.relname = ANY (tables || views)
	LOOP
		EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', target_schema, made.relname, made.attname, made.description);
	END LOOP;
	EXECUTE format('INSERT INTO %1$I.kpi_object SELECT row_number() OVER (ORDER BY c.relkind DESC, c.oid), c.relname, CASE c.relkind WHEN ''v'' THEN ''view'' ELSE ''table'' END
		FROM pg_class AS c WHERE c.relnamespace = $1 AND c.relkind IN (''r'', ''v'') AND c.relname = ANY ($2)', target_schema)
		USING quote_ident(target_schema)::regnamespace,
			  '{kpi_object,kpi_settings,kpi_ticket_days,kpi_change}'::name[] || tables || views;
	PERFORM @extschema@.kpi_after_counting(target_schema, NULL::date[]);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_build(regclass, name, text, regclass, @extschema@.business_hours, integer, @extschema@.kpi_contact_rule, integer, integer, text[], @extschema@.kpi_attribute, @extschema@.kpi_tracking, interval, regclass, regclass, regclass, regclass, regclass)
IS 'makes daily tallies of tickets and what else you have, and the views over them, in a schema of yours; see kpi_refresh and kpi_drop';

CREATE FUNCTION @extschema@.kpi_drop(target_schema name, keep_user_rows boolean DEFAULT true)
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
	PERFORM @extschema@.kpi_drop_user_tables(target_schema, keep_user_rows);
	-- the schema, too, unless there is something of the user's in it
	IF settings.made_schema AND NOT EXISTS (SELECT FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass AND refobjid = quote_ident(target_schema)::regnamespace) THEN
		EXECUTE format('DROP SCHEMA %I', target_schema);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_drop(name, boolean) IS 'drops what kpi_build has made, and nothing else: neither targets, policies and alerts nor follow-ups that you have written in, unless you say so';
