-- Random relations beside tickets, in schema src: data as it really is, with gaps,
-- overlaps, impossible and missing values, and instants just at, before and after the
-- limits of the definitions.
--
-- psql variables: seed, -1 to 1 for setseed; key, the type of ticket_id: bigint or text.
-- src.edit() changes some rows of each.

CREATE SCHEMA src;

-- ---------------------------------------------------------------- chance

CREATE FUNCTION src.chance(p double precision) RETURNS boolean LANGUAGE sql AS 'SELECT random() < p';

CREATE FUNCTION src.one(VARIADIC choices anycompatiblearray) RETURNS anycompatible LANGUAGE plpgsql AS $$
BEGIN
	RETURN choices[1 + floor(random() * cardinality(choices))];
END
$$;

CREATE FUNCTION src.whole(lowest int, highest int) RETURNS int LANGUAGE sql AS
	'SELECT lowest + floor(random() * (highest - lowest + 1))::int';

CREATE FUNCTION src.one(VARIADIC choices text[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN choices[1 + floor(random() * cardinality(choices))];
END
$$;

-- A customer; the first ones come more often.  The last ones have no subscription.
CREATE FUNCTION src.customer() RETURNS text LANGUAGE sql AS
	'SELECT ''c'' || 1 + floor(50 * random() ^ 2)::int';

-- A span of time, often one of the limits or a microsecond beside it.
CREATE FUNCTION src.span() RETURNS interval LANGUAGE sql AS $$
	SELECT CASE WHEN src.chance(0.5)
		THEN src.one('0', '1 hour', '24 hours', '168 hours', '30 days', '90 days')::interval
			+ src.one('0', '1 us', '-1 us', '1 day', '-1 day')::interval
		ELSE src.whole(0, 4320) * interval '1 minute' END;
$$;

-- A local midnight or any instant of the last two and a half years, most of them recent;
-- rarely one that cannot be, or that is to come.
CREATE FUNCTION src.instant() RETURNS timestamptz LANGUAGE sql AS $$
	SELECT CASE
		WHEN src.chance(0.02) THEN src.one('infinity', '-infinity', 'epoch', '1970-01-01 12:00 UTC')::timestamptz
		WHEN src.chance(0.03) THEN now() + src.span()
		WHEN src.chance(0.1) THEN (current_date - src.whole(0, 900))::timestamp AT TIME ZONE
			src.one('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe')
		ELSE now() - random() ^ 2 * 900 * 1440 * interval '1 minute' END;
$$;

-- A day of the last two and a half years, often the first or last one of a month.
CREATE FUNCTION src.day() RETURNS date LANGUAGE sql AS $$
	SELECT CASE
		WHEN src.chance(0.3) THEN (date_trunc('month', current_date) - src.whole(-1, 29) * interval '1 month')::date
			- src.one(0, 0, 1)
		ELSE current_date - src.whole(-40, 900) END;
$$;

CREATE FUNCTION src.channel() RETURNS text LANGUAGE sql AS
	'SELECT src.one(''phone'', ''phone'', ''mail'', ''chat'', NULL)';

SELECT setseed(:seed) AS seed \gset done_

-- ---------------------------------------------------------------- tickets

CREATE TABLE src.tickets (
	ticket_id :key PRIMARY KEY, created_at timestamptz, first_response_at timestamptz, resolved_at timestamptz,
	closed_at timestamptz, updated_at timestamptz, solved boolean, status text, customer_id text, account_id text,
	agent_id text, agent_hired_on date, team text, channel text, category text, priority text, merged_into :key,
	transferred boolean, contacts bigint,
	csat_score double precision, nps_score double precision, ces_score double precision, scale_max smallint,
	qa_points double precision, qa_possible double precision, handle_time interval, sla_resolution interval,
	sla_resolution_met boolean, sentiment double precision, self_service boolean, bot_handled boolean,
	bot_resolved boolean, bot_escalated boolean, bot_escalation_right boolean, bot_accepted boolean);

-- New tickets with ids from the first on; a third of them soon after another contact of
-- the same customer.
CREATE FUNCTION src.add_tickets(first int, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	before src.tickets;
	t src.tickets;
BEGIN
	FOR id IN first .. first + n - 1 LOOP
		t := NULL;
		t.ticket_id := id;
		t.created_at := src.instant();
		t.customer_id := CASE WHEN src.chance(0.85) THEN src.customer() END;
		t.account_id := CASE WHEN src.chance(0.5) THEN coalesce(t.customer_id, src.customer())
			WHEN src.chance(0.05) THEN src.customer() END;
		IF before.created_at IS NOT NULL AND isfinite(before.created_at) AND src.chance(0.35) THEN
			t.created_at := before.created_at + src.one('0', '168 hours', '168 hours 1 us', '2 days')::interval;
			t.customer_id := before.customer_id;
			t.account_id := before.account_id;
		END IF;
		IF src.chance(0.02) THEN
			t.created_at := NULL;
		END IF;
		t.first_response_at := CASE WHEN src.chance(0.8) THEN t.created_at + src.span() END;
		t.solved := src.one(true, true, true, false, NULL);
		t.resolved_at := CASE WHEN src.chance(0.05) THEN src.instant()
			WHEN src.chance(0.8) THEN t.created_at + src.span() END;
		t.closed_at := CASE WHEN src.chance(0.2) THEN t.created_at + src.span() END;
		t.updated_at := now() - interval '1 day';
		t.status := src.one('open', 'pending', 'solved');
		t.agent_id := src.one('a1', 'a2', 'a3', 'a4', NULL);
		t.agent_hired_on := CASE t.agent_id WHEN 'a1' THEN current_date - 1000 WHEN 'a2' THEN current_date - 100 END;
		t.team := src.one('x', 'y', NULL);
		t.channel := src.channel();
		t.category := src.one('bill', 'bug', NULL);
		t.priority := src.one('low', 'High', 'URGENT', '3 high', '2 - High', 'Blocker', 'P1 - Critical', '1',
			'normal',
			NULL);
		t.merged_into := CASE WHEN src.chance(0.05) THEN 1 END;
		t.transferred := src.one(true, false, false, NULL);
		t.contacts := src.one(1, 1, 1, 2, 3, 0, -1, NULL);
		t.scale_max := src.one(5, 5, NULL, 10, 7, 3, 2, 6, 0);
		t.csat_score := src.one(NULL, NULL, NULL, 1, 2, 3, 4, 5, 5, 8, 9, 11);
		t.nps_score := src.one(NULL, NULL, NULL, NULL, 0, 6, 7, 8, 9, 10, 10, 11);
		t.ces_score := src.one(NULL, NULL, NULL, 1, 4, 5, 7, 8, 9);
		t.qa_possible := src.one(NULL, 10, 20, 0);
		t.qa_points := src.one(NULL, 0, 5, 10);
		t.handle_time := src.one(NULL, '5 min', '12 min')::interval;
		t.sla_resolution := src.one(NULL, '4 hours', '1 day', '3 days')::interval;
		t.sla_resolution_met := CASE WHEN src.chance(0.1) THEN src.chance(0.5) END;
		t.sentiment := src.one(NULL, -1, -0.5, 0, 0.25, 1, 2)::double precision;
		t.self_service := src.one(NULL, NULL, true, false, false, false);
		t.bot_handled := src.one(NULL, true, false);
		t.bot_resolved := src.one(NULL, true, false, false);
		t.bot_escalated := src.one(NULL, true, false);
		t.bot_escalation_right := src.one(NULL, true, false);
		t.bot_accepted := src.one(NULL, true, false);
		INSERT INTO src.tickets SELECT t.*;
		before := t;
	END LOOP;
END
$$;
SELECT FROM src.add_tickets(1, 300);
-- customers whose sentiment declines
UPDATE src.tickets SET sentiment = 0.9 * extract(epoch FROM now() - created_at) / 86400 / 45 - 0.9 + random() * 0.1
WHERE coalesce(account_id, customer_id) IN ('c1', 'c2', 'c3')
AND created_at BETWEEN now() - interval '90 days' AND now();

-- ---------------------------------------------------------------- surveys

CREATE TABLE src.surveys (
	response_id text, kind text, sent_at timestamptz, answered_at timestamptz, score double precision,
	scale_max smallint, ticket_id :key, account_id text, agent_id text, channel text, comment text);

CREATE FUNCTION src.add_surveys(first int, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	s src.surveys;
	t src.tickets;
BEGIN
	FOR id IN first .. first + n - 1 LOOP
		s := NULL;
		t := NULL;
		s.response_id := CASE WHEN src.chance(0.99) THEN 'r' || id END;
		s.kind := CASE WHEN src.chance(0.02) THEN src.one('CSAT', '', NULL) ELSE src.one('csat', 'csat', 'nps',
			'nps', 'ces') END;
		IF src.chance(0.7) THEN
			SELECT * INTO t FROM src.tickets ORDER BY random() LIMIT 1;
			s.ticket_id := t.ticket_id;
		ELSIF src.chance(0.1) THEN
			s.ticket_id := 999999; -- no such ticket
		END IF;
		s.sent_at := CASE WHEN isfinite(t.resolved_at) AND src.chance(0.8)
			THEN t.resolved_at + CASE WHEN src.chance(0.1) THEN - src.span() ELSE src.span() END
			WHEN src.chance(0.98) THEN src.instant() END;
		s.answered_at := CASE WHEN src.chance(0.02) THEN src.instant()
			WHEN src.chance(0.5) THEN s.sent_at + CASE WHEN src.chance(0.1) THEN - src.span() ELSE src.span() END END;
		s.scale_max := src.one(5, 5, NULL, NULL, 10, 7, 7, 4, 3, 2, 6, 0);
		s.score := CASE WHEN src.chance(0.05) THEN src.one('NaN', 'Infinity', '2.5', '-1', '11')::double precision
			WHEN src.chance(0.7) THEN src.whole(0, coalesce(s.scale_max, 10)::int) END;
		s.account_id := CASE WHEN src.chance(0.7) THEN coalesce(t.account_id, t.customer_id, src.customer()) END;
		s.agent_id := coalesce(t.agent_id, src.one('a1', 'a2', NULL));
		s.channel := src.one(NULL, src.channel());
		INSERT INTO src.surveys SELECT s.*;
	END LOOP;
END
$$;
SELECT FROM src.add_surveys(1, 250);

-- ---------------------------------------------------------------- work time

CREATE TABLE src.work_time (agent_id text, started_at timestamptz, ended_at timestamptz, state text);

-- Spans on a few days, so that those of one agent overlap, touch and nest; among the days
-- those on which clocks change.
CREATE FUNCTION src.add_work_time(n int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO src.work_time
	SELECT CASE WHEN src.chance(0.98) THEN src.one('a1', 'a2', 'a3', 'b1') END, at,
		CASE WHEN src.chance(0.02) THEN src.one(NULL, 'infinity', '-infinity', 'epoch')::timestamptz
			ELSE at + src.one('0', '15 min', '1 hour', '4 hours', '8 hours', '9 hours 30 min', '24 hours',
				'24 hours 1 us', '23 hours 59 min', '-1 hour', '40 days')::interval END,
		CASE WHEN src.chance(0.98) THEN src.one('scheduled', 'paid', 'working', 'busy', 'busy', 'waiting')
			ELSE src.one('Busy', '', NULL) END
	FROM (
		SELECT CASE WHEN src.chance(0.02) THEN src.one(NULL, 'infinity', '-infinity', 'epoch')::timestamptz
			ELSE (src.one('2025-03-09', '2025-11-02', '2025-04-06', '2025-10-05', '2025-04-05',
				(current_date - 1)::text,
				current_date::text, '2025-06-10', '2025-06-11')::date + src.whole(0, 95) * interval '15 minutes')
				AT TIME ZONE src.one('UTC', 'America/New_York', 'Australia/Lord_Howe') END AS at
		FROM generate_series(1, n)
		OFFSET 0
	) AS s;
$$;
SELECT FROM src.add_work_time(250);
INSERT INTO src.work_time SELECT * FROM src.work_time WHERE src.chance(0.05);

-- ---------------------------------------------------------------- subscriptions

CREATE TABLE src.subscriptions (
	account_id text, starts_on date, ends_on date, mrr numeric, plan text, renewal_due_on date, renewed boolean,
	end_reason text);

-- Contracts of a customer: each one begins with regard to the one before.
CREATE FUNCTION src.add_subscriptions(customer text, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	before src.subscriptions;
	s src.subscriptions;
BEGIN
	FOR i IN 1 .. n LOOP
		s := NULL;
		s.account_id := customer;
		s.starts_on := CASE WHEN i = 1 OR src.chance(0.2) THEN src.day() ELSE coalesce(CASE src.whole(1, 5)
			WHEN 1 THEN before.ends_on -- touching
			WHEN 2 THEN before.ends_on + src.one(1, 20, 60, 120) -- after a gap
			WHEN 3 THEN before.ends_on - src.one(1, 30) -- overlapping
			WHEN 4 THEN before.starts_on + src.one(0, 10) -- nested
			END, src.day()) END;
		s.ends_on := CASE WHEN src.chance(0.3) THEN NULL
			WHEN src.chance(0.03) THEN s.starts_on - src.one(0, 0, 1)
			WHEN src.chance(0.3) THEN (date_trunc('month', s.starts_on) + src.whole(1, 14) * interval '1 month')::date
			ELSE s.starts_on + src.one(1, 10, 31, 90, 365, src.whole(1, 700)) END;
		s.mrr := src.one(NULL, 0, 50, 50, 100, 99.99, 1200);
		s.plan := src.one('basic', 'pro', 'team', NULL);
		s.renewal_due_on := CASE WHEN src.chance(0.4) THEN coalesce(s.ends_on, s.starts_on + src.one(365, 30))
			WHEN src.chance(0.2) THEN src.day() WHEN src.chance(0.05) THEN 'infinity' END;
		s.renewed := src.one(true, true, false, NULL);
		s.end_reason := src.one(NULL, NULL, 'price', 'service', '');
		before := s;
		-- after before was set, so that the next contract begins on a day that can be
		IF src.chance(0.02) THEN s.account_id := NULL; END IF;
		IF src.chance(0.02) THEN s.starts_on := src.one(NULL, 'infinity', '-infinity')::date; END IF;
		IF src.chance(0.02) THEN s.ends_on := src.one('infinity', '-infinity')::date; END IF;
		INSERT INTO src.subscriptions SELECT s.*;
	END LOOP;
END
$$;
SELECT count(src.add_subscriptions('c' || i, src.one(0, 1, 1, 1, 2, 2, 3, 5))) AS n
FROM generate_series(1, 45) AS i \gset done_
INSERT INTO src.subscriptions SELECT * FROM src.subscriptions WHERE src.chance(0.03);
INSERT INTO src.subscriptions VALUES ('c2', current_date - 500, NULL, 80, 'pro'),
	('c3', current_date - 200, NULL, 20, 'basic');
-- long before all others
INSERT INTO src.subscriptions SELECT 'c1', '1970-01-01', '1970-03-01', 10, 'basic', NULL, NULL, 'price'
WHERE src.chance(0.2);

-- ---------------------------------------------------------------- customer events

CREATE TABLE src.customer_events (account_id text, at timestamptz, event text, value double precision);

CREATE FUNCTION src.add_customer_events(n int) RETURNS void LANGUAGE sql AS $$
	-- at any time, or after the start of a contract, or before it
	INSERT INTO src.customer_events
	SELECT CASE WHEN src.chance(0.98) THEN customer END,
		CASE WHEN src.chance(0.6) THEN src.instant() WHEN src.chance(0.03) THEN NULL
			ELSE coalesce((SELECT min(starts_on) FROM src.subscriptions AS s WHERE s.account_id = customer
				AND isfinite(starts_on) AND starts_on > '2000-01-01')
				+ src.one(-5, 0, 1, 29, 30, 31, 60, 179, 180, 181) + src.whole(0, 23) * interval '1 hour', now()) END,
		CASE WHEN src.chance(0.98) THEN src.one('onboarded', 'adopted', 'purchased', 'purchased', 'upsold',
			'referred',
			'outreach', 'outreach', 'payment_failed', 'chat_before_purchase', 'chat_before_purchase', 'used', 'used',
			'used', 'login') END,
		src.one(NULL, 0, 1, 2.5, 40)::double precision
	FROM (SELECT src.customer() AS customer FROM generate_series(1, n) OFFSET 0) AS c;
$$;
SELECT FROM src.add_customer_events(500);
-- purchases at the limit after a chat
INSERT INTO src.customer_events
SELECT account_id, at + src.one('0', '168 hours', '168 hours 1 us', '1 hour', '-1 us')::interval, 'purchased', NULL
FROM src.customer_events WHERE event = 'chat_before_purchase' AND isfinite(at) AND src.chance(0.5);
-- events at the limits after a start and after a first purchase; noon of UTC is the same
-- day in all zones of the test
INSERT INTO src.customer_events
SELECT account_id, min(starts_on) + src.one(29, 30, 31, 179, 180, 181) + interval '12 hours',
	src.one('onboarded', 'adopted'), NULL
FROM src.subscriptions WHERE isfinite(starts_on) AND starts_on > '2000-01-01' GROUP BY account_id;
INSERT INTO src.customer_events
SELECT account_id, min(at) + src.one('179 days', '180 days', '181 days')::interval, 'purchased', NULL
FROM src.customer_events WHERE event = 'purchased' AND isfinite(at) AND at > '2000-01-01' GROUP BY account_id;
-- outreach to customers at risk
INSERT INTO src.customer_events
SELECT account_id, at - failed * interval '10 days', 'payment_failed', NULL
FROM src.customer_events, generate_series(1, 3) AS failed WHERE event = 'outreach' AND src.chance(0.5);
INSERT INTO src.customer_events SELECT * FROM src.customer_events WHERE src.chance(0.03);

-- ---------------------------------------------------------------- costs

CREATE TABLE src.costs (month date, component text, channel text, amount numeric);

CREATE FUNCTION src.add_costs(n int) RETURNS void LANGUAGE sql AS $$
	INSERT INTO src.costs
	SELECT CASE WHEN src.chance(0.97) THEN src.day() ELSE src.one(NULL, 'infinity', '-infinity')::date END,
		CASE WHEN src.chance(0.98) THEN src.one('wages', 'technology', 'facilities', 'training', 'overhead',
			'retention', 'other') END,
		src.channel(),
		CASE WHEN src.chance(0.97) THEN src.one(0, 100, 250.5, 1234.56, -20) ELSE src.one(NULL, 'NaN')::numeric END
	FROM generate_series(1, n);
$$;
SELECT FROM src.add_costs(120);

-- ---------------------------------------------------------------- help sessions

CREATE TABLE src.help_sessions (
	session_id text, article_id text, customer_id text, at timestamptz, ticket_id :key);

-- Visits of some pages; half of them near a ticket of the customer.
CREATE FUNCTION src.add_help_sessions(first int, n int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t src.tickets;
	began timestamptz;
	visitor text;
BEGIN
	FOR id IN first .. first + n - 1 LOOP
		began := src.instant();
		visitor := CASE WHEN src.chance(0.6) THEN src.customer() END;
		IF src.chance(0.5) THEN
			SELECT * INTO t FROM src.tickets WHERE isfinite(created_at) ORDER BY random() LIMIT 1;
			began := t.created_at - src.one('0', '24 hours', '24 hours 1 us', '-1 us', '1 hour', '30 hours')::interval;
			visitor := t.customer_id;
		END IF;
		INSERT INTO src.help_sessions
		SELECT CASE WHEN src.chance(0.98) THEN 's' || id END, src.one('h1', 'h2', 'h3', 'h4', NULL),
			CASE WHEN src.chance(0.7) THEN visitor WHEN src.chance(0.1) THEN src.customer() END,
			CASE WHEN page = 1 THEN began WHEN src.chance(0.03) THEN src.one(NULL, src.instant())
				ELSE began + page * src.one('0', '5 min', '1 day', '31 days')::interval END,
			CASE WHEN src.chance(0.05) THEN src.whole(1, 300) END
		FROM generate_series(1, src.whole(1, 4)) AS page;
	END LOOP;
END
$$;
SELECT FROM src.add_help_sessions(1, 120);
INSERT INTO src.help_sessions SELECT * FROM src.help_sessions WHERE src.chance(0.05);

-- ---------------------------------------------------------------- changes

-- Edits what a refresh finds without full: answers, and tickets with another updated_at.
CREATE FUNCTION src.edit_answers() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM src.surveys WHERE src.chance(0.03);
	UPDATE src.surveys SET answered_at = src.one(NULL, sent_at + src.span()), score = src.one(NULL, 1, 5, 10),
		channel = src.channel()
	WHERE src.chance(0.05) AND isfinite(sent_at);
	PERFORM src.add_surveys((SELECT max(substr(response_id, 2)::int) + 1 FROM src.surveys), 10);
	-- of tickets with an answer, so that it counts as theirs, or for another agent or team
	UPDATE src.tickets SET updated_at = now(), csat_score = src.one(NULL, 1, 5), agent_id = src.one('a1', 'a2', NULL),
		team = src.one('x', 'y', NULL)
	WHERE src.chance(0.05) AND ticket_id IN (SELECT ticket_id FROM src.surveys);
END
$$;

-- Edits, deletes and adds some rows of each relation.
CREATE FUNCTION src.edit() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM src.tickets WHERE src.chance(0.02);
	UPDATE src.tickets SET updated_at = now(), resolved_at = created_at + src.span(), solved = src.one(true,
		false, NULL),
		channel = src.channel(), self_service = src.one(true, false, NULL), transferred = src.one(true, false, NULL),
		csat_score = src.one(NULL, 1, 5), account_id = src.customer()
	WHERE src.chance(0.05);
	PERFORM src.add_tickets((SELECT max(ticket_id::bigint) + 1 FROM src.tickets)::int, 10);

	PERFORM src.edit_answers();

	DELETE FROM src.work_time WHERE src.chance(0.03);
	UPDATE src.work_time SET ended_at = started_at + interval '30 min' WHERE src.chance(0.05);
	UPDATE src.work_time SET state = 'busy' WHERE src.chance(0.03);
	PERFORM src.add_work_time(10);

	DELETE FROM src.subscriptions WHERE src.chance(0.03);
	UPDATE src.subscriptions SET ends_on = src.day(), end_reason = src.one('price', 'moved') WHERE src.chance(0.05);
	UPDATE src.subscriptions SET mrr = src.one(NULL, 10, 500), plan = src.one('basic', NULL),
		renewed = src.one(true, NULL)
	WHERE src.chance(0.05);
	PERFORM src.add_subscriptions(src.customer(), 2);

	DELETE FROM src.customer_events WHERE src.chance(0.03);
	UPDATE src.customer_events SET event = src.one('adopted', 'outreach', 'purchased') WHERE src.chance(0.02);
	UPDATE src.customer_events SET at = at + interval '1 day', account_id = src.customer() WHERE src.chance(0.02);
	PERFORM src.add_customer_events(15);

	DELETE FROM src.costs WHERE src.chance(0.03);
	UPDATE src.costs SET amount = 7, channel = src.channel() WHERE src.chance(0.05);
	PERFORM src.add_costs(5);

	DELETE FROM src.help_sessions WHERE src.chance(0.03);
	UPDATE src.help_sessions SET article_id = 'h1', customer_id = src.customer() WHERE src.chance(0.05);
	PERFORM src.add_help_sessions((SELECT max(substr(session_id, 2)::int) + 1 FROM src.help_sessions), 5);
END
$$;

ANALYZE src.tickets, src.surveys, src.work_time, src.subscriptions, src.customer_events, src.costs, src.help_sessions;
