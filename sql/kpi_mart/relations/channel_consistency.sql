-- how far the best and the worst channel are apart in each month
-- needs: channel
-- cells: month kpi
-- opened by: opened_spread
WITH answers AS (
	SELECT
		d.month,
		v.kpi,
		d.channel,
		@extschema@.rate_pct(v.rate) AS pct,
		v.rate
	FROM (
		SELECT
			date_trunc('month', day::timestamp)::date AS month,
			channel,
			@extschema@.rollup(fcr) AS fcr,
			@extschema@.rollup(sla_response) AS sla_response,
			@extschema@.rollup(sla_resolution) AS sla_resolution,
			@extschema@.rollup(reopen) AS reopen,
			@extschema@.rollup(csat) AS csat
		FROM @schema@.ticket_daily_tally
		WHERE channel IS NOT NULL
		GROUP BY 1, 2
	) AS d
	CROSS JOIN LATERAL (VALUES
		('fcr_pct', d.fcr),
		('sla_response_pct', d.sla_response),
		('sla_resolution_pct', d.sla_resolution),
		('reopen_pct', d.reopen),
		('csat_pct', d.csat)
	) AS v (kpi, rate)
	WHERE @extschema@.sample_size(v.rate) > 0
), ends AS (
	SELECT
		month,
		kpi,
		count(*) AS channels,
		(array_agg(channel ORDER BY pct, channel))[1] AS lowest_channel,
		min(pct) AS lowest_pct,
		(array_agg(rate ORDER BY pct, channel))[1] AS lowest,
		(array_agg(channel ORDER BY pct DESC, channel))[1] AS highest_channel,
		max(pct) AS highest_pct,
		(array_agg(rate ORDER BY pct DESC, channel))[1] AS highest
	FROM answers
	GROUP BY month, kpi
)
SELECT
	e.month, -- first day of the month
	e.kpi, -- name of the KPI, a rate in percent
	e.channels, -- number of channels that have the KPI
	e.lowest_channel, -- channel with the lowest value
	e.lowest_pct, -- lowest value, in percent
	e.highest_channel, -- channel with the highest value
	e.highest_pct, -- highest value, in percent
	(c.change).value AS spread_points, -- highest minus lowest value, in points
	(c.change).low AS spread_low_points, -- lower end of the 95 % interval of the difference, in points
	(c.change).high AS spread_high_points -- upper end of the 95 % interval of the difference, in points
FROM ends AS e
CROSS JOIN LATERAL (
	SELECT @extschema@.rate_change(e.lowest, e.highest, 0.95::double precision) AS change
) AS c
