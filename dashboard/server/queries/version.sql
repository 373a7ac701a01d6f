-- What an answer that is kept depends on: the version of the mart and the rights of the reader. Policies can depend on
-- anything else: a reader who is subject to one has no answers kept.
-- $1 text  schema of the mart
SELECT
	md5(concat_ws('|',
		kpi_mart_version($1::name),
		(SELECT string_agg(concat_ws(',', c.oid, c.relfilenode, c.relacl, c.relrowsecurity,
			has_table_privilege(c.oid, 'SELECT')), ';' ORDER BY c.oid)
		FROM pg_class AS c WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'v', 'p')),
		(SELECT string_agg(concat_ws(',', a.attrelid, a.attnum, a.attacl), ';' ORDER BY a.attrelid, a.attnum)
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
		WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND a.attacl IS NOT NULL),
		has_schema_privilege($1::text, 'USAGE'))) AS version,
	EXISTS (SELECT FROM pg_class AS c
		WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'p')
		AND row_security_active(c.oid))
		AS has_policies;
