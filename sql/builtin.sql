
-- The built-in KPIs: a row each, from which the loop at the end creates the
-- one-shot aggregates, their scalar accessors and their comments.  To add a KPI,
-- add a row.
--
-- signatures	transition(arguments), in the notation of kpi_signature_arguments
-- accessors	tally=C function of the scalar that has the name of the KPI
-- final		the accessor that ends the aggregates, when it is not their own

CREATE TABLE @extschema@.kpi_builtin (
	name text PRIMARY KEY,
	family text NOT NULL,
	signatures text[] NOT NULL,
	accessors text[] NOT NULL,
	final text NOT NULL,
	unit text NOT NULL,
	better @extschema@.kpi_direction NOT NULL,
	timing text NOT NULL CHECK (timing IN ('leading', 'lagging')),
	aliases text[] NOT NULL,
	hit text,
	denominator text,
	formula text NOT NULL,
	definition text NOT NULL,
	question text NOT NULL,
	example text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_builtin IS 'the KPIs that come with the extension, read-only; see kpi_catalogue';
REVOKE ALL ON @extschema@.kpi_builtin FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_builtin TO PUBLIC;

-- surveys
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'scores', signatures, accessors, final, unit,
	   CASE WHEN name IN ('detractor_pct', 'passive_pct') THEN 'down' ELSE 'up' END::@extschema@.kpi_direction, 'lagging', aliases, NULL, 'answers', formula, definition, question,
	   format('SELECT %s FROM surveys WHERE kind = %L', call, kind)
	   || CASE kind WHEN 'csat' THEN ' AND scale_max = 5' WHEN 'ces' THEN ' AND scale_max = 7' ELSE '' END
FROM (VALUES
	('nps', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_nps'], 'nps', 'points', ARRAY['net promoter score'],
	 '100 x (promoters - detractors) / answers', 'Net Promoter Score: percentage of answers 9..10 minus percentage of answers 0..6 on the scale 0..10.',
	 'Would customers recommend us?', 'nps(score)', 'nps'),
	('promoter_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_promoter_pct'], 'promoter_pct', 'percent', ARRAY['promoters'],
	 '100 x answers 9..10 / answers', 'Percentage of answers 9..10 on the scale 0..10.',
	 'How many customers would recommend us?', 'promoter_pct(score)', 'nps'),
	('passive_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_passive_pct'], 'passive_pct', 'percent', ARRAY['passives', 'neutrals'],
	 '100 x answers 7..8 / answers', 'Percentage of answers 7..8 on the scale 0..10.',
	 'How many customers are content but not loyal?', 'passive_pct(score)', 'nps'),
	('detractor_pct', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_detractor_pct'], 'detractor_pct', 'percent', ARRAY['detractors'],
	 '100 x answers 0..6 / answers', 'Percentage of answers 0..6 on the scale 0..10.',
	 'How many customers would warn others about us?', 'detractor_pct(score)', 'nps'),
	('csat_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, satisfied_from integer)', 'kpi_rate_accum(satisfied boolean)'],
	 ARRAY['kpi_scores=kpi_scores_csat_pct', 'kpi_rate=kpi_rate_pct'], 'csat_pct', 'percent', ARRAY['csat', 'customer satisfaction', 'top box', 'top 2 box', 'happiness'],
	 '100 x satisfied answers / answers', 'Percentage of satisfied answers: 4..5 on the scale 1..5, at or above satisfied_from on another scale, or true.',
	 'Are customers happy with the help they got?', 'csat_pct(score)', 'csat'),
	('csat_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'csat_avg', 'score', ARRAY['average satisfaction', 'mean csat'],
	 'sum of scores / answers', 'Mean satisfaction score, on the scale of the survey.',
	 'How happy are customers on average?', 'csat_avg(score)', 'csat'),
	('ces_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'ces_avg', 'score', ARRAY['ces', 'customer effort score'],
	 'sum of scores / answers', 'Mean effort score. High is easy on the scale 1..7; where low is easy, lower is better.',
	 'How easy is it to get help?', 'ces_avg(score)', 'ces'),
	('ces_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, easy_from integer)'],
	 ARRAY['kpi_scores=kpi_scores_ces_pct', 'kpi_rate=kpi_rate_pct'], 'ces_pct', 'percent', ARRAY['low effort share', 'easy share'],
	 '100 x easy answers / answers', 'Percentage of easy answers: 5..7 on the scale 1..7, or at or above easy_from on another scale. Where low is easy, use score_share.',
	 'How many customers find it easy to get help?', 'ces_pct(score)', 'ces'),
	('net_score', ARRAY['kpi_scores_accum_net(score <score>, top_from integer, bottom_to integer)'], '{}'::text[], 'nps', 'points', ARRAY['happiness score', 'net satisfaction', 'effort index'],
	 '100 x (answers at or above top_from - answers at or below bottom_to) / answers', 'Percentage of answers at the top minus percentage of answers at the bottom of any scale: (3, 1) on 1..3 is the happiness score, (6, 3) on 1..7 the effort index.',
	 'Are there more happy than unhappy customers?', 'net_score(score, 6, 3)', 'ces')
) AS t (name, signatures, accessors, final, unit, aliases, formula, definition, question, call, kind);

-- rates: all are hits in percent of the denominator
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'rate', ARRAY[format('kpi_rate_accum(%s boolean)', argument)] || counted, ARRAY['kpi_rate=kpi_rate_pct'], name, 'percent',
	   better::@extschema@.kpi_direction, timing, aliases, hit, denominator,
	   format('100 x (%s) / (%s)', hit, denominator), format('%s%s, as a percentage of %s.', upper(left(hit, 1)), substr(hit, 2), denominator), question,
	   format('SELECT %s(%s) FROM %s', name, call, relation)
FROM (VALUES
	('fcr_rate', 'resolved', ARRAY['kpi_rate_accum_at_most_one(contacts bigint)', 'kpi_rate_accum_at_most_one(contacts bigint, solved boolean)'],
	 'up', 'leading', ARRAY['fcr', 'first contact resolution', 'first call resolution'], 'tickets resolved at first contact', 'solved tickets',
	 'Do we solve it the first time?', 'contacts, solved', 'tickets'),
	('one_touch_rate', 'one_touch', ARRAY['kpi_rate_accum_exactly_one(agent_replies bigint)', 'kpi_rate_accum_exactly_one(agent_replies bigint, solved boolean)'],
	 'up', 'leading', ARRAY['one touch', 'one-touch resolution', 'single reply'], 'tickets solved with exactly one agent reply', 'solved tickets',
	 'How often is a single reply enough?', 'agent_replies, solved', 'tickets'),
	('reopen_rate', 'reopened', ARRAY['kpi_rate_accum_at_least_one(reopens bigint)', 'kpi_rate_accum_at_least_one(reopens bigint, solved boolean)'],
	 'down', 'leading', ARRAY['reopens', 'reopened tickets'], 'tickets reopened at least once', 'solved tickets',
	 'How often do customers reopen solved tickets?', 'reopens, solved', 'tickets'),
	('sla_rate', 'met', ARRAY['kpi_rate_accum_within(actual interval, target interval)'], 'up', 'leading', ARRAY['sla', 'sla attainment', 'sla compliance', 'service level agreement'], 'targets met', 'targets met or missed',
	 'Do we keep our promises?', 'sla_response_met', 'tickets'),
	('service_level', 'in_time', ARRAY['kpi_rate_accum_service(wait interval, within interval, abandoned boolean)', 'kpi_rate_accum_service(wait interval, within interval, abandoned boolean, rule <service_rule>)'], 'up', 'leading', ARRAY['sl', 'tsf', 'telephone service factor'], 'calls answered within the threshold', 'calls answered, or abandoned after the threshold (under the default rule)',
	 'Do callers get through quickly?', 'wait_time, ''20 s'', abandoned', 'tickets WHERE channel = ''phone'''),
	('escalation_rate', 'escalated', '{}', 'down', 'leading', ARRAY['escalations'], 'escalated tickets', 'tickets handled by an agent',
	 'How often does the first line need help?', 'escalated', 'tickets WHERE (abandoned OR self_service OR bot_resolved) IS NOT TRUE'),
	('transfer_rate', 'transferred', '{}', 'down', 'leading', ARRAY['transfers'], 'transferred contacts', 'contacts handled by an agent',
	 'How often are customers passed on?', 'transferred', 'tickets WHERE (abandoned OR self_service OR bot_resolved) IS NOT TRUE'),
	('abandonment_rate', 'abandoned', '{}', 'down', 'leading', ARRAY['abandon rate', 'abandoned calls', 'hang-ups'], 'calls abandoned before an answer', 'offered calls',
	 'How many customers hang up before we answer?', 'abandoned', 'tickets WHERE channel = ''phone'''),
	('deflection_rate', 'deflected', '{}', 'up', 'leading', ARRAY['deflection', 'ticket deflection'], 'contacts solved without an agent', 'contacts started',
	 'How much work never reaches an agent?', '(self_service OR bot_resolved) IS TRUE', 'tickets'),
	('self_service_rate', 'self_served', '{}', 'up', 'leading', ARRAY['self-service'], 'help sessions after which the customer wrote no ticket within 24 hours', 'help sessions that name a customer or a ticket',
	 'How many customers help themselves?', 'solved_alone', '(SELECT bool_and(s.ticket_id IS NULL AND t.ticket_id IS NULL) AS solved_alone FROM help_sessions AS s LEFT JOIN tickets AS t ON t.customer_id = s.customer_id AND t.created_at BETWEEN s.at AND s.at + interval ''24 hours'' WHERE s.customer_id IS NOT NULL OR s.ticket_id IS NOT NULL GROUP BY s.session_id) AS sessions'),
	('bot_resolution_rate', 'resolved', '{}', 'up', 'leading', ARRAY['containment', 'bot containment', 'automated resolution'], 'conversations solved by the bot', 'bot conversations',
	 'How much does the bot solve?', 'bot_resolved', 'tickets WHERE bot_handled'),
	('bot_escalation_rate', 'handed_over', '{}', 'down', 'leading', ARRAY['bot handoff', 'bot handover'], 'conversations that the bot handed over to an agent', 'bot conversations',
	 'How often does the bot give up?', 'bot_escalated', 'tickets WHERE bot_handled'),
	('bot_escalation_accuracy', 'rightly', '{}', 'up', 'leading', ARRAY['handover accuracy'], 'justified hand-overs', 'hand-overs by the bot',
	 'Does the bot hand over the right conversations?', 'bot_escalation_right', 'tickets WHERE bot_escalated'),
	('bot_acceptance_rate', 'accepted', '{}', 'up', 'leading', ARRAY['bot acceptance'], 'conversations in which the customer accepted the bot', 'bot conversations',
	 'Do customers accept the bot?', 'bot_accepted', 'tickets WHERE bot_handled'),
	('survey_response_rate', 'answered', '{}', 'up', 'leading', ARRAY['response rate', 'survey participation'], 'answered surveys', 'surveys sent',
	 'How many customers answer our surveys?', 'answered_at IS NOT NULL', 'surveys'),
	('churn_rate', 'lost', ARRAY['kpi_rate_accum_lost(joined, departed, period <pair_in_period>)', 'kpi_rate_accum_lost(joined, departed, period <pair_in_period>, rule <churn_rule>)'], 'down', 'lagging', ARRAY['churn', 'logo churn', 'customer churn', 'attrition'], 'customers lost by the end of the period', 'customers at the start of the period',
	 'How many customers leave?', 'NOT days @> date ''2026-02-01''', '(SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS customers WHERE days @> daterange ''[2025-12-31,2026-01-01]'''),
	('retention_rate', 'kept', ARRAY['kpi_rate_accum_kept(joined, departed, period <pair_in_period>)', 'kpi_rate_accum_kept(joined, departed, period <pair_in_period>, rule <churn_rule>)'], 'up', 'lagging', ARRAY['retention', 'logo retention', 'customer retention'], 'customers kept until the end of the period', 'customers at the start of the period',
	 'How many customers stay?', 'days @> date ''2026-02-01''', '(SELECT range_agg(daterange(starts_on, ends_on)) AS days FROM subscriptions GROUP BY account_id) AS customers WHERE days @> daterange ''[2025-12-31,2026-01-01]'''),
	('recontact_rate', 'came_back', ARRAY['kpi_rate_accum_recontact(next_contact_after interval, within interval)'], 'down', 'leading', ARRAY['repeat contact', 'repeat calls', 'callback rate'], 'tickets whose customer came back within the window after the solution', 'solved tickets of known customers',
	 'How often do customers have to come back?', 'next_at - resolved_at, ''7 days''', '(SELECT t.resolved_at, min(n.created_at) AS next_at FROM tickets AS t LEFT JOIN tickets AS n ON n.customer_id = t.customer_id AND n.created_at > t.resolved_at WHERE t.customer_id IS NOT NULL AND t.resolved_at >= ''2026-01-01'' AND t.resolved_at < ''2026-02-01'' GROUP BY t.ticket_id, t.resolved_at) AS solved'),
	('renewal_rate', 'renewed', '{}', 'up', 'lagging', ARRAY['renewals'], 'renewed contracts', 'contracts due for renewal',
	 'How many contracts are renewed?', 'renewed', 'subscriptions WHERE renewal_due_on >= ''2026-01-01'' AND renewal_due_on < ''2026-02-01'''),
	('adoption_rate', 'adopted', '{}', 'up', 'leading', ARRAY['feature adoption', 'product adoption'], 'customers who have adopted the product', 'customers at the end of the period',
	 'Do customers use the product?', 'EXISTS (SELECT FROM customer_events AS e WHERE e.account_id = c.account_id AND e.event = ''adopted'' AND e.at < ''2026-02-01'')', '(SELECT DISTINCT account_id FROM subscriptions WHERE daterange(starts_on, ends_on) @> date ''2026-01-31'') AS c'),
	('onboarding_rate', 'onboarded', '{}', 'up', 'leading', ARRAY['onboarding completion', 'activation'], 'new customers onboarded within 30 days', 'new customers',
	 'Do new customers get started?', 'onboarded', '(SELECT bool_or(at::date BETWEEN joined_on AND joined_on + 30) IS TRUE AS onboarded FROM (SELECT account_id, min(starts_on) AS joined_on FROM subscriptions GROUP BY account_id) AS c LEFT JOIN customer_events AS e ON e.account_id = c.account_id AND event = ''onboarded'' WHERE joined_on >= ''2026-01-01'' AND joined_on < ''2026-02-01'' GROUP BY c.account_id) AS customers'),
	('conversion_rate', 'converted', '{}', 'up', 'lagging', ARRAY['conversion', 'sales conversion'], 'customers who purchased within 7 days after a chat', 'customers with a chat before a purchase',
	 'Do customers who chat before a purchase buy?', 'bought', '(SELECT bool_or(p.at IS NOT NULL) AS bought FROM customer_events AS c LEFT JOIN customer_events AS p ON p.account_id = c.account_id AND p.event = ''purchased'' AND p.at BETWEEN c.at AND c.at + interval ''7 days'' WHERE c.event = ''chat_before_purchase'' AND c.at >= ''2026-01-01'' AND c.at < ''2026-02-01'' GROUP BY c.account_id) AS customers'),
	('upsell_rate', 'upsold', '{}', 'up', 'lagging', ARRAY['upsell', 'cross-sell', 'expansion rate'], 'customers who bought more in the period', 'customers active in the period',
	 'How many customers buy more?', 'EXISTS (SELECT FROM customer_events AS e WHERE e.account_id = c.account_id AND e.event = ''upsold'' AND e.at >= ''2026-01-01'' AND e.at < ''2026-02-01'')', '(SELECT DISTINCT account_id FROM subscriptions WHERE daterange(starts_on, ends_on) && ''[2026-01-01,2026-02-01)'') AS c'),
	('referral_rate', 'referred', '{}', 'up', 'lagging', ARRAY['referrals', 'word of mouth'], 'customers who referred others in the period', 'customers active in the period',
	 'How many customers bring others?', 'EXISTS (SELECT FROM customer_events AS e WHERE e.account_id = c.account_id AND e.event = ''referred'' AND e.at >= ''2026-01-01'' AND e.at < ''2026-02-01'')', '(SELECT DISTINCT account_id FROM subscriptions WHERE daterange(starts_on, ends_on) && ''[2026-01-01,2026-02-01)'') AS c'),
	('outreach_success_rate', 'succeeded', '{}', 'up', 'leading', ARRAY['outreach', 'proactive support'], 'customers with a successful outreach', 'customers approached',
	 'Does approaching customers help?', 'succeeded', '(SELECT bool_or(value > 0) IS TRUE AS succeeded FROM customer_events WHERE event = ''outreach'' AND at >= ''2026-01-01'' AND at < ''2026-02-01'' GROUP BY account_id) AS customers'),
	('context_transfer_rate', 'kept_context', '{}', 'up', 'leading', ARRAY['context transfer', 'warm transfer'], 'repeated contacts on another channel that needed no transfer', 'repeated contacts on another channel',
	 'Do customers have to repeat themselves?', 'NOT transferred', '(SELECT transferred, channel, lag(channel) OVER w AS last_channel, created_at - lag(created_at) OVER w AS after FROM tickets WHERE customer_id IS NOT NULL WINDOW w AS (PARTITION BY customer_id ORDER BY created_at, ticket_id)) AS t WHERE channel <> last_channel AND after <= ''7 days'''),
	('compliance_rate', 'complied', '{}', 'up', 'leading', ARRAY['compliance', 'script compliance', 'process compliance'], 'contacts that complied with every rule', 'contacts checked',
	 'Do we comply with our rules?', 'qa_points = qa_possible', 'tickets WHERE qa_possible > 0')
) AS t (name, argument, counted, better, timing, aliases, hit, denominator, question, call, relation);

-- durations: every stage has an average and four percentiles
INSERT INTO @extschema@.kpi_builtin
SELECT statistic || '_' || stage, family,
	   ARRAY[transition || '(duration interval)', transition || '(started, ended <pair>)', transition || '(started, ended <pair>, hours <hours>)']
	   || CASE stage WHEN 'handle' THEN ARRAY[transition || '(talk interval, hold interval, wrap interval)'] END,
	   accessors, statistic || '_' || stage, 'duration', 'down', 'leading',
	   ARRAY(SELECT prefix || alias FROM unnest(stage_aliases) AS alias, unnest(prefixes) AS prefix),
	   NULL, scope, format(how, what), format('%s %s, over %s.', title, what, scope), format(ask, subject),
	   format('SELECT %s_%s(%s) FROM tickets', statistic, stage, call)
	   || CASE WHEN stage IN ('handle', 'wait') THEN ' WHERE abandoned IS NOT TRUE' ELSE '' END
FROM (VALUES
	('response', 'first response time', 'answered tickets', 'does a customer wait for a first response',
	 ARRAY['response time', 'frt', 'first reply time', 'first response time', 'time to first response'], 'created_at, first_response_at'),
	('resolution', 'resolution time', 'solved tickets', 'does it take to solve a ticket',
	 ARRAY['resolution time', 'mttr', 'time to resolve', 'time to close', 'ttr'], 'created_at, resolved_at'),
	('handle', 'handle time', 'handled contacts', 'does an agent work on a contact',
	 ARRAY['handle time', 'aht', 'handling time'], 'coalesce(handle_time, talk_time), CASE WHEN handle_time IS NULL THEN hold_time END, CASE WHEN handle_time IS NULL THEN wrap_time END'),
	('wait', 'waiting time', 'answered contacts', 'does a caller wait for an answer',
	 ARRAY['wait time', 'asa', 'speed of answer', 'waiting time'], 'wait_time')
) AS s (stage, what, scope, subject, stage_aliases, call),
(VALUES
	('avg', 'average', 'kpi_ratio_accum_duration', ARRAY['kpi_ratio=kpi_ratio_avg', 'kpi_durations=kpi_durations_avg'], 'Mean', ARRAY['average ', 'mean ', ''], 'sum of %s / number', 'How long %s on average?'),
	('median', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_median'], 'Median', ARRAY['median ', 'p50 '], 'percentile_cont(0.5) of %s', 'How long %s in a typical case?'),
	('p90', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p90'], '90th percentile of the', ARRAY['p90 '], 'percentile_cont(0.9) of %s', 'How long %s at most, in nine of ten cases?'),
	('p95', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p95'], '95th percentile of the', ARRAY['p95 '], 'percentile_cont(0.95) of %s', 'How long %s at most, in 95 of 100 cases?'),
	('p99', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p99'], '99th percentile of the', ARRAY['p99 '], 'percentile_cont(0.99) of %s', 'How long %s at most, in 99 of 100 cases?')
) AS q (statistic, family, transition, accessors, title, prefixes, how, ask);

-- ratios of sums
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'ratio', signatures, ARRAY['kpi_ratio=' || accessor], name, unit, better::@extschema@.kpi_direction, timing, aliases, NULL, denominator,
	   formula, definition, question, format('SELECT %s FROM %s', call, relation)
FROM (VALUES
	('occupancy', ARRAY['kpi_ratio_accum(busy, staffed <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent occupancy'], 'time staffed', '100 x sum of busy / sum of staffed', 'Time busy with contacts, as a percentage of time busy or waiting for a contact.',
	 'Are agents busy or waiting?', 'occupancy((SELECT sum(upper(s) - lower(s)) FROM unnest(busy) AS s), (SELECT sum(upper(s) - lower(s)) FROM unnest(staffed) AS s))', '(SELECT range_agg(span) FILTER (WHERE state = ''busy'') AS busy, range_agg(span) AS staffed FROM work_time, tstzrange(started_at, ended_at) AS span WHERE state IN (''busy'', ''waiting'') GROUP BY agent_id) AS agents'),
	('utilization', ARRAY['kpi_ratio_accum(busy, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent utilization', 'utilisation'], 'paid time', '100 x sum of busy / sum of paid', 'Time busy with contacts, as a percentage of paid time, over agents who have any.',
	 'How much of the paid time goes into contacts?', 'utilization((SELECT sum(upper(s) - lower(s)) FROM unnest(busy) AS s), (SELECT sum(upper(s) - lower(s)) FROM unnest(paid) AS s))', '(SELECT range_agg(span) FILTER (WHERE state = ''busy'') AS busy, range_agg(span) FILTER (WHERE state = ''paid'') AS paid FROM work_time, tstzrange(started_at, ended_at) AS span GROUP BY agent_id) AS agents'),
	('schedule_adherence', ARRAY['kpi_ratio_accum(adhered, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['adherence'], 'scheduled time', '100 x sum of adhered / sum of scheduled', 'Scheduled time in which the agent worked, as a percentage of scheduled time.',
	 'Do agents work when they are needed?', 'schedule_adherence((SELECT sum(upper(s) - lower(s)) FROM unnest(worked * scheduled) AS s), (SELECT sum(upper(s) - lower(s)) FROM unnest(scheduled) AS s))', '(SELECT range_agg(span) FILTER (WHERE state IN (''working'', ''busy'', ''waiting'')) AS worked, range_agg(span) FILTER (WHERE state = ''scheduled'') AS scheduled FROM work_time, tstzrange(started_at, ended_at) AS span GROUP BY agent_id) AS agents'),
	('schedule_conformance', ARRAY['kpi_ratio_accum(worked, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['conformance'], 'scheduled time', '100 x sum of worked / sum of scheduled', 'Time worked, inside the schedule or not, as a percentage of scheduled time, over agents who have any.',
	 'Do agents work as long as they should?', 'schedule_conformance((SELECT sum(upper(s) - lower(s)) FROM unnest(worked) AS s), (SELECT sum(upper(s) - lower(s)) FROM unnest(scheduled) AS s))', '(SELECT range_agg(span) FILTER (WHERE state IN (''working'', ''busy'', ''waiting'')) AS worked, range_agg(span) FILTER (WHERE state = ''scheduled'') AS scheduled FROM work_time, tstzrange(started_at, ended_at) AS span GROUP BY agent_id) AS agents'),
	('shrinkage', ARRAY['kpi_ratio_accum(unavailable, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['staff shrinkage'], 'paid time', '100 x sum of unavailable / sum of paid', 'Paid time in which the agent did not work, as a percentage of paid time.',
	 'How much paid time is lost to breaks, training and absence?', 'shrinkage((SELECT sum(upper(s) - lower(s)) FROM unnest(paid - coalesce(worked, ''{}'')) AS s), (SELECT sum(upper(s) - lower(s)) FROM unnest(paid) AS s))', '(SELECT range_agg(span) FILTER (WHERE state IN (''working'', ''busy'', ''waiting'')) AS worked, range_agg(span) FILTER (WHERE state = ''paid'') AS paid FROM work_time, tstzrange(started_at, ended_at) AS span GROUP BY agent_id) AS agents'),
	('cost_per_contact', ARRAY['kpi_ratio_accum(cost numeric, contacts bigint)'], 'kpi_ratio_numeric', 'currency', 'down', 'lagging',
	 ARRAY['cpc', 'cost per ticket', 'cost per call'], 'contacts handled by an agent', 'sum of cost / sum of contacts', 'Total cost divided by the contacts that an agent handled.',
	 'What does a contact cost?', 'cost_per_contact(cost, contacts)', '(SELECT sum(amount) AS cost FROM costs WHERE month >= ''2026-01-01'' AND month < ''2026-02-01'') AS c, (SELECT count(*) AS contacts FROM tickets WHERE created_at >= ''2026-01-01'' AND created_at < ''2026-02-01'' AND (abandoned OR self_service OR bot_resolved) IS NOT TRUE) AS t WHERE cost IS NOT NULL'),
	('contact_rate', ARRAY['kpi_ratio_accum(contacts, customers <number>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['contacts per customer', 'ticket rate'], 'customers active in the period', '100 x sum of contacts / sum of customers', 'Contacts of a period, as a percentage of the customers active in it. Customers are a stock: pass one period, never the sum of many days.',
	 'How many customers need help?', 'contact_rate(contacts, customers)', '(SELECT count(*) AS contacts FROM tickets WHERE created_at >= ''2026-01-01'' AND created_at < ''2026-02-01'') AS t, (SELECT count(DISTINCT account_id) AS customers FROM subscriptions WHERE daterange(starts_on, ends_on) && ''[2026-01-01,2026-02-01)'') AS s'),
	('productivity', ARRAY['kpi_ratio_accum(resolved bigint, worked interval)', 'kpi_ratio_accum_hours(resolved bigint, hours_worked double precision)'], 'kpi_ratio_per_hour', 'per hour', 'up', 'leading',
	 ARRAY['tickets per hour', 'throughput'], 'hours worked', 'sum of resolved / hours worked', 'Tickets resolved per hour worked, by agents who worked. Read it beside quality and satisfaction, never alone.',
	 'How much does an agent get done?', 'productivity(resolved, (SELECT sum(upper(s) - lower(s)) FROM unnest(worked * ''{[2026-01-01,2026-02-01)}'') AS s))', '(SELECT agent_id, range_agg(tstzrange(started_at, ended_at)) AS worked FROM work_time WHERE state IN (''working'', ''busy'', ''waiting'') GROUP BY 1) AS w LEFT JOIN (SELECT agent_id, count(*) AS resolved FROM tickets WHERE resolved_at >= ''2026-01-01'' AND resolved_at < ''2026-02-01'' GROUP BY 1) AS t USING (agent_id)'),
	('qa_score', ARRAY['kpi_ratio_accum(points, possible <number>)', 'kpi_ratio_accum_pct(pct <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['quality score', 'iqs', 'internal quality score'], 'points possible', '100 x sum of points / sum of possible, or the mean of percentages', 'Quality review points, as a percentage of the points possible; of percentages, their mean.',
	 'Is our work good?', 'qa_score(qa_points, qa_possible)', 'tickets WHERE qa_points IS NOT NULL'),
	('gross_revenue_retention', ARRAY['kpi_ratio_accum_gross_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['grr', 'gross retention'], 'recurring revenue at the start', '100 x sum of least(start, end) / sum of start', 'Recurring revenue kept, without growth, as a percentage of that at the start, over customers who had any.',
	 'How much revenue do we keep?', 'gross_revenue_retention(mrr_start, mrr_end)', '(SELECT sum(mrr) FILTER (WHERE days @> date ''2026-01-01'') AS mrr_start, sum(mrr) FILTER (WHERE days @> date ''2026-02-01'') AS mrr_end FROM subscriptions, daterange(starts_on, ends_on) AS days GROUP BY account_id HAVING bool_or(days @> date ''2025-12-31'')) AS customers'),
	('net_revenue_retention', ARRAY['kpi_ratio_accum_net_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['nrr', 'ndr', 'net dollar retention'], 'recurring revenue at the start', '100 x sum of end / sum of start', 'Recurring revenue at the end, as a percentage of that at the start, over customers who had any.',
	 'Do our customers grow with us?', 'net_revenue_retention(mrr_start, mrr_end)', '(SELECT sum(mrr) FILTER (WHERE days @> date ''2026-01-01'') AS mrr_start, sum(mrr) FILTER (WHERE days @> date ''2026-02-01'') AS mrr_end FROM subscriptions, daterange(starts_on, ends_on) AS days GROUP BY account_id HAVING bool_or(days @> date ''2025-12-31'')) AS customers'),
	('net_revenue_churn', ARRAY['kpi_ratio_accum_net_revenue(mrr_start, mrr_end <number>)'], 'kpi_ratio_missing_pct', 'percent', 'down', 'lagging',
	 ARRAY['net mrr churn', 'revenue churn'], 'recurring revenue at the start', '100 - 100 x sum of end / sum of start', '100 minus net revenue retention; negative when growth exceeds losses.',
	 'How much revenue do we lose, net of growth?', 'net_revenue_churn(mrr_start, mrr_end)', '(SELECT sum(mrr) FILTER (WHERE days @> date ''2026-01-01'') AS mrr_start, sum(mrr) FILTER (WHERE days @> date ''2026-02-01'') AS mrr_end FROM subscriptions, daterange(starts_on, ends_on) AS days GROUP BY account_id HAVING bool_or(days @> date ''2025-12-31'')) AS customers'),
	('health_score', ARRAY['kpi_ratio_accum_weighted(signal, weight <number>)'], 'kpi_ratio_value', 'score', 'up', 'leading',
	 ARRAY['customer health'], 'weights', 'sum of signal x weight / sum of weight', 'Weighted mean of signals 0..100; a missing signal does not count.',
	 'Are our customers doing well?', 'health_score(signal, weight)', '(SELECT csat_pct(score), 2 FROM surveys WHERE kind = ''csat'' AND scale_max = 5 UNION ALL SELECT sla_rate(sla_resolution_met), 1 FROM tickets) AS signals (signal, weight)'),
	('knowledge_base_usage', ARRAY['kpi_ratio_accum(views, tickets <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['kb usage', 'article views per ticket'], 'tickets', 'sum of views / sum of tickets', 'Views of help articles per ticket.',
	 'Do customers read before they write?', 'knowledge_base_usage(views, tickets)', '(SELECT count(article_id) AS views FROM help_sessions WHERE at >= ''2026-01-01'' AND at < ''2026-02-01'') AS h, (SELECT count(*) AS tickets FROM tickets WHERE created_at >= ''2026-01-01'' AND created_at < ''2026-02-01'') AS t'),
	('self_service_ratio', ARRAY['kpi_ratio_accum(sessions, ticket_users <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['self-service score', 'help center ratio'], 'customers with tickets', 'sum of sessions / sum of ticket users', 'Help sessions per customer with tickets.',
	 'How many help sessions are there for each customer who writes to us?', 'self_service_ratio(sessions, ticket_users)', '(SELECT count(*) AS sessions FROM help_sessions WHERE at >= ''2026-01-01'' AND at < ''2026-02-01'') AS h, (SELECT count(DISTINCT customer_id) AS ticket_users FROM tickets WHERE created_at >= ''2026-01-01'' AND created_at < ''2026-02-01'') AS t')
) AS t (name, signatures, accessor, unit, better, timing, aliases, denominator, formula, definition, question, call, relation);

-- stocks, flows and trends
INSERT INTO @extschema@.kpi_builtin
VALUES
	('backlog', 'rate', ARRAY['kpi_rate_accum_backlog(opened, closed, as_of <pair_at>)'], ARRAY['kpi_rate=kpi_rate_count'], 'backlog', 'tickets', 'down', 'leading',
	 ARRAY['open tickets', 'unresolved tickets', 'work in progress'], 'tickets opened by then and not yet closed', 'tickets',
	 'tickets with opened <= as_of and no closed <= as_of', 'Tickets open at an instant: opened by then and not yet closed.',
	 'How many tickets are waiting?', 'SELECT backlog(created_at, coalesce(resolved_at, closed_at), ''2026-02-01'') FROM tickets'),
	('net_flow', 'ratio', ARRAY['kpi_ratio_accum_flow(opened, closed, period <pair_in_period>)'], ARRAY['kpi_ratio=kpi_ratio_count'], 'net_flow', 'tickets', 'down', 'leading',
	 ARRAY['created minus closed', 'change of backlog'], NULL, 'tickets',
	 'tickets opened in the period - tickets closed in it', 'Tickets opened minus tickets closed in a period: the growth of the backlog.',
	 'Do we keep up?', 'SELECT net_flow(created_at, coalesce(resolved_at, closed_at), ''[2026-01-01,2026-02-01)'') FROM tickets'),
	('trend', 'trend', ARRAY['kpi_trend_accum(value double precision, at <instant>)'], ARRAY['kpi_trend=kpi_trend_slope'], 'trend', 'per day', 'range', 'leading',
	 ARRAY['slope', 'change per day', 'regression'], NULL, 'points',
	 'least squares: sum of (t - mean t) (v - mean v) / sum of (t - mean t)^2', 'Change of a value per day: the slope of the straight line through it by least squares.',
	 'Where is it heading?', 'SELECT trend(score, answered_at) FROM surveys WHERE kind = ''nps''');

CREATE FUNCTION @extschema@.kpi_describe(definition text, question text, unit text, better @extschema@.kpi_direction, aliases text[], example text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	-- for people first; kpi_catalogue reads the lines behind the definition back
	SELECT concat_ws(E'\n', $1, 'Question: ' || $2, 'Unit: ' || $3, 'Better: ' || $4,
					 'Also known as: ' || nullif(array_to_string($5, ', '), ''), 'Example: ' || $6);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_describe(text, text, text, @extschema@.kpi_direction, text[], text) IS 'internal: the comment of a KPI';

DO $install$
DECLARE
	ours CONSTANT text := '@extschema@';
	schema CONSTANT text := (SELECT nspname FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'kpi');
	kpi @extschema@.kpi_builtin;
	tally text;
	symbol text;
BEGIN
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		FOR tally, symbol IN
			SELECT split_part(accessor, '=', 1), split_part(accessor, '=', 2) FROM unnest(kpi.accessors) AS accessor
		LOOP
			EXECUTE format('CREATE FUNCTION %1$s.%2$I(tally %1$s.%3$I) RETURNS %4$s AS ''MODULE_PATHNAME'', %5$L LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE',
						   ours, kpi.name, tally,
						   CASE kpi.unit WHEN 'duration' THEN 'interval' WHEN 'currency' THEN 'numeric' WHEN 'tickets' THEN 'bigint' ELSE 'double precision' END,
						   symbol);
			EXECUTE format('COMMENT ON FUNCTION %1$s.%2$I(%1$s.%3$I) IS %4$L', ours, kpi.name, tally, 'asks a tally: ' || kpi.definition);
		END LOOP;
	END LOOP;
	-- now every final function is there
	FOR kpi IN SELECT * FROM @extschema@.kpi_builtin ORDER BY name LOOP
		PERFORM @extschema@.kpi_create_aggregate(
			schema, kpi.name, signature, kpi.final,
			@extschema@.kpi_describe(kpi.definition, kpi.question, kpi.unit, kpi.better, kpi.aliases, kpi.example))
		FROM unnest(kpi.signatures) AS signature;
	END LOOP;
END
$install$;
