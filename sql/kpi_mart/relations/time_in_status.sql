-- how long tickets resolved in a month were in each status of the helpdesk
SELECT
	month, -- first day of the month
	@dimensions@,
	status, -- status: new, open, bot, pending, on_hold, solved, closed or another one
	source_status, -- name of the status in the helpdesk
	@extschema@.sample_size(time) AS tickets, -- resolved tickets that had this status
	@extschema@.in_seconds(@extschema@.median_duration(time)) AS median_seconds, -- median of their time in it, in seconds of open time
	@extschema@.in_seconds(@extschema@.p90_duration(time))
		AS p90_seconds, -- 90th percentile of their time in it, in seconds of open time
	100 * seconds / nullif((sum(seconds::numeric) OVER (PARTITION BY month, @dimensions@))::double precision, 0)
		AS share_pct -- all their time in it, as a percentage of the time of resolved tickets in all statuses
FROM (
	SELECT
		month,
		@dimensions@,
		status,
		source_status,
		@extschema@.rollup(time) AS time,
		sum(seconds::numeric)::double precision AS seconds
	FROM (
		SELECT
			date_trunc('month', t.day::timestamp)::date AS month,
			@dimensions_or_all@,
			t.status,
			t.source_status,
			t.time,
			t.seconds
		FROM @schema@.status_daily_tally AS t
		CROSS JOIN generate_series(0, @last_subset@) AS s (subset)
	) AS part
	GROUP BY month, @dimensions@, status, source_status
) AS merged
