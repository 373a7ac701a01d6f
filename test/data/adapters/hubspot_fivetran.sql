-- Tables of Fivetran's HubSpot connector, with the columns that adapters/hubspot_fivetran.sql
-- reads, and tickets made by hand: each is about one trap.  All is in UTC, in the first week of
-- March 2026, which begins on Monday the 2nd.

CREATE TABLE ticket (id bigint PRIMARY KEY, _fivetran_synced timestamptz DEFAULT '2026-03-10 06:00', _fivetran_deleted boolean,
	is_deleted boolean, property_createdate timestamptz DEFAULT '2026-03-02 10:00', property_hs_lastmodifieddate timestamptz,
	property_hs_pipeline text DEFAULT '0', property_hs_pipeline_stage text, property_hs_is_closed boolean,
	property_closed_date timestamptz, property_hs_last_closed_date timestamptz, property_first_agent_reply_date timestamptz,
	property_hs_first_agent_message_sent_at timestamptz, property_hs_customer_agent_escalated_time timestamptz,
	property_hs_outbound_ticket boolean, property_hs_primary_company_id bigint, property_hubspot_owner_id bigint,
	property_hubspot_team_id text, property_source_type text, property_hs_ticket_category text, property_hs_ticket_priority text,
	property_hs_merged_object_ids text, property_hs_time_to_first_response_sla_status text,
	property_hs_time_to_close_sla_status text, property_hs_last_csat_rating text, property_hs_last_csat_date timestamptz,
	property_hs_last_csat_comment text, property_hs_feedback_last_ces_rating text, property_hs_feedback_last_survey_date timestamptz,
	property_hs_feedback_last_ces_follow_up text, property_hs_feedback_last_nps_rating_number double precision,
	property_nps_score text, property_nps_follow_up_answer text);
CREATE TABLE ticket_contact (ticket_id bigint, contact_id bigint, category text, type_id bigint);
CREATE TABLE ticket_pipeline_stage (pipeline_id text, stage_id text, label text, ticket_state text, is_closed boolean,
	_fivetran_deleted boolean, PRIMARY KEY (pipeline_id, stage_id));
CREATE TABLE stage_status (pipeline_id text, stage_id text, status text);
CREATE TABLE ticket_property_history (ticket_id bigint, name text, timestamp_instant timestamptz, value text, source text,
	_fivetran_start timestamptz, _fivetran_end timestamptz, _fivetran_active boolean,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');
CREATE INDEX ON ticket_property_history (ticket_id);
CREATE TABLE owner (owner_id bigint PRIMARY KEY, active_user_id bigint, first_name text, last_name text, email text);
CREATE TABLE owner_team (owner_id bigint, team_id bigint, is_team_primary boolean, _fivetran_deleted boolean);
CREATE TABLE team (id bigint PRIMARY KEY, name text);
CREATE TABLE conversation_thread (id text PRIMARY KEY, associated_ticket_id text, spam text, _fivetran_deleted boolean);
CREATE INDEX ON conversation_thread (associated_ticket_id);
CREATE TABLE conversation_message_history (id text, thread_id text, _fivetran_active boolean DEFAULT true, _fivetran_deleted boolean,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00', type text DEFAULT 'MESSAGE', direction text, created_at timestamptz,
	created_by text, status_type text, text text);
CREATE INDEX ON conversation_message_history (thread_id);
CREATE TABLE ticket_engagement (ticket_id bigint, engagement_id bigint, category text DEFAULT 'HUBSPOT_DEFINED',
	type_id bigint DEFAULT 224);
CREATE INDEX ON ticket_engagement (ticket_id);
CREATE TABLE engagement_email (engagement_id bigint PRIMARY KEY, _fivetran_deleted boolean, type text, property_hs_timestamp timestamptz,
	property_hs_createdate timestamptz DEFAULT '2026-03-09 10:00', property_hs_email_direction text, property_hs_email_status text,
	property_hubspot_owner_id bigint, property_hs_email_text text, _fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');
CREATE TABLE engagement_note (engagement_id bigint PRIMARY KEY, _fivetran_deleted boolean, property_hs_timestamp timestamptz,
	property_hs_createdate timestamptz, property_hubspot_owner_id bigint, property_hs_note_body text, body text,
	_fivetran_synced timestamptz DEFAULT '2026-03-10 06:00');

-- Ana is two owners; Cem is not a user any more
INSERT INTO owner VALUES (501, 71, 'Ana', NULL, 'ana@desk'), (502, 72, 'Ben', 'Brown', NULL), (503, 71, 'Ana', 'Old', NULL),
	(504, NULL, NULL, NULL, 'cem@desk');
INSERT INTO team VALUES (10, 'Front'), (20, 'Back');
-- Ana is in two teams, Ben was in another one
INSERT INTO owner_team VALUES (501, 20, false, false), (501, 10, true, false), (502, 20, true, false), (502, 10, true, true);

-- the stages 1 and 4 are in two pipelines, and mean something else in each; Done was deleted
INSERT INTO ticket_pipeline_stage VALUES
	('0', '1', 'New', 'OPEN', false, false), ('0', '2', 'Waiting on contact', 'OPEN', false, false),
	('0', '3', 'Waiting on us', 'OPEN', false, false), ('0', '4', 'Closed', 'CLOSED', true, false),
	('900', '1', 'Intake', 'OPEN', false, false), ('900', '4', 'Waiting on contact', 'OPEN', NULL, false),
	('900', '91', 'Vendor', 'OPEN', false, false), ('900', '92', 'Done', 'CLOSED', true, true), ('900', '93', NULL, NULL, true, NULL);
INSERT INTO stage_status VALUES ('900', '91', 'on_hold'), ('900', '91', 'on_hold');

INSERT INTO ticket (id, property_hs_pipeline_stage, property_hubspot_owner_id, property_hubspot_team_id, property_source_type) VALUES
	(1, '4', 501, '10', 'EMAIL'),	-- an ordinary one
	(2, '4', 502, NULL, 'EMAIL'),	-- waited for the customer, reopened
	(3, '4', NULL, NULL, 'FORM'),	-- moved to another pipeline
	(4, '92', NULL, NULL, 'FORM'),	-- nobody knows its pipeline
	(5, '3', NULL, NULL, 'EMAIL'),	-- deleted
	(6, '3', NULL, NULL, 'EMAIL'),	-- deleted, as an older connection says it
	(7, '3', NULL, NULL, 'EMAIL'),	-- merged into 8
	(8, '3', NULL, NULL, 'EMAIL'),
	(9, '3', NULL, NULL, 'EMAIL'),	-- says that it was merged into itself
	(10, '3', 501, '10', 'CHAT'),	-- bots first
	(11, '1', NULL, NULL, 'EMAIL'),	-- never answered, whatever it looks like
	(12, '3', 501, '10', 'EMAIL'),	-- opened by an agent
	(13, '3', 501, '10', 'CHAT'),	-- two conversations
	(14, '3', 502, '20', 'EMAIL'),	-- of other agents and teams before
	(15, '93', 504, NULL, 'PHONE');	-- no message, a stage without name
UPDATE ticket SET property_hs_pipeline = '900' WHERE id = 15;
UPDATE ticket SET property_hs_pipeline = NULL WHERE id = 4;
UPDATE ticket SET _fivetran_deleted = true WHERE id = 5;
UPDATE ticket SET is_deleted = true WHERE id = 6;
UPDATE ticket SET property_hs_merged_object_ids = '7;77' WHERE id = 8;
UPDATE ticket SET property_hs_merged_object_ids = '9' WHERE id = 9;
UPDATE ticket SET property_hs_customer_agent_escalated_time = '2026-03-02 10:30' WHERE id = 10;
UPDATE ticket SET property_hs_outbound_ticket = true WHERE id = 12;
-- what the messages and stages tell better: other times than they have
UPDATE ticket SET property_closed_date = '2026-03-02 11:01', property_hs_first_agent_message_sent_at = '2026-03-02 10:21' WHERE id = 1;
UPDATE ticket SET property_closed_date = '2026-03-02 11:00', property_hs_last_closed_date = '2026-03-03 10:01',
	property_first_agent_reply_date = '2026-03-02 10:31' WHERE id = 2;
UPDATE ticket SET property_hs_first_agent_message_sent_at = '2026-03-02 10:44' WHERE id = 10;
UPDATE ticket SET property_hs_first_agent_message_sent_at = '2026-03-02 10:00' WHERE id = 12;	-- the one that opened it
UPDATE ticket SET property_hs_ticket_category = 'BILLING_ISSUE', property_hs_ticket_priority = 'HIGH', property_hs_primary_company_id = 800
WHERE id = 1;
-- 0 active, 1 overdue, 2 due soon, 3 completed on time, 4 completed late
UPDATE ticket SET property_hs_time_to_first_response_sla_status = s.response, property_hs_time_to_close_sla_status = s.close
FROM (VALUES (1, '3', '4'), (2, '4', '3'), (8, '2', '0'), (11, '1', '0')) AS s (id, response, close) WHERE s.id = ticket.id;
-- the date of the likelihood to recommend is in the history; what is no number has no score
UPDATE ticket SET property_hs_last_csat_rating = '2', property_hs_last_csat_date = '2026-03-03 12:00',
	property_hs_last_csat_comment = 'thanks',
	property_hs_feedback_last_ces_rating = '6', property_hs_feedback_last_survey_date = '2026-03-03 13:00', property_nps_score = '10'
WHERE id = 1;
UPDATE ticket SET property_hs_last_csat_rating = '0', property_hs_last_csat_date = '2026-03-04 12:00',
	property_hs_feedback_last_nps_rating_number = 3, property_nps_score = '9' WHERE id = 2;
UPDATE ticket SET property_hs_last_csat_rating = 'happy', property_hs_last_csat_date = '2026-03-04 12:00' WHERE id = 3;
UPDATE ticket SET property_hs_last_csat_rating = '2', property_hs_last_csat_date = '2026-03-04 12:00' WHERE id = 5;

-- 2 and 15 have several contacts, 1 has one with two labels
INSERT INTO ticket_contact VALUES (1, 31, 'HUBSPOT_DEFINED', 16), (1, 31, 'USER_DEFINED', 5), (2, 32, 'HUBSPOT_DEFINED', 16),
	(2, 33, 'HUBSPOT_DEFINED', 16), (3, 34, 'HUBSPOT_DEFINED', 16);

INSERT INTO ticket_property_history (ticket_id, name, timestamp_instant, value, source) VALUES
	(1, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CONVERSATIONS'),
	(1, 'hs_pipeline_stage', '2026-03-02 10:20', '3', 'CRM_UI'),
	(1, 'hs_pipeline_stage', '2026-03-02 11:00', '4', 'CRM_UI'),
	(1, 'subject', '2026-03-02 11:00', '4', 'CRM_UI'),
	(1, 'nps_score', '2026-03-03 14:00', '8', 'API'),
	(1, 'nps_score', '2026-03-04 14:00', '10', 'API'),
	(2, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CONVERSATIONS'),
	(2, 'hs_pipeline_stage', '2026-03-02 10:30', '2', 'AUTOMATION_PLATFORM'),
	(2, 'hs_pipeline_stage', '2026-03-02 11:00', '4', 'CRM_UI'),
	(2, 'hs_pipeline_stage', '2026-03-03 09:00', '3', 'CONVERSATIONS'),
	(2, 'hs_pipeline_stage', '2026-03-03 10:00', '4', 'CRM_UI'),
	(3, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CRM_UI'),
	(3, 'hs_pipeline_stage', '2026-03-02 10:10', '4', 'CRM_UI'),
	(3, 'hs_pipeline_stage', '2026-03-02 12:00', '3', 'CRM_UI'),
	(3, 'hs_pipeline_stage', '2026-03-02 13:00', '4', 'CRM_UI'),
	(4, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CRM_UI'),	-- of which pipeline?
	(4, 'hs_pipeline_stage', '2026-03-02 10:30', '91', 'CRM_UI'),
	(4, 'hs_pipeline_stage', '2026-03-02 12:00', '92', 'CRM_UI'),
	(8, 'hs_pipeline_stage', '2026-03-02 09:00', '1', 'CRM_UI'),	-- before it was there
	(8, 'hs_pipeline_stage', '2026-03-02 10:30', '3', 'CRM_UI'),
	(14, 'hubspot_owner_id', '2026-03-02 10:00', '501', 'CRM_UI'),
	(14, 'hubspot_team_id', '2026-03-02 10:00', '10', 'CALCULATED'),
	(14, 'hubspot_owner_id', '2026-03-02 10:10', '', 'CRM_UI'),
	(14, 'hubspot_owner_id', '2026-03-02 10:20', '502', 'CRM_UI'),
	(14, 'hubspot_team_id', '2026-03-02 10:20', '20', 'CALCULATED'),
	(14, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CRM_UI'),
	(15, 'hs_pipeline_stage', '2026-03-02 10:00', '1', 'CRM_UI'),
	(15, 'hs_pipeline_stage', '2026-03-02 10:15', '93', 'CRM_UI');
INSERT INTO ticket_property_history (ticket_id, name, timestamp_instant, value, _fivetran_start, _fivetran_end, _fivetran_active) VALUES
	(3, 'hs_pipeline', '2026-03-02 10:00', '900', '2026-03-02 10:00', '2026-03-02 11:59:59.999', false),
	(3, 'hs_pipeline', '2026-03-02 12:00', '0', '2026-03-02 12:00', '9999-12-31 23:59:59', true);

-- the likelihood to recommend of 2 has no date at all

INSERT INTO conversation_thread VALUES ('t1', '1', 'false', NULL), ('t2', '2', 'false', NULL), ('t10', '10', NULL, NULL),
	('t11', '11', 'false', false), ('t12', '12', 'false', NULL), ('t13a', '13', 'false', NULL), ('t13b', '13', 'false', NULL),
	('gone', '13', 'false', true), ('spam', '9', 'true', NULL), ('none', NULL, 'false', NULL);
INSERT INTO conversation_message_history (id, thread_id, created_at, created_by, direction, type, status_type) VALUES
	('m101', 't1', '2026-03-02 10:00', 'V-31', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m102', 't1', '2026-03-02 10:05', 'A-71', 'OUTGOING', 'COMMENT', NULL),	-- a note
	('m103', 't1', '2026-03-02 10:06', 'A-72', NULL, 'ASSIGNMENT', NULL),	-- no message
	('m104', 't1', '2026-03-02 10:20', 'A-71', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m105', 't1', '2026-03-02 10:40', 'V-31', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m201', 't2', '2026-03-02 10:00', 'V-32', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m202', 't2', '2026-03-02 10:30', 'A-72', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m203', 't2', '2026-03-03 09:00', 'V-32', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m204', 't2', '2026-03-03 10:00', 'A-72', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1001', 't10', '2026-03-02 10:00', 'V-40', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m1002', 't10', '2026-03-02 10:00:01', 'A-71', 'OUTGOING', 'WELCOME_MESSAGE', 'SENT'),	-- automatic
	('m1003', 't10', '2026-03-02 10:00:05', 'B-1', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1004', 't10', '2026-03-02 10:01', 'L-1', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1005', 't10', '2026-03-02 10:45', 'A-71', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1101', 't11', '2026-03-02 10:05', 'E-41', 'INCOMING', 'MESSAGE', 'RECEIVED'),	-- a customer without contact
	('m1102', 't11', '2026-03-02 10:10', 'A-71', 'OUTGOING', 'MESSAGE', 'FAILED'),	-- did not arrive
	('m1103', 't11', '2026-03-02 10:12', 'A-72', 'INCOMING', 'MESSAGE', 'RECEIVED'),	-- an agent wrote to the inbox
	('m1104', 't11', '2026-03-02 10:13', 'I-5', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1105', 't11', '2026-03-02 10:14', 'S-1', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1106', 't11', '2026-03-02 10:15', 'E-42', 'OUTGOING', 'MESSAGE', 'SENT'),	-- who?
	('m1201', 't12', '2026-03-02 10:00', 'A-71', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1202', 't12', '2026-03-02 10:30', 'V-43', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m1203', 't12', '2026-03-02 10:40', 'A-71', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1301', 't13a', '2026-03-02 10:00', 'V-44', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m1302', 'gone', '2026-03-02 10:05', 'A-71', 'OUTGOING', 'MESSAGE', 'SENT'),
	('m1303', 't13b', '2026-03-02 10:25', 'A-79', 'OUTGOING', 'MESSAGE', 'SENT'),	-- of one who is no owner
	('m901', 'spam', '2026-03-02 10:00', 'V-45', 'INCOMING', 'MESSAGE', 'RECEIVED'),
	('m902', 'none', '2026-03-02 10:00', 'V-45', 'INCOMING', 'MESSAGE', 'RECEIVED');
-- an older version of a message, and a deleted one
INSERT INTO conversation_message_history (id, thread_id, created_at, created_by, direction, _fivetran_active, _fivetran_deleted) VALUES
	('m104', 't1', '2026-03-02 10:02', 'A-71', 'OUTGOING', false, false),
	('m206', 't2', '2026-03-02 10:03', 'A-72', 'OUTGOING', true, true);

INSERT INTO engagement_email (engagement_id, property_hs_timestamp, property_hs_email_direction, property_hs_email_status,
	property_hubspot_owner_id) VALUES
	(101, '2026-03-02 10:00', 'INCOMING_EMAIL', NULL, 501),	-- the owner of the ticket, not the author
	(103, '2026-03-02 10:25', 'EMAIL', 'SENT', 501),
	(104, '2026-03-02 10:40', 'INCOMING_EMAIL', NULL, NULL),
	(201, '2026-03-02 10:00', 'INCOMING_EMAIL', NULL, NULL),
	(202, '2026-03-02 10:05', 'FORWARDED_EMAIL', NULL, 502),
	(203, '2026-03-02 10:10', 'EMAIL', 'BOUNCED', 502),
	(204, '2026-03-02 10:11', 'EMAIL', 'SCHEDULED', 502),
	(205, '2026-03-02 10:12', 'EMAIL', 'SENT', 502),	-- deleted
	(206, NULL, 'EMAIL', NULL, 502),
	(301, '2026-03-02 10:35', 'EMAIL', 'SENT', 501),	-- about two tickets
	(1101, '2026-03-02 10:50', NULL, NULL, 501),
	(1201, '2026-03-02 10:00', 'EMAIL', 'SENT', 501),
	(1202, '2026-03-02 10:30', 'INCOMING_EMAIL', NULL, NULL),
	(1203, '2026-03-02 10:42', 'EMAIL', 'SENT', 501);
UPDATE engagement_email SET _fivetran_deleted = true WHERE engagement_id = 205;
UPDATE engagement_email SET property_hs_createdate = '2026-03-02 10:33' WHERE engagement_id = 206;
UPDATE engagement_email SET type = 'EMAIL' WHERE engagement_id = 1101;
INSERT INTO engagement_note VALUES (102, NULL, '2026-03-02 10:05', '2026-03-02 10:05', 502, NULL, 'before the API v3'),
	(207, NULL, '2026-03-02 10:06', NULL, NULL, 'by a workflow', NULL);
INSERT INTO ticket_engagement (ticket_id, engagement_id) VALUES (1, 101), (1, 102), (1, 103), (1, 104), (2, 201), (2, 202), (2, 203),
	(2, 204), (2, 205), (2, 206), (2, 207), (3, 301), (4, 301), (11, 1101), (12, 1201), (12, 1202), (12, 1203);
-- three labels of one association
INSERT INTO ticket_engagement VALUES (1, 103, 'USER_DEFINED', 7), (1, 103, 'USER_DEFINED', 8), (2, 206, 'HUBSPOT_DEFINED', NULL);
