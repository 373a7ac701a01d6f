-- internal: tallies of the waits for an answer by day and dimensions
-- index: day
-- counts: ticket_wait
SELECT
	day, -- day of the answer, or of the verdict, in the time zone of the mart
	@dimensions@,
	@extschema@.rollup(next_response) AS next_response, -- next response times
	@extschema@.rollup(sla_next_response) AS sla_next_response, -- next responses in time, of those in time or missed
	@extschema@.rollup(sla_update) AS sla_update -- updates in time, of those in time or missed
FROM (
	SELECT
		day,
		@dimensions@,
		@extschema@.durations_agg(@extschema@.from_seconds(seconds)) AS next_response,
		NULL::@extschema@.kpi_rate AS sla_next_response,
		NULL::@extschema@.kpi_rate AS sla_update
	FROM @schema@.ticket_wait
	WHERE metric = 'next_response'
	GROUP BY day, @dimensions@
	UNION ALL
	SELECT
		sla_day,
		@dimensions@,
		NULL, -- the response
		@extschema@.rate_agg(sla_met) FILTER (WHERE metric = 'next_response'),
		@extschema@.rate_agg(sla_met) FILTER (WHERE metric = 'update')
	FROM @schema@.ticket_wait
	WHERE sla_met IS NOT NULL
	GROUP BY sla_day, @dimensions@
) AS waits
WHERE day IS NOT NULL
GROUP BY day, @dimensions@
