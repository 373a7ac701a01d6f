-- What each aggregate of the catalogue must answer, in plain SQL: what a row counts is a matter of its transition, and what
-- the rows together give one of its final function. 055_random_answers compares them over random rows.

-- ---------------------------------------------------------------- rows

-- Calendars, and what their text means: from and to are hours of each of the days.
CREATE TABLE calendar (c int PRIMARY KEY, hours business_hours, zone text, days int[], spans numrange[], closed date[]);

-- "c * 0" makes PostgreSQL roll the dice for each row.
CREATE FUNCTION random_calendars() RETURNS SETOF calendar LANGUAGE sql AS $$
	SELECT c,
		   concat(zone, '; ', CASE WHEN kind = 0 THEN '24/7' ELSE concat_ws(' ', day_list, span_list) END,
				  (SELECT string_agg('; ' || d || ' off', '') FROM unnest(closed) AS d))::business_hours,
		   zone, days, spans, closed
	FROM generate_series(1, 8) AS c,
		LATERAL (SELECT (ARRAY['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata',
							   'Pacific/Chatham'])[1 + floor(random() * 6 + c * 0)] AS zone,
						floor(random() * 4 + c * 0)::int AS kind, floor(random() * 5 + c * 0)::int AS first) AS z,
		LATERAL (SELECT CASE kind WHEN 0 THEN '{1,2,3,4,5,6,7}'::int[]
								  ELSE ARRAY(SELECT generate_series(1 + first % 2, 3 + first)) END AS days,
						CASE kind WHEN 0 THEN '{"[0,24)"}'::numrange[]
								  WHEN 1 THEN '{"[9,17)"}'
								  WHEN 2 THEN '{"[8,12)","[13,17.5)"}'
								  ELSE '{"[22,30)"}' END AS spans,
						-- where a night begins or ends, a holiday can be read in more than one way
						CASE kind WHEN 3 THEN '{}'
								  ELSE ARRAY(SELECT date '2026-01-01' + (random() * 364)::int + c * 0
											 FROM generate_series(1, first)) END AS closed) AS d,
		LATERAL (SELECT string_agg((ARRAY['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'])[day], ',') AS day_list
				 FROM unnest(days) AS day) AS l,
		LATERAL (SELECT string_agg(concat_ws('-', to_char(lower(s) * interval '1 h', 'HH24:MI'),
											 to_char(upper(s) % 24 * interval '1 h', 'HH24:MI')), ',') AS span_list
				 FROM unnest(spans) AS s) AS m;
$$;

-- Seconds of open hours between two instants.
CREATE FUNCTION open_seconds(since timestamptz, until timestamptz, hours business_hours) RETURNS numeric
LANGUAGE sql STABLE AS $$
	SELECT coalesce(sum(extract(epoch FROM least(closes, $2) - greatest(opens, $1))), 0)
	FROM calendar AS c,
		generate_series(($1 AT TIME ZONE zone)::date - date '2000-01-02', ($2 AT TIME ZONE zone)::date - date '2000-01-01') AS day,
		unnest(spans) AS s,
		LATERAL (SELECT (date '2000-01-01' + day)::timestamp) AS l (midnight),
		LATERAL (SELECT (midnight + lower(s) * interval '1 h') AT TIME ZONE zone,
						(midnight + upper(s) * interval '1 h') AT TIME ZONE zone) AS o (opens, closes)
	WHERE c.c = (SELECT min(e.c) FROM calendar AS e WHERE e.hours = $3)
		AND extract(isodow FROM midnight) = ANY (days) AND midnight::date <> ALL (closed) AND opens < $2 AND closes > $1;
$$;

CREATE TABLE fact (
	k int PRIMARY KEY, g int, h int, yes boolean, solved boolean, abandoned boolean, events bigint,
	score5 int, score7 int, score10 int, sentiment numeric, pct numeric,
	amount numeric, base numeric, revenue numeric, later_revenue numeric, duration numeric, duration2 numeric, duration3 numeric,
	started timestamptz, ended timestamptz, opened timestamptz, closed timestamptz, joined timestamptz, departed timestamptz,
	as_of timestamptz, since timestamptz, until timestamptz, churn_rule kpi_churn_rule, service_rule kpi_service_rule,
	hours business_hours, value numeric, at timestamptz);

-- Makes rows: "nulls" is the share of NULLs, "ties" how many different values there are, "largest" the logarithm of the
-- longest duration, and "factor" multiplies amounts. Arrays of numbers, booleans, seconds, instants and infinite instants
-- are rolled for each row, hence "k > 0".
CREATE FUNCTION random_facts(rows int, nulls float8, ties int, largest float8, factor numeric)
RETURNS SETOF fact LANGUAGE sql AS $$
	SELECT k, nullif(d[1] % 5, 4), d[2] % 3, b[1], b[2], b[3], d[3] % 4,
		   1 + d[4] % 5, 1 + d[5] % 7, d[6] % 11, (d[7] % 201 - 100) / 100.0, d[8] % 10001 / 100.0,
		   factor * (d[9] / 1000.0 - 5), factor * d[10] / 64.0, factor * (d[11] - 200), factor * d[12] / 100.0, s[1], s[2], s[3],
		   i[1], i[1] + make_interval(mins => d[13] % 40000, secs => d[14] % 60), coalesce(f[1], i[2]), coalesce(f[2], i[3]),
		   i[4], coalesce(nullif(f[3], '-infinity'), i[4] + make_interval(hours => d[15])),
		   i[5], i[6], i[6] + make_interval(days => 1 + d[16] % 90),
		   (enum_range(NULL::kpi_churn_rule))[1 + d[17] % 2], (enum_range(NULL::kpi_service_rule))[1 + d[18] % 4],
		   (SELECT hours FROM calendar WHERE c = 1 + d[19] % 9), d[20] / 8.0 - 50, i[7]
	FROM generate_series(1, rows) AS k,
		LATERAL (SELECT array_agg(CASE WHEN random() >= nulls THEN floor(floor(random() * ties) / ties * 10080)::int END)
				 FROM generate_series(1, 20) WHERE k > 0) AS d (d),
		LATERAL (SELECT array_agg(CASE WHEN random() >= nulls THEN random() < 0.6 END)
				 FROM generate_series(1, 3) WHERE k > 0) AS b (b),
		LATERAL (SELECT array_agg(CASE WHEN random() >= nulls THEN
							round(exp(floor(random() * ties) / ties * largest)::numeric, (random() * 6)::int) END)
				 FROM generate_series(1, 3) WHERE k > 0) AS s (s),
		LATERAL (SELECT array_agg(CASE WHEN random() >= nulls THEN
							timestamptz '2026-01-01 UTC' + floor(random() * ties) / ties * interval '360 days' END)
				 FROM generate_series(1, 7) WHERE k > 0) AS i (i),
		LATERAL (SELECT array_agg(CASE WHEN random() < 0.1 THEN
							(ARRAY['infinity', '-infinity'])[1 + floor(random() * 2)]::timestamptz END)
				 FROM generate_series(1, 3) WHERE k > 0) AS f (f);
$$;

-- ---------------------------------------------------------------- what is read

-- An amount, or an instant as seconds.
CREATE FUNCTION amount(numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN $1;
CREATE FUNCTION amount(bigint) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN $1;
CREATE FUNCTION amount(double precision) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN $1;
CREATE FUNCTION amount(interval) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN extract(epoch FROM $1);
CREATE FUNCTION amount(timestamptz) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN extract(epoch FROM $1);
CREATE FUNCTION amount(timestamp) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN extract(epoch FROM $1 AT TIME ZONE 'UTC');
CREATE FUNCTION amount(date) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN extract(epoch FROM $1::timestamp AT TIME ZONE 'UTC');

CREATE FUNCTION percentile_of(v numeric[], fraction numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT s[place] + (s[least(place + 1, n)] - s[place]) * (1 + (n - 1) * $2 - place)
	FROM (SELECT array_agg(x ORDER BY x) AS s, count(*)::int AS n FROM unnest($1) AS x WHERE x IS NOT NULL) AS q,
		LATERAL (SELECT 1 + floor((n - 1) * $2)::int AS place) AS p;
$$;

-- Change per day by least squares, of exact numbers.
CREATE FUNCTION slope(v numeric[], t numeric[]) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	WITH point AS (SELECT y, x FROM unnest($1, $2) AS u (y, x) WHERE num_nulls(y, x) = 0),
	mean AS (SELECT avg(y) AS mean_y, avg(x) AS mean_x FROM point)
	SELECT sum((y - mean_y) * (x - mean_x)) / nullif(sum((x - mean_x) ^ 2), 0) FROM point, mean;
$$;

-- Wilson's limits of a share at 95 %: low (-1) or high (1).
CREATE FUNCTION wilson(p numeric, n numeric, sign int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
	SELECT 100 * CASE WHEN n = 0 THEN NULL WHEN $1 = 0 AND $3 < 0 THEN 0 WHEN $1 = 1 AND $3 > 0 THEN 1
					  ELSE (p + z * z / (2 * n) + $3 * z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) END
	FROM (SELECT 1.959963984540054235524594430520551527::numeric AS z) AS q;
$$;

-- Arguments a, b ... of a transition are columns of fact, in the type of its signature; "missing" takes the place of those
-- that a signature does not have. v and w are what a row counts, and NULL if it does not count.
CREATE TABLE transition (name text PRIMARY KEY, columns text[], missing text[], v text, w text DEFAULT 'NULL::numeric');
INSERT INTO transition VALUES
	-- hits
	('kpi_rate_accum', '{yes}', '{}', '(a)::int'),
	('kpi_rate_accum_at_most_one', '{events,solved}', '{b=true}', '(CASE WHEN b THEN a <= 1 END)::int'),
	('kpi_rate_accum_exactly_one', '{events,solved}', '{b=true}', '(CASE WHEN b THEN a = 1 END)::int'),
	('kpi_rate_accum_at_least_one', '{events,solved}', '{b=true}', '(CASE WHEN b THEN a >= 1 END)::int'),
	('kpi_rate_accum_score_from', '{score10,score7}', '{}', '(a >= b)::int'),
	('kpi_rate_accum_within', '{duration,duration2}', '{}', '(amount(a) <= amount(b))::int'),
	('kpi_rate_accum_recontact', '{duration,duration2}', '{}', '(CASE WHEN b IS NOT NULL THEN coalesce(a <= b, false) END)::int'),
	('kpi_rate_accum_service', '{duration,duration2,abandoned,service_rule}', '{d=''after_threshold''}',
	 '(CASE WHEN num_nulls(a, b, c, d) > 0 THEN NULL WHEN NOT c OR d = ''credit_abandoned'' THEN a <= b
			WHEN d = ''all_offered'' OR d = ''after_threshold'' AND a > b THEN false END)::int'),
	('kpi_rate_accum_lost', '{joined,departed,period,churn_rule}', '{d=''start''}',
	 '(CASE WHEN (a < lower(c) AND coalesce(b >= lower(c), true) OR d = ''stripe'' AND a <@ c) AND num_nulls(c, d) = 0
			THEN coalesce(b < upper(c), false) END)::int'),
	('kpi_rate_accum_kept', '{joined,departed,period,churn_rule}', '{d=''start''}',
	 '(CASE WHEN (a < lower(c) AND coalesce(b >= lower(c), true) OR d = ''stripe'' AND a <@ c) AND num_nulls(c, d) = 0
			THEN coalesce(b >= upper(c), true) END)::int'),
	('kpi_rate_accum_backlog', '{opened,closed,as_of}', '{}',
	 '(CASE WHEN num_nulls(a, c) = 0 THEN a <= c AND coalesce(b > c, true) END)::int'),
	('kpi_rate_accum_negative', '{sentiment}', '{}', '(a <= -0.05)::int'),
	('kpi_rate_accum_positive', '{sentiment}', '{}', '(a >= 0.05)::int');
INSERT INTO transition VALUES
	-- numerators and denominators
	('kpi_ratio_accum', '{amount,base}', '{}', 'CASE WHEN b IS NOT NULL THEN coalesce(amount(a), 0) END', 'amount(b)'),
	('kpi_ratio_accum_hours', '{amount,base}', '{}', 'CASE WHEN b IS NOT NULL THEN coalesce(amount(a), 0) END',
	 'round(3600 * amount(b), 6)'),
	('kpi_ratio_accum_pct', '{pct}', '{}', 'amount(a)', 'CASE WHEN a IS NOT NULL THEN 100 END'),
	('kpi_ratio_accum_weighted', '{pct,base}', '{}', 'round(amount(a) * amount(b), 6)',
	 'CASE WHEN a IS NOT NULL THEN amount(b) END'),
	('kpi_ratio_accum_net_revenue', '{revenue,later_revenue}', '{}', 'CASE WHEN a > 0 THEN coalesce(amount(b), 0) END',
	 'CASE WHEN a > 0 THEN amount(a) END'),
	('kpi_ratio_accum_gross_revenue', '{revenue,later_revenue}', '{}',
	 'CASE WHEN a > 0 THEN least(coalesce(amount(b), 0), amount(a)) END', 'CASE WHEN a > 0 THEN amount(a) END'),
	('kpi_ratio_accum_sentiment', '{sentiment}', '{}', 'amount(a)', 'CASE WHEN a IS NOT NULL THEN 1 END'),
	('kpi_ratio_accum_flow', '{opened,closed,period}', '{}',
	 'CASE WHEN num_nulls(a, c) = 0 THEN (a <@ c)::int - coalesce(b <@ c, false)::int END',
	 'CASE WHEN num_nulls(a, c) = 0 THEN 1 END'),
	-- scores, and 1 at the top or -1 at the bottom
	('kpi_scores_accum', '{score}', '{}', 'a::numeric', '(a >= 9)::int - (a <= 6)::int'),
	('kpi_scores_accum_net', '{score10,score7 + 3,score7 - 1}', '{}', 'CASE WHEN num_nulls(a, b, c) = 0 THEN a END',
	 '(a >= b)::int - (a <= c)::int'),
	-- values and days
	('kpi_trend_accum', '{value,at,0.9}', '{}', 'CASE WHEN b IS NOT NULL THEN a::numeric END',
	 'CASE WHEN a IS NOT NULL THEN amount(b) / 86400 END');
-- seconds, by the types of the signature
CREATE TABLE duration_of (types text PRIMARY KEY, columns text[], v text);
INSERT INTO duration_of VALUES
	('interval', '{duration}', 'amount(a)'),
	('interval,interval,interval', '{duration,duration2,duration3}',
	 'CASE WHEN num_nonnulls(a, b, c) > 0 THEN coalesce(amount(a), 0) + coalesce(amount(b), 0) + coalesce(amount(c), 0) END'),
	('instant,instant', '{started,ended}', 'amount(b) - amount(a)'),
	('instant,instant,business_hours', '{started,ended,hours}',
	 'CASE WHEN num_nulls(a, b) > 0 THEN NULL WHEN c IS NULL THEN amount(b) - amount(a)
		   ELSE open_seconds(to_timestamp(amount(a)), to_timestamp(amount(b)), c) END');

-- What rows give together, by the C function of the answer or by the type of the tally; several numbers for some.
CREATE TABLE final (name text PRIMARY KEY, answer text, numbers text);
INSERT INTO final (name, answer) VALUES
	('kpi_rate_pct', '100 * avg(v)'),
	('kpi_rate_count', 'sum(v)'),
	('kpi_rate_ci', '100 * avg(v), wilson(avg(v), count(v), -1), wilson(avg(v), count(v), 1), nullif(count(v), 0)'),
	('kpi_ratio_pct', '100 * sum(v) / nullif(sum(w), 0)'),
	('kpi_ratio_value', 'sum(v) / nullif(sum(w), 0)'),
	('kpi_ratio_numeric', 'sum(v) / nullif(sum(w), 0)'),
	('kpi_ratio_per_hour', '3600 * sum(v) / nullif(sum(w), 0)'),
	('kpi_ratio_missing_pct', '100 - 100 * sum(v) / nullif(sum(w), 0)'),
	('kpi_ratio_count', 'sum(v)'),
	('kpi_ratio_avg', 'avg(v)'),
	('kpi_scores_avg', 'avg(v)'),
	('kpi_scores_csat_pct', '100 * avg((v >= 4)::int)'),
	('kpi_scores_csat_ci', '100 * avg((v >= 4)::int), wilson(avg((v >= 4)::int), count(v), -1),
	 wilson(avg((v >= 4)::int), count(v), 1), nullif(count(v), 0)'),
	('kpi_scores_ces_pct', '100 * avg((v >= 5)::int)'),
	('kpi_scores_nps', '100 * avg(CASE WHEN v IS NOT NULL THEN w END)'),
	('kpi_scores_nps_ci', '100 * avg(w), nullif(count(w), 0)'),
	('kpi_scores_promoter_pct', '100 * avg((v >= 9)::int)'),
	('kpi_scores_passive_pct', '100 * avg((v BETWEEN 7 AND 8)::int)'),
	('kpi_scores_detractor_pct', '100 * avg((v <= 6)::int)'),
	('kpi_durations_median', 'percentile_of(array_agg(v), 0.5)'),
	('kpi_durations_p90', 'percentile_of(array_agg(v), 0.9)'),
	('kpi_durations_p95', 'percentile_of(array_agg(v), 0.95)'),
	('kpi_durations_p99', 'percentile_of(array_agg(v), 0.99)'),
	('kpi_trend_slope', 'slope(array_agg(v), array_agg(w))'),
	('kpi_trend_ci', 'slope(array_agg(v), array_agg(w))'),
	('kpi_rate', 'coalesce(sum(v), 0), count(v)'),
	('kpi_ratio', 'coalesce(sum(v), 0), coalesce(sum(w), 0), count(w)'),
	('kpi_scores', 'count(v), avg(v), 100 * avg((v >= 9)::int)'),
	('kpi_durations', 'count(v), sum(v), min(v), max(v), percentile_of(array_agg(v), 0.5)'),
	('kpi_trend', 'count(v), slope(array_agg(v), array_agg(w))');

-- ---------------------------------------------------------------- answers

-- The numbers of an answer, by its type, or by the function that gives it.
CREATE TABLE answer (name text PRIMARY KEY, numbers text);
INSERT INTO answer VALUES
	('double precision', 'x::numeric'), ('bigint', 'x'), ('numeric', 'x'), ('interval', 'extract(epoch FROM x)'),
	('kpi_rate', 'rate_hits(x), sample_size(x)'),
	('kpi_ratio', 'ratio_numerator(x)::numeric, ratio_denominator(x)::numeric, sample_size(x)'),
	('kpi_scores', 'sample_size(x), score_avg(x)::numeric, promoter_pct(x)::numeric'),
	('kpi_durations', 'sample_size(x), extract(epoch FROM total_duration(x)), extract(epoch FROM min_duration(x)),
	 extract(epoch FROM max_duration(x)), extract(epoch FROM median_duration(x))'),
	('kpi_trend', 'sample_size(x), trend(x)::numeric'),
	('kpi_estimate', '(x).value::numeric, (x).low::numeric, (x).high::numeric, (x).n'),
	-- their limits: see 009_statistics
	('kpi_scores_nps_ci', '(x).value::numeric, (x).n'), ('kpi_trend_ci', '(x).value::numeric');

-- A column of fact, or an expression, in a type of a signature.
CREATE FUNCTION typed(expression text, type text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
	SELECT CASE type
		WHEN 'interval' THEN format('make_interval(secs => (CASE WHEN abs(%1$s) > 1e9 THEN 1e9 ELSE abs(%1$s) END)::float8)', expression)
		WHEN 'timestamp without time zone' THEN format('(%s AT TIME ZONE ''UTC'')', expression)
		WHEN 'date' THEN format('(%s AT TIME ZONE ''UTC'')::date', expression)
		WHEN 'tstzrange' THEN 'CASE WHEN until IS NOT NULL THEN tstzrange(since, until) END'
		WHEN 'tsrange' THEN 'CASE WHEN until IS NOT NULL
			THEN tsrange(since AT TIME ZONE ''UTC'', until AT TIME ZONE ''UTC'') END'
		WHEN 'daterange' THEN 'CASE WHEN until IS NOT NULL
			THEN daterange((since AT TIME ZONE ''UTC'')::date, (until AT TIME ZONE ''UTC'')::date) END'
		ELSE format('(%s)::%s', expression, type)
	END;
$$;

-- Every aggregate of kpi with its reference. Without one are those that merge tallies, whose answers 024_same_bits compares,
-- and those whose answers are no numbers: see evidence.sql and 050_phrases.
CREATE VIEW compared AS
SELECT a.aggfnoid::regprocedure::text AS signature, a.aggfnoid::regproc::text AS name, typed.arguments, typed.list,
	   coalesce(t.v, d.v) AS v, coalesce(t.w, '1') AS w, f.answer, n.numbers,
	   p.prorettype = 'interval'::regtype OR f.name = 'kpi_durations' AS is_time
FROM pg_aggregate a
JOIN pg_proc p ON p.oid = a.aggfnoid
JOIN pg_depend m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid AND m.deptype = 'e'
JOIN pg_extension e ON e.oid = m.refobjid AND e.extname = 'kpi'
JOIN pg_proc transition ON transition.oid = a.aggtransfn
LEFT JOIN pg_proc answer ON answer.oid = a.aggfinalfn
LEFT JOIN transition t ON t.name = transition.proname
LEFT JOIN duration_of d ON transition.proname IN ('kpi_durations_accum', 'kpi_ratio_accum_duration')
	AND d.types = regexp_replace(array_to_string(p.proargtypes::regtype[], ','),
								 'timestamp with(out)? time zone|date', 'instant', 'g')
LEFT JOIN final f ON f.name = coalesce(nullif(answer.prosrc, 'kpi_durations_final'), p.prorettype::regtype::text)
LEFT JOIN answer n ON n.name = (
	SELECT name FROM answer WHERE name IN (f.name, p.prorettype::regtype::text) ORDER BY name <> f.name LIMIT 1),
LATERAL (
	SELECT string_agg(column_of, ', ' ORDER BY place) AS arguments,
		   string_agg(format('%s AS %s', coalesce(column_of, missing), chr(96 + place::int)), ', ' ORDER BY place) AS list
	FROM (
		SELECT place, typed(CASE expression WHEN 'score' THEN
								CASE WHEN f.name ~ 'csat' THEN 'score5' WHEN f.name ~ 'ces' THEN 'score7' ELSE 'score10' END
							ELSE expression END, p.proargtypes[place - 1]::regtype::text) AS column_of,
			   (SELECT substr(m, 3) FROM unnest(t.missing) AS m WHERE m LIKE chr(96 + place::int) || '=%') AS missing
		FROM unnest(coalesce(t.columns, d.columns)) WITH ORDINALITY AS u (expression, place)) AS argument
	WHERE num_nonnulls(column_of, missing) > 0) AS typed;
