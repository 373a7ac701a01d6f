-- The type business_hours, its functions, and KPIs within business hours.
SET search_path = kpi_test, public;
SET timezone = 'America/New_York';	-- never matters

-- input is lenient, output is canonical
SELECT t::business_hours FROM unnest(ARRAY[
	'Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-14:00; 2026-12-24 10:00-12:00; 2026-12-25 off',
	' europe/berlin ;MO - fr 9:00 - 17:00 ;; saturday 10:00-14:00;',
	'Pacific Time (US & Canada); Mo,We,Fr 13:00-17:00,09:00-12:00',
	'UTC; 24/7', 'UTC; 00:00-24:00', 'UTC; off', 'UTC; closed', 'UTC; Mo-Su off; Mo 24/7' ,
	'UTC; Sa-Mo 22:00-06:00', 'UTC; Fr 09:00-09:00',
	'UTC; 08:00-16:00; 2026-12-24-2027-01-01,2027-04-02 off; Dec 25 off; Dec 24 - Jan 1 10:00-12:00; July 4, Nov 11 off; Dec 24-26 off',
	'UTC; until 2026-06-30 Mo-Fr 08:00-16:00; from 2026-07-01 Mo-Fr 09:00-17:00; from 2027-01-01 until 2027-12-31 Dec 31 off']) AS t
WHERE t NOT LIKE '%Mo 24/7';

CREATE FUNCTION pg_temp.detail_of(literal text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN 'accepted as ' || literal::business_hours;
EXCEPTION WHEN invalid_text_representation THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN detail;
END
$$;

-- errors point at the part
DO $$
DECLARE
	literal text;
	detail text;
BEGIN
	FOREACH literal IN ARRAY ARRAY[
		'', 'Europe/Berlin', 'Europe/Berlin;', 'Europe/Berln; Mo-Fr 09:00-17:00', 'FOO5; 24/7', '; 24/7',
		'UTC; Mon1 09:00-17:00', 'UTC; Mo-Xy 09:00-17:00', 'UTC; Mo', 'UTC; Mo 17:00-09:00,16:00-18:00',
		'UTC; Mo 09:00', 'UTC; Mo 09:00-25:00', 'UTC; Mo 09:60-10:00', 'UTC; Mo 24:00-01:00', 'UTC; Mo 9-17',
		'UTC; 2026-02-29 off', 'UTC; 2026-13-01 off', 'UTC; 2026-12-24-2026-12-01 off', 'UTC; Feb 30 off',
		'UTC; Dec off', 'UTC; Mo-Fr 09:00-17:00 off', 'UTC; PH off', 'UTC; from Mo 09:00-17:00',
		'UTC; from 2027-01-01 until 2026-01-01 Mo 09:00-17:00', 'UTC; Mo 09:00-17:00; x', 'UTC; Mo,, 09:00-17:00',
		'UTC; 24/7 09:00-10:00', 'UTC; Mo 09:00-17:00,'] LOOP
		BEGIN
			RAISE NOTICE '% was accepted as %', literal, literal::business_hours;
		EXCEPTION WHEN invalid_text_representation THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			RAISE NOTICE '%: %', literal, detail;
		END;
	END LOOP;
END
$$;

-- a zone must be a name of the time zone database; other forms that PostgreSQL accepts are refused
SELECT name, pg_temp.detail_of(name || '; 24/7')
FROM unnest('{GMT+99,GMT+3,UTC-3,localtime,posixrules,Factory,posix/UTC,right/UTC,CEST,Europe,Berlin2,:UTC,
			  Etc/GMT+15,<+03>-3,../UTC}'::text[]) AS name;
SELECT (name || '; off')::business_hours
FROM unnest('{Etc/GMT+3,etc/gmt-14,Etc/GMT0,utc,america/port-au-prince,Africa/Porto-Novo}'::text[]) AS name;

-- equality, hashing, jsonb, bytes
SELECT 'UTC; Mo-Fr 9:00-17:00'::business_hours = 'utc; mo,tu,we-fr 09:00-17:00' AS same,
	   'UTC; 24/7'::business_hours <> 'UTC; off' AS differ,
	   business_hours_hash('UTC; Mo-Fr 9:00-17:00') = business_hours_hash('utc; mo,tu,we-fr 09:00-17:00') AS hash;
SELECT h, count(*)
FROM (VALUES ('UTC; 24/7'::business_hours), ('UTC; 00:00-24:00'), ('UTC; off')) AS v (h) GROUP BY h ORDER BY h::text;
SELECT 'Europe/Berlin; Mo-Fr 09:00-17:00; 2026-12-25 off'::business_hours::jsonb,
	   '{"rules": ["mo-fr 9:00-17:00", "2026-12-25 off"], "time_zone": "Berlin"}'::jsonb::business_hours;
SELECT business_hours_send('UTC; Mo 09:00-17:00');
SELECT '{"time_zone": "UTC"}'::jsonb::business_hours;
SELECT '{"time_zone": "UTC", "rules": [1]}'::jsonb::business_hours;
SELECT '{"time_zone": "UTC; 24/7", "rules": ["off"]}'::jsonb::business_hours;
SELECT '["UTC"]'::jsonb::business_hours;
SELECT '"UTC; 24/7"'::jsonb::business_hours;

-- published: Friday 16:30 plus an hour is Monday 09:30; from an evening to the next morning it is five minutes
SELECT business_deadline(timestamptz '2026-01-09 16:30+00', '1 hour',
						 'UTC; Mo-Fr 09:00-17:00') AT TIME ZONE 'UTC' AS "Mon 09:30",
	   business_time(timestamp '2026-01-05 17:00', timestamp '2026-01-06 07:05', 'UTC; Mo-Su 07:00-16:00') AS "5 min",
	   business_deadline(timestamptz '2023-10-17T14:51:01Z', '540 min',
						 'UTC; Tu-We 14:30-23:30') AT TIME ZONE 'UTC' AS "2023-10-18 14:51:01",
	   round(business_seconds(timestamptz '2023-10-17T14:51:01Z', timestamptz '2023-10-17T23:30:00Z',
							  'UTC; Tu-We 14:30-23:30')::numeric / 60, 4) AS "518.9833",
	   round(business_seconds(timestamptz '2020-09-29T17:01:38Z', timestamptz '2020-09-30T19:01:46Z',
							  'UTC; Mo-Fr 15:00-00:30')::numeric / 60, 4) AS "690.1333";
SELECT at, next_open(at, hours) AT TIME ZONE 'UTC' AS next, expected FROM (VALUES
	('2007-01-01T13:15:00Z'::timestamptz, 'UTC; Mo-Tu 09:00-17:00'::business_hours, '2007-01-01 13:15'),
	('2007-01-01T19:15:00Z', 'UTC; Mo-Tu 09:00-17:00', '2007-01-02 09:00'),
	('2007-01-06T13:15:00Z', 'UTC; Mo-Tu 09:00-17:00', '2007-01-08 09:00'),
	('2007-01-01T00:00:00Z', 'UTC; Su 09:00-17:00', '2007-01-07 09:00'),
	('2007-01-01T22:00:00Z', 'America/New_York; Mo-Fr 09:00-18:00', '2007-01-01 22:00'),
	('2007-01-01T22:00:00Z', 'Europe/Moscow; Mo-Fr 09:00-18:00', '2007-01-02 06:00'),
	('2020-03-28T23:00:00Z', 'Europe/Paris; Su 09:00-17:00', '2020-03-29 07:00'),
	('2020-10-24T22:00:00Z', 'Europe/Paris; Su 09:00-17:00', '2020-10-25 08:00'),
	('2014-05-01T12:00:00Z', 'UTC; Mo-Fr 09:00-17:00; 2014-05-01 off', '2014-05-02 09:00')) AS v (at, hours, expected)
WHERE next_open(at, hours) AT TIME ZONE 'UTC' <> expected::timestamp;
SELECT business_time(s, e, 'UTC; Mo-Tu 08:00-18:00; 2014-04-07 10:00-12:00,14:00-17:00') AS time, expected FROM (VALUES
	(timestamptz '2014-04-07T08:00:00Z', timestamptz '2014-04-07T09:00:00Z', '0'),
	('2014-04-07T13:00:00Z', '2014-04-07T13:30:00Z', '0'), ('2014-04-07T19:00:00Z', '2014-04-07T20:00:00Z', '0'),
	('2014-04-07T09:00:00Z', '2014-04-07T12:00:00Z', '2 h'), ('2014-04-07T09:00:00Z', '2014-04-07T14:00:00Z', '2 h'),
	('2014-04-07T12:00:00Z', '2014-04-07T18:00:00Z', '3 h')) AS v (s, e, expected);
SELECT business_deadline(timestamptz '2019-12-27T17:59:00Z', '120 s',
						 'UTC; Th-Fr 08:00-18:00; 2019-12-27 08:00-17:00') AT TIME ZONE 'UTC' AS "2020-01-02 08:02";

-- rules: validity, yearly dates, later ones win, nights belong to the day they start on
SELECT d::date AS day,
	   is_open(d + '12 h',
		'UTC; until 2026-06-30 Mo-Fr 08:00-16:00; from 2026-07-01 Sa-Su 08:00-16:00; Jul 4 off; 2026-07-05 13:00-14:00; Dec 24-Jan 1 off')
		AS open
FROM unnest(ARRAY['2026-06-30', '2026-07-01', '2026-07-04', '2026-07-05', '2026-07-11', '2026-12-26', '2027-01-01',
				  '2027-01-02', '2027-07-04']::timestamp[]) AS d;
SELECT business_time(timestamp '2026-12-24', timestamp '2026-12-27',
					 'UTC; Mo-Su 22:00-06:00; 2026-12-25 off') AS "two nights, less one";
SELECT is_open(timestamp '2028-02-29 12:00', 'UTC; 24/7; Feb 29 off') AS leap,
	   is_open(timestamp '2028-03-01 12:00', 'UTC; 24/7; Feb 29 off') AS march;

-- elapsed real time, to the microsecond, through changes of the clocks
SELECT business_time(timestamptz '2026-10-24 22:00+00', timestamptz '2026-10-25 23:00+00',
					 'Europe/Berlin; 24/7') AS "25 h",
	   business_time(timestamptz '2026-03-28 23:00+00', timestamptz '2026-03-29 22:00+00',
					 'Europe/Berlin; 24/7') AS "23 h",
	   business_time(timestamptz '2026-10-24 22:00+00', timestamptz '2026-10-25 23:00+00',
					 'Europe/Berlin; Su 02:00-03:00') AS "2 h",
	   business_time(timestamptz '2026-03-28 23:00+00', timestamptz '2026-03-29 22:00+00',
					 'Europe/Berlin; Su 02:30-03:15') AS "nothing",
	   business_time(timestamptz '2026-01-05 10:00:00.000001+00', timestamptz '2026-01-05 10:00:00.000003+00',
					 'UTC; Mo 09:00-17:00') AS "2 us";
SELECT business_time(timestamptz '2011-12-29 00:00-10', timestamptz '2011-12-31 00:00+14',
					 'Pacific/Apia; 24/7') AS "the 30th never was";

-- A repeated local time opens at its first and closes at its last occurrence, but a closing time at which the
-- repetition begins at its first: an hour in Adelaide, half an hour on Lord Howe, from midnight on the Azores,
-- over midnight in Newfoundland and Lebanon, 23 hours on Kwajalein
SELECT hours, started + business_time(started, started + interval '3 days', hours) AS closes, expected FROM (VALUES
	('Australia/Adelaide; 2014-04-05 18:00-02:00'::business_hours, timestamptz '2014-04-05 07:30+00',
	 timestamptz '2014-04-05 15:30+00'),
	('Australia/Adelaide; 2014-04-05 18:00-02:30', '2014-04-05 07:30+00', '2014-04-05 17:00+00'),
	('Australia/Adelaide; 2014-04-05 18:00-03:00', '2014-04-05 07:30+00', '2014-04-05 17:30+00'),
	('Australia/Lord_Howe; 2026-04-04 18:00-01:30', '2026-04-04 07:00+00', '2026-04-04 14:30+00'),
	('Australia/Lord_Howe; 2026-04-04 18:00-01:31', '2026-04-04 07:00+00', '2026-04-04 15:01+00'),
	('Australia/Lord_Howe; 2026-04-04 18:00-02:00', '2026-04-04 07:00+00', '2026-04-04 15:30+00'),
	('Atlantic/Azores; 2026-10-24 18:00-24:00', '2026-10-24 18:00+00', '2026-10-25 00:00+00'),
	('Atlantic/Azores; 2026-10-24 18:00-00:30', '2026-10-24 18:00+00', '2026-10-25 01:30+00'),
	('Atlantic/Azores; 2026-10-24 18:00-24:00; 2026-10-25 00:00-00:30', '2026-10-24 18:00+00', '2026-10-25 01:30+00'),
	('America/St_Johns; 2010-11-06 20:00-23:01', '2010-11-06 22:30+00', '2010-11-07 01:31+00'),
	('America/St_Johns; 2010-11-06 20:00-23:02', '2010-11-06 22:30+00', '2010-11-07 02:32+00'),
	('America/St_Johns; 2010-11-06 20:00-24:00', '2010-11-06 22:30+00', '2010-11-07 03:30+00'),
	('America/St_Johns; 2010-11-06 20:00-00:01', '2010-11-06 22:30+00', '2010-11-07 03:31+00'),
	('Asia/Beirut; 2025-10-25 20:00-23:00', '2025-10-25 17:00+00', '2025-10-25 20:00+00'),
	('Asia/Beirut; 2025-10-25 20:00-24:00', '2025-10-25 17:00+00', '2025-10-25 22:00+00'),
	('Pacific/Kwajalein; 1969-09-29 20:00-01:00', '1969-09-29 09:00+00', '1969-09-29 14:00+00'),
	('Pacific/Kwajalein; 1969-09-29 20:00-02:00', '1969-09-29 09:00+00', '1969-09-30 14:00+00'))
	AS v (hours, started, expected)
WHERE started + business_time(started, started + interval '3 days', hours) <> expected OR is_open(expected, hours)
	OR NOT is_open(expected - interval '1 us', hours)
	OR (SELECT max(upper(s)) FROM business_spans(started, started + interval '3 days', hours) AS s) <> expected;

-- NULLs, other instants, ends of time
SELECT business_time(NULL, now(), 'UTC; 24/7'), business_time(timestamptz '2026-01-01', NULL, 'UTC; 24/7'),
	   business_time(timestamptz '2026-01-01', timestamptz '2026-01-03', NULL) AS "48 h",
	   business_seconds(date '2026-01-01', date '2026-01-03', NULL),
	   is_open(timestamptz '2026-01-01', NULL), next_open(NULL::timestamptz, 'UTC; 24/7'),
	   business_deadline(date '2026-01-01', '1 h', NULL) AT TIME ZONE 'UTC' AS deadline;
SELECT business_time(timestamptz '2026-01-02', timestamptz '2026-01-01', 'UTC; 24/7');
SELECT business_time(timestamptz '2026-01-02', 'infinity'::timestamptz, 'UTC; 24/7');
SELECT business_deadline(timestamptz '-infinity', '1 h', 'UTC; 24/7');
SELECT business_deadline(timestamptz '2026-01-01', '-1 h', 'UTC; 24/7');
SELECT business_deadline(timestamptz '2026-01-01', '1 h', 'UTC; off');
SELECT business_deadline(timestamptz '2026-01-01', '25 h', 'UTC; off; 2026-01-02 24/7');
SELECT business_deadline(timestamptz '2026-01-01', '25 h', 'UTC; off; 2026-01-02 00:00-24:00');
SELECT business_deadline(timestamptz '2026-01-01', '24 h',
						 'UTC; off; 2026-01-02 00:00-24:00') AT TIME ZONE 'UTC' AS "its end";
SELECT business_deadline(timestamptz '2026-01-01', '1 h',
						 'UTC; off; from 2900-02-28 Feb 29 09:00-10:00') AT TIME ZONE 'UTC' AS "2904";
SELECT business_deadline(timestamptz '294276-12-30', '864000 h', 'UTC; Mo-Fr 09:00-17:00');
SELECT business_time(timestamptz '2026-01-05',
					 business_deadline(timestamptz '2026-01-05', '2592000 h', 'Europe/Berlin; Mo 09:00-19:00'),
					 'Europe/Berlin; Mo 09:00-19:00') AS "300 x 360 days";
SELECT is_open(timestamptz '294276-12-31', 'Asia/Tokyo; Mo 09:00-10:00'),
	   is_open(timestamp '4714-11-24 BC', 'UTC; 24/7');
SELECT next_open(timestamptz '2026-01-01', 'UTC; until 2025-12-31 24/7'),
	   next_open(timestamptz '2026-01-01', 'UTC; until 2025-12-31 00:00-24:00') AS never;
SELECT business_time(timestamptz '0001-01-01 00:00+00', timestamptz '3001-01-01 00:00+00', 'UTC; Mo-Fr 09:00-17:00')
		   = make_interval(hours => 8 * n::int) AS three_thousand_years
FROM (SELECT count(*) AS n FROM generate_series(timestamp '0001-01-01', timestamp '3000-12-31', '1 day') AS d
	  WHERE extract(isodow FROM d) < 6) AS w;
SELECT business_spans('2026-12-24 12:00+00', '2026-12-28 12:00+00',
					  'Europe/Berlin; Mo-Fr 09:00-12:00,13:00-17:00; 2026-12-25 off');
SELECT business_spans('2026-01-01 00:00+00', '2036-01-01 00:00+00', 'UTC; 24/7') AS one,
	   business_spans('1990-01-01 00:00+00', '1990-01-02 00:00+00', NULL) AS too;
SELECT count(*) FROM business_spans('2026-01-02', '2026-01-01', 'UTC; 24/7');

-- ran out of memory once: going back chunk by chunk doubled the room each time
SELECT count(business_time(d, d + '1 day', 'UTC; Mo-Su 09:00-17:00'))
FROM (SELECT timestamp '2026-01-01' - k * interval '500 days' AS d FROM generate_series(0, 60) AS k) AS back;

-- targets
SELECT sla_met(s, e, '8 h', h, a) AS met, sla_met(s, e, '8 h') AS elapsed, what FROM (VALUES
	(timestamptz '2026-01-09 16:00+00', timestamptz '2026-01-12 16:00+00', 'UTC; Mo-Fr 09:00-17:00'::business_hours,
	 NULL::timestamptz, 'done in time'),
	('2026-01-09 16:00+00', '2026-01-12 16:00:01+00', 'UTC; Mo-Fr 09:00-17:00', NULL, 'a second late'),
	('2026-01-09 16:00+00', NULL, 'UTC; Mo-Fr 09:00-17:00', '2026-01-12 12:00+00', 'open, not due'),
	('2026-01-09 16:00+00', NULL, 'UTC; Mo-Fr 09:00-17:00', '2026-01-12 16:00+00', 'open, just due'),
	('2026-01-09 16:00+00', NULL, 'UTC; Mo-Fr 09:00-17:00', '2026-01-13 12:00+00', 'open, overdue'),
	('2026-01-09 16:00+00', NULL, 'UTC; Mo-Fr 09:00-17:00', NULL, 'open, who knows'),
	('2026-01-09 16:00+00', NULL, 'UTC; Mo-Fr 09:00-17:00', '2026-01-01 12:00+00', 'as of before'))
	AS v (s, e, h, a, what);
SELECT sla_met(timestamptz '2026-01-02', timestamptz '2026-01-01', '1 h');

-- pauses do not count, whether their bounds belong to them or not
SELECT business_time(s, e, h, p) AS open, business_seconds(s, e, NULL, p) / 3600 AS hours,
	   business_deadline(s, '4 h', h, p) AT TIME ZONE 'UTC' AS deadline,
	   sla_met(s, e, '4 h', h, paused => p) AS met, p
FROM (VALUES
	(timestamptz '2026-01-09 15:00+00', timestamptz '2026-01-12 12:00+00', 'UTC; Mo-Fr 09:00-17:00'::business_hours))
	AS v (s, e, h), unnest('{
	"{}", "{(\"2026-01-09 16:00+00\",\"2026-01-12 10:00+00\"]}",
	"{[\"2026-01-09 16:00+00\",\"2026-01-12 10:00+00\")}", "{[\"2026-01-09 16:00+00\",\"2026-01-09 16:00+00\"]}",
	"{(,\"2026-01-09 16:30+00\"),[\"2026-01-10 00:00+00\",\"2026-01-11 00:00+00\"],
	  (\"2026-01-12 09:00+00\",\"2026-01-12 09:00:00.000001+00\")}",
	"{[-infinity,\"2026-01-09 16:00+00\"],[\"2027-01-01 00:00+00\",infinity]}",
	"{[infinity,infinity]}", NULL}'::tstzmultirange[]) AS p;
SELECT business_time(timestamp '2026-01-09 15:00', timestamp '2026-01-12 12:00', 'UTC; Mo-Fr 09:00-17:00',
					 '{["2026-01-09 16:00+00","2026-01-12 10:00+00")}') AS "3 h",
	   business_seconds(date '2026-01-09', date '2026-01-10', 'UTC; Mo-Fr 09:00-17:00', '{["2026-01-09 16:00+00",)}')
		   / 3600 AS "7 h",
	   sla_met(date '2026-01-09', date '2026-01-10', '7 h', 'UTC; Mo-Fr 09:00-17:00', NULL,
			   '{["2026-01-09 16:00+00",)}') AS met,
	   business_deadline(date '2026-01-09', '7 h', NULL,
						 '{["2026-01-09 06:00+00","2026-01-09 16:00+00")}') AT TIME ZONE 'UTC' AS "17:00",
	   business_deadline(timestamp '2026-01-09 08:00', '0', 'UTC; Mo 09:00-17:00',
						 '{(,)}') AT TIME ZONE 'UTC' AS "the start";
SELECT sla_met(timestamptz '2026-01-09 15:00+00', NULL, '2 h', 'UTC; Mo-Fr 09:00-17:00', as_of,
			   '{["2026-01-09 16:00+00","2026-01-12 10:00+00")}') AS met, as_of AT TIME ZONE 'UTC' AS as_of
FROM unnest('{2026-01-12 09:00+00,2026-01-12 11:00+00,2026-01-12 11:00:00.000001+00}'::timestamptz[]) AS as_of;
SELECT business_time(NULL, timestamptz '2026-01-09', NULL, '{(,)}'),
	   business_seconds(timestamptz '2026-01-09', NULL, NULL, '{(,)}'),
	   business_deadline(timestamptz '2026-01-09', NULL, NULL, '{(,)}'),
	   sla_met(NULL::date, NULL, '1 h', paused => '{(,)}');
SELECT business_time(timestamptz '2026-01-02', timestamptz '2026-01-01', NULL, '{(,)}');
SELECT business_time(timestamptz '2026-01-02', timestamptz 'infinity', 'UTC; 24/7', '{(,)}');
SELECT business_deadline(timestamptz '2026-01-09', '1 us', 'UTC; 24/7', '{["2026-01-08 00:00+00",)}');
SELECT business_deadline(timestamptz '2026-01-09', '1 us', NULL, '{["2026-01-08 00:00+00",infinity]}');
SELECT business_deadline(timestamptz '2026-01-09 00:00+00', '2 h', NULL,
						 '{["2026-01-09 01:00+00","294276-12-31 23:00+00")}');
SELECT business_deadline(timestamptz '2026-01-09 00:00+00', '2 h', 'UTC; off; 2026-01-09 09:00-10:00',
						 '{["2026-01-10 01:00+00","2026-01-10 02:00+00")}');
SELECT business_deadline(timestamptz '2026-01-09 00:00+00', '71 min', 'UTC; 24/7',
						 '{["2026-01-09 01:00+00","294276-12-31 23:00+00")}') AT TIME ZONE 'UTC' AS "the last day";

-- an amount of working time has no days; around the clock it may
SELECT business_deadline(timestamptz '2026-01-05 10:00+00', '1 day', 'UTC; Mo-Fr 09:00-17:00');
SELECT sla_met(timestamptz '2026-01-05 10:00+00', timestamptz '2026-01-08 09:59+00', '1 day', 'UTC; Mo-Fr 09:00-17:00');
SELECT business_deadline(date '2026-01-05', '1 mon -720 h', 'UTC; 24/7');
SELECT sla_met(timestamptz '2026-01-05 10:00+00', NULL, '-1 day', 'UTC; 24/7');
SELECT business_deadline(timestamptz '2026-01-05 10:00+00', '1 day', NULL) AT TIME ZONE 'UTC' AS "Tuesday",
	   sla_met(timestamptz '2026-01-05 10:00+00', timestamptz '2026-01-08 09:59+00', '1 day') AS met,
	   business_deadline(timestamptz '2026-01-05 10:00+00', '24 h',
						 'UTC; Mo-Fr 09:00-17:00') AT TIME ZONE 'UTC' AS "Thursday";
SELECT kpi_due_at(s, a, h, NULL) AT TIME ZONE 'UTC' AS due
FROM (VALUES
	(timestamptz '2026-01-05 10:00+00', interval '8 h', 'UTC; Mo-Fr 09:00-17:00'::business_hours),
	('2026-01-05 10:00+00', '1 day', NULL), ('2026-01-05 10:00+00', '1 day', 'UTC; 24/7'),
	('2026-01-05 10:00+00', '1 mon', 'UTC; 24/7'), ('2026-01-05 10:00+00', '-1 h', NULL),
	('2026-01-05 10:00+00', '-1 h', 'UTC; 24/7'), ('infinity', '1 h', NULL), ('-infinity', '1 h', 'UTC; 24/7'),
	('2026-01-05 10:00+00', '1 h', 'UTC; off'), ('2026-01-05 10:00+00', '178000000 years', NULL)) AS v (s, a, h);

-- working days: Friday, Monday; over a holiday; nights belong to the day they start on; a paused day does not count
SELECT started AT TIME ZONE 'UTC' AS started, days, hours, paused,
	   business_days_deadline(started, days, hours, paused) AT TIME ZONE 'UTC' AS deadline
FROM (VALUES
	(timestamptz '2026-01-09 08:00+00', 1, 'UTC; Mo-Fr 09:00-17:00'::business_hours, NULL::tstzmultirange),
	('2026-01-09 18:00+00', 5, 'UTC; Mo-Fr 09:00-17:00', NULL),
	('2026-12-23 12:00+00', 2, 'UTC; Mo-Fr 09:00-17:00; Dec 24 09:00-12:00; Dec 25-26 off', NULL),
	('2026-01-10 01:00+00', 1, 'UTC; Mo-Sa 22:00-06:00', NULL),
	('2026-01-09 23:30+00', 1, 'Europe/Berlin; Mo-Su 09:00-17:00', NULL),
	('2026-10-24 10:00+00', 1, 'Europe/Berlin; 24/7', NULL),
	('2026-01-09 08:00+00', 1, 'UTC; Mo-Fr 09:00-12:00,13:00-17:00',
	 '{["2026-01-12 00:00+00","2026-01-12 16:59:59.999999+00")}'),
	('2026-01-09 08:00+00', 1, 'UTC; Mo-Fr 09:00-12:00,13:00-17:00',
	 '{["2026-01-12 09:00+00","2026-01-12 12:00+00"),["2026-01-12 13:00+00","2026-01-12 17:00+00")}'),
	('2011-12-29 10:00+00', 2, 'Pacific/Apia; Mo-Su 22:00-06:00', NULL),
	('2026-01-09 08:00+00', 1, 'UTC; off; from 2900-02-28 Feb 29 09:00-10:00', NULL),
	('2026-01-09 08:00+00', 1, 'UTC; Feb 29 09:00-10:00', '{["2026-01-08 00:00+00","290000-01-01 00:00+00")}'),
	('2026-01-09 08:00+00', 70000, 'UTC; Feb 29 09:00-10:00', NULL)) AS v (started, days, hours, paused);
SELECT business_days_deadline(timestamp '2026-01-09 08:00', 1,
							  'UTC; Mo-Fr 09:00-17:00') AT TIME ZONE 'UTC' AS "Monday",
	   business_days_deadline(date '2026-01-11', 1, 'UTC; Mo-Fr 09:00-17:00') AT TIME ZONE 'UTC' AS too,
	   business_days_deadline(NULL::date, 1, 'UTC; 24/7'), business_days_deadline(date '2026-01-11', NULL, NULL);
SELECT business_days_deadline(date '2026-01-11', 1, NULL);
SELECT business_days_deadline(date '2026-01-11', 0, 'UTC; 24/7');
SELECT business_days_deadline(timestamptz '-infinity', 1, 'UTC; 24/7');
SELECT business_days_deadline(date '2026-01-11', 1, 'UTC; off');
SELECT business_days_deadline(date '2026-01-11', 1, 'UTC; off; until 2026-01-11 00:00-24:00');
SELECT business_days_deadline(date '2026-01-11', 100000, 'UTC; Feb 29 09:00-10:00');
SELECT business_days_deadline(date '2026-01-11', 1, 'UTC; 24/7', '{["2026-01-11 00:00+00",)}');
SELECT business_days_deadline(date '2026-01-11', 1, 'UTC; Feb 29 09:00-10:00',
							  '{["2026-01-11 00:00+00","294276-12-01 00:00+00")}');

-- KPIs within business hours, by plain SQL over the scalar: one calendar, one for each row, many
CREATE VIEW policies AS
SELECT *, CASE WHEN k % 7 > 0 THEN format('Europe/Berlin; Mo-Fr %s:00-17:00; 2026-05-01 off',
										  to_char(k % 90 / 10, 'FM00'))::business_hours END AS hours
FROM facts;
SELECT p90_response(started, ended, hours)
		   = percentile_cont(0.9) WITHIN GROUP (ORDER BY justify_hours(business_time(started, ended, hours))) AS p90,
	   avg_resolution(started, ended, hours)
		   = justify_hours(make_interval(secs => round((sum(business_seconds(started, ended, hours))
														/ count(ended))::numeric, 6)::float8)) AS mean,
	   durations_agg(started, ended, hours) = durations_agg(business_time(started, ended, hours)) AS tally,
	   sample_size(durations_agg(started, ended, hours)) = count(ended) AS n
FROM policies;
SELECT count(DISTINCT hours::text) > 64 AS more_than_are_kept,
	   bool_and(business_time(started, ended, hours)
				= business_time(started, ended, hours::text::business_hours)) AS same
FROM (SELECT started, ended,
			 format('Europe/Berlin; Mo-Fr %s-17:00',
					to_char(make_interval(mins => k % 200), 'HH24:MI'))::business_hours AS hours
	  FROM facts) AS many;
DROP VIEW policies;

-- days of dashboards are those of AT TIME ZONE: every half hour around changes of clocks, all centuries, any order
SELECT count(*) > 50000 AS many, bool_and(kpi_day(at, zone) = (at AT TIME ZONE zone)::date) AS days,
	   bool_and(kpi_hour(at, zone) = extract(hour FROM at AT TIME ZONE zone)) AS hours
FROM unnest('{Europe/Berlin,America/New_York,America/St_Johns,Australia/Lord_Howe,Asia/Kathmandu,Africa/Casablanca,
			  Africa/Monrovia,Asia/Gaza,Pacific/Apia,Antarctica/Troll,Europe/Dublin,America/Argentina/San_Luis,
			  UTC}'::text[]) AS zone,
	 (SELECT at FROM (
		SELECT timestamptz '1883-11-18 00:00+00' + n * interval '8 days 23 hours 59.9 s' AS at, n
		FROM generate_series(1, 6000) AS n
		UNION ALL SELECT date + n * interval '30 minutes' - interval '1 us', n
		FROM unnest('{1918-03-31,1945-04-02,2011-12-29,2026-02-14,2026-03-08,2026-03-22,2026-03-29,2026-04-05,
					  2026-10-04,2026-10-25,2026-11-01,3026-03-29}'::timestamptz[]) AS date,
			 generate_series(0, 100) AS n
		UNION ALL VALUES (timestamptz '0001-01-02 00:00+00', 0), ('9999-12-30 00:00+00', 0)) AS t
	  ORDER BY hashint4(n)) AS t (at);
SELECT kpi_day(at, 'UTC'), kpi_hour(at, 'UTC')
FROM unnest('{-infinity,0001-01-01 23:59:59.999999+00,9999-12-30 00:00:00.000001+00,infinity,
			  NULL}'::timestamptz[]) AS at;
SELECT kpi_day('2026-01-01', 'Europe/Nowhere');
