
-- What dashboards keep of a day and show of it.  Built schemas are put together
-- from these two tables: to keep another tally, or to show more of one, add a row.
-- Calls in them give every argument, of the very type: a function that fits better
-- would be taken for ours.

CREATE TYPE @extschema@.kpi_attribute AS ENUM ('event', 'created');
COMMENT ON TYPE @extschema@.kpi_attribute IS 'the day that a KPI of a ticket belongs to: that on which it happened, or that on which the ticket was created';
CREATE TYPE @extschema@.kpi_tracking AS ENUM ('updated_at', 'triggers');
COMMENT ON TYPE @extschema@.kpi_tracking IS 'how kpi_refresh finds what has changed: by the column updated_at, or by triggers, which see deletions too';

-- The tables of tallies.  One is made when there is a relation that feeds it, with
-- one of the columns of the tickets that it needs.  Rows without the key that
-- counted_only_for names would be nobody's.
CREATE TABLE @extschema@.kpi_tally_table (
	position integer PRIMARY KEY,
	kept_by text NOT NULL UNIQUE,
	name text NOT NULL UNIQUE,
	needs text[],
	counted_only_for text,
	description text NOT NULL
);
COMMENT ON TABLE @extschema@.kpi_tally_table IS 'internal: the tables of tallies that kpi_build makes, read-only';
INSERT INTO @extschema@.kpi_tally_table VALUES
	(1, 'ticket', 'ticket_daily', NULL, NULL, 'tallies of each day, team, channel, category, priority and tier'),
	(2, 'agent', 'agent_daily_tally', NULL, NULL, 'tallies of each day and agent'),
	(3, 'hour', 'hourly_tally', NULL, NULL, 'tallies of each day, hour and channel'),
	(4, 'survey', 'survey_daily_tally', NULL, NULL, 'tallies of each day, kind of survey and channel'),
	(5, 'contact', 'contact_daily_tally', NULL, NULL, 'tallies of each day and channel: contacts of customers who had been in touch before'),
	(6, 'customer', 'customer_daily_tally', '{account_id,customer_id}', 'account_id', 'tallies of each day, customer and channel'),
	(7, 'customer_event', 'customer_event_daily_tally', NULL, 'account_id', 'tallies of each day, customer and event'),
	(8, 'work', 'work_daily_tally', NULL, NULL, 'tallies of each day and agent: time scheduled, paid, worked and busy'),
	(9, 'subscription', 'subscription_monthly_tally', NULL, NULL, 'tallies of each month (its first day), plan and reason to leave'),
	(10, 'cost', 'cost_monthly_tally', NULL, NULL, 'tallies of each month (its first day), component and channel'),
	(11, 'help', 'help_daily_tally', NULL, NULL, 'tallies of each day and article');

-- Their keys beside the day.  An expression is over the row t of a source and, when
-- it has several events, over its event e; without one, it is the column of that
-- name.
CREATE TABLE @extschema@.kpi_tally_key (
	kept_by text NOT NULL REFERENCES @extschema@.kpi_tally_table (kept_by),
	position integer NOT NULL,
	name text NOT NULL,
	type text NOT NULL,
	in_tickets text,
	PRIMARY KEY (kept_by, position)
);
COMMENT ON TABLE @extschema@.kpi_tally_key IS 'internal: the keys of the tables of tallies, read-only';
INSERT INTO @extschema@.kpi_tally_key VALUES
	('ticket', 1, 'team', 'text', NULL), ('ticket', 2, 'channel', 'text', NULL), ('ticket', 3, 'category', 'text', NULL), ('ticket', 4, 'priority', 'text', NULL), ('ticket', 5, 'customer_tier', 'text', NULL),
	-- a response is that of who gave it, whose name is known only when the ticket is theirs
	('agent', 1, 'agent_id', 'text', 'CASE WHEN e.responded THEN coalesce(t.first_responder_id, t.agent_id) ELSE t.agent_id END'),
	('agent', 2, 'agent_name', 'text', 'CASE WHEN NOT e.responded OR t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_name END'),
	('agent', 3, 'agent_hired_on', 'date', 'CASE WHEN NOT e.responded OR t.first_responder_id IS NULL OR t.first_responder_id = t.agent_id THEN t.agent_hired_on END'),
	('hour', 1, 'hour', 'integer', 't.created_hour'), ('hour', 2, 'channel', 'text', NULL),
	('survey', 1, 'kind', 'text', NULL), ('survey', 2, 'channel', 'text', NULL),
	('contact', 1, 'channel', 'text', NULL),
	('customer', 1, 'account_id', 'text', 'coalesce(t.account_id, t.customer_id)'), ('customer', 2, 'channel', 'text', NULL),
	('customer_event', 1, 'account_id', 'text', NULL), ('customer_event', 2, 'event', 'text', NULL),
	('work', 1, 'agent_id', 'text', NULL),
	('subscription', 1, 'plan', 'text', NULL), ('subscription', 2, 'end_reason', 'text', NULL),
	('cost', 1, 'component', 'text', NULL), ('cost', 2, 'channel', 'text', NULL),
	('help', 1, 'article_id', 'text', NULL);

-- kept_by	the tables that have it
-- source	the rows that it counts; see kpi_sources
-- event	what happens to a row t when it counts, where several things can
-- counted	an aggregate over the rows; impossible values are NULL here
-- condition	the rows that it is taken over; NULL: all
-- needs	the columns of the relation, without any of which there is nothing to count
-- surveyed	NULL, or whether it takes a relation of surveys; without one, a ticket is
--			asked when it is resolved
CREATE TABLE @extschema@.kpi_measure (
	position integer PRIMARY KEY,
	name text NOT NULL,
	type text NOT NULL,
	kept_by text[] NOT NULL,
	source text NOT NULL,
	event text,
	counted text NOT NULL,
	condition text,
	needs text[],
	description text NOT NULL,
	surveyed boolean
);
COMMENT ON TABLE @extschema@.kpi_measure IS 'internal: the tallies of a day that kpi_build keeps, read-only';
REVOKE ALL ON @extschema@.kpi_tally_table, @extschema@.kpi_tally_key, @extschema@.kpi_measure FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_tally_table, @extschema@.kpi_tally_key, @extschema@.kpi_measure TO PUBLIC;

INSERT INTO @extschema@.kpi_measure VALUES
	(1, 'tickets', 'bigint', '{ticket,agent,hour}', 'tickets', 'created', 'count(*)', NULL, NULL, 'tickets created', NULL),
	(2, 'unanswered', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_unanswered', NULL, 'tickets created that have no first response yet', NULL),
	(3, 'unresolved', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_unresolved', NULL, 'tickets created that are not resolved yet', NULL),
	(4, 'rows_excluded', 'bigint', '{ticket,agent}', 'tickets', 'created', 'count(*)', 't.is_impossible', NULL, 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(5, 'resolved', 'bigint', '{ticket,agent}', 'tickets', 'resolved', 'count(*)', NULL, NULL, 'tickets resolved', NULL),
	-- of those that were ever opened, or the backlog would be too small
	(6, 'closed', 'bigint', '{ticket}', 'tickets', 'closed', 'count(*)', 't.created_day IS NOT NULL', NULL, 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(7, 'closed', 'bigint', '{ticket}', 'tickets', 'created', 'count(*)', 'NOT t.is_unresolved AND t.resolved_at IS NULL', NULL, 'tickets resolved on this day, whatever day KPIs belong to', NULL),
	(8, 'rows_excluded', 'bigint', '{ticket,agent}', 'tickets', 'resolved', 'count(*)', 't.created_day IS NULL', NULL, 'tickets created with an impossible value, which is left out of the KPI that it would break', NULL),
	(10, 'response', 'kpi_durations', '{ticket,agent}', 'tickets', 'responded', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time', NULL),
	(11, 'sla_response', 'kpi_rate', '{ticket,agent}', 'tickets', 'responded', '@extschema@.rate_agg(t.is_response_in_time)', NULL, '{sla_response,sla_response_met}', 'first responses in time', NULL),
	-- a target may be missed before anything happens, if the helpdesk says so
	(12, 'sla_response', 'kpi_rate', '{ticket,agent}', 'tickets', 'created', '@extschema@.rate_agg(t.is_response_in_time)', 't.responded_day IS NULL AND NOT t.is_response_in_time', '{sla_response,sla_response_met}', 'first responses in time', NULL),
	(20, 'resolution', 'kpi_durations', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.durations_agg(t.resolution_time)', NULL, '{resolved_at}', 'resolution time', NULL),
	(21, 'sla_resolution', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_resolution_in_time)', NULL, '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(29, 'sla_resolution', 'kpi_rate', '{ticket,agent,customer}', 'tickets', 'created', '@extschema@.rate_agg(t.is_resolution_in_time)', 't.resolved_day IS NULL AND NOT t.is_resolution_in_time', '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(22, 'fcr', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_first_contact)', NULL, NULL, 'tickets resolved at first contact', NULL),
	(23, 'reopen', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.reopens >= 1)', NULL, '{reopens}', 'resolved tickets that were reopened', NULL),
	(24, 'escalation', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.escalated)', NULL, '{escalated}', 'resolved tickets that were escalated', NULL),
	(25, 'transfer', 'kpi_rate', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.rate_agg(t.transferred)', NULL, '{transferred}', 'resolved tickets that were transferred', NULL),
	(26, 'handle', 'kpi_durations', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.durations_agg(t.handling_time)', NULL, '{handle_time,talk_time,hold_time,wrap_time}', 'handle time', NULL),
	(27, 'qa', 'kpi_ratio', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.ratio_agg(t.qa_points, t.qa_possible)', NULL, '{qa_possible}', 'quality review', NULL),
	(28, 'cost', 'kpi_ratio', '{ticket,agent}', 'tickets', 'resolved', '@extschema@.ratio_agg(round(t.cost, 6), 1::numeric)', 't.cost IS NOT NULL', '{cost}', 'cost of resolved tickets', NULL),
	(30, 'wait', 'kpi_durations', '{ticket,agent}', 'tickets', 'created', '@extschema@.durations_agg(t.wait_time)', 't.abandoned IS NOT TRUE', '{wait_time}', 'waiting time of answered contacts', NULL),
	(31, 'abandonment', 'kpi_rate', '{ticket,hour}', 'tickets', 'created', '@extschema@.rate_agg(t.abandoned)', NULL, '{abandoned}', 'contacts given up before an answer', NULL),
	(32, 'self_service', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.self_service)', NULL, '{self_service}', 'issues solved by the customer alone', NULL),
	(33, 'bot_resolution', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_resolved)', 't.bot_handled', '{bot_resolved}', 'bot conversations solved by the bot', NULL),
	(34, 'bot_escalation', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_escalated)', 't.bot_handled', '{bot_escalated}', 'bot conversations handed over to an agent', NULL),
	(35, 'bot_escalation_accuracy', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_escalation_right)', 't.bot_escalated', '{bot_escalation_right}', 'hand-overs by the bot that were right', NULL),
	(36, 'bot_acceptance', 'kpi_rate', '{ticket}', 'tickets', 'created', '@extschema@.rate_agg(t.bot_accepted)', 't.bot_handled', '{bot_accepted}', 'bot conversations in which the customer accepted the bot', NULL),
	(37, 'deflected_contacts', 'bigint', '{ticket}', 'tickets', 'created', 'count(*)', '(t.self_service OR t.bot_handled AND t.bot_resolved)', '{self_service,bot_resolved}', 'contacts that customers or bots solved without an agent', NULL),
	(40, 'csat', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''csat''', '{score}', 'satisfaction', true),
	(41, 'nps', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''nps''', '{score}', 'net promoter score', true),
	(42, 'ces', 'kpi_scores', '{ticket,agent,survey,customer}', 'surveys', 'answered', '@extschema@.scores_agg(t.score)', 't.kind = ''ces''', '{score}', 'customer effort', true),
	(43, 'survey_response', 'kpi_rate', '{ticket,survey}', 'surveys', 'sent', '@extschema@.rate_agg(t.answered_at IS NOT NULL)', NULL, '{answered_at}', 'surveys answered of those sent', true),
	(44, 'csat', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.csat_score)', NULL, '{csat_score}', 'satisfaction', false),
	(45, 'nps', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.nps_score)', NULL, '{nps_score}', 'net promoter score', false),
	(46, 'ces', 'kpi_scores', '{ticket,agent,customer}', 'tickets', 'resolved', '@extschema@.scores_agg(t.ces_score)', NULL, '{ces_score}', 'customer effort', false),
	(50, 'response', 'kpi_durations', '{hour}', 'tickets', 'created', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time of tickets created in the hour', NULL),
	(51, 'handle', 'kpi_durations', '{hour}', 'tickets', 'created', '@extschema@.durations_agg(t.handling_time)', NULL, '{handle_time,talk_time,hold_time,wrap_time}', 'handle time of tickets created in the hour', NULL),
	(60, 'contacts', 'bigint', '{contact}', 'contacts', NULL, 'count(*)', NULL, NULL, 'contacts of known customers', NULL),
	(61, 'repeat_contact', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(t.is_repeat)', NULL, NULL, 'contacts of customers who had been in touch within seven days', NULL),
	(62, 'channel_switch', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(t.is_switch)', 't.is_repeat', '{channel}', 'repeated contacts that came on another channel than the last', NULL),
	(63, 'context_transfer', 'kpi_rate', '{contact}', 'contacts', NULL, '@extschema@.rate_agg(NOT t.transferred)', 't.is_repeat AND t.is_switch', '{transferred}', 'repeated contacts on another channel than the last that needed no transfer', NULL),
	(70, 'contacts', 'bigint', '{customer}', 'tickets', 'created', 'count(*)', NULL, NULL, 'tickets created', NULL),
	(71, 'urgent', 'bigint', '{customer}', 'tickets', 'created', 'count(*)', 'lower(t.priority) IN (''urgent'', ''critical'', ''highest'', ''high'', ''p0'', ''p1'', ''1'', ''1 - critical'', ''sev1'', ''sev0'')', '{priority}', 'tickets created with a high priority', NULL),
	(72, 'reopened', 'bigint', '{customer}', 'tickets', 'resolved', 'count(*)', 't.reopens >= 1', '{reopens}', 'resolved tickets that were reopened', NULL),
	(73, 'sentiment', 'kpi_ratio', '{customer}', 'tickets', 'created', '@extschema@.ratio_agg(t.sentiment, 1::double precision)', 't.sentiment IS NOT NULL', '{sentiment}', 'sentiment', NULL),
	(74, 'response', 'kpi_durations', '{customer}', 'tickets', 'responded', '@extschema@.durations_agg(t.response_time)', NULL, '{first_response_at}', 'first response time', NULL),
	(75, 'resolution', 'kpi_durations', '{customer}', 'tickets', 'resolved', '@extschema@.durations_agg(t.resolution_time)', NULL, '{resolved_at}', 'resolution time', NULL),
	(76, 'sla_resolution', 'kpi_rate', '{customer}', 'tickets', 'resolved', '@extschema@.rate_agg(t.is_resolution_in_time)', NULL, '{sla_resolution,sla_resolution_met}', 'resolutions in time', NULL),
	(80, 'events', 'bigint', '{customer_event}', 'customer_events', NULL, 'count(*)', NULL, NULL, 'events', NULL),
	(81, 'value', 'kpi_ratio', '{customer_event}', 'customer_events', NULL, '@extschema@.ratio_agg(t.value, 1::double precision)', 't.value IS NOT NULL', '{value}', 'value of the events', NULL),
	(82, 'outreach_success', 'kpi_rate', '{customer_event}', 'customer_events', NULL, '@extschema@.rate_agg(t.value > 0)', 't.event = ''outreach''', '{value}', 'customers approached with success', NULL),
	(90, 'occupancy', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.busy, nullif(t.busy + t.waiting, ''0''))', NULL, NULL, 'occupancy: time on contacts, of that and time waiting for one', NULL),
	(91, 'utilization', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.busy, nullif(t.paid, ''0''))', NULL, NULL, 'utilization: time on contacts, of paid time', NULL),
	(92, 'adherence', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.adhered, nullif(t.scheduled, ''0''))', NULL, NULL, 'schedule adherence: scheduled time in which the agent worked', NULL),
	(93, 'conformance', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.working, nullif(t.scheduled, ''0''))', NULL, NULL, 'schedule conformance: time worked, of that scheduled', NULL),
	(94, 'shrinkage', 'kpi_ratio', '{work}', 'work_time', NULL, '@extschema@.ratio_agg(t.unavailable, nullif(t.paid, ''0''))', NULL, NULL, 'shrinkage: paid time in which the agent did not work', NULL),
	(95, 'worked', 'kpi_durations', '{work}', 'work_time', NULL, '@extschema@.durations_agg(t.working)', 't.working > ''0''', NULL, 'time worked in a day', NULL),
	(100, 'churn', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(NOT t.is_customer)', 't.was_customer', NULL, 'customers lost, of those at the start', NULL),
	(101, 'gross_revenue_retention', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(least(t.mrr_start, t.mrr_end), t.mrr_start)', 't.mrr_start > 0', '{mrr}', 'gross revenue retention', NULL),
	(102, 'net_revenue_retention', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_end, t.mrr_start)', 't.mrr_start > 0', '{mrr}', 'net revenue retention', NULL),
	(103, 'revenue', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_start, 1::numeric)', 't.was_customer', '{mrr}', 'monthly revenue of customers at the start', NULL),
	(104, 'joined', 'bigint', '{subscription}', 'subscriptions', NULL, 'count(*)', 't.has_joined', NULL, 'new customers', NULL),
	(105, 'renewal', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.renewed)', 't.was_due', '{renewed}', 'contracts renewed, of those due', NULL),
	(106, 'adoption', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.adopted)', 't.was_customer', NULL, 'customers who adopted something', NULL),
	(107, 'onboarding', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.onboarded)', 't.has_joined', NULL, 'new customers onboarded within 30 days', NULL),
	(108, 'upsell', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.upsold)', 't.was_customer', NULL, 'customers who bought more', NULL),
	(109, 'referral', 'kpi_rate', '{subscription}', 'subscriptions', NULL, '@extschema@.rate_agg(t.referred)', 't.was_customer', NULL, 'customers who referred somebody', NULL),
	(110, 'saved_revenue', 'kpi_ratio', '{subscription}', 'subscriptions', NULL, '@extschema@.ratio_agg(t.mrr_end, 1::numeric)', 't.was_customer AND t.is_customer AND t.was_approached', NULL, 'monthly revenue of customers who were approached and stayed', NULL),
	(120, 'spent', 'kpi_ratio', '{cost}', 'costs', NULL, '@extschema@.ratio_agg(round(t.amount, 6), 1::numeric)', 't.amount IS NOT NULL', NULL, 'cost', NULL),
	(130, 'sessions', 'bigint', '{help}', 'help_sessions', NULL, 'count(*)', NULL, NULL, 'visits to the help centre', NULL),
	(131, 'deflection', 'kpi_rate', '{help}', 'help_sessions', NULL, '@extschema@.rate_agg(t.ticket_id IS NULL)', NULL, NULL, 'visits that ended without a ticket', NULL);

CREATE FUNCTION @extschema@.kpi_kept(kept_by text)
RETURNS TABLE ("position" integer, name text, type text, column_type text, description text, merged text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT min(m.position), m.name, m.type, CASE m.type WHEN 'bigint' THEN m.type ELSE '@extschema@.' || m.type END, min(m.description),
		   format(CASE m.type WHEN 'bigint' THEN 'coalesce(sum(t.%I), 0)::bigint AS %1$I' ELSE '@extschema@.rollup(t.%I) AS %1$I' END, m.name)
	FROM @extschema@.kpi_measure AS m WHERE $1 = ANY (m.kept_by) GROUP BY m.name, m.type ORDER BY 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_kept(text) IS 'internal: the columns of tallies that a table keeps, and how rows of it, called t, are merged';

-- shown	column name; % is the measure
-- answer	an expression over the tally %s and the settings c
CREATE TABLE @extschema@.kpi_shown (
	measure_type text NOT NULL,
	measure text,
	position integer NOT NULL,
	shown text NOT NULL,
	answer text NOT NULL,
	description text NOT NULL,
	UNIQUE (measure_type, measure, position)
);
COMMENT ON TABLE @extschema@.kpi_shown IS 'internal: the columns in which the views of kpi_build show a tally, read-only';
REVOKE ALL ON @extschema@.kpi_shown FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_shown TO PUBLIC;

INSERT INTO @extschema@.kpi_shown VALUES
	('bigint', NULL, 1, '%', '%s', '%'),
	('kpi_rate', NULL, 1, '%_pct', '@extschema@.rate_pct(%s)', '%, in percent'),
	('kpi_rate', NULL, 2, '%_low_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).low', '%: low end of the 95 percent interval'),
	('kpi_rate', NULL, 3, '%_high_pct', '(@extschema@.rate_ci(%s, 0.95::double precision, ''wilson''::@extschema@.kpi_ci_method)).high', '%: high end of the 95 percent interval'),
	('kpi_rate', NULL, 4, '%_hits', '@extschema@.rate_hits(%s)', '%: how many'),
	('kpi_rate', NULL, 5, '%_n', '@extschema@.sample_size(%s)', '%: out of how many'),
	('kpi_durations', NULL, 1, '%_median_seconds', '@extschema@.in_seconds(@extschema@.median_duration(%s))', '%: median in seconds'),
	('kpi_durations', NULL, 2, '%_p90_seconds', '@extschema@.in_seconds(@extschema@.p90_duration(%s))', '%: 90th percentile in seconds'),
	('kpi_durations', NULL, 3, '%_avg_seconds', '@extschema@.in_seconds(@extschema@.avg_duration(%s))', '%: mean in seconds'),
	('kpi_durations', NULL, 4, '%_n', '@extschema@.sample_size(%s)', '%: of how many'),
	('kpi_ratio', 'qa', 1, 'qa_score_pct', '@extschema@.ratio_pct(%s)', 'quality review points in percent of those possible'),
	('kpi_ratio', 'qa', 2, 'qa_n', '@extschema@.sample_size(%s)', 'tickets reviewed'),
	('kpi_ratio', 'cost', 1, 'cost_total', 'CASE WHEN @extschema@.sample_size(%1$s) > 0 THEN @extschema@.ratio_numerator(%1$s) END', 'total cost'),
	('kpi_ratio', 'cost', 2, 'cost_per_contact', '@extschema@.ratio_value(%s)', 'cost per resolved ticket'),
	('kpi_ratio', 'cost', 3, 'cost_n', '@extschema@.sample_size(%s)', 'resolved tickets with a cost'),
	('kpi_scores', 'nps', 1, 'nps', '@extschema@.nps(%s)', 'net promoter score, -100 to 100'),
	('kpi_scores', 'nps', 2, 'nps_low', '(@extschema@.nps_ci(%s, 0.95::double precision)).low', 'net promoter score: low end of the 95 percent interval'),
	('kpi_scores', 'nps', 3, 'nps_high', '(@extschema@.nps_ci(%s, 0.95::double precision)).high', 'net promoter score: high end of the 95 percent interval'),
	('kpi_scores', 'nps', 4, 'nps_n', '@extschema@.sample_size(%s)', 'net promoter score: answers'),
	('kpi_scores', 'csat', 1, 'csat_pct', '@extschema@.csat_pct(%s, c.csat_satisfied_from)', 'satisfied answers, in percent'),
	('kpi_scores', 'csat', 2, 'csat_low_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).low', 'satisfied answers: low end of the 95 percent interval'),
	('kpi_scores', 'csat', 3, 'csat_high_pct', '(@extschema@.csat_ci(%s, c.csat_satisfied_from, 0.95::double precision)).high', 'satisfied answers: high end of the 95 percent interval'),
	('kpi_scores', 'csat', 4, 'csat_avg', '@extschema@.score_avg(%s)', 'mean satisfaction score'),
	('kpi_scores', 'csat', 5, 'csat_hits', 'coalesce(round(@extschema@.csat_pct(%1$s, c.csat_satisfied_from) * @extschema@.sample_size(%1$s) / 100)::bigint, @extschema@.sample_size(%1$s))', 'satisfied answers: how many'),
	('kpi_scores', 'csat', 6, 'csat_n', '@extschema@.sample_size(%s)', 'satisfaction: answers'),
	('kpi_scores', 'ces', 1, 'ces_pct', '@extschema@.ces_pct(%s, c.ces_easy_from)', 'easy answers, in percent'),
	('kpi_scores', 'ces', 2, 'ces_low_pct', '(@extschema@.csat_ci(%s, c.ces_easy_from, 0.95::double precision)).low', 'easy answers: low end of the 95 percent interval'),
	('kpi_scores', 'ces', 3, 'ces_high_pct', '(@extschema@.csat_ci(%s, c.ces_easy_from, 0.95::double precision)).high', 'easy answers: high end of the 95 percent interval'),
	('kpi_scores', 'ces', 4, 'ces_avg', '@extschema@.score_avg(%s)', 'mean effort score'),
	('kpi_scores', 'ces', 5, 'ces_hits', 'coalesce(round(@extschema@.ces_pct(%1$s, c.ces_easy_from) * @extschema@.sample_size(%1$s) / 100)::bigint, @extschema@.sample_size(%1$s))', 'easy answers: how many'),
	('kpi_scores', 'ces', 6, 'ces_n', '@extschema@.sample_size(%s)', 'effort: answers'),
	('kpi_ratio', 'occupancy', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'utilization', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'adherence', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'conformance', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'shrinkage', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'gross_revenue_retention', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'net_revenue_retention', 1, '%_pct', '@extschema@.ratio_pct(%s)', '%, in percent'),
	('kpi_ratio', 'revenue', 1, 'monthly_revenue', '@extschema@.ratio_numerator(%s)', 'monthly revenue at the start'),
	('kpi_ratio', 'revenue', 2, 'revenue_per_customer', '@extschema@.ratio_value(%s)', 'monthly revenue per customer at the start'),
	('kpi_ratio', 'revenue', 3, 'customers', '@extschema@.sample_size(%s)', 'customers at the start'),
	('kpi_ratio', 'saved_revenue', 1, 'saved_revenue', 'CASE WHEN @extschema@.sample_size(%1$s) > 0 THEN @extschema@.ratio_numerator(%1$s) END', '%'),
	('kpi_ratio', 'spent', 1, 'amount', '@extschema@.ratio_numerator(%s)', '%'),
	('kpi_ratio', 'sentiment', 1, 'sentiment_avg', '@extschema@.ratio_value(%s)', 'mean sentiment'),
	('kpi_ratio', 'value', 1, 'value_total', '@extschema@.ratio_numerator(%s)', 'sum of the values of the events'),
	('kpi_durations', 'worked', 5, 'worked_total_seconds', '@extschema@.in_seconds(@extschema@.total_duration(%s))', 'time worked, in seconds');
