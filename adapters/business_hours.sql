-- Functions that turn the opening hours of a helpdesk into business_hours.
--
--     psql -1 -v ON_ERROR_STOP=1 -f adapters/business_hours.sql
--
-- The adapters include this file; run it yourself for opening hours alone.  It needs the
-- extension kpi, and the right to create functions in the first schema of your search_path,
-- where they go.  Run it again to replace them.
--
-- The type business_hours is looked up once, here, along your search_path; the block below
-- checks that it is the extension's, in whichever schema.  The bodies name only types and
-- functions of PostgreSQL and run with a fixed search_path.  They return text, which PL/pgSQL
-- passes to the input function of business_hours.  None of them runs SQL made from its input.
--
-- Zones are passed on unchanged: business_hours accepts IANA names and Rails names such as
-- "Pacific Time (US & Canada)".

DO $$
DECLARE
	ours text;
BEGIN
	SELECT pg_catalog.quote_ident(n.nspname) INTO ours
	FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
	WHERE e.extname = 'kpi';
	IF ours IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = 'extension "kpi" is not installed in this database',
			HINT = 'Run CREATE EXTENSION kpi first.';
	END IF;
	IF pg_catalog.to_regtype('business_hours') IS DISTINCT FROM pg_catalog.to_regtype(ours || '.business_hours') THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = 'type business_hours of extension "kpi" is not found along search_path',
			HINT = pg_catalog.format('Run SET search_path = the schema for the functions, %s; first.', ours);
	END IF;
END
$$;

-- Chatwoot -------------------------------------------------------------------

CREATE OR REPLACE FUNCTION business_hours_from_chatwoot(inbox jsonb) RETURNS business_hours
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	zone text := inbox ->> 'timezone';
	names CONSTANT text[] := '{Su,Mo,Tu,We,Th,Fr,Sa}';
	hours text[] := array_fill(NULL::text, '{7}');
	seen boolean[] := array_fill(false, '{7}');
	key text;
	place text;
	item jsonb;
	day integer;
	opening integer;
	closing integer;
	rules text;
BEGIN
	IF jsonb_typeof(inbox) <> 'object' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('a JSON object with the keys "timezone" and "working_hours" is expected, not %s', jsonb_typeof(inbox));
	END IF;
	IF jsonb_typeof(inbox -> 'timezone') IS DISTINCT FROM 'string' OR btrim(zone) = '' OR strpos(zone, ';') > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('"timezone" must be the name of a time zone, not %s',
				coalesce(left((inbox -> 'timezone')::text, 80), 'missing'));
	END IF;
	IF jsonb_typeof(inbox -> 'working_hours_enabled') NOT IN ('boolean', 'null') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('"working_hours_enabled" must be true or false, not %s',
				left((inbox -> 'working_hours_enabled')::text, 80));
	END IF;
	IF inbox -> 'working_hours_enabled' = 'false' THEN
		RETURN zone || '; 24/7';
	END IF;
	IF jsonb_typeof(inbox -> 'working_hours') IS DISTINCT FROM 'array' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('"working_hours" must be an array of rows, not %s',
				coalesce(left((inbox -> 'working_hours')::text, 80), 'missing'));
	END IF;

	FOR item, place IN
		SELECT value, format('row %s of "working_hours"', ordinality)
		FROM jsonb_array_elements(inbox -> 'working_hours') WITH ORDINALITY
	LOOP
		IF jsonb_typeof(item) <> 'object' THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
				MESSAGE = format('%s must be an object, not %s', place, left(item::text, 80));
		END IF;
		FOREACH key IN ARRAY '{closed_all_day,open_all_day}'::text[] LOOP
			IF jsonb_typeof(item -> key) NOT IN ('boolean', 'null') THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
					MESSAGE = format('"%s" in %s must be true or false, not %s', key, place, left((item -> key)::text, 80));
			END IF;
		END LOOP;
		-- a day that is closed, or open all day, needs no hours
		FOREACH key IN ARRAY CASE
			WHEN item -> 'closed_all_day' = 'true' OR item -> 'open_all_day' = 'true' THEN '{day_of_week}'::text[]
			ELSE '{day_of_week,open_hour,open_minutes,close_hour,close_minutes}' END
		LOOP
			IF jsonb_typeof(item -> key) IS DISTINCT FROM 'number' OR (item ->> key) !~ '^[0-9]{1,2}$'
				OR (item ->> key)::integer > (CASE WHEN key LIKE '%_minutes' THEN 59 WHEN key LIKE '%_hour' THEN 23 ELSE 6 END)
			THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
					MESSAGE = format('"%s" in %s must be an integer from 0 to %s, not %s', key, place,
						CASE WHEN key LIKE '%_minutes' THEN 59 WHEN key LIKE '%_hour' THEN 23 ELSE 6 END,
						coalesce(left((item -> key)::text, 80), 'missing'));
			END IF;
		END LOOP;
		day := (item ->> 'day_of_week')::integer + 1;
		IF seen[day] THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
				MESSAGE = format('%s is the second one with "day_of_week" %s', place, day - 1),
				HINT = 'Pass the rows of one inbox.';
		END IF;
		seen[day] := true;
		IF item -> 'closed_all_day' = 'true' THEN
			IF item -> 'open_all_day' = 'true' THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
					MESSAGE = format('%s is closed all day and open all day', place);
			END IF;
		ELSIF item -> 'open_all_day' = 'true' THEN
			hours[day] := '00:00-24:00';
		ELSE
			opening := (item ->> 'open_hour')::integer * 60 + (item ->> 'open_minutes')::integer;
			closing := (item ->> 'close_hour')::integer * 60 + (item ->> 'close_minutes')::integer;
			IF closing <= opening THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
					MESSAGE = format('%s closes at %s, which is not after it opens at %s', place,
						to_char(make_interval(mins => closing), 'HH24:MI'), to_char(make_interval(mins => opening), 'HH24:MI'));
			END IF;
			hours[day] := to_char(make_interval(mins => opening), 'HH24:MI') || '-'
				|| to_char(make_interval(mins => closing), 'HH24:MI');
		END IF;
	END LOOP;

	SELECT string_agg(days || ' ' || span, '; ' ORDER BY first) INTO rules
	FROM (SELECT string_agg(name, ',' ORDER BY (n + 5) % 7) AS days, span, min((n + 5) % 7) AS first
		  FROM unnest(names, hours) WITH ORDINALITY AS t (name, span, n) WHERE span IS NOT NULL GROUP BY span) AS g;
	RETURN zone || '; ' || coalesce(rules, 'off');
END
$$;
COMMENT ON FUNCTION business_hours_from_chatwoot(jsonb) IS
'The working hours of a Chatwoot inbox: {"timezone": ..., "working_hours": [rows of the table working_hours]}. '
'"working_hours_enabled": false is around the clock. A day with open_all_day lasts until 24:00; a closing time of 23:59 '
'that was typed stays 23:59. A day without a row is closed. Other keys are ignored. NULL gives NULL.';

-- SELECT i.id, business_hours_from_chatwoot(jsonb_build_object(
--            'timezone', i.timezone, 'working_hours_enabled', i.working_hours_enabled,
--            'working_hours', (SELECT coalesce(jsonb_agg(w), '[]') FROM working_hours w WHERE w.inbox_id = i.id)))
-- FROM inboxes i;

-- Zammad ---------------------------------------------------------------------

-- Not a YAML parser: it reads only the few forms in which Ruby writes these two
-- columns, line by line, and refuses every other line.
CREATE OR REPLACE FUNCTION business_hours_from_zammad(business_hours text, public_holidays text, timezone text)
RETURNS business_hours
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	names CONSTANT text[] := '{Mo,Tu,We,Th,Fr,Sa,Su}';
	-- an empty hash, or nothing, after the tag that Ruby writes for a hash that is not a plain one
	hash CONSTANT text := '( !ruby/hash:(ActiveSupport::HashWithIndifferentAccess|ActionController::Parameters))?( \{\})?$';
	frame_time CONSTANT text := '- (''[0-9:]{4,5}''|"[0-9:]{4,5}"|[0-9:]{4,5}) *\r?$';
	column_name text;
	lines text[];
	i integer;				-- the line that is read
	wanted text;			-- what it should be
	content text;
	indent integer;
	key text;
	open_entry boolean;		-- below a day or date that may have keys
	depth integer;			-- indentation of these keys
	told text[];			-- its keys so far
	entries text[];			-- the days or dates
	active boolean[];
	removed boolean[];
	entry integer;
	item integer;			-- indentation of the time frames
	opening text;
	closing text;
	spans text[] := array_fill(NULL::text, '{7}');
	rules text;
	holidays text;
	twice text;
BEGIN
	IF business_hours IS NULL THEN
		RETURN NULL;
	END IF;
	IF timezone IS NULL OR btrim(timezone) = '' OR strpos(timezone, ';') > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('timezone must be the name of a time zone, not %s',
				coalesce('"' || left(timezone, 80) || '"', 'NULL'));
	END IF;

	FOREACH column_name IN ARRAY '{business_hours,public_holidays}'::text[] LOOP
		lines := string_to_array(CASE column_name WHEN 'business_hours' THEN business_hours ELSE public_holidays END, E'\n');
		IF column_name = 'business_hours' THEN
			entries := names;
			active := array_fill(NULL::boolean, '{7}');
		ELSE
			-- no holidays: NULL, the empty text or an empty hash
			CONTINUE WHEN coalesce(public_holidays, '') = '';
			entries := '{}';
			active := '{}';
			removed := '{}';
		END IF;
		i := 1;
		<<parse>>
		WHILE i <= cardinality(lines) LOOP
			content := btrim(lines[i], E' \r');
			IF i = 1 THEN
				wanted := 'The header "---" is expected.';
				EXIT parse WHEN content !~ ('^---' || hash);
				-- nothing may follow an empty hash
				entry := CASE WHEN content LIKE '%{}' THEN -1 ELSE 0 END;
				open_entry := false;
				i := i + 1;
				CONTINUE parse;
			ELSIF content = '' THEN
				i := i + 1;
				CONTINUE parse;
			END IF;
			wanted := 'The end is expected.';
			EXIT parse WHEN entry < 0;
			indent := length(lines[i]) - length(ltrim(lines[i], ' '));
			key := split_part(content, ':', 1);

			IF indent = 0 THEN
				wanted := CASE column_name WHEN 'business_hours' THEN 'A day, such as "mon:", is expected.'
					ELSE 'A date, such as "''2026-12-25'':", is expected.' END;
				EXIT parse WHEN length(key) = length(content) OR substr(content, length(key) + 2) !~ ('^' || hash);
				key := CASE WHEN key ~ '^(''[^'']*''|"[^"]*")$' THEN substr(key, 2, length(key) - 2) ELSE key END;
				IF column_name = 'business_hours' THEN
					EXIT parse WHEN key !~ '^(mon(day)?|tue(sday)?|wed(nesday)?|thu(rsday)?|fri(day)?|sat(urday)?|sun(day)?)$';
					entry := array_position('{mon,tue,wed,thu,fri,sat,sun}'::text[], left(key, 3));
					wanted := 'A day can be there only once.';
					EXIT parse WHEN active[entry] IS NOT NULL;
				ELSE
					EXIT parse WHEN key !~ '^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$';
					wanted := 'A date that exists is expected.';
					EXIT parse WHEN substr(key, 9)::integer
						> extract(day FROM (left(key, 8) || '01')::date + interval '1 month - 1 day');
					entry := entry + 1;
					entries := array_append(entries, key);
					removed := array_append(removed, false);
				END IF;
				active[entry] := false;
				open_entry := content NOT LIKE '%{}';
				depth := NULL;
				told := '{}';
				i := i + 1;
				CONTINUE parse;
			END IF;

			wanted := 'A key can be there only once.';
			EXIT parse WHEN key = ANY (told);
			told := array_append(told, key);
			wanted := CASE column_name
				WHEN 'business_hours' THEN 'One of "active: true", "active: false" and "timeframes:" is expected.'
				ELSE 'One of "active", "removed", each with true or false, "summary" and "feed" is expected.' END;
			EXIT parse WHEN NOT open_entry OR indent <> coalesce(depth, indent);
			depth := indent;
			IF content ~ '^active:( true| false)?$' THEN
				active[entry] := content LIKE '% true';
			ELSIF column_name = 'public_holidays' AND content ~ '^removed:( true| false)?$' THEN
				removed[entry] := content LIKE '% true';
			ELSIF column_name = 'public_holidays' AND content ~ '^(summary|feed):( |$)' THEN
				-- any text, which may continue in lines that are deeper or empty
				IF length(content) > length(key) + 1 THEN
					WHILE i < cardinality(lines)
						AND (lines[i + 1] LIKE repeat(' ', depth + 1) || '%' OR btrim(lines[i + 1], E' \r') = '')
					LOOP
						i := i + 1;
					END LOOP;
				END IF;
			ELSIF column_name = 'business_hours' AND content ~ '^timeframes:( \[\])?$' THEN
				item := NULL;
				-- each is two lines, "- - TIME" and below the second hyphen "- TIME"
				WHILE content = 'timeframes:' AND i < cardinality(lines) AND ltrim(lines[i + 1], ' ') LIKE '- %' LOOP
					i := i + 1;
					wanted := 'The beginning of a time frame, such as "- - ''09:00''", is expected.';
					indent := length(lines[i]) - length(ltrim(lines[i], ' '));
					item := coalesce(item, indent);
					EXIT parse WHEN indent <> item OR item < depth OR substr(lines[i], indent + 1) !~ ('^- ' || frame_time);
					opening := lpad(btrim(lines[i], E' -\'"\r'), 5, '0');
					wanted := 'A time from 00:00 to 23:59 is expected.';
					EXIT parse WHEN opening !~ '^([01][0-9]|2[0-3]):[0-5][0-9]$';
					i := i + 1;
					wanted := 'The end of a time frame, such as "  - ''17:00''", is expected.';
					-- also when the text ends here
					lines[i] := coalesce(lines[i], '');
					EXIT parse WHEN lines[i] !~ ('^ {' || least(item + 2, 200) || '}' || frame_time);
					closing := lpad(btrim(lines[i], E' -\'"\r'), 5, '0');
					wanted := 'A time from 00:01 to 24:00 is expected.';
					EXIT parse WHEN closing !~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$';
					-- Zammad writes the end of the day as its last minute
					closing := CASE closing WHEN '23:59' THEN '24:00' ELSE closing END;
					wanted := format('A time after %s, when the time frame begins, is expected.', opening);
					EXIT parse WHEN replace(closing, ':', '')::integer <= replace(opening, ':', '')::integer;
					spans[entry] := concat_ws(',', spans[entry], opening || '-' || closing);
				END LOOP;
			ELSE
				EXIT parse;
			END IF;
			i := i + 1;
		END LOOP;
		IF i <= cardinality(lines) OR cardinality(lines) = 0 THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
				MESSAGE = format('line %s of %s cannot be understood: "%s"', least(i, greatest(cardinality(lines), 1)), column_name,
					left(rtrim(lines[i], E'\r'), 80)),
				DETAIL = coalesce(wanted, 'The header "---" is expected.'),
				HINT = 'Pass the column unchanged, as Zammad writes it.';
		END IF;

		IF column_name = 'business_hours' THEN
			SELECT string_agg(days || ' ' || span, '; ' ORDER BY first) INTO rules
			FROM (SELECT string_agg(name, ',' ORDER BY n) AS days, span, min(n) AS first
				  FROM unnest(names, spans, active) WITH ORDINALITY AS t (name, span, is_active, n)
				  WHERE span IS NOT NULL AND is_active GROUP BY span) AS g;
		ELSE
			SELECT date INTO twice FROM unnest(entries) AS t (date) GROUP BY date HAVING count(*) > 1 LIMIT 1;
			IF twice IS NOT NULL THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
					MESSAGE = format('%s has the date %s more than once', column_name, twice);
			END IF;
			SELECT '; ' || string_agg(date, ',' ORDER BY date) || ' off' INTO holidays
			FROM unnest(entries, active, removed) AS t (date, is_active, is_removed) WHERE is_active AND NOT is_removed;
		END IF;
	END LOOP;
	RETURN timezone || '; ' || coalesce(rules, 'off') || coalesce(holidays, '');
END
$$;
COMMENT ON FUNCTION business_hours_from_zammad(text, text, text) IS
'A Zammad calendar: the columns business_hours, public_holidays (both are serialized YAML) and timezone of its table '
'calendars. An end of 23:59 is 24:00, as in Zammad. Days that are not active are closed; holidays that are inactive or '
'removed do not count. public_holidays may be NULL. business_hours NULL gives NULL.';

-- SELECT id, name, business_hours_from_zammad(business_hours, public_holidays, timezone) FROM calendars;

-- Zendesk --------------------------------------------------------------------

CREATE OR REPLACE FUNCTION business_hours_from_zendesk(schedule jsonb) RETURNS business_hours
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	names CONSTANT text[] := '{Mo,Tu,We,Th,Fr,Sa,Su}';
	list text;
	key text;
	place text;
	item jsonb;
	zone jsonb := CASE WHEN jsonb_typeof(schedule) = 'object' THEN schedule -> 'time_zone' END;
	starts date;
	ends date;
	minutes int4range[] := '{}';
	closed text[] := '{}';
	rules text;
BEGIN
	IF jsonb_typeof(schedule) <> 'object' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('a JSON object with the keys "time_zone" and "intervals" is expected, not %s', jsonb_typeof(schedule));
	END IF;
	FOREACH list IN ARRAY '{intervals,holidays}'::text[] LOOP
		CONTINUE WHEN list = 'holidays' AND coalesce(schedule -> list, 'null') = 'null';
		IF jsonb_typeof(schedule -> list) IS DISTINCT FROM 'array' THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
				MESSAGE = format('"%s" must be an array, not %s', list, coalesce(left((schedule -> list)::text, 80), 'missing'));
		END IF;
		FOR item, place IN
			SELECT value, format('element %s of "%s"', ordinality, list)
			FROM jsonb_array_elements(schedule -> list) WITH ORDINALITY
		LOOP
			IF jsonb_typeof(item) <> 'object' THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
					MESSAGE = format('%s must be an object, not %s', place, left(item::text, 80));
			END IF;
			CONTINUE WHEN item -> '_fivetran_deleted' = 'true';
			IF list = 'intervals' THEN
				FOREACH key IN ARRAY '{start_time,end_time}'::text[] LOOP
					IF jsonb_typeof(item -> key) IS DISTINCT FROM 'number' OR (item ->> key) !~ '^[0-9]{1,5}$'
						OR (item ->> key)::integer > 10080
					THEN
						RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
							MESSAGE = format('"%s" in %s must be the minutes since Sunday 00:00, an integer from 0 to 10080, not %s',
								key, place, coalesce(left((item -> key)::text, 80), 'missing'));
					END IF;
				END LOOP;
				IF (item ->> 'end_time')::integer <= (item ->> 'start_time')::integer THEN
					RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
						MESSAGE = format('%s ends at minute %s, which is not after it starts at minute %s', place,
							item ->> 'end_time', item ->> 'start_time');
				END IF;
				minutes := array_append(minutes, int4range((item ->> 'start_time')::integer, (item ->> 'end_time')::integer));
				-- each row of Fivetran's table schedule has the zone
				IF item ? 'time_zone' THEN
					zone := coalesce(zone, item -> 'time_zone');
					IF zone <> item -> 'time_zone' THEN
						RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
							MESSAGE = format('%s has the time zone %s, others have %s', place,
								left((item -> 'time_zone')::text, 80), left(zone::text, 80)),
							HINT = 'Pass the rows of one schedule.';
					END IF;
				END IF;
			ELSE
				FOREACH key IN ARRAY '{start_date,end_date}'::text[] LOOP
					IF jsonb_typeof(item -> key) IS DISTINCT FROM 'string'
						OR (item ->> key) !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T00:00:00(\.0{1,9})?(Z|\+00(:?00)?)?)?$'
					THEN
						RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
							MESSAGE = format('"%s" in %s must be a date such as "2026-12-25", not %s', key, place,
								coalesce(left((item -> key)::text, 80), 'missing'));
					END IF;
				END LOOP;
				-- the cast raises an error that names a date that does not exist
				starts := left(item ->> 'start_date', 10)::date;
				ends := left(item ->> 'end_date', 10)::date;
				IF ends < starts THEN
					RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
						MESSAGE = format('%s ends on %s, before it starts on %s', place, left(item ->> 'end_date', 10),
							left(item ->> 'start_date', 10));
				END IF;
				closed := array_append(closed,
					to_char(starts, 'YYYY-MM-DD') || CASE WHEN ends > starts THEN to_char(ends, '-YYYY-MM-DD') ELSE '' END);
			END IF;
		END LOOP;
	END LOOP;
	IF jsonb_typeof(zone) IS DISTINCT FROM 'string' OR btrim(zone #>> '{}') = '' OR strpos(zone #>> '{}', ';') > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
			MESSAGE = format('"time_zone" must be the name of a time zone, not %s', coalesce(left(zone::text, 80), 'missing'));
	END IF;

	-- The minutes of the week, cut at midnight: a holiday closes the hours on its
	-- date, also those of an interval that began the day before.
	SELECT string_agg(days || ' ' || spans, '; ' ORDER BY first) INTO rules
	FROM (SELECT string_agg(names[n], ',' ORDER BY n) AS days, spans, min(n) AS first
		  FROM (SELECT n, (SELECT string_agg(format('%s:%s-%s:%s',
							   lpad(((lower(r) - base) / 60)::text, 2, '0'), lpad(((lower(r) - base) % 60)::text, 2, '0'),
							   lpad(((upper(r) - base) / 60)::text, 2, '0'), lpad(((upper(r) - base) % 60)::text, 2, '0')), ',' ORDER BY r)
						   FROM unnest(week.open * int4multirange(int4range(base, base + 1440))) AS u (r)) AS spans
				FROM (SELECT range_agg(r) AS open FROM unnest(minutes) AS m (r)) AS week,
					 generate_series(1, 7) AS n, LATERAL (SELECT n % 7 * 1440 AS base) AS b) AS d
		  WHERE spans IS NOT NULL GROUP BY spans) AS g;
	RETURN (zone #>> '{}') || '; ' || coalesce(rules, 'off')
		|| coalesce('; ' || nullif(array_to_string(ARRAY(SELECT DISTINCT d FROM unnest(closed) AS c (d) ORDER BY d), ','), '')
			|| ' off', '');
END
$$;
COMMENT ON FUNCTION business_hours_from_zendesk(jsonb) IS
'A Zendesk schedule: {"time_zone": ..., "intervals": [{"start_time", "end_time"}, ...] in minutes since Sunday 00:00, '
'"holidays": [{"start_date", "end_date"}, ...] both inclusive}. The elements may be rows of Fivetran''s tables schedule and '
'schedule_holiday; the time zone is then taken from the rows. Intervals that overlap are joined. Other keys are ignored. '
'NULL gives NULL.';

-- SELECT s.id, business_hours_from_zendesk(jsonb_build_object(
--            'intervals', jsonb_agg(s),
--            'holidays', (SELECT coalesce(jsonb_agg(h), '[]') FROM schedule_holiday h WHERE h.schedule_id = s.id)))
-- FROM schedule s GROUP BY s.id;
