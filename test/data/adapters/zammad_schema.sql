-- The tables and columns of Zammad that the adapter reads, with the names and
-- types that Zammad gives them, and nothing else.

CREATE TABLE organizations (id serial PRIMARY KEY, name varchar(100) NOT NULL);
CREATE TABLE users (
	id serial PRIMARY KEY,
	organization_id integer,
	login varchar(255) NOT NULL,
	firstname varchar(100) DEFAULT '',
	lastname varchar(100) DEFAULT '',
	vip boolean DEFAULT false
);
CREATE TABLE groups (id serial PRIMARY KEY, name varchar(160) NOT NULL);

CREATE TABLE ticket_state_types (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE ticket_states (
	id serial PRIMARY KEY,
	state_type_id integer NOT NULL,
	name varchar(250) NOT NULL,
	ignore_escalation boolean NOT NULL DEFAULT false
);
CREATE TABLE ticket_priorities (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE tickets (
	id serial PRIMARY KEY,
	group_id integer NOT NULL,
	priority_id integer NOT NULL,
	state_id integer NOT NULL,
	organization_id integer,
	number varchar(60) NOT NULL,
	title varchar(250) NOT NULL,
	owner_id integer NOT NULL,
	customer_id integer NOT NULL,
	first_response_at timestamp(3),
	first_response_escalation_at timestamp(3),
	first_response_in_min integer,
	first_response_diff_in_min integer,
	close_at timestamp(3),
	close_escalation_at timestamp(3),
	close_in_min integer,
	close_diff_in_min integer,
	last_close_at timestamp(3),
	create_article_type_id integer,
	create_article_sender_id integer,
	type varchar(100),
	time_unit numeric(6, 2),
	preferences text,
	created_at timestamp(3) NOT NULL,
	updated_at timestamp(3) NOT NULL
);

CREATE TABLE ticket_article_types (id serial PRIMARY KEY, name varchar(250) NOT NULL, communication boolean NOT NULL);
CREATE TABLE ticket_article_senders (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE ticket_articles (
	id serial PRIMARY KEY,
	ticket_id integer NOT NULL,
	type_id integer NOT NULL,
	sender_id integer NOT NULL,
	internal boolean NOT NULL DEFAULT false,
	created_by_id integer NOT NULL,
	created_at timestamp(3) NOT NULL
);
CREATE INDEX ON ticket_articles (ticket_id);

CREATE TABLE history_objects (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE history_attributes (id serial PRIMARY KEY, name varchar(250) NOT NULL);
CREATE TABLE histories (
	id serial PRIMARY KEY,
	history_object_id integer NOT NULL,
	history_attribute_id integer,
	o_id integer NOT NULL,
	id_to integer,
	id_from integer,
	value_from varchar(500),
	value_to varchar(500),
	created_by_id integer NOT NULL,
	created_at timestamp(3) NOT NULL
);
CREATE INDEX ON histories (o_id);

CREATE TABLE calendars (
	id serial PRIMARY KEY,
	name varchar(250),
	timezone varchar(250),
	business_hours varchar(3000),
	public_holidays text,
	"default" boolean NOT NULL DEFAULT false
);
CREATE TABLE slas (
	id serial PRIMARY KEY,
	name varchar(150),
	calendar_id integer NOT NULL,
	first_response_time integer,
	response_time integer,
	update_time integer,
	solution_time integer
);
