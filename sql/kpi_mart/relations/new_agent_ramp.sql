-- agents by months since they were hired
-- cells: tenure_month
-- opened by: opened_tenure
SELECT
	d.tenure_month, -- whole months since the agent was hired; 0 is the first
	d.agents, -- number of agents
	d.tickets, -- tickets created
	d.resolved, -- tickets resolved
	@extschema@.rate_pct(d.fcr) AS fcr_pct, -- resolved tickets that were resolved at first contact, in percent; NULL when fcr_n is 0
	@extschema@.sample_size(d.fcr) AS fcr_n, -- number of resolved tickets whose contacts are known
	@extschema@.rate_pct(d.reopen) AS reopen_pct, -- tickets ever resolved that were reopened, in percent; NULL when reopen_n is 0
	@extschema@.sample_size(d.reopen) AS reopen_n, -- number of tickets ever resolved
	@extschema@.rate_pct(d.escalation) AS escalation_pct, -- tickets that were escalated, in percent; NULL when escalation_n is 0
	@extschema@.sample_size(d.escalation) AS escalation_n, -- number of tickets for which the escalation is known
	@extschema@.rate_pct(d.transfer) AS transfer_pct, -- tickets that were transferred, in percent; NULL when transfer_n is 0
	@extschema@.sample_size(d.transfer) AS transfer_n, -- number of tickets for which the transfer is known
	@extschema@.in_seconds(@extschema@.median_duration(d.response))
		AS response_median_seconds, -- median first response time, in seconds; NULL when response_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.response))
		AS response_p90_seconds, -- 90th percentile of the first response time, in seconds; NULL when response_n is 0
	@extschema@.sample_size(d.response) AS response_n, -- number of tickets with a first response time
	@extschema@.in_seconds(@extschema@.median_duration(d.resolution))
		AS resolution_median_seconds, -- median resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.in_seconds(@extschema@.p90_duration(d.resolution))
		AS resolution_p90_seconds, -- 90th percentile of the resolution time, in seconds; NULL when resolution_n is 0
	@extschema@.sample_size(d.resolution) AS resolution_n, -- number of tickets with a resolution time
	@extschema@.in_seconds(@extschema@.median_duration(d.handle))
		AS handle_median_seconds, -- median handle time, in seconds; NULL when handle_n is 0
	@extschema@.sample_size(d.handle) AS handle_n, -- number of tickets with a handle time
	@extschema@.rate_pct(d.csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	@extschema@.sample_size(d.csat) AS csat_n, -- number of satisfaction scores
	@extschema@.nps(d.nps) AS nps, -- net promoter score, -100 to 100; NULL when nps_n is 0
	@extschema@.sample_size(d.nps) AS nps_n, -- number of answers
	@extschema@.ratio_pct(d.qa)
		AS qa_score_pct, -- points of quality reviews, as a percentage of the possible ones; NULL when qa_n is 0
	@extschema@.sample_size(d.qa) AS qa_n -- number of tickets reviewed
FROM (
	SELECT
		(extract(year FROM h.tenure) * 12 + extract(month FROM h.tenure))::bigint AS tenure_month,
		count(DISTINCT d.agent_id) AS agents,
		sum(tickets)::bigint AS tickets,
		sum(resolved)::bigint AS resolved,
		@extschema@.rollup(fcr) AS fcr,
		@extschema@.rollup(reopen) AS reopen,
		@extschema@.rollup(escalation) AS escalation,
		@extschema@.rollup(transfer) AS transfer,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(resolution) AS resolution,
		@extschema@.rollup(handle) AS handle,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(nps) AS nps,
		@extschema@.rollup(qa) AS qa
	FROM @schema@.agent_daily_tally AS d
	JOIN (
		SELECT agent_id, min(agent_hired_on) AS agent_hired_on
		FROM @schema@.agent_daily_tally
		GROUP BY agent_id
	) AS n USING (agent_id)
	CROSS JOIN LATERAL (SELECT age(d.day::timestamp, n.agent_hired_on::timestamp) AS tenure) AS h
	WHERE d.day >= n.agent_hired_on
	GROUP BY 1
) AS d
