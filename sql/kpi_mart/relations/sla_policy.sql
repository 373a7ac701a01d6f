-- internal: kpi_sla_policy with a precedence: of several policies that fit a ticket, the highest applies
SELECT
	customer_tier, -- tier of the customer; NULL is any
	priority, -- priority of the ticket; NULL is any
	channel, -- channel of the ticket; NULL is any
	sla_response, -- time to the first response; NULL for no target
	sla_resolution, -- time to the resolution; NULL for no target
	hours, -- hours of these tickets; NULL for those of the mart
	(4 * num_nonnulls(customer_tier, priority, channel) + 2 * num_nonnulls(customer_tier) + num_nonnulls(priority))::bigint
		AS precedence -- more named columns come first; on a tie the policy that names the tier, then the priority
FROM @schema@.kpi_sla_policy
