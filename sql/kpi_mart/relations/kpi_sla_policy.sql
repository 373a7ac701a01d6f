-- SLA targets and hours for tickets without their own; the rows are yours
-- kind: user table
-- index: (ARRAY[customer_tier, priority, channel, team, account_id])
(
	customer_tier text, -- tier of the customer; NULL is any
	priority text, -- priority of the ticket; NULL is any
	channel text, -- channel of the ticket; NULL is any
	team text, -- team of the ticket; NULL is any
	account_id text, -- account of the customer; NULL is any
	sla_response interval CHECK (sla_response > '0' AND sla_response <= '20 years'), -- time to the first response; NULL for no target
	sla_resolution interval CHECK (sla_resolution > '0' AND sla_resolution <= '20 years'), -- time to the resolution; NULL for no target
	hours @extschema@.business_hours -- hours of these tickets; NULL for those of the mart
)
