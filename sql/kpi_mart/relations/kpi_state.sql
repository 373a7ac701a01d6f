-- internal: progress of kpi_refresh
-- kind: table
(
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), -- true
	as_of timestamptz NOT NULL, -- instant for which everything that depends on time is computed
	seen timestamptz, -- greatest change value seen in the tickets
	columns text NOT NULL, -- columns of the tickets that are read; when they change, the views are made again and a refresh is full
	fingerprint text NOT NULL, -- hash of policies, priorities, time zones and partitions; when it changes, a refresh is full
	lost_changes bigint NOT NULL DEFAULT 0, -- value of the sequence kpi_lost_changes at the last refresh
	followed_since date, -- first day whose bad answers are in kpi_followup
	numbered bigint NOT NULL DEFAULT 0, -- last number of a row of kpi_alerts or kpi_followup
	lost_by xid[] -- transactions that may have lost a change and had not ended; refreshes are full until they end; NULL for none
)
