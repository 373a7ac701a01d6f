-- what customers solve by themselves, per week
-- cells: week
SELECT
	week, -- first day of the week
	week + 7 < @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the day after the week is over
	coalesce(d.tickets, 0) AS tickets, -- tickets created
	@extschema@.rate_pct(d.self_service)
		AS self_service_pct, -- tickets that the customer solved alone, in percent; NULL when self_service_n is 0
	coalesce(@extschema@.sample_size(d.self_service), 0) AS self_service_n, -- number of tickets for which this is known
	v.sessions, -- visits to the help pages; NULL when unknown
	@extschema@.rate_pct(h.self_service)
		AS session_self_service_pct, -- visits of known customers without a ticket within 24 hours, in percent; NULL without any
	coalesce(@extschema@.sample_size(h.self_service), 0) AS session_self_service_n, -- number of visits of known customers
	v.sessions / nullif(d.tickets, 0)::double precision AS sessions_per_ticket -- visits for each ticket created; NULL without tickets
FROM (
	SELECT
		day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
		sum(tickets)::bigint AS tickets,
		@extschema@.rollup(self_service) AS self_service
	FROM @schema@.ticket_daily_tally
	GROUP BY 1
	HAVING sum(tickets) > 0
) AS d
FULL JOIN (
	SELECT
		day - (extract(isodow FROM day)::integer - @week_start@ + 7) % 7 AS week,
		sum(sessions)::bigint AS sessions,
		@extschema@.rollup(self_service) AS self_service
	FROM @schema@.help_daily_tally
	GROUP BY 1
) AS h USING (week)
CROSS JOIN LATERAL (SELECT coalesce(h.sessions, CASE WHEN @help_sessions_given@ THEN 0 END) AS sessions) AS v
CROSS JOIN @schema@.kpi_state AS s
