-- Durations as numbers and back.  A month counts as 30 days and a day as 24 hours.

CREATE FUNCTION @extschema@.from_seconds(seconds double precision) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_from_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.from_seconds(double precision)
IS 'seconds as an interval, rounded to the microsecond';

CREATE FUNCTION @extschema@.from_minutes(minutes double precision) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_from_minutes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.from_minutes(double precision)
IS 'minutes as an interval, rounded to the microsecond';

CREATE FUNCTION @extschema@.from_hours(hours double precision) RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_from_hours' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.from_hours(double precision)
IS 'hours as an interval, rounded to the microsecond';

CREATE FUNCTION @extschema@.in_seconds(duration interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_in_seconds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.in_seconds(interval)
IS 'interval in seconds; a month counts as 30 days and a day as 24 hours';

CREATE FUNCTION @extschema@.in_minutes(duration interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_in_minutes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.in_minutes(interval)
IS 'interval in minutes; a month counts as 30 days and a day as 24 hours';

CREATE FUNCTION @extschema@.in_hours(duration interval) RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_in_hours' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.in_hours(interval)
IS 'interval in hours; a month counts as 30 days and a day as 24 hours';
