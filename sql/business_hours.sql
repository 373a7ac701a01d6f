
-- Business hours: a value that says when somebody is at work, and the time that
-- passes within it.  STABLE, because time zones change from release to release.

CREATE TYPE @extschema@.business_hours;
CREATE FUNCTION @extschema@.business_hours_in(cstring) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_in' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_out(@extschema@.business_hours) RETURNS cstring AS 'MODULE_PATHNAME', 'kpi_business_hours_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_recv(internal) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_recv' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_send(@extschema@.business_hours) RETURNS bytea AS 'MODULE_PATHNAME', 'kpi_business_hours_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE @extschema@.business_hours (
	INPUT = @extschema@.business_hours_in, OUTPUT = @extschema@.business_hours_out,
	RECEIVE = @extschema@.business_hours_recv, SEND = @extschema@.business_hours_send,
	INTERNALLENGTH = variable, STORAGE = extended);
COMMENT ON TYPE @extschema@.business_hours IS 'time zone, weekly opening hours and exceptions: Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off';

CREATE FUNCTION @extschema@.business_hours_eq(@extschema@.business_hours, @extschema@.business_hours) RETURNS boolean AS 'MODULE_PATHNAME', 'kpi_business_hours_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_ne(@extschema@.business_hours, @extschema@.business_hours) RETURNS boolean AS 'MODULE_PATHNAME', 'kpi_business_hours_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_hash(@extschema@.business_hours) RETURNS integer AS 'MODULE_PATHNAME', 'kpi_business_hours_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint) RETURNS bigint AS 'MODULE_PATHNAME', 'kpi_business_hours_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE OPERATOR @extschema@.= (LEFTARG = @extschema@.business_hours, RIGHTARG = @extschema@.business_hours, FUNCTION = @extschema@.business_hours_eq,
	COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES);
CREATE OPERATOR @extschema@.<> (LEFTARG = @extschema@.business_hours, RIGHTARG = @extschema@.business_hours, FUNCTION = @extschema@.business_hours_ne,
	COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.= (@extschema@.business_hours, @extschema@.business_hours) IS 'same zone and rules';
COMMENT ON OPERATOR @extschema@.<> (@extschema@.business_hours, @extschema@.business_hours) IS 'another zone or other rules';
CREATE OPERATOR CLASS @extschema@.business_hours_ops DEFAULT FOR TYPE @extschema@.business_hours USING hash AS
	OPERATOR 1 @extschema@.=,
	FUNCTION 1 @extschema@.business_hours_hash(@extschema@.business_hours),
	FUNCTION 2 @extschema@.business_hours_hash_extended(@extschema@.business_hours, bigint);

CREATE FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours) RETURNS jsonb AS 'MODULE_PATHNAME', 'kpi_business_hours_to_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.business_hours_from_jsonb(jsonb) RETURNS @extschema@.business_hours AS 'MODULE_PATHNAME', 'kpi_business_hours_from_jsonb' LANGUAGE C STABLE STRICT PARALLEL SAFE;
CREATE CAST (@extschema@.business_hours AS jsonb) WITH FUNCTION @extschema@.business_hours_to_jsonb(@extschema@.business_hours);
CREATE CAST (jsonb AS @extschema@.business_hours) WITH FUNCTION @extschema@.business_hours_from_jsonb(jsonb);

CREATE FUNCTION @extschema@.business_spans(since timestamptz, until timestamptz, hours @extschema@.business_hours) RETURNS SETOF tstzrange
AS 'MODULE_PATHNAME', 'kpi_business_spans' LANGUAGE C STABLE PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION @extschema@.business_spans(timestamptz, timestamptz, @extschema@.business_hours) IS 'the spans in which a calendar is open between two instants';

-- Every kind of instant has a signature of its own: no timestamp or date is read
-- in the time zone of the session by accident.
DO $install$
DECLARE
	ours CONSTANT text := '@extschema@';
	made record;
BEGIN
	FOR made IN
		SELECT f.name, a.arguments, f.name || '_' || a.source AS symbol, f.returns, f.description
		FROM (VALUES
			('business_time', 'started, ended <pair>, hours <hours>', 'interval', 'open time from one instant to another, in hours and below'),
			('business_seconds', 'started, ended <pair>, hours <hours>', 'double precision', 'open time from one instant to another, in seconds'),
			('sla_met', 'started, ended <pair>, target interval, hours <hours> DEFAULT NULL, as_of timestamptz DEFAULT NULL', 'boolean', 'whether a target was met; NULL when open and not due yet at as_of'),
			('business_deadline', 'started <instant>, allowed interval, hours <hours>', 'timestamptz', 'the earliest instant at which so much open time has passed'),
			('is_open', 'at <instant>, hours <hours>', 'boolean', 'whether a calendar is open at an instant'),
			('next_open', 'at <instant>, hours <hours>', 'timestamptz', 'the instant itself when open, else the next opening; NULL when there is none')
		) AS f (name, arguments, returns, description),
		LATERAL @extschema@.kpi_signature_arguments(format('(%s)', f.arguments)) AS a
	LOOP
		EXECUTE format('CREATE FUNCTION %s.%s(%s) RETURNS %s AS ''MODULE_PATHNAME'', %L LANGUAGE C STABLE PARALLEL SAFE',
					   ours, made.name, made.arguments, made.returns, 'kpi_' || made.symbol);
		EXECUTE format('COMMENT ON FUNCTION %s.%s(%s) IS %L',
					   ours, made.name, replace(made.arguments, ' DEFAULT NULL', ''), made.description);
	END LOOP;
END
$install$;
