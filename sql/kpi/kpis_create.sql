-- Creates the aggregates of the built-in KPIs, their accessors and their comments.

-- an example is written on several lines, and shown on one
UPDATE @extschema@.kpi_builtin
SET example = btrim(replace(regexp_replace(example, '\s+', ' ', 'g'), '( ', '('));

CREATE FUNCTION @extschema@.kpi_describe(definition text, question text, unit text,
	better @extschema@.kpi_direction, aliases text[], example text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	-- the definition first, for people; kpi_catalogue parses the lines after it
	SELECT concat_ws(E'\n', $1, 'Question: ' || $2, 'Unit: ' || $3, 'Better: ' || $4,
					 'Also known as: ' || nullif(array_to_string($5, ', '), ''), 'Example: ' || $6);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_describe(text, text, text, @extschema@.kpi_direction, text[], text)
IS 'internal: the comment of a KPI';

-- The line of a built-in KPI's comment with its NULL rule; dropped below.
CREATE FUNCTION @extschema@.kpi_null_rule(family text, unit text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT E'\nNULL: ' || CASE
		WHEN $1 = 'trend' THEN 'with fewer than two different instants'
		WHEN $1 = 'ratio' AND $2 <> 'tickets' THEN 'when the denominator is 0'
		ELSE 'when nothing is counted'
	END;
$body$;

DO $install$
DECLARE
	ours CONSTANT text := '@extschema@';
	schema CONSTANT text := (
		SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
	kpi @extschema@.kpi_builtin;
	tally text;
	symbol text;
BEGIN
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		FOR tally, symbol IN
			SELECT split_part(accessor, '=', 1), split_part(accessor, '=', 2) FROM unnest(kpi.accessors) AS accessor
		LOOP
			EXECUTE format(
				'CREATE FUNCTION %1$s.%2$I(tally %1$s.%3$I) RETURNS %4$s
				 AS ''MODULE_PATHNAME'', %5$L LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
				ours, kpi.name, tally,
				CASE kpi.unit
					WHEN 'duration' THEN 'interval' WHEN 'currency' THEN 'numeric' WHEN 'tickets' THEN 'bigint'
					ELSE 'double precision'
				END,
				symbol);
			EXECUTE format('COMMENT ON FUNCTION %1$s.%2$I(%1$s.%3$I) IS %4$L',
						   ours, kpi.name, tally, format(E'of a tally: %s\nUnit: %s', kpi.definition, kpi.unit)
						   || @extschema@.kpi_null_rule(kpi.family, kpi.unit));
		END LOOP;
	END LOOP;
	-- the aggregates need the final functions of all KPIs
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		PERFORM @extschema@.kpi_create_aggregate(
			schema, kpi.name, signature, kpi.final,
			@extschema@.kpi_describe(kpi.definition, kpi.question, kpi.unit, kpi.better, kpi.aliases, kpi.example)
			|| @extschema@.kpi_null_rule(kpi.family, kpi.unit))
		FROM unnest(kpi.signatures) AS signature;
	END LOOP;
END
$install$;
DROP FUNCTION @extschema@.kpi_null_rule(text, text);
