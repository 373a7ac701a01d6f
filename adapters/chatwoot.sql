-- Chatwoot: the relations tickets and surveys as views over its own tables.
--
--     psql -v target=care -v source=public -f adapters/chatwoot.sql
--
-- source is the schema of Chatwoot's tables and target the one that the views go
-- to; it is created when it is missing.  The role needs SELECT on the tables
-- conversations, messages, reporting_events, csat_survey_responses, inboxes,
-- working_hours, teams, users, applied_slas, sla_policies and sla_events.  Run it
-- again to replace the views; nothing of Chatwoot is changed.  PostgreSQL does not
-- change the type of a column that a view reads: before an upgrade of Chatwoot,
--
--     DROP VIEW care.surveys, care.tickets;
--
-- and run this again after it, or let it read a replica.
--
-- An installation may serve several accounts, which have nothing to do with each
-- other: add -v account=ID for one of them (and a target for each).
--
-- Opening hours need adapters/business_hours.sql, run before and found along
-- search_path: PGOPTIONS='-c search_path=SCHEMA' psql ... when it is elsewhere.
-- Without it the column hours is NULL.
--
-- Written after the schema of August 2025.  What has to be known of Chatwoot:
--
-- * Times are UTC in timestamp without time zone.
-- * There is no time of resolution: the last event conversation_resolved tells
--   it, and only as long as the conversation is resolved.
-- * The event conversation_opened is written when a conversation opens for the
--   first time too, again when it comes back from a snooze, and not at all by
--   older versions.  A reopening is therefore a resolution that did not last.
-- * The events hold 0, not NULL, as business time where an inbox has no working
--   hours, and no change of them is ever seen in old events.  Neither of their
--   two values is used; times are, and the hours of the inbox.
-- * Agents are senders of the type User.  Bots (AgentBot, Captain::Assistant) and
--   automation rules, which have no sender, never answer; nor do campaigns, which
--   are sent in the name of an agent.  Private notes, activities and templates
--   are not replies.
-- * A conversation that an agent begins has no first response until the second
--   message of an agent: its first one answers nobody.
-- * account_id of Chatwoot is the tenant, not the customer's company, for which
--   there is no column, so the view has no account_id.

\set ON_ERROR_STOP on
\if :{?target}
\else
	\set target care
\endif
\if :{?source}
\else
	\set source public
\endif

BEGIN;

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'kpi') THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_object',
			MESSAGE = 'extension "kpi" is not installed in this database',
			HINT = 'Run CREATE EXTENSION kpi first.';
	END IF;
END
$$;

-- The importer is the one along the search_path of the session; from here on no
-- name is looked up outside pg_catalog unless its schema is written before it.
SELECT coalesce(pg_catalog.to_regprocedure('business_hours_from_chatwoot(pg_catalog.jsonb)')::pg_catalog.oid, 0) AS importer \gset
SET LOCAL search_path = pg_catalog, pg_temp;

SELECT n.nspname AS kpi, NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = :'target') AS target_missing
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'kpi' \gset
SELECT count(*) = 1 AS has_hours, coalesce(min(format('%I.%I', n.nspname, p.proname)), '') AS importer
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.oid = :importer AND p.prorettype = format('%I.business_hours', :'kpi')::regtype \gset
\if :{?account}
	SELECT format('c.account_id = %L::integer', :'account') AS chosen \gset
\else
	\set chosen true
\endif

\if :target_missing
CREATE SCHEMA :"target";
\endif

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT c.id AS ticket_id,
	c.created_at AT TIME ZONE 'UTC' AS created_at,
	m.replied_at AT TIME ZONE 'UTC' AS first_response_at,
	n.resolved_at,
	n.resolved_at AS closed_at,
	c.updated_at AT TIME ZONE 'UTC' AS updated_at,
	CASE c.status WHEN 0 THEN 'open' WHEN 1 THEN 'solved' WHEN 2 THEN 'bot' WHEN 3 THEN 'on_hold' END AS status,
	c.contact_id::text AS customer_id,
	c.assignee_id::text AS agent_id,
	coalesce(nullif(u.display_name, ''), u.name)::text AS agent_name,
	m.replied_by::text AS first_responder_id,
	g.name::text AS team,
	CASE i.channel_type WHEN 'Channel::WebWidget' THEN 'chat' WHEN 'Channel::FacebookPage' THEN 'facebook'
		WHEN 'Channel::TwitterProfile' THEN 'twitter' WHEN 'Channel::TwilioSms' THEN 'sms'
		ELSE lower(replace(i.channel_type, 'Channel::', '')) END AS channel,
	nullif(btrim(split_part(c.cached_label_list, ',', 1)), '') AS category,
	CASE c.priority WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' WHEN 3 THEN 'urgent' ELSE c.priority::text END AS priority,
	n.reopens + 1 AS contacts,
	coalesce(m.agent_replies, 0) AS agent_replies,
	coalesce(m.customer_replies, 0) AS customer_replies,
	coalesce(m.teammates, 0) AS teammates,
	coalesce(e.closes, 0) AS closes,
	n.reopens,
	c.status = 1 AS solved,
	n.bot_handled,
	CASE WHEN n.bot_handled THEN c.status = 1 AND coalesce(e.bot_resolved, false) AND coalesce(m.agent_replies, 0) = 0 END AS bot_resolved,
	CASE WHEN n.bot_handled THEN coalesce(e.bot_handoff, false) END AS bot_escalated,
	r.rating::smallint AS csat_score,
	make_interval(secs => p.first_response_time_threshold) AS sla_response,
	make_interval(secs => p.resolution_time_threshold) AS sla_resolution,
	CASE WHEN p.first_response_time_threshold IS NULL THEN NULL
		WHEN b.response_missed THEN false
		WHEN c.first_reply_created_at IS NOT NULL OR a.sla_status IN (1, 2) THEN true END AS sla_response_met,
	CASE WHEN p.resolution_time_threshold IS NULL THEN NULL
		WHEN b.resolution_missed THEN false
		WHEN a.sla_status IN (1, 2) THEN true END AS sla_resolution_met,
\if :has_hours
	h.hours
\else
	CAST(NULL AS :"kpi".business_hours) AS hours
\endif
FROM :"source".conversations c
LEFT JOIN :"source".inboxes i ON i.id = c.inbox_id
LEFT JOIN :"source".teams g ON g.id = c.team_id
LEFT JOIN :"source".users u ON u.id = c.assignee_id
-- who wrote what; a reply is a message that is not the first one
LEFT JOIN (
	SELECT conversation_id,
		min(created_at) FILTER (WHERE author = 'agent' AND place > 1) AS replied_at,
		(min(ARRAY[place, sender_id]) FILTER (WHERE author = 'agent' AND place > 1))[2] AS replied_by,
		count(*) FILTER (WHERE author = 'agent' AND place > 1) AS agent_replies,
		count(*) FILTER (WHERE author = 'customer' AND place > 1) AS customer_replies,
		count(DISTINCT sender_id) FILTER (WHERE author = 'agent') AS teammates,
		bool_or(author = 'bot') AS by_bot
	FROM (
		SELECT conversation_id, created_at, sender_id,
			row_number() OVER (PARTITION BY conversation_id ORDER BY created_at, id) AS place,
			CASE WHEN message_type = 0 THEN 'customer'
				WHEN sender_type IN ('AgentBot', 'Captain::Assistant') THEN 'bot'
				WHEN sender_type = 'User' AND additional_attributes ->> 'campaign_id' IS NULL THEN 'agent'
				ELSE 'machine' END AS author
		FROM :"source".messages
		WHERE message_type IN (0, 1) AND NOT private) AS said
	GROUP BY conversation_id) AS m ON m.conversation_id = c.id
LEFT JOIN (
	SELECT conversation_id,
		max(coalesce(event_end_time, created_at)) FILTER (WHERE name = 'conversation_resolved') AS resolved_at,
		-- a job that was run again wrote its event again
		count(DISTINCT coalesce(event_end_time, created_at)) FILTER (WHERE name = 'conversation_resolved') AS closes,
		bool_or(name = 'conversation_bot_resolved') AS bot_resolved,
		bool_or(name = 'conversation_bot_handoff') AS bot_handoff
	FROM :"source".reporting_events
	WHERE name IN ('conversation_resolved', 'conversation_bot_resolved', 'conversation_bot_handoff')
	GROUP BY conversation_id) AS e ON e.conversation_id = c.id
CROSS JOIN LATERAL (
	SELECT greatest(coalesce(e.closes, 0) - CASE WHEN c.status = 1 THEN 1 ELSE 0 END, 0) AS reopens,
		CASE WHEN c.status = 1 THEN e.resolved_at AT TIME ZONE 'UTC' END AS resolved_at,
		coalesce(m.by_bot, false) OR coalesce(e.bot_resolved, false) OR coalesce(e.bot_handoff, false) AS bot_handled) AS n
LEFT JOIN (
	SELECT DISTINCT ON (conversation_id) conversation_id, rating
	FROM :"source".csat_survey_responses
	ORDER BY conversation_id, created_at DESC, id DESC) AS r ON r.conversation_id = c.id
-- the policy of now: a conversation may have had others
LEFT JOIN :"source".applied_slas a ON a.account_id = c.account_id AND a.sla_policy_id = c.sla_policy_id AND a.conversation_id = c.id
LEFT JOIN :"source".sla_policies p ON p.id = a.sla_policy_id
LEFT JOIN (
	SELECT applied_sla_id, bool_or(event_type = 0) AS response_missed, bool_or(event_type = 2) AS resolution_missed
	FROM :"source".sla_events
	GROUP BY applied_sla_id) AS b ON b.applied_sla_id = a.id
\if :has_hours
-- read once for each inbox
LEFT JOIN (
	SELECT o.id, :importer(jsonb_build_object('timezone', o.timezone, 'working_hours', jsonb_agg(w))) AS hours
	FROM :"source".inboxes o JOIN :"source".working_hours w ON w.inbox_id = o.id
	WHERE o.working_hours_enabled
	GROUP BY o.id, o.timezone) AS h ON h.id = c.inbox_id
\endif
WHERE :chosen;

CREATE OR REPLACE VIEW :"target".surveys AS
SELECT m.id::text AS response_id,
	'csat'::text AS kind,
	m.created_at AT TIME ZONE 'UTC' AS sent_at,
	r.created_at AT TIME ZONE 'UTC' AS answered_at,
	r.rating::smallint AS score,
	5::smallint AS scale_max,
	t.ticket_id,
	coalesce(r.assigned_agent_id::text, t.agent_id) AS agent_id,
	t.channel,
	r.feedback_message AS comment
FROM :"source".messages m
JOIN :"target".tickets t ON t.ticket_id = m.conversation_id
LEFT JOIN :"source".csat_survey_responses r ON r.message_id = m.id
WHERE m.content_type = 9;

COMMENT ON VIEW :"target".tickets IS 'Chatwoot: one row for each conversation, made by adapters/chatwoot.sql';
COMMENT ON COLUMN :"target".tickets.ticket_id IS 'conversations.id; the number on the screen, display_id, is unique within an account only';
COMMENT ON COLUMN :"target".tickets.first_response_at IS 'first public message of an agent; the second one when an agent began the conversation; bots, automation and campaigns do not count';
COMMENT ON COLUMN :"target".tickets.resolved_at IS 'last event conversation_resolved, while the conversation is resolved';
COMMENT ON COLUMN :"target".tickets.closed_at IS 'the same as resolved_at: Chatwoot knows only one end of a conversation';
COMMENT ON COLUMN :"target".tickets.status IS 'open, solved (resolved in Chatwoot), bot (pending) or on_hold (snoozed)';
COMMENT ON COLUMN :"target".tickets.customer_id IS 'conversations.contact_id';
COMMENT ON COLUMN :"target".tickets.agent_id IS 'users.id of the assignee of now';
COMMENT ON COLUMN :"target".tickets.channel IS 'kind of the inbox: chat, email, api, whatsapp, facebook, ...; sms is whatever comes through Twilio';
COMMENT ON COLUMN :"target".tickets.category IS 'first label';
COMMENT ON COLUMN :"target".tickets.priority IS 'low, medium, high, urgent, or NULL when nobody set it';
COMMENT ON COLUMN :"target".tickets.contacts IS 'how often the customer had to come: 1 and the reopenings';
COMMENT ON COLUMN :"target".tickets.agent_replies IS 'public messages of agents, without the one that began the conversation';
COMMENT ON COLUMN :"target".tickets.customer_replies IS 'messages of the customer, without the one that began the conversation';
COMMENT ON COLUMN :"target".tickets.teammates IS 'agents who wrote a public message';
COMMENT ON COLUMN :"target".tickets.closes IS 'resolutions: events conversation_resolved';
COMMENT ON COLUMN :"target".tickets.reopens IS 'resolutions that did not last';
COMMENT ON COLUMN :"target".tickets.solved IS 'resolved now';
COMMENT ON COLUMN :"target".tickets.bot_handled IS 'a bot wrote, resolved or handed over';
COMMENT ON COLUMN :"target".tickets.bot_resolved IS 'resolved by the bot, still resolved and without a reply of an agent; NULL when no bot took part';
COMMENT ON COLUMN :"target".tickets.bot_escalated IS 'handed over to agents; NULL when no bot took part';
COMMENT ON COLUMN :"target".tickets.csat_score IS 'latest rating, 1 to 5';
COMMENT ON COLUMN :"target".tickets.sla_response IS 'target of the SLA policy of now; in business hours when the policy says so';
COMMENT ON COLUMN :"target".tickets.sla_resolution IS 'target of the SLA policy of now; in business hours when the policy says so';
COMMENT ON COLUMN :"target".tickets.sla_response_met IS 'verdict of Chatwoot; NULL while it runs';
COMMENT ON COLUMN :"target".tickets.sla_resolution_met IS 'verdict of Chatwoot; NULL while it runs';
\if :has_hours
COMMENT ON COLUMN :"target".tickets.hours IS 'working hours of the inbox as they are now; NULL (around the clock) when they are not enabled; Chatwoot knows no holidays';
\else
COMMENT ON COLUMN :"target".tickets.hours IS 'NULL: run adapters/business_hours.sql and then adapters/chatwoot.sql again to have the working hours of the inbox';
\endif

COMMENT ON VIEW :"target".surveys IS 'Chatwoot: one row for each satisfaction survey that was sent, answered or not, made by adapters/chatwoot.sql';
COMMENT ON COLUMN :"target".surveys.response_id IS 'messages.id of the survey';
COMMENT ON COLUMN :"target".surveys.score IS '1 to 5, or NULL when it was not answered';
COMMENT ON COLUMN :"target".surveys.agent_id IS 'assignee when it was answered; the one of now when it was not';

COMMIT;
