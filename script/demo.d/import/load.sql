-- Makes the table tickets and the report.

-- Moves the header from the loaded rows into its own table and deletes empty rows.
CREATE FUNCTION import.loaded() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    empty bigint;
BEGIN
    -- for a file of very many columns, a trigger has stored the header
    IF NOT EXISTS (SELECT FROM import.header) THEN
        PERFORM import.keep_header(to_jsonb(r)) FROM import.raw AS r WHERE n = 1;
        DELETE FROM import.raw WHERE n = 1;
    END IF;
    EXECUTE format('DELETE FROM import.raw WHERE coalesce(%s) IS NULL',
        (SELECT string_agg(format('nullif(btrim(c%s), '''')', number), ', ') FROM import.header));
    GET DIAGNOSTICS empty = ROW_COUNT;
    IF empty > 0 THEN
        PERFORM import.note('Skipped: %s.', import.amount(empty, 'empty row'));
    END IF;
    IF NOT EXISTS (SELECT FROM import.raw) THEN
        PERFORM import.stop('the file has a header but no rows.');
    END IF;
    IF NOT import.is_zone((SELECT zone FROM import.options)) THEN
        PERFORM import.stop('--zone: time zone %s is not recognized: write a name such as Europe/Berlin.',
            import.quoted((SELECT zone FROM import.options)));
    END IF;
END $$;

-- Empties columns without a known name, and stores the header: a row of very many columns does not fit into a page.
CREATE FUNCTION import.keep_known_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.n = 1 THEN
        PERFORM import.keep_header(to_jsonb(NEW));
        CREATE TABLE import.unknown AS
            SELECT jsonb_object_agg('c' || h.number, NULL) AS columns
            FROM import.header AS h
            WHERE NOT EXISTS (SELECT FROM import.known AS k JOIN import.possible_keys(h.key) AS p
                                  ON p.possible = k.key AND import.is_same_name(p.place, k.vendor)
                              WHERE k.target <> '-')
              AND NOT EXISTS (SELECT FROM import.options AS o, regexp_split_to_table(o.map, ',') AS entry
                              WHERE import.name_key(regexp_replace(entry, '^[^=]*=|:\w+$', '', 'g')) = h.key
                                 OR regexp_replace(entry, '^[^=]*=|:\w+$', '', 'g') = h.number::text);
        RETURN NULL;
    END IF;
    RETURN jsonb_populate_record(NEW, (SELECT columns FROM import.unknown));
END $$;

-- ---------------------------------------------------------------- tickets

-- Tests whether an instant is possible for a ticket. Others are placeholders or mistakes.
CREATE FUNCTION import.is_plausible(at timestamptz) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT at >= '1990-01-01+00' AND at < now() + interval '1 year 1 day' $$;

-- Returns the SQL expression that reads a column.
CREATE FUNCTION import.reader(mapped import.mapping) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE t.kind
        WHEN 'time' THEN format('import.read_time(c%s, %L, %L)', mapped.number, o.dates, coalesce(h.zone, o.zone))
        WHEN 'duration' THEN format('import.read_duration(c%s, %L, %L)', mapped.number, mapped.option, o.decimals)
        WHEN 'verdict' THEN format('import.read_verdict(c%s, %L)', mapped.number, mapped.option)
        WHEN 'status' THEN format('import.read_status(c%s)', mapped.number)
        WHEN 'flag' THEN format('import.read_flag(c%s)', mapped.number)
        WHEN 'count' THEN format('import.read_count(c%s, %L)', mapped.number, o.decimals)
        WHEN 'csat' THEN format('import.read_csat(c%s, %s, %L)', mapped.number, mapped.option, o.decimals)
        WHEN 'nps' THEN format('import.read_score(c%s, 0, 10, %L)', mapped.number, o.decimals)
        WHEN 'ces' THEN format('import.read_score(c%s, 1, 7, %L)', mapped.number, o.decimals)
        ELSE format('c%s', mapped.number) END
    FROM import.target AS t, import.header AS h, import.options AS o
    WHERE t.name = mapped.target AND h.number = mapped.number
$$;

CREATE FUNCTION import.is_mapped(target text) RETURNS boolean LANGUAGE sql STABLE
    AS $$ SELECT EXISTS (SELECT FROM import.mapping AS m WHERE m.target = is_mapped.target) $$;

-- Reports the values of a column that could not be read, and its impossible instants.
CREATE FUNCTION import.remark_unread(mapped import.mapping) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t import.target;
    n bigint;
    first bigint;
    tickets text;
BEGIN
    SELECT * INTO t FROM import.target AS k WHERE k.name = mapped.target;
    EXECUTE format('SELECT count(*), min(r.n) FROM import.field AS r JOIN import.ticket AS t USING (n)
        WHERE t.%I IS NULL AND r.c%s IS NOT NULL AND NOT import.is_open(r.c%2$s, $1)', t.name, mapped.number)
    INTO n, first USING t.kind;
    IF n > 0 THEN
        tickets := CASE n WHEN 1 THEN '1 ticket therefore has' ELSE n || ' tickets therefore have' END;
        PERFORM import.note('%s: %s cannot be read as %s, such as %s in row %s. %s no %s.',
            import.column_name(mapped.number), import.amount(n, 'value'), t.name,
            import.quoted(import.value_at(mapped.number, first)), first::text, tickets, t.lack);
    END IF;
    IF t.kind = 'time' THEN
        EXECUTE format('SELECT count(*), min(n) FROM import.ticket WHERE NOT import.is_plausible(%I)', t.name)
            INTO n, first;
        IF n > 0 THEN
            PERFORM import.note('%s: %s before 1990 or more than a year ahead, such as %s in row %s: not used.',
                import.column_name(mapped.number), import.amount(n, 'value'),
                import.quoted(import.value_at(mapped.number, first)), first::text);
        END IF;
    END IF;
END $$;

-- Returns the SQL expression of a target in the table tickets. Impossible instants are left out, and so are values that
-- still change while a ticket is open: time left until an SLA target, and the age of a ticket.
CREATE FUNCTION import.final_value(mapped import.mapping) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN t.kind = 'time' THEN format('CASE WHEN import.is_plausible(%1$I) THEN %1$I END', t.name)
        WHEN mapped.option = 'sign' AND t.name = 'sla_resolution_met' AND f.finished IS NOT NULL
            THEN format('CASE WHEN %s OR NOT %I THEN %2$I END', f.finished, t.name)
        WHEN mapped.option = 'sign' OR t.name = 'resolution_time' AND h.key ~ '\mage\M'
            THEN format('CASE WHEN %s THEN %I END', coalesce(f.finished, 'false'), t.name)
        ELSE quote_ident(t.name) END
    FROM import.target AS t
    JOIN import.header AS h ON h.number = mapped.number
    CROSS JOIN (SELECT string_agg(c.test, ' OR ') AS finished
                FROM (VALUES ('resolved_at', 'resolved_at IS NOT NULL'), ('solved', 'solved'),
                             ('status', 'status IN (''solved'', ''closed'')'),
                             ('first_response_at', 'first_response_at IS NOT NULL')) AS c (target, test)
                WHERE import.is_mapped(c.target)
                  AND (c.target <> 'first_response_at' OR mapped.target = 'sla_response_met')) AS f
    WHERE t.name = mapped.target
$$;

-- Reports the values that final_value leaves out because the ticket is open.
CREATE FUNCTION import.remark_unfinished(mapped import.mapping) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    n bigint;
    first bigint;
BEGIN
    EXECUTE format('SELECT count(*), min(n) FROM import.ticket WHERE %I IS NOT NULL AND (%s) IS NULL', mapped.target,
        import.final_value(mapped)) INTO n, first;
    IF n > 0 THEN
        PERFORM import.note('%s: %s not used, such as %s in row %s: only resolved tickets have a final value.',
            import.column_name(mapped.number), import.amount(n, 'value'),
            import.quoted(import.value_at(mapped.number, first)), first::text);
    END IF;
END $$;

-- Skips rows such as "Grand Totals (3 records)": a single value, and no creation date.
CREATE FUNCTION import.skip_footers() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    created int := (SELECT m.number FROM import.mapping AS m WHERE m.target = 'created_at');
    list text := (SELECT string_agg(format('nullif(btrim(c%s), '''')', number), ', ') FROM import.header);
    n bigint;
    first bigint;
BEGIN
    IF created IS NULL OR (SELECT count(*) < 3 FROM import.header) THEN
        RETURN;
    END IF;
    EXECUTE format('WITH skipped AS (DELETE FROM import.ticket AS t USING import.raw AS r WHERE r.n = t.n
        AND nullif(btrim(r.c%s), '''') IS NULL AND num_nonnulls(VARIADIC ARRAY[%s]) = 1 RETURNING t.n)
        SELECT count(*), min(n) FROM skipped', created, list) INTO n, first;
    IF n > 0 THEN
        PERFORM import.note('Skipped: %s with a single value and no creation date, such as row %s.',
            import.amount(n, 'row'), first::text);
    END IF;
END $$;

-- Makes the table tickets with the columns that kpi_build expects. Keeps the last of several rows of a ticket.
CREATE FUNCTION import.make_tickets() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    mapped import.mapping;
    list text;
    earlier bigint;
BEGIN
    EXECUTE 'CREATE TABLE import.ticket AS SELECT n, '
        || (SELECT string_agg(import.reader(m) || ' AS ' || m.target, ', ') FROM import.mapping AS m)
        || ' FROM import.field';
    PERFORM import.skip_footers();
    FOR mapped IN SELECT m.* FROM import.mapping AS m ORDER BY m.number LOOP
        PERFORM import.remark_unread(mapped);
        IF mapped.option = 'sign' OR mapped.target = 'resolution_time' THEN
            PERFORM import.remark_unfinished(mapped);
        END IF;
    END LOOP;
    SELECT string_agg(import.final_value(m) || ' AS ' || t.name, ', ' ORDER BY t.position)
    INTO list
    FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target
    WHERE t.name <> 'ticket_id';
    IF import.is_mapped('status') AND NOT import.is_mapped('solved') THEN
        list := list || ', status IN (''solved'', ''closed'') AS solved';
    END IF;
    IF import.is_mapped('csat_score') THEN
        list := list || format(', %s AS scale_max',
            (SELECT greatest(option::int, 2) FROM import.mapping WHERE target = 'csat_score'));
    END IF;
    EXECUTE format('CREATE TABLE tickets AS SELECT DISTINCT ON (id) id AS ticket_id%s
        FROM (SELECT *, %s AS id FROM import.ticket) AS t ORDER BY id%s, n DESC', ', ' || list,
        CASE WHEN import.is_mapped('ticket_id') THEN 'coalesce(ticket_id, ''row '' || n)' ELSE '''row '' || n' END,
        CASE WHEN import.is_mapped('updated_at') THEN ', updated_at DESC NULLS LAST' ELSE '' END);
    earlier := (SELECT count(*) FROM import.ticket) - (SELECT count(*) FROM tickets);
    IF earlier > 0 THEN
        PERFORM import.note('Skipped: %s, replaced by a later row of the same ticket.',
            import.amount(earlier, 'row'));
    END IF;
    ANALYZE tickets;
END $$;

-- ---------------------------------------------------------------- the report

CREATE FUNCTION import.meaning(target text, option text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN target = 'csat_score' AND option = '1' THEN '0 is bad, 1 is good'
                WHEN target = 'csat_score' THEN 'on a scale to ' || option
                WHEN option = 'not' THEN 'yes means missed'
                WHEN option = 'sign' THEN 'time left: negative means missed'
                ELSE 'in ' || option END
$$;

-- Returns the reason why a column with a known name is not used.
CREATE FUNCTION import.why_unused(header import.header) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    known record;
    other text;
    tested record;
BEGIN
    SELECT k.target, k.option, t.kind INTO known
    FROM import.known AS k JOIN import.target AS t ON t.name = k.target
    JOIN import.possible_keys(header.key) AS p ON p.possible = k.key AND import.is_same_name(p.place, k.vendor)
    WHERE k.vendor IN ('generic', (SELECT o.vendor FROM import.options AS o))
    ORDER BY k.vendor = 'generic', k.position LIMIT 1;
    IF known.target IS NULL THEN
        RETURN NULL;
    END IF;
    tested := import.test_column(header.number, known.kind, known.option);
    SELECT m.target || ' is read from ' || import.column_name(m.number) INTO other
    FROM import.mapping AS m WHERE m.target IN (known.target, import.replaced_by(known.target)) LIMIT 1;
    RETURN CASE WHEN tested.has = 0 THEN 'it is empty'
                WHEN tested.fit * 2 < tested.has THEN
                    format('values such as %s cannot be read as %s', import.quoted(tested.example), known.target)
                ELSE other END;
END $$;

CREATE FUNCTION import.report() RETURNS TABLE (line text) LANGUAGE plpgsql AS $$
DECLARE
    vendor record;
    width int;
BEGIN
    SELECT * INTO vendor FROM import.vendor();
    RETURN QUERY SELECT CASE WHEN vendor.vendor IS NULL THEN
        'The export is of no known vendor: columns are found by common names.'
        ELSE format('Recognized as an export of %s: %s of %s columns are known.',
            import.vendor_title(vendor.vendor), vendor.columns, (SELECT count(*) FROM import.header)) END;
    RETURN QUERY SELECT format('Timestamps without a time zone are read as %s; --zone changes this.', o.zone)
            || coalesce((SELECT ' Columns with a zone in their name: ' || string_agg(DISTINCT h.zone, ', ') || '.'
                         FROM import.header AS h JOIN import.mapping AS m USING (number)), '')
        FROM import.options AS o
        WHERE EXISTS (SELECT FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target
                      WHERE t.kind = 'time');
    RETURN NEXT;
    width := (SELECT greatest(least(max(length(h.name)), 60), 11)
              FROM import.header AS h JOIN import.mapping USING (number));
    line := '  ' || rpad('your column', width) || '  column of kpi_mart';
    RETURN NEXT;
    RETURN QUERY SELECT format('  %s  %s', rpad(h.name, width),
            m.target || coalesce(', ' || import.meaning(m.target, m.option), ''))
        FROM import.mapping AS m JOIN import.header AS h USING (number) JOIN import.target AS t ON t.name = m.target
        ORDER BY t.position;
    line := '';
    RETURN NEXT;
    CREATE TEMP TABLE unused AS
        SELECT h.number, import.quoted(h.name) AS name, import.why_unused(h) AS why
        FROM import.header AS h WHERE h.number NOT IN (SELECT m.number FROM import.mapping AS m);
    RETURN QUERY SELECT format('Not used: %s, because %s.', u.name, u.why)
        FROM unused AS u WHERE u.why IS NOT NULL ORDER BY u.number;
    RETURN QUERY SELECT 'Not used: ' || string_agg(u.name, ', ' ORDER BY u.number) FILTER (WHERE u.place <= 30)
            || CASE WHEN count(*) > 30 THEN format(' and %s more', count(*) - 30) ELSE '' END || '.'
        FROM (SELECT *, row_number() OVER (ORDER BY number) AS place FROM unused WHERE why IS NULL) AS u
        HAVING count(*) > 0;
    RETURN QUERY SELECT format('Missing: %s, so %s.', array_to_string(n.targets, ' or '), n.costs)
        FROM import.need AS n WHERE NOT EXISTS (SELECT FROM unnest(n.targets) AS t WHERE import.is_mapped(t))
            ORDER BY n.position;
    RETURN QUERY SELECT remark FROM import.remark ORDER BY position;
    RETURN QUERY SELECT format('To change the columns, edit this option: --map "%s"',
            string_agg(import.map_entry(m.target, m.number, m.option), ',' ORDER BY t.position))
        FROM import.mapping AS m JOIN import.target AS t ON t.name = m.target;
END $$;
