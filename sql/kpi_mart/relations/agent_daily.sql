-- KPIs of tickets per day and agent
-- cells: day agent_id
SELECT
	r.day, -- day in the time zone of the mart
	r.agent_id, -- agent who answered or has the ticket
	n.agent_name, -- name of the agent; NULL when unknown
	r.day < @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the day is over
	coalesce((r.tally).tickets, 0) AS tickets, -- tickets created
	(r.tally).pending, -- tickets created that wait for the customer now
	(r.tally).resolved, -- tickets resolved
	@extschema@.in_hours((r.work).scheduled) AS scheduled_hours, -- hours scheduled; NULL without work time
	100 * @extschema@.in_hours((r.work).adhered) / nullif(@extschema@.in_hours((r.work).scheduled), 0)
		AS adherence_pct, -- scheduled time that was worked, in percent; NULL without scheduled time
	100 * @extschema@.in_hours((r.work).busy) / nullif(@extschema@.in_hours((r.work).staffed), 0)
		AS occupancy_pct, -- time on contacts, as a percentage of the time staffed; NULL without it
	(r.tally).unanswered, -- tickets created that have no first response yet
	(r.tally).unresolved, -- tickets created that are not resolved now
	@extschema@.rate_pct((r.tally).fcr)
		AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when fcr_n is 0
	coalesce(@extschema@.sample_size((r.tally).fcr), 0) AS fcr_n, -- number of resolved tickets whose contacts are known
	@extschema@.rate_pct((r.tally).reopen)
		AS reopen_pct, -- tickets ever resolved that were reopened, in percent; NULL when reopen_n is 0
	coalesce(@extschema@.sample_size((r.tally).reopen), 0) AS reopen_n, -- number of tickets ever resolved
	@extschema@.rate_pct((r.tally).escalation)
		AS escalation_pct, -- tickets that were escalated, in percent; NULL when escalation_n is 0
	coalesce(@extschema@.sample_size((r.tally).escalation), 0) AS escalation_n, -- number of tickets for which the escalation is known
	@extschema@.rate_pct((r.tally).transfer) AS transfer_pct, -- tickets that were transferred, in percent; NULL when transfer_n is 0
	coalesce(@extschema@.sample_size((r.tally).transfer), 0) AS transfer_n, -- number of tickets for which the transfer is known
	@extschema@.in_seconds(@extschema@.median_duration((r.tally).response))
		AS response_median_seconds, -- median first response time, in seconds; NULL when response_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration((r.tally).response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when response_n is 0
	coalesce(@extschema@.sample_size((r.tally).response), 0) AS response_n, -- number of tickets with a first response time
	@extschema@.rate_pct((r.tally).sla_response)
		AS sla_response_pct, -- first responses in time, in percent; NULL when sla_response_n is 0
	coalesce(@extschema@.sample_size((r.tally).sla_response), 0) AS sla_response_n, -- number of first responses in time or missed
	@extschema@.in_seconds(@extschema@.median_duration((r.tally).resolution))
		AS resolution_median_seconds, -- median resolution time, in seconds; NULL when resolution_n is 0
	coalesce(@extschema@.sample_size((r.tally).resolution), 0) AS resolution_n, -- number of tickets with a resolution time
	@extschema@.rate_pct((r.tally).sla_resolution)
		AS sla_resolution_pct, -- resolutions in time, in percent; NULL when sla_resolution_n is 0
	coalesce(@extschema@.sample_size((r.tally).sla_resolution), 0) AS sla_resolution_n, -- number of resolutions in time or missed
	@extschema@.in_seconds(@extschema@.median_duration((r.tally).handle))
		AS handle_median_seconds, -- median handle time, in seconds; NULL when handle_n is 0
	coalesce(@extschema@.sample_size((r.tally).handle), 0) AS handle_n, -- number of tickets with a handle time
	@extschema@.rate_pct((r.tally).csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	coalesce(@extschema@.sample_size((r.tally).csat), 0) AS csat_n, -- number of satisfaction scores
	@extschema@.nps((r.tally).nps) AS nps, -- net promoter score, -100 to 100; NULL when nps_n is 0
	coalesce(@extschema@.sample_size((r.tally).nps), 0) AS nps_n, -- number of answers
	@extschema@.rate_pct((r.tally).ces) AS ces_pct, -- ratings of an easy contact, as a percentage of all ratings; NULL when ces_n is 0
	coalesce(@extschema@.sample_size((r.tally).ces), 0) AS ces_n, -- number of effort scores
	@extschema@.rate_pct((r.tally).negative_sentiment)
		AS negative_sentiment_pct, -- tickets created with a negative sentiment, in percent; NULL when negative_sentiment_n is 0
	coalesce(@extschema@.sample_size((r.tally).negative_sentiment), 0) AS negative_sentiment_n, -- number of tickets created with a sentiment
	@extschema@.ratio_pct((r.tally).qa)
		AS qa_score_pct, -- points of quality reviews, as a percentage of the possible ones; NULL when qa_n is 0
	coalesce(@extschema@.sample_size((r.tally).qa), 0) AS qa_n -- number of tickets reviewed
FROM (
	-- a condition on the day reaches both tables
	SELECT d.day, d.agent_id, d AS tally, w AS work
	FROM @schema@.agent_daily_tally AS d
	LEFT JOIN @schema@.work_daily_tally AS w ON w.day = d.day AND w.agent_id = d.agent_id
	WHERE d.agent_id IS NOT NULL
	UNION ALL
	SELECT w.day, w.agent_id, NULL, w
	FROM @schema@.work_daily_tally AS w
	WHERE NOT EXISTS (
		SELECT FROM @schema@.agent_daily_tally AS d WHERE d.day = w.day AND d.agent_id = w.agent_id)
) AS r
LEFT JOIN (
	SELECT agent_id, max(agent_name) AS agent_name
	FROM @schema@.agent_daily_tally
	GROUP BY agent_id
) AS n ON n.agent_id = r.agent_id
CROSS JOIN @schema@.kpi_state AS s
