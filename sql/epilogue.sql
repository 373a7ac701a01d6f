-- The end of both install scripts.  Revokes any right beyond SELECT that ALTER DEFAULT PRIVILEGES
-- granted on the tables: a template of kpi_mart is code that runs as the role that builds.
DO $body$
DECLARE
	given record;
BEGIN
	FOR given IN
		SELECT c.oid::regclass AS relation, quote_ident(pg_get_userbyid(a.grantee)) AS grantee
		FROM pg_depend AS d
		JOIN pg_class AS c ON c.oid = d.objid, aclexplode(c.relacl) AS a
		WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'e'
		AND d.refobjid IN (SELECT oid FROM pg_extension WHERE extname IN ('kpi', 'kpi_mart'))
		AND a.grantee NOT IN (0, c.relowner) AND a.privilege_type <> 'SELECT'
	LOOP
		EXECUTE format('REVOKE ALL ON %s FROM %s', given.relation, given.grantee);
	END LOOP;
END
$body$;
