-- internal: tallies of the KPIs of your own by day and dimensions, one row for each KPI
-- index: day
-- counts: ticket
SELECT
	day, -- day on which the KPI counts, in the time zone of the mart
	@split@,
	kpi, -- KPI
	unit, -- unit of its value
	better, -- where better values lie, up or down; NULL when neither is
	family, -- rate, percentile, durations, score, scores or mean
	fraction, -- of a percentile: its fraction
	rate, -- of a rate: its tally
	durations, -- of durations: their tally
	scores, -- of scores: their tally
	ratio -- of a mean: its tally
FROM (
@own_measures@
) AS measure
WHERE day IS NOT NULL
