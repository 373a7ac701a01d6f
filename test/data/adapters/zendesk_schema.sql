-- The tables of Fivetran's Zendesk connector that adapters/zendesk_fivetran.sql
-- reads, as it makes them in PostgreSQL; columns that are not read are left out.

CREATE TABLE "user" (id bigint PRIMARY KEY, name text, role text, active boolean, suspended boolean);
CREATE TABLE "group" (id bigint PRIMARY KEY, name text);

CREATE TABLE ticket (
	id bigint PRIMARY KEY,
	_fivetran_deleted boolean,
	status text,
	priority text,
	type text,
	created_at timestamptz,
	updated_at timestamptz,
	assignee_id bigint,
	requester_id bigint,
	submitter_id bigint,
	group_id bigint,
	organization_id bigint,
	via_channel text,
	is_public boolean,
	merged_ticket_ids jsonb);

CREATE TABLE ticket_field_history (
	ticket_id bigint,
	field_name text,
	updated timestamptz,
	value text,
	user_id bigint,
	PRIMARY KEY (ticket_id, field_name, updated));

CREATE TABLE ticket_comment (
	id bigint PRIMARY KEY,
	ticket_id bigint,
	user_id bigint,
	created timestamptz,
	public boolean,
	voice_comment boolean,
	call_duration integer);

CREATE TABLE schedule (
	id bigint,
	name text,
	time_zone text,
	start_time integer,
	end_time integer,
	start_time_utc integer,
	end_time_utc integer,
	created_at timestamptz,
	_fivetran_deleted boolean,
	PRIMARY KEY (id, start_time, end_time));

CREATE TABLE schedule_holiday (id bigint, schedule_id bigint, name text, start_date timestamptz, end_date timestamptz);

CREATE TABLE ticket_schedule (ticket_id bigint, schedule_id bigint, created_at timestamptz, PRIMARY KEY (ticket_id, created_at));
