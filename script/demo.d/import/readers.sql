-- Reads the values of an export. A reader returns NULL for a value that it cannot read; the report counts these.

-- The known column names. vendor is the name of a file in headers.
CREATE TABLE import.known (position int NOT NULL, vendor text NOT NULL, target text NOT NULL, option text,
    place int NOT NULL, key text NOT NULL);
CREATE INDEX ON import.known (key);

CREATE FUNCTION import.keep_known() RETURNS void LANGUAGE sql AS $$
    INSERT INTO import.known (position, vendor, target, option, place, key)
    SELECT l.position, l.file, part[2], coalesce(part[3], btrim(part[1])), n.place, import.name_key(n.name)
    FROM import.line AS l
    CROSS JOIN LATERAL regexp_match(l.text, '^(not )?([a-z_]+|-)(?: (?:in|by) (\w+))?: *(.*)$') AS part
    CROSS JOIN LATERAL regexp_split_to_table(part[4], '\s+\|\s+') WITH ORDINALITY AS n (name, place)
    WHERE l.file <> 'words' AND l.text !~ '^#'
$$;

-- The words of words.txt. place: the score on a scale of satisfaction, or the number of a month. scale: its highest
-- score.
CREATE TABLE import.word (word text NOT NULL, meaning text NOT NULL, place int, scale int);
CREATE INDEX ON import.word (word, meaning);

CREATE FUNCTION import.keep_words() RETURNS void LANGUAGE sql AS $$
    INSERT INTO import.word (word, meaning, place, scale)
    SELECT lower(w.word), split_part(part[1], ' ', 1), m.place[1]::int, m.place[2]::int
    FROM import.line AS l
    CROSS JOIN LATERAL regexp_match(l.text, '^([^:]+): *(.*)$') AS part
    CROSS JOIN LATERAL regexp_split_to_table(part[2], '\s+\|\s+') AS w (word)
    CROSS JOIN LATERAL regexp_match(part[1], '(\d+)(?: of (\d+))?') AS m (place)
    WHERE l.file = 'words' AND l.text !~ '^#'
$$;

-- In PL/pgSQL because it caches the plan: the query runs for each word of the file.
CREATE FUNCTION import.means(v text, meaning text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM import.word AS w WHERE w.word = lower(v) AND w.meaning = means.meaning);
END $$;

-- Returns the value of a field, or NULL if it is empty or a word for nothing. The readers take clean values.
CREATE FUNCTION import.clean(v text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    v := nullif(import.plain(v), '');
    RETURN CASE WHEN v ~ '\d' OR length(v) > 20 OR NOT import.means(v, 'nothing') THEN v END;
END $$;

-- ---------------------------------------------------------------- instants

-- Splits a timestamp into its form, three parts of the date, and the time of day. The forms: iso (year, month, day),
-- dot (day, month, year), slash (two in unknown order, year), short (three in unknown order, a year of two digits),
-- name (day, month, year), name_short (day, month, year of two digits), serial (of Excel: days), epoch (seconds).
CREATE FUNCTION import.date_parts(v text) RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    split text[];
    day text;
    part text[];
    month text;
BEGIN
    part := regexp_match(v, '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ,]+(\d{1,2}:.*))?$');
    IF part IS NOT NULL THEN
        RETURN 'iso'::text || part;
    END IF;
    part := regexp_match(v, '^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[T ]+(\d{1,2}:.*))?$');
    IF part IS NOT NULL THEN
        RETURN 'iso'::text || part;
    ELSIF v ~ '^\d{5}([.,]\d+)?$' THEN
        RETURN ARRAY['serial', replace(v, ',', '.'), NULL, NULL, NULL];
    ELSIF v ~ '^(\d{10}|\d{13})([.,]\d+)?$' THEN
        RETURN ARRAY['epoch', left(v, 10), NULL, NULL, NULL];
    ELSIF v !~ '\d' OR length(v) > 90 THEN
        RETURN NULL;
    END IF;
    -- the time of day begins at the number before the first colon; words between date and time are left out
    split := regexp_match(v, '^([^:]*[^0-9:])(\d{1,2}:\d\d.*)$');
    day := btrim(regexp_replace(coalesce(split[1], v), '(,|\s|T|\mat|\mum|à)+$', ''));
    day := regexp_replace(day, '^((mon|tue|wed|thu|fri|sat|sun)[a-z]*[.,]*|(mo|di|mi|do|fr|sa|so)[.,]+)\s+', '', 'i');
    part := regexp_match(day, '^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d\d)$');
    IF part IS NOT NULL THEN
        RETURN ARRAY[CASE WHEN length(part[4]) = 2 THEN 'short' WHEN part[2] = '.' THEN 'dot' ELSE 'slash' END,
            part[1], part[3], part[4], split[2]];
    END IF;
    part := regexp_match(day, '^(\d{1,2})(?:st|nd|rd|th|er|\.)?[-/ ]+(?:de )?([[:alpha:]]{3,10})\.?[-/, ]+(?:de )?'
        '(\d{4}|\d\d)$');
    IF part IS NULL THEN
        part := regexp_match(day, '^([[:alpha:]]{3,10})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})$');
        part := ARRAY[part[2], part[1], part[3]];
    END IF;
    SELECT w.place::text INTO month FROM import.word AS w WHERE w.word = lower(part[2]) AND w.meaning = 'month';
    RETURN CASE WHEN month IS NOT NULL THEN
        ARRAY[CASE WHEN length(part[3]) = 2 THEN 'name_short' ELSE 'name' END, part[1], month, part[3], split[2]] END;
END $$;

-- Reads an instant. day_order: DMY, MDY or YMD, for dates that do not show their order. zone: the default time zone.
CREATE FUNCTION import.read_time(v text, day_order text, zone text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    part text[];
    form text;
    clock text[];
    hour int;
    y text;
    m text;
    d text;
    local timestamp;
BEGIN
    -- the usual form, for speed
    IF v ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$' THEN
        RETURN v::timestamp AT TIME ZONE zone;
    END IF;
    part := import.date_parts(v);
    form := part[1];
    IF form IS NULL THEN
        RETURN NULL;
    ELSIF form = 'serial' THEN
        RETURN date_trunc('second', timestamp '1899-12-30' + part[2]::numeric * interval '1 day' + interval '0.5 s')
            AT TIME ZONE zone;
    ELSIF form = 'epoch' THEN
        RETURN to_timestamp(part[2]::bigint);
    ELSIF form = 'iso' THEN
        y := part[2]; m := part[3]; d := part[4];
    ELSIF form IN ('dot', 'name', 'name_short') THEN
        d := part[2]; m := part[3]; y := part[4];
    ELSE
        -- without an order, strpos makes these NULL
        d := part[1 + nullif(strpos(day_order, 'D'), 0)];
        m := part[1 + nullif(strpos(day_order, 'M'), 0)];
        y := part[1 + nullif(strpos(day_order, 'Y'), 0)];
    END IF;
    IF form IN ('short', 'name_short') THEN
        IF coalesce(day_order, '') = '' THEN
            RETURN NULL;
        END IF;
        y := '20' || y;
    END IF;
    IF length(y) <> 4 THEN
        RETURN NULL;
    END IF;
    clock := regexp_match(coalesce(part[5], '0:00'),
        '^(\d{1,2}):(\d\d)(?::(\d\d(?:[.,]\d+)?))? *(?:([ap])\.?m\.?|Uhr)? *'
        '(?:(?:UTC|GMT)?([-+](?:0?\d|1[0-5])):?(\d\d)?|(Z|UTC|GMT))?(?: *\([^()]*\))?$', 'i');
    IF clock IS NULL THEN
        RETURN NULL;
    END IF;
    hour := clock[1]::int;
    IF clock[4] IS NOT NULL THEN
        IF hour NOT BETWEEN 1 AND 12 THEN
            RETURN NULL;
        END IF;
        hour := hour % 12 + CASE lower(clock[4]) WHEN 'p' THEN 12 ELSE 0 END;
    END IF;
    local := make_timestamp(y::int, m::int, d::int, hour, clock[2]::int,
        coalesce(replace(clock[3], ',', '.'), '0')::float8);
    IF clock[5] IS NOT NULL THEN
        local := local - make_interval(hours => clock[5]::int,
            mins => (left(clock[5], 1) || coalesce(clock[6], '0'))::int);
        RETURN local AT TIME ZONE 'UTC';
    END IF;
    RETURN local AT TIME ZONE CASE WHEN clock[7] IS NULL THEN zone ELSE 'UTC' END;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------- numbers and durations

-- Returns the decimal separator of a number: point, comma, either (it could be both) or none (it has none).
CREATE FUNCTION import.decimal_sign(v text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN v !~ '[.,]' THEN 'none'
                WHEN v ~ '^[-+]?[1-9]\d{0,2}[.,]\d{3}$' THEN 'either'
                WHEN v ~ '^[-+]?(\d+\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})$' THEN 'point'
                WHEN v ~ '^[-+]?(\d+,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})$' THEN 'comma' END
$$;

-- Removes blanks and apostrophes between groups of digits. Commas and points stay.
CREATE FUNCTION import.number_text(v text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT regexp_replace(v, '(\d)[ ''’](?=\d{3}(\D|$))', '\1', 'g') $$;

CREATE FUNCTION import.read_number(v text, decimals text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    sign text;
BEGIN
    v := import.number_text(v);
    sign := import.decimal_sign(v);
    IF v !~ '^[-+]?\d[\d.,]*$' OR sign IS NULL OR length(v) > 30 THEN
        RETURN NULL;
    ELSIF sign = 'either' THEN
        sign := decimals;
    ELSIF sign <> 'none' AND decimals <> '' AND sign <> decimals THEN
        RETURN NULL;
    END IF;
    RETURN CASE sign WHEN 'none' THEN v
                     WHEN 'point' THEN replace(v, ',', '')
                     WHEN 'comma' THEN translate(v, ',.', '.') END::numeric;
END $$;

-- Reads a whole number, also at the beginning of "4 - satisfied", "4/5", "4 out of 5" and "4 stars".
CREATE FUNCTION import.read_whole(v text, decimals text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    number numeric;
BEGIN
    IF v ~ '^\d{1,9}$' THEN
        RETURN v;
    END IF;
    number := import.read_number(regexp_replace(v,
        '^(\d+)(\s*(/|(out )?of|von)\s*\d+|\s*[-–:]\s*[[:alpha:]].*|\s+stars?|\s+\([[:alpha:] ]*\))$', '\1', 'i'),
        decimals);
    RETURN CASE WHEN number = trunc(number) AND abs(number) < 1e9 THEN number END;
END $$;

-- Returns the unit in a column name: minutes for "First reply time in minutes within business hours".
CREATE FUNCTION import.unit_of(key text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN k ~ '\m(ms|msecs?|millis|milliseconds?)\M' THEN 'milliseconds'
                WHEN k ~ '\mhh? mm' THEN 'hours' WHEN k ~ '\mmm? ss' THEN 'minutes'
                WHEN k ~ '\m(seconds?|secs?|s|sekunden)\M' THEN 'seconds'
                WHEN k ~ '\m(minutes?|mins?|minuten)\M' THEN 'minutes'
                WHEN k ~ '\m(hours?|hrs?|h|stunden|std)\M' THEN 'hours'
                WHEN k ~ '\m(days?|tagen?)\M' THEN 'days' END
    FROM regexp_replace(key, '\m(business|calendar|working|office|operating|opening) (hours|days|minutes)\M', '',
                        'g') AS k
$$;

-- Returns the keys by which a column may be known: its own, and without a unit, a scale or a word such as "ticket".
-- "handle time min" is also "handle time", "csat 1 5" is "csat", "case opened" is "opened".
CREATE FUNCTION import.possible_keys(key text) RETURNS TABLE (possible text, place bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH bare AS (
        SELECT regexp_replace(key, '(( in)? (ms|milliseconds|s|secs?|seconds|mins?|minutes|h|hrs?|hours|days|'
            'hh? mm( ss)?|mm? ss|minuten|stunden|std)| [01] \d\d?| yes no| y n)$', '') AS key
    )
    SELECT p.key, min(p.place)
    FROM bare, unnest(ARRAY[possible_keys.key, bare.key,
                            regexp_replace(bare.key, '^(ticket|case|incident|request|conversation|issue) ', '')])
         WITH ORDINALITY AS p (key, place)
    GROUP BY p.key
$$;

-- Tests whether a possible key counts for the names of a vendor. Without the word in front, it is one of common names
-- only: "issue type" of Jira is not the "type" of another helpdesk.
CREATE FUNCTION import.is_same_name(place bigint, vendor text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT place < 3 OR vendor = 'generic' $$;

CREATE FUNCTION import.seconds_of(unit text) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN unit ~* '^(ms|milli)' THEN 0.001
                WHEN unit ~* '^(h|st)' THEN 3600
                WHEN unit ~* '^s' THEN 1
                WHEN unit ~* '^m' THEN 60
                WHEN unit ~* '^(d|ta)' THEN 86400
                WHEN unit ~* '^w' THEN 604800 END
$$;

-- Tests whether a duration needs a unit: a number, or "2:30", which may be hours or minutes.
CREATE FUNCTION import.needs_unit(v text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT v ~ '^\d+:\d\d$' OR import.number_text(v) ~ '^\d[\d.,]*$' $$;

-- Reads a duration. unit: of plain numbers, and of the first number in "2:30".
CREATE FUNCTION import.read_duration(v text, unit text, decimals text) RETURNS interval LANGUAGE plpgsql STABLE AS $$
DECLARE
    part text[];
    -- seconds_of knows each by its first letters
    units CONSTANT text := '(weeks?|w|days?|d|tagen?|hours?|hrs?|h|std\.?|stunden?|minutes?|minuten?|mins?|m|'
        'milliseconds?|ms|seconds?|sekunden?|secs?|s)\M';
    total numeric;
BEGIN
    IF v IS NULL OR length(v) > 60 THEN
        RETURN NULL;
    ELSIF import.needs_unit(v) THEN
        IF strpos(v, ':') = 0 THEN
            total := import.read_number(v, decimals) * import.seconds_of(unit);
        ELSIF unit IN ('hours', 'minutes') THEN
            part := string_to_array(v, ':');
            total := (part[1]::numeric + part[2]::numeric / 60) * import.seconds_of(unit);
        END IF;
    ELSIF v ~ '^\d+:[0-5]\d:[0-5]\d([.,]\d+)?$' THEN
        part := string_to_array(replace(v, ',', '.'), ':');
        total := part[1]::numeric * 3600 + part[2]::numeric * 60 + part[3]::numeric;
    ELSIF v ~ '^\d+(\.| days?,? +)\d+:[0-5]\d:[0-5]\d([.,]\d+)?$' THEN
        part := regexp_match(replace(v, ',', '.'), '^(\d+)[^\d]+(\d+):(\d\d):(.*)$');
        total := part[1]::numeric * 86400 + part[2]::numeric * 3600 + part[3]::numeric * 60 + part[4]::numeric;
    ELSIF v ~* ('^(\d+([.,]\d+)? *' || units || '\.?( *(,|and|und) *| *))+$') THEN
        SELECT sum(import.read_number(m[1], decimals) * import.seconds_of(m[2])) INTO total
        FROM regexp_matches(v, '(\d+(?:[.,]\d+)?) *' || units, 'gi') AS m;
    ELSIF v ~ '^P(\d+[YMWD])*(T(\d+([.]\d+)?[HMS])+)?$' AND length(v) > 1 THEN
        total := extract(epoch FROM v::interval);
    END IF;
    RETURN total * interval '1 s';
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

-- ---------------------------------------------------------------- words

CREATE FUNCTION import.read_flag(v text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT CASE WHEN import.means(v, 'yes') THEN true WHEN import.means(v, 'no') THEN false END $$;

CREATE FUNCTION import.read_count(v text, decimals text) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN v ~ '^\d' THEN import.read_whole(v, decimals) ELSE import.read_flag(v)::int END;
END $$;

-- Reads an SLA result. option: "not" if yes means missed; "sign" if the value is the time left.
CREATE FUNCTION import.read_verdict(v text, option text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN import.means(v, 'met') THEN true
                WHEN import.means(v, 'missed') THEN false
                WHEN option = 'sign' AND v ~ '^[-−]?\d+[:.,hdm]' THEN v ~ '^\d'
                ELSE import.read_flag(v) <> (option IS NOT DISTINCT FROM 'not') END
$$;

-- Reads a status. HubSpot adds the pipeline in brackets: "Closed (Support Pipeline)".
CREATE FUNCTION import.read_status(v text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN (SELECT w.meaning FROM import.word AS w
            WHERE w.word = regexp_replace(lower(v), '\s+\([^()]*\)$', '')
              AND w.meaning IN ('new', 'open', 'pending', 'on_hold', 'solved', 'closed'));
END $$;

-- Reads a whole score within limits.
CREATE FUNCTION import.read_score(v text, low int, high int, decimals text) RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN import.read_whole(v, decimals) BETWEEN low AND high THEN import.read_whole(v, decimals) END;
END $$;

-- Reads a satisfaction score: a word of the scale, or a number on it. Scale 1 is 0 or 1, which become 1 and 2.
CREATE FUNCTION import.read_csat(v text, scale int, decimals text) RETURNS int
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce(
        import.read_score(v, CASE WHEN scale IN (1, 10) THEN 0 ELSE 1 END, scale, decimals)
            + CASE scale WHEN 1 THEN 1 ELSE 0 END,
        (SELECT w.place FROM import.word AS w
         WHERE w.word = lower(v) AND w.meaning = 'csat' AND w.scale = greatest(read_csat.scale, 2)));
END $$;

-- Tests for words such as pending and offered: there is no value yet, so there is nothing to report.
CREATE FUNCTION import.is_open(v text, kind text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT kind = 'verdict' AND import.means(v, 'undecided') OR kind = 'csat' AND import.means(v, 'unanswered')
$$;

-- Tests whether a value may belong to a column of this kind, whatever its order, unit or scale.
CREATE FUNCTION import.fits(v text, kind text, option text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT CASE kind
        WHEN 'time' THEN import.date_parts(v) IS NOT NULL
        WHEN 'duration' THEN import.needs_unit(v) OR import.read_duration(v, 'hours', '') IS NOT NULL
        WHEN 'verdict' THEN import.read_verdict(v, option) IS NOT NULL OR import.is_open(v, kind)
        WHEN 'flag' THEN import.read_flag(v) IS NOT NULL
        WHEN 'count' THEN import.read_flag(v) IS NOT NULL OR
            import.decimal_sign(import.number_text(v)) IS NOT NULL AND v ~ '^\d'
        WHEN 'csat' THEN import.means(v, 'csat') OR import.is_open(v, kind) OR v ~ '^\d[^%]*$'
        WHEN 'nps' THEN v ~ '^\d[^%]*$'
        WHEN 'ces' THEN v ~ '^\d[^%]*$'
        ELSE true END
$$;
