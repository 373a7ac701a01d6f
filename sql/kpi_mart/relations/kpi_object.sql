-- kpi_mart @release@ made these relations, with these definitions
-- kind: table
(
	name name PRIMARY KEY, -- name of the relation
	relation regclass, -- the relation; NULL for a query, which is kept as text
	kind text NOT NULL, -- view, table (of ours, read-only), user table (its rows are yours) or query (of a function)
	definition text NOT NULL, -- the query of a view, or the columns of a table
	deparsed text, -- the query of a view as the server shows it
	version text NOT NULL, -- version of kpi_mart that made it
	position int NOT NULL, -- order in which the relations were made
	sources text[], -- relations, or the day, whose change makes a refresh compare the table; NULL for others
	counts text[], -- tables for whose changed days a tally is recalculated; NULL for others
	days text[] -- columns with the days on which a row counts, in a table of rows of tickets, surveys or visits; NULL for others
)
