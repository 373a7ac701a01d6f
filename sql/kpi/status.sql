-- Values against targets.

CREATE FUNCTION @extschema@.kpi_status(value double precision, target double precision, warning double precision,
	direction @extschema@.kpi_direction)
RETURNS text
AS 'MODULE_PATHNAME', 'kpi_status_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status(
	double precision, double precision, double precision, @extschema@.kpi_direction)
IS '''good'' at the target or better, ''warning'' at the warning level or better, otherwise ''breach''; NULL when '
'value, target or direction is NULL; without a warning level there is no warning';

CREATE FUNCTION @extschema@.kpi_status(value interval, target interval, warning interval,
	direction @extschema@.kpi_direction)
RETURNS text
AS 'MODULE_PATHNAME', 'kpi_status_interval' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status(interval, interval, interval, @extschema@.kpi_direction)
IS '''good'' at the target or better, ''warning'' at the warning level or better, otherwise ''breach''; NULL when '
'value, target or direction is NULL; without a warning level there is no warning';

CREATE FUNCTION @extschema@.kpi_status(value double precision, low double precision, high double precision)
RETURNS text
AS 'MODULE_PATHNAME', 'kpi_status_in_range_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status(double precision, double precision, double precision)
IS '''good'' from low to high, both included, otherwise ''breach''; NULL when an argument is NULL';

CREATE FUNCTION @extschema@.kpi_status(value interval, low interval, high interval)
RETURNS text
AS 'MODULE_PATHNAME', 'kpi_status_in_range_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_status(interval, interval, interval)
IS '''good'' from low to high, both included, otherwise ''breach''; NULL when an argument is NULL';
