-- internal: ticket_daily_tally once for each subset of the dimensions, with 'all' in the dimensions left out
SELECT
	t.day, -- day in the time zone of the mart
	@dimensions_or_all@,
	t.tickets, -- as in ticket_daily_tally
	t.unanswered, -- as in ticket_daily_tally
	t.unresolved, -- as in ticket_daily_tally
	t.deflected, -- as in ticket_daily_tally
	t.resolved, -- as in ticket_daily_tally
	t.wait, -- as in ticket_daily_tally
	t.abandonment, -- as in ticket_daily_tally
	t.self_service, -- as in ticket_daily_tally
	t.bot_resolution, -- as in ticket_daily_tally
	t.bot_escalation, -- as in ticket_daily_tally
	t.bot_escalation_accuracy, -- as in ticket_daily_tally
	t.bot_acceptance, -- as in ticket_daily_tally
	t.sentiment, -- as in ticket_daily_tally
	t.negative_sentiment, -- as in ticket_daily_tally
	t.response, -- as in ticket_daily_tally
	t.sla_response, -- as in ticket_daily_tally
	t.resolution, -- as in ticket_daily_tally
	t.fcr, -- as in ticket_daily_tally
	t.reopen, -- as in ticket_daily_tally
	t.escalation, -- as in ticket_daily_tally
	t.transfer, -- as in ticket_daily_tally
	t.handle, -- as in ticket_daily_tally
	t.csat, -- as in ticket_daily_tally
	t.nps, -- as in ticket_daily_tally
	t.ces, -- as in ticket_daily_tally
	t.effort, -- as in ticket_daily_tally
	t.qa, -- as in ticket_daily_tally
	t.cost, -- as in ticket_daily_tally
	t.sla_resolution -- as in ticket_daily_tally
FROM @schema@.ticket_daily_tally AS t
CROSS JOIN generate_series(0, @last_subset@) AS s (subset)
