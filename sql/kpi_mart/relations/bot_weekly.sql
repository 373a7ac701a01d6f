-- KPIs of bots per week and channel
-- needs: channel
-- cells: week channel
SELECT
	d.week, -- first day of the week
	d.channel, -- channel
	d.week + 7 <= @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the week is over
	d.tickets, -- tickets created
	@extschema@.rate_pct(d.bot_resolution)
		AS bot_resolution_pct, -- bot conversations that the bot solved, in percent; NULL when bot_resolution_n is 0
	@extschema@.sample_size(d.bot_resolution) AS bot_resolution_n, -- number of bot conversations for which the resolution is known
	@extschema@.rate_pct(d.bot_escalation)
		AS bot_escalation_pct, -- bot conversations handed over to an agent, in percent; NULL when bot_escalation_n is 0
	@extschema@.sample_size(d.bot_escalation) AS bot_escalation_n, -- number of bot conversations for which the hand-over is known
	@extschema@.rate_pct(d.bot_escalation_accuracy)
		AS bot_escalation_accuracy_pct, -- hand-overs that were justified, in percent; NULL when bot_escalation_accuracy_n is 0
	@extschema@.sample_size(d.bot_escalation_accuracy) AS bot_escalation_accuracy_n, -- number of hand-overs for which this is known
	@extschema@.rate_pct(d.bot_acceptance)
		AS bot_acceptance_pct, -- bot conversations that the customer accepted, in percent; NULL when bot_acceptance_n is 0
	@extschema@.sample_size(d.bot_acceptance) AS bot_acceptance_n -- number of bot conversations for which the acceptance is known
FROM (
	SELECT
		day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
		channel,
		sum(tickets)::bigint AS tickets,
		@extschema@.rollup(bot_resolution) AS bot_resolution,
		@extschema@.rollup(bot_escalation) AS bot_escalation,
		@extschema@.rollup(bot_escalation_accuracy) AS bot_escalation_accuracy,
		@extschema@.rollup(bot_acceptance) AS bot_acceptance
	FROM @schema@.ticket_daily_tally
	GROUP BY 1, 2
	HAVING sum(tickets) > 0
) AS d
CROSS JOIN @schema@.kpi_state AS s
