-- Errors that users can get: each has the SQLSTATE, the value and a hint.
SET search_path = kpi_test, public;

\pset format unaligned
\pset tuples_only on

-- scores
SELECT says('SELECT nps(11)');
SELECT says('SELECT nps(-1)');
SELECT says('SELECT nps(9.5)');
SELECT says('SELECT nps(''NaN''::float8)');
SELECT says('SELECT nps(''infinity''::float8)');
SELECT says('SELECT nps(12345678901234567890::numeric)');
-- the FILTER of the HINT keeps all scores that the KPI accepts; so does the threshold for scores up to 100
SELECT nps(score) FILTER (WHERE score BETWEEN 0 AND 10 AND score = floor(score)) AS "50", csat_pct(score >= 80) AS "40"
FROM unnest(ARRAY[9, 0, 10, 10, 6.5, -1, 87, 'NaN', 'infinity', 'NaN']::float8[]) AS score;
SELECT nps(score) FILTER (WHERE score BETWEEN 0 AND 10 AND score = floor(score)) AS "100"
FROM unnest(ARRAY[9, 11]::smallint[]) AS score;
SELECT says('SELECT csat_pct(7)');
SELECT says('SELECT csat_pct(0)');
SELECT says('SELECT csat_pct(''{4:1,8:1}''::kpi_scores)');
SELECT says('SELECT ces_pct(8)');
SELECT says('SELECT csat_pct(5, 11)');
SELECT says('SELECT csat_pct(11, 5)');
SELECT says('SELECT net_score(5, 1, 3)');
SELECT says('SELECT net_score(5, 11, 3)');
SELECT says('SELECT score_share(''{}'', 5, 3)');
SELECT says('SELECT score_share(''{}'', -1, 3)');
SELECT says('SELECT csat_ci(''{8:1}''::kpi_scores, 80)');
SELECT round(csat_pct(score >= 80)::numeric, 1) AS "66.7", round((rate_ci(score >= 80)).value::numeric, 1) AS "66.7"
FROM (VALUES (79), (80), (100), (NULL)) AS v (score);
-- the hint works
SELECT nps(score) FILTER (WHERE score BETWEEN 0 AND 10) FROM (VALUES (10), (11), (99)) AS v (score);

-- rates
SELECT says('SELECT fcr_rate(-1)');
SELECT says('SELECT reopen_rate(-1, true)');
SELECT reopen_rate(-1, false) IS NULL AS not_looked_at;

-- durations
SELECT says($$SELECT p90_response(timestamptz '2026-01-02 10:00+00', timestamptz '2026-01-02 09:59+00')$$);
SELECT says($$SELECT avg_response(date '2026-01-02', date '2026-01-01')$$);
SELECT says($$SELECT p90_response(interval '-1 second')$$);
SELECT says($$SELECT avg_handle(interval '1 h', interval '-1 s', NULL)$$);
SELECT says($$SELECT p90_response(timestamptz '2026-01-01', timestamptz 'infinity')$$);
SELECT says($$SELECT p90_response(date '-infinity', date '2026-01-01')$$);
SELECT says($$SELECT p90_response(interval '178000000 years')$$);
SELECT says($$SELECT avg_handle(interval '200000 years', interval '200000 years', NULL)$$);
SELECT says($$SELECT p90_response(timestamp '4714-11-24 BC', timestamp '294276-12-31')$$);
SELECT says($$SELECT avg_response(date '2026-01-01', date '5874897-12-31')$$);
SELECT says($$SELECT percentile('{1}', 95)$$);
SELECT says($$SELECT percentile('{1}', -0.1)$$);
SELECT says($$SELECT percentile('{1}', 'NaN')$$);
SELECT says($$SELECT share_within('{1}', '-1 s')$$);
SELECT says($$SELECT total_duration('{9223372036854.775807x100000}')$$);
SELECT p90_response(s, e) FILTER (WHERE e >= s OR e IS NULL)
FROM (VALUES (timestamp '2026-01-01', timestamp '2025-01-01'), ('2026-01-01', '2026-01-02')) AS v (s, e);
SELECT says($$SELECT business_seconds('2026-01-02'::date, '2026-01-01', NULL)$$);
SELECT says($$SELECT sla_met('2026-01-02'::date, NULL, '1 h', as_of => 'infinity')$$);
SELECT says($$SELECT sla_met('infinity'::date, NULL, '1 h')$$);
SELECT says($$SELECT sla_met('2026-01-02'::date, NULL, '-1 h')$$);
SELECT says($$SELECT recontact_rate('1 h', '-1 h')$$);
SELECT says($$SELECT service_level('1 s', '-1 s', false)$$);
-- the filters of the hints keep what is still open: one in time, two late
SELECT round(sla_rate(sla_met(s, e, '4 hours', as_of => '2026-01-09'))
			 FILTER (WHERE (e >= s OR e IS NULL) AND isfinite(s) AND (isfinite(e) OR e IS NULL))::numeric, 2) AS "33.33"
FROM (VALUES (timestamptz '2026-01-05 08:00', timestamptz '2026-01-05 09:00'), ('2026-01-05 08:00', NULL),
			 ('2026-01-05 08:00', NULL), ('2026-01-05 08:00', '2026-01-05 07:00'), ('-infinity', '2026-01-05 07:00'),
			 ('2026-01-05 08:00', 'infinity')) AS v (s, e);
SELECT avg_handle(talk, hold, wrap) FILTER (WHERE hold >= '0' OR hold IS NULL) AS "00:02:30"
FROM (VALUES (interval '1 min', interval '-1 min', interval '1 min'), ('1 min', NULL, '1 min'),
			 ('1 min', '1 min', '1 min')) AS v (talk, hold, wrap);

-- ratios
SELECT says('SELECT occupancy(1, -1)');
SELECT says($$SELECT occupancy(interval '-1 h', interval '1 h')$$);
SELECT says('SELECT cost_per_contact(0.0000001, 1)');
SELECT says($$SELECT cost_per_contact('NaN', 1)$$);
SELECT says('SELECT cost_per_contact(1e40, 1)');
SELECT says('SELECT qa_score(101)');
SELECT says('SELECT health_score(-1, 1)');
SELECT says('SELECT avg_sentiment(1.000001)');
SELECT says($$SELECT avg_sentiment('NaN'::float8)$$);
SELECT says($$SELECT negative_sentiment_rate('-infinity'::float8)$$);
SELECT says('SELECT positive_sentiment_rate(-1.1)');
SELECT says('SELECT health_score(50, -1)');
SELECT says($$SELECT rollup(q)
			  FROM (VALUES ('170141183460469231731687303715884.105727/1/1'::kpi_ratio), ('1/1/1')) AS v (q)$$);
SELECT says($$SELECT rollup(r) FROM (VALUES ('1/9223372036854775807'::kpi_rate), ('1/1')) AS v (r)$$);
SELECT says($$SELECT kpi_rate_accum('1/9223372036854775807', true)$$);
SELECT says($$SELECT kpi_scores_accum('{9:9223372036854775807}', 9)$$);
SELECT says($$SELECT kpi_rate_discard('0/1', true)$$);
SELECT says($$SELECT kpi_scores_discard('{9:1}', 8)$$);
SELECT says($$SELECT kpi_durations_discard('{1}', '2 s')$$);
SELECT says($$SELECT kpi_durations_accum('{1x9223372036854775807}', '1 s')$$);
SELECT says($$SELECT '{1x9223372036854775807}'::kpi_durations + '{1}'$$);
SELECT says($$SELECT '{1x9223372036854775807}'::kpi_durations + '{1x2048}'$$);
-- the last rank of more values than a double can count
SELECT max_duration('{1x9223372036854775806,5}');
SELECT says($$SELECT '{1..1/2053:0.999424x2048}'::kpi_durations$$);
-- crashed once: the room for both did not fit into a bigint
SELECT says($$SELECT '{1x2047}'::kpi_durations + '{1x9223372036854775807}'$$);
SELECT says($$SELECT kpi_scores_accum('{0:9223372036854775806,5:1}', 9)$$);

-- malformed text
SELECT literal || ' -> ' || says(format('SELECT %L::kpi_scores', literal))
FROM unnest(ARRAY['', '{', '{9}', '{9:}', '{9:-1}', '{11:1}', '{9:1,9:1}', '{10:1,9:1}', '{9:1', '{9:1}}',
				  '{9:9223372036854775808}', '{9:9223372036854775807,10:1}', '9:1']) AS literal;
SELECT literal || ' -> ' || says(format('SELECT %L::kpi_rate', literal))
FROM unnest(ARRAY['', '7', '7/', '/7', '8/7', '-1/7', '7/10/3', '1e2/1e3',
				  '9223372036854775808/9223372036854775808']) AS literal;
SELECT literal || ' -> ' || says(format('SELECT %L::kpi_ratio', literal))
FROM unnest(ARRAY['', '1/2', '1/-2/1', '1/2/-1', '1/2/0', '0.0000001/1/1', '1./1/1', '.5/1/1', 'NaN/1/1',
				  '170141183460469231731687303715884.105728/1/1', '1/2/3/4']) AS literal;
SELECT literal || ' -> ' || says(format('SELECT %L::kpi_trend', literal))
FROM unnest(ARRAY['', '1', '1/1/1/1/1', '1/1/1/1/1/1/1', '-1/1/1/1/1/1', '1/1/-1/1/1/1', '1/1/1/1/-1/1',
				  '0/1/1/1/1/1', '1/1/1/1/1/1@', '1/1/1/1/1/1@0', '1/1/1/1/1/1@1.1', '1/1/1/1/1/1@-0.5',
				  '0/0/0/0/0/0@0.9',
				  '1/1/1/1/1/1@NaN', '1/1/1/1/1/1@1e999', '1/1/1/1/1/1@0x0.8p0', '1/1e5/1/1/1/1']) AS literal;
SELECT left(says(format('SELECT %L::kpi_trend', '1/1/1/1/1/1@' || rpad('0.9', 1001, '0'))), 60) AS "1001 characters";
SELECT literal || ' -> ' || says(format('SELECT %L::kpi_durations', literal))
FROM unnest(ARRAY['', '{', '{1', '{-1}', '{2,1}', '{1x0}', '{1x-1}', '{1x}', '{1,}', '{0.0000001}',
				  '{9223372036854.775808}', '{1}}', 'exact{1x9223372036854775807}', '{1x9223372036854775807,2}',
				  '[1]']) AS literal;
