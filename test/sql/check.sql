-- What kpi_check_tickets finds: a row for each thing that can be wrong, the
-- columns, and relations of every kind.
SET search_path = kpi_test, public;
\set VERBOSITY terse

-- the contract: what is required, and how many columns there are
SELECT relation, count(*), string_agg(name, ', ' ORDER BY position) FILTER (WHERE required) AS required FROM kpi_relation_columns GROUP BY relation ORDER BY relation;
-- a check needs the columns that it names, they exist, and it reads as a sentence
SELECT k.name, c.name AS "column" FROM kpi_relation_checks k JOIN kpi_relation_columns c USING (relation)
WHERE (k.condition ~ format('\m%s\M', c.name)) <> (c.name = ANY (k.columns));
SELECT k.name FROM kpi_relation_checks k WHERE columns = '{}' OR advice !~ '^[A-Z].*\.$' OR NOT columns <@ ARRAY(SELECT name FROM kpi_relation_columns c WHERE c.relation = k.relation);

-- a table with every column, as the contract has them
DO $$
BEGIN
	EXECUTE (SELECT format('CREATE TABLE tickets (%s)', string_agg(format('%I %s', name, type), ', ' ORDER BY position)) FROM kpi_relation_columns WHERE relation = 'tickets');
END
$$;
SELECT * FROM kpi_check_tickets('tickets');

-- a ticket that is solved, one that is open, and one of which nothing is known
INSERT INTO tickets VALUES ('solved', '2026-01-01 10:00+00', '2026-01-01 11:00+00', '2026-01-02 10:00+00', '2026-01-03 10:00+00', '2026-01-04 10:00+00', 'closed', 'c', 'a', 'gold', 'ann', 'Ann', 'ann', 'one', 'chat', 'bug', 'high', '2020-01-01',
	1, 1, 0, 1, 1, 0, false, false, false, false, true, false, NULL, NULL, NULL, NULL, false, 5, 10, 7, 10, 10, '0', '1 h', '0', '1 h', '0', '0', 0.123456, -0.5, '1 h', '20 years', true, true, 'UTC; Mo-Fr 09:00-17:00');
INSERT INTO tickets (ticket_id, created_at, solved, csat_score, nps_score, ces_score, qa_points, qa_possible, contacts, cost) VALUES ('open', now(), false, 1, 0, 1, 0, 0, 0, 0);
INSERT INTO tickets (ticket_id, created_at, solved) VALUES ('', '1970-01-02 00:00:01+00', NULL);
SELECT * FROM kpi_check_tickets('tickets');

-- what is done to copies of the solved ticket, and what is to be found then
CREATE TABLE defects (id text, change text, finds text[]);
INSERT INTO defects VALUES
	('id', 'ticket_id = NULL', '{ticket_id_null}'),
	('twice', 'ticket_id = ''open''', '{ticket_id_duplicate}'),
	('created', 'created_at = NULL', '{created_at_null}'),
	('response', 'first_response_at = ''2026-01-01 09:59:59.999999+00''', '{first_response_before_created}'),
	('resolved', 'resolved_at = ''2026-01-01 09:59:59.999999+00'', first_response_at = NULL', '{resolved_before_created}'),
	('closed', 'closed_at = ''2026-01-02 09:59:59.999999+00''', '{closed_before_resolved}'),
	('late', 'first_response_at = ''2026-01-02 10:00:00.000001+00''', '{response_after_resolution}'),
	('unresolved', 'resolved_at = NULL', '{solved_without_resolved_at}'),
	('reopened', 'solved = false', '{resolved_at_while_unsolved}'),
	('created 10000', 'created_at = ''9999-12-30 00:00:00.000001+00'', first_response_at = NULL, resolved_at = NULL, closed_at = NULL, solved = false', '{created_at_in_future,created_at_out_of_range}'),
	('created BC', 'created_at = ''0001-01-01 23:59:59.999999+00''', '{created_at_out_of_range}'),
	('created ahead', 'created_at = now() + interval ''25 h'', first_response_at = NULL, resolved_at = NULL, closed_at = NULL, solved = false', '{created_at_in_future}'),
	('response ahead', 'first_response_at = now() + interval ''25 h'', resolved_at = NULL, closed_at = NULL, solved = NULL', '{first_response_at_in_future}'),
	('resolved ahead', 'resolved_at = now() + interval ''25 h'', closed_at = NULL', '{resolved_at_in_future}'),
	('closed ahead', 'closed_at = now() + interval ''25 h''', '{closed_at_in_future}'),
	('created 1970', 'created_at = ''1970-01-01 00:00+00''', '{created_at_epoch}'),
	('response 1970', 'first_response_at = ''1970-01-01 12:00+00''', '{first_response_at_epoch,first_response_before_created}'),
	('resolved 1970', 'resolved_at = ''1969-12-31 16:00+00'', first_response_at = NULL', '{resolved_at_epoch,resolved_before_created}'),
	('closed 1970', 'closed_at = ''1970-01-02 00:00+00''', '{closed_at_epoch,closed_before_resolved}'),
	('updated 1970', 'updated_at = ''1969-12-31 00:00+00''', '{updated_at_epoch}'),
	('created ever', 'created_at = ''-infinity''', '{created_at_out_of_range}'),
	('response ever', 'first_response_at = ''infinity'', resolved_at = NULL, solved = NULL', '{first_response_at_out_of_range}'),
	('resolved never', 'resolved_at = ''infinity'', closed_at = NULL', '{resolved_at_out_of_range}'),
	('closed never', 'closed_at = ''infinity''', '{closed_at_out_of_range}'),
	('updated never', 'updated_at = ''-infinity''', '{updated_at_out_of_range}'),
	('csat', 'csat_score = 11', '{csat_score_out_of_range}'),
	('csat 6', 'csat_score = 6', '{csat_score_not_1_to_5}'),
	('csat 0', 'csat_score = 0', '{csat_score_not_1_to_5}'),
	('nps', 'nps_score = 11', '{nps_score_out_of_range}'),
	('nps -1', 'nps_score = -1', '{nps_score_out_of_range}'),
	('ces', 'ces_score = 11', '{ces_score_out_of_range}'),
	('ces -1', 'ces_score = -1', '{ces_score_out_of_range}'),
	('ces 8', 'ces_score = 8', '{ces_score_not_1_to_7}'),
	('ces 0', 'ces_score = 0', '{ces_score_not_1_to_7}'),
	('qa', 'qa_points = 11', '{qa_points_over_possible}'),
	('qa points', 'qa_points = -1', '{negative_qa_points}'),
	('qa possible', 'qa_possible = -1, qa_points = NULL', '{negative_qa_possible}'),
	('qa points nan', 'qa_points = ''nan'', qa_possible = NULL', '{qa_points_out_of_range}'),
	('qa possible inf', 'qa_possible = ''inf''', '{qa_possible_out_of_range}'),
	('refund', 'cost = -0.01', '{negative_cost}'),
	('cost nan', 'cost = ''nan''', '{cost_out_of_range}'),
	('cost inf', 'cost = ''inf''', '{cost_out_of_range}'),
	('cost fine', 'cost = 0.1234567', '{cost_too_precise}'),
	('cost large', 'cost = -1e15 - 1', '{cost_out_of_range,negative_cost}'),
	('qa large', 'qa_possible = 1.1e15', '{qa_possible_out_of_range}'),
	('sentiment', 'sentiment = ''-inf''', '{sentiment_out_of_range}'),
	('hired', 'agent_hired_on = ''infinity''', '{agent_hired_on_out_of_range}'),
	('target 2059', 'sla_resolution = timestamptz ''2059-12-31 19:00+00'' - created_at', '{sla_resolution_placeholder}'),
	('response 2059', 'sla_response = ''20 years 1 us''', '{sla_response_placeholder}'),
	('all wrong', 'created_at = ''infinity'', first_response_at = ''-infinity'', contacts = -5, csat_score = -3, cost = ''nan''',
		'{created_at_out_of_range,csat_score_out_of_range,cost_out_of_range,first_response_at_out_of_range,first_response_before_created,contacts_out_of_range,resolved_before_created}');
INSERT INTO defects
SELECT name, format('%s = ''-1''', name), ARRAY[CASE type WHEN 'bigint' THEN name || '_out_of_range' ELSE 'negative_' || name END] FROM kpi_relation_columns
WHERE relation = 'tickets' AND type IN ('bigint', 'interval');
INSERT INTO defects
SELECT name || ' too long', format('%s = ''20 years 1 us''', name), ARRAY[name || '_too_long'] FROM kpi_relation_columns
WHERE relation = 'tickets' AND type = 'interval' AND name !~ '^sla';
-- nothing is checked that is not tried here
SELECT name FROM kpi_relation_checks WHERE relation = 'tickets' EXCEPT SELECT unnest(finds) FROM defects;

-- one defect at a time
CREATE TABLE ill (LIKE tickets);
CREATE VIEW patients AS SELECT * FROM tickets UNION ALL SELECT * FROM ill;
DO $$
DECLARE
	defect defects;
	found text[];
BEGIN
	FOR defect IN SELECT * FROM defects LOOP
		TRUNCATE ill;
		INSERT INTO ill SELECT * FROM tickets WHERE ticket_id = 'solved';
		UPDATE ill SET ticket_id = defect.id;
		EXECUTE format('UPDATE ill SET %s', defect.change);
		SELECT array_agg(CASE WHEN rows = right_rows AND example IS NOT DISTINCT FROM right_example THEN "check" ELSE f::text END ORDER BY "check") INTO found
		FROM kpi_check_tickets('patients') AS f,
			 (SELECT CASE defect.id WHEN 'twice' THEN 2 ELSE 1 END, CASE defect.id WHEN 'id' THEN NULL WHEN 'twice' THEN 'open' ELSE defect.id END) AS e (right_rows, right_example);
		IF found IS DISTINCT FROM ARRAY(SELECT unnest(defect.finds) ORDER BY 1) THEN
			RAISE WARNING '%: % instead of %', defect.id, found, defect.finds;
		END IF;
	END LOOP;
END
$$;

-- all of them: in order, counted, each with the smallest id
TRUNCATE ill;
DO $$
DECLARE
	defect defects;
BEGIN
	FOR defect IN SELECT * FROM defects LOOP
		INSERT INTO ill SELECT * FROM tickets WHERE ticket_id = 'solved';
		UPDATE ill SET ticket_id = defect.id WHERE ticket_id = 'solved';
		EXECUTE format('UPDATE ill SET %s WHERE ticket_id = %L', defect.change, defect.id);
	END LOOP;
END
$$;
SELECT "check", severity, rows, example FROM kpi_check_tickets('patients');
SELECT "check", severity, rows, example FROM kpi_check_tickets('patients') AS f
EXCEPT
SELECT k.name, severity, count(*) + (k.name = 'ticket_id_duplicate')::int,
	   min(CASE id WHEN 'id' THEN NULL WHEN 'twice' THEN 'open' ELSE id END COLLATE "C") FROM defects JOIN kpi_relation_checks k ON k.name = ANY (finds) AND k.relation = 'tickets' GROUP BY k.name, severity;
SELECT count(DISTINCT advice), count(*) FROM kpi_check_tickets('patients');
SELECT rows, example FROM kpi_check_tickets('patients') WHERE "check" = 'contacts_out_of_range';
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
SELECT md5(string_agg(f::text, ' ')) = (SELECT md5(string_agg(g::text, ' ')) FROM (SELECT set_config('max_parallel_workers_per_gather', '0', true)) AS serial (s), kpi_check_tickets('patients') AS g) AS same_in_parallel FROM kpi_check_tickets('patients') AS f;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- the other relations, in the same way
CREATE TABLE other_defects (relation text, change text, finds text[]);
INSERT INTO other_defects VALUES
	('surveys', 'score = 11', '{score_out_of_range}'), ('surveys', 'score = -1', '{score_out_of_range}'), ('surveys', 'kind = ''csat'', score = 10, scale_max = 10', '{}'),
	('surveys', 'scale_max = 0', '{scale_max_out_of_range}'), ('surveys', 'scale_max = 32767', '{scale_max_out_of_range}'),
	('work_time', 'ended_at = started_at', '{}'), ('work_time', 'ended_at = started_at - interval ''1 us''', '{ended_before_started}'), ('work_time', 'ended_at = started_at + interval ''744 h''', '{}'),
	('work_time', 'ended_at = started_at + interval ''744 h 1 us''', '{longer_than_31_days}'), ('work_time', 'ended_at = ''infinity''', '{longer_than_31_days}'),
	('work_time', 'started_at = ''4714-11-24 00:00+00 BC'', ended_at = ''294276-12-31 23:59:59+00''', '{longer_than_31_days}'), ('work_time', 'started_at = ''infinity''', '{ended_before_started}'),
	('subscriptions', 'ends_on = starts_on', '{}'), ('subscriptions', 'ends_on = starts_on - 1', '{ends_before_it_starts}'), ('subscriptions', 'ends_on = NULL, renewal_due_on = NULL', '{}'),
	('subscriptions', 'starts_on = ''0001-12-31 BC''', '{starts_on_out_of_range}'), ('subscriptions', 'starts_on = ''infinity'', ends_on = NULL', '{starts_on_out_of_range}'), ('subscriptions', 'ends_on = ''10000-01-01''', '{ends_on_out_of_range}'),
	('subscriptions', 'ends_on = ''-infinity''', '{ends_before_it_starts,ends_on_out_of_range}'), ('subscriptions', 'renewal_due_on = ''infinity''', '{renewal_due_on_out_of_range}'),
	('subscriptions', 'mrr = ''nan''', '{mrr_out_of_range}'), ('subscriptions', 'mrr = 1e15', '{}'), ('subscriptions', 'mrr = 1e15 + 0.1', '{mrr_out_of_range}'), ('subscriptions', 'mrr = -0.1234567', '{}'),
	('customer_events', 'value = ''nan''', '{value_out_of_range}'), ('customer_events', 'value = ''-inf''', '{value_out_of_range}'), ('customer_events', 'value = 1e300', '{value_out_of_range}'), ('customer_events', 'value = NULL', '{}'),
	('costs', 'month = ''infinity''', '{month_out_of_range}'), ('costs', 'month = ''5874897-12-31''', '{month_out_of_range}'), ('costs', 'month = ''9999-12-31''', '{}'), ('costs', 'amount = ''inf''', '{amount_out_of_range}'), ('costs', 'amount = 1e40', '{amount_out_of_range}'), ('costs', 'channel = NULL', '{}'),
	('help_sessions', 'ticket_id = NULL', '{}');
INSERT INTO other_defects SELECT relation, format('%I = NULL', name), ARRAY[name || '_null'] FROM kpi_relation_columns WHERE relation <> 'tickets' AND required;
SELECT relation, name FROM kpi_relation_checks WHERE relation <> 'tickets' EXCEPT SELECT relation, unnest(finds) FROM other_defects;
DO $$
DECLARE
	healthy record;
	defect other_defects;
	found text[];
BEGIN
	FOR healthy IN SELECT * FROM (VALUES
		('surveys', '(''r'', ''csat'', ''2026-01-01'', ''2026-01-02'', 5, 5)'), ('work_time', '(''ann'', ''2026-01-01 09:00+00'', ''2026-01-01 17:00+00'', ''busy'')'),
		('subscriptions', '(''a'', ''2026-01-01'', ''2026-12-31'', 100, ''small'', ''2026-12-31'', true, ''price'')'), ('customer_events', '(''a'', ''2026-01-01'', ''used'', 1)'),
		('costs', '(''2026-01-01'', ''wages'', ''chat'', 1)'), ('help_sessions', '(''h'', ''2026-01-01'', ''a'', ''c'', ''t'')')) AS h (relation, row)
	LOOP
		EXECUTE (SELECT format('CREATE TEMP TABLE other (%s)', string_agg(format('%I %s', name, type), ', ' ORDER BY position)) FROM kpi_relation_columns AS c WHERE c.relation = healthy.relation);
		EXECUTE format('INSERT INTO other VALUES %s', healthy.row);
		FOR defect IN SELECT NULL, NULL, '{}' UNION ALL SELECT d.* FROM other_defects AS d WHERE d.relation = healthy.relation LOOP
			CREATE TEMP TABLE other_ill AS TABLE other;
			EXECUTE coalesce('UPDATE other_ill SET ' || defect.change, 'SELECT');
			found := ARRAY(SELECT "check" FROM kpi_check_relation('other_ill', healthy.relation) WHERE rows = 1 ORDER BY 1);
			IF found <> defect.finds OR EXISTS (SELECT FROM kpi_check_relation('other_ill', healthy.relation) WHERE rows IS NULL) THEN
				RAISE WARNING '% %: % instead of %', healthy.relation, defect.change, found, defect.finds;
			END IF;
			DROP TABLE other_ill;
		END LOOP;
		DROP TABLE other;
	END LOOP;
END
$$;
-- columns, too; what the other relations are called
SELECT "check", severity, example, advice FROM kpi_check_relation('tickets', 'work_time') WHERE severity = 'error';
SELECT * FROM kpi_check_relation('tickets', 'ticket');
SELECT * FROM kpi_check_relation('tickets', NULL);

-- columns: what is missing and for which KPIs, what cannot be read, what is read as something else
CREATE TABLE slim (ticket_id int, created_at timestamp);
SELECT severity, example, advice FROM kpi_check_tickets('slim') WHERE "check" = 'missing_column';
SELECT * FROM kpi_check_tickets('slim') WHERE "check" <> 'missing_column';
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
SELECT severity, count(*), string_agg(example, ', ') FILTER (WHERE severity = 'error') AS examples, min(advice) FROM kpi_check_tickets('nothing') GROUP BY 1 ORDER BY 1;
CREATE TABLE others (created_at text, contacts numeric, solved int, talk_time int, hold_time time, wrap_time text, cost float8, csat_score numeric, hours text, agent_hired_on timestamptz, resolved_at bigint, first_response_at date, closed_at int[], team int);
-- the wrong ones are not looked into, the others are; without an id there is no example
INSERT INTO others VALUES ('never', -1.5, -1, -1, '00:00', '-1 h', -1, 4.5, 'x', 'infinity', -1, '5874897-12-31', '{1}', 1), ('infinity', 'nan', 5, 0, NULL, '', 0.1::float8 + 0.2, 'nan', '', NULL, 0, '-infinity', NULL, NULL);
SELECT * FROM kpi_check_tickets('others') WHERE "check" <> 'missing_column' OR severity = 'error';

-- near the limits of every type nothing overflows
CREATE TABLE limits (ticket_id text, created_at timestamp, first_response_at timestamptz, resolved_at date, contacts numeric, csat_score float8, nps_score bigint, cost numeric, talk_time interval, sla_response interval, qa_points real, qa_possible numeric, sentiment smallint);
INSERT INTO limits VALUES
	('high', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '5874897-12-31', repeat('9', 10000)::numeric, 1.7e308, 9223372036854775807, repeat('9', 131000)::numeric, '178000000 years', '178000000 years', 3e38, 1e1000, 32767),
	('low', '4713-11-24 00:00:00 BC', '4713-11-24 00:00:00+00 BC', '4713-11-24 BC', -repeat('9', 10000)::numeric, -1.7e308, -9223372036854775808, -1e-1000, '-178000000 years', '-178000000 years', -3e38, -1e1000, -32768),
	(repeat('ä', 100000), 'infinity', '-infinity', 'infinity', 'nan', 'nan', NULL, 'inf', NULL, NULL, 'nan', '-inf', 0);
SELECT "check", rows, left(example, 5) AS example, length(example) FROM kpi_check_tickets('limits') WHERE "check" <> 'missing_column';

-- relations and columns of any kind
CREATE DOMAIN instant AS timestamptz CHECK (isfinite(VALUE) AND VALUE > '2000-01-01');
CREATE DOMAIN recent AS instant;
CREATE DOMAIN score AS numeric(3,1) CHECK (VALUE > 0);
CREATE TYPE id AS (a int, b text);
CREATE TYPE state AS ENUM ('new', 'done');
CREATE TABLE "Odd; -- 'table' %s" (ticket_id id, created_at recent, resolved_at recent, csat_score score, status state, "check" text, rows int, relation int, "ticket_id; DROP" int, "r" int, "Created_At" int, gone int, contacts bigint);
ALTER TABLE "Odd; -- 'table' %s" DROP gone;
INSERT INTO "Odd; -- 'table' %s" VALUES ((1, 'x'), '2026-01-01', '2025-01-01', 5.5, 'new', 'x', 1, 1, 1, 1, 1, -1), ((1, 'x'), '2026-01-01', NULL, 5, 'new', 'x', 1, 1, 1, 1, 1, 0);
SELECT * FROM kpi_check_tickets('"Odd; -- ''table'' %s"') WHERE "check" <> 'missing_column';
CREATE TEMP TABLE pg_class (ticket_id json, created_at timestamptz, contacts int);
INSERT INTO pg_temp.pg_class VALUES ('{}', now(), -1), ('{}', now(), 0);
SELECT * FROM kpi_check_tickets('pg_temp.pg_class') WHERE "check" <> 'missing_column';
DROP TABLE pg_temp.pg_class;
CREATE TABLE parts (ticket_id text, created_at timestamptz) PARTITION BY RANGE (created_at);
SELECT count(*) FROM kpi_check_tickets('parts') WHERE severity <> 'info';
CREATE TABLE part PARTITION OF parts DEFAULT;
INSERT INTO parts VALUES ('1', 'infinity'), ('1', NULL);
SELECT "check", rows, example FROM kpi_check_tickets('parts') WHERE severity <> 'info';
SELECT * FROM kpi_check_tickets(NULL);
SELECT * FROM kpi_check_tickets('no_such_table');

-- with the rights of who asks: neither other rows nor other relations
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
DELETE FROM kpi_relation_columns;
RESET ROLE;
DROP OWNED BY regress_kpi_reader;
DROP ROLE regress_kpi_reader;
DROP VIEW patients;
DROP TABLE tickets, defects, other_defects, ill, slim, nothing, others, limits, "Odd; -- 'table' %s", parts;
DROP DOMAIN recent, instant, score;
DROP TYPE id, state;
