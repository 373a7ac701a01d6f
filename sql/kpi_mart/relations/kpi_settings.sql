-- internal: the arguments of kpi_build
-- kind: table
(
	only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), -- true
	made_schema boolean NOT NULL, -- whether kpi_build made the schema, so that kpi_drop drops it
	tickets regclass NOT NULL, -- relation of the tickets
	messages regclass, -- relation of the messages; NULL for none
	status_changes regclass, -- relation of the status changes; NULL for none
	sla_targets regclass, -- relation of the SLA targets; NULL for none
	surveys regclass, -- relation of the surveys; NULL for none
	work_time regclass, -- relation of the agents' time; NULL for none
	subscriptions regclass, -- relation of the subscriptions; NULL for none
	customer_events regclass, -- relation of the customer events; NULL for none
	costs regclass, -- relation of the costs; NULL for none
	help_sessions regclass, -- relation of the visits to help pages; NULL for none
	time_zone text NOT NULL, -- time zone that bounds days, weeks and months
	source_time_zone text NOT NULL, -- time zone of timestamps without one
	hours @extschema@.business_hours, -- hours of tickets that have none of their own; NULL is around the clock
	lexicon @extschema@.sentiment_lexicon NOT NULL, -- words by which the sentiment of messages is judged
	week_start int NOT NULL, -- first day of the week, 1 Monday to 7 Sunday
	fcr_rule @extschema@.kpi_contact_rule, -- rule of first contact resolution; NULL is at most one contact
	csat_satisfied_from int, -- lowest score of a satisfied customer; NULL depends on the scale
	ces_easy_from int NOT NULL, -- lowest score of an easy contact
	dimensions text[] NOT NULL, -- columns of the tickets by which ticket_daily_tally is split
	attribute @extschema@.kpi_attribute NOT NULL, -- day on which a measure counts
	track @extschema@.kpi_tracking NOT NULL, -- how kpi_refresh finds what changed
	lag interval NOT NULL, -- how late a row can become visible after its change value
	response_from @extschema@.kpi_response_start NOT NULL, -- where the first response time begins
	pause_response boolean NOT NULL, -- whether pauses also stop the response clock
	pausing_statuses text[] NOT NULL, -- statuses in which the clocks of SLA targets stand still
	recontact_within interval NOT NULL, -- for fcr_rule no_recontact: how long the customer must not come back
	recontact_same_category boolean NOT NULL, -- for the same rule: whether only contacts of the same category count
	accept_errors boolean NOT NULL -- whether duplicate ids are accepted
)
