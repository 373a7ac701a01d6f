-- The tables of doc/calendars.md: requests of three teams, the status log of a helpdesk with gaps, overlaps, duplicates
-- and NULLs, and five tickets with their events for a mart. It also loads the functions that import calendars.

\ir ../../adapters/business_hours.sql
\ir ../../adapters/holidays.sql

CREATE TABLE teams (team text PRIMARY KEY, hours business_hours);
INSERT INTO teams VALUES
	('Berlin', 'Europe/Berlin; Mo-Fr 09:00-17:00; 2025-10-31 off'),
	('Boston', 'America/New_York; Mo-Fr 09:00-12:00,13:00-17:00'),
	('hotline', NULL);

CREATE TABLE requests (id int PRIMARY KEY, team text, created_at timestamptz, answered_at timestamptz, target interval);
INSERT INTO requests VALUES
	(1, 'Berlin', '2025-10-24 16:00+02', '2025-10-27 10:30+01', '4 hours'),
	(2, 'Berlin', '2025-10-30 16:30+01', '2025-11-03 10:00+01', '1 hour'),
	(3, 'Berlin', '2025-10-30 19:00+01', '2025-10-30 20:00+01', '4 hours'),	-- answered in the evening
	(4, 'Boston', '2025-10-31 11:30-04', '2025-10-31 14:30-04', '2 hours'),
	(5, 'Boston', '2025-10-31 16:00-04', NULL, '4 hours'),
	(6, 'Boston', '2025-11-03 15:00-05', NULL, '8 hours'),
	(7, 'Boston', '2025-11-03 15:30-05', '2025-11-03 15:45-05', NULL),		-- has no target
	(8, 'hotline', '2025-11-02 00:30-04', '2025-11-02 03:30-05', '4 hours');

CREATE TABLE status_log (ticket_id int, status text, since timestamptz, until timestamptz);
INSERT INTO status_log VALUES
	(1, 'pending', '2025-11-04 10:00Z', '2025-11-04 12:00Z'),
	(1, 'pending', '2025-11-04 11:00Z', '2025-11-04 14:00Z'),	-- overlaps
	(1, 'pending', '2025-11-04 11:00Z', '2025-11-04 14:00Z'),	-- is there twice
	(1, 'open', '2025-11-04 14:00Z', '2025-11-05 10:00Z'),
	(2, 'pending', '2025-11-04 15:00Z', NULL),					-- still waits
	(3, 'pending', NULL, '2025-11-04 10:00Z'),					-- began before the log
	(3, 'pending', '2025-11-04 13:00Z', '2025-11-04 12:00Z'),	-- ends before it begins
	(3, 'on_hold', '2025-11-04 11:00Z', '2025-11-04 12:00Z'),
	(4, 'open', '2025-11-04 09:00Z', '2025-11-04 12:00Z');		-- never waits

CREATE TABLE tickets (ticket_id int PRIMARY KEY, created_at timestamptz, updated_at timestamptz DEFAULT now());
INSERT INTO tickets VALUES (1, '2025-10-24 16:00+02'), (2, '2025-11-03 09:00+01'), (3, '2025-11-03 10:00+01'),
	(4, '2025-11-04 09:00+01'), (5, '2025-11-05 15:00+01');

CREATE TABLE messages (ticket_id int, at timestamptz, author text, body text);
INSERT INTO messages VALUES
	(1, '2025-10-24 16:00+02', 'customer', 'The printer in room 4 does not print.'),
	(1, '2025-10-27 10:30+01', 'agent', 'The cable was loose, it prints again.'),
	(2, '2025-11-03 09:00+01', 'customer', 'How do I share a calendar?'),
	(2, '2025-11-03 09:20+01', 'agent', 'Open its menu and choose "Share".'),
	(2, '2025-11-03 16:00+01', 'customer', 'I have tried that, and nothing happens.'),
	(2, '2025-11-04 10:30+01', 'agent', 'You now have the right to share it.'),
	(3, '2025-11-03 10:00+01', 'customer', 'Nobody in our office can send mail!'),
	(3, '2025-11-03 10:15+01', 'agent', 'We are on it.'), (3, '2025-11-03 15:00+01', 'agent', 'Mail works again.'),
	(4, '2025-11-04 09:00+01', 'customer', 'Please install the new version on my laptop.'),
	(4, '2025-11-04 09:30+01', 'agent', 'When can we have the laptop for an hour?'),
	(5, '2025-11-05 15:00+01', 'customer', 'I cannot log in from the hotel.'),
	(5, '2025-11-05 15:10+01', 'agent', 'Which message do you see?');

CREATE TABLE status_changes (ticket_id int, at timestamptz, status text, hours business_hours);
INSERT INTO status_changes VALUES
	(1, '2025-10-27 10:30+01', 'solved', NULL),
	(2, '2025-11-04 10:30+01', 'solved', NULL),
	(3, '2025-11-03 15:00+01', 'solved', NULL),
	(4, '2025-11-04 10:00+01', 'pending', NULL), (4, '2025-11-05 09:00+01', 'open', NULL), (4, '2025-11-05 14:00+01', 'solved', NULL),
	-- a team in New York takes over
	(5, '2025-11-05 17:00+01', NULL, 'America/New_York; Mo-Fr 09:00-17:00'), (5, '2025-11-05 14:00-05', 'solved', NULL);

CREATE TABLE sla_targets (ticket_id int, metric text, target interval, pausing_statuses text[]);
INSERT INTO sla_targets VALUES
	(1, 'first_response', '4 hours', NULL), (2, 'next_response', '2 hours', NULL), (3, 'update', '4 hours', '{}'),
	(4, 'resolution', '8 hours', '{pending}'), (5, 'resolution', '8 hours', '{pending}');
