-- priorities of tickets that are severe, for customer_health; the rows are yours
-- kind: user table
-- row: 'urgent', 'severe'
-- row: 'critical', 'severe'
-- row: 'highest', 'severe'
-- row: 'blocker', 'severe'
-- row: 'high', 'severe'
-- row: 'p0', 'severe'
-- row: 'p1', 'severe'
-- row: 'sev0', 'severe'
-- row: 'sev1', 'severe'
-- row: '1 - critical', 'severe'
-- row: '2 - high', 'severe'
-- row: 'p1 - critical', 'severe'
-- row: '3 high', 'severe'
-- row: '4 urgent', 'severe'
(
	value text PRIMARY KEY CHECK (value = lower(value)), -- priority of the tickets, in lower case
	severity text NOT NULL CHECK (severity IN ('severe', 'normal')) -- severe or normal; a priority without a row is normal
)
