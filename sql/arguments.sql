
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
