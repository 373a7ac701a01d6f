-- Reads the text columns of somebody's CSV file. What cannot be read becomes NULL and is counted by the demo.
-- Control characters are taken out, because the demo prints the texts to a terminal.
CREATE FUNCTION read_text(v text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT nullif(btrim(regexp_replace(v, '[[:cntrl:]]+', ' ', 'g')), '') $$;

-- A timestamp without a zone is UTC, because the demo's session is. Only what begins with a digit: the words that
-- PostgreSQL knows ('now', 'infinity') are no timestamps of tickets. Not parallel safe, because the handler is a
-- subtransaction.
CREATE FUNCTION read_time(v text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE WHEN v ~ '^\s*\d' THEN v::timestamptz END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

CREATE FUNCTION read_boolean(v text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN lower(btrim(v))
                     IN ('t', 'true', '1', 'yes', 'y', 'met', 'ontime', 'on time', 'achieved', 'within') THEN true
                WHEN lower(btrim(v))
                     IN ('f', 'false', '0', 'no', 'n', 'breached', 'overdue', 'missed', 'late', 'violated') THEN false
           END $$;

-- Whole numbers up to nine digits ("3", "3.0"); a flag counts as 1 or 0.
CREATE FUNCTION read_number(v text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN btrim(v) ~ '^-?\d{1,9}(\.0*)?$' THEN btrim(v)::numeric::integer
                ELSE read_boolean(v)::integer END $$;
