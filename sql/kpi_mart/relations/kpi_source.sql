-- internal: the relations read in addition to tickets, and the progress of kpi_refresh in them
-- kind: table
(
	contract text PRIMARY KEY, -- name of the relation in kpi_contract
	columns text NOT NULL, -- its columns that are read, with their types; when they change, the views are made again
	seen timestamptz, -- greatest change value seen; NULL without loaded_at, except for events
	rows text -- hash of the rows, or of the latest rows with loaded_at; while it stays the same, a refresh reads no more; NULL for events
)
