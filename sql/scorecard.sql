
-- One row a KPI, for the variables of a BI tool: the selection beside the total.

CREATE FUNCTION @extschema@.kpi_scorecard(
	target_schema name, since date, until date,
	team text DEFAULT NULL, channel text DEFAULT NULL, category text DEFAULT NULL, agent text DEFAULT NULL)
RETURNS TABLE (scope text, kpi text, value double precision, low double precision, high double precision, n bigint, description text)
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 50
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_variable
DECLARE
	kept_by CONSTANT text := CASE WHEN agent IS NULL THEN 'ticket' ELSE 'agent' END;
	answers text;
	merged text;
BEGIN
	PERFORM @extschema@.kpi_require_built(target_schema);
	IF agent IS NOT NULL AND num_nonnulls(team, channel, category) > 0 THEN
		RAISE EXCEPTION 'an agent cannot be split by team, channel or category'
			USING ERRCODE = 'feature_not_supported', HINT = 'Leave out one or the other: tallies are kept for each of them, but not for both.';
	END IF;
	SELECT string_agg(format('(%s, %L, %s, %s, %s, %s, %L)', row_number, replace(a.kpi, '%', m.name),
				replace(a.value, '%', 'd.' || m.name), replace(a.low, '%', 'd.' || m.name), replace(a.high, '%', 'd.' || m.name), replace(a.n, '%', 'd.' || m.name), m.description), ', '),
		   string_agg(DISTINCT m.merged, ', ')
	INTO answers, merged
	FROM (SELECT k.*, row_number() OVER (ORDER BY k.position) FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name <> 'closed') AS m
	JOIN (VALUES
		('bigint', NULL, '%', '%::double precision', 'NULL::double precision', 'NULL::double precision', 'NULL::bigint'),
		('kpi_rate', NULL, '%_pct', '@extschema@.rate_pct(%)', '(@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).low', '(@extschema@.rate_ci(%, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).high', '@extschema@.sample_size(%)'),
		('kpi_durations', NULL, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%))', '(@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)).low', '(@extschema@.percentile_ci(%, 0.5::double precision, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_durations', NULL, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%))', '(@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)).low', '(@extschema@.percentile_ci(%, 0.9::double precision, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_ratio', 'qa', 'qa_score_pct', '@extschema@.ratio_pct(%)', 'NULL', 'NULL', '@extschema@.sample_size(%)'),
		('kpi_ratio', 'cost', 'cost_per_contact', '@extschema@.ratio_value(%)', 'NULL', 'NULL', '@extschema@.sample_size(%)'),
		('kpi_scores', 'nps', 'nps', '@extschema@.nps(%)', '(@extschema@.nps_ci(%, 0.95::double precision)).low', '(@extschema@.nps_ci(%, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_scores', 'csat', 'csat_pct', '@extschema@.csat_pct(%, c.csat_satisfied_from)', '(@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)).low', '(@extschema@.csat_ci(%, c.csat_satisfied_from, 0.95::double precision)).high', '@extschema@.sample_size(%)'),
		('kpi_scores', 'ces', 'ces_pct', '@extschema@.ces_pct(%, c.ces_easy_from)', 'NULL', 'NULL', '@extschema@.sample_size(%)')
	) AS a (type, measure, kpi, value, low, high, n) ON a.type = m.type AND coalesce(a.measure, m.name) = m.name;

	RETURN QUERY EXECUTE format(
		'SELECT d.scope, v.kpi, v.value, v.low, v.high, v.n, v.description
		FROM (SELECT s.scope, %1$s FROM %2$I.%3$I AS t
			  RIGHT JOIN (VALUES (1, ''selection''), (2, ''total'')) AS s (place, scope)
			  ON t.day >= $1 AND t.day < $2 AND (s.scope = ''total'' OR %4$s) GROUP BY s.place, s.scope ORDER BY s.place) AS d,
			 %2$I.kpi_settings AS c, LATERAL (VALUES %5$s) AS v (place, kpi, value, low, high, n, description)
		ORDER BY d.scope, v.place, v.kpi DESC',
		merged, target_schema, CASE kept_by WHEN 'ticket' THEN 'ticket_daily' ELSE 'agent_daily_tally' END,
		CASE kept_by WHEN 'agent' THEN 't.agent_id = $6'
			 ELSE '($3 IS NULL OR t.team = $3) AND ($4 IS NULL OR t.channel = $4) AND ($5 IS NULL OR t.category = $5)' END, answers)
	USING since, until, team, channel, category, agent;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_scorecard(name, date, date, text, text, text, text)
IS 'the KPIs of a schema that kpi_build made, from a day up to but without another, of a team, channel and category or of an agent, and of all';
