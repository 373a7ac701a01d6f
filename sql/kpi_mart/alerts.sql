-- Alerts for targets that are surely missed, and rows for bad answers.  NOTIFY sends only
-- their number: a listener needs SELECT on the tables to read more.

-- Adds new bad answers: of the tickets on the days that changed (NULL: all days), and of
-- the surveys if they changed.  The first call looks back 30 days.
CREATE FUNCTION @extschema@.kpi_note_answers(target_schema name, days date[], surveys boolean, notifies boolean) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	added bigint[];
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('UPDATE %1$I.kpi_state AS k
		SET followed_since = least((SELECT min(answered_on) FROM %1$I.kpi_followup), (k.as_of AT TIME ZONE s.time_zone)::date - 30),
			numbered = greatest(numbered, (SELECT max(followup) FROM %1$I.kpi_followup), (SELECT max(alert) FROM %1$I.kpi_alerts))
		FROM %1$I.kpi_settings AS s
		WHERE k.followed_since IS NULL', target_schema);
	EXECUTE format('WITH answer AS (
			SELECT * FROM %1$I.bad_answer WHERE source = ''survey'' AND $2
			UNION ALL
			SELECT * FROM %1$I.bad_answer WHERE source = ''ticket'' AND answered_day = ANY ($1)
			UNION ALL
			SELECT * FROM %1$I.bad_answer WHERE source = ''ticket'' AND $1 IS NULL
		), added AS (
			INSERT INTO %1$I.kpi_followup
				(followup, source, response_id, kind, score, answered_on, ticket_id, account_id, agent_id, comment)
			SELECT (SELECT numbered FROM %1$I.kpi_state) + row_number() OVER (ORDER BY answered_day, source, response_id, kind),
				source, response_id, kind, score, answered_day, ticket_id, account_id, agent_id, comment
			FROM answer AS a
			WHERE answered_day >= (SELECT followed_since FROM %1$I.kpi_state)
			-- ids of surveys and of tickets can be the same
			AND NOT EXISTS (
				SELECT FROM %1$I.kpi_followup AS f
				WHERE f.source = a.source AND f.response_id = a.response_id AND f.kind = a.kind)
			-- the same answer from the other source, added before
			AND NOT EXISTS (
				SELECT FROM %1$I.kpi_followup AS f
				WHERE f.source <> a.source AND f.ticket_id = a.ticket_id AND f.kind = a.kind)
			RETURNING followup
		)
		SELECT array_agg(followup ORDER BY followup) FROM added', target_schema)
	INTO added USING days, surveys;
	-- a number is never reused, even after its row is deleted
	IF added IS NOT NULL THEN
		EXECUTE format('UPDATE %I.kpi_state SET numbered = $1', target_schema) USING added[cardinality(added)];
	END IF;
	IF notifies THEN
		PERFORM pg_notify('kpi_followup', format('%I %s', target_schema, n)) FROM unnest(added) AS n;
	END IF;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_answers(name, date[], boolean, boolean)
IS 'internal: adds new bad answers to kpi_followup, and notifies of each';

-- Returns for each target whether it is surely missed.  Rates and scores are judged by
-- miss_evidence over the complete days since the target applies: a false alert opens at
-- most once in false_alarm_years on average, and a rate that wavers around its target
-- does not open and close an alert repeatedly.  Percentiles are judged by the share of
-- durations within the target, and counts directly.  Targets of one segment that apply
-- from the same day share a query.
CREATE FUNCTION @extschema@.kpi_missed_targets(target_schema name)
RETURNS TABLE (
	kpi text, segment jsonb, target double precision, owner text, evidence double precision, is_missed boolean,
	value double precision, low double precision, high double precision, n bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
	-- An alert closes when the evidence is below a twentieth of the threshold that opens it.
	CLOSES CONSTANT double precision := 20;
	settings record;
	today date;
	first_day date;
	goals record;
	queries text;
	own_value text;
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO STRICT settings;
	own_value := @extschema@.kpi_recorded_query(target_schema, 'own_value'::name);
	EXECUTE format('SELECT (as_of AT TIME ZONE $1)::date FROM %I.kpi_state', target_schema) INTO today USING settings.time_zone;
	-- ten years at most: a ticket dated in the year 206 must not add all the days since then
	EXECUTE format('SELECT greatest(min(day), $1 - 3653) FROM %I.ticket_daily_tally', target_schema) INTO first_day USING today;
	FOR goals IN EXECUTE format('SELECT segment, valid_from, array_agg(kpi ORDER BY kpi) AS kpis,
			array_agg(target ORDER BY kpi) AS targets, array_agg(direction ORDER BY kpi) AS directions,
			array_agg(owner ORDER BY kpi) AS owners, array_agg(false_alarm_years * 365.25 ORDER BY kpi) AS false_alarm_days
		FROM (
			SELECT t.*, max(valid_from) OVER (PARTITION BY kpi, segment) = valid_from AS is_last
			FROM %I.kpi_target AS t
			WHERE valid_from <= $1
		) AS t
		WHERE is_last AND direction <> ''range'' AND false_alarm_years IS NOT NULL
		-- a row that kpi_drop kept can name a column that is no longer a dimension
		AND segment - $2 = ''{}''
		GROUP BY segment, valid_from, kpi = ''overdue_tickets''', target_schema)
	USING today, @extschema@.kpi_slices(settings.dimensions) LOOP
		IF goals.kpis = '{overdue_tickets}' THEN
			kpi := 'overdue_tickets';
			segment := goals.segment;
			target := goals.targets[1];
			owner := goals.owners[1];
			evidence := NULL;
			EXECUTE @extschema@.kpi_recorded_query(target_schema, 'overdue_tickets'::name) INTO n
			USING NULL::date[], today, goals.segment;
			value := n;
			low := NULL;
			high := NULL;
			is_missed := CASE goals.directions[1] WHEN 'up' THEN value < target ELSE value > target END;
			RETURN NEXT;
			CONTINUE;
		END IF;
		-- so that only the tallies of these KPIs are merged
		queries := replace(@extschema@.kpi_scorecard_queries(target_schema, goals.segment, goals.segment = '{}'),
			'merged AS MATERIALIZED', 'merged AS NOT MATERIALIZED');
		RETURN QUERY EXECUTE 'WITH goal AS (
				SELECT *
				FROM unnest($5, $6, $7, $8, $9) AS g (kpi, target, direction, owner, false_alarm_days)
			), daily AS (
				SELECT * FROM (' || queries || ') AS measure WHERE kpi = ANY ($5)
			), judged AS (
				SELECT *, coalesce(
					@extschema@.miss_evidence(rate, target_pct, direction) OVER w,
					@extschema@.miss_evidence(scores, target_score, direction) OVER w,
					-- p90 is at most a time when 90 % are within it
					@extschema@.miss_evidence(within, 100 * fraction, CASE direction
						WHEN ''down'' THEN ''up'' ELSE ''down'' END::@extschema@.kpi_direction) OVER w) AS evidence
				FROM (
					-- an impossible target has no evidence: it must not stop a refresh
					SELECT *,
						CASE WHEN family = ''rate'' AND target BETWEEN 0 AND 100
							AND NOT (direction = ''up'' AND target > 0 AND target < 1) THEN target END AS target_pct,
						CASE WHEN family = ''score'' AND target BETWEEN -100 AND 100 THEN target END AS target_score,
						CASE WHEN family = ''percentile'' AND target BETWEEN 0 AND 1e9 AND @extschema@.sample_size(durations) > 0
							THEN format(''%s/%s'', round(@extschema@.share_within(durations, target * interval ''1 s'') / 100
								* @extschema@.sample_size(durations)), @extschema@.sample_size(durations))::@extschema@.kpi_rate
							END AS within
					FROM daily AS d JOIN goal AS g USING (kpi)
				) AS d
				WINDOW w AS (PARTITION BY kpi ORDER BY period)
			), lately AS (
				SELECT kpi, unit, family, fraction, (array_agg(number ORDER BY period DESC))[1] AS number,
					@extschema@.rollup(rate) AS rate, @extschema@.rollup(durations) AS durations,
					@extschema@.rollup(scores) AS scores, @extschema@.rollup(ratio) AS ratio
				FROM daily
				WHERE period > cardinality($1) - 28
				GROUP BY kpi, unit, family, fraction
			)
			SELECT g.kpi, $3, g.target, g.owner, j.evidence, CASE
					WHEN l.family = ''count'' THEN CASE g.direction WHEN ''up'' THEN v.value < g.target ELSE v.value > g.target END
					ELSE j.opened > coalesce(j.closed, 0) END,
				v.value, (v.ci).low, (v.ci).high, v.n
			FROM goal AS g
			LEFT JOIN (
				SELECT kpi, max(period) FILTER (WHERE evidence >= false_alarm_days) AS opened,
					max(period) FILTER (WHERE evidence < false_alarm_days / $10) AS closed,
					(array_agg(evidence ORDER BY period DESC))[1] AS evidence
				FROM judged
				GROUP BY kpi
			) AS j ON j.kpi = g.kpi
			-- there may be no recent answers
			LEFT JOIN lately AS l ON l.kpi = g.kpi
			CROSS JOIN LATERAL (
				SELECT
					coalesce(' || own_value || ',
						@extschema@.kpi_measure_value(family, unit, number, rate, durations, fraction, scores, ratio)) AS value,
					@extschema@.kpi_measure_ci(family, rate, durations, fraction, scores) AS ci,
					@extschema@.kpi_measure_n(family, number, rate, durations, scores, ratio) AS n
				FROM (SELECT l.*) AS m
			) AS v'
		USING ARRAY(SELECT d::date FROM generate_series(greatest(first_day, goals.valid_from), today - 1, interval '1 day') AS d),
			today, goals.segment, false, goals.kpis, goals.targets, goals.directions, goals.owners, goals.false_alarm_days, CLOSES;
	END LOOP;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_missed_targets(name)
IS 'internal: the targets of a mart for which there can be alerts, and whether each is surely missed';

-- Opens and closes alerts, and notifies of those opened.
CREATE FUNCTION @extschema@.kpi_note_alerts(target_schema name) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	missed record;
	alert bigint;
	open_alerts bigint[] := '{}';
BEGIN
	PERFORM @extschema@.kpi_require_owner(target_schema);
	FOR missed IN SELECT * FROM @extschema@.kpi_missed_targets(target_schema) AS m
		WHERE m.is_missed ORDER BY m.kpi, m.segment LOOP
		EXECUTE format('SELECT alert FROM %I.kpi_alerts WHERE kpi = $1 AND segment = $2 AND closed_at IS NULL', target_schema)
		INTO alert USING missed.kpi, missed.segment;
		IF alert IS NOT NULL THEN
			EXECUTE format('UPDATE %I.kpi_alerts SET target = $2, value = $3, low = $4, high = $5, n = $6, evidence = $7
				WHERE alert = $1 AND (target, value, n, evidence) IS DISTINCT FROM ($2, $3, $6, $7)', target_schema)
			USING alert, missed.target, missed.value, missed.low, missed.high, missed.n, missed.evidence;
		ELSE
			EXECUTE format('INSERT INTO %1$I.kpi_alerts
					(alert, kpi, segment, opened_at, target, value, low, high, n, evidence, owner)
				SELECT numbered + 1, $1, $2, as_of, $3, $4, $5, $6, $7, $8, $9
				FROM %1$I.kpi_state
				RETURNING alert', target_schema)
			INTO alert USING missed.kpi, missed.segment, missed.target, missed.value, missed.low, missed.high, missed.n,
				missed.evidence, missed.owner;
			EXECUTE format('UPDATE %I.kpi_state SET numbered = $1', target_schema) USING alert;
			PERFORM pg_notify('kpi_alert', format('%I %s', target_schema, alert));
		END IF;
		open_alerts := open_alerts || alert;
	END LOOP;
	EXECUTE format('UPDATE %1$I.kpi_alerts SET closed_at = k.as_of FROM %1$I.kpi_state AS k
		WHERE closed_at IS NULL AND alert <> ALL ($1)', target_schema)
	USING open_alerts;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_alerts(name) IS 'internal: opens and closes the alerts of a mart, and notifies of those opened';
