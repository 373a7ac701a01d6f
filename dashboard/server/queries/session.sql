-- The settings of a page's transaction; they end with it. Runs first, before any name of the mart is looked up.
-- $1 text  role of the reader; none: the login itself
-- $2 text  schema of the mart
-- $3 text  how long a query may take, such as 5000 for 5 seconds
SELECT
	set_config('role', $1::text, true),
	set_config('statement_timeout', $3::text, true),
	set_config('lock_timeout', $3::text, true),
	set_config('idle_in_transaction_session_timeout', '30000', true),
	-- a policy hides rows; it must not raise an error
	set_config('row_security', 'on', true),
	-- a generic plan cannot leave out the KPIs and filters that are not asked for
	set_config('plan_cache_mode', 'force_custom_plan', true),
	set_config('jit', 'off', true),
	set_config('work_mem', '32MB', true),
	set_config('TimeZone', 'UTC', true),
	set_config('search_path', concat_ws(', ', quote_ident($2::text), quote_ident(n.nspname), 'pg_temp'), true)
FROM pg_catalog.pg_extension AS e
JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'kpi';
