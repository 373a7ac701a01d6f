
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
	 'How many customers would warn others of us?', 'detractor_pct(score)', 'nps'),
	('csat_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, satisfied_from integer)', 'kpi_rate_accum(satisfied boolean)'],
	 ARRAY['kpi_scores=kpi_scores_csat_pct', 'kpi_rate=kpi_rate_pct'], 'csat_pct', 'percent', ARRAY['csat', 'customer satisfaction', 'top box', 'top 2 box', 'happiness'],
	 '100 x satisfied answers / answers', 'Percentage of satisfied answers: 4..5 on the scale 1..5, at or above satisfied_from on another one, or true.',
	 'Are customers happy with the help they got?', 'csat_pct(score)', 'csat'),
	('csat_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'csat_avg', 'score', ARRAY['average satisfaction', 'mean csat'],
	 'sum of scores / answers', 'Mean satisfaction score, on the scale of the survey.',
	 'How happy are customers on average?', 'csat_avg(score)', 'csat'),
	('ces_avg', ARRAY['kpi_scores_accum(score <score>)'], ARRAY['kpi_scores=kpi_scores_avg'], 'ces_avg', 'score', ARRAY['ces', 'customer effort score'],
	 'sum of scores / answers', 'Mean effort score. High is easy on the scale 1..7; where low is easy, lower is better.',
	 'How easy is it to get help?', 'ces_avg(score)', 'ces'),
	('ces_pct', ARRAY['kpi_scores_accum(score <score>)', 'kpi_rate_accum_score_from(score <score>, easy_from integer)'],
	 ARRAY['kpi_scores=kpi_scores_ces_pct', 'kpi_rate=kpi_rate_pct'], 'ces_pct', 'percent', ARRAY['low effort share', 'easy share'],
	 '100 x easy answers / answers', 'Percentage of easy answers: 5..7 on the scale 1..7, or at or above easy_from on another one. Where low is easy use score_share.',
	 'How many customers find it easy to get help?', 'ces_pct(score)', 'ces'),
	('net_score', ARRAY['kpi_scores_accum_net(score <score>, top_from integer, bottom_to integer)'], '{}'::text[], 'nps', 'points', ARRAY['happiness score', 'net satisfaction', 'effort index'],
	 '100 x (answers at or above top_from - answers at or below bottom_to) / answers', 'Percentage of answers at the top minus percentage of answers at the bottom of any scale: (3, 1) on 1..3 is the happiness score, (6, 3) on 1..7 the effort index.',
	 'Are there more happy than unhappy customers?', 'net_score(score, 6, 3)', 'ces')
) AS t (name, signatures, accessors, final, unit, aliases, formula, definition, question, call, kind);

-- rates: all are hits in percent of the denominator
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'rate', ARRAY[format('kpi_rate_accum(%s boolean)', argument)] || counted, ARRAY['kpi_rate=kpi_rate_pct'], name, 'percent',
	   better::@extschema@.kpi_direction, timing, aliases, hit, denominator,
	   format('100 x (%s) / (%s)', hit, denominator), format('Percentage of %s: %s.', denominator, hit), question,
	   format('SELECT %s(%s) FROM %s', name, call, relation)
FROM (VALUES
	('fcr_rate', 'resolved', ARRAY['kpi_rate_accum_at_most_one(contacts bigint)', 'kpi_rate_accum_at_most_one(contacts bigint, solved boolean)'],
	 'up', 'leading', ARRAY['fcr', 'first contact resolution', 'first call resolution'], 'resolved at first contact', 'solved tickets',
	 'Do we solve it the first time?', 'contacts, solved', 'tickets'),
	('one_touch_rate', 'one_touch', ARRAY['kpi_rate_accum_exactly_one(agent_replies bigint)', 'kpi_rate_accum_exactly_one(agent_replies bigint, solved boolean)'],
	 'up', 'leading', ARRAY['one touch', 'one-touch resolution', 'single reply'], 'exactly one agent reply', 'solved tickets',
	 'How often is a single reply enough?', 'agent_replies, solved', 'tickets'),
	('reopen_rate', 'reopened', ARRAY['kpi_rate_accum_at_least_one(reopens bigint)', 'kpi_rate_accum_at_least_one(reopens bigint, solved boolean)'],
	 'down', 'leading', ARRAY['reopens', 'reopened tickets'], 'reopened at least once', 'solved tickets',
	 'How often was solved not solved?', 'reopens, solved', 'tickets'),
	('sla_rate', 'met', ARRAY['kpi_rate_accum_within(actual interval, target interval)'], 'up', 'leading', ARRAY['sla', 'sla attainment', 'sla compliance', 'service level agreement'], 'target met', 'tickets that are due',
	 'Do we keep our promises?', 'sla_response_met', 'tickets'),
	('service_level', 'in_time', ARRAY['kpi_rate_accum_service(wait interval, within interval, abandoned boolean)', 'kpi_rate_accum_service(wait interval, within interval, abandoned boolean, rule @extschema@.kpi_service_rule)'], 'up', 'leading', ARRAY['sl', 'tsf', 'telephone service factor'], 'answered in time', 'offered calls',
	 'Do callers get through quickly?', 'wait_time, ''20 s'', abandoned', 'tickets'),
	('escalation_rate', 'escalated', '{}', 'down', 'leading', ARRAY['escalations'], 'escalated', 'handled tickets',
	 'How often does the first line need help?', 'escalated', 'tickets'),
	('transfer_rate', 'transferred', '{}', 'down', 'leading', ARRAY['transfers'], 'transferred', 'handled contacts',
	 'How often are customers passed on?', 'transferred', 'tickets'),
	('abandonment_rate', 'abandoned', '{}', 'down', 'leading', ARRAY['abandon rate', 'abandoned calls', 'hang-ups'], 'given up before an answer', 'offered contacts',
	 'How many customers hang up before we answer?', 'abandoned', 'tickets'),
	('deflection_rate', 'deflected', '{}', 'up', 'leading', ARRAY['deflection', 'ticket deflection'], 'kept away from an agent', 'contacts started',
	 'How much work never reaches an agent?', 'self_service', 'tickets'),
	('self_service_rate', 'self_served', '{}', 'up', 'leading', ARRAY['self-service'], 'solved by the customer alone', 'issues',
	 'How many customers help themselves?', 'self_service', 'tickets'),
	('bot_resolution_rate', 'resolved', '{}', 'up', 'leading', ARRAY['containment', 'bot containment', 'automated resolution'], 'solved by the bot', 'bot conversations',
	 'How much does the bot solve?', 'bot_resolved', 'tickets WHERE bot_handled'),
	('bot_escalation_rate', 'handed_over', '{}', 'down', 'leading', ARRAY['bot handoff', 'bot handover'], 'handed over to an agent', 'bot conversations',
	 'How often does the bot give up?', 'bot_escalated', 'tickets WHERE bot_handled'),
	('bot_escalation_accuracy', 'rightly', '{}', 'up', 'leading', ARRAY['handover accuracy'], 'handed over rightly', 'hand-overs by the bot',
	 'Does the bot hand over the right conversations?', 'bot_escalation_right', 'tickets WHERE bot_escalated'),
	('bot_acceptance_rate', 'accepted', '{}', 'up', 'leading', ARRAY['bot acceptance'], 'bot accepted by the customer', 'bot conversations',
	 'Do customers accept the bot?', 'bot_accepted', 'tickets WHERE bot_handled'),
	('survey_response_rate', 'answered', '{}', 'up', 'leading', ARRAY['response rate', 'survey participation'], 'answered', 'surveys sent',
	 'How many customers answer our surveys?', 'answered_at IS NOT NULL', 'surveys'),
	('churn_rate', 'lost', ARRAY['kpi_rate_accum_lost(joined <instant>, departed <instant>, period <period>)', 'kpi_rate_accum_lost(joined <instant>, departed <instant>, period <period>, rule @extschema@.kpi_churn_rule)'], 'down', 'lagging', ARRAY['churn', 'logo churn', 'customer churn', 'attrition'], 'lost', 'customers at the start',
	 'How many customers leave?', 'starts_on, ends_on, ''[2026-01-01,2026-02-01)''', 'subscriptions'),
	('retention_rate', 'kept', ARRAY['kpi_rate_accum_kept(joined <instant>, departed <instant>, period <period>)', 'kpi_rate_accum_kept(joined <instant>, departed <instant>, period <period>, rule @extschema@.kpi_churn_rule)'], 'up', 'lagging', ARRAY['retention', 'logo retention', 'customer retention'], 'kept', 'customers at the start',
	 'How many customers stay?', 'starts_on, ends_on, ''[2026-01-01,2026-02-01)''', 'subscriptions'),
	('recontact_rate', 'came_back', ARRAY['kpi_rate_accum_recontact(next_contact_after interval, within interval)'], 'down', 'leading', ARRAY['repeat contact', 'repeat calls', 'callback rate'], 'customer came back within the window', 'solved tickets',
	 'How often do customers have to come back?', 'next_at - resolved_at, ''7 days''', '(SELECT resolved_at, lead(created_at) OVER (PARTITION BY customer_id ORDER BY created_at) AS next_at FROM tickets) AS contacts WHERE next_at >= resolved_at OR next_at IS NULL'),
	('renewal_rate', 'renewed', '{}', 'up', 'lagging', ARRAY['renewals'], 'renewed', 'contracts due for renewal',
	 'How many contracts are renewed?', 'renewed', 'subscriptions WHERE renewal_due_on < ''2026-01-01'''),
	('adoption_rate', 'adopted', '{}', 'up', 'leading', ARRAY['feature adoption', 'product adoption'], 'using what they pay for', 'customers',
	 'Do customers use the product?', 'event = ''adopted''', 'customer_events'),
	('onboarding_rate', 'onboarded', '{}', 'up', 'leading', ARRAY['onboarding completion', 'activation'], 'onboarded', 'new customers',
	 'Do new customers get started?', 'event = ''onboarded''', 'customer_events'),
	('conversion_rate', 'converted', '{}', 'up', 'lagging', ARRAY['conversion', 'sales conversion'], 'bought', 'contacts with a chance to buy',
	 'How many contacts end in a sale?', 'event = ''purchased''', 'customer_events'),
	('upsell_rate', 'upsold', '{}', 'up', 'lagging', ARRAY['upsell', 'cross-sell', 'expansion rate'], 'bought more', 'customers',
	 'How many customers buy more?', 'event = ''upsold''', 'customer_events'),
	('referral_rate', 'referred', '{}', 'up', 'lagging', ARRAY['referrals', 'word of mouth'], 'referred somebody', 'customers',
	 'How many customers bring others?', 'event = ''referred''', 'customer_events'),
	('outreach_success_rate', 'succeeded', '{}', 'up', 'leading', ARRAY['outreach', 'proactive support'], 'reached the goal', 'customers approached',
	 'Does approaching customers help?', 'value > 0', 'customer_events WHERE event = ''outreach'''),
	('context_transfer_rate', 'kept_context', '{}', 'up', 'leading', ARRAY['context transfer', 'warm transfer'], 'context passed on', 'changes of channel or agent',
	 'Do customers have to repeat themselves?', 'NOT transferred', 'tickets'),
	('compliance_rate', 'complied', '{}', 'up', 'leading', ARRAY['compliance', 'script compliance', 'process compliance'], 'all rules kept', 'contacts checked',
	 'Do we keep to the rules?', 'qa_points = qa_possible', 'tickets')
) AS t (name, argument, counted, better, timing, aliases, hit, denominator, question, call, relation);

-- durations: every stage has an average and four percentiles
INSERT INTO @extschema@.kpi_builtin
SELECT statistic || '_' || stage, family,
	   ARRAY[transition || '(duration interval)', transition || '(started <instant>, ended <instant>)', transition || '(started <instant>, ended <instant>, hours @extschema@.business_hours)']
	   || CASE stage WHEN 'handle' THEN ARRAY[transition || '(talk interval, hold interval, wrap interval)'] END,
	   accessors, statistic || '_' || stage, 'duration', 'down', 'leading',
	   ARRAY(SELECT prefix || alias FROM unnest(stage_aliases) AS alias, unnest(prefixes) AS prefix),
	   NULL, scope, format(how, what), format('%s %s, over %s.', title, what, scope), format(ask, subject),
	   format('SELECT %s_%s(%s) FROM tickets', statistic, stage, call)
FROM (VALUES
	('response', 'first response time', 'answered tickets', 'does a customer wait for a first response',
	 ARRAY['response time', 'frt', 'first reply time', 'first response time', 'time to first response'], 'created_at, first_response_at'),
	('resolution', 'resolution time', 'solved tickets', 'does it take to solve a ticket',
	 ARRAY['resolution time', 'mttr', 'time to resolve', 'time to close', 'ttr'], 'created_at, resolved_at'),
	('handle', 'handle time', 'handled contacts', 'does an agent work on a contact',
	 ARRAY['handle time', 'aht', 'handling time'], 'talk_time, hold_time, wrap_time'),
	('wait', 'waiting time', 'answered contacts', 'does a caller wait for an answer',
	 ARRAY['wait time', 'asa', 'speed of answer', 'waiting time'], 'wait_time'),
	('duration', 'duration', 'rows with a duration', 'does it take',
	 ARRAY['duration', 'next reply time', 'time in status', 'requester wait time', 'agent wait time'], 'pending_time')
) AS s (stage, what, scope, subject, stage_aliases, call),
(VALUES
	('avg', 'average', 'kpi_ratio_accum_duration', ARRAY['kpi_ratio=kpi_ratio_avg', 'kpi_durations=kpi_durations_avg'], 'Mean', ARRAY['average ', 'mean ', ''], 'sum of %s / number', 'How long %s on average?'),
	('median', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_median'], 'Median', ARRAY['median ', 'p50 '], 'percentile_cont(0.5) of %s', 'How long %s usually?'),
	('p90', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p90'], '90th percentile of the', ARRAY['p90 '], 'percentile_cont(0.9) of %s', 'How long %s in nine of ten cases at most?'),
	('p95', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p95'], '95th percentile of the', ARRAY['p95 '], 'percentile_cont(0.95) of %s', 'How long %s in 95 of 100 cases at most?'),
	('p99', 'durations', 'kpi_durations_accum', ARRAY['kpi_durations=kpi_durations_p99'], '99th percentile of the', ARRAY['p99 '], 'percentile_cont(0.99) of %s', 'How long %s in 99 of 100 cases at most?')
) AS q (statistic, family, transition, accessors, title, prefixes, how, ask);

-- ratios of sums
INSERT INTO @extschema@.kpi_builtin
SELECT name, 'ratio', signatures, ARRAY['kpi_ratio=' || accessor], name, unit, better::@extschema@.kpi_direction, timing, aliases, NULL, denominator,
	   formula, definition, question, format('SELECT %s FROM %s', call, relation)
FROM (VALUES
	('occupancy', ARRAY['kpi_ratio_accum(busy <amount>, staffed <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent occupancy'], 'time staffed', '100 x sum of busy / sum of staffed', 'Time on contacts in percent of time on contacts or waiting for one.',
	 'Are agents busy or waiting?', 'occupancy(CASE state WHEN ''busy'' THEN ended_at - started_at END, ended_at - started_at)', 'work_time WHERE state IN (''busy'', ''waiting'')'),
	('utilization', ARRAY['kpi_ratio_accum(busy <amount>, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['agent utilization', 'utilisation'], 'paid time', '100 x sum of busy / sum of paid', 'Time on contacts in percent of paid time.',
	 'How much of the paid time goes into contacts?', 'utilization(CASE state WHEN ''busy'' THEN ended_at - started_at END, CASE state WHEN ''paid'' THEN ended_at - started_at ELSE ''0'' END)', 'work_time'),
	('schedule_adherence', ARRAY['kpi_ratio_accum(adhered <amount>, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['adherence'], 'scheduled time', '100 x sum of adhered / sum of scheduled', 'Scheduled time worked when it was scheduled, in percent of scheduled time.',
	 'Do agents work when they are needed?', 'schedule_adherence(adhered, scheduled)', '(VALUES (interval ''130 min'', interval ''150 min'')) AS shifts (adhered, scheduled)'),
	('schedule_conformance', ARRAY['kpi_ratio_accum(worked <amount>, scheduled <amount>)'], 'kpi_ratio_pct', 'percent', 'range', 'leading',
	 ARRAY['conformance'], 'scheduled time', '100 x sum of worked / sum of scheduled', 'Time worked, whenever it was, in percent of scheduled time.',
	 'Do agents work as long as they should?', 'schedule_conformance(CASE state WHEN ''working'' THEN ended_at - started_at END, CASE state WHEN ''scheduled'' THEN ended_at - started_at ELSE ''0'' END)', 'work_time'),
	('shrinkage', ARRAY['kpi_ratio_accum(unavailable <amount>, paid <amount>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['staff shrinkage'], 'paid time', '100 x sum of unavailable / sum of paid', 'Paid time in which agents are not available, in percent of paid time.',
	 'How much paid time is lost to breaks, training and absence?', 'shrinkage(greatest(paid - working, ''0''), paid)', '(SELECT sum(ended_at - started_at) FILTER (WHERE state = ''paid'') AS paid, sum(ended_at - started_at) FILTER (WHERE state = ''working'') AS working FROM work_time GROUP BY agent_id) AS agents'),
	('cost_per_contact', ARRAY['kpi_ratio_accum(cost numeric, contacts bigint)'], 'kpi_ratio_numeric', 'currency', 'down', 'lagging',
	 ARRAY['cpc', 'cost per ticket', 'cost per call'], 'contacts', 'sum of cost / sum of contacts', 'Total cost over total contacts.',
	 'What does a contact cost?', 'cost_per_contact(cost, contacts)', 'tickets'),
	('contact_rate', ARRAY['kpi_ratio_accum(contacts <number>, customers <number>)'], 'kpi_ratio_pct', 'percent', 'down', 'leading',
	 ARRAY['contacts per customer', 'ticket rate'], 'customers', '100 x sum of contacts / sum of customers', 'Contacts in percent of customers. Customers are a stock: pass one period, never the sum of many days.',
	 'How many customers need help?', 'contact_rate(contacts, customers)', '(SELECT count(*) AS contacts, count(DISTINCT customer_id) AS customers FROM tickets) AS month'),
	('productivity', ARRAY['kpi_ratio_accum(resolved bigint, worked interval)', 'kpi_ratio_accum_hours(resolved bigint, hours_worked double precision)'], 'kpi_ratio_per_hour', 'per hour', 'up', 'leading',
	 ARRAY['tickets per hour', 'throughput'], 'hours worked', 'sum of resolved / hours worked', 'Resolved tickets per hour worked. Read it beside quality and satisfaction, never alone.',
	 'How much does an agent get done?', 'productivity(1, handle_time)', 'tickets'),
	('qa_score', ARRAY['kpi_ratio_accum(points <number>, possible <number>)', 'kpi_ratio_accum_pct(pct <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'leading',
	 ARRAY['quality score', 'iqs', 'internal quality score'], 'points possible', '100 x sum of points / sum of possible, or the mean of percentages', 'Quality review points in percent of those possible; of percentages, their mean.',
	 'Is our work good?', 'qa_score(qa_points, qa_possible)', 'tickets'),
	('gross_revenue_retention', ARRAY['kpi_ratio_accum_gross_revenue(mrr_start <number>, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['grr', 'gross retention'], 'recurring revenue at the start', '100 x sum of least(start, end) / sum of start', 'Recurring revenue kept, without growth, in percent of that at the start, over customers who had any.',
	 'How much revenue do we keep?', 'gross_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('net_revenue_retention', ARRAY['kpi_ratio_accum_net_revenue(mrr_start <number>, mrr_end <number>)'], 'kpi_ratio_pct', 'percent', 'up', 'lagging',
	 ARRAY['nrr', 'ndr', 'net dollar retention'], 'recurring revenue at the start', '100 x sum of end / sum of start', 'Recurring revenue at the end in percent of that at the start, over customers who had any.',
	 'Do our customers grow with us?', 'net_revenue_retention(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('net_revenue_churn', ARRAY['kpi_ratio_accum_net_revenue(mrr_start <number>, mrr_end <number>)'], 'kpi_ratio_missing_pct', 'percent', 'down', 'lagging',
	 ARRAY['net mrr churn', 'revenue churn'], 'recurring revenue at the start', '100 - 100 x sum of end / sum of start', 'What net revenue retention lacks to 100 %; negative when customers grow.',
	 'How much revenue do we lose?', 'net_revenue_churn(mrr, CASE WHEN ends_on IS NULL THEN mrr END)', 'subscriptions'),
	('health_score', ARRAY['kpi_ratio_accum_weighted(signal <number>, weight <number>)'], 'kpi_ratio_value', 'score', 'up', 'leading',
	 ARRAY['customer health'], 'weights', 'sum of signal x weight / sum of weight', 'Weighted mean of signals 0..100; a missing signal does not count.',
	 'Are our customers doing well?', 'health_score(value, 2)', 'customer_events'),
	('knowledge_base_usage', ARRAY['kpi_ratio_accum(views <number>, tickets <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['kb usage', 'article views per ticket'], 'tickets', 'sum of views / sum of tickets', 'Views of help articles per ticket.',
	 'Do customers read before they write?', 'knowledge_base_usage(views, tickets)', '(SELECT count(article_id) AS views, count(DISTINCT ticket_id) AS tickets FROM help_sessions) AS month'),
	('self_service_ratio', ARRAY['kpi_ratio_accum(sessions <number>, ticket_users <number>)'], 'kpi_ratio_value', 'ratio', 'up', 'leading',
	 ARRAY['self-service score', 'help center ratio'], 'customers with tickets', 'sum of sessions / sum of ticket users', 'Help sessions per customer with tickets.',
	 'How many customers look for help themselves, for each who asks us?', 'self_service_ratio(sessions, ticket_users)', '(SELECT count(*) AS sessions, count(DISTINCT customer_id) FILTER (WHERE ticket_id IS NOT NULL) AS ticket_users FROM help_sessions) AS month')
) AS t (name, signatures, accessor, unit, better, timing, aliases, denominator, formula, definition, question, call, relation);

-- stocks, flows and trends
INSERT INTO @extschema@.kpi_builtin
VALUES
	('backlog', 'rate', ARRAY['kpi_rate_accum_backlog(opened <instant>, closed <instant>, as_of <instant>)'], ARRAY['kpi_rate=kpi_rate_count'], 'backlog', 'tickets', 'down', 'leading',
	 ARRAY['open tickets', 'unresolved tickets', 'work in progress'], 'opened by then and not closed yet', 'tickets',
	 'number opened <= as_of and not closed <= as_of', 'Tickets that are open at an instant: opened by then, and not yet closed.',
	 'How many tickets are waiting?', 'SELECT backlog(created_at, resolved_at, ''2026-02-01'') FROM tickets'),
	('net_flow', 'ratio', ARRAY['kpi_ratio_accum_flow(opened <instant>, closed <instant>, period <period>)'], ARRAY['kpi_ratio=kpi_ratio_count'], 'net_flow', 'tickets', 'down', 'leading',
	 ARRAY['created minus closed', 'change of backlog'], NULL, 'tickets',
	 'number opened in the period - number closed in it', 'Tickets opened minus tickets closed inside a period: what the backlog grows by.',
	 'Do we keep up?', 'SELECT net_flow(created_at, resolved_at, ''[2026-01-01,2026-02-01)'') FROM tickets'),
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
