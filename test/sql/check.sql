-- kpi_check_tickets and kpi_check_relation: every check with a row that it finds and rows that it must not find, the
-- findings about columns and indexes, relations of every kind, and random dirty tickets.
SET search_path = kpi_test, public;
\set VERBOSITY terse

-- the contract: what is required, and how many columns there are
SELECT relation, count(*), string_agg(name, ', ' ORDER BY position) FILTER (WHERE required) AS required
FROM kpi_contract GROUP BY relation ORDER BY relation;
SELECT relation, name FROM kpi_contract
WHERE definition ~ '\.$' OR used_by ~ '\.$' OR NOT alternatives <@ ARRAY(SELECT name FROM kpi_contract);
-- a check names columns of its relation, and its advice reads as sentences
SELECT relation, name FROM kpi_relation_checks AS k
WHERE advice !~ '^[A-Za-z].*\.$'
OR NOT columns <@ ARRAY(SELECT c.name FROM kpi_contract AS c WHERE c.relation = k.relation UNION SELECT 'changed_at')
OR EXISTS (SELECT FROM unnest(columns) AS c WHERE condition !~ format('\m%s\M', c))
OR condition IS NULL <> (name LIKE '%\_duplicate');
-- numbers in advice that are not in the condition: examples, and other settings of the mart
SELECT relation, name, string_agg(number, ' ' ORDER BY number) AS numbers
FROM kpi_relation_checks,
	LATERAL replace(replace(advice, ',000,000,000,000', 'e12'), ',000,000,000', 'e9') AS short,
	LATERAL regexp_matches(short, '-?\m\d[\d,]*(?:e\d+)?\M', 'g') AS found,
	LATERAL replace(found[1], ',', '') AS number
WHERE strpos(condition, number) = 0 GROUP BY 1, 2 ORDER BY 1, 2;
-- published figures: the range is the one in the source
SELECT kpi, segment, low, high, unit, source, as_of FROM kpi_benchmark ORDER BY kpi, segment;
-- checks and ticket_now name the same KPIs
SELECT DISTINCT unnest(kpis) AS kpi FROM kpi_relation_checks
EXCEPT SELECT m[1] FROM kpi_template, regexp_matches(body, 'THEN ''(\w+)'' END', 'g') AS m WHERE name = 'ticket_now';
SELECT m[1] AS kpi FROM kpi_template, regexp_matches(body, 'THEN ''(\w+)'' END', 'g') AS m WHERE name = 'ticket_now'
EXCEPT SELECT DISTINCT unnest(kpis) FROM kpi_relation_checks;

-- Creates a table with every column of a contract.
CREATE PROCEDURE create_relation(relation text, contract text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE (
		SELECT format('CREATE TABLE %I (%s)', $1, string_agg(format('%I %s', name, CASE type
			WHEN 'key' THEN 'text' WHEN 'score' THEN 'double precision' ELSE type END), ', ' ORDER BY position))
		FROM kpi_contract AS c WHERE c.relation = contract);
END
$$;
CALL create_relation('tickets', 'tickets');
SELECT * FROM kpi_check_tickets('tickets');
CREATE INDEX ON tickets (ticket_id);
CREATE INDEX ON tickets (loaded_at);
SELECT * FROM kpi_check_tickets('tickets');

-- right tickets: one with everything, one open, one on the limits of what is right, and one almost unknown
INSERT INTO tickets (ticket_id, created_at, first_response_at, first_resolved_at, resolved_at, closed_at, handed_off_at, updated_at,
	loaded_at, status, customer_id, agent_id, agent_hired_on, contacts, agent_messages, agent_replies, customer_replies, teammates,
	closes, reopens, was_pending, escalated, transferred, abandoned, solved, bot_handled, bot_resolved, bot_escalated,
	bot_escalation_right, bot_accepted, self_service, csat_score, nps_score, ces_score, scale_max, qa_points, qa_possible, talk_time,
	wait_time, paused, cost, sentiment, sla_response, sla_resolution, sla_in_hours, hours)
VALUES ('right', '2026-01-01 10:00+00', '2026-01-01 11:00+00', '2026-01-02 10:00+00', '2026-01-03 10:00+00', '2026-01-04 10:00+00',
	'2026-01-01 10:30+00', '2026-01-04 10:00+00', '2026-01-04 11:00+00', 'closed', 'c', 'ann', '2020-01-01', 1, 2, 1, 0, 1, 1, 0, false,
	false, false, false, true, true, false, true, true, true, false, 5, 10, 7, 5, 10, 10, '1 h', '1 min', '{}', 1.5, 0.5, '4 h', '40 h',
	true, 'UTC; Mo-Fr 09:00-17:00');
INSERT INTO tickets (ticket_id, created_at, loaded_at, status, solved, merged_into, sla_resolution, sla_in_hours)
VALUES ('open', now(), now(), 'open', false, 'right', '2 days', false);
INSERT INTO tickets (ticket_id, created_at, first_response_at, resolved_at, closed_at, loaded_at, solved, contacts, csat_score,
	scale_max, nps_score, ces_score, qa_points, qa_possible, handle_time, talk_time, wait_time, response_time, cost, sentiment,
	sla_response, agent_hired_on, abandoned, bot_handled, bot_escalation_right)
VALUES (repeat('x', 1000), '1970-01-02 00:00:00.000001+00', '1970-01-02 00:00:00.000001+00', '9998-12-31 00:00+00', NULL,
	now() + interval '23 h', false, 0, 0, 10, 0, 1, 0, 0, '20 years', '-1 h', '-1 h', '0', -1e9, -1, '0', '0001-01-01', true, false, false);
INSERT INTO tickets (ticket_id, created_at, loaded_at) VALUES ('', '0001-01-02 00:00+00', '0001-01-02 00:00+00');
SELECT "check", severity, rows, left(example, 5) AS example FROM kpi_check_tickets('tickets');
-- a resolution at the end of time is in the future
UPDATE tickets SET resolved_at = now(), solved = true WHERE resolved_at > now();
SELECT "check", severity, rows, left(example, 5) AS example FROM kpi_check_tickets('tickets');

-- changes to copies of the right ticket, and the findings expected for each
CREATE TABLE defects (id text, change text, finds text[]);
INSERT INTO defects VALUES
	(NULL, 'status = ''solved''', '{ticket_id_null}'),
	(repeat('y', 1001), 'status = ''solved''', '{ticket_id_too_long}'),
	('open', 'status = ''solved''', '{ticket_id_duplicate}'),
	('created never', 'created_at = NULL', '{created_at_null}'),
	('unknown', 'solved = NULL', '{solved_null}'),
	('unresolved', 'resolved_at = NULL', '{solved_without_resolved_at}'),
	('exchanged', 'first_resolved_at = ''2026-01-03 10:00:01+00''', '{first_resolved_after_resolved}'),
	('itself', 'merged_into = ''itself''', '{merged_into_itself}'),
	('status', 'status = ''Closed''', '{status_unknown}'),
	('hired', 'agent_hired_on = ''infinity''', '{agent_hired_on_out_of_range}'),
	('no bot', 'bot_handled = NULL', '{bot_outcome_without_bot}'),
	('no escalation', 'bot_escalated = false', '{bot_escalation_right_without_escalation}'),
	('sum', 'talk_time = ''11 years'', wrap_time = ''9 years 1 day''', '{handle_time_sum_out_of_range}'),
	('csat 6', 'csat_score = 6', '{csat_score_off_scale}'),
	('csat 0', 'csat_score = 0', '{csat_score_off_scale}'),
	('csat 4.5', 'csat_score = 4.5', '{csat_score_off_scale}'),
	('csat 4 of 3', 'csat_score = 4, scale_max = 3', '{csat_score_off_scale}'),
	('csat nan', 'csat_score = ''nan'', scale_max = NULL', '{csat_score_off_scale}'),
	('nps 11', 'nps_score = 11', '{nps_score_off_scale}'),
	('nps -1', 'nps_score = -1', '{nps_score_off_scale}'),
	('ces 8', 'ces_score = 8', '{ces_score_off_scale}'),
	('ces 0', 'ces_score = 0', '{ces_score_off_scale}'),
	('qa over', 'qa_points = 11', '{qa_points_over_possible}'),
	('qa negative', 'qa_points = -1', '{qa_out_of_range}'),
	('qa infinite', 'qa_possible = ''inf''', '{qa_out_of_range}'),
	('qa possible', 'qa_possible = NULL', '{qa_points_without_possible}'),
	('cost nan', 'cost = ''nan''', '{cost_out_of_range}'),
	('cost large', 'cost = -1e9 - 1', '{cost_out_of_range}'),
	('sentiment', 'sentiment = 1.01', '{sentiment_out_of_range}'),
	('opened', 'opened_by = ''me''', '{opened_by_unknown}'),
	('long ids', 'agent_id = repeat(''x'', 1001), account_id = repeat(''x'', 1001), customer_id = repeat(''x'', 1000)',
		'{account_id_too_long,agent_id_too_long}'),
	('a long customer', 'customer_id = repeat(''x'', 1001)', '{customer_id_too_long}'),
	('a long responder', 'first_responder_id = repeat(''x'', 1001)', '{first_responder_id_too_long}'),
	('days', 'sla_response = ''1 day'', sla_next_response = ''2 days'', sla_resolution = ''1 mon''',
		'{sla_response_in_days,sla_next_response_in_days,sla_resolution_in_days}'),
	('days without hours', 'sla_response = ''1 day'', sla_next_response = ''2 days'', sla_resolution = ''1 mon'', hours = NULL',
		'{sla_response_may_need_hours,sla_next_response_may_need_hours,sla_resolution_may_need_hours}'),
	('days around the clock', 'sla_response = ''1 day'', sla_in_hours = false', '{}'),
	('year 2059', 'sla_response = ''20 years 1 us'', sla_next_response = ''30 years'', sla_resolution = ''33 years''',
		'{sla_response_over_20_years,sla_next_response_over_20_years,sla_resolution_over_20_years}'),
	('negative', 'sla_response = ''-1 us'', sla_next_response = ''-1 h'', sla_resolution = ''-1 day''',
		'{sla_response_negative,sla_next_response_negative,sla_resolution_negative}'),
	('loaded', 'loaded_at = NULL', '{changed_at_null}'),
	('loaded never', 'loaded_at = ''infinity''', '{changed_at_out_of_range}'),
	('loaded ahead', 'loaded_at = now() + interval ''25 h''', '{changed_at_in_future}'),
	('updated never', 'updated_at = ''infinity''', '{}'),
	('reopened', 'resolved_at = ''1970-01-01'', solved = false', '{}'),
	('not reached', 'wait_time = ''-1 h'', abandoned = true', '{}'),
	('several', 'created_at = ''infinity'', contacts = -5, csat_score = -3, cost = ''nan''',
		'{created_at_out_of_range,csat_score_off_scale,cost_out_of_range,contacts_out_of_range}');
INSERT INTO defects
SELECT format('%s %s', name, n), format('%s = %L', name, value), ARRAY[name || '_out_of_range']
FROM unnest('{created_at,first_response_at,first_resolved_at,resolved_at,closed_at,handed_off_at}'::text[]) AS name,
	unnest('{infinity,-infinity,1970-01-01 00:00+00,1969-12-31 00:00+00,1970-01-02 00:00+00,0001-12-31 23:00+00 BC,'
		'9999-12-31 00:00+00}'::text[]) WITH ORDINALITY AS v (value, n)
UNION ALL
SELECT name || ' early', format('%s = ''2026-01-01 09:59:59.999999+00''', name), ARRAY[name || '_before_created']
FROM unnest('{first_response_at,first_resolved_at,resolved_at,closed_at,handed_off_at}'::text[]) AS name
UNION ALL
SELECT name || ' ahead', format('%s = now() + interval ''25 h''', name), ARRAY[name || '_in_future']
FROM unnest('{created_at,first_response_at,first_resolved_at,resolved_at,closed_at,handed_off_at}'::text[]) AS name
UNION ALL
SELECT name, format('%s = -1', name), ARRAY[name || '_out_of_range']
FROM kpi_contract WHERE relation = 'tickets' AND type = 'bigint'
UNION ALL
SELECT name || ' ' || value, format('%s = %L', name, value), ARRAY[name || '_out_of_range']
FROM kpi_contract, unnest('{-1 us,20 years 1 us}'::text[]) AS value
WHERE relation = 'tickets' AND type = 'interval' AND name NOT LIKE 'sla%';
INSERT INTO defects
SELECT 'scale ' || n, format('csat_score = 1, scale_max = %s', n),
	CASE WHEN n NOT IN (2, 3, 4, 5, 7, 10) THEN '{scale_max_unknown}' ELSE '{}' END::text[]
FROM generate_series(1, 11) AS n;
-- findings when one instant changes the order
UPDATE defects SET finds = finds || '{first_resolved_after_resolved}'::text[]
WHERE change ~ '^first_resolved_at = now|^resolved_at = ''2026';
UPDATE defects SET finds = finds || ARRAY(
	SELECT name || '_before_created'
	FROM unnest('{first_response_at,first_resolved_at,resolved_at,closed_at,handed_off_at}'::text[]) AS name)
WHERE change ~ '^created_at = now';
-- every check is tried
SELECT name FROM kpi_relation_checks WHERE relation = 'tickets' EXCEPT SELECT unnest(finds) FROM defects;

-- one defect at a time
CREATE TABLE wrong (LIKE tickets);
CREATE VIEW patients AS SELECT * FROM tickets UNION ALL SELECT * FROM wrong;
CREATE PROCEDURE make_wrong(defect defects) LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO wrong SELECT * FROM tickets WHERE ticket_id = 'right';
	EXECUTE format('UPDATE wrong SET ticket_id = %L, %s WHERE ticket_id = ''right''', defect.id, defect.change);
END
$$;
DO $$
DECLARE
	defect defects;
	found text[];
BEGIN
	FOR defect IN SELECT * FROM defects LOOP
		TRUNCATE wrong;
		CALL make_wrong(defect);
		found := ARRAY(
			SELECT CASE WHEN rows = CASE defect.id WHEN 'open' THEN 2 ELSE 1 END AND example IS NOT DISTINCT FROM left(defect.id, 100)
				THEN "check" ELSE f::text END
			FROM kpi_check_rows('patients', 'tickets') AS f ORDER BY "check");
		IF found <> ARRAY(SELECT unnest(defect.finds) ORDER BY 1) THEN
			RAISE WARNING '%: % instead of %', left(defect.id, 30), found, defect.finds;
		END IF;
	END LOOP;
END
$$;

-- all of them: in order, counted, each with the smallest id
TRUNCATE wrong;
DO $$
DECLARE
	defect defects;
BEGIN
	FOR defect IN SELECT * FROM defects LOOP
		CALL make_wrong(defect);
	END LOOP;
END
$$;
SELECT "check", severity, rows, left(example, 30) AS example FROM kpi_check_tickets('patients');
SELECT "check", severity, rows, example FROM kpi_check_tickets('patients') WHERE rows IS NOT NULL
EXCEPT
SELECT k.name, severity, count(*) + (k.name = 'ticket_id_duplicate')::int, min(left(id, 100) COLLATE "C")
FROM defects JOIN kpi_relation_checks AS k ON k.name = ANY (finds) AND k.relation = 'tickets' GROUP BY k.name, severity;
SELECT advice FROM kpi_check_tickets('patients') WHERE "check" IN ('qa_out_of_range', 'ticket_id_duplicate') ORDER BY 1;
SET max_parallel_workers_per_gather = 1;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT md5(string_agg(f::text, ' ')) = (
	SELECT md5(string_agg(g::text, ' '))
	FROM (SELECT set_config('max_parallel_workers_per_gather', '0', true)) AS serial (s),
		kpi_check_rows('patients', 'tickets') AS g) AS same_in_parallel
FROM kpi_check_rows('patients', 'tickets') AS f;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- the other relations, in the same way
CREATE TABLE other_defects (relation text, change text, finds text[]);
INSERT INTO other_defects VALUES
	('messages', 'author = ''user''', '{author_unknown}'),
	('messages', 'seq = NULL, is_public = NULL, body = NULL', '{}'),
	('status_changes', 'status = ''hold''', '{status_unknown}'),
	('status_changes', 'status = NULL', '{}'),
	('status_changes', 'previous_status = ''hold''', '{previous_status_unknown}'),
	('status_changes', 'changed_by = ''me''', '{changed_by_unknown}'),
	('sla_targets', 'metric = ''reply''', '{metric_unknown}'),
	('sla_targets', 'target = ''-1 us''', '{target_negative}'),
	('sla_targets', 'target = ''20 years 1 us''', '{target_over_20_years}'),
	('sla_targets', 'target = ''1 day''', '{target_may_need_hours}'),
	('sla_targets', 'target = ''1 day'', in_hours = false', '{}'),
	('sla_targets', 'pausing_statuses = ''{pending,hold}''', '{pausing_status_unknown}'),
	('sla_targets', 'pausing_statuses = ''{}''', '{}'),
	('surveys', 'response_id = ''shared''', '{}'),
	('surveys', 'kind = ''NPS''', '{kind_unknown}'),
	('surveys', 'answered_at = sent_at - interval ''1 us''', '{answered_before_sent}'),
	('surveys', 'answered_at = NULL, score = NULL', '{}'),
	('surveys', 'score = 0', '{score_off_scale}'),
	('surveys', 'score = 6', '{score_off_scale}'),
	('surveys', 'score = 4.5', '{score_off_scale}'),
	('surveys', 'kind = ''nps'', score = 0, scale_max = NULL', '{}'),
	('surveys', 'kind = ''nps'', score = 11, scale_max = 10', '{score_off_scale}'),
	('surveys', 'kind = ''ces'', score = 7, scale_max = NULL', '{}'),
	('surveys', 'kind = ''ces'', score = 8, scale_max = NULL', '{score_off_scale}'),
	('surveys', 'score = 0, scale_max = 10', '{}'),
	('surveys', 'ticket_id = repeat(''x'', 1001)', '{ticket_id_too_long}'),
	('surveys', 'response_id = repeat(''x'', 1000)', '{}'),
	('surveys', 'response_id = repeat(''x'', 1001)', '{response_id_too_long}'),
	('surveys', 'kind = ''ces''', '{ces_on_another_scale}'),
	('surveys', 'kind = ''ces'', scale_max = 7', '{}'),
	('surveys', 'loaded_at = NULL', '{changed_at_null}'),
	('surveys', 'loaded_at = ''infinity''', '{changed_at_out_of_range}'),
	('surveys', 'loaded_at = now() + interval ''25 h''', '{changed_at_in_future}'),
	('work_time', 'ended_at = started_at', '{}'),
	('work_time', 'ended_at = started_at - interval ''1 us''', '{ended_before_started}'),
	('work_time', 'ended_at = started_at + interval ''24 h''', '{}'),
	('work_time', 'ended_at = started_at + interval ''24 h 1 us''', '{longer_than_24_hours}'),
	('work_time', 'started_at = ''4714-11-24 00:00:00+00 BC'', ended_at = ''294276-12-31 23:59:59+00''',
		'{started_at_out_of_range,ended_at_out_of_range}'),
	('work_time', 'state = ''idle''', '{state_unknown}'),
	('subscriptions', 'ends_on = starts_on', '{}'),
	('subscriptions', 'ends_on = starts_on - 1', '{ends_before_it_starts}'),
	('subscriptions', 'ends_on = ''-infinity''', '{ends_before_it_starts,ends_on_out_of_range}'),
	('subscriptions', 'mrr = 1e12', '{}'),
	('customer_events', 'value = ''nan''', '{value_out_of_range}'),
	('customer_events', 'value = 1e12', '{}'),
	('customer_events', 'value = NULL', '{}'),
	('costs', 'amount = -1e12', '{}'),
	('costs', 'channel = NULL', '{}'),
	('help_sessions', 'ticket_id = NULL', '{}');
INSERT INTO other_defects
SELECT relation, format('%I = NULL', name), ARRAY[name || '_null'] FROM kpi_contract WHERE relation <> 'tickets' AND required
UNION ALL
SELECT relation, format('%I = repeat(''x'', 1001)', name), ARRAY[name || '_too_long']
FROM kpi_contract WHERE relation <> 'tickets' AND name IN ('account_id', 'agent_id', 'author_id', 'customer_id')
UNION ALL
SELECT relation, format('%I = ''infinity''', name), ARRAY[name || '_out_of_range']
FROM kpi_contract WHERE relation <> 'tickets' AND type IN ('date', 'timestamptz', 'numeric') AND name <> 'loaded_at'
UNION ALL
SELECT relation, format('%I = now() + interval ''25 h''', name), ARRAY[name || '_in_future']
FROM kpi_contract WHERE relation <> 'tickets' AND type = 'timestamptz' AND name <> 'loaded_at'
UNION ALL
SELECT 'surveys', format('score = 1, scale_max = %s', n),
	CASE WHEN n NOT IN (2, 3, 4, 5, 7, 10) THEN '{scale_max_unknown}' ELSE '{}' END::text[]
FROM generate_series(1, 11) AS n;
UPDATE other_defects SET finds = finds || '{answered_before_sent}'::text[] WHERE change LIKE 'sent_at = now%';
UPDATE other_defects SET finds = finds || '{longer_than_24_hours}'::text[] WHERE change LIKE 'ended_at = now%';
UPDATE other_defects SET finds = finds || '{ended_before_started}'::text[] WHERE change LIKE 'started_at = now%';
UPDATE other_defects SET finds = finds || '{ends_before_it_starts}'::text[] WHERE change = 'starts_on = ''infinity''';
SELECT DISTINCT name FROM kpi_relation_checks WHERE relation <> 'tickets' AND name NOT LIKE 'changed\_at%' AND condition IS NOT NULL
EXCEPT SELECT unnest(finds) FROM other_defects;
DO $$
DECLARE
	healthy record;
	defect other_defects;
	found text[];
BEGIN
	FOR healthy IN SELECT * FROM (VALUES
		('messages', '(''t'', ''2026-01-01'', ''agent'', true, ''a'', 1, ''mail'', ''Hello'')'),
		('status_changes', '(''t'', ''2026-01-01'', ''open'', ''new'', ''Open'', ''a'', ''t'', ''UTC; 24/7'', ''agent'', 1)'),
		('sla_targets', '(''t'', ''update'', ''1 hour'', ''2026-01-01'', true, ''{pending}'', ''p'')'),
		('surveys', '(''r'', ''csat'', ''2026-01-01'', ''2026-01-02'', 5, 5)'),
		('work_time', '(''ann'', ''2026-01-01 09:00+00'', ''2026-01-01 17:00+00'', ''busy'')'),
		('subscriptions', '(''a'', ''2026-01-01'', ''2026-12-31'', 100, ''small'', ''2026-12-31'', true, ''price'')'),
		('customer_events', '(''a'', ''2026-01-01'', ''adopted'', 1)'), ('costs', '(''2026-01-01'', ''wages'', ''chat'', 1)'),
		('help_sessions', '(''h'', ''a'', ''c'', ''2026-01-01'', ''t'')')) AS h (relation, row)
	LOOP
		CALL create_relation('other', healthy.relation);
		CALL create_relation('other_wrong', healthy.relation);
		EXECUTE format('INSERT INTO other VALUES %s', healthy.row);
		UPDATE other SET loaded_at = '2026-01-03';
		FOR defect IN
			SELECT NULL, NULL, '{}' UNION ALL SELECT d.* FROM other_defects AS d WHERE d.relation = healthy.relation
		LOOP
			TRUNCATE other_wrong;
			INSERT INTO other_wrong SELECT * FROM other;
			EXECUTE coalesce('UPDATE other_wrong SET ' || defect.change, 'SELECT');
			found := ARRAY(SELECT "check" FROM kpi_check_relation('other_wrong', healthy.relation) WHERE rows = 1 ORDER BY 1);
			IF found <> ARRAY(SELECT unnest(defect.finds) ORDER BY 1) THEN
				RAISE WARNING '% %: % instead of %', healthy.relation, defect.change, found, defect.finds;
			END IF;
		END LOOP;
		DROP TABLE other, other_wrong;
	END LOOP;
END
$$;
CREATE TABLE answers AS SELECT 'shared' AS response_id, 'nps' AS kind, now() AS sent_at, now() AS loaded_at FROM generate_series(1, 3);
SELECT "check", severity, rows, example, advice FROM kpi_check_relation('answers', 'surveys') WHERE severity <> 'info';
SELECT "check", severity, example, advice FROM kpi_check_relation('tickets', 'work_time') WHERE severity = 'error';
SELECT * FROM kpi_check_relation('tickets', 'ticket');
SELECT * FROM kpi_check_relation('tickets', NULL);

-- columns: missing ones and the KPIs that need them, unreadable ones, and ones that are converted
CREATE TABLE slim (ticket_id int, created_at timestamp);
SELECT severity, example, advice FROM kpi_check_tickets('slim') WHERE "check" = 'missing_column';
SELECT * FROM kpi_check_tickets('slim') WHERE "check" <> 'missing_column';
-- a column that another column replaces is not reported as missing
CREATE TABLE durations (ticket_id int, created_at date, response_time interval, resolution_time interval, talk_time time, updated_at date);
SELECT "check", example, advice FROM kpi_check_tickets('durations')
WHERE "check" <> 'missing_column' OR example ~ 'response_at|resolved_at|solved|_time$';
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
SELECT "check", severity, example, advice FROM kpi_check_tickets('nothing') WHERE "check" <> 'missing_column' OR severity = 'error';
CREATE TABLE others (ticket_id bytea, created_at text, contacts numeric, solved int, talk_time int, hold_time time, wrap_time text,
	cost float8, csat_score numeric, hours text, agent_hired_on timestamptz, resolved_at bigint, first_response_at date,
	closed_at int[], team int, channel text[], category jsonb, priority "char", merged_into json);
-- no condition runs on columns of a wrong type; without an id there is no example
INSERT INTO others (created_at, contacts, cost, csat_score, agent_hired_on, first_response_at)
VALUES ('never', -1.5, -1, 4.5, 'infinity', '5874897-12-31'), ('infinity', 'nan', 0.1::float8 + 0.2, 'nan', NULL, '-infinity'),
	('infinity', 'nan', NULL, 5, NULL, NULL);
SELECT * FROM kpi_check_tickets('others') WHERE "check" <> 'missing_column' OR severity = 'error';
SELECT name, expression FROM kpi_read_columns('others', 'tickets', 'Europe/Berlin', 'UTC') WHERE expression IS NOT NULL;

-- near the limits of every type nothing overflows, in any time zone
CREATE TABLE limits (ticket_id text, created_at timestamp, first_response_at timestamptz, resolved_at date, agent_hired_on timestamptz,
	contacts numeric, closes real, csat_score float8, nps_score bigint, cost numeric, talk_time interval, hold_time interval,
	sla_response interval, qa_points numeric, qa_possible numeric, sentiment smallint, updated_at date);
INSERT INTO limits VALUES
	('high', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '5874897-12-31', '294276-12-31 23:59:59.999999+00',
	 repeat('9', 10000)::numeric, 3e38, 1.7e308, 9223372036854775807, repeat('9', 131000)::numeric, '178000000 years',
	 '178000000 years', '178000000 years', 1e-1000, 1e1000, 32767, '5874897-12-31'),
	('low', '4713-11-24 00:00:00 BC', '4713-11-24 00:00:00+00 BC', '4714-11-24 BC', '4713-11-24 00:00:00+00 BC',
	 -repeat('9', 10000)::numeric, -3e38, -1.7e308, -9223372036854775808, -1e-1000, '-178000000 years', '-178000000 years',
	 '-178000000 years', -1e-1000, -1e1000, -32768, '4714-11-24 BC'),
	(repeat('ä', 100000), 'infinity', '-infinity', 'infinity', 'infinity', 'nan', 'nan', 'nan', NULL, 'inf', NULL, NULL, NULL,
	 'nan', '-inf', 0, '-infinity'),
	('nulls', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT "check", rows, left(example, 5) AS example, length(example) FROM kpi_check_tickets('limits') WHERE rows IS NOT NULL;
-- every expression reads every value, and NULL as NULL
DO $$
DECLARE
	zone text;
	query text;
	nulls bigint;
BEGIN
	FOREACH zone IN ARRAY '{UTC,Pacific/Kiritimati,Pacific/Niue}'::text[] LOOP
		SELECT format('SELECT count(DISTINCT s) + sum(%s) FROM (SELECT %s FROM limits AS t) AS s',
			string_agg(format('(%I IS NULL)::int', name), '+'), string_agg(format('%s AS %I', expression, name), ','))
		INTO query FROM kpi_read_columns('limits', 'tickets', zone, zone) WHERE expression IS NOT NULL;
		EXECUTE query INTO nulls;
		RAISE NOTICE '%: %', zone, nulls;
	END LOOP;
END
$$;

-- relations and columns of any kind
CREATE DOMAIN instant AS timestamptz CHECK (isfinite(VALUE) AND VALUE > '2000-01-01');
CREATE DOMAIN recent AS instant;
CREATE DOMAIN local_time AS timestamp;
CREATE DOMAIN score AS numeric(3,1) CHECK (VALUE > 0);
CREATE TYPE id AS (a int, b text);
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE FUNCTION mood_text(mood) RETURNS text LANGUAGE sql AS $$ SELECT 1 / 0 $$;
CREATE CAST (mood AS text) WITH FUNCTION mood_text(mood);
CREATE DOMAIN phase AS state;
CREATE TABLE "Odd; -- 'table' %s" (ticket_id id, created_at recent, resolved_at recent, updated_at local_time, csat_score score,
	status phase, "check" text, rows int, relation int, "ticket_id; DROP" int, "r" int, "Created_At" int, gone int, contacts bigint,
	category mood, team text COLLATE "C", channel varchar(9), cost numeric(9, 2));
ALTER TABLE "Odd; -- 'table' %s" DROP gone;
INSERT INTO "Odd; -- 'table' %s" VALUES
	((1, 'x'), '2026-01-01', '2025-01-01', '2026-01-01', 5.5, 'new', 'x', 1, 1, 1, 1, 1, -1, 'good', 'a', 'b', 1),
	((1, 'x'), '2026-01-01', NULL, '2026-01-01', 5, 'done', 'x', 1, 1, 1, 1, 1, 0, 'bad', 'a', 'b', 1);
SELECT * FROM kpi_check_tickets('"Odd; -- ''table'' %s"') WHERE "check" <> 'missing_column';
SELECT name, expression FROM kpi_read_columns('"Odd; -- ''table'' %s"', 'tickets', 'Europe/Berlin', 'Asia/Tokyo')
WHERE expression IS NOT NULL;
CREATE TEMP TABLE pg_class (ticket_id char(9), created_at timestamptz, contacts int, updated_at timestamptz);
INSERT INTO pg_temp.pg_class VALUES ('abc', now(), -1, now()), ('abd', now(), 0, now());
SELECT "check", rows, example FROM kpi_check_tickets('pg_temp.pg_class') WHERE severity <> 'info';
SELECT name, actual, expression FROM kpi_read_columns('pg_temp.pg_class', 'tickets') WHERE name = 'ticket_id';
DROP TABLE pg_temp.pg_class;
CREATE TABLE parts (ticket_id text, created_at timestamptz, loaded_at timestamptz) PARTITION BY RANGE (created_at);
SELECT count(*) FROM kpi_check_tickets('parts') WHERE severity <> 'info';
CREATE TABLE part PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES ('1', 'infinity', now()), ('1', NULL, now());
SELECT "check", rows, example FROM kpi_check_tickets('parts') WHERE severity <> 'info';
SELECT * FROM kpi_check_tickets(NULL);
SELECT * FROM kpi_check_tickets('no_such_table');
SELECT * FROM kpi_check_tickets('tickets_ticket_id_idx');
SELECT * FROM kpi_check_tickets(1);
-- ids are compared in their type, and an index that excludes repeated ones saves the scan
CREATE TABLE numbered (ticket_id numeric, created_at timestamptz);
INSERT INTO numbered VALUES (1.0, now()), (1.00, now()), (2, now());
SELECT "check", rows, example FROM kpi_check_tickets('numbered') WHERE rows IS NOT NULL;
DELETE FROM numbered WHERE ticket_id = 1;
CREATE UNIQUE INDEX ON numbered (ticket_id) WHERE ticket_id > 1;
INSERT INTO numbered VALUES (1, now()), (1, now());
SELECT "check", rows, example FROM kpi_check_tickets('numbered') WHERE rows IS NOT NULL;
CREATE TABLE numbered_child () INHERITS (numbered);
DELETE FROM numbered WHERE ticket_id = 1;
CREATE UNIQUE INDEX ON numbered (ticket_id);
INSERT INTO numbered_child VALUES (2, now());
SELECT "check", rows, example FROM kpi_check_tickets('numbered') WHERE rows IS NOT NULL;
DROP TABLE numbered, numbered_child;

-- indexes that conditions of kpi_refresh do not reach, also through views
CREATE FUNCTION missing_indexes(relation regclass) RETURNS TABLE ("check" text, example text, advice text) LANGUAGE sql
AS $$ SELECT "check", example, advice FROM kpi_check_indexes(relation, 'tickets') $$;
CREATE TABLE raw (id bigint, "opened At" timestamp, updated timestamp, deleted boolean, agent int, fields jsonb);
CREATE TABLE agents (id int, name text);
CREATE VIEW typed AS
SELECT r.id::text AS ticket_id, "opened At" AS created_at, r.updated AS updated_at, a.name AS agent_name
FROM raw AS r LEFT JOIN agents AS a ON a.id = r.agent WHERE NOT r.deleted AND coalesce(fields ->> '(', '') = '';
SELECT * FROM missing_indexes('typed');
CREATE INDEX ON raw ((id::text));
SELECT * FROM missing_indexes('typed');
CREATE INDEX ON raw ((updated AT TIME ZONE 'UTC'));
SELECT * FROM missing_indexes('typed');
CREATE VIEW filtered AS SELECT id AS ticket_id, "opened At" AS created_at, "opened At" AT TIME ZONE 'UTC' AS loaded_at FROM raw;
SELECT * FROM missing_indexes('filtered');
CREATE INDEX ON raw USING brin (("opened At" AT TIME ZONE 'UTC'));
CREATE INDEX ON raw (id) WHERE deleted;
SELECT * FROM missing_indexes('filtered');
CREATE VIEW twice AS SELECT ticket_id, created_at, loaded_at FROM filtered UNION ALL SELECT 0, created_at, loaded_at FROM parts;
SELECT * FROM missing_indexes('twice');
CREATE VIEW computed AS
SELECT ticket_id, created_at, max(loaded_at) OVER () AS loaded_at, row_number() OVER (PARTITION BY ticket_id) AS n FROM filtered;
SELECT * FROM missing_indexes('computed');
CREATE MATERIALIZED VIEW stored AS SELECT * FROM filtered;
SELECT * FROM missing_indexes('stored');
SELECT * FROM missing_indexes('nothing');
-- the query is not run
CREATE FUNCTION fails() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'the query was run'; END $$;
CREATE VIEW failing AS SELECT id AS ticket_id, now() AS created_at FROM raw WHERE fails();
INSERT INTO raw DEFAULT VALUES;
SELECT count(*) FROM missing_indexes('failing');
SHOW enable_seqscan;
DROP MATERIALIZED VIEW stored;
DROP VIEW failing, computed, twice, filtered, typed;

-- with the rights of the caller: neither other rows nor other relations
CREATE ROLE regress_kpi_reader;
GRANT USAGE ON SCHEMA kpi_test TO regress_kpi_reader;
GRANT SELECT ON parts, tickets TO regress_kpi_reader;
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY known ON parts USING (created_at IS NOT NULL);
SET ROLE regress_kpi_reader;
SELECT "check", rows, example FROM kpi_check_tickets('parts') WHERE severity <> 'info';
SELECT * FROM kpi_check_tickets('tickets');
SELECT * FROM kpi_check_tickets('limits');
UPDATE kpi_relation_checks SET condition = 'true';
DELETE FROM kpi_contract;
RESET ROLE;
DROP OWNED BY regress_kpi_reader;
DROP ROLE regress_kpi_reader;
DROP VIEW patients;
DROP PROCEDURE make_wrong;
DROP TABLE tickets, defects, other_defects, wrong, slim, durations, answers, nothing, others, limits,
	"Odd; -- 'table' %s", parts, raw, agents;

-- Random dirty tickets: no check raises an error.  A mart of them reads the same, and a finding explains each KPI from
-- which it excludes a ticket.
CREATE TABLE pool (type text PRIMARY KEY, stored_as text[], values text[]);
INSERT INTO pool VALUES
	('key', '{text,numeric,bigint}', NULL),
	('text', '{text,varchar,phase,bigint}', '{"",open,Closed,pending,x}'),
	('varchar', NULL, '{"",open,all}'),
	('phase', NULL, '{new,done}'),
	('timestamptz', '{timestamptz,timestamp,date}', '{infinity,-infinity,1970-01-01 00:00+00,4713-11-24 00:00:00+00 BC,'
		'294276-12-31 23:59:59+00,2026-01-01 10:00+00,2026-01-01 09:00+00,2026-01-02 10:00+00,2026-01-03 04:05+00,2100-01-01 00:00+00}'),
	('timestamp', NULL, '{infinity,-infinity,4713-11-24 00:00:00 BC,294276-12-31 23:59:59,2026-01-01 10:00,2026-01-02 09:00}'),
	('date', '{date,timestamptz,timestamp}', '{infinity,-infinity,4714-11-24 BC,5874897-12-31,1970-01-01,2026-01-01,2026-01-02}'),
	('interval', '{interval,time}', '{178000000 years,-178000000 years,21 years,20 years,-1 us,0,1 h,4 h,40 h,1 day,1 mon -1 day}'),
	('time', NULL, '{00:00,24:00,01:00}'),
	('boolean', '{boolean}', '{true,false,true}'),
	('bigint', '{bigint,smallint,numeric,real}', '{-9223372036854775808,9223372036854775807,-1,0,1,2}'),
	('smallint', NULL, '{-32768,32767,-1,0,1,5,10}'),
	('numeric', '{numeric,double precision,bigint}', '{nan,inf,-inf,1e-1000,1e1000,-1e300,-1,0,1,5,9.5,10}'),
	('real', NULL, '{nan,inf,-inf,1e-45,3e38,-1,0,1,5,9.5,10}'),
	('double precision', '{double precision,numeric,real,smallint}', '{nan,inf,-inf,5e-324,1e308,-1,-0.5,0,1,2,4,5,7,9.5,10}'),
	('score', '{double precision,numeric,real,smallint}', NULL),
	('tstzmultirange', '{tstzmultirange,tstzrange}', '{"{}","{(,)}","{[2026-01-01,)}","{[2026-01-01 10:00,2026-01-01 11:00)}"}'),
	('tstzrange', NULL, '{empty,"(,)","[2026-01-01,)"}'),
	('business_hours', '{business_hours}', '{UTC; Mo-Fr 09:00-17:00,Asia/Tokyo; Mo-Su 00:00-24:00}');

-- Creates the table dirty, with all columns in the types of the contract, or with most of them in other types also.
CREATE PROCEDURE create_dirty(seed text, rows int, plain boolean) LANGUAGE plpgsql AS $$
DECLARE
	columns text;
	expressions text;
BEGIN
	SELECT string_agg(format('%I %s', c.name, s.type), ', '), string_agg(
		CASE WHEN c.position = 1 THEN 'k' ELSE format('CASE WHEN dice(k, %L) < 0.6 THEN (%L::%s[])[1 + floor(dice(k, %L) * %s)::int] END',
			seed || c.name, p.values, s.type, c.name || seed, cardinality(p.values)) END, ', ')
	INTO columns, expressions
	FROM kpi_contract AS c
	JOIN pool AS o USING (type)
	CROSS JOIN LATERAL (SELECT CASE WHEN c.type = 'key' AND c.position > 1 THEN 'bigint' WHEN plain THEN o.stored_as[1]
		ELSE o.stored_as[1 + floor(dice(c.position, seed) * cardinality(o.stored_as))::int] END) AS s (type)
	LEFT JOIN pool AS p ON p.type = s.type
	WHERE c.relation = 'tickets' AND (plain OR c.required OR dice(c.position, seed || seed) < 0.8);
	EXECUTE format('CREATE TABLE dirty (%s)', columns);
	EXECUTE format('INSERT INTO dirty SELECT %s FROM generate_series(1, %s) AS k', expressions, rows);
END
$$;
DO $$
DECLARE
	findings bigint;
BEGIN
	FOR i IN 1..10 LOOP
		CALL create_dirty('seed ' || i, 50, false);
		SELECT count(*) INTO STRICT findings FROM kpi_check_tickets('dirty') WHERE rows > 0 AND severity <> 'error';
		IF findings < 5 OR EXISTS (SELECT FROM kpi_check_tickets('dirty') WHERE severity = 'error') THEN
			RAISE WARNING 'seed %: % findings', i, findings;
		END IF;
		DROP TABLE dirty;
	END LOOP;
END
$$;
CALL create_dirty('mart', 160, true);
SELECT count(*) > 20 AS built FROM kpi_build('dirty', 'kpi_test_mart', 'UTC');
CREATE VIEW one AS SELECT * FROM dirty WHERE ticket_id::text = current_setting('kpi_test.id');
CREATE FUNCTION explained(id text) RETURNS text[] LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('kpi_test.id', id, true);
	RETURN ARRAY(
		SELECT DISTINCT unnest(k.kpis)
		FROM kpi_check_rows('one', 'tickets') AS f
		JOIN kpi_relation_checks AS k ON k.relation = 'tickets' AND k.name = f.check);
END
$$;
SELECT count(*) > 60 AS many, count(DISTINCT excluded) > 40 AS different FROM kpi_test_mart.ticket WHERE excluded IS NOT NULL;
SELECT ticket_id, excluded, explained(ticket_id) FROM kpi_test_mart.ticket
WHERE NOT string_to_array(excluded, ' ') <@ explained(ticket_id);
-- a ticket with any possible instant has a day
SELECT t.ticket_id, t.excluded, d.created_at, d.first_response_at, d.resolved_at, d.closed_at
FROM kpi_test_mart.ticket AS t JOIN dirty AS d USING (ticket_id)
WHERE t.excluded ~ 'tickets' AND (
	num_nonnulls(kpi_instant(d.created_at), kpi_instant(d.first_response_at), kpi_instant(d.closed_at)) > 0
	OR kpi_instant(d.resolved_at) IS NOT NULL AND d.solved IS NOT FALSE);
SELECT kpi_drop('kpi_test_mart', keep_user_rows => false);
DROP VIEW one;
DROP TABLE dirty;
-- ids of the type character, which alone means a single one
CREATE TABLE dirty (ticket_id char(9), created_at timestamptz, updated_at timestamptz, contacts int, solved boolean);
INSERT INTO dirty SELECT n, now(), now(), 1, true FROM unnest('{ab,ac}'::text[]) AS n;
SELECT count(*) > 20 AS built FROM kpi_build('dirty', 'kpi_test_mart', 'UTC');
UPDATE dirty SET contacts = 2 WHERE ticket_id = 'ac';
SELECT rows > 0 AS refreshed FROM kpi_refresh('kpi_test_mart');
SELECT ticket_id, first_contact FROM kpi_test_mart.ticket ORDER BY 1;
SELECT kpi_drop('kpi_test_mart', keep_user_rows => false);
DROP TABLE dirty, pool;
DROP FUNCTION explained, missing_indexes, fails;
DROP DOMAIN recent, instant, local_time, score, phase;
DROP TYPE id, state;
DROP TYPE mood CASCADE;
DROP PROCEDURE create_relation, create_dirty;
