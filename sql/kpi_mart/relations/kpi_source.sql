-- the relations beside tickets that are read, and how far kpi_refresh has come with them
-- kind: table
(
	contract text PRIMARY KEY, -- name of the relation in kpi_contract
	columns text NOT NULL, -- its columns that are read, with their types; others make the views anew
	seen timestamptz, -- greatest change value seen; NULL without loaded_at, except of events
	rows text -- changes with the rows, or with loaded_at with the latest rows; while it stays, a refresh reads nothing else; NULL of events
)
