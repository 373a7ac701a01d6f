-- the KPIs of these waits for an answer in long form; they count for the agent who gave it
-- kind: fragment
SELECT width_bucket(w.day, $1), 'selection', p.kpi, 'seconds', 'down', 'percentile', NULL::bigint, NULL::@extschema@.kpi_rate,
	@extschema@.durations_agg(@extschema@.from_seconds(w.seconds)), p.fraction, NULL::@extschema@.kpi_scores,
	NULL::@extschema@.kpi_ratio
FROM @schema@.ticket_wait AS w
JOIN @schema@.ticket AS t ON t.ticket_id = w.ticket_id
CROSS JOIN (VALUES
	('next_response_median_seconds', 0.5::double precision), ('next_response_p90_seconds', 0.9::double precision)) AS p (kpi, fraction)
WHERE w.metric = 'next_response' AND w.day >= $1[1] AND w.day < $2
AND @selected@ AND ($3 ->> 'agent_id' IS NULL OR w.responder_id = $3 ->> 'agent_id')
GROUP BY 1, p.kpi, p.fraction
UNION ALL
SELECT width_bucket(w.sla_day, $1), 'selection',
	CASE w.metric WHEN 'update' THEN 'sla_update_pct' ELSE 'sla_next_response_pct' END, 'percent', 'up', 'rate', NULL::bigint,
	@extschema@.rate_agg(w.sla_met), NULL::@extschema@.kpi_durations, NULL::double precision, NULL::@extschema@.kpi_scores,
	NULL::@extschema@.kpi_ratio
FROM @schema@.ticket_wait AS w
JOIN @schema@.ticket AS t ON t.ticket_id = w.ticket_id
WHERE w.sla_met IS NOT NULL AND w.sla_day >= $1[1] AND w.sla_day < $2
AND @selected@ AND ($3 ->> 'agent_id' IS NULL OR w.responder_id = $3 ->> 'agent_id')
GROUP BY 1, w.metric
