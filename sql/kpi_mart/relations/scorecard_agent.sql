-- internal: the KPIs of an agent, as scorecard_total
-- kind: query
WITH merged AS MATERIALIZED (
@ticket_rollup@
)
SELECT * FROM (
@ticket_measure@
) AS ticket
UNION ALL
@selected_surveys@
UNION ALL
@selected_waits@
UNION ALL
@selected_own@
UNION ALL
SELECT width_bucket(day, $1), 'selection', kpi, unit, better, 'mean', NULL, NULL, NULL, NULL, NULL, @extschema@.rollup(ratio)
FROM @schema@.work_measure
WHERE agent_id = $3 ->> 'agent_id' AND day >= $1[1] AND day < $2
GROUP BY 1, kpi, unit, better
