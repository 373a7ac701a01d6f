-- Chatwoot: tickets, messages, status_changes, sla_targets and surveys as views over its own
-- tables.
--
--     psql -v source=public -v target=care -f adapters/chatwoot.sql
--
-- source is the schema of Chatwoot's tables, target that of the views.  Run it again to
-- replace them.  For one of several accounts add -v account=ID, and a separate target.
-- Written after db/schema.rb of Chatwoot 4.15.1 (June 2026).  PostgreSQL does not change
-- columns that views read: drop the target before you upgrade Chatwoot.
-- A refresh of the mart needs indexes on ((updated_at AT TIME ZONE 'UTC')) of conversations,
-- and on ((created_at AT TIME ZONE 'UTC')) of messages and reporting_events.
--
-- * account_id is the company of the contact; Chatwoot calls the tenant account.
-- * A conversation that a campaign began is a ticket once the customer answers; its response counts
--   from the campaign.  Failed messages are not answers, although Chatwoot counts them.
-- * Bots, automation rules, campaigns, templates and private notes never answer.  Macros do,
--   and so do agents who write in another app, such as WhatsApp.
-- * First response counts from the creation.  Chatwoot's screen counts from the hand-off by
--   a bot, as response_from => 'handoff' does, but also from any later opening.  In Chatwoot,
--   an agent who begins a conversation answers it; here the next message of an agent does.
-- * pending is bot where the inbox has a bot, and otherwise pending; snoozed is on_hold.
-- * Two resolutions in a row mean that the ticket was reopened between them: a customer who writes
--   to a bot again leaves no event.  The backlog of past days lacks such tickets until the next event.
-- * SLA verdicts are computed: Chatwoot's job judges a resolution only if it runs in time.  As
--   in Chatwoot, targets never pause and run around the clock; with -v sla_in_hours=true
--   "only during business hours" is respected.
-- * A bot solved a ticket that no agent answered in public; Chatwoot also requires no private note.
-- * Not in the source: when snoozing began, past agents and teams, who resolved, Dialogflow's
--   bots, holidays.

\set ON_ERROR_STOP on \set QUIET on
\if :{?sla_in_hours}
\else
	\set sla_in_hours false
\endif
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('conversations', 'id* key tickets, created_at* timestamptz, updated_at timestamptz tickets.updated_at,
		account_id key, status integer tickets.status tickets.solved, inbox_id key tickets.channel tickets.hours,
		campaign_id key, contact_id key tickets.customer_id tickets.account_id, assignee_id key tickets.agent_id,
		assignee_agent_bot_id key, team_id key tickets.team, priority integer tickets.priority,
		cached_label_list text tickets.category'),
	('inboxes', 'id* key, channel_type text tickets.channel, channel_id key, timezone text,
		working_hours_enabled* boolean tickets.hours'),
	('channel_twilio_sms', 'id* key, medium* integer'),
	('working_hours', 'inbox_id* key tickets.hours, day_of_week* integer, closed_all_day* boolean,
		open_hour* integer, open_minutes* integer, close_hour* integer, close_minutes* integer, open_all_day boolean'),
	('agent_bot_inboxes', 'inbox_id* key, created_at timestamptz, status integer, updated_at timestamptz'),
	('captain_inboxes', 'inbox_id* key, created_at timestamptz'),
	('contacts', 'id* key, company_id* key tickets.account_id'),
	('users', 'id* key, display_name text, name text tickets.agent_name'),
	('teams', 'id* key, name text tickets.team'),
	('calls', 'conversation_id* bigint, duration_seconds* integer tickets.talk_time'),
	('messages', 'conversation_id* key messages surveys, created_at* timestamptz, id key messages.seq, account_id key,
		message_type* integer, private* boolean, sender_type* text, sender_id key messages.author_id,
		status integer, content_type integer, content_attributes text, additional_attributes text, content text messages.body'),
	('reporting_events', 'conversation_id* key status_changes, created_at* timestamptz, name* text,
		account_id key, event_end_time timestamptz, id bigint status_changes.seq'),
	('applied_slas', 'conversation_id* bigint sla_targets, sla_policy_id* bigint, account_id key,
		created_at timestamptz sla_targets.applies_from sla_targets.loaded_at'),
	('sla_policies', 'id* bigint sla_targets, name text sla_targets.policy, first_response_time_threshold float8,
		next_response_time_threshold float8, resolution_time_threshold float8, updated_at timestamptz,
		only_during_business_hours boolean'),
	('csat_survey_responses', 'conversation_id* bigint surveys.score, message_id* bigint, rating* integer,
		created_at* timestamptz surveys.answered_at, updated_at timestamptz, account_id key,
		assigned_agent_id bigint surveys.agent_id, feedback_message text surveys.comment');
\ir shared.sql

\if :{?account}
	SELECT string_agg(format('%L AS %s',
		format('(SELECT * FROM %s AS a WHERE account_id = %L::bigint)', query, :'account'), relation), ', ') AS variables
	FROM pg_temp.readable
	WHERE relation IN ('conversations', 'messages', 'reporting_events', 'applied_slas', 'csat_survey_responses') \gset
	SELECT :variables \gset
\endif

-- materialized, because it is read for each ticket
CREATE OR REPLACE VIEW :"target".calendars AS
WITH calendar AS MATERIALIZED (
	SELECT i.id AS inbox_id, :"target".business_hours_from_chatwoot(jsonb_build_object(
		'timezone', coalesce(nullif(i.timezone, ''), 'UTC'), 'working_hours', jsonb_agg(w))) AS hours
	FROM :inboxes AS i JOIN :working_hours AS w ON w.inbox_id = i.id WHERE i.working_hours_enabled GROUP BY i.id, i.timezone)
TABLE calendar;

CREATE OR REPLACE VIEW :"target".bots AS
SELECT
	b.inbox_id::bigint AS inbox_id, coalesce(b.created_at, '-infinity') AS since,
	CASE WHEN b.status = 1 THEN coalesce(b.updated_at, 'infinity') ELSE 'infinity' END AS until
FROM :agent_bot_inboxes AS b
UNION ALL
SELECT inbox_id::bigint, coalesce(created_at, '-infinity'), 'infinity' FROM :captain_inboxes AS b;

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT
	c.id AS ticket_id, c.created_at, CASE WHEN c.status = 1 THEN e.resolved_at END AS resolved_at, e.handed_off_at, c.updated_at,
	CASE c.status
		WHEN 0 THEN 'open' WHEN 1 THEN 'solved' WHEN 3 THEN 'on_hold'
		WHEN 2 THEN CASE WHEN c.assignee_agent_bot_id IS NOT NULL OR EXISTS (
			SELECT FROM :"target".bots AS b WHERE b.inbox_id = c.inbox_id AND b.until = 'infinity') THEN 'bot' ELSE 'pending' END
	END AS status,
	CASE WHEN c.campaign_id IS NOT NULL THEN 'system' END AS opened_by,
	c.contact_id::text AS customer_id, p.company_id::text AS account_id, c.assignee_id::text AS agent_id,
	coalesce(nullif(u.display_name, ''), u.name) AS agent_name, g.name AS team,
	CASE i.channel_type
		WHEN 'Channel::WebWidget' THEN 'chat'
		WHEN 'Channel::FacebookPage' THEN 'facebook' WHEN 'Channel::TwitterProfile' THEN 'twitter'
		WHEN 'Channel::TwilioSms' THEN CASE WHEN t.medium = 1 THEN 'whatsapp' ELSE 'sms' END
		ELSE lower(replace(i.channel_type, 'Channel::', ''))
	END AS channel,
	nullif(btrim(split_part(c.cached_label_list, ',', 1)), '') AS category,
	CASE c.priority WHEN 0 THEN 'low' WHEN 1 THEN 'medium' WHEN 2 THEN 'high' WHEN 3 THEN 'urgent' END AS priority,
	e.closes, e.closes - (c.status = 1)::integer AS reopens, c.status = 1 AS solved,
	make_interval(secs => d.duration_seconds) AS talk_time, h.hours
FROM :conversations AS c
LEFT JOIN :inboxes AS i ON i.id = c.inbox_id
LEFT JOIN :channel_twilio_sms AS t ON t.id = i.channel_id AND i.channel_type = 'Channel::TwilioSms'
LEFT JOIN :"target".calendars AS h ON h.inbox_id = c.inbox_id
LEFT JOIN :contacts AS p ON p.id = c.contact_id
LEFT JOIN :users AS u ON u.id = c.assignee_id
LEFT JOIN :teams AS g ON g.id = c.team_id
LEFT JOIN (SELECT conversation_id, sum(duration_seconds) AS duration_seconds FROM :calls AS d
	WHERE duration_seconds IS NOT NULL GROUP BY conversation_id) AS d ON d.conversation_id = c.id
LEFT JOIN (
	-- a job that ran twice wrote its event twice
	SELECT conversation_id, max(coalesce(event_end_time, created_at)) FILTER (WHERE name = 'conversation_resolved') AS resolved_at,
		max(coalesce(event_end_time, created_at)) FILTER (WHERE name = 'conversation_bot_handoff') AS handed_off_at,
		nullif(count(DISTINCT coalesce(event_end_time, created_at)) FILTER (WHERE name = 'conversation_resolved'), 0) AS closes
	FROM :reporting_events AS e WHERE name IN ('conversation_resolved', 'conversation_bot_handoff') GROUP BY conversation_id
) AS e ON e.conversation_id = c.id
WHERE c.campaign_id IS NULL OR NOT :has_messages
OR EXISTS (SELECT FROM :messages AS m WHERE m.conversation_id = c.id AND m.message_type = 0);

-- content_attributes is an object, or a string with an object in it
CREATE OR REPLACE VIEW :"target".messages AS
SELECT
	m.conversation_id AS ticket_id, m.created_at AS at,
	CASE
		WHEN m.message_type = 0 THEN 'customer'
		WHEN m.message_type = 1 AND m.sender_type IN ('AgentBot', 'Captain::Assistant') THEN 'bot'
		WHEN m.message_type <> 1 OR m.content_type = 9 THEN 'system'
		WHEN m.additional_attributes ~ 'campaign_id\\*" *: *\\*"?[0-9]' THEN 'system'
		WHEN m.content_attributes ~ 'automation_rule_id\\*" *: *\\*"?[0-9]' THEN 'system'
		WHEN m.sender_type = 'User' OR m.content_attributes ~ 'external_echo\\*" *: *\\*"?true' THEN 'agent'
		ELSE 'system'
	END AS author,
	NOT m.private AS is_public, m.sender_id::text AS author_id, m.id AS seq, m.content AS body
FROM :messages AS m
WHERE m.message_type IN (0, 1, 3) AND (m.message_type = 1 AND m.status = 3) IS NOT TRUE;

-- The first previous status is that at the creation.  The hand-off, which proves a bot, is the
-- first change of its instant.
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT
	e.conversation_id AS ticket_id, coalesce(e.event_end_time, e.created_at) AS at,
	CASE WHEN e.name LIKE '%\_resolved' THEN 'solved' ELSE 'open' END AS status,
	CASE
		WHEN e.name IN ('conversation_bot_handoff', 'conversation_bot_resolved') THEN 'bot'
		WHEN c.campaign_id IS NULL AND EXISTS (
			SELECT FROM :"target".bots AS b
			WHERE b.inbox_id = c.inbox_id AND b.since <= c.created_at AND c.created_at < b.until) THEN 'bot'
		ELSE 'open'
	END AS previous_status,
	CASE WHEN e.name LIKE '%\_resolved' THEN 'resolved' ELSE 'open' END AS source_status,
	CASE WHEN e.name = 'conversation_bot_handoff' THEN 'bot' END AS changed_by,
	CASE WHEN e.name = 'conversation_bot_handoff' THEN -e.id ELSE e.id END AS seq, e.created_at AS loaded_at
FROM :reporting_events AS e
LEFT JOIN :conversations AS c ON c.id = e.conversation_id
WHERE e.name IN ('conversation_resolved', 'conversation_bot_resolved', 'conversation_opened', 'conversation_bot_handoff');

-- first response and resolution count from the creation, whenever the policy was applied
CREATE OR REPLACE VIEW :"target".sla_targets AS
SELECT
	a.conversation_id AS ticket_id, m.metric, make_interval(secs => least(m.threshold, 1e9)) AS target,
	CASE WHEN m.metric = 'next_response' THEN a.created_at END AS applies_from,
	p.only_during_business_hours IS TRUE AND :'sla_in_hours'::boolean AS in_hours, '{}'::text[] AS pausing_statuses,
	p.name AS policy, greatest(a.created_at, p.updated_at) AS loaded_at
FROM :applied_slas AS a
JOIN :sla_policies AS p ON p.id = a.sla_policy_id
CROSS JOIN LATERAL (VALUES
	('first_response', p.first_response_time_threshold),
	('next_response', p.next_response_time_threshold),
	('resolution', p.resolution_time_threshold)
) AS m (metric, threshold)
WHERE m.threshold IS NOT NULL;

-- one row for each survey that was sent, and for each answer
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT
	coalesce(m.id, r.message_id)::text AS response_id, 'csat' AS kind, coalesce(m.created_at, r.created_at) AS sent_at,
	r.created_at AS answered_at, r.rating AS score, 5 AS scale_max,
	coalesce(m.conversation_id, r.conversation_id) AS ticket_id, r.assigned_agent_id::text AS agent_id,
	r.feedback_message AS comment, greatest(m.created_at, r.updated_at) AS loaded_at
FROM (SELECT * FROM :messages AS m WHERE content_type = 9) AS m
FULL JOIN :csat_survey_responses AS r ON r.message_id = m.id;

COMMENT ON VIEW :"target".calendars IS 'working hours of each inbox of Chatwoot that has them';
COMMENT ON VIEW :"target".bots IS 'inboxes of Chatwoot that had a bot, since when, and until when (exclusive)';
SELECT * FROM pg_temp.finish('Chatwoot', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
