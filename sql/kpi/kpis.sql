-- The built-in KPIs: one row each, in kpis_*.sql.  kpis_create.sql creates their
-- aggregates, accessors and comments from the rows.  To add a KPI, add a row.

CREATE TABLE @extschema@.kpi_builtin (
	name text PRIMARY KEY,
	family text NOT NULL,
	-- the accessor that ends the aggregates
	final text NOT NULL,
	unit text NOT NULL,
	better @extschema@.kpi_direction NOT NULL,
	timing text NOT NULL CHECK (timing IN ('leading', 'lagging')),
	-- transition(arguments), in the notation of kpi_signature_arguments
	signatures text[] NOT NULL,
	-- tally=C function, of the scalar functions with the name of the KPI
	accessors text[] NOT NULL,
	aliases text[] NOT NULL,
	-- what a hit is (of rates), and what is in the denominator
	hit text,
	denominator text,
	formula text NOT NULL,
	definition text NOT NULL,
	question text NOT NULL,
	-- runs on the relations that doc/relations.md describes; white space is folded
	example text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_builtin
IS 'the built-in KPIs, read-only; the view kpi_catalogue shows them with those of users';
REVOKE ALL ON @extschema@.kpi_builtin FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_builtin TO PUBLIC;
