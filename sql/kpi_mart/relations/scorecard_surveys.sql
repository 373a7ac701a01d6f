-- the response rate of these surveys in long form
-- kind: fragment
SELECT width_bucket(sent_day, $1), 'selection', 'survey_response_pct', 'percent', 'up', 'rate', NULL::bigint,
	@extschema@.rate_agg(answered_day IS NOT NULL), NULL::@extschema@.kpi_durations, NULL::double precision,
	NULL::@extschema@.kpi_scores, NULL::@extschema@.kpi_ratio
FROM @survey_facts@
WHERE sent_day >= $1[1] AND sent_day < $2 AND @in_scope@
GROUP BY 1
