-- internal: the valid subscriptions of each customer, with the days that they cover and their revenue
-- from: subscriptions
-- index: account_id
SELECT
	account_id, -- customer
	row_number() OVER (
			PARTITION BY account_id
			ORDER BY starts_on, ends_on, mrr, plan, renewal_due_on, renewed, end_reason)
		AS contract, -- number of the subscription, among those of the customer
	starts_on, -- first day
	CASE WHEN ends_on <= '9999-12-31' THEN ends_on END AS ends_on, -- first day without it; NULL while it is open-ended
	CASE WHEN mrr BETWEEN -1e12 AND 1e12 THEN round(mrr, 6)::double precision ELSE 0 END AS mrr, -- monthly recurring revenue
	plan, -- plan
	CASE WHEN renewal_due_on BETWEEN '0001-01-01' AND '9999-12-31' THEN renewal_due_on
		END AS renewal_due_on, -- day on which it is due for renewal
	renewed, -- whether it was renewed then; NULL when unknown
	end_reason -- why it ended
FROM @schema@.subscription_source
WHERE starts_on BETWEEN '0001-01-01' AND '9999-12-30' AND (ends_on >= starts_on) IS NOT FALSE
