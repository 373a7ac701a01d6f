-- Makes the relations of a mart from the templates and its settings.

-- Takes from other roles what ALTER DEFAULT PRIVILEGES gave them beyond reading.  A
-- trigger or a foreign key of theirs would run in the refresh, or stop it.
CREATE FUNCTION @extschema@.kpi_revoke_writes(target_schema name, relation name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	given record;
BEGIN
	FOR given IN
		SELECT a.privilege_type, @extschema@.kpi_role_name(a.grantee) AS grantee
		FROM pg_class AS c, aclexplode(c.relacl) AS a
		WHERE c.oid = format('%I.%I', target_schema, relation)::regclass
		AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT'
	LOOP
		EXECUTE format('REVOKE %s ON %I.%I FROM %s', given.privilege_type, target_schema, relation, given.grantee);
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_revoke_writes(name, name)
IS 'internal: leaves other roles no right but SELECT on a relation';

-- Comments a relation and its columns as its template says, ticket_source as the
-- contract says.  A dimension has no comment of its own there.
CREATE FUNCTION @extschema@.kpi_comment_relation(target_schema name, relation name, template name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	body text := coalesce((SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template),
		'-- the tickets with every column of the contract, in its type; a missing one is NULL');
	target CONSTANT regclass := format('%I.%I', target_schema, relation)::regclass;
	kind CONSTANT text := (SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END FROM pg_class WHERE oid = target);
	period CONSTANT text := @extschema@.kpi_period_name(relation);
	found record;
BEGIN
	body := replace(replace(body, '@period_name@', coalesce(period, '')), '@release@', @extschema@.kpi_mart_release());
	EXECUTE format('COMMENT ON %s %s IS %L', kind, target, ltrim(substring(body FROM '^\s*-- ([^\n]*)')));
	FOR found IN
		SELECT a.attname, c.description
		FROM pg_attribute AS a
		LEFT JOIN (
			SELECT t.name, t.description FROM @extschema@.kpi_template_columns(body) AS t
			UNION ALL SELECT k.name, k.definition FROM @extschema@.kpi_contract AS k
			WHERE template = 'ticket_source' AND k.relation = 'tickets'
			UNION ALL SELECT 'changed_at', 'when the row changed: a refresh reads rows by it' WHERE template = 'ticket_source'
		) AS c ON c.name = a.attname
		WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
	LOOP
		EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', target, found.attname, coalesce(found.description,
			CASE WHEN template = 'ticket_source' AND found.attname LIKE 'has\_%'
				THEN format('whether the tickets have a column %s', substr(found.attname, 5))
				ELSE format('column %s of the tickets', found.attname) END
			|| CASE WHEN template IN ('kpi_period', 'ticket_daily_subset') THEN '; all for every value together' ELSE '' END));
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_comment_relation(name, name, name)
IS 'internal: gives a relation and its columns the comments of a template';

-- The period of the rows of kpi_daily, kpi_weekly and kpi_monthly; NULL for others.
CREATE FUNCTION @extschema@.kpi_period_name(relation name) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE relation WHEN 'kpi_daily' THEN 'day' WHEN 'kpi_weekly' THEN 'week' WHEN 'kpi_monthly' THEN 'month' END;
COMMENT ON FUNCTION @extschema@.kpi_period_name(name) IS 'internal: day, week or month for a view of that period';

-- Raises an error unless a table that kpi_drop kept can be taken up again.
CREATE FUNCTION @extschema@.kpi_require_kept_table(relation regclass, template name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET client_min_messages = warning
AS $body$
DECLARE
	body CONSTANT text := (SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template);
	problem text;
BEGIN
	PERFORM @extschema@.kpi_require_plain_tables(ARRAY[relation]);
	EXECUTE format('CREATE TEMPORARY TABLE kpi_kept_table %s', @extschema@.kpi_template_definition(body));
	SELECT string_agg(quote_ident(w.attname), ', ' ORDER BY w.attnum) INTO problem
	FROM pg_attribute AS w
	LEFT JOIN pg_attribute AS g ON g.attrelid = relation AND g.attname = w.attname AND g.atttypid = w.atttypid
	WHERE w.attrelid = 'pg_temp.kpi_kept_table'::regclass AND w.attnum > 0 AND g.attname IS NULL;
	DROP TABLE pg_temp.kpi_kept_table;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'table % lacks columns, or they have another type: %', relation, problem
			USING ERRCODE = 'duplicate_table', HINT = 'Rename or drop it.';
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_require_kept_table(regclass, name)
IS 'internal: an error unless a table is one that kpi_drop kept';

-- Records a relation, or its new definition.
CREATE FUNCTION @extschema@.kpi_record(target_schema name, relation name, kind text, definition text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('INSERT INTO %1$I.kpi_object AS o
		SELECT $1, $2, $3, $4, CASE $3 WHEN ''view'' THEN pg_get_viewdef($2) END, $5, count(*) FROM %1$I.kpi_object
		ON CONFLICT (name) DO UPDATE
		SET definition = excluded.definition, deparsed = excluded.deparsed, version = excluded.version', target_schema)
	USING relation, format('%I.%I', target_schema, relation)::regclass, kind, definition, @extschema@.kpi_mart_release();
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_record(name, name, text, text)
IS 'internal: records a relation of a mart in its kpi_object';

-- Makes a table of ours or of the user's, and records it.
CREATE FUNCTION @extschema@.kpi_make_table(target_schema name, template name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	body CONSTANT text := (SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template);
	kind CONSTANT text := @extschema@.kpi_template_option(body, 'kind');
	definition text := @extschema@.kpi_template_definition(body);
	existing CONSTANT regclass := to_regclass(format('%I.%I', target_schema, template));
	index text;
BEGIN
	IF definition ~ '@[a-z_]+@' THEN
		definition := @extschema@.kpi_fill(definition, @extschema@.kpi_placeholders(target_schema));
	END IF;
	IF kind = 'user table' AND existing IS NOT NULL THEN
		-- rows that kpi_drop kept
		EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', existing);
		PERFORM @extschema@.kpi_require_kept_table(existing, template);
	ELSE
		EXECUTE format('CREATE TABLE %I.%I %s', target_schema, template, definition);
		FOR index IN SELECT @extschema@.kpi_template_option(body, 'index') LOOP
			EXECUTE format('CREATE UNIQUE INDEX ON %I.%I (%s)', target_schema, template, index);
		END LOOP;
	END IF;
	PERFORM @extschema@.kpi_revoke_writes(target_schema, template);
	PERFORM @extschema@.kpi_comment_relation(target_schema, template, template);
	PERFORM @extschema@.kpi_record(target_schema, template, kind, definition);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_table(name, name) IS 'internal: makes a table of a mart';

CREATE FUNCTION @extschema@.kpi_mart_release() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT extversion FROM pg_extension WHERE extname = 'kpi_mart';
$body$;
COMMENT ON FUNCTION @extschema@.kpi_mart_release() IS 'internal: version of kpi_mart in this database';

-- Makes the views, and the tables that store those called x_now.  With replace, only
-- makes the views again, in place.
CREATE FUNCTION @extschema@.kpi_make_views(target_schema name, replace boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	placeholders CONSTANT jsonb := @extschema@.kpi_placeholders(target_schema);
	create_view CONSTANT text := ' VIEW %I.%I'
		|| CASE WHEN current_setting('server_version_num')::int >= 150000 THEN ' WITH (security_invoker = true)' ELSE '' END || E' AS\n%s';
	dimensions text[];
	template record;
	made record;
	definition text;
	view regclass;
	is_made boolean;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT dimensions FROM %I.kpi_settings', target_schema) INTO STRICT dimensions;
	FOR template IN
		SELECT 0 AS position, 'ticket_source'::name AS name, NULL::text AS body
		UNION ALL SELECT t.position, t.name, t.body
		FROM @extschema@.kpi_template AS t
		WHERE NOT EXISTS (SELECT @extschema@.kpi_template_option(t.body, 'kind'))
		ORDER BY position
	LOOP
		CONTINUE WHEN EXISTS (
			SELECT FROM @extschema@.kpi_template_option(template.body, 'needs') AS need WHERE need <> ALL (dimensions));
		FOR made IN
			SELECT n::name AS name
			FROM regexp_split_to_table(coalesce((SELECT @extschema@.kpi_template_option(template.body, 'names')), template.name), ' ') AS n
		LOOP
			definition := CASE WHEN template.position = 0 THEN @extschema@.kpi_ticket_source(target_schema)
				ELSE @extschema@.kpi_fill(@extschema@.kpi_template_definition(template.body), placeholders
					|| @extschema@.kpi_period(made.name, (placeholders ->> 'week_start')::int)) END;
			-- replacing a view locks its readers out, so one that stays the same is left alone
			EXECUTE format('SELECT count(*) > 0 FROM %I.kpi_object WHERE name = $1 AND definition = $2', target_schema)
			INTO is_made USING made.name, definition;
			CONTINUE WHEN is_made;
			EXECUTE format(CASE WHEN replace THEN 'CREATE OR REPLACE' ELSE 'CREATE' END || create_view,
				target_schema, made.name, definition);
			-- From its own text, as a dump restores it: the text stays the same then, and a check needs no temporary view.
			view := format('%I.%I', target_schema, made.name);
			EXECUTE format('CREATE OR REPLACE' || create_view, target_schema, made.name, rtrim(pg_get_viewdef(view), ';'));
			PERFORM @extschema@.kpi_record(target_schema, made.name, 'view'::text, definition);
			PERFORM @extschema@.kpi_comment_relation(target_schema, made.name, template.name);
			IF template.position = 0 THEN
				PERFORM @extschema@.kpi_require_safe_source(view);
			ELSIF made.name LIKE '%\_now' THEN
				-- with the views that it reads, before anything reads it
				PERFORM @extschema@.kpi_require_own_code(ARRAY(SELECT @extschema@.kpi_relations_read(view::oid)), false);
				IF NOT replace THEN
					PERFORM @extschema@.kpi_store_view(target_schema, template.name);
				END IF;
			END IF;
		END LOOP;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_views(name, boolean) IS 'internal: makes the views of a mart and the tables that store them';

-- The placeholders that differ between kpi_daily, kpi_weekly and kpi_monthly.
CREATE FUNCTION @extschema@.kpi_period(relation name, week_start int) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN p IS NULL THEN '{}' ELSE jsonb_build_object('period_name', p, 'period', CASE p
		WHEN 'day' THEN 'day'
		WHEN 'week' THEN format('day - (extract(isodow FROM day)::integer - %s + 7) %% 7', $2)
		WHEN 'month' THEN 'date_trunc(''month'', day::timestamp)::date' END) END
	FROM @extschema@.kpi_period_name($1) AS p;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_period(name, int) IS 'internal: the placeholders for a view of a period';

-- Makes the table x that stores what the view x_now gives.
CREATE FUNCTION @extschema@.kpi_store_view(target_schema name, template name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	body CONSTANT text := (SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template);
	stored CONSTANT name := regexp_replace(template, '_now$', '');
	query CONSTANT text := format('SELECT * FROM %I.%I', target_schema, template);
	option text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TABLE %I.%I AS %s', target_schema, stored, query);
	PERFORM @extschema@.kpi_revoke_writes(target_schema, stored);
	FOR option IN SELECT @extschema@.kpi_template_option(body, 'key') LOOP
		EXECUTE format('ALTER TABLE %I.%I ADD PRIMARY KEY (%s)', target_schema, stored, option);
	END LOOP;
	FOR option IN SELECT @extschema@.kpi_template_option(body, 'index') LOOP
		EXECUTE format('CREATE INDEX ON %I.%I (%s)%s', target_schema, stored, split_part(option, ' WHERE ', 1),
			substring(option FROM ' WHERE .*'));
	END LOOP;
	EXECUTE format('ANALYZE %I.%I', target_schema, stored);
	PERFORM @extschema@.kpi_comment_relation(target_schema, stored, template);
	PERFORM @extschema@.kpi_record(target_schema, stored, 'table'::text, query);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_store_view(name, name) IS 'internal: makes the table that stores a view of a mart';
