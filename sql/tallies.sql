
-- The tallies, and what every tally has: input and output, equality and
-- hashing, jsonb, sample_size, merging.

CREATE TYPE @extschema@.kpi_direction AS ENUM ('up', 'down', 'range');
COMMENT ON TYPE @extschema@.kpi_direction IS 'which way a KPI gets better: up, down, or within a range';

CREATE FUNCTION @extschema@.kpi_tally_typanalyze(internal) RETURNS boolean
AS 'MODULE_PATHNAME' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION @extschema@.kpi_tally_typanalyze(internal) IS 'internal: what ANALYZE keeps of columns of tallies: their width';

DO $install$
DECLARE
	ours text := '@extschema@';
	tally record;
	statement text;
BEGIN
	FOR tally IN
		SELECT * FROM (VALUES
			('kpi_scores', 'INTERNALLENGTH = 96, STORAGE = plain', true, 'how many answers of each survey score from 0 to 10'),
			('kpi_rate', 'INTERNALLENGTH = 24, STORAGE = plain', true, 'hits out of trials'),
			('kpi_ratio', 'INTERNALLENGTH = 48, STORAGE = plain', true, 'an exact sum over another exact sum'),
			('kpi_trend', 'INTERNALLENGTH = 104, STORAGE = plain', true, 'exact sums for the straight line through values over time'),
			('kpi_durations', 'INTERNALLENGTH = variable, STORAGE = extended', false, 'a distribution of durations'))
			AS t (name, storage, invertible, description)
	LOOP
		FOREACH statement IN ARRAY ARRAY[
			'CREATE TYPE %1$s.%2$s',
			'CREATE FUNCTION %1$s.%2$s_in(cstring) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_out(%1$s.%2$s) RETURNS cstring AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_recv(internal) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_send(%1$s.%2$s) RETURNS bytea AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE TYPE %1$s.%2$s (INPUT = %1$s.%2$s_in, OUTPUT = %1$s.%2$s_out, RECEIVE = %1$s.%2$s_recv, SEND = %1$s.%2$s_send, ANALYZE = %1$s.kpi_tally_typanalyze, ALIGNMENT = double, %3$s)',
			'COMMENT ON TYPE %1$s.%2$s IS %4$L',
			'CREATE FUNCTION %1$s.%2$s_eq(%1$s.%2$s, %1$s.%2$s) RETURNS boolean AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_ne(%1$s.%2$s, %1$s.%2$s) RETURNS boolean AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_hash(%1$s.%2$s) RETURNS integer AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_hash_extended(%1$s.%2$s, bigint) RETURNS bigint AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE OPERATOR %1$s.= (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_eq, COMMUTATOR = OPERATOR(%1$s.=), NEGATOR = OPERATOR(%1$s.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES)',
			'CREATE OPERATOR %1$s.<> (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_ne, COMMUTATOR = OPERATOR(%1$s.<>), NEGATOR = OPERATOR(%1$s.=), RESTRICT = neqsel, JOIN = neqjoinsel)',
			'COMMENT ON OPERATOR %1$s.= (%1$s.%2$s, %1$s.%2$s) IS ''same tally''',
			'COMMENT ON OPERATOR %1$s.<> (%1$s.%2$s, %1$s.%2$s) IS ''different tallies''',
			'CREATE OPERATOR CLASS %1$s.%2$s_ops DEFAULT FOR TYPE %1$s.%2$s USING hash AS OPERATOR 1 %1$s.=, FUNCTION 1 %1$s.%2$s_hash(%1$s.%2$s), FUNCTION 2 %1$s.%2$s_hash_extended(%1$s.%2$s, bigint)',
			'CREATE FUNCTION %1$s.%2$s_combine(%1$s.%2$s, %1$s.%2$s) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE FUNCTION %1$s.%2$s_uncombine(%1$s.%2$s, %1$s.%2$s) RETURNS %1$s.%2$s AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE OPERATOR %1$s.+ (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_combine, COMMUTATOR = OPERATOR(%1$s.+))',
			'COMMENT ON OPERATOR %1$s.+ (%1$s.%2$s, %1$s.%2$s) IS ''merge two tallies''',
			'CREATE FUNCTION %1$s.%2$s_to_jsonb(%1$s.%2$s) RETURNS jsonb AS ''MODULE_PATHNAME'' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'CREATE CAST (%1$s.%2$s AS jsonb) WITH FUNCTION %1$s.%2$s_to_jsonb(%1$s.%2$s)',
			'CREATE FUNCTION %1$s.sample_size(tally %1$s.%2$s) RETURNS bigint AS ''MODULE_PATHNAME'', %5$L LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
			'COMMENT ON FUNCTION %1$s.sample_size(%1$s.%2$s) IS ''number of rows that a tally counts; 0 when empty''']
		LOOP
			EXECUTE format(statement, ours, tally.name, tally.storage, tally.description, tally.name || '_n');
		END LOOP;
		IF tally.invertible THEN
			EXECUTE format('CREATE OPERATOR %1$s.- (LEFTARG = %1$s.%2$s, RIGHTARG = %1$s.%2$s, FUNCTION = %1$s.%2$s_uncombine)', ours, tally.name);
			EXECUTE format('COMMENT ON OPERATOR %1$s.- (%1$s.%2$s, %1$s.%2$s) IS ''take one tally out of another''', ours, tally.name);
		END IF;
	END LOOP;
END
$install$;

-- kpi_durations has no operator -, and a state of its own for moving windows
CREATE FUNCTION @extschema@.kpi_durations_moving_combine(@extschema@.kpi_durations, @extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION @extschema@.kpi_durations_final(@extschema@.kpi_durations)
RETURNS @extschema@.kpi_durations AS 'MODULE_PATHNAME' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
