-- internal: how many open tickets with the values $3 have missed a target
-- kind: query
SELECT count(*)
FROM @schema@.ticket AS t
WHERE t.is_open AND t.merged_into IS NULL AND (t.sla_response_met IS FALSE OR t.sla_resolution_met IS FALSE)
AND @selected@
AND ($3 ->> 'agent_id' IS NULL OR t.agent_id = $3 ->> 'agent_id')
