-- Maps the columns of the file to targets, and finds the order of its dates and the decimal separator of its numbers.
-- import.stop ends the import with a message; import.note adds a remark to the report.

CREATE FUNCTION import.stop(sentence text, VARIADIC words text[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = format(sentence, VARIADIC words); END $$;

CREATE FUNCTION import.note(sentence text, VARIADIC words text[] DEFAULT '{}') RETURNS void LANGUAGE sql
    AS $$ INSERT INTO import.remark (remark) VALUES (format(sentence, VARIADIC words)) $$;

-- Returns a number with its noun: 1 row, 2 rows.
CREATE FUNCTION import.amount(n bigint, noun text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT n || ' ' || noun || CASE n WHEN 1 THEN '' ELSE 's' END $$;

-- Quotes a text for a message: short and without control characters.
CREATE FUNCTION import.quoted(v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format('"%s"', CASE WHEN length(p) > 40 THEN left(p, 37) || '...' ELSE p END) FROM import.plain(v) AS p
$$;

CREATE FUNCTION import.column_name(number int) RETURNS text LANGUAGE sql STABLE
    AS $$ SELECT import.quoted(name) FROM import.header AS h WHERE h.number = column_name.number $$;

-- Returns a column as --map takes it: its name, or its number if the name would need quoting.
CREATE FUNCTION import.map_entry(target text, number int, option text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT target || '='
        || CASE WHEN h.name ~ '^[[:alnum:]_ ().-]+$' AND h.name !~ '^\d+$|^-$' THEN h.name ELSE number::text END
        || coalesce(':' || option, '')
    FROM import.header AS h WHERE h.number = map_entry.number
$$;

-- Returns the value of a column in a row of the file.
CREATE FUNCTION import.value_at(number int, row_number bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    v text;
BEGIN
    EXECUTE format('SELECT c%s FROM import.field WHERE n = $1', number) INTO v USING row_number;
    RETURN v;
END $$;

-- Returns a value with its column and row, or NULL without a row.
CREATE FUNCTION import.located(number int, row_number bigint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('%s (column %s, row %s)', import.quoted(import.value_at(number, row_number)),
        import.column_name(number), row_number)
    WHERE row_number IS NOT NULL
$$;

-- ---------------------------------------------------------------- vendors

-- Returns the vendor of the export: two column names of its own, or as much in shared names, of which each counts less
-- the more vendors use it. Half of the columns, or eight, must have names of this vendor.
CREATE FUNCTION import.vendor() RETURNS TABLE (vendor text, columns bigint) LANGUAGE sql STABLE AS $$
    WITH match AS (
        SELECT DISTINCT k.vendor, h.number, h.key FROM import.header AS h JOIN import.known AS k USING (key)
        WHERE k.vendor <> 'generic'
    ), owners AS (
        SELECT key, count(DISTINCT vendor) AS n FROM import.known WHERE vendor <> 'generic' GROUP BY key
    )
    SELECT m.vendor, count(*)
    FROM match AS m JOIN owners AS o USING (key)
    GROUP BY m.vendor
    HAVING sum(1.0 / o.n) >= 2 AND (count(*) >= 8 OR count(*) * 2 >= (SELECT count(*) FROM import.header))
    ORDER BY sum(1.0 / o.n) DESC, m.vendor
    LIMIT 1
$$;

CREATE FUNCTION import.vendor_title(vendor text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT split_part(substr(l.text, 3), ':', 1)
    FROM import.line AS l WHERE l.file = vendor ORDER BY l.position LIMIT 1
$$;

-- ---------------------------------------------------------------- columns

-- Returns the option of a column that --map gives without one: a unit, or "not" for names such as "SLA breached".
CREATE FUNCTION import.option_of(target text, number int) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE t.kind
        WHEN 'duration' THEN coalesce(import.unit_of(h.key), k.option)
        WHEN 'verdict' THEN coalesce(k.option, CASE
            WHEN substring(h.key FROM '^(.*?)\m(?:breach|violat|missed|overdue|late\M|delayed|failed|exceeded'
                                      '|verletzt|verspätet|verfehlt|überschritten|überfällig|dépassé)')
                 !~ '\m(not|non|no|never|nicht|nie|pas)\M' THEN 'not' END) END
    FROM import.target AS t
    JOIN import.header AS h ON h.number = option_of.number
    LEFT JOIN LATERAL (SELECT known.option FROM import.known JOIN import.possible_keys(h.key) AS p
                           ON p.possible = known.key AND import.is_same_name(p.place, known.vendor)
                       WHERE known.target = t.name
                         AND known.vendor IN ('generic', (SELECT o.vendor FROM import.options AS o))
                       ORDER BY known.vendor = 'generic', known.position LIMIT 1) AS k ON true
    WHERE t.name = option_of.target
$$;

-- Applies --map TARGET=COLUMN[:OPTION],... and returns the targets mapped to -, which stay without a column.
CREATE FUNCTION import.apply_map(map text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    entry text;
    part text[];
    cols int[];
    col int;
    none text[] := '{}';
BEGIN
    FOREACH entry IN ARRAY regexp_split_to_array(map, '\s*,\s*') LOOP
        part := regexp_match(btrim(entry),
            '^(\w+)=(.*?)(:(milliseconds|seconds|minutes|hours|days|sign|not|1|2|3|4|5|7|10))?$');
        IF NOT EXISTS (SELECT FROM import.target WHERE name = part[1]) OR part IS NULL THEN
            PERFORM import.stop('--map: %s is not TARGET=COLUMN. The targets are: %s.', import.quoted(entry),
                (SELECT string_agg(name, ', ' ORDER BY position) FROM import.target));
        END IF;
        IF part[2] = '-' THEN
            none := none || part[1];
            CONTINUE;
        END IF;
        -- an exact name, else a similar one, else a number
        SELECT array_agg(h.number ORDER BY h.number) INTO cols
        FROM import.header AS h
        WHERE h.name = part[2] OR h.key = import.name_key(part[2]) OR h.number::text = part[2]
        GROUP BY h.name = part[2], h.key = import.name_key(part[2])
        ORDER BY h.name = part[2] DESC, h.key = import.name_key(part[2]) DESC LIMIT 1;
        col := cols[1];
        IF cardinality(cols) > 1 THEN
            PERFORM import.stop('--map: %s is the name of columns %s: choose one by its number, such as --map "%s=%s".',
                import.quoted(part[2]), array_to_string(cols, ' and '), part[1], col::text);
        ELSIF col IS NULL THEN
            PERFORM import.stop('--map: the file has no column %s. Its columns are: %s.', import.quoted(part[2]),
                (SELECT string_agg(name, ', ' ORDER BY number) FROM import.header));
        END IF;
        INSERT INTO import.mapping VALUES (part[1], col, coalesce(part[4], import.option_of(part[1], col)), true)
        ON CONFLICT (target) DO UPDATE SET number = excluded.number, option = excluded.option;
    END LOOP;
    RETURN none;
END $$;

-- Tests the first 500 values of a column. has: their number; fit: how many fit the kind; example: one that does not.
CREATE FUNCTION import.test_column(number int, kind text, option text, OUT has bigint, OUT fit bigint, OUT example text)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE fits), min(v) FILTER (WHERE NOT fits)
        FROM (SELECT v, import.fits(v, $1, $2) AS fits
              FROM (SELECT import.clean(c%s) AS v FROM import.raw OFFSET 0) AS r
              WHERE v IS NOT NULL LIMIT 500) AS s', number)
    INTO has, fit, example USING kind, option;
END $$;

-- Returns the instant that replaces a duration: the mart computes durations itself, also in business hours.
CREATE FUNCTION import.replaced_by(target text) RETURNS text LANGUAGE sql IMMUTABLE
    AS $$ SELECT CASE target WHEN 'response_time' THEN 'first_response_at'
                             WHEN 'resolution_time' THEN 'resolved_at' END $$;

-- Maps the columns with known names: names of the vendor come first, then generic names, then names of other vendors.
-- Takes the first column with values of the right kind. The unit of a vendor applies to its own exports only.
CREATE FUNCTION import.choose_columns() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    own text;
    none text[] := '{}';
    candidate record;
    tested record;
BEGIN
    UPDATE import.options SET vendor = (SELECT v.vendor FROM import.vendor() AS v) RETURNING vendor INTO own;
    IF (SELECT map FROM import.options) <> '' THEN
        none := import.apply_map((SELECT map FROM import.options));
    END IF;
    FOR candidate IN
        SELECT t.name AS target, t.kind, h.number, h.key,
               CASE WHEN t.kind = 'duration'
                    THEN coalesce(import.unit_of(h.key), CASE WHEN k.rank = 0 THEN k.option END)
                    ELSE k.option END AS option
        FROM import.target AS t
        JOIN (SELECT *, CASE known.vendor WHEN own THEN 0 WHEN 'generic' THEN 1 ELSE 2 END AS rank
              FROM import.known) AS k
          ON k.target = t.name
        JOIN (SELECT number, key, p.possible, p.place FROM import.header, import.possible_keys(key) AS p) AS h
          ON h.possible = k.key AND import.is_same_name(h.place, k.vendor)
        WHERE t.name <> ALL (none) AND (k.option IS DISTINCT FROM 'sign' OR k.rank = 0)
        ORDER BY t.position, k.rank, k.position, k.place, h.place, h.number
    LOOP
        CONTINUE WHEN EXISTS (SELECT FROM import.mapping AS m
                              WHERE m.target IN (candidate.target, import.replaced_by(candidate.target))
                              OR m.number = candidate.number);
        tested := import.test_column(candidate.number, candidate.kind, candidate.option);
        CONTINUE WHEN tested.fit * 2 < tested.has OR tested.has = 0;
        INSERT INTO import.mapping VALUES (candidate.target, candidate.number, candidate.option, false);
    END LOOP;
    IF NOT EXISTS (SELECT FROM import.mapping) THEN
        PERFORM import.stop('no column is recognized. The columns are: %s. Choose some with --map TARGET=COLUMN,... '
            'The targets are: %s.',
            (SELECT string_agg(name, ', ' ORDER BY number) FROM import.header),
            (SELECT string_agg(name, ', ' ORDER BY position) FROM import.target));
    END IF;
END $$;

-- ---------------------------------------------------------------- dates

-- Finds the order of day and month. Stops if the file needs it but no date shows it.
CREATE FUNCTION import.settle_dates() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given text := (SELECT dates FROM import.options);
    mapped record;
    seen record;
    days text;      -- a date that proves DMY, with its column and row
    months text;
    unclear text;
BEGIN
    FOR mapped IN SELECT m.* FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target
        WHERE t.kind = 'time' ORDER BY m.number LOOP
        EXECUTE format($sql$
            SELECT min(n) FILTER (WHERE p[1] IN ('short', 'name_short')) AS short,
                   min(n) FILTER (WHERE p[1] = 'slash' AND p[2]::int BETWEEN 13 AND 31 AND p[3]::int <= 12) AS days,
                   min(n) FILTER (WHERE p[1] = 'slash' AND p[3]::int BETWEEN 13 AND 31 AND p[2]::int <= 12) AS months,
                   min(n) FILTER (WHERE p[1] = 'slash' AND p[2] <> p[3]) AS slash,
                   count(*) FILTER (WHERE p[1] = 'serial') AS serials, count(*) FILTER (WHERE p[1] = 'epoch') AS epochs,
                   count(c) AS values
            FROM (SELECT n, c%1$s AS c, CASE WHEN c%1$s !~ '^\d{4}[-/.]' THEN import.date_parts(c%1$s) END AS p
                  FROM import.field) AS d $sql$, mapped.number) INTO seen;
        IF seen.short IS NOT NULL AND given = '' THEN
            PERFORM import.stop('column %s has two-digit years, such as %s in row %s: add --dates DMY, --dates MDY '
                'or --dates YMD.',
                import.column_name(mapped.number), import.quoted(import.value_at(mapped.number, seen.short)),
                seen.short::text);
        END IF;
        IF seen.short IS NOT NULL THEN
            PERFORM import.note('%s: two-digit years are read as 20YY, such as %s.',
                import.column_name(mapped.number), import.quoted(import.value_at(mapped.number, seen.short)));
        END IF;
        IF seen.serials > 0 THEN
            IF seen.serials * 10 < seen.values * 9 THEN
                PERFORM import.stop('column %s has both dates and plain numbers, which may be Excel day numbers: '
                    'format the whole column as yyyy-mm-dd hh:mm and export it again.',
                    import.column_name(mapped.number));
            END IF;
            PERFORM import.note('%s: the numbers are read as Excel day numbers (1900 date system).',
                import.column_name(mapped.number));
        END IF;
        IF seen.epochs > 0 THEN
            PERFORM import.note('%s: numbers of 10 or 13 digits are read as seconds or milliseconds since 1970.',
                import.column_name(mapped.number));
        END IF;
        days := coalesce(days, import.located(mapped.number, seen.days));
        months := coalesce(months, import.located(mapped.number, seen.months));
        unclear := coalesce(unclear, import.located(mapped.number, seen.slash));
    END LOOP;
    IF given <> '' THEN
        RETURN;
    ELSIF days IS NOT NULL AND months IS NOT NULL THEN
        PERFORM import.stop('the dates have two orders: day first in %s, month first in %s. Correct the file, or add '
            '--dates DMY or --dates MDY: the report then counts the dates that do not fit.', days, months);
    ELSIF unclear IS NOT NULL AND days IS NULL AND months IS NULL THEN
        PERFORM import.stop('%s is ambiguous: no date in the file shows whether the day or the month comes first. '
            'Add --dates DMY or --dates MDY.', unclear);
    END IF;
    IF coalesce(days, months) IS NOT NULL THEN
        UPDATE import.options SET dates = CASE WHEN days IS NOT NULL THEN 'DMY' ELSE 'MDY' END;
        PERFORM import.note('Dates are read with the %s first, as %s shows.',
            CASE WHEN days IS NOT NULL THEN 'day' ELSE 'month' END, coalesce(days, months));
    END IF;
END $$;

-- ---------------------------------------------------------------- numbers

-- Finds the decimal separator. Stops if the file needs it but no number shows it.
CREATE FUNCTION import.settle_decimals() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given text := (SELECT decimals FROM import.options);
    mapped record;
    seen record;
    point text;
    comma text;
    unclear text;
BEGIN
    FOR mapped IN SELECT m.* FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target
        WHERE t.kind IN ('duration', 'count', 'csat', 'nps', 'ces') ORDER BY m.number LOOP
        EXECUTE format($sql$
            SELECT min(n) FILTER (WHERE sign = 'point') AS point, min(n) FILTER (WHERE sign = 'comma') AS comma,
                   min(n) FILTER (WHERE sign = 'either') AS unclear
            FROM (SELECT n, import.decimal_sign(substring(import.number_text(c%s)
                                                         FROM '^[-+]?\d[\d.,]*(?!.*:)')) AS sign
                  FROM import.field) AS d $sql$, mapped.number) INTO seen;
        point := coalesce(point, import.located(mapped.number, seen.point));
        comma := coalesce(comma, import.located(mapped.number, seen.comma));
        unclear := coalesce(unclear, import.located(mapped.number, seen.unclear));
    END LOOP;
    IF given <> '' THEN
        RETURN;
    ELSIF point IS NOT NULL AND comma IS NOT NULL THEN
        PERFORM import.stop('the numbers have two decimal separators: a point in %s, a comma in %s. Correct the file, '
            'or add --decimal point or --decimal comma: the report then counts the numbers that do not fit.',
            point, comma);
    ELSIF unclear IS NOT NULL AND point IS NULL AND comma IS NULL THEN
        PERFORM import.stop('%s is ambiguous: no number in the file shows whether the decimal separator is a point or '
            'a comma. Add --decimal point or --decimal comma.', unclear);
    END IF;
    IF coalesce(point, comma) IS NOT NULL THEN
        UPDATE import.options SET decimals = CASE WHEN comma IS NOT NULL THEN 'comma' ELSE 'point' END;
        IF comma IS NOT NULL THEN
            PERFORM import.note('Numbers are read with a decimal comma, as %s shows.', comma);
        END IF;
    END IF;
END $$;

-- Leaves out durations without a unit: 90 may be seconds or minutes.
CREATE FUNCTION import.settle_units() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mapped record;
    example bigint;
BEGIN
    FOR mapped IN SELECT m.* FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target
        WHERE t.kind = 'duration' AND m.option IS NULL ORDER BY m.number LOOP
        EXECUTE format('SELECT min(n) FROM import.field WHERE import.needs_unit(c%s)', mapped.number) INTO example;
        IF example IS NOT NULL THEN
            DELETE FROM import.mapping WHERE target = mapped.target;
            PERFORM import.note(
                '%s is NOT read: numbers such as %s in row %s have no unit. Add one: --map "%s" (or seconds, '
                'hours, days).',
                import.column_name(mapped.number), import.quoted(import.value_at(mapped.number, example)),
                example::text, import.map_entry(mapped.target, mapped.number, 'minutes'));
        END IF;
    END LOOP;
END $$;

-- ---------------------------------------------------------------- satisfaction

-- Finds the scale of satisfaction: from "4/5" or "CSAT (1-5)", else from the words, else from the numbers: 0 and 1, up
-- to 5, or up to 10.
CREATE FUNCTION import.settle_scale() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mapped record;
    decimals text := (SELECT o.decimals FROM import.options AS o);
    scale int;
    low bigint;
    top bigint;
    out_of text;
BEGIN
    SELECT * INTO mapped FROM import.mapping AS m WHERE m.target = 'csat_score';
    IF mapped.number IS NULL OR mapped.option IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format($sql$
        SELECT w.scale FROM (SELECT DISTINCT lower(c%s) AS v FROM import.field) AS d
        JOIN import.word AS w ON w.word = d.v AND w.meaning = 'csat'
        GROUP BY w.scale ORDER BY count(*) DESC, w.scale LIMIT 1 $sql$,
        mapped.number) INTO scale;
    EXECUTE format($sql$
        SELECT min(import.read_whole(v, $1)), max(import.read_whole(v, $1)),
               max(substring(v FROM '(?i)^\d+\s*(?:/|(?:out )?of|von)\s*(\d+)$'))
        FROM (SELECT c%s AS v FROM import.field) AS d WHERE length(v) < 40 $sql$, mapped.number)
    INTO low, top, out_of USING decimals;
    out_of := coalesce(out_of, (SELECT substring(h.key FROM ' [01] (\d\d?)$') FROM import.header AS h
                                WHERE h.number = mapped.number));
    IF coalesce(out_of, scale::text) IS NULL AND low = 1 AND top = 1 THEN
        PERFORM import.stop('column %s has no score but 1, which may be the best of 0 and 1 or the worst of 1 to 5. '
            'Add --map "%s" or --map "%s".', import.column_name(mapped.number),
            import.map_entry('csat_score', mapped.number, '1'), import.map_entry('csat_score', mapped.number, '5'));
    END IF;
    scale := coalesce(out_of::int, CASE
        WHEN low = 0 AND top = 1 AND coalesce(scale, 2) = 2 THEN 1
        WHEN scale >= coalesce(top, 0) THEN scale
        WHEN top > 5 THEN 10
        ELSE 5 END);
    IF scale NOT IN (1, 2, 3, 4, 5, 7, 10) OR top > 10 THEN
        PERFORM import.stop('column %s has scores up to %s; CSAT scales end at 2, 3, 4, 5, 7 or 10. Add the scale, '
            'such as --map "%s", or leave the column out with --map csat_score=-.',
            import.column_name(mapped.number), greatest(top, scale)::text,
            import.map_entry('csat_score', mapped.number, '10'));
    ELSIF out_of IS NULL AND top IN (6, 7) THEN
        PERFORM import.stop('column %s has scores up to %s: its scale may end at 7 or at 10. Add --map "%s" or '
            '--map "%s".', import.column_name(mapped.number), top::text,
            import.map_entry('csat_score', mapped.number, '7'), import.map_entry('csat_score', mapped.number, '10'));
    END IF;
    UPDATE import.mapping SET option = scale::text WHERE target = 'csat_score';
END $$;

-- Maps all columns. Each step uses the results of the steps before it; import.field has the clean values.
CREATE FUNCTION import.map_columns() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM import.choose_columns();
    EXECUTE 'CREATE UNLOGGED TABLE import.field AS SELECT n, '
        || (SELECT string_agg(DISTINCT format('import.clean(c%s) AS c%1$s', number), ', ') FROM import.mapping)
        || ' FROM import.raw';
    CREATE UNIQUE INDEX ON import.field (n);
    PERFORM import.settle_units();
    PERFORM import.settle_dates();
    PERFORM import.settle_decimals();
    PERFORM import.settle_scale();
END $$;
