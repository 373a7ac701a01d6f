-- how fast customers get an answer after the first response, by week
SELECT
	week, -- first day of the week
	@dimensions@,
	@extschema@.sample_size(next_response) AS replies, -- replies after the first response that ended a wait of the customer
	@extschema@.in_seconds(@extschema@.median_duration(next_response))
		AS median_seconds, -- median of their waits, in seconds of open time; NULL without replies
	@extschema@.in_seconds(@extschema@.p90_duration(next_response))
		AS p90_seconds, -- 90th percentile of their waits, in seconds of open time; NULL without replies
	@extschema@.rate_pct(sla_next_response)
		AS within_target_pct, -- waits that ended in time, in percent; NULL when within_target_n is 0
	@extschema@.sample_size(sla_next_response) AS within_target_n, -- waits that ended in time or missed their target
	@extschema@.rate_pct(sla_update) AS update_within_target_pct, -- updates in time, in percent; NULL when update_within_target_n is 0
	@extschema@.sample_size(sla_update) AS update_within_target_n -- updates in time or that missed their target
FROM (
	SELECT
		week,
		@dimensions@,
		@extschema@.rollup(next_response) AS next_response,
		@extschema@.rollup(sla_next_response) AS sla_next_response,
		@extschema@.rollup(sla_update) AS sla_update
	FROM (
		SELECT
			t.day - (extract(isodow FROM t.day)::integer - @week_start@ + 7) % 7 AS week,
			@dimensions_or_all@,
			t.next_response,
			t.sla_next_response,
			t.sla_update
		FROM @schema@.wait_daily_tally AS t
		CROSS JOIN generate_series(0, @last_subset@) AS s (subset)
	) AS part
	GROUP BY week, @dimensions@
) AS merged
