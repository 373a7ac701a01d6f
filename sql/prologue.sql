/* kpi: the install script, put together by make from the parts in sql/ */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION kpi" to load this file. \quit

-- The script runs as superuser, and in a schema where others may have planted
-- functions, operators and types: no name may be looked up there by accident.
-- From here on, and in every body below, names of ours are qualified.
SET LOCAL search_path = pg_catalog, pg_temp;
-- compiling the queries of this script would take longer than all of it
SET LOCAL jit = off;
