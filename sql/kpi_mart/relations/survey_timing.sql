-- who answers a survey, by the time from the resolution to the sending and by the hour of the sending
-- given: surveys
SELECT
	d.month, -- first day of the month of the sending
	d.kind, -- nps, csat or ces
	d.channel, -- channel on which the surveys were sent
	d.delay, -- time from the resolution of the ticket to the sending; NULL when unknown, or sent before
	d.hour, -- hour of the day of the sending, 0 to 23
	(d.month + interval '1 month')::date + 13 < @extschema@.kpi_day(s.as_of, @time_zone@)
		AS is_complete, -- whether the month ended more than 14 days ago, so that hardly any more answers will come
	d.sent, -- surveys sent
	@extschema@.rate_pct(d.response) AS response_rate_pct, -- surveys sent that were answered, in percent
	(c.ci).low AS response_rate_low_pct, -- lower end of its 95 % interval, in percent
	(c.ci).high AS response_rate_high_pct -- upper end of its 95 % interval, in percent
FROM (
	SELECT
		date_trunc('month', sent_day::timestamp)::date AS month,
		kind,
		channel,
		delay,
		sent_hour AS hour,
		count(*) AS sent,
		@extschema@.rate_agg(answered_day IS NOT NULL) AS response
	FROM @schema@.survey
	GROUP BY 1, 2, 3, 4, 5
) AS d
CROSS JOIN @schema@.kpi_state AS s
CROSS JOIN LATERAL (
	SELECT @extschema@.rate_ci(d.response, 0.95::double precision, 'wilson'::@extschema@.kpi_ci_method) AS ci
) AS c
