-- when the customer of a ticket came back with another ticket after this one was resolved
-- kind: fragment
	(SELECT min(c.created_at) FROM @schema@.ticket_contact AS c
	 WHERE c.customer_id = checked.customer_id AND c.created_at > checked.resolved_at AND c.ticket_id <> checked.ticket_id
	 AND (NOT @recontact_same_category@ OR c.category = checked.category))
