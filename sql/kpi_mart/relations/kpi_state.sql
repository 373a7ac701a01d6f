-- how far kpi_refresh has come
-- kind: table
(
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), -- true
	as_of timestamptz NOT NULL, -- instant at which everything that depends on time is judged
	seen timestamptz, -- greatest change value seen in the tickets
	columns text NOT NULL, -- columns of the tickets that are read; others make the views anew and a refresh full
	fingerprint text NOT NULL, -- of policies, time zones and partitions; another one makes a refresh full
	lost_changes bigint NOT NULL DEFAULT 0, -- value of the sequence kpi_lost_changes at the last refresh
	followed_since date, -- first day whose bad answers are in kpi_followup
	numbered bigint NOT NULL DEFAULT 0, -- last number of a row of kpi_alerts or kpi_followup
	lost_until xid8 -- refreshes are full until the transactions before it have ended; NULL for none
)
