-- The tables of Chatwoot that adapters/chatwoot.sql reads, with their names and
-- types as of August 2025; columns that it does not read are left out, and so
-- are those of the indexes that do not matter here.

CREATE TABLE users (id serial PRIMARY KEY, name character varying NOT NULL, display_name character varying, email character varying);

CREATE TABLE teams (id bigserial PRIMARY KEY, name character varying NOT NULL, account_id bigint NOT NULL);

CREATE TABLE inboxes (
	id serial PRIMARY KEY,
	channel_id integer NOT NULL,
	account_id integer NOT NULL,
	name character varying NOT NULL,
	channel_type character varying,
	working_hours_enabled boolean DEFAULT false,
	timezone character varying DEFAULT 'UTC');

CREATE TABLE working_hours (
	id bigserial PRIMARY KEY,
	inbox_id bigint,
	account_id bigint,
	day_of_week integer NOT NULL,
	closed_all_day boolean DEFAULT false,
	open_hour integer,
	open_minutes integer,
	close_hour integer,
	close_minutes integer,
	created_at timestamp(6) without time zone NOT NULL DEFAULT '2026-01-01',
	updated_at timestamp(6) without time zone NOT NULL DEFAULT '2026-01-01',
	open_all_day boolean DEFAULT false);

CREATE TABLE conversations (
	id serial PRIMARY KEY,
	account_id integer NOT NULL,
	inbox_id integer NOT NULL,
	status integer DEFAULT 0 NOT NULL,
	assignee_id integer,
	created_at timestamp without time zone NOT NULL,
	updated_at timestamp without time zone NOT NULL,
	contact_id bigint,
	display_id integer NOT NULL,
	team_id bigint,
	first_reply_created_at timestamp without time zone,
	priority integer,
	sla_policy_id bigint,
	cached_label_list text,
	UNIQUE (account_id, display_id));

CREATE TABLE messages (
	id serial PRIMARY KEY,
	content text,
	account_id integer NOT NULL,
	inbox_id integer NOT NULL,
	conversation_id integer NOT NULL,
	message_type integer NOT NULL,
	created_at timestamp without time zone NOT NULL,
	private boolean DEFAULT false NOT NULL,
	content_type integer DEFAULT 0 NOT NULL,
	sender_type character varying,
	sender_id bigint,
	additional_attributes jsonb DEFAULT '{}');
CREATE INDEX ON messages (conversation_id);

CREATE TABLE reporting_events (
	id bigserial PRIMARY KEY,
	name character varying,
	value double precision,
	account_id integer,
	inbox_id integer,
	user_id integer,
	conversation_id integer,
	created_at timestamp(6) without time zone NOT NULL,
	value_in_business_hours double precision,
	event_start_time timestamp without time zone,
	event_end_time timestamp without time zone);
CREATE INDEX ON reporting_events (conversation_id);

CREATE TABLE csat_survey_responses (
	id bigserial PRIMARY KEY,
	account_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	message_id bigint NOT NULL UNIQUE,
	rating integer NOT NULL,
	feedback_message text,
	contact_id bigint NOT NULL,
	assigned_agent_id bigint,
	created_at timestamp(6) without time zone NOT NULL);

CREATE TABLE sla_policies (
	id bigserial PRIMARY KEY,
	name character varying NOT NULL,
	first_response_time_threshold double precision,
	next_response_time_threshold double precision,
	only_during_business_hours boolean DEFAULT false,
	account_id bigint NOT NULL,
	resolution_time_threshold double precision);

CREATE TABLE applied_slas (
	id bigserial PRIMARY KEY,
	account_id bigint NOT NULL,
	sla_policy_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	created_at timestamp(6) without time zone NOT NULL,
	sla_status integer DEFAULT 0,
	UNIQUE (account_id, sla_policy_id, conversation_id));

CREATE TABLE sla_events (
	id bigserial PRIMARY KEY,
	applied_sla_id bigint NOT NULL,
	conversation_id bigint NOT NULL,
	account_id bigint NOT NULL,
	event_type integer,
	meta jsonb DEFAULT '{}',
	created_at timestamp(6) without time zone NOT NULL);
