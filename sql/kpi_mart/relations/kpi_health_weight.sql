-- how much each signal counts in the health score of a customer; the rows are yours
-- kind: user table
-- row: 'csat', 20
-- row: 'nps', 15
-- row: 'contacts', 10
-- row: 'severity', 10
-- row: 'sla', 10
-- row: 'unresolved', 10
-- row: 'sentiment', 10
-- row: 'payment', 15
-- row: 'usage', 20
(
	signal text PRIMARY KEY, -- signal: a column of customer_health without _signal
	weight double precision NOT NULL CHECK (weight >= 0 AND weight < 'infinity') -- how much it counts; 0 is not at all
)
