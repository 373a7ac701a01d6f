-- internal: the time of each agent and day: spans of one state that overlap count once
-- from: work_time
-- index: day
WITH spans AS (
	SELECT
		agent_id,
		state,
		tstzrange(@extschema@.kpi_instant(started_at), @extschema@.kpi_instant(ended_at)) AS span
	FROM @schema@.work_time_source
	WHERE state IN ('scheduled', 'paid', 'working', 'busy', 'waiting')
	AND @extschema@.kpi_instant(started_at) < @extschema@.kpi_instant(ended_at)
	-- a longer span was never ended
	AND ended_at <= started_at + interval '24 hours'
), parts AS (
	SELECT
		d.day,
		s.agent_id,
		s.state,
		s.span * tstzrange(d.day::timestamp AT TIME ZONE @time_zone@, (d.day + 1)::timestamp AT TIME ZONE @time_zone@) AS span
	FROM spans AS s
	CROSS JOIN LATERAL generate_series(
		0, @extschema@.kpi_day(upper(s.span), @time_zone@) - @extschema@.kpi_day(lower(s.span), @time_zone@)) AS n
	CROSS JOIN LATERAL (SELECT @extschema@.kpi_day(lower(s.span), @time_zone@) + n AS day) AS d
), days AS (
	SELECT
		day,
		agent_id,
		range_agg(span) FILTER (WHERE state = 'scheduled') AS scheduled,
		range_agg(span) FILTER (WHERE state = 'paid') AS paid,
		range_agg(span) FILTER (WHERE state IN ('working', 'busy', 'waiting')) AS working,
		range_agg(span) FILTER (WHERE state IN ('busy', 'waiting')) AS staffed,
		range_agg(span) FILTER (WHERE state = 'busy') AS busy
	FROM parts
	WHERE NOT isempty(span)
	GROUP BY day, agent_id
)
SELECT
	d.day, -- day in the time zone of the mart; spans are cut at midnight
	d.agent_id, -- agent
	t.scheduled, -- time scheduled
	t.paid, -- time paid
	t.working, -- time working, on contacts or waiting for them
	t.staffed, -- time on contacts or waiting for them
	t.busy, -- time on contacts
	t.adhered, -- time working within the schedule
	t.paid_working -- time working within paid time
FROM days AS d
CROSS JOIN LATERAL (
	SELECT
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 1), '0') AS scheduled,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 2), '0') AS paid,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 3), '0') AS working,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 4), '0') AS staffed,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 5), '0') AS busy,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 6), '0') AS adhered,
		coalesce(sum(upper(r) - lower(r)) FILTER (WHERE what = 7), '0') AS paid_working
	FROM (VALUES
		(1, d.scheduled), (2, d.paid), (3, d.working), (4, d.staffed), (5, d.busy),
		(6, d.working * d.scheduled), (7, d.working * d.paid)
	) AS v (what, spans)
	CROSS JOIN LATERAL unnest(v.spans) AS r
) AS t
