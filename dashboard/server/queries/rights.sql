-- The relations of the mart that the reader may read, and how many rows the source relations were given.
-- $1 text  schema of the mart
SELECT c.relname::text AS relation, has_table_privilege(c.oid, 'SELECT') AS may_read
FROM pg_class AS c
WHERE c.relnamespace = to_regnamespace(quote_ident($1::text)) AND c.relkind IN ('r', 'v', 'p')
ORDER BY c.relname;
