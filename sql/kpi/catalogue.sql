
-- The catalogue of built-in KPIs and KPIs defined by users.

CREATE VIEW @extschema@.kpi_catalogue AS
	SELECT
		b.name,
		e.extnamespace::regnamespace::text AS schema,
		b.aliases,
		b.family,
		(SELECT array_agg(DISTINCT split_part(s, '(', 1)) FROM unnest(b.signatures) AS s) AS transitions,
		b.final AS final_function,
		-- without the classes of types, which stand for every number or every kind of
		-- instant, and without types of ours
		(SELECT array_agg(
			regexp_replace(regexp_replace(replace(s, '@extschema@.', '%'), '^\w+', b.name), ' (<\w+>|%\w+)', '', 'g')
			ORDER BY n)
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
		array_agg(format('%s(%s)', p.proname, pg_get_function_arguments(p.oid))
			ORDER BY pg_get_function_arguments(p.oid) COLLATE "C"),
		substring(min(c.comment) FROM '(?n)^Unit: (.*)$'),
		(SELECT enumlabel::text::@extschema@.kpi_direction FROM pg_catalog.pg_enum
		 WHERE enumtypid = '@extschema@.kpi_direction'::regtype
		 AND enumlabel = substring(min(c.comment) FROM '(?n)^Better: (.*)$')),
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
				  DETAIL = 'A name consists of at most 63 lower-case letters, digits and underscores, and does not begin with a digit.';
	END IF;
	-- An aggregate named like a function of PostgreSQL would take its calls:
	-- count(boolean) is a better match than count("any").  Some names are not functions
	-- but syntax: coalesce(...), or a type cast, such as date(...).
	IF EXISTS (SELECT FROM pg_proc AS p
			   WHERE p.proname = kpi_define.name AND p.pronamespace = 'pg_catalog'::regnamespace)
		OR EXISTS (SELECT FROM pg_type AS t
				   WHERE t.typname = kpi_define.name AND t.typnamespace = 'pg_catalog'::regnamespace)
		OR EXISTS (SELECT FROM pg_get_keywords() AS k WHERE k.word = kpi_define.name AND k.catcode <> 'U')
	THEN
		RAISE EXCEPTION 'KPI name "%" is already used by PostgreSQL', name
			USING ERRCODE = 'reserved_name', HINT = 'Choose another name.';
	END IF;
	IF EXISTS (
		SELECT FROM pg_depend AS d
		JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'kpi'
		LEFT JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
		LEFT JOIN pg_type AS t ON d.classid = 'pg_type'::regclass AND d.objid = t.oid
		WHERE d.deptype = 'e' AND kpi_define.name IN (p.proname, t.typname))
	THEN
		RAISE EXCEPTION 'KPI name "%" is already used by the extension', name
			USING ERRCODE = 'duplicate_object', HINT = 'Choose another name.';
	END IF;
	IF coalesce(definition, '') = '' THEN
		RAISE EXCEPTION 'KPI "%" has no definition', name
			USING ERRCODE = 'invalid_parameter_value',
				  HINT = 'Describe in one sentence what is counted, and what the denominator is.';
	END IF;
	-- kpi_catalogue reads all of it back from the comment, line by line
	IF concat(definition, question, unit, example, array_to_string(aliases, '')) ~ '[\n\r]'
		OR definition ~ '^(Question|Unit|Better|Also known as|Example): '
		OR array_to_string(aliases, '') ~ ',' OR '' = ANY (aliases)
	THEN
		RAISE EXCEPTION 'invalid description of KPI "%"', name
			USING ERRCODE = 'invalid_parameter_value',
				  DETAIL = 'Each part must be one line, the definition must not begin like another part, '
					  'and an alias must not be empty or contain a comma.';
	END IF;
	IF schema IS NULL THEN
		RAISE EXCEPTION 'no schema has been selected to create in'
			USING ERRCODE = 'invalid_schema_name', HINT = 'Pass one, as in schema => ''support''.';
	END IF;
	IF to_regnamespace(quote_ident(schema)) IS NULL THEN
		RAISE EXCEPTION 'schema "%" does not exist', schema USING ERRCODE = 'invalid_schema_name';
	END IF;
	-- the catalogue has one definition for all aggregates of a name
	IF EXISTS (
		SELECT FROM pg_proc AS p
		WHERE p.proname = kpi_define.name AND p.pronamespace = to_regnamespace(quote_ident(schema)) AND p.prokind = 'a')
	THEN
		RAISE EXCEPTION 'aggregate "%" already exists in schema "%"', name, schema
			USING ERRCODE = 'duplicate_function',
				  HINT = 'Choose another name, or drop all aggregates of this one first.';
	END IF;

	SELECT * INTO chosen FROM (VALUES
		('scores', 'kpi_scores', 'score_avg', 'score', ARRAY['kpi_scores_accum(score <score>)']),
		('rate', 'kpi_rate', 'rate_pct', 'percent', ARRAY['kpi_rate_accum(hit boolean)']),
		('ratio', 'kpi_ratio', 'ratio_value', 'ratio', ARRAY[
			'kpi_ratio_accum(numerator <amount>, denominator <amount>)']),
		('average', 'kpi_ratio', 'avg_duration', 'duration', ARRAY[
			'kpi_ratio_accum_duration(duration interval)',
			'kpi_ratio_accum_duration(started <instant>, ended <instant>)',
			'kpi_ratio_accum_duration(started <instant>, ended <instant>, hours @extschema@.business_hours)']),
		('durations', 'kpi_durations', 'median_duration', 'duration', ARRAY[
			'kpi_durations_accum(duration interval)',
			'kpi_durations_accum(started <instant>, ended <instant>)',
			'kpi_durations_accum(started <instant>, ended <instant>, hours @extschema@.business_hours)'])
		) AS f (family, tally, answer, unit, signatures)
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
		RAISE EXCEPTION 'family "%" has no accessor "%"', family, answer
			USING ERRCODE = 'undefined_function',
				  HINT = format('The answer is a function of one %s, such as %s.', chosen.tally, chosen.answer);
	END IF;

	BEGIN
		FOREACH signature IN ARRAY chosen.signatures LOOP
			PERFORM @extschema@.kpi_create_aggregate(
				schema, name, signature, coalesce(answer, chosen.answer),
				@extschema@.kpi_describe(definition, question, coalesce(unit, chosen.unit), better, aliases, example));
		END LOOP;
	EXCEPTION WHEN unique_violation THEN
		-- another session committed the same aggregate after CREATE AGGREGATE looked for it
		RAISE EXCEPTION 'KPI "%" already exists', name
			USING ERRCODE = 'duplicate_function', DETAIL = 'Another session has just defined it.';
	END;
	RETURN format('%I.%I', schema, name);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_define(
	text, text, text, text, text, text, @extschema@.kpi_direction, text[], text, text)
IS 'creates a KPI of your own: an aggregate in your schema over the tally of a family (scores, rate, ratio, '
'average or durations), answered by an accessor; returns its qualified name';
