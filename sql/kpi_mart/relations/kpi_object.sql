-- kpi_mart @release@ made these relations, with these definitions
-- kind: table
(
	name name PRIMARY KEY, -- name of the relation
	relation regclass NOT NULL, -- the relation
	kind text NOT NULL, -- view, table (of ours, read-only) or user table (its rows are yours)
	definition text NOT NULL, -- the query of a view, or the columns of a table
	deparsed text, -- the query of a view as the server shows it
	version text NOT NULL, -- version of kpi_mart that made it
	position int NOT NULL -- order in which the relations were made
)
