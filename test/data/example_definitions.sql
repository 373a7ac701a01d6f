-- The tables of doc/definitions.md: eleven tickets of two weeks in March 2026 with what helpdesks disagree about, their
-- ratings, 1,060 calls, working time of an agent and contracts, with gaps, overlaps, duplicates and NULLs.

CREATE TABLE tickets (
	id int PRIMARY KEY, created_at timestamptz, handed_off_at timestamptz, first_reply_at timestamptz,
	first_solved_at timestamptz, reopened_at timestamptz, solved_at timestamptz, solved boolean,
	agent_messages int, agent_replies int, customer_replies int, teammates int, closes int, reopens int, was_pending boolean,
	next_contact_at timestamptz
);
INSERT INTO tickets VALUES
	(1, '2026-03-02 09:00Z', NULL, '2026-03-02 09:30Z', '2026-03-02 10:00Z', NULL, '2026-03-02 10:00Z', true,
		1, 1, 0, 1, 1, 0, false, '2026-03-20 09:00Z'),
	-- solved without a reply
	(2, '2026-03-02 10:00Z', NULL, NULL, '2026-03-02 10:10Z', NULL, '2026-03-02 10:10Z', true, 0, 0, 0, 1, 1, 0, false, NULL),
	-- opened by an agent, whose first message is no reply
	(3, '2026-03-02 11:00Z', NULL, '2026-03-03 09:00Z', '2026-03-03 09:30Z', NULL, '2026-03-03 09:30Z', true,
		2, 1, 1, 1, 1, 0, false, NULL),
	-- a bot answered first
	(4, '2026-03-02 20:00Z', '2026-03-03 08:50Z', '2026-03-03 09:10Z', '2026-03-03 09:20Z', NULL, '2026-03-03 09:20Z', true,
		1, 1, 2, 1, 1, 0, false, NULL),
	-- reopened
	(5, '2026-03-03 14:00Z', NULL, '2026-03-03 14:20Z', '2026-03-03 15:00Z', '2026-03-05 09:00Z', '2026-03-05 10:00Z', true,
		2, 2, 1, 2, 2, 1, true, NULL),
	-- over a weekend
	(6, '2026-03-06 16:30Z', NULL, '2026-03-09 09:30Z', '2026-03-09 12:00Z', NULL, '2026-03-09 12:00Z', true,
		3, 3, 2, 2, 1, 0, true, NULL),
	-- never answered
	(7, '2026-03-09 10:00Z', NULL, NULL, NULL, NULL, NULL, false, 0, 0, 0, 0, 0, 0, false, NULL),
	(8, '2026-03-09 11:00Z', NULL, '2026-03-09 11:05Z', NULL, NULL, NULL, false, 1, 1, 0, 1, 0, 0, true, NULL),
	-- imported without its history
	(9, '2026-03-04 09:00Z', NULL, NULL, '2026-03-04 18:00Z', NULL, '2026-03-04 18:00Z', true,
		NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	-- in the evening; the customer came back two days later
	(10, '2026-03-10 18:00Z', NULL, '2026-03-10 19:00Z', '2026-03-10 19:30Z', NULL, '2026-03-10 19:30Z', true,
		1, 1, 0, 1, 1, 0, false, '2026-03-12 09:00Z'),
	(11, '2026-03-13 11:30Z', NULL, NULL, NULL, NULL, NULL, false, 0, 0, 0, 0, 0, 0, false, NULL);

-- one row for each survey; the score is NULL where the customer did not answer
CREATE TABLE ratings (ticket_id int, asked_at timestamptz, score int);
INSERT INTO ratings VALUES
	(1, '2026-03-02 10:00Z', 2), (1, '2026-03-04 10:00Z', 5),		-- changed to a better one
	(3, '2026-03-03 10:00Z', 4), (4, '2026-03-03 10:00Z', 3), (5, '2026-03-05 10:00Z', 1),
	(6, '2026-03-09 12:00Z', NULL), (8, '2026-03-09 12:00Z', NULL),
	(10, '2026-03-10 20:00Z', 5), (10, '2026-03-10 20:00Z', 5);		-- loaded twice

-- 1,000 answered calls, 860 of them within 20 seconds; 60 abandoned ones, 20 of them within 20 seconds and 10 within 5
CREATE TABLE calls AS
SELECT n AS id, make_interval(secs => CASE WHEN n > 1050 THEN 4 WHEN n <= 860 OR n > 1040 THEN 10 ELSE 40 END) AS wait,
	n > 1000 AS abandoned,
	CASE WHEN n <= 1000 THEN interval '3 minutes' END AS talk,
	CASE WHEN n <= 1000 AND n % 2 = 0 THEN interval '1 minute' END AS hold,		-- NULL: not put on hold
	CASE WHEN n <= 1000 THEN interval '30 seconds' END AS wrap
FROM generate_series(1, 1060) AS n;

CREATE TABLE work_time (agent text, state text, started_at timestamptz, ended_at timestamptz);
INSERT INTO work_time VALUES
	('ann', 'paid', '2026-03-02 08:00Z', '2026-03-02 16:00Z'),
	('ann', 'scheduled', '2026-03-02 08:00Z', '2026-03-02 12:00Z'),
	('ann', 'waiting', '2026-03-02 09:00Z', '2026-03-02 13:00Z'),	-- an hour late, and an hour longer
	('ann', 'busy', '2026-03-02 09:00Z', '2026-03-02 10:00Z'),
	('ann', 'busy', '2026-03-02 09:00Z', '2026-03-02 10:00Z'),		-- is there twice
	('ann', 'busy', '2026-03-02 09:30Z', '2026-03-02 10:30Z'),		-- two chats at once
	('ann', 'busy', '2026-03-02 11:00Z', NULL);						-- the end is missing

-- ends_on is the first day without the contract
CREATE TABLE contracts (account text, starts_on date, ends_on date, mrr numeric);
INSERT INTO contracts VALUES
	('alpha', '2025-01-01', NULL, 100),
	('beta', '2025-06-01', '2026-01-15', 50),										-- lost
	('gamma', '2025-01-01', '2026-01-10', 100), ('gamma', '2026-01-10', NULL, 150),	-- a larger plan
	('delta', '2025-01-01', '2025-12-01', 80), ('delta', '2026-01-20', NULL, 80),	-- returned after a gap
	('epsilon', '2026-01-05', '2026-01-25', 20),									-- joined and left
	('zeta', '2026-01-10', NULL, 30),
	('eta', '2025-03-01', NULL, 40), ('eta', '2025-09-01', NULL, 20),				-- two contracts at once
	('theta', '2025-12-01', NULL, NULL);											-- a free trial
