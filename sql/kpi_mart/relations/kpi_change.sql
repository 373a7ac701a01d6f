-- ids of tickets that changed since the last refresh, noted by triggers
-- kind: table
(
	ticket_id @ticket_id_type@ -- id of the ticket; NULL when every ticket must be compared
)
