-- What a mart must make of messages, status changes and SLA targets: a loop over the
-- ordered events of each ticket, without the SQL and C of kpi_mart.  The core's
-- business_seconds, business_time and business_deadline are trusted.
--
-- The test fills ev.setting and calls ev.load() for each relation; ev.read() then fills
-- ev.fact, ev.wait, ev.delta, ev.span and ev.time, and ev.compare() returns what differs.

CREATE SCHEMA ev;

CREATE TABLE ev.setting (
	time_zone text, week_start int, hours business_hours, fcr_rule text, by_creation boolean, from_handoff boolean,
	pause_response boolean, pausing_statuses text[], recontact_within interval, recontact_same_category boolean,
	lexicon sentiment_lexicon,
	dimensions text[], relations text[], columns text[], as_of timestamptz);

-- the relations in the types of their contracts; a missing column is NULL
DO $$
BEGIN
	EXECUTE (
		SELECT string_agg(format('CREATE TABLE ev.%I (%s);', relation, columns), ' ')
		FROM (
			SELECT relation, string_agg(format('%I %s', name,
				CASE type WHEN 'key' THEN 'text' WHEN 'score' THEN 'double precision' ELSE type END), ', ' ORDER BY position)
			FROM kpi_contract
			WHERE relation IN ('tickets', 'messages', 'status_changes', 'sla_targets')
			GROUP BY relation
		) AS r (relation, columns));
END
$$;
CREATE TABLE ev.policy (priority text, sla_response interval, sla_resolution interval, hours business_hours);

-- the columns of the mart's table "ticket"
CREATE TABLE ev.fact (
	ticket_id text, created_at timestamptz, opened_by text, channel text, first_response_at timestamptz,
	responder_id text, agent_messages bigint, agent_replies bigint, customer_replies bigint, teammates bigint,
	waiting_since timestamptz, sentiment double precision, sentiment_first double precision,
	sentiment_last double precision, sentiment_worsened boolean, handed_off_at timestamptz, first_resolved_at timestamptz, resolved_at timestamptz,
	closed_at timestamptz, closes bigint, reopens bigint, reopened boolean, transfers bigint, transferred boolean,
	was_pending boolean, status text, status_since timestamptz, agent_id text, team text, has_status_changes boolean,
	new_seconds double precision, open_seconds double precision, pending_seconds double precision,
	on_hold_seconds double precision, new_calendar_seconds double precision, open_calendar_seconds double precision,
	pending_calendar_seconds double precision, on_hold_calendar_seconds double precision, paused text,
	is_unanswered boolean, is_resolved boolean, is_open boolean, response_seconds double precision,
	response_target_seconds double precision, response_due_at timestamptz, sla_response_met boolean,
	resolution_seconds double precision, resolution_target_seconds double precision, resolution_due_at timestamptz,
	sla_resolution_met boolean, sla_policy text, first_contact boolean, created_day date, responded_day date,
	sla_response_day date, outcome_day date, sla_resolution_day date);
CREATE TABLE ev.wait (
	ticket_id text, metric text, started_at timestamptz, ended_at timestamptz, responder_id text,
	seconds double precision, target_seconds double precision, due_at timestamptz, sla_met boolean, day date,
	sla_day date);
-- what each change adds to the backlog
CREATE TABLE ev.delta (
	ticket_id text, at timestamptz, status text, team text, agent_id text, opened int, closed int, moved int);
-- the time between two changes; until is NULL while it lasts
CREATE TABLE ev.span (
	ticket_id text, since timestamptz, until timestamptz, status text, source_status text, team text, agent_id text,
	hours business_hours);
CREATE INDEX ON ev.span (ticket_id);
-- the hours in force
CREATE TABLE ev.piece (ticket_id text, n int, since timestamptz, until timestamptz, hours business_hours);
CREATE INDEX ON ev.piece (ticket_id);
CREATE TABLE ev.resolution (ticket_id text, at timestamptz);
CREATE TABLE ev.time (
	ticket_id text, day date, status text, source_status text, seconds double precision,
	calendar_seconds double precision);

CREATE FUNCTION ev.load(relation text, source regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO ev.%1$I SELECT r.* FROM %2$s AS s, jsonb_populate_record(NULL::ev.%1$I, to_jsonb(s)) AS r',
		relation, source);
END
$$;

-- An instant that can be one: finite, of the years 1 to 9999, and not the epoch.
CREATE FUNCTION ev.possible(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN isfinite(at) AND extract(year FROM at AT TIME ZONE 'UTC') BETWEEN 1 AND 9999
		AND abs(extract(epoch FROM at)) > 86400 THEN at END;
$$;

CREATE FUNCTION ev.day(at timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
	SELECT (at AT TIME ZONE time_zone)::date FROM ev.setting WHERE isfinite(at);
$$;

CREATE FUNCTION ev.seconds(duration interval) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT extract(epoch FROM duration)::double precision;
$$;

-- Whether an interval is a target: one over 20 years stands for none.
CREATE FUNCTION ev.is_target(target interval) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT target BETWEEN '0' AND '20 years';
$$;

-- Open time of a ticket, with the hours in force.
CREATE FUNCTION ev.open_seconds(id text, since timestamptz, until timestamptz, paused tstzmultirange)
RETURNS double precision LANGUAGE plpgsql STABLE AS $$
DECLARE
	p record;
	total double precision := 0;
BEGIN
	IF (since <= until) IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	FOR p IN SELECT * FROM ev.piece WHERE ticket_id = id LOOP
		IF p.since < until AND p.until > since THEN
			total := total + business_seconds(greatest(since, p.since), least(until, p.until), p.hours, paused);
		END IF;
	END LOOP;
	RETURN total;
END
$$;

-- The last instant at which not more than the target has passed; infinity for never.
CREATE FUNCTION ev.due(id text, since timestamptz, target interval, in_hours boolean, paused tstzmultirange)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
	p record;
	used interval;
	-- one microsecond more is a miss
	rest interval := make_interval(secs => extract(epoch FROM target)::double precision) + interval '1 us';
	first boolean := true;
BEGIN
	IF since IS NULL OR (target >= '0') IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	FOR p IN SELECT * FROM ev.piece AS x WHERE x.ticket_id = id AND x.until > due.since ORDER BY n LOOP
		IF NOT in_hours THEN
			p.hours := NULL;
			p.until := 'infinity';
		END IF;
		IF first AND p.hours IS NOT NULL AND extract(day FROM target) <> 0 THEN
			RETURN NULL;
		END IF;
		first := false;
		IF isfinite(p.until) THEN
			used := business_time(greatest(since, p.since), p.until, p.hours, paused);
			IF used < rest THEN
				rest := rest - used;
				CONTINUE;
			END IF;
		END IF;
		RETURN business_deadline(greatest(since, p.since), rest, p.hours, paused) - interval '1 us';
	END LOOP;
	RAISE 'no hours in force at %', since;
EXCEPTION WHEN datetime_field_overflow THEN
	RETURN 'infinity';
END
$$;

-- When a ticket had one of some statuses, NULL for never.
CREATE FUNCTION ev.time_in(id text, statuses text[]) RETURNS tstzmultirange LANGUAGE plpgsql STABLE AS $$
DECLARE
	s record;
	found_time tstzmultirange := '{}';
BEGIN
	FOR s IN SELECT * FROM ev.span WHERE ticket_id = id LOOP
		IF s.status = ANY (statuses) THEN
			found_time := found_time + tstzmultirange(tstzrange(s.since, s.until));
		END IF;
	END LOOP;
	RETURN nullif(found_time, '{}');
END
$$;

-- The target of a metric in sla_targets that is due first.
CREATE FUNCTION ev.first_due(
	id text, asked text, since timestamptz, until timestamptz, paused tstzmultirange,
	OUT due_at timestamptz, OUT target interval, OUT policy text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
	g record;
	other timestamptz;
	is_later boolean;
	found_any boolean := false;
BEGIN
	FOR g IN SELECT * FROM ev.sla_targets WHERE ticket_id = id AND metric = asked AND ev.is_target(sla_targets.target) LOOP
		CONTINUE WHEN g.applies_from > until;
		-- one of the same pauses that began to apply later is in force
		SELECT bool_or(l.applies_from > coalesce(g.applies_from, '-infinity')) INTO is_later
		FROM ev.sla_targets AS l
		WHERE l.ticket_id = id AND l.metric = asked AND l.pausing_statuses IS NOT DISTINCT FROM g.pausing_statuses
		AND (ev.is_target(l.target) AND (l.applies_from > until) IS NOT TRUE
			-- the end of a target, but not in the instant in which it is reached
			OR l.target > '20 years' AND (l.applies_from >= until) IS NOT TRUE);
		CONTINUE WHEN is_later;
		other := ev.due(id, since, g.target, g.in_hours IS NOT FALSE, CASE WHEN g.pausing_statuses IS NULL THEN paused
			ELSE ev.time_in(id, g.pausing_statuses) END);
		IF NOT found_any OR other < due_at OR other IS NOT NULL AND due_at IS NULL
			OR other IS NOT DISTINCT FROM due_at AND (g.target, coalesce(g.policy, '~')) < (target, coalesce(policy, '~'))
		THEN
			due_at := other;
			target := g.target;
			policy := g.policy;
		END IF;
		found_any := true;
	END LOOP;
END
$$;

-- Messages: counts, the first reply, and the waits.
CREATE FUNCTION ev.read_messages(t ev.tickets, f ev.fact) RETURNS ev.fact LANGUAGE plpgsql AS $$
DECLARE
	m record;
	created timestamptz := ev.possible(t.created_at);
	opening_ends timestamptz;
	has_updates boolean := EXISTS (SELECT FROM ev.sla_targets AS g
		WHERE g.ticket_id = t.ticket_id AND g.metric = 'update' AND ev.is_target(g.target));
	is_first boolean := true;
	replied boolean := false;
	has_agents boolean := false;
	agents text[] := '{}';
	waiting timestamptz;
	agent_wrote timestamptz;
	moods double precision[] := '{}';
BEGIN
	f.opened_by := t.opened_by;
	f.sentiment := t.sentiment;
	IF NOT EXISTS (SELECT FROM ev.messages AS e
		WHERE e.ticket_id = t.ticket_id AND e.at IS NOT NULL AND e.author IS NOT NULL)
	THEN
		RETURN f;
	END IF;
	f.agent_messages := 0;
	f.agent_replies := 0;
	f.customer_replies := 0;
	FOR m IN
		SELECT at, author, author_id, channel, is_public IS NOT FALSE AS is_public,
			sentiment(body, (SELECT lexicon FROM ev.setting)) AS mood
		FROM ev.messages AS e
		WHERE e.ticket_id = t.ticket_id AND author IN ('customer', 'agent', 'bot') AND ev.possible(at) IS NOT NULL
		ORDER BY at, seq NULLS LAST, array_position('{customer,agent,bot}', author), author_id COLLATE "C" NULLS LAST,
			e.is_public IS NOT FALSE DESC, channel COLLATE "C" NULLS LAST, mood NULLS LAST
	LOOP
		CONTINUE WHEN m.author = 'bot';
		IF is_first THEN
			f.opened_by := coalesce(t.opened_by,
				CASE WHEN m.author = 'agent' AND m.at <= created + interval '10 s' THEN 'agent' ELSE 'customer' END);
			IF f.opened_by = 'agent' THEN
				opening_ends := created + interval '10 s';
			END IF;
			-- the message that opens the ticket is no reply
			IF m.author = 'customer' AND m.is_public AND (t.opened_by IS NULL OR t.opened_by = 'customer') THEN
				f.customer_replies := -1;
			END IF;
			is_first := false;
		END IF;
		IF m.author = 'customer' THEN
			f.channel := coalesce(f.channel, m.channel);
			IF m.is_public THEN
				f.customer_replies := f.customer_replies + 1;
				waiting := coalesce(waiting, m.at);
				moods := moods || m.mood;
			END IF;
			CONTINUE;
		END IF;
		has_agents := true;
		IF m.author_id <> '' AND m.author_id <> ALL (agents) THEN
			agents := agents || m.author_id;
		END IF;
		CONTINUE WHEN NOT m.is_public;
		f.agent_messages := f.agent_messages + 1;
		CONTINUE WHEN m.at < created;
		IF agent_wrote IS NOT NULL AND has_updates THEN
			INSERT INTO ev.wait VALUES (t.ticket_id, 'update', agent_wrote, m.at, m.author_id);
		END IF;
		agent_wrote := m.at;
		CONTINUE WHEN m.at <= opening_ends;
		f.agent_replies := f.agent_replies + 1;
		IF waiting IS NOT NULL THEN
			INSERT INTO ev.wait VALUES
				(t.ticket_id, CASE WHEN replied THEN 'next_response' ELSE 'first_response' END, waiting, m.at, m.author_id);
			waiting := NULL;
		END IF;
		IF NOT replied THEN
			f.first_response_at := m.at;
			f.responder_id := nullif(m.author_id, '');
			replied := true;
		END IF;
	END LOOP;
	IF waiting IS NOT NULL THEN
		INSERT INTO ev.wait VALUES (t.ticket_id, CASE WHEN replied THEN 'next_response' ELSE 'first_response' END, waiting);
	END IF;
	IF agent_wrote IS NOT NULL AND has_updates THEN
		INSERT INTO ev.wait VALUES (t.ticket_id, 'update', agent_wrote);
	END IF;
	f.waiting_since := waiting;
	moods := array_remove(moods, NULL);
	f.sentiment := coalesce(t.sentiment, (SELECT avg(mood) FROM unnest(moods) AS mood));
	f.sentiment_first := moods[1];
	f.sentiment_last := moods[cardinality(moods)];
	f.sentiment_worsened := f.sentiment_last <= -0.05 AND f.sentiment_first - f.sentiment_last >= 0.3;
	f.teammates := CASE WHEN NOT has_agents THEN 0 ELSE nullif(cardinality(agents), 0) END;
	RETURN f;
END
$$;

-- Status changes: spans, counts, the backlog, and the hand-off.
CREATE FUNCTION ev.read_changes(t ev.tickets, f ev.fact) RETURNS ev.fact LANGUAGE plpgsql AS $$
DECLARE
	c record;
	ended CONSTANT text[] := '{solved,closed}';
	created timestamptz := ev.possible(t.created_at);
	now_state ev.span;
	old_state ev.span;
	last_team text;
	last_agent text;
	transfers timestamptz[] := '{}';
	is_transfer boolean;
	n int := 0;
	started timestamptz := created;
BEGIN
	now_state.ticket_id := t.ticket_id;
	now_state.hours := coalesce(t.hours,
		(SELECT hours FROM ev.policy WHERE priority = t.priority OR priority IS NULL ORDER BY priority NULLS LAST LIMIT 1),
		(SELECT hours FROM ev.setting));
	FOR c IN
		SELECT * FROM ev.status_changes AS e WHERE e.ticket_id = t.ticket_id AND ev.possible(at) IS NOT NULL
		ORDER BY at, seq NULLS LAST
	LOOP
		started := coalesce(started, c.at);
		-- what holds from the creation on
		now_state.hours := CASE WHEN c.at <= started THEN coalesce(c.hours, now_state.hours) ELSE now_state.hours END;
		IF now_state.status IS NULL AND c.previous_status IS NOT NULL THEN
			now_state.status := c.previous_status;
		ELSIF now_state.status IS NULL AND c.status IS NOT NULL THEN
			now_state.status := 'new';
		END IF;
	END LOOP;
	f.has_status_changes := FOUND;
	INSERT INTO ev.piece VALUES (t.ticket_id, 0, '-infinity', 'infinity', now_state.hours);
	IF NOT f.has_status_changes THEN
		RETURN f;
	END IF;

	now_state.since := started;
	now_state.status := coalesce(now_state.status, 'new');
	now_state.source_status := now_state.status;
	-- a team and agent set by the creation hold from it on
	SELECT nullif((array_agg(e.team ORDER BY at DESC, seq DESC NULLS FIRST) FILTER (WHERE e.team IS NOT NULL))[1], ''),
		nullif((array_agg(e.agent_id ORDER BY at DESC, seq DESC NULLS FIRST) FILTER (WHERE e.agent_id IS NOT NULL))[1], '')
	INTO now_state.team, now_state.agent_id
	FROM ev.status_changes AS e WHERE e.ticket_id = t.ticket_id AND ev.possible(at) <= started;
	f.closes := (now_state.status = ANY (ended))::int;
	IF f.closes = 1 THEN
		f.first_resolved_at := now_state.since;
		f.resolved_at := now_state.since;
		INSERT INTO ev.resolution VALUES (t.ticket_id, now_state.since);
	ELSE
		INSERT INTO ev.delta 
		VALUES (t.ticket_id, now_state.since, now_state.status, now_state.team, now_state.agent_id, 1, 0, 0);
	END IF;
	f.closed_at := CASE WHEN now_state.status = 'closed' THEN now_state.since END;
	f.reopens := 0;
	f.was_pending := now_state.status IN ('pending', 'on_hold');
	f.status_since := now_state.since;
	f.new_seconds := 0;
	f.open_seconds := 0;
	f.pending_seconds := 0;
	f.on_hold_seconds := 0;
	f.new_calendar_seconds := 0;
	f.open_calendar_seconds := 0;
	f.pending_calendar_seconds := 0;
	f.on_hold_calendar_seconds := 0;
	FOR c IN
		SELECT * FROM ev.status_changes AS e WHERE e.ticket_id = t.ticket_id AND ev.possible(at) IS NOT NULL
		ORDER BY at, seq NULLS LAST
	LOOP
		old_state := now_state;
		now_state.since := greatest(c.at, old_state.since);
		old_state.until := now_state.since;
		IF c.status IS NOT NULL THEN
			now_state.status := c.status;
			now_state.source_status := coalesce(c.source_status, c.status);
		END IF;
		is_transfer := c.team <> '' AND c.team <> last_team;
		is_transfer := is_transfer IS TRUE OR (c.agent_id <> '' AND c.agent_id <> last_agent) IS TRUE;
		IF is_transfer AND c.at <> ALL (transfers) THEN
			transfers := transfers || c.at;
		END IF;
		last_team := coalesce(nullif(c.team, ''), last_team);
		last_agent := coalesce(nullif(c.agent_id, ''), last_agent);
		now_state.team := nullif(coalesce(c.team, now_state.team), '');
		now_state.agent_id := nullif(coalesce(c.agent_id, now_state.agent_id), '');
		IF c.hours IS NOT NULL AND c.at > started THEN
			n := n + 1;
			UPDATE ev.piece SET until = c.at WHERE piece.ticket_id = t.ticket_id AND until = 'infinity';
			INSERT INTO ev.piece VALUES (t.ticket_id, n, c.at, 'infinity', c.hours);
			now_state.hours := c.hours;
		END IF;

		IF old_state.until > old_state.since THEN
			INSERT INTO ev.span VALUES (old_state.*);
		END IF;
		f.was_pending := f.was_pending OR now_state.status IN ('pending', 'on_hold');
		IF now_state.status <> old_state.status THEN
			f.status_since := now_state.since;
			IF now_state.status = 'closed' THEN
				f.closed_at := now_state.since;
			END IF;
			IF old_state.status = 'bot' AND t.handed_off_at IS NULL
				AND (now_state.since <= coalesce(t.first_response_at, f.first_response_at)) IS NOT FALSE
			THEN
				f.handed_off_at := now_state.since;
			END IF;
		END IF;
		IF old_state.status = ANY (ended) AND now_state.status <> ALL (ended) THEN
			f.reopens := f.reopens + 1;
			f.resolved_at := NULL;
			INSERT INTO ev.delta
			VALUES (t.ticket_id, now_state.since, now_state.status, now_state.team, now_state.agent_id, 1, 0, 0);
		ELSIF old_state.status <> ALL (ended) AND now_state.status = ANY (ended) THEN
			f.closes := f.closes + 1;
			f.first_resolved_at := coalesce(f.first_resolved_at, now_state.since);
			f.resolved_at := now_state.since;
			INSERT INTO ev.resolution VALUES (t.ticket_id, now_state.since);
			INSERT INTO ev.delta
			VALUES (t.ticket_id, now_state.since, old_state.status, old_state.team, old_state.agent_id, 0, 1, 0);
		ELSIF now_state.status <> ALL (ended) THEN
			INSERT INTO ev.delta
			VALUES (t.ticket_id, now_state.since, old_state.status, old_state.team, old_state.agent_id, 0, 0, -1),
				(t.ticket_id, now_state.since, now_state.status, now_state.team, now_state.agent_id, 0, 0, 1);
		END IF;
	END LOOP;
	INSERT INTO ev.span VALUES (now_state.*);
	f.closed_at := CASE WHEN now_state.status = 'closed' THEN f.closed_at END;
	f.transfers := cardinality(transfers);
	f.status := now_state.status;
	f.team := now_state.team;
	f.agent_id := now_state.agent_id;
	-- nothing is known of the status of a ticket that says itself that it is resolved, if no change tells one
	IF (t.solved IS TRUE OR num_nonnulls(t.resolved_at, t.resolution_time) > 0) AND NOT EXISTS (
		SELECT FROM ev.status_changes AS e WHERE e.ticket_id = t.ticket_id AND ev.possible(at) IS NOT NULL
		AND num_nonnulls(e.status, e.previous_status) > 0)
	THEN
		DELETE FROM ev.delta AS d WHERE d.ticket_id = t.ticket_id;
		DELETE FROM ev.span AS d WHERE d.ticket_id = t.ticket_id;
		f.has_status_changes := false;
		f.status := NULL;
		f.status_since := NULL;
		f.closes := NULL;
		f.reopens := NULL;
		f.was_pending := NULL;
		f.new_seconds := NULL;
		f.open_seconds := NULL;
		f.pending_seconds := NULL;
		f.on_hold_seconds := NULL;
		f.new_calendar_seconds := NULL;
		f.open_calendar_seconds := NULL;
		f.pending_calendar_seconds := NULL;
		f.on_hold_calendar_seconds := NULL;
		RETURN f;
	END IF;

	FOR c IN SELECT * FROM ev.span AS s WHERE s.ticket_id = t.ticket_id AND until IS NOT NULL LOOP
		CASE c.status
			WHEN 'new' THEN
				f.new_seconds := f.new_seconds + business_seconds(c.since, c.until, c.hours);
				f.new_calendar_seconds := f.new_calendar_seconds + ev.seconds(c.until - c.since);
			WHEN 'open' THEN
				f.open_seconds := f.open_seconds + business_seconds(c.since, c.until, c.hours);
				f.open_calendar_seconds := f.open_calendar_seconds + ev.seconds(c.until - c.since);
			WHEN 'pending' THEN
				f.pending_seconds := f.pending_seconds + business_seconds(c.since, c.until, c.hours);
				f.pending_calendar_seconds := f.pending_calendar_seconds + ev.seconds(c.until - c.since);
			WHEN 'on_hold' THEN
				f.on_hold_seconds := f.on_hold_seconds + business_seconds(c.since, c.until, c.hours);
				f.on_hold_calendar_seconds := f.on_hold_calendar_seconds + ev.seconds(c.until - c.since);
			ELSE NULL;
		END CASE;
	END LOOP;
	RETURN f;
END
$$;
