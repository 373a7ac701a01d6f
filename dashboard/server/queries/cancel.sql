-- Stops the query of a reader who has gone away.
-- $1 integer  process of the backend
SELECT pg_catalog.pg_cancel_backend($1::pg_catalog.int4);
