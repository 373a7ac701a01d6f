-- kpi_check_tickets and kpi_check_relation: find what is missing or impossible in a
-- relation for kpi_build, and give advice.

-- condition	true for a row with the finding.  It is over the columns of the
--				contract, as kpi_read_columns reads them, NULL where missing, and
--				changed_at: loaded_at, without such a column updated_at.  It must
--				never raise an error: it adds and casts nothing that could overflow.
--				The cheapest comparison comes first.  NULL: rows that share an id.
-- columns		the check is left out unless the relation has all of them
-- severity		error: kpi_build refuses the relation.  warning: rows are left out of
--				a KPI or counted wrongly.  info: worth knowing.
CREATE TABLE @extschema@.kpi_relation_checks (
	relation text,
	name text,
	severity text NOT NULL CHECK (severity IN ('error', 'warning', 'info')),
	columns text[] NOT NULL,
	kpis text[],
	condition text,
	advice text NOT NULL,
	PRIMARY KEY (relation, name)
);
COMMENT ON TABLE @extschema@.kpi_relation_checks
IS 'what kpi_check_relation looks for in the rows of a relation; read-only';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.relation IS 'name of the relation in kpi_contract';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.name IS 'name of the check';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.severity
IS 'error: kpi_build refuses the relation; warning: rows are left out of a KPI or counted wrongly; info: worth knowing';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.columns IS 'the check is left out unless the relation has all these columns';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.kpis
IS 'KPIs that exclude rows with the finding, as in ticket.excluded and kpi_coverage';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.condition
IS 'true for a row with the finding; NULL when it is a repeated id';
COMMENT ON COLUMN @extschema@.kpi_relation_checks.advice IS 'what to do about it';
REVOKE ALL ON @extschema@.kpi_relation_checks FROM PUBLIC;
GRANT SELECT ON @extschema@.kpi_relation_checks TO PUBLIC;

-- checks of one kind of row
INSERT INTO @extschema@.kpi_relation_checks (relation, name, severity, columns, kpis, condition, advice)
VALUES
	('tickets', 'ticket_id_null', 'warning', '{ticket_id}', NULL, 'ticket_id IS NULL',
	 'No KPI counts these rows. Select an id for each ticket, or leave the rows out of the view.'),
	('tickets', 'ticket_id_too_long', 'warning', '{ticket_id}', NULL, 'octet_length(ticket_id::text) > 1000',
	 'No KPI counts these rows. Select an id of at most 1,000 bytes, such as md5(ticket_id).'),
	('tickets', 'ticket_id_duplicate', 'error', '{ticket_id}', NULL, NULL,
	 'kpi_build refuses the tickets, unless accept_errors => true makes it count one row of each id. Look for a join that '
	 'repeats rows, or for several versions of a ticket.'),
	('tickets', 'created_at_null', 'warning', '{created_at}', '{tickets,response,sla_response,resolution,sla_resolution}',
	 'created_at IS NULL', 'Select the time of the first event of the ticket.'),
	('tickets', 'solved_null', 'warning', '{solved,resolved_at}', NULL, 'solved IS NULL AND resolved_at IS NOT NULL',
	 'These tickets count as resolved, because resolved_at is set. Select true where the ticket is resolved now and false where '
	 'it was reopened; if the source does not have it, leave the column solved out of the view.'),
	('tickets', 'solved_without_resolved_at', 'warning', '{solved,resolved_at}', '{sla_resolution}',
	 'solved AND resolved_at IS NULL AND resolution_time IS NULL',
	 'Unless status changes give it, these tickets have no resolution time, and count on the day of closing or creation. '
	 'Select the time of another event, such as the closing.'),
	('tickets', 'first_resolved_after_resolved', 'info', '{first_resolved_at,resolved_at}', NULL,
	 'solved IS NOT FALSE AND @extschema@.kpi_instant(first_resolved_at) > @extschema@.kpi_instant(resolved_at)',
	 'Check whether the two columns are exchanged: resolved_at is the last resolution.'),
	('tickets', 'merged_into_itself', 'warning', '{ticket_id,merged_into}', NULL,
	 'merged_into::text COLLATE "C" = ticket_id::text COLLATE "C"',
	 'No KPI counts a merged ticket. Select nullif(merged_into, ticket_id).'),
	('tickets', 'status_unknown', 'warning', '{status}', NULL,
	 'status NOT IN (''new'', ''open'', ''bot'', ''pending'', ''on_hold'', ''solved'', ''closed'')',
	 'Map the status of the helpdesk to one of new, open, bot, pending, on_hold, solved and closed. Only pending tickets are '
	 'counted as waiting for the customer.'),
	('tickets', 'opened_by_unknown', 'warning', '{opened_by}', NULL, 'opened_by NOT IN (''customer'', ''agent'', ''bot'', ''system'')',
	 'Select customer, agent, bot or system, or NULL where it is not known: then it is taken from the messages.'),
	('tickets', 'agent_hired_on_out_of_range', 'warning', '{agent_hired_on}', NULL,
	 'agent_hired_on NOT BETWEEN ''0001-01-01'' AND ''9999-12-31''',
	 'The view new_agent_ramp ignores these days. Select NULL for a day that is not known.'),
	('tickets', 'bot_outcome_without_bot', 'warning', '{bot_handled}', NULL,
	 'bot_handled IS NOT TRUE AND (bot_resolved OR bot_escalated OR bot_accepted)',
	 'The KPIs of bots ignore these tickets. Select true as bot_handled where a bot talked to the customer.'),
	('tickets', 'bot_escalation_right_without_escalation', 'warning', '{bot_escalated,bot_escalation_right}', NULL,
	 'bot_handled AND bot_escalated IS NOT TRUE AND bot_escalation_right',
	 'bot_escalation_accuracy ignores these tickets. Select true as bot_escalated where the bot handed the ticket over.'),
	('tickets', 'handle_time_sum_out_of_range', 'warning', '{}', '{handle}',
	 'handle_time IS NULL AND CASE WHEN (talk_time BETWEEN ''0'' AND ''20 years'') IS NOT FALSE'
	 ' AND (hold_time BETWEEN ''0'' AND ''20 years'') IS NOT FALSE AND (wrap_time BETWEEN ''0'' AND ''20 years'') IS NOT FALSE'
	 ' THEN coalesce(talk_time, ''0'') + coalesce(hold_time, ''0'') + coalesce(wrap_time, ''0'') > ''20 years'' END',
	 'Correct talk_time, hold_time and wrap_time or their unit: their sum is greater than 20 years.'),
	('tickets', 'csat_score_off_scale', 'warning', '{csat_score}', '{csat}',
	 'csat_score <> trunc(csat_score) OR csat_score NOT BETWEEN CASE WHEN coalesce(scale_max, 5) = 10 THEN 0 ELSE 1 END'
	 ' AND coalesce(scale_max, 5)',
	 'Select NULL for codes that are not scores, and the highest score of the scale as scale_max, which is 5 when NULL. A mart built with '
	 'csat_satisfied_from over 5 counts scores from 0 to 10.'),
	('tickets', 'scale_max_unknown', 'warning', '{csat_score,scale_max}', '{csat}',
	 'csat_score IS NOT NULL AND scale_max NOT IN (2, 3, 4, 5, 7, 10)',
	 'Select the highest score of the scale: 2, 3, 4, 5, 7 or 10. For another scale, build with csat_satisfied_from.'),
	('tickets', 'nps_score_off_scale', 'warning', '{nps_score}', '{nps}',
	 'nps_score <> trunc(nps_score) OR nps_score NOT BETWEEN 0 AND 10',
	 'Select NULL for codes that are not scores: scores are whole numbers from 0 to 10.'),
	('tickets', 'ces_score_off_scale', 'warning', '{ces_score}', '{ces}',
	 'ces_score <> trunc(ces_score) OR ces_score NOT BETWEEN 1 AND 7',
	 'Select NULL for codes that are not scores: scores are whole numbers from 1 to 7. A mart built with ces_easy_from over 7 counts '
	 'scores from 0 to 10.'),
	('tickets', 'qa_out_of_range', 'warning', '{qa_possible}', '{qa}',
	 'qa_possible NOT BETWEEN 0 AND 1e9 OR qa_possible IS NOT NULL AND qa_points NOT BETWEEN 0 AND 1e9',
	 'Correct qa_points and qa_possible: they are 0 to 1,000,000,000.'),
	('tickets', 'qa_points_without_possible', 'warning', '{qa_points,qa_possible}', NULL,
	 'qa_points IS NOT NULL AND qa_possible IS NULL',
	 'qa ignores these reviews. Select the highest possible points as qa_possible.'),
	('tickets', 'qa_points_over_possible', 'info', '{qa_points,qa_possible}', NULL,
	 'qa_points BETWEEN 0 AND 1e9 AND qa_possible BETWEEN 0 AND 1e9 AND qa_points > qa_possible',
	 'These reviews count as over 100 %. Check whether the two columns are exchanged or have different scales.'),
	('tickets', 'cost_out_of_range', 'warning', '{cost}', '{cost}', 'cost NOT BETWEEN -1e9 AND 1e9',
	 'Correct the cost, or select NULL: it is -1,000,000,000 to 1,000,000,000.'),
	('tickets', 'sentiment_out_of_range', 'warning', '{sentiment}', '{sentiment}', 'sentiment NOT BETWEEN -1 AND 1',
	 'Divide by the highest value of the scale, so that the sentiment is -1 to 1.'),

	('surveys', 'response_id_duplicate', 'error', '{response_id}', NULL, NULL,
	 'kpi_build refuses the surveys, unless accept_errors => true makes it count one row of each id. Look for a join that '
	 'repeats rows, or for several versions of an answer.'),
	('surveys', 'ticket_id_too_long', 'warning', '{ticket_id}', NULL, 'octet_length(ticket_id::text) > 1000',
	 'These rows are left out. Select NULL, or an id of at most 1,000 bytes, such as md5(ticket_id).'),
	('surveys', 'response_id_too_long', 'warning', '{response_id}', NULL, 'octet_length(response_id) > 1000',
	 'These rows are left out. Select an id of at most 1,000 bytes, such as md5(response_id).'),
	('surveys', 'ces_on_another_scale', 'warning', '{kind,score,scale_max}', NULL,
	 'kind = ''ces'' AND score IS NOT NULL AND scale_max <> 7',
	 'Effort has one scale in a mart, 1 to 7 unless it is built with ces_easy_from over 7: these scores are ignored.'),
	('surveys', 'kind_unknown', 'warning', '{kind}', NULL, 'kind NOT IN (''nps'', ''csat'', ''ces'')',
	 'These rows are ignored. Select nps, csat or ces.'),
	('surveys', 'answered_before_sent', 'warning', '{sent_at,answered_at}', NULL,
	 '@extschema@.kpi_instant(answered_at) < @extschema@.kpi_instant(sent_at)',
	 'The answer counts on the day of the sending. Correct the times or their time zones.'),
	('surveys', 'score_off_scale', 'warning', '{kind,score}', NULL,
	 'score <> trunc(score) OR CASE kind'
	 ' WHEN ''nps'' THEN score NOT BETWEEN 0 AND 10'
	 ' WHEN ''ces'' THEN score NOT BETWEEN CASE WHEN scale_max = 10 THEN 0 ELSE 1 END AND coalesce(scale_max, 7)'
	 ' WHEN ''csat'' THEN score NOT BETWEEN CASE WHEN scale_max = 10 THEN 0 ELSE 1 END AND coalesce(scale_max, 5) END',
	 'Select NULL for codes that are not scores, and the highest score of the scale as scale_max.'),
	('surveys', 'scale_max_unknown', 'warning', '{score,scale_max}', NULL,
	 'score IS NOT NULL AND scale_max NOT IN (2, 3, 4, 5, 7, 10)',
	 'Select the highest score of the scale: 2, 3, 4, 5, 7 or 10.'),
	('messages', 'author_unknown', 'warning', '{author}', NULL, 'author NOT IN (''customer'', ''agent'', ''bot'', ''system'')',
	 'These messages are ignored. Select customer, agent, bot or system.'),
	('status_changes', 'status_unknown', 'warning', '{status}', NULL,
	 'status NOT IN (''new'', ''open'', ''bot'', ''pending'', ''on_hold'', ''solved'', ''closed'')',
	 'The tickets count as open while they have this status. Map it to new, open, bot, pending, on_hold, solved or closed, and '
	 'select the name that the helpdesk has for it as source_status.'),
	('status_changes', 'previous_status_unknown', 'warning', '{previous_status}', NULL,
	 'previous_status NOT IN (''new'', ''open'', ''bot'', ''pending'', ''on_hold'', ''solved'', ''closed'')',
	 'Map it to new, open, bot, pending, on_hold, solved or closed, as status.'),
	('status_changes', 'changed_by_unknown', 'info', '{changed_by}', NULL,
	 'changed_by NOT IN (''customer'', ''agent'', ''bot'', ''system'')',
	 'Select customer, agent, bot or system, or NULL where it is not known.'),
	('sla_targets', 'metric_unknown', 'warning', '{metric}', NULL,
	 'metric NOT IN (''first_response'', ''next_response'', ''update'', ''resolution'')',
	 'These targets are ignored. Select first_response, next_response, update or resolution.'),
	('sla_targets', 'target_negative', 'warning', '{target}', NULL, 'target < ''0''',
	 'These targets are ignored. Select a target of at least 0, or leave the row out.'),
	('sla_targets', 'target_over_20_years', 'info', '{target}', NULL, 'target > ''20 years''',
	 'It counts as none, and takes earlier targets away. If it is a target, correct its unit.'),
	('sla_targets', 'target_may_need_hours', 'info', '{target}', NULL,
	 'in_hours IS NOT FALSE AND target BETWEEN ''0'' AND ''20 years'' AND date_trunc(''day'', target) <> ''0''',
	 'A target in days has no verdict where business hours apply. Then select it in hours, such as 8 hours for a working day, or '
	 'select false as in_hours.'),
	('sla_targets', 'pausing_status_unknown', 'warning', '{pausing_statuses}', NULL,
	 'NOT pausing_statuses <@ ''{new,open,bot,pending,on_hold,solved,closed}''',
	 'The clock does not pause in this status. Select statuses among new, open, bot, pending, on_hold, solved and closed.'),
	('work_time', 'ended_before_started', 'warning', '{started_at,ended_at}', NULL,
	 '@extschema@.kpi_instant(ended_at) < @extschema@.kpi_instant(started_at)',
	 'These rows are left out. Correct the times or their time zones.'),
	('work_time', 'longer_than_24_hours', 'warning', '{started_at,ended_at}', NULL,
	 '@extschema@.kpi_instant(ended_at) > @extschema@.kpi_instant(started_at) + interval ''24 hours''',
	 'These rows are left out. End a span when the agent stops for the day.'),
	('work_time', 'state_unknown', 'warning', '{state}', NULL,
	 'state NOT IN (''scheduled'', ''paid'', ''working'', ''busy'', ''waiting'')',
	 'These rows are left out. Select scheduled, paid, working, busy or waiting.'),
	('subscriptions', 'ends_before_it_starts', 'warning', '{starts_on,ends_on}', NULL, 'ends_on < starts_on',
	 'These rows are left out. Correct the days: ends_on is the first day without the contract.');

-- checks of instants and durations of tickets
INSERT INTO @extschema@.kpi_relation_checks (relation, name, severity, columns, kpis, condition, advice)
SELECT 'tickets', format(fault.name, c.name), 'warning', ARRAY[c.name] || fault.columns, CASE WHEN fault.excludes THEN c.kpis END,
	concat_ws(' AND ', c.matters, replace(fault.condition, '{column}', c.name)), fault.advice
FROM (VALUES
	-- matters: where the column is used at all
	('instant', 'created_at', '{tickets,response,sla_response,resolution,sla_resolution}'::text[], NULL),
	('instant', 'first_response_at', '{response,sla_response}', NULL),
	('instant', 'first_resolved_at', NULL, NULL),
	('instant', 'resolved_at', '{resolution,sla_resolution}', 'solved IS NOT FALSE'),
	('instant', 'closed_at', NULL, NULL),
	('instant', 'handed_off_at', NULL, NULL),
	('duration', 'response_time', '{response,sla_response}', NULL),
	('duration', 'resolution_time', '{resolution,sla_resolution}', 'solved IS NOT FALSE'),
	('duration', 'wait_time', '{wait}', 'abandoned IS NOT TRUE'),
	('duration', 'handle_time', '{handle}', NULL),
	('duration', 'talk_time', '{handle}', 'handle_time IS NULL'),
	('duration', 'hold_time', '{handle}', 'handle_time IS NULL'),
	('duration', 'wrap_time', '{handle}', 'handle_time IS NULL'),
	('duration', 'new_time', NULL, NULL),
	('duration', 'open_time', NULL, NULL),
	('duration', 'pending_time', NULL, NULL),
	('duration', 'on_hold_time', NULL, NULL),
	('count', 'contacts', '{fcr}', NULL),
	('count', 'agent_messages', '{fcr}', NULL),
	('count', 'agent_replies', '{fcr}', NULL),
	('count', 'customer_replies', '{fcr}', NULL),
	('count', 'teammates', '{fcr}', NULL),
	('count', 'closes', '{fcr}', NULL),
	('count', 'reopens', '{fcr,reopen}', NULL),
	('target', 'sla_response', '{sla_response}', NULL),
	('target', 'sla_next_response', NULL, NULL),
	('target', 'sla_resolution', '{sla_resolution}', NULL))
	AS c (kind, name, kpis, matters)
JOIN (VALUES
	('instant', '%s_out_of_range', '{}'::text[], true,
	 '{column} NOT BETWEEN ''1970-01-03 00:00+00'' AND ''9999-12-30 00:00+00'' AND @extschema@.kpi_instant({column}) IS NULL',
	 'Select NULL for a time that is not known: infinity, the epoch and years outside 1 to 9999 are read as NULL.'),
	('instant', '%s_before_created', '{created_at}', true,
	 '{column} < created_at AND @extschema@.kpi_instant({column}) < @extschema@.kpi_instant(created_at)',
	 'A time before the creation is ignored. Correct the times or their time zones.'),
	('instant', '%s_in_future', '{}', false,
	 '{column} > (SELECT now() + interval ''1 day'') AND @extschema@.kpi_instant({column}) IS NOT NULL',
	 'The ticket counts on a day in the future. Correct the time or its time zone.'),
	('duration', '%s_out_of_range', '{}', true, '{column} NOT BETWEEN ''0'' AND ''20 years''',
	 'Correct the duration or its unit: it is negative or greater than 20 years.'),
	('count', '%s_out_of_range', '{}', true, '{column} < 0', 'Correct the count, or select NULL: it is negative.'),
	('target', '%s_negative', '{}', true, '{column} < ''0''', 'Select a target of at least 0, or NULL for no target.'),
	-- a verdict in business hours needs a target in hours
	('target', '%s_in_days', '{hours}', true, 'hours IS NOT NULL AND sla_in_hours IS NOT FALSE AND {column} BETWEEN ''0'' AND ''20 years'''
	 ' AND date_trunc(''day'', {column}) <> ''0''',
	 'A target in days has no verdict where business hours apply. Select it in hours, such as 8 hours for a working day, or select '
	 'false as sla_in_hours.'))
	AS fault (kind, name, columns, excludes, condition, advice) ON fault.kind = c.kind
WHERE format(fault.name, c.name) <> 'created_at_before_created';

INSERT INTO @extschema@.kpi_relation_checks (relation, name, severity, columns, condition, advice)
-- the same targets, where business hours depend on the arguments of kpi_build
SELECT 'tickets', name || '_may_need_hours', 'info', ARRAY[name],
	replace('hours IS NULL AND sla_in_hours IS NOT FALSE AND {column} BETWEEN ''0'' AND ''20 years'''
	' AND date_trunc(''day'', {column}) <> ''0''', '{column}', name),
	'A target in days has no verdict in a mart that has business hours. Then select it in hours, such as 8 hours for a working day, '
	'or select false as sla_in_hours.'
FROM unnest('{sla_response,sla_next_response,sla_resolution}'::text[]) AS name
UNION ALL
SELECT 'tickets', name || '_over_20_years', 'info', ARRAY[name], format('%s > ''20 years''', name),
	'It counts as no target. Select NULL for no target, or correct its unit.'
FROM unnest('{sla_response,sla_next_response,sla_resolution}'::text[]) AS name
UNION ALL
SELECT relation, name || '_too_long', 'warning', ARRAY[name], format('octet_length(%I) > 1000', name),
	format('%s Select an id of at most 1,000 bytes, such as md5(%I).',
		CASE WHEN required OR relation = 'help_sessions' THEN 'These rows are left out.' ELSE 'It counts as NULL.' END, name)
FROM @extschema@.kpi_contract WHERE name = ANY (@extschema@.kpi_text_ids())
UNION ALL
-- the other relations leave out rows without a required value
SELECT relation, name || '_null', 'warning', ARRAY[name], format('%I IS NULL', name),
	'These rows are left out. Select a value, or leave the rows out of the view.'
FROM @extschema@.kpi_contract WHERE required AND relation <> 'tickets'
UNION ALL
SELECT c.relation, format(fault.name, c.name), 'warning', ARRAY[c.name], replace(fault.condition, '{column}', c.name), fault.advice
FROM @extschema@.kpi_contract AS c
JOIN (VALUES
	('timestamptz', '%s_out_of_range',
	 '{column} NOT BETWEEN ''1970-01-03 00:00+00'' AND ''9999-12-30 00:00+00'' AND @extschema@.kpi_instant({column}) IS NULL',
	 'Select NULL for a time that is not known: infinity, the epoch and years outside 1 to 9999 are read as NULL.'),
	('timestamptz', '%s_in_future', '{column} > (SELECT now() + interval ''1 day'') AND @extschema@.kpi_instant({column}) IS NOT NULL',
	 'The row counts on a day in the future. Correct the time or its time zone.'),
	('date', '%s_out_of_range', '{column} NOT BETWEEN ''0001-01-01'' AND ''9999-12-31''',
	 'Select NULL for a day that is not known.'),
	('numeric', '%s_out_of_range', '{column} NOT BETWEEN -1e12 AND 1e12',
	 'The amount is ignored. Correct it: it is -1,000,000,000,000 to 1,000,000,000,000.'),
	('double precision', '%s_out_of_range', '{column} NOT BETWEEN -1e12 AND 1e12',
	 'The value is ignored. Correct it: it is -1,000,000,000,000 to 1,000,000,000,000.'))
	AS fault (type, name, condition, advice) ON fault.type = c.type
WHERE c.relation <> 'tickets' AND c.name <> 'loaded_at'
UNION ALL
-- changes that kpi_refresh does not find
SELECT relation, format(fault.name, 'changed_at'), 'warning', '{changed_at}', fault.condition, fault.advice
FROM (SELECT DISTINCT relation FROM @extschema@.kpi_contract) AS c
CROSS JOIN (VALUES
	('%s_null', 'changed_at IS NULL',
	 'Select a value as loaded_at (without that column: updated_at). Only kpi_refresh with full => true finds changes of these rows.'),
	('%s_out_of_range',
	 'changed_at NOT BETWEEN ''1970-01-03 00:00+00'' AND ''9999-12-30 00:00+00'' AND @extschema@.kpi_instant(changed_at) IS NULL',
	 'Correct loaded_at (without that column: updated_at). kpi_refresh reads these rows each time, or never.'),
	('%s_in_future', 'changed_at > (SELECT now() + interval ''1 day'') AND @extschema@.kpi_instant(changed_at) IS NOT NULL',
	 'Correct loaded_at (without that column: updated_at) or its time zone. Until then, each kpi_refresh reads these rows again.'))
	AS fault (name, condition, advice);

-- The name of the column by which kpi_refresh finds changed rows; NULL without one.
CREATE FUNCTION @extschema@.kpi_change_column(relation regclass, contract text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	SELECT name FROM @extschema@.kpi_read_columns($1, $2)
	WHERE expression IS NOT NULL AND (name IN ('loaded_at', 'updated_at')
		OR name IN ('at', 'applies_from') AND $2 = ANY (@extschema@.kpi_event_contracts()))
	ORDER BY array_position('{loaded_at,updated_at}'::text[], name) LIMIT 1;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_change_column(regclass, text)
IS 'internal: the column of a relation by which kpi_refresh finds changed rows';

-- Findings about the columns of a relation.
CREATE FUNCTION @extschema@.kpi_check_columns(relation regclass, contract text)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $body$
	WITH columns AS (
		SELECT r.*, c.used_by, c.alternatives,
			CASE r.type WHEN 'key' THEN 'an id' WHEN 'score' THEN 'a number' ELSE r.type END AS type_name
		FROM @extschema@.kpi_read_columns($1, $2) AS r
		JOIN @extschema@.kpi_contract AS c ON c.relation = $2 AND c.name = r.name
	), findings ("check", severity, example, advice, position) AS (
		SELECT 'missing_column', 'error', name, format('The relation must have this column. Select it as %s.', type_name), position
		FROM columns WHERE actual IS NULL AND required
		UNION ALL
		SELECT 'missing_column', 'info', name,
			format('Select it as %s, if the source has it. Without it, this is NULL or incomplete: %s.', type_name, used_by), position
		FROM columns AS c
		WHERE actual IS NULL AND NOT required AND used_by IS NOT NULL
		AND NOT EXISTS (SELECT FROM columns AS o WHERE o.name = ANY (c.alternatives) AND o.expression IS NOT NULL)
		UNION ALL
		SELECT 'wrong_type', 'error', name, format('It is %s and cannot be read as %s. %s', actual, type_name,
			CASE
				WHEN actual NOT IN ('smallint', 'integer', 'bigint', 'real', 'double precision', 'numeric')
				THEN format('Select it as %s under this name, or give it another name.', type_name)
				WHEN type = 'interval' THEN format('Select from_seconds(%I), from_minutes(%1$I) or from_hours(%1$I).', name)
				WHEN type = 'timestamptz' THEN format('Select to_timestamp(%I), if it counts seconds since 1970.', name)
				WHEN type = 'boolean' THEN format('Select %I <> 0.', name)
				ELSE format('Select it as %s.', type_name)
			END), position
		FROM columns WHERE actual IS NOT NULL AND expression IS NULL
		UNION ALL
		SELECT 'timestamp_without_time_zone', 'info', name,
			format('It is read in the time zone UTC, or in source_time_zone of kpi_build. '
				'Select %I AT TIME ZONE ''...'' if it has another one.', name), position
		FROM columns WHERE type = 'timestamptz' AND actual = 'timestamp without time zone'
		UNION ALL
		SELECT 'date_without_time', 'info', name,
			'It is read as midnight, so that durations are whole days. Select the time, if the source has it.', position
		FROM columns WHERE type = 'timestamptz' AND actual = 'date'
		UNION ALL
		SELECT 'no_change_column', 'info', 'loaded_at',
			'Every kpi_refresh compares all rows, unless the mart is built with track => ''triggers''. '
			'Select when a row arrived as loaded_at, or '
			'when it last changed as updated_at.', 0
		WHERE $2 = 'tickets' AND @extschema@.kpi_change_column($1, $2) IS NULL
		UNION ALL
		SELECT 'no_change_column', 'info', 'loaded_at', CASE WHEN change IS NULL
				THEN 'Every kpi_refresh compares all rows of the mart. Select when a row arrived as loaded_at.'
				ELSE format('kpi_refresh finds new rows by %s, and misses those that arrive later than the lag of the mart. '
					'Select when a row arrived as loaded_at.', change) END, 0
		FROM @extschema@.kpi_change_column($1, $2) AS change
		WHERE $2 = ANY (@extschema@.kpi_event_contracts()) AND change IS DISTINCT FROM 'loaded_at'
	)
	SELECT f.check, f.severity, NULL::bigint, f.example, f.advice FROM findings AS f ORDER BY f.check, f.position;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_columns(regclass, text) IS 'internal: findings about the columns of a relation';

-- A query that reads a relation with every column of its contract, in its type, and
-- changed_at.
CREATE FUNCTION @extschema@.kpi_read_query(relation regclass, contract text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	SELECT format('SELECT %s, %s AS changed_at FROM %s AS t', string_agg(
			format('%s AS %I', coalesce(expression, 'NULL::' || CASE type
				WHEN 'key' THEN 'text' WHEN 'score' THEN 'double precision' WHEN 'business_hours' THEN '@extschema@.business_hours'
				ELSE type END), name), ', '),
			coalesce(max(expression) FILTER (WHERE name = change), 'NULL::timestamptz'), $1)
	FROM @extschema@.kpi_read_columns($1, $2), @extschema@.kpi_change_column($1, $2) AS change
	GROUP BY change;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_read_query(regclass, text)
IS 'internal: a query that reads a relation with every column of its contract';

-- Findings about the rows of a relation.
CREATE FUNCTION @extschema@.kpi_check_rows(relation regclass, contract text)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
-- compiling the conditions takes longer than the scan
SET jit = off
AS $body$
#variable_conflict use_column
DECLARE
	work_mem CONSTANT text := current_setting('work_mem');
	given text[];
	source text;
	id text;
	checks @extschema@.kpi_relation_checks[];
	single @extschema@.kpi_relation_checks;
	anything text;
	everything text;
BEGIN
	SELECT array_agg(name) FILTER (WHERE expression IS NOT NULL) || CASE WHEN change IS NOT NULL THEN '{changed_at}'::text[] END,
		@extschema@.kpi_read_query(relation, contract),
		format('left(%I::text, 100) COLLATE "C"', min(name) FILTER (WHERE position = 1))
	INTO given, source, id
	FROM @extschema@.kpi_read_columns(relation, contract), @extschema@.kpi_change_column(relation, contract) AS change
	GROUP BY change;

	-- One scan.  Each condition is computed once for a valid row.  The conditions that an
	-- invalid row meets are collected, so that rows with the same findings form a group.
	SELECT array_agg(c ORDER BY c.name), string_agg(format('(%s)', c.condition), ' OR '),
		string_agg(format('CASE WHEN %s THEN %s END', c.condition, n), ', ' ORDER BY n)
	INTO checks, anything, everything
	FROM (
		SELECT k, k.name, k.condition, row_number() OVER (ORDER BY k.name) AS n
		FROM @extschema@.kpi_relation_checks AS k
		WHERE k.relation = contract AND k.condition IS NOT NULL AND k.columns <@ given
	) AS c (c, name, condition, n);
	IF checks IS NOT NULL THEN
		RETURN QUERY EXECUTE format(
			'SELECT k.name, k.severity, sum(w.rows)::bigint, min(w.example),
				concat(''Excluded from: '' || array_to_string(k.kpis, '', '') || ''. '', k.advice)
			FROM (
				SELECT array_remove(ARRAY[%s], NULL) AS wrong, count(*) AS rows, min(%s) AS example
				FROM (%s) AS r WHERE %s GROUP BY 1
			) AS w CROSS JOIN LATERAL unnest(w.wrong) AS n JOIN unnest($1) WITH ORDINALITY AS k ON k.ordinality = n
			GROUP BY k.name, k.severity, k.kpis, k.advice', everything, id, source, anything)
		USING checks;
	END IF;

	-- one more scan for ids that rows share, unless an index excludes them
	PERFORM set_config('work_mem', @extschema@.kpi_work_mem(), true);
	FOR single IN
		SELECT k.* FROM @extschema@.kpi_relation_checks AS k
		WHERE k.relation = contract AND k.condition IS NULL AND k.columns <@ given
		AND NOT EXISTS (
			SELECT FROM pg_index AS i
			JOIN pg_class AS c ON c.oid = i.indrelid AND (c.relkind = 'p' OR NOT c.relhassubclass)
			JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
			WHERE i.indrelid = kpi_check_rows.relation AND a.attname = k.columns[1] AND i.indnkeyatts = 1
			AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL)
	LOOP
		RETURN QUERY EXECUTE format(
			'SELECT $1, $2, sum(n)::bigint, min(%s), $3
			FROM (
				SELECT %2$I, count(*) AS n FROM (%3$s) AS r
				WHERE octet_length(%2$I::text) <= 1000 GROUP BY 1 HAVING count(*) > 1) AS shared
			HAVING count(*) > 0', id, single.columns[1], source)
		USING single.name, single.severity, single.advice;
	END LOOP;
	PERFORM set_config('work_mem', work_mem, true);
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_rows(regclass, text) IS 'internal: findings about the rows of a relation';

-- The plan of a search for the rows of some ids or with a change value, using indexes
-- wherever it can.  The marker in it stands for the value.  The query is not run.
CREATE FUNCTION @extschema@.kpi_index_plan(relation regclass, contract text, name text, marker text) RETURNS jsonb
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET enable_seqscan = off
SET enable_indexscan = on
SET enable_indexonlyscan = on
SET enable_bitmapscan = on
-- as in kpi_looks_up
SET citus.enable_local_execution = on
AS $body$
DECLARE
	query text;
	plan json;
BEGIN
	SELECT format('SELECT FROM %s AS t WHERE %s %s', relation, r.expression, CASE r.position
		WHEN 1 THEN format('= ANY (current_setting(%L::text, true)::%s[])', marker, r.actual)
		ELSE format('>= current_setting(%L::text, true)::timestamptz', marker) END)
	INTO query
	FROM @extschema@.kpi_read_columns(relation, contract) AS r
	WHERE r.name = kpi_index_plan.name AND r.expression IS NOT NULL;
	IF query IS NULL THEN
		RETURN NULL;
	END IF;
	EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) ' || query INTO plan;
	RETURN plan;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_index_plan(regclass, text, text, text)
IS 'internal: the plan of a search by a column of a relation that uses indexes wherever it can';

-- The left operand of the comparison with a marker in a condition of a plan, such as
-- a.id of (NOT a.deleted AND (a.id = ANY (marker))).
CREATE FUNCTION @extschema@.kpi_left_operand(condition text, marker text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
DECLARE
	before CONSTANT text := regexp_replace(split_part(condition, marker, 1), ' (= ANY|>=) \(+$', '');
	open int := 0;
BEGIN
	-- back to the parenthesis that encloses both operands
	FOR i IN REVERSE length(before) .. 1 LOOP
		open := open + CASE substr(before, i, 1) WHEN '(' THEN 1 WHEN ')' THEN -1 ELSE 0 END;
		IF open > 0 THEN
			RETURN substr(before, i + 1);
		END IF;
	END LOOP;
	RETURN before;
END
$body$;
COMMENT ON FUNCTION @extschema@.kpi_left_operand(text, text) IS 'internal: the operand that a condition of a plan compares with a marker';

-- Findings about conditions of kpi_refresh that use no index, and the index to create.
-- They are read from the plan, so the relation can be a view over views.
CREATE FUNCTION @extschema@.kpi_check_indexes(relation regclass, contract text)
RETURNS TABLE ("check" text, severity text, rows bigint, example text, advice text)
LANGUAGE sql
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
AS $body$
	-- the value of a setting is unknown to the planner, so the comparison stays in the plan
	WITH conditions (name, marker, plan) AS (
		SELECT CASE r.position WHEN 1 THEN r.name ELSE 'changed_at' END, 'current_setting(''kpi_mart.refreshed''::text, true)',
			@extschema@.kpi_index_plan($1, $2, r.name, 'kpi_mart.refreshed'::text)
		FROM @extschema@.kpi_read_columns($1, $2) AS r
		WHERE r.expression IS NOT NULL
		-- a day is read in the time zone of a mart, which is not known here
		AND (r.position = 1 AND r.type = 'key' OR r.name = @extschema@.kpi_change_column($1, $2) AND r.actual <> 'date')
	), filters AS (
		SELECT c.name, n.node, @extschema@.kpi_left_operand(f.filter, c.marker) AS operand
		FROM conditions AS c
		CROSS JOIN LATERAL jsonb_path_query(c.plan, 'strict $.** ? (exists (@."Node Type"))') AS n (node)
		CROSS JOIN LATERAL jsonb_each_text(n.node) AS f (key, filter)
		-- foreign servers and shards of Citus have indexes of their own
		WHERE n.node ->> 'Node Type' NOT IN ('Foreign Scan', 'Custom Scan')
		AND NOT jsonb_path_exists(c.plan, 'strict $.** ? (exists (@."Distributed Query"))')
		AND f.key LIKE '%Filter' AND strpos(f.filter, c.marker) > 0
	), scans AS (
		SELECT f.name, f.operand, f.node ->> 'Alias' AS alias,
			to_regclass(quote_ident(f.node ->> 'Schema') || '.' || quote_ident(f.node ->> 'Relation Name')) AS scanned
		FROM filters AS f
	)
	SELECT s.name || '_without_index', 'info', NULL::bigint, coalesce(t.name, $1::text),
		CASE WHEN t.name IS NULL
			THEN format('kpi_refresh reads the whole relation to find rows by %s, '
				'because the view computes it from several rows or tables. '
				'Select a column of one table.', s.name)
			ELSE format('kpi_refresh reads the whole table to find rows by %s. CREATE INDEX ON %s (%s);', s.name, t.name,
				CASE WHEN t.expression ~ '^[a-z_][a-z0-9_$]*$|^"[^"]*"$' THEN t.expression ELSE format('(%s)', t.expression) END)
		END
	FROM scans AS s
	CROSS JOIN LATERAL (SELECT
		coalesce(pg_partition_root(s.scanned), s.scanned)::text,
		replace(s.operand, quote_ident(s.alias) || '.', '')) AS t (name, expression)
	GROUP BY 1, 4, 5
	ORDER BY 1, 4;
$body$;
COMMENT ON FUNCTION @extschema@.kpi_check_indexes(regclass, text)
IS 'internal: findings about indexes that kpi_refresh needs';
