-- internal: one row per wait of a customer for an answer, and per update of a ticket with a target for updates
-- index: ticket_id
-- index: day
-- index: sla_day
-- index: due_at WHERE sla_met IS NULL
-- days: day sla_day
SELECT
	ticket_id, -- id of the ticket
	metric, -- first_response (the wait that it ends), next_response (a later wait) or update (the time between messages of agents)
	@dimensions@,
	started_at, -- first unanswered message of the customer; for an update, the message of an agent
	ended_at, -- the answer; for an update, the next message of an agent; NULL while there is none
	responder_id, -- agent who gave it
	seconds, -- length in seconds of open time; NULL while it lasts
	CASE
		WHEN ended_at IS NULL THEN NULL
		WHEN @by_creation@ THEN created_day
		ELSE @extschema@.kpi_day(ended_at, @time_zone@)
	END AS day, -- day of the answer, with attribute => 'created' of the creation of the ticket
	@extschema@.in_seconds((due).target) AS target_seconds, -- SLA target in seconds; NULL for none, and for the first response
	nullif((due).due_at, 'infinity') AS due_at, -- last instant at which it is in time; NULL without target, and while a pause has no end
	sla_met, -- whether it was in time; NULL while pending and without target
	CASE
		WHEN sla_met IS NULL THEN NULL
		WHEN @by_creation@ THEN created_day
		WHEN sla_met THEN @extschema@.kpi_day(clock_ended_at, @time_zone@)
		ELSE @extschema@.kpi_day((due).due_at + interval '1 us', @time_zone@)
	END AS sla_day -- day of an answer in time, or day on which the target was missed; with attribute => 'created' as above
FROM (
	SELECT
		*,
		CASE
			WHEN (due).due_at IS NULL THEN NULL
			WHEN clock_ended_at <= (due).due_at THEN true
			WHEN clock_ended_at IS NOT NULL OR (due).due_at < as_of THEN false
		END AS sla_met
	FROM (
		-- a subquery with its own WITH is computed once for each row, as in ticket_now
		WITH ended AS (
			WITH conversation AS (
				SELECT
					m.ticket_id,
					@extschema@.kpi_waits(@extschema@.kpi_instant(m.at), m.seq, m.author, m.is_public, m.author_id, NULL,
						t.created_at, t.opened_by) AS waits
				FROM @schema@.message_source AS m
				JOIN @schema@.ticket AS t ON t.ticket_id = m.ticket_id
				WHERE t.merged_into IS NULL
				GROUP BY m.ticket_id
			)
			SELECT
				w.*,
				t.ticket_id,
				t.created_day,
				@dimensions_of_t@,
				s.as_of,
				p.sla_next_response,
				g.targets,
				CASE WHEN h.sets_hours THEN (h.spans[1]).hours ELSE p.first_hours END AS hours,
				CASE WHEN h.sets_hours THEN @extschema@.kpi_hours_changes(h.spans) END AS hours_changes,
				h.spans,
				CASE
					WHEN p.paused IS NOT NULL THEN p.paused
					WHEN @pause_response@ OR g.targets IS NOT NULL OR p.sla_next_response IS NOT NULL
					THEN @extschema@.kpi_time_in(h.spans, @pausing_statuses@)
				END AS paused,
				p.sla_in_hours,
				-- a resolution also ends the clock of a target
				CASE WHEN g.targets IS NOT NULL OR p.sla_next_response IS NOT NULL THEN
					least(w.ended_at, CASE WHEN t.first_resolved_at >= w.started_at THEN t.first_resolved_at
						ELSE coalesce(@extschema@.kpi_resolved_after(h.spans, w.started_at),
							CASE WHEN t.resolved_at >= w.started_at THEN t.resolved_at END) END)
				END AS clock_ended_at
			FROM conversation AS c
			JOIN @schema@.ticket AS t ON t.ticket_id = c.ticket_id
			JOIN @schema@.ticket_policy AS p ON p.ticket_id = c.ticket_id
			LEFT JOIN @schema@.ticket_spans AS h ON h.ticket_id = c.ticket_id
			LEFT JOIN @schema@.ticket_target AS g ON g.ticket_id = c.ticket_id
			CROSS JOIN LATERAL unnest(c.waits) AS w
			CROSS JOIN @schema@.kpi_state AS s
			WHERE w.metric <> 'update' OR g.has_update
		)
		SELECT
			ended.*,
			CASE WHEN ended_at >= started_at
				THEN @extschema@.kpi_open_seconds(started_at, ended_at, hours, hours_changes,
					CASE WHEN @pause_response@ THEN paused END) END AS seconds,
			CASE
				WHEN metric = 'first_response' THEN NULL
				-- over 20 years means no target
				WHEN metric = 'next_response' AND sla_next_response > '20 years' THEN NULL
				WHEN metric = 'next_response' AND sla_next_response IS NOT NULL
				THEN ROW(@extschema@.kpi_due_at(started_at, sla_next_response,
					CASE WHEN sla_in_hours IS NOT FALSE THEN hours END, CASE WHEN sla_in_hours IS NOT FALSE THEN hours_changes END,
					paused), sla_next_response, NULL)::@extschema@.kpi_sla_due
				WHEN targets IS NOT NULL
				THEN @extschema@.kpi_first_due(targets, metric, started_at, clock_ended_at, hours, hours_changes, paused, spans)
			END AS due
		FROM ended
	) AS timed
) AS judged
