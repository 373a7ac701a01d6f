-- KPIs of your own over the tickets, added by kpi_measure
-- kind: user table
(
	kpi text PRIMARY KEY, -- name of the KPI in the long views
	family text NOT NULL, -- rate, scores, ratio, average or durations, as in kpi_define
	expression text NOT NULL, -- the value or condition to tally, in columns of ticket
	is_seconds boolean NOT NULL, -- whether the expression is a number of seconds, not an interval
	day text NOT NULL, -- day column of ticket on which it counts
	answer text NOT NULL, -- accessor of the tally that gives the value
	unit text NOT NULL, -- unit of the value
	better @extschema@.kpi_direction, -- where better values lie; NULL when neither is
	definition text NOT NULL -- definition in words
)
