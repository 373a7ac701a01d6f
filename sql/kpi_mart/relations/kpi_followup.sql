-- bad answers of customers: kpi_refresh adds the rows; owner, contacted_at, recovered and note are yours
-- kind: user table
(
	followup bigint PRIMARY KEY, -- number of the row, sent by NOTIFY kpi_followup
	source text NOT NULL, -- survey, or ticket where the ticket has the score itself
	response_id text NOT NULL, -- id of the survey, or of the ticket
	kind text NOT NULL, -- csat, nps or ces
	score double precision NOT NULL, -- the score
	answered_on date NOT NULL, -- day of the answer
	ticket_id text, -- ticket that it is about
	account_id text, -- account of the customer
	agent_id text, -- agent whom the customer rated
	comment text, -- what the customer wrote
	owner text, -- who calls back
	contacted_at timestamptz, -- when the customer was called back; NULL until then
	recovered boolean, -- whether the customer is satisfied now; NULL when unknown
	note text, -- findings, in your words
	UNIQUE (source, response_id, kind)
)
