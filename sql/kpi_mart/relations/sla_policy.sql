-- internal: kpi_sla_policy with a precedence: of several policies that fit a ticket, the highest applies
SELECT
	customer_tier, -- tier of the customer; NULL is any
	priority, -- priority of the ticket; NULL is any
	channel, -- channel of the ticket; NULL is any
	team, -- team of the ticket; NULL is any
	account_id, -- account of the customer; NULL is any
	sla_response, -- time to the first response; NULL for no target
	sla_resolution, -- time to the resolution; NULL for no target
	hours, -- hours of these tickets; NULL for those of the mart
	(32 * num_nonnulls(customer_tier, priority, channel, team, account_id) + 16 * num_nonnulls(account_id)
			+ 8 * num_nonnulls(customer_tier) + 4 * num_nonnulls(priority) + 2 * num_nonnulls(channel))::bigint
		AS precedence -- more named columns come first; on a tie the account, then the tier, the priority, the channel
FROM @schema@.kpi_sla_policy
