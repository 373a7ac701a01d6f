-- internal: the contacts of each customer: tickets that are not merged into another
-- given: no_recontact
-- key: ticket_id
-- index: customer_id, created_at
-- days: none
SELECT
	t.ticket_id, -- id of the ticket
	t.customer_id, -- customer who wrote
	t.category, -- category of the ticket
	@extschema@.kpi_instant(t.created_at) AS created_at -- when it was created
FROM @schema@.ticket_source AS t
WHERE t.customer_id IS NOT NULL AND t.merged_into IS NULL AND @extschema@.kpi_instant(t.created_at) IS NOT NULL
