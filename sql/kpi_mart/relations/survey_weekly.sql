-- response rate and scores of surveys per week, kind and channel
-- given: surveys
SELECT
	d.week, -- first day of the week
	d.kind, -- nps, csat or ces
	d.channel, -- channel on which the surveys were sent
	d.week + 20 < @extschema@.kpi_day(s.as_of, @time_zone@)
		AS is_complete, -- whether the week ended more than 14 days ago, so that hardly any more answers will come
	d.sent, -- surveys sent
	@extschema@.rate_pct(d.response)
		AS response_rate_pct, -- surveys sent in the week that were answered, in percent; NULL when response_rate_n is 0
	@extschema@.sample_size(d.response) AS response_rate_n, -- number of surveys sent
	@extschema@.rate_pct(d.csat) AS csat_pct, -- answers of the week by satisfied customers, in percent; NULL when csat_n is 0
	@extschema@.sample_size(d.csat) AS csat_n, -- number of satisfaction scores
	@extschema@.nps(d.nps) AS nps, -- net promoter score of the answers of the week, -100 to 100; NULL when nps_n is 0
	@extschema@.sample_size(d.nps) AS nps_n, -- number of likelihoods to recommend
	@extschema@.rate_pct(d.ces) AS ces_pct, -- answers of the week for an easy contact, in percent; NULL when ces_n is 0
	@extschema@.sample_size(d.ces) AS ces_n -- number of effort scores
FROM (
	SELECT
		day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
		kind,
		channel,
		sum(sent)::bigint AS sent,
		@extschema@.rollup(response) AS response,
		@extschema@.rollup(csat) AS csat,
		@extschema@.rollup(nps) AS nps,
		@extschema@.rollup(ces) AS ces
	FROM @schema@.survey_daily_tally
	GROUP BY 1, 2, 3
) AS d
CROSS JOIN @schema@.kpi_state AS s
