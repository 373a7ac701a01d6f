
-- Business hours: a time zone, weekly opening hours and exceptions as one value, and
-- the time that passes within them.  Functions that need the time zone are STABLE,
-- because its rules can change with an update of the time zone data.

CREATE TYPE @extschema@.business_hours;

CREATE FUNCTION @extschema@.business_hours_in(cstring)
RETURNS @extschema@.business_hours
AS 'MODULE_PATHNAME', 'kpi_business_hours_in'
LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_out(@extschema@.business_hours)
RETURNS cstring
AS 'MODULE_PATHNAME', 'kpi_text_value_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_recv(internal)
RETURNS @extschema@.business_hours
AS 'MODULE_PATHNAME', 'kpi_business_hours_recv'
LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_send(@extschema@.business_hours)
RETURNS bytea
AS 'MODULE_PATHNAME', 'kpi_text_value_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE TYPE @extschema@.business_hours (
	INPUT = @extschema@.business_hours_in,
	OUTPUT = @extschema@.business_hours_out,
	RECEIVE = @extschema@.business_hours_recv,
	SEND = @extschema@.business_hours_send,
	INTERNALLENGTH = variable,
	STORAGE = extended
);
COMMENT ON TYPE @extschema@.business_hours
IS 'time zone, weekly opening hours and exceptions: Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off';

-- Equality and hashing

CREATE FUNCTION @extschema@.business_hours_eq(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_ne(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_hash(@extschema@.business_hours)
RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_text_value_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint)
RETURNS bigint
AS 'MODULE_PATHNAME', 'kpi_text_value_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.= (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_eq,
	COMMUTATOR = OPERATOR(@extschema@.=),
	NEGATOR = OPERATOR(@extschema@.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel,
	HASHES, MERGES
);
COMMENT ON OPERATOR @extschema@.= (@extschema@.business_hours, @extschema@.business_hours)
IS 'same zone and rules';

CREATE OPERATOR @extschema@.<> (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>),
	NEGATOR = OPERATOR(@extschema@.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR @extschema@.<> (@extschema@.business_hours, @extschema@.business_hours)
IS 'different zone or rules';

CREATE OPERATOR CLASS @extschema@.business_hours_ops
DEFAULT FOR TYPE @extschema@.business_hours USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.business_hours_hash(@extschema@.business_hours),
	FUNCTION 2 @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint);

-- Order: by text, byte by byte.  It has no meaning in time; it lets DISTINCT, GROUP BY
-- and merge joins sort.

CREATE FUNCTION @extschema@.business_hours_cmp(@extschema@.business_hours, @extschema@.business_hours)
RETURNS integer
AS 'MODULE_PATHNAME', 'kpi_text_value_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_lt(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_le(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_ge(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_gt(@extschema@.business_hours, @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_text_value_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR @extschema@.< (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_lt,
	COMMUTATOR = OPERATOR(@extschema@.>),
	NEGATOR = OPERATOR(@extschema@.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR @extschema@.< (@extschema@.business_hours, @extschema@.business_hours) IS 'sorts before, by text';

CREATE OPERATOR @extschema@.<= (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_le,
	COMMUTATOR = OPERATOR(@extschema@.>=),
	NEGATOR = OPERATOR(@extschema@.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR @extschema@.<= (@extschema@.business_hours, @extschema@.business_hours)
IS 'sorts before or equal, by text';

CREATE OPERATOR @extschema@.>= (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_ge,
	COMMUTATOR = OPERATOR(@extschema@.<=),
	NEGATOR = OPERATOR(@extschema@.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR @extschema@.>= (@extschema@.business_hours, @extschema@.business_hours)
IS 'sorts after or equal, by text';

CREATE OPERATOR @extschema@.> (
	LEFTARG = @extschema@.business_hours,
	RIGHTARG = @extschema@.business_hours,
	FUNCTION = @extschema@.business_hours_gt,
	COMMUTATOR = OPERATOR(@extschema@.<),
	NEGATOR = OPERATOR(@extschema@.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR @extschema@.> (@extschema@.business_hours, @extschema@.business_hours) IS 'sorts after, by text';

CREATE OPERATOR CLASS @extschema@.business_hours_btree_ops
DEFAULT FOR TYPE @extschema@.business_hours USING btree AS
	OPERATOR 1 @extschema@.<,
	OPERATOR 2 @extschema@.<=,
	OPERATOR 3 @extschema@.=,
	OPERATOR 4 @extschema@.>=,
	OPERATOR 5 @extschema@.>,
	FUNCTION 1 @extschema@.business_hours_cmp(@extschema@.business_hours, @extschema@.business_hours);

-- jsonb: {"time_zone": "Europe/Berlin", "rules": ["Mo-Fr 09:00-17:00"]}

CREATE FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours)
RETURNS jsonb
AS 'MODULE_PATHNAME', 'kpi_business_hours_to_jsonb'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION @extschema@.business_hours_from_jsonb(jsonb)
RETURNS @extschema@.business_hours
AS 'MODULE_PATHNAME', 'kpi_business_hours_from_jsonb'
LANGUAGE C STABLE STRICT PARALLEL SAFE;

CREATE CAST (@extschema@.business_hours AS jsonb)
WITH FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours);

CREATE CAST (jsonb AS @extschema@.business_hours)
WITH FUNCTION @extschema@.business_hours_from_jsonb(jsonb);

-- The time between two instants.  Both are of one kind: a timestamp is read as UTC
-- and a date as midnight UTC, never in the time zone of the session.

CREATE FUNCTION @extschema@.business_time(
	started timestamptz, ended timestamptz,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_business_time_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_time(
	timestamptz, timestamptz, @extschema@.business_hours, tstzmultirange
)
IS 'open time between two instants, outside the pauses, as an interval of hours, minutes and seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.business_time(
	started timestamp, ended timestamp,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_business_time_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_time(
	timestamp, timestamp, @extschema@.business_hours, tstzmultirange
)
IS 'open time between two instants, outside the pauses, as an interval of hours, minutes and seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.business_time(
	started date, ended date,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS interval
AS 'MODULE_PATHNAME', 'kpi_business_time_dates'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_time(date, date, @extschema@.business_hours, tstzmultirange)
IS 'open time between two instants, outside the pauses, as an interval of hours, minutes and seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.business_seconds(
	started timestamptz, ended timestamptz,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_business_seconds_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_seconds(
	timestamptz, timestamptz, @extschema@.business_hours, tstzmultirange
)
IS 'open time between two instants, outside the pauses, in seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.business_seconds(
	started timestamp, ended timestamp,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_business_seconds_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_seconds(
	timestamp, timestamp, @extschema@.business_hours, tstzmultirange
)
IS 'open time between two instants, outside the pauses, in seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.business_seconds(
	started date, ended date,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS double precision
AS 'MODULE_PATHNAME', 'kpi_business_seconds_dates'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_seconds(date, date, @extschema@.business_hours, tstzmultirange)
IS 'open time between two instants, outside the pauses, in seconds; '
'NULL hours are around the clock, NULL pauses are none, NULL started or ended gives NULL';

CREATE FUNCTION @extschema@.sla_met(
	started timestamptz, ended timestamptz,
	target interval,
	hours @extschema@.business_hours DEFAULT NULL,
	as_of timestamptz DEFAULT NULL,
	paused tstzmultirange DEFAULT NULL
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_sla_met_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sla_met(
	timestamptz, timestamptz, interval, @extschema@.business_hours, timestamptz, tstzmultirange
)
IS 'true when done within the target; false when done later, or not done and over the target at as_of; '
'NULL when not done and not over it; '
'with hours, a target with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or target gives NULL';

CREATE FUNCTION @extschema@.sla_met(
	started timestamp, ended timestamp,
	target interval,
	hours @extschema@.business_hours DEFAULT NULL,
	as_of timestamptz DEFAULT NULL,
	paused tstzmultirange DEFAULT NULL
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_sla_met_instants'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sla_met(
	timestamp, timestamp, interval, @extschema@.business_hours, timestamptz, tstzmultirange
)
IS 'true when done within the target; false when done later, or not done and over the target at as_of; '
'NULL when not done and not over it; '
'with hours, a target with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or target gives NULL';

CREATE FUNCTION @extschema@.sla_met(
	started date, ended date,
	target interval,
	hours @extschema@.business_hours DEFAULT NULL,
	as_of timestamptz DEFAULT NULL,
	paused tstzmultirange DEFAULT NULL
)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_sla_met_dates'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.sla_met(
	date, date, interval, @extschema@.business_hours, timestamptz, tstzmultirange
)
IS 'true when done within the target; false when done later, or not done and over the target at as_of; '
'NULL when not done and not over it; '
'with hours, a target with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or target gives NULL';

-- Deadlines, and the state of a calendar at an instant

CREATE FUNCTION @extschema@.business_deadline(
	started timestamptz,
	allowed interval,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_deadline_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_deadline(
	timestamptz, interval, @extschema@.business_hours, tstzmultirange
)
IS 'earliest instant at which the allowed open time outside the pauses has passed; '
'with hours, an allowance with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or allowed gives NULL';

CREATE FUNCTION @extschema@.business_deadline(
	started timestamp,
	allowed interval,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_deadline_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_deadline(
	timestamp, interval, @extschema@.business_hours, tstzmultirange
)
IS 'earliest instant at which the allowed open time outside the pauses has passed; '
'with hours, an allowance with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or allowed gives NULL';

CREATE FUNCTION @extschema@.business_deadline(
	started date,
	allowed interval,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_deadline_date'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_deadline(date, interval, @extschema@.business_hours, tstzmultirange)
IS 'earliest instant at which the allowed open time outside the pauses has passed; '
'with hours, an allowance with days is an error; '
'NULL hours are around the clock, NULL pauses are none, NULL started or allowed gives NULL';

CREATE FUNCTION @extschema@.business_days_deadline(
	started timestamptz,
	days integer,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_days_deadline_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_days_deadline(
	timestamptz, integer, @extschema@.business_hours, tstzmultirange
)
IS 'closing time of the n-th open day after the day of started; days wholly paused do not count; '
'NULL hours are an error, NULL pauses are none, NULL started or days gives NULL';

CREATE FUNCTION @extschema@.business_days_deadline(
	started timestamp,
	days integer,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_days_deadline_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_days_deadline(
	timestamp, integer, @extschema@.business_hours, tstzmultirange
)
IS 'closing time of the n-th open day after the day of started; days wholly paused do not count; '
'NULL hours are an error, NULL pauses are none, NULL started or days gives NULL';

CREATE FUNCTION @extschema@.business_days_deadline(
	started date,
	days integer,
	hours @extschema@.business_hours,
	paused tstzmultirange DEFAULT NULL
)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_business_days_deadline_date'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.business_days_deadline(
	date, integer, @extschema@.business_hours, tstzmultirange
)
IS 'closing time of the n-th open day after the day of started; days wholly paused do not count; '
'NULL hours are an error, NULL pauses are none, NULL started or days gives NULL';

CREATE FUNCTION @extschema@.is_open(at timestamptz, hours @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_is_open_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.is_open(timestamptz, @extschema@.business_hours)
IS 'true when a calendar is open at an instant, otherwise false; NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.is_open(at timestamp, hours @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_is_open_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.is_open(timestamp, @extschema@.business_hours)
IS 'true when a calendar is open at an instant, otherwise false; NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.is_open(at date, hours @extschema@.business_hours)
RETURNS boolean
AS 'MODULE_PATHNAME', 'kpi_is_open_date'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.is_open(date, @extschema@.business_hours)
IS 'true when a calendar is open at an instant, otherwise false; NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.next_open(at timestamptz, hours @extschema@.business_hours)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_next_open_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.next_open(timestamptz, @extschema@.business_hours)
IS 'the instant itself when open, else the next opening, NULL when there is none; '
'NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.next_open(at timestamp, hours @extschema@.business_hours)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_next_open_instant'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.next_open(timestamp, @extschema@.business_hours)
IS 'the instant itself when open, else the next opening, NULL when there is none; '
'NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.next_open(at date, hours @extschema@.business_hours)
RETURNS timestamptz
AS 'MODULE_PATHNAME', 'kpi_next_open_date'
LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.next_open(date, @extschema@.business_hours)
IS 'the instant itself when open, else the next opening, NULL when there is none; '
'NULL hours are always open, NULL at gives NULL';

CREATE FUNCTION @extschema@.business_spans(since timestamptz, until timestamptz, hours @extschema@.business_hours)
RETURNS SETOF tstzrange
AS 'MODULE_PATHNAME', 'kpi_business_spans'
LANGUAGE C STABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION @extschema@.business_spans(timestamptz, timestamptz, @extschema@.business_hours)
IS 'the spans in which a calendar is open between two instants, in order; '
'NULL hours are around the clock, NULL since or until gives no rows';
