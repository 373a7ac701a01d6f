/* kpi: the install script, concatenated by make from the parts in sql/kpi/ */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION kpi" to load this file. \quit

-- The script runs as superuser, in a schema where other roles may have created
-- functions, operators and types.  No name may resolve to one of theirs: the path
-- is safe, and our own names are qualified, also in function bodies and views.
SET LOCAL search_path = pg_catalog, pg_temp;
-- compiling the queries of this script would take longer than running them
SET LOCAL jit = off;
