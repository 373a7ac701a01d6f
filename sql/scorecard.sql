
-- One row a KPI, for the variables of a BI tool: the selection beside the total,
-- with its target, what it was before, and whether that is more than chance.

-- How tallies of a table answer as KPIs: expressions over a tally table d; p is the
-- same of another period, and c the settings.
--
-- low, high		the interval; of a count, which is no sample, there is none
-- previous		the value of p
-- is_significant	whether d and p differ by more than chance; durations differ when
--					their intervals do not meet, which asks for more than needed
CREATE FUNCTION @extschema@.kpi_scored(kept_by text)
RETURNS TABLE (place bigint, measure text, kpi text, value text, low text, high text, n text, previous text, is_significant text, kind text, description text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT m.place, m.name, k.kpi, k.value, k.low, k.high, k.n, k.previous, k.is_significant,
		   -- the catalogue says it; what is only counted comes first, too
		   coalesce((SELECT min(b.timing) FROM @extschema@.kpi_builtin AS b
					 WHERE b.name IN (k.kpi, m.name || '_rate', regexp_replace(m.name, '_.*', '_rate'), 'median_' || m.name, m.name || '_score')), 'leading'),
		   m.description
	FROM (SELECT t.name, t.type, t.description, row_number() OVER (ORDER BY t.position) AS place FROM @extschema@.kpi_kept($1) AS t WHERE t.name <> 'closed') AS m
	JOIN (VALUES
		('bigint', NULL, '%', '%::double precision', NULL, 'NULL::bigint', NULL),
		('kpi_rate', NULL, '%_pct', '@extschema@.rate_pct(%)', '@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.rate_change(p.%, %, 0.95::double precision))'),
		('kpi_durations', NULL, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%))', '@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '(SELECT e.low > b.high OR e.high < b.low FROM @extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision) AS e, @extschema@.percentile_ci(p.%, 0.5::double precision, 0.95::double precision) AS b)'),
		('kpi_durations', NULL, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%))', '@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '(SELECT e.low > b.high OR e.high < b.low FROM @extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision) AS e, @extschema@.percentile_ci(p.%, 0.9::double precision, 0.95::double precision) AS b)'),
		('kpi_ratio', 'qa', 'qa_score_pct', '@extschema@.ratio_pct(%)', NULL, '@extschema@.sample_size(%)', NULL),
		('kpi_ratio', 'cost', 'cost_per_contact', '@extschema@.ratio_value(%)', NULL, '@extschema@.sample_size(%)', NULL),
		('kpi_scores', 'nps', 'nps', '@extschema@.nps(%)', '@extschema@.nps_ci(%, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.nps_change(p.%, %, 0.95::double precision))'),
		('kpi_scores', 'csat', 'csat_pct', '@extschema@.csat_pct(%, c.csat_satisfied_from)', '@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.csat_change(p.%, %, c.csat_satisfied_from, 0.95::double precision))'),
		('kpi_scores', 'ces', 'ces_pct', '@extschema@.ces_pct(%, c.ces_easy_from)', '@extschema@.csat_ci(%, c.ces_easy_from, 0.95::double precision)', '@extschema@.sample_size(%)',
		 '@extschema@.is_significant(@extschema@.csat_change(p.%, %, c.ces_easy_from, 0.95::double precision))')
	) AS a (type, measure, kpi, value, ci, n, is_significant) ON a.type = m.type AND coalesce(a.measure, m.name) = m.name,
	LATERAL (SELECT 'd.' || m.name) AS d (tally), LATERAL (SELECT 'p.' || m.name) AS p (tally),
	LATERAL (SELECT replace(a.kpi, '%', m.name) AS kpi, replace(a.value, '%', d.tally) AS value,
		replace(a.value, '%', p.tally) AS previous,
		coalesce(replace('(' || a.ci || ').low', '%', d.tally), 'NULL::double precision') AS low, coalesce(replace('(' || a.ci || ').high', '%', d.tally), 'NULL::double precision') AS high,
		replace(a.n, '%', d.tally) AS n, coalesce(replace(replace(a.is_significant, 'p.%', p.tally), '%', d.tally), 'NULL::boolean') AS is_significant) AS k;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scored(text) IS 'internal: how the tallies of a table answer as KPIs';

CREATE FUNCTION @extschema@.kpi_scorecard(
	target_schema name, since date, until date,
	team text DEFAULT NULL, channel text DEFAULT NULL, category text DEFAULT NULL, agent text DEFAULT NULL)
RETURNS TABLE (scope text, kpi text, value double precision, low double precision, high double precision, n bigint, description text,
	target double precision, target_low double precision, target_high double precision, status text,
	baseline double precision, baseline_low double precision, baseline_high double precision, baseline_n bigint,
	change double precision, is_significant boolean, kind text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_variable
DECLARE
	-- like periods before this one that are the baseline
	BEFORE CONSTANT integer := 13;
	kept_by CONSTANT text := CASE WHEN agent IS NULL THEN 'ticket' ELSE 'agent' END;
	tally_table text;
	first_day date;
	step interval;
	starts date[];
	current_answers text;
	earlier_answers text;
	merged text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF agent IS NOT NULL AND num_nonnulls(team, channel, category) > 0 THEN
		RAISE EXCEPTION 'an agent cannot be split by team, channel or category'
			USING ERRCODE = 'feature_not_supported', HINT = 'Leave out one or the other: tallies are kept for each of them, but not for both.';
	END IF;

	-- Like periods are as long, or as many months.  Those that began before the
	-- first day that was counted are none.
	tally_table := format('%I.%I', target_schema, CASE kept_by WHEN 'ticket' THEN 'ticket_daily' ELSE 'agent_daily_tally' END);
	EXECUTE format('SELECT min(day) FROM %s', tally_table) INTO first_day;
	IF isfinite(since) AND isfinite(until) AND since < until THEN
		step := CASE WHEN extract(day FROM since) = 1 AND extract(day FROM until) = 1 THEN age(until::timestamp, since::timestamp) ELSE make_interval(days => until - since) END;
	END IF;
	SELECT array_agg(start ORDER BY start) INTO starts
	FROM (SELECT (since - period * step)::date AS start FROM generate_series(1, BEFORE) AS period) AS p
	WHERE start >= first_day;
	starts := starts || since;

	SELECT string_agg(format('(%s, %L, %s, %s, %s, %s, %s, %s, %L, %L)', s.place, s.kpi, s.value, s.low, s.high, s.n, s.previous, s.is_significant, s.kind, s.description), ', '),
		   string_agg(format('(%L, %s)', s.kpi, s.value), ', ')
	INTO current_answers, earlier_answers
	FROM @extschema@.kpi_scored(kept_by) AS s;
	SELECT string_agg(k.merged, ', ') INTO merged FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name <> 'closed';

	-- each tally is read once, and merged into its period
	RETURN QUERY EXECUTE format(
		'WITH merged AS MATERIALIZED (
			SELECT s.scope, s.segment, s.period, %1$s
			FROM (SELECT scope, segment, period FROM (VALUES (''selection'', jsonb_strip_nulls(jsonb_build_object(''team'', $4, ''channel'', $5, ''category'', $6, ''agent_id'', $7))), (''total'', ''{}''))
					AS v (scope, segment), generate_series(1, cardinality($1)) AS period) AS s
			LEFT JOIN %2$s AS t ON t.day >= $1[1] AND t.day < $2 AND width_bucket(t.day, $1) = s.period AND (s.scope = ''total'' OR %4$s)
			GROUP BY s.scope, s.segment, s.period
		), earlier AS (
			SELECT d.scope, v.kpi, percentile_cont(0.5) WITHIN GROUP (ORDER BY v.value) AS median, min(v.value) AS low, max(v.value) AS high, count(v.value) AS n
			FROM merged AS d, %3$s AS c, LATERAL (VALUES %6$s) AS v (kpi, value) WHERE d.period < cardinality($1) GROUP BY d.scope, v.kpi
		)
		SELECT d.scope, v.kpi, v.value, v.low, v.high, v.n, v.description, g.target, g.low, g.high,
			CASE WHEN g.is_comparable THEN @extschema@.kpi_target_status(v.value, g.direction, g.target, g.warning, g.low, g.high) END,
			e.median, e.low, e.high, coalesce(e.n, 0), v.value - v.previous, v.is_significant, v.kind
		FROM merged AS d LEFT JOIN merged AS p ON p.scope = d.scope AND p.period = d.period - 1
		CROSS JOIN %3$s AS c
		CROSS JOIN LATERAL (VALUES %5$s) AS v (place, kpi, value, low, high, n, previous, is_significant, kind, description)
		LEFT JOIN earlier AS e ON e.scope = d.scope AND e.kpi = v.kpi
		-- the target of the segment, or of the smallest one around it
		LEFT JOIN LATERAL (
			SELECT * FROM @extschema@.kpi_targets_on($3, $2 - 1) AS g WHERE g.kpi = v.kpi AND g.segment <@ d.segment
			ORDER BY (SELECT count(*) FROM jsonb_object_keys(g.segment)) DESC, g.segment ? ''team'' DESC, g.segment ? ''channel'' DESC LIMIT 1) AS g ON true
		WHERE d.period = cardinality($1)
		ORDER BY d.scope, v.place, v.kpi DESC',
		merged, tally_table, format('%I.kpi_settings', target_schema),
		CASE kept_by WHEN 'agent' THEN 't.agent_id = $7'
			 ELSE '($4 IS NULL OR t.team = $4) AND ($5 IS NULL OR t.channel = $5) AND ($6 IS NULL OR t.category = $6)' END, current_answers, earlier_answers)
	USING starts, until, target_schema, team, channel, category, agent;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard(name, date, date, text, text, text, text)
IS 'the KPIs of a schema that kpi_build made, from a day up to but without another, of a team, channel and category or of an agent, and of all: with target, status, median and range of the 13 periods before, and change since the last one';
