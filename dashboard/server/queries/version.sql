-- What an answer that is kept depends on: the version of the mart, its definitions, and the rights of the reader. A
-- transaction that changes one of these leaves its number there, so that no version comes back. Policies can depend on
-- anything else: a reader who is subject to one has no answers kept.
-- $1 text  schema of the mart
SELECT
	md5(concat_ws('|',
		@extschema@.kpi_mart_version($1::name),
		-- rights on relations, their policies and options, and views that were replaced
		(SELECT string_agg(concat_ws(',', c.oid, c.xmin, c.relfilenode, w.xmin, has_table_privilege(c.oid, 'SELECT')), ';' ORDER BY c.oid)
		FROM pg_class AS c
		LEFT JOIN pg_rewrite AS w ON w.ev_class = c.oid AND w.rulename = '_RETURN'
		WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'v', 'p')),
		-- rights on columns
		(SELECT string_agg(concat_ws(',', a.attrelid, a.attnum, a.xmin), ';' ORDER BY a.attrelid, a.attnum)
		FROM pg_attribute AS a
		JOIN pg_class AS c ON c.oid = a.attrelid
		WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND a.attacl IS NOT NULL),
		-- rights by way of other roles
		(SELECT string_agg(concat_ws(',', r.oid), ';' ORDER BY r.oid) FROM pg_roles AS r WHERE pg_has_role(r.oid, 'USAGE')),
		(SELECT n.xmin FROM pg_namespace AS n WHERE n.nspname = $1::name),
		-- rights on the function that opens tickets
		(SELECT concat_ws(',', n.xmin, p.xmin)
		FROM pg_proc AS p
		JOIN pg_namespace AS n ON n.oid = p.pronamespace
		WHERE p.oid = '@extschema@.kpi_explain(name, name, jsonb, text)'::regprocedure))) AS version,
	EXISTS (SELECT FROM pg_class AS c
		WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'p')
		AND row_security_active(c.oid))
		AS has_policies;
