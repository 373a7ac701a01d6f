-- the KPIs of the user's own of these tickets in long form
-- kind: fragment
SELECT width_bucket(day, $1), 'selection', kpi, unit, better, family, NULL,
	@extschema@.rollup(rate), @extschema@.rollup(durations), fraction, @extschema@.rollup(scores), @extschema@.rollup(ratio)
FROM (
@own_measures@
) AS own
WHERE day >= $1[1] AND day < $2
GROUP BY 1, kpi, unit, better, family, fraction
