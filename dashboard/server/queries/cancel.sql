-- Stops the query of a reader who has gone away.
-- $1 integer  process of the backend
SELECT pg_cancel_backend($1::integer);
