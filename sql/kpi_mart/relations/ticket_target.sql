-- internal: the SLA targets of each ticket
SELECT
	ticket_id, -- id of the ticket, as the targets have it
	array_agg(ROW(metric, target, applies_from, in_hours,
			-- the same statuses in another order are the same
			CASE WHEN cardinality(pausing_statuses) > 1
				THEN ARRAY(SELECT DISTINCT p FROM unnest(pausing_statuses) AS p ORDER BY p) ELSE pausing_statuses END,
			policy)::@extschema@.kpi_sla_target)
		AS targets, -- in no order
	bool_or(metric = 'first_response' AND target <= '20 years') AS has_response, -- whether one is for the first response
	bool_or(metric = 'resolution' AND target <= '20 years') AS has_resolution, -- whether one is for the resolution
	bool_or(metric = 'update' AND target <= '20 years') AS has_update -- whether one is for updates
FROM @schema@.sla_target_source
-- one over 20 years means no target from then on
WHERE target >= '0'
GROUP BY ticket_id
