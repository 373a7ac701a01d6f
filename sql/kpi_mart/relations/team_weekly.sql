-- KPIs of tickets per week and team
-- needs: team
-- cells: week team
SELECT
	b.week, -- first day of the week
	b.team, -- team
	b.week + 7 <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the week is over
	coalesce(d.tickets, 0) AS tickets, -- tickets created
	CASE WHEN @resolution_known@ THEN coalesce(d.resolved, 0) END AS resolved, -- tickets resolved
	b.backlog, -- tickets of the team open at the end of the week; NULL when unknown
	CASE WHEN @answer_known@ THEN coalesce(d.unanswered, 0) END AS unanswered, -- tickets created that have no first response yet
	CASE WHEN @resolution_known@ THEN coalesce(d.unresolved, 0) END AS unresolved, -- tickets created that are not resolved now
	CASE WHEN @status_known@ THEN coalesce(d.pending, 0) END AS pending, -- tickets created that wait for the customer now
	@extschema@.rate_pct(d.fcr) AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when fcr_n is 0
	coalesce(@extschema@.sample_size(d.fcr), 0) AS fcr_n, -- number of resolved tickets whose contacts are known
	@extschema@.rate_pct(d.reopen) AS reopen_pct, -- tickets ever resolved that were reopened, in percent; NULL when reopen_n is 0
	coalesce(@extschema@.sample_size(d.reopen), 0) AS reopen_n, -- number of tickets ever resolved
	@extschema@.rate_pct(d.escalation) AS escalation_pct, -- tickets that were escalated, in percent; NULL when escalation_n is 0
	coalesce(@extschema@.sample_size(d.escalation), 0) AS escalation_n, -- number of tickets for which the escalation is known
	@extschema@.rate_pct(d.transfer) AS transfer_pct, -- tickets that were transferred, in percent; NULL when transfer_n is 0
	coalesce(@extschema@.sample_size(d.transfer), 0) AS transfer_n, -- number of tickets for which the transfer is known
	@extschema@.in_seconds(@extschema@.median_duration(d.response))
		AS response_median_seconds, -- median first response time, in seconds; NULL when response_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when response_n is 0
	coalesce(@extschema@.sample_size(d.response), 0) AS response_n, -- number of tickets with a first response time
	@extschema@.rate_pct(d.sla_response) AS sla_response_pct, -- first responses in time, in percent; NULL when sla_response_n is 0
	coalesce(@extschema@.sample_size(d.sla_response), 0) AS sla_response_n, -- number of first responses in time or missed
	@extschema@.in_seconds(@extschema@.median_duration(d.resolution))
		AS resolution_median_seconds, -- median resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.resolution))
		AS resolution_p90_seconds, -- 90th percentile of the resolution time, in seconds; NULL when resolution_n is 0
	coalesce(@extschema@.sample_size(d.resolution), 0) AS resolution_n, -- number of tickets with a resolution time
	@extschema@.rate_pct(d.sla_resolution) AS sla_resolution_pct, -- resolutions in time, in percent; NULL when sla_resolution_n is 0
	coalesce(@extschema@.sample_size(d.sla_resolution), 0) AS sla_resolution_n, -- number of resolutions in time or missed
	@extschema@.in_seconds(@extschema@.median_duration(d.handle))
		AS handle_median_seconds, -- median handle time, in seconds; NULL when handle_n is 0
	coalesce(@extschema@.sample_size(d.handle), 0) AS handle_n, -- number of tickets with a handle time
	@extschema@.rate_pct(d.csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	coalesce(@extschema@.sample_size(d.csat), 0) AS csat_n, -- number of satisfaction scores
	@extschema@.nps(d.nps) AS nps, -- net promoter score, -100 to 100; NULL when nps_n is 0
	coalesce(@extschema@.sample_size(d.nps), 0) AS nps_n, -- number of answers
	@extschema@.rate_pct(d.ces) AS ces_pct, -- ratings of an easy contact, as a percentage of all ratings; NULL when ces_n is 0
	coalesce(@extschema@.sample_size(d.ces), 0) AS ces_n, -- number of effort scores
	@extschema@.rate_pct(d.negative_sentiment)
		AS negative_sentiment_pct, -- tickets created with a negative sentiment, in percent; NULL when negative_sentiment_n is 0
	coalesce(@extschema@.sample_size(d.negative_sentiment), 0) AS negative_sentiment_n, -- number of tickets created with a sentiment
	@extschema@.ratio_pct(d.qa)
		AS qa_score_pct, -- points of quality reviews, as a percentage of the possible ones; NULL when qa_n is 0
	coalesce(@extschema@.sample_size(d.qa), 0) AS qa_n -- number of tickets reviewed
FROM (
	SELECT week, team, sum(sum(growth)) OVER (PARTITION BY team ORDER BY week)::bigint AS backlog
	FROM (
		SELECT
			day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
			team,
			opened - closed + moved AS growth
		FROM @schema@.backlog_daily_tally
		UNION ALL
		-- the backlog lasts over a week without changes
		SELECT day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7, team, CASE WHEN @resolution_known@ THEN 0 END
		FROM @schema@.ticket_daily_tally
	) AS change
	GROUP BY week, team
) AS b
-- LATERAL, so that only the tallies of the weeks asked for are merged
LEFT JOIN LATERAL (
	SELECT
		sum(tickets)::bigint AS tickets,
		sum(resolved)::bigint AS resolved,
		sum(unanswered)::bigint AS unanswered,
		sum(unresolved)::bigint AS unresolved,
		sum(pending)::bigint AS pending,
		@extschema@.rollup(fcr) AS fcr,
		@extschema@.rollup(reopen) AS reopen,
		@extschema@.rollup(escalation) AS escalation,
		@extschema@.rollup(transfer) AS transfer,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(sla_response) AS sla_response,
		@extschema@.rollup(resolution) AS resolution,
		@extschema@.rollup(sla_resolution) AS sla_resolution,
		@extschema@.rollup(handle) AS handle,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(nps) AS nps,
		@extschema@.rollup(ces) AS ces,
		@extschema@.rollup(negative_sentiment) AS negative_sentiment,
		@extschema@.rollup(qa) AS qa
	FROM @schema@.ticket_daily_tally AS t
	WHERE t.day BETWEEN b.week AND b.week + 6 AND t.team IS NOT DISTINCT FROM b.team
) AS d ON true
CROSS JOIN @schema@.kpi_state AS s
