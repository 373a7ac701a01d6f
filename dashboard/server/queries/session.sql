-- The settings of a page's transaction; they end with it. Runs first, with whatever search_path the login has: every
-- name is qualified, so that it finds no function of another role.
-- $1 text  role of the reader; none: the login itself
-- $2 text  schema of the mart
-- $3 text  how long a query may take, such as 5000 for 5 seconds
SELECT
	n.nspname::pg_catalog.text AS extension,
	pg_catalog.set_config('role', $1::pg_catalog.text, true),
	pg_catalog.set_config('statement_timeout', $3::pg_catalog.text, true),
	pg_catalog.set_config('lock_timeout', $3::pg_catalog.text, true),
	pg_catalog.set_config('idle_in_transaction_session_timeout', '30000', true),
	-- a policy hides rows; it must not raise an error
	pg_catalog.set_config('row_security', 'on', true),
	-- a generic plan cannot leave out the KPIs and filters that are not asked for
	pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true),
	pg_catalog.set_config('jit', 'off', true),
	pg_catalog.set_config('work_mem', '32MB', true),
	pg_catalog.set_config('TimeZone', 'UTC', true),
	-- the functions of the extension are qualified: others may create some in its schema
	pg_catalog.set_config('search_path', pg_catalog.format('%I, pg_temp', $2::pg_catalog.text), true)
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
WHERE e.extname OPERATOR(pg_catalog.=) 'kpi';
