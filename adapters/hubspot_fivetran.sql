-- HubSpot (Service Hub), as Fivetran loads it: tickets, messages, status_changes and surveys as views over its tables.
--
--     psql -v source=hubspot -v target=care -f adapters/hubspot_fivetran.sql
--
-- source is the schema of Fivetran's tables, target that of the views.  Run it again to replace them.  Written after
-- dbt_hubspot 1.8.0 and the conversation tables of its 1.9.0 (June 2026).  A refresh of the mart needs an index on ticket_id of
-- ticket_property_history and ticket_engagement, associated_ticket_id of conversation_thread, thread_id of its messages.
--
-- * Deleted tickets are left out.  Tickets merged into another one are in no KPI.
-- * HubSpot has open and closed stages.  New, Waiting on contact (pending), Waiting on us (open) and On hold are known by
--   name; other stages are open.  A table stage_status (pipeline_id, stage_id, status) in the source overrides this.
--   The source has the author of a change only if it was made on HubSpot's screen.
-- * Messages are those of the threads of a ticket, or, without a thread, the e-mails and notes of its engagements.
--   Engagements have no chats: there the first response is HubSpot's date.  Calls, SMS and WhatsApp are left out,
--   because their direction is unknown; forwarded e-mails have no author.
-- * First response is the first public message of an agent on any channel.  HubSpot's SLA ignores answers sent outside
--   of a connected inbox.  Messages of bots and the customer agent are no responses; response_from => 'handoff' counts from the instant
--   at which the customer agent escalated.  The source does not have the hand-off of other bots.
-- * One-touch: fcr_rule => 'fivetran' is HubSpot's, one message of an agent; with 'zendesk', an opening message does not count.
-- * SLA verdicts are HubSpot's: overdue and late count as missed.  Verdicts on next responses, hours and pauses are not in the views.
-- * Scores are the last ones of each ticket.  The source has answers only, so survey_response_pct is always 100.  CSAT is
--   HubSpot's 0, 1 and 2, as 1 to 3 of 3; with -v csat_scale=5 it is used unchanged, 1 to 5.

\if :{?csat_scale}
\else
	\set csat_scale 3
\endif
\set ON_ERROR_STOP on \set QUIET on
BEGIN;
CREATE TEMPORARY TABLE reads (relation, columns) ON COMMIT DROP AS VALUES
	('ticket', 'id* key tickets surveys, property_createdate* timestamptz, property_hs_lastmodifieddate timestamptz tickets.updated_at,
		_fivetran_synced timestamptz tickets.loaded_at surveys.loaded_at, _fivetran_deleted boolean, is_deleted boolean,
		property_hs_pipeline text tickets.status, property_hs_pipeline_stage text tickets.status tickets.solved,
		property_hs_is_closed boolean tickets.solved, property_closed_date timestamptz, property_hs_last_closed_date timestamptz,
		property_first_agent_reply_date timestamptz, property_hs_first_agent_message_sent_at timestamptz,
		property_hs_customer_agent_escalated_time timestamptz tickets.handed_off_at tickets.bot_escalated,
		property_hs_outbound_ticket boolean tickets.opened_by, property_hs_primary_company_id text tickets.account_id,
		property_hubspot_owner_id text tickets.agent_id, property_hubspot_team_id text tickets.team,
		property_source_type text tickets.channel, property_hs_ticket_category text tickets.category,
		property_hs_ticket_priority text tickets.priority, property_hs_merged_object_ids text tickets.merged_into,
		property_hs_time_to_first_response_sla_status text tickets.sla_response_met,
		property_hs_time_to_close_sla_status text tickets.sla_resolution_met, property_hs_last_csat_rating text surveys.score,
		property_hs_last_csat_date timestamptz surveys.sent_at, property_hs_last_csat_comment text surveys.comment,
		property_hs_feedback_last_ces_rating text surveys.score, property_hs_feedback_last_survey_date timestamptz surveys.sent_at,
		property_hs_feedback_last_ces_follow_up text surveys.comment, property_nps_score text surveys.score,
		property_hs_feedback_last_nps_rating_number text surveys.score, property_nps_follow_up_answer text surveys.comment'),
	('ticket_contact', 'ticket_id* key tickets.customer_id, contact_id* text'),
	('ticket_pipeline_stage', 'pipeline_id* text tickets.status tickets.solved status_changes.status, stage_id* text, label text,
		ticket_state text, is_closed boolean'), ('stage_status', 'pipeline_id* text, stage_id* text, status* text'),
	('ticket_property_history', 'ticket_id* key status_changes, name* text, timestamp_instant* timestamptz, value* text,
		source text status_changes.changed_by, _fivetran_start timestamptz, _fivetran_end timestamptz,
		_fivetran_synced timestamptz status_changes.loaded_at'),
	('owner', 'owner_id* text tickets.agent_name, active_user_id text messages.author_id, first_name text, last_name text, email text'),
	('owner_team', 'owner_id* text, team_id* text, is_team_primary boolean, _fivetran_deleted boolean'),
	('team', 'id* text, name text tickets.team status_changes.team'),
	('conversation_thread', 'id* text, associated_ticket_id* text, spam text, _fivetran_deleted boolean'),
	('conversation_message_history', 'thread_id* text messages, created_at* timestamptz, created_by* text messages.author, type* text,
		direction text messages.author, status_type text, text text messages.body, _fivetran_active boolean,
		_fivetran_deleted boolean, _fivetran_synced timestamptz messages.loaded_at'),
	('ticket_engagement', 'ticket_id* key, engagement_id* key, category text, type_id text'),
	('engagement_email', 'engagement_id* key messages, property_hs_timestamp timestamptz messages.at, property_hs_createdate timestamptz,
		property_hs_email_direction text messages.author, type text, property_hs_email_status text, _fivetran_deleted boolean,
		property_hubspot_owner_id text messages.author_id, property_hs_email_text text messages.body, _fivetran_synced timestamptz'),
	('engagement_note', 'engagement_id* key, property_hs_timestamp timestamptz, property_hs_createdate timestamptz, body text,
		property_hubspot_owner_id text, property_hs_note_body text, _fivetran_deleted boolean, _fivetran_synced timestamptz');
\ir shared.sql
SELECT (:has_conversation_thread AND :has_conversation_message_history)::text AS has_conversations,
	(:has_ticket_engagement AND :has_engagement_email)::text AS has_emails \gset
-- without the table that links them to tickets there are no messages
UPDATE pg_temp.readable SET is_usable = false
WHERE NOT (:has_conversations OR :has_emails) AND relation IN ('conversation_message_history', 'engagement_email');

-- the status of each stage; without a pipeline, of an id with the same status in all pipelines
CREATE OR REPLACE VIEW :"target".stages AS
WITH named AS (
	SELECT DISTINCT ON (pipeline_id, stage_id) pipeline_id, stage_id, s.label, coalesce(m.status, CASE
		WHEN coalesce(s.ticket_state = 'CLOSED', s.is_closed, lower(s.label) = 'closed') THEN 'closed'
		WHEN lower(s.label) = 'new' THEN 'new'
		WHEN lower(s.label) IN ('waiting on contact', 'waiting on customer', 'pending') THEN 'pending'
		WHEN lower(s.label) IN ('on hold', 'on-hold', 'waiting on third party') THEN 'on_hold'
		WHEN lower(s.label) IN ('waiting on us', 'open', 'in progress') OR s.ticket_state = 'OPEN' OR NOT s.is_closed THEN 'open'
		END) AS status
	FROM :ticket_pipeline_stage AS s FULL JOIN :stage_status AS m USING (pipeline_id, stage_id)
	ORDER BY pipeline_id, stage_id, m.status
)
TABLE named UNION ALL
SELECT NULL, stage_id, CASE WHEN min(label) = max(label) THEN min(label) END, CASE WHEN min(status) = max(status) THEN min(status) END
FROM named GROUP BY stage_id;

-- owners with their primary team, and their id as actors of conversations; of several owners, the first one
CREATE OR REPLACE VIEW :"target".agents AS
WITH agent AS MATERIALIZED (SELECT DISTINCT ON (o.owner_id) o.owner_id, coalesce(g.name, w.team_id) AS team,
	coalesce(nullif(concat_ws(' ', o.first_name, o.last_name), ''), o.email) AS name,
	CASE WHEN o.owner_id = min(o.owner_id) OVER (PARTITION BY o.active_user_id) THEN 'A-' || o.active_user_id END AS actor_id
FROM :owner AS o
LEFT JOIN :owner_team AS w ON w.owner_id = o.owner_id AND w.is_team_primary IS NOT FALSE AND w._fivetran_deleted IS NOT TRUE
LEFT JOIN :team AS g ON g.id = w.team_id ORDER BY o.owner_id, w.is_team_primary, w.team_id)
TABLE agent;

CREATE OR REPLACE VIEW :"target".tickets AS
SELECT t.id AS ticket_id, t.property_createdate AS created_at,
	CASE WHEN NOT (:has_conversations OR t.property_hs_outbound_ticket IS TRUE
		OR :has_emails AND t.property_source_type IS DISTINCT FROM 'CHAT')
		THEN coalesce(t.property_hs_first_agent_message_sent_at, t.property_first_agent_reply_date) END AS first_response_at,
	CASE WHEN NOT EXISTS (SELECT FROM :ticket_property_history AS h WHERE h.ticket_id = t.id AND h.name = 'hs_pipeline_stage')
		AND coalesce(s.status IN ('solved', 'closed'), t.property_hs_is_closed, true)
		THEN coalesce(t.property_hs_last_closed_date, t.property_closed_date) END AS resolved_at,
	t.property_hs_customer_agent_escalated_time AS handed_off_at, t.property_hs_lastmodifieddate AS updated_at,
	t._fivetran_synced AS loaded_at, s.status, CASE WHEN t.property_hs_outbound_ticket THEN 'agent' END AS opened_by,
	c.contact_id AS customer_id, t.property_hs_primary_company_id AS account_id, t.property_hubspot_owner_id AS agent_id,
	a.name AS agent_name, coalesce(g.name, t.property_hubspot_team_id, a.team) AS team, t.property_source_type AS channel,
	t.property_hs_ticket_category AS category, t.property_hs_ticket_priority AS priority,
	((SELECT jsonb_object_agg(o.id, w.id ORDER BY w.id)
	  FROM :ticket AS w CROSS JOIN LATERAL regexp_split_to_table(w.property_hs_merged_object_ids, '[^0-9]+') AS o (id)
	  WHERE o.id NOT IN ('', w.id::text)) ->> t.id::text):::key AS merged_into,
	coalesce(s.status IN ('solved', 'closed'), t.property_hs_is_closed) AS solved, b.said AS bot_handled, b.said AS bot_escalated,
	CASE t.property_hs_time_to_first_response_sla_status WHEN '3' THEN true WHEN '1' THEN false WHEN '4' THEN false END AS sla_response_met,
	CASE t.property_hs_time_to_close_sla_status WHEN '3' THEN true WHEN '1' THEN false WHEN '4' THEN false END AS sla_resolution_met
FROM :ticket AS t
LEFT JOIN :"target".stages AS s ON s.stage_id = t.property_hs_pipeline_stage AND s.pipeline_id IS NOT DISTINCT FROM t.property_hs_pipeline
LEFT JOIN :"target".agents AS a ON a.owner_id = t.property_hubspot_owner_id LEFT JOIN :team AS g ON g.id = t.property_hubspot_team_id
CROSS JOIN LATERAL (SELECT nullif(:has_conversations AND t.property_hs_customer_agent_escalated_time IS NOT NULL, false)) AS b (said)
-- with several contacts, it is not known which one is right
LEFT JOIN (SELECT ticket_id, min(contact_id) AS contact_id FROM :ticket_contact AS c GROUP BY 1 HAVING min(contact_id) = max(contact_id))
	AS c ON c.ticket_id = t.id
WHERE coalesce(t._fivetran_deleted, t.is_deleted) IS NOT TRUE;

-- an engagement has a row for each label of its association; the first one counts
\set is_first 'NOT EXISTS (SELECT FROM ' :ticket_engagement ' AS o WHERE o.ticket_id = a.ticket_id AND o.engagement_id = a.engagement_id'
\set is_first :is_first ' AND concat(o.category, ''/'', o.type_id) < concat(a.category, ''/'', a.type_id))'
\set is_first :is_first ' AND NOT (' :has_conversations ' AND EXISTS (SELECT FROM ' :conversation_thread ' AS h'
\set is_first :is_first ' WHERE h.associated_ticket_id = a.ticket_id::text))'
CREATE OR REPLACE VIEW :"target".messages AS
-- the letters of HubSpot's actors: A agent, V visitor, E address, B bot, L customer agent, S system, I integration
SELECT t.id AS ticket_id, m.created_at AS at, CASE
		WHEN m.type = 'WELCOME_MESSAGE' OR m.created_by ~ '^[SI]-' THEN 'system' WHEN m.created_by ~ '^[BL]-' THEN 'bot'
		WHEN m.created_by LIKE 'A-%' AND (m.direction = 'INCOMING') IS NOT TRUE THEN 'agent'
		WHEN m.created_by LIKE 'V-%' OR m.created_by LIKE 'E-%' AND m.direction = 'INCOMING' THEN 'customer'
	END AS author, m.type <> 'COMMENT' AS is_public, coalesce(a.owner_id, m.created_by) AS author_id, m.text AS body,
	m._fivetran_synced AS loaded_at
FROM :ticket AS t JOIN :conversation_thread AS h ON h.associated_ticket_id = t.id::text
JOIN :conversation_message_history AS m ON m.thread_id = h.id LEFT JOIN :"target".agents AS a ON a.actor_id = m.created_by
WHERE m.type IN ('MESSAGE', 'COMMENT', 'WELCOME_MESSAGE') AND (m.status_type = 'FAILED') IS NOT TRUE AND m._fivetran_active IS NOT FALSE
AND m._fivetran_deleted IS NOT TRUE AND h._fivetran_deleted IS NOT TRUE AND (h.spam = 'true') IS NOT TRUE
UNION ALL
SELECT a.ticket_id, coalesce(m.property_hs_timestamp, m.property_hs_createdate) AS at,
	CASE d.direction WHEN 'EMAIL' THEN 'agent' WHEN 'INCOMING_EMAIL' THEN 'customer' END AS author, true AS is_public,
	m.property_hubspot_owner_id AS author_id, m.property_hs_email_text AS body, m._fivetran_synced AS loaded_at
FROM :ticket_engagement AS a JOIN :engagement_email AS m ON m.engagement_id = a.engagement_id AND m._fivetran_deleted IS NOT TRUE
CROSS JOIN LATERAL (SELECT coalesce(m.property_hs_email_direction, m.type) AS direction) AS d
WHERE :is_first AND (d.direction = 'INCOMING_EMAIL' OR coalesce(m.property_hs_email_status, 'SENT') = 'SENT')
UNION ALL
SELECT a.ticket_id, coalesce(n.property_hs_timestamp, n.property_hs_createdate),
	CASE WHEN n.property_hubspot_owner_id <> '' THEN 'agent' END, false, n.property_hubspot_owner_id,
	coalesce(n.property_hs_note_body, n.body), n._fivetran_synced
FROM :ticket_engagement AS a JOIN :engagement_note AS n ON n.engagement_id = a.engagement_id
WHERE :is_first AND n._fivetran_deleted IS NOT TRUE;

-- the current pipeline where the pipeline of that time is unknown; NULL means unchanged, an empty text none
CREATE OR REPLACE VIEW :"target".status_changes AS
SELECT h.ticket_id, h.timestamp_instant AS at, coalesce(s.status, n.status) AS status,
	CASE WHEN h.name = 'hs_pipeline_stage' THEN coalesce(s.label, n.label, h.value) END AS source_status,
	CASE WHEN h.name = 'hubspot_owner_id' THEN coalesce(h.value, '') END AS agent_id,
	CASE WHEN h.name = 'hubspot_team_id' THEN coalesce(g.name, h.value, '') END AS team,
	CASE WHEN h.source LIKE 'CRM\_UI%' THEN 'agent' END AS changed_by, h._fivetran_synced AS loaded_at
FROM :ticket_property_history AS h LEFT JOIN :ticket AS t ON t.id = h.ticket_id
LEFT JOIN :ticket_property_history AS p ON p.ticket_id = h.ticket_id AND p.name = 'hs_pipeline' AND h.name = 'hs_pipeline_stage'
	AND coalesce(p._fivetran_start, p.timestamp_instant) <= h.timestamp_instant
	AND h.timestamp_instant < coalesce(p._fivetran_end, p.timestamp_instant + interval '1 microsecond')
LEFT JOIN :"target".stages AS s ON h.name = 'hs_pipeline_stage' AND s.stage_id = h.value
	AND s.pipeline_id = coalesce(p.value, t.property_hs_pipeline)
LEFT JOIN :"target".stages AS n ON h.name = 'hs_pipeline_stage' AND n.stage_id = h.value AND n.pipeline_id IS NULL
LEFT JOIN :team AS g ON h.name = 'hubspot_team_id' AND g.id = h.value
WHERE h.name IN ('hs_pipeline_stage', 'hubspot_owner_id', 'hubspot_team_id');

-- a score without a date counts when the ticket last changed
CREATE OR REPLACE VIEW :"target".surveys AS
SELECT t.id::text || '-' || k.kind AS response_id, k.kind, coalesce(k.at, h.at) AS sent_at, coalesce(k.at, h.at) AS answered_at,
	CASE WHEN k.rating ~ '^[0-9]+(\.0+)?$' THEN k.rating::float8 + k.added END AS score, k.scale_max, t.id AS ticket_id, k.comment,
	t._fivetran_synced AS loaded_at
FROM :ticket AS t CROSS JOIN LATERAL (VALUES
	('csat', property_hs_last_csat_rating, (:csat_scale < 5)::int, :csat_scale, property_hs_last_csat_date, property_hs_last_csat_comment),
	('ces', property_hs_feedback_last_ces_rating, 0, 7, property_hs_feedback_last_survey_date, property_hs_feedback_last_ces_follow_up),
	('nps', coalesce(property_hs_feedback_last_nps_rating_number, property_nps_score), 0, 10, NULL, property_nps_follow_up_answer)
) AS k (kind, rating, added, scale_max, at, comment)
LEFT JOIN (
	SELECT ticket_id, substring(name FROM 'csat|ces|nps') AS kind, max(timestamp_instant) AS at FROM :ticket_property_history AS h
	WHERE value <> '' AND name IN ('hs_last_csat_rating', 'hs_feedback_last_ces_rating', 'hs_feedback_last_nps_rating_number', 'nps_score')
	GROUP BY 1, 2
) AS h ON h.ticket_id = t.id AND h.kind = k.kind
WHERE k.rating <> '' AND coalesce(t._fivetran_deleted, t.is_deleted) IS NOT TRUE;

COMMENT ON VIEW :"target".agents IS 'owners of HubSpot, their primary team, and their id as an actor of conversations';
COMMENT ON VIEW :"target".stages IS 'status of each stage of a pipeline of tickets';
SELECT * FROM pg_temp.finish('HubSpot, from Fivetran', :'target', :'kpi_mart');
TABLE pg_temp.next \g (format=unaligned tuples_only=on)
COMMIT;
