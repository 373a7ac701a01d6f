-- internal: the KPIs of everything, or of values $3 of the dimensions, in the periods that begin on the days $1 and end before $2
-- names: scorecard_total scorecard_dimensions
-- kind: query
WITH merged AS MATERIALIZED (
@ticket_rollup@
)
SELECT * FROM (
@ticket_measure@
) AS ticket
UNION ALL
SELECT width_bucket(day, $1), '@scope@', kpi, unit, better, family, NULL, @extschema@.rollup(rate), @extschema@.rollup(durations), fraction,
	@extschema@.rollup(scores), @extschema@.rollup(ratio)
FROM @schema@.business_measure AS t
WHERE day >= $1[1] AND day < $2 AND ($4 OR NOT is_monthly) AND @in_scope@
GROUP BY 1, kpi, unit, better, family, fraction
