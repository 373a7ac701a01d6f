-- internal: the tickets as given, with the policy that applies to each
SELECT
	t.*,
	p.sla_response AS policy_response, -- target of the first response in the policy
	p.sla_resolution AS policy_resolution, -- target of the resolution in the policy
	coalesce(t.hours, p.hours, @hours@) AS first_hours -- hours in force, unless a status change sets others
FROM @schema@.ticket_source AS t
-- stored once, as the policies are read for each ticket
LEFT JOIN (WITH policy AS MATERIALIZED (SELECT * FROM @schema@.sla_policy) SELECT * FROM policy) AS p
	ON (p.customer_tier IS NULL OR p.customer_tier = t.customer_tier)
	AND (p.priority IS NULL OR p.priority = t.priority)
	AND (p.channel IS NULL OR p.channel = t.channel)
	AND (p.team IS NULL OR p.team = t.team)
	AND (p.account_id IS NULL OR p.account_id = t.account_id)
	AND NOT EXISTS (
		SELECT
		FROM @schema@.sla_policy AS other
		WHERE (other.customer_tier IS NULL OR other.customer_tier = t.customer_tier)
		AND (other.priority IS NULL OR other.priority = t.priority)
		AND (other.channel IS NULL OR other.channel = t.channel)
		AND (other.team IS NULL OR other.team = t.team)
		AND (other.account_id IS NULL OR other.account_id = t.account_id)
		AND other.precedence > p.precedence)
