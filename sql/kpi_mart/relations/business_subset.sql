-- internal: business_measure once for each subset of the dimensions, with 'all' in the dimensions left out
SELECT
	t.day, -- day in the time zone of the mart
	@dimensions_or_all@,
	t.is_monthly, -- whether the KPI is one of months only
	t.kpi, -- KPI
	t.unit, -- percent, points, score, tickets per hour or currency
	t.better, -- where better values lie, up or down; NULL when neither is
	t.family, -- rate, score or mean
	t.rate, -- of a rate: its tally
	t.durations, -- of durations: their tally
	t.fraction, -- of a percentile: its fraction
	t.scores, -- of a net promoter score: its tally
	t.ratio -- of a mean: its tally
FROM @schema@.business_measure AS t
CROSS JOIN LATERAL generate_series(t.only_total, @last_subset@) AS s (subset)
WHERE s.subset & t.only_total = t.only_total
