-- Intercom, as Fivetran loads it: tickets, messages, status_changes and surveys as views over its tables.
--
--     psql -v source=intercom -v target=care -f adapters/intercom_fivetran.sql
--
-- source is the schema of Fivetran's tables, target that of the views.  Run it again to replace them.  Written after the
-- tables that dbt_intercom 1.6.1 reads (May 2026).  A refresh of the mart needs an index on id of conversation_history and
-- on conversation_id of conversation_part_history.
--
-- * In history mode only the active version of a row counts.  Previews of Fin are left out, and so are campaigns and greetings
--   of bots that no customer answered; the response to others counts from the creation.  The source has no deleted
--   conversations, and does not mark merged ones.
-- * First response is the first public message of an agent that does not open the conversation, in a part of any type.
--   dbt_intercom uses only comments and assignments, and the second message of an agent who opened the conversation.
-- * Resolution counts from the creation to the last close.  dbt_intercom counts from the first reply of the customer, and
--   has no time for conversations in which the customer only wrote the opening message.
-- * A reopening is one of a closed conversation.  dbt_intercom also counts the end of a snooze, but not assign_and_reopen
--   and note_and_reopen.  Snoozed is pending: Intercom does not record whether it waits for the customer.
-- * Bots: the status is bot from the creation on where a custom bot opened the conversation or Fin took part, until the
--   first assignment to an agent or team; response_from => 'handoff' counts from there.  The source does not have the time
--   when Fin joined, or whether a bot wrote in the name of an agent.
-- * fcr_rule => 'intercom' is Intercom's first contact resolution.  Intercom's own times leave out time outside of its
--   office hours, which are not in the source: pass hours to kpi_build.
-- * SLA: Intercom has one verdict on all targets of a conversation, and does not record which target was missed.
--   Where your SLAs have one kind of target only, -v sla=response or -v sla=resolution passes it on.  Without it there are
--   no verdicts: hits without misses would always be 100 %.
-- * Ratings are surveys, those of Fin with the agent bot.  Without a time of the answer they count when the rating was requested.
-- * Intercom gives at most 500 parts of a conversation.

\if :{?sla}
\else
	\set sla none
\endif
-- the status that a part sets; the customer's answer to a closed or snoozed conversation is of type open
\set states '(VALUES (''open'', ''open''), (''unsnoozed'', ''open''), (''timer_unsnooze'', ''open''), (''assign_and_reopen'', ''open''),'
\set states :states ' (''assign_and_unsnooze'', ''open''), (''note_and_reopen'', ''open''), (''note_and_unsnooze'', ''open''),'
\set states :states ' (''close'', ''closed''), (''snoozed'', ''pending''))'
-- a bot answered first
\set has_bot_first '(c.source_delivered_as = ''operator_initiated'' OR c.ai_agent_participated'
\set has_bot_first :has_bot_first ' AND c.source_author_type IN (''user'', ''lead'', ''contact''))'
\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('conversation_history', 'id* key tickets surveys, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		_fivetran_synced timestamptz tickets.loaded_at surveys.loaded_at, _fivetran_active boolean, _fivetran_deleted boolean,
		state text tickets.status tickets.solved, priority text tickets.priority, assignee_id text tickets.agent_id,
		team_assignee_id text tickets.team, company_id text tickets.account_id, source_type text tickets.channel,
		source_delivered_as text tickets.opened_by, source_author_type text tickets.opened_by messages.author,
		source_author_id text tickets.customer_id messages.author_id, source_body text messages.body, sla_status text,
		conversation_rating_value text surveys.score, conversation_rating_created_at timestamptz surveys.sent_at,
		conversation_rating_updated_at timestamptz surveys.answered_at, conversation_rating_teammate_id text surveys.agent_id,
		conversation_rating_remark text surveys.comment, ai_agent_participated boolean tickets.bot_handled,
		ai_agent_source_type text, ai_agent_resolution_state text tickets.bot_resolved tickets.bot_escalated,
		ai_agent_rating text surveys.score, ai_agent_rating_remark text surveys.comment, ai_agent_created_at timestamptz,
		ai_agent_updated_at timestamptz surveys.answered_at'),
	('conversation_part_history', 'conversation_id* key messages status_changes, id* text messages.seq status_changes.seq,
		created_at* timestamptz, part_type* text, author_type* text messages.author status_changes.changed_by,
		author_id text messages.author_id, body text messages, assigned_to_type text status_changes.agent_id status_changes.team,
		assigned_to_id text status_changes.agent_id status_changes.team, _fivetran_active boolean, _fivetran_deleted boolean,
		_fivetran_synced timestamptz messages.loaded_at status_changes.loaded_at'),
	('conversation_contact_history', 'conversation_id* key tickets.customer_id, contact_id* text, _fivetran_active boolean'),
	('contact_history', 'id* text, role* text messages.author, _fivetran_active boolean'),
	('contact_company_history', 'contact_id* text, company_id* text tickets.account_id, _fivetran_active boolean'),
	('company_history', 'id* text, plan_name text tickets.customer_tier, _fivetran_active boolean'),
	('admin', 'id* text tickets.agent_id, name text tickets.agent_name'),
	('team', 'id* text, name text tickets.team status_changes.team');
\ir shared.sql

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	c.id AS ticket_id, c.created_at, c.updated_at, c._fivetran_synced AS loaded_at,
	CASE WHEN c.state = 'snoozed' THEN 'pending' WHEN c.state = 'open' AND :has_bot_first AND NOT EXISTS (
		SELECT FROM :conversation_part_history AS q WHERE q.conversation_id = c.id AND q._fivetran_active IS NOT FALSE
		AND (q.assigned_to_type IN ('admin', 'team') AND q.assigned_to_id <> '0' OR q.part_type IN ('close', 'snoozed', 'open')))
		THEN 'bot' ELSE c.state END AS status,
	CASE
		WHEN c.source_delivered_as IN ('automated', 'campaigns_initiated') THEN 'system'
		WHEN c.source_delivered_as = 'operator_initiated' OR c.source_author_type = 'bot' THEN 'bot'
		WHEN c.source_delivered_as = 'admin_initiated' OR c.source_author_type = 'admin' THEN 'agent'
		WHEN c.source_delivered_as = 'customer_initiated' OR c.source_author_type IN ('user', 'lead', 'contact') THEN 'customer'
	END AS opened_by,
	w.customer_id, coalesce(c.company_id, y.company_id) AS account_id, o.plan_name AS customer_tier,
	a.id AS agent_id, a.name AS agent_name, coalesce(g.name, nullif(c.team_assignee_id, '0')) AS team,
	c.source_type AS channel, c.priority, c.state = 'closed' AS solved,
	CASE WHEN c.ai_agent_participated THEN true END AS bot_handled,
	CASE WHEN c.ai_agent_resolution_state IN ('assumed_resolution', 'confirmed_resolution') THEN true
		WHEN c.ai_agent_resolution_state IN ('escalated', 'procedure_handoff', 'negative_feedback') THEN false END AS bot_resolved,
	CASE WHEN c.ai_agent_resolution_state IN ('assumed_resolution', 'confirmed_resolution') THEN false
		WHEN c.ai_agent_resolution_state IN ('escalated', 'procedure_handoff') THEN true END AS bot_escalated,
	CASE WHEN :'sla' = 'response' AND c.sla_status IN ('hit', 'missed') THEN c.sla_status = 'hit' END AS sla_response_met,
	CASE WHEN :'sla' = 'resolution' AND c.sla_status IN ('hit', 'missed') THEN c.sla_status = 'hit' END AS sla_resolution_met
FROM :conversation_history AS c
-- with several contacts or companies, it is not known which one is right; an assignee can be a team
LEFT JOIN (
	SELECT conversation_id, min(contact_id) AS contact_id FROM :conversation_contact_history AS k
	WHERE _fivetran_active IS NOT FALSE GROUP BY 1 HAVING min(contact_id) = max(contact_id)
) AS k ON k.conversation_id = c.id
CROSS JOIN LATERAL (SELECT CASE WHEN c.source_author_type IN ('user', 'lead', 'contact') THEN c.source_author_id ELSE k.contact_id END
	AS customer_id) AS w
LEFT JOIN (
	SELECT contact_id, min(company_id) AS company_id FROM :contact_company_history AS k
	WHERE _fivetran_active IS NOT FALSE GROUP BY 1 HAVING min(company_id) = max(company_id)
) AS y ON y.contact_id = w.customer_id
LEFT JOIN :company_history AS o ON o.id = coalesce(c.company_id, y.company_id) AND o._fivetran_active IS NOT FALSE
LEFT JOIN :admin AS a ON a.id = c.assignee_id
LEFT JOIN :team AS g ON g.id = c.team_assignee_id
WHERE c._fivetran_active IS NOT FALSE AND c._fivetran_deleted IS NOT TRUE
AND (c.ai_agent_source_type IN ('fin_preview', 'workflow_preview')) IS NOT TRUE
AND ((c.source_delivered_as IN ('automated', 'campaigns_initiated')
	OR c.source_delivered_as = 'operator_initiated' AND c.source_author_type IN ('bot', 'admin')) IS NOT TRUE
	OR NOT :has_conversation_part_history OR EXISTS (
	SELECT FROM :conversation_part_history AS p
	WHERE p.conversation_id = c.id AND p.author_type IN ('user', 'lead', 'contact') AND p.body <> '' AND p._fivetran_active IS NOT FALSE));

-- the opening message is in the conversation; others are in parts of many types
CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	c.id AS ticket_id, c.created_at AS at,
	CASE
		WHEN c.source_author_type IN ('user', 'lead', 'contact') THEN 'customer'
		WHEN c.source_delivered_as IN ('automated', 'campaigns_initiated') THEN 'system'
		WHEN c.source_author_type = 'bot' OR c.source_delivered_as = 'operator_initiated' THEN 'bot'
		WHEN c.source_author_type = 'admin' THEN 'agent'
	END AS author,
	true AS is_public, c.source_author_id AS author_id, 0::bigint AS seq, c.source_body AS body, c._fivetran_synced AS loaded_at
FROM :conversation_history AS c
WHERE c.source_author_type IS NOT NULL AND c._fivetran_active IS NOT FALSE AND c._fivetran_deleted IS NOT TRUE
UNION ALL
SELECT
	p.conversation_id, p.created_at,
	CASE
		WHEN p.author_type IN ('user', 'lead', 'contact') OR k.role IN ('user', 'lead') THEN 'customer'
		WHEN p.author_type = 'admin' THEN 'agent'
		WHEN p.author_type = 'bot' THEN 'bot'
	END,
	p.part_type NOT LIKE 'note%', p.author_id, CASE WHEN p.id ~ '^[0-9]{1,18}$' THEN p.id::bigint END, p.body, p._fivetran_synced
FROM :conversation_part_history AS p
-- on some channels a part has no author
LEFT JOIN :contact_history AS k ON k._fivetran_active IS NOT FALSE
	AND k.id = CASE WHEN coalesce(p.author_type, '') = '' THEN p.author_id END
WHERE p.body <> '' AND p.part_type IN ('comment', 'assignment', 'open', 'close', 'snoozed', 'unsnoozed', 'assign_and_reopen',
	'assign_and_unsnooze', 'quick_reply', 'note', 'note_and_reopen', 'note_and_unsnooze')
AND p._fivetran_active IS NOT FALSE AND p._fivetran_deleted IS NOT TRUE;

-- NULL means unchanged, an empty text none; the previous status of the first change holds from the creation on
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	p.conversation_id AS ticket_id, p.created_at AS at, s.status, CASE WHEN :has_bot_first THEN 'bot' ELSE 'open' END AS previous_status,
	CASE s.status WHEN 'pending' THEN 'snoozed' ELSE s.status END AS source_status,
	CASE p.assigned_to_type WHEN 'admin' THEN coalesce(nullif(p.assigned_to_id, '0'), '') WHEN 'nobody_admin' THEN '' END AS agent_id,
	CASE p.assigned_to_type WHEN 'team' THEN coalesce(g.name, nullif(p.assigned_to_id, '0'), '') END AS team,
	CASE WHEN p.author_type IN ('user', 'lead', 'contact') THEN 'customer' WHEN p.author_type = 'admin' THEN 'agent'
		WHEN p.author_type = 'bot' THEN 'bot' END AS changed_by,
	CASE WHEN p.id ~ '^[0-9]{1,18}$' THEN p.id::bigint END AS seq, p._fivetran_synced AS loaded_at
FROM :conversation_part_history AS p
LEFT JOIN :conversation_history AS c ON c.id = p.conversation_id AND c._fivetran_active IS NOT FALSE
LEFT JOIN :states AS s (part_type, status) ON s.part_type = p.part_type
LEFT JOIN :team AS g ON p.assigned_to_type = 'team' AND g.id = p.assigned_to_id
WHERE (s.status IS NOT NULL OR p.assigned_to_type IN ('admin', 'nobody_admin', 'team'))
AND p._fivetran_active IS NOT FALSE AND p._fivetran_deleted IS NOT TRUE
UNION ALL
-- the first assignment, before any other change, ends the time of the bot
SELECT p.conversation_id, p.created_at, 'open', 'bot', 'open', NULL, NULL, NULL, NULL, p._fivetran_synced
FROM :conversation_part_history AS p
JOIN :conversation_history AS c ON c.id = p.conversation_id AND c._fivetran_active IS NOT FALSE
WHERE :has_bot_first AND p.assigned_to_type IN ('admin', 'team') AND p.assigned_to_id <> '0'
AND (p.part_type IN ('close', 'snoozed')) IS NOT TRUE AND p._fivetran_active IS NOT FALSE AND p._fivetran_deleted IS NOT TRUE
AND NOT EXISTS (
	SELECT FROM :conversation_part_history AS q LEFT JOIN :states AS s (part_type, status) ON s.part_type = q.part_type
	WHERE q.conversation_id = p.conversation_id AND (q.created_at, length(q.id), q.id) < (p.created_at, length(p.id), p.id)
	AND (s.status IS NOT NULL OR q.assigned_to_type IN ('admin', 'team') AND q.assigned_to_id <> '0') AND q._fivetran_active IS NOT FALSE);

-- a rating of Fin is a separate survey
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	c.id::text || k.suffix AS response_id, 'csat' AS kind, coalesce(k.sent_at, k.answered_at) AS sent_at,
	CASE WHEN k.rating <> '' THEN k.answered_at END AS answered_at,
	CASE WHEN k.rating ~ '^[0-9]+(\.0+)?$' THEN k.rating::float8 END AS score, 5 AS scale_max, c.id AS ticket_id,
	k.agent_id, k.comment, c._fivetran_synced AS loaded_at
FROM :conversation_history AS c
LEFT JOIN (
	SELECT conversation_id, max(created_at) AS at FROM :conversation_part_history AS p
	WHERE part_type = 'conversation_rating_changed' AND _fivetran_active IS NOT FALSE GROUP BY 1
) AS p ON p.conversation_id = c.id
CROSS JOIN LATERAL (VALUES
	('', c.conversation_rating_value, c.conversation_rating_created_at, coalesce(c.conversation_rating_updated_at, p.at),
		c.conversation_rating_teammate_id, c.conversation_rating_remark),
	('-bot', c.ai_agent_rating, CASE WHEN c.ai_agent_rating <> '' THEN c.ai_agent_created_at END, c.ai_agent_updated_at,
		'bot', c.ai_agent_rating_remark)
) AS k (suffix, rating, sent_at, answered_at, agent_id, comment)
WHERE (k.sent_at IS NOT NULL OR k.rating <> '') AND c._fivetran_active IS NOT FALSE AND c._fivetran_deleted IS NOT TRUE
AND (c.ai_agent_source_type IN ('fin_preview', 'workflow_preview')) IS NOT TRUE;

SELECT * FROM pg_temp.finish('Intercom, from Fivetran', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
