-- The clocks, verdicts and days of a ticket whose events were read, and what differs in a
-- mart.  See event_reference.sql.

-- Whether the customer was satisfied with the first contact, by the rule of the mart.
CREATE FUNCTION ev.is_first_contact(t ev.tickets, f ev.fact) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
	s ev.setting;
	created timestamptz := ev.possible(t.created_at);
	next_at timestamptz;
BEGIN
	SELECT * INTO s FROM ev.setting;
	CASE coalesce(s.fcr_rule, '')
		WHEN '' THEN RETURN t.contacts <= 1;
		WHEN 'zendesk' THEN RETURN f.agent_replies < 2;
		WHEN 'zendesk_messaging' THEN
			RETURN CASE WHEN num_nulls(f.agent_replies, f.reopens, f.was_pending) = 0
				THEN f.agent_replies > 0 AND f.reopens = 0 AND NOT f.was_pending END;
		WHEN 'fivetran' THEN RETURN f.agent_messages = 1;
		WHEN 'intercom' THEN
			RETURN CASE WHEN num_nulls(f.closes, f.teammates) = 0 THEN f.closes = 1 AND f.teammates = 1 END;
		WHEN 'freshservice' THEN RETURN f.customer_replies = 0;
		WHEN 'freshdesk', 'zoho' THEN RETURN f.agent_replies = 1;
		WHEN 'zammad' THEN RETURN f.resolved_at - created <= interval '15 minutes';
		WHEN 'no_recontact' THEN
			IF t.customer_id IS NULL OR s.recontact_same_category AND t.category IS NULL THEN
				RETURN NULL;
			END IF;
			SELECT min(ev.possible(o.created_at)) INTO next_at
			FROM ev.tickets AS o
			WHERE o.customer_id = t.customer_id AND o.ticket_id <> t.ticket_id AND o.merged_into IS NULL
			AND ev.possible(o.created_at) > f.resolved_at
			AND (o.category = t.category OR NOT s.recontact_same_category);
			RETURN CASE WHEN next_at IS NOT NULL THEN next_at - f.resolved_at > s.recontact_within
				WHEN s.as_of - f.resolved_at >= s.recontact_within THEN true END;
	END CASE;
END
$$;

-- A met target counts when it was met, a missed one when it was missed.
CREATE FUNCTION ev.verdict_at(met boolean, ended timestamptz, due timestamptz) RETURNS timestamptz
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN met THEN ended
		WHEN NOT met THEN least(nullif(due, 'infinity') + interval '1 us', ended) END;
$$;

-- Whether the changes of a ticket name a team, or an agent.
CREATE FUNCTION ev.names(id text, what text) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT EXISTS (
		SELECT FROM ev.status_changes AS c
		WHERE c.ticket_id = id AND ev.possible(c.at) IS NOT NULL
		AND CASE what WHEN 'team' THEN c.team ELSE c.agent_id END <> '');
$$;

CREATE FUNCTION ev.judge(t ev.tickets, f ev.fact) RETURNS ev.fact LANGUAGE plpgsql AS $$
DECLARE
	s ev.setting;
	p record;
	w record;
	d record;
	created timestamptz := ev.possible(t.created_at);
	last_status text := f.status;
	started timestamptz;
	ended timestamptz;
	paused tstzmultirange;
	response_paused tstzmultirange;
	others timestamptz;
	met boolean;
	status_day date;
BEGIN
	SELECT * INTO s FROM ev.setting;
	SELECT * INTO p FROM ev.policy WHERE priority = t.priority OR priority IS NULL ORDER BY priority NULLS LAST LIMIT 1;
	f.ticket_id := t.ticket_id;
	f.created_at := created;
	-- what the ticket gives wins
	f.channel := coalesce(t.channel, f.channel);
	f.first_response_at := coalesce(t.first_response_at, f.first_response_at);
	f.agent_id := nullif(coalesce(t.agent_id, f.agent_id), '');
	f.team := coalesce(t.team, f.team);
	f.responder_id := coalesce(nullif(t.first_responder_id, ''), f.responder_id, f.agent_id);
	f.agent_messages := coalesce(t.agent_messages, f.agent_messages);
	f.agent_replies := coalesce(t.agent_replies, f.agent_replies);
	f.customer_replies := coalesce(t.customer_replies, f.customer_replies);
	f.teammates := coalesce(t.teammates, f.teammates);
	f.handed_off_at := coalesce(t.handed_off_at, f.handed_off_at);
	f.first_resolved_at := coalesce(t.first_resolved_at, f.first_resolved_at);
	f.resolved_at := coalesce(t.resolved_at, f.resolved_at);
	f.closed_at := coalesce(t.closed_at, f.closed_at);
	f.closes := coalesce(t.closes, f.closes);
	f.reopens := coalesce(t.reopens, f.reopens);
	f.was_pending := coalesce(t.was_pending, f.was_pending);
	f.status := coalesce(t.status, f.status);
	f.transferred := coalesce(t.transferred, f.transfers > 0);
	f.new_seconds := coalesce(ev.seconds(t.new_time), f.new_seconds);
	f.open_seconds := coalesce(ev.seconds(t.open_time), f.open_seconds);
	f.pending_seconds := coalesce(ev.seconds(t.pending_time), f.pending_seconds);
	f.on_hold_seconds := coalesce(ev.seconds(t.on_hold_time), f.on_hold_seconds);
	IF f.status <> last_status THEN
		f.status_since := NULL;
	END IF;
	paused := coalesce(t.paused, ev.time_in(t.ticket_id, s.pausing_statuses));
	f.paused := paused::text;
	response_paused := CASE WHEN s.pause_response THEN paused END;
	IF s.relations && '{messages}' OR s.columns && '{first_response_at,response_time}' THEN
		f.is_unanswered := num_nonnulls(f.first_response_at, t.response_time) = 0;
	END IF;
	IF s.relations && '{status_changes}' OR s.columns && '{resolved_at,resolution_time}' THEN
		f.is_resolved := num_nonnulls(f.resolved_at, t.resolution_time) > 0;
	END IF;
	f.is_resolved := coalesce(t.solved, f.is_resolved);
	f.is_open := CASE WHEN f.status = 'closed' OR f.status IS NULL AND f.closed_at IS NOT NULL THEN false ELSE NOT f.is_resolved END;
	IF t.solved = false THEN
		f.resolved_at := NULL;
		t.resolution_time := NULL;
	END IF;
	f.reopened := CASE WHEN f.is_resolved OR f.reopens > 0 THEN f.reopens > 0 END;
	IF f.is_resolved THEN
		f.first_contact := ev.is_first_contact(t, f);
	END IF;

	-- the first response
	started := created;
	IF s.from_handoff AND f.handed_off_at > created AND (f.handed_off_at > f.first_response_at) IS NOT TRUE THEN
		started := f.handed_off_at;
	END IF;
	f.response_seconds := coalesce(ev.seconds(t.response_time),
		ev.open_seconds(t.ticket_id, started, f.first_response_at, response_paused));
	ended := least(f.first_response_at, coalesce(f.first_resolved_at, f.resolved_at));
	IF t.sla_response IS NULL AND EXISTS (SELECT FROM ev.sla_targets AS g
		WHERE g.ticket_id = t.ticket_id AND g.metric = 'first_response' AND ev.is_target(g.target))
	THEN
		SELECT * INTO d FROM ev.first_due(t.ticket_id, 'first_response', started, ended, response_paused);
	ELSE
		SELECT coalesce(t.sla_response, p.sla_response) AS target, NULL::timestamptz AS due_at, NULL AS policy INTO d;
		d.target := CASE WHEN d.target <= '20 years' THEN d.target END;
		d.due_at := ev.due(t.ticket_id, started, d.target, t.sla_in_hours IS NOT FALSE, response_paused);
	END IF;
	f.sla_response_met := CASE
		WHEN t.sla_response_met IS NOT NULL THEN t.sla_response_met
		WHEN d.due_at IS NULL THEN NULL
		WHEN t.response_time IS NOT NULL THEN t.response_time <= d.target
		WHEN ended IS NOT NULL THEN ended <= d.due_at
		WHEN d.due_at < s.as_of AND f.is_unanswered THEN false END;
	f.response_target_seconds := ev.seconds(d.target);
	f.response_due_at := nullif(d.due_at, 'infinity');
	f.sla_policy := d.policy;
	f.sla_response_day := ev.day(coalesce(ev.verdict_at(f.sla_response_met, ended, d.due_at), created,
		least(f.first_response_at, f.resolved_at, f.closed_at)));

	-- the resolution
	f.resolution_seconds := coalesce(ev.seconds(t.resolution_time),
		ev.open_seconds(t.ticket_id, created, f.resolved_at, NULL));
	IF t.sla_resolution IS NULL AND EXISTS (SELECT FROM ev.sla_targets AS g
		WHERE g.ticket_id = t.ticket_id AND g.metric = 'resolution' AND ev.is_target(g.target))
	THEN
		SELECT * INTO d FROM ev.first_due(t.ticket_id, 'resolution', created, f.resolved_at, paused);
	ELSE
		SELECT coalesce(t.sla_resolution, p.sla_resolution) AS target, NULL::timestamptz AS due_at, NULL AS policy INTO d;
		d.target := CASE WHEN d.target <= '20 years' THEN d.target END;
		d.due_at := ev.due(t.ticket_id, created, d.target, t.sla_in_hours IS NOT FALSE, paused);
	END IF;
	f.sla_resolution_met := CASE
		WHEN t.sla_resolution_met IS NOT NULL THEN t.sla_resolution_met
		WHEN d.due_at IS NULL THEN NULL
		WHEN t.resolution_time IS NOT NULL THEN t.resolution_time <= d.target
		WHEN f.resolved_at IS NOT NULL THEN f.resolved_at <= d.due_at
		WHEN d.due_at < s.as_of AND NOT f.is_resolved THEN false END;
	f.resolution_target_seconds := ev.seconds(d.target);
	f.resolution_due_at := nullif(d.due_at, 'infinity');
	f.sla_policy := coalesce(f.sla_policy, d.policy);
	f.sla_resolution_day := ev.day(coalesce(ev.verdict_at(f.sla_resolution_met, f.resolved_at, d.due_at), created,
		least(f.first_response_at, f.resolved_at, f.closed_at)));
	f.created_day := ev.day(coalesce(created, least(f.first_response_at, f.resolved_at, f.closed_at)));
	f.responded_day := ev.day(coalesce(f.first_response_at, created, least(f.resolved_at, f.closed_at)));
	f.outcome_day := ev.day(coalesce(f.resolved_at, f.closed_at, created, f.first_response_at));

	-- a merged ticket counts in no KPI
	IF t.merged_into IS NOT NULL THEN
		DELETE FROM ev.wait AS x WHERE x.ticket_id = t.ticket_id;
		DELETE FROM ev.delta AS x WHERE x.ticket_id = t.ticket_id;
		RETURN f;
	END IF;
	FOR w IN SELECT ctid, * FROM ev.wait AS x WHERE x.ticket_id = t.ticket_id LOOP
		w.seconds := ev.open_seconds(t.ticket_id, w.started_at, w.ended_at, response_paused);
		w.day := CASE WHEN w.ended_at IS NULL THEN NULL WHEN s.by_creation THEN f.created_day ELSE ev.day(w.ended_at) END;
		-- the first resolution from then on
		SELECT min(x.at) INTO others FROM ev.resolution AS x WHERE x.ticket_id = t.ticket_id AND x.at >= w.started_at;
		ended := least(w.ended_at, CASE WHEN f.first_resolved_at >= w.started_at THEN f.first_resolved_at
			WHEN others IS NOT NULL THEN others
			WHEN f.resolved_at >= w.started_at THEN f.resolved_at END);
		IF w.metric = 'next_response' AND t.sla_next_response IS NOT NULL THEN
			SELECT CASE WHEN t.sla_next_response <= '20 years' THEN t.sla_next_response END AS target,
				NULL::timestamptz AS due_at INTO d;
			d.due_at := ev.due(t.ticket_id, w.started_at, d.target, t.sla_in_hours IS NOT FALSE, paused);
		ELSIF w.metric <> 'first_response' THEN
			SELECT * INTO d FROM ev.first_due(t.ticket_id, w.metric, w.started_at, ended, paused);
		ELSE
			SELECT NULL::interval AS target, NULL::timestamptz AS due_at INTO d;
		END IF;
		met := CASE WHEN d.due_at IS NULL THEN NULL WHEN ended IS NOT NULL THEN ended <= d.due_at
			WHEN d.due_at < s.as_of THEN false END;
		UPDATE ev.wait AS x
		SET seconds = w.seconds, day = w.day, target_seconds = ev.seconds(d.target), due_at = nullif(d.due_at, 'infinity'),
			sla_met = met,
			sla_day = CASE WHEN met IS NULL THEN NULL WHEN s.by_creation THEN f.created_day
				ELSE ev.day(CASE WHEN met THEN ended ELSE d.due_at + interval '1 us' END) END
		WHERE x.ctid = w.ctid;
	END LOOP;

	-- a ticket whose changes name no team or agent had the one of now all the time
	UPDATE ev.delta AS x
	SET team = CASE WHEN ev.names(t.ticket_id, 'team') THEN x.team ELSE f.team END,
		agent_id = CASE WHEN ev.names(t.ticket_id, 'agent_id') THEN x.agent_id ELSE f.agent_id END
	WHERE x.ticket_id = t.ticket_id;

	status_day := CASE WHEN s.by_creation THEN f.created_day ELSE f.outcome_day END;
	IF f.is_resolved AND status_day IS NOT NULL THEN
		INSERT INTO ev.time
		SELECT t.ticket_id, status_day, v.status, v.status, ev.seconds(v.given), NULL
		FROM (VALUES ('new', t.new_time), ('open', t.open_time), ('pending', t.pending_time), ('on_hold', t.on_hold_time))
			AS v (status, given)
		WHERE v.given IS NOT NULL;
		FOR w IN SELECT * FROM ev.span AS x WHERE x.ticket_id = t.ticket_id AND until IS NOT NULL LOOP
			CONTINUE WHEN EXISTS (SELECT FROM ev.time AS x
				WHERE x.ticket_id = t.ticket_id AND x.status = w.status AND x.calendar_seconds IS NULL);
			UPDATE ev.time AS x
			SET seconds = x.seconds + business_seconds(w.since, w.until, w.hours),
				calendar_seconds = x.calendar_seconds + ev.seconds(w.until - w.since)
			WHERE x.ticket_id = t.ticket_id AND x.status = w.status AND x.source_status = w.source_status;
			IF NOT FOUND THEN
				INSERT INTO ev.time
				VALUES (t.ticket_id, status_day, w.status, w.source_status, business_seconds(w.since, w.until, w.hours),
					ev.seconds(w.until - w.since));
			END IF;
		END LOOP;
	END IF;
	RETURN f;
END
$$;

-- Works out everything that is compared.
CREATE FUNCTION ev.read() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	t ev.tickets;
	f ev.fact;
	empty ev.fact;
BEGIN
	TRUNCATE ev.fact, ev.wait, ev.delta, ev.span, ev.piece, ev.resolution, ev.time;
	FOR t IN SELECT * FROM ev.tickets WHERE ticket_id IS NOT NULL LOOP
		f := ev.read_messages(t, empty);
		f := ev.read_changes(t, f);
		f := ev.judge(t, f);
		INSERT INTO ev.fact VALUES (f.*);
	END LOOP;
END
$$;

-- The dimensions of a ticket as an array.
CREATE FUNCTION ev.dims(team text, channel text, agent_id text) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT string_agg(coalesce(CASE d WHEN 'team' THEN $1 WHEN 'channel' THEN $2 ELSE $3 END, '-'), '/' ORDER BY n)
	FROM ev.setting, unnest(dimensions) WITH ORDINALITY AS u (d, n);
$$;

-- Rows that are in only one of two queries, which have one column of text.
CREATE FUNCTION ev.differences(what text, of_mart text, of_reference text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT concat_ws('' '', %L, side, v) FROM (
			(SELECT ''mart'' AS side, m.* FROM (%2$s) AS m (v) EXCEPT ALL SELECT ''mart'', r.* FROM (%3$s) AS r (v))
			UNION ALL
			(SELECT ''reference'', r.* FROM (%3$s) AS r (v) EXCEPT ALL SELECT ''reference'', m.* FROM (%2$s) AS m (v))
		) AS d ORDER BY v, side LIMIT 12', what, of_mart, of_reference);
END
$$;

-- A row as text.  Numbers are rounded, because sums of seconds depend on their order.
CREATE FUNCTION ev.line(v jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT string_agg(format('%s=%s', key, CASE jsonb_typeof(value) WHEN 'number'
		THEN trim_scale(round(value::numeric, 3))::text ELSE value #>> '{}' END), ' ' ORDER BY key)
	FROM jsonb_each(v) WHERE value <> 'null';
$$;

-- The first day of the week or month of a day.
CREATE FUNCTION ev.week(day date) RETURNS date LANGUAGE sql STABLE AS $$
	SELECT day - (extract(isodow FROM day)::int - week_start + 7) % 7 FROM ev.setting;
$$;
CREATE FUNCTION ev.month(day date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
	SELECT date_trunc('month', day::timestamp)::date;
$$;

-- The tickets open at the end of each day, apart from days in a gap of over a year.
CREATE FUNCTION ev.open_tickets() RETURNS TABLE (day date, dims text, status text) LANGUAGE plpgsql STABLE AS $$
DECLARE
	f record;
	s record;
	days date[];
	last_day date := ev.day((SELECT as_of FROM ev.setting));
BEGIN
	SELECT array_agg(e.day + n) INTO days
	FROM (
		SELECT u.day, lead(u.day, 1, greatest(u.day, last_day) + 1) OVER (ORDER BY u.day) AS next_day
		FROM (
			SELECT ev.day(at) FROM ev.delta
			UNION SELECT unnest(ARRAY[x.created_day, CASE WHEN x.is_open IS NOT TRUE THEN x.outcome_day END])
			FROM ev.fact AS x JOIN ev.tickets AS t USING (ticket_id)
			WHERE NOT x.has_status_changes AND t.merged_into IS NULL
		) AS u (day)
		WHERE u.day IS NOT NULL
	) AS e
	CROSS JOIN generate_series(0, CASE WHEN e.next_day - e.day <= 366 THEN e.next_day - e.day - 1 ELSE 0 END) AS n;
	FOR f IN SELECT x.* FROM ev.fact AS x JOIN ev.tickets AS t USING (ticket_id) WHERE t.merged_into IS NULL LOOP
		IF NOT f.has_status_changes THEN
			RETURN QUERY SELECT d, ev.dims(f.team, f.channel, f.agent_id), NULL::text FROM unnest(days) AS d
				WHERE d >= f.created_day AND (d < f.outcome_day OR f.is_open);
			CONTINUE;
		END IF;
		FOR s IN
			SELECT x.status, ev.day(x.since) AS first_day, ev.day(x.until) AS last_day,
				ev.dims(CASE WHEN ev.names(f.ticket_id, 'team') THEN x.team ELSE f.team END, f.channel,
					CASE WHEN ev.names(f.ticket_id, 'agent_id') THEN x.agent_id ELSE f.agent_id END) AS dims
			FROM ev.span AS x
			WHERE x.ticket_id = f.ticket_id AND x.status NOT IN ('solved', 'closed')
		LOOP
			RETURN QUERY SELECT d, s.dims, s.status FROM unnest(days) AS d
				WHERE d >= s.first_day AND (d >= s.last_day) IS NOT TRUE;
		END LOOP;
	END LOOP;
END
$$;

-- What a mart has otherwise.
CREATE FUNCTION ev.compare(mart name) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	-- the dimensions of a row of the mart, and which rows are totals
	dims CONSTANT text := (SELECT string_agg(format('coalesce(%I, ''-'')', d), ' || ''/'' || ' ORDER BY n)
		FROM ev.setting, unnest(dimensions) WITH ORDINALITY AS u (d, n));
	totals CONSTANT text := (SELECT string_agg(format('%I = ''all''', d), ' AND ')
		FROM ev.setting, unnest(dimensions) AS d);
	c record;
BEGIN
	RETURN QUERY EXECUTE format('
		SELECT format(''ticket %%s: %%s is %%s instead of %%s'', coalesce(m.id, r.id), coalesce(m.name, r.name), m.value,
			r.value)
		FROM (SELECT t.ticket_id::text AS id, v.key AS name, v.value FROM %I.ticket AS t, jsonb_each(to_jsonb(t)) AS v
			WHERE v.key IN (SELECT attname FROM pg_attribute WHERE attrelid = ''ev.fact''::regclass)) AS m
		FULL JOIN (SELECT t.ticket_id AS id, v.key AS name, v.value FROM ev.fact AS t, jsonb_each(to_jsonb(t)) AS v) AS r
			ON r.id = m.id AND r.name = m.name
		WHERE m.id IS NULL OR r.id IS NULL OR m.name <> ''ticket_id''
		AND CASE WHEN jsonb_typeof(m.value) = ''number'' AND jsonb_typeof(r.value) = ''number''
			THEN abs(m.value::numeric - r.value::numeric) > 0.0001 ELSE m.value IS DISTINCT FROM r.value END
		ORDER BY 1 LIMIT 20', mart);
	FOR c IN
		SELECT v.*
		FROM ev.setting, LATERAL (VALUES
			('ticket_wait', true, 'ticket_id, metric, started_at, ended_at, responder_id, seconds, target_seconds, due_at,
				sla_met, day, sla_day, @dims', 'true',
			 'SELECT w.*, ev.dims(f.team, f.channel, f.agent_id) AS dims FROM ev.wait AS w JOIN ev.fact AS f USING (ticket_id)'),
			('ticket_backlog', true, 'ticket_id, day, status, @dims, opened, closed, moved', 'true',
			 'SELECT d.ticket_id, ev.day(d.at) AS day, d.status, ev.dims(d.team, f.channel, d.agent_id) AS dims,
				sum(opened) AS opened, sum(closed) AS closed, sum(moved) AS moved
			 FROM ev.delta AS d JOIN ev.fact AS f USING (ticket_id)
			 GROUP BY 1, 2, 3, 4
			 HAVING sum(opened) <> 0 OR sum(closed) <> 0 OR sum(moved) <> 0'),
			('backlog_daily', relations && '{status_changes}' OR columns && '{solved,resolved_at,resolution_time}',
			 'day, status, @dims, backlog', 'backlog <> 0',
			 'SELECT o.*, count(*) AS backlog FROM ev.open_tickets() AS o GROUP BY 1, 2, 3'),
			('ticket_status', true, 'ticket_id, day, status, source_status, @dims, seconds, calendar_seconds', 'true',
			 'SELECT s.*, ev.dims(f.team, f.channel, f.agent_id) AS dims FROM ev.time AS s JOIN ev.fact AS f USING (ticket_id)'),
			('next_replies', true, 'week, coalesce(replies, 0) AS replies, median_seconds,
				within_target_pct, coalesce(within_target_n, 0) AS within_target_n,
				update_within_target_pct, coalesce(update_within_target_n, 0) AS update_within_target_n', '@totals',
			 'SELECT ev.week(u.day) AS week, count(u.seconds) AS replies,
				percentile_cont(0.5) WITHIN GROUP (ORDER BY u.seconds) AS median_seconds,
				avg(100 * u.next_met) AS within_target_pct, count(u.next_met) AS within_target_n,
				avg(100 * u.update_met) AS update_within_target_pct, count(u.update_met) AS update_within_target_n
			 FROM (
				SELECT day, seconds, NULL::int, NULL::int FROM ev.wait WHERE metric = ''next_response''
				UNION ALL SELECT sla_day, NULL, CASE metric WHEN ''next_response'' THEN sla_met::int END,
					CASE metric WHEN ''update'' THEN sla_met::int END FROM ev.wait
			 ) AS u (day, seconds, next_met, update_met)
			 WHERE u.day IS NOT NULL
			 GROUP BY 1'),
			('kpi_weekly', true, 'period, kpi, value', '@totals AND value IS NOT NULL
				AND kpi IN (''next_response_median_seconds'', ''sla_next_response_pct'', ''sla_update_pct'')',
			 'SELECT ev.week(day) AS period, ''next_response_median_seconds'' AS kpi,
				percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS value
			 FROM ev.wait WHERE metric = ''next_response'' AND day IS NOT NULL GROUP BY 1
			 UNION ALL
			 SELECT ev.week(sla_day), CASE metric WHEN ''update'' THEN ''sla_update_pct'' ELSE ''sla_next_response_pct'' END,
				avg(100 * sla_met::int)
			 FROM ev.wait WHERE sla_day IS NOT NULL GROUP BY 1, metric'),
			('time_in_status', true, 'month, status, source_status, tickets, median_seconds, share_pct', '@totals',
			 'SELECT ev.month(day) AS month, status, source_status, count(*) AS tickets,
				percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median_seconds,
				100 * sum(seconds) / nullif(sum(sum(seconds)) OVER (PARTITION BY ev.month(day)), 0) AS share_pct
			 FROM ev.time GROUP BY 1, 2, 3')
		) AS v (relation, is_known, columns, condition, reference)
	LOOP
		CONTINUE WHEN NOT c.is_known;
		RETURN QUERY SELECT * FROM ev.differences(c.relation,
			format('SELECT ev.line(to_jsonb(r)) FROM (SELECT %s FROM %I.%I WHERE %s) AS r',
				replace(c.columns, '@dims', dims || ' AS dims'), mart, c.relation, replace(c.condition, '@totals', totals)),
			format('SELECT ev.line(to_jsonb(r)) FROM (%s) AS r', c.reference));
	END LOOP;
END
$$;
