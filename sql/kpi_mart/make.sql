-- Makes the relations of a mart from the templates and its settings.

-- Revokes from other roles any right beyond SELECT that ALTER DEFAULT PRIVILEGES granted.
-- A trigger or a foreign key of theirs would run in the refresh, or stop it.
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
IS 'internal: revokes from other roles all rights except SELECT on a relation';

-- A publication of all tables would else stop updates of tables without a primary key.
CREATE FUNCTION @extschema@.kpi_identify_rows(target_schema name, relation name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = format('%I.%I', target_schema, relation)::regclass AND indisprimary) THEN
		EXECUTE format('ALTER TABLE %I.%I REPLICA IDENTITY FULL', target_schema, relation);
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_identify_rows(name, name)
IS 'internal: lets the rows of a table without a primary key be published';

-- Adds the comments of a relation and its columns from its template, or from the contract
-- for a source view.  A dimension has no comment in the template.  "internal: " begins the
-- comment of every relation that is not for people.
CREATE FUNCTION @extschema@.kpi_comment_relation(target_schema name, relation name, template name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	-- of a source view, or of a view that has all its columns
	contract CONSTANT text := CASE template WHEN 'ticket_policy' THEN 'tickets' ELSE (
		SELECT DISTINCT k.relation FROM @extschema@.kpi_contract AS k
		WHERE @extschema@.kpi_source_name(k.relation) = template) END;
	body text := coalesce((SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template),
		format('-- internal: %s as given, with every column of the contract, in its type; a missing one is NULL', contract));
	target CONSTANT regclass := format('%I.%I', target_schema, relation)::regclass;
	kind CONSTANT text := (SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END FROM pg_class WHERE oid = target);
	summary text;
	period CONSTANT text := @extschema@.kpi_period_name(relation);
	commands text;
BEGIN
	body := replace(replace(body, '@period_name@', coalesce(period, '')), '@release@', @extschema@.kpi_mart_release());
	summary := ltrim(substring(body FROM '^\s*-- ([^\n]*)'));
	-- the table that stores such a view can be for people
	IF relation LIKE '%\_now' AND summary NOT LIKE 'internal: %' THEN
		summary := 'internal: ' || summary;
	END IF;
	SELECT string_agg(format('COMMENT ON COLUMN %s.%I IS %L', target, a.attname, coalesce(c.description,
			CASE WHEN contract = 'tickets' AND a.attname LIKE 'has\_%'
				THEN format('whether the tickets have a column %s', substr(a.attname, 5))
				ELSE format('column %s of the tickets', a.attname) END
			|| CASE WHEN template IN ('kpi_period', 'ticket_daily_subset', 'business_subset')
				THEN '; all is the total of all values' ELSE '' END)), '; ')
	INTO commands
	FROM pg_attribute AS a
	LEFT JOIN (
		SELECT t.name, t.description FROM @extschema@.kpi_template_columns(body) AS t
		UNION ALL SELECT k.name, k.definition FROM @extschema@.kpi_contract AS k
		WHERE k.relation = contract
		UNION ALL SELECT 'changed_at', 'when the row changed: a refresh reads rows by it' WHERE contract IS NOT NULL
	) AS c ON c.name = a.attname
	WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped;
	EXECUTE format('COMMENT ON %s %s IS %L; ', kind, target, summary) || commands;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_comment_relation(name, name, name)
IS 'internal: gives a relation and its columns the comments of a template';

-- Reuses a table that kpi_drop kept, or raises an error if its columns differ.  Replaces
-- its constraints by those of the definition, because the KPIs depend on the mart.  Rows
-- that violate them stay.
CREATE FUNCTION @extschema@.kpi_take_up_table(relation regclass, definition text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET client_min_messages = warning
AS $body$
DECLARE
	-- of the same name, because unnamed constraints are named after the table
	wanted CONSTANT text := format('pg_temp.%I', (SELECT relname FROM pg_class WHERE oid = relation));
	problem text;
	changed record;
BEGIN
	EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', relation);
	PERFORM @extschema@.kpi_require_plain_tables(ARRAY[relation]);
	EXECUTE format('CREATE TEMPORARY TABLE %s %s', wanted, definition);
	SELECT string_agg(quote_ident(w.attname), ', ' ORDER BY w.attnum) INTO problem
	FROM pg_attribute AS w
	LEFT JOIN pg_attribute AS g ON g.attrelid = relation AND g.attname = w.attname AND g.atttypid = w.atttypid
	WHERE w.attrelid = wanted::regclass AND w.attnum > 0 AND g.attname IS NULL;
	IF problem IS NOT NULL THEN
		RAISE EXCEPTION 'table % lacks columns, or they have another type: %', relation, problem
			USING ERRCODE = 'duplicate_table', HINT = 'Rename or drop it.';
	END IF;
	FOR changed IN
		SELECT n.conname, pg_get_constraintdef(n.oid) AS condition
		FROM pg_constraint AS n
		LEFT JOIN pg_constraint AS o ON o.conrelid = relation AND o.conname = n.conname
		WHERE n.conrelid = wanted::regclass AND n.contype = 'c'
		AND replace(pg_get_constraintdef(o.oid), ' NOT VALID', '') IS DISTINCT FROM pg_get_constraintdef(n.oid)
	LOOP
		EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I, ADD CONSTRAINT %2$I %s NOT VALID',
			relation, changed.conname, changed.condition);
	END LOOP;
	EXECUTE format('DROP TABLE %s', wanted);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_take_up_table(regclass, text)
IS 'internal: reuses a table that kpi_drop kept, or raises an error if its columns differ';

-- Records a relation, or its new definition.  options: what a stored table is refreshed
-- for, as in kpi_object.
CREATE FUNCTION @extschema@.kpi_record(target_schema name, relation name, kind text, definition text, options jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('INSERT INTO %1$I.kpi_object AS o
		SELECT $1, $2, $3, $4, CASE $3 WHEN ''view'' THEN pg_get_viewdef($2) END, $5, count(*),
			string_to_array($6 ->> ''from'', '' ''), string_to_array($6 ->> ''counts'', '' ''), string_to_array($6 ->> ''days'', '' '')
		FROM %1$I.kpi_object
		ON CONFLICT (name) DO UPDATE
		SET definition = excluded.definition, deparsed = excluded.deparsed, version = excluded.version', target_schema)
	USING relation, CASE WHEN kind <> 'query' THEN format('%I.%I', target_schema, relation)::regclass END,
		kind, definition, @extschema@.kpi_mart_release(), options;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_record(name, name, text, text, jsonb)
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
	option text;
BEGIN
	IF definition ~ '@[a-z_]+@' THEN
		definition := @extschema@.kpi_fill(definition, @extschema@.kpi_placeholders(target_schema));
	END IF;
	IF kind = 'user table' AND existing IS NOT NULL THEN
		-- rows that kpi_drop kept
		PERFORM @extschema@.kpi_take_up_table(existing, definition);
		IF template = 'kpi_own_measure' THEN
			-- text that others could write would become code
			PERFORM @extschema@.kpi_require_no_writer(ARRAY[existing]);
		END IF;
	ELSE
		EXECUTE format('CREATE TABLE %I.%I %s', target_schema, template, definition);
		FOR option IN SELECT @extschema@.kpi_template_option(body, 'index') LOOP
			EXECUTE format('CREATE UNIQUE INDEX ON %I.%I (%s)', target_schema, template, option);
		END LOOP;
		FOR option IN SELECT @extschema@.kpi_template_option(body, 'row') LOOP
			EXECUTE format('INSERT INTO %I.%I VALUES (%s)', target_schema, template, option);
		END LOOP;
		PERFORM @extschema@.kpi_identify_rows(target_schema, template);
	END IF;
	PERFORM @extschema@.kpi_revoke_writes(target_schema, template);
	PERFORM @extschema@.kpi_comment_relation(target_schema, template, template);
	PERFORM @extschema@.kpi_record(target_schema, template, kind, definition, NULL::jsonb);
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

-- The views and recorded queries of a mart, in order, as this version writes them from the
-- templates and the settings.  The source views come first and have position 0.
CREATE FUNCTION @extschema@.kpi_definitions(target_schema name)
RETURNS TABLE ("position" int, template name, name name, kind text, definition text)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	shared CONSTANT jsonb := @extschema@.kpi_placeholders(target_schema);
	placeholders CONSTANT jsonb := shared || @extschema@.kpi_own_placeholders(shared
		|| jsonb_build_object('facts', (shared ->> 'schema') || '.ticket', 'split', shared -> 'dimensions'));
	dimensions text[];
	given text[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT dimensions FROM %I.kpi_settings', target_schema) INTO STRICT dimensions;
	given := ARRAY(SELECT r.contract FROM @extschema@.kpi_relations(target_schema) AS r WHERE r.relation IS NOT NULL)
		|| CASE WHEN (placeholders ->> 'needs_next_contact')::boolean THEN '{no_recontact}'::text[] END;
	RETURN QUERY
	SELECT 0, s.name, s.name, 'view', @extschema@.kpi_source_query(target_schema, s.contract)
	FROM (SELECT r.contract, @extschema@.kpi_source_name(r.contract) AS name FROM @extschema@.kpi_relations(target_schema) AS r) AS s;
	RETURN QUERY
	SELECT t.position, t.name, m.name::name, coalesce(o.kind, 'view'),
		@extschema@.kpi_fill(@extschema@.kpi_template_definition(t.body), @extschema@.kpi_placeholders_of(m.name::name, placeholders))
	FROM @extschema@.kpi_template AS t
	LEFT JOIN LATERAL @extschema@.kpi_template_option(t.body, 'kind') AS o (kind) ON true
	LEFT JOIN LATERAL @extschema@.kpi_template_option(t.body, 'names') AS n (names) ON true
	CROSS JOIN LATERAL regexp_split_to_table(coalesce(n.names, t.name), ' ') WITH ORDINALITY AS m (name, place)
	WHERE coalesce(o.kind, 'view') IN ('view', 'query')
	AND NOT EXISTS (SELECT FROM @extschema@.kpi_template_option(t.body, 'needs') AS need WHERE need <> ALL (dimensions))
	AND NOT EXISTS (SELECT FROM @extschema@.kpi_template_option(t.body, 'given') AS need WHERE need <> ALL (given))
	-- ticket_daily_tally has all that it would have
	AND NOT (m.name = 'segment_daily_tally_now' AND dimensions @> @extschema@.kpi_segment_columns())
	ORDER BY t.position, m.place;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_definitions(name)
IS 'internal: the views and recorded queries of a mart, in order, as this version writes them';

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
	-- later views are seldom compared: only once after a restore
	last_read CONSTANT int := (SELECT max(t.position) FROM @extschema@.kpi_template AS t WHERE t.name LIKE '%\_now');
	made record;
	view regclass;
	checked oid[] := '{}';
	unchecked oid[];
	is_made boolean;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	FOR made IN SELECT * FROM @extschema@.kpi_definitions(target_schema) LOOP
		-- replacing a view locks its readers out, so one that stays the same is left alone
		EXECUTE format('SELECT count(*) > 0 FROM %I.kpi_object WHERE name = $1 AND definition = $2', target_schema)
		INTO is_made USING made.name, made.definition;
		CONTINUE WHEN is_made;
		IF made.kind = 'query' THEN
			PERFORM @extschema@.kpi_record(target_schema, made.name, 'query'::text, made.definition, NULL::jsonb);
			CONTINUE;
		END IF;
		IF made.name = 'own_daily_tally_now' THEN
			-- raises an error that names the KPI: rows of an earlier mart can use columns that this one lacks
			PERFORM @extschema@.kpi_check_measure(target_schema, m) FROM jsonb_array_elements(placeholders -> 'own') AS m;
		END IF;
		EXECUTE format(CASE WHEN replace THEN 'CREATE OR REPLACE' ELSE 'CREATE' END || create_view,
			target_schema, made.name, made.definition);
		view := format('%I.%I', target_schema, made.name);
		-- Again from its own text, as a dump restores it: from then on the text stays the same, and checking
		-- the view before a refresh needs no temporary view.
		IF made.position <= last_read THEN
			EXECUTE format('CREATE OR REPLACE' || create_view, target_schema, made.name, rtrim(pg_get_viewdef(view), ';'));
		END IF;
		PERFORM @extschema@.kpi_record(target_schema, made.name, 'view'::text, made.definition, NULL::jsonb);
		PERFORM @extschema@.kpi_comment_relation(target_schema, made.name, made.template);
		IF made.position = 0 THEN
			PERFORM @extschema@.kpi_require_safe_source(view);
		ELSIF made.name LIKE '%\_now' THEN
			-- checks also the views that it reads, before anything reads it, and each view once
			unchecked := ARRAY(SELECT r FROM @extschema@.kpi_relations_read(view::oid) AS r WHERE r <> ALL (checked));
			PERFORM @extschema@.kpi_require_own_code(unchecked, false);
			checked := checked || unchecked;
			IF NOT replace THEN
				PERFORM @extschema@.kpi_store_view(target_schema, made.name, made.template, placeholders);
			END IF;
		END IF;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_make_views(name, boolean) IS 'internal: makes the views of a mart and the tables that store them';

-- Makes the table x that stores what the view x_now gives.
CREATE FUNCTION @extschema@.kpi_store_view(target_schema name, view name, template name, placeholders jsonb) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	body CONSTANT text := (SELECT t.body FROM @extschema@.kpi_template AS t WHERE t.name = template);
	stored CONSTANT name := regexp_replace(view, '_now$', '');
	query CONSTANT text := format('SELECT * FROM %I.%I', target_schema, view);
	sources CONSTANT text[] := string_to_array((SELECT @extschema@.kpi_template_option(body, 'from')), ' ');
	-- without its relations it has no rows
	is_empty CONSTANT boolean := sources IS NOT NULL AND NOT EXISTS (
		SELECT FROM @extschema@.kpi_relations(target_schema) AS r
		WHERE r.relation IS NOT NULL AND r.contract <> 'tickets' AND r.contract = ANY (sources));
	option text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('CREATE TABLE %I.%I AS %s%s', target_schema, stored, query, CASE WHEN is_empty THEN ' WITH NO DATA' END);
	PERFORM @extschema@.kpi_revoke_writes(target_schema, stored);
	FOR option IN SELECT @extschema@.kpi_template_option(body, 'key') LOOP
		EXECUTE format('ALTER TABLE %I.%I ADD PRIMARY KEY (%s)', target_schema, stored, option);
	END LOOP;
	FOR option IN SELECT @extschema@.kpi_fill(i, placeholders) FROM @extschema@.kpi_template_option(body, 'index') AS i LOOP
		EXECUTE format('CREATE INDEX ON %I.%I (%s)%s', target_schema, stored, split_part(option, ' WHERE ', 1),
			substring(option FROM ' WHERE .*'));
	END LOOP;
	PERFORM @extschema@.kpi_identify_rows(target_schema, stored);
	EXECUTE format('ANALYZE %I.%I', target_schema, stored);
	PERFORM @extschema@.kpi_comment_relation(target_schema, stored, template);
	PERFORM @extschema@.kpi_record(target_schema, stored, 'table'::text, query, jsonb_object_agg(o,
			(SELECT @extschema@.kpi_template_option(body, o))))
	FROM unnest('{from,counts,days}'::text[]) AS o;
EXCEPTION WHEN OTHERS THEN
	IF stored = 'own_daily_tally' THEN
		PERFORM @extschema@.kpi_require_countable(target_schema);
	END IF;
	RAISE;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_store_view(name, name, name, jsonb) IS 'internal: makes the table that stores a view of a mart';
