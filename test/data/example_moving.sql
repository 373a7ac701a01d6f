-- The tables of the examples in doc/moving.md, made up and small enough to check by eye.  Like
-- real ones they have gaps, overlaps, missing values, rows that were loaded twice, and wrong
-- times.  The time is 12 March 2026, 12:00 UTC.

CREATE TABLE tickets (
	ticket_id int PRIMARY KEY, customer_id text, created_at timestamptz, first_response_at timestamptz,
	resolved_at timestamptz, satisfaction text);
INSERT INTO tickets VALUES
	(1, 'ann', '2026-03-02 09:00Z', '2026-03-02 09:20Z', '2026-03-02 10:00Z', 'good'),
	(2, 'ben', '2026-03-02 09:30Z', '2026-03-02 09:50Z', '2026-03-02 11:00Z', 'offered'),
	(3, 'cat', '2026-03-02 10:00Z', '2026-03-02 10:20Z', '2026-03-02 12:00Z', 'good'),
	(4, 'dan', '2026-03-02 11:00Z', '2026-03-02 11:40Z', '2026-03-02 13:00Z', NULL),
	-- over night, of a customer who is not known
	(5, NULL, '2026-03-03 16:00Z', '2026-03-04 09:30Z', '2026-03-04 10:00Z', 'bad'),
	-- Ann comes back, and writes again before that ticket is resolved
	(6, 'ann', '2026-03-04 10:00Z', '2026-03-04 10:10Z', '2026-03-04 11:00Z', 'offered'),
	(7, 'ann', '2026-03-04 10:30Z', '2026-03-04 10:40Z', '2026-03-04 15:00Z', 'good'),
	-- over a weekend
	(8, 'ben', '2026-03-06 16:30Z', '2026-03-09 09:30Z', '2026-03-09 10:00Z', 'good'),
	-- answered before it was created
	(9, NULL, '2026-03-06 12:00Z', '2026-03-06 11:50Z', '2026-03-06 13:00Z', NULL),
	-- never answered, and only just created
	(10, 'eve', '2026-03-10 09:00Z', NULL, NULL, NULL),
	(11, 'fay', '2026-03-12 11:30Z', NULL, NULL, NULL),
	(12, 'dan', '2026-03-11 15:00Z', '2026-03-11 15:20Z', '2026-03-12 09:00Z', 'good');

-- 99 is how this tool writes "don't know"; answer 1 was loaded twice
CREATE TABLE answers (response_id int, score int, loaded_at timestamptz);
INSERT INTO answers VALUES
	(1, 10, '2026-03-03'), (1, 10, '2026-03-04'), (2, 9, '2026-03-03'), (3, 7, '2026-03-03'),
	(4, 3, '2026-03-04'), (5, NULL, '2026-03-04'), (6, NULL, '2026-03-04'), (7, 99, '2026-03-05');

-- the last caller gave up
CREATE TABLE calls (call_id int PRIMARY KEY, talk interval, hold interval, wrap interval);
INSERT INTO calls VALUES
	(1, '5 minutes', NULL, '1 minute'), (2, '3 minutes 20 seconds', '40 seconds', NULL),
	(3, '6 minutes 40 seconds', '50 seconds', '30 seconds'), (4, NULL, NULL, NULL);

-- busy spans lie within waiting ones, and overlap each other where an agent has two chats
CREATE TABLE presence (agent_id text, state text, since timestamptz, until timestamptz);
INSERT INTO presence VALUES
	('a1', 'waiting', '2026-03-02 08:00Z', '2026-03-02 12:00Z'),
	('a1', 'busy', '2026-03-02 09:00Z', '2026-03-02 10:00Z'), ('a1', 'busy', '2026-03-02 09:30Z', '2026-03-02 10:30Z'),
	('a2', 'waiting', '2026-03-02 08:00Z', '2026-03-02 10:00Z'), ('a2', 'busy', '2026-03-02 08:00Z', '2026-03-02 10:00Z');

-- ends_on is the first day without the contract
CREATE TABLE contracts (customer_id text, plan text, starts_on date, ends_on date);
INSERT INTO contracts VALUES
	('ann', 'basic', '2026-01-01', '2026-03-10'), ('ann', 'pro', '2026-03-10', NULL),       -- changed the plan
	('ben', 'basic', '2026-01-01', '2026-02-15'), ('ben', 'basic', '2026-02-20', NULL),     -- was away for five days
	('cat', 'basic', '2026-01-01', '2026-03-20'),                                           -- left
	('dan', 'pro', '2026-01-01', NULL), ('dan', 'extra', '2026-02-01', '2026-03-15'),       -- gave up one of two
	('eve', 'basic', '2026-03-05', '2026-03-25'),                                           -- came and left
	('fay', 'pro', '2026-01-01', NULL);

-- some columns of two models of dbt_zendesk: ticket 4 was never answered, 5 is open
CREATE SCHEMA dbt;
CREATE TABLE dbt.zendesk__ticket_metrics (
	ticket_id bigint, created_at timestamp, status text, ticket_satisfaction_score text,
	first_reply_time_business_minutes numeric, is_one_touch_resolution boolean);
INSERT INTO dbt.zendesk__ticket_metrics VALUES
	(1, '2026-03-02 09:00', 'closed', 'good', 20, true), (2, '2026-03-02 10:00', 'solved', NULL, 45.5, false),
	(3, '2026-03-03 09:00', 'solved', 'bad', 0, true), (4, '2026-03-03 10:00', 'solved', NULL, NULL, false),
	(5, '2026-03-04 11:00', 'open', NULL, 310.25, false), (6, '2026-03-04 16:00', 'closed', 'good', 90, true);
CREATE TABLE dbt.zendesk__sla_policies (ticket_id bigint, metric text, is_sla_breach boolean);
INSERT INTO dbt.zendesk__sla_policies VALUES
	(1, 'first_reply_time', false), (2, 'first_reply_time', false), (5, 'first_reply_time', true),
	(5, 'next_reply_time', NULL), (6, 'first_reply_time', false);
