-- kpi_check_relation: what is wrong with a relation that kpi_build is to read.

-- condition	what makes a row wrong, over the columns as kpi_read_columns reads
--				them; it must not fail whatever they hold: nothing is added or cast
--				that could overflow, and numbers of two columns are compared as
--				numeric.  {csat_score}, {nps_score} and {ces_score} stand for the ends
--				of a scale, as in 1 AND 5; see kpi_on_scale.  NULL: another row has
--				the same column
-- severity		error when dashboards cannot be built on the relation, warning
--				when they leave the row out of the KPIs that it breaks
CREATE TABLE @extschema@.kpi_relation_checks (
	relation text,
	name text,
	severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
	columns text[] NOT NULL,
	condition text,
	advice text NOT NULL,
	PRIMARY KEY (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_relation_checks IS 'internal: what can be wrong with the rows of a relation that dashboards read, read-only; see kpi_check_tickets';
REVOKE ALL ON @extschema@.kpi_relation_checks FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_relation_checks TO PUBLIC;

INSERT INTO @extschema@.kpi_relation_checks
SELECT relation, name, severity, columns, condition, advice
FROM (VALUES
	('tickets', 'ticket_id_null', 'error', ARRAY['ticket_id'], 'ticket_id IS NULL',
	 'Give every row an id, or leave these rows out of the view.'),
	('tickets', 'ticket_id_duplicate', 'error', ARRAY['ticket_id'], NULL,
	 'Give one row for each ticket: look for a join that multiplies rows, or for versions of a ticket.'),
	('tickets', 'created_at_null', 'error', ARRAY['created_at'], 'created_at IS NULL',
	 'Leave rows that were never created out of the view, or give them the time of their first event.'),
	('tickets', 'first_response_before_created', 'warning', ARRAY['created_at', 'first_response_at'], 'first_response_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE first_response_at >= created_at).'),
	('tickets', 'resolved_before_created', 'warning', ARRAY['created_at', 'resolved_at'], 'resolved_at < created_at',
	 'Mend the times or their time zones, or ask with FILTER (WHERE resolved_at >= created_at).'),
	('tickets', 'closed_before_resolved', 'warning', ARRAY['resolved_at', 'closed_at'], 'closed_at < resolved_at',
	 'Look whether the adapter takes the last resolution and the last closing, or ask with FILTER (WHERE closed_at >= resolved_at).'),
	('tickets', 'response_after_resolution', 'info', ARRAY['first_response_at', 'resolved_at'], 'first_response_at > resolved_at',
	 'Nothing, if agents answer after the solution; otherwise look whether the adapter takes the first response and the last resolution.'),
	('tickets', 'solved_without_resolved_at', 'warning', ARRAY['resolved_at', 'solved'], 'solved AND resolved_at IS NULL',
	 'Let the adapter take another time for it, such as that of closing: these tickets have no resolution time.'),
	('tickets', 'resolved_at_while_unsolved', 'warning', ARRAY['solved', 'resolved_at'], 'NOT solved AND resolved_at IS NOT NULL',
	 'Let the adapter select CASE WHEN solved THEN resolved_at END: a ticket that was reopened is not resolved.'),
	('tickets', 'qa_points_over_possible', 'warning', ARRAY['qa_points', 'qa_possible'], 'qa_points::numeric > qa_possible::numeric',
	 'Look whether the two are swapped or on different scales, or ask with FILTER (WHERE qa_points <= qa_possible).'),
	('tickets', 'negative_cost', 'info', ARRAY['cost'], 'cost < 0',
	 'Nothing, if these are refunds; otherwise ask with FILTER (WHERE cost >= 0).'),
	('tickets', 'cost_too_precise', 'warning', ARRAY['cost'], 'cost::numeric <> round(cost::numeric, 6)',
	 'Let the adapter select round(cost, 6): sums are exact to six decimals.'),
	('tickets', 'csat_score_not_1_to_5', 'info', ARRAY['csat_score'], 'csat_score BETWEEN 0 AND 10 AND csat_score NOT BETWEEN 1 AND 5',
	 'Build with csat_satisfied_from over 5 if the scale is 0..10: on the scale 1..5 they are no scores.'),
	('tickets', 'ces_score_not_1_to_7', 'info', ARRAY['ces_score'], 'ces_score BETWEEN 0 AND 10 AND ces_score NOT BETWEEN 1 AND 7',
	 'Build with ces_easy_from over 7 if the scale is 0..10: on the scale 1..7 they are no scores.'),
	('surveys', 'score_out_of_range', 'warning', ARRAY['kind', 'score'], 'score <> trunc(score) OR CASE kind WHEN ''nps'' THEN score NOT BETWEEN {nps_score} WHEN ''ces'' THEN score NOT BETWEEN {ces_score} ELSE score NOT BETWEEN {csat_score} END',
	 'Let the adapter give NULL for codes that are no score; scores are whole numbers from 0 to 10.'),
	('surveys', 'scale_max_out_of_range', 'warning', ARRAY['scale_max'], 'scale_max NOT BETWEEN 1 AND 100',
	 'Let the adapter give the highest score that the question allows, or NULL.'),
	('work_time', 'ended_before_started', 'warning', ARRAY['started_at', 'ended_at'], 'ended_at < started_at',
	 'Mend the times or their time zones: these rows are left out.'),
	-- of infinite instants, too
	('work_time', 'longer_than_31_days', 'warning', ARRAY['started_at', 'ended_at'], 'extract(epoch FROM ended_at) - extract(epoch FROM started_at) > 31 * 86400',
	 'Let the adapter end a span when the agent leaves for the day: these rows are left out.'),
	-- or the contract would have no end
	('subscriptions', 'ends_before_it_starts', 'warning', ARRAY['ends_on', 'starts_on'], 'ends_on < starts_on',
	 'Mend the dates: these rows are left out.'))
	AS c (relation, name, severity, columns, condition, advice)
UNION ALL
-- one for each column that can have the fault
SELECT c.relation, format(fault.title, c.name), 'warning', ARRAY[c.name], format(fault.condition, c.name), format(fault.advice, c.name)
FROM (VALUES
	('{created_at,first_response_at,resolved_at,closed_at}', '%s_in_future', '%1$s > now() + interval ''1 day'' AND %1$s < ''infinity''',
	 'Mend the time or its time zone, or ask with FILTER (WHERE %s <= now()).'),
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_epoch', '%1$s >= ''1969-12-31 00:00+00'' AND %1$s <= ''1970-01-02 00:00+00''',
	 'Let the adapter select CASE WHEN %1$s > ''1970-01-02'' THEN %1$s END: the epoch stands for no time.'),
	-- infinity, too; kpi_day knows the others
	('{created_at,first_response_at,resolved_at,closed_at,updated_at}', '%s_out_of_range', '%s NOT BETWEEN ''0001-01-02 00:00+00'' AND ''9999-12-30 00:00+00''',
	 'Let the adapter give NULL for what is no time of the years 1 to 9999.'),
	('{agent_hired_on,starts_on,ends_on,renewal_due_on,month}', '%s_out_of_range', '%s NOT BETWEEN ''0001-01-01'' AND ''9999-12-31''',
	 'Let the adapter give NULL for what is no day of the years 1 to 9999.'),
	-- or so large that it is no bigint, as NaN is, when it is of another type
	('{contacts,agent_replies,customer_replies,teammates,closes,reopens}', '%s_out_of_range', '%1$s < 0 OR %1$s > 9223372036854775807',
	 'Mend the count, or ask with FILTER (WHERE %s >= 0).'),
	('{qa_points,qa_possible}', 'negative_%s', '%s < 0',
	 'Mend the points, or ask with FILTER (WHERE %s >= 0).'),
	('{talk_time,hold_time,wrap_time,handle_time,wait_time,paused_time,sla_response,sla_resolution}', 'negative_%s', '%s < ''0''',
	 'Mend the duration, or ask with FILTER (WHERE %s >= ''0'').'),
	('{talk_time,hold_time,wrap_time,handle_time,wait_time}', '%s_too_long', '%s > ''20 years''',
	 'Mend the duration, or ask with FILTER (WHERE %s <= ''20 years'').'),
	('{sla_response,sla_resolution}', '%s_placeholder', '%s > ''20 years''',
	 'Let the adapter select CASE WHEN %1$s <= ''20 years'' THEN %1$s END: a date so far off stands for no target.'),
	-- NaN and infinity, too, in every type of numbers; as many as there can be of the others are summed exactly
	('{qa_points,qa_possible,cost,sentiment,mrr,value,amount}', '%s_out_of_range', '%s NOT BETWEEN -1e15 AND 1e15',
	 'Let the adapter give NULL for what is no number up to 1e15.'),
	('{csat_score,nps_score,ces_score}', '%s_out_of_range', '%1$s NOT BETWEEN {%1$s} OR %1$s <> trunc(%1$s)',
	 'Let the adapter give NULL for codes that are no score, or ask with FILTER (WHERE %s BETWEEN 0 AND 10); scores are whole numbers.'))
	AS fault (columns, title, condition, advice) JOIN @extschema@.kpi_contract AS c ON c.name = ANY (fault.columns::text[])
UNION ALL
-- of other relations than tickets, which are nothing without
SELECT relation, name || '_null', 'warning', ARRAY[name], format('%I IS NULL', name), 'Give every row one, or leave these rows out of the view.'
FROM @extschema@.kpi_contract
WHERE required AND relation <> 'tickets';

-- A condition of kpi_relation_checks for scores on one of two scales: the threshold
-- from which customers are satisfied, or things easy, tells which.  0..10 without.
CREATE FUNCTION @extschema@.kpi_on_scale(condition text, csat_satisfied_from integer, ces_easy_from integer)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT replace(replace(replace($1, '{csat_score}', CASE WHEN $2 <= 5 THEN '1 AND 5' ELSE '0 AND 10' END),
		'{ces_score}', CASE WHEN $3 <= 7 THEN '1 AND 7' ELSE '0 AND 10' END), '{nps_score}', '0 AND 10');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_on_scale(text, integer, integer) IS 'internal: a check of scores, for the scale that a schema is built for';

-- not the columns of the result, but those of the tables are meant below
CREATE FUNCTION @extschema@.kpi_check_relation(relation regclass, contract text)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
#variable_conflict use_column
DECLARE
	source text;
	id text;
	names text[];
	counts bigint[];
	examples text[];
	calls text;
	bad text;
	lone record;
BEGIN
	IF NOT EXISTS (SELECT FROM @extschema@.kpi_contract AS c WHERE c.relation = $2) THEN
		RAISE EXCEPTION 'dashboards read no relation "%"', $2
			USING ERRCODE = 'invalid_parameter_value', HINT = format('They read %s.', (SELECT string_agg(DISTINCT c.relation, ', ') FROM @extschema@.kpi_contract AS c));
	END IF;
	-- the relation as those see it who know only the columns of the contract
	SELECT format('(SELECT %s FROM %s AS t) AS r', string_agg(format('%s AS %I', expression, name), ', '), relation),
		   coalesce(min(name) FILTER (WHERE position = 1), 'NULL') || '::text COLLATE "C"'
	INTO source, id
	FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL
	AND (position = 1 OR name IN (SELECT unnest(columns) FROM @extschema@.kpi_relation_checks WHERE relation = $2));

	-- One scan: a right row is asked each question once, a wrong one again to be counted.
	SELECT array_agg(c.name ORDER BY c.name), string_agg(format('(%s)', s.condition), ' OR '),
		   format('ARRAY[%s], ARRAY[%s]', string_agg(format('count(*) FILTER (WHERE %s)', s.condition), ', ' ORDER BY c.name),
				  string_agg(format('left(min(%s) FILTER (WHERE %s), 100)', id, s.condition), ', ' ORDER BY c.name))
	INTO names, bad, calls
	FROM @extschema@.kpi_relation_checks AS c, LATERAL @extschema@.kpi_on_scale(c.condition, NULL::integer, NULL::integer) AS s (condition)
	WHERE c.relation = $2 AND s.condition IS NOT NULL
	AND columns <@ ARRAY(SELECT name FROM @extschema@.kpi_read_columns($1, $2) WHERE expression IS NOT NULL);
	IF names IS NOT NULL THEN
		EXECUTE format('SELECT %s FROM %s WHERE %s', calls, source, bad) INTO counts, examples;
	END IF;

	-- and one for each column that tells rows apart
	FOR lone IN
		SELECT c.name, r.name AS key
		FROM @extschema@.kpi_relation_checks AS c
		JOIN @extschema@.kpi_read_columns($1, $2) AS r ON c.columns = ARRAY[r.name] AND r.expression IS NOT NULL
		WHERE c.relation = $2 AND condition IS NULL
	LOOP
		names := names || lone.name;
		EXECUTE format(
			'SELECT $1 || coalesce(sum(n), 0)::bigint, $2 || left(min(key), 100)
			 FROM (SELECT %1$I::text COLLATE "C", count(*) FROM %2$s WHERE %1$I IS NOT NULL GROUP BY 1 HAVING count(*) > 1) AS twice (key, n)', lone.key, source)
		INTO counts, examples USING counts, examples;
	END LOOP;

	RETURN QUERY
	WITH kpis (kpi, needs) AS (
		-- what a KPI needs is in its example, in the innermost query but for the names that it gives
		SELECT k.name, word
		FROM @extschema@.kpi_catalogue AS k, regexp_split_to_table(regexp_replace(k.example, '.*SELECT | AS \w+', '', 'g'), '\W+') AS word
		WHERE k.example ~ format('\mFROM %s\M', $2)
		UNION
		-- tickets may hold the scores of surveys, and what verdicts are made of
		SELECT k.name, substring(k.example FROM 'FROM surveys WHERE kind = ''(\w+)''') || '_score'
		FROM @extschema@.kpi_catalogue AS k
		WHERE k.family = 'scores'
		UNION
		SELECT 'sla_rate', unnest(ARRAY['sla_response', 'sla_resolution', 'sla_resolution_met', 'hours'])
	), columns AS (
		SELECT r.*, (SELECT string_agg(DISTINCT kpi, ', ') FROM kpis WHERE needs = r.name AND r.actual IS NULL) AS kpis
		FROM @extschema@.kpi_read_columns($1, $2) AS r
	), findings ("check", severity, rows, example, advice, position) AS (
		SELECT 'missing_column', 'error', NULL::bigint, name,
			   format('Select it, as %s: no KPI can do without it.', type), position
		FROM columns WHERE actual IS NULL AND required
		UNION ALL
		SELECT 'missing_column', 'info', NULL, name,
			   CASE WHEN kpis IS NULL THEN 'Select it if there is such a thing: no KPI is NULL without it, but nothing can be grouped by it.'
					ELSE format('Select it, as %s, if there is such a thing: without it these KPIs are NULL or lack a part: %s.', type, kpis) END, position
		FROM columns WHERE actual IS NULL AND NOT required
		UNION ALL
		SELECT 'wrong_type', 'error', NULL, name,
			   format(CASE WHEN actual NOT IN ('smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric') THEN 'It is %s: let the adapter select %I::%s.'
						   WHEN type = 'interval' THEN 'It is %s: let the adapter select from_seconds(%I), or from_minutes or from_hours.'
						   WHEN type = 'timestamptz' THEN 'It is %s: let the adapter select to_timestamp(%I), if it counts seconds since 1970.'
						   WHEN type = 'boolean' THEN 'It is %s: let the adapter select %I <> 0.'
						   ELSE 'It is %s: let the adapter select %I as %s.' END, actual, name, type), position
		FROM columns WHERE actual IS NOT NULL AND expression IS NULL
		UNION ALL
		SELECT CASE actual WHEN 'timestamp' THEN 'timestamp_without_zone' ELSE 'other_type' END, 'info', NULL, name,
			   CASE actual
					WHEN 'timestamp' THEN format('It is read as UTC: if it is of another zone, let the adapter select %I AT TIME ZONE that zone.', name)
					WHEN 'date' THEN 'It is read as midnight UTC, so that durations are whole days: let the adapter select the time if there is one.'
					ELSE format('It is %s and read as %s: to use it in KPIs yourself, write %I::%2$s.', actual, type, name) END, position
		FROM columns WHERE expression IS NOT NULL AND actual <> type
		-- numbers take each other''s place, but no count takes a fraction
		AND (type IN ('text', 'timestamptz', 'interval') OR type = 'bigint' AND actual IN ('real', 'double precision', 'numeric'))
		UNION ALL
		SELECT c.name, c.severity, counts[n], examples[n], c.advice, 0
		FROM unnest(names) WITH ORDINALITY AS found (name, n)
		JOIN @extschema@.kpi_relation_checks AS c ON c.relation = $2 AND c.name = found.name
		WHERE counts[n] > 0
	)
	SELECT f.check, f.severity, f.rows, f.example, f.advice
	FROM findings AS f
	ORDER BY array_position(ARRAY['error', 'warning', 'info'], f.severity), f.check COLLATE "C", f.position;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_relation(regclass, text) IS 'kpi_check_tickets for any relation that dashboards read, by the name that the argument of kpi_build has, such as ''costs''';

CREATE FUNCTION @extschema@.kpi_check_tickets(relation regclass)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE sql STABLE STRICT PARALLEL RESTRICTED ROWS 20
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT * FROM @extschema@.kpi_check_relation($1, 'tickets');
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_tickets(regclass) IS 'what is missing in a table or view of tickets, or impossible in its rows, and what to do about it; nothing when all is well';
