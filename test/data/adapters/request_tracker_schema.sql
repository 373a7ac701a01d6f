-- The tables and columns of Request Tracker that the adapter reads, with the names
-- and types that RT gives them, and nothing else.

CREATE TABLE users (id serial PRIMARY KEY, name varchar(200) NOT NULL, organization varchar(200), realname varchar(120));
CREATE TABLE queues (id serial PRIMARY KEY, name varchar(200) NOT NULL);
CREATE TABLE groups (id serial PRIMARY KEY, name varchar(200), domain varchar(64), instance integer);
CREATE INDEX ON groups (lower(domain), lower(name), instance);
CREATE TABLE groupmembers (id serial PRIMARY KEY, groupid integer NOT NULL DEFAULT 0, memberid integer NOT NULL DEFAULT 0, UNIQUE (groupid, memberid));

CREATE TABLE tickets (
	id serial PRIMARY KEY,
	effectiveid integer NOT NULL DEFAULT 0,
	ismerged smallint,
	queue integer NOT NULL DEFAULT 0,
	type varchar(16),
	owner integer NOT NULL DEFAULT 0,
	subject varchar(200) DEFAULT '[no subject]',
	priority integer NOT NULL DEFAULT 0,
	timeworked integer NOT NULL DEFAULT 0,
	status varchar(64),
	sla varchar(64),
	started timestamp,
	due timestamp,
	resolved timestamp,
	lastupdated timestamp,
	creator integer NOT NULL DEFAULT 0,
	created timestamp
);
CREATE INDEX ON tickets (effectiveid);

CREATE TABLE transactions (
	id bigserial PRIMARY KEY,
	objecttype varchar(255) NOT NULL,
	objectid integer NOT NULL DEFAULT 0,
	type varchar(20),
	field varchar(255),
	oldvalue varchar(255),
	newvalue varchar(255),
	creator integer NOT NULL DEFAULT 0,
	created timestamp
);
CREATE INDEX ON transactions (objecttype, objectid);

CREATE TABLE customfields (id serial PRIMARY KEY, name varchar(200), lookuptype varchar(255) NOT NULL, disabled integer NOT NULL DEFAULT 0);
CREATE TABLE objectcustomfieldvalues (
	id serial PRIMARY KEY,
	customfield integer NOT NULL,
	objecttype varchar(255),
	objectid bigint NOT NULL,
	content varchar(255),
	created timestamp,
	disabled integer NOT NULL DEFAULT 0
);
