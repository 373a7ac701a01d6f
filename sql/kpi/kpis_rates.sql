-- KPIs that are rates: hits in percent of the denominator.

INSERT INTO @extschema@.kpi_builtin VALUES
	('abandonment_rate', 'rate', 'abandonment_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_rate_accum(abandoned boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['abandon rate', 'abandoned calls', 'hang-ups'],
	 'calls abandoned before an answer',
	 'offered calls',
	 '100 x (calls abandoned before an answer) / (offered calls)',
	 'Calls abandoned before an answer, as a percentage of offered calls.',
	 'How many customers hang up before we answer?',
	 $$SELECT abandonment_rate(abandoned) FROM tickets WHERE channel = 'phone'$$),
	('adoption_rate', 'rate', 'adoption_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(adopted boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['feature adoption', 'product adoption'],
	 'customers who have adopted the product',
	 'customers at the end of the period',
	 '100 x (customers who have adopted the product) / (customers at the end of the period)',
	 'Customers who have adopted the product, as a percentage of customers at the end of the period.',
	 'Do customers use the product?',
	 $$
	SELECT adoption_rate(
		EXISTS (
			SELECT
			FROM customer_events AS e
			WHERE e.account_id = c.account_id AND e.event = 'adopted' AND e.at < '2026-02-01'))
	FROM (
		SELECT DISTINCT account_id
		FROM subscriptions
		WHERE daterange(starts_on, ends_on) @> date '2026-01-31') AS c$$),
	('bot_acceptance_rate', 'rate', 'bot_acceptance_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(accepted boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['bot acceptance'],
	 'conversations in which the customer accepted the bot',
	 'bot conversations',
	 '100 x (conversations in which the customer accepted the bot) / (bot conversations)',
	 'Conversations in which the customer accepted the bot, as a percentage of bot conversations.',
	 'Do customers accept the bot?',
	 $$SELECT bot_acceptance_rate(bot_accepted) FROM tickets WHERE bot_handled$$),
	('bot_escalation_accuracy', 'rate', 'bot_escalation_accuracy', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(rightly boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['handover accuracy'],
	 'justified hand-overs',
	 'hand-overs by the bot',
	 '100 x (justified hand-overs) / (hand-overs by the bot)',
	 'Justified hand-overs, as a percentage of hand-overs by the bot.',
	 'Does the bot hand over the right conversations?',
	 $$SELECT bot_escalation_accuracy(bot_escalation_right) FROM tickets WHERE bot_escalated$$),
	('bot_escalation_rate', 'rate', 'bot_escalation_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_rate_accum(handed_over boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['bot handoff', 'bot handover'],
	 'conversations that the bot handed over to an agent',
	 'bot conversations',
	 '100 x (conversations that the bot handed over to an agent) / (bot conversations)',
	 'Conversations that the bot handed over to an agent, as a percentage of bot conversations.',
	 'How often does the bot give up?',
	 $$SELECT bot_escalation_rate(bot_escalated) FROM tickets WHERE bot_handled$$),
	('bot_resolution_rate', 'rate', 'bot_resolution_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(resolved boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['containment', 'bot containment', 'automated resolution'],
	 'conversations solved by the bot',
	 'bot conversations',
	 '100 x (conversations solved by the bot) / (bot conversations)',
	 'Conversations solved by the bot, as a percentage of bot conversations.',
	 'How much does the bot solve?',
	 $$SELECT bot_resolution_rate(bot_resolved) FROM tickets WHERE bot_handled$$),
	('churn_rate', 'rate', 'churn_rate', 'percent', 'down', 'lagging',
	 ARRAY[
		'kpi_rate_accum(lost boolean)',
		'kpi_rate_accum_lost(joined <instant>, departed <instant>, period <period>)',
		'kpi_rate_accum_lost(joined <instant>, departed <instant>, period <period>, rule @extschema@.kpi_churn_rule)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['churn', 'logo churn', 'customer churn', 'attrition'],
	 'customers lost by the end of the period',
	 'customers at the start of the period',
	 '100 x (customers lost by the end of the period) / (customers at the start of the period)',
	 'Customers lost by the end of the period, as a percentage of customers at the start of the period.',
	 'How many customers leave?',
	 $$
	SELECT churn_rate(NOT days @> date '2026-02-01')
	FROM (
		SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS customers
	WHERE days @> daterange '[2025-12-31,2026-01-01]'$$),
	('compliance_rate', 'rate', 'compliance_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(complied boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['compliance', 'script compliance', 'process compliance'],
	 'contacts that complied with every rule',
	 'contacts checked',
	 '100 x (contacts that complied with every rule) / (contacts checked)',
	 'Contacts that complied with every rule, as a percentage of contacts checked.',
	 'Do we comply with our rules?',
	 $$SELECT compliance_rate(qa_points = qa_possible) FROM tickets WHERE qa_possible > 0$$),
	('context_transfer_rate', 'rate', 'context_transfer_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(kept_context boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['context transfer', 'warm transfer'],
	 'repeated contacts on another channel that needed no transfer',
	 'repeated contacts on another channel',
	 '100 x (repeated contacts on another channel that needed no transfer) / (repeated contacts on another '
	 'channel)',
	 'Repeated contacts on another channel that needed no transfer, as a percentage of repeated contacts on '
	 'another channel.',
	 'Do customers have to repeat themselves?',
	 $$
	SELECT context_transfer_rate(NOT transferred)
	FROM (
		SELECT transferred,
			channel,
			lag(channel) OVER w AS last_channel,
			created_at - lag(created_at) OVER w AS after
		FROM tickets
		WHERE customer_id IS NOT NULL
		WINDOW w AS (PARTITION BY customer_id ORDER BY created_at, ticket_id)) AS t
	WHERE channel <> last_channel AND after <= '7 days'$$),
	('conversion_rate', 'rate', 'conversion_rate', 'percent', 'up', 'lagging',
	 ARRAY['kpi_rate_accum(converted boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['conversion', 'sales conversion'],
	 'customers who purchased within 7 days after a chat',
	 'customers with a chat before a purchase',
	 '100 x (customers who purchased within 7 days after a chat) / (customers with a chat before a purchase)',
	 'Customers who purchased within 7 days after a chat, as a percentage of customers with a chat before a '
	 'purchase.',
	 'Do customers who chat before a purchase buy?',
	 $$
	SELECT conversion_rate(bought)
	FROM (
		SELECT bool_or(p.at IS NOT NULL) AS bought
		FROM customer_events AS c
		LEFT JOIN customer_events AS p ON p.account_id = c.account_id AND p.event = 'purchased'
			AND p.at BETWEEN c.at AND c.at + interval '7 days'
		WHERE c.event = 'chat_before_purchase' AND c.at >= '2026-01-01' AND c.at < '2026-02-01'
		GROUP BY c.account_id) AS customers$$),
	('deflection_rate', 'rate', 'deflection_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(deflected boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['deflection', 'ticket deflection'],
	 'contacts solved without an agent',
	 'contacts started',
	 '100 x (contacts solved without an agent) / (contacts started)',
	 'Contacts solved without an agent, as a percentage of contacts started.',
	 'How much work never reaches an agent?',
	 $$SELECT deflection_rate((self_service OR bot_resolved) IS TRUE) FROM tickets$$),
	('escalation_rate', 'rate', 'escalation_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_rate_accum(escalated boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['escalations'],
	 'escalated tickets',
	 'tickets handled by an agent',
	 '100 x (escalated tickets) / (tickets handled by an agent)',
	 'Escalated tickets, as a percentage of tickets handled by an agent.',
	 'How often does the first line need help?',
	 $$
	SELECT escalation_rate(escalated)
	FROM tickets
	WHERE (abandoned OR self_service OR bot_resolved) IS NOT TRUE$$),
	('fcr_rate', 'rate', 'fcr_rate', 'percent', 'up', 'leading',
	 ARRAY[
		'kpi_rate_accum(resolved boolean)',
		'kpi_rate_accum_at_most_one(contacts bigint)',
		'kpi_rate_accum_at_most_one(contacts bigint, solved boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['fcr', 'first contact resolution', 'first call resolution'],
	 'tickets resolved at first contact',
	 'solved tickets',
	 '100 x (tickets resolved at first contact) / (solved tickets)',
	 'Tickets resolved at first contact, as a percentage of solved tickets.',
	 'Do we solve it the first time?',
	 $$SELECT fcr_rate(contacts, solved) FROM tickets$$),
	('onboarding_rate', 'rate', 'onboarding_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(onboarded boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['onboarding completion', 'activation'],
	 'new customers onboarded within 30 days',
	 'new customers',
	 '100 x (new customers onboarded within 30 days) / (new customers)',
	 'New customers onboarded within 30 days, as a percentage of new customers.',
	 'Do new customers get started?',
	 $$
	SELECT onboarding_rate(onboarded)
	FROM (
		SELECT bool_or(at::date BETWEEN joined_on AND joined_on + 30) IS TRUE AS onboarded
		FROM (
			SELECT account_id, min(starts_on) AS joined_on FROM subscriptions GROUP BY account_id) AS c
		LEFT JOIN customer_events AS e ON e.account_id = c.account_id AND event = 'onboarded'
		WHERE joined_on >= '2026-01-01' AND joined_on < '2026-02-01'
		GROUP BY c.account_id) AS customers$$),
	('one_touch_rate', 'rate', 'one_touch_rate', 'percent', 'up', 'leading',
	 ARRAY[
		'kpi_rate_accum(one_touch boolean)',
		'kpi_rate_accum_exactly_one(agent_replies bigint)',
		'kpi_rate_accum_exactly_one(agent_replies bigint, solved boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['one touch', 'one-touch resolution', 'single reply'],
	 'tickets solved with exactly one agent reply',
	 'solved tickets',
	 '100 x (tickets solved with exactly one agent reply) / (solved tickets)',
	 'Tickets solved with exactly one agent reply, as a percentage of solved tickets.',
	 'How often is a single reply enough?',
	 $$SELECT one_touch_rate(agent_replies, solved) FROM tickets$$),
	('outreach_success_rate', 'rate', 'outreach_success_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(succeeded boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['outreach', 'proactive support'],
	 'customers with a successful outreach',
	 'customers approached',
	 '100 x (customers with a successful outreach) / (customers approached)',
	 'Customers with a successful outreach, as a percentage of customers approached.',
	 'Does approaching customers help?',
	 $$
	SELECT outreach_success_rate(succeeded)
	FROM (
		SELECT bool_or(value > 0) IS TRUE AS succeeded
		FROM customer_events
		WHERE event = 'outreach' AND at >= '2026-01-01' AND at < '2026-02-01'
		GROUP BY account_id) AS customers$$),
	('recontact_rate', 'rate', 'recontact_rate', 'percent', 'down', 'leading',
	 ARRAY[
		'kpi_rate_accum(came_back boolean)',
		'kpi_rate_accum_recontact(next_contact_after interval, within interval)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['repeat contact', 'repeat calls', 'callback rate'],
	 'tickets whose customer came back within the window after the solution',
	 'solved tickets of known customers',
	 '100 x (tickets whose customer came back within the window after the solution) / (solved tickets of known '
	 'customers)',
	 'Tickets whose customer came back within the window after the solution, as a percentage of solved tickets '
	 'of known customers.',
	 'How often do customers have to come back?',
	 $$
	SELECT recontact_rate(next_at - resolved_at, '7 days')
	FROM (
		SELECT t.resolved_at, min(n.created_at) AS next_at
		FROM tickets AS t
		LEFT JOIN tickets AS n ON n.customer_id = t.customer_id AND n.created_at > t.resolved_at
		WHERE t.customer_id IS NOT NULL
			AND t.resolved_at >= '2026-01-01'
			AND t.resolved_at < '2026-02-01'
		GROUP BY t.ticket_id, t.resolved_at) AS solved$$),
	('referral_rate', 'rate', 'referral_rate', 'percent', 'up', 'lagging',
	 ARRAY['kpi_rate_accum(referred boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['referrals', 'word of mouth'],
	 'customers who referred others in the period',
	 'customers active in the period',
	 '100 x (customers who referred others in the period) / (customers active in the period)',
	 'Customers who referred others in the period, as a percentage of customers active in the period.',
	 'How many customers bring others?',
	 $$
	SELECT referral_rate(
		EXISTS (
			SELECT
			FROM customer_events AS e
			WHERE e.account_id = c.account_id
				AND e.event = 'referred'
				AND e.at >= '2026-01-01'
				AND e.at < '2026-02-01'))
	FROM (
		SELECT DISTINCT account_id
		FROM subscriptions
		WHERE daterange(starts_on, ends_on) && '[2026-01-01,2026-02-01)') AS c$$),
	('renewal_rate', 'rate', 'renewal_rate', 'percent', 'up', 'lagging',
	 ARRAY['kpi_rate_accum(renewed boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['renewals'],
	 'renewed contracts',
	 'contracts due for renewal',
	 '100 x (renewed contracts) / (contracts due for renewal)',
	 'Renewed contracts, as a percentage of contracts due for renewal.',
	 'How many contracts are renewed?',
	 $$
	SELECT renewal_rate(renewed)
	FROM subscriptions
	WHERE renewal_due_on >= '2026-01-01' AND renewal_due_on < '2026-02-01'$$),
	('reopen_rate', 'rate', 'reopen_rate', 'percent', 'down', 'leading',
	 ARRAY[
		'kpi_rate_accum(reopened boolean)',
		'kpi_rate_accum_at_least_one(reopens bigint)',
		'kpi_rate_accum_at_least_one(reopens bigint, solved boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['reopens', 'reopened tickets'],
	 'tickets reopened at least once',
	 'solved tickets',
	 '100 x (tickets reopened at least once) / (solved tickets)',
	 'Tickets reopened at least once, as a percentage of solved tickets.',
	 'How often do customers reopen solved tickets?',
	 $$SELECT reopen_rate(reopens, solved) FROM tickets$$),
	('retention_rate', 'rate', 'retention_rate', 'percent', 'up', 'lagging',
	 ARRAY[
		'kpi_rate_accum(kept boolean)',
		'kpi_rate_accum_kept(joined <instant>, departed <instant>, period <period>)',
		'kpi_rate_accum_kept(joined <instant>, departed <instant>, period <period>, rule @extschema@.kpi_churn_rule)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['retention', 'logo retention', 'customer retention'],
	 'customers kept until the end of the period',
	 'customers at the start of the period',
	 '100 x (customers kept until the end of the period) / (customers at the start of the period)',
	 'Customers kept until the end of the period, as a percentage of customers at the start of the period.',
	 'How many customers stay?',
	 $$
	SELECT retention_rate(days @> date '2026-02-01')
	FROM (
		SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS customers
	WHERE days @> daterange '[2025-12-31,2026-01-01]'$$),
	('self_service_rate', 'rate', 'self_service_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(self_served boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['self-service'],
	 'help sessions after which the customer wrote no ticket within 24 hours',
	 'help sessions that name a customer or a ticket',
	 '100 x (help sessions after which the customer wrote no ticket within 24 hours) / (help sessions that '
	 'name a customer or a ticket)',
	 'Help sessions after which the customer wrote no ticket within 24 hours, as a percentage of help sessions '
	 'that name a customer or a ticket.',
	 'How many customers help themselves?',
	 $$
	SELECT self_service_rate(solved_alone)
	FROM (
		SELECT bool_and(s.ticket_id IS NULL AND t.ticket_id IS NULL) AS solved_alone
		FROM help_sessions AS s
		LEFT JOIN tickets AS t ON t.customer_id = s.customer_id AND t.created_at BETWEEN s.at AND s.at + interval '24 hours'
		WHERE s.customer_id IS NOT NULL OR s.ticket_id IS NOT NULL
		GROUP BY s.session_id) AS sessions$$),
	('service_level', 'rate', 'service_level', 'percent', 'up', 'leading',
	 ARRAY[
		'kpi_rate_accum(in_time boolean)',
		'kpi_rate_accum_service(wait interval, within interval, abandoned boolean)',
		'kpi_rate_accum_service(wait interval, within interval, abandoned boolean, rule @extschema@.kpi_service_rule)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['sl', 'tsf', 'telephone service factor'],
	 'calls answered within the threshold',
	 'calls answered, or abandoned after the threshold (under the default rule)',
	 '100 x (calls answered within the threshold) / (calls answered, or abandoned after the threshold (under '
	 'the default rule))',
	 'Calls answered within the threshold, as a percentage of calls answered, or abandoned after the threshold '
	 '(under the default rule).',
	 'Do callers get through quickly?',
	 $$SELECT service_level(wait_time, '20 s', abandoned) FROM tickets WHERE channel = 'phone'$$),
	('sla_rate', 'rate', 'sla_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(met boolean)', 'kpi_rate_accum_within(actual interval, target interval)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['sla', 'sla attainment', 'sla compliance', 'service level agreement'],
	 'targets met',
	 'targets met or missed',
	 '100 x (targets met) / (targets met or missed)',
	 'Targets met, as a percentage of targets met or missed.',
	 'Do we keep our promises?',
	 $$SELECT sla_rate(sla_response_met) FROM tickets$$),
	('survey_response_rate', 'rate', 'survey_response_rate', 'percent', 'up', 'leading',
	 ARRAY['kpi_rate_accum(answered boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['response rate', 'survey participation'],
	 'answered surveys',
	 'surveys sent',
	 '100 x (answered surveys) / (surveys sent)',
	 'Answered surveys, as a percentage of surveys sent.',
	 'How many customers answer our surveys?',
	 $$SELECT survey_response_rate(answered_at IS NOT NULL) FROM surveys$$),
	('transfer_rate', 'rate', 'transfer_rate', 'percent', 'down', 'leading',
	 ARRAY['kpi_rate_accum(transferred boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['transfers'],
	 'transferred contacts',
	 'contacts handled by an agent',
	 '100 x (transferred contacts) / (contacts handled by an agent)',
	 'Transferred contacts, as a percentage of contacts handled by an agent.',
	 'How often are customers passed on?',
	 $$
	SELECT transfer_rate(transferred)
	FROM tickets
	WHERE (abandoned OR self_service OR bot_resolved) IS NOT TRUE$$),
	('upsell_rate', 'rate', 'upsell_rate', 'percent', 'up', 'lagging',
	 ARRAY['kpi_rate_accum(upsold boolean)'],
	 ARRAY['kpi_rate=kpi_rate_pct'],
	 ARRAY['upsell', 'cross-sell', 'expansion rate'],
	 'customers who bought more in the period',
	 'customers active in the period',
	 '100 x (customers who bought more in the period) / (customers active in the period)',
	 'Customers who bought more in the period, as a percentage of customers active in the period.',
	 'How many customers buy more?',
	 $$
	SELECT upsell_rate(
		EXISTS (
			SELECT
			FROM customer_events AS e
			WHERE e.account_id = c.account_id
				AND e.event = 'upsold'
				AND e.at >= '2026-01-01'
				AND e.at < '2026-02-01'))
	FROM (
		SELECT DISTINCT account_id
		FROM subscriptions
		WHERE daterange(starts_on, ends_on) && '[2026-01-01,2026-02-01)') AS c$$);
