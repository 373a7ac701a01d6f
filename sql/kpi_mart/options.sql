-- Types of options, and the functions that the views of a mart call.

CREATE TYPE @extschema@.kpi_attribute AS ENUM ('event', 'created');
COMMENT ON TYPE @extschema@.kpi_attribute
IS 'the day on which a measure of a ticket counts: event is the day of its own event, created the day on which the '
'ticket was created';

CREATE TYPE @extschema@.kpi_tracking AS ENUM ('updated_at', 'triggers');
COMMENT ON TYPE @extschema@.kpi_tracking
IS 'how kpi_refresh finds what changed: updated_at by the change column of the relation, triggers by triggers on it, '
'which also see deletions';

CREATE TYPE @extschema@.kpi_response_start AS ENUM ('creation', 'handoff');
COMMENT ON TYPE @extschema@.kpi_response_start
IS 'where the first response time begins: creation of the ticket, or handoff by the bot if the ticket has one';

CREATE FUNCTION @extschema@.kpi_day(at timestamptz, time_zone text) RETURNS date
AS 'MODULE_PATHNAME', 'kpi_day' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_day(timestamptz, text)
IS 'internal: local day of an instant in a time zone; NULL for infinity and for years outside 1 to 9999';

CREATE FUNCTION @extschema@.kpi_hour(at timestamptz, time_zone text) RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_hour' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_hour(timestamptz, text)
IS 'internal: local hour of an instant in a time zone, 0 to 23; NULL as for kpi_day';

CREATE FUNCTION @extschema@.kpi_due_at(
	started timestamptz, target interval, hours @extschema@.business_hours, paused tstzmultirange)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_due_at' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_due_at(timestamptz, interval, @extschema@.business_hours, tstzmultirange)
IS 'internal: last instant at which a target is met; infinity when it is never missed; NULL without started or target, '
'and for a target that is negative or, with hours, has days';

-- inlined, so its body is bound here and needs no path
CREATE FUNCTION @extschema@.kpi_instant(at timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
	WHEN at BETWEEN '0001-01-02 00:00+00' AND '9999-12-30 00:00+00'
		AND at NOT BETWEEN '1969-12-31 00:00+00' AND '1970-01-02 00:00+00'
	THEN at
END;
COMMENT ON FUNCTION @extschema@.kpi_instant(timestamptz)
IS 'internal: the instant; NULL for infinity, for years outside 1 to 9999 and for the epoch, which stand for no time';
