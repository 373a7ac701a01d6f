-- internal: tallies of the tickets by day and hour of their creation, team and channel
-- index: day
-- counts: ticket
SELECT
	created_day AS day, -- day in the time zone of the mart
	@extschema@.kpi_hour(created_at, @time_zone@)::bigint AS hour, -- hour of the day, 0 to 23
	team, -- team of the ticket now
	channel, -- channel of the ticket
	count(*) AS tickets, -- tickets created
	count(*) FILTER (WHERE self_service OR bot_resolved)
		AS deflected, -- tickets created that customers or bots solved without an agent, as far as known
	@extschema@.rate_agg(abandoned) AS abandonment, -- contacts that the customer abandoned before the answer
	@extschema@.durations_agg(@extschema@.from_seconds(response_seconds)) AS response, -- first response times
	@extschema@.durations_agg(@extschema@.from_seconds(handle_seconds)) AS handle -- handle times
FROM @schema@.ticket
WHERE merged_into IS NULL AND created_at IS NOT NULL
GROUP BY created_day, @extschema@.kpi_hour(created_at, @time_zone@), team, channel
