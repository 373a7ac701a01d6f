
-- Alerts on targets, and customers to call back: what kpi_build and kpi_refresh do
-- once they have counted.

-- Rows t of a tally table, or of open_tickets, that belong to a segment; NULL when it
-- names something that is no column of texts there.
CREATE FUNCTION @extschema@.kpi_segment_condition(relation regclass, segment jsonb)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT CASE WHEN count(*) = count(a.attname) THEN coalesce(string_agg(format('t.%I = %L', s.key, s.value), ' AND '), 'true') END
	FROM jsonb_each_text($2) AS s
	LEFT JOIN pg_attribute AS a ON a.attrelid = $1 AND a.attname = s.key AND a.atttypid = 'text'::regtype AND a.attnum > 0 AND NOT a.attisdropped;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_segment_condition(regclass, jsonb) IS 'internal: the rows of a segment';

-- A KPI of a segment, from a day up to but without another, with its interval; that
-- of a count is the count.  All NULL, with a warning, when there is no such KPI.
CREATE FUNCTION @extschema@.kpi_measured(target_schema name, kpi text, segment jsonb, since date, until date)
RETURNS @extschema@.kpi_estimate
LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	kept_by CONSTANT text := CASE WHEN segment ? 'agent_id' THEN 'agent' ELSE 'ticket' END;
	relation CONSTANT regclass := format('%I.%I', target_schema, CASE WHEN kpi = 'overdue_tickets' THEN 'open_tickets' WHEN kept_by = 'agent' THEN 'agent_daily_tally' ELSE 'ticket_daily' END)::regclass;
	condition CONSTANT text := @extschema@.kpi_segment_condition(relation, segment);
	answer text;
	found @extschema@.kpi_estimate;
BEGIN
	IF kpi = 'overdue_tickets' THEN
		answer := format('SELECT count(*), count(*), count(*), NULL FROM %s AS t WHERE t.is_breached AND (%s)', relation, condition);
	ELSE
		SELECT format('SELECT %s, %s, %s, %s FROM (SELECT %s FROM %s AS t WHERE t.day >= $1 AND t.day < $2 AND (%s)) AS d, %I.kpi_settings AS c', s.value,
				CASE s.n WHEN 'NULL::bigint' THEN s.value ELSE s.low END, CASE s.n WHEN 'NULL::bigint' THEN s.value ELSE s.high END, s.n,
				(SELECT k.merged FROM @extschema@.kpi_kept(kept_by) AS k WHERE k.name = s.measure), relation, condition, target_schema)
		INTO answer
		FROM @extschema@.kpi_scored(kept_by) AS s WHERE s.kpi = kpi_measured.kpi;
	END IF;
	IF answer IS NULL OR condition IS NULL THEN
		RAISE WARNING 'there is no KPI "%" of segment %', kpi, segment USING HINT = 'Mend that row of kpi_target: no alert can come of it.';
	ELSE
		EXECUTE answer INTO found USING since, until;
	END IF;
	RETURN found;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_measured(name, text, jsonb, date, date) IS 'internal: a KPI of a segment of a built schema, with its interval';

-- An alert is opened when the whole interval of the KPI is on the wrong side of its
-- target, and closed when the KPI itself is back: in between it stays as it is.
CREATE FUNCTION @extschema@.kpi_raise_alerts(target_schema name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	alerts CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_alerts'::name);
	settings record;
	goal record;
	alert record;
	found @extschema@.kpi_estimate;
	level text;
	is_repeated boolean;
	watched jsonb := '[]';
BEGIN
	IF alerts IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	FOR goal IN SELECT * FROM @extschema@.kpi_targets_on(target_schema, settings.complete_until - 1) AS t WHERE t.days IS NOT NULL LOOP
		IF NOT goal.is_comparable THEN
			RAISE WARNING 'schema "%" does not count % in the hours of its target', target_schema, goal.kpi;
			CONTINUE;
		END IF;
		watched := watched || jsonb_build_array(jsonb_build_array(goal.kpi, goal.segment));
		found := @extschema@.kpi_measured(target_schema, goal.kpi, goal.segment, settings.complete_until - goal.days, settings.complete_until);
		-- by the end of the interval that is nearest to the target
		level := @extschema@.kpi_target_status(
			CASE goal.direction WHEN 'up' THEN found.high WHEN 'down' THEN found.low ELSE CASE WHEN found.low > goal.high THEN found.low WHEN found.high < goal.low THEN found.high ELSE goal.low END END,
			goal.direction, goal.target, goal.warning, goal.low, goal.high);
		EXECUTE format('SELECT * FROM %s WHERE kpi = $1 AND segment = $2 ORDER BY closed_at IS NULL DESC, closed_at DESC LIMIT 1', alerts) INTO alert USING goal.kpi, goal.segment;

		IF alert.opened_at IS NOT NULL AND alert.closed_at IS NULL THEN
			is_repeated := level <> 'good' AND alert.acknowledged_at IS NULL AND settings.complete_until - alert.stepped_on >= goal.days;
			EXECUTE format('UPDATE %s SET value = $3, low = $4, high = $5, n = $6, level = $7, step = step + $8::integer, stepped_on = CASE WHEN $8 THEN $9 ELSE stepped_on END, closed_at = CASE WHEN $10 = ''good'' THEN clock_timestamp() END
					WHERE kpi = $1 AND segment = $2 AND closed_at IS NULL RETURNING *', alerts)
				INTO alert USING goal.kpi, goal.segment, coalesce(found.value, alert.value), found.low, found.high, found.n, coalesce(nullif(level, 'good'), alert.level), coalesce(is_repeated, false), settings.complete_until,
					@extschema@.kpi_target_status(found.value, goal.direction, goal.target, goal.warning, goal.low, goal.high);
			CONTINUE WHEN is_repeated IS NOT TRUE;
		ELSIF level <> 'good' THEN
			is_repeated := (alert.closed_at AT TIME ZONE settings.time_zone)::date >= settings.complete_until - goal.days;
			EXECUTE format('INSERT INTO %s (kpi, segment, opened_at, level, value, low, high, n, step, stepped_on, owner) VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *', alerts)
				INTO alert USING goal.kpi, goal.segment, level, found.value, found.low, found.high, found.n, CASE WHEN is_repeated THEN alert.step + 1 ELSE 1 END, settings.complete_until, goal.owner;
		ELSE
			CONTINUE;
		END IF;
		-- kpi_target keeps segments and owners short: a payload has less than 8000 bytes
		PERFORM pg_notify('kpi_alert', jsonb_build_object('schema', target_schema, 'kpi', alert.kpi, 'segment', alert.segment, 'level', alert.level, 'value', alert.value, 'low', alert.low, 'high', alert.high,
			'target', goal.target, 'target_low', goal.low, 'target_high', goal.high, 'step', alert.step, 'owner', left(alert.owner, 200), 'opened_at', alert.opened_at)::text);
	END LOOP;
	-- what is watched no more is not open any more
	EXECUTE format('UPDATE %s SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND NOT $1 @> jsonb_build_array(jsonb_build_array(kpi, segment))', alerts) USING watched;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_raise_alerts(name) IS 'internal: opens, escalates and closes the alerts of a built schema, and notifies kpi_alert';

-- On the given days, or on all.  Rows that the user has written in stay, whatever
-- becomes of the answer.
CREATE FUNCTION @extschema@.kpi_note_followups(target_schema name, days date[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $body$
DECLARE
	followups CONSTANT regclass := @extschema@.kpi_user_table(target_schema, 'kpi_followup'::name);
	settings record;
	since timestamptz;
	until timestamptz;
	answers text;
BEGIN
	IF followups IS NULL OR days = '{}' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT * FROM %I.kpi_settings', target_schema) INTO settings;
	since := (SELECT min(day) FROM unnest(days) AS day)::timestamp AT TIME ZONE settings.time_zone;
	until := ((SELECT max(day) FROM unnest(days) AS day) + 1)::timestamp AT TIME ZONE settings.time_zone;
	IF settings.surveys IS NULL THEN
		answers := (SELECT string_agg(format('SELECT r.ticket_id AS response_id, %L AS kind, r.%I AS score, r.resolved_at AS answered_at, r.ticket_id, r.account_id, r.agent_id FROM (%s) AS r', kind, kind || '_score', source), ' UNION ALL ')
			FROM @extschema@.kpi_rows(target_schema, 'tickets'::text, settings.time_zone, '{}'::text[], ARRAY['resolved_at'], days) AS source, unnest('{nps,csat}'::text[]) AS kind);
	ELSE
		answers := format('SELECT response_id, kind, score, answered_at, ticket_id, account_id, agent_id FROM (%s) AS r',
			@extschema@.kpi_rows(target_schema, 'surveys'::text, settings.time_zone, '{}'::text[], ARRAY['answered_at'], days));
	END IF;
	EXECUTE format('WITH found AS MATERIALIZED (
			SELECT DISTINCT ON (response_id, kind) * FROM (%2$s) AS a
			WHERE response_id IS NOT NULL AND (kind = ''nps'' AND score BETWEEN 0 AND 6 OR kind = ''csat'' AND score BETWEEN %3$s)
			AND CASE WHEN $1 IS NULL THEN @extschema@.kpi_day(answered_at, %4$L::text) IS NOT NULL ELSE @extschema@.kpi_day(answered_at, %4$L::text) = ANY ($1) END
			ORDER BY response_id, kind, answered_at DESC
		), gone AS (
			-- not by NOT EXISTS: the planner expects few, and would compare each with each
			DELETE FROM %1$s AS f USING (
				SELECT response_id, kind FROM %1$s
				WHERE num_nonnulls(owner, contacted_at, recovered, note) = 0 AND ($1 IS NULL OR answered_at >= $2 AND answered_at < $3 AND @extschema@.kpi_day(answered_at, %4$L::text) = ANY ($1))
				EXCEPT SELECT response_id, kind FROM found) AS g
			WHERE f.response_id = g.response_id AND f.kind = g.kind
		), changed AS (
			UPDATE %1$s AS f SET score = a.score, answered_at = a.answered_at, ticket_id = a.ticket_id, account_id = a.account_id, agent_id = a.agent_id FROM found AS a
			WHERE a.response_id = f.response_id AND a.kind = f.kind AND (f.score, f.answered_at, f.ticket_id, f.account_id, f.agent_id) IS DISTINCT FROM (a.score, a.answered_at, a.ticket_id, a.account_id, a.agent_id)
		)
		INSERT INTO %1$s (response_id, kind, score, answered_at, ticket_id, account_id, agent_id)
		SELECT response_id, kind, score, answered_at, ticket_id, account_id, agent_id FROM found AS a WHERE NOT EXISTS (SELECT FROM %1$s AS f WHERE f.response_id = a.response_id AND f.kind = a.kind)',
		followups, answers, CASE WHEN settings.csat_satisfied_from <= 5 THEN '1 AND 2' ELSE '0 AND 4' END, settings.time_zone)
	USING days, since, until;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_note_followups(name, date[]) IS 'internal: notes whom to call back';

CREATE FUNCTION @extschema@.kpi_after_counting(target_schema name, days date[])
RETURNS void
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT @extschema@.kpi_note_followups($1, $2);
	SELECT @extschema@.kpi_raise_alerts($1);
$body$;
COMMENT ON FUNCTION @extschema@.kpi_after_counting(name, date[]) IS 'internal: follow-ups and alerts, once the given days, or all of them, are counted';
