-- The relations that kpi_build reads: their columns, and how a column of the user's
-- relation is converted to the type of the contract.

CREATE TABLE @extschema@.kpi_contract (
	relation text NOT NULL,
	position int NOT NULL,
	name text NOT NULL,
	type text NOT NULL,
	required boolean NOT NULL,
	definition text NOT NULL,
	used_by text,
	alternatives text[] NOT NULL DEFAULT '{}',
	PRIMARY KEY (relation, position),
	UNIQUE (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_contract
IS 'the columns of the relations that kpi_build reads, each with its definition; read-only';
COMMENT ON COLUMN @extschema@.kpi_contract.relation IS 'name of the relation';
COMMENT ON COLUMN @extschema@.kpi_contract.position IS 'order of the columns; findings show the first one as an example';
COMMENT ON COLUMN @extschema@.kpi_contract.name IS 'name of the column';
COMMENT ON COLUMN @extschema@.kpi_contract.type
IS 'type of the column; key is any type for ids, and score any numeric type';
COMMENT ON COLUMN @extschema@.kpi_contract.required IS 'whether the relation must have the column';
COMMENT ON COLUMN @extschema@.kpi_contract.definition IS 'what the column means';
COMMENT ON COLUMN @extschema@.kpi_contract.used_by
IS 'what is NULL or incomplete without the column: KPIs by their name in kpi_coverage, views and dimensions; '
'NULL for none';
COMMENT ON COLUMN @extschema@.kpi_contract.alternatives
IS 'columns that replace this one: with one of them, nothing is incomplete without it';
REVOKE ALL ON @extschema@.kpi_contract FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_contract TO PUBLIC;

INSERT INTO @extschema@.kpi_contract (relation, position, name, type, required, definition, used_by)
SELECT relation, row_number() OVER (PARTITION BY relation ORDER BY line), rtrim(name, '*'), type, name LIKE '%*', definition, used_by
FROM (VALUES
	-- an asterisk marks a required column
	(101, 'tickets', 'ticket_id*', 'key', 'id of the ticket, unique and at most 1,000 bytes long', 'every KPI'),
	(102, 'tickets', 'created_at*', 'timestamptz', 'when the ticket was created', 'every KPI'),
	(103, 'tickets', 'first_response_at', 'timestamptz', 'when an agent first answered the customer in public',
	 'response, sla_response, unanswered'),
	(104, 'tickets', 'first_resolved_at', 'timestamptz',
	 'when the ticket was first resolved, which also ends the response clock; resolved_at where unknown', 'sla_response'),
	(105, 'tickets', 'resolved_at', 'timestamptz', 'when the ticket was last resolved; NULL while it is not resolved',
	 'resolution, sla_resolution, fcr, reopen, resolved, unresolved, backlog_daily, open_tickets'),
	(106, 'tickets', 'closed_at', 'timestamptz', 'when the ticket was closed for good',
	 'the day on which a ticket without resolved_at counts'),
	(107, 'tickets', 'handed_off_at', 'timestamptz', 'when a bot handed the ticket over to an agent',
	 'response and sla_response of a mart built with response_from => ''handoff'''),
	(108, 'tickets', 'updated_at', 'timestamptz', 'when the row last changed; kpi_refresh finds changed rows by it', NULL),
	(109, 'tickets', 'loaded_at', 'timestamptz',
	 'when the row arrived; kpi_refresh finds changed rows by it, in place of updated_at', NULL),
	(110, 'tickets', 'status', 'text', 'new, open, bot, pending (waiting for the customer), on_hold, solved or closed',
	 'pending'),
	(111, 'tickets', 'opened_by', 'text', 'who opened the ticket: customer, agent, bot or system',
	 'response and fcr of tickets that an agent opened, where messages are given'),
	(112, 'tickets', 'customer_id', 'text', 'id of the customer who wrote', 'dimension customer_id'),
	(113, 'tickets', 'account_id', 'text', 'account of the customer', 'kpi_sla_policy, dimension account_id'),
	(114, 'tickets', 'customer_tier', 'text', 'tier of the customer', 'kpi_sla_policy, dimension customer_tier'),
	(115, 'tickets', 'agent_id', 'text', 'agent to whom the ticket is assigned now; NULL when unassigned',
	 'agent_daily, new_agent_ramp'),
	(116, 'tickets', 'agent_name', 'text', 'name of that agent', 'agent_daily'),
	(117, 'tickets', 'first_responder_id', 'text', 'agent who gave the first response; agent_id when NULL',
	 'response and sla_response in agent_daily'),
	(118, 'tickets', 'team', 'text', 'team to which the ticket is assigned now', 'team_weekly, kpi_sla_policy, dimension team'),
	(119, 'tickets', 'channel', 'text', 'channel on which the customer wrote',
	 'channel_weekly, channel_consistency, staffing_by_hour, kpi_sla_policy, dimension channel'),
	(120, 'tickets', 'category', 'text', 'subject of the ticket', 'dimension category'),
	(121, 'tickets', 'priority', 'text', 'priority of the ticket now', 'kpi_sla_policy, dimension priority'),
	(122, 'tickets', 'merged_into', 'key', 'id of the ticket that this one was merged into; no KPI counts such a ticket',
	 'every KPI, which then counts merged tickets'),
	(123, 'tickets', 'agent_hired_on', 'date', 'day on which the agent was hired', 'new_agent_ramp'),
	(124, 'tickets', 'contacts', 'bigint', 'how often the customer was in contact about the ticket; 1 is first contact resolution',
	 'fcr of a mart built without fcr_rule'),
	(125, 'tickets', 'agent_messages', 'bigint', 'public messages of agents, including one that opens the ticket',
	 'fcr with fcr_rule => ''fivetran'''),
	(126, 'tickets', 'agent_replies', 'bigint', 'public messages of agents, without one that opens the ticket',
	 'fcr with fcr_rule => ''zendesk'', ''zendesk_messaging'', ''freshdesk'' or ''zoho'''),
	(127, 'tickets', 'customer_replies', 'bigint', 'messages of the customer after the first one',
	 'fcr with fcr_rule => ''freshservice'''),
	(128, 'tickets', 'teammates', 'bigint', 'number of agents who took part', 'fcr with fcr_rule => ''intercom'''),
	(129, 'tickets', 'closes', 'bigint', 'how often the ticket was closed', 'fcr with fcr_rule => ''intercom'''),
	(130, 'tickets', 'reopens', 'bigint', 'how often the ticket was reopened',
	 'reopen, fcr with fcr_rule => ''zendesk_messaging'''),
	(131, 'tickets', 'was_pending', 'boolean', 'whether the ticket was ever pending or on hold',
	 'fcr with fcr_rule => ''zendesk_messaging'''),
	(132, 'tickets', 'escalated', 'boolean', 'whether the ticket was escalated', 'escalation'),
	(133, 'tickets', 'transferred', 'boolean', 'whether the ticket was transferred to another agent or team', 'transfer'),
	(134, 'tickets', 'abandoned', 'boolean', 'whether the customer gave up before the answer', 'abandonment'),
	(135, 'tickets', 'solved', 'boolean', 'whether the ticket is resolved now; overrides resolved_at',
	 'resolution, fcr, reopen, resolved, unresolved, backlog_daily, open_tickets'),
	(136, 'tickets', 'bot_handled', 'boolean', 'whether a bot talked to the customer',
	 'bot_resolution, bot_escalation, bot_escalation_accuracy, bot_acceptance, deflected'),
	(137, 'tickets', 'bot_resolved', 'boolean', 'whether the bot solved the issue', 'bot_resolution, deflected'),
	(138, 'tickets', 'bot_escalated', 'boolean', 'whether the bot handed the ticket over to an agent',
	 'bot_escalation, bot_escalation_accuracy'),
	(139, 'tickets', 'bot_escalation_right', 'boolean', 'whether it was right to hand the ticket over', 'bot_escalation_accuracy'),
	(140, 'tickets', 'bot_accepted', 'boolean', 'whether the customer accepted the bot', 'bot_acceptance'),
	(141, 'tickets', 'self_service', 'boolean', 'whether the customer solved the issue alone', 'self_service, deflected'),
	(142, 'tickets', 'csat_score', 'score', 'satisfaction score, a whole number from 1 (from 0 on a scale to 10) to scale_max', 'csat'),
	(143, 'tickets', 'nps_score', 'score', 'likelihood to recommend, a whole number from 0 to 10', 'nps'),
	(144, 'tickets', 'ces_score', 'score', 'effort score, a whole number from 1 to 7, higher for less effort', 'ces'),
	(145, 'tickets', 'scale_max', 'score', 'highest score of the scale of csat_score: 2, 3, 4, 5, 7 or 10; 5 when NULL',
	 'csat on other scales than 1 to 5'),
	(146, 'tickets', 'qa_points', 'double precision', 'points given in the quality review', 'qa'),
	(147, 'tickets', 'qa_possible', 'double precision', 'highest possible points in the quality review', 'qa'),
	(148, 'tickets', 'talk_time', 'interval', 'time an agent talked, part of the handle time', NULL),
	(149, 'tickets', 'hold_time', 'interval', 'time the customer was on hold, part of the handle time', NULL),
	(150, 'tickets', 'wrap_time', 'interval', 'work after the contact, part of the handle time', NULL),
	(151, 'tickets', 'handle_time', 'interval', 'time agents worked on the ticket; overrides the sum of its parts', 'handle'),
	(152, 'tickets', 'wait_time', 'interval', 'time the customer of a call or chat waited for the answer', 'wait'),
	(153, 'tickets', 'response_time', 'interval', 'first response time, from sources without instants; overrides them', NULL),
	(154, 'tickets', 'resolution_time', 'interval', 'resolution time, from sources without instants; overrides them', NULL),
	(155, 'tickets', 'new_time', 'interval', 'time in the status new, from sources without status changes; overrides them', NULL),
	(156, 'tickets', 'open_time', 'interval', 'time in the status open, from sources without status changes; overrides them', NULL),
	(157, 'tickets', 'pending_time', 'interval', 'time in the status pending, from sources without status changes; overrides them',
	 NULL),
	(158, 'tickets', 'on_hold_time', 'interval', 'time in the status on_hold, from sources without status changes; overrides them',
	 NULL),
	(159, 'tickets', 'paused', 'tstzmultirange', 'when the clocks of the SLA targets were stopped',
	 'sla_resolution, and sla_response of a mart built with pause_response => true'),
	(160, 'tickets', 'cost', 'numeric', 'cost of the ticket', 'cost'),
	(161, 'tickets', 'sentiment', 'double precision', 'sentiment of the customer, from -1 to 1; overrides that of the messages',
	 'sentiment of tickets without messages that have a body'),
	(162, 'tickets', 'sla_response', 'interval', 'SLA target of the first response; overrides the one in kpi_sla_policy',
	 'sla_response of tickets without a row of kpi_sla_policy'),
	(163, 'tickets', 'sla_next_response', 'interval',
	 'SLA target of each response after the first; overrides those in sla_targets', NULL),
	(164, 'tickets', 'sla_resolution', 'interval', 'SLA target of the resolution; overrides the one in kpi_sla_policy',
	 'sla_resolution of tickets without a row of kpi_sla_policy'),
	(165, 'tickets', 'sla_in_hours', 'boolean', 'whether the targets run in business hours; false is around the clock',
	 'sla_response and sla_resolution of targets that run around the clock'),
	(166, 'tickets', 'sla_response_met', 'boolean', 'verdict of the helpdesk on the first response; overrides the computed one',
	 'sla_response where the helpdesk decides'),
	(167, 'tickets', 'sla_resolution_met', 'boolean', 'verdict of the helpdesk on the resolution; overrides the computed one',
	 'sla_resolution where the helpdesk decides'),
	(168, 'tickets', 'hours', 'business_hours', 'business hours of this ticket; override those of its policy and of the mart',
	 'response, resolution, sla_response and sla_resolution of tickets with hours of their own'),


	(201, 'messages', 'ticket_id*', 'key', 'id of the ticket, in the type of the tickets', 'every KPI of messages'),
	(202, 'messages', 'at*', 'timestamptz', 'when the message was sent', 'every KPI of messages'),
	(203, 'messages', 'author*', 'text',
	 'customer (any end user), agent, bot, or system (automation, campaign, side conversation, third party)', 'every KPI of messages'),
	(204, 'messages', 'is_public', 'boolean', 'whether the customer sees the message; true when NULL',
	 'response, next_response and fcr, which otherwise count notes as answers'),
	(205, 'messages', 'author_id', 'text', 'id of the author', 'first_responder_id and teammates of tickets that do not give them'),
	(206, 'messages', 'seq', 'bigint', 'order of the messages of one instant', 'the order of messages of one instant'),
	(207, 'messages', 'channel', 'text', 'channel of the message', 'channel of tickets that do not give it'),
	(208, 'messages', 'body', 'text', 'text of the message; the mart keeps its sentiment, but not the text',
	 'sentiment of tickets that do not give it'),
	(209, 'messages', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds new rows by it, in place of at', NULL),

	(301, 'status_changes', 'ticket_id*', 'key', 'id of the ticket, in the type of the tickets', 'every KPI of status changes'),
	(302, 'status_changes', 'at*', 'timestamptz', 'when the change happened', 'every KPI of status changes'),
	(303, 'status_changes', 'status', 'text',
	 'status from then on: new, open, bot (a bot answers and no agent is asked yet), pending (waiting for the customer), on_hold '
	 '(waiting for a third party), solved or closed; NULL is unchanged', 'every KPI of status changes'),
	(304, 'status_changes', 'previous_status', 'text',
	 'status before the change; that of the first change holds from the creation on; NULL is new there', 'the status at the creation'),
	(305, 'status_changes', 'source_status', 'text', 'name of the status in the helpdesk; that in status when NULL',
	 'source_status in time_in_status'),
	(306, 'status_changes', 'agent_id', 'text', 'agent from then on; NULL is unchanged, an empty text is no agent',
	 'transfers between agents, agent_id in backlog_daily'),
	(307, 'status_changes', 'team', 'text', 'team from then on; NULL is unchanged, an empty text is no team',
	 'transfers between teams, team in backlog_daily'),
	(308, 'status_changes', 'hours', 'business_hours', 'business hours from then on; NULL means unchanged',
	 'times and verdicts of tickets whose hours change'),
	(309, 'status_changes', 'changed_by', 'text', 'customer, agent, bot or system: who made the change',
	 'bot_resolution of tickets that an agent resolved without a message'),
	(310, 'status_changes', 'seq', 'bigint', 'order of the changes of one instant', 'the order of changes of one instant'),
	(311, 'status_changes', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds new rows by it, in place of at',
	 NULL),

	(401, 'sla_targets', 'ticket_id*', 'key', 'id of the ticket, in the type of the tickets', 'every verdict'),
	(402, 'sla_targets', 'metric*', 'text', 'first_response, next_response, update (time between messages of agents) or resolution',
	 'every verdict'),
	(403, 'sla_targets', 'target*', 'interval', 'time allowed; more than 20 years means no target', 'every verdict'),
	(404, 'sla_targets', 'applies_from', 'timestamptz',
	 'when the target began to apply; of targets that pause in the same statuses, the last one before the end of the clock is in '
	 'force; NULL is from the creation on', 'verdicts of tickets whose targets changed'),
	(405, 'sla_targets', 'in_hours', 'boolean', 'whether the target runs in business hours; false is around the clock',
	 'verdicts of targets that run around the clock'),
	(406, 'sla_targets', 'pausing_statuses', 'text[]',
	 'statuses in which the clock stands still; those of the mart when NULL. Targets with different statuses run in parallel',
	 'verdicts of targets that pause in other statuses than the mart'),
	(407, 'sla_targets', 'policy', 'text', 'name of the policy', 'sla_policy in ticket'),
	(408, 'sla_targets', 'loaded_at', 'timestamptz',
	 'when the row arrived; kpi_refresh finds new rows by it, in place of applies_from', NULL),

	(501, 'surveys', 'response_id*', 'text', 'id of the answer, unique', 'every score'),
	(502, 'surveys', 'kind*', 'text', 'nps, csat or ces', 'every score'),
	(503, 'surveys', 'sent_at*', 'timestamptz', 'when the survey was sent', 'every score, survey_response_pct'),
	(504, 'surveys', 'answered_at', 'timestamptz', 'when the customer answered; NULL when never',
	 'survey_response_pct of answers without score, the day on which a score counts'),
	(505, 'surveys', 'score', 'score', 'the score, a whole number on the scale of its kind; NULL without an answer', 'csat, nps, ces'),
	(506, 'surveys', 'scale_max', 'score', 'highest score of the scale: 2, 3, 4, 5, 7 or 10; 5 for csat and 7 for ces when NULL',
	 'csat on other scales than 1 to 5'),
	(507, 'surveys', 'ticket_id', 'key', 'id of the ticket that the survey is about',
	 'delay in survey_timing, scores by the dimensions of the ticket'),
	(508, 'surveys', 'account_id', 'text', 'account of the customer', 'csat and nps in customer_health and service_and_revenue'),
	(509, 'surveys', 'agent_id', 'text', 'agent whom the customer rated', 'scores by agent'),
	(510, 'surveys', 'channel', 'text', 'channel on which the survey was sent', 'scores by channel, channel in survey_timing'),
	(511, 'surveys', 'comment', 'text', 'what the customer wrote', 'the texts beside the scores'),
	(512, 'surveys', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL),

	(601, 'work_time', 'agent_id*', 'text', 'id of the agent', 'every KPI of work time'),
	(602, 'work_time', 'started_at*', 'timestamptz', 'when the span began', 'every KPI of work time'),
	(603, 'work_time', 'ended_at*', 'timestamptz', 'when the span ended', 'every KPI of work time'),
	(604, 'work_time', 'state*', 'text',
	 'scheduled (planned to work), paid, working (logged in), busy (on a contact) or waiting (for a contact)',
	 'every KPI of work time'),
	(605, 'work_time', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL),

	(701, 'subscriptions', 'account_id*', 'text', 'account of the customer', 'every KPI of subscriptions'),
	(702, 'subscriptions', 'starts_on*', 'date', 'first day of the contract', 'every KPI of subscriptions'),
	(703, 'subscriptions', 'ends_on', 'date', 'first day without the contract; NULL when it is open-ended',
	 'churn_pct, net_revenue_retention_pct'),
	(704, 'subscriptions', 'mrr', 'numeric', 'monthly recurring revenue; 0 when NULL',
	 'net_revenue_retention_pct, gross_revenue_retention_pct'),
	(705, 'subscriptions', 'plan', 'text', 'plan of the contract', 'plan_monthly'),
	(706, 'subscriptions', 'renewal_due_on', 'date', 'day on which the contract is due for renewal', 'renewal_pct'),
	(707, 'subscriptions', 'renewed', 'boolean', 'whether the contract was renewed then', 'renewal_pct'),
	(708, 'subscriptions', 'end_reason', 'text', 'why the contract ended', 'exit_reasons_monthly'),
	(709, 'subscriptions', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL),

	(801, 'customer_events', 'account_id*', 'text', 'account of the customer', 'every KPI of customer events'),
	(802, 'customer_events', 'at*', 'timestamptz', 'when the event happened', 'every KPI of customer events'),
	(803, 'customer_events', 'event*', 'text',
	 'onboarded, adopted, purchased, upsold, referred, outreach, payment_failed, chat_before_purchase, used or another event',
	 'every KPI of customer events'),
	(804, 'customer_events', 'value', 'double precision', 'amount of the event; above 0 for an outreach that reached its goal',
	 'outreach_success_pct, usage in customer_health where an event stands for several uses'),
	(805, 'customer_events', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL),

	(901, 'costs', 'month*', 'date', 'a day of the month in which the cost arose', 'every KPI of costs'),
	(902, 'costs', 'component*', 'text', 'wages, technology, facilities, training, overhead or retention', 'every KPI of costs'),
	(903, 'costs', 'channel', 'text', 'channel that the cost is for; NULL for none', 'cost_monthly by channel'),
	(904, 'costs', 'amount*', 'numeric', 'the cost', 'every KPI of costs'),
	(905, 'costs', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL),

	(1001, 'help_sessions', 'session_id*', 'text', 'id of the visit to the help pages', 'every KPI of self-service'),
	(1002, 'help_sessions', 'article_id', 'text', 'article that the customer read', 'article_usage'),
	(1003, 'help_sessions', 'customer_id', 'text', 'customer who read it', 'session_self_service_pct of visits without ticket_id'),
	(1004, 'help_sessions', 'at*', 'timestamptz', 'when the customer read it', 'every KPI of self-service'),
	(1005, 'help_sessions', 'ticket_id', 'key', 'id of the ticket that the customer wrote in the same visit',
	 'session_self_service_pct of visits without customer_id'),
	(1006, 'help_sessions', 'loaded_at', 'timestamptz', 'when the row arrived; kpi_refresh finds changed rows by it', NULL))
	AS c (line, relation, name, type, definition, used_by);

UPDATE @extschema@.kpi_contract AS c
SET alternatives = a.alternatives
FROM (VALUES
	('first_response_at', '{response_time}'::text[]),
	('resolved_at', '{resolution_time}'),
	('solved', '{resolved_at,resolution_time}'),
	('handle_time', '{talk_time,hold_time,wrap_time}'))
	AS a (name, alternatives)
WHERE c.relation = 'tickets' AND c.name = a.name;

-- The relations whose rows belong to tickets: a refresh reads them by the tickets that
-- changed.
CREATE FUNCTION @extschema@.kpi_event_contracts() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{messages,status_changes,sla_targets}'::text[];
COMMENT ON FUNCTION @extschema@.kpi_event_contracts() IS 'internal: the contracts whose rows belong to tickets';

-- The columns of a relation, as its contract names them.
--
-- actual		type of the column, or the base type of its domain; NULL when there
--				is no such column
-- expression	reads column t.name in the type of the contract; NULL when it cannot.
--				Never raises an error: an instant, day, count or number that the
--				type cannot hold is read as infinity, -1 or NaN, which checks find.
--				Runs no code of another role: all types are those of pg_catalog,
--				enums without casts, and business_hours.
--
-- A column of the right type is not cast, so that a view shows its name alone.
CREATE FUNCTION @extschema@.kpi_read_columns(
	relation regclass, contract text, time_zone text, source_time_zone text)
RETURNS TABLE ("position" int, name text, type text, required boolean, actual text, expression text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	WITH RECURSIVE base (attname, attcollation, is_plain, oid) AS (
		SELECT attname, attcollation, atttypmod = -1, atttypid
		FROM pg_attribute WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped
		UNION ALL
		SELECT attname, attcollation, false, typbasetype FROM base JOIN pg_type USING (oid) WHERE typtype = 'd'
	), given AS (
		SELECT b.*, format_type(t.oid, -1) AS actual,
			attcollation NOT IN (0, '"default"'::regcollation) AS is_collated,
			t.oid = ANY ('{smallint,integer,bigint,real,double precision,numeric}'::regtype[]) AS is_number,
			-- no long values: their text could exceed 1 GB or the size of an index row
			t.typtype = 'b' AND t.typnamespace = 'pg_catalog'::regnamespace AND (
				t.typlen > 0 OR t.oid = ANY ('{text,varchar,bpchar,numeric}'::regtype[])) AS is_scalar,
			t.typtype = 'e' AS is_enum,
			EXISTS (
				SELECT FROM pg_opclass AS o JOIN pg_am AS a ON a.oid = o.opcmethod
				WHERE a.amname = 'btree' AND o.opcdefault
				AND o.opcintype IN (t.oid, CASE t.oid WHEN 'varchar'::regtype THEN 'text'::regtype END)
			) AS is_ordered
		FROM base AS b JOIN pg_type AS t USING (oid)
		WHERE t.typtype <> 'd'
	)
	SELECT c.position, c.name, c.type, c.required, g.actual,
		format(CASE
			WHEN g.oid IS NULL THEN NULL
			WHEN c.type = 'key' AND NOT (g.is_scalar AND g.is_ordered) THEN NULL
			WHEN g.oid = w.oid THEN CASE WHEN g.is_plain THEN 't.%1$I' ELSE 't.%1$I::%2$s' END
			WHEN c.type = 'text' AND g.is_scalar THEN 't.%1$I::text'
			-- a cast could be code of another role, made after this was decided
			WHEN c.type = 'text' AND g.is_enum THEN replace(@extschema@.kpi_written(format('t.%I', c.name)), '%', '%%')
			-- because a shift by the time zone could leave the range of the type
			WHEN c.type = 'timestamptz' AND g.oid = 'timestamp'::regtype AND $4 = 'UTC' THEN 't.%1$I AT TIME ZONE %4$L'
			WHEN c.type = 'timestamptz' AND g.oid IN ('timestamp'::regtype, 'date'::regtype)
			THEN 'CASE WHEN t.%1$I BETWEEN ''0001-01-01'' AND ''9999-12-31'' THEN t.%1$I::timestamp AT TIME ZONE '
				|| CASE g.oid WHEN 'date'::regtype THEN '%3$L' ELSE '%4$L' END || ' WHEN t.%1$I IS NOT NULL THEN ''infinity'' END'
			WHEN c.type = 'date' AND g.oid = 'timestamp'::regtype THEN 't.%1$I::date'
			WHEN c.type = 'date' AND g.oid = 'timestamptz'::regtype
			THEN 'CASE WHEN t.%1$I BETWEEN ''0001-01-02 00:00+00'' AND ''9999-12-30 00:00+00'''
				' THEN (t.%1$I AT TIME ZONE %3$L)::date WHEN t.%1$I IS NOT NULL THEN ''infinity'' END'
			WHEN c.type = 'interval' AND g.oid = 'time'::regtype THEN 't.%1$I::interval'
			WHEN c.type = 'tstzmultirange' AND g.oid = 'tstzrange'::regtype THEN 'tstzmultirange(t.%1$I::tstzrange)'
			WHEN NOT g.is_number THEN NULL
			WHEN c.type = 'bigint' AND g.oid IN ('smallint'::regtype, 'integer'::regtype) THEN 't.%1$I::bigint'
			WHEN c.type = 'bigint'
			THEN 'CASE WHEN t.%1$I = trunc(t.%1$I) AND t.%1$I BETWEEN 0 AND 1e15 THEN t.%1$I::bigint WHEN t.%1$I IS NOT NULL THEN -1 END'
			-- rounded, because a number next to 0 raises an underflow
			WHEN w.oid = 'double precision'::regtype AND g.oid = 'numeric'::regtype
			THEN 'CASE WHEN t.%1$I BETWEEN -1e15 AND 1e15 THEN round(t.%1$I, 15)::double precision WHEN t.%1$I IS NOT NULL THEN ''NaN'' END'
			WHEN w.oid = 'double precision'::regtype THEN 't.%1$I::double precision'
			WHEN c.type = 'numeric' AND g.oid IN ('real'::regtype, 'double precision'::regtype)
			THEN 'CASE WHEN t.%1$I BETWEEN -1e15 AND 1e15 THEN t.%1$I::numeric WHEN t.%1$I IS NOT NULL THEN ''NaN'' END'
			WHEN c.type = 'numeric' THEN 't.%1$I::numeric'
			-- two collations in one expression would raise an error
			END || CASE WHEN c.type = 'text' AND g.is_collated THEN ' COLLATE "default"' ELSE '' END,
			c.name, g.actual, $3, $4)
	FROM @extschema@.kpi_contract AS c
	LEFT JOIN given AS g ON g.attname = c.name
	CROSS JOIN LATERAL (SELECT CASE c.type
		WHEN 'key' THEN g.oid
		WHEN 'score' THEN 'double precision'::regtype
		WHEN 'business_hours' THEN '@extschema@.business_hours'::regtype
		ELSE c.type::regtype END) AS w (oid)
	WHERE c.relation = $2
	ORDER BY c.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_columns(regclass, text, text, text)
IS 'internal: how the columns of a relation are read as those of a contract: actual is NULL for a missing column, '
'expression also for one that cannot be read';

-- The same with times in UTC.  An overload instead of default arguments: a function of
-- another role with exactly these arguments would be called instead.
CREATE FUNCTION @extschema@.kpi_read_columns(relation regclass, contract text)
RETURNS TABLE ("position" int, name text, type text, required boolean, actual text, expression text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_read_columns($1, $2, 'UTC', 'UTC');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_columns(regclass, text)
IS 'internal: kpi_read_columns with times in UTC';

CREATE FUNCTION @extschema@.kpi_text_ids() RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{account_id,customer_id,agent_id,author_id,first_responder_id}'::text[];
COMMENT ON FUNCTION @extschema@.kpi_text_ids() IS 'internal: the columns of contracts with ids of people, of at most 1,000 bytes';

CREATE FUNCTION @extschema@.kpi_given_columns(relation regclass, contract text) RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT array_agg(name ORDER BY position) FROM @extschema@.kpi_read_columns($1, $2) WHERE expression IS NOT NULL;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_given_columns(regclass, text)
IS 'internal: the columns of a contract that a relation has and that can be read';
