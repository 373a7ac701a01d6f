-- the alerts of kpi_alerts for BI tools, with the segment as text
SELECT
	a.alert, -- number of the alert
	a.kpi, -- KPI of the target
	coalesce((SELECT string_agg(format('%s: %s', s.key, s.value), ', ' ORDER BY s.key) FROM jsonb_each_text(a.segment) AS s), 'all')
		AS segment, -- segment of the target, such as channel: phone; all is all tickets
	a.closed_at IS NULL AS is_open, -- whether the target is still missed
	a.opened_at, -- when kpi_refresh found that the target is missed
	a.closed_at, -- when the target was met again, or no longer existed; NULL while the alert is open
	a.target, -- the target
	a.value, -- the KPI of the last 28 complete days, at the last refresh while the alert was open; for a count, the last value
	a.low, -- lower end of its 95 % interval
	a.high, -- upper end of its 95 % interval
	a.n, -- number of tickets or answers counted
	a.evidence, -- result of miss_evidence; NULL for a count
	a.owner, -- who is responsible
	a.acknowledged_at, -- when the alert was acknowledged; NULL until then
	a.note -- findings, in your words
FROM @schema@.kpi_alerts AS a
