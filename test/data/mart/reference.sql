-- What a mart of tickets must hold, worked out ticket by ticket from the documented
-- definitions, without the SQL of kpi_mart.  The core's business_time and
-- business_deadline are trusted.
--
-- ref.option, ref.ticket and ref.policy are filled by the test, ref.judge() fills
-- ref.fact (one row per ticket) and ref.measure (one row per ticket and KPI).

CREATE SCHEMA ref;

CREATE TABLE ref.option (
	time_zone text, week_start int, hours business_hours, fcr_rule text, csat_satisfied_from int, ces_easy_from int,
	by_creation boolean, handoff boolean, pause_response boolean, dimensions text[],
	given text[], -- columns of the contract that the tickets have
	as_of timestamptz);
CREATE TABLE ref.policy (
	customer_tier text, priority text, channel text, team text, account_id text, sla_response interval,
		sla_resolution interval, hours business_hours);
-- the tickets in the types of the contract; a missing column is NULL
DO $$
BEGIN
	EXECUTE (SELECT format('CREATE TABLE ref.ticket (%s, dims text[])', string_agg(format('%I %s', name,
		CASE type WHEN 'key' THEN 'text' WHEN 'score' THEN 'double precision' ELSE type END), ', ' ORDER BY position))
		FROM kpi_contract WHERE relation = 'tickets');
END
$$;
CREATE TABLE ref.fact (
	ticket_id text, merged_into text, team text, channel text, category text, priority text, customer_tier text,
	account_id text, customer_id text, agent_id text, agent_name text, responder_id text, agent_hired_on date,
		status text,
	created_at timestamptz, first_response_at timestamptz, resolved_at timestamptz, closed_at timestamptz,
	created_day date, responded_day date, sla_response_day date, outcome_day date, sla_resolution_day date,
	is_unanswered boolean, is_resolved boolean, is_open boolean, response_seconds double precision, response_due_at timestamptz,
	sla_response_met boolean, resolution_seconds double precision, resolution_due_at timestamptz,
	sla_resolution_met boolean, first_contact boolean, reopened boolean, handle_seconds double precision,
	wait_seconds double precision, csat_satisfied boolean, nps_score bigint, ces_easy boolean,
		qa_points double precision,
	qa_possible double precision, cost double precision, sentiment double precision, excluded text, dims text[],
	response_started_at timestamptz, response_target interval, resolution_target interval,
	target_hours business_hours, paused tstzmultirange);
CREATE TABLE ref.measure (
	ticket_id text, kpi text, day date, agent text, x double precision, y double precision, state text,
		is_merged boolean);

-- An instant that can be one: finite, of the years 1 to 9999, and not the epoch.
CREATE FUNCTION ref.possible(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN isfinite(at) AND extract(year FROM at AT TIME ZONE 'UTC') BETWEEN 1 AND 9999
		AND abs(extract(epoch FROM at)) > 86400 THEN at END;
$$;

-- An instant that is possible and not before the creation, where that is known.
CREATE FUNCTION ref.after(created timestamptz, at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN ref.possible(at) < created THEN NULL ELSE ref.possible(at) END;
$$;

CREATE FUNCTION ref.open_time(since timestamptz, until timestamptz, hours business_hours, paused tstzmultirange)
RETURNS interval LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN until <= since THEN interval '0' ELSE business_time(since, until, hours, paused) END;
$$;

-- The instant at which a target is missed, infinity for never.
CREATE FUNCTION ref.missed_at(since timestamptz, target interval, hours business_hours, paused tstzmultirange)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN business_deadline(since, target + interval '1 microsecond', hours, paused);
EXCEPTION WHEN datetime_field_overflow THEN
	RETURN 'infinity';
END
$$;

-- A target that runs in hours has no days.
CREATE FUNCTION ref.is_target(target interval, hours business_hours) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT target >= '0' AND (hours IS NULL OR extract(day FROM target) = 0);
$$;

-- Met when the open time is at most the target; without an end, missed once more has
-- passed.  The helpdesk's own verdict wins.
CREATE FUNCTION ref.verdict(
	helpdesk boolean, since timestamptz, until timestamptz, taken interval, target interval, hours business_hours,
	paused tstzmultirange, is_open boolean, as_of timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT CASE
		WHEN helpdesk IS NOT NULL THEN helpdesk
		WHEN since IS NULL OR ref.is_target(target, hours) IS NOT TRUE THEN NULL
		WHEN taken IS NOT NULL THEN taken <= target
		WHEN until IS NOT NULL THEN ref.open_time(since, until, hours, paused) <= target
		WHEN is_open AND ref.open_time(since, as_of, hours, paused) > target THEN false
	END;
$$;

-- A met target counts at its event, a missed one when it was missed, unless the
-- event came first.
CREATE FUNCTION ref.verdict_at(met boolean, missed_at timestamptz, until timestamptz)
RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN met THEN until
		WHEN NOT met AND isfinite(missed_at) AND (missed_at <= until) IS NOT FALSE THEN missed_at
		WHEN NOT met THEN until END;
$$;

CREATE FUNCTION ref.first_contact(rule text, t ref.ticket, since timestamptz, until timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT CASE rule
		WHEN 'zendesk' THEN t.agent_replies < 2
		WHEN 'zendesk_messaging' THEN
			CASE WHEN num_nulls(t.agent_replies, t.reopens, t.was_pending) = 0
				THEN t.agent_replies > 0 AND t.reopens = 0 AND NOT t.was_pending END
		WHEN 'fivetran' THEN t.agent_messages = 1
		WHEN 'intercom' THEN CASE WHEN num_nulls(t.closes, t.teammates) = 0 THEN t.closes = 1 AND t.teammates = 1 END
		WHEN 'freshservice' THEN t.customer_replies = 0
		WHEN 'freshdesk' THEN t.agent_replies = 1
		WHEN 'zoho' THEN t.agent_replies = 1
		WHEN 'zammad' THEN until - since <= interval '15 minutes'
		ELSE t.contacts <= 1 END;
$$;

-- Whether a count that the rule needs is given and impossible.
CREATE FUNCTION ref.bad_contact(rule text, t ref.ticket) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
	SELECT coalesce(0 > CASE rule
		WHEN 'zendesk' THEN t.agent_replies
		WHEN 'zendesk_messaging' THEN least(t.agent_replies, t.reopens)
		WHEN 'fivetran' THEN t.agent_messages
		WHEN 'intercom' THEN least(t.closes, t.teammates)
		WHEN 'freshservice' THEN t.customer_replies
		WHEN 'freshdesk' THEN t.agent_replies
		WHEN 'zoho' THEN t.agent_replies
		WHEN 'zammad' THEN NULL
		ELSE t.contacts END, false);
$$;

-- The same ticket with counts that cannot be as NULL.
CREATE FUNCTION ref.without_bad_counts(t ref.ticket) RETURNS ref.ticket LANGUAGE plpgsql AS $$
BEGIN
	t.contacts := CASE WHEN t.contacts >= 0 THEN t.contacts END;
	t.agent_messages := CASE WHEN t.agent_messages >= 0 THEN t.agent_messages END;
	t.agent_replies := CASE WHEN t.agent_replies >= 0 THEN t.agent_replies END;
	t.customer_replies := CASE WHEN t.customer_replies >= 0 THEN t.customer_replies END;
	t.teammates := CASE WHEN t.teammates >= 0 THEN t.teammates END;
	t.closes := CASE WHEN t.closes >= 0 THEN t.closes END;
	t.reopens := CASE WHEN t.reopens >= 0 THEN t.reopens END;
	RETURN t;
END
$$;

-- A sum of intervals of which some are missing; NULL when all are.  Seconds, because
-- a sum of intervals can overflow.
CREATE FUNCTION ref.seconds(VARIADIC parts interval[]) RETURNS double precision LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN bool_and(p BETWEEN '0' AND '20 years') AND sum(extract(epoch FROM p)) <= extract(epoch
		FROM interval '20 years')
		THEN sum(extract(epoch FROM p)) END
	FROM unnest(parts) AS p WHERE p IS NOT NULL;
$$;

CREATE FUNCTION ref.judge() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	o ref.option;
	t ref.ticket;
	counts ref.ticket;
	f ref.fact;
	p ref.policy;
	hours business_hours;
	response_paused tstzmultirange;
	response_ended timestamptz;
	response_taken interval;
	resolution_taken interval;
	response_missed timestamptz;
	resolution_missed timestamptz;
	csat_scale double precision;
	csat double precision;
	satisfied_from int;
	ces double precision;
	has_qa boolean;
	response_impossible boolean;
	resolution_bad boolean;
BEGIN
	TRUNCATE ref.fact;
	TRUNCATE ref.measure;
	SELECT * INTO STRICT o FROM ref.option;
	FOR t IN SELECT * FROM ref.ticket LOOP
		f := NULL;
		f.ticket_id := t.ticket_id;
		f.merged_into := t.merged_into;
		f.team := t.team;
		f.channel := t.channel;
		f.category := t.category;
		f.priority := t.priority;
		f.customer_tier := t.customer_tier;
		f.account_id := t.account_id;
		f.customer_id := t.customer_id;
		f.agent_id := nullif(t.agent_id, '');
		f.agent_name := t.agent_name;
		f.responder_id := coalesce(nullif(t.first_responder_id, ''), f.agent_id);
		f.agent_hired_on := CASE WHEN isfinite(t.agent_hired_on) AND extract(year FROM t.agent_hired_on) BETWEEN 1
			AND 9999
			THEN t.agent_hired_on END;
		f.status := t.status;
		f.dims := t.dims;

		-- the most specific policy, on a tie the one that names the account, then the tier, the priority, the channel
		SELECT * INTO p FROM ref.policy AS q
		WHERE coalesce(q.customer_tier = t.customer_tier, q.customer_tier IS NULL)
		AND coalesce(q.priority = t.priority, q.priority IS NULL)
		AND coalesce(q.channel = t.channel, q.channel IS NULL)
		AND coalesce(q.team = t.team, q.team IS NULL)
		AND coalesce(q.account_id = t.account_id, q.account_id IS NULL)
		ORDER BY num_nulls(q.customer_tier, q.priority, q.channel, q.team, q.account_id), q.account_id IS NULL,
			q.customer_tier IS NULL, q.priority IS NULL, q.channel IS NULL LIMIT 1;
		hours := coalesce(t.hours, p.hours, o.hours);
		f.target_hours := CASE WHEN t.sla_in_hours IS FALSE THEN NULL ELSE hours END;
		f.response_target := coalesce(t.sla_response, p.sla_response);
		f.resolution_target := coalesce(t.sla_resolution, p.sla_resolution);
		IF f.response_target > '20 years' THEN f.response_target := NULL; END IF;
		IF f.resolution_target > '20 years' THEN f.resolution_target := NULL; END IF;
		f.paused := t.paused;
		response_paused := CASE WHEN o.pause_response THEN t.paused END;

		f.created_at := ref.possible(t.created_at);
		f.first_response_at := ref.after(f.created_at, t.first_response_at);
		f.closed_at := ref.after(f.created_at, t.closed_at);
		f.resolved_at := CASE WHEN t.solved IS FALSE THEN NULL ELSE ref.after(f.created_at, t.resolved_at) END;
		response_taken := CASE WHEN t.response_time BETWEEN '0' AND '20 years' THEN t.response_time END;
		resolution_taken := CASE WHEN t.resolution_time BETWEEN '0' AND '20 years' AND t.solved IS NOT FALSE
			THEN t.resolution_time END;
		-- unknown is NULL
		f.is_unanswered := CASE WHEN o.given && '{first_response_at,response_time}'
			THEN ref.possible(t.first_response_at) IS NULL AND t.response_time IS NULL END;
		f.is_resolved := CASE WHEN t.solved IS NOT NULL THEN t.solved
			WHEN o.given && '{resolved_at,resolution_time}'
			THEN ref.possible(t.resolved_at) IS NOT NULL OR t.resolution_time IS NOT NULL END;
		-- a ticket can be closed without a resolution
		f.is_open := CASE WHEN t.status = 'closed' OR t.status IS NULL AND f.closed_at IS NOT NULL THEN false
			ELSE NOT f.is_resolved END;

		f.response_started_at := f.created_at;
		IF o.handoff AND ref.possible(t.handed_off_at) > f.created_at
			AND (t.handed_off_at <= f.first_response_at) IS NOT FALSE
		THEN
			f.response_started_at := t.handed_off_at;
		END IF;
		f.response_seconds := CASE WHEN response_taken IS NOT NULL THEN extract(epoch FROM response_taken)
			WHEN f.first_response_at >= f.response_started_at
			THEN extract(epoch FROM ref.open_time(f.response_started_at, f.first_response_at, hours,
				response_paused)) END;
		f.resolution_seconds := CASE WHEN resolution_taken IS NOT NULL THEN extract(epoch FROM resolution_taken)
			WHEN f.created_at IS NOT NULL AND f.resolved_at IS NOT NULL
			THEN extract(epoch FROM ref.open_time(f.created_at, f.resolved_at, hours, NULL)) END;

		response_ended := least(f.first_response_at, coalesce(ref.after(f.created_at, t.first_resolved_at), f.resolved_at));
		f.sla_response_met := ref.verdict(t.sla_response_met, f.response_started_at, response_ended, response_taken,
			f.response_target, f.target_hours, response_paused, f.is_unanswered, o.as_of);
		f.sla_resolution_met := ref.verdict(t.sla_resolution_met, f.created_at, f.resolved_at, resolution_taken,
			f.resolution_target, f.target_hours, t.paused, NOT f.is_resolved, o.as_of);
		response_impossible := (t.first_response_at IS NOT NULL OR t.response_time IS NOT NULL)
			AND f.first_response_at IS NULL AND response_taken IS NULL;
		-- an impossible first response leaves open whether there was one in time
		IF response_impossible AND t.sla_response_met IS NULL AND NOT f.sla_response_met THEN
			f.sla_response_met := NULL;
		END IF;
		response_missed := CASE WHEN ref.is_target(f.response_target, f.target_hours)
			THEN ref.missed_at(f.response_started_at, f.response_target, f.target_hours, response_paused) END;
		resolution_missed := CASE WHEN ref.is_target(f.resolution_target, f.target_hours)
			THEN ref.missed_at(f.created_at, f.resolution_target, f.target_hours, t.paused) END;
		f.response_due_at := nullif(response_missed, 'infinity') - interval '1 microsecond';
		f.resolution_due_at := nullif(resolution_missed, 'infinity') - interval '1 microsecond';

		-- an event counts on its own day, otherwise on the next best one
		f.created_day := (coalesce(f.created_at, least(f.first_response_at, f.resolved_at,
			f.closed_at)) AT TIME ZONE o.time_zone)::date;
		f.responded_day := coalesce((f.first_response_at AT TIME ZONE o.time_zone)::date, f.created_day);
		f.outcome_day := coalesce((coalesce(f.resolved_at, f.closed_at) AT TIME ZONE o.time_zone)::date,
			f.created_day);
		f.sla_response_day := coalesce(
			(ref.verdict_at(f.sla_response_met, response_missed, response_ended) AT TIME ZONE o.time_zone)::date,
				f.created_day);
		f.sla_resolution_day := coalesce(
			(ref.verdict_at(f.sla_resolution_met, resolution_missed, f.resolved_at) AT TIME ZONE o.time_zone)::date,
				f.created_day);

		counts := ref.without_bad_counts(t);
		f.first_contact := CASE WHEN f.is_resolved THEN ref.first_contact(o.fcr_rule, counts, f.created_at,
			f.resolved_at) END;
		f.reopened := CASE WHEN counts.reopens > 0 THEN true WHEN f.is_resolved THEN counts.reopens > 0 END;
		f.handle_seconds := CASE WHEN t.handle_time IS NOT NULL THEN ref.seconds(t.handle_time)
			ELSE ref.seconds(t.talk_time, t.hold_time, t.wrap_time) END;
		f.wait_seconds := CASE WHEN t.abandoned IS NOT TRUE THEN ref.seconds(t.wait_time) END;
		csat_scale := coalesce(t.scale_max, CASE WHEN o.csat_satisfied_from > 5 THEN 10 ELSE 5 END);
		csat := CASE WHEN csat_scale BETWEEN 1 AND 100 AND t.csat_score = trunc(t.csat_score)
			AND t.csat_score >= (CASE WHEN csat_scale = 10 THEN 0 ELSE 1 END) AND t.csat_score <= csat_scale
				THEN t.csat_score END;
		satisfied_from := coalesce(o.csat_satisfied_from,
			(SELECT s.satisfied FROM (VALUES (2, 2), (3, 3), (4, 3), (5, 4), (7, 6), (10, 8)) AS s (scale,
				satisfied) WHERE s.scale = csat_scale));
		f.csat_satisfied := csat >= satisfied_from;
		f.nps_score := CASE WHEN t.nps_score IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) THEN t.nps_score END;
		ces := CASE WHEN t.ces_score = trunc(t.ces_score) AND CASE WHEN o.ces_easy_from > 7
			THEN t.ces_score BETWEEN 0 AND 10 ELSE t.ces_score BETWEEN 1 AND 7 END THEN t.ces_score END;
		f.ces_easy := ces >= o.ces_easy_from;
		has_qa := 'qa_points' = ANY (o.given) AND t.qa_possible BETWEEN 0 AND 1e9 AND (t.qa_points BETWEEN 0 AND 1e9) IS NOT FALSE;
		f.qa_points := CASE WHEN has_qa THEN t.qa_points END;
		f.qa_possible := CASE WHEN has_qa THEN t.qa_possible END;
		f.cost := CASE WHEN t.cost BETWEEN -1e9 AND 1e9 THEN t.cost END;
		f.sentiment := CASE WHEN t.sentiment BETWEEN -1 AND 1 THEN t.sentiment END;

		resolution_bad := (t.resolved_at IS NOT NULL OR t.resolution_time IS NOT NULL) AND t.solved IS NOT FALSE;
		INSERT INTO ref.measure
		SELECT t.ticket_id, v.kpi,
			CASE WHEN v.kpi <> 'closed' AND (o.by_creation OR f.merged_into IS NOT NULL) THEN f.created_day
				ELSE v.day END,
			v.agent, v.x, v.y,
			CASE WHEN f.merged_into IS NOT NULL OR CASE WHEN o.by_creation THEN f.created_day
				ELSE v.day END IS NULL THEN 'excluded'
				WHEN v.x IS NOT NULL THEN 'counted' WHEN v.bad THEN 'excluded' WHEN v.waits THEN 'pending'
					ELSE 'not_applicable' END,
			f.merged_into IS NOT NULL
		FROM (VALUES
			('tickets', f.created_day, f.agent_id, 1::double precision, NULL::double precision, false, false),
			('unanswered', f.created_day, f.agent_id, f.is_unanswered::int, NULL, false, false),
			('unresolved', f.created_day, f.agent_id, (NOT f.is_resolved)::int, NULL, false, false),
			('pending', f.created_day, f.agent_id, (NOT f.is_resolved AND t.status = 'pending')::int, NULL, false,
				false),
			('deflected', f.created_day, f.agent_id, (coalesce(t.self_service, false) OR coalesce(t.bot_handled
				AND t.bot_resolved, false))::int,
				NULL, false, false),
			('wait', f.created_day, f.agent_id, f.wait_seconds, NULL, t.abandoned IS NOT TRUE
				AND t.wait_time IS NOT NULL, false),
			('abandonment', f.created_day, f.agent_id, t.abandoned::int, NULL, false, false),
			('self_service', f.created_day, f.agent_id, t.self_service::int, NULL, false, false),
			('bot_resolution', f.created_day, f.agent_id, CASE WHEN t.bot_handled THEN t.bot_resolved::int END,
				NULL, false, false),
			('bot_escalation', f.created_day, f.agent_id, CASE WHEN t.bot_handled THEN t.bot_escalated::int END,
				NULL, false, false),
			('bot_escalation_accuracy', f.created_day, f.agent_id,
				CASE WHEN t.bot_handled AND t.bot_escalated THEN t.bot_escalation_right::int END, NULL, false, false),
			('bot_acceptance', f.created_day, f.agent_id, CASE WHEN t.bot_handled THEN t.bot_accepted::int END,
				NULL, false, false),
			('sentiment', f.created_day, f.agent_id, f.sentiment, 1, t.sentiment IS NOT NULL, false),
			('negative_sentiment', f.created_day, f.agent_id, (f.sentiment <= -0.05)::int, NULL,
				t.sentiment IS NOT NULL, false),
			('response', f.responded_day, f.responder_id, f.response_seconds, NULL,
				t.first_response_at IS NOT NULL OR t.response_time IS NOT NULL,
				f.is_unanswered AND f.is_resolved IS NOT TRUE),
			('sla_response', f.sla_response_day, f.responder_id, f.sla_response_met::int, NULL,
				f.response_target IS NOT NULL AND (response_missed IS NULL OR response_impossible),
				f.response_target IS NOT NULL AND f.is_unanswered),
			('resolution', f.outcome_day, f.agent_id, f.resolution_seconds, NULL, resolution_bad, f.is_open),
			('sla_resolution', f.sla_resolution_day, f.agent_id, f.sla_resolution_met::int, NULL,
				f.resolution_target IS NOT NULL AND (resolution_missed IS NULL OR f.is_resolved
					AND f.resolved_at IS NULL),
				f.resolution_target IS NOT NULL AND f.is_open),
			('resolved', f.outcome_day, f.agent_id, f.is_resolved::int, NULL, false, false),
			('closed', CASE WHEN f.is_open IS NOT TRUE THEN f.outcome_day END, f.agent_id, 1, NULL, false,
				false),
			('fcr', f.outcome_day, f.agent_id, f.first_contact::int, NULL,
				f.is_resolved AND ref.bad_contact(o.fcr_rule, t), f.is_open),
			('reopen', f.outcome_day, f.agent_id, f.reopened::int, NULL, t.reopens < 0, f.is_open),
			('escalation', f.outcome_day, f.agent_id, t.escalated::int, NULL, false, false),
			('transfer', f.outcome_day, f.agent_id, t.transferred::int, NULL, false, false),
			('handle', f.outcome_day, f.agent_id, f.handle_seconds, NULL,
				num_nonnulls(t.handle_time, t.talk_time, t.hold_time, t.wrap_time) > 0, false),
			('csat', f.outcome_day, f.agent_id, f.csat_satisfied::int, NULL, t.csat_score IS NOT NULL, false),
			('nps', f.outcome_day, f.agent_id, f.nps_score, NULL, t.nps_score IS NOT NULL, false),
			('ces', f.outcome_day, f.agent_id, f.ces_easy::int, NULL, t.ces_score IS NOT NULL, false),
			('effort', f.outcome_day, f.agent_id, ces, 1, false, false),
			('qa', f.outcome_day, f.agent_id, CASE WHEN has_qa THEN coalesce(f.qa_points, 0) END, f.qa_possible,
				t.qa_possible IS NOT NULL AND 'qa_points' = ANY (o.given), false),
			('cost', f.outcome_day, f.agent_id, f.cost, 1, t.cost IS NOT NULL, false)
		) AS v (kpi, day, agent, x, y, bad, waits);
		INSERT INTO ref.fact SELECT f.*;
	END LOOP;
END
$$;
