-- Whether the mart is still what the transaction sees. After a kpi_upgrade the tables are new, and look empty to
-- a transaction that began before it. The names are looked up as they are now, pg_class as it was.
-- $1 text  schema of the mart
SELECT NOT EXISTS (
	SELECT FROM pg_class AS c
	WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'v', 'p')
	AND (to_regclass(format('%I.%I', $1::text, c.relname)) IS DISTINCT FROM c.oid::regclass
		OR c.relkind = 'r' AND pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode)) AS unchanged;
