-- the time of each agent and day, with productivity, quality and satisfaction
-- given: work_time
-- cells: day agent_id
SELECT
	w.day, -- day in the time zone of the mart
	w.agent_id, -- agent
	w.day < @extschema@.kpi_day(s.as_of, @time_zone@) AS is_complete, -- whether the day is over
	h.scheduled AS scheduled_hours, -- hours scheduled
	h.paid AS paid_hours, -- hours paid
	h.working AS working_hours, -- hours working, on contacts or waiting for them
	h.staffed AS staffed_hours, -- hours on contacts or waiting for them
	h.busy AS busy_hours, -- hours on contacts
	100 * h.busy / nullif(h.staffed, 0) AS occupancy_pct, -- time on contacts, as a percentage of the time staffed; NULL without it
	100 * h.busy / nullif(h.paid, 0) AS utilization_pct, -- time on contacts, as a percentage of the paid time; NULL without it
	100 * @extschema@.in_hours(w.adhered) / nullif(h.scheduled, 0)
		AS adherence_pct, -- scheduled time that was worked, in percent; NULL without scheduled time
	100 * h.working / nullif(h.scheduled, 0)
		AS conformance_pct, -- time working, as a percentage of the time scheduled; NULL without it
	100 * (h.paid - @extschema@.in_hours(w.paid_working)) / nullif(h.paid, 0)
		AS shrinkage_pct, -- paid time that was not worked, in percent; NULL without paid time
	coalesce(a.resolved, CASE WHEN @resolution_known@ THEN 0 END) AS resolved, -- tickets resolved; NULL when unknown
	coalesce(a.resolved, CASE WHEN @resolution_known@ THEN 0 END) / nullif(h.working, 0)
		AS resolved_per_hour, -- tickets resolved per hour of work; NULL without work
	@extschema@.ratio_pct(a.qa)
		AS qa_score_pct, -- points of quality reviews, as a percentage of the possible ones; NULL when qa_n is 0
	coalesce(@extschema@.sample_size(a.qa), 0) AS qa_n, -- number of tickets reviewed
	@extschema@.rate_pct(a.csat) AS csat_pct, -- satisfied ratings, as a percentage of all ratings; NULL when csat_n is 0
	coalesce(@extschema@.sample_size(a.csat), 0) AS csat_n -- number of satisfaction scores
FROM @schema@.work_daily_tally AS w
CROSS JOIN LATERAL (
	SELECT
		@extschema@.in_hours(w.scheduled) AS scheduled,
		@extschema@.in_hours(w.paid) AS paid,
		@extschema@.in_hours(w.working) AS working,
		@extschema@.in_hours(w.staffed) AS staffed,
		@extschema@.in_hours(w.busy) AS busy
) AS h
LEFT JOIN @schema@.agent_daily_tally AS a ON a.day = w.day AND a.agent_id = w.agent_id
CROSS JOIN @schema@.kpi_state AS s
