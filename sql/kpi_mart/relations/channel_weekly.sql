-- KPIs of tickets per week and channel: calls and e-mails must not share a median
-- needs: channel
-- cells: week channel
SELECT
	d.week, -- first day of the week
	d.channel, -- channel
	d.week + 7 <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the week is over
	d.tickets, -- tickets created
	d.resolved, -- tickets resolved
	d.unanswered, -- tickets created that have no first response yet
	d.unresolved, -- tickets created that are not resolved now
	@extschema@.rate_pct(d.fcr) AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when fcr_n is 0
	@extschema@.sample_size(d.fcr) AS fcr_n, -- number of resolved tickets whose contacts are known
	@extschema@.rate_pct(d.reopen) AS reopen_pct, -- tickets ever resolved that were reopened, in percent; NULL when reopen_n is 0
	@extschema@.sample_size(d.reopen) AS reopen_n, -- number of tickets ever resolved
	@extschema@.rate_pct(d.transfer) AS transfer_pct, -- tickets that were transferred, in percent; NULL when transfer_n is 0
	@extschema@.sample_size(d.transfer) AS transfer_n, -- number of tickets for which the transfer is known
	@extschema@.rate_pct(d.abandonment)
		AS abandonment_pct, -- contacts abandoned before the answer, in percent; NULL when abandonment_n is 0
	@extschema@.sample_size(d.abandonment) AS abandonment_n, -- number of contacts for which this is known
	@extschema@.in_seconds(@extschema@.median_duration(d.wait))
		AS wait_median_seconds, -- median wait for the answer, in seconds; NULL when wait_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.wait))
		AS wait_p90_seconds, -- 90th percentile of the wait for the answer, in seconds; NULL when wait_n is 0
	@extschema@.sample_size(d.wait) AS wait_n, -- number of tickets with a wait for the answer
	@extschema@.in_seconds(@extschema@.median_duration(d.response))
		AS response_median_seconds, -- median first response time, in seconds; NULL when response_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when response_n is 0
	@extschema@.sample_size(d.response) AS response_n, -- number of tickets with a first response time
	@extschema@.rate_pct(d.sla_response) AS sla_response_pct, -- first responses in time, in percent; NULL when sla_response_n is 0
	@extschema@.sample_size(d.sla_response) AS sla_response_n, -- number of first responses in time or missed
	@extschema@.in_seconds(@extschema@.median_duration(d.resolution))
		AS resolution_median_seconds, -- median resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.resolution))
		AS resolution_p90_seconds, -- 90th percentile of the resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.sample_size(d.resolution) AS resolution_n, -- number of tickets with a resolution time
	@extschema@.rate_pct(d.sla_resolution) AS sla_resolution_pct, -- resolutions in time, in percent; NULL when sla_resolution_n is 0
	@extschema@.sample_size(d.sla_resolution) AS sla_resolution_n, -- number of resolutions in time or missed
	@extschema@.in_seconds(@extschema@.median_duration(d.handle))
		AS handle_median_seconds, -- median handle time, in seconds; NULL when handle_n is 0
	@extschema@.sample_size(d.handle) AS handle_n, -- number of tickets with a handle time
	@extschema@.rate_pct(d.csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	@extschema@.sample_size(d.csat) AS csat_n, -- number of satisfaction scores
	@extschema@.nps(d.nps) AS nps, -- net promoter score, -100 to 100; NULL when nps_n is 0
	@extschema@.sample_size(d.nps) AS nps_n, -- number of answers
	@extschema@.rate_pct(d.negative_sentiment)
		AS negative_sentiment_pct, -- tickets created with a negative sentiment, in percent; NULL when negative_sentiment_n is 0
	@extschema@.sample_size(d.negative_sentiment) AS negative_sentiment_n, -- number of tickets created with a sentiment
	@extschema@.ratio_value(d.cost) AS cost_per_contact, -- mean cost of a ticket; NULL without costs
	@extschema@.sample_size(d.cost) AS cost_n -- number of tickets with a cost
FROM (
	SELECT
		day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
		channel,
		sum(tickets)::bigint AS tickets,
		sum(resolved)::bigint AS resolved,
		sum(unanswered)::bigint AS unanswered,
		sum(unresolved)::bigint AS unresolved,
		@extschema@.rollup(fcr) AS fcr,
		@extschema@.rollup(reopen) AS reopen,
		@extschema@.rollup(transfer) AS transfer,
		@extschema@.rollup(abandonment) AS abandonment,
		@extschema@.rollup(wait) AS wait,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(sla_response) AS sla_response,
		@extschema@.rollup(resolution) AS resolution,
		@extschema@.rollup(sla_resolution) AS sla_resolution,
		@extschema@.rollup(handle) AS handle,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(nps) AS nps,
		@extschema@.rollup(negative_sentiment) AS negative_sentiment,
		@extschema@.rollup(cost) AS cost
	FROM @schema@.ticket_daily_tally
	GROUP BY day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7, channel
) AS d
CROSS JOIN @schema@.kpi_state AS s
