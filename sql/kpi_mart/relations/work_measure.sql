-- internal: the KPIs of the agents' time by day and agent, in long form
SELECT
	day, -- day in the time zone of the mart
	agent_id, -- agent
	kpi, -- KPI
	unit, -- percent or tickets per hour
	better, -- where better values lie, up or down; NULL when neither is
	ratio -- its tally
FROM (
	SELECT day, agent_id, 'occupancy_pct' AS kpi, 'percent' AS unit, NULL::text AS better,
		@extschema@.ratio_agg(busy, staffed) AS ratio
	FROM @schema@.work_daily_tally GROUP BY day, agent_id
	UNION ALL
	SELECT day, agent_id, 'utilization_pct', 'percent', NULL, @extschema@.ratio_agg(busy, paid)
	FROM @schema@.work_daily_tally GROUP BY day, agent_id
	UNION ALL
	SELECT day, agent_id, 'adherence_pct', 'percent', 'up', @extschema@.ratio_agg(adhered, scheduled)
	FROM @schema@.work_daily_tally GROUP BY day, agent_id
	UNION ALL
	SELECT day, agent_id, 'conformance_pct', 'percent', NULL, @extschema@.ratio_agg(working, scheduled)
	FROM @schema@.work_daily_tally GROUP BY day, agent_id
	UNION ALL
	SELECT day, agent_id, 'shrinkage_pct', 'percent', 'down', @extschema@.ratio_agg(paid - paid_working, paid)
	FROM @schema@.work_daily_tally GROUP BY day, agent_id
	UNION ALL
	SELECT w.day, w.agent_id, 'resolved_per_hour', 'tickets per hour', 'up',
		@extschema@.ratio_agg(coalesce(a.resolved, CASE WHEN @resolution_known@ THEN 0 END)::double precision,
			@extschema@.in_hours(w.working))
	FROM @schema@.work_daily_tally AS w
	-- time without any resolved ticket counts too
	LEFT JOIN @schema@.agent_daily_tally AS a ON a.day = w.day AND a.agent_id = w.agent_id
	GROUP BY w.day, w.agent_id
) AS measure
