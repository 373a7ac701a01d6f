-- A function that reads the holidays of an iCalendar feed.
--
--     psql -1 -v ON_ERROR_STOP=1 -f adapters/holidays.sql
--
-- It is created in the first schema of your search_path.  Run it again to replace it.
--
-- Add holidays to opening hours by joining texts.  The concat() and nullif() are
-- for a feed without holidays, which must add nothing: a rule without dates
-- applies to every day.  The dates must be in the ISO style, PostgreSQL's default.
--
-- \set feed `cat holidays.ics`
-- SELECT concat('Europe/Berlin; Mo-Fr 09:00-17:00',
--               '; ' || nullif(array_to_string(business_holidays(:'feed'), ','), '') || ' off')::business_hours;

CREATE OR REPLACE FUNCTION business_holidays(ics text,
	until date DEFAULT make_date(extract(year FROM current_timestamp AT TIME ZONE 'UTC')::integer + 10, 12, 31))
RETURNS date[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	-- the maximum number of dates of one feed, including repeated ones
	most CONSTANT integer := 100000;
	a_date CONSTANT text := '^(?!0000)[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$';
	line text;
	name text;
	value text;
	stack text[] := '{}';		-- the components that are open
	calendars integer := 0;
	-- the event
	title text;
	uid text;
	problem text;
	cancelled boolean;
	override boolean;
	wrong text;
	first date;
	last date;					-- exclusive
	days integer;
	rule text;
	additional date[];
	excluded date[];
	-- its rule
	part text;
	told text[];
	step integer;
	count integer;
	rule_end date;
	month integer;
	month_day integer;
	starts date[];
	result date[] := '{}';
BEGIN
	IF NOT isfinite(until) OR until > '9999-12-31' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'until must be a date up to the year 9999';
	END IF;
	-- a byte order mark
	IF convert_to(left(ics, 1), 'UTF8') = '\xefbbbf' THEN
		ics := substr(ics, 2);
	END IF;
	-- a line that begins with a blank continues the previous one
	ics := replace(replace(replace(ics, E'\r\n', E'\n'), E'\n ', ''), E'\n\t', '');

	FOREACH line IN ARRAY string_to_array(ics, E'\n') LOOP
		-- the last line may lack the line feed
		line := rtrim(line, E'\r');
		CONTINUE WHEN line = '';
		name := upper(substring(left(line, 80) FROM '^([A-Za-z0-9-]+)[:;]'));
		IF name IS NULL OR (stack = '{}' AND name <> 'BEGIN') THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
				MESSAGE = format('this is not iCalendar text: "%s"', left(line, 80)),
				DETAIL = CASE WHEN stack = '{}' THEN 'BEGIN:VCALENDAR is expected.'
					ELSE 'A property, such as DTSTART;VALUE=DATE:20261225, is expected.' END;
		END IF;

		IF name IN ('BEGIN', 'END') THEN
			value := upper(rtrim(substr(line, length(name) + 2)));
			IF name = 'BEGIN' AND (value !~ '^[A-Z0-9-]{1,60}$' OR cardinality(stack) > 4
					OR (stack = '{}') <> (value = 'VCALENDAR') OR (stack <> '{VCALENDAR}' AND value = 'VEVENT'))
				OR name = 'END' AND stack[cardinality(stack)] <> value
			THEN
				RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
					MESSAGE = format('this is not iCalendar text: "%s"', left(line, 80)),
					DETAIL = CASE WHEN stack = '{}' THEN 'BEGIN:VCALENDAR is expected.'
						ELSE format('It is in a %s.', left(stack[cardinality(stack)], 80)) END;
			END IF;
			IF name = 'BEGIN' THEN
				stack := stack || value;
				IF stack = '{VCALENDAR}' THEN
					calendars := calendars + 1;
				ELSIF stack = '{VCALENDAR,VEVENT}' THEN
					title := NULL;
					uid := NULL;
					problem := NULL;
					cancelled := false;
					override := false;
					first := NULL;
					last := NULL;
					days := NULL;
					rule := NULL;
					additional := '{}';
					excluded := '{}';
				END IF;
				CONTINUE;
			END IF;
			stack := trim_array(stack, 1);
			CONTINUE WHEN value <> 'VEVENT' OR stack <> '{VCALENDAR}';
		ELSIF stack = '{VCALENDAR,VEVENT}' THEN
			-- A problem is reported at the end of the event, when its name is known
			-- and whether it is cancelled.
			CONTINUE WHEN name NOT IN ('SUMMARY', 'UID', 'STATUS', 'RECURRENCE-ID', 'DTSTART', 'DTEND', 'DURATION', 'RRULE',
				'RDATE', 'EXDATE', 'EXRULE');
			value := rtrim(substr(line, length(substring(left(line, 1000) FROM '^[^:"]*(?:"[^"]*"[^:"]*)*:')) + 1));
			IF value IS NULL THEN
				problem := coalesce(problem, format('%s has no value', name));
			ELSIF name = 'SUMMARY' THEN
				title := left(value, 60);
			ELSIF name = 'UID' THEN
				uid := left(value, 60);
			ELSIF name = 'STATUS' THEN
				cancelled := upper(value) = 'CANCELLED';
			ELSIF name = 'RECURRENCE-ID' THEN
				override := true;
			ELSIF name = 'RRULE' THEN
				IF rule IS NOT NULL THEN
					problem := coalesce(problem, 'it has two RRULEs');
				END IF;
				rule := upper(value);
			ELSIF name = 'EXRULE' THEN
				problem := coalesce(problem, 'EXRULE is not supported');
			ELSIF name = 'DURATION' THEN
				IF last IS NOT NULL OR days IS NOT NULL THEN
					problem := coalesce(problem, 'it has two ends');
				ELSIF value !~ '^\+?P([0-9]{1,3}D|[0-9]{1,2}W)$' THEN
					problem := coalesce(problem, format('its DURATION is not a number of days or weeks: "%s"', left(value, 60)));
				ELSE
					days := substring(value FROM '[0-9]+')::integer * CASE WHEN value LIKE '%W' THEN 7 ELSE 1 END;
				END IF;
			ELSE
				-- DTSTART, DTEND, and the lists RDATE and EXDATE
				wrong := (SELECT d FROM unnest(string_to_array(value, ',')) AS v (d)
					WHERE CASE WHEN d ~ a_date
						THEN substr(d, 7)::integer > extract(day FROM (left(d, 6) || '01')::date + interval '1 month - 1 day')
						ELSE true END LIMIT 1);
				IF wrong IS NOT NULL OR value = '' THEN
					problem := coalesce(problem, CASE
						WHEN wrong ~ '^[0-9]{8}T[0-9]{6}Z?$' THEN format('it is not all-day: its %s is "%s"', name, wrong)
						ELSE format('its %s is not a date: "%s"', name, left(wrong, 60)) END);
				ELSE
					CASE name
						WHEN 'RDATE' THEN
							additional := additional || string_to_array(value, ',')::date[];
						WHEN 'EXDATE' THEN
							excluded := excluded || string_to_array(value, ',')::date[];
						ELSE
							IF length(value) > 8 OR (name = 'DTSTART' AND first IS NOT NULL)
								OR (name = 'DTEND' AND (last IS NOT NULL OR days IS NOT NULL))
							THEN
								problem := coalesce(problem,
									CASE name WHEN 'DTSTART' THEN 'it has two beginnings' ELSE 'it has two ends' END);
							ELSIF name = 'DTSTART' THEN
								first := value::date;
							ELSE
								last := value::date;
							END IF;
					END CASE;
				END IF;
			END IF;
			CONTINUE;
		ELSE
			CONTINUE;
		END IF;

		-- the end of an event
		CONTINUE WHEN cancelled AND NOT override;
		IF override THEN
			problem := 'it changes one day of a recurring event (RECURRENCE-ID), which is not supported';
		ELSIF problem IS NULL AND first IS NULL THEN
			problem := 'it has no DTSTART';
		ELSIF problem IS NULL THEN
			-- DTSTART alone is one day, and so is an end equal to the beginning
			days := greatest(coalesce(days, last - first, 1), CASE WHEN last < first THEN -1 ELSE 1 END);
			IF days < 1 THEN
				problem := 'it ends before it begins';
			ELSIF days > 366 THEN
				problem := 'it lasts longer than a year';
			END IF;
		END IF;

		starts := ARRAY[first];
		IF problem IS NULL AND rule IS NOT NULL THEN
			told := '{}';
			step := 1;
			count := NULL;
			rule_end := until;
			month := NULL;
			month_day := NULL;
			IF length(rule) > 1000 THEN
				problem := 'its RRULE is too long';
			END IF;
			FOREACH part IN ARRAY string_to_array(left(rule, 1000), ';') LOOP
				name := split_part(part, '=', 1);
				value := substr(part, length(name) + 2);
				IF name = ANY (told) THEN
					problem := coalesce(problem, format('its RRULE has %s twice', left(name, 60)));
				ELSIF name = 'FREQ' AND value = 'YEARLY' OR name = 'WKST' AND value ~ '^(MO|TU|WE|TH|FR|SA|SU)$' THEN
					NULL;
				ELSIF name = 'INTERVAL' AND value ~ '^0*[1-9][0-9]{0,3}$' THEN
					step := value::integer;
				ELSIF name = 'COUNT' AND value ~ '^0*[1-9][0-9]{0,7}$' THEN
					count := value::integer;
				ELSIF name = 'UNTIL' AND value ~ a_date
					AND substr(value, 7)::integer <= extract(day FROM (left(value, 6) || '01')::date + interval '1 month - 1 day')
				THEN
					rule_end := least(until, value::date);
				ELSIF name = 'BYMONTH' AND value ~ '^[0-9]{1,2}$' THEN
					month := value::integer;
				ELSIF name = 'BYMONTHDAY' AND value ~ '^[0-9]{1,2}$' THEN
					month_day := value::integer;
				ELSE
					problem := coalesce(problem,
						format('%s of its RRULE is not supported', coalesce(nullif(left(part, 60), ''), 'an empty part')));
				END IF;
				told := told || name;
			END LOOP;
			IF problem IS NULL AND 'FREQ' <> ALL (told) THEN
				problem := 'its RRULE has no FREQ';
			ELSIF problem IS NULL AND told @> '{COUNT,UNTIL}' THEN
				problem := 'its RRULE has both COUNT and UNTIL';
			ELSIF problem IS NULL AND month_day IS NOT NULL AND month IS NULL THEN
				problem := 'BYMONTHDAY without BYMONTH is every month, which is not supported';
			ELSIF problem IS NULL AND (month <> extract(month FROM first) OR month_day <> extract(day FROM first)) THEN
				problem := 'BYMONTH and BYMONTHDAY of its RRULE are not the date of DTSTART';
			END IF;
			IF problem IS NULL THEN
				-- 29 February recurs in leap years only; COUNT counts days that exist
				starts := starts || ARRAY(
					SELECT again
					FROM generate_series(
							extract(year FROM first)::integer + step, extract(year FROM rule_end)::integer, step) AS year,
						LATERAL (SELECT (first + make_interval(years => year - extract(year FROM first)::integer))::date AS again) AS a
					WHERE extract(day FROM again) = extract(day FROM first) AND again <= rule_end
					ORDER BY again LIMIT count - 1);
			END IF;
		END IF;
		IF problem IS NULL THEN
			IF additional <> '{}' OR excluded <> '{}' THEN
				starts := ARRAY(SELECT unnest(starts || additional) EXCEPT SELECT unnest(excluded));
			END IF;
			IF cardinality(result) + cardinality(starts)::bigint * days > most THEN
				problem := format('with it the holidays are more than %s days', most);
			END IF;
		END IF;
		IF problem IS NOT NULL THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
				MESSAGE = format('event %s cannot be a holiday: %s',
					coalesce(nullif(concat_ws(', ', '"' || title || '"', 'UID ' || uid), ''), 'without a name'), problem),
				HINT = 'Only all-day events are supported that happen once, on dates given by RDATE, or every year on the same date.';
		END IF;
		IF days > 1 THEN
			starts := ARRAY(SELECT d + n FROM unnest(starts) AS s (d), generate_series(0, days - 1) AS n);
		END IF;
		result := result || starts;
	END LOOP;

	IF calendars = 0 OR stack <> '{}' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_text_representation',
			MESSAGE = CASE WHEN calendars = 0 THEN 'this is not iCalendar text: it is empty'
				ELSE format('the iCalendar text ends within a %s', left(stack[cardinality(stack)], 80)) END;
	END IF;
	RETURN ARRAY(SELECT DISTINCT d FROM unnest(result) AS r (d) ORDER BY d);
END
$$;
COMMENT ON FUNCTION business_holidays(text, date) IS
'The dates of the all-day events of an iCalendar text, sorted, each once. Events that recur every year are followed up to '
'and including until, by default the end of the year ten years from now; dates given by themselves always count. Cancelled '
'events do not. An event that is not all-day, or recurs in any other way, is an error. NULL gives NULL.';
