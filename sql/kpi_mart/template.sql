-- The relations of a mart, each as the text of its file in sql/kpi_mart/relations.
--
-- A text begins with comment lines.  The first one describes the relation.  The others are
-- options:
--
-- kind		table, user table, query or fragment; without it a view
-- row		a row of a user table
-- index	columns, with WHERE ..., of the table x that stores a view x_now
-- key		the primary key of that table
-- from		the relations for whose changes that table is compared, its own one first
-- counts	the stored tables for whose changed days that table, a tally, is recalculated
-- days		the columns with the days on which a row counts, if the rows of that table are
--			replaced for the tickets that changed, or for their customers; or none
-- needs	a dimension without which the relation is left out
-- given	a relation of kpi_build, or no_recontact as fcr_rule, without which it is left out
-- names	the relations that the text makes, if several
-- column	name and comment of a column that a placeholder makes
-- cells	the columns that identify a row for kpi_explain
-- opened by	the query with which kpi_explain finds the tickets of a row; opened_kpi without it
--
-- The comment of an output column ends its line.  @name@ is a placeholder.

CREATE TABLE @extschema@.kpi_template (
	position int PRIMARY KEY,
	name name NOT NULL UNIQUE,
	body text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_template
IS 'the relations that kpi_build makes, as text with placeholders; read-only';
COMMENT ON COLUMN @extschema@.kpi_template.position IS 'order in which they are made';
COMMENT ON COLUMN @extschema@.kpi_template.name IS 'name of the relation';
COMMENT ON COLUMN @extschema@.kpi_template.body IS 'its query, or the columns of a table, with comments';
REVOKE ALL ON @extschema@.kpi_template FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_template TO PUBLIC;

-- The values of an option such as "index: day", in order; none without it.
CREATE FUNCTION @extschema@.kpi_template_option(body text, option text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	SELECT m[1]
	-- searches only the first lines, because the body is long
	FROM regexp_matches(substring($1 FROM '^\s*(?:--[^\n]*\n)+'), '^-- ' || $2 || ': ([^\n]*)$', 'gn') AS m;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_template_option(text, text)
IS 'internal: the values of an option of a template';

-- The text of a template without its first comment lines.
CREATE FUNCTION @extschema@.kpi_template_definition(body text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	SELECT rtrim(regexp_replace($1, '^\s*(--[^\n]*\n)+', ''), E'\n');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_template_definition(text)
IS 'internal: the text of a template without its first comment lines';

-- The comments of the output columns.  In a query the name is the last word before
-- the comment, in the select list that is not indented; in a table the first word.
CREATE FUNCTION @extschema@.kpi_template_columns(body text) RETURNS TABLE (name name, description text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	SELECT split_part(c, ' ', 1)::name, substr(c, strpos(c, ' ') + 1) FROM @extschema@.kpi_template_option($1, 'column') AS c
	UNION ALL
	SELECT m[1]::name, m[2]
	FROM @extschema@.kpi_template_definition($1) AS definition,
		regexp_matches(
			CASE WHEN definition LIKE '(%' THEN definition
				ELSE substring(definition FROM '(?:^|\n)SELECT\n(.*?)\nFROM') END,
			CASE WHEN definition LIKE '(%' THEN '^\t(\w+) [^\n]* -- ([^\n]*)$' ELSE '(\w+),? -- ([^\n]*)$' END, 'gn') AS m;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_template_columns(text)
IS 'internal: the comments of the columns of a template';

-- Replaces each placeholder in one pass, so that a value is never read as another
-- placeholder.  Raises an error for an unknown one.
CREATE FUNCTION @extschema@.kpi_fill(template text, placeholders jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	part text[];
	filled text := '';
BEGIN
	FOR part IN SELECT m FROM regexp_matches(template, '([^@]+)|@([a-z_]+)@|(@)', 'g') AS m LOOP
		IF part[2] IS NOT NULL AND placeholders ->> part[2] IS NULL THEN
			RAISE EXCEPTION 'unknown placeholder "%"', part[2] USING ERRCODE = 'undefined_object';
		END IF;
		filled := filled || coalesce(part[1], placeholders ->> part[2], part[3]);
	END LOOP;
	RETURN filled;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_fill(text, jsonb) IS 'internal: a text with its placeholders replaced';
